//! What the commands share: reading inputs, loading the model, progress, warnings and exit codes.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Instant;

use anyhow::{Context, anyhow, bail};
use broadsheet::config::Config;
use broadsheet::digest::{Digest, Story};
use broadsheet::document::{Annotated, Article, Cluster};
use broadsheet::infer::generate::{Device, Generator, Seq2Seq};
use broadsheet::infer::{BertEncoder, Encoder, Reader, installed, store};
use broadsheet::pipeline::{self, Models, Step};
use broadsheet::render::Terminal;
use broadsheet::{Warning, ingest};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use serde::Serialize;
use tracing::Level;

use super::{Global, log};

/// The encoder that everything is measured with.
const ENCODER: &str = "all-MiniLM-L6-v2";

/// How a run ended, as the exit code says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything is there.
    Complete = 0,
    /// The result was written, but some inputs are missing from it.
    Partial = 3,
    /// The inputs tell nothing that the digest before did not; nothing was written.
    NothingNew = 4,
    /// Another run of the same digest is under way.
    Locked = 5,
    /// A text says what its sources do not.
    Unsupported = 6,
}

/// What to read.
#[derive(Debug, clap::Args)]
pub struct Input {
    /// Files, folders, URLs of pages or feeds; `-` is stdin
    #[arg(value_name = "INPUT", required = true)]
    pub inputs: Vec<String>,
    /// Read the inputs as this, whatever their names say
    #[arg(long, value_name = "FORMAT", value_parser = ["text", "markdown", "html", "json", "jsonl", "feed"])]
    pub input_format: Option<String>,
    /// Fetch nothing but the given URLs: feed entries are taken as the feed has them
    #[arg(long)]
    pub no_fetch: bool,
}

/// Who writes the summaries.
#[derive(Debug, clap::Args)]
pub struct Writing {
    /// Let this model write the summaries (`models list`); each of its sentences is checked against the sources first
    #[arg(long, value_name = "ID")]
    pub model: Option<String>,
    /// Where that model runs: auto, cpu, cuda or mps [default: auto]
    #[arg(long, value_name = "DEVICE")]
    pub device: Option<Device>,
    /// How many beams that model searches [default: as its own settings say]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub beams: Option<u8>,
    /// Say which of that model's sentences were replaced, and why
    #[arg(long)]
    pub strict: bool,
}

impl Writing {
    /// Lays the flags over the configuration.
    pub fn apply(&self, config: &mut Config) {
        let generate = &mut config.generate;
        generate.model = self.model.clone().or(generate.model.take());
        generate.device = self.device.unwrap_or(generate.device);
        generate.beams = self.beams.map(usize::from).or(generate.beams);
    }

    /// With `--strict`, says on stderr what was replaced.
    pub fn report<'a>(&self, stories: impl IntoIterator<Item = &'a Story>) {
        for story in stories.into_iter().filter(|_| self.strict) {
            for rejected in &story.summary.rejected {
                let instead = rejected.replacement.as_ref().map_or(
                    "nothing stands in its place",
                    |_| "the source's own stands in its place",
                );
                say(&format!(
                    "{}: not shown: \"{}\" ({}); {instead}",
                    story.headline, rejected.text, rejected.why
                ));
            }
        }
    }
}

/// One run: the configuration, what to say on stderr, and the warnings so far.
pub struct Session {
    /// The configuration, flags included.
    pub config: Config,
    models: PathBuf,
    quiet: bool,
    bar: Mutex<Option<(Step, ProgressBar)>>,
    lost: bool,
    loading: Option<JoinHandle<broadsheet::Result<BertEncoder>>>,
}

impl Session {
    /// Reads the configuration.
    pub fn new(global: &Global) -> anyhow::Result<Self> {
        let config = super::config::load(global)?;
        Ok(Session {
            config,
            models: models_folder(global)?,
            quiet: global.quiet,
            bar: Mutex::new(None),
            lost: false,
            loading: None,
        })
    }

    /// Reads all inputs and finds their text; warnings are printed and returned.
    ///
    /// # Errors
    /// Where none of the inputs gave an article.
    pub fn articles(&mut self, input: &Input) -> anyhow::Result<(Vec<Arc<Article>>, Vec<Warning>)> {
        let mut options = self.config.ingest.clone();
        if let Some(format) = &input.input_format {
            options.format = Some(format.parse().map_err(|e| anyhow!("--input-format {format}: {e}"))?);
        }
        options.fetch_pages &= !input.no_fetch;
        let start = Instant::now();
        let ingested = ingest::read(&input.inputs, &options, &|subject| tracing::debug!("reading {subject}"));
        tracing::info!("read {} documents in {:.1?}", ingested.documents.len(), start.elapsed());
        let start = Instant::now();
        let (articles, extracted) =
            pipeline::articles(&ingested.documents, &|step, done, of| self.progress(step, done, of));
        self.clear();
        tracing::info!(
            "found the text of {} articles in {:.1?}",
            articles.len(),
            start.elapsed()
        );
        let mut warnings = ingested.warnings;
        warnings.extend(extracted);
        self.warn(&warnings);
        if articles.is_empty() {
            match warnings.len() {
                0 => bail!("{}: no articles found", input.inputs.join(", ")),
                _ => bail!("none of the inputs gave an article"),
            }
        }
        Ok((articles, warnings))
    }

