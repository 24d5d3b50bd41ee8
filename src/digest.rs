//! The result: a digest and what it is made of. Serialisable; the JSON output and the one value that templates see.
//!
//! Offsets in these types count Unicode characters of the article's text, since that is how the languages that
//! read the JSON index strings; the stages before count bytes.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::document::{Document, DocumentKind, EntityKind, Image, Qualifier, QuantityKind, Span};
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
    /// Sentences that a model wrote, each checked against the sources.
    Abstractive,
    /// The first sentences: what is left where the language is not one that the models know.
    Lead,
}

/// One sentence of a summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummarySentence {
    /// The sentence: letter by letter as its first citation has it, unless `quote` says otherwise.
    pub text: String,
    /// The words of the first citation, where the sentence is not the same: a name stands for a pronoun, an aside is left
    /// out, or a model wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
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
    /// Which, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<Rejected>,
}

/// A sentence that a model wrote and that its sources do not bear out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// The sentence.
    pub text: String,
    /// What was found.
    pub why: String,
    /// What stands in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
}

/// Whether a text's sources bear it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every number, name, quotation and claim that can be checked is in the sources.
    Supported,
    /// The sources say the same thing with another number, unit, name, direction or without the "not".
    Contradicted,
    /// The sources say nothing of it.
    NotFound,
}

/// What checking a sentence found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The verdict.
    pub verdict: Verdict,
    /// In one line for a reader: what the sources do not have, and what they have instead. `None` where all is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Checks sentences against the sources of one story. The stage `verify` implements it; `summarize` is given one.
pub trait Verifier {
    /// Whether the sources bear the sentence out.
    fn verify(&self, sentence: &str) -> Finding;
}

/// How what a figure says is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// As a fact, also when somebody is named who says so.
    #[default]
    Stated,
    /// As what a party to the matter says and nobody confirms.
    Claimed,
    /// As what somebody says is not so.
    Denied,
    /// As what will be, or may.
    Forecast,
    /// As what somebody means to reach.
    Target,
}

/// What a figure was at an earlier time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The day of the digest that said it.
    pub date: Date,
    /// The number; the lower end of a range.
    pub value: f64,
    /// The upper end of a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// How exactly it was meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<Qualifier>,
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
    /// Who or what it is about, as named: "Northern Rail", "the bridge".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Where it holds, as named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The day it holds for: the one its sentence names, else the day its document was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Date>,
    /// Who says so, where somebody other than the source does: "Kyiv City Military Administration".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribution: Option<String>,
    /// How it is meant.
    #[serde(default)]
    pub status: Status,
    /// The words of the text.
    pub surface: String,
    /// One line: the number as a reader would say it, what it measures, who says so. "32 people killed in Kyiv, Kyiv City
    /// Military Administration".
    pub line: String,
    /// How it differs from the last digest: "rose to 32 from 28 on Saturday". `None` where it does not, or is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    /// What it was in earlier digests, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Point>,
    /// Some words around it, so that a reader sees what is measured.
    pub context: String,
    /// Where it stands.
    pub citation: Citation,
}

/// Figures that measure the same thing and differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// What they measure: "people killed in Kyiv".
    pub measures: String,
    /// What is said of it, the newest first; each value once.
    pub claims: Vec<Claim>,
}

/// One of several differing figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// The figure.
    pub figure: Figure,
    /// Who says so: the figure's attribution, else the publication.
    pub authority: String,
    /// When the document that says so was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Timestamp>,
    /// The same authority has given a later figure, which is in the list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub superseded: bool,
}

/// A person, organisation, place or other name of a story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// Its fullest form.
    pub name: String,
    /// What it names.
    pub kind: EntityKind,
    /// Who or what it is, as a source says by apposition: "US envoy".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// How often the story's documents mention it, copies left out.
    pub mentions: usize,
    /// How many documents mention it.
    pub documents: usize,
    /// The mention to show: the one with the role, else the first.
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
    /// The name that the configuration gives the feed, page or folder it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
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
    /// The picture that it leads with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// What part of its page it was.
    pub kind: DocumentKind,
    /// An earlier digest told it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub told: bool,
}

/// Where a story stands against the digest before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Course {
    /// It was not there.
    #[default]
    New,
    /// It was there, and its sources say something new.
    Developing,
    /// It was there, and its sources say nothing new.
    Unchanged,
    /// It was there, and has had no news for days: told for the last time.
    Concluded,
}

/// An event, told by one or more documents. (Some research calls one article a story.)
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// Made of its documents' ids: the same documents give the same id.
    pub id: String,
    /// What it keeps over days: the id of the first story of its thread.
    pub thread: String,
    /// Where it stands against the digest before.
    #[serde(default)]
    pub course: Course,
    /// The day of the first digest that told it, where that is an earlier one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// Which of the summary's sentences say what the digest before did not, counted from 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fresh: Vec<usize>,
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
    /// Where its sources differ, or have corrected themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
    /// Who and what is in it, the most mentioned first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Name>,
    /// When the first of its sources was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<Timestamp>,
    /// When the newest of its sources was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// The section of the digest that it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
}

/// The time that the digest's sources cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The oldest source.
    pub from: Timestamp,
    /// The newest source.
    pub to: Timestamp,
}

/// A text that went into a digest, so that it is never news again. Kept for ever: an undated item of a feed may come back after
/// any time, and a dated one may come late, so no age makes it safe to forget one. `follow` shortens what no input has had
/// for a month to 24 characters in [`Digest::faded`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Seen {
    /// [`crate::document::Article::id`].
    pub id: String,
    /// Twelve hexadecimal digits made of its words: another text under the same id is an update, the same text under another
    /// id is not news.
    pub words: String,
    /// The day of the first digest whose input had it.
    pub first: Date,
    /// The day of the last digest whose input had it.
    pub last: Date,
    /// The [`Story::thread`] that told it. `None`: its story was left out for want of room or sources, and may yet be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
}

/// A story of an earlier digest that has had no news since.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dormant {
    /// As it was last told. Its `since` says when it was told first.
    pub story: Story,
    /// The day of the digest that told it last.
    pub told: Date,
    /// A digest has said that it is over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub concluded: bool,
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
    /// How many articles went in.
    pub articles: usize,
    /// Every text that ever went in, as far as the digests before say: what is here is not news again.
    #[serde(default)]
    pub seen: Vec<Seen>,
    /// Those of them that no input has had for a long time, in short ([`Seen`]'s doc comment says why none is dropped).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faded: Vec<String>,
    /// Stories of earlier digests that today's sources do not carry on, so that a thread outlives days without news.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dormant: Vec<Dormant>,
    /// How many sentences were replaced in all.
    pub replaced: usize,
    /// What it was made with.
    pub models: Vec<ModelNote>,
    /// The program and version that made it.
    pub generator: String,
}
