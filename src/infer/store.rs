//! The model store: which models there are, where they lie, and whether they are the bytes the manifest names.
//!
//! The manifest is `models/manifest.toml`, compiled into the program. The store is a folder with one folder a model.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// One file of a model.
#[derive(Debug, Clone, Deserialize)]
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
    /// Its files. (How scripts/setup.py brings them is in the manifest too, and not read here.)
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

    /// Reads every file of the model and compares it with the manifest. An empty list: all is well.
    ///
    /// # Errors
    /// [`Error::Io`] where a file is there but cannot be read.
    pub fn faults(&self, store: &Path) -> Result<Vec<(PathBuf, Fault)>> {
        let mut faults = Vec::new();
        for file in &self.files {
            let path = self.folder(store).join(&file.path);
            match File::open(&path) {
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => faults.push((path, Fault::Missing)),
                Err(e) => return Err(Error::io(&path)(e)),
                Ok(open) => {
                    let size = open.metadata().map_err(Error::io(&path))?.len();
                    if size != file.size || sha256(open).map_err(Error::io(&path))? != file.sha256 {
                        faults.push((path, Fault::Differs));
                    }
                }
            }
        }
        Ok(faults)
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
            assert!(!model.files.is_empty() && !model.licence.is_empty(), "{}", model.id);
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
