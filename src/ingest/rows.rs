//! JSON and JSON Lines: `{id?, title?, html or text, url?, published?, site_name?, docs?, sentences?}`.

use std::io::{BufRead, Read};

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;

use super::human_size;
use super::part::{Item, Part};
use crate::document::{MediaType, RawDocument};
use crate::error::Warning;

/// An id as a string or a number.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Id {
    Text(String),
    Number(serde_json::Number),
}

/// A line, and a document of its `docs`. A field that is `null` is absent; unknown fields are ignored.
#[derive(Deserialize)]
struct Row {
    id: Option<Id>,
    title: Option<String>,
    html: Option<String>,
    text: Option<String>,
    url: Option<String>,
    published: Option<String>,
    site_name: Option<String>,
    docs: Option<Vec<Row>>,
    sentences: Option<Vec<String>>,
}

/// Reads JSON Lines. A line that is no row is a warning (`subject:LINE`), and the rest goes on.
pub(super) fn read_lines(input: impl BufRead, subject: &str, max_bytes: usize, part: &mut Part) {
    let Part { items, warnings, .. } = part;
    each_line(
        input,
        subject,
        max_bytes,
        warnings,
        |here, bytes, warnings| match serde_json::from_slice::<Row>(bytes) {
            Ok(row) => {
                let mut one = Part::default();
                row.into_items(here, here, &mut one);
                items.append(&mut one.items);
                warnings.append(&mut one.warnings);
            }
            Err(error) => warnings.push(Warning::lost(here, unreadable(&error))),
        },
    );
}

/// Calls `read` with the name (`subject:LINE`) and the bytes of every line that is not blank. What cannot be read is a warning.
pub(super) fn each_line(
    mut input: impl BufRead,
    subject: &str,
    max_bytes: usize,
    warnings: &mut Vec<Warning>,
    mut read: impl FnMut(&str, &[u8], &mut Vec<Warning>),
) {
    let mut line = vec![];
    for number in 1.. {
        let here = format!("{subject}:{number}");
        line.clear();
        let limit = max_bytes as u64 + 1;
        let length = match input.by_ref().take(limit).read_until(b'\n', &mut line) {
            Ok(length) => length,
            Err(error) => {
                warnings.push(Warning::lost(here, format!("cannot be read from here on: {error}")));
                return;
            }
        };
        if length == 0 {
            break;
        }
        if line.len() > max_bytes && line.last() != Some(&b'\n') {
            let message = format!("a line of more than {}, the limit (max_bytes)", human_size(max_bytes));
            warnings.push(Warning::lost(here, message));
            if let Err(error) = skip_line(&mut input) {
                warnings.push(Warning::lost(subject, format!("cannot be read any further: {error}")));
                return;
            }
            continue;
        }
        let bytes = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line).trim_ascii();
        if !bytes.is_empty() {
            read(&here, bytes, warnings);
        }
    }
}

/// Reads one object or an array of objects.
pub(super) fn read_value(text: &str, subject: &str, part: &mut Part) {
    // A file of JSON lines that is named .json.
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err()
        && text
            .lines()
            .next()
            .is_some_and(|line| serde_json::from_str::<Row>(line).is_ok())
    {
        return read_lines(text.as_bytes(), subject, usize::MAX - 1, part);
    }
    if text.trim_start().starts_with('[') {
        match serde_json::from_str::<Vec<serde_json::Value>>(text) {
            Ok(values) => {
                for (n, value) in values.into_iter().enumerate() {
                    let here = format!("{subject}:{}", n + 1);
                    match serde_json::from_value::<Row>(value) {
                        Ok(row) => row.into_items(&here, &here, part),
                        Err(error) => part.warnings.push(Warning::lost(here, unreadable(&error))),
                    }
                }
            }
            Err(error) => part.warnings.push(Warning::lost(subject, unreadable(&error))),
        }
        return;
    }
    match serde_json::from_str::<Row>(text) {
        Ok(row) => row.into_items(subject, subject, part),
        Err(error) => part.warnings.push(Warning::lost(subject, unreadable(&error))),
    }
}

fn unreadable(error: &serde_json::Error) -> String {
    format!("cannot be read as a JSON object of an article: {error}")
}

