//! What may not come next: the logits processors of transformers 4.46 that summarisers use, in its order.

use std::collections::BTreeMap;

use tch::Tensor;

use super::settings::Settings;
use crate::error::Result;

/// The rules of one search.
pub(super) struct Rules<'a> {
    settings: &'a Settings,
    sources: &'a [Vec<i64>],
    /// For each text: what followed each n-gram of its source, where the source's n-grams must not come again.
    source_ngrams: Vec<Followers>,
}

/// The tokens that followed a sequence of ids.
type Followers = BTreeMap<Vec<i64>, Vec<i64>>;

impl<'a> Rules<'a> {
    pub fn new(settings: &'a Settings, sources: &'a [Vec<i64>]) -> Self {
        let size = settings.encoder_no_repeat_ngram;
        let ngrams = |source: &Vec<i64>| {
            if size > 0 {
                followers(source, size)
            } else {
                Followers::new()
            }
        };
        Rules {
            settings,
            sources,
            source_ngrams: sources.iter().map(ngrams).collect(),
        }
    }

    /// Changes the scores `[rows, vocabulary]` of the next token; `rows` are the ids so far, `beams` rows a text.
    pub fn apply(&self, scores: &mut Tensor, rows: &[Vec<i64>], beams: usize) -> Result<()> {
        let s = self.settings;
        let length = rows.first().map_or(0, Vec::len);
        if s.encoder_repetition_penalty != 1.0 {
            for (row, _) in rows.iter().enumerate() {
                penalise(
                    scores,
                    row,
                    &self.sources[row / beams],
                    1.0 / s.encoder_repetition_penalty,
                )?;
            }
        }
        if s.repetition_penalty != 1.0 {
            for (row, ids) in rows.iter().enumerate() {
                penalise(scores, row, ids, s.repetition_penalty)?;
            }
        }
        for (row, ids) in rows.iter().enumerate() {
            let mut banned = Vec::new();
            if s.no_repeat_ngram > 0 && length + 1 >= s.no_repeat_ngram {
                banned.extend(repeats(ids, s.no_repeat_ngram));
            }
            if s.encoder_no_repeat_ngram > 0 && length + 1 >= s.encoder_no_repeat_ngram {
                let last = &ids[length + 1 - s.encoder_no_repeat_ngram..];
                banned.extend(self.source_ngrams[row / beams].get(last).into_iter().flatten());
            }
            for words in &s.bad_words {
                if let Some((token, before)) = words.split_last()
                    && ids.ends_with(before)
                {
                    banned.push(*token);
                }
            }
            if length < s.min_length {
                banned.extend(&s.end);
            }
            banned.extend(&s.suppress);
            if length == 1 {
                banned.extend(&s.begin_suppress);
            }
            ban(scores, row, &mut banned)?;
        }
        let forced = match length {
            1 if s.forced_bos.is_some() => s.forced_bos,
            _ if length + 1 == s.max_length => s.forced_eos,
            _ => None,
        };
        if let Some(token) = forced {
            let _ = scores.f_fill_(f64::NEG_INFINITY)?;
            let _ = scores.f_select(1, token)?.f_fill_(0.0)?;
        }
        Ok(())
    }
}

/// Scores of tokens that were seen move away from being chosen (Keskar et al. 2019, CTRL).
fn penalise(scores: &mut Tensor, row: usize, seen: &[i64], penalty: f64) -> Result<()> {
    let mut seen = seen.to_vec();
    seen.sort_unstable();
    seen.dedup();
    let seen = Tensor::f_from_slice(&seen)?.f_to_device(scores.device())?;
    let mut row = scores.f_select(0, row as i64)?;
    let old = row.f_gather(0, &seen, false)?;
    let new = old
        .f_mul_scalar(penalty)?
        .f_where_self(&old.f_lt(0.0)?, &old.f_div_scalar(penalty)?)?;
    let _ = row.f_scatter_(0, &seen, &new)?;
    Ok(())
}

fn ban(scores: &mut Tensor, row: usize, tokens: &mut Vec<i64>) -> Result<()> {
    let vocabulary = scores.size()[1];
    tokens.retain(|t| (0..vocabulary).contains(t));
    if !tokens.is_empty() {
        let tokens = Tensor::f_from_slice(tokens)?.f_to_device(scores.device())?;
        let _ = scores
            .f_select(0, row as i64)?
            .f_index_fill_(0, &tokens, f64::NEG_INFINITY)?;
    }
    Ok(())
}

/// What would repeat an n-gram of `ids`.
fn repeats(ids: &[i64], size: usize) -> Vec<i64> {
    let last = &ids[ids.len() + 1 - size..];
    ids.windows(size)
        .filter(|w| w[..size - 1] == *last)
        .map(|w| w[size - 1])
        .collect()
}

fn followers(ids: &[i64], size: usize) -> Followers {
    let mut found = Followers::new();
    for window in ids.windows(size) {
        found
            .entry(window[..size - 1].to_vec())
            .or_default()
            .push(window[size - 1]);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ngram_is_not_repeated() {
        assert_eq!(repeats(&[0, 5, 6, 7, 5, 6], 3), [7]);
        assert_eq!(repeats(&[0, 5, 6, 7, 5, 6], 1), [0, 5, 6, 7, 5, 6]);
        assert!(repeats(&[0, 5], 3).is_empty());
    }

    #[test]
    fn seen_tokens_lose() {
        let mut scores = Tensor::from_slice2(&[[2.0f32, -2.0, 1.0]]);
        penalise(&mut scores, 0, &[0, 1, 1], 2.0).unwrap();
        assert_eq!(Vec::<f32>::try_from(scores.view([-1])).unwrap(), [1.0, -4.0, 1.0]);
    }
}
