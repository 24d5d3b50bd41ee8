//! The archive's pages: one view and one template each, rendered side by side.

mod links;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::fmt::strtime;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::json;

use self::links::{kind, letter, letter_path, month_path, name_path, number_of, thread_path};
use super::archive::{Archive, NameEntry, Place, Thread, fold};
use super::series::{Series, series};
use super::views::*;
use crate::digest::Course;
use crate::document::EntityKind;
use crate::error::Result;
use crate::render::{Renderer, clean, cut};

/// Characters of a name or title beyond which it is cut.
const LONGEST_LINE: usize = 300;
/// Headlines of a day in a list.
const HEADLINES: usize = 3;
/// Headlines of the newest day on the first page.
const NEWEST_HEADLINES: usize = 8;
/// Days before the newest on the first page.
const RECENT: usize = 7;
/// Stories over days on the first page, and in their own list.
const FOLLOWED: usize = 8;
const THREADS: usize = 200;
/// Names of a story that lead to their pages, on a day's page and on a story's own.
const DAY_NAMES: usize = 8;
const THREAD_NAMES: usize = 24;
/// Stories on a name's page.
const STORIES: usize = 200;
/// Names of each kind that most stories name.
const MOST_NAMED: usize = 20;
/// Names that fit on one page; more have a page a letter.
const ONE_PAGE: usize = 400;
/// Figures over days.
const FIGURES: usize = 10;
/// Values of a figure that are shown in a line.
const IN_LINE: usize = 6;

/// One clean line of a source's text.
pub(super) fn line(text: &str) -> String {
    cut(clean(text), LONGEST_LINE)
}

/// `14 March 2026`.
pub(super) fn day(date: Date) -> String {
    strtime::format("%-d %B %Y", date).unwrap_or_else(|_| date.to_string())
}

