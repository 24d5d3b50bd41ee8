//! The state file: its versions, what damages it, and that what goes in comes out.

use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::*;
use crate::deliver::{Delivery, Ledger};
use crate::digest::{Course, Digest, Dormant, Method, Seen, Story, Summary};
use crate::document::{EntityKind, MediaType, RawDocument, Tagged};
use crate::infer::{Key, Reading, Shelf as _};
use crate::ingest::{Gathered, Health, Source, SourceKind, Validators};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_773_727_200 + seconds).unwrap()
}

fn story(thread: &str, text: &str) -> Story {
    Story {
        id: thread.into(),
        thread: thread.into(),
        course: Course::New,
        since: None,
        fresh: Vec::new(),
        headline: text.into(),
        sources: Vec::new(),
        voices: 1,
        summary: Summary {
            sentences: Vec::new(),
            method: Method::Lead,
            replaced: 0,
            rejected: Vec::new(),
        },
        figures: Vec::new(),
        conflicts: Vec::new(),
        entities: Vec::new(),
        first_seen: None,
        updated: None,
        section: None,
    }
}

fn digest(day: Date, stories: Vec<Story>, seen: Vec<Seen>) -> Digest {
    Digest {
        version: 2,
        title: "Test".into(),
        date: day,
        window: None,
        stories,
        briefs: Vec::new(),
        warnings: Vec::new(),
        articles: 0,
        seen,
        faded: Vec::new(),
        dormant: Vec::new(),
        replaced: 0,
        models: Vec::new(),
        generator: "test".into(),
    }
}

fn seen(id: &str, day: Date, thread: Option<&str>) -> Seen {
    Seen {
        id: id.into(),
        words: format!("{:012x}", id.len()),
        first: day,
        last: day,
        thread: thread.map(str::to_owned),
    }
}

fn make(state: &mut State, name: &str, digest: &Digest, before: Option<(&Edition, &Digest)>) -> Edition {
    let made = Made {
        name,
        folder: Path::new("/letters"),
        now: at(0),
        digest,
        before,
        items: &[],
        warnings: &[],
        files: &[],
    };
    let edition = state.make("morning", &made).unwrap();
    state.done(&edition).unwrap();
    edition
}

fn source(name: &str) -> Source {
    Source {
        name: name.into(),
        location: format!("https://{name}.example.org/"),
        kind: SourceKind::Feed,
        allow_private: false,
        timeout: None,
        max_items: None,
    }
}

fn gathered(name: &str, health: Health) -> Gathered {
    Gathered {
        source: name.into(),
        health,
        documents: Vec::new(),
        entries: Vec::new(),
        warnings: Vec::new(),
        validators: Validators::default(),
        moved_to: None,
        requests: 1,
        bodies: 1,
        bytes: 10,
    }
}

#[test]
fn a_state_of_every_earlier_version_is_brought_to_this_one() {
    for version in 1..schema::MIGRATIONS.len() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        let mut old = Connection::open(&path).unwrap();
        schema::migrate_to(&mut old, &schema::MIGRATIONS[..version])
            .unwrap()
            .unwrap();
        old.execute("INSERT INTO digests (name) VALUES ('morning')", [])
            .unwrap();
        drop(old);
        let mut state = State::open(&path).unwrap();
        let info = state.info().unwrap();
        assert_eq!(info.schema, schema::MIGRATIONS.len() as i64);
        assert_eq!(info.digests[0].0, "morning");
        let fresh = State::memory().unwrap().info().unwrap();
        let names = |info: &Info| info.tables.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&info), names(&fresh));
        let told = digest(date(2026, 3, 17), vec![story("t", "Bridge opens")], Vec::new());
        make(&mut state, "2026-03-17", &told, None);
    }
}

#[test]
fn what_is_not_a_state_of_ours_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |name: &str| {
        let path = folder.path().join(name);
        let error = State::open(&path).unwrap_err().to_string();
        assert_eq!(State::copy_of(&path).unwrap_err().to_string(), error);
        assert!(error.contains(name) && !error.contains('\n'), "{error}");
        error
    };
    std::fs::write(
        folder.path().join("torn"),
        "SQLite format 3\0 and then something else".repeat(200),
    )
    .unwrap();
    assert!(refused("torn").contains("move it away"), "{}", refused("torn"));
    std::fs::write(folder.path().join("text"), "not a database at all").unwrap();
    assert!(refused("text").contains("move it away"));
    let other = Connection::open(folder.path().join("other")).unwrap();
    other.execute_batch("CREATE TABLE songs (title TEXT)").unwrap();
    assert!(refused("other").contains("another program"));
    drop(State::open(&folder.path().join("newer")).unwrap());
    let newer = Connection::open(folder.path().join("newer")).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    assert!(refused("newer").contains("newer broadsheet"));
}

