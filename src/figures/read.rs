//! Reads the figures of one document: each number with what its sentence says of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::digest::{Citation, Figure, Status};
use crate::document::{Document, Entity, Quantity, Span};

use super::attribution::{self, Frame};
use super::clause::{self, Clause, Opening};
use super::dates::{self, When};
use super::facts::{self, Facts};
use super::line;
use super::memory::{self, Memory};
use super::names::{self, Name};
use super::place;
use super::status;
use super::subject;
use super::words::{self, Kind, Word};

/// A figure with what the comparison of figures asks about its sentence.
#[derive(Debug, Clone)]
pub(super) struct Read {
    pub figure: Figure,
    /// The sentence, counted over the document.
    pub sentence: usize,
    pub facts: Facts,
}

/// One sentence, cut up.
pub(super) struct Parsed<'a> {
    pub text: &'a str,
    pub words: Vec<Word>,
    pub names: Vec<Name>,
    pub frames: Vec<Frame>,
}

/// Characters of context on either side of a number.
const CONTEXT: usize = 60;

/// The figures of a document, in order.
pub(super) fn read(document: &Document, quantities: &[Quantity], entities: &[Entity]) -> Vec<Read> {
    let text = &document.article.text;
    let mut ordered: Vec<Quantity> = quantities.to_vec();
    ordered.retain(|q| text.get(q.span.clone()).is_some());
    ordered.sort_by_key(|q| (q.span.start, q.span.end));
    let published = document.published().map(|t| TimeZone::UTC.to_datetime(t).date());
    let lead = Arc::new(lead(document));
    let sure = match entities {
        [] => names::sure(document.sentences().map(|s| document.text(&s.span))),
        _ => BTreeSet::new(),
    };
    let mut memory = Memory::default();
    let mut count = Count::default();
    let mut out = Vec::with_capacity(ordered.len());
    for (index, sentence) in document.sentences().enumerate() {
        let first = ordered.partition_point(|q| q.span.end <= sentence.span.start);
        let words = words::cut(text, &sentence.span, &ordered, first);
        let names = names::find(text, &words, entities, &sure);
        let frames = attribution::frames(&words, &names);
        let parsed = Parsed {
            text,
            words,
            names,
            frames,
        };
        let said = memory::speakers(&parsed, &mut memory, index);
        for at in 0..parsed.words.len() {
            let Kind::Number(which) = parsed.words[at].kind else {
                continue;
            };
            let Some(quantity) = ordered.get(which) else { continue };
            let start = count.upto(text, quantity.span.start);
            let citation = Citation {
                document: document.id.clone(),
                start,
                end: start + text[quantity.span.clone()].chars().count(),
            };
            let (figure, facts) = figure(&parsed, at, quantity, citation, &said, &memory, published, index);
            let context = context(text, &sentence.span, &quantity.span);
            out.push(Read {
                figure: Figure { context, ..figure },
                sentence: index,
                facts: Facts {
                    lead: Arc::clone(&lead),
                    ..facts
                },
            });
        }
        memory::remember(&parsed, &mut memory, index);
    }
    out
}

/// The stems of title and first sentence.
fn lead(document: &Document) -> BTreeSet<String> {
    let first = document.sentences().next().map(|s| document.text(&s.span));
    let texts = document.title().into_iter().chain(first);
    texts
        .flat_map(|text| stems(&words::cut(text, &(0..text.len()), &[], 0), 0, usize::MAX))
        .collect()
}

/// Counts characters as bytes go by.
#[derive(Default)]
struct Count {
    byte: usize,
    chars: usize,
}

impl Count {
    fn upto(&mut self, text: &str, byte: usize) -> usize {
        if byte < self.byte {
            (self.byte, self.chars) = (0, 0);
        }
        self.chars += text[self.byte..byte].chars().count();
        self.byte = byte;
        self.chars
    }
}

