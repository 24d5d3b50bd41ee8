//! A BERT sentence encoder on libtorch: rust-bert's configuration and embeddings, layers on tch.
//!
//! rust-bert's own layers compute attention step by step; libtorch's fused `scaled_dot_product_attention` takes a
//! bit over half the time on the same weights. Sentences are laid end to end, sorted by length, so that the dense
//! layers see no padding; attention runs once for each length, on all sentences of that length together.
//!
//! Model: Devlin et al. 2019 (BERT), Reimers and Gurevych 2019 (mean pooling over tokens, unit length).

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::thread;

use rayon::prelude::*;
use rust_bert::Config as _;
use rust_bert::bert::{BertConfig, BertEmbedding, BertEmbeddings};
use tch::{Device, Kind, TchError, Tensor, nn, no_grad};
use tokenizers::Tokenizer;

use super::store::Model;
use super::{Encoder, normalise};
use crate::digest::ModelNote;
use crate::error::{Error, Result};

/// Tokens that go through the layers together: enough to keep the cores busy, few enough to stay in cache.
const BATCH_TOKENS: usize = 2048;

/// all-MiniLM-L6-v2, or another BERT with mean pooling.
pub struct BertEncoder {
    note: ModelNote,
    tokenizer: Arc<Tokenizer>,
    embeddings: BertEmbeddings,
    layers: Vec<Layer>,
    heads: i64,
    /// The most tokens of one window, `[CLS]` and `[SEP]` included.
    window: usize,
    cls: i64,
    sep: i64,
    unk: i64,
}

pub(super) struct Layer {
    /// Query, key and value in one product.
    qkv: Linear,
    attention_out: Linear,
    attention_norm: Norm,
    intermediate: Linear,
    output: Linear,
    output_norm: Norm,
}

/// Sentences of one length that lie side by side in a batch.
pub(super) struct Run {
    count: i64,
    length: i64,
    /// All zeros: nothing is masked. tch cannot leave the mask out (it hands libtorch an undefined tensor).
    mask: Tensor,
}

struct Linear {
    weight: Tensor,
    /// The weight as a convolution of one pixel.
    kernel: Tensor,
    bias: Tensor,
}

/// Whether this libtorch has oneDNN. Its products take two thirds of the time of MKL's, which libtorch takes by itself and which
/// leaves AVX-512 unused on AMD. A convolution of one pixel is such a product, and the one form of it that reads and writes libtorch's own
/// tensors: `mkldnn_linear` copies them both ways. Where oneDNN is missing (macOS), the step fails.
static ONEDNN: LazyLock<bool> = LazyLock::new(|| {
    let one = Tensor::ones([1, 1, 1, 1], (Kind::Float, Device::Cpu));
    one.f_mkldnn_convolution(&one, None::<Tensor>, [0, 0], [1, 1], [1, 1], 1)
        .is_ok()
});

struct Norm {
    weight: Tensor,
    bias: Tensor,
    eps: f64,
}

impl Linear {
    fn new(weight: Tensor, bias: Tensor) -> Result<Self, TchError> {
        let kernel = weight.f_unsqueeze(-1)?.f_unsqueeze(-1)?;
        Ok(Linear { weight, kernel, bias })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor, TchError> {
        if !*ONEDNN {
            return x.f_linear(&self.weight, Some(&self.bias));
        }
        // [tokens, inputs] as an image of one column with its channels last, which oneDNN takes as it lies in memory.
        let (tokens, inputs) = x.size2()?;
        let image = x.f_view([1, tokens, 1, inputs])?.f_permute([0, 3, 1, 2])?;
        let out = image.f_mkldnn_convolution(&self.kernel, Some(&self.bias), [0, 0], [1, 1], [1, 1], 1)?;
        out.f_permute([0, 2, 3, 1])?.f_view([tokens, -1])
    }

    /// The same with something added to its weights.
    fn plus(&self, delta: &Tensor) -> Result<Linear, TchError> {
        Linear::new(self.weight.f_add(delta)?, self.bias.shallow_clone())
    }
}

impl Norm {
    fn forward(&self, x: &Tensor) -> Result<Tensor, TchError> {
        x.f_layer_norm(self.bias.size(), Some(&self.weight), Some(&self.bias), self.eps, false)
    }

