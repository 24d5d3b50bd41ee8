//! The clause that a figure stands in: from where to where, who its subject is, and what may be left out.

use super::attribution::Frame;
use super::lexicon::one_of;
use super::lexicon::{ADVERB, AUXILIARY, DETERMINER, OPENER, PREPOSITION, PRONOUN, is_finite};
use super::words::{Word, lower};

/// How a clause begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening {
    /// With the sentence, after a comma, a dash or a conjunction: a clause that stands alone.
    Plain,
    /// With "who" or "which": its subject is the noun phrase before.
    Relative,
    /// With "when", "after" and the like.
    Dependent,
    /// After "said (that)".
    Said,
}

/// The clause of one figure, as words of its sentence.
#[derive(Debug, Clone)]
pub(super) struct Clause {
    /// Its words `first..end`, the opening word left out.
    pub first: usize,
    pub end: usize,
    pub opening: Opening,
    /// Words within it that may be left out: what stands between two commas.
    pub aside: Option<(usize, usize)>,
    /// Its subject, where it stands before the verb and the figure after.
    pub subject: Option<(usize, usize)>,
    /// The finite verb between the subject and the figure, or after the figure where that is the subject.
    pub verb: Option<usize>,
    /// The figure is the subject or a part of it.
    pub leads: bool,
    /// The subject stands apart from `first..end`, because another verb came between: "X fined the bank and ordered ...".
    pub shared: bool,
}

fn verb_at(words: &[Word], at: usize) -> bool {
    let Some(word) = words.get(at) else { return false };
    if !word.is_word() || !is_finite(&word.lower) || (word.capital && at > 0) {
        return false;
    }
    let before = at.checked_sub(1).map_or("", |b| lower(words, b));
    // "the cost", "an estimated", "to cut", "newly built", "people killed in": no verbs of their own clause.
    if DETERMINER.has(before) && !PRONOUN.has(before) || matches!(before, "to" | "of" | "by" | "'s") {
        return false;
    }
    if one_of(before, "in for with at on from his her its their") {
        return false;
    }
    // "homes damaged by the storm", "people killed in": after a noun and before a preposition a participle, unless nothing else is.
    true
}

/// Whether the verb at `i` stands in a relative clause of the subject: "those who were vaccinated were ...".
fn embedded(words: &[Word], first: usize, i: usize, at: usize) -> bool {
    let opened = (first..i)
        .rev()
        .find(|j| matches!(lower(words, *j), "who" | "which" | "that"));
    opened.is_some_and(|j| {
        j > first && (j + 1..=i).filter(|k| verb_at(words, *k)).count() <= 2 && later_verb(words, j + 1, at) && {
            let mut k = j + 1;
            while k < at && (verb_at(words, k) || ADVERB.has(lower(words, k))) {
                k += 1;
            }
            i < k
        }
    })
}

/// Whether the participle at `at` says more of the noun before it: another verb follows in the clause.
fn reduced(words: &[Word], at: usize, end: usize) -> bool {
    let word = lower(words, at);
    (word.ends_with("ed") || one_of(word, "built held made hit lost paid sold found led set won caught hurt"))
        && !AUXILIARY.has(at.checked_sub(1).map_or("", |b| lower(words, b)))
        && (at + 1..end)
            .take(18)
            .any(|i| verb_at(words, i) && (AUXILIARY.has(lower(words, i)) || !lower(words, i).ends_with("ed")))
        && one_of(
            lower(words, at + 1),
            "by in on at from to for with under near last during when after",
        )
}

/// The first verb in `first..end` that is not a participle of the noun before.
fn main_verb(words: &[Word], first: usize, end: usize, limit: usize) -> Option<usize> {
    (first..end).find(|&i| verb_at(words, i) && !reduced(words, i, limit))
}

/// A word in lower case that is of no closed class: after "who", a verb.
fn is_plain(word: &Word) -> bool {
    let closed = DETERMINER.has(&word.lower)
        || PRONOUN.has(&word.lower)
        || PREPOSITION.has(&word.lower)
        || ADVERB.has(&word.lower)
        || OPENER.has(&word.lower);
    word.is_word() && !word.capital && !closed
}

/// Whether a second verb, which no conjunction ties to the first, stands between the verb at `first` and the figure.
fn later_verb(words: &[Word], first: usize, at: usize) -> bool {
    let mut i = first;
    // The first verb with its auxiliaries and participle.
    while i < at && (verb_at(words, i) || ADVERB.has(lower(words, i))) {
        i += 1;
    }
    let tied = |j: usize| {
        words[i..j]
            .iter()
            .any(|w| one_of(w.lower.as_str(), "and or but that who which when to ,") || w.is(','))
    };
    (i..at)
        .find(|&j| verb_at(words, j) && AUXILIARY.has(lower(words, j)) && !AUXILIARY.has(lower(words, j - 1)))
        .is_some_and(|j| !tied(j))
}

