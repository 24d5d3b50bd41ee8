//! Ingest: the only reader of input. Files, folders, standard input, mail, pages and feeds become [`RawDocument`]s.
//!
//! Whatever cannot be read becomes a warning that names it, and the rest goes on. Bodies leave here as UTF-8. [`read`] takes what
//! is named on a command line; [`gather`] takes configured sources and leaves out what is known already.

mod charset;
mod claims;
mod feed;
mod fetch;
mod files;
mod mail;
mod mend;
mod options;
mod part;
mod rows;
mod sniff;
mod source;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

pub use claims::{Claims, read_claims};
pub use fetch::Network;
pub use options::{Format, Options};
pub use source::{Gathered, Health, Known, Source, SourceKind, Validators, gather};

use crate::document::RawDocument;
use crate::error::Warning;
use part::{Item, Part};

/// What was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ingested {
    /// In the order of the inputs; no two have the same id.
    pub documents: Vec<RawDocument>,
    /// What could not be read, and what was read otherwise than one may expect.
    pub warnings: Vec<Warning>,
}

/// Reads inputs: paths of files and folders, `http(s)` addresses of pages and feeds, and `-` for standard input.
///
/// An address may be a private one (of this machine or its own network) where it was given here as such; what pages and feeds lead
/// to may only if they lie at one themselves. The pages of feed entries are read as their server's robots.txt allows; an address
/// that was given is read as a browser would. `progress` is told what is being read; addresses are fetched in parallel, so from
/// several threads.
pub fn read(inputs: &[String], options: &Options, progress: &(dyn Fn(&str) + Sync)) -> Ingested {
    // 1. What lies here.
    let parts: Vec<Part> = inputs
        .iter()
        .map(|input| {
            let mut part = Part::default();
            if input == "-" {
                progress("standard input");
                files::read_stdin(options, &mut part);
            } else if !fetch::is_url(input) {
                files::read_path(input, options, progress, &mut part);
            }
            part
        })
        .collect();

    // 2. Addresses, and the pages of feed entries that had only a teaser.
    let request = |owner, url: &str, trust| fetch::Request {
        owner,
        url: url.to_string(),
        trust,
        robots: trust != fetch::Trust::Typed,
        validators: Validators::default(),
        timeout: options.timeout,
        owner_limit: Duration::MAX,
    };
    let pages_of = |n: usize, part: &Part, trust| -> Vec<fetch::Request> {
        let pages = part.items.iter().enumerate();
        pages
            .filter_map(|(i, item)| Some(request((n, Some(i)), item.page()?, trust)))
            .collect()
    };
    let mut first = Vec::new();
    for (n, (input, part)) in inputs.iter().zip(&parts).enumerate() {
        if fetch::is_url(input) {
            first.push(request((n, None), input, fetch::Trust::Typed));
        }
        first.extend(pages_of(n, part, fetch::Trust::Public));
    }
    let parts = Mutex::new(parts);
    if !first.is_empty() {
        let client = fetch::Client::new(options, 0);
        fetch::run(&client, first, None, progress, &|outcome| {
            let (n, item) = outcome.owner;
            match item {
                Some(item) => {
                    let page = part::page_of(&outcome);
                    if let Some(part) = locked(&parts).get_mut(n) {
                        part.pages.insert(item, page);
                    }
                    Vec::new()
                }
                None => {
                    let trust = if outcome.private {
                        fetch::Trust::Private
                    } else {
                        fetch::Trust::Public
                    };
                    let part = part::of_address(inputs.get(n).map_or("", String::as_str), outcome.result, options);
                    let pages = pages_of(n, &part, trust);
                    if let Some(place) = locked(&parts).get_mut(n) {
                        *place = part;
                    }
                    pages
                }
            }
        });
    }
    let parts = parts.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());

    // 3. One document an id.
    let (mut documents, mut warnings, mut about_pages) = (Vec::new(), Vec::new(), Vec::new());
    for mut part in parts {
        warnings.append(&mut part.warnings);
        for (i, item) in part.items.into_iter().enumerate() {
            documents.push(match item {
                Item::Ready(document) => document,
                Item::Page { url, entry } => match part.pages.remove(&i) {
                    Some(Ok(page)) => {
                        about_pages.extend(page.note.map(|note| Warning::note(&url, note)));
                        part::with_page(entry, page.text)
                    }
                    failed => {
                        let reason = failed
                            .and_then(Result::err)
                            .map(|failure| failure.reason)
                            .unwrap_or_default();
                        let message = format!("{reason}; the feed's own words stand in for the page");
                        about_pages.push(Warning::note(&url, message));
                        entry
                    }
                },
            });
        }
    }
    warnings.append(&mut about_pages);
    let documents = without_duplicates(documents, &mut warnings);
    Ingested { documents, warnings }
}

/// Keeps the first document of every id.
fn without_duplicates(documents: Vec<RawDocument>, warnings: &mut Vec<Warning>) -> Vec<RawDocument> {
    let mut kept: Vec<RawDocument> = Vec::with_capacity(documents.len());
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for document in documents {
        match places.get(&document.id).and_then(|&place| kept.get(place)) {
            Some(first) if first.story != document.story => {
                let message = "is a source of two stories and is kept in the first; give it another id in the second";
                warnings.push(Warning::lost(document.id, message));
            }
            // The same address in two feeds is the same article, though its page may differ from one moment to the next.
            Some(first) if first.body == document.body || (first.url.is_some() && first.url == document.url) => {
                warnings.push(Warning::note(document.id, "is there twice; the first is kept"));
            }
            Some(_) => {
                let message = "another document with this id came before and is kept; give every document its own id";
                warnings.push(Warning::lost(document.id, message));
            }
            None => {
                places.insert(document.id.clone(), kept.len());
                kept.push(document);
            }
        }
    }
    kept
}

/// A number of bytes for people: `52.4 MB`.
fn human_size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ if bytes.is_multiple_of(1_000_000) => format!("{} MB", bytes / 1_000_000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn locked<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

#[cfg(test)]
mod tests;
