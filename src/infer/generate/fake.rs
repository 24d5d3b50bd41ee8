//! Generators without weights, for tests: one that writes what it is told, and one that lies.

use super::{GenerateOptions, Generator};
use crate::digest::ModelNote;
use crate::error::Result;

/// Gives the same beams for every text.
#[derive(Debug, Clone, Default)]
pub struct FakeGenerator {
    /// What is given, best first.
    pub beams: Vec<String>,
}

impl Generator for FakeGenerator {
    fn note(&self) -> ModelNote {
        note("fake-generator")
    }

    fn summarise(&self, texts: &[&str], _: &GenerateOptions) -> Result<Vec<Vec<String>>> {
        let beams = |text: &&str| {
            if text.trim().is_empty() {
                Vec::new()
            } else {
                self.beams.clone()
            }
        };
        Ok(texts.iter().map(beams).collect())
    }
}

/// Repeats sentences of its input with one thing changed in each: what whoever shows generated text must catch.
#[derive(Debug, Clone, Default)]
pub struct LyingGenerator {
    /// Another try, other sentences and other lies.
    pub seed: usize,
}

/// Ways to make a true sentence false.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lie {
    /// Another number.
    Number,
    /// Another name.
    Name,
    /// Two names change places.
    Role,
    /// A `not` put in or taken out.
    Negation,
    /// Another unit, currency or magnitude.
    Unit,
    /// The opposite of what was done.
    Opposite,
    /// `at least` for `at most`.
    Qualifier,
    /// Another day or month.
    Date,
}

impl Lie {
    /// All of them.
    pub const ALL: [Lie; 8] = [
        Lie::Number,
        Lie::Name,
        Lie::Role,
        Lie::Negation,
        Lie::Unit,
        Lie::Opposite,
        Lie::Qualifier,
        Lie::Date,
    ];

    /// The sentence with this lie in it; `None` where it offers nothing to lie about in this way. `seed` chooses among several.
    pub fn tell(self, sentence: &str, seed: usize) -> Option<String> {
        let told = match self {
            Lie::Number => number(sentence, seed),
            Lie::Name => name(sentence, seed),
            Lie::Role => role(sentence),
            Lie::Negation => negation(sentence),
            Lie::Unit => swap(sentence, UNITS, seed),
            Lie::Opposite => swap(sentence, OPPOSITES, seed),
            Lie::Qualifier => swap(sentence, QUALIFIERS, seed),
            Lie::Date => swap(sentence, DATES, seed),
        };
        told.filter(|told| told != sentence)
    }
}

/// Words that are exchanged, in both directions.
type Pairs = &'static [(&'static str, &'static str)];

const UNITS: Pairs = &[
    ("million", "billion"),
    ("percent", "million"),
    ("per cent", "million"),
    ("dollars", "euros"),
    ("miles", "kilometres"),
    ("hours", "days"),
    ("weeks", "months"),
    ("$", "£"),
    ("tonnes", "kilograms"),
    ("years", "months"),
];
const OPPOSITES: Pairs = &[
    ("rose", "fell"),
    ("won", "lost"),
    ("killed", "injured"),
    ("opened", "closed"),
    ("open", "close"),
    ("increased", "decreased"),
    ("increase", "decrease"),
    ("accepted", "rejected"),
    ("arrested", "released"),
    ("before", "after"),
    ("up", "down"),
    ("more", "fewer"),
    ("higher", "lower"),
    ("approved", "refused"),
    ("began", "ended"),
    ("confirmed", "denied"),
    ("guilty", "innocent"),
];
const QUALIFIERS: Pairs = &[
    ("at least", "at most"),
    ("more than", "fewer than"),
    ("over", "under"),
    ("nearly", "more than"),
    ("up to", "at least"),
    ("almost", "over"),
];
const DATES: Pairs = &[
    ("Monday", "Thursday"),
    ("Tuesday", "Saturday"),
    ("Wednesday", "Sunday"),
    ("Friday", "Tuesday"),
    ("January", "June"),
    ("February", "July"),
    ("March", "October"),
    ("April", "November"),
    ("May", "December"),
    ("August", "September"),
    ("yesterday", "tomorrow"),
];
const NUMBERS: [&str; 12] = [
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty",
];
const INVENTED: [&str; 6] = ["Marlow", "Vasquez", "Tindall", "Okafor", "Brenner", "Ashdown"];
const AUXILIARIES: [&str; 11] = [
    "was", "were", "is", "are", "will", "would", "has", "have", "had", "can", "could",
];

impl Generator for LyingGenerator {
    fn note(&self) -> ModelNote {
        note("lying-generator")
    }

    fn summarise(&self, texts: &[&str], options: &GenerateOptions) -> Result<Vec<Vec<String>>> {
        let beams = options.beams.unwrap_or(4).max(1);
        let lies = |text: &&str| {
            (0..beams)
                .map(|beam| self.story(text, beam))
                .filter(|told| !told.is_empty())
                .collect()
        };
        Ok(texts.iter().map(lies).collect())
    }
}

impl LyingGenerator {
    /// Up to three sentences of the text, every one a lie.
    fn story(&self, text: &str, beam: usize) -> String {
        let sentences = sentences(text);
        let mut told = Vec::new();
        for n in 0..sentences.len() {
            let sentence = sentences[(n + self.seed) % sentences.len()];
            let kinds = (0..Lie::ALL.len()).map(|k| Lie::ALL[(k + self.seed + beam + n) % Lie::ALL.len()]);
            told.extend(kinds.into_iter().find_map(|lie| lie.tell(sentence, self.seed + beam)));
            if told.len() == 3 {
                break;
            }
        }
        told.join(" ")
    }
}

