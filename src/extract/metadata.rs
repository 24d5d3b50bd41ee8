//! What a page says about itself.

use dom_smoothie::Readability;
use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, tz::TimeZone};

use super::html::guarded;
use super::image;
use crate::document::Image;

/// What a page's `<meta>` elements and JSON-LD say about it.
#[derive(Default)]
pub(super) struct Metadata {
    pub title: Option<String>,
    pub byline: Option<String>,
    pub site_name: Option<String>,
    pub published: Option<Timestamp>,
    /// A language tag (`en-GB`).
    pub lang: Option<String>,
    /// Where the page says it can be read (`rel=canonical`, `og:url`).
    pub url: Option<String>,
    /// The picture that it is shown with elsewhere.
    pub image: Option<Image>,
}

/// Reads the metadata of a parsed page.
pub(super) fn read(page: &Readability) -> Metadata {
    let Some(found) = guarded(|| page.get_article_metadata(page.parse_json_ld())) else {
        return Metadata::default();
    };
    let site_name = found.site_name.as_deref().and_then(text);
    Metadata {
        title: text(&found.title).map(|title| without_site(title, site_name.as_deref())),
        byline: found.byline.as_deref().and_then(byline),
        published: found.published_time.as_deref().and_then(timestamp),
        lang: found.lang,
        url: guarded(|| own_address(page)).flatten(),
        image: guarded(|| image::read(page, found.image.as_deref())).flatten(),
        site_name,
    }
}

/// The address that a page gives itself.
fn own_address(page: &Readability) -> Option<String> {
    let head = |selector: &str, name: &str| page.doc.select_single(selector).attr(name);
    let address = head("link[rel='canonical']", "href").or_else(|| head("meta[property='og:url']", "content"))?;
    web_address(&address)
}

/// An absolute address of the web.
pub(super) fn web_address(address: &str) -> Option<String> {
    let address = address.trim();
    (address.starts_with("https://") || address.starts_with("http://")).then(|| address.to_owned())
}

/// White space collapsed; none if nothing is left.
fn text(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// A title without the name of the site behind a bar or dash: "Storm hits coast | The Gazette".
fn without_site(title: String, site: Option<&str>) -> String {
    let Some((head, tail)) = title.rsplit_once(['|', '-', '–', '—', '»']) else {
        return title;
    };
    let is_site = site.is_some_and(|site| tail.trim().to_lowercase() == site.to_lowercase());
    match head.trim_end() {
        "" => title,
        head if is_site => head.to_string(),
        _ => title,
    }
}

/// A byline without "By" and white space; none if it names nobody (an address, nothing).
pub(super) fn byline(raw: &str) -> Option<String> {
    let name = text(raw)?;
    let name = ["by ", "By ", "BY "]
        .iter()
        .find_map(|by| name.strip_prefix(by))
        .unwrap_or(&name)
        .trim();
    let plausible = name.chars().any(char::is_alphabetic) && !name.contains("://") && name.chars().count() <= 200;
    plausible.then(|| name.to_string())
}

/// A time as pages write it: RFC 3339 and its relatives, RFC 2822, or a date. UTC where no zone is given.
pub(super) fn timestamp(raw: &str) -> Option<Timestamp> {
    let raw = raw.trim();
    let utc = |at: DateTime| TimeZone::UTC.to_timestamp(at).ok();
    (raw.parse().ok())
        .or_else(|| jiff::fmt::rfc2822::parse(raw).ok().map(|at| at.timestamp()))
        .or_else(|| raw.parse::<DateTime>().ok().and_then(utc))
        .or_else(|| raw.parse::<Date>().ok().and_then(|day| utc(day.at(0, 0, 0, 0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_page(head: &str) -> Metadata {
        read(&Readability::from(format!(
            "<html lang=en-GB><head>{head}</head><body><p>x</p></body></html>"
        )))
    }

    #[test]
    fn meta_elements_are_read() {
        let found = read_page(
            "<title>Storm hits coast | The Gazette</title><meta property=og:site_name content='The Gazette'>\
             <meta name=author content='By  Ada Quill'>\
             <meta property='article:published_time' content='2026-03-14T08:00:00+01:00'>\
             <link rel=canonical href='https://gazette.example/storm'>",
        );
        assert_eq!(found.url.as_deref(), Some("https://gazette.example/storm"));
        assert_eq!(found.title.as_deref(), Some("Storm hits coast"));
        assert_eq!(found.byline.as_deref(), Some("Ada Quill"));
        assert_eq!(found.site_name.as_deref(), Some("The Gazette"));
        assert_eq!(
            found.published.map(|t| t.to_string()).as_deref(),
            Some("2026-03-14T07:00:00Z")
        );
        assert_eq!(found.lang.as_deref(), Some("en-GB"));
    }

    #[test]
    fn json_ld_is_read_and_broken_json_ld_does_no_harm() {
        let found = read_page(
            r#"<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",
            "headline":"Storm hits coast","datePublished":"2026-03-14","author":{"name":"Ada Quill"}}</script>"#,
        );
        assert_eq!(found.title.as_deref(), Some("Storm hits coast"));
        assert_eq!(found.byline.as_deref(), Some("Ada Quill"));
        read_page(r#"<script type="application/ld+json">{"@context":"https://schema.org","@type":[{</script>"#);
    }

    #[test]
    fn times_are_read_as_pages_write_them() {
        for (raw, utc) in [
            ("2026-03-14T08:00:00Z", "2026-03-14T08:00:00Z"),
            ("2026-03-14T08:00:00+0100", "2026-03-14T07:00:00Z"),
            ("2026-03-14 08:00", "2026-03-14T08:00:00Z"),
            ("Sat, 14 Mar 2026 08:00:00 GMT", "2026-03-14T08:00:00Z"),
            ("2026-03-14", "2026-03-14T00:00:00Z"),
        ] {
            assert_eq!(timestamp(raw).map(|t| t.to_string()).as_deref(), Some(utc), "{raw}");
        }
        assert_eq!(timestamp("yesterday"), None);
    }

    #[test]
    fn a_title_keeps_its_own_dash() {
        assert_eq!(
            without_site("Rain - and more of it".into(), Some("The Gazette")),
            "Rain - and more of it"
        );
        assert_eq!(
            without_site("| The Gazette".into(), Some("The Gazette")),
            "| The Gazette"
        );
    }
}
