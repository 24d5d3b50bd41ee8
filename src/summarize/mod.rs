//! Stage: which of the sources' own sentences tell a story.
//!
//! Extractive: each sentence is scored by how central it is among all sentences of the story (the mean cosine to
//! the others, as in centroid and degree-centrality summarisers; Radev et al. 2004, Erkan and Radev 2004), how near
//! it is to what titles and leads say, where it stands in its document, and how many other sources say the like. Then sentences
//! are taken one by one, the best first, less what is said already (maximal marginal relevance; Carbonell and
//! Goldstein 1998), and put back into reading order.

mod headline;
mod sentence;

pub use headline::headline;

use serde::{Deserialize, Serialize};

use crate::digest::{Citation, Method, Summary, SummarySentence};
use crate::document::{Annotated, BlockKind, Sentence};
use crate::infer::{cosine, mean, round};

/// How much is said of a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Length {
    /// Two sentences.
    Short,
    /// Four sentences.
    #[default]
    Medium,
    /// Eight sentences.
    Long,
    /// So many sentences.
    #[serde(untagged)]
    Sentences(usize),
}

impl Length {
    /// The most sentences of a summary.
    pub fn sentences(self) -> usize {
        match self {
            Length::Short => 2,
            Length::Medium => 4,
            Length::Long => 8,
            Length::Sentences(n) => n,
        }
    }

    /// The shorter of two.
    pub fn min(self, other: Length) -> Length {
        if self.sentences() <= other.sentences() {
            self
        } else {
            other
        }
    }
}

/// What `summarize` may be told. The weights were chosen on the development sets (docs/measurements.md).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// How much is said.
    pub length: Length,
    /// Weight of likeness to the story's other sentences.
    pub centrality: f64,
    /// Weight of likeness to titles and leads.
    pub topic: f64,
    /// Weight of standing early in a document.
    pub position: f64,
    /// Weight of the share of other sources that say the like.
    pub support: f64,
    /// How much likeness to what is said already takes off.
    pub redundancy: f64,
    /// Two sentences more alike than this say the same: the second is left out.
    pub same: f64,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            length: Length::Medium,
            centrality: 0.3,
            topic: 0.5,
            position: 0.8,
            support: 0.3,
            redundancy: 0.4,
            same: 0.85,
        }
    }
}

/// From this cosine to titles and leads on a sentence speaks of the event for sure.
const ON_TOPIC: f64 = 0.4;

/// A sentence that may be picked.
struct Candidate<'a> {
    document: usize,
    /// Its place among the document's sentences, from 0.
    position: usize,
    /// How many sentences the document has.
    of: usize,
    sentence: &'a Sentence,
    text: &'a str,
    vector: &'a [f32],
    score: f64,
}

/// Summarises one story: its documents, those that are copies of another left out, the one to open with first.
///
/// The summary is empty only where no document has a sentence.
pub fn summarize(documents: &[&Annotated], options: &Options) -> Summary {
    let count = options.length.sentences().max(1);
    let understood: Vec<&Annotated> = documents.iter().copied().filter(|d| d.understood).collect();
    if understood.is_empty() {
        return lead(documents, count);
    }
    let mut candidates = candidates(&understood);
    if candidates.is_empty() {
        return lead(&understood, count);
    }
    score(&mut candidates, &understood, options);
    let mut picked = pick(&candidates, count, options);
    reading_order(&mut picked, &candidates);
    let sentences = picked
        .into_iter()
        .map(|at| cite(&candidates[at], &candidates, &understood))
        .collect();
    Summary {
        sentences,
        method: Method::Extractive,
        replaced: 0,
    }
}

/// The first sentences of the first document: what is left where the encoder does not know the language.
fn lead(documents: &[&Annotated], count: usize) -> Summary {
    let first = documents.iter().find(|d| d.document.sentences().next().is_some());
    let sentences = first.map_or(Vec::new(), |annotated| {
        let document = &annotated.document;
        let sentence = |s: &Sentence| SummarySentence {
            text: document.text(&s.span).to_owned(),
            citations: vec![Citation::new(document, &s.span)],
        };
        document.sentences().take(count).map(sentence).collect()
    });
    Summary {
        sentences,
        method: Method::Lead,
        replaced: 0,
    }
}

