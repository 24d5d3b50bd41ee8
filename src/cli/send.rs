//! `send`: an edition of a digest by mail, to everybody who does not have it yet.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use broadsheet::deliver::{self, Again, Ledger, MemoryLedger, Plan, Post, Recipients};
use broadsheet::digest::Digest;
use broadsheet::pipeline;
use broadsheet::render::{Letters, Look, Mailbox};
use broadsheet::run::lock;
use broadsheet::state::State;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Global;
use super::common::{self, Outcome, Session};
use super::state::Place;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  broadsheet send --dry-run\n  broadsheet send morning --test me@example.org\n  broadsheet send morning --edition 2026-03-15 --to readers.txt\n\n\
                  Exit codes: 0 everybody has it; 1 failure, nothing was sent; 3 some do not have it, or may not; \
                  5 another run of the digest is under way. docs/mail.md says how to set it up."
)]
pub struct Args {
    /// The digest [default: the only one of the configuration]
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// The edition, as its files are called [default: the newest]
    #[arg(long, value_name = "DATE")]
    edition: Option<String>,
    /// The recipients, one a line [default: mail.recipients of the configuration]
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Send to this address alone, marked as a test; it is not remembered
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["to", "retry_unknown", "retry_failed"])]
    test: Option<String>,
    /// Say who would get it; send nothing
    #[arg(long)]
    dry_run: bool,
    /// Send it also to those of whom it is not known whether they have it: they may get two
    #[arg(long)]
    retry_unknown: bool,
    /// Send it also to those whom the server refused for good; what failed for the time being is tried again in any case
    #[arg(long)]
    retry_failed: bool,
    #[command(flatten)]
    place: Place,
}

pub fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let (config, _) = Session::new(global)?.config.of(args.name.as_deref())?;
    let own = config.current();
    let edition = match &args.edition {
        Some(edition) => edition.clone(),
        None => newest(&own.out())?,
    };
    let digest = read(&own.out(), &edition)?;
    let look = Look {
        zone: match &own.timezone {
            Some(zone) => TimeZone::get(zone).with_context(|| format!("digest {}: timezone", own.name))?,
            None => TimeZone::system(),
        },
        ..Look::default()
    };
    let letters = Letters::new(&common::read_templates(own.templates.as_deref())?, &look)?;
    let post = Post::new(&letters, &digest, (&own.name, &edition), &config.mail, Timestamp::now())?;
    if post.letter.shortened > 0 && !global.quiet {
        let shortened = post.letter.shortened;
        common::say(&format!(
            "{edition}: {shortened} of its stories are given by headline or left out: mail programs cut long letters off"
        ));
    }
    let job = Job {
        post,
        options: &config.mail,
        again: Again {
            unknown: args.retry_unknown,
            refused: args.retry_failed,
        },
        edition,
        dry_run: args.dry_run,
        quiet: global.quiet,
    };
    if let Some(address) = &args.test {
        let reader: Mailbox = address.parse().map_err(|e| anyhow!("--test: {e}"))?;
        return job.marked_as_test().deliver(&mut MemoryLedger::default(), &[reader]);
    }
    let recipients = recipients(args, &config.mail)?;
    let mut session = Session::new(global)?;
    session.warn(&recipients.warnings);
    let path = args.place.path(config.state.folder.as_deref())?;
    let sent = if args.dry_run {
        let mut state = State::copy_of(&path)?;
        job.deliver(&mut state.ledger(&own.name, &job.edition), &recipients.list)?
    } else {
        let lock = lock::path(&path, &own.name);
        let lock::Asked::Got(_lock) = lock::take(&lock, Timestamp::now())? else {
            common::say(&format!(
                "another run of {} is under way: {} is locked",
                own.name,
                lock.display()
            ));
            return Ok(Outcome::Locked);
        };
        let mut state = State::open(&path)?;
        job.deliver(&mut state.ledger(&own.name, &job.edition), &recipients.list)?
    };
    // A line of the list that is no recipient is somebody who does not get it.
    Ok(if sent == Outcome::Complete {
        session.outcome()
    } else {
        sent
    })
}

/// What is sent, and how.
struct Job<'a> {
    post: Post,
    options: &'a deliver::Options,
    again: Again,
    edition: String,
    dry_run: bool,
    quiet: bool,
}

