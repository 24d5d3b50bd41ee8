//! Hostile texts: every stage that reads running text ends in bounded work with a clear result, and finds what is there.
//!
//! The texts are large enough (a megabyte, 10^5 numbers or names) that work which grows with the square of the length would
//! not end within any test run; no clock is read.

use broadsheet::annotate::entities;
use broadsheet::digest::{Verdict, Verifier};
use broadsheet::document::{EntityKind, Quantity, Tagged};
use broadsheet::quantity::quantities;
use broadsheet::verify::Evidence;

const MEGABYTE: usize = 1 << 20;

/// The quantities of a text, with what holds for every text checked.
fn read(text: &str) -> Vec<Quantity> {
    let found = quantities(text);
    let mut end = 0;
    for quantity in &found {
        assert!(quantity.span.start >= end && text.get(quantity.span.clone()).is_some());
        assert!(quantity.value.is_finite() && quantity.max.is_none_or(f64::is_finite));
        end = quantity.span.end;
    }
    found
}

/// Texts that are known to hurt readers of text, by what is wrong with them.
fn hostile() -> Vec<(&'static str, String)> {
    let marks = [
        "\u{200b}", "\u{200d}", "\u{2060}", "\u{feff}", "\u{202e}", "\u{200f}", "\u{2066}", "\u{ad}",
    ];
    vec![
        ("a million digits", "7".repeat(1_000_000)),
        (
            "a million digits in groups",
            "1,234".to_owned() + &",567".repeat(250_000),
        ),
        ("a million points", "1.5".repeat(333_333)),
        ("digits of many scripts", "1٢३４𝟓೬໗๘".repeat(20_000)),
        (
            "marks between digits",
            marks.map(|mark| format!("1{mark}2{mark}3 ")).concat().repeat(5_000),
        ),
        ("marks alone", marks.concat().repeat(20_000)),
        ("brackets that open", "(".repeat(MEGABYTE)),
        (
            "brackets in brackets",
            "(".repeat(200_000) + "5 people" + &")".repeat(200_000),
        ),
        ("all kinds of brackets", "([{“‘<".repeat(100_000)),
        ("one word of a megabyte", "a".repeat(MEGABYTE)),
        ("one word in capitals", "A".repeat(MEGABYTE)),
        ("one word with hyphens", "three-and-".repeat(100_000)),
        (
            "number words without end",
            "two hundred thousand million ".repeat(40_000),
        ),
        ("100,000 numbers in a sentence", "12 and ".repeat(100_000)),
        ("100,000 amounts in a sentence", "$3.5m, ".repeat(100_000)),
        ("100,000 ranges", "5-6 to 7–8 ".repeat(50_000)),
        ("hedges without end", "more than at least about nearly ".repeat(30_000)),
        ("signs", "+-−£$€%‰°½¾/:".repeat(60_000)),
        ("commas", ", the mayor, a teacher, and ".repeat(40_000)),
        ("titles without end", "Mr ".repeat(300_000)),
        ("apostrophes without end", format!("A{}", "'".repeat(MEGABYTE))),
        ("acronyms in brackets without end", "Body (AB) ".repeat(100_000)),
        ("accents without end", format!("e{}", "\u{301}".repeat(400_000))),
        ("lines", "\n\r\u{2028}\u{85}".repeat(100_000)),
    ]
}

#[test]
fn quantities_end_on_hostile_texts() {
    for (what, text) in hostile() {
        let found = read(&text);
        assert!(found.len() <= text.len(), "{what}: {} quantities", found.len());
    }
}

#[test]
fn quantities_in_a_long_sentence_are_all_found_and_grow_with_it() {
    let count = |n: usize| read(&"12 men and ".repeat(n)).len();
    assert_eq!(count(25_000), 25_000);
    assert_eq!(count(100_000), 100_000);
}

