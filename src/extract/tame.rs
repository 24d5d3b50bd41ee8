//! Bounds on markup, so that a hostile or broken page costs no more time and stack than an honest one.
//!
//! HTML parsers build what they are told to: 100,000 nested `<div>`s make a tree that deep, and the algorithms that
//! later walk it are recursive or quadratic. One pass over the bytes drops what no article needs.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memmem};

/// Tags opened within each other; deeper ones are dropped and their text kept.
const MAX_DEPTH: usize = 100;
/// Elements of a page; what follows is dropped.
pub(super) const MAX_ELEMENTS: usize = 50_000;
/// Bytes of one tag with its attributes; a longer one loses them.
const MAX_TAG: usize = 32 * 1024;

/// Elements that never have content.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
];
/// Elements that a parser closes by itself when the next one opens, so that pages leave them open.
const SELF_CLOSING: &[&str] = &[
    "p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "html",
    "body", "head",
];
/// Elements of mere looks. A parser opens an unclosed one anew in every paragraph that follows, which multiplies.
const FORMATTING: &[&str] = &[
    "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];
/// Elements whose content is not markup.
const RAW: &[&str] = &[
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes",
];

/// The page, or the part of it that keeps to the bounds.
pub(super) struct Tamed<'a> {
    pub html: Cow<'a, str>,
    /// The page had too many elements and its end is missing.
    pub cut: bool,
}

/// Bounds depth, number of elements and length of tags.
pub(super) fn tame(html: &str) -> Tamed<'_> {
    let bytes = html.as_bytes();
    // Where everything up to here has been copied to `out`; nothing is copied while nothing had to be changed.
    let (mut out, mut copied) = (String::new(), 0);
    let (mut at, mut depth, mut elements) = (0, 0usize, 0usize);
    // Formatting is dropped only on a page that leaves much of it open.
    let drop_formatting = unbalanced(html);
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        let start = at + found;
        if bytes[start..].starts_with(b"<!--") {
            at = memmem::find(&bytes[start + 4..], b"-->").map_or(bytes.len(), |n| start + 4 + n + 3);
            continue;
        }
        let Some(tag) = Tag::read(html, start) else {
            at = start + 1;
            continue;
        };
        at = tag.end;
        let name = tag.name.as_str();
        let mut drop = false;
        if tag.closing {
            if !SELF_CLOSING.contains(&name) && !VOID.contains(&name) {
                depth = depth.saturating_sub(levels(name));
            }
        } else {
            if RAW.contains(&name) {
                at = raw_end(html, tag.end, name);
            } else if !VOID.contains(&name) && !SELF_CLOSING.contains(&name) {
                drop = depth >= MAX_DEPTH;
                depth += levels(name);
            }
        }
        if drop_formatting && FORMATTING.contains(&name) {
            drop = true;
        }
        if !tag.closing && !drop {
            elements += 1;
            if elements > MAX_ELEMENTS {
                out.push_str(&html[copied..start]);
                return Tamed {
                    html: Cow::Owned(out),
                    cut: true,
                };
            }
        }
        if drop || tag.end - start > MAX_TAG {
            out.push_str(&html[copied..start]);
            if !drop && !tag.closing {
                out.push('<');
                out.push_str(name);
                out.push('>');
            }
            copied = tag.end;
        }
    }
    if copied == 0 {
        return Tamed {
            html: Cow::Borrowed(html),
            cut: false,
        };
    }
    out.push_str(&html[copied..]);
    Tamed {
        html: Cow::Owned(out),
        cut: false,
    }
}

/// How many levels an element is deep. Of a table, rows and cells are not counted, since pages leave them open.
fn levels(name: &str) -> usize {
    if name == "table" { 4 } else { 1 }
}

/// Whether many more formatting elements are opened than closed.
fn unbalanced(html: &str) -> bool {
    let mut open = 0isize;
    let mut at = 0;
    while let Some(found) = memchr(b'<', &html.as_bytes()[at..]) {
        let start = at + found;
        at = start + 1;
        if let Some((closing, name, _)) = tag_name(html, start)
            && FORMATTING.contains(&name.as_str())
        {
            open += if closing { -1 } else { 1 };
        }
    }
    open > 50
}

