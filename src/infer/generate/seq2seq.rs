//! A summariser read from a checkpoint: tokens in, beams out, long texts in windows.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use tch::{Tensor, no_grad};

use super::super::installed::Installed;
use super::checkpoint::{Architecture, Checkpoint};
use super::models::{self, Model};
use super::search::{Hypothesis, search};
use super::settings::Settings;
use super::tokens::Tokens;
use super::{Device, GenerateOptions, Generator};
use crate::digest::ModelNote;
use crate::error::{Error, Result};

/// Tokens that the encoder reads together, padding included.
const BATCH_TOKENS: usize = 4096;
/// Rows that the decoder works on together.
const BATCH_ROWS: usize = 32;
/// What T5 was trained to read; its positions are relative, so that it could read more, but not well.
const T5_WINDOW: usize = 512;
/// The same for LongT5.
const LONGT5_WINDOW: usize = 4096;
/// How often the summaries of windows may be summarised again.
const MAX_PASSES: usize = 4;

/// A BART, PEGASUS, T5, LongT5 or ProphetNet checkpoint, ready to write.
pub struct Seq2Seq {
    note: ModelNote,
    checkpoint: Checkpoint,
    model: Box<dyn Model>,
    tokens: Tokens,
    device: tch::Device,
}

impl Seq2Seq {
    /// Reads a checkpoint from its folder. `sha256` is what the store knows of its weights, for the digest's footer.
    ///
    /// # Errors
    /// [`Error::Model`] where a file is missing or cannot be used, saying which and why; [`Error::Invalid`] where libtorch does
    /// not have the device.
    pub fn load(id: &str, sha256: &str, folder: &Path, device: Device) -> Result<Self> {
        let device = device.find()?;
        let checkpoint = Checkpoint::open(id, folder)?;
        let tokens = Tokens::load(&checkpoint)?;
        let model = guarded(|| models::load(&checkpoint, device))?;
        let note = ModelNote {
            id: id.into(),
            sha256: sha256.into(),
        };
        Ok(Seq2Seq {
            note,
            checkpoint,
            model,
            tokens,
            device,
        })
    }

    /// Reads a model of the store. Its files are checked against what was recorded of them while they are read, and the model is
    /// only handed out if all are right.
    ///
    /// # Errors
    /// As for [`Seq2Seq::load`], and [`Error::Model`] where a file is not the one that was recorded.
    pub fn open(model: &Installed, device: Device) -> Result<Self> {
        std::thread::scope(|scope| {
            let checked = scope.spawn(|| model.verify());
            let loaded = Self::load(&model.lock.id, model.weights_sha256(), &model.folder, device);
            // A file that differs makes the other fail in ways that say less, so its error goes first.
            let checked = checked.join();
            checked.unwrap_or_else(|_| Err(Error::Inference("the check of the model stopped".into())))?;
            loaded
        })
    }

    /// What kind of model it is.
    pub fn architecture(&self) -> Architecture {
        self.checkpoint.architecture
    }

    fn settings(&self, options: &GenerateOptions) -> Result<Settings> {
        let checkpoint = &self.checkpoint;
        let generation = checkpoint.generation.as_ref();
        let mut settings = Settings::new(
            &checkpoint.id,
            &checkpoint.config,
            generation,
            self.model.positions(),
            options,
        )?;
        if settings.prefix.is_empty() && checkpoint.architecture == Architecture::T5 {
            settings.prefix = "summarize: ".into();
        }
        Ok(settings)
    }

    /// The most tokens of one window, special tokens included.
    fn window(&self) -> usize {
        self.model.window().unwrap_or(match self.checkpoint.architecture {
            Architecture::LongT5 => LONGT5_WINDOW,
            _ => T5_WINDOW,
        })
    }

    /// The ids that the encoder reads of a text, cut to the model's window; nothing is put before it.
    ///
    /// # Errors
    /// [`Error::Inference`] where the tokenizer fails.
    pub fn input(&self, text: &str) -> Result<Vec<i64>> {
        let room = self.window().saturating_sub(self.tokens.around());
        Ok(self.tokens.wrap(&self.tokens.ids(text)?, room))
    }

