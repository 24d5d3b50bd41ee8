//! What a generator writes of stories, split into sentences; whether they are true is for `summarize`'s guard.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::check::sentences;
use super::story::voices;
use super::{Models, Progress, Step};
use crate::config::Config;
use crate::digest::{Finding, Verdict, Verifier};
use crate::document::{Annotated, Cluster};
use crate::error::Result;
use crate::infer::SalienceHead;
use crate::summarize::{self, Help};

/// Words of a generator's input where a story has several sources: what BART and PEGASUS read in one window.
const INPUT_WORDS: usize = 600;
/// Stories that are written between two reports of progress. The generator puts those of like length together.
const BATCH: usize = 16;

/// For each cluster what the generator wrote of it: beams, the best first, each as its sentences. Nothing where there is no
/// generator, or where the models do not know the language.
///
/// # Errors
/// [`crate::Error::Inference`] where the generator fails.
pub fn write(
    documents: &[Annotated],
    clusters: &[Cluster],
    models: Models,
    config: &Config,
    progress: Progress,
) -> Result<Vec<Vec<Vec<String>>>> {
    let Some(generator) = models.generator else {
        return Ok(vec![Vec::new(); clusters.len()]);
    };
    let salience = models.encoder.salience();
    let inputs: Vec<String> = clusters
        .par_iter()
        .map(|cluster| input(documents, cluster, salience, config))
        .collect();
    let options = config.generate.options();
    let mut written = Vec::with_capacity(inputs.len());
    progress(Step::Write, 0, inputs.len());
    for inputs in inputs.chunks(BATCH) {
        let texts: Vec<&str> = inputs.iter().map(String::as_str).collect();
        for beams in generator.summarise(&texts, &options)? {
            written.push(beams.iter().map(|beam| sentences(beam)).collect());
        }
        progress(Step::Write, written.len(), clusters.len());
    }
    Ok(written)
}

/// What the generator reads of a story: the text of its only source, or what all of its sources say that matters most.
fn input(documents: &[Annotated], cluster: &Cluster, salience: Option<&SalienceHead>, config: &Config) -> String {
    let voices: Vec<&Annotated> = voices(documents, cluster)
        .into_iter()
        .filter(|d| d.understood)
        .collect();
    if let [only] = voices[..] {
        let sentences = only.document.sentences().map(|s| only.document.text(&s.span));
        return sentences.collect::<Vec<_>>().join(" ");
    }
    let options = summarize::Options {
        words: Some(INPUT_WORDS),
        ..config.summarize.clone()
    };
    picked(&voices, &[], salience, &options).join(" ")
}

/// The sentences that a summary is made of, whole and in the sources' own words. `stale` as for [`summarize::summarize`].
pub(super) fn picked(
    voices: &[&Annotated],
    stale: &[(usize, usize)],
    salience: Option<&SalienceHead>,
    options: &summarize::Options,
) -> Vec<String> {
    let help = Help {
        verifier: &Nobody,
        salience,
        written: &[],
        likely: &BTreeMap::new(),
    };
    let options = summarize::Options {
        compress: false,
        ..options.clone()
    };
    let told = summarize::summarize(voices, stale, &help, &options).sentences;
    told.into_iter().map(|s| s.quote.unwrap_or(s.text)).collect()
}

/// Bears nothing out: what is picked stays in its sources' own words.
struct Nobody;

impl Verifier for Nobody {
    fn verify(&self, _: &str) -> Finding {
        Finding {
            verdict: Verdict::NotFound,
            why: None,
        }
    }
}
