//! The search index: what a page needs to find stories and names without a server.
//!
//! A script cannot fetch a file where a page was opened from a disk, so the index is a script itself: it sets one variable. What is
//! indexed is a *thread*: a story with all days that tell it. Of each: its newest headline, whole, which is also what a result
//! shows; the words of its other headlines; its people, organisations and places; and of its summaries' words the rarest. Names with a page of
//! their own are results too.
//!
//! The index is words and numbers of words. Every distinct word is written once, in alphabetical order, as what differs from the word before
//! (front coding: Witten, Moffat and Bell, Managing Gigabytes, 1999, 4.1.1). Texts are lists of words' numbers, and the commonest words have
//! the shortest numbers: one to four digits of base 92, whose digits are the printable characters of ASCII but `"`, `\` and `<`.
//! There is no inverted index: a search looks at every list, which for 7,300 stories is 200,000 numbers, a few milliseconds.
//!
//! [`LIMIT`] holds for a year of digests: of words of the summaries as many are kept for each story as there is room for.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::archive::{Archive, Thread, fold};

/// What searches: reads the index when the reader turns to the search field, and shows results.
pub(super) const SCRIPT: &str = include_str!("search.js");

/// The most bytes that the index of 365 digests may take; of more digests in proportion.
pub const LIMIT: usize = 300_000;

/// How many words of its summaries are kept for a story, from what all would like to what is left when room is short.
const ROOM: &[usize] = &[40, 32, 26, 21, 17, 14, 11, 9, 7, 5, 3, 1, 0];

/// Words in more than one of so many stories tell none from another. Not asked in small archives.
const COMMON: usize = 8;
const SMALL: usize = 40;

/// UTF-16 units beyond which a word is parted: its length is one digit.
const LONGEST: usize = 40;

/// How much the index takes, and what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Bytes of the script.
    pub bytes: usize,
    /// The most bytes that it was to take.
    pub limit: usize,
    /// Stories.
    pub stories: usize,
    /// People, organisations and places.
    pub names: usize,
    /// Distinct words.
    pub words: usize,
    /// How many words of its summaries a story has at most.
    pub summary_words: usize,
}

/// The index as a script.
pub(super) struct Index {
    pub script: String,
    pub size: Size,
}

/// What is indexed of a thread.
struct Unit<'a> {
    thread: &'a Thread,
    /// The newest headline's words and what stands between them.
    headline: Vec<String>,
    /// Words of names, folded, that the headline has not.
    names: Vec<String>,
    /// Words of other headlines, folded, that neither has.
    told: Vec<String>,
    /// Words of the summaries, folded, that none of them has; the rarest first.
    words: Vec<String>,
}

/// The index of an archive.
pub(super) fn index(archive: &Archive) -> Index {
    let mut threads: Vec<&Thread> = archive.threads.iter().collect();
    // The newest first: so they are found first where nothing else decides.
    threads.sort_by_key(|thread| thread.last().map(|p| (std::cmp::Reverse(p.edition), p.brief, p.at)));
    let mut units: Vec<Unit<'_>> = threads.par_iter().map(|thread| unit(archive, thread)).collect();
    rarest_first(&mut units);
    let limit = LIMIT * archive.editions.len().max(365) / 365;
    let names: Vec<(Vec<String>, &super::archive::NameEntry)> = archive
        .names
        .iter()
        .filter(|n| n.has_page())
        .map(|n| (tokens(&n.name), n))
        .collect();
    // The less room, the smaller: the first that fits is found by halving.
    let too_large = |room: &usize| write(archive, &units, &names, *room).0.len() > limit;
    let room = ROOM[ROOM.partition_point(too_large).min(ROOM.len() - 1)];
    let (script, words) = write(archive, &units, &names, room);
    let size = Size {
        bytes: script.len(),
        limit,
        stories: units.len(),
        names: names.len(),
        words,
        summary_words: room,
    };
    Index { script, size }
}

