//! Names of people, bodies and places in running text: what their words say of whom they name.
//!
//! A name is compared by its folded [`words`]: small letters without accents, dots, apostrophes and the possessive.
//! [`same_person`], [`acronym`] and [`initials`] then say which forms may be one, [`country`] knows what states are
//! called beside their name, and [`title`] what stands before the name of a person and is no part of it.
//!
//! It knows nothing of stories: `annotate` ties the mentions of one document, `figures` those of several.

mod lexicon;
#[cfg(test)]
mod tests;

use unicode_normalization::UnicodeNormalization;

use crate::document::EntityKind;

/// What an honorific says of who bears it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sex {
    /// Mr, Sir, King...
    Male,
    /// Mrs, Ms, Dame...
    Female,
}

/// What stands before a person's name and is no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Title {
    /// Of whom it is said, where it is said of one sex only.
    pub sex: Option<Sex>,
    /// The office that it names, in full: "Senator" for "Sen.". `None` for mere courtesy ("Mr", "Dr").
    pub office: Option<&'static str>,
}

/// The title that a word is: it has a capital and is in the list.
pub fn title(word: &str) -> Option<Title> {
    if !word.starts_with(|c: char| c.is_uppercase()) || word.len() > 16 {
        return None;
    }
    let lower = word.trim_end_matches('.').to_lowercase();
    let (_, sex, office) = lexicon::TITLES.iter().find(|(written, ..)| *written == lower)?;
    let sex = match sex {
        'm' => Some(Sex::Male),
        'f' => Some(Sex::Female),
        _ => None,
    };
    Some(Title { sex, office: *office })
}

/// The folded words of a name: "the O’Neill-Bánffy’s" is `oneill banffy`.
///
/// A leading "the" is left out, and so is the possessive at the end. Words are cut at white space and hyphens; initials
/// that are written together ("J.K.") stay together.
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = name
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '‐' | '‑' | '–' | '—' | '/' | ',' | '&' | '+'))
        .map(fold)
        .filter(|word| !word.is_empty())
        .collect();
    if words.len() > 1 && words[0] == "the" {
        words.remove(0);
    }
    words
}

/// One word as it is compared: small letters and digits without accents and marks, without the possessive, and with the
/// ending that languages with another script are given in one spelling ("Zelenskyy", "Zelenskiy").
pub fn fold(word: &str) -> String {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && !is_apostrophe(c));
    let bare = without_possessive(bare);
    let mut folded = String::with_capacity(bare.len());
    for c in bare.nfd().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()) {
        match lexicon::LETTERS.iter().find(|(letter, _)| *letter == c) {
            Some((_, plain)) => folded.push_str(plain),
            None => folded.push(c),
        }
    }
    for ending in ["yy", "iy", "ii", "ij"] {
        if folded.len() > 5 && folded.ends_with(ending) {
            folded.truncate(folded.len() - 2);
            folded.push('y');
        }
    }
    folded
}

/// An apostrophe, typewritten or typographic.
pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´')
}

/// The name without the "'s" or the bare apostrophe of a possessive.
pub fn without_possessive(name: &str) -> &str {
    let Some(stem) = name.strip_suffix(['s', 'S']) else {
        return name.trim_end_matches(is_apostrophe);
    };
    match stem.strip_suffix(is_apostrophe) {
        Some(stem) if !stem.is_empty() => stem,
        _ => name,
    }
}

/// A person's name in its parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person {
    /// First and middle names, folded; initials one by one.
    pub given: Vec<String>,
    /// The last word before "Jr" and its like: what a short mention uses most.
    pub surname: String,
}

/// A person's name of two or more words in its parts.
pub fn person(words: &[String]) -> Option<Person> {
    let (surname, given) = without_suffix(words).split_last()?;
    let given: Vec<String> = given.iter().flat_map(|word| apart(word)).collect();
    (!given.is_empty()).then(|| Person {
        given,
        surname: surname.clone(),
    })
}

/// Initials that are written together, one by one: two or three letters without a vowel are no name.
fn apart(word: &str) -> Vec<String> {
    let initials =
        (2..=3).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase() && !b"aeiouy".contains(&b));
    match initials {
        true => word.chars().map(String::from).collect(),
        false => vec![word.to_owned()],
    }
}

/// Whether two names can be one person's: the same surname, and first and middle names that do not gainsay each other
/// ("Steve", "Steven C.", "S."). "George H. W. Bush" and "George W. Bush" do.
pub fn same_person(a: &Person, b: &Person) -> bool {
    a.surname == b.surname && a.given.iter().zip(&b.given).all(|(a, b)| same_given(a, b))
}

/// Whether two folded first names can be one person's: equal, an initial, a short form of the other, or its nickname.
pub fn same_given(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let enough = short.chars().count();
    short == long || (enough != 2 && long.starts_with(short)) || (enough > 2 && given_root(a) == given_root(b))
}

/// Of which sex a folded first name is, where it is in the list.
pub fn sex(given: &str) -> Option<Sex> {
    let root = given_root(given);
    let among = |list: &str| list.split(' ').any(|name| name == given || name == root);
    match (among(lexicon::MEN), among(lexicon::WOMEN)) {
        (true, false) => Some(Sex::Male),
        (false, true) => Some(Sex::Female),
        _ => None,
    }
}

/// A person's folded words without "Jr" and its like.
pub fn without_suffix(words: &[String]) -> &[String] {
    let mut rest = words;
    while let [head @ .., last] = rest {
        if head.is_empty() || !lexicon::SUFFIXES.contains(&last.as_str()) {
            break;
        }
        rest = head;
    }
    rest
}