/// Rough, but a sentence that is cut in two is still a sentence to lie about.
fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, mark) in text.char_indices().filter(|(_, c)| ['.', '!', '?', '\n'].contains(c)) {
        let end = at + mark.len_utf8();
        if text[end..].chars().next().is_none_or(char::is_whitespace) {
            found.push(text[start..end].trim());
            start = end;
        }
    }
    found.push(text[start..].trim());
    found.retain(|s| s.split_whitespace().count() > 3);
    found
}

/// Where a word stands in a sentence, not as part of another word.
fn find(sentence: &str, word: &str) -> Option<usize> {
    let alone = word.chars().all(|c| !c.is_alphanumeric());
    sentence.match_indices(word).map(|(at, _)| at).find(|at| {
        let before = sentence[..*at].chars().next_back();
        let after = sentence[at + word.len()..].chars().next();
        alone || (!before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric))
    })
}

fn put(sentence: &str, at: usize, old: &str, new: &str) -> String {
    format!("{}{new}{}", &sentence[..at], &sentence[at + old.len()..])
}

fn swap(sentence: &str, pairs: Pairs, seed: usize) -> Option<String> {
    let both = pairs.iter().flat_map(|(a, b)| [(*a, *b), (*b, *a)]);
    let found: Vec<String> = both
        .filter_map(|(old, new)| Some(put(sentence, find(sentence, old)?, old, new)))
        .collect();
    found.get(seed % found.len().max(1)).cloned()
}

fn number(sentence: &str, seed: usize) -> Option<String> {
    let digits: Vec<(usize, char)> = sentence.char_indices().filter(|(_, c)| c.is_ascii_digit()).collect();
    if let Some((at, digit)) = digits.get(seed % digits.len().max(1)) {
        let other = char::from_digit((digit.to_digit(10)? + 1 + seed as u32 % 8) % 10, 10)?;
        return Some(put(sentence, *at, &digit.to_string(), &other.to_string()));
    }
    let (at, word) = NUMBERS.iter().find_map(|word| Some((find(sentence, word)?, word)))?;
    let others: Vec<&&str> = NUMBERS.iter().filter(|other| *other != word).collect();
    Some(put(sentence, at, word, others[seed % others.len()]))
}

/// Names, as far as capitals tell: runs of capitalised words that do not begin the sentence.
fn names(sentence: &str) -> Vec<(usize, &str)> {
    let mut found: Vec<(usize, &str)> = Vec::new();
    let mut offset = 0;
    for word in sentence.split(' ') {
        let at = offset;
        offset += word.len() + 1;
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if at == 0 || !bare.starts_with(char::is_uppercase) || DATES.iter().any(|(a, b)| [*a, *b].contains(&bare)) {
            continue;
        }
        let start = at + word.find(bare).unwrap_or(0);
        match found.last_mut() {
            // Right behind the last one, with nothing but a space between.
            Some((first, name)) if *first + name.len() + 1 == start => *name = &sentence[*first..start + bare.len()],
            _ => found.push((start, bare)),
        }
    }
    found
}

fn name(sentence: &str, seed: usize) -> Option<String> {
    let names = names(sentence);
    let (at, old) = names.get(seed % names.len().max(1))?;
    let new = INVENTED
        .iter()
        .cycle()
        .skip(seed % INVENTED.len())
        .find(|new| **new != *old)?;
    Some(put(sentence, *at, old, new))
}

fn role(sentence: &str) -> Option<String> {
    let names = names(sentence);
    let (first, a) = *names.first()?;
    let (second, b) = *names.iter().find(|(_, b)| *b != a)?;
    Some(put(&put(sentence, second, b, a), first, a, b))
}

fn negation(sentence: &str) -> Option<String> {
    if let Some(at) = find(sentence, "not").filter(|at| sentence[*at..].starts_with("not ")) {
        return Some(put(sentence, at, "not ", ""));
    }
    let (at, word) = AUXILIARIES
        .iter()
        .find_map(|word| Some((find(sentence, word)?, word)))?;
    Some(put(sentence, at, word, &format!("{word} not")))
}

fn note(id: &str) -> ModelNote {
    ModelNote {
        id: id.into(),
        sha256: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TRUE: &str =
        "On Monday Ada Brook of Lowen Rail was paid $20 million, more than Tomas Lind, after fares rose.";

    #[test]
    fn every_lie_is_told() {
        for lie in Lie::ALL {
            let told = lie.tell(TRUE, 0).unwrap();
            assert!(told != TRUE && told.len() > 80, "{lie:?}: {told}");
        }
        assert_eq!(
            Lie::Role.tell("It was Ada Brook who beat Tomas Lind.", 0).unwrap(),
            "It was Tomas Lind who beat Ada Brook."
        );
        assert_eq!(
            Lie::Negation.tell("They did not agree on it.", 0).unwrap(),
            "They did agree on it."
        );
        assert_eq!(Lie::Number.tell("Some 7 boats sank.", 0).unwrap(), "Some 8 boats sank.");
        assert_eq!(Lie::Number.tell("Nothing sank.", 0), None);
    }

    #[test]
    fn no_sentence_of_a_liar_is_in_its_source() {
        for seed in 0..50 {
            let told = LyingGenerator { seed }
                .summarise(&[TRUE, ""], &GenerateOptions::default())
                .unwrap();
            assert!(told[0].len() == 4 && told[1].is_empty());
            assert!(told[0].iter().all(|beam| !TRUE.contains(beam.as_str())), "{told:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_lied_about(text in "\\PC{0,80}", seed in 0usize..1000) {
            LyingGenerator { seed }.summarise(&[&text], &GenerateOptions::default()).unwrap();
        }
    }
}
