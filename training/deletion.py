#!/usr/bin/env python3
"""Trains the deletion head of Broadsheet over the frozen all-MiniLM-L6-v2: data -> weights -> metrics.

    deletion.py cache     --base DIR --data FILE --work DIR             words, labels and states of each sentence, once
    deletion.py train     --base DIR --work DIR --out DIR               weights
    deletion.py cross     --base DIR --work DIR                         each part's likelihoods by a head trained on the others
    deletion.py evaluate  --base DIR --work DIR --model DIR             cross-entropy, AUC and F1 of words, on the test part
    deletion.py sentences --work DIR --part PART --out FILE             sentences for `cargo bench --bench shorten`
    deletion.py shortened --work DIR --part PART --in FILE              what the program made of them, against the editors
    deletion.py parity    --base DIR --model DIR --out FILE             the fixture that the Rust side is tested by

Recipe
  Task        For each word of a sentence: how likely does an editor's compression keep it (sentence compression by deletion;
              Knight and Marcu 2002, Clarke and Lapata 2008, Filippova et al. 2015)?
  Data        Pairs whose compression is a subsequence of the sentence's words: the written (BNC) and spoken (broadcast, three
              editors) corpora of Clarke and Lapata, and the evaluation part of Google's (Filippova and Altun 2013). Tokenised text
              is put together again, so that it reads as the product's. Of several ways to align the one with the fewest gaps.
  States      Each sentence is read alone; a word has the mean of its pieces' states after two layers of the encoder, whose
              weights stay as they are.
  Head        Both states and the word's shape (its capitals and digits) are projected; each word sees its two neighbours; one
              transformer layer over the sentence; one score. A corpus has its own constant, as its editors cut more or less:
              the mean of the constants is kept.
  Parts       Eight, by a hash of the document's id, so that no document is in two. Part 0 is the test and no choice was made on it;
              choices of the head were made on part 1, the program's thresholds on likelihoods of parts 1 to 7 by
              `cross`.
  Training    Cross-entropy against the share of editors who keep the word, punctuation left out, each sentence weighted by its
              words to the power -0.5, AdamW, linear warm-up and decay, running mean of the weights. Fixed seed.
"""
import argparse
import collections
import copy
import hashlib
import json
import math
import pathlib
import pickle
import random
import re
import sys

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

from entities import FOLD, SHAPES, Base, features, is_word_char, pieces_of, read_rows, split_words
from salience import descend

SETS = ["bnc", "broadcast", "google"]
PARTS = 8
TEST = 0
MOST_PIECES = 254  # of a sentence; words behind them are not read

# ------------------------------------------------------------------------------------------------ data


def joined(text):
    """Tokenised text as it is printed."""
    text = " ".join(text.split())
    text = re.sub(r"``\s*", "“", text)
    text = re.sub(r"\s*''", "”", text)
    text = re.sub(r"\s-{2,3}\s", " – ", text)
    text = re.sub(r"\s([,.;:?!)%])", r"\1", text)
    text = re.sub(r"([($£])\s", r"\1", text)
    text = re.sub(r"\s('(?:s|re|ve|m|ll|d)?|n't)(?=[\s,.;:?!)]|$)", r"\1", text, flags=re.I)
    return text


def words_of(text):
    """Spans of the words of a text, and which of them are words rather than punctuation."""
    spans = split_words(text)
    return spans, [any(map(is_word_char, text[s:e])) for s, e in spans]


def keys(text):
    spans, real = words_of(text)
    return [text[s:e].translate(FOLD).lower() for (s, e), r in zip(spans, real) if r]


