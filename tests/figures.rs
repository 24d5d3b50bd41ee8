//! Figures in context: the gold of `tests/cases/figures_context`, field by field; conflicts, changes over days, and what holds
//! for any text.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use broadsheet::digest::{Conflict, Figure, Point, Status, Story, Summary};
use broadsheet::document::{
    Annotated, Article, Block, BlockKind, Document, DocumentKind, Entity, EntityKind, Quantity, Section,
};
use broadsheet::{figures, quantity, segment};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;

/// A document of one text, its paragraphs on lines of their own.
fn document(id: &str, site: Option<&str>, published: Option<&str>, title: Option<&str>, text: &str) -> Document {
    let mut blocks = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        let trimmed = line.trim();
        if !trimmed.is_empty() {
            let start = at + (line.len() - line.trim_start().len());
            blocks.push(Block {
                kind: BlockKind::Paragraph,
                span: start..start + trimmed.len(),
            });
        }
        at += line.len() + 1;
    }
    let article = Arc::new(Article {
        id: id.into(),
        url: None,
        title: title.map(str::to_owned),
        byline: None,
        site_name: site.map(str::to_owned),
        source: None,
        published: published.map(|p| p.parse().expect("a timestamp")),
        lang: Some("en".into()),
        text: text.into(),
        blocks,
        stub: false,
        story: None,
        sentences: None,
        image: None,
    });
    let sentences = segment::sentences(&article);
    Document {
        id: id.into(),
        kind: DocumentKind::Story,
        part: false,
        sections: vec![Section {
            heading: None,
            sentences,
        }],
        article,
    }
}

fn quantities(document: &Document) -> Vec<Quantity> {
    let mut found = Vec::new();
    for sentence in document.sentences() {
        for mut quantity in quantity::quantities(document.text(&sentence.span)) {
            quantity.span = sentence.span.start + quantity.span.start..sentence.span.start + quantity.span.end;
            found.push(quantity);
        }
    }
    found
}

fn annotated(document: Document) -> Annotated {
    Annotated {
        vectors: Vec::new(),
        title: None,
        topic: Vec::new(),
        names: Vec::new(),
        entities: Vec::new(),
        quantities: quantities(&document),
        understood: true,
        document,
    }
}

fn lines<T: for<'a> Deserialize<'a>>(folder: &str, name: &str) -> Vec<T> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases")
        .join(folder)
        .join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{}: {e}: {line}", path.display())))
        .collect()
}

/// One line of gold. A field that a figure does not give must be empty, unless `any` names it; `as_of` is then the day of
/// publication, and `null` says that there is none.
#[derive(Deserialize)]
struct Case {
    id: String,
    text: String,
    figures: Vec<BTreeMap<String, Value>>,
}

const FIELDS: [&str; 6] = ["subject", "place", "attribution", "status", "as_of", "role"];
const SETS: [&str; 7] = [
    "tolls",
    "money",
    "status",
    "attribution",
    "subjects",
    "places_times",
    "fresh",
];
/// Saturday.
const PUBLISHED: &str = "2026-03-14T12:00:00Z";

fn predicted(figure: &Figure, field: &str) -> Option<String> {
    match field {
        "subject" => figure.subject.clone(),
        "place" => figure.place.clone(),
        "attribution" => figure.attribution.clone(),
        "role" => figure.role.clone(),
        "as_of" => figure.as_of.map(|d| d.to_string()),
        _ => Some(figure.status)
            .filter(|s| *s != Status::Stated)
            .and_then(|s| serde_json::to_value(s).ok()?.as_str().map(str::to_owned)),
    }
}

fn expected(gold: &BTreeMap<String, Value>, field: &str) -> Option<String> {
    match gold.get(field) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(_) => None,
        None if field == "as_of" => Some(PUBLISHED[..10].into()),
        None => None,
    }
}

