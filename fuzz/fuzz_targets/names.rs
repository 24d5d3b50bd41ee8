//! Any text and any spans: names are in order, do not overlap and lie on character boundaries.
//!
//! The modules under test are included by path, since the library as a whole needs libtorch.

#![no_main]
#![allow(dead_code)]

#[path = "../../src/document.rs"]
mod document;
#[path = "../../src/annotate/entities/mod.rs"]
mod entities;
#[path = "../../src/name/mod.rs"]
mod name;

use document::{EntityKind, Tagged};
use libfuzzer_sys::fuzz_target;

const KINDS: [EntityKind; 4] = [EntityKind::Per, EntityKind::Org, EntityKind::Loc, EntityKind::Misc];

// The first numbers are spans, three bytes each: kind, words from the last span, words long. Broken ones among them.
fuzz_target!(|input: (Vec<(u8, u8, u8)>, &str)| {
    let (spans, text) = input;
    let mut at = 0;
    let tagged: Vec<Tagged> = spans
        .into_iter()
        .map(|(kind, skip, length)| {
            at += usize::from(skip);
            let span = at..at + usize::from(length);
            Tagged {
                span,
                kind: KINDS[usize::from(kind) % 4],
            }
        })
        .collect();
    let mut end = 0;
    for found in entities::entities(text, &tagged) {
        assert!(
            found.span.start >= end && found.span.start < found.span.end,
            "in order: {found:?}"
        );
        assert!(
            text.get(found.span.clone()).is_some(),
            "on character boundaries: {found:?}"
        );
        assert!(
            !found.name.is_empty() && found.role.as_deref() != Some(""),
            "not empty: {found:?}"
        );
        end = found.span.end;
    }
});
