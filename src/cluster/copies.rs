//! Near-duplicates: the same agency text in two papers counts as one voice.
//!
//! Broder's containment of word shingles (Broder 1997): of the shorter text's runs of five words, the share that
//! the longer one has too.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::document::Annotated;

const SHINGLE: usize = 5;

/// The hashes of all runs of five words of a document, ascending.
pub fn shingles(annotated: &Annotated) -> Vec<u64> {
    let document = &annotated.document;
    let mut words: Vec<String> = Vec::new();
    for sentence in document.sentences() {
        let text = document.text(&sentence.span).to_lowercase();
        words.extend(
            text.split(|c: char| !c.is_alphanumeric())
                .filter(|w| !w.is_empty())
                .map(str::to_owned),
        );
    }
    let hashes: BTreeSet<u64> = words
        .windows(SHINGLE)
        .map(|run| {
            // `DefaultHasher::new` has fixed keys: the same words give the same hash in every run.
            let mut hasher = DefaultHasher::new();
            run.hash(&mut hasher);
            hasher.finish()
        })
        .collect();
    hashes.into_iter().collect()
}

/// The share of the shorter text's shingles that the longer one has too; 0 where one is too short to tell.
pub fn containment(a: &[u64], b: &[u64]) -> f64 {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() < SHINGLE {
        return 0.0;
    }
    let shared = short.iter().filter(|hash| long.binary_search(hash).is_ok()).count();
    shared as f64 / short.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containment_is_of_the_shorter_text() {
        let short: Vec<u64> = (0..10).collect();
        let long: Vec<u64> = (5..100).collect();
        assert_eq!(containment(&short, &long), 0.5);
        assert_eq!(containment(&long, &short), 0.5);
        assert_eq!(containment(&[1, 2], &[1, 2]), 0.0);
    }
}