    /// The ids of each text's hypotheses, best first, as the search gives them: start and end tokens included. The
    /// encoder reads [`Seq2Seq::input`].
    ///
    /// # Errors
    /// [`Error::Inference`] where libtorch fails.
    pub fn ids(&self, texts: &[&str], options: &GenerateOptions) -> Result<Vec<Vec<Vec<i64>>>> {
        let inputs: Result<Vec<Vec<i64>>> = texts.iter().map(|t| self.input(t)).collect();
        let found = self.search(&inputs?, &self.settings(options)?)?;
        Ok(found
            .into_iter()
            .map(|beams| beams.into_iter().map(|h| h.ids).collect())
            .collect())
    }

    /// Runs the search on many inputs, those of like length together. What comes out does not depend on their order.
    fn search(&self, inputs: &[Vec<i64>], settings: &Settings) -> Result<Vec<Vec<Hypothesis>>> {
        let mut order: Vec<usize> = (0..inputs.len()).collect();
        order.sort_by(|a, b| {
            inputs[*a]
                .len()
                .cmp(&inputs[*b].len())
                .then_with(|| inputs[*a].cmp(&inputs[*b]))
        });
        let mut found: Vec<Vec<Hypothesis>> = vec![Vec::new(); inputs.len()];
        let mut rest = order.as_slice();
        while !rest.is_empty() {
            let fits = |n: usize| {
                let longest = inputs[rest[n]].len();
                (n + 1) * longest <= BATCH_TOKENS && (n + 1) * settings.beams <= BATCH_ROWS && self.model.pads()
            };
            let size = (1..rest.len()).take_while(|n| fits(*n)).count() + 1;
            let (batch, left) = rest.split_at(size);
            let sources: Vec<Vec<i64>> = batch.iter().map(|i| inputs[*i].clone()).collect();
            let results = guarded(|| no_grad(|| self.batch(&sources, settings)))?;
            for (at, hypotheses) in batch.iter().zip(results) {
                found[*at] = hypotheses;
            }
            rest = left;
        }
        Ok(found)
    }

    fn batch(&self, sources: &[Vec<i64>], settings: &Settings) -> Result<Vec<Vec<Hypothesis>>> {
        let longest = sources.iter().map(Vec::len).max().unwrap_or(0);
        let mut ids = Vec::with_capacity(sources.len() * longest);
        let mut mask = Vec::with_capacity(sources.len() * longest);
        for source in sources {
            let padding = longest - source.len();
            ids.extend(source.iter().copied().chain(std::iter::repeat_n(settings.pad, padding)));
            mask.extend(std::iter::repeat_n(1i64, source.len()).chain(std::iter::repeat_n(0, padding)));
        }
        let shape = [sources.len() as i64, longest as i64];
        let tensor = |values: &[i64]| Tensor::f_from_slice(values)?.f_view(shape)?.f_to_device(self.device);
        let (ids, mask) = (tensor(&ids)?, tensor(&mask)?);
        let mut decoder = self.model.read(&ids, &mask, settings.beams as i64)?;
        search(decoder.as_mut(), sources, settings)
    }

