//! `summarize`: each article for itself.

use std::path::PathBuf;

use broadsheet::digest::{Figure, Method, Story, SummarySentence};
use broadsheet::document::{Annotated, Article, Cluster, DocumentKind};
use broadsheet::infer::Encoder;
use broadsheet::infer::generate::Generator;
use broadsheet::pipeline::{self, Models};
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

    // What is to be told of each input: its texts, and which of them make the story.
    let mut told: Vec<(String, Vec<Annotated>, Cluster)> = Vec::new();
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
        let Some((chosen, cluster)) = main_text(&all, given.is_some(), &session) else {
            continue;
        };
        if given.is_none() && all.len() > 1 {
            let note = format!(
                "the page has {} other texts; `broadsheet digest` shows each",
                all.len() - 1
            );
            session.warn(&[broadsheet::Warning::note(id, note)]);
        }
        told.push((id.clone(), chosen, cluster));
    }
    let generator = session.generator()?;
    let models = Models {
        encoder: &reader,
        generator: generator.as_ref().map(|g| g as &dyn Generator),
    };
    let written = write(&told, models, &session);
    session.clear();
    let mut stories: Vec<(String, Story)> = Vec::new();
    for ((id, documents, cluster), written) in told.into_iter().zip(written?) {
        let story = pipeline::story(&documents, &cluster, reader.salience(), &written, &session.config);
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

/// What the generator wrote of each story, all of them in one go: like lengths are worked on together.
fn write(
    told: &[(String, Vec<Annotated>, Cluster)],
    models: Models,
    session: &Session,
) -> anyhow::Result<Vec<Vec<Vec<String>>>> {
    let documents: Vec<Annotated> = told.iter().flat_map(|(_, documents, _)| documents).cloned().collect();
    let mut start = 0;
    let clusters: Vec<Cluster> = told
        .iter()
        .map(|(_, documents, cluster)| {
            let shifted = Cluster {
                documents: cluster.documents.iter().map(|at| at + start).collect(),
                medoid: cluster.medoid + start,
                copy_of: cluster.copy_of.iter().map(|of| of.map(|at| at + start)).collect(),
            };
            start += documents.len();
            shifted
        })
        .collect();
    let progress = |step, done, of| session.progress(step, done, of);
    Ok(pipeline::write(
        &documents,
        &clusters,
        models,
        &session.config,
        &progress,
    )?)
}

/// The main text of one article, or all texts of what was given as one story.
fn main_text(documents: &[Annotated], together: bool, session: &Session) -> Option<(Vec<Annotated>, Cluster)> {
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
    let cluster = pipeline::clusters(&chosen, &session.config).into_iter().next()?;
    Some((chosen, cluster))
}
