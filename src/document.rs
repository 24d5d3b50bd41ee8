//! The values that travel between the stages, from the bytes that were read to an annotated document.
//!
//! `RawDocument -> Article -> Document -> Annotated -> Cluster`; what follows is in [`crate::digest`].
//! Every position is a byte range of [`Article::text`] that lies on character boundaries.

use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A byte range of [`Article::text`].
pub type Span = Range<usize>;

/// What the bytes of a [`RawDocument`] are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// A page; its main text has yet to be found.
    Html,
    /// Plain text that is never altered: offsets into it stay true for whoever gave it.
    Text,
    /// Text with Markdown marks, which are read as structure.
    Markdown,
}

/// One input as it was read: the only thing that `ingest` makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawDocument {
    /// Names the document in every later output: the `id` given with it, else its URL or path.
    pub id: String,
    /// Where the document can be read.
    pub url: Option<String>,
    /// The title that the source of the document (a feed, a JSON line) gives.
    pub title: Option<String>,
    /// When it was published, as the source says. A date without a time is midnight UTC.
    pub published: Option<Timestamp>,
    /// The publication that the source names (a feed's title).
    pub site_name: Option<String>,
    /// The name that the configuration gives the source it came from.
    pub source: Option<String>,
    /// Documents with the same value were given as one story and are never grouped with others.
    pub story: Option<String>,
    /// How `body` is to be read.
    pub media_type: MediaType,
    /// UTF-8 for [`MediaType::Text`] and [`MediaType::Markdown`]; for [`MediaType::Html`] the bytes that were
    /// read, already decoded to UTF-8 from the charset of header, byte order mark or `<meta>`.
    pub body: Vec<u8>,
    /// The sentences of `body` as byte ranges, where whoever gave the text had already split it.
    pub sentences: Option<Vec<Span>>,
}

/// One piece of an article's structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlockKind {
    /// A heading inside the text; the article's own title is not a block.
    Heading,
    /// A paragraph.
    Paragraph,
    /// One item of a list.
    Item,
    /// A paragraph set off as a quotation.
    Quote,
    /// The caption of a picture, figure or table.
    Caption,
    /// A line of rules, asterisks or dashes between two texts.
    Separator,
}

/// A block: a stretch of text that no sentence crosses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it stands, without white space at either end; blocks are in order and do not overlap.
    pub span: Span,
}

/// A picture that a source shows with its text: linked, never read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Its address: http or https.
    pub url: String,
    /// What it shows, for those who cannot see it, as the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt: Option<String>,
    /// Who made it, as the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
}

/// The text of one input with what is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// [`RawDocument::id`].
    pub id: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// Its headline.
    pub title: Option<String>,
    /// Who wrote it, as printed.
    pub byline: Option<String>,
    /// The publication.
    pub site_name: Option<String>,
    /// [`RawDocument::source`].
    pub source: Option<String>,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// ISO 639-1 code of the language of `text`, where it could be told.
    pub lang: Option<String>,
    /// The main text: its blocks in order.
    pub text: String,
    /// The structure of `text`.
    pub blocks: Vec<Block>,
    /// Only the beginning is there (a paywall or "continue reading" stub).
    pub stub: bool,
    /// [`RawDocument::story`].
    pub story: Option<String>,
    /// [`RawDocument::sentences`].
    pub sentences: Option<Vec<Span>>,
    /// The picture that it leads with.
    pub image: Option<Image>,
}

/// What part a [`Document`] plays in a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DocumentKind {
    /// A text that tells an event.
    Story,
    /// A text of a few sentences about something of its own.
    Brief,
    /// An invitation to read another text.
    Teaser,
    /// Copyright, cookie, sign-up and navigation text; never summarised.
    Boilerplate,
}

/// One sentence, or a line that stands for one (an item of a list without a full stop).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Where it stands in [`Article::text`], without white space at either end.
    pub span: Span,
    /// Index into [`Article::blocks`].
    pub block: usize,
}

/// A part of a document under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading it stands under.
    pub heading: Option<Span>,
    /// Its sentences, in order.
    pub sentences: Vec<Sentence>,
}

