#!/usr/bin/env python3
"""Days of news, one digest after the other: is anything lost, or shown twice? `make threads`.

Reads ../shared/data/clusters/timeline17_articles (dated articles of four topics) as feeds would show it: an item stays for a week; every fifth is
undated and stays for forty days; every tenth comes three days late; every 25th changes its text a day later. The program makes the digests with
`--previous`: daily, twice daily, and with three of eight days missed. Articles are cut to their first 1,500 characters, to save time.
A day whose items are those of the last run, which had nothing to tell, is not run again. Topics as arguments; without, the two shorter ones
(iraq, mj): half an hour on two cores, all four take hours.
"""

import collections
import concurrent.futures
import datetime
import gzip
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from eval import SHARED, program

DATA = SHARED / "data" / "clusters" / "timeline17_articles.jsonl.gz"
REGIMES = [("daily", 1, False), ("twice daily", 2, False), ("three of eight days missed", 1, True)]
DAY = datetime.timedelta(days=1)


def items(topics):
    """Each article as its feed has it: when it comes and goes, and what it says on a day."""
    seen = set()
    with gzip.open(DATA, "rt", encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row["topic"] in topics]
    for n, row in enumerate(rows):
        text = row["article"][:1500]
        if len(text.split()) <= 30 or text in seen:
            continue
        seen.add(text)
        day = datetime.date.fromisoformat(row["date"])
        undated = n % 5 == 0
        first = day + (3 * DAY if n % 10 == 3 else 0 * DAY)
        update = f"Update number {n}: officials said that something else had happened there since the morning.\n{text}" if n % 25 == 7 else None
        yield {"id": row["id"], "date": None if undated else row["date"], "first": first, "last": first + (40 if undated else 6) * DAY,
               "text": text, "update": update, "changes": first + DAY}


def shown(digest):
    """The texts that a digest tells as news."""
    told = [s for s in digest["stories"] + digest["briefs"] if s["course"] in ("new", "developing")]
    return [source["document"] for story in told for source in story["sources"] if not source.get("told")]


def simulate(broadsheet, articles, per_day, gaps):
    counts, came, runs, idle, last_input = collections.Counter(), set(), 0, 0, None
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        previous, day, n = None, min(a["first"] for a in articles), 0
        last = max(a["last"] for a in articles)
        while day <= last:
            n += 1
            for half in range(0 if gaps and n % 8 > 4 else per_day):
                # In the morning only half of the day's items are there.
                there = [(k, a) for k, a in enumerate(articles) if a["first"] <= day <= a["last"] and (per_day == 1 or half or a["first"] < day or k % 2 == 0)]
                if not there:
                    continue
                versions = {}
                with open(folder / "input.jsonl", "w", encoding="utf-8") as file:
                    for _, a in there:
                        changed = a["update"] and a["changes"] <= day
                        versions[a["id"]] = bool(changed)
                        came.add((a["id"], bool(changed)))
                        row = {"id": a["id"], "text": a["update"] if changed else a["text"], "published": a["date"]}
                        file.write(json.dumps({k: v for k, v in row.items() if v}) + "\n")
                there_now = [(a["id"], versions[a["id"]]) for _, a in there]
                if there_now == last_input:
                    idle += 1
                    continue
                last_input = None
                out = folder / f"{n}-{half}"
                command = [broadsheet, "digest", "--quiet", "--threads", "1", "--input-format", "jsonl", folder / "input.jsonl", "--date", day.isoformat(), "--format", "json", "--out", out]
                done = subprocess.run(command + (["--previous", previous] if previous else []), capture_output=True)
                runs += 1
                if done.returncode == 4:
                    last_input = there_now
                    continue
                if done.returncode not in (0, 3):
                    sys.exit(done.stderr.decode(errors="replace"))
                if previous:
                    previous.unlink()
                previous = out / f"{day}.json"
                digest = json.loads(previous.read_text(encoding="utf-8"))
                for document in shown(digest):
                    counts[document, versions[document.split("#")[0]]] += 1
            day += DAY
        seen = {row["id"] for row in digest["seen"] if row.get("thread")}
    told = {(document.split("#")[0], version) for document, version in counts}
    # An update whose old form never came through, or that its own first form told, is known by its article.
    lost = [key for key in came if key not in told and key[0] not in seen]
    return {"runs": runs, "days without change": idle, "texts": len(came), "told as news": len(told), "known otherwise": len(came) - len(told) - len(lost), "lost": len(lost),
            "shown twice": sum(n > 1 for n in counts.values())}


def main():
    if not DATA.is_file():
        sys.exit(f"threads: {DATA} is not there: the development data is not part of the repository")
    articles = list(items(set(sys.argv[1:]) or {"iraq", "mj"}))
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        # A copy, so that a build meanwhile does no harm.
        broadsheet = shutil.copy(program(), folder)
        regimes = [(name, pool.submit(simulate, broadsheet, articles, per_day, gaps)) for name, per_day, gaps in REGIMES]
        for name, result in regimes:
            print(f"{name}: {json.dumps(result.result())}", flush=True)


if __name__ == "__main__":
    main()
