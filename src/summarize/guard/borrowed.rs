//! Whether a generated sentence says what sentences of its sources say, and not only with their words.
//!
//! `verify` asks whether each claim is somewhere in the sources; a model can take a true number, name or "not" from one place
//! and put it into another. So each telling word must stand in a source sentence that the generated one was made of, behind the
//! telling word that it stands behind, and before the one that it stands before: words may be left out on the way, and none
//! changed or moved. Summarisers trained on news copy most of what they write (See et al. 2017), so that little true is lost.

use rust_stemmers::{Algorithm, Stemmer};

use super::super::stays::is_negation;

/// A generated sentence is made of at most so many source sentences.
const MADE_OF: usize = 3;
/// Of words that tell something, so many may have been left out between two.
const GAP: usize = 12;
/// A negation is taken for left out where no more words than this stand between two that are side by side now.
const CLOSE: usize = 6;

/// Words that may change without changing what is said. No negation, number, preposition of place or time, or comparison.
const LIGHT: &[&str] = &[
    "a", "an", "the", "and", "that", "which", "who", "whom", "is", "was", "are", "were", "be", "been", "has", "have",
    "had", "said", "says", "say", "to", "of", "in", "on", "at", "by", "with", "as", "it", "its", "he", "she", "they",
    "his", "her", "their", "there", "this", "these", "also", "told", "s", "’s", "'s",
];

/// Longer words of time and place that turn what is said: where they stand matters on both sides.
const TURNING: &[&str] = &[
    "before", "during", "between", "against", "behind", "within", "beyond", "despite", "outside", "inside", "because",
];

/// A word or a name, as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    /// In lower case: of a word its stem, of a name and a number all of it.
    key: String,
    /// As it is written.
    surface: String,
    /// A number, a name, a negation or a short word such as "under": where it stands matters on both sides.
    strict: bool,
    /// It may change.
    light: bool,
    /// Written as a name; `None` of a sentence's first word, whose capital says nothing.
    named: Option<bool>,
    /// "Reed's".
    possessive: bool,
}

impl Token {
    fn says(&self) -> bool {
        ["said", "says", "told"].contains(&self.surface.as_str())
    }

    /// The same word, or a name with more or fewer words before it: "Captain Lucan Brody", "Lucan Brody", "Brody".
    fn is(&self, other: &Token) -> bool {
        let (long, short) = if self.key.len() >= other.key.len() {
            (self, other)
        } else {
            (other, self)
        };
        // The French Open is not what opens.
        if self.named.zip(other.named).is_some_and(|(own, other)| own != other) {
            return false;
        }
        let rest = long.key.strip_suffix(short.key.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
    }

    /// Which words of a source sentence this one may be. Where the whole name stands in it, a shorter one elsewhere in it is not
    /// this mention.
    fn places<'a>(&'a self, source: &'a [Token]) -> impl Fn(&Token) -> bool + 'a {
        let whole = source.iter().any(|t| t.key == self.key && t.is(self));
        move |t| t.is(self) && !(whole && t.key.len() < self.key.len())
    }
}

/// The sentences that may be borrowed from.
pub(super) struct Lenders {
    sentences: Vec<Vec<Token>>,
}

impl Lenders {
    /// Takes the sources' sentences apart, once for all that is asked.
    pub(super) fn new<'a>(sentences: impl Iterator<Item = &'a str>) -> Self {
        Lenders {
            sentences: sentences.map(tokens).collect(),
        }
    }

