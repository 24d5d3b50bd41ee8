//! `state`: what outlives a run, looked at and tidied.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use broadsheet::state::State;

use super::Global;
use super::common::{self, Outcome, Session};

/// Where the state is.
#[derive(Debug, clap::Args)]
pub struct Place {
    /// The file of what outlives a run [default: $XDG_STATE_HOME/broadsheet/state.db]
    #[arg(long = "state", value_name = "FILE", env = "BROADSHEET_STATE")]
    file: Option<PathBuf>,
}

impl Place {
    /// The flag or BROADSHEET_STATE, else in the configuration's folder, else in the user's state folder (XDG Base Directory
    /// Specification).
    pub fn path(&self, configured: Option<&Path>) -> anyhow::Result<PathBuf> {
        if let Some(file) = &self.file {
            return Ok(std::path::absolute(file)?);
        }
        if let Some(folder) = configured {
            return Ok(std::path::absolute(folder)?.join("state.db"));
        }
        Ok(common::user_folder("XDG_STATE_HOME", ".local/state")
            .context("no home folder: name the state by --state or BROADSHEET_STATE")?
            .join("state.db"))
    }
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  broadsheet state info\n  broadsheet state enable 'The Ansel Post'\n  broadsheet state export | gzip > state.jsonl.gz"
)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// What is in it: digests, editions, what waits, and the sources that do not do well
    Info {
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Give the room of what was dropped back to the disk
    Vacuum,
    /// Write all of it as JSON Lines
    Export {
        /// The file to write; `-` is stdout
        #[arg(value_name = "FILE", default_value = "-")]
        file: PathBuf,
    },
    /// Ask a source again that was gone (410), has moved, or wants to be left alone
    Enable {
        /// Its name in the configuration
        source: String,
    },
}

pub fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let config = Session::new(global)?.config;
    let path = args.place.path(config.state.folder.as_deref())?;
    if !path.exists() {
        bail!("state {}: is not there; `broadsheet run` makes it", path.display());
    }
    match &args.command {
        Command::Info { json } => info(&State::open(&path)?, *json)?,
        Command::Vacuum => {
            let size = || std::fs::metadata(&path).map_or(0, |m| m.len());
            let before = size();
            State::open(&path)?.vacuum()?;
            common::print(&format!("{}: {} -> {}\n", path.display(), bytes(before), bytes(size())))?;
        }
        Command::Export { file } if file.as_os_str() == "-" => {
            let mut out = std::io::BufWriter::new(std::io::stdout().lock());
            State::open(&path)?.export(&mut out)?;
            out.flush()?;
        }
        Command::Export { file } => {
            let folder = std::path::absolute(file)?
                .parent()
                .map(PathBuf::from)
                .unwrap_or_default();
            let name = || file.display().to_string();
            let part = tempfile::Builder::new()
                .prefix(".broadsheet-")
                .tempfile_in(folder)
                .with_context(name)?;
            let mut out = std::io::BufWriter::new(part.as_file());
            State::open(&path)?.export(&mut out)?;
            out.flush().with_context(name)?;
            drop(out);
            part.persist(file).map_err(|e| e.error).with_context(name)?;
        }
        Command::Enable { source } => {
            if !State::open(&path)?.enable(source)? {
                bail!(
                    "{source}: no source of this name was ever asked; `broadsheet state info` names those with troubles"
                );
            }
        }
    }
    Ok(Outcome::Complete)
}

fn info(state: &State, json: bool) -> anyhow::Result<()> {
    let info = state.info()?;
    if json {
        return common::print(&(serde_json::to_string_pretty(&info)? + "\n"));
    }
    let mut text = format!(
        "{}: schema {}, {}\n",
        state.path().display(),
        info.schema,
        bytes(info.bytes)
    );
    for (name, last, editions, waiting) in &info.digests {
        let last = last
            .as_ref()
            .map_or("no edition yet".to_owned(), |last| format!("last edition {last}"));
        text += &format!("digest {name}: {last}, {editions} in all, {waiting} items in the inbox\n");
    }
    for source in &info.troubled {
        let mut said = Vec::new();
        if let Some(gone) = source.gone {
            said.push(format!("gone since {gone}"));
        }
        if let Some(address) = &source.moved_to {
            said.push(format!("moved to {address}"));
        }
        if let (Some(reason), Some(since)) = (&source.reason, source.failing_since) {
            said.push(format!(
                "failed {} runs in a row since {since}: {reason}",
                source.failures
            ));
        }
        text += &format!(
            "source {} of {} ({}): {}\n",
            source.name,
            source.digest,
            source.location,
            said.join("; ")
        );
    }
    for (table, rows) in &info.tables {
        text += &format!("{table}: {rows} rows\n");
    }
    common::print(&text)
}

/// A size for people.
fn bytes(n: u64) -> String {
    match n {
        0..1_000_000 => format!("{} kB", n.div_ceil(1_000)),
        _ => format!("{:.1} MB", n as f64 / 1e6),
    }
}
