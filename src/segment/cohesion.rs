//! How much sentences have to do with each other, and where a text without structure changes its subject.
//!
//! Similarity is the cosine of sentence vectors plus that of the words' weights (tf-idf within the text): vectors know
//! synonyms, words know names. [`boundaries`] cuts the similarity matrix into blocks on its diagonal as C99 does
//! (Choi 2000), but by dynamic programming over all divisions, with a price for each boundary that settles their number
//! (Utiyama and Isahara 2001; Kehagias et al. 2003).

use std::collections::{BTreeMap, BTreeSet};

use super::{Options, names};

/// Words that say nothing of a text's subject.
const STOP: &[&str] = &[
    "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "before", "but", "by", "can",
    "could", "did", "do", "does", "for", "from", "had", "has", "have", "he", "her", "here", "him", "his", "how", "if",
    "in", "into", "is", "it", "its", "just", "like", "may", "me", "might", "more", "most", "must", "my", "no", "not",
    "of", "on", "one", "only", "or", "other", "our", "out", "over", "said", "says", "shall", "she", "should", "so",
    "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to",
    "two", "up", "us", "very", "was", "we", "were", "what", "when", "where", "which", "who", "will", "with", "would",
    "you", "your",
];

/// The most sentences that [`boundaries`] puts in one section, and so the width of the band of pairs that it keeps.
const LONGEST_SECTION: usize = 500;

/// The most sentences of which [`Cohesion`] keeps all cosines (9 MB).
const MOST_PAIRED: usize = 1500;

/// The most sentences of a stretch that a link looks at: of longer ones, every second, third...
const MOST_LINKED: usize = 300;

/// The letters of a word that are compared: a cheap stem that needs no table and serves many languages.
const STEM: usize = 6;

/// The stems of a sentence's content words, each as often as it stands there.
pub(super) fn stems(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().nth(2).is_some())
        .map(str::to_lowercase)
        .filter(|word| !STOP.contains(&word.as_str()))
        .map(|word| word.chars().take(STEM).collect())
        .collect()
}

/// The dot product; of unit vectors, the cosine.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// One sparse unit vector a sentence: square roots of counts, weighted by how few of the sentences have the stem.
fn weights(texts: &[&str]) -> Vec<Vec<(usize, f32)>> {
    let counts: Vec<BTreeMap<String, usize>> = texts
        .iter()
        .map(|text| {
            stems(text).into_iter().fold(BTreeMap::new(), |mut counts, stem| {
                *counts.entry(stem).or_default() += 1;
                counts
            })
        })
        .collect();
    let mut spread: BTreeMap<&str, usize> = BTreeMap::new();
    for stem in counts.iter().flat_map(BTreeMap::keys) {
        *spread.entry(stem).or_default() += 1;
    }
    let place: BTreeMap<&str, (usize, f32)> = spread
        .iter()
        .enumerate()
        .map(|(n, (stem, sentences))| (*stem, (n, (texts.len() as f32 / *sentences as f32).ln())))
        .collect();
    counts
        .iter()
        .map(|counts| {
            let mut row: Vec<(usize, f32)> = counts
                .iter()
                .filter_map(|(stem, count)| {
                    place
                        .get(stem.as_str())
                        .map(|&(n, rarity)| (n, (*count as f32).sqrt() * rarity))
                })
                .collect();
            let length = row
                .iter()
                .map(|(_, w)| w * w)
                .sum::<f32>()
                .sqrt()
                .max(f32::MIN_POSITIVE);
            row.iter_mut().for_each(|(_, w)| *w /= length);
            row
        })
        .collect()
}

/// The dot product of two rows in order of place.
fn sparse_dot(a: &[(usize, f32)], b: &[(usize, f32)]) -> f32 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.0.cmp(&y.0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                sum += x.1 * y.1;
                i += 1;
                j += 1;
            }
        }
    }
    sum
}

