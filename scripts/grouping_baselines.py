#!/usr/bin/env python3
"""The program's grouping beside simpler ways, on the same documents and with the same score.

    python3 scripts/grouping_baselines.py GOLD.jsonl [PREDICTIONS.jsonl] [--vectors VECTORS.jsonl]

GOLD is what `score.py grouping` takes: {id, cluster, article, headline?} a line (.gz is read). PREDICTIONS are the program's:
`broadsheet group --input-format jsonl FILE`. VECTORS are {id, vector} lines, for the embeddings alone. Every baseline is given the best of
many thresholds in hindsight, which the program is not. B-cubed precision, recall and F1 as in `score.py`.

  title overlap       NewsBlur's way: two items are one story where their titles share enough words (Jaccard), single link
  TF-IDF, single      cosine of the whole texts, everything that is linked is one story
  TF-IDF, average     the same cosine, average link
  embeddings, average cosine of one vector a document, average link

Needs Python 3.9+, nothing else.
"""
import argparse
import collections
import gzip
import heapq
import json
import math
import re

STEPS = [n / 50 for n in range(3, 48)]


def rows(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def b_cubed(gold, label):
    of_gold, of_pred = collections.defaultdict(set), collections.defaultdict(set)
    for i, cluster in gold.items():
        of_gold[cluster].add(i)
        of_pred[label.get(i, ("alone", i))].add(i)
    p = r = 0.0
    for i, cluster in gold.items():
        a, b = of_gold[cluster], of_pred[label.get(i, ("alone", i))]
        p, r = p + len(a & b) / len(b), r + len(a & b) / len(a)
    p, r = p / len(gold), r / len(gold)
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def words(text):
    return re.findall(r"\w+", text.lower())


def tf_idf(texts):
    counts = [collections.Counter(words(t)) for t in texts]
    df = collections.Counter(w for c in counts for w in c)
    vectors = []
    for c in counts:
        v = {w: (1 + math.log(n)) * math.log((1 + len(texts)) / (1 + df[w])) for w, n in c.items()}
        norm = math.sqrt(sum(x * x for x in v.values())) or 1.0
        vectors.append({w: x / norm for w, x in v.items()})
    return vectors


def cosines(vectors, least):
    """The pairs (i, j, cosine) of sparse vectors, by an inverted index."""
    lists, pairs = collections.defaultdict(list), []
    for j, v in enumerate(vectors):
        sums = collections.defaultdict(float)
        for w, x in v.items():
            for i, y in lists[w]:
                sums[i] += x * y
            lists[w].append((j, x))
        pairs += [(i, j, s) for i, s in sums.items() if s >= least]
    return pairs


def single(n, pairs):
    return sorted(((s, i, j) for i, j, s in pairs), reverse=True)


def average(n, pairs):
    """The joins (likeness, i, j) of average link, the likeliest first; a pair that is not there counts as 0."""
    sums, size, heap, joins = [{} for _ in range(n)], [1] * n, [], []
    for i, j, s in pairs:
        sums[i][j] = sums[j][i] = s
        heap.append((-s, i, j))
    heapq.heapify(heap)
    while heap:
        s, i, j = heapq.heappop(heap)
        if not (size[i] and size[j] and j in sums[i]) or abs(sums[i][j] / (size[i] * size[j]) + s) > 1e-12:
            continue
        if -s < STEPS[0]:
            break
        joins.append((-s, i, j))
        size[i], size[j] = size[i] + size[j], 0
        del sums[i][j]
        for k, x in sums[j].items():
            if k != i:
                del sums[k][j]
                sums[i][k] = sums[k][i] = sums[i].get(k, 0.0) + x
        sums[j] = {}
        for k, x in sums[i].items():
            heapq.heappush(heap, (-x / (size[i] * size[k]), min(i, k), max(i, k)))
    return joins


def best(gold, ids, joins):
    found = (0.0, 0.0, 0.0, 0.0)
    for step in STEPS:
        parent = list(range(len(ids)))

        def find(x):
            while parent[x] != x:
                parent[x] = parent[parent[x]]
                x = parent[x]
            return x

        for s, i, j in joins:
            if s < step:
                break
            parent[find(j)] = find(i)
        p, r, f = b_cubed(gold, {d: find(k) for k, d in enumerate(ids)})
        found = max(found, (f, p, r, step))
    return found


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("gold")
    args.add_argument("predictions", nargs="?")
    args.add_argument("--vectors")
    args = args.parse_args()
    data = rows(args.gold)
    ids = [str(r["id"]) for r in data]
    gold = {str(r["id"]): r["cluster"] for r in data}
    titles = [r.get("headline") or r.get("title") or "" for r in data]
    texts = [f"{t} {r.get('article') or r.get('text') or ''}" for t, r in zip(titles, data)]

    table = []
    sets = [set(words(t)) for t in titles]
    pairs = [(i, j, len(a & sets[j]) / len(a | sets[j])) for i, a in enumerate(sets) for j in range(i + 1, len(sets)) if a & sets[j]]
    if pairs:
        table.append(("title overlap, single link", *best(gold, ids, single(len(ids), pairs))))
    pairs = cosines(tf_idf(texts), 0.02)
    table.append(("TF-IDF, single link", *best(gold, ids, single(len(ids), pairs))))
    table.append(("TF-IDF, average link", *best(gold, ids, average(len(ids), pairs))))
    if args.vectors:
        vectors = {str(r["id"]): r["vector"] for r in rows(args.vectors)}
        have = [vectors.get(d, []) for d in ids]
        pairs = [(i, j, sum(x * y for x, y in zip(a, have[j]))) for i, a in enumerate(have) for j in range(i + 1, len(have))]
        table.append(("embeddings, average link", *best(gold, ids, average(len(ids), pairs))))
    if args.predictions:
        label = {str(d): r.get("story", k) for k, r in enumerate(rows(args.predictions)) for d in r["documents"]}
        p, r, f = b_cubed(gold, label)
        table.append(("broadsheet group", f, p, r, None))
    print(f"{len(ids)} documents, {len(set(gold.values()))} stories\n")
    print("| way | precision | recall | B-cubed F1 | best threshold in hindsight |\n| --- | --- | --- | --- | --- |")
    for name, f, p, r, step in table:
        print(f"| {name} | {p:.3f} | {r:.3f} | {f:.3f} | {'none: as configured' if step is None else step} |")


if __name__ == "__main__":
    main()
