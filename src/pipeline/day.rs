//! The digest of a day: which stories go on from the digest before, which lead, and what is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rayon::prelude::*;

use super::story::story;
use super::{FORMAT, Models, Progress, clusters, likely, write};
use crate::config::Config;
use crate::digest::{Course, Digest, Story, Window};
use crate::document::{Annotated, Article, Cluster, Document};
use crate::error::{Result, Warning};
use crate::figures::{self, Past};
use crate::follow::{self, Known, Memory, Threads, Told};
use crate::infer::Encoder;
use crate::rank::{self, LeftOut};
use crate::summarize::Length;

/// A story with the cluster it tells.
struct Draft {
    story: Story,
    cluster: Cluster,
    brief: bool,
    /// For each of its texts that an earlier digest told, the thread that did.
    threads: Vec<String>,
    /// None of its texts is news.
    old: bool,
}

/// Makes the digest of a day.
///
/// `date` is given the newest article's date (UTC), where one says, and decides the digest's. `warnings` are those of the
/// stages before, to be shown at the foot. `previous`: the digest before this one; what it told is not told again, and what
/// goes on says how it has changed.
///
/// # Errors
/// [`crate::Error::Inference`] where the encoder fails.
#[allow(clippy::too_many_arguments)]
pub fn digest(
    articles: &[Arc<Article>],
    documents: &[Annotated],
    mut warnings: Vec<Warning>,
    models: Models,
    date: impl FnOnce(Option<Date>) -> Date,
    previous: Option<&Digest>,
    config: &Config,
    progress: Progress,
) -> Result<Digest> {
    let encoder = models.encoder;
    let times = || articles.iter().filter_map(|a| a.published);
    let date = date(times().max().map(|newest| TimeZone::UTC.to_datetime(newest).date()));
    let memory = previous.map_or_else(Memory::default, Memory::new);
    let known: Vec<Known> = documents.par_iter().map(|d| memory.look(&d.document)).collect();
    let mut drafts = drafts(documents, &known, models, config, progress)?;
    let mut dormant = Vec::new();
    let mut over = Vec::new();
    if let Some(previous) = previous {
        let threads = Threads::new(previous);
        let retell = |draft: &Draft| retold(draft, documents, &known, models, config);
        carry_on(&mut drafts, &threads, encoder, config, &retell)?;
        let goes_on = drafts.iter().filter(|d| d.story.course == Course::Developing);
        let continued: BTreeSet<&str> = goes_on.map(|d| d.story.thread.as_str()).collect();
        (dormant, over) = threads.rest(&continued, date, &config.follow);
    }
    // What tells nothing new is left out, or said in a line.
    let (unchanged, drafts): (Vec<Draft>, Vec<Draft>) = drafts
        .into_iter()
        .partition(|d| d.old || d.story.course == Course::Unchanged);
    let of_story: BTreeMap<String, Vec<usize>> = drafts
        .iter()
        .map(|d| (d.story.id.clone(), d.cluster.documents.clone()))
        .collect();
    let (briefs, stories): (Vec<Draft>, Vec<Draft>) = drafts.into_iter().partition(|d| d.brief);
    let (stories, mut left_out) = ranked(stories, encoder, &config.rank)?;
    let everything = rank::Options {
        max_stories: 0,
        ..config.rank.clone()
    };
    let (mut briefs, more) = ranked(briefs, encoder, &everything)?;
    left_out.extend(more);
    // Every text with the thread that told it, so that it is not news tomorrow; what was left out may yet be.
    let mut told: BTreeMap<usize, &str> = BTreeMap::new();
    for story in stories.iter().chain(&briefs) {
        for at in &of_story[&story.id] {
            told.insert(*at, &story.thread);
        }
    }
    for draft in &unchanged {
        for at in &draft.cluster.documents {
            told.insert(*at, &draft.story.thread);
        }
    }
    let texts: Vec<(&Document, Option<&str>)> = documents
        .iter()
        .enumerate()
        .map(|(at, d)| (&d.document, told.get(&at).copied()))
        .collect();
    let (seen, faded) = memory.carry(&texts, date);
    warnings.extend(notes(&left_out, &unchanged, config));
    if config.digest.unchanged {
        briefs.extend(unchanged.into_iter().map(|d| line(d.story, Course::Unchanged)));
    }
    briefs.extend(over.into_iter().map(|story| line(story, Course::Concluded)));
    Ok(Digest {
        version: FORMAT,
        title: config.digest.title.clone(),
        date,
        window: times().min().zip(times().max()).map(|(from, to)| Window { from, to }),
        replaced: stories.iter().chain(&briefs).map(|s| s.summary.replaced).sum(),
        stories,
        briefs,
        warnings,
        articles: articles.len(),
        seen,
        faded,
        dormant,
        models: models.notes(),
        generator: concat!("broadsheet ", env!("CARGO_PKG_VERSION")).into(),
    })
}

