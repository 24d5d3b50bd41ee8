#!/usr/bin/env python3
"""Trains the named-entity head of Broadsheet over the frozen all-MiniLM-L6-v2: data -> weights -> metrics.

    entities.py cache    --base DIR --train FILE --work DIR             the frozen lower layers' outputs, once
    entities.py train    --base DIR --train FILE --work DIR --out DIR   weights, with checkpoints in --work
    entities.py evaluate --base DIR --model DIR --gold FILE             F1: lone, windows, lower-cased, capitals
    entities.py predict  --base DIR --model DIR --gold FILE --pred FILE predictions for `score.py entities`
    entities.py parity   --base DIR --model DIR --out FILE              the fixture that the Rust side is tested by
    entities.py tag      --base DIR --model DIR FILE...                 entities of plain text, to look at

Recipe
  Encoder     BERT (Devlin et al. 2019), here all-MiniLM-L6-v2, uncased. All its weights stay as they are. Layers 1
              and 2 run once for everything; a branch of layers 3 to 6 carries low-rank adapters (LoRA, Hu et al.
              2021) on query, key, value, attention output and both feed-forward products.
  Case        An uncased encoder does not see capitals. Each word has a shape, a mark if it is the first word with
              letters of its sentence, and the style of its sentence (usual, all capitals, all lower case, title
              case). The three learned vectors are added to the hidden states of the word's pieces where the branch
              begins, so that attention sees the case of the neighbours too.
  Head        A learned mix (softmax of five scalars, as in ELMo, Peters et al. 2018) of the branch's input and of its
              four layers; of each word the first and the last piece side by side; one linear layer to nine scores.
  Decoding    Linear-chain CRF over the words of a sentence (Lample et al. 2016), BIO, with the impossible steps
              ruled out.
  Data        CoNLL-2003 (Tjong Kim Sang and De Meulder 2003), IOB1 turned into BIO. Half of the text is read as lone
              sentences and half in windows of running text; some sentences are put in lower case, capitals or
              title case.
  Training    AdamW, linear warm-up and decay, gradients clipped, bf16 products, a running mean of the weights (EMA)
              is what is kept. Fixed seed.

The words of a text, their shapes and the style of a sentence are defined by the first part of this file alone; the
Rust side copies it.
"""
import argparse
import gzip
import json
import math
import pathlib
import random
import sys
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

# ------------------------------------------------------------------------------------------------ words and case

# Unicode White_Space, which is Rust's char::is_whitespace (Python's str.isspace has four more).
SPACE = frozenset("\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))))
# A word of their own wherever they stand; a run of one of them is one word.
ALONE = frozenset("()[]{}<>\"“”„«»‹›–—―…;!?*|•·=%~^")
CURRENCY = frozenset("$£€¥₹")
APOSTROPHES = frozenset("'’‘`")
CLITICS = frozenset(["s", "re", "ve", "m", "ll", "d"])
# Abbreviations that keep their full stop.
ABBREVIATIONS = frozenset(
    "mr mrs ms dr st lt col gen sgt capt cmdr adm gov sen rep rev hon prof pres jr sr inc corp co ltd bros vs no "
    "jan feb mar apr jun jul aug sep sept oct nov dec calif fla mass tex pa va wash ariz colo conn ill mich minn".split()
)
ABBREVIATIONS -= {"no"}  # "He said no." is more frequent than "No. 3".


def is_word_char(c):
    """Letters and digits: ASCII ones, and all beyond ASCII but spaces, Latin-1 signs and the blocks of punctuation."""
    if c < "\x80":
        return c.isalnum()
    o = ord(c)
    if c in SPACE or c in CURRENCY or 0x80 <= o <= 0xBF and o not in (0xAA, 0xB5, 0xBA) or o in (0xD7, 0xF7):
        return False
    return not (0x2000 <= o <= 0x206F or 0x20A0 <= o <= 0x20CF or 0x2190 <= o <= 0x2BFF or 0x3000 <= o <= 0x303F or o == 0xFEFF)


def split_words(text, start=0, end=None):
    """The words of text[start:end] as (start, end) in characters.

    1. White space parts chunks.
    2. In a chunk, from left to right: a run of one character of ALONE, or of two or more '-' or '.', is a word;
       ',', ':' and '/' are words unless both neighbours are ASCII digits; a currency sign ends the word it stands in.
       What lies between is a part.
    3. A part loses at its end, then at its beginning, characters that are no letters, digits or currency signs, each a
       word of its own. A last '.' stays if the part without it is one letter, holds another '.' and a letter, or is one of
       ABBREVIATIONS in lower case. An apostrophe with one of CLITICS behind it, at the end of a part, is a word
       (and so is a whole part of that kind); so is "n't" behind a letter.
    """
    end = len(text) if end is None else end
    out, i = [], start
    while i < end:
        if text[i] in SPACE:
            i += 1
            continue
        j = i
        while j < end and text[j] not in SPACE:
            j += 1
        _chunk(text, i, j, out)
        i = j
    return out


def _chunk(text, i, j, out):
    part = i
    k = i
    while k < j:
        c = text[k]
        run = k + 1
        while run < j and text[run] == c:
            run += 1
        if c in ALONE or (c in "-." and run - k >= 2):
            stop = run
        elif c in ",:/":
            if k > i and run < j and run == k + 1 and _digit(text[k - 1]) and _digit(text[run]):
                k += 1
                continue
            stop = k + 1
        elif c in CURRENCY:
            _part(text, part, k + 1, out)
            part = k = k + 1
            continue
        else:
            k += 1
            continue
        _part(text, part, k, out)
        out.append((k, stop))
        part = k = stop
    _part(text, part, j, out)


def _digit(c):
    return "0" <= c <= "9"


def _kept(c):
    return is_word_char(c) or c in CURRENCY


def _part(text, i, j, out):
    if i >= j:
        return
    tail = []
    while i < j:
        if not _clitic(text, i, j) and not _kept(text[i]):
            out.append((i, i + 1))
            i += 1
        else:
            break
    while i < j and not _kept(text[j - 1]):
        if text[j - 1] == "." and _keeps_stop(text[i : j - 1]):
            break
        tail.append((j - 1, j))
        j -= 1
    if i < j:
        cut = j
        for n in (3, 2):
            if j - n >= i and _clitic(text, j - n, j):
                cut = j - n
                break
        if cut == j and j - i > 3 and text[j - 3] in "nN" and text[j - 2] in APOSTROPHES and text[j - 1] in "tT":
            cut = j - 3
        if i < cut:
            out.append((i, cut))
        if cut < j:
            out.append((cut, j))
    out.extend(reversed(tail))


def _clitic(text, i, j):
    return text[i] in APOSTROPHES and text[i + 1 : j].lower() in CLITICS


def _keeps_stop(word):
    if len(word) == 1:
        return is_word_char(word) and not _digit(word)
    if "." in word:
        return any(is_word_char(c) and not _digit(c) for c in word)
    return word.lower() in ABBREVIATIONS


FOLD = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "―": "-", "…": "."})

