//! One source while it is being read: its answer, what of it is not known, and what came of the pages.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::{Gathered, Health, Known, Source, SourceKind, trust};
use crate::document::RawDocument;
use crate::error::Warning;
use crate::ingest::fetch::{self, Failure, Page, Request, Why};
use crate::ingest::part::{self, Item, Part};
use crate::ingest::{Options, Validators};

/// What is there of a source while the others are still being read.
pub(super) struct State {
    pub part: Part,
    /// For each item of `part`: its hash; none where it is known or not looked at.
    pub hashes: Vec<Option<String>>,
    /// How it did, where that is settled before its items are looked at.
    pub health: Option<Health>,
    pub validators: Validators,
    pub moved_to: Option<String>,
    pub requests: usize,
    pub bodies: usize,
    pub bytes: u64,
}

impl State {
    pub fn new(known: &Known) -> State {
        State {
            part: Part::default(),
            hashes: Vec::new(),
            health: None,
            validators: known.validators.clone(),
            moved_to: None,
            requests: 0,
            bodies: 0,
            bytes: 0,
        }
    }

    /// Takes in the answer of a source's server, of which `part` was read.
    pub fn arrive(&mut self, source: &Source, result: Result<Page, Failure>, part: Part, now: Timestamp) {
        match result {
            Ok(page) => {
                self.part = part;
                if page.body.is_none() {
                    self.health = Some(Health::Unchanged);
                }
                self.settle(source);
                if !matches!(self.health, Some(Health::Failed { .. })) {
                    self.validators = page.validators;
                    self.moved_to = page.moved_to;
                }
            }
            Err(failure) if failure.why == Why::Gone => self.health = Some(Health::Gone),
            Err(failure) => {
                let hint = match (failure.why, source.kind) {
                    (Why::Robots, SourceKind::Auto) => "; if it is a feed, name it as one",
                    _ => "",
                };
                let later = |wait| now.checked_add(jiff::SignedDuration::try_from(wait).ok()?).ok();
                self.health = Some(Health::Failed {
                    reason: format!("{}{hint}", failure.reason),
                    retry_after: failure.retry_after.and_then(later),
                });
            }
        }
    }

    /// A source of which nothing could be read has failed; why is then no warning besides.
    pub fn settle(&mut self, source: &Source) {
        let lost = self.part.warnings.iter().position(|warning| warning.lost);
        if let (true, Some(lost)) = (self.part.items.is_empty(), lost) {
            let Warning { subject, message, .. } = self.part.warnings.remove(lost);
            let reason = if subject == source.location {
                message
            } else {
                format!("{subject}: {message}")
            };
            let retry_after = None;
            self.health = Some(Health::Failed { reason, retry_after });
        }
    }

    /// Finds what is not known; gives back the requests for its pages.
    pub fn take(
        &mut self,
        n: usize,
        source: &Source,
        options: &Options,
        is_known: &(dyn Fn(&str, &str) -> bool + Sync),
    ) -> Vec<Request> {
        let all = self.part.items.len();
        let most = source.max_items.unwrap_or(all).min(all);
        let first = source.kind == SourceKind::Feed || fetch::is_url(&source.location);
        let looked_at = if first { 0..most } else { all - most..all };
        let mut ids: BTreeMap<&str, &RawDocument> = BTreeMap::new();
        let (mut hashes, mut requests) = (vec![None; all], Vec::new());
        for i in looked_at {
            let item = &self.part.items[i];
            let entry = item.document();
            // Before it is asked whether it is known: else the second of two would be the first one's new version tomorrow.
            match ids.get(entry.id.as_str()) {
                Some(first) if first.body == entry.body || first.url.is_some() && first.url == entry.url => continue,
                Some(_) => {
                    let message =
                        "another document with this id came before and is kept; give every document its own id";
                    self.part.warnings.push(Warning::lost(&entry.id, message));
                    continue;
                }
                None => ids.insert(&entry.id, entry),
            };
            let hash = hash(entry);
            if is_known(&entry.id, &hash) {
                continue;
            }
            hashes[i] = Some(hash);
            if let Some(url) = item.page() {
                requests.push(Request {
                    owner: (n, Some(i)),
                    url: url.to_string(),
                    trust: trust(source),
                    robots: true,
                    validators: Validators::default(),
                    timeout: source.timeout.unwrap_or(options.timeout),
                    owner_limit: options.source_timeout,
                });
            }
        }
        self.hashes = hashes;
        requests
    }

