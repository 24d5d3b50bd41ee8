//! Whom or what a figure is about, and where it holds, as named.

use super::lexicon::one_of;
use crate::document::EntityKind;

use super::attribution::Frame;
use super::clause::{Clause, Opening};
use super::lexicon::{ADVERB, DETERMINER, PREPOSITION, PRONOUN, is_finite};
use super::memory::{Memory, PERSONAL};
use super::names::Name;
use super::read::Parsed;
use super::speaker::{may_be_name, phrase};
use super::words::{Word, join, lower};

/// Nouns for what is measured rather than for whom it is measured of.
const MEASURES: &str = "profit profits revenue revenues sales share shares earnings turnover loss losses output production \
    income stock price prices debt debts exports imports orders deliveries costs cost deficit inflation \
    unemployment turnout toll number total value market margin margins rate figure tally count \
    unemployment gdp growth salary pay budget spending bill fine dividend workforce population majority \
    lead rating";

/// The subject of the figure's clause, as named; `None` for pronouns that nothing resolves and for phrases that name nothing.
pub(super) fn subject(
    parsed: &Parsed,
    clause: &Clause,
    at: usize,
    said: Option<(&Frame, Option<&str>)>,
    memory: &Memory,
    index: usize,
) -> Option<String> {
    if clause.leads {
        return beside(parsed, clause, at);
    }
    let (first, end) = match (clause.subject, clause.opening) {
        (Some(range), _) => range,
        (None, Opening::Relative) => antecedent(parsed, clause)?,
        _ => return None,
    };
    named(parsed, first, end).or_else(|| {
        let own: Vec<&Word> = parsed.words[first..end]
            .iter()
            .filter(|w| !ADVERB.has(&w.lower))
            .collect();
        let [pronoun] = own[..] else { return None };
        resolve(parsed, clause, &pronoun.lower, said, memory, index)
    })
}

/// Whom "it", "he", "she" or "they" at the head of a clause stands for, where that is sure enough.
pub(super) fn resolve(
    parsed: &Parsed,
    clause: &Clause,
    pronoun: &str,
    said: Option<(&Frame, Option<&str>)>,
    memory: &Memory,
    index: usize,
) -> Option<String> {
    let fits = |kind: Option<EntityKind>| match pronoun {
        "he" | "she" => kind.is_none_or(|k| k == EntityKind::Per),
        "it" => kind.is_none_or(|k| k != EntityKind::Per),
        _ => false,
    };
    // "Northern Rail said it would ...": the one who says it, unless a pronoun of another kind.
    if clause.opening == Opening::Said {
        let (frame, who) = said?;
        let words = &parsed.words[frame.who.0..frame.who.1];
        let titled = words.iter().any(|w| one_of(w.lower.as_str(), PERSONAL));
        let kind = parsed
            .names
            .iter()
            .find(|n| n.first >= frame.who.0 && n.end == frame.who.1)
            .and_then(|n| n.kind);
        let plural = pronoun == "they"
            && words
                .last()
                .is_some_and(|w| w.lower.ends_with('s') || w.lower == "police");
        let kind = kind.or(titled.then_some(EntityKind::Per));
        let named = words.iter().any(|w| w.capital) || plural || pronoun == "it";
        return who.filter(|_| named && (fits(kind) || plural)).map(str::to_owned);
    }
    if clause.opening != Opening::Plain || clause.first > 2 {
        return None;
    }
    memory
        .subject
        .as_ref()
        .filter(|(_, kind, at)| at + 1 == index && fits(*kind))
        .map(|(who, _, _)| who.clone())
}

/// The noun phrase that "who" or "which" stands for: a name right before, or the whole phrase. `None` where it does not agree
/// with the verb in number: "a delegation to the games, which includes ...".
pub(super) fn antecedent(parsed: &Parsed, clause: &Clause) -> Option<(usize, usize)> {
    let (first, end) = noun_before(parsed, clause)?;
    let noun = lower(&parsed.words, end - 1);
    let plural =
        noun.ends_with('s') && !noun.ends_with("ss") && !noun.ends_with("us") && !parsed.words[end - 1].capital;
    let verb = lower(&parsed.words, clause.first);
    let singular_verb = matches!(verb, "is" | "was" | "has" | "does") || verb.ends_with('s') && !verb.ends_with("ss");
    let plural_verb = matches!(verb, "are" | "were" | "have" | "do");
    let agrees = if plural {
        !singular_verb || noun == "works"
    } else {
        !plural_verb || matches!(noun, "people" | "police")
    };
    agrees.then_some((first, end))
}

fn noun_before(parsed: &Parsed, clause: &Clause) -> Option<(usize, usize)> {
    let words = &parsed.words;
    let opener = clause.first.checked_sub(1)?;
    let mut end = opener;
    while end > 0 && (words[end - 1].is(',') || PREPOSITION.has(lower(words, end - 1))) {
        end -= 1;
    }
    if let Some(name) = parsed.names.iter().find(|n| n.end == end) {
        let article = name.first.checked_sub(1).filter(|a| lower(words, *a) == "the");
        let first = article.unwrap_or(name.first);
        // "A home in Mill Street who ...": the name only says where.
        let within = first.checked_sub(1).is_some_and(|p| PREPOSITION.has(lower(words, p)));
        return (!within).then_some((first, end));
    }
    let mut first = end;
    while first > 0 && end - first < 6 {
        let word = &words[first - 1];
        if !word.is_word()
            || is_finite(&word.lower)
            || PREPOSITION.has(&word.lower)
            || matches!(word.lower.as_str(), "and" | "that")
        {
            break;
        }
        first -= 1;
        // "Tolverby's treatment works"
        if let Some(name) = parsed.names.iter().find(|n| word.lower == "'s" && n.end == first) {
            return Some((name.first, end));
        }
        if DETERMINER.has(&word.lower) {
            return (end > first + 1).then_some((first, end));
        }
    }
    None
}