/// The frame that a figure is said in.
fn frame_of(parsed: &Parsed, at: usize) -> Option<usize> {
    let words = &parsed.words;
    let breaks = |from: usize, to: usize| {
        words.get(from..to).is_some_and(|w| {
            w.iter().any(|w| {
                w.is(';')
                    || w.is('—')
                    || w.is('–')
                    || matches!(w.lower.as_str(), "but" | "while" | "whereas" | "although")
            })
        })
    };
    if parsed
        .frames
        .iter()
        .any(|f| f.first <= at && at < f.end && !(f.object && f.verb < at))
    {
        return None;
    }
    let opened = parsed
        .frames
        .iter()
        .enumerate()
        .rev()
        .find(|(_, f)| f.opens && f.end <= at)
        .filter(|(_, f)| !breaks(f.end, at));
    let closed = parsed
        .frames
        .iter()
        .enumerate()
        .find(|(_, f)| !f.opens && f.first > at)
        .filter(|(_, f)| !words[at..f.first].iter().any(|w| w.is(';')));
    let before = parsed
        .frames
        .iter()
        .enumerate()
        .rev()
        .find(|(_, f)| !f.opens && f.end <= at)
        .filter(|(_, f)| {
            let next = words.get(f.end).map_or("", |w| w.lower.as_str());
            let leading = f.first == 0 || words[..f.first].iter().all(|w| !super::lexicon::is_finite(&w.lower));
            !breaks(f.end, at) && (leading || !matches!(next, "and" | "but" | "while" | "as" | "after"))
        });
    opened.or(closed).or(before).map(|(i, _)| i)
}

#[allow(clippy::too_many_arguments)]
fn figure(
    parsed: &Parsed,
    at: usize,
    quantity: &Quantity,
    citation: Citation,
    said: &[Option<String>],
    memory: &Memory,
    published: Option<Date>,
    index: usize,
) -> (Figure, Facts) {
    let clause = clause::clause(&parsed.words, &parsed.frames, at);
    let frame = frame_of(parsed, at);
    let status = status::status(&parsed.words, &clause, at, frame.map(|f| &parsed.frames[f]));
    let attribution = frame.and_then(|f| said.get(f).cloned().flatten());
    let ahead = matches!(status, Status::Forecast | Status::Target);
    let when = when(parsed, &clause, at, frame, published, ahead);
    let role = role(quantity);
    let subject = subject::subject(
        parsed,
        &clause,
        at,
        frame.map(|f| (&parsed.frames[f], attribution.as_deref())),
        memory,
        index,
    );
    let place = place::place(parsed, &clause, at).filter(|p| subject.as_ref() != Some(p));
    let facts = facts::facts(parsed, &clause, at, quantity, when);
    let surface = parsed.text[quantity.span.clone()]
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let line = line::line(&line::Parts {
        parsed,
        clause: &clause,
        at,
        frame,
        quantity,
        role: role.as_deref(),
        subject: subject.as_deref(),
        place: place.as_deref(),
        attribution: attribution.as_deref(),
        status,
    });
    let figure = Figure {
        value: quantity.value,
        max: quantity.max,
        unit: quantity.unit.clone(),
        per: quantity.per.clone(),
        kind: quantity.kind,
        qualifier: quantity.qualifier,
        role,
        subject,
        place,
        as_of: match when {
            Some(When::On(date)) => Some(date),
            Some(When::Other) => None,
            None => published,
        },
        attribution,
        status,
        surface,
        line,
        change: None,
        history: Vec::new(),
        context: String::new(),
        citation,
    };
    (figure, facts)
}

fn role(quantity: &Quantity) -> Option<String> {
    quantity.role.clone()
}

