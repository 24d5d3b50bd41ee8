//! Tests over made-up stories.

use super::*;
use crate::digest::{Citation, Method, Name, Summary, SummarySentence};
use crate::document::{DocumentKind, EntityKind};

fn citation() -> Citation {
    Citation {
        document: "d".into(),
        start: 0,
        end: 1,
    }
}

fn source(site: &str, url: &str) -> Source {
    Source {
        document: format!("{site}{url}"),
        number: 1,
        url: (!url.is_empty()).then(|| url.to_owned()),
        title: None,
        site_name: (!site.is_empty()).then(|| site.to_owned()),
        source: None,
        byline: None,
        published: None,
        copy_of: None,
        stub: false,
        image: None,
        kind: DocumentKind::Story,
        told: false,
    }
}

fn story(id: &str, headline: &str, sources: Vec<Source>, updated: &str) -> Story {
    Story {
        id: id.into(),
        thread: id.into(),
        course: Course::New,
        since: None,
        fresh: Vec::new(),
        headline: headline.into(),
        voices: sources.len(),
        sources,
        summary: Summary {
            sentences: vec![SummarySentence {
                text: format!("{headline} in Tolverby."),
                quote: None,
                citations: vec![citation()],
            }],
            method: Method::Extractive,
            replaced: 0,
            rejected: Vec::new(),
        },
        figures: Vec::new(),
        conflicts: Vec::new(),
        entities: vec![Name {
            name: "Bank of Lavrenia".into(),
            kind: EntityKind::Org,
            role: None,
            mentions: 1,
            documents: 1,
            citation: citation(),
        }],
        first_seen: updated.parse().ok(),
        updated: updated.parse().ok(),
        section: None,
    }
}

const NOON: &str = "2026-03-14T12:00:00Z";
const DAY_BEFORE: &str = "2026-03-13T12:00:00Z";

fn ids(ranked: &Ranked) -> Vec<&str> {
    ranked.told.iter().map(|(s, _)| s.id.as_str()).collect()
}

#[test]
fn more_newsrooms_then_news_then_recency_lead() {
    let two = || vec![source("Courant", ""), source("Packet", "")];
    let one = || vec![source("Courant", "")];
    let mut developing = story("developing", "Flood rises", two(), NOON);
    developing.course = Course::Developing;
    let mut unchanged = story("unchanged", "Flood stays", two(), NOON);
    unchanged.course = Course::Unchanged;
    let stories = vec![
        unchanged,
        story("old", "Rates fall", two(), DAY_BEFORE),
        story("single", "Cat found", one(), NOON),
        story("new", "Mine collapses", two(), NOON),
        developing,
        story(
            "three",
            "Vote is close",
            vec![source("a", ""), source("b", ""), source("c", "")],
            NOON,
        ),
    ];
    let ranked = rank(stories, &[], &[], &Options::default());
    assert_eq!(
        ids(&ranked),
        ["three", "new", "old", "single", "developing", "unchanged"]
    );
}

#[test]
fn a_newsroom_counts_once_and_as_the_configuration_says() {
    let score = |sources: Vec<Source>, options: &Options| {
        let story = story("s", "Rates fall", sources, NOON);
        score(&story, story.updated, 1.0, options).sources
    };
    let options = Options::default();
    let same = score(vec![source("Courant", ""), source("courant", "")], &options);
    let other = score(
        vec![source("Courant", ""), source("", "https://www.packet.example/a")],
        &options,
    );
    assert!(same < 1.5 && other == 2.0, "{same} {other}");
    let options = Options {
        weights: [("packet.example".to_owned(), 3.0), ("Courant".to_owned(), 0.0)].into(),
        ..options
    };
    assert_eq!(
        score(
            vec![source("Courant", ""), source("", "https://news.packet.example/a")],
            &options
        ),
        3.0
    );
    assert_eq!(score(vec![source("", "https://notpacket.example/a")], &options), 1.0);
}

