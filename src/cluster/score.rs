//! How sure it is that two documents tell the same event.
//!
//! Two steps, each a logistic regression (fitted by training/grouping.py; figures in its output and in [`super::Options`]). The first looks at the
//! pair alone: likeness in meaning and in words, names weighted by rarity, figures, days between. The second looks at the company that the
//! two keep: a *rival*, a third document that is close to the one and not to the other, speaks against the pair. That tells
//! apart two rounds of the same quarrel, whose texts are as alike as two reports of one round, and unlike a comparison with the nearest
//! neighbour it does not depend on how many documents tell an event.

use crate::infer::{cosine, round};

use super::profile::{Profile, Terms, dot, shared};

/// How many measures a pair has.
pub const MEASURES: usize = 15;

/// What a pair of documents has in common.
pub type Measures = [f64; MEASURES];

/// Shared rarity (in nats) that counts as much: a rare name or two.
const MUCH: f64 = 20.0;
/// The days between two documents of one event, where a document does not say when it was published.
const USUAL_DAYS: f64 = 0.5;

/// The measures of a pair, in the order of [`ALONE`].
pub fn measures(a: &Profile, b: &Profile) -> Measures {
    let meaning = |x: &[f32], y: &[f32]| {
        if a.document.understood && b.document.understood {
            cosine(x, y)
        } else {
            0.0
        }
    };
    let sum = |x: &Terms, y: &Terms| shared(x, y).map(|(_, weight, _)| f64::from(weight)).sum::<f64>();
    let much = |sum: f64, scale: f64| 1.0 - (-sum / scale).exp();
    let days = a.published.zip(b.published).map_or(USUAL_DAYS, |(x, y)| {
        (x.as_second() - y.as_second()).unsigned_abs() as f64 / 86400.0
    });
    [
        meaning(&a.document.topic, &b.document.topic),
        meaning(&a.lead, &b.lead),
        meaning(&a.whole, &b.whole),
        dot(&a.title_terms, &b.title_terms),
        dot(&a.lead_terms, &b.lead_terms),
        dot(&a.terms, &b.terms),
        likeness(&a.names, &b.names),
        much(sum(&a.names, &b.names), MUCH),
        likeness(&a.lead_names, &b.lead_names),
        much(sum(&a.lead_names, &b.lead_names), MUCH),
        much(sum(&a.figures, &b.figures), 1.0),
        days.ln_1p(),
        (cover(&a.title_terms, &b.terms) + cover(&b.title_terms, &a.terms)) / 2.0,
        (a.sentences.min(b.sentences).max(1) as f64).ln(),
        f64::from(u8::from(!(a.titled && b.titled))),
    ]
}

/// The cosine of two sparse vectors.
fn likeness(a: &Terms, b: &Terms) -> f64 {
    let square = |terms: &Terms| terms.iter().map(|(_, w)| f64::from(w * w)).sum::<f64>();
    let norm = (square(a) * square(b)).sqrt();
    if norm > 0.0 { dot(a, b) / norm } else { 0.0 }
}

/// How much of a title the other document has, by squared weight.
fn cover(title: &Terms, all: &Terms) -> f64 {
    shared(title, all)
        .map(|(_, weight, _)| f64::from(weight * weight))
        .sum()
}

/// What each measure of a pair alone weighs.
pub const ALONE: [(&str, f64); MEASURES] = [
    ("topic", 13.31),
    ("lead", -7.356),
    ("whole", 1.785),
    ("title_words", -1.345),
    ("lead_words", 8.31),
    ("words", 6.201),
    ("names", -0.6359),
    ("rare_names", 3.744),
    ("lead_names", 0.4058),
    ("rare_lead_names", -3.354),
    ("figures", 1.196),
    ("days", -1.29),
    ("title_cover", 2.199),
    ("length", 0.02678),
    ("untitled", 2.419),
];
const ALONE_CONSTANT: f64 = -9.248;

/// What the log-odds of the pair alone and its rivals weigh.
const COMPANY: [(&str, f64); 3] = [("alone", 0.1532), ("contested", 2.411), ("uncontested", 6.179)];
const COMPANY_CONSTANT: f64 = -4.868;

/// The log-odds that a pair tells one event, from the pair alone.
pub fn alone(measures: &Measures) -> f64 {
    round(
        ALONE
            .iter()
            .zip(measures)
            .map(|((_, weight), x)| weight * x)
            .sum::<f64>()
            + ALONE_CONSTANT,
    )
}

