//! What is said while the program works: to people on stderr, to a log file where one is asked for, as JSON for programs.
//!
//! Lines for people go straight to stderr, so that they look the same whatever is logged, and to the log besides, marked
//! [`SAID`]; what the stages report goes to either as their levels ask.

use std::fs::OpenOptions;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, anyhow};
use tracing::Level;
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use super::Global;

/// The target of what people are told on stderr anyway.
const SAID: &str = "broadsheet::said";

/// Whether stderr is for programs: lines for people then go there as JSON too.
static FOR_PROGRAMS: AtomicBool = AtomicBool::new(false);

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// A line of text
    Text,
    /// An object on a line
    Json,
}

/// Where the log goes.
#[derive(Debug, clap::Args)]
pub struct Log {
    /// Append what is done and said to this file, with times, whatever stderr is told
    #[arg(long, global = true, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// The form of the log; json without --log is for stderr
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,
}

/// Begins to log: on stderr nothing by default, what is done with -v, more with -vv; in a file what is done, more with -vv. RUST_LOG
/// goes before both.
///
/// # Errors
/// Where the file cannot be written.
pub fn start(global: &Global) -> anyhow::Result<()> {
    let filter = |level: &str| EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let mut layers: Vec<Box<dyn Layer<Registry> + Send + Sync>> = Vec::new();
    let json = global.log.log_format == LogFormat::Json;
    let level = match (global.quiet, global.verbose) {
        (true, _) => "error",
        (_, 0) => "warn",
        (_, 1) => "broadsheet=info",
        _ => "broadsheet=debug",
    };
    if json && global.log.log.is_none() {
        FOR_PROGRAMS.store(true, Ordering::SeqCst);
        let said = if global.quiet { "error" } else { "info" };
        let own = format!("{level},{SAID}={said}");
        layers.push(timed(std::io::stderr, json).with_filter(filter(&own)).boxed());
    } else {
        let own = tracing_subscriber::fmt::layer()
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal())
            .without_time()
            .with_target(false);
        let not_said = filter_fn(|event| event.target() != SAID);
        layers.push(own.with_filter(filter(level).and(not_said)).boxed());
    }
    if let Some(path) = &global.log.log {
        let file = OpenOptions::new().append(true).create(true).open(path);
        let file = file.with_context(|| format!("--log {}", path.display()))?;
        let level = if global.verbose > 1 {
            "broadsheet=debug"
        } else {
            "broadsheet=info"
        };
        layers.push(timed(Mutex::new(file), json).with_filter(filter(level)).boxed());
    }
    tracing_subscriber::registry()
        .with(layers)
        .try_init()
        .map_err(|e| anyhow!("the log: {e}"))
}

fn timed<W>(writer: W, json: bool) -> Box<dyn Layer<Registry> + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false);
    match json {
        true => layer.json().flatten_event(true).with_target(false).boxed(),
        false => layer.with_target(false).boxed(),
    }
}

/// Tells the log a line that people need not see.
pub fn note(line: &str) {
    tracing::info!(target: SAID, "{line}");
}

/// Tells people a line on stderr, and the log; where nobody reads stderr any more, the work goes on.
pub fn say(level: Level, line: &str) {
    if !FOR_PROGRAMS.load(Ordering::SeqCst) {
        let _ = writeln!(std::io::stderr(), "broadsheet: {line}");
    }
    match level {
        Level::ERROR => tracing::error!(target: SAID, "{line}"),
        Level::WARN => tracing::warn!(target: SAID, "{line}"),
        _ => note(line),
    }
}
