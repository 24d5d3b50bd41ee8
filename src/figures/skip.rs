//! What may stand between a verb of saying and what is said: when, where and to whom.

use super::lexicon::{DETERMINER, PREPOSITION, WEEKDAY, WHEN, one_of};
use super::words::{Word, lower};

/// Past "on Saturday", "late on Monday", "in a statement", "this week" after a verb of saying.
pub(super) fn skip_when(words: &[Word], from: usize, verb: &str) -> usize {
    let mut at = from;
    if verb.starts_with("tell") || verb == "told" {
        at = object_end(words, at);
    }
    loop {
        let word = lower(words, at);
        let next = lower(words, at + 1);
        if matches!(word, "in" | "at" | "on" | "during")
            && matches!(next, "a" | "an" | "the" | "its" | "his" | "her" | "their")
        {
            // "in a statement on Friday", "at a news conference"
            let mut end = at + 2;
            while end < words.len() && end < at + 6 {
                if one_of(
                    lower(words, end),
                    "statement conference briefing report post tweet filing interview update letter speech \
                address memo article bulletin release note website facebook telegram",
                ) {
                    break;
                }
                end += 1;
            }
            if end < words.len() && end < at + 6 {
                at = end + 1;
                continue;
            }
            return at;
        }
        if matches!(word, "on" | "late" | "early" | "last" | "this") && (WEEKDAY.has(next) || WHEN.has(next)) {
            at += 2;
        } else if WEEKDAY.has(word)
            || one_of(
                word,
                "yesterday today tonight later earlier overnight also again morning afternoon evening \
                night noon midday",
            )
        {
            at += 1;
        } else if word == "at" && matches!(next, "noon" | "midday" | "midnight") {
            at += 2;
        } else {
            return at;
        }
    }
}

/// Past whom somebody told: "reporters", "the BBC", "a news conference on Friday".
pub(super) fn object_end(words: &[Word], from: usize) -> usize {
    let mut at = from;
    if DETERMINER.has(lower(words, at)) {
        at += 1;
    }
    let first = at;
    while words
        .get(at)
        .is_some_and(|w| w.is_word() && w.capital && !WEEKDAY.has(&w.lower))
    {
        at += 1;
    }
    if at == first {
        at += usize::from(words.get(at).is_some_and(|w| w.is_word() && !PREPOSITION.has(&w.lower)));
        if one_of(
            lower(words, at),
            "conference agency briefing committee channel hearing inquiry newspaper station news \
                television radio programme meeting",
        ) {
            at += 1;
            if matches!(lower(words, at), "conference" | "agency") {
                at += 1;
            }
        }
    } else if matches!(lower(words, at), "news" | "newspaper" | "radio" | "television" | "tv") {
        at += 1;
        if lower(words, at) == "agency" {
            at += 1;
        }
    }
    skip_when(words, at, "")
}
