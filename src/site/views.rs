//! What the archive's templates see. As in `render::view`: every field is always there, what is not known is `null`, texts are one
//! clean line, dates are `YYYY-MM-DD`. Addresses are relative to the archive's folder: templates put `@root.root` before them.

use serde::Serialize;

use crate::render::view::DigestView;

/// What every page of the archive has.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Frame<'a> {
    /// What the archive is called.
    pub site: &'a str,
    /// What the page is about; empty on the first page.
    pub page: String,
    /// From the page to the archive's folder: ``, `../` or `../../`.
    pub root: &'static str,
    /// Which of the places in the navigation it is: `days`, `threads`, `names`.
    pub here: &'static str,
    /// The program and version that made the newest digest.
    pub made_by: &'a str,
}

/// A digest in a list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct DayLink {
    pub href: String,
    pub date: String,
    /// Its number among the digests of its day, where it is not the first.
    pub number: Option<u32>,
    /// What it leads with.
    pub headlines: Vec<Headline>,
    pub stories: usize,
    pub briefs: usize,
}

/// A headline that leads to its story.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Headline {
    pub href: String,
    pub headline: String,
}

/// A month in a list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct MonthLink {
    pub href: String,
    /// `March`.
    pub month: String,
    /// `March 2026`.
    pub label: String,
    /// How many digests it has.
    pub digests: usize,
}

/// A year in a list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct YearView {
    pub year: String,
    /// The newest first.
    pub months: Vec<MonthLink>,
}

/// A story over days in a list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ThreadLink {
    /// Its own page, or its place on its day's.
    pub href: String,
    pub headline: String,
    pub first: String,
    pub last: String,
    /// How many digests tell it.
    pub days: usize,
}

/// A name in a list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct NameLink {
    /// Its own page, or the one story that it is in.
    pub href: String,
    pub name: String,
    /// `person`, `organisation` or `place`.
    pub kind: &'static str,
    pub role: Option<String>,
    /// How many stories it is in.
    pub stories: usize,
}

/// `index.html`.
#[derive(Debug, Serialize)]
pub(super) struct IndexView<'a> {
    #[serde(flatten)]
    pub frame: Frame<'a>,
    pub digests: usize,
    pub first: String,
    pub last: String,
    pub newest: DayLink,
    /// The days before, the newest first.
    pub recent: Vec<DayLink>,
    /// Stories of the newest digest that go on from earlier ones.
    pub followed: Vec<ThreadLink>,
    /// The newest first.
    pub years: Vec<YearView>,
}

/// `month.html`.
#[derive(Debug, Serialize)]
pub(super) struct MonthView<'a> {
    #[serde(flatten)]
    pub frame: Frame<'a>,
    pub label: String,
    /// The newest first.
    pub days: Vec<DayLink>,
    pub older: Option<MonthLink>,
    pub newer: Option<MonthLink>,
}

/// `day.html`: a digest, and where its stories go on.
#[derive(Debug, Serialize)]
pub(super) struct DayView<'a> {
    #[serde(flatten)]
    pub frame: Frame<'a>,
    #[serde(flatten)]
    pub digest: &'a DigestView,
    pub older: Option<DayLink>,
    pub newer: Option<DayLink>,
    /// Of each story, in their order.
    pub onward: Vec<Onward>,
    /// Of each brief, in their order.
    pub onward_briefs: Vec<Onward>,
}

/// Where a day's story leads to.
#[derive(Debug, Serialize)]
pub(super) struct Onward {
    /// There is something.
    pub any: bool,
    /// The story over days, where more than one digest tells it.
    pub thread: Option<ThreadLink>,
    /// Names in it that other stories have too.
    pub names: Vec<NameLink>,
}

/// `threads.html`.
#[derive(Debug, Serialize)]
pub(super) struct ThreadsView<'a> {
    #[serde(flatten)]
    pub frame: Frame<'a>,
    /// The day of the newest digest.
    pub last: String,
    /// Those that the newest digest tells, the longest followed first.
    pub followed: Vec<ThreadLink>,
    /// Others, the newest first.
    pub others: Vec<ThreadLink>,
    /// How many more there are.
    pub more: usize,
}

