//! Stage: which stories lead the digest, which section each stands in, and which are left out.
//!
//! A story's weight is made of how many independent newsrooms tell it (each with the weight that the configuration gives it), how
//! much new it says, how recent it is against the newest story (never against the clock), and its section's weight.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::digest::{Course, Source, Story};
use crate::infer::{cosine, round};

/// What `rank` may be told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The most stories; the rest is left out and counted in a warning. 0: no limit.
    pub max_stories: usize,
    /// A story that fewer independent sources tell is left out.
    pub min_sources: usize,
    /// How much a source counts, by its name in the configuration, its publication or its host ("bbc.co.uk"); 1 where nothing is said. 0: its
    /// texts are read but add no weight.
    pub weights: BTreeMap<String, f64>,
    /// Hours after which a story weighs half, counted back from the newest.
    pub half_life: f64,
    /// Where the digest is divided: its sections, in order. A story stands in the first whose rules match, else in the one whose description
    /// is nearest in meaning.
    pub sections: Vec<Section>,
    /// A story is in no section where the nearest description is less like it than this.
    pub near: f64,
    /// Where there are any, only stories that match one of these are told.
    pub include: Rules,
    /// Stories that match one of these are left out; also where `include` has them.
    pub exclude: Rules,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            max_stories: 0,
            min_sources: 1,
            weights: BTreeMap::new(),
            half_life: 24.0,
            sections: Vec::new(),
            near: 0.15,
            include: Rules::default(),
            exclude: Rules::default(),
        }
    }
}

/// What a story is recognised by. A story matches where any one of them does.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Words or phrases of its headline, its summary or the headlines of its sources, whatever their capitals; whole words.
    pub words: Vec<String>,
    /// People, bodies and places in it.
    pub names: Vec<String>,
    /// Publications or hosts, where all of its sources are of these.
    pub sources: Vec<String>,
}

/// A section of the digest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// What it is called.
    pub name: String,
    /// What it is about, in a sentence or a few words: the encoder finds the stories that are near. Empty: only rules decide.
    #[serde(default)]
    pub description: String,
    /// What puts a story in it in any case.
    #[serde(default)]
    pub rules: Rules,
    /// How much its stories weigh against those of other sections.
    #[serde(default = "one")]
    pub weight: f64,
    /// The most stories in it. 0: no limit.
    #[serde(default)]
    pub max_stories: usize,
}

fn one() -> f64 {
    1.0
}

/// What a story's weight is made of.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// The weights of its independent sources, each further one of a publication counting less.
    pub sources: f64,
    /// 1 for the newest, halved with every half life.
    pub recency: f64,
    /// 1 for a new story; less where only some of what it says is new.
    pub news: f64,
    /// The section's weight.
    pub section: f64,
    /// All together: what the order goes by.
    pub total: f64,
}

/// Why a story is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// No rule of `include` matches.
    NotIncluded,
    /// A rule of `exclude` matches.
    Excluded,
    /// Fewer than `min_sources` tell it.
    FewSources,
    /// There were `max_stories` before it, in all or in its section.
    NoRoom,
}

/// The stories to tell, in order, and the others, each with the reason.
#[derive(Debug, Clone, Default)]
pub struct Ranked {
    /// The most important first; those of a section are not put together here.
    pub told: Vec<(Story, Score)>,
    /// In the order of their ids.
    pub left_out: Vec<(Story, LeftOut)>,
}

/// Puts stories into sections and in order.
///
/// `vectors` are the stories' unit vectors of headline and summary, `descriptions` those of [`Options::sections`] that have a
/// description, both in order; either may be empty, and then rules alone decide.
pub fn rank(stories: Vec<Story>, vectors: &[Vec<f32>], descriptions: &[Option<Vec<f32>>], options: &Options) -> Ranked {
    let newest = stories.iter().filter_map(|s| s.updated).max();
    let mut ranked = Ranked::default();
    let mut weighed: Vec<(Story, Score, Option<usize>)> = Vec::new();
    for (at, mut story) in stories.into_iter().enumerate() {
        if let Some(why) = refused(&story, options) {
            ranked.left_out.push((story, why));
            continue;
        }
        let section = section(&story, vectors.get(at).map(Vec::as_slice), descriptions, options);
        story.section = section.map(|at| options.sections[at].name.clone());
        let score = score(
            &story,
            newest,
            section.map_or(1.0, |at| options.sections[at].weight),
            options,
        );
        weighed.push((story, score, section));
    }
    weighed.sort_by(|(a, x, _), (b, y, _)| {
        let key = |s: &Story| (s.voices, s.sources.len(), s.updated);
        (y.total.total_cmp(&x.total))
            .then_with(|| key(b).cmp(&key(a)))
            .then_with(|| a.id.cmp(&b.id))
    });
    let mut in_section: BTreeMap<usize, usize> = BTreeMap::new();
    for (story, score, section) in weighed {
        let full = options.max_stories > 0 && ranked.told.len() >= options.max_stories;
        let crowded = section.is_some_and(|at| {
            let most = options.sections[at].max_stories;
            most > 0 && in_section.get(&at).is_some_and(|n| *n >= most)
        });
        if full || crowded {
            ranked.left_out.push((story, LeftOut::NoRoom));
            continue;
        }
        if let Some(at) = section {
            *in_section.entry(at).or_default() += 1;
        }
        ranked.told.push((story, score));
    }
    ranked.left_out.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    ranked
}

