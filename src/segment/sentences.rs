//! Sentence splitting: rules over full stops and what stands on either side of them, for news in English first, with
//! what Chinese, Japanese, French, German and tokenised text need besides.
//!
//! A terminator ends a sentence unless something speaks against it: an abbreviation or initial before it, a word in
//! lower case or a speaker's tag after it, no white space where there should be some. The idea of weighing a full
//! stop by both neighbours is Palmer and Hearst's (Satz, 1997); the classes of abbreviations follow Kiss and Strunk
//! (Punkt, 2006), here as lists, since one article is too little to learn them from.

mod words;

#[cfg(test)]
mod tests;

use std::ops::Range;

use self::words::Abbreviation;

/// The sentences of one block of text, as byte ranges in order, without white space at either end. White space in
/// the block, line breaks included, is all one, but for an empty line, which no sentence crosses. Stretches without
/// any letter or digit are no sentences.
pub(super) fn split(text: &str) -> Vec<Range<usize>> {
    Splitter::new(text).run()
}

/// A block as characters, so that both sides of a terminator can be looked at.
struct Splitter<'a> {
    text: &'a str,
    /// Byte position and character.
    chars: Vec<(usize, char)>,
    /// Whether a straight quotation mark is open before each character.
    open: Vec<bool>,
    /// The text makes no difference between capitals and small letters, so a small letter can start a sentence.
    small: bool,
    /// As `small`, or all in capitals.
    caseless: bool,
}

/// The first word after a possible end of a sentence.
struct Next {
    /// In lower case, with its apostrophes; empty if no word follows.
    word: String,
    /// How it begins.
    begins: Begins,
    /// A dash stands before it.
    dash: bool,
    /// Where it starts.
    at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begins {
    Capital,
    Small,
    /// A letter of a script without capitals.
    Uncased,
    Digit,
    /// `$`, `#`, a bullet: what can start a sentence and is no letter.
    Symbol,
    /// A comma or the like, which cannot.
    Inside,
}

impl<'a> Splitter<'a> {
    fn new(text: &'a str) -> Self {
        let chars: Vec<(usize, char)> = text.char_indices().collect();
        let mut open = Vec::with_capacity(chars.len() + 1);
        let mut inside = false;
        let (mut capitals, mut smalls) = (0usize, 0usize);
        for &(_, c) in &chars {
            open.push(inside);
            inside ^= c == '"';
            capitals += usize::from(c.is_uppercase());
            smalls += usize::from(c.is_lowercase());
        }
        let begins_small = chars
            .iter()
            .find(|(_, c)| c.is_alphabetic())
            .is_some_and(|(_, c)| c.is_lowercase());
        let small = begins_small && smalls >= 12 && capitals * 100 <= smalls;
        let shouted = capitals >= 12 && smalls * 100 <= capitals;
        Splitter {
            text,
            chars,
            open,
            small,
            caseless: small || shouted,
        }
    }

    fn char(&self, i: usize) -> Option<char> {
        self.chars.get(i).map(|&(_, c)| c)
    }

    fn byte(&self, i: usize) -> usize {
        self.chars.get(i).map_or(self.text.len(), |&(b, _)| b)
    }

    fn is_gap(&self, i: usize) -> bool {
        self.char(i).is_none_or(char::is_whitespace)
    }

    fn skip_space(&self, mut i: usize) -> usize {
        while self.char(i).is_some_and(char::is_whitespace) {
            i += 1;
        }
        i
    }

    /// Where an empty line that begins at `i` ends.
    fn empty_line(&self, i: usize) -> Option<usize> {
        if self.char(i) != Some('\n') {
            return None;
        }
        let end = self.skip_space(i);
        (self.chars[i..end].iter().filter(|(_, c)| *c == '\n').count() > 1).then_some(end)
    }

    fn run(&self) -> Vec<Range<usize>> {
        let mut out = Vec::new();
        let mut start = self.skip_space(0);
        let mut i = start;
        while i < self.chars.len() {
            if let Some(end) = self.empty_line(i) {
                self.push(&mut out, start, i);
                (start, i) = (end, end);
                continue;
            }
            if !self.char(i).is_some_and(is_terminator) {
                i += 1;
                continue;
            }
            let run = self.terminators(i);
            let close = self.closers(run);
            if self.ends(start, i, run, close) {
                self.push(&mut out, start, close);
                start = self.skip_space(close);
                i = start;
            } else {
                i = run;
            }
        }
        self.push(&mut out, start, self.chars.len());
        out
    }

