//! The parts that BART, PEGASUS and T5 are built of, on tch.
//!
//! rust-bert has these models too. But for every token it copies the keys and values of the whole text, once a beam and layer (BART), or
//! computes them anew (T5), and it keeps PEGASUS's positions in half precision, which no other implementation does. Here what is kept of a
//! text is computed once and shared by its beams, and attention is libtorch's fused one.

use tch::{Device, Kind, TchError, Tensor};

use super::checkpoint::Weights;
use crate::error::Result;

/// A dense layer.
pub(super) struct Linear {
    weight: Tensor,
    bias: Option<Tensor>,
}

impl Linear {
    /// `{name}.weight` and, where `biased`, `{name}.bias`.
    pub fn load(weights: &Weights, name: &str, from: i64, to: i64, biased: bool) -> Result<Self> {
        let bias = if biased {
            Some(weights.take(&format!("{name}.bias"), &[to])?)
        } else {
            None
        };
        Ok(Linear {
            weight: weights.take(&format!("{name}.weight"), &[to, from])?,
            bias,
        })
    }

    /// Several layers in one product.
    pub fn join(parts: &[Linear]) -> Result<Self, TchError> {
        let weights: Vec<&Tensor> = parts.iter().map(|p| &p.weight).collect();
        let biases: Vec<&Tensor> = parts.iter().filter_map(|p| p.bias.as_ref()).collect();
        Ok(Linear {
            weight: Tensor::f_cat(&weights, 0)?,
            bias: if biases.is_empty() {
                None
            } else {
                Some(Tensor::f_cat(&biases, 0)?)
            },
        })
    }

    pub fn forward(&self, x: &Tensor) -> Result<Tensor, TchError> {
        x.f_linear(&self.weight, self.bias.as_ref())
    }
}

/// Layer normalisation, with a mean and a bias (BART) or without (T5).
pub(super) struct Norm {
    weight: Tensor,
    bias: Option<Tensor>,
    eps: f64,
}

impl Norm {
    pub fn load(weights: &Weights, name: &str, size: i64, eps: f64, biased: bool) -> Result<Self> {
        let bias = if biased {
            Some(weights.take(&format!("{name}.bias"), &[size])?)
        } else {
            None
        };
        Ok(Norm {
            weight: weights.take(&format!("{name}.weight"), &[size])?,
            bias,
            eps,
        })
    }

    pub fn forward(&self, x: &Tensor) -> Result<Tensor, TchError> {
        if let Some(bias) = &self.bias {
            return x.f_layer_norm(self.weight.size(), Some(&self.weight), Some(bias), self.eps, false);
        }
        let variance = x.f_square()?.f_mean_dim([-1i64].as_slice(), true, Kind::Float)?;
        x.f_mul(&variance.f_add_scalar(self.eps)?.f_rsqrt()?)?
            .f_mul(&self.weight)
    }
}

/// What stands between the two dense layers of a feed-forward part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Activation {
    Relu,
    Gelu,
    /// The approximation by tanh.
    GeluTanh,
    Silu,
}

impl Activation {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "relu" => Some(Activation::Relu),
            "gelu" => Some(Activation::Gelu),
            "gelu_new" | "gelu_pytorch_tanh" | "gelu_fast" => Some(Activation::GeluTanh),
            "silu" | "swish" => Some(Activation::Silu),
            _ => None,
        }
    }

    pub fn forward(self, x: &Tensor) -> Result<Tensor, TchError> {
        match self {
            Activation::Relu => x.f_relu(),
            Activation::Gelu => x.f_gelu("none"),
            Activation::GeluTanh => x.f_gelu("tanh"),
            Activation::Silu => x.f_silu(),
        }
    }
}

/// Keys and values, `[.., heads, tokens, size of a head]`.
pub(super) struct Memory {
    keys: Tensor,
    values: Tensor,
}

impl Memory {
    pub fn select(&mut self, rows: &Tensor) -> Result<(), TchError> {
        self.keys = self.keys.f_index_select(0, rows)?;
        self.values = self.values.f_index_select(0, rows)?;
        Ok(())
    }
}

/// The names of an attention's four dense layers, and whether they have biases.
pub(super) struct Names {
    pub query: &'static str,
    pub key: &'static str,
    pub value: &'static str,
    pub output: &'static str,
    pub biased: bool,
}

