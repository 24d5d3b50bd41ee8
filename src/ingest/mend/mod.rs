//! XML as feeds really are: bounded before it is parsed, and mended where it cannot be.
//!
//! Document type declarations never reach the parser, so no entity is ever expanded and none is ever fetched; elements may only
//! be so deep. What is not well-formed (a feed cut off, a bare `&`, end tags that are missing or crossed, prefixes that are not
//! declared, a version that no parser knows) is written again so that whole entries can be read.

mod pieces;
mod writer;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use pieces::{Piece, Pieces};
use writer::Writer;

/// The deepest that elements may lie in each other. Feeds need about ten levels, pages inside of them some dozens.
pub(super) const DEEPEST: usize = 250;

/// XML that is safe to parse.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bounded<'a> {
    pub xml: Cow<'a, str>,
    /// Prefixes are used that are not declared, which a parser may take for no prefix at all.
    pub undeclared: bool,
    /// Elements lie too deep in each other, or so many are never closed: it may only be parsed when it is mended.
    pub deep: bool,
}

/// Makes XML safe to parse: without document types and processing instructions, and within the bound of depth unless it says `deep`.
pub(super) fn bounded(xml: &str) -> Bounded<'_> {
    let (mut depth, mut deepest, mut any_left_out) = (0_usize, 0, false);
    let (mut used, mut declared) = (BTreeSet::new(), String::new());
    let mut pieces = Pieces::new(xml);
    let mut without = String::new();
    let mut kept = 0;
    loop {
        let at = xml.len() - pieces.rest.len();
        match pieces.next() {
            None => break,
            Some(Piece::Start(name, attributes, closed)) => {
                depth += usize::from(!closed);
                used.extend(name.split_once(':').map(|(prefix, _)| prefix));
                if attributes.contains("xmlns:") {
                    declared.push_str(attributes);
                }
            }
            Some(Piece::End(_)) => depth = depth.saturating_sub(1),
            // What says an encoding is wrong by now, and quick-xml panics where it says so late.
            Some(Piece::DocType | Piece::Instruction) => {
                any_left_out = true;
                without.push_str(&xml[kept..at]);
                // So that what stands on either side does not become markup together.
                without.push(' ');
                kept = xml.len() - pieces.rest.len();
            }
            Some(_) => {}
        }
        deepest = deepest.max(depth);
    }
    let undeclared = used
        .iter()
        .any(|prefix| *prefix != "xml" && !declared.contains(&format!("xmlns:{prefix}")));
    let xml = if any_left_out {
        without.push_str(&xml[kept..]);
        Cow::Owned(without)
    } else {
        Cow::Borrowed(xml)
    };
    Bounded {
        xml,
        undeclared,
        deep: deepest > DEEPEST,
    }
}

/// Whether the elements of a piece of HTML lie deeper in each other than [`DEEPEST`].
pub(super) fn is_deep(html: &str) -> bool {
    // Without an end of their own, or often without one.
    const OPEN: [&str; 16] = [
        "area", "base", "br", "col", "dd", "dt", "hr", "img", "input", "li", "link", "meta", "option", "p", "source",
        "wbr",
    ];
    let is_open = |name: &str| OPEN.iter().any(|open| open.eq_ignore_ascii_case(name));
    let mut depth = 0_usize;
    Pieces::new(html).any(|piece| {
        match piece {
            Piece::Start(name, _, false) if !is_open(name) => depth += 1,
            Piece::End(name) if !is_open(name) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEEPEST
    })
}

/// Where the root element of a feed starts, whatever stands before it.
pub(super) fn root(text: &str) -> Option<usize> {
    static ROOT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)<(?:rss|feed|rdf:rdf)(?:\s[^<>]*(?:version|xmlns)|>)").expect("a valid pattern")
    });
    ROOT.find(text).map(|found| found.start())
}

/// A feed that was written again.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mended {
    pub xml: String,
    /// The feed was cut off in the middle of an entry, which is left out.
    pub cut: bool,
    /// Elements lie too deep in each other; what comes after is left out.
    pub deep: bool,
}

/// Writes XML again as well-formed XML with the whole entries that are in it.
pub(super) fn mended(xml: &str) -> Mended {
    let mut writer = Writer::default();
    let mut pieces = Pieces::new(&xml[root(xml).unwrap_or(0)..]);
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Text(text) => writer.text(text),
            Piece::CData(text) if !pieces.cut => writer.escaped(text),
            Piece::Start(name, attributes, closed) if !writer.start(name, attributes, closed) => {
                return Mended {
                    deep: true,
                    ..writer.finish()
                };
            }
            Piece::End(name) => writer.end(name),
            _ => {}
        }
    }
    writer.finish()
}

