//! The digests as feeds: Atom (RFC 4287) and JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).
//!
//! An entry's id is made of the digest's title and day, not of the archive's address, so that no reader sees a digest twice when the archive
//! moves. Times are those of the digests' sources: the same digests give the same feeds.

use atom_syndication as atom;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::archive::{Archive, Edition};
use super::pages::{self, line};
use crate::error::Result;
use crate::render::Renderer;
use crate::render::view::DigestView;

/// Digests in a feed: a month of them, so that nobody's reader misses one.
const MOST: usize = 31;

/// What both feeds say of a digest.
pub(super) struct Entry {
    id: String,
    title: String,
    link: String,
    updated: Timestamp,
    html: String,
    generator: String,
}

/// What the template `feed-entry.html` sees.
#[derive(Serialize)]
struct EntryView<'a> {
    /// The digest's address.
    link: &'a str,
    /// The digest.
    #[serde(flatten)]
    digest: &'a DigestView,
}

/// The newest digests, the newest first.
pub(super) fn entries(archive: &Archive, renderer: &Renderer, base: Option<&Url>) -> Result<Vec<Entry>> {
    let newest = archive.editions.iter().zip(&archive.views).rev().take(MOST);
    newest
        .map(|(edition, view)| {
            let link = address(&format!("days/{}.html", edition.stem), base);
            let html = renderer.page(
                "feed-entry.html",
                &EntryView {
                    link: &link,
                    digest: view,
                },
            )?;
            Ok(Entry {
                id: urn(&format!("{} {}", edition.digest.title, edition.stem)),
                title: format!("{}, {}", view.title, pages::day(edition.digest.date)),
                link,
                updated: updated(edition),
                html,
                generator: line(&edition.digest.generator),
            })
        })
        .collect()
}

fn address(path: &str, base: Option<&Url>) -> String {
    match base.and_then(|base| base.join(path).ok()) {
        Some(url) => url.to_string(),
        None => path.to_string(),
    }
}

/// The time of the newest source; of a digest whose sources say none, the beginning of its day.
fn updated(edition: &Edition) -> Timestamp {
    let midnight = || TimeZone::UTC.to_timestamp(edition.digest.date.at(0, 0, 0, 0)).ok();
    edition
        .digest
        .window
        .as_ref()
        .map(|window| window.to)
        .or_else(midnight)
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A name for something that has no address: a UUID of version 8 (RFC 9562), made of its sha256.
fn urn(of: &str) -> String {
    let sum = Sha256::digest(of.as_bytes());
    let mut id: [u8; 16] = std::array::from_fn(|n| sum[n]);
    id[6] = id[6] & 0x0f | 0x80;
    id[8] = id[8] & 0x3f | 0x80;
    let hex: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "urn:uuid:{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

fn link(rel: &str, href: String, mime: &str) -> atom::Link {
    atom::Link {
        rel: rel.to_string(),
        href,
        mime_type: Some(mime.to_string()),
        ..Default::default()
    }
}

/// A time as chrono has it, which the Atom crate takes.
fn fixed(time: Timestamp) -> atom::FixedDateTime {
    time.to_string().parse().unwrap_or_default()
}

/// The Atom feed. Relative links are allowed there, and made from the feed's own address.
pub(super) fn atom(title: &str, entries: &[Entry], base: Option<&Url>) -> String {
    let mut links = vec![link("alternate", address("index.html", base), "text/html")];
    if base.is_some() {
        links.push(link("self", address("feed.xml", base), "application/atom+xml"));
    }
    let newest = entries.first();
    let feed = atom::Feed {
        title: atom::Text::plain(title),
        id: urn(title),
        updated: fixed(
            entries
                .iter()
                .map(|entry| entry.updated)
                .max()
                .unwrap_or(Timestamp::UNIX_EPOCH),
        ),
        authors: vec![atom::Person {
            name: title.to_string(),
            ..Default::default()
        }],
        generator: newest.map(|entry| atom::Generator {
            value: entry.generator.clone(),
            ..Default::default()
        }),
        links,
        entries: entries
            .iter()
            .map(|entry| atom::Entry {
                title: atom::Text::plain(entry.title.as_str()),
                id: entry.id.clone(),
                updated: fixed(entry.updated),
                links: vec![link("alternate", entry.link.clone(), "text/html")],
                content: Some(atom::Content {
                    value: Some(entry.html.clone()),
                    content_type: Some("html".to_string()),
                    ..Default::default()
                }),
                ..Default::default()
            })
            .collect(),
        ..Default::default()
    };
    feed.to_string() + "\n"
}

/// The JSON feed.
pub(super) fn json(title: &str, entries: &[Entry], base: Option<&Url>) -> String {
    let items = entries.iter().map(|entry| {
        json!({
            "id": entry.id,
            "url": entry.link,
            "title": entry.title,
            "content_html": entry.html,
            "date_published": entry.updated.to_string(),
        })
    });
    let mut feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": address("index.html", base),
        "items": items.collect::<Vec<_>>(),
    });
    if base.is_some() {
        feed["feed_url"] = json!(address("feed.json", base));
    }
    format!("{feed:#}\n")
}
