//! The program itself, killed, starved of disk, run twice at once and under a clock that jumps, over feeds on loopback: every
//! item is told once. Takes long, so `make torture` runs it: `cargo test --release --test torture -- --ignored --nocapture`.
//!
//! TORTURE_ROUNDS (200) and TORTURE_SEED (1) change how often and when it is killed.

#![cfg(unix)]

#[path = "support/server.rs"]
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use server::{News, Reply, Server, loopback};

/// Numbers that look random and are the same each time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, many: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % many.max(1)
    }
}

fn number(name: &str, standard: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(standard)
}

/// A folder with a configuration, and feeds that grow.
struct Desk {
    folder: PathBuf,
    server: Server,
    /// How many entries each feed has had.
    published: Arc<Mutex<Vec<usize>>>,
    delay: Arc<Mutex<Duration>>,
    /// The items of each file that was found whole, and when it was written: one that is as it was is not read again.
    whole: Mutex<BTreeMap<String, (SystemTime, BTreeSet<String>)>>,
    _temporary: tempfile::TempDir,
}

impl Desk {
    /// `feeds` feeds of `entries` entries each, the folder in `place`.
    fn new(feeds: usize, entries: usize, place: Option<&Path>) -> Desk {
        let addresses: Vec<_> = (2..2 + feeds as u16).map(loopback).collect();
        let server = Server::on(&addresses);
        let published = Arc::new(Mutex::new(vec![entries; feeds]));
        let delay = Arc::new(Mutex::new(Duration::ZERO));
        let (counts, pause, port) = (published.clone(), delay.clone(), server.port());
        server.handle(move |_, path| {
            let feed = path.strip_prefix("/feed/").and_then(|rest| rest.strip_suffix(".xml"));
            let feed: usize = feed.and_then(|n| n.parse().ok()).unwrap_or(0);
            let count = *counts.lock().unwrap().get(feed)?;
            let mut news = News::new(feeds, count.min(20));
            news.first = count - news.entries;
            let reply = news.reply(path, |feed| format!("http://{}:{port}", addresses[feed]))?;
            Some(reply.delay(*pause.lock().unwrap()))
        });
        let temporary = tempfile::tempdir().unwrap();
        let folder = place.unwrap_or(temporary.path()).to_path_buf();
        let mut text = String::from(
            "[digest]\nunchanged = true\n\n[[digests]]\nname = \"morning\"\nout = \"letters\"\ntimezone = \"UTC\"\n\n",
        );
        for feed in 0..feeds {
            let url = server.url_on(feed, &format!("/feed/{feed}.xml"));
            let _ = writeln!(
                text,
                "[[sources]]\nname = \"Paper {feed}\"\nfeed = \"{url}\"\nprivate = true\n"
            );
        }
        std::fs::write(folder.join("broadsheet.toml"), text).unwrap();
        Desk {
            folder,
            server,
            published,
            delay,
            whole: Mutex::default(),
            _temporary: temporary,
        }
    }

    /// Some feeds get a new entry.
    fn publish(&self, dice: &mut Dice, most: u64) {
        let mut published = self.published.lock().unwrap();
        let feeds = published.len() as u64;
        for _ in 0..1 + dice.below(most) {
            published[dice.below(feeds) as usize] += 1;
        }
    }

    fn command(&self, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_broadsheet"));
        command
            .args(["run", "morning", "--config"])
            .arg(self.folder.join("broadsheet.toml"));
        command.arg("--state").arg(self.folder.join("state.db")).args(more);
        // Paths of the configuration count from its folder.
        command.current_dir(&self.folder);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    }

