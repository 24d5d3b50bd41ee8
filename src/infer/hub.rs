//! Models from the Hugging Face hub, or from a mirror that speaks its language, through the `hf-hub` crate.
//!
//! The first pull records the commit and the sha256 of every file in the model's folder; whatever is pulled later must be those
//! bytes. Nothing but JSON, text, SentencePiece and safetensors files is taken: a pickle can run code when it is loaded. A pull that
//! was cut off goes on where it stopped.

use std::path::{Path, PathBuf};

use hf_hub::api::Progress;
use hf_hub::api::sync::{Api, ApiBuilder, ApiError, ApiRepo};
use hf_hub::{Cache, Repo, RepoType};
use serde::Deserialize;

use super::generate::{Architecture, conversion};
use super::installed::{self, Installed, Lock};
use super::store::{self, ModelFile};
use crate::error::{Error, Result};

/// The hub itself.
pub const HUB: &str = "https://huggingface.co";

/// Where pulls go on from, in the store; empty once all is done.
const WORK: &str = ".hub";

/// How often a cut connection is taken up again within one pull.
const RETRIES: usize = 3;

/// A hub.
#[derive(Debug, Clone)]
pub struct Hub {
    /// Its address: [`HUB`], or a mirror's as in `HF_ENDPOINT`.
    pub endpoint: String,
    /// For repositories that are not open to all, as in `HF_TOKEN`.
    pub token: Option<String>,
}

/// What to pull.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// Its id in the store.
    pub id: &'a str,
    /// `owner/name` on the hub.
    pub repository: &'a str,
    /// A branch, a tag or a commit; `None`: what was recorded at the first pull, else `main`.
    pub revision: Option<&'a str>,
}

/// Called with a file's name, the bytes that are there and the bytes that there will be.
pub type Report<'a> = dyn Fn(&str, u64, u64) + 'a;

/// What the hub says of a repository.
#[derive(Deserialize)]
struct Info {
    sha: String,
    siblings: Vec<Sibling>,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Deserialize)]
struct Sibling {
    rfilename: String,
}

/// Hands on what hf-hub says of its progress.
struct Bar<'a> {
    report: &'a Report<'a>,
    name: String,
    done: u64,
    total: u64,
}

impl Progress for Bar<'_> {
    fn init(&mut self, size: usize, name: &str) {
        (self.name, self.done, self.total) = (name.into(), 0, size as u64);
        (self.report)(&self.name, 0, self.total);
    }

    fn update(&mut self, size: usize) {
        self.done += size as u64;
        (self.report)(&self.name, self.done.min(self.total), self.total);
    }

    fn finish(&mut self) {}
}

