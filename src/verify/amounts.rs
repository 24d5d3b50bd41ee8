//! Two quantities: whether they measure the same thing, and whether one bears out the other.

use super::lexicon;
use super::text::stem;
use crate::document::{Qualifier, Quantity, QuantityKind};

/// What "about" allows.
const ABOUT: f64 = 0.1;
/// How much a number without a hedge may be rounded.
const ROUNDED: f64 = 0.02;
/// "More than 30" is true of 3,000, but nobody would say so.
const FAR: f64 = 2.0;

/// How well two units go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    /// They do not.
    Other,
    /// One of them is not said, or they are nouns for perhaps the same thing.
    Perhaps,
    Same,
}

/// A quantity in the units that it is compared in.
#[derive(Debug, Clone, Copy)]
struct Amount {
    low: f64,
    high: f64,
    /// It was a part of a whole in words, or a length of time: not to the last digit.
    coarse: bool,
}

fn amount(q: &Quantity) -> Amount {
    let factor = match (q.kind, q.unit.as_deref()) {
        (QuantityKind::Fraction | QuantityKind::Ratio, _) if q.max.is_none() => 100.0,
        (QuantityKind::Duration, Some(unit)) => days(unit).unwrap_or(1.0),
        _ => 1.0,
    };
    let max = q.max.unwrap_or(q.value);
    Amount {
        low: q.value.min(max) * factor,
        high: q.value.max(max) * factor,
        coarse: factor != 1.0,
    }
}

fn days(unit: &str) -> Option<f64> {
    Some(match unit {
        "second" => 1.0 / 86_400.0,
        "minute" => 1.0 / 1_440.0,
        "hour" => 1.0 / 24.0,
        "day" => 1.0,
        "week" => 7.0,
        "month" => 30.4,
        "year" => 365.0,
        "decade" => 3_650.0,
        _ => return None,
    })
}

/// Kinds that share a scale.
pub(super) fn scale(q: &Quantity) -> QuantityKind {
    match q.kind {
        QuantityKind::Fraction | QuantityKind::VoteShare if q.unit.as_deref() != Some("person") => {
            QuantityKind::Percent
        }
        QuantityKind::Ratio if q.max.is_none() => QuantityKind::Percent,
        QuantityKind::People => QuantityKind::Count,
        other => other,
    }
}

pub(super) fn units(a: &Quantity, b: &Quantity) -> Unit {
    if let (Some(x), Some(y)) = (&a.per, &b.per)
        && x != y
    {
        return Unit::Other;
    }
    let (ka, kb) = (scale(a), scale(b));
    if ka == QuantityKind::Percent && kb == QuantityKind::Percent {
        let point = |q: &Quantity| q.unit.as_deref() == Some("percentage point");
        return if point(a) == point(b) {
            Unit::Same
        } else {
            Unit::Perhaps
        };
    }
    if ka == QuantityKind::Duration && kb == QuantityKind::Duration {
        return Unit::Same;
    }
    if ka == QuantityKind::Age || kb == QuantityKind::Age {
        return match (ka == kb, a.unit.is_none() || b.unit.is_none()) {
            (true, _) => Unit::Same,
            (false, true) => Unit::Perhaps,
            _ => Unit::Other,
        };
    }
    match (a.unit.as_deref(), b.unit.as_deref()) {
        (Some(x), Some(y)) if x == y => Unit::Same,
        (Some(x), Some(y)) if ka == QuantityKind::Money && kb == QuantityKind::Money => {
            // A plain dollar may be any country's.
            if x == "USD" && y.ends_with('D') {
                Unit::Perhaps
            } else {
                Unit::Other
            }
        }
        (Some(x), Some(y)) if ka == QuantityKind::Count && kb == QuantityKind::Count => {
            let (x, y) = (stem(x), stem(y));
            let like = lexicon::groups(&x).iter().any(|g| lexicon::groups(&y).contains(g));
            if x == y || like { Unit::Same } else { Unit::Perhaps }
        }
        (None, None) => {
            if ka == kb {
                Unit::Same
            } else {
                Unit::Perhaps
            }
        }
        (None, Some(_)) => Unit::Perhaps,
        (Some(_), None) if matches!(kb, QuantityKind::Count | QuantityKind::Other) => Unit::Perhaps,
        _ => Unit::Other,
    }
}

