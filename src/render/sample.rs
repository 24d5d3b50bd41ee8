//! Two made-up digests: one in which everything is known, one in which nothing is that need not be. Templates are checked
//! and previewed with them, and the description of what templates see takes its examples from the first.

use jiff::Timestamp;
use jiff::civil::{Date, date};

use crate::digest::*;
use crate::document::{DocumentKind, EntityKind, Image, Qualifier, QuantityKind};
use crate::error::Warning;

/// The day of both.
const DAY: Date = date(2026, 3, 14);

/// Every field has a value, every list has entries, and every branch of the standard templates is taken.
pub fn full() -> Digest {
    let mut ferry = story("Ferry sinks off Varnsund, nine dead", "World");
    ferry.summary.sentences = vec![
        sentence(
            "At least nine people died when a ferry and a freighter collided off Varnsund on Friday evening.",
            &["post", "wire"],
        ),
        sentence(
            "The ferry, with 112 people on board, sank at 19:48 in a snow squall.",
            &["radio"],
        ),
        sentence("Fourteen people are missing, the coast guard said.", &["post"]),
    ];
    (ferry.course, ferry.fresh, ferry.since) = (Course::Developing, vec![0, 2], Some(date(2026, 3, 12)));
    ferry.summary.method = Method::Abstractive;
    ferry.summary.replaced = 1;
    ferry.summary.rejected = vec![Rejected {
        text: "Ninety people died off Varnsund.".into(),
        why: "the sources have nine where it has ninety".into(),
        replacement: Some(ferry.summary.sentences[0].text.clone()),
    }];
    let mut bank = story("Central bank holds its rate at 3.5%", "Business");
    bank.summary.sentences = vec![sentence(
        "The central bank kept its key rate at 3.5% on Friday, as expected.",
        &["post"],
    )];
    let mut bridge = story("Old bridge at Holm closes for repairs", "World");
    bridge.section = None;
    let mut abroad = story("Fähre nach Varnsund gesunken", "World");
    abroad.summary.method = Method::Lead;
    (abroad.figures, abroad.conflicts) = (vec![], vec![]);
    let mut quiet = story("Harbour strike goes on", "Business");
    (quiet.course, quiet.since) = (Course::Unchanged, Some(date(2026, 3, 13)));
    quiet.summary.sentences = vec![];
    let brief = story("Library gets its book back, 63 years late", "World");
    Digest {
        version: 2,
        title: "The Morning".into(),
        date: DAY,
        window: Some(Window {
            from: at(13, 18),
            to: at(14, 5),
        }),
        stories: vec![ferry, bank, abroad, bridge],
        briefs: vec![brief, quiet],
        warnings: vec![
            Warning::lost("https://post.example/feed.xml", "HTTP status 503"),
            Warning::note("old.html", "is not UTF-8; read as windows-1252"),
        ],
        articles: 1024,
        seen: vec![],
        faded: vec![],
        dormant: vec![],
        replaced: 1,
        models: vec![ModelNote {
            id: "all-MiniLM-L6-v2".into(),
            sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db".into(),
        }],
        generator: "broadsheet 0.1.0".into(),
    }
}

/// Nothing is known that need not be.
pub fn minimal() -> Digest {
    let bare = Story {
        since: None,
        fresh: vec![],
        section: None,
        conflicts: vec![],
        entities: vec![],
        summary: Summary {
            sentences: vec![],
            method: Method::Extractive,
            replaced: 0,
            rejected: vec![],
        },
        figures: vec![],
        first_seen: None,
        updated: None,
        sources: vec![Source {
            url: None,
            title: None,
            site_name: None,
            source: None,
            byline: None,
            published: None,
            image: None,
            ..source(1, "news/a.txt", None, "")
        }],
        voices: 1,
        ..story("Bridge reopens", "")
    };
    Digest {
        window: None,
        stories: vec![bare.clone()],
        briefs: vec![bare],
        warnings: vec![],
        articles: 1,
        replaced: 0,
        models: vec![],
        ..full()
    }
}

fn at(day: i8, hour: i8) -> Timestamp {
    let time = date(2026, 3, day).at(hour, 12, 0, 0);
    jiff::tz::TimeZone::UTC.to_timestamp(time).unwrap_or_default()
}

fn citation(document: &str) -> Citation {
    Citation {
        document: document.into(),
        start: 0,
        end: 9,
    }
}

