//! `run`: the configured digests, from their sources to their readers.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use anyhow::{Context, anyhow};
use broadsheet::deliver::{self, Again, Ledger, Plan, Post};
use broadsheet::digest::Digest;
use broadsheet::document::RawDocument;
use broadsheet::infer::{Cached, Shelf};
use broadsheet::ingest::{self, Gathered, Known, Source};
use broadsheet::pipeline;
use broadsheet::render::{Format, Letters, Look, Renderer};
use broadsheet::run::{self, Failure, Inputs, Report, Request, Sent, Step, Work};
use broadsheet::state::{Ended, State};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use signal_hook::consts::{SIGINT, SIGTERM};

use super::common::{self, Outcome, Session};
use super::state::Place;
use super::{Global, log};

/// The format of a message that a mail program opens, which is no form of the digest itself.
const LETTER: &str = "eml";

/// How the files of a format end.
fn ending(format: &str) -> String {
    format
        .parse()
        .map_or(format.to_owned(), |format: Format| format.extension().to_owned())
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  broadsheet run\n  broadsheet run morning --dry-run\n  broadsheet run morning --cron --report run.json   (in a crontab)\n\n\
                  Exit codes: 0 complete; 1 failure; 3 written, but some sources failed; 4 nothing new, nothing written; \
                  5 another run of the digest is under way."
)]
pub struct Args {
    /// The digest [default: each of the configuration in turn]
    #[arg(value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    place: Place,
    /// Make the day's last edition again, of what it was made of
    #[arg(long, conflicts_with_all = ["since", "only_new", "offline"])]
    again: bool,
    /// Print what would be done; write and fetch nothing
    #[arg(long)]
    dry_run: bool,
    /// Only items published on this day or later, or undated; older ones wait for a run without it
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<Date>,
    /// Leave out what an earlier edition had no room for, and stories with nothing new
    #[arg(long)]
    only_new: bool,
    /// Ask no server: what was fetched before, and folders and files; nothing is delivered
    #[arg(long)]
    offline: bool,
    /// The edition's day [default: today, in the digest's time zone]
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,
    /// Exit with 0 where some sources failed or there is nothing new
    #[arg(long)]
    cron: bool,
    /// Write what was done as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Write figures for monitoring, in Prometheus' text format
    #[arg(long, value_name = "FILE")]
    prometheus: Option<PathBuf>,
}

pub fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let signals = Signals::listen()?;
    let config = Session::new(global)?.config;
    let names = match &args.name {
        Some(name) => vec![name.clone()],
        None => config.names(),
    };
    let path = args.place.path(config.state.folder.as_deref())?;
    let mut reports: Vec<Report> = Vec::new();
    for name in &names {
        let digest = One::new(name, args, global, &signals);
        if args.dry_run {
            let digest = digest?;
            let formats: Vec<String> = digest
                .session
                .config
                .current()
                .formats
                .iter()
                .map(|format| ending(format))
                .collect();
            let request = digest.request(args, &signals.stop)?;
            let plan = run::plan(&State::copy_of(&path)?, &request, &formats, digest.delivers())?;
            common::print(&plan)?;
            continue;
        }
        // What is wrong with one digest does not keep the others from being made.
        let report = digest.and_then(|digest| digest.run(args, global, &signals, &path));
        reports.push(report.unwrap_or_else(|e| Report::failure(name, Timestamp::now(), format!("{e:#}"))));
        if signals.stop.load(Ordering::SeqCst) {
            break;
        }
    }
    if args.dry_run {
        return Ok(Outcome::Complete);
    }
    if let Some(file) = &args.report {
        let json = serde_json::json!({ "runs": &reports });
        run::write_whole(file, (serde_json::to_string_pretty(&json)? + "\n").as_bytes())?;
    }
    if let Some(file) = &args.prometheus {
        run::write_whole(file, run::prometheus(&reports).as_bytes())?;
    }
    if let Some(signal) = signals.caught() {
        // All is written. Whoever sent it sees that the process ended by it.
        signal_hook::low_level::emulate_default_handler(signal)?;
    }
    let has = |outcome: Ended| reports.iter().any(|r| r.outcome == outcome);
    if has(Ended::Failed) {
        let error = |report: &Report| {
            let error = report.error.clone()?;
            Some(if names.len() > 1 {
                format!("digest {}: {error}", report.digest)
            } else {
                error
            })
        };
        return Err(anyhow!(reports.iter().filter_map(error).collect::<Vec<_>>().join("; ")));
    }
    Ok(match () {
        () if has(Ended::Locked) => Outcome::Locked,
        () if has(Ended::Partial) && !args.cron => Outcome::Partial,
        () if has(Ended::Complete) || args.cron => Outcome::Complete,
        () => Outcome::NothingNew,
    })
}

