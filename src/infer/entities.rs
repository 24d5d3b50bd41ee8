//! The named-entity head: people, organisations, places and other names, over a branch of the encoder.
//!
//! The encoder's lower layers run as they are. From layer [`Settings::fork`] on, a copy of the upper layers with
//! low-rank adapters merged in (Hu et al. 2021) reads the running text; vectors that say what the capitals of a word
//! are, which the uncased encoder cannot see, are added where the copy begins. A learned mix of its layers, at the
//! first and last piece of each word, gives nine scores; a linear-chain CRF (Lample et al. 2016) decodes each
//! sentence. `training/entities.py` trained it and `models/entities-minilm/README.md` describes it.

use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use tch::{Kind, Tensor, no_grad};

use super::bert::{BertEncoder, Layer, Run, batches};
use super::words::{Case, SHAPES, STYLES, case, fold, split_words};
use crate::document::{EntityKind, Tagged};
use crate::error::{Error, Result};

/// Where the model lies in the store, and its name in messages.
pub const ENTITIES: &str = "entities-minilm";

/// The part of `config.json` that changes the computation; the rest of it is fixed in this file and in `words.rs`.
#[derive(Debug, Deserialize)]
struct Settings {
    /// The branch begins after so many layers.
    fork: usize,
    lora_scale: f64,
    labels: Vec<String>,
    /// Pieces of a window, `[CLS]` and `[SEP]` included.
    window_pieces: usize,
    /// Of a word with more pieces only so many are read.
    max_word_pieces: usize,
    case_features: CaseFeatures,
}

#[derive(Debug, Deserialize)]
struct CaseFeatures {
    shape: Vec<String>,
    style: Vec<String>,
}

/// The head with its copy of the encoder's upper layers.
pub struct EntityHead {
    settings: Settings,
    layers: Vec<Layer>,
    /// Vectors of [`Case`]: shapes, first or not, styles.
    case: [Tensor; 3],
    /// Weights of the fork and of each layer, which add up to one.
    mix: Vec<f64>,
    weight: Tensor,
    bias: Tensor,
    crf: Crf,
}

/// The scores of going from label to label; impossible steps have [`NEVER`].
struct Crf {
    start: Vec<f64>,
    /// `[from][to]`.
    steps: Vec<Vec<f64>>,
    end: Vec<f64>,
}

const NEVER: f64 = -1e4;
/// The labels, whose order the code relies on: outside, then begin and inside of each kind.
const LABELS: [&str; 9] = [
    "O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC",
];
const KINDS: [EntityKind; 4] = [EntityKind::Per, EntityKind::Org, EntityKind::Loc, EntityKind::Misc];
/// The parts of a layer that carry adapters: the name in our file.
const PARTS: [&str; 6] = ["query", "key", "value", "attention_output", "intermediate", "output"];

/// One word of a sentence, ready for the encoder.
pub(super) struct Word {
    span: Range<usize>,
    case: Case,
    pieces: Vec<i64>,
}

/// A row of the encoder: whole sentences, or a part of one that is too long.
#[derive(Default)]
pub(super) struct Window {
    pub(super) pieces: Vec<i64>,
    /// Of each piece.
    cases: Vec<Case>,
    /// Of each word: its sentence, its place there, its first and last piece.
    words: Vec<(usize, usize, i64, i64)>,
}

