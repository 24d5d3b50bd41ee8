#!/usr/bin/env python3
"""Delivery by mail against a real SMTP server (aiosmtpd): `make mail-check`.

200 recipients; a server that fails at random (seeded); the sender killed twice by SIGKILL, once just when the server has taken a
message and not yet said so. Then the sender is run until it has nothing to do. What must hold:

- nobody has two messages; those of whom it is not known are listed, and get another only with --retry-unknown;
- everybody else has exactly one, but for those whom the server refuses for good, who have none;
- the messages, read by Python's `email`, have both parts, whole headers and absolute links, and name no other recipient;
- over TLS (both kinds) and with a password it works, and with a certificate that nobody vouches for nothing is sent.

    scripts/mail_check.py [PROGRAM]        default: target/release/broadsheet
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
VENV = Path.home() / ".cache/broadsheet/mail-check"
NEEDS = ["aiosmtpd==1.4.6", "trustme==1.2.1"]


def in_own_environment():
    """Runs the script again in its virtual environment, which is made where it is not there."""
    python = VENV / "bin/python"
    if Path(sys.prefix).resolve() == VENV.resolve():
        return
    stamp = VENV / "needs.txt"
    if not stamp.is_file() or stamp.read_text().split() != NEEDS:
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *NEEDS], check=True)
        stamp.write_text("\n".join(NEEDS))
    os.execv(str(python), [str(python), __file__, *sys.argv[1:]])


in_own_environment()

import asyncio  # noqa: E402
import email  # noqa: E402
import email.policy  # noqa: E402
import email.utils  # noqa: E402
import html.parser  # noqa: E402
import logging  # noqa: E402
import random  # noqa: E402
import shutil  # noqa: E402
import signal  # noqa: E402
import socket  # noqa: E402
import ssl  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
import warnings  # noqa: E402

import trustme  # noqa: E402
from aiosmtpd.controller import Controller  # noqa: E402
from aiosmtpd.smtp import AuthResult, LoginPassword  # noqa: E402

# What the server thinks of clients that hang up is not of interest.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)
warnings.filterwarnings("ignore", module="aiosmtpd")

SEED = 20260315
READERS = 200
EDITION = "2026-03-15"
REFUSED = {"r007@example.org", "r123@example.org"}


class Server:
    """Takes messages, and fails at random while `fails`."""

    def __init__(self):
        self.random = random.Random(SEED)
        self.taken = {}
        self.fails = True
        self.faults = {}
        self.process = None
        self.kill_at = None
        self.killed = None
        self.silent = set()

    def count(self):
        return sum(len(messages) for messages in self.taken.values())

    def fault(self, name, share):
        hit = self.fails and self.random.random() < share
        if hit:
            self.faults[name] = self.faults.get(name, 0) + 1
        return hit

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in REFUSED:
            return "550 no such reader"
        if self.fault("451 to the recipient", 0.06):
            return "451 try later"
        if self.fault("connection closed at the recipient", 0.05):
            server.transport.abort()
            return "421 gone"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        address = envelope.rcpt_tos[0]
        await asyncio.sleep(0.004)
        if self.fault("452 to the message", 0.05):
            return "452 no room now"
        if self.fault("421 to the message", 0.03):
            return "421 closing"
        self.taken.setdefault(address, []).append((list(envelope.rcpt_tos), envelope.content))
        if self.kill_at is not None and self.count() >= self.kill_at:
            self.kill_at = None
            self.killed = address
            os.kill(self.process.pid, signal.SIGKILL)
            await asyncio.sleep(0.2)
        elif self.fault("taken, and the connection closed without a word", 0.03):
            self.silent.add(address)
            server.transport.abort()
        return "250 taken"


def listening(server, **more):
    """A controller that serves on a free port, and the port."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port, **more)
    if more:
        # Its trial connection does not know the certificate's authority.
        controller._trigger_server = lambda: socket.create_connection(("127.0.0.1", port), 2).close()
    controller.start()
    return controller, port


