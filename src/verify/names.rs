//! Names in a sentence, found by their capitals, and whether a source has them.

use super::evidence::{Evidence, nation_at};
use super::lexicon;
use super::text::{Line, Token, is_quote};

/// A name as a sentence writes it.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    /// Its words, as indices of the sentence's tokens.
    pub tokens: Vec<usize>,
}

/// Words with a capital that are parts of no name: titles and forms of address, days, months.
fn is_title(folded: &str) -> bool {
    matches!(
        folded,
        "mr" | "mrs"
            | "ms"
            | "miss"
            | "dr"
            | "sir"
            | "lord"
            | "lady"
            | "dame"
            | "prof"
            | "professor"
            | "president"
            | "minister"
            | "prime"
            | "king"
            | "queen"
            | "prince"
            | "princess"
            | "senator"
            | "sen"
            | "rep"
            | "gov"
            | "governor"
            | "mayor"
            | "judge"
            | "justice"
            | "captain"
            | "capt"
            | "sgt"
            | "sergeant"
            | "lt"
            | "lieutenant"
            | "col"
            | "colonel"
            | "gen"
            | "general"
            | "chief"
            | "secretary"
            | "chancellor"
            | "pope"
            | "bishop"
            | "rev"
            | "reverend"
            | "sheikh"
            | "inspector"
            | "detective"
            | "pc"
            | "officer"
            | "coach"
            | "director"
            | "chairman"
            | "chairwoman"
            | "ceo"
            | "mp"
            | "msp"
            | "am"
            | "deputy"
            | "first"
            | "second"
            | "former"
            | "ex"
            | "i"
            | "i'm"
            | "i've"
            | "i'd"
            | "i'll"
            | "jr"
            | "sr"
            | "the"
            | "a"
            | "an"
            | "o"
            | "st"
            | "new"
            | "no"
            | "day"
            | "tv"
            | "ok"
            | "mum"
            | "dad"
            | "god"
            | "internet"
            | "web"
            | "earth"
            | "sun"
            | "moon"
            | "north"
            | "south"
            | "east"
            | "west"
            | "northern"
            | "southern"
            | "eastern"
            | "western"
            | "central"
            | "club"
            | "city"
            | "county"
            | "government"
            | "state"
            | "police"
            | "court"
    )
}

/// Personal pronouns of the third person.
pub(super) fn is_pronoun(folded: &str) -> bool {
    matches!(
        folded,
        "he" | "she"
            | "they"
            | "it"
            | "him"
            | "her"
            | "them"
            | "his"
            | "hers"
            | "their"
            | "theirs"
            | "its"
            | "himself"
            | "herself"
            | "themselves"
            | "itself"
    )
}

/// Whether a word begins a sentence, or something like one: its capital may mean nothing.
pub(super) fn begins(tokens: &[Token], at: usize) -> bool {
    tokens[..at].iter().rev().take_while(|t| !t.word).any(|t| {
        t.text.starts_with(|c: char| is_quote(c) && !matches!(c, '\'' | '’'))
            || t.is(':')
            || t.is('.')
            || t.is('?')
            || t.is('!')
    }) || !tokens[..at].iter().any(|t| t.word)
}

/// Whether a word can be one of a name's, leaving the beginning of a sentence aside.
pub(super) fn nameable(token: &Token) -> bool {
    token.word
        && token.capital
        && (!token.function || token.upper && matches!(token.text.as_str(), "who" | "us" | "it"))
        && !is_title(&token.text)
        && lexicon::month(&token.text).is_none()
        && lexicon::weekday(&token.text).is_none()
}

/// Whether no mark stands between two neighbouring words.
fn joined(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|t| t.word) && tokens.get(at + 1).is_some_and(|t| t.word) && !tokens[at].possessive
}

