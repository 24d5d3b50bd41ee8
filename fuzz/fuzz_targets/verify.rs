//! Any source and any sentence: a verdict, and whatever the source says word for word is supported.
//!
//! The modules under test are included by path, since the library as a whole needs libtorch.

#![no_main]
#![allow(dead_code)]

#[path = "../../src/digest.rs"]
mod digest;
#[path = "../../src/document.rs"]
mod document;
#[path = "../../src/error.rs"]
mod error;
#[path = "../../src/quantity/mod.rs"]
mod quantity;
#[path = "../../src/verify/mod.rs"]
mod verify;

use digest::{Verdict, Verifier};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (source, sentence) = input;
    let evidence = verify::Evidence::new(&[vec![source]]);
    let finding = evidence.verify(sentence);
    assert_eq!(
        finding.why.is_none(),
        finding.verdict == Verdict::Supported,
        "{finding:?}"
    );
    let finding = evidence.verify(source);
    assert_eq!(
        finding.verdict,
        Verdict::Supported,
        "a sentence is borne out by itself: {source:?} {finding:?}"
    );
});
