//! The cases of `tests/cases/verify`, and what holds for every text.

use std::path::{Path, PathBuf};

use broadsheet::digest::{Verdict, Verifier};
use broadsheet::verify::{Evidence, Options, check};
use proptest::prelude::*;
use serde::Deserialize;

/// One line of gold.
#[derive(Deserialize)]
struct Case {
    sources: Vec<String>,
    sentence: String,
    verdict: String,
    note: String,
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/verify");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the cases")
        .map(|e| e.expect("an entry").path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "jsonl"));
    files.sort();
    files
}

fn cases(file: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(file).expect("readable gold");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{}: {e}: {line}", file.display())))
        .collect()
}

/// The sentences of a made-up source: enough for these cases.
fn split(text: &str) -> Vec<&str> {
    let (mut sentences, mut start) = (Vec::new(), 0);
    let bytes: Vec<(usize, char)> = text.char_indices().collect();
    for (n, (_, c)) in bytes.iter().enumerate() {
        let mut end = n + 1;
        if !matches!(c, '.' | '!' | '?') {
            continue;
        }
        if bytes.get(end).is_some_and(|(_, c)| matches!(c, '”' | '"' | '’' | '\'')) {
            end += 1;
        }
        let space = bytes.get(end).is_some_and(|(_, c)| c.is_whitespace());
        let capital = bytes
            .get(end + 1)
            .is_some_and(|(_, c)| c.is_uppercase() || matches!(c, '“' | '\''));
        if space && capital {
            let end = bytes[end].0;
            sentences.push(text[start..end].trim());
            start = end;
        }
    }
    sentences.push(text[start..].trim());
    sentences
}

fn evidence(sources: &[String]) -> Evidence {
    let split: Vec<Vec<&str>> = sources.iter().map(|s| split(s)).collect();
    Evidence::new(&split)
}

#[test]
fn cases_of_the_table() {
    let (mut seen, mut wrong) = (0, Vec::new());
    for file in files() {
        for case in cases(&file) {
            seen += 1;
            let finding = evidence(&case.sources).verify(&case.sentence);
            let right = match case.verdict.as_str() {
                "supported" => finding.verdict == Verdict::Supported,
                "contradicted" => finding.verdict == Verdict::Contradicted,
                "not_found" => finding.verdict == Verdict::NotFound,
                "not_supported" => finding.verdict != Verdict::Supported,
                other => panic!("{}: no verdict is called {other:?}", file.display()),
            };
            if !right {
                let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                wrong.push(format!(
                    "{name}: {}: {:?} should be {}, is {:?} ({:?})",
                    case.note, case.sentence, case.verdict, finding.verdict, finding.why
                ));
            }
            assert_eq!(finding.why.is_some(), finding.verdict != Verdict::Supported);
        }
    }
    assert!(seen >= 120, "only {seen} cases");
    assert!(
        wrong.is_empty(),
        "{} of {seen} cases\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn why_is_one_line_that_names_the_words() {
    let evidence = Evidence::new(&[vec!["A ferry sank off Marrowport, killing 32 people."]]);
    let finding = evidence.verify("A ferry sank off Marrowport, killing 34 people.");
    assert_eq!(
        finding.why.as_deref(),
        Some("“34 people killed”: the source has 32 people killed"),
        "{finding:?}"
    );
    let finding = evidence.verify("A ferry sank off Paris, killing 32 people.");
    assert_eq!(finding.why.as_deref(), Some("“Paris”: no source names it"));
    let finding = evidence.verify("A ferry sank off Marrow\nport\nParis, “killing\n32 people”.");
    assert!(!finding.why.unwrap_or_default().contains('\n'));
}

#[test]
fn a_summary_may_not_begin_with_a_pronoun_for_nobody() {
    let evidence = Evidence::new(&[vec![
        "Ada Crane opened a bakery in Holt on Monday.",
        "She had baked bread at home for years.",
        "It is likely that she will hire two bakers.",
    ]]);
    let verdicts =
        |summary: &[&str]| -> Vec<Verdict> { check(summary, &evidence).into_iter().map(|f| f.verdict).collect() };
    assert_eq!(verdicts(&["She opened a bakery in Holt."]), [Verdict::NotFound]);
    assert_eq!(
        verdicts(&["Ada Crane opened a bakery in Holt.", "She baked bread at home."]),
        [Verdict::Supported; 2]
    );
    assert_eq!(
        verdicts(&["It is likely that Ada Crane will hire two bakers."]),
        [Verdict::Supported]
    );
    assert_eq!(
        verdicts(&["She had baked bread at home for years."]),
        [Verdict::Supported],
        "a source's own sentence"
    );
    assert_eq!(verdicts(&[]), []);
}

#[test]
fn stricter_options_pass_no_more() {
    let source = vec!["The council in Penhallow rejected a plan to build homes on the old airfield."];
    let sentence = "The council in Penhallow rejected a scandalous plan to build homes on the airfield.";
    let verdict = |novelty| {
        let options = Options {
            novelty,
            ..Options::default()
        };
        Evidence::with_options(std::slice::from_ref(&source), options)
            .verify(sentence)
            .verdict
    };
    assert_eq!(verdict(0.0), Verdict::NotFound);
    assert_eq!(verdict(1.0), Verdict::Supported);
}

#[test]
fn nothing_is_supported_by_nothing() {
    let none = Evidence::new(&[]);
    assert_ne!(
        none.verify("Ada Crane opened a bakery in Holt.").verdict,
        Verdict::Supported
    );
    assert_eq!(
        none.verify("").verdict,
        Verdict::Supported,
        "an empty sentence says nothing"
    );
    let empty = Evidence::new(&[vec![], vec!["", "…"]]);
    assert_ne!(empty.verify("Five people died.").verdict, Verdict::Supported);
}

#[test]
fn evidence_is_shared_between_threads() {
    fn sync<T: Sync + Send>(_: &T) {}
    sync(&Evidence::new(&[]));
}

#[test]
fn the_order_of_sources_does_not_matter() {
    for file in files() {
        for mut case in cases(&file).into_iter().filter(|c| c.sources.len() > 1) {
            let forward = evidence(&case.sources).verify(&case.sentence).verdict;
            case.sources.reverse();
            assert_eq!(
                evidence(&case.sources).verify(&case.sentence).verdict,
                forward,
                "{}",
                case.note
            );
        }
    }
}

/// Time is bounded whatever comes in. The limits are generous; what is quadratic takes minutes.
#[test]
fn hostile_texts_end_soon() {
    let evidence = Evidence::new(&[vec![
        "Some 32 people were injured in Holt on Monday.",
        "“A a a a,” she said.",
    ]]);
    let texts = [
        "7".repeat(1_000_000),
        "7 ".repeat(100_000),
        "[".repeat(100_000) + &"]".repeat(100_000),
        "“a ".repeat(50_000),
        "a\u{200b}\u{202e}\u{200f}".repeat(100_000),
        "1٢३４".repeat(50_000),
        "x".repeat(1 << 20),
        "e\u{301}".repeat(100_000),
        "injured people ".repeat(30_000),
        "Five people died on May 5. ".repeat(5_000),
    ];
    for text in &texts {
        let start = std::time::Instant::now();
        let shown: String = text.chars().take(12).collect();
        evidence.verify(text);
        let own = Evidence::new(&[vec![text]]);
        own.verify("Some 32 people were injured in Holt on Monday.");
        assert_eq!(own.verify(text).verdict, Verdict::Supported, "{shown}");
        assert!(start.elapsed().as_secs() < 20, "{shown}: {:?}", start.elapsed());
    }
}

fn sentence() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "Marlow",
        "the",
        "council",
        "said",
        "32",
        "people",
        "were",
        "injured",
        "killed",
        "on",
        "Tuesday",
        "in",
        "1998",
        "£5m",
        "not",
        "“never",
        "again”",
        "rose",
        "fell",
        "12%",
        "about",
        "more than",
        "a third",
        "he",
        "US",
        "at 7am",
        "May",
        "first",
        "Bob Sands",
        ",",
        "two",
        "dozens",
        "of",
        "homes",
        "U.S.",
        "26-year-old",
        "3-1",
        "[sic]",
        "…",
        "who",
        "’s",
    ]);
    prop::collection::vec(word, 1..25).prop_map(|words| words.join(" ") + ".")
}