impl EntityHead {
    /// Loads the head from its folder (`config.json`, `model.safetensors`) over the encoder it was trained on.
    ///
    /// # Errors
    /// [`Error::Model`] where a file is missing or is not such a head, [`Error::Inference`] where libtorch fails.
    pub fn load(encoder: &BertEncoder, folder: &Path) -> Result<Self> {
        let fault = super::fault(ENTITIES);
        let settings: Settings = super::head_settings(ENTITIES, encoder, folder)?;
        if settings.labels != LABELS || settings.case_features.shape != SHAPES || settings.case_features.style != STYLES
        {
            return Err(fault(
                "config.json: its labels or case features are not the ones this version knows".into(),
            ));
        }
        if settings.window_pieces < 3 + settings.max_word_pieces || settings.max_word_pieces == 0 {
            return Err(fault("config.json: a window must hold at least one word".into()));
        }
        let tensors = Tensor::read_safetensors(folder.join("model.safetensors"))?;
        let take = |name: &str| -> Result<Tensor> {
            let found = tensors
                .iter()
                .find(|(n, _)| n == name)
                .map(|(_, t)| t.to_kind(Kind::Float));
            found.ok_or_else(|| fault(format!("model.safetensors has no tensor {name}")))
        };
        let (fork, scale) = (settings.fork, settings.lora_scale);
        let delta = |layer: usize, part: &str| -> Result<Tensor> {
            let (a, b) = (
                take(&format!("lora.{layer}.{part}.a"))?,
                take(&format!("lora.{layer}.{part}.b"))?,
            );
            Ok(b.f_matmul(&a)?.f_mul_scalar(scale)?)
        };
        no_grad(|| {
            let layers = encoder.branch(fork, &|layer| {
                let mut deltas = Vec::with_capacity(PARTS.len());
                for part in PARTS {
                    deltas.push(delta(layer, part)?);
                }
                Ok(deltas)
            })?;
            Ok(EntityHead {
                layers,
                case: [take("case.shape")?, take("case.first")?, take("case.style")?],
                mix: Vec::<f64>::try_from(take("mix")?.f_softmax(0, Kind::Double)?)?,
                weight: take("head.weight")?,
                bias: take("head.bias")?,
                crf: Crf::new(&take("crf.start")?, &take("crf.transitions")?, &take("crf.end")?)?,
                settings,
            })
        })
    }

    /// The names in a text, in order; none overlap. `sentences` are byte ranges in order, read as running text; what lies
    /// outside them is not read.
    ///
    /// # Errors
    /// [`Error::Inference`] where libtorch or the tokenizer fails.
    pub fn tag(&self, encoder: &BertEncoder, text: &str, sentences: &[Range<usize>]) -> Result<Vec<Tagged>> {
        Ok(self.tag_all(encoder, &[(text, sentences)])?.pop().unwrap_or_default())
    }

    /// [`EntityHead::tag`] for many texts at once, which share batches but no window.
    ///
    /// # Errors
    /// [`Error::Inference`] where libtorch or the tokenizer fails.
    pub fn tag_all(&self, encoder: &BertEncoder, texts: &[(&str, &[Range<usize>])]) -> Result<Vec<Vec<Tagged>>> {
        let (sentences, windows) = self.read(encoder, texts)?;
        let mut scores = blank(&sentences);
        self.scores(encoder, windows, &mut scores)?;
        Ok(self.names(texts.len(), &sentences, &scores))
    }

    /// The names of `texts` texts, from the scores of their words.
    pub(super) fn names(&self, texts: usize, sentences: &[(usize, Vec<Word>)], scores: &[Scores]) -> Vec<Vec<Tagged>> {
        let mut found = vec![Vec::new(); texts];
        for ((text, words), scores) in sentences.iter().zip(scores) {
            let into: &mut Vec<Tagged> = &mut found[*text];
            for (word, label) in words.iter().zip(self.crf.best(scores)) {
                match label {
                    0 => {}
                    begin if begin % 2 == 1 => into.push(Tagged {
                        span: word.span.clone(),
                        kind: KINDS[begin / 2],
                    }),
                    _ => {
                        if let Some(last) = into.last_mut() {
                            last.span.end = word.span.end;
                        }
                    }
                }
            }
        }
        found
    }

    /// The words of every sentence, each with the text it is of, and the windows they fill.
    #[allow(clippy::type_complexity)]
    pub(super) fn read(
        &self,
        encoder: &BertEncoder,
        texts: &[(&str, &[Range<usize>])],
    ) -> Result<(Vec<(usize, Vec<Word>)>, Vec<Window>)> {
        let room = self.settings.window_pieces - 2;
        let (mut sentences, mut windows) = (Vec::new(), Vec::new());
        for (index, (text, spans)) in texts.iter().enumerate() {
            let mut window = Window::default();
            for span in spans.iter() {
                let words = self.words(encoder, text, span)?;
                let total: usize = words.iter().map(|w| w.pieces.len()).sum();
                if window.pieces.len() + total > room {
                    windows.push(std::mem::take(&mut window));
                }
                for (at, word) in words.iter().enumerate() {
                    if window.pieces.len() + word.pieces.len() > room {
                        windows.push(std::mem::take(&mut window));
                    }
                    window.push(sentences.len(), at, word);
                }
                sentences.push((index, words));
            }
            windows.push(window);
        }
        windows.retain(|w| !w.words.is_empty());
        Ok((sentences, windows))
    }

