//! T5 and FLAN-T5 (Raffel et al. 2019), and LongT5 (Guo et al. 2021), whose encoder is rust-bert's.

use rust_bert::longt5::{LongT5Config, LongT5ForConditionalGeneration};
use serde_json::{Value, json};
use tch::{Device, Kind, Tensor, nn};

use super::checkpoint::{Checkpoint, Weights};
use super::layers::{Activation, Attention, Linear, Memory, Names, Norm, unseen};
use super::models::Model;
use super::search::Decoder;
use crate::error::Result;

const NAMES: Names = Names {
    query: "q",
    key: "k",
    value: "v",
    output: "o",
    biased: false,
};

/// T5, FLAN-T5 or LongT5.
pub(super) struct T5 {
    embeddings: Tensor,
    encoder: Encoder,
    decoder: Stack,
    head: Tensor,
    /// What the decoder's output is multiplied by where the head is the embeddings.
    scale: f64,
    distances: Distances,
}

enum Encoder {
    /// Every token sees every other.
    Full(Stack),
    /// A token sees its neighbours and, in the "transient global" kind, sums of blocks of tokens. It runs once a text.
    Long(Box<LongT5ForConditionalGeneration>),
}

struct Stack {
    layers: Vec<Layer>,
    norm: Norm,
    /// For each bucket of distances what is added to the scores of each head.
    bias: Tensor,
}

struct Layer {
    attention: Attention,
    attention_norm: Norm,
    cross: Option<(Attention, Norm)>,
    gate: Option<Linear>,
    inner: Linear,
    outer: Linear,
    norm: Norm,
    activation: Activation,
}

/// Distances between tokens come in buckets: each small one by itself, larger ones together, on a scale of logarithms.
#[derive(Debug, Clone, Copy)]
struct Distances {
    buckets: i64,
    largest: i64,
}

impl Distances {
    /// The bucket of a key that is `distance` tokens after the query. In 32-bit floats, as the models were trained.
    fn bucket(self, distance: i64, both_ways: bool) -> i64 {
        let buckets = if both_ways { self.buckets / 2 } else { self.buckets };
        let base = if both_ways && distance > 0 { buckets } else { 0 };
        let far = if both_ways { distance.abs() } else { (-distance).max(0) };
        let exact = buckets / 2;
        if far < exact {
            return base + far;
        }
        let range = (self.largest as f64 / exact as f64).ln() as f32;
        let share = (far as f32 / exact as f32).ln() / range * (buckets - exact) as f32;
        base + (exact + share as i64).min(buckets - 1)
    }
}

impl T5 {
    pub fn load(checkpoint: &Checkpoint, device: Device, long: bool) -> Result<Self> {
        let weights = checkpoint.weights(device)?;
        let (vocabulary, hidden) = (checkpoint.size("vocab_size")?, checkpoint.size("d_model")?);
        let encoder = if long {
            Encoder::Long(Box::new(long_encoder(checkpoint, &weights, vocabulary, device)?))
        } else {
            Encoder::Full(Stack::load(checkpoint, &weights, "encoder")?)
        };
        let tied = checkpoint
            .config
            .get("tie_word_embeddings")
            .and_then(Value::as_bool)
            .unwrap_or(true);
        let head = if tied { "shared.weight" } else { "lm_head.weight" };
        Ok(T5 {
            embeddings: weights.take("shared.weight", &[vocabulary, hidden])?,
            encoder,
            decoder: Stack::load(checkpoint, &weights, "decoder")?,
            head: weights.take(head, &[vocabulary, hidden])?,
            scale: if tied { (hidden as f64).powf(-0.5) } else { 1.0 },
            distances: Distances {
                buckets: checkpoint.size("relative_attention_num_buckets")?.max(4),
                largest: checkpoint.size("relative_attention_max_distance").unwrap_or(128),
            },
        })
    }

    fn embed(&self, ids: &Tensor) -> Result<Tensor> {
        Ok(Tensor::f_embedding(&self.embeddings, ids, -1, false, false)?)
    }

    /// What distances add to the scores: `[1, heads, queries, keys]`; the queries are the last of the keys.
    fn bias(&self, stack: &Stack, queries: i64, keys: i64, both_ways: bool) -> Result<Tensor> {
        let mut buckets = Vec::with_capacity((queries * keys) as usize);
        for query in keys - queries..keys {
            buckets.extend((0..keys).map(|key| self.distances.bucket(key - query, both_ways)));
        }
        let buckets = Tensor::f_from_slice(&buckets)?
            .f_view([queries, keys])?
            .f_to_device(stack.bias.device())?;
        let bias = Tensor::f_embedding(&stack.bias, &buckets, -1, false, false)?;
        Ok(bias.f_permute([2, 0, 1])?.f_unsqueeze(0)?)
    }

