//! Ingest: the only reader of input. Files, folders, standard input, pages and feeds become [`RawDocument`]s.
//!
//! Whatever cannot be read becomes a warning that names it, and the rest goes on. Bodies leave here as UTF-8.

mod charset;
mod claims;
mod feed;
mod fetch;
mod files;
mod rows;
mod sniff;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use claims::{Claims, read_claims};

use crate::document::{MediaType, RawDocument};
use crate::error::Warning;

/// How inputs are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// What standard input, and files and pages that are named directly, are. By default their names, the server
    /// and their contents tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// The longest body, in bytes after decompression; of JSON Lines, the longest line.
    pub max_bytes: usize,
    /// How long a server may take to accept a connection, in seconds.
    #[serde(with = "seconds")]
    pub connect_timeout: Duration,
    /// How long one address may take in all, redirects included, in seconds.
    #[serde(with = "seconds")]
    pub timeout: Duration,
    /// How many redirects of one address are followed.
    pub max_redirects: u32,
    /// How many addresses are fetched at a time.
    pub parallel: usize,
    /// Whether the page of a feed entry is fetched where the feed gives only a teaser.
    pub fetch_pages: bool,
    /// A folder that is passed over inside of others: the digests' own.
    #[serde(skip)]
    pub skip: Option<std::path::PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            format: None,
            max_bytes: 10_000_000,
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            max_redirects: 5,
            parallel: 8,
            fetch_pages: true,
            skip: None,
        }
    }
}

/// What an input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Plain text, never altered.
    Text,
    /// Markdown.
    Markdown,
    /// A page.
    Html,
    /// One JSON object of an article, or an array of them, or a JSON Feed.
    Json,
    /// A JSON object of an article on every line.
    Jsonl,
    /// RSS, Atom or JSON Feed.
    Feed,
}

impl Format {
    /// All formats, with their names.
    pub const ALL: [(Format, &'static str); 6] = [
        (Format::Text, "text"),
        (Format::Markdown, "markdown"),
        (Format::Html, "html"),
        (Format::Json, "json"),
        (Format::Jsonl, "jsonl"),
        (Format::Feed, "feed"),
    ];
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Format::ALL
            .iter()
            .find(|(_, own)| *own == name)
            .map(|(format, _)| *format);
        found.ok_or_else(|| {
            format!(
                "{name:?} is no input format; use {}",
                Format::ALL.map(|(_, own)| own).join(", ")
            )
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            Format::ALL
                .iter()
                .find(|(format, _)| format == self)
                .map_or("", |(_, name)| name),
        )
    }
}

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
/// `progress` is told what is being read; addresses are fetched in parallel, so from several threads.
pub fn read(inputs: &[String], options: &Options, progress: &(dyn Fn(&str) + Sync)) -> Ingested {
    // Starting a client reads the system's certificates, so only who needs it has one.
    let client = std::sync::LazyLock::new(|| fetch::Client::new(options));

    // 1. Every input, addresses first since they take longest.
    let is_url = |input: &String| fetch::is_url(input);
    let urls: Vec<&String> = inputs.iter().filter(|input| is_url(input)).collect();
    let mut fetched = in_parallel(&urls, options.parallel, |url| {
        progress(url);
        read_url(url, &client, options)
    })
    .into_iter();
    let mut part = Part::default();
    for input in inputs {
        if is_url(input) {
            part.append(fetched.next().unwrap_or_default());
        } else if input == "-" {
            progress("standard input");
            files::read_stdin(options, &mut part);
        } else {
            files::read_path(input, options, progress, &mut part);
        }
    }

    // 2. The pages of feed entries that had only a teaser.
    let Part { items, mut warnings } = part;
    let pages: Vec<&str> = items.iter().filter_map(Item::page).collect();
    let mut pages = in_parallel(&pages, options.parallel, |url| {
        progress(url);
        fetch_page(url, &client)
    })
    .into_iter();
    let documents = items.into_iter().map(|item| match item {
        Item::Ready(document) => document,
        Item::Page { url, entry } => match pages.next() {
            Some(Ok((body, note))) => {
                warnings.extend(note.map(|note| Warning::note(&url, note)));
                RawDocument {
                    media_type: MediaType::Html,
                    body: body.into_bytes(),
                    ..entry
                }
            }
            failed => {
                let reason = failed.and_then(Result::err).unwrap_or_default();
                warnings.push(Warning::note(
                    &url,
                    format!("{reason}; the feed's own words stand in for the page"),
                ));
                entry
            }
        },
    });
    let documents: Vec<RawDocument> = documents.collect();

    // 3. One document an id.
    let documents = without_duplicates(documents, &mut warnings);
    Ingested { documents, warnings }
}

/// What one input gave.
#[derive(Debug, Default)]
struct Part {
    items: Vec<Item>,
    warnings: Vec<Warning>,
}

impl Part {
    fn append(&mut self, other: Part) {
        self.items.extend(other.items);
        self.warnings.extend(other.warnings);
    }
}

/// A document, or what is known before its page has been fetched.
#[derive(Debug)]
enum Item {
    Ready(RawDocument),
    /// An entry of a feed, which stands in for the page if that cannot be had.
    Page {
        url: String,
        entry: RawDocument,
    },
}

impl Item {
    fn page(&self) -> Option<&str> {
        match self {
            Item::Ready(_) => None,
            Item::Page { url, .. } => Some(url),
        }
    }

