//! `templates`: the standard ones, and a copy to change.

use std::path::PathBuf;

use anyhow::{Context, bail};
use broadsheet::render;

use super::common::{self, Outcome};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the templates
    #[command(after_help = "Example:\n  broadsheet templates list")]
    List,
    /// Write the templates to a folder, to change them and to use them by --templates
    #[command(
        after_help = "Example:\n  broadsheet templates export mine && broadsheet digest --templates mine examples/2026-03-14"
    )]
    Export {
        /// The folder to write to
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// Replace files that are there
        #[arg(long)]
        force: bool,
    },
}

pub fn run(command: &Command) -> anyhow::Result<Outcome> {
    match command {
        Command::List => {
            for (name, _) in render::embedded() {
                common::print(&format!("{name}\n"))?;
            }
        }
        Command::Export { folder, force } => {
            std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
            let paths: Vec<_> = render::embedded()
                .iter()
                .map(|(name, text)| (folder.join(name), text))
                .collect();
            // Somebody's changes may be in them: ask before the first is touched.
            if let Some((path, _)) = paths.iter().find(|(path, _)| !force && path.exists()) {
                bail!("{}: is there already; --force replaces it", path.display());
            }
            for (path, text) in &paths {
                std::fs::write(path, text).with_context(|| path.display().to_string())?;
            }
            common::print(&format!("{} templates written to {}\n", paths.len(), folder.display()))?;
        }
    }
    Ok(Outcome::Complete)
}
