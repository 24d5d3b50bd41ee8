//! Shorter sentences by leaving words out: what a sentence says beside its point, by rule.
//!
//! Asides in brackets or between dashes, relative clauses between commas, clauses that a conjunction hangs on behind a
//! comma, an opening such as "Meanwhile," and an attribution at the end that names nobody (the first steps of Knight
//! and Marcu 2000 and of Hedge Trimmer, Dorr et al. 2003, without a parser). Nothing that holds a figure, a name or a
//! negation is left out, and whoever calls must have the result verified.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// A sentence of fewer words than this is short enough, and no sentence is made shorter than this.
const LEAST: usize = 8;

/// What may go, each a pattern whose first group is left out.
static ASIDES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // (in brackets), – between dashes –
        r"(\s\([^()]{1,200}\))",
        r"(\s[–—]\s[^–—]{1,160}\s[–—])\s",
        // , which was built by hand,   at the end too
        r"(,\s(?:which|who|whose|where|whom)\s[^,;:]{1,160},)",
        r"(,\s(?:which|who|whose|where|whom)\s[^,;:]{1,200})[.!]$",
        // , while others watched.   , as rescuers dug on.
        r"(,\s(?:as|while|although|though|because|since|adding|amid|despite|leaving|prompting|whereas)\s[^,;:]{1,200})[.!]$",
        // , officials said on arrival.   , according to police.
        r"(,\s(?:[a-z’'-]+\s){1,4}(?:said|says|told\sreporters|reported)(?:\s[a-z]+){0,4})[.!]$",
        r"(,\saccording\sto\s[^,;:]{1,100})[.!]$",
    ]
    .iter()
    .map(|pattern| Regex::new(pattern).expect("a pattern that a test reads"))
    .collect()
});

/// Openings that say how the sentence hangs on another.
static OPENING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:(?:However|Meanwhile|In addition|Also|Moreover|Furthermore|Still|Instead|Indeed|In fact|Of course|Besides), |(?:While|Although|Though|As|Because|Since) [^,;:]{1,160}, )")
        .expect("a pattern that a test reads")
});

/// Words that turn a sentence round: what holds one stays.
pub(super) const NEGATIONS: &[&str] = &[
    "not",
    "no",
    "nobody",
    "none",
    "nor",
    "neither",
    "never",
    "nothing",
    "without",
    "cannot",
    "unless",
    "except",
    "hardly",
    "barely",
    "deny",
    "denies",
    "denied",
    "refuse",
    "refuses",
    "refused",
    "fail",
    "fails",
    "failed",
    "but",
    "only",
    "if",
    "alleged",
    "allegedly",
    "suspected",
    "claimed",
    "may",
    "might",
    "could",
    "unlikely",
];

/// The sentence without its asides, or `None` where there is nothing to leave out.
pub(super) fn compress(sentence: &str) -> Option<String> {
    // What is quoted was said so.
    if sentence.contains(['"', '“', '”', '[']) {
        return None;
    }
    let mut text = sentence.to_owned();
    if let Some(opening) = OPENING.find(&text).map(|found| found.range()) {
        text = leave_out(&text, opening).unwrap_or(text);
    }
    for aside in ASIDES.iter() {
        while let Some(range) = aside.captures(&text).and_then(|found| Some(found.get(1)?.range())) {
            match leave_out(&text, range) {
                Some(shorter) => text = shorter,
                None => break,
            }
        }
    }
    let first = text.chars().next()?;
    text.replace_range(..first.len_utf8(), &first.to_uppercase().to_string());
    (text != sentence).then_some(text)
}

/// The text without a range, where that holds nothing that must stay and enough is left.
fn leave_out(text: &str, range: Range<usize>) -> Option<String> {
    let gone = &text[range.clone()];
    let mut words = gone
        .split(|c: char| !c.is_alphanumeric() && c != '’' && c != '\'')
        .filter(|w| !w.is_empty());
    let opens = range.start == 0;
    let must_stay = words.clone().any(|word| {
        let lower = word.to_lowercase();
        word.chars().any(|c| c.is_numeric())
            || NEGATIONS.contains(&lower.as_str())
            || lower.ends_with("n’t")
            || lower.ends_with("n't")
    });
    // A capital is a name, but for the first word of the sentence.
    let named = words
        .by_ref()
        .skip(usize::from(opens))
        .any(|word| word.chars().any(char::is_uppercase));
    if must_stay || named {
        return None;
    }
    let shorter = format!("{}{}", &text[..range.start], &text[range.end..]);
    (shorter.split_whitespace().count() >= LEAST).then_some(shorter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asides_go() {
        for (long, short) in [
            (
                "The old bridge, which was built by hand, collapsed on Tuesday under two lorries.",
                "The old bridge collapsed on Tuesday under two lorries.",
            ),
            (
                "Meanwhile, the council (a small one) met at noon to vote on the harbour.",
                "The council met at noon to vote on the harbour.",
            ),
            (
                "At least 12 people were hurt when a stand fell in Ansel, officials said.",
                "At least 12 people were hurt when a stand fell in Ansel.",
            ),
            (
                "The ferry returned to Pell with all its passengers, as rescuers watched from the shore.",
                "The ferry returned to Pell with all its passengers.",
            ),
        ] {
            assert_eq!(compress(long).as_deref(), Some(short));
        }
    }

    #[test]
    fn figures_names_negations_and_quotations_stay() {
        for sentence in [
            "The old bridge, which cost 3 million to build, collapsed on Tuesday under two lorries.",
            "The old bridge, which Ada Quill designed herself, collapsed on Tuesday under two lorries.",
            "The old bridge, which was not inspected, collapsed on Tuesday under two heavy lorries.",
            "The mayor said the bridge, “which was old”, had collapsed under two lorries.",
            "The bridge fell, officials said.",
        ] {
            assert_eq!(compress(sentence), None, "{sentence}");
        }
    }

    proptest::proptest! {
        #[test]
        fn only_words_of_the_sentence_are_left(sentence in "[A-Z][a-z ,()–’]{0,120}[.]") {
            if let Some(shorter) = compress(&sentence) {
                let mut rest = sentence.to_lowercase();
                for c in shorter.to_lowercase().chars() {
                    let at = rest.find(c);
                    proptest::prop_assert!(at.is_some(), "{shorter}");
                    rest = rest.split_off(at.unwrap_or(0) + c.len_utf8());
                }
                proptest::prop_assert!(shorter.len() < sentence.len());
            }
        }
    }
}
