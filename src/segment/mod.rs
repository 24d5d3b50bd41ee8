//! Segmentation: an article's sentences, and the texts that its page holds.
//!
//! `sentences` splits blocks into sentences; `documents` sets boilerplate aside and takes a page of several texts
//! apart; `boundaries` finds the sections of a text that comes without structure. All are pure functions.
//!
//! # Method
//!
//! Structure first: times, bylines, datelines, headings and separators say where a page may come apart, and the links of
//! its parts whether it does. Where nothing says so, a break between paragraphs is sought as in TextTiling (Hearst 1997),
//! with sentence vectors in place of counts and whole sides in place of windows. Parts about one event are put together
//! again by the same links, as GraphSeg (Glavaš, Nanni and Ponzetto 2016) merges segments. A text without structure is
//! divided as C99 does it (Choi 2000), by the blocks on the diagonal of its sentences' similarities, but over all
//! divisions at once by dynamic programming with a price for a boundary (Utiyama and Isahara 2001; Kehagias et al. 2003).

mod boilerplate;
mod cohesion;
mod dateline;
mod names;
mod partition;
mod sentences;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::document::{Article, BlockKind, Document, DocumentKind, Section, Sentence, Span};

/// Thresholds of segmentation. Similarities are cosines of all-MiniLM-L6-v2 vectors, each sentence encoded alone.
///
/// Those named `foreign_...` follow the distributions over 250 ordinary news articles and 500 pairs of them run together.
/// The others for taking pages apart were set by hand: every boundary of tests/cases/pages comes out right, and of 496
/// ordinary articles four came apart. `same_event` is from pairs of stretches from one and from two articles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The sentences that each side of a break between paragraphs must have. Shorter sides differ by chance: with 3
    /// the nearest sentences of an ordinary article's sides fall to .26 in one article of a hundred, with 5 to .30.
    pub foreign_sentences: usize,
    /// Two sides of a break are two texts only if their sentences' mean cosine is below this (median of unrelated
    /// texts .11, of the loosest break of an article .21).
    pub foreign_mean: f32,
    /// ... and that mean is below this part of the mean within the looser side ...
    pub foreign_ratio: f32,
    /// ... and the cosine of the shorter side's sentences to the nearest sentence of the other is below this on average
    /// (median of unrelated texts .24, of the loosest break of an article .43) ...
    pub foreign_best: f32,
    /// ... and below this share of the shorter side's words is in the other.
    pub foreign_shared: f32,
    /// That share where there are no vectors and words alone decide.
    pub foreign_shared_words_alone: f32,
    /// As `foreign_best`, for a part under a heading or after a separator.
    pub headed_best: f32,
    /// The share of words that goes with `headed_best` for a part of one or two sentences, which differ by chance.
    pub headed_shared_short: f32,
    /// As `foreign_best`, where three quarters of at least three parts under headings stand alone: a round-up. The heading
    /// and the others' looseness speak for it already, so it may be higher.
    pub roundup_best: f32,
    /// The share of words that goes with `roundup_best`.
    pub roundup_shared: f32,
    /// The share of words where there are no vectors.
    pub roundup_shared_words_alone: f32,
    /// A paragraph is loose if its mean cosine to the three sentences nearest to it in the main text is below this.
    pub loose_link: f32,
    /// ... or, without vectors, if the main text has less than this share of its words.
    pub loose_words_alone: f32,
    /// A loose paragraph belongs to the item before it from this cosine on.
    pub item_link: f32,
    /// Texts are about one event from this mean of nearest and mean cosine on (a quarter of the share of common words
    /// is added).
    pub same_event: f32,
    /// What a name that both have adds to that.
    pub name_weight: f32,
    /// That share of common words where there are no vectors.
    pub same_event_words_alone: f32,
    /// The most sentences of a brief.
    pub brief_sentences: usize,
    /// [`boundaries`]: what one more section costs. Higher gives longer sections. Chosen, with
    /// `length_exponent` and `lexical_weight`, on 100 of Choi's joined texts.
    pub boundary_price: f32,
    /// [`boundaries`]: the same where there are no vectors. Chosen on all 400 of those texts.
    pub boundary_price_words_alone: f32,
    /// [`boundaries`]: the power of a section's length by which the similarity of its pairs is divided: 0 counts
    /// pairs and so favours the longest sections, 1 takes their mean a sentence.
    pub length_exponent: f32,
    /// [`boundaries`]: the weight of shared words beside the vectors' cosine.
    pub lexical_weight: f32,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            foreign_sentences: 5,
            foreign_mean: 0.16,
            foreign_ratio: 0.75,
            foreign_best: 0.30,
            foreign_shared: 0.2,
            foreign_shared_words_alone: 0.03,
            headed_best: 0.26,
            headed_shared_short: 0.1,
            roundup_best: 0.36,
            roundup_shared: 0.25,
            roundup_shared_words_alone: 0.12,
            loose_link: 0.35,
            loose_words_alone: 0.2,
            item_link: 0.25,
            same_event: 0.4,
            name_weight: 0.04,
            same_event_words_alone: 0.3,
            brief_sentences: 3,
            boundary_price: 0.2,
            boundary_price_words_alone: 0.07,
            length_exponent: 0.7,
            lexical_weight: 1.0,
        }
    }
}

