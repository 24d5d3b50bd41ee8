//! Figures of one story that measure the same thing and differ. Precision first: a conflict that is none is worse than one
//! that is missed.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::digest::{Claim, Conflict, Figure};
use crate::document::{Annotated, QuantityKind};

use super::measure::{agree, equal, noun, same};
use super::read::Read;

/// A figure with its document, in the order of the slice.
pub(super) struct Placed {
    pub document: usize,
    pub read: Read,
}

/// All figures of all documents.
pub(super) fn placed(documents: &[&Annotated]) -> Vec<Placed> {
    documents
        .iter()
        .enumerate()
        .flat_map(|(document, annotated)| {
            let reads = super::read::read(&annotated.document, &annotated.quantities, &annotated.entities);
            reads.into_iter().map(move |read| Placed { document, read })
        })
        .collect()
}

/// What decides which of two claims is the newer: the day it holds for, then when it was published.
pub(super) type Age = (Option<Date>, Option<Timestamp>);

fn age(documents: &[&Annotated], placed: &Placed) -> Age {
    (placed.read.figure.as_of, published(documents, placed))
}

fn published(documents: &[&Annotated], placed: &Placed) -> Option<Timestamp> {
    documents.get(placed.document).and_then(|d| d.document.published())
}

/// Who stands for a figure: whom its sentence names, else the publication, its host or its id.
fn authority(documents: &[&Annotated], placed: &Placed) -> String {
    let article = documents.get(placed.document).map(|d| &d.document.article);
    let host = |url: &String| {
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        rest.split('/')
            .next()
            .unwrap_or(rest)
            .trim_start_matches("www.")
            .to_owned()
    };
    placed.read.figure.attribution.clone().unwrap_or_else(|| {
        article.map_or(String::new(), |a| {
            a.site_name
                .clone()
                .or_else(|| a.url.as_ref().map(host))
                .unwrap_or_else(|| a.id.clone())
        })
    })
}

/// Figures that may stand against each other at all.
fn comparable(read: &Read) -> bool {
    let facts = &read.facts;
    let f = &read.figure;
    let kind = !matches!(
        f.kind,
        QuantityKind::Age
            | QuantityKind::Duration
            | QuantityKind::Rank
            | QuantityKind::Ratio
            | QuantityKind::Fraction
            | QuantityKind::Score
    );
    let small = f.value.abs() <= 1.0 && f.max.is_none();
    kind && !small && !(facts.part || facts.more || facts.prior || facts.other_time || facts.general)
}

/// The figures by what they measure: indices into `all`, each group with one thing.
fn groups(documents: &[&Annotated], all: &[Placed]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..all.len()).filter(|i| comparable(&all[*i].read)).collect();
    // The newest first, whatever order the documents came in.
    order.sort_by(|a, b| {
        let key = |i: usize| age(documents, &all[i]);
        key(*b)
            .cmp(&key(*a))
            .then_with(|| all[*a].read.figure.citation.cmp(&all[*b].read.figure.citation))
    });
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for i in order {
        let home = groups
            .iter_mut()
            .find(|g| g.iter().all(|j| same(&all[i].read, &all[*j].read)));
        match home {
            Some(group) => group.push(i),
            None => groups.push(vec![i]),
        }
    }
    groups
}

/// The claims of a group that differ: its members that stand for a value of their own, the newest first. Empty where there is
/// no conflict.
fn differing(documents: &[&Annotated], all: &[Placed], group: &[usize]) -> Vec<usize> {
    let who = |i: usize| super::measure::key(&authority(documents, &all[i]));
    let figure = |i: usize| &all[i].read.figure;
    // A document that has two numbers for one thing from one mouth speaks of two things.
    let unclear = |i: usize| {
        group.iter().any(|j| {
            all[*j].document == all[i].document
                && !agree(figure(i), figure(*j))
                && (who(i) == who(*j) || figure(i).attribution.is_none() || figure(*j).attribution.is_none())
        })
    };
    let clear: Vec<usize> = group.iter().copied().filter(|i| !unclear(*i)).collect();
    // Plain numbers stand for hedged ones that agree with them.
    let mut kept: Vec<usize> = Vec::new();
    for hedged in [false, true] {
        for &i in clear.iter().filter(|i| figure(**i).qualifier.is_some() == hedged) {
            if !kept
                .iter()
                .any(|j| equal(figure(i), figure(*j)) || agree(figure(i), figure(*j)))
            {
                kept.push(i);
            }
        }
    }
    kept.sort_by_key(|i| clear.iter().position(|c| c == i));
    if kept.len() < 2 { Vec::new() } else { kept }
}

