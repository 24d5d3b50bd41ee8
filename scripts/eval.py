#!/usr/bin/env python3
"""Quality of Broadsheet on the development sets in ../shared, by ../shared/eval/score.py. `make eval`.

Each stage's command reads the set as JSON Lines and its output is scored; summaries stand beside baselines (eval_summaries.py). What is
needed for that is installed into a virtual environment in the user's cache. Sets that are not there are skipped. Name sets to run only
those: `scripts/eval.py extract grouping "summary cnndm"`.
"""

import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SCORE = SHARED / "eval" / "score.py"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "broadsheet"

# (name, metric, gold below shared/data, the command)
SETS = [
    ("extract", "extract", "html/aeb_dev.jsonl.gz", ["extract"]),
    ("segments", "segments", "segmentation/choi_dev.jsonl.gz", ["segment"]),
    ("grouping basil", "grouping", "clusters/basil_dev.jsonl.gz", ["group"]),
    ("grouping neus", "grouping", "summaries/neus_dev.jsonl.gz", ["group"]),
    ("grouping ecbplus", "grouping", "clusters/ecbplus_dev.jsonl.gz", ["group"]),
    ("figures", "figures", "CASES", ["figures", "--no-entities"]),
    ("check bump", "check", "faithfulness/bump_dev.jsonl.gz", ["check"]),
    ("check defacto", "check", "faithfulness/defacto.jsonl.gz", ["check"]),
    ("entities", "entities", "ner/conll2003_dev.jsonl.gz", ["figures"]),
]
SUMMARIES = ["cnndm", "inshorts", "neus", "multi_news"]
# sumy is for LexRank and TextRank; tokenizers and safetensors are for the centrality of sentence vectors.
PACKAGES = ["rouge-score==0.1.2", "sumy==0.13.0", "tokenizers==0.22.2", "safetensors==0.8.0"]


def python():
    """A Python with what scores and with the baselines."""
    path = CACHE / "eval-venv" / "bin" / "python"
    stamp = CACHE / "eval-venv" / ".packages"
    if not stamp.is_file() or stamp.read_text() != "\n".join(PACKAGES):
        print("eval: making the virtual environment (once)", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", CACHE / "eval-venv"], check=True)
        subprocess.run([path, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        stamp.write_text("\n".join(PACKAGES))
    return path


def program():
    out = subprocess.run(["cargo", "metadata", "--format-version=1", "--no-deps", "--locked"], cwd=ROOT, capture_output=True, text=True, check=True)
    return pathlib.Path(json.loads(out.stdout)["target_directory"]) / "release" / "broadsheet"


def rows(path):
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def write(path, values):
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), encoding="utf-8")


def prepared(name, metric, gold, work):
    """The gold file and the program's input. Two sets are made from others first."""
    source = SHARED / "data" / gold
    if gold == "CASES":  # our own figures, all files in one
        source = work / "figures.jsonl"
        cases = (ROOT / "tests" / "cases" / "figures").glob("*.jsonl")
        write(source, [row for file in sorted(cases) for row in rows(file) if "figures" in row])
    if name == "grouping neus":  # each entry's sources are one event
        source = work / "neus.jsonl"
        write(source, [{"id": f"{row['id']}/{k}", "cluster": row["id"], "headline": doc.get("title"), "article": doc["text"]}
                       for row in rows(SHARED / "data" / gold) for k, doc in enumerate(row["docs"])])
    out = subprocess.run([sys.executable, SCORE, "prepare", metric, source], capture_output=True, text=True, check=True)
    (work / "input.jsonl").write_text(out.stdout, encoding="utf-8")
    return source, work / "input.jsonl"


NUMBER_WORDS = set("two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty "
                   "thirty forty fifty sixty seventy eighty ninety hundred thousand million billion".split())


def numbers(text):
    words = {word for word in re.findall(r"[a-z]+", text.lower()) if word in NUMBER_WORDS}
    return words | {digits.rstrip(".,") for digits in re.findall(r"\d[\d,.]*", text)}


def copied(row):
    """The share of the summary's word pairs that its source has."""
    pairs = lambda text: (lambda words: list(zip(words, words[1:])))(re.findall(r"\w+", text.lower()))
    source, own = set(pairs(row["source"])), pairs(row["summary"])
    return sum(pair in source for pair in own) / max(1, len(own))


def further(gold, verdicts):
    """What score.py does not count: wrong numbers and units caught, and right summaries passed by how much they copy.

    A wrong number: a summary with a number that its correction (BUMP: the reference of the same source) has not; of BUMP's only
    the circumstance errors, since its other kinds change something else."""
    reference = {row["source"]: row["summary"] for row in gold if row["supported"] and row.get("kind") == "reference"}
    tally = {}
    for row in gold:
        supported = verdicts[str(row["id"])]
        if row["supported"]:
            share = copied(row)
            key = "passed, word pairs " + next(name for least, name in ((.8, "80% and more"), (.6, "60-80%"), (.4, "40-60%"), (0, "below 40%")) if share >= least)
            right = supported
        else:
            other = row.get("correction") or reference.get(row["source"], "")
            if not numbers(row["summary"]) - numbers(other) or "kind" in row and "Error" in row["kind"] and "Circumstance" not in row["kind"]:
                continue
            key, right = "wrong numbers and units caught", not supported
        tally.setdefault(key, [0, 0])
        tally[key][0] += right
        tally[key][1] += 1
    return {key: {"share": round(a / b, 4), "of": b} for key, (a, b) in sorted(tally.items())}


def main():
    wanted = sys.argv[1:]
    if not SCORE.is_file():
        sys.exit(f"eval: {SCORE} is not there: the development data is not part of the repository")
    broadsheet = program()
    for name, metric, gold, command in SETS:
        if wanted and not any(name.startswith(word) for word in wanted):
            continue
        if gold != "CASES" and not (SHARED / "data" / gold).is_file():
            print(f"{name}: skipped, {SHARED / 'data' / gold} is not there")
            continue
        with tempfile.TemporaryDirectory() as folder:
            work = pathlib.Path(folder)
            source, given = prepared(name, metric, gold, work)
            with open(work / "pred.jsonl", "wb") as out:
                done = subprocess.run([broadsheet, *command, "--quiet", "--input-format", "jsonl", given], stdout=out, stderr=subprocess.PIPE)
            if done.returncode not in (0, 3, 6):
                sys.exit(f"{name}: {done.stderr.decode(errors='replace')[-500:]}")
            scored = subprocess.run([python(), SCORE, metric, source, work / "pred.jsonl"], capture_output=True, text=True, check=True)
            print(f"{name}: {scored.stdout.strip()}", flush=True)
            if metric == "check":
                verdicts = {str(row["id"]): row["supported"] for row in rows(work / "pred.jsonl")}
                print(f"{name}, more: {json.dumps(further(rows(SHARED / 'data' / gold), verdicts))}", flush=True)
    chosen = [name for name in SUMMARIES if not wanted or any(f"summary {name}".startswith(word) for word in wanted)]
    if chosen:
        subprocess.run([python(), ROOT / "scripts" / "eval_summaries.py", broadsheet, SHARED, *chosen], check=True)


if __name__ == "__main__":
    main()
