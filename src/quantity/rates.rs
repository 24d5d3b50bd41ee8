//! Rates: "a barrel", "per 100,000 people", "/h" after an amount.

use super::lexicon::PER;
use super::token::{Kind, Token};
use super::{Found, nouns, numbers, units};
use crate::document::QuantityKind::*;

/// "A barrel", "per person", "/day" after an amount.
pub(super) fn rate(tokens: &[Token<'_>], found: &mut Found) {
    let at = found.end;
    let Some(next) = tokens.get(at).filter(|t| t.sentence == tokens[found.first].sentence) else {
        return;
    };
    if found.quantity.per.is_some() {
        return;
    }
    let hyphens = next.is_hyphen();
    let at = at + usize::from(hyphens);
    let word = |i: usize| tokens.get(i).filter(|t| t.is_word() && t.sentence == next.sentence);
    let Some(head) = tokens.get(at) else { return };
    let (noun_at, sure) = match head.kind {
        Kind::Mark('/') if !head.spaced => (at + 1, true),
        Kind::Word if matches!(head.text, "per") => (at + 1, true),
        Kind::Word if matches!(head.text, "a" | "an" | "each" | "every") => (at + 1, false),
        _ => return,
    };
    let noun_at = noun_at + usize::from(hyphens && tokens.get(noun_at).is_some_and(|t| t.is_hyphen()));
    // "per 100,000 people", "per 1,000"
    if sure && let Some(numeral) = numbers::numeral(tokens, noun_at, false) {
        let head = nouns::head(tokens, numeral.end, false);
        let unit = tokens
            .get(numeral.end)
            .filter(|t| t.unit().is_some())
            .map(|_| numeral.end);
        let last = unit.or(head).unwrap_or(numeral.end - 1);
        let words: Vec<&str> = tokens[noun_at..=last].iter().map(|t| t.text).collect();
        found.quantity.per = Some(words.join(" "));
        found.end = last + 1;
        return;
    }
    let Some(noun) = word(noun_at) else { return };
    let mut name = match noun.entry.unit {
        Some(unit) => unit.name.to_owned(),
        None => noun.text.to_owned(),
    };
    let mut end = noun_at + 1;
    if head.is('/') || hyphens {
        name = match noun.text {
            "h" | "hr" => "hour".into(),
            "s" => "second".into(),
            "d" => "day".into(),
            _ => name,
        };
    } else if matches!(noun.text, "square" | "sq" | "cubic") {
        let Some(unit) = word(end).and_then(|t| t.entry.unit) else {
            return;
        };
        let power = if noun.text == "cubic" {
            units::cubed(unit.name)
        } else {
            units::squared(unit.name)
        };
        let Some(power) = power else { return };
        (name, end) = (power.to_owned(), end + 1);
    }
    if !sure {
        // "3% a year ago" and "2m a month earlier" compare; "120 a night" is a rate.
        let compares = word(end).is_some_and(|t| {
            matches!(
                t.text,
                "ago" | "earlier" | "before" | "later" | "after" | "previously" | "old"
            )
        });
        let many = matches!(
            found.quantity.kind,
            Money | Percent | Count | People | Volume | Mass | Distance | Energy | Power
        ) || found.bare;
        if compares || !noun.has(PER) || !many || found.quantity.kind == Percent && noun.entry.unit.is_none() {
            return;
        }
        if found.quantity.kind == People && noun.entry.unit.is_none() {
            return;
        }
    } else if name == "se" || name == "cent" {
        return;
    }
    if found.quantity.kind == Distance && matches!(name.as_str(), "hour" | "second" | "minute") {
        found.quantity.kind = Speed;
    }
    found.quantity.per = Some(name);
    found.end = end;
}