    fn words(&self, encoder: &BertEncoder, text: &str, span: &Range<usize>) -> Result<Vec<Word>> {
        let sentence = text.get(span.clone()).unwrap_or_default();
        let spans = split_words(sentence);
        let words: Vec<&str> = spans.iter().map(|s| &sentence[s.clone()]).collect();
        let pieces = encoder.word_pieces(&words.iter().map(|w| fold(w)).collect::<Vec<_>>())?;
        let cases = case(&words);
        let parts = spans.into_iter().zip(cases).zip(pieces);
        Ok(parts
            .map(|((s, case), mut pieces)| {
                pieces.truncate(self.settings.max_word_pieces);
                Word {
                    span: span.start + s.start..span.start + s.end,
                    case,
                    pieces,
                }
            })
            .collect())
    }

    /// Puts the nine scores of each word of the windows where they belong: by sentence and word.
    pub(super) fn scores(&self, encoder: &BertEncoder, mut windows: Vec<Window>, scores: &mut [Scores]) -> Result<()> {
        // A stable sort, so that the batches are the same at each run.
        windows.sort_by_key(|w| w.pieces.len());
        for batch in batches(&windows, |w| w.pieces.len()) {
            let batch: Vec<&Window> = batch.iter().collect();
            no_grad(|| {
                let ids: Vec<&[i64]> = batch.iter().map(|w| w.pieces.as_slice()).collect();
                let (lower, runs) = encoder.hidden(&ids, self.fork())?;
                self.score(encoder, &lower, &runs, &batch, scores)
            })?;
        }
        Ok(())
    }

    /// After how many layers of the encoder the branch begins.
    pub(super) fn fork(&self) -> usize {
        self.settings.fork
    }

    /// [`EntityHead::scores`] for windows, sorted by length, of which the encoder's lower layers have made `lower`.
    pub(super) fn score(
        &self,
        encoder: &BertEncoder,
        lower: &Tensor,
        runs: &[Run],
        batch: &[&Window],
        scores: &mut [Scores],
    ) -> Result<()> {
        let rows = self.forward(encoder, lower, runs, batch)?;
        let words = batch.iter().flat_map(|w| &w.words);
        for ((sentence, at, _, _), row) in words.zip(rows.chunks_exact(LABELS.len())) {
            scores[*sentence][*at]
                .iter_mut()
                .zip(row)
                .for_each(|(score, x)| *score = f64::from(*x));
        }
        Ok(())
    }

    /// The scores of the words of a batch, one after the other.
    fn forward(&self, encoder: &BertEncoder, lower: &Tensor, runs: &[Run], batch: &[&Window]) -> Result<Vec<f32>> {
        // Where the pieces and the words of the batch lie; special tokens get no case.
        let (mut pieces, mut first, mut last) = (Vec::new(), Vec::new(), Vec::new());
        let mut ids: [Vec<i64>; 3] = Default::default();
        let mut row = 0;
        for window in batch {
            for (n, case) in window.cases.iter().enumerate() {
                pieces.push(row + 1 + n as i64);
                ids[0].push(i64::from(case.shape));
                ids[1].push(i64::from(case.first));
                ids[2].push(i64::from(case.style));
            }
            for (_, _, from, to) in &window.words {
                first.push(row + 1 + from);
                last.push(row + 1 + to);
            }
            row += window.pieces.len() as i64 + 2;
        }
        let mut vectors = self.case[0].f_index_select(0, &Tensor::f_from_slice(&ids[0])?)?;
        for (table, ids) in self.case[1..].iter().zip(&ids[1..]) {
            vectors = vectors.f_add(&table.f_index_select(0, &Tensor::f_from_slice(ids)?)?)?;
        }
        let mut x = lower.f_index_add(0, &Tensor::f_from_slice(&pieces)?, &vectors)?;
        let mut mixed = x.f_mul_scalar(self.mix[0])?;
        for (layer, weight) in self.layers.iter().zip(&self.mix[1..]) {
            x = layer.forward(&x, runs, encoder.heads())?;
            mixed = mixed.f_add(&x.f_mul_scalar(*weight)?)?;
        }
        let at = |rows: &[i64]| -> Result<Tensor> { Ok(mixed.f_index_select(0, &Tensor::f_from_slice(rows)?)?) };
        let words = Tensor::f_cat(&[at(&first)?, at(&last)?], 1)?;
        Ok(Vec::<f32>::try_from(
            words.f_linear(&self.weight, Some(&self.bias))?.f_reshape([-1])?,
        )?)
    }
}

