//! What a document's sentences leave for the next: who spoke, whom the last was about, which names there are.

use crate::document::EntityKind;

use super::lexicon::{ADVERB, DETERMINER, PRONOUN, is_finite, one_of};
use super::read::Parsed;
use super::speaker;
use super::words::Word;

/// What the sentences before leave for the next.
#[derive(Default)]
pub(super) struct Memory {
    /// Who spoke last, whether a person, and in which sentence.
    speaker: Option<(String, Option<EntityKind>, usize)>,
    /// The named subject that the last sentence opened with.
    pub subject: Option<(String, Option<EntityKind>, usize)>,
    /// The names so far, so that "the ministry" can be told from them.
    names: Vec<String>,
}

/// Who speaks in each frame, pronouns resolved.
pub(super) fn speakers(parsed: &Parsed, memory: &mut Memory, index: usize) -> Vec<Option<String>> {
    let mut out = Vec::new();
    for frame in &parsed.frames {
        let words = &parsed.words[frame.who.0..frame.who.1];
        let pronoun = words
            .iter()
            .find(|w| !ADVERB.has(&w.lower))
            .filter(|w| PRONOUN.has(&w.lower));
        let kind = parsed
            .names
            .iter()
            .find(|n| n.first >= frame.who.0 && n.end == frame.who.1)
            .and_then(|n| n.kind);
        let who = match pronoun {
            Some(pronoun) if words.len() <= 2 => earlier(memory, &pronoun.lower, index),
            _ => speaker::who(parsed.text, &parsed.words, &parsed.names, frame).map(|who| definite(who, words, memory)),
        };
        if let Some(who) = &who {
            memory.speaker = Some((who.clone(), kind.or_else(|| person(words, who)), index));
        }
        out.push(who);
    }
    out
}

/// Whom a pronoun before a verb of saying stands for: who spoke last, at most two sentences before.
fn earlier(memory: &Memory, pronoun: &str, index: usize) -> Option<String> {
    let fits = |kind: Option<EntityKind>| match pronoun {
        "he" | "she" => kind.is_none_or(|k| k == EntityKind::Per),
        "it" => kind.is_none_or(|k| k != EntityKind::Per),
        "they" => kind.is_none_or(|k| k == EntityKind::Org),
        _ => false,
    };
    let near = |(who, kind, at): &&(String, Option<EntityKind>, usize)| {
        // A person has a name; a body may be "the ministry".
        let named =
            !matches!(pronoun, "he" | "she") || who.chars().any(char::is_uppercase) || *kind == Some(EntityKind::Per);
        index - at <= 2 && fits(*kind) && named
    };
    let speaker = memory.speaker.as_ref().filter(near);
    let subject = memory
        .subject
        .as_ref()
        .filter(near)
        .filter(|s| s.2 + 1 == index && pronoun != "they");
    speaker.or(subject).map(|(who, _, _)| who.clone())
}

/// A title or office before a name says that it is a person's.
fn person(words: &[Word], _who: &str) -> Option<EntityKind> {
    words
        .iter()
        .any(|w| one_of(w.lower.as_str(), PERSONAL))
        .then_some(EntityKind::Per)
}

/// Words that only people are called.
pub(super) const PERSONAL: &str = "mr mrs ms dr mr. mrs. ms. dr. mayor minister president spokesman spokeswoman spokesperson chief \
    director governor senator sen. rep. gov. officer secretary chairman chairwoman judge professor prof. \
    sheriff king queen sir lord lady coroner economist analyst lawyer prosecutor captain general colonel \
    leader ceo";

/// "The ministry" said by the name that ends in it, where one came before; else with its article.
fn definite(who: String, words: &[Word], memory: &Memory) -> String {
    let [article, noun] = words else { return who };
    if article.lower != "the" || noun.capital {
        return who;
    }
    let ends = |name: &&String| {
        name.rsplit(' ')
            .next()
            .is_some_and(|last| last.to_lowercase() == noun.lower)
            && name.contains(' ')
    };
    match memory.names.iter().rev().find(ends) {
        Some(name) => name.clone(),
        None if noun.lower.ends_with('s') || noun.lower == "police" => who,
        None => format!("the {who}"),
    }
}

pub(super) fn remember(parsed: &Parsed, memory: &mut Memory, index: usize) {
    for name in &parsed.names {
        if name.kind.is_none_or(|k| k == EntityKind::Org)
            && !memory.names.contains(&name.full)
            && memory.names.len() < 200
        {
            memory.names.push(name.full.clone());
        }
    }
    // The sentence opens with a name, and a verb follows.
    let opening = parsed.names.first().filter(|n| {
        let skip = parsed.words[..n.first]
            .iter()
            .all(|w| DETERMINER.has(&w.lower) || one_of(w.lower.as_str(), PERSONAL) || w.is_quote());
        skip && parsed
            .words
            .get(n.end)
            .is_some_and(|w| is_finite(&w.lower) || w.is(',') || ADVERB.has(&w.lower))
    });
    memory.subject = opening.map(|n| {
        let titled = parsed.words[..n.end].iter().any(|w| one_of(w.lower.as_str(), PERSONAL));
        (n.full.clone(), n.kind.or(titled.then_some(EntityKind::Per)), index)
    });
    // "The bank expects ...": a common noun that the next sentence may call "it".
    let lower = |i: usize| parsed.words.get(i).map_or("", |w| w.lower.as_str());
    if memory.subject.is_none()
        && lower(0) == "the"
        && parsed
            .words
            .get(1)
            .is_some_and(|w| w.is_word() && !w.capital && !w.lower.ends_with('s'))
    {
        let verb = |i: usize| is_finite(lower(i)) || ADVERB.has(lower(i)) && is_finite(lower(i + 1));
        if verb(2) {
            let kind = one_of(lower(1), PERSONAL).then_some(EntityKind::Per);
            memory.subject = Some((format!("the {}", lower(1)), kind, index));
        }
    }
}
