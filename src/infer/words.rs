//! The words that the entity head tags, and what their capitals say.
//!
//! A copy, rule by rule, of the first part of `training/entities.py`, which says why: the head was trained on
//! exactly these words and shapes. `tests/cases/entities/parity.json` holds the two together.

use std::ops::Range;

/// The ids of [`Case::shape`] are the places in this list.
pub const SHAPES: [&str; 15] = [
    "other",
    "number",
    "lower",
    "capitalised",
    "initial",
    "upper",
    "acronym",
    "mixed_capital",
    "mixed_lower",
    "letters_digits_upper",
    "letters_digits_lower",
    "hyphen_all_upper",
    "hyphen_first_upper",
    "hyphen_later_upper",
    "hyphen_lower",
];

/// The ids of [`Case::style`] are the places in this list.
pub const STYLES: [&str; 4] = ["usual", "upper", "lower", "title"];

/// What the capitals of a word and of its sentence say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// A place in [`SHAPES`].
    pub shape: u8,
    /// 1 for the first word of its sentence that has a letter with case, else 0.
    pub first: u8,
    /// A place in [`STYLES`], of the whole sentence.
    pub style: u8,
}

/// Abbreviations that keep their full stop.
const ABBREVIATIONS: &[&str] = &[
    "adm", "apr", "ariz", "aug", "bros", "calif", "capt", "cmdr", "co", "col", "colo", "conn", "corp", "dec", "dr",
    "feb", "fla", "gen", "gov", "hon", "ill", "inc", "jan", "jr", "jul", "jun", "lt", "ltd", "mar", "mass", "mich",
    "minn", "mr", "mrs", "ms", "nov", "oct", "pa", "pres", "prof", "rep", "rev", "sen", "sep", "sept", "sgt", "sr",
    "st", "tex", "va", "vs", "wash",
];

/// A word of its own wherever it stands.
fn stands_alone(c: char) -> bool {
    "()[]{}<>\"“”„«»‹›–—―…;!?*|•·=%~^".contains(c)
}

fn is_currency(c: char) -> bool {
    "$£€¥₹".contains(c)
}

fn is_apostrophe(c: char) -> bool {
    "'’‘`".contains(c)
}

/// Letters and digits: ASCII ones, and all beyond ASCII but spaces, Latin-1 signs and the blocks of punctuation.
pub(super) fn is_word_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    let code = u32::from(c);
    let sign =
        (0x80..=0xBF).contains(&code) && !matches!(code, 0xAA | 0xB5 | 0xBA) || matches!(code, 0xD7 | 0xF7 | 0xFEFF);
    let block = matches!(code, 0x2000..=0x206F | 0x20A0..=0x20CF | 0x2190..=0x2BFF | 0x3000..=0x303F);
    !(c.is_whitespace() || is_currency(c) || sign || block)
}

fn is_kept(c: char) -> bool {
    is_word_char(c) || is_currency(c)
}

/// The words of a text, in order, as byte ranges.
///
/// 1. White space parts chunks.
/// 2. In a chunk, from left to right: a run of one character that stands alone, or of two or more `-` or `.`, is a
///    word; `,`, `:` and `/` are words unless both neighbours are ASCII digits; a currency sign ends the word it
///    stands in. What lies between is a part.
/// 3. A part loses at its beginning and end the characters that are no letters, digits or currency signs, each a
///    word of its own. A last full stop stays with an initial, an acronym or an abbreviation. A clitic (`'s`, `n't`)
///    is a word.
pub fn split_words(text: &str) -> Vec<Range<usize>> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut words = Words {
        text,
        chars,
        found: Vec::new(),
    };
    let mut at = 0;
    while at < words.chars.len() {
        if words.chars[at].1.is_whitespace() {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        while end < words.chars.len() && !words.chars[end].1.is_whitespace() {
            end += 1;
        }
        words.chunk(at, end);
        at = end;
    }
    words.found
}

struct Words<'a> {
    text: &'a str,
    chars: Vec<(usize, char)>,
    found: Vec<Range<usize>>,
}

