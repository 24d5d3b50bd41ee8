//! An encoder without weights, for tests: bags of words.

use sha2::{Digest, Sha256};

use super::{Encoder, normalise};
use crate::digest::ModelNote;
use crate::error::Result;

/// Gives each word of more than three letters a direction of its own, so that texts that share words are alike.
#[derive(Debug, Clone, Copy, Default)]
pub struct FakeEncoder;

const DIMENSION: usize = 64;

impl Encoder for FakeEncoder {
    fn note(&self) -> ModelNote {
        ModelNote {
            id: "fake".into(),
            sha256: String::new(),
        }
    }

    fn encode(&self, texts: &[&str], progress: &dyn Fn(usize)) -> Result<Vec<Vec<f32>>> {
        let vectors = texts
            .iter()
            .map(|text| {
                let mut vector = vec![0f32; DIMENSION];
                for word in text
                    .to_lowercase()
                    .split(|c: char| !c.is_alphanumeric())
                    .filter(|w| w.len() > 3)
                {
                    for (x, byte) in vector.iter_mut().zip(Sha256::digest(word).iter().cycle()) {
                        *x += f32::from(*byte) - 127.5;
                    }
                }
                normalise(&mut vector);
                vector
            })
            .collect();
        progress(texts.len());
        Ok(vectors)
    }
}