/// A tag of the source.
struct Tag {
    name: String,
    closing: bool,
    /// One past `>`.
    end: usize,
}

impl Tag {
    /// The tag that opens at `start`, which holds `<`; none where it is only a less-than sign.
    fn read(html: &str, start: usize) -> Option<Tag> {
        let (closing, name, mut at) = tag_name(html, start)?;
        let bytes = html.as_bytes();
        // A `>` within quotes does not end the tag. A quote opens only after `=`.
        while at < bytes.len() {
            match bytes[at] {
                b'>' => {
                    return Some(Tag {
                        name,
                        closing,
                        end: at + 1,
                    });
                }
                b'=' => {
                    at += 1;
                    while at < bytes.len() && bytes[at].is_ascii_whitespace() {
                        at += 1;
                    }
                    if let Some(&quote @ (b'"' | b'\'')) = bytes.get(at) {
                        at = memchr(quote, &bytes[at + 1..]).map_or(bytes.len(), |n| at + 1 + n + 1);
                    }
                }
                _ => at += memchr2(b'>', b'=', &bytes[at..]).unwrap_or(bytes.len() - at),
            }
        }
        Some(Tag {
            name,
            closing,
            end: bytes.len(),
        })
    }
}

/// Whether the tag at `start` closes, its name in lower case, and where the name ends.
fn tag_name(html: &str, start: usize) -> Option<(bool, String, usize)> {
    let bytes = html.as_bytes();
    let closing = bytes.get(start + 1) == Some(&b'/');
    let from = start + 1 + usize::from(closing);
    if !bytes.get(from)?.is_ascii_alphabetic() {
        return None;
    }
    let len = bytes[from..]
        .iter()
        .take_while(|b| !matches!(b, b'>' | b'/') && !b.is_ascii_whitespace())
        .count();
    // No element that matters here has a longer name.
    let mut to = from + len.min(32);
    while !html.is_char_boundary(to) {
        to -= 1;
    }
    Some((closing, html[from..to].to_ascii_lowercase(), from + len))
}

/// Where the content of a raw text element that begins at `from` ends: at its closing tag.
fn raw_end(html: &str, from: usize, name: &str) -> usize {
    let bytes = html.as_bytes();
    let mut at = from;
    while let Some(found) = memmem::find(&bytes[at..], b"</") {
        let start = at + found;
        if bytes[start + 2..].len() >= name.len()
            && bytes[start + 2..start + 2 + name.len()].eq_ignore_ascii_case(name.as_bytes())
        {
            return start;
        }
        at = start + 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_honest_page_is_left_alone() {
        let page = "<html><body><div a=\"x > y\"><p>1 < 2<p>two<script>if (a<b) '<div>'</script></div></body></html>";
        assert!(matches!(tame(page).html, Cow::Borrowed(_)));
    }

    #[test]
    fn depth_is_bounded_and_text_kept() {
        let page = format!("{}deep{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
        let tamed = tame(&page);
        assert_eq!(tamed.html.matches("<div>").count(), MAX_DEPTH);
        assert!(tamed.html.contains("deep"));
        assert!(!tamed.cut);
    }

    #[test]
    fn elements_are_bounded() {
        let tamed = tame(&"<p>x".repeat(MAX_ELEMENTS + 5)).html.matches("<p>").count();
        assert_eq!(tamed, MAX_ELEMENTS);
        assert!(tame(&"<p>x".repeat(MAX_ELEMENTS + 5)).cut);
    }

    #[test]
    fn a_giant_tag_loses_its_attributes() {
        let page = format!("<p {}>text</p>", "a=b ".repeat(20_000));
        assert_eq!(tame(&page).html, "<p>text</p>");
    }

    #[test]
    fn unclosed_formatting_is_dropped() {
        let page = "<b>x".repeat(60);
        assert_eq!(tame(&page).html, "x".repeat(60));
    }

    proptest! {
        #[test]
        fn any_text_is_taken(html in "(<[/]?[a-zé]{0,4}[ =\"'>é]{0,3}|x|<!--|-->|</script>|<script>){0,60}") {
            tame(&html);
        }
    }
}
