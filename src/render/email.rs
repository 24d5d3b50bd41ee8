//! A digest as a letter: HTML by the rules of mail programs, and the same as plain text.
//!
//! Mail programs drop scripts, SVG, style sheets and CSS variables, so the template `email.html` is laid out by tables and
//! its style sheet is written into the elements; only its media queries stay in the head. Pictures are left out: a linked one
//! tells its publisher who opened the letter and when. Gmail cuts a letter off at 102 KB, so what does not fit is given by
//! headline, and the letter says so.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use css_inline::CSSInliner;
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::escape::{clean, cut};
use super::view::{DigestView, LineView, MarkView, StoryView};
use super::{Look, Renderer, Templates, Terminal};
use crate::digest::Digest;
use crate::error::{Error, Result};

/// The most bytes of the HTML.
const MOST_BYTES: usize = 90_000;
/// Columns of the text: lines that are quoted in an answer still fit into 80.
const WIDTH: usize = 72;
/// The most stories that are given by headline only.
const MOST_ITEMS: usize = 40;
/// The most headlines in the list of contents, warnings, and values of a moving figure.
const MOST_LISTED: usize = 12;
/// Characters of the line that mail programs show beside the subject.
const PREHEADER: usize = 140;
/// Characters of a sentence.
const SENTENCE: usize = 1000;
/// Characters of an address: longer ones do not work everywhere, and a letter has no room for them.
const ADDRESS: usize = 1000;

/// What the reader can do with a letter beside reading it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frame {
    /// The address at which the reader unsubscribes, with `{recipient}` for his own.
    pub unsubscribe: Option<String>,
    /// The address at which the digest can be read in a browser.
    pub archive: Option<String>,
}

/// What the templates `email.*` and `email-subject.txt` see: the digest's fields, of which `stories` and `briefs` have only
/// those that are told in full, and these.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EmailView {
    /// The digest's.
    #[serde(flatten)]
    pub digest: DigestView,
    /// The first story's headline, or `null`.
    pub headline: Option<String>,
    /// What mail programs show beside the subject.
    pub preheader: String,
    /// The headlines of the stories that are told in full, at most twelve, where there is more than one.
    pub contents: Vec<String>,
    /// Stories and briefs that are given by headline, since the letter would be too long.
    pub items: Vec<ItemView>,
    /// How many stories and briefs are not in the letter at all.
    pub left_out: usize,
    /// How many warnings are not among `warnings`.
    pub more_warnings: usize,
    /// Where the digest can be read in a browser, or `null`.
    pub archive: Option<String>,
    /// Where the reader unsubscribes, or `null`.
    pub unsubscribe: Option<String>,
}

/// A story that is given by headline.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ItemView {
    /// Its headline.
    pub headline: String,
    /// The address of its first source that has one, or `null`.
    pub url: Option<String>,
    /// How many newsrooms tell it.
    pub newsrooms: usize,
}

/// A letter for all recipients; [`super::eml`] makes one's message of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What the digest is called.
    pub title: String,
    /// The subject.
    pub subject: String,
    /// The HTML.
    pub html: String,
    /// The text.
    pub text: String,
    /// How many stories and briefs the HTML gives by headline or leaves out.
    pub shortened: usize,
    /// What stands in `html` and `text` for the recipient's address, percent-encoded. No source can know it, so none can
    /// have a reader's address in its links.
    pub(super) token: String,
}

/// Writes letters. Made once, used for all.
#[derive(Debug)]
pub struct Letters {
    renderer: Renderer,
}

impl Letters {
    /// With the embedded templates, of which `overrides` replace those of the same name.
    ///
    /// # Errors
    /// As [`Renderer::new`].
    pub fn new(overrides: &Templates, look: &Look) -> Result<Self> {
        let terminal = Terminal::plain(WIDTH);
        let renderer = Renderer::with(
            overrides,
            Look {
                terminal,
                ..look.clone()
            },
        )?;
        Ok(Letters { renderer })
    }

