//! Nouns: the singular of a plural, whether a noun is a human being, and the head of the noun phrase after a number.

use std::borrow::Cow;

use super::lexicon::{self, FUNCTION, INVARIABLE, MONTH, NAME, PERSON, SINGULAR_S, VERB, WEEKDAY};
use super::token::{Kind, Token};

/// Plurals that no rule below gives.
const IRREGULAR: &[(&str, &str)] = &[
    ("men", "man"),
    ("women", "woman"),
    ("children", "child"),
    ("feet", "foot"),
    ("teeth", "tooth"),
    ("geese", "goose"),
    ("mice", "mouse"),
    ("lice", "louse"),
    ("oxen", "ox"),
    ("dice", "die"),
    ("criteria", "criterion"),
    ("phenomena", "phenomenon"),
    ("bacteria", "bacterium"),
    ("stadia", "stadium"),
    ("media", "medium"),
    ("referenda", "referendum"),
    ("memoranda", "memorandum"),
    ("fungi", "fungus"),
    ("cacti", "cactus"),
    ("alumni", "alumnus"),
    ("crises", "crisis"),
    ("analyses", "analysis"),
    ("diagnoses", "diagnosis"),
    ("oases", "oasis"),
    ("theses", "thesis"),
    ("hypotheses", "hypothesis"),
    ("axes", "axe"),
    ("knives", "knife"),
    ("lives", "life"),
    ("wives", "wife"),
    ("midwives", "midwife"),
    ("housewives", "housewife"),
    ("leaves", "leaf"),
    ("halves", "half"),
    ("calves", "calf"),
    ("loaves", "loaf"),
    ("shelves", "shelf"),
    ("thieves", "thief"),
    ("wolves", "wolf"),
    ("scarves", "scarf"),
    ("elves", "elf"),
    ("hooves", "hoof"),
    ("wharves", "wharf"),
    ("movies", "movie"),
    ("cookies", "cookie"),
    ("selfies", "selfie"),
    ("rookies", "rookie"),
    ("zombies", "zombie"),
    ("birdies", "birdie"),
    ("bogies", "bogie"),
    ("calories", "calorie"),
    ("hoodies", "hoodie"),
    ("smoothies", "smoothie"),
    ("walkie-talkies", "walkie-talkie"),
    ("genies", "genie"),
    ("prairies", "prairie"),
    ("techies", "techie"),
    ("tradies", "tradie"),
    ("ties", "tie"),
    ("pies", "pie"),
    ("lies", "lie"),
    ("shoes", "shoe"),
    ("horseshoes", "horseshoe"),
    ("toes", "toe"),
    ("foes", "foe"),
    ("canoes", "canoe"),
    ("aches", "ache"),
    ("headaches", "headache"),
    ("avalanches", "avalanche"),
    ("caches", "cache"),
    ("niches", "niche"),
    ("creches", "creche"),
    ("buses", "bus"),
    ("minibuses", "minibus"),
    ("trolleybuses", "trolleybus"),
    ("gases", "gas"),
    ("pluses", "plus"),
    ("lenses", "lens"),
    ("canvases", "canvas"),
    ("biases", "bias"),
    ("aliases", "alias"),
    ("excuses", "excuse"),
    ("uses", "use"),
    ("fuses", "fuse"),
    ("muses", "muse"),
    ("ruses", "ruse"),
    ("recluses", "recluse"),
    ("quizzes", "quiz"),
    ("passers-by", "passer-by"),
];

/// Endings of compound nouns that name people.
const PERSON_ENDINGS: &[&str] = &[
    "men", "women", "people", "workers", "fighters", "makers", "holders", "goers", "keepers", "owners", "players",
    "leaders", "builders", "drivers", "riders", "seekers", "dwellers", "carers", "givers", "writers", "dealers",
    "traders", "breakers", "lovers", "mates", "ologists", "children", "takers", "payers", "folk", "teachers",
    "shoppers", "bearers", "growers", "watchers",
];

/// Nouns in -ists that are no people.
const NOT_PEOPLE: &[&str] = &[
    "lists", "fists", "wrists", "twists", "mists", "cysts", "heists", "waists", "assists", "insists", "exists",
];

