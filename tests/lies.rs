//! A generator that lies, in place of the model: changed numbers, names, roles, negations, units, deeds, hedges and days. What it
//! says is checked sentence by sentence before it is shown, so no lie may reach a digest.

use std::path::Path;
use std::sync::Arc;

use broadsheet::Config;
use broadsheet::digest::{Digest, Method};
use broadsheet::document::{Annotated, Article};
use broadsheet::infer::FakeEncoder;
use broadsheet::infer::generate::{FakeGenerator, Generator, LyingGenerator};
use broadsheet::pipeline::{self, Models};
use jiff::civil::date;

/// How many lies must have been tried.
const TRIES: usize = 2_000;

fn read() -> (Vec<Arc<Article>>, Vec<Annotated>) {
    let inputs = ["examples/2026-03-14", "examples/2026-03-15"];
    let inputs: Vec<String> = inputs
        .iter()
        .map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).display().to_string())
        .collect();
    let config = Config::default();
    let options = broadsheet::ingest::Options {
        fetch_pages: false,
        ..config.ingest.clone()
    };
    let raw = broadsheet::ingest::read(&inputs, &options, &|_| {}).documents;
    let (articles, _) = pipeline::articles(&raw, &|_, _, _| {});
    let (annotated, _) = pipeline::annotated(&articles, &FakeEncoder, &config, &|_, _, _| {}).unwrap();
    (articles, annotated)
}

fn digest(articles: &[Arc<Article>], annotated: &[Annotated], generator: &dyn Generator) -> Digest {
    let models = Models {
        encoder: &FakeEncoder,
        generator: Some(generator),
    };
    let config = Config::default();
    let day = |_| date(2026, 3, 15);
    pipeline::digest(
        articles,
        annotated,
        Vec::new(),
        models,
        day,
        None,
        &config,
        &|_, _, _| {},
    )
    .unwrap()
}

#[test]
fn no_lie_reaches_the_digest() {
    let (articles, annotated) = read();
    let texts: Vec<&str> = articles.iter().map(|a| a.text.as_str()).collect();
    let (mut tries, mut shown, mut replaced) = (0, Vec::new(), 0);
    for seed in 0.. {
        if tries >= TRIES {
            break;
        }
        let digest = digest(&articles, &annotated, &LyingGenerator { seed });
        let stories: Vec<_> = digest.stories.iter().chain(&digest.briefs).collect();
        assert_eq!(
            digest.replaced,
            stories.iter().map(|s| s.summary.replaced).sum::<usize>()
        );
        for story in stories {
            // A liar never says a source's sentence, so what is in no source is a lie, and what is in one stands in for a lie.
            for sentence in &story.summary.sentences {
                let true_words = texts.iter().any(|text| text.contains(&sentence.text));
                if !true_words {
                    shown.push(format!(
                        "{} (for: {})",
                        sentence.text,
                        sentence.quote.as_deref().unwrap_or_default()
                    ));
                }
            }
            assert_eq!(story.summary.replaced, story.summary.rejected.len());
            replaced += story.summary.replaced;
            tries += story.summary.replaced + story.summary.sentences.iter().filter(|s| s.quote.is_some()).count();
        }
    }
    eprintln!("{tries} lies, {replaced} replaced, {} shown", shown.len());
    assert!(
        shown.is_empty(),
        "{} of {tries} lies were shown:\n{}",
        shown.len(),
        shown.join("\n")
    );
}

#[test]
fn what_is_true_is_shown_as_it_was_written() {
    let (articles, annotated) = read();
    let first = annotated.iter().find(|d| d.document.sentences().count() > 3).unwrap();
    let sentence = first.document.sentences().next().unwrap();
    let own = first.document.text(&sentence.span).to_owned();
    let generator = FakeGenerator {
        beams: vec![own.clone()],
    };
    let digest = digest(&articles, &annotated, &generator);
    let stories = || digest.stories.iter().chain(&digest.briefs);
    let told = stories()
        .find(|s| s.sources.iter().any(|s| s.document == first.document.id))
        .unwrap();
    assert_eq!(told.summary.method, Method::Abstractive);
    assert_eq!(told.summary.sentences[0].text, own);
    assert!(told.summary.rejected.is_empty());
    // Everywhere else the same sentence is a lie.
    assert!(stories().any(|s| s.summary.replaced == 1));
    assert_eq!(digest.models.last().unwrap().id, "fake-generator");
}
