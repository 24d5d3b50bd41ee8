//! `check`: whether a text's sources bear it out, sentence by sentence.

use anyhow::bail;
use broadsheet::digest::{Finding, Verdict};
use broadsheet::{ingest, pipeline};
use rayon::prelude::*;
use serde::Serialize;

use super::Global;
use super::common::{self, Input, Outcome, Session};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  broadsheet check letter.md --against article.html https://www.example.org/news/ferry\n  \
                        pbpaste | broadsheet check - --against article.txt\n  \
                        broadsheet check --input-format jsonl summaries.jsonl.gz > verdicts.jsonl\n\n\
                        A line of JSON is {id, summary, sources: [text]}; the answer is {id, supported, sentences: [{text, verdict, why}]}.\n\
                        Exit code 6: something is not supported."
)]
pub struct Args {
    /// The text to check: a file, a URL, or `-` for stdin
    #[arg(value_name = "SUMMARY", default_value = "-")]
    summary: String,
    /// What it was made from: files, folders, URLs
    #[arg(long, value_name = "SOURCE", num_args = 1.., required_unless_present = "input_format")]
    against: Vec<String>,
    /// Read SUMMARY as this; `jsonl` brings its sources with it
    #[arg(long, value_name = "FORMAT", value_parser = ["text", "markdown", "html", "jsonl"])]
    input_format: Option<String>,
    /// What to print; jsonl for jsonl
    #[arg(long, value_name = "FORMAT", value_parser = ["text", "json", "jsonl"])]
    format: Option<String>,
    /// Say only what is not supported
    #[arg(long)]
    failures: bool,
}

#[derive(Serialize)]
struct Checked {
    id: String,
    supported: bool,
    sentences: Vec<Sentence>,
}

#[derive(Serialize)]
struct Sentence {
    text: String,
    verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

impl Checked {
    fn new(id: &str, findings: Vec<(String, Finding)>, failures: bool) -> Self {
        let mut sentences: Vec<Sentence> = findings
            .into_iter()
            .map(|(text, finding)| Sentence {
                text,
                verdict: finding.verdict,
                why: finding.why,
            })
            .collect();
        let bad = |s: &Sentence| s.verdict != Verdict::Supported;
        let supported = !sentences.iter().any(bad);
        sentences.retain(|s| !failures || bad(s));
        Checked {
            id: id.to_owned(),
            supported,
            sentences,
        }
    }
}

pub fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let mut session = Session::new(global)?;
    let lines = args.input_format.as_deref() == Some("jsonl");
    if !lines && args.against.is_empty() {
        bail!("name the sources: `--against article.txt`");
    }
    let checked = if lines {
        if !args.against.is_empty() {
            bail!("--against: lines of JSON bring their own sources");
        }
        let (claims, warnings) = ingest::read_claims(&args.summary, &session.config.ingest);
        session.warn(&warnings);
        if claims.is_empty() {
            bail!("{}: nothing to check", args.summary);
        }
        claims
            .par_iter()
            .map(|one| Checked::new(&one.id, pipeline::check_claims(one), args.failures))
            .collect()
    } else {
        let input = |inputs: Vec<String>, input_format: Option<&String>| Input {
            inputs,
            input_format: input_format.cloned(),
            no_fetch: false,
        };
        let (sources, _) = session.articles(&input(args.against.clone(), None))?;
        let (summary, _) = session.articles(&input(vec![args.summary.clone()], args.input_format.as_ref()))?;
        vec![Checked::new(
            &summary[0].id,
            pipeline::check(&summary, &sources),
            args.failures,
        )]
    };
    match args.format.as_deref().unwrap_or(if lines { "jsonl" } else { "text" }) {
        "json" => common::print(&format!("{}\n", serde_json::to_string_pretty(&checked)?))?,
        "jsonl" => common::print_lines(&checked)?,
        _ => common::print(&checked.iter().map(text).collect::<String>())?,
    }
    if checked.iter().any(|one| !one.supported) {
        return Ok(Outcome::Unsupported);
    }
    Ok(session.outcome())
}

/// For people: a mark a sentence, and the reason under it.
fn text(checked: &Checked) -> String {
    let mut out = String::new();
    for sentence in &checked.sentences {
        let (mark, word) = match sentence.verdict {
            Verdict::Supported => ("ok ", None),
            Verdict::Contradicted => ("NO ", Some("contradicted")),
            Verdict::NotFound => ("?  ", Some("not found")),
        };
        let clean = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        out.push_str(&format!("{mark}{}\n", clean(&sentence.text)));
        if let Some(word) = word {
            let why = sentence.why.as_deref().map(clean).unwrap_or_default();
            out.push_str(&format!("   {word}: {why}\n"));
        }
    }
    let bad = checked
        .sentences
        .iter()
        .filter(|s| s.verdict != Verdict::Supported)
        .count();
    match bad {
        0 => out.push_str("Everything is supported.\n"),
        1 => out.push_str("1 sentence is not supported.\n"),
        n => out.push_str(&format!("{n} sentences are not supported.\n")),
    }
    out
}
