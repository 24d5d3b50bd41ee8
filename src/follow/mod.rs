//! Stage: which of today's stories carry on one that an earlier digest told, and what of them is new.
//!
//! Two stories are one thread for certain where they have a text in common (see [`Memory`]: the same words, or a new version
//! of the same article). Else a score decides, from the likeness of headline and summary in meaning and in words, names and
//! numbers counting by their rarity. Its threshold is set for precision: a thread that is not seen to go on is told as
//! new, while one that is hung on the wrong story misleads.

mod memory;
mod threads;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::digest::Story;
use crate::infer::{cosine, round};
use crate::words::{rarity, words};

pub use memory::{Known, Memory};
pub use threads::{Threads, settle};

/// What `follow` may be told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// A story without a common text carries on another where it is at least so sure, 0 to 1.
    pub threshold: f64,
    /// A sentence was told before where an earlier one is at least this like it in meaning...
    pub same: f64,
    /// ...and this share of its words, by rarity, was there.
    pub covered: f64,
    /// Days without news after which a thread is over.
    pub quiet_days: i32,
    /// Days without news after which a thread is forgotten: a story that takes it up then is new.
    pub forget_days: i32,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            threshold: 0.35,
            same: 0.75,
            covered: 0.75,
            quiet_days: 4,
            forget_days: 21,
        }
    }
}

/// A story with what is needed to follow it.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The story.
    pub story: &'a Story,
    /// A unit vector of its headline and summary together. May be empty: words and figures then decide alone.
    pub vector: &'a [f32],
    /// For each of its texts that an earlier digest told, the thread that did ([`Known::threads`]). Empty for the stories of before.
    pub threads: &'a [String],
}

/// For each of today's stories the one of `before` that it carries on, as an index. One to one.
pub fn follow(before: &[Told], today: &[Told], options: &Options) -> Vec<Option<usize>> {
    let texts: Vec<Bag> = before.iter().map(|t| Bag::new(t.story)).collect();
    let now: Vec<Bag> = today.iter().map(|t| Bag::new(t.story)).collect();
    let weights = weights(texts.iter().chain(&now));
    // By word, so that only stories that share a telling one are compared.
    let mut index: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, bag) in texts.iter().enumerate() {
        bag.words
            .iter()
            .for_each(|word| index.entry(word).or_default().push(at));
    }
    let threads: BTreeMap<&str, usize> = before
        .iter()
        .enumerate()
        .rev()
        .map(|(at, t)| (t.story.thread.as_str(), at))
        .collect();
    // (texts in common, score, today's, before's)
    let mut links: Vec<(usize, i64, usize, usize)> = Vec::new();
    for (at, (told, bag)) in today.iter().zip(&now).enumerate() {
        let mut common: BTreeMap<usize, usize> = BTreeMap::new();
        for thread in told.threads {
            if let Some(old) = threads.get(thread.as_str()) {
                *common.entry(*old).or_default() += 1;
            }
        }
        let mut near: BTreeSet<usize> = common.keys().copied().collect();
        for word in bag.words.iter().filter(|word| weights[word.as_str()] > TELLING) {
            near.extend(index.get(word.as_str()).into_iter().flatten());
        }
        for old in near {
            let score = score(&before[old], &texts[old], told, bag, &weights);
            let shared = common.get(&old).copied().unwrap_or(0);
            if shared > 0 || score >= options.threshold {
                links.push((shared, (score * 1e5) as i64, at, old));
            }
        }
    }
    links.sort_by(|a, b| {
        let names = |l: &(usize, i64, usize, usize)| (&today[l.2].story.id, &before[l.3].story.id);
        (b.0, b.1).cmp(&(a.0, a.1)).then_with(|| names(a).cmp(&names(b)))
    });
    let mut carries = vec![None; today.len()];
    let mut taken = BTreeSet::new();
    for (_, _, at, old) in links {
        if carries[at].is_none() && taken.insert(old) {
            carries[at] = Some(old);
        }
    }
    carries
}

/// A word rarer than this (in nats) makes two stories worth comparing.
const TELLING: f64 = 3.5;

/// The words of a story's headline, summary, sources' titles and names: what a summary leaves out today, the names still say.
struct Bag {
    words: BTreeSet<String>,
}

