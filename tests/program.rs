//! The program as a user runs it, with the real model and the examples. Needs `make setup`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const EXAMPLES: &str = "examples/2026-03-14";

fn broadsheet(arguments: &[&str]) -> Output {
    run(Command::new(env!("CARGO_BIN_EXE_broadsheet")).args(arguments))
}

fn run(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().expect("the program starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8 on stdout")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn lines(output: &Output) -> Vec<Value> {
    stdout(output)
        .lines()
        .map(|line| serde_json::from_str(line).expect("a JSON line"))
        .collect()
}

fn characters(text: &str, start: &Value, end: &Value) -> String {
    let (start, end) = (start.as_u64().unwrap() as usize, end.as_u64().unwrap() as usize);
    text.chars().skip(start).take(end - start).collect()
}

/// The text of every article that went in, by id.
fn texts(inputs: &[&str]) -> std::collections::BTreeMap<String, String> {
    let output = broadsheet(&[&["extract", "--quiet"], inputs].concat());
    lines(&output)
        .into_iter()
        .map(|row| {
            (
                row["id"].as_str().unwrap().to_owned(),
                row["text"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

/// Every citation of a story, cut out of its article, is the sentence or the figure that cites it.
fn check_citations(story: &Value, texts: &std::collections::BTreeMap<String, String>) -> usize {
    let cut = |citation: &Value| {
        let id = citation["document"].as_str().unwrap().split('#').next().unwrap();
        characters(&texts[id], &citation["start"], &citation["end"])
    };
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut checked = 0;
    for sentence in story["summary"]["sentences"].as_array().unwrap() {
        for (n, citation) in sentence["citations"].as_array().unwrap().iter().enumerate() {
            let said = sentence.get("quote").unwrap_or(&sentence["text"]).as_str().unwrap();
            let found = cut(citation);
            assert!(
                found == said || (n > 0 && flat(&found) == flat(said)),
                "{found:?} is not {said:?}"
            );
            checked += 1;
        }
    }
    for figure in story["figures"].as_array().unwrap() {
        assert_eq!(flat(&cut(&figure["citation"])), figure["surface"].as_str().unwrap());
        checked += 1;
    }
    checked
}

#[test]
fn the_examples_give_the_committed_digest_twice() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for folder in [&first, &second] {
        let output = broadsheet(&["digest", EXAMPLES, "--out", &folder.path().display().to_string()]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert_eq!(stdout(&output).lines().count(), 3, "three paths");
    }
    let bless = std::env::var_os("BROADSHEET_BLESS").is_some();
    for ending in ["md", "html", "json"] {
        let name = format!("2026-03-14.{ending}");
        let made = std::fs::read(first.path().join(&name)).unwrap();
        assert!(
            made == std::fs::read(second.path().join(&name)).unwrap(),
            "{name}: two runs differ"
        );
        let committed = Path::new("digests").join(&name);
        if bless {
            std::fs::write(&committed, &made).unwrap();
        }
        assert!(
            made == std::fs::read(&committed).unwrap_or_default(),
            "{name} is not the committed one: look at the difference, then `make digest`"
        );
    }
    let digest: Value = serde_json::from_slice(&std::fs::read(first.path().join("2026-03-14.json")).unwrap()).unwrap();
    assert_eq!(digest["stories"].as_array().unwrap().len(), 9);
    assert!(digest["briefs"].as_array().unwrap().len() >= 4);
    let texts = texts(&[EXAMPLES]);
    let all = digest["stories"]
        .as_array()
        .unwrap()
        .iter()
        .chain(digest["briefs"].as_array().unwrap());
    assert!(all.map(|story| check_citations(story, &texts)).sum::<usize>() > 60);
}

#[test]
fn the_examples_are_grouped_as_they_were_written() {
    let gold: std::collections::BTreeMap<String, Vec<String>> =
        serde_json::from_slice(&std::fs::read("tests/cases/examples/groups.json").unwrap()).unwrap();
    let output = broadsheet(&["group", EXAMPLES]);
    let found: Vec<Vec<String>> = lines(&output)
        .iter()
        .map(|row| {
            row["documents"]
                .as_array()
                .unwrap()
                .iter()
                .map(|id| id.as_str().unwrap().to_owned())
                .collect()
        })
        .collect();
    for (event, mut documents) in gold {
        documents.sort();
        let group = found.iter().find(|group| {
            let mut group = (*group).clone();
            group.sort();
            group == documents
        });
        assert!(group.is_some(), "{event}: no group is {documents:?} in {found:#?}");
    }
}

#[test]
fn groups_do_not_depend_on_the_order_of_inputs() {
    let mut files: Vec<String> = std::fs::read_dir(EXAMPLES)
        .unwrap()
        .map(|e| e.unwrap().path().display().to_string())
        .collect();
    files.sort();
    let groups = |files: &[String]| {
        let arguments: Vec<&str> = std::iter::once("group")
            .chain(files.iter().map(String::as_str))
            .collect();
        let mut found: Vec<(String, String)> = lines(&broadsheet(&arguments))
            .iter()
            .map(|row| (row["story"].to_string(), row["headline"].to_string()))
            .collect();
        found.sort();
        found
    };
    let forward = groups(&files);
    files.reverse();
    let backward = groups(&files);
    files.rotate_left(5);
    assert_eq!(forward, backward);
    assert_eq!(forward, groups(&files));
}

#[test]
fn json_from_stdin_cites_what_extract_gives() {
    let page = std::fs::read(format!("{EXAMPLES}/courant-karrow-deep.html")).unwrap();
    let through = |arguments: &[&str]| {
        use std::io::Write;
        let mut child = Command::new(env!("CARGO_BIN_EXE_broadsheet"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&page).unwrap();
        child.wait_with_output().unwrap()
    };
    let stories: Value = serde_json::from_slice(&through(&["summarize", "-", "--format", "json"]).stdout).unwrap();
    let article = &lines(&through(&["extract", "-"]))[0];
    let texts = [(
        article["id"].as_str().unwrap().to_owned(),
        article["text"].as_str().unwrap().to_owned(),
    )]
    .into();
    assert!(check_citations(&stories[0], &texts) >= 5);
}

/// Runs `digest` over one bad input and a good one; gives what was said of the bad one.
fn beside_a_good_one(bad: &str, code: i32) -> String {
    let out = tempfile::tempdir().unwrap();
    let good = format!("{EXAMPLES}/packet-cup-final.html");
    let output = broadsheet(&["digest", bad, &good, "--out", &out.path().display().to_string()]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(code), "{bad}: {said}");
    let digest = std::fs::read_to_string(out.path().join("2026-03-14.md"))
        .or_else(|_| std::fs::read_to_string(out.path().join("2026-03-13.md")));
    assert!(
        digest.expect("the digest is there").contains("Tolverby"),
        "{bad}: the good article is in the digest"
    );
    let about: Vec<&str> = said.lines().collect();
    assert_eq!(about.len(), 1, "{bad}: one line, not {said}");
    assert!(!said.contains("panicked"), "{said}");
    about[0].to_owned()
}

#[test]
fn bad_inputs_cost_one_line_each_and_nothing_else() {
    let cases = "tests/cases/bad";
    let big = tempfile::Builder::new().suffix(".html").tempfile().unwrap();
    std::fs::write(big.path(), "<p>word word word word</p>".repeat(50_000_000 / 26)).unwrap();
    let big = big.path().display().to_string();
    // A port that nobody listens on: bound, then let go.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let refuses = format!("http://127.0.0.1:{port}/news");
    for (bad, code, word) in [
        (format!("{cases}/empty.txt"), 3, "is empty"),
        (format!("{cases}/no-such-file.html"), 3, "no such"),
        (format!("{cases}/binary.html"), 3, "PNG"),
        (format!("{cases}/invalid-utf8.txt"), 0, "UTF-8"),
        (big, 3, "MB"),
        (format!("{cases}/broken-feed.xml"), 3, "no feed"),
        (refuses, 3, "refused"),
        (format!("{cases}/cut.jsonl"), 3, "cut.jsonl:2"),
        (format!("{cases}/french.txt"), 0, "(fr)"),
        (format!("{cases}/chinese.txt"), 0, "(zh)"),
        (format!("{cases}/paywall.html"), 0, "only the beginning"),
    ] {
        let line = beside_a_good_one(&bad, code);
        assert!(
            line.to_lowercase().contains(&word.to_lowercase()),
            "{bad}: {line} does not say {word}"
        );
        let name = bad.rsplit('/').next().unwrap();
        assert!(line.contains(name), "{line} does not name {name}");
    }
}

#[test]
fn other_languages_give_their_lead_and_not_nonsense() {
    for name in ["french.txt", "chinese.txt"] {
        let path = format!("tests/cases/bad/{name}");
        let output = broadsheet(&["summarize", &path, "--format", "jsonl", "--sentences", "2"]);
        let row = &lines(&output)[0];
        assert_eq!(row["method"], "lead", "{name}");
        let text = std::fs::read_to_string(&path).unwrap();
        let first = row["summary"][0]["text"].as_str().unwrap();
        assert!(text.find(first).is_some_and(|at| at < 200), "{name}: {first}");
    }
}

#[test]
fn a_template_with_an_unknown_field_is_named_and_nothing_is_written() {
    let (mine, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::copy("tests/cases/bad/unknown-field.hbs", mine.path().join("digest.md.hbs")).unwrap();
    let folder = mine.path().display().to_string();
    let output = broadsheet(&[
        "digest",
        EXAMPLES,
        "--templates",
        &folder,
        "--out",
        &out.path().display().to_string(),
    ]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains("digest.md") && said.contains("headlin"), "{said}");
    assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 0);
}

#[test]
fn a_model_with_one_byte_changed_is_not_used() {
    let listed = stdout(&broadsheet(&["models", "list"]));
    let store = PathBuf::from(listed.lines().last().unwrap().strip_prefix("store: ").unwrap());
    let copy = tempfile::tempdir().unwrap();
    for model in std::fs::read_dir(&store).unwrap().map(|entry| entry.unwrap().path()) {
        let into = copy.path().join(model.file_name().unwrap());
        std::fs::create_dir(&into).unwrap();
        for file in std::fs::read_dir(model).unwrap().map(|entry| entry.unwrap().path()) {
            std::fs::copy(&file, into.join(file.file_name().unwrap())).unwrap();
        }
    }
    let folder = copy.path().join("all-MiniLM-L6-v2");
    let models = copy.path().display().to_string();
    let article = format!("{EXAMPLES}/packet-cup-final.html");
    let arguments = ["--models", &models, "summarize", &article];
    assert_eq!(broadsheet(&arguments).status.code(), Some(0));
    let weights = folder.join("model.safetensors");
    let mut bytes = std::fs::read(&weights).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&weights, bytes).unwrap();
    let output = broadsheet(&arguments);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(
        said.contains("model.safetensors") && said.contains("make setup"),
        "{said}"
    );
    assert_eq!(
        broadsheet(&["--models", &models, "models", "verify"]).status.code(),
        Some(1)
    );
}

#[test]
fn the_encoder_is_pythons() {
    // Vectors by Python's transformers on the same weights, made by scripts/parity.py.
    use broadsheet::infer::{BertEncoder, Encoder, store};
    let listed = stdout(&broadsheet(&["models", "list"]));
    let folder = PathBuf::from(listed.lines().last().unwrap().strip_prefix("store: ").unwrap());
    let encoder = BertEncoder::load(store::find("all-MiniLM-L6-v2").unwrap(), &folder).unwrap();
    let cases: Vec<Value> =
        serde_json::from_slice(&std::fs::read("tests/cases/encoder/vectors.json").unwrap()).unwrap();
    let texts: Vec<&str> = cases.iter().map(|c| c["text"].as_str().unwrap()).collect();
    let vectors = encoder.encode(&texts, &|_| {}).unwrap();
    for (case, vector) in cases.iter().zip(&vectors) {
        let expected = case["vector"].as_array().unwrap();
        assert_eq!(expected.len(), vector.len());
        for (e, v) in expected.iter().zip(vector) {
            let off = (e.as_f64().unwrap() - f64::from(*v)).abs();
            assert!(off < 1e-5, "{}: {off}", case["text"]);
        }
    }
}

#[test]
fn a_text_longer_than_the_window_is_read_to_its_end() {
    use broadsheet::infer::{BertEncoder, Encoder, cosine, store};
    let listed = stdout(&broadsheet(&["models", "list"]));
    let folder = PathBuf::from(listed.lines().last().unwrap().strip_prefix("store: ").unwrap());
    let encoder = BertEncoder::load(store::find("all-MiniLM-L6-v2").unwrap(), &folder).unwrap();
    let head = "The harbour was calm and the boats stayed in. ".repeat(60);
    let tail = "Inflation rose and the central bank raised interest rates. ".repeat(60);
    let both = format!("{head}{tail}");
    let vectors = encoder.encode(&[&head, &tail, &both], &|_| {}).unwrap();
    assert!(
        cosine(&vectors[1], &vectors[2]) > 0.5,
        "the end of the long text is in its vector"
    );
    assert!(cosine(&vectors[0], &vectors[2]) > 0.5, "and so is its beginning");
}

#[test]
fn templates_can_be_exported_changed_and_used() {
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join("mine");
    let path = mine.display().to_string();
    assert_eq!(broadsheet(&["templates", "export", &path]).status.code(), Some(0));
    assert_eq!(
        broadsheet(&["templates", "export", &path]).status.code(),
        Some(1),
        "changes are not overwritten"
    );
    let file = mine.join("digest.md.hbs");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("Our own first line\n{text}")).unwrap();
    let article = format!("{EXAMPLES}/packet-cup-final.html");
    let output = broadsheet(&[
        "digest",
        &article,
        "--templates",
        &path,
        "--out",
        "-",
        "--format",
        "markdown",
    ]);
    assert!(
        stdout(&output).starts_with("Our own first line\n"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn an_article_without_a_story_is_missed_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let notice = "Copyright 2026 The Lessen Post. All rights reserved.\n";
    std::fs::write(folder.path().join("notice.txt"), notice).unwrap();
    std::fs::copy(
        format!("{EXAMPLES}/packet-cup-final.html"),
        folder.path().join("cup.html"),
    )
    .unwrap();
    let input = folder.path().display().to_string();
    for command in [
        &["digest", &input, "--out", "-", "--format", "json"][..],
        &["group", &input],
        &["summarize", &input],
    ] {
        let output = broadsheet(command);
        assert_eq!(output.status.code(), Some(3), "{command:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("notice.txt"), "{command:?}");
    }
}

#[test]
fn a_digest_does_not_read_its_own_digests() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(
        format!("{EXAMPLES}/packet-cup-final.html"),
        folder.path().join("cup.html"),
    )
    .unwrap();
    let digest = || {
        run(Command::new(env!("CARGO_BIN_EXE_broadsheet"))
            .args(["digest", "."])
            .current_dir(&folder))
    };
    let first = digest();
    assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
    let html = folder.path().join("digests/2026-03-14.html");
    let made = std::fs::read(&html).unwrap();
    assert_eq!(digest().status.code(), Some(0));
    assert!(made == std::fs::read(&html).unwrap());
}

#[test]
fn usage_errors_exit_with_2_and_help_shows_an_example() {
    assert_eq!(broadsheet(&["summarize"]).status.code(), Some(2));
    assert_eq!(
        broadsheet(&["digest", "x", "--date", "yesterday"]).status.code(),
        Some(2)
    );
    for command in [
        "summarize",
        "summarise",
        "digest",
        "extract",
        "segment",
        "group",
        "figures",
    ] {
        assert!(
            stdout(&broadsheet(&[command, "--help"])).contains("Example"),
            "{command}"
        );
    }
    assert!(stdout(&broadsheet(&["completions", "bash"])).contains("broadsheet"));
    assert!(stdout(&broadsheet(&["man"])).contains(".TH broadsheet"));
}