/// `thread.html`.
#[derive(Debug, Serialize)]
pub(super) struct ThreadView<'a> {
    #[serde(flatten)]
    pub frame: Frame<'a>,
    pub headline: String,
    pub first: String,
    pub last: String,
    pub days: usize,
    /// The newest digest tells it.
    pub going_on: bool,
    /// A digest has said that it is not followed any more.
    pub concluded: bool,
    pub series: Vec<SeriesView>,
    /// The newest first.
    pub steps: Vec<StepView>,
    pub names: Vec<NameLink>,
}

/// A figure over days.
#[derive(Debug, Serialize)]
pub(super) struct SeriesView {
    /// The newest value, in the source's words.
    pub surface: String,
    /// What it measures.
    pub line: String,
    /// As `render::view::FigureView` has it.
    pub unit: Option<String>,
    /// How it moved, of three days or more, for the helper `sparkline`, or `null`.
    pub points: Option<Vec<PointView>>,
    /// Every value with its day, the oldest first.
    pub values: Vec<ValueView>,
    /// There are so many that they are better folded away.
    pub long: bool,
}

/// A point of a sparkline.
#[derive(Debug, Serialize)]
pub(super) struct PointView {
    /// Days since the first.
    pub day: f64,
    pub value: f64,
}

/// A figure's value on a day.
#[derive(Debug, Serialize)]
pub(super) struct ValueView {
    pub date: String,
    pub value: f64,
    /// In the source's words, where they are known.
    pub surface: Option<String>,
    /// That day's page, where there is one.
    pub href: Option<String>,
}

/// What a day's digest said of a story that the digests before had not.
#[derive(Debug, Serialize)]
pub(super) struct StepView {
    pub date: String,
    /// The number of the digest of that day, where it is not the first.
    pub number: Option<u32>,
    /// The story on that day's page.
    pub href: String,
    /// Where it is not that of the step before.
    pub headline: Option<String>,
    pub sentences: Vec<SentenceLink>,
    /// How figures changed.
    pub changes: Vec<String>,
    /// Why there is nothing more.
    pub quiet: Option<String>,
    pub sources: usize,
}

/// A sentence with where it comes from.
#[derive(Debug, Serialize)]
pub(super) struct SentenceLink {
    pub text: String,
    pub marks: Vec<MarkLink>,
}

/// A mark that leads to a source.
#[derive(Debug, Serialize)]
pub(super) struct MarkLink {
    pub number: usize,
    pub name: String,
    /// The source, else its line on the day's page; complete.
    pub href: String,
}

/// `names.html`.
#[derive(Debug, Serialize)]
pub(super) struct NamesView<'a> {
    #[serde(flatten)]
    pub frame: Frame<'a>,
    pub count: usize,
    /// Those that most stories name.
    pub groups: Vec<GroupView>,
    pub letters: Vec<LetterView>,
}

/// Names of one kind.
#[derive(Debug, Serialize)]
pub(super) struct GroupView {
    pub label: &'static str,
    pub names: Vec<NameLink>,
}

/// A letter of the list of names.
#[derive(Debug, Clone, Serialize)]
pub(super) struct LetterView {
    /// `A`, or `Others`.
    pub letter: String,
    pub anchor: String,
    /// Its page, or its place on the list's page.
    pub href: String,
    /// On the list's page; `null` where the letter has a page.
    pub names: Option<Vec<NameLink>>,
}

/// `letter.html`.
#[derive(Debug, Serialize)]
pub(super) struct LetterPage<'a> {
    #[serde(flatten)]
    pub frame: Frame<'a>,
    pub letter: String,
    pub names: Vec<NameLink>,
    pub letters: Vec<LetterView>,
}

/// `name.html`.
#[derive(Debug, Serialize)]
pub(super) struct NamePage<'a> {
    #[serde(flatten)]
    pub frame: Frame<'a>,
    pub name: String,
    pub kind: &'static str,
    pub role: Option<String>,
    /// How many stories it is in.
    pub count: usize,
    /// The newest of them, the newest first.
    pub stories: Vec<ThreadLink>,
    /// How many more there are.
    pub more: usize,
}