SHAPES = ["other", "number", "lower", "capitalised", "initial", "upper", "acronym", "mixed_capital", "mixed_lower",
          "letters_digits_upper", "letters_digits_lower", "hyphen_all_upper", "hyphen_first_upper", "hyphen_later_upper",
          "hyphen_lower"]  # fmt: skip
STYLES = ["usual", "upper", "lower", "title"]


def shape(word):
    """The id of a word's shape: its index in SHAPES. Upper and lower are Unicode's Uppercase and Lowercase."""
    upper = [c.isupper() for c in word if c.isupper() or c.islower()]
    digits = any(map(_digit, word))
    if not upper:
        return 1 if digits else 0
    if "-" in word[1:-1]:
        if not any(upper):
            return 14
        parts = [p for p in word.split("-") if p]
        if parts[0][:1].isupper():
            return 11 if all(p[0].isupper() or _digit(p[0]) for p in parts) else 12
        return 13
    if digits:
        return 9 if any(upper) else 10
    if not any(upper):
        return 2
    if len(upper) == 1:
        return 4
    if all(upper):
        return 6 if "." in word else 5
    if word[0].isupper():
        return 3 if not any(upper[1:]) else 7
    return 3 if upper[0] and not any(upper[1:]) else 8


def features(words):
    """(shapes, first, style) of a sentence: shape ids; 1 for its first word that has a cased letter, else 0; style id."""
    shapes = [shape(w) for w in words]
    first = [0] * len(words)
    counted = uppers = capitals = with_upper = long = 0
    for n, (w, s) in enumerate(zip(words, shapes)):
        if s < 2:
            continue
        if not any(first):
            first[n] = 1
        letters = [c.isupper() for c in w if c.isupper() or c.islower()]
        with_upper += any(letters)
        if len(letters) >= 2:
            counted += 1
            uppers += all(letters)
        if len(letters) >= 4:
            long += 1
            capitals += letters[0]
    if counted and uppers * 10 >= counted * 9:
        style = 1
    elif counted and with_upper == 0:
        style = 2
    elif counted >= 4 and long >= 3 and capitals * 10 >= long * 9:
        style = 3
    else:
        style = 0
    return shapes, first, style


# ------------------------------------------------------------------------------------------------ data

TYPES = ["PER", "ORG", "LOC", "MISC"]
LABELS = ["O"] + [f"{p}-{t}" for t in TYPES for p in "BI"]
IGNORE = -100
MAX_PIECES = 16  # of one word; the rest of a longer one is not read


def read_rows(path):
    with gzip.open(path, "rt", encoding="utf-8") if str(path).endswith(".gz") else open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f if line.strip()]


def gold_spans(row):
    """(text, [(start, end, type)]) of a row of tokens and IOB1 (or BIO) tags, in characters."""
    text, spans, at, before = "", [], 0, "O"
    for token, tag in zip(row["tokens"], row["tags"]):
        start = len(text) + (1 if text else 0)
        text = f"{text} {token}" if text else token
        kind = tag[2:]
        if tag != "O":
            if tag[0] == "B" or before == "O" or before[2:] != kind:
                spans.append([start, len(text), kind])
            else:
                spans[-1][1] = len(text)
        before = tag
    return text, [tuple(s) for s in spans]


def load_sentences(path):
    """Sentences as (words, label ids, text, word spans, gold spans); the words are those of split_words."""
    out = []
    for row in read_rows(path):
        text, gold = gold_spans(row)
        spans = split_words(text)
        labels = []
        for s, e in spans:
            hit = next((g for g in gold if g[0] <= s and e <= g[1]), None)
            labels.append(LABELS.index(("B-" if hit[0] == s else "I-") + hit[2]) if hit else 0)
        out.append({"id": row.get("id"), "text": text, "spans": spans, "gold": gold, "labels": labels,
                    "words": [text[s:e] for s, e in spans]})  # fmt: skip
    return out


