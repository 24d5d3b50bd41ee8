//! Figures as a table of plain text, its columns aligned by the width that a terminal gives each character.

use unicode_width::UnicodeWidthStr;

use crate::digest::Figure;
use crate::document::{Qualifier, QuantityKind};

/// The widest that a column may be; what is longer is cut with an ellipsis.
const WIDEST: &[usize] = &[18, 18, 12, 64, 30, 10, 36];
const HEADS: [&str; 7] = ["value", "unit", "role", "what", "who says so", "when", "source"];

/// One line a figure, in the order given, under a line of heads: number, unit, role, what it says, who says so, the day it
/// holds for and the document (the first of each pair).
pub fn table(rows: &[(&str, &Figure)]) -> String {
    let cells: Vec<[String; 7]> = std::iter::once(HEADS.map(str::to_owned))
        .chain(rows.iter().map(|(document, figure)| {
            let f = figure;
            [
                value(f),
                f.unit.as_deref().map_or(String::new(), |u| {
                    f.per.as_deref().map_or(u.to_owned(), |per| format!("{u} per {per}"))
                }),
                f.role.clone().unwrap_or_default(),
                what(f),
                f.attribution.clone().unwrap_or_default(),
                f.as_of.map_or(String::new(), |d| d.to_string()),
                (*document).to_owned(),
            ]
        }))
        .map(|row| {
            let mut column = 0;
            row.map(|cell| {
                let widest = WIDEST.get(column).copied().unwrap_or(30);
                column += 1;
                fit(&cell, widest, column == HEADS.len())
            })
        })
        .collect();
    let width = |column: usize| cells.iter().map(|row| row[column].width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..HEADS.len()).map(width).collect();
    let mut out = String::new();
    for (n, row) in cells.iter().enumerate() {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[column].saturating_sub(cell.width()));
            // Numbers stand right.
            let placed = if column == 0 && n > 0 {
                format!("{pad}{cell}")
            } else {
                format!("{cell}{pad}")
            };
            line.push_str(&placed);
            line.push_str("  ");
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The figure's line without who says so, which has a column of its own.
fn what(figure: &Figure) -> String {
    let line = figure.line.as_str();
    let end = figure
        .attribution
        .as_ref()
        .and_then(|who| line.strip_suffix(')')?.strip_suffix(who.as_str())?.rfind('('));
    line[..end.unwrap_or(line.len())].trim_end().to_owned()
}

/// The number with its hedge as a sign: "≥28", "30–40", "3:1" for a score.
fn value(figure: &Figure) -> String {
    let sign = match figure.qualifier {
        Some(Qualifier::About) => "~",
        Some(Qualifier::AtLeast) => "≥",
        Some(Qualifier::AtMost) => "≤",
        Some(Qualifier::MoreThan) => ">",
        Some(Qualifier::LessThan) => "<",
        None => "",
    };
    let range = if figure.kind == QuantityKind::Score { ":" } else { "–" };
    match figure.max {
        Some(max) => format!("{sign}{}{range}{}", number(figure.value), number(max)),
        None => format!("{sign}{}", number(figure.value)),
    }
}

/// With commas between thousands and at most four decimals.
fn number(value: f64) -> String {
    if !value.is_finite() || value.abs() >= 1e15 {
        return format!("{value:e}");
    }
    let text = format!("{:.4}", value.abs());
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::from(if value < 0.0 { "-" } else { "" });
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    let decimals = decimals.trim_end_matches('0');
    if !decimals.is_empty() {
        out.push('.');
        out.push_str(decimals);
    }
    out
}

/// Cut to a width; a source keeps its end, which tells most. White space and control characters become spaces.
fn fit(cell: &str, widest: usize, from_end: bool) -> String {
    let plain: String = cell
        .chars()
        .map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c })
        .collect();
    if plain.width() <= widest {
        return plain;
    }
    let mut kept: Vec<char> = Vec::new();
    let mut width = 1;
    let chars: Box<dyn Iterator<Item = char>> = if from_end {
        Box::new(plain.chars().rev())
    } else {
        Box::new(plain.chars())
    };
    for c in chars {
        let own = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if width + own > widest {
            break;
        }
        width += own;
        kept.push(c);
    }
    if from_end {
        kept.reverse();
        format!("…{}", kept.iter().collect::<String>())
    } else {
        format!("{}…", kept.iter().collect::<String>().trim_end())
    }
}
