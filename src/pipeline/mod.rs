//! The order of the stages, and nothing else: what each does is in its own module.
//!
//! # Steps
//! 1. [`extract`]: the main text of each input, with its structure;
//! 2. [`segment`]: its sentences, and which of them make one text;
//! 3. the encoder, once over all sentences and titles;
//! 4. [`annotate`]: names and numbers, put together with the vectors;
//! 5. [`cluster`]: texts of one event;
//! 6. where the user asked for it, a generator writes each story ([`write()`]);
//! 7. where the user asked for it, which words of the sentences to be shown matter less ([`likely`]);
//! 8. [`summarize`](crate::summarize) and [`figures`](crate::figures): each story, its sentences checked by [`verify`](crate::verify);
//! 9. the digest: [`follow`](crate::follow) ties stories to those of the digest before, [`rank`](crate::rank) puts them in order.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::config::Config;
use crate::digest::ModelNote;
use crate::document::{Annotated, Article, Cluster, Document, DocumentKind, RawDocument, Sentence};
use crate::error::{Result, Warning};
use crate::infer::generate::Generator;
use crate::infer::{Encoder, Reading};
use crate::{annotate, cluster, extract, segment};

/// The version of [`Digest`](crate::digest::Digest)'s JSON.
pub const FORMAT: u32 = 2;

mod check;
mod day;
mod shorten;
mod story;
mod write;

pub use check::{check, check_claims};
pub use day::digest;
pub use shorten::likely;
pub use story::{headline, story};
pub use write::write;

/// What is being done, for a progress bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Finding the text of pages.
    Extract,
    /// Sentences through the encoder.
    Encode,
    /// Stories through the generator.
    Write,
}

/// Told how far a step is: the step, how many are done, of how many.
pub type Progress<'a> = &'a (dyn Fn(Step, usize, usize) + Sync);

/// The models that stories are told with.
#[derive(Clone, Copy)]
pub struct Models<'a> {
    /// Reads.
    pub encoder: &'a dyn Encoder,
    /// Writes, where the user asked for it.
    pub generator: Option<&'a dyn Generator>,
}

impl Models<'_> {
    /// What they are, for the digest's footer.
    fn notes(&self) -> Vec<ModelNote> {
        let mut notes = self.encoder.notes();
        notes.extend(self.generator.map(|generator| generator.note()));
        notes
    }
}

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

/// The texts of all articles, in order, each of one kind, with the vectors of its sentences. Without an encoder there are
/// none, and structure and words alone decide where a page comes apart.
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