/// Whether rules or too few sources keep a story out.
pub fn refused(story: &Story, options: &Options) -> Option<LeftOut> {
    if options.include != Rules::default() && !matches(story, &options.include) {
        return Some(LeftOut::NotIncluded);
    }
    if matches(story, &options.exclude) {
        return Some(LeftOut::Excluded);
    }
    (story.voices < options.min_sources).then_some(LeftOut::FewSources)
}

/// What a story weighs. `newest` is the time of the newest story.
pub fn score(story: &Story, newest: Option<Timestamp>, section: f64, options: &Options) -> Score {
    // A second text of the same newsroom adds a third of what the first did, a third one a ninth...
    let mut by_house: BTreeMap<String, usize> = BTreeMap::new();
    let mut voices = 0.0;
    for source in story.sources.iter().filter(|s| s.copy_of.is_none()) {
        let seen = by_house.entry(house(source)).or_default();
        let stub = if source.stub { 0.5 } else { 1.0 };
        voices += stub * weight(source, options) / 3f64.powi((*seen).min(8) as i32);
        *seen += 1;
    }
    let hours = newest.zip(story.updated).map_or(0.0, |(newest, own)| {
        (newest.as_second() - own.as_second()) as f64 / 3600.0
    });
    let recency = 0.5f64.powf(hours.max(0.0) / options.half_life.max(0.1));
    let count = story.summary.sentences.len().max(1) as f64;
    let news = match story.course {
        Course::New => 1.0,
        Course::Developing => 0.5 + 0.5 * (story.fresh.len() as f64 / count).min(1.0),
        Course::Unchanged | Course::Concluded => 0.25,
    };
    // Doubling the newsrooms weighs as much as being a half life newer.
    let total = (1.0 + voices) * (0.4 + 0.6 * recency) * news * section;
    Score {
        sources: round(voices),
        recency: round(recency),
        news: round(news),
        section,
        total: round(total),
    }
}

/// The index of the section that a story stands in.
pub fn section(
    story: &Story,
    vector: Option<&[f32]>,
    descriptions: &[Option<Vec<f32>>],
    options: &Options,
) -> Option<usize> {
    if let Some(at) = options.sections.iter().position(|s| matches(story, &s.rules)) {
        return Some(at);
    }
    let vector = vector.filter(|v| !v.is_empty())?;
    let near = |at: usize| Some((cosine(descriptions.get(at)?.as_ref()?, vector), at));
    let nearest = (0..options.sections.len()).filter_map(near);
    // Among equals the first section.
    let (likeness, at) = nearest.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
    (likeness >= options.near).then_some(at)
}

/// Whether any rule matches a story.
pub fn matches(story: &Story, rules: &Rules) -> bool {
    let by_words = || {
        let titles = story.sources.iter().filter_map(|s| s.title.as_deref());
        let texts = story.summary.sentences.iter().map(|s| s.text.as_str());
        let all: Vec<String> = titles
            .chain(texts)
            .chain([story.headline.as_str()])
            .map(spaced)
            .collect();
        let said = |phrase: &String| !phrase.trim().is_empty() && all.iter().any(|text| text.contains(&phrase[..]));
        rules.words.iter().map(|w| spaced(w)).any(|phrase| said(&phrase))
    };
    let by_names = || {
        let wanted: Vec<String> = rules
            .names
            .iter()
            .map(|n| spaced(n))
            .filter(|n| !n.trim().is_empty())
            .collect();
        story
            .entities
            .iter()
            .any(|name| wanted.iter().any(|w| spaced(&name.name).contains(&w[..])))
    };
    let by_sources = || {
        let known = |source: &Source| rules.sources.iter().any(|rule| is_from(source, rule));
        !rules.sources.is_empty() && !story.sources.is_empty() && story.sources.iter().all(known)
    };
    by_words() || by_names() || by_sources()
}

/// The words of a text, lower-cased, with one space around each, so that whole words can be looked for.
fn spaced(text: &str) -> String {
    let mut out = String::from(" ");
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        out.push_str(&word.to_lowercase());
        out.push(' ');
    }
    out
}

/// What tells newsrooms apart: the publication, else the host, else the document itself.
fn house(source: &Source) -> String {
    let name = source.site_name.as_deref().map(str::trim).filter(|s| !s.is_empty());
    match (name, source.url.as_deref().and_then(host)) {
        (Some(name), _) => name.to_lowercase(),
        (None, Some(host)) => host.to_lowercase(),
        (None, None) => source.document.clone(),
    }
}

/// What the configuration says of the very feed goes before what it says of the publication or host.
fn weight(source: &Source, options: &Options) -> f64 {
    let own = options.weights.iter().find(|(name, _)| is_named(&source.source, name));
    let rule = own.or_else(|| options.weights.iter().find(|(name, _)| is_from(source, name)));
    rule.map_or(1.0, |(_, weight)| weight.max(0.0))
}

fn is_named(name: &Option<String>, rule: &str) -> bool {
    name.as_deref()
        .is_some_and(|name| name.trim().to_lowercase() == rule.trim().to_lowercase())
}

/// Whether a source is the one that a rule names, or of the publication or host. A host stands for its subdomains too.
fn is_from(source: &Source, rule: &str) -> bool {
    let name = is_named(&source.source, rule) || is_named(&source.site_name, rule);
    let rule = rule.trim().to_lowercase();
    let at = source.url.as_deref().and_then(host).map(str::to_lowercase);
    name || at.is_some_and(|host| host == rule || host.strip_suffix(&rule).is_some_and(|rest| rest.ends_with('.')))
}

/// The host of an address, without `www.`.
fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.rsplit('@').next()?.split(':').next()?;
    Some(host.strip_prefix("www.").unwrap_or(host)).filter(|h| !h.is_empty())
}

#[cfg(test)]
mod tests;
