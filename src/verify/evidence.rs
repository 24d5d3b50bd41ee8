//! The sources of one story, taken apart once, and where in them a sentence's words stand.

use std::collections::{BTreeMap, BTreeSet};

use super::dates::{self, Time};
use super::lexicon;
use super::names;
use super::text::{Line, Token, Words};
use super::{Options, stream::Stream};

/// The lines at the beginning of a source that tell what it is about.
const OPENING: usize = 3;

/// The prepared sources of one story: built once, asked for many sentences.
#[derive(Debug)]
pub struct Evidence {
    pub(super) options: Options,
    /// The sentences of all sources, in order.
    pub(super) lines: Vec<Line>,
    /// The source of each line.
    pub(super) source: Vec<u32>,
    /// The words of each source, one after the other.
    pub(super) streams: Vec<Stream>,
    /// The lines that have a word, by its folded text.
    raw: BTreeMap<String, Vec<u32>>,
    /// ... by its stem.
    stems: BTreeMap<String, Vec<u32>>,
    /// ... by its group of like sense.
    groups: BTreeMap<u16, Vec<u32>>,
    /// ... by the country it names.
    nations: BTreeMap<&'static str, Vec<u32>>,
    /// Words that stand somewhere in small letters.
    lower: BTreeSet<String>,
    /// Words that stand somewhere inside a sentence with a capital.
    capital: BTreeSet<String>,
    /// The lines with a name of several words, by its initials.
    acronyms: BTreeMap<String, Vec<u32>>,
    /// Whether each line takes up what was named before with a pronoun.
    pub(super) carries: Vec<bool>,
    /// The days, months, years and times of day in all lines: line, token, time.
    pub(super) times: Vec<(u32, u32, Time)>,
    /// The values of all quantities, in order of size.
    values: Vec<f64>,
    /// The words of names in each line, as indices of its tokens.
    pub(super) named: Vec<Vec<u32>>,
}

/// Where a word of a sentence stands in the sources.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    /// The lines with the word itself, another form of it, or another word for the same country.
    pub exact: Vec<u32>,
    /// The lines with a word of like sense.
    pub like: Vec<u32>,
}

impl Places {
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.like.is_empty()
    }
}

/// Where a word was seen.
#[derive(Debug, Default)]
struct Seen {
    lines: Vec<u32>,
    lower: bool,
    capital: bool,
}

fn add<K: Ord>(map: &mut BTreeMap<K, Vec<u32>>, key: K, line: u32) {
    let lines = map.entry(key).or_default();
    if lines.last() != Some(&line) {
        lines.push(line);
    }
}

fn merge(into: &mut Vec<u32>, lines: &[u32]) {
    into.extend_from_slice(lines);
    into.sort_unstable();
    into.dedup();
}

impl Evidence {
    /// Prepares the sources: each is its sentences in order, the first of which may be its title.
    pub fn new(sources: &[Vec<&str>]) -> Evidence {
        Evidence::with_options(sources, Options::default())
    }

    /// As [`Evidence::new`], with other thresholds.
    pub fn with_options(sources: &[Vec<&str>], options: Options) -> Evidence {
        let mut evidence = Evidence {
            options,
            lines: Vec::new(),
            source: Vec::new(),
            streams: Vec::new(),
            raw: BTreeMap::new(),
            stems: BTreeMap::new(),
            groups: BTreeMap::new(),
            nations: BTreeMap::new(),
            lower: BTreeSet::new(),
            capital: BTreeSet::new(),
            acronyms: BTreeMap::new(),
            carries: Vec::new(),
            named: Vec::new(),
            times: Vec::new(),
            values: Vec::new(),
        };
        let mut words = Words::new();
        let mut places: Vec<Seen> = Vec::new();
        for (n, sentences) in sources.iter().enumerate() {
            let first = evidence.lines.len();
            for line in sentences.iter().flat_map(|sentence| Line::pieces(sentence, &mut words)) {
                evidence.push(line, u32::try_from(n).unwrap_or(u32::MAX), &mut places);
            }
            evidence.streams.push(Stream::new(&evidence.lines[first..], first));
        }
        evidence.index(words, places);
        evidence.values.sort_by(f64::total_cmp);
        for at in 0..evidence.lines.len() {
            let line = &evidence.lines[at];
            for initials in names::initials(line) {
                add(&mut evidence.acronyms, initials, at as u32);
            }
        }
        evidence
    }

    fn push(&mut self, line: Line, source: u32, places: &mut Vec<Seen>) {
        let at = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
        let mut carries = false;
        let mut named = Vec::new();
        for (i, token) in line.tokens.iter().enumerate().filter(|(_, t)| t.word) {
            let id = token.id as usize;
            if places.len() <= id {
                places.resize_with(id + 1, Seen::default);
            }
            let seen = &mut places[id];
            if seen.lines.last() != Some(&at) {
                seen.lines.push(at);
            }
            let nation = nation_at(&line.tokens, i);
            if let Some(nation) = nation {
                add(&mut self.nations, nation, at);
            }
            let inside = !line.shouted && !names::begins(&line.tokens, i);
            if nation.is_some() || inside && names::nameable(token) {
                named.push(i as u32);
            }
            seen.lower |= !token.capital;
            seen.capital |= token.capital && inside;
            carries |= names::is_pronoun(&token.text);
        }
        let times = (0..line.tokens.len()).filter_map(|i| Some((at, i as u32, dates::time_at(&line, i)?)));
        self.times.extend(times);
        self.values.extend(line.quantities.iter().map(|q| q.value));
        self.carries.push(carries);
        self.named.push(named);
        self.lines.push(line);
        self.source.push(source);
    }

