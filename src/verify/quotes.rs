//! Quotations: verbatim up to white space, quote style, capitals, ellipses and bracketed insertions.

use super::evidence::Evidence;
use super::near::Claim;
use super::stream::key;
use super::text::{Token, is_quote};
use super::{Check, Problem};
use crate::digest::Verdict;

/// How many words of the source an ellipsis may stand for.
const ELLIPSIS: usize = 80;
/// How many words of the source brackets may stand for.
const BRACKETS: usize = 6;
/// Longer explanations are cut.
const SHOWN: usize = 60;

/// A quotation: tokens `first..end`, without its marks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Quote {
    pub first: usize,
    pub end: usize,
}

/// The quotations of a sentence. One that is not closed runs to the sentence's end.
pub(super) fn quotes(tokens: &[Token]) -> Vec<Quote> {
    let mut found = Vec::new();
    let mut open: Option<(usize, char)> = None;
    for (i, token) in tokens.iter().enumerate().filter(|(_, t)| !t.word) {
        let mark = token.text.chars().next().unwrap_or(' ');
        let closes = |c: char| match c {
            '"' | '＂' => mark == '"' || mark == '＂' || mark == '”',
            '“' | '„' | '‟' => matches!(mark, '”' | '"' | '“' | '‟'),
            '«' => mark == '»',
            '\'' | '‘' | '’' => matches!(mark, '\'' | '’'),
            _ => false,
        };
        match open {
            Some((first, c)) if closes(c) => {
                // An apostrophe inside single quotes: "'the girls' team'".
                let last = !tokens[i + 1..].iter().any(|t| !t.word && closes_same(t, mark));
                let apostrophe = matches!(c, '\'' | '‘' | '’') && !last && tokens[i - 1].possessive;
                if !apostrophe {
                    found.push(Quote { first, end: i });
                    open = None;
                }
            }
            Some(_) => {}
            None if matches!(mark, '"' | '“' | '„' | '«' | '＂') => open = Some((i + 1, mark)),
            None if matches!(mark, '\'' | '‘') && token.spaced && glued_after(tokens, i) => {
                open = Some((i + 1, mark))
            }
            None => {}
        }
    }
    if let Some((first, c)) = open
        && !matches!(c, '\'' | '’')
    {
        found.push(Quote {
            first,
            end: tokens.len(),
        });
    }
    found.retain(|q| tokens[q.first..q.end].iter().any(|t| t.word));
    found
}

fn closes_same(token: &Token, mark: char) -> bool {
    token.is(mark)
}

fn glued_after(tokens: &[Token], at: usize) -> bool {
    tokens.get(at + 1).is_some_and(|t| !t.spaced)
}

/// One stretch of a quotation that has to stand in the source as it is.
struct Piece<'a> {
    words: Vec<&'a str>,
    /// How many words of the source may stand before it.
    gap: usize,
}

fn pieces(tokens: &[Token]) -> Vec<Piece<'_>> {
    let mut pieces = vec![Piece {
        words: Vec::new(),
        gap: usize::MAX,
    }];
    let mut bracket = 0usize;
    let mut i = 0;
    while i < tokens.len() {
        let token = &tokens[i];
        let dots = token.is('…') || (token.is('.') && tokens.get(i + 1).is_some_and(|t| t.is('.') && !t.spaced));
        let gap = match () {
            () if token.is('[') || token.is('(') => {
                bracket += 1;
                Some(BRACKETS)
            }
            () if token.is(']') || token.is(')') => {
                bracket = bracket.saturating_sub(1);
                None
            }
            () if dots => Some(ELLIPSIS),
            () => None,
        };
        if let Some(gap) = gap {
            match pieces.last_mut() {
                Some(last) if last.words.is_empty() && last.gap != usize::MAX => last.gap = last.gap.max(gap),
                Some(last) if last.words.is_empty() => {}
                _ => pieces.push(Piece { words: Vec::new(), gap }),
            }
        } else if bracket == 0
            && token.counts()
            && let Some(last) = pieces.last_mut()
        {
            last.words.push(key(token));
        }
        i += 1;
    }
    pieces.retain(|p| !p.words.is_empty());
    pieces
}

/// Whether some source has the words of a quotation.
pub(super) fn verbatim(tokens: &[Token], evidence: &Evidence) -> bool {
    let pieces = pieces(tokens);
    let Some((head, rest)) = pieces.split_first() else {
        return true;
    };
    evidence.streams.iter().any(|stream| {
        let mut from = 0;
        // The head may stand in several places; a few are tried, so that the time stays linear.
        for _ in 0..8 {
            let Some(at) = stream.find(&head.words, from) else {
                return false;
            };
            let mut end = at + head.words.len();
            let all = rest.iter().all(|piece| match stream.find(&piece.words, end) {
                Some(next) if next <= end.saturating_add(piece.gap) => {
                    end = next + piece.words.len();
                    true
                }
                _ => false,
            });
            if all {
                return true;
            }
            from = at + 1;
        }
        false
    })
}

/// The quotations that no source has.
pub(super) fn check(claim: &Claim, evidence: &Evidence) -> Vec<Problem> {
    let tokens = &claim.line.tokens;
    quotes(tokens)
        .into_iter()
        .filter(|q| !verbatim(&tokens[q.first..q.end], evidence))
        .map(|q| {
            let start = tokens[q.first].span.start;
            let end = tokens[q.end - 1].span.end;
            let said = cut(&claim.line.text[start..end], SHOWN);
            Problem::new(
                Check::Quotation,
                Verdict::NotFound,
                format!("“{said}”: no source has these words"),
            )
        })
        .collect()
}

/// The beginning of a text, on one line.
pub(super) fn cut(text: &str, most: usize) -> String {
    let mut out = String::new();
    for (n, c) in text.trim().chars().enumerate() {
        if n >= most {
            out.push('…');
            break;
        }
        out.push(if c.is_whitespace() || c.is_control() { ' ' } else { c });
    }
    out
}

/// Whether a mark opens or closes a quotation.
pub(super) fn is_mark(token: &Token) -> bool {
    !token.word && token.text.starts_with(is_quote)
}
