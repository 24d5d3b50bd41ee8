//! Takes a page apart into the texts that it holds.
//!
//! Precision comes first: a page is one text unless something says otherwise. What may say so, from the strongest on:
//! times or bylines over several posts (a live page); headings or separators between texts that have nothing in common
//! (a round-up); a break in the middle of running paragraphs, of which both sides lack any link (extraction ran two
//! texts together); a tail of single paragraphs that are linked neither to the text nor to each other (the other items
//! of a live page). The break is sought as in TextTiling (Hearst 1997), but with sentence vectors and between whole
//! sides rather than windows alone, and it is cut only where means, nearest sentences and shared words all agree;
//! texts about one event are put together again by the same links, as GraphSeg (Glavaš et al. 2016) merges segments.

use std::sync::LazyLock;

use regex::Regex;

use super::cohesion::{Cohesion, Link};
use super::{Options, boilerplate};
use crate::document::{Article, BlockKind, DocumentKind, Sentence};

/// One text of a page: indices of its sentences, in order.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub kind: DocumentKind,
    pub sentences: Vec<usize>,
}

/// A block with its sentences and what stands between it and the block before.
#[derive(Debug, Clone, Default)]
struct Unit {
    sentences: Vec<usize>,
    /// A time or a byline.
    timed: bool,
    headed: bool,
    separated: bool,
}

/// The texts of a page in order of appearance. `furniture` says which sentences are boilerplate: they are in no part.
pub(super) fn parts(
    article: &Article,
    sentences: &[Sentence],
    furniture: &[bool],
    vectors: &[Vec<f32>],
    options: &Options,
) -> Vec<Part> {
    let units = units(article, sentences, furniture);
    let texts: Vec<&str> = sentences
        .iter()
        .map(|s| article.text.get(s.span.clone()).unwrap_or_default())
        .collect();
    let page = Page {
        units,
        cohesion: Cohesion::new(&texts, vectors),
        texts,
        options,
    };
    page.parts()
}

fn units(article: &Article, sentences: &[Sentence], furniture: &[bool]) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut next = Unit::default();
    let mut at = 0;
    for (index, block) in article.blocks.iter().enumerate() {
        let line = article.text.get(block.span.clone()).unwrap_or_default();
        let is_stamp = boilerplate::is_time(line) || boilerplate::is_byline(line);
        match block.kind {
            BlockKind::Separator => next.separated = true,
            BlockKind::Heading if boilerplate::heads_links(line) => {}
            BlockKind::Heading if !is_stamp => {
                next.headed = true;
                next.timed |= begins_with_time(line);
            }
            _ => next.timed |= is_stamp,
        }
        while sentences.get(at).is_some_and(|s| s.block <= index) {
            if !furniture.get(at).copied().unwrap_or(false) {
                next.sentences.push(at);
            }
            at += 1;
        }
        if !next.sentences.is_empty() {
            units.push(std::mem::take(&mut next));
        }
    }
    // Sentences without a block, which only a caller's own split can give.
    next.sentences
        .extend((at..sentences.len()).filter(|&i| !furniture.get(i).copied().unwrap_or(false)));
    if !next.sentences.is_empty() {
        units.push(next);
    }
    units
}

/// "14:05 Ferry sails": a post's time within its heading.
fn begins_with_time(line: &str) -> bool {
    static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^\d{1,2}[:.]\d{2}(?:\s?[aApP]\.?[mM]\.?)?(?:\s?[A-Z]{2,4})?(?:\s|:|-|–|—)")
            .expect("a fixed pattern")
    });
    CLOCK.is_match(line)
}

struct Page<'a> {
    units: Vec<Unit>,
    cohesion: Cohesion<'a>,
    texts: Vec<&'a str>,
    options: &'a Options,
}

/// Units `from..to` that make one text.
type Run = std::ops::Range<usize>;

/// A text of one unit.
fn one(unit: usize) -> Vec<Run> {
    std::iter::once(unit..unit + 1).collect()
}

