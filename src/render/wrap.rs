//! Text wrapped for a terminal.

use unicode_width::UnicodeWidthChar;

/// Wraps a text to `width` columns: `first` before the first line, `indent` before the others, lines parted by `\n`
/// and without one at the end. Lines break at spaces, and beside wide characters (Chinese, Japanese) where no
/// closing mark would begin a line; a longer word (an address) stands whole on a line of its own.
///
/// Marks (SGR) and links (OSC 8) take no room. Those that are on where a line breaks are closed and opened again, so that
/// indents are neither underlined nor links.
pub fn wrap(text: &str, width: usize, first: &str, indent: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    out.push_str(first);
    let mut column = columns(first);
    let mut empty = true;
    let mut open: Vec<&str> = Vec::new();
    for word in text.split([' ', '\n', '\t', '\r']).filter(|word| !word.is_empty()) {
        for (i, piece) in pieces(word).enumerate() {
            let space = usize::from(i == 0 && !empty);
            let room = columns(piece);
            if !empty && column + space + room > width {
                out.extend(open.iter().rev().map(|mark| closing(mark)));
                out.push('\n');
                out.push_str(indent);
                out.extend(open.iter().copied());
                column = columns(indent);
            } else if space == 1 {
                out.push(' ');
                column += 1;
            }
            out.push_str(piece);
            column += room;
            empty = false;
            for mark in parts(piece).filter(|part| part.starts_with(ESC)) {
                match open.iter().rposition(|known| closing(known) == mark) {
                    Some(at) => drop(open.remove(at)),
                    None => open.push(mark),
                }
            }
        }
    }
    out.truncate(out.trim_end_matches(' ').len());
    out
}

/// Begins a sequence that controls the terminal. No text of a source has one.
const ESC: char = '\x1b';

/// What ends the mark or link that the sequence begins.
fn closing(mark: &str) -> &'static str {
    match mark {
        "\x1b[1m" | "\x1b[2m" => "\x1b[22m",
        mark if mark.starts_with("\x1b]8") => "\x1b]8;;\x1b\\",
        _ => "\x1b[39m",
    }
}

/// The columns that a text takes.
fn columns(text: &str) -> usize {
    let shown = parts(text).filter(|part| !part.starts_with(ESC));
    shown.flat_map(str::chars).filter_map(UnicodeWidthChar::width).sum()
}

/// A text's control sequences and its characters, one by one.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let c = rest.chars().next()?;
        let end = match c {
            ESC if rest.starts_with("\x1b]") => rest.find("\x1b\\").map(|at| at + 2),
            ESC => rest.find('m').map(|at| at + 1),
            _ => None,
        };
        let (part, after) = rest.split_at(end.unwrap_or(c.len_utf8()));
        rest = after;
        Some(part)
    })
}

/// The parts of a word between which a line may break.
fn pieces(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let (mut wide, mut at, mut seen) = (false, 0, false);
        let mut end = rest.len();
        for part in parts(rest) {
            if !part.starts_with(ESC) {
                let c = part.chars().next().unwrap_or_default();
                let before = std::mem::replace(&mut wide, c.width() == Some(2));
                if seen && (before || wide) && !"、。，．：；！？）」』】》〉”’%".contains(c) {
                    end = at;
                    break;
                }
                seen = true;
            }
            at += part.len();
        }
        let (piece, after) = rest.split_at(end);
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("one two\nthree  four", 9, "", ""), "one two\nthree\nfour");
        assert_eq!(wrap("one two three", 9, "1. ", "   "), "1. one\n   two\n   three");
        assert_eq!(
            wrap("see https://a.example/long b", 8, "", " "),
            "see\n https://a.example/long\n b"
        );
        assert_eq!(wrap("", 8, "- ", ""), "-");
    }

    #[test]
    fn wide_characters_take_two_columns_and_keep_their_full_stop() {
        assert_eq!(wrap("警方表示三人受伤。", 8, "", ""), "警方表示\n三人受\n伤。");
    }

    #[test]
    fn marks_take_no_room_and_end_with_the_line() {
        assert_eq!(wrap("\x1b[1mone two\x1b[22m x", 7, "", ""), "\x1b[1mone two\x1b[22m\nx");
        assert_eq!(
            wrap("\x1b[1mone two\x1b[22m", 4, "", "  "),
            "\x1b[1mone\x1b[22m\n  \x1b[1mtwo\x1b[22m"
        );
        assert_eq!(
            wrap("a \x1b]8;;https://a.example/\x1b\\one two\x1b]8;;\x1b\\ b", 6, "", ""),
            "a \x1b]8;;https://a.example/\x1b\\one\x1b]8;;\x1b\\\n\x1b]8;;https://a.example/\x1b\\two\x1b]8;;\x1b\\ b"
        );
        assert_eq!(
            wrap("\x1b[36m三人\x1b[39m", 2, "", ""),
            "\x1b[36m三\x1b[39m\n\x1b[36m人\x1b[39m"
        );
    }

    #[test]
    fn half_a_sequence_is_no_trouble() {
        for text in ["\x1b", "\x1b[", "\x1b]8;;x", "a \x1b\\ b", "\x1b[22m"] {
            wrap(text, 1, "", "");
        }
    }
}
