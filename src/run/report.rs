//! What a run did: for people in a line, for programs in JSON, for monitoring in Prometheus' text format.

use std::fmt::Write;

use jiff::Timestamp;
use serde::Serialize;

use super::lock::Holder;
use crate::deliver::Delivery;
use crate::error::Warning;
use crate::state::{Ended, PastRun};

/// What a run did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The digest.
    pub digest: String,
    /// How it ended.
    pub outcome: Ended,
    /// The exit code of that.
    pub exit: u8,
    /// What ended it, where something went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Who holds the lock, where another run does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
    /// When it began.
    pub started: Timestamp,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// When a run of this digest last ended well, this one included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_success: Option<Timestamp>,
    /// The edition that was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// Runs before it that were killed.
    pub interrupted: Vec<PastRun>,
    /// Editions of killed runs whose files it put into their places.
    pub finished: Vec<String>,
    /// How each source did.
    pub sources: Vec<SourceReport>,
    /// How many items the sources gave that were not known.
    pub fetched: usize,
    /// How many items went into the edition.
    pub items: usize,
    /// Its stories.
    pub stories: usize,
    /// Its briefs.
    pub briefs: usize,
    /// How many sentences were replaced.
    pub replaced: usize,
    /// The files that were written.
    pub files: Vec<String>,
    /// The files that were removed, being older than is kept.
    pub pruned: Vec<String>,
    /// What became of each message: edition, recipient, outcome.
    pub deliveries: Vec<(String, String, Delivery)>,
    /// Editions that some readers do not have yet: the next run tries again.
    pub undelivered: Vec<String>,
    /// What did not go as it should.
    pub warnings: Vec<Warning>,
}

/// How a source did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceReport {
    /// Its name.
    pub name: String,
    /// `fresh`, `unchanged`, `waiting`, `failed` or `gone`.
    pub health: &'static str,
    /// Why, where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How many runs in a row it has failed.
    pub failures: u32,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// Where it has moved for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<String>,
    /// Items that were not known.
    pub items: usize,
    /// Requests that were made for it.
    pub requests: usize,
    /// Bodies that were read.
    pub bodies: usize,
    /// Their bytes.
    pub bytes: u64,
}