/// Reads past the end of the line without keeping it.
fn skip_line(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        let (used, done) = memchr::memchr(b'\n', buffer).map_or((buffer.len(), false), |n| (n + 1, true));
        input.consume(used);
        if done {
            return Ok(());
        }
    }
}

impl Row {
    /// Makes documents of a row. `id` names it where it has none of its own.
    fn into_items(mut self, subject: &str, id: &str, part: &mut Part) {
        let id = match self.id.take() {
            Some(Id::Text(own)) if !own.trim().is_empty() => own,
            Some(Id::Number(number)) => number.to_string(),
            _ => id.to_string(),
        };
        let Some(docs) = self.docs.take().filter(|docs| !docs.is_empty()) else {
            if let Some(document) = self.into_document(subject, id, None, part) {
                part.items.push(Item::Ready(document));
            }
            return;
        };
        for (n, mut doc) in docs.into_iter().enumerate() {
            let own = match doc.id.take() {
                Some(Id::Text(own)) if !own.trim().is_empty() => own,
                Some(Id::Number(number)) => number.to_string(),
                _ => format!("{id}/{n}"),
            };
            doc.published = doc.published.or_else(|| self.published.clone());
            if let Some(document) = doc.into_document(subject, own, Some(&id), part) {
                part.items.push(Item::Ready(document));
            }
        }
    }

    fn into_document(self, subject: &str, id: String, story: Option<&str>, part: &mut Part) -> Option<RawDocument> {
        let given = |field: Option<String>| field.filter(|value| !value.trim().is_empty());
        let mut sentences = None;
        let (media_type, body) = match (given(self.html), given(self.text), self.sentences) {
            (Some(html), _, _) => (MediaType::Html, html),
            (None, Some(text), _) => (MediaType::Text, text),
            (None, None, Some(list)) if list.iter().any(|sentence| !sentence.trim().is_empty()) => {
                let mut body = String::new();
                let mut spans = vec![];
                for sentence in &list {
                    if !spans.is_empty() {
                        body.push(' ');
                    }
                    spans.push(body.len()..body.len() + sentence.len());
                    body.push_str(sentence);
                }
                sentences = Some(spans);
                (MediaType::Text, body)
            }
            _ => {
                let of = if story.is_some() {
                    format!(" (in docs: {id})")
                } else {
                    String::new()
                };
                part.warnings
                    .push(Warning::lost(subject, format!("neither `html` nor `text` in it{of}")));
                return None;
            }
        };
        let published = given(self.published).and_then(|raw| {
            let found = timestamp(&raw);
            if found.is_none() {
                let message =
                    format!("`published` cannot be read: {raw:?}; write it like 2026-03-14T08:00:00Z or 2026-03-14");
                part.warnings.push(Warning::note(subject, message));
            }
            found
        });
        Some(RawDocument {
            id,
            url: given(self.url),
            title: given(self.title),
            published,
            site_name: given(self.site_name),
            source: None,
            story: story.map(str::to_string),
            media_type,
            body: body.into_bytes(),
            sentences,
        })
    }
}