/// One digest with what its run needs.
struct One {
    session: Session,
    sources: Vec<Source>,
    zone: TimeZone,
    renderer: Renderer,
    letters: Letters,
    now: Timestamp,
    free: Arc<AtomicBool>,
}

impl One {
    fn new(name: &str, args: &Args, global: &Global, signals: &Signals) -> anyhow::Result<Self> {
        let mut session = Session::new(global)?;
        let (config, sources) = session.config.of(Some(name))?;
        session.config = config;
        session.config.digest.unchanged &= !args.only_new;
        let own = session.config.current();
        // What is wrong with formats or templates should not wait for the sources.
        for format in own.formats.iter().filter(|format| *format != LETTER) {
            format
                .parse::<Format>()
                .with_context(|| format!("digest {name}: formats"))?;
        }
        let zone = match &own.timezone {
            Some(zone) => TimeZone::get(zone).with_context(|| format!("digest {name}: timezone"))?,
            None => TimeZone::system(),
        };
        let look = Look {
            theme: own.theme.parse().with_context(|| format!("digest {name}"))?,
            locale: own.language.parse().with_context(|| format!("digest {name}"))?,
            zone: zone.clone(),
            ..Look::default()
        };
        let templates = common::read_templates(own.templates.as_deref())?;
        Ok(One {
            sources,
            zone,
            renderer: Renderer::with(&templates, look.clone())?,
            letters: Letters::new(&templates, &look)?,
            session,
            now: Timestamp::now(),
            free: Arc::clone(&signals.free),
        })
    }

    fn request<'a>(&self, args: &Args, stop: &'a AtomicBool) -> anyhow::Result<Request<'a>> {
        let own = self.session.config.current();
        let out = own.out();
        Ok(Request {
            digest: own.name.clone(),
            sources: self.sources.clone(),
            out: std::path::absolute(&out).with_context(|| out.display().to_string())?,
            keep: own.keep,
            now: self.now,
            date: args.date.unwrap_or_else(|| self.zone.to_datetime(self.now).date()),
            zone: self.zone.clone(),
            again: args.again,
            since: args.since,
            only_new: args.only_new,
            offline: args.offline,
            stop,
        })
    }

    fn run(
        mut self,
        args: &Args,
        global: &Global,
        signals: &Signals,
        path: &std::path::Path,
    ) -> anyhow::Result<Report> {
        let request = self.request(args, &signals.stop)?;
        // Yesterday's digest is not news.
        self.session.config.ingest.skip = Some(request.out.clone());
        let mut state = State::open(path)?;
        let report = run::run(&mut state, &request, &mut self);
        self.free.store(false, Ordering::SeqCst);
        self.session.clear();
        for warning in &report.warnings {
            if warning.lost || global.verbose > 0 {
                self.session.warn(std::slice::from_ref(warning));
            }
        }
        if global.verbose > 0 || matches!(report.outcome, Ended::Locked | Ended::Stopped) {
            common::say(&report.line());
        } else {
            // Quiet for cron; a log keeps a line of each run.
            log::note(&report.line());
        }
        Ok(report)
    }
}

impl Work for One {
    fn gather(&mut self, sources: &[(Source, Known)], is_known: &(dyn Fn(&str, &str) -> bool + Sync)) -> Vec<Gathered> {
        let progress = |subject: &str| tracing::debug!("reading {subject}");
        ingest::gather(sources, &self.session.config.ingest, self.now, is_known, &progress)
    }

    fn digest(&mut self, inputs: &Inputs, shelf: &mut dyn Shelf) -> Result<Digest, Failure> {
        self.make(inputs, shelf).map_err(|error| format!("{error:#}").into())
    }

