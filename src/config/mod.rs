//! The configuration: each stage's options, the digests, their sources and how they are sent, in one value that is read from
//! TOML once and then handed down.
//!
//! [`Config`] is what a file says, or several files laid over one another ([`layers`]); [`Config::of`] is what one digest is
//! made with. [`check`] finds all that is wrong with a file, [`example`] prints one with every field, [`opml`] speaks with feed
//! readers and [`schedule`] knows when a digest is due.

mod digests;
mod mail;
mod of;
mod sources;

pub mod check;
pub mod example;
pub mod layers;
pub mod opml;
pub mod schedule;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use digests::{DigestConfig, DigestMail, Keep};
pub use mail::{Mail, Secret, Smtp, Tls};
pub use sources::SourceConfig;

use crate::error::{Error, Result};
use crate::infer::generate::{Device, GenerateOptions};
use crate::{cluster, figures, follow, ingest, rank, segment, summarize};

/// What a digest can be written as.
pub const FORMATS: [&str; 5] = ["markdown", "html", "json", "text", "eml"];

/// How a digest can look.
pub const THEMES: [&str; 3] = ["broadsheet", "plain", "compact"];

/// What a digest is told that no stage is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DigestOptions {
    /// What the digest is called.
    pub title: String,
    /// A text of no more words than this that only one source has is a brief.
    pub brief_words: usize,
    /// Show stories that say nothing new since the digest before, in a line each; else they are left out and counted.
    pub unchanged: bool,
}

impl Default for DigestOptions {
    fn default() -> Self {
        DigestOptions {
            title: "Daily digest".into(),
            brief_words: 200,
            unchanged: false,
        }
    }
}

/// Where what must be remembered is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StateOptions {
    /// The folder; without one, `broadsheet` in `$XDG_STATE_HOME` or `~/.local/state`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
}

/// How summaries are written by a model, where one is named.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Generate {
    /// The model: an id of `models list`, or OWNER/NAME of the hub, in the store. Without one, sentences are picked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Where it runs.
    pub device: Device,
    /// How many beams; 1 is greedy search. What is not given here and below is as the model's own `generation_config.json` has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beams: Option<usize>,
    /// The fewest tokens of a summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_tokens: Option<usize>,
    /// The most tokens of a summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<usize>,
    /// The power of the length by which a beam's score is divided: above 0 favours long summaries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length_penalty: Option<f64>,
    /// No sequence of so many tokens comes twice; 0 lets everything come again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_repeat_ngram: Option<usize>,
}

impl Generate {
    /// What the generator is asked for.
    pub fn options(&self) -> GenerateOptions {
        GenerateOptions {
            beams: self.beams,
            min_tokens: self.min_tokens,
            max_tokens: self.max_tokens,
            length_penalty: self.length_penalty,
            no_repeat_ngram: self.no_repeat_ngram,
        }
    }
}

/// The whole configuration. Every field has a default; a field that is not known is an error.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The digest as a whole.
    pub digest: DigestOptions,
    /// Reading files, feeds and pages.
    pub ingest: ingest::Options,
    /// Splitting articles into texts.
    pub segment: segment::Options,
    /// Grouping by event.
    pub cluster: cluster::Options,
    /// Picking sentences.
    pub summarize: summarize::Options,
    /// Summaries that a model writes.
    pub generate: Generate,
    /// Ranking figures.
    pub figures: figures::Options,
    /// Carrying on the stories of the digest before.
    pub follow: follow::Options,
    /// Which stories lead, sections, what is left out.
    pub rank: rank::Options,
    /// What is remembered from run to run.
    pub state: StateOptions,
    /// How digests are sent.
    pub mail: Mail,
    /// The digests that `run` makes.
    pub digests: Vec<DigestConfig>,
    /// Where their articles come from.
    pub sources: Vec<SourceConfig>,
}

impl Config {
    /// Reads a configuration; `path` is only named in errors.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the line, where the text is not TOML or has a field that is not known.
    pub fn from_toml(text: &str, path: &str) -> Result<Self> {
        toml::from_str(text).map_err(|e| match check::first(text, path) {
            Some(problem) => Error::Invalid {
                subject: problem.place,
                reason: problem.message,
            },
            None => Error::Invalid {
                subject: path.to_string(),
                reason: e.message().replace('\n', " "),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_is_the_default() {
        let config = Config::from_toml(
            "[summarize]\nlength = \"short\"\n[digest]\ntitle = \"The Ansel Letter\"\n",
            "x",
        )
        .unwrap();
        assert_eq!(config.summarize.length, summarize::Length::Short);
        assert_eq!(config.cluster, cluster::Options::default());
        let five = Config::from_toml("[summarize]\nlength = 5\n", "x").unwrap();
        assert_eq!(five.summarize.length.sentences(), 5);
    }

    #[test]
    fn an_unknown_field_is_named_with_its_line() {
        let error = Config::from_toml("[digest]\n\ntitel = \"x\"\n", "broadsheet.toml")
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("broadsheet.toml:3: ") && error.contains("titel"),
            "{error}"
        );
    }

    #[test]
    fn the_default_can_be_written_and_read_again() {
        let text = toml::to_string(&Config::default()).unwrap();
        assert_eq!(Config::from_toml(&text, "x").unwrap(), Config::default());
    }
}
