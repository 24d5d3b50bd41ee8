//! A scheduled run: what the sources have is taken in, told, written and delivered, once, whatever happens on the way.
//!
//! # Steps
//! 1. the lock: one run of a digest at a time ([`lock`]);
//! 2. what a killed run left: editions whose files are not in their places are finished;
//! 3. gather: the sources are asked; their items go into the inbox in one transaction with the validators that stand for them;
//! 4. the digest of what waits in the inbox, against the edition before, and its files, all in memory;
//! 5. commit: edition, the bytes of its files and "these items are told" in one transaction;
//! 6. publish: the files into their places;
//! 7. deliver, through a ledger; retention.
//!
//! A kill before 5 leaves the items in the inbox, and the next run makes the digest; a kill after it leaves the edition in the
//! state, and the next run puts its files into their places. No step depends on what time it is: items are known by identity, and
//! the day only names the edition. What a run needs of the rest of the program it is lent as [`Work`].

pub mod lock;
mod plan;
mod prune;
mod publish;
mod report;
mod sources;
mod work;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::deliver::{Delivery, Ledger};
use crate::digest::Digest;
use crate::error::{Error, Warning};
use crate::ingest::{Known, Source, SourceKind};
use crate::state::{Edition, EditionFile, Ended, Item, Made, Stage, State};

pub use plan::plan;
pub use publish::write_whole;
pub use report::{Report, SourceReport, prometheus};
pub use work::{Failure, Inputs, Request, Sent, Step, Work};

/// How many of the newest editions are tried again where they could not be delivered.
const TRIED: usize = 3;

/// The exit code of an outcome.
pub fn exit(outcome: Ended) -> u8 {
    match outcome {
        Ended::Complete => 0,
        Ended::Failed | Ended::Stopped | Ended::Interrupted => 1,
        Ended::Partial => 3,
        Ended::NothingNew => 4,
        Ended::Locked => 5,
    }
}

/// Runs a digest. What goes wrong is in the report.
pub fn run(state: &mut State, request: &Request, work: &mut dyn Work) -> Report {
    let began = Instant::now();
    let mut report = Report::new(&request.digest, request.now);
    report.outcome = match lock::take(&lock::path(state.path(), &request.digest), request.now) {
        Err(error) => failed(&mut report, &error),
        Ok(lock::Asked::Held(holder)) => {
            report.holder = holder;
            Ended::Locked
        }
        Ok(lock::Asked::Got(lock)) => {
            let outcome = locked(state, request, work, &mut report);
            drop(lock);
            outcome
        }
    };
    report.exit = exit(report.outcome);
    report.last_success = state.last_success(&request.digest).ok().flatten();
    report.seconds = began.elapsed().as_secs_f64();
    report
}

fn failed(report: &mut Report, error: &dyn std::error::Error) -> Ended {
    report.error = Some(error.to_string());
    Ended::Failed
}

/// A run that holds the lock, from its first line in the journal to its last.
fn locked(state: &mut State, request: &Request, work: &mut dyn Work, report: &mut Report) -> Ended {
    let begun = state.begin_run(&request.digest, std::process::id(), &lock::host(), request.now);
    let run = match begun {
        Ok((run, interrupted)) => {
            report.interrupted = interrupted;
            run
        }
        Err(error) => return failed(report, &error),
    };
    let mut going = Run {
        state,
        request,
        work,
        report,
        run,
    };
    let outcome = going.all();
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(Halt::Stopped) => Ended::Stopped,
        Err(Halt::Failed(error)) => failed(going.report, &*error),
    };
    going.work.reached(Step::End);
    let edition = going.report.edition.clone();
    match going.state.end_run(run, outcome, edition.as_deref(), request.now) {
        Ok(()) => outcome,
        // An earlier error says more.
        Err(error) if outcome != Ended::Failed => failed(going.report, &error),
        Err(_) => outcome,
    }
}

/// Why a run does not go on.
enum Halt {
    Stopped,
    Failed(Failure),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Halt::Failed(error.into())
    }
}

impl From<Failure> for Halt {
    fn from(error: Failure) -> Self {
        Halt::Failed(error)
    }
}

