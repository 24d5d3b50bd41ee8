"""Summaries beside leads, centrality, LexRank and TextRank at equal length. Run by `scripts/eval.py`, in the environment that it makes:

    eval_summaries.py PROGRAM SHARED [SET...] [--rows N] [--work FOLDER]

Every set is told at one declared number of words (`--words`). Ours is scored by score.py. Every baseline has for each story as many words
as ours has there, by `str.split`: its sentences are taken from the best down, the last one is cut where the number is reached, and what was
taken stands in the order of the source. So is score.py's lead. Only lead-3 has its own length. Baselines choose from the sentences that
the program finds (`segment`, boilerplate left out):

  leads in turn   the first sentence of every document, then the second of every one... (several sources only)
  centrality      mean cosine to the story's other sentences, vectors by all-MiniLM-L6-v2 (here in numpy, the program's own weights)
  LexRank, TextRank   sumy's, with its English stop words and stemmer

Shuffled: the sentences of each document in random order (fixed seed), one a line, as the program's input and the baselines' alike. The
intervals are of the mean difference in ROUGE-1: 95%, 1,000 paired bootstrap resamples of the stories, fixed seed.
"""

import argparse
import json
import math
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import numpy

WORDS = {"cnndm": 50, "inshorts": 65, "neus": 65, "multi_news": 250}
SEED = 1
MODEL = "all-MiniLM-L6-v2"


