//! Tests over made-up documents, with an encoder that needs no weights.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::document::{Article, Block, BlockKind, Document, DocumentKind, Section, Sentence};
use crate::infer::{Encoder, FakeEncoder, mean};

/// A document as `annotate` would hand it over: sentences end at ". ", names are words with a capital inside a sentence.
pub fn text(id: &str, title: Option<&str>, body: &str, published: Option<&str>) -> Annotated {
    let mut sentences = Vec::new();
    let mut start = 0;
    for piece in body.split_inclusive(". ") {
        let end = start + piece.trim_end().len();
        if end > start {
            sentences.push(Sentence {
                span: start..end,
                block: 0,
            });
        }
        start += piece.len();
    }
    let texts: Vec<&str> = sentences.iter().map(|s| &body[s.span.clone()]).collect();
    let vectors = FakeEncoder.encode(&texts, &|_| {}).unwrap();
    let lead = FakeEncoder.encode(&[title.unwrap_or_default()], &|_| {}).unwrap();
    let topic = mean(lead.iter().chain(vectors.iter().take(3)).map(|v| (v.as_slice(), 1.0)));
    let capital = |w: &&str| w.starts_with(char::is_uppercase);
    let mut names: Vec<String> = texts
        .iter()
        .flat_map(|t| t.split_whitespace().skip(1))
        .filter(capital)
        .map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .collect();
    names.sort();
    names.dedup();
    let quantities = sentences
        .iter()
        .flat_map(|s| {
            crate::quantity::quantities(&body[s.span.clone()])
                .into_iter()
                .map(|mut q| {
                    q.span = s.span.start + q.span.start..s.span.start + q.span.end;
                    q
                })
        })
        .collect();
    let article = Arc::new(Article {
        id: id.into(),
        url: None,
        title: title.map(str::to_owned),
        byline: None,
        site_name: None,
        source: None,
        published: published.map(|p| p.parse().unwrap()),
        lang: Some("en".into()),
        text: body.into(),
        blocks: vec![Block {
            kind: BlockKind::Paragraph,
            span: 0..body.len(),
        }],
        stub: false,
        story: None,
        sentences: None,
        image: None,
    });
    Annotated {
        vectors,
        title: None,
        topic,
        names,
        entities: Vec::new(),
        quantities,
        understood: true,
        document: Document {
            id: id.into(),
            article,
            kind: DocumentKind::Story,
            part: false,
            sections: vec![Section {
                heading: None,
                sentences,
            }],
        },
    }
}

fn day() -> Vec<Annotated> {
    let at = |hour: u32| format!("2026-03-13T{hour:02}:00:00Z");
    [
        ("flood-a", "Flood in Ostrel valley kills 28", "The river Ostrel burst its banks at Tolverby on Friday and 28 people drowned. Mayor Ilse Brandt said 1,450 homes were under water. Rescue boats from Merrow reached the hospital by night. ", 8),
        ("flood-b", "28 drown as Tolverby is flooded", "At least 28 people drowned when the Ostrel flooded Tolverby, mayor Ilse Brandt said. Some 1,450 homes are under water. The hospital was reached by rescue boats. ", 10),
        ("flood-c", "Tolverby counts its dead after the Ostrel flood", "Tolverby mourned 28 people on Friday after the river Ostrel flooded the town. Boats carried patients from the hospital. Ilse Brandt, the mayor, asked the army for help. ", 12),
        ("rates-a", "Bank of Lavrenia cuts its rate to 3.75%", "The Bank of Lavrenia cut its key rate by a quarter point to 3.75% on Thursday. Governor Pavel Orsini said inflation had fallen to 2.1%. Economists had expected the cut. ", 9),
        ("rates-b", "Lavrenia's central bank lowers key rate", "Lavrenia's central bank lowered the key rate to 3.75% because inflation is at 2.1%. Pavel Orsini, the governor, spoke of one more cut in summer. ", 11),
        ("cup", "Athletic win the cup on penalties", "Tolverby Athletic won the cup final 4-3 on penalties after a draw with Karrow Rovers. Goalkeeper Sanna Vik saved two kicks before 31,000 spectators. ", 20),
    ]
    .into_iter()
    .map(|(id, title, body, hour)| text(id, Some(title), body, Some(&at(hour))))
    .collect()
}

fn stories(documents: &[Annotated], clusters: &[Cluster]) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = clusters
        .iter()
        .map(|c| {
            let mut ids: Vec<String> = c.documents.iter().map(|i| documents[*i].document.id.clone()).collect();
            ids.sort();
            ids
        })
        .collect();
    all.sort();
    all
}

#[test]
fn reports_of_one_event_come_together_and_others_stay_apart() {
    let documents = day();
    let found = stories(&documents, &cluster(&documents, &Options::default()));
    let wanted = [
        vec!["cup"],
        vec!["flood-a", "flood-b", "flood-c"],
        vec!["rates-a", "rates-b"],
    ];
    assert_eq!(found, wanted);
}

#[test]
fn what_was_given_as_one_story_stays_together_and_alone() {
    let mut documents = day();
    for at in [0, 5] {
        let article = Arc::make_mut(&mut documents[at].document.article);
        article.story = Some("given".into());
    }
    let found = stories(&documents, &cluster(&documents, &Options::default()));
    assert_eq!(
        found,
        [
            vec!["cup", "flood-a"],
            vec!["flood-b", "flood-c"],
            vec!["rates-a", "rates-b"]
        ]
    );
    let whys = explain(
        &documents,
        &cluster(&documents, &Options::default()),
        &Options::default(),
    );
    assert!(whys[0].given && whys[0].together, "{:?}", whys[0]);
}

