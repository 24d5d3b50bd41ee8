//! What a run is asked, and what it is lent by the program.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::config::Keep;
use crate::deliver::Ledger;
use crate::digest::Digest;
use crate::error::Warning;
use crate::infer::Shelf;
use crate::ingest::{Gathered, Known, Source};
use crate::state::Item;

/// What is asked of a run.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The digest's name.
    pub digest: String,
    /// Its sources.
    pub sources: Vec<Source>,
    /// The folder of its files; absolute, so that a run from elsewhere finds them.
    pub out: PathBuf,
    /// Which old editions' files are kept.
    pub keep: Keep,
    /// The clock.
    pub now: Timestamp,
    /// The time zone of its dates.
    pub zone: TimeZone,
    /// The day that the edition is for.
    pub date: Date,
    /// Make the day's last edition again of what it was made of.
    pub again: bool,
    /// Only items that were published on or after this day, or do not say when; older ones wait on.
    pub since: Option<Date>,
    /// Only items that no edition was offered.
    pub only_new: bool,
    /// Ask no server: what waits in the inbox, and local sources.
    pub offline: bool,
    /// Set when the run is to end.
    pub stop: &'a AtomicBool,
}

/// What a digest is made of.
#[derive(Debug)]
pub struct Inputs<'a> {
    /// What waits in the inbox.
    pub items: &'a [Item],
    /// What went wrong with the sources, to be shown at the foot.
    pub warnings: &'a [Warning],
    /// The edition before.
    pub previous: Option<&'a Digest>,
    /// The day that it is for.
    pub date: Date,
}

/// What came of sending an edition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sent {
    /// What is to be said of it; what is lost counts as a part that failed.
    pub warnings: Vec<Warning>,
    /// Somebody does not have it who may get it at another try.
    pub again: bool,
}

/// Why a part of the work could not be done.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What a run is lent by the program.
pub trait Work {
    /// Asks the sources; one result for each, in their order. `is_known`: an entry (a document's id and a hash of what the source says
    /// of it) that was taken in before.
    fn gather(&mut self, sources: &[(Source, Known)], is_known: &(dyn Fn(&str, &str) -> bool + Sync)) -> Vec<Gathered>;

    /// Makes the digest. `shelf` has what the models made of texts before.
    ///
    /// # Errors
    /// Where it cannot be made; the items then wait for the next run.
    fn digest(&mut self, inputs: &Inputs, shelf: &mut dyn Shelf) -> Result<Digest, Failure>;

    /// The files of an edition: what comes after the edition's name in a file's name (`.html`), and the content.
    ///
    /// # Errors
    /// As for `digest`.
    fn render(&mut self, digest: &Digest, edition: &str) -> Result<Vec<(String, Vec<u8>)>, Failure>;

    /// Whether the digest is sent to anybody.
    fn delivers(&self) -> bool;

    /// Sends an edition to everybody who does not have it yet.
    ///
    /// # Errors
    /// Where it cannot be sent at all; the next run tries again.
    fn deliver(&mut self, digest: &Digest, edition: &str, ledger: &mut dyn Ledger) -> Result<Sent, Failure>;

    /// A step begins. The program ends at once when it is told to in a step that is only thinking ([`Step::is_free`]).
    fn reached(&mut self, _step: Step) {}
}

/// The steps of a run, at whose beginnings it may be interrupted, by a test too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The run is written down.
    Begin,
    /// The sources are asked.
    Gather,
    /// What they gave is stored.
    Store,
    /// The digest is made.
    Digest,
    /// Its files are made.
    Render,
    /// The edition is stored.
    Commit,
    /// A file is written beside its place.
    Write,
    /// A file is moved into its place.
    Move,
    /// All are in their places.
    Settle,
    /// An edition is sent.
    Deliver,
    /// It was sent.
    Delivered,
    /// An old file is removed.
    Prune,
    /// The end of the run is written down.
    End,
}

impl Step {
    /// Whether nothing is being written in this step, so that a process that is to end need not wait for its end.
    pub fn is_free(self) -> bool {
        matches!(self, Step::Gather | Step::Digest | Step::Render)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Step::Begin => "begin",
            Step::Gather => "gather",
            Step::Store => "store",
            Step::Digest => "digest",
            Step::Render => "render",
            Step::Commit => "commit",
            Step::Write | Step::Move | Step::Settle => "publish",
            Step::Deliver | Step::Delivered => "deliver",
            Step::Prune => "prune",
            Step::End => "end",
        }
    }
}
