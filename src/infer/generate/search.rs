//! Greedy and beam search over a decoder, step for step as in Hugging Face transformers 4.46 (`_sample` without sampling,
//! `_beam_search` with `BeamSearchScorer`), so that the same checkpoint gives the same token ids.
//!
//! rust-bert has a search of its own. It cannot be used here: it counts the start token in the length penalty, which changes the
//! order of beams, knows neither `encoder_no_repeat_ngram_size` nor `early_stopping: "never"`, and panics where a tensor fails.

use tch::{Device, Kind, Tensor};

use super::rules::Rules;
use super::settings::{EarlyStopping, Settings};
use crate::error::{Error, Result};

/// A model that has read its input and gives, row by row, scores for what may come next. It keeps its caches.
pub(super) trait Decoder {
    /// `tokens`: the newest token of each row, `[rows]`. Returns `[rows, vocabulary]`, not normalised, in 32-bit floats.
    fn step(&mut self, tokens: &Tensor) -> Result<Tensor>;

    /// From now on row `i` goes on from what was row `rows[i]`. A row never moves to another text.
    fn reorder(&mut self, rows: &Tensor) -> Result<()>;
}

/// One finished sequence: its ids, the start token and, where it ended by itself, the end token included.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hypothesis {
    pub ids: Vec<i64>,
    /// Sum of log-probabilities over length to the power of the length penalty; 0 for greedy search.
    pub score: f64,
}

/// The best hypotheses of each text, best first: `settings.beams` of them, one for greedy search.
///
/// `sources`: the encoder's ids of each text, without padding. The decoder has `settings.beams` rows a text.
pub(super) fn search(
    decoder: &mut dyn Decoder,
    sources: &[Vec<i64>],
    settings: &Settings,
) -> Result<Vec<Vec<Hypothesis>>> {
    if settings.beams > 1 {
        beam(decoder, sources, settings)
    } else {
        greedy(decoder, sources, settings)
    }
}

fn greedy(decoder: &mut dyn Decoder, sources: &[Vec<i64>], settings: &Settings) -> Result<Vec<Vec<Hypothesis>>> {
    let rules = Rules::new(settings, sources);
    let mut rows: Vec<Vec<i64>> = vec![vec![settings.start]; sources.len()];
    let mut finished = vec![false; rows.len()];
    while rows[0].len() < settings.max_length && finished.iter().any(|f| !f) {
        let mut scores = decoder.step(&newest(&rows)?)?;
        rules.apply(&mut scores, &rows, 1)?;
        let next = Vec::<i64>::try_from(scores.f_argmax(-1, false)?.f_to_device(Device::Cpu)?)?;
        for ((row, done), token) in rows.iter_mut().zip(&mut finished).zip(next) {
            row.push(if *done { settings.pad } else { token });
            *done |= settings.end.contains(&token);
        }
    }
    let hypotheses = rows.into_iter().map(|mut ids| {
        if let Some(end) = ids.iter().skip(1).position(|id| settings.end.contains(id)) {
            ids.truncate(end + 2);
        }
        vec![Hypothesis { ids, score: 0.0 }]
    });
    Ok(hypotheses.collect())
}

/// The finished hypotheses of one text.
struct Finished {
    beams: Vec<Hypothesis>,
    worst: f64,
    done: bool,
}

impl Finished {
    fn add(&mut self, ids: Vec<i64>, sum: f64, generated: usize, settings: &Settings) {
        let score = sum / (generated as f64).powf(settings.length_penalty);
        if self.beams.len() < settings.beams || score > self.worst {
            self.beams.push(Hypothesis { ids, score });
            if self.beams.len() > settings.beams {
                let mut order: Vec<usize> = (0..self.beams.len()).collect();
                order.sort_by(|a, b| self.beams[*a].score.total_cmp(&self.beams[*b].score).then(a.cmp(b)));
                self.worst = self.beams[order[1]].score;
                self.beams.remove(order[0]);
            } else {
                self.worst = self.worst.min(score);
            }
        }
    }

    /// Whether nothing that is still open can become better than the worst that is kept.
    fn is_done(&self, best_sum: f64, generated: usize, settings: &Settings) -> bool {
        if self.beams.len() < settings.beams {
            return false;
        }
        let length = match settings.early_stopping {
            EarlyStopping::Yes => return true,
            EarlyStopping::Never if settings.length_penalty > 0.0 => settings.max_length - 1,
            EarlyStopping::No | EarlyStopping::Never => generated,
        };
        self.worst >= best_sum / (length as f64).powf(settings.length_penalty)
    }
}

