//! Which pairs are worth comparing, so that the cost grows nearly linearly with the documents.
//!
//! Two nets, since each has holes the other has not:
//! 1. an inverted index over each document's most telling words (names, numbers, rare words);
//! 2. a forest of random-projection trees over the topic vectors (Dasgupta and Freund 2008; the split between two of the
//!    members is Annoy's): texts that say the same in other words end up in one leaf of one of the trees.
//!
//! From each net a document keeps a bounded number of neighbours.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::infer::{cosine, round};

use super::profile::{Profile, Terms};

/// The most telling words by which a document is found.
const KEYS: usize = 24;
/// A word that tells so many documents apart from none is passed over...
const LONGEST_LIST: usize = 100;
/// ...unless the documents are few: then this share of them may have it.
const COMMON: usize = 4;
/// Neighbours a document keeps by words.
const BY_WORDS: usize = 32;
/// Neighbours a document keeps by meaning.
const BY_MEANING: usize = 16;
/// Trees in the forest.
const TREES: u64 = 6;
/// Documents in a leaf at most.
const LEAF: usize = 32;
/// Texts further apart than this in meaning are not neighbours by meaning.
const FAR: f64 = 0.35;

/// The pairs `(i, j)`, `i < j`, in ascending order.
pub fn candidates(profiles: &[Profile]) -> Vec<(usize, usize)> {
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for near in [by_words(profiles), by_meaning(profiles)] {
        for (i, neighbours) in near.into_iter().enumerate() {
            pairs.extend(neighbours.into_iter().map(|j| (i.min(j), i.max(j))));
        }
    }
    pairs.into_iter().collect()
}

/// The best `most` of `(score, document)`, higher scores first, then lower numbers.
fn best(mut scored: Vec<(f64, usize)>, most: usize) -> Vec<usize> {
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    scored.into_iter().take(most).map(|(_, at)| at).collect()
}

/// A document's most telling words: those of its lead and of its whole text, each by weight.
fn keys(profile: &Profile) -> Terms {
    let top = |terms: &Terms| -> Terms {
        let mut terms = terms.clone();
        terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        terms.truncate(KEYS);
        terms
    };
    let mut keys = top(&profile.lead_terms);
    for term in top(&profile.terms) {
        if !keys.iter().any(|k| k.0 == term.0) {
            keys.push(term);
        }
    }
    keys.sort_by_key(|k| k.0);
    keys
}

fn by_words(profiles: &[Profile]) -> Vec<Vec<usize>> {
    let keys: Vec<Terms> = profiles.par_iter().map(keys).collect();
    let terms = keys.iter().flatten().map(|k| k.0 as usize + 1).max().unwrap_or(0);
    let mut lists: Vec<Vec<(usize, f32)>> = vec![Vec::new(); terms];
    for (at, own) in keys.iter().enumerate() {
        own.iter()
            .for_each(|(term, weight)| lists[*term as usize].push((at, *weight)));
    }
    let longest = LONGEST_LIST.min((profiles.len() / COMMON).max(12));
    keys.par_iter()
        .enumerate()
        .map(|(i, own)| {
            let mut hits: Vec<(usize, f32)> = Vec::new();
            for (term, weight) in own {
                let list = &lists[*term as usize];
                if list.len() <= longest {
                    hits.extend(list.iter().filter(|(j, _)| *j != i).map(|(j, w)| (*j, w * weight)));
                }
            }
            // Stable, so that the additions below are always in the same order.
            hits.sort_by_key(|(j, _)| *j);
            let mut scored: Vec<(f64, usize)> = Vec::new();
            for (j, product) in hits {
                match scored.last_mut() {
                    Some((sum, last)) if *last == j => *sum += f64::from(product),
                    _ => scored.push((f64::from(product), j)),
                }
            }
            scored.iter_mut().for_each(|(sum, _)| *sum = round(*sum));
            best(scored, BY_WORDS)
        })
        .collect()
}

fn by_meaning(profiles: &[Profile]) -> Vec<Vec<usize>> {
    let all: Vec<usize> = (0..profiles.len())
        .filter(|at| profiles[*at].document.understood)
        .collect();
    let mut near: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); profiles.len()];
    for tree in 0..TREES {
        let mut leaves = Vec::new();
        split(profiles, all.clone(), tree, 0, &mut leaves);
        for leaf in leaves {
            for &at in &leaf {
                near[at].extend(leaf.iter().copied().filter(|other| *other != at));
            }
        }
    }
    near.into_par_iter()
        .enumerate()
        .map(|(at, others)| {
            let topic = |at: usize| &profiles[at].document.topic;
            let scored = others.into_iter().map(|other| (cosine(topic(at), topic(other)), other));
            best(scored.filter(|(c, _)| *c >= FAR).collect(), BY_MEANING)
        })
        .collect()
}

/// Splits `members` between two of them, and so on, until a leaf is small. `tree` and `path` choose the two.
fn split(profiles: &[Profile], members: Vec<usize>, tree: u64, path: u64, leaves: &mut Vec<Vec<usize>>) {
    if members.len() <= LEAF {
        leaves.push(members);
        return;
    }
    let pick =
        |salt: u64| members[(mix(tree << 48 ^ path.wrapping_mul(2) ^ salt << 40) % members.len() as u64) as usize];
    let (a, b) = (pick(1), pick(2));
    let topic = |at: usize| &profiles[at].document.topic;
    // Which of the two is nearer, as a number that can be sorted: the middle is the cut, so that no branch is long.
    let mut sided: Vec<(f64, usize)> = members
        .par_iter()
        .map(|at| (cosine(topic(*at), topic(a)) - cosine(topic(*at), topic(b)), *at))
        .collect();
    sided.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
    let right = sided.split_off(sided.len() / 2);
    for (n, side) in [sided, right].into_iter().enumerate() {
        let mut members: Vec<usize> = side.into_iter().map(|(_, at)| at).collect();
        members.sort_unstable();
        split(profiles, members, tree, mix(path ^ (n as u64 + 1)), leaves);
    }
}

/// A fixed scrambling of bits (splitmix64; Steele, Lea and Flood 2014).
fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
