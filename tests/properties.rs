//! No input makes a stage panic, and every span lies on character boundaries.

use broadsheet::Config;
use broadsheet::document::{Article, MediaType, RawDocument};
use broadsheet::infer::{Encoder, FakeEncoder};
use broadsheet::pipeline::{self, Models};
use broadsheet::render::{Format, Renderer};
use proptest::prelude::*;

fn raw(id: &str, media_type: MediaType, body: Vec<u8>) -> RawDocument {
    RawDocument {
        id: id.into(),
        url: None,
        title: None,
        published: None,
        site_name: None,
        source: None,
        story: None,
        media_type,
        body,
        sentences: None,
    }
}

fn check_spans(article: &Article) {
    let text = &article.text;
    let mut end = 0;
    for block in &article.blocks {
        assert!(
            block.span.start >= end && block.span.start < block.span.end,
            "blocks in order, not empty"
        );
        assert!(
            text.get(block.span.clone()).is_some(),
            "a block on character boundaries"
        );
        end = block.span.end;
    }
}

/// The whole way from bytes to text, with every promise checked on it.
fn all_the_way(bodies: Vec<(MediaType, Vec<u8>)>) {
    let config = Config::default();
    let documents: Vec<RawDocument> = bodies
        .into_iter()
        .enumerate()
        .map(|(n, (kind, body))| raw(&format!("doc-{n}"), kind, body))
        .collect();
    let (articles, warnings) = pipeline::articles(&documents, &|_, _, _| {});
    articles.iter().for_each(|a| check_spans(a));
    let texts = pipeline::documents(&articles, None, &config, &|_, _, _| {}).unwrap();
    for (document, _) in &texts {
        for sentence in document.sentences() {
            let text = document
                .article
                .text
                .get(sentence.span.clone())
                .expect("a sentence on character boundaries");
            assert!(!text.trim().is_empty() && text.trim() == text, "{text:?}");
            let block = &document.article.blocks[sentence.block].span;
            assert!(
                block.start <= sentence.span.start && sentence.span.end <= block.end,
                "a sentence inside its block"
            );
        }
    }
    let (annotated, _) = pipeline::annotated(&articles, &FakeEncoder, &config, &|_, _, _| {}).unwrap();
    for one in &annotated {
        assert_eq!(one.vectors.len(), one.document.sentences().count());
        for quantity in &one.quantities {
            assert!(
                one.document.article.text.get(quantity.span.clone()).is_some(),
                "a number on character boundaries"
            );
        }
    }
    let date = |newest: Option<jiff::civil::Date>| newest.unwrap_or(jiff::civil::date(2026, 3, 14));
    let models = Models {
        encoder: &FakeEncoder,
        generator: None,
    };
    let digest = pipeline::digest(
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
    for story in digest.stories.iter().chain(&digest.briefs) {
        for sentence in &story.summary.sentences {
            let id = sentence.citations[0].document.split('#').next().unwrap();
            let article = articles.iter().find(|a| a.id == id).expect("the cited article");
            assert_eq!(sentence.citations[0].cut(&article.text), sentence.text);
        }
    }
    let renderer = Renderer::new(&Default::default(), 80).unwrap();
    for format in [Format::Markdown, Format::Html, Format::Text, Format::Json] {
        renderer.digest(&digest, format).unwrap();
    }
}

fn kind() -> impl Strategy<Value = MediaType> {
    prop_oneof![Just(MediaType::Html), Just(MediaType::Text), Just(MediaType::Markdown)]
}

/// Something like news, so that the later stages have work: words, numbers, marks and tags in any order.
fn news() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[A-Z][a-z]{2,8} ",
        "[a-z]{1,9} ",
        "[0-9]{1,4}(,[0-9]{3}|\\.[0-9])? ",
        Just(". ".to_owned()),
        Just("\n\n".to_owned()),
        Just("\" ".to_owned()),
        Just("$3bn ".to_owned()),
        Just("<p>".to_owned()),
        Just("<h2>".to_owned()),
        Just("</p>".to_owned()),
        Just("é“”… 。".to_owned()),
        Just("By Ann Lee ".to_owned()),
        Just("17:40 ".to_owned()),
        "\\PC{0,4}",
    ];
    proptest::collection::vec(piece, 0..250).prop_map(|pieces| pieces.concat())
}

/// A text given already split, at any character boundaries and in any order.
fn given() -> impl Strategy<Value = (String, Vec<(usize, usize)>)> {
    ("\\PC{0,80}", proptest::collection::vec((0usize..80, 0usize..80), 0..6))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_bytes_go_all_the_way(bodies in proptest::collection::vec((kind(), proptest::collection::vec(any::<u8>(), 0..600)), 0..4)) {
        all_the_way(bodies);
    }

    #[test]
    fn anything_like_news_goes_all_the_way(bodies in proptest::collection::vec((kind(), news()), 1..4)) {
        all_the_way(bodies.into_iter().map(|(kind, text)| (kind, text.into_bytes())).collect());
    }

    #[test]
    fn sentences_that_are_given_go_all_the_way((text, cuts) in given()) {
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let at = |n: usize| ends[n.min(ends.len() - 1)];
        let spans = cuts.into_iter().map(|(a, b)| at(a.min(b))..at(a.max(b))).collect();
        let document = RawDocument { sentences: Some(spans), ..raw("given", MediaType::Text, text.into_bytes()) };
        let (articles, _) = pipeline::articles(&[document], &|_, _, _| {});
        let texts = pipeline::documents(&articles, None, &Config::default(), &|_, _, _| {}).unwrap();
        for (document, _) in &texts {
            for sentence in document.sentences() {
                let text = &document.article.text[sentence.span.clone()];
                prop_assert!(!text.is_empty() && text.trim() == text, "{text:?}");
            }
        }
    }

    #[test]
    fn fake_vectors_have_unit_length(text in "\\PC{0,200}") {
        let vector = &FakeEncoder.encode(&[&text], &|_| {}).unwrap()[0];
        let norm = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        prop_assert!(norm == 0.0 || (norm - 1.0).abs() < 1e-4);
    }
}
