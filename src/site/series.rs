//! A figure over days: what each digest of a thread said of the same thing.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::archive::{Archive, Place, Thread};
use crate::digest::Figure;
use crate::document::QuantityKind;

/// A figure that several digests give.
#[derive(Debug)]
pub(super) struct Series {
    /// Where it was given last: the story, and its index among the story's figures.
    pub last: (Place, usize),
    /// What it was on each day, the oldest first.
    pub points: BTreeMap<Date, Value>,
}

/// What a figure was on a day.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    /// The number, of a range the lower.
    pub value: f64,
    /// The words of the source, where a digest of that day is in the archive.
    pub surface: Option<String>,
}

/// What a figure measures, to find it again on another day.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    kind: QuantityKind,
    unit: Option<&'a str>,
    per: Option<&'a str>,
    role: Option<&'a str>,
    subject: Option<String>,
    place: Option<String>,
}

fn key(figure: &Figure) -> Key<'_> {
    let lower = |text: &Option<String>| text.as_deref().map(str::to_lowercase);
    Key {
        kind: figure.kind,
        unit: figure.unit.as_deref(),
        per: figure.per.as_deref(),
        role: figure.role.as_deref(),
        subject: lower(&figure.subject),
        place: lower(&figure.place),
    }
}

/// The figures of a thread that have a value on two days or more. Those of its last telling come first, in its order, then the others, the
/// last given first.
///
/// The stage `figures` has already told which figure of the day before is the same: a figure's `history` says what it was,
/// so a figure goes on the series that ends so. Where it has no history, the same kind, unit, role, subject and place do.
pub(super) fn series(archive: &Archive, thread: &Thread) -> Vec<Series> {
    let mut all: Vec<Series> = Vec::new();
    for &place in &thread.told {
        let date = archive.date(place);
        let before = all.len();
        let mut extended = vec![false; before];
        for (n, figure) in archive.story(place).figures.iter().enumerate() {
            if !figure.value.is_finite() {
                continue;
            }
            let known = (0..before).find(|&at| !extended[at] && goes_on(archive, &all[at], figure));
            let at = match known {
                Some(at) => {
                    extended[at] = true;
                    at
                }
                None => {
                    all.push(Series {
                        last: (place, n),
                        points: BTreeMap::new(),
                    });
                    all.len() - 1
                }
            };
            let series = &mut all[at];
            series.last = (place, n);
            for point in figure
                .history
                .iter()
                .filter(|point| point.value.is_finite() && point.date < date)
            {
                series.points.entry(point.date).or_insert(Value {
                    value: point.value,
                    surface: None,
                });
            }
            let surface = Some(super::pages::line(&figure.surface));
            series.points.insert(
                date,
                Value {
                    value: figure.value,
                    surface,
                },
            );
        }
    }
    all.retain(|series| series.points.len() > 1);
    // The last telling first; within it and otherwise the story's own order.
    all.sort_by_key(|series| (std::cmp::Reverse(series.last.0.edition), series.last));
    all
}

fn goes_on(archive: &Archive, series: &Series, figure: &Figure) -> bool {
    let (place, n) = series.last;
    let last = &archive.story(place).figures[n];
    if last.kind != figure.kind || last.unit != figure.unit || last.per != figure.per {
        return false;
    }
    match figure.history.last() {
        Some(point) => series
            .points
            .get(&point.date)
            .is_some_and(|known| known.value == point.value),
        None => key(last) == key(figure) && (figure.role.is_some() || figure.subject.is_some()),
    }
}