    fn push(&self, out: &mut Vec<Range<usize>>, start: usize, end: usize) {
        let (from, to) = (self.byte(start), self.byte(end));
        let piece = &self.text[from..to];
        if piece.chars().any(char::is_alphanumeric) {
            let from = from + (piece.len() - piece.trim_start().len());
            out.push(from..from + piece.trim().len());
        }
    }

    /// One past the terminators that begin at `i`: `?!`, `...`, `. . .`.
    fn terminators(&self, mut i: usize) -> usize {
        loop {
            i += 1;
            if self.char(i).is_some_and(is_terminator) {
                continue;
            }
            let spaced = self.char(i) == Some(' ') && self.char(i + 1) == Some('.') && self.char(i - 1) == Some('.');
            if !spaced || self.char(i + 2).is_some_and(char::is_alphanumeric) {
                return i;
            }
        }
    }

    /// One past the closing quotation marks, brackets and footnote marks that follow a terminator.
    fn closers(&self, mut i: usize) -> usize {
        loop {
            let Some(c) = self.char(i) else { return i };
            let ends_here = |n: usize| self.char(i + n).is_none_or(|c| !c.is_alphanumeric());
            let length = match c {
                ')' | ']' | '}' | '”' | '»' | '›' | '」' | '』' | '）' | '】' | '》' | '〉' => 1,
                '’' | '\'' | '“' | '‘' | '«' if ends_here(1) && self.is_closing(i) => 1,
                '"' if self.open[i] || self.is_gap(i + 1) => 1,
                '[' => self.footnote(i),
                // Tokenised text: the closing mark stands alone.
                ' ' | '\u{a0}' | '\u{202f}' => match (self.char(i + 1), self.char(i + 2)) {
                    (Some('\''), Some('\'')) if self.is_gap(i + 3) => 3,
                    (Some('”' | '»' | ')' | '’'), _) if self.is_gap(i + 2) => 2,
                    (Some('"'), _) if self.open[i + 1] && self.is_gap(i + 2) => 2,
                    _ => 0,
                },
                _ => 0,
            };
            if length == 0 {
                return i;
            }
            i += length;
        }
    }

    /// Whether a mark that can open as well as close closes here: white space, the end or another mark follows.
    fn is_closing(&self, i: usize) -> bool {
        self.is_gap(i + 1) || self.char(i + 1).is_some_and(|c| !c.is_alphanumeric() && !is_opener(c))
    }

    /// The length of `[12]` at `i`, or 0.
    fn footnote(&self, i: usize) -> usize {
        let digits = self.chars[i + 1..]
            .iter()
            .take(4)
            .take_while(|(_, c)| c.is_ascii_digit())
            .count();
        if (1..=3).contains(&digits) && self.char(i + 1 + digits) == Some(']') {
            digits + 2
        } else {
            0
        }
    }

    /// Whether the sentence that begins at `start` ends with the terminators `at..run` and the closers up to `close`.
    fn ends(&self, start: usize, at: usize, run: usize, close: usize) -> bool {
        if !self.chars[start..at].iter().any(|(_, c)| c.is_alphanumeric()) {
            return false;
        }
        let after = self.skip_space(close);
        if after >= self.chars.len() {
            return true;
        }
        let first = self.chars[at].1;
        let quoted = self.chars[run..close].iter().any(|(_, c)| is_quote(*c));
        if is_full(first) {
            return !(quoted && self.is_cjk_speech(after));
        }
        let next = self.next(after);
        if next.begins == Begins::Inside {
            return false;
        }
        if after == close {
            return self.ends_without_space(at, run, &next);
        }
        // What stands between a comma and a space is a mangled quotation mark, and so is what clings to a next word.
        if first == '?' && matches!(self.char(at.wrapping_sub(1)), Some(',')) {
            return false;
        }
        let dots = self.chars[at..run].iter().filter(|(_, c)| *c == '.').count();
        if first == '…' || dots > 1 {
            return self.can_begin(&next) && next.word != "i" && !next.word.starts_with("i'");
        }
        if first != '.' {
            let name = first == '!' && self.word_before(at) == "Yahoo" && !words::starts(&next.word);
            return self.can_begin(&next) && !name && !(quoted && self.is_speech(next.at));
        }
        self.ends_with_full_stop(start, at, quoted, &next)
    }

