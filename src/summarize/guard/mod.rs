//! The guard: no generated sentence is shown that its sources do not bear out.
//!
//! Each sentence of the best beam is verified, and must be borrowed from sentences of the sources ([`borrowed`]). Where it is not supported, the sentence of the next beam that says the
//! like is tried; where no beam has a supported one, the source's own sentence takes its place.

mod borrowed;

use std::collections::BTreeSet;

use self::borrowed::Lenders;
use super::sentence;
use crate::digest::{Citation, Method, Rejected, Summary, SummarySentence, Verdict, Verifier};
use crate::document::{Annotated, Span};

/// Two sentences of different beams say the like from this share of common words on (Dice).
const LIKE: f64 = 0.3;
/// Two sentences say the same from this share on: the second is left out.
const SAME: f64 = 0.8;
/// A second source sentence is cited where it has this share of the words that the first has not.
const ADDS: f64 = 0.5;

/// A source's sentence, and its words.
struct Source<'a> {
    annotated: &'a Annotated,
    span: &'a Span,
    words: BTreeSet<String>,
}

/// A summary of generated sentences. `beams`: what the model wrote, the best first, each split into sentences.
///
/// Every sentence cites the source sentences that it is nearest to in words. A sentence that shares no word with any
/// source is dropped and counted as replaced.
pub(crate) fn guard(beams: &[Vec<String>], documents: &[&Annotated], verifier: &dyn Verifier) -> Summary {
    let sources: Vec<Source> = documents
        .iter()
        .flat_map(|annotated| {
            annotated.document.sentences().map(|s| Source {
                annotated,
                span: &s.span,
                words: words(annotated.document.text(&s.span)),
            })
        })
        .collect();
    let mut summary = Summary {
        sentences: Vec::new(),
        method: Method::Abstractive,
        replaced: 0,
        rejected: Vec::new(),
    };
    let lenders = Lenders::new(sources.iter().map(|s| s.annotated.document.text(s.span)));
    let wrong = |text: &str| {
        let finding = verifier.verify(text);
        match finding.verdict {
            Verdict::Supported => lenders.fault(text),
            _ => Some(finding.why.unwrap_or_else(|| "the sources do not say it".into())),
        }
    };
    let (best, others) = beams.split_first().map_or((&[][..], &[][..]), |(b, o)| (b, o));
    let mut said: Vec<BTreeSet<String>> = Vec::new();
    for text in best {
        let wanted = words(text);
        if wanted.is_empty() || said.iter().any(|s| dice(s, &wanted) >= SAME) {
            continue;
        }
        let fault = wrong(text);
        let mut kept = fault.is_none().then(|| text.clone());
        if kept.is_none() {
            let nearest = |beam: &&Vec<String>| {
                let like = |other: &&String| dice(&words(other), &wanted);
                let found = beam.iter().rev().max_by(|a, b| like(a).total_cmp(&like(b)))?;
                (like(&found) >= LIKE).then(|| found.clone())
            };
            kept = others
                .iter()
                .filter_map(|beam| nearest(&beam))
                .find(|other| wrong(other).is_none())
                .filter(|other| said.iter().all(|s| dice(s, &words(other)) < SAME));
        }
        let sentence = match kept {
            Some(text) => cite(text, &sources),
            None => {
                summary.replaced += 1;
                let own = own_sentence(&wanted, &sources, &said);
                summary.rejected.push(Rejected {
                    text: text.clone(),
                    why: fault.unwrap_or_else(|| "the sources do not say it".into()),
                    replacement: own.as_ref().map(|s| s.text.clone()),
                });
                own
            }
        };
        if let Some(sentence) = sentence {
            said.push(words(&sentence.text));
            summary.sentences.push(sentence);
        }
    }
    summary
}

/// A generated sentence with the source sentences it is nearest to: one, or two where the second adds much.
fn cite(text: String, sources: &[Source]) -> Option<SummarySentence> {
    let wanted = words(&text);
    let overlap = |source: &Source, wanted: &BTreeSet<String>| source.words.intersection(wanted).count();
    let first = sources
        .iter()
        .rev()
        .max_by_key(|s| overlap(s, &wanted))
        .filter(|s| overlap(s, &wanted) > 0)?;
    let mut cited = vec![first];
    let rest: BTreeSet<String> = wanted.difference(&first.words).cloned().collect();
    let second = sources.iter().rev().max_by_key(|s| overlap(s, &rest));
    if let Some(second) =
        second.filter(|s| overlap(s, &rest) as f64 >= ADDS * rest.len() as f64 && overlap(s, &rest) > 1)
    {
        cited.push(second);
    }
    let quote = first.annotated.document.text(first.span);
    Some(SummarySentence {
        quote: (quote != text).then(|| quote.to_owned()),
        citations: cited
            .iter()
            .map(|s| Citation::new(&s.annotated.document, s.span))
            .collect(),
        text,
    })
}

/// The source's own sentence nearest to what was generated, that can stand alone and has not been said.
fn own_sentence(wanted: &BTreeSet<String>, sources: &[Source], said: &[BTreeSet<String>]) -> Option<SummarySentence> {
    let fits = |source: &&Source| {
        sentence::is_whole(source.annotated.document.text(source.span))
            && said.iter().all(|s| dice(s, &source.words) < SAME)
    };
    let near = |source: &&Source| dice(&source.words, wanted);
    let source = sources
        .iter()
        .rev()
        .filter(fits)
        .max_by(|a, b| near(a).total_cmp(&near(b)))
        .filter(|s| near(s) > 0.0)?;
    let document = &source.annotated.document;
    Some(SummarySentence {
        text: document.text(source.span).to_owned(),
        quote: None,
        citations: vec![Citation::new(document, source.span)],
    })
}

/// The words of a sentence that tell something: lower case, four letters or more, or with a digit.
fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| w.chars().count() > 3 || w.bytes().any(|b| b.is_ascii_digit()))
        .map(str::to_lowercase)
        .collect()
}

/// The share of words that two sets have in common (Dice 1945).
fn dice(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    match a.len() + b.len() {
        0 => 0.0,
        total => 2.0 * a.intersection(b).count() as f64 / total as f64,
    }
}