/// The nine scores of each word of a sentence.
pub(super) type Scores = Vec<[f64; 9]>;

/// Scores of all words of all sentences, not yet known.
pub(super) fn blank(sentences: &[(usize, Vec<Word>)]) -> Vec<Scores> {
    sentences.iter().map(|(_, words)| vec![[0.0; 9]; words.len()]).collect()
}

impl Window {
    /// The sentence of its first word.
    pub(super) fn sentence(&self) -> usize {
        self.words.first().map_or(0, |(sentence, ..)| *sentence)
    }

    /// Whether it is all of one sentence's pieces.
    pub(super) fn is_sentence(&self, sentence: usize, words: &[Word]) -> bool {
        self.words.len() == words.len() && self.words.iter().all(|(of, ..)| *of == sentence)
    }

    fn push(&mut self, sentence: usize, at: usize, word: &Word) {
        let from = self.pieces.len() as i64;
        self.pieces.extend_from_slice(&word.pieces);
        self.cases.resize(self.pieces.len(), word.case);
        self.words.push((sentence, at, from, self.pieces.len() as i64 - 1));
    }
}

impl Crf {
    fn new(start: &Tensor, steps: &Tensor, end: &Tensor) -> Result<Self> {
        let row = |t: &Tensor| -> Result<Vec<f64>> { Ok(Vec::<f64>::try_from(t.to_kind(Kind::Double))?) };
        let (mut start, end, flat) = (row(start)?, row(end)?, row(&steps.f_reshape([-1])?)?);
        if start.len() != LABELS.len() || end.len() != LABELS.len() || flat.len() != LABELS.len() * LABELS.len() {
            let reason = "model.safetensors: the CRF's tensors are not of nine labels".into();
            return Err(Error::Model {
                model: ENTITIES.into(),
                reason,
            });
        }
        let mut steps: Vec<Vec<f64>> = flat.chunks_exact(LABELS.len()).map(<[f64]>::to_vec).collect();
        // An inside follows a begin or an inside of its own kind: labels 1 and 2, 3 and 4, and so on.
        for inside in (2..LABELS.len()).step_by(2) {
            start[inside] += NEVER;
            for (from, row) in steps.iter_mut().enumerate() {
                if from != inside && from != inside - 1 {
                    row[inside] += NEVER;
                }
            }
        }
        Ok(Crf { start, steps, end })
    }

