//! BART, DistilBART (Lewis et al. 2019) and PEGASUS (Zhang et al. 2019): the same layers, normalised after or before.

use serde_json::Value;
use tch::{Device, Kind, Tensor};

use super::checkpoint::{Checkpoint, Weights};
use super::layers::{Activation, Attention, Linear, Memory, Names, Norm, open, unseen};
use super::models::{Model, places};
use super::search::Decoder;
use crate::error::Result;

const EPS: f64 = 1e-5;
const NAMES: Names = Names {
    query: "q_proj",
    key: "k_proj",
    value: "v_proj",
    output: "out_proj",
    biased: true,
};

/// BART or PEGASUS.
pub(super) struct Bart {
    embeddings: Tensor,
    /// What embeddings are multiplied by.
    scale: f64,
    encoder: Stack,
    decoder: Stack,
    /// Added to the scores of all tokens.
    bias: Option<Tensor>,
    positions: i64,
}

struct Stack {
    positions: Tensor,
    /// BART's first two places are never used.
    offset: i64,
    /// BART normalises what goes in, PEGASUS what comes out.
    before: Option<Norm>,
    layers: Vec<Layer>,
    after: Option<Norm>,
}

struct Layer {
    attention: Attention,
    attention_norm: Norm,
    cross: Option<(Attention, Norm)>,
    inner: Linear,
    outer: Linear,
    norm: Norm,
    activation: Activation,
    /// Whether each part normalises its input (PEGASUS) or its output (BART).
    first: bool,
}

impl Bart {
    pub fn load(checkpoint: &Checkpoint, device: Device, pegasus: bool) -> Result<Self> {
        let weights = checkpoint.weights(device)?;
        let (vocabulary, hidden) = (checkpoint.size("vocab_size")?, checkpoint.size("d_model")?);
        let scaled = checkpoint
            .config
            .get("scale_embedding")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        Ok(Bart {
            embeddings: weights.take("model.shared.weight", &[vocabulary, hidden])?,
            scale: if scaled { (hidden as f64).sqrt() } else { 1.0 },
            encoder: Stack::load(checkpoint, &weights, "encoder", pegasus)?,
            decoder: Stack::load(checkpoint, &weights, "decoder", pegasus)?,
            bias: weights.optional("final_logits_bias", &[1, vocabulary])?,
            positions: checkpoint.size("max_position_embeddings")?,
        })
    }

    /// Token and place together, `[rows, tokens, hidden]`; the first token is at place `at`.
    fn embed(&self, stack: &Stack, ids: &Tensor, at: i64) -> Result<Tensor> {
        let tokens = Tensor::f_embedding(&self.embeddings, ids, -1, false, false)?.f_mul_scalar(self.scale)?;
        let places = stack.positions.f_narrow(0, at + stack.offset, ids.size()[1])?;
        let x = tokens.f_add(&places)?;
        Ok(match &stack.before {
            Some(norm) => norm.forward(&x)?,
            None => x,
        })
    }
}

impl Stack {
    fn load(checkpoint: &Checkpoint, weights: &Weights, side: &str, pegasus: bool) -> Result<Self> {
        let name = format!("model.{side}");
        let hidden = checkpoint.size("d_model")?;
        let places = checkpoint.size("max_position_embeddings")?;
        let offset = if pegasus { 0 } else { 2 };
        let table = format!("{name}.embed_positions.weight");
        let positions = match weights.optional(&table, &[places + offset, hidden])? {
            Some(positions) => positions,
            None if pegasus => sinusoids(places, hidden, weights.device())?,
            None => weights.take(&table, &[places + offset, hidden])?,
        };
        let norm = |part: &str| Norm::load(weights, &format!("{name}.{part}"), hidden, EPS, true);
        let layers = 0..checkpoint.size(&format!("{side}_layers"))?;
        let layers: Result<Vec<Layer>> = layers
            .map(|n| Layer::load(checkpoint, weights, side, &format!("{name}.layers.{n}"), pegasus))
            .collect();
        Ok(Stack {
            positions,
            offset,
            before: if pegasus {
                None
            } else {
                Some(norm("layernorm_embedding")?)
            },
            layers: layers?,
            after: if pegasus { Some(norm("layer_norm")?) } else { None },
        })
    }
}

impl Layer {
    fn load(checkpoint: &Checkpoint, weights: &Weights, side: &str, name: &str, first: bool) -> Result<Self> {
        let hidden = checkpoint.size("d_model")?;
        let heads = checkpoint.size(&format!("{side}_attention_heads"))?;
        let size = checkpoint.size(&format!("{side}_ffn_dim"))?;
        if hidden % heads != 0 {
            return Err(checkpoint.fault(format!("its config.json has {heads} heads for {hidden} dimensions")));
        }
        let attention = |part: &str| {
            Attention::load(
                weights,
                &format!("{name}.{part}"),
                &NAMES,
                hidden,
                heads,
                hidden / heads,
                None,
            )
        };
        let norm = |part: &str| Norm::load(weights, &format!("{name}.{part}"), hidden, EPS, true);
        let cross = match side {
            "decoder" => Some((attention("encoder_attn")?, norm("encoder_attn_layer_norm")?)),
            _ => None,
        };
        let activation = checkpoint
            .config
            .get("activation_function")
            .and_then(Value::as_str)
            .unwrap_or("gelu");
        Ok(Layer {
            attention: attention("self_attn")?,
            attention_norm: norm("self_attn_layer_norm")?,
            cross,
            inner: Linear::load(weights, &format!("{name}.fc1"), hidden, size, true)?,
            outer: Linear::load(weights, &format!("{name}.fc2"), size, hidden, true)?,
            norm: norm("final_layer_norm")?,
            activation: Activation::named(activation).ok_or_else(|| {
                checkpoint.fault(format!(
                    "its activation_function is {activation}, which is not known here"
                ))
            })?,
            first,
        })
    }

