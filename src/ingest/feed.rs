//! Feeds: RSS, Atom and JSON Feed. An entry is a document of its own.

use std::borrow::Cow;
use std::sync::LazyLock;

use dom_query::Document;
use feed_rs::model::{Entry, Feed};
use jiff::Timestamp;
use regex::Regex;
use url::Url;

use super::{Item, Options, Part, document, fetch};
use crate::document::MediaType;
use crate::error::Warning;

/// Characters from which the content of an entry counts as the article and no teaser.
const FULL_CONTENT: usize = 500;
/// The same for its description, which is a teaser in most feeds.
const FULL_DESCRIPTION: usize = 1200;

static ENCODING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\A(\s*<\?xml[^>]{0,200}?)\s+encoding\s*=\s*["'][^"'>]*["']"#).expect("a valid pattern")
});
static CUT_OFF: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:…|\.\.\.|\[…\]|\[\.{3}\]|read more|read on|continue reading|read the full (?:article|story))[\s.»›>→]*\z")
        .expect("a valid pattern")
});

/// Reads a feed that is already decoded. `url` is where it was fetched, if it was.
pub(super) fn read(text: &str, id: &str, url: Option<&str>, options: &Options, part: &mut Part) {
    // The text is UTF-8 by now, whatever its first line still says.
    let text = match ENCODING.captures(text) {
        Some(found) => Cow::Owned(format!("{}{}", &found[1], &text[found[0].len()..])),
        None => Cow::Borrowed(text.trim_start_matches('\u{FEFF}')),
    };
    // Without an id generator of ours an entry without guid would get a random id.
    let parser = feed_rs::parser::Builder::new()
        .base_uri(url)
        .id_generator(|_, _, _| String::new())
        .build();
    let feed = match parser.parse(text.as_bytes()) {
        Ok(feed) => feed,
        Err(error) => {
            let message = format!("is no feed that can be read: {}", error.to_string().replace('\n', " "));
            return part.warnings.push(Warning::lost(id, message));
        }
    };
    if feed.entries.is_empty() {
        part.warnings.push(Warning::note(id, "a feed without entries"));
    }
    let base = url.and_then(|url| Url::parse(url).ok()).or_else(|| {
        let home = |link: &&feed_rs::model::Link| link.rel.as_deref() != Some("self") && fetch::is_url(&link.href);
        feed.links
            .iter()
            .find(home)
            .and_then(|link| Url::parse(&link.href).ok())
    });
    let site_name = title_of(&feed);
    for (n, entry) in feed.entries.iter().enumerate() {
        match item(entry, base.as_ref(), options) {
            Some(mut item) => {
                let (Item::Ready(document) | Item::Page { entry: document, .. }) = &mut item;
                document.site_name = site_name.clone();
                if document.id.is_empty() {
                    document.id = format!("{id}#{}", n + 1);
                }
                part.items.push(item);
            }
            None => {
                let message = "an entry without text or a link to one";
                part.warnings.push(Warning::lost(format!("{id}#{}", n + 1), message));
            }
        }
    }
}

fn title_of(feed: &Feed) -> Option<String> {
    feed.title
        .as_ref()
        .map(|title| plain(&title.content).replace('\n', " "))
        .filter(|title| !title.is_empty())
}

/// A document from an entry; none where there is nothing to read.
fn item(entry: &Entry, base: Option<&Url>, options: &Options) -> Option<Item> {
    let link = link(entry, base);
    let content = entry
        .content
        .as_ref()
        .and_then(|content| content.body.as_deref())
        .unwrap_or_default();
    let description = entry
        .summary
        .as_ref()
        .map(|text| text.content.as_str())
        .unwrap_or_default();
    let title = entry
        .title
        .as_ref()
        .map(|text| plain(&text.content).replace('\n', " "))
        .filter(|text| !text.is_empty());

    let is_full = |html: &str, enough: usize| {
        let text = plain(html);
        text.chars().count() >= enough && !CUT_OFF.is_match(&text)
    };
    let full = [(content, FULL_CONTENT), (description, FULL_DESCRIPTION)]
        .into_iter()
        .find(|(html, enough)| is_full(html, *enough))
        .map(|(html, _)| html);

    let id = link
        .as_ref()
        .map_or_else(|| entry.id.trim().to_string(), Url::to_string);
    let url = link.as_ref().map(Url::as_str);
    let mut document = match full {
        Some(html) if has_tags(html) => document(
            &id,
            url,
            MediaType::Html,
            format!("<html><body><article>{html}</article></body></html>"),
        ),
        Some(text) => document(&id, url, MediaType::Text, text.to_string()),
        None => {
            let longest = if content.len() > description.len() {
                content
            } else {
                description
            };
            document(&id, url, MediaType::Text, plain(longest))
        }
    };
    let time = entry.published.or(entry.updated);
    document.published = time.and_then(|time| Timestamp::from_second(time.timestamp()).ok());
    document.title = title;
    match link {
        Some(link) if full.is_none() && options.fetch_pages => {
            // What stands in for the page has at least a title to show.
            if document.body.is_empty() {
                document.body = document.title.clone().unwrap_or_default().into_bytes();
            }
            Some(Item::Page {
                url: link.to_string(),
                entry: document,
            })
        }
        _ => {
            if document.body.is_empty() {
                document.body = document.title.clone()?.into_bytes();
            }
            Some(Item::Ready(document))
        }
    }
}

/// The address of an entry's page, absolute and of http(s).
fn link(entry: &Entry, base: Option<&Url>) -> Option<Url> {
    let is_page = |link: &&feed_rs::model::Link| matches!(link.rel.as_deref(), None | Some("alternate"));
    let resolve = |href: &str| {
        let url = base
            .map_or_else(|| Url::parse(href.trim()), |base| base.join(href.trim()))
            .ok()?;
        matches!(url.scheme(), "http" | "https").then_some(url)
    };
    let linked = entry.links.iter().filter(is_page).find_map(|link| resolve(&link.href));
    // A guid is often the page's address, but only an absolute one is surely meant so.
    linked.or_else(|| {
        fetch::is_url(&entry.id)
            .then(|| Url::parse(entry.id.trim()).ok())
            .flatten()
    })
}

fn has_tags(text: &str) -> bool {
    static TAG: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"<[a-zA-Z/!][^<>]*>|&(?:#\d+|\w+);").expect("a valid pattern"));
    TAG.is_match(text)
}

/// The text of a piece of HTML, paragraphs parted by empty lines; plain text as it is.
fn plain(html: &str) -> String {
    if !has_tags(html) {
        return html.trim().to_string();
    }
    Document::fragment(html).formatted_text().trim().to_string()
}
