//! What is said goes to stderr, and to a log where one is asked for. Needs no model.

use std::fs;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn extract(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_broadsheet"));
    command.env_remove("RUST_LOG").arg("extract").args(arguments);
    command.stdin(Stdio::null()).output().expect("the program starts")
}

#[test]
fn a_log_is_appended_to_with_times_and_stderr_stays_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("run.log");
    let log = log.to_str().unwrap();
    let plain = extract(&["/nowhere/a.html"]);
    let logged = extract(&["/nowhere/a.html", "--log", log]);
    assert_eq!(logged.stderr, plain.stderr);
    extract(&["/nowhere/b.html", "--quiet", "--log", log]);
    let text = fs::read_to_string(log).unwrap();
    for path in ["/nowhere/a.html", "/nowhere/b.html"] {
        let line = text.lines().find(|line| line.contains(path)).expect(path);
        let time = line.split_whitespace().next().unwrap();
        assert!(time.parse::<jiff::Timestamp>().is_ok(), "{line}");
        assert!(line.contains("WARN"), "{line}");
    }
    assert_eq!(text.lines().filter(|line| line.contains("ERROR")).count(), 2, "{text}");
}

#[test]
fn json_goes_to_the_file_or_to_stderr() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("run.jsonl");
    extract(&[
        "/nowhere/a.html",
        "--log",
        log.to_str().unwrap(),
        "--log-format",
        "json",
    ]);
    let alone = extract(&["/nowhere/a.html", "--log-format", "json"]);
    for text in [
        fs::read_to_string(&log).unwrap(),
        String::from_utf8(alone.stderr).unwrap(),
    ] {
        let lines: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).expect(line))
            .collect();
        let warning = lines.iter().find(|line| line["level"] == "WARN").expect("a warning");
        assert!(warning["message"].as_str().unwrap().contains("/nowhere/a.html"));
        assert!(warning["timestamp"].is_string());
        assert!(lines.iter().any(|line| line["level"] == "ERROR"));
    }
}

#[test]
fn a_log_that_cannot_be_written_is_named() {
    let output = extract(&["/nowhere/a.html", "--log", "/nowhere/run.log"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("/nowhere/run.log"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}
