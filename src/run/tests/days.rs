//! Runs that are left alone: what comes of days, clocks, failing sources and flags.

use super::*;

#[test]
fn a_run_tells_what_is_new_and_the_next_has_nothing_new() {
    let (desk, stop) = (Desk::new(), AtomicBool::new(false));
    let mut world = World::default();
    world.publish("a", &["a1", "a2"]);
    world.publish("b", &["b1"]);
    let request = desk.request(&["a", "b"], MORNING, &stop);
    let mut fake = Fake::new(&world, &stop);
    let report = run(&mut desk.state(), &request, &mut fake);
    assert_eq!((report.outcome, report.exit), (Ended::Complete, 0), "{report:?}");
    assert_eq!(
        (report.edition.as_deref(), report.stories, report.fetched),
        (Some("2026-03-17"), 3, 3)
    );
    for _ in 0..9 {
        let mut fake = Fake::new(&world, &stop);
        let report = run(&mut desk.state(), &request, &mut fake);
        assert_eq!((report.exit, fake.bodies, fake.digests), (4, 0, 0), "{report:?}");
    }
    world.publish("b", &["b2"]);
    let report = run(&mut desk.state(), &request, &mut Fake::new(&world, &stop));
    assert_eq!(report.edition.as_deref(), Some("2026-03-17-2"));
    assert_eq!(desk.told(), (once(&["a1", "a2", "b1", "b2"]), vec![]));
}

#[test]
fn two_runs_at_once_one_leaves() {
    let (desk, stop) = (Desk::new(), AtomicBool::new(false));
    let world = World::default();
    let request = desk.request(&["a"], MORNING, &stop);
    let mut state = desk.state();
    let held = lock::take(&lock::path(state.path(), "morning"), request.now).unwrap();
    let report = run(&mut state, &request, &mut Fake::new(&world, &stop));
    assert_eq!((report.outcome, report.exit), (Ended::Locked, 5));
    assert_eq!(report.holder.as_ref().map(|h| h.pid), Some(std::process::id()));
    assert!(
        report.line().contains(&std::process::id().to_string()),
        "{}",
        report.line()
    );
    // Another digest has a lock of its own.
    let mut other = request.clone();
    other.digest = "evening".into();
    assert_eq!(run(&mut state, &other, &mut Fake::new(&world, &stop)).exit, 4);
    drop(held);
    assert_eq!(run(&mut state, &request, &mut Fake::new(&world, &stop)).exit, 4);
}

