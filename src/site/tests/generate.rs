//! Made-up digests, many and large: for measuring, and for what only shows over many days. Words are made of syllables and drawn as often as
//! words of a language are (Zipf 1935); the same seed gives the same digests.

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};

use crate::digest::*;
use crate::document::{DocumentKind, EntityKind, QuantityKind};

/// A generator of numbers (xorshift64*, Vigna 2016): small, and the same everywhere.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Chance(seed.max(1))
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize) % n.max(1)
    }

    fn share(&mut self) -> f64 {
        self.below(1 << 20) as f64 / f64::from(1 << 20)
    }

    /// A rank from 0 to `n`, whose chance falls as one over the rank.
    fn zipf(&mut self, n: usize) -> usize {
        (((n as f64).ln() * self.share()).exp() as usize - 1).min(n - 1)
    }
}

const SYLLABLES: &[&str] = &[
    "ba", "cor", "den", "el", "fir", "gan", "hol", "in", "jor", "kel", "lo", "mar", "nor", "os", "pel", "quin", "ran",
    "sil", "tor", "ul", "ven", "wes", "yar", "zel", "ash", "bri", "clu", "dro", "eth", "fla", "gri", "hum",
];

fn word(mut n: usize) -> String {
    let mut out = String::new();
    loop {
        out.push_str(SYLLABLES[n % SYLLABLES.len()]);
        n /= SYLLABLES.len();
        if n == 0 {
            return out;
        }
    }
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// How many distinct words and names the made-up world has.
const WORDS: usize = 30_000;
const NAMES: usize = 6_000;

fn sentence(chance: &mut Chance, words: usize) -> String {
    let mut out: Vec<String> = (0..words).map(|_| word(chance.zipf(WORDS))).collect();
    out[0] = capital(&out[0]);
    out.join(" ")
}

fn name(n: usize) -> (String, EntityKind) {
    let (a, b) = (capital(&word(n * 7 % 900 + 40)), capital(&word(n + 2000)));
    match n % 5 {
        0 | 1 => (format!("{a} {b}"), EntityKind::Per),
        2 => (format!("{b} Council"), EntityKind::Org),
        _ => (b, EntityKind::Loc),
    }
}

fn story(
    chance: &mut Chance,
    id: String,
    thread: String,
    first: Date,
    day: Date,
    words: &[usize],
    dead: (f64, Vec<Point>),
) -> Story {
    let at: Timestamp = format!("{day}T06:{:02}:00Z", chance.below(60)).parse().unwrap();
    let document = format!("https://news{}.example/{id}", chance.below(40));
    let own = |chance: &mut Chance| word(words[chance.below(words.len())]);
    let mut headline = sentence(chance, 5 + chance.0 as usize % 4);
    for _ in 0..3 {
        headline = format!("{headline} {}", own(chance));
    }
    let sentences: Vec<SummarySentence> = (0..4)
        .map(|n| {
            let text = format!("{} {} {}.", sentence(chance, 12 + n), own(chance), own(chance));
            SummarySentence {
                quote: None,
                citations: vec![Citation {
                    document: document.clone(),
                    start: n * 90,
                    end: n * 90 + 80,
                }],
                text,
            }
        })
        .collect();
    let citation = Citation {
        document: document.clone(),
        start: 0,
        end: 20,
    };
    let entities = (0..7).map(|n| {
        let (name, kind) = name(if n < 3 { words[n] % NAMES } else { chance.zipf(NAMES) });
        Name {
            name,
            kind,
            role: (n == 0).then(|| "minister".to_string()),
            mentions: 3,
            documents: 1,
            citation: citation.clone(),
        }
    });
    let entities = entities.collect();
    let figure = Figure {
        value: dead.0,
        max: None,
        unit: Some("person".to_string()),
        per: None,
        kind: QuantityKind::People,
        qualifier: None,
        role: Some("injured".to_string()),
        subject: None,
        place: None,
        as_of: Some(day),
        attribution: None,
        status: Status::Stated,
        surface: format!("{} people", dead.0),
        line: format!("{} people injured", dead.0),
        change: dead.1.last().map(|p| format!("rose to {} from {}", dead.0, p.value)),
        history: dead.1,
        context: sentences[0].text.clone(),
        citation: citation.clone(),
    };
    let developing = first != day;
    let sources = (1..=3).map(|number| Source {
        document: if number == 1 {
            document.clone()
        } else {
            format!("{document}-{number}")
        },
        number,
        url: Some(if number == 1 {
            document.clone()
        } else {
            format!("{document}-{number}")
        }),
        title: Some(headline.clone()),
        site_name: Some(format!("{} Courier", capital(&word(number + 50)))),
        source: None,
        byline: None,
        published: Some(at),
        copy_of: None,
        stub: false,
        image: None,
        kind: DocumentKind::Story,
        told: false,
    });
    Story {
        sources: sources.collect(),
        id,
        thread,
        course: if developing { Course::Developing } else { Course::New },
        since: developing.then_some(first),
        fresh: if developing { vec![0, 1] } else { vec![] },
        headline,
        voices: 3,
        summary: Summary {
            sentences,
            method: Method::Extractive,
            replaced: 0,
            rejected: vec![],
        },
        figures: vec![figure],
        conflicts: vec![],
        entities,
        first_seen: Some(at),
        updated: Some(at),
        section: None,
    }
}

/// A story that is still told.
struct Open {
    thread: String,
    first: Date,
    left: usize,
    words: Vec<usize>,
    values: Vec<Point>,
}

/// `days` digests of `stories` stories each, of which about half go on from the day before.
pub fn digests(days: usize, stories: usize) -> Vec<Digest> {
    let mut chance = Chance::new(7);
    let mut open: Vec<Open> = Vec::new();
    let mut out = Vec::new();
    let mut day = date(2025, 3, 1);
    for _ in 0..days {
        open.retain(|thread| thread.left > 0);
        while open.len() < stories {
            open.push(Open {
                thread: format!(
                    "{:012x}",
                    (chance.below(1 << 30) as u64) << 17 | chance.below(1 << 17) as u64
                ),
                first: day,
                left: 1 + chance.below(5) * chance.below(2) + usize::from(chance.below(20) == 0) * chance.below(30),
                words: (0..8).map(|_| chance.zipf(WORDS)).collect(),
                values: vec![],
            });
        }
        let told = open.iter_mut().enumerate().map(|(n, thread)| {
            thread.left -= 1;
            let value = thread.values.last().map_or(4.0, |p| p.value) + chance.below(9) as f64;
            let id = if thread.first == day {
                thread.thread.clone()
            } else {
                format!("{}{n}", &thread.thread[..11])
            };
            let story = story(
                &mut chance,
                id,
                thread.thread.clone(),
                thread.first,
                day,
                &thread.words,
                (value, thread.values.clone()),
            );
            thread.values.push(Point {
                date: day,
                value,
                max: None,
                qualifier: None,
            });
            story
        });
        let stories = told.collect();
        out.push(digest(day, stories));
        day = day.saturating_add(1.day());
    }
    out
}

/// A digest of these stories.
pub fn digest(day: Date, stories: Vec<Story>) -> Digest {
    Digest {
        version: 2,
        title: "The Made-up Morning".to_string(),
        date: day,
        window: Some(Window {
            from: format!("{day}T00:10:00Z").parse().unwrap(),
            to: format!("{day}T18:00:00Z").parse().unwrap(),
        }),
        articles: stories.len() * 3,
        stories,
        briefs: vec![],
        warnings: vec![],
        seen: vec![],
        faded: vec![],
        dormant: vec![],
        replaced: 0,
        models: vec![ModelNote {
            id: "made-up".to_string(),
            sha256: "0".repeat(64),
        }],
        generator: "broadsheet test".to_string(),
    }
}
