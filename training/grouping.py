#!/usr/bin/env python3
"""Fits the weights of src/cluster/score.rs: how sure it is that two documents tell one event.

    python3 training/grouping.py NAME=PAIRS.jsonl,GOLD.jsonl[,WEIGHT] ...

PAIRS are the pairs that the program compares, with what it measures of each: lines {documents: [a, b], measures: {name: x}}
(`broadsheet group --explain=all`). GOLD is what `score.py grouping` takes: {id, cluster} lines. WEIGHT says how much a set's pairs count (1).

Two logistic regressions (Newton's method, a little ridge): the first over the measures of a pair alone; the second over its
log-odds and the shares that the pair has against the closest rival of each of its two documents (see score.rs). For every set named `neus*` a
second one is made of it where two stories in five keep one text only and two keep two, since on a real day most texts stand alone.
Prints both sets of weights as Rust, and before that, for each set, pairwise precision and recall of the pairs at a few thresholds
by cross-validation over five folds of the gold clusters (a pair is judged by models that have not seen the clusters it is of).

What was used: neus_dev, basil_dev and four pools of 307 stories of neus_train with weight 1, ecbplus_dev with .03 (short texts
without titles, two look-alike events a topic). Needs numpy.
"""
import collections
import json
import sys

import numpy as np

FOLDS, RIDGE, ASIDE, UNSEEN = 5, 3.0, 0.5, 0.05


def load(pairs, gold):
    gold = {str(r["id"]): str(r["cluster"]) for r in map(json.loads, open(gold, encoding="utf-8"))}
    rows = [json.loads(line) for line in open(pairs, encoding="utf-8")]
    names = list(rows[0]["measures"])
    ids = sorted({d for r in rows for d in r["documents"] if d in gold})
    number = {d: n for n, d in enumerate(ids)}
    rows = [r for r in rows if all(d in number for d in r["documents"])]
    ij = np.array([[number[d] for d in r["documents"]] for r in rows])
    x = np.array([[r["measures"][n] for n in names] for r in rows])
    return names, finish({"ij": ij, "x": x, "group": [gold[d] for d in ids]})


def finish(data):
    group = data["group"]
    data["y"] = np.array([group[i] == group[j] for i, j in data["ij"]], float)
    clusters = sorted(set(group))
    fold = dict(zip(clusters, np.random.default_rng(0).permutation(len(clusters)) % FOLDS))
    data["folds"] = np.array([[fold[group[i]], fold[group[j]]] for i, j in data["ij"]])
    return data


def thinned(data):
    rng, left = np.random.default_rng(5), collections.Counter()
    clusters = sorted(set(data["group"]))
    size = dict(zip(clusters, rng.choice([1, 1, 2, 2, 3], len(clusters))))
    keep = np.zeros(len(data["group"]), bool)
    for i in rng.permutation(len(keep)):
        if left[data["group"][i]] < size[data["group"][i]]:
            keep[i] = True
            left[data["group"][i]] += 1
    rows = keep[data["ij"]].all(1)
    number = np.cumsum(keep) - 1
    group = [g for g, k in zip(data["group"], keep) if k]
    return finish({"ij": number[data["ij"][rows]], "x": data["x"][rows], "group": group})


def sure(odds):
    return 1 / (1 + np.exp(-odds))


def regression(x, y, w):
    mean, spread = x.mean(0), x.std(0) + 1e-9
    z, b = np.c_[(x - mean) / spread, np.ones(len(x))], np.zeros(x.shape[1] + 1)
    ridge = RIDGE * np.r_[np.ones(x.shape[1]), 0]
    for _ in range(30):
        p = sure(z @ b)
        b -= np.linalg.solve((z * (w * p * (1 - p))[:, None]).T @ z + np.diag(ridge + 1e-9), z.T @ (w * (p - y)) + ridge * b)
    weights = b[:-1] / spread
    return weights, b[-1] - weights @ mean


def rivals(data, p):
    near = collections.defaultdict(dict)
    for (i, j), v in zip(data["ij"].tolist(), p.tolist()):
        near[i][j] = near[j][i] = v
    shares = []
    for (i, j), v in zip(data["ij"].tolist(), p.tolist()):
        held = []
        for own, other in ((i, j), (j, i)):
            rival = max((x for k, x in near[own].items() if k != other and x >= UNSEEN and near[other].get(k, 0.0) < ASIDE * x), default=0.0)
            held.append(v / (v + rival + UNSEEN))
        shares.append([min(held), max(held)])
    return np.array(shares)


def fit(sets, without=None):
    use = {n: np.ones(len(d["y"]), bool) if without is None else (d["folds"] != without).all(1) for n, (d, _) in sets.items()}
    join = lambda part: np.concatenate([part(n, d)[use[n]] for n, (d, _) in sets.items()])
    y, w = join(lambda n, d: d["y"]), join(lambda n, d: np.full(len(d["y"]), sets[n][1]))
    alone = regression(join(lambda n, d: d["x"]), y, w)
    second = {}
    for n, (d, _) in sets.items():
        odds = d["x"] @ alone[0] + alone[1]
        second[n] = np.c_[odds, rivals(d, sure(odds))]
    return alone, regression(join(lambda n, d: second[n]), y, w), second


def main():
    sets, names = {}, None
    for argument in sys.argv[1:]:
        name, _, files = argument.partition("=")
        pairs, gold, *weight = files.split(",")
        names, data = load(pairs, gold)
        sets[name] = (data, float(weight[0]) if weight else 1.0)
        if name.startswith("neus"):
            sets[name + ", thinned"] = (thinned(data), 0.5 * sets[name][1])
    if not sets:
        sys.exit(__doc__)
    odds = {n: np.zeros((FOLDS, len(d["y"]))) for n, (d, _) in sets.items()}
    for k in range(FOLDS):
        _, company, second = fit(sets, k)
        for n in sets:
            odds[n][k] = second[n] @ company[0] + company[1]
    for n, (d, _) in sets.items():
        at = np.arange(len(d["y"]))
        p = sure((odds[n][d["folds"][:, 0], at] + odds[n][d["folds"][:, 1], at]) / 2)
        for threshold in (0.3, 0.5, 0.7):
            said = p >= threshold
            print(f"// {n}: at {threshold} precision {d['y'][said].mean():.3f}, recall {d['y'][said].sum() / max(d['y'].sum(), 1):.3f}")
    alone, company, _ = fit(sets)
    for title, keys, (weights, constant) in (("ALONE", names, alone), ("COMPANY", ["alone", "contested", "uncontested"], company)):
        print(f"{title}:", *(f'    ("{key}", {weight:.4}),' for key, weight in zip(keys, weights)), f"{title}_CONSTANT: {constant:.4}", sep="\n")


if __name__ == "__main__":
    main()
