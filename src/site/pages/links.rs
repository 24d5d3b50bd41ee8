//! What lists show of pages, and where pages stand.

use jiff::civil::Date;
use jiff::fmt::strtime;

use super::super::archive::{Edition, NameEntry, Place, Thread, fold};
use super::super::views::*;
use super::Maker;
use crate::document::EntityKind;

impl Maker<'_> {
    pub(super) fn day_path(&self, n: usize) -> String {
        format!("days/{}.html", self.archive.editions[n].stem)
    }

    pub(super) fn day_link(&self, n: usize, headlines: usize) -> DayLink {
        let view = &self.archive.views[n];
        let href = self.day_path(n);
        let stories = view.stories.iter().chain(&view.briefs).take(headlines);
        DayLink {
            headlines: stories
                .map(|s| Headline {
                    href: format!("{href}#{}", s.anchor),
                    headline: s.headline.clone(),
                })
                .collect(),
            href,
            date: view.date.clone(),
            number: number_of(&self.archive.editions[n]),
            stories: view.stories.len(),
            briefs: view.briefs.len(),
        }
    }

    pub(super) fn month_link(&self, month: &str) -> MonthLink {
        let first: Option<Date> = format!("{month}-01").parse().ok();
        let said = |form| {
            first
                .and_then(|date| strtime::format(form, date).ok())
                .unwrap_or_else(|| month.to_string())
        };
        MonthLink {
            href: month_path(month),
            month: said("%B"),
            label: said("%B %Y"),
            digests: self.months.get(month).map_or(0, Vec::len),
        }
    }

    pub(super) fn thread_link(&self, thread: &Thread) -> ThreadLink {
        let (first, last) = (thread.told.first().copied(), thread.last().copied());
        let date = |place: Option<Place>| place.map(|p| self.archive.date(p).to_string()).unwrap_or_default();
        let mut editions: Vec<usize> = thread.told.iter().map(|place| place.edition).collect();
        editions.dedup();
        ThreadLink {
            href: match last {
                Some(place) if !thread.has_page() => {
                    format!("{}#{}", self.day_path(place.edition), self.archive.view(place).anchor)
                }
                _ => thread_path(thread),
            },
            headline: last
                .map(|place| self.archive.view(place).headline.clone())
                .unwrap_or_default(),
            first: date(first),
            last: date(last),
            days: editions.len(),
        }
    }

    pub(super) fn name_link(&self, name: &NameEntry) -> NameLink {
        let only = name.threads.first().map(|(at, _)| &self.archive.threads[*at]);
        NameLink {
            href: match only {
                Some(thread) if !name.has_page() => self.thread_link(thread).href,
                _ => name_path(name),
            },
            name: name.name.clone(),
            kind: kind(name.kind),
            role: name.role.clone(),
            stories: name.threads.len(),
        }
    }
}

pub(super) fn number_of(edition: &Edition) -> Option<u32> {
    (edition.number > 1).then_some(edition.number)
}

pub(super) fn kind(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Per => "person",
        EntityKind::Org => "organisation",
        EntityKind::Loc => "place",
        EntityKind::Misc => "name",
    }
}

/// The letter that a name stands under: of the Latin alphabet, all others together.
pub(super) fn letter(name: &str) -> String {
    match fold(name).chars().next() {
        Some(c) if c.is_ascii_alphabetic() => c.to_ascii_uppercase().to_string(),
        _ => "Others".to_string(),
    }
}

pub(super) fn month_path(month: &str) -> String {
    format!("months/{month}.html")
}

pub(super) fn thread_path(thread: &Thread) -> String {
    format!("threads/{}.html", thread.slug)
}

pub(super) fn name_path(name: &NameEntry) -> String {
    format!("names/{}.html", name.slug)
}

pub(super) fn letter_path(letter: &str) -> String {
    format!("names/letters/{}.html", letter.to_lowercase())
}
