//! The names in a sentence: the mentions that the models found, else runs of capitals.

use std::collections::BTreeSet;

use super::lexicon::one_of;
use crate::document::{Entity, EntityKind};

use super::lexicon::{self, MONTH, NOT_PLACE, PRONOUN, WEEKDAY};
use super::words::{Kind, Word, join, lower};

/// A name as words of its sentence.
#[derive(Debug, Clone)]
pub(super) struct Name {
    /// The words `first..end`.
    pub first: usize,
    pub end: usize,
    /// `None` where only capitals tell that it is a name.
    pub kind: Option<EntityKind>,
    /// Its fullest form.
    pub full: String,
}

/// The names among the words of a sentence, in order. Without entities, runs of capitalised words: the first word of a
/// sentence counts only where the run goes on, or where it is one of those that are `sure` to be capitalised.
pub(super) fn find(text: &str, words: &[Word], entities: &[Entity], sure: &BTreeSet<String>) -> Vec<Name> {
    if entities.is_empty() {
        capitals(text, words, sure)
    } else {
        tagged(words, entities)
    }
}

fn tagged(words: &[Word], entities: &[Entity]) -> Vec<Name> {
    let (Some(start), Some(end)) = (words.first().map(|w| w.span.start), words.last().map(|w| w.span.end)) else {
        return Vec::new();
    };
    let from = entities.partition_point(|e| e.span.end <= start);
    let mut names = Vec::new();
    for entity in entities[from..].iter().take_while(|e| e.span.start < end) {
        let first = words.partition_point(|w| w.span.end <= entity.span.start);
        let last = words.partition_point(|w| w.span.start < entity.span.end);
        if first < last {
            names.push(Name {
                first,
                end: last,
                kind: Some(entity.kind),
                full: entity.name.clone(),
            });
        }
    }
    names
}

/// The words that have a capital inside the sentences of a text, so that no sentence's beginning gave it to them. In
/// lower case.
pub(super) fn sure<'a>(texts: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in texts {
        let mut inside = false;
        for word in text
            .split(|c: char| !c.is_alphanumeric() && c != '-' && c != '&')
            .filter(|w| !w.is_empty())
        {
            if inside && word.chars().next().is_some_and(char::is_uppercase) {
                found.insert(word.to_lowercase());
            }
            inside = true;
        }
    }
    found
}

fn capitals(text: &str, words: &[Word], sure: &BTreeSet<String>) -> Vec<Name> {
    let capital = |i: usize| {
        words.get(i).is_some_and(|w| {
            w.is_word()
                && w.capital
                && !WEEKDAY.has(&w.lower)
                && !PRONOUN.has(&w.lower)
                && !(MONTH.has(&w.lower) && w.lower != "may")
        })
    };
    let mut names = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let opens = at == 0 || !words[at - 1].is_word() && !words[at - 1].is_number() && !words[at - 1].is(',');
        let function = lexicon::DETERMINER.has(&words[at].lower)
            || lexicon::PREPOSITION.has(&words[at].lower)
            || lexicon::OPENER.has(&words[at].lower)
            || lexicon::ADVERB.has(&words[at].lower)
            || one_of(words[at].lower.as_str(), "and but or no more many not if");
        if !capital(at) || function {
            at += 1;
            continue;
        }
        let first = at;
        let mut end = at + 1;
        loop {
            if capital(end) && words[end].spaced {
                end += 1;
            } else if capital(end + 1) && joins(words, first, end) {
                end += 2;
            } else {
                break;
            }
        }
        at = end;
        if opens && end == first + 1 && !sure.contains(&words[first].lower) {
            continue;
        }
        names.push(Name {
            first,
            end,
            kind: None,
            full: join(text, words, first, end),
        });
    }
    names
}

/// Words of the names of bodies, not of places.
const BODIES: &str = "bank group ministry company inc ltd plc corp corporation airlines airways party alliance club agency \
    department insurance holdings motors foods times herald post news university institute council \
    committee commission office foundation association federation society trust fund league chemicals \
    pharmaceuticals biologics technologies rail grid cup act bill award awards prize olympics games war \
    festival";

/// Whether the word at `at` may stand within the name that begins at `first`: "Isle of Merrow", "Orsel & Quay", "Ministry of
/// Food and Farming".
fn joins(words: &[Word], first: usize, at: usize) -> bool {
    let ministry = || {
        words[first..at]
            .iter()
            .any(|w| w.lower == "ministry" || w.lower == "department")
    };
    match lower(words, at) {
        "&" => true,
        "and" => ministry(),
        word => one_of(word, "of de la al el bin von van der del da for"),
    }
}

impl Name {
    /// Whether it may be a place, standing after "in" or "near".
    pub(super) fn is_place(&self, words: &[Word]) -> bool {
        match self.kind {
            Some(kind) => kind == EntityKind::Loc,
            None => {
                let own = &words[self.first..self.end];
                !own.iter().any(|w| {
                    NOT_PLACE.has(&w.lower)
                        || one_of(w.lower.as_str(), BODIES)
                        || matches!(w.kind, Kind::Number(_))
                        || w.lower.starts_with(['$', '£', '€'])
                }) && !own.iter().all(|w| {
                    w.lower.chars().count() <= 3
                        && w.lower != "uk"
                        && w.lower != "us"
                        && w.lower != "lae"
                        && w.lower != "usa"
                })
            }
        }
    }
}
