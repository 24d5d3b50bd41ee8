//! `segment`: sentences, sections and the texts that a page holds. Offsets count characters.

use std::collections::BTreeMap;
use std::sync::Arc;

use broadsheet::document::{DocumentKind, Span};
use broadsheet::{pipeline, segment};
use serde::Serialize;

use super::Global;
use super::common::{self, Input, Outcome, Session, characters};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  broadsheet segment live-page.html | jq '.sections'")]
pub struct Args {
    #[command(flatten)]
    input: Input,
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    /// [start, end] of each sentence, in order.
    sentences: Vec<[usize; 2]>,
    /// The first sentences of new sections, 0 left out.
    boundaries: Vec<usize>,
    sections: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    start: usize,
    end: usize,
    kind: DocumentKind,
    /// The id of the text that it belongs to.
    document: String,
}

pub fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let mut session = Session::new(global)?;
    session.load_encoder()?;
    let (articles, _) = session.articles(&args.input)?;
    let encoder = session.encoder()?;
    let progress = |step, done, of| session.progress(step, done, of);
    let documents = pipeline::documents(&articles, Some(&encoder), &session.config, &progress)?;
    session.clear();
    let mut of_article: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for own in &documents {
        of_article.entry(Arc::as_ptr(&own.0.article)).or_default().push(own);
    }
    let mut lines = Vec::new();
    for article in &articles {
        let own = of_article.remove(&Arc::as_ptr(article)).unwrap_or_default();
        let mut ends: Vec<(usize, usize, usize)> = Vec::new();
        let mut sections = Vec::new();
        for (n, (document, _)) in own.iter().enumerate() {
            for section in &document.sections {
                ends.extend(section.sentences.iter().map(|s| (s.span.start, s.span.end, n)));
            }
        }
        ends.sort_unstable();
        let at = characters(&article.text);
        let mut spans: Vec<[usize; 2]> = ends.iter().map(|(start, end, _)| [at(*start), at(*end)]).collect();
        let mut boundaries = Vec::new();
        if let Some(given) = &article.sentences {
            // Already split: sections by content alone, since there is no structure, and sentences as they were given.
            let texts: Vec<&str> = given.iter().map(|span| &article.text[span.clone()]).collect();
            // Their vectors by where they begin; blank ones were left out and have none.
            let known: BTreeMap<usize, &Vec<f32>> = own
                .iter()
                .flat_map(|(d, vectors)| d.sentences().map(|s| s.span.start).zip(vectors))
                .collect();
            let vector = |span: &Span| {
                let found = known.range(span.start..).next().filter(|(start, _)| **start < span.end);
                found.map(|(_, vector)| (*vector).clone()).unwrap_or_default()
            };
            let vectors: Vec<Vec<f32>> = given.iter().map(vector).collect();
            boundaries = segment::boundaries(&texts, &vectors, &session.config.segment);
            spans = given.iter().map(|span| [at(span.start), at(span.end)]).collect();
        }
        for (i, window) in ends.iter().enumerate() {
            let new = i == 0 || ends[i - 1].2 != window.2;
            if new && i > 0 && article.sentences.is_none() {
                boundaries.push(i);
            }
            if new {
                let (document, _) = own[window.2];
                sections.push(Part {
                    start: at(window.0),
                    end: at(window.1),
                    kind: document.kind,
                    document: document.id.clone(),
                });
            } else if let Some(last) = sections.last_mut() {
                last.end = at(window.1);
            }
        }
        lines.push(Line {
            id: &article.id,
            sentences: spans,
            boundaries,
            sections,
        });
    }
    common::print_lines(lines)?;
    Ok(session.outcome())
}
