//! `config`: the configuration as it is, as it could be, and what is wrong with it.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use broadsheet::config::check::{self, Kind, World};
use broadsheet::config::layers::{self, Layer};
use broadsheet::config::{Config, SourceConfig, example, opml};
use broadsheet::render::Renderer;

use super::Global;
use super::common::{self, Outcome};

/// The name of a configuration file.
const FILE: &str = "broadsheet.toml";

#[derive(Debug, clap::Subcommand)]
#[command(
    after_help = "Examples:\n  broadsheet config example > broadsheet.toml\n  broadsheet config check\n  broadsheet config show morning\n  \
                  broadsheet config import-opml feeds.opml --into broadsheet.toml"
)]
pub enum Command {
    /// Print a configuration with every field, its default and what it is for
    Example,
    /// Say all that is wrong with the configuration, with file, line and a suggestion
    #[command(after_help = "Example:\n  broadsheet config check broadsheet.toml && broadsheet run")]
    Check {
        /// The file to check [default: the one that would be read]
        file: Option<PathBuf>,
    },
    /// Print the configuration as it holds: files, defaults and the digest's own words together
    #[command(after_help = "Examples:\n  broadsheet config show\n  broadsheet config show morning")]
    Show {
        /// A digest: what it is made with [default: the whole configuration]
        name: Option<String>,
    },
    /// Take the feeds of a feed reader's list as sources
    #[command(
        after_help = "Examples:\n  broadsheet config import-opml feeds.opml >> broadsheet.toml\n  \
                            broadsheet config import-opml feeds.opml --into broadsheet.toml"
    )]
    ImportOpml {
        /// The list; `-` is stdin
        file: PathBuf,
        /// Add them to this configuration, which keeps its comments [default: print them]
        #[arg(long, value_name = "FILE")]
        into: Option<PathBuf>,
    },
    /// Print the feeds as a list that feed readers take
    #[command(after_help = "Example:\n  broadsheet config export-opml > feeds.opml")]
    ExportOpml,
}

pub fn run(command: &Command, global: &Global) -> anyhow::Result<Outcome> {
    match command {
        Command::Example => common::print(&example::text())?,
        Command::Check { file } => check_files(&files(file.as_deref().or(global.config.as_deref()))?, global.quiet)?,
        Command::Show { name } => {
            let config = load(global)?;
            let config = match name {
                Some(name) => config.of(Some(name))?.0,
                None => config,
            };
            common::print(&toml::to_string(&config)?)?;
        }
        Command::ImportOpml { file, into } => import(file, into.as_deref(), || Ok(load(global)?.sources))?,
        Command::ExportOpml => {
            let config = load(global)?;
            let (feeds, others): (Vec<_>, Vec<_>) = config.sources.iter().partition(|s| s.feed.is_some());
            if feeds.is_empty() {
                bail!("the configuration has no feeds");
            }
            common::print(&opml::export(&config.digest.title, &config.sources)?)?;
            if !others.is_empty() {
                let names: Vec<&str> = others.iter().map(|s| s.name.as_str()).collect();
                common::say(&format!("left out, since they are no feeds: {}", names.join(", ")));
            }
        }
    }
    Ok(Outcome::Complete)
}

/// The configuration that the flags, the environment and the files make.
pub fn load(global: &Global) -> anyhow::Result<Config> {
    Ok(layers::join(
        &files(global.config.as_deref())?,
        std::env::home_dir().as_deref(),
    )?)
}

/// The file that goes before the user's own: the one that is named, else `./broadsheet.toml` where it is there.
pub fn project_file(named: Option<&Path>) -> Option<PathBuf> {
    let standard = Path::new(FILE);
    named
        .map(Path::to_path_buf)
        .or_else(|| standard.is_file().then(|| standard.to_path_buf()))
}

/// The user's own file, where it is there: in `$XDG_CONFIG_HOME/broadsheet`, else in `~/.config/broadsheet`.
pub fn user_file() -> Option<PathBuf> {
    let folder = common::user_folder("XDG_CONFIG_HOME", ".config")?;
    Some(folder.join(FILE)).filter(|path| path.is_file())
}

/// The files of the configuration, the strongest first.
fn files(named: Option<&Path>) -> anyhow::Result<Vec<Layer>> {
    let project = project_file(named);
    let same = |user: &PathBuf| {
        project
            .as_ref()
            .is_some_and(|p| p.canonicalize().ok() == user.canonicalize().ok())
    };
    let user = user_file().filter(|user| !same(user));
    project.iter().chain(&user).map(|path| layer(path)).collect()
}

fn layer(path: &Path) -> anyhow::Result<Layer> {
    Ok(Layer {
        name: path.display().to_string(),
        folder: path.parent().map(Path::to_path_buf).unwrap_or_default(),
        text: std::fs::read_to_string(path).with_context(|| path.display().to_string())?,
    })
}