#[test]
fn a_copy_is_no_voice_of_its_own() {
    let mut documents = day();
    let body = documents[0].document.article.text.clone();
    documents.push(text(
        "flood-copy",
        Some("Ostrel flood: 28 dead"),
        &body,
        Some("2026-03-13T09:00:00Z"),
    ));
    let clusters = cluster(&documents, &Options::default());
    let of = |id: &str| documents.iter().position(|d| d.document.id == id).unwrap();
    let flood = clusters
        .iter()
        .find(|c| c.documents.contains(&of("flood-copy")))
        .unwrap();
    let at = flood.documents.iter().position(|i| *i == of("flood-copy")).unwrap();
    assert_eq!(flood.copy_of[at], Some(of("flood-a")));
    assert_eq!(flood.copy_of.iter().flatten().count(), 1);
}

#[test]
fn it_says_why_and_why_not() {
    let documents = day();
    let options = Options::default();
    let clusters = cluster(&documents, &options);
    let whys = explain(&documents, &clusters, &options);
    assert_eq!(whys.len(), 4);
    let flood = &whys[0];
    assert_eq!(flood.documents, ["flood-a", "flood-b"]);
    assert!(flood.together && flood.sure > options.threshold);
    assert!(flood.names.contains(&"tolverby".to_owned()), "{:?}", flood.names);
    assert!(flood.figures.contains(&"1450 home".to_owned()), "{:?}", flood.figures);
    assert_eq!(flood.hours, Some(2.0));
    assert!(flood.reason.starts_with("together"), "{}", flood.reason);

    let not = explain_pair(&documents, &clusters, "flood-c", "cup", &options).unwrap();
    assert!(!not.together && not.sure < options.threshold, "{not:?}");
    assert_eq!(not.documents, ["cup", "flood-c"]);
    assert!(not.rival.is_some(), "{not:?}");
    assert!(not.reason.starts_with("apart"), "{}", not.reason);
    assert!(explain_pair(&documents, &clusters, "flood-c", "nowhere", &options).is_none());
    let all = explain_all(&documents, &clusters, &options);
    assert!(all.len() > whys.len() && whys.iter().all(|why| all.contains(why)));
}

#[test]
fn a_crowd_that_reports_one_event_is_one_story() {
    let mut documents = day();
    for n in 0..60 {
        let body = format!(
            "The river Ostrel burst its banks at Tolverby on Friday and 28 people drowned, witness {n} saw. Mayor Ilse Brandt said 1,450 homes were under water in district {n}. "
        );
        documents.push(text(
            &format!("crowd-{n:03}"),
            Some("Flood in Ostrel valley kills 28 at Tolverby"),
            &body,
            None,
        ));
    }
    let clusters = cluster(&documents, &Options::default());
    let largest = clusters.iter().map(|c| c.documents.len()).max().unwrap();
    assert!(largest >= 61, "{largest}");
    assert!(clusters.len() <= 4, "{}", clusters.len());
}

#[test]
fn that_few_texts_hold_no_rival_joins_nothing() {
    // A bank that closes branches and a central bank that cuts its rate: the only two texts on money of four.
    let weak = -2.11;
    let pair = |n: usize| {
        let sure = score::sure(weak);
        let company = Company::new(n, &[(0, 1, sure)]);
        score::sure(company.witness(0, 1, sure, &|_, _| 0.0).odds(weak))
    };
    let options = Options::default();
    assert!(pair(4) < options.threshold / 2.0, "{}", pair(4));
    assert!(pair(4) < pair(100) && pair(100) < pair(1000));
    assert!(pair(1000) > options.threshold, "{}", pair(1000));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_the_input_decides_nothing(order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle()) {
        let documents = day();
        let shuffled: Vec<Annotated> = order.iter().map(|i| documents[*i].clone()).collect();
        let options = Options::default();
        let (a, b) = (cluster(&documents, &options), cluster(&shuffled, &options));
        prop_assert_eq!(stories(&documents, &a), stories(&shuffled, &b));
        let heads = |documents: &[Annotated], clusters: &[Cluster]| {
            let mut ids: Vec<String> = clusters.iter().map(|c| documents[c.medoid].document.id.clone()).collect();
            ids.sort();
            ids
        };
        prop_assert_eq!(heads(&documents, &a), heads(&shuffled, &b));
        prop_assert_eq!(explain(&documents, &a, &options), explain(&shuffled, &b, &options));
    }

    #[test]
    fn every_document_is_in_one_cluster_whatever_it_says(bodies in prop::collection::vec("([a-zé0-9.,%$ ]{0,60}|[A-Z][a-z]{1,6} [0-9]{1,9}[.] ){0,4}", 0..14)) {
        let documents: Vec<Annotated> = bodies.iter().enumerate().map(|(n, body)| {
            text(&format!("{n}"), (n % 2 == 0).then_some("Ostrel 12"), body, (n % 3 == 0).then_some("2026-03-13T10:00:00Z"))
        }).collect();
        let clusters = cluster(&documents, &Options::default());
        let mut all: Vec<usize> = clusters.iter().flat_map(|c| c.documents.clone()).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..documents.len()).collect::<Vec<_>>());
        for cluster in &clusters {
            prop_assert!(cluster.documents.contains(&cluster.medoid));
            prop_assert_eq!(cluster.documents.len(), cluster.copy_of.len());
            prop_assert!(cluster.copy_of.iter().flatten().all(|c| cluster.documents.contains(c)));
        }
        explain(&documents, &clusters, &Options::default());
    }
}
