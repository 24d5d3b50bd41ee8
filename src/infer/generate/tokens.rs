//! A checkpoint's tokenizer: `tokenizer.json` where there is one, else built from the older files as transformers builds it.

use std::ops::Range;
use std::path::Path;

use serde_json::{Value, json};
use tokenizers::normalizers::{Precompiled, Replace, Sequence, Strip};
use tokenizers::{NormalizerWrapper, Tokenizer};

use super::checkpoint::{Architecture, Checkpoint};
use super::sentencepiece::{Kind, SentencePiece};
use crate::error::{Error, Result};

/// PEGASUS keeps this many places before the pieces of its SentencePiece model.
const PEGASUS_OFFSET: usize = 103;

/// A tokenizer with the special tokens that go around a text.
pub(super) struct Tokens {
    tokenizer: Tokenizer,
    before: Vec<i64>,
    after: Vec<i64>,
    architecture: Architecture,
}

impl Tokens {
    pub fn load(checkpoint: &Checkpoint) -> Result<Self> {
        let has = |name: &str| checkpoint.folder.join(name).is_file();
        let built = if has("tokenizer.json") {
            Tokenizer::from_file(checkpoint.folder.join("tokenizer.json")).map_err(|e| format!("tokenizer.json: {e}"))
        } else if has("spiece.model") {
            from_sentencepiece(&checkpoint.folder.join("spiece.model"), checkpoint.architecture)
        } else if has("vocab.json") && has("merges.txt") {
            from_merges(&checkpoint.folder)
        } else if let Some(name) = ["prophetnet.tokenizer", "vocab.txt"].into_iter().find(|name| has(name)) {
            from_wordpieces(&checkpoint.folder.join(name))
        } else {
            Err(format!(
                "{} has no tokenizer: tokenizer.json is wanted, or vocab.json with merges.txt, spiece.model or vocab.txt",
                checkpoint.folder.display()
            ))
        };
        let mut tokenizer = built.map_err(|reason| checkpoint.fault(reason))?;
        // We window and pad ourselves.
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(fault)?;
        let probe = tokenizer.encode("a", true).map_err(fault)?;
        let special = probe.get_special_tokens_mask();
        let ids = |range: Range<usize>| {
            probe.get_ids()[range]
                .iter()
                .map(|id| i64::from(*id))
                .collect::<Vec<_>>()
        };
        let first = special.iter().position(|s| *s == 0).unwrap_or(0);
        let last = special.iter().rposition(|s| *s == 0).map_or(special.len(), |n| n + 1);
        Ok(Tokens {
            before: ids(0..first),
            after: ids(last..special.len()),
            tokenizer,
            architecture: checkpoint.architecture,
        })
    }

    /// How many special tokens go around a text.
    pub fn around(&self) -> usize {
        self.before.len() + self.after.len()
    }

    /// The ids of a text without the special tokens, each with its bytes in the text.
    pub fn ids(&self, text: &str) -> Result<Vec<(i64, Range<usize>)>> {
        let encoding = self.tokenizer.encode(text, false).map_err(fault)?;
        let spans = encoding.get_offsets().iter().map(|(start, end)| *start..*end);
        Ok(encoding.get_ids().iter().map(|id| i64::from(*id)).zip(spans).collect())
    }

    /// Puts the special tokens around ids, of which at most `room` are taken.
    pub fn wrap(&self, ids: &[(i64, Range<usize>)], room: usize) -> Vec<i64> {
        let inner = ids.iter().take(room).map(|(id, _)| *id);
        self.before
            .iter()
            .copied()
            .chain(inner)
            .chain(self.after.iter().copied())
            .collect()
    }

    /// The text of generated ids, tidied as transformers does by default.
    pub fn text(&self, ids: &[i64]) -> Result<String> {
        let ids: Vec<u32> = ids.iter().filter_map(|id| u32::try_from(*id).ok()).collect();
        let mut text = self.tokenizer.decode(&ids, true).map_err(fault)?;
        if self.architecture == Architecture::Pegasus {
            // Its sign for the end of a line.
            text = text.replace("<n>", "\n");
        }
        for (spaced, tidy) in [
            (" .", "."),
            (" ?", "?"),
            (" !", "!"),
            (" ,", ","),
            (" ' ", "'"),
            (" n't", "n't"),
            (" 'm", "'m"),
            (" 's", "'s"),
            (" 've", "'ve"),
            (" 're", "'re"),
        ] {
            text = text.replace(spaced, tidy);
        }
        Ok(text.trim().to_owned())
    }
}

fn fault(error: tokenizers::Error) -> Error {
    Error::Inference(format!("tokenizer: {error}"))
}

/// A special token as tokenizer.json has it.
fn special(id: usize, content: &str) -> Value {
    json!({"id": id, "content": content, "single_word": false, "lstrip": content == "<mask>", "rstrip": false, "normalized": false, "special": true})
}

/// `$A` with one token after it.
fn closed_by(id: usize, token: &str) -> Value {
    json!({
        "type": "TemplateProcessing",
        "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": token, "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {token: {"id": token, "ids": [id], "tokens": [token]}}
    })
}

fn build(json: &Value) -> Result<Tokenizer, String> {
    Tokenizer::from_bytes(json.to_string()).map_err(|e| format!("the tokenizer's files do not fit together: {e}"))
}

