//! The network: features and vectors of a story to the likelihood of each of its words.

use std::collections::BTreeMap;

use super::Settings;
use super::read::Reading;
use crate::infer::dot;

/// A matrix, row by row, with its bias (zeros where it has none).
struct Linear {
    weight: Vec<f32>,
    bias: Vec<f32>,
    input: usize,
}

struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

/// What brings features to about zero mean and unit variance.
struct Scale {
    mean: Vec<f32>,
    scale: Vec<f32>,
}

struct Layer {
    attention_norm: Norm,
    qkv: Linear,
    attention: Linear,
    inner_norm: Norm,
    inner: Linear,
    output: Linear,
}

pub(super) struct Network {
    heads: usize,
    size: usize,
    features: Scale,
    words: Scale,
    feature: Linear,
    own: Linear,
    title: Linear,
    product: Linear,
    norm: Norm,
    layers: Vec<Layer>,
    last: Norm,
    hidden: Linear,
    out: Linear,
}

type Tensors = BTreeMap<String, Vec<f32>>;

fn take(tensors: &mut Tensors, name: &str, length: usize) -> Result<Vec<f32>, String> {
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
    fn new(tensors: &mut Tensors, name: &str, input: usize, output: usize, bias: bool) -> Result<Self, String> {
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
    fn forward(&self, x: &[f32]) -> Vec<f32> {
        let rows = self.weight.chunks_exact(self.input);
        rows.zip(&self.bias).map(|(row, bias)| dot(row, x) + bias).collect()
    }
}

impl Norm {
    fn new(tensors: &mut Tensors, name: &str, size: usize) -> Result<Self, String> {
        Ok(Norm {
            weight: take(tensors, &format!("{name}.weight"), size)?,
            bias: take(tensors, &format!("{name}.bias"), size)?,
        })
    }

    fn forward(&self, x: &[f32]) -> Vec<f32> {
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

impl Scale {
    fn new(tensors: &mut Tensors, name: &str, size: usize) -> Result<Self, String> {
        Ok(Scale {
            mean: take(tensors, &format!("{name}_mean"), size)?,
            scale: take(tensors, &format!("{name}_scale"), size)?,
        })
    }

    fn forward(&self, x: &[f32]) -> Vec<f32> {
        let parts = x.iter().zip(&self.mean).zip(&self.scale);
        parts
            .map(|((v, mean), scale)| ((v - mean) / scale).clamp(-5.0, 5.0))
            .collect()
    }
}

impl Network {
    /// Takes its tensors, which it names in the message if one is missing or has another size.
    pub(super) fn new(settings: &Settings, tensors: &mut Tensors) -> Result<Self, String> {
        let (d, vector) = (settings.size, settings.vector);
        let t = tensors;
        let mut layers = Vec::new();
        for n in 0..settings.layers {
            let name = |part: &str| format!("layers.{n}.{part}");
            layers.push(Layer {
                attention_norm: Norm::new(t, &name("attention_norm"), d)?,
                qkv: Linear::new(t, &name("qkv"), d, 3 * d, true)?,
                attention: Linear::new(t, &name("attention"), d, d, true)?,
                inner_norm: Norm::new(t, &name("inner_norm"), d)?,
                inner: Linear::new(t, &name("inner"), d, 2 * d, true)?,
                output: Linear::new(t, &name("output"), 2 * d, d, true)?,
            });
        }
        Ok(Network {
            heads: settings.heads,
            size: d,
            features: Scale::new(t, "features", settings.features)?,
            words: Scale::new(t, "words", settings.word_features)?,
            feature: Linear::new(t, "feature", settings.features, d, true)?,
            own: Linear::new(t, "own", vector, d, false)?,
            title: Linear::new(t, "title", vector, d, false)?,
            product: Linear::new(t, "product", vector, d, false)?,
            norm: Norm::new(t, "norm", d)?,
            layers,
            last: Norm::new(t, "final", d)?,
            hidden: Linear::new(t, "hidden", settings.word_features + 2 * d, settings.hidden, true)?,
            out: Linear::new(t, "out", settings.hidden, 1, true)?,
        })
    }

    /// The likelihood of each word of the story.
    pub(super) fn likelihoods(&self, story: &Reading) -> Vec<f64> {
        let mut states: Vec<Vec<f32>> = Vec::with_capacity(story.vectors.len());
        let mut from = 0;
        while from < story.of.len() {
            let to = from + story.of[from..].iter().take_while(|d| **d == story.of[from]).count();
            states.extend(self.document(story, from, to));
            from = to;
        }
        let mut mean = vec![vec![0f32; self.size]; story.words.len()];
        let mut top = vec![vec![f32::NEG_INFINITY; self.size]; story.words.len()];
        let mut spread = vec![0f32; story.words.len()];
        for (words, state) in story.sentences.iter().zip(&states) {
            let mut words = words.clone();
            words.sort_unstable();
            words.dedup();
            for word in words {
                spread[word] += 1.0;
                mean[word].iter_mut().zip(state).for_each(|(m, z)| *m += z);
                top[word].iter_mut().zip(state).for_each(|(t, z)| *t = t.max(*z));
            }
        }
        let mut likely = Vec::with_capacity(story.words.len());
        for (word, features) in story.words.iter().enumerate() {
            let mut x = self.words.forward(features);
            x.extend(mean[word].iter().map(|m| m / spread[word]));
            x.extend(&top[word]);
            let hidden: Vec<f32> = self.hidden.forward(&x).into_iter().map(gelu).collect();
            let score = self.out.forward(&hidden).first().copied().unwrap_or_default();
            likely.push(1.0 / (1.0 + f64::from(-score).exp()));
        }
        likely
    }

    /// The states of the sentences of one document, which are those from `from` to `to`.
    fn document(&self, story: &Reading, from: usize, to: usize) -> Vec<Vec<f32>> {
        // Components of unit vectors are small: here they have about unit variance.
        let by = (self.own.input as f32).sqrt();
        let title: Vec<f32> = story.titles[story.of[from]].iter().map(|x| x * by).collect();
        let titled = self.title.forward(&title);
        let mut states: Vec<Vec<f32>> = (from..to)
            .map(|s| {
                let vector: Vec<f32> = story.vectors[s].iter().map(|x| x * by).collect();
                let both: Vec<f32> = vector.iter().zip(&title).map(|(v, t)| v * t).collect();
                let mut x = self.feature.forward(&self.features.forward(&story.features[s]));
                for part in [&self.own.forward(&vector), &titled, &self.product.forward(&both)] {
                    add(&mut x, part);
                }
                self.norm.forward(&x)
            })
            .collect();
        for layer in &self.layers {
            layer.forward(&mut states, self.heads);
        }
        states.iter().map(|x| self.last.forward(x)).collect()
    }
}

impl Layer {
    fn forward(&self, states: &mut [Vec<f32>], heads: usize) {
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

fn add(x: &mut [f32], y: &[f32]) {
    x.iter_mut().zip(y).for_each(|(a, b)| *a += b);
}

/// x times the normal distribution's share below x. The error function by Abramowitz and Stegun 7.1.26, within 1.5e-7.
fn gelu(x: f32) -> f32 {
    let z = f64::from(x.abs()) / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let poly =
        t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    let erf = 1.0 - poly * (-z * z).exp();
    let signed = if x < 0.0 { -erf } else { erf };
    (0.5 * f64::from(x) * (1.0 + signed)) as f32
}