    /// The same for one full stop with white space after it.
    fn ends_with_full_stop(&self, start: usize, at: usize, quoted: bool, next: &Next) -> bool {
        let whole = self.word_before(at);
        let word = whole.rsplit(['-', '–', '—', '/', '+']).next().unwrap_or_default();
        let starter = words::starts(&next.word);
        if !self.can_begin(next) {
            // A forgotten capital: "he left. then it rained".
            let plain = word.chars().count() > 3 && word.chars().all(char::is_lowercase);
            return !quoted
                && plain
                && words::abbreviation(word, true).is_none()
                && words::starts_in_lower_case(&next.word);
        }
        if next.begins == Begins::Symbol && !next.word.is_empty() && is_bullet(&next.word) {
            return true;
        }
        // “We are done.” – Anna Hale
        if quoted && next.dash {
            return false;
        }
        let length = word.chars().count();
        if at - whole.chars().count() == start && self.is_enumerator(word) {
            return false;
        }
        match words::abbreviation(word, self.caseless) {
            Some(Abbreviation::Never) => return false,
            Some(Abbreviation::Number) => return next.begins != Begins::Digit,
            Some(Abbreviation::Either) => return starter && next.begins != Begins::Digit,
            Some(Abbreviation::Clock) if next.begins == Begins::Small => {
                return words::starts_in_lower_case(&next.word);
            }
            Some(Abbreviation::Clock) => return !words::follows_clock(&next.word),
            None => {}
        }
        if length == 1 && word.chars().all(char::is_alphabetic) && (word.chars().all(char::is_uppercase) || self.small)
        {
            return next.begins != Begins::Digit && starter || self.small && word == "i";
        }
        // German ordinals: "am 3. Oktober".
        let ordinal = (1..=2).contains(&length) && word.chars().all(|c| c.is_ascii_digit());
        !(ordinal && is_german_month(&next.word))
    }

    /// A terminator with no white space after it ends a sentence where a space was lost: "on Friday.Police said".
    fn ends_without_space(&self, at: usize, run: usize, next: &Next) -> bool {
        if next.begins != Begins::Capital || (run - at > 1 && self.chars[at].1 != '.') {
            return false;
        }
        let word = self.word_before(at);
        let last = word.chars().next_back();
        let plain = word.chars().filter(|c| c.is_lowercase()).count() >= 2 && last.is_some_and(char::is_lowercase);
        let number = word.chars().filter(char::is_ascii_digit).count() >= 2
            && last.is_some_and(|c| c.is_ascii_digit() || c == '%');
        let closed = word.is_empty() && self.char(at.wrapping_sub(1)).is_some_and(|c| is_quote(c) || c == ')');
        if !(plain || number || closed) || word.contains(['@', '/', '.', '_', '=', '&']) {
            return false;
        }
        let follower = &self.chars[next.at..];
        let length = follower.iter().take_while(|(_, c)| c.is_alphanumeric()).count();
        let ends_well = follower
            .get(length)
            .is_none_or(|(_, c)| c.is_whitespace() || matches!(c, ',' | '\'' | '’' | '-' | ':' | '?'));
        let whole = if length == 1 {
            matches!(next.word.as_str(), "a" | "i") || next.word.starts_with("i'")
        } else {
            follower.get(1).is_some_and(|(_, c)| c.is_lowercase()) && !words::is_suffix(&next.word)
        };
        let short = words::abbreviation(&word, false);
        ends_well && whole && (short.is_none() || words::starts(&next.word) && short != Some(Abbreviation::Never))
    }

    /// "1." or "b." at the beginning numbers what follows.
    fn is_enumerator(&self, word: &str) -> bool {
        let length = word.chars().count();
        (1..=3).contains(&length) && word.chars().all(|c| c.is_ascii_digit())
            || length == 1 && word.chars().all(char::is_alphabetic)
    }

    fn can_begin(&self, next: &Next) -> bool {
        match next.begins {
            Begins::Capital | Begins::Uncased | Begins::Digit | Begins::Symbol => true,
            Begins::Small => self.small,
            Begins::Inside => false,
        }
    }

    /// The word that ends before `at`, without what opens before it.
    fn word_before(&self, at: usize) -> String {
        let mut from = at;
        while from > 0 {
            let c = self.chars[from - 1].1;
            if c.is_whitespace()
                || is_opener(c)
                || is_quote(c)
                || matches!(c, ')' | ']' | ',' | ';' | ':' | '!' | '?' | '…')
            {
                break;
            }
            from -= 1;
            if at - from > 40 {
                break;
            }
        }
        self.text[self.byte(from)..self.byte(at)].to_string()
    }

