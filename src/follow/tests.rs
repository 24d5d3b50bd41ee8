//! Tests over made-up days.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::digest::{Citation, Course, Digest, Method, Name, Source, Summary, SummarySentence};
use crate::document::{Article, Block, BlockKind, Document, DocumentKind, EntityKind, Section, Sentence};

fn document(id: &str, body: &str) -> Document {
    let article = Article {
        id: id.into(),
        url: None,
        title: None,
        byline: None,
        site_name: None,
        source: None,
        published: None,
        lang: None,
        text: body.into(),
        blocks: vec![Block {
            kind: BlockKind::Paragraph,
            span: 0..body.len(),
        }],
        stub: false,
        story: None,
        sentences: None,
        image: None,
    };
    Document {
        id: id.into(),
        article: Arc::new(article),
        kind: DocumentKind::Story,
        part: false,
        sections: vec![Section {
            heading: None,
            sentences: vec![Sentence {
                span: 0..body.len(),
                block: 0,
            }],
        }],
    }
}

/// A text of its own: thirty words that no other number has.
fn body(n: usize) -> String {
    (0..30)
        .map(|w| format!("word{n}x{w} "))
        .collect::<String>()
        .trim_end()
        .to_owned()
}

fn story(id: &str, headline: &str, sentences: &[&str], names: &[&str], sources: &[&str]) -> Story {
    let citation = |document: &str| Citation {
        document: document.into(),
        start: 0,
        end: 1,
    };
    Story {
        id: id.into(),
        thread: id.into(),
        course: Course::New,
        since: None,
        fresh: Vec::new(),
        headline: headline.into(),
        voices: sources.len(),
        sources: sources
            .iter()
            .enumerate()
            .map(|(n, document)| Source {
                image: None,
                document: document.to_string(),
                number: n + 1,
                url: None,
                title: None,
                site_name: None,
                source: None,
                byline: None,
                published: None,
                copy_of: None,
                stub: false,
                kind: DocumentKind::Story,
                told: false,
            })
            .collect(),
        summary: Summary {
            sentences: sentences
                .iter()
                .map(|text| SummarySentence {
                    text: text.to_string(),
                    quote: None,
                    citations: vec![citation(sources.first().unwrap_or(&"d"))],
                })
                .collect(),
            method: Method::Extractive,
            replaced: 0,
            rejected: Vec::new(),
        },
        figures: Vec::new(),
        conflicts: Vec::new(),
        entities: names
            .iter()
            .map(|name| Name {
                name: name.to_string(),
                kind: EntityKind::Loc,
                role: None,
                mentions: 1,
                documents: 1,
                citation: citation("d"),
            })
            .collect(),
        first_seen: None,
        updated: None,
        section: None,
    }
}

fn digest(day: Date, stories: Vec<Story>) -> Digest {
    Digest {
        version: 2,
        title: "Made up".into(),
        date: day,
        window: None,
        stories,
        briefs: Vec::new(),
        warnings: Vec::new(),
        articles: 0,
        seen: Vec::new(),
        faded: Vec::new(),
        dormant: Vec::new(),
        replaced: 0,
        models: Vec::new(),
        generator: "test".into(),
    }
}

fn told<'a>(story: &'a Story, vector: &'a [f32], threads: &'a [String]) -> Told<'a> {
    Told { story, vector, threads }
}

fn flood(id: &str, dead: usize) -> Story {
    story(
        id,
        &format!("Flood at Tolverby kills {dead}"),
        &[
            &format!("The river Ostrel flooded Tolverby and killed {dead} people."),
            "Mayor Ilse Brandt asked the army for help.",
        ],
        &["Tolverby", "Ostrel", "Ilse Brandt"],
        &[id],
    )
}

fn rates(id: &str) -> Story {
    story(
        id,
        "Bank of Lavrenia cuts its key rate",
        &[
            "The Bank of Lavrenia cut its key rate to 3.75%.",
            "Governor Pavel Orsini spoke of inflation.",
        ],
        &["Lavrenia", "Pavel Orsini"],
        &[id],
    )
}

