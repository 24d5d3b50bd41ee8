//! Why two documents were put together, or were not.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::document::{Annotated, Cluster};

use super::profile::{Profile, shared};
use super::score::{ALONE, Measures, Witness};
use super::{Likeness, Options, by_id, given};

/// Names and figures that are listed at most, the most telling first.
const LISTED: usize = 8;

/// What speaks for and against a pair of documents telling one event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Why {
    /// The ids of the two documents, in order.
    pub documents: [String; 2],
    /// They are in one story.
    pub together: bool,
    /// How sure it is of the pair, 0 to 1. A story is made where its pairs reach the threshold on average.
    pub sure: f64,
    /// Whoever gave them said that they are one story, or two: nothing was compared.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub given: bool,
    /// How alike they are in meaning: the cosine of title and lead.
    pub meaning: f64,
    /// How alike they are in their words, rare ones counting more, 0 to 1.
    pub words: f64,
    /// The names that both have, the rarest first.
    pub names: Vec<String>,
    /// The numbers that both have, with what they count.
    pub figures: Vec<String>,
    /// Hours between them, where both say when they were published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<f64>,
    /// The id of a third document that is close to one of them and not to the other, and so speaks against the pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rival: Option<String>,
    /// In one line for a reader.
    pub reason: String,
    /// All that was measured of the pair, by name: what training/grouping.py fits the weights to.
    pub measures: BTreeMap<&'static str, f64>,
}

/// For each pair of documents that are in one cluster: why.
///
/// In the order of ids; a cluster of many documents gives the pairs of each with the [`Cluster::medoid`] only, so that the answer does
/// not grow with the square.
pub fn explain(documents: &[Annotated], clusters: &[Cluster], options: &Options) -> Vec<Why> {
    const ALL_PAIRS: usize = 12;
    let court = Court::new(documents, clusters);
    let mut whys = Vec::new();
    for cluster in clusters {
        for (n, &i) in cluster.documents.iter().enumerate() {
            if cluster.documents.len() > ALL_PAIRS {
                if i != cluster.medoid {
                    whys.extend(court.why(i, cluster.medoid, options));
                }
                continue;
            }
            whys.extend(
                cluster.documents[n + 1..]
                    .iter()
                    .filter_map(|&j| court.why(i, j, options)),
            );
        }
    }
    whys.sort_by(|a, b| a.documents.cmp(&b.documents));
    whys
}

/// What speaks for and against two documents, by their ids. `None` where either is not there.
pub fn explain_pair(documents: &[Annotated], clusters: &[Cluster], a: &str, b: &str, options: &Options) -> Option<Why> {
    // An article's id stands for its first text.
    let find = |id: &str| {
        let by_document = documents.iter().position(|d| d.document.id == id);
        by_document.or_else(|| documents.iter().position(|d| d.document.article.id == id))
    };
    Court::new(documents, clusters).why(find(a)?, find(b)?, options)
}

/// All that is needed to judge pairs.
struct Court<'a> {
    documents: &'a [Annotated],
    likeness: Likeness<'a>,
    /// For each document its place in `likeness`; `None` where its story was given.
    place: Vec<Option<usize>>,
    /// The document at each place.
    of_place: Vec<usize>,
    story: BTreeMap<usize, usize>,
}

impl<'a> Court<'a> {
    fn new(documents: &'a [Annotated], clusters: &[Cluster]) -> Self {
        let order = by_id(documents);
        let sorted: Vec<&Annotated> = order.iter().map(|i| &documents[*i]).collect();
        let (free, _) = given(&sorted);
        let of_place: Vec<usize> = free.iter().map(|at| order[*at]).collect();
        let mut place = vec![None; documents.len()];
        of_place.iter().enumerate().for_each(|(at, i)| place[*i] = Some(at));
        let loose: Vec<&Annotated> = of_place.iter().map(|i| &documents[*i]).collect();
        let story = clusters.iter().enumerate();
        Court {
            documents,
            likeness: Likeness::new(&loose),
            place,
            of_place,
            story: story
                .flat_map(|(n, c)| c.documents.iter().map(move |i| (*i, n)))
                .collect(),
        }
    }

