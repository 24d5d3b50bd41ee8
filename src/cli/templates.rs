//! `templates`: the standard ones, a copy to change, and whether the copy works.

use std::path::{Path, PathBuf};
use std::process::{Command as Program, Stdio};

use anyhow::{Context, bail};
use broadsheet::digest::Digest;
use broadsheet::render::{self, Format, Look, Renderer, Theme};
use broadsheet::site::{self, Edition};

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
    /// Find what is wrong in a folder of templates: every error with its file, line and field
    #[command(after_help = "Example:\n  broadsheet templates check mine\n\nExit code 1 where an error was found.")]
    Check {
        /// The folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Write a digest as a page and open it
    #[command(
        after_help = "Examples:\n  broadsheet templates preview mine\n  broadsheet templates preview --theme compact --digest digests/2026-03-15.json --print"
    )]
    Preview {
        /// A folder of templates [default: the standard ones]
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
        /// The digest to show (its JSON) [default: a made-up one that has everything]
        #[arg(long, value_name = "FILE")]
        digest: Option<PathBuf>,
        /// What it looks like
        #[arg(long, value_name = "NAME", default_value = "broadsheet", value_parser = ["broadsheet", "plain", "compact"])]
        theme: String,
        /// Say where the page is, and do not open it
        #[arg(long)]
        print: bool,
    },
    /// Describe what templates see: every field with an example, and the helpers
    #[command(after_help = "Example:\n  broadsheet templates context | less")]
    Context {
        /// As a JSON schema
        #[arg(long)]
        schema: bool,
    },
}

pub fn run(command: &Command) -> anyhow::Result<Outcome> {
    match command {
        Command::List => {
            for (name, _) in render::embedded() {
                common::print(&format!("{name}\n"))?;
            }
        }
        Command::Export { folder, force } => export(folder, *force)?,
        Command::Check { folder } => check(folder)?,
        Command::Preview {
            folder,
            digest,
            theme,
            print,
        } => preview(folder.as_deref(), digest.as_deref(), theme.parse()?, *print)?,
        Command::Context { schema } => common::print(&match schema {
            true => render::context::schema(),
            false => render::context::markdown(),
        })?,
    }
    Ok(Outcome::Complete)
}

fn export(folder: &Path, force: bool) -> anyhow::Result<()> {
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
    common::print(&format!("{} templates written to {}\n", paths.len(), folder.display()))
}

fn check(folder: &Path) -> anyhow::Result<()> {
    let templates = common::read_templates(Some(folder))?;
    let errors = render::check(&templates, &[&render::check_letter, &check_archive]);
    for error in &errors {
        common::print(&format!("{}: {error}\n", folder.display()))?;
    }
    if !errors.is_empty() {
        bail!("{}: {} found", folder.display(), count(errors.len(), "error", "errors"));
    }
    let found = count(templates.len(), "template", "templates");
    common::print(&format!("{}: {found}, no error\n", folder.display()))
}

/// Every page of an archive of one digest.
fn check_archive(renderer: &Renderer, digest: &Digest) -> broadsheet::Result<()> {
    let edition = Edition::new(digest.date.to_string(), 1, digest.clone());
    let options = site::Options {
        title: None,
        base_url: None,
    };
    site::build(vec![edition], renderer, &options).map(|_| ())
}

fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn preview(folder: Option<&Path>, digest: Option<&Path>, theme: Theme, print: bool) -> anyhow::Result<()> {
    let look = Look {
        theme,
        ..Look::default()
    };
    let renderer = Renderer::with(&common::read_templates(folder)?, look)?;
    let digest: Digest = match digest {
        None => render::sample::full(),
        Some(path) => {
            let name = || path.display().to_string();
            serde_json::from_slice(&std::fs::read(path).with_context(name)?).with_context(name)?
        }
    };
    let page = renderer.digest(&digest, Format::Html)?;
    // It has to be there when the browser reads it, so nobody takes it away but the system.
    let file = tempfile::Builder::new()
        .prefix("broadsheet-preview-")
        .suffix(".html")
        .tempfile()?;
    let (_, path) = file.keep()?;
    std::fs::write(&path, page).with_context(|| path.display().to_string())?;
    common::print(&format!("{}\n", path.display()))?;
    if !print {
        open(&path);
    }
    Ok(())
}

/// Opens a page in the user's browser; where that cannot be done, its name is on stdout.
fn open(path: &Path) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let started = Program::new(program)
        .arg(path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if started.is_err() {
        common::say(&format!("{program} is not there: open the page by hand"));
    }
}
