//! The gold of `tests/cases/names`: mentions tied to full names, kinds and roles, and the names of stories.

use std::path::Path;
use std::sync::Arc;

use broadsheet::annotate::entities;
use broadsheet::document::{Annotated, Article, Document, DocumentKind, Entity, EntityKind, Section, Sentence, Tagged};
use broadsheet::figures::names;
use proptest::prelude::*;
use serde::Deserialize;

/// A text whose names are marked as a tagger would, `[PER Anna Ford]`, with one line for each mention that is to come out.
#[derive(Deserialize)]
struct Case {
    id: String,
    text: String,
    gold: Vec<String>,
}

/// Several texts of one story with the names that are to be told of it.
#[derive(Deserialize)]
struct Story {
    id: String,
    most: usize,
    documents: Vec<Source>,
    names: Vec<String>,
}

#[derive(Deserialize)]
struct Source {
    #[serde(default)]
    site_name: Option<String>,
    text: String,
}

fn read<T: for<'a> Deserialize<'a>>(file: &str) -> Vec<T> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases/names")
        .join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{}: {e}: {line}", path.display())))
        .collect()
}

/// The text without its marks, and what they mark.
fn unmark(marked: &str) -> (String, Vec<Tagged>) {
    let (mut text, mut tagged) = (String::new(), Vec::new());
    let mut rest = marked;
    while let Some(open) = rest.find('[') {
        let close = open + rest[open..].find(']').expect("a closing bracket");
        let (kind, name) = rest[open + 1..close].split_once(' ').expect("a kind and a name");
        let kind: EntityKind = serde_json::from_str(&format!("\"{kind}\"")).expect("a kind");
        text.push_str(&rest[..open]);
        let start = text.len();
        text.push_str(name);
        tagged.push(Tagged {
            span: start..text.len(),
            kind,
        });
        rest = &rest[close + 1..];
    }
    text.push_str(rest);
    (text, tagged)
}

fn kind(kind: EntityKind) -> String {
    serde_json::to_string(&kind).expect("a kind").replace('"', "")
}

/// A mention as the gold has it: words, name, kind, role.
fn line(text: &str, entity: &Entity) -> String {
    let mut parts = vec![
        text[entity.span.clone()].to_owned(),
        entity.name.clone(),
        kind(entity.kind),
    ];
    parts.extend(entity.role.clone());
    parts.join(" > ")
}

/// Right lines, lines of gold, and what is wrong.
fn score(file: &str) -> (usize, usize, Vec<String>) {
    let (mut right, mut all, mut wrong) = (0, 0, Vec::new());
    for case in read::<Case>(file) {
        let (text, tagged) = unmark(&case.text);
        let found: Vec<String> = entities(&text, &tagged).iter().map(|e| line(&text, e)).collect();
        all += case.gold.len().max(found.len());
        right += case
            .gold
            .iter()
            .zip(&found)
            .filter(|(gold, found)| gold == found)
            .count();
        if case.gold != found {
            wrong.push(format!(
                "{}: {}\n  gold  {:?}\n  found {:?}",
                case.id, case.text, case.gold, found
            ));
        }
    }
    (right, all, wrong)
}

