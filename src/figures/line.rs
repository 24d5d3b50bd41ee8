//! A figure as one line that a reader would say, made of the words of its own clause: what stands beside the point is left out,
//! "were" before a participle as in a headline, and who says so follows in brackets.

use super::lexicon::one_of;
use crate::digest::Status;
use crate::document::{Quantity, QuantityKind};

use super::clause::{Clause, Opening, is_time};
use super::fit::{capitalised, fitted, tidy, window};
use super::lexicon::{ADVERB, AUXILIARY, DETERMINER, PREPOSITION, TAIL, is_finite};
use super::read::Parsed;
use super::subject;
use super::words::join;

/// Characters that a line may have before who says so.
pub(super) const LONGEST: usize = 96;

/// What a line is made of.
pub(super) struct Parts<'a> {
    pub parsed: &'a Parsed<'a>,
    pub clause: &'a Clause,
    pub at: usize,
    pub frame: Option<usize>,
    pub quantity: &'a Quantity,
    pub role: Option<&'a str>,
    pub subject: Option<&'a str>,
    pub place: Option<&'a str>,
    pub attribution: Option<&'a str>,
    pub status: Status,
}

/// The line of a figure.
pub(super) fn line(parts: &Parts<'_>) -> String {
    let (body, told) = body(parts);
    let body = capitalised(&tidy(&body));
    match parts.attribution {
        Some(who) if !told && !body.contains(who) => {
            let by = if parts.status == Status::Claimed {
                "claimed by "
            } else {
                ""
            };
            format!("{body} ({by}{who})")
        }
        _ => body,
    }
}

impl Parts<'_> {
    pub(super) fn lower(&self, at: usize) -> &str {
        self.parsed.words.get(at).map_or("", |w| w.lower.as_str())
    }

    pub(super) fn text(&self, first: usize, end: usize) -> String {
        join(self.parsed.text, &self.parsed.words, first, end)
    }

    /// What is said would change its meaning without the words before it.
    fn guarded(&self) -> bool {
        let negated = |i: usize| {
            let w = self.lower(i);
            one_of(
                w,
                "not never no without neither nor nobody if unless whether deny avoid prevent prevented",
            ) || w.ends_with("n't")
        };
        let reach = if self.clause.leads {
            self.clause.verb.map_or(self.at, |v| v + 3)
        } else {
            self.at
        };
        !matches!(self.status, Status::Stated | Status::Claimed)
            || (self.clause.first..reach.min(self.clause.end))
                .filter(|i| *i != self.at)
                .any(negated)
    }
}

/// The line without who says so, and whether it says that itself.
fn body(parts: &Parts<'_>) -> (String, bool) {
    let frame = parts.frame.map(|f| &parts.parsed.frames[f]);
    if parts.parsed.words[parts.at].quoted
        && let Some(quote) = quotation(parts)
    {
        return (quote, false);
    }
    if parts.status == Status::Denied {
        // Without who denies it, a denial would read as a fact.
        let own = frame.map_or(parts.clause.first, |f| f.first.min(parts.clause.first));
        let first = if frame.is_none() { start_of_denial(parts) } else { own };
        return (
            fitted(parts, &[(first, parts.clause.end)]).unwrap_or_else(|| window(parts)),
            true,
        );
    }
    if let Some(line) = fate(parts) {
        return (line, false);
    }
    if let Some(found) = whole(parts) {
        return found;
    }
    (phrase(parts), false)
}

fn start_of_denial(parts: &Parts<'_>) -> usize {
    let mut first = parts.clause.first;
    if !(first..parts.at).any(|i| parts.lower(i).starts_with("den")) {
        while first > 0 && !parts.parsed.words[first - 1].is_break() {
            first -= 1;
        }
    }
    first
}

/// What somebody is quoted as saying, in quotation marks and word for word.
fn quotation(parts: &Parts<'_>) -> Option<String> {
    let line = fitted(parts, &[(parts.clause.first, parts.clause.end)])?;
    let line = tidy(&line);
    (line.split(' ').count() > 2 || !line.is_empty()).then(|| format!("“{}”", capitalised(&line)))
}

