use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::infer::Encoder;

fn load() -> (BertEncoder, SalienceHead) {
    let encoder = crate::infer::tests::encoder();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(SALIENCE);
    let head = SalienceHead::load(&encoder, &folder).unwrap();
    (encoder, head)
}

/// A document's title and sentences.
type Page = (Option<String>, Vec<String>);
/// Their vectors.
type PageVectors = (Option<Vec<f32>>, Vec<Vec<f32>>);

fn with_vectors<T>(encoder: &BertEncoder, pages: &[Page], then: impl FnOnce(&[Told]) -> T) -> T {
    let encode = |text: &String| encoder.encode(&[text], &|_| {}).unwrap().remove(0);
    let vectors: Vec<PageVectors> = pages
        .iter()
        .map(|(title, sentences)| (title.as_ref().map(encode), sentences.iter().map(encode).collect()))
        .collect();
    let told: Vec<Told> = pages
        .iter()
        .zip(&vectors)
        .map(|((title, sentences), (title_vector, vectors))| Told {
            title: title.as_deref().zip(title_vector.as_deref()),
            sentences: sentences
                .iter()
                .map(String::as_str)
                .zip(vectors.iter().map(Vec::as_slice))
                .collect(),
        })
        .collect();
    then(&told)
}

fn assert_rows(found: &[Vec<f32>], expected: &Value, what: &str) {
    for (n, row) in expected.as_array().unwrap().iter().enumerate() {
        assert_eq!(found[n].len(), row.as_array().unwrap().len(), "{what}");
        for (k, x) in row.as_array().unwrap().iter().enumerate() {
            let near = (f64::from(found[n][k]) - x.as_f64().unwrap()).abs() < 2e-4;
            assert!(near, "{what} {k} of {n}: {} {x}", found[n][k]);
        }
    }
}

#[test]
fn scores_are_those_of_training() {
    let fixture: Value = serde_json::from_str(include_str!("../../../tests/cases/salience/parity.json")).unwrap();
    let (encoder, head) = load();
    for story in fixture["stories"].as_array().unwrap() {
        let documents = story["documents"].as_array().unwrap();
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        let pages: Vec<Page> = documents
            .iter()
            .map(|d| {
                (
                    d["title"].as_str().map(str::to_owned),
                    d["sentences"].as_array().unwrap().iter().map(text).collect(),
                )
            })
            .collect();
        with_vectors(&encoder, &pages, |told| {
            let reading = Reading::new(told, &head.settings, &head.tokenizer);
            assert_rows(&reading.features, &story["features"], "feature");
            assert_rows(&reading.words, &story["word_features"], "word feature");
            let mut coverage = head.read(told);
            for (likely, word) in coverage.likely.iter().zip(story["words"].as_array().unwrap()) {
                assert!((likely - word[1].as_f64().unwrap()).abs() < 1e-3, "{word} {likely}");
            }
            for (document, scores) in documents.iter().zip(head.scores(told)) {
                for (expected, score) in document["scores"].as_array().unwrap().iter().zip(scores) {
                    assert!((expected.as_f64().unwrap() - score).abs() < 1e-3, "{expected} {score}");
                }
            }
            let all: Vec<(usize, usize)> = told
                .iter()
                .enumerate()
                .flat_map(|(d, t)| (0..t.sentences.len()).map(move |s| (d, s)))
                .collect();
            let mut free: Vec<usize> = (0..all.len()).collect();
            for expected in story["taken"].as_array().unwrap() {
                let value = |at: &usize| coverage.gain(all[*at].0, all[*at].1);
                let best = *free.iter().rev().max_by(|a, b| value(a).total_cmp(&value(b))).unwrap();
                assert_eq!(best as u64, expected.as_u64().unwrap());
                coverage.take(all[best].0, all[best].1);
                free.retain(|at| *at != best);
            }
        });
    }
}

#[test]
fn what_is_said_is_worth_less_the_second_time() {
    let (encoder, head) = load();
    let line = "Inspectors found cracks in the hull of the ferry Merrow Queen on Tuesday.".to_owned();
    let pages = [
        (None, vec![line.clone(), "Bread prices rose again.".into()]),
        (None, vec![line]),
    ];
    with_vectors(&encoder, &pages, |told| {
        let mut coverage = head.read(told);
        let (same, other) = (coverage.gain(1, 0), coverage.gain(0, 1));
        coverage.take(0, 0);
        assert!(coverage.gain(1, 0) < same - 0.5);
        assert_eq!(coverage.gain(0, 1), other);
    });
}

#[test]
fn long_stories_are_read_in_part_and_nothing_is_unsafe() {
    let (_, head) = load();
    let vector = vec![0.05f32; 384];
    let many = Told {
        title: None,
        sentences: vec![("The ferry sank off Merrow.", vector.as_slice()); 300],
    };
    assert_eq!(head.scores(std::slice::from_ref(&many))[0][250], UNREAD);
    assert_eq!(head.scores(&[]), Vec::<Vec<f64>>::new());
    let empty = Told {
        title: Some(("", &[])),
        sentences: Vec::new(),
    };
    let short = Told {
        title: Some(("Ärö", &[1.0])),
        sentences: vec![("", &[][..]), ("—", &[0.5, 0.5][..])],
    };
    let scores = head.scores(&[empty, short]);
    assert!(
        scores[0].is_empty() && scores[1].iter().all(|s| s.is_finite()),
        "{scores:?}"
    );
    assert_eq!(head.read(&[]).gain(3, 9), UNREAD);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_has_finite_scores(texts in prop::collection::vec("\\PC{0,60}", 0..8), title in proptest::option::of("\\PC{0,20}")) {
        static HEAD: std::sync::LazyLock<SalienceHead> = std::sync::LazyLock::new(|| load().1);
        let vector = vec![0.05f32; 384];
        let told = Told {
            title: title.as_deref().map(|t| (t, vector.as_slice())),
            sentences: texts.iter().map(|t| (t.as_str(), vector.as_slice())).collect(),
        };
        let scores = HEAD.scores(&[told.clone(), told]);
        prop_assert!(scores.iter().flatten().all(|s| s.is_finite()));
    }
}
