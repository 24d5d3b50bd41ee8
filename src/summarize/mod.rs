//! Stage: which of the sources' own sentences tell a story.
//!
//! Extractive: sentences are taken one by one, each time the one that adds most to what a summary of the story is likely to say
//! (the salience head, [`crate::infer::SalienceHead`]), less what it loses away from its neighbours, and put back into
//! reading order. Without the head a sentence scores by how central it is among all sentences of the story (the mean cosine to
//! the others, as in centroid and degree-centrality summarisers; Radev et al. 2004, Erkan and Radev 2004), how near
//! it is to what titles and leads say, where it stands in its document, and how many other sources say the like; what is said
//! already takes off (maximal marginal relevance; Carbonell and Goldstein 1998).
//!
//! Abstractive: what a model wrote is checked sentence by sentence before it is shown (`guard`).

mod antecedent;
mod compress;
mod guard;
mod headline;
mod sentence;
mod spans;
mod stays;
#[cfg(test)]
mod tests;

pub use compress::compress;
pub use headline::headline;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::digest::{Citation, Method, Summary, SummarySentence, Verdict, Verifier};
use crate::document::{Annotated, BlockKind, Sentence};
use crate::infer::{Coverage, Likely, SalienceHead, Told, cosine, mean, round};

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
    /// So many words, within 15%, in place of a number of sentences.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<usize>,
    /// Weight of how a sentence stands away from its neighbours, against the salience head's logarithm of likely words.
    pub alone: f64,
    /// Weight of likeness to the story's other sentences; this and what follows count where there is no salience head.
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
    /// Leave asides out of sentences where the sources bear the shorter sentence out.
    pub compress: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            length: Length::Medium,
            words: None,
            alone: 1.0,
            centrality: 0.3,
            topic: 0.5,
            position: 0.8,
            support: 0.3,
            redundancy: 0.4,
            same: 0.85,
            compress: false,
        }
    }
}

/// From this cosine to titles and leads on a sentence speaks of the event for sure.
const ON_TOPIC: f64 = 0.4;

/// Taken off the score of a sentence whose figure the story has a later one for.
const STALE: f64 = 1.0;

/// Taken off the score of a sentence that needs a name for its pronoun: it leans on the one before in other ways too.
const NAMED: f64 = 0.1;

/// What a story is summarised with.
pub struct Help<'a> {
    /// Checks what is not letter by letter a source's.
    pub verifier: &'a dyn Verifier,
    /// Says what a summary will say.
    pub salience: Option<&'a SalienceHead>,
    /// What a model wrote, the best first, each as its sentences; empty where none was asked.
    pub written: &'a [Vec<String>],
    /// For sentences of the story, by their text, how likely an editor keeps each word; what is not here is shortened by rule alone.
    pub likely: &'a BTreeMap<String, Vec<Likely>>,
}

/// A sentence that may be picked.
struct Candidate<'a> {
    document: usize,
    /// Its place among the document's sentences, from 0.
    position: usize,
    /// How many sentences the document has.
    of: usize,
    sentence: &'a Sentence,
    text: &'a str,
    /// The sentence with a name for the pronoun it opens with.
    named: Option<String>,
    vector: &'a [f32],
    /// What it is worth by itself.
    score: f64,
    /// What it loses away from its neighbours, 0 or less.
    alone: f64,
    /// How near it is to what titles and leads say.
    near: f64,
}

