//! The result: a digest and what it is made of. Serialisable; the JSON output and the one value that templates see.
//!
//! Offsets in these types count Unicode characters of the article's text, since that is how the languages that
//! read the JSON index strings; the stages before count bytes.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::document::{Document, DocumentKind, Qualifier, QuantityKind, Span};
use crate::error::Warning;

/// Where a claim stands in its source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Citation {
    /// [`Document::id`]: the article's id, with `#2`... where a page held several texts.
    pub document: String,
    /// The first character, counted from 0 in the article's text.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

impl Citation {
    /// The citation of a byte span of the document's article.
    pub fn new(document: &Document, span: &Span) -> Self {
        let text = &document.article.text;
        let start = text[..span.start].chars().count();
        let end = start + text[span.clone()].chars().count();
        Citation {
            document: document.id.clone(),
            start,
            end,
        }
    }

    /// The cited words of the article's text.
    pub fn cut<'a>(&self, text: &'a str) -> &'a str {
        let at = |n: usize| text.char_indices().nth(n).map_or(text.len(), |(byte, _)| byte);
        &text[at(self.start)..at(self.end)]
    }
}

/// How a summary was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Sentences picked from the sources by what the encoder finds central.
    Extractive,
    /// The first sentences: what is left where the language is not one that the models know.
    Lead,
}

/// One sentence of a summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummarySentence {
    /// The sentence, letter by letter as its first citation has it.
    pub text: String,
    /// Where it comes from.
    pub citations: Vec<Citation>,
}

/// A summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// In the order they are to be read.
    pub sentences: Vec<SummarySentence>,
    /// How they were chosen.
    pub method: Method,
    /// How many sentences a source did not support and were replaced by the source's own.
    pub replaced: usize,
}

/// A number that tells something of the story.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The number; the lower end of a range.
    pub value: f64,
    /// The upper end of a range, the second number of a score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// As in [`crate::document::Quantity::unit`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// For a rate: what it is per.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<String>,
    /// What it measures, in kind.
    pub kind: QuantityKind,
    /// How exactly it is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<Qualifier>,
    /// What happened to, or is done with, what is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The words of the text.
    pub surface: String,
    /// Some words around it, so that a reader sees what is measured.
    pub context: String,
    /// Where it stands.
    pub citation: Citation,
}

/// A document that tells a story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// [`Document::id`].
    pub document: String,
    /// The number by which the digest's text refers to it, from 1 within the story.
    pub number: usize,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_name: Option<String>,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub byline: Option<String>,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Timestamp>,
    /// The document whose text this one repeats, where it is a copy (the same agency text).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<String>,
    /// Only the beginning could be read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stub: bool,
    /// What part of its page it was.
    pub kind: DocumentKind,
}

/// An event, told by one or more documents. (Some research calls one article a story.)
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// Made of its documents' ids: the same documents give the same id.
    pub id: String,
    /// What it is called.
    pub headline: String,
    /// Who tells it, the one that the headline is from first.
    pub sources: Vec<Source>,
    /// How many of them are not copies of another.
    pub voices: usize,
    /// What it says.
    pub summary: Summary,
    /// The numbers that tell it, the most telling first.
    pub figures: Vec<Figure>,
    /// When the first of its sources was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<Timestamp>,
    /// When the newest of its sources was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
}

/// The time that the digest's sources cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The oldest source.
    pub from: Timestamp,
    /// The newest source.
    pub to: Timestamp,
}

/// A model that the digest was made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelNote {
    /// Its id in the manifest.
    pub id: String,
    /// sha256 of its weights.
    pub sha256: String,
}

/// A day's digest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Digest {
    /// The version of this format.
    pub version: u32,
    /// What it is called.
    pub title: String,
    /// The day that it is for.
    pub date: Date,
    /// The time that its sources cover, where they say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// The day's stories, the most important first.
    pub stories: Vec<Story>,
    /// What can be said in a sentence: short texts that only one source has.
    pub briefs: Vec<Story>,
    /// What could not be read, or not as the user may expect.
    pub warnings: Vec<Warning>,
    /// The ids of all articles that went in.
    pub seen: Vec<String>,
    /// How many sentences were replaced in all.
    pub replaced: usize,
    /// What it was made with.
    pub models: Vec<ModelNote>,
    /// The program and version that made it.
    pub generator: String,
}
