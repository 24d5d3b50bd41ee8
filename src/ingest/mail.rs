//! Mail: messages (.eml), mailboxes (mbox) and newsletters in them. A message is a document; where it has HTML, a page.

use std::io::{BufRead, Read};

use jiff::Timestamp;
use mail_parser::mailbox::mbox::MessageIterator;
use mail_parser::{Message, MessageParser};

use super::part::{Item, Part, document};
use super::{Options, fetch, files, human_size};
use crate::document::{MediaType, RawDocument};
use crate::error::Warning;

/// Reads a message, or all messages of a mailbox: a text whose first line starts with `From ` (RFC 4155).
pub(super) fn read(mut input: impl BufRead, id: &str, options: &Options, part: &mut Part) {
    let start = match input.fill_buf() {
        Ok(start) => start,
        Err(error) => return part.warnings.push(Warning::lost(id, files::reason(&error))),
    };
    if !start.starts_with(b"From ") {
        let mut bytes = Vec::new();
        if let Err(error) = input.take(options.max_bytes as u64 + 1).read_to_end(&mut bytes) {
            return part.warnings.push(Warning::lost(id, files::reason(&error)));
        }
        return add(&bytes, id, options, part);
    }
    for (n, message) in MessageIterator::new(input).enumerate() {
        let here = format!("{id}:{}", n + 1);
        match message {
            Ok(message) => add(message.contents(), &here, options, part),
            Err(error) => return part.warnings.push(Warning::lost(here, files::reason(&error))),
        }
    }
}

fn add(bytes: &[u8], here: &str, options: &Options, part: &mut Part) {
    if bytes.len() > options.max_bytes {
        let limit = human_size(options.max_bytes);
        let message = format!("a message of more than {limit}, the limit (max_bytes)");
        return part.warnings.push(Warning::lost(here, message));
    }
    // Header lines are what makes a text a message; without any, this is something else.
    let message = MessageParser::default().parse(bytes).filter(|message| {
        message.subject().is_some()
            || message.from().is_some()
            || message.date().is_some()
            || message.message_id().is_some()
    });
    let Some(message) = message else {
        return part
            .warnings
            .push(Warning::lost(here, "is no mail message that can be read"));
    };
    match from_message(&message, here) {
        Some(document) => part.items.push(Item::Ready(document)),
        None => part.warnings.push(Warning::lost(here, "a message without text")),
    }
}

