//! A sparkline (Tufte 2006): how a figure moved, as a picture of a word's size.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use svg::Document;
use svg::node::element::{Circle, Polyline};

use crate::digest::Figure;

/// Fewer points than this are told better in words.
const LEAST: usize = 3;
/// Pixels, with room for the last point's dot.
const WIDTH: f64 = 72.0;
const HEIGHT: f64 = 18.0;
const MARGIN: f64 = 3.0;

/// A point of a sparkline: a day, counted from any one, and the value it had.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SparkPoint {
    /// The day.
    pub day: f64,
    /// The value.
    pub value: f64,
}

/// The figure's earlier values and its own, the oldest first; none where there are fewer than three. Days are spaced as
/// they lie in time where the figure says its own day, else evenly.
pub(super) fn points(figure: &Figure) -> Option<Vec<SparkPoint>> {
    let mut values: Vec<f64> = figure.history.iter().map(|point| point.value).collect();
    values.push(figure.value);
    if values.len() < LEAST || values.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let first = figure.history.first()?.date;
    let day = |date: Date| f64::from((date - first).get_days());
    let mut days: Vec<f64> = figure.history.iter().map(|point| day(point.date)).collect();
    days.push(figure.as_of.map_or(f64::NAN, day));
    if !days.windows(2).all(|pair| pair[0] < pair[1]) {
        days = (0..values.len()).map(|n| n as f64).collect();
    }
    let points = days.into_iter().zip(values);
    Some(points.map(|(day, value)| SparkPoint { day, value }).collect())
}

/// Draws points, in order of day, as inline SVG on one line. Nothing of it comes from a source but numbers.
pub(super) fn svg(points: &[SparkPoint]) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return String::new();
    };
    let fold = |f: fn(f64, f64) -> f64, start| points.iter().map(|p| p.value).fold(start, f);
    let (low, high) = (fold(f64::min, f64::INFINITY), fold(f64::max, f64::NEG_INFINITY));
    let share = |value: f64, low: f64, high: f64| match high > low {
        true => (value - low) / (high - low),
        // What does not move lies in the middle.
        false => 0.5,
    };
    let tenth = |x: f64| (x * 10.0).round() / 10.0;
    let place = |p: &SparkPoint| {
        let x = MARGIN + share(p.day, first.day, last.day) * (WIDTH - 2.0 * MARGIN);
        let y = HEIGHT - MARGIN - share(p.value, low, high) * (HEIGHT - 2.0 * MARGIN);
        (tenth(x), tenth(y))
    };
    let words: Vec<String> = points.iter().map(|p| p.value.to_string()).collect();
    let line: Vec<String> = points.iter().map(place).map(|(x, y)| format!("{x},{y}")).collect();
    let (x, y) = place(last);
    let document = Document::new()
        .set("class", "spark")
        .set("width", WIDTH)
        .set("height", HEIGHT)
        .set("role", "img")
        .set("aria-label", words.join(", "))
        .add(Polyline::new().set("points", line.join(" ")))
        .add(Circle::new().set("cx", x).set("cy", y).set("r", 2.5));
    document.to_string().replace('\n', "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::{Citation, Point, Status};
    use crate::document::QuantityKind;

    fn figure(history: &[(i8, f64)], value: f64) -> Figure {
        Figure {
            value,
            max: None,
            unit: None,
            per: None,
            kind: QuantityKind::People,
            qualifier: None,
            role: None,
            subject: None,
            place: None,
            as_of: Some(jiff::civil::date(2026, 3, 15)),
            attribution: None,
            status: Status::Stated,
            surface: String::new(),
            line: String::new(),
            change: None,
            history: history
                .iter()
                .map(|(day, value)| Point {
                    date: jiff::civil::date(2026, 3, *day),
                    value: *value,
                    max: None,
                    qualifier: None,
                })
                .collect(),
            context: String::new(),
            citation: Citation {
                document: String::new(),
                start: 0,
                end: 0,
            },
        }
    }

    fn drawn(history: &[(i8, f64)], value: f64) -> Option<String> {
        points(&figure(history, value)).map(|points| svg(&points))
    }

    #[test]
    fn three_points_make_a_line_and_two_do_not() {
        assert_eq!(drawn(&[(14, 28.0)], 32.0), None);
        let svg = drawn(&[(11, 20.0), (14, 28.0)], 32.0).unwrap();
        // The second of four days apart lies at three quarters of the way, and two thirds up.
        assert!(svg.contains("points=\"3,15 52.5,7 69,3\""), "{svg}");
        assert!(
            svg.contains("aria-label=\"20, 28, 32\"") && !svg.contains('\n'),
            "{svg}"
        );
    }

    #[test]
    fn a_level_line_and_days_out_of_order_are_drawn() {
        let svg = drawn(&[(15, 5.0), (15, 5.0)], 5.0).unwrap();
        assert!(svg.contains("points=\"3,9 36,9 69,9\""), "{svg}");
    }
}
