//! Lists of feeds as feed readers exchange them: OPML 2.0 (opml.org/spec2.opml).
//!
//! A folder becomes a tag of the feeds in it. A feed's `htmlUrl` gives the host that its articles name, where that is not the
//! feed's own.

use std::collections::BTreeSet;

use quick_xml::Reader;
use quick_xml::events::{BytesDecl, BytesStart, BytesText, Event};
use quick_xml::writer::Writer;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::SourceConfig;
use crate::error::{Error, Result};

/// Folders in folders deeper than this are passed over.
const DEPTH: usize = 32;

/// What a list gave.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Imported {
    /// Feeds that are new, in the list's order.
    pub sources: Vec<SourceConfig>,
    /// Feeds that were left out, each with the reason.
    pub left_out: Vec<String>,
}

/// Reads a list. Feeds that `present` reads already, and those that come twice, are left out; a name that is taken gets a number.
/// `path` is only named in errors.
///
/// # Errors
/// [`Error::Invalid`] where the text is not XML or has no feed.
pub fn import(text: &str, path: &str, present: &[SourceConfig]) -> Result<Imported> {
    let invalid = |at: usize, reason: String| Error::Invalid {
        subject: format!(
            "{path}:{}",
            text.as_bytes().iter().take(at).filter(|b| **b == b'\n').count() + 1
        ),
        reason,
    };
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut imported = Imported::default();
    let mut names: BTreeSet<String> = present.iter().map(|s| s.name.clone()).collect();
    let mut feeds: BTreeSet<String> = present.iter().filter_map(|s| Some(same(s.feed.as_deref()?))).collect();
    // What the open elements add to the tags of what is in them.
    let mut open: Vec<Option<String>> = Vec::new();
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader
            .read_event()
            .map_err(|e| invalid(at, format!("is not OPML: {e}")))?;
        let (element, empty) = match &event {
            Event::Start(element) => (element, false),
            Event::Empty(element) => (element, true),
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        let outline = Outline::read(element);
        if let Some(url) = outline.feed.as_deref() {
            let mut tags: Vec<String> = Vec::new();
            for tag in open.iter().flatten() {
                if !tags.contains(tag) {
                    tags.push(tag.clone());
                }
            }
            let source = outline.source(url, tags);
            if !feeds.insert(same(url)) {
                imported
                    .left_out
                    .push(format!("{}: {url} is there already", source.name));
            } else if url::Url::parse(url).is_ok_and(|u| matches!(u.scheme(), "http" | "https")) {
                let name = free(&source.name, &mut names);
                imported.sources.push(SourceConfig { name, ..source });
            } else {
                imported
                    .left_out
                    .push(format!("{}: {url} is no http or https address", source.name));
            }
        }
        if !empty {
            let folder = outline.feed.is_none() && element.name().as_ref() == "outline" && open.len() < DEPTH;
            open.push(outline.title.filter(|_| folder));
        }
    }
    if imported.sources.is_empty() && imported.left_out.is_empty() {
        return Err(invalid(
            0,
            "has no feeds; an OPML file has <outline xmlUrl=\"...\"> elements".into(),
        ));
    }
    Ok(imported)
}

/// What an `<outline>` says.
#[derive(Default)]
struct Outline {
    title: Option<String>,
    feed: Option<String>,
    site: Option<String>,
}

impl Outline {
    /// Attributes that cannot be read are passed over; only XML's own entities are known, so that none can grow.
    fn read(element: &BytesStart) -> Self {
        let mut outline = Outline::default();
        let mut text = None;
        if element.name().as_ref() != "outline" {
            return outline;
        }
        for attribute in element.attributes().with_checks(false).flatten() {
            let Ok(value) = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0) else {
                continue;
            };
            let value: String = value.split_whitespace().collect::<Vec<_>>().join(" ");
            let value: String = value.chars().filter(|c| !c.is_control()).collect();
            let field = match attribute.key.as_ref() {
                "title" => &mut outline.title,
                "text" => &mut text,
                "xmlUrl" | "xmlurl" => &mut outline.feed,
                "htmlUrl" | "htmlurl" => &mut outline.site,
                _ => continue,
            };
            *field = Some(value).filter(|v| !v.is_empty());
        }
        // `text` is what readers show, and what the specification asks for.
        outline.title = text.or(outline.title.take());
        outline
    }

    fn source(&self, feed: &str, tags: Vec<String>) -> SourceConfig {
        let source = SourceConfig {
            feed: Some(feed.to_string()),
            ..SourceConfig::default()
        };
        let own = source.host();
        let host = |url: &str| {
            SourceConfig {
                feed: Some(url.to_string()),
                ..SourceConfig::default()
            }
            .host()
        };
        let site = self
            .site
            .as_deref()
            .and_then(host)
            .filter(|site| Some(site) != own.as_ref());
        SourceConfig {
            name: self.title.clone().or(own).unwrap_or_else(|| feed.to_string()),
            tags,
            weight: 1.0,
            site,
            ..source
        }
    }
}