#[test]
fn a_thread_goes_on_by_its_texts_and_by_its_matter() {
    let (before, rate_before) = (flood("a", 28), rates("b"));
    let (today, rate_today) = (
        flood("c", 32),
        story(
            "d",
            "Cup final goes to penalties",
            &["Athletic beat Rovers in the cup final."],
            &["Athletic"],
            &["d"],
        ),
    );
    let (x, y) = (vec![1.0f32, 0.0], vec![0.0f32, 1.0]);
    let old = [told(&rate_before, &y, &[]), told(&before, &x, &[])];
    let new = [told(&today, &x, &[]), told(&rate_today, &y, &[])];
    assert_eq!(follow(&old, &new, &Options::default()), [Some(1), None]);
    // A text in common is certain, whatever the words.
    let threads = ["b".to_owned()];
    let new = [told(&today, &x, &[]), told(&rate_today, &y, &threads)];
    assert_eq!(follow(&old, &new, &Options::default()), [Some(1), Some(0)]);
    // And without vectors the words decide.
    let old = [told(&rate_before, &[], &[]), told(&before, &[], &[])];
    let new = [told(&today, &[], &[])];
    assert_eq!(follow(&old, &new, &Options::default()), [Some(1)]);
}

#[test]
fn two_stories_never_carry_on_the_same_one() {
    let before = flood("a", 28);
    let (one, two) = (flood("b", 30), flood("c", 32));
    let x = vec![1.0f32, 0.0];
    let threads = vec!["a".to_owned()];
    let found = follow(
        &[told(&before, &x, &[])],
        &[told(&one, &x, &[]), told(&two, &x, &threads)],
        &Options::default(),
    );
    assert_eq!(found, [None, Some(0)]);
}

#[test]
fn what_is_new_is_told_by_words_numbers_and_meaning() {
    let before = flood("a", 28);
    let today = story(
        "b",
        "Flood at Tolverby kills 32",
        &[
            "The river Ostrel flooded Tolverby and killed 32 people.",
            "Mayor Ilse Brandt asked the army for help.",
            "A bridge to Merrow collapsed at night.",
        ],
        &[],
        &["b"],
    );
    let options = Options::default();
    assert_eq!(fresh(&today, &before, &BTreeSet::new(), None, &options), [0, 2]);
    // A text that was told before says nothing new.
    assert!(fresh(&today, &before, &["b"].into(), None, &options).is_empty());
    // The words were there, the meaning was not.
    let (new, old) = (vec![vec![1.0f32, 0.0]; 3], vec![vec![0.0f32, 1.0]; 2]);
    assert_eq!(
        fresh(&today, &before, &BTreeSet::new(), Some([&new, &old]), &options),
        [0, 1, 2]
    );
    assert!(fresh(&before, &before, &BTreeSet::new(), None, &options).is_empty());
}

#[test]
fn a_text_is_known_by_its_words_and_its_article() {
    let mut day = digest(date(2026, 3, 13), Vec::new());
    let (one, two, left) = (
        document("1", &body(1)),
        document("2", &body(2)),
        document("3", &body(3)),
    );
    (day.seen, day.faded) = Memory::default().carry(&[(&one, Some("t")), (&two, Some("t")), (&left, None)], day.date);
    let memory = Memory::new(&day);
    assert_eq!(
        memory.look(&one),
        Known::Same {
            thread: Some("t".into())
        }
    );
    assert!(!memory.look(&one).is_news());
    // The same words under another name, and with other spaces and capitals.
    assert!(
        !memory
            .look(&document("9", &body(1).to_uppercase().replace(' ', "\n")))
            .is_news()
    );
    assert_eq!(
        memory.look(&document("1", &body(7))),
        Known::Updated {
            threads: vec!["t".into()]
        }
    );
    assert_eq!(memory.look(&document("8", &body(8))), Known::New);
    // What was left out may yet be told.
    assert_eq!(memory.look(&left), Known::Same { thread: None });
    assert!(memory.look(&left).is_news());
}

#[test]
fn few_words_are_not_enough_to_know_a_text_by() {
    let mut day = digest(date(2026, 3, 13), Vec::new());
    let short = document("1", "Markets open higher.");
    (day.seen, day.faded) = Memory::default().carry(&[(&short, Some("t"))], day.date);
    assert!(!Memory::new(&day).look(&short).is_news());
    assert!(Memory::new(&day).look(&document("2", "Markets open higher.")).is_news());
}

