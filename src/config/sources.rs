//! Where a configuration's articles come from.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::ingest::{Source, SourceKind};

/// One of `[[sources]]`. Exactly one of `feed`, `page`, `folder`, `jsonl` and `mail` says where it is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// Names it in messages, in the state and in `digests.sources`.
    pub name: String,
    /// The address or path of a feed: RSS, Atom or JSON Feed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed: Option<String>,
    /// The address or path of a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// A folder of articles, with what is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// The path or address of a file of JSON Lines, one article a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jsonl: Option<String>,
    /// Newsletters: an `.eml` file, an mbox, or a folder of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// Groups that it belongs to; `digests.sources` may name them.
    #[serde(default)]
    pub tags: Vec<String>,
    /// How much it counts when stories are ranked; 0: it is read but adds no weight.
    #[serde(default = "one")]
    pub weight: f64,
    /// The section that its stories stand in, where no other source tells them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// The publication or host that its articles name, where that is neither `name` nor the host of the address; `weight` and
    /// `section` go by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Whether it may lie at a private, loopback or link-local address.
    #[serde(default)]
    pub private: bool,
    /// How long each of its addresses may take, in seconds, in place of `ingest.timeout`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u64>,
    /// How many of its items are looked at: the first ones of a feed, else the last ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_items: Option<usize>,
}

fn one() -> f64 {
    1.0
}

impl SourceConfig {
    /// The fields that say where it is.
    pub const LOCATIONS: [&'static str; 5] = ["feed", "page", "folder", "jsonl", "mail"];

    /// The locations that are given, in the order of [`SourceConfig::LOCATIONS`]; a source that can be used has exactly one.
    pub fn locations(&self) -> Vec<(SourceKind, &str)> {
        let all = [
            (SourceKind::Feed, &self.feed),
            (SourceKind::Page, &self.page),
            (SourceKind::Folder, &self.folder),
            (SourceKind::Jsonl, &self.jsonl),
            (SourceKind::Mail, &self.mail),
        ];
        all.into_iter()
            .filter_map(|(kind, location)| Some((kind, location.as_deref()?)))
            .collect()
    }

    /// Its host, without `www.`, where it lies at an address.
    pub fn host(&self) -> Option<String> {
        let (_, location) = *self.locations().first()?;
        let url = url::Url::parse(location).ok()?;
        let host = url.host_str()?.to_lowercase();
        matches!(url.scheme(), "http" | "https").then(|| host.strip_prefix("www.").unwrap_or(&host).to_string())
    }

    /// What `ingest` is told of it.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it does not say where it is, or says it twice.
    pub fn source(&self) -> Result<Source> {
        let invalid = |reason: String| Error::Invalid {
            subject: format!("source {:?}", self.name),
            reason,
        };
        let all = SourceConfig::LOCATIONS.join(", ");
        match self.locations()[..] {
            [] => Err(invalid(format!("does not say where it is; give it one of {all}"))),
            [(kind, location)] => Ok(Source {
                name: self.name.clone(),
                location: location.to_string(),
                kind,
                allow_private: self.private,
                timeout: self.timeout.map(Duration::from_secs),
                max_items: self.max_items,
            }),
            _ => Err(invalid(format!("says twice where it is; leave one of {all}"))),
        }
    }
}
