//! Summaries that a model writes, as a user asks for them: a tiny checkpoint with random weights, imported into a store of its own.
//! Needs `make setup`.

use std::path::PathBuf;
use std::process::Command;

/// The user's store of models, where `make setup` puts them.
fn models() -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".local/share");
    let data = std::env::var_os("XDG_DATA_HOME").map_or_else(home, PathBuf::from);
    std::env::var_os("BROADSHEET_MODELS").map_or(data.join("broadsheet/models"), PathBuf::from)
}

#[test]
fn a_model_that_writes_is_checked_and_says_what_was_replaced() {
    let store = tempfile::tempdir().unwrap();
    let standard = models();
    for model in [
        "all-MiniLM-L6-v2",
        "entities-minilm",
        "salience-minilm",
        "deletion-minilm",
    ] {
        std::os::unix::fs::symlink(standard.join(model), store.path().join(model)).unwrap();
    }
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_broadsheet"));
        command
            .args(args)
            .env("BROADSHEET_MODELS", store.path())
            .output()
            .unwrap()
    };
    let imported = run(&[
        "models",
        "import",
        "tests/cases/generate/bart",
        "--id",
        "tiny",
        "--licence",
        "MIT",
    ]);
    assert!(
        imported.status.success(),
        "{}",
        String::from_utf8_lossy(&imported.stderr)
    );
    let text = "examples/2026-03-14/packet-karrow-deep.txt";
    let told = run(&["summarize", text, "--model", "tiny", "--strict", "--format", "json"]);
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let stories: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    let first = &stories[0]["summary"];
    // Random weights write nonsense: nothing of it is shown.
    let article = std::fs::read_to_string(text).unwrap();
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentences = first["sentences"].as_array().unwrap();
    assert!(!sentences.is_empty());
    for sentence in sentences {
        assert!(
            flat(&article).contains(&flat(sentence["text"].as_str().unwrap())),
            "{sentence}"
        );
    }
    let missing = run(&["summarize", text, "--model", "none-such"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("none-such"));
}
