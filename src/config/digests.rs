//! The digests that a configuration makes: each with its sources, its sections, its form and its times.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{rank, summarize};

/// One of `[[digests]]`. What it leaves out is as the shared sections say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DigestConfig {
    /// Names it on the command line, in the state and in the paths of its files: letters, digits, `-` and `_`.
    pub name: String,
    /// What readers see; without one, that of `[digest]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When it is made, in cron's five fields: `0 6 * * *`. Read by `broadsheet schedule`; without one, it is made when it is
    /// asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// The time zone of the schedule and of the digest's dates, as the IANA names it: `Europe/London`; without one, the machine's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Names or tags of its sources; empty: all.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Names of its sections, of those of `[[rank.sections]]`, in the order that they are printed in; empty: all.
    #[serde(default)]
    pub sections: Vec<String>,
    /// How much is said of a story, in place of `summarize.length`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<summarize::Length>,
    /// The language that its dates are written in and its pages are marked with (BCP 47): `en-GB`.
    #[serde(default = "language")]
    pub language: String,
    /// The folder of its files; without one, `digests/NAME` beside the configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out: Option<PathBuf>,
    /// What is written: `markdown`, `html`, `json`, `text`, `eml`.
    #[serde(default = "formats")]
    pub formats: Vec<String>,
    /// A folder of templates to use in place of the standard ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub templates: Option<PathBuf>,
    /// How it looks: `broadsheet`, `plain` or `compact`.
    #[serde(default = "theme")]
    pub theme: String,
    /// The most stories, in place of `rank.max_stories`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_stories: Option<usize>,
    /// How many independent sources a story needs, in place of `rank.min_sources`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_sources: Option<usize>,
    /// Show stories that say nothing new, in place of `digest.unchanged`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unchanged: Option<bool>,
    /// Which stories are told at all, in place of `rank.include`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include: Option<rank::Rules>,
    /// Which stories are left out, besides those of `rank.exclude`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclude: Option<rank::Rules>,
    /// How long its files are kept, when pruning is asked for.
    #[serde(default)]
    pub keep: Keep,
    /// How it is sent, where that differs from `[mail]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<DigestMail>,
}

fn language() -> String {
    "en-GB".into()
}

fn formats() -> Vec<String> {
    ["markdown", "html", "json"].map(String::from).into()
}

fn theme() -> String {
    "broadsheet".into()
}

impl DigestConfig {
    /// A digest of all sources, with every default.
    pub fn new(name: impl Into<String>) -> Self {
        DigestConfig {
            name: name.into(),
            title: None,
            schedule: None,
            timezone: None,
            sources: Vec::new(),
            sections: Vec::new(),
            length: None,
            language: language(),
            out: None,
            formats: formats(),
            templates: None,
            theme: theme(),
            max_stories: None,
            min_sources: None,
            unchanged: None,
            include: None,
            exclude: None,
            keep: Keep::default(),
            mail: None,
        }
    }

    /// Whether its name can stand in paths and on the command line.
    pub fn is_well_named(&self) -> bool {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        !self.name.is_empty() && !self.name.starts_with('-') && self.name.chars().all(plain)
    }

    /// The folder of its files.
    pub fn out(&self) -> PathBuf {
        self.out
            .clone()
            .unwrap_or_else(|| PathBuf::from("digests").join(&self.name))
    }
}

/// What pruning keeps. An edition goes only if it is older than `days` and not among the newest `editions`; both 0: none goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keep {
    /// Editions of so many days back are kept.
    pub days: u32,
    /// So many of the newest editions are kept.
    pub editions: usize,
}

/// How a digest is sent, where that differs from `[mail]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DigestMail {
    /// In place of `mail.from`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// In place of `mail.reply_to`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// In place of `mail.list_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_id: Option<String>,
    /// In place of `mail.unsubscribe`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsubscribe: Option<Vec<String>>,
    /// In place of `mail.recipients`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipients: Option<PathBuf>,
}