proptest! {
    #[test]
    fn never_panics(sources in prop::collection::vec(prop::collection::vec(".{0,80}", 0..4), 0..3), text in ".{0,120}") {
        let split: Vec<Vec<&str>> = sources.iter().map(|s| s.iter().map(String::as_str).collect()).collect();
        let evidence = Evidence::new(&split);
        evidence.verify(&text);
        check(&[&text, "He said so."], &evidence);
    }

    #[test]
    fn never_panics_on_what_looks_like_news(source in prop::collection::vec(sentence(), 0..6), text in sentence()) {
        let lines: Vec<&str> = source.iter().map(String::as_str).collect();
        let evidence = Evidence::new(&[lines]);
        check(&[&text, &text], &evidence);
    }

    #[test]
    fn a_verbatim_sentence_is_supported(source in prop::collection::vec(sentence(), 1..6), at in any::<prop::sample::Index>()) {
        let lines: Vec<&str> = source.iter().map(String::as_str).collect();
        let evidence = Evidence::new(&[lines]);
        let own = &source[at.index(source.len())];
        prop_assert_eq!(evidence.verify(own).verdict, Verdict::Supported, "{}", own);
        let spaced = own.replace(' ', " \n ");
        prop_assert_eq!(evidence.verify(&spaced).verdict, Verdict::Supported, "{}", spaced);
    }

    #[test]
    fn any_verbatim_text_is_supported(text in "\\PC{1,60}", other in "\\PC{0,60}") {
        let evidence = Evidence::new(&[vec![other.as_str(), text.as_str()]]);
        prop_assert_eq!(evidence.verify(&text).verdict, Verdict::Supported);
    }

    #[test]
    fn a_changed_number_is_never_supported(toll in 3u32..900, homes in 1_000u32..90_000, which in 0usize..3, factor in 3u32..9) {
        let template = |toll: u32, homes: u32, year: u32| {
            format!("The flood in Harlow killed {toll} people, destroyed {homes} homes and was the worst since {year}.")
        };
        let lines = [template(toll, homes, 1953), "The mayor of Harlow asked for help.".to_owned()];
        let evidence = Evidence::new(&[lines.iter().map(String::as_str).collect()]);
        let changed = match which {
            0 => template(toll * factor, homes, 1953),
            1 => template(toll, homes * factor, 1953),
            _ => template(toll, homes, 1953 - factor),
        };
        prop_assert_ne!(evidence.verify(&changed).verdict, Verdict::Supported, "{}", changed);
    }
}