#[test]
fn context() {
    let mut tallies: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let (mut wrong, mut passages, mut missing) = (Vec::new(), 0, 0);
    for set in SETS {
        for case in lines::<Case>("figures_context", &format!("{set}.jsonl")) {
            passages += 1;
            let document = document(&case.id, None, Some(PUBLISHED), None, &case.text);
            let found = figures::all(&document, &quantities(&document), &[]);
            for gold in &case.figures {
                let value = gold["value"].as_f64().expect("a value");
                let Some(figure) = found
                    .iter()
                    .find(|f| (f.value - value).abs() < 1e-9 * value.abs().max(1.0))
                else {
                    missing += 1;
                    wrong.push(format!("{}: no figure {value} in {:?}", case.id, case.text));
                    continue;
                };
                let free = |field: &str| {
                    gold.get("any")
                        .and_then(Value::as_array)
                        .is_some_and(|a| a.iter().any(|v| v == field))
                };
                for field in FIELDS.into_iter().filter(|f| !free(f)) {
                    let (is, should) = (predicted(figure, field), expected(gold, field));
                    let tally = tallies.entry(field).or_default();
                    tally[0] += usize::from(is.is_some() && is == should);
                    tally[1] += usize::from(is.is_some());
                    tally[2] += usize::from(should.is_some());
                    if is != should {
                        wrong.push(format!(
                            "{} {value}: {field} is {is:?}, should be {should:?}: {}",
                            case.id, case.text
                        ));
                    }
                }
            }
        }
    }
    let mut low = Vec::new();
    for (field, [right, said, gold]) in &tallies {
        let (precision, recall) = (*right as f64 / *said as f64, *right as f64 / *gold as f64);
        println!("{field:12} precision {precision:.3}, recall {recall:.3} ({gold} in the gold)");
        if precision < 0.95 || recall < 0.9 {
            low.push(format!("{field}: precision {precision:.3}, recall {recall:.3}"));
        }
    }
    println!("{}", wrong.join("\n"));
    assert!(passages >= 120, "only {passages} passages of gold");
    assert!(missing <= 2, "{missing} figures were not found");
    assert!(low.is_empty(), "{}\n{}", low.join("\n"), wrong.join("\n"));
}

#[derive(Deserialize)]
struct Told {
    site: String,
    published: String,
    title: Option<String>,
    text: String,
}

/// Documents of one story: the values of its one conflict, the newest first, or none; which of them are superseded; which
/// sentences (document, sentence) are stale.
#[derive(Deserialize)]
struct ConflictCase {
    id: String,
    documents: Vec<Told>,
    values: Vec<f64>,
    superseded: Vec<f64>,
    stale: Option<Vec<(usize, usize)>>,
}

fn story(documents: &[Told]) -> Vec<Annotated> {
    let made = documents.iter().enumerate().map(|(n, d)| {
        let title = d.title.as_deref();
        annotated(document(
            &format!("doc-{n}"),
            Some(&d.site),
            Some(&d.published),
            title,
            &d.text,
        ))
    });
    made.collect()
}

/// Values in an order that does not depend on the order of the documents where the times are equal.
fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

