#!/usr/bin/env python3
"""Trains the salience head of Broadsheet over the frozen all-MiniLM-L6-v2: data -> weights -> metrics.

    salience.py prepare  --data DIR --broadsheet PROGRAM --work DIR    sentences, as the product splits them
    salience.py encode   --base DIR --work DIR                         the vector of each sentence and title, once
    salience.py train    --base DIR --work DIR --out DIR               weights, with a checkpoint in --work
    salience.py predict  --base DIR --work DIR --model DIR --set NAME --words N --pred FILE [--shuffle]
    salience.py parity   --base DIR --model DIR --out FILE             the fixture that the Rust side is tested by

Recipe
  Idea        A sentence belongs into the summary if its words will be there. So the head says for each word of a story
              how likely a summary has it, and sentences are taken one by one for the words that they add: supervised
              concepts and coverage (Gillick and Favre 2009; Li, Qian and Liu 2013), here over sentences in context as in
              BERTSUM (Liu and Lapata 2019). A summary labels every word of its article but only two or three of the
              sentences, which is what makes a few thousand summaries enough.
  Sentences   Each is encoded alone by all-MiniLM-L6-v2, whose weights stay as they are. Vector, vector of the title, their
              product, and 33 features (place, length, quotation, likeness to title, neighbours and centre, what other
              documents of the story say) go through a transformer layer over the sentences of a document.
  Words       A word is a run of letters and digits, known by its first six in lower case. 20 features (where and how often it
              stands, in how many documents and titles, how rare it is) and the mean and maximum of the states of its
              sentences go through one hidden layer.
  Training    Cross-entropy against "the summary has the word", each story weighted by its number of words to the power
              0.3, AdamW, linear warm-up and decay, running mean of the weights. The title is withheld from three stories in
              ten. An eighth of the stories is held out for every choice. Fixed seed.
  Weak labels Not in the weights in models/, since nothing was won (their card): articles of AllSides, whose headline and first
              sentences stand for the summary of the rest.
"""
import argparse
import collections
import copy
import gzip
import hashlib
import itertools
import json
import math
import pathlib
import pickle
import random
import re
import subprocess
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

from entities import Base, is_word_char

# ------------------------------------------------------------------------------------------------ text

KEY = 6  # letters of a word that tell it from others
# Words too frequent to tell what a sentence is about.
STOP = frozenset(
    "about after against also because been before being between could does during from have into just like many more most much "
    "only other over said says should since some such than that their them then there these they this those through told "
    "under until very were what when where which while whom whose will with would your according".split()
)  # fmt: skip
# First words that lean on the sentence before.
LEANING = frozenset(
    "also and but he her him his however i instead it its meanwhile my or our she so such that their them then there these they "
    "this those we you".split()
)  # fmt: skip
CLOSING = "\"'”’)]"
CONTINUED = 1995  # of BERT's vocabulary: ids above are words and pieces, the frequent ones first
LONGEST = 32  # letters of a word that are looked up
FEATURES, WORD_FEATURES = 33, 20
MOST_SENTENCES, MOST_DOCUMENTS = 200, 24  # of a document, of a story; the rest is not read
ALPHA, GAMMA = 0.7, 0.4  # of `gain`


def words_of(text):
    """(key, starts with a capital, lower-cased) of each word of a text."""
    out, word = [], []
    for c in text + " ":
        if is_word_char(c):
            word.append(c)
        elif word:
            lower = "".join(word).lower()
            out.append((lower[:KEY], word[0].isupper(), lower))
            word = []
    return out


def digit(c):
    return "0" <= c <= "9"


def content_keys(words):
    """Numbers whole, other words of four letters or more that are not in STOP by their key."""
    for key, _, lower in words:
        if any(map(digit, lower)):
            yield lower
        elif len(lower) >= 4 and lower not in STOP:
            yield key


class Vocabulary:
    """How rare words are: the pieces of BERT's vocabulary are sorted by frequency."""

    def __init__(self, tokenizer):
        self.ids = tokenizer.get_vocab(with_added_tokens=False)
        self.known = {}

    def rank(self, word):
        """(rarity from 0 to 1, 1 if only the beginning of the word is in the vocabulary) of a lower-cased word."""
        if word not in self.known:
            n = next((n for n in range(min(len(word), LONGEST), 0, -1) if word[:n] in self.ids), 0)
            rarity = min(1.0, math.log(1 + max(self.ids[word[:n]] - CONTINUED, 0)) / 10.3) if n else 1.0
            self.known[word] = rarity, float(n < len(word))
        return self.known[word]


