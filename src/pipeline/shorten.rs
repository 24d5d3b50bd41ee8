//! How likely an editor keeps each word of the sentences that summaries will show: what `--compress` goes by.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::story::voices;
use super::write::picked;
use crate::config::Config;
use crate::document::{Annotated, Cluster};
use crate::error::Result;
use crate::figures;
use crate::infer::{Encoder, Likely, SalienceHead};

/// Sentences with their words, each with the likelihood that an editor keeps it; none where nobody asked for shorter sentences.
///
/// The encoder is one for all stories, and stories are told side by side: so what they will show is picked beforehand, and read in one
/// go.
///
/// # Errors
/// As for [`Encoder::likely`].
pub fn likely(
    documents: &[Annotated],
    clusters: &[Cluster],
    encoder: &dyn Encoder,
    config: &Config,
) -> Result<BTreeMap<String, Vec<Likely>>> {
    if !config.summarize.compress {
        return Ok(BTreeMap::new());
    }
    let salience = encoder.salience();
    let shown: BTreeSet<String> = clusters
        .par_iter()
        .flat_map_iter(|cluster| shown(documents, cluster, salience, config))
        .collect();
    let texts: Vec<&str> = shown.iter().map(String::as_str).collect();
    let likely = encoder.likely(&texts)?;
    Ok(shown.into_iter().zip(likely).collect())
}

/// The sentences of a story's summary as the sources have them.
fn shown(documents: &[Annotated], cluster: &Cluster, salience: Option<&SalienceHead>, config: &Config) -> Vec<String> {
    let voices = voices(documents, cluster);
    let measured = figures::Measured::new(&voices);
    let stale = measured.stale(&measured.conflicts(&config.figures));
    picked(&voices, &stale, salience, &config.summarize)
}