impl Report {
    pub(super) fn new(digest: &str, now: Timestamp) -> Self {
        Report {
            digest: digest.to_owned(),
            outcome: Ended::Failed,
            exit: 1,
            error: None,
            holder: None,
            started: now,
            seconds: 0.0,
            last_success: None,
            edition: None,
            interrupted: Vec::new(),
            finished: Vec::new(),
            sources: Vec::new(),
            fetched: 0,
            items: 0,
            stories: 0,
            briefs: 0,
            replaced: 0,
            files: Vec::new(),
            pruned: Vec::new(),
            deliveries: Vec::new(),
            undelivered: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// A run that went wrong before it began.
    pub fn failure(digest: &str, now: Timestamp, error: String) -> Self {
        Report {
            error: Some(error),
            ..Report::new(digest, now)
        }
    }

    /// The run in a line.
    pub fn line(&self) -> String {
        let mut line = format!("{}: ", self.digest);
        let mut parts = Vec::new();
        match (self.outcome, &self.error, &self.edition) {
            (Ended::Locked, ..) => parts.push(match &self.holder {
                Some(holder) => format!("another run is under way: {holder}"),
                None => "another run is under way".into(),
            }),
            (Ended::Stopped, ..) => parts.push("stopped; the next run goes on from here".into()),
            (_, Some(error), _) => parts.push(error.clone()),
            (_, _, Some(edition)) => parts.push(format!(
                "edition {edition} of {}: {} and {}",
                plural(self.items, "item", "items"),
                plural(self.stories, "story", "stories"),
                plural(self.briefs, "brief", "briefs"),
            )),
            _ => parts.push("nothing new".into()),
        }
        for edition in &self.finished {
            parts.push(format!("finished edition {edition}, which an earlier run began"));
        }
        let failed = self.sources.iter().filter(|s| s.health == "failed").count();
        if failed > 0 {
            parts.push(format!(
                "{failed} of {} failed",
                plural(self.sources.len(), "source", "sources")
            ));
        }
        let sent = self.deliveries.iter().filter(|(.., d)| *d == Delivery::Sent).count();
        if !self.deliveries.is_empty() {
            parts.push(format!("delivered to {sent} of {}", self.deliveries.len()));
        }
        for edition in &self.undelivered {
            parts.push(format!(
                "edition {edition} is not with every reader yet; the next run tries again"
            ));
        }
        if !self.pruned.is_empty() {
            parts.push(format!(
                "removed {}",
                plural(self.pruned.len(), "old file", "old files")
            ));
        }
        line += &parts.join("; ");
        if self.outcome != Ended::Locked {
            let _ = write!(line, " in {:.1} s", self.seconds);
        }
        line
    }
}

fn plural(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Runs in Prometheus' text format, for node_exporter's textfile collector.
pub fn prometheus(reports: &[Report]) -> String {
    let mut text = String::new();
    let mut metric = |name: &str, help: &str, value: &dyn Fn(&Report) -> Vec<(String, f64)>| {
        let _ = writeln!(text, "# HELP broadsheet_{name} {help}\n# TYPE broadsheet_{name} gauge");
        for report in reports {
            for (labels, value) in value(report) {
                let digest = escape(&report.digest);
                let _ = writeln!(text, "broadsheet_{name}{{digest=\"{digest}\"{labels}}} {value}");
            }
        }
    };
    let one = |value: f64| vec![(String::new(), value)];
    let sources = |report: &Report, value: &dyn Fn(&SourceReport) -> f64| report.sources.iter().map(value).sum::<f64>();
    metric("run_timestamp_seconds", "When the last run began.", &|r| {
        one(r.started.as_second() as f64)
    });
    metric("run_duration_seconds", "How long it took.", &|r| one(r.seconds));
    metric("run_exit_code", "Its exit code.", &|r| one(f64::from(r.exit)));
    metric("success_timestamp_seconds", "When a run last ended well.", &|r| {
        r.last_success.map_or(Vec::new(), |t| one(t.as_second() as f64))
    });
    metric("sources", "Sources by how they did.", &|r| {
        ["fresh", "unchanged", "waiting", "failed", "gone"]
            .map(|health| {
                let count = r.sources.iter().filter(|s| s.health == health).count();
                (format!(",health=\"{health}\""), count as f64)
            })
            .into()
    });
    metric("source_failures", "Runs in a row that a source has failed.", &|r| {
        let failing = r.sources.iter().filter(|s| s.failures > 0);
        failing
            .map(|s| (format!(",source=\"{}\"", escape(&s.name)), f64::from(s.failures)))
            .collect()
    });
    metric("requests", "Requests that the last run made.", &|r| {
        one(sources(r, &|s| s.requests as f64))
    });
    metric("received_bytes", "Bytes that it read.", &|r| {
        one(sources(r, &|s| s.bytes as f64))
    });
    metric("fetched_items", "New items that it found.", &|r| one(r.fetched as f64));
    metric("stories", "Stories of the edition that it made.", &|r| {
        one(r.stories as f64)
    });
    metric("replaced_sentences", "Sentences that were replaced in it.", &|r| {
        one(r.replaced as f64)
    });
    metric(
        "undelivered_editions",
        "Editions that some readers do not have yet.",
        &|r| one(r.undelivered.len() as f64),
    );
    metric("deliveries", "Messages by what became of them.", &|r| {
        let count = |wanted: &dyn Fn(&Delivery) -> bool| r.deliveries.iter().filter(|(.., d)| wanted(d)).count() as f64;
        vec![
            (",outcome=\"sent\"".into(), count(&|d| *d == Delivery::Sent)),
            (
                ",outcome=\"failed\"".into(),
                count(&|d| matches!(d, Delivery::Failed(_))),
            ),
            (",outcome=\"unknown\"".into(), count(&|d| *d == Delivery::Sending)),
        ]
    });
    text
}

/// The value of a label.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