/// One conflict: the members of its group and, among them, those that differ.
pub(super) struct Dispute {
    pub group: Vec<usize>,
    pub claims: Vec<usize>,
    pub superseded: Vec<bool>,
}

/// The conflicts among the figures of a story, the most important measure first.
pub(super) fn disputes(documents: &[&Annotated], all: &[Placed]) -> Vec<Dispute> {
    let mut found: Vec<Dispute> = Vec::new();
    for group in groups(documents, all) {
        let claims = differing(documents, all, &group);
        if claims.is_empty() {
            continue;
        }
        let who: Vec<String> = claims
            .iter()
            .map(|i| super::measure::key(&authority(documents, &all[*i])))
            .collect();
        let when: Vec<Age> = claims.iter().map(|i| age(documents, &all[*i])).collect();
        let superseded = (0..claims.len())
            .map(|n| (0..n).any(|m| who[m] == who[n] && when[m] > when[n]))
            .collect();
        found.push(Dispute {
            group,
            claims,
            superseded,
        });
    }
    found.sort_by_key(|d| {
        let first = d.group.iter().map(|i| all[*i].read.sentence).min();
        let figure = &all[d.claims[0]].read.figure;
        (
            figure.kind != QuantityKind::People,
            first,
            std::cmp::Reverse(d.group.len()),
            figure.citation.clone(),
        )
    });
    found
}

/// As the digest has it.
pub(super) fn conflict(documents: &[&Annotated], all: &[Placed], dispute: &Dispute) -> Conflict {
    let claims = dispute
        .claims
        .iter()
        .zip(&dispute.superseded)
        .map(|(i, superseded)| Claim {
            figure: all[*i].read.figure.clone(),
            authority: authority(documents, &all[*i]),
            published: published(documents, &all[*i]),
            superseded: *superseded,
        });
    Conflict {
        measures: measures(dispute.claims.iter().map(|i| &all[*i].read.figure)),
        claims: claims.collect(),
    }
}

/// What figures of one thing measure: "people killed in Kyiv", "profit, Orsel & Quay".
fn measures<'a>(mut figures: impl Iterator<Item = &'a Figure> + Clone) -> String {
    let Some(first) = figures.clone().next() else {
        return String::new();
    };
    let subject = figures.clone().find_map(|f| f.subject.clone());
    let place = figures.clone().find_map(|f| f.place.clone());
    let role = first.role.clone();
    // The noun that is counted, as written.
    let mut things = figures.find_map(|f| {
        let word = f
            .surface
            .rsplit(' ')
            .next()
            .filter(|_| f.surface.contains(' '))?
            .to_lowercase();
        let counted = matches!(f.kind, QuantityKind::People | QuantityKind::Count);
        (counted && word.chars().all(char::is_alphabetic) && (!noun(f).is_empty() || word == "people")).then_some(word)
    });
    if first.kind == QuantityKind::People && things.is_none() {
        things = Some("people".into());
    }
    let mut said = match (things, role) {
        (Some(things), Some(role)) => format!("{things} {role}"),
        (Some(things), None) => things,
        (None, Some(role)) => role,
        (None, None) => first.unit.clone().unwrap_or_default(),
    };
    if let Some(place) = place {
        said = format!("{said} in {place}");
    }
    match subject {
        Some(subject) if first.kind != QuantityKind::People => format!("{said}, {subject}"),
        _ => said,
    }
}

/// The sentences that give an earlier figure where the story has a later one of the same thing: document and sentence, in
/// order.
pub(super) fn stale(documents: &[&Annotated], all: &[Placed], conflicts: &[Conflict]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for conflict in conflicts {
        // Claims are in order of time, the newest first.
        let Some((newest, earlier)) = conflict.claims.split_first() else {
            continue;
        };
        let outdated = |claim: &&Claim| claim.superseded || claim.published < newest.published;
        for claim in earlier.iter().filter(outdated) {
            let Some(own) = all.iter().find(|p| p.read.figure.citation == claim.figure.citation) else {
                continue;
            };
            // Whoever repeats it, and whatever hedge stands before it ("at least 28").
            let again = |p: &&Placed| {
                let figure = &p.read.figure;
                comparable(&p.read)
                    && (figure.value, figure.max) == (claim.figure.value, claim.figure.max)
                    && same(&p.read, &own.read)
                    && published(documents, p) <= newest.published
            };
            found.extend(all.iter().filter(again).map(|p| (p.document, p.read.sentence)));
            found.push((own.document, own.read.sentence));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
