//! How a checkpoint wants to be decoded: its own `generation_config.json`, over what older checkpoints say in `config.json`,
//! under what the user asks for.

use serde_json::{Map, Value};

use super::GenerateOptions;
use crate::error::{Error, Result};

/// When beam search stops (transformers' `early_stopping`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EarlyStopping {
    /// As soon as there are as many finished hypotheses as beams.
    Yes,
    /// When no open beam, at its present length, scores better than the worst finished one.
    No,
    /// When no open beam can ever score better.
    Never,
}

/// All that a search needs to know. Lengths count the start token, as in transformers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settings {
    pub start: i64,
    pub pad: i64,
    pub end: Vec<i64>,
    pub beams: usize,
    pub min_length: usize,
    pub max_length: usize,
    pub length_penalty: f64,
    pub early_stopping: EarlyStopping,
    pub no_repeat_ngram: usize,
    pub encoder_no_repeat_ngram: usize,
    pub repetition_penalty: f64,
    pub encoder_repetition_penalty: f64,
    pub forced_bos: Option<i64>,
    pub forced_eos: Option<i64>,
    pub bad_words: Vec<Vec<i64>>,
    pub suppress: Vec<i64>,
    pub begin_suppress: Vec<i64>,
    /// What is put before a text ("summarize: ").
    pub prefix: String,
}

/// Values in layers: the first that has one wins.
struct Layers<'a> {
    model: &'a str,
    layers: Vec<&'a Map<String, Value>>,
}

impl Layers<'_> {
    fn get(&self, key: &str) -> Option<&Value> {
        self.layers
            .iter()
            .find_map(|layer| layer.get(key).filter(|v| !v.is_null()))
    }

    fn wrong(&self, key: &str, wanted: &str) -> Error {
        Error::Model {
            model: self.model.into(),
            reason: format!("its configuration has {key} that is not {wanted}"),
        }
    }

    fn id(&self, key: &str) -> Result<Option<i64>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let id = value.as_i64().filter(|id| *id >= 0);
        id.map(Some).ok_or_else(|| self.wrong(key, "a token id"))
    }

    fn ids(&self, key: &str) -> Result<Vec<i64>> {
        match self.get(key) {
            None => Ok(Vec::new()),
            Some(Value::Array(ids)) => {
                let ids: Option<Vec<i64>> = ids.iter().map(Value::as_i64).collect();
                ids.ok_or_else(|| self.wrong(key, "a list of token ids"))
            }
            Some(_) => Ok(self.id(key)?.into_iter().collect()),
        }
    }

    fn count(&self, key: &str) -> Result<Option<usize>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let count = value.as_u64().and_then(|n| usize::try_from(n).ok());
        count.map(Some).ok_or_else(|| self.wrong(key, "a whole number"))
    }

    fn number(&self, key: &str, default: f64) -> Result<f64> {
        let Some(value) = self.get(key) else { return Ok(default) };
        let number = value.as_f64().filter(|n| n.is_finite());
        number.ok_or_else(|| self.wrong(key, "a number"))
    }
}

impl Settings {
    /// `config` is config.json, `generation` generation_config.json; `positions` is how many tokens the decoder has places for.
    pub fn new(
        model: &str,
        config: &Map<String, Value>,
        generation: Option<&Map<String, Value>>,
        positions: Option<usize>,
        options: &GenerateOptions,
    ) -> Result<Self> {
        // Checkpoints for several tasks say what summarising wants, as transformers' pipelines read it.
        let task = config.get("task_specific_params").and_then(|t| t.get("summarization"));
        let layers: Vec<_> = [task.and_then(Value::as_object), generation, Some(config)]
            .into_iter()
            .flatten()
            .collect();
        let from = Layers { model, layers };
        let missing = |key: &str| Error::Model {
            model: model.into(),
            reason: format!("its config.json has no {key}"),
        };
        if from.count("num_beam_groups")?.is_some_and(|n| n > 1) {
            return Err(Error::Model {
                model: model.into(),
                reason: "its generation_config.json asks for num_beam_groups, which Broadsheet does not have; remove the line".into(),
            });
        }
        let end = from.ids("eos_token_id")?;
        let first = *end.first().ok_or_else(|| missing("eos_token_id"))?;
        let pad = from.id("pad_token_id")?.unwrap_or(first);
        let start = match from.id("decoder_start_token_id")? {
            Some(id) => id,
            None => from
                .id("bos_token_id")?
                .ok_or_else(|| missing("decoder_start_token_id"))?,
        };
        // max_new_tokens and min_new_tokens, where given, win over the lengths.
        let most = match options.max_tokens.or(from.count("max_new_tokens")?) {
            Some(new) => new.saturating_add(1),
            None => from.count("max_length")?.unwrap_or(20),
        };
        let max_length = most.clamp(2, positions.unwrap_or(usize::MAX).max(2));
        let least = match options.min_tokens.or(from.count("min_new_tokens")?) {
            Some(new) => new.saturating_add(1),
            None => from.count("min_length")?.unwrap_or(0),
        };
        let early_stopping = match from.get("early_stopping") {
            Some(Value::Bool(true)) => EarlyStopping::Yes,
            None | Some(Value::Bool(false)) => EarlyStopping::No,
            Some(Value::String(s)) if s == "never" => EarlyStopping::Never,
            Some(_) => return Err(from.wrong("early_stopping", "true, false or \"never\"")),
        };
        let length_penalty = match options.length_penalty {
            Some(given) => given,
            None => from.number("length_penalty", 1.0)?,
        };
        let bad_words = match from.get("bad_words_ids") {
            None => Vec::new(),
            Some(value) => serde_json::from_value::<Vec<Vec<i64>>>(value.clone())
                .map_err(|_| from.wrong("bad_words_ids", "a list of lists of token ids"))?,
        };
        Ok(Settings {
            start,
            pad,
            // transformers never lets bad_words_ids forbid the end.
            bad_words: bad_words
                .into_iter()
                .filter(|word| match word[..] {
                    [] => false,
                    [only] => !end.contains(&only),
                    _ => true,
                })
                .collect(),
            end,
            beams: options.beams.or(from.count("num_beams")?).unwrap_or(1).clamp(1, 64),
            min_length: least.min(max_length),
            max_length,
            length_penalty,
            early_stopping,
            no_repeat_ngram: options
                .no_repeat_ngram
                .or(from.count("no_repeat_ngram_size")?)
                .unwrap_or(0),
            encoder_no_repeat_ngram: from.count("encoder_no_repeat_ngram_size")?.unwrap_or(0),
            repetition_penalty: from.number("repetition_penalty", 1.0)?,
            encoder_repetition_penalty: from.number("encoder_repetition_penalty", 1.0)?,
            forced_bos: from.id("forced_bos_token_id")?,
            forced_eos: from.ids("forced_eos_token_id")?.first().copied(),
            suppress: from.ids("suppress_tokens")?,
            begin_suppress: from.ids("begin_suppress_tokens")?,
            prefix: from
                .get("prefix")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
        })
    }
}
