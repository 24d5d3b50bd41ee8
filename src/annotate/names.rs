//! Names by their capitals: enough to tell which documents speak of the same people, bodies and places.
//!
//! A name is a run of capitalised words, joined by small ones such as "of" and "de". The first word of a sentence
//! counts only where the same text has it capitalised elsewhere too, or where the run goes on.

use std::collections::BTreeSet;

use crate::words::is_calendar;

/// Small words that may stand inside a name, never at its end.
const JOINTS: &[&str] = &[
    "of", "de", "la", "le", "al", "el", "bin", "ibn", "von", "van", "der", "den", "da", "do", "di", "du", "for",
];

/// Words that open a run with a capital without being part of a name.
const NOT_NAMES: &[&str] = &[
    "a",
    "an",
    "and",
    "another",
    "as",
    "at",
    "both",
    "but",
    "by",
    "each",
    "every",
    "for",
    "from",
    "he",
    "her",
    "here",
    "his",
    "how",
    "i",
    "if",
    "in",
    "it",
    "its",
    "many",
    "more",
    "most",
    "mr",
    "mrs",
    "ms",
    "my",
    "no",
    "not",
    "of",
    "on",
    "one",
    "or",
    "our",
    "she",
    "so",
    "some",
    "that",
    "the",
    "their",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "to",
    "two",
    "under",
    "we",
    "what",
    "when",
    "where",
    "which",
    "while",
    "who",
    "why",
    "with",
    "you",
    "your",
    "after",
    "before",
    "during",
    "since",
    "until",
    "dr",
    "prof",
    "sir",
    "lord",
    "lady",
    "president",
    "minister",
    "prime",
];

struct Word<'a> {
    text: &'a str,
    capital: bool,
    /// Nothing but a space stands between this word and the one before.
    joined: bool,
    first: bool,
}

/// The names in the given sentences and titles, each once, lower-cased, in order of first mention.
pub fn names<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
    // Words seen with a capital where neither grammar nor a headline's style asks for one.
    let mut sure: BTreeSet<String> = BTreeSet::new();
    for text in texts.clone() {
        let words = words(text);
        if !shouted(&words) {
            sure.extend(
                words
                    .iter()
                    .filter(|w| w.capital && !w.first)
                    .map(|w| w.text.to_lowercase()),
            );
        }
    }
    let mut found: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    for text in texts {
        let words = words(text);
        let shouted = shouted(&words);
        let mut at = 0;
        while at < words.len() {
            let start = at;
            at += 1;
            let word = &words[start];
            let lower = word.text.to_lowercase();
            if !word.capital
                || NOT_NAMES.contains(&lower.as_str())
                || is_calendar(&lower)
                || (shouted && !sure.contains(&lower))
            {
                continue;
            }
            let mut end = start + 1;
            while let Some(next) = words.get(end).filter(|w| w.joined) {
                let beyond = words.get(end + 1).is_some_and(|w| w.joined && w.capital);
                if next.capital && (!shouted || sure.contains(&next.text.to_lowercase())) {
                    end += 1;
                } else if beyond && JOINTS.contains(&next.text) {
                    end += 2;
                } else {
                    break;
                }
            }
            at = end;
            if word.first && end == start + 1 && !sure.contains(&lower) {
                continue;
            }
            let name = words[start..end]
                .iter()
                .map(|w| w.text.to_lowercase())
                .collect::<Vec<_>>()
                .join(" ");
            if name.chars().count() > 1 && seen.insert(name.clone()) {
                found.push(name);
            }
        }
    }
    found
}

/// Whether nearly every word has a capital (a headline in capitals or title case): then capitals tell nothing.
fn shouted(words: &[Word]) -> bool {
    let capitals = words.iter().filter(|w| w.capital).count();
    words.len() >= 4 && capitals * 5 > words.len() * 3
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut words: Vec<Word> = Vec::new();
    let mut last_end = 0;
    let inside = |c: char| c.is_alphanumeric() || c == '-' || c == '\'' || c == '’' || c == '.';
    for piece in text.split(|c: char| !inside(c)).filter(|p| !p.is_empty()) {
        let start = piece.as_ptr() as usize - text.as_ptr() as usize;
        let mut word = piece.trim_matches(|c: char| !c.is_alphanumeric());
        for ending in ["'s", "’s"] {
            word = word.strip_suffix(ending).unwrap_or(word);
        }
        let Some(initial) = word.chars().next() else { continue };
        let at = start + (word.as_ptr() as usize - piece.as_ptr() as usize);
        let between = &text[last_end..at];
        words.push(Word {
            text: word,
            capital: initial.is_uppercase(),
            joined: !words.is_empty() && !between.is_empty() && between.chars().all(char::is_whitespace),
            first: words.is_empty() || between.contains(['.', '!', '?', ':', '"', '“', '‘']),
        });
        last_end = at + word.len();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> Vec<String> {
        names(texts.iter().copied())
    }

    #[test]
    fn runs_of_capitals_are_names() {
        let found =
            of(&["The ferry left Port Ansel for the Isle of Merrow on Monday, said Captain Ilse Brandt's deputy."]);
        assert_eq!(found, ["port ansel", "isle of merrow", "captain ilse brandt"]);
    }

    #[test]
    fn a_sentences_first_word_needs_a_second_witness() {
        assert_eq!(of(&["Flooding cut the road."]), Vec::<String>::new());
        assert_eq!(of(&["Merrow was cut off.", "Boats left for Merrow."]), ["merrow"]);
    }

    #[test]
    fn a_headline_in_title_case_names_only_what_the_text_does() {
        let found = of(&["Ferry Sinks Off Merrow As Storm Hits", "The ferry sank near Merrow."]);
        assert_eq!(found, ["merrow"]);
    }
}
