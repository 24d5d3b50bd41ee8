//! Feeds: RSS, Atom and JSON Feed. An entry is a document of its own.

use std::borrow::Cow;
use std::sync::LazyLock;

use dom_query::Document;
use feed_rs::model::{Entry, Feed};
use jiff::Timestamp;
use regex::Regex;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::part::{Item, Part, document};
use super::{Options, fetch, mend};
use crate::document::{MediaType, RawDocument};
use crate::error::Warning;

/// Characters from which the content of an entry counts as the article and no teaser.
const FULL_CONTENT: usize = 500;
/// The same for its description, which is a teaser in most feeds.
const FULL_DESCRIPTION: usize = 1200;

static CUT_OFF: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:…|\.\.\.|\[…\]|\[\.{3}\]|read more|read on|continue reading|read the full (?:article|story))[\s.»›>→]*\z")
        .expect("a valid pattern")
});

/// Reads a feed that is already decoded. `url` is where it was fetched, if it was.
pub(super) fn read(text: &str, id: &str, url: Option<&str>, options: &Options, part: &mut Part) {
    let text = text.trim_start_matches('\u{FEFF}');
    let feed = match parse_or_mend(text, id, url, part) {
        Ok(feed) => feed,
        Err(error) => {
            return part
                .warnings
                .push(Warning::lost(id, format!("is no feed that can be read: {error}")));
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
                    document.id = format!("{id}#{}", name_of(document));
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

/// The feed of a text; where it is broken, as much of it as can be read.
fn parse_or_mend(text: &str, id: &str, url: Option<&str>, part: &mut Part) -> Result<Feed, String> {
    if !text.trim_start().starts_with('<') {
        return parse(text, url).or_else(|error| {
            let mended = mend::mended_json(text).ok_or_else(|| error.clone())?;
            parse(&mended, url).map_err(|_| error)
        });
    }
    let safe = mend::bounded(text);
    let as_it_is = if safe.undeclared || safe.deep {
        None
    } else {
        Some(parse(&safe.xml, url))
    };
    if let Some(Ok(feed)) = &as_it_is
        && !feed.entries.is_empty()
    {
        return Ok(feed.clone());
    }
    let mended = mend::mended(&safe.xml);
    if mended.deep {
        return Err(format!(
            "its elements lie more than {} deep in each other",
            mend::DEEPEST
        ));
    }
    let feed = match parse(&mended.xml, url) {
        Ok(feed) if !feed.entries.is_empty() => feed,
        _ => return as_it_is.unwrap_or_else(|| parse(&mended.xml, url)),
    };
    let entries = feed.entries.len();
    match as_it_is {
        Some(Err(error)) if mended.cut => {
            let message = format!("is no feed that is whole ({error}); {entries} of its entries can be read");
            part.warnings.push(Warning::lost(id, message));
        }
        Some(Err(error)) => {
            let message = format!("is broken ({error}); {entries} of its entries can be read");
            part.warnings.push(Warning::note(id, message));
        }
        _ => {}
    }
    Ok(feed)
}

fn parse(text: &str, url: Option<&str>) -> Result<Feed, String> {
    // Without an id generator of ours an entry without guid would get a random id.
    let parser = feed_rs::parser::Builder::new()
        .base_uri(url)
        .id_generator(|_, _, _| String::new())
        .build();
    // Its parser holds some inputs for impossible; one feed is not to cost the run.
    let parsed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| parser.parse(text.as_bytes())));
    match parsed {
        Ok(parsed) => parsed.map_err(|error| error.to_string().replace('\n', " ")),
        Err(_) => Err("the parser gave up".into()),
    }
}

/// A name for an entry that has none: of what it says, since its place in the feed changes with every new entry.
fn name_of(entry: &RawDocument) -> String {
    let mut sha = Sha256::new();
    sha.update(entry.title.as_deref().unwrap_or_default());
    sha.update([0]);
    sha.update(&entry.body);
    sha.finalize()[..6].iter().map(|byte| format!("{byte:02x}")).collect()
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
    // Laying out takes time with the square of the depth; what is nested like that was not written to be read.
    let html = if mend::is_deep(html) {
        Cow::Owned(without_tags(html))
    } else {
        Cow::Borrowed(html)
    };
    Document::fragment(&*html).formatted_text().trim().to_string()
}

fn without_tags(html: &str) -> String {
    static TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<[a-zA-Z/!][^<>]*>").expect("a valid pattern"));
    TAG.replace_all(html, " ").into_owned()
}
