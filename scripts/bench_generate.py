#!/usr/bin/env python3
"""Seconds and memory to write one summary with a model of distilbart-cnn-12-6's size, beside Hugging Face transformers on PyTorch and
CTranslate2, in the same run. `make bench-generate`.

The weights are random (speed does not depend on what they say): 700 tokens are read and 64 written, greedily and with 4 beams. All
sides read the same checkpoint and tokens, in 32-bit floats with the same threads, and take turns; CTranslate2 also with 8-bit weights, as
it is mostly used. The peers live in virtual environments in the user's cache; the checkpoint (1.2 GB) is made there once.
"""

import argparse
import json
import os
import pathlib
import platform
import random
import statistics
import subprocess
import sys
import time

import bench

FOLDER = bench.CACHE / "bench-generate"
CT2 = "ctranslate2==4.6.0"
READ, WRITTEN = 700, 64


def make(out, tiny):
    """In the peer's Python: distilbart-cnn-12-6's configuration with random weights, and a tokenizer as large as its vocabulary says."""
    import torch
    import transformers

    torch.manual_seed(1)
    vocabulary = json.loads((tiny / "vocab.json").read_text(encoding="utf-8"))
    config = transformers.BartConfig(
        vocab_size=50264, d_model=1024, encoder_layers=12, decoder_layers=6, encoder_attention_heads=16, decoder_attention_heads=16,
        encoder_ffn_dim=4096, decoder_ffn_dim=4096, max_position_embeddings=1024, forced_bos_token_id=0, forced_eos_token_id=2,
        num_beams=4, max_length=142, min_length=56, length_penalty=2.0, no_repeat_ngram_size=3, early_stopping=True,
        # Of no meaning to transformers today, but CTranslate2 asks.
        normalize_before=False, normalize_embedding=True, add_final_layer_norm=False)
    transformers.BartForConditionalGeneration(config).save_pretrained(out, safe_serialization=True)
    for n in range(len(vocabulary), config.vocab_size):
        vocabulary[f"madeupword{n}"] = n
    (out / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (out / "merges.txt").write_bytes((tiny / "merges.txt").read_bytes())
    tokenizer = transformers.BartTokenizerFast(str(out / "vocab.json"), str(out / "merges.txt"))
    # One token each, so that the length can be set.
    letters = [c for c in "abcdefghijklmnopqrstuvwxyz" if len(tokenizer.tokenize(" " + c)) == 1]
    rng = random.Random(3)
    text = ""
    while len(tokenizer(text).input_ids) < READ:
        text += " " + rng.choice(letters)
    (out / "text.txt").write_text(text, encoding="utf-8")


def convert(folder, out, site):
    """In the peer's Python, with CTranslate2's packages behind its own."""
    sys.path.append(str(site))
    from ctranslate2.converters import TransformersConverter

    TransformersConverter(str(folder)).convert(str(out), force=True)


def report(load, read, write, runs):
    write(1, 4)
    greedy, beams, ids = [], [], []
    for _ in range(runs):
        for n, into in ((1, greedy), (4, beams)):
            start = time.perf_counter()
            ids = write(n, WRITTEN) if n == 1 else (write(n, WRITTEN), ids)[1]
            into.append(time.perf_counter() - start)
    print(json.dumps({"read": read, "load": load, "greedy": greedy, "beams": beams, "ids": ids}))


def transformers_side(threads, runs):
    import torch
    import transformers

    torch.set_num_threads(threads)
    start = time.perf_counter()
    model = transformers.BartForConditionalGeneration.from_pretrained(FOLDER, attn_implementation="sdpa").eval()
    load = time.perf_counter() - start
    tokenizer = transformers.BartTokenizerFast(str(FOLDER / "vocab.json"), str(FOLDER / "merges.txt"))
    ids = tokenizer((FOLDER / "text.txt").read_text(encoding="utf-8"), return_tensors="pt")

    def write(beams, tokens):
        with torch.inference_mode():
            return model.generate(**ids, num_beams=beams, do_sample=False, min_new_tokens=tokens, max_new_tokens=tokens)[0].tolist()

    report(load, ids.input_ids.shape[1], write, runs)


def ctranslate2_side(threads, runs, compute, tokens):
    import ctranslate2

    start = time.perf_counter()
    model = ctranslate2.Translator(str(FOLDER / "ct2"), compute_type=compute, intra_threads=threads, inter_threads=1)
    load = time.perf_counter() - start
    source = json.loads(pathlib.Path(tokens).read_text(encoding="utf-8"))

    def write(beams, length):
        found = model.translate_batch([source], beam_size=beams, min_decoding_length=length, max_decoding_length=length,
                                      no_repeat_ngram_size=3, length_penalty=2.0 if beams > 1 else 1.0)
        return found[0].hypotheses[0]

    report(load, len(source), write, runs)


def run(command):
    """What a side prints, its peak memory in MB and its processor seconds, loading included."""
    child = subprocess.Popen([str(part) for part in command], cwd=bench.ROOT, stdout=subprocess.PIPE)
    out = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"bench: {' '.join(map(str, command))} failed")
    scale = 1024 if platform.system() == "Linux" else 1024 * 1024
    return {**json.loads(out), "memory": usage.ru_maxrss / scale, "cpu": usage.ru_utime + usage.ru_stime}


