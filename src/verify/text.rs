//! Sentences to tokens, and what each token is looked up by.
//!
//! Both sides of every comparison go through here, so that quote style, accents, possessives, full-width digits and
//! zero-width characters make no difference later on.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;

use super::lexicon;
use crate::document::{Quantity, Span};
use crate::quantity::quantities;

/// The Snowball English stemmer (Porter 2).
static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// Longer runs of letters are no words; only their beginning is compared.
const LONGEST_WORD: usize = 80;

/// The most tokens of a source's line; longer ones are cut.
const LONGEST_LINE: usize = 300;

/// The combining marks of a word that are looked at: more are noise, and normalisation sorts runs of them.
const MOST_MARKS: usize = 8;

/// One token.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// Its bytes in the sentence.
    pub span: Span,
    /// Folded: lower case, without accents and possessive `'s`. A mark is itself.
    pub text: String,
    /// What words of one stem share; numbers and ordinals in digits and words share theirs (`#9`, `#9th`).
    pub stem: String,
    /// Letters or digits.
    pub word: bool,
    /// It has no content of its own.
    pub function: bool,
    /// It is or has a number.
    pub numeric: bool,
    /// Of words: the place in [`Words`].
    pub id: u32,
    /// Begins with a capital letter.
    pub capital: bool,
    /// Two letters or more, all of them capitals: `US`, `U.S.`
    pub upper: bool,
    /// Ended in `'s` or `s'`.
    pub possessive: bool,
    /// White space stands before it.
    pub spaced: bool,
}

impl Token {
    /// Whether this is the mark `c`.
    pub fn is(&self, c: char) -> bool {
        !self.word && self.text.starts_with(c)
    }

    /// Whether its text holds a digit.
    pub fn has_digit(&self) -> bool {
        self.word && self.text.bytes().any(|b| b.is_ascii_digit())
    }

    /// The number that it is: digits, or a word up to ninety.
    pub fn number(&self) -> Option<f64> {
        self.stem.strip_prefix('#')?.parse().ok()
    }

    /// Whether it is an ordinal: `first`, `21st`.
    pub fn ordinal(&self) -> bool {
        self.stem.starts_with('#') && self.stem.ends_with("th")
    }

    /// Whether a sentence's sense hangs on it when words are compared one by one: all words, and marks such as `$`.
    pub fn counts(&self) -> bool {
        self.word || !is_punctuation(&self.text)
    }
}

/// Marks that are only punctuation.
fn is_punctuation(mark: &str) -> bool {
    mark.chars().all(|c| {
        matches!(
            c,
            '.' | ','
                | ';'
                | ':'
                | '!'
                | '?'
                | '('
                | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '/'
                | '…'
                | '*'
                | '_'
                | '•'
                | '`'
                | '|'
        ) || is_quote(c)
            || is_dash(c)
    })
}

/// Quotation marks and apostrophes of all styles.
pub(super) fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '’'
            | '‘'
            | '‚'
            | '‛'
            | '“'
            | '”'
            | '„'
            | '‟'
            | '«'
            | '»'
            | '‹'
            | '›'
            | '′'
            | '″'
            | '´'
            | '＂'
            | '＇'
    )
}

/// Hyphens and dashes.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '−' | '﹣' | '－')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '‛' | '＇')
}

/// Characters that take no room and carry no meaning here.
fn ignorable(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Lower case without accents; letters that Unicode does not take apart as they are transcribed.
fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let mut marks = 0;
    let kept = word.chars().filter(|&c| {
        let mark = unicode_normalization::char::is_combining_mark(c);
        marks = if mark { marks + 1 } else { 0 };
        !ignorable(c) && marks <= MOST_MARKS
    });
    let mut out = String::with_capacity(word.len());
    for c in kept
        .nfkd()
        .filter(|&c| !unicode_normalization::char::is_combining_mark(c))
    {
        match c {
            'ß' => out.push_str("ss"),
            'ø' | 'Ø' => out.push('o'),
            'ł' | 'Ł' => out.push('l'),
            'đ' | 'Đ' | 'ð' | 'Ð' => out.push('d'),
            'ı' => out.push('i'),
            'æ' | 'Æ' => out.push_str("ae"),
            'œ' | 'Œ' => out.push_str("oe"),
            'þ' | 'Þ' => out.push_str("th"),
            '’' | '‘' | '‛' => out.push('\''),
            _ => match c.to_digit(10).or_else(|| digit(c)) {
                Some(d) => out.push(char::from(b'0' + u8::try_from(d).unwrap_or(0))),
                None => out.extend(c.to_lowercase()),
            },
        }
    }
    out
}

