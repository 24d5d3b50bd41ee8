//! The blocks of plain text, which stays as it is: every block is a span of it.
//!
//! People end lines in three ways: an empty line between paragraphs; one line a paragraph; and lines broken at a
//! fixed width wherever a word no longer fits ("hard-wrapped": wire copy, mail). The third is told from the second
//! by asking whether the next line's first word would have fitted.

use std::sync::LazyLock;

use regex::Regex;

use super::blocks::is_rule;
use crate::document::{Block, BlockKind, Span};

/// Nobody breaks lines at more characters than this by machine.
const MAX_WIDTH: usize = 130;
/// Headings are short.
const MAX_HEADING: usize = 90;
const MAX_HEADING_WORDS: usize = 14;

static BULLET: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[-*•‣▪●]\s+").expect("a valid pattern"));
static NUMBERED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\d{1,2}[.)]\s+").expect("a valid pattern"));
static COLUMNS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\S(?: {2,}|\t+)\S+.*?\S(?: {2,}|\t+)\S").expect("a valid pattern"));

/// A line of the text.
struct Line<'a> {
    /// Where it stands, without white space at either end.
    span: Span,
    text: &'a str,
    /// Its length in characters.
    width: usize,
    /// Columns of white space before it.
    indent: usize,
}

impl Line<'_> {
    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Ends as a sentence ends.
    fn is_terminated(&self) -> bool {
        ends_sentence(self.text)
    }

    /// Short, and not the end of a sentence or of a clause.
    fn may_be_heading(&self) -> bool {
        self.width <= MAX_HEADING
            && self.text.split_whitespace().count() <= MAX_HEADING_WORDS
            && !self.is_terminated()
            && !self.text.ends_with([',', ';', ':', '-', '–', '—'])
            && self.text.chars().next().is_some_and(|c| !c.is_lowercase())
            && self.text.chars().any(char::is_alphabetic)
    }
}

/// Whether a text ends with a full stop, question or exclamation mark, inside or outside of quotes and brackets.
pub(super) fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(|c: char| {
        matches!(
            c,
            '"' | '\'' | '”' | '’' | '»' | '«' | ')' | ']' | '」' | '』' | '）' | '“'
        ) || c.is_whitespace()
    })
    .ends_with(['.', '!', '?', '…', '。', '！', '？', '؟', '।', '۔'])
}

/// Finds the blocks of a plain text.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let lines = lines(text);
    let width = wrap_width(&lines);
    let mut blocks: Vec<Block> = vec![];
    for (from, to) in groups(&lines) {
        let group = &lines[from..to];
        // The only block of a text is its text, however short.
        let alone = group.len() == 1 && (from > 0 || to < lines.len());
        let mut n = 0;
        while n < group.len() {
            let line = &group[n];
            let (kind, skip) = kind_of(group, n, alone);
            let mut last = n;
            if let Some(width) = width
                && matches!(kind, BlockKind::Paragraph | BlockKind::Item)
            {
                while last + 1 < group.len() && !breaks_before(group, last + 1, width) {
                    last += 1;
                }
            }
            blocks.push(Block {
                kind,
                span: line.span.start + skip..group[last].span.end,
            });
            n = last + 1;
        }
    }
    blocks
}

/// The kind of the block that begins with line `n`, and how many bytes of mark (`- `, `1. `) go before it.
fn kind_of(group: &[Line], n: usize, alone: bool) -> (BlockKind, usize) {
    let line = &group[n];
    if is_rule(line.text) {
        return (BlockKind::Separator, 0);
    }
    if let Some(mark) = item_mark(group, n) {
        return (BlockKind::Item, mark);
    }
    // Among other lines only one that a sentence follows is a heading; else it is one short line of many.
    let heads = alone
        || group
            .get(n + 1)
            .is_some_and(|next| next.is_terminated() && next.width > MAX_HEADING);
    let kind = if heads && line.may_be_heading() {
        BlockKind::Heading
    } else {
        BlockKind::Paragraph
    };
    (kind, 0)
}

/// The length of the mark of a list item. A single number before text is no list: "1. FC Köln".
fn item_mark(group: &[Line], n: usize) -> Option<usize> {
    let text = group[n].text;
    if let Some(found) = BULLET.find(text) {
        return Some(found.end());
    }
    let found = NUMBERED.find(text)?;
    let is_numbered = |line: &Line| NUMBERED.is_match(line.text);
    let others = group.iter().filter(|line| is_numbered(line)).count() > 1;
    others.then_some(found.end())
}

/// Whether, in hard-wrapped text, line `n` begins a block.
fn breaks_before(group: &[Line], n: usize, width: usize) -> bool {
    let (before, line) = (&group[n - 1], &group[n]);
    if is_rule(line.text) || item_mark(group, n).is_some() {
        return true;
    }
    if COLUMNS.is_match(line.text) || COLUMNS.is_match(before.text) {
        return true;
    }
    if line.indent >= before.indent + 2 && item_mark(group, n - 1).is_none() {
        return true;
    }
    before.is_terminated() && would_have_fitted(before, line, width)
}

fn would_have_fitted(before: &Line, line: &Line, width: usize) -> bool {
    let word = line.text.split_whitespace().next().map_or(0, |w| w.chars().count());
    before.width + 1 + word <= width
}