fn unit<'a>(archive: &Archive, thread: &'a Thread) -> Unit<'a> {
    let newest = thread.last().copied();
    let headline = newest.map(|p| archive.view(p).headline.as_str()).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let headline = tokens(headline);
    seen.extend(headline.iter().map(|token| fold_word(token)));
    let mut fresh = |text: &str| -> Vec<String> {
        let folded = tokens(text).into_iter().filter(|t| is_word(t)).map(|t| fold_word(&t));
        folded
            .filter(|word| !word.is_empty() && seen.insert(word.clone()))
            .collect()
    };
    let names = archive.names_in(thread).flat_map(|name| fresh(&name.name)).collect();
    let told = thread
        .told
        .iter()
        .flat_map(|&p| fresh(&archive.view(p).headline))
        .collect();
    let sentences = thread
        .told
        .iter()
        .rev()
        .flat_map(|&p| archive.view(p).summary.iter().take(3));
    let words = sentences
        .flat_map(|sentence| fresh(&sentence.text))
        .filter(|word| word.chars().count() > 2);
    Unit {
        thread,
        headline,
        names,
        told,
        words: words.collect(),
    }
}

/// Puts each story's summary words in order of how few stories have them, and drops those that too many have.
fn rarest_first(units: &mut [Unit<'_>]) {
    let mut holders: BTreeMap<&str, usize> = BTreeMap::new();
    for word in units.iter().flat_map(|unit| &unit.words) {
        *holders.entry(word).or_default() += 1;
    }
    let ordered: Vec<Vec<String>> = units
        .par_iter()
        .map(|unit| {
            let mut words: Vec<(usize, usize, &String)> = unit
                .words
                .iter()
                .enumerate()
                .map(|(n, word)| (holders[word.as_str()], n, word))
                .collect();
            words.retain(|(count, ..)| units.len() < SMALL || count * COMMON <= units.len());
            words.sort();
            words.into_iter().map(|(.., word)| word.clone()).collect()
        })
        .collect();
    for (unit, words) in units.iter_mut().zip(ordered) {
        unit.words = words;
    }
}

/// Words and what stands between them, in order: two words without anything between are one space apart, two that the text has
/// side by side have an empty text between them. Ideographs and kana are words by themselves.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let text: String = text.nfc().collect();
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut gap = String::new();
    let mut chars = text.chars().peekable();
    // Ends the word that is being read, and begins to look for the next.
    fn close(out: &mut Vec<String>, word: &mut String) {
        if !word.is_empty() {
            out.push(std::mem::take(word));
        }
    }
    fn open(out: &mut Vec<String>, gap: &mut String) {
        let after_word = out.last().is_some_and(|last| is_word(last));
        if gap != " " && (after_word || !gap.is_empty()) || gap == " " && !after_word {
            out.push(std::mem::take(gap));
        }
        gap.clear();
    }
    while let Some(c) = chars.next() {
        let inner = matches!(c, '\'' | '’' | '.' | ',')
            && !word.is_empty()
            && chars
                .peek()
                .is_some_and(|next| next.is_alphanumeric() && !is_ideograph(*next))
            && !word.ends_with(is_ideograph);
        if c.is_alphanumeric() || inner {
            let full = word.encode_utf16().count() >= LONGEST;
            if word.is_empty() {
                open(&mut out, &mut gap);
            } else if full && !inner || is_ideograph(c) || word.ends_with(is_ideograph) {
                close(&mut out, &mut word);
                open(&mut out, &mut gap);
            }
            word.push(c);
        } else {
            close(&mut out, &mut word);
            gap.push(c);
        }
    }
    close(&mut out, &mut word);
    if !gap.is_empty() {
        out.push(gap);
    }
    out.into_iter()
        .flat_map(|token| if is_word(&token) { vec![token] } else { parts(&token) })
        .collect()
}

/// What stands between words, in pieces that are short enough.
fn parts(gap: &str) -> Vec<String> {
    let chars: Vec<char> = gap.chars().collect();
    if chars.is_empty() {
        return vec![String::new()];
    }
    chars.chunks(LONGEST / 2).map(|piece| piece.iter().collect()).collect()
}

/// A word as a reader types it: `26,000` and `26000` are one.
fn fold_word(token: &str) -> String {
    fold(token).replace(' ', "")
}