    /// The digest as a letter.
    ///
    /// # Errors
    /// [`Error::Template`] where a template names a field, helper or part that does not exist, or gives what is no HTML.
    pub fn letter(&self, digest: &Digest, frame: &Frame) -> Result<Letter> {
        let token = token(digest)?;
        let whole = whole(digest, frame, &token);
        let text = self.renderer.page("email.txt", &whole)?;
        let subject = clean(&self.renderer.page("email-subject.txt", &whole)?);
        let order = order(digest, &whole.digest);
        let total = order.len();
        let html = |full: usize, items: usize| self.html(&shortened(&whole, &order, full, items));
        let fits = |full: usize, items: usize| -> Result<bool> { Ok(html(full, items)?.len() <= MOST_BYTES) };
        let (mut full, mut items) = (total, 0);
        if !fits(total, 0)? {
            items = most(total.min(MOST_ITEMS), &|items| fits(0, items))?;
            full = most(total - 1, &|full| fits(full, items.min(total - full)))?;
            items = items.min(total - full);
        }
        Ok(Letter {
            html: html(full, items)?,
            shortened: total - full,
            title: whole.digest.title,
            subject,
            text,
            token,
        })
    }

    fn html(&self, view: &EmailView) -> Result<String> {
        let page = self.renderer.page("email.html", view)?;
        let inliner = CSSInliner::options()
            .load_remote_stylesheets(false)
            .keep_style_tags(false)
            .keep_at_rules(true)
            .minify_css(true)
            .build();
        inliner.inline(&page).map_err(|e| Error::Template {
            template: "email.html.hbs".to_string(),
            line: None,
            reason: format!("its style sheet cannot be written into the page: {e}"),
        })
    }
}

/// Renders every template of a letter, in full and shortened, for `templates check`.
///
/// # Errors
/// As [`Letters::letter`].
pub fn check_letter(renderer: &Renderer, digest: &Digest) -> Result<()> {
    let links = Frame {
        unsubscribe: Some("https://example.org/stop".to_string()),
        archive: Some("https://example.org/".to_string()),
    };
    for frame in [links, Frame::default()] {
        let whole = whole(digest, &frame, "recipient");
        let order = order(digest, &whole.digest);
        renderer.page("email.txt", &whole)?;
        renderer.page("email-subject.txt", &whole)?;
        for full in [0, order.len()] {
            renderer.page("email.html", &shortened(&whole, &order, full, 1))?;
        }
    }
    Ok(())
}

