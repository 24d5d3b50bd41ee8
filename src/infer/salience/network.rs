//! The network: features and vectors of a story to the likelihood of each of its words.

use super::Settings;
use super::read::Reading;
use crate::infer::plain::{Layer, Linear, Norm, Tensors, add, gelu, take};

/// What brings features to about zero mean and unit variance.
struct Scale {
    mean: Vec<f32>,
    scale: Vec<f32>,
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
        let layers = (0..settings.layers).map(|n| Layer::new(t, &format!("layers.{n}"), d));
        let layers = layers.collect::<Result<_, _>>()?;
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
