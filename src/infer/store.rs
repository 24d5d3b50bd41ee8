//! The model store: which models there are, where they lie, and whether they are the bytes they should be.
//!
//! The store is a folder with one folder a model. `models/manifest.toml`, compiled into the program, names the models that
//! Broadsheet knows, and the bytes of those that `make setup` installs. Models that were pulled or imported: [`super::installed`].

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// One file of a model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct ModelFile {
    /// Its name in the model's folder.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// sha256 in hexadecimal.
    pub sha256: String,
}

/// One model of the manifest.
#[derive(Debug, Clone, Deserialize)]
pub struct Model {
    /// Its name, and the name of its folder in the store.
    pub id: String,
    /// What it is for (`sentence-encoder`).
    pub task: String,
    /// One line about it.
    pub about: String,
    /// SPDX expression.
    pub licence: String,
    /// Where it comes from.
    pub source: String,
    /// How well it does, and who says so.
    #[serde(default)]
    pub metrics: String,
    /// `owner/name` on the Hugging Face hub, where `models pull` brings it from.
    #[serde(default)]
    pub hub: Option<String>,
    /// Its files, for those that `make setup` installs; a lock file has those of the others. (How scripts/setup.py brings them is in
    /// the manifest too, and not read here.)
    #[serde(default)]
    pub files: Vec<ModelFile>,
}

#[derive(Deserialize)]
struct Manifest {
    model: Vec<Model>,
}

static MANIFEST: LazyLock<Vec<Model>> = LazyLock::new(|| {
    let text = include_str!("../../models/manifest.toml");
    toml::from_str::<Manifest>(text)
        .expect("models/manifest.toml is checked by a test")
        .model
});

/// The models of the manifest, in its order.
pub fn models() -> &'static [Model] {
    &MANIFEST
}

/// The model of that id.
///
/// # Errors
/// [`Error::Model`] where the manifest has none.
pub fn find(id: &str) -> Result<&'static Model> {
    models().iter().find(|m| m.id == id).ok_or_else(|| {
        let known: Vec<&str> = models().iter().map(|m| m.id.as_str()).collect();
        Error::Model {
            model: id.into(),
            reason: format!("not in the manifest, which has {}", known.join(", ")),
        }
    })
}

/// What is wrong with one file of an installed model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is not there.
    Missing,
    /// It is there, but its bytes are not those of the manifest.
    Differs,
}

impl Model {
    /// The model's folder in a store.
    pub fn folder(&self, store: &Path) -> PathBuf {
        store.join(&self.id)
    }

    /// sha256 of the weights: the model's identity in a digest.
    pub fn weights_sha256(&self) -> &str {
        self.files.iter().max_by_key(|f| f.size).map_or("", |f| &f.sha256)
    }

    /// Whether `make setup` installs it.
    pub fn built_in(&self) -> bool {
        !self.files.is_empty()
    }

    /// Reads every file of the model and compares it with the manifest. An empty list: all is well.
    ///
    /// # Errors
    /// [`Error::Io`] where a file is there but cannot be read.
    pub fn faults(&self, store: &Path) -> Result<Vec<(PathBuf, Fault)>> {
        faults(&self.folder(store), &self.files)
    }

    /// Nothing where all files are as the manifest says.
    ///
    /// # Errors
    /// [`Error::Model`] that names the first wrong file and says what to do.
    pub fn verify(&self, store: &Path) -> Result<()> {
        let faults = self.faults(store)?;
        let Some((path, fault)) = faults.first() else {
            return Ok(());
        };
        let reason = match fault {
            Fault::Missing => format!("{} is missing; `make setup` installs it", path.display()),
            Fault::Differs => format!(
                "{} is not the file that the manifest names (sha256 differs); `make setup` puts the right one in its place",
                path.display()
            ),
        };
        Err(Error::Model {
            model: self.id.clone(),
            reason,
        })
    }
}

/// Size and sha256 of a file.
pub(super) fn describe(name: &str, path: &Path) -> Result<ModelFile> {
    let file = File::open(path).map_err(Error::io(path))?;
    Ok(ModelFile {
        path: name.into(),
        size: file.metadata().map_err(Error::io(path))?.len(),
        sha256: sha256(file).map_err(Error::io(path))?,
    })
}

/// What is wrong with one file, if anything.
pub(super) fn fault(path: &Path, file: &ModelFile) -> Result<Option<Fault>> {
    let open = match File::open(path) {
        Ok(open) => open,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Some(Fault::Missing)),
        Err(e) => return Err(Error::io(path)(e)),
    };
    let size = open.metadata().map_err(Error::io(path))?.len();
    let same = size == file.size && sha256(open).map_err(Error::io(path))? == file.sha256;
    Ok(if same { None } else { Some(Fault::Differs) })
}

pub(super) fn faults(folder: &Path, files: &[ModelFile]) -> Result<Vec<(PathBuf, Fault)>> {
    let mut faults = Vec::new();
    for file in files {
        let path = folder.join(&file.path);
        if let Some(fault) = fault(&path, file)? {
            faults.push((path, fault));
        }
    }
    Ok(faults)
}

/// sha256 of all that can be read, in hexadecimal.
fn sha256(mut from: impl Read) -> std::io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(hex(&hasher.finalize())),
            n => hasher.update(&buffer[..n]),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_parses_and_is_whole() {
        for model in models() {
            assert!(
                model.built_in() != model.hub.is_some() && !model.licence.is_empty(),
                "{}",
                model.id
            );
            assert!(
                model.files.iter().all(|f| f.sha256.len() == 64 && f.size > 0),
                "{}",
                model.id
            );
        }
        assert!(find("all-MiniLM-L6-v2").is_ok());
    }

    #[test]
    fn an_unknown_model_is_named_with_the_known_ones() {
        let error = find("no-such").unwrap_err().to_string();
        assert!(
            error.contains("no-such") && error.contains("all-MiniLM-L6-v2"),
            "{error}"
        );
    }

    #[test]
    fn a_changed_byte_and_a_missing_file_are_found() {
        let store = tempfile::tempdir().unwrap();
        let content = b"weights";
        let model = Model {
            id: "m".into(),
            task: "t".into(),
            about: "a".into(),
            licence: "MIT".into(),
            source: "s".into(),
            metrics: String::new(),
            hub: None,
            files: vec![ModelFile {
                path: "w".into(),
                size: 7,
                sha256: sha256(&content[..]).unwrap(),
            }],
        };
        assert!(model.verify(store.path()).unwrap_err().to_string().contains("missing"));
        std::fs::create_dir(model.folder(store.path())).unwrap();
        std::fs::write(model.folder(store.path()).join("w"), content).unwrap();
        assert!(model.verify(store.path()).is_ok());
        std::fs::write(model.folder(store.path()).join("w"), b"weightz").unwrap();
        assert!(
            model
                .verify(store.path())
                .unwrap_err()
                .to_string()
                .contains("sha256 differs")
        );
    }

    #[test]
    fn sha256_is_the_standards() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256(&b""[..]).unwrap(), empty);
    }
}
