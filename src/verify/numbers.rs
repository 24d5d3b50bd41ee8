//! Numbers: value, unit, role and place.

use super::amounts::{Unit, bears_out, exclude, scale, units};
use super::evidence::Evidence;
use super::lexicon;
use super::near::Claim;
use super::quotes::cut;
use super::{Check, Problem, dates};
use crate::digest::Verdict;
use crate::document::{Quantity, QuantityKind};

/// Up to so many, in words, a summary may have counted what a source names one by one.
const FEW: f64 = 2.0;

/// A number as the editor reads it.
fn surface(text: &str, q: &Quantity) -> String {
    let mut shown = cut(text.get(q.span.clone()).unwrap_or_default(), 60);
    if let Some(role) = q.role.as_deref().filter(|role| !shown.contains(role)) {
        shown = format!("{shown} {role}");
    }
    shown
}

/// The numbers that the sources do not have, or have of something else.
pub(super) fn check(claim: &Claim, evidence: &Evidence) -> Vec<Problem> {
    let mut problems = Vec::new();
    for said in &claim.line.quantities {
        problems.extend(quantity(claim, evidence, said));
    }
    problems.extend(bare(claim, evidence));
    problems
}

fn quantity(claim: &Claim, evidence: &Evidence, said: &Quantity) -> Option<Problem> {
    let tokens = claim.line.tokens_of(&said.span);
    let shown = surface(&claim.line.text, said);
    // "One" and "a" count little, and people are counted who were only named.
    let words: Vec<&str> = claim.line.tokens[tokens.clone()]
        .iter()
        .filter(|t| t.word)
        .map(|t| t.text.as_str())
        .collect();
    let digits = claim.line.tokens[tokens.clone()].iter().any(|t| t.has_digit());
    // "Hand over two islands", "go up to £3": no hedge.
    let before = tokens
        .start
        .checked_sub(1)
        .map_or("", |i| claim.line.tokens[i].text.as_str());
    let plain = match words.first() {
        Some(&"over") => matches!(
            before,
            "hand"
                | "hands"
                | "handed"
                | "handing"
                | "take"
                | "takes"
                | "took"
                | "taken"
                | "taking"
                | "turn"
                | "turned"
        ),
        Some(&"up") => matches!(
            before,
            "go" | "goes"
                | "going"
                | "went"
                | "gone"
                | "move"
                | "moved"
                | "push"
                | "pushed"
                | "creep"
                | "crept"
                | "edge"
                | "edged"
        ),
        _ => false,
    };
    let read = plain.then(|| Quantity {
        qualifier: None,
        ..said.clone()
    });
    let said = read.as_ref().unwrap_or(said);
    let mut right: Vec<u32> = Vec::new();
    let mut wrong_role: Option<(u32, &Quantity)> = None;
    let mut wrong_unit: Option<(u32, &Quantity)> = None;
    let mut other: Vec<(u32, &Quantity)> = Vec::new();
    for (at, line) in evidence.lines.iter().enumerate() {
        for found in &line.quantities {
            let unit = units(said, found);
            let role = match (said.role.as_deref(), found.role.as_deref()) {
                (Some(a), Some(b)) => !exclude(a, b),
                _ => true,
            };
            let fits = bears_out(said, found);
            match (fits, unit, role) {
                (true, Unit::Same | Unit::Perhaps, true) => right.push(at as u32),
                (true, Unit::Same | Unit::Perhaps, false) => wrong_role = wrong_role.or(Some((at as u32, found))),
                (true, Unit::Other, _) => wrong_unit = wrong_unit.or(Some((at as u32, found))),
                (false, Unit::Same, true) => other.push((at as u32, found)),
                _ => {}
            }
        }
    }
    right.dedup();
    let line_of = |at: u32| &evidence.lines[at as usize].text;
    if right.is_empty() {
        // A number that the grammar of quantities does not read in the source.
        let plain = said.qualifier.is_none() || said.kind == QuantityKind::Age;
        let same: Vec<u32> = claim
            .terms
            .iter()
            .filter(|t| tokens.contains(&t.token) && claim.line.tokens[t.token].number().is_some())
            .flat_map(|t| &t.places.exact)
            .copied()
            .filter(|l| unread(evidence, *l, said.value))
            .collect();
        if plain && !same.is_empty() && !matches!(said.kind, QuantityKind::Money | QuantityKind::Percent) {
            right = same;
            right.sort_unstable();
            right.dedup();
        }
    }
    if right.is_empty() {
        if let Some((at, found)) = wrong_role {
            return Some(Problem::new(
                Check::Role,
                Verdict::Contradicted,
                format!("“{shown}”: the source says {}", surface(line_of(at), found)),
            ));
        }
        if !digits && said.value == 1.0 && words.first().is_some_and(|w| matches!(*w, "one" | "a" | "an")) {
            return None;
        }
        let (nearest, _) = nearest(claim, evidence, tokens.start, tokens.end, &other);
        let few = !digits && said.value <= FEW && matches!(said.kind, QuantityKind::Count | QuantityKind::People);
        if few && said.qualifier.is_none() && nearest.is_none() && wrong_unit.is_none() {
            return None;
        }
        let verdict = if nearest.is_some() || wrong_unit.is_some() {
            Verdict::Contradicted
        } else {
            Verdict::NotFound
        };
        let why = match nearest.or(wrong_unit) {
            Some((at, found)) => format!("“{shown}”: the source has {}", surface(line_of(at), found)),
            None => format!("“{shown}”: no source has this number"),
        };
        return Some(Problem::new(Check::Number, verdict, why));
    }
    let rival = |l: u32| other.iter().any(|(at, _)| *at == l);
    far(claim, evidence, (tokens.start, tokens.end), &right, &shown, &rival)
}