    fn why(&self, i: usize, j: usize, options: &Options) -> Option<Why> {
        let id = |i: usize| &self.documents[i].document.id;
        let (i, j) = if id(i) <= id(j) { (i, j) } else { (j, i) };
        let together = self.story.get(&i)? == self.story.get(&j)?;
        let documents = [id(i).clone(), id(j).clone()];
        let (Some(a), Some(b)) = (self.place[i], self.place[j]) else {
            return Some(Why {
                documents,
                together,
                sure: f64::from(u8::from(together)),
                given: true,
                meaning: 0.0,
                words: 0.0,
                names: Vec::new(),
                figures: Vec::new(),
                hours: None,
                rival: None,
                reason: if together {
                    "given as one story"
                } else {
                    "given as another story"
                }
                .into(),
                measures: BTreeMap::new(),
            });
        };
        let (sure, measures, witness) = self.likeness.between(a.min(b), a.max(b));
        let (a, b) = (&self.likeness.profiles.all[a], &self.likeness.profiles.all[b]);
        let mut why = Why {
            documents,
            together,
            sure,
            given: false,
            meaning: of(&measures, "topic"),
            words: of(&measures, "words"),
            names: names(a, b),
            figures: self.figures(a, b),
            hours: a
                .published
                .zip(b.published)
                .map(|(x, y)| ((x.as_second() - y.as_second()).unsigned_abs() as f64 / 360.0).round() / 10.0),
            rival: witness.rival.map(|at| id(self.of_place[at]).clone()),
            reason: String::new(),
            measures: ALONE.iter().map(|(name, _)| *name).zip(measures).collect(),
        };
        why.reason = reason(&why, &witness, options);
        Some(why)
    }

    fn figures(&self, a: &Profile, b: &Profile) -> Vec<String> {
        let mut found: Vec<(f32, u32)> = shared(&a.figures, &b.figures).map(|(term, w, _)| (w, term)).collect();
        found.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        let words = &self.likeness.profiles.vocabulary;
        let named = found
            .into_iter()
            .map(|(_, term)| words[term as usize].trim().to_owned());
        named.take(LISTED).collect()
    }
}

fn of(measures: &Measures, name: &str) -> f64 {
    ALONE
        .iter()
        .zip(measures)
        .find(|((n, _), _)| *n == name)
        .map_or(0.0, |(_, x)| *x)
}

/// The names that both documents have, the first mentioned in the first first.
fn names(a: &Profile, b: &Profile) -> Vec<String> {
    let theirs = &b.document.names;
    let both = a.document.names.iter().filter(|name| theirs.contains(name));
    both.take(LISTED).cloned().collect()
}

/// In one line: what speaks for the pair, then what speaks against it.
fn reason(why: &Why, witness: &Witness, options: &Options) -> String {
    let mut parts = Vec::new();
    let list = |what: &str, all: &[String]| {
        let first = all.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = all.len().saturating_sub(3);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        format!("{what} {first}{more}")
    };
    if !why.names.is_empty() {
        parts.push(list("both name", &why.names));
    }
    if !why.figures.is_empty() {
        parts.push(list("both count", &why.figures));
    }
    parts.push(format!(
        "alike in meaning {:.2}, in words {:.2}",
        why.meaning, why.words
    ));
    if let Some(hours) = why.hours {
        parts.push(format!("{hours} hours apart"));
    }
    if let Some(rival) = why.rival.as_ref().filter(|_| witness.contested < 0.6) {
        parts.push(format!("but {rival} is nearer to one of them"));
    }
    let verdict = match (why.together, why.sure >= options.threshold) {
        (true, true) => "together",
        (true, false) => "together by the others of the story",
        (false, true) => "apart: the others of their stories do not fit",
        (false, false) => "apart",
    };
    format!(
        "{verdict} (sure {:.2}, threshold {:.2}): {}",
        why.sure,
        options.threshold,
        parts.join("; ")
    )
}

/// All pairs that the index found worth comparing, in the order of ids: what training/grouping.py fits the weights to.
pub fn explain_all(documents: &[Annotated], clusters: &[Cluster], options: &Options) -> Vec<Why> {
    let court = Court::new(documents, clusters);
    let pairs = court.likeness.pairs.iter();
    let of = |at: usize| court.of_place[at];
    let mut whys: Vec<Why> = pairs
        .filter_map(|&(i, j, _)| court.why(of(i), of(j), options))
        .collect();
    whys.sort_by(|a, b| a.documents.cmp(&b.documents));
    whys
}