impl Page<'_> {
    fn parts(&self) -> Vec<Part> {
        if self.units.is_empty() {
            return Vec::new();
        }
        let posts = self.posts();
        let live = posts.len() > 1;
        let mut runs: Vec<Run> = posts.into_iter().flat_map(|post| self.by_headings(post)).collect();
        // The tail before breaks, which would take a tail of some length for one text.
        let tail = if live {
            None
        } else {
            runs.pop().map(|last| self.tail(last))
        };
        let mut texts: Vec<Vec<Run>> = runs
            .into_iter()
            .flat_map(|run| self.by_content(run))
            .map(|run| vec![run])
            .collect();
        for mut text in tail.into_iter().flatten() {
            let main = text.remove(0);
            let first = texts.len();
            texts.extend(self.by_content(main).into_iter().map(|run| vec![run]));
            texts[first].extend(text);
        }
        let mut parts = self.merge(texts);
        parts.sort_by_key(|units| units.first().map(|run| run.start));
        let alone = parts.len() == 1;
        parts.into_iter().map(|runs| self.part(runs, alone)).collect()
    }

    fn sentences(&self, run: &Run) -> Vec<usize> {
        self.units[run.clone()]
            .iter()
            .flat_map(|unit| unit.sentences.iter().copied())
            .collect()
    }

    fn all(&self, runs: &[Run]) -> Vec<usize> {
        runs.iter().flat_map(|run| self.sentences(run)).collect()
    }

    /// Cuts before posts: two or more units under a time or byline of their own, or one that a heading or a separator
    /// announces as well. The first unit's time and byline are the page's.
    fn posts(&self) -> Vec<Run> {
        let stamped: Vec<usize> = (1..self.units.len()).filter(|&i| self.units[i].timed).collect();
        let announced = |&i: &usize| self.units[i].headed || self.units[i].separated;
        let cuts: Vec<usize> = if stamped.len() > 1 {
            stamped
        } else {
            stamped.into_iter().filter(announced).collect()
        };
        self.cut(0..self.units.len(), &cuts)
    }

    fn cut(&self, run: Run, cuts: &[usize]) -> Vec<Run> {
        let mut from = run.start;
        let mut out = Vec::new();
        for &cut in cuts.iter().filter(|cut| run.start < **cut && **cut < run.end) {
            out.push(from..cut);
            from = cut;
        }
        out.push(from..run.end);
        out
    }

    /// Cuts before headings and separators of texts that have nothing in common with the others.
    fn by_headings(&self, run: Run) -> Vec<Run> {
        let cuts: Vec<usize> = (run.start + 1..run.end)
            .filter(|&i| self.units[i].headed || self.units[i].separated)
            .collect();
        if cuts.is_empty() {
            return vec![run];
        }
        let sections = self.cut(run.clone(), &cuts);
        let links: Vec<Link> = sections
            .iter()
            .map(|section| {
                let own = self.sentences(section);
                let others: Vec<usize> = self
                    .sentences(&run)
                    .into_iter()
                    .filter(|s| own.binary_search(s).is_err())
                    .collect();
                self.cohesion.link(&own, &others)
            })
            .collect();
        let options = self.options;
        let apart = |link: &Link, best: f32, shared: f32| match link.best {
            Some(near) => near < best && link.shared < shared,
            None => link.shared < options.foreign_shared_words_alone,
        };
        // A round-up: most of its sections stand alone. An opening without a heading of its own is no item of it, so an
        // article of an opening and two sub-headings is not taken for one.
        let loose = links
            .iter()
            .filter(|link| apart(link, options.roundup_best, options.roundup_shared))
            .count();
        let announced = sections
            .iter()
            .filter(|s| self.units[s.start].headed || self.units[s.start].separated);
        if announced.count() >= 3 && loose * 4 >= sections.len() * 3 {
            return sections;
        }
        let cuts: Vec<usize> = (1..sections.len())
            .filter(|&i| {
                let long = self.sentences(&sections[i]).len() >= 3;
                // A section leaves, or the text goes on after one that has left.
                long && apart(&links[i], options.headed_best, options.foreign_shared)
                    || apart(&links[i - 1], options.headed_best, options.foreign_shared)
                        && self.sentences(&sections[i - 1]).len() >= 3
            })
            .map(|i| sections[i].start)
            .collect();
        self.cut(run, &cuts)
    }

    /// Cuts a run of paragraphs where two texts without any link meet.
    fn by_content(&self, run: Run) -> Vec<Run> {
        let all = self.sentences(&run);
        let least = self.options.foreign_sentences;
        if all.len() < 2 * least || self.cohesion.is_long() {
            return vec![run];
        }
        let mut best: Option<(usize, i64)> = None;
        let mut before = 0;
        for gap in run.start + 1..run.end {
            before += self.units[gap - 1].sentences.len();
            if before < least || all.len() - before < least {
                continue;
            }
            let (left, right) = all.split_at(before);
            if !self.is_foreign(left, right) {
                continue;
            }
            let link = self.cohesion.link(left, right);
            // Rounded, so that the choice is the same on every machine; the first of equals wins.
            let near = (f64::from(link.best.unwrap_or(link.shared)) * 1e4).round() as i64;
            if best.is_none_or(|(_, least)| near < least) {
                best = Some((gap, near));
            }
        }
        match best {
            Some((gap, _)) => {
                let mut out = self.by_content(run.start..gap);
                out.extend(self.by_content(gap..run.end));
                out
            }
            None => vec![run],
        }
    }

    /// Whether two sides of a break have nothing in common: means, nearest sentences and words all say so.
    fn is_foreign(&self, left: &[usize], right: &[usize]) -> bool {
        let link = self.cohesion.link(left, right);
        let options = self.options;
        let (Some(mean), Some(best)) = (link.mean, link.best) else {
            return link.shared < options.foreign_shared_words_alone;
        };
        if mean >= options.foreign_mean || best >= options.foreign_best || link.shared >= options.foreign_shared {
            return false;
        }
        let within = |side: &[usize]| {
            // The side's halves, sentence by sentence in turn, so that both see all of it.
            let odd: Vec<usize> = side.iter().copied().step_by(2).collect();
            let even: Vec<usize> = side.iter().copied().skip(1).step_by(2).collect();
            self.cohesion.link(&odd, &even).mean.unwrap_or(0.0)
        };
        mean < options.foreign_ratio * within(left).min(within(right)).max(0.02)
    }

    /// The other items that trail a live page's main text: the main text first, then each item. Paragraphs of the
    /// tail that are linked to the main text stay with it.
    fn tail(&self, run: Run) -> Vec<Vec<Run>> {
        let whole = vec![vec![run.clone()]];
        let options = self.options;
        if run.len() < 6 {
            return whole;
        }
        for start in run.start + 4..run.end - 1 {
            let main = self.sentences(&(run.start..start));
            let items: Vec<usize> = (start..run.end).collect();
            if main.len() < 5 || items.len() > 12 || items.iter().any(|&u| !self.is_item(u)) {
                continue;
            }
            let limit = if self.cohesion.encoded() {
                options.loose_link
            } else {
                options.loose_words_alone
            };
            let near = |u: usize| {
                let own = &self.units[u].sentences;
                if !self.cohesion.encoded() {
                    return self.cohesion.shared(own, &main);
                }
                own.iter()
                    .map(|&s| self.cohesion.nearest_three(s, &main))
                    .fold(f32::MIN, f32::max)
            };
            let loose = |u: usize| near(u) < limit;
            let teasers = items
                .iter()
                .filter(|&&u| self.is_teaser(&self.units[u].sentences))
                .count();
            let fresh = items.iter().filter(|&&u| loose(u) && self.is_fresh(u)).count();
            let strangers = self.are_strangers(&items);
            // The tail opens with an item of its own, most of it is loose, and either a teaser gives it away or it is
            // a list of things without any link.
            let opens = loose(start) && self.is_fresh(start);
            let mostly = items
                .iter()
                .filter(|&&u| loose(u) || self.is_teaser(&self.units[u].sentences))
                .count()
                * 3
                >= items.len() * 2;
            if !(opens && mostly && (teasers >= 1 && fresh >= 2 || fresh >= 3 && strangers)) {
                continue;
            }
            let mut texts: Vec<Vec<Run>> = vec![vec![run.start..start]];
            for &u in &items {
                let own = &self.units[u].sentences;
                let previous = &self.units[u - 1].sentences;
                let to_previous = self.cohesion.link(own, previous);
                let to_previous = to_previous.best.unwrap_or(to_previous.shared);
                if self.is_teaser(own) {
                    texts.push(one(u));
                } else if !loose(u) {
                    texts[0].push(u..u + 1);
                } else if u > start && to_previous > near(u).max(options.item_link) {
                    match texts.last_mut() {
                        Some(last) => last.push(u..u + 1),
                        None => texts.push(one(u)),
                    }
                } else {
                    texts.push(one(u));
                }
            }
            return texts;
        }
        whole
    }

    /// Short, under no heading, and no quotation: what an item of a tail looks like.
    fn is_item(&self, unit: usize) -> bool {
        let unit = &self.units[unit];
        let words: usize = unit
            .sentences
            .iter()
            .map(|&s| self.texts[s].split_whitespace().count())
            .sum();
        unit.sentences.len() <= 3
            && words <= 70
            && !unit
                .sentences
                .iter()
                .any(|&s| self.texts[s].starts_with(['"', '“', '‘', '\'', '«', '—', '–', '-']))
    }

    /// Whether a unit begins a text: no pronoun or connective that leans on what stands before, and a name.
    fn is_fresh(&self, unit: usize) -> bool {
        const LEANS: &[&str] = &[
            "he",
            "she",
            "it",
            "they",
            "his",
            "her",
            "its",
            "their",
            "this",
            "that",
            "these",
            "those",
            "but",
            "and",
            "also",
            "however",
            "meanwhile",
            "such",
            "the",
            "so",
            "there",
            "then",
            "i",
            "we",
            "you",
            "for",
            "if",
            "as",
            "still",
            "yet",
            "instead",
            "both",
            "another",
            "other",
            "others",
            "some",
            "many",
            "in",
            "on",
            "at",
            "when",
            "while",
            "after",
            "since",
        ];
        let Some(text) = self.units[unit].sentences.first().map(|&s| self.texts[s]) else {
            return false;
        };
        let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        let leans = words
            .next()
            .is_none_or(|first| LEANS.contains(&first.to_lowercase().as_str()));
        !leans && words.any(|word| word.starts_with(char::is_uppercase))
    }

    /// Whether neighbours among the items are strangers to each other, but for a few.
    fn are_strangers(&self, items: &[usize]) -> bool {
        let near = |pair: &&[usize]| {
            let link = self
                .cohesion
                .link(&self.units[pair[0]].sentences, &self.units[pair[1]].sentences);
            link.best.is_none_or(|best| best >= self.options.item_link)
        };
        items.windows(2).filter(near).count() * 3 <= items.len()
    }

    /// Whether it invites to read another text: a question to the reader, or "Here's what we know".
    fn is_teaser(&self, sentences: &[usize]) -> bool {
        static INVITES: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(
                r"(?i)^(?:here(?:['’]s| is| are)|this is|find out|read|see|watch|listen|discover|take a look at|our (?:\w+ ){1,3}(?:explains?|looks?|reports?|examines?|asks?|has))\b|\b(?:what we know|what you need to know|things to know|all you need to know|explained|read (?:more|our|the full)|(?:explains?|looks at|examines|asks|finds out) (?:why|how|what|whether|if))\b",
            )
            .expect("a fixed pattern")
        });
        let texts: Vec<&str> = sentences.iter().map(|&s| self.texts[s]).collect();
        let quotes = texts.iter().any(|t| t.contains(['"', '“', '”']));
        let words: usize = texts.iter().map(|t| t.split_whitespace().count()).sum();
        texts.len() <= 2
            && words <= 60
            && !quotes
            && texts
                .last()
                .is_some_and(|last| last.ends_with(['?', '？']) || INVITES.is_match(last) || INVITES.is_match(texts[0]))
    }

    /// Puts texts about one event together: each joins the nearest text before it that is near enough.
    fn merge(&self, texts: Vec<Vec<Run>>) -> Vec<Vec<Run>> {
        let mut out: Vec<Vec<Run>> = Vec::new();
        for text in texts {
            let own = self.all(&text);
            if self.is_teaser(&own) {
                out.push(text);
                continue;
            }
            let mut best: Option<(usize, i64)> = None;
            for (n, other) in out.iter().enumerate() {
                let sentences = self.all(other);
                if self.is_teaser(&sentences) {
                    continue;
                }
                let link = self.cohesion.link(&own, &sentences);
                let near = link.best.map_or(link.shared, |best| {
                    0.5 * (best + link.mean.unwrap_or(0.0)) + 0.25 * link.shared
                });
                let same = match link.best {
                    Some(_) => near >= self.options.same_event,
                    None => link.shared >= self.options.same_event_words_alone,
                };
                let near = (f64::from(near) * 1e4).round() as i64;
                if same && best.is_none_or(|(_, most)| near > most) {
                    best = Some((n, near));
                }
            }
            match best {
                Some((n, _)) => out[n].extend(text),
                None => out.push(text),
            }
        }
        out
    }

    /// `alone`: it is all that the page holds.
    fn part(&self, runs: Vec<Run>, alone: bool) -> Part {
        let mut sentences = self.all(&runs);
        sentences.sort_unstable();
        let kind = if alone {
            DocumentKind::Story
        } else if self.is_teaser(&sentences) {
            DocumentKind::Teaser
        } else if sentences.len() <= self.options.brief_sentences {
            DocumentKind::Brief
        } else {
            DocumentKind::Story
        };
        Part { kind, sentences }
    }
}
