"""Makes tests/cases/encoder/vectors.json: made-up sentences and their vectors by Python transformers.

Run by hand with the peer's Python of `make bench`; the result is committed, so that the tests need no Python.
"""

import json
import os
import pathlib

import tokenizers
import torch
from transformers import BertModel

TEXTS = [
    "The river rose four metres in a night.",
    "Eleven of the thirteen miners were brought up before dawn, the rescue service said.",
    "Shares fell 5.3% after the bank set aside $1.2bn for bad loans.",
    "“Nobody told us,” she said — twice.",
    "Ça coûte trop cher, dit-il.",
    "水位在夜间上涨。",
    "a",
    "Turnout was 64.8 per cent, the highest since the islands first voted, and the count went on until a quarter past four "
    "in the morning because a ballot box from the northernmost islet came by fishing boat through a swell of three metres.",
]
data = pathlib.Path(os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local/share") / "broadsheet/models"
folder = pathlib.Path(os.environ.get("BROADSHEET_MODELS") or data) / "all-MiniLM-L6-v2"
tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
tokenizer.no_truncation()
tokenizer.no_padding()
model = BertModel.from_pretrained(folder, attn_implementation="eager").eval()
rows = []
for text in TEXTS:
    with torch.inference_mode():
        hidden = model(torch.tensor([tokenizer.encode(text).ids])).last_hidden_state[0]
    vector = torch.nn.functional.normalize(hidden.mean(0), dim=0)
    rows.append({"text": text, "vector": [round(float(x), 7) for x in vector]})
path = pathlib.Path(__file__).resolve().parent.parent / "tests/cases/encoder/vectors.json"
path.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n", encoding="utf-8")