/// People to whom something happened, as the object of a verb: "32 people killed in Kyiv" from "killed 32 people in Kyiv".
fn fate(parts: &Parts<'_>) -> Option<String> {
    let role = parts.role.filter(|_| !parts.guarded())?;
    if !is_past(role) || parts.clause.leads && !participial(parts) {
        return None;
    }
    let people = parts.quantity.kind == QuantityKind::People;
    // A thing that is done is told with who does it: "Northern Rail cut 1,200 jobs".
    if !people && (parts.clause.subject.is_some() || parts.clause.opening == Opening::Relative) {
        return None;
    }
    let active = parts.clause.subject.is_some() && !parts.clause.shared && short_subject(parts);
    if active && people {
        return None;
    }
    Some(phrase_with(parts, Some(role)))
}

fn short_subject(parts: &Parts<'_>) -> bool {
    parts
        .clause
        .subject
        .is_some_and(|(first, end)| parts.subject.is_some() && parts.text(first, end).chars().count() <= 40)
}

/// The clause begins with a participle and has no subject of its own.
fn participial(parts: &Parts<'_>) -> bool {
    let first = parts.lower(parts.clause.first);
    parts.clause.subject.is_none() && (first.ends_with("ing") && parts.clause.first < parts.at)
}

/// Roles that are participles and can stand after the noun.
fn is_past(role: &str) -> bool {
    one_of(
        role,
        "killed injured missing arrested displaced rescued evacuated infected hospitalised \
                charged jailed convicted kidnapped released trapped hired vaccinated destroyed damaged \
                cut lost stolen seized created built closed burned raised donated invested spent",
    )
}

/// The whole clause as a sentence of its own, shortened. The second value: it says who says so.
fn whole(parts: &Parts<'_>) -> Option<(String, bool)> {
    let words = &parts.parsed.words;
    let clause = parts.clause;
    let object = clause.opening == Opening::Dependent
        && clause.first > 0
        && matches!(
            parts.lower(clause.first - 1),
            "which" | "whom" | "that" | "whose" | "how" | "whether" | "if"
        );
    if parts.quantity.kind == QuantityKind::Age && words.get(parts.at.wrapping_sub(1)).is_some_and(|w| w.is(',')) {
        return None;
    }
    if participial(parts)
        || object
        || parts.lower(clause.first) == "to"
        || parts.clause.opening == Opening::Dependent && clause.leads && clause.verb.is_none()
    {
        return None;
    }
    let verb = clause.verb?;
    // A verb whose subject was not found.
    let headless = verb == clause.first && clause.subject.is_none() && clause.opening != Opening::Relative;
    if headless && !clause.leads {
        return inverted(parts).map(|line| (line, false));
    }
    let mut pieces: Vec<(usize, usize)> = Vec::new();
    let mut replaced: Option<(usize, usize, String)> = None;
    if clause.opening == Opening::Relative && clause.subject.is_none() {
        pieces.push(subject::antecedent(parts.parsed, clause)?);
    }
    if let Some(range) = clause.subject.filter(|_| clause.shared) {
        pieces.push(range);
    }
    // "Including five who ..." begins with the figure.
    let start = if clause.leads
        && clause.first + 1 == parts.at
        && matches!(parts.lower(clause.first), "including" | "among" | "like")
    {
        parts.at
    } else {
        clause.first
    };
    match clause.aside {
        Some((open, close)) if open > clause.first => pieces.extend([(clause.first, open), (close, clause.end)]),
        _ => pieces.push((start, clause.end)),
    }
    // Pronouns: whom they stand for, or no clause at all.
    let head = pieces.first().copied()?.0;
    let stop = verb.max(head).min(parts.at);
    let spoken = |i: &usize| pieces.iter().any(|(a, b)| a <= i && i < b);
    let pronoun = (head..stop.max(head + 1)).filter(spoken).find(|i| {
        *i != parts.at
            && one_of(
                parts.lower(*i),
                "it he she they we i this that these those you its his her their our my some others many \
                one both",
            )
    });
    if let Some(i) = pronoun {
        let word = parts.lower(i);
        let next = words.get(i + 1);
        let determines = one_of(word, "this that these those some many one both")
            && next.is_some_and(|w| w.is_number() || w.is_word() && !is_finite(&w.lower));
        if determines && matches!(word, "some" | "many" | "both")
            || word == "that" && i > head
            || matches!(word, "those" | "one")
                && next.is_some_and(|w| matches!(w.lower.as_str(), "who" | "whose" | "of" | "in"))
        {
            // "Some 400 people": no pronoun.
        } else if clause.subject.is_some_and(|(a, b)| a <= i && b <= i + 2)
            && matches!(word, "it" | "he" | "she" | "they")
        {
            let frame = parts.frame.map(|f| &parts.parsed.frames[f]);
            let by_frame = clause.opening == Opening::Said && frame.is_some_and(|f| f.opens && f.end <= clause.first);
            match (by_frame, parts.subject) {
                (true, Some(_)) => {
                    let frame = frame?;
                    let named = words[frame.who.0..frame.who.1]
                        .iter()
                        .any(|w| w.capital || w.lower.len() > 4)
                        && parts.attribution.is_some();
                    let pronominal = words[frame.who.0..frame.who.1]
                        .iter()
                        .all(|w| super::lexicon::PRONOUN.has(&w.lower) || ADVERB.has(&w.lower));
                    if !named || pronominal {
                        replaced = Some((i, i + 1, parts.subject?.to_owned()));
                    } else {
                        pieces = vec![(frame.first, parts.clause.end)];
                        let line = fitted(parts, &pieces).or_else(|| {
                            fitted(parts, &[(i, clause.end)]).map(|l| swap(&l, parts.subject.unwrap_or("")))
                        })?;
                        return Some((line, true));
                    }
                }
                (false, Some(who)) => replaced = Some((i, i + 1, who.to_owned())),
                _ => return inverted(parts).map(|line| (line, false)),
            }
        } else if matches!(word, "its" | "his" | "her" | "their" | "our" | "my") && i > head {
            // "The company and its owner": what it stands for is before it.
        } else {
            return inverted(parts).map(|line| (line, false));
        }
    }
    if parts.lower(head) == "there" && head + 1 == verb {
        return Some((phrase(parts), false));
    }
    let line = match replaced {
        Some((first, end, who)) => {
            let rest = fitted(parts, &[(end, clause.end)])?;
            // An opening phrase before the pronoun goes.
            let _ = first;
            format!("{who} {rest}")
        }
        None if clause.leads => leading(parts, &pieces)?,
        None => fitted(parts, &pieces)?,
    };
    Some((line, false))
}