/// BART's byte-level BPE (transformers' `RobertaConverter`).
fn from_merges(folder: &Path) -> Result<Tokenizer, String> {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).map_err(|e| format!("{name}: {e}"));
    let vocabulary: Value = serde_json::from_str(&read("vocab.json")?).map_err(|e| format!("vocab.json: {e}"))?;
    let merges = read("merges.txt")?;
    let merges: Vec<&str> = merges
        .lines()
        .filter(|l| !l.starts_with("#version") && !l.is_empty())
        .collect();
    let id = |token: &str| {
        let id = vocabulary.get(token).and_then(Value::as_u64);
        id.map(|id| id as usize)
            .ok_or_else(|| format!("vocab.json has no {token}"))
    };
    let mut added = Vec::new();
    for token in ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] {
        added.extend(id(token).ok().map(|id| special(id, token)));
    }
    build(&json!({
        "version": "1.0",
        "added_tokens": added,
        "normalizer": null,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
        "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", id("</s>")?], "cls": ["<s>", id("<s>")?], "trim_offsets": true, "add_prefix_space": false},
        "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
        "model": {"type": "BPE", "vocab": vocabulary, "merges": merges, "continuing_subword_prefix": "", "end_of_word_suffix": ""}
    }))
}

/// T5's and PEGASUS's unigram models (transformers' `T5Converter` and `PegasusConverter`).
fn from_sentencepiece(path: &Path, architecture: Architecture) -> Result<Tokenizer, String> {
    let bytes = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let model = SentencePiece::read(&bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    if !model.unigram {
        return Err(format!(
            "{} is not a unigram model; convert it to tokenizer.json",
            path.display()
        ));
    }
    let metaspace = json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true});
    let mut vocabulary: Vec<(String, f64)> = Vec::new();
    let mut added = Vec::new();
    let (unknown, end, pre_tokenizer);
    if architecture == Architecture::Pegasus {
        let reserved = ["<pad>", "</s>", "<mask_1>", "<mask_2>"].map(str::to_owned);
        let reserved: Vec<String> = reserved
            .into_iter()
            .chain((2..PEGASUS_OFFSET).map(|n| format!("<unk_{n}>")))
            .collect();
        for (id, token) in reserved.into_iter().enumerate() {
            added.push(special(id, &token));
            vocabulary.push((token, if id < 4 { 0.0 } else { -100.0 }));
        }
        vocabulary.extend(
            model
                .pieces
                .iter()
                .skip(2)
                .map(|p| (p.text.clone(), f64::from(p.score))),
        );
        (unknown, end) = (model.unknown + PEGASUS_OFFSET, 1);
        pre_tokenizer = json!({"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, metaspace]});
    } else {
        for (id, piece) in model.pieces.iter().enumerate() {
            if matches!(piece.kind, Kind::Control | Kind::UserDefined) {
                added.push(special(id, &piece.text));
            }
            vocabulary.push((piece.text.clone(), f64::from(piece.score)));
        }
        for n in (0..100).rev() {
            let token = format!("<extra_id_{n}>");
            added.push(special(vocabulary.len(), &token));
            vocabulary.push((token, 0.0));
        }
        let found = model.pieces.iter().position(|p| p.text == "</s>");
        (unknown, end) = (
            model.unknown,
            found.ok_or_else(|| format!("{} has no </s>", path.display()))?,
        );
        pre_tokenizer = metaspace.clone();
    }
    let mut tokenizer = build(&json!({
        "version": "1.0",
        "added_tokens": added,
        "normalizer": null,
        "pre_tokenizer": pre_tokenizer,
        "post_processor": closed_by(end, "</s>"),
        "decoder": metaspace,
        "model": {"type": "Unigram", "unk_id": unknown, "vocab": vocabulary, "byte_fallback": false}
    }))?;
    let mut steps: Vec<NormalizerWrapper> = Vec::new();
    if !model.charsmap.is_empty() {
        let map = Precompiled::from(&model.charsmap).map_err(|e| format!("{}: {e}", path.display()))?;
        steps.push(map.into());
    }
    steps.push(Strip::new(false, true).into());
    let spaces = tokenizers::normalizers::replace::ReplacePattern::Regex(" {2,}".into());
    steps.push(Replace::new(spaces, "▁").map_err(|e| e.to_string())?.into());
    tokenizer.with_normalizer(Some(Sequence::new(steps)));
    Ok(tokenizer)
}

/// ProphetNet's word pieces, those of an uncased BERT.
fn from_wordpieces(path: &Path) -> Result<Tokenizer, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let tokens: Vec<&str> = text.lines().map(|l| l.trim_end_matches('\r')).collect();
    let find = |token: &str| tokens.iter().position(|t| *t == token);
    let end = find("[SEP]").ok_or_else(|| format!("{} has no [SEP]", path.display()))?;
    let names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[X_SEP]"];
    let added: Vec<Value> = names
        .iter()
        .filter_map(|name| Some(special(find(name)?, name)))
        .collect();
    let vocabulary: serde_json::Map<String, Value> = tokens
        .iter()
        .enumerate()
        .map(|(id, t)| ((*t).to_owned(), id.into()))
        .collect();
    build(&json!({
        "version": "1.0",
        "added_tokens": added,
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": closed_by(end, "[SEP]"),
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocabulary}
    }))
}
