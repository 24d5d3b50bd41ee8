//! The order of the stages, and nothing else: what each does is in its own module.
//!
//! # Steps
//! 1. [`extract`]: the main text of each input, with its structure;
//! 2. [`segment`]: its sentences, and which of them make one text;
//! 3. the encoder, once over all sentences and titles;
//! 4. [`annotate`]: names and numbers, put together with the vectors;
//! 5. [`cluster`]: texts of one event;
//! 6. [`summarize`] and [`figures`]: each story;
//! 7. the digest: stories in order of weight, briefs, and what went wrong.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::config::Config;
use crate::digest::{Conflict, Course, Digest, Finding, Source, Story, Window};
use crate::document::{
    Annotated, Article, BlockKind, Cluster, Document, DocumentKind, MediaType, RawDocument, Sentence, Span,
};
use crate::error::{Result, Warning};
use crate::infer::{Encoder, Reading};
use crate::ingest::Claims;
use crate::summarize::Length;
use crate::{annotate, cluster, extract, figures, quantity, segment, summarize, verify};

/// The version of [`Digest`]'s JSON.
pub const FORMAT: u32 = 1;

/// The most people, bodies and places of a story.
const MOST_NAMES: usize = 12;

/// What is being done, for a progress bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Finding the text of pages.
    Extract,
    /// Sentences through the encoder.
    Encode,
}

/// Told how far a step is: the step, how many are done, of how many.
pub type Progress<'a> = &'a (dyn Fn(Step, usize, usize) + Sync);

/// The text of each input, in order, and what was wrong with the others.
pub fn articles(raw: &[RawDocument], progress: Progress) -> (Vec<Arc<Article>>, Vec<Warning>) {
    let (done, total) = (AtomicUsize::new(0), raw.len());
    let extracted: Vec<extract::Extracted> = raw
        .par_iter()
        .map(|raw| {
            let extracted = extract::extract(raw);
            progress(Step::Extract, done.fetch_add(1, Ordering::Relaxed) + 1, total);
            extracted
        })
        .collect();
    let mut articles = Vec::with_capacity(raw.len());
    let mut warnings = Vec::new();
    for one in extracted {
        warnings.extend(one.warnings);
        articles.extend(one.article.map(Arc::new));
    }
    (articles, warnings)
}

/// The texts of all articles, in order, each of one kind, with the vectors of its sentences (none without an encoder). Without an encoder structure and words alone decide
/// where a page comes apart.
///
/// # Errors
/// [`crate::Error::Inference`] where the encoder fails.
pub fn documents(
    articles: &[Arc<Article>],
    encoder: Option<&dyn Encoder>,
    config: &Config,
    progress: Progress,
) -> Result<Vec<(Document, Vec<Vec<f32>>)>> {
    let sentences: Vec<Vec<Sentence>> = articles.par_iter().map(|article| segment::sentences(article)).collect();
    let texts = texts(articles, &sentences);
    let vectors = match encoder {
        Some(encoder) => encoder.encode(&texts, &|done| progress(Step::Encode, done, texts.len()))?,
        None => Vec::new(),
    };
    let readings = vectors.into_iter().map(|vector| Reading {
        vector,
        names: Vec::new(),
    });
    let parts = split(articles, sentences, readings, config);
    let vectors = |readings: Vec<Reading>| readings.into_iter().map(|reading| reading.vector).collect();
    Ok(parts
        .into_iter()
        .map(|(document, readings)| (document, vectors(readings)))
        .collect())
}

/// The texts of all sentences of all articles.
fn texts<'a>(articles: &'a [Arc<Article>], sentences: &[Vec<Sentence>]) -> Vec<&'a str> {
    let own = articles.iter().zip(sentences);
    own.flat_map(|(article, own)| own.iter().map(|s| &article.text[s.span.clone()]))
        .collect()
}