#[test]
fn a_number_that_no_float_holds_is_no_quantity() {
    assert_eq!(read(&"9".repeat(1_000_000)), []);
    let found = read(&format!("{} people and 12 people", "9".repeat(400)));
    assert_eq!(found.iter().map(|q| q.value).collect::<Vec<_>>(), [12.0]);
}

#[test]
fn what_stands_behind_hostile_text_is_still_read() {
    for (what, text) in hostile() {
        let found = read(&format!("{text}\n\nThe flood killed 4127 people."));
        assert!(
            found.iter().any(|q| q.value == 4127.0),
            "{what}: the number behind it is lost"
        );
    }
}

/// Every word of a text as a name, up to 100,000.
fn words(text: &str) -> Vec<Tagged> {
    const KINDS: [EntityKind; 4] = [EntityKind::Per, EntityKind::Org, EntityKind::Loc, EntityKind::Misc];
    let at = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    let spans = text
        .split_whitespace()
        .take(100_000)
        .map(|word| at(word)..at(word) + word.len());
    spans
        .enumerate()
        .map(|(n, span)| Tagged {
            span,
            kind: KINDS[n % 4],
        })
        .collect()
}

fn name(text: &str, tagged: &[Tagged]) -> usize {
    let found = entities(text, tagged);
    let mut end = 0;
    for entity in &found {
        assert!(entity.span.start >= end && text.get(entity.span.clone()).is_some() && !entity.name.is_empty());
        end = entity.span.end;
    }
    found.len()
}

#[test]
fn names_end_on_hostile_texts() {
    for (what, text) in hostile() {
        let whole = [Tagged {
            span: 0..text.len(),
            kind: EntityKind::Per,
        }];
        assert!(name(&text, &whole) <= text.len(), "{what}");
        assert!(name(&text, &words(&text)) <= 200_000, "{what}");
    }
}

#[test]
fn a_hundred_thousand_people_of_one_surname() {
    let given = |n: usize| -> String { n.to_string().bytes().map(|b| (b - b'0' + b'a') as char).collect() };
    let text: String = (0..100_000)
        .map(|n| format!("the mayor, X{} Ford, and Ford met. ", given(n)))
        .collect();
    let mut tagged = Vec::new();
    for (at, _) in text.match_indices('X') {
        let end = at + text[at..].find(',').expect("a comma");
        tagged.push(Tagged {
            span: at..end,
            kind: EntityKind::Per,
        });
        tagged.push(Tagged {
            span: end + 6..end + 10,
            kind: EntityKind::Per,
        });
    }
    assert_eq!(name(&text, &tagged), 200_000);
}

#[test]
fn a_hundred_thousand_bodies_with_one_acronym() {
    let text = "Bank of Cod (BOC) and Bank of Crab (BOC) and BOC. ".repeat(20_000);
    let mut tagged = Vec::new();
    for (at, length) in ["Bank of Cod", "Bank of Crab", "BOC"]
        .iter()
        .flat_map(|n| text.match_indices(n).map(|(at, n)| (at, n.len())))
    {
        tagged.push(Tagged {
            span: at..at + length,
            kind: EntityKind::Org,
        });
    }
    assert_eq!(name(&text, &tagged), 100_000);
}

#[test]
fn verification_ends_on_hostile_texts() {
    for (what, text) in hostile() {
        let evidence = Evidence::new(&[vec![text.as_str(), "The flood killed 4127 people."]]);
        assert_eq!(
            evidence.verify("The flood killed 4127 people.").verdict,
            Verdict::Supported,
            "{what}"
        );
        let finding = evidence.verify("The flood killed 4128 people.");
        assert_ne!(finding.verdict, Verdict::Supported, "{what}");
        // In one line, and not the megabyte that was read.
        let why = finding.why.unwrap_or_default();
        assert!(
            !why.is_empty() && !why.contains('\n') && why.len() < 1000,
            "{what}: {} bytes",
            why.len()
        );
        let evidence = Evidence::new(&[vec!["The flood killed 4127 people."]]);
        evidence.verify(&text);
    }
}