/// Every cluster as a story.
fn drafts(
    documents: &[Annotated],
    known: &[Known],
    models: Models,
    config: &Config,
    progress: Progress,
) -> Result<Vec<Draft>> {
    let mut short = config.clone();
    short.summarize.length = config.summarize.length.min(Length::Short);
    let clusters = clusters(documents, config);
    let written = write(documents, &clusters, models, config, progress)?;
    let likely = likely(documents, &clusters, models.encoder, config)?;
    let salience = models.encoder.salience();
    let drafts = clusters
        .into_par_iter()
        .zip(written)
        .map(|(cluster, written)| {
            let brief = match cluster.documents[..] {
                [only] => words(&documents[only].document) <= config.digest.brief_words,
                _ => false,
            };
            let mut story = story(
                documents,
                &cluster,
                salience,
                &written,
                &likely,
                if brief { &short } else { config },
            );
            let own = || {
                cluster
                    .documents
                    .iter()
                    .map(|at| (&documents[*at].document, &known[*at]))
            };
            for source in &mut story.sources {
                source.told = own().any(|(d, known)| d.id == source.document && !known.is_news());
            }
            Draft {
                threads: own()
                    .flat_map(|(_, known)| known.threads())
                    .map(str::to_owned)
                    .collect(),
                old: own().all(|(_, known)| !known.is_news()),
                story,
                cluster,
                brief,
            }
        })
        .collect();
    Ok(drafts)
}

/// A story of those of its texts alone that no digest has told, where it has others too: a summary of all may well say what was said.
fn retold(draft: &Draft, documents: &[Annotated], known: &[Known], models: Models, config: &Config) -> Option<Story> {
    let all = &draft.cluster;
    let is_news = |at: &usize| known[*at].is_news();
    let own = all.documents.iter().zip(&all.copy_of).filter(|(at, _)| is_news(at));
    let (news, copy_of): (Vec<usize>, Vec<Option<usize>>) = own.map(|(at, of)| (*at, of.filter(is_news))).unzip();
    if news.len() == all.documents.len() {
        return None;
    }
    let cluster = Cluster {
        medoid: if is_news(&all.medoid) {
            all.medoid
        } else {
            *news.first()?
        },
        documents: news,
        copy_of,
    };
    let salience = models.encoder.salience();
    Some(story(documents, &cluster, salience, &[], &BTreeMap::new(), config))
}

/// Ties stories to those of the digests before. `retell` gives a story of what is news of it.
fn carry_on(
    drafts: &mut [Draft],
    threads: &Threads,
    encoder: &dyn Encoder,
    config: &Config,
    retell: &dyn Fn(&Draft) -> Option<Story>,
) -> Result<()> {
    let before: Vec<&Story> = threads.stories.iter().map(|(story, _)| *story).collect();
    let today: Vec<&Story> = drafts.iter().map(|d| &d.story).collect();
    let (old, new) = (vectors(&before, encoder)?, vectors(&today, encoder)?);
    let before: Vec<Told> = before
        .into_iter()
        .zip(&old)
        .map(|(story, vector)| Told {
            story,
            vector,
            threads: &[],
        })
        .collect();
    let today: Vec<Told> = drafts
        .iter()
        .zip(&new)
        .map(|(draft, vector)| Told {
            story: &draft.story,
            vector,
            threads: &draft.threads,
        })
        .collect();
    let carries = follow::follow(&before, &today, &config.follow);
    for (draft, carried) in drafts.iter_mut().zip(carries) {
        let Some(at) = carried else { continue };
        let (past, date) = threads.stories[at];
        let told = draft.story.sources.iter().filter(|s| s.told);
        let told: BTreeSet<String> = told.map(|s| s.document.clone()).collect();
        let told: BTreeSet<&str> = told.iter().map(String::as_str).collect();
        let sentences = |story: &Story| -> Result<Vec<Vec<f32>>> {
            let texts: Vec<&str> = story.summary.sentences.iter().map(|s| s.text.as_str()).collect();
            encoder.encode(&texts, &|_| {})
        };
        let old = sentences(past)?;
        let fresh_of = |story: &Story, told: &BTreeSet<&str>| -> Result<Vec<usize>> {
            let new = sentences(story)?;
            Ok(follow::fresh(story, past, told, Some([&new, &old]), &config.follow))
        };
        let mut fresh = fresh_of(&draft.story, &told)?;
        if fresh.is_empty()
            && let Some(news) = retell(draft)
        {
            let of_news = fresh_of(&news, &BTreeSet::new())?;
            if !of_news.is_empty() {
                (draft.story, fresh) = (news, of_news);
            }
        }
        let own = draft.story.sources.iter().filter(|s| s.copy_of.is_none());
        let newest = own.filter_map(|s| s.published).max();
        let newest = newest.map(|time| TimeZone::UTC.to_datetime(time).date());
        figures::follow(&mut draft.story.figures, &Past { date, story: past }, newest);
        let moved = draft.story.figures.iter().any(|f| f.change.is_some());
        follow::settle(&mut draft.story, past, threads.since(at), fresh);
        // A figure that has moved is news, whatever the sentences say.
        if moved && !draft.old {
            draft.story.course = Course::Developing;
        }
    }
    Ok(())
}