    /// Runs to the end: exit code and stderr.
    fn run(&self, more: &[&str]) -> (i32, String) {
        let output = self.command(more).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code().unwrap_or(-1), said)
    }

    /// Each item that was published is in one edition, every file is whole, and nothing else lies there.
    fn check(&self, when: &str) {
        let told = self.told(when);
        let mut expected = BTreeSet::new();
        for (feed, count) in self.published.lock().unwrap().iter().enumerate() {
            expected.extend((0..*count).map(|entry| format!("/page/{feed}/{entry}.html")));
        }
        let twice: Vec<_> = told.iter().filter(|(_, n)| **n > 1).collect();
        let missing: Vec<_> = expected.iter().filter(|item| !told.contains_key(*item)).collect();
        let strange: Vec<_> = told.keys().filter(|item| !expected.contains(*item)).collect();
        assert!(twice.is_empty(), "{when}: told more than once: {twice:?}");
        assert!(missing.is_empty(), "{when}: {} lost: {missing:?}", missing.len());
        assert!(strange.is_empty(), "{when}: never published: {strange:?}");
    }

    /// How often each item is told.
    fn told(&self, when: &str) -> BTreeMap<String, usize> {
        let mut told: BTreeMap<String, usize> = BTreeMap::new();
        for entry in std::fs::read_dir(self.folder.join("letters")).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            assert!(
                name.starts_with("2") && !name.ends_with(".part"),
                "{when}: {name} was left lying"
            );
            for other in ["json", "html", "md"] {
                assert!(
                    path.with_extension(other).exists(),
                    "{when}: {name} without its .{other}"
                );
            }
            if !name.ends_with(".json") {
                assert!(std::fs::metadata(&path).unwrap().len() > 0, "{when}: {name} is empty");
                continue;
            }
            let written = std::fs::metadata(&path).unwrap().modified().unwrap();
            let mut whole = self.whole.lock().unwrap();
            if whole.get(&name).is_none_or(|(before, _)| *before != written) {
                let items = items(&path, when);
                whole.insert(name.clone(), (written, items));
            }
            whole[&name]
                .1
                .iter()
                .for_each(|id| *told.entry(id.clone()).or_default() += 1);
        }
        told
    }

    /// Nobody holds the digest's lock.
    fn assert_unlocked(&self, when: &str) {
        let lock = std::fs::File::open(self.folder.join("state.db.morning.lock")).unwrap();
        assert!(lock.try_lock().is_ok(), "{when}: the lock is held");
        assert_eq!(lock.metadata().unwrap().len(), 0, "{when}: the lock names a holder");
    }
}

/// The items that an edition tells.
fn items(path: &Path, when: &str) -> BTreeSet<String> {
    let text = std::fs::read(path).unwrap();
    let digest: Value = serde_json::from_slice(&text).unwrap_or_else(|e| panic!("{when}: {path:?} is torn: {e}"));
    let stories = ["stories", "briefs"].map(|list| digest[list].as_array().cloned().unwrap_or_default());
    let stories = stories.concat();
    // What is over is said once more, by its old sources.
    let sources = stories.iter().filter(|story| story["course"] != "concluded");
    let sources = sources.flat_map(|story| story["sources"].as_array().cloned().unwrap_or_default());
    sources
        .map(|source| {
            let id = source["document"].as_str().unwrap().split('#').next().unwrap();
            id[id.find("/page/").expect("an item's address")..].to_owned()
        })
        .collect()
}