#[test]
fn conflicts() {
    let (mut right, mut said, mut gold, mut traps, mut wrong) = (0, 0, 0, 0, Vec::new());
    for case in lines::<ConflictCase>("figures_context", "conflicts.jsonl") {
        let story = story(&case.documents);
        let documents: Vec<&Annotated> = story.iter().collect();
        let options = figures::Options::default();
        let found = conflicts_of(&documents, &options);
        let values: Vec<Vec<f64>> = found
            .iter()
            .map(|c| c.claims.iter().map(|c| c.figure.value).collect())
            .collect();
        traps += usize::from(case.values.is_empty());
        gold += usize::from(!case.values.is_empty());
        said += values.len();
        let hit = values.iter().find(|v| sorted(v) == sorted(&case.values));
        right += usize::from(hit.is_some());
        if hit.is_none() && !(case.values.is_empty() && values.is_empty()) || hit.is_some() && values.len() > 1 {
            wrong.push(format!("{}: {values:?}, should be {:?}", case.id, case.values));
        }
        if hit.is_none() || case.values.is_empty() {
            continue;
        }
        let conflict = &found[values.iter().position(|v| Some(v) == hit).expect("it was found")];
        let times: Vec<_> = conflict.claims.iter().map(|c| (c.figure.as_of, c.published)).collect();
        assert!(
            times.windows(2).all(|w| w[0] >= w[1]),
            "{}: not the newest first: {times:?}",
            case.id
        );
        let superseded: Vec<f64> = conflict
            .claims
            .iter()
            .filter(|c| c.superseded)
            .map(|c| c.figure.value)
            .collect();
        assert_eq!(superseded, case.superseded, "{}: superseded", case.id);
        assert!(!conflict.measures.is_empty(), "{}", case.id);
        if let Some(stale) = case.stale {
            assert_eq!(
                figures::Measured::new(&documents).stale(&found),
                stale,
                "{}: stale",
                case.id
            );
        }
        // Nothing hangs on the order in which the documents come.
        let reversed: Vec<&Annotated> = story.iter().rev().collect();
        assert_eq!(
            conflicts_of(&reversed, &options),
            found,
            "{}: in another order",
            case.id
        );
    }
    println!("conflicts: {right} of {gold} found, {said} said\n{}", wrong.join("\n"));
    assert!(gold >= 20 && traps >= 20, "{gold} conflicts and {traps} traps of gold");
    assert!(
        said - right <= 1,
        "{} false conflicts\n{}",
        said - right,
        wrong.join("\n")
    );
    assert!(
        right * 100 >= gold * 85,
        "{right} of {gold} found\n{}",
        wrong.join("\n")
    );
}

/// A story's figure in the last digest, its figure today, and what is said of the change.
#[derive(Deserialize)]
struct DaysCase {
    id: String,
    past: String,
    date: String,
    published: String,
    today: String,
    change: Option<String>,
    points: usize,
}

