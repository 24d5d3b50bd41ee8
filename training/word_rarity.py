#!/usr/bin/env python3
"""Writes src/cluster/rarity.txt: in how many news texts a word stands, for the words that are not rare.

    python3 training/word_rarity.py SHARED_DATA > src/cluster/rarity.txt

A word's document frequency is a fact of the language; no text of the sources is kept. Each text counts with its title
and its first 250 words, so that long texts do not weigh more. Sources (see DESIGN.md, section 7): AllSides, Reuters-21578,
CNN/DailyMail, XSum, BBC. Only words of letters that at least LEAST texts have are written; `cluster` takes a word
that is not listed for one that LEAST / 2 texts have.

The file: a first line with the number of texts, then one line for each step of rarity (half a natural logarithm of
texts / texts with the word), the commonest first: `step word word ...`. Needs Python 3.9+, nothing else.
"""
import collections
import gzip
import json
import math
import pathlib
import re
import sys

LEAST = 12
WORDS = 250
SOURCES = {
    "articles/allsides": 20000,
    "articles/reuters21578": 8000,
    "summaries/cnndm_train": 5000,
    "summaries/cnndm_train2": 5000,
    "summaries/xsum_train": 5000,
    "summaries/bbc_extractive": 5000,
}


def words(text):
    """As `words` in src/cluster/words.rs does it, grammar words left in: they are common by themselves."""
    for piece in re.split(r"[^\w.,]+", text.replace("_", " ")):
        word = piece.strip(".,").replace(",", "").lower()
        if len(word) < 2:
            continue
        if len(word) > 4 and word.endswith("s") and not word.endswith("ss"):
            word = word[:-1]
        yield word


def main(data):
    df, texts = collections.Counter(), 0
    for name, most in SOURCES.items():
        with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line, _ in zip(lines, range(most)):
                row = json.loads(line)
                text = " ".join(str(row.get("article") or "").split()[:WORDS])
                df.update(set(words(str(row.get("headline") or "") + " " + text)))
                texts += 1
    steps = collections.defaultdict(list)
    for word, count in df.items():
        if count >= LEAST and word.isalpha():
            steps[round(2 * math.log(texts / count))].append(word)
    print(texts)
    for step in sorted(steps):
        print(step, *sorted(steps[step]))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
