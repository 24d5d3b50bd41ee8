//! Configured sources: what each gives that is not known yet, and how it did.
//!
//! An entry is known by its id and a hash of what the source itself says of it, so that the page of a known entry is not even asked
//! for. What cannot be read for want of time is left out whole, and then no validators are given back, so that the next run meets
//! it again.

mod state;

use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::fetch::{self, Client, Outcome, Page, Request, Trust};
use super::part::{self, Part};
use super::{Format, Options, files, locked, mend};
use crate::document::RawDocument;
use crate::error::Warning;
use state::State;

/// Where news comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What it is called in reports.
    pub name: String,
    /// Its address (http, https) or path.
    pub location: String,
    /// What it is.
    pub kind: SourceKind,
    /// Whether it may lie at, and lead to, private, loopback and link-local addresses.
    pub allow_private: bool,
    /// How long each of its addresses may take, in place of [`Options::timeout`].
    pub timeout: Option<Duration>,
    /// How many of its items are looked at: the first ones of a feed, else the last ones (files by name, lines, messages).
    pub max_items: Option<usize>,
}

/// What a source is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// Its name, server and contents tell.
    #[default]
    Auto,
    /// RSS, Atom or JSON Feed.
    Feed,
    /// One page.
    Page,
    /// A folder of files of all kinds that can be read.
    Folder,
    /// JSON Lines.
    Jsonl,
    /// A message, an mbox, or a folder of messages (a maildir too).
    Mail,
}

/// What a server gave to ask on condition with (RFC 9110, 8.8).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag`, as it was sent.
    pub etag: Option<String>,
    /// `Last-Modified`, as it was sent.
    pub last_modified: Option<String>,
}

/// What is known of a source from earlier runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Of the last answer that was read whole.
    pub validators: Validators,
    /// Its address now, where the server has moved it for good.
    pub moved_to: Option<String>,
    /// The server wants to be left alone until then.
    pub not_before: Option<Timestamp>,
    /// The server has said that it is gone for good (410): it is not asked any more.
    pub gone: bool,
}

/// How a source did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// It gave something new.
    Fresh,
    /// It gave nothing that is not known.
    Unchanged,
    /// It was not asked, since its server wants to be left alone.
    Waiting {
        /// Until then.
        until: Timestamp,
    },
    /// It could not be read.
    Failed {
        /// Why, in one line.
        reason: String,
        /// When its server wants to be asked again.
        retry_after: Option<Timestamp>,
    },
    /// Its server says that it is gone for good.
    Gone,
}

/// What a source gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gathered {
    /// [`Source::name`].
    pub source: String,
    /// How it did. A failure of the source itself stands here and not in `warnings`.
    pub health: Health,
    /// What is not known yet, in the order of the source; no two have the same id.
    pub documents: Vec<RawDocument>,
    /// For each of `documents`, in the same order: its id, and the hash that `is_known` will be asked about.
    pub entries: Vec<(String, String)>,
    /// About single items.
    pub warnings: Vec<Warning>,
    /// To be kept for the next run in place of the known ones: those of the last answer that was read whole.
    pub validators: Validators,
    /// Where the server has moved it for good, if it said so this time.
    pub moved_to: Option<String>,
    /// How many requests were sent.
    pub requests: usize,
    /// How many bodies were read, those of pages and robots.txt among them.
    pub bodies: usize,
    /// Their bytes, decompressed.
    pub bytes: u64,
}

