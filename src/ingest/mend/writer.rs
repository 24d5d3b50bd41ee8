//! Pieces of markup written again as well-formed XML, with what feed-rs needs to know them for a feed.

use std::collections::BTreeSet;

use super::pieces::is_name;
use super::{DEEPEST, Mended};

/// The namespaces that feeds use without declaring them.
const NAMESPACES: [(&str, &str); 9] = [
    ("atom", "http://www.w3.org/2005/Atom"),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("georss", "http://www.georss.org/georss"),
    ("itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    ("media", "http://search.yahoo.com/mrss/"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("slash", "http://purl.org/rss/1.0/modules/slash/"),
    ("wfw", "http://wellformedweb.org/CommentAPI/"),
];

/// How the namespaces of RSS began before 1.0, and those that were made up for 2.0.
const FORMER: [&str; 4] = [
    "http://my.netscape.com/",
    "http://channel.netscape.com/",
    "http://backend.userland.com/",
    "http://blogs.law.harvard.edu/",
];

/// Elements that hold text: tags inside of them are markup of that text.
const TEXTS: [&str; 7] = [
    "title",
    "description",
    "summary",
    "content",
    "content:encoded",
    "subtitle",
    "rights",
];
/// Elements of feeds that never stand in a text.
const STRUCTURE: [&str; 22] = [
    "rss",
    "channel",
    "item",
    "items",
    "rdf:RDF",
    "feed",
    "entry",
    "title",
    "link",
    "guid",
    "id",
    "pubDate",
    "published",
    "updated",
    "description",
    "summary",
    "content",
    "content:encoded",
    "author",
    "category",
    "dc:date",
    "dc:creator",
];

/// An element that is open.
struct Open {
    name: String,
    /// Where in the output it starts.
    at: usize,
}

/// Writes well-formed XML.
#[derive(Default)]
pub(super) struct Writer {
    out: String,
    open: Vec<Open>,
    /// Where the root's start tag ends: declarations are put in there.
    root_end: Option<usize>,
    declared: BTreeSet<String>,
    used: BTreeSet<String>,
    /// Inside of an element that holds text, markup is part of the text: the name of that element.
    leaf: Option<String>,
}

impl Writer {
    pub fn text(&mut self, text: &str) {
        if self.open.is_empty() {
            return;
        }
        // A leaf's text is its own: what is a reference stays one.
        let mut rest = text;
        while let Some(at) = rest.find('&') {
            self.escaped(&rest[..at]);
            rest = &rest[at..];
            if is_reference(rest) {
                self.out.push('&');
            } else {
                self.out.push_str("&amp;");
            }
            rest = &rest[1..];
        }
        self.escaped(rest);
    }

    pub fn escaped(&mut self, text: &str) {
        if self.open.is_empty() {
            return;
        }
        for c in text.chars().filter(|c| is_xml(*c)) {
            match c {
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '&' => self.out.push_str("&amp;"),
                _ => self.out.push(c),
            }
        }
    }

    /// Opens an element. False where it lies too deep to go on.
    pub fn start(&mut self, name: &str, attributes: &str, closed: bool) -> bool {
        if let Some(leaf) = &self.leaf {
            // The markup of a text that should have been escaped. An element of the feed itself ends a text that nobody ended.
            if !STRUCTURE.contains(&name) {
                let slash = if closed { "/" } else { "" };
                let tag = format!("<{name}{attributes}{slash}>");
                self.escaped(&tag);
                return true;
            }
            let leaf = leaf.clone();
            self.end(&leaf);
        }
        // An entry does not lie in another: the one before was never closed.
        if is_entry(name)
            && let Some(at) = self.open_entry()
        {
            self.close_to(at);
        }
        if self.open.len() >= DEEPEST {
            return false;
        }
        // Nothing follows the root.
        if self.open.is_empty() && self.root_end.is_some() {
            return true;
        }
        let is_root = self.root_end.is_none();
        let name = self.renamed(name);
        let at = self.out.len();
        self.use_prefix(name);
        self.out.push('<');
        self.out.push_str(name);
        self.attributes(attributes, is_root && name == "rss");
        if is_root {
            self.root_end = Some(self.out.len());
        }
        if closed {
            self.out.push_str("/>");
            return true;
        }
        self.out.push('>');
        if !is_root && TEXTS.contains(&name) && !attributes.contains("xhtml") {
            self.leaf = Some(name.to_string());
        }
        let name = name.to_string();
        self.open.push(Open { name, at });
        true
    }

    /// The entry that is open, the root apart (Atom allows an entry alone).
    fn open_entry(&self) -> Option<usize> {
        self.open
            .iter()
            .skip(1)
            .position(|open| is_entry(&open.name))
            .map(|at| at + 1)
    }

    /// The name that feed-rs knows an element by.
    fn renamed<'a>(&self, name: &'a str) -> &'a str {
        let root = self.open.first().map(|root| root.name.as_str());
        match name {
            // Atom 0.3.
            "modified" if root == Some("feed") => "updated",
            "issued" if root == Some("feed") => "published",
            _ if name.eq_ignore_ascii_case("rss") => "rss",
            _ => name,
        }
    }

    fn use_prefix(&mut self, name: &str) {
        if let Some((prefix, _)) = name.split_once(':')
            && !matches!(prefix, "xml" | "xmlns")
        {
            self.used.insert(prefix.to_string());
        }
    }

    /// Writes attributes with quotes around them and none twice.
    fn attributes(&mut self, attributes: &str, is_rss: bool) {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut version = false;
        let mut rest = attributes.trim_start();
        while !rest.is_empty() && seen.len() < 100 {
            let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            let (value, next) = match after.trim_start().strip_prefix('=') {
                None => ("", after),
                Some(value) => {
                    let value = value.trim_start();
                    match value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
                        Some(quote) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
                        None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
                    }
                }
            };
            rest = next.trim_start();
            let is_whole = name.starts_with(|c: char| c.is_alphabetic() || c == '_') && name.chars().all(is_name);
            if !is_whole || !seen.insert(name) {
                continue;
            }
            match name.strip_prefix("xmlns:") {
                Some(prefix) => drop(self.declared.insert(prefix.to_string())),
                None => self.use_prefix(name),
            }
            // The versions that feed-rs knows; 0.90 (as RSS), 0.93 and 0.94 differ from 2.0 in nothing that is read here.
            let value = match value {
                "2.0" | "0.91" | "0.92" => value,
                _ if is_rss && name.eq_ignore_ascii_case("version") => "2.0",
                // Earlier names of the same.
                "http://purl.org/atom/ns#" if name == "xmlns" => "http://www.w3.org/2005/Atom",
                _ if name == "xmlns" && FORMER.iter().any(|former| value.starts_with(former)) => {
                    "http://purl.org/rss/1.0/"
                }
                _ => value,
            };
            let name = if is_rss && name.eq_ignore_ascii_case("version") {
                "version"
            } else {
                name
            };
            version |= name == "version";
            self.out.push_str(&format!(" {name}=\""));
            for (at, c) in value.char_indices().filter(|(_, c)| is_xml(*c)) {
                match c {
                    '<' => self.out.push_str("&lt;"),
                    '"' => self.out.push_str("&quot;"),
                    '&' if !is_reference(&value[at..]) => self.out.push_str("&amp;"),
                    _ => self.out.push(c),
                }
            }
            self.out.push('"');
        }
        if is_rss && !version {
            self.out.push_str(" version=\"2.0\"");
        }
    }

    /// Closes an element, and those inside of it that are still open. One that is not open is passed over.
    pub fn end(&mut self, name: &str) {
        if let Some(leaf) = &self.leaf {
            if leaf == name {
                self.leaf = None;
            } else if STRUCTURE.contains(&name) {
                // The end of something around it; or a slip of the pen, which was meant to end it.
                let is_open = self.open.iter().any(|open| open.name == name);
                let name = if is_open { name.to_string() } else { leaf.clone() };
                self.leaf = None;
                return self.end(&name);
            } else {
                let tag = format!("</{name}>");
                return self.escaped(&tag);
            }
        }
        let name = self.renamed(name);
        // Some put the items after the channel rather than inside of it.
        if name == "channel" && self.open.first().is_some_and(|root| root.name == "rss") {
            return;
        }
        if let Some(at) = self.open.iter().rposition(|open| open.name == name) {
            self.close_to(at);
        }
    }

    fn close_to(&mut self, at: usize) {
        self.leaf = None;
        while self.open.len() > at {
            if let Some(open) = self.open.pop() {
                self.out.push_str(&format!("</{}>", open.name));
            }
        }
    }

    /// Drops the entry that was cut off, closes what is open and declares what was used.
    pub fn finish(mut self) -> Mended {
        let cut = self.open_entry();
        if let Some(at) = cut {
            self.out.truncate(self.open[at].at);
            self.open.truncate(at);
        }
        self.close_to(0);
        if let Some(at) = self.root_end {
            let missing: String = self
                .used
                .difference(&self.declared)
                .map(|prefix| {
                    let known = NAMESPACES.iter().find(|(own, _)| own == prefix);
                    let name = known.map_or_else(|| format!("urn:undeclared:{prefix}"), |(_, name)| name.to_string());
                    format!(" xmlns:{prefix}=\"{name}\"")
                })
                .collect();
            self.out.insert_str(at, &missing);
        }
        Mended {
            xml: self.out,
            cut: cut.is_some(),
            deep: false,
        }
    }
}

fn is_entry(name: &str) -> bool {
    matches!(name, "item" | "entry")
}

/// Whether a text that starts with `&` starts with a reference: `&name;`, `&#10;`, `&#xA;`.
fn is_reference(text: &str) -> bool {
    let Some(end) = text.bytes().take(40).position(|b| b == b';') else {
        return false;
    };
    let name = &text[1..end];
    let number = match name.strip_prefix('#') {
        None => {
            return name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.bytes().all(|b| b.is_ascii_alphanumeric());
        }
        Some(number) => match number.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        },
    };
    number.ok().and_then(char::from_u32).is_some_and(is_xml)
}

/// The characters that XML 1.0 allows.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
