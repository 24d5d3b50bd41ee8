//! What earlier digests have told, by identity and not by time: a text is known by its words and by its article's id, so late and
//! undated items are neither lost nor told twice, however often the digest runs and however many runs were missed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use crate::digest::{Digest, Seen};
use crate::document::Document;

/// Days after which a text that no input has had is kept in short form.
const FADES: i32 = 30;
/// A text of fewer words than this is known by its words only together with its article's id: "Live: markets open" may well
/// be written twice.
const TELLING: usize = 20;
/// Hexadecimal digits of an identity's two halves.
const DIGITS: usize = 12;

/// How a text stands to what earlier digests have seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Neither its words nor its article were there.
    New,
    /// Its article was there with other words.
    Updated {
        /// The threads that told the article's earlier texts, in order, each once.
        threads: Vec<String>,
    },
    /// Its words were there.
    Same {
        /// The thread that told it; `None` where it was left out, and so may still be told.
        thread: Option<String>,
    },
}

impl Known {
    /// Whether telling it would not repeat anything.
    pub fn is_news(&self) -> bool {
        !matches!(self, Known::Same { thread: Some(_) })
    }

    /// The threads that told it or an earlier form of it.
    pub fn threads(&self) -> Vec<&str> {
        match self {
            Known::New => Vec::new(),
            Known::Updated { threads } => threads.iter().map(String::as_str).collect(),
            Known::Same { thread } => thread.iter().map(String::as_str).collect(),
        }
    }
}

/// Twelve hexadecimal digits made of a text's words: the same whatever its spaces, capitals and punctuation.
pub fn words(document: &Document) -> String {
    let mut hash = Sha256::new();
    let mut count = 0;
    let title = document.title().unwrap_or_default();
    for sentence in document.sentences() {
        count += feed(&mut hash, document.text(&sentence.span));
    }
    if count < TELLING {
        feed(&mut hash, title);
        feed(&mut hash, &document.article.id);
    }
    digits(hash)
}

fn feed(hash: &mut Sha256, text: &str) -> usize {
    let mut count = 0;
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        hash.update(word.to_lowercase().as_bytes());
        hash.update(b" ");
        count += 1;
    }
    count
}

fn digits(hash: Sha256) -> String {
    let hash = hash.finalize();
    hash.iter().take(DIGITS / 2).map(|byte| format!("{byte:02x}")).collect()
}

fn short(id: &str, words: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(id.as_bytes());
    digits(hash) + words
}

/// What the digest before and those before it have seen.
#[derive(Debug, Default)]
pub struct Memory<'a> {
    by_words: BTreeMap<&'a str, &'a Seen>,
    by_id: BTreeMap<&'a str, Vec<&'a Seen>>,
    faded_words: BTreeSet<&'a str>,
    faded_ids: BTreeSet<&'a str>,
    faded: &'a [String],
}

impl<'a> Memory<'a> {
    /// The memory that a digest carries.
    pub fn new(before: &'a Digest) -> Self {
        let mut memory = Memory {
            faded: &before.faded,
            ..Memory::default()
        };
        for seen in &before.seen {
            // Among several with the same words one that was told: it must not be told again.
            let slot = memory.by_words.entry(&seen.words).or_insert(seen);
            if slot.thread.is_none() {
                *slot = seen;
            }
            memory.by_id.entry(&seen.id).or_default().push(seen);
        }
        for faded in &before.faded {
            if let Some((id, words)) = faded.split_at_checked(DIGITS) {
                memory.faded_ids.insert(id);
                memory.faded_words.insert(words);
            }
        }
        memory
    }

    /// How a text stands to what was seen.
    pub fn look(&self, document: &Document) -> Known {
        self.find(&document.article.id, &words(document))
    }

    fn find(&self, id: &str, words: &str) -> Known {
        if let Some(seen) = self.by_words.get(words) {
            return Known::Same {
                thread: seen.thread.clone(),
            };
        }
        if self.faded_words.contains(words) {
            return Known::Same {
                thread: Some(String::new()),
            };
        }
        if let Some(all) = self.by_id.get(id) {
            let threads: BTreeSet<&String> = all.iter().filter_map(|seen| seen.thread.as_ref()).collect();
            return Known::Updated {
                threads: threads.into_iter().cloned().collect(),
            };
        }
        if self.faded_ids.contains(&short(id, "")[..]) {
            return Known::Updated { threads: Vec::new() };
        }
        Known::New
    }

    /// The `seen` and `faded` of the next digest: what was known, and today's texts, each with the thread that told it.
    /// `date` is the day of the digest that is made.
    pub fn carry(&self, today: &[(&Document, Option<&str>)], date: Date) -> (Vec<Seen>, Vec<String>) {
        let mut all: BTreeMap<(&str, String), Seen> = BTreeMap::new();
        for seen in self.by_id.values().flatten() {
            all.insert((&seen.id, seen.words.clone()), (*seen).clone());
        }
        for (document, thread) in today {
            let words = words(document);
            let told = match self.find(&document.article.id, &words) {
                Known::Same { thread } => thread,
                _ => None,
            };
            let told = told.or(thread.map(str::to_owned));
            let entry = all
                .entry((&document.article.id, words.clone()))
                .or_insert_with(|| Seen {
                    id: document.article.id.clone(),
                    words,
                    first: date,
                    last: date,
                    thread: None,
                });
            entry.last = entry.last.max(date);
            entry.thread = entry.thread.take().or(told);
        }
        let mut faded: BTreeSet<String> = self.faded.iter().cloned().collect();
        let mut seen = Vec::new();
        for one in all.into_values() {
            let gone = date.since(one.last).map_or(0, |span| span.get_days());
            // What was never told is not shortened: it may yet be told, and a short form counts as told.
            if gone > FADES && one.thread.is_some() {
                faded.insert(short(&one.id, &one.words));
            } else {
                seen.push(one);
            }
        }
        (seen, faded.into_iter().collect())
    }
}
