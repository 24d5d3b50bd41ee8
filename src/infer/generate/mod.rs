//! Summaries that are written, not picked: BART, PEGASUS, T5, LongT5 and ProphetNet checkpoints from a local folder.
//!
//! A generator knows nothing of truth. Whoever shows what it wrote must check it against the source first; for that it gives
//! every beam, best first.

mod bart;
mod checkpoint;
mod fake;
mod layers;
mod models;
mod prophetnet;
mod rules;
mod search;
mod sentencepiece;
mod seq2seq;
mod settings;
mod t5;
mod tokens;

pub use checkpoint::{Architecture, conversion};
pub use fake::{FakeGenerator, Lie, LyingGenerator};
pub use seq2seq::Seq2Seq;

use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::digest::ModelNote;
use crate::error::{Error, Result};

/// Writes summaries.
pub trait Generator {
    /// What it is, for the digest's footer.
    fn note(&self) -> ModelNote;

    /// For each text what its beams wrote, best first, without doubles. A text without words gives none. A text longer than the
    /// model's window is read in windows, and their summaries are summarised again.
    ///
    /// # Errors
    /// [`Error::Inference`] where the model fails.
    fn summarise(&self, texts: &[&str], options: &GenerateOptions) -> Result<Vec<Vec<String>>>;
}

/// Looks at a checkpoint without reading its weights: whether its architecture is one of ours, and nothing is missing or damaged.
///
/// # Errors
/// [`Error::Model`] that says what is wrong, and how to convert what cannot be read; `id` is what it is called there.
pub fn check(id: &str, folder: &Path) -> Result<Architecture> {
    let checkpoint = checkpoint::Checkpoint::open(id, folder)?;
    checkpoint.header()?;
    tokens::Tokens::load(&checkpoint)?;
    Ok(checkpoint.architecture)
}

/// What the user asks of a generator; what is `None` is as the checkpoint's own `generation_config.json` has it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GenerateOptions {
    /// How many beams; 1 is greedy search.
    pub beams: Option<usize>,
    /// The fewest tokens of a summary.
    pub min_tokens: Option<usize>,
    /// The most tokens of a summary.
    pub max_tokens: Option<usize>,
    /// The power of the length by which a beam's score is divided: above 0 favours long summaries.
    pub length_penalty: Option<f64>,
    /// No sequence of so many tokens comes twice; 0 lets everything come again.
    pub no_repeat_ngram: Option<usize>,
}

/// Where a model runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Device {
    /// A GPU where libtorch has one, else the processor.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// The first NVIDIA GPU.
    Cuda,
    /// Apple's GPU.
    Mps,
}

impl FromStr for Device {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "auto" => Ok(Device::Auto),
            "cpu" => Ok(Device::Cpu),
            "cuda" => Ok(Device::Cuda),
            "mps" => Ok(Device::Mps),
            _ => Err(Error::Invalid {
                subject: format!("device {name}"),
                reason: "must be auto, cpu, cuda or mps".into(),
            }),
        }
    }
}

impl Device {
    /// libtorch's device.
    fn find(self) -> Result<tch::Device> {
        let missing = |name: &str| {
            Err(Error::Invalid {
                subject: format!("device {name}"),
                reason: "this libtorch does not have it; use cpu, or set LIBTORCH to one that has it and build again"
                    .into(),
            })
        };
        match self {
            Device::Cpu => Ok(tch::Device::Cpu),
            Device::Cuda if tch::Cuda::is_available() => Ok(tch::Device::Cuda(0)),
            Device::Mps if tch::utils::has_mps() => Ok(tch::Device::Mps),
            Device::Cuda => missing("cuda"),
            Device::Mps => missing("mps"),
            Device::Auto if tch::Cuda::is_available() => Ok(tch::Device::Cuda(0)),
            Device::Auto if tch::utils::has_mps() => Ok(tch::Device::Mps),
            Device::Auto => Ok(tch::Device::Cpu),
        }
    }
}