/// Indices of the first sentences of new sections, 0 left out. `vectors`: a unit vector a sentence, or none.
pub(super) fn boundaries(texts: &[&str], vectors: &[Vec<f32>], options: &Options) -> Vec<usize> {
    let n = texts.len();
    if n < 2 {
        return Vec::new();
    }
    let words = weights(texts);
    let encoded = vectors.len() == n;
    let lexical = if encoded { options.lexical_weight } else { 1.0 };
    let price = if encoded {
        options.boundary_price
    } else {
        options.boundary_price_words_alone
    };
    // The pairs above the diagonal: `rows[i][k]` is that of `i` and `i + 1 + k`.
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(n);
    let (mut total, mut pairs) = (0.0f64, 0usize);
    for i in 0..n {
        let row: Vec<f64> = (i + 1..n.min(i + LONGEST_SECTION))
            .map(|j| {
                let near = if encoded { dot(&vectors[i], &vectors[j]) } else { 0.0 };
                let similarity = f64::from(near + lexical * sparse_dot(&words[i], &words[j]));
                if similarity.is_finite() { similarity } else { 0.0 }
            })
            .collect();
        total += row.iter().sum::<f64>();
        pairs += row.len();
        rows.push(row);
    }
    best_division(
        &rows,
        total / pairs.max(1) as f64,
        f64::from(options.length_exponent),
        f64::from(price),
    )
}

/// The division whose sections are most alike within: each earns what its pairs have above the mean, divided by its
/// length to the power of `exponent`, less the price of a boundary.
fn best_division(rows: &[Vec<f64>], mean: f64, exponent: f64, price: f64) -> Vec<usize> {
    let n = rows.len();
    let mut best = vec![0.0f64; n + 1];
    let mut from = vec![0usize; n + 1];
    // gain[i]: the pairs within i..end, kept up to date as `end` grows.
    let mut gain = vec![0.0f64; n];
    for end in 1..=n {
        let first = end.saturating_sub(LONGEST_SECTION);
        let mut column = 0.0;
        for i in (first..end - 1).rev() {
            column += rows[i][end - 2 - i] - mean;
            gain[i] += column;
        }
        let mut top = f64::NEG_INFINITY;
        for start in first..end {
            let value = best[start] + gain[start] / ((end - start) as f64).powf(exponent) - price;
            // The same on every machine: sums that differ by rounding alone count as equal, the longer section wins.
            if value > top + 1e-9 {
                top = value;
                from[end] = start;
            }
        }
        best[end] = top;
    }
    let mut cuts = Vec::new();
    let mut at = from[n];
    while at > 0 {
        cuts.push(at);
        at = from[at];
    }
    cuts.reverse();
    cuts
}

/// What two stretches of a text have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    /// The mean cosine of their sentences; `None` without vectors.
    pub mean: Option<f32>,
    /// How near the sentences of the shorter one come to a sentence of the other, on average.
    pub best: Option<f32>,
    /// The share of the shorter one's stems that the other has, too.
    pub shared: f32,
}

/// A text's sentences with all that links are made of.
pub(super) struct Cohesion<'a> {
    vectors: &'a [Vec<f32>],
    /// All cosines, row by row; empty for very long texts.
    cosines: Vec<f32>,
    /// The stems of four letters and more of each sentence, as numbers, each once.
    stems: Vec<Vec<usize>>,
    /// How many different stems there are.
    vocabulary: usize,
    /// The names in each sentence.
    names: Vec<Vec<usize>>,
}

impl<'a> Cohesion<'a> {
    /// `vectors` that are not one a sentence are left aside.
    pub fn new(texts: &[&str], vectors: &'a [Vec<f32>]) -> Self {
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        let stems = texts
            .iter()
            .map(|text| {
                let mut own: Vec<usize> = stems(text)
                    .into_iter()
                    .filter(|stem| stem.chars().nth(3).is_some())
                    .map(|stem| {
                        let next = numbers.len();
                        *numbers.entry(stem).or_insert(next)
                    })
                    .collect();
                own.sort_unstable();
                own.dedup();
                own
            })
            .collect();
        let n = texts.len();
        let vectors = if vectors.len() == n { vectors } else { &[] };
        let mut cosines = Vec::new();
        if !vectors.is_empty() && n <= MOST_PAIRED {
            cosines = vec![0.0; n * n];
            for i in 0..n {
                for j in i..n {
                    let cosine = dot(&vectors[i], &vectors[j]);
                    cosines[i * n + j] = cosine;
                    cosines[j * n + i] = cosine;
                }
            }
        }
        Cohesion {
            vectors,
            cosines,
            stems,
            vocabulary: numbers.len(),
            names: names::names(texts),
        }
    }

