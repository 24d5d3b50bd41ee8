//! Text to tokens in one pass over its bytes: words, numbers, currency signs and marks, each with its span.
//!
//! Every later rule looks at tokens, never at the text again, so its cost is bounded by the number of tokens.

use super::lexicon::{self, Entry};
use super::units::Unit;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// Letters, with digits and apostrophes inside: `people`, `women's`, `G7`, `U.S`.
    Word,
    /// Digits with their separators, read as a number.
    Number(Digits),
    /// A currency sign or a word glued to one: `£`, `US$`, `Rs`; the ISO 4217 code.
    Currency(&'static str),
    /// Any other character that is not white space.
    Mark(char),
    /// Something that holds no quantity: an address, a version, a number too large to be one.
    Opaque,
}

/// A number written in digits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Digits {
    /// Its value; always finite.
    pub value: f64,
    /// It has thousands separators.
    pub grouped: bool,
    /// Digits before the decimal point, separators left out.
    pub whole: u32,
    /// It has a decimal point.
    pub decimal: bool,
    /// It begins with a zero and another digit, as no amount does.
    pub padded: bool,
}

/// One token of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'t> {
    /// What it is.
    pub kind: Kind,
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// The token in ASCII lower case, a possessive `'s` left out.
    pub text: &'t str,
    /// What the lexicon knows of it.
    pub entry: &'static Entry,
    /// It begins with a capital letter.
    pub capital: bool,
    /// It ends in `'s` or `s'`.
    pub possessive: bool,
    /// White space or the beginning of the text stands before it.
    pub spaced: bool,
    /// The sentence it stands in, counted from 0.
    pub sentence: u32,
}

impl Token<'_> {
    /// Whether this is the mark `c`.
    pub fn is(&self, c: char) -> bool {
        self.kind == Kind::Mark(c)
    }

    /// Whether this is a word.
    pub fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }

    /// The number, if this is one.
    pub fn digits(&self) -> Option<Digits> {
        if let Kind::Number(digits) = self.kind {
            Some(digits)
        } else {
            None
        }
    }

    /// Whether this is a hyphen or a dash that joins what stands on both sides.
    pub fn is_hyphen(&self) -> bool {
        !self.spaced
            && matches!(
                self.kind,
                Kind::Mark('-' | '\u{2010}' | '\u{2011}' | '\u{2012}' | '–' | '−')
            )
    }

    /// Whether this is a minus sign or a dash, glued or not.
    pub fn is_dash(&self) -> bool {
        matches!(
            self.kind,
            Kind::Mark('-' | '\u{2010}' | '\u{2011}' | '\u{2012}' | '–' | '—' | '−')
        )
    }

    /// The lexicon's classes.
    pub fn has(&self, class: u32) -> bool {
        self.entry.classes & class != 0
    }

    /// The unit of measure that the word is; abbreviations like `m` and `in` only where they are glued to a number.
    pub fn unit(&self) -> Option<Unit> {
        self.entry.unit.filter(|_| !(self.entry.glued && self.spaced))
    }
}

/// Characters that take no room and carry no meaning here: zero-width spaces and joiners, direction marks.
fn ignorable(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A decimal digit of the scripts that news is printed in: ASCII, full-width, Arabic-Indic, Persian, Devanagari.
fn digit(c: char) -> Option<u32> {
    let zero = match c {
        '0'..='9' => return Some(c as u32 - '0' as u32),
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        '\u{966}'..='\u{96f}' => 0x966,
        '\u{ff10}'..='\u{ff19}' => 0xff10,
        _ => return None,
    };
    Some(c as u32 - zero)
}

/// A text and its lower-cased copy; ASCII lower case keeps every byte in its place.
pub(super) struct Scanner<'t> {
    text: &'t str,
    lower: &'t str,
    at: usize,
}

impl<'t> Scanner<'t> {
    /// `lower` is `text.to_ascii_lowercase()`.
    pub fn new(text: &'t str, lower: &'t str) -> Self {
        debug_assert_eq!(text.len(), lower.len());
        Scanner { text, lower, at: 0 }
    }