/// Waits for the end, and gives the largest amount of memory it had, in bytes.
fn wait(mut child: Child) -> (Option<i32>, u64) {
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    loop {
        if let Ok(text) = std::fs::read_to_string(&status) {
            let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"));
            let kilobytes = line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok());
            most = most.max(kilobytes.unwrap_or(0) * 1024);
        }
        if let Some(status) = child.try_wait().unwrap() {
            return (status.code(), most);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
#[ignore = "takes long: make torture"]
fn killed_at_random_moments() {
    let (rounds, seed) = (number("TORTURE_ROUNDS", 200), number("TORTURE_SEED", 1));
    let mut dice = Dice(seed);
    let desk = Desk::new(60, 2, None);
    let begun = Instant::now();
    assert_eq!(desk.run(&[]).0, 0);
    let mut usual = begun.elapsed();
    desk.check("at first");
    let (mut round, mut killed, mut finished) = (0, 0, 0);
    while killed < rounds {
        round += 1;
        assert!(
            round < 3 * rounds + 10,
            "only {killed} of {round} were killed before they ended"
        );
        let when = format!("round {round} of seed {seed}");
        desk.publish(&mut dice, 8);
        let mut child = desk.command(&[]).spawn().unwrap();
        // Every other time near the end, where the edition is stored and its files are written.
        let (whole, early) = (
            usual.as_micros() as u64 * 11 / 10,
            usual.as_micros() as u64 * 6 / 10 * dice.below(2),
        );
        let moment = early + dice.below(whole - early);
        std::thread::sleep(Duration::from_micros(moment));
        // SIGKILL: nothing of the program runs after it.
        child.kill().unwrap();
        let status = child.wait().unwrap();
        match status.signal() {
            Some(9) => killed += 1,
            _ => assert_eq!(status.code(), Some(0), "{when}"),
        }
        if dice.below(2) == 0 {
            desk.publish(&mut dice, 4);
        }
        let begun = Instant::now();
        let (code, said) = desk.run(&["-v"]);
        assert!(matches!(code, 0 | 4), "{when}: exit {code}: {said}");
        // How long a run takes drifts with how much there is.
        usual = (usual * 3 + begun.elapsed()) / 4;
        finished += usize::from(said.contains("which an earlier run began"));
        desk.check(&when);
        desk.assert_unlocked(&when);
    }
    let items: usize = desk.published.lock().unwrap().iter().sum();
    let editions = std::fs::read_dir(desk.folder.join("letters")).unwrap().count() / 3;
    println!(
        "{round} runs, {killed} killed, {finished} editions finished by the next run; {items} items, each once in {editions} \
         editions; a run takes {usual:.1?}"
    );
}

#[test]
#[ignore = "takes long: make torture"]
fn told_to_end_at_random_moments() {
    let (rounds, mut dice) = (number("TORTURE_ROUNDS", 200) / 4, Dice(number("TORTURE_SEED", 1)));
    let desk = Desk::new(10, 2, None);
    let begun = Instant::now();
    assert_eq!(desk.run(&[]).0, 0);
    let usual = begun.elapsed();
    let mut ended = 0;
    for round in 0..rounds {
        let when = format!("round {round}");
        desk.publish(&mut dice, 8);
        let mut child = desk.command(&[]).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(dice.below(usual.as_micros() as u64)));
        let asked = Instant::now();
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let status = child.wait().unwrap();
        assert!(
            asked.elapsed() < Duration::from_secs(5),
            "{when}: took {:?} to end",
            asked.elapsed()
        );
        ended += usize::from(status.signal() == Some(15));
        assert!(
            status.signal() == Some(15) || status.code() == Some(0),
            "{when}: {status:?}"
        );
        assert!(matches!(desk.run(&[]).0, 0 | 4), "{when}");
        desk.check(&when);
    }
    println!("{rounds} rounds, {ended} ended by SIGTERM, none took longer than 5 s to");
}

#[test]
#[ignore = "takes long: make torture"]
fn on_a_disk_that_is_full() {
    let small = tempfile::tempdir().unwrap();
    // The editions of all runs take some 14 MB.
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=32m", "tmpfs"])
        .arg(small.path())
        .stderr(Stdio::null())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        println!("skipped: this user may not mount a tmpfs");
        return;
    }
    let result = std::panic::catch_unwind(|| {
        let desk = Desk::new(10, 2, Some(small.path()));
        let mut dice = Dice(number("TORTURE_SEED", 1));
        let (mut full, mut room) = (0, 0);
        let filler = small.path().join("filler");
        for _ in 0..40 {
            let kilobytes = dice.below(1_500);
            let when = format!("with {kilobytes} kB free");
            desk.publish(&mut dice, 20);
            fill(&filler, kilobytes);
            let (code, said) = desk.run(&[]);
            match code {
                0 => room += 1,
                1 => full += 1,
                _ => panic!("{when}: exit {code}: {said}"),
            }
            std::fs::remove_file(&filler).unwrap();
            let (code, said) = desk.run(&[]);
            assert!(matches!(code, 0 | 4), "{when}, then with room: exit {code}: {said}");
            desk.check(&when);
        }
        println!("40 runs on a full disk: {full} failed and said so, {room} found room enough; every item once");
        assert!(full > 3 && room > 3, "{full} full, {room} with room");
    });
    let _ = Command::new("umount").arg(small.path()).status();
    if let Err(panic) = result {
        std::panic::resume_unwind(panic);
    }
}

/// Fills the disk until so many kilobytes are left.
fn fill(path: &Path, kilobytes: u64) {
    use std::io::Write;
    let mut file = std::fs::File::create(path).unwrap();
    let block = vec![b'x'; 4096];
    let mut written = 0u64;
    while file.write_all(&block).is_ok() {
        written += 4096;
    }
    file.set_len(written.saturating_sub(kilobytes * 1024)).unwrap();
}

