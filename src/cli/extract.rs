//! `extract`: the text of pages.

use jiff::Timestamp;
use serde::Serialize;

use super::Global;
use super::common::{self, Input, Outcome, Session};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  broadsheet extract page.html | jq -r .text")]
pub struct Args {
    #[command(flatten)]
    input: Input,
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byline: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    site_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lang: Option<&'a str>,
    text: &'a str,
}

pub fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let mut session = Session::new(global)?;
    let (articles, _) = session.articles(&args.input)?;
    common::print_lines(articles.iter().map(|article| Line {
        id: &article.id,
        url: article.url.as_deref(),
        title: article.title.as_deref(),
        byline: article.byline.as_deref(),
        published: article.published,
        site_name: article.site_name.as_deref(),
        lang: article.lang.as_deref(),
        text: &article.text,
    }))?;
    Ok(session.outcome())
}
