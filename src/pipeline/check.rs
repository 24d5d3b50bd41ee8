//! Any text against its sources, sentence by sentence.

use std::sync::Arc;

use crate::digest::Finding;
use crate::document::{Article, BlockKind, MediaType, RawDocument, Span};
use crate::ingest::Claims;
use crate::{extract, segment, verify};

/// Checks every sentence and heading of a text against the texts it was made from.
pub fn check(summary: &[Arc<Article>], sources: &[Arc<Article>]) -> Vec<(String, Finding)> {
    let told: Vec<&str> = summary.iter().flat_map(|article| lines(article)).collect();
    let sources: Vec<Vec<&str>> = sources
        .iter()
        .map(|article| article.title.as_deref().into_iter().chain(lines(article)).collect())
        .collect();
    let findings = verify::check(&told, &verify::Evidence::new(&sources));
    told.into_iter().map(str::to_owned).zip(findings).collect()
}

/// The sentences and headings of an article, in order.
fn lines(article: &Article) -> Vec<&str> {
    let headings = article.blocks.iter().filter(|b| b.kind == BlockKind::Heading);
    let mut spans: Vec<Span> = headings.map(|b| b.span.clone()).collect();
    spans.extend(segment::sentences(article).into_iter().map(|s| s.span));
    spans.sort_by_key(|span| span.start);
    spans.into_iter().map(|span| &article.text[span]).collect()
}

/// The sentences of a text that has no other structure.
pub(super) fn sentences(text: &str) -> Vec<String> {
    let article = extract::extract(&plain(text)).article;
    article.iter().flat_map(lines).map(str::to_owned).collect()
}

/// [`check`] for a summary that came with its sources.
pub fn check_claims(claims: &Claims) -> Vec<(String, Finding)> {
    let article = |texts: &[String]| -> Vec<Arc<Article>> {
        let articles = texts.iter().filter_map(|text| extract::extract(&plain(text)).article);
        articles.map(Arc::new).collect()
    };
    let sources: Vec<Arc<Article>> = claims.sources.iter().flat_map(|texts| article(texts)).collect();
    check(&article(&claims.summary), &sources)
}

/// A text as an input of its own.
fn plain(text: &str) -> RawDocument {
    RawDocument {
        id: String::new(),
        url: None,
        title: None,
        published: None,
        site_name: None,
        source: None,
        story: None,
        media_type: MediaType::Text,
        body: text.as_bytes().to_vec(),
        sentences: None,
    }
}