fn check_files(files: &[Layer], quiet: bool) -> anyhow::Result<()> {
    if files.is_empty() {
        bail!("there is no configuration; `broadsheet config example > {FILE}` writes one");
    }
    let home = std::env::home_dir();
    let world = World {
        home: home.as_deref(),
        is_set: &|name| std::env::var_os(name).is_some(),
        wrong_with: &wrong_with,
    };
    let problems = check::check(files, &world);
    for problem in &problems {
        common::print(&format!("{problem}\n"))?;
    }
    let fatal = problems.iter().filter(|p| p.fatal).count();
    match fatal {
        0 => {
            let names: Vec<&str> = files.iter().map(|f| f.name.as_str()).collect();
            if !quiet {
                common::say(&format!("{}: no mistakes", names.join(" over ")));
            }
            Ok(())
        }
        1 => bail!("the configuration has a mistake"),
        _ => bail!("the configuration has {fatal} mistakes"),
    }
}

/// What is wrong with a path, where something is.
fn wrong_with(path: &Path, kind: Kind) -> Option<String> {
    let is_folder = match std::fs::metadata(path) {
        Ok(found) => found.is_dir(),
        Err(error) => return Some(error.to_string()),
    };
    let opened = match is_folder {
        true => std::fs::read_dir(path).map(drop),
        false => std::fs::File::open(path).map(drop),
    };
    match (kind, is_folder, opened) {
        (_, _, Err(error)) => Some(error.to_string()),
        (Kind::File, true, _) => Some("is a folder; a file is needed".into()),
        (Kind::Folder | Kind::Templates, false, _) => Some("is a file; a folder is needed".into()),
        (Kind::Templates, true, _) => {
            let templates = match common::read_templates(Some(path)) {
                Ok(templates) => templates,
                Err(error) => return Some(format!("{error:#}")),
            };
            Renderer::new(&templates, 80).err().map(|error| error.to_string())
        }
        _ => None,
    }
}

fn import(
    file: &Path,
    into: Option<&Path>,
    configured: impl Fn() -> anyhow::Result<Vec<SourceConfig>>,
) -> anyhow::Result<()> {
    let name = file.display().to_string();
    let list = match name.as_str() {
        "-" => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).context("stdin")?;
            text
        }
        _ => std::fs::read_to_string(file).with_context(|| name.clone())?,
    };
    let Some(into) = into else {
        let imported = opml::import(&list, &name, &configured()?)?;
        imported
            .left_out
            .iter()
            .for_each(|feed| common::say(&format!("left out: {feed}")));
        return common::print(&opml::add_to("", FILE, &imported.sources)?);
    };
    let shown = into.display().to_string();
    let text = match std::fs::read_to_string(into) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        read => read.with_context(|| shown.clone())?,
    };
    let present: Vec<SourceConfig> = Config::from_toml(&text, &shown)?.sources;
    let imported = opml::import(&list, &name, &present)?;
    let changed = opml::add_to(&text, &shown, &imported.sources)?;
    // Nothing is written that could not be read again.
    Config::from_toml(&changed, &shown)?;
    imported
        .left_out
        .iter()
        .for_each(|feed| common::say(&format!("left out: {feed}")));
    if changed != text {
        replace(into, &changed).with_context(|| shown.clone())?;
    }
    let count = match imported.sources.len() {
        1 => "1 feed".to_string(),
        n => format!("{n} feeds"),
    };
    common::say(&format!("{shown}: {count} added"));
    Ok(())
}

/// Puts a text in the place of a file, whole or not at all; a link goes on pointing where it did.
fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let folder = path
        .parent()
        .filter(|f| !f.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".broadsheet-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    if let Ok(found) = std::fs::metadata(&path) {
        file.as_file().set_permissions(found.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_a_link_stays_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.toml");
        replace(&path, "one").unwrap();
        replace(&path, "two").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
        #[cfg(unix)]
        {
            let link = folder.path().join("link.toml");
            std::os::unix::fs::symlink(&path, &link).unwrap();
            replace(&link, "three").unwrap();
            assert!(link.is_symlink());
            assert_eq!(std::fs::read_to_string(&path).unwrap(), "three");
        }
        assert!(
            std::fs::read_dir(folder.path())
                .unwrap()
                .all(|e| e.unwrap().path().extension().is_some())
        );
    }

    #[test]
    fn what_is_wrong_with_a_path_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.txt");
        std::fs::write(&file, "x").unwrap();
        assert_eq!(wrong_with(&file, Kind::File), None);
        assert_eq!(wrong_with(folder.path(), Kind::Folder), None);
        assert!(
            wrong_with(folder.path(), Kind::File)
                .unwrap()
                .contains("a file is needed")
        );
        assert!(wrong_with(&file, Kind::Folder).unwrap().contains("a folder is needed"));
        assert!(wrong_with(&folder.path().join("b"), Kind::Any).is_some());
        assert!(
            wrong_with(folder.path(), Kind::Templates)
                .unwrap()
                .contains("no .hbs files")
        );
    }

    #[test]
    fn feeds_are_added_to_a_file_once() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("feeds.opml");
        let into = folder.path().join("broadsheet.toml");
        std::fs::write(
            &list,
            "<opml><body><outline text=\"A\" xmlUrl=\"https://a.example/feed\"/></body></opml>",
        )
        .unwrap();
        std::fs::write(&into, "# Ours.\n").unwrap();
        for _ in 0..2 {
            import(&list, Some(&into), || Ok(Vec::new())).unwrap();
        }
        let text = std::fs::read_to_string(&into).unwrap();
        assert!(text.starts_with("# Ours.\n"), "{text}");
        assert_eq!(Config::from_toml(&text, "x").unwrap().sources.len(), 1);
    }
}
