//! The same token ids as Python's transformers, greedy and with 4 beams, for a tiny checkpoint of each architecture.
//!
//! `scripts/tiny_models.py` made the checkpoints and wrote down Python's ids.

use std::path::{Path, PathBuf};

use broadsheet::infer::generate::{Architecture, Device, GenerateOptions, Generator, Seq2Seq};
use serde::Deserialize;

#[derive(Deserialize)]
struct Expected {
    margin: f64,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    text: String,
    input: Vec<i64>,
    greedy: Vec<i64>,
    beams: Vec<Vec<i64>>,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases/generate")
        .join(name)
}

fn load(name: &str) -> Seq2Seq {
    // The checkpoints are too small for a second thread to be of use.
    broadsheet::infer::set_threads(1);
    Seq2Seq::load(name, "", &folder(name), Device::Cpu).unwrap()
}

fn expected(name: &str) -> Expected {
    serde_json::from_str(&std::fs::read_to_string(folder(name).join("expected.json")).unwrap()).unwrap()
}

fn beams(n: usize) -> GenerateOptions {
    GenerateOptions {
        beams: Some(n),
        ..GenerateOptions::default()
    }
}

/// All texts at once, so in padded batches where the architecture can; then one by one.
fn same_ids(name: &str, architecture: Architecture) {
    let (model, expected) = (load(name), expected(name));
    assert_eq!(model.architecture(), architecture);
    assert!(expected.cases.len() >= 20 && expected.margin >= 5e-4);
    let texts: Vec<&str> = expected.cases.iter().map(|c| c.text.as_str()).collect();
    let together = [
        model.ids(&texts, &beams(1)).unwrap(),
        model.ids(&texts, &beams(4)).unwrap(),
    ];
    let mut wrong = Vec::new();
    for (n, case) in expected.cases.iter().enumerate() {
        assert_eq!(
            model.input(&case.text).unwrap(),
            case.input,
            "{name}: tokens of {:?}",
            case.text
        );
        let alone = [
            model.ids(&texts[n..=n], &beams(1)).unwrap(),
            model.ids(&texts[n..=n], &beams(4)).unwrap(),
        ];
        let all = [
            ("together", &together[0][n], &together[1][n]),
            ("alone", &alone[0][0], &alone[1][0]),
        ];
        for (how, greedy, four) in all {
            if *greedy != [case.greedy.clone()] {
                wrong.push(format!("{n} {how} greedy\n  {:?}\n  {:?}", case.greedy, greedy[0]));
            }
            if *four != case.beams {
                wrong.push(format!("{n} {how} beams\n  {:?}\n  {:?}", case.beams, four));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{name}: Python's ids, then ours\n{}",
        wrong.join("\n")
    );
}

#[test]
fn bart() {
    same_ids("bart", Architecture::Bart);
}

#[test]
fn pegasus() {
    same_ids("pegasus", Architecture::Pegasus);
}

#[test]
fn t5() {
    same_ids("t5", Architecture::T5);
}

#[test]
fn flan_t5() {
    same_ids("flan-t5", Architecture::T5);
}

#[test]
fn longt5() {
    same_ids("longt5", Architecture::LongT5);
}

#[test]
fn longt5_local() {
    same_ids("longt5-local", Architecture::LongT5);
}

#[test]
fn prophetnet() {
    same_ids("prophetnet", Architecture::ProphetNet);
}

/// Some 1,500 tokens, where BART's window has 200.
fn long_text() -> String {
    let sentence = |n: usize| {
        format!(
            "On day {n} the harbour authority counted {} boats at Port Lyle. ",
            n * 7 % 90
        )
    };
    (0..40).map(sentence).collect()
}

#[test]
fn texts_of_any_length_are_summarised_and_their_order_does_not_matter() {
    for name in ["bart", "t5", "prophetnet"] {
        let model = load(name);
        let long = long_text();
        let texts = [
            "The bridge will reopen in May.",
            " \n",
            long.as_str(),
            "Ada Brook won.",
            "« 東京 »",
        ];
        let options = GenerateOptions {
            max_tokens: Some(12),
            min_tokens: Some(2),
            ..beams(3)
        };
        let found = model.summarise(&texts, &options).unwrap();
        assert_eq!(found.len(), texts.len());
        for (n, beams) in found.iter().enumerate() {
            assert_eq!(beams.is_empty(), n == 1, "{name}: {beams:?}");
            assert!(beams.len() <= 3 && beams.iter().all(|b| b.trim() == b && !b.is_empty()));
            assert!(beams.iter().enumerate().all(|(i, b)| !beams[..i].contains(b)));
        }
        let order = [4, 2, 0, 3, 1];
        let again = model.summarise(&order.map(|n| texts[n]), &options).unwrap();
        assert_eq!(again, order.map(|n| found[n].clone()), "{name}");
    }
}

#[test]
fn the_end_of_a_long_text_counts_too() {
    let model = load("bart");
    let (long, other) = (
        long_text(),
        long_text() + &"Ada Brook, Tomas Lind and Mira Okoro won the race. ".repeat(8),
    );
    let found = model.summarise(&[&long, &other], &beams(1)).unwrap();
    assert_ne!(found[0], found[1]);
    // No space and no full stop to cut at, and tokens that are parts of characters.
    let run = "東京港務局".repeat(300);
    assert_eq!(model.summarise(&[&run], &beams(1)).unwrap()[0].len(), 1);
}

/// A copy of a checkpoint, to be spoilt.
fn copy(name: &str) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(folder(name)).unwrap().map(Result::unwrap) {
        std::fs::copy(entry.path(), to.path().join(entry.file_name())).unwrap();
    }
    to
}

fn edit(folder: &Path, file: &str, from: &str, to: &str) {
    let bytes = std::fs::read(folder.join(file)).unwrap();
    let at = bytes
        .windows(from.len())
        .position(|w| w == from.as_bytes())
        .expect(from);
    let changed = [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat();
    std::fs::write(folder.join(file), changed).unwrap();
}

#[test]
fn what_is_wrong_with_a_checkpoint_is_said_in_one_line() {
    let says = |folder: &Path, words: &[&str]| {
        let error = Seq2Seq::load("mine", "", folder, Device::Cpu)
            .err()
            .expect("an error")
            .to_string();
        assert!(!error.contains('\n') && error.contains("mine"), "{error}");
        words
            .iter()
            .for_each(|word| assert!(error.contains(word), "{error:?} does not say {word:?}"));
    };
    let spoilt = copy("bart");
    edit(
        spoilt.path(),
        "model.safetensors",
        "model.decoder.layers.1.fc1.weight",
        "model.decoder.layers.1.fcX.weight",
    );
    says(spoilt.path(), &["no tensor model.decoder.layers.1.fc1.weight"]);
    let spoilt = copy("bart");
    edit(
        spoilt.path(),
        "config.json",
        "\"decoder_ffn_dim\": 64",
        "\"decoder_ffn_dim\": 96",
    );
    says(
        spoilt.path(),
        &["model.decoder.layers.0.fc1", "has the shape [64] and not [96]"],
    );
    let spoilt = copy("bart");
    edit(spoilt.path(), "config.json", "\"d_model\": 32", "\"d_model\": -3");
    says(spoilt.path(), &["no usable d_model"]);
    let spoilt = copy("bart");
    edit(spoilt.path(), "config.json", "\"gelu\"", "\"frob\"");
    says(spoilt.path(), &["activation_function is frob"]);
    let spoilt = copy("bart");
    std::fs::remove_file(spoilt.path().join("merges.txt")).unwrap();
    says(spoilt.path(), &["no tokenizer", "tokenizer.json"]);
    let spoilt = copy("t5");
    std::fs::write(spoilt.path().join("spiece.model"), "text").unwrap();
    says(spoilt.path(), &["spiece.model"]);
    let spoilt = copy("prophetnet");
    edit(
        spoilt.path(),
        "model.safetensors",
        "prophetnet.encoder.layers.0.",
        "prophetnet.encoder.layers.9.",
    );
    says(spoilt.path(), &["no tensor prophetnet.encoder.layers.0."]);

    let spoilt = copy("bart");
    edit(
        spoilt.path(),
        "generation_config.json",
        "\"num_beams\": 4",
        "\"num_beams\": \"four\"",
    );
    let model = Seq2Seq::load("mine", "", spoilt.path(), Device::Cpu).unwrap();
    let error = model
        .summarise(&["Text."], &GenerateOptions::default())
        .unwrap_err()
        .to_string();
    assert!(error.contains("num_beams"), "{error}");
}
