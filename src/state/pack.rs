//! How values lie in the file: JSON, compressed.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Sql;
use crate::document::{MediaType, RawDocument, Span};

/// An error of our own where SQLite's are expected.
pub(super) fn odd(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(error.into())
}

pub(super) fn squeeze(bytes: &[u8]) -> Sql<Vec<u8>> {
    let mut writer = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    writer.write_all(bytes).map_err(odd)?;
    writer.finish().map_err(odd)
}

pub(super) fn expand(bytes: &[u8]) -> Sql<Vec<u8>> {
    let mut all = Vec::with_capacity(bytes.len() * 4);
    GzDecoder::new(bytes).read_to_end(&mut all).map_err(odd)?;
    Ok(all)
}

pub(super) fn pack<T: Serialize>(value: &T) -> Sql<Vec<u8>> {
    squeeze(&serde_json::to_vec(value).map_err(odd)?)
}

pub(super) fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Sql<T> {
    serde_json::from_slice(&expand(bytes)?).map_err(odd)
}

pub(super) fn date(text: &str) -> Sql<Date> {
    text.parse().map_err(odd)
}

pub(super) fn moment(seconds: i64) -> Sql<Timestamp> {
    Timestamp::from_second(seconds).map_err(odd)
}

/// A document that waits in the inbox.
#[derive(Serialize, Deserialize)]
struct Packed {
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    site_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    story: Option<String>,
    media_type: Kind,
    body: Body,
    #[serde(skip_serializing_if = "Option::is_none")]
    sentences: Option<Vec<Span>>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Html,
    Text,
    Markdown,
}

/// Bodies are UTF-8; should one not be, it is kept as it is.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Body {
    Text(String),
    Bytes(Vec<u8>),
}

pub(super) fn pack_document(document: &RawDocument) -> Sql<Vec<u8>> {
    // Field by field, so that a new one is not forgotten here.
    let RawDocument {
        id: _,
        url,
        title,
        published,
        site_name,
        // The row has it.
        source: _,
        story,
        media_type,
        body,
        sentences,
    } = document.clone();
    pack(&Packed {
        url,
        title,
        published,
        site_name,
        story,
        media_type: match media_type {
            MediaType::Html => Kind::Html,
            MediaType::Text => Kind::Text,
            MediaType::Markdown => Kind::Markdown,
        },
        body: match String::from_utf8(body) {
            Ok(text) => Body::Text(text),
            Err(error) => Body::Bytes(error.into_bytes()),
        },
        sentences,
    })
}

pub(super) fn unpack_document(id: String, source: String, bytes: &[u8]) -> Sql<RawDocument> {
    let packed: Packed = unpack(bytes)?;
    Ok(RawDocument {
        id,
        url: packed.url,
        title: packed.title,
        published: packed.published,
        site_name: packed.site_name,
        source: Some(source),
        story: packed.story,
        media_type: match packed.media_type {
            Kind::Html => MediaType::Html,
            Kind::Text => MediaType::Text,
            Kind::Markdown => MediaType::Markdown,
        },
        body: match packed.body {
            Body::Text(text) => text.into_bytes(),
            Body::Bytes(bytes) => bytes,
        },
        sentences: packed.sentences,
    })
}
