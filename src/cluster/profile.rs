//! What grouping compares of a document, worked out once for each.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rayon::prelude::*;

use crate::document::{Annotated, Quantity};
use crate::infer;
use crate::words::{rarity, words};

/// A sparse vector: (term, weight), by term.
pub type Terms = Vec<(u32, f32)>;

/// Sentences that stand for the lead.
const LEAD: usize = 3;
/// Sentences whose words are compared: the end of a long feature tells little of its event.
const READ: usize = 30;

/// What grouping compares of a document.
pub struct Profile<'a> {
    /// Its names, numbers, vectors and text.
    pub document: &'a Annotated,
    /// A unit vector for its first sentences, and one for all.
    pub lead: Vec<f32>,
    pub whole: Vec<f32>,
    /// TF-IDF vectors of unit length (Salton and Buckley 1988): of the title (of title and lead where there is none), of title and lead, of all.
    pub title_terms: Terms,
    pub lead_terms: Terms,
    pub terms: Terms,
    /// The words of its names with their rarity, and those of them that stand in title or lead.
    pub names: Terms,
    pub lead_names: Terms,
    /// Its numbers, each with what it counts, with how telling they are.
    pub figures: Terms,
    pub sentences: usize,
    pub titled: bool,
    pub published: Option<Timestamp>,
}

/// The profiles of all documents, and the words that terms stand for.
pub struct Profiles<'a> {
    pub all: Vec<Profile<'a>>,
    pub vocabulary: Vec<String>,
}

/// How often each term stands in the parts of a document.
#[derive(Default)]
struct Counts {
    title: BTreeMap<u32, u32>,
    lead: BTreeMap<u32, u32>,
    all: BTreeMap<u32, u32>,
    names: Vec<u32>,
    figures: BTreeMap<u32, f32>,
}

/// Numbers words in the order in which they come.
#[derive(Default)]
struct Index {
    numbers: BTreeMap<String, u32>,
    words: Vec<String>,
}

impl Index {
    fn number(&mut self, word: String) -> u32 {
        if let Some(&at) = self.numbers.get(&word) {
            return at;
        }
        let at = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        self.words.push(word.clone());
        self.numbers.insert(word, at);
        at
    }
}

/// The profiles of all documents, in order.
pub fn profiles<'a>(documents: &[&'a Annotated]) -> Profiles<'a> {
    let mut index = Index::default();
    let counts: Vec<Counts> = documents.iter().map(|document| count(document, &mut index)).collect();
    let vocabulary = index.words;
    let mut holders = vec![0usize; vocabulary.len()];
    for own in &counts {
        own.all
            .keys()
            .chain(own.figures.keys())
            .for_each(|at| holders[*at as usize] += 1);
    }
    let n = documents.len();
    let rare: Vec<f32> = vocabulary
        .par_iter()
        .zip(&holders)
        .map(|(word, held)| rarity(word, *held, n) as f32)
        .collect();
    let weigh = |terms: &[u32]| -> Terms { terms.iter().map(|at| (*at, rare[*at as usize])).collect() };
    let all = documents
        .par_iter()
        .zip(counts)
        .map(|(annotated, own)| {
            let vectors = || annotated.vectors.iter().map(|v| (v.as_slice(), 1.0));
            let in_lead: Vec<u32> = own
                .names
                .iter()
                .copied()
                .filter(|at| own.lead.contains_key(at))
                .collect();
            Profile {
                document: annotated,
                lead: infer::mean(vectors().take(LEAD)),
                whole: infer::mean(vectors()),
                title_terms: unit(if own.title.is_empty() { &own.lead } else { &own.title }, &rare),
                lead_terms: unit(&own.lead, &rare),
                terms: unit(&own.all, &rare),
                names: weigh(&own.names),
                lead_names: weigh(&in_lead),
                figures: own
                    .figures
                    .iter()
                    .map(|(at, w)| (*at, w * rare[*at as usize] / MOST))
                    .collect(),
                sentences: annotated.vectors.len(),
                titled: annotated.document.title().is_some(),
                published: annotated.document.published(),
            }
        })
        .collect();
    Profiles { all, vocabulary }
}

/// About the greatest rarity, in nats: a figure that no other document has weighs about 1.
const MOST: f32 = 8.0;

fn count(annotated: &Annotated, index: &mut Index) -> Counts {
    let document = &annotated.document;
    let mut own = Counts::default();
    for word in words(document.title().unwrap_or_default()) {
        let at = index.number(word);
        for part in [&mut own.title, &mut own.lead, &mut own.all] {
            *part.entry(at).or_default() += 1;
        }
    }
    for (n, sentence) in document.sentences().take(READ).enumerate() {
        for word in words(document.text(&sentence.span)) {
            let at = index.number(word);
            if n < LEAD {
                *own.lead.entry(at).or_default() += 1;
            }
            *own.all.entry(at).or_default() += 1;
        }
    }
    own.names = annotated
        .names
        .iter()
        .flat_map(|name| words(name))
        .map(|word| index.number(word))
        .collect();
    own.names.sort_unstable();
    own.names.dedup();
    own.names.retain(|at| own.all.contains_key(at));
    for quantity in &annotated.quantities {
        if let Some((key, weight)) = figure(quantity) {
            own.figures.insert(index.number(key), weight);
        }
    }
    own
}

/// `(1 + ln count) * rarity`, scaled to unit length.
fn unit(counts: &BTreeMap<u32, u32>, rare: &[f32]) -> Terms {
    let weight = |(at, count): (&u32, &u32)| (*at, (1.0 + (*count as f32).ln()) * rare[*at as usize]);
    let mut terms: Terms = counts.iter().map(weight).collect();
    let norm = terms.iter().map(|(_, w)| w * w).sum::<f32>().sqrt();
    if norm > 0.0 {
        terms.iter_mut().for_each(|(_, w)| *w /= norm);
    }
    terms
}

/// A number with what it counts, as one term that no word of a text is, and how telling it is by its significant digits.
fn figure(quantity: &Quantity) -> Option<(String, f32)> {
    let value = quantity.value.abs();
    let digits = format!("{value}");
    let significant = digits
        .trim_matches(['0', '.'])
        .bytes()
        .filter(u8::is_ascii_digit)
        .count();
    let weight = match significant {
        0 => return None,
        1 if value <= 10.0 => 0.2,
        1 => 0.4,
        2 => 0.7,
        _ => 1.0,
    };
    let unit = quantity.unit.as_deref().unwrap_or_default();
    let per = quantity
        .per
        .as_deref()
        .map(|per| format!(" per {per}"))
        .unwrap_or_default();
    Some((format!("{digits} {unit}{per}"), weight))
}

/// The sum of products over the terms that both have.
pub fn dot(a: &Terms, b: &Terms) -> f64 {
    shared(a, b).map(|(_, x, y)| f64::from(x * y)).sum()
}

/// The terms that both have, with both weights.
pub fn shared<'a>(a: &'a Terms, b: &'a Terms) -> impl Iterator<Item = (u32, f32, f32)> + 'a {
    let mut at = 0;
    a.iter().filter_map(move |&(term, x)| {
        while b.get(at).is_some_and(|other| other.0 < term) {
            at += 1;
        }
        b.get(at)
            .filter(|other| other.0 == term)
            .map(|other| (term, x, other.1))
    })
}