    /// The best labels of a sentence (Viterbi); of equals the lowest.
    fn best(&self, scores: &[[f64; 9]]) -> Vec<usize> {
        let Some((head, tail)) = scores.split_first() else {
            return Vec::new();
        };
        let highest = |values: &dyn Fn(usize) -> f64| {
            (1..LABELS.len()).fold(
                (0, values(0)),
                |best, n| if values(n) > best.1 { (n, values(n)) } else { best },
            )
        };
        let mut best: Vec<f64> = self.start.iter().zip(head).map(|(a, b)| a + b).collect();
        let mut came = Vec::with_capacity(tail.len());
        for row in tail {
            let steps: Vec<(usize, f64)> = (0..LABELS.len())
                .map(|to| highest(&|from| best[from] + self.steps[from][to]))
                .collect();
            best = steps.iter().zip(row).map(|((_, score), x)| score + x).collect();
            came.push(steps);
        }
        let mut label = highest(&|n| best[n] + self.end[n]).0;
        let mut path = vec![label];
        for steps in came.iter().rev() {
            label = steps[label].0;
            path.push(label);
        }
        path.reverse();
        path
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn load() -> (BertEncoder, EntityHead) {
        let encoder = crate::infer::tests::encoder();
        let head = EntityHead::load(
            &encoder,
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(ENTITIES),
        )
        .unwrap();
        (encoder, head)
    }

    fn entities(of: &Value, text: &str, offset: usize) -> Vec<Tagged> {
        let byte = |v: &Value| {
            offset
                + text
                    .char_indices()
                    .nth(v.as_u64().unwrap() as usize)
                    .map_or(text.len(), |(byte, _)| byte)
        };
        let kind = |v: &Value| KINDS[["PER", "ORG", "LOC", "MISC"].iter().position(|k| v == k).unwrap()];
        let all = of.as_array().unwrap().iter();
        all.map(|e| Tagged {
            span: byte(&e["start"])..byte(&e["end"]),
            kind: kind(&e["type"]),
        })
        .collect()
    }

    fn assert_scores(found: &[[f64; 9]], expected: &Value) {
        let expected = expected.as_array().unwrap();
        assert_eq!(found.len(), expected.len());
        for (row, expected) in found.iter().zip(expected) {
            for (score, x) in row.iter().zip(expected.as_array().unwrap()) {
                assert!((score - x.as_f64().unwrap()).abs() < 2e-3, "{row:?} {expected}");
            }
        }
    }

    #[test]
    fn scores_and_entities_are_those_of_training() {
        let fixture: Value = serde_json::from_str(include_str!("../../tests/cases/entities/parity.json")).unwrap();
        let (encoder, head) = load();
        let scores = |text: &str, spans: &[Range<usize>]| {
            let (sentences, windows) = head.read(&encoder, &[(text, spans)]).unwrap();
            let mut scores = blank(&sentences);
            head.scores(&encoder, windows, &mut scores).unwrap();
            scores
        };
        let (mut text, mut spans, mut together) = (String::new(), Vec::new(), Vec::new());
        let cases = fixture["sentences"].as_array().unwrap();
        for (entry, window) in cases.iter().zip(fixture["one_window"].as_array().unwrap()) {
            let sentence = entry["text"].as_str().unwrap();
            let whole = 0..sentence.len();
            let pieces: Vec<Vec<i64>> = head
                .words(&encoder, sentence, &whole)
                .unwrap()
                .into_iter()
                .map(|w| w.pieces)
                .collect();
            assert_eq!(serde_json::json!(pieces), entry["pieces"]);
            if let Some(expected) = entry.get("emissions") {
                assert_scores(&scores(sentence, std::slice::from_ref(&whole))[0], expected);
            }
            let found = head.tag(&encoder, sentence, &[whole]).unwrap();
            assert_eq!(found, entities(&entry["entities"], sentence, 0), "{sentence}");
            together.extend(entities(window, sentence, text.len()));
            spans.push(text.len()..text.len() + sentence.len());
            text.push_str(sentence);
            text.push('\n');
        }
        assert_eq!(head.tag(&encoder, &text, &spans).unwrap(), together);
        assert_scores(&scores(&text, &spans)[0], &fixture["one_window_emissions_of_first"]);
        // Texts do not read each other, however they share batches.
        let singles: Vec<(&str, &[Range<usize>])> =
            spans.iter().map(|s| (text.as_str(), std::slice::from_ref(s))).collect();
        for ((found, entry), span) in head
            .tag_all(&encoder, &singles)
            .unwrap()
            .into_iter()
            .zip(cases)
            .zip(&spans)
        {
            assert_eq!(
                found,
                entities(&entry["entities"], entry["text"].as_str().unwrap(), span.start)
            );
        }
    }

    #[test]
    fn odd_texts_do_no_harm() {
        let (encoder, head) = load();
        let long = "Avenue Hollins ".repeat(400);
        let odd = [
            "",
            " \n",
            "\u{200b}\u{200d}",
            "----",
            &"x".repeat(3000),
            &"a.".repeat(900),
            &long,
            "🇫🇷 Ärö 東京 мир",
        ];
        for text in odd {
            for tagged in head
                .tag(&encoder, text, std::slice::from_ref(&(0..text.len())))
                .unwrap()
            {
                assert!(text.get(tagged.span).is_some_and(|t| !t.is_empty()));
            }
        }
        // A sentence that fills several windows still has every word tagged.
        assert!(
            head.tag(&encoder, &long, std::slice::from_ref(&(0..long.len())))
                .unwrap()
                .iter()
                .any(|t| t.span.start > long.len() - 200)
        );
        // Ranges that are no sentences of the text are read as empty.
        assert_eq!(head.tag(&encoder, "Ärö", &[1..2, 5..9]).unwrap(), []);
    }
}
