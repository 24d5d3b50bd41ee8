//! Takes a page apart into the texts that it holds.
//!
//! Precision comes first: a page is one text unless something says otherwise. What may say so, from the strongest on:
//! times, bylines or datelines over several posts (a live page, a column of briefs); headings or separators between texts that have nothing in common
//! (a round-up); a break in the middle of running paragraphs, of which both sides lack any link (extraction ran two
//! texts together); a tail of single paragraphs that are linked neither to the text nor to each other (the other items
//! of a live page). The break is sought as in TextTiling (Hearst 1997), but with sentence vectors and between whole
//! sides rather than windows alone, and it is cut only where means, nearest sentences and shared words all agree and what
//! follows reads like a lead;
//! texts about one event are put together again by the same links, as GraphSeg (Glavaš et al. 2016) merges segments.

mod breaks;
mod merge;
mod tail;
mod units;

use self::units::{Unit, is_teaser};
use super::Options;
use super::cohesion::Cohesion;
use crate::document::{Article, DocumentKind, Sentence};

/// One text of a page: indices of its sentences, in order.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub kind: DocumentKind,
    pub sentences: Vec<usize>,
}

/// The texts of a page in order of appearance. `furniture` says which sentences are boilerplate: they are in no part.
pub(super) fn parts(
    article: &Article,
    sentences: &[Sentence],
    furniture: &[bool],
    vectors: &[Vec<f32>],
    options: &Options,
) -> Vec<Part> {
    let units = units::units(article, sentences, furniture);
    let texts: Vec<&str> = sentences
        .iter()
        .map(|s| article.text.get(s.span.clone()).unwrap_or_default())
        .collect();
    let page = Page {
        units,
        cohesion: Cohesion::new(&texts, vectors),
        texts,
        options,
    };
    page.parts()
}

struct Page<'a> {
    units: Vec<Unit>,
    cohesion: Cohesion<'a>,
    texts: Vec<&'a str>,
    options: &'a Options,
}

/// Units `from..to` that make one text.
type Run = std::ops::Range<usize>;

impl Page<'_> {
    fn parts(&self) -> Vec<Part> {
        if self.units.is_empty() {
            return Vec::new();
        }
        let posts = self.posts();
        let live = posts.len() > 1;
        let mut runs: Vec<Run> = posts.into_iter().flat_map(|post| self.by_headings(post)).collect();
        // The tail before breaks, which would take a tail of some length for one text.
        let tail = if live {
            None
        } else {
            runs.pop().map(|last| self.tail(last))
        };
        let mut texts: Vec<Vec<Run>> = runs
            .into_iter()
            .flat_map(|run| self.by_content(run))
            .map(|run| vec![run])
            .collect();
        for mut text in tail.into_iter().flatten() {
            let main = text.remove(0);
            let first = texts.len();
            texts.extend(self.by_content(main).into_iter().map(|run| vec![run]));
            texts[first].extend(text);
        }
        let mut parts = self.merge(texts);
        parts.sort_by_key(|units| units.first().map(|run| run.start));
        let alone = parts.len() == 1;
        parts.into_iter().map(|runs| self.part(runs, alone)).collect()
    }

    fn sentences(&self, run: &Run) -> Vec<usize> {
        self.units[run.clone()]
            .iter()
            .flat_map(|unit| unit.sentences.iter().copied())
            .collect()
    }

    fn all(&self, runs: &[Run]) -> Vec<usize> {
        runs.iter().flat_map(|run| self.sentences(run)).collect()
    }

    /// Whether sentences invite to read another text.
    fn invites(&self, sentences: &[usize]) -> bool {
        let texts: Vec<&str> = sentences.iter().map(|&s| self.texts[s]).collect();
        is_teaser(&texts)
    }

    /// `alone`: it is all that the page holds.
    fn part(&self, runs: Vec<Run>, alone: bool) -> Part {
        let mut sentences = self.all(&runs);
        sentences.sort_unstable();
        let kind = if alone {
            DocumentKind::Story
        } else if self.invites(&sentences) {
            DocumentKind::Teaser
        } else if sentences.len() <= self.options.brief_sentences {
            DocumentKind::Brief
        } else {
            DocumentKind::Story
        };
        Part { kind, sentences }
    }
}
