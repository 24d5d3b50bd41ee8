//! A letter as a message (RFC 5322, MIME): headers, text and HTML. The same letter to the same reader is the same bytes.

use std::fmt::Write;
use std::time::{Duration, UNIX_EPOCH};

use jiff::Timestamp;
use lettre::Message;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{MultiPart, SinglePart};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::email::Letter;
use super::escape::{clean, cut};
use super::mailbox::Mailbox;
use crate::error::{Error, Result};

/// Characters of a subject: programs show some 60, and a header is no place for more.
const SUBJECT: usize = 200;
/// The longest address in a header: a line may have 998 characters (RFC 5322, 2.1.1), of which some are its name's.
const LONGEST_URL: usize = 900;

/// What a message says of itself.
#[derive(Debug, Clone, Default)]
pub struct Headers<'a> {
    /// Who sends it; without one, nobody does: `digest@localhost`.
    pub from: Option<&'a str>,
    /// Who gets it; without one, it names nobody.
    pub to: Option<&'a Mailbox>,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<&'a str>,
    /// What the list is called (RFC 2919); without one, made from `name` and the sender's domain.
    pub list_id: Option<&'a str>,
    /// Where the reader unsubscribes: `mailto:` and `https://` addresses with `{recipient}` for his own.
    pub unsubscribe: &'a [String],
    /// Where the digest can be read.
    pub archive: Option<&'a str>,
    /// When it was sent; for a message that is the same whenever it is made, a time of the digest's.
    pub date: Timestamp,
    /// The digest's name, which tells it from the sender's others.
    pub name: &'a str,
    /// The digest's edition: `2026-03-14`, `2026-03-14-2`.
    pub edition: &'a str,
}

/// The message: `multipart/alternative`, lines parted by CR LF.
///
/// # Errors
/// [`Error::Invalid`] where an address among the headers cannot be used.
pub fn eml(letter: &Letter, headers: &Headers<'_>) -> Result<Vec<u8>> {
    let from = mailbox("mail.from", headers.from.unwrap_or("digest@localhost"))?;
    let domain = from.domain().trim_matches(['[', ']']).to_string();
    let hash = hash(letter, headers);
    let id = format!(
        "<{}.{}.{}@{domain}>",
        word(headers.name),
        word(headers.edition),
        &hash[..16]
    );
    let list = match headers.list_id {
        Some(id) => list_id(id)?,
        None => format!("<{}.{domain}>", word(headers.name)),
    };
    let from = Mailbox {
        name: from
            .name
            .or_else(|| Some(letter.title.clone()).filter(|title| !title.is_empty())),
        ..from
    };
    let from = from.lettre().map_err(invalid("mail.from"))?;
    // What is not sent has no envelope; the builder wants one.
    let envelope = Envelope::new(Some(from.email.clone()), vec![from.email.clone()]);
    let mut message = Message::builder()
        .envelope(envelope.map_err(|e| invalid("mail.from")(e.to_string()))?)
        .from(from);
    if let Some(to) = headers.to {
        message = message.to(to.lettre().map_err(invalid("recipient"))?);
    }
    if let Some(reply_to) = headers.reply_to {
        let reply_to = mailbox("mail.reply_to", reply_to)?;
        message = message.reply_to(reply_to.lettre().map_err(invalid("mail.reply_to"))?);
    }
    message = message
        .subject(cut(clean(&letter.subject), SUBJECT))
        .date(UNIX_EPOCH + since_1970(headers.date))
        .message_id(Some(id))
        .raw_header(plain("List-Id", list));
    let reader = headers.to.map(|to| to.address.as_str());
    let stops = unsubscribe(headers.unsubscribe, reader)?;
    if !stops.is_empty() {
        message = message.raw_header(plain("List-Unsubscribe", bracketed(&stops)));
        if stops.iter().any(|stop| stop.scheme() == "https") {
            message = message.raw_header(plain("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_string()));
        }
    }
    if let Some(archive) = headers.archive {
        message = message.raw_header(plain("List-Archive", bracketed(&[archive_url(archive)?])));
    }
    let reader = reader.map_or_else(|| "%7Brecipient%7D".to_string(), percent_encoded);
    let parts = MultiPart::alternative()
        .boundary(format!("broadsheet-{}", &hash[..32]))
        .singlepart(SinglePart::plain(letter.text.replace(&letter.token, &reader)))
        .singlepart(SinglePart::html(letter.html.replace(&letter.token, &reader)));
    // RFC 3834: no answering machine need answer.
    let message = message
        .raw_header(plain("Auto-Submitted", "auto-generated".to_string()))
        .multipart(parts);
    Ok(message.map_err(|e| invalid("message")(e.to_string()))?.formatted())
}

/// The address at which a reader unsubscribes, for the letter itself: the first that a browser opens, else the first.
///
/// # Errors
/// [`Error::Invalid`] where one is neither `https:` nor `mailto:`.
pub fn unsubscribe_link(addresses: &[String]) -> Result<Option<String>> {
    unsubscribe(addresses, None)?;
    let web = addresses
        .iter()
        .find(|address| address.trim_start().starts_with("https:"));
    Ok(web.or(addresses.first()).map(|address| address.trim().to_string()))
}

/// Whether a digest can be read at this address, checked.
///
/// # Errors
/// [`Error::Invalid`] where it is neither `https:` nor `http:`.
pub fn archive_url(address: &str) -> Result<Url> {
    let invalid = invalid("mail.archive");
    match Url::parse(address.trim()) {
        Ok(url) if !matches!(url.scheme(), "https" | "http") => {
            Err(invalid(format!("{address:?} is no https address")))
        }
        Ok(url) if url.as_str().len() > LONGEST_URL => Err(invalid(format!("is longer than {LONGEST_URL} characters"))),
        Ok(url) => Ok(url),
        Err(e) => Err(invalid(format!("{address:?}: {e}"))),
    }
}

fn unsubscribe(addresses: &[String], reader: Option<&str>) -> Result<Vec<Url>> {
    let invalid = invalid("mail.unsubscribe");
    let reader = reader.map_or_else(|| "%7Brecipient%7D".to_string(), percent_encoded);
    let url = |address: &String| match Url::parse(&address.trim().replace("{recipient}", &reader)) {
        Ok(url) if !matches!(url.scheme(), "https" | "mailto") => {
            Err(invalid(format!("{address:?} is neither an https nor a mailto address")))
        }
        Ok(url) if url.as_str().len() > LONGEST_URL => Err(invalid(format!("is longer than {LONGEST_URL} characters"))),
        Ok(url) => Ok(url),
        Err(e) => Err(invalid(format!("{address:?}: {e}"))),
    };
    addresses.iter().map(url).collect()
}

/// Addresses as RFC 2369 wants them, each on a line of its own. `<` and `>` cannot stand in them: they are percent-encoded.
fn bracketed(urls: &[Url]) -> String {
    let encoded = |url: &Url| url.as_str().replace('<', "%3C").replace('>', "%3E").replace(' ', "%20");
    let all: Vec<String> = urls.iter().map(|url| format!("<{}>", encoded(url))).collect();
    all.join(",\r\n ")
}

/// A header whose value is ASCII by its making.
fn plain(name: &'static str, value: String) -> HeaderValue {
    let raw = value.replace("\r\n", "");
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), raw, value)
}

