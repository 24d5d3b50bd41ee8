//! The one value that templates see, made from a [`Digest`] or from stories alone.
//!
//! Every field is always there: what is not known is `null` (or an empty list), so that strict mode can tell a
//! field that has no value from one that does not exist. Texts are one clean line each, not escaped: the template's
//! format does that. Addresses are http or https, or `null`. Times are RFC 3339 in UTC, dates `YYYY-MM-DD`, numbers
//! bare: helpers format them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use url::Url;

use super::escape::{clean, cut};
use super::links::{Anchors, safe_url, site_of, to_sentence};
use super::spark::{SparkPoint, points};
use crate::digest::{
    Citation, Claim, Conflict, Course, Digest, Figure, Method, ModelNote, Name, Source, Story, Window,
};
use crate::document::EntityKind;
use crate::error::Warning;

/// Characters of a headline, name or message beyond which it is cut: no title breaks the layout.
const LONGEST_LINE: usize = 300;

/// The most people and bodies that are named under a story.
const MOST_NAMES: usize = 6;

/// What the templates `digest.*` see.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DigestView {
    /// What the digest is called.
    pub title: String,
    /// The day that it is for.
    pub date: String,
    /// The time that its sources cover, or `null`.
    pub window: Option<WindowView>,
    /// The stories, the most important first.
    pub stories: Vec<StoryView>,
    /// What can be said in a sentence or two.
    pub briefs: Vec<StoryView>,
    /// The anchor of the heading "Briefs" in Markdown.
    pub briefs_slug: String,
    /// What could not be read, or not as the reader may expect.
    pub warnings: Vec<WarningView>,
    /// How many there are of what.
    pub counts: Counts,
    /// The models that it was made with.
    pub models: Vec<ModelView>,
    /// The program and version that made it.
    pub generator: String,
}

/// What the templates `article.*` see: stories without the frame of a digest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoriesView {
    /// The first story's headline.
    pub title: String,
    /// The stories, in the order given.
    pub stories: Vec<StoryView>,
}

/// The time from the oldest to the newest source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WindowView {
    /// The oldest source's time.
    pub from: String,
    /// The newest source's time.
    pub to: String,
}

/// How many there are of what.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Counts {
    /// Articles that went in.
    pub articles: usize,
    /// Stories.
    pub stories: usize,
    /// Briefs.
    pub briefs: usize,
    /// Sources of all stories and briefs.
    pub sources: usize,
    /// Sentences that their source did not support and that were replaced by the source's own.
    pub replaced: usize,
    /// Warnings.
    pub warnings: usize,
}

/// A story or a brief.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoryView {
    /// The story's id: the same sources give the same id.
    pub id: String,
    /// Its place among the stories, or among the briefs, from 1.
    pub number: usize,
    /// Its anchor in HTML: `story-1`, `brief-1`...
    pub anchor: String,
    /// The anchor of its headline in Markdown, as GitHub makes it.
    pub slug: String,
    /// What it is called; cut at 300 characters.
    pub headline: String,
    /// The summary, sentence by sentence.
    pub summary: Vec<SentenceView>,
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
    /// The time of its first source, or `null`.
    pub first_seen: Option<String>,
    /// The time of its newest source, or `null`.
    pub updated: Option<String>,
}

/// A sentence of a summary.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SentenceView {
    /// Its words, as the source has them.
    pub text: String,
    /// The sources that say it, each once.
    pub marks: Vec<MarkView>,
    /// The story goes on from the digest before, which said this already.
    pub told: bool,
}

/// A mark that leads from a claim to its source.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FigureView {
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
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConflictView {
    /// What they measure.
    pub measures: String,
    /// Whoever gave an earlier number has given the newest one too: nobody is left who differs.
    pub settled: bool,
    /// What is said of it, the newest first.
    pub claims: Vec<ClaimView>,
}

/// One of several differing figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WarningView {
    /// The path, address or document that it is about.
    pub subject: String,
    /// What happened.
    pub message: String,
    /// The subject is missing from the digest because of it.
    pub lost: bool,
}

/// A model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelView {
    /// Its name.
    pub id: String,
    /// The sha256 of its weights.
    pub sha256: String,
    /// The first twelve digits of it, to tell versions apart.
    pub version: String,
}