    /// What is wrong with a sentence, where it says something that none of the sources' sentences does. `None`: it is borrowed.
    pub(super) fn fault(&self, sentence: &str) -> Option<String> {
        let mut told = tokens(sentence);
        let mut made_of: Vec<(usize, &Vec<Token>)> = self
            .sentences
            .iter()
            .map(|source| (common(&told, source), source))
            .filter(|(common, _)| *common > 0)
            .collect();
        // A stable sort: of equals the first.
        made_of.sort_by_key(|(common, _)| std::cmp::Reverse(*common));
        made_of.truncate(MADE_OF);
        // "Reed said costs fell" is "costs fell, Reed said".
        if let [speaker, verb, _, ..] = told.as_slice()
            && !speaker.light
            && verb.says()
        {
            if !made_of.iter().any(|(_, source)| speaks(speaker, source)) {
                return Some(format!("no source says that “{}” said it", speaker.surface));
            }
            told.drain(..2);
        }
        let telling: Vec<usize> = (0..told.len()).filter(|at| !told[*at].light).collect();
        for (n, at) in telling.iter().enumerate() {
            let token = &told[*at];
            let number = token.surface.contains(|c: char| c.is_ascii_digit());
            // Beside a number stands its unit, which says little: so two words on each side.
            let reach = if number { 2 } else { 1 };
            let before: Vec<&Token> = telling[..n].iter().rev().take(reach).map(|at| &told[*at]).collect();
            let after: Vec<&Token> = telling[n + 1..].iter().take(reach).map(|at| &told[*at]).collect();
            if !made_of.iter().any(|(_, source)| stands(token, &before, &after, source)) {
                return Some(format!("no source says “{}” like this", token.surface));
            }
            // One number in the place of two: "between 40 and 40"; "an open door and an opened window".
            let times = |of: &[Token]| of.iter().filter(|t| t.is(token)).count();
            if times(&told) > made_of.iter().map(|(_, source)| times(source)).max().unwrap_or(0) {
                return Some(format!("no source says “{}” so often", token.surface));
            }
        }
        // A name may be longer than where it was borrowed, if it is one: no "Lucan Adomako".
        let known = |name: &Token| {
            self.sentences
                .iter()
                .flatten()
                .any(|t| t.key.len() >= name.key.len() && t.is(name))
        };
        if let Some(name) = told.iter().filter(|t| t.key.contains(' ')).find(|t| !known(t)) {
            return Some(format!("no source names “{}”", name.surface));
        }
        if let Some(twice) = stutter(&told).filter(|part| !made_of.iter().any(|(_, source)| has(source, part))) {
            return Some(format!("says “{}” twice", twice[0].surface));
        }
        // A source's sentence with one number or name of another's: "Step 2" before what step 1 is.
        let lacks = |source: &[Token]| -> Vec<&Token> {
            let own = telling.iter().map(|at| &told[*at]);
            own.filter(|token| !source.iter().any(token.places(source))).collect()
        };
        let least = made_of.iter().map(|(_, source)| lacks(source)).min_by_key(Vec::len);
        if let Some([only]) = least.as_deref()
            && telling.len() > 2
            && (only.named == Some(true) || only.surface.contains(|c: char| c.is_ascii_digit()))
        {
            return Some(format!("the source’s sentence is without “{}”", only.surface));
        }
        // A chain of true steps through several sentences can end anywhere.
        let step = telling.windows(2).map(|pair| (&told[pair[0]], &told[pair[1]]));
        let mut jumps = step.filter(|(a, b)| !made_of.iter().any(|(_, source)| follows(a, b, source)));
        if let Some((before, after)) = jumps.next() {
            return Some(format!("no source says “{}” after “{}”", after.surface, before.surface));
        }
        let left_out = made_of.first().and_then(|(_, source)| turned(&told, source))?;
        Some(format!("the source’s “{left_out}” is left out"))
    }
}

/// Whether a word stands in a source sentence between the words that it stands between now; one side is enough for a word
/// that is neither number, name nor negation.
fn stands(token: &Token, before: &[&Token], after: &[&Token], source: &[Token]) -> bool {
    let same = token.places(source);
    let found = |at: &usize| same(&source[*at]) && source[*at].possessive == token.possessive;
    (0..source.len()).filter(found).any(|at| {
        let heavy = |from: &mut dyn Iterator<Item = &Token>, wanted: &Token| {
            from.filter(|t| !t.light).take(GAP).any(wanted.places(source))
        };
        let left = before
            .iter()
            .all(|wanted| heavy(&mut source[..at].iter().rev(), wanted));
        let right = after.iter().all(|wanted| heavy(&mut source[at + 1..].iter(), wanted));
        if token.strict { left && right } else { left || right }
    })
}