/// A JSON Feed whose ids are strings and whose empty fields are absent. None where it is no JSON.
pub(super) fn mended_json(text: &str) -> Option<String> {
    use serde_json::Value;
    let mut feed: Value = serde_json::from_str(text).ok()?;
    let items = feed.get_mut("items")?.as_array_mut()?;
    items.retain(Value::is_object);
    for item in items.iter_mut().filter_map(Value::as_object_mut) {
        item.retain(|_, value| !value.is_null());
        if let Some(id @ Value::Number(_)) = item.get_mut("id") {
            *id = Value::String(id.to_string());
        }
    }
    feed.as_object_mut()?.retain(|_, value| !value.is_null());
    Some(feed.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn depth_is_bounded_and_document_types_are_left_out() {
        let deep = |n: usize| format!("<rss>{}{}</rss>", "<a>".repeat(n), "</a>".repeat(n));
        assert!(matches!(bounded(&deep(DEEPEST - 1)).xml, Cow::Borrowed(_)));
        assert!(bounded(&deep(DEEPEST)).deep && mended(&deep(DEEPEST)).deep && !mended(&deep(DEEPEST - 1)).deep);
        assert!(
            !mended(&format!(
                "<rss>{}</rss>",
                "<item><title>a<br>b</title><link>x</item>".repeat(1000)
            ))
            .deep
        );
        assert!(!bounded("<a><![CDATA[<b><b>]]><!-- <p:c> --><d/><e x='>'></e></a>").undeclared);
        assert!(bounded("<a><media:title/></a>").undeclared);
        assert!(!bounded("<a xmlns:media='x'><media:title/></a>").undeclared);
        let laughs = "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a \"x\"><!ENTITY b \"&a;&a;\">\n]><rss>&b;</rss>";
        assert_eq!(bounded(laughs).xml, "  <rss>&b;</rss>");
        assert_eq!(
            bounded("<!DOCTYPE rss SYSTEM \"file:///etc/passwd\"><rss/>").xml,
            " <rss/>"
        );
    }

    #[test]
    fn deep_html_is_told() {
        assert!(is_deep(&"<div>".repeat(1000)) && is_deep(&"<b>x".repeat(300)));
        assert!(
            !is_deep(&"<p>x<br><li>y".repeat(1000)) && !is_deep(&"<div><b>x</b></div>".repeat(1000)) && !is_deep("<b")
        );
    }

    #[test]
    fn broken_xml_is_written_again() {
        for (broken, whole) in [
            (
                "<rss><channel><title>A & B</link><x/></channel></rss>",
                "<rss version=\"2.0\"><channel><title>A &amp; B</title><x/></channel></rss>",
            ),
            (
                "<rss version='2.0'><channel></channel><item>1</item></rss>",
                "<rss version=\"2.0\"><channel><item>1</item></channel></rss>",
            ),
            (
                "<rss version='0.93'>&nbsp;&#65;&#0;</rss>",
                "<rss version=\"2.0\">&nbsp;&#65;&amp;#0;</rss>",
            ),
            (
                "<a><b x=1 x='2' y='a & b <c>' z></a>",
                "<a><b x=\"1\" y=\"a &amp; b &lt;c>\" z=\"\"></b></a>",
            ),
            ("<a><b><c></b></c></a>rest<x/>", "<a><b><c></c></b></a>"),
            ("<a>1 < 2<b>", "<a>1 &lt; 2<b></b></a>"),
            (
                "<a><media:x/></a>",
                "<a xmlns:media=\"http://search.yahoo.com/mrss/\"><media:x/></a>",
            ),
            (
                "<a xmlns:p='u'><p:x q:y='1'/></a>",
                "<a xmlns:p=\"u\" xmlns:q=\"urn:undeclared:q\"><p:x q:y=\"1\"/></a>",
            ),
            ("<a><item>1</item><item><link>x</link><tit", "<a><item>1</item></a>"),
            ("<a><item>1<item>2</item></a>", "<a><item>1</item><item>2</item></a>"),
            (
                "<a><title>1<br>2 <b>3</b></title></a>",
                "<a><title>1&lt;br&gt;2 &lt;b&gt;3&lt;/b&gt;</title></a>",
            ),
            (
                "<a><item><title>never ended<link>x</link></item></a>",
                "<a><item><title>never ended</title><link>x</link></item></a>",
            ),
            ("<a><![CDATA[1 < 2]]>\u{1}</a>", "<a>1 &lt; 2</a>"),
            ("", ""),
        ] {
            assert_eq!(mended(broken).xml, whole, "{broken}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken_and_ends_well_formed(text in "(<(/?(item|title|rss|a:b|b)|!\\[CDATA\\[|!--|\\?|!DOCTYPE)| x=['\"]?y?['\"]?|/?>|\\]\\]>|-->|&(amp|x)?;?|[ a-zé<>&\\[\\]\"']){0,40}") {
            let _ = (bounded(&text), mended(&text), mended_json(&text));
            let once = mended(&format!("<rss>{text}")).xml;
            prop_assert_eq!(mended(&once).xml, once.clone(), "mending again changes nothing");
        }
    }
}
