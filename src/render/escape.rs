//! Text from sources made fit to stand in a template: cleaned once when the view is made, escaped for the format
//! when a template shows it.

/// Makes one line of a source's text: white space (hard line breaks too) becomes single spaces, and characters that
/// control a terminal or the direction of writing, or that no text may have, are dropped.
///
/// No-break spaces stay, since they are typography ("32 000").
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars() {
        if c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}') {
            space = true;
        } else if !is_dropped(c) {
            if space && !out.is_empty() {
                out.push(' ');
            }
            space = false;
            out.push(c);
        }
    }
    out.trim().to_string()
}

/// Control characters; the marks, embeddings, overrides and isolates of the Unicode bidirectional algorithm (UAX #9);
/// zero-width no-break space and zero-width space; noncharacters, which HTML forbids.
fn is_dropped(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{feff}' | '\u{fdd0}'..='\u{fdef}')
        || (c as u32 & 0xfffe) == 0xfffe
}

/// Cuts a text that is longer than `max` characters at the last space before, and says so by an ellipsis.
pub fn cut(text: String, max: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(max) else {
        return text;
    };
    let head = &text[..end];
    // A text without spaces (Chinese, or one endless word) is cut where it stands.
    let head = head
        .rfind(' ')
        .filter(|&space| space > end / 2)
        .map_or(head, |space| &head[..space]);
    format!("{}…", head.trim_end_matches([' ', ',', ';', ':']))
}

/// Escapes text for HTML, as content and as the value of an attribute in quotation marks of either kind.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// Escapes one line of text for Markdown (CommonMark 0.31 and GitHub's extensions), so that it is shown letter by
/// letter: no mark-up, no HTML, no automatic link, no list or heading where it begins a line.
///
/// `<` and `>` become entities rather than `\<`, since older Markdown programs do not know that escape.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let marker = list_marker(text);
    let mut before = None;
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' if begins_entity(rest) => out.push_str("&amp;"),
            _ => {
                let escape = match c {
                    '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '^' | '{' | '}' => true,
                    '-' | '+' | '=' | ':' if at == 0 => true,
                    '.' | ')' => marker == Some(at) || (c == '.' && ends_with_www(&text[..at])),
                    // "http://" and "name@host" become links by themselves on GitHub.
                    ':' => rest.starts_with("//"),
                    '@' => before.is_some_and(char::is_alphanumeric),
                    // A dollar closes a formula only where no space is before it.
                    '$' => before != Some(' ') || rest.is_empty(),
                    // A template may go on with the bracket of a link, which would make it an image.
                    '!' => rest.is_empty(),
                    _ => false,
                };
                if escape {
                    out.push('\\');
                }
                out.push(c);
            }
        }
        before = Some(c);
    }
    out
}

/// Where the `.` or `)` stands that would make the text's beginning the number of a list.
fn list_marker(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text[digits..].strip_prefix(['.', ')'])?;
    (digits > 0 && (rest.is_empty() || rest.starts_with(' '))).then_some(digits)
}

/// Whether `&` before this text would make a character reference.
pub fn begins_entity(rest: &str) -> bool {
    let name = rest
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'#')
        .count();
    name > 0 && rest.as_bytes().get(name) == Some(&b';')
}

fn ends_with_www(text: &str) -> bool {
    text.len() >= 3 && text.as_bytes()[text.len() - 3..].eq_ignore_ascii_case(b"www")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaning_joins_hard_wrapped_lines_and_drops_controls() {
        assert_eq!(
            clean("  Two boats\r\n\tcollided  on\u{2028}Sunday. \n"),
            "Two boats collided on Sunday."
        );
        assert_eq!(
            clean("a\u{202e}b\u{2066}c\u{200f}d\u{1b}[31me\u{0}f\u{feff}\u{fffe}\u{1ffff}"),
            "abcd[31mef"
        );
        assert_eq!(clean("32\u{a0}000"), "32\u{a0}000");
        assert_eq!(clean("\u{a0}\u{202e}\n"), "");
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        assert_eq!(cut("one two three".into(), 13), "one two three");
        assert_eq!(cut("one two, three".into(), 11), "one two…");
        assert_eq!(cut("ééééééé".into(), 3), "ééé…");
    }

    #[test]
    fn markdown_escapes() {
        for (text, expected) in [
            (
                "*a* _b_ `c` #d |e| ~f~ g^h \\",
                r"\*a\* \_b\_ \`c\` \#d \|e\| \~f\~ g\^h \\",
            ),
            ("[x](javascript:alert(1))", r"\[x\](javascript:alert(1))"),
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("AT&T and &lt; and &#60;", "AT&T and &amp;lt; and &amp;\\#60;"),
            ("- a", r"\- a"),
            ("+ a", r"\+ a"),
            ("1. a", r"1\. a"),
            ("12) a", r"12\) a"),
            ("1.5 million", "1.5 million"),
            ("=====", r"\====="),
            ("well-known, 3 - 2", "well-known, 3 - 2"),
            (
                "see https://a.example or www.b.example",
                r"see https\://a.example or www\.b.example",
            ),
            ("mail desk@a.example", r"mail desk\@a.example"),
            ("$5m to $7m, US$3", r"\$5m to $7m, US\$3"),
            ("Stop!", r"Stop\!"),
            ("{{title}}", r"\{\{title\}\}"),
        ] {
            assert_eq!(markdown(text), expected);
        }
    }
}