#[test]
fn again_gives_the_same_bytes_and_no_second_delivery() {
    let (desk, stop) = (Desk::new(), AtomicBool::new(false));
    let (mut world, mut mail) = (World::default(), Vec::new());
    world.publish("a", &["a1"]);
    for (day, new) in [(MORNING, "a2"), (NEXT, "a3")] {
        let mut fake = Fake::new(&world, &stop);
        fake.mail = Some(&mut mail);
        assert_eq!(
            run(&mut desk.state(), &desk.request(&["a"], day, &stop), &mut fake).exit,
            0
        );
        world.publish("a", &[new]);
    }
    let path = desk.out().join("2026-03-18.json");
    let before = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let mut request = desk.request(&["a"], NEXT, &stop);
    request.again = true;
    for _ in 0..2 {
        let mut fake = Fake::new(&world, &stop);
        fake.mail = Some(&mut mail);
        let report = run(&mut desk.state(), &request, &mut fake);
        assert_eq!((report.exit, fake.bodies, report.items), (0, 0, 1), "{report:?}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
    assert_eq!(mail.len(), 4, "{mail:?}");
    // What came meanwhile is the next edition's.
    request.again = false;
    assert_eq!(
        run(&mut desk.state(), &request, &mut Fake::new(&world, &stop))
            .edition
            .as_deref(),
        Some("2026-03-18-2")
    );
    assert_eq!(desk.told(), (once(&["a1", "a2", "a3"]), vec![]));
    let mut request = desk.request(&["a"], MORNING, &stop);
    request.again = true;
    let report = run(&mut desk.state(), &request, &mut Fake::new(&world, &stop));
    assert!(
        report.error.as_ref().is_some_and(|e| e.contains("--date 2026-03-18")),
        "{report:?}"
    );
}

#[test]
fn a_clock_that_moves_neither_loses_nor_repeats() {
    let (desk, stop) = (Desk::new(), AtomicBool::new(false));
    let mut world = World::default();
    let mut expected = Vec::new();
    let items: Vec<String> = (0..6).map(|n| format!("a{n}")).collect();
    for (item, day) in items.iter().zip([17, 18, 17, 19, 10, 18]) {
        world.publish("a", &[item]);
        expected.push(item.as_str());
        let request = desk.request(&["a"], &format!("2026-03-{day}T06:00:00Z"), &stop);
        assert_eq!(run(&mut desk.state(), &request, &mut Fake::new(&world, &stop)).exit, 0);
        assert_eq!(desk.told(), (once(&expected), vec![]));
    }
    for name in ["2026-03-17-2.md", "2026-03-18-2.md", "2026-03-10.md"] {
        assert!(desk.out().join(name).exists(), "{name}");
    }
}

#[test]
fn a_source_that_fails_is_a_warning_with_its_history() {
    let (desk, stop) = (Desk::new(), AtomicBool::new(false));
    let mut world = World::default();
    world.publish("a", &["a1"]);
    world.failing.insert("b".into());
    let days = ["2026-03-17T06:00:00Z", "2026-03-18T06:00:00Z", "2026-03-19T06:00:00Z"];
    let reports: Vec<Report> = days
        .iter()
        .enumerate()
        .map(|(n, day)| {
            world.publish("a", &[&format!("a{}", n + 2)]);
            run(
                &mut desk.state(),
                &desk.request(&["a", "b"], day, &stop),
                &mut Fake::new(&world, &stop),
            )
        })
        .collect();
    let message = |report: &Report| {
        report
            .warnings
            .iter()
            .map(Warning::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert!(reports.iter().all(|r| r.exit == 3));
    assert_eq!(message(&reports[0]), "b: HTTP 500");
    assert_eq!(
        message(&reports[2]),
        "b: HTTP 500; failed 3 runs in a row since Tuesday 17 March"
    );
    assert!(prometheus(&reports[2..]).contains("broadsheet_source_failures{digest=\"morning\",source=\"b\"} 3\n"));
    // All failed: that is a failure.
    world.failing.insert("a".into());
    let report = run(
        &mut desk.state(),
        &desk.request(&["a", "b"], days[2], &stop),
        &mut Fake::new(&world, &stop),
    );
    assert_eq!(report.exit, 1);
    world.failing.clear();
    let report = run(
        &mut desk.state(),
        &desk.request(&["a", "b"], days[2], &stop),
        &mut Fake::new(&world, &stop),
    );
    assert_eq!((report.exit, report.warnings.len()), (4, 0));
}

#[test]
fn a_source_that_is_gone_is_said_once_and_can_be_enabled() {
    let (desk, stop) = (Desk::new(), AtomicBool::new(false));
    let mut world = World::default();
    world.publish("a", &["a1"]);
    world.gone.insert("b".into());
    let request = desk.request(&["a", "b"], MORNING, &stop);
    let report = run(&mut desk.state(), &request, &mut Fake::new(&world, &stop));
    assert_eq!(report.exit, 3);
    assert!(report.warnings[0].message.contains("state enable 'b'"), "{report:?}");
    world.gone.clear();
    world.publish("b", &["b1"]);
    world.publish("a", &["a2"]);
    let report = run(&mut desk.state(), &request, &mut Fake::new(&world, &stop));
    assert_eq!(
        (report.exit, report.warnings[0].lost),
        (0, false),
        "a note from then on: {report:?}"
    );
    assert!(desk.state().enable("b").unwrap() && !desk.state().enable("c").unwrap());
    assert_eq!(run(&mut desk.state(), &request, &mut Fake::new(&world, &stop)).exit, 0);
    assert_eq!(desk.told().0, once(&["a1", "a2", "b1"]));
}

#[test]
fn what_had_no_room_is_offered_again_with_the_next_news() {
    let (desk, stop) = (Desk::new(), AtomicBool::new(false));
    let mut world = World::default();
    world.publish("a", &["a1", "a2"]);
    let go = |world: &World, no_room: &[&str]| {
        let mut fake = Fake::new(world, &stop);
        fake.no_room = no_room.iter().map(|i| i.to_string()).collect();
        let report = run(&mut desk.state(), &desk.request(&["a"], MORNING, &stop), &mut fake);
        (report.exit, report.items, fake.digests)
    };
    // Nothing has room: no edition, and no work until there is news.
    assert_eq!(go(&world, &["a1", "a2"]), (4, 0, 1));
    assert_eq!(go(&world, &[]), (4, 0, 0));
    world.publish("a", &["a3"]);
    assert_eq!(go(&world, &["a2"]), (0, 3, 1));
    assert_eq!(go(&world, &[]), (4, 0, 0));
    world.publish("a", &["a4"]);
    assert_eq!(go(&world, &["a2"]), (0, 2, 1));
    world.publish("a", &["a5"]);
    assert_eq!(go(&world, &[]), (0, 2, 1));
    assert_eq!(desk.told(), (once(&["a1", "a2", "a3", "a4", "a5"]), vec![]));
}

#[test]
fn without_model_or_mail_server_the_items_and_the_edition_wait() {
    let (desk, stop) = (Desk::new(), AtomicBool::new(false));
    let (mut world, mut mail) = (World::default(), Vec::new());
    world.publish("a", &["a1"]);
    let request = desk.request(&["a"], MORNING, &stop);
    let mut go = |broken| {
        let mut fake = Fake::new(&world, &stop);
        (fake.broken, fake.mail) = (broken, Some(&mut mail));
        let report = run(&mut desk.state(), &request, &mut fake);
        (report.exit, mail.len())
    };
    assert_eq!(go(Some("digest")), (1, 0));
    assert_eq!(go(Some("mail")), (3, 0));
    assert_eq!(
        go(Some("mail")),
        (3, 0),
        "nothing new, and the edition is still not with its readers"
    );
    assert_eq!(go(None), (4, 2));
    assert_eq!(desk.told(), (once(&["a1"]), vec![]));
}

#[test]
fn old_files_go_when_asked_and_only_as_they_were_written() {
    let (desk, stop) = (Desk::new(), AtomicBool::new(false));
    let mut world = World::default();
    std::fs::create_dir_all(desk.out()).unwrap();
    std::fs::write(desk.out().join("2026-03-01.md"), "mine").unwrap();
    for day in 10..16 {
        world.publish("a", &[&format!("a{day}")]);
        let mut request = desk.request(&["a"], &format!("2026-03-{day}T06:00:00Z"), &stop);
        if day == 13 {
            std::fs::write(desk.out().join("2026-03-11.md"), "edited").unwrap();
        }
        request.keep = if day < 15 {
            Keep::default()
        } else {
            Keep { days: 2, editions: 0 }
        };
        let report = run(&mut desk.state(), &request, &mut Fake::new(&world, &stop));
        assert_eq!(report.pruned.len(), if day < 15 { 0 } else { 5 }, "{report:?}");
    }
    let mut names: Vec<String> = std::fs::read_dir(desk.out())
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".md"))
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "2026-03-01.md",
            "2026-03-11.md",
            "2026-03-13.md",
            "2026-03-14.md",
            "2026-03-15.md"
        ]
    );
}