fn candidates<'a>(documents: &[&'a Annotated]) -> Vec<Candidate<'a>> {
    let mut candidates = Vec::new();
    for (at, annotated) in documents.iter().enumerate() {
        let document = &annotated.document;
        let of = document.sentences().count();
        for (position, (sentence, vector)) in document.sentences().zip(&annotated.vectors).enumerate() {
            let text = document.text(&sentence.span);
            let caption = document
                .article
                .blocks
                .get(sentence.block)
                .is_some_and(|b| b.kind == BlockKind::Caption);
            if !caption && sentence::is_whole(text) {
                candidates.push(Candidate {
                    document: at,
                    position,
                    of,
                    sentence,
                    text,
                    vector,
                    score: 0.0,
                });
            }
        }
    }
    candidates
}

fn score(candidates: &mut [Candidate], documents: &[&Annotated], options: &Options) {
    let topic = mean(documents.iter().map(|d| (d.topic.as_slice(), 1.0)));
    let central: Vec<f64> = documents.iter().map(|d| cosine(&d.topic, &topic).max(0.0)).collect();
    // The mean cosine to all sentences is the cosine to their sum, but for scale.
    let centre = mean(candidates.iter().map(|c| (c.vector, 1.0)));
    let support: Vec<f64> = candidates.iter().map(|c| supporters(c, documents)).collect();
    for (candidate, support) in candidates.iter_mut().zip(support) {
        let near = cosine(candidate.vector, &topic);
        // Early sentences lead, but only those that speak of the event: a feature may open with a breakfast, and so may a
        // text at the edge of the story.
        let speaks = (near / ON_TOPIC).clamp(0.0, 1.0).powi(2) * central[candidate.document];
        let position = speaks / (1.0 + candidate.position as f64).sqrt();
        candidate.score = round(
            options.centrality * cosine(candidate.vector, &centre)
                + options.topic * near
                + options.position * position
                + options.support * support
                - sentence::dependence(candidate.text, candidate.position == 0),
        );
    }
}

/// The share of the other documents that have a sentence close to this one.
fn supporters(candidate: &Candidate, documents: &[&Annotated]) -> f64 {
    const CLOSE: f64 = 0.6;
    if documents.len() < 2 {
        return 0.0;
    }
    let others = documents.iter().enumerate().filter(|(at, _)| *at != candidate.document);
    let close = others
        .filter(|(_, d)| d.vectors.iter().any(|v| cosine(v, candidate.vector) >= CLOSE))
        .count();
    close as f64 / (documents.len() - 1) as f64
}

/// The indices of the sentences to show, in the order they were taken.
fn pick(candidates: &[Candidate], count: usize, options: &Options) -> Vec<usize> {
    let mut picked: Vec<usize> = Vec::new();
    let mut said = vec![0f64; candidates.len()];
    while picked.len() < count {
        let value = |at: usize| round(candidates[at].score - options.redundancy * said[at]);
        let free = (0..candidates.len()).filter(|at| !picked.contains(at) && said[*at] < options.same);
        // Among equals the first: documents come in the order the story names them, sentences in reading order.
        let Some(best) = free.rev().max_by(|a, b| value(*a).total_cmp(&value(*b))) else {
            break;
        };
        picked.push(best);
        for (at, candidate) in candidates.iter().enumerate() {
            said[at] = said[at].max(cosine(candidate.vector, candidates[best].vector));
        }
    }
    picked
}

/// Sentences of one document keep its order; between documents the earlier place in its own document goes first.
fn reading_order(picked: &mut [usize], candidates: &[Candidate]) {
    let place = |at: usize| {
        let candidate = &candidates[at];
        round(candidate.position as f64 / candidate.of.max(1) as f64)
    };
    picked.sort_by(|a, b| place(*a).total_cmp(&place(*b)).then(a.cmp(b)));
    // What opens the summary must stand by itself: the first sentence that opens a document goes to the front.
    if let Some(opener) = picked.iter().position(|at| candidates[*at].position == 0) {
        picked[..=opener].rotate_right(1);
    }
}

/// The sentence with its own citation first, then those of other documents that have it letter by letter.
fn cite(candidate: &Candidate, candidates: &[Candidate], documents: &[&Annotated]) -> SummarySentence {
    let letters = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let own = letters(candidate.text);
    let citation = |c: &Candidate| Citation::new(&documents[c.document].document, &c.sentence.span);
    let mut citations = vec![citation(candidate)];
    citations.extend(
        candidates
            .iter()
            .filter(|c| c.document != candidate.document && letters(c.text) == own)
            .map(citation),
    );
    SummarySentence {
        text: candidate.text.to_owned(),
        citations,
    }
}
