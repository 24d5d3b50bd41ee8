//! The views made from a digest's values.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use unicode_width::UnicodeWidthChar;

use super::sources::Sources;
use super::*;
use crate::digest::{Course, Digest, Method, ModelNote, Story, Window};
use crate::document::EntityKind;
use crate::error::Warning;
use crate::render::escape::{clean, cut};
use crate::render::links::Anchors;
use crate::render::look::Images;

/// Characters of a headline, name or message beyond which it is cut: no title breaks the layout.
const LONGEST_LINE: usize = 300;

/// Characters of a line at the head of a digest.
const LONGEST_HEAD: usize = 200;

/// A sentence shorter than this, in characters, leans on the one before: "On Friday it was 1,800."
const SHORTEST_HEAD: usize = 40;

/// How many lines stand at the head of a digest.
const LINES: usize = 3;

/// The most people and bodies that are named under a story.
const MOST_NAMES: usize = 6;

impl DigestView {
    /// The view of a digest, without pictures.
    pub fn new(digest: &Digest) -> Self {
        DigestView::with_images(digest, Images::None)
    }

    /// The view of a digest.
    pub fn with_images(digest: &Digest, images: Images) -> Self {
        let title = name(&digest.title);
        let order = by_section(&digest.stories);
        let first = |n: usize| order.iter().position(|at| *at == n);
        // In the order in which digest.md has its headings.
        let mut anchors = Anchors::default();
        anchors.next(&title);
        let has_lines = digest.stories.len() > LINES;
        if has_lines {
            anchors.next("In short");
        }
        anchors.next("In this digest");
        let sorted: Vec<&Story> = order.iter().map(|at| &digest.stories[*at]).collect();
        let mut stories = story_views(&sorted, "story", "", &mut anchors, images);
        let briefs_slug = anchors.next("Briefs");
        let mut briefs = story_views(
            &digest.briefs.iter().collect::<Vec<_>>(),
            "brief",
            "b",
            &mut anchors,
            images,
        );
        let lines = (0..if has_lines { LINES } else { 0 })
            .filter_map(first)
            .map(|at| line(&stories[at]))
            .collect();
        let sectioned = digest.stories.iter().any(|story| story.section.is_some());
        for story in &mut stories {
            story.level = if sectioned { 3 } else { 2 };
        }
        for brief in &mut briefs {
            (brief.level, brief.opens_section) = (3, false);
        }
        let followed = digest
            .stories
            .iter()
            .chain(&digest.briefs)
            .any(|story| story.course != Course::New);
        let in_all = newsrooms(stories.iter().chain(&briefs).flat_map(|story| &story.sources));
        for view in stories.iter_mut().chain(&mut briefs) {
            view.newsrooms_in_all = in_all;
            let flag = if view.course == "new" { "New" } else { "Developing" };
            view.flag = (followed && view.quiet.is_none()).then(|| flag.to_string());
        }
        let all = || stories.iter().chain(&briefs);
        DigestView {
            version: VERSION,
            counts: Counts {
                articles: digest.articles,
                stories: stories.len(),
                briefs: briefs.len(),
                sources: all().map(|story| story.sources.len()).sum(),
                newsrooms: in_all,
                replaced: digest.replaced,
                lost: digest.warnings.iter().filter(|warning| warning.lost).count(),
                warnings: digest.warnings.len(),
                notes: digest.warnings.iter().filter(|warning| !warning.lost).count(),
                written: all().filter(|story| story.method == "abstractive").count(),
            },
            title,
            date: digest.date.to_string(),
            window: digest.window.as_ref().map(window_view),
            words: all().map(|story| story.words).sum(),
            lines,
            rejected: rejected(
                sorted
                    .iter()
                    .copied()
                    .zip(&stories)
                    .chain(digest.briefs.iter().zip(&briefs)),
            ),
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
    /// The view of stories alone, without pictures.
    pub fn new(stories: &[Story]) -> Self {
        StoriesView::with_images(stories, Images::None)
    }

    /// The view of stories alone.
    pub fn with_images(stories: &[Story], images: Images) -> Self {
        let all: Vec<&Story> = stories.iter().collect();
        let mut views = story_views(&all, "story", "", &mut Anchors::default(), images);
        let in_all = newsrooms(views.iter().flat_map(|story| &story.sources));
        for view in &mut views {
            view.newsrooms_in_all = in_all;
            // An article is read by itself: its section says nothing.
            (view.level, view.opens_section) = (if view.number == 1 { 1 } else { 2 }, false);
        }
        StoriesView {
            version: VERSION,
            title: views.first().map(|story| story.headline.clone()).unwrap_or_default(),
            rejected: rejected(stories.iter().zip(&views)),
            stories: views,
        }
    }
}

/// The stories' places with those of a section together, sections and their stories in the order given.
fn by_section(stories: &[Story]) -> Vec<usize> {
    let mut sections: Vec<Option<&str>> = Vec::new();
    let mut places: Vec<Vec<usize>> = Vec::new();
    for (at, story) in stories.iter().enumerate() {
        let section = story.section.as_deref();
        match sections.iter().position(|known| *known == section) {
            Some(known) => places[known].push(at),
            None => {
                sections.push(section);
                places.push(vec![at]);
            }
        }
    }
    places.concat()
}

fn story_views(stories: &[&Story], anchor: &str, label: &str, anchors: &mut Anchors, images: Images) -> Vec<StoryView> {
    let sectioned = stories.iter().any(|story| story.section.is_some());
    let mut views: Vec<StoryView> = Vec::with_capacity(stories.len());
    for (i, story) in stories.iter().enumerate() {
        let before = views.last().map(|view| &view.section);
        let mut section = optional(&story.section);
        if section.is_none() && sectioned && i > 0 {
            // They would seem to belong to the section above.
            section = Some("More news".to_string());
        }
        let opens = section.is_some() && before != Some(&section);
        if let Some(section) = section.as_deref().filter(|_| opens && anchor == "story") {
            anchors.next(section);
        }
        let id = |prefix: &str, dash: &str| format!("{prefix}{dash}{}", i + 1);
        let mut view = story_view(story, i + 1, &id(anchor, "-"), &id(label, ""), anchors);
        (view.section, view.opens_section) = (section, opens);
        view.image = view.image.filter(|_| images == Images::Link);
        views.push(view);
    }
    views
}

/// What the head of a digest says of a story.
fn line(story: &StoryView) -> LineView {
    let fresh = story.summary.iter().filter(|sentence| !sentence.told);
    let sentence = fresh.clone().find(|s| s.text.chars().count() >= SHORTEST_HEAD);
    let sentence = sentence.filter(|_| story.quiet.is_none());
    LineView {
        text: cut(sentence.map_or(&story.headline, |s| &s.text).clone(), LONGEST_HEAD),
        number: story.number,
        headline: story.headline.clone(),
        anchor: story.anchor.clone(),
        slug: story.slug.clone(),
        marks: sentence.map(|s| s.marks.clone()).unwrap_or_default(),
    }
}

fn rejected<'a>(stories: impl Iterator<Item = (&'a Story, &'a StoryView)>) -> Vec<RejectedView> {
    let of = |(story, view): (&'a Story, &'a StoryView)| {
        let sentences = story.summary.rejected.iter();
        sentences.map(|sentence| RejectedView {
            headline: view.headline.clone(),
            anchor: view.anchor.clone(),
            text: clean(&sentence.text),
            why: clean(&sentence.why),
            replacement: sentence
                .replacement
                .as_deref()
                .map(clean)
                .filter(|text| !text.is_empty()),
        })
    };
    stories.flat_map(of).collect()
}

fn newsrooms<'a>(sources: impl Iterator<Item = &'a SourceView>) -> usize {
    sources
        .map(|source| source.name.to_lowercase())
        .collect::<BTreeSet<_>>()
        .len()
}