/// One coherent text of an article. Most articles are one document and perhaps some boilerplate; a live page
/// is several.
#[derive(Debug, Clone)]
pub struct Document {
    /// The article's id, followed by `#2`, `#3`... from an article's second text on.
    pub id: String,
    /// The article it is a part of.
    pub article: Arc<Article>,
    /// What it is.
    pub kind: DocumentKind,
    /// It is one of several texts (boilerplate not counted) of its page, whose title is then not its own.
    pub part: bool,
    /// Its sections, in order. Not empty, and no section is without sentences.
    pub sections: Vec<Section>,
}

impl Document {
    /// All sentences, in order.
    pub fn sentences(&self) -> impl Iterator<Item = &Sentence> {
        self.sections.iter().flat_map(|section| &section.sentences)
    }

    /// The text of a span of this document's article.
    pub fn text(&self, span: &Span) -> &str {
        &self.article.text[span.clone()]
    }

    /// When it was published: the clock time that its heading opens with ("17:40 Flood toll rises"), on its page's day, where it is
    /// a post of a page, else its article's time. Pages do not say their posts' time zone: it is taken as UTC.
    pub fn published(&self) -> Option<Timestamp> {
        let page = self.article.published?;
        let clock = self.part.then(|| self.title().and_then(clock)).flatten();
        let Some(time) = clock else { return Some(page) };
        let post = TimeZone::UTC.to_datetime(page).with().time(time).build().ok();
        post.and_then(|post| TimeZone::UTC.to_timestamp(post).ok())
            .or(Some(page))
    }

    /// The headline that tells what this document is about: the heading of its first section where it is one of several texts
    /// of a page, else the article's title. The first text of a page without headings has the page's title.
    pub fn title(&self) -> Option<&str> {
        let heading = self
            .sections
            .first()
            .and_then(|s| s.heading.as_ref())
            .map(|span| self.text(span));
        let title = self.article.title.as_deref();
        match (self.part, self.id == self.article.id) {
            (false, _) => title.or(heading),
            (true, true) => heading.or(title),
            (true, false) => heading,
        }
    }
}

/// The time of day that a line opens with: `17:40`, `5.40pm`.
fn clock(line: &str) -> Option<Time> {
    let word = line.split_whitespace().next()?.to_ascii_lowercase();
    let (digits, afternoon) = match (word.strip_suffix("pm"), word.strip_suffix("am")) {
        (Some(digits), _) => (digits, Some(true)),
        (_, Some(digits)) => (digits, Some(false)),
        _ => (word.as_str(), None),
    };
    let (hour, minute) = digits.split_once([':', '.'])?;
    let number = |digits: &str| digits.parse::<i8>().ok().filter(|_| digits.len() <= 2);
    // "4.50" may be a price: a full stop says a time only beside am or pm.
    if minute.len() != 2 || digits.contains('.') && afternoon.is_none() {
        return None;
    }
    let hour = match (number(hour)?, afternoon) {
        (12, Some(false)) => 0,
        (hour @ 1..=11, Some(true)) => hour + 12,
        (hour, _) => hour,
    };
    Time::new(hour, number(minute)?, 0, 0).ok()
}

/// What a number measures, in kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuantityKind {
    /// An amount of a currency.
    Money,
    /// A count of people of any kind.
    People,
    /// A percentage or percentage points.
    Percent,
    /// A count of things.
    Count,
    /// A length of time.
    Duration,
    /// A length.
    Distance,
    /// A surface.
    Area,
    /// A weight.
    Mass,
    /// A volume.
    Volume,
    /// A temperature.
    Temperature,
    /// A speed.
    Speed,
    /// An amount of energy.
    Energy,
    /// A power.
    Power,
    /// The result of a game: `value` to `max`.
    Score,
    /// A place in an order.
    Rank,
    /// `value` out of, or to, something else.
    Ratio,
    /// A part of a whole.
    Fraction,
    /// The age of somebody or something.
    Age,
    /// The votes or the share of the votes that somebody won.
    VoteShare,
    /// A measure of another kind (magnitude, pressure...).
    Other,
}