/// The clause of the figure at `at`.
pub(super) fn clause(words: &[Word], frames: &[Frame], at: usize) -> Clause {
    let clausal = || frames.iter().filter(|f| !f.object);
    let floor = clausal().filter(|f| f.end <= at).map(|f| f.end).max().unwrap_or(0);
    let ceiling = clausal()
        .filter(|f| f.first > at)
        .map(|f| f.first)
        .min()
        .unwrap_or(words.len());
    let mut end = right(words, at, ceiling);
    let mut first = at;
    let mut opening = if floor > 0 && clausal().any(|f| f.end == floor && f.opens) {
        Opening::Said
    } else {
        Opening::Plain
    };
    let mut aside = None;
    let mut shared = None;
    while first > floor {
        let i = first - 1;
        let word = &words[i];
        if word.is_break() && !(word.is('(') || word.is(')'))
            || word.is_quote()
            || word.quoted != words[at].quoted
            || word.is('(') && !closes_before(words, i, at)
        {
            opening = Opening::Plain;
            break;
        }
        if OPENER.has(&word.lower) || word.lower == "that" && i > 0 {
            let clausal = main_verb(words, first, at, end).is_some() || main_verb(words, at + 1, end, end).is_some();
            let relative = matches!(word.lower.as_str(), "who" | "which" | "that");
            // "Americans who earn ...": whatever the word is, it is the verb.
            let plural = matches!(word.lower.as_str(), "who" | "which") && first < at && is_plain(&words[first]);
            // "Calls were drowned out as the two sides hurled ..."
            let manner = word.lower == "as"
                && main_verb(words, floor, i, i).is_some()
                && main_verb(words, first, at, at).is_none()
                && main_verb(words, at + 1, end, end).is_some()
                && at - first <= 2;
            // "After two days", "since 2014", "as many": prepositions.
            // "A booster after one year is ...": a preposition, unless the clause before has a verb or none is before.
            let prepositional = matches!(word.lower.as_str(), "after" | "before" | "since" | "until" | "once")
                && !words[..i].last().is_none_or(|w| w.is(','))
                && words[floor..i]
                    .iter()
                    .any(|w| !ADVERB.has(&w.lower) && !one_of(&w.lower, "shortly just immediately long days hours"))
                && main_verb(words, floor, i, i).is_none();
            // "Those who were vaccinated were 68% less likely": the second verb is the outer clause's.
            let outer = relative && verb_at(words, first) && later_verb(words, first, at);
            if (clausal && word.lower != "as" || plural || manner || matches!(word.lower.as_str(), "whose" | "where"))
                && !prepositional
                && !outer
            {
                opening = if relative && i > 0 && (plural || verb_at(words, first)) {
                    Opening::Relative
                } else {
                    Opening::Dependent
                };
                break;
            }
        }
        if word.is(',') {
            // "John Smith, 45, was fined": the commas close over what may be left out.
            let verb = verb_at(words, first) || ADVERB.has(lower(words, first)) && verb_at(words, first + 1);
            if verb && first <= at && aside.is_none() {
                let open = (floor..i).rev().take(18).find(|o| words[*o].is(','));
                if let Some(open) =
                    open.filter(|o| *o > floor && !words[*o + 1..i].iter().any(|w| w.is_break() || w.is_quote()))
                {
                    aside = Some((open, first));
                    first = open;
                    continue;
                }
            }
            // "fell by 68%, from 300 to 96": one clause.
            let goes_on = matches!(
                lower(words, first),
                "from" | "up" | "down" | "compared" | "versus" | "against" | "or"
            ) && first <= at;
            if goes_on && words[floor..i].iter().any(Word::is_number) {
                first -= 1;
                continue;
            }
            // A list: "32 people, 12 cars and a bus".
            opening = Opening::Plain;
            break;
        }
        if matches!(word.lower.as_str(), "and" | "but" | "or") {
            let direct = verb_at(words, first) || ADVERB.has(lower(words, first)) && verb_at(words, first + 1);
            if direct && first < at {
                // "fined the bank £3m and ordered it to ...": the subject of the clause before.
                shared = Some(i);
                break;
            }
            let own = first == at && verb_at(words, at + 1)
                || (main_verb(words, first, at, end).is_some()
                    || first < at && main_verb(words, at + 1, end, end).is_some())
                    // "The Water and Sewerage Department announced ...": two nouns.
                    && (main_verb(words, floor, i, i).is_some() || words[floor..i].iter().any(Word::is_number));
            if own && i > floor {
                opening = Opening::Plain;
                break;
            }
        }
        first -= 1;
    }
    // Opening words that say nothing alone.
    while first < at
        && (words[first].is(',')
            || one_of(
                lower(words, first),
                "and but or so yet however meanwhile also that then",
            ))
    {
        let that = lower(words, first) == "that" && verb_at(words, first + 1);
        if that {
            break;
        }
        first += 1;
    }
    if opening == Opening::Plain && first > 0 && OPENER.has(lower(words, first)) {
        opening = Opening::Dependent;
        first += 1;
    }
    let mut subject = None;
    let mut is_shared = false;
    let outside = |i: &usize| aside.is_none_or(|(open, close)| *i < open || *i >= close);
    let mut verb = (first..at)
        .find(|i| outside(i) && verb_at(words, *i) && !reduced(words, *i, at) && !embedded(words, first, *i, at));
    if let Some(stop) = shared {
        // The subject of the verb before "and", in the same stretch.
        let mut start = stop;
        while start > floor
            && !(words[start - 1].is_break()
                || words[start - 1].is(',')
                || words[start - 1].is_quote()
                || words[start - 1].quoted != words[at].quoted
                || OPENER.has(lower(words, start - 1))
                || lower(words, start - 1) == "that")
        {
            start -= 1;
        }
        if let Some(v) = main_verb(words, start, stop, stop).filter(|v| *v > start) {
            subject = Some((start, v));
            is_shared = true;
        }
    } else if let Some(v) = verb.filter(|v| *v > first) {
        let stop = aside.map_or(v, |(open, _)| open).min(v);
        if stop > first {
            subject = Some((first, stop));
        }
    }
    if opening == Opening::Relative && verb.is_none() && first < at && is_plain(&words[first]) {
        verb = Some(first);
    }
    let leads = verb.is_none() && shared.is_none();
    if leads {
        verb = (at + 1..end).find(|&i| verb_at(words, i) && !reduced(words, i, end));
    }
    // "Last month X cut ...", "In Kyiv X lost ...": the opening phrase is not the subject.
    if let Some((from, to)) = subject {
        let mut start = from;
        // "In May the lake rose", "Since 2014 the region has lost": the last article that no preposition stands before.
        let own = (from + 1..to).rev().find(|i| {
            matches!(lower(words, *i), "the" | "a" | "an" | "its" | "his" | "her" | "their")
                && !PREPOSITION.has(lower(words, i - 1))
        });
        let year = lower(words, from).bytes().all(|b| b.is_ascii_digit());
        if PREPOSITION.has(lower(words, from)) || year {
            subject = own.map(|i| (i, to));
        } else {
            while start < to
                && (ADVERB.has(lower(words, start))
                    || matches!(lower(words, start), "and" | "but" | "last" | "this")
                        && matches!(lower(words, start + 1), "week" | "month" | "year"))
            {
                start += if matches!(lower(words, start), "last" | "this") {
                    2
                } else {
                    1
                };
            }
            let mut to = to;
            if to > start + 1 && ADVERB.has(lower(words, to - 1)) {
                to -= 1;
            }
            // "A court on Friday fined ..."
            while to > start + 2 && super::lexicon::WEEKDAY.has(lower(words, to - 1)) {
                to -= if matches!(lower(words, to - 2), "on" | "last" | "late" | "early") {
                    2
                } else {
                    1
                };
            }
            subject = (start < to).then_some((start, to));
        }
    }
    end = end.max(at + 1);
    Clause {
        first: first.min(at),
        end,
        opening,
        aside,
        subject,
        verb,
        leads,
        shared: is_shared,
    }
}