impl DigestView {
    /// The view of a digest.
    pub fn new(digest: &Digest) -> Self {
        let title = name(&digest.title);
        // In the order in which digest.md has its headings.
        let mut anchors = Anchors::default();
        anchors.next(&title);
        anchors.next("In this digest");
        let stories = story_views(&digest.stories, "story", "", &mut anchors);
        let briefs_slug = anchors.next("Briefs");
        let briefs = story_views(&digest.briefs, "brief", "b", &mut anchors);
        DigestView {
            counts: Counts {
                articles: digest.articles,
                stories: stories.len(),
                briefs: briefs.len(),
                sources: stories.iter().chain(&briefs).map(|story| story.sources.len()).sum(),
                replaced: digest.replaced,
                warnings: digest.warnings.len(),
            },
            title,
            date: digest.date.to_string(),
            window: digest.window.as_ref().map(window_view),
            stories,
            briefs,
            briefs_slug,
            warnings: digest.warnings.iter().map(warning_view).collect(),
            models: digest.models.iter().map(model_view).collect(),
            generator: name(&digest.generator),
        }
    }
}

impl StoriesView {
    /// The view of stories alone.
    pub fn new(stories: &[Story]) -> Self {
        let stories = story_views(stories, "story", "", &mut Anchors::default());
        let title = stories.first().map(|story| story.headline.clone()).unwrap_or_default();
        StoriesView { title, stories }
    }
}

fn story_views(stories: &[Story], anchor: &str, label: &str, anchors: &mut Anchors) -> Vec<StoryView> {
    let view = |(i, story)| {
        story_view(
            story,
            i + 1,
            &format!("{anchor}-{}", i + 1),
            &format!("{label}{}", i + 1),
            anchors,
        )
    };
    stories.iter().enumerate().map(view).collect()
}

fn story_view(story: &Story, number: usize, anchor: &str, label: &str, anchors: &mut Anchors) -> StoryView {
    let sources = Sources::new(&story.sources, anchor, label);
    let headline = Some(name(&story.headline)).filter(|h| !h.is_empty());
    let headline = headline.unwrap_or_else(|| "Untitled".to_string());
    let sentences = story.summary.sentences.iter().enumerate();
    let people = story
        .entities
        .iter()
        .filter(|n| matches!(n.kind, EntityKind::Per | EntityKind::Org));
    StoryView {
        id: clean(&story.id),
        number,
        anchor: anchor.to_string(),
        slug: anchors.next(&headline),
        headline,
        summary: sentences
            .map(|(n, s)| {
                let text = clean(&s.text);
                SentenceView {
                    marks: sources.marks(&s.citations, &s.quote.as_deref().map_or_else(|| text.clone(), clean)),
                    text,
                    told: story.course == Course::Developing && !story.fresh.contains(&n),
                }
            })
            .collect(),
        lead: story.summary.method == Method::Lead,
        replaced: story.summary.replaced,
        figures: story.figures.iter().map(|figure| sources.figure(figure)).collect(),
        conflicts: story
            .conflicts
            .iter()
            .map(|conflict| sources.conflict(conflict))
            .collect(),
        who: people.take(MOST_NAMES).map(|name| sources.name(name)).collect(),
        course: word(story.course),
        quiet: match story.course {
            Course::Unchanged => Some("Nothing new.".to_string()),
            Course::Concluded => Some("No news for days: not followed any more.".to_string()),
            Course::New | Course::Developing => None,
        },
        since: story.since.map(|date| date.to_string()),
        voices: story.voices,
        first_seen: story.first_seen.map(time),
        updated: story.updated.map(time),
        sources: sources.views,
    }
}

/// A story's sources, to be found by the document that a citation names.
struct Sources<'a> {
    views: Vec<SourceView>,
    urls: Vec<Option<Url>>,
    by_document: BTreeMap<&'a str, usize>,
}

impl<'a> Sources<'a> {
    fn new(sources: &'a [Source], anchor: &str, label: &str) -> Self {
        let urls: Vec<Option<Url>> = sources.iter().map(|s| s.url.as_deref().and_then(safe_url)).collect();
        let by_document: BTreeMap<&str, usize> = sources
            .iter()
            .enumerate()
            .rev()
            .map(|(i, s)| (s.document.as_str(), i))
            .collect();
        let views = sources.iter().zip(&urls).map(|(source, url)| {
            let original = source.copy_of.as_deref().and_then(|document| by_document.get(document));
            SourceView {
                number: source.number,
                anchor: format!("{anchor}-source-{}", source.number),
                label: format!("{label}.{}", source.number),
                name: optional(&source.site_name)
                    .or_else(|| url.as_ref().and_then(site_of).map(str::to_string))
                    .unwrap_or_else(|| file_name(&source.document)),
                title: optional(&source.title),
                byline: optional(&source.byline),
                url: url.as_ref().map(Url::to_string),
                published: source.published.map(time),
                copy_of: original.map(|&i| sources[i].number),
                stub: source.stub,
            }
        });
        Sources {
            views: views.collect(),
            urls,
            by_document,
        }
    }