impl Hub {
    /// Brings a model into the store, or makes whole one that is there, and checks every file against what was recorded.
    ///
    /// # Errors
    /// [`Error::Model`] where the hub has no such repository, where it has nothing that can be read here (and how to convert it),
    /// and where a file is not the one that was recorded; [`Error::Invalid`] for an address that is not HTTPS; [`Error::Io`].
    pub fn pull(&self, request: &Request, store: &Path, report: &Report) -> Result<Installed> {
        let fault = |reason: String| Error::Model {
            model: request.id.into(),
            reason,
        };
        self.check_endpoint()?;
        let folder = installed::folder_of(request.id, store)?;
        let lock = Lock::read(&folder)?;
        if let Some(lock) = &lock {
            if lock.hub.as_deref() != Some(request.repository) {
                return Err(fault(format!(
                    "is there already, but not from {}; `broadsheet models remove {}` first",
                    request.repository, request.id
                )));
            }
            if let (Some(wanted), Some(recorded)) = (request.revision, &lock.revision)
                && wanted != recorded
            {
                return Err(fault(format!(
                    "is held to revision {recorded}, recorded at the first pull; to have {wanted}, `broadsheet models remove {}` first",
                    request.id
                )));
            }
            let installed = Installed {
                folder: folder.clone(),
                lock: lock.clone(),
            };
            if installed.faults()?.is_empty() {
                return Ok(installed);
            }
        }
        let work = store.join(WORK).join(installed::folder_name(request.id));
        std::fs::create_dir_all(&work).map_err(Error::io(&work))?;
        let api = self.api(&work).map_err(|e| fault(e.to_string()))?;
        let revision = lock
            .as_ref()
            .and_then(|l| l.revision.as_deref())
            .or(request.revision)
            .unwrap_or("main");
        let at = |revision: &str| {
            api.repo(Repo::with_revision(
                request.repository.into(),
                RepoType::Model,
                revision.into(),
            ))
        };
        let info: Info = read_info(&at(revision)).map_err(|e| fault(self.explain(request, &e)))?;
        let repository = at(&info.sha);

        let mut names = wanted(&info, request.repository).map_err(fault)?;
        if let Some(lock) = &lock {
            names.retain(|name| lock.files.iter().any(|f| f.path == *name));
        }
        let mut files = Vec::with_capacity(names.len());
        // The configuration first: it says whether the weights, which take long, can be used at all.
        names.sort_by_key(|name| (name != "config.json", name.ends_with(".safetensors"), name.clone()));
        std::fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
        for name in &names {
            let recorded = lock
                .as_ref()
                .and_then(|lock| lock.files.iter().find(|f| f.path == *name));
            let file = self.file(request, &repository, name, recorded, &folder, report)?;
            files.push(file);
            if name == "config.json"
                && let Err(error) = Architecture::of(request.id, &folder)
            {
                std::fs::remove_dir_all(&folder).map_err(Error::io(&folder))?;
                return Err(error);
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let installed = match lock {
            Some(lock) => Installed { folder, lock },
            None => {
                let licence = info.tags.iter().find_map(|tag| tag.strip_prefix("license:"));
                let lock = Lock {
                    id: request.id.into(),
                    task: installed::SUMMARISER.into(),
                    licence: licence.unwrap_or("unknown").into(),
                    hub: Some(request.repository.into()),
                    revision: Some(info.sha),
                    files,
                };
                lock.write(&folder)?;
                Installed { folder, lock }
            }
        };
        installed.verify()?;
        std::fs::remove_dir_all(&work).map_err(Error::io(&work))?;
        // Only where no other pull is under way.
        let _ = std::fs::remove_dir(store.join(WORK));
        Ok(installed)
    }

    /// Downloads one file, checks it and puts it into the folder.
    fn file(
        &self,
        request: &Request,
        repository: &ApiRepo,
        name: &str,
        recorded: Option<&ModelFile>,
        folder: &Path,
        report: &Report,
    ) -> Result<ModelFile> {
        let fault = |reason: String| Error::Model {
            model: request.id.into(),
            reason,
        };
        let to = folder.join(name);
        if let Some(recorded) = recorded
            && store::fault(&to, recorded)?.is_none()
        {
            return Ok(recorded.clone());
        }
        let bar = Bar {
            report,
            name: name.into(),
            done: 0,
            total: 0,
        };
        let pointer = match repository.download_with_progress(name, bar) {
            Ok(pointer) => pointer,
            Err(ApiError::InvalidResume) => {
                self.forget(request, folder);
                return Err(fault(format!(
                    "what was there of {name} does not fit what the hub has; pull once more"
                )));
            }
            Err(error) => return Err(fault(format!("{name}: {}", self.explain(request, &error)))),
        };
        let from = pointer.canonicalize().map_err(Error::io(&pointer))?;
        let found = store::describe(name, &from)?;
        // Large files go by their sha256 on the hub; where a connection was taken up again, this finds what does not fit.
        let promised = from
            .file_name()
            .and_then(|n| n.to_str())
            .filter(|n| n.len() == 64 && n.bytes().all(|b| b.is_ascii_hexdigit()));
        if promised.is_some_and(|sha256| sha256 != found.sha256) {
            self.forget(request, folder);
            return Err(fault(format!(
                "{name} came damaged (its sha256 is not the one that the hub names); pull once more"
            )));
        }
        if let Some(recorded) = recorded
            && (found.sha256 != recorded.sha256 || found.size != recorded.size)
        {
            self.forget(request, folder);
            return Err(fault(format!(
                "{name} has changed on the hub: its sha256 is {} and not {}, recorded at the first pull; nothing was put in its place. \
                 If the change is right, `broadsheet models remove {}` and pull again",
                found.sha256, recorded.sha256, request.id
            )));
        }
        std::fs::rename(&from, &to).map_err(Error::io(&to))?;
        Ok(found)
    }

    /// Throws away what a pull left to go on from.
    fn forget(&self, request: &Request, folder: &Path) {
        if let Some(store) = folder.parent() {
            let _ = std::fs::remove_dir_all(store.join(WORK).join(installed::folder_name(request.id)));
        }
    }

    fn api(&self, work: &Path) -> Result<Api, ApiError> {
        ApiBuilder::from_cache(Cache::new(work.to_path_buf()))
            .with_endpoint(self.endpoint.trim_end_matches('/').into())
            .with_token(self.token.clone())
            .with_retries(RETRIES)
            .with_user_agent("broadsheet", env!("CARGO_PKG_VERSION"))
            .build()
    }

    /// HTTPS, but for a hub on this machine.
    fn check_endpoint(&self) -> Result<()> {
        let invalid = |reason: &str| Error::Invalid {
            subject: format!("hub {}", self.endpoint),
            reason: reason.into(),
        };
        let url = url::Url::parse(&self.endpoint)
            .map_err(|_| invalid("is not an address; HF_ENDPOINT must be as https://huggingface.co"))?;
        let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        match url.scheme() {
            "https" => Ok(()),
            "http" if here => Ok(()),
            _ => Err(invalid("models are pulled over https only")),
        }
    }

    /// What went wrong, in words that say what to do.
    fn explain(&self, request: &Request, error: &ApiError) -> String {
        match error {
            ApiError::RequestError(error) => match **error {
                ureq::Error::StatusCode(401 | 403) => {
                    format!(
                        "{} is not open to all, or not there; set HF_TOKEN to a token that may read it",
                        request.repository
                    )
                }
                ureq::Error::StatusCode(404) => format!(
                    "{} has no {}{}",
                    self.endpoint,
                    request.repository,
                    request
                        .revision
                        .map(|r| format!(" with the revision {r}"))
                        .unwrap_or_default()
                ),
                ureq::Error::StatusCode(code) => format!("{} answers {code}", self.endpoint),
                ref other => format!("{} cannot be reached: {other}", self.endpoint),
            },
            ApiError::TooManyRetries(last) => {
                format!("the connection broke {RETRIES} times ({last}); pull again to go on from there")
            }
            ApiError::IoError(error) => format!("the connection broke ({error}); pull again to go on from there"),
            ApiError::LockAcquisition(_) => "another pull of it is under way".into(),
            other => format!("{} answers in a way that is not understood: {other}", self.endpoint),
        }
    }
}

fn read_info(repository: &ApiRepo) -> Result<Info, ApiError> {
    let mut answer = repository.info_request().call().map_err(Box::new)?;
    Ok(answer.body_mut().read_json().map_err(Box::new)?)
}

/// The files to take, or why there is nothing to take.
fn wanted(info: &Info, repository: &str) -> Result<Vec<String>, String> {
    let has = |name: &str| info.siblings.iter().any(|s| s.rfilename == name);
    let convert = || {
        format!(
            "convert it on a machine that you trust it to, with `{}`, and then `broadsheet models import converted`",
            conversion(repository)
        )
    };
    if !has("config.json") {
        return Err(format!(
            "{repository} is not a model that transformers could load: it has no config.json"
        ));
    }
    if has("model.safetensors.index.json") {
        return Err(format!(
            "{repository} is split into several files; such large models cannot be used here"
        ));
    }
    if !has("model.safetensors") {
        return Err(format!(
            "{repository} has no model.safetensors, and pickles (pytorch_model.bin) are never loaded, since they can run code; {}",
            convert()
        ));
    }
    let known = installed::FILES.iter().filter(|name| has(name));
    let names: Vec<String> = known.map(|name| (*name).to_owned()).collect();
    if !installed::has_tokenizer(&|name| names.iter().any(|n| n == name)) {
        return Err(format!(
            "{repository} has no tokenizer that can be read here; {}",
            convert()
        ));
    }
    Ok(names)
}

/// What was left by pulls that were cut off.
pub fn leftovers(store: &Path) -> PathBuf {
    store.join(WORK)
}