/// Summarises one story: its documents, those that are copies of another left out, the one to open with first.
///
/// `stale`: sentences (document, sentence) that give an earlier figure where the story has a later one; they are taken last.
/// A sentence that is not letter by letter its source's is shown only if the verifier finds it supported. The
/// summary is empty only where no document has a sentence.
pub fn summarize(documents: &[&Annotated], stale: &[(usize, usize)], help: &Help, options: &Options) -> Summary {
    let count = options.length.sentences().max(1);
    let understood: Vec<&Annotated> = documents.iter().copied().filter(|d| d.understood).collect();
    if understood.is_empty() {
        return lead(documents, count);
    }
    let late = |at: usize, sentence: usize| {
        let document = documents.iter().position(|d| std::ptr::eq(*d, understood[at]));
        document.is_some_and(|document| stale.contains(&(document, sentence)))
    };
    if !help.written.is_empty() {
        let beams: Vec<Vec<String>> = help
            .written
            .iter()
            .map(|b| b.iter().take(count).cloned().collect())
            .collect();
        let guarded = guard::guard(&beams, &understood, help.verifier);
        if !guarded.sentences.is_empty() {
            return guarded;
        }
    }
    let mut candidates = candidates(&understood);
    if candidates.is_empty() {
        return lead(&understood, count);
    }
    let mut coverage = help.salience.map(|head| head.read(&told(&understood)));
    match &coverage {
        Some(coverage) => weigh(&mut candidates, coverage, &topic(&understood), options),
        None => score(&mut candidates, &understood, options),
    }
    for candidate in &mut candidates {
        if late(candidate.document, candidate.position) {
            candidate.score -= STALE;
            candidate.alone -= STALE;
        }
    }
    let mut picked = pick(&candidates, coverage.as_mut(), count, options);
    reading_order(&mut picked, &candidates);
    let sentences = picked
        .iter()
        .enumerate()
        .map(|(n, at)| {
            let candidate = &candidates[*at];
            // Right after the sentence it leans on, a pronoun says enough.
            let follows = n.checked_sub(1).map(|n| &candidates[picked[n]]).is_some_and(|before| {
                before.document == candidate.document && before.position + 1 == candidate.position
            });
            let mut sentence = cite(candidate, &candidates, &understood);
            let named = candidate.named.as_ref().filter(|_| !follows);
            let full = named.map_or(candidate.text, String::as_str);
            let shorter = options
                .compress
                .then(|| compress(full, help.likely.get(full).map(Vec::as_slice)))
                .flatten();
            let changed = shorter.into_iter().chain(named.cloned());
            if let Some(text) = changed
                .into_iter()
                .find(|text| help.verifier.verify(text).verdict == Verdict::Supported)
            {
                sentence.quote = Some(std::mem::replace(&mut sentence.text, text));
            }
            sentence
        })
        .collect();
    Summary {
        sentences,
        method: Method::Extractive,
        replaced: 0,
        rejected: Vec::new(),
    }
}

/// The first sentences of the first document: what is left where the encoder does not know the language.
fn lead(documents: &[&Annotated], count: usize) -> Summary {
    let first = documents.iter().find(|d| d.document.sentences().next().is_some());
    let sentences = first.map_or(Vec::new(), |annotated| {
        let document = &annotated.document;
        let sentence = |s: &Sentence| SummarySentence {
            text: document.text(&s.span).to_owned(),
            quote: None,
            citations: vec![Citation::new(document, &s.span)],
        };
        document.sentences().take(count).map(sentence).collect()
    });
    Summary {
        sentences,
        method: Method::Lead,
        replaced: 0,
        rejected: Vec::new(),
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
                    named: antecedent::named(annotated, position),
                    vector,
                    score: 0.0,
                    alone: 0.0,
                    near: 0.0,
                });
            }
        }
    }
    candidates
}

fn score(candidates: &mut [Candidate], documents: &[&Annotated], options: &Options) {
    let topic = topic(documents);
    let central: Vec<f64> = documents.iter().map(|d| cosine(&d.topic, &topic).max(0.0)).collect();
    // The mean cosine to all sentences is the cosine to their sum, but for scale.
    let centre = mean(candidates.iter().map(|c| (c.vector, 1.0)));
    let support: Vec<f64> = candidates.iter().map(|c| supporters(c, documents)).collect();
    for (candidate, support) in candidates.iter_mut().zip(support) {
        candidate.near = cosine(candidate.vector, &topic);
        let near = candidate.near;
        // Early sentences lead, but only those that speak of the event: a feature may open with a breakfast, and so may a
        // text at the edge of the story.
        let speaks = (near / ON_TOPIC).clamp(0.0, 1.0).powi(2) * central[candidate.document];
        let position = speaks / (1.0 + candidate.position as f64).sqrt();
        candidate.score = round(
            options.centrality * cosine(candidate.vector, &centre)
                + options.topic * near
                + options.position * position
                + options.support * support
                - dependence(candidate),
        );
    }
}

