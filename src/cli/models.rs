//! `models`: what the manifest knows, what is installed, and whether it is whole.

use std::path::Path;

use anyhow::bail;
use broadsheet::infer::store::{self, Fault, Model};

use super::Global;
use super::common::{self, Outcome};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the models that Broadsheet knows
    #[command(after_help = "Example:\n  broadsheet models list")]
    List,
    /// Compare installed models with the manifest, byte by byte
    #[command(after_help = "Example:\n  broadsheet models verify all-MiniLM-L6-v2")]
    Verify {
        /// Only these
        ids: Vec<String>,
    },
}

pub fn run(command: &Command, global: &Global) -> anyhow::Result<Outcome> {
    let folder = common::models_folder(global)?;
    match command {
        Command::List => list(&folder),
        Command::Verify { ids } => verify(ids, &folder),
    }
}

fn list(folder: &Path) -> anyhow::Result<Outcome> {
    let mut out = String::new();
    for model in store::models() {
        let size: u64 = model.files.iter().map(|f| f.size).sum();
        let installed = if model.files.iter().all(|f| model.folder(folder).join(&f.path).is_file()) {
            "installed"
        } else {
            "not installed"
        };
        out += &format!(
            "{}\n  {}: {}\n  {:.1} MB, {}, {}\n  {}\n",
            model.id,
            model.task,
            model.about,
            size as f64 / 1e6,
            model.licence,
            installed,
            model.source
        );
    }
    out += &format!("store: {}\n", folder.display());
    common::print(&out)?;
    Ok(Outcome::Complete)
}

fn verify(ids: &[String], folder: &Path) -> anyhow::Result<Outcome> {
    let models: Vec<&Model> = if ids.is_empty() {
        store::models().iter().collect()
    } else {
        ids.iter().map(|id| store::find(id)).collect::<Result<_, _>>()?
    };
    let mut bad = 0;
    for model in models {
        let faults = model.faults(folder)?;
        for (path, fault) in &faults {
            let what = match fault {
                Fault::Missing => "missing",
                Fault::Differs => "differs from the manifest",
            };
            common::say(&format!("{}: {what}; `make setup` puts it right", path.display()));
        }
        bad += faults.len();
        if faults.is_empty() {
            common::print(&format!(
                "{}: {} files as the manifest says\n",
                model.id,
                model.files.len()
            ))?;
        }
    }
    if bad > 0 {
        bail!("{bad} model files are not what the manifest says");
    }
    Ok(Outcome::Complete)
}
