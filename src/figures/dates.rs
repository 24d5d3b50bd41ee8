//! The day that a figure holds for, as its sentence names it against the day of publication.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

use super::words::Word;

/// A day that a sentence names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// This day.
    On(Date),
    /// Another time than the day of the text that cannot be said as a day: "in 2019", "last month".
    Other,
}

fn lower(words: &[Word], at: usize) -> &str {
    words.get(at).map_or("", |w| w.lower.trim_end_matches('.'))
}

fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "monday" | "mon" => Weekday::Monday,
        "tuesday" | "tue" | "tues" => Weekday::Tuesday,
        "wednesday" | "wed" => Weekday::Wednesday,
        "thursday" | "thu" | "thur" | "thurs" => Weekday::Thursday,
        "friday" | "fri" => Weekday::Friday,
        "saturday" | "sat" => Weekday::Saturday,
        "sunday" | "sun" => Weekday::Sunday,
        _ => return None,
    })
}

fn month(word: &str) -> Option<i8> {
    let names = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let full = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let at = full
        .iter()
        .position(|m| *m == word)
        .or_else(|| names.iter().position(|m| *m == word || word == "sept" && *m == "sep"))?;
    i8::try_from(at + 1).ok()
}

fn number<T: std::str::FromStr>(word: &str) -> Option<T> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}

fn year(word: &str) -> Option<i16> {
    number::<i16>(word).filter(|y| word.len() == 4 && (1500..2200).contains(y))
}

/// The times named among the words, each with the index of its first word. `ahead`: the clause tells of what is to come.
pub(super) fn find(words: &[Word], published: Option<Date>, ahead: bool) -> Vec<(usize, When)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let (taken, when) = read(words, at, published, ahead);
        found.extend(when.map(|w| (at, w)));
        at += taken.max(1);
    }
    found
}

fn read(words: &[Word], at: usize, published: Option<Date>, ahead: bool) -> (usize, Option<When>) {
    if !words[at].is_word() {
        return (1, None);
    }
    let (word, next, third) = (lower(words, at), lower(words, at + 1), lower(words, at + 2));
    let before = at.checked_sub(1).map_or("", |b| lower(words, b));
    let day = |days: i64| {
        published
            .and_then(|p| p.checked_add(Span::new().days(days)).ok())
            .map(When::On)
    };
    if let Some(weekday) = weekday(word) {
        // A day with a date of its own: "Friday 13 March", "Friday, March 13".
        let skip = usize::from(words.get(at + 1).is_some_and(|w| w.is(',')));
        if let (taken, Some(when)) = dated(words, at + 1 + skip, published, ahead) {
            return (taken + 1 + skip, Some(when));
        }
        let back = published.map_or(0, |p| {
            i64::from((p.weekday().to_monday_zero_offset() - weekday.to_monday_zero_offset()).rem_euclid(7))
        });
        return (
            1,
            match before {
                "next" => day(if back == 0 { 7 } else { 7 - back }),
                "last" => day(if back == 0 { -7 } else { -back }),
                "since" | "until" | "every" | "each" | "from" | "by" | "before" if before != "by" || ahead => {
                    Some(When::Other)
                }
                _ if ahead && back > 0 => day(7 - back),
                _ => day(-back),
            },
        );
    }
    if let (taken, Some(when)) = dated(words, at, published, ahead) {
        return (taken, Some(when));
    }
    match (word, next) {
        ("yesterday", _) => (1, day(-1)),
        ("today" | "tonight", _) => (1, day(0)),
        ("tomorrow", _) => (1, day(1)),
        (
            "last" | "previous",
            "year" | "month" | "week" | "quarter" | "season" | "summer" | "winter" | "autumn" | "spring" | "decade"
            | "century" | "time",
        ) => (2, Some(When::Other)),
        ("years" | "year" | "decades" | "months" | "weeks" | "days", "ago" | "earlier" | "before" | "previously") => {
            (2, Some(When::Other))
        }
        ("next", "year" | "month" | "week" | "decade" | "season") => (2, Some(When::Other)),
        ("since", _) if year(next).is_some() || month(next).is_some() => (2, Some(When::Other)),
        // "the 2009 fire"
        (w, n)
            if year(w).is_some()
                && matches!(before, "the" | "a" | "its" | "their" | "his" | "her")
                && words.get(at + 1).is_some_and(|w| w.is_word() && !n.is_empty()) =>
        {
            (1, (published.map(|p| p.year()) != year(w)).then_some(When::Other))
        }
        ("in" | "by" | "of" | "for" | "until" | "before" | "after" | "during" | "from", _) if year(next).is_some() => {
            let own = published.map(|p| p.year());
            (2, (own != year(next)).then_some(When::Other))
        }
        ("in" | "by" | "since" | "until" | "during" | "last", "early" | "late" | "mid")
            if year(third).is_some() || month(third).is_some() =>
        {
            (3, Some(When::Other))
        }
        ("in" | "by" | "since" | "until" | "during" | "last", m)
            if month(m).is_some() && words.get(at + 1).is_some_and(|w| w.capital) =>
        {
            let here = published.is_some_and(|p| Some(p.month()) == month(m))
                && year(third).is_none_or(|y| published.is_some_and(|p| p.year() == y));
            (2, (!here).then_some(When::Other))
        }
        _ => (1, None),
    }
}

/// "12 March", "March 12th", "March 12, 2026", "2026-03-12".
fn dated(words: &[Word], at: usize, published: Option<Date>, ahead: bool) -> (usize, Option<When>) {
    let (word, next) = (lower(words, at), lower(words, at + 1));
    let capital = |i: usize| words.get(i).is_some_and(|w| w.capital);
    let (day, m, mut taken) = if let (Some(d), Some(m)) = (number::<i8>(word), month(next).filter(|_| capital(at + 1)))
    {
        (d, m, 2)
    } else if let (Some(m), Some(d)) = (month(word).filter(|_| capital(at)), number::<i8>(next)) {
        (d, m, 2)
    } else {
        return (1, None);
    };
    let comma = usize::from(words.get(at + taken).is_some_and(|w| w.is(',')));
    let given = year(lower(words, at + taken + comma));
    if given.is_some() {
        taken += comma + 1;
    }
    let date = match (given, published) {
        (Some(year), _) => Date::new(year, m, day).ok(),
        (None, Some(p)) => {
            // The nearest such day that is not yet, or not more than two months, ahead.
            let own = Date::new(p.year(), m, day).ok();
            let late = if ahead { 300 } else { 60 };
            own.and_then(|d| {
                let days = (d - p).get_days();
                if days > late {
                    d.checked_sub(1.year()).ok()
                } else if ahead && days < -60 {
                    d.checked_add(1.year()).ok()
                } else {
                    Some(d)
                }
            })
        }
        (None, None) => None,
    };
    (taken, date.map(When::On).or(Some(When::Other)))
}
