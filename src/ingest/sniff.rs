//! What an input is: by its name, by the server's word, else by how it begins.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use super::Format;

static FEED: LazyLock<Regex> = LazyLock::new(|| {
    // After declarations, comments and processing instructions, the root element of RSS 0.9x/2, Atom or RSS 1 (RDF).
    Regex::new(r"(?is)\A\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!doctype\s+(?:rss|rdf)[^>]*>\s*)*<(?:rss|feed|entry|(?:\w+:)?rdf)[\s>]")
        .expect("a valid pattern")
});
static TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\A(?:<!doctype\s+html|<\?xml|<!--|</?[a-z][a-z0-9]*[\s/>])").expect("a valid pattern")
});

/// The format of a text of which nothing else is known.
pub(super) fn by_content(text: &str) -> Format {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if is_feed(start) {
        return Format::Feed;
    }
    match start.as_bytes().first() {
        Some(b'<') if TAG.is_match(start) => Format::Html,
        Some(b'{') | Some(b'[') => json(start).unwrap_or(Format::Text),
        _ => Format::Text,
    }
}

/// Whether a text is an XML feed.
pub(super) fn is_feed(text: &str) -> bool {
    FEED.is_match(text)
}

/// Whether a text is one JSON value (perhaps a JSON Feed), or JSON lines.
fn json(text: &str) -> Option<Format> {
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        return Some(if is_json_feed(text) { Format::Feed } else { Format::Json });
    }
    let line = text.lines().next()?;
    serde_json::from_str::<serde::de::IgnoredAny>(line)
        .is_ok()
        .then_some(Format::Jsonl)
}

/// Whether a JSON text is a JSON Feed (its `version` is that format's address).
pub(super) fn is_json_feed(text: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Head {
        version: Option<String>,
    }
    // Cheap first: most JSON is no feed.
    text.contains("jsonfeed.org")
        && serde_json::from_str::<Head>(text).is_ok_and(|head| head.version.is_some_and(|v| v.contains("jsonfeed.org")))
}

/// The format that a file's name says, and whether it is compressed (`.gz`). None for a name that says nothing.
pub(super) fn by_name(path: &Path) -> (Option<Format>, bool) {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    let (name, compressed) = match name.strip_suffix(".gz") {
        Some(name) => (name, true),
        None => (name.as_str(), false),
    };
    let format = match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("txt") => Some(Format::Text),
        Some("md") => Some(Format::Markdown),
        Some("html" | "htm") => Some(Format::Html),
        Some("json") => Some(Format::Json),
        Some("jsonl") => Some(Format::Jsonl),
        Some("xml" | "rss" | "atom") => Some(Format::Feed),
        Some("eml" | "mbox") => Some(Format::Mail),
        _ => None,
    };
    (format, compressed)
}

/// The format that a server names, as far as its word is to be relied on. The error is what it sends instead.
pub(super) fn by_media_type(media_type: &str) -> Result<Option<Format>, String> {
    let name = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match name.as_str() {
        "application/rss+xml" | "application/atom+xml" | "application/rdf+xml" | "application/feed+json" => {
            Ok(Some(Format::Feed))
        }
        "message/rfc822" | "application/mbox" => Ok(Some(Format::Mail)),
        "text/markdown" => Ok(Some(Format::Markdown)),
        "application/jsonl" | "application/x-ndjson" | "application/jsonlines" => Ok(Some(Format::Jsonl)),
        _ if name.starts_with("image/") || name.starts_with("video/") || name.starts_with("audio/") => Err(name),
        // Feeds are served as XML, HTML or plain text alike, so these say too little.
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_told_apart() {
        for (text, format) in [
            ("<?xml version=\"1.0\"?>\n<!-- x --><rss version=\"2.0\">", Format::Feed),
            ("\u{FEFF}<feed xmlns=\"http://www.w3.org/2005/Atom\">", Format::Feed),
            ("<rdf:RDF xmlns=''>", Format::Feed),
            (
                "{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": []}",
                Format::Feed,
            ),
            ("<!DOCTYPE html><html>", Format::Html),
            ("  <p>Hello</p>", Format::Html),
            ("{\"id\": 1,\n \"text\": \"a\"}", Format::Json),
            ("[{\"text\": \"a\"}]", Format::Json),
            ("{\"id\": 1}\n{\"id\": 2}\n", Format::Jsonl),
            ("[Update] The bridge closes.", Format::Text),
            ("<3 this bridge", Format::Text),
            ("", Format::Text),
        ] {
            assert_eq!(by_content(text), format, "{text}");
        }
    }

    #[test]
    fn names_are_read_with_gz() {
        assert_eq!(by_name(Path::new("a/b.HTML.gz")), (Some(Format::Html), true));
        assert_eq!(by_name(Path::new("b.rss")), (Some(Format::Feed), false));
        assert_eq!(by_name(Path::new("b.docx")), (None, false));
        assert_eq!(by_name(Path::new("gz")), (None, false));
    }
}
