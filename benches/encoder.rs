//! Tokens a second of the encoder, for `make bench`: `encoder SENTENCES THREADS` prints JSON.

mod installed;

use std::time::Instant;

use broadsheet::infer::{Encoder, set_threads};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let [path, threads] = &arguments[..] else {
        eprintln!("usage: encoder SENTENCES THREADS (run by `make bench`)");
        return;
    };
    set_threads(threads.parse().expect("a number of threads"));
    let encoder = installed::encoder();
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
