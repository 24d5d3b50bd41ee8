//! The salience head: which words of a story its summary will have, and so what each sentence adds to one.
//!
//! A summary is made of a story's words, so a sentence belongs into it if its words do: supervised concepts and
//! coverage (Gillick and Favre 2009; Li, Qian and Liu 2013), here over sentences in context as in BERTSUM (Liu and
//! Lapata 2019). The vectors that the encoder made of the sentences anyway, with features of their text, go through a
//! transformer layer over each document; a word's likelihood comes from the states of the sentences that have it and from
//! where and how often it stands. `training/salience.py` trained it and `models/salience-minilm/README.md` describes it.
//!
//! The network is small, so it runs in plain Rust on one thread: the result depends on neither batches nor the number of threads.

mod network;
mod read;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use tokenizers::Tokenizer;

use self::network::Network;
use self::read::Reading;
use super::bert::BertEncoder;
use super::{plain, round};
use crate::error::Result;

/// Where the model lies in the store, and its name in messages.
pub const SALIENCE: &str = "salience-minilm";

/// The part of `config.json` that changes the computation.
#[derive(Debug, Deserialize)]
struct Settings {
    /// Numbers of a sentence's vector, of its state in the network, of a word's state.
    vector: usize,
    size: usize,
    hidden: usize,
    layers: usize,
    heads: usize,
    features: usize,
    word_features: usize,
    /// Letters of a word that tell it from others.
    word_key: usize,
    /// Ids of the encoder's vocabulary above this are words, the frequent ones first.
    vocabulary_from: u32,
    /// [`Coverage::gain`]'s power of a sentence's length, and what saying a word once more is worth.
    length_power: f64,
    repeat: f64,
    /// What is not read: sentences of a document and documents of a story after so many.
    most_sentences: usize,
    most_documents: usize,
    stop_words: BTreeSet<String>,
    leaning: BTreeSet<String>,
}

/// A document as the head reads it: vectors are the encoder's, of unit length, each text encoded alone.
#[derive(Debug, Clone)]
pub struct Told<'a> {
    /// Its headline with its vector.
    pub title: Option<(&'a str, &'a [f32])>,
    /// Its sentences, in order, with their vectors.
    pub sentences: Vec<(&'a str, &'a [f32])>,
}

/// The head.
pub struct SalienceHead {
    settings: Settings,
    network: Network,
    /// The encoder's, whose vocabulary says how rare a word is.
    tokenizer: Arc<Tokenizer>,
}

/// What a story's summary is likely to say, and how much of it is said.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// For each word of the story the likelihood, from 0 to 1, that a summary has it.
    likely: Vec<f64>,
    /// For each document, for each sentence that was read, its words, each once, with how often they stand in it.
    sentences: Vec<Vec<Vec<(usize, i32)>>>,
    /// How often each word was said in what was taken.
    said: Vec<i32>,
    length_power: f64,
    repeat: f64,
}

impl SalienceHead {
    /// Loads the head from its folder (`config.json`, `model.safetensors`) over the encoder it was trained on.
    ///
    /// # Errors
    /// [`crate::Error::Model`] where a file is missing or is not such a head.
    pub fn load(encoder: &BertEncoder, folder: &Path) -> Result<Self> {
        let fault = crate::infer::fault(SALIENCE);
        let settings: Settings = super::head_settings(SALIENCE, encoder, folder)?;
        let known = settings.features == read::FEATURES && settings.word_features == read::WORD_FEATURES;
        let sound = settings.heads > 0 && settings.size.is_multiple_of(settings.heads) && settings.word_key > 0;
        if !known || !sound || !(0.0..1.0).contains(&settings.repeat) {
            return Err(fault(
                "config.json: its features or sizes are not the ones this version knows".into(),
            ));
        }
        let mut tensors = plain::read(&folder.join("model.safetensors"))?;
        let network = Network::new(&settings, &mut tensors).map_err(fault)?;
        Ok(SalienceHead {
            settings,
            network,
            tokenizer: encoder.tokenizer(),
        })
    }

    /// Reads the documents of one story together. Those after the first 24, and sentences after the first 200 of a
    /// document, are not read.
    pub fn read(&self, documents: &[Told]) -> Coverage {
        let reading = Reading::new(documents, &self.settings, &self.tokenizer);
        let likely = self.network.likelihoods(&reading);
        let mut sentences = vec![Vec::new(); documents.len()];
        for (document, words) in reading.of.iter().zip(&reading.sentences) {
            let mut counts: BTreeMap<usize, i32> = BTreeMap::new();
            for word in words {
                *counts.entry(*word).or_default() += 1;
            }
            sentences[*document].push(counts.into_iter().collect());
        }
        Coverage {
            said: vec![0; likely.len()],
            likely,
            sentences,
            length_power: self.settings.length_power,
            repeat: self.settings.repeat,
        }
    }

    /// What each sentence of each document of one story would add to an empty summary: [`Coverage::gain`].
    pub fn scores(&self, documents: &[Told]) -> Vec<Vec<f64>> {
        let coverage = self.read(documents);
        let of = |(at, document): (usize, &Told)| (0..document.sentences.len()).map(|s| coverage.gain(at, s)).collect();
        documents.iter().enumerate().map(of).collect()
    }
}

/// What a sentence scores that was not read.
const UNREAD: f64 = -20.0;

impl Coverage {
    /// What a sentence would add to what was taken: the logarithm of the expected number of the summary's words in it,
    /// a word that was said already counting less, over a power of the sentence's length. About -3 for an idle sentence to 0.5
    /// for one that has it all; rounded to 1e-5.
    pub fn gain(&self, document: usize, sentence: usize) -> f64 {
        let Some(words) = self.sentences.get(document).and_then(|d| d.get(sentence)) else {
            return UNREAD;
        };
        let (mut expected, mut length) = (0.0, 0);
        for &(word, times) in words {
            let again = self.repeat.powi(self.said[word]) * (1.0 - self.repeat.powi(times)) / (1.0 - self.repeat);
            expected += self.likely[word] * again;
            length += times;
        }
        round(expected.max(1e-6).ln() - self.length_power * f64::from(length.max(1)).ln())
    }

    /// Counts a sentence as said.
    pub fn take(&mut self, document: usize, sentence: usize) {
        if let Some(words) = self.sentences.get(document).and_then(|d| d.get(sentence)) {
            for &(word, times) in words {
                self.said[word] = self.said[word].saturating_add(times);
            }
        }
    }
}

#[cfg(test)]
mod tests;