def align(long, short):
    """Places in `long` of the words of `short`, in order, in as few runs as can be; None where it is no subsequence."""
    it = iter(long)
    if not short or not all(w in it for w in short):
        return None
    # For each place of the last word the fewest gaps before it; the first word may stand anywhere.
    gaps, back = dict.fromkeys(range(-1, len(long) - 1), 0), []
    for word in short:
        now, before, least = {}, {}, None
        for j, w in enumerate(long):
            if j - 2 in gaps and (least is None or gaps[j - 2] < least[0]):
                least = (gaps[j - 2], j - 2)
            if w == word:
                options = [(gaps[j - 1], j - 1)] if j - 1 in gaps else []
                options += [(least[0] + 1, least[1])] if least else []
                if options:
                    now[j], before[j] = min(options)
        gaps = now
        back.append(before)
    j, places = min(gaps, key=lambda j: (gaps[j], j)), []
    for before in reversed(back):
        places.append(j)
        j = before[j]
    return places[::-1]


def document(row):
    return row["id"].rsplit(".", 1)[0] if row["set"] in ("bnc", "broadcast") else row["id"]


def part_of(row):
    return int(hashlib.md5(document(row).encode()).hexdigest(), 16) % PARTS


def load_pairs(path):
    """Sentences whose editors only left words out: text, spans, real (is it a word), kept (a row of places for each editor)."""
    out, seen, counts = [], set(), collections.Counter()
    for row in read_rows(path):
        text = joined(row["article"])
        if text in seen or not 5 <= len(text.split()) <= 90:
            continue
        seen.add(text)
        long, (spans, real) = keys(text), words_of(text)
        kept = [align(long, keys(joined(r))) for r in row["references"]]
        kept = [k for k in kept if k]
        counts[row["set"], "all"] += 1
        # Headlines that happen to be a subsequence are too few to learn their style from.
        if row["set"] not in SETS or not kept:
            continue
        counts[row["set"], "used"] += 1
        places = [n for n, r in enumerate(real) if r]
        label = np.zeros(len(spans), np.float32)
        for k in kept:
            label[[places[i] for i in k]] += 1 / len(kept)
        out.append({"id": row["id"], "set": row["set"], "part": part_of(row), "text": text, "spans": spans, "real": real,
                    "kept": kept, "label": label})  # fmt: skip
    return out, counts


def states(base, sentences, layers, budget=3000):
    """For each sentence its words' states after each of `layers` layers, and how many words were read."""
    pieces = [pieces_of(base.tokenizer, [s["text"][a:b] for a, b in s["spans"]]) for s in sentences]
    out = [None] * len(sentences)
    order = sorted(range(len(sentences)), key=lambda i: sum(map(len, pieces[i])))
    while order:
        n = 1
        while n < len(order) and (n + 1) * min(MOST_PIECES + 2, sum(map(len, pieces[order[n]]))) <= budget:
            n += 1
        batch, order = order[:n], order[n:]
        rows, words = [], []
        for i in batch:
            ids, own = [base.cls], []
            for p in pieces[i]:
                if len(ids) + len(p) > MOST_PIECES + 1:
                    break
                own.append((len(ids), len(ids) + len(p)))
                ids += p
            rows.append(torch.tensor([*ids, base.sep]))
            words.append(own)
        ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
        mask = torch.arange(ids.shape[1])[None] < torch.tensor([len(r) for r in rows])[:, None]
        with torch.no_grad():
            x, at = base.embed(ids), []
            for layer in range(max(layers)):
                x = base.layer(x, layer, mask[:, None, None], base.linear)
                if layer + 1 in layers:
                    at.append(x)
            x = torch.cat(at, -1)
            for r, i in enumerate(batch):
                means = [x[r, a:b].mean(0) for a, b in words[r]]
                out[i] = torch.stack(means).numpy() if means else np.zeros((0, x.shape[-1]), np.float32)
    return out


def shapes(sentence):
    ids, first, _ = features([sentence["text"][a:b] for a, b in sentence["spans"]])
    return np.array(ids), np.array(first)


