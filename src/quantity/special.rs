//! Forms with a meaning of their own: ages, scores, votes, ratios, fractions and ranks.

use super::ages::{age_in_commas, age_limit, aged, is_age_word, years_old};
use super::lexicon::{AUXILIARY, FUNCTION, RANKED, SCORING, VERB, VOTING};
use super::numbers::{Numeral, fraction_words, numeral};
use super::token::{Kind, Token};
use super::{Found, Text, context, hedges, nouns};
use crate::document::QuantityKind::{Age, Fraction, People, Rank, Ratio, Score, VoteShare};

/// What was read, and the token to go on at.
pub(super) type Read = Option<(Vec<Found>, usize)>;

/// Reads a special form that begins at token `at`; tokens before `taken` belong to another quantity.
pub(super) fn read(text: &Text<'_>, at: usize, taken: usize) -> Read {
    let tokens = text.tokens;
    let token = &tokens[at];
    let numeric = token.digits().is_some() || token.entry.number.is_some();
    let article = matches!(token.text, "a" | "half" | "an");
    if !numeric
        && !article
        && token.entry.ordinal.is_none()
        && !is_age_word(token)
        && !matches!(token.text, "no" | "number" | "nos" | "top")
    {
        return None;
    }
    let mut read = if is_age_word(token) {
        aged(tokens, at)
    } else if token.entry.ordinal.is_some() {
        rank_in_words(tokens, at)
    } else if matches!(token.text, "no" | "number") {
        rank_number(tokens, at)
    } else {
        None
    };
    if read.is_none() && (numeric || article) {
        read = fraction(tokens, at).or_else(|| rank_in_digits(tokens, at));
        if read.is_none()
            && numeric
            && let Some(first) = numeral(tokens, at, false)
        {
            read = years_old(tokens, &first)
                .or_else(|| odds_or_score(tokens, &first))
                .or_else(|| votes(tokens, &first))
                .or_else(|| ratio(tokens, &first))
                .or_else(|| age_in_commas(tokens, &first))
                .or_else(|| age_limit(tokens, &first));
            if read.is_some()
                && token.digits().is_some()
                && context::labels(tokens, &first, true, text.headline)
                && !tokens[at].spaced
                && at > 0
                && tokens[at - 1].is_word()
            {
                return None;
            }
        }
    }
    let (mut found, end) = read?;
    for one in &mut found {
        if matches!(one.quantity.kind, Age | Ratio | Fraction | VoteShare | People) {
            hedges::hedge(tokens, one, taken);
        }
    }
    Some((found, end))
}

/// The lower-cased text of a token, empty past the end.
pub(super) fn text_at<'t>(tokens: &[Token<'t>], at: usize) -> &'t str {
    tokens.get(at).map_or("", |t| t.text)
}

/// The lower-cased text of the token `by` places back.
pub(super) fn back<'t>(tokens: &[Token<'t>], at: usize, by: usize) -> &'t str {
    at.checked_sub(by).map_or("", |i| tokens[i].text)
}