#[test]
#[ignore = "takes long: make torture"]
fn while_the_clock_jumps() {
    let library = ["x86_64-linux-gnu", "aarch64-linux-gnu", ""]
        .map(|arch| PathBuf::from("/usr/lib").join(arch).join("faketime/libfaketimeMT.so.1"))
        .into_iter()
        .find(|path| path.exists());
    if library.is_none() {
        println!("libfaketime is not installed: the day is moved by --date, the clock itself is not");
    }
    let desk = Desk::new(10, 2, None);
    let mut dice = Dice(number("TORTURE_SEED", 1));
    for (round, days) in [0i64, 1, 0, -1, 1, -1, 0, 2, -2, 0].into_iter().enumerate() {
        desk.publish(&mut dice, 8);
        let date = jiff::ZonedDateTime::now()
            .date()
            .checked_add(jiff::Span::new().days(days))
            .unwrap()
            .to_string();
        let mut command = match &library {
            Some(library) => {
                let mut command = desk.command(&[]);
                command.env("LD_PRELOAD", library).env("FAKETIME", format!("{days:+}d"))
                    // Only what day it is: waiting goes by the other clock.
                    .envs(["FAKETIME_DONT_FAKE_MONOTONIC", "DONT_FAKE_MONOTONIC"].map(|name| (name, "1")));
                command
            }
            None => desk.command(&["--date", &date]),
        };
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "round {round}, {days} days: {said}");
        desk.check(&format!("round {round}, {days} days"));
        assert_eq!(desk.run(&[]).0, 4, "round {round}: and nothing is new");
    }
}

#[test]
#[ignore = "takes long: make torture"]
fn two_at_once_and_ten_in_a_row() {
    let desk = Desk::new(20, 2, None);
    *desk.delay.lock().unwrap() = Duration::from_millis(1_500);
    let mut both = [desk.command(&[]).spawn().unwrap(), desk.command(&[]).spawn().unwrap()];
    let mut codes: Vec<_> = both
        .iter_mut()
        .map(|child| child.wait().unwrap().code().unwrap())
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, [0, 5]);
    desk.check("two at once");
    *desk.delay.lock().unwrap() = Duration::ZERO;
    let mut dice = Dice(1);
    desk.publish(&mut dice, 5);
    assert_eq!(desk.run(&[]).0, 0, "the first of ten");
    desk.server.clear();
    let begun = Instant::now();
    for n in 2..=10 {
        let (code, said) = desk.run(&[]);
        assert_eq!((code, said.as_str()), (4, ""), "run {n}");
        assert_eq!(desk.run(&["--cron"]), (0, String::new()), "run {n} from cron");
    }
    assert_eq!(desk.server.bodies(), 0, "a body was fetched that had not changed");
    let conditional = desk.server.log().iter().all(|hit| hit.is_conditional());
    assert!(conditional, "a feed was asked for without condition");
    println!(
        "eighteen idle runs over 20 feeds: {} requests, 0 bodies, {:.1?} each",
        desk.server.requests(),
        begun.elapsed() / 18
    );
}

#[test]
#[ignore = "takes long: make torture"]
fn five_hundred_feeds() {
    let feeds = number("TORTURE_FEEDS", 500) as usize;
    let desk = Desk::new(feeds, 20, None);
    let report = desk.folder.join("run.json");
    for (n, expected) in [(1, 0), (2, 4)] {
        desk.server.clear();
        let begun = Instant::now();
        let (code, memory) = wait(desk.command(&["--report", report.to_str().unwrap()]).spawn().unwrap());
        assert_eq!(code, Some(expected), "run {n}");
        let size = std::fs::metadata(desk.folder.join("state.db")).unwrap().len();
        println!(
            "run {n} over {feeds} feeds of 20 entries: {:.1?}, peak memory {} MB, {} requests, {} bodies; the state has {:.1} MB",
            begun.elapsed(),
            memory / 1_000_000,
            desk.server.requests(),
            desk.server.bodies(),
            size as f64 / 1e6,
        );
        if n == 2 {
            assert_eq!(desk.server.bodies(), 0);
        }
    }
    desk.check("five hundred feeds");
}

/// The reply type is the server's; a feed that is asked for wrongly is not served.
#[test]
fn the_feeds_of_the_torture_are_there() {
    let desk = Desk::new(2, 3, None);
    let news = News::new(2, 3);
    let reply: Option<Reply> = news.reply("/feed/1.xml", |_| "http://127.0.0.1".into());
    assert!(reply.is_some() && news.reply("/feed/2.xml", |_| String::new()).is_none());
    assert!(desk.folder.join("broadsheet.toml").exists());
}
