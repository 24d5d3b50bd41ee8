//! `digest`: the day's digest, written whole or not at all.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use broadsheet::digest::Digest;
use broadsheet::pipeline;
use broadsheet::render::{Format, Images, Locale, Look, Renderer, Terminal, Theme};
use jiff::ZonedDateTime;
use jiff::civil::Date;

use super::common::{self, Input, Outcome, Session, Writing};
use super::{Global, summarize};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  broadsheet digest examples/2026-03-14\n  broadsheet digest --title 'The Ansel Letter' --out letters inbox/ https://www.example.org/feed.xml\n  \
                        broadsheet digest --out - --format markdown inbox/ | less"
)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// The digest's day [default: the newest article's, else today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,
    /// The folder to write DATE.md, DATE.html and DATE.json to; `-` is stdout, for one format
    #[arg(long, value_name = "DIR", default_value = "digests")]
    out: PathBuf,
    /// What to write
    #[arg(long, value_name = "FORMAT", value_delimiter = ',', default_value = "markdown,html,json", value_parser = ["text", "markdown", "html", "json"])]
    format: Vec<String>,
    /// What the digest is called
    #[arg(long)]
    title: Option<String>,
    /// How much to say of a story: two, four or eight sentences
    #[arg(long, value_name = "LENGTH", value_parser = ["short", "medium", "long"])]
    length: Option<String>,
    /// Say of a story at most so many sentences
    #[arg(long, value_name = "N", conflicts_with = "length", value_parser = clap::value_parser!(u16).range(1..=1000))]
    sentences: Option<u16>,
    /// Say of a story about so many words, in place of a number of sentences
    #[arg(long, value_name = "N", conflicts_with_all = ["length", "sentences"], value_parser = clap::value_parser!(u16).range(10..))]
    words: Option<u16>,
    /// Leave asides out of sentences, where the sources bear the shorter sentence out
    #[arg(long)]
    compress: bool,
    #[command(flatten)]
    writing: Writing,
    /// The digest before this one (its JSON): stories keep their thread, and figures say how they changed
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
    /// The most stories [default: all, as does 0]
    #[arg(long, value_name = "N")]
    max_stories: Option<usize>,
    /// What the HTML looks like: broadsheet, plain or compact
    #[arg(long, default_value_t)]
    theme: Theme,
    /// Sources' pictures in HTML: none, or link (their publishers then see who reads the digest)
    #[arg(long, default_value_t)]
    images: Images,
    /// How dates and numbers are written: en-GB, en-US or iso
    #[arg(long, default_value_t)]
    locale: Locale,
    /// A folder of templates to use in place of the standard ones
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
}

pub fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let mut session = Session::new(global)?;
    let config = &mut session.config;
    if let Some(length) = summarize::length(args.length.as_deref(), args.sentences) {
        config.summarize.length = length;
    }
    if let Some(title) = &args.title {
        config.digest.title = title.clone();
    }
    config.rank.max_stories = args.max_stories.unwrap_or(config.rank.max_stories);
    let formats = args
        .format
        .iter()
        .map(|f| Ok(f.parse::<Format>()?))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let to_stdout = args.out.as_os_str() == "-";
    if to_stdout && formats.len() != 1 {
        bail!("--out -: stdout takes one format, as in `--out - --format markdown`");
    }
    session.config.summarize.compress |= args.compress;
    session.config.summarize.words = args.words.map(usize::from).or(session.config.summarize.words);
    args.writing.apply(&mut session.config);
    // Templates first: an error in them should not wait for the model.
    let terminal = if to_stdout {
        common::terminal()
    } else {
        Terminal::plain(80)
    };
    let look = Look {
        theme: args.theme,
        images: args.images,
        locale: args.locale,
        terminal,
        ..Look::default()
    };
    let renderer = Renderer::with(&common::read_templates(args.templates.as_deref())?, look)?;
    let previous = args.previous.as_deref().map(read_digest).transpose()?;
    if !to_stdout {
        ready_to_write(&args.out)?;
        // Yesterday's digest is not news.
        session.config.ingest.skip = Some(args.out.clone());
    }
    session.load_encoder()?;
    let (articles, mut warnings) = session.articles(&args.input)?;
    let reader = session.reader()?;
    let (annotated, more) = session.annotated(&articles, &reader)?;
    warnings.extend(more);
    let day = |newest: Option<Date>| args.date.or(newest).unwrap_or_else(|| ZonedDateTime::now().date());
    let digest = session.digest(&articles, &annotated, warnings, &reader, day, previous.as_ref())?;
    args.writing.report(digest.stories.iter().chain(&digest.briefs));
    if digest.stories.is_empty() && digest.briefs.is_empty() {
        if let Some(previous) = &previous {
            common::say(&format!(
                "nothing new since the digest of {}; nothing was written",
                previous.date
            ));
            return Ok(Outcome::NothingNew);
        }
        bail!("no sentence in the inputs can be summarised; nothing was written");
    }
    let rendered = formats
        .iter()
        .map(|f| Ok((*f, renderer.digest(&digest, *f)?)))
        .collect::<anyhow::Result<Vec<_>>>()?;
    if to_stdout {
        common::print(&rendered[0].1)?;
    } else {
        for path in write_all(&args.out, &digest.date.to_string(), &rendered)? {
            common::print(&format!("{}\n", path.display()))?;
        }
    }
    Ok(session.outcome())
}

