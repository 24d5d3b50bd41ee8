//! Models that were pulled or imported: a lock file in a model's folder records its bytes, its licence and where it comes from, and the
//! model is held to them from then on.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::store::{Fault, ModelFile, describe, faults, models};
use crate::error::{Error, Result};

/// The task of models that write summaries.
pub const SUMMARISER: &str = "summariser";

/// The lock file of a model that was pulled or imported.
const LOCK: &str = "broadsheet-lock.json";

/// The files of a checkpoint that are taken into the store, and no others: weights as safetensors, never as pickles.
pub const FILES: [&str; 11] = [
    "config.json",
    "generation_config.json",
    "merges.txt",
    "model.safetensors",
    "prophetnet.tokenizer",
    "special_tokens_map.json",
    "spiece.model",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.json",
    "vocab.txt",
];

/// What is recorded of a model when it is pulled or imported, and held to from then on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Lock {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub task: String,
    /// As the hub or the user says; `unknown` where nobody did.
    pub licence: String,
    /// `owner/name` on the hub it was pulled from.
    pub hub: Option<String>,
    /// The commit that it was pulled at.
    pub revision: Option<String>,
    /// Its files.
    pub files: Vec<ModelFile>,
}

/// A model in the store that has a lock file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// Where it lies.
    pub folder: PathBuf,
    /// What was recorded of it.
    pub lock: Lock,
}

impl Lock {
    /// The lock file in a folder, where there is one.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be read, [`Error::Invalid`] where it is damaged.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(LOCK);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(Error::io(&path)(e)),
        };
        serde_json::from_str(&text).map(Some).map_err(|e| Error::Invalid {
            subject: path.display().to_string(),
            reason: format!("is damaged ({e}); remove the folder and pull or import the model again"),
        })
    }

    /// Writes the lock file, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(LOCK);
        let new = folder.join(format!("{LOCK}.new"));
        let text = serde_json::to_string_pretty(self).map_err(|e| Error::Inference(e.to_string()))?;
        std::fs::write(&new, text + "\n").map_err(Error::io(&new))?;
        std::fs::rename(&new, &path).map_err(Error::io(&path))
    }
}

impl Installed {
    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.lock.files.iter().map(|f| f.size).sum()
    }

    /// sha256 of the weights: the model's identity in a digest.
    pub fn weights_sha256(&self) -> &str {
        self.lock.files.iter().max_by_key(|f| f.size).map_or("", |f| &f.sha256)
    }

    /// Reads every file and compares it with what was recorded. An empty list: all is well.
    ///
    /// # Errors
    /// [`Error::Io`] where a file is there but cannot be read.
    pub fn faults(&self) -> Result<Vec<(PathBuf, Fault)>> {
        faults(&self.folder, &self.lock.files)
    }

    /// Nothing where all files are as recorded.
    ///
    /// # Errors
    /// [`Error::Model`] that names the first wrong file and says what to do.
    pub fn verify(&self) -> Result<()> {
        let faults = self.faults()?;
        let Some((path, fault)) = faults.first() else {
            return Ok(());
        };
        let what = match fault {
            Fault::Missing => "is missing",
            Fault::Differs => "is not the file that was recorded (sha256 differs)",
        };
        let id = &self.lock.id;
        let cure = match self.lock.hub {
            Some(_) => format!("`broadsheet models pull {id}` puts it right"),
            None => format!("`broadsheet models remove {id}` and import it again"),
        };
        Err(Error::Model {
            model: id.clone(),
            reason: format!("{} {what}; {cure}", path.display()),
        })
    }
}

/// The name of a model's folder: `owner/name` of the hub becomes `owner--name`.
pub fn folder_name(id: &str) -> String {
    id.replace('/', "--")
}

/// The folder of a model in a store.
///
/// # Errors
/// [`Error::Invalid`] for an id that could name something outside the store.
pub fn folder_of(id: &str, store: &Path) -> Result<PathBuf> {
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with(['.', '-'])
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    if id.len() <= 200 && id.split('/').count() <= 2 && id.split('/').all(plain) {
        return Ok(store.join(folder_name(id)));
    }
    Err(Error::Invalid {
        subject: format!("model {id}"),
        reason: "is no name of a model; `name` or `owner/name` is wanted, of letters, digits, `-`, `_` and `.`".into(),
    })
}