/// The names of a sentence.
pub(super) fn mentions(line: &Line, evidence: &Evidence) -> Vec<Mention> {
    let tokens = &line.tokens;
    let is_name = |at: usize| {
        let token = &tokens[at];
        if !nameable(token) && !is_country(tokens, at) {
            return false;
        }
        if line.shouted {
            return evidence.has_capital(&token.text) && !evidence.has_lower(&token.text);
        }
        if begins(tokens, at) {
            let known = evidence.has_capital(&token.text) || is_country(tokens, at) || token.upper;
            let common = evidence.has_lower(&token.text) || lexicon::is_light(&token.text);
            let next = joined(tokens, at) && nameable(&tokens[at + 1]);
            return !common && (known || next || token.possessive && evidence.with_stem(&token.stem).is_empty());
        }
        true
    };
    let mut mentions: Vec<Mention> = Vec::new();
    let mut last: Option<usize> = None;
    for at in 0..tokens.len() {
        if !tokens[at].word || !is_name(at) {
            continue;
        }
        let linked = last.is_some_and(|l| {
            (l + 1 == at && joined(tokens, l))
                || (l + 2 == at && joined(tokens, l) && joined(tokens, l + 1) && is_particle(&tokens[l + 1].text))
                || (l + 2 == at && tokens[l + 1].is('-') && !tokens[l + 1].spaced && !tokens[at].spaced)
        });
        match mentions.last_mut().filter(|_| linked) {
            Some(mention) => mention.tokens.push(at),
            None => mentions.push(Mention { tokens: vec![at] }),
        }
        last = Some(at);
    }
    mentions
}

fn is_country(tokens: &[Token], at: usize) -> bool {
    nation_at(tokens, at).is_some()
}

fn is_particle(folded: &str) -> bool {
    matches!(
        folded,
        "of" | "de"
            | "del"
            | "della"
            | "di"
            | "da"
            | "van"
            | "von"
            | "der"
            | "den"
            | "la"
            | "le"
            | "al"
            | "el"
            | "bin"
            | "ibn"
            | "ter"
            | "ten"
            | "du"
    )
}

/// The lines that have a word of a name: as it stands, in another form, as the country's other words, or as the initials
/// of a longer name.
pub(super) fn lines_with(tokens: &[Token], at: usize, evidence: &Evidence) -> Vec<u32> {
    let mut lines = evidence.places(tokens, at).exact;
    let token = &tokens[at];
    if lines.is_empty() {
        // "Greggs" for "Gregg's", and a hyphen that one side writes.
        let singular = token.text.strip_suffix('s').filter(|s| s.len() > 2);
        lines.extend(singular.into_iter().flat_map(|s| evidence.with_word(s)).copied());
    }
    lines.sort_unstable();
    lines.dedup();
    lines
}

/// Whether a line has a word of these stems that no other part of a name stands beside.
pub(super) fn alone(line: &Line, stems: &[&str]) -> bool {
    let tokens = &line.tokens;
    let own = |at: usize| stems.contains(&tokens[at].stem.as_str());
    let part = |at: usize| nameable(&tokens[at]) && !own(at) && !is_country(tokens, at);
    (0..tokens.len()).filter(|at| tokens[*at].word && own(*at)).any(|at| {
        let before = at.checked_sub(1).is_some_and(|b| joined(tokens, b) && part(b));
        let after = joined(tokens, at) && part(at + 1);
        !before && !after
    })
}

/// The initials of the names of two words or more in a line: with and without the small words between.
pub(super) fn initials(line: &Line) -> Vec<String> {
    let tokens = &line.tokens;
    let mut found = Vec::new();
    if line.shouted {
        return found;
    }
    let mut at = 0;
    while at < tokens.len() {
        let (mut short, mut long) = (String::new(), String::new());
        let mut end = at;
        while end < tokens.len() && short.len() < 8 {
            let token = &tokens[end];
            let small = matches!(token.text.as_str(), "of" | "and" | "for" | "the" | "in" | "on" | "to");
            let Some(first) = token.text.chars().next().filter(|_| token.word) else {
                // "Paris Saint-Germain", "Marks & Spencer".
                if !short.is_empty() && (token.is('-') && !token.spaced || token.is('&')) {
                    end += 1;
                    continue;
                }
                break;
            };
            if short.is_empty() && token.function {
                break;
            }
            if token.capital {
                short.push(first);
                long.push(first);
                if short.len() > 1 {
                    found.push(short.clone());
                    found.push(long.clone());
                }
            } else if small && !short.is_empty() {
                long.push(first);
            } else {
                break;
            }
            end += 1;
        }
        at = end.max(at + 1);
    }
    found.sort_unstable();
    found.dedup();
    found
}