    /// One part of the layer with its norm and the way around it.
    fn part(&self, x: &Tensor, norm: &Norm, work: impl FnOnce(&Tensor) -> Result<Tensor>) -> Result<Tensor> {
        if self.first {
            Ok(x.f_add(&work(&norm.forward(x)?)?)?)
        } else {
            Ok(norm.forward(&x.f_add(&work(x)?)?)?)
        }
    }

    fn feed_forward(&self, x: &Tensor) -> Result<Tensor> {
        self.part(x, &self.norm, |x| {
            let inner = self.activation.forward(&self.inner.forward(x)?)?;
            Ok(self.outer.forward(&inner)?)
        })
    }
}

impl Model for Bart {
    fn read(&self, ids: &Tensor, mask: &Tensor, beams: i64) -> Result<Box<dyn Decoder + '_>> {
        let mask = unseen(mask)?;
        let mut x = self.embed(&self.encoder, ids, 0)?;
        for layer in &self.encoder.layers {
            x = layer.part(&x, &layer.attention_norm, |x| {
                Ok(layer.attention.recall(x, &layer.attention.remember(x)?, &mask)?)
            })?;
            x = layer.feed_forward(&x)?;
        }
        if let Some(norm) = &self.encoder.after {
            x = norm.forward(&x)?;
        }
        let mut text = Vec::new();
        for (cross, _) in self.decoder.layers.iter().filter_map(|layer| layer.cross.as_ref()) {
            text.push(cross.remember(&x)?);
        }
        Ok(Box::new(Writing {
            model: self,
            mask,
            text,
            own: self.decoder.layers.iter().map(|_| None).collect(),
            beams,
            at: 0,
            open: open(ids.device())?,
        }))
    }

    fn window(&self) -> Option<usize> {
        places(self.positions)
    }

    fn positions(&self) -> Option<usize> {
        places(self.positions)
    }
}

/// A text that was read, and how far each row has come.
struct Writing<'a> {
    model: &'a Bart,
    /// Hides the text's padding.
    mask: Tensor,
    /// What each layer remembers of the text, once for all its beams.
    text: Vec<Memory>,
    /// What each layer remembers of the rows' own tokens.
    own: Vec<Option<Memory>>,
    beams: i64,
    at: i64,
    open: Tensor,
}

impl Decoder for Writing<'_> {
    fn step(&mut self, tokens: &Tensor) -> Result<Tensor> {
        let stack = &self.model.decoder;
        let tokens = tokens.f_to_device(self.open.device())?;
        let mut x = self.model.embed(stack, &tokens.f_unsqueeze(1)?, self.at)?;
        let (rows, hidden) = (x.size()[0], x.size()[2]);
        for ((layer, own), text) in stack.layers.iter().zip(&mut self.own).zip(&self.text) {
            x = layer.part(&x, &layer.attention_norm, |x| {
                Ok(layer.attention.go_on(x, own, &self.open)?)
            })?;
            if let Some((cross, norm)) = &layer.cross {
                // The beams of a text look at it as if they were the tokens of one sequence.
                let grouped = |x: &Tensor| x.f_view([rows / self.beams, self.beams, hidden]);
                x = layer.part(&x, norm, |x| {
                    Ok(cross
                        .recall(&grouped(x)?, text, &self.mask)?
                        .f_view([rows, 1, hidden])?)
                })?;
            }
            x = layer.feed_forward(&x)?;
        }
        if let Some(norm) = &stack.after {
            x = norm.forward(&x)?;
        }
        self.at += 1;
        let scores = x.f_squeeze_dim(1)?.f_linear(&self.model.embeddings, None::<&Tensor>)?;
        Ok(match &self.model.bias {
            Some(bias) => scores.f_add(bias)?,
            None => scores,
        })
    }

    fn reorder(&mut self, rows: &Tensor) -> Result<()> {
        for own in self.own.iter_mut().flatten() {
            own.select(rows)?;
        }
        Ok(())
    }
}

/// PEGASUS's places, where the checkpoint leaves them out: all sines, then all cosines.
fn sinusoids(places: i64, hidden: i64, device: Device) -> Result<Tensor> {
    let half = (hidden / 2 + hidden % 2) as usize;
    let mut table = Vec::with_capacity((places * hidden) as usize);
    for place in 0..places {
        let angle = |n: usize| place as f64 / 10000f64.powf((2 * (n / 2)) as f64 / hidden as f64);
        table.extend((0..half).map(|n| angle(2 * n).sin() as f32));
        table.extend((0..hidden as usize - half).map(|n| angle(2 * n + 1).cos() as f32));
    }
    Ok(Tensor::f_from_slice(&table)?
        .f_view([places, hidden])?
        .f_to_kind(Kind::Float)?
        .f_to_device(device)?)
}