/// The greatest number up to `most` that holds, where every smaller one holds too; 0 holds.
fn most(most: usize, holds: &dyn Fn(usize) -> Result<bool>) -> Result<usize> {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if holds(middle)? {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(low)
}

/// A name for the recipient's address that nobody can have known when he wrote what is in the digest.
fn token(digest: &Digest) -> Result<String> {
    let json = serde_json::to_vec(digest).map_err(|e| Error::Invalid {
        subject: format!("digest {}", digest.date),
        reason: e.to_string(),
    })?;
    let hash = Sha256::digest(&json);
    Ok(hash
        .iter()
        .take(12)
        .fold("recipient-".to_string(), |text, byte| format!("{text}{byte:02x}")))
}

/// The view with everything in it.
fn whole(digest: &Digest, frame: &Frame, token: &str) -> EmailView {
    let mut view = DigestView::new(digest);
    for story in view.stories.iter_mut().chain(&mut view.briefs) {
        bound(story);
    }
    for line in &mut view.lines {
        bound_marks(&mut line.marks);
    }
    let first = view.stories.first().or(view.briefs.first());
    let said = |line: &LineView| line.text.clone();
    let preheader = view
        .lines
        .first()
        .map(said)
        .or_else(|| Some(first?.summary.first()?.text.clone()));
    EmailView {
        headline: first.map(|story| story.headline.clone()),
        preheader: cut(preheader.unwrap_or_default(), PREHEADER),
        contents: vec![],
        items: vec![],
        left_out: 0,
        more_warnings: 0,
        archive: frame.archive.clone(),
        unsubscribe: frame
            .unsubscribe
            .as_ref()
            .map(|address| address.replace("{recipient}", token)),
        digest: view,
    }
}

/// No text and no address of a story takes the room of all others.
fn bound(story: &mut StoryView) {
    for sentence in &mut story.summary {
        sentence.text = cut(std::mem::take(&mut sentence.text), SENTENCE);
        bound_marks(&mut sentence.marks);
    }
    for figure in &mut story.figures {
        for text in [&mut figure.surface, &mut figure.line] {
            *text = cut(std::mem::take(text), SENTENCE);
        }
        for text in [&mut figure.rest, &mut figure.change] {
            *text = text.take().map(|text| cut(text, SENTENCE));
        }
        if let Some(points) = &mut figure.points {
            points.drain(..points.len().saturating_sub(MOST_LISTED));
        }
        bound_marks(&mut figure.marks);
    }
    for claim in story.conflicts.iter_mut().flat_map(|conflict| &mut conflict.claims) {
        claim.surface = cut(std::mem::take(&mut claim.surface), SENTENCE);
        bound_marks(&mut claim.marks);
    }
    for source in &mut story.sources {
        source.url = source.url.take().filter(|url| url.len() <= ADDRESS);
    }
}

fn bound_marks(marks: &mut [MarkView]) {
    for mark in marks {
        mark.sentence_url = mark.sentence_url.take().filter(|url| url.len() <= ADDRESS);
    }
}

/// The places of stories and then briefs in the view, the most important first: sections part what ranks together.
fn order(digest: &Digest, view: &DigestView) -> Vec<usize> {
    let ids = digest.stories.iter().chain(&digest.briefs);
    let mut rank: BTreeMap<String, usize> = BTreeMap::new();
    for (n, story) in ids.enumerate() {
        rank.entry(clean(&story.id)).or_insert(n);
    }
    let of = |story: &StoryView| rank.get(&story.id).copied().unwrap_or(usize::MAX);
    let mut order: Vec<usize> = (0..view.stories.len()).collect();
    order.sort_by_key(|&at| (of(&view.stories[at]), at));
    order.extend((0..view.briefs.len()).map(|at| at + view.stories.len()));
    order
}

/// The view with so many stories and briefs told in full, and so many of the others by headline.
fn shortened(whole: &EmailView, order: &[usize], full: usize, items: usize) -> EmailView {
    let mut view = whole.clone();
    let (full, rest) = order.split_at(full.min(order.len()));
    let stories = whole.digest.stories.len();
    let all = |at: usize| {
        whole
            .digest
            .stories
            .get(at)
            .unwrap_or_else(|| &whole.digest.briefs[at - stories])
    };
    let mut kept = full.to_vec();
    kept.sort_unstable();
    view.digest.stories.clear();
    view.digest.briefs.clear();
    for at in kept {
        let mut story = all(at).clone();
        if at < stories {
            let before = view.digest.stories.last().map(|story| &story.section);
            story.opens_section = story.section.is_some() && before != Some(&story.section);
            view.digest.stories.push(story);
        } else {
            view.digest.briefs.push(story);
        }
    }
    view.items = rest.iter().take(items).map(|&at| item(all(at))).collect();
    view.left_out = rest.len() - view.items.len();
    if view.digest.stories.len() > 1 {
        let headlines = view.digest.stories.iter().map(|story| story.headline.clone());
        view.contents = headlines.take(MOST_LISTED).collect();
    }
    view.more_warnings = view.digest.warnings.len().saturating_sub(MOST_LISTED);
    view.digest.warnings.truncate(MOST_LISTED);
    view.digest.models.truncate(MOST_LISTED);
    view
}

fn item(story: &StoryView) -> ItemView {
    ItemView {
        headline: story.headline.clone(),
        url: story.sources.iter().find_map(|source| source.url.clone()),
        newsrooms: story.newsrooms,
    }
}
