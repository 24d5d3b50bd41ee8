//! Stage: a document with what the encoder and the quantity grammar find in it.

mod entities;
mod names;

pub use entities::entities;

use crate::document::{Annotated, Document, Quantity, Tagged};
use crate::infer::{self, Reading};
use crate::quantity;

/// How many of a document's first sentences stand for its lead.
const LEAD_SENTENCES: usize = 3;

/// The numbers of a document's sentences, in order, with spans of its article's text.
///
/// Read sentence by sentence: a number belongs to the words of its own sentence.
pub fn quantities(document: &Document) -> Vec<Quantity> {
    let mut found = Vec::new();
    for sentence in document.sentences() {
        for mut quantity in quantity::quantities(document.text(&sentence.span)) {
            quantity.span = sentence.span.start + quantity.span.start..sentence.span.start + quantity.span.end;
            found.push(quantity);
        }
    }
    found
}

/// Puts a document together with what was read in it: one reading for each of its sentences, in order, and a vector
/// for its title.
pub fn annotate(document: Document, readings: Vec<Reading>, title: Option<&[f32]>) -> Annotated {
    let mut vectors = Vec::with_capacity(readings.len());
    let mut tagged: Vec<Tagged> = Vec::new();
    for (sentence, reading) in document.sentences().zip(readings) {
        vectors.push(reading.vector);
        tagged.extend(reading.names.into_iter().map(|name| Tagged {
            span: sentence.span.start + name.span.start..sentence.span.start + name.span.end,
            kind: name.kind,
        }));
    }
    let topic = topic(title, &vectors);
    let texts = document
        .title()
        .into_iter()
        .chain(document.sentences().map(|s| document.text(&s.span)));
    let names = names::names(texts.collect::<Vec<_>>().into_iter());
    let understood = document.article.lang.as_deref().is_none_or(|lang| lang == "en");
    if !understood {
        tagged.clear();
    }
    Annotated {
        quantities: quantities(&document),
        vectors,
        title: title.map(<[f32]>::to_vec),
        topic,
        names,
        entities: entities::entities(&document.article.text, &tagged),
        understood,
        document,
    }
}

/// What the document is about: title and lead in equal parts, and something of the rest, since a feature comes to its
/// subject late. The shares were chosen on the grouping sets (docs/measurements.md).
fn topic(title: Option<&[f32]>, vectors: &[Vec<f32>]) -> Vec<f32> {
    const REST: f32 = 0.3;
    let lead = &vectors[..vectors.len().min(LEAD_SENTENCES)];
    let title = title.map(|vector| (vector, lead.len().max(1) as f32));
    let opening = infer::mean(title.into_iter().chain(lead.iter().map(|v| (v.as_slice(), 1.0))));
    let whole = infer::mean(vectors.iter().map(|v| (v.as_slice(), 1.0)));
    infer::mean([(opening.as_slice(), 1.0 - REST), (whole.as_slice(), REST)])
}