/// One to three words that are said twice in a row, both times: what a model does that has lost its thread.
fn stutter(told: &[Token]) -> Option<&[Token]> {
    (1..=3).find_map(|n| {
        told.windows(2 * n)
            .find(|part| (0..n).all(|at| part[at].key == part[at + n].key))
    })
}

fn has(source: &[Token], part: &[Token]) -> bool {
    source
        .windows(part.len())
        .any(|own| own.iter().zip(part).all(|(a, b)| a.key == b.key))
}

/// Whether a word comes behind another in a source sentence, not far off.
fn follows(before: &Token, after: &Token, source: &[Token]) -> bool {
    let (first, second) = (before.places(source), after.places(source));
    let near = |at: usize| source[at + 1..].iter().filter(|t| !t.light).take(GAP).any(&second);
    (0..source.len()).any(|at| first(&source[at]) && near(at))
}

/// Whether a source says that this one said something.
fn speaks(speaker: &Token, source: &[Token]) -> bool {
    let says = |at: usize| source.get(at).is_some_and(Token::says);
    (0..source.len()).any(|at| source[at].is(speaker) && (says(at + 1) || at > 0 && says(at - 1)))
}

/// A negation of the source that is gone from between two words that stand side by side now, or from the beginning.
fn turned(told: &[Token], source: &[Token]) -> Option<String> {
    let negates = |token: &&Token| is_negation(&token.surface.to_lowercase());
    let mut from = 0;
    let mut first = true;
    for token in told.iter().filter(|t| !t.light) {
        let Some(at) = (from..source.len()).find(|at| source[*at].is(token)) else {
            continue;
        };
        let between = &source[from..at];
        let near = first || between.len() <= CLOSE;
        let kept = |negation: &Token| told.iter().any(|t| t.key == negation.key);
        if let Some(lost) = between.iter().filter(|_| near).filter(negates).find(|t| !kept(t)) {
            return Some(lost.surface.clone());
        }
        (from, first) = (at + 1, false);
    }
    None
}

fn common(told: &[Token], source: &[Token]) -> usize {
    let mut left: Vec<&Token> = source.iter().filter(|t| !t.light).collect();
    let mut common = 0;
    for token in told.iter().filter(|t| !t.light) {
        if let Some(at) = left.iter().position(|t| t.is(token)) {
            left.swap_remove(at);
            common += 1;
        }
    }
    common
}