def restyle(words, how):
    if how == "lower":
        return [w.lower() for w in words]
    if how == "upper":
        return [w.upper() for w in words]
    if how in ("title", "title_all"):
        return [w[:1].upper() + w[1:] if len(w) >= 4 or how == "title_all" else w for w in words]
    return words


def pieces_of(tokenizer, words):
    """Word-piece ids of each word, encoded on its own; a word that has none is [UNK]."""
    if not words:
        return []
    unk = tokenizer.token_to_id("[UNK]")
    encodings = tokenizer.encode_batch([w.translate(FOLD) for w in words], add_special_tokens=False)
    return [e.ids[:MAX_PIECES] or [unk] for e in encodings]


def windows_of(pieces, limit, lone=False):
    """Sentences, given as their words' pieces, in windows of at most `limit` pieces: lists of (sentence, from, to) in words.
    Sentences stay whole, none comes twice, and only one that is longer than the limit is cut, between words."""
    windows, now, room = [], [], limit
    for n, words in enumerate(pieces):
        if now and (lone or sum(map(len, words)) > room):
            windows.append(now)
            now, room = [], limit
        start = 0
        for k, ids in enumerate(words):
            if len(ids) > room:
                if k > start:
                    now.append((n, start, k))
                if now:
                    windows.append(now)
                now, room, start = [], limit, k
            room -= len(ids)
        if len(words) > start:
            now.append((n, start, len(words)))
    return windows + [now] if now else windows


# ------------------------------------------------------------------------------------------------ model

PARTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "attention_output": "attention.output.dense",
    "intermediate": "intermediate.dense",
    "output": "output.dense",
}


