//! Stage: which documents tell the same event.
//!
//! An index finds the pairs that are worth comparing (`candidates`); a fitted score says of each how sure it is that both tell one event
//! (`score`); groups grow by average link, which no single wrong link can chain through (`link`); texts that repeat
//! another are folded into one voice (`copies`). Documents that were given as one story stay together and are never
//! grouped with others. The result does not depend on the order of the documents: ties go by id.

mod candidates;
mod copies;
mod explain;
mod link;
mod profile;
mod score;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::document::{Annotated, Cluster};
use crate::infer::{cosine, round};

pub use explain::{Why, explain, explain_all, explain_pair};

use profile::{Profiles, profiles};
use score::{Company, alone, measures, sure};

/// What `cluster` may be told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Two groups join where their documents are on average at least so sure to tell one event, 0 to 1. Below a half, since
    /// the average of a whole group says more than one pair; chosen for precision on the development sets, where a group of texts is right
    /// in more than nine of ten places (docs/measurements.md): a false merge costs a reader more than a miss.
    pub threshold: f64,
    /// Two documents of a story are copies where this share of the shorter one's five-word runs is in both.
    pub copy: f64,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            threshold: 0.36,
            copy: 0.6,
        }
    }
}

/// Groups documents by event. Every document is in exactly one cluster; clusters in the order of their first document.
pub fn cluster(documents: &[Annotated], options: &Options) -> Vec<Cluster> {
    let order = by_id(documents);
    let sorted: Vec<&Annotated> = order.iter().map(|i| &documents[*i]).collect();
    let (free, given) = given(&sorted);
    let loose: Vec<&Annotated> = free.iter().map(|at| sorted[*at]).collect();
    let likeness = Likeness::new(&loose);
    let mut groups: Vec<Vec<usize>> =
        link::average_link(loose.len(), &likeness.pairs, options.threshold, &mut |i, j| {
            likeness.between(i, j).0
        })
        .into_iter()
        .map(|group| group.into_iter().map(|at| free[at]).collect())
        .collect();
    groups.extend(given);
    let mut clusters: Vec<Cluster> = groups
        .into_par_iter()
        .map(|group| told(&sorted, &order, &group, options.copy))
        .collect();
    clusters.sort_by_key(|c| c.documents[0]);
    clusters
}

/// The documents by id: all work is done in this order, so that the input's order decides nothing.
fn by_id(documents: &[Annotated]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..documents.len()).collect();
    order.sort_by(|a, b| documents[*a].document.id.cmp(&documents[*b].document.id).then(a.cmp(b)));
    order
}

/// The documents that are to be grouped, and the groups that were given.
fn given(sorted: &[&Annotated]) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut given: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut free = Vec::new();
    for (at, annotated) in sorted.iter().enumerate() {
        match &annotated.document.article.story {
            Some(story) => given.entry(story).or_default().push(at),
            None => free.push(at),
        }
    }
    (free, given.into_values().collect())
}

/// How sure it is of every pair that it tells one event.
struct Likeness<'a> {
    profiles: Profiles<'a>,
    company: Company,
    /// The pairs that the index found: `(i, j, sure)`, `i < j`, ascending.
    pairs: Vec<(usize, usize, f64)>,
}

impl<'a> Likeness<'a> {
    fn new(documents: &[&'a Annotated]) -> Self {
        let profiles = profiles(documents);
        let found = candidates::candidates(&profiles.all);
        let first: Vec<(usize, usize, f64)> = found
            .into_par_iter()
            .map(|(i, j)| (i, j, alone(&measures(&profiles.all[i], &profiles.all[j]))))
            .collect();
        let by_itself: Vec<(usize, usize, f64)> = first.iter().map(|(i, j, odds)| (*i, *j, sure(*odds))).collect();
        let company = Company::new(documents.len(), &by_itself);
        let ask = |a: usize, b: usize| sure(alone(&measures(&profiles.all[a], &profiles.all[b])));
        let pairs = first
            .into_par_iter()
            .map(|(i, j, odds)| (i, j, sure(company.witness(i, j, sure(odds), &ask).odds(odds))))
            .collect();
        Likeness {
            profiles,
            company,
            pairs,
        }
    }

    /// How sure it is of any pair, by itself and in its company.
    fn between(&self, i: usize, j: usize) -> (f64, score::Measures, score::Witness) {
        let of = |a: usize, b: usize| measures(&self.profiles.all[a], &self.profiles.all[b]);
        let measures = of(i, j);
        let odds = alone(&measures);
        let witness = self.company.witness(i, j, sure(odds), &|a, b| sure(alone(&of(a, b))));
        (sure(witness.odds(odds)), measures, witness)
    }
}

/// A group as a cluster of the caller's indices.
fn told(sorted: &[&Annotated], order: &[usize], group: &[usize], copy: f64) -> Cluster {
    // The earliest published of those with the same text is the original.
    let mut age = group.to_vec();
    age.sort_by_key(|at| {
        let published = sorted[*at].document.published();
        (published.is_none(), published, *at)
    });
    let texts: Vec<&Annotated> = age.iter().map(|at| sorted[*at]).collect();
    let mut members: Vec<(usize, Option<usize>)> = copies::copies(&texts, copy)
        .into_iter()
        .zip(&age)
        .map(|(original, at)| (order[*at], original.map(|o| order[age[o]])))
        .collect();
    members.sort_unstable();
    Cluster {
        medoid: order[medoid(sorted, group)],
        documents: members.iter().map(|(at, _)| *at).collect(),
        copy_of: members.into_iter().map(|(_, original)| original).collect(),
    }
}

/// The member most like all others in meaning; among equals one that is whole, then the longest, then the first by id.
fn medoid(documents: &[&Annotated], group: &[usize]) -> usize {
    // The sum of a member's cosines with all is its product with the sum of all: one pass, however large the group.
    let topics = || group.iter().map(|at| &documents[*at].topic);
    let mut centre = vec![0f32; topics().map(Vec::len).max().unwrap_or(0)];
    for topic in topics() {
        centre.iter_mut().zip(topic).for_each(|(sum, x)| *sum += x);
    }
    let key = |at: usize| {
        let document = documents[at];
        (
            !document.document.article.stub,
            document.understood,
            (round(cosine(&document.topic, &centre)) * 1e4) as i64,
            document.document.sentences().map(|s| s.span.len()).sum::<usize>(),
        )
    };
    // `max_by_key` gives the last of equals; the group is ascending, so the search runs from its end.
    group
        .iter()
        .rev()
        .copied()
        .max_by_key(|at| key(*at))
        .unwrap_or_default()
}
