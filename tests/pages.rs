//! Pages that hold one text or several: each of tests/cases/pages comes apart as its gold says, with the encoder's
//! vectors, which lie beside it, and without any.
//!
//! Where sentences change, make the vectors anew: `cargo test --release --test pages -- --ignored`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use broadsheet::document::{Article, Document, DocumentKind, MediaType, RawDocument, Sentence};
use broadsheet::infer::{BertEncoder, Encoder, store};
use broadsheet::{extract, segment};

const PAGES: &str = "tests/cases/pages";

/// The dimensions of a vector of all-MiniLM-L6-v2.
const DIMENSION: usize = 384;

/// What words alone cannot tell. The list may only become shorter: a page on it that comes out right fails the test.
const NEEDS_MEANING: &[&str] = &["02-live-unheaded", "06-run-together"];

/// The pages in order of name.
fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = std::fs::read_dir(PAGES)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "html" || e == "txt"))
        .collect();
    pages.sort();
    assert!(pages.len() >= 12, "{} pages", pages.len());
    pages
}

fn article(page: &Path) -> Arc<Article> {
    let raw = RawDocument {
        id: page.file_stem().unwrap().to_string_lossy().into_owned(),
        url: None,
        title: None,
        published: None,
        site_name: None,
        source: None,
        story: None,
        media_type: match page.extension().unwrap().to_str() {
            Some("html") => MediaType::Html,
            _ => MediaType::Text,
        },
        body: std::fs::read(page).unwrap(),
        sentences: None,
    };
    Arc::new(extract::extract(&raw).article.unwrap())
}

/// The vectors that were written for a page, a signed byte a dimension.
fn vectors(page: &Path, sentences: usize) -> Vec<Vec<f32>> {
    let bytes = std::fs::read(page.with_extension("vectors")).unwrap_or_default();
    assert_eq!(
        bytes.len(),
        sentences * DIMENSION,
        "{}: its sentences have changed; see the head of this file",
        page.display()
    );
    bytes
        .chunks_exact(DIMENSION)
        .map(|row| {
            let vector: Vec<f32> = row.iter().map(|byte| f32::from(byte.cast_signed())).collect();
            let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(1.0);
            vector.iter().map(|x| x / length).collect()
        })
        .collect()
}

/// The runs of a text's sentences that nothing but boilerplate interrupts, as what they begin and end with.
fn pieces<'a>(document: &'a Document, told: &[usize]) -> Vec<(&'a str, &'a str)> {
    let mut out: Vec<(&str, &str)> = Vec::new();
    let mut last = None;
    let mut own: Vec<&Sentence> = document.sentences().collect();
    own.sort_by_key(|s| s.span.start);
    for sentence in own {
        let place = told.iter().position(|start| *start == sentence.span.start);
        let text = document.text(&sentence.span);
        match out.last_mut() {
            Some(piece) if last.map(|n: usize| n + 1) == place => piece.1 = text,
            _ => out.push((text, text)),
        }
        last = place;
    }
    out
}

fn name(kind: DocumentKind) -> String {
    serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned()
}

/// What is wrong with the texts of a page.
fn faults(page: &Path, article: &Arc<Article>, documents: &[Document]) -> Vec<String> {
    let gold: serde_json::Value = serde_json::from_slice(&std::fs::read(page.with_extension("json")).unwrap()).unwrap();
    let str = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let mut wrong = Vec::new();
    let (boilerplate, texts): (Vec<&Document>, Vec<&Document>) =
        documents.iter().partition(|d| d.kind == DocumentKind::Boilerplate);
    let mut told: Vec<usize> = texts.iter().flat_map(|d| d.sentences().map(|s| s.span.start)).collect();
    told.sort_unstable();

    let parts = gold["parts"].as_array().unwrap();
    if parts.len() != texts.len() {
        wrong.push(format!("{} texts and not {}", texts.len(), parts.len()));
    }
    for (part, text) in parts.iter().zip(&texts) {
        let expected = part["pieces"].as_array().unwrap();
        let found = pieces(text, &told);
        let same = expected.len() == found.len()
            && expected.iter().zip(&found).all(|(e, (first, last))| {
                first.starts_with(&str(&e["starts_with"])) && last.ends_with(&str(&e["ends_with"]))
            });
        if !same {
            wrong.push(format!("{} is {found:?} and not {expected:?}", text.id));
        }
        if name(text.kind) != str(&part["kind"]) {
            wrong.push(format!("{} is a {} and no {}", text.id, name(text.kind), part["kind"]));
        }
        if part.get("title").is_some_and(|t| Some(str(t).as_str()) != text.title()) {
            wrong.push(format!(
                "{} is called {:?} and not {}",
                text.id,
                text.title(),
                part["title"]
            ));
        }
    }

    let marked: Vec<&str> = boilerplate
        .iter()
        .flat_map(|d| d.sentences().map(|s| d.text(&s.span)))
        .collect();
    let lines: Vec<String> = gold["boilerplate"].as_array().unwrap().iter().map(str).collect();
    for sentence in &marked {
        if !lines.iter().any(|line| sentence.starts_with(line.as_str())) && !sentence.starts_with('©') {
            wrong.push(format!("{sentence:?} is no boilerplate"));
        }
    }
    for line in lines.iter().filter(|line| article.text.contains(line.as_str())) {
        if !marked.iter().any(|sentence| sentence.starts_with(line.as_str())) {
            wrong.push(format!("{line:?} is boilerplate"));
        }
    }
    wrong
}

#[test]
fn every_boundary_is_right_with_vectors() {
    let mut wrong = Vec::new();
    for page in pages() {
        let article = article(&page);
        let sentences = segment::sentences(&article);
        let vectors = vectors(&page, sentences.len());
        let documents = segment::documents(&article, sentences, &vectors, &segment::Options::default());
        let faults = faults(&page, &article, &documents);
        wrong.extend(faults.iter().map(|fault| format!("{}: {fault}", article.id)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_boundary_that_words_can_tell_is_right_without() {
    let mut wrong = Vec::new();
    for page in pages() {
        let article = article(&page);
        let sentences = segment::sentences(&article);
        let documents = segment::documents(&article, sentences, &[], &segment::Options::default());
        let faults = faults(&page, &article, &documents);
        if NEEDS_MEANING.contains(&article.id.as_str()) {
            if faults.is_empty() {
                wrong.push(format!("{}: is right; strike it from NEEDS_MEANING", article.id));
            }
            continue;
        }
        wrong.extend(faults.iter().map(|fault| format!("{}: {fault}", article.id)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[ignore = "needs the model in BROADSHEET_MODELS; writes into tests/cases/pages"]
fn write_vectors() {
    let models =
        PathBuf::from(std::env::var_os("BROADSHEET_MODELS").expect("BROADSHEET_MODELS names the models' folder"));
    let encoder = BertEncoder::load(store::find("all-MiniLM-L6-v2").unwrap(), &models).unwrap();
    for page in pages() {
        let article = article(&page);
        let sentences = segment::sentences(&article);
        let texts: Vec<&str> = sentences.iter().map(|s| &article.text[s.span.clone()]).collect();
        let vectors = encoder.encode(&texts, &|_| {}).unwrap();
        let bytes: Vec<u8> = vectors
            .iter()
            .flat_map(|vector| {
                let largest = vector.iter().fold(f32::MIN_POSITIVE, |top, x| top.max(x.abs()));
                vector
                    .iter()
                    .map(move |x| ((x / largest * 127.0).round() as i8).cast_unsigned())
            })
            .collect();
        std::fs::write(page.with_extension("vectors"), bytes).unwrap();
    }
}