/// Every text with the readings of its sentences. `readings`: one for each sentence of all articles, or none at all.
fn split(
    articles: &[Arc<Article>],
    sentences: Vec<Vec<Sentence>>,
    mut readings: impl Iterator<Item = Reading>,
    config: &Config,
) -> Vec<(Document, Vec<Reading>)> {
    let of_article: Vec<Vec<Reading>> = sentences
        .iter()
        .map(|own| readings.by_ref().take(own.len()).collect())
        .collect();
    let parts: Vec<Vec<(Document, Vec<Reading>)>> = articles
        .par_iter()
        .zip(sentences)
        .zip(of_article)
        .map(|((article, sentences), mut readings)| {
            let starts: Vec<usize> = sentences.iter().map(|s| s.span.start).collect();
            let vectors: Vec<Vec<f32>> = readings.iter().map(|r| r.vector.clone()).collect();
            let documents = segment::documents(article, sentences, &vectors, &config.segment);
            let mut take = |s: &Sentence| {
                let at = starts.binary_search(&s.span.start).ok()?;
                let empty = Reading {
                    vector: Vec::new(),
                    names: Vec::new(),
                };
                readings.get_mut(at).map(|reading| std::mem::replace(reading, empty))
            };
            documents
                .into_iter()
                .map(|d| {
                    let own = d.sentences().filter_map(&mut take).collect();
                    (d, own)
                })
                .collect()
        })
        .collect();
    parts.into_iter().flatten().collect()
}

/// The stories and briefs among the texts of all articles, each after its pass through the encoder, and a warning
/// for each article that has none.
///
/// # Errors
/// [`crate::Error::Inference`] where the encoder fails.
pub fn annotated(
    articles: &[Arc<Article>],
    encoder: &dyn Encoder,
    config: &Config,
    progress: Progress,
) -> Result<(Vec<Annotated>, Vec<Warning>)> {
    let sentences: Vec<Vec<Sentence>> = articles.par_iter().map(|article| segment::sentences(article)).collect();
    let texts = texts(articles, &sentences);
    let readings = encoder.read(&texts, &|done| progress(Step::Encode, done, texts.len()))?;
    let mut parts = split(articles, sentences, readings.into_iter(), config);
    parts.retain(|(d, _)| matches!(d.kind, DocumentKind::Story | DocumentKind::Brief));
    let told: BTreeSet<*const Article> = parts.iter().map(|(d, _)| Arc::as_ptr(&d.article)).collect();
    let empty = articles.iter().filter(|article| !told.contains(&Arc::as_ptr(article)));
    let warnings = empty
        .map(|a| Warning::lost(&a.id, "nothing in it tells a story: only notices and teasers"))
        .collect();
    let titles: Vec<&str> = parts.iter().map(|(d, _)| d.title().unwrap_or_default()).collect();
    let title_vectors = encoder.encode(&titles, &|_| {})?;
    let annotated = parts
        .into_par_iter()
        .zip(title_vectors)
        .map(|((document, readings), title)| {
            let title = document.title().is_some().then_some(title);
            annotate::annotate(document, readings, title.as_deref())
        })
        .collect();
    Ok((annotated, warnings))
}

/// Groups texts by event.
pub fn clusters(documents: &[Annotated], config: &Config) -> Vec<Cluster> {
    cluster::cluster(documents, &config.cluster)
}

