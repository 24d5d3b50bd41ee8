//! `completions` and `man`.

use clap::CommandFactory;
use clap_complete::Shell;

use super::Cli;
use super::common::{self, Outcome};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  broadsheet completions bash > ~/.local/share/bash-completion/completions/broadsheet"
)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

pub fn completions(args: &Completions) -> anyhow::Result<Outcome> {
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "broadsheet", &mut out);
    common::print(&String::from_utf8_lossy(&out))?;
    Ok(Outcome::Complete)
}

pub fn man() -> anyhow::Result<Outcome> {
    let mut out = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut out)?;
    common::print(&String::from_utf8_lossy(&out))?;
    Ok(Outcome::Complete)
}
