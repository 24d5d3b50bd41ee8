//! Golden cases: each folder of tests/cases/golden holds inputs and the digest they give through the fake encoder.
//!
//! `BROADSHEET_BLESS=1 cargo test --release --test golden` rewrites the expectations; read the diff before you commit it.

use std::path::Path;

use broadsheet::infer::FakeEncoder;
use broadsheet::pipeline::{self, Models};
use broadsheet::render::{Format, Renderer};
use broadsheet::{Config, ingest};

#[test]
fn every_case_gives_what_it_gave() {
    let root = Path::new("tests/cases/golden");
    let mut cases: Vec<_> = std::fs::read_dir(root)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.is_dir())
        .collect();
    cases.sort();
    assert!(cases.len() >= 4, "{} cases", cases.len());
    let bless = std::env::var_os("BROADSHEET_BLESS").is_some();
    let mut wrong = Vec::new();
    for case in cases {
        let mut config = Config::default();
        config.ingest.fetch_pages = false;
        let inputs = [case.join("input").display().to_string()];
        let ingested = ingest::read(&inputs, &config.ingest, &|_| {});
        let (articles, more) = pipeline::articles(&ingested.documents, &|_, _, _| {});
        let (annotated, told) = pipeline::annotated(&articles, &FakeEncoder, &config, &|_, _, _| {}).unwrap();
        let warnings = ingested.warnings.into_iter().chain(more).chain(told).collect();
        let date = |newest: Option<jiff::civil::Date>| newest.unwrap_or(jiff::civil::date(2026, 3, 14));
        let models = Models {
            encoder: &FakeEncoder,
            generator: None,
        };
        let mut digest = pipeline::digest(
            &articles,
            &annotated,
            warnings,
            models,
            date,
            None,
            &config,
            &|_, _, _| {},
        )
        .unwrap();
        digest.generator = "broadsheet".into();
        let renderer = Renderer::new(&Default::default(), 80).unwrap();
        let found = renderer.digest(&digest, Format::Markdown).unwrap();
        let expected = case.join("expected.md");
        if bless {
            std::fs::write(&expected, &found).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != found {
            wrong.push(format!("{}:\n{found}", expected.display()));
        }
    }
    assert!(
        wrong.is_empty(),
        "differs from what is expected (BROADSHEET_BLESS=1 rewrites it):\n{}",
        wrong.join("\n")
    );
}
