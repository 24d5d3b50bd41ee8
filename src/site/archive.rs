//! What an archive is made of: digests in order, the stories that they carry on, the names in them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::pages::line;
use crate::digest::{Digest, Story};
use crate::document::EntityKind;
use crate::render::view::{DigestView, StoryView};

/// A digest as it was published: a day may have several.
#[derive(Debug, Clone)]
pub struct Edition {
    /// What its file is called, without the ending: `2026-03-14`, `2026-03-14-2`.
    pub stem: String,
    /// Its place among the digests of its day, from 1.
    pub number: u32,
    /// What it says.
    pub digest: Digest,
}

impl Edition {
    /// An edition. What the archive does not show (the memory of what was seen) is let go.
    pub fn new(stem: String, number: u32, mut digest: Digest) -> Self {
        digest.seen = Vec::new();
        digest.faded = Vec::new();
        digest.dormant = Vec::new();
        Edition { stem, number, digest }
    }
}

/// The day and number that a digest's file name says: `2026-03-14` and 1, `2026-03-14-2` and 2.
pub(super) fn stem_of(stem: &str) -> Option<(Date, u32)> {
    let (day, rest) = stem.split_at_checked(10)?;
    let date: Date = day.parse().ok()?;
    // Jiff reads other forms of a date too.
    if date.to_string() != day {
        return None;
    }
    if rest.is_empty() {
        return Some((date, 1));
    }
    let number: u32 = rest.strip_prefix('-')?.parse().ok()?;
    (number >= 2 && rest == format!("-{number}")).then_some((date, number))
}

/// Where a story stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Index of [`Archive::editions`].
    pub edition: usize,
    /// Among the briefs.
    pub brief: bool,
    /// Index among the edition's stories or briefs.
    pub at: usize,
}

/// A story over days.
#[derive(Debug)]
pub(super) struct Thread {
    /// What its page is called, without the ending: safe in a path.
    pub slug: String,
    /// Where it is told, the oldest first. Not empty.
    pub told: Vec<Place>,
    /// Who and what is in it, the most told first: indices of [`Archive::names`].
    pub names: Vec<usize>,
}

impl Thread {
    /// Whether more than one digest tells it: what one tells is on that day's page.
    pub fn has_page(&self) -> bool {
        self.told.first().map(|p| p.edition) != self.last().map(|p| p.edition)
    }

    /// Where it was told last, the first of the day's places.
    pub fn last(&self) -> Option<&Place> {
        let edition = self.told.last()?.edition;
        self.told.iter().find(|place| place.edition == edition)
    }
}

/// A person, organisation or place.
#[derive(Debug)]
pub(super) struct NameEntry {
    /// As most stories write it.
    pub name: String,
    /// What most stories take it for.
    pub kind: EntityKind,
    /// What its page is called, without the ending: safe in a path.
    pub slug: String,
    /// Which stories name it: indices of [`Archive::threads`], each once, with the number of digests in which they do.
    pub threads: Vec<(usize, usize)>,
    /// In how many stories of how many digests it is named.
    pub told: usize,
    /// Who or what it is, as the newest story says that does.
    pub role: Option<String>,
}

impl NameEntry {
    /// Whether more than one story names it: the letter's list leads to the one otherwise.
    pub fn has_page(&self) -> bool {
        self.threads.len() > 1
    }
}

/// All of it.
#[derive(Debug)]
pub(super) struct Archive {
    /// The oldest first.
    pub editions: Vec<Edition>,
    /// What templates see of each.
    pub views: Vec<DigestView>,
    /// In order of the first telling.
    pub threads: Vec<Thread>,
    /// Which thread each story of each edition is of: stories first, then briefs.
    thread_of: Vec<Vec<usize>>,
    /// In order of the folded name.
    pub names: Vec<NameEntry>,
}

