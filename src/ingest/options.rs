//! How inputs are read, and what they are.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::fetch::Network;

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
    /// How long one address may take in all, redirects included, in seconds. Waits for politeness do not count.
    #[serde(with = "seconds")]
    pub timeout: Duration,
    /// How long one configured source may take with the pages of its entries, in seconds from its first request on. What is not
    /// read by then is left for the next run.
    #[serde(with = "seconds")]
    pub source_timeout: Duration,
    /// How long all configured sources may take together, in seconds. What is not read by then is left for the next run.
    #[serde(with = "seconds")]
    pub total_timeout: Duration,
    /// The least time between two requests to one registrable domain (`example.co.uk`) or IP address, in seconds. No more than
    /// two requests to one are open at once.
    #[serde(with = "seconds")]
    pub pause: Duration,
    /// How often a request is tried again when the server fails or hangs up.
    pub retries: u32,
    /// The wait before the first of those tries, in seconds; it doubles each time and is spread by half of itself either way.
    #[serde(with = "seconds")]
    pub back_off: Duration,
    /// An address that is named to servers beside the program's name, so that they can reach whoever runs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// Ranges of private addresses that every source may reach, like `10.1.0.0/16`. Others need the source to be marked private.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<Network>,
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
            source_timeout: Duration::from_secs(300),
            total_timeout: Duration::from_secs(1200),
            pause: Duration::from_secs(1),
            retries: 2,
            back_off: Duration::from_secs(1),
            contact: None,
            networks: Vec::new(),
            max_redirects: 5,
            parallel: 16,
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
    /// A mail message, or a mailbox (mbox) of them.
    Mail,
}

impl Format {
    /// All formats, with their names.
    pub const ALL: [(Format, &'static str); 7] = [
        (Format::Text, "text"),
        (Format::Markdown, "markdown"),
        (Format::Html, "html"),
        (Format::Json, "json"),
        (Format::Jsonl, "jsonl"),
        (Format::Feed, "feed"),
        (Format::Mail, "mail"),
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

/// Durations in configuration files are seconds, whole or not.
mod seconds {
    use super::*;

    pub fn serialize<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        match duration.subsec_nanos() {
            0 => serializer.serialize_u64(duration.as_secs()),
            _ => serializer.serialize_f64(duration.as_secs_f64()),
        }
    }

    pub fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        Duration::try_from_secs_f64(seconds)
            .map_err(|_| serde::de::Error::custom(format!("{seconds} is no length of time in seconds")))
    }
}
