//! A text that no digest has told is told, also where its story has others that were: what is new in it is not hidden by them.

use std::sync::Arc;

use broadsheet::Config;
use broadsheet::digest::{Course, Digest};
use broadsheet::infer::FakeEncoder;
use broadsheet::pipeline::{self, Models};
use jiff::civil::{Date, date};

const FIRST: &str = "The ferry Tern ran aground off Pell on Monday with 40 people on board. Rescuers from Pell took all of them to the harbour \
    within three hours. The harbour master, Ida Brook, said the Tern had lost its steering in the storm. Divers will look at \
    the hull of the Tern when the storm has passed.";
const SECOND: &str = "The ferry Tern ran aground off Pell on Monday with 40 people on board. Rescuers from Pell took all of them to the \
    harbour within three hours. The prosecutor of Pell opened an inquiry into the owners on Wednesday and seized the logbook of the ship. \
    She wants to know why a pump that had failed in May was never replaced.";

fn digest(texts: &[(&str, &str)], day: Date, previous: Option<&Digest>) -> Digest {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.jsonl");
    let docs: Vec<_> = texts
        .iter()
        .map(|(id, text)| serde_json::json!({ "id": id, "title": "The Tern", "text": text }))
        .collect();
    std::fs::write(
        &input,
        serde_json::json!({ "id": "tern", "docs": docs }).to_string() + "\n",
    )
    .unwrap();
    let mut config = Config::default();
    // Room for what comes first, which was told.
    config.summarize.words = Some(30);
    let raw = broadsheet::ingest::read(&[input.display().to_string()], &config.ingest, &|_| {}).documents;
    let (articles, _): (Vec<Arc<_>>, _) = pipeline::articles(&raw, &|_, _, _| {});
    let (annotated, _) = pipeline::annotated(&articles, &FakeEncoder, &config, &|_, _, _| {}).unwrap();
    let models = Models {
        encoder: &FakeEncoder,
        generator: None,
    };
    let made = pipeline::digest(
        &articles,
        &annotated,
        Vec::new(),
        models,
        |_| day,
        previous,
        &config,
        &|_, _, _| {},
    );
    made.unwrap()
}

#[test]
fn what_a_new_text_adds_is_told_beside_texts_that_were() {
    let first = digest(&[("a", FIRST)], date(2026, 3, 17), None);
    let told = |d: &Digest| d.stories.iter().chain(&d.briefs).cloned().collect::<Vec<_>>();
    let thread = told(&first)[0].thread.clone();
    let second = digest(&[("a", FIRST), ("b", SECOND)], date(2026, 3, 18), Some(&first));
    let stories = told(&second);
    let [story] = &stories[..] else { panic!("{stories:#?}") };
    assert_eq!((story.course, &story.thread), (Course::Developing, &thread));
    let summary = story
        .summary
        .sentences
        .iter()
        .map(|s| s.text.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    assert!(summary.contains("inquiry") || summary.contains("pump"), "{summary}");
    // The same texts once more are no news.
    let third = digest(&[("a", FIRST), ("b", SECOND)], date(2026, 3, 19), Some(&second));
    assert!(told(&third).is_empty(), "{:#?}", told(&third));
}
