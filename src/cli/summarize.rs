//! `summarize`: each article for itself.

use std::path::PathBuf;

use broadsheet::digest::{Figure, Method, Story, SummarySentence};
use broadsheet::document::{Annotated, Article, Cluster, DocumentKind};
use broadsheet::pipeline;
use broadsheet::render::{Format, Renderer};
use broadsheet::summarize::Length;
use serde::Serialize;

use super::Global;
use super::common::{self, Input, Outcome, Session};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  broadsheet summarize article.html\n  broadsheet summarize --length short https://www.example.org/news/ferry\n  \
                        cat page.html | broadsheet summarize - --format json | jq '.[0].headline'\n  \
                        broadsheet summarize --input-format jsonl articles.jsonl.gz --format jsonl > summaries.jsonl"
)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "markdown", "html", "json", "jsonl"])]
    format: String,
    /// How much to say: two, four or eight sentences
    #[arg(long, value_name = "LENGTH", value_parser = ["short", "medium", "long"])]
    length: Option<String>,
    /// Say it in at most so many sentences
    #[arg(long, value_name = "N", conflicts_with = "length", value_parser = clap::value_parser!(u16).range(1..=1000))]
    sentences: Option<u16>,
    /// Leave asides out of sentences, where the sources bear the shorter sentence out
    #[arg(long)]
    compress: bool,
    /// A folder of templates to use in place of the standard ones
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
}

/// The length that the flags ask for, if they do.
pub fn length(name: Option<&str>, sentences: Option<u16>) -> Option<Length> {
    match (name, sentences) {
        (_, Some(n)) => Some(Length::Sentences(usize::from(n))),
        (Some("short"), _) => Some(Length::Short),
        (Some("long"), _) => Some(Length::Long),
        (Some(_), _) => Some(Length::Medium),
        _ => None,
    }
}

/// One line of `--format jsonl`.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    headline: &'a str,
    summary: &'a [SummarySentence],
    figures: &'a [Figure],
    method: Method,
    replaced: usize,
}

pub fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let mut session = Session::new(global)?;
    if let Some(length) = length(args.length.as_deref(), args.sentences) {
        session.config.summarize.length = length;
    }
    session.config.summarize.compress |= args.compress;
    // Templates first: an error in them should not wait for the model.
    let renderer = Renderer::new(&common::read_templates(args.templates.as_deref())?, common::width())?;
    session.load_encoder()?;
    let (articles, _) = session.articles(&args.input)?;
    let reader = session.reader()?;
    let (annotated, _) = session.annotated(&articles, &reader)?;

    let mut stories: Vec<(String, Story)> = Vec::new();
    for group in by_input(&articles) {
        let own = |d: &&Annotated| {
            group
                .iter()
                .any(|article| std::sync::Arc::ptr_eq(article, &d.document.article))
        };
        let all: Vec<Annotated> = annotated.iter().filter(own).cloned().collect();
        let given = group[0].story.as_ref();
        let id = given.unwrap_or(&group[0].id);
        // None: there was a warning already.
        let Some(story) = tell(&all, given.is_some(), &session) else {
            continue;
        };
        if given.is_none() && all.len() > 1 {
            let note = format!(
                "the page has {} other texts; `broadsheet digest` shows each",
                all.len() - 1
            );
            session.warn(&[broadsheet::Warning::note(id, note)]);
        }
        stories.push((id.clone(), story));
    }
    if args.format == "jsonl" {
        common::print_lines(stories.iter().map(|(id, story)| Line {
            id,
            headline: &story.headline,
            summary: &story.summary.sentences,
            figures: &story.figures,
            method: story.summary.method,
            replaced: story.summary.replaced,
        }))?;
    } else {
        let format: Format = args.format.parse()?;
        let stories: Vec<Story> = stories.into_iter().map(|(_, story)| story).collect();
        common::print(&renderer.stories(&stories, format)?)?;
    }
    Ok(session.outcome())
}

/// Articles that were given as one story together, the others alone, in order of input.
fn by_input(articles: &[std::sync::Arc<Article>]) -> Vec<Vec<std::sync::Arc<Article>>> {
    let mut groups: Vec<Vec<std::sync::Arc<Article>>> = Vec::new();
    let mut of_story = std::collections::BTreeMap::new();
    for article in articles {
        let at = match &article.story {
            Some(story) => *of_story.entry(story.clone()).or_insert(groups.len()),
            None => groups.len(),
        };
        if at == groups.len() {
            groups.push(Vec::new());
        }
        groups[at].push(article.clone());
    }
    groups
}

/// The main text of one article, or all texts of what was given as one story.
fn tell(documents: &[Annotated], together: bool, session: &Session) -> Option<Story> {
    let config = &session.config;
    let chosen: Vec<Annotated> = if together {
        documents.to_vec()
    } else {
        let length = |d: &&Annotated| d.document.sentences().count();
        let stories = || documents.iter().filter(|d| d.document.kind == DocumentKind::Story);
        // Among equals the first of the page.
        stories()
            .rev()
            .max_by_key(length)
            .or_else(|| documents.iter().rev().max_by_key(length))
            .into_iter()
            .cloned()
            .collect()
    };
    let clusters: Vec<Cluster> = pipeline::clusters(&chosen, config);
    let story = pipeline::story(&chosen, clusters.first()?, config);
    (!story.summary.sentences.is_empty()).then_some(story)
}
