//! A checkpoint folder as Hugging Face lays it out: `config.json`, `generation_config.json`, `model.safetensors`. Pickles
//! (`pytorch_model.bin`, `.pt`, `.ot`) are never opened: loading one can run code.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};
use tch::{Device, Kind, Tensor, nn, no_grad};

use crate::error::{Error, Result};

/// The kinds of model that can summarise here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Architecture {
    /// BART and DistilBART (Lewis et al. 2019).
    Bart,
    /// PEGASUS (Zhang et al. 2019).
    Pegasus,
    /// T5 and FLAN-T5 (Raffel et al. 2019).
    T5,
    /// LongT5 (Guo et al. 2021).
    LongT5,
    /// ProphetNet (Qi et al. 2020).
    ProphetNet,
}

impl Architecture {
    /// That of the checkpoint in a folder; `id` is what it is called in messages.
    ///
    /// # Errors
    /// [`Error::Model`] where config.json is missing, or names an architecture that is not one of these.
    pub fn of(id: &str, folder: &Path) -> Result<Self> {
        Ok(Checkpoint::open(id, folder)?.architecture)
    }
}

/// The largest header of a safetensors file, as the format's own readers have it.
const MAX_HEADER: u64 = 100_000_000;

/// A folder that has been looked at; its weights are read by [`Checkpoint::weights`].
pub(super) struct Checkpoint {
    /// What it is called in messages.
    pub id: String,
    pub folder: PathBuf,
    pub architecture: Architecture,
    pub config: Map<String, Value>,
    pub generation: Option<Map<String, Value>>,
}

/// How to make a checkpoint that can be read out of one that cannot.
pub fn conversion(hub: &str) -> String {
    format!(
        "python3 -c \"from transformers import AutoModelForSeq2SeqLM as M, AutoTokenizer as T; \
         M.from_pretrained('{hub}').save_pretrained('converted'); T.from_pretrained('{hub}').save_pretrained('converted')\""
    )
}

impl Checkpoint {
    pub fn open(id: &str, folder: &Path) -> Result<Self> {
        let fault = |reason: String| Error::Model {
            model: id.into(),
            reason,
        };
        let config = match object(&folder.join("config.json")) {
            Ok(Some(config)) => config,
            Ok(None) => return Err(fault(format!("{} has no config.json", folder.display()))),
            Err(reason) => return Err(fault(reason)),
        };
        let generation = object(&folder.join("generation_config.json")).map_err(fault)?;
        let kind = config.get("model_type").and_then(Value::as_str).unwrap_or_default();
        let architecture = match kind {
            "bart" => Architecture::Bart,
            "pegasus" => Architecture::Pegasus,
            "t5" => Architecture::T5,
            "longt5" => Architecture::LongT5,
            "prophetnet" => Architecture::ProphetNet,
            other => {
                let named = if other.is_empty() { "no model_type" } else { other };
                return Err(fault(format!(
                    "its config.json says {named}; summaries can be written by bart, pegasus, t5, longt5 and prophetnet"
                )));
            }
        };
        Ok(Checkpoint {
            id: id.into(),
            folder: folder.into(),
            architecture,
            config,
            generation,
        })
    }

    /// The configuration as one of rust-bert's types. `required` fills in what that type insists on and newer checkpoints leave out.
    pub fn typed<T: for<'de> Deserialize<'de>>(&self, required: Value) -> Result<T> {
        let mut config = self.config.clone();
        // Parameters of other tasks: not needed, and rust-bert wants all of T5's.
        config.remove("task_specific_params");
        if let Value::Object(required) = required {
            for (key, value) in required {
                config.entry(key).or_insert(value);
            }
        }
        serde_json::from_value(Value::Object(config))
            .map_err(|e| self.fault(format!("its config.json cannot be used: {e}")))
    }