/// The singular of a noun in lower case; a noun that is no plural comes back as it is.
///
/// Rules of English spelling after a list of exceptions.
pub(super) fn singular(word: &str) -> Cow<'_, str> {
    if let Some((_, singular)) = IRREGULAR.iter().find(|(plural, _)| *plural == word) {
        return Cow::Borrowed(singular);
    }
    let entry = lexicon::lookup(word);
    if entry.classes & (INVARIABLE | SINGULAR_S) != 0 || word.len() < 3 {
        return Cow::Borrowed(word);
    }
    if let Some(stem) = word.strip_suffix("men").filter(|stem| {
        stem.len() > 2 && !word.ends_with("omen") && word != "specimen" && word != "regimen" && word != "abdomen"
    }) {
        return Cow::Owned(format!("{stem}man"));
    }
    if let Some(stem) = word.strip_suffix("women") {
        return Cow::Owned(format!("{stem}woman"));
    }
    if let Some(stem) = word.strip_suffix("children") {
        return Cow::Owned(format!("{stem}child"));
    }
    if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") && !word.ends_with("kis") && word.len() < 5
    {
        return Cow::Borrowed(word);
    }
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return Cow::Owned(format!("{stem}y"));
    }
    let es = ["sses", "shes", "ches", "xes", "zzes", "oes"]
        .iter()
        .any(|ending| word.ends_with(ending))
        || word.ends_with("uses") && !word.ends_with("ouses") && !word.ends_with("auses");
    if es {
        return Cow::Borrowed(&word[..word.len() - 2]);
    }
    Cow::Borrowed(word.strip_suffix('s').unwrap_or(word))
}

/// Whether a word has the form of a plural noun.
pub(super) fn is_plural(token: &Token<'_>) -> bool {
    let word = token.text;
    if token.has(FUNCTION) || !token.is_word() || word.len() < 2 {
        return false;
    }
    if token.has(INVARIABLE) || IRREGULAR.iter().any(|(plural, _)| *plural == word) {
        return true;
    }
    if token.has(SINGULAR_S) {
        return false;
    }
    if word.ends_with("men") || word.ends_with("children") {
        return singular(word) != word;
    }
    // "200 Japanese", "two Swiss"
    if token.capital && token.has(PERSON) && (word.ends_with("ese") || word == "swiss") {
        return true;
    }
    let singular_ending = word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") && word.len() < 5;
    word.ends_with('s') && word.len() > 2 && !singular_ending && !word.contains('\'')
}

/// Whether a noun names human beings.
pub(super) fn is_person(token: &Token<'_>) -> bool {
    let word = token.text;
    if token.has(PERSON) {
        return true;
    }
    if lexicon::lookup(&singular(word)).classes & PERSON != 0 {
        return true;
    }
    if word.ends_with("ists") && !NOT_PEOPLE.contains(&word) {
        return true;
    }
    // Demonyms: Palestinians, Brazilians, Londoners.
    if token.capital
        && ["ans", "ians", "ners", "crats"]
            .iter()
            .any(|ending| word.ends_with(ending))
    {
        return true;
    }
    word.len() > 7
        && PERSON_ENDINGS
            .iter()
            .any(|ending| word.ends_with(ending) && word.len() > ending.len() + 1)
}

