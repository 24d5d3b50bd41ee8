//! What the head is given of a story: features of its sentences and of its words.
//!
//! A copy, number by number, of `text_features`, `read_story` and `read_words` in `training/salience.py`;
//! `tests/cases/salience/parity.json` holds the two together.

use std::collections::{BTreeMap, BTreeSet};

use tokenizers::Tokenizer;

use super::{Settings, Told};
use crate::infer::words::is_word_char;
use crate::infer::{dot, normalise};

/// Features of a sentence.
pub(super) const FEATURES: usize = 33;
/// Features of a word.
pub(super) const WORD_FEATURES: usize = 20;
/// Letters of a word that are looked up.
const LONGEST: usize = 32;
/// Sentences that make a document's lead.
const LEAD: usize = 3;

/// A story's documents that have sentences, one after the other.
pub(super) struct Reading {
    /// Of each sentence its document, as an index into what was told and into `titles`.
    pub of: Vec<usize>,
    pub vectors: Vec<Vec<f32>>,
    /// Of each document told; zeros where it has none.
    pub titles: Vec<Vec<f32>>,
    pub features: Vec<Vec<f32>>,
    /// Each sentence as indices into `words`.
    pub sentences: Vec<Vec<usize>>,
    /// The features of each word.
    pub words: Vec<Vec<f32>>,
}

/// A run of letters and digits.
struct Word {
    /// Its first letters in lower case.
    key: String,
    capital: bool,
    lower: String,
}

/// One document on its way to features.
struct Page<'a> {
    at: usize,
    /// The words of the title, if there is one.
    title: Option<Vec<Word>>,
    texts: Vec<&'a str>,
    words: Vec<Vec<Word>>,
    /// Of each sentence the words that tell what it is about.
    content: Vec<BTreeSet<String>>,
    vectors: Vec<Vec<f32>>,
    centre: Vec<f32>,
}

impl Reading {
    pub(super) fn new(documents: &[Told], settings: &Settings, tokenizer: &Tokenizer) -> Self {
        let fit = |vector: &[f32]| {
            let mut own = vector.to_vec();
            own.resize(settings.vector, 0.0);
            own
        };
        let title = |d: &Told| {
            d.title
                .filter(|(text, _)| !text.is_empty())
                .map(|(text, v)| (text.to_owned(), fit(v)))
        };
        let told = documents.iter().enumerate().filter(|(_, d)| !d.sentences.is_empty());
        let pages: Vec<Page> = told
            .take(settings.most_documents)
            .map(|(at, document)| {
                let read = &document.sentences[..document.sentences.len().min(settings.most_sentences)];
                let words: Vec<Vec<Word>> = read.iter().map(|(text, _)| words_of(text, settings)).collect();
                let vectors: Vec<Vec<f32>> = read.iter().map(|(_, vector)| fit(vector)).collect();
                Page {
                    at,
                    title: title(document).map(|(text, _)| words_of(&text, settings)),
                    texts: read.iter().map(|(text, _)| *text).collect(),
                    content: words.iter().map(|w| content(w, settings)).collect(),
                    words,
                    centre: sum(&vectors),
                    vectors,
                }
            })
            .collect();
        let titles: Vec<Vec<f32>> = documents
            .iter()
            .map(|d| title(d).map_or_else(|| fit(&[]), |(_, vector)| vector))
            .collect();
        let (sentences, words) = read_words(&pages, settings, tokenizer);
        let mut features = text_features(&pages, settings);
        for (row, more) in features.iter_mut().zip(vector_features(&pages, &titles)) {
            row.extend(more.map(|x| x as f32));
        }
        Reading {
            of: pages.iter().flat_map(|p| p.texts.iter().map(|_| p.at)).collect(),
            vectors: pages.into_iter().flat_map(|p| p.vectors).collect(),
            titles,
            features,
            sentences,
            words,
        }
    }
}

/// The direction of the sum.
fn sum(vectors: &[Vec<f32>]) -> Vec<f32> {
    let mut sum = vec![0f32; vectors.first().map_or(0, Vec::len)];
    for vector in vectors {
        sum.iter_mut().zip(vector).for_each(|(s, x)| *s += x);
    }
    normalise(&mut sum);
    sum
}

fn words_of(text: &str, settings: &Settings) -> Vec<Word> {
    let runs = text.split(|c| !is_word_char(c)).filter(|run| !run.is_empty());
    runs.map(|run| {
        let lower = run.to_lowercase();
        Word {
            key: lower.chars().take(settings.word_key).collect(),
            capital: run.chars().next().is_some_and(char::is_uppercase),
            lower,
        }
    })
    .collect()
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
}

/// Numbers whole, other words of four letters or more by their key, the most frequent ones left out.
fn content(words: &[Word], settings: &Settings) -> BTreeSet<String> {
    let told = words.iter().filter_map(|word| {
        if has_digit(&word.lower) {
            return Some(word.lower.clone());
        }
        let tells = word.lower.chars().count() >= 4 && !settings.stop_words.contains(&word.lower);
        tells.then(|| word.key.clone())
    });
    told.collect()
}