/// Attention with several heads (Vaswani et al. 2017).
pub(super) struct Attention {
    query: Linear,
    key_value: Linear,
    output: Linear,
    heads: i64,
    /// What the products of queries and keys are multiplied by; `None`: one over the root of a head's size.
    scale: Option<f64>,
}

impl Attention {
    pub fn load(
        weights: &Weights,
        name: &str,
        names: &Names,
        hidden: i64,
        heads: i64,
        head: i64,
        scale: Option<f64>,
    ) -> Result<Self> {
        let inner = heads * head;
        let linear = |part: &str| Linear::load(weights, &format!("{name}.{part}"), hidden, inner, names.biased);
        Ok(Attention {
            query: linear(names.query)?,
            key_value: Linear::join(&[linear(names.key)?, linear(names.value)?])?,
            output: Linear::load(
                weights,
                &format!("{name}.{}", names.output),
                inner,
                hidden,
                names.biased,
            )?,
            heads,
            scale,
        })
    }

    /// `[groups, tokens, hidden]` to `[groups, heads, tokens, size of a head]`.
    fn split(&self, x: &Tensor, groups: i64) -> Result<Tensor, TchError> {
        let size = x.size()[x.dim() - 1] / self.heads;
        x.f_view([groups, -1, self.heads, size])?.f_transpose(1, 2)
    }

    /// Keys and values of `x`, `[groups, tokens, hidden]`.
    pub fn remember(&self, x: &Tensor) -> Result<Memory, TchError> {
        let groups = x.size()[0];
        let both = self.key_value.forward(x)?;
        let half = both.size()[2] / 2;
        Ok(Memory {
            keys: self.split(&both.f_narrow(2, 0, half)?.f_contiguous()?, groups)?,
            values: self.split(&both.f_narrow(2, half, half)?.f_contiguous()?, groups)?,
        })
    }

    /// What `x`, `[groups, tokens, hidden]`, finds in the memory. `mask` is added to the scores: it can be expanded to
    /// `[groups, heads, tokens, tokens of the memory]`.
    pub fn recall(&self, x: &Tensor, memory: &Memory, mask: &Tensor) -> Result<Tensor, TchError> {
        let (groups, tokens) = (x.size()[0], x.size()[1]);
        let q = self.split(&self.query.forward(x)?, groups)?;
        let (k, v) = (&memory.keys, &memory.values);
        let shape = [groups, self.heads, tokens, k.size()[2]];
        let mask = mask.f_expand(shape, true)?;
        let found = Tensor::f_scaled_dot_product_attention(&q, k, v, Some(&mask), 0.0, false, self.scale)?;
        let inner = found.size()[3] * self.heads;
        self.output
            .forward(&found.f_transpose(1, 2)?.f_reshape([groups, tokens, inner])?)
    }

    /// Attention of new tokens `[rows, 1, hidden]` to themselves and to all before, which `past` keeps.
    pub fn go_on(&self, x: &Tensor, past: &mut Option<Memory>, mask: &Tensor) -> Result<Tensor, TchError> {
        let new = self.remember(x)?;
        let all = match past.take() {
            None => new,
            Some(old) => Memory {
                keys: Tensor::f_cat(&[old.keys, new.keys], 2)?,
                values: Tensor::f_cat(&[old.values, new.values], 2)?,
            },
        };
        let found = self.recall(x, &all, mask)?;
        *past = Some(all);
        Ok(found)
    }
}

/// What is added to the scores of an attention so that padding is not seen: `[texts, 1, 1, tokens]`, from a mask of ones and zeros.
pub(super) fn unseen(mask: &Tensor) -> Result<Tensor, TchError> {
    let padding = mask.f_eq(0)?;
    let open = Tensor::f_zeros(mask.size(), (Kind::Float, mask.device()))?;
    open.f_masked_fill(&padding, f64::from(f32::MIN))?
        .f_unsqueeze(1)?
        .f_unsqueeze(1)
}

/// A mask that hides nothing.
pub(super) fn open(device: Device) -> Result<Tensor, TchError> {
    Tensor::f_zeros([1, 1, 1, 1], (Kind::Float, device))
}