/// The unit that the counted noun at `at` gives: `person` for people of every kind, else its singular with what a
/// hyphen joins to it (`hat-trick`).
pub(super) fn unit(tokens: &[Token<'_>], at: usize) -> String {
    let token = &tokens[at];
    if is_person(token) {
        return "person".into();
    }
    let noun = singular(token.text);
    let joined = at >= 2 && !token.spaced && tokens[at - 1].is_hyphen() && tokens[at - 2].is_word();
    if joined {
        format!("{}-{noun}", tokens[at - 2].text)
    } else {
        noun.into_owned()
    }
}

/// Whether a plural stands among the next few words of the phrase.
fn plural_follows(tokens: &[Token<'_>], at: usize) -> bool {
    let near = tokens
        .iter()
        .skip(at)
        .take(3)
        .take_while(|t| t.is_word() && t.spaced && !t.has(FUNCTION));
    near.into_iter().any(is_plural)
}

/// Whether the plural at `at` is the head of a compound like "passers-by" and "mothers-in-law".
fn heads_compound(tokens: &[Token<'_>], at: usize) -> bool {
    let glued = tokens.get(at + 1).is_some_and(|t| t.is_hyphen());
    glued
        && tokens
            .get(at + 2)
            .is_some_and(|t| !t.spaced && matches!(t.text, "by" | "up" | "in" | "on" | "general" | "de"))
}

/// The head of the noun phrase that begins at token `at`, after a number: the last of its plurals ("12 new primary
/// schools", "two armed police officers"), or a noun for people in the singular. `one` allows any singular noun.
pub(super) fn head(tokens: &[Token<'_>], at: usize, one: bool) -> Option<usize> {
    let first = tokens.get(at)?;
    let mut last_word = None;
    let mut j = at;
    // Longer phrases are not one: the noun stands within a few words of its number.
    while j < tokens.len() && j < at + 9 {
        let token = &tokens[j];
        if token.sentence != first.sentence {
            break;
        }
        if token.is_hyphen() {
            j += 1;
            continue;
        }
        // "six F-16 jets", "112 Boeing 737 jets": the number in a name does not end the phrase.
        let named = token.digits().is_some()
            && j > at
            && (tokens[j - 1].is_hyphen() && !token.spaced || tokens[j - 1].has(NAME) && tokens[j - 1].capital);
        if named {
            j += 1;
            continue;
        }
        // A plural subject has no verb in -s, so "35 runs" and "11 wins" are nouns.
        let verb =
            token.has(VERB) && token.spaced && !token.possessive && !token.text.ends_with('s') && !is_person(token);
        let joined = tokens.get(j + 1).is_some_and(|next| next.is_hyphen());
        if !token.is_word() || token.has(FUNCTION) && token.spaced && !joined || verb || token.entry.number.is_some() {
            break;
        }
        if is_plural(token) && heads_compound(tokens, j) {
            return Some(j);
        }
        let glued_on = tokens
            .get(j + 1)
            .is_some_and(|next| next.is_hyphen() && tokens.get(j + 2).is_some_and(|t| !t.spaced && t.is_word()));
        if token.possessive || token.text.ends_with('\'') || glued_on {
            j += 1;
            continue;
        }
        // "20 clubs' figures": the owners are counted.
        let apostrophe = tokens
            .get(j + 1)
            .is_some_and(|next| matches!(next.kind, Kind::Mark('\'' | '’')) && !next.spaced);
        if apostrophe && is_plural(token) {
            return Some(j);
        }
        // "Three Champions League titles": a plural inside a name.
        let in_name = token.capital
            && tokens.get(j + 1).is_some_and(|next| {
                next.is_word() && next.capital && next.spaced && !next.has(FUNCTION | WEEKDAY | MONTH)
            });
        if in_name && is_plural(token) && plural_follows(tokens, j + 1) {
            j += 1;
            continue;
        }
        if is_plural(token) {
            let mut head = j;
            while let Some(next) = tokens.get(head + 1) {
                let joined = next.is_word()
                    && is_plural(next)
                    && !next.has(VERB)
                    && !next.possessive
                    && next.sentence == first.sentence;
                if !joined || head > j + 2 || next.capital && !tokens[head].capital {
                    break;
                }
                head += 1;
            }
            return Some(head);
        }
        last_word = Some(j);
        j += 1;
    }
    let last = last_word?;
    (one || tokens[last].has(PERSON) && last == at).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::singular;

    #[test]
    fn singulars() {
        for (plural, wanted) in [
            ("schools", "school"),
            ("cities", "city"),
            ("wolves", "wolf"),
            ("knives", "knife"),
            ("olives", "olive"),
            ("buses", "bus"),
            ("houses", "house"),
            ("viruses", "virus"),
            ("losses", "loss"),
            ("courses", "course"),
            ("boxes", "box"),
            ("matches", "match"),
            ("headaches", "headache"),
            ("shoes", "shoe"),
            ("volcanoes", "volcano"),
            ("policemen", "policeman"),
            ("women", "woman"),
            ("specimens", "specimen"),
            ("specimen", "specimen"),
            ("children", "child"),
            ("movies", "movie"),
            ("crises", "crisis"),
            ("aircraft", "aircraft"),
            ("species", "species"),
            ("sheep", "sheep"),
            ("gas", "gas"),
            ("taxis", "taxi"),
            ("prizes", "prize"),
            ("causes", "cause"),
            ("uses", "use"),
            ("clauses", "clause"),
            ("archives", "archive"),
        ] {
            assert_eq!(singular(plural), wanted);
        }
    }
}