    /// Files the places of all words.
    fn index(&mut self, words: Words, mut places: Vec<Seen>) {
        for (known, seen) in words.known.iter().zip(&places) {
            self.stems.entry(known.stem.clone()).or_default().extend(&seen.lines);
        }
        for (stem, lines) in &mut self.stems {
            lines.sort_unstable();
            lines.dedup();
            for group in lexicon::groups(stem) {
                self.groups.entry(*group).or_default().extend(lines.iter());
            }
        }
        for lines in self.groups.values_mut() {
            lines.sort_unstable();
            lines.dedup();
        }
        for (text, id) in words.into_ids() {
            let Some(seen) = places.get_mut(id as usize).map(std::mem::take) else {
                continue;
            };
            if seen.lower {
                self.lower.insert(text.clone());
            }
            if seen.capital {
                self.capital.insert(text.clone());
            }
            self.raw.insert(text, seen.lines);
        }
    }

    /// Whether the word stands somewhere in small letters.
    pub(super) fn has_lower(&self, folded: &str) -> bool {
        self.lower.contains(folded)
    }

    /// Whether the word stands somewhere inside a sentence with a capital.
    pub(super) fn has_capital(&self, folded: &str) -> bool {
        self.capital.contains(folded)
    }

    /// Whether some quantity has this value.
    pub(super) fn has_value(&self, value: f64) -> bool {
        self.values.binary_search_by(|v| v.total_cmp(&value)).is_ok()
    }

    /// The lines with exactly this word.
    pub(super) fn with_word(&self, folded: &str) -> &[u32] {
        self.raw.get(folded).map_or(&[], Vec::as_slice)
    }

    /// The lines with a word of this stem.
    pub(super) fn with_stem(&self, stem: &str) -> &[u32] {
        self.stems.get(stem).map_or(&[], Vec::as_slice)
    }

    /// The lines with a word for this country.
    pub(super) fn with_nation(&self, nation: &str) -> &[u32] {
        self.nations.get(nation).map_or(&[], Vec::as_slice)
    }

    /// The lines with a name of these initials.
    pub(super) fn with_initials(&self, folded: &str) -> &[u32] {
        self.acronyms.get(folded).map_or(&[], Vec::as_slice)
    }

    /// Where the sources have a word.
    pub(super) fn places(&self, tokens: &[Token], at: usize) -> Places {
        let token = &tokens[at];
        let mut places = Places::default();
        merge(&mut places.exact, self.with_word(&token.text));
        merge(&mut places.exact, self.with_stem(&token.stem));
        if token.number().is_some() {
            merge(&mut places.like, self.with_stem(&format!("{}th", token.stem)));
        }
        if let Some(nation) = nation_at(tokens, at) {
            merge(&mut places.exact, self.with_nation(nation));
        }
        if token.upper {
            merge(&mut places.exact, self.with_initials(&token.text));
        }
        if !token.capital || !self.has_capital(&token.text) {
            for group in lexicon::groups(&token.stem) {
                if let Some(lines) = self.groups.get(group) {
                    merge(&mut places.like, lines);
                }
            }
        }
        places
    }

    /// How much a word that stands in so many lines tells.
    pub(super) fn weight(&self, lines: usize) -> f32 {
        (1.0 + self.lines.len() as f32 / lines.max(1) as f32).ln()
    }

    /// Whether the line is one of the first [`OPENING`] of its source.
    pub(super) fn opens(&self, line: u32) -> bool {
        let source = self.source[line as usize];
        let before = self.source[..line as usize]
            .iter()
            .rev()
            .take(OPENING)
            .filter(|s| **s == source)
            .count();
        before < OPENING
    }

    /// The same line and those beside it in the same source.
    pub(super) fn around(&self, line: u32) -> impl Iterator<Item = u32> + '_ {
        let source = self.source[line as usize];
        let last = self.lines.len() as u32 - 1;
        (line.saturating_sub(1)..=line.saturating_add(1).min(last)).filter(move |l| self.source[*l as usize] == source)
    }
}

/// The country that a word names, alone or with the word after or before it ("United States").
pub(super) fn nation_at(tokens: &[Token], at: usize) -> Option<&'static str> {
    let token = &tokens[at];
    if !token.capital {
        return None;
    }
    // "us" is a pronoun and "un" the beginning of a word.
    let initials = matches!(token.text.as_str(), "us" | "un" | "uk" | "eu" | "mp");
    if initials && !token.upper {
        return None;
    }
    let pair = |a: usize, b: usize| {
        if !lexicon::in_phrase(&token.text) {
            return None;
        }
        let (a, b) = (tokens.get(a)?, tokens.get(b)?);
        (a.word && b.word)
            .then(|| lexicon::nation_phrase(&format!("{} {}", a.text, b.text)))
            .flatten()
    };
    pair(at, at + 1)
        .or_else(|| at.checked_sub(1).and_then(|before| pair(before, at)))
        .or_else(|| lexicon::nation(&token.text))
}
