//! Tokens a second of the encoder, for `make bench`: `encoder SENTENCES THREADS` prints JSON.

use std::path::PathBuf;
use std::time::Instant;

use broadsheet::infer::{BertEncoder, Encoder, set_threads, store};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let [path, threads] = &arguments[..] else {
        eprintln!("usage: encoder SENTENCES THREADS (run by `make bench`)");
        return;
    };
    set_threads(threads.parse().expect("a number of threads"));
    let home = std::env::home_dir().expect("a home folder");
    let data = std::env::var_os("XDG_DATA_HOME").map_or(home.join(".local/share"), PathBuf::from);
    let folder = std::env::var_os("BROADSHEET_MODELS").map_or(data.join("broadsheet/models"), PathBuf::from);
    let encoder = BertEncoder::load(store::find("all-MiniLM-L6-v2").expect("in the manifest"), &folder)
        .expect("installed by `make setup`");
    let text = std::fs::read_to_string(path).expect("a file of sentences");
    let sentences: Vec<&str> = text.lines().collect();
    encoder
        .encode(&sentences[..sentences.len().min(64)], &|_| {})
        .expect("a warm-up");
    let start = Instant::now();
    encoder.encode(&sentences, &|_| {}).expect("the vectors");
    let seconds = start.elapsed().as_secs_f64();
    let tokens: usize = sentences.iter().map(|s| encoder.tokens(s).expect("tokens")).sum();
    println!(
        "{{\"tokens\": {tokens}, \"seconds\": {seconds}, \"tokens_per_second\": {}}}",
        tokens as f64 / seconds
    );
}