/// An earlier digest, from its JSON.
fn read_digest(path: &Path) -> anyhow::Result<Digest> {
    let name = path.display();
    let text = std::fs::read(path).with_context(|| format!("--previous {name}"))?;
    let version: Version = serde_json::from_slice(&text).with_context(|| {
        format!("--previous {name}: is not the JSON of a digest (`digest --format json` writes it)")
    })?;
    if version.version != pipeline::FORMAT {
        bail!(
            "--previous {name}: its format is {}, this program reads {}; make that day's digest again",
            version.version,
            pipeline::FORMAT
        );
    }
    serde_json::from_slice(&text).with_context(|| format!("--previous {name}"))
}

/// What tells a digest from other JSON.
#[derive(serde::Deserialize)]
struct Version {
    version: u32,
}

/// Makes the folder before the work is done, so that what stands in its way is known at once.
fn ready_to_write(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("--out {}: cannot be made", folder.display()))?;
    let test = tempfile::Builder::new().prefix(".broadsheet-").tempfile_in(folder);
    test.with_context(|| format!("--out {}: cannot be written to", folder.display()))?;
    Ok(())
}

/// Writes one file a format. All are written beside their places and flushed before the first is moved, so that
/// an error or an interruption leaves the files of an earlier run as they were.
fn write_all(folder: &Path, name: &str, rendered: &[(Format, String)]) -> anyhow::Result<Vec<PathBuf>> {
    let mut ready = Vec::new();
    for (format, text) in rendered {
        let path = folder.join(format!("{name}.{}", format.extension()));
        let context = || path.display().to_string();
        if path.is_dir() {
            bail!("{}: is a folder; move it away", path.display());
        }
        let mut file = tempfile::Builder::new()
            .prefix(".broadsheet-")
            .tempfile_in(folder)
            .with_context(context)?;
        file.write_all(text.as_bytes()).with_context(context)?;
        file.as_file().sync_all().with_context(context)?;
        readable(file.as_file()).with_context(context)?;
        ready.push((file, path));
    }
    ready
        .into_iter()
        .map(|(file, path)| {
            file.persist(&path)
                .map_err(|e| e.error)
                .with_context(|| path.display().to_string())?;
            Ok(path)
        })
        .collect()
}

/// Temporary files are private; a digest is for whoever may read the folder.
#[cfg(unix)]
fn readable(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_replaced_whole_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("new");
        ready_to_write(&out).unwrap();
        for text in ["one", "two"] {
            let paths = write_all(
                &out,
                "2026-03-14",
                &[(Format::Markdown, text.into()), (Format::Json, "{}".into())],
            )
            .unwrap();
            assert_eq!(std::fs::read_to_string(&paths[0]).unwrap(), text);
        }
        assert_eq!(std::fs::read_dir(&out).unwrap().count(), 2);
    }

    #[test]
    fn a_folder_in_the_place_of_a_file_stops_all() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("x.json")).unwrap();
        let both = [(Format::Markdown, String::new()), (Format::Json, String::new())];
        assert!(
            write_all(folder.path(), "x", &both)
                .unwrap_err()
                .to_string()
                .contains("x.json")
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no x.md");
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = ready_to_write(file.path()).unwrap_err();
        assert!(format!("{error:#}").contains(&*file.path().to_string_lossy()));
    }
}