    fn encode(&self, ids: &Tensor, mask: &Tensor, unseen: &Tensor) -> Result<Tensor> {
        let stack = match &self.encoder {
            Encoder::Full(stack) => stack,
            Encoder::Long(model) => return Ok(model.encode(ids, Some(mask))),
        };
        let tokens = ids.size()[1];
        let mask = self.bias(stack, tokens, tokens, true)?.f_add(unseen)?;
        let mut x = self.embed(ids)?;
        for layer in &stack.layers {
            let normed = layer.attention_norm.forward(&x)?;
            x = x.f_add(
                &layer
                    .attention
                    .recall(&normed, &layer.attention.remember(&normed)?, &mask)?,
            )?;
            x = layer.feed_forward(&x)?;
        }
        Ok(stack.norm.forward(&x)?)
    }
}

/// rust-bert's LongT5 without a decoder.
fn long_encoder(
    checkpoint: &Checkpoint,
    weights: &Weights,
    vocabulary: i64,
    device: Device,
) -> Result<LongT5ForConditionalGeneration> {
    let config: LongT5Config = checkpoint.typed(json!({"dropout_rate": 0.0, "initializer_factor": 1.0}))?;
    let config = LongT5Config {
        vocab_size: 1,
        num_decoder_layers: Some(0),
        tie_word_embeddings: Some(true),
        ..config
    };
    let store = nn::VarStore::new(device);
    let model = LongT5ForConditionalGeneration::new(store.root(), &config);
    weights.fill(&store, vocabulary)?;
    Ok(model)
}

impl Stack {
    fn load(checkpoint: &Checkpoint, weights: &Weights, side: &str) -> Result<Self> {
        let (hidden, heads) = (checkpoint.size("d_model")?, checkpoint.size("num_heads")?);
        let layers = match side {
            "decoder" => checkpoint
                .size("num_decoder_layers")
                .or_else(|_| checkpoint.size("num_layers"))?,
            _ => checkpoint.size("num_layers")?,
        };
        let eps = checkpoint.config.get("layer_norm_epsilon").and_then(Value::as_f64);
        let eps = eps.unwrap_or(1e-6);
        let layers: Result<Vec<Layer>> = (0..layers)
            .map(|n| Layer::load(checkpoint, weights, side, n, eps))
            .collect();
        let buckets = checkpoint.size("relative_attention_num_buckets")?;
        let bias = format!("{side}.block.0.layer.0.SelfAttention.relative_attention_bias.weight");
        Ok(Stack {
            layers: layers?,
            norm: Norm::load(weights, &format!("{side}.final_layer_norm"), hidden, eps, false)?,
            bias: weights.take(&bias, &[buckets, heads])?,
        })
    }
}

impl Layer {
    fn load(checkpoint: &Checkpoint, weights: &Weights, side: &str, n: i64, eps: f64) -> Result<Self> {
        let (hidden, heads) = (checkpoint.size("d_model")?, checkpoint.size("num_heads")?);
        let (head, size) = (checkpoint.size("d_kv")?, checkpoint.size("d_ff")?);
        let projection = checkpoint
            .config
            .get("feed_forward_proj")
            .and_then(Value::as_str)
            .unwrap_or("relu");
        let (gated, name) = match projection.strip_prefix("gated-") {
            // So it was named before it was clear which approximation it is.
            Some("gelu") => (true, "gelu_new"),
            Some(name) => (true, name),
            None => (false, projection),
        };
        let activation = Activation::named(name).ok_or_else(|| {
            checkpoint.fault(format!(
                "its feed_forward_proj is {projection}, which is not known here"
            ))
        })?;
        let part = |n2: usize, what: &str| format!("{side}.block.{n}.layer.{n2}.{what}");
        let norm = |n2: usize| Norm::load(weights, &part(n2, "layer_norm"), hidden, eps, false);
        // T5 does not divide by the root of a head's size.
        let attention =
            |n2: usize, what: &str| Attention::load(weights, &part(n2, what), &NAMES, hidden, heads, head, Some(1.0));
        let last = if side == "decoder" { 2 } else { 1 };
        let dense = |what: &str| part(last, &format!("DenseReluDense.{what}"));
        let widen = |what: &str| Linear::load(weights, &dense(what), hidden, size, false);
        Ok(Layer {
            attention: attention(0, "SelfAttention")?,
            attention_norm: norm(0)?,
            cross: if last == 2 {
                Some((attention(1, "EncDecAttention")?, norm(1)?))
            } else {
                None
            },
            gate: if gated { Some(widen("wi_1")?) } else { None },
            inner: widen(if gated { "wi_0" } else { "wi" })?,
            outer: Linear::load(weights, &dense("wo"), size, hidden, false)?,
            norm: norm(last)?,
            activation,
        })
    }

