//! Layers for small networks, in plain Rust on one thread: the result depends on neither batches nor the number of threads.

use std::collections::BTreeMap;
use std::path::Path;

use tch::{Kind, Tensor};

use super::dot;
use crate::error::Result;

/// A matrix, row by row, with its bias (zeros where it has none).
pub(super) struct Linear {
    weight: Vec<f32>,
    bias: Vec<f32>,
    pub(super) input: usize,
}

/// LayerNorm, epsilon 1e-5.
pub(super) struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

/// A pre-norm transformer layer.
pub(super) struct Layer {
    attention_norm: Norm,
    qkv: Linear,
    attention: Linear,
    inner_norm: Norm,
    inner: Linear,
    output: Linear,
}

/// The numbers of each tensor that is not taken yet, by name.
pub(super) type Tensors = BTreeMap<String, Vec<f32>>;

/// The tensors of a file, as 32-bit numbers.
pub(super) fn read(path: &Path) -> Result<Tensors> {
    let mut tensors = BTreeMap::new();
    for (name, tensor) in Tensor::read_safetensors(path)? {
        let flat = tensor.f_to_kind(Kind::Float)?.f_reshape([-1])?;
        tensors.insert(name, Vec::<f32>::try_from(flat)?);
    }
    Ok(tensors)
}

/// Takes a tensor, which the message names if it is missing or has another size.
pub(super) fn take(tensors: &mut Tensors, name: &str, length: usize) -> Result<Vec<f32>, String> {
    match tensors.remove(name) {
        Some(found) if found.len() == length => Ok(found),
        Some(found) => Err(format!(
            "model.safetensors: {name} has {} numbers, not {length}",
            found.len()
        )),
        None => Err(format!("model.safetensors has no tensor {name}")),
    }
}

impl Linear {
    pub(super) fn new(
        tensors: &mut Tensors,
        name: &str,
        input: usize,
        output: usize,
        bias: bool,
    ) -> Result<Self, String> {
        Ok(Linear {
            weight: take(tensors, &format!("{name}.weight"), input * output)?,
            bias: if bias {
                take(tensors, &format!("{name}.bias"), output)?
            } else {
                vec![0.0; output]
            },
            input,
        })
    }

    /// `x`: exactly the rows' length.
    pub(super) fn forward(&self, x: &[f32]) -> Vec<f32> {
        let rows = self.weight.chunks_exact(self.input);
        rows.zip(&self.bias).map(|(row, bias)| dot(row, x) + bias).collect()
    }
}

impl Norm {
    pub(super) fn new(tensors: &mut Tensors, name: &str, size: usize) -> Result<Self, String> {
        Ok(Norm {
            weight: take(tensors, &format!("{name}.weight"), size)?,
            bias: take(tensors, &format!("{name}.bias"), size)?,
        })
    }

    pub(super) fn forward(&self, x: &[f32]) -> Vec<f32> {
        let n = x.len() as f32;
        let mean = x.iter().sum::<f32>() / n;
        let variance = x.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / n;
        let by = 1.0 / (variance + 1e-5).sqrt();
        let parts = x.iter().zip(&self.weight).zip(&self.bias);
        parts
            .map(|((v, weight), bias)| (v - mean) * by * weight + bias)
            .collect()
    }
}

impl Layer {
    /// `name`: what its tensors' names begin with; `size`: of a state. The inner layer is twice as wide.
    pub(super) fn new(tensors: &mut Tensors, name: &str, size: usize) -> Result<Self, String> {
        let (t, d) = (tensors, size);
        let name = |part: &str| format!("{name}.{part}");
        Ok(Layer {
            attention_norm: Norm::new(t, &name("attention_norm"), d)?,
            qkv: Linear::new(t, &name("qkv"), d, 3 * d, true)?,
            attention: Linear::new(t, &name("attention"), d, d, true)?,
            inner_norm: Norm::new(t, &name("inner_norm"), d)?,
            inner: Linear::new(t, &name("inner"), d, 2 * d, true)?,
            output: Linear::new(t, &name("output"), 2 * d, d, true)?,
        })
    }

    /// Changes the states of a row of words or sentences, each of which sees all of them.
    pub(super) fn forward(&self, states: &mut [Vec<f32>], heads: usize) {
        let qkv: Vec<Vec<f32>> = states
            .iter()
            .map(|x| self.qkv.forward(&self.attention_norm.forward(x)))
            .collect();
        let d = states.first().map_or(0, Vec::len);
        let part = d / heads;
        let by = 1.0 / (part as f32).sqrt();
        for (at, x) in states.iter_mut().enumerate() {
            let mut attended = vec![0f32; d];
            for head in 0..heads {
                let (q, k, v) = (head * part, d + head * part, 2 * d + head * part);
                let query = &qkv[at][q..q + part];
                let scores: Vec<f32> = qkv.iter().map(|row| dot(query, &row[k..k + part]) * by).collect();
                let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                let powers: Vec<f32> = scores.iter().map(|s| (s - highest).exp()).collect();
                let total: f32 = powers.iter().sum();
                for (row, power) in qkv.iter().zip(&powers) {
                    let share = power / total;
                    let into = &mut attended[head * part..(head + 1) * part];
                    into.iter_mut()
                        .zip(&row[v..v + part])
                        .for_each(|(a, x)| *a += share * x);
                }
            }
            add(x, &self.attention.forward(&attended));
            let inner = self.inner.forward(&self.inner_norm.forward(x));
            let inner: Vec<f32> = inner.into_iter().map(gelu).collect();
            add(x, &self.output.forward(&inner));
        }
    }
}

pub(super) fn add(x: &mut [f32], y: &[f32]) {
    x.iter_mut().zip(y).for_each(|(a, b)| *a += b);
}

/// x times the normal distribution's share below x. The error function by Abramowitz and Stegun 7.1.26, within 1.5e-7.
pub(super) fn gelu(x: f32) -> f32 {
    let z = f64::from(x.abs()) / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let poly =
        t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    let erf = 1.0 - poly * (-z * z).exp();
    let signed = if x < 0.0 { -erf } else { erf };
    (0.5 * f64::from(x) * (1.0 + signed)) as f32
}
