//! The words and marks beside a name.

use super::super::tidy::Mention;
use crate::document::Span;
use crate::name;

/// The most bytes on either side of a name that are read, and the most tokens.
const WINDOW: usize = 160;
pub const TOKENS: usize = 24;
/// A word or a mark beside the name.
#[derive(Debug, Clone)]
pub struct Token {
    pub span: Span,
    /// Small letters, without possessive.
    pub lower: String,
    /// The index of the mention that it is a part of.
    pub mention: Option<usize>,
    pub possessive: bool,
    /// A capital begins it.
    pub capital: bool,
}

impl Token {
    pub fn is(&self, mark: &str) -> bool {
        self.lower == mark
    }
    pub fn is_word(&self) -> bool {
        self.lower.starts_with(|c: char| c.is_alphanumeric())
    }
    pub fn is_dash(&self) -> bool {
        matches!(self.lower.as_str(), "–" | "—" | "--")
    }
    /// A mark behind which an apposition is over.
    pub fn closes(&self) -> bool {
        self.is_dash()
            || matches!(
                self.lower.as_str(),
                "," | "." | ";" | ":" | ")" | "]" | "!" | "?" | "\"" | "”" | "\n"
            )
    }
    pub fn is_article(&self) -> bool {
        matches!(self.lower.as_str(), "a" | "an" | "the")
    }
    pub fn is_pronoun(&self) -> bool {
        matches!(self.lower.as_str(), "its" | "their" | "his" | "her" | "our" | "my")
    }

    /// As [`name::title`] wants it.
    pub fn lower_capital(&self) -> String {
        let mut letters = self.lower.chars();
        letters
            .next()
            .map(|c| c.to_uppercase().chain(letters).collect())
            .unwrap_or_default()
    }
}

/// The tokens before a mention up to a line's beginning, the nearest last.
pub fn before(text: &str, mentions: &[Mention], at: usize) -> Vec<Token> {
    let end = mentions[at].span.start;
    let mut from = end.saturating_sub(WINDOW);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    if from > 0 {
        // Not from the middle of a word.
        from += text[from..end].find(char::is_whitespace).unwrap_or(end - from);
    }
    from = text[from..end].rfind('\n').map_or(from, |line| from + line + 1);
    let mut near = at;
    while near > 0 && mentions[near - 1].span.end > from {
        near -= 1;
    }
    let mut tokens = tokens(text, from..end, &mentions[near..at], near);
    let extra = tokens.len().saturating_sub(TOKENS);
    tokens.drain(..extra);
    tokens
}

/// The tokens behind a mention up to the line's end.
pub fn after(text: &str, mentions: &[Mention], at: usize) -> Vec<Token> {
    let start = mentions[at].span.end;
    let mut to = (start + WINDOW).min(text.len());
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    to = text[start..to].find('\n').map_or(to, |line| start + line);
    let near = mentions[at + 1..].iter().take_while(|m| m.span.end <= to).count();
    let mut tokens = tokens(text, start..to, &mentions[at + 1..at + 1 + near], at + 1);
    tokens.truncate(TOKENS);
    tokens
}

/// The words and marks of a span. `mentions` are those in it, the first with the index `offset`.
fn tokens(text: &str, span: Span, mentions: &[Mention], offset: usize) -> Vec<Token> {
    let inside = |c: char| c.is_alphanumeric() || name::is_apostrophe(c) || matches!(c, '-' | '.' | '&' | '/');
    let mut tokens = Vec::new();
    let mut mention = 0;
    let mut at = span.start;
    while let Some(c) = text[at..span.end].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let rest = &text[at..span.end];
        let word = match c.is_alphanumeric() {
            true => &rest[..rest.find(|c| !inside(c)).unwrap_or(rest.len())],
            false => &rest[..rest.find(|other| other != c).unwrap_or(rest.len()).max(c.len_utf8())],
        };
        let word = match c.is_alphanumeric() {
            true => without_full_stop(word),
            false => word,
        };
        while mention < mentions.len() && mentions[mention].span.end <= at {
            mention += 1;
        }
        let covers = mentions
            .get(mention)
            .is_some_and(|m| m.span.start <= at && at < m.span.end);
        let bare = name::without_possessive(word);
        tokens.push(Token {
            span: at..at + word.len(),
            lower: bare.to_lowercase(),
            mention: covers.then_some(offset + mention),
            possessive: bare.len() < word.len(),
            capital: c.is_uppercase(),
        });
        at += word.len();
    }
    tokens
}

/// The word without the marks at its end; "U.S." and "Sen." keep their dot.
fn without_full_stop(word: &str) -> &str {
    let word = word.trim_end_matches(['-', '/', '&']);
    let bare = word.trim_end_matches('.');
    if bare.contains('.')
        || name::title(word).is_some_and(|title| title.office.is_none_or(|o| !o.eq_ignore_ascii_case(bare)))
    {
        word
    } else {
        bare
    }
}
