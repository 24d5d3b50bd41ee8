//! The figures that tell a story: how much each says, near-duplicates folded.

use super::lexicon::{is_finite, one_of};
use crate::digest::{Citation, Status, Summary};
use crate::document::{Annotated, QuantityKind};
use crate::infer::round;

use super::conflicts::{Dispute, Placed};
use super::measure::{agree, equal, same};
use super::read::Read;

/// The fewest figures of a story that has so many worth telling.
const FEWEST: usize = 3;
/// From this score on a figure is told though three are told already.
const TELLING: f64 = 1.15;
/// Below this score a figure tells nothing.
const IDLE: f64 = 0.8;

/// The indices of the figures that tell the story, the most telling first, at most `most`.
pub(super) fn rank(
    documents: &[&Annotated],
    summary: &Summary,
    all: &[Placed],
    disputes: &[Dispute],
    most: usize,
) -> Vec<usize> {
    let cited: Vec<Vec<bool>> = documents.iter().map(|d| cited(d, summary)).collect();
    // In a conflict the newest claim stands for all; what was superseded is told beside it.
    let mut folded = vec![false; all.len()];
    for dispute in disputes {
        let figure = |i: usize| &all[i].read.figure;
        let newest = figure(dispute.claims[0]);
        let older = |i: usize| {
            let own = figure(i);
            let same = own.kind == newest.kind && own.unit == newest.unit && own.role == newest.role;
            same && dispute.claims[1..].iter().any(|c| equal(own, figure(*c)))
        };
        for (i, folded) in folded.iter_mut().enumerate() {
            *folded |= older(i) || dispute.group.contains(&i) && !agree(figure(i), newest);
        }
    }
    let scores: Vec<f64> = all
        .iter()
        .map(|p| {
            let said = cited
                .get(p.document)
                .and_then(|c| c.get(p.read.sentence))
                .copied()
                .unwrap_or(false);
            round(score(&p.read, said))
        })
        .collect();
    let mut order: Vec<usize> = (0..all.len()).filter(|i| !folded[*i] && scores[*i] > 0.0).collect();
    let by_score = |scores: &[f64]| {
        let scores = scores.to_vec();
        move |a: &usize, b: &usize| {
            scores[*b]
                .total_cmp(&scores[*a])
                .then_with(|| all[*a].read.figure.citation.cmp(&all[*b].read.figure.citation))
        }
    };
    order.sort_by(by_score(&scores));
    // Each number of each thing once, shown where it tells most, and weighed by how many newsrooms have it.
    let mut heads: Vec<(usize, Vec<usize>)> = Vec::new();
    for i in order.into_iter().take(400) {
        let p = &all[i];
        let home = heads
            .iter_mut()
            .find(|(head, _)| repeats(&all[*head].read, &p.read, all[*head].document == p.document));
        match home {
            Some((_, sources)) => {
                if !sources.contains(&p.document) {
                    sources.push(p.document);
                }
            }
            None => heads.push((i, vec![p.document])),
        }
    }
    let mut final_scores = scores.clone();
    for (head, sources) in &heads {
        final_scores[*head] = round(scores[*head] + 0.3 * (sources.len() - 1).min(3) as f64);
    }
    let mut order: Vec<usize> = heads.iter().map(|(head, _)| *head).collect();
    order.sort_by(by_score(&final_scores));
    let mut chosen: Vec<usize> = Vec::new();
    for i in order {
        if chosen.len() >= most {
            break;
        }
        let enough = if chosen.len() < FEWEST { IDLE } else { TELLING };
        // A line that is told already has the number in it.
        let own = &all[i];
        let told = chosen.iter().any(|c| {
            let other = &all[*c];
            other.document == own.document
                && other.read.sentence == own.read.sentence
                && (other.read.figure.line == own.read.figure.line
                    || other.read.figure.line.contains(&own.read.figure.surface))
        });
        if final_scores[i] >= enough && !told {
            chosen.push(i);
        }
    }
    chosen
}