/// An address as it is compared.
fn same(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(parsed) => parsed.as_str().trim_end_matches('/').to_string(),
        Err(_) => url.to_string(),
    }
}

/// A name that is not taken yet: itself, else with a number.
fn free(name: &str, names: &mut BTreeSet<String>) -> String {
    let mut free = name.to_string();
    let mut number = 2;
    while !names.insert(free.clone()) {
        free = format!("{name} {number}");
        number += 1;
    }
    free
}

/// Adds sources to a configuration's text, which keeps its comments and order; of an empty text, the sources alone.
///
/// # Errors
/// [`Error::Invalid`] where the text is not TOML or has `sources` in another form than `[[sources]]`.
pub fn add_to(text: &str, path: &str, sources: &[SourceConfig]) -> Result<String> {
    let invalid = |reason: String| Error::Invalid {
        subject: path.to_string(),
        reason,
    };
    let mut document: DocumentMut = text.parse().map_err(|e: toml_edit::TomlError| {
        let line = e.span().map_or(0, |span| {
            text.as_bytes().iter().take(span.start).filter(|b| **b == b'\n').count()
        }) + 1;
        invalid(format!("line {line}: {}", e.message().replace('\n', " ")))
    })?;
    if sources.is_empty() {
        return Ok(text.to_string());
    }
    // What stands after the last section stays where it is: before the new ones, where there were none.
    let mut before = String::new();
    if !document.contains_key("sources") {
        before = document.trailing().as_str().unwrap_or_default().to_string();
        document.set_trailing("");
    }
    let tables = document
        .entry("sources")
        .or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let tables = match tables {
        Item::ArrayOfTables(tables) => tables,
        _ => {
            return Err(invalid(
                "`sources` is not written as [[sources]]; write it so, then import".into(),
            ));
        }
    };
    for source in sources {
        let mut table = Table::new();
        table["name"] = value(&source.name);
        for (field, text) in [("feed", &source.feed), ("site", &source.site)] {
            if let Some(text) = text {
                table[field] = value(text);
            }
        }
        if !source.tags.is_empty() {
            table["tags"] = value(toml_edit::Array::from_iter(source.tags.iter()));
        }
        if !(text.is_empty() && tables.is_empty()) {
            table
                .decor_mut()
                .set_prefix(format!("{}\n", std::mem::take(&mut before)));
        }
        tables.push(table);
    }
    Ok(document.to_string())
}

/// Writes the feeds of a configuration as a list, in its order; tags become folders in folders.
///
/// # Errors
/// Where the list cannot be written.
pub fn export(title: &str, sources: &[SourceConfig]) -> Result<String> {
    let failed = |e: std::io::Error| Error::Invalid {
        subject: "OPML".into(),
        reason: e.to_string(),
    };
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let written = (|| {
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        writer
            .create_element("opml")
            .with_attribute(("version", "2.0"))
            .write_inner_content(|w| {
                w.create_element("head").write_inner_content(|w| {
                    w.create_element("title")
                        .write_text_content(BytesText::new(&visible(title)))?;
                    Ok(())
                })?;
                let feeds: Vec<&SourceConfig> = sources.iter().filter(|s| s.feed.is_some()).collect();
                w.create_element("body").write_inner_content(|w| folder(w, &feeds, 0))?;
                Ok(())
            })?;
        Ok(())
    })();
    written.map_err(failed)?;
    let text = String::from_utf8(writer.into_inner()).unwrap_or_default();
    Ok(text + "\n")
}

/// The sources whose tags up to `depth` are those of the folder that is open.
fn folder(writer: &mut Writer<Vec<u8>>, sources: &[&SourceConfig], depth: usize) -> std::io::Result<()> {
    let tag = |s: &SourceConfig| s.tags.get(depth).filter(|_| depth < DEPTH).cloned();
    for group in sources.chunk_by(|a, b| tag(a).is_some() && tag(a) == tag(b)) {
        match tag(group[0]) {
            Some(name) => {
                let name = visible(&name);
                let element = writer.create_element("outline").with_attribute(("text", name.as_str()));
                element.write_inner_content(|w| folder(w, group, depth + 1))?;
            }
            None => {
                let (name, feed) = (visible(&group[0].name), group[0].feed.clone().unwrap_or_default());
                let mut element = writer.create_element("outline").with_attribute(("type", "rss"));
                element = element
                    .with_attribute(("text", name.as_str()))
                    .with_attribute(("xmlUrl", feed.as_str()));
                let site = group[0]
                    .site
                    .as_ref()
                    .filter(|s| s.contains('.') && !s.contains(char::is_whitespace));
                if let Some(site) = site {
                    let home = format!("https://{site}/");
                    element = element.with_attribute(("htmlUrl", home.as_str()));
                }
                element.write_empty()?;
            }
        }
    }
    Ok(())
}

