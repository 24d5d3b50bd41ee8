#!/usr/bin/env python3
"""Makes the tiny checkpoints under tests/cases/generate and writes down which token ids Python's transformers gives for them.

Run by hand, once, in an environment with torch 2.4.0, transformers 4.46.3, tokenizers and sentencepiece:

    python3 scripts/tiny_models.py [NAME...]

Each folder holds one checkpoint with random weights (a seed, no training), a small tokenizer trained on the made-up text below, and
`expected.json`: for 20 made-up inputs the ids of greedy search and of 4 beams. `cargo test --test generate` compares.

Random weights can make scores so alike that the last bits of a float decide; so they are scaled up, and the first seed is taken with
which the best token leads by at least MARGIN at every step of all greedy runs and the inputs give different outputs.
"""

import json
import pathlib
import random
import shutil
import sys

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

OUT = pathlib.Path(__file__).resolve().parent.parent / "tests" / "cases" / "generate"
INPUTS = 20
MARGIN = 5e-4

PEOPLE = "Ada Brook|Tomas Lind|Mira Okoro|Jon Vale|Petra Sand|Eli Marsh|Nora Quist|Sam Adeyi|Ines Roth|Karl Voss".split("|")
PLACES = "Harrow Bay|Eastmoor|Port Lyle|Northgate|Tilbrook|Silver Quay|Lowen|Carrick Hill|Ostrand|Vellmouth".split("|")
GROUPS = "the harbour authority|Brightwell Energy|the city council|Lowen Rail|the teachers' union|Quay Foods|the coast guard".split("|")
EVENTS = [
    "{g} said on {d} that it would close {n} offices in {p}.",
    "A storm cut off power to {n},000 homes near {p}, {g} said.",
    "{a} was named head of {g} after a vote of {n} to {m}.",
    "Shares of {g} fell {m} percent after it warned of a loss of ${n} million.",
    "Police in {p} arrested {m} people over the theft of {n} boats.",
    "\"We did not expect this,\" {a} told reporters in {p}.",
    "The bridge at {p} will reopen in {m} months at a cost of {n} million euros.",
    "{g} and {a} agreed to talks; no date was given.",
    "Doctors in {p} treated {n} patients, {m} of them children.",
    "{a} won the race in {p} by {m} seconds, ahead of {b}.",
]
DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday".split("|")


def text(rng, sentences):
    parts = []
    for _ in range(sentences):
        a, b = rng.sample(PEOPLE, 2)
        parts.append(rng.choice(EVENTS).format(
            a=a, b=b, g=rng.choice(GROUPS), p=rng.choice(PLACES), d=rng.choice(DAYS), n=rng.randint(20, 99), m=rng.randint(2, 19)))
    joined = " ".join(parts)
    return joined[0].upper() + joined[1:]


def corpus():
    rng = random.Random(7)
    return [text(rng, 4) for _ in range(300)]


def inputs():
    rng = random.Random(11)
    made = [text(rng, 1 + n % 3) for n in range(INPUTS - 2)]
    # Text that a tokenizer has not seen: accents, an emoji, Greek, and spaces in odd places.
    return made + ["Zoë's café — 5½ km off  «Île Verte»\nopened, 東京 said. 🚢 ", "  Σ. 3.14\t(x)  "]


def byte_level(vocabulary, specials):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=specials, initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(corpus(), trainer)
    return tokenizer


def sentencepiece_model(path, rule="nmt_nfkc"):
    import sentencepiece

    source = path / "corpus.txt"
    source.write_text("\n".join(corpus()), encoding="utf-8")
    # nmt_nfkc is what T5 and PEGASUS use; its table of characters alone is 240 kB, so that some here do without.
    sentencepiece.SentencePieceTrainer.train(
        input=str(source), model_prefix=str(path / "spiece"), vocab_size=300, model_type="unigram",
        normalization_rule_name=rule, hard_vocab_limit=False, num_threads=1, minloglevel=2, unk_id=2, pad_id=0, eos_id=1, bos_id=-1)
    source.unlink()
    (path / "spiece.vocab").unlink()


