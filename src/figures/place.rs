//! Where a figure holds, as named.

use super::clause::Clause;
use super::lexicon::{ADVERB, PREPOSITION, is_finite, one_of};
use super::names::Name;
use super::read::Parsed;
use super::words::{Word, lower};

/// Words between "in" and a place's name.
const BEFORE_PLACE: &str = "the northern southern eastern western central north south east west northeastern north-eastern \
    northwestern north-western southeastern south-eastern southwestern south-western nearby neighbouring \
    neighboring city town village capital port region province state of county district island suburb \
    downtown greater rural coastal city's municipality inner upper lower mainland occupied";

/// Where a figure holds: the place named in its clause, the nearest after it first, else in the phrase that opens its sentence.
pub(super) fn place(parsed: &Parsed, clause: &Clause, at: usize) -> Option<String> {
    let words = &parsed.words;
    let skipped = |i: usize| {
        parsed.frames.iter().any(|f| !f.object && f.first <= i && i < f.end)
            || clause.aside.is_some_and(|(a, b)| a <= i && i < b)
    };
    let candidates: Vec<&Name> = parsed
        .names
        .iter()
        .filter(|n| !skipped(n.first) && stands_in(parsed, n))
        .collect();
    let inside = |n: &&&Name| clause.first <= n.first && n.end <= clause.end;
    let after = candidates
        .iter()
        .filter(inside)
        .find(|n| n.first > at && !words[at + 1..n.first].iter().any(Word::is_number));
    // "A ferry sank off Merrow, killing 18 passengers": what a participle tells happened there.
    let participle = lower(words, clause.first).ends_with("ing") && clause.first > 0 && words[clause.first - 1].is(',');
    let near = |n: &&&Name| {
        inside(n)
            || participle
                && !words[n.end..clause.first.max(n.end)]
                    .iter()
                    .any(|w| w.is_break() || w.is(';'))
    };
    let before = candidates.iter().filter(near).rfind(|n| n.end <= at);
    let opening = || {
        let opens = |n: &&&Name| {
            n.end <= clause.first
                && words[..n.first].iter().all(|w| !is_finite(&w.lower) && !w.is(','))
                && words.get(n.end).is_some_and(|w| w.is(','))
        };
        candidates.iter().find(opens)
    };
    // "in Kharkiv, 3 ...": the place of a list's item stands right before.
    after.or(before).or_else(opening).map(|n| n.full.clone())
}

/// Whether the name is a place, after a preposition that says where.
fn stands_in(parsed: &Parsed, name: &Name) -> bool {
    let words = &parsed.words;
    if !name.is_place(words) {
        return false;
    }
    let mut at = name.first;
    while at > 0 && one_of(lower(words, at - 1), BEFORE_PLACE) && name.first - at < 5 {
        at -= 1;
    }
    let preposition = at.checked_sub(1).map_or("", |p| lower(words, p));
    let known = name.kind.is_some();
    let says = matches!(
        preposition,
        "in" | "near" | "outside" | "across" | "around" | "throughout" | "off"
    ) || known && matches!(preposition, "at" | "from" | "within");
    if !says || preposition == "from" {
        return false;
    }
    // "in US history", "in Tesla shares": the name describes something else.
    let next = words.get(name.end);
    let open = next.is_none_or(|w| {
        !w.is_word()
            || PREPOSITION.has(&w.lower)
            || ADVERB.has(&w.lower)
            || is_finite(&w.lower)
            || super::lexicon::OPENER.has(&w.lower)
            || super::lexicon::WEEKDAY.has(&w.lower)
            || one_of(
                w.lower.as_str(),
                "and or but this last early late alone region province county district state city 's to \
                that the next area",
            )
            || w.lower.ends_with("ing")
    });
    // A year or a number after it: "in May 12", "in Formula 1".
    open && !next.is_some_and(|w| w.is_number() && !known)
}
