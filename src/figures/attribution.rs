//! Who says so: the frames of saying in a sentence ("police said", "according to the ministry", "the report found that").

use super::lexicon::one_of;
use super::lexicon::{
    ADVERB, AUXILIARY, DETERMINER, EVIDENCE, OPENER, PREPOSITION, PRONOUN, SAY, SHOW, WEEKDAY, is_finite,
};
use super::names::Name;
use super::skip::{object_end, skip_when};
use super::speaker::who_speaks;
use super::words::{Word, lower};

/// A frame of saying, as words of its sentence.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// Its words `first..end`: who, the verb, and "that".
    pub first: usize,
    pub end: usize,
    /// Who says it.
    pub who: (usize, usize),
    /// The verb of saying.
    pub verb: usize,
    /// What is said stands after it only.
    pub opens: bool,
    /// What is said is no clause but the verb's object: "reported 32 deaths".
    pub object: bool,
}

/// A clause of saying holds at most so many words for who says it.
const LONGEST: usize = 14;

/// The frames of a sentence, in order.
pub(super) fn frames(words: &[Word], names: &[Name]) -> Vec<Frame> {
    let mut found: Vec<Frame> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let taken = found.last().map_or(0, |f| f.end);
        let frame = according(words, at)
            .or_else(|| saying(words, names, at, taken, found.last()))
            .filter(|f| f.first >= taken);
        match frame {
            Some(frame) => {
                at = frame.end.max(at + 1);
                found.push(frame);
            }
            None => at += 1,
        }
    }
    found
}

/// "According to X", also "in a report by X"'s like.
fn according(words: &[Word], at: usize) -> Option<Frame> {
    if lower(words, at) != "according" || lower(words, at + 1) != "to" || words[at].quoted {
        return None;
    }
    let who = at + 2;
    let end = phrase_end(words, who);
    // At the beginning of a sentence its comma is its own.
    let comma = words.get(end).is_some_and(|w| w.is(','));
    (end > who).then(|| Frame {
        first: at,
        end: if comma { end + 1 } else { end },
        who: (who, end),
        verb: at,
        opens: false,
        object: false,
    })
}

/// The end of a noun phrase that says who: up to a comma, a verb, a clause or the end.
fn phrase_end(words: &[Word], from: usize) -> usize {
    let mut at = from;
    while let Some(word) = words.get(at) {
        let stop = word.is(',')
            || word.is_break()
            || word.is_quote()
            || OPENER.has(&word.lower) && word.lower != "as"
            || (at > from
                && (WEEKDAY.has(&word.lower) || word.lower == "on" || word.lower == "and" && !joins_names(words, at)))
            || (at > from && is_finite(&word.lower) && !word.capital && !attributive(words, at))
            || (word.is_number() && at > from)
            || at - from >= LONGEST;
        if stop {
            break;
        }
        at += 1;
    }
    // "in", "to": what stands before a number is no end.
    while at > from
        && (PREPOSITION.has(lower(words, at - 1))
            || DETERMINER.has(lower(words, at - 1))
            || ADVERB.has(lower(words, at - 1)))
    {
        at -= 1;
    }
    at
}

/// A participle before its noun ("the United Nations", "figures published by the ministry").
fn attributive(words: &[Word], at: usize) -> bool {
    lower(words, at).ends_with("ed") && matches!(lower(words, at + 1), "by" | "in" | "on" | "from" | "to" | "at")
        || lower(words, at).ends_with("ed") && words.get(at.wrapping_sub(1)).is_some_and(|w| DETERMINER.has(&w.lower))
}

fn joins_names(words: &[Word], at: usize) -> bool {
    words.get(at + 1).is_some_and(|w| w.capital) && at > 0 && words[at - 1].capital
}

