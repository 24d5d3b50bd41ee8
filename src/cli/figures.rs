//! `figures`: the numbers and names of articles.

use std::collections::BTreeMap;
use std::sync::Arc;

use broadsheet::digest::Figure;
use broadsheet::document::{self, Article, Document, DocumentKind, EntityKind, Span, Tagged};
use broadsheet::{annotate, figures, pipeline, segment};
use rayon::prelude::*;
use serde::Serialize;

use super::Global;
use super::common::{self, Input, Outcome, Session, characters};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  broadsheet figures article.txt --format table\n  broadsheet figures article.txt | jq -r '.figures[] | [.value, .unit, .line] | @tsv'"
)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "jsonl", value_parser = ["jsonl", "table"])]
    format: String,
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
    r#type: EntityKind,
    text: &'a str,
    /// The full name it stands for, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Who or what it is, where the text says so right here.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
}

pub fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let mut session = Session::new(global)?;
    if !args.no_entities {
        session.load_encoder()?;
    }
    let (articles, _) = session.articles(&args.input)?;
    let documents = pipeline::documents(&articles, None, &session.config, &|_, _, _| {})?;
    let mut names: Vec<Option<Vec<Tagged>>> = articles.iter().map(|_| None).collect();
    if !args.no_entities {
        let reader = session.reader()?;
        let spans: Vec<Vec<Span>> = articles.iter().map(|article| spans(article)).collect();
        let texts: Vec<(&str, &[Span])> = articles
            .iter()
            .zip(&spans)
            .map(|(a, s)| (a.text.as_str(), s.as_slice()))
            .collect();
        for (tagged, names) in reader
            .head()
            .tag_all(reader.encoder(), &texts)?
            .into_iter()
            .zip(&mut names)
        {
            *names = Some(tagged);
        }
    }
    let place: BTreeMap<_, usize> = articles.iter().map(Arc::as_ptr).zip(0..).collect();
    let mut own: Vec<Vec<&Document>> = vec![Vec::new(); articles.len()];
    for document in documents
        .iter()
        .map(|(d, _)| d)
        .filter(|d| d.kind != DocumentKind::Boilerplate)
    {
        own[place[&Arc::as_ptr(&document.article)]].push(document);
    }
    let lines: Vec<Line> = articles
        .par_iter()
        .zip(names)
        .zip(own)
        .map(|((article, tagged), own)| {
            let tied = annotate::entities(&article.text, tagged.as_deref().unwrap_or_default());
            let mut figures: Vec<Figure> = own
                .into_iter()
                .flat_map(|d| figures::all(d, &annotate::quantities(d), &tied))
                .collect();
            figures.sort_by_key(|f| (f.citation.start, f.citation.end));
            Line {
                id: &article.id,
                figures,
                entities: tagged.map(|tagged| entities(article, tagged, &tied)),
            }
        })
        .collect();
    match args.format.as_str() {
        "table" => {
            let rows: Vec<(&str, &Figure)> = lines
                .iter()
                .flat_map(|line| line.figures.iter().map(|figure| (line.id, figure)))
                .collect();
            common::print(&figures::table(&rows))?;
        }
        _ => common::print_lines(lines)?,
    }
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

/// The tags as they are, each with what `tied` knows of the mention.
fn entities<'a>(article: &'a Article, tagged: Vec<Tagged>, tied: &[document::Entity]) -> Vec<Entity<'a>> {
    let at = characters(&article.text);
    let entity = |tagged: Tagged| {
        let text = &article.text[tagged.span.clone()];
        let known = tied
            .iter()
            .find(|e| e.span.start < tagged.span.end && tagged.span.start < e.span.end);
        Entity {
            start: at(tagged.span.start),
            end: at(tagged.span.end),
            r#type: tagged.kind,
            text,
            name: known.map(|e| e.name.clone()).filter(|name| name != text),
            role: known.and_then(|e| e.role.clone()),
        }
    };
    tagged.into_iter().map(entity).collect()
}
