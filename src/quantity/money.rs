//! What an amount of money is: told from the verb before it and the nouns on either side, and left out where they do not say.

use super::Found;
use super::roles::{Cue, change, hedges, level};
use super::token::Token;
use crate::document::QuantityKind::Percent;

/// The role of an amount of money.
pub(super) fn money(left: &[Token<'_>], right: &[Token<'_>]) -> Option<&'static str> {
    let verb = left.iter().rev().find(|t| !hedges(t));
    // What it is tells more than that somebody pledged or paid it: "pledged £20m in aid", "pay a £500 fine".
    if let Some(role) = is_said_to_be(right) {
        return Some(role);
    }
    if let Some(Cue::Verb(role)) = verb
        .and_then(|t| t.entry.role)
        .filter(|r| !matches!(r, Cue::Verb("won" | "closed" | "opened")))
    {
        // "Raised the price to £5" is about the price, "cut spending by £5" about what is cut.
        let by = left.last().is_some_and(|t| t.text == "by") && role == "spent";
        if left.last().is_some_and(|t| t.text != "to") && !by {
            return Some(role);
        }
    }
    // To pay is no salary, and to charge or to tax somebody something else than this.
    if verb.is_some_and(|t| matches!(t.text, "pay" | "charge" | "relief")) {
        return None;
    }
    if let Some(Cue::Noun(role)) = verb.and_then(|t| t.entry.role) {
        return Some(role);
    }
    // "Dropped $400" at a shop, "pulling down $400,000": no fall.
    let dropped = verb.is_some_and(|t| t.text.starts_with("drop")) && left.last().is_some_and(|t| t.text != "by")
        || left
            .windows(2)
            .any(|w| w[1].text == "down" && w[0].text.starts_with("pull"));
    change(left, &[])
        .filter(|_| !dropped)
        .or_else(|| amount_of(left, right))
}

/// Words of these roles that are mostly verbs.
const VERBS: &[&str] = &[
    "owed", "owes", "owe", "fined", "fining", "earned", "earns", "earning", "sold", "sells", "selling", "costs",
    "cost", "costing", "priced", "lent", "valued", "value", "worth", "pay", "charge", "duty",
];

/// Words after an amount that end its noun phrase.
const ENDS: &[&str] = &[
    "to", "for", "from", "at", "on", "by", "after", "and", "or", "over", "with", "against", "than", "a", "the", "of",
    "as", "that", "which", "who", "was", "is", "were", "are", "has", "had", "will", "would", "if", "when", "its",
    "their", "his", "her", "into", "between", "under", "through", "but", "because", "while",
];

/// The noun after an amount that says what it is: "$1.2bn in military aid", "a £500 fine", the last of several nouns ("budget
/// deficit").
fn is_said_to_be(right: &[Token<'_>]) -> Option<&'static str> {
    let mut said = None;
    for (i, token) in right.iter().enumerate() {
        // "Inflation-adjusted", "student-loan debt": a part of a word.
        let part = token.is_hyphen() || right.get(i + 1).is_some_and(|t| t.is_hyphen() && !t.spaced);
        let role = match token.entry.role {
            _ if token.text == "damages" => Some("compensation"),
            Some(Cue::Noun(role)) => Some(role),
            _ => None,
        };
        match role.filter(|r| !part && is_of_money(r)) {
            Some(role) if VERBS.contains(&token.text) && !(i > 0 && right[i - 1].text == "in") => {
                return said.filter(|_| role.is_empty());
            }
            Some(role) => said = Some(role),
            None if said.is_some() => break,
            None => {}
        }
        if !token.is_word() && !token.is_hyphen() || ENDS.contains(&token.text) || i > 4 {
            break;
        }
    }
    said
}

/// Roles of a rate or a count that no amount of money has.
fn is_of_money(role: &str) -> bool {
    !matches!(
        role,
        "inflation"
            | "unemployment"
            | "turnout"
            | "population"
            | "attendance"
            | "majority"
            | "interest rate"
            | "sentence"
    )
}

/// "Profit rose 12% to $340m": the noun before the change is what the level is of.
pub(super) fn carried(tokens: &[Token<'_>], before: &[Found], first: usize) -> Option<&'static str> {
    let last = before.last()?;
    let change = matches!(last.quantity.role.as_deref(), Some("rise" | "fall")) && last.quantity.kind == Percent;
    let between = tokens.get(last.end..first)?;
    if !change
        || between.first().is_none_or(|t| t.text != "to")
        || between.len() > 3
        || tokens.get(last.first)?.sentence != tokens.get(first)?.sentence
    {
        return None;
    }
    let left = &tokens[last.first.saturating_sub(10)..last.first];
    let sentence = tokens[first].sentence;
    let left = &left[left.iter().position(|t| t.sentence == sentence).unwrap_or(left.len())..];
    level(left, &[]).filter(|_| !left.iter().any(|t| t.text == "to"))
}

/// The noun that an amount of money is the level of: "profits were £4m", "a loss of £9m".
fn amount_of(left: &[Token<'_>], right: &[Token<'_>]) -> Option<&'static str> {
    // "Tariffs of $200bn of goods", "to offer a $100 allowance": the amount is of something else.
    let other = right.first().is_some_and(|t| t.text == "of")
        || left
            .iter()
            .rev()
            .take(6)
            .skip(1)
            .any(|t| matches!(t.text, "to" | "for" | "above" | "in"));
    let near = left.last().is_some_and(|t| matches!(t.text, "in")) || !other;
    level(left, &[]).filter(|role| near && is_of_money(role))
}