impl Job<'_> {
    fn marked_as_test(mut self) -> Self {
        self.post.letter.subject = format!("[Test] {}", self.post.letter.subject);
        self
    }

    fn deliver(&self, ledger: &mut dyn Ledger, recipients: &[Mailbox]) -> anyhow::Result<Outcome> {
        let plan = Plan::new(recipients, ledger, self.again)?;
        if self.dry_run {
            common::print(&self.shown(&plan))?;
            return Ok(Outcome::Complete);
        }
        let bar = (!self.quiet && std::io::stderr().is_terminal() && plan.send.len() >= 20).then(|| {
            let style = ProgressStyle::with_template("{bar:32} {pos}/{len} messages, {eta} left");
            ProgressBar::new(plan.send.len() as u64).with_style(style.unwrap_or(ProgressStyle::default_bar()))
        });
        let progress = |done: usize, _: usize, _: &deliver::Delivery| {
            if let Some(bar) = &bar {
                bar.set_position(done as u64);
            }
        };
        let message = |to: &Mailbox| self.post.message(Some(to));
        let report = deliver::send(&plan, ledger, self.options, &message, &progress);
        if let Some(bar) = &bar {
            bar.finish_and_clear();
        }
        let report = report?;
        if let (Some(why), 0) = (&report.stopped, report.sent) {
            bail!("nothing was sent: {why}");
        }
        let warnings = report.warnings(&plan);
        for warning in &warnings {
            common::say(&warning.to_string());
        }
        common::print(&format!(
            "{}: {} sent, {} had it, {} to be tried again, {} refused, {} unknown\n",
            self.edition,
            report.sent,
            plan.sent.len(),
            report.later.len(),
            plan.refused.len() + report.refused.len(),
            plan.unknown.len() + report.unknown.len(),
        ))?;
        Ok(if warnings.is_empty() {
            Outcome::Complete
        } else {
            Outcome::Partial
        })
    }

    /// What would be done, a line a recipient.
    fn shown(&self, plan: &Plan) -> String {
        let mut out = format!("{}: {}\n", self.edition, self.post.letter.subject);
        let mut say = |what: &str, who: &Mailbox| out.push_str(&format!("{what:<10}{who}\n"));
        plan.send.iter().for_each(|who| say("send", who));
        plan.sent.iter().for_each(|who| say("has it", who));
        plan.unknown.iter().for_each(|who| say("unknown", who));
        plan.refused.iter().for_each(|(who, _)| say("refused", who));
        out
    }
}

fn recipients(args: &Args, options: &deliver::Options) -> anyhow::Result<Recipients> {
    let Some(path) = args.to.as_ref().or(options.recipients.as_ref()) else {
        bail!("nobody to send to: name a file by --to or mail.recipients, or one address by --test");
    };
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(|| name.clone())?;
    let read = deliver::read_recipients(&text, &name);
    if read.list.is_empty() {
        bail!("{name}: no recipient in it");
    }
    Ok(read)
}

/// The newest edition of a folder: of the latest day, and of that the one with the highest number.
fn newest(folder: &Path) -> anyhow::Result<String> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let names = entries.flatten().filter_map(|entry| {
        let name = entry.file_name().to_string_lossy().strip_suffix(".json")?.to_string();
        Some((order(&name)?, name))
    });
    let Some((_, name)) = names.max() else {
        bail!(
            "{}: no edition in it (DATE.json, as `digest` and `run` write it)",
            folder.display()
        );
    };
    Ok(name)
}

/// Day and number of an edition's name: `2026-03-14` is its day's first, `2026-03-14-2` the second.
fn order(name: &str) -> Option<(Date, u32)> {
    let (date, number) = name.split_at_checked(10)?;
    let number = if number.is_empty() {
        Some(1)
    } else {
        number.strip_prefix('-')?.parse().ok()
    };
    Some((date.parse().ok()?, number?))
}

fn read(folder: &Path, edition: &str) -> anyhow::Result<Digest> {
    if order(edition).is_none() {
        bail!("--edition {edition}: is no edition's name, which is as 2026-03-15 or 2026-03-15-2");
    }
    let path = folder.join(format!("{edition}.json"));
    let name = path.display().to_string();
    let text = std::fs::read(&path)
        .with_context(|| format!("{name}: `digest` and `run` write it where \"json\" is among the formats"))?;
    let digest: Digest = serde_json::from_slice(&text).with_context(|| name.clone())?;
    if digest.version != pipeline::FORMAT {
        bail!(
            "{name}: its format is {}, this program reads {}; make that day's digest again",
            digest.version,
            pipeline::FORMAT
        );
    }
    Ok(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_edition_is_found_by_day_and_number() {
        let folder = tempfile::tempdir().unwrap();
        assert!(newest(folder.path()).unwrap_err().to_string().contains("no edition"));
        for name in [
            "2026-03-14.json",
            "2026-03-15.json",
            "2026-03-15-2.json",
            "2026-03-15-10.json",
            "2026-03-16.html",
            "x.json",
            "2026-03-15-a.json",
        ] {
            std::fs::write(folder.path().join(name), "{}").unwrap();
        }
        assert_eq!(newest(folder.path()).unwrap(), "2026-03-15-10");
        assert!(
            read(folder.path(), "../2026-03-15")
                .unwrap_err()
                .to_string()
                .contains("no edition's name")
        );
    }
}