    fn share(&self) -> Norm {
        Norm {
            weight: self.weight.shallow_clone(),
            bias: self.bias.shallow_clone(),
            eps: self.eps,
        }
    }
}

impl Layer {
    /// `x`: [tokens, hidden], sentences end to end.
    pub(super) fn forward(&self, x: &Tensor, runs: &[Run], heads: i64) -> Result<Tensor, TchError> {
        let hidden = x.size()[1];
        let qkv = self.qkv.forward(x)?;
        let mut attended = Vec::with_capacity(runs.len());
        let mut at = 0;
        for Run { count, length, mask } in runs {
            let tokens = count * length;
            let part = qkv
                .f_narrow(0, at, tokens)?
                .f_view([*count, *length, 3, heads, hidden / heads])?;
            let part = part.f_permute([2, 0, 3, 1, 4])?;
            let (q, k, v) = (part.f_select(0, 0)?, part.f_select(0, 1)?, part.f_select(0, 2)?);
            let out = Tensor::f_scaled_dot_product_attention(&q, &k, &v, Some(mask), 0.0, false, None)?;
            attended.push(out.f_transpose(1, 2)?.f_reshape([tokens, hidden])?);
            at += tokens;
        }
        let attended = Tensor::f_cat(&attended, 0)?;
        let x = self
            .attention_norm
            .forward(&self.attention_out.forward(&attended)?.f_add_(x)?)?;
        let inner = self.intermediate.forward(&x)?.f_gelu_("none")?;
        self.output_norm.forward(&self.output.forward(&inner)?.f_add_(&x)?)
    }
}

impl BertEncoder {
    /// The tokenizer, for what knows words by their ids.
    pub(super) fn tokenizer(&self) -> Arc<Tokenizer> {
        Arc::clone(&self.tokenizer)
    }

    /// Loads a model of the manifest from a store. Its files are checked against the manifest while they are read,
    /// and the encoder is only handed out if all are right.
    ///
    /// # Errors
    /// [`Error::Model`] where a file is missing or differs, [`Error::Inference`] where libtorch cannot use it.
    pub fn load(model: &'static Model, store: &Path) -> Result<Self> {
        let folder = model.folder(store);
        thread::scope(|scope| {
            let checked = scope.spawn(|| model.verify(store));
            let tokenizer = scope.spawn(|| load_tokenizer(&folder.join("tokenizer.json")));
            let weights = Tensor::read_safetensors(folder.join("model.safetensors"));
            // A file that differs makes the other two fail in ways that say less, so its error goes first.
            checked
                .join()
                .unwrap_or_else(|_| Err(Error::Inference("the check of the model stopped".into())))?;
            let tokenizer = tokenizer
                .join()
                .unwrap_or_else(|_| Err(Error::Inference("the tokenizer stopped".into())))?;
            let note = ModelNote {
                id: model.id.clone(),
                sha256: model.weights_sha256().into(),
            };
            Self::build(note, &folder, tokenizer, weights?)
        })
    }

