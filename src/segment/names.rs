//! The names in a text's sentences, told by their capitals: enough to see whether two stretches speak of the same
//! people and places, and whether a paragraph introduces anybody.

use std::collections::{BTreeMap, BTreeSet};

use crate::words::is_calendar;

/// Titles: with the days and months, the words with a capital that name nothing of a text's own.
const TITLES: &[&str] = &["mr", "mrs", "ms", "dr"];

/// A text in which more than this share of the words has a capital (German, headlines) does not tell names by it.
const MOST_CAPITALS: f64 = 0.3;

/// The names of each sentence as numbers, each once, in order. All are empty where capitals do not tell names.
pub(super) fn names(texts: &[&str]) -> Vec<Vec<usize>> {
    // A word and whether it begins a sentence, where everything has a capital.
    let words: Vec<Vec<(&str, bool)>> = texts
        .iter()
        .map(|text| {
            let mut first = true;
            text.split(|c: char| !c.is_alphanumeric() && c != '.' && c != '!' && c != '?' && c != ':')
                .filter(|word| word.chars().any(char::is_alphanumeric))
                .map(|word| {
                    let begins = first;
                    first = word.ends_with(['.', '!', '?', ':']);
                    (word.trim_matches(|c: char| !c.is_alphanumeric()), begins)
                })
                .collect()
        })
        .collect();
    let inner = || words.iter().flatten().filter(|(_, begins)| !begins);
    let (all, capitals) = (inner().count(), inner().filter(|(word, _)| is_name(word)).count());
    if capitals as f64 > MOST_CAPITALS * all as f64 {
        return vec![Vec::new(); texts.len()];
    }
    let known: BTreeSet<&str> = inner().map(|(word, _)| *word).filter(|word| is_name(word)).collect();
    let number: BTreeMap<&str, usize> = known.iter().enumerate().map(|(n, word)| (*word, n)).collect();
    words
        .iter()
        .map(|sentence| {
            let own: BTreeSet<usize> = sentence
                .iter()
                .filter_map(|(word, _)| number.get(word).copied())
                .collect();
            own.into_iter().collect()
        })
        .collect()
}

fn is_name(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
        && word.chars().nth(1).is_some()
        && !is_calendar(&word.to_lowercase())
        && !TITLES.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn names_are_told_by_capitals() {
        let found = names(&[
            "Ola Brandt sailed to Harwick on Monday.",
            "“Harwick is far,” Captain Brandt said. The fog came down.",
            "The fog lifted in May.",
        ]);
        let shared: Vec<_> = found[0].iter().filter(|n| found[1].contains(n)).collect();
        assert_eq!(shared.len(), 2, "{found:?}");
        assert!(found[2].is_empty(), "{found:?}");
    }

    #[test]
    fn capitals_that_are_everywhere_tell_nothing() {
        for text in [
            "Der Hund sah die Katze, den Mond und das Meer.",
            "THE FERRY RAN AGROUND ON TUESDAY",
            "",
            "42",
        ] {
            assert!(names(&[text])[0].is_empty(), "{text}");
        }
    }
}