# ------------------------------------------------------------------------------------------------ features


def text_features(sentences, title):
    """19 features of each sentence of a document, and its set of content keys."""
    words = [words_of(t) for t in sentences]
    sets = [set(content_keys(w)) for w in words]
    named = set(content_keys(words_of(title))) if title else set()
    share = collections.Counter(k for keys in sets for k in keys)
    n, seen, rows = len(sentences), set(), []
    for i, (text, ws, keys) in enumerate(zip(sentences, words, sets)):
        bare = text.rstrip(CLOSING)
        m, count = len(keys), len(ws)
        shared = sum(share[k] - 1 for k in keys) / max(n - 1, 1)
        common = len(keys & named)
        new = len(keys - seen)
        seen |= keys
        rows.append([
            i / n, math.log(1 + i), 1 / (1 + i), math.log(n), math.log(1 + count), min(count, 60) / 30,
            math.log(1 + sum(any(map(digit, lower)) for _, _, lower in ws)),
            float(any(c in text for c in '"“”')),
            float(text.count('"') % 2 == 1 or text.count("“") != text.count("”")),
            float(bare.endswith((".", "!"))), float(bare.endswith("?")), float(bool(ws) and ws[0][2] in LEANING),
            sum(capital for _, capital, _ in ws[1:]) / count if count else 0.0, float(text[:1] in ('"', "“", "‘", "'")),
            shared / m if m else 0.0, shared / 5, common / len(named) if named else 0.0, common / m if m else 0.0, new / m if m else 0.0,
        ])  # fmt: skip
    return rows, sets


def unit(x):
    return x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-9)


def read_story(documents, vocabulary):
    """All that the head is given of a story. documents: [{title, sentences, title_vector, vectors}], none without sentences; unit
    vectors."""
    nd = len(documents)
    texts = [text_features(d["sentences"], d["title"]) for d in documents]
    vectors = [np.asarray(d["vectors"], np.float32) for d in documents]
    centres = [unit(v.sum(0)) for v in vectors]
    story = unit(np.sum([v.sum(0) for v in vectors], 0))
    everything = [set().union(*sets) for _, sets in texts]
    rows, titles, of = [], [], []
    for i, (v, (text_rows, sets)) in enumerate(zip(vectors, texts)):
        n = len(v)
        titled = documents[i]["title_vector"] is not None
        title = np.asarray(documents[i]["title_vector"], np.float32) if titled else np.zeros(v.shape[1], np.float32)
        like = v @ v.T
        others = (like.sum(1) - np.diag(like)) / max(n - 1, 1)
        nearest = (like - 4 * np.eye(n, dtype=np.float32)).max(1) if n > 1 else np.zeros(n)
        before = np.array([like[j, j - 1] if j else 0 for j in range(n)])
        after = np.array([like[j, j + 1] if j + 1 < n else 0 for j in range(n)])
        zero = np.zeros(n)
        support, strongest, lexical, central, weight = zero, zero, zero, zero, zero
        if nd > 1:
            best = np.stack([(v @ vectors[j].T).max(1) for j in range(nd) if j != i], 1)
            support, strongest = best.mean(1), best.max(1)
            held = [[sum(k in everything[j] for j in range(nd) if j != i) / (nd - 1) for k in keys] for keys in sets]
            lexical = np.array([sum(h) / len(h) if h else 0.0 for h in held])
            central, weight = v @ story, np.full(n, float(centres[i] @ story))
        rows.append(np.concatenate([
            np.array(text_rows),
            np.stack([v @ centres[i], v @ title, np.full(n, float(titled)), v @ v[0], nearest, others, before, after,
                      np.full(n, math.log(nd)), support, strongest, lexical, central, weight], 1),
        ], 1))  # fmt: skip
        titles.append(np.repeat(title[None], n, 0))
        of += [i] * n
    keys, word_rows, flat = read_words(documents, vocabulary)
    pairs = sorted({(w, s) for s, row in enumerate(flat) for w in row})
    return {
        "vectors": np.concatenate(vectors), "titles": np.concatenate(titles).astype(np.float32), "document": np.array(of),
        "features": np.concatenate(rows).astype(np.float32), "word_features": word_rows, "keys": keys, "flat": flat,
        "word": np.array([w for w, _ in pairs], np.int64), "sentence": np.array([s for _, s in pairs], np.int64),
    }  # fmt: skip