#[test]
fn a_page_that_was_overwritten_is_said_and_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let mut state = State::open(&path).unwrap();
    for n in 0..50 {
        state.begin_run("morning", n, "desk", at(0)).unwrap();
    }
    drop(state);
    let mut bytes = std::fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes[4096..half].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let result = State::open(&path).and_then(|mut state| state.begin_run("morning", 1, "desk", at(0)));
    assert!(result.unwrap_err().to_string().contains("is damaged"));
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let mut state = State::open(&path).unwrap();
    state.begin_run("morning", 1, "desk", at(0)).unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let mode = entry.as_ref().unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}", entry.unwrap().path());
    }
}

#[test]
fn many_at_once_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/state.db");
    std::thread::scope(|scope| {
        for n in 0..4 {
            let path = &path;
            scope.spawn(move || {
                for _ in 0..10 {
                    let mut state = State::open(path).unwrap();
                    let name = format!("digest {n}");
                    state.begin_run(&name, n, "desk", at(0)).unwrap();
                    let ledger = &mut state.ledger(&name, "2026-03-17");
                    ledger.begin("ada@example.org").unwrap();
                    ledger.finish("ada@example.org", Delivery::Sent).unwrap();
                }
            });
        }
    });
    let info = State::open(&path).unwrap().info().unwrap();
    assert_eq!(info.digests.len(), 4);
    assert!(info.tables.contains(&("runs".into(), 40)));
}

#[test]
fn the_edition_before_comes_back_as_it_was() {
    let mut state = State::memory().unwrap();
    let days: Vec<Date> = (10..15).map(|day| date(2026, 3, day)).collect();
    let mut before: Option<(Edition, Digest)> = None;
    for (n, day) in days.iter().enumerate() {
        let mut own = digest(*day, vec![story(&format!("t{n}"), "Ferry late")], Vec::new());
        // Each day a text is new, one is seen again, one goes.
        own.seen = vec![
            seen("always", days[0], Some("t0")),
            seen(&format!("day {n}"), *day, None),
            Seen {
                last: *day,
                ..seen("often", days[0], Some("t0"))
            },
        ];
        own.faded = (0..=n)
            .map(|k| format!("{k:024x}"))
            .chain(["odd \u{e9}".into()])
            .collect();
        own.faded.sort();
        own.dormant = (0..n)
            .rev()
            .map(|k| Dormant {
                story: story(&format!("t{k}"), "Ferry late"),
                told: days[k],
                concluded: k == 0,
            })
            .collect();
        let edition = make(&mut state, &day.to_string(), &own, before.as_ref().map(|(e, d)| (e, d)));
        assert_eq!(state.previous("morning", None).unwrap().as_ref(), Some(&own));
        assert_eq!(
            state.previous("morning", Some(&edition.name)).unwrap(),
            before.map(|(_, d)| d)
        );
        before = Some((edition, own));
    }
    assert_eq!(state.previous("evening", None).unwrap(), None);
    // Made again, the last is as it was, and so is what it was made against.
    let (edition, own) = before.unwrap();
    let of_before = state.previous("morning", Some(&edition.name)).unwrap().unwrap();
    let previous = Edition {
        id: edition.previous.unwrap(),
        ..edition.clone()
    };
    let made = Made {
        name: &edition.name,
        folder: Path::new("/letters"),
        now: at(0),
        digest: &own,
        before: Some((&previous, &of_before)),
        items: &[],
        warnings: &[],
        files: &[],
    };
    state.replace(&edition, &made).unwrap();
    assert_eq!(state.previous("morning", None).unwrap(), Some(own));
    assert_eq!(state.previous("morning", Some(&edition.name)).unwrap(), Some(of_before));
}

#[test]
fn an_edition_that_this_version_cannot_read_still_says_what_was_told() {
    let mut state = State::memory().unwrap();
    let own = digest(
        date(2026, 3, 17),
        vec![story("t", "Bridge opens")],
        vec![seen("a", date(2026, 3, 17), Some("t"))],
    );
    make(&mut state, "2026-03-17", &own, None);
    let odd = pack::pack(&serde_json::json!({"version": 1, "headlines": []})).unwrap();
    state
        .connection
        .execute("UPDATE editions SET body = ?1", [odd])
        .unwrap();
    let back = state.previous("morning", None).unwrap().unwrap();
    assert_eq!((back.stories.len(), &back.seen), (0, &own.seen));
}