/// What titles and leads say.
fn topic(documents: &[&Annotated]) -> Vec<f32> {
    mean(documents.iter().map(|d| (d.topic.as_slice(), 1.0)))
}

/// How much a sentence leans on its neighbours.
fn dependence(candidate: &Candidate) -> f64 {
    match &candidate.named {
        Some(named) => NAMED + sentence::dependence(named, false),
        None => sentence::dependence(candidate.text, candidate.position == 0),
    }
}

/// The documents as the salience head reads them.
fn told<'a>(documents: &[&'a Annotated]) -> Vec<Told<'a>> {
    let told = |annotated: &&'a Annotated| {
        let document = &annotated.document;
        let texts = document.sentences().map(|s| document.text(&s.span));
        Told {
            title: document.title().zip(annotated.title.as_deref()),
            sentences: texts.zip(annotated.vectors.iter().map(Vec::as_slice)).collect(),
        }
    };
    documents.iter().map(told).collect()
}

/// Scores by the salience head.
fn weigh(candidates: &mut [Candidate], coverage: &Coverage, topic: &[f32], options: &Options) {
    for candidate in candidates {
        candidate.near = cosine(candidate.vector, topic);
        candidate.alone = -options.alone * dependence(candidate);
        candidate.score = round(coverage.gain(candidate.document, candidate.position) + candidate.alone);
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

/// A summary of so many words may have this share less or more.
const SLACK: f64 = 0.15;

/// The indices of the sentences to show, in the order they were taken.
fn pick(candidates: &[Candidate], mut coverage: Option<&mut Coverage>, count: usize, options: &Options) -> Vec<usize> {
    let mut picked: Vec<usize> = Vec::new();
    let mut said = vec![0f64; candidates.len()];
    let words = |at: usize| candidates[at].text.split_whitespace().count();
    let budget = options.words.map(|words| words as f64);
    let mut length = 0;
    loop {
        let enough = match budget {
            Some(budget) => length as f64 >= (1.0 - SLACK) * budget,
            None => picked.len() >= count,
        };
        if enough {
            break;
        }
        // The first sentence is shown however long it is: no summary is empty.
        let fits =
            |at: usize| budget.is_none_or(|b| picked.is_empty() || (length + words(at)) as f64 <= (1.0 + SLACK) * b);
        let value = |at: usize| match &coverage {
            Some(coverage) => {
                let candidate = &candidates[at];
                round(coverage.gain(candidate.document, candidate.position) + candidate.alone)
            }
            None => round(candidates[at].score - options.redundancy * said[at]),
        };
        let free = (0..candidates.len()).filter(|at| !picked.contains(at) && said[*at] < options.same && fits(*at));
        // Among equals the first: documents come in the order the story names them, sentences in reading order.
        let Some(best) = free
            .map(|at| (value(at), at))
            .rev()
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, at)| at)
        else {
            break;
        };
        picked.push(best);
        length += words(best);
        if let Some(coverage) = coverage.as_deref_mut() {
            coverage.take(candidates[best].document, candidates[best].position);
        }
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
    // What opens the summary must say what it is about: the first sentence that opens a document goes to the front, and where
    // there is none the one nearest to titles and leads.
    let tells = |(a, x): &(usize, &usize), (b, y): &(usize, &usize)| {
        candidates[**x].near.total_cmp(&candidates[**y].near).then(b.cmp(a))
    };
    let opener = picked
        .iter()
        .position(|at| candidates[*at].position == 0)
        .or_else(|| picked.iter().enumerate().max_by(tells).map(|(n, _)| n));
    if let Some(opener) = opener {
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
        quote: None,
        citations,
    }
}