def ct2_python():
    python = bench.CACHE / "bench-ct2-venv" / "bin" / "python"
    stamp = bench.CACHE / "bench-ct2-venv" / ".packages"
    if not stamp.is_file() or stamp.read_text() != CT2:
        bench.say("making CTranslate2's virtual environment (once)")
        subprocess.run([sys.executable, "-m", "venv", bench.CACHE / "bench-ct2-venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", CT2], check=True)
        stamp.write_text(CT2)
    return python


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=3, help="how often each side is started")
    arguments.add_argument("--threads", type=int, default=os.cpu_count())
    arguments.add_argument("--program", help="benches/generate, already built")
    arguments.add_argument("--peer-python", help="a Python with torch and transformers, instead of our own environment")
    options = arguments.parse_args()
    program = options.program or bench.bench_program("generate")
    peer = options.peer_python or bench.peer_python()
    ct2, this = ct2_python(), pathlib.Path(__file__).resolve()
    if not (FOLDER / "ct2" / "model.bin").is_file():
        bench.say("making a checkpoint of distilbart's size (once)")
        FOLDER.mkdir(parents=True, exist_ok=True)
        subprocess.run([peer, this, "make"], check=True)
        site = next((bench.CACHE / "bench-ct2-venv" / "lib").glob("python*/site-packages"))
        subprocess.run([peer, this, "convert", site], check=True)
    threads = str(options.threads)
    sides = {
        "Broadsheet": [program, FOLDER, FOLDER / "text.txt", WRITTEN, threads, 1],
        "transformers 4.46.3, PyTorch 2.4.0 (sdpa)": [peer, this, "transformers", threads],
        f"CTranslate2 {CT2.split('==')[1]}, float32": [ct2, this, "ctranslate2", threads, "float32"],
        f"CTranslate2 {CT2.split('==')[1]}, int8": [ct2, this, "ctranslate2", threads, "int8"],
    }
    results = {name: [] for name in sides}
    for n in range(options.rounds):
        for name, command in sides.items():
            bench.say(f"round {n + 1} of {options.rounds}: {name}")
            results[name].append(run(command))
    ours, theirs = (results[name][0] for name in list(sides)[:2])
    same = "the same" if ours["ids"] == theirs["ids"] else "NOT the same"
    print(f"{time.strftime('%Y-%m-%d')}, {threads} threads, {platform.machine()}, medians of {options.rounds} runs; {ours['read']} tokens read, "
          f"{WRITTEN} written; greedy ids of Broadsheet and transformers are {same}\n")
    print("| what | greedy | 4 beams | loading | peak memory | processor time of all that |\n| --- | --- | --- | --- | --- | --- |")
    for name, runs in results.items():
        middle = lambda key: statistics.median(value for r in runs for value in (r[key] if isinstance(r[key], list) else [r[key]]))
        print(f"| {name} | {middle('greedy'):.2f} s | {middle('beams'):.2f} s | {middle('load'):.1f} s | {max(r['memory'] for r in runs):.0f} MB | {middle('cpu'):.1f} s |")


if __name__ == "__main__":
    task = sys.argv[1] if len(sys.argv) > 1 else ""
    if task == "make":
        make(FOLDER, bench.ROOT / "tests" / "cases" / "generate" / "bart")
        import transformers

        fast = transformers.BartTokenizerFast(str(FOLDER / "vocab.json"), str(FOLDER / "merges.txt"))
        tokens = fast.convert_ids_to_tokens(fast((FOLDER / "text.txt").read_text(encoding="utf-8")).input_ids)
        (FOLDER / "tokens.json").write_text(json.dumps(tokens), encoding="utf-8")
    elif task == "convert":
        convert(FOLDER, FOLDER / "ct2", pathlib.Path(sys.argv[2]))
    elif task == "transformers":
        transformers_side(int(sys.argv[2]), 1)
    elif task == "ctranslate2":
        ctranslate2_side(int(sys.argv[2]), 1, sys.argv[3], FOLDER / "tokens.json")
    else:
        main()