fn yes(is: bool) -> f64 {
    f64::from(u8::from(is))
}

/// `part` of `whole`, nothing of nothing.
fn share(part: f64, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part / whole as f64 }
}

/// The first 19 features of each sentence.
fn text_features(pages: &[Page], settings: &Settings) -> Vec<Vec<f32>> {
    let mut rows = Vec::new();
    for page in pages {
        let n = page.texts.len();
        let named = page.title.as_ref().map(|t| content(t, settings)).unwrap_or_default();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for key in page.content.iter().flatten() {
            *counts.entry(key).or_default() += 1;
        }
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for (i, (text, (words, keys))) in page.texts.iter().zip(page.words.iter().zip(&page.content)).enumerate() {
            let bare = text.trim_end_matches(['"', '\'', '”', '’', ')', ']']);
            let odd = text.matches('"').count() % 2 == 1 || text.matches('“').count() != text.matches('”').count();
            let shared: usize = keys.iter().map(|k| counts[k.as_str()] - 1).sum();
            let shared = shared as f64 / (n - 1).max(1) as f64;
            let common = keys.intersection(&named).count() as f64;
            let new = keys.iter().filter(|k| !seen.contains(k.as_str())).count() as f64;
            seen.extend(keys.iter().map(String::as_str));
            let capitals = words.iter().skip(1).filter(|w| w.capital).count() as f64;
            let row: [f64; 19] = [
                i as f64 / n as f64,
                (1.0 + i as f64).ln(),
                1.0 / (1.0 + i as f64),
                (n as f64).ln(),
                (1.0 + words.len() as f64).ln(),
                words.len().min(60) as f64 / 30.0,
                (1.0 + words.iter().filter(|w| has_digit(&w.lower)).count() as f64).ln(),
                yes(text.contains(['"', '“', '”'])),
                yes(odd),
                yes(bare.ends_with(['.', '!'])),
                yes(bare.ends_with('?')),
                yes(words.first().is_some_and(|w| settings.leaning.contains(&w.lower))),
                share(capitals, words.len()),
                yes(text.starts_with(['"', '“', '‘', '\''])),
                share(shared, keys.len()),
                shared / 5.0,
                share(common, named.len()),
                share(common, keys.len()),
                share(new, keys.len()),
            ];
            rows.push(row.iter().map(|x| *x as f32).collect());
        }
    }
    rows
}

/// The other 14 features of each sentence: its likeness to title, neighbours, centre and the other documents.
fn vector_features(pages: &[Page], titles: &[Vec<f32>]) -> Vec<[f64; 14]> {
    let several = pages.len() > 1;
    let dot = |a: &[f32], b: &[f32]| f64::from(dot(a, b));
    let all: Vec<Vec<f32>> = pages.iter().flat_map(|p| p.vectors.iter().cloned()).collect();
    let story = sum(&all);
    let everything: Vec<BTreeSet<&str>> = pages
        .iter()
        .map(|p| p.content.iter().flatten().map(String::as_str).collect())
        .collect();
    let support = support(pages);
    let mut rows = Vec::new();
    for (at, page) in pages.iter().enumerate() {
        let n = page.vectors.len();
        let like: Vec<Vec<f64>> = page
            .vectors
            .iter()
            .map(|a| page.vectors.iter().map(|b| dot(a, b)).collect())
            .collect();
        for (i, vector) in page.vectors.iter().enumerate() {
            let others = (0..n).filter(|j| *j != i);
            let nearest = others.clone().map(|j| like[i][j]).reduce(f64::max).unwrap_or(0.0);
            let mean = others.map(|j| like[i][j]).sum::<f64>() / (n - 1).max(1) as f64;
            let mut row = [0.0; 14];
            row[..9].copy_from_slice(&[
                dot(vector, &page.centre),
                dot(vector, &titles[page.at]),
                yes(page.title.is_some()),
                like[i][0],
                nearest,
                mean,
                if i > 0 { like[i][i - 1] } else { 0.0 },
                if i + 1 < n { like[i][i + 1] } else { 0.0 },
                (pages.len() as f64).ln(),
            ]);
            if several {
                let rest = (pages.len() - 1) as f64;
                let best = &support[at][i];
                let elsewhere = |key: &String| {
                    let holds = everything
                        .iter()
                        .enumerate()
                        .filter(|(j, e)| *j != at && e.contains(key.as_str()));
                    holds.count() as f64 / rest
                };
                row[9] = best.iter().sum::<f64>() / rest;
                row[10] = best.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                row[11] = share(page.content[i].iter().map(elsewhere).sum(), page.content[i].len());
                row[12] = dot(vector, &story);
                row[13] = dot(&page.centre, &story);
            }
            rows.push(row);
        }
    }
    rows
}

