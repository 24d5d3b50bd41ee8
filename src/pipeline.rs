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
use crate::digest::{Digest, Source, Story, Window};
use crate::document::{Annotated, Article, Cluster, Document, DocumentKind, RawDocument, Sentence};
use crate::error::{Result, Warning};
use crate::infer::Encoder;
use crate::summarize::Length;
use crate::{annotate, cluster, extract, figures, segment, summarize};

/// The version of [`Digest`]'s JSON.
const FORMAT: u32 = 1;

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

/// The texts of all articles, in order, each of one kind. Without an encoder structure and words alone decide
/// where a page comes apart.
///
/// # Errors
/// [`crate::Error::Inference`] where the encoder fails.
pub fn documents(
    articles: &[Arc<Article>],
    encoder: Option<&dyn Encoder>,
    config: &Config,
    progress: Progress,
) -> Result<Vec<Document>> {
    Ok(split(articles, encoder, config, progress)?
        .into_iter()
        .map(|(document, _)| document)
        .collect())
}

/// Every text with the vectors of its sentences (none without an encoder).
fn split(
    articles: &[Arc<Article>],
    encoder: Option<&dyn Encoder>,
    config: &Config,
    progress: Progress,
) -> Result<Vec<(Document, Vec<Vec<f32>>)>> {
    let sentences: Vec<Vec<Sentence>> = articles.par_iter().map(|article| segment::sentences(article)).collect();
    let mut vectors = Vec::new();
    if let Some(encoder) = encoder {
        let texts: Vec<&str> = articles
            .iter()
            .zip(&sentences)
            .flat_map(|(article, own)| own.iter().map(|s| &article.text[s.span.clone()]))
            .collect();
        vectors = encoder.encode(&texts, &|done| progress(Step::Encode, done, texts.len()))?;
    }
    let mut of_article = Vec::with_capacity(articles.len());
    let mut rest = vectors.into_iter();
    for own in &sentences {
        of_article.push(rest.by_ref().take(own.len()).collect::<Vec<_>>());
    }
    let parts: Vec<Vec<(Document, Vec<Vec<f32>>)>> = articles
        .par_iter()
        .zip(sentences)
        .zip(of_article)
        .map(|((article, sentences), mut vectors)| {
            let starts: Vec<usize> = sentences.iter().map(|s| s.span.start).collect();
            let documents = segment::documents(article, sentences, &vectors, &config.segment);
            let mut take = |s: &Sentence| {
                let at = starts.binary_search(&s.span.start).ok()?;
                vectors.get_mut(at).map(std::mem::take)
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
    Ok(parts.into_iter().flatten().collect())
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
    let mut parts = split(articles, Some(encoder), config, progress)?;
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
        .map(|((document, vectors), title)| {
            let title = document.title().is_some().then_some(title);
            annotate::annotate(document, vectors, title.as_deref())
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
        let published = document.article.published;
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
    let summary = summarize::summarize(&voices, &config.summarize);
    let sources = order
        .iter()
        .enumerate()
        .map(|(n, (at, copy))| source(&documents[*at].document, n + 1, copy.map(|c| &documents[c].document)));
    let mut ids: Vec<&str> = all.iter().map(|d| d.document.id.as_str()).collect();
    ids.sort_unstable();
    let times = || all.iter().filter_map(|d| d.document.article.published);
    Story {
        id: fingerprint(&ids),
        headline: summarize::headline(&all),
        sources: sources.collect(),
        voices: voices.len(),
        figures: figures::figures(&voices, &summary, &config.figures),
        summary,
        first_seen: times().min(),
        updated: times().max(),
    }
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
    config: &Config,
) -> Digest {
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
    let mut seen: Vec<String> = articles.iter().map(|a| a.id.clone()).collect();
    seen.sort_unstable();
    seen.dedup();
    Digest {
        version: FORMAT,
        title: config.digest.title.clone(),
        date: date(times().max().map(|newest| TimeZone::UTC.to_datetime(newest).date())),
        window: times().min().zip(times().max()).map(|(from, to)| Window { from, to }),
        replaced: stories.iter().chain(&briefs).map(|s| s.summary.replaced).sum(),
        stories,
        briefs,
        warnings,
        seen,
        models: vec![encoder.note()],
        generator: concat!("broadsheet ", env!("CARGO_PKG_VERSION")).into(),
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
        published: article.published,
        copy_of: copy_of.map(|d| d.id.clone()),
        stub: article.stub,
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