    /// Whether sentences have vectors.
    pub fn encoded(&self) -> bool {
        !self.vectors.is_empty()
    }

    /// Whether the text is too long to be searched for breaks between all its paragraphs.
    pub fn is_long(&self) -> bool {
        self.stems.len() > MOST_PAIRED
    }

    fn cosine(&self, a: usize, b: usize) -> f32 {
        let n = self.vectors.len();
        match self.cosines.get(a * n + b) {
            Some(cosine) if a < n && b < n => *cosine,
            _ => match (self.vectors.get(a), self.vectors.get(b)) {
                (Some(a), Some(b)) => dot(a, b),
                _ => 0.0,
            },
        }
    }

    /// What two stretches, given as sentence indices, have in common.
    pub fn link(&self, a: &[usize], b: &[usize]) -> Link {
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        let shared = self.shared(short, long);
        if short.is_empty() || !self.encoded() {
            return Link {
                mean: None,
                best: None,
                shared,
            };
        }
        let (short, long) = (thin(short), thin(long));
        let (mut sum, mut best) = (0.0, 0.0);
        for &i in &short {
            let mut top = f32::NEG_INFINITY;
            for &j in &long {
                let cosine = self.cosine(i, j);
                sum += cosine;
                top = top.max(cosine);
            }
            best += top;
        }
        Link {
            mean: Some(sum / (short.len() * long.len()) as f32),
            best: Some(best / short.len() as f32),
            shared,
        }
    }

    /// How near one sentence is to the three of `others` that are nearest to it, on average.
    pub fn nearest_three(&self, sentence: usize, others: &[usize]) -> f32 {
        let mut all: Vec<f32> = others.iter().map(|&other| self.cosine(sentence, other)).collect();
        all.sort_by(|a, b| b.total_cmp(a));
        let top = &all[..all.len().min(3)];
        if top.is_empty() {
            0.0
        } else {
            top.iter().sum::<f32>() / top.len() as f32
        }
    }

    /// Whether capitals tell names in this text, and it has any.
    pub fn has_names(&self) -> bool {
        self.names.iter().any(|names| !names.is_empty())
    }

    /// The names in a sentence, as numbers.
    pub fn names(&self, sentence: usize) -> &[usize] {
        self.names.get(sentence).map_or(&[], Vec::as_slice)
    }

    /// Whether two stretches have a name in common.
    pub fn share_a_name(&self, a: &[usize], b: &[usize]) -> bool {
        let of = |side: &[usize]| -> BTreeSet<usize> { side.iter().flat_map(|&s| self.names(s)).copied().collect() };
        !of(a).is_disjoint(&of(b))
    }

    /// The share of a stretch's stems that `others` have, too.
    pub fn shared(&self, stretch: &[usize], others: &[usize]) -> f32 {
        let mark = |side: &[usize]| {
            let mut marks = vec![false; self.vocabulary];
            side.iter()
                .filter_map(|&i| self.stems.get(i))
                .flatten()
                .for_each(|&stem| marks[stem] = true);
            marks
        };
        let (own, known) = (mark(stretch), mark(others));
        let count = own.iter().filter(|own| **own).count();
        let common = own.iter().zip(&known).filter(|(own, known)| **own && **known).count();
        common as f32 / count.max(1) as f32
    }
}

/// At most [`MOST_LINKED`] of a stretch's sentences, evenly spread.
fn thin(stretch: &[usize]) -> Vec<usize> {
    stretch
        .iter()
        .copied()
        .step_by(stretch.len().div_ceil(MOST_LINKED).max(1))
        .collect()
}
