use proptest::prelude::*;

use super::super::search::{is_word, tokens};
use super::generate::digests;
use super::*;

/// As search.js puts them together.
fn spell(tokens: &[String]) -> String {
    let mut out = String::new();
    let mut after = false;
    for token in tokens {
        if after && is_word(token) {
            out.push(' ');
        }
        out.push_str(token);
        after = is_word(token);
    }
    out
}

#[test]
fn tokens_are_words_and_what_stands_between() {
    let of = |text: &str| tokens(text).join("|");
    assert_eq!(of("Flood toll reaches 38"), "Flood|toll|reaches|38");
    assert_eq!(
        of("Flood: 26,000 out, \u{201c}many\u{201d}"),
        "Flood|: |26,000|out|, \u{201c}|many|\u{201d}"
    );
    assert_eq!(of("Stannow’s well-known"), "Stannow’s|well|-|known");
    assert_eq!(of("受伤 3人"), "受||伤|3||人");
    assert_eq!(of(""), "");
}

proptest! {
    #[test]
    fn no_headline_is_changed(text in "\\PC{0,120}") {
        let text = crate::site::pages::line(&text);
        let normal: String = unicode_normalization::UnicodeNormalization::nfc(text.as_str()).collect();
        prop_assert_eq!(spell(&tokens(&text)), normal);
        prop_assert!(tokens(&text).iter().all(|token| token.encode_utf16().count() <= 91));
    }
}

#[test]
fn the_index_of_a_small_archive_has_every_word() {
    let site = built(digests(3, 5));
    assert_eq!(site.index.summary_words, 40);
    assert!(site.index.bytes < 20_000, "{:?}", site.index);
    let script = text(&site, "search-index.js");
    let json = script
        .strip_prefix("self.broadsheetIndex=")
        .and_then(|s| s.strip_suffix(";\n"))
        .unwrap();
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(value["days"], "2025-03-01 2025-03-02 2025-03-03");
    assert_eq!(value["counts"][1], site.index.stories);
}