/// Tells one cluster as a story.
pub fn story(documents: &[Annotated], cluster: &Cluster, config: &Config) -> Story {
    // The one that speaks for all first, then by time and id.
    let mut order: Vec<(usize, Option<usize>)> = cluster
        .documents
        .iter()
        .copied()
        .zip(cluster.copy_of.iter().copied())
        .collect();
    order.sort_by_key(|(at, _)| {
        let document = &documents[*at].document;
        let published = document.published();
        (
            *at != cluster.medoid,
            published.is_none(),
            published,
            document.id.clone(),
        )
    });
    let all: Vec<&Annotated> = order.iter().map(|(at, _)| &documents[*at]).collect();
    let voices: Vec<&Annotated> = order
        .iter()
        .filter(|(_, copy)| copy.is_none())
        .map(|(at, _)| &documents[*at])
        .collect();
    let evidence = verify::Evidence::new(&sentences(&voices));
    let conflicts = figures::conflicts(&voices, &config.figures);
    let stale = figures::stale(&voices, &conflicts);
    let summary = summarize::summarize(&voices, &stale, &evidence, &config.summarize);
    let sources = order
        .iter()
        .enumerate()
        .map(|(n, (at, copy))| source(&documents[*at].document, n + 1, copy.map(|c| &documents[c].document)));
    let mut ids: Vec<&str> = all.iter().map(|d| d.document.id.as_str()).collect();
    ids.sort_unstable();
    let times = || all.iter().filter_map(|d| d.document.published());
    let id = fingerprint(&ids);
    Story {
        thread: id.clone(),
        id,
        course: Course::New,
        since: None,
        fresh: Vec::new(),
        headline: summarize::headline(&newest_first(&all, &conflicts)),
        sources: sources.collect(),
        voices: voices.len(),
        figures: figures::figures(&voices, &summary, None, &config.figures),
        conflicts,
        entities: figures::names(&voices, MOST_NAMES),
        summary,
        first_seen: times().min(),
        updated: times().max(),
        section: None,
    }
}

/// The documents in the order in which they may give the headline: those whose title has a figure that the story has a later
/// one for come last.
fn newest_first<'a>(documents: &[&'a Annotated], conflicts: &[Conflict]) -> Vec<&'a Annotated> {
    let outdated: Vec<f64> = conflicts
        .iter()
        .flat_map(|c| c.claims.iter().skip(1).map(|claim| (claim, &c.claims[0])))
        .filter(|(claim, newest)| claim.superseded || claim.published < newest.published)
        .map(|(claim, _)| claim.figure.value)
        .collect();
    let late = |d: &&Annotated| {
        let title = d.document.title().unwrap_or_default();
        quantity::quantities(title).iter().any(|q| outdated.contains(&q.value))
    };
    let (last, mut first): (Vec<_>, Vec<_>) = documents.iter().copied().partition(late);
    first.extend(last);
    first
}

/// The title and the sentences of each document: what a claim about them is checked against.
fn sentences<'a>(documents: &[&'a Annotated]) -> Vec<Vec<&'a str>> {
    let texts = |document: &'a Document| {
        let own = document.sentences().map(|s| document.text(&s.span));
        document.title().into_iter().chain(own).collect()
    };
    documents.iter().map(|d| texts(&d.document)).collect()
}

/// Makes the digest of a day.
///
/// `date` is given the newest article's date (UTC), where one says, and decides the digest's.
/// `warnings` are those of the stages before, to be shown at the foot.
pub fn digest(
    articles: &[Arc<Article>],
    documents: &[Annotated],
    mut warnings: Vec<Warning>,
    encoder: &dyn Encoder,
    date: impl FnOnce(Option<Date>) -> Date,
    previous: Option<&Digest>,
    config: &Config,
) -> Digest {
    let _ = previous;
    let mut short = config.clone();
    short.summarize.length = config.summarize.length.min(Length::Short);
    let mut told: Vec<(Story, bool)> = clusters(documents, config)
        .par_iter()
        .map(|cluster| {
            let brief = match cluster.documents[..] {
                [only] => words(&documents[only].document) <= config.digest.brief_words,
                _ => false,
            };
            (story(documents, cluster, if brief { &short } else { config }), brief)
        })
        .collect();
    // More newsrooms, then more articles, then the newest; the id makes the order whole.
    told.sort_by(|(a, _), (b, _)| {
        let key = |s: &Story| (s.voices, s.sources.len(), s.updated);
        key(b).cmp(&key(a)).then_with(|| a.id.cmp(&b.id))
    });
    let (briefs, mut stories): (Vec<_>, Vec<_>) = told.into_iter().partition(|(_, brief)| *brief);
    if config.digest.max_stories > 0 && stories.len() > config.digest.max_stories {
        let left = stories.len() - config.digest.max_stories;
        stories.truncate(config.digest.max_stories);
        warnings.push(Warning::note(
            "digest",
            format!(
                "{left} more stories were left out (max_stories = {})",
                config.digest.max_stories
            ),
        ));
    }
    let stories: Vec<Story> = stories.into_iter().map(|(story, _)| story).collect();
    let briefs: Vec<Story> = briefs.into_iter().map(|(story, _)| story).collect();
    let times = || articles.iter().filter_map(|a| a.published);
    Digest {
        version: FORMAT,
        title: config.digest.title.clone(),
        date: date(times().max().map(|newest| TimeZone::UTC.to_datetime(newest).date())),
        window: times().min().zip(times().max()).map(|(from, to)| Window { from, to }),
        replaced: stories.iter().chain(&briefs).map(|s| s.summary.replaced).sum(),
        stories,
        briefs,
        warnings,
        articles: articles.len(),
        seen: Vec::new(),
        faded: Vec::new(),
        dormant: Vec::new(),
        models: encoder.notes(),
        generator: concat!("broadsheet ", env!("CARGO_PKG_VERSION")).into(),
    }
}