    /// Begins to load the encoder, so that it is there when the inputs have been read.
    pub fn load_encoder(&mut self) -> anyhow::Result<()> {
        let model = store::find(ENCODER)?;
        let models = self.models.clone();
        self.loading = Some(std::thread::spawn(move || BertEncoder::load(model, &models)));
        Ok(())
    }

    /// The encoder that [`Session::load_encoder`] began to load, checked against the manifest.
    pub fn encoder(&mut self) -> anyhow::Result<BertEncoder> {
        let start = Instant::now();
        let loading = self.loading.take().context("load_encoder comes first")?;
        let encoder = loading.join().map_err(|_| anyhow!("{ENCODER}: loading it stopped"))??;
        tracing::info!("waited {:.1?} for {ENCODER}", start.elapsed());
        Ok(encoder)
    }

    /// The encoder with the head that finds names, both checked against the manifest.
    pub fn reader(&mut self) -> anyhow::Result<Reader> {
        Ok(Reader::new(self.encoder()?, &self.models)?)
    }

    /// The model that writes summaries, where the flags or the configuration name one, checked against what was recorded of it.
    fn generator(&self) -> anyhow::Result<Option<Seq2Seq>> {
        let Some(id) = &self.config.generate.model else {
            return Ok(None);
        };
        let start = Instant::now();
        let model = installed::summariser(id, &self.models)?;
        let generator = Seq2Seq::open(&model, self.config.generate.device)?;
        tracing::info!("loaded {id} in {:.1?}", start.elapsed());
        Ok(Some(generator))
    }

    /// Works with the models that stories are told with, and shows how far it is.
    fn with_models<T>(
        &self,
        encoder: &dyn Encoder,
        work: impl FnOnce(Models, pipeline::Progress) -> broadsheet::Result<T>,
    ) -> anyhow::Result<T> {
        let generator = self.generator()?;
        let models = Models {
            encoder,
            generator: generator.as_ref().map(|g| g as &dyn Generator),
        };
        let done = work(models, &|step, done, of| self.progress(step, done, of));
        self.clear();
        Ok(done?)
    }

    /// What the model that writes wrote of each story; nothing where there is none.
    pub fn write(
        &self,
        documents: &[Annotated],
        clusters: &[Cluster],
        encoder: &dyn Encoder,
    ) -> anyhow::Result<Vec<Vec<Vec<String>>>> {
        self.with_models(encoder, |models, progress| {
            pipeline::write(documents, clusters, models, &self.config, progress)
        })
    }

    /// The digest of what was read.
    pub fn digest(
        &self,
        articles: &[Arc<Article>],
        documents: &[Annotated],
        warnings: Vec<Warning>,
        encoder: &dyn Encoder,
        day: impl FnOnce(Option<Date>) -> Date,
        previous: Option<&Digest>,
    ) -> anyhow::Result<Digest> {
        self.with_models(encoder, |models, progress| {
            pipeline::digest(
                articles,
                documents,
                warnings,
                models,
                day,
                previous,
                &self.config,
                progress,
            )
        })
    }

    /// Stories and briefs of all articles, after their pass through the encoder.
    ///
    /// Warnings are printed and returned.
    pub fn annotated(
        &mut self,
        articles: &[Arc<Article>],
        encoder: &dyn Encoder,
    ) -> anyhow::Result<(Vec<Annotated>, Vec<Warning>)> {
        let start = Instant::now();
        let annotated = pipeline::annotated(articles, encoder, &self.config, &|step, done, of| {
            self.progress(step, done, of)
        });
        self.clear();
        tracing::info!("encoded in {:.1?}", start.elapsed());
        let (annotated, mut warnings) = annotated?;
        warnings.extend(pipeline::languages(&annotated));
        self.warn(&warnings);
        Ok((annotated, warnings))
    }

    /// Prints warnings, one line each, and remembers whether something was lost.
    pub fn warn(&mut self, warnings: &[Warning]) {
        for warning in warnings {
            self.lost |= warning.lost;
            let level = if warning.lost { Level::WARN } else { Level::INFO };
            if !self.quiet || warning.lost {
                log::say(level, &warning.to_string());
            }
        }
    }

    /// Complete, or partial where an input was lost.
    pub fn outcome(&self) -> Outcome {
        if self.lost { Outcome::Partial } else { Outcome::Complete }
    }