/// Which sentences of a document the summary cites.
fn cited(annotated: &Annotated, summary: &Summary) -> Vec<bool> {
    let document = &annotated.document;
    let mine: Vec<&Citation> = summary
        .sentences
        .iter()
        .flat_map(|s| &s.citations)
        .filter(|c| c.document == document.id)
        .collect();
    if mine.is_empty() {
        return Vec::new();
    }
    document
        .sentences()
        .map(|s| mine.contains(&&Citation::new(document, &s.span)))
        .collect()
}

/// Whether `b` says again what `a` says.
fn repeats(a: &Read, b: &Read, one_document: bool) -> bool {
    let (x, y) = (&a.figure, &b.figure);
    if x.kind != y.kind || x.unit != y.unit || x.per != y.per {
        return false;
    }
    if equal(x, y) && x.unit.is_some() && (x.role == y.role || x.role.is_none() || y.role.is_none()) {
        return true;
    }
    !one_document && agree(x, y) && same(a, b)
}

/// How much a figure tells of its story.
fn score(read: &Read, said: bool) -> f64 {
    let (figure, facts) = (&read.figure, &read.facts);
    let toll = matches!(
        figure.role.as_deref(),
        Some("killed" | "injured" | "missing" | "displaced" | "evacuated" | "rescued" | "kidnapped" | "trapped")
    );
    let kind = match figure.kind {
        QuantityKind::People if figure.role.as_deref() == Some("killed") => 1.5,
        QuantityKind::People if toll => 1.3,
        QuantityKind::People => 0.8,
        QuantityKind::Money | QuantityKind::Score | QuantityKind::VoteShare => 0.9,
        QuantityKind::Percent => 0.75,
        QuantityKind::Count if figure.role.is_some() => 0.8,
        QuantityKind::Count => 0.6,
        QuantityKind::Age => -0.2,
        QuantityKind::Duration if figure.role.is_some() => 0.7,
        QuantityKind::Duration => 0.05,
        QuantityKind::Ratio | QuantityKind::Fraction | QuantityKind::Rank => 0.25,
        QuantityKind::Other if figure.unit.is_none() => 0.1,
        _ => 0.5,
    };
    let early = 0.6 / (1.0 + read.sentence as f64).sqrt();
    // A bare small number ("two", "one") tells least.
    let small = figure.value.abs() <= 3.0
        && !toll
        && figure.max.is_none()
        && matches!(
            figure.kind,
            QuantityKind::Count
                | QuantityKind::Other
                | QuantityKind::People
                | QuantityKind::Ratio
                | QuantityKind::Fraction
        );
    let mut score = kind + early;
    score += if said { 0.4 } else { 0.0 };
    score += if figure.role.is_some() { 0.3 } else { 0.0 };
    score += if figure.subject.is_some() || figure.place.is_some() {
        0.1
    } else {
        0.0
    };
    score -= if small { 0.5 } else { 0.0 };
    score -= if facts.prior { 0.6 } else { 0.0 };
    score -= if facts.part || facts.more { 0.25 } else { 0.0 };
    score -= if facts.other_time { 0.5 } else { 0.0 };
    score -= if facts.general { 0.2 } else { 0.0 };
    score -= if facts.quoted { 0.15 } else { 0.0 };
    // A line that had to be cut out of its sentence is hard to read alone.
    score -= if figure.line.starts_with('…') || figure.line.ends_with('…') {
        0.35
    } else {
        0.0
    };
    score -= if figure.line.chars().count() < figure.surface.chars().count() + 6 {
        0.2
    } else {
        0.0
    };
    let first = figure.line.split(' ').next().unwrap_or("").to_lowercase();
    score -= if one_of(first.as_str(), "it he she they its his her their this these") {
        0.3
    } else {
        0.0
    };
    // "Averaged 5.6 million viewers": a verb whose subject was not found.
    score -= if is_finite(&first) { 0.4 } else { 0.0 };
    score -= if figure.status == Status::Denied { 0.1 } else { 0.0 };
    score
}