/// How exactly a number is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Qualifier {
    /// About, around, nearly, almost, some.
    About,
    /// At least, a minimum of, no fewer than.
    AtLeast,
    /// At most, up to, a maximum of.
    AtMost,
    /// More than, over, above.
    MoreThan,
    /// Less than, fewer than, under, below.
    LessThan,
}

/// A number read from running text, with what it measures.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// The number; the lower end of a range.
    pub value: f64,
    /// The upper end of a range, the second number of a score.
    pub max: Option<f64>,
    /// ISO 4217 code, `percent`, `percentage point`, `person`, a unit of measure spelt out in the singular, or
    /// the singular of the noun that is counted.
    pub unit: Option<String>,
    /// For a rate: what it is per (`barrel` in "$3 a barrel").
    pub per: Option<String>,
    /// What it measures, in kind.
    pub kind: QuantityKind,
    /// How exactly it is meant.
    pub qualifier: Option<Qualifier>,
    /// What happened to, or what is done with, what is counted: `killed`, `injured`, `raised`, `cut`...
    pub role: Option<String>,
    /// Where the words of the number stand in the text that was read ("more than $1.2bn").
    pub span: Span,
}

/// What a name names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum EntityKind {
    /// A person.
    Per,
    /// A body, company, team or party.
    Org,
    /// A place, also a country as one that acts.
    Loc,
    /// Nationalities, events, works, laws, products.
    Misc,
}

/// A name found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged {
    /// Bytes of the text, on the boundaries of words.
    pub span: Span,
    /// What it names.
    pub kind: EntityKind,
}

/// A mention of a person, organisation, place or other name, tied to the fullest form of the name in its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Where it stands in [`Article::text`].
    pub span: Span,
    /// What it names.
    pub kind: EntityKind,
    /// The full name it stands for: "Steve Witkoff" for "Mr Witkoff", "World Health Organization" for "WHO". The same for
    /// all mentions of one.
    pub name: String,
    /// Who or what it is, where this mention says it by apposition: "US envoy".
    pub role: Option<String>,
}

/// A document after its one pass through the encoder.
#[derive(Debug, Clone)]
pub struct Annotated {
    /// The document.
    pub document: Document,
    /// One unit vector for each of [`Document::sentences`], in order.
    pub vectors: Vec<Vec<f32>>,
    /// A unit vector of [`Document::title`], where there is one.
    pub title: Option<Vec<f32>>,
    /// A unit vector for title and lead together: what the document is about.
    pub topic: Vec<f32>,
    /// The names in title and text, each once, normalised, in order of first mention.
    pub names: Vec<String>,
    /// The mentions of people, organisations, places and other names in the text, in order. Empty where the models do not
    /// know the language, or where nobody asked for names.
    pub entities: Vec<Entity>,
    /// The numbers in the text, in order, with spans of [`Article::text`].
    pub quantities: Vec<Quantity>,
    /// False where the language is not one that the models know: then the lead stands for the summary.
    pub understood: bool,
}

/// Documents about the same event, as indices into the slice that was clustered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// The documents, in order of input.
    pub documents: Vec<usize>,
    /// The one that is nearest to all others.
    pub medoid: usize,
    /// For each of `documents`, in the same order: the member that it is a copy of (the same wire text), if any.
    pub copy_of: Vec<Option<usize>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_times_are_read_and_prices_are_not() {
        let at = |hour, minute| Time::new(hour, minute, 0, 0).ok();
        for (line, time) in [
            ("17:40 Flood toll rises", at(17, 40)),
            ("5.40pm Bridge closed", at(17, 40)),
            ("12:05am Quiet", at(0, 5)),
            ("12.30pm Lunch", at(12, 30)),
            ("4.50 a litre", None),
            ("25:10 No such hour", None),
            ("3-1 at half time", None),
            ("", None),
        ] {
            assert_eq!(clock(line), time, "{line}");
        }
    }
}