    /// A size that config.json must have, at least 1.
    pub fn size(&self, key: &str) -> Result<i64> {
        let value = self
            .config
            .get(key)
            .and_then(Value::as_i64)
            .filter(|n| (1..1 << 32).contains(n));
        value.ok_or_else(|| self.fault(format!("its config.json has no usable {key}")))
    }

    /// An error about it.
    pub fn fault(&self, reason: impl Into<String>) -> Error {
        Error::Model {
            model: self.id.clone(),
            reason: reason.into(),
        }
    }

    /// The file of the weights: what it says is in it, and where the first tensor's bytes are.
    pub fn header(&self) -> Result<(File, u64, BTreeMap<String, Entry>)> {
        let path = self.folder.join("model.safetensors");
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Err(self.fault(format!(
                    "{} has no model.safetensors, and pickles (pytorch_model.bin) are never loaded, since they can run code; convert it with `{}`, \
                     and then `broadsheet models import converted`",
                    self.folder.display(),
                    conversion(&self.folder.display().to_string())
                )));
            }
            Err(e) => return Err(Error::io(&path)(e)),
        };
        let broken = |what: &str| self.fault(format!("{} is not a whole safetensors file: {what}", path.display()));
        let length = file.metadata().map_err(Error::io(&path))?.len();
        let mut header = [0; 8];
        file.read_exact(&mut header).map_err(|_| broken("it is too short"))?;
        let header = u64::from_le_bytes(header);
        if header > MAX_HEADER || header + 8 > length {
            return Err(broken("its header does not fit"));
        }
        let mut text = vec![0; header as usize];
        file.read_exact(&mut text).map_err(Error::io(&path))?;
        let entries: BTreeMap<String, Value> =
            serde_json::from_slice(&text).map_err(|_| broken("its header is not JSON"))?;
        let mut named = BTreeMap::new();
        for (name, entry) in entries.into_iter().filter(|(name, _)| name != "__metadata__") {
            let entry: Entry =
                serde_json::from_value(entry).map_err(|_| broken("its header is not as the format has it"))?;
            let [from, to] = entry.data_offsets;
            let elements = entry
                .shape
                .iter()
                .try_fold(1u64, |n, d| n.checked_mul(u64::try_from(*d).ok()?));
            let bytes = elements.and_then(|n| n.checked_mul(entry.kind().map_or(1, |(_, width)| width)));
            let inside = to.checked_add(8 + header).is_some_and(|end| end <= length);
            if !inside || from > to || (entry.kind().is_some() && bytes != Some(to - from)) {
                return Err(broken(&format!("the place of {name} is wrong")));
            }
            named.insert(name, entry);
        }
        Ok((file, 8 + header, named))
    }

    /// The weights, each tensor read straight into memory of its own.
    pub fn weights(&self, device: Device) -> Result<Weights<'_>> {
        let path = self.folder.join("model.safetensors");
        let (mut file, base, entries) = self.header()?;
        let mut tensors = BTreeMap::new();
        for (name, entry) in entries {
            // Whole numbers are buffers (position ids), which models make themselves.
            let Some((kind, _)) = entry.kind() else { continue };
            let [from, to] = entry.data_offsets;
            let mut data = vec![0; (to - from) as usize];
            file.seek(SeekFrom::Start(base + from)).map_err(Error::io(&path))?;
            file.read_exact(&mut data).map_err(Error::io(&path))?;
            let tensor = Tensor::f_from_data_size(&data, &entry.shape, kind)?;
            tensors.insert(name, tensor.f_to_kind(Kind::Float)?.f_to_device(device)?);
        }
        Ok(Weights {
            checkpoint: self,
            tensors,
            device,
        })
    }
}

/// One tensor in the header of a safetensors file.
#[derive(Deserialize)]
pub(super) struct Entry {
    dtype: String,
    shape: Vec<i64>,
    data_offsets: [u64; 2],
}

