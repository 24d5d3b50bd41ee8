//! Days, months, years and times of day. They are no quantities, but they are checked as strictly.

use super::evidence::Evidence;
use super::near::Claim;
use super::quotes::cut;
use super::text::Line;
use super::{Check, Problem, lexicon, numbers};
use crate::digest::Verdict;

/// What a token says of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Time {
    /// From 1.
    Month(u8),
    /// From 1 for Monday.
    Weekday(u8),
    Year(u32),
    /// 1990 for the 1990s.
    Decade(u32),
    /// Minutes since midnight.
    Clock(u32),
}

pub(super) fn time_at(line: &Line, at: usize) -> Option<Time> {
    let token = line.tokens.get(at).filter(|t| t.word)?;
    if token.capital {
        if let Some(month) = lexicon::month(&token.text) {
            // "May", "March" and "August" are words and names too.
            let number = |i: Option<usize>| i.and_then(|i| line.tokens.get(i)).is_some_and(|t| t.has_digit());
            let ambiguous = matches!(
                token.text.as_str(),
                "may" | "march" | "august" | "mar" | "jun" | "dec" | "jan" | "april" | "june" | "sep" | "oct"
            );
            let before = at
                .checked_sub(1)
                .and_then(|i| line.tokens.get(i))
                .map_or("", |t| t.text.as_str());
            let dated = number(Some(at + 1))
                || number(at.checked_sub(1))
                || matches!(
                    before,
                    "in" | "since"
                        | "until"
                        | "by"
                        | "last"
                        | "next"
                        | "early"
                        | "late"
                        | "mid"
                        | "of"
                        | "this"
                        | "from"
                        | "to"
                        | "and"
                );
            return (!ambiguous || dated).then_some(Time::Month(month));
        }
        if let Some(day) = lexicon::weekday(&token.text) {
            return Some(Time::Weekday(day));
        }
    }
    if !token.text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if line.quantity_at(at).is_none() && token.text.len() == 4 && token.text.bytes().all(|b| b.is_ascii_digit()) {
        let year: u32 = token.text.parse().ok()?;
        return (1000..=2100).contains(&year).then_some(Time::Year(year));
    }
    if let Some(decade) = token.text.strip_suffix('s') {
        let n: u32 = decade.parse().ok()?;
        return match decade.len() {
            4 => Some(Time::Decade(n)),
            2 if n.is_multiple_of(10) => Some(Time::Decade(1900 + n)),
            _ => None,
        };
    }
    clock(line, at).map(Time::Clock)
}

/// The time of day that begins at a token: "7am", "7.30 p.m.", "19:30".
fn clock(line: &Line, at: usize) -> Option<u32> {
    let token = line.tokens.get(at)?;
    let digits = token
        .text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(token.text.len());
    let (number, mut suffix) = token.text.split_at(digits);
    let (hours, mut minutes) = match number.split_once('.') {
        Some((h, m)) if m.len() == 2 => (h.parse::<u32>().ok()?, m.parse::<u32>().ok()?),
        Some(_) => return None,
        None => (number.parse::<u32>().ok().filter(|_| number.len() <= 2)?, 0),
    };
    let mut next = at + 1;
    let mut colon = false;
    if suffix.is_empty() && line.tokens.get(next).is_some_and(|t| t.is(':') && !t.spaced) {
        let after = line.tokens.get(next + 1).filter(|t| t.word && !t.spaced)?;
        let end = after
            .text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(after.text.len());
        if end != 2 {
            return None;
        }
        minutes = after.text[..2].parse().ok()?;
        suffix = &after.text[2..];
        colon = true;
        next += 2;
    }
    if suffix.is_empty() {
        suffix = line.tokens.get(next).filter(|t| t.word).map_or("", |t| t.text.as_str());
    }
    let half = match suffix {
        "am" => 0,
        "pm" => 12,
        _ if colon => return (hours < 24 && minutes < 60).then_some(hours * 60 + minutes),
        _ => return None,
    };
    ((1..=12).contains(&hours) && minutes < 60).then(|| (hours % 12 + half) * 60 + minutes)
}

/// Whether a token is checked here: a date's day and year with it.
pub(super) fn is_date(line: &Line, at: usize) -> bool {
    if time_at(line, at).is_some() {
        return true;
    }
    // The minutes of a time of day.
    at >= 2 && line.tokens[at - 1].is(':') && clock(line, at - 2).is_some()
}

/// The times that the sources do not have, or have of something else.
pub(super) fn check(claim: &Claim, evidence: &Evidence) -> Vec<Problem> {
    let mut problems = Vec::new();
    for at in 0..claim.line.tokens.len() {
        let Some(time) = time_at(&claim.line, at) else { continue };
        let shown = cut(&claim.line.text[claim.line.tokens[at].span.clone()], 30);
        let (mut right, mut others) = (Vec::new(), Vec::new());
        for &(line, token, found) in &evidence.times {
            let fits = found == time || matches!((time, found), (Time::Decade(d), Time::Year(y)) if d == y / 10 * 10);
            if fits {
                right.push(line);
            } else if std::mem::discriminant(&found) == std::mem::discriminant(&time) {
                others.push((line, token as usize));
            }
        }
        if right.is_empty() && evidence.has_capital(&claim.line.tokens[at].text) && matches!(time, Time::Month(_)) {
            continue;
        }
        if right.is_empty() {
            let scores = claim.scores(evidence, at, at + 1);
            let best = scores.iter().copied().fold(0.0, f32::max);
            let near = others
                .iter()
                .filter(|(l, _)| scores[*l as usize] >= 0.6 * best)
                .max_by(|a, b| scores[a.0 as usize].total_cmp(&scores[b.0 as usize]).then(b.cmp(a)));
            let (verdict, why) = match near {
                Some((l, i)) => {
                    let line = &evidence.lines[*l as usize];
                    (
                        Verdict::Contradicted,
                        format!("“{shown}”: the source has {}", &line.text[line.tokens[*i].span.clone()]),
                    )
                }
                None => (Verdict::NotFound, format!("“{shown}”: no source has it")),
            };
            problems.push(Problem::new(Check::Date, verdict, why));
        } else {
            right.dedup();
            let rival = |l: u32| others.iter().any(|(line, _)| *line == l);
            problems.extend(numbers::far(claim, evidence, (at, at + 1), &right, &shown, &rival));
        }
    }
    problems
}