impl Archive {
    /// Reads the stories and names out of the editions.
    pub fn new(mut editions: Vec<Edition>) -> Self {
        editions.sort_by(|a, b| (a.digest.date, a.number, &a.stem).cmp(&(b.digest.date, b.number, &b.stem)));
        editions.dedup_by(|a, b| a.stem == b.stem);
        let views = editions.par_iter().map(|e| DigestView::new(&e.digest)).collect();
        let (mut threads, thread_of) = threads(&editions);
        let names = names(&editions, &mut threads);
        Archive {
            editions,
            views,
            threads,
            thread_of,
            names,
        }
    }

    /// The thread of a story.
    pub fn thread(&self, place: Place) -> &Thread {
        let before = if place.brief {
            self.editions[place.edition].digest.stories.len()
        } else {
            0
        };
        &self.threads[self.thread_of[place.edition][before + place.at]]
    }

    /// The names in a thread, the most told first.
    pub fn names_in(&self, thread: &Thread) -> impl Iterator<Item = &NameEntry> {
        thread.names.iter().map(|&name| &self.names[name])
    }

    /// A story.
    pub fn story(&self, place: Place) -> &Story {
        story(&self.editions, place)
    }

    /// What templates see of a story.
    pub fn view(&self, place: Place) -> &StoryView {
        let view = &self.views[place.edition];
        if place.brief {
            &view.briefs[place.at]
        } else {
            &view.stories[place.at]
        }
    }

    /// The day of the edition that a place is in.
    pub fn date(&self, place: Place) -> Date {
        self.editions[place.edition].digest.date
    }
}

fn story(editions: &[Edition], place: Place) -> &Story {
    let digest = &editions[place.edition].digest;
    if place.brief {
        &digest.briefs[place.at]
    } else {
        &digest.stories[place.at]
    }
}

fn places(editions: &[Edition], edition: usize) -> impl Iterator<Item = Place> {
    let digest = &editions[edition].digest;
    let place = move |brief| move |at| Place { edition, brief, at };
    (0..digest.stories.len())
        .map(place(false))
        .chain((0..digest.briefs.len()).map(place(true)))
}

fn threads(editions: &[Edition]) -> (Vec<Thread>, Vec<Vec<usize>>) {
    let mut threads: Vec<Thread> = Vec::new();
    let mut by_id: BTreeMap<&str, usize> = BTreeMap::new();
    let mut slugs: BTreeMap<String, usize> = BTreeMap::new();
    let mut thread_of = Vec::with_capacity(editions.len());
    for (n, edition) in editions.iter().enumerate() {
        let mut of = Vec::new();
        for place in places(editions, n) {
            let story = story(editions, place);
            // Stories without an id have nothing in common.
            let known = by_id.get(story.thread.as_str()).filter(|_| !story.thread.is_empty());
            let at = known.copied().unwrap_or_else(|| {
                let plain = !matches!(story.thread.as_str(), "" | "index")
                    && story.thread.len() <= 32
                    && story
                        .thread
                        .bytes()
                        .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase());
                let mut slug = if plain {
                    story.thread.clone()
                } else {
                    hash(format!("{} {} {place:?}", story.thread, edition.stem), 16)
                };
                if slugs.contains_key(&slug) {
                    slug = hash(format!("{} {} {place:?}", story.thread, edition.stem), 24);
                }
                by_id.insert(&story.thread, threads.len());
                slugs.insert(slug.clone(), threads.len());
                threads.push(Thread {
                    slug,
                    told: Vec::new(),
                    names: Vec::new(),
                });
                threads.len() - 1
            });
            threads[at].told.push(place);
            of.push(at);
        }
        thread_of.push(of);
    }
    (threads, thread_of)
}

/// What is counted of one name while the editions are walked.
#[derive(Default)]
struct Count {
    spellings: BTreeMap<String, usize>,
    kinds: [usize; 3],
    threads: BTreeMap<usize, usize>,
    told: usize,
    role: Option<String>,
}

const KINDS: [EntityKind; 3] = [EntityKind::Per, EntityKind::Org, EntityKind::Loc];