/// A body's folded words without "Inc" and its like.
pub fn without_company(words: &[String]) -> &[String] {
    match words {
        [head @ .., last] if !head.is_empty() && lexicon::COMPANY.contains(&last.as_str()) => without_company(head),
        _ => words,
    }
}

/// Whether folded words of a name end as those of bodies do ("Foundation").
pub fn is_body(words: &[String]) -> bool {
    words.len() > 1
        && words
            .last()
            .is_some_and(|last| lexicon::BODIES.contains(&last.as_str()))
}

/// Whether a folded word belongs to the surname that follows it ("von", "bin").
pub fn is_particle(word: &str) -> bool {
    lexicon::PARTICLES.contains(&word)
}

/// Whether folded words begin the names of many bodies and name one of their own, or none, when they stand alone: "Senate"
/// is not short for "Senate Judiciary Committee".
pub fn is_shared(words: &str) -> bool {
    lexicon::HOUSES.contains(&words)
}

/// The first name that a nickname stands for, both folded; else the word itself.
pub fn given_root(word: &str) -> &str {
    lexicon::NICKNAMES
        .iter()
        .find(|group| group.split(' ').any(|name| name == word))
        .and_then(|group| group.split(' ').next())
        .unwrap_or(word)
}

/// The folded letters of a name that is written as an acronym: "WHO", "U.N.", "MoD".
pub fn acronym(name: &str) -> Option<String> {
    let bare = without_possessive(name);
    let letters: Vec<char> = bare.chars().filter(|c| !matches!(c, '.' | '&')).collect();
    let capitals = letters.iter().filter(|c| c.is_uppercase()).count();
    let fits = (2..=8).contains(&letters.len()) && letters.iter().all(|c| c.is_alphanumeric());
    (fits && letters[0].is_uppercase() && capitals >= 2 && capitals * 2 >= letters.len())
        .then(|| letters.into_iter().flat_map(char::to_lowercase).collect())
}

/// The acronyms that a name of several words may have, folded: of its great words, and of all its words.
///
/// At most eight letters are made, however long the name is.
pub fn initials(words: &[String]) -> Vec<String> {
    let of = |keep: &dyn Fn(&str) -> bool| -> String {
        let kept = words.iter().filter(|word| keep(word));
        kept.filter_map(|word| word.chars().next()).take(9).collect()
    };
    let great = of(&|word| !lexicon::SMALL.contains(&word));
    let all = of(&|word| word != "the");
    let mut made = vec![great, all];
    made.dedup();
    made.retain(|letters| (2..=8).contains(&letters.chars().count()));
    made
}

/// Whether an acronym's letters stand in this order at beginnings or inside of the words of a name, the first at its
/// beginning: what is asked of an acronym that a text itself puts in brackets behind the name.
pub fn spells(acronym: &str, words: &[String]) -> bool {
    let mut left = acronym.chars().peekable();
    let first = words.first().and_then(|word| word.chars().next());
    if left.peek().copied() != first {
        return false;
    }
    for c in words.iter().flat_map(|word| word.chars()) {
        left.next_if_eq(&c);
    }
    left.peek().is_none()
}

/// The state or union of states that a name stands for ("US", "U.S.", "America"), and what it is.
pub fn country(name: &str) -> Option<(&'static str, EntityKind)> {
    let words = words(name);
    let joined = words.join(" ");
    // "us" and "un" are words too.
    if joined.len() < 4 && !name.starts_with(|c: char| c.is_uppercase()) {
        return None;
    }
    let (name, _, kind) = lexicon::COUNTRIES
        .iter()
        .find(|(_, aliases, _)| aliases.split(", ").any(|alias| alias == joined))?;
    Some((name, *kind))
}

/// Whether a word is one that opens sentences and is hardly a name: "First", "Look", "Meanwhile".
pub fn is_common(word: &str) -> bool {
    let lower = word.to_lowercase();
    lexicon::COMMON.contains(&lower.as_str())
}

/// The name with one space between words and with typewritten apostrophes, without "the".
pub fn tidy(name: &str) -> String {
    let straight: String = name.chars().map(|c| if is_apostrophe(c) { '\'' } else { c }).collect();
    let mut words: Vec<&str> = straight.split_whitespace().collect();
    if words.len() > 1 && words[0].eq_ignore_ascii_case("the") {
        words.remove(0);
    }
    words.join(" ")
}

/// How a name is shown whose text is all in capitals or all in small letters: "STEVE WITKOFF" and "steve witkoff" as
/// "Steve Witkoff". A name that mixes them, and a lone word of up to five capitals, which may be an acronym, stay.
pub fn cased(name: &str) -> String {
    let mixed = name.contains(char::is_uppercase) && name.contains(char::is_lowercase);
    let acronym = !name.contains(char::is_whitespace)
        && name.contains(char::is_uppercase)
        && name.chars().filter(|c| c.is_alphanumeric()).count() <= 5;
    if mixed || acronym {
        return name.to_owned();
    }
    let mut shown = String::with_capacity(name.len());
    for (n, word) in name.split(' ').enumerate() {
        if n > 0 {
            shown.push(' ');
        }
        if n > 0 && lexicon::SMALL.contains(&word.to_lowercase().as_str()) {
            shown.extend(word.chars().flat_map(char::to_lowercase));
            continue;
        }
        let mut start = true;
        for (at, c) in word.chars().enumerate() {
            if start && c.is_alphanumeric() {
                shown.extend(c.to_uppercase());
                start = false;
            } else {
                shown.extend(c.to_lowercase());
            }
            // "O'Neill" and "Jean-Claude", but not "Orsel'S".
            start |= c == '-' || (is_apostrophe(c) && at == 1);
        }
    }
    shown
}
