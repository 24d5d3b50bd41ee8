use std::process::Command;

use super::*;

fn schedule(text: &str) -> Schedule {
    Schedule::parse(text).unwrap()
}

fn command(program: &str) -> Vec<String> {
    [
        program,
        "--config",
        "/srv/it's 100% $HOME/b.toml",
        "run",
        "daily",
        "--cron",
    ]
    .map(String::from)
    .into()
}

fn with<T>(text: &str, zone: Option<&str>, program: &str, use_it: impl Fn(&Job) -> T) -> T {
    use_it(&Job {
        name: "daily",
        title: "The 5% <Letter> & more",
        schedule: &schedule(text),
        zone,
        command: &command(program),
        environment: &[("BROADSHEET_MODELS".into(), "/srv/my models".into())],
    })
}

#[test]
fn a_crontab_quotes_for_the_shell_and_escapes_percent() {
    let text = with("0 6 * * 1-5", None, "/usr/bin/broadsheet", |job| cron(job).unwrap());
    let last = text.lines().last().unwrap();
    assert_eq!(
        last,
        "0 6 * * 1-5 BROADSHEET_MODELS='/srv/my models' /usr/bin/broadsheet --config '/srv/it'\\''s 100\\% $HOME/b.toml' run daily --cron"
    );
    assert!(text.lines().rev().skip(1).all(|line| line.starts_with('#')));
    // What cron hands to the shell once it has taken the backslash away.
    let line = last
        .splitn(6, ' ')
        .last()
        .unwrap()
        .replace("\\%", "%")
        .replace("/usr/bin/broadsheet", "printf '%s|'");
    let out = Command::new("sh").args(["-c", &line]).output().unwrap();
    assert_eq!(
        String::from_utf8(out.stdout).unwrap(),
        "--config|/srv/it's 100% $HOME/b.toml|run|daily|--cron|"
    );
}

#[test]
fn a_time_zone_of_its_own_is_said() {
    let text = with("0 6 * * *", Some("Europe/London"), "/b", |job| cron(job).unwrap());
    assert!(text.contains("\nCRON_TZ=Europe/London\n0 6 * * * "), "{text}");
    let (_, timer) = with("0 6 * * *", Some("Europe/London"), "/b", |job| systemd(job).unwrap());
    assert!(
        timer.contains("\nOnCalendar=*-*-* 06:00:00 Europe/London\n") && timer.contains("\nPersistent=true\n"),
        "{timer}"
    );
}

#[test]
fn schedules_in_systemds_words() {
    for (cron, systemd) in [
        ("0 6 * * *", &["*-*-* 06:00:00"][..]),
        ("@hourly", &["*-*-* *:00:00"]),
        ("*/15 * * * *", &["*-*-* *:00,15,30,45:00"]),
        ("30 6,18 * * 1-5", &["Mon..Fri *-*-* 06,18:30:00"]),
        ("0 7-9 * * sat,sun", &["Sat,Sun *-*-* 07..09:00:00"]),
        ("0 6 1,15 * *", &["*-*-01,15 06:00:00"]),
        ("0 6 1 1-3 7", &["*-01..03-01 06:00:00", "Sun *-01..03-* 06:00:00"]),
    ] {
        assert_eq!(calendar(&schedule(cron)), systemd, "{cron}");
    }
}