    /// The windows of a text: where it fits, the text itself; else parts of like size that end where a sentence ends.
    fn windows<'a>(&self, text: &'a str, prefix: &str) -> Result<Vec<&'a str>> {
        let room = self
            .window()
            .saturating_sub(self.tokens.around() + self.tokens.ids(prefix)?.len())
            .max(1);
        let ids = self.tokens.ids(text)?;
        if ids.len() <= room {
            return Ok(vec![text]);
        }
        // A part is read by itself, which may give a token more than here.
        let room = room.saturating_sub(4).max(1);
        let parts = ids.len().div_ceil(room);
        let size = ids.len().div_ceil(parts).max(1);
        let mut windows = Vec::with_capacity(parts + 1);
        let mut start = 0;
        while start < ids.len() {
            // Back to the end of a sentence from as far as a window reaches, at most by half.
            let end = if ids.len() - start <= size {
                ids.len()
            } else {
                let latest = (start + room).min(ids.len());
                cut(text, &ids, start + size / 2..latest, start + size).max(start + 1)
            };
            // A token may be a part of a character.
            let byte = |token: usize| {
                let at = ids.get(token).map_or(text.len(), |(_, span)| span.start);
                (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
            };
            windows.push(&text[byte(start)..byte(end).max(byte(start))]);
            start = end;
        }
        windows.retain(|w| !w.trim().is_empty());
        Ok(windows)
    }

    /// Summaries of texts that may be longer than the window.
    fn passes(&self, texts: &[&str], settings: &Settings, pass: usize) -> Result<Vec<Vec<String>>> {
        let mut parts = Vec::new();
        for (text, content) in texts.iter().enumerate() {
            parts.extend(
                self.windows(content, &settings.prefix)?
                    .into_iter()
                    .map(|part| (text, part)),
            );
        }
        let room = self.window().saturating_sub(self.tokens.around());
        let mut inputs = Vec::with_capacity(parts.len());
        for (_, part) in &parts {
            inputs.push(
                self.tokens
                    .wrap(&self.tokens.ids(&format!("{}{part}", settings.prefix))?, room),
            );
        }
        let mut beams: Vec<Vec<Vec<String>>> = vec![Vec::new(); texts.len()];
        for ((text, _), hypotheses) in parts.iter().zip(self.search(&inputs, settings)?) {
            let mut written = Vec::with_capacity(hypotheses.len());
            for hypothesis in hypotheses {
                let summary = self.tokens.text(&hypothesis.ids)?;
                if !summary.is_empty() && !written.contains(&summary) {
                    written.push(summary);
                }
            }
            beams[*text].push(written);
        }
        // What was read in several windows is joined and summarised once more.
        let mut results: Vec<Vec<String>> = Vec::with_capacity(texts.len());
        let mut again: Vec<(usize, String)> = Vec::new();
        for (text, mut windows) in beams.into_iter().enumerate() {
            if windows.len() > 1 {
                let firsts: Vec<String> = windows.into_iter().filter_map(|w| w.into_iter().next()).collect();
                let joined = firsts.join(" ");
                // A model that does not shorten would go on for ever.
                if pass < MAX_PASSES && joined.len() < texts[text].len() {
                    again.push((text, joined));
                    results.push(Vec::new());
                } else {
                    results.push(vec![joined]);
                }
            } else {
                results.push(windows.pop().unwrap_or_default());
            }
        }
        if !again.is_empty() {
            let joined: Vec<&str> = again.iter().map(|(_, text)| text.as_str()).collect();
            for ((text, _), result) in again.iter().zip(self.passes(&joined, settings, pass + 1)?) {
                results[*text] = result;
            }
        }
        Ok(results)
    }
}

impl Generator for Seq2Seq {
    fn note(&self) -> ModelNote {
        self.note.clone()
    }

    fn summarise(&self, texts: &[&str], options: &GenerateOptions) -> Result<Vec<Vec<String>>> {
        let settings = self.settings(options)?;
        let mut results = vec![Vec::new(); texts.len()];
        let full: Vec<usize> = (0..texts.len()).filter(|i| !texts[*i].trim().is_empty()).collect();
        let given: Vec<&str> = full.iter().map(|i| texts[*i]).collect();
        for (at, found) in full.into_iter().zip(self.passes(&given, &settings, 1)?) {
            results[at] = found;
        }
        Ok(results)
    }
}

/// The token before which to cut: the last in `range` that starts a sentence, else the last that starts a word, else `otherwise`.
fn cut(text: &str, ids: &[(i64, Range<usize>)], range: Range<usize>, otherwise: usize) -> usize {
    let start = |at: &usize| ids[*at].1.start;
    let before = |at: &usize| text.get(..start(at)).unwrap_or_default();
    // Some tokenizers count the space before a word to the word.
    let spaced = |at: &usize| {
        let before = before(at);
        before.ends_with(char::is_whitespace)
            || text
                .get(start(at)..)
                .is_some_and(|t| t.starts_with(char::is_whitespace))
    };
    let ends = |at: &usize| {
        let closed = before(at)
            .trim_end()
            .trim_end_matches(['"', '\'', '”', '’', ')'])
            .ends_with(['.', '!', '?', '。']);
        spaced(at) && (closed || before(at).ends_with('\n'))
    };
    let found = range
        .clone()
        .rev()
        .find(ends)
        .or_else(|| range.clone().rev().find(spaced));
    found.filter(|at| *at > 0).unwrap_or(otherwise)
}

/// rust-bert panics where a tensor operation fails (too little memory, a broken checkpoint); that must cost one summary, not the run.
fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let message = panic.downcast_ref::<String>().map(String::as_str);
        let message = message
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("libtorch failed");
        Err(Error::Inference(message.lines().next().unwrap_or_default().to_owned()))
    })
}
