//! The command `templates`: a user's own folder from `export` to `preview`.

use std::path::Path;
use std::process::{Command, Output};

fn templates(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_broadsheet"))
        .arg("templates")
        .args(args)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn change(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let before = std::fs::read_to_string(&path).unwrap();
    assert!(before.contains(from), "{file} has no {from}");
    std::fs::write(path, before.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_copy_is_changed_checked_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join("mine");
    let name = mine.to_str().unwrap();
    let exported = templates(&["export", name]);
    assert!(exported.status.success(), "{}", text(&exported.stderr));
    let again = templates(&["export", name]);
    assert_eq!(again.status.code(), Some(1), "what is there is not replaced");

    let good = templates(&["check", name]);
    assert!(good.status.success(), "{}", text(&good.stdout));
    change(
        &mine,
        "digest.html.hbs",
        "<h1 dir=\"auto\">{{title}}</h1>",
        "<h1>Hello, {{truncate title 20}}</h1>",
    );
    let good = templates(&["check", name]);
    assert!(good.status.success(), "{}", text(&good.stdout));

    let shown = templates(&["preview", name, "--print", "--theme", "plain"]);
    assert!(shown.status.success(), "{}", text(&shown.stderr));
    let page = text(&shown.stdout).trim().to_string();
    let html = std::fs::read_to_string(&page).unwrap();
    std::fs::remove_file(&page).unwrap();
    assert!(
        html.contains("<h1>Hello, The Morning</h1>") && html.contains("--body: var(--sans)"),
        "{page}"
    );

    change(
        &mine,
        "digest.html.hbs",
        "{{truncate title 20}}",
        "{{truncate titel 20}}",
    );
    change(&mine, "sources.md.hbs", "{{number}}", "{{nummer}}");
    let bad = templates(&["check", name]);
    assert_eq!(bad.status.code(), Some(1));
    let out = text(&bad.stdout);
    for expected in [
        "template digest.html.hbs, line 11: {{truncate}} unknown field `titel`",
        "template sources.md.hbs, line 5: unknown field `nummer`",
    ] {
        assert!(out.contains(expected), "{out}");
    }
    assert_eq!(out.lines().count(), 2, "{out}");
}

#[test]
fn what_templates_see_is_printed() {
    let page = text(&templates(&["context"]).stdout);
    assert!(
        page.starts_with("# What templates see\n") && page.contains("| `headline` | text |"),
        "{page}"
    );
    let schema: serde_json::Value = serde_json::from_slice(&templates(&["context", "--schema"]).stdout).unwrap();
    assert!(schema["$defs"]["StoryView"]["properties"]["headline"].is_object());
}
