#!/usr/bin/env python3
"""Speed and memory of Broadsheet, beside Python's transformers on PyTorch 2.4.0 and onnxruntime in the same run. `make bench`.

Prints a Markdown table: medians of several runs, and the ratios to the peers. Machines are shared and noisy, so all
sides take turns. The peers get the same threads and the same sentences sorted by length: transformers in batches of 32 with fused
attention (sdpa) and no gradients, onnxruntime in batches of 2,048 tokens with attention fused by its own optimiser. They live in a
virtual environment in the user's cache (about 5 GB, made once), and so does the encoder as ONNX, exported once from the installed
weights; with --no-peer only our own side runs. Reuters timings need ../shared/data (skipped without it).
"""

import argparse
import gzip
import json
import os
import pathlib
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "broadsheet"
SHARED = ROOT.parent / "shared" / "data"
PEER_PACKAGES = ["torch==2.4.0", "transformers==4.46.3", "onnxruntime==1.32.0", "onnx==1.19.1", "numpy<2.3", "trafilatura==2.0.0", "lxml_html_clean==0.4.3", "quantulum3==0.10.0"]
EXAMPLES = "examples/2026-03-14"
ARTICLE = f"{EXAMPLES}/courant-karrow-deep.html"


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def target():
    """The folder of built programs: cargo knows where."""
    out = subprocess.run(["cargo", "metadata", "--format-version=1", "--no-deps", "--locked"], cwd=ROOT, capture_output=True, text=True, check=True)
    return pathlib.Path(json.loads(out.stdout)["target_directory"]) / "release"


def bench_program(name):
    """Builds one of benches/ and says where it is."""
    command = ["cargo", "build", "--release", "--locked", "--bench", name, "--message-format=json"]
    out = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    messages = [json.loads(line) for line in out.stdout.splitlines()]
    return next(m["executable"] for m in messages if m.get("executable") and m["target"]["name"] == name)


def timed(command, **kwargs):
    """Seconds and peak memory (MB) of one run of a command."""
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **kwargs)
    errors = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 3):
        sys.exit(f"bench: {' '.join(map(str, command))} failed: {errors.decode(errors='replace')[-500:]}")
    scale = 1024 if platform.system() == "Linux" else 1024 * 1024
    return seconds, usage.ru_maxrss / scale


def median_of(runs):
    return statistics.median(seconds for seconds, _ in runs), max(memory for _, memory in runs)