/// A unit vector of headline, sources' titles and summary of each story.
fn vectors(stories: &[&Story], encoder: &dyn Encoder) -> Result<Vec<Vec<f32>>> {
    let text = |story: &&Story| {
        let sentences = story.summary.sentences.iter().map(|s| s.text.as_str());
        let titles = story.sources.iter().filter_map(|s| s.title.as_deref());
        let titles = titles.filter(|title| *title != story.headline);
        let all: Vec<&str> = [story.headline.as_str()]
            .into_iter()
            .chain(titles)
            .chain(sentences)
            .collect();
        all.join(" ")
    };
    let texts: Vec<String> = stories.iter().map(text).collect();
    encoder.encode(&texts.iter().map(String::as_str).collect::<Vec<_>>(), &|_| {})
}

/// The stories to tell, in order, and those that are left out.
type Chosen = (Vec<Story>, Vec<(Story, LeftOut)>);

/// Stories in order, and those that are left out. Texts go through the encoder only where sections are described.
fn ranked(drafts: Vec<Draft>, encoder: &dyn Encoder, options: &rank::Options) -> Result<Chosen> {
    let stories: Vec<Story> = drafts.into_iter().map(|d| d.story).collect();
    let described = options.sections.iter().any(|s| !s.description.is_empty());
    let (mut of_stories, mut of_sections) = (Vec::new(), Vec::new());
    if described && !stories.is_empty() {
        of_stories = vectors(&stories.iter().collect::<Vec<_>>(), encoder)?;
        let texts: Vec<&str> = options.sections.iter().map(|s| s.description.as_str()).collect();
        let encoded = encoder.encode(&texts, &|_| {})?;
        of_sections = texts
            .iter()
            .zip(encoded)
            .map(|(text, v)| (!text.is_empty()).then_some(v))
            .collect();
    }
    let ranked = rank::rank(stories, &of_stories, &of_sections, options);
    Ok((
        ranked.told.into_iter().map(|(story, _)| story).collect(),
        ranked.left_out,
    ))
}

/// What was left out, counted.
fn notes(left_out: &[(Story, LeftOut)], unchanged: &[Draft], config: &Config) -> Vec<Warning> {
    let mut counts: BTreeMap<LeftOut, usize> = BTreeMap::new();
    for (_, why) in left_out {
        *counts.entry(*why).or_default() += 1;
    }
    let stories = |n: usize| {
        if n == 1 {
            "1 story was".to_owned()
        } else {
            format!("{n} stories were")
        }
    };
    let note = |text: String| Warning::note("digest", text);
    let mut notes: Vec<Warning> = counts
        .into_iter()
        .map(|(why, n)| {
            note(format!(
                "{} left out: {}",
                stories(n),
                match why {
                    LeftOut::NotIncluded => "no rule of rank.include matches".to_owned(),
                    LeftOut::Excluded => "a rule of rank.exclude matches".to_owned(),
                    LeftOut::FewSources => format!("fewer than {} independent sources", config.rank.min_sources),
                    LeftOut::NoRoom => format!("no room (max_stories = {})", config.rank.max_stories),
                }
            ))
        })
        .collect();
    if !unchanged.is_empty() && !config.digest.unchanged {
        notes.push(note(format!(
            "{} left out: nothing new since the digest before",
            stories(unchanged.len())
        )));
    }
    notes
}

/// A story of which only the headline is said.
fn line(mut story: Story, course: Course) -> Story {
    story.course = course;
    story.summary.sentences.clear();
    (story.figures, story.conflicts, story.entities, story.fresh) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    story
}

fn words(document: &Document) -> usize {
    document
        .sentences()
        .map(|s| document.text(&s.span).split_whitespace().count())
        .sum()
}
