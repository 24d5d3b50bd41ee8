//! `figures`: the numbers of articles. Needs no model.

use std::sync::Arc;

use broadsheet::digest::Figure;
use broadsheet::document::DocumentKind;
use broadsheet::{annotate, figures, pipeline};
use serde::Serialize;

use super::Global;
use super::common::{self, Input, Outcome, Session};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  broadsheet figures article.txt | jq -r '.figures[] | [.value, .unit, .context] | @tsv'"
)]
pub struct Args {
    #[command(flatten)]
    input: Input,
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    figures: Vec<Figure>,
}

pub fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let mut session = Session::new(global)?;
    let (articles, _) = session.articles(&args.input)?;
    let progress = |step, done, of| session.progress(step, done, of);
    let documents = pipeline::documents(&articles, None, &session.config, &progress)?;
    let told: Vec<_> = documents
        .iter()
        .filter(|d| d.kind != DocumentKind::Boilerplate)
        .collect();
    common::print_lines(articles.iter().map(|article| {
        let own = told.iter().filter(|d| Arc::ptr_eq(&d.article, article));
        let mut figures: Vec<Figure> = own.flat_map(|d| figures::all(d, &annotate::quantities(d))).collect();
        figures.sort_by_key(|f| (f.citation.start, f.citation.end));
        Line {
            id: &article.id,
            figures,
        }
    }))?;
    Ok(session.outcome())
}