    fn feed_forward(&self, x: &Tensor) -> Result<Tensor> {
        let normed = self.norm.forward(x)?;
        let mut inner = self.activation.forward(&self.inner.forward(&normed)?)?;
        if let Some(gate) = &self.gate {
            inner = inner.f_mul(&gate.forward(&normed)?)?;
        }
        Ok(x.f_add(&self.outer.forward(&inner)?)?)
    }
}

impl Model for T5 {
    fn read(&self, ids: &Tensor, mask: &Tensor, beams: i64) -> Result<Box<dyn Decoder + '_>> {
        let unseen = unseen(mask)?;
        let x = self.encode(ids, mask, &unseen)?;
        let mut text = Vec::new();
        for (cross, _) in self.decoder.layers.iter().filter_map(|layer| layer.cross.as_ref()) {
            text.push(cross.remember(&x)?);
        }
        Ok(Box::new(Writing {
            model: self,
            mask: unseen.f_to_kind(Kind::Float)?,
            text,
            own: self.decoder.layers.iter().map(|_| None).collect(),
            beams,
            at: 0,
        }))
    }

    fn window(&self) -> Option<usize> {
        None
    }

    fn positions(&self) -> Option<usize> {
        None
    }
}

/// A text that was read, and how far each row has come.
struct Writing<'a> {
    model: &'a T5,
    /// Hides the text's padding.
    mask: Tensor,
    /// What each layer remembers of the text, once for all its beams.
    text: Vec<Memory>,
    /// What each layer remembers of the rows' own tokens.
    own: Vec<Option<Memory>>,
    beams: i64,
    at: i64,
}

impl Decoder for Writing<'_> {
    fn step(&mut self, tokens: &Tensor) -> Result<Tensor> {
        let stack = &self.model.decoder;
        let mut x = self
            .model
            .embed(&tokens.f_to_device(self.mask.device())?.f_unsqueeze(1)?)?;
        let (rows, hidden) = (x.size()[0], x.size()[2]);
        let bias = self.model.bias(stack, 1, self.at + 1, false)?;
        for ((layer, own), text) in stack.layers.iter().zip(&mut self.own).zip(&self.text) {
            x = x.f_add(&layer.attention.go_on(&layer.attention_norm.forward(&x)?, own, &bias)?)?;
            if let Some((cross, norm)) = &layer.cross {
                // The beams of a text look at it as if they were the tokens of one sequence.
                let normed = norm.forward(&x)?.f_view([rows / self.beams, self.beams, hidden])?;
                x = x.f_add(&cross.recall(&normed, text, &self.mask)?.f_view([rows, 1, hidden])?)?;
            }
            x = layer.feed_forward(&x)?;
        }
        self.at += 1;
        let x = stack
            .norm
            .forward(&x)?
            .f_squeeze_dim(1)?
            .f_mul_scalar(self.model.scale)?;
        Ok(x.f_linear(&self.model.head, None::<&Tensor>)?)
    }

    fn reorder(&mut self, rows: &Tensor) -> Result<()> {
        for own in self.own.iter_mut().flatten() {
            own.select(rows)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_fall_into_the_buckets_of_the_paper() {
        let distances = Distances {
            buckets: 32,
            largest: 128,
        };
        // As `T5Attention._relative_position_bucket` of transformers gives them.
        let both: Vec<i64> = [-200, -16, -8, -1, 0, 1, 7, 8, 12, 64, 127, 500]
            .map(|d| distances.bucket(d, true))
            .to_vec();
        assert_eq!(both, [15, 10, 8, 1, 0, 17, 23, 24, 25, 30, 31, 31]);
        let back: Vec<i64> = [3, 0, -1, -15, -16, -64, -500]
            .map(|d| distances.bucket(d, false))
            .to_vec();
        assert_eq!(back, [0, 0, 1, 15, 16, 26, 31]);
    }
}
