#!/usr/bin/env python3
"""What grouping costs as the articles grow: time and memory of `group` and of its stage `cluster` alone. `make bench-group`.

Reads ../shared/data/articles/reuters21578, the first 1,000, 4,000 and 16,000 articles (sizes as arguments), and writes docs/grouping.svg.
The growth is the exponent between sizes: time ~ articles ^ exponent.
"""

import gzip
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from eval import ROOT, SHARED, program

DATA = SHARED / "data" / "articles" / "reuters21578.jsonl.gz"


def measure(broadsheet, rows):
    """Seconds in all, seconds of the stage, and megabytes at the peak."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps({"id": row["id"], "title": row.get("headline") or row.get("title"), "text": row.get("article") or row.get("text")}) + "\n")
        file.flush()
        start = time.perf_counter()
        run = subprocess.Popen([broadsheet, "group", "-v", "--input-format", "jsonl", file.name], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        said = run.stderr.read()
        _, status, usage = __import__("os").wait4(run.pid, 0)
        if status:
            sys.exit(said[-500:])
    stage = re.search(r"grouped .* in ([\d.]+)(ms|s|µs)", said)
    seconds = float(stage[1]) * {"s": 1, "ms": 1e-3, "µs": 1e-6}[stage[2]] if stage else float("nan")
    return time.perf_counter() - start, seconds, usage.ru_maxrss / 1024


def plot(points, path):
    """Both axes logarithmic; a grey line grows as the articles do."""
    from xml.sax.saxutils import escape

    xs, ys = [n for n, *_ in points], [v for _, a, b, _ in points for v in (a, b) if v > 0]
    x = lambda n: 70 + 400 * math.log(n / min(xs)) / math.log(max(xs) / min(xs))
    low, high = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))
    y = lambda v: 280 - 250 * (math.log10(v) - low) / (high - low)
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 330" font-family="sans-serif" font-size="12"><rect width="560" height="330" fill="#fff"/>']
    for power in range(low, high + 1):
        out.append(f'<path d="M70 {y(10**power):.1f}h400" stroke="#ddd"/><text x="62" y="{y(10**power) + 4:.1f}" text-anchor="end">{10**power:g} s</text>')
    for n in xs:
        out.append(f'<text x="{x(n):.1f}" y="300" text-anchor="middle">{n:,}</text>')
    for column, label, colour in ((1, "group", "#1b4f72"), (2, "its stage cluster", "#a04000")):
        own = [(x(p[0]), y(p[column])) for p in points if p[column] > 0]
        if own:
            first = points[0]
            grown = first[column] * max(xs) / min(xs)
            out.append(f'<path d="M{x(min(xs)):.1f} {y(first[column]):.1f}L{x(max(xs)):.1f} {y(grown):.1f}" stroke="#bbb" stroke-dasharray="4"/>')
            out.append(f'<polyline points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in own)}" fill="none" stroke="{colour}" stroke-width="2"/>')
            out.append(f'<text x="{own[-1][0] + 6:.1f}" y="{own[-1][1] + 4:.1f}" fill="{colour}">{escape(label)}</text>')
    out.append('<text x="270" y="320" text-anchor="middle">articles (Reuters-21578); dashed: growth in proportion</text></svg>')
    path.write_text("\n".join(out) + "\n", encoding="utf-8")


def main():
    if not DATA.is_file():
        sys.exit(f"bench-group: {DATA} is not there: the development data is not part of the repository")
    sizes = [int(size) for size in sys.argv[1:]] or [1000, 4000, 16000]
    with gzip.open(DATA, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for _, line in zip(range(max(sizes)), file)]
    points = []
    for n in sizes:
        total, stage, memory = measure(program(), rows[:n])
        growth = "" if not points else ", growth n^{:.2f} in all, n^{:.2f} the stage".format(
            *(math.log(now / before) / math.log(n / points[-1][0]) for now, before in ((total, points[-1][1]), (stage, points[-1][2]))))
        points.append((n, total, stage, memory))
        print(f"{n:,} articles: {total:.1f} s, cluster {stage:.2f} s, {memory:.0f} MB{growth}", flush=True)
    plot(points, ROOT / "docs" / "grouping.svg")


if __name__ == "__main__":
    main()