class Base:
    """The frozen encoder: its embeddings and layers as functions of a table of weights."""

    def __init__(self, folder):
        folder = pathlib.Path(folder).expanduser()
        self.config = json.loads((folder / "config.json").read_text())
        self.w = {k: v.float() for k, v in load_file(folder / "model.safetensors").items() if v.is_floating_point()}
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.heads = self.config["num_attention_heads"]
        self.cls, self.sep = self.tokenizer.token_to_id("[CLS]"), self.tokenizer.token_to_id("[SEP]")

    def norm(self, x, name):
        return F.layer_norm(x, x.shape[-1:], self.w[f"{name}.weight"], self.w[f"{name}.bias"], 1e-12)

    def embed(self, ids):
        e = "embeddings."
        x = F.embedding(ids, self.w[e + "word_embeddings.weight"]) + self.w[e + "token_type_embeddings.weight"][0]
        return self.norm(x + self.w[e + "position_embeddings.weight"][: ids.shape[1]], e + "LayerNorm")

    def layer(self, x, n, mask, linear, drop=lambda x: x):
        """Layer n, counted from 0. x: [batch, length, hidden]; mask: [batch, 1, 1, length], True where there is a token."""
        name = f"encoder.layer.{n}."
        b, t, h = x.shape
        q, k, v = (linear(x, n, p).view(b, t, self.heads, h // self.heads).transpose(1, 2) for p in ("query", "key", "value"))
        a = F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(b, t, h)
        x = self.norm(x + drop(linear(a, n, "attention_output")), name + "attention.output.LayerNorm")
        inner = F.gelu(linear(x, n, "intermediate"))
        return self.norm(x + drop(linear(inner, n, "output")), name + "output.LayerNorm")

    def linear(self, x, n, part):
        name = f"encoder.layer.{n}.{PARTS[part]}."
        return F.linear(x, self.w[name + "weight"], self.w[name + "bias"])

    def lower(self, ids, mask, layers):
        x = self.embed(ids)
        for n in range(layers):
            x = self.layer(x, n, mask, self.linear)
        return x


class Head(torch.nn.Module):
    """The adapters of the branch, the case vectors, the mix of layers, the tagging layer and the CRF."""

    def __init__(self, base, fork, rank, scale, dropout=0.1, head_dropout=0.2):
        super().__init__()
        self.base, self.fork, self.rank, self.scale = base, fork, rank, scale
        self.layers = range(fork, base.config["num_hidden_layers"])
        hidden = base.config["hidden_size"]
        self.lora = torch.nn.ParameterDict()
        for n in self.layers:
            for part, name in PARTS.items():
                out, inp = base.w[f"encoder.layer.{n}.{name}.weight"].shape
                self.lora[f"{n}_{part}_a"] = torch.nn.Parameter(torch.randn(rank, inp) / math.sqrt(inp))
                self.lora[f"{n}_{part}_b"] = torch.nn.Parameter(torch.zeros(out, rank))
        self.case = torch.nn.ParameterDict({
            "shape": torch.nn.Parameter(torch.randn(len(SHAPES), hidden) * 0.1),
            "first": torch.nn.Parameter(torch.randn(2, hidden) * 0.1),
            "style": torch.nn.Parameter(torch.randn(len(STYLES), hidden) * 0.1),
        })  # fmt: skip
        self.mix = torch.nn.Parameter(torch.tensor([0.0] * len(self.layers) + [1.0]))
        self.head = torch.nn.Linear(2 * hidden, len(LABELS))
        self.transitions = torch.nn.Parameter(torch.zeros(len(LABELS), len(LABELS)))
        self.start = torch.nn.Parameter(torch.zeros(len(LABELS)))
        self.end = torch.nn.Parameter(torch.zeros(len(LABELS)))
        self.dropout, self.head_dropout = dropout, head_dropout
        banned, first = torch.zeros(len(LABELS), len(LABELS)), torch.zeros(len(LABELS))
        for j, to in enumerate(LABELS):
            if to[0] == "I":
                first[j] = -1e4
                for i, frm in enumerate(LABELS):
                    if frm[2:] != to[2:]:
                        banned[i, j] = -1e4
        self.register_buffer("banned", banned, persistent=False)
        self.register_buffer("banned_start", first, persistent=False)
        self.merged = None

    def merge(self):
        """Puts the adapters into copies of the branch's weights, as the Rust side does."""
        self.merged = {}
        with torch.no_grad():
            for n in self.layers:
                for part, name in PARTS.items():
                    delta = self.scale * (self.lora[f"{n}_{part}_b"] @ self.lora[f"{n}_{part}_a"])
                    self.merged[n, part] = self.base.w[f"encoder.layer.{n}.{name}.weight"] + delta
        return self

    def linear(self, x, n, part):
        bias = self.base.w[f"encoder.layer.{n}.{PARTS[part]}.bias"]
        if self.merged is not None:
            return F.linear(x, self.merged[n, part], bias)
        y = F.linear(x, self.base.w[f"encoder.layer.{n}.{PARTS[part]}.weight"], bias)
        return y + F.linear(F.linear(x, self.lora[f"{n}_{part}_a"]), self.lora[f"{n}_{part}_b"]) * self.scale

    def emissions(self, x, mask, piece_case, word_rows):
        """x: the frozen layer's output [batch, length, hidden]. piece_case: three id tensors [batch, length], -1 for
        special tokens and padding. word_rows: (row, first piece, last piece) of each word. Scores: [words, labels]."""
        drop = (lambda y: F.dropout(y, self.dropout)) if self.training else (lambda y: y)
        on = (piece_case[0] >= 0).unsqueeze(-1).float()
        case = sum(F.embedding(ids.clamp(min=0), self.case[name]) for ids, name in zip(piece_case, ("shape", "first", "style")))
        x = x + case * on
        weights = self.mix.softmax(0)
        mixed = x * weights[0]
        for k, n in enumerate(self.layers):
            x = self.base.layer(x, n, mask, self.linear, drop)
            mixed = mixed + x.float() * weights[k + 1]
        rows, first, last = word_rows
        word = torch.cat([mixed[rows, first], mixed[rows, last]], -1)
        if self.training:
            word = F.dropout(word, self.head_dropout)
        return self.head(word).float()

    def nll(self, scores, labels, lengths):
        """The CRF's negative log-likelihood, summed. scores: [sentences, words, labels], padded at the end."""
        trans, start = self.transitions + self.banned, self.start + self.banned_start
        n, t, _ = scores.shape
        live = torch.arange(t)[None, :] < lengths[:, None]
        safe = labels.clamp(min=0)
        gold = start[safe[:, 0]] + (scores.gather(2, safe[..., None])[..., 0] * live).sum(1)
        gold = gold + (trans[safe[:, :-1], safe[:, 1:]] * live[:, 1:]).sum(1)
        gold = gold + self.end[safe[torch.arange(n), lengths - 1]]
        alpha = start + scores[:, 0]
        for k in range(1, t):
            step = torch.logsumexp(alpha[:, :, None] + trans, 1) + scores[:, k]
            alpha = torch.where(live[:, k, None], step, alpha)
        return (torch.logsumexp(alpha + self.end, 1) - gold).sum()

    def viterbi(self, scores):
        """The best labels of one sentence; of equals the lowest id. scores: [words, labels]."""
        trans, start, end = (self.transitions + self.banned).tolist(), (self.start + self.banned_start).tolist(), self.end.tolist()
        rows = scores.tolist()
        size = range(len(LABELS))
        best, back = [start[j] + rows[0][j] for j in size], []
        for row in rows[1:]:
            step, came = [], []
            for j in size:
                i = max(size, key=lambda i: (best[i] + trans[i][j], -i))
                came.append(i)
                step.append(best[i] + trans[i][j] + row[j])
            best = step
            back.append(came)
        j = max(size, key=lambda j: (best[j] + end[j], -j))
        path = [j]
        for came in reversed(back):
            j = came[j]
            path.append(j)
        return path[::-1]

    def tensors(self):
        out = {f"lora.{k.replace('_', '.', 1)[:-2]}.{k[-1]}": v for k, v in self.lora.items()}
        out |= {f"case.{k}": v for k, v in self.case.items()}
        out |= {"mix": self.mix, "head.weight": self.head.weight, "head.bias": self.head.bias}
        return out | {"crf.transitions": self.transitions, "crf.start": self.start, "crf.end": self.end}

    def save(self, folder):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        save_file({k: v.detach().half().contiguous() for k, v in self.tensors().items()}, folder / "model.safetensors")
        (folder / "config.json").write_text(json.dumps(self.describe(), indent=2, ensure_ascii=False) + "\n")

    def describe(self):
        return {
            "task": "entities",
            "base": "all-MiniLM-L6-v2",
            "fork": self.fork,
            "adapted_layers": list(self.layers),
            "adapted_parts": PARTS,
            "lora_rank": self.rank,
            "lora_scale": self.scale,
            "labels": LABELS,
            "types": TYPES,
            "mix": ["fork"] + list(self.layers),
            "word": ["first_piece", "last_piece"],
            "case_features": {"shape": SHAPES, "first": ["no", "yes"], "style": STYLES},
            "max_word_pieces": MAX_PIECES,
            "window_pieces": WINDOW,
            "window_stride": "whole sentences, none twice; a longer sentence is cut between words",
            "fold": {chr(k): v for k, v in FOLD.items()},
            "alone": "".join(sorted(ALONE)),
            "currency": "".join(sorted(CURRENCY)),
            "apostrophes": "".join(sorted(APOSTROPHES)),
            "clitics": sorted(CLITICS),
            "abbreviations": sorted(ABBREVIATIONS),
        }

    @staticmethod
    def load(base, folder):
        folder = pathlib.Path(folder)
        config = json.loads((folder / "config.json").read_text())
        head = Head(base, config["fork"], config["lora_rank"], config["lora_scale"])
        saved = load_file(folder / "model.safetensors")
        with torch.no_grad():
            for name, tensor in head.tensors().items():
                tensor.copy_(saved[name].float())
        head.eval()
        return head.merge()


# ------------------------------------------------------------------------------------------------ batches

WINDOW = 256  # pieces of a window, [CLS] and [SEP] included


class Unit:
    """What goes through the encoder as one row. `what` says which sentences these are; `words` are the pieces of each word."""

    def __init__(self, what, words):
        self.what = what
        self.ids, self.word_of, self.first, self.last = [], [], [], []
        for n, ids in enumerate(words):
            self.first.append(len(self.ids) + 1)
            self.word_of += [n] * len(ids)
            self.ids += ids
            self.last.append(len(self.ids))
        self.cached = None


def batches_of(units, budget, rng=None):
    """Batches of units of like length, at most `budget` pieces with padding."""
    order = list(range(len(units)))
    if rng:
        rng.shuffle(order)
    order.sort(key=lambda u: len(units[u].ids) // (8 if rng else 1))
    out, now, width = [], [], 0
    for u in order:
        width_then = max(width, len(units[u].ids) + 2)
        if now and width_then * (len(now) + 1) > budget:
            out.append(now)
            now, width_then = [], len(units[u].ids) + 2
        now.append(u)
        width = width_then
    if now:
        out.append(now)
    if rng:
        rng.shuffle(out)
    return out


def tensors_of(base, units, case_of):
    """ids, mask, piece_case and word_rows of a batch. case_of(unit) gives (shape, first, style) of each of its words."""
    t = max(len(u.ids) for u in units) + 2
    ids = torch.zeros(len(units), t, dtype=torch.long)
    mask = torch.zeros(len(units), 1, 1, t, dtype=torch.bool)
    case = torch.full((3, len(units), t), -1, dtype=torch.long)
    rows, first, last = [], [], []
    for r, u in enumerate(units):
        ids[r, : len(u.ids) + 2] = torch.tensor([base.cls] + u.ids + [base.sep])
        mask[r, 0, 0, : len(u.ids) + 2] = True
        if u.ids:
            case[:, r, 1 : len(u.ids) + 1] = torch.tensor(case_of(u)).T[:, u.word_of]
        rows += [r] * len(u.first)
        first += u.first
        last += u.last
    return ids, mask, case, (torch.tensor(rows), torch.tensor(first), torch.tensor(last))


def case_rows(words):
    shapes, first, style = features(words)
    return list(zip(shapes, first, [style] * len(words)))


def emit(head, sentences_words, lone, budget=4096):
    """The scores of each sentence's words: lone, or in windows of WINDOW pieces of the running text."""
    base = head.base
    flat = pieces_of(base.tokenizer, [w for ws in sentences_words for w in ws])
    pieces, at = [], 0
    for ws in sentences_words:
        pieces.append(flat[at : at + len(ws)])
        at += len(ws)
    windows = windows_of(pieces, WINDOW - 2, lone)
    units = [Unit(w, [ids for n, a, b in w for ids in pieces[n][a:b]]) for w in windows]
    cases = [case_rows(ws) for ws in sentences_words]
    out = [torch.zeros(len(ws), len(LABELS)) for ws in sentences_words]
    with torch.no_grad():
        for batch in batches_of(units, budget):
            us = [units[u] for u in batch]
            ids, mask, case, rows = tensors_of(base, us, lambda u: [c for n, a, b in u.what for c in cases[n][a:b]])
            scores = head.emissions(base.lower(ids, mask, head.fork), mask, case, rows)
            at = 0
            for n, a, b in (part for u in us for part in u.what):
                out[n][a:b] = scores[at : at + b - a]
                at += b - a
    return out


def decode(head, scores, spans):
    """Entities (start, end, type) of one sentence."""
    out = []
    if not len(spans):
        return out
    for (s, e), label in zip(spans, head.viterbi(scores)):
        name = LABELS[label]
        if name[0] == "B":
            out.append([s, e, name[2:]])
        elif name[0] == "I":
            out[-1][1] = e
    return [tuple(x) for x in out]


def f1(gold, pred):
    """Micro precision, recall and F1 in all and by type, of lists of sets of spans."""
    out = {}
    for kind in [None] + TYPES:
        g = [{x for x in s if kind in (None, x[2])} for s in gold]
        p = [{x for x in s if kind in (None, x[2])} for s in pred]
        tp, np_, ng = sum(len(a & b) for a, b in zip(g, p)), sum(map(len, p)), sum(map(len, g))
        pr, rc = tp / np_ if np_ else 0.0, tp / ng if ng else 0.0
        out[kind or "all"] = {"precision": round(pr, 4), "recall": round(rc, 4), "f1": round(2 * pr * rc / (pr + rc), 4) if tp else 0.0}
    return out


def evaluate(head, sentences, how="as_is", lone=True):
    words = [restyle(s["words"], how) for s in sentences]
    scores = emit(head, words, lone)
    pred = [set(decode(head, e, s["spans"])) for e, s in zip(scores, sentences)]
    return f1([set(s["gold"]) for s in sentences], pred)


# ------------------------------------------------------------------------------------------------ training

LAYOUTS = 2  # of windows, whose frozen outputs are kept beside those of the lone sentences


def layouts_of(sizes, seed):
    """[lone sentences] and LAYOUTS ways of cutting the running text into windows of 64, 128 or 256 pieces."""
    out = [[[n] for n in range(len(sizes))]]
    rng = random.Random(seed)
    for _ in range(LAYOUTS):
        windows, room = [], -1
        for n, size in enumerate(sizes):
            if size > room:
                windows.append([])
                room = rng.choice([64, 128, WINDOW, WINDOW]) - 2
            windows[-1].append(n)
            room -= size
        out.append(windows)
    return out


def prepare(base, args):
    sentences = load_sentences(args.train)
    sentences = [s for s in sentences if s["words"]]
    pieces = [pieces_of(base.tokenizer, s["words"]) for s in sentences]
    keep = [k for k, ps in enumerate(pieces) if sum(map(len, ps)) <= WINDOW - 2]
    sentences, pieces = [sentences[k] for k in keep], [pieces[k] for k in keep]
    layouts = layouts_of([sum(map(len, ps)) for ps in pieces], args.seed)
    return sentences, [[Unit(w, [ids for n in w for ids in pieces[n]]) for w in layout] for layout in layouts]


def cache(base, args):
    """Writes the output of the frozen layers for every unit of every layout, fp16."""
    _, layouts = prepare(base, args)
    work = pathlib.Path(args.work)
    work.mkdir(parents=True, exist_ok=True)
    for n, units in enumerate(layouts):
        path = work / f"frozen-{args.fork}-{n}.pt"
        if path.exists():
            continue
        out = [None] * len(units)
        began = time.time()
        for batch in batches_of(units, 8192):
            us = [units[u] for u in batch]
            ids, mask, _, _ = tensors_of(base, us, lambda u: [(0, 0, 0)] * len(u.first))
            with torch.no_grad():
                x = base.lower(ids, mask, args.fork).half()
            for r, u in enumerate(batch):
                out[u] = x[r, : len(units[u].ids) + 2].clone()
        torch.save(torch.cat(out), path)
        print(f"layout {n}: {len(units)} units, {sum(len(u.ids) for u in units)} pieces, {time.time() - began:.0f} s", flush=True)


def train(base, args):
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    sentences, layouts = prepare(base, args)
    work = pathlib.Path(args.work)
    for n, units in enumerate(layouts):
        frozen = torch.load(work / f"frozen-{args.fork}-{n}.pt", weights_only=True)
        at = 0
        for u in units:
            u.cached = frozen[at : at + len(u.ids) + 2]
            at += len(u.ids) + 2
    held = set() if args.all else {n for n in range(len(sentences)) if n // 100 % 10 == 9}
    own_dev = [sentences[n] for n in sorted(held)]

    head = Head(base, args.fork, args.rank, args.scale)
    groups = [
        {"params": list(head.lora.parameters()), "lr": args.lr, "weight_decay": 0.01},
        {"params": [*head.head.parameters(), *head.case.parameters()], "lr": 2 * args.lr, "weight_decay": 0.01},
        {"params": [head.mix, head.transitions, head.start, head.end], "lr": 10 * args.lr, "weight_decay": 0.0},
    ]
    opt = torch.optim.AdamW(groups, betas=(0.9, 0.98))
    rates = [g["lr"] for g in groups]
    params = [p for g in groups for p in g["params"]]
    ema = [p.detach().clone() for p in params]
    pieces_all = sum(len(u.ids) + 2 for u in layouts[0])
    total = int(args.epochs * pieces_all * (1 - len(held) / len(sentences)) / args.budget * 1.12)
    step = epoch = 0
    saved = work / f"{args.name}.pt"
    if saved.exists():
        state = torch.load(saved, weights_only=True)
        head.load_state_dict(state["head"])
        opt.load_state_dict(state["opt"])
        ema, step, epoch = state["ema"], state["step"], state["epoch"]
        rng = random.Random(args.seed * 1000 + epoch)
        print(f"resumed after epoch {epoch}, step {step}")
    print(f"{len(sentences) - len(held)} sentences, about {total} steps, {sum(p.numel() for p in params)} parameters", flush=True)

    while epoch < args.epochs:
        began, sum_loss, sum_words = time.time(), 0.0, 0
        units = []
        for u in layouts[1 + epoch % LAYOUTS]:
            if not held.isdisjoint(u.what):
                units += [layouts[0][n] for n in u.what if n not in held]
            elif rng.random() < 0.5:
                units.append(u)
            else:
                units += [layouts[0][n] for n in u.what]
        head.train()
        for batch in batches_of(units, args.budget, rng):
            us = [units[u] for u in batch]
            whole = [rng.random() for _ in us]

            def case_of(u):
                rows, coin = [], whole[us.index(u)]
                for n in u.what:
                    c = coin if coin < 0.1 else rng.random()
                    how = "lower" if c < 0.04 else "upper" if c < 0.08 else "title" if c < 0.09 else "title_all" if c < 0.1 else "as_is"
                    rows += case_rows(restyle(sentences[n]["words"], how))
                return rows

            ids, mask, case, rows = tensors_of(base, us, case_of)
            x = torch.zeros(*ids.shape, base.config["hidden_size"])
            for r, u in enumerate(us):
                x[r, : len(u.ids) + 2] = u.cached
            with torch.autocast("cpu", dtype=torch.bfloat16):
                flat = head.emissions(x, mask, case, rows)
            lengths = torch.tensor([len(sentences[n]["words"]) for u in us for n in u.what])
            scores = torch.nn.utils.rnn.pad_sequence(flat.split(lengths.tolist()), batch_first=True)
            gold = torch.nn.utils.rnn.pad_sequence(
                [torch.tensor(sentences[n]["labels"]) for u in us for n in u.what], batch_first=True, padding_value=IGNORE
            )
            loss = head.nll(scores, gold, lengths)
            words = int(lengths.sum())
            opt.zero_grad(set_to_none=True)
            (loss / words).backward()
            torch.nn.utils.clip_grad_norm_(params, 1.0)
            scale = min((step + 1) / 100, max(0.0, 1 - step / total)) if step else 0.01
            for g, rate in zip(opt.param_groups, rates):
                g["lr"] = rate * max(scale, 0.002)
            opt.step()
            step += 1
            decay = min(args.ema, (1 + step) / (10 + step))
            torch._foreach_mul_(ema, decay)
            torch._foreach_add_(ema, [p.detach() for p in params], alpha=1 - decay)
            sum_loss, sum_words = sum_loss + loss.item(), sum_words + words
            if step % 50 == 0:
                print(f"  step {step} loss {sum_loss / sum_words:.4f} {sum_words / (time.time() - began):.0f} words/s", flush=True)
        epoch += 1
        line = {"epoch": epoch, "step": step, "loss": round(sum_loss / sum_words, 4), "seconds": round(time.time() - began)}
        torch.save({"head": head.state_dict(), "opt": opt.state_dict(), "ema": ema, "step": step, "epoch": epoch}, saved)
        if own_dev and (epoch % args.every == 0 or epoch == args.epochs):
            kept = [p.detach().clone() for p in params]
            with torch.no_grad():
                [p.copy_(e) for p, e in zip(params, ema)]
            head.eval()
            head.merge()
            line |= {"lone": evaluate(head, own_dev)["all"]["f1"], "windows": evaluate(head, own_dev, lone=False)["all"]["f1"]}
            head.merged = None
            with torch.no_grad():
                [p.copy_(k) for p, k in zip(params, kept)]
        print(json.dumps(line), flush=True)
    with torch.no_grad():
        [p.copy_(e) for p, e in zip(params, ema)]
    head.save(args.out)


# ------------------------------------------------------------------------------------------------ the rest

# Made up for this file.
PARITY = [
    "Maren Holt, the mayor of Tolverby, met officials of the Northern Rail Authority in Dunmere on Tuesday.",
    "“We don’t expect Brentwick United to sell,” said Mr O’Dowell, who left the U.N. in 2019.",
    "STORM CLOSES PORT OF HALVEN AS EU SENDS AID",
    "the prime minister of velland, ida brask, flew to oslo and met leaders of nato.",
    "Quarne-based Aldertech Inc. paid $4.2bn for S&K Holdings; its shares fell 3% in London.",
    "Velland beat Portugal 3-1 in the Nations Cup, with Jean-Paul Adeyemi scoring twice.",
    "The U.S.-led talks (in Geneva) between Israeli and Lebanese envoys resume Monday—Reuters.",
    "Dr. P. K. Rao of St. Bride's Hospital wrote \"The Long Winter\" in Welsh.",
    "McAllister's iPhone app, eRunner, was bought by the BBC/ITV venture for 20-25 million euros...",
    "Zoë Çelik and José-María Núñez signed the Treaty of Marnholm.",
    "No names here, only 1,250 tonnes of grain at 9:30 a.m.",
    "Heavy Rain Forces Thousands From Homes In Southern Chile, Says Red Cross",
]
# More texts of which only the words and their case are compared.
SPLITS = [
    "Kyiv—the capital (pop. 3m)—isn't O'Brien's. 'Quoted' words: 5,000/10 US$5 €2bn 20% 1996/97 foo,bar 9:30.",
    "Acme Inc. ended at $3.50. U.S. a.b.c ministers' 'tis e.g. Mr. X. J. ... -- --- A-- Co.-owned Jan. no.",
    "DON’T SHOUT AT THE B.B.C.'S U.N.-RUN CAC-40 G7 F-16S",
    "e-mail iPhone MacLeod McDonald's pro-Velland anti-UN 3rd 40s 1990s x.y@z.org #tag @user a_b",
    "They'll we've I'm he'd you're 's 't O' d'Arc l’Oréal ‘Twas rock'n'roll couldn’t CAN’T n't",
    "東京 Straße ÉCOLE naïve №5 ½ x² ǅ ʼ 1–2 a\u00a0b c\u3000d e\u200bf [1] {x} <b> a*b=c|d 100~200 ^_^ \\ `q` &amp; S&P",
    "...and then: (see p. 4), said St. John-Smith of Baden-Wurttemberg-based X-Y-z, Inc.",
    "TALKS",
    "a",
    "7-6 (7-2) 6.5 .5 5. -5 +44 (0)20 7946-0000",
    "World Leaders Gather For Climate Talks In Halven",
    "World Leaders gather for climate Talks in Halven",
]


def split_case(text):
    spans = split_words(text)
    shapes, first, style = features([text[s:e] for s, e in spans])
    return {"text": text, "words": [[s, e] for s, e in spans], "shapes": shapes, "first": first.index(1) if 1 in first else None, "style": style}


def parity(head, path):
    cases = []
    for n, text in enumerate(PARITY):
        spans = split_words(text)
        words = [text[s:e] for s, e in spans]
        scores = emit(head, [words], lone=True)[0]
        entities = [{"start": s, "end": e, "type": t, "text": text[s:e]} for s, e, t in decode(head, scores, spans)]
        case = {**split_case(text), "pieces": pieces_of(head.base.tokenizer, words), "entities": entities}
        if n < 3:
            case["emissions"] = [[round(v, 4) for v in row] for row in scores.tolist()]
        cases.append(case)
    words = [[t[s:e] for s, e in split_words(t)] for t in PARITY]
    together = emit(head, words, lone=False)
    window = [[{"start": s, "end": e, "type": k} for s, e, k in decode(head, sc, split_words(t))] for t, sc in zip(PARITY, together)]
    note = "Offsets are characters. 'sentences': each read alone. 'one_window': the same, read as running text. fp32 from the fp16 weights."
    fixture = {"about": note, "sentences": cases, "splits": [split_case(t) for t in SPLITS], "one_window": window}
    fixture["one_window_emissions_of_first"] = [[round(v, 4) for v in row] for row in together[0].tolist()]
    text = json.dumps(fixture, ensure_ascii=False)
    pathlib.Path(path).write_text(text.replace('{"text":', '\n{"text":').replace('"one_window', '\n"one_window') + "\n")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("command", choices=["cache", "train", "evaluate", "predict", "parity", "tag"])
    ap.add_argument("files", nargs="*", help="of `tag`, straight after it")
    ap.add_argument("--base", default="~/.local/share/broadsheet/models/all-MiniLM-L6-v2")
    ap.add_argument("--train", help="rows {tokens, tags}, .jsonl or .jsonl.gz")
    ap.add_argument("--gold")
    ap.add_argument("--pred")
    ap.add_argument("--model")
    ap.add_argument("--out")
    ap.add_argument("--work", help="folder for the cache and the checkpoints")
    ap.add_argument("--name", default="checkpoint", help="of the checkpoint; training resumes from it if it is there")
    ap.add_argument("--all", action="store_true", help="train on all rows, none held out")
    ap.add_argument("--fork", type=int, default=2, help="the branch begins after so many layers")
    ap.add_argument("--rank", type=int, default=32)
    ap.add_argument("--scale", type=float, default=2.0)
    ap.add_argument("--lr", type=float, default=8e-4)
    ap.add_argument("--epochs", type=int, default=12)
    ap.add_argument("--every", type=int, default=3, help="epochs between two looks at the held-out tenth")
    ap.add_argument("--budget", type=int, default=1536, help="pieces of a step")
    ap.add_argument("--ema", type=float, default=0.997)
    ap.add_argument("--seed", type=int, default=3)
    ap.add_argument("--threads", type=int, default=2)
    args = ap.parse_args()
    torch.set_num_threads(args.threads)
    base = Base(args.base)
    if args.command == "cache":
        return cache(base, args)
    if args.command == "train":
        return train(base, args)
    head = Head.load(base, args.model)
    if args.command == "evaluate":
        sentences = load_sentences(args.gold)
        for how in ("as_is", "lower", "upper", "title"):
            for lone in (True, False):
                scores = evaluate(head, sentences, how, lone)
                kinds = scores if how == "as_is" else {"all": scores["all"]}
                print(json.dumps({"case": how, "read": "lone" if lone else "windows", **kinds}), flush=True)
    elif args.command == "predict":
        sentences = load_sentences(args.gold)
        began = time.time()
        scores = emit(head, [s["words"] for s in sentences], lone=True)
        with open(args.pred, "w", encoding="utf-8") as f:
            for s, e in zip(sentences, scores):
                found = [{"start": a, "end": b, "type": t} for a, b, t in decode(head, e, s["spans"])]
                f.write(json.dumps({"id": s["id"], "entities": found}) + "\n")
        print(f"{sum(len(s['words']) for s in sentences) / (time.time() - began):.0f} words a second")
    elif args.command == "parity":
        parity(head, args.out)
    else:
        for path in args.files:
            for lines in open(path, encoding="utf-8").read().split("\n\n"):
                spans = split_words(lines)
                # A rough split into sentences, for looking only.
                cuts = [0] + [k + 1 for k, (s, e) in enumerate(spans) if lines[s:e] in ".!?"] + [len(spans)]
                parts = [spans[a:b] for a, b in zip(cuts, cuts[1:]) if b > a]
                scores = emit(head, [[lines[s:e] for s, e in p] for p in parts], lone=False)
                for p, sc in zip(parts, scores):
                    text = lines[p[0][0] : p[-1][1]]
                    print(text, "\n    ", [(lines[s:e], t) for s, e, t in decode(head, sc, p)])


if __name__ == "__main__":
    sys.exit(main())
