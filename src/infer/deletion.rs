//! The deletion head: how likely an editor who shortens a sentence keeps each of its words.
//!
//! Sentence compression by deletion (Knight and Marcu 2002, Clarke and Lapata 2008, Filippova et al. 2015), over two layers of the
//! encoder as it is: a word's states and the shape of its letters, its two neighbours, one transformer layer over the sentence.
//! `training/deletion.py` trained it and `models/deletion-minilm/README.md` describes it.
//!
//! It says what matters less, not what can go: which words may be left out together is for [`crate::summarize`].

use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use tch::no_grad;

use super::bert::{BertEncoder, batches};
use super::plain::{self, Layer, Linear, Norm, Tensors, add, gelu, take};
use super::words::{Case, SHAPES, case, fold, is_word_char, split_words};
use super::{Likely, round};
use crate::error::Result;

/// Where the model lies in the store, and its name in messages.
pub const DELETION: &str = "deletion-minilm";

/// Of a word with more pieces only so many are read.
const MOST_WORD_PIECES: usize = 16;

/// The part of `config.json` that changes the computation.
#[derive(Debug, Deserialize)]
struct Settings {
    /// Numbers of a state of the encoder, and of a word's state in the network.
    vector: usize,
    size: usize,
    /// The states that are read are those after so many of the encoder's layers, the lower first.
    states_after: [usize; 2],
    layers: usize,
    heads: usize,
    /// Words behind so many pieces of a sentence are not read.
    most_pieces: usize,
    shapes: Vec<String>,
}

/// The head.
pub struct DeletionHead {
    settings: Settings,
    states: Linear,
    /// A row of numbers for each shape, and one for a sentence's first word.
    shape: Vec<f32>,
    first: Vec<f32>,
    norm: Norm,
    near: Linear,
    layers: Vec<Layer>,
    last: Norm,
    out: Linear,
}

/// A sentence's words, as far as they are read.
struct Row {
    sentence: usize,
    words: Vec<Range<usize>>,
    cases: Vec<Case>,
    pieces: Vec<i64>,
    /// Of each word, its pieces.
    of: Vec<Range<usize>>,
}

impl DeletionHead {
    /// Loads the head from its folder (`config.json`, `model.safetensors`) over the encoder it was trained on.
    ///
    /// # Errors
    /// [`crate::Error::Model`] where a file is missing or is not such a head.
    pub fn load(encoder: &BertEncoder, folder: &Path) -> Result<Self> {
        let fault = super::fault(DELETION);
        let settings: Settings = super::head_settings(DELETION, encoder, folder)?;
        let [lower, upper] = settings.states_after;
        let sound = settings.heads > 0 && settings.size.is_multiple_of(settings.heads) && lower < upper;
        if settings.shapes != SHAPES || !sound || upper > encoder.depth() {
            return Err(fault(
                "config.json: its shapes or sizes are not the ones this version knows".into(),
            ));
        }
        let mut tensors = plain::read(&folder.join("model.safetensors"))?;
        Self::build(settings, &mut tensors).map_err(fault)
    }

    fn build(settings: Settings, t: &mut Tensors) -> Result<Self, String> {
        let d = settings.size;
        let layers = (0..settings.layers).map(|n| Layer::new(t, &format!("layers.{n}"), d));
        let layers = layers.collect::<Result<_, _>>()?;
        Ok(DeletionHead {
            states: Linear::new(t, "states", 2 * settings.vector, d, true)?,
            shape: take(t, "shape", SHAPES.len() * d)?,
            first: take(t, "first", d)?,
            norm: Norm::new(t, "norm", d)?,
            near: Linear::new(t, "near", 3 * d, d, true)?,
            layers,
            last: Norm::new(t, "final", d)?,
            out: Linear::new(t, "out", d, 1, true)?,
            settings,
        })
    }

    /// For each sentence its words in order, as bytes of it, each with the likelihood from 0 to 1 that an editor keeps it, rounded to
    /// 1e-5. Punctuation is no word. Words of a sentence behind its first 254 pieces are left out.
    ///
    /// # Errors
    /// [`crate::Error::Inference`] where libtorch or the tokenizer fails.
    pub fn keep(&self, encoder: &BertEncoder, sentences: &[&str]) -> Result<Vec<Vec<Likely>>> {
        let mut rows = Vec::with_capacity(sentences.len());
        for (sentence, text) in sentences.iter().enumerate() {
            rows.push(self.row(encoder, sentence, text)?);
        }
        rows.retain(|row| !row.words.is_empty());
        rows.sort_by_key(|row| (row.pieces.len(), row.sentence));
        let mut kept = vec![Vec::new(); sentences.len()];
        for batch in batches(&rows, |row| row.pieces.len()) {
            let [lower, upper] = self.states(encoder, batch)?;
            let size = self.settings.vector;
            let mut at = 0;
            for row in batch {
                let words = row.of.iter().map(|pieces| {
                    // The first piece is `[CLS]`.
                    let rows = (at + 1 + pieces.start) * size..(at + 1 + pieces.end) * size;
                    let mut states = mean(&lower[rows.clone()], size);
                    states.extend(mean(&upper[rows], size));
                    states
                });
                let likely = self.likelihoods(&words.collect::<Vec<_>>(), &row.cases);
                at += row.pieces.len() + 2;
                kept[row.sentence] = row
                    .words
                    .iter()
                    .cloned()
                    .zip(likely)
                    .filter(|(word, _)| sentences[row.sentence][word.clone()].contains(is_word_char))
                    .collect();
            }
        }
        Ok(kept)
    }