    pub fn finish(mut self, source: &Source, now: Timestamp) -> Gathered {
        let (mut documents, mut entries) = (Vec::new(), Vec::new());
        let mut said = Said::default();
        let mut left: Option<Failure> = None;
        let hashes = std::mem::take(&mut self.hashes);
        for (i, (item, hash)) in self.part.items.drain(..).zip(hashes).enumerate() {
            let Some(hash) = hash else { continue };
            let document = match item {
                Item::Ready(document) => document,
                Item::Page { url, entry } => match self.part.pages.remove(&i) {
                    Some(Ok(page)) => {
                        if let Some(note) = page.note {
                            said.add(note, url);
                        }
                        part::with_page(entry, page.text)
                    }
                    Some(Err(failure)) if failure.why != Why::Later => {
                        said.add(
                            format!("{}; the feed's own words stand in for the page", failure.reason),
                            url,
                        );
                        entry
                    }
                    later => {
                        let failure = later.and_then(Result::err);
                        let failure = failure.unwrap_or_else(|| Failure::new(Why::Later, "it was not asked for"));
                        said.add(format!("{}; it is left for the next run", failure.reason), url);
                        left = left.or(Some(failure));
                        continue;
                    }
                },
            };
            entries.push((document.id.clone(), hash));
            documents.push(document);
        }
        let mut warnings = self.part.warnings;
        warnings.extend(said.warnings());
        if left.is_some() {
            // Asked on condition, the server would say that nothing has changed, and what is left would never be met again.
            self.validators = Validators::default();
        }
        let health = match (self.health, left) {
            (Some(health), _) => health,
            (None, _) if !documents.is_empty() => Health::Fresh,
            (None, Some(failure)) => {
                let later = |wait| now.checked_add(jiff::SignedDuration::try_from(wait).ok()?).ok();
                Health::Failed {
                    reason: format!("no page of its new entries could be read: {}", failure.reason),
                    retry_after: failure.retry_after.and_then(later),
                }
            }
            (None, None) => Health::Unchanged,
        };
        Gathered {
            source: source.name.clone(),
            health,
            documents,
            entries,
            warnings,
            validators: self.validators,
            moved_to: self.moved_to,
            requests: self.requests,
            bodies: self.bodies,
            bytes: self.bytes,
        }
    }
}

/// What is said of the pages of a source: the same thing once, however many it is true of.
#[derive(Default)]
struct Said {
    pages: BTreeMap<String, Vec<String>>,
}

impl Said {
    fn add(&mut self, message: String, url: String) {
        self.pages.entry(message).or_default().push(url);
    }

    fn warnings(self) -> impl Iterator<Item = Warning> {
        self.pages.into_iter().filter_map(|(message, urls)| {
            let more = match urls.len() {
                1 => String::new(),
                many => format!(" (so it is with {many} pages of this source)"),
            };
            Some(Warning::note(urls.into_iter().next()?, format!("{message}{more}")))
        })
    }
}

/// What a source says of an item, in a few bytes: whatever changes in it changes them.
fn hash(entry: &RawDocument) -> String {
    let mut sha = Sha256::new();
    let mut add = |field: Option<&[u8]>| {
        sha.update((field.map_or(u64::MAX, |field| field.len() as u64)).to_le_bytes());
        sha.update(field.unwrap_or_default());
    };
    add(entry.url.as_deref().map(str::as_bytes));
    add(entry.title.as_deref().map(str::as_bytes));
    add(entry.published.map(|at| at.to_string()).as_deref().map(str::as_bytes));
    add(Some(&entry.body));
    sha.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}