fn mailbox(field: &str, text: &str) -> Result<Mailbox> {
    text.parse().map_err(invalid(field))
}

fn list_id(id: &str) -> Result<String> {
    let bare = id.trim().trim_start_matches('<').trim_end_matches('>');
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if bare.is_empty() || bare.len() > 255 || !bare.chars().all(allowed) {
        return Err(invalid("mail.list_id")(format!(
            "{id:?} is no list's name; letters, digits, dots and hyphens are, as in morning.example.org"
        )));
    }
    Ok(format!("<{bare}>"))
}

/// Letters, digits and hyphens of a name, for an identifier.
fn word(name: &str) -> String {
    let mut word = String::new();
    for c in name.chars().map(|c| c.to_ascii_lowercase()) {
        if c.is_ascii_alphanumeric() {
            word.push(c);
        } else if !word.is_empty() && !word.ends_with('-') {
            word.push('-');
        }
    }
    word.truncate(40);
    let word = word.trim_end_matches('-');
    if word.is_empty() {
        "digest".to_string()
    } else {
        word.to_string()
    }
}

/// In hexadecimal, of all that makes one letter differ from another; not of the recipient.
fn hash(letter: &Letter, headers: &Headers<'_>) -> String {
    let mut hasher = Sha256::new();
    for part in [
        headers.name,
        headers.edition,
        &letter.subject,
        &letter.html,
        &letter.text,
    ] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Within the years that the header can say.
fn since_1970(at: Timestamp) -> Duration {
    let seconds = at.as_second().clamp(0, 253_402_300_799);
    Duration::from_secs(seconds.unsigned_abs())
}

fn percent_encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn invalid(subject: &str) -> impl Fn(String) -> Error + use<> {
    let subject = subject.to_string();
    move |reason| Error::Invalid {
        subject: subject.clone(),
        reason,
    }
}