/// "340 people brought to safety" from "they had brought 340 people to safety": the verb right before the figure after it.
fn inverted(parts: &Parts<'_>) -> Option<String> {
    let verb = parts
        .at
        .checked_sub(1)
        .filter(|v| *v > parts.clause.first && !parts.guarded())?;
    let word = parts.lower(verb);
    let had = matches!(parts.lower(verb - 1), "had" | "have" | "has");
    let past = word.ends_with("ed") && is_finite(word)
        || had && one_of(word, "brought taken found sent given sold bought built seen drawn");
    let counted = matches!(
        parts.quantity.kind,
        QuantityKind::People | QuantityKind::Count | QuantityKind::Money
    );
    let no_object = one_of(
        word,
        "totalled totaled numbered reached exceeded remained included topped passed climbed \
                jumped increased dropped slipped declined gained added earned waited lasted stretched \
                featured contained involved resembled turned",
    );
    if !past || no_object || !counted {
        return None;
    }
    let tail = fitted(parts, &[(parts.at + 1, parts.clause.end)]).unwrap_or_default();
    Some(
        format!("{} {word} {tail}", parts.text(parts.at, parts.at + 1))
            .trim_end()
            .to_owned(),
    )
}

/// The line with its first word replaced.
fn swap(line: &str, who: &str) -> String {
    match line.split_once(' ') {
        Some((_, rest)) => format!("{who} {rest}"),
        None => who.to_owned(),
    }
}

