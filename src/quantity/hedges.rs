//! Hedges before and after a number: "at least", "nearly", "or more".

use super::Found;
use super::token::Token;
use crate::document::Qualifier;

/// Takes in the hedge before or after the number.
pub(super) fn hedge(tokens: &[Token<'_>], found: &mut Found, taken: usize) {
    let first = found.first;
    let sentence = tokens[first].sentence;
    let word = |back: usize| {
        let i = first
            .checked_sub(back)
            .filter(|&i| i >= taken && tokens[i].sentence == sentence)?;
        tokens[i].is_word().then(|| tokens[i].text)
    };
    let words = [word(1).unwrap_or(""), word(2).unwrap_or(""), word(3).unwrap_or("")];
    use Qualifier::{About, AtLeast, AtMost, LessThan, MoreThan};
    let (qualifier, back) = match words {
        ["than", "more" | "greater" | "higher" | "longer", "no" | "not"] => (AtMost, 3),
        ["than", "fewer" | "less" | "lower", "no" | "not"] => (AtLeast, 3),
        ["than", "more" | "greater" | "higher" | "better" | "longer", _] => (MoreThan, 2),
        ["than", "fewer" | "less" | "lower" | "shorter", _] => (LessThan, 2),
        ["least", "at", _] => (AtLeast, 2),
        ["most", "at", _] => (AtMost, 2),
        ["to", "up", _] => (AtMost, 2),
        ["to", "close", _] => (About, 2),
        ["as", "many" | "much" | "high" | "long", "as"] => (AtMost, 3),
        ["as", "few" | "little" | "low", "as"] => (AtLeast, 3),
        ["of", "minimum", _] => (AtLeast, 2),
        ["of", "maximum", _] => (AtMost, 2),
        ["of", "upwards" | "upward", _] => (MoreThan, 2),
        ["of", "excess", "in"] => (MoreThan, 3),
        ["under" | "below", _, _] => (LessThan, 1),
        ["over" | "above" | "exceeding" | "topping", before, _] if !matches!(before, "by" | "vote" | "win") => {
            (MoreThan, 1)
        }
        [
            "about" | "around" | "roughly" | "approximately" | "nearly" | "almost" | "some" | "estimated" | "circa"
            | "approx" | "perhaps" | "virtually",
            _,
            _,
        ] => (About, 1),
        ["minimum", _, _] => (AtLeast, 1),
        ["maximum", _, _] => (AtMost, 1),
        _ => {
            after(tokens, found);
            return;
        }
    };
    found.quantity.qualifier = Some(qualifier);
    found.first = first - back;
}

/// A hedge between a number and its noun, and the token after it: "20,000-plus", "30-odd people", "200 or so homes".
pub(super) fn trailing(tokens: &[Token<'_>], at: usize) -> Option<(Qualifier, usize)> {
    let first = tokens.get(at)?;
    let second = tokens.get(at + 1).map_or("", |t| t.text);
    let qualifier = match (first.text, second) {
        ("+", _) if !first.spaced => return Some((Qualifier::AtLeast, at + 1)),
        (_, "plus") if first.is_hyphen() => Qualifier::AtLeast,
        (_, "odd") if first.is_hyphen() => Qualifier::About,
        ("or", "so") => Qualifier::About,
        ("or", "more" | "above" | "over" | "older") => Qualifier::AtLeast,
        ("or", "less" | "fewer" | "under" | "younger") => Qualifier::AtMost,
        _ => return None,
    };
    Some((qualifier, at + 2))
}

/// "Or more" after the noun that is counted.
fn after(tokens: &[Token<'_>], found: &mut Found) {
    let same = tokens
        .get(found.end)
        .is_some_and(|t| t.sentence == tokens[found.first].sentence);
    if let Some((qualifier, end)) = trailing(tokens, found.end).filter(|_| same && found.quantity.qualifier.is_none()) {
        found.quantity.qualifier = Some(qualifier);
        found.end = end;
    }
}