/// A decimal digit of another script that news is printed in.
fn digit(c: char) -> Option<u32> {
    [0x660, 0x6f0, 0x966]
        .into_iter()
        .find_map(|zero| (c as u32).checked_sub(zero).filter(|d| *d < 10))
}

/// What is known of a word, once for all its places: a source has each several times.
#[derive(Debug)]
pub(super) struct Known {
    pub stem: String,
    /// It has no content of its own.
    function: bool,
    /// It is or has a number.
    numeric: bool,
}

/// The words seen so far, by folded text; [`Token::id`] is the place in `known`.
#[derive(Debug, Default)]
pub(super) struct Words {
    ids: BTreeMap<String, u32>,
    pub known: Vec<Known>,
}

impl Words {
    /// No words.
    pub fn new() -> Words {
        Words::default()
    }

    fn id(&mut self, folded: &str) -> u32 {
        if let Some(id) = self.ids.get(folded) {
            return *id;
        }
        let id = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        self.known.push(Known {
            stem: stem(folded),
            function: lexicon::is_function(folded),
            numeric: lexicon::number_like(folded) || folded.bytes().any(|b| b.is_ascii_digit()),
        });
        self.ids.insert(folded.to_owned(), id);
        id
    }

    /// The words with their ids, in order.
    pub fn into_ids(self) -> impl Iterator<Item = (String, u32)> {
        self.ids.into_iter()
    }
}

/// The tokens of a sentence.
pub(super) fn tokens(text: &str, words: &mut Words) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(text.len() / 5 + 2);
    let mut spaced = true;
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if c.is_whitespace() || ignorable(c) {
            spaced |= c.is_whitespace();
            continue;
        }
        let mut end = start + c.len_utf8();
        if c.is_alphanumeric() {
            let mut last = c;
            while let Some(&(at, next)) = chars.peek() {
                let after = text[at + next.len_utf8()..].chars().next();
                let glue = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                let inside = next.is_alphanumeric()
                    || ignorable(next)
                    || unicode_normalization::char::is_combining_mark(next)
                    || is_apostrophe(next) && glue(after)
                    || matches!(next, '.' | ',') && last.is_numeric() && after.is_some_and(char::is_numeric)
                    || next == '.' && initial(&text[start..at]) && (glue(after) || text[start..at].contains('.'))
                    || next == '&' && last.is_uppercase() && after.is_some_and(char::is_uppercase);
                if !inside {
                    break;
                }
                last = next;
                end = at + next.len_utf8();
                chars.next();
            }
            out.push(word(text, start, end, spaced, words));
        } else {
            out.push(Token {
                span: start..end,
                text: c.to_string(),
                stem: String::new(),
                function: false,
                numeric: false,
                id: 0,
                word: false,
                capital: false,
                upper: false,
                possessive: false,
                spaced,
            });
        }
        spaced = false;
    }
    out
}

/// Whether what was read of a word so far is an initial, or initials with full stops: `U`, `U.S`.
fn initial(sofar: &str) -> bool {
    let mut last = sofar.chars().rev();
    last.next().is_some_and(char::is_alphabetic) && last.next().is_none_or(|c| c == '.')
}