    fn build(note: ModelNote, folder: &Path, tokenizer: Tokenizer, weights: Vec<(String, Tensor)>) -> Result<Self> {
        let config = BertConfig::from_file(folder.join("config.json"));
        let take = |name: &str| {
            let found = weights.iter().find(|(n, _)| n == name).map(|(_, t)| t.shallow_clone());
            found.ok_or_else(|| Error::Model {
                model: note.id.clone(),
                reason: format!("model.safetensors has no tensor {name}"),
            })
        };
        let linear = |name: &str| -> Result<Linear> {
            Ok(Linear::new(
                take(&format!("{name}.weight"))?,
                take(&format!("{name}.bias"))?,
            )?)
        };
        // rust-bert fixes BERT's epsilon, as every published BERT has it.
        let norm = |name: &str| -> Result<Norm> {
            Ok(Norm {
                weight: take(&format!("{name}.weight"))?,
                bias: take(&format!("{name}.bias"))?,
                eps: 1e-12,
            })
        };
        let mut layers = Vec::new();
        for n in 0..config.num_hidden_layers {
            let name = format!("encoder.layer.{n}");
            let parts = ["query", "key", "value"].map(|p| linear(&format!("{name}.attention.self.{p}")));
            let [q, k, v] = parts;
            let (q, k, v) = (q?, k?, v?);
            layers.push(Layer {
                qkv: Linear::new(
                    Tensor::f_cat(&[&q.weight, &k.weight, &v.weight], 0)?,
                    Tensor::f_cat(&[&q.bias, &k.bias, &v.bias], 0)?,
                )?,
                attention_out: linear(&format!("{name}.attention.output.dense"))?,
                attention_norm: norm(&format!("{name}.attention.output.LayerNorm"))?,
                intermediate: linear(&format!("{name}.intermediate.dense"))?,
                output: linear(&format!("{name}.output.dense"))?,
                output_norm: norm(&format!("{name}.output.LayerNorm"))?,
            });
        }
        let special = |token: &str| {
            let id = tokenizer.token_to_id(token).map(i64::from);
            id.ok_or_else(|| Error::Model {
                model: note.id.clone(),
                reason: format!("tokenizer.json has no {token}"),
            })
        };
        Ok(BertEncoder {
            cls: special("[CLS]")?,
            sep: special("[SEP]")?,
            unk: special("[UNK]")?,
            window: usize::try_from(config.max_position_embeddings).unwrap_or(512),
            heads: config.num_attention_heads,
            embeddings: load_embeddings(&config, &take)?,
            note,
            tokenizer: Arc::new(tokenizer),
            layers,
        })
    }

    /// How many tokens a text has, `[CLS]` and `[SEP]` included.
    ///
    /// # Errors
    /// [`Error::Inference`] where the tokenizer fails.
    pub fn tokens(&self, text: &str) -> Result<usize> {
        Ok(self.windows(text)?.iter().map(|ids| ids.len() + 2).sum())
    }

    /// The ids of each window of a text, without the special tokens; at least one window.
    fn windows(&self, text: &str) -> Result<Vec<Vec<i64>>> {
        windows(&self.tokenizer, self.window, text)
    }

    /// The windows of each text, on all threads.
    pub(super) fn windows_of(&self, texts: &[&str]) -> Result<Vec<Vec<Vec<i64>>>> {
        let (tokenizer, window) = (&*self.tokenizer, self.window);
        texts.par_iter().map(|text| windows(tokenizer, window, text)).collect()
    }

    /// How many heads its attention has.
    pub(super) fn heads(&self) -> i64 {
        self.heads
    }

    /// The ids of each word, encoded on its own; a word without any is `[UNK]`.
    pub(super) fn word_pieces(&self, words: &[String]) -> Result<Vec<Vec<i64>>> {
        let fault = |e: tokenizers::Error| Error::Inference(e.to_string());
        let mut pieces = Vec::with_capacity(words.len());
        for word in words {
            let encoding = self.tokenizer.encode_fast(word.as_str(), false).map_err(fault)?;
            let ids: Vec<i64> = encoding.get_ids().iter().map(|id| i64::from(*id)).collect();
            pieces.push(if ids.is_empty() { vec![self.unk] } else { ids });
        }
        Ok(pieces)
    }

    /// Copies of the layers from `fork` on. `deltas` gives what is added to a layer's weights: query, key, value, attention
    /// output, intermediate, output.
    pub(super) fn branch(&self, fork: usize, deltas: &dyn Fn(usize) -> Result<Vec<Tensor>>) -> Result<Vec<Layer>> {
        let layers = self.layers.iter().enumerate().skip(fork);
        layers
            .map(|(n, layer)| {
                let deltas = deltas(n)?;
                let [q, k, v, attention_out, intermediate, output] = deltas.as_slice() else {
                    return Err(Error::Inference(format!("a branch of layer {n} needs six deltas")));
                };
                Ok(Layer {
                    qkv: layer.qkv.plus(&Tensor::f_cat(&[q, k, v], 0)?)?,
                    attention_out: layer.attention_out.plus(attention_out)?,
                    attention_norm: layer.attention_norm.share(),
                    intermediate: layer.intermediate.plus(intermediate)?,
                    output: layer.output.plus(output)?,
                    output_norm: layer.output_norm.share(),
                })
            })
            .collect()
    }