/// The words of a sentence; words with a capital that stand side by side are one name.
fn tokens(text: &str) -> Vec<Token> {
    let stemmer = Stemmer::create(Algorithm::English);
    let mut tokens: Vec<Token> = Vec::new();
    let mut name_goes_on = false;
    for (n, raw) in text.split_whitespace().enumerate() {
        let bare =
            raw.trim_matches(|c: char| !c.is_alphanumeric() && !['€', '$', '£', '%', '¥', '-', '−'].contains(&c));
        let bare = bare.trim_start_matches(['-', '−']).trim_end_matches(['-', '−']);
        if bare.is_empty() {
            name_goes_on = false;
            continue;
        }
        // "Reed's" is Reed.
        let owner = bare.strip_suffix("’s").or(bare.strip_suffix("'s"));
        let (bare, possessive) = (owner.unwrap_or(bare), owner.is_some());
        let lower = bare.to_lowercase();
        let number = bare.chars().any(|c| c.is_ascii_digit());
        // The first word's capital says nothing, unless more of a name follows.
        let light = LIGHT.contains(&lower.as_str());
        let upper = bare.chars().next().is_some_and(char::is_uppercase) && !number;
        let capital = upper && !light;
        // WHO is not "who", and "astronaut The" no astronaut.
        let odd = upper && light && n > 0;
        if capital
            && name_goes_on
            && let Some(name) = tokens.last_mut()
        {
            name.key = format!("{} {lower}", name.surface.to_lowercase());
            name.surface = format!("{} {bare}", name.surface);
            name.strict = true;
            name.named = Some(true);
            name.possessive = possessive;
        } else {
            let named = (capital || odd) && n > 0;
            tokens.push(Token {
                key: if number || named {
                    lower.replace(',', "")
                } else {
                    stemmer.stem(&lower).into_owned()
                },
                strict: number
                    || named
                    || is_negation(&lower)
                    || TURNING.contains(&lower.as_str())
                    || lower.chars().count() <= 5,
                light: light && !odd,
                named: (n > 0 && !number).then_some(named),
                possessive,
                surface: bare.to_owned(),
            });
        }
        // A comma ends a name: "in Pell, Ida Brook said".
        name_goes_on = capital && raw.ends_with(char::is_alphanumeric);
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(sentence: &str, sources: &[&str]) -> Option<String> {
        Lenders::new(sources.iter().copied()).fault(sentence)
    }

    const SOURCES: &[&str] = &[
        "Captain Lucan Brody put them in front after nine minutes and Sef Adomako made it 2-1 in the 63rd.",
        "Insurance would cover losses above €15 million, Chief Executive Severin Adair said on a call.",
        "Costs of €13 million fell in the first half, and there were 61,480 inside the ground.",
        "It may cost more than €15 million and more than a year, Chief Executive Severin Adair said on a call.",
        "Pier 1: Paint all of the harbour's rails.",
        "Pier 2: Paint all of the ferry's decks.",
        "Hallam Brothers denied on Friday that it had paid the fine, which was not large.",
        "The Harbour Open drew crowds and closed in on a record.",
        "The union did not know the mate, Ulo Santelmann, Ferry Captain. Bo Reed said, nor do they believe he knew Santelmann's sister.",
        "The skipper Ada Quill found water in his boat.",
        "Losses are rising, according to WHO (the Women Help Ordinary Men).",
    ];

    #[test]
    fn what_was_left_out_of_a_source_is_borrowed() {
        for told in [
            SOURCES[0],
            "Insurance would cover losses above €15 million.",
            "Lucan Brody put them in front and Sef Adomako made it 2-1.",
            "There were 61,480 inside the ground.",
            "Severin Adair said insurance would cover losses.",
            "Hallam Brothers denied it had paid the fine.",
        ] {
            assert_eq!(fault(told, SOURCES), None, "{told}");
        }
    }

    #[test]
    fn what_was_changed_or_moved_is_not() {
        for lie in [
            "Captain Sef Adomako put them in front after nine minutes and Lucan Brody made it 2-1 in the 63rd.",
            "Insurance would cover losses above €13 million, Chief Executive Severin Adair said on a call.",
            "Insurance would cover losses below €15 million.",
            "There were not 61,480 inside the ground.",
            "Costs of €13 million rose in the first half.",
            "Hallam Brothers had paid the fine.",
            "Hallam Brothers said on Friday that it had paid the fine.",
            "Unicorns graze quietly.",
            "Costs of between €13 million and €13 million fell in the first half.",
            "Insurance would cover losses before a call.",
            "The Harbour Open drew crowds and opened in on a record.",
            "The union did not know the mate, Ferry Captain, Ulo Santelmann.",
            "Skipper The found water in his boat.",
            "The Harbour Open drew crowds and drew in on a record.",
            "Pier 2: Paint all of the harbour's rails.",
            "Ulo Chief, Santelmann Ferry Captain.",
            "It may cost more than more than €15 million, Chief Executive Severin Adair said on a call.",
            "Losses are rising, according to Women Help Ordinary Men (the WHO).",
        ] {
            assert!(fault(lie, SOURCES).is_some(), "{lie}");
        }
    }

    #[test]
    fn odd_texts_do_no_harm() {
        for text in ["", "…", "— – -", "€", "’s", "A A A", "İ İ", "1,2,3 -4- %"] {
            fault(text, &["A b c.", "", text]);
        }
    }
}