/// The names of all stories, each told its place in its threads.
fn names(editions: &[Edition], threads: &mut [Thread]) -> Vec<NameEntry> {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let mut tellings: Vec<(Place, usize)> = threads
        .iter()
        .enumerate()
        .flat_map(|(n, t)| t.told.iter().map(move |p| (*p, n)))
        .collect();
    tellings.sort();
    for (place, thread) in tellings {
        for name in &story(editions, place).entities {
            let Some(kind) = KINDS.iter().position(|kind| *kind == name.kind) else {
                continue;
            };
            let spelling = line(&name.name);
            let key = fold(&spelling);
            if key.is_empty() {
                continue;
            }
            let count = counts.entry(key).or_default();
            *count.spellings.entry(spelling).or_default() += 1;
            count.kinds[kind] += 1;
            *count.threads.entry(thread).or_default() += 1;
            count.told += 1;
            // The walk is in order of day: the newest stays.
            if let Some(role) = name.role.as_deref().map(line).filter(|role| !role.is_empty()) {
                count.role = Some(role);
            }
        }
    }
    let mut names = Vec::with_capacity(counts.len());
    for (key, count) in counts {
        let most = |n: &usize| std::cmp::Reverse(*n);
        let name = count
            .spellings
            .into_iter()
            .min_by_key(|(s, n)| (most(n), s.clone()))
            .map(|(s, _)| s)
            .unwrap_or_default();
        let kind = (0..KINDS.len())
            .max_by_key(|&k| (count.kinds[k], std::cmp::Reverse(k)))
            .map_or(EntityKind::Misc, |k| KINDS[k]);
        names.push(NameEntry {
            name,
            kind,
            slug: slug(&key),
            threads: count.threads.into_iter().collect(),
            told: count.told,
            role: count.role,
        });
    }
    let mut of_thread = vec![Vec::new(); threads.len()];
    for (n, name) in names.iter().enumerate() {
        for (thread, times) in &name.threads {
            of_thread[*thread].push((std::cmp::Reverse((*times, name.told)), n));
        }
    }
    for (thread, mut of) in threads.iter_mut().zip(of_thread) {
        of.sort();
        thread.names = of.into_iter().map(|(_, n)| n).collect();
    }
    names
}

/// A text as a reader types it: small letters without accents, one space between words, nothing else. search.js does the same.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        // What compatibility decomposition leaves whole.
        let plain = match c {
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'ø' => "o",
            'đ' | 'ð' => "d",
            'ħ' => "h",
            'ı' => "i",
            'ł' => "l",
            'þ' => "th",
            '\'' | '’' => "",
            _ if c.is_alphanumeric() => {
                if gap && !out.is_empty() {
                    out.push(' ');
                }
                gap = false;
                out.push(c);
                continue;
            }
            _ => {
                gap = true;
                continue;
            }
        };
        if gap && !out.is_empty() && !plain.is_empty() {
            out.push(' ');
            gap = false;
        }
        out.push_str(plain);
    }
    out
}

/// What a name's page is called: its folded letters, so that the address can be read and does not change; with a hash where
/// they are not all of the Latin alphabet, or too many.
fn slug(folded: &str) -> String {
    const LONGEST: usize = 60;
    let latin: String = folded
        .chars()
        .map(|c| if c == ' ' { '-' } else { c })
        .filter(|c| c.is_ascii())
        .collect();
    let latin = latin.trim_matches('-');
    if latin.len() <= LONGEST && latin.len() == folded.len() && latin != "index" {
        return latin.to_string();
    }
    let head = latin[..latin.len().min(LONGEST)].trim_matches('-');
    // A folded name has no underscore: no other name's page is called so.
    format!("{}_{}", if head.is_empty() { "name" } else { head }, hash(folded, 10))
}

/// The first digits of some bytes' sha256, in hexadecimal.
pub(super) fn hash(bytes: impl AsRef<[u8]>, digits: usize) -> String {
    let sum = Sha256::digest(bytes.as_ref());
    let hex: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
    hex[..digits.min(hex.len())].to_string()
}