def cache(base, args):
    sentences, counts = load_pairs(args.data)
    for s, x in zip(sentences, states(base, sentences, args.layers)):
        n = len(x)
        s |= {"states": x.astype(np.float16), "spans": s["spans"][:n], "real": s["real"][:n], "label": s["label"][:n]}
        s["shape"], s["first"] = shapes(s)
    path = pathlib.Path(args.work)
    path.mkdir(parents=True, exist_ok=True)
    (path / "sentences.pkl").write_bytes(pickle.dumps({"layers": args.layers, "sentences": sentences}))
    for name in SETS:
        own = [s for s in sentences if s["set"] == name]
        share = np.mean([s["label"][np.array(s["real"])].mean() for s in own])
        print(f"{name}: {counts[name, 'used']} of {counts[name, 'all']} used, test {sum(s['part'] == TEST for s in own)}, kept {share:.3f}")


def load(args):
    saved = pickle.loads((pathlib.Path(args.work) / "sentences.pkl").read_bytes())
    return saved["layers"], [s for s in saved["sentences"] if len(s["states"])]


# ------------------------------------------------------------------------------------------------ model


class Head(torch.nn.Module):
    def __init__(self, layers, size=96, blocks=1, heads=4, dropout=0.3, vector=384):
        super().__init__()
        linear, norm = torch.nn.Linear, torch.nn.LayerNorm
        self.of, self.size, self.heads, self.dropout, self.vector = list(layers), size, heads, dropout, vector
        self.states = linear(len(self.of) * vector, size)
        self.shape = torch.nn.Parameter(torch.randn(len(SHAPES), size) * 0.1)
        self.first = torch.nn.Parameter(torch.randn(size) * 0.1)
        self.norm = norm(size)
        self.near = linear(3 * size, size)
        self.layers = torch.nn.ModuleList(
            torch.nn.ModuleDict({"attention_norm": norm(size), "qkv": linear(size, 3 * size), "attention": linear(size, size),
                                 "inner_norm": norm(size), "inner": linear(size, 2 * size), "output": linear(2 * size, size)})
            for _ in range(blocks)
        )  # fmt: skip
        self.final = norm(size)
        self.out = linear(size, 1)
        self.corpus = torch.nn.Parameter(torch.zeros(len(SETS)))

    def forward(self, b):
        drop = lambda x: F.dropout(x, self.dropout, self.training)
        x = self.states(drop(b["states"])) + self.shape[b["shape"]] + b["first"][..., None] * self.first
        x = self.norm(x) * b["mask"][..., None]
        side = F.pad(x, (0, 0, 1, 1))
        x = drop(x + F.gelu(self.near(torch.cat([side[:, :-2], x, side[:, 2:]], -1))))
        n, length, d = x.shape
        for layer in self.layers:
            q, k, w = layer["qkv"](layer["attention_norm"](x)).view(n, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
            a = F.scaled_dot_product_attention(q, k, w, attn_mask=b["mask"][:, None, None]).transpose(1, 2).reshape(n, length, d)
            x = x + drop(layer["attention"](a))
            x = x + drop(layer["output"](F.gelu(layer["inner"](layer["inner_norm"](x)))))
        score = self.out(drop(self.final(x))).squeeze(-1)
        return score + (self.corpus[b["set"]][:, None] if self.training else self.corpus.mean())

    def save(self, folder, trained):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        tensors = {k: v.detach().clone() for k, v in self.state_dict().items()}
        tensors["out.bias"] += tensors.pop("corpus").mean()
        save_file({k: v.half().contiguous() for k, v in tensors.items()}, folder / "model.safetensors")
        config = {"task": "deletion", "base": "all-MiniLM-L6-v2", "vector": self.vector, "states_after": self.of, "size": self.size,
                  "layers": len(self.layers), "heads": self.heads, "most_pieces": MOST_PIECES, "shapes": SHAPES, "trained": trained}  # fmt: skip
        (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")

    @staticmethod
    def load(folder):
        folder = pathlib.Path(folder)
        c = json.loads((folder / "config.json").read_text())
        head = Head(c["states_after"], c["size"], c["layers"], c["heads"])
        head.load_state_dict({k: v.float() for k, v in load_file(folder / "model.safetensors").items()} | {"corpus": torch.zeros(len(SETS))})
        return head.eval()


def collate(sentences):
    n, width = len(sentences), max(len(s["states"]) for s in sentences)
    b = {"states": torch.zeros(n, width, sentences[0]["states"].shape[1]), "shape": torch.zeros(n, width, dtype=torch.long),
         "first": torch.zeros(n, width), "mask": torch.zeros(n, width, dtype=torch.bool), "label": torch.zeros(n, width),
         "weight": torch.zeros(n, width), "set": torch.tensor([SETS.index(s.get("set", SETS[0])) for s in sentences])}  # fmt: skip
    for r, s in enumerate(sentences):
        m = len(s["states"])
        b["states"][r, :m] = torch.from_numpy(s["states"].astype(np.float32))
        b["shape"][r, :m], b["first"][r, :m] = torch.from_numpy(s["shape"]), torch.from_numpy(s["first"])
        b["mask"][r, :m] = True
        if "label" in s:
            real = torch.tensor(s["real"]).float()
            b["label"][r, :m], b["weight"][r, :m] = torch.from_numpy(s["label"]), real * max(1.0, real.sum().item()) ** -0.5
    return b


def likelihoods(head, sentences):
    out = [None] * len(sentences)
    order = sorted(range(len(sentences)), key=lambda i: len(sentences[i]["states"]))
    head.eval()
    with torch.no_grad():
        for at in range(0, len(order), 64):
            batch = order[at : at + 64]
            for i, p in zip(batch, torch.sigmoid(head(collate([sentences[i] for i in batch])))):
                out[i] = p[: len(sentences[i]["states"])].numpy()
    return out


# ------------------------------------------------------------------------------------------------ training and measures


def fit(sentences, layers, args, watch=None):
    torch.manual_seed(args.seed)
    head = Head(layers, args.size, args.blocks, dropout=args.dropout)
    mean = copy.deepcopy(head)
    optimiser = torch.optim.AdamW(head.parameters(), lr=args.lr, weight_decay=0.05, betas=(0.9, 0.98))
    total, step = args.epochs * math.ceil(len(sentences) / args.batch), 0
    for epoch in range(args.epochs):
        rng = random.Random(args.seed * 1000 + epoch)
        order = list(range(len(sentences)))
        rng.shuffle(order)
        # Like lengths together, so that little is padding.
        chunks = [sorted(order[i : i + 8 * args.batch], key=lambda i: len(sentences[i]["states"])) for i in range(0, len(order), 8 * args.batch)]
        batches = [c[i : i + args.batch] for c in chunks for i in range(0, len(c), args.batch)]
        rng.shuffle(batches)
        head.train()
        losses = []
        for batch in batches:
            b = collate([sentences[i] for i in batch])
            loss = (F.binary_cross_entropy_with_logits(head(b), b["label"], reduction="none") * b["weight"]).sum() / b["weight"].sum()
            descend(loss, head, mean, optimiser, args.lr, step, total, 0.99)
            step += 1
            losses.append(loss.item())
        line = {"epoch": epoch + 1, "loss": round(float(np.mean(losses)), 4)}
        if watch:
            line |= measures(watch, likelihoods(mean, watch))["all"]
        print(json.dumps(line), flush=True)
    return mean.eval()


def measures(sentences, likely):
    """Of words, by corpus: cross-entropy, AUC against the majority of editors, F1 of kept words at one half."""
    out = {}
    for name in ["all", *SETS]:
        own = [(s, p) for s, p in zip(sentences, likely) if name in ("all", s["set"])]
        if not own:
            continue
        y = np.concatenate([s["label"][np.array(s["real"])] for s, _ in own])
        p = np.clip(np.concatenate([p[np.array(s["real"])] for s, p in own]), 1e-4, 1 - 1e-4)
        kept = y >= 0.5
        rank = np.argsort(np.argsort(p)) + 1
        auc = (rank[kept].sum() - kept.sum() * (kept.sum() + 1) / 2) / (kept.sum() * (~kept).sum())
        tp = (kept & (p >= 0.5)).sum()
        entropy = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        out[name] = {"entropy": round(float(entropy), 4), "auc": round(float(auc), 4),
                     "f1": round(float(2 * tp / (kept.sum() + (p >= 0.5).sum())), 4), "all_kept_f1": round(float(2 * kept.mean() / (1 + kept.mean())), 4)}  # fmt: skip
    return out


def train(_, args):
    layers, sentences = load(args)
    own = [s for s in sentences if s["part"] != TEST and (args.all or s["part"] != 1)]
    head = fit(own, layers, args, None if args.all else [s for s in sentences if s["part"] == 1])
    print(sum(p.numel() for p in head.parameters()), "parameters,", len(own), "sentences")
    if not args.all:
        watch = [s for s in sentences if s["part"] == 1]
        print(json.dumps(measures(watch, likelihoods(head, watch))))
    if args.out:
        head.save(args.out, f"{len(own)} sentences of {', '.join(SETS)}; {args.epochs} epochs, seed {args.seed}")


def cross(_, args):
    """Likelihoods of parts 1 to 7, each by a head that has not seen it, nor the test part."""
    layers, sentences = load(args)
    found = {}
    for part in range(1, PARTS):
        head = fit([s for s in sentences if s["part"] not in (TEST, part)], layers, args)
        own = [s for s in sentences if s["part"] == part]
        found |= {s["id"]: p for s, p in zip(own, likelihoods(head, own))}
    (pathlib.Path(args.work) / "cross.pkl").write_bytes(pickle.dumps(found))
    own = [s for s in sentences if s["id"] in found]
    print(json.dumps(measures(own, [found[s["id"]] for s in own])))


def evaluate(_, args):
    _, sentences = load(args)
    own = [s for s in sentences if s["part"] == TEST]
    for name, row in measures(own, likelihoods(Head.load(args.model), own)).items():
        print(name, json.dumps(row))


# ------------------------------------------------------------------------------------------------ the program's sentences


def of_part(args):
    _, sentences = load(args)
    return [s for s in sentences if (s["part"] == TEST) == (args.part == "test")]


def sentences(_, args):
    """One line a sentence: text, and for `--part choice` the likelihoods of `cross`, as [start, end, likelihood] in bytes."""
    likely = pickle.loads((pathlib.Path(args.work) / "cross.pkl").read_bytes()) if args.part == "choice" else {}
    with open(args.out, "w", encoding="utf-8") as f:
        for s in of_part(args):
            row = {"id": s["id"], "text": s["text"]}
            if s["id"] in likely:
                at = lambda i: len(s["text"][:i].encode())
                row["likely"] = [[at(a), at(b), round(float(p), 5)] for (a, b), p, r in zip(s["spans"], likely[s["id"]], s["real"]) if r]
            f.write(json.dumps(row, ensure_ascii=False) + "\n")


def shortened(_, args):
    """Scores lines of {id, rules, head}, each a shorter sentence or null, against the editors."""
    made = {}
    for line in open(args.input, encoding="utf-8"):
        row = json.loads(line)
        made[row["id"]] = row
    own = [s for s in of_part(args) if s["id"] in made]
    for way in ("nothing", "rules", "head"):
        for name in ["all", *SETS]:
            print(f"{way:8} {name:10}", json.dumps(score([s for s in own if name in ("all", s["set"])], made, way)))


def score(own, made, way):
    """f1: of kept words, mean over editors and sentences. rate: kept share of words. precision: share of deleted words that the
    editor deletes, mean over editors. spans: share of runs of deleted words of which some editor deletes at least four fifths."""
    f1, total, left, gone, right, runs, good, changed = [], 0, 0, 0, 0.0, 0, 0, 0
    for s in own:
        long = keys(s["text"])
        short = keys(made[s["id"]].get(way) or s["text"])
        places = align(long, short)
        if places is None:
            raise SystemExit(f"{s['id']}: not words of the sentence: {made[s['id']][way]}")
        kept = set(places)
        out = [i for i in range(len(long)) if i not in kept]
        editors = [set(k) for k in s["kept"]]
        f1.append(np.mean([2 * len(kept & e) / (len(kept) + len(e)) for e in editors]))
        total, left, gone, changed = total + len(long), left + len(kept), gone + len(out), changed + bool(out)
        right += sum(np.mean([i not in e for e in editors]) for i in out)
        for k, i in enumerate(out):
            if k and out[k - 1] == i - 1:
                continue
            j = i
            while j + 1 in set(out):
                j += 1
            runs += 1
            good += max(np.mean([n not in e for n in range(i, j + 1)]) for e in editors) >= 0.8
    ratio = lambda a, b: round(float(a / b), 4) if b else None
    return {"sentences": len(own), "changed": changed, "f1": round(float(np.mean(f1)), 4), "rate": ratio(left, total), "deleted": gone,
            "precision": ratio(right, gone), "runs": runs, "spans": ratio(good, runs)}  # fmt: skip


# Made up for this file.
PARITY = [
    "The old bridge, which was built by hand, collapsed on Tuesday under two lorries.",
    "Ferries between Port Ansel and Merrow were halted early this morning after inspectors found cracks in two hulls, officials said.",
    "“We will not sail,” said Ilse Brandt, the operator’s director, “until every weld has been checked.”",
    "Unfortunately, the bakery on Quay Street – once the pride of Dunmere – closed for the last time in heavy rain.",
    "It didn't help that prices rose 3.5% in May, adding to pressure on the bank.",
    "No.",
    "VELLAND CUTS ITS KEY RATE TO 3.75 PERCENT",
    "Zoë Çelik, an economist at Aldertech, warned that wages, rents and fares still rise too fast in most of the larger towns.",
]


def parity(base, args):
    head, rows = Head.load(args.model), []
    for text in PARITY:
        spans, real = words_of(text)
        rows.append({"text": text, "spans": spans, "real": real})
    for s, x in zip(rows, states(base, rows, head.of)):
        s["states"], (s["shape"], s["first"]) = x, shapes(s)
    out = []
    for s, p in zip(rows, [likelihoods(head, [s])[0] for s in rows]):
        words = [[s["text"][a:b], round(float(x), 5)] for (a, b), x, r in zip(s["spans"], p, s["real"]) if r]
        out.append({"text": s["text"], "words": words})
    about = "Made-up sentences: each word with the likelihood that an editor keeps it."
    pathlib.Path(args.out).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(args.out).write_text(json.dumps({"about": about, "sentences": out}, ensure_ascii=False).replace('{"text"', '\n{"text"') + "\n")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("command", choices=["cache", "train", "cross", "evaluate", "sentences", "shortened", "parity"])
    ap.add_argument("--base", default="~/.local/share/broadsheet/models/all-MiniLM-L6-v2")
    ap.add_argument("--data", default="../../shared/data/summaries/sentence_compression.jsonl.gz")
    ap.add_argument("--work", help="folder for sentences with their states, and likelihoods")
    ap.add_argument("--model")
    ap.add_argument("--out")
    ap.add_argument("--in", dest="input")
    ap.add_argument("--part", choices=["choice", "test"], default="choice", help="parts 1 to 7, or part 0")
    ap.add_argument("--layers", type=int, nargs="+", default=[3, 6], help="of cache: states after so many layers")
    ap.add_argument("--all", action="store_true", help="of train: part 1 too; never the test part")
    ap.add_argument("--size", type=int, default=96)
    ap.add_argument("--blocks", type=int, default=1)
    ap.add_argument("--dropout", type=float, default=0.3)
    ap.add_argument("--epochs", type=int, default=4)
    ap.add_argument("--batch", type=int, default=32)
    ap.add_argument("--lr", type=float, default=1.5e-3)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--threads", type=int, default=1)
    args = ap.parse_args()
    torch.set_num_threads(args.threads)
    base = Base(args.base) if args.command in ("cache", "parity") else None
    {"cache": cache, "train": train, "cross": cross, "evaluate": evaluate, "sentences": sentences, "shortened": shortened,
     "parity": parity}[args.command](base, args)  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