struct Run<'a> {
    state: &'a mut State,
    request: &'a Request<'a>,
    work: &'a mut dyn Work,
    report: &'a mut Report,
    run: i64,
}

impl Run<'_> {
    fn all(&mut self) -> Result<Ended, Halt> {
        self.step(Step::Begin)?;
        self.finish()?;
        let made = if self.request.again {
            self.again()?;
            true
        } else {
            let warnings = self.gather()?;
            self.tell(warnings)?
        };
        self.deliver()?;
        if made {
            let (gone, notes) = prune::prune(
                self.state,
                &self.request.digest,
                self.request.keep,
                self.request.now,
                self.work,
            )?;
            self.report.pruned = gone;
            self.report.warnings.extend(notes);
        }
        let asked = || self.report.sources.iter().filter(|s| s.health != "waiting");
        let all_failed = asked().next().is_some() && asked().all(|s| matches!(s.health, "failed" | "gone"));
        let written = made || !self.report.finished.is_empty();
        match (written, self.report.warnings.iter().any(|w| w.lost)) {
            (true, false) => Ok(Ended::Complete),
            (true, true) => Ok(Ended::Partial),
            (false, _) if all_failed => Err(Halt::Failed(
                "none of the sources could be read; nothing was written".into(),
            )),
            (false, _) if !self.report.undelivered.is_empty() => Ok(Ended::Partial),
            (false, _) => Ok(Ended::NothingNew),
        }
    }

    /// Says that a step begins, unless the run is to end.
    fn step(&mut self, step: Step) -> Result<(), Halt> {
        if self.request.stop.load(Ordering::SeqCst) {
            return Err(Halt::Stopped);
        }
        self.state.reached(self.run, step.name())?;
        tracing::debug!("{}: {}", self.request.digest, step.name());
        self.work.reached(step);
        Ok(())
    }

    /// Puts the files of editions that killed runs left into their places.
    fn finish(&mut self) -> Result<(), Halt> {
        for edition in self.state.open_editions(&self.request.digest)? {
            if edition.stage == Stage::Made {
                let files = publish::publish(self.state, &self.request.digest, &edition, self.work)?;
                self.report.files.extend(files);
                self.report.finished.push(edition.name);
            }
        }
        Ok(())
    }

    /// Asks the sources, stores what they gave, and returns what is to be said of them.
    fn gather(&mut self) -> Result<Vec<Warning>, Halt> {
        let (digest, now) = (&self.request.digest, self.request.now);
        let wanted = |source: &&Source| !self.request.offline || is_local(source);
        let sources: Vec<Source> = self.request.sources.iter().filter(wanted).cloned().collect();
        let known = self.state.known(digest, &sources, now)?;
        let pairs: Vec<(Source, Known)> = sources.iter().cloned().zip(known).collect();
        let entries = self.state.entries(digest)?;
        self.step(Step::Gather)?;
        let gathered = self.work.gather(&pairs, &|id, hash| entries.contains(id, hash));
        if gathered.len() != sources.len() {
            return Err(Halt::Failed(
                "not one answer for each source: this is a mistake in the program".into(),
            ));
        }
        self.step(Step::Store)?;
        let taken = self.state.take_in(digest, &sources, &gathered, now)?;
        self.report.fetched = taken.items;
        let mut warnings = Vec::new();
        for ((source, gathered), history) in sources.iter().zip(&gathered).zip(&taken.histories) {
            self.report.sources.push(sources::report(gathered, history));
            warnings.extend(sources::warnings(source, gathered, history, now, &self.request.zone));
        }
        self.report.warnings.extend(warnings.iter().cloned());
        Ok(warnings)
    }

    /// Makes an edition of what waits in the inbox. False where it has nothing new to say.
    fn tell(&mut self, warnings: Vec<Warning>) -> Result<bool, Halt> {
        let request = self.request;
        let name = &request.digest;
        if self.state.waiting(name)?.0 == 0 {
            return Ok(false);
        }
        let mut items = self.state.inbox(name)?;
        if let Some(since) = request.since {
            let day = |at: Timestamp| request.zone.to_datetime(at).date();
            items.retain(|item| item.document.published.is_none_or(|at| day(at) >= since));
        }
        if request.only_new {
            items.retain(|item| item.left == 0);
        }
        if !items.iter().any(|item| item.left == 0) {
            return Ok(false);
        }
        let last = self.state.last(name)?;
        let previous = self.state.previous(name, None)?;
        let digest = self.digest(&items, &warnings, previous.as_ref(), request.date)?;
        if digest.stories.is_empty() && digest.briefs.is_empty() {
            let untold = digest
                .seen
                .iter()
                .filter(|seen| seen.thread.is_none() && seen.last == digest.date);
            let untold: BTreeSet<&str> = untold.map(|seen| seen.id.as_str()).collect();
            self.state.set_aside(&items, &|id| untold.contains(id))?;
            return Ok(false);
        }
        let edition = free_name(self.state, &request.out, digest.date)?;
        self.step(Step::Render)?;
        let files = self.files(&digest, &edition)?;
        self.step(Step::Commit)?;
        let made = Made {
            name: &edition,
            folder: &request.out,
            now: request.now,
            digest: &digest,
            before: last.as_ref().zip(previous.as_ref()),
            items: &items,
            warnings: &warnings,
            files: &files,
        };
        let edition = self.state.make(name, &made)?;
        self.made(&edition, &digest, items.len())?;
        Ok(true)
    }

    /// Makes the day's last edition again.
    fn again(&mut self) -> Result<(), Halt> {
        let request = self.request;
        let last = self.state.last(&request.digest)?;
        let invalid = |reason: String| Error::Invalid {
            subject: format!("--again: digest {}", request.digest),
            reason,
        };
        let Some(edition) = last else {
            return Err(invalid("has no edition yet".into()).into());
        };
        if edition.date != request.date {
            let reason = format!(
                "its last edition is {}, and only that can be made again; name its day by `--date {}`",
                edition.name, edition.date
            );
            return Err(invalid(reason).into());
        }
        let Some(before) = self.state.remake(&edition)? else {
            return Err(invalid(format!("what edition {} was made of is no longer kept", edition.name)).into());
        };
        let previous = before.before.as_ref().map(|(_, digest)| digest);
        let digest = self.digest(&before.items, &before.warnings, previous, edition.date)?;
        self.step(Step::Render)?;
        let files = self.files(&digest, &edition.name)?;
        self.step(Step::Commit)?;
        let made = Made {
            name: &edition.name,
            folder: &request.out,
            now: request.now,
            digest: &digest,
            before: before.before.as_ref().map(|(edition, digest)| (edition, digest)),
            items: &before.items,
            warnings: &before.warnings,
            files: &files,
        };
        self.state.replace(&edition, &made)?;
        let edition = Edition {
            folder: request.out.to_string_lossy().into_owned(),
            ..edition
        };
        self.made(&edition, &digest, before.items.len())
    }

    fn digest(
        &mut self,
        items: &[Item],
        warnings: &[Warning],
        previous: Option<&Digest>,
        date: Date,
    ) -> Result<Digest, Halt> {
        self.step(Step::Digest)?;
        let inputs = Inputs {
            items,
            warnings,
            previous,
            date,
        };
        let made = self.work.digest(&inputs, &mut self.state.readings(date))?;
        self.state.prune_readings(date)?;
        Ok(made)
    }

    fn files(&mut self, digest: &Digest, edition: &str) -> Result<Vec<EditionFile>, Halt> {
        let path = |end: String| self.request.out.join(format!("{edition}{end}"));
        let files = self.work.render(digest, edition)?;
        Ok(files
            .into_iter()
            .map(|(end, content)| EditionFile {
                path: path(end).to_string_lossy().into_owned(),
                content,
            })
            .collect())
    }

    /// Puts an edition that is in the state into its place. From here on the run is not stopped before the files are there.
    fn made(&mut self, edition: &Edition, digest: &Digest, items: usize) -> Result<(), Halt> {
        let files = publish::publish(self.state, &self.request.digest, edition, self.work)?;
        let report = &mut *self.report;
        report.edition = Some(edition.name.clone());
        report.files.extend(files);
        (report.items, report.stories) = (items, digest.stories.len());
        (report.briefs, report.replaced) = (digest.briefs.len(), digest.replaced);
        // The sources' own are there already.
        let known: BTreeSet<String> = report.warnings.iter().map(Warning::to_string).collect();
        let new = digest.warnings.iter().filter(|w| !known.contains(&w.to_string()));
        report.warnings.extend(new.cloned());
        Ok(())
    }

    /// Sends every edition that is not known to have been.
    fn deliver(&mut self) -> Result<(), Halt> {
        let open = self.state.open_editions(&self.request.digest)?;
        for (at, edition) in open.iter().enumerate() {
            if self.work.delivers() {
                if self.request.offline {
                    let note = "is not delivered in an offline run; the next run does it";
                    self.report.warnings.push(Warning::note(&edition.name, note));
                    continue;
                }
                let overtaken = open.len() - at > TRIED;
                if self.send(edition)? && !overtaken {
                    continue;
                }
            }
            self.state.done(edition)?;
        }
        Ok(())
    }

    /// Sends an edition; true where it is to be tried again.
    fn send(&mut self, edition: &Edition) -> Result<bool, Halt> {
        self.step(Step::Deliver)?;
        let name = &self.request.digest;
        let Some(digest) = self.state.digest(edition)? else {
            return Ok(false);
        };
        let mut ledger = Stoppable {
            ledger: self.state.ledger(name, &edition.name),
            stop: self.request.stop,
        };
        let sent = self.work.deliver(&digest, &edition.name, &mut ledger);
        self.work.reached(Step::Delivered);
        let outcomes = self.state.deliveries(name, &edition.name)?.into_iter();
        let own = outcomes.map(|(to, outcome)| (edition.name.clone(), to, outcome));
        self.report.deliveries.extend(own);
        if self.request.stop.load(Ordering::SeqCst) {
            return Err(Halt::Stopped);
        }
        let again = sent.as_ref().map_or(true, |sent| sent.again);
        if again {
            self.report.undelivered.push(edition.name.clone());
        }
        Ok(match sent {
            Ok(sent) => {
                self.report.warnings.extend(sent.warnings);
                again
            }
            Err(error) => {
                let subject = format!("edition {}", edition.name);
                self.report
                    .warnings
                    .push(Warning::lost(subject, format!("could not be delivered: {error}")));
                true
            }
        })
    }
}

