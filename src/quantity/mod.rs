//! The grammar of quantities: numbers in running news English with what they measure.
//!
//! [`quantities`] reads a sentence or a passage in three steps, each in linear time:
//! 1. `token` cuts the text into words, numbers and signs with their byte spans;
//! 2. from left to right, `context` steps over what is no quantity (dates, labels, titles), `special` and `ages`
//!    read the forms with a meaning of their own (scores, ratios, fractions, ranks, votes; ages), and `amount` reads
//!    a number (`numbers`) with its `measure` or counted noun (`nouns`), its range, rate and hedge;
//! 3. `frames` gives bare numbers the unit of what they are compared with ("rose to 32 from 28"), and `roles`
//!    (with `money`) says what happened to what is counted.
//!
//! It knows nothing of stories. Names of units are those of DESIGN.md, section 3.

mod ages;
mod amount;
mod context;
mod currency;
mod frames;
mod hedges;
mod lexicon;
mod measure;
mod money;
mod nouns;
mod numbers;
mod rates;
mod roles;
mod special;
#[cfg(test)]
mod tests;
mod token;
mod units;

use crate::document::{Quantity, QuantityKind};
use token::{Scanner, Token};

/// A quantity with the tokens that it was read from.
#[derive(Debug, Clone)]
struct Found {
    quantity: Quantity,
    /// Its tokens, hedge and unit included: `first..end`.
    first: usize,
    end: usize,
    /// The token after the number itself.
    number_end: usize,
    /// Nothing after the number says what is counted.
    bare: bool,
    /// The number counts the dead of a toll.
    toll: bool,
    /// The verb before it gave its role.
    active: bool,
}

/// What the rules look at.
struct Text<'a> {
    tokens: &'a [Token<'a>],
    /// Capitals tell nothing here.
    headline: bool,
}

/// The quantities of `text`, in order, with spans of its bytes that lie on character boundaries and do not overlap.
///
/// A span covers the hedge, the number, its unit and, for counts, the noun phrase through its head ("at least 12 new
/// schools"). A number that no `f64` holds is not a quantity.
pub fn quantities(text: &str) -> Vec<Quantity> {
    let lower = text.to_ascii_lowercase();
    let tokens = Scanner::new(text, &lower).tokens();
    let text = Text {
        tokens: &tokens,
        headline: context::is_headline(&tokens),
    };
    let mut found = read(&text);
    frames::complete(&text, &mut found);
    roles::assign(&tokens, &mut found);
    found
        .into_iter()
        .map(|f| Quantity {
            span: tokens[f.first].start..tokens[f.end - 1].end,
            ..f.quantity
        })
        .collect()
}

/// The second step: everything that is written as a quantity, from left to right.
fn read(text: &Text<'_>) -> Vec<Found> {
    let tokens = text.tokens;
    let titles = context::titles(tokens, text.headline);
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if titles[at] {
            at += 1;
            continue;
        }
        if let Some(end) = context::date(tokens, at) {
            at = end;
            continue;
        }
        let taken = found.last().map_or(0, |f| f.end);
        if let Some((quantities, end)) = special::read(text, at, taken) {
            found.extend(quantities);
            at = end.max(at + 1);
            continue;
        }
        if let Some(end) = context::figures(tokens, at) {
            at = end;
            continue;
        }
        match amount::read(text, at, taken) {
            amount::Reading::Quantity(quantity) => {
                at = quantity.end;
                found.push(*quantity);
            }
            amount::Reading::Skip(end) => at = end.max(at + 1),
        }
    }
    found
}

impl Found {
    fn new(first: usize, number_end: usize, end: usize, kind: QuantityKind, value: f64) -> Found {
        let quantity = Quantity {
            value,
            max: None,
            unit: None,
            per: None,
            kind,
            qualifier: None,
            role: None,
            span: 0..0,
        };
        Found {
            quantity,
            first,
            end,
            number_end,
            bare: false,
            toll: false,
            active: false,
        }
    }

    fn unit(mut self, unit: impl Into<String>) -> Found {
        self.quantity.unit = Some(unit.into());
        self
    }

    fn max(mut self, max: f64) -> Found {
        self.quantity.max = Some(max);
        self
    }
}
