//! Any text: quantities are in order, do not overlap, lie on character boundaries and are numbers.
//!
//! The modules under test are included by path, since the library as a whole needs libtorch: without it the target builds in
//! a minute, and on machines that have none.

#![no_main]
#![allow(dead_code)]

#[path = "../../src/document.rs"]
mod document;
#[path = "../../src/quantity/mod.rs"]
mod quantity;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut end = 0;
    for found in quantity::quantities(text) {
        assert!(found.span.start >= end, "in order, without overlap: {found:?}");
        assert!(found.span.start < found.span.end, "not empty: {found:?}");
        assert!(
            text.get(found.span.clone()).is_some(),
            "on character boundaries: {found:?}"
        );
        assert!(
            found.value.is_finite() && found.max.is_none_or(f64::is_finite),
            "finite: {found:?}"
        );
        end = found.span.end;
    }
});