    fn next(&self, after: usize) -> Next {
        let mut i = after;
        let mut dash = false;
        while let Some(c) = self.char(i) {
            if is_opener(c) || is_quote(c) || c.is_whitespace() || matches!(c, '-' | '–' | '—' | '¿' | '¡') {
                dash |= matches!(c, '-' | '–' | '—');
                i += 1;
            } else {
                break;
            }
        }
        // A dash that ends the sentence's line, or nothing but marks: nothing begins there.
        let Some(c) = self.char(i) else {
            return Next {
                word: String::new(),
                begins: Begins::Inside,
                dash,
                at: i,
            };
        };
        let letters = |c: &(usize, char)| c.1.is_alphanumeric() || matches!(c.1, '\'' | '’');
        let word: String = self.chars[i..]
            .iter()
            .take(24)
            .take_while(|c| letters(c))
            .map(|c| c.1)
            .collect();
        let camel = || {
            // iPhone, eBay, al-Shabab: names that begin with a small letter.
            let mut rest = self.chars[i + 1..].iter().map(|c| c.1);
            match (rest.next(), rest.next(), rest.next()) {
                (Some(b), Some(c), _) if b.is_uppercase() && c.is_lowercase() => true,
                (Some('l'), Some('-'), Some(d)) => d.is_uppercase(),
                _ => false,
            }
        };
        let begins = if c.is_uppercase() {
            Begins::Capital
        } else if c.is_lowercase() {
            if camel() { Begins::Capital } else { Begins::Small }
        } else if c.is_numeric() {
            Begins::Digit
        } else if c.is_alphabetic() {
            Begins::Uncased
        } else if matches!(
            c,
            '$' | '£' | '€' | '¥' | '₹' | '#' | '@' | '•' | '*' | '·' | '▪' | '►' | '>' | '~'
        ) || c as u32 > 0x2190
        {
            Begins::Symbol
        } else {
            Begins::Inside
        };
        let word = if begins == Begins::Symbol {
            c.to_string()
        } else {
            word.to_lowercase().replace('’', "'")
        };
        Next {
            word: word.trim_end_matches('\'').to_string(),
            begins,
            dash,
            at: i,
        }
    }

    /// Whether the words at `i` name who spoke: up to four words and a verb of speech ("Mr Jones asked").
    fn is_speech(&self, i: usize) -> bool {
        let from = self.byte(i);
        let clause = self.text[from..]
            .split(['.', '!', '?', '"', '“', ';', '\n'])
            .next()
            .unwrap_or_default();
        // A full stop after a title is no end of the clause.
        let clause = if clause.len() < 5 {
            self.text[from..]
                .split(['!', '?', '"', '“', ';'])
                .next()
                .unwrap_or_default()
        } else {
            clause
        };
        clause
            .split_whitespace()
            .take(6)
            .skip(1)
            .any(|word| words::speaks(word.trim_end_matches([',', '.', ':'])))
    }

    /// Whether a Chinese or Japanese speaker's tag follows a closed quotation (「...！」と言った, “...！”他说).
    fn is_cjk_speech(&self, after: usize) -> bool {
        self.char(after) == Some('と')
            || self.chars[after..]
                .iter()
                .take(8)
                .take_while(|(_, c)| c.is_alphabetic())
                .any(|(_, c)| matches!(c, '说' | '說' | '道' | '问' | '問' | '称' | '稱' | '喊' | '答'))
    }
}

/// What can end a sentence.
fn is_terminator(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '‼' | '⁇' | '⁈' | '⁉') || is_full(c)
}

/// What ends a sentence with or without white space after it.
fn is_full(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡' | '।' | '॥' | '۔' | '؟' | '።' | '။')
}

fn is_opener(c: char) -> bool {
    matches!(
        c,
        '(' | '[' | '{' | '“' | '‘' | '„' | '‚' | '«' | '‹' | '「' | '『' | '（' | '【' | '《' | '〈' | '`'
    )
}

fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '“' | '”' | '‘' | '’' | '„' | '«' | '»' | '‹' | '›' | '`' | '「' | '」' | '『' | '』'
    )
}

fn is_bullet(word: &str) -> bool {
    matches!(word, "•" | "·" | "▪" | "►" | "*" | ">")
}

fn is_german_month(word: &str) -> bool {
    matches!(
        word,
        "januar"
            | "februar"
            | "märz"
            | "april"
            | "mai"
            | "juni"
            | "juli"
            | "august"
            | "september"
            | "oktober"
            | "november"
            | "dezember"
    )
}
