//! `schedule`: what a scheduler is told, and when digests are due. The scheduler is the system's own.

mod units;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use broadsheet::config::schedule::{self, Due, Schedule, Shift};
use broadsheet::config::{Config, DigestConfig};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use super::common::{self, Outcome};
use super::{Global, config};

/// What the program reads from the environment and a scheduler does not set.
const VARIABLES: [&str; 5] = [
    "BROADSHEET_MODELS",
    "BROADSHEET_STATE",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
];

#[derive(Debug, clap::Subcommand)]
#[command(
    after_help = "Examples:\n  broadsheet schedule print --cron\n  broadsheet schedule print --systemd --into ~/.config/systemd/user morning\n  \
                  broadsheet schedule check --from 2026-03-28"
)]
pub enum Command {
    /// Print what runs a digest on time: a crontab's entry, systemd's units or launchd's property list
    #[command(
        after_help = "Examples:\n  (crontab -l; broadsheet schedule print --cron) | crontab -\n  \
                            broadsheet schedule print --systemd --into ~/.config/systemd/user\n  \
                            systemctl --user daemon-reload && systemctl --user enable --now broadsheet-daily.timer"
    )]
    Print(Print),
    /// Say when digests are due the next three times
    #[command(after_help = "Example:\n  broadsheet schedule check morning --from 2026-03-28T12:00")]
    Check {
        /// The digest [default: all that have a schedule]
        name: Option<String>,
        /// From when on: a timestamp, or a date or time of the digest's time zone [default: now]
        #[arg(long, value_name = "TIMESTAMP")]
        from: Option<String>,
    },
}

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("for").required(true))]
pub struct Print {
    /// The digest, where there are several
    name: Option<String>,
    /// A crontab's entry
    #[arg(long, group = "for")]
    cron: bool,
    /// A service and a timer of systemd
    #[arg(long, group = "for")]
    systemd: bool,
    /// A property list of launchd (macOS)
    #[arg(long, group = "for")]
    launchd: bool,
    /// Write systemd's units or launchd's list to this folder, under the names they need [default: print them]
    #[arg(long, value_name = "DIR", conflicts_with = "cron")]
    into: Option<PathBuf>,
}

pub fn run(command: &Command, global: &Global) -> anyhow::Result<Outcome> {
    let config = config::load(global)?;
    match command {
        Command::Print(args) => {
            let program = std::env::current_exe().context("this program's own path")?;
            print(args, &config, &words(&program, global)?, &environment())?;
        }
        Command::Check { name, from } => {
            for line in due(
                &config,
                name.as_deref(),
                from.as_deref(),
                &TimeZone::system(),
                &ZonedDateTime::now(),
            )? {
                common::print(&format!("{line}\n"))?;
            }
        }
    }
    Ok(Outcome::Complete)
}

/// The program and what it needs to find the same configuration from any folder.
fn words(program: &Path, global: &Global) -> anyhow::Result<Vec<String>> {
    let mut words = vec![text(program)?];
    let file = config::project_file(global.config.as_deref()).or_else(config::user_file);
    for (flag, path) in [("--config", file), ("--models", global.models.clone())] {
        if let Some(path) = path {
            let path = std::path::absolute(&path).with_context(|| path.display().to_string())?;
            words.extend([flag.to_string(), text(&path)?]);
        }
    }
    Ok(words)
}

fn text(path: &Path) -> anyhow::Result<String> {
    let text = path.to_str().map(str::to_string);
    text.ok_or_else(|| anyhow!("{}: is not UTF-8; no scheduler could be told", path.display()))
}

/// What is set now.
fn environment() -> Vec<(String, String)> {
    let set = |name: &&str| Some((name.to_string(), std::env::var(name).ok().filter(|v| !v.is_empty())?));
    VARIABLES.iter().filter_map(set).collect()
}