/// The width at which the lines were broken by machine, if they were.
fn wrap_width(lines: &[Line]) -> Option<usize> {
    let width = lines.iter().map(|l| l.width).max()?;
    if width > MAX_WIDTH {
        return None;
    }
    let (mut breaks, mut forced, mut inside) = (0, 0, 0);
    let is_prose = |line: &Line| !line.is_empty() && !COLUMNS.is_match(line.text);
    for pair in lines.windows(2).filter(|pair| pair.iter().all(is_prose)) {
        breaks += 1;
        // A little slack: the widest line need not fill the measure.
        if !would_have_fitted(&pair[0], &pair[1], width.saturating_sub(width / 10)) {
            forced += 1;
            inside += usize::from(!pair[0].is_terminated());
        }
    }
    // Headlines of equal length, one a line, are "forced" too, but a sentence runs on past a wrapped line's end.
    let runs_on = lines
        .windows(2)
        .any(|pair| !pair[0].is_terminated() && pair[1].text.chars().next().is_some_and(|c| c.is_lowercase()));
    (breaks > 0 && forced * 2 >= breaks && inside * 2 >= forced && runs_on).then_some(width)
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = vec![];
    let mut start = 0;
    for raw in text.split_inclusive(['\n', '\u{2028}', '\u{2029}']) {
        let trimmed = raw.trim();
        let lead = raw.len() - raw.trim_start().len();
        let from = start + if trimmed.is_empty() { 0 } else { lead };
        lines.push(Line {
            span: from..from + trimmed.len(),
            text: trimmed,
            width: trimmed.chars().count(),
            indent: raw
                .chars()
                .take_while(|c| *c == ' ' || *c == '\t')
                .map(|c| if c == '\t' { 8 } else { 1 })
                .sum(),
        });
        start += raw.len();
    }
    lines
}

/// Runs of lines without an empty one.
fn groups(lines: &[Line]) -> Vec<(usize, usize)> {
    let mut groups = vec![];
    let mut n = 0;
    while n < lines.len() {
        let from = n;
        while n < lines.len() && !lines[n].is_empty() {
            n += 1;
        }
        if n > from {
            groups.push((from, n));
        }
        n += 1;
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::*;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<(BlockKind, &str)> {
        blocks(text).into_iter().map(|b| (b.kind, &text[b.span])).collect()
    }

    #[test]
    fn empty_lines_part_paragraphs_and_a_short_line_heads() {
        let text = "\nStorm hits coast\n\nThe storm came ashore at night.\r\n\r\n  It left at dawn.  \n\n***\n\nMore.";
        assert_eq!(
            found(text),
            [
                (Heading, "Storm hits coast"),
                (Paragraph, "The storm came ashore at night."),
                (Paragraph, "It left at dawn."),
                (Separator, "***"),
                (Paragraph, "More."),
            ]
        );
    }

    #[test]
    fn one_line_is_one_paragraph_where_lines_end_sentences() {
        let text = "The council met on Monday evening.\nIt voted to close the bridge.\n\"We had no choice,\" she said.";
        assert_eq!(found(text).len(), 3);
    }

    #[test]
    fn hard_wrapped_lines_are_joined() {
        let text = "The harbour authority of Port Ellery said it would\nbuild a second quay at a cost of 40 mln dlrs over the\n\
                    next four years.\nIt said the work would begin in May and that it would\nnot close the old quay \
                    meanwhile.";
        assert_eq!(
            found(text)
                .iter()
                .map(|(_, t)| t.split('\n').count())
                .collect::<Vec<_>>(),
            [3, 2],
            "{:?}",
            found(text)
        );
    }

    #[test]
    fn an_indent_begins_a_paragraph_of_hard_wrapped_text() {
        let text = "  The harbour authority of Port Ellery said it would go\non building quays for as long as the ships \
                    come in.\n  A second quay will be built at a cost of forty millions\nover the next four years.";
        assert_eq!(found(text).len(), 2);
    }

    #[test]
    fn rows_of_a_table_stay_rows() {
        let text = "The ministry gave these prices for the grain that was\nsold at the end of the month in the \
                    port of the capital:\nWheat   2.55   2.40\nCorn    1.35   1.92\nThe prices of the month before \
                    were not made public by it.";
        assert!(
            found(text).contains(&(Paragraph, "Corn    1.35   1.92")),
            "{:?}",
            found(text)
        );
    }

    #[test]
    fn lists_have_items_without_their_marks() {
        assert_eq!(
            found("- one\n- two\n* three"),
            [(Item, "one"), (Item, "two"), (Item, "three")]
        );
        assert_eq!(found("1. one\n2. two"), [(Item, "one"), (Item, "two")]);
        assert_eq!(found("1. FC Altenau won."), [(Paragraph, "1. FC Altenau won.")]);
    }

    #[test]
    fn the_only_line_is_a_paragraph() {
        assert_eq!(found("Storm hits coast"), [(Paragraph, "Storm hits coast")]);
        assert!(found(" \n\n ").is_empty());
    }

    proptest! {
        #[test]
        fn blocks_are_in_order_trimmed_and_on_boundaries(text in "([a-zA-Zé日 .\n\r\t*\\-1]{0,12}|\\PC{0,6}){0,20}") {
            let mut end = 0;
            for block in blocks(&text) {
                prop_assert!(block.span.start >= end);
                let cut = &text[block.span.clone()];
                prop_assert!(!cut.is_empty() && cut.trim() == cut);
                end = block.span.end;
            }
        }
    }
}