    /// A progress bar, on a terminal only, and only for work that takes a while.
    pub fn progress(&self, step: Step, done: usize, of: usize) {
        if self.quiet || !std::io::stderr().is_terminal() || (of < 20 && step != Step::Write) {
            return;
        }
        let Ok(mut bar) = self.bar.lock() else { return };
        let current = match bar.take() {
            Some((of_step, current)) if of_step == step => current,
            _ => {
                let what = match step {
                    Step::Extract => "articles",
                    Step::Encode => "sentences",
                    Step::Write => "stories",
                };
                let style = ProgressStyle::with_template("{bar:32} {pos}/{len} {msg}, {eta} left")
                    .unwrap_or(ProgressStyle::default_bar());
                ProgressBar::new(of as u64).with_style(style).with_message(what)
            }
        };
        current.set_position(done as u64);
        *bar = Some((step, current));
    }

    /// Takes the progress bar off the screen.
    pub fn clear(&self) {
        if let Some((_, bar)) = self.bar.lock().ok().and_then(|mut bar| bar.take()) {
            bar.finish_and_clear();
        }
    }
}

/// The model store: the flag or BROADSHEET_MODELS, else the user's data folder.
pub fn models_folder(global: &Global) -> anyhow::Result<PathBuf> {
    if let Some(folder) = &global.models {
        return Ok(folder.clone());
    }
    Ok(user_folder("XDG_DATA_HOME", ".local/share")
        .context("no home folder: name the folder of models by --models or BROADSHEET_MODELS")?
        .join("models"))
}

/// A folder of ours among the user's (XDG Base Directory Specification): in the one that a variable names, if that is absolute, else
/// in the standard one of the home folder.
pub fn user_folder(variable: &str, standard: &str) -> Option<PathBuf> {
    let set = std::env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let folder = set.or_else(|| Some(std::env::home_dir()?.join(standard)))?;
    Some(folder.join("broadsheet"))
}

/// Threads of libtorch and of our own.
pub fn set_threads(threads: Option<u16>) -> anyhow::Result<()> {
    let threads = match threads {
        Some(n) => usize::from(n),
        None => std::thread::available_parallelism().map_or(1, usize::from),
    };
    broadsheet::infer::set_threads(threads);
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .context("threads")
}

/// Whether the error is that nobody reads our output any more.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe);
        io || cause
            .downcast_ref::<serde_json::Error>()
            .is_some_and(|e| e.io_error_kind() == Some(std::io::ErrorKind::BrokenPipe))
    })
}

/// Tells people a line on stderr.
pub fn say(line: &str) {
    log::say(Level::INFO, line);
}

/// Writes text to stdout.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Writes values to stdout as JSON Lines.
pub fn print_lines<T: Serialize>(values: impl IntoIterator<Item = T>) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for value in values {
        serde_json::to_writer(&mut out, &value)?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// The user's own templates: every `.hbs` file of a folder, by its name.
pub fn read_templates(folder: Option<&Path>) -> anyhow::Result<BTreeMap<String, String>> {
    let mut templates = BTreeMap::new();
    let Some(folder) = folder else { return Ok(templates) };
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry.with_context(|| folder.display().to_string())?.path();
        if path.extension().is_some_and(|e| e == "hbs") && path.is_file() {
            let name = path
                .file_name()
                .map(|s| s.to_string_lossy().into_owned())
                .unwrap_or_default();
            templates.insert(
                name,
                std::fs::read_to_string(&path).with_context(|| path.display().to_string())?,
            );
        }
    }
    if templates.is_empty() {
        bail!(
            "{}: no .hbs files; `broadsheet templates export {0}` writes the standard ones",
            folder.display()
        );
    }
    Ok(templates)
}

/// The width to wrap text at: the terminal's, at most 100 columns; 80 where there is none.
pub fn width() -> usize {
    if !std::io::stdout().is_terminal() {
        return 80;
    }
    terminal_size::terminal_size().map_or(80, |(columns, _)| usize::from(columns.0).clamp(40, 100))
}

/// How text for stdout is written: for a terminal, if it is one.
pub fn terminal() -> Terminal {
    let tty = std::io::stdout().is_terminal();
    Terminal {
        width: width(),
        colour: tty && !anstyle_query::no_color() && anstyle_query::term_supports_color(),
        links: tty && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
    }
}

/// Byte offsets to character offsets.
pub fn characters(text: &str) -> impl Fn(usize) -> usize {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    move |byte| starts.partition_point(|start| *start < byte)
}

#[cfg(test)]
mod tests {
    use super::characters;

    #[test]
    fn characters_are_counted_not_bytes() {
        let at = characters("a£b");
        assert_eq!([at(0), at(1), at(3), at(4)], [0, 1, 2, 3]);
    }
}
