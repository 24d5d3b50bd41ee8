//! Pictures of a word's size: how a figure moved (a sparkline, Tufte 2006), and how many of a few there are.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use svg::Document;
use svg::node::element::path::Data;
use svg::node::element::{Circle, Path, Polyline};

use crate::digest::Figure;

/// Fewer points than this are told better in words.
const LEAST: usize = 3;
/// Pixels, with room for the last point's dot.
const WIDTH: f64 = 72.0;
const HEIGHT: f64 = 18.0;
const MARGIN: f64 = 3.0;

/// A point of a sparkline: a day, counted from any one, and the value it had.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
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
pub(super) fn sparkline(points: &[SparkPoint]) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return String::new();
    };
    let (low, high) = range(points);
    let place = |p: &SparkPoint| {
        let x = MARGIN + share(p.day, first.day, last.day) * (WIDTH - 2.0 * MARGIN);
        let y = HEIGHT - MARGIN - share(p.value, low, high) * (HEIGHT - 2.0 * MARGIN);
        (tenth(x), tenth(y))
    };
    let line: Vec<String> = points.iter().map(place).map(|(x, y)| format!("{x},{y}")).collect();
    let (x, y) = place(last);
    let document = Document::new()
        .set("class", "spark")
        .set("width", WIDTH)
        .set("height", HEIGHT)
        .set("role", "img")
        .set("aria-label", in_words(points))
        .add(Polyline::new().set("points", line.join(" ")))
        .add(Circle::new().set("cx", x).set("cy", y).set("r", 2.5));
    bare(&document)
}

/// The same in eight heights of one character a point.
pub(super) fn sparkline_text(points: &[SparkPoint]) -> String {
    const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let (low, high) = range(points);
    let step = |p: &SparkPoint| STEPS[((share(p.value, low, high) * 7.0).round() as usize).min(7)];
    points.iter().map(step).collect()
}

/// `n` of `of` as a row of cells, of which the first are filled; past a dozen, as one long cell. Inline SVG on one line:
/// two lines, which the style sheet makes thick, and parts into cells of six pixels with two between.
pub(super) fn bar(n: usize, of: usize, noun: &str) -> String {
    const CELL: f64 = 8.0;
    const GAP: f64 = 2.0;
    const MOST: usize = 12;
    let n = n.min(of);
    if of == 0 {
        return String::new();
    }
    let cells = of.min(MOST) as f64;
    let filled = n as f64 * cells / of as f64;
    let line = |cells: f64| {
        Data::new()
            .move_to((0, 4))
            .horizontal_line_by(tenth((cells * CELL - GAP).max(1.0)))
    };
    let mut document = Document::new()
        .set("class", if of > MOST { "bar long" } else { "bar" })
        .set("width", cells * CELL - GAP)
        .set("height", 8)
        .set("role", "img")
        .set("aria-label", format!("{n} of {of} {noun}").trim_end())
        .add(Path::new().set("d", line(cells)));
    if n > 0 {
        document = document.add(Path::new().set("d", line(filled)));
    }
    bare(&document)
}

/// The same in characters.
pub(super) fn bar_text(n: usize, of: usize) -> String {
    const MOST: usize = 12;
    let (n, of) = match of {
        0..=MOST => (n.min(of), of),
        _ => ((n.min(of) * MOST).div_ceil(of), MOST),
    };
    "■".repeat(n) + &"□".repeat(of - n)
}

/// The SVG on one line. HTML needs no namespace.
fn bare(document: &Document) -> String {
    document
        .to_string()
        .replace('\n', "")
        .replace(" xmlns=\"http://www.w3.org/2000/svg\"", "")
}

/// The values, for those who cannot see the picture.
fn in_words(points: &[SparkPoint]) -> String {
    let words: Vec<String> = points.iter().map(|p| p.value.to_string()).collect();
    words.join(", ")
}

fn range(points: &[SparkPoint]) -> (f64, f64) {
    let fold = |f: fn(f64, f64) -> f64, start| points.iter().map(|p| p.value).fold(start, f);
    (fold(f64::min, f64::INFINITY), fold(f64::max, f64::NEG_INFINITY))
}

/// Where a value lies between two others. What does not move lies in the middle.
fn share(value: f64, low: f64, high: f64) -> f64 {
    if high > low { (value - low) / (high - low) } else { 0.5 }
}

fn tenth(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
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
        points(&figure(history, value)).map(|points| sparkline(&points))
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

    #[test]
    fn a_line_in_characters_has_the_same_shape() {
        let of = |history, value| sparkline_text(&points(&figure(history, value)).unwrap());
        assert_eq!(of(&[(11, 20.0), (14, 28.0)], 32.0), "▁▆█");
        assert_eq!(of(&[(11, 5.0), (14, 5.0)], 5.0), "▅▅▅");
        assert_eq!(sparkline_text(&[]), "");
    }

    #[test]
    fn bars_have_a_cell_for_each_up_to_a_dozen() {
        assert_eq!(
            bar(1, 2, "newsrooms"),
            "<svg aria-label=\"1 of 2 newsrooms\" class=\"bar\" height=\"8\" role=\"img\" width=\"14\">\
             <path d=\"M0,4 h14\"/><path d=\"M0,4 h6\"/></svg>"
        );
        assert_eq!(bar(0, 2, "").matches("<path").count(), 1);
        assert!(bar(3, 2, "").contains("\"2 of 2\""));
        assert_eq!(bar(1, 0, ""), "");
        assert!(bar(20, 40, "").contains("class=\"bar long\"") && bar(20, 40, "").contains("h46\""));
        assert_eq!(bar_text(2, 5), "■■□□□");
        assert_eq!(bar_text(1, 40), "■□□□□□□□□□□□");
        assert_eq!(bar_text(4, 3), "■■■");
        assert_eq!(bar_text(4, 0), "");
    }
}