class Encoder:
    """Sentence vectors of all-MiniLM-L6-v2 (BERT, mean pooling, unit length)."""

    def __init__(self):
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        data = pathlib.Path(os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local/share") / "broadsheet/models"
        folder = pathlib.Path(os.environ.get("BROADSHEET_MODELS") or data) / MODEL
        self.weights = load_file(folder / "model.safetensors")
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(512)
        self.tokenizer.no_padding()
        self.layers = json.loads((folder / "config.json").read_text())["num_hidden_layers"]
        self.heads = json.loads((folder / "config.json").read_text())["num_attention_heads"]

    def dense(self, x, name):
        return x @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def norm(self, x, name):
        x = x - x.mean(-1, keepdims=True)
        x = x / numpy.sqrt((x * x).mean(-1, keepdims=True) + 1e-12)
        return x * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def batch(self, ids):
        """The vectors of texts with equally many tokens."""
        n, length = ids.shape
        part = lambda name: self.weights[f"embeddings.{name}_embeddings.weight"]
        x = self.norm(part("word")[ids] + part("position")[:length] + part("token_type")[0], "embeddings.LayerNorm")
        for at in (f"encoder.layer.{k}" for k in range(self.layers)):
            q, k, v = (self.dense(x, f"{at}.attention.self.{name}").reshape(n, length, self.heads, -1).transpose(0, 2, 1, 3)
                       for name in ("query", "key", "value"))
            scores = q @ k.transpose(0, 1, 3, 2) / math.sqrt(q.shape[-1])
            scores = numpy.exp(scores - scores.max(-1, keepdims=True))
            mixed = ((scores / scores.sum(-1, keepdims=True)) @ v).transpose(0, 2, 1, 3).reshape(n, length, -1)
            x = self.norm(self.dense(mixed, f"{at}.attention.output.dense") + x, f"{at}.attention.output.LayerNorm")
            inner = gelu(self.dense(x, f"{at}.intermediate.dense"))
            x = self.norm(self.dense(inner, f"{at}.output.dense") + x, f"{at}.output.LayerNorm")
        mean = x.mean(1)
        return mean / numpy.linalg.norm(mean, axis=1, keepdims=True)

    def encode(self, texts):
        texts = sorted(set(texts))
        ids = [encoded.ids for encoded in self.tokenizer.encode_batch(texts)]
        by_length, vectors = {}, {}
        for k, own in enumerate(ids):
            by_length.setdefault(len(own), []).append(k)
        for length, members in by_length.items():
            size = max(1, 2048 // length)
            for part in (members[k:k + size] for k in range(0, len(members), size)):
                vectors.update(zip((texts[k] for k in part), self.batch(numpy.array([ids[k] for k in part]))))
        return vectors


def gelu(x):
    """The exact one, by an approximation of erf that errs by less than 1.5e-7 (Abramowitz and Stegun 7.1.26)."""
    z = numpy.abs(x) / math.sqrt(2)
    t = 1 / (1 + 0.3275911 * z)
    tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * numpy.exp(-z * z)
    return x * 0.5 * (1 + numpy.sign(x) * (1 - tail))


class Given:
    """A tokenizer for sumy: the sentences are ours, and nothing is downloaded."""

    def to_sentences(self, text):
        return text.split("\n")

    def to_words(self, text):
        return re.findall(r"\w+", text)


def by_sumy(summarizer, sentences):
    """The places of the sentences, the best first, as sumy rates them."""
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence

    order = []

    def keep(rated):
        order.extend(info.order for info in rated)
        return rated

    tokenizer = Given()
    document = ObjectDocumentModel([Paragraph([Sentence(text, tokenizer) for text in sentences])])
    try:
        summarizer(document, keep)
    except ZeroDivisionError:  # it cannot rate a story without a word that counts
        pass
    return order or list(range(len(sentences)))


def rankings(documents, vectors, several):
    """For each baseline the places of the story's sentences, the best first. `documents`: the sentences of each."""
    from sumy.nlp.stemmers import Stemmer
    from sumy.summarizers.lex_rank import LexRankSummarizer
    from sumy.summarizers.text_rank import TextRankSummarizer
    from sumy.utils import get_stop_words

    texts = [text for document in documents for text in document]
    if not texts:
        return {}
    x = numpy.array([vectors[text] for text in texts])
    found = {"centrality": numpy.argsort(-(x @ x.sum(0)), kind="stable").tolist()}
    for name, kind in (("LexRank", LexRankSummarizer), ("TextRank", TextRankSummarizer)):
        summarizer = kind(Stemmer("english"))
        summarizer.stop_words = get_stop_words("english")
        found[name] = by_sumy(summarizer, texts)
    if several:
        places = [(k, at) for at, document in enumerate(documents) for k in range(len(document))]
        found["leads in turn"] = sorted(range(len(texts)), key=lambda n: places[n])
    return found


def cut(order, sentences, words):
    """So many words of the best sentences, in the order of the source."""
    taken, left = {}, words
    for at in order:
        own = sentences[at].split()[:left]
        if not own:
            break
        taken[at] = " ".join(own)
        left -= len(own)
    return "\n".join(taken[at] for at in sorted(taken))


class Run:
    def __init__(self, program, shared, work):
        sys.path.insert(0, str(shared / "eval"))
        import score
        from rouge_score import rouge_scorer

        self.program, self.work, self.score = program, work, score
        self.rouge = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeLsum"], use_stemmer=True)
        self.encoder = None

    def call(self, name, command, given):
        """The lines that the program prints for these rows; kept where --work is given."""
        out = self.work / f"{name}.jsonl"
        if not out.is_file():
            source, part = self.work / f"{name}.in.jsonl", self.work / f"{name}.part"
            source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in given), encoding="utf-8")
            with open(part, "wb") as file:
                done = subprocess.run([self.program, *command, "--quiet", "--input-format", "jsonl", source], stdout=file, stderr=subprocess.PIPE)
            if done.returncode not in (0, 3):
                sys.exit(f"eval: {name}: {done.stderr.decode(errors='replace')[-500:]}")
            part.rename(out)
        return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]

    def split(self, name, gold):
        """The sentences of each story's documents."""
        texts = {(i, k): text for i, row in gold.items() for k, text in enumerate(documents(row))}
        given = [{"id": f"{i}#{k}", "text": text} for (i, k), text in texts.items() if text.strip()]
        found = {row["id"]: row for row in self.call(f"{name}.segment", ["segment"], given)}
        out = {}
        for (i, k), text in texts.items():
            row = found.get(f"{i}#{k}", {"sentences": [], "sections": []})
            outside = [(s["start"], s["end"]) for s in row["sections"] if s["kind"] == "boilerplate"]
            spans = [(a, b) for a, b in row["sentences"] if not any(x <= a < y for x, y in outside)] or row["sentences"]
            out.setdefault(i, []).append([" ".join(text[a:b].split()) for a, b in spans])
        return out

    def told(self, name, gold, command):
        prepared = list(self.score.prepare("summary", gold))
        lines = self.call(name, ["summarize", "--format", "jsonl", *command], [{k: v for k, v in row.items() if v is not None} for row in prepared])
        return {str(row["id"]): {"summary": [{"text": s["text"]} for s in row["summary"]], "replaced": row.get("replaced", 0)} for row in lines}

    def each(self, row, text):
        """ROUGE-1, -2 and -Lsum of one story, as score.py has it."""
        references = [self.score.plain(r) for r in row.get("references") or [row["summary"]]]
        scores = [self.rouge.score(reference, text) for reference in references]
        return [100 * max(s[key].fmeasure for s in scores) for key in ("rouge1", "rouge2", "rougeLsum")]

    def lead(self, row):
        return [s for s in self.score.sentences(row["article"]) if len(re.findall(r"\w+", s)) >= 3]

    def beside(self, name, gold, told, sentences):
        """The rows of one table, ours and every baseline's, and the two differences."""
        several = any(len(documents(row)) > 1 for row in gold.values())
        self.encoder = self.encoder or Encoder()
        vectors = self.encoder.encode([text for story in sentences.values() for document in story for text in document])
        scores, lengths = {}, {}
        for i, row in gold.items():
            ours = self.score.plain(told[i]["summary"]) if i in told else ""
            words, lead = len(ours.split()), self.lead(row)
            texts = [text for document in sentences[i] for text in document]
            baselines = {what: cut(order, texts, words) for what, order in rankings(sentences[i], vectors, several).items()}
            everything = {"ours": ours, "lead-3": "\n".join(lead[:3]), "lead, same length": cut(range(len(lead)), lead, words), **baselines}
            for what, text in everything.items():
                scores.setdefault(what, {})[i] = self.each(row, text)
                lengths.setdefault(what, []).append(len(text.split()))
        table = {what: numpy.array([own.get(i, [0, 0, 0]) for i in gold]) for what, own in scores.items()}
        official = self.score.summary(gold, told)
        if abs(official["system"]["rouge1"] - table["ours"][:, 0].mean()) > 0.02:
            sys.exit(f"eval: {name}: score.py says {official['system']}, this script {table['ours'].mean(0)}")
        print(f"\n{name}: {len(gold)} stories, {official['missing']} missing\n\n| | words | ROUGE-1 | ROUGE-2 | ROUGE-L |\n| --- | --- | --- | --- | --- |")
        for what, own in table.items():
            print(f"| {what} | {numpy.mean(lengths[what]):.1f} | " + " | ".join(f"{x:.2f}" for x in own.mean(0)) + " |")
        rivals = {what: own for what, own in table.items() if what not in ("ours", "lead-3")}
        best = max(rivals, key=lambda what: rivals[what][:, 0].mean())
        for what in dict.fromkeys(("lead, same length", best)):
            mark = " (the best baseline)" if what == best else ""
            print(f"ours less {what}{mark}: {interval(table['ours'][:, 0] - rivals[what][:, 0])}")
        numbers(name, official)


