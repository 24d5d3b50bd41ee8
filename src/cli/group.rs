//! `group`: articles by event.

use std::collections::BTreeMap;

use broadsheet::pipeline;
use serde::Serialize;

use super::Global;
use super::common::{self, Input, Outcome, Session};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  broadsheet group examples/2026-03-14 | jq -r '.headline'")]
pub struct Args {
    #[command(flatten)]
    input: Input,
}

#[derive(Serialize)]
struct Line {
    story: String,
    headline: String,
    /// Ids of articles.
    documents: Vec<String>,
    /// For an article that held several texts, those of them that are meant.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    parts: BTreeMap<String, Vec<String>>,
}

pub fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let mut session = Session::new(global)?;
    session.load_encoder()?;
    let (articles, _) = session.articles(&args.input)?;
    let encoder = session.encoder()?;
    let (annotated, _) = session.annotated(&articles, &encoder)?;
    let mut texts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &annotated {
        *texts.entry(&one.document.article.id).or_default() += 1;
    }
    let lines = pipeline::clusters(&annotated, &session.config)
        .into_iter()
        .map(|cluster| {
            let story = pipeline::story(&annotated, &cluster, &session.config);
            let mut documents: Vec<String> = Vec::new();
            let mut parts: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for at in &cluster.documents {
                let document = &annotated[*at].document;
                let article = &document.article.id;
                if !documents.contains(article) {
                    documents.push(article.clone());
                }
                if texts.get(article.as_str()).is_some_and(|n| *n > 1) {
                    parts.entry(article.clone()).or_default().push(document.id.clone());
                }
            }
            Line {
                story: story.id,
                headline: story.headline,
                documents,
                parts,
            }
        });
    common::print_lines(lines)?;
    Ok(session.outcome())
}
