//! `figures`: the numbers and names of articles.

use std::sync::Arc;

use broadsheet::digest::Figure;
use broadsheet::document::{Article, DocumentKind, Span};
use broadsheet::infer::{EntityKind, Tagged};
use broadsheet::{annotate, figures, pipeline, segment};
use serde::Serialize;

use super::Global;
use super::common::{self, Input, Outcome, Session, characters};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  broadsheet figures article.txt | jq -r '.figures[] | [.value, .unit, .context] | @tsv'"
)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// Leave the names out, which need the models; numbers alone take a fraction of the time
    #[arg(long)]
    no_entities: bool,
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    figures: Vec<Figure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entities: Option<Vec<Entity<'a>>>,
}

#[derive(Serialize)]
struct Entity<'a> {
    /// Characters of the article's text.
    start: usize,
    end: usize,
    r#type: &'static str,
    text: &'a str,
}

pub fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let mut session = Session::new(global)?;
    if !args.no_entities {
        session.load_encoder()?;
    }
    let (articles, _) = session.articles(&args.input)?;
    let documents = pipeline::documents(&articles, None, &session.config, &|_, _, _| {})?;
    let told: Vec<_> = documents
        .iter()
        .filter(|d| d.kind != DocumentKind::Boilerplate)
        .collect();
    let mut names: Vec<Option<Vec<Entity>>> = articles.iter().map(|_| None).collect();
    if !args.no_entities {
        let encoder = session.encoder()?;
        let head = session.entities(&encoder)?;
        let spans: Vec<Vec<Span>> = articles.iter().map(|article| spans(article)).collect();
        let texts: Vec<(&str, &[Span])> = articles
            .iter()
            .zip(&spans)
            .map(|(a, s)| (a.text.as_str(), s.as_slice()))
            .collect();
        for ((article, tagged), names) in articles.iter().zip(head.tag_all(&encoder, &texts)?).zip(&mut names) {
            *names = Some(entities(article, tagged));
        }
    }
    common::print_lines(articles.iter().zip(names).map(|(article, entities)| {
        let own = told.iter().filter(|d| Arc::ptr_eq(&d.article, article));
        let mut figures: Vec<Figure> = own.flat_map(|d| figures::all(d, &annotate::quantities(d))).collect();
        figures.sort_by_key(|f| (f.citation.start, f.citation.end));
        Line {
            id: &article.id,
            figures,
            entities,
        }
    }))?;
    Ok(session.outcome())
}

/// What is read for names: every sentence, each block's first from the block's beginning, so that a dateline's
/// place is read too.
fn spans(article: &Article) -> Vec<Span> {
    let mut last = None;
    let mut spans = Vec::new();
    for sentence in segment::sentences(article) {
        let first = last != Some(sentence.block);
        last = Some(sentence.block);
        match article.blocks.get(sentence.block) {
            Some(block) if first && article.sentences.is_none() => spans.push(block.span.start..sentence.span.end),
            _ => spans.push(sentence.span),
        }
    }
    // A line that was taken for a heading is no sentence, but names stand in it too.
    let headings = article
        .blocks
        .iter()
        .filter(|b| b.kind == broadsheet::document::BlockKind::Heading);
    spans.extend(headings.map(|b| b.span.clone()));
    spans.sort_by_key(|span| span.start);
    spans
}

fn entities(article: &Article, tagged: Vec<Tagged>) -> Vec<Entity<'_>> {
    let at = characters(&article.text);
    let entity = |tagged: Tagged| Entity {
        start: at(tagged.span.start),
        end: at(tagged.span.end),
        r#type: match tagged.kind {
            EntityKind::Per => "PER",
            EntityKind::Org => "ORG",
            EntityKind::Loc => "LOC",
            EntityKind::Misc => "MISC",
        },
        text: &article.text[tagged.span],
    };
    tagged.into_iter().map(entity).collect()
}