    /// What the first `layers` layers make of the windows, end to end: [tokens, hidden], `[CLS]` and `[SEP]` included. Windows
    /// must be sorted by length.
    pub(super) fn hidden(&self, windows: &[&[i64]], layers: usize) -> Result<(Tensor, Vec<Run>)> {
        let (mut ids, mut positions, mut runs) = (Vec::new(), Vec::new(), Vec::<Run>::new());
        for window in windows {
            ids.push(self.cls);
            ids.extend_from_slice(window);
            ids.push(self.sep);
            let length = window.len() as i64 + 2;
            positions.extend(0..length);
            match runs.last_mut() {
                Some(run) if run.length == length => run.count += 1,
                _ => {
                    let mask = Tensor::f_zeros([1, 1, length, length], (Kind::Float, Device::Cpu))?;
                    runs.push(Run { count: 1, length, mask });
                }
            }
        }
        let ids = Tensor::f_from_slice(&ids)?.f_unsqueeze(0)?;
        let positions = Tensor::f_from_slice(&positions)?.f_unsqueeze(0)?;
        let embedded = self
            .embeddings
            .forward_t(Some(&ids), None, Some(&positions), None, false);
        let mut x = embedded
            .map_err(|e| Error::Inference(e.to_string()))?
            .f_squeeze_dim(0)?;
        for layer in self.layers.iter().take(layers) {
            x = layer.forward(&x, &runs, self.heads)?;
        }
        Ok((x, runs))
    }

    /// The sum of the last layer's token vectors for each window, `[CLS]` and `[SEP]` included, as mean pooling
    /// in sentence-transformers does. Windows must be sorted by length.
    fn forward(&self, windows: &[&[i64]]) -> Result<Vec<Vec<f32>>> {
        let (x, runs) = self.hidden(windows, 0)?;
        self.sums(x, &runs, 0)
    }

    /// How many layers it has.
    pub(super) fn depth(&self) -> usize {
        self.layers.len()
    }

    /// What some layers make of the states that [`BertEncoder::hidden`] has after the ones before them.
    pub(super) fn upper(&self, mut x: Tensor, runs: &[Run], layers: Range<usize>) -> Result<Tensor> {
        for layer in self.layers.get(layers).unwrap_or_default() {
            x = layer.forward(&x, runs, self.heads)?;
        }
        Ok(x)
    }

    /// What the layers from `from` on and mean pooling make of [`BertEncoder::hidden`]: a sum for each window.
    pub(super) fn sums(&self, x: Tensor, runs: &[Run], from: usize) -> Result<Vec<Vec<f32>>> {
        let x = self.upper(x, runs, from..self.depth())?;
        let hidden = x.size()[1];
        let mut sums = Vec::new();
        let mut at = 0;
        for &Run { count, length, .. } in runs {
            let part = x.f_narrow(0, at, count * length)?.f_view([count, length, hidden])?;
            let summed = part.f_sum_dim_intlist(1, false, Kind::Float)?;
            let flat = Vec::<f32>::try_from(summed.f_reshape([-1])?)?;
            sums.extend(flat.chunks(hidden as usize).map(<[f32]>::to_vec));
            at += count * length;
        }
        Ok(sums)
    }
}

impl Encoder for BertEncoder {
    fn note(&self) -> ModelNote {
        self.note.clone()
    }