    #[cfg(test)]
    fn id(&self) -> &str {
        match self {
            Item::Ready(document) | Item::Page { entry: document, .. } => &document.id,
        }
    }
}

/// A document of which only the text is known.
fn document(id: &str, url: Option<&str>, media_type: MediaType, text: String) -> RawDocument {
    RawDocument {
        id: id.to_string(),
        url: url.map(str::to_string),
        title: None,
        published: None,
        site_name: None,
        story: None,
        media_type,
        body: text.into_bytes(),
        sentences: None,
    }
}

/// Makes items of a whole text whose format is known. `url` is where it came from.
fn add_text(text: String, format: Format, id: &str, url: Option<&str>, options: &Options, part: &mut Part) {
    if text
        .trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}')
        .is_empty()
    {
        part.warnings.push(Warning::lost(id, "is empty"));
        return;
    }
    let media_type = match format {
        Format::Json if sniff::is_json_feed(&text) => return feed::read(&text, id, url, options, part),
        Format::Feed => return feed::read(&text, id, url, options, part),
        Format::Json => return rows::read_value(&text, id, part),
        Format::Jsonl => return rows::read_lines(text.as_bytes(), id, options.max_bytes, part),
        Format::Text => MediaType::Text,
        Format::Markdown => MediaType::Markdown,
        Format::Html => MediaType::Html,
    };
    part.items.push(Item::Ready(document(id, url, media_type, text)));
}

/// Reads the page or feed at an address.
fn read_url(url: &str, client: &fetch::Client, options: &Options) -> Part {
    let mut part = Part::default();
    match fetch_text(url, client, options.format) {
        Ok((fetched, format)) => {
            part.warnings.extend(fetched.note.map(|note| Warning::note(url, note)));
            // Links of a feed are relative to where it was found in the end.
            let base = if format == Format::Feed { &fetched.url } else { url };
            add_text(fetched.text, format, url, Some(base), options, &mut part);
        }
        Err(reason) => part.warnings.push(Warning::lost(url, reason)),
    }
    part
}

/// The page of a feed entry: its text and what there is to note.
fn fetch_page(url: &str, client: &fetch::Client) -> Result<(String, Option<String>), String> {
    let (fetched, format) = fetch_text(url, client, None)?;
    match format {
        Format::Html => Ok((fetched.text, fetched.note)),
        other => Err(format!("is {other}, not a page")),
    }
}

struct Text {
    text: String,
    url: String,
    note: Option<String>,
}

fn fetch_text(url: &str, client: &fetch::Client, format: Option<Format>) -> Result<(Text, Format), String> {
    let body = client.get(url)?;
    let named = sniff::by_media_type(body.media_type.as_deref().unwrap_or_default())
        .map_err(|kind| format!("is {kind}, not an article"))?;
    let decoded = charset::decode(&body.bytes, body.charset.as_deref(), true)
        .map_err(|kind| format!("is {kind}, not an article"))?;
    let format = format.or(named).unwrap_or_else(|| {
        let says_html = body
            .media_type
            .as_deref()
            .is_some_and(|media_type| media_type.contains("html"));
        match sniff::by_content(&decoded.text) {
            Format::Text if says_html => Format::Html,
            found => found,
        }
    });
    Ok((
        Text {
            text: decoded.text,
            url: body.url,
            note: decoded.note,
        },
        format,
    ))
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

/// Applies `work` to all inputs on some threads; results are in the order of the inputs.
fn in_parallel<I: Sync, R: Send>(inputs: &[I], threads: usize, work: impl Fn(&I) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(inputs.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, inputs.len().max(1)) {
            scope.spawn(|| {
                while let Some((n, input)) = {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    inputs.get(n).map(|input| (n, input))
                } {
                    let result = work(input);
                    results
                        .lock()
                        .unwrap_or_else(|poisoned| poisoned.into_inner())
                        .push((n, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    results.sort_by_key(|(n, _)| *n);
    results.into_iter().map(|(_, result)| result).collect()
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

/// Durations in configuration files are whole seconds.
mod seconds {
    use super::*;

    pub fn serialize<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(duration.as_secs())
    }

    pub fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_secs)
    }
}

#[cfg(test)]
mod tests;