fn summary() -> Summary {
    serde_json::from_str(r#"{"sentences": [], "method": "lead", "replaced": 0}"#).expect("a summary")
}

/// The figures of documents, as they are followed from an earlier digest.
fn figures_of(documents: &[&Annotated], previous: Option<&figures::Past>, options: &figures::Options) -> Vec<Figure> {
    let mut found = figures::Measured::new(documents).figures(&summary(), options);
    if let Some(past) = previous {
        let newest = documents.iter().filter_map(|d| d.document.published()).max();
        figures::follow(&mut found, past, newest.map(|t| TimeZone::UTC.to_datetime(t).date()));
    }
    found
}

fn conflicts_of(documents: &[&Annotated], options: &figures::Options) -> Vec<Conflict> {
    figures::Measured::new(documents).conflicts(options)
}

/// The story that an earlier digest told of a text.
fn told(text: &str, published: &str, history: Vec<Point>) -> Story {
    let yesterday = annotated(document("old", None, Some(published), None, text));
    let mut figures = figures_of(&[&yesterday], None, &figures::Options::default());
    assert!(!figures.is_empty(), "no figure in {text:?}");
    figures[0].history = history;
    let figures = serde_json::to_value(figures).expect("JSON");
    serde_json::from_value(serde_json::json!({
        "id": "s", "thread": "s", "headline": "", "sources": [], "voices": 1,
        "summary": {"sentences": [], "method": "lead", "replaced": 0}, "figures": figures,
    }))
    .expect("a story")
}

#[test]
fn days() {
    let mut wrong = Vec::new();
    let cases = lines::<DaysCase>("figures_context", "days.jsonl");
    assert!(cases.len() >= 20);
    for case in cases {
        let date: Date = case.date.parse().expect("a date");
        let past = told(&case.past, &format!("{date}T08:00:00Z"), Vec::new());
        let today = annotated(document("new", None, Some(&case.published), None, &case.today));
        let past = figures::Past { date, story: &past };
        let found = figures_of(&[&today], Some(&past), &figures::Options::default());
        let Some(figure) = found.first() else {
            wrong.push(format!("{}: no figure", case.id));
            continue;
        };
        if figure.change != case.change || figure.history.len() != case.points {
            wrong.push(format!(
                "{}: {:?} and {} points: {}",
                case.id,
                figure.change,
                figure.history.len(),
                case.today
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn histories_grow_a_point_a_day_and_keep_thirty() {
    let point = |day: i8, value: f64| Point {
        date: Date::constant(2026, 2, day),
        value,
        max: None,
        qualifier: None,
    };
    let old: Vec<Point> = (1..=28)
        .map(|day| point(day, f64::from(day)))
        .chain((1..=12).map(|d| Point {
            date: Date::constant(2026, 3, d),
            ..point(1, 28.0)
        }))
        .collect();
    let date = Date::constant(2026, 3, 13);
    let past = told("The flood killed 28 people in Tolvery.", "2026-03-13T08:00:00Z", old);
    let today = annotated(document(
        "new",
        None,
        Some("2026-03-14T08:00:00Z"),
        None,
        "The flood killed 32 people in Tolvery.",
    ));
    let previous = figures::Past { date, story: &past };
    let found = figures_of(&[&today], Some(&previous), &figures::Options::default());
    let history = &found[0].history;
    assert_eq!(history.len(), 30);
    assert!(history.windows(2).all(|w| w[0].date < w[1].date));
    assert_eq!(history.last().map(|p| (p.date, p.value)), Some((date, 28.0)));
}

#[test]
fn lines_read_well() {
    let cases = [
        (
            "At least 32 people were killed in Kyrova overnight, the Kyrova City Administration said.",
            32.0,
            "At least 32 people killed in Kyrova overnight (Kyrova City Administration)",
        ),
        (
            "A ferry sank off Merrow on Wednesday, killing 18 passengers.",
            18.0,
            "18 passengers killed in Merrow",
        ),
        (
            "Northern Rail said it would cut 1,200 jobs.",
            1200.0,
            "Northern Rail said it would cut 1,200 jobs",
        ),
        (
            "Drumlow Zinc, which employs 380 people, was fined €140,000.",
            140_000.0,
            "Drumlow Zinc was fined €140,000",
        ),
        (
            "Drumlow Zinc, which employs 380 people, was fined €140,000.",
            380.0,
            "Drumlow Zinc employs 380 people",
        ),
        (
            "Alder Bank lost £3m. It employs 900 people.",
            900.0,
            "Alder Bank employs 900 people",
        ),
        (
            "The ministry denied that 40 soldiers had died.",
            40.0,
            "The ministry denied that 40 soldiers had died",
        ),
        (
            "By noon they had brought 340 people to safety.",
            340.0,
            "340 people brought to safety",
        ),
        (
            "“We have lost 12 colleagues,” said Marta Quill.",
            12.0,
            "“We have lost 12 colleagues” (Marta Quill)",
        ),
        (
            "Rebels claim that 40 soldiers were killed near Tasrak.",
            40.0,
            "40 soldiers killed near Tasrak (claimed by rebels)",
        ),
        ("He did not sell 40 houses.", 40.0, "He did not sell 40 houses"),
    ];
    for (text, value, line) in cases {
        let document = document("d", None, None, None, text);
        let found = figures::all(&document, &quantities(&document), &[]);
        let figure = found
            .iter()
            .find(|f| f.value == value)
            .unwrap_or_else(|| panic!("no {value} in {text:?}"));
        assert_eq!(figure.line, line);
    }
}

#[test]
fn tables_are_aligned_by_display_width() {
    let document = document(
        "d",
        None,
        Some("2026-03-14T08:00:00Z"),
        None,
        "Police in 東京 said 1,200 people were arrested. The bridge cost £40m.",
    );
    let found = figures::all(&document, &quantities(&document), &[]);
    let rows: Vec<(&str, &Figure)> = found.iter().map(|f| ("articles/東京.txt", f)).collect();
    let table = figures::table(&rows);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), rows.len() + 1);
    let column = |line: &str| {
        unicode_width::UnicodeWidthStr::width(
            &line[..line.find("articles").or(line.find("source")).expect("the last column")],
        )
    };
    assert!(lines.iter().all(|line| column(line) == column(lines[0])), "{table}");
    assert!(
        lines[1].contains("1,200") && lines[1].contains("arrested") && lines[1].contains("person"),
        "{table}"
    );
}

/// Pieces of sentences, some of them broken.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "Police said ",
        "32 people ",
        "were killed ",
        "in Kyrova ",
        ", ",
        ". ",
        "“",
        "”",
        "\"",
        "which ",
        "who ",
        "and ",
        "it ",
        "$3m ",
        "12% ",
        "to ",
        "from ",
        "said ",
        "according to ",
        "the ministry ",
        "Alder Bank ",
        "'s ",
        "on Friday ",
        "in 2019 ",
        "(",
        ")",
        "— ",
        "é東\u{200f} ",
        "would cut ",
        "400 jobs ",
        "denied that ",
        "\n",
        "aged 45 ",
        "four years and six months ",
        "rose ",
        "killing ",
        "March 12 ",
        "The ",
        "told ",
        "reporters ",
        "that ",
        "\u{0}",
        "7 ",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|p| p.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_figure_cites_its_own_words(text in prop_oneof![pieces(), any::<String>()]) {
        let document = document("d", None, Some(PUBLISHED), None, &text);
        let quantities = quantities(&document);
        let found = figures::all(&document, &quantities, &[]);
        prop_assert_eq!(found.len(), quantities.len());
        for figure in &found {
            let cut = figure.citation.cut(&text).split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(&cut, &figure.surface);
            prop_assert!(!figure.line.trim().is_empty());
        }
    }

    #[test]
    fn the_order_of_documents_does_not_matter(a in pieces(), b in pieces(), c in pieces()) {
        let story: Vec<Annotated> = [a, b, c]
            .iter()
            .enumerate()
            .map(|(n, text)| annotated(document(&format!("doc-{n}"), Some("Site"), Some(PUBLISHED), None, text)))
            .collect();
        let forward: Vec<&Annotated> = story.iter().collect();
        let backward: Vec<&Annotated> = story.iter().rev().collect();
        let options = figures::Options::default();
        prop_assert_eq!(conflicts_of(&forward, &options), conflicts_of(&backward, &options));
        let one = figures_of(&forward, None, &options);
        let other = figures_of(&backward, None, &options);
        prop_assert!(one.len() <= options.most);
        prop_assert_eq!(one, other);
    }
}

#[test]
fn names_keep_their_capitals() {
    let cases = [
        ("Detroit police arrested 40 men.", "Detroit police"),
        ("Thieves stole 40 paintings.", "thieves"),
        ("The Vessen Grid lost 40 pylons.", "Vessen Grid"),
    ];
    for (text, subject) in cases {
        let document = document("d", None, None, None, text);
        let found = figures::all(&document, &quantities(&document), &[]);
        assert_eq!(found[0].subject.as_deref(), Some(subject), "{text}");
    }
}

#[test]
fn entities_name_in_full_and_tell_places_from_bodies() {
    let text = "Mr Alder said 40 people were arrested in Hawthorne. In Fairview, the union said 12 jobs were lost.";
    let document = document("d", None, None, None, text);
    let entity = |words: &str, kind, name: &str| {
        let start = text.find(words).expect("it is there");
        Entity {
            span: start..start + words.len(),
            kind,
            name: name.into(),
            role: None,
        }
    };
    let entities = [
        entity("Alder", EntityKind::Per, "Tom Alder"),
        // A body of that name.
        entity("Hawthorne", EntityKind::Org, "Hawthorne"),
        entity("Fairview", EntityKind::Loc, "Fairview"),
    ];
    let found = figures::all(&document, &quantities(&document), &entities);
    assert_eq!(found[0].attribution.as_deref(), Some("Tom Alder"));
    assert_eq!(found[0].place, None);
    assert_eq!(found[1].place.as_deref(), Some("Fairview"));
    assert_eq!(found[1].attribution.as_deref(), Some("the union"));
}
