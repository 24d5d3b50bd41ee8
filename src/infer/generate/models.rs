//! The architectures behind one trait.

use tch::{Device, Tensor};

use super::bart::Bart;
use super::checkpoint::{Architecture, Checkpoint};
use super::prophetnet::ProphetNet;
use super::search::Decoder;
use super::t5::T5;
use crate::error::Result;

/// A model with an encoder and a decoder.
pub(super) trait Model {
    /// Reads the inputs `[texts, tokens]`; `mask` has 1 where a token is and 0 where there is padding. The decoder has `beams`
    /// rows a text.
    fn read(&self, ids: &Tensor, mask: &Tensor, beams: i64) -> Result<Box<dyn Decoder + '_>>;

    /// The most tokens that it can read, where that is fixed.
    fn window(&self) -> Option<usize>;

    /// The most tokens that it can write, the start token included, where that is fixed.
    fn positions(&self) -> Option<usize>;

    /// Whether several texts may be read together.
    fn pads(&self) -> bool {
        true
    }
}

/// Builds the model of a checkpoint.
pub(super) fn load(checkpoint: &Checkpoint, device: Device) -> Result<Box<dyn Model>> {
    Ok(match checkpoint.architecture {
        Architecture::Bart => Box::new(Bart::load(checkpoint, device, false)?),
        Architecture::Pegasus => Box::new(Bart::load(checkpoint, device, true)?),
        Architecture::T5 => Box::new(T5::load(checkpoint, device, false)?),
        Architecture::LongT5 => Box::new(T5::load(checkpoint, device, true)?),
        Architecture::ProphetNet => Box::new(ProphetNet::load(checkpoint, device)?),
    })
}

/// A number of places from config.json.
pub(super) fn places(n: i64) -> Option<usize> {
    usize::try_from(n).ok().filter(|n| *n > 8)
}