impl Entry {
    /// Its kind and the width of a number in bytes, where it holds floats.
    fn kind(&self) -> Option<(Kind, u64)> {
        match self.dtype.as_str() {
            "F32" => Some((Kind::Float, 4)),
            "F16" => Some((Kind::Half, 2)),
            "BF16" => Some((Kind::BFloat16, 2)),
            "F64" => Some((Kind::Double, 8)),
            _ => None,
        }
    }
}

/// The tensors of a checkpoint by name, as 32-bit floats.
pub(super) struct Weights<'a> {
    checkpoint: &'a Checkpoint,
    tensors: BTreeMap<String, Tensor>,
    device: Device,
}

/// Names of one and the same tensor: safetensors files hold it once, under any of them.
const TIED: [&[&str]; 2] = [
    &[
        "model.shared.weight",
        "model.encoder.embed_tokens.weight",
        "model.decoder.embed_tokens.weight",
        "lm_head.weight",
    ],
    &[
        "shared.weight",
        "encoder.embed_tokens.weight",
        "decoder.embed_tokens.weight",
        "lm_head.weight",
        "prophetnet.word_embeddings.weight",
        "prophetnet.encoder.word_embeddings.weight",
        "prophetnet.decoder.word_embeddings.weight",
    ],
];

impl Weights<'_> {
    /// Where they are.
    pub fn device(&self) -> Device {
        self.device
    }

    /// The tensor of that name and shape, or the one it shares its memory with.
    pub fn take(&self, name: &str, shape: &[i64]) -> Result<Tensor> {
        let Some(tensor) = self.find(name) else {
            return Err(self.checkpoint.fault(format!("model.safetensors has no tensor {name}")));
        };
        if tensor.size() != shape {
            return Err(self.checkpoint.fault(format!(
                "{name} in model.safetensors has the shape {:?} and not {shape:?}, as config.json wants",
                tensor.size()
            )));
        }
        Ok(tensor.shallow_clone())
    }

    /// As `take`, or nothing where the file has none.
    pub fn optional(&self, name: &str, shape: &[i64]) -> Result<Option<Tensor>> {
        self.find(name).map(|_| self.take(name, shape)).transpose()
    }

    fn find(&self, name: &str) -> Option<&Tensor> {
        if let Some(tensor) = self.tensors.get(name) {
            return Some(tensor);
        }
        // An output layer of its own has no other name.
        let tied = self
            .checkpoint
            .config
            .get("tie_word_embeddings")
            .and_then(Value::as_bool)
            != Some(false);
        if name == "lm_head.weight" && !tied {
            return None;
        }
        let groups = TIED.iter().filter(|group| group.contains(&name));
        let mut others = groups
            .flat_map(|group| *group)
            .filter(|other| tied || **other != "lm_head.weight");
        others.find_map(|other| self.tensors.get(*other))
    }

    /// Puts the weights into a model of rust-bert's that was built with a vocabulary of one token: rust-bert fills new variables
    /// with random numbers, which takes longer than reading the file. The tensors take the variables' places without being copied.
    pub fn fill(&self, variables: &nn::VarStore, vocabulary: i64) -> Result<()> {
        let mut variables: Vec<(String, Tensor)> = variables.variables().into_iter().collect();
        variables.sort_by(|a, b| a.0.cmp(&b.0));
        for (name, mut variable) in variables {
            let mut shape = variable.size();
            match name.as_str() {
                "final_logits_bias" => shape[1] = vocabulary,
                name if TIED.iter().any(|group| group.contains(&name)) => shape[0] = vocabulary,
                _ => {}
            }
            let weight = self.take(&name, &shape)?;
            no_grad(|| variable.f_set_data(&weight))?;
        }
        Ok(())
    }
}

/// A JSON object in a file; nothing where there is no such file.
fn object(path: &Path) -> Result<Option<Map<String, Value>>, String> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(format!("{}: {e}", path.display())),
    };
    serde_json::from_str(&text)
        .map(Some)
        .map_err(|e| format!("{} is not a JSON object: {e}", path.display()))
}
