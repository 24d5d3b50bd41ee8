//! Models: what turns text into vectors. Knows nothing of news, and nothing outside names a tensor.
//!
//! A model hides behind a small trait, so that the stages can be tested with [`FakeEncoder`], which needs no weights.

mod bert;
mod cached;
mod deletion;
mod entities;
mod fake;
pub mod generate;
pub mod hub;
pub mod installed;
mod plain;
mod reader;
mod salience;
pub mod store;
mod words;

pub use bert::BertEncoder;
pub use cached::{Cached, Key, Shelf};
pub use deletion::{DELETION, DeletionHead};
pub use entities::EntityHead;
pub use fake::FakeEncoder;
pub use reader::Reader;
pub use salience::{Coverage, SALIENCE, SalienceHead, Told};

use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::digest::ModelNote;
use crate::document::Tagged;
use crate::error::{Error, Result};

/// A word of a sentence, as bytes of it, with the likelihood that an editor keeps it.
pub type Likely = (Range<usize>, f64);

/// Turns sentences into vectors whose dot product is their likeness in meaning.
pub trait Encoder {
    /// What it is, for the digest's footer.
    fn note(&self) -> ModelNote;

    /// One vector of unit length for each text, in order. A text longer than the model's window is read in
    /// several windows and never cut. `progress` is called with the number of texts done so far.
    fn encode(&self, texts: &[&str], progress: &dyn Fn(usize)) -> Result<Vec<Vec<f32>>>;

    /// The vectors of [`Encoder::encode`] with the names in each text, where it can find names.
    ///
    /// # Errors
    /// As for `encode`.
    fn read(&self, texts: &[&str], progress: &dyn Fn(usize)) -> Result<Vec<Reading>> {
        let vectors = self.encode(texts, progress)?;
        Ok(vectors
            .into_iter()
            .map(|vector| Reading {
                vector,
                names: Vec::new(),
            })
            .collect())
    }

    /// Every model that was used so far.
    fn notes(&self) -> Vec<ModelNote> {
        vec![self.note()]
    }

    /// For each sentence its words with the likelihood that an editor who shortens it keeps them ([`DeletionHead::keep`]); no words
    /// where there is no such head.
    ///
    /// # Errors
    /// As for `encode`.
    fn likely(&self, sentences: &[&str]) -> Result<Vec<Vec<Likely>>> {
        Ok(vec![Vec::new(); sentences.len()])
    }

    /// The head that says which words of a story its summary will have, where there is one.
    fn salience(&self) -> Option<&SalienceHead> {
        None
    }
}

/// What one pass finds in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Its vector, of unit length.
    pub vector: Vec<f32>,
    /// The names in it, in order, with bytes of the text.
    pub names: Vec<Tagged>,
}

/// What is wrong with a model, as an error that names it.
fn fault(model: &str) -> impl Fn(String) -> Error {
    move |reason| Error::Model {
        model: model.into(),
        reason,
    }
}

/// What `config.json` says of a head, which must have been made for this encoder.
fn head_settings<T: DeserializeOwned>(head: &str, encoder: &BertEncoder, folder: &Path) -> Result<T> {
    #[derive(Deserialize)]
    struct Made {
        base: String,
    }
    let fault = fault(head);
    let path = folder.join("config.json");
    let text = std::fs::read_to_string(&path).map_err(Error::io(&path))?;
    let wrong = |e: serde_json::Error| fault(format!("config.json: {e}"));
    let Made { base } = serde_json::from_str(&text).map_err(wrong)?;
    if base != encoder.note().id {
        return Err(fault(format!("made for the encoder {base}")));
    }
    serde_json::from_str(&text).map_err(wrong)
}

/// Readies the process: how many threads one pass may use, and on glibc that memory of tensors is kept for the next ones. By itself glibc
/// gives it back to the system each time, and a pass spends a tenth of its time on having it cleared again.
pub fn set_threads(threads: usize) {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: two numbers of the allocator, which it takes at any time.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 32 << 20);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 512 << 20);
    }
    tch::set_num_threads(i32::try_from(threads).unwrap_or(i32::MAX));
}

/// The dot product: the cosine, for vectors of unit length. Rounded to 1e-5, so that the last bits, which depend on the number
/// of threads and on what else was in a batch, decide nothing.
pub fn cosine(a: &[f32], b: &[f32]) -> f64 {
    round(f64::from(dot(a, b)))
}

/// The sum of products, in eight running sums, so that the compiler may use vector registers and the order of additions is fixed.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0f32; 8];
    for (x, y) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for lane in 0..8 {
            sums[lane] += x[lane] * y[lane];
        }
    }
    let rest = a.len().min(b.len()) / 8 * 8;
    let tail: f32 = a[rest..].iter().zip(&b[rest..]).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f32>() + tail
}

/// Scores are compared only after this, so that noise in the last bits cannot change an order.
pub fn round(score: f64) -> f64 {
    (score * 1e5).round() / 1e5
}

/// The unit vector in the direction of the weighted sum; all zeros where that is zero.
pub fn mean<'a>(vectors: impl IntoIterator<Item = (&'a [f32], f32)>) -> Vec<f32> {
    let mut sum: Vec<f32> = Vec::new();
    for (vector, weight) in vectors {
        sum.resize(vector.len(), 0.0);
        sum.iter_mut().zip(vector).for_each(|(s, x)| *s += weight * x);
    }
    normalise(&mut sum);
    sum
}

/// Scales a vector to unit length in place.
pub(crate) fn normalise(vector: &mut [f32]) {
    let norm = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if norm > 0.0 {
        vector.iter_mut().for_each(|x| *x /= norm);
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// The user's store of models, where `make setup` puts them.
    pub(super) fn store() -> PathBuf {
        let home = || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".local/share");
        let data = std::env::var_os("XDG_DATA_HOME").map_or_else(home, PathBuf::from);
        std::env::var_os("BROADSHEET_MODELS").map_or(data.join("broadsheet/models"), PathBuf::from)
    }

    /// The encoder of the store.
    pub(super) fn encoder() -> BertEncoder {
        BertEncoder::load(super::store::find("all-MiniLM-L6-v2").unwrap(), &store()).unwrap()
    }

    #[test]
    fn cosine_is_the_rounded_dot_product() {
        let a: Vec<f32> = (0..19).map(|i| i as f32 / 100.0).collect();
        let exact: f64 = a.iter().map(|x| f64::from(x * x)).sum();
        assert_eq!(cosine(&a, &a), round(exact));
        assert_eq!(cosine(&[], &[]), 0.0);
    }

    #[test]
    fn mean_has_unit_length() {
        let m = mean([(&[3.0f32, 0.0][..], 1.0), (&[0.0, 4.0][..], 1.0)]);
        assert!((m[0] - 0.6).abs() < 1e-6 && (m[1] - 0.8).abs() < 1e-6);
    }
}