/// Whether the line has the number outside what the grammar of quantities reads.
fn unread(evidence: &Evidence, line: u32, value: f64) -> bool {
    let line = &evidence.lines[line as usize];
    line.tokens
        .iter()
        .enumerate()
        .any(|(i, t)| t.number() == Some(value) && line.quantity_at(i).is_none())
}

/// The number of the same unit that stands where the sentence's words stand.
fn nearest<'a>(
    claim: &Claim,
    evidence: &Evidence,
    first: usize,
    end: usize,
    others: &[(u32, &'a Quantity)],
) -> (Option<(u32, &'a Quantity)>, f32) {
    let scores = claim.scores(evidence, first, end);
    let best = scores.iter().copied().fold(0.0, f32::max);
    let mut found = (None, 0.0);
    for (at, q) in others {
        let score = scores[*at as usize];
        if score > found.1 && score >= 0.6 * best {
            found = (Some((*at, *q)), score);
        }
    }
    found
}

/// A number that stands in the sources, but not with what the sentence says of it.
pub(super) fn far(
    claim: &Claim,
    evidence: &Evidence,
    (first, end): (usize, usize),
    lines: &[u32],
    shown: &str,
    rival: &dyn Fn(u32) -> bool,
) -> Option<Problem> {
    claim.elsewhere(evidence, first, end, lines, rival, false).map(|best| {
        let there = cut(&evidence.lines[best as usize].text, 80);
        Problem::new(
            Check::Place,
            Verdict::Contradicted,
            format!("“{shown}”: not where the source says “{there}”"),
        )
    })
}

/// Numbers that are no quantities (labels, ordinals, "Under 21"), years and days left to `dates`, and vague ones.
fn bare(claim: &Claim, evidence: &Evidence) -> Vec<Problem> {
    let mut problems = Vec::new();
    for term in &claim.terms {
        let token = &claim.line.tokens[term.token];
        if claim.line.quantity_at(term.token).is_some() || dates::is_date(&claim.line, term.token) {
            continue;
        }
        let shown = cut(&claim.line.text[token.span.clone()], 40);
        if let Some((low, high)) = lexicon::vague(&token.text) {
            let has = !term.places.exact.is_empty()
                || evidence.lines.iter().flat_map(|l| &l.quantities).any(|q| {
                    matches!(scale(q), QuantityKind::Count | QuantityKind::Money) && q.value >= low && q.value <= high
                });
            if !has {
                problems.push(Problem::new(
                    Check::Number,
                    Verdict::NotFound,
                    format!("“{shown}”: no source has so many"),
                ));
            }
            continue;
        }
        let counts = token.number().is_some() || token.ordinal() || token.has_digit();
        if !counts || token.text == "one" {
            continue;
        }
        if term.places.exact.is_empty() {
            // The grammar may read the source's number where it does not read the sentence's.
            let known = token.number().is_some_and(|v| evidence.has_value(v));
            if !known {
                problems.push(Problem::new(
                    Check::Number,
                    Verdict::NotFound,
                    format!("“{shown}”: no source has this number"),
                ));
            }
            continue;
        }
        let rival = |l: u32| {
            let others = &evidence.lines[l as usize].tokens;
            others.iter().any(|t| {
                t.ordinal() == token.ordinal() && (t.ordinal() || t.number().is_some()) && t.stem != token.stem
            })
        };
        problems.extend(far(
            claim,
            evidence,
            (term.token, term.token + 1),
            &term.places.exact,
            &shown,
            &rival,
        ));
    }
    problems
}
