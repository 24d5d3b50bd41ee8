//! ProphetNet (Qi et al. 2020), through rust-bert.

use rust_bert::RustBertError;
use rust_bert::prophetnet::{LayerState, ProphetNetConfig, ProphetNetForConditionalGeneration};
use serde_json::json;
use tch::{Device, Tensor, nn};

use super::checkpoint::Checkpoint;
use super::models::{Model, places};
use super::search::Decoder;
use crate::error::{Error, Result};

/// ProphetNet.
pub(super) struct ProphetNet {
    model: ProphetNetForConditionalGeneration,
    positions: i64,
}

impl ProphetNet {
    pub fn load(checkpoint: &Checkpoint, device: Device) -> Result<Self> {
        let config: ProphetNetConfig = checkpoint.typed(json!({"eps": 0.0, "disable_ngram_loss": true}))?;
        let (vocabulary, positions) = (config.vocab_size, config.max_position_embeddings);
        let config = ProphetNetConfig {
            vocab_size: 1,
            output_past: Some(true),
            ..config
        };
        let store = nn::VarStore::new(device);
        let model = ProphetNetForConditionalGeneration::new(store.root(), &config);
        let model = model.map_err(|e| checkpoint.fault(e.to_string()))?;
        checkpoint.weights(device)?.fill(&store, vocabulary)?;
        Ok(ProphetNet { model, positions })
    }
}

impl Model for ProphetNet {
    fn read(&self, ids: &Tensor, _: &Tensor, beams: i64) -> Result<Box<dyn Decoder + '_>> {
        let memory = self.model.encode(Some(ids), None, None).map_err(fault)?;
        Ok(Box::new(Writing {
            model: &self.model,
            memory: memory.f_repeat_interleave_self_int(beams, 0, None)?,
            caches: None,
        }))
    }

    /// Its places are counted from one after the padding's, and its streams look one or two ahead.
    fn window(&self) -> Option<usize> {
        places(self.positions - 2)
    }

    fn positions(&self) -> Option<usize> {
        places(self.positions - 2)
    }

    /// rust-bert's masks are in the order of heads and then texts, its scores the other way round; so there is no padding.
    fn pads(&self) -> bool {
        false
    }
}

/// A text that was read, and how far each row has come.
struct Writing<'a> {
    model: &'a ProphetNetForConditionalGeneration,
    memory: Tensor,
    /// For each layer keys and values of the rows' own tokens and of the text.
    caches: Option<Vec<(Option<LayerState>, Option<LayerState>)>>,
}

impl Decoder for Writing<'_> {
    fn step(&mut self, tokens: &Tensor) -> Result<Tensor> {
        let tokens = tokens.f_to_device(self.memory.device())?.f_unsqueeze(1)?;
        let memory = Some(&self.memory);
        let caches = self.caches.take();
        let found = self
            .model
            .forward_t(None, None, None, Some(&tokens), None, memory, caches, None, false);
        let found = found.map_err(fault)?;
        self.caches = found.next_decoder_cache;
        Ok(found.logits.f_select(1, -1)?)
    }

    fn reorder(&mut self, rows: &Tensor) -> Result<()> {
        // What is kept of the text is the same for all its rows.
        for own in self.caches.iter_mut().flatten().filter_map(|(own, _)| own.as_mut()) {
            own.prev_key = own.prev_key.f_index_select(0, rows)?;
            own.prev_value = own.prev_value.f_index_select(0, rows)?;
        }
        Ok(())
    }
}

fn fault(error: RustBertError) -> Error {
    Error::Inference(error.to_string())
}