#[test]
fn since_and_offline_leave_things_where_they_are() {
    let (desk, stop) = (Desk::new(), AtomicBool::new(false));
    let mut world = World::default();
    world.publish("a", &["a1"]);
    let mut request = desk.request(&["a"], MORNING, &stop);
    request.offline = true;
    let mut fake = Fake::new(&world, &stop);
    assert_eq!((run(&mut desk.state(), &request, &mut fake).exit, fake.bodies), (4, 0));
    request.offline = false;
    // All items are of 17 March.
    request.since = Some("2026-03-18".parse().unwrap());
    assert_eq!(run(&mut desk.state(), &request, &mut Fake::new(&world, &stop)).exit, 4);
    request.since = Some("2026-03-17".parse().unwrap());
    request.offline = true;
    assert_eq!(run(&mut desk.state(), &request, &mut Fake::new(&world, &stop)).exit, 0);
    assert_eq!(desk.told(), (once(&["a1"]), vec![]));
}

#[test]
fn a_plan_writes_nothing() {
    let (desk, stop) = (Desk::new(), AtomicBool::new(false));
    let mut world = World::default();
    let request = desk.request(&["a"], MORNING, &stop);
    let path = desk.folder.path().join("state/state.db");
    let formats = ["md".to_owned(), "json".to_owned()];
    let text = plan(&State::copy_of(&path).unwrap(), &request, &formats, true).unwrap();
    assert!(
        text.contains("ask 1 of 1 sources") && text.contains("2026-03-17.md, 2026-03-17.json"),
        "{text}"
    );
    assert_eq!(std::fs::read_dir(desk.folder.path()).unwrap().count(), 0);
    world.publish("a", &["a1"]);
    run(&mut desk.state(), &request, &mut Fake::new(&world, &stop));
    let listing = |folder: &Path| {
        let mut all: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|e| {
                (
                    e.as_ref().unwrap().file_name(),
                    std::fs::read(e.unwrap().path()).unwrap(),
                )
            })
            .collect();
        all.sort();
        all
    };
    let before = listing(path.parent().unwrap());
    let text = plan(&State::copy_of(&path).unwrap(), &request, &formats, false).unwrap();
    assert!(
        text.contains("asked whether it has changed") && text.contains("2026-03-17-2.md"),
        "{text}"
    );
    assert_eq!(listing(path.parent().unwrap()), before);
}

#[test]
fn metrics_and_json_say_what_happened() {
    let (desk, stop) = (Desk::new(), AtomicBool::new(false));
    let mut world = World::default();
    world.publish("a", &["a1"]);
    let report = run(
        &mut desk.state(),
        &desk.request(&["a"], MORNING, &stop),
        &mut Fake::new(&world, &stop),
    );
    let text = prometheus(std::slice::from_ref(&report));
    for line in [
        "broadsheet_run_exit_code{digest=\"morning\"} 0",
        "broadsheet_success_timestamp_seconds{digest=\"morning\"} 1773727200",
        "broadsheet_sources{digest=\"morning\",health=\"fresh\"} 1",
        "broadsheet_stories{digest=\"morning\"} 1",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} in\n{text}");
    }
    // Prometheus wants a metric's lines together, after its type.
    let types = text.lines().filter(|l| l.starts_with("# TYPE")).count();
    assert_eq!(text.lines().filter(|l| l.starts_with("# HELP")).count(), types);
    let json: serde_json::Value = serde_json::to_value(&report).unwrap();
    assert_eq!(
        (&json["outcome"], &json["sources"][0]["health"]),
        (&"complete".into(), &"fresh".into())
    );
    assert!(
        report
            .line()
            .starts_with("morning: edition 2026-03-17 of 1 item: 1 story and 0 briefs in"),
        "{}",
        report.line()
    );
}