/// A ledger that begins nothing more when the run is to end.
struct Stoppable<'a, L: Ledger> {
    ledger: L,
    stop: &'a AtomicBool,
}

impl<L: Ledger> Ledger for Stoppable<'_, L> {
    fn outcome(&self, recipient: &str) -> crate::Result<Option<Delivery>> {
        self.ledger.outcome(recipient)
    }

    fn begin(&mut self, recipient: &str) -> crate::Result<()> {
        if self.stop.load(Ordering::SeqCst) {
            return Err(Error::Invalid {
                subject: recipient.into(),
                reason: "not sent: the run was told to end".into(),
            });
        }
        self.ledger.begin(recipient)
    }

    fn finish(&mut self, recipient: &str, outcome: Delivery) -> crate::Result<()> {
        self.ledger.finish(recipient, outcome)
    }
}

/// Whether a source is on this machine.
fn is_local(source: &Source) -> bool {
    let address = source
        .location
        .split_once("://")
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    !matches!(address.as_deref(), Some("http" | "https")) && source.kind != SourceKind::Page || address.is_none()
}

/// The day's first name that neither an edition nor a file in the folder has: `2026-03-14`, `2026-03-14-2`...
fn free_name(state: &State, folder: &Path, date: Date) -> Result<String, Halt> {
    let stem = |name: std::ffi::OsString| name.to_string_lossy().split('.').next().map(str::to_owned);
    let taken: BTreeSet<String> = match std::fs::read_dir(folder) {
        Ok(entries) => entries.flatten().filter_map(|entry| stem(entry.file_name())).collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeSet::new(),
        Err(error) => return Err(Error::io(folder)(error).into()),
    };
    let mut name = date.to_string();
    let mut number = 1;
    while taken.contains(&name) || state.is_taken(folder, &name)? {
        number += 1;
        name = format!("{date}-{number}");
    }
    Ok(name)
}

#[cfg(test)]
mod tests;
