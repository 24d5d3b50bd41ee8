//! The one value that templates see, made from a [`Digest`](crate::digest::Digest) or from stories alone.
//!
//! Every field is always there: what is not known is `null` (or an empty list), so that strict mode can tell a
//! field that has no value from one that does not exist. Texts are one clean line each, not escaped: the template's
//! format does that. Addresses are http or https, or `null`. Times are RFC 3339 in UTC, dates `YYYY-MM-DD`, numbers
//! bare: helpers format them.

mod make;
mod sources;

use schemars::JsonSchema;
use serde::Serialize;

use super::draw::SparkPoint;

/// The version of this schema. It rises where a field goes or changes its meaning; a new field does not raise it.
pub const VERSION: u32 = 2;

/// What the templates `digest.*` see.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DigestView {
    /// The version of this schema: 2.
    pub version: u32,
    /// What the digest is called.
    pub title: String,
    /// The day that it is for.
    pub date: String,
    /// The time that its sources cover, or `null`.
    pub window: Option<WindowView>,
    /// What the first three stories say that is new, where there are more than three.
    pub lines: Vec<LineView>,
    /// The stories, the most important first, those of a section together.
    pub stories: Vec<StoryView>,
    /// What can be said in a sentence or two.
    pub briefs: Vec<StoryView>,
    /// The anchor of the heading "Briefs" in Markdown.
    pub briefs_slug: String,
    /// Sentences that a model wrote, that their sources do not bear out, and what stands in their place.
    pub rejected: Vec<RejectedView>,
    /// What could not be read, or not as the reader may expect.
    pub warnings: Vec<WarningView>,
    /// How many there are of what.
    pub counts: Counts,
    /// How many words it has, for the helper `reading_time`.
    pub words: usize,
    /// The models that it was made with.
    pub models: Vec<ModelView>,
    /// The program and version that made it.
    pub generator: String,
}

/// What the templates `article.*` see: stories without the frame of a digest.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StoriesView {
    /// The version of this schema: 2.
    pub version: u32,
    /// The first story's headline.
    pub title: String,
    /// The stories, in the order given.
    pub stories: Vec<StoryView>,
    /// Sentences that a model wrote, that their sources do not bear out, and what stands in their place.
    pub rejected: Vec<RejectedView>,
}

/// One of the lines at the head of a digest.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LineView {
    /// The first sentence of the story's summary that is new; the headline where it has none. Cut at 200 characters.
    pub text: String,
    /// The story's number.
    pub number: usize,
    /// The story's headline.
    pub headline: String,
    /// The story's anchor in HTML.
    pub anchor: String,
    /// The story's anchor in Markdown.
    pub slug: String,
    /// Where the sentence stands; empty where the line is the headline.
    pub marks: Vec<MarkView>,
}

/// A sentence that was replaced.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RejectedView {
    /// The headline of its story.
    pub headline: String,
    /// The anchor of its story in HTML.
    pub anchor: String,
    /// What the model wrote.
    pub text: String,
    /// What is wrong with it.
    pub why: String,
    /// The source's own sentence, which stands in its place, or `null` where none does.
    pub replacement: Option<String>,
}

/// The time from the oldest to the newest source.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WindowView {
    /// The oldest source's time.
    pub from: String,
    /// The newest source's time.
    pub to: String,
}

/// How many there are of what.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Counts {
    /// Articles that went in.
    pub articles: usize,
    /// Stories.
    pub stories: usize,
    /// Briefs.
    pub briefs: usize,
    /// Sources of all stories and briefs.
    pub sources: usize,
    /// Newsrooms that the sources are from.
    pub newsrooms: usize,
    /// Stories and briefs whose summary a model wrote.
    pub written: usize,
    /// Sources and other inputs that are missing: the warnings that are `lost`.
    pub lost: usize,
    /// Sentences that their source did not support and that were replaced by the source's own.
    pub replaced: usize,
    /// Warnings.
    pub warnings: usize,
    /// Those of them that are not `lost`.
    pub notes: usize,
}

/// A story or a brief.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StoryView {
    /// The story's id: the same sources give the same id.
    pub id: String,
    /// Its place among the stories, or among the briefs, from 1.
    pub number: usize,
    /// Its anchor in HTML: `story-1`, `brief-1`...
    pub anchor: String,
    /// The anchor of its headline in Markdown, as GitHub makes it.
    pub slug: String,
    /// The section of the digest that it stands in, or `null`.
    pub section: Option<String>,
    /// It is the first of its section, which is to be named above it.
    pub opens_section: bool,
    /// The level of its heading: 2; 3 under the heading of a section or of the briefs; 1 for the first of an `article.*`.
    pub level: u8,
    /// What it is called; cut at 300 characters.
    pub headline: String,
    /// The picture of the first source that has one, where pictures are asked for, or `null`.
    pub image: Option<ImageView>,
    /// The summary, sentence by sentence.
    pub summary: Vec<SentenceView>,
    /// How the summary was made: `extractive`, `abstractive` or `lead`.
    pub method: String,
    /// How many of its sentences the digest before did not have, where that told some of them; else 0.
    pub fresh: usize,
    /// The summary is the source's first sentences, since no model knows its language.
    pub lead: bool,
    /// How many of its sentences were replaced by the source's own.
    pub replaced: usize,
    /// The numbers that tell it, the most telling first.
    pub figures: Vec<FigureView>,
    /// Figures of the same thing that differ.
    pub conflicts: Vec<ConflictView>,
    /// The people and bodies in it, the most mentioned first.
    pub who: Vec<NameView>,
    /// Where it stands against the digest before: `new`, `developing` or `unchanged`.
    pub course: String,
    /// Why it is only a line: it says nothing new, or is over; else `null`.
    pub quiet: Option<String>,
    /// The day of the first digest that told it, where that is an earlier one, or `null`.
    pub since: Option<String>,
    /// Who tells it.
    pub sources: Vec<SourceView>,
    /// How many of the sources are not copies of another.
    pub voices: usize,
    /// How many newsrooms tell it, copies included.
    pub newsrooms: usize,
    /// How many newsrooms there are in the whole digest, to compare with.
    pub newsrooms_in_all: usize,
    /// `New` or `Developing`, where a digest before this one told some of its stories, else `null`.
    pub flag: Option<String>,
    /// How many words it has, for the helper `reading_time`.
    pub words: usize,
    /// The time of its first source, or `null`.
    pub first_seen: Option<String>,
    /// The time of its newest source, or `null`.
    pub updated: Option<String>,
}