/// Two numbers joined by a hyphen: a score, a division of votes, or odds. A range is left to `amount`.
fn odds_or_score(tokens: &[Token<'_>], first: &Numeral) -> Read {
    let hyphen = tokens.get(first.end)?;
    let spaced_dash = hyphen.is_dash() && hyphen.spaced && tokens.get(first.end + 1).is_some_and(|t| t.spaced);
    if !(hyphen.is_hyphen() || spaced_dash) || !first.is_plain() {
        return None;
    }
    let second = numeral(tokens, first.end + 1, false).filter(|n| n.is_plain())?;
    let small = |n: &Numeral| n.value <= 250.0 && n.digits.is_some_and(|d| d.whole <= 3);
    // "24-7" is always open.
    if !small(first) || !small(&second) || first.value == 24.0 && second.value == 7.0 {
        return None;
    }
    let end = second.end;
    // Three joined numbers are no score; nor is what carries a unit.
    let next = tokens.get(end);
    if next.is_some_and(|t| {
        t.is_hyphen()
            || t.is('%')
            || t.is('/')
            || t.is('°')
            || t.is_word()
                && (!t.spaced
                    || t.unit().is_some()
                    || t.text == "per"
                    || t.entry.number.is_some()
                    || t.entry.money.is_some())
    }) {
        return None;
    }
    if first.first > 0
        && (tokens[first.first - 1].is_hyphen() && !tokens[first.first].spaced
            || matches!(tokens[first.first - 1].kind, Kind::Currency(_)))
    {
        return None;
    }
    let sentence = tokens[first.first].sentence;
    let window = |from: usize, to: usize, class: u32| {
        tokens[from..to.min(tokens.len())]
            .iter()
            .any(|t| t.sentence == sentence && t.has(class))
    };
    let at = first.first;
    let sport = window(at.saturating_sub(8), at, SCORING) || window(end, end + 4, SCORING);
    let vote = window(at.saturating_sub(5), at, VOTING) || window(end, end + 2, VOTING);
    let ordered = first.value >= second.value;
    if !spaced_dash
        && matches!(
            text_at(tokens, end),
            "outsider" | "favourite" | "favorite" | "shot" | "odds" | "underdog" | "chance"
        )
        && ordered
    {
        return Some((
            vec![Found::new(at, end, end, Ratio, first.value / second.value.max(1.0))],
            end,
        ));
    }
    if !ordered && !sport && !vote && nouns::head(tokens, end, false).is_some() || spaced_dash && !sport {
        return None;
    }
    let kind = if vote && !text_at(tokens, end).starts_with("win") && !window(at.saturating_sub(4), at, SCORING) {
        VoteShare
    } else {
        Score
    };
    let mut found = Found::new(at, end, end, kind, first.value).max(second.value);
    if kind == VoteShare {
        found = found.unit("vote");
    }
    Some((vec![found], end))
}

/// "52 votes to 48", "voted 312 to 290".
fn votes(tokens: &[Token<'_>], first: &Numeral) -> Read {
    let named = matches!(text_at(tokens, first.end), "vote" | "votes");
    let to = first.end + usize::from(named);
    let joint = text_at(tokens, to);
    if joint != "to" && joint != "against" {
        return None;
    }
    let second = numeral(tokens, to + 1, false)?;
    let sentence = tokens[first.first].sentence;
    let voting = |t: &Token<'_>| t.sentence == sentence && t.has(VOTING);
    let at = first.first;
    // Without "votes" the verb is needed, and no noun may follow.
    let next = tokens.get(second.end);
    let closed = next.is_none_or(|t| !t.is('%') && t.unit().is_none() && t.text != "percent" && t.text != "per");
    let voted = tokens[at.saturating_sub(4)..at].iter().any(|t| {
        voting(t)
            && matches!(
                t.text,
                "voted" | "vote" | "votes" | "voting" | "passed" | "approved" | "rejected" | "ruled"
            )
    });
    if !closed || !(named || voted && first.is_plain() && second.is_plain()) || first.is_yearlike() {
        return None;
    }
    let end = second.end + usize::from(matches!(text_at(tokens, second.end), "vote" | "votes"));
    let won = Found::new(at, first.end, to, VoteShare, first.value).unit("vote");
    let lost = Found::new(second.first, second.end, end, VoteShare, second.value).unit("vote");
    Some((vec![won, lost], end))
}

/// "One in five", "nine out of 10", "three to one", "a ratio of 25 to 1".
fn ratio(tokens: &[Token<'_>], first: &Numeral) -> Read {
    let at = first.first;
    let sentence = tokens[at].sentence;
    let of = |value: f64, end: usize| Some((vec![Found::new(at, end, end, Ratio, value)], end));
    if first.scale != 1.0 || first.is_yearlike() {
        return None;
    }
    let next = text_at(tokens, first.end);
    let (joint, after) = match next {
        "in" => (
            "in",
            first.end + 1 + usize::from(text_at(tokens, first.end + 1) == "every"),
        ),
        "out" if text_at(tokens, first.end + 1) == "of" => (
            "out of",
            first.end + 2 + usize::from(text_at(tokens, first.end + 2) == "every"),
        ),
        "of" if text_at(tokens, first.end + 1) == "every" => ("out of", first.end + 2),
        "to" => ("to", first.end + 1),
        _ if tokens.get(first.end).is_some_and(|t| t.is_hyphen()) && text_at(tokens, first.end + 1) == "in" => (
            "in",
            first.end + 2 + usize::from(tokens.get(first.end + 2).is_some_and(|t| t.is_hyphen())),
        ),
        _ => return None,
    };
    let second = numeral(tokens, after, false).filter(|n| tokens[n.first].sentence == sentence && !n.is_yearlike())?;
    // "Three in 12 months", "two out of 10 per cent": the second number has a unit of its own.
    let unit = tokens.get(second.end).is_some_and(|t| {
        t.is('%')
            || t.is_hyphen()
            || t.is_word() && (t.unit().is_some() || t.entry.money.is_some() || t.text == "per" || t.text == "percent")
    });
    if unit || second.value <= 0.0 {
        return None;
    }
    let round = [
        2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 20.0, 25.0, 50.0, 100.0, 1000.0, 10_000.0, 100_000.0,
    ]
    .contains(&second.value);
    match joint {
        "in" if first.value < second.value
            && (first.value == 1.0
                || round
                    && first.value <= 10.0
                    && (second.value <= 10.0 || second.value >= 100.0 && second.value <= 1000.0)) =>
        {
            of(first.value / second.value, second.end)
        }
        "out of"
            if first.value <= second.value
                && (second.value <= 10.0 || second.value == 100.0)
                && second.scale == 1.0
                || joint == "out of" && next == "of" =>
        {
            // "Nine out of the 12 jurors" are two counts; a small round whole is a share.
            of(first.value / second.value, second.end)
        }
        "to" if second.value == 1.0 && first.value > 1.0 => {
            let said = tokens[at.saturating_sub(6)..at].iter().any(|t| {
                t.sentence == sentence
                    && [
                        "ratio",
                        "outnumber",
                        "outnumbered",
                        "outnumbers",
                        "by",
                        "odds",
                        "at",
                        "ratios",
                        "margin",
                    ]
                    .contains(&t.text)
            });
            let word = tokens[second.first].is_word() || tokens[first.first].digits().is_some();
            (said && word && nouns::head(tokens, second.end, true).is_none())
                .then(|| of(first.value, second.end))
                .flatten()
        }
        _ => None,
    }
}

/// "A third of", "two-thirds", "nearly half the pupils", "2/3 of".
fn fraction(tokens: &[Token<'_>], at: usize) -> Read {
    let first = &tokens[at];
    if let Some(above) = first.digits() {
        let below = tokens.get(at + 2)?.digits()?;
        let glued = tokens[at + 1].is('/') && !tokens[at + 1].spaced && !tokens[at + 2].spaced;
        let part = glued
            && !above.decimal
            && !below.decimal
            && above.value > 0.0
            && above.value < below.value
            && below.value <= 10.0;
        let whole = matches!(text_at(tokens, at + 3), "of" | "the" | "majority")
            || above.value == 1.0 && matches!(below.value as u32, 2..=5);
        let slash = tokens.get(at + 3).is_some_and(|t| t.is('/') && !t.spaced);
        return (part && whole && !slash).then(|| {
            (
                vec![Found::new(at, at + 3, at + 3, Fraction, above.value / below.value)],
                at + 3,
            )
        });
    }
    let (value, end) = fraction_words(tokens, at)?;
    // A half or quarter of one million or hour is a number, which `amount` reads.
    if numeral(tokens, at, false).is_some_and(|n| n.value != 1.0 && (n.scale > 1.0 || n.value < 1.0)) {
        return None;
    }
    let next = tokens.get(end).filter(|t| t.sentence == first.sentence);
    let next_text = next.map_or("", |t| t.text);
    let before = back(tokens, at, 1);
    let by = [
        "by", "about", "nearly", "almost", "around", "roughly", "than", "least", "only", "over", "just", "to", "up",
    ]
    .contains(&before);
    let sure = if first.text == "half" {
        [
            "of", "the", "its", "their", "his", "her", "our", "those", "these", "all", "that", "as", "my", "your",
            "what",
        ]
        .contains(&next_text)
            && ![
                "first", "second", "other", "better", "last", "opening", "latter", "final", "a", "each", "into",
            ]
            .contains(&before)
            || before == "by" && next.is_none_or(|t| !t.is_word() || t.has(FUNCTION))
            || by && next.is_none_or(|t| t.has(AUXILIARY | VERB)) && !next_text.is_empty()
    } else if first.entry.number.is_some() {
        // "Two quarters of growth" is a time.
        let quarters = text_at(tokens, end - 1);
        !(quarters == "quarters" && first.text != "three" && first.text != "one")
            && (!matches!(
                quarters,
                "third" | "quarter" | "fifth" | "fourth" | "tenth" | "sixth" | "eighth"
            ) || next_text == "of"
                || tokens[at + 1].is_hyphen()
                || next.is_none_or(|t| t.has(FUNCTION)))
    } else {
        let ordinary = matches!(next_text, "of" | "more" | "less" | "fewer" | "higher" | "lower" | "as");
        let ends = next.is_none_or(|t| !t.is_word() || t.has(FUNCTION | AUXILIARY));
        let quarter = text_at(tokens, end - 1) == "quarter";
        ordinary && !(quarter && next_text == "as")
            || ends && (by && !(quarter && before == "than") || quarter && next.is_some_and(|t| t.has(AUXILIARY)))
    };
    sure.then(|| (vec![Found::new(at, end, end, Fraction, value)], end))
}

/// "Third-largest", "finished fourth", "fifth straight".
fn rank_in_words(tokens: &[Token<'_>], at: usize) -> Read {
    let ordinal = f64::from(tokens[at].entry.ordinal?);
    ranked(tokens, at, at + 1, ordinal)
}

/// "12th place", "ranked 18th".
fn rank_in_digits(tokens: &[Token<'_>], at: usize) -> Read {
    let digits = tokens[at].digits().filter(|d| !d.decimal && d.value <= 500.0)?;
    let ending = tokens
        .get(at + 1)
        .filter(|t| !t.spaced && matches!(t.text, "st" | "nd" | "rd" | "th"))?;
    // An ordinal that ranks nothing is passed over whole.
    ranked(tokens, at, at + 2, digits.value).or_else(|| ending.is_word().then_some((Vec::new(), at + 2)))
}

fn ranked(tokens: &[Token<'_>], at: usize, end: usize, value: f64) -> Read {
    let next = end + usize::from(tokens.get(end).is_some_and(|t| t.is_hyphen()));
    let follows = tokens.get(next).filter(|t| t.sentence == tokens[at].sentence);
    let superlative =
        follows.is_some_and(|t| t.has(RANKED) && !(value == 1.0 && matches!(t.text, "place" | "placed" | "least")));
    let before = (back(tokens, at, 1), back(tokens, at, 2));
    let placed = [
        "finished",
        "came",
        "placed",
        "ranked",
        "ranks",
        "stay",
        "stayed",
        "finish",
        "finishing",
        "remain",
        "remained",
        "rated",
        "qualified",
        "lie",
        "lies",
        "sit",
        "sits",
    ]
    .contains(&before.0)
        || matches!(
            before,
            (
                "in" | "into" | "a",
                "finished" | "moved" | "climbed" | "tied" | "ranked" | "distant"
            )
        );
    let placed = placed && follows.is_none_or(|t| !t.is_word() || t.has(FUNCTION));
    if !superlative && !placed {
        return None;
    }
    // "First place" is a rank; "at first", "first straight" hardly.
    let last = if superlative { next + 1 } else { end };
    Some((vec![Found::new(at, end, last, Rank, value)], last))
}

/// "Number one", "No 1", "world number three".
fn rank_number(tokens: &[Token<'_>], at: usize) -> Read {
    let stop = usize::from(tokens.get(at + 1).is_some_and(|t| t.is('.') && !t.spaced));
    let n = numeral(tokens, at + 1 + stop, false).filter(|n| n.scale == 1.0 && n.value >= 1.0 && n.value <= 500.0)?;
    if tokens[n.first].sentence != tokens[at].sentence && stop == 0 || n.digits.is_some_and(|d| d.decimal) {
        return None;
    }
    // "No one" is nobody.
    if tokens[at].text == "no" && (n.digits.is_none() || stop == 0 && !tokens[at].capital) {
        return None;
    }
    let world = matches!(
        back(tokens, at, 1),
        "world" | "ranked" | "seeded" | "british" | "top" | "the" | "to" | "at" | "current" | "former"
    );
    let seed = matches!(
        text_at(tokens, n.end),
        "seed" | "ranked" | "spot" | "ranking" | "in" | "slot"
    );
    let first = n.value == 1.0 && (tokens[at].text == "number" || tokens[at].capital);
    let is_world = back(tokens, at, 1) == "world" || back(tokens, at, 1) == "ranked" || back(tokens, at, 1) == "seeded";
    let ranks =
        is_world || seed && world || first && !tokens.get(n.end).is_some_and(|t| t.is_word() && nouns::is_plural(t));
    ranks.then(|| (vec![Found::new(at, n.end, n.end, Rank, n.value)], n.end))
}
