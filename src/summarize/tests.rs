//! Documents by hand, and what the summary makes of them.

use std::sync::Arc;

use super::*;
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
        published: None,
        lang: Some("en".into()),
        text,
        blocks,
        stub: false,
        story: None,
        sentences: None,
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