def documents(row):
    """The texts of a story, one a document."""
    docs = row.get("docs")
    return [d["text"] or "" for d in docs] if docs and isinstance(docs[0], dict) else [row["article"]]


def shuffled(row, sentences):
    """The story with each document's sentences in random order, and these."""
    rng, mixed = random.Random(f"{SEED} {row['id']}"), []
    for document in sentences:
        mixed.append(rng.sample(document, len(document)))
    texts = ["\n".join(document) for document in mixed]
    docs = row.get("docs")
    if docs and isinstance(docs[0], dict):
        row = {**row, "docs": [{**doc, "text": text} for doc, text in zip(docs, texts)]}
    return {**row, "article": " ".join(texts)}, mixed


def interval(differences):
    rng = numpy.random.default_rng(SEED)
    means = differences[rng.integers(0, len(differences), (1000, len(differences)))].mean(1)
    low, high = numpy.percentile(means, [2.5, 97.5])
    return f"{differences.mean():+.2f} [{low:+.2f}, {high:+.2f}]"


def numbers(name, official):
    share = official["unsupported_number_share"]
    print(f"{name}: summaries with a number that no source has: {share:.4f}{'  <-- NOT ZERO' if share else ''}", flush=True)


def summariser(program):
    """The first installed model that writes, if there is one."""
    listed = subprocess.run([program, "models", "list"], capture_output=True, text=True, check=True).stdout
    for entry in re.split(r"\n(?=\S)", listed):
        lines = [line.strip() for line in entry.splitlines()]
        if any(line.startswith("summariser:") for line in lines) and any(re.search(r"(?<!not )installed\b", line) for line in lines):
            return lines[0]
    return None


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program")
    arguments.add_argument("shared", type=pathlib.Path)
    arguments.add_argument("sets", nargs="*", default=[])
    arguments.add_argument("--rows", type=int, help="only so many stories of each set")
    arguments.add_argument("--work", type=pathlib.Path, help="keep what the program printed here, and use what is there")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = options.work or pathlib.Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        run = Run(options.program, options.shared, work)
        model = summariser(options.program)
        for name in options.sets or WORDS:
            file = options.shared / "data" / "summaries" / f"{name}_dev.jsonl.gz"
            if not file.is_file():
                print(f"summary {name}: skipped, {file} is not there")
                continue
            gold = dict(list(run.score.by_id(str(file), gold=True).items())[:options.rows])
            sentences, length = run.split(name, gold), ["--words", str(WORDS[name])]
            run.beside(f"summary {name}, --words {WORDS[name]}", gold, run.told(f"{name}.given.plain", gold, length), sentences)
            mixed = {i: shuffled(row, sentences[i]) for i, row in gold.items()}
            again, order = {i: row for i, (row, _) in mixed.items()}, {i: texts for i, (_, texts) in mixed.items()}
            run.beside(f"summary {name}, --words {WORDS[name]}, shuffled", again, run.told(f"{name}.shuffled.plain", again, length), order)
            further = {"--compress": [*length, "--compress"]}
            if model:
                further[f"--model {model}"] = ["--model", model]
            for what, command in further.items():
                told = run.told(f"{name}.given.{what.split()[0].strip('-')}", gold, command)
                official = run.score.summary(gold, told)
                print(f"\nsummary {name}, {what}: {json.dumps(official)}; replaced: {sum(row['replaced'] for row in told.values())}")
                numbers(f"summary {name}, {what}", official)
            if not model:
                print(f"summary {name}, guarded: skipped, no model that writes is installed (`broadsheet models pull distilbart-cnn-12-6`)")


if __name__ == "__main__":
    main()