fn from_message(message: &Message, here: &str) -> Option<RawDocument> {
    let is_blank = |text: &str| {
        text.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}')
            .is_empty()
    };
    let html = message.html_bodies().find(|body| body.is_text_html());
    let html = html
        .and_then(|body| body.text_contents())
        .filter(|html| !is_blank(html));
    let (media_type, body) = match html {
        Some(html) => (MediaType::Html, html.to_string()),
        None => {
            let texts = (0..message.text_body_count()).filter_map(|n| message.body_text(n));
            let text = texts.collect::<Vec<_>>().join("\n\n");
            (MediaType::Text, text)
        }
    };
    if is_blank(&body) {
        return None;
    }
    let line = |text: &str| Some(text.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty());
    // Where the same text can be read on the web (RFC 5064).
    let archived = message
        .header_raw("Archived-At")
        .map(|raw| raw.trim().trim_matches(['<', '>']).trim().to_string());
    let id = message
        .message_id()
        .map_or_else(|| here.to_string(), |id| id.trim().to_string());
    let mut document = document(
        &id,
        archived.as_deref().filter(|url| fetch::is_url(url)),
        media_type,
        body,
    );
    if document.id.is_empty() {
        document.id = here.to_string();
    }
    document.title = message.subject().and_then(line);
    document.site_name = message
        .from()
        .and_then(|from| from.first())
        .and_then(|from| from.name().and_then(line).or_else(|| from.address().and_then(line)));
    document.published = message
        .date()
        .filter(|date| date.is_valid())
        .and_then(|date| Timestamp::from_second(date.to_timestamp()).ok());
    Some(document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mail(text: &[u8]) -> (Vec<RawDocument>, Vec<Warning>) {
        let mut part = Part::default();
        read(
            text,
            "m.eml",
            &Options {
                max_bytes: 20_000,
                ..Options::default()
            },
            &mut part,
        );
        (
            part.items.iter().map(|item| item.document().clone()).collect(),
            part.warnings,
        )
    }

    const LETTER: &str = "From: =?utf-8?q?The_Harbour_Gaz=C3=A9tte?= <desk@gazette.example>\r\nTo: you@example.org\r\n\
        Subject: =?iso-8859-1?Q?Caf=E9?= news\r\nDate: Sat, 14 Mar 2026 09:00:00 +0100\r\nMessage-ID: <a1@gazette.example>\r\n\
        Archived-At: <https://gazette.example/letters/1>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative; boundary=\"B\"\r\n\r\n--B\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nPlain words.\r\n\
        --B\r\nContent-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        <p>The caf=E9 opens =\r\nagain.</p>\r\n--B--\r\n";

    #[test]
    fn a_newsletter_is_a_page_with_what_its_head_says() {
        let (documents, warnings) = mail(LETTER.as_bytes());
        let [letter] = documents.as_slice() else {
            panic!("{documents:?} {warnings:?}")
        };
        assert_eq!(warnings, []);
        assert_eq!(letter.id, "a1@gazette.example");
        assert_eq!(letter.title.as_deref(), Some("Café news"));
        assert_eq!(letter.site_name.as_deref(), Some("The Harbour Gazétte"));
        assert_eq!(letter.url.as_deref(), Some("https://gazette.example/letters/1"));
        assert_eq!(letter.published.unwrap().to_string(), "2026-03-14T08:00:00Z");
        assert_eq!(letter.media_type, MediaType::Html);
        assert_eq!(
            String::from_utf8_lossy(&letter.body).trim(),
            "<p>The café opens again.</p>"
        );
    }

    #[test]
    fn a_mailbox_holds_messages() {
        let plain = "From: a@b.example\nSubject: One\n\nFirst words.\n>From here on quoted.\n";
        let mbox = format!(
            "From a@b.example Sat Mar 14 08:00:00 2026\n{plain}\nFrom x Sat Mar 14 09:00:00 2026\n{}\nFrom y Sat Mar 14 09:00:00 2026\n\n\n",
            LETTER.replace("\r\n", "\n")
        );
        let (documents, warnings) = mail(mbox.as_bytes());
        let ids: Vec<_> = documents.iter().map(|d| (d.id.as_str(), d.media_type)).collect();
        assert_eq!(
            ids,
            [("m.eml:1", MediaType::Text), ("a1@gazette.example", MediaType::Html)]
        );
        assert!(String::from_utf8_lossy(&documents[0].body).contains("\nFrom here on"));
        assert_eq!(documents[0].site_name.as_deref(), Some("a@b.example"));
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].subject == "m.eml:3" && warnings[0].lost);
    }

    #[test]
    fn what_is_no_message_is_named() {
        for (text, words) in [
            ("Just words, no head.\n", "no mail message"),
            ("", "no mail message"),
            ("Subject: nothing in it\n\n  \n", "without text"),
        ] {
            let (documents, warnings) = mail(text.as_bytes());
            assert!(
                documents.is_empty() && warnings[0].message.contains(words),
                "{text:?} {documents:?} {warnings:?}"
            );
        }
        let long = format!("Subject: x\n\n{}", "y".repeat(30_000));
        assert!(mail(long.as_bytes()).1[0].message.contains("more than 20 kB"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..300), cut in 0..900usize, at in 0..900usize, byte: u8) {
            mail(&bytes);
            let mut letter = LETTER.as_bytes().to_vec();
            let at = at % letter.len();
            letter[at] = byte;
            letter.truncate(cut);
            mail(&letter);
            mail(&[b"From x\n".as_slice(), &letter].concat());
        }
    }
}