fn print(args: &Print, config: &Config, program: &[String], environment: &[(String, String)]) -> anyhow::Result<()> {
    let digest = config.of(args.name.as_deref())?.0.current();
    let (schedule, zone) = scheduled(&digest)?;
    let here = TimeZone::system();
    // A flag says it already.
    let environment: Vec<_> = environment
        .iter()
        .filter(|(name, _)| name != "BROADSHEET_MODELS" || !program.iter().any(|word| word == "--models"))
        .cloned()
        .collect();
    let command = [program, &["run".into(), digest.name.clone(), "--cron".into()]].concat();
    let job = units::Job {
        name: &digest.name,
        title: digest.title.as_deref().unwrap_or(&digest.name),
        schedule: &schedule,
        zone: zone
            .as_ref()
            .and_then(|z| z.iana_name())
            .filter(|z| Some(*z) != here.iana_name()),
        command: &command,
        environment: &environment,
    };
    let unit = format!("broadsheet-{}", digest.name);
    let files = if args.cron {
        return common::print(&units::cron(&job)?);
    } else if args.systemd {
        let (service, timer) = units::systemd(&job)?;
        vec![(format!("{unit}.service"), service), (format!("{unit}.timer"), timer)]
    } else {
        vec![(format!("broadsheet.{}.plist", digest.name), units::launchd(&job)?)]
    };
    let Some(folder) = &args.into else {
        let (home, enable) = match args.systemd {
            true => (
                "~/.config/systemd/user/",
                format!("systemctl --user enable --now {unit}.timer"),
            ),
            false => (
                "~/Library/LaunchAgents/",
                format!(
                    "launchctl load -w ~/Library/LaunchAgents/broadsheet.{}.plist",
                    digest.name
                ),
            ),
        };
        // XML begins with its own first line, and a plist is one file: its comment goes to stderr.
        for (name, text) in &files {
            match args.systemd {
                true => common::print(&format!("# {home}{name}\n{text}\n"))?,
                false => common::print(text)?,
            }
        }
        common::say(&format!(
            "save as {home}{}, then: {enable}",
            files.iter().map(|f| f.0.as_str()).collect::<Vec<_>>().join(" and ")
        ));
        return Ok(());
    };
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    for (name, text) in &files {
        let path = folder.join(name);
        write(folder, &path, text).with_context(|| path.display().to_string())?;
        common::print(&format!("{}\n", path.display()))?;
    }
    Ok(())
}

/// Writes a file whole or not at all, for everybody to read.
fn write(folder: &Path, path: &Path, text: &str) -> anyhow::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".broadsheet-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    file.persist(path)?;
    Ok(())
}

/// A digest's schedule, and its time zone where it has one of its own.
fn scheduled(digest: &DigestConfig) -> anyhow::Result<(Schedule, Option<TimeZone>)> {
    let Some(text) = &digest.schedule else {
        bail!(
            "digest {:?}: has no schedule; give it one, as in schedule = \"0 6 * * *\"",
            digest.name
        );
    };
    Ok((
        Schedule::parse(text)?,
        digest.timezone.as_deref().map(schedule::zone).transpose()?,
    ))
}

/// The next three times of a digest, or of all that have a schedule, one a line.
fn due(
    config: &Config,
    name: Option<&str>,
    from: Option<&str>,
    here: &TimeZone,
    now: &ZonedDateTime,
) -> anyhow::Result<Vec<String>> {
    let digests = match name {
        Some(name) => vec![config.of(Some(name))?.0.current()],
        None => config
            .digests
            .iter()
            .filter(|d| d.schedule.is_some())
            .cloned()
            .collect(),
    };
    if digests.is_empty() {
        bail!("no digest has a schedule; give one, as in schedule = \"0 6 * * *\"");
    }
    let mut lines = Vec::new();
    for digest in digests {
        let (schedule, zone) = scheduled(&digest)?;
        let zone = zone.unwrap_or_else(|| here.clone());
        let from = match from {
            Some(text) => moment(text, &zone)?,
            None => now.timestamp().to_zoned_datetime(zone.clone()),
        };
        for due in schedule.after(&from).take(3) {
            lines.push(format!("{}: {}", digest.name, said(&due)));
        }
    }
    Ok(lines)
}

fn said(due: &Due) -> String {
    let zone = due
        .at
        .time_zone()
        .iana_name()
        .map(|name| format!(" ({name})"))
        .unwrap_or_default();
    let shift = match due.shift {
        Some(Shift::Skipped(time)) => format!("; the clocks go forward and skip {}", time.strftime("%H:%M")),
        Some(Shift::Twice) => "; the clocks go back, and this is the first of two".into(),
        None => String::new(),
    };
    format!("{}{zone}{shift}", due.at.strftime("%A %F %H:%M %Z"))
}