/// systemd reads its own words as cron's are read here, where systemd is there to be asked.
#[test]
fn systemd_means_the_same_times() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        return;
    }
    let from = jiff::civil::date(2026, 11, 23)
        .at(12, 0, 0, 0)
        .to_zoned_datetime(jiff::tz::TimeZone::UTC)
        .unwrap();
    for cron in [
        "0 6 * * *",
        "*/20 3-5 * 2 *",
        "30 6,18 * * 1-5",
        "0 6 1,15 * 0",
        "5 4 29 2 *",
    ] {
        let schedule = schedule(cron);
        let mut theirs = Vec::new();
        for line in calendar(&schedule) {
            let out = Command::new("systemd-analyze")
                .args([
                    "calendar",
                    "--iterations=6",
                    "--base-time=2026-11-23 12:00:00 UTC",
                    &format!("{line} UTC"),
                ])
                .env("TZ", "UTC")
                .output()
                .unwrap();
            let out = String::from_utf8(out.stdout).unwrap();
            // "Next elapse: Tue 2026-11-24 06:00:00 UTC" and "Iter. #2: ..."
            let times = out
                .lines()
                .filter(|l| l.contains("Next elapse:") || l.contains("Iter"))
                .filter_map(|l| {
                    let mut words = l.split_once(": ")?.1.split_whitespace();
                    Some(format!("{} {}", words.nth(1)?, words.next()?))
                });
            theirs.extend(times);
        }
        theirs.sort();
        theirs.dedup();
        let ours: Vec<String> = schedule
            .after(&from)
            .take(6)
            .map(|d| d.at.strftime("%F %T").to_string())
            .collect();
        assert!(theirs.len() >= 6, "{cron}: {theirs:?}");
        assert_eq!(ours, theirs[..6], "{cron}");
    }
}

/// `systemd-analyze verify` finds nothing to say of the units, where it is there to be asked.
#[test]
#[cfg(unix)]
fn systemd_takes_the_units() {
    use std::os::unix::fs::PermissionsExt;
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("my 50% $broadsheet");
    std::fs::write(&program, "#!/bin/sh\n").unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let (service, timer) = with("0 6 1 * 7", Some("Europe/London"), program.to_str().unwrap(), |job| {
        systemd(job).unwrap()
    });
    assert!(service.contains("\"/srv/it's 100%% $$HOME/b.toml\""), "{service}");
    assert!(
        service.contains("Environment=\"BROADSHEET_MODELS=/srv/my models\"\n"),
        "{service}"
    );
    std::fs::write(folder.path().join("broadsheet-daily.service"), &service).unwrap();
    std::fs::write(folder.path().join("broadsheet-daily.timer"), &timer).unwrap();
    let out = Command::new("systemd-analyze")
        .args(["verify", "--man=no", "--recursive-errors=no"])
        .args([
            folder.path().join("broadsheet-daily.service"),
            folder.path().join("broadsheet-daily.timer"),
        ])
        .output()
        .unwrap();
    let said = String::from_utf8(out.stderr).unwrap();
    let ours: Vec<&str> = said.lines().filter(|line| line.contains("broadsheet")).collect();
    assert!(out.status.success() && ours.is_empty(), "{said}\n{service}\n{timer}");
}

#[test]
fn a_property_list_has_every_time_and_is_xml() {
    let text = with("0,30 6 1 * 1,3", None, "/b & c", |job| launchd(job).unwrap());
    assert_eq!(text.matches("<key>Hour</key><integer>6</integer>").count(), 6, "{text}");
    assert_eq!(text.matches("<key>Day</key>").count(), 2);
    assert_eq!(text.matches("<key>Weekday</key>").count(), 4);
    assert!(text.contains("<string>/b &amp; c</string>") && !text.contains("Month"));
    let mut reader = quick_xml::Reader::from_str(&text);
    while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
    let every = with("* * * * *", None, "/b", |job| launchd(job).unwrap());
    assert!(every.contains("<dict></dict>"));
    with("*/2 */2 * * 1", None, "/b", |job| {
        assert_eq!(launchd(job).unwrap().matches("<key>Hour").count(), 360)
    });
    with("*/2 */2 1,2 * *", None, "/b", |job| {
        assert!(launchd(job).unwrap_err().to_string().contains("720 times"))
    });
}

#[test]
fn a_line_break_in_a_path_is_refused() {
    let result = with("0 6 * * *", None, "/b\nExecStart=/evil", |job| {
        (cron(job).is_err(), systemd(job).is_err(), launchd(job).is_err())
    });
    assert_eq!(result, (true, true, true));
    let quoted = with("0 6 * * *", None, "/it's/b", |job| {
        systemd(job).unwrap_err().to_string()
    });
    assert!(quoted.starts_with("/it's/b: systemd takes no program"), "{quoted}");
}
