use jiff::civil::date;

use super::generate::{self, digests};
use super::*;

fn folder(files: &[(&str, Vec<u8>)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn json(digest: &Digest) -> Vec<u8> {
    serde_json::to_vec_pretty(digest).unwrap()
}

#[test]
fn one_bad_digest_is_named_and_the_rest_goes_on() {
    let days = digests(3, 4);
    let whole = json(&days[0]);
    let folder = folder(&[
        ("2025-03-01.json", whole.clone()),
        ("2025-03-02.json", json(&days[1])),
        ("2025-03-02-2.json", json(&days[1])),
        ("2025-03-03.json", json(&days[2])[..900].to_vec()),
        ("2025-03-04.json", whole.clone()),
        ("2025-03-05.json", b"[1, 2]".to_vec()),
        ("2025-03-06.json", br#"{"version": 99, "date": "2025-03-06"}"#.to_vec()),
        (
            "2025-03-07.json",
            br#"{"version": 2, "date": "2025-03-07", "stories": 7}"#.to_vec(),
        ),
        ("notes.json", whole.clone()),
        ("2025-03-01.md", b"# not read".to_vec()),
        (".2025-03-08.json", b"half written".to_vec()),
    ]);
    let (editions, warnings) = read(folder.path(), 2).unwrap();
    let stems: Vec<&str> = editions.iter().map(|edition| edition.stem.as_str()).collect();
    assert_eq!(stems, ["2025-03-01", "2025-03-02-2", "2025-03-02"]);
    let said: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    let expected = [
        ("2025-03-03.json", "is not whole JSON"),
        (
            "2025-03-04.json",
            "is the digest of 2025-03-01, not of the day in its name",
        ),
        ("2025-03-05.json", "it has no `version`"),
        ("2025-03-06.json", "its format is 99, this program reads up to 2"),
        ("2025-03-07.json", "is not a digest that can be shown"),
        ("notes.json", "is not named as a digest is"),
    ];
    assert_eq!(said.len(), expected.len(), "{said:?}");
    for (said, (name, reason)) in said.iter().zip(expected) {
        assert!(said.contains(name) && said.contains(reason), "{said}");
    }
    assert!(warnings.iter().all(|warning| warning.lost));
    let site = build(
        editions,
        &Renderer::new(&Templates::new(), 80).unwrap(),
        &Options::default(),
    )
    .unwrap();
    assert_eq!(site.editions, 3);
}

#[test]
fn the_first_format_is_read() {
    // No threads, no lines of figures, and `seen` a number.
    let mut old = serde_json::to_value(&digests(1, 2)[0]).unwrap();
    old["version"] = 1.into();
    old["seen"] = 6.into();
    old.as_object_mut().unwrap().remove("articles");
    for story in old["stories"].as_array_mut().unwrap() {
        let story = story.as_object_mut().unwrap();
        for gone in ["thread", "course", "entities"] {
            story.remove(gone);
        }
        for figure in story["figures"].as_array_mut().unwrap() {
            figure
                .as_object_mut()
                .unwrap()
                .retain(|name, _| !["line", "status", "as_of"].contains(&name.as_str()));
        }
    }
    let folder = folder(&[("2025-03-01.json", serde_json::to_vec(&old).unwrap())]);
    let (editions, warnings) = read(folder.path(), 2).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    assert_eq!(editions[0].digest.articles, 6);
    let story = &editions[0].digest.stories[0];
    assert_eq!(
        (&story.thread, &story.figures[0].line),
        (&story.id, &story.figures[0].context)
    );
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let error = read(std::path::Path::new("no/such/folder"), 2).unwrap_err().to_string();
    assert!(error.starts_with("no/such/folder: "), "{error}");
}

#[test]
fn stories_without_a_thread_have_nothing_in_common() {
    let mut days = digests(2, 3);
    for story in days.iter_mut().flat_map(|day| &mut day.stories) {
        story.thread.clear();
    }
    let site = built(days);
    assert_eq!((site.threads, site.index.stories), (0, 6));
    assert_eq!(built(vec![generate::digest(date(2026, 3, 14), vec![])]).names, 0);
}