#[test]
fn rules_keep_out_and_let_in_by_whole_words_names_and_sources() {
    let rules = |words: &[&str], names: &[&str], sources: &[&str]| Rules {
        words: words.iter().map(|w| w.to_string()).collect(),
        names: names.iter().map(|w| w.to_string()).collect(),
        sources: sources.iter().map(|w| w.to_string()).collect(),
    };
    let story = story(
        "s",
        "Rate cut surprises",
        vec![source("Courant", ""), source("Packet", "")],
        NOON,
    );
    assert!(matches(&story, &rules(&["rate CUT"], &[], &[])));
    assert!(!matches(&story, &rules(&["rat", "cut surprise"], &[], &[])));
    assert!(matches(&story, &rules(&[], &["lavrenia"], &[])));
    assert!(matches(&story, &rules(&[], &[], &["courant", "packet"])));
    assert!(
        !matches(&story, &rules(&[], &[], &["courant"])),
        "another newsroom tells it too"
    );
    assert!(!matches(&story, &rules(&["", " "], &[" "], &[])));
    let options = Options {
        include: rules(&["rate"], &[], &[]),
        exclude: rules(&[], &["Bank of Lavrenia"], &[]),
        ..Options::default()
    };
    assert_eq!(refused(&story, &options), Some(LeftOut::Excluded));
    let options = Options {
        include: rules(&["football"], &[], &[]),
        ..Options::default()
    };
    assert_eq!(refused(&story, &options), Some(LeftOut::NotIncluded));
    let options = Options {
        min_sources: 3,
        ..Options::default()
    };
    assert_eq!(refused(&story, &options), Some(LeftOut::FewSources));
}

#[test]
fn sections_go_by_rules_then_by_meaning_and_have_room() {
    let section = |name: &str, words: &[&str], max| Section {
        name: name.into(),
        description: name.into(),
        rules: Rules {
            words: words.iter().map(|w| w.to_string()).collect(),
            ..Rules::default()
        },
        weight: 1.0,
        max_stories: max,
    };
    let options = Options {
        sections: vec![section("World", &[], 0), section("Business", &["rate"], 1)],
        ..Options::default()
    };
    let stories: Vec<Story> = [
        ("a", "Rate falls"),
        ("b", "Flood kills"),
        ("c", "Rate rises"),
        ("d", "Who knows"),
    ]
    .into_iter()
    .map(|(id, headline)| story(id, headline, vec![source(id, "")], NOON))
    .collect();
    let vectors = [vec![1.0, 0.0], vec![0.9, 0.1], vec![0.0, 1.0], vec![0.0, 0.0]];
    let descriptions = [Some(vec![1.0, 0.0]), Some(vec![0.0, 1.0])];
    let ranked = rank(stories, &vectors, &descriptions, &options);
    let told: Vec<(&str, Option<&str>)> = ranked
        .told
        .iter()
        .map(|(s, _)| (s.id.as_str(), s.section.as_deref()))
        .collect();
    assert_eq!(told, [("a", Some("Business")), ("b", Some("World")), ("d", None)]);
    assert_eq!(ranked.left_out[0].1, LeftOut::NoRoom);
}

#[test]
fn the_order_of_the_input_decides_nothing_and_room_is_counted() {
    let make = || -> Vec<Story> {
        ["c", "a", "b"]
            .iter()
            .map(|id| story(id, "Rate falls", vec![source("Courant", "")], NOON))
            .collect()
    };
    let options = Options {
        max_stories: 2,
        ..Options::default()
    };
    let ranked = rank(make(), &[], &[], &options);
    let turned = rank(make().into_iter().rev().collect(), &[], &[], &options);
    assert_eq!(ids(&ranked), ["a", "b"]);
    assert_eq!(ids(&ranked), ids(&turned));
    assert_eq!((ranked.left_out.len(), ranked.left_out[0].1), (1, LeftOut::NoRoom));
}

#[test]
fn hosts_are_read_from_addresses() {
    assert_eq!(host("https://www.packet.example:80/a?b"), Some("packet.example"));
    assert_eq!(host("http://user@packet.example"), Some("packet.example"));
    assert_eq!(host("examples/a.html"), None);
    assert_eq!(host("https://"), None);
}

#[test]
fn two_feeds_of_one_host_count_each_as_the_configuration_says() {
    let from = |name: &str| Source {
        source: Some(name.into()),
        ..source("The Ansel Packet", "https://packet.example/a")
    };
    let options = Options {
        weights: [
            ("packet.example".to_owned(), 3.0),
            ("Packet sport".to_owned(), 0.5),
            ("Packet town".to_owned(), 2.0),
        ]
        .into(),
        ..Options::default()
    };
    assert_eq!(weight(&from("Packet sport"), &options), 0.5);
    assert_eq!(weight(&from("packet TOWN"), &options), 2.0);
    assert_eq!(weight(&from("Packet"), &options), 3.0);
    assert!(is_from(&from("Packet sport"), "Packet sport") && !is_from(&from("Packet town"), "Packet sport"));
}
