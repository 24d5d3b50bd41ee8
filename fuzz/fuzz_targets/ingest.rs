//! Any bytes as a feed, a page, mail, JSON or JSON Lines: documents are UTF-8 with an id each, warnings are one line, reading again
//! gives the same, and what is known is not given twice.
//!
//! The first byte says what the file is called; pages of entries are not fetched. The modules under test are included by path,
//! since the library as a whole needs libtorch.

#![no_main]
#![allow(dead_code)]

#[path = "../../src/document.rs"]
mod document;
#[path = "../../src/error.rs"]
mod error;
#[path = "../../src/ingest/mod.rs"]
mod ingest;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::LazyLock;

use ingest::{Health, Known, Options, Source, SourceKind};
use libfuzzer_sys::fuzz_target;

const NAMES: [(&str, SourceKind); 8] = [
    ("in.xml", SourceKind::Feed),
    ("feed.json", SourceKind::Feed),
    ("in.html", SourceKind::Page),
    ("in.eml", SourceKind::Mail),
    ("in.mbox", SourceKind::Mail),
    ("in.jsonl", SourceKind::Jsonl),
    ("in.json", SourceKind::Auto),
    ("in.txt", SourceKind::Auto),
];

/// In memory where the system has such a folder.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = PathBuf::from("/dev/shm");
    let root = if memory.is_dir() { memory } else { std::env::temp_dir() };
    let folder = root.join(format!("broadsheet-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the input");
    folder
});

fuzz_target!(|input: &[u8]| {
    let Some((first, bytes)) = input.split_first() else { return };
    let (name, kind) = NAMES[usize::from(*first) % NAMES.len()];
    let path = FOLDER.join(name);
    std::fs::write(&path, bytes).expect("the input is written");
    let location = path.display().to_string();
    let options = Options {
        fetch_pages: false,
        ..Options::default()
    };

    let read = ingest::read(std::slice::from_ref(&location), &options, &|_| {});
    let mut ids = BTreeSet::new();
    for document in &read.documents {
        assert!(ids.insert(&document.id), "one document an id: {}", document.id);
        assert!(!document.id.is_empty() && !document.body.is_empty(), "{document:?}");
        let body = std::str::from_utf8(&document.body).expect("bodies are UTF-8");
        for span in document.sentences.iter().flatten() {
            assert!(body.get(span.clone()).is_some(), "on character boundaries: {span:?}");
        }
    }
    for warning in &read.warnings {
        assert!(!warning.to_string().contains('\n'), "one line: {warning}");
    }
    assert!(!read.documents.is_empty() || !read.warnings.is_empty() || bytes.iter().all(|b| b.is_ascii_whitespace()) || kind == SourceKind::Jsonl || name == "in.json");
    assert_eq!(read, ingest::read(std::slice::from_ref(&location), &options, &|_| {}), "the same again");

    let source = Source {
        name: "it".into(),
        location,
        kind,
        allow_private: false,
        timeout: None,
        max_items: None,
    };
    let sources = [(source, Known::default())];
    let now = jiff::Timestamp::UNIX_EPOCH;
    let first = ingest::gather(&sources, &options, now, &|_, _| false, &|_| {}).remove(0);
    assert_eq!(first.documents.len(), first.entries.len());
    let seen: BTreeSet<_> = first.entries.iter().cloned().collect();
    let is_known = |id: &str, hash: &str| seen.contains(&(id.to_string(), hash.to_string()));
    let again = ingest::gather(&sources, &options, now, &is_known, &|_| {}).remove(0);
    assert!(again.documents.is_empty() && again.health != Health::Fresh, "given twice: {again:?}");
});