impl Bag {
    fn new(story: &Story) -> Self {
        let texts = story.summary.sentences.iter().map(|s| s.text.as_str());
        let titles = story.sources.iter().filter_map(|s| s.title.as_deref());
        let names = story.entities.iter().map(|n| n.name.as_str());
        Bag {
            words: texts
                .chain([story.headline.as_str()])
                .chain(titles)
                .chain(names)
                .flat_map(words)
                .collect(),
        }
    }
}

/// The rarity of every word of the bags.
fn weights<'a>(bags: impl Iterator<Item = &'a Bag>) -> BTreeMap<String, f64> {
    let mut holders: BTreeMap<&str, usize> = BTreeMap::new();
    let mut n = 0;
    for bag in bags {
        n += 1;
        bag.words.iter().for_each(|word| *holders.entry(word).or_default() += 1);
    }
    holders
        .into_iter()
        .map(|(word, count)| (word.to_owned(), rarity(word, count, n)))
        .collect()
}

/// How sure it is that two stories without a common text are one thread, 0 to 1.
fn score(old: &Told, old_bag: &Bag, new: &Told, new_bag: &Bag, weights: &BTreeMap<String, f64>) -> f64 {
    let mass = |words: &mut dyn Iterator<Item = &String>| words.map(|w| weights[w.as_str()].powi(2)).sum::<f64>();
    let shared = mass(&mut old_bag.words.intersection(&new_bag.words));
    let scale = (mass(&mut old_bag.words.iter()) * mass(&mut new_bag.words.iter())).sqrt();
    let by_words = if scale > 0.0 { shared / scale } else { 0.0 };
    let meaning = if old.vector.len() == new.vector.len() && !old.vector.is_empty() {
        cosine(old.vector, new.vector)
    } else {
        // Words alone: as far apart in meaning as texts with so many common words usually are.
        0.2 + by_words
    };
    round(1.0 / (1.0 + (-(MEANING * meaning + WORDS * by_words + CONSTANT)).exp()))
}

/// A logistic regression over the cosine of the vectors and that of the words by rarity, fitted on four times 307 stories of three
/// short texts each (`neus_train`), headline and summary alone, and tried on `neus_dev`, one text of a story against another's, one to one: at 0.7 precision
/// .980 at recall .48, and .973 where half of the stories had nothing to carry on. Whole stories, with their titles and names, give more
/// to go by: on the second day of the examples every thread is tied and none wrongly from .2 to .35, so the threshold is lower.
const MEANING: f64 = 9.0;
const WORDS: f64 = 16.1;
const CONSTANT: f64 = -9.9;

/// Which of a story's summary sentences say what the story before did not, as indices.
///
/// A sentence is old where all texts it is cited from were told before (`told` names them), or where the earlier headline and summary have its
/// words, its numbers and, given the vectors of the sentences (`vectors`: today's, before's), its meaning.
pub fn fresh(
    story: &Story,
    before: &Story,
    told: &BTreeSet<&str>,
    vectors: Option<[&[Vec<f32>]; 2]>,
    options: &Options,
) -> Vec<usize> {
    let old: Vec<BTreeSet<String>> = before
        .summary
        .sentences
        .iter()
        .map(|s| s.text.as_str())
        .chain([before.headline.as_str()])
        .map(|text| words(text).collect())
        .collect();
    let all: BTreeSet<&String> = old.iter().flatten().collect();
    let number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let said = |(at, sentence): (usize, &crate::digest::SummarySentence)| -> bool {
        if !sentence.citations.is_empty() && sentence.citations.iter().all(|c| told.contains(c.document.as_str())) {
            return true;
        }
        let own: BTreeSet<String> = words(&sentence.text).collect();
        if own.iter().any(|word| number(word) && !all.contains(word)) {
            return false;
        }
        let mass = |words: &mut dyn Iterator<Item = &String>| words.map(|w| rarity(w, 0, 0)).sum::<f64>();
        let total = mass(&mut own.iter());
        // What is said in one sentence may have been said in two.
        let share = mass(&mut own.iter().filter(|w| all.contains(w))) / total.max(f64::MIN_POSITIVE);
        let meaning = vectors.and_then(|[new, old]| {
            let vector = new.get(at)?;
            old.iter().map(|v| cosine(v, vector)).max_by(f64::total_cmp)
        });
        total == 0.0 || (share >= options.covered && meaning.is_none_or(|m| m >= options.same))
    };
    let sentences = story.summary.sentences.iter().enumerate();
    sentences.filter(|s| !said(*s)).map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests;