impl Words<'_> {
    fn byte(&self, at: usize) -> usize {
        self.chars.get(at).map_or(self.text.len(), |(byte, _)| *byte)
    }

    fn push(&mut self, from: usize, to: usize) {
        self.found.push(self.byte(from)..self.byte(to));
    }

    fn char(&self, at: usize) -> char {
        self.chars[at].1
    }

    fn chunk(&mut self, from: usize, to: usize) {
        let (mut part, mut at) = (from, from);
        while at < to {
            let c = self.char(at);
            let mut run = at + 1;
            while run < to && self.char(run) == c {
                run += 1;
            }
            let stop = if stands_alone(c) || (matches!(c, '-' | '.') && run - at >= 2) {
                run
            } else if matches!(c, ',' | ':' | '/') {
                let digit = |at: usize| self.char(at).is_ascii_digit();
                if at > from && run < to && run == at + 1 && digit(at - 1) && digit(run) {
                    at += 1;
                    continue;
                }
                at + 1
            } else if is_currency(c) {
                self.part(part, at + 1);
                at += 1;
                part = at;
                continue;
            } else {
                at += 1;
                continue;
            };
            self.part(part, at);
            self.push(at, stop);
            at = stop;
            part = stop;
        }
        self.part(part, to);
    }

    fn part(&mut self, mut from: usize, mut to: usize) {
        while from < to && !self.is_clitic(from, to) && !is_kept(self.char(from)) {
            self.push(from, from + 1);
            from += 1;
        }
        let end = to;
        while from < to && !is_kept(self.char(to - 1)) {
            if self.char(to - 1) == '.' && self.keeps_stop(from, to - 1) {
                break;
            }
            to -= 1;
        }
        if from < to {
            let mut cut = to;
            for letters in [3, 2] {
                if cut == to && to - from >= letters && self.is_clitic(to - letters, to) {
                    cut = to - letters;
                }
            }
            if cut == to && to - from > 3 {
                let (n, mark, t) = (self.char(to - 3), self.char(to - 2), self.char(to - 1));
                if matches!(n, 'n' | 'N') && is_apostrophe(mark) && matches!(t, 't' | 'T') {
                    cut = to - 3;
                }
            }
            if from < cut {
                self.push(from, cut);
            }
            if cut < to {
                self.push(cut, to);
            }
        }
        for at in to..end {
            self.push(at, at + 1);
        }
    }

    fn is_clitic(&self, from: usize, to: usize) -> bool {
        if !is_apostrophe(self.char(from)) {
            return false;
        }
        let rest = &self.text[self.byte(from + 1)..self.byte(to)];
        ["s", "re", "ve", "m", "ll", "d"]
            .iter()
            .any(|c| rest.eq_ignore_ascii_case(c))
    }

    /// Whether a word keeps the full stop behind it.
    fn keeps_stop(&self, from: usize, to: usize) -> bool {
        let word = &self.chars[from..to];
        let letter = |c: char| is_word_char(c) && !c.is_ascii_digit();
        if let [(_, c)] = word {
            return letter(*c);
        }
        if word.iter().any(|(_, c)| *c == '.') {
            return word.iter().any(|(_, c)| letter(*c));
        }
        let lower = self.text[self.byte(from)..self.byte(to)].to_ascii_lowercase();
        ABBREVIATIONS.contains(&lower.as_str())
    }
}

/// The text that is handed to the tokenizer for a word: typographic quotes and dashes as plain ones.
pub fn fold(word: &str) -> String {
    word.chars()
        .map(|c| match c {
            '’' | '‘' | '`' => '\'',
            '“' | '”' | '„' => '"',
            '–' | '—' | '―' => '-',
            '…' => '.',
            c => c,
        })
        .collect()
}

/// The letters of a word that have case: true for capitals.
fn cased(word: &str) -> impl Iterator<Item = bool> + '_ {
    word.chars()
        .filter(|c| c.is_uppercase() || c.is_lowercase())
        .map(char::is_uppercase)
}

/// A word's shape, as a place in [`SHAPES`].
pub fn shape(word: &str) -> u8 {
    let upper: Vec<bool> = cased(word).collect();
    let digits = word.bytes().any(|b| b.is_ascii_digit());
    let (any, all) = (upper.contains(&true), !upper.contains(&false));
    if upper.is_empty() {
        return u8::from(digits);
    }
    let mut inner = word.chars();
    inner.next();
    inner.next_back();
    if inner.any(|c| c == '-') {
        if !any {
            return 14;
        }
        let mut parts = word.split('-').filter_map(|part| part.chars().next());
        return match parts.next() {
            Some(c) if c.is_uppercase() && parts.all(|c| c.is_uppercase() || c.is_ascii_digit()) => 11,
            Some(c) if c.is_uppercase() => 12,
            _ => 13,
        };
    }
    if digits {
        return if any { 9 } else { 10 };
    }
    if !any {
        return 2;
    }
    if upper.len() == 1 {
        return 4;
    }
    if all {
        return if word.contains('.') { 6 } else { 5 };
    }
    let rest_lower = !upper[1..].contains(&true);
    if upper[0] && rest_lower {
        return 3;
    }
    if word.starts_with(char::is_uppercase) { 7 } else { 8 }
}