/// A verb of saying with its subject before or after it.
fn saying(words: &[Word], names: &[Name], at: usize, taken: usize, last: Option<&Frame>) -> Option<Frame> {
    let verb = &words[at];
    if !verb.is_word() || verb.quoted || verb.capital && at > 0 || !(SAY.has(&verb.lower) || SHOW.has(&verb.lower)) {
        return None;
    }
    // "Claims", "reports", "estimate": nouns after an article, an adjective or a preposition.
    let mut left = at;
    while left > taken
        && (ADVERB.has(lower(words, left - 1)) || matches!(lower(words, left - 1), "has" | "have" | "had"))
    {
        left -= 1;
    }
    let before = left.checked_sub(1).filter(|b| *b >= taken).map(|b| &words[b]);
    let noun_like = one_of(
        verb.lower.as_str(),
        "claims claim reports report estimates estimate forecast forecasts notes states projects \
                puts put lists finds find shows show",
    );
    if before.is_some_and(|w| {
        AUXILIARY.has(&w.lower)
            || DETERMINER.has(&w.lower) && !PRONOUN.has(&w.lower)
            || w.lower == "to"
            || PREPOSITION.has(&w.lower)
    }) {
        return None;
    }
    // "Claimed to have killed", "denies owing": the verbs of one clause.
    if lower(words, at + 1) == "to"
        || lower(words, at + 1).ends_with("ing") && !matches!(verb.lower.as_str(), "said" | "says")
    {
        return None;
    }
    // Only some verbs may stand after what they say: ", police said".
    let after = skip_when(words, at + 1, &verb.lower);
    let closed = words.get(after).is_none_or(|w| {
        w.is(',')
            || w.is_break()
            || w.is_quote()
            || w.lower == "and"
            || w.lower == "but"
            || w.lower == "while"
            || w.lower == "as"
    });
    let inverted = before.is_none_or(|w| w.is(',') || w.is_quote() || w.is('?') || w.is('!')) && at > 0;
    if inverted
        && before.is_some()
        && matches!(
            verb.lower.as_str(),
            "said" | "says" | "added" | "wrote" | "reported" | "reports"
        )
    {
        let end = phrase_end(words, at + 1);
        let stops = words.get(end).is_none_or(|w| {
            w.is(',')
                || w.is_break()
                || w.is_quote()
                || w.lower == "on"
                || OPENER.has(&w.lower)
                || WEEKDAY.has(&w.lower)
                || w.lower == "in"
        });
        let who = end > at + 1
            && (words[at + 1].capital
                || DETERMINER.has(&words[at + 1].lower)
                || !PREPOSITION.has(&words[at + 1].lower))
            && words[at + 1].is_word()
            && !one_of(words[at + 1].lower.as_str(), PRONOUN_OBJECT)
            && words[at + 1].lower != "that";
        if stops && who && !apposed(words, left, taken) {
            let comma = words.get(end).is_some_and(|w| w.is(','));
            return Some(Frame {
                first: at,
                end: if comma { end + 1 } else { skip_when(words, end, "said") },
                who: (at + 1, end),
                verb: at,
                opens: false,
                object: false,
            });
        }
    }
    // Who: back to the beginning of the clause.
    let mut start = left;
    while start > taken {
        let word = &words[start - 1];
        let stop = word.is(',')
            || word.is_break()
            || word.is_quote()
            || word.quoted
            || one_of(
                word.lower.as_str(),
                "and but while although though because when that who which as if after",
            ) && !(word.lower == "and" && joins_names(words, start - 1))
            || is_finite(&word.lower) && !word.capital && !attributive(words, start - 1);
        if stop {
            break;
        }
        start -= 1;
    }
    let mut who = (start, left);
    let boundary = start.checked_sub(1).filter(|b| *b >= taken).map(|b| &words[b]);
    if boundary.is_some_and(|w| matches!(w.lower.as_str(), "who" | "which" | "that")) {
        return None;
    }
    let mut first = start;
    let and = boundary.is_some_and(|w| matches!(w.lower.as_str(), "and" | "but"));
    if let Some(last) = last.filter(|_| who.0 == who.1 && and) {
        // "X reported a profit of £3m and said it would ...": who spoke speaks on.
        who = last.who;
    } else if who.0 == who.1 {
        // "John Smith, the mayor, said": who stands before the apposition.
        let (own, begin) = apposition(words, left, taken)?;
        who = own;
        first = begin;
    } else if boundary.is_some_and(|w| w.is(',')) && !closed && first > taken + 1 {
        // "Anna Weiss, a spokeswoman for the bank, said ..." was read above; "X, who leads the agency, said" too. Here
        // stands an opening phrase: "On Monday, police said ...".
        let opening = words[taken..start - 1].iter().all(|w| !is_finite(&w.lower)) || words[start].capital;
        if !opening {
            return None;
        }
    }
    let own = &words[who.0..who.1];
    if own.is_empty()
        || own.len() > LONGEST
        || own.iter().any(|w| w.is_break() || w.is(',') || w.is_quote())
        || own
            .iter()
            .any(|w| is_finite(&w.lower) && !w.capital && !w.lower.ends_with("ed"))
    {
        return None;
    }
    let evidence = own.iter().any(|w| EVIDENCE.has(&w.lower));
    let named = names.iter().any(|n| n.first < who.1 && n.end > who.0);
    if !SAY.has(&verb.lower) && !evidence {
        return None;
    }
    if noun_like && !closed {
        // A verb only where a clause follows.
        let next = words.get(after).map_or("", |w| w.lower.as_str());
        let follows = next == "that"
            || DETERMINER.has(next)
            || PRONOUN.has(next)
            || words.get(after).is_some_and(|w| w.is_number() || w.capital)
            || next == "there";
        if !follows || !(named || evidence || who_speaks(own) || next == "that") {
            return None;
        }
    }
    // "He added 12 homes", "Smith recorded 12 wins", "counted 40", "the club recalled": no saying without "that".
    let strict = one_of(
        verb.lower.as_str(),
        "added adds recorded counted recalled put puts wrote told tells announced announces \
                predict expect report reported found find finds lists listed declared revealed reveals \
                disclosed reports projected predicts predicted forecast estimated calculated",
    );
    let that = words.get(after).is_some_and(|w| w.lower == "that");
    let told = verb.lower.starts_with("tell") || verb.lower == "told";
    let opens = !(closed && boundary.is_some_and(|w| w.is(',') || w.is_quote()));
    let mut end = after;
    let mut object = false;
    if opens {
        let told_end = if told { object_end(words, at + 1) } else { after };
        let that_after = words.get(told_end).is_some_and(|w| w.lower == "that");
        if strict
            && !told
            && !that
            && !clause_follows(words, after)
            && !(one_of(
                verb.lower.as_str(),
                "announced reported announces reports forecast predicted predicts projected estimated \
                recorded counted put puts found",
            ) && (evidence || named || who_speaks(own)))
        {
            return None;
        }
        // "Announced 400 job cuts", "put the toll at 32": who says so, and what follows is no clause.
        object = strict && !told && !that && !clause_follows(words, after);
        end = if object {
            at + 1
        } else {
            told_end + usize::from(that_after)
        };
    } else if told {
        end = object_end(words, at + 1);
    }
    if !opens && words.get(end).is_some_and(|w| w.is(',')) {
        end += 1;
    }
    if own.iter().all(|w| w.is_number()) {
        return None;
    }
    Some(Frame {
        first,
        end,
        who,
        verb: at,
        opens,
        object,
    })
}

