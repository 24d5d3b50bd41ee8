//! What one input gave: documents, entries whose pages are still to be fetched, and warnings.

use std::collections::BTreeMap;

use super::fetch::{Body, Failure, Outcome, Page, Why};
use super::{Format, Options, charset, feed, mail, rows, sniff};
use crate::document::{MediaType, RawDocument};
use crate::error::Warning;

/// What one input gave.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub items: Vec<Item>,
    pub warnings: Vec<Warning>,
    /// What came of the pages of `items`, by their numbers.
    pub pages: BTreeMap<usize, Result<Text, Failure>>,
}

/// A document, or what is known before its page has been fetched.
#[derive(Debug)]
pub(super) enum Item {
    Ready(RawDocument),
    /// An entry of a feed, which stands in for the page if that cannot be had.
    Page {
        url: String,
        entry: RawDocument,
    },
}

impl Item {
    pub fn page(&self) -> Option<&str> {
        match self {
            Item::Ready(_) => None,
            Item::Page { url, .. } => Some(url),
        }
    }

    /// The document as far as it is known.
    pub fn document(&self) -> &RawDocument {
        match self {
            Item::Ready(document) | Item::Page { entry: document, .. } => document,
        }
    }
}

/// A document of which only the text is known.
pub(super) fn document(id: &str, url: Option<&str>, media_type: MediaType, text: String) -> RawDocument {
    RawDocument {
        id: id.to_string(),
        url: url.map(str::to_string),
        title: None,
        published: None,
        site_name: None,
        source: None,
        story: None,
        media_type,
        body: text.into_bytes(),
        sentences: None,
    }
}

/// Makes items of a whole text whose format is known. `url` is where it came from.
pub(super) fn add_text(text: String, format: Format, id: &str, url: Option<&str>, options: &Options, part: &mut Part) {
    if text
        .trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}')
        .is_empty()
    {
        part.warnings.push(Warning::lost(id, "is empty"));
        return;
    }
    let media_type = match format {
        Format::Json if sniff::is_json_feed(&text) => return feed::read(&text, id, url, options, part),
        Format::Feed => return feed::read(&text, id, url, options, part),
        Format::Mail => return mail::read(text.as_bytes(), id, options, part),
        Format::Json => return rows::read_value(&text, id, part),
        Format::Jsonl => return rows::read_lines(text.as_bytes(), id, options.max_bytes, part),
        Format::Text => MediaType::Text,
        Format::Markdown => MediaType::Markdown,
        Format::Html => MediaType::Html,
    };
    part.items.push(Item::Ready(document(id, url, media_type, text)));
}

/// Reads what an address that was named directly gave.
pub(super) fn of_address(url: &str, result: Result<Page, Failure>, options: &Options) -> Part {
    let mut part = Part::default();
    match result {
        Ok(Page {
            body: Some(body),
            url: found,
            ..
        }) => read_body(&body, url, &found, options, &mut part),
        Ok(Page { body: None, .. }) => {}
        Err(failure) => part.warnings.push(Warning::lost(url, failure.reason)),
    }
    part
}

/// Reads a body whose format its headers and contents tell, or `options.format` says. `found` is where it was in the end.
pub(super) fn read_body(body: &Body, url: &str, found: &str, options: &Options, part: &mut Part) {
    let named = sniff::by_media_type(body.media_type.as_deref().unwrap_or_default());
    // Only mail says in itself how it is written.
    let mail = options.format == Some(Format::Mail) || options.format.is_none() && named == Ok(Some(Format::Mail));
    if mail {
        return mail::read(body.bytes.as_slice(), url, options, part);
    }
    match decode(body, options.format) {
        Ok((text, format)) => {
            part.warnings.extend(text.note.map(|note| Warning::note(url, note)));
            // Links of a feed are relative to where it was found in the end.
            let base = if format == Format::Feed { found } else { url };
            add_text(text.text, format, url, Some(base), options, part);
        }
        Err(reason) => part.warnings.push(Warning::lost(url, reason)),
    }
}

/// The page of a feed entry.
pub(super) fn page_of(outcome: &Outcome) -> Result<Text, Failure> {
    let not = |reason| Failure::new(Why::Failed, reason);
    let page = outcome.result.as_ref().map_err(Failure::clone)?;
    let body = page.body.as_ref().ok_or_else(|| not("was not sent".to_string()))?;
    match decode(body, None).map_err(not)? {
        (text, Format::Html) => Ok(text),
        (_, other) => Err(not(format!("is {other}, not a page"))),
    }
}

/// An entry with the body of its page.
pub(super) fn with_page(entry: RawDocument, page: String) -> RawDocument {
    RawDocument {
        media_type: MediaType::Html,
        body: page.into_bytes(),
        ..entry
    }
}

/// A body as text.
#[derive(Debug)]
pub(super) struct Text {
    pub text: String,
    /// Something the reader should know.
    pub note: Option<String>,
}

/// The text of a body and its format: `format`, else as the server says where its word is to be relied on, else by the contents.
pub(super) fn decode(body: &Body, format: Option<Format>) -> Result<(Text, Format), String> {
    let named = match sniff::by_media_type(body.media_type.as_deref().unwrap_or_default()) {
        Ok(named) => named,
        // Who knows that it is a feed looks at what is in it: servers send feeds as anything.
        Err(_) if format == Some(Format::Feed) => None,
        Err(kind) => return Err(format!("is {kind}, not an article")),
    };
    let decoded = charset::decode(&body.bytes, body.charset.as_deref(), true)
        .map_err(|kind| format!("is {kind}, not an article"))?;
    let format = format.or(named).unwrap_or_else(|| {
        let says_html = body
            .media_type
            .as_deref()
            .is_some_and(|media_type| media_type.contains("html"));
        match sniff::by_content(&decoded.text) {
            Format::Text if says_html => Format::Html,
            found => found,
        }
    });
    Ok((
        Text {
            text: decoded.text,
            note: decoded.note,
        },
        format,
    ))
}

/// The address of the feed that a page names in its head.
pub(super) fn feed_of_page(body: &Body, url: &str) -> Option<String> {
    let text = charset::decode(&body.bytes, body.charset.as_deref(), true).ok()?.text;
    let page = dom_query::Document::from(text);
    let named = page
        .select("link[rel~=alternate][type='application/rss+xml'], link[rel~=alternate][type='application/atom+xml']");
    let href = named.attr("href")?;
    Some(url::Url::parse(url).ok()?.join(href.trim()).ok()?.to_string())
}