fn word(text: &str, start: usize, end: usize, spaced: bool, words: &mut Words) -> Token {
    let surface = &text[start..end];
    let mut short = surface;
    if surface.len() > LONGEST_WORD {
        let cut = (0..=LONGEST_WORD)
            .rev()
            .find(|&i| surface.is_char_boundary(i))
            .unwrap_or(0);
        short = &surface[..cut];
    }
    let mut folded = fold(short);
    let bare = folded.strip_suffix("'s").map(str::len);
    let plural = folded.ends_with('s') && text[end..].starts_with(is_apostrophe);
    if let Some(len) = bare {
        folded.truncate(len);
    }
    if folded.contains('.') && !folded.bytes().any(|b| b.is_ascii_digit()) {
        folded.retain(|c| c != '.');
    }
    let id = words.id(&folded);
    let known = &words.known[id as usize];
    let letters = || surface.chars().filter(|c| c.is_alphabetic()).take(LONGEST_WORD);
    let first = surface.chars().next();
    Token {
        span: start..end,
        stem: known.stem.clone(),
        function: known.function,
        numeric: known.numeric,
        id,
        upper: letters().nth(1).is_some() && letters().take(folded.len()).all(char::is_uppercase),
        text: folded,
        word: true,
        capital: first.is_some_and(char::is_uppercase),
        possessive: bare.is_some() || plural,
        spaced,
    }
}

/// What the forms of a word share.
pub(super) fn stem(folded: &str) -> String {
    if let Some(number) = lexicon::number(folded) {
        return number;
    }
    match lexicon::irregular(folded) {
        Some(base) => STEMMER.stem(base).into_owned(),
        None => STEMMER.stem(folded).into_owned(),
    }
}

/// A sentence with all that is compared of it.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// The sentence.
    pub text: String,
    /// Its tokens.
    pub tokens: Vec<Token>,
    /// The quantities in it.
    pub quantities: Vec<Quantity>,
    /// Its capitals tell nothing of names: all capitals, or a headline with each word capitalised.
    pub shouted: bool,
}

impl Line {
    /// Reads a sentence.
    pub fn new(text: &str) -> Line {
        let tokens = tokens(text, &mut Words::new());
        Line::with_tokens(text, tokens)
    }

    /// Reads a sentence of a source, in pieces if it is too long to be one.
    pub fn pieces(text: &str, words: &mut Words) -> Vec<Line> {
        let all = tokens(text, words);
        if all.len() <= LONGEST_LINE {
            return vec![Line::with_tokens(text, all)];
        }
        all.chunks(LONGEST_LINE)
            .map(|chunk| {
                let start = chunk.first().map_or(0, |t| t.span.start);
                let end = chunk.last().map_or(start, |t| t.span.end);
                let mut own = chunk.to_vec();
                for token in &mut own {
                    token.span = token.span.start - start..token.span.end - start;
                }
                Line::with_tokens(&text[start..end], own)
            })
            .collect()
    }

    fn with_tokens(text: &str, tokens: Vec<Token>) -> Line {
        let numeric = tokens.iter().any(|t| t.numeric);
        let quantities = if numeric { quantities(text) } else { Vec::new() };
        let content = || {
            tokens
                .iter()
                .filter(|t| t.word && t.text.len() > 3 && !t.has_digit() && !t.function)
        };
        let (words, capitals) = (content().count(), content().filter(|t| t.capital).count());
        let shouted = words >= 4 && capitals * 10 >= words * 9;
        Line {
            text: text.to_owned(),
            tokens,
            quantities,
            shouted,
        }
    }

    /// Whether a token stands inside a quantity.
    pub fn quantity_at(&self, token: usize) -> Option<usize> {
        let span = &self.tokens[token].span;
        let at = self.quantities.partition_point(|q| q.span.end <= span.start);
        self.quantities.get(at).filter(|q| q.span.start < span.end).map(|_| at)
    }

    /// The tokens of bytes, as indices.
    pub fn tokens_of(&self, span: &Span) -> std::ops::Range<usize> {
        let first = self.tokens.partition_point(|t| t.span.end <= span.start);
        let end = self.tokens.partition_point(|t| t.span.start < span.end);
        first..end.max(first)
    }
}