    /// All tokens of the text.
    pub fn tokens(mut self) -> Vec<Token<'t>> {
        let mut tokens: Vec<Token<'t>> = Vec::with_capacity(self.text.len() / 5 + 4);
        let (mut spaced, mut sentence, mut line) = (true, 0, false);
        while let Some(c) = self.peek() {
            if ignorable(c) || c.is_whitespace() {
                spaced |= c.is_whitespace();
                line |= c == '\n';
                self.at += c.len_utf8();
                continue;
            }
            let start = self.at;
            let (kind, text) = self.next(c, spaced);
            let capital = c.is_uppercase();
            if line || spaced && ends_sentence(&tokens, capital || !c.is_alphabetic()) {
                sentence += 1;
            }
            let (text, possessive) = match kind {
                Kind::Word => strip_possessive(text),
                _ => (text, false),
            };
            let entry = if kind == Kind::Word {
                lexicon::lookup(text)
            } else {
                lexicon::none()
            };
            tokens.push(Token {
                kind,
                start,
                end: self.at,
                text,
                entry,
                capital,
                possessive,
                spaced,
                sentence,
            });
            (spaced, line) = (false, false);
        }
        tokens
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// The character after the next one.
    fn second(&self, at: usize) -> Option<char> {
        self.text[at..].chars().next()
    }

    /// Reads one token that begins with `c` and moves past it.
    fn next(&mut self, c: char, spaced: bool) -> (Kind, &'t str) {
        let start = self.at;
        if spaced && self.address() {
            return (Kind::Opaque, &self.lower[start..self.at]);
        }
        let kind = if let Some(code) = self.currency_sign() {
            Kind::Currency(code)
        } else if digit(c).is_some() || c == '.' && self.second(start + 1).is_some_and(|d| d.is_ascii_digit()) && spaced
        {
            self.number()
        } else if c.is_alphabetic() {
            self.word();
            Kind::Word
        } else {
            self.at += c.len_utf8();
            Kind::Mark(c)
        };
        (kind, &self.lower[start..self.at])
    }

    /// Skips a web or mail address that begins here.
    fn address(&mut self) -> bool {
        let rest = &self.lower.as_bytes()[self.at..];
        let first = rest[0];
        if !(first.is_ascii_alphanumeric() || first == b'@') {
            return false;
        }
        // Looked for only within what an address can be long; the rest of a longer chunk is read as words.
        let length = rest
            .iter()
            .take(300)
            .position(|b| b.is_ascii_whitespace())
            .unwrap_or(rest.len().min(300));
        let chunk = &rest[..length];
        let found = chunk.starts_with(b"www.")
            || first == b'@'
            || chunk.windows(3).any(|w| w == b"://")
            || chunk.iter().position(|b| *b == b'@').is_some_and(|at| at + 1 < length);
        if found {
            self.at += length;
            while !self.text.is_char_boundary(self.at) {
                self.at += 1;
            }
        }
        found
    }

