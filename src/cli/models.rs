//! `models`: what there is, what is installed and whether it is whole; pulling, importing and removing.

use std::cell::RefCell;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use broadsheet::infer::hub::{HUB, Hub, Request};
use broadsheet::infer::installed::{self, Installed};
use broadsheet::infer::store::{self, Fault, Model};
use indicatif::{ProgressBar, ProgressStyle};

use super::Global;
use super::common::{self, Outcome};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the models that Broadsheet knows and those that are installed
    #[command(after_help = "Example:\n  broadsheet models list")]
    List,
    /// Compare installed models with what was recorded of them, byte by byte
    #[command(after_help = "Example:\n  broadsheet models verify all-MiniLM-L6-v2")]
    Verify {
        /// Only these
        ids: Vec<String>,
    },
    /// Bring a model from the Hugging Face hub
    ///
    /// The first pull records the commit and the sha256 of every file; the model is held to them from then on, and needs no network
    /// any more. A pull that was cut off goes on where it stopped. Only safetensors, JSON, text and SentencePiece files are taken.
    #[command(
        after_help = "Examples:\n  broadsheet models pull distilbart-cnn-12-6\n  broadsheet models pull google/flan-t5-small"
    )]
    Pull {
        /// An id of `models list`, or OWNER/NAME on the hub
        id: String,
        /// A branch, a tag or a commit instead of `main`
        #[arg(long)]
        revision: Option<String>,
        /// The hub's address
        #[arg(long, value_name = "URL", env = "HF_ENDPOINT", default_value = HUB)]
        endpoint: String,
        /// A token for repositories that are not open to all
        #[arg(long, env = "HF_TOKEN", hide_env_values = true)]
        token: Option<String>,
    },
    /// Add a model from a folder: config.json, model.safetensors and a tokenizer
    #[command(after_help = "Example:\n  broadsheet models import converted --id my-bart --licence MIT")]
    Import {
        /// The folder
        folder: PathBuf,
        /// What to call it; else the folder's name
        #[arg(long)]
        id: Option<String>,
        /// Its licence, for `models list`
        #[arg(long, default_value = "unknown")]
        licence: String,
    },
    /// Remove models from the store
    #[command(after_help = "Example:\n  broadsheet models remove distilbart-cnn-12-6")]
    Remove {
        /// Their ids
        #[arg(required = true)]
        ids: Vec<String>,
        /// Also those that Broadsheet needs; `make setup` brings them back
        #[arg(long)]
        force: bool,
    },
}

pub fn run(command: &Command, global: &Global) -> anyhow::Result<Outcome> {
    let folder = common::models_folder(global)?;
    match command {
        Command::List => list(&folder),
        Command::Verify { ids } => verify(ids, &folder),
        Command::Pull {
            id,
            revision,
            endpoint,
            token,
        } => {
            let hub = Hub {
                endpoint: endpoint.clone(),
                token: token.clone().filter(|t| !t.is_empty()),
            };
            pull(&hub, id, revision.as_deref(), &folder)
        }
        Command::Import {
            folder: from,
            id,
            licence,
        } => import(from, id.as_deref(), licence, &folder),
        Command::Remove { ids, force } => remove(ids, *force, &folder),
    }
}

/// 1.2 GB, 90.9 MB, 2 kB.
fn size(bytes: u64) -> String {
    match bytes as f64 {
        b if b >= 1e9 => format!("{:.1} GB", b / 1e9),
        b if b >= 1e5 => format!("{:.1} MB", b / 1e6),
        b => format!("{:.0} kB", (b / 1e3).ceil()),
    }
}

fn list(folder: &Path) -> anyhow::Result<Outcome> {
    let mut out = String::new();
    let mut there = installed::installed(folder)?;
    for model in store::models() {
        let pulled = there
            .iter()
            .position(|m| m.lock.id == model.id)
            .map(|at| there.remove(at));
        let state = match &pulled {
            Some(pulled) => format!("{}, {}, installed", size(pulled.size()), model.licence),
            None if model.built_in() => {
                let whole = model.files.iter().all(|f| model.folder(folder).join(&f.path).is_file());
                let bytes = model.files.iter().map(|f| f.size).sum();
                let state = if whole {
                    "installed"
                } else {
                    "not installed: `make setup`"
                };
                format!("{}, {}, {state}", size(bytes), model.licence)
            }
            None => format!(
                "{}, not installed: `broadsheet models pull {}`",
                model.licence, model.id
            ),
        };
        out += &format!("{}\n  {}: {}\n  {state}\n", model.id, model.task, model.about);
        if !model.metrics.is_empty() {
            out += &format!("  {}\n", model.metrics);
        }
        out += &format!("  {}\n", model.source);
        out += &pulled.map(|p| revision(&p)).unwrap_or_default();
    }
    for model in there {
        let from = model
            .lock
            .hub
            .as_ref()
            .map_or("imported".into(), |hub| format!("{HUB}/{hub}"));
        out += &format!(
            "{}\n  {}\n  {}, licence {}, installed\n  {from}\n{}",
            model.lock.id,
            model.lock.task,
            size(model.size()),
            model.lock.licence,
            revision(&model)
        );
    }
    out += &format!("store: {}\n", folder.display());
    common::print(&out)?;
    Ok(Outcome::Complete)
}

fn revision(model: &Installed) -> String {
    model
        .lock
        .revision
        .as_ref()
        .map(|r| format!("  revision {r}\n"))
        .unwrap_or_default()
}

