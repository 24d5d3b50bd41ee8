//! Markup cut into pieces, however broken it is.

use memchr::{memchr, memmem};

/// A piece of markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    CData(&'a str),
    /// Name, attributes as written, and whether it ends itself.
    Start(&'a str, &'a str, bool),
    End(&'a str),
    DocType,
    /// A processing instruction, the XML declaration among them.
    Instruction,
    /// Comments and other declarations.
    Other,
}

/// Cuts markup into pieces. Whatever is not closed runs to the end.
pub(super) struct Pieces<'a> {
    pub rest: &'a str,
    /// The last piece was cut off by the end.
    pub cut: bool,
}

impl<'a> Pieces<'a> {
    pub fn new(text: &'a str) -> Self {
        Pieces { rest: text, cut: false }
    }

    /// Takes up to and with `end`.
    fn until(&mut self, from: usize, end: &str) -> &'a str {
        match memmem::find(&self.rest.as_bytes()[from..], end.as_bytes()) {
            Some(at) => {
                let inner = &self.rest[from..from + at];
                self.rest = &self.rest[from + at + end.len()..];
                inner
            }
            None => {
                self.cut = true;
                let inner = &self.rest[from..];
                self.rest = "";
                inner
            }
        }
    }

    /// The end of a tag, outside of quotes: where `>` stands. A `<` ends it too: the tag was never closed.
    fn tag_end(&self) -> Option<usize> {
        let mut quote = None;
        for (at, byte) in self.rest.bytes().enumerate().skip(1) {
            match (quote, byte) {
                (None, b'>') => return Some(at),
                (None, b'<') => return None,
                (None, b'"' | b'\'') => quote = Some(byte),
                (Some(open), _) if open == byte => quote = None,
                _ => {}
            }
        }
        None
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let text = self.rest;
        if text.is_empty() {
            return None;
        }
        if !text.starts_with('<') {
            let end = memchr(b'<', text.as_bytes()).unwrap_or(text.len());
            self.rest = &text[end..];
            return Some(Piece::Text(&text[..end]));
        }
        if text.starts_with("<![CDATA[") {
            return Some(Piece::CData(self.until("<![CDATA[".len(), "]]>")));
        }
        if text.starts_with("<!--") {
            self.until(4, "-->");
            return Some(Piece::Other);
        }
        if text.starts_with("<?") {
            self.until(2, "?>");
            return Some(Piece::Instruction);
        }
        if text
            .get(..9)
            .is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"))
        {
            // With an internal subset it ends at its bracket.
            let head = self.rest.find(['[', '>']);
            if head.is_some_and(|at| text.as_bytes()[at] == b'[') {
                self.until(9, "]");
            }
            self.until(0, ">");
            return Some(Piece::DocType);
        }
        if text.starts_with("<!") {
            self.until(2, ">");
            return Some(Piece::Other);
        }
        let is_end = text.starts_with("</");
        let name_at = if is_end { 2 } else { 1 };
        let starts = text[name_at..].starts_with(|c: char| c.is_alphabetic() || c == '_');
        let (true, Some(end)) = (starts, self.tag_end()) else {
            // A stray `<`, or a tag that the end has cut off.
            if starts && !text[1..].contains(['<', '>']) {
                self.cut = true;
                self.rest = "";
                return Some(Piece::Other);
            }
            self.rest = &text[1..];
            return Some(Piece::Text(&text[..1]));
        };
        self.rest = &text[end + 1..];
        let inner = &text[name_at..end];
        let (inner, closed) = match inner.strip_suffix('/') {
            Some(inner) if !is_end => (inner, true),
            _ => (inner, false),
        };
        let name_end = inner.find(|c| !is_name(c)).unwrap_or(inner.len());
        let (name, attributes) = inner.split_at(name_end);
        Some(if is_end {
            Piece::End(name)
        } else {
            Piece::Start(name, attributes, closed)
        })
    }
}

/// The characters of names.
pub(super) fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':')
}
