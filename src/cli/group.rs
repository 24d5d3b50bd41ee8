//! `group`: articles by event.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::Context;
use broadsheet::cluster::{self, Why};
use broadsheet::pipeline;
use serde::Serialize;

use super::Global;
use super::common::{self, Input, Outcome, Session};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  broadsheet group examples/2026-03-14 | jq -r '.headline'\n  broadsheet group inbox/ --explain | jq -r '.why[]?.reason'\n  \
                        broadsheet group inbox/ --pair inbox/a.txt inbox/b.html"
)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// Say of every two articles of a story why they were put together; `all`: of every two that were compared, a line
    /// each and nothing else (what training/grouping.py reads)
    #[arg(long, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_missing_value = "stories", value_parser = ["stories", "all"])]
    explain: Option<String>,
    /// Say of these two articles (by id) why they were put together, or why not, and nothing else
    #[arg(long, num_args = 2, value_names = ["ID", "ID"], conflicts_with = "explain")]
    pair: Option<Vec<String>>,
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
    /// Why each two texts are together.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<Vec<Why>>,
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
    let start = Instant::now();
    let clusters = pipeline::clusters(&annotated, &session.config);
    tracing::info!("grouped {} texts in {:.2?}", annotated.len(), start.elapsed());
    let options = &session.config.cluster;
    if let Some([a, b]) = args.pair.as_deref() {
        let why = cluster::explain_pair(&annotated, &clusters, a, b, options).with_context(|| {
            format!("--pair {a} {b}: not both are among the texts that were read; `extract` lists their ids")
        })?;
        common::print(&format!("{}\n", serde_json::to_string_pretty(&why)?))?;
        return Ok(session.outcome());
    }
    let mut whys: BTreeMap<String, Vec<Why>> = BTreeMap::new();
    if args.explain.as_deref() == Some("all") {
        common::print_lines(cluster::explain_all(&annotated, &clusters, options))?;
        return Ok(session.outcome());
    }
    if args.explain.is_some() {
        for why in cluster::explain(&annotated, &clusters, options) {
            whys.entry(why.documents[0].clone()).or_default().push(why);
        }
    }
    let lines: Vec<Line> = clusters
        .iter()
        .map(|cluster| {
            let (story, headline) = pipeline::headline(&annotated, cluster, &session.config);
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
                story,
                headline,
                why: args.explain.is_some().then(|| {
                    let ids = cluster.documents.iter().map(|at| &annotated[*at].document.id);
                    ids.filter_map(|id| whys.get(id)).flatten().cloned().collect()
                }),
                documents,
                parts,
            }
        })
        .collect();
    common::print_lines(lines)?;
    Ok(session.outcome())
}