/// Reads sources: whatever of each is not known. The result is in their order.
///
/// `now` is the time of the run, for what servers say of later. `is_known` is asked about `(document id, entry hash)` and
/// `progress` told what is being read, both from several threads.
pub fn gather(
    sources: &[(Source, Known)],
    options: &Options,
    now: Timestamp,
    is_known: &(dyn Fn(&str, &str) -> bool + Sync),
    progress: &(dyn Fn(&str) + Sync),
) -> Vec<Gathered> {
    // 1. What lies here, and what need not be asked.
    let mut first = Vec::new();
    let mut states = Vec::with_capacity(sources.len());
    for (n, (source, known)) in sources.iter().enumerate() {
        let mut state = State::new(known);
        match known.not_before.filter(|until| *until > now) {
            _ if known.gone => state.health = Some(Health::Gone),
            Some(until) => state.health = Some(Health::Waiting { until }),
            None if fetch::is_url(&source.location) => first.push(request(n, source, known, options)),
            None => {
                read_here(source, options, progress, &mut state.part);
                state.settle(source);
                first.extend(state.take(n, source, options, is_known));
            }
        }
        states.push(state);
    }

    // 2. What is asked for, and then the pages of new entries.
    let states = Mutex::new(states);
    if !first.is_empty() {
        let client = Client::new(options, now.as_second());
        let deadline = Instant::now().checked_add(options.total_timeout);
        fetch::run(&client, first, deadline, progress, &|outcome| {
            let (n, item) = outcome.owner;
            let (requests, bodies, bytes) = (outcome.requests, outcome.bodies, outcome.bytes);
            let Some((source, _)) = sources.get(n) else {
                return Vec::new();
            };
            // What takes time is done outside of the lock.
            let page = item.map(|item| (item, part::page_of(&outcome)));
            let read = if item.is_none() {
                read_answer(source, &outcome, options)
            } else {
                Part::default()
            };
            let mut states = locked(&states);
            let Some(state) = states.get_mut(n) else {
                return Vec::new();
            };
            state.requests += requests;
            state.bodies += bodies;
            state.bytes += bytes;
            match page {
                Some((item, page)) => {
                    state.part.pages.insert(item, page);
                    Vec::new()
                }
                None => {
                    state.arrive(source, outcome.result, read, now);
                    state.take(n, source, options, is_known)
                }
            }
        });
    }

    // 3. What came of it.
    let states = states.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    let both = sources.iter().zip(states);
    both.map(|((source, _), state)| state.finish(source, now)).collect()
}

fn trust(source: &Source) -> Trust {
    if source.allow_private {
        Trust::Private
    } else {
        Trust::Public
    }
}

/// The format that a kind of source is read as.
fn format(kind: SourceKind) -> Option<Format> {
    match kind {
        SourceKind::Feed => Some(Format::Feed),
        SourceKind::Page => Some(Format::Html),
        SourceKind::Jsonl => Some(Format::Jsonl),
        SourceKind::Mail => Some(Format::Mail),
        SourceKind::Auto | SourceKind::Folder => None,
    }
}

/// The request for a source itself.
fn request(n: usize, source: &Source, known: &Known, options: &Options) -> Request {
    Request {
        owner: (n, None),
        url: known.moved_to.clone().unwrap_or_else(|| source.location.clone()),
        trust: trust(source),
        // Feeds are there for programs; of others it is asked whether they are.
        robots: matches!(source.kind, SourceKind::Page | SourceKind::Auto),
        validators: known.validators.clone(),
        timeout: source.timeout.unwrap_or(options.timeout),
        owner_limit: options.source_timeout,
    }
}

/// Reads a source that lies on this machine.
fn read_here(source: &Source, options: &Options, progress: &dyn Fn(&str), part: &mut Part) {
    let own = Options {
        format: format(source.kind),
        ..options.clone()
    };
    match source.kind {
        SourceKind::Mail => files::read_mail(&source.location, &own, progress, part),
        _ => files::read_path(&source.location, &own, progress, part),
    }
    // A folder that fills from time to time may be empty.
    part.warnings
        .retain(|warning| !warning.message.starts_with(files::NOTHING));
}

/// Reads what the server of a source sent.
fn read_answer(source: &Source, outcome: &Outcome, options: &Options) -> Part {
    let mut part = Part::default();
    let Ok(Page {
        body: Some(body), url, ..
    }) = &outcome.result
    else {
        return part;
    };
    let found = part::decode(body, None);
    match (
        source.kind,
        found.as_ref().map(|(text, format)| (text.text.as_str(), *format)),
    ) {
        (SourceKind::Feed, Ok((text, Format::Html))) if mend::root(text).is_none() => {
            let hint = part::feed_of_page(body, url)
                .map(|feed| format!("; it names {feed} as its feed"))
                .unwrap_or_default();
            part.warnings
                .push(Warning::lost(&source.location, format!("is a page, not a feed{hint}")));
        }
        (SourceKind::Page, Ok((_, Format::Feed))) => {
            part.warnings.push(Warning::lost(
                &source.location,
                "is a feed, not a page; name it as a feed",
            ));
        }
        _ => {
            let own = Options {
                format: format(source.kind),
                ..options.clone()
            };
            part::read_body(body, &source.location, url, &own, &mut part);
        }
    }
    part
}