/// Whether a source's number bears out a summary's.
pub(super) fn bears_out(said: &Quantity, found: &Quantity) -> bool {
    let (s, f) = (amount(said), amount(found));
    if said.kind == QuantityKind::Score || found.kind == QuantityKind::Score {
        let pair = |q: &Quantity| (q.value, q.max.unwrap_or(f64::NAN));
        let ((a, b), (c, d)) = (pair(said), pair(found));
        return said.kind == found.kind && ((a == c && b == d) || (a == d && b == c));
    }
    let coarse = if s.coarse || f.coarse { 0.03 } else { 1e-9 };
    let same = |a: f64, b: f64| (a - b).abs() <= coarse * a.abs().max(b.abs()) + 1e-12;
    if s.low != s.high {
        // A range: the source's own, or a number inside it.
        return (same(s.low, f.low) && same(s.high, f.high)) || (f.low >= s.low && f.high <= s.high);
    }
    let v = s.low;
    // Whatever the hedge, "as low as" and "hand over" among them.
    if said.qualifier == found.qualifier && same(v, f.low) && same(v, f.high) {
        return true;
    }
    let between = |low: f64, high: f64| {
        let slack = coarse * v.abs();
        f.low >= low - slack && f.high <= high + slack
    };
    match said.qualifier {
        None => (same(v, f.low) && same(v, f.high)) || (f.low == f.high && rounds(v, f.low)),
        Some(Qualifier::About) => between(v * (1.0 - ABOUT), v * (1.0 + ABOUT)) || same(v, f.low) || same(v, f.high),
        Some(Qualifier::MoreThan | Qualifier::AtLeast) => {
            f.low >= v * (1.0 - coarse)
                && f.low <= v * FAR
                && (f.low > v || said.qualifier == Some(Qualifier::AtLeast) || hedged_up(found) || f.high > v)
        }
        Some(Qualifier::LessThan | Qualifier::AtMost) => {
            // "As low as -37C".
            same(v, f.low) && said.qualifier == Some(Qualifier::AtMost)
                || f.high <= v * (1.0 + coarse)
                    && f.high >= v / FAR
                    && (f.high < v || said.qualifier == Some(Qualifier::AtMost) || hedged_down(found) || f.low < v)
        }
    }
}

fn hedged_up(q: &Quantity) -> bool {
    matches!(q.qualifier, Some(Qualifier::MoreThan | Qualifier::AtLeast))
}

fn hedged_down(q: &Quantity) -> bool {
    matches!(
        q.qualifier,
        Some(Qualifier::LessThan | Qualifier::AtMost | Qualifier::About)
    )
}

/// Whether `said` is `found` with fewer digits, and not far from it: 4 million for 3.97 million.
fn rounds(said: f64, found: f64) -> bool {
    if said == 0.0 || found.abs() < 10.0 && found.fract() == 0.0 || (said - found).abs() > ROUNDED * found.abs() {
        return false;
    }
    // The place of the last digit of `said` that is not 0.
    let mut place = 10f64.powi(said.abs().log10().floor() as i32);
    for _ in 0..6 {
        let steps = said / place;
        if (steps - steps.round()).abs() < 1e-6 {
            break;
        }
        place /= 10.0;
    }
    ((found / place).round() * place - said).abs() < place * 1e-6 && (found.fract() != 0.0 || place >= 10.0)
}

/// Roles that exclude each other for the same number.
pub(super) fn exclude(a: &str, b: &str) -> bool {
    const FATES: [&[&str]; 9] = [
        &["killed"],
        &["injured", "hospitalised"],
        &["missing"],
        &["arrested", "charged", "jailed", "convicted"],
        &["rescued", "released"],
        &["displaced", "evacuated"],
        &["infected"],
        &["hired", "employed"],
        &["kidnapped"],
    ];
    const OPPOSED: [(&str, &str); 8] = [
        ("rise", "fall"),
        ("profit", "loss"),
        ("profit", "revenue"),
        ("deficit", "surplus"),
        ("raised", "lost"),
        ("created", "cut"),
        ("raised", "cut"),
        ("profit", "debt"),
    ];
    let fate = |role: &str| FATES.iter().position(|f| f.contains(&role));
    let opposed = OPPOSED.iter().any(|(x, y)| (a, b) == (*x, *y) || (a, b) == (*y, *x));
    opposed || matches!((fate(a), fate(b)), (Some(x), Some(y)) if x != y)
}