/// For each page, for each of its sentences, its likeness to the nearest sentence of each other page.
fn support(pages: &[Page]) -> Vec<Vec<Vec<f64>>> {
    let mut support: Vec<Vec<Vec<f64>>> = pages.iter().map(|p| vec![Vec::new(); p.vectors.len()]).collect();
    for (a, page) in pages.iter().enumerate() {
        for (b, other) in pages.iter().enumerate().skip(a + 1) {
            let mut of_a = vec![f64::NEG_INFINITY; page.vectors.len()];
            let mut of_b = vec![f64::NEG_INFINITY; other.vectors.len()];
            for (x, best) in page.vectors.iter().zip(&mut of_a) {
                for (y, best_of_other) in other.vectors.iter().zip(&mut of_b) {
                    let like = f64::from(dot(x, y));
                    *best = best.max(like);
                    *best_of_other = best_of_other.max(like);
                }
            }
            support[a].iter_mut().zip(of_a).for_each(|(s, best)| s.push(best));
            support[b].iter_mut().zip(of_b).for_each(|(s, best)| s.push(best));
        }
    }
    support
}

/// What is counted of a word.
struct Seen {
    lower: String,
    pages: BTreeSet<usize>,
    /// Sentences, and the last of them, by its place in the story.
    sentences: usize,
    last: usize,
    count: usize,
    first: usize,
    part: f64,
    inside: usize,
    capitals: usize,
    lead: usize,
}

/// Each sentence as words, and the features of each word, in order of appearance.
fn read_words(pages: &[Page], settings: &Settings, tokenizer: &Tokenizer) -> (Vec<Vec<usize>>, Vec<Vec<f32>>) {
    let mut at: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut keys, mut seen, mut sentences) = (Vec::new(), Vec::<Seen>::new(), Vec::<Vec<usize>>::new());
    for (n, page) in pages.iter().enumerate() {
        for (s, words) in page.words.iter().enumerate() {
            let part = s as f64 / page.words.len() as f64;
            let mut row = Vec::with_capacity(words.len());
            for (place, word) in words.iter().enumerate() {
                let index = *at.entry(&word.key).or_insert_with(|| {
                    keys.push(word.key.as_str());
                    seen.push(Seen {
                        lower: word.lower.clone(),
                        pages: BTreeSet::new(),
                        sentences: 0,
                        last: usize::MAX,
                        count: 0,
                        first: s,
                        part,
                        inside: 0,
                        capitals: 0,
                        lead: 0,
                    });
                    seen.len() - 1
                });
                let w = &mut seen[index];
                w.pages.insert(n);
                if w.last != sentences.len() {
                    w.sentences += 1;
                    w.last = sentences.len();
                }
                w.count += 1;
                w.first = w.first.min(s);
                w.part = w.part.min(part);
                if place > 0 {
                    w.inside += 1;
                    w.capitals += usize::from(word.capital);
                }
                w.lead += usize::from(s < LEAD);
                row.push(index);
            }
            sentences.push(row);
        }
    }
    let named: Vec<BTreeSet<&str>> = pages
        .iter()
        .map(|p| p.title.iter().flatten().map(|w| w.key.as_str()).collect())
        .collect();
    let leads: usize = pages.iter().map(|p| p.words.len().min(LEAD)).sum();
    let (n, total) = (pages.len() as f64, sentences.len());
    let rows = keys.iter().zip(&seen).map(|(key, w)| {
        let (rare, partial) = rank(&w.lower, settings, tokenizer);
        let spoken = if pages.len() > 1 { w.pages.len() as f64 / n } else { 0.0 };
        let spread = w.sentences as f64 / total as f64;
        let in_titles = named.iter().filter(|t| t.contains(key)).count() as f64 / n;
        let row: [f64; WORD_FEATURES] = [
            spoken,
            yes(w.pages.len() > 1),
            spread,
            (w.count as f64).ln(),
            1.0 / (1.0 + w.first as f64),
            w.part,
            in_titles,
            yes(in_titles > 0.0),
            yes(named.iter().any(|t| !t.is_empty())),
            rare,
            yes(partial),
            rare * spread * 5.0,
            share(w.capitals as f64, w.inside),
            yes(has_digit(key)),
            key.chars().count() as f64 / settings.word_key as f64,
            (total as f64).ln() / 4.0,
            n.ln(),
            yes(w.first == 0),
            spoken * rare,
            share(w.lead as f64, leads),
        ];
        row.iter().map(|x| *x as f32).collect()
    });
    let rows = rows.collect();
    (sentences, rows)
}

/// How rare a word is, from 0 to 1, by the place of the longest beginning of it that the vocabulary has, and whether that is only its
/// beginning.
fn rank(word: &str, settings: &Settings, tokenizer: &Tokenizer) -> (f64, bool) {
    let ends: Vec<usize> = word
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .take(LONGEST)
        .collect();
    let found = ends
        .iter()
        .rev()
        .find_map(|end| Some((*end, tokenizer.token_to_id(&word[..*end])?)));
    found.map_or((1.0, true), |(end, id)| {
        let place = id.saturating_sub(settings.vocabulary_from);
        let rarity = (1.0 + f64::from(place)).ln() / 10.3;
        (rarity.min(1.0), end < word.len())
    })
}