#[test]
fn documents_validators_and_entries_go_in_together() {
    let mut state = State::memory().unwrap();
    let sources = [source("a"), source("b")];
    let document = RawDocument {
        id: "https://a.example.org/1".into(),
        url: Some("https://a.example.org/1".into()),
        title: Some("Ferry \"late\"".into()),
        published: Some("2026-03-17T05:00:00.123456789Z".parse().unwrap()),
        site_name: Some("The Ansel Post".into()),
        source: None,
        story: Some("ferry".into()),
        media_type: MediaType::Markdown,
        body: "The ferry was late.\u{1f6a2} Again.".into(),
        sentences: Some(vec![0..19, 24..30]),
    };
    let mut own = gathered("a", Health::Fresh);
    let broken = RawDocument {
        id: "bytes".into(),
        body: vec![0xff, 0xfe],
        ..document.clone()
    };
    own.documents = vec![document.clone(), broken.clone()];
    own.entries = vec![(document.id.clone(), "h".into())];
    own.validators.etag = Some("\"1\"".into());
    own.moved_to = Some("https://a.example.org/new".into());
    let mut twin = gathered("b", Health::Fresh);
    twin.documents = vec![RawDocument {
        title: None,
        ..document.clone()
    }];
    let taken = state.take_in("morning", &sources, &[own, twin], at(0)).unwrap();
    assert_eq!(taken.items, 2, "the first of two with one id is kept");
    let items = state.inbox("morning").unwrap();
    let from_a = |document: RawDocument| RawDocument {
        source: Some("a".into()),
        ..document
    };
    assert_eq!(
        items.iter().map(|i| i.document.clone()).collect::<Vec<_>>(),
        [from_a(document.clone()), from_a(broken)]
    );
    assert!(state.inbox("evening").unwrap().is_empty());
    let entries = state.entries("morning").unwrap();
    assert!(entries.contains(&document.id, "h") && !entries.contains(&document.id, "other"));
    let known = state.known("morning", &sources, at(1)).unwrap();
    assert_eq!(known[0].validators.etag.as_deref(), Some("\"1\""));
    assert_eq!(known[0].moved_to.as_deref(), Some("https://a.example.org/new"));
    // Another digest has had none of the items, so it must not say that it has; where the feed is now is known to all.
    let other = state.known("evening", &sources, at(1)).unwrap();
    assert_eq!(
        (&other[0].validators.etag, &other[0].moved_to),
        (&None, &known[0].moved_to)
    );
    // A source with a new address begins anew.
    let mut elsewhere = source("a");
    elsewhere.location = "https://elsewhere.example.org/".into();
    assert_eq!(state.known("morning", &[elsewhere], at(1)).unwrap()[0].moved_to, None);
}

#[test]
fn a_wait_is_kept_and_a_clock_that_was_put_back_does_not_make_it_longer() {
    let mut state = State::memory().unwrap();
    let asked = gathered(
        "a",
        Health::Failed {
            reason: "HTTP 429".into(),
            retry_after: Some(at(3600)),
        },
    );
    state.take_in("morning", &[source("a")], &[asked], at(0)).unwrap();
    let until = |state: &State, now| state.known("morning", &[source("a")], at(now)).unwrap()[0].not_before;
    assert_eq!(until(&state, 60), Some(at(3600)));
    assert_eq!(until(&state, -86_400), None);
}

#[test]
fn readings_come_back_to_the_last_bit_and_go_when_they_are_not_used() {
    let mut state = State::memory().unwrap();
    let keys: [Key; 3] = [[1; 32], [2; 32], [3; 32]];
    let names = vec![Tagged {
        span: 4..9,
        kind: EntityKind::Loc,
    }];
    let one = Reading {
        vector: vec![0.1, -1e-40, f32::MIN_POSITIVE],
        names,
    };
    let two = Reading {
        vector: vec![0.5],
        names: Vec::new(),
    };
    let day = |d| date(2026, 3, d);
    let mut shelf = state.readings(day(17));
    shelf.keep("mini", &[(keys[0], &one), (keys[1], &two)]).unwrap();
    let found = shelf.find("mini", &[keys[1], keys[2], keys[0]]).unwrap();
    assert_eq!(found, [Some(two.clone()), None, Some(one)]);
    assert_eq!(shelf.find("large", &keys[..1]).unwrap(), [None]);
    // Needed again a day later, the other is not.
    assert_eq!(state.prune_readings(day(17)).unwrap(), 0);
    state.readings(day(18)).find("mini", &keys[1..2]).unwrap();
    assert_eq!(state.prune_readings(day(18)).unwrap(), 1);
    assert_eq!(
        state.readings(day(19)).find("mini", &keys[..2]).unwrap(),
        [None, Some(two)]
    );
}

