//! Passages a second of the quantity grammar on one core, for `make bench`: `quantities PASSAGES` (one a line) prints JSON.

use std::time::Instant;

use broadsheet::quantity::quantities;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let [path] = &arguments[..] else {
        eprintln!("usage: quantities PASSAGES (run by `make bench`)");
        return;
    };
    let text = std::fs::read_to_string(path).expect("a file of passages");
    let passages: Vec<&str> = text.lines().collect();
    // Once for the tables that are made at first use.
    passages.iter().take(100).for_each(|p| drop(quantities(p)));
    let start = Instant::now();
    let found: usize = passages.iter().map(|passage| quantities(passage).len()).sum();
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{{\"passages\": {}, \"quantities\": {found}, \"seconds\": {seconds}, \"passages_per_second\": {}}}",
        passages.len(),
        passages.len() as f64 / seconds
    );
}
