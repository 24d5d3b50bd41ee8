//! Documents by hand, and what the summary makes of them.

use std::sync::Arc;

use super::guard::guard;
use super::*;
use crate::digest::{Finding, Verdict, Verifier};
use crate::document::{
    Annotated, Article, Block, BlockKind, Document, DocumentKind, Entity, EntityKind, Section, Sentence,
};

/// A document of these sentences, with these people in it wherever they stand.
fn document(id: &str, sentences: &[&str], people: &[(&str, &str)]) -> Annotated {
    let text = sentences.join(" ");
    let mut at = 0;
    let spans = sentences.iter().map(|sentence| {
        let start = at;
        at += sentence.len() + 1;
        start..start + sentence.len()
    });
    let sentences: Vec<Sentence> = spans.map(|span| Sentence { span, block: 0 }).collect();
    let mut entities: Vec<Entity> = Vec::new();
    for (mention, name) in people {
        entities.extend(text.match_indices(mention).map(|(start, found)| Entity {
            span: start..start + found.len(),
            kind: EntityKind::Per,
            name: (*name).to_owned(),
            role: None,
        }));
    }
    entities.sort_by_key(|e| e.span.start);
    let blocks = vec![Block {
        kind: BlockKind::Paragraph,
        span: 0..text.len(),
    }];
    let article = Article {
        id: id.into(),
        url: None,
        title: None,
        byline: None,
        site_name: None,
        source: None,
        published: None,
        lang: Some("en".into()),
        text,
        blocks,
        stub: false,
        story: None,
        sentences: None,
        image: None,
    };
    let vectors = vec![vec![1.0]; sentences.len()];
    Annotated {
        document: Document {
            id: id.into(),
            article: Arc::new(article),
            kind: DocumentKind::Story,
            part: false,
            sections: vec![Section {
                heading: None,
                sentences,
            }],
        },
        vectors,
        title: None,
        topic: vec![1.0],
        names: Vec::new(),
        entities,
        quantities: Vec::new(),
        understood: true,
    }
}

/// Knows the sentences that it was given, and nothing else.
struct Only<'a>(&'a [&'a str]);

impl Verifier for Only<'_> {
    fn verify(&self, sentence: &str) -> Finding {
        let known = self.0.contains(&sentence);
        Finding {
            verdict: if known { Verdict::Supported } else { Verdict::NotFound },
            why: (!known).then(|| format!("nobody says “{sentence}”")),
        }
    }
}

const FERRY: &[&str] = &[
    "The ferry Orsa ran aground off Pell on Tuesday with 84 passengers aboard.",
    "All passengers were taken to the harbour by lifeboat before nightfall.",
];

#[test]
fn a_supported_sentence_stays_and_leads_to_its_source() {
    let annotated = document("a", FERRY, &[]);
    let told = "A ferry ran aground off Pell with 84 passengers.";
    let summary = guard(&[vec![told.into()]], &[&annotated], &Only(&[told]));
    assert_eq!((summary.replaced, summary.method), (0, Method::Abstractive));
    assert_eq!(summary.sentences[0].text, told);
    assert_eq!(summary.sentences[0].quote.as_deref(), Some(FERRY[0]));
    assert_eq!(
        summary.sentences[0].citations[0].cut(&annotated.document.article.text),
        FERRY[0]
    );
}

#[test]
fn an_unsupported_sentence_gives_way_to_the_next_beam() {
    let annotated = document("a", FERRY, &[]);
    let (lie, truth) = (
        "A ferry ran aground off Pell with 48 passengers.",
        "A ferry ran aground off Pell with 84 passengers.",
    );
    let beams = [vec![lie.to_owned()], vec![truth.to_owned()]];
    let summary = guard(&beams, &[&annotated], &Only(&[truth]));
    assert_eq!(summary.sentences[0].text, truth);
    assert_eq!(summary.replaced, 0, "nothing of the source had to step in");
}

#[test]
fn without_a_supported_beam_the_source_speaks_and_it_is_counted() {
    let annotated = document("a", FERRY, &[]);
    let lie = "A ferry ran aground off Pell with 48 passengers.";
    let summary = guard(&[vec![lie.into()], vec![lie.into()]], &[&annotated], &Only(&[]));
    assert_eq!(summary.sentences[0].text, FERRY[0]);
    assert_eq!(summary.sentences[0].quote, None);
    assert_eq!(summary.replaced, 1);
    assert_eq!(summary.rejected[0].text, lie);
    assert_eq!(summary.rejected[0].why, format!("nobody says “{lie}”"));
    assert_eq!(summary.rejected[0].replacement.as_deref(), Some(FERRY[0]));
}

#[test]
fn what_shares_nothing_with_the_sources_is_dropped_and_counted() {
    let annotated = document("a", FERRY, &[]);
    let summary = guard(&[vec!["Unicorns graze quietly.".into()]], &[&annotated], &Only(&[]));
    assert!(summary.sentences.is_empty());
    assert_eq!((summary.replaced, summary.rejected.len()), (1, 1));
}

#[test]
fn a_sentence_is_said_once() {
    let annotated = document("a", FERRY, &[]);
    let told = "A ferry ran aground off Pell with 84 passengers.";
    let summary = guard(&[vec![told.into(), told.into()]], &[&annotated], &Only(&[told]));
    assert_eq!(summary.sentences.len(), 1);
}

#[test]
fn a_pronoun_gets_the_only_name_before_it() {
    let people = &[
        ("Ada Quill", "Ada Quill"),
        ("Quill", "Ada Quill"),
        ("Tom Reed", "Tom Reed"),
    ];
    let annotated = document(
        "a",
        &[
            "Ada Quill opened the new harbour on Tuesday.",
            "She said that it would serve the whole coast.",
            "She thanked the builders.",
            "Tom Reed and Quill then cut a ribbon.",
            "He left early.",
            "It rained.",
            "His hat was wet.",
        ],
        people,
    );
    let named = |at| antecedent::named(&annotated, at);
    assert_eq!(named(0), None, "no pronoun");
    assert_eq!(
        named(1).as_deref(),
        Some("[Ada Quill] said that it would serve the whole coast.")
    );
    assert_eq!(named(2).as_deref(), Some("[Ada Quill] thanked the builders."));
    assert_eq!(named(4), None, "two people stand before it");
    assert_eq!(named(6), None, "the sentence before speaks of nobody");
}

#[test]
fn a_possessive_pronoun_gets_a_possessive_name() {
    let people = &[("Ivor Banks", "Ivor Banks"), ("Moss", "Moss")];
    let sentences = &[
        "Ivor Banks resigned.",
        "His deputy takes over.",
        "Moss stays.",
        "He is 40.",
    ];
    let annotated = document("a", sentences, people);
    assert_eq!(
        antecedent::named(&annotated, 1).as_deref(),
        Some("[Ivor Banks]’ deputy takes over.")
    );
    assert_eq!(
        antecedent::named(&annotated, 3),
        None,
        "a surname alone does not say who"
    );
}