def bart(path):
    specials = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    base = byte_level(420, specials)
    # The older files, which we read where there is no tokenizer.json.
    base.model.save(str(path))
    tokenizer = transformers.BartTokenizerFast(vocab_file=str(path / "vocab.json"), merges_file=str(path / "merges.txt"))
    config = transformers.BartConfig(
        vocab_size=len(tokenizer), d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4, decoder_attention_heads=4,
        encoder_ffn_dim=64, decoder_ffn_dim=64, max_position_embeddings=200, forced_bos_token_id=0, forced_eos_token_id=2,
        num_beams=4, max_length=40, min_length=12, length_penalty=2.0, no_repeat_ngram_size=3, early_stopping=True)
    return tokenizer, transformers.BartForConditionalGeneration, config


def pegasus(path):
    sentencepiece_model(path)
    tokenizer = transformers.PegasusTokenizerFast(vocab_file=str(path / "spiece.model"))
    config = transformers.PegasusConfig(
        vocab_size=len(tokenizer), d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4, decoder_attention_heads=4,
        encoder_ffn_dim=64, decoder_ffn_dim=64, max_position_embeddings=200, scale_embedding=True, activation_function="relu",
        pad_token_id=0, eos_token_id=1, decoder_start_token_id=0, forced_eos_token_id=1,
        num_beams=8, max_length=36, min_length=8, length_penalty=0.8)
    return tokenizer, transformers.PegasusForConditionalGeneration, config


def t5_tokenizer(path, rule="nmt_nfkc"):
    sentencepiece_model(path, rule)
    return transformers.T5TokenizerFast(vocab_file=str(path / "spiece.model"), legacy=False)


def t5(path, **more):
    tokenizer = t5_tokenizer(path)
    settings = dict(
        vocab_size=len(tokenizer), d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4, relative_attention_num_buckets=8,
        relative_attention_max_distance=20, decoder_start_token_id=0, max_length=32, num_beams=4, no_repeat_ngram_size=2, length_penalty=2.0)
    config = transformers.T5Config(**{**settings, **more})
    return tokenizer, transformers.T5ForConditionalGeneration, config


def flan_t5(path):
    made = t5(path, feed_forward_proj="gated-gelu", tie_word_embeddings=False, num_decoder_layers=3, repetition_penalty=1.3,
              encoder_no_repeat_ngram_size=3, no_repeat_ngram_size=0, early_stopping=True)
    # The one checkpoint with a tokenizer.json, which is what most have.
    made[0].save_pretrained(path)
    (path / "spiece.model").unlink()
    return made


def long_t5(path, attention="transient-global"):
    tokenizer = t5_tokenizer(path, "identity")
    config = transformers.LongT5Config(
        vocab_size=len(tokenizer), d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4, relative_attention_num_buckets=8,
        relative_attention_max_distance=20, local_radius=7, global_block_size=4, encoder_attention_type=attention,
        feed_forward_proj="gated-gelu", tie_word_embeddings=False, decoder_start_token_id=0, max_length=32, num_beams=4, length_penalty=1.2)
    return tokenizer, transformers.LongT5ForConditionalGeneration, config


def long_t5_local(path):
    return long_t5(path, "local")


def prophetnet(path):
    base = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    base.normalizer = normalizers.BertNormalizer(lowercase=True)
    base.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[X_SEP]"]
    base.train_from_iterator(corpus(), trainers.WordPieceTrainer(vocab_size=420, special_tokens=specials))
    tokens = sorted(base.get_vocab().items(), key=lambda item: item[1])
    (path / "prophetnet.tokenizer").write_text("".join(token + "\n" for token, _ in tokens), encoding="utf-8")
    tokenizer = transformers.ProphetNetTokenizer(vocab_file=str(path / "prophetnet.tokenizer"))
    config = transformers.ProphetNetConfig(
        vocab_size=len(tokens), hidden_size=32, encoder_ffn_dim=64, decoder_ffn_dim=64, num_encoder_layers=2, num_decoder_layers=2,
        num_encoder_attention_heads=4, num_decoder_attention_heads=4, max_position_embeddings=200, ngram=2, num_buckets=8,
        relative_max_distance=20, pad_token_id=0, bos_token_id=2, eos_token_id=3, decoder_start_token_id=3, disable_ngram_loss=True,
        max_length=32, num_beams=5, length_penalty=1.5, no_repeat_ngram_size=3)
    return tokenizer, transformers.ProphetNetForConditionalGeneration, config