/// Checks every sentence and heading of a text against the texts it was made from.
pub fn check(summary: &[Arc<Article>], sources: &[Arc<Article>]) -> Vec<(String, Finding)> {
    let told: Vec<&str> = summary.iter().flat_map(|article| lines(article)).collect();
    let sources: Vec<Vec<&str>> = sources
        .iter()
        .map(|article| article.title.as_deref().into_iter().chain(lines(article)).collect())
        .collect();
    let findings = verify::check(&told, &verify::Evidence::new(&sources));
    told.into_iter().map(str::to_owned).zip(findings).collect()
}

/// The sentences and headings of an article, in order.
fn lines(article: &Article) -> Vec<&str> {
    let headings = article.blocks.iter().filter(|b| b.kind == BlockKind::Heading);
    let mut spans: Vec<Span> = headings.map(|b| b.span.clone()).collect();
    spans.extend(segment::sentences(article).into_iter().map(|s| s.span));
    spans.sort_by_key(|span| span.start);
    spans.into_iter().map(|span| &article.text[span]).collect()
}

/// [`check`] for a summary that came with its sources.
pub fn check_claims(claims: &Claims) -> Vec<(String, Finding)> {
    let article = |texts: &[String]| -> Vec<Arc<Article>> {
        let articles = texts.iter().filter_map(|text| extract::extract(&plain(text)).article);
        articles.map(Arc::new).collect()
    };
    let sources: Vec<Arc<Article>> = claims.sources.iter().flat_map(|texts| article(texts)).collect();
    check(&article(&claims.summary), &sources)
}

/// A text as an input of its own.
fn plain(text: &str) -> RawDocument {
    RawDocument {
        id: String::new(),
        url: None,
        title: None,
        published: None,
        site_name: None,
        story: None,
        media_type: MediaType::Text,
        body: text.as_bytes().to_vec(),
        sentences: None,
    }
}

/// A note for each article whose language the models do not know.
pub fn languages(documents: &[Annotated]) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = Vec::new();
    for annotated in documents.iter().filter(|d| !d.understood) {
        let article = &annotated.document.article;
        let lang = article.lang.as_deref().unwrap_or("unknown");
        let note = Warning::note(
            &article.id,
            format!("its language ({lang}) is not one the models know: its first sentences stand for a summary"),
        );
        if warnings.last() != Some(&note) {
            warnings.push(note);
        }
    }
    warnings
}

fn source(document: &Document, number: usize, copy_of: Option<&Document>) -> Source {
    let article = &document.article;
    Source {
        document: document.id.clone(),
        number,
        url: article.url.clone(),
        title: document.title().map(str::to_owned),
        site_name: article.site_name.clone(),
        byline: article.byline.clone(),
        published: document.published(),
        copy_of: copy_of.map(|d| d.id.clone()),
        stub: article.stub,
        told: false,
        kind: document.kind,
    }
}

fn words(document: &Document) -> usize {
    document
        .sentences()
        .map(|s| document.text(&s.span).split_whitespace().count())
        .sum()
}

/// Twelve hexadecimal digits made of the ids.
fn fingerprint(ids: &[&str]) -> String {
    let hash = Sha256::digest(ids.join("\n"));
    hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