/// A moment: a timestamp, or a date or time of a time zone.
fn moment(text: &str, zone: &TimeZone) -> anyhow::Result<ZonedDateTime> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Ok(timestamp.to_zoned_datetime(zone.clone()));
    }
    let civil: DateTime = text.parse().map_err(|_| {
        anyhow!("--from {text}: is no time; use one such as 2026-03-28, 2026-03-28T12:00 or 2026-03-28T12:00:00Z")
    })?;
    Ok(civil.to_zoned_datetime(zone.clone())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        Config::from_toml(text, "x").unwrap()
    }

    const TWO: &str = "[[digests]]\nname = \"morning\"\nschedule = \"30 1 * * *\"\ntimezone = \"Europe/London\"\n\
                       [[digests]]\nname = \"evening\"\nschedule = \"0 18 * * 1-5\"\n[[digests]]\nname = \"never\"\n";

    fn lines(name: Option<&str>, from: Option<&str>) -> anyhow::Result<Vec<String>> {
        let now = "2026-10-24T12:00:00Z"
            .parse::<Timestamp>()
            .unwrap()
            .to_zoned_datetime(TimeZone::UTC);
        due(
            &config(TWO),
            name,
            from,
            &schedule::zone("America/New_York").unwrap(),
            &now,
        )
    }

    #[test]
    fn the_next_three_runs_of_each_digest_in_its_time_zone() {
        assert_eq!(
            lines(None, None).unwrap(),
            [
                "morning: Sunday 2026-10-25 01:30 BST (Europe/London); the clocks go back, and this is the first of two",
                "morning: Monday 2026-10-26 01:30 GMT (Europe/London)",
                "morning: Tuesday 2026-10-27 01:30 GMT (Europe/London)",
                "evening: Monday 2026-10-26 18:00 EDT (America/New_York)",
                "evening: Tuesday 2026-10-27 18:00 EDT (America/New_York)",
                "evening: Wednesday 2026-10-28 18:00 EDT (America/New_York)",
            ]
        );
    }

    #[test]
    fn from_any_moment() {
        let first = |from| lines(Some("morning"), Some(from)).unwrap().swap_remove(0);
        assert_eq!(
            first("2026-03-28T12:00"),
            "morning: Sunday 2026-03-29 02:00 BST (Europe/London); the clocks go forward and skip 01:30"
        );
        assert_eq!(
            first("2026-06-01"),
            "morning: Monday 2026-06-01 01:30 BST (Europe/London)"
        );
        assert_eq!(
            first("2026-06-01T00:30:00Z"),
            "morning: Tuesday 2026-06-02 01:30 BST (Europe/London)"
        );
        assert!(
            lines(None, Some("soon"))
                .unwrap_err()
                .to_string()
                .contains("--from soon")
        );
    }

    #[test]
    fn a_digest_without_a_schedule_is_named() {
        assert!(
            lines(Some("never"), None)
                .unwrap_err()
                .to_string()
                .contains("\"never\": has no schedule")
        );
        assert!(lines(Some("moring"), None).unwrap_err().to_string().contains("moring"));
    }

    #[test]
    fn units_are_written_under_the_names_they_need() {
        let folder = tempfile::tempdir().unwrap();
        let args = |systemd| Print {
            name: Some("morning".into()),
            cron: false,
            systemd,
            launchd: !systemd,
            into: Some(folder.path().join("new")),
        };
        for systemd in [true, false] {
            print(&args(systemd), &config(TWO), &["/usr/bin/broadsheet".into()], &[]).unwrap();
        }
        let mut names: Vec<_> = std::fs::read_dir(folder.path().join("new"))
            .unwrap()
            .map(|e| e.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(
            names,
            [
                "broadsheet-morning.service",
                "broadsheet-morning.timer",
                "broadsheet.morning.plist"
            ]
        );
        let service = std::fs::read_to_string(folder.path().join("new/broadsheet-morning.service")).unwrap();
        assert!(
            service.contains("\nExecStart=/usr/bin/broadsheet run morning --cron\n"),
            "{service}"
        );
    }
}