MODELS = {"bart": bart, "pegasus": pegasus, "t5": t5, "flan-t5": flan_t5, "longt5": long_t5, "longt5-local": long_t5_local, "prophetnet": prophetnet}
# What fresh weights are multiplied by. As they come they are so small that the input hardly changes what comes out.
SPREAD = {"bart": 15, "pegasus": 15, "t5": 2, "flan-t5": 1.5, "longt5": 1.5, "longt5-local": 1.5, "prophetnet": 15}
# What the end token's output weights are multiplied by, so that runs end at different lengths.
END = 2.5


def random_model(kind, config, name, seed):
    torch.manual_seed(seed)
    model = kind(config).eval()
    with torch.no_grad():
        for key, weight in model.named_parameters():
            if weight.dim() == 2 and "embed_positions" not in key:
                # PEGASUS adds all its layers to the embeddings, which must not drown them.
                weight.mul_(3 if name == "pegasus" and "shared" in key else SPREAD[name])
            elif weight.dim() == 1:
                # Biases are made as zeros and norms as ones, which would hide that one was left out.
                weight.add_(torch.randn_like(weight) * 0.1)
        model.get_output_embeddings().weight[config.eos_token_id] *= END
        if hasattr(model, "final_logits_bias"):
            model.final_logits_bias.normal_(0, 0.1)
    return model


def greedy(model, tokenizer, pad):
    """The cases without their beams, and by how much the best token led at the closest step of all runs."""
    cases, closest = [], float("inf")
    for source in inputs():
        ids = tokenizer(source, return_tensors="pt")
        with torch.no_grad():
            found = model.generate(**ids, num_beams=1, do_sample=False, output_scores=True, return_dict_in_generate=True)
        for step in found.scores:
            best, second = step[0].topk(2).values.tolist()
            closest = min(closest, best - second)
        cases.append({"text": source, "input": ids.input_ids[0].tolist(), "greedy": strip(found.sequences[0].tolist(), pad)})
    return cases, closest


def add_beams(cases, model, pad):
    for case in cases:
        with torch.no_grad():
            found = model.generate(torch.tensor([case["input"]]), num_beams=4, num_return_sequences=4, do_sample=False)
        case["beams"] = [strip(row.tolist(), pad) for row in found]


def make(name):
    path = OUT / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    tokenizer, kind, config = MODELS[name](path)
    # The first seed whose outputs differ and never hang on the last bits of a float.
    for seed in range(100):
        random_model(kind, config, name, seed).save_pretrained(path, safe_serialization=True)
        # What is saved is what is run.
        model = kind.from_pretrained(path).eval()
        # The file holds the embeddings once. transformers 4.46 does not give them back to LongT5's encoder and decoder where the output
        # layer is not tied, and leaves these with random ones, different every time.
        for side in (model.get_encoder(), model.get_decoder()):
            if hasattr(side, "embed_tokens"):
                side.embed_tokens.weight = model.get_input_embeddings().weight
        cases, closest = greedy(model, tokenizer, config.pad_token_id)
        outputs = {tuple(case["greedy"]) for case in cases}
        lengths = {len(case["greedy"]) for case in cases}
        print(f"{name}, seed {seed}: {len(outputs)} different greedy outputs of {len(lengths)} lengths, margin {closest:.5f}")
        if len(outputs) >= 12 and len(lengths) >= 2 and closest > MARGIN:
            break
    add_beams(cases, model, config.pad_token_id)
    kept = {"vocab.json", "merges.txt", "spiece.model", "tokenizer.json", "prophetnet.tokenizer", "config.json", "generation_config.json",
            "model.safetensors"}
    for file in path.iterdir():
        if file.name not in kept:
            file.unlink()
    # One case a line, so that a difference can be read.
    lines = ",\n".join("    " + json.dumps(case, ensure_ascii=False) for case in cases)
    head = {"made_with": f"transformers {transformers.__version__}, torch {torch.__version__}, seed {seed}", "margin": closest}
    (path / "expected.json").write_text(f"{json.dumps(head)[:-1]}, \"cases\": [\n{lines}\n]}}\n", encoding="utf-8")
    print(f"{name}: {sum(f.stat().st_size for f in path.iterdir()) / 1e3:.0f} kB")


def strip(ids, pad):
    """Without the padding at the end; the start token may be padding itself."""
    end = len(ids)
    while end > 1 and ids[end - 1] == pad:
        end -= 1
    return ids[:end]


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in sys.argv[1:] or MODELS:
        make(name)