    /// A currency sign, with the letters before it that say which dollar it is.
    fn currency_sign(&mut self) -> Option<&'static str> {
        let rest = &self.text[self.at..];
        let (code, length) = super::currency::sign(rest)?;
        self.at += length;
        Some(code)
    }

    /// Letters, digits after letters, inner apostrophes, and the points of initials (`U.S`, `a.m`).
    fn word(&mut self) {
        let start = self.at;
        while let Some(c) = self.peek() {
            let next = self.at + c.len_utf8();
            let inner = match c {
                '\'' | '’' => self.second(next).is_some_and(char::is_alphabetic),
                '.' => {
                    // A point belongs to the word only between single letters.
                    let before = &self.text[start..self.at];
                    let single = before.rsplit('.').next().is_some_and(|part| part.chars().count() == 1);
                    let mut after = self.text[next..].chars();
                    before.len() < 12
                        && single
                        && after.next().is_some_and(char::is_alphabetic)
                        && !after.next().is_some_and(char::is_alphanumeric)
                }
                _ => c.is_alphanumeric() && !matches!(c, '²' | '³' | '½' | '¼' | '¾'),
            };
            if !inner {
                break;
            }
            self.at = next;
        }
    }

    /// Digits with separators: `12,500`, `12,34,567`, `12 500` with a hard space, `3.5`; more than one point, or a
    /// number that no `f64` holds, is [`Kind::Opaque`].
    fn number(&mut self) -> Kind {
        let (mut value, mut whole, mut grouped) = (0.0_f64, 0_u32, false);
        let padded =
            self.text[self.at..].starts_with('0') && self.second(self.at + 1).is_some_and(|c| c.is_ascii_digit());
        let mut group = 0;
        while let Some(c) = self.peek() {
            let next = self.at + c.len_utf8();
            if let Some(d) = digit(c) {
                value = value * 10.0 + f64::from(d);
                whole = whole.saturating_add(1);
                group += 1;
            } else if ignorable(c) && self.second(next).is_some_and(|d| digit(d).is_some()) {
            } else if matches!(c, ',' | '٬' | '，' | '\'' | '\u{a0}' | '\u{202f}' | '\u{2009}')
                && group <= 3
                && self.separates(next, c)
            {
                (grouped, group) = (true, 0);
            } else {
                break;
            }
            self.at = next;
        }
        let mut decimal = false;
        let mut points = 0;
        while matches!(self.peek(), Some('.' | '·' | '٫'))
            && self.text[self.at..].chars().nth(1).is_some_and(|c| digit(c).is_some())
        {
            points += 1;
            let (mut scale, mut fraction, mut places) = (1.0_f64, 0.0_f64, 0);
            self.at += self.peek().map_or(0, char::len_utf8);
            while let Some(d) = self.peek().and_then(digit) {
                // Beyond 15 places a digit no longer changes the value.
                if places < 15 {
                    fraction = fraction * 10.0 + f64::from(d);
                    scale *= 10.0;
                }
                places += 1;
                self.at += self.peek().map_or(0, char::len_utf8);
            }
            // One division of whole numbers, so that 71.20 is the same number as the literal.
            if value < 1e9 && places <= 6 {
                value = (value * scale + fraction) / scale;
            } else {
                value += fraction / scale;
            }
            decimal = true;
        }
        if points > 1 || !value.is_finite() || whole > 40 {
            return Kind::Opaque;
        }
        Kind::Number(Digits {
            value,
            grouped,
            whole,
            decimal,
            padded,
        })
    }

    /// Whether a separator before byte `at` is followed by exactly three digits, or by two and another separator
    /// as in the Indian way of writing 12,34,567.
    fn separates(&self, at: usize, separator: char) -> bool {
        let mut count = 0;
        let mut rest = self.text[at..].chars();
        for c in rest.by_ref().take(4) {
            if digit(c).is_none() {
                if count == 2 && c == ',' && separator == ',' {
                    return rest.take(2).filter(|c| digit(*c).is_some()).count() == 2;
                }
                return count == 3;
            }
            count += 1;
        }
        count == 3
    }
}

/// Splits the `'s` or `'` of a possessive from a word.
fn strip_possessive(word: &str) -> (&str, bool) {
    for ending in ["'s", "’s"] {
        if let Some(base) = word.strip_suffix(ending) {
            return (base, true);
        }
    }
    (word, false)
}

/// Whether the tokens so far end a sentence, given whether what follows can begin one.
fn ends_sentence(tokens: &[Token<'_>], can_begin: bool) -> bool {
    let mut last = tokens.len();
    while last > 0 && matches!(tokens[last - 1].kind, Kind::Mark('"' | '\'' | '”' | '’' | ')' | ']')) {
        last -= 1;
        if tokens.len() - last > 3 {
            return false;
        }
    }
    if !can_begin || last == 0 {
        return false;
    }
    match tokens[last - 1].kind {
        Kind::Mark('!' | '?' | '…' | '。') => true,
        Kind::Mark('.') => match tokens.get(last.wrapping_sub(2)) {
            Some(before) if before.is_word() => !(before.has(lexicon::ABBREVIATION) || before.text.len() == 1),
            _ => true,
        },
        _ => false,
    }
}
