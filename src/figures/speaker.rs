//! How a reader would call whoever speaks or acts: a noun phrase as a name.

use super::attribution::Frame;
use super::lexicon::{ADVERB, DETERMINER, EVIDENCE, PREPOSITION, PRONOUN, WEEKDAY, WHEN, is_finite, one_of};
use super::names::Name;
use super::words::{Word, join, lower};

/// Whether a noun phrase is somebody who speaks though no name says so: "police", "officials", "the ministry".
pub(super) fn who_speaks(own: &[Word]) -> bool {
    own.iter().any(|w| one_of(w.lower.as_str(), SPEAKERS))
}

const SPEAKERS: &str = "police officials official authorities ministry government company spokesman spokeswoman spokesperson \
    agency officer officers council bank minister hospital prosecutors firefighters army military navy \
    union witnesses residents organisers organizers charity mayor governor department office \
    investigators doctors analysts economists researchers scientists lawyers activists media coroner \
    chief regulator commission service he she it they operator airline firm group club court party \
    president secretary director administration";

/// Who says it, as a reader would say it: without article, adverbs and what is added by a comma. `None` for a pronoun.
pub(super) fn who(text: &str, words: &[Word], names: &[Name], frame: &Frame) -> Option<String> {
    let (mut first, mut end) = frame.who;
    // "Where police say", "officials in a statement".
    while first < end && super::lexicon::OPENER.has(lower(words, first)) {
        first += 1;
    }
    let aside = (first + 1..end).find(|i| {
        lower(words, *i) == "in" && matches!(lower(words, i + 1), "a" | "an" | "its" | "his" | "her" | "their")
    });
    end = aside.unwrap_or(end);
    let own = words.get(first..end)?;
    let last = own.last()?;
    let cut = DETERMINER.has(&last.lower) || matches!(last.lower.as_str(), "'s" | "and" | "or") || !last.is_word();
    let speaks = own.iter().any(|w| {
        w.capital && w.span.start != words[0].span.start
            || w.lower.ends_with('s')
            || one_of(&w.lower, super::memory::PERSONAL)
            || EVIDENCE.has(&w.lower)
    }) || who_speaks(own)
        || names.iter().any(|n| n.first < end && n.end > first)
        || own[0].capital;
    if cut
        || !speaks
        || PREPOSITION.has(&own[0].lower)
        || one_of(&own[0].lower, "ahead together along next")
        || own.iter().any(|w| w.is_number()) && own.len() > 3
        || own.iter().any(|w| w.lower.bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    phrase(text, words, names, (first, end))
}

/// A noun phrase as a name: the full name where it is nothing else, else its own words without the article.
pub(super) fn phrase(
    text: &str,
    words: &[Word],
    names: &[Name],
    (mut first, mut end): (usize, usize),
) -> Option<String> {
    while first < end
        && (matches!(lower(words, first), "the" | "a" | "an" | "but" | "and" | "both")
            || ADVERB.has(lower(words, first))
            || words[first].is(','))
    {
        first += 1;
    }
    while end > first + 1 && WEEKDAY.has(lower(words, end - 1))
        || end > first + 2 && matches!(lower(words, end - 2), "last" | "this") && WHEN.has(lower(words, end - 1))
        || end > first + 2 && lower(words, end - 2) == "last" && lower(words, end - 1) == "year"
    {
        end -= if matches!(lower(words, end - 2), "last" | "this" | "on") {
            2
        } else {
            1
        };
    }
    // "Census data released": what was done with it says nothing of who says so.
    while end > first + 1
        && one_of(
            lower(words, end - 1),
            "released published unveiled issued obtained seen compiled conducted",
        )
    {
        end -= 1;
    }
    while end > first && (ADVERB.has(lower(words, end - 1)) || words[end - 1].is(',') || words[end - 1].is_break()) {
        end -= 1;
    }
    // "His lawyer Wang Chao": the name alone.
    if one_of(lower(words, first), "his her its their our my your") {
        return names
            .iter()
            .find(|n| n.end == end && n.first > first)
            .map(|n| n.full.clone());
    }
    let own = words.get(first..end)?;
    let head = own.first()?;
    if own.len() == 1 && (PRONOUN.has(&head.lower) || DETERMINER.has(&head.lower))
        || one_of(
            head.lower.as_str(),
            "this that these those there it he she they we i you who which what some many one most \
                others",
        )
    {
        return None;
    }
    if own.iter().any(|w| w.is_quote() || w.is_break()) {
        return None;
    }
    let title = |w: &str| one_of(w, "mr mrs ms dr mr. mrs. ms. dr. miss sir");
    if let Some(name) = names
        .iter()
        .find(|n| n.end == end && (n.first == first || n.first == first + 1 && title(&head.lower)))
    {
        return Some(name.full.clone());
    }
    // A long phrase is known by the name in it.
    if own.len() > 7 {
        let inner: Vec<&Name> = names.iter().filter(|n| n.first >= first && n.end <= end).collect();
        let whole = |n: &&&Name| {
            !n.first
                .checked_sub(1)
                .is_some_and(|b| matches!(lower(words, b), "and" | "of" | "for" | "&"))
        };
        if let Some(name) = inner
            .last()
            .filter(|n| n.end == end && n.end - n.first >= 2)
            .filter(whole)
        {
            return Some(name.full.clone());
        }
    }
    let mut said = join(text, words, first, end);
    // A sentence's first word has its capital from there, unless it is a name.
    let common = first == 0
        && !names.iter().any(|n| n.first == 0 && (n.end > 1 || own.len() == 1))
        && (who_speaks(&own[..1]) || own[0].lower.ends_with('s') && own.len() == 1 || is_common(&own[0].lower));
    if common && said.chars().skip(1).take(1).all(char::is_lowercase) {
        let mut chars = said.chars();
        said = chars
            .next()
            .map_or(String::new(), |c| c.to_lowercase().chain(chars).collect());
    }
    (!said.is_empty() && own.len() <= 12).then_some(said)
}

/// Words that open the name of an office: "hospital officials", "defence ministry". A capital at a sentence's beginning is not
/// theirs.
const COMMON: &str = "local state health hospital fire rescue defence defense interior foreign senior military medical \
    emergency government opposition union company court airport human civil campaign federal security weather aid tax rights \
    lead industry public national regional city county school party presiding heavy mine former several court";

fn is_common(word: &str) -> bool {
    one_of(word, COMMON)
}

/// Whether the capital of a sentence's first word may be a name's: "Detroit police", "Israeli strikes".
pub(super) fn may_be_name(words: &[Word], names: &[Name]) -> bool {
    let Some(first) = words.first() else { return false };
    let people = ["an", "ish", "ese", "i"]
        .iter()
        .any(|e| first.lower.len() > 4 && first.lower.ends_with(e));
    let office = words
        .get(1)
        .is_some_and(|w| one_of(&w.lower, "police officials state authorities prosecutors residents"));
    // "Skylark cut 400 jobs": a singular noun without an article, unless it is one of a stuff.
    let alone = words
        .get(1)
        .is_none_or(|w| w.is(',') || is_finite(&w.lower) || ADVERB.has(&w.lower));
    let single = alone && !first.lower.ends_with('s') && !one_of(&first.lower, STUFF);
    names.iter().any(|n| n.first == 0) || people || single || office && !is_common(&first.lower)
}

/// Nouns that stand alone in the singular.
const STUFF: &str = "snow rain oil gas inflation unemployment turnout trade tourism traffic production output growth crime food water \
    electricity power heat smoke fire police demand spending employment hail fog ice flooding rainfall wheat gold silver copper \
    coal cocoa coffee steel rice sugar nobody everyone everybody congress parliament fighting violence poverty income";