def read_words(documents, vocabulary):
    """The story's words in order of appearance, 20 features of each, and each sentence as words."""
    nd = len(documents)
    named = [{k for k, _, _ in words_of(d["title"])} if d["title"] else set() for d in documents]
    at, seen, flat = {}, [], []
    for i, d in enumerate(documents):
        n = len(d["sentences"])
        for s, text in enumerate(d["sentences"]):
            row = []
            for place, (key, capital, lower) in enumerate(words_of(text)):
                if key not in at:
                    at[key] = len(seen)
                    seen.append({"lower": lower, "documents": set(), "sentences": set(), "count": 0, "first": s, "part": s / n,
                                 "capitals": 0, "inside": 0, "lead": 0})  # fmt: skip
                w = seen[at[key]]
                w["documents"].add(i)
                w["sentences"].add((i, s))
                w["count"] += 1
                w["first"], w["part"] = min(w["first"], s), min(w["part"], s / n)
                if place:
                    w["inside"] += 1
                    w["capitals"] += capital
                w["lead"] += s < 3
                row.append(at[key])
            flat.append(row)
    leads = sum(min(3, len(d["sentences"])) for d in documents)
    rows = np.zeros((len(seen), WORD_FEATURES), np.float32)
    for key, n in at.items():
        w = seen[n]
        rare, partial = vocabulary.rank(w["lower"])
        share = len(w["documents"]) / nd if nd > 1 else 0.0
        spread = len(w["sentences"]) / len(flat)
        in_titles = sum(key in t for t in named) / nd
        rows[n] = [
            share, float(len(w["documents"]) > 1), spread, math.log(w["count"]), 1 / (1 + w["first"]), w["part"], in_titles,
            float(in_titles > 0), float(any(named)), rare, partial, rare * spread * 5, w["capitals"] / w["inside"] if w["inside"] else 0.0,
            float(any(map(digit, key))), len(key) / KEY, math.log(len(flat)) / 4, math.log(nd), float(w["first"] == 0), share * rare,
            w["lead"] / leads,
        ]  # fmt: skip
    return list(at), rows, flat


# ------------------------------------------------------------------------------------------------ model


