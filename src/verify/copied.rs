//! Sentences that stand in a source, whole or with words left out.
//!
//! Leaving words out is how editors shorten, and nearly always keeps a sentence true. It does not where a "not", a hedge or
//! the subject of a verb is among them.

use super::evidence::Evidence;
use super::quotes::{cut, is_mark};
use super::stream::key;
use super::text::{Line, Token, is_dash};
use super::{Check, Problem, lexicon};
use crate::digest::Verdict;

/// Longer pairs of sentences are not aligned word by word.
const MOST_CELLS: usize = 60_000;
/// The source sentences that are tried, the best first.
const TRIED: usize = 4;

/// What a sentence is to the sources.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Copy {
    /// It says nothing that a source does not say in these words.
    Whole,
    /// It is a source's sentence with words left out that change it.
    Changed(Problem),
    /// It is in words of its own.
    No,
}

pub(super) fn check(line: &Line, evidence: &Evidence) -> Copy {
    let words: Vec<&str> = line.tokens.iter().filter(|t| t.counts()).map(key).collect();
    if words.is_empty() {
        return Copy::Whole;
    }
    for stream in &evidence.streams {
        let mut from = 0;
        for _ in 0..8 {
            let Some(at) = stream.find(&words, from) else { break };
            if stream.whole(at, at + words.len()) {
                return Copy::Whole;
            }
            from = at + 1;
        }
    }
    // What is left out of a short sentence leaves too little to say that it is this one.
    if words.len() < 4 {
        return Copy::No;
    }
    let mut changed = None;
    for at in candidates(line, evidence) {
        let source = &evidence.lines[at as usize];
        let Some(kept) = embed(&words, source) else { continue };
        match change(source, &kept) {
            None => return Copy::Whole,
            Some(problem) => changed = changed.or(Some(problem)),
        }
    }
    changed.map_or(Copy::No, Copy::Changed)
}

/// The lines that have the sentence's rarest words.
fn candidates(line: &Line, evidence: &Evidence) -> Vec<u32> {
    let mut lists: Vec<&[u32]> = line
        .tokens
        .iter()
        .filter(|t| t.word)
        .map(|t| {
            if t.stem.starts_with('#') {
                evidence.with_stem(&t.stem)
            } else {
                evidence.with_word(&t.text)
            }
        })
        .collect();
    lists.sort_by_key(|l| l.len());
    let Some((rarest, rest)) = lists.split_first() else {
        return Vec::new();
    };
    let rest = &rest[..rest.len().min(6)];
    rarest
        .iter()
        .copied()
        .filter(|l| rest.iter().all(|other| other.binary_search(l).is_ok()))
        .take(TRIED)
        .collect()
}

/// The source's tokens that the words are, in order and in as few stretches as can be; `None` if they are not all there.
fn embed(words: &[&str], source: &Line) -> Option<Vec<usize>> {
    let at: Vec<usize> = (0..source.tokens.len())
        .filter(|i| source.tokens[*i].counts())
        .collect();
    let (n, m) = (words.len(), at.len());
    if n > m || n.saturating_mul(m) > MOST_CELLS {
        return None;
    }
    const NONE: u32 = u32::MAX / 2;
    // The stretches used with word `i` at place `j`, and the place of word `i - 1` before it.
    let mut cost = vec![NONE; n * m];
    let mut from = vec![0u32; n * m];
    for i in 0..n {
        // The cheapest place for the word before, left of `j`.
        let mut best = (NONE, 0u32);
        for j in 0..m {
            if i > 0 && j > 0 {
                let before = cost[(i - 1) * m + j - 1];
                if before < best.0 {
                    best = (before, (j - 1) as u32);
                }
            }
            if key(&source.tokens[at[j]]) != words[i] {
                continue;
            }
            let (price, place) = if i == 0 {
                (1, 0)
            } else {
                let glued = if j > 0 { cost[(i - 1) * m + j - 1] } else { NONE };
                if glued <= best.0.saturating_add(1) {
                    (glued, j.saturating_sub(1) as u32)
                } else {
                    (best.0 + 1, best.1)
                }
            };
            if price < NONE {
                cost[i * m + j] = price;
                from[i * m + j] = place;
            }
        }
    }
    let mut j = (0..m)
        .min_by_key(|j| cost[(n - 1) * m + j])
        .filter(|j| cost[(n - 1) * m + j] < NONE)?;
    let mut kept = vec![0; n];
    for i in (0..n).rev() {
        kept[i] = at[j];
        j = from[i * m + j] as usize;
    }
    Some(kept)
}

