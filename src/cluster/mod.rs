//! Stage: which documents tell the same event.
//!
//! Likeness of two documents is a weighted mean of the cosine of their topic vectors (title and lead, by the encoder)
//! and the cosine of their words, those of names and numbers counted more. Groups grow by average link. Documents
//! that were given as one story stay together and are never grouped with others. The result does not depend on
//! the order of the documents: ties go by id.

mod copies;
mod link;
mod terms;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::document::{Annotated, Cluster};
use crate::infer::{cosine, round};

/// What `cluster` may be told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Two groups join where their documents' mean likeness is at least this. Chosen on the development sets for
    /// precision: a false merge costs a reader more than a miss.
    pub threshold: f64,
    /// The share of the topic vectors in the likeness; the rest is the words'.
    pub meaning: f64,
    /// How much more a word of a name, or a number, counts than another word.
    pub name_weight: f32,
    /// Two documents of a story are copies where this share of the shorter one's five-word runs is in both.
    pub copy: f64,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            threshold: 0.41,
            meaning: 0.6,
            name_weight: 2.0,
            copy: 0.6,
        }
    }
}

/// Groups documents by event. Every document is in exactly one cluster; clusters in the order of their first document.
pub fn cluster(documents: &[Annotated], options: &Options) -> Vec<Cluster> {
    // All work is done in the order of ids, so that the input's order decides nothing.
    let mut order: Vec<usize> = (0..documents.len()).collect();
    order.sort_by(|a, b| documents[*a].document.id.cmp(&documents[*b].document.id).then(a.cmp(b)));
    let sorted: Vec<&Annotated> = order.iter().map(|i| &documents[*i]).collect();

    let mut given: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut free = Vec::new();
    for (at, annotated) in sorted.iter().enumerate() {
        match &annotated.document.article.story {
            Some(story) => given.entry(story).or_default().push(at),
            None => free.push(at),
        }
    }
    let loose: Vec<&Annotated> = free.iter().map(|at| sorted[*at]).collect();
    let pairs = alike(&loose, options);
    let mut groups: Vec<Vec<usize>> = link::average_link(loose.len(), &pairs, options.threshold)
        .into_iter()
        .map(|group| group.into_iter().map(|at| free[at]).collect())
        .collect();
    groups.extend(given.into_values());

    let mut clusters: Vec<Cluster> = groups
        .into_iter()
        .map(|mut group| {
            let medoid = order[medoid(&sorted, &group)];
            let copy_of = copies_in(&sorted, &group, options.copy);
            let mut copy_of: BTreeMap<usize, Option<usize>> = group
                .iter()
                .map(|at| order[*at])
                .zip(copy_of.into_iter().map(|c| c.map(|at| order[at])))
                .collect();
            group.iter_mut().for_each(|at| *at = order[*at]);
            group.sort_unstable();
            Cluster {
                copy_of: group.iter().map(|i| copy_of.remove(i).flatten()).collect(),
                documents: group,
                medoid,
            }
        })
        .collect();
    clusters.sort_by_key(|c| c.documents[0]);
    clusters
}

/// The likeness of every pair that shares a telling word, as `(i, j, likeness)`, `i < j`.
fn alike(documents: &[&Annotated], options: &Options) -> Vec<(usize, usize, f64)> {
    let (terms, holders) = terms::terms(documents, options.name_weight);
    // A word that a large part of all documents have tells no event and would make every pair a candidate.
    let common = (documents.len() / 10).max(30);
    let mut pairs = Vec::new();
    let mut words = vec![0f32; documents.len()];
    let mut touched = Vec::new();
    for (i, own) in terms.iter().enumerate() {
        for &(term, weight) in own.iter().filter(|(term, _)| holders[*term].len() <= common) {
            for &j in holders[term].iter().take_while(|j| **j < i) {
                if words[j] == 0.0 {
                    touched.push(j);
                }
                let at = terms[j].binary_search_by_key(&term, |t| t.0);
                words[j] += weight * at.map_or(0.0, |at| terms[j][at].1);
            }
        }
        touched.sort_unstable();
        for j in touched.drain(..) {
            let by_words = f64::from(std::mem::take(&mut words[j]));
            let (a, b) = (documents[i], documents[j]);
            let likeness = if a.understood && b.understood {
                options.meaning * cosine(&a.topic, &b.topic) + (1.0 - options.meaning) * by_words
            } else {
                by_words
            };
            // Pairs far below the threshold would only fill the graph: average link counts a missing pair as zero.
            if likeness >= options.threshold / 4.0 {
                pairs.push((j, i, round(likeness)));
            }
        }
    }
    pairs
}

/// The member most like all others in meaning; among equals one that is whole, then the longest, then the first by id.
fn medoid(documents: &[&Annotated], group: &[usize]) -> usize {
    let total = |at: usize| -> f64 {
        group
            .iter()
            .filter(|other| **other != at)
            .map(|other| cosine(&documents[at].topic, &documents[*other].topic))
            .sum()
    };
    let length = |at: usize| documents[at].document.sentences().map(|s| s.span.len()).sum::<usize>();
    let key = |at: usize| {
        let whole = !documents[at].document.article.stub;
        (
            whole,
            documents[at].understood,
            (round(total(at)) * 1e5) as i64,
            length(at),
        )
    };
    // `max_by_key` gives the last of equals; the group is ascending, so the search runs from its end.
    group
        .iter()
        .rev()
        .copied()
        .max_by_key(|at| key(*at))
        .unwrap_or(group[0])
}

/// For each member of a group the member it is a copy of: the earliest published of those with the same text.
fn copies_in(documents: &[&Annotated], group: &[usize], least: f64) -> Vec<Option<usize>> {
    let mut age = group.to_vec();
    age.sort_by_key(|at| {
        (
            documents[*at].document.article.published.is_none(),
            documents[*at].document.article.published,
            *at,
        )
    });
    let shingles: BTreeMap<usize, Vec<u64>> = if group.len() > 1 {
        group.iter().map(|at| (*at, copies::shingles(documents[*at]))).collect()
    } else {
        BTreeMap::new()
    };
    let mut originals: Vec<usize> = Vec::new();
    let mut copy_of = BTreeMap::new();
    for at in age {
        let original = originals
            .iter()
            .find(|o| copies::containment(&shingles[*o], &shingles[&at]) >= least)
            .copied();
        match original {
            Some(original) => drop(copy_of.insert(at, original)),
            None => originals.push(at),
        }
    }
    group.iter().map(|at| copy_of.get(at).copied()).collect()
}