#[test]
fn a_ledger_is_of_one_edition() {
    let mut state = State::memory().unwrap();
    let ada = "ada@example.org";
    assert_eq!(state.ledger("morning", "1").outcome(ada).unwrap(), None);
    state.ledger("morning", "1").begin(ada).unwrap();
    assert_eq!(
        state.ledger("morning", "1").outcome(ada).unwrap(),
        Some(Delivery::Sending)
    );
    let failed = Delivery::Failed("550 no such user".into());
    state.ledger("morning", "1").finish(ada, failed.clone()).unwrap();
    assert_eq!(state.ledger("morning", "1").outcome(ada).unwrap(), Some(failed));
    assert_eq!(state.ledger("morning", "2").outcome(ada).unwrap(), None);
    assert_eq!(state.ledger("evening", "1").outcome(ada).unwrap(), None);
}

/// Editions of so many stories and texts a day, for so many days: the state, the last edition with its digest, and what the state's
/// size was after each.
fn days(state: &mut State, days: i32, stories: usize, texts: usize) -> (Edition, Digest, Vec<u64>) {
    let mut before: Option<(Edition, Digest)> = None;
    let mut sizes = Vec::new();
    for n in 0..days {
        let day = date(2026, 1, 1).checked_add(jiff::Span::new().days(n)).unwrap();
        let mut own = before
            .as_ref()
            .map_or_else(|| digest(day, vec![], vec![]), |(_, d)| d.clone());
        own.date = day;
        // As `follow` does: what was told yesterday sleeps, what has slept for three weeks is forgotten, what was not seen for thirty days
        // is kept in short.
        own.dormant.retain(|d| day.since(d.told).unwrap().get_days() <= 21);
        let told = std::mem::take(&mut own.stories).into_iter().map(|story| Dormant {
            story,
            told: day,
            concluded: false,
        });
        own.dormant.splice(0..0, told);
        own.stories = (0..stories)
            .map(|k| story(&format!("{n}-{k}"), &"Ferry late again, harbour says. ".repeat(20)))
            .collect();
        let new = (0..texts).map(|k| {
            seen(
                &format!("https://www.example.org/news/{n:04}/{k:04}"),
                day,
                Some("0123456789ab"),
            )
        });
        own.seen.extend(new);
        own.seen.sort();
        let (old, kept): (Vec<Seen>, _) = own
            .seen
            .into_iter()
            .partition(|s| day.since(s.last).unwrap().get_days() > 30);
        own.seen = kept;
        own.faded.extend((0..old.len()).map(|k| format!("{n:012x}{k:012x}")));
        own.faded.sort();
        let edition = make(state, &day.to_string(), &own, before.as_ref().map(|(e, d)| (e, d)));
        sizes.push(state.info().unwrap().bytes);
        before = Some((edition, own));
    }
    let (edition, own) = before.unwrap();
    (edition, own, sizes)
}

/// What an edition adds does not grow with the editions before it.
#[test]
fn a_year_stays_small() {
    let (_, _, sizes) = days(&mut State::memory().unwrap(), 120, 5, 20);
    let (early, late) = (sizes[79] - sizes[39], sizes[119] - sizes[79]);
    assert!(
        late < early * 3 / 2 && late < 40 * 20_000,
        "{early} then {late} bytes in forty editions"
    );
}

/// `cargo test --release a_year_measured -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn a_year_measured() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let begun = std::time::Instant::now();
    let (_, last, _) = days(&mut State::open(&path).unwrap(), 365, 100, 500);
    println!(
        "365 editions of 100 stories and 500 texts: written in {:.1?}",
        begun.elapsed()
    );
    let size = std::fs::metadata(&path).unwrap().len() as f64 / 1e6;
    let begun = std::time::Instant::now();
    let state = State::open(&path).unwrap();
    let opened = begun.elapsed();
    let begun = std::time::Instant::now();
    let back = state.previous("morning", None).unwrap().unwrap();
    println!(
        "the state has {size:.1} MB, opens in {opened:.1?}, the last digest is there after {:.1?}",
        begun.elapsed()
    );
    assert_eq!(back, last);
    let mut state = state;
    state.vacuum().unwrap();
    println!(
        "after vacuum {:.1} MB",
        std::fs::metadata(&path).unwrap().len() as f64 / 1e6
    );
}
