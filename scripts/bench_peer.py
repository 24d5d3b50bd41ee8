"""The peer of `make bench`: the same work in Python on the same model, with fused attention and PyTorch 2.4.0.

    bench_peer.py encode SENTENCES THREADS     tokens a second; prints JSON
    bench_peer.py summarize PAGE THREADS       one page from file to four sentences, as `broadsheet summarize` does it
"""

import json
import os
import pathlib
import re
import sys
import time

task, path, threads = sys.argv[1:]

if task == "quantities":
    from quantulum3 import parser

    lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines()[:300]
    parser.parse(lines[0])
    start = time.perf_counter()
    for line in lines:
        parser.parse(line)
    seconds = time.perf_counter() - start
    print(json.dumps({"passages": len(lines), "seconds": seconds, "passages_per_second": len(lines) / seconds}))
    sys.exit()

import torch
from transformers import AutoModel, AutoTokenizer

torch.set_num_threads(int(threads))
data = pathlib.Path(os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local/share") / "broadsheet/models"
folder = pathlib.Path(os.environ.get("BROADSHEET_MODELS") or data) / "all-MiniLM-L6-v2"
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModel.from_pretrained(folder, attn_implementation="sdpa").eval()


def encode(texts, batch=32):
    """Unit vectors by mean pooling, sorted by length in batches; and the number of tokens."""
    ids = tokenizer(texts, truncation=True, max_length=512)["input_ids"]
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    vectors = [None] * len(ids)
    for start in range(0, len(order), batch):
        part = order[start:start + batch]
        longest = max(len(ids[i]) for i in part)
        x = torch.zeros(len(part), longest, dtype=torch.long)
        mask = torch.zeros(len(part), longest)
        for row, i in enumerate(part):
            x[row, :len(ids[i])] = torch.tensor(ids[i])
            mask[row, :len(ids[i])] = 1
        with torch.inference_mode():
            hidden = model(input_ids=x, attention_mask=mask).last_hidden_state
        mean = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        for row, i in enumerate(part):
            vectors[i] = torch.nn.functional.normalize(mean[row], dim=0)
    return torch.stack(vectors), sum(map(len, ids))


text = pathlib.Path(path).read_text(encoding="utf-8")
if task == "summarize":
    import trafilatura

    body = trafilatura.extract(text) or ""
    sentences = [s for s in re.split(r"(?<=[.!?”\"])\s+(?=[A-Z“\"])|\n+", body) if len(s.split()) >= 5]
    vectors, _ = encode(sentences)
    scores = vectors @ vectors.mean(0) + 1 / torch.arange(1, len(sentences) + 1).sqrt()
    print("\n".join(sentences[i] for i in sorted(scores.topk(min(4, len(sentences))).indices.tolist())))
else:
    lines = text.splitlines()
    encode(lines[:64])
    start = time.perf_counter()
    _, tokens = encode(lines)
    seconds = time.perf_counter() - start
    print(json.dumps({"tokens": tokens, "seconds": seconds, "tokens_per_second": tokens / seconds}))
