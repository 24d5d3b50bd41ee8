//! What `--compress` makes of sentences, for `training/deletion.py`: `shorten SENTENCES` reads JSON Lines of `{id, text}` and prints
//! `{id, rules, head}`: the shorter sentence by rule alone and with the deletion head, or null. A line may bring `likely`, its
//! words as `[start, end, likelihood]` in bytes, in place of the head's own.

mod installed;

use std::path::PathBuf;
use std::time::Instant;

use broadsheet::infer::{DELETION, DeletionHead, Likely, set_threads};
use broadsheet::summarize::compress;
use serde_json::{Value, json};

fn given(row: &Value) -> Option<Vec<Likely>> {
    let word = |word: &Value| {
        let byte = |at: usize| usize::try_from(word[at].as_u64()?).ok();
        Some((byte(0)?..byte(1)?, word[2].as_f64()?))
    };
    row["likely"].as_array()?.iter().map(word).collect()
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let [path] = &arguments[..] else {
        eprintln!("usage: shorten SENTENCES (see training/README.md)");
        return;
    };
    set_threads(1);
    let encoder = installed::encoder();
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("models").join(DELETION);
    let head = DeletionHead::load(&encoder, &own).expect("the repository's head");
    let text = std::fs::read_to_string(path).expect("a file of sentences");
    let rows: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let sentences: Vec<&str> = rows.iter().map(|row| row["text"].as_str().expect("a text")).collect();
    let start = Instant::now();
    let likely = head.keep(&encoder, &sentences).expect("the likelihoods");
    let seconds = start.elapsed().as_secs_f64();
    for ((row, sentence), likely) in rows.iter().zip(&sentences).zip(likely) {
        let likely = given(row).unwrap_or(likely);
        println!(
            "{}",
            json!({"id": row["id"], "rules": compress(sentence, None), "head": compress(sentence, Some(&likely))})
        );
    }
    eprintln!("{} sentences in {seconds:.2} s by the head", rows.len());
}
