//! One cluster of documents told as a story.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::config::Config;
use crate::digest::{Conflict, Course, Finding, Source, Story, Verifier};
use crate::document::{Annotated, Cluster, Document};
use crate::infer::Likely;
use crate::infer::SalienceHead;
use crate::summarize::Help;
use crate::{figures, quantity, summarize, verify};

/// The most people, bodies and places of a story.
const MOST_NAMES: usize = 12;

/// Tells one cluster as a story. `salience`: the head that says what a summary will say; `written`: what a model wrote of it
/// ([`super::write`]); `likely`: which words of its sentences matter ([`super::likely`]).
pub fn story(
    documents: &[Annotated],
    cluster: &Cluster,
    salience: Option<&SalienceHead>,
    written: &[Vec<String>],
    likely: &BTreeMap<String, Vec<Likely>>,
    config: &Config,
) -> Story {
    let order = order(documents, cluster);
    let all: Vec<&Annotated> = order.iter().map(|(at, _)| &documents[*at]).collect();
    let voices = voices(documents, cluster);
    let measured = figures::Measured::new(&voices);
    let conflicts = measured.conflicts(&config.figures);
    let stale = measured.stale(&conflicts);
    let help = Help {
        verifier: &Sources::new(&voices),
        salience,
        written,
        likely,
    };
    let summary = summarize::summarize(&voices, &stale, &help, &config.summarize);
    let sources = order
        .iter()
        .enumerate()
        .map(|(n, (at, copy))| source(&documents[*at].document, n + 1, copy.map(|c| &documents[c].document)));
    let times = || all.iter().filter_map(|d| d.document.published());
    let id = identity(&all);
    Story {
        thread: id.clone(),
        id,
        course: Course::New,
        since: None,
        fresh: Vec::new(),
        headline: summarize::headline(&up_to_date(&all, &conflicts)),
        sources: sources.collect(),
        voices: voices.len(),
        figures: measured.figures(&summary, &config.figures),
        conflicts,
        entities: figures::names(&voices, MOST_NAMES),
        summary,
        first_seen: times().min(),
        updated: times().max(),
        section: None,
    }
}

/// The id and the headline that [`story`] gives a cluster, without the rest of its work.
pub fn headline(documents: &[Annotated], cluster: &Cluster, config: &Config) -> (String, String) {
    let all: Vec<&Annotated> = order(documents, cluster)
        .iter()
        .map(|(at, _)| &documents[*at])
        .collect();
    let conflicts = match all.len() {
        1 => Vec::new(),
        _ => figures::Measured::new(&voices(documents, cluster)).conflicts(&config.figures),
    };
    (identity(&all), summarize::headline(&up_to_date(&all, &conflicts)))
}

/// A story's id, made of its documents' ids.
fn identity(documents: &[&Annotated]) -> String {
    let mut ids: Vec<&str> = documents.iter().map(|d| d.document.id.as_str()).collect();
    ids.sort_unstable();
    fingerprint(&ids)
}

/// The documents of a cluster, each with the one it is a copy of.
fn order(documents: &[Annotated], cluster: &Cluster) -> Vec<(usize, Option<usize>)> {
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
    order
}

/// The documents of a cluster that are not copies of another, in the order in which the story names them.
pub(super) fn voices<'a>(documents: &'a [Annotated], cluster: &Cluster) -> Vec<&'a Annotated> {
    let order = order(documents, cluster).into_iter();
    order
        .filter(|(_, copy)| copy.is_none())
        .map(|(at, _)| &documents[at])
        .collect()
}

/// The documents that may give the headline: without those whose title has a figure that the story has a later one for, if
/// any others have a title.
fn up_to_date<'a>(documents: &[&'a Annotated], conflicts: &[Conflict]) -> Vec<&'a Annotated> {
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
    let fresh: Vec<&Annotated> = documents.iter().copied().filter(|d| !late(d)).collect();
    if fresh.iter().any(|d| d.document.title().is_some()) {
        fresh
    } else {
        documents.to_vec()
    }
}

/// The sources of a story as what its sentences are checked against, prepared at the first question: most stories are told in
/// their sources' own words and ask none.
struct Sources<'a> {
    documents: &'a [&'a Annotated],
    evidence: OnceCell<verify::Evidence>,
}

impl<'a> Sources<'a> {
    fn new(documents: &'a [&'a Annotated]) -> Self {
        Sources {
            documents,
            evidence: OnceCell::new(),
        }
    }
}

impl Verifier for Sources<'_> {
    fn verify(&self, sentence: &str) -> Finding {
        let prepare = || verify::Evidence::new(&sources(self.documents));
        self.evidence.get_or_init(prepare).verify(sentence)
    }
}

/// The title and the sentences of each document: what a claim about them is checked against.
fn sources<'a>(documents: &[&'a Annotated]) -> Vec<Vec<&'a str>> {
    let texts = |document: &'a Document| {
        let own = document.sentences().map(|s| document.text(&s.span));
        document.title().into_iter().chain(own).collect()
    };
    documents.iter().map(|d| texts(&d.document)).collect()
}

fn source(document: &Document, number: usize, copy_of: Option<&Document>) -> Source {
    let article = &document.article;
    Source {
        document: document.id.clone(),
        number,
        url: article.url.clone(),
        title: document.title().map(str::to_owned),
        site_name: article.site_name.clone(),
        source: article.source.clone(),
        byline: article.byline.clone(),
        published: document.published(),
        copy_of: copy_of.map(|d| d.id.clone()),
        stub: article.stub,
        // A part of a page has no claim to the page's picture.
        image: article.image.clone().filter(|_| !document.part),
        told: false,
        kind: document.kind,
    }
}

/// Twelve hexadecimal digits made of the ids.
fn fingerprint(ids: &[&str]) -> String {
    let hash = Sha256::digest(ids.join("\n"));
    hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
