//! Text wrapped for a terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Wraps a text to `width` columns: `first` before the first line, `indent` before the others, lines parted by `\n`
/// and without one at the end. Lines break at spaces, and beside wide characters (Chinese, Japanese) where no
/// closing mark would begin a line; a longer word (an address) stands whole on a line of its own.
pub fn wrap(text: &str, width: usize, first: &str, indent: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    out.push_str(first);
    let mut column = first.width();
    let mut empty = true;
    for word in text.split([' ', '\n', '\t', '\r']).filter(|word| !word.is_empty()) {
        for (i, piece) in pieces(word).enumerate() {
            let space = usize::from(i == 0 && !empty);
            if !empty && column + space + piece.width() > width {
                out.push('\n');
                out.push_str(indent);
                column = indent.width();
            } else if space == 1 {
                out.push(' ');
                column += 1;
            }
            out.push_str(piece);
            column += piece.width();
            empty = false;
        }
    }
    out.truncate(out.trim_end_matches(' ').len());
    out
}

/// The parts of a word between which a line may break.
fn pieces(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let mut wide = false;
        let end = rest.char_indices().find_map(|(at, c)| {
            let before = std::mem::replace(&mut wide, c.width() == Some(2));
            (at > 0 && (before || wide) && !"、。，．：；！？）」』】》〉”’%".contains(c)).then_some(at)
        });
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
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
}
