//! How likely an editor keeps each word of the sentences that summaries will show: what `--compress` goes by.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::Models;
use super::story::voices;
use super::write::Nobody;
use crate::config::Config;
use crate::document::{Annotated, Cluster};
use crate::error::Result;
use crate::figures;
use crate::infer::Likely;
use crate::infer::SalienceHead;
use crate::summarize::{self, Help};

/// Sentences with their words, each with the likelihood that an editor keeps it; none where nobody asked for shorter sentences.
///
/// The encoder is one for all stories, and stories are told side by side: so what they will show is picked beforehand, and read in one
/// go.
///
/// # Errors
/// [`crate::Error::Inference`] where the encoder fails.
pub fn likely(
    documents: &[Annotated],
    clusters: &[Cluster],
    models: Models,
    config: &Config,
) -> Result<BTreeMap<String, Vec<Likely>>> {
    if !config.summarize.compress {
        return Ok(BTreeMap::new());
    }
    let salience = models.encoder.salience();
    let shown: BTreeSet<String> = clusters
        .par_iter()
        .flat_map_iter(|cluster| shown(documents, cluster, salience, config))
        .collect();
    let texts: Vec<&str> = shown.iter().map(String::as_str).collect();
    let likely = models.encoder.likely(&texts)?;
    Ok(shown.into_iter().zip(likely).collect())
}

/// The sentences of a story's summary as the sources have them.
fn shown(documents: &[Annotated], cluster: &Cluster, salience: Option<&SalienceHead>, config: &Config) -> Vec<String> {
    let voices = voices(documents, cluster);
    let measured = figures::Measured::new(&voices);
    let stale = measured.stale(&measured.conflicts(&config.figures));
    let help = Help {
        verifier: &Nobody,
        salience,
        written: &[],
        likely: &BTreeMap::new(),
    };
    let options = summarize::Options {
        compress: false,
        ..config.summarize.clone()
    };
    let told = summarize::summarize(&voices, &stale, &help, &options).sentences;
    told.into_iter().map(|s| s.quote.unwrap_or(s.text)).collect()
}