/// What was left out that changes the sentence.
fn change(source: &Line, kept: &[usize]) -> Option<Problem> {
    let tokens = &source.tokens;
    let mut from = 0;
    for at in kept.iter().copied().chain([tokens.len()]) {
        if from < at
            && let Some(problem) = left_out(source, from, at)
        {
            return Some(problem);
        }
        from = at + 1;
    }
    None
}

fn is_break(token: &Token) -> bool {
    !token.word
        && (matches!(token.text.as_str(), "," | ";" | ":" | "(" | ")" | "." | "!" | "?")
            || token.text.chars().all(is_dash) && token.spaced
            || is_mark(token))
}

fn left_out(source: &Line, from: usize, end: usize) -> Option<Problem> {
    let tokens = &source.tokens;
    let gone = &tokens[from..end];
    if !gone.iter().any(|t| t.word) {
        return None;
    }
    let opens = from == 0 || is_break(&tokens[from]) || is_break(&tokens[from - 1]);
    let closes = end == tokens.len() || is_break(&tokens[end - 1]) || is_break(&tokens[end]);
    let apart = opens && closes;
    let problem = |verdict, word: &Token| {
        Some(Problem::new(
            Check::Deletion,
            verdict,
            format!(
                "the source's “{}” is left out: “{}”",
                cut(&source.text[word.span.clone()], 40),
                cut(&source.text, 80)
            ),
        ))
    };
    for (i, token) in gone.iter().enumerate().filter(|(_, t)| t.word) {
        // Only what stands right before the words that are kept says something of them.
        let leads = end < tokens.len()
            && gone[i + 1..]
                .iter()
                .all(|t| !t.word || t.function || t.text.ends_with("ly"));
        if !leads {
            continue;
        }
        if lexicon::is_negation(&token.text) || lexicon::is_denial(&token.stem) {
            return problem(Verdict::Contradicted, token);
        }
        let adverb = token.text.ends_with("ly");
        if lexicon::is_hedge(&token.text) && (adverb || !apart) {
            // "Nearly" goes with its number.
            let quantity = source.quantity_at(from + i);
            let with_number = quantity.is_some_and(|q| {
                source
                    .tokens_of(&source.quantities[q].span)
                    .all(|t| (from..end).contains(&t))
            });
            if !with_number {
                return problem(Verdict::NotFound, token);
            }
        }
    }
    // The verb that follows lost its subject to another one: "Ann, whose brother | was jailed", "Ann died and Bob | was jailed".
    let ends_in_noun = gone
        .iter()
        .rev()
        .find(|t| t.word)
        .is_some_and(|t| !t.function && !t.text.ends_with("ly"));
    let relative = gone.iter().find(|t| t.word).is_some_and(|t| t.text == "whose");
    if !apart && end < tokens.len() && finite(&tokens[end]) && relative && ends_in_noun && !gone.iter().any(finite) {
        return problem(Verdict::NotFound, &gone[0]);
    }
    if !apart && from > 0 && end < tokens.len() && finite(&tokens[end]) && !clause(&gone[0]) {
        let inner = gone.iter().any(finite);
        let subject = gone
            .iter()
            .rev()
            .find(|t| t.word)
            .is_some_and(|t| !t.function && !t.text.ends_with("ly"));
        if inner && subject {
            return problem(Verdict::NotFound, &gone[0]);
        }
    }
    None
}

/// Words that are verbs with a subject before them.
fn finite(token: &Token) -> bool {
    matches!(
        token.text.as_str(),
        "is" | "are"
            | "was"
            | "were"
            | "has"
            | "have"
            | "had"
            | "will"
            | "would"
            | "can"
            | "could"
            | "may"
            | "might"
            | "must"
            | "should"
            | "does"
            | "did"
            | "do"
            | "says"
            | "said"
    )
}

/// Words that begin a clause about the noun before them.
fn clause(token: &Token) -> bool {
    matches!(
        token.text.as_str(),
        "who" | "which" | "that" | "whose" | "where" | "whom"
    ) || is_break(token)
}