#[test]
fn what_has_faded_is_still_known() {
    let mut day = digest(date(2026, 1, 1), Vec::new());
    let (one, left) = (document("1", &body(1)), document("2", &body(2)));
    (day.seen, day.faded) = Memory::default().carry(&[(&one, Some("t")), (&left, None)], day.date);
    let mut later = digest(date(2026, 3, 1), Vec::new());
    (later.seen, later.faded) = Memory::new(&day).carry(&[], later.date);
    assert_eq!((later.seen.len(), later.faded.len()), (1, 1), "{later:?}");
    let memory = Memory::new(&later);
    assert!(!memory.look(&one).is_news());
    assert_eq!(
        memory.look(&document("1", &body(5))),
        Known::Updated { threads: Vec::new() }
    );
    assert!(memory.look(&left).is_news());
    // Its carrying on keeps it.
    let again = Memory::new(&later).carry(&[(&one, Some("u"))], date(2026, 3, 2));
    assert_eq!((again.0.len(), again.1.len()), (2, 1));
}

#[test]
fn threads_sleep_end_once_and_are_forgotten() {
    let options = Options::default();
    let mut first = digest(date(2026, 3, 1), vec![flood("a", 28)]);
    first.stories[0].since = Some(date(2026, 2, 27));
    let mut ended = Vec::new();
    let mut last = first;
    let mut forgotten = None;
    for day in 2..=31 {
        let mut next = digest(date(2026, 3, day), Vec::new());
        let threads = Threads::new(&last);
        if threads.stories.is_empty() && forgotten.is_none() {
            forgotten = Some(day);
        }
        let (dormant, over) = threads.rest(&BTreeSet::new(), next.date, &options);
        ended.extend(over.iter().map(|s| (day, s.course)));
        next.dormant = dormant;
        // What is concluded is shown once more, and is no news.
        next.stories = over;
        last = next;
    }
    assert_eq!(ended, [(5, Course::Concluded)]);
    assert_eq!(forgotten, Some(24));
}

#[test]
fn a_thread_that_is_told_again_is_not_dormant() {
    let first = digest(date(2026, 3, 1), vec![flood("a", 28), rates("b")]);
    let threads = Threads::new(&first);
    assert_eq!(threads.since(0), Some(date(2026, 3, 1)));
    let (dormant, over) = threads.rest(&["a"].into(), date(2026, 3, 2), &Options::default());
    assert!(over.is_empty());
    assert_eq!(
        dormant.iter().map(|d| d.story.thread.as_str()).collect::<Vec<_>>(),
        ["b"]
    );
    let mut story = flood("c", 32);
    settle(&mut story, threads.stories[0].0, threads.since(0), vec![0]);
    assert_eq!(
        (story.thread.as_str(), story.course, story.since),
        ("a", Course::Developing, Some(date(2026, 3, 1)))
    );
}

proptest! {
    /// Whatever comes when and however often: each text is told once, and each that comes while there is room is told.
    #[test]
    fn nothing_is_lost_or_told_twice(days in prop::collection::vec(prop::collection::vec(0usize..40, 0..12), 1..12), room in 1usize..20) {
        let mut last: Option<Digest> = None;
        let mut shown: BTreeMap<usize, usize> = BTreeMap::new();
        let mut came: BTreeSet<usize> = BTreeSet::new();
        let mut waiting: BTreeSet<usize> = BTreeSet::new();
        for (n, input) in days.iter().enumerate() {
            // Two runs a day, then none for a while.
            let mut day = digest(date(2026, 1, 1).saturating_add(jiff::Span::new().days((n / 2 * 3) as i64)), Vec::new());
            let input: BTreeSet<usize> = input.iter().copied().collect();
            came.extend(&input);
            let documents: Vec<Document> = input.iter().map(|i| document(&format!("{i}"), &body(*i))).collect();
            let memory = last.as_ref().map(Memory::new).unwrap_or_default();
            let news: Vec<&Document> = documents.iter().filter(|d| memory.look(d).is_news()).take(room).collect();
            for one in &news {
                *shown.entry(one.id.parse().unwrap()).or_default() += 1;
            }
            let today: Vec<(&Document, Option<&str>)> =
                documents.iter().map(|d| (d, news.iter().any(|x| x.id == d.id).then_some("t"))).collect();
            (day.seen, day.faded) = memory.carry(&today, day.date);
            waiting = day.seen.iter().filter(|s| s.thread.is_none()).map(|s| s.id.parse().unwrap()).collect();
            last = Some(day);
        }
        prop_assert!(shown.values().all(|n| *n == 1), "{:?}", shown);
        for one in came {
            prop_assert!(shown.contains_key(&one) != waiting.contains(&one));
        }
    }
}
