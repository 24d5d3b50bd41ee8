//! The house: which module may import which. A module imports only those of the layers before it, the stages never
//! each other, and nothing outside `infer` names a tensor.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The layers of src/lib.rs's stage map, from the lowest.
const LAYERS: &[&[&str]] = &[
    &["document", "digest", "error"],
    &["infer", "name", "quantity", "words"],
    &[
        "ingest",
        "extract",
        "segment",
        "annotate",
        "cluster",
        "summarize",
        "figures",
        "verify",
        "follow",
        "rank",
        "render",
    ],
    &["config"],
    &["pipeline", "deliver", "site"],
    &["state"],
    &["run"],
    &["cli", "main"],
];

/// The layers whose modules may import one another.
const OPEN: &[usize] = &[0, 7];

fn layer(module: &str) -> usize {
    LAYERS
        .iter()
        .position(|modules| modules.contains(&module))
        .unwrap_or_else(|| panic!("{module} has no layer: add it to tests/layers.rs and to src/lib.rs"))
}

/// Every source file with the module that it belongs to.
fn sources() -> Vec<(String, PathBuf)> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|e| e == "rs") {
                files.push(path);
            }
        }
    }
    let src = Path::new("src").to_path_buf();
    let mut files = Vec::new();
    walk(&src, &mut files);
    files.sort();
    let module = |path: &Path| {
        path.strip_prefix(&src)
            .unwrap()
            .iter()
            .next()
            .unwrap()
            .to_string_lossy()
            .trim_end_matches(".rs")
            .to_owned()
    };
    files
        .into_iter()
        .map(|path| (module(&path), path))
        .filter(|(module, _)| module != "lib")
        .collect()
}

/// The first names of a group of imports, up to its closing brace: `a, b` of `a::{x, y}, b::c}`.
fn heads(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                found.extend(list[start..at].trim().split("::").next());
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    found
}

/// The modules of this crate that a source file names, its own left out. Braces after `crate::` are read too.
fn imports(text: &str, own: &str) -> BTreeSet<String> {
    let known = |word: &str| LAYERS.iter().any(|modules| modules.contains(&word));
    let code: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join(" ");
    let mut found = BTreeSet::new();
    for root in ["crate::", "broadsheet::"] {
        for (at, _) in code.match_indices(root) {
            let rest = &code[at + root.len()..];
            let names = match rest.strip_prefix('{') {
                Some(list) => heads(list),
                None => vec![
                    rest.split(|c: char| !c.is_alphanumeric() && c != '_')
                        .next()
                        .unwrap_or_default(),
                ],
            };
            found.extend(names.into_iter().filter(|w| known(w) && *w != own).map(str::to_owned));
        }
    }
    found
}

#[test]
fn every_module_imports_only_the_layers_before_it() {
    let sources = sources();
    assert!(sources.len() > 20, "the walk found {} files", sources.len());
    let mut wrong = Vec::new();
    for (module, path) in &sources {
        let mine = layer(module);
        for other in imports(&std::fs::read_to_string(path).unwrap(), module) {
            let theirs = layer(&other);
            if theirs > mine || (theirs == mine && !OPEN.contains(&mine)) {
                wrong.push(format!(
                    "{}: layer {} imports {other} of layer {}",
                    path.display(),
                    mine + 1,
                    theirs + 1
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn tensors_stay_inside_infer() {
    for (module, path) in sources().iter().filter(|(module, _)| module != "infer") {
        let text = std::fs::read_to_string(path).unwrap();
        for word in ["tch::", "rust_bert::", "tokenizers::"] {
            // "fetch::" ends in the same letters.
            let named = text
                .match_indices(word)
                .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'));
            assert!(!named, "{} ({module}) names {word}", path.display());
        }
    }
}

#[test]
fn anyhow_stays_in_the_program() {
    for (module, path) in sources()
        .iter()
        .filter(|(module, _)| module != "cli" && module != "main")
    {
        assert!(
            !std::fs::read_to_string(path).unwrap().contains("anyhow"),
            "{} ({module}) names anyhow",
            path.display()
        );
    }
}

#[test]
fn clock_and_environment_stay_out_of_the_stages() {
    let stages = LAYERS[2]
        .iter()
        .filter(|m| **m != "ingest")
        .chain(LAYERS[0])
        .chain(LAYERS[1]);
    for stage in stages {
        for (module, path) in sources()
            .iter()
            .filter(|(module, path)| module == stage && !path.ends_with("tests.rs"))
        {
            let text = std::fs::read_to_string(path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for word in [
                "SystemTime",
                "Timestamp::now",
                "ZonedDateTime::now",
                "Instant::now",
                "env::var",
            ] {
                assert!(!code.contains(word), "{} ({module}) names {word}", path.display());
            }
        }
    }
}

/// Files whose hash maps are looked up and never walked.
const LOOKED_UP: &[&str] = &["src/quantity/lexicon.rs", "src/extract/html.rs"];

#[test]
fn hash_maps_are_only_looked_up() {
    for (_, path) in sources()
        .iter()
        .filter(|(_, path)| !LOOKED_UP.iter().any(|known| path.ends_with(known)))
    {
        let text = std::fs::read_to_string(path).unwrap();
        assert!(
            !text.contains("HashMap") && !text.contains("HashSet"),
            "{}: their order is not fixed; use BTreeMap or BTreeSet",
            path.display()
        );
    }
}

#[test]
fn the_test_sees_what_it_looks_for() {
    assert_eq!(
        imports(
            "use crate::{cluster, config::Config};\nlet x = crate::infer::cosine;",
            "pipeline"
        ),
        ["cluster", "config", "infer"].map(String::from).into()
    );
    assert_eq!(
        imports("use crate::{\n    infer::{a, b},\n    cluster,\n};", "x"),
        ["cluster", "infer"].map(String::from).into()
    );
    assert!(imports("// crate::cluster is a stage", "x").is_empty());
}
