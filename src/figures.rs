//! Stage: the numbers that tell a story, from all its documents, each with its source.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::digest::{Citation, Figure, Summary};
use crate::document::{Annotated, Document, Quantity, QuantityKind, Span};
use crate::infer::round;

/// What `figures` may be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The most figures of a story.
    pub most: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { most: 6 }
    }
}

/// Characters of context on either side of a number.
const CONTEXT: usize = 60;

/// All figures of one document, in order.
pub fn all(document: &Document, quantities: &[Quantity]) -> Vec<Figure> {
    quantities.iter().map(|q| figure(document, q)).collect()
}

/// The figures of a story that tell it, the most telling first: by kind, by how early they stand, by whether the
/// summary says them, and by how many documents have the same number. Each number once.
pub fn figures(documents: &[&Annotated], summary: &Summary, options: &Options) -> Vec<Figure> {
    struct Found<'a> {
        annotated: &'a Annotated,
        quantity: &'a Quantity,
        score: f64,
        documents: usize,
    }
    // The same number of the same thing, wherever it stands.
    let key = |q: &Quantity| {
        (
            q.value.to_bits(),
            q.max.map(f64::to_bits),
            q.unit.clone(),
            q.per.clone(),
            q.role.clone(),
        )
    };
    let mut found: BTreeMap<_, (Found, usize)> = BTreeMap::new();
    let mut order = 0;
    for annotated in documents {
        let mut seen_here = Vec::new();
        for quantity in &annotated.quantities {
            let key = key(quantity);
            let score = score(annotated, quantity, summary);
            let again = seen_here.contains(&key);
            match found.get_mut(&key) {
                Some((first, _)) => {
                    first.documents += usize::from(!again);
                    // The place where it tells most is the one to show.
                    if score > first.score {
                        (first.annotated, first.quantity, first.score) = (annotated, quantity, score);
                    }
                }
                None => {
                    found.insert(
                        key.clone(),
                        (
                            Found {
                                annotated,
                                quantity,
                                score,
                                documents: 1,
                            },
                            order,
                        ),
                    );
                    order += 1;
                }
            }
            seen_here.push(key);
        }
    }
    let mut ranked: Vec<(Found, usize)> = found.into_values().collect();
    let value = |f: &Found| round(f.score + 0.3 * (f.documents - 1) as f64);
    ranked.sort_by(|(a, i), (b, j)| value(b).total_cmp(&value(a)).then(i.cmp(j)));
    ranked
        .into_iter()
        .take(options.most)
        .map(|(f, _)| figure(&f.annotated.document, f.quantity))
        .collect()
}

/// How much a number tells of its story.
fn score(annotated: &Annotated, quantity: &Quantity, summary: &Summary) -> f64 {
    let kind = match quantity.kind {
        QuantityKind::People => 1.0,
        QuantityKind::Money | QuantityKind::Score | QuantityKind::VoteShare => 0.9,
        QuantityKind::Percent => 0.7,
        QuantityKind::Ratio
        | QuantityKind::Fraction
        | QuantityKind::Rank
        | QuantityKind::Age
        | QuantityKind::Duration => 0.2,
        _ => 0.5,
    };
    let document = &annotated.document;
    let place = document.sentences().position(|s| s.span.contains(&quantity.span.start));
    let early = place.map_or(0.0, |n| 1.0 / (1.0 + n as f64).sqrt());
    let said = place.and_then(|n| document.sentences().nth(n)).is_some_and(|s| {
        let citation = Citation::new(document, &s.span);
        summary
            .sentences
            .iter()
            .any(|sentence| sentence.citations.contains(&citation))
    });
    // A bare small number ("two", "one") tells least.
    let bare = quantity.value.abs() <= 3.0 && matches!(quantity.kind, QuantityKind::Count | QuantityKind::Other);
    kind + 0.5 * early + if said { 0.4 } else { 0.0 } + if quantity.role.is_some() { 0.3 } else { 0.0 }
        - if bare { 0.3 } else { 0.0 }
}

fn figure(document: &Document, quantity: &Quantity) -> Figure {
    Figure {
        value: quantity.value,
        max: quantity.max,
        unit: quantity.unit.clone(),
        per: quantity.per.clone(),
        kind: quantity.kind,
        qualifier: quantity.qualifier,
        // What is done with money is read too loosely yet to be shown: "€25m" of compensation became a salary.
        role: quantity.role.clone().filter(|_| quantity.kind != QuantityKind::Money),
        surface: document
            .text(&quantity.span)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        context: context(document, &quantity.span),
        citation: Citation::new(document, &quantity.span),
    }
}

/// The words around a number in its sentence, cut between words, with dots where the sentence goes on.
fn context(document: &Document, span: &Span) -> String {
    let sentence = document
        .sentences()
        .map(|s| s.span.clone())
        .find(|s| s.start <= span.start && span.end <= s.end);
    let Span { start, end } = sentence.unwrap_or_else(|| span.clone());
    let text = &document.article.text;
    let before: String = {
        let all = &text[start..span.start];
        let cut = all.char_indices().rev().nth(CONTEXT).map(|(at, _)| at);
        let near = cut.and_then(|at| all[at..].find(char::is_whitespace).map(|space| &all[at + space..]));
        near.map_or(all.to_owned(), |near| format!("…{}", near.trim_start()))
    };
    let after: String = {
        let all = &text[span.end..end];
        let cut = all.char_indices().nth(CONTEXT).map(|(at, _)| at);
        let near = cut.and_then(|at| all[..at].rfind(char::is_whitespace).map(|space| &all[..space]));
        near.map_or(all.to_owned(), |near| {
            format!("{}…", near.trim_end_matches([',', ';', ':', ' ']))
        })
    };
    format!("{before}{}{after}", &text[span.clone()])
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