/// Words as a reader counts them; two characters of a script without spaces are one.
fn words(text: &str) -> usize {
    let wide = text.chars().filter(|c| c.width() == Some(2)).count();
    text.split_whitespace().count() + wide / 2
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
        words: words(&headline)
            + story.summary.sentences.iter().map(|s| words(&s.text)).sum::<usize>()
            + story.figures.iter().map(|f| words(&f.line)).sum::<usize>(),
        headline,
        section: None,
        opens_section: false,
        level: 2,
        image: sources.image(&story.sources),
        method: word(story.summary.method),
        fresh: match story.course {
            Course::Developing if story.fresh.len() < story.summary.sentences.len() => story.fresh.len(),
            _ => 0,
        },
        newsrooms: newsrooms(sources.views.iter()),
        newsrooms_in_all: 0,
        flag: None,
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

/// The word that JSON has for a value of an enum.
pub(super) fn word(value: impl Serialize) -> String {
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

/// JSON has no infinity; a number that no reader can read is none.
pub(super) fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}

pub(super) fn time(time: Timestamp) -> String {
    time.to_string()
}

pub(super) fn name(text: &str) -> String {
    cut(clean(text), LONGEST_LINE)
}

/// The last part of a path: readers need not know the folders of the machine that made the digest.
pub(super) fn file_name(path: &str) -> String {
    name(
        path.rsplit(['/', '\\'])
            .find(|part| !part.trim().is_empty())
            .unwrap_or(path),
    )
}

/// An empty text says as little as none.
pub(super) fn optional(text: &Option<String>) -> Option<String> {
    text.as_deref().map(name).filter(|text| !text.is_empty())
}
