//! The words of a sentence, each number with its unit as one.

use super::lexicon::one_of;
use crate::document::{Quantity, Span};

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters and digits.
    Word,
    /// The figure with this index among the document's quantities, hedge, unit and noun included.
    Number(usize),
    /// Anything else.
    Mark(char),
}

/// One word, number or mark.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// Where it stands in the article's text.
    pub span: Span,
    /// In lower case, with straight apostrophes.
    pub lower: String,
    pub kind: Kind,
    /// Begins with a capital.
    pub capital: bool,
    /// Stands between quotation marks.
    pub quoted: bool,
    /// White space stands before it.
    pub spaced: bool,
}

impl Word {
    pub(super) fn is(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }

    pub(super) fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self.kind, Kind::Number(_))
    }

    /// A mark that ends a clause wherever it stands.
    pub(super) fn is_break(&self) -> bool {
        matches!(
            self.kind,
            Kind::Mark(';' | ':' | '—' | '–' | '(' | ')' | '[' | ']' | '.' | '!' | '?' | '…' | '•' | '|')
        )
    }

    pub(super) fn is_quote(&self) -> bool {
        matches!(self.kind, Kind::Mark('"' | '“' | '”' | '«' | '»'))
    }
}

/// Cuts a sentence into words. `quantities` are those of the document, with spans of `text`, in order; `first` is the
/// first that ends after the sentence begins.
pub(super) fn cut(text: &str, sentence: &Span, quantities: &[Quantity], first: usize) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut next = first;
    let mut quoted = false;
    let mut at = sentence.start;
    let mut spaced = true;
    while at < sentence.end {
        while quantities.get(next).is_some_and(|q| q.span.start < at) {
            next += 1;
        }
        if let Some(q) = quantities.get(next).filter(|q| q.span.start == at && q.span.end > at) {
            let end = q.span.end.min(sentence.end);
            words.push(word(text, at..end, Kind::Number(next), quoted, spaced));
            (at, spaced) = (end, false);
            next += 1;
            continue;
        }
        let Some(c) = text[at..].chars().next() else { break };
        if c.is_whitespace() {
            (at, spaced) = (at + c.len_utf8(), true);
            continue;
        }
        let limit = quantities
            .get(next)
            .map_or(sentence.end, |q| q.span.start.min(sentence.end))
            .max(at + c.len_utf8());
        if c.is_alphanumeric() || matches!(c, '$' | '£' | '€' | '#' | '@') {
            let mut end = run(text, at, limit);
            // The 's of a possessive is a word of its own.
            let own = &text[at..end];
            if let Some(short) = ["'s", "’s"]
                .iter()
                .find_map(|s| own.strip_suffix(s))
                .filter(|s| !s.is_empty())
            {
                let lower = short.to_lowercase();
                if !one_of(lower.as_str(), "it he she that there what who let here") {
                    end = at + short.len();
                }
            }
            words.push(word(text, at..end, Kind::Word, quoted, spaced));
            (at, spaced) = (end, false);
            continue;
        }
        if matches!(c, '\'' | '’') && text[at + c.len_utf8()..limit].starts_with('s') && !spaced {
            let end = at + c.len_utf8() + 1;
            words.push(word(text, at..end, Kind::Word, quoted, spaced));
            (at, spaced) = (end, false);
            continue;
        }
        let end = at + c.len_utf8();
        // The full stop of an abbreviation within a sentence: "1,000 U.S. jobs", "5 p.m. on".
        let goes_on = c == '.' && !spaced && text[end..sentence.end].trim_start().starts_with(char::is_lowercase);
        if let Some(last) = words
            .last_mut()
            .filter(|w| goes_on && w.span.end == at && !matches!(w.kind, Kind::Mark(_)))
        {
            last.span.end = end;
            (at, spaced) = (end, false);
            continue;
        }
        let (inside, after) = match c {
            '“' | '«' => (true, true),
            '”' | '»' => (true, false),
            '"' => (true, !quoted),
            _ => (quoted, quoted),
        };
        let dash = if text[at..limit].starts_with("--") {
            Some('—')
        } else {
            None
        };
        let mark = dash.or_else(|| (c == '-' && spaced).then_some('—')).unwrap_or(c);
        words.push(word(text, at..end, Kind::Mark(mark), inside, spaced));
        (at, spaced, quoted) = (end, false, after);
    }
    words
}

/// The end of a run of letters and digits with the marks that stand inside words: "U.S.", "vice-president", "1,200".
fn run(text: &str, start: usize, limit: usize) -> usize {
    let own = &text[start..limit];
    let mut end = 0;
    let mut before = None;
    let mut chars = own.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let next = chars.peek().map(|(_, n)| *n);
        let inside = next.is_some_and(char::is_alphanumeric);
        let digits = before.is_some_and(|b: char| b.is_ascii_digit()) && next.is_some_and(|n| n.is_ascii_digit());
        // "U.S", "J.K"
        let letter = own[..i].rsplit('.').next().is_some_and(|s| s.chars().count() == 1);
        let keep = c.is_alphanumeric()
            || i == 0
            || (matches!(c, '-' | '\'' | '’' | '&') && inside)
            || (matches!(c, '.' | ',') && digits)
            || (c == '.' && inside && letter);
        if !keep {
            break;
        }
        before = Some(c);
        end = i + c.len_utf8();
    }
    // The full stop of an initial or an abbreviation belongs to it, unless it ends the sentence.
    let word = &own[..end];
    let initials = word != "I"
        && word
            .split('.')
            .all(|s| s.chars().count() == 1 && s.chars().all(char::is_uppercase));
    let abbreviation = [
        "Mr", "Mrs", "Ms", "Dr", "Prof", "Sen", "Rep", "Gov", "Gen", "Lt", "Col", "Sgt", "St", "Jr",
    ]
    .contains(&word);
    if (initials || abbreviation) && own[end..].starts_with('.') && end + 1 < own.len() {
        end += 1;
    }
    start + end
}

fn word(text: &str, span: Span, kind: Kind, quoted: bool, spaced: bool) -> Word {
    let own = &text[span.clone()];
    Word {
        lower: own.to_lowercase().replace('’', "'"),
        capital: own.chars().next().is_some_and(char::is_uppercase),
        span,
        kind,
        quoted,
        spaced,
    }
}

/// The text of words `first..end`, with single spaces.
pub(super) fn join(text: &str, words: &[Word], first: usize, end: usize) -> String {
    let mut out = String::new();
    for word in words.iter().take(end).skip(first) {
        if word.spaced && !out.is_empty() {
            out.push(' ');
        }
        out.extend(text[word.span.clone()].split_whitespace().flat_map(|w| [w, " "]));
        out.truncate(out.trim_end().len());
    }
    out
}

/// A word in lower case; empty past the end.
pub(super) fn lower(words: &[Word], at: usize) -> &str {
    words.get(at).map_or("", |w| w.lower.as_str())
}