fn verify(ids: &[String], folder: &Path) -> anyhow::Result<Outcome> {
    let there = installed::installed(folder)?;
    let wanted = |id: &str| ids.is_empty() || ids.iter().any(|i| i == id);
    for id in ids {
        let known =
            there.iter().any(|m| m.lock.id == *id) || store::models().iter().any(|m| m.built_in() && m.id == *id);
        if !known {
            // Says whether it could be pulled.
            installed::summariser(id, folder)?;
        }
    }
    let mut bad = 0;
    for model in store::models().iter().filter(|m| m.built_in() && wanted(&m.id)) {
        bad += report(
            &model.id,
            &model.files.len(),
            model.faults(folder)?,
            "`make setup` puts it right",
        )?;
    }
    for model in there.iter().filter(|m| wanted(&m.lock.id)) {
        let id = &model.lock.id;
        let cure = match model.lock.hub {
            Some(_) => format!("`broadsheet models pull {id}` puts it right"),
            None => format!("`broadsheet models remove {id}` and import it again"),
        };
        bad += report(id, &model.lock.files.len(), model.faults()?, &cure)?;
    }
    if bad > 0 {
        bail!("{bad} model files are not what was recorded");
    }
    Ok(Outcome::Complete)
}

/// Says what is wrong with a model, or that nothing is; returns how many files are wrong.
fn report(id: &str, files: &usize, faults: Vec<(PathBuf, Fault)>, cure: &str) -> anyhow::Result<usize> {
    for (path, fault) in &faults {
        let what = match fault {
            Fault::Missing => "missing",
            Fault::Differs => "differs from what was recorded",
        };
        common::say(&format!("{}: {what}; {cure}", path.display()));
    }
    if faults.is_empty() {
        common::print(&format!("{id}: {files} files as recorded\n"))?;
    }
    Ok(faults.len())
}

fn pull(hub: &Hub, id: &str, revision: Option<&str>, folder: &Path) -> anyhow::Result<Outcome> {
    let known = store::models()
        .iter()
        .find(|m| m.id == id || m.hub.as_deref() == Some(id));
    let (id, repository): (&str, &str) = match known {
        Some(Model { id, hub: Some(hub), .. }) => (id, hub),
        Some(_) => bail!("{id} comes with Broadsheet; `make setup` installs it"),
        None if id.contains('/') => (id, id),
        None => bail!("{id} is not in `broadsheet models list`; for other models give OWNER/NAME as on {HUB}"),
    };
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let request = Request {
        id,
        repository,
        revision,
    };
    let bar: RefCell<Option<(String, ProgressBar)>> = RefCell::new(None);
    let visible = std::io::stderr().is_terminal();
    let progress = |name: &str, done: u64, total: u64| {
        if !visible {
            return;
        }
        let mut bar = bar.borrow_mut();
        if bar.as_ref().is_none_or(|(of, _)| of != name) {
            let new = ProgressBar::new(total);
            if let Ok(style) =
                ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}")
            {
                new.set_style(style);
            }
            new.set_message(name.to_owned());
            *bar = Some((name.to_owned(), new));
        }
        if let Some((_, bar)) = bar.as_ref() {
            bar.set_length(total);
            bar.set_position(done);
        }
    };
    let model = hub.pull(&request, folder, &progress)?;
    drop(bar);
    common::print(&format!(
        "{}: {} in {}\n{}",
        model.lock.id,
        size(model.size()),
        model.folder.display(),
        self::revision(&model)
    ))?;
    Ok(Outcome::Complete)
}

fn import(from: &Path, id: Option<&str>, licence: &str, folder: &Path) -> anyhow::Result<Outcome> {
    let named = from.canonicalize().with_context(|| from.display().to_string())?;
    let id = match id {
        Some(id) => id,
        None => named
            .file_name()
            .and_then(|n| n.to_str())
            .context("the folder has no name; give one with --id")?,
    };
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let model = installed::import(id, from, licence, folder)?;
    common::print(&format!(
        "{}: {} in {}\n",
        model.lock.id,
        size(model.size()),
        model.folder.display()
    ))?;
    Ok(Outcome::Complete)
}

fn remove(ids: &[String], force: bool, folder: &Path) -> anyhow::Result<Outcome> {
    for id in ids {
        let built_in = store::models().iter().any(|m| m.built_in() && m.id == *id);
        if built_in && !force {
            bail!(
                "{id} comes with Broadsheet, which needs it; with --force it is removed, and `make setup` brings it back"
            );
        }
        let place = if built_in {
            folder.join(id)
        } else {
            let found = installed::installed(folder)?
                .into_iter()
                .find(|m| m.lock.id == *id || m.lock.hub.as_ref() == Some(id));
            found
                .map(|m| m.folder)
                .with_context(|| format!("{id} is not installed"))?
        };
        if !place.is_dir() {
            bail!("{id} is not installed");
        }
        let mut freed = 0;
        for entry in walkdir::WalkDir::new(&place)
            .into_iter()
            .flatten()
            .filter(|e| e.file_type().is_file())
        {
            freed += entry.metadata().map(|m| m.len()).unwrap_or(0);
        }
        std::fs::remove_dir_all(&place).with_context(|| place.display().to_string())?;
        common::print(&format!("{id}: removed, {} freed\n", size(freed)))?;
    }
    Ok(Outcome::Complete)
}
