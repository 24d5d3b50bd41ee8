//! Seconds to write one summary, for `make bench-generate`: `generate FOLDER TEXT TOKENS THREADS RUNS` prints JSON.
//!
//! TEXT is a file with one text; every summary has TOKENS tokens.

use std::path::Path;
use std::time::Instant;

use broadsheet::infer::generate::{Device, GenerateOptions, Seq2Seq};
use broadsheet::infer::set_threads;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let [folder, text, tokens, threads, runs] = &arguments[..] else {
        eprintln!("usage: generate FOLDER TEXT TOKENS THREADS RUNS (run by `make bench-generate`)");
        return;
    };
    let number = |text: &String| text.parse::<usize>().expect("a number");
    set_threads(number(threads));
    let text = std::fs::read_to_string(text).expect("a file with a text");
    let start = Instant::now();
    let model = Seq2Seq::load("bench", "", Path::new(folder), Device::Cpu).expect("a checkpoint");
    let load = start.elapsed().as_secs_f64();
    let read = model.input(&text).expect("tokens").len();
    let write = |beams: usize, tokens: usize| {
        let options = GenerateOptions {
            beams: Some(beams),
            min_tokens: Some(tokens),
            max_tokens: Some(tokens),
            ..GenerateOptions::default()
        };
        let start = Instant::now();
        let found = model.ids(&[&text], &options).expect("ids");
        assert_eq!(found[0][0].len(), tokens + 1);
        (start.elapsed().as_secs_f64(), found[0][0].clone())
    };
    write(1, 4);
    let (mut greedy, mut beams, mut ids) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..number(runs) {
        let (seconds, found) = write(1, number(tokens));
        greedy.push(seconds);
        ids = found;
        beams.push(write(4, number(tokens)).0);
    }
    println!("{{\"read\": {read}, \"load\": {load}, \"greedy\": {greedy:?}, \"beams\": {beams:?}, \"ids\": {ids:?}}}");
}