def peer_python():
    python = CACHE / "bench-venv" / "bin" / "python"
    stamp = CACHE / "bench-venv" / ".packages"
    if not stamp.is_file() or stamp.read_text() != "\n".join(PEER_PACKAGES):
        say("making the peer's virtual environment (once; PyTorch is large)")
        subprocess.run([sys.executable, "-m", "venv", CACHE / "bench-venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEER_PACKAGES], check=True)
        stamp.write_text("\n".join(PEER_PACKAGES))
    return python


def onnx_model(peer):
    """The encoder for onnxruntime, exported once."""
    folder = CACHE / "bench-onnx"
    if not (folder / "fused.onnx").is_file():
        say("exporting the encoder for onnxruntime (once)")
        subprocess.run([peer, ROOT / "scripts" / "bench_onnx.py", "export", folder], stdout=subprocess.DEVNULL, check=True)
    return folder / "fused.onnx"


def encode(command):
    """What an encoder's program says of 2,000 sentences."""
    return json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


def made_up_sentences(count):
    """Sentences of the examples, as often as needed: the speed does not depend on what they say."""
    out = subprocess.run([target() / "broadsheet", "segment", "--quiet", EXAMPLES], cwd=ROOT, capture_output=True, text=True)
    texts = subprocess.run([target() / "broadsheet", "extract", "--quiet", EXAMPLES], cwd=ROOT, capture_output=True, text=True)
    by_id = {row["id"]: row["text"] for row in map(json.loads, texts.stdout.splitlines())}
    own = [by_id[row["id"]][a:b] for row in map(json.loads, out.stdout.splitlines()) for a, b in row["sentences"]]
    return [" ".join(own[i % len(own)].split()) for i in range(count)]


def passages():
    """The passages of our own figure cases, ten times over."""
    files = sorted((ROOT / "tests" / "cases" / "figures").glob("*.jsonl"))
    texts = [json.loads(line)["text"] for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [" ".join(text.split()) for text in texts] * 10


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--no-peer", action="store_true", help="only our own side")
    arguments.add_argument("--runs", type=int, default=5)
    options = arguments.parse_args()
    program = target() / "broadsheet"
    encoder, quantities = bench_program("encoder"), bench_program("quantities")
    peer = None if options.no_peer else peer_python()
    threads = str(os.cpu_count())

    rows = []
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        one, examples, theirs_one = [], [], []
        sentences = work / "sentences.txt"
        sentences.write_text("\n".join(made_up_sentences(2000)) + "\n", encoding="utf-8")
        encoders = {"ours": [encoder, sentences, threads]}
        if peer:
            encoders["Python transformers (sdpa)"] = [peer, ROOT / "scripts" / "bench_peer.py", "encode", sentences, threads]
            encoders["onnxruntime 1.32.0"] = [peer, ROOT / "scripts" / "bench_onnx.py", "encode", onnx_model(peer), sentences, threads]
        encoded = {side: [] for side in encoders}
        for n in range(options.runs):
            say(f"round {n + 1} of {options.runs}")
            one.append(timed([program, "summarize", ARTICLE, "--threads", threads]))
            examples.append(timed([program, "digest", EXAMPLES, "--out", work / "out", "--threads", threads]))
            for side, command in encoders.items():
                encoded[side].append(encode(command))
            if peer:
                theirs_one.append(timed([peer, ROOT / "scripts" / "bench_peer.py", "summarize", ARTICLE, threads]))
        for name, runs in (("one article, start to summary", one), ("the examples, start to digest", examples)):
            seconds, memory = median_of(runs)
            rows.append((name, f"{seconds:.2f} s", f"{memory:.0f} MB", ""))
        if peer:
            ours_one, peer_one = median_of(one)[0], median_of(theirs_one)
            rows[0] = (*rows[0][:3], f"Python (trafilatura, transformers): {peer_one[0]:.2f} s, {peer_one[1]:.0f} MB; ours takes {ours_one / peer_one[0]:.2f} of its time")
        rates = {side: statistics.median(r["tokens_per_second"] for r in runs) for side, runs in encoded.items()}
        beside = "; ".join(f"{side}: {rate:.0f}, ours is {rates['ours'] / rate:.2f} times that" for side, rate in rates.items() if side != "ours")
        rows.append((f"encoder, {encoded['ours'][0]['tokens']} tokens in 2000 sentences", f"{rates['ours']:.0f} tokens/s", "", beside))
        texts = work / "passages.txt"
        texts.write_text("\n".join(passages()) + "\n", encoding="utf-8")
        runs = [json.loads(subprocess.run([quantities, texts], cwd=ROOT, capture_output=True, text=True, check=True).stdout) for _ in range(options.runs)]
        rate, beside = statistics.median(r["passages_per_second"] for r in runs), ""
        if peer:
            run = subprocess.run([peer, ROOT / "scripts" / "bench_peer.py", "quantities", texts, "1"], cwd=ROOT, capture_output=True, text=True, check=True)
            peer_rate = json.loads(run.stdout)["passages_per_second"]
            beside = f"quantulum3 0.10: {peer_rate:.0f}; ours is {rate / peer_rate:.0f} times that"
        rows.append((f"quantities in {runs[0]['passages']} passages, one core", f"{rate:.0f} passages/s", "", beside))
        reuters = SHARED / "articles" / "reuters21578.jsonl.gz"
        if reuters.is_file():
            lines = work / "reuters.jsonl"
            with gzip.open(reuters, "rt", encoding="utf-8") as source, open(lines, "w", encoding="utf-8") as out:
                for row in [json.loads(line) for _, line in zip(range(1000), source)]:
                    out.write(json.dumps({"id": row["id"], "title": row["headline"], "text": row["article"]}) + "\n")
            say("1,000 Reuters articles")
            runs = [timed([program, "digest", lines, "--out", work / "out", "--date", "2026-03-14", "--threads", threads]) for _ in range(2)]
            seconds, memory = median_of(runs)
            rows.append(("1,000 Reuters articles, start to digest", f"{seconds:.1f} s", f"{memory:.0f} MB", ""))
    print(f"{time.strftime('%Y-%m-%d')}, {threads} threads, {platform.machine()}, medians of {options.runs} runs\n")
    print("| what | ours | peak memory | beside it |\n| --- | --- | --- | --- |")
    for row in rows:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