class Head(torch.nn.Module):
    def __init__(self, size=64, layers=1, hidden=48, heads=4, dropout=0.2, vector=384):
        super().__init__()
        linear, norm = torch.nn.Linear, torch.nn.LayerNorm
        self.size, self.heads, self.dropout, self.vector = size, heads, dropout, vector
        for name, n in (("features", FEATURES), ("words", WORD_FEATURES)):
            self.register_buffer(f"{name}_mean", torch.zeros(n))
            self.register_buffer(f"{name}_scale", torch.ones(n))
        self.feature = linear(FEATURES, size)
        self.own, self.title, self.product = (linear(vector, size, bias=False) for _ in range(3))
        self.norm = norm(size)
        self.layers = torch.nn.ModuleList(
            torch.nn.ModuleDict({"attention_norm": norm(size), "qkv": linear(size, 3 * size), "attention": linear(size, size),
                                 "inner_norm": norm(size), "inner": linear(size, 2 * size), "output": linear(2 * size, size)})
            for _ in range(layers)
        )  # fmt: skip
        self.final = norm(size)
        self.hidden, self.out = linear(WORD_FEATURES + 2 * size, hidden), linear(hidden, 1)

    def forward(self, b):
        drop = lambda x: F.dropout(x, self.dropout, self.training)
        scaled = lambda x, name: ((x - getattr(self, f"{name}_mean")) / getattr(self, f"{name}_scale")).clamp(-5, 5)
        x = self.feature(scaled(b["features"], "features"))
        # Components of unit vectors are small: here they have about unit variance.
        v, t = (b[k] * math.sqrt(self.vector) for k in ("vectors", "titles"))
        x = x + self.own(drop(v)) + self.title(drop(t)) + self.product(drop(v * t))
        x = drop(self.norm(x))
        n, length, d = x.shape
        for layer in self.layers:
            q, k, w = layer["qkv"](layer["attention_norm"](x)).view(n, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
            a = F.scaled_dot_product_attention(q, k, w, attn_mask=b["allowed"][:, None]).transpose(1, 2).reshape(n, length, d)
            x = x + drop(layer["attention"](a))
            x = x + drop(layer["output"](F.gelu(layer["inner"](layer["inner_norm"](x)))))
        z = self.final(x).reshape(n * length, d)[b["sentence"]]
        words = scaled(b["word_features"], "words")
        mean = torch.zeros(len(words), d).index_add(0, b["word"], z) / b["spread"][:, None]
        top = torch.full((len(words), d), -1e4).scatter_reduce(0, b["word"][:, None].expand(-1, d), z, "amax")
        return self.out(drop(F.gelu(self.hidden(torch.cat([words, mean, top], 1))))).squeeze(1)

    def save(self, folder, trained):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        save_file({k: v.detach().half().contiguous() for k, v in self.state_dict().items()}, folder / "model.safetensors")
        config = {
            "task": "salience", "base": "all-MiniLM-L6-v2", "vector": self.vector, "size": self.size, "layers": len(self.layers),
            "heads": self.heads, "hidden": self.hidden.out_features, "features": FEATURES, "word_features": WORD_FEATURES,
            "word_key": KEY, "vocabulary_from": CONTINUED, "length_power": ALPHA, "repeat": GAMMA,
            "most_sentences": MOST_SENTENCES, "most_documents": MOST_DOCUMENTS, "stop_words": sorted(STOP), "leaning": sorted(LEANING),
            "trained": trained,
        }  # fmt: skip
        (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")

    @staticmethod
    def load(folder):
        folder = pathlib.Path(folder)
        c = json.loads((folder / "config.json").read_text())
        head = Head(c["size"], c["layers"], c["hidden"], c["heads"])
        head.load_state_dict({k: v.float() for k, v in load_file(folder / "model.safetensors").items()})
        return head.eval()


def collate(stories, rng=None):
    sizes = [len(s["vectors"]) for s in stories]
    n, width = len(stories), max(sizes)
    b = {"vectors": torch.zeros(n, width, 384), "titles": torch.zeros(n, width, 384), "features": torch.zeros(n, width, FEATURES)}
    document = torch.full((n, width), -1)
    words, at, where, offset = [], [], [], 0
    for r, s in enumerate(stories):
        rows, features = s["word_features"], s["features"]
        b["vectors"][r, : sizes[r]] = torch.from_numpy(s["vectors"])
        if rng is not None and rng.random() < 0.3:
            rows, features = rows.copy(), features.copy()
            rows[:, [6, 7, 8]] = 0
            features[:, [16, 17, 20, 21]] = 0
        else:
            b["titles"][r, : sizes[r]] = torch.from_numpy(s["titles"])
        b["features"][r, : sizes[r]] = torch.from_numpy(features)
        document[r, : sizes[r]] = torch.from_numpy(s["document"])
        words.append(rows)
        at.append(s["word"] + offset)
        where.append(s["sentence"] + r * width)
        offset += len(rows)
    b["allowed"] = (document[:, :, None] == document[:, None, :]) | torch.eye(width, dtype=torch.bool)
    b["word_features"], b["word"], b["sentence"] = (torch.from_numpy(np.concatenate(x)) for x in (words, at, where))
    b["spread"] = torch.bincount(b["word"], minlength=offset).float()
    b["sizes"] = [len(w) for w in words]
    return b


def batches_of(stories, budget, rng=None):
    """Batches of stories of like length, at most `budget` sentences with padding."""
    size = lambda i: len(stories[i]["vectors"])
    order = list(range(len(stories)))
    if rng:
        rng.shuffle(order)
    order.sort(key=lambda i: size(i) // (6 if rng else 1))
    out, now = [], []
    for i in order:
        if now and (len(now) + 1) * max(map(size, [*now, i])) > budget:
            out.append(now)
            now = []
        now.append(i)
    out.append(now)
    if rng:
        rng.shuffle(out)
    return out


def likelihoods(head, stories):
    out = [None] * len(stories)
    with torch.no_grad():
        for batch in batches_of(stories, 2000):
            b = collate([stories[i] for i in batch])
            for i, p in zip(batch, torch.sigmoid(head(b)).split(b["sizes"])):
                out[i] = p.numpy()
    return out


# ------------------------------------------------------------------------------------------------ selection


def gain(row, likely, covered):
    """What a sentence adds: the log of the expected number of the summary's words in it, less ALPHA times the log of its own number of
    words. The n-th time a word is said (in what is covered and in this sentence) counts GAMMA to the power n."""
    total = 0.0
    for w, m in sorted(collections.Counter(row).items()):
        total += float(likely[w]) * GAMMA ** covered.get(w, 0) * (1 - GAMMA**m) / (1 - GAMMA)
    return math.log(max(total, 1e-6)) - ALPHA * math.log(max(len(row), 1))


def choose(sentences, flat, likely, budget):
    """Greedy: the sentence that adds most, until about so many words are there."""
    length = [len(t.split()) for t in sentences]
    free = {i for i, row in enumerate(flat) if row and length[i] >= 5} or {i for i, row in enumerate(flat) if row}
    picked, covered, total = [], collections.Counter(), 0
    value = {i: gain(flat[i], likely, covered) for i in free}
    while free and total < budget:
        best = min(free, key=lambda i: (-value[i], i))
        free.discard(best)
        if picked and total + length[best] > 1.15 * budget:
            if total >= 0.85 * budget:
                break
            continue
        picked.append(best)
        total += length[best]
        covered.update(flat[best])
        said = set(flat[best])
        value.update({i: gain(flat[i], likely, covered) for i in free if not said.isdisjoint(flat[i])})
    return sorted(picked)


# ------------------------------------------------------------------------------------------------ data

TRAIN = ["cnndm_train", "cnndm_train2", "newts_train", "inshorts_train", "neus_train"]
WEAK = "allsides"  # articles without summaries
DEV = ["cnndm_dev", "inshorts_dev", "neus_dev", "multi_news_dev"]


def read_rows(path):
    with gzip.open(path, "rt", encoding="utf-8") as f:
        return [json.loads(line) for line in f if line.strip()]


def same_text(text):
    return re.sub(r"\W+", "", text.lower())[20:100]


def prepare(args):
    """Stories with the product's sentences. A training story of which a development set has the text is left out."""
    stories = []
    for name in TRAIN + DEV:
        for row in read_rows(pathlib.Path(args.data) / f"{name}.jsonl.gz"):
            docs = row.get("docs") or [{"title": row.get("headline"), "text": row["article"]}]
            docs = [{"title": d.get("title"), "text": d["text"]} for d in docs]
            refs = [row["summary"]] + ([row["summary2"]] if row.get("summary2") else [])
            key = same_text(docs[0]["text"])
            held = int(hashlib.md5(key.encode()).hexdigest(), 16) % 8 == 0 and name in TRAIN
            stories.append({"set": name, "id": str(row["id"]), "docs": docs, "references": refs, "held": held})
    known = {same_text(d["text"]) for s in stories if s["set"] in DEV for d in s["docs"]}
    stories = [s for s in stories if s["set"] in DEV or known.isdisjoint(same_text(d["text"]) for d in s["docs"])]
    weak = weak_stories(pathlib.Path(args.data).parent / f"articles/{WEAK}.jsonl.gz", args.most_weak, stories)
    split(args.broadsheet, stories + weak)
    write(args.work, "stories.pkl", stories + [s for s in weak if take_lead(s)])


def weak_stories(path, most, stories):
    """Some articles, in random order, with the headline as a reference; none whose text is held out or in a development set."""
    known = {same_text(d["text"]) for s in stories if s["held"] or s["set"] in DEV for d in s["docs"]}
    rows = read_rows(path) if most else []
    random.Random(5).shuffle(rows)
    usable = (r for r in rows if r["headline"] and 1500 < len(r["article"]) < 9000 and same_text(r["article"]) not in known)
    return [
        {"set": WEAK, "id": str(r["id"]), "docs": [{"title": None, "text": r["article"]}], "references": [r["headline"]], "held": False}
        for r in itertools.islice(usable, most)
    ]


def take_lead(story, words=40):
    """Moves the first sentences of a weak story, `words` and more, into its reference; False where too little is left to choose from."""
    sentences, n, lead = story["docs"][0]["sentences"], 0, 0
    while lead < len(sentences) and n < words:
        n += len(sentences[lead].split())
        lead += 1
    story["references"] = [" ".join([*story["references"], *sentences[:lead]])]
    story["docs"][0]["sentences"] = sentences[lead : lead + 60]
    return len(sentences) - lead >= 6


def split(program, stories):
    """Gives each document the sentences that the product finds in it."""
    lines = "".join(json.dumps({"id": f"{n}/{k}", "text": d["text"]}) + "\n" for n, s in enumerate(stories) for k, d in enumerate(s["docs"]))
    run = subprocess.run([program, "segment", "--input-format", "jsonl", "-"], input=lines.encode(), stdout=subprocess.PIPE)
    spans = {r["id"]: r["sentences"] for r in map(json.loads, run.stdout.decode().splitlines())}
    for n, s in enumerate(stories):
        for k, d in enumerate(s["docs"]):
            d["sentences"] = [d["text"][a:b] for a, b in spans.get(f"{n}/{k}", [])]


def write(work, name, value):
    path = pathlib.Path(work)
    path.mkdir(parents=True, exist_ok=True)
    (path / name).write_bytes(pickle.dumps(value))


def sentence_vectors(base, texts, budget=4096):
    """The base model's unit vectors, each text alone; like the product, but that 254 pieces of a text are read."""
    ids = [[base.cls, *e.ids[:254], base.sep] for e in base.tokenizer.encode_batch(texts, add_special_tokens=False)]
    out = np.zeros((len(texts), 384), np.float32)
    order = sorted(range(len(texts)), key=lambda i: len(ids[i]))
    while order:
        n = 1
        while n < len(order) and (n + 1) * len(ids[order[n]]) <= budget:
            n += 1
        batch, order = order[:n], order[n:]
        rows = torch.nn.utils.rnn.pad_sequence([torch.tensor(ids[i]) for i in batch], batch_first=True)
        mask = torch.arange(rows.shape[1])[None] < torch.tensor([len(ids[i]) for i in batch])[:, None]
        with torch.no_grad():
            h = base.lower(rows, mask[:, None, None], base.config["num_hidden_layers"])
        out[batch] = F.normalize((h * mask[..., None]).sum(1), dim=-1).numpy()
    return out


def encode(base, args):
    """Writes the vectors of every hundred stories; goes on where it was stopped."""
    stories = pickle.loads((pathlib.Path(args.work) / "stories.pkl").read_bytes())
    for at in range(0, len(stories), 100):
        name = f"vectors-{at}.pkl"
        if (pathlib.Path(args.work) / name).exists():
            continue
        part = stories[at : at + 100]
        texts = [t for s in part for d in s["docs"] for t in [d["title"] or "", *d["sentences"]]]
        write(args.work, name, sentence_vectors(base, texts).astype(np.float16))
        print(f"{at} of {len(stories)} stories", flush=True)


def load(base, args, sets):
    """The stories of some sets as `read_story` gives them, with their labels."""
    work = pathlib.Path(args.work)
    stories = pickle.loads((work / "stories.pkl").read_bytes())
    vocabulary, out = Vocabulary(base.tokenizer), []
    for at in range(0, len(stories), 100):
        if not any(s["set"] in sets for s in stories[at : at + 100]):
            continue
        vectors, k = pickle.loads((work / f"vectors-{at}.pkl").read_bytes()), 0
        for s in stories[at : at + 100]:
            documents = []
            for d in s["docs"]:
                n = len(d["sentences"])
                own = unit(vectors[k : k + n + 1].astype(np.float32))
                k += n + 1
                if n:
                    documents.append({"title": d["title"], "title_vector": own[0] if d["title"] else None,
                                      "sentences": d["sentences"][:MOST_SENTENCES], "vectors": own[1 : 1 + MOST_SENTENCES]})  # fmt: skip
            if s["set"] not in sets or not documents:
                continue
            if getattr(args, "shuffle", False):
                for d in documents:
                    order = list(range(len(d["sentences"])))
                    random.Random(s["id"]).shuffle(order)
                    d["sentences"], d["vectors"] = [d["sentences"][i] for i in order], d["vectors"][order]
            story = read_story(documents[:MOST_DOCUMENTS], vocabulary)
            references = [{k for k, _, _ in words_of(r)} for r in s["references"]]
            story["labels"] = np.array([np.mean([k in r for r in references]) for k in story["keys"]], np.float32)
            story |= {"set": s["set"], "id": s["id"], "held": s["held"], "texts": [t for d in documents[:MOST_DOCUMENTS] for t in d["sentences"]]}
            out.append(story)
    return out


# ------------------------------------------------------------------------------------------------ commands


def descend(loss, head, mean, optimiser, lr, step, total, decay):
    """One step: the rate rises over 40 steps and falls to nothing at `total`; `mean` is the running mean of the weights."""
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(head.parameters(), 1.0)
    for g in optimiser.param_groups:
        g["lr"] = lr * min((step + 1) / 40, max(0.01, 1 - step / total))
    optimiser.step()
    with torch.no_grad():
        for p, q in zip(mean.parameters(), head.parameters()):
            p.lerp_(q, 1 - min(decay, (2 + step) / (11 + step)))


def train(base, args):
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    stories = load(base, args, [*TRAIN, WEAK] if args.weak else TRAIN)
    held = [s for s in stories if s["held"]]
    usable = [s for s in stories if (args.all or not s["held"]) and 2 <= len(s["vectors"]) <= 130]
    own, weak = ([s for s in usable if (s["set"] == WEAK) == flag] for flag in (False, True))
    if args.fraction < 1:
        rng.shuffle(own)
        own = own[: int(len(own) * args.fraction)]
    head = Head(args.size, args.layers)
    for name, key in (("features", "features"), ("words", "word_features")):
        x = np.concatenate([s[key] for s in own])
        getattr(head, f"{name}_mean").copy_(torch.from_numpy(x.mean(0)))
        getattr(head, f"{name}_scale").copy_(torch.from_numpy(x.std(0) + 1e-3))
    mean = copy.deepcopy(head)
    optimiser = torch.optim.AdamW(head.parameters(), lr=args.lr, weight_decay=0.02, betas=(0.9, 0.98))
    taught = lambda epoch: own + weak if epoch < args.weak else own
    total, step, epoch = sum(len(batches_of(taught(e), 700)) for e in range(args.epochs)), 0, 0
    saved = pathlib.Path(args.work) / f"{args.name}.pt"
    if saved.exists():
        state = torch.load(saved, weights_only=True)
        head.load_state_dict(state["head"])
        mean.load_state_dict(state["mean"])
        optimiser.load_state_dict(state["optimiser"])
        step, epoch = state["step"], state["epoch"]
    print(f"{len(own)} stories, {sum(len(s['vectors']) for s in own)} sentences, {sum(p.numel() for p in head.parameters())} parameters", flush=True)
    while epoch < args.epochs:
        rng = random.Random(args.seed * 1000 + epoch)
        head.train()
        losses, pool = [], taught(epoch)
        for batch in batches_of(pool, 700, rng):
            part = [pool[i] for i in batch]
            b = collate(part, rng)
            labels = torch.from_numpy(np.concatenate([s["labels"] for s in part]))
            weight = torch.cat([torch.full((n,), n**-0.7) for n in b["sizes"]])
            loss = (F.binary_cross_entropy_with_logits(head(b), labels, reduction="none") * weight).sum() / weight.sum()
            descend(loss, head, mean, optimiser, args.lr, step, total, 0.985)
            step += 1
            losses.append(loss.item())
        epoch += 1
        torch.save({"head": head.state_dict(), "mean": mean.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "epoch": epoch}, saved)
        line = {"epoch": epoch, "loss": round(float(np.mean(losses)), 4), "cpu_seconds": round(time.process_time())}
        if not args.all:
            of = collections.defaultdict(list)
            for s, p in zip(held, likelihoods(mean.eval(), held)):
                p = np.clip(p, 1e-4, 1 - 1e-4)
                of[s["set"]].append(-np.mean(s["labels"] * np.log(p) + (1 - s["labels"]) * np.log(1 - p)))
            line |= {k: round(float(np.mean(v)), 4) for k, v in of.items()}
        print(json.dumps(line), flush=True)
    mean.save(args.out, f"{len(own)} stories of {', '.join(TRAIN)}; {args.epochs} epochs, seed {args.seed}")


def predict(base, args):
    stories = load(base, args, [args.set])
    with open(args.pred, "w", encoding="utf-8") as f:
        for s, likely in zip(stories, likelihoods(Head.load(args.model), stories)):
            if args.set in TRAIN and not s["held"]:
                continue
            picked = choose(s["texts"], s["flat"], likely, args.words)
            f.write(json.dumps({"id": s["id"], "summary": [{"text": s["texts"][i]} for i in picked]}) + "\n")


# Made up for this file.
PARITY = [
    [("Ferry service to Merrow halted after hull cracks found", [
        "Ferries between Port Ansel and the island of Merrow were halted on Tuesday after inspectors found cracks in two hulls.",
        "The operator, Northern Straits, said 1,250 passengers were rebooked.",
        "\"We will not sail until every weld has been checked,\" said its director, Ilse Brandt.",
        "She added that repairs could take three weeks.",
        "Islanders fear shortages: the ferry carries most of Merrow's food and fuel.",
        "Is the air link enough?",
        "A council spokesman said two flights a day would be added from Thursday.",
    ])],
    [(None, [
        "It was raining when Tomas Weir opened his bakery for the last time.",
        "For 41 years the shop on Quay Street fed half of Dunmere.",
        "On Friday the bank that owns the building said rents will rise by 60%.",
        "Mr Weir, 67, said he could not pay.",
        "“I counted every coin,” he said.",
        "The bank, Harrow & Lisle, said the rise reflected market prices.",
        "More than 3,000 people have signed a petition.",
        "The mayor has asked the bank to wait until spring.",
    ])],
    [("Velland cuts key rate to 3.75%", [
        "Velland's central bank cut its key rate to 3.75% on Wednesday, the first cut in four years.",
        "Inflation fell to 2.1% in May.",
        "Governor Ida Brask said more cuts were possible.",
        "The crown lost 1.2% against the euro.",
        "Builders welcomed the move.",
    ]), ("Bank surprises with rate cut as prices cool", [
        "The Bank of Velland surprised markets by lowering interest rates a quarter point to 3.75 percent.",
        "Economists had expected no change until autumn.",
        "Brask said that the economy “needs air”.",
        "Mortgage holders will save about 40 crowns a month.",
        "The opposition called the cut reckless.",
        "Shares in Halven rose 2 percent.",
    ]), (None, [
        "Interest rates in Velland fell for the first time since 2020.",
        "Prices are cooling, and the bank wants to support jobs.",
        "Zoë Çelik, an economist at Aldertech, said a second cut may follow in September.",
        "Unemployment stands at 5.4 percent.",
        "Çelik warned that wages still rise too fast.",
    ])],
    [("One line", ["No words of note, only 7-6 (7-2) and \"half a quotation."])],
]  # fmt: skip


def parity(base, args):
    head, vocabulary, cases = Head.load(args.model), Vocabulary(base.tokenizer), []
    for case in PARITY:
        documents = []
        for title, sentences in case:
            v = sentence_vectors(base, [title or "", *sentences])
            documents.append({"title": title, "title_vector": v[0] if title else None, "sentences": sentences, "vectors": v[1:]})
        story = read_story(documents, vocabulary)
        likely = likelihoods(head, [story])[0]
        scores = iter([round(gain(row, likely, {}), 5) for row in story["flat"]])
        # Which sentences are taken, one after the other, with no limit but five of them.
        covered, order = collections.Counter(), []
        free = {i for i, row in enumerate(story["flat"]) if row}
        while free and len(order) < 5:
            best = min(free, key=lambda i: (-round(gain(story["flat"][i], likely, covered), 5), i))
            order.append(best)
            free.discard(best)
            covered.update(story["flat"][best])
        cases.append({
            "documents": [{"title": t, "sentences": ss, "scores": [next(scores) for _ in ss]} for t, ss in case],
            "words": [[k, round(float(p), 5)] for k, p in zip(story["keys"], likely)],
            "features": [[round(float(x), 4) for x in row] for row in story["features"]],
            "word_features": [[round(float(x), 4) for x in row] for row in story["word_features"][:12]],
            "taken": order,
        })  # fmt: skip
    about = "Made-up stories. scores: each sentence before anything is taken; taken: the first five, over all documents in order."
    pathlib.Path(args.out).write_text(json.dumps({"about": about, "stories": cases}, ensure_ascii=False).replace('{"documents"', '\n{"documents"') + "\n")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("command", choices=["prepare", "encode", "train", "predict", "parity"])
    ap.add_argument("--base", default="~/.local/share/broadsheet/models/all-MiniLM-L6-v2")
    ap.add_argument("--data", default="../../shared/data/summaries")
    ap.add_argument("--broadsheet", default="broadsheet", help="the program")
    ap.add_argument("--most-weak", type=int, default=0, help="of prepare: so many articles without summaries are added")
    ap.add_argument("--weak", type=int, default=0, help="of train: they are learnt from too in so many of the first epochs")
    ap.add_argument("--work", help="folder for sentences, vectors and the checkpoint")
    ap.add_argument("--model")
    ap.add_argument("--out")
    ap.add_argument("--set", help="of predict; of a training set, its held-out part")
    ap.add_argument("--words", type=int, help="of predict: about so many words")
    ap.add_argument("--pred")
    ap.add_argument("--shuffle", action="store_true", help="of predict: each document's sentences in random order")
    ap.add_argument("--name", default="salience", help="of the checkpoint")
    ap.add_argument("--all", action="store_true", help="train on all stories, none held out")
    ap.add_argument("--fraction", type=float, default=1.0, help="of the training stories")
    ap.add_argument("--size", type=int, default=64)
    ap.add_argument("--layers", type=int, default=1)
    ap.add_argument("--epochs", type=int, default=8)
    ap.add_argument("--lr", type=float, default=3e-3)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--threads", type=int, default=2)
    args = ap.parse_args()
    torch.set_num_threads(args.threads)
    if args.command == "prepare":
        return prepare(args)
    base = Base(args.base)
    {"encode": encode, "train": train, "predict": predict, "parity": parity}[args.command](base, args)


if __name__ == "__main__":
    sys.exit(main())