/// A picture, linked at its publisher's.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ImageView {
    /// Its address.
    pub url: String,
    /// What it shows, as the source says; empty where it does not say.
    pub alt: String,
    /// Who made it, as the source says, or `null`.
    pub credit: Option<String>,
    /// The source that shows it.
    pub source: String,
    /// The source's address, or `null`.
    pub source_url: Option<String>,
}

/// A sentence of a summary.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SentenceView {
    /// Its words, as the source has them.
    pub text: String,
    /// The sources that say it, each once.
    pub marks: Vec<MarkView>,
    /// The story goes on from the digest before, which said this already.
    pub told: bool,
}

/// A mark that leads from a claim to its source.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MarkView {
    /// The source's number within the story.
    pub number: usize,
    /// What the source is called.
    pub name: String,
    /// The source's address, or `null`.
    pub url: Option<String>,
    /// The source's address with a text directive that leads to the very words, or `null`.
    pub sentence_url: Option<String>,
    /// The anchor of the source in the story's list of sources in HTML.
    pub anchor: String,
    /// The label of the source's address in Markdown: `1.2` is source 2 of story 1, `b1.2` of brief 1.
    pub label: String,
}

/// A key figure.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FigureView {
    /// The number; the lower end of a range.
    pub value: f64,
    /// The upper end of a range, the second number of a score, or `null`.
    pub max: Option<f64>,
    /// What it counts, in one word for all spellings (`EUR`, `percent`, `person`, `kilometre`), or `null`.
    pub unit: Option<String>,
    /// How it is meant: `stated`, `claimed`, `denied`, `forecast` or `target`.
    pub status: String,
    /// The number as the text has it, with its unit.
    pub surface: String,
    /// What kind of number it is: `money`, `people`, `percent`...
    pub kind: String,
    /// What happened to what is counted (`killed`, `raised`), or `null`.
    pub role: Option<String>,
    /// Words of the text around the number that say what it measures.
    pub context: String,
    /// One line: the number, what it measures, who says so.
    pub line: String,
    /// What `line` says after `surface`, where it begins with that, or `null`.
    pub rest: Option<String>,
    /// How it differs from the digest before ("rose to 32 from 28 on Saturday"), or `null`.
    pub change: Option<String>,
    /// How it moved over three days or more, for the helper `sparkline`, or `null`.
    pub points: Option<Vec<SparkPoint>>,
    /// Where it stands.
    pub marks: Vec<MarkView>,
}

/// Figures of the same thing that differ.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ConflictView {
    /// What they measure.
    pub measures: String,
    /// Whoever gave an earlier number has given the newest one too: nobody is left who differs.
    pub settled: bool,
    /// What is said of it, the newest first.
    pub claims: Vec<ClaimView>,
}

/// One of several differing figures.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ClaimView {
    /// The number as the text has it.
    pub surface: String,
    /// Who says so.
    pub authority: String,
    /// When, or `null`.
    pub published: Option<String>,
    /// The same authority has corrected it since.
    pub superseded: bool,
    /// Where it stands.
    pub marks: Vec<MarkView>,
}

/// A person or body of a story.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NameView {
    /// The full name.
    pub name: String,
    /// `PER`, `ORG`, `LOC` or `MISC`.
    pub kind: String,
    /// Who or what it is, as a source says, or `null`.
    pub role: Option<String>,
    /// Where that stands.
    pub marks: Vec<MarkView>,
}

/// A source of a story.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SourceView {
    /// Its number within the story, from 1.
    pub number: usize,
    /// Its anchor in HTML: `story-1-source-2`.
    pub anchor: String,
    /// The label of its address in Markdown, as in marks.
    pub label: String,
    /// What it is called: the publication, else the address's host, else the document's id, of a path only the file.
    pub name: String,
    /// Its headline, or `null`; cut at 300 characters.
    pub title: Option<String>,
    /// Who wrote it, or `null`.
    pub byline: Option<String>,
    /// Its address, or `null`.
    pub url: Option<String>,
    /// When it was published, or `null`.
    pub published: Option<String>,
    /// The number of the source whose text it repeats, or `null`.
    pub copy_of: Option<usize>,
    /// Only its beginning could be read.
    pub stub: bool,
}

/// A warning.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WarningView {
    /// The path, address or document that it is about.
    pub subject: String,
    /// What happened.
    pub message: String,
    /// The subject is missing from the digest because of it.
    pub lost: bool,
}

/// A model.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ModelView {
    /// Its name.
    pub id: String,
    /// The sha256 of its weights.
    pub sha256: String,
    /// The first twelve digits of it, to tell versions apart.
    pub version: String,
}
