//! A story's sources, and the views of what cites them: marks, figures, conflicts, names, the picture.

use std::collections::BTreeMap;

use url::Url;

use super::make::{file_name, finite, name, optional, time, word};
use super::*;
use crate::digest::{Citation, Claim, Conflict, Figure, Name, Source};
use crate::render::draw::points;
use crate::render::escape::clean;
use crate::render::links::{safe_url, site_of, to_sentence};

/// A story's sources, to be found by the document that a citation names.
pub struct Sources<'a> {
    /// What templates see of them, in order.
    pub views: Vec<SourceView>,
    urls: Vec<Option<Url>>,
    by_document: BTreeMap<&'a str, usize>,
}

impl<'a> Sources<'a> {
    /// The sources of a story whose anchors begin with `anchor` and labels with `label`.
    pub fn new(sources: &'a [Source], anchor: &str, label: &str) -> Self {
        let urls: Vec<Option<Url>> = sources.iter().map(|s| s.url.as_deref().and_then(safe_url)).collect();
        let by_document: BTreeMap<&str, usize> = sources
            .iter()
            .enumerate()
            .rev()
            .map(|(i, s)| (s.document.as_str(), i))
            .collect();
        let views = sources.iter().zip(&urls).map(|(source, url)| {
            let original = source.copy_of.as_deref().and_then(|document| by_document.get(document));
            SourceView {
                number: source.number,
                anchor: format!("{anchor}-source-{}", source.number),
                label: format!("{label}.{}", source.number),
                name: optional(&source.site_name)
                    .or_else(|| url.as_ref().and_then(site_of).map(str::to_string))
                    .unwrap_or_else(|| file_name(&source.document)),
                title: optional(&source.title),
                byline: optional(&source.byline),
                url: url.as_ref().map(Url::to_string),
                published: source.published.map(time),
                copy_of: original.map(|&i| sources[i].number),
                stub: source.stub,
            }
        });
        Sources {
            views: views.collect(),
            urls,
            by_document,
        }
    }

    /// The picture of the first source that has one.
    pub fn image(&self, sources: &[Source]) -> Option<ImageView> {
        let mut pictures = sources.iter().zip(&self.views);
        pictures.find_map(|(source, view)| {
            let image = source.image.as_ref()?;
            Some(ImageView {
                url: safe_url(&image.url)?.to_string(),
                alt: optional(&image.alt).unwrap_or_default(),
                credit: optional(&image.credit),
                source: view.name.clone(),
                source_url: view.url.clone(),
            })
        })
    }

    /// Marks for the sources of these citations, each source once. `words` are what the first citation cuts out of
    /// its source; the others say the same in words of their own, so only the first is led to by them.
    pub fn marks(&self, citations: &[Citation], words: &str) -> Vec<MarkView> {
        let mut marks: Vec<MarkView> = Vec::with_capacity(citations.len());
        for (i, citation) in citations.iter().enumerate() {
            let Some(&at) = self.by_document.get(citation.document.as_str()) else {
                continue;
            };
            let (source, url) = (&self.views[at], &self.urls[at]);
            if marks.iter().any(|mark| mark.number == source.number) {
                continue;
            }
            let sentence_url = if i == 0 {
                url.as_ref().map(|url| to_sentence(url, words))
            } else {
                source.url.clone()
            };
            marks.push(MarkView {
                number: source.number,
                name: source.name.clone(),
                url: source.url.clone(),
                sentence_url,
                anchor: source.anchor.clone(),
                label: source.label.clone(),
            });
        }
        marks
    }

    /// A key figure, led to by the words around it.
    pub fn figure(&self, figure: &Figure) -> FigureView {
        let context = clean(&figure.context);
        let (surface, line) = (clean(&figure.surface), clean(&figure.line));
        let begins = line
            .get(..surface.len())
            .is_some_and(|b| b.to_lowercase() == surface.to_lowercase());
        let rest = begins.then(|| line[surface.len()..].trim_start().to_string());
        let rest = rest.filter(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '('));
        // The ends of a context may be marked as cut; the source has no such mark.
        let words = context.trim_matches(['…', ' ']);
        FigureView {
            value: finite(figure.value),
            max: figure.max.map(finite),
            unit: optional(&figure.unit),
            status: word(figure.status),
            surface,
            kind: word(figure.kind),
            rest,
            line,
            change: optional(&figure.change),
            points: points(figure),
            role: optional(&figure.role),
            marks: self.marks(std::slice::from_ref(&figure.citation), words),
            context,
        }
    }

    /// Figures that differ.
    pub fn conflict(&self, conflict: &Conflict) -> ConflictView {
        let claim = |claim: &Claim| ClaimView {
            surface: clean(&claim.figure.surface),
            authority: name(&claim.authority),
            published: claim.published.map(time),
            superseded: claim.superseded,
            marks: self.marks(
                std::slice::from_ref(&claim.figure.citation),
                clean(&claim.figure.context).trim_matches(['…', ' ']),
            ),
        };
        ConflictView {
            measures: name(&conflict.measures),
            settled: conflict.claims.iter().skip(1).all(|claim| claim.superseded),
            claims: conflict.claims.iter().map(claim).collect(),
        }
    }

    /// A person or body.
    pub fn name(&self, found: &Name) -> NameView {
        NameView {
            name: name(&found.name),
            kind: word(found.kind),
            role: optional(&found.role),
            marks: self.marks(std::slice::from_ref(&found.citation), &clean(&found.name)),
        }
    }
}
