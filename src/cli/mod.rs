//! The command line: arguments in, one file a subcommand. Results go to stdout, progress and warnings to stderr.

mod check;
mod common;
mod config;
mod digest;
mod extract;
mod figures;
mod group;
mod log;
mod models;
mod run;
mod schedule;
mod segment;
mod send;
mod shell;
mod site;
mod state;
mod summarize;
mod templates;

use std::path::PathBuf;
use std::sync::Mutex;

use clap::{Parser, Subcommand};
use tracing::Level;

use common::Outcome;

/// Local news digests: articles in, a newsletter out, every sentence and figure traced to its source.
#[derive(Debug, Parser)]
#[command(
    name = "broadsheet",
    version,
    arg_required_else_help = true,
    after_help = "Examples:\n  broadsheet digest examples/2026-03-14\n  broadsheet summarize article.html\n  \
                  curl -s https://www.example.org/news | broadsheet summarize - --format json\n  broadsheet run\n\n\
                  Exit codes: 0 complete; 1 failure, nothing written; 2 usage; 3 written, but some inputs failed; 4 nothing new; 5 another run holds the lock; 6 `check` found something unsupported."
)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(Debug, clap::Args)]
pub struct Global {
    /// The configuration; without it ./broadsheet.toml is read where there is one, and the user's own
    #[arg(long, global = true, value_name = "FILE", env = "BROADSHEET_CONFIG")]
    config: Option<PathBuf>,
    /// The folder of models [default: $XDG_DATA_HOME/broadsheet/models]
    #[arg(long, global = true, value_name = "DIR", env = "BROADSHEET_MODELS")]
    models: Option<PathBuf>,
    /// How many threads to use [default: one for each core]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say what is done and how long it takes; twice for more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    #[command(flatten)]
    log: log::Log,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Summarise articles, each for itself
    #[command(alias = "summarise")]
    Summarize(summarize::Args),
    /// Make a day's digest: DATE.md, DATE.html and DATE.json
    Digest(digest::Args),
    /// Make the configured digests from their sources, and deliver them: what a scheduler starts
    Run(run::Args),
    /// Send an edition by mail to everybody who does not have it yet
    Send(send::Args),
    /// Build a static archive of a folder of digests
    Site(site::Args),
    /// The configuration: an example, mistakes, OPML
    #[command(subcommand)]
    Config(config::Command),
    /// When digests are due, and what tells the system's scheduler
    #[command(subcommand)]
    Schedule(schedule::Command),
    /// What is remembered from run to run
    State(state::Args),
    /// Find the text of pages: JSON Lines
    Extract(extract::Args),
    /// Split articles into sentences, sections and texts: JSON Lines
    Segment(segment::Args),
    /// Group articles by event: JSON Lines
    Group(group::Args),
    /// Find the numbers in articles with what they measure: JSON Lines
    Figures(figures::Args),
    /// Check a text against its sources, sentence by sentence
    Check(check::Args),
    /// The models: what there is, and whether it is whole
    #[command(subcommand)]
    Models(models::Command),
    /// The templates: what there is, and a copy to change
    #[command(subcommand)]
    Templates(templates::Command),
    /// Print completions for a shell
    Completions(shell::Completions),
    /// Print the manual page
    Man,
}

/// Runs the program and gives its exit code.
pub fn main() -> u8 {
    let cli = Cli::parse();
    // Libraries that read pages may panic on one of them; that is caught there and becomes a warning, so the message waits until
    // it is known that nobody caught it.
    static PANIC: Mutex<String> = Mutex::new(String::new());
    std::panic::set_hook(Box::new(|info| {
        tracing::debug!("{info}");
        if let Ok(mut last) = PANIC.lock() {
            *last = info.to_string();
        }
    }));
    let Ok(result) = std::panic::catch_unwind(|| dispatch(cli)) else {
        let message = PANIC.lock().map(|last| last.replace('\n', " ")).unwrap_or_default();
        let line = format!("this is a mistake in the program, please report it: {message}");
        log::say(Level::ERROR, &line);
        return 1;
    };
    match result {
        Ok(outcome) => outcome as u8,
        // Whoever reads our output has seen enough, as in `broadsheet ... | head`.
        Err(error) if common::is_broken_pipe(&error) => 0,
        Err(error) => {
            log::say(Level::ERROR, &format!("{error:#}"));
            1
        }
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<Outcome> {
    log::start(&cli.global)?;
    common::set_threads(cli.global.threads)?;
    let global = &cli.global;
    match cli.command {
        Command::Summarize(args) => summarize::run(&args, global),
        Command::Digest(args) => digest::run(&args, global),
        Command::Run(args) => run::run(&args, global),
        Command::Send(args) => send::run(&args, global),
        Command::Site(args) => site::run(&args, global),
        Command::Config(command) => config::run(&command, global),
        Command::Schedule(command) => schedule::run(&command, global),
        Command::State(args) => state::run(&args, global),
        Command::Extract(args) => extract::run(&args, global),
        Command::Segment(args) => segment::run(&args, global),
        Command::Group(args) => group::run(&args, global),
        Command::Figures(args) => figures::run(&args, global),
        Command::Check(args) => check::run(&args, global),
        Command::Models(command) => models::run(&command, global),
        Command::Templates(command) => templates::run(&command),
        Command::Completions(args) => shell::completions(&args),
        Command::Man => shell::man(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_that_reads_input_shows_an_example() {
        for command in Cli::command()
            .get_subcommands()
            .filter(|c| c.get_positionals().any(|p| p.get_id() == "inputs"))
        {
            let help = command.clone().render_long_help().to_string();
            assert!(help.contains("Example"), "{}", command.get_name());
        }
    }
}
