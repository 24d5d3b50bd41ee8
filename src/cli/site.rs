//! `site`: a static archive of a folder of digests.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, bail};
use broadsheet::render::{Look, Renderer, Theme};
use broadsheet::{Warning, pipeline, site};

use super::Global;
use super::common::{self, Outcome};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  broadsheet site\n  broadsheet site --digests letters --out public --title 'The Ansel Letter' --base-url https://example.org/letter/\n\n\
                        Open site/index.html in a browser, or copy the folder to any web server; docs/site.md says how."
)]
pub struct Args {
    /// The folder of digests, as `digest` and `run` write them: every DATE.json in it
    #[arg(long, value_name = "DIR", default_value = "digests")]
    digests: PathBuf,
    /// The folder to write the archive to; what others put there is left alone
    #[arg(long, value_name = "DIR", default_value = "site")]
    out: PathBuf,
    /// What the archive is called [default: what the newest digest is called]
    #[arg(long)]
    title: Option<String>,
    /// The address that the archive is published at, for the links in its feeds
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// What the pages look like
    #[arg(long, value_name = "THEME", default_value = "broadsheet", value_parser = ["broadsheet", "plain", "compact"])]
    theme: String,
    /// A folder of templates to use in place of the standard ones
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
}

pub fn run(args: &Args, global: &Global) -> anyhow::Result<Outcome> {
    let base_url = args.base_url.as_deref().map(site::base_url).transpose()?;
    let templates = common::read_templates(args.templates.as_deref())?;
    let renderer = Renderer::with(
        &templates,
        Look {
            theme: args.theme.parse::<Theme>()?,
            ..Look::default()
        },
    )?;
    let start = Instant::now();
    let (editions, warnings) = site::read(&args.digests, pipeline::FORMAT).with_context(|| "--digests".to_string())?;
    for warning in warnings.iter().filter(|warning| warning.lost || !global.quiet) {
        common::say(&warning.to_string());
    }
    if editions.is_empty() {
        bail!(
            "--digests {}: no digest in it (DATE.json, as `digest` writes it); nothing was written",
            args.digests.display()
        );
    }
    tracing::info!("read {} digests in {:.1?}", editions.len(), start.elapsed());
    let options = site::Options {
        title: args.title.clone(),
        base_url,
    };
    let start = Instant::now();
    let site = site::build(editions, &renderer, &options)?;
    tracing::info!("made {} files in {:.1?}", site.files.len(), start.elapsed());
    let start = Instant::now();
    let written = site::write(&site.files, &args.out).with_context(|| "--out".to_string())?;
    tracing::info!("wrote them in {:.1?}", start.elapsed());
    if !global.quiet {
        say_what_falls_short(args, &site);
    }
    common::print(&format!(
        "{}: {} digests, {} stories over days, {} names; {} files written, {} unchanged, {} removed\n",
        args.out.join("index.html").display(),
        site.editions,
        site.threads,
        site.names,
        written.written,
        written.unchanged,
        written.removed,
    ))?;
    Ok(if warnings.iter().any(|warning| warning.lost) {
        Outcome::Partial
    } else {
        Outcome::Complete
    })
}

fn say_what_falls_short(args: &Args, site: &site::Site) {
    if args.base_url.is_none() {
        let note = "have relative links, which many feed readers do not follow; --base-url URL makes them absolute";
        common::say(&Warning::note("feed.xml, feed.json", note).to_string());
    }
    let index = &site.index;
    if index.bytes > index.limit {
        let note = format!(
            "takes {} kB, more than the {} kB that it should",
            index.bytes / 1000,
            index.limit / 1000
        );
        common::say(&Warning::note("search-index.js", note).to_string());
    }
}
