//! `summarize`: each article for itself.

use std::path::PathBuf;

use broadsheet::digest::{Figure, Method, Story, SummarySentence};
use broadsheet::document::{Annotated, Article, Cluster, DocumentKind};
use broadsheet::infer::Encoder;
use broadsheet::pipeline;
use broadsheet::render::{Format, Look, Renderer};
use broadsheet::summarize::Length;
use serde::Serialize;

use super::Global;
use super::common::{self, Input, Outcome, Session, Writing};

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
    /// Say it in about so many words, in place of a number of sentences
    #[arg(long, value_name = "N", conflicts_with_all = ["length", "sentences"], value_parser = clap::value_parser!(u16).range(10..))]
    words: Option<u16>,
    /// Leave asides out of sentences, where the sources bear the shorter sentence out
    #[arg(long)]
    compress: bool,
    #[command(flatten)]
    writing: Writing,
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
    session.config.summarize.words = args.words.map(usize::from).or(session.config.summarize.words);
    args.writing.apply(&mut session.config);
    // Templates first: an error in them should not wait for the model.
    let look = Look {
        terminal: common::terminal(),
        ..Look::default()
    };
    let renderer = Renderer::with(&common::read_templates(args.templates.as_deref())?, look)?;
    session.load_encoder()?;
    let (articles, _) = session.articles(&args.input)?;
    let reader = session.reader()?;
    let (annotated, _) = session.annotated(&articles, &reader)?;

    // What is told of each input.
    let (mut ids, mut clusters) = (Vec::new(), Vec::new());
    for group in by_input(&articles) {
        let own = |at: &usize| {
            let article = &annotated[*at].document.article;
            group.iter().any(|own| std::sync::Arc::ptr_eq(own, article))
        };
        let all: Vec<usize> = (0..annotated.len()).filter(own).collect();
        let given = group[0].story.as_ref();
        let id = given.unwrap_or(&group[0].id);
        // None: there was a warning already.
        let Some(cluster) = main_text(&annotated, &all, given.is_some(), &session) else {
            continue;
        };
        if given.is_none() && all.len() > 1 {
            let note = format!(
                "the page has {} other texts; `broadsheet digest` shows each",
                all.len() - 1
            );
            session.warn(&[broadsheet::Warning::note(id, note)]);
        }
        ids.push(id.clone());
        clusters.push(cluster);
    }
    let written = session.write(&annotated, &clusters, &reader)?;
    let likely = pipeline::likely(&annotated, &clusters, &reader, &session.config)?;
    let mut stories: Vec<(String, Story)> = Vec::new();
    for ((id, cluster), written) in ids.into_iter().zip(&clusters).zip(written) {
        let story = pipeline::story(
            &annotated,
            cluster,
            reader.salience(),
            &written,
            &likely,
            &session.config,
        );
        if !story.summary.sentences.is_empty() {
            stories.push((id, story));
        }
    }
    args.writing.report(stories.iter().map(|(_, story)| story));
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

/// The main text of one article, or all texts of what was given as one story, as indices into all texts.
fn main_text(documents: &[Annotated], own: &[usize], together: bool, session: &Session) -> Option<Cluster> {
    if together {
        let texts: Vec<Annotated> = own.iter().map(|at| documents[*at].clone()).collect();
        let cluster = pipeline::clusters(&texts, &session.config).into_iter().next()?;
        return Some(Cluster {
            documents: cluster.documents.iter().map(|at| own[*at]).collect(),
            medoid: own[cluster.medoid],
            copy_of: cluster.copy_of.iter().map(|of| of.map(|at| own[at])).collect(),
        });
    }
    let length = |at: &&usize| documents[**at].document.sentences().count();
    let stories = own
        .iter()
        .filter(|at| documents[**at].document.kind == DocumentKind::Story);
    // Among equals the first of the page.
    let longest = stories.rev().max_by_key(length);
    let only = *longest.or_else(|| own.iter().rev().max_by_key(length))?;
    Some(Cluster {
        documents: vec![only],
        medoid: only,
        copy_of: vec![None],
    })
}