/// The sentences of an article, in order. None crosses a block; headings and separators have none. Where the article
/// came already split, its own sentences are returned, without white space around them and without blank ones.
pub fn sentences(article: &Article) -> Vec<Sentence> {
    if let Some(given) = &article.sentences {
        let block = |at: usize| article.blocks.partition_point(|b| b.span.start <= at).saturating_sub(1);
        return given
            .iter()
            .filter_map(|span| {
                let text = article.text.get(span.clone())?;
                let start = span.start + (text.len() - text.trim_start().len());
                let end = start + text.trim().len();
                (start < end).then(|| Sentence {
                    span: start..end,
                    block: block(start),
                })
            })
            .collect();
    }
    let mut out = Vec::new();
    for (index, block) in article.blocks.iter().enumerate() {
        if matches!(block.kind, BlockKind::Heading | BlockKind::Separator) {
            continue;
        }
        let Some(text) = article.text.get(block.span.clone()) else {
            continue;
        };
        // The place that a report was filed from stands before its first words.
        let start = block.span.start + dateline::len(text);
        let text = &article.text[start..block.span.end];
        out.extend(sentences::split(text).into_iter().map(|span| Sentence {
            span: start + span.start..start + span.end,
            block: index,
        }));
    }
    out
}

/// The texts of an article: for nearly all, one story, and one document with all boilerplate at the end if there is
/// any. The first has the article's id, the others `ID#2`, `ID#3`... in order of appearance.
///
/// `vectors`: one unit vector a sentence, in order, each sentence encoded alone. With none (or another number of
/// them), structure and words decide.
pub fn documents(
    article: &Arc<Article>,
    sentences: Vec<Sentence>,
    vectors: &[Vec<f32>],
    options: &Options,
) -> Vec<Document> {
    let furniture = boilerplate::mark(article, &sentences);
    let parts = partition::parts(article, &sentences, &furniture, vectors, options);
    let headings = headings(article, &sentences, &furniture);
    let mut out: Vec<(DocumentKind, Vec<Section>)> = parts
        .into_iter()
        .map(|part| (part.kind, sections(&part.sentences, &sentences, &headings)))
        .collect();
    let several = out.len() > 1;
    let rest: Vec<Sentence> = sentences
        .iter()
        .zip(&furniture)
        .filter(|(_, mark)| **mark)
        .map(|(s, _)| s.clone())
        .collect();
    if !rest.is_empty() {
        out.push((
            DocumentKind::Boilerplate,
            vec![Section {
                heading: None,
                sentences: rest,
            }],
        ));
    }
    out.into_iter()
        .enumerate()
        .map(|(n, (kind, sections))| Document {
            id: if n == 0 {
                article.id.clone()
            } else {
                format!("{}#{}", article.id, n + 1)
            },
            article: Arc::clone(article),
            part: several && kind != DocumentKind::Boilerplate,
            kind,
            sections,
        })
        .collect()
}

/// Where a text without structure changes its subject: indices of the first sentences of new sections, 0 left out.
/// `vectors`: one unit vector a text, in order; with none, words alone decide.
///
/// Similarity of sentences within a section against the mean of the text, maximised over all divisions; see
/// [`Options::boundary_price`].
pub fn boundaries(texts: &[&str], vectors: &[Vec<f32>], options: &Options) -> Vec<usize> {
    cohesion::boundaries(texts, vectors, options)
}

/// For each sentence that is the first of its block and stands right under a heading, that heading.
fn headings(article: &Article, sentences: &[Sentence], furniture: &[bool]) -> Vec<Option<Span>> {
    let mut out = vec![None; sentences.len()];
    let mut heading = None;
    let mut at = 0;
    for (index, block) in article.blocks.iter().enumerate() {
        let line = article.text.get(block.span.clone()).unwrap_or_default();
        if block.kind == BlockKind::Heading && !boilerplate::heads_links(line) && !boilerplate::is_time(line) {
            heading = Some(block.span.clone());
        }
        while sentences.get(at).is_some_and(|s| s.block <= index) {
            if !furniture[at] {
                out[at] = heading.take();
            }
            at += 1;
        }
    }
    out
}

/// A document's sections: a new one under each heading, and where a piece of another part of the page follows.
fn sections(part: &[usize], sentences: &[Sentence], headings: &[Option<Span>]) -> Vec<Section> {
    let mut out: Vec<Section> = Vec::new();
    for &i in part {
        match out.last_mut() {
            Some(section) if headings[i].is_none() => section.sentences.push(sentences[i].clone()),
            _ => out.push(Section {
                heading: headings[i].clone(),
                sentences: vec![sentences[i].clone()],
            }),
        }
    }
    out
}
