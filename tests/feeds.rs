//! Broken feeds of the kinds that are about: each file of tests/cases/feeds, and what is read of it (expected.txt beside them).
//!
//! `BROADSHEET_BLESS=1 cargo test --release --test feeds` rewrites the expectations; read the diff before you commit it.

use std::fmt::Write;
use std::path::Path;

use broadsheet::ingest::{self, Options};

#[test]
fn as_many_entries_are_read_as_can_be() {
    let folder = Path::new("tests/cases/feeds");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension != "txt"));
    files.sort();
    assert!(files.len() >= 60, "{} files", files.len());
    let options = Options {
        fetch_pages: false,
        ..Options::default()
    };
    let short = |text: &str| -> String {
        let mut line: String = text.chars().take(90).collect();
        if line.len() < text.len() {
            line.push('…');
        }
        line.escape_debug()
            .to_string()
            .replace("\\\"", "\"")
            .replace("\\'", "'")
    };
    let mut found = String::new();
    for path in &files {
        let path = path.display().to_string();
        let name = |id: &str| id.replace("tests/cases/feeds/", "");
        writeln!(found, "{}", name(&path)).unwrap();
        let read = ingest::read(&[path], &options, &|_| {});
        for document in &read.documents {
            let title = document.title.as_deref().map_or("-".into(), short);
            let at = document.published.map_or("-".into(), |at| at.to_string());
            let body = short(&String::from_utf8_lossy(&document.body));
            writeln!(found, "  {} | {title} | {at} | {body}", short(&name(&document.id))).unwrap();
        }
        for warning in &read.warnings {
            let kind = if warning.lost { "lost" } else { "note" };
            writeln!(found, "  {kind}: {}", short(&name(&warning.to_string()))).unwrap();
        }
        found.push('\n');
    }
    let expected = folder.join("expected.txt");
    if std::env::var_os("BROADSHEET_BLESS").is_some() {
        std::fs::write(&expected, &found).unwrap();
    }
    let known = std::fs::read_to_string(&expected).unwrap_or_default();
    assert!(
        known == found,
        "differs from {} (BROADSHEET_BLESS=1 rewrites it):\n{found}",
        expected.display()
    );
}