    /// Marks for the sources of these citations, each source once. `words` are what the first citation cuts out of
    /// its source; the others say the same in words of their own, so only the first is led to by them.
    fn marks(&self, citations: &[Citation], words: &str) -> Vec<MarkView> {
        let mut marks: Vec<MarkView> = Vec::with_capacity(citations.len());
        for (i, citation) in citations.iter().enumerate() {
            let Some(&at) = self.by_document.get(citation.document.as_str()) else {
                continue;
            };
            let (source, url) = (&self.views[at], &self.urls[at]);
            if marks.iter().any(|mark| mark.number == source.number) {
                continue;
            }
            let sentence_url = if i == 0 {
                url.as_ref().map(|url| to_sentence(url, words))
            } else {
                source.url.clone()
            };
            marks.push(MarkView {
                number: source.number,
                name: source.name.clone(),
                url: source.url.clone(),
                sentence_url,
                anchor: source.anchor.clone(),
                label: source.label.clone(),
            });
        }
        marks
    }

    fn figure(&self, figure: &Figure) -> FigureView {
        let context = clean(&figure.context);
        let (surface, line) = (clean(&figure.surface), clean(&figure.line));
        let begins = line
            .get(..surface.len())
            .is_some_and(|b| b.to_lowercase() == surface.to_lowercase());
        let rest = begins.then(|| line[surface.len()..].trim_start().to_string());
        let rest = rest.filter(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '('));
        // The ends of a context may be marked as cut; the source has no such mark.
        let words = context.trim_matches(['…', ' ']);
        FigureView {
            surface,
            kind: word(figure.kind),
            rest,
            line,
            change: optional(&figure.change),
            points: points(figure),
            role: optional(&figure.role),
            marks: self.marks(std::slice::from_ref(&figure.citation), words),
            context,
        }
    }

    fn conflict(&self, conflict: &Conflict) -> ConflictView {
        let claim = |claim: &Claim| ClaimView {
            surface: clean(&claim.figure.surface),
            authority: name(&claim.authority),
            published: claim.published.map(time),
            superseded: claim.superseded,
            marks: self.marks(
                std::slice::from_ref(&claim.figure.citation),
                clean(&claim.figure.context).trim_matches(['…', ' ']),
            ),
        };
        ConflictView {
            measures: name(&conflict.measures),
            settled: conflict.claims.iter().skip(1).all(|claim| claim.superseded),
            claims: conflict.claims.iter().map(claim).collect(),
        }
    }

    fn name(&self, found: &Name) -> NameView {
        NameView {
            name: name(&found.name),
            kind: word(found.kind),
            role: optional(&found.role),
            marks: self.marks(std::slice::from_ref(&found.citation), &clean(&found.name)),
        }
    }
}

/// The word that JSON has for a value of an enum.
fn word(value: impl Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_string))
        .unwrap_or_default()
}

fn window_view(window: &Window) -> WindowView {
    WindowView {
        from: time(window.from),
        to: time(window.to),
    }
}

fn warning_view(warning: &Warning) -> WarningView {
    WarningView {
        subject: name(&warning.subject),
        message: name(&warning.message),
        lost: warning.lost,
    }
}

fn model_view(model: &ModelNote) -> ModelView {
    let sha256 = clean(&model.sha256);
    ModelView {
        id: name(&model.id),
        version: sha256.chars().take(12).collect(),
        sha256,
    }
}

fn time(time: Timestamp) -> String {
    time.to_string()
}

fn name(text: &str) -> String {
    cut(clean(text), LONGEST_LINE)
}

/// The last part of a path: readers need not know the folders of the machine that made the digest.
fn file_name(path: &str) -> String {
    name(
        path.rsplit(['/', '\\'])
            .find(|part| !part.trim().is_empty())
            .unwrap_or(path),
    )
}

/// An empty text says as little as none.
fn optional(text: &Option<String>) -> Option<String> {
    text.as_deref().map(name).filter(|text| !text.is_empty())
}