/// A length of time in years, months, days...: "four years" of "four years and six months".
pub(super) fn is_time(number: &str) -> bool {
    [
        "year", "years", "month", "months", "week", "weeks", "day", "days", "hour", "hours", "minute", "minutes",
        "second", "seconds",
    ]
    .iter()
    .any(|unit| number.ends_with(unit))
}

fn closes_before(words: &[Word], open: usize, at: usize) -> bool {
    words[open..at].iter().any(|w| w.is(')'))
}

/// Where a clause ends to the right of the figure.
fn right(words: &[Word], at: usize, ceiling: usize) -> usize {
    let mut i = at + 1;
    while i < ceiling {
        let word = &words[i];
        let decimal = word.is('.')
            && words.get(i + 1).is_some_and(|w| !w.spaced)
            && words.get(i + 1).is_some_and(|w| w.is_word());
        if word.is_break() && !decimal || word.is_quote() || word.quoted != words[at].quoted {
            return i;
        }
        if word.is(',') {
            return i;
        }
        if one_of(word.lower.as_str(), "which who whose while whereas although though but") {
            return i;
        }
        if word.lower == "and" || word.lower == "or" {
            let next = i + 1;
            // "and 61 are missing", "and ordered ...", "and the mayor resigned"
            let verb = verb_at(words, next) || ADVERB.has(lower(words, next)) && verb_at(words, next + 1);
            let clause = (next + 1..(next + 7).min(ceiling))
                .take_while(|&j| !words[j].is(',') && !PREPOSITION.has(lower(words, j)))
                .any(|j| verb_at(words, j) && !reduced(words, j, ceiling));
            let number = words.get(next).is_some_and(|w| w.is_number());
            let span = number && is_time(lower(words, at)) && is_time(lower(words, next));
            if (verb || clause || number || lower(words, next).ends_with("ing") || lower(words, next) == "that")
                && !span
            {
                return i;
            }
        }
        i += 1;
    }
    ceiling.max(at + 1).min(words.len())
}