fn beam(decoder: &mut dyn Decoder, sources: &[Vec<i64>], settings: &Settings) -> Result<Vec<Vec<Hypothesis>>> {
    let (texts, beams) = (sources.len(), settings.beams);
    let rules = Rules::new(settings, sources);
    let mut rows: Vec<Vec<i64>> = vec![vec![settings.start]; texts * beams];
    // At first all beams of a text are the same, so only one of them counts.
    let mut sums: Vec<f32> = (0..texts * beams)
        .map(|row| if row % beams == 0 { 0.0 } else { -1e9 })
        .collect();
    let mut finished: Vec<Finished> = (0..texts)
        .map(|_| Finished {
            beams: Vec::new(),
            worst: 1e9,
            done: false,
        })
        .collect();
    let keep = 2.max(1 + settings.end.len()) * beams;
    while rows[0].len() < settings.max_length && finished.iter().any(|f| !f.done) {
        let logits = decoder.step(&newest(&rows)?)?;
        let vocabulary = logits.size()[1];
        let mut scores = logits.f_log_softmax(-1, Kind::Float)?;
        rules.apply(&mut scores, &rows, beams)?;
        let device = scores.device();
        let scores = scores.f_add(&Tensor::f_from_slice(&sums)?.f_to_device(device)?.f_unsqueeze(1)?)?;
        let flat = scores.f_view([texts as i64, beams as i64 * vocabulary])?;
        let (top, at) = flat.f_topk((keep as i64).min(flat.size()[1]), 1, true, true)?;
        let (top, at) = (top.f_to_device(Device::Cpu)?, at.f_to_device(Device::Cpu)?);
        let (top, at) = (Vec::<Vec<f32>>::try_from(top)?, Vec::<Vec<i64>>::try_from(at)?);

        let mut from = Vec::with_capacity(rows.len());
        let mut next = Vec::with_capacity(rows.len());
        let mut next_sums = Vec::with_capacity(rows.len());
        for (text, done) in finished.iter_mut().enumerate() {
            let first = text * beams;
            if done.done {
                from.extend(std::iter::repeat_n(first, beams));
                next.extend(std::iter::repeat_n(settings.pad, beams));
                next_sums.extend(std::iter::repeat_n(0.0, beams));
                continue;
            }
            let generated = rows[0].len();
            let full = from.len() + beams;
            for (rank, (sum, index)) in top[text].iter().zip(&at[text]).enumerate() {
                let row = first + usize::try_from(index / vocabulary).unwrap_or(0);
                let token = index % vocabulary;
                if !settings.end.contains(&token) {
                    from.push(row);
                    next.push(token);
                    next_sums.push(*sum);
                } else if rank < beams {
                    // An end that is not among the best `beams` candidates is passed over.
                    done.add(rows[row].clone(), f64::from(*sum), generated, settings);
                }
                if from.len() == full {
                    break;
                }
            }
            if from.len() < full {
                return Err(Error::Inference("too few tokens are allowed to fill all beams".into()));
            }
            let best = top[text].iter().copied().fold(f32::NEG_INFINITY, f32::max);
            done.done |= done.is_done(f64::from(best), generated, settings);
        }
        rows = from
            .iter()
            .zip(&next)
            .map(|(row, token)| [&rows[*row][..], &[*token]].concat())
            .collect();
        sums = next_sums;
        if from.iter().enumerate().any(|(to, row)| to != *row) {
            let order: Vec<i64> = from.iter().map(|row| *row as i64).collect();
            decoder.reorder(&Tensor::f_from_slice(&order)?.f_to_device(device)?)?;
        }
    }
    for (text, done) in finished.iter_mut().enumerate().filter(|(_, f)| !f.done) {
        for row in text * beams..(text + 1) * beams {
            let generated = rows[row].len() - 1;
            done.add(rows[row].clone(), f64::from(sums[row]), generated, settings);
        }
    }
    let results = finished.into_iter().map(|f| {
        let mut found = f.beams;
        // transformers takes from the end of a stable ascending sort: among equals the later one comes first.
        found.reverse();
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        for hypothesis in &mut found {
            if hypothesis.ids.len() < settings.max_length {
                hypothesis.ids.extend(settings.end.first());
            }
        }
        found
    });
    Ok(results.collect())
}

/// The last token of each row.
fn newest(rows: &[Vec<i64>]) -> Result<Tensor> {
    let tokens: Vec<i64> = rows.iter().filter_map(|row| row.last().copied()).collect();
    Ok(Tensor::f_from_slice(&tokens)?)
}