fn sentence(text: &str, documents: &[&str]) -> SummarySentence {
    SummarySentence {
        text: text.into(),
        quote: None,
        citations: documents.iter().map(|document| citation(document)).collect(),
    }
}

fn source(number: usize, document: &str, url: Option<&str>, site: &str) -> Source {
    Source {
        document: document.into(),
        number,
        url: url.map(str::to_string),
        title: Some("Nine dead as ferry sinks in snow squall".into()),
        site_name: Some(site.into()),
        source: None,
        byline: Some("Ida Brekke".into()),
        published: Some(at(14, 4)),
        copy_of: None,
        stub: false,
        image: Some(Image {
            url: "https://post.example/ferry.jpg".into(),
            alt: Some("A lifeboat beside the ferry's bow".into()),
            credit: Some("Ola Nes".into()),
        }),
        kind: DocumentKind::Story,
        told: false,
    }
}

fn figure(value: f64, surface: &str, line: &str) -> Figure {
    Figure {
        value,
        max: Some(value + 1.0),
        unit: Some("person".into()),
        per: None,
        kind: QuantityKind::People,
        qualifier: Some(Qualifier::AtLeast),
        role: Some("killed".into()),
        subject: Some("ferry".into()),
        place: Some("Varnsund".into()),
        as_of: Some(DAY),
        attribution: Some("coast guard".into()),
        status: Status::Stated,
        surface: surface.into(),
        line: line.into(),
        change: None,
        history: vec![],
        context: "At least nine people died when a ferry and a freighter collided off Varnsund".into(),
        citation: citation("post"),
    }
}

fn story(headline: &str, section: &str) -> Story {
    let mut risen = figure(9.0, "at least nine people", "at least nine people killed off Varnsund");
    risen.change = Some("rose to at least nine from four on Friday".into());
    let past = |day, value| Point {
        date: date(2026, 3, day),
        value,
        max: None,
        qualifier: None,
    };
    risen.history = vec![past(12, 2.0), past(13, 4.0)];
    let mut steady = figure(112.0, "112", "The ferry had 112 people on board");
    steady.history = vec![past(12, 112.0), past(13, 112.0)];
    let claim = |surface: &str, authority: &str, superseded| Claim {
        figure: figure(9.0, surface, surface),
        authority: authority.into(),
        published: Some(at(14, 4)),
        superseded,
    };
    let conflict = |claims| Conflict {
        measures: "people killed off Varnsund".into(),
        claims,
    };
    let name = |name: &str, kind, role: Option<&str>| Name {
        name: name.into(),
        kind,
        role: role.map(str::to_string),
        mentions: 3,
        documents: 2,
        citation: citation("post"),
    };
    let mut sources = vec![
        source(
            1,
            "post",
            Some("https://post.example/ferry?id=1&page=2"),
            "The Harbour Post",
        ),
        source(2, "wire", Some("https://wire.example/1"), "Nord Wire"),
        source(3, "radio", None, "Varnsund Radio"),
    ];
    sources[1].copy_of = Some("post".into());
    (sources[1].title, sources[2].stub) = (None, true);
    Story {
        id: "5f3a0c9d21be".into(),
        thread: "0aa505ae8c2d".into(),
        course: Course::New,
        since: None,
        fresh: vec![],
        headline: headline.into(),
        sources,
        voices: 2,
        summary: Summary {
            sentences: vec![
                sentence(
                    "At least nine people died when a ferry and a freighter collided off Varnsund.",
                    &["post", "wire"],
                ),
                sentence("The ferry sank at 19:48.", &["radio"]),
            ],
            method: Method::Extractive,
            replaced: 0,
            rejected: vec![],
        },
        figures: vec![risen, steady],
        conflicts: vec![
            conflict(vec![
                claim("nine", "Coast Guard", false),
                claim("eight", "Harbour police", false),
            ]),
            conflict(vec![
                claim("12", "Port Office", false),
                claim("11", "Port Office", true),
            ]),
        ],
        entities: vec![
            name("Ida Holm", EntityKind::Per, Some("harbour master")),
            name("Coast Guard", EntityKind::Org, None),
        ],
        first_seen: Some(at(13, 20)),
        updated: Some(at(14, 4)),
        section: Some(section.into()).filter(|section: &String| !section.is_empty()),
    }
}
