"""The second peer of `make bench`: the encoder in onnxruntime, from the installed safetensors. Runs in the peer's Python.

    bench_onnx.py export FOLDER               writes model.onnx and, with attention fused by onnxruntime's own optimiser, fused.onnx
    bench_onnx.py encode MODEL SENTENCES THREADS   tokens a second; prints JSON

Sentences are sorted by length and go in batches of at most 2,048 tokens, as many as our encoder takes together; as in `bench_peer.py`, the
tokeniser's time counts.
"""

import json
import os
import pathlib
import sys
import time

BATCH_TOKENS = 2048


def installed():
    data = pathlib.Path(os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local/share") / "broadsheet/models"
    return pathlib.Path(os.environ.get("BROADSHEET_MODELS") or data) / "all-MiniLM-L6-v2"


def export(folder):
    import torch
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions
    from transformers import AutoModel

    class Hidden(torch.nn.Module):
        """The model with nothing but what is asked of it."""

        def __init__(self):
            super().__init__()
            # The optimiser knows attention in single steps, which is what eager attention is.
            self.model = AutoModel.from_pretrained(installed(), attn_implementation="eager").eval()

        def forward(self, input_ids, attention_mask):
            return self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    folder.mkdir(parents=True, exist_ok=True)
    ids = torch.ones(2, 16, dtype=torch.long)
    names, axes = ["input_ids", "attention_mask"], {0: "batch", 1: "length"}
    with torch.inference_mode():
        torch.onnx.export(Hidden(), (ids, ids), str(folder / "model.onnx"), input_names=names, output_names=["hidden"], opset_version=17,
                          dynamic_axes={name: axes for name in [*names, "hidden"]})
    options = FusionOptions("bert")
    fused = optimizer.optimize_model(str(folder / "model.onnx"), model_type="bert", num_heads=12, hidden_size=384, optimization_options=options)
    fused.save_model_to_file(str(folder / "fused.onnx"))
    print(json.dumps(fused.get_fused_operator_statistics()))


def encode(model, path, threads):
    import numpy
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(installed() / "tokenizer.json"))
    tokenizer.enable_truncation(512)
    tokenizer.no_padding()

    def vectors(texts):
        ids = [encoded.ids for encoded in tokenizer.encode_batch(texts)]
        order, found, part = sorted(range(len(ids)), key=lambda n: len(ids[n])), [None] * len(ids), []
        for at, n in enumerate(order):
            part.append(n)
            following = order[at + 1] if at + 1 < len(order) else None
            if following is not None and (len(part) + 1) * len(ids[following]) <= BATCH_TOKENS:
                continue
            x, mask = (numpy.zeros((len(part), len(ids[n])), dtype=numpy.int64) for _ in range(2))
            for row, k in enumerate(part):
                x[row, :len(ids[k])], mask[row, :len(ids[k])] = ids[k], 1
            hidden = session.run(None, {"input_ids": x, "attention_mask": mask})[0]
            mean = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
            for k, vector in zip(part, mean / numpy.linalg.norm(mean, axis=1, keepdims=True)):
                found[k] = vector
            part = []
        return numpy.stack(found), sum(map(len, ids))

    lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines()
    vectors(lines[:64])
    start = time.perf_counter()
    found, tokens = vectors(lines)
    seconds = time.perf_counter() - start
    print(json.dumps({"tokens": tokens, "seconds": seconds, "tokens_per_second": tokens / seconds, "first": found[0][:4].tolist()}))


if __name__ == "__main__":
    if sys.argv[1] == "export":
        export(pathlib.Path(sys.argv[2]))
    else:
        encode(sys.argv[2], sys.argv[3], int(sys.argv[4]))