/// What the capitals of a sentence's words say, in order.
pub fn case(words: &[&str]) -> Vec<Case> {
    let mut cases: Vec<Case> = words
        .iter()
        .map(|w| Case {
            shape: shape(w),
            first: 0,
            style: 0,
        })
        .collect();
    if let Some(first) = cases.iter_mut().find(|c| c.shape >= 2) {
        first.first = 1;
    }
    let (mut counted, mut uppers, mut with_upper, mut long, mut capitals) = (0, 0, 0, 0, 0);
    for (word, _) in words.iter().zip(&cases).filter(|(_, case)| case.shape >= 2) {
        let letters: Vec<bool> = cased(word).collect();
        with_upper += usize::from(letters.contains(&true));
        if letters.len() >= 2 {
            counted += 1;
            uppers += usize::from(!letters.contains(&false));
        }
        if letters.len() >= 4 {
            long += 1;
            capitals += usize::from(letters[0]);
        }
    }
    let style = if counted > 0 && uppers * 10 >= counted * 9 {
        1
    } else if counted > 0 && with_upper == 0 {
        2
    } else if counted >= 4 && long >= 3 && capitals * 10 >= long * 9 {
        3
    } else {
        0
    };
    cases.iter_mut().for_each(|c| c.style = style);
    cases
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// Byte offsets of the characters of a text, its end included.
    fn bytes(text: &str) -> Vec<usize> {
        text.char_indices().map(|(byte, _)| byte).chain([text.len()]).collect()
    }

    #[test]
    fn words_and_case_are_those_of_training() {
        let fixture: Value = serde_json::from_str(include_str!("../../tests/cases/entities/parity.json")).unwrap();
        let cases: Vec<&Value> = ["sentences", "splits"]
            .iter()
            .flat_map(|k| fixture[*k].as_array().unwrap())
            .collect();
        assert!(cases.len() > 20);
        for entry in cases {
            let text = entry["text"].as_str().unwrap();
            let bytes = bytes(text);
            let found = split_words(text);
            let words: Vec<&str> = found.iter().map(|s| &text[s.clone()]).collect();
            let at = |v: &Value| bytes[v.as_u64().unwrap() as usize];
            let expected: Vec<Range<usize>> = entry["words"]
                .as_array()
                .unwrap()
                .iter()
                .map(|w| at(&w[0])..at(&w[1]))
                .collect();
            assert_eq!(found, expected, "{text}: {words:?}");
            let found = case(&words);
            let shapes: Vec<u64> = found.iter().map(|c| u64::from(c.shape)).collect();
            assert_eq!(serde_json::json!(shapes), entry["shapes"], "{text}");
            assert_eq!(
                serde_json::json!(found.iter().position(|c| c.first == 1)),
                entry["first"],
                "{text}"
            );
            assert!(
                found
                    .iter()
                    .all(|c| u64::from(c.style) == entry["style"].as_u64().unwrap()),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn words_cover_all_but_white_space(text in "\\PC*|[-A-Za-z0-9.,'’$“ /:]{0,60}|[\\s\\S]{0,80}") {
            let words = split_words(&text);
            let mut at = 0;
            for word in &words {
                prop_assert!(word.start >= at && word.end > word.start);
                prop_assert!(text[at..word.start].chars().all(char::is_whitespace));
                prop_assert!(!text[word.clone()].contains(char::is_whitespace));
                at = word.end;
            }
            prop_assert!(text[at..].chars().all(char::is_whitespace));
            let words: Vec<&str> = words.iter().map(|w| &text[w.clone()]).collect();
            prop_assert!(case(&words).iter().all(|c| usize::from(c.shape) < SHAPES.len() && usize::from(c.style) < STYLES.len()));
        }
    }
}