/// The probability of log-odds.
pub fn sure(odds: f64) -> f64 {
    round(1.0 / (1.0 + (-odds).exp()))
}

/// The documents near each document.
pub struct Company {
    /// How sure each pair alone is, by number.
    near: Vec<Vec<(usize, f64)>>,
    /// Of those the surest, the surest first.
    closest: Vec<Vec<(usize, f64)>>,
}

/// What the company of a pair says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Witness {
    /// How the pair stands against the closest rival of each of the two, as the pair's share of both: near 1 where there is
    /// no rival, 0.5 where the rival is as close. The smaller of the two shares, and the greater.
    pub contested: f64,
    pub uncontested: f64,
    /// How much it says that there is no rival, 0 to 1: little where few documents were read.
    pub heard: f64,
    /// The closest rival of either.
    pub rival: Option<usize>,
}

/// A document is a rival where it is less than so much as close to the other.
const ASIDE: f64 = 0.5;
/// How sure a rival is that nobody has found: a weak pair is contested even where nothing else is near. What is less sure
/// than this is no rival.
const UNSEEN: f64 = 0.05;
/// Among so many documents the lack of a rival counts half: among four it says next to nothing. Two unlike reports on money, .11 sure by
/// themselves, were .66 sure to be one story there. On days drawn from neus_dev, most texts alone, B-cubed precision and F1 without and
/// with this: 6 texts .992 / .957 and 1.000 / .944, 24 texts .988 / .974 and .994 / .969, 150 texts .933 / .942 and .943 / .946;
/// the whole 921 .957 / .8835 and .957 / .8830.
const FEW: f64 = 30.0;
/// Among so many of its closest documents a rival is looked for, so that a crowd around one event costs no more than its share.
const CLOSEST: usize = 8;

impl Company {
    /// `pairs` are `(i, j, sure)`, each pair once.
    pub fn new(n: usize, pairs: &[(usize, usize, f64)]) -> Self {
        let mut near: Vec<Vec<(usize, f64)>> = vec![Vec::new(); n];
        for &(i, j, sure) in pairs {
            near[i].push((j, sure));
            near[j].push((i, sure));
        }
        let closest = near.iter().map(|own| {
            let mut own: Vec<(usize, f64)> = own.iter().copied().filter(|(_, sure)| *sure >= UNSEEN).collect();
            own.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            own.truncate(CLOSEST);
            own
        });
        let closest = closest.collect();
        near.iter_mut().for_each(|own| own.sort_by_key(|(at, _)| *at));
        Company { near, closest }
    }

    /// What the company of `i` and `j` says, given how sure the pair alone is; `ask` says so of any other pair.
    pub fn witness(&self, i: usize, j: usize, sure: f64, ask: &dyn Fn(usize, usize) -> f64) -> Witness {
        // The index keeps a bounded number of neighbours: in a crowd around one event most pairs are not among them.
        let between = |a: usize, b: usize| {
            let found = self.near[a].binary_search_by_key(&b, |(at, _)| *at);
            found.map_or_else(|_| ask(a, b), |at| self.near[a][at].1)
        };
        let rival = |own: usize, other: usize| {
            let near = self.closest[own].iter().filter(|(k, _)| *k != other);
            let found = near.copied().find(|(k, x)| between(other, *k) < ASIDE * x);
            found.map_or((0.0, None), |(k, x)| (x, Some(k)))
        };
        let (mine, theirs) = (rival(i, j), rival(j, i));
        let share = |rival: f64| sure / (sure + rival + UNSEEN);
        Witness {
            contested: share(mine.0).min(share(theirs.0)),
            uncontested: share(mine.0).max(share(theirs.0)),
            heard: self.near.len() as f64 / (self.near.len() as f64 + FEW),
            rival: if mine.0 >= theirs.0 { mine.1 } else { theirs.1 },
        }
    }
}

impl Witness {
    /// The log-odds that a pair tells one event, given those of the pair alone. A rival counts in full; that there is none,
    /// as far as enough was read to find one.
    pub fn odds(&self, alone: f64) -> f64 {
        let measures = [alone, self.contested, self.uncontested];
        let said = COMPANY
            .iter()
            .zip(measures)
            .map(|((_, weight), x)| weight * x)
            .sum::<f64>()
            + COMPANY_CONSTANT;
        let heard = if said > alone { self.heard } else { 1.0 };
        round(alone + (said - alone) * heard)
    }
}
