//! The names of a document, tied together: every mention knows the full name that it stands for, and who it is.
//!
//! The tagging head says where names stand and what they name, one window at a time. Here `tidy` takes off what clings to
//! them, `link` ties short names and acronyms to full ones and lets all mentions of one vote on its kind, and `roles` reads
//! what the words around a mention say that it is.

mod link;
mod roles;
mod tidy;

use crate::document::{Entity, Tagged};

/// The mentions of a document's people, organisations, places and other names, in order and without overlap.
///
/// `text` is the article's text and `tagged` are spans of it. Spans that are not of the text or not on character
/// boundaries are left out, and so is what overlaps an earlier span. A text all in capitals or in small letters is read
/// like any other, since names are compared without their case.
pub fn entities(text: &str, tagged: &[Tagged]) -> Vec<Entity> {
    let mentions = tidy::mentions(text, tagged);
    let (names, named) = link::link(text, &mentions);
    let entity = |(n, mention): (usize, &tidy::Mention)| {
        let one = &named[names[n]];
        Entity {
            span: mention.span.clone(),
            kind: one.kind,
            name: one.name.clone(),
            role: roles::role(text, &mentions, n, one.kind),
        }
    };
    mentions.iter().enumerate().map(entity).collect()
}