/// A text without what XML cannot hold.
fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use proptest::prelude::*;

    const LIST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Feeds</title></head><body>
  <outline text="News"><outline text="Town &amp; county">
    <outline type="rss" text="Ansel Courier" xmlUrl="https://feeds.courier.example/all.xml" htmlUrl="https://www.courier.example/"/>
    <outline type="rss" text="The Post" xmlUrl="https://post.example/feed"></outline>
  </outline></outline>
  <outline type="rss" text="The Post" xmlUrl="https://post.example/sport"/>
  <outline type="rss" text="Again" xmlUrl="https://post.example/feed/"/>
  <outline type="rss" text="Odd" xmlUrl="ftp://post.example/feed"/>
</body></opml>"#;

    #[test]
    fn folders_become_tags_and_what_is_there_is_left_out() {
        let imported = import(LIST, "feeds.opml", &[]).unwrap();
        let said: Vec<_> = imported
            .sources
            .iter()
            .map(|s| (s.name.as_str(), s.tags.join("/"), s.site.as_deref()))
            .collect();
        assert_eq!(
            said,
            [
                ("Ansel Courier", "News/Town & county".into(), Some("courier.example")),
                ("The Post", "News/Town & county".into(), None),
                ("The Post 2", String::new(), None),
            ]
        );
        assert_eq!(
            imported.left_out,
            [
                "Again: https://post.example/feed/ is there already",
                "Odd: ftp://post.example/feed is no http or https address"
            ]
        );
        let again = import(LIST, "feeds.opml", &imported.sources).unwrap();
        assert!(again.sources.is_empty());
    }

    #[test]
    fn a_list_goes_out_and_comes_back() {
        let sources = import(LIST, "feeds.opml", &[]).unwrap().sources;
        let text = export("The \"Ansel\" <Letter>", &sources).unwrap();
        assert_eq!(import(&text, "out", &[]).unwrap().sources, sources, "{text}");
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_line() {
        assert!(import("", "x", &[]).unwrap_err().to_string().contains("has no feeds"));
        let error = import("<opml>\n<body>\n</opml>", "x.opml", &[])
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("x.opml:3: is not OPML"), "{error}");
        // Entities of a document's own are not read.
        let bomb =
            "<!DOCTYPE opml [<!ENTITY a \"aaaa\">]><opml><outline text=\"&a;\" xmlUrl=\"https://a.example/\"/></opml>";
        assert_eq!(import(bomb, "x", &[]).unwrap().sources[0].name, "a.example");
    }

    #[test]
    fn a_configuration_keeps_its_comments() {
        let text = "# Ours.\n[digest]\ntitle = \"The Ansel Letter\" # as ever\n\n[[sources]] # the first\nname = \"a\"\nfeed = \"https://a.example/feed\"\n\n[rank]\nmax_stories = 3\n";
        let sources = import(LIST, "feeds.opml", &[]).unwrap().sources;
        let out = add_to(text, "broadsheet.toml", &sources).unwrap();
        for kept in ["# Ours.\n", "# as ever", "[[sources]] # the first", "max_stories = 3"] {
            assert!(out.contains(kept), "{out}");
        }
        let config = Config::from_toml(&out, "x").unwrap();
        assert_eq!(config.sources[1..], sources);
        assert_eq!(config.rank.max_stories, 3);
        let alone = Config::from_toml(&add_to("", "x", &sources).unwrap(), "x").unwrap();
        assert_eq!(alone.sources, sources);
        assert!(
            add_to("sources = []\n", "x", &sources)
                .unwrap_err()
                .to_string()
                .contains("[[sources]]")
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(<|>|/|\"|=|&|outline|xmlUrl|text|opml|https://a.example/| |\n|\\PC){0,40}") {
            let _ = import(&text, "x", &[]);
        }

        #[test]
        fn any_name_comes_back(name in "[^\\p{C}\\s][^\\p{C}\\s]{0,8}", tag in "[^\\p{C}\\s]{1,8}") {
            let source = SourceConfig { name, tags: vec![tag], weight: 1.0, feed: Some("https://a.example/feed".into()), ..SourceConfig::default() };
            let text = export("x", std::slice::from_ref(&source)).unwrap();
            prop_assert_eq!(import(&text, "x", &[]).unwrap().sources, vec![source]);
        }
    }
}
