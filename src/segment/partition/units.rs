//! What a page is made of: its blocks with what stands between them, and what their words give away.

use std::sync::LazyLock;

use regex::Regex;

use super::super::{boilerplate, dateline};
use crate::document::{Article, BlockKind, Sentence};

/// A block with its sentences and what stands between it and the block before.
#[derive(Debug, Clone, Default)]
pub(super) struct Unit {
    pub sentences: Vec<usize>,
    /// A time or a byline.
    pub timed: bool,
    pub headed: bool,
    /// The heading is a question: what an interviewer or a reader asks.
    pub asked: bool,
    pub separated: bool,
    /// It begins with the place it was filed from.
    pub datelined: bool,
}

impl Unit {
    /// A heading or a separator stands before it.
    pub fn announced(&self) -> bool {
        self.headed || self.separated
    }
}

/// The blocks of a page that have sentences, in order. `furniture` says which sentences are boilerplate: no unit has
/// them.
pub(super) fn units(article: &Article, sentences: &[Sentence], furniture: &[bool]) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut next = Unit::default();
    let mut at = 0;
    for (index, block) in article.blocks.iter().enumerate() {
        let line = article.text.get(block.span.clone()).unwrap_or_default();
        let is_stamp = boilerplate::is_time(line) || boilerplate::is_byline(line);
        match block.kind {
            BlockKind::Separator => next.separated = true,
            BlockKind::Heading if boilerplate::heads_links(line) => {}
            BlockKind::Heading if !is_stamp => {
                next.headed = true;
                next.asked = line.trim_end_matches(['”', '"', '’', '\'']).ends_with(['?', '？']);
                next.timed |= begins_with_time(line);
            }
            _ => next.timed |= is_stamp,
        }
        while sentences.get(at).is_some_and(|s| s.block <= index) {
            if !furniture.get(at).copied().unwrap_or(false) {
                next.sentences.push(at);
            }
            at += 1;
        }
        if !next.sentences.is_empty() {
            next.datelined = dateline::len(line) > 0;
            units.push(std::mem::take(&mut next));
        }
    }
    // Sentences without a block, which only a caller's own split can give.
    next.sentences
        .extend((at..sentences.len()).filter(|&i| !furniture.get(i).copied().unwrap_or(false)));
    if !next.sentences.is_empty() {
        units.push(next);
    }
    units
}

/// "14:05 Ferry sails": a post's time within its heading.
fn begins_with_time(line: &str) -> bool {
    static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^\d{1,2}[:.]\d{2}(?:\s?[aApP]\.?[mM]\.?)?(?:\s?[A-Z]{2,4})?(?:\s|:|-|–|—)")
            .expect("a fixed pattern")
    });
    CLOCK.is_match(line)
}

/// Pronouns and connectives that lean on what stands before.
const LEANS: &[&str] = &[
    "he",
    "she",
    "it",
    "they",
    "his",
    "her",
    "its",
    "their",
    "this",
    "that",
    "these",
    "those",
    "but",
    "and",
    "or",
    "nor",
    "also",
    "however",
    "meanwhile",
    "such",
    "so",
    "then",
    "still",
    "yet",
    "instead",
    "both",
    "another",
    "other",
    "others",
];

/// Other words that an item of a few lines seldom begins with, and paragraphs of running text often.
const GOES_ON: &[&str] = &[
    "the", "there", "i", "we", "you", "for", "if", "as", "some", "many", "in", "on", "at", "when", "while", "after",
    "since",
];

fn first_word(sentence: &str) -> String {
    let first = sentence
        .split(|c: char| !c.is_alphanumeric())
        .find(|word| !word.is_empty());
    first.unwrap_or_default().to_lowercase()
}

/// Whether a sentence begins with a word that leans on one before it, or has no words.
pub(super) fn leans(sentence: &str) -> bool {
    let first = first_word(sentence);
    first.is_empty() || LEANS.contains(&first.as_str())
}

/// Whether a sentence begins a short item: no word that leans or goes on, and a name.
pub(super) fn is_fresh(sentence: &str) -> bool {
    let mut words = sentence.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.next();
    !leans(sentence)
        && !GOES_ON.contains(&first_word(sentence).as_str())
        && words.any(|word| word.starts_with(char::is_uppercase))
}

/// Whether a sentence begins with a quotation mark or a dash.
pub(super) fn is_quote(sentence: &str) -> bool {
    sentence.starts_with(['"', '“', '‘', '\'', '«', '—', '–', '-'])
}

/// Whether sentences invite to read another text: a question to the reader, or "Here's what we know".
pub(super) fn is_teaser(texts: &[&str]) -> bool {
    static INVITES: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i)^(?:here(?:['’]s| is| are)|this is|find out|read|see|watch|listen|discover|take a look at|our (?:\w+ ){1,3}(?:explains?|looks?|reports?|examines?|asks?|has))\b|\b(?:what we know|what you need to know|things to know|all you need to know|explained|read (?:more|our|the full)|(?:explains?|looks at|examines|asks|finds out) (?:why|how|what|whether|if))\b",
        )
        .expect("a fixed pattern")
    });
    let quotes = texts.iter().any(|t| t.contains(['"', '“', '”']));
    let words: usize = texts.iter().map(|t| t.split_whitespace().count()).sum();
    let (Some(first), Some(last)) = (texts.first(), texts.last()) else {
        return false;
    };
    let asks = |text: &str| text.ends_with(['?', '？']);
    texts.len() <= 2
        && words <= 60
        && !quotes
        && (asks(last) || INVITES.is_match(last) || INVITES.is_match(first) || asks(first) && last.starts_with("Our "))
}
