//! Ages: "a 34-year-old", "aged 34", "Smith, 34,", "children under five".

use super::lexicon::{FUNCTION, MONTH, WEEKDAY};
use super::numbers::{Numeral, numeral};
use super::special::{Read, back, text_at};
use super::token::{Kind, Token};
use super::{Found, nouns};
use crate::document::QuantityKind::{Age, People};

pub(super) fn is_age_word(token: &Token<'_>) -> bool {
    matches!(token.text, "aged" | "ages" | "age" | "turned" | "turns")
}

/// "Aged 34", "aged between 12 and 17", "at the age of 92", "turned 90".
pub(super) fn aged(tokens: &[Token<'_>], at: usize) -> Read {
    let mut i = at + 1;
    for _ in 0..2 {
        if matches!(
            text_at(tokens, i),
            "of" | "between" | "from" | "just" | "only" | "about" | "around" | "under" | "over"
        ) {
            i += 1;
        }
    }
    let mut found = Vec::new();
    let mut end = i;
    // "Aged 6, 9 and 12" names at most a few.
    for _ in 0..6 {
        let Some(n) = numeral(tokens, end, false).filter(|n| n.scale == 1.0 && n.value <= 120.0) else {
            break;
        };
        let glued_unit = tokens
            .get(n.end)
            .is_some_and(|t| !t.spaced && (t.is_word() || t.is('%')));
        let counts = tokens.get(n.end).is_some_and(|t| {
            t.is_word()
                && (t.unit().is_some_and(|u| u.name != "year" && u.name != "month")
                    || t.text == "per"
                    || t.text == "million")
        });
        if glued_unit || counts {
            break;
        }
        let months = matches!(text_at(tokens, n.end), "months" | "month");
        let years = matches!(text_at(tokens, n.end), "years" | "year");
        let mut one = Found::new(n.first, n.end, n.end + usize::from(months || years), Age, n.value).unit(if months {
            "month"
        } else {
            "year"
        });
        let mut next = one.end;
        let joint = text_at(tokens, next);
        let range = matches!(joint, "to")
            || tokens.get(next).is_some_and(|t| t.is_dash())
            || joint == "and" && (i..end).chain(at..i).any(|j| tokens[j].text == "between");
        if range && let Some(high) = numeral(tokens, next + 1, false).filter(|h| h.value > n.value && h.value <= 120.0)
        {
            one = one.max(high.value);
            one.end = high.end;
            next = high.end;
        }
        end = next;
        found.push(one);
        let comma = tokens
            .get(end)
            .is_some_and(|t| t.is(',') || t.text == "and" || t.text == "or");
        let more = comma
            && tokens
                .get(end + 1)
                .is_some_and(|t| t.digits().is_some_and(|d| d.whole < 3) || t.entry.number.is_some());
        if !more || matches!(tokens[at].text, "turned" | "turns") {
            break;
        }
        // "Aged 6, two of them ..." goes on with something else.
        if numeral(tokens, end + 1, false).is_some_and(|n| {
            matches!(text_at(tokens, n.end), "of" | "aged") || nouns::head(tokens, n.end, false).is_some()
        }) {
            break;
        }
        end += 1;
    }
    if matches!(tokens[at].text, "turned" | "turns") {
        found.retain(|f| {
            f.quantity.value >= 10.0
                && tokens
                    .get(f.end)
                    .is_none_or(|t| !t.is_word() || t.has(FUNCTION) || t.has(MONTH))
        });
    }
    (!found.is_empty()).then_some((found, end))
}

/// "34-year-old", "nine-month-old", "130,000 years old", "12 to 17-year-olds", "two 15-year-olds".
pub(super) fn years_old(tokens: &[Token<'_>], first: &Numeral) -> Read {
    let hyphen = |i: usize| usize::from(tokens.get(i).is_some_and(|t| t.is_hyphen()));
    let old = |n: &Numeral| -> Option<(&'static str, usize)> {
        let unit_at = n.end + hyphen(n.end);
        let unit = match text_at(tokens, unit_at) {
            "year" | "years" | "yr" => "year",
            "month" | "months" => "month",
            "week" | "weeks" => "week",
            "day" | "days" => "day",
            _ => return None,
        };
        let old_at = unit_at + 1 + hyphen(unit_at + 1);
        let old = matches!(text_at(tokens, old_at), "old" | "olds")
            || text_at(tokens, old_at) == "of" && text_at(tokens, old_at + 1) == "age";
        old.then_some((unit, old_at + 1))
    };
    if let Some((unit, end)) = old(first) {
        return Some((
            vec![Found::new(first.first, first.end, end, Age, first.value).unit(unit)],
            end,
        ));
    }
    let joint = tokens.get(first.end)?;
    if joint.is_dash()
        || matches!(joint.text, "to" | "or")
        || joint.text == "and" && back(tokens, first.first, 1) == "between"
    {
        let second = numeral(tokens, first.end + 1, false)?;
        let (unit, end) = old(&second).filter(|_| second.value > first.value)?;
        return Some((
            vec![
                Found::new(first.first, second.end, end, Age, first.value)
                    .unit(unit)
                    .max(second.value),
            ],
            end,
        ));
    }
    // A count of people who are named by their age.
    let second = numeral(tokens, first.end, false).filter(|_| joint.spaced)?;
    let (unit, end) = old(&second).filter(|&(_, end)| tokens[end - 1].text == "olds")?;
    let people = Found::new(first.first, first.end, first.end, People, first.value).unit("person");
    Some((
        vec![
            people,
            Found::new(second.first, second.end, end, Age, second.value).unit(unit),
        ],
        end,
    ))
}

/// "Smith, 34, said", "Joan Reddy, 81." and "Smith (34)".
pub(super) fn age_in_commas(tokens: &[Token<'_>], n: &Numeral) -> Read {
    let at = n.first;
    if at < 2 || !n.is_plain() || !(2.0..=115.0).contains(&n.value) {
        return None;
    }
    let (open, name) = (&tokens[at - 1], &tokens[at - 2]);
    let named = name.is_word()
        && (name.capital && !name.has(MONTH | WEEKDAY) || nouns::is_person(name) && !nouns::is_plural(name));
    if !named || name.sentence != tokens[at].sentence {
        return None;
    }
    let next = tokens.get(n.end);
    let closed = if open.is(',') {
        // "Route 12, 14, 16" and "May 5, 12" are lists; a name has letters before its comma.
        next.is_none_or(|t| match t.kind {
            Kind::Mark(',' | '.' | ';' | ')' | '—' | '–') => {
                tokens.get(n.end + 1).is_none_or(|t| t.digits().is_none())
            }
            Kind::Word => ["and", "was", "is", "who", "from", "of", "said", "has", "had", "died"].contains(&t.text),
            _ => false,
        })
    } else {
        open.is('(') && next.is_some_and(|t| t.is(')')) && n.value >= 12.0
    };
    closed.then(|| (vec![Found::new(at, n.end, n.end, Age, n.value).unit("year")], n.end))
}

/// "Children under five", "people over 65", "is under 30".
pub(super) fn age_limit(tokens: &[Token<'_>], n: &Numeral) -> Read {
    let at = n.first;
    if at < 2 || n.scale != 1.0 || n.value > 110.0 || n.value < 1.0 {
        return None;
    }
    let people = &tokens[at - 2];
    let of = tokens[at - 1].text == "of" && matches!(people.text, "man" | "woman" | "boy" | "girl" | "age" | "youth");
    if of
        && nouns::head(tokens, n.end, false).is_none()
        && tokens.get(n.end).is_none_or(|t| t.unit().is_none() && !t.is('%'))
    {
        return Some((vec![Found::new(at, n.end, n.end, Age, n.value).unit("year")], n.end));
    }
    // "Mr Lee, who is 45,"
    let is = matches!(tokens[at - 1].text, "is" | "was") && matches!(people.text, "who" | "he" | "she");
    let closed = tokens.get(n.end).is_none_or(|t| {
        matches!(t.kind, Kind::Mark(',' | '.' | ';' | ')')) || matches!(t.text, "and" | "at" | "when" | "but")
    });
    if is && closed && n.digits.is_some() && n.value >= 5.0 {
        return Some((vec![Found::new(at, n.end, n.end, Age, n.value).unit("year")], n.end));
    }
    let limit =
        matches!(tokens[at - 1].text, "under" | "over" | "above" | "below") && people.sentence == tokens[at].sentence;
    let next = tokens.get(n.end);
    let open = next.is_none_or(|t| {
        !t.is('%')
            && !t.is_hyphen()
            && (!t.is_word() || nouns::head(tokens, n.end, false).is_none() && t.unit().is_none())
            && !matches!(t.text, "per" | "out")
            && t.spaced | !t.is_word()
    });
    let who = nouns::is_person(people)
        || matches!(
            people.text,
            "those" | "anyone" | "everyone" | "is" | "are" | "were" | "was" | "all"
        );
    let aged = limit && open && who && (nouns::is_person(people) || n.value >= 5.0);
    aged.then(|| (vec![Found::new(at, n.end, n.end, Age, n.value).unit("year")], n.end))
}