/// The words `first..end` as somebody's or something's name: "Northern Rail" for "Profits at Northern Rail" and for
/// "Northern Rail's profits", "the bridge".
pub(super) fn named(parsed: &Parsed, first: usize, end: usize) -> Option<String> {
    let words = &parsed.words;
    let own = words.get(first..end)?;
    let head = own.first()?;
    if own.iter().any(|w| w.is_number() || w.is_break() || w.is_quote())
        || matches!(head.lower.as_str(), "there" | "here" | "no" | "nobody" | "none")
    {
        return None;
    }
    if own.len() == 1 && PRONOUN.has(&head.lower) {
        return None;
    }
    let inside: Vec<&Name> = parsed
        .names
        .iter()
        .filter(|n| n.first >= first && n.end <= end && !is_adjective(n))
        .collect();
    let measure = own.iter().position(|w| one_of(w.lower.as_str(), MEASURES));
    if let Some(m) = measure.map(|m| first + m) {
        // "Northern Rail's pre-tax profits"
        if let Some(name) = inside
            .iter()
            .find(|n| n.end < m && lower(words, n.end) == "'s" || n.end <= m && n.end + 2 >= m && n.first <= first + 1)
        {
            return Some(name.full.clone());
        }
        let after = inside.iter().find(|n| {
            n.first > m && {
                let mut p = n.first - 1;
                while p > m && DETERMINER.has(lower(words, p)) {
                    p -= 1;
                }
                // "Unemployment in Tarvia" is about no body.
                let held = matches!(lower(words, m), "shares" | "stock" | "share") || n.kind == Some(EntityKind::Org);
                matches!(lower(words, p), "at" | "of" | "for" | "by") || lower(words, p) == "in" && held
            }
        });
        return after
            .filter(|n| n.kind != Some(EntityKind::Loc))
            .map(|n| n.full.clone());
    }
    // A comma ends what is named; what follows says more of it.
    let stop = own.iter().position(|w| w.is(',')).map_or(end, |c| first + c);
    let own = &words[first..stop];
    if own.is_empty()
        || own.len() > 8
        || own
            .iter()
            .any(|w| is_finite(&w.lower) && !w.capital && !w.lower.ends_with("ed"))
    {
        return None;
    }
    let possessive = |w: &Word| {
        matches!(
            w.lower.as_str(),
            "his" | "her" | "its" | "their" | "our" | "my" | "your"
        )
    };
    if own.iter().any(possessive)
        || own
            .iter()
            .any(|w| one_of(w.lower.as_str(), "it he she they we i you who which"))
        || one_of(
            own[0].lower.as_str(),
            "this that these those some many most all each every any another both more others",
        )
    {
        return None;
    }
    let article = matches!(own[0].lower.as_str(), "the" | "a" | "an");
    if !inside.iter().any(|n| n.end <= stop) {
        // A common noun keeps its article, in lower case: "the bridge".
        let plain = own.iter().skip(usize::from(article)).all(Word::is_word) && own.len() > usize::from(article);
        let said = join(parsed.text, words, first, stop);
        let mut chars = said.chars();
        let opening = first > 0 || article || !may_be_name(words, &parsed.names);
        let capital = article || own[0].capital && opening && said.chars().nth(1).is_some_and(char::is_lowercase);
        return plain.then(|| {
            if capital {
                chars
                    .next()
                    .map(|c| c.to_lowercase().chain(chars).collect())
                    .unwrap_or_default()
            } else {
                said.clone()
            }
        });
    }
    let said = phrase(parsed.text, words, &parsed.names, (first, stop))?;
    // "A court in Tasrak" keeps its article, "the Islands Union" does not.
    match own {
        [the, noun, ..] if article && !noun.capital => Some(format!("{} {said}", the.lower)),
        _ => Some(said),
    }
}

fn is_adjective(name: &Name) -> bool {
    name.kind == Some(EntityKind::Misc)
}

/// A figure that is its clause's subject itself: "1,200 jobs will be cut by Northern Rail", "Northern Rail's 1,200 staff".
fn beside(parsed: &Parsed, clause: &Clause, at: usize) -> Option<String> {
    let words = &parsed.words;
    let before = at.checked_sub(1).filter(|b| lower(words, *b) == "'s");
    if let Some(name) = before.and_then(|b| parsed.names.iter().find(|n| n.end == b)) {
        return Some(name.full.clone());
    }
    let verb = clause.verb?;
    let by = (verb + 1..clause.end).take(5).find(|i| lower(words, *i) == "by")?;
    let name = parsed
        .names
        .iter()
        .find(|n| n.first == by + 1 || n.first == by + 2 && lower(words, by + 1) == "the")?;
    (!super::lexicon::WEEKDAY.has(lower(words, name.first))).then(|| name.full.clone())
}