/// RFC 3339, RFC 2822, or a date, which is midnight UTC.
fn timestamp(raw: &str) -> Option<Timestamp> {
    let raw = raw.trim();
    (raw.parse().ok())
        .or_else(|| jiff::fmt::rfc2822::parse(raw).ok().map(|at| at.timestamp()))
        .or_else(|| {
            TimeZone::UTC
                .to_timestamp(raw.parse::<Date>().ok()?.at(0, 0, 0, 0))
                .ok()
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(text: &str) -> (Vec<RawDocument>, Vec<Warning>) {
        let mut part = Part::default();
        read_lines(text.as_bytes(), "in.jsonl", 1000, &mut part);
        let documents = part.items.into_iter().map(|item| match item {
            Item::Ready(document) => document,
            Item::Page { .. } => unreachable!("rows are never pages to be fetched"),
        });
        (documents.collect(), part.warnings)
    }

    #[test]
    fn fields_are_read_and_text_is_not_altered() {
        let (documents, warnings) = lines(
            "{\"id\": 7, \"text\": \" a\\r\\n b \", \"published\": \"2026-03-14\", \"url\": null, \"more\": [1]}\n\n\
             {\"html\": \"<p>x\", \"text\": \"y\", \"published\": \"Sat, 14 Mar 2026 08:00:00 +0100\"}",
        );
        assert_eq!(warnings, []);
        assert_eq!(
            (documents[0].id.as_str(), documents[0].body.as_slice()),
            ("7", b" a\r\n b ".as_slice())
        );
        assert_eq!(documents[0].published.unwrap().to_string(), "2026-03-14T00:00:00Z");
        assert_eq!(
            (documents[1].id.as_str(), documents[1].media_type),
            ("in.jsonl:3", MediaType::Html)
        );
        assert_eq!(documents[1].published.unwrap().to_string(), "2026-03-14T07:00:00Z");
    }

    #[test]
    fn a_bad_line_costs_only_itself() {
        let long = "x".repeat(2000);
        let (documents, warnings) = lines(&format!(
            "{{\"id\": 1, \"text\": \"a\"\n{{\"id\": 2}}\n{long}\n{{\"id\": 3, \"text\": 5}}\n{{\"id\": 4, \"text\": \"d\", \
             \"published\": \"soon\"}}\n\"no object\""
        ));
        assert_eq!(documents.iter().map(|d| d.id.as_str()).collect::<Vec<_>>(), ["4"]);
        let found: Vec<_> = warnings.iter().map(|w| (w.subject.as_str(), w.lost)).collect();
        let expected = [
            ("1", true),
            ("2", true),
            ("3", true),
            ("4", true),
            ("5", false),
            ("6", true),
        ];
        assert_eq!(
            found,
            expected.map(|(n, lost)| (
                [
                    "in.jsonl:1",
                    "in.jsonl:2",
                    "in.jsonl:3",
                    "in.jsonl:4",
                    "in.jsonl:5",
                    "in.jsonl:6"
                ][n.parse::<usize>().unwrap() - 1],
                lost
            ))
        );
    }

    #[test]
    fn docs_are_documents_of_one_story() {
        let (documents, _) =
            lines(r#"{"id": "s", "docs": [{"text": "a"}, {"id": 5, "text": "b", "title": "B"}, {"title": "c"}]}"#);
        let found: Vec<_> = documents.iter().map(|d| (d.id.as_str(), d.story.as_deref())).collect();
        assert_eq!(found, [("s/0", Some("s")), ("5", Some("s"))]);
    }

    #[test]
    fn sentences_keep_their_places() {
        let (documents, _) = lines(r#"{"id": "s", "sentences": ["Zoë ran.", "", "He hid."]}"#);
        let body = std::str::from_utf8(&documents[0].body).unwrap();
        assert_eq!(body, "Zoë ran.  He hid.");
        let cut: Vec<_> = documents[0]
            .sentences
            .as_ref()
            .unwrap()
            .iter()
            .map(|s| &body[s.clone()])
            .collect();
        assert_eq!(cut, ["Zoë ran.", "", "He hid."]);
    }

    #[test]
    fn a_json_file_is_an_object_an_array_or_lines() {
        let ids = |text: &str| {
            let mut part = Part::default();
            read_value(text, "f.json", &mut part);
            let items: Vec<_> = part.items.iter().map(|item| item.document().id.clone()).collect();
            (items, part.warnings.len())
        };
        assert_eq!(ids("{\n\"text\": \"a\"}"), (vec!["f.json".into()], 0));
        assert_eq!(
            ids(r#"[{"text": "a"}, 5, {"id": "b", "text": "a"}]"#),
            (vec!["f.json:1".into(), "b".into()], 1)
        );
        assert_eq!(
            ids("{\"text\": \"a\"}\n{\"text\": \"b\"}"),
            (vec!["f.json:1".into(), "f.json:2".into()], 0)
        );
        assert_eq!(ids("{\"text\": "), (vec![], 1));
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "[{}\\[\\]\":,a-z0-9\n]{0,80}") {
            let mut part = Part::default();
            read_lines(bytes.as_slice(), "x", 50, &mut part);
            read_value(&text, "x", &mut part);
        }
    }
}