/// A clause that the figure leads: "32 people were killed in Kyiv" without "were".
fn leading(parts: &Parts<'_>, pieces: &[(usize, usize)]) -> Option<String> {
    let verb = parts.clause.verb?;
    let mut stop = verb;
    while AUXILIARY.has(parts.lower(stop)) && one_of(parts.lower(stop), "was were are is been being have has had") {
        stop += 1;
    }
    let relative = (parts.at + 1..verb).any(|i| matches!(parts.lower(i), "who" | "that" | "which" | "whom"));
    let passive = stop > verb && !relative && !matches!(parts.lower(stop), "") && (parts.lower(stop).ends_with("ed") || is_past(parts.lower(stop)) || matches!(parts.lower(stop), "dead" | "hurt" | "held" | "shot" | "still"))
        // "Have died" is no passive.
        && matches!(parts.lower(stop - 1), "was" | "were" | "are" | "is" | "been" | "being")
        && !one_of(parts.lower(stop), "expected required supposed believed thought estimated forecast planned")
        && matches!(parts.status, Status::Stated | Status::Claimed);
    if !passive || stop >= parts.clause.end {
        return fitted(parts, pieces);
    }
    let mut cut: Vec<(usize, usize)> = Vec::new();
    for &(first, end) in pieces {
        if first < verb && verb < end {
            cut.push((first, verb));
            cut.push((stop.min(end), end));
        } else {
            cut.push((first, end));
        }
    }
    fitted(parts, &cut)
}

/// The noun phrase of the figure and what follows, with what was done to it.
fn phrase(parts: &Parts<'_>) -> String {
    let role = parts
        .role
        .filter(|r| is_past(r) && !parts.guarded() && !parts.clause.leads);
    if parts.guarded() && parts.clause.first < parts.at {
        return fitted(parts, &[(parts.clause.first, parts.clause.end)])
            .filter(|l| !starts_with_pronoun(l))
            .unwrap_or_else(|| window(parts));
    }
    phrase_with(parts, role)
}

fn starts_with_pronoun(line: &str) -> bool {
    line.split(' ')
        .next()
        .is_some_and(|w| matches!(w.to_lowercase().as_str(), "it" | "he" | "she" | "they" | "we" | "i"))
}

fn phrase_with(parts: &Parts<'_>, role: Option<&str>) -> String {
    let words = &parts.parsed.words;
    let at = parts.at;
    let mut first = at;
    // "a record £4m profit", "an £85m fund"
    // "four years and six months"
    if first >= 2
        && parts.lower(first - 1) == "and"
        && words[first - 2].is_number()
        && is_time(parts.lower(first - 2))
        && is_time(parts.lower(first))
    {
        first -= 2;
    }
    while first > parts.clause.first
        && (DETERMINER.has(parts.lower(first - 1))
            && !matches!(parts.lower(first - 1), "all" | "both" | "that" | "this")
            || matches!(parts.lower(first - 1), "record" | "estimated"))
    {
        first -= 1;
    }
    let surface = parts.text(first, at + 1);
    // "Roderick Amsel, 79"
    if parts.quantity.kind == QuantityKind::Age
        && first >= 2
        && words[first - 1].is(',')
        && let Some(name) = parts.parsed.names.iter().find(|n| n.end == first - 1)
    {
        return format!("{}, {surface}", parts.text(name.first, name.end));
    }
    let said = role.is_some_and(|r| {
        surface.to_lowercase().split(' ').any(|w| w == r) || (at + 1..at + 3).any(|i| parts.lower(i) == r)
    });
    let role = role.filter(|_| !said);
    // "12 soldiers and injured four": another verb's object follows.
    let tail = fitted(parts, &[(at + 1, parts.clause.end)]).unwrap_or_default();
    let fits = role.is_none()
        || tail.is_empty()
        || words.get(at + 1).is_some_and(|w| {
            PREPOSITION.has(&w.lower) || TAIL.has(&w.lower) || ADVERB.has(&w.lower) || w.lower.ends_with("ly")
        });
    let tail = if fits { tail } else { String::new() };
    let mut line = surface;
    if let Some(role) = role {
        line = format!("{line} {role}");
    }
    if !tail.is_empty() {
        let close = words.get(at + 1).is_some_and(|w| !w.spaced);
        line = format!("{line}{}{tail}", if close && role.is_none() { "" } else { " " });
    }
    if let Some(place) = parts.place.filter(|p| role.is_some() && !line.contains(*p)) {
        line = format!("{line} in {place}");
    }
    if role.is_none() && tail.is_empty() {
        window(parts)
    } else {
        line
    }
}