class Links(html.parser.HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.links, self.tags = [], set()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.links += [value for name, value in attributes if name in ("href", "src")]


def check(holds, what):
    if not holds:
        sys.exit(f"mail-check: FAILED: {what}")


class Sender:
    """The program, in a folder of its own."""

    def __init__(self, program, folder, port, smtp='host = "127.0.0.1"\ntls = "none"'):
        self.program, self.folder = program, folder
        out = folder / "digests"
        out.mkdir(parents=True)
        shutil.copy(HERE / f"digests/{EDITION}.json", out)
        (folder / "broadsheet.toml").write_text(
            f'[mail]\nfrom = "The Mørning <desk@example.org>"\n'
            f'unsubscribe = ["https://example.org/stop?who={{recipient}}", "mailto:stop@example.org"]\n'
            f'archive = "https://example.org/digests/{{edition}}.html"\n'
            f'[mail.smtp]\n{smtp}\nport = {port}\ntimeout = 5\n'
            f'[[digests]]\nname = "morning"\nout = "{out}"\n'
        )

    def readers(self, count):
        path = self.folder / "readers.txt"
        names = [f"Reader {n} <r{n:03}@example.org>" if n % 2 else f"r{n:03}@example.org" for n in range(count)]
        path.write_text("# the readers\n" + "\n".join(names) + "\nR001@example.org\n")
        return path

    def start(self, *more):
        files = ["--to", self.folder / "readers.txt", "--state", self.folder / "state.db"]
        command = [self.program, "--config", self.folder / "broadsheet.toml", "send", "morning", "--edition", EDITION]
        environment = dict(os.environ, SMTP_USER="desk", SMTP_PASSWORD="right")
        return subprocess.Popen(
            [str(part) for part in [*command, *files, *more]],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=self.folder,
        )

    def run(self, *more):
        process = self.start(*more)
        out, err = process.communicate(timeout=300)
        return process.returncode, out, err

    def plan(self, *more):
        code, out, err = self.run("--dry-run", *more)
        check(code == 0, f"--dry-run: {err}")
        lines = [line.split() for line in out.splitlines()]
        of = lambda *word: {line[-1].strip("<>") for line in lines if line[: len(word)] == list(word)}  # noqa: E731
        return {"send": of("send"), "has": of("has", "it"), "unknown": of("unknown"), "refused": of("refused")}


def delivery(program, folder):
    server = Server()
    controller, port = listening(server)
    sender = Sender(program, folder, port)
    sender.readers(READERS)
    everybody = {f"r{n:03}@example.org" for n in range(READERS)}
    check(sender.plan()["send"] == everybody, "the plan is not everybody")

    # Killed just when the server has taken a message and not said so.
    server.kill_at = 60
    server.process = sender.start()
    server.process.communicate(timeout=120)
    check(server.process.returncode == -signal.SIGKILL, "the first run was not killed")
    # Killed at any time.
    server.process = sender.start()
    before = server.count()
    while server.count() < before + 40 and server.process.poll() is None:
        time.sleep(0.001)
    server.process.kill()
    server.process.communicate(timeout=120)
    killed = server.count()
    check(60 < killed < READERS - 30, f"the second run was not killed midway: {killed}")

    runs = []
    while sender.plan()["send"]:
        code, out, err = sender.run()
        runs.append((code, out.strip()))
        check(code == 3 and len(runs) < 20, f"exit {code}: {out}{err}")
        check("readers.txt:202: R001@example.org is on line 3 already" in err, f"the line that names a reader twice is not told: {err}")
    plan = sender.plan()
    twice = {who for who, messages in server.taken.items() if len(messages) > 1}
    check(not twice, f"{twice} have two messages")
    unknown = plan["unknown"]
    check(server.killed in unknown and server.silent <= unknown, f"not listed: {server.silent - unknown}")
    check(len(unknown) <= len(server.silent) + 2, f"{len(unknown)} unknown, {len(server.silent)} silent")
    check(plan["refused"] == REFUSED, f"refused: {plan['refused']}")
    for who in everybody - unknown - REFUSED:
        check(len(server.taken.get(who, [])) == 1, f"{who} has {len(server.taken.get(who, []))} messages")
    check(not REFUSED & set(server.taken), "the refused have a message")

    # They are told of again, and nothing is sent.
    taken = server.count()
    code, out, err = sender.run()
    check(code == 3 and server.count() == taken, f"a run with nothing to do: exit {code}, {out}")
    check(all(who in err for who in unknown) and "--retry-unknown" in err, f"the unknown are not named: {err}")
    had = {who: len(server.taken.get(who, [])) for who in unknown}
    server.fails = False
    check(sender.plan("--retry-unknown")["send"] == unknown, "--retry-unknown is for others too")
    code, out, err = sender.run("--retry-unknown")
    check(code == 3 and server.count() == taken + len(unknown), f"--retry-unknown: exit {code}, {out}{err}")
    check(all(len(server.taken[who]) == had[who] + 1 for who in unknown), "--retry-unknown missed somebody")
    check(sender.plan()["unknown"] == set(), "still unknown")

    ids = set()
    for who, messages in sorted(server.taken.items()):
        for envelope, content in messages:
            ids.add(message(who, envelope, content))
    check(len(ids) == 1, f"{len(ids)} Message-IDs for one letter")
    controller.stop()
    print(f"{READERS} recipients, {sum(server.faults.values())} faults: " + ", ".join(f"{n} {w}" for w, n in sorted(server.faults.items())))
    print(f"killed twice, at 60 and {killed} messages; {len(runs)} more runs: " + "; ".join(out for _, out in runs))
    print(f"{len(unknown)} unknown, of which {sum(had.values())} had it; two messages without --retry-unknown: 0; refused: {len(REFUSED)}")


def message(who, envelope, content):
    """Checks one message; returns its Message-ID."""
    check(envelope == [who], f"{who}: sent to {envelope}")
    check(all(len(line) <= 998 for line in content.split(b"\r\n")), f"{who}: a line is too long")
    check(content.isascii(), f"{who}: not ASCII")
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    parts = list(parsed.walk())
    check(not any(part.defects for part in parts), f"{who}: {[part.defects for part in parts]}")
    check([part.get_content_type() for part in parts] == ["multipart/alternative", "text/plain", "text/html"], f"{who}: parts")
    for name in ["From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version"]:
        check(len(parsed.get_all(name, [])) == 1, f"{who}: {name}")
    check(parsed["From"].addresses[0].display_name == "The Mørning", f"{who}: {parsed['From']}")
    check([address.addr_spec for address in parsed["To"].addresses] == [who], f"{who}: {parsed['To']}")
    check(parsed["Subject"].startswith("Daily digest, Sunday 15 March 2026: "), parsed["Subject"])
    own = who.replace("@", "%40")
    check(parsed["List-Unsubscribe"].split(",")[0] == f"<https://example.org/stop?who={own}>", parsed["List-Unsubscribe"])
    check(email.utils.parsedate_to_datetime(parsed["Date"]).year >= 2026, parsed["Date"])
    text, page = parts[1].get_content(), parts[2].get_content()
    links = Links(page)
    check(all(link.startswith(("https://", "http://", "mailto:")) for link in links.links), f"{who}: {links.links}")
    check(f"https://example.org/stop?who={own}" in links.links and f"https://example.org/stop?who={own}" in text, f"{who}: no way out")
    check(f"https://example.org/digests/{EDITION}.html" in links.links, f"{who}: no link to the archive")
    check(not links.tags & {"script", "svg", "link", "img"}, f"{who}: {links.tags}")
    check("Sollen Islands" in text and "Sollen Islands" in page and "€" in text and "€" in page, f"{who}: the digest is not there")
    whole = content.decode() + text + page
    others = [f"r{n:03}" for n in range(READERS) if not who.startswith(f"r{n:03}") and f"r{n:03}@" in whole or f"r{n:03}%40" in whole and f"r{n:03}%40example.org" != own]
    check(not others, f"{who}: names {others}")
    return parsed["Message-ID"]


def encrypted(program, folder):
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))

    def login(server, session, envelope, mechanism, auth):
        right = isinstance(auth, LoginPassword) and (auth.login, auth.password) == (b"desk", b"right")
        return AuthResult(success=right, handled=False)

    secrets = 'user = { env = "SMTP_USER" }\npassword = { env = "%s" }'
    for kind in ["starttls", "tls"]:
        server = Server()
        server.fails = False
        more = {"tls_context": context, "require_starttls": True} if kind == "starttls" else {"ssl_context": context}
        more |= {"auth_required": True, "auth_require_tls": kind == "starttls", "authenticator": login}
        controller, port = listening(server, **more)
        base = f'host = "localhost"\ntls = "{kind}"\n'
        stranger = Sender(program, folder / kind / "stranger", port, base + secrets % "SMTP_PASSWORD")
        stranger.readers(3)
        code, out, err = stranger.run()
        check(code == 1 and "ertificate" in err and server.count() == 0, f"{kind}, unknown authority: exit {code} {out}{err}")
        wrong = Sender(program, folder / kind / "wrong", port, base + f'ca_file = "{folder}/ca.pem"\n' + secrets % "SMTP_USER")
        wrong.readers(3)
        code, out, err = wrong.run()
        check(code == 1 and "535" in err and server.count() == 0, f"{kind}, wrong password: exit {code} {out}{err}")
        sender = Sender(program, folder / kind / "right", port, base + f'ca_file = "{folder}/ca.pem"\n' + secrets % "SMTP_PASSWORD")
        sender.readers(3)
        code, out, err = sender.run()
        check(code == 0 and server.count() == 3, f"{kind}: exit {code} {out}{err}")
        controller.stop()
        print(f"{kind} with a password: 3 of 3 delivered; unknown authority and wrong password: 0 delivered")


def main():
    program = Path(sys.argv[1] if len(sys.argv) > 1 else HERE / "target/release/broadsheet").resolve()
    check(program.is_file(), f"{program} is not there: make build")
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        delivery(program, Path(folder) / "delivery")
        encrypted(program, Path(folder))
        print(f"mail-check: all holds, in {time.monotonic() - start:.0f} s")


main()
