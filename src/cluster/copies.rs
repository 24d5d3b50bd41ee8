//! Near-duplicates: the same agency text in two papers counts as one voice.
//!
//! Broder's containment of word shingles (Broder 1997): of the shorter text's runs of five words, the share that
//! the longer one has too. Copies are looked for within a story only, and there by an index from shingle to text, so that the
//! cost grows with the words and not with the pairs.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::document::Annotated;

/// Words of a run.
const SHINGLE: usize = 5;
/// A text with fewer runs is too short to tell.
const FEWEST: usize = 5;
/// Of a text's runs so many are looked up at most: those with the smallest hashes, which is a random sample and the same
/// one in every text (Broder's min-wise sketch).
const SKETCH: usize = 400;

/// The hashes of the runs of five words of a document, ascending.
fn shingles(annotated: &Annotated) -> Vec<u64> {
    let document = &annotated.document;
    let mut words: Vec<u64> = Vec::new();
    for sentence in document.sentences() {
        let text = document.text(&sentence.span).to_lowercase();
        words.extend(
            text.split(|c: char| !c.is_alphanumeric())
                .filter(|w| !w.is_empty())
                .map(hash),
        );
    }
    let hashes: BTreeSet<u64> = words.windows(SHINGLE).map(hash).collect();
    hashes.into_iter().collect()
}

/// `DefaultHasher::new` has fixed keys: the same value gives the same hash in every run.
fn hash<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// For each document, in order, the earlier one that it is a copy of: of those that share at least `least` of the shorter
/// text, the one that shares most. What is a copy itself is never named.
pub fn copies(documents: &[&Annotated], least: f64) -> Vec<Option<usize>> {
    let mut copy_of = vec![None; documents.len()];
    if documents.len() < 2 {
        return copy_of;
    }
    // Shingles of the originals so far, with the originals that have them.
    let mut holders: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
    let mut sizes = vec![0usize; documents.len()];
    for (at, document) in documents.iter().enumerate() {
        let mut own = shingles(document);
        let whole = own.len();
        own.truncate(SKETCH);
        if whole < FEWEST {
            continue;
        }
        sizes[at] = whole;
        let mut shared: BTreeMap<u32, usize> = BTreeMap::new();
        for holder in own.iter().filter_map(|shingle| holders.get(shingle)).flatten() {
            *shared.entry(*holder).or_default() += 1;
        }
        let original = shared
            .into_iter()
            .map(|(other, count)| (containment(count, whole, sizes[other as usize]), other as usize))
            .filter(|(share, _)| *share >= least)
            // Among equals the earliest.
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        match original {
            Some((_, other)) => copy_of[at] = Some(other),
            None => own
                .into_iter()
                .for_each(|shingle| holders.entry(shingle).or_default().push(at as u32)),
        }
    }
    copy_of
}

/// The share of the shorter text's shingles that both have, from how many of the two sketches are the same.
fn containment(same: usize, a: usize, b: usize) -> f64 {
    let (short, long) = (a.min(b), a.max(b));
    // The sketch of the longer text reaches less far into the hashes: what both could share is that much less.
    let reach = (SKETCH as f64 / long as f64).min(1.0);
    (same as f64 / (short as f64 * reach)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::tests::text;

    fn made(words: std::ops::Range<usize>) -> String {
        words.map(|n| format!("word{n} ")).collect()
    }

    #[test]
    fn containment_is_of_the_shorter_text() {
        assert_eq!(containment(5, 10, 95), 0.5);
        assert_eq!(containment(5, 95, 10), 0.5);
        assert_eq!(containment(200, 400, 800), 1.0);
    }

    #[test]
    fn copies_name_the_original() {
        let texts = [
            text("a", None, &made(0..300), None),
            text("b", None, &made(0..250), None),
            text("c", None, &made(200..600), None),
            text("d", None, &made(10..310), None),
            text("e", None, "Too short to tell.", None),
            text("f", None, "Too short to tell.", None),
        ];
        let all: Vec<&Annotated> = texts.iter().collect();
        assert_eq!(copies(&all, 0.6), [None, Some(0), None, Some(0), None, None]);
        assert_eq!(copies(&all[..1], 0.6), [None]);
    }

    #[test]
    fn long_texts_are_compared_by_their_sketches() {
        let texts = [
            text("a", None, &made(0..5000), None),
            text("b", None, &made(500..5000), None),
            text("c", None, &made(4500..9500), None),
            text("d", None, &made(1000..1500), None),
        ];
        let all: Vec<&Annotated> = texts.iter().collect();
        assert_eq!(copies(&all, 0.6), [None, Some(0), None, Some(0)]);
    }
}