const PRONOUN_OBJECT: &str = "him her them us me it its their his";

/// Whether a finite verb comes before the clause ends.
fn clause_follows(words: &[Word], from: usize) -> bool {
    words[from.min(words.len())..]
        .iter()
        .take(14)
        .take_while(|w| !w.is(',') && !w.is_break())
        .skip(1)
        .any(|w| is_finite(&w.lower) && !w.capital)
}

/// Whether the comma before `left` closes an apposition rather than what was said.
fn apposed(words: &[Word], left: usize, taken: usize) -> bool {
    apposition(words, left, taken).is_some()
}

/// For "NAME, the mayor, said": the words of NAME and where the frame begins.
fn apposition(words: &[Word], left: usize, taken: usize) -> Option<((usize, usize), usize)> {
    let close = left.checked_sub(1).filter(|c| *c > taken && words[*c].is(','))?;
    let open = (taken..close)
        .rev()
        .take(16)
        .find(|i| words[*i].is(',') || words[*i].is_break() || words[*i].is_quote())?;
    if !words[open].is(',') || words[open + 1..close].iter().any(|w| w.quoted) {
        return None;
    }
    let mut start = open;
    while start > taken {
        let word = &words[start - 1];
        if word.is(',')
            || word.is_break()
            || word.is_quote()
            || is_finite(&word.lower) && !word.capital
            || matches!(word.lower.as_str(), "and" | "but" | "while" | "that" | "as" | "after")
        {
            break;
        }
        start -= 1;
    }
    // "The coroner, Dr Hartmut Eils, said": the name is what the commas hold.
    let office = !words[start..open]
        .iter()
        .any(|w| w.capital && w.span.start != words[0].span.start)
        || DETERMINER.has(lower(words, start));
    let inside = close - open <= 6
        && words[open + 1..close]
            .iter()
            .all(|w| w.is_word() && (w.capital || w.lower.len() <= 3))
        && words[open + 1].capital;
    if inside && office && open > start && open - start <= 10 && words[start..open].iter().all(Word::is_word) {
        return Some(((open + 1, close), start));
    }
    let name = open > start
        && open - start <= 8
        && words[start..open].iter().any(|w| w.capital)
        && words[open - 1].is_word()
        && !PREPOSITION.has(lower(words, start))
        && !words[start..open].iter().any(|w| w.is_number());
    // What was said may not stand between the commas.
    let plain = !words[open + 1..close]
        .iter()
        .any(|w| is_finite(&w.lower) && !w.lower.ends_with("ed"))
        || OPENER.has(lower(words, open + 1));
    (name && plain).then_some(((start, open), start))
}