    fn encode(&self, texts: &[&str], progress: &dyn Fn(usize)) -> Result<Vec<Vec<f32>>> {
        // Every window with the text it is of, the short ones first.
        let mut windows = Vec::with_capacity(texts.len());
        for (text, own) in self.windows_of(texts)?.into_iter().enumerate() {
            windows.extend(own.into_iter().map(|ids| (text, ids)));
        }
        windows.sort_by_key(|(text, ids)| (ids.len(), *text));
        let mut vectors: Vec<Vec<f32>> = vec![Vec::new(); texts.len()];
        let mut done = 0;
        for batch in batches(&windows, |(_, ids)| ids.len()) {
            let ids: Vec<&[i64]> = batch.iter().map(|(_, ids)| ids.as_slice()).collect();
            for ((text, _), sum) in batch.iter().zip(no_grad(|| self.forward(&ids))?) {
                let vector = &mut vectors[*text];
                vector.resize(sum.len(), 0.0);
                vector.iter_mut().zip(&sum).for_each(|(a, b)| *a += b);
            }
            done += batch.len();
            progress(done * texts.len() / windows.len());
        }
        vectors.iter_mut().for_each(|v| normalise(v));
        Ok(vectors)
    }
}

fn windows(tokenizer: &Tokenizer, window: usize, text: &str) -> Result<Vec<Vec<i64>>> {
    let encoding = tokenizer.encode_fast(text, false);
    let encoding = encoding.map_err(|e| Error::Inference(e.to_string()))?;
    let ids: Vec<i64> = encoding.get_ids().iter().map(|id| i64::from(*id)).collect();
    if ids.is_empty() {
        return Ok(vec![Vec::new()]);
    }
    Ok(ids.chunks(window - 2).map(<[i64]>::to_vec).collect())
}

/// Windows, sorted by their number of pieces, in batches of at most [`BATCH_TOKENS`] tokens, `[CLS]` and `[SEP]` included; at least
/// one a batch. `pieces` counts those of a window, without the two.
pub(super) fn batches<T>(windows: &[T], pieces: impl Fn(&T) -> usize) -> impl Iterator<Item = &[T]> {
    let mut rest = windows;
    std::iter::from_fn(move || {
        // Sorted, so the last window taken is the longest of its batch.
        let fits = |n: &usize| n * (pieces(&rest[n - 1]) + 2) <= BATCH_TOKENS;
        let most = (1..=rest.len()).take_while(fits).last().unwrap_or(1);
        let (batch, after) = rest.split_at_checked(most)?;
        rest = after;
        Some(batch)
    })
}

/// The tokenizer without the truncation and padding that the file asks for: we window and batch ourselves.
fn load_tokenizer(path: &Path) -> Result<Tokenizer> {
    let fault = |e: tokenizers::Error| Error::Inference(format!("{}: {e}", path.display()));
    let mut tokenizer = Tokenizer::from_file(path).map_err(fault)?;
    tokenizer.with_truncation(None).map_err(fault)?;
    tokenizer.with_padding(None);
    Ok(tokenizer)
}

/// rust-bert's embeddings with the weights put in.
///
/// rust-bert fills new embeddings with random numbers, which takes longer than reading the file: so they are made
/// for a vocabulary of one token, and the weights take the place of those tensors without being copied.
fn load_embeddings(config: &BertConfig, take: &dyn Fn(&str) -> Result<Tensor>) -> Result<BertEmbeddings> {
    let tiny = BertConfig {
        vocab_size: 1,
        max_position_embeddings: 1,
        ..config.clone()
    };
    let store = nn::VarStore::new(Device::Cpu);
    let embeddings = BertEmbeddings::new(store.root() / "embeddings", &tiny);
    let mut variables: Vec<(String, Tensor)> = store.variables().into_iter().collect();
    variables.sort_by(|a, b| a.0.cmp(&b.0));
    for (name, mut variable) in variables {
        let weight = take(&name)?;
        no_grad(|| variable.f_set_data(&weight))?;
    }
    Ok(embeddings)
}

impl From<TchError> for Error {
    fn from(error: TchError) -> Self {
        // libtorch adds a C++ backtrace; the first line says what happened.
        Error::Inference(error.to_string().lines().next().unwrap_or_default().to_owned())
    }
}