/// All models in the store that were pulled or imported, by id.
///
/// # Errors
/// [`Error::Io`] where the store cannot be read; a store that is not there has none.
pub fn installed(store: &Path) -> Result<Vec<Installed>> {
    let entries = match std::fs::read_dir(store) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(Error::io(store)(e)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let folder = entry.map_err(Error::io(store))?.path();
        if folder.is_dir()
            && let Some(lock) = Lock::read(&folder)?
        {
            found.push(Installed { folder, lock });
        }
    }
    found.sort_by(|a, b| a.lock.id.cmp(&b.lock.id));
    Ok(found)
}

/// The summariser of that id, or of that name on the hub, in a store. Its files are not read.
///
/// # Errors
/// [`Error::Model`] where it is not there, saying how to get it.
pub fn summariser(id: &str, store: &Path) -> Result<Installed> {
    let all = installed(store)?;
    if let Some(found) = all
        .iter()
        .find(|m| m.lock.id == id || m.lock.hub.as_deref() == Some(id))
    {
        return Ok(found.clone());
    }
    let known = models()
        .iter()
        .any(|m| m.hub.is_some() && (m.id == id || m.hub.as_deref() == Some(id)));
    let reason = if known || id.contains('/') {
        format!("not installed; `broadsheet models pull {id}` brings it from the Hugging Face hub")
    } else {
        let names: Vec<&str> = models()
            .iter()
            .filter(|m| m.hub.is_some())
            .map(|m| m.id.as_str())
            .collect();
        format!(
            "neither installed nor known; `broadsheet models import DIR` adds one from a folder, `broadsheet models pull` one of {} or any OWNER/NAME of the Hugging Face hub",
            names.join(", ")
        )
    };
    Err(Error::Model {
        model: id.into(),
        reason,
    })
}

/// Copies a checkpoint into the store and records its bytes. Of the folder only [`FILES`] are taken.
///
/// # Errors
/// [`Error::Model`] where something is missing (and how to convert what is there) or the id is taken; [`Error::Io`].
pub fn import(id: &str, from: &Path, licence: &str, store: &Path) -> Result<Installed> {
    let fault = |reason: String| Error::Model {
        model: id.into(),
        reason,
    };
    let folder = folder_of(id, store)?;
    if models().iter().any(|m| m.built_in() && m.id == id) {
        return Err(fault(
            "is the name of a model that Broadsheet comes with; choose another with --id".into(),
        ));
    }
    if folder.exists() {
        return Err(fault(format!(
            "is in the store already; `broadsheet models remove {id}` first, or choose another name with --id"
        )));
    }
    super::generate::check(id, from)?;
    let work = store.join(format!(".import-{}", std::process::id()));
    std::fs::create_dir_all(&work).map_err(Error::io(&work))?;
    let copied = (|| {
        let mut files = Vec::new();
        for name in FILES.iter().filter(|name| from.join(name).is_file()) {
            let to = work.join(name);
            std::fs::copy(from.join(name), &to).map_err(Error::io(&to))?;
            files.push(describe(name, &to)?);
        }
        let lock = Lock {
            id: id.into(),
            task: SUMMARISER.into(),
            licence: licence.into(),
            hub: None,
            revision: None,
            files,
        };
        lock.write(&work)?;
        std::fs::rename(&work, &folder).map_err(Error::io(&folder))?;
        Ok(Installed {
            folder: folder.clone(),
            lock,
        })
    })();
    if copied.is_err() {
        let _ = std::fs::remove_dir_all(&work);
    }
    copied
}

/// Whether there is one of the sets of files that a tokenizer can be made of.
pub fn has_tokenizer(has: &dyn Fn(&str) -> bool) -> bool {
    has("tokenizer.json")
        || has("spiece.model")
        || (has("vocab.json") && has("merges.txt"))
        || has("prophetnet.tokenizer")
        || has("vocab.txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stays_in_the_store() {
        let store = Path::new("/store");
        assert_eq!(
            folder_of("google/flan-t5-base", store).unwrap(),
            store.join("google--flan-t5-base")
        );
        for bad in ["", "..", "a/../b", "/etc", "a/b/c", "a b", ".hub", "a/", "-x", "a\\b"] {
            assert!(folder_of(bad, store).is_err(), "{bad}");
        }
    }
}
