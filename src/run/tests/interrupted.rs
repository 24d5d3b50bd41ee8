//! Every step of a run interrupted in turn.

use super::*;

/// The heart of it: a run goes down at each of its steps in turn; whatever was there is told once, by it or the next.
#[test]
fn a_run_that_goes_down_at_any_step_loses_and_repeats_nothing() {
    let (mut steps, mut seen) = (0, BTreeSet::new());
    for at in 0.. {
        let (desk, stop) = (Desk::new(), AtomicBool::new(false));
        let (mut world, mut mail) = (World::default(), Vec::new());
        world.publish("a", &["a1", "a2"]);
        let both = ["a", "b"];
        let mut request = desk.request(&both, MORNING, &stop);
        request.keep = Keep { days: 0, editions: 1 };
        let mut fake = Fake::new(&world, &stop);
        fake.mail = Some(&mut mail);
        assert_eq!(run(&mut desk.state(), &request, &mut fake).exit, 0);
        // The day after there is more, and the run goes down.
        world.publish("a", &["a3"]);
        world.publish("b", &["b1", "b2"]);
        let mut request = desk.request(&both, NEXT, &stop);
        let mut fake = Fake::new(&world, &stop);
        fake.mail = Some(&mut mail);
        fake.down_at = Some(at);
        let down = catch_unwind(AssertUnwindSafe(|| run(&mut desk.state(), &request, &mut fake))).is_err();
        seen.extend(fake.steps.clone());
        steps = fake.steps.len();
        assert!(desk.free(), "step {at}: the lock is held");
        // Between, something is published, or not.
        let mut expected = vec!["a1", "a2", "a3", "b1", "b2"];
        if at % 2 == 0 {
            world.publish("b", &["b3"]);
            expected.push("b3");
        }
        let mut fake = Fake::new(&world, &stop);
        fake.mail = Some(&mut mail);
        request.keep = Keep::default();
        let report = run(&mut desk.state(), &request, &mut fake);
        assert!(matches!(report.exit, 0 | 4), "step {at}: {report:?}");
        assert_eq!(report.interrupted.len(), usize::from(down), "step {at}");
        assert_eq!(desk.told(), (once(&expected), vec![]), "step {at}");
        let messages: BTreeSet<&String> = mail.iter().collect();
        assert_eq!(messages.len(), mail.len(), "step {at}: {mail:?}");
        let fake_run = run(&mut desk.state(), &request, &mut Fake::new(&world, &stop));
        assert_eq!(fake_run.exit, 4, "step {at}: {fake_run:?}");
        if !down {
            break;
        }
    }
    assert!(steps > 15, "{steps} steps");
    let missed = [
        Step::Begin,
        Step::Gather,
        Step::Store,
        Step::Digest,
        Step::Render,
        Step::Commit,
        Step::Write,
    ]
    .into_iter()
    .chain([Step::Move, Step::Settle, Step::Deliver, Step::Delivered, Step::End])
    .find(|step| !seen.contains(step));
    assert_eq!(missed, None);
}

#[test]
fn a_run_that_is_told_to_end_does_so_at_any_step_and_the_next_goes_on() {
    for at in 0.. {
        let (desk, stop) = (Desk::new(), AtomicBool::new(false));
        let (mut world, mut mail) = (World::default(), Vec::new());
        world.publish("a", &["a1", "a2"]);
        let request = desk.request(&["a"], MORNING, &stop);
        let mut fake = Fake::new(&world, &stop);
        fake.mail = Some(&mut mail);
        fake.stop_at = Some(at);
        let report = run(&mut desk.state(), &request, &mut fake);
        let reached = fake.steps.len() > at;
        assert!(
            matches!(report.outcome, Ended::Stopped | Ended::Complete),
            "step {at}: {report:?}"
        );
        assert_eq!(desk.told().1, Vec::<String>::new(), "step {at}");
        stop.store(false, Ordering::SeqCst);
        let mut fake = Fake::new(&world, &stop);
        fake.mail = Some(&mut mail);
        let report = run(&mut desk.state(), &request, &mut fake);
        assert_eq!(
            report.interrupted,
            vec![],
            "step {at}: a run that was told to end is not one that was killed"
        );
        assert_eq!(desk.told(), (once(&["a1", "a2"]), vec![]), "step {at}");
        assert_eq!(mail.len(), 2, "step {at}: {mail:?}");
        if !reached {
            break;
        }
    }
}

#[test]
fn going_down_while_it_finishes_what_another_left_does_no_harm() {
    let (desk, stop) = (Desk::new(), AtomicBool::new(false));
    let mut world = World::default();
    world.publish("a", &["a1"]);
    let request = desk.request(&["a"], MORNING, &stop);
    let mut fake = Fake::new(&world, &stop);
    let down = |fake: &mut Fake| catch_unwind(AssertUnwindSafe(|| run(&mut desk.state(), &request, fake))).is_err();
    // Begin, gather, store, digest, render, commit: then the first file.
    fake.down_at = Some(6);
    assert!(down(&mut fake) && fake.steps.last() == Some(&Step::Write));
    for _ in 0..3 {
        for at in 1..4 {
            let mut fake = Fake::new(&world, &stop);
            fake.down_at = Some(at);
            assert!(down(&mut fake), "{:?}", fake.steps);
        }
    }
    let report = run(&mut desk.state(), &request, &mut Fake::new(&world, &stop));
    assert_eq!((report.exit, &report.finished[..]), (0, &["2026-03-17".to_owned()][..]));
    assert_eq!(desk.told(), (once(&["a1"]), vec![]));
}
