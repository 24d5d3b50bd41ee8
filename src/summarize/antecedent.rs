//! Who "he" is: the full name for the pronoun that opens a sentence, so that it can stand away from its neighbours.
//!
//! Precision first: a name is given only where the sentence before names one person and no other. (The nearest
//! antecedent that agrees; Hobbs 1978 goes on to syntax, which is not read here.)

use crate::document::{Annotated, EntityKind, Span};

/// The pronouns of one person that open a sentence, and whether they are possessive.
const PRONOUNS: [(&str, bool); 3] = [("He ", false), ("She ", false), ("His ", true)];

/// A sentence with its pronoun replaced by the name in brackets, or `None` where it does not open with one or where it
/// cannot be told for whom that stands. `at` counts the document's sentences from 0.
///
/// "Her" is left alone: it may be an object.
pub(super) fn named(annotated: &Annotated, at: usize) -> Option<String> {
    let document = &annotated.document;
    let span = document.sentences().nth(at)?.span.clone();
    let text = document.text(&span);
    let (pronoun, possessive) = PRONOUNS.iter().find(|(pronoun, _)| text.starts_with(pronoun))?;
    let before = at.checked_sub(1)?;
    let name = only_person(annotated, before)?;
    let ending = match possessive {
        true if name.ends_with('s') => "’ ",
        true => "’s ",
        false => " ",
    };
    Some(format!("[{name}]{ending}{}", &text[pronoun.len()..]))
}

/// The one person that a sentence names. Where it names nobody and opens with a pronoun itself, the one before it.
fn only_person(annotated: &Annotated, at: usize) -> Option<&str> {
    let document = &annotated.document;
    let spans: Vec<&Span> = document.sentences().take(at + 1).map(|s| &s.span).collect();
    for at in (0..=at).rev() {
        let span = spans.get(at)?;
        let from = annotated.entities.partition_point(|e| e.span.start < span.start);
        let own = annotated.entities[from..]
            .iter()
            .take_while(|e| e.span.start < span.end);
        let mut people = own.filter(|e| e.kind == EntityKind::Per).map(|e| e.name.as_str());
        match people.next() {
            // One name, and a full one: a surname alone does not say who.
            Some(name) => {
                return people
                    .all(|other| other == name)
                    .then_some(name)
                    .filter(|n| n.contains(' '));
            }
            None => {
                let text = document.text(span);
                PRONOUNS.iter().find(|(pronoun, _)| text.starts_with(pronoun))?;
            }
        }
    }
    None
}