/// The time that holds for a figure: its clause's, else the one of its frame, else the only one of the sentence.
fn when(
    parsed: &Parsed,
    clause: &Clause,
    at: usize,
    frame: Option<usize>,
    published: Option<Date>,
    ahead: bool,
) -> Option<When> {
    let words = &parsed.words;
    let times = dates::find(words, published, ahead);
    if times.is_empty() {
        return None;
    }
    let number = |i: usize| words[i].is_number();
    // "from 28 on Saturday" dates only the number right before it.
    let compared = |i: usize| {
        let before = (0..i).rev().take(4).find(|&j| number(j));
        before.filter(|&j| {
            j > 0
                && matches!(
                    words[j - 1].lower.as_str(),
                    "from" | "than" | "with" | "against" | "of" | "at"
                )
                && words[..j].iter().any(Word::is_number)
        })
    };
    let own = |i: usize| compared(i).is_none_or(|j| j == at);
    let inside = |i: usize| {
        !clause.aside.is_some_and(|(a, b)| a <= i && i < b)
            && clause.first <= i
            && i < clause.end
            && !parsed.frames.iter().any(|f| f.first <= i && i < f.end)
    };
    let mine: Vec<_> = times.iter().filter(|(i, _)| inside(*i) && own(*i)).collect();
    // The nearest, those after the figure first.
    let after = mine.iter().filter(|(i, _)| *i > at).min_by_key(|(i, _)| *i);
    let before = mine.iter().filter(|(i, _)| *i < at).max_by_key(|(i, _)| *i);
    if let Some((_, when)) = after.or(before) {
        return Some(*when);
    }
    if let Some(frame) = frame.map(|f| &parsed.frames[f])
        && let Some((_, when)) = dates::find(words, published, false)
            .iter()
            .find(|(i, _)| frame.first <= *i && *i < frame.end)
    {
        return Some(*when);
    }
    // An opening phrase: "On Friday, ...", "In 2019, ...".
    let opening = times.iter().find(|(i, _)| {
        *i < clause.first
            && *i <= 3
            && words[..clause.first]
                .iter()
                .take_while(|w| !w.is(','))
                .all(|w| !super::lexicon::is_finite(&w.lower))
    });
    if let Some((_, when)) = opening {
        return Some(*when);
    }
    // Another clause of the same sentence dates it only if it opens as dependent on that.
    let dependent =
        clause.opening == Opening::Dependent || words.get(clause.first).is_some_and(|w| w.lower.ends_with("ing"));
    times
        .iter()
        .filter(|(i, _)| own(*i) && dependent && *i < clause.first)
        .map(|(_, w)| *w)
        .next_back()
}

/// The words around a number in its sentence, cut between words, with dots where the sentence goes on.
fn context(text: &str, sentence: &Span, span: &Span) -> String {
    let (start, end) = (sentence.start.min(span.start), sentence.end.max(span.end));
    let before: String = {
        let all = &text[start..span.start];
        let cut = all.char_indices().rev().nth(CONTEXT).map(|(at, _)| at);
        let near = cut.and_then(|at| all[at..].find(char::is_whitespace).map(|space| &all[at + space..]));
        near.map_or(all.to_owned(), |near| format!("…{}", near.trim_start()))
    };
    let after: String = {
        let all = &text[span.end..end];
        let cut = all.char_indices().nth(CONTEXT).map(|(at, _)| at);
        let near = cut.and_then(|at| all[..at].rfind(char::is_whitespace).map(|space| &all[..space]));
        near.map_or(all.to_owned(), |near| {
            format!("{}…", near.trim_end_matches([',', ';', ':', ' ']))
        })
    };
    format!("{before}{}{after}", &text[span.clone()])
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The stems of the words that carry meaning among `first..end`.
pub(super) fn stems(words: &[Word], first: usize, end: usize) -> BTreeSet<String> {
    words
        .iter()
        .take(end)
        .skip(first)
        .filter(|w| w.is_word() && w.lower.chars().count() > 2 && !super::lexicon::COMMON.has(&w.lower))
        .map(|w| super::lexicon::stem(&w.lower).to_owned())
        .collect()
}