/// A page that is to be made.
enum Page<'a> {
    Index,
    Month(&'a str, &'a [usize]),
    Day(usize),
    Threads,
    Thread(&'a Thread),
    Names,
    Letter(&'a str),
    Name(&'a NameEntry),
}

/// All pages and the style sheet, by path.
pub(super) fn pages(archive: &Archive, renderer: &Renderer, title: &str) -> Result<BTreeMap<String, Vec<u8>>> {
    let maker = Maker::new(archive, renderer, title);
    let mut todo = vec![Page::Index, Page::Threads, Page::Names];
    todo.extend(maker.months.iter().map(|(month, of)| Page::Month(month, of)));
    todo.extend((0..archive.editions.len()).map(Page::Day));
    todo.extend(archive.threads.iter().filter(|t| t.has_page()).map(Page::Thread));
    todo.extend(archive.names.iter().filter(|n| n.has_page()).map(Page::Name));
    if maker.letter_pages() {
        todo.extend(maker.letters.keys().map(|letter| Page::Letter(letter)));
    }
    let made = todo
        .par_iter()
        .map(|page| maker.page(page))
        .collect::<Result<Vec<_>>>()?;
    let mut files: BTreeMap<String, Vec<u8>> = made.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    let style = renderer.page("style.html", &json!({}))? + &renderer.page("site-style.html", &json!({}))?;
    files.insert("style.css".to_string(), style.into_bytes());
    Ok(files)
}

struct Maker<'a> {
    archive: &'a Archive,
    renderer: &'a Renderer,
    title: &'a str,
    made_by: String,
    /// Editions by month, `2026-03`; each the oldest first.
    months: BTreeMap<String, Vec<usize>>,
    /// Names by letter.
    letters: BTreeMap<String, Vec<&'a NameEntry>>,
}

impl<'a> Maker<'a> {
    fn new(archive: &'a Archive, renderer: &'a Renderer, title: &'a str) -> Self {
        let mut months: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (n, edition) in archive.editions.iter().enumerate() {
            months
                .entry(edition.digest.date.strftime("%Y-%m").to_string())
                .or_default()
                .push(n);
        }
        let mut letters: BTreeMap<String, Vec<&NameEntry>> = BTreeMap::new();
        for name in &archive.names {
            letters.entry(letter(&name.name)).or_default().push(name);
        }
        let made_by = archive
            .editions
            .last()
            .map(|e| line(&e.digest.generator))
            .unwrap_or_default();
        Maker {
            archive,
            renderer,
            title,
            made_by,
            months,
            letters,
        }
    }

    fn page(&self, page: &Page<'_>) -> Result<(String, String)> {
        let last = self.archive.editions.len() - 1;
        match page {
            Page::Index => self.render("index.html".to_string(), "index.html", &self.index(last)),
            Page::Month(month, of) => self.render(month_path(month), "month.html", &self.month(month, of)),
            Page::Day(n) => self.render(self.day_path(*n), "day.html", &self.day(*n)),
            Page::Threads => self.render("threads/index.html".to_string(), "threads.html", &self.threads(last)),
            Page::Thread(thread) => self.render(thread_path(thread), "thread.html", &self.thread(thread, last)),
            Page::Names => self.render("names/index.html".to_string(), "names.html", &self.names()),
            Page::Letter(letter) => self.render(letter_path(letter), "letter.html", &self.letter(letter)),
            Page::Name(name) => self.render(name_path(name), "name.html", &self.name(name)),
        }
    }

    fn render(&self, path: String, template: &str, view: &impl Serialize) -> Result<(String, String)> {
        self.renderer.page(template, view).map(|text| (path, text))
    }

    fn frame(&self, page: String, root: &'static str, here: &'static str) -> Frame<'_> {
        Frame {
            site: self.title,
            page,
            root,
            here,
            made_by: &self.made_by,
        }
    }

    fn index(&self, last: usize) -> IndexView<'_> {
        let archive = self.archive;
        let years: Vec<&str> = {
            let mut years: Vec<&str> = self.months.keys().map(|month| &month[..month.len() - 3]).collect();
            years.dedup();
            years
        };
        let of_year = |year: &&str| YearView {
            year: year.to_string(),
            months: self
                .months
                .keys()
                .rev()
                .filter(|m| &m[..m.len() - 3] == *year)
                .map(|m| self.month_link(m))
                .collect(),
        };
        let mut newest = self.day_link(last, NEWEST_HEADLINES);
        newest.headlines.truncate(NEWEST_HEADLINES);
        IndexView {
            frame: self.frame(String::new(), "", "days"),
            digests: archive.editions.len(),
            first: archive.editions[0].digest.date.to_string(),
            last: archive.editions[last].digest.date.to_string(),
            newest,
            recent: (0..last)
                .rev()
                .take(RECENT)
                .map(|n| self.day_link(n, HEADLINES))
                .collect(),
            followed: self.followed(last).into_iter().take(FOLLOWED).collect(),
            years: years.iter().rev().map(of_year).collect(),
        }
    }

    fn month(&self, month: &str, of: &[usize]) -> MonthView<'_> {
        let at = |month: Option<(&String, &Vec<usize>)>| month.map(|(month, _)| self.month_link(month));
        let link = self.month_link(month);
        MonthView {
            frame: self.frame(link.label.clone(), "../", "month"),
            label: link.label,
            days: of.iter().rev().map(|n| self.day_link(*n, HEADLINES)).collect(),
            older: at(self.months.range(..month.to_string()).next_back()),
            newer: at(self.months.range(month.to_string()..).nth(1)),
        }
    }

    fn day(&self, n: usize) -> DayView<'_> {
        let edition = &self.archive.editions[n];
        let onward = |brief, count: usize| -> Vec<Onward> {
            (0..count)
                .map(|at| self.onward(Place { edition: n, brief, at }))
                .collect()
        };
        let number = number_of(edition).map_or(String::new(), |n| format!(" ({n})"));
        DayView {
            frame: self.frame(format!("{}{number}", day(edition.digest.date)), "../", "day"),
            digest: &self.archive.views[n],
            older: n.checked_sub(1).map(|n| self.day_link(n, 0)),
            newer: (n + 1 < self.archive.editions.len()).then(|| self.day_link(n + 1, 0)),
            onward: onward(false, edition.digest.stories.len()),
            onward_briefs: onward(true, edition.digest.briefs.len()),
        }
    }

    fn onward(&self, place: Place) -> Onward {
        let thread = self.archive.thread(place);
        let own: Vec<String> = self
            .archive
            .story(place)
            .entities
            .iter()
            .map(|name| fold(&line(&name.name)))
            .collect();
        let names = self
            .archive
            .names_in(thread)
            .filter(|name| name.has_page() && own.contains(&fold(&name.name)));
        let names: Vec<NameLink> = names.take(DAY_NAMES).map(|name| self.name_link(name)).collect();
        let thread = thread.has_page().then(|| self.thread_link(thread));
        Onward {
            any: thread.is_some() || !names.is_empty(),
            thread,
            names,
        }
    }

    /// Threads that the newest digest tells, the longest followed first.
    fn followed(&self, last: usize) -> Vec<ThreadLink> {
        let told = |thread: &&Thread| thread.has_page() && thread.last().is_some_and(|place| place.edition == last);
        let mut followed: Vec<ThreadLink> = self
            .archive
            .threads
            .iter()
            .filter(told)
            .map(|t| self.thread_link(t))
            .collect();
        followed.sort_by(|a, b| b.days.cmp(&a.days).then_with(|| a.href.cmp(&b.href)));
        followed
    }

    fn threads(&self, last: usize) -> ThreadsView<'_> {
        let mut others: Vec<&Thread> = self.archive.threads.iter().filter(|t| t.has_page()).collect();
        others.retain(|thread| thread.last().is_some_and(|place| place.edition != last));
        others.sort_by_key(|thread| thread.last().map(|p| (std::cmp::Reverse(p.edition), p.brief, p.at)));
        ThreadsView {
            frame: self.frame("Stories over days".to_string(), "../", "threads"),
            last: self.archive.editions[last].digest.date.to_string(),
            followed: self.followed(last),
            more: others.len().saturating_sub(THREADS),
            others: others
                .into_iter()
                .take(THREADS)
                .map(|thread| self.thread_link(thread))
                .collect(),
        }
    }

    fn thread(&self, thread: &Thread, last: usize) -> ThreadView<'_> {
        let archive = self.archive;
        let link = self.thread_link(thread);
        let mut steps: Vec<StepView> = Vec::new();
        let mut headline = "";
        for (n, &place) in thread.told.iter().enumerate() {
            let step = self.step(place, headline, n == 0);
            headline = &archive.view(place).headline;
            steps.push(step);
        }
        steps.reverse();
        let newest = thread.last().copied();
        ThreadView {
            frame: self.frame(link.headline.clone(), "../", "thread"),
            going_on: newest.is_some_and(|place| place.edition == last),
            concluded: newest.is_some_and(|place| archive.story(place).course == Course::Concluded),
            headline: link.headline,
            first: link.first,
            last: link.last,
            days: link.days,
            series: series(archive, thread)
                .iter()
                .take(FIGURES)
                .map(|series| self.series(thread, series))
                .collect(),
            steps,
            names: archive
                .names_in(thread)
                .take(THREAD_NAMES)
                .filter(|n| n.has_page())
                .map(|n| self.name_link(n))
                .collect(),
        }
    }

    fn step(&self, place: Place, headline: &str, first: bool) -> StepView {
        let (view, story) = (self.archive.view(place), self.archive.story(place));
        let page = self.day_path(place.edition);
        let fresh = view.summary.iter().filter(|sentence| first || !sentence.told);
        let sentences = fresh
            .filter(|_| first || view.quiet.is_none())
            .map(|sentence| SentenceLink {
                text: sentence.text.clone(),
                marks: sentence
                    .marks
                    .iter()
                    .map(|mark| MarkLink {
                        number: mark.number,
                        name: mark.name.clone(),
                        href: mark
                            .sentence_url
                            .clone()
                            .unwrap_or_else(|| format!("../{page}#{}", mark.anchor)),
                    })
                    .collect(),
            });
        let sentences: Vec<SentenceLink> = sentences.collect();
        // A day that says something new in figures or sources only.
        let nothing = sentences.is_empty().then(|| "Nothing new.".to_string());
        StepView {
            date: self.archive.date(place).to_string(),
            number: number_of(&self.archive.editions[place.edition]),
            href: format!("{page}#{}", view.anchor),
            headline: (view.headline != headline).then(|| view.headline.clone()),
            changes: story.figures.iter().filter_map(change).collect(),
            quiet: view.quiet.clone().or(nothing).filter(|_| !first),
            sources: view.sources.len(),
            sentences,
        }
    }

    fn series(&self, thread: &Thread, series: &Series) -> SeriesView {
        let (place, n) = series.last;
        let view = &self.archive.view(place).figures[n];
        let first = series.points.keys().next().copied().unwrap_or_default();
        let points = series.points.iter().map(|(date, value)| PointView {
            day: f64::from((*date - first).get_days()),
            value: value.value,
        });
        let page = |date: Date| {
            let place = thread
                .told
                .iter()
                .rev()
                .find(|place| self.archive.date(**place) == date)?;
            Some(format!(
                "{}#{}",
                self.day_path(place.edition),
                self.archive.view(*place).anchor
            ))
        };
        SeriesView {
            surface: view.surface.clone(),
            line: view.rest.clone().unwrap_or_else(|| view.line.clone()),
            unit: self.archive.story(place).figures[n].unit.as_deref().map(line),
            points: (series.points.len() > 2).then(|| points.collect()),
            values: series
                .points
                .iter()
                .map(|(date, value)| ValueView {
                    date: date.to_string(),
                    value: value.value,
                    surface: value.surface.clone(),
                    href: page(*date),
                })
                .collect(),
            long: series.points.len() > IN_LINE,
        }
    }

    fn names(&self) -> NamesView<'_> {
        let group = |(label, kind): (&'static str, EntityKind)| {
            let mut of: Vec<&NameEntry> = self
                .archive
                .names
                .iter()
                .filter(|n| n.kind == kind && n.has_page())
                .collect();
            // The walk is in order of name, and the sort keeps it among equals.
            of.sort_by_key(|name| std::cmp::Reverse((name.threads.len(), name.told)));
            GroupView {
                label,
                names: of
                    .into_iter()
                    .take(MOST_NAMED)
                    .map(|name| self.name_link(name))
                    .collect(),
            }
        };
        let kinds = [
            ("People", EntityKind::Per),
            ("Organisations", EntityKind::Org),
            ("Places", EntityKind::Loc),
        ];
        NamesView {
            frame: self.frame("People and places".to_string(), "../", "names"),
            count: self.archive.names.len(),
            groups: kinds
                .into_iter()
                .map(group)
                .filter(|group| !group.names.is_empty())
                .collect(),
            letters: self.letter_views(!self.letter_pages()),
        }
    }

    fn letter_pages(&self) -> bool {
        self.archive.names.len() > ONE_PAGE
    }

    fn letter_views(&self, with_names: bool) -> Vec<LetterView> {
        let view = |(letter, names): (&String, &Vec<&NameEntry>)| {
            let anchor = format!("letter-{}", letter.to_lowercase());
            LetterView {
                letter: letter.clone(),
                href: if with_names {
                    format!("names/index.html#{anchor}")
                } else {
                    letter_path(letter)
                },
                anchor,
                names: with_names.then(|| names.iter().map(|name| self.name_link(name)).collect()),
            }
        };
        self.letters.iter().map(view).collect()
    }

    fn letter(&self, letter: &str) -> LetterPage<'_> {
        let names = self.letters.get(letter).into_iter().flatten();
        LetterPage {
            frame: self.frame(format!("Names: {letter}"), "../../", "letter"),
            letter: letter.to_string(),
            names: names.map(|name| self.name_link(name)).collect(),
            letters: self.letter_views(false),
        }
    }

    fn name(&self, name: &NameEntry) -> NamePage<'_> {
        let mut threads: Vec<&Thread> = name.threads.iter().map(|(at, _)| &self.archive.threads[*at]).collect();
        threads.sort_by_key(|thread| thread.last().map(|p| (std::cmp::Reverse(p.edition), p.brief, p.at)));
        NamePage {
            frame: self.frame(name.name.clone(), "../", "name"),
            name: name.name.clone(),
            kind: kind(name.kind),
            role: name.role.clone(),
            count: threads.len(),
            more: threads.len().saturating_sub(STORIES),
            stories: threads
                .into_iter()
                .take(STORIES)
                .map(|thread| self.thread_link(thread))
                .collect(),
        }
    }
}

/// What a figure's change says, with what the figure measures: "missing: fell to 19 from 39 on Saturday".
fn change(figure: &crate::digest::Figure) -> Option<String> {
    let change = figure.change.as_deref().map(line).filter(|change| !change.is_empty())?;
    let what = [&figure.subject, &figure.role]
        .into_iter()
        .flatten()
        .map(|part| line(part))
        .find(|part| !part.is_empty());
    Some(what.map_or_else(|| change.clone(), |what| format!("{what}: {change}")))
}
