//! What is no quantity: dates, clock times, telephone numbers, labels, numbers in names and in quoted titles.

use super::lexicon::{CALL, CLOCK, FUNCTION, LABEL, MONTH, NAME, PERSON, VERB, WEEKDAY, YEAR_BEFORE};
use super::numbers::Numeral;
use super::token::{Kind, Token};
use super::{nouns, numbers};

/// How many tokens a quoted title has at most.
const TITLE: usize = 12;

/// Marks the tokens inside quoted titles: quotations whose words all have a capital ("12 Angry Men"). `headline`
/// says that the whole text is written so, and nothing can be told from capitals.
pub(super) fn titles(tokens: &[Token<'_>], headline: bool) -> Vec<bool> {
    let mut inside = vec![false; tokens.len()];
    if headline {
        return inside;
    }
    let mut i = 0;
    while i < tokens.len() {
        let Kind::Mark(open @ ('"' | '\'' | '“' | '‘')) = tokens[i].kind else {
            i += 1;
            continue;
        };
        let close = match open {
            '“' => '”',
            '‘' => '’',
            c => c,
        };
        let end = (i + 1..tokens.len().min(i + 2 + TITLE)).find(|&j| tokens[j].is(close));
        match end.filter(|&end| is_title(&tokens[i + 1..end])) {
            Some(end) => {
                inside[i..end].fill(true);
                i = end + 1;
            }
            None => i += 1,
        }
    }
    inside
}

fn is_title(words: &[Token<'_>]) -> bool {
    let Some(last) = words.last() else { return false };
    if matches!(last.kind, Kind::Mark(',' | '.' | '?' | '!'))
        || words
            .iter()
            .any(|t| matches!(t.kind, Kind::Currency(_) | Kind::Mark('%')))
    {
        return false;
    }
    let small = |t: &Token<'_>| t.has(FUNCTION) && t.text.len() <= 5;
    words.iter().all(|t| !t.is_word() || t.capital || small(t) || !t.spaced)
        && words.iter().any(|t| t.is_word() && t.capital)
}

/// Whether most words of the text begin with a capital, as in a headline.
pub(super) fn is_headline(tokens: &[Token<'_>]) -> bool {
    let words = tokens
        .iter()
        .filter(|t| t.is_word() && !t.has(FUNCTION) && t.text.len() > 3 && t.spaced);
    let (mut all, mut capital) = (0_usize, 0_usize);
    for word in words {
        all += 1;
        capital += usize::from(word.capital);
    }
    all >= 3 && capital * 10 >= all * 8
}

/// The day of the month that a token can be, with or without its ordinal ending: its value and the token after it.
fn day(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let digits = tokens.get(at)?.digits()?;
    if digits.decimal || digits.whole > 2 || !(1.0..=31.0).contains(&digits.value) {
        return None;
    }
    let ending = tokens
        .get(at + 1)
        .is_some_and(|t| !t.spaced && matches!(t.text, "st" | "nd" | "rd" | "th"));
    Some(at + 1 + usize::from(ending))
}

fn is_month(token: Option<&Token<'_>>) -> bool {
    token.is_some_and(|t| t.has(MONTH) && t.capital)
}

/// The token after "and 14", "-14" or "to 14" when a second day follows a first.
fn second_day(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let joins = tokens
        .get(at)
        .is_some_and(|t| t.is_dash() || matches!(t.text, "and" | "to" | "or" | "until"));
    if joins { day(tokens, at + 1) } else { None }
}

/// The end of a date that begins at `at`: "5 May 2024", "May 5-7, 2024", "5th of May", "2024-05-06", "5/6/2024".
pub(super) fn date(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let token = tokens.get(at)?;
    let year = |at: usize| {
        let comma = usize::from(tokens.get(at).is_some_and(|t| t.is(',')));
        let follows = numbers::numeral(tokens, at + comma, false).is_some_and(|n| n.is_yearlike());
        if follows { at + comma + 1 } else { at }
    };
    if is_month(Some(token)) {
        let stop = usize::from(tokens.get(at + 1).is_some_and(|t| t.is('.') && !t.spaced));
        let mut end = day(tokens, at + 1 + stop)?;
        // "May 12 per cent more": a unit after the number says that the month is not its own.
        if tokens
            .get(end)
            .is_some_and(|t| t.is('%') || matches!(t.text, "percent" | "per" | "pct" | "million" | "billion"))
        {
            return None;
        }
        if let Some(second) = second_day(tokens, end)
            .filter(|&second| !nouns::head(tokens, second, false).is_some_and(|_| tokens[end].is_word()))
        {
            end = second;
        }
        return Some(year(end));
    }
    let end = day(tokens, at)?;
    let after_of = |at: usize| at + usize::from(tokens.get(at).is_some_and(|t| t.text == "of"));
    if is_month(tokens.get(after_of(end))) {
        return Some(year(after_of(end) + 1));
    }
    if let Some(second) = second_day(tokens, end)
        && is_month(tokens.get(after_of(second)))
    {
        return Some(year(after_of(second) + 1));
    }
    None
}

/// The end of a run of digits that is no quantity and begins at `at`: a clock time, a season, a telephone number, an
/// ISO date, a fraction-like label (`24/7`, `9/11`), a numbered item.
pub(super) fn figures(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let first = tokens.get(at)?.digits()?;
    let next = tokens.get(at + 1);
    // 10:30, 10:30:15
    let glued_number = |i: usize| tokens.get(i).is_some_and(|t| t.digits().is_some() && !t.spaced);
    if next.is_some_and(|t| t.is(':') && !t.spaced) && glued_number(at + 2) {
        let mut end = at + 3;
        while tokens.get(end).is_some_and(|t| t.is(':') && !t.spaced) && glued_number(end + 1) {
            end += 2;
        }
        return Some(clock(tokens, end).unwrap_or(end));
    }
    if !first.grouped
        && first.value < 2400.0
        && let Some(end) = clock(tokens, at + 1)
    {
        return Some(end);
    }
    // 9/11, 24/7, 2023/24, 5/6/2024; a fraction is told apart before.
    if next.is_some_and(|t| t.is('/') && !t.spaced) && glued_number(at + 2) {
        let mut end = at + 3;
        while tokens.get(end).is_some_and(|t| t.is('/') && !t.spaced) && glued_number(end + 1) {
            end += 2;
        }
        return Some(end);
    }
    // Two joined numbers are a range or a score; three are a date, a formation or a telephone number.
    let mut end = at + 1;
    let mut joined = 1;
    while tokens.get(end).is_some_and(|t| t.is_hyphen()) && glued_number(end + 1) {
        end += 2;
        joined += 1;
    }
    let padded = |i: usize| tokens.get(i).and_then(|t| t.digits()).is_some_and(|d| d.padded);
    if joined > 2 || joined == 2 && (padded(at) || padded(end - 1)) {
        return Some(end);
    }
    // 2019-20, 1999-2003
    if joined == 2 && first.whole == 4 && !first.grouped && (1500.0..2100.0).contains(&first.value) {
        return Some(end);
    }
    // 020 7946 0000: numbers side by side.
    if joined == 1 && !first.grouped && !first.decimal {
        let mut end = at + 1;
        while tokens.get(end).is_some_and(|t| {
            t.spaced && t.digits().is_some_and(|d| !d.grouped && !d.decimal) && t.sentence == tokens[at].sentence
        }) && !tokens.get(end + 1).is_some_and(|t| t.is('/') && !t.spaced)
        {
            end += 1;
        }
        if end > at + 1 && (first.padded || first.whole < 4 || end > at + 2) {
            return Some(end);
        }
    }
    if first.padded && !first.decimal {
        return Some(at + 1);
    }
    let previous = at.checked_sub(1).map(|i| &tokens[i]);
    let begins = previous
        .is_none_or(|p| p.sentence != tokens[at].sentence || matches!(p.kind, Kind::Mark('(' | '[' | '•' | '*')));
    // "1. Close the doors", "2) ...", "[12]"
    if begins && first.whole <= 3 && !first.decimal {
        let ends = |t: &Token<'_>| match t.kind {
            Kind::Mark('.') => !t.spaced && tokens.get(at + 2).is_none_or(|after| after.sentence != t.sentence),
            Kind::Mark(')') => !t.spaced && !previous.is_some_and(|p| p.is('(')),
            Kind::Mark(']') => true,
            _ => false,
        };
        if next.is_some_and(ends) {
            return Some(at + 1);
        }
    }
    None
}

/// The end of "am", "p.m.", "GMT", "o'clock" or the like at `at`.
fn clock(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let token = tokens.get(at)?;
    if !token.is_word() || !token.has(CLOCK) {
        return None;
    }
    let hours = matches!(token.text, "hrs" | "hours");
    if hours {
        let four = tokens[at - 1].digits().is_some_and(|d| d.whole == 4 && !d.grouped);
        let on_the_clock = at >= 2
            && matches!(
                tokens[at - 2].text,
                "at" | "by" | "until" | "till" | "from" | "since" | "about" | "around"
            );
        return (four && on_the_clock).then_some(at + 1);
    }
    if matches!(token.text, "local" | "eastern") {
        return tokens.get(at + 1).filter(|t| t.text == "time").map(|_| at + 2);
    }
    (token.text != "am" || !token.spaced || tokens[at - 1].text != "i").then_some(at + 1)
}

/// Nouns that are labels only where nothing is counted after the number ("year 6", but "last year 6 people died").
const LOOSE_LABELS: &[&str] = &[
    "year",
    "week",
    "day",
    "month",
    "season",
    "part",
    "form",
    "order",
    "line",
    "court",
    "round",
    "number",
    "case",
    "count",
    "act",
    "turn",
    "stall",
    "heat",
    "reactor",
    "quarter",
    "bed",
    "shaft",
    "unit",
    "units",
    "group",
    "model",
    "class",
    "seat",
    "rooms",
    "pages",
    "bus",
    "flat",
    "cell",
    "windows",
    "camp",
    "pool",
    "track",
    "station",
    "area",
    "studio",
    "building",
    "district",
    "version",
    "code",
    "file",
    "division",
    "brigade",
    "battalion",
    "squadron",
    "level",
    "hole",
    "volume",
    "form",
    "engine",
    "mission",
    "generation",
    "question",
    "issue",
    "item",
    "title",
    "lot",
    "schedule",
    "figure",
    "rule",
    "rules",
    "box",
    "mark",
    "step",
    "stage",
    "page",
    "catch",
    "galaxy",
    "radio",
    "terminal",
    "point",
    "borehole",
    "well",
    "pump",
    "booth",
    "road",
    "shed",
    "barrack",
    "gate",
    "dock",
    "pier",
    "bay",
    "table",
    "exhibit",
    "warehouse",
    "apartment",
    "suite",
    "locker",
    "protocol",
    "concerto",
    "row",
    "platform",
    "flight",
    "flights",
    "art",
    "p",
];

/// Whether the numeral is the label of what is named before it: "Boeing 737", "section 12", "phase two".
/// `counted` says that a unit or a counted noun follows it.
pub(super) fn labels(tokens: &[Token<'_>], numeral: &Numeral, counted: bool, headline: bool) -> bool {
    let at = numeral.first;
    let token = &tokens[at];
    // F-16, Covid-19: joined to a word; after a sign or bracket it stands alone.
    if !token.spaced && at > 0 {
        let previous = &tokens[at - 1];
        if previous.is_word() && token.digits().is_some() {
            return true;
        }
        if previous.is('#') || previous.is('/') || previous.is('_') || previous.is('@') || previous.is(':') {
            return true;
        }
        if previous.is_hyphen() {
            let joined = at >= 2 && (tokens[at - 2].is_word() || tokens[at - 2].digits().is_some());
            let open = at >= 2 && matches!(tokens[at - 2].text, "a" | "mid" | "magnitude" | "the" | "some" | "to");
            if joined && !(open && tokens[at - 2].text != "mid") {
                return true;
            }
        }
    }
    // "Route 66" glued letters that mean nothing: 5G, 3D, 737s.
    if let Some(next) = tokens
        .get(numeral.end)
        .filter(|n| n.is_word() && !n.spaced && numeral.digits.is_some())
    {
        let known =
            next.unit().is_some() || next.entry.code.is_some() || super::currency::hundredth(next.text).is_some();
        let decade = next.text == "s" && !numeral.digits.is_some_and(|d| d.decimal);
        let letter = matches!(next.text, "c" | "f") && numeral.value < 200.0;
        if decade || !known && !letter {
            return true;
        }
    }
    // "2500 BC"; "50 Cent" sings.
    if tokens.get(numeral.end).is_some_and(|t| {
        matches!(t.text, "bc" | "b.c" | "bce" | "ad" | "a.d" | "ce") && t.capital
            || t.text == "cent" && t.capital && !headline
    }) {
        return true;
    }
    // "Five Guys", "at Nine": a capital within the sentence makes a number word a name.
    let opens = at == 0
        || tokens[at - 1].sentence != token.sentence
        || matches!(tokens[at - 1].kind, Kind::Mark('"' | '“' | '\'' | '‘' | ':' | '('));
    if token.is_word() && token.capital && !opens && !headline && numeral.scale == 1.0 {
        return true;
    }
    let Some(previous) = at
        .checked_sub(1)
        .map(|i| &tokens[i])
        .filter(|p| p.sentence == token.sentence)
    else {
        return false;
    };
    // "No. 5"
    let (previous, before) = if previous.is('.') && !previous.spaced && at >= 2 {
        (&tokens[at - 2], at.checked_sub(3))
    } else {
        (previous, at.checked_sub(2))
    };
    if !previous.is_word() || (numeral.scale != 1.0 || numeral.digits.is_some_and(|d| d.grouped)) {
        return false;
    }
    let before = before.map(|i| &tokens[i]).filter(|b| b.sentence == token.sentence);
    if matches!(previous.text, "no" | "nos" | "number" | "numbers") && (numeral.digits.is_some() || !counted) {
        return !counted || previous.text != "no" || previous.capital;
    }
    if previous.has(LABEL) && !previous.possessive && previous.unit().is_none_or(|_| !before.is_some_and(is_last)) {
        let loose =
            LOOSE_LABELS.contains(&previous.text) && !(previous.capital && !headline && numeral.digits.is_some());
        if !loose
            || !counted && !before.is_some_and(is_last) && (numeral.digits.is_some() || is_numbered(tokens, numeral))
        {
            return true;
        }
    }
    // "Group of Seven" is caught by its capital; "junctions 12 and 14" and "routes 5 and 6" by the first of them.
    if previous.text == "and" && numeral.digits.is_some() && !counted {
        let label = at >= 3 && tokens[at - 2].digits().is_some() && tokens[at - 3].has(LABEL);
        if label {
            return true;
        }
    }
    if numeral.digits.is_none() || !previous.capital || headline {
        return false;
    }
    if previous.has(NAME) {
        return true;
    }
    if previous.has(MONTH | WEEKDAY | FUNCTION | PERSON | VERB)
        || previous.entry.code.is_some()
        || previous.possessive && counted
    {
        return false;
    }
    // "Note 7 phones", but "in Gaza 30 people": a small number is the model's.
    let begins = at < 2 || tokens[at - 2].sentence != token.sentence;
    (!counted || numeral.value < 10.0 && !begins) && !is_hedge(previous)
}

/// "Last", "this", "every": what follows is a time, not a label.
fn is_last(token: &Token<'_>) -> bool {
    [
        "last", "this", "next", "past", "every", "each", "a", "per", "that", "previous", "same", "the", "one", "an",
        "first",
    ]
    .contains(&token.text)
        || token.digits().is_some()
        || token.entry.number.is_some()
}

/// A number word that ends its phrase, as in "phase two" and "part one".
fn is_numbered(tokens: &[Token<'_>], numeral: &Numeral) -> bool {
    tokens
        .get(numeral.end)
        .is_none_or(|next| !next.is_word() || next.has(FUNCTION))
}

/// Words that may begin a sentence right before a quantity.
fn is_hedge(token: &Token<'_>) -> bool {
    [
        "nearly",
        "almost",
        "roughly",
        "approximately",
        "some",
        "only",
        "another",
        "further",
        "exactly",
        "killed",
        "killing",
        "injured",
        "barely",
        "fewer",
        "more",
        "less",
        "total",
        "estimated",
        "between",
        "combined",
        "additional",
        "other",
        "police",
        "of",
        "these",
        "those",
        "last",
        "first",
        "least",
        "plus",
        "minus",
        "circa",
        "just",
        "fully",
        "yes",
        "magnitude",
    ]
    .contains(&token.text)
}

/// Whether a numeral that looks like a year is one. `measured` says that a unit of measure, a percent sign or a currency belongs
/// to it, `counted` that a counted noun follows.
pub(super) fn is_year(tokens: &[Token<'_>], numeral: &Numeral, measured: bool, counted: bool) -> bool {
    if !numeral.is_yearlike() || measured {
        return false;
    }
    let previous = numeral.first.checked_sub(1).map(|i| &tokens[i]);
    let recent = numeral.value >= 1900.0;
    if recent
        && counted
        && previous
            .is_some_and(|p| p.is_word() && !is_hedge(p) && !matches!(p.entry.role, Some(super::roles::Cue::Fate(_))))
    {
        return true;
    }
    !counted
        || previous.is_none_or(|p| {
            p.has(YEAR_BEFORE | MONTH) || p.is_word() && p.has(FUNCTION) || p.possessive || !p.is_word() || p.capital
        })
}

/// Whether the number is one to call.
pub(super) fn is_telephone(tokens: &[Token<'_>], numeral: &Numeral) -> bool {
    let from = numeral.first.saturating_sub(3);
    let sentence = tokens[numeral.first].sentence;
    numeral.is_plain()
        && tokens[from..numeral.first]
            .iter()
            .any(|t| t.has(CALL) && t.sentence == sentence)
}