#[test]
fn names_that_were_developed_on_are_all_right() {
    let mut told = Vec::new();
    for file in ["short.jsonl", "acronyms.jsonl", "tidy.jsonl", "roles.jsonl"] {
        let (right, all, wrong) = score(file);
        assert!(all > 20, "{file}: only {all} mentions");
        if !wrong.is_empty() {
            told.push(format!("{file}: {right} of {all}\n{}", wrong.join("\n")));
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn names_that_were_held_back() {
    let (right, all, wrong) = score("heldback.jsonl");
    println!("{right} of {all} mentions of heldback.jsonl are right");
    assert!(right == all, "{right} of {all}\n{}", wrong.join("\n"));
}

/// A document of one sentence a line.
fn annotated(id: usize, source: &Source) -> Annotated {
    let (text, tagged) = unmark(&source.text);
    let entities = entities(&text, &tagged);
    let article = Article {
        id: format!("doc-{id}"),
        url: None,
        title: None,
        byline: None,
        site_name: source.site_name.clone(),
        source: None,
        published: None,
        lang: Some("en".into()),
        blocks: Vec::new(),
        stub: false,
        story: None,
        sentences: None,
        image: None,
        text,
    };
    let sentence = Sentence {
        span: 0..article.text.len(),
        block: 0,
    };
    let document = Document {
        id: article.id.clone(),
        article: Arc::new(article),
        kind: DocumentKind::Story,
        part: false,
        sections: vec![Section {
            heading: None,
            sentences: vec![sentence],
        }],
    };
    Annotated {
        document,
        vectors: vec![Vec::new()],
        topic: Vec::new(),
        title: None,
        names: Vec::new(),
        entities,
        quantities: Vec::new(),
        understood: true,
    }
}

#[test]
fn the_names_of_a_story() {
    let stories = read::<Story>("stories.jsonl");
    assert!(stories.len() >= 10, "only {} stories", stories.len());
    let mut wrong = Vec::new();
    for story in stories {
        let documents: Vec<Annotated> = story
            .documents
            .iter()
            .enumerate()
            .map(|(n, d)| annotated(n, d))
            .collect();
        let documents: Vec<&Annotated> = documents.iter().collect();
        let mut found = Vec::new();
        for name in names(&documents, story.most) {
            let at = documents
                .iter()
                .find(|d| d.document.id == name.citation.document)
                .expect("the cited document");
            assert!(
                !name.citation.cut(&at.document.article.text).is_empty(),
                "{}: an empty citation",
                story.id
            );
            let mut parts = vec![
                name.name,
                kind(name.kind),
                format!("{} in {}", name.mentions, name.documents),
            ];
            parts.extend(name.role);
            found.push(parts.join(" > "));
        }
        if found != story.names {
            wrong.push(format!("{}\n  gold  {:?}\n  found {found:?}", story.id, story.names));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Something like news, with words that the rules know among others.
fn news() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[A-Z][a-z]{1,8} ",
        "[a-z]{1,9} ",
        "[A-Z]{2,4} ",
        prop::sample::select(vec![
            "Mr ",
            "Sen. ",
            "President ",
            ", the mayor, ",
            ", 43, a teacher from ",
            "’s ",
            "(",
            ") ",
            ". ",
            "\n",
            "al-",
            "U.S. ",
            "the ",
            " and ",
            "envoy ",
            ", who ",
            "“",
            "” ",
            "— ",
            "O’Neill ",
            "İ",
            "ß",
            "e\u{301}",
            "\u{200b}",
            "of ",
            "Jr. ",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,3}",
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn any_kind() -> impl Strategy<Value = EntityKind> {
    prop::sample::select(vec![
        EntityKind::Per,
        EntityKind::Org,
        EntityKind::Loc,
        EntityKind::Misc,
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_spans_of_any_text(text in news(), spans in proptest::collection::vec((0usize..400, 0usize..40, any_kind()), 0..40)) {
        let tagged: Vec<Tagged> = spans.into_iter().map(|(at, length, kind)| Tagged { span: at..at + length, kind }).collect();
        let mut end = 0;
        for entity in entities(&text, &tagged) {
            prop_assert!(entity.span.start >= end && entity.span.start < entity.span.end, "{entity:?}");
            prop_assert!(text.get(entity.span.clone()).is_some(), "{entity:?} on character boundaries");
            prop_assert!(!entity.name.is_empty() && entity.role.as_deref() != Some(""), "{entity:?}");
            prop_assert!(tagged.iter().any(|t| t.span.start <= entity.span.start && entity.span.start < t.span.end), "{entity:?} was tagged");
            end = entity.span.end;
        }
    }

    #[test]
    fn the_order_of_spans_means_nothing(text in news(), cuts in proptest::collection::vec((0usize..60, 1usize..3, any_kind()), 0..20)) {
        let words: Vec<(usize, usize)> = text.split_whitespace().map(|w| {
            let start = w.as_ptr() as usize - text.as_ptr() as usize;
            (start, start + w.len())
        }).collect();
        let mut tagged: Vec<Tagged> = cuts.iter().filter_map(|(at, length, kind)| {
            let first = words.get(*at)?;
            let last = words.get(at + length - 1)?;
            Some(Tagged { span: first.0..last.1, kind: *kind })
        }).collect();
        let once = entities(&text, &tagged);
        tagged.reverse();
        prop_assert_eq!(once, entities(&text, &tagged));
    }

    #[test]
    fn any_name_can_be_compared(name in "\\PC{0,40}") {
        let words = broadsheet::name::words(&name);
        prop_assert!(words.iter().all(|w| !w.is_empty()));
        prop_assert!(broadsheet::name::cased(&name).to_lowercase().chars().count() >= name.chars().filter(|c| c.is_ascii()).count());
        prop_assert_eq!(broadsheet::name::tidy(&broadsheet::name::tidy(&name)), broadsheet::name::tidy(&name));
        broadsheet::name::acronym(&name);
        broadsheet::name::country(&name);
        broadsheet::name::initials(&words);
    }
}