    fn render(&mut self, digest: &Digest, edition: &str) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let file = |format: &String| -> Result<(String, Vec<u8>), Failure> {
            if format == LETTER {
                let message = self.post(digest, edition, Post::date_of(digest))?.message(None)?;
                return Ok((format!(".{LETTER}"), message));
            }
            let format: Format = format.parse()?;
            let text = self.renderer.digest(digest, format)?;
            Ok((format!(".{}", format.extension()), text.into_bytes()))
        };
        self.session.config.current().formats.iter().map(file).collect()
    }

    fn delivers(&self) -> bool {
        let mail = &self.session.config.mail;
        mail.from.is_some() && mail.recipients.is_some()
    }

    fn deliver(&mut self, digest: &Digest, edition: &str, ledger: &mut dyn Ledger) -> Result<Sent, Failure> {
        let mail = &self.session.config.mail;
        let Some(path) = &mail.recipients else {
            return Ok(Sent::default());
        };
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| format!("{name}: {e}"))?;
        let recipients = deliver::read_recipients(&text, &name);
        let post = self.post(digest, edition, self.now)?;
        let plan = Plan::new(&recipients.list, ledger, Again::default())?;
        let report = deliver::send(&plan, ledger, mail, &|to| post.message(Some(to)), &|_, _, _| {})?;
        let mut warnings = recipients.warnings;
        warnings.extend(report.warnings(&plan));
        Ok(Sent {
            warnings,
            again: report.again(),
        })
    }

    fn reached(&mut self, step: Step) {
        self.free.store(step.is_free(), Ordering::SeqCst);
    }
}

impl One {
    /// An edition's letter.
    fn post(&self, digest: &Digest, edition: &str, date: Timestamp) -> broadsheet::Result<Post> {
        let name = self.session.config.current().name;
        Post::new(&self.letters, digest, (&name, edition), &self.session.config.mail, date)
    }

    /// The stages, as `digest` runs them. The model is loaded here: a run that has nothing to tell does not need it.
    fn make(&mut self, inputs: &Inputs, shelf: &mut dyn Shelf) -> anyhow::Result<Digest> {
        let session = &mut self.session;
        session.load_encoder()?;
        let raw: Vec<RawDocument> = inputs.items.iter().map(|item| item.document.clone()).collect();
        let mut warnings = inputs.warnings.to_vec();
        let (articles, extracted) = pipeline::articles(&raw, &|step, done, of| session.progress(step, done, of));
        session.clear();
        warnings.extend(extracted);
        let reader = session.reader()?;
        let reader = Cached::new(&reader, shelf);
        let progress = |step, done, of| session.progress(step, done, of);
        let (annotated, more) = pipeline::annotated(&articles, &reader, &session.config, &progress)?;
        session.clear();
        warnings.extend(more);
        warnings.extend(pipeline::languages(&annotated));
        session.digest(
            &articles,
            &annotated,
            warnings,
            &reader,
            |_| inputs.date,
            inputs.previous,
        )
    }
}

/// SIGTERM and SIGINT. The first ends the run as soon as nothing is half written, which in steps that only think or wait is at
/// once; the second ends it wherever it is, and the next run puts that right.
struct Signals {
    stop: Arc<AtomicBool>,
    free: Arc<AtomicBool>,
    last: Arc<AtomicI32>,
}

impl Signals {
    fn listen() -> anyhow::Result<Self> {
        let own = Signals {
            stop: Arc::default(),
            free: Arc::default(),
            last: Arc::default(),
        };
        let (stop, free, last) = (Arc::clone(&own.stop), Arc::clone(&own.free), Arc::clone(&own.last));
        let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT])?;
        std::thread::spawn(move || {
            for signal in signals.forever() {
                last.store(signal, Ordering::SeqCst);
                if stop.swap(true, Ordering::SeqCst) || free.load(Ordering::SeqCst) {
                    common::say("stopped; the next run goes on from here");
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
            }
        });
        Ok(own)
    }

    fn caught(&self) -> Option<i32> {
        Some(self.last.load(Ordering::SeqCst)).filter(|signal| *signal != 0)
    }
}