    fn row(&self, encoder: &BertEncoder, sentence: usize, text: &str) -> Result<Row> {
        let mut words = split_words(text);
        let own: Vec<&str> = words.iter().map(|word| &text[word.clone()]).collect();
        let (mut pieces, mut of) = (Vec::new(), Vec::new());
        for mut word in encoder.word_pieces(&own.iter().map(|word| fold(word)).collect::<Vec<_>>())? {
            word.truncate(MOST_WORD_PIECES);
            let from = pieces.len();
            if from + word.len() > self.settings.most_pieces {
                break;
            }
            pieces.extend(word);
            of.push(from..pieces.len());
        }
        let mut cases = case(&own);
        words.truncate(of.len());
        cases.truncate(of.len());
        Ok(Row {
            sentence,
            words,
            cases,
            pieces,
            of,
        })
    }

    /// The encoder's states of a batch, piece by piece, after the two layers.
    fn states(&self, encoder: &BertEncoder, batch: &[Row]) -> Result<[Vec<f32>; 2]> {
        let ids: Vec<&[i64]> = batch.iter().map(|row| row.pieces.as_slice()).collect();
        let [lower, upper] = self.settings.states_after;
        no_grad(|| {
            let (low, runs) = encoder.hidden(&ids, lower)?;
            let high = encoder.upper(low.shallow_clone(), &runs, lower..upper)?;
            Ok([
                Vec::<f32>::try_from(low.f_reshape([-1])?)?,
                Vec::<f32>::try_from(high.f_reshape([-1])?)?,
            ])
        })
    }

    /// Of each word of one sentence. `words`: their states.
    fn likelihoods(&self, words: &[Vec<f32>], cases: &[Case]) -> Vec<f64> {
        let size = self.settings.size;
        let own: Vec<Vec<f32>> = words
            .iter()
            .zip(cases)
            .map(|(states, case)| {
                let mut x = self.states.forward(states);
                let shape = usize::from(case.shape) * size;
                add(&mut x, &self.shape[shape..shape + size]);
                if case.first == 1 {
                    add(&mut x, &self.first);
                }
                self.norm.forward(&x)
            })
            .collect();
        let edge = vec![0.0; size];
        let mut states: Vec<Vec<f32>> = (0..own.len())
            .map(|at| {
                let before = at.checked_sub(1).map_or(&edge, |at| &own[at]);
                let near = [before, &own[at], own.get(at + 1).unwrap_or(&edge)].map(Vec::as_slice);
                let seen: Vec<f32> = self.near.forward(&near.concat()).into_iter().map(gelu).collect();
                let mut x = own[at].clone();
                add(&mut x, &seen);
                x
            })
            .collect();
        for layer in &self.layers {
            layer.forward(&mut states, self.settings.heads);
        }
        let score = |x: &Vec<f32>| self.out.forward(&self.last.forward(x)).first().copied();
        let likely = |x| round(1.0 / (1.0 + f64::from(-score(x).unwrap_or_default()).exp()));
        states.iter().map(likely).collect()
    }
}

/// The mean of rows of `size` numbers.
fn mean(rows: &[f32], size: usize) -> Vec<f32> {
    let mut sum = vec![0.0; size];
    rows.chunks_exact(size).for_each(|row| add(&mut sum, row));
    let count = (rows.len() / size.max(1)).max(1) as f32;
    sum.iter().map(|x| x / count).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn load() -> (BertEncoder, DeletionHead) {
        let encoder = crate::infer::tests::encoder();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(DELETION);
        let head = DeletionHead::load(&encoder, &folder).unwrap();
        (encoder, head)
    }

    #[test]
    fn likelihoods_are_those_of_training() {
        let fixture: Value = serde_json::from_str(include_str!("../../tests/cases/deletion/parity.json")).unwrap();
        let (encoder, head) = load();
        let cases = fixture["sentences"].as_array().unwrap();
        let texts: Vec<&str> = cases.iter().map(|c| c["text"].as_str().unwrap()).collect();
        for ((case, text), found) in cases.iter().zip(&texts).zip(head.keep(&encoder, &texts).unwrap()) {
            let expected = case["words"].as_array().unwrap();
            assert_eq!(found.len(), expected.len(), "{text}");
            for ((word, likely), expected) in found.iter().zip(expected) {
                assert_eq!(&text[word.clone()], expected[0].as_str().unwrap(), "{text}");
                assert!(
                    (likely - expected[1].as_f64().unwrap()).abs() < 1e-3,
                    "{expected} {likely}"
                );
            }
        }
    }

    #[test]
    fn odd_sentences_do_no_harm() {
        let (encoder, head) = load();
        let long = "The ferry sank off Merrow again. ".repeat(200);
        let odd = [
            "",
            " \n",
            "----",
            &"x".repeat(3000),
            &long,
            "🇫🇷 Ärö 東京 мир",
            "The ferry sank.",
        ];
        let found = head.keep(&encoder, &odd).unwrap();
        assert_eq!(found.len(), odd.len());
        for (text, words) in odd.iter().zip(&found) {
            let mut end = 0;
            for (word, likely) in words {
                assert!(word.start >= end && text.get(word.clone()).is_some_and(|w| !w.is_empty()));
                assert!((0.0..=1.0).contains(likely));
                end = word.end;
            }
        }
        assert_eq!(found[6].len(), 3);
        assert!(found[4].len() > 100 && found[4].len() < 300);
        assert!(head.keep(&encoder, &[]).unwrap().is_empty());
    }
}