pub(super) fn is_word(token: &str) -> bool {
    token.starts_with(char::is_alphanumeric)
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{312f}' | '\u{31a0}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Every distinct word with its number.
struct Vocabulary {
    ids: BTreeMap<String, usize>,
    /// As the script has it: the classes of numbers of one, two, three and four digits, each front coded.
    coded: String,
}

/// Digits of base 92.
const DIGITS: usize = 92;
/// First digits below this are whole numbers.
const ONE: usize = 44;
/// First digits below this begin a number of two digits; the others but the last one of three.
const TWO: usize = 84;
/// The first digit of a number of four.
const FOUR: usize = 91;
const TWO_FROM: usize = ONE;
const THREE_FROM: usize = TWO_FROM + (TWO - ONE) * DIGITS;
const FOUR_FROM: usize = THREE_FROM + (FOUR - TWO) * DIGITS * DIGITS;

fn digit(n: usize) -> char {
    // Space to `~`, three left out: `"`, `<` and `\`.
    let mut byte = 0x20 + u8::try_from(n % DIGITS).unwrap_or(0);
    for gone in [b'"', b'<', b'\\'] {
        byte += u8::from(byte >= gone);
    }
    char::from(byte)
}

/// Writes a number: the smaller, the shorter. Beyond some 840,000 all are the same.
fn number(out: &mut String, n: usize) {
    let (first, rest, digits) = if n < TWO_FROM {
        (n, 0, 0)
    } else if n < THREE_FROM {
        let n = n - TWO_FROM;
        (ONE + n / DIGITS, n, 1)
    } else if n < FOUR_FROM {
        let n = n - THREE_FROM;
        (TWO + n / (DIGITS * DIGITS), n, 2)
    } else {
        (FOUR, (n - FOUR_FROM).min(DIGITS.pow(3) - 1), 3)
    };
    out.push(digit(first));
    for place in (0..digits).rev() {
        out.push(digit(rest / DIGITS.pow(place) % DIGITS));
    }
}

/// How a word is written: in small letters where a rule brings its capitals back.
fn cased(word: &str) -> (String, usize) {
    let simple = word
        .chars()
        .all(|c| c < '\u{250}' && !matches!(c, 'ß' | 'ŉ' | 'ı' | 'İ' | 'ǰ' | 'ÿ' | 'µ'));
    let lower = word.to_lowercase();
    if simple && lower != word {
        let mut letters = lower.chars();
        let capital: String = letters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .chain(letters)
            .collect();
        if capital == word {
            return (lower, 1);
        }
        if lower.to_uppercase() == word {
            return (lower, 2);
        }
    }
    (word.to_string(), 0)
}

impl Vocabulary {
    fn new(counts: &BTreeMap<&str, usize>) -> Self {
        let mut words: Vec<(&str, usize)> = counts.iter().map(|(word, n)| (*word, *n)).collect();
        words.sort_by_key(|(word, n)| (std::cmp::Reverse(*n), *word));
        let mut ids = BTreeMap::new();
        let mut coded = String::new();
        let mut from = 0;
        for until in [TWO_FROM, THREE_FROM, FOUR_FROM, usize::MAX] {
            let until = until.min(words.len());
            let mut class: Vec<((String, usize), &str)> = words[from.min(until)..until]
                .iter()
                .map(|(word, _)| (cased(word), *word))
                .collect();
            class.sort();
            let mut before = String::new();
            for (n, ((text, case), word)) in class.into_iter().enumerate() {
                ids.insert(word.to_string(), from + n);
                front_code(&mut coded, &before, &text, case);
                before = text;
            }
            from = from.max(until);
        }
        Vocabulary { ids, coded }
    }

    fn word(&self, out: &mut String, word: &str) {
        number(out, self.ids.get(word).copied().unwrap_or_default());
    }
}

/// One digit for how much of the word before this one begins with and for its case, one for how much follows, and that. Lengths are UTF-16
/// units, as scripts count.
fn front_code(out: &mut String, before: &str, text: &str, case: usize) {
    const MOST: usize = 29;
    let mut units = 0;
    let mut bytes = 0;
    for (a, b) in text.chars().zip(before.chars()) {
        if a != b || units + a.len_utf16() > MOST {
            break;
        }
        units += a.len_utf16();
        bytes += a.len_utf8();
    }
    let rest = &text[bytes..];
    out.push(digit(units * 3 + case));
    out.push(digit(rest.encode_utf16().count()));
    out.push_str(rest);
}

/// The script, and how many words it has.
fn write(
    archive: &Archive,
    units: &[Unit<'_>],
    names: &[(Vec<String>, &super::archive::NameEntry)],
    room: usize,
) -> (String, usize) {
    // A folded word is written as headlines write it, where they do, so that it is there once.
    let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
    for token in units
        .iter()
        .flat_map(|u| &u.headline)
        .chain(names.iter().flat_map(|(tokens, _)| tokens))
    {
        *shown.entry(token).or_default() += 1;
    }
    let mut forms: BTreeMap<String, (usize, &str)> = BTreeMap::new();
    for (&token, &n) in shown.iter().filter(|(token, _)| is_word(token)) {
        let form = forms.entry(fold_word(token)).or_insert((n, token));
        if n > form.0 {
            *form = (n, token);
        }
    }
    let as_shown = |word: &'_ String| -> String { forms.get(word).map_or(word.as_str(), |(_, form)| form).to_string() };
    let hidden: Vec<[Vec<String>; 2]> = units
        .par_iter()
        .map(|unit| {
            // Names and words of other headlines have a limit as well, since a story may go on for a year.
            let told = unit.told.iter().take(4 + room);
            [
                unit.names.iter().take(8 + room).map(as_shown).collect(),
                told.chain(unit.words.iter().take(room)).map(as_shown).collect(),
            ]
        })
        .collect();
    let mut counts = shown.clone();
    for word in hidden.iter().flatten().flatten() {
        *counts.entry(word).or_default() += 1;
    }
    let vocabulary = Vocabulary::new(&counts);
    let list = |out: &mut String, words: &[String]| {
        number(out, words.len());
        for word in words {
            vocabulary.word(out, word);
        }
    };
    let mut stories = String::new();
    let mut before = archive.editions.len().saturating_sub(1);
    for (unit, hidden) in units.iter().zip(&hidden) {
        list(&mut stories, &unit.headline);
        for words in hidden {
            list(&mut stories, words);
        }
        let (Some(first), Some(&last)) = (unit.thread.told.first(), unit.thread.last()) else {
            continue;
        };
        number(&mut stories, before - last.edition);
        before = last.edition;
        number(&mut stories, last.edition - first.edition);
        // 0 and 1: a page of its own; else a place on the page of its day.
        match hexadecimal(&unit.thread.slug) {
            _ if !unit.thread.has_page() => number(&mut stories, 2 + 2 * last.at + usize::from(last.brief)),
            Some(digits) => {
                number(&mut stories, 0);
                stories.push_str(&digits);
            }
            None => {
                number(&mut stories, 1);
                text(&mut stories, &unit.thread.slug);
            }
        }
    }
    let mut people = String::new();
    for (tokens, name) in names {
        list(&mut people, tokens);
        number(&mut people, name.threads.len());
        number(&mut people, kind(name.kind));
        // Most addresses can be told from the name.
        let plain = fold(&name.name).replace(' ', "-") == name.slug;
        number(&mut people, usize::from(!plain));
        if !plain {
            text(&mut people, &name.slug);
        }
    }
    let days: Vec<&str> = archive.editions.iter().map(|e| e.stem.as_str()).collect();
    let value = serde_json::json!({
        "version": 1,
        "days": days.join(" "),
        "counts": [counts.len(), units.len(), names.len()],
        "words": vocabulary.coded,
        "stories": stories,
        "names": people,
    });
    // JSON is JavaScript; what would end a script element or was not JavaScript before 2019 is written by number.
    let json = value
        .to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029");
    (format!("self.broadsheetIndex={json};\n"), counts.len())
}

fn kind(kind: crate::document::EntityKind) -> usize {
    match kind {
        crate::document::EntityKind::Per => 0,
        crate::document::EntityKind::Org => 1,
        _ => 2,
    }
}

/// Twelve hexadecimal digits, as threads' ids are, in eight of base 92.
fn hexadecimal(slug: &str) -> Option<String> {
    let hex = slug.len() == 12 && slug.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let value = u64::from_str_radix(slug, 16).ok().filter(|_| hex)?;
    let base = DIGITS as u64;
    Some(
        (0..8)
            .rev()
            .map(|place| digit((value / base.pow(place) % base) as usize))
            .collect(),
    )
}

/// A short text of ASCII letters and digits: its length and it.
fn text(out: &mut String, text: &str) {
    number(out, text.len());
    out.push_str(text);
}
