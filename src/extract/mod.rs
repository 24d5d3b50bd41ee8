//! Extract: from the bytes of one input to an [`Article`], its main text as blocks with what is known about it.
//!
//! Pages keep their paragraphs, headings, lists, quotations and captions; plain text stays as it is.

mod blocks;
mod html;
mod image;
mod lang;
mod markdown;
mod metadata;
mod stub;
mod tame;
mod text;

use dom_smoothie::Readability;

use crate::document::{Article, Block, BlockKind, MediaType, RawDocument};
use crate::error::Warning;

/// The article of one input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted {
    /// None where no text was found.
    pub article: Option<Article>,
    /// What the reader should know; each names [`RawDocument::id`].
    pub warnings: Vec<Warning>,
}

/// Finds the main text of an input and what is known about it.
///
/// What `raw` itself gives (title, time, publication) wins over what a page says. Never fails: an input without text
/// gives no article and a warning.
pub fn extract(raw: &RawDocument) -> Extracted {
    let mut warnings = vec![];
    let body = String::from_utf8_lossy(&raw.body);
    let mut article = match raw.media_type {
        MediaType::Html => from_html(raw, &body, &mut warnings),
        MediaType::Markdown => from_markdown(raw, &body),
        MediaType::Text => from_text(raw, body.into_owned()),
    };
    if article.blocks.is_empty() {
        let advice = match raw.media_type {
            MediaType::Html => {
                "no article found on the page; it may need JavaScript or a login: save its text to a file"
            }
            MediaType::Text | MediaType::Markdown => "no text in it",
        };
        warnings.push(Warning::lost(&raw.id, advice));
        return Extracted {
            article: None,
            warnings,
        };
    }
    article.stub = stub::is_stub(&article.text, article.stub);
    if article.stub {
        warnings.push(Warning::note(&raw.id, "only the beginning is there (paywall?)"));
    }
    Extracted {
        article: Some(article),
        warnings,
    }
}

/// An article with what the input says, and no text yet.
fn blank(raw: &RawDocument) -> Article {
    Article {
        id: raw.id.clone(),
        url: raw.url.clone(),
        title: raw.title.clone(),
        byline: None,
        site_name: raw.site_name.clone(),
        source: raw.source.clone(),
        published: raw.published,
        lang: None,
        text: String::new(),
        blocks: vec![],
        stub: false,
        story: raw.story.clone(),
        sentences: None,
        image: None,
    }
}

fn from_html(raw: &RawDocument, body: &str, warnings: &mut Vec<Warning>) -> Article {
    let tamed = tame::tame(body);
    if tamed.cut {
        let message = format!(
            "more than {} elements; the rest of the page is left out",
            tame::MAX_ELEMENTS
        );
        warnings.push(Warning::note(&raw.id, message));
    }
    let page = Readability::from(tamed.html.as_ref());
    let about = metadata::read(&page);
    let all = blocks::from_node(&page.doc.root());
    let titles: Vec<&str> = raw.title.iter().chain(&about.title).map(String::as_str).collect();
    let drafts = html::main_text(&tamed.html, &all, &titles);
    let (text, blocks) = blocks::assemble(&drafts);
    let mut article = blank(raw);
    article.stub = stub::is_not_free(&tamed.html) || all.iter().any(|draft| stub::is_paywall(&draft.text));
    article.title = article.title.or(about.title);
    article.byline = about.byline;
    article.image = about.image;
    // A page that was saved to a file still says where it came from.
    article.url = article.url.or(about.url);
    article.site_name = article.site_name.or(about.site_name);
    article.published = article.published.or(about.published);
    article.lang = lang::detect(&text, about.lang.as_deref());
    article.text = text;
    article.blocks = blocks;
    article
}

fn from_markdown(raw: &RawDocument, body: &str) -> Article {
    let page = markdown::read(body);
    let (text, blocks) = blocks::assemble(&page.drafts);
    let mut article = blank(raw);
    article.title = article.title.or(page.title);
    article.byline = page.byline;
    article.site_name = article.site_name.or(page.site_name);
    article.url = article.url.or(page.url);
    article.published = article.published.or(page.published);
    article.lang = lang::detect(&text, None);
    article.text = text;
    article.blocks = blocks;
    article
}

fn from_text(raw: &RawDocument, text: String) -> Article {
    let mut article = blank(raw);
    article.lang = lang::detect(&text, None);
    let sentences = raw.sentences.as_ref().filter(|spans| fits(&text, spans));
    if let Some(sentences) = sentences {
        article.sentences = Some(sentences.clone());
        let start = text.len() - text.trim_start().len();
        let end = text.trim_end().len();
        if start < end {
            article.blocks = vec![Block {
                kind: BlockKind::Paragraph,
                span: start..end,
            }];
        }
    } else {
        article.blocks = text::blocks(&text);
        let words = |text: &str| html::words(text);
        // A title that opens the text is no sentence of it.
        if let (Some(title), [first, _, ..]) = (&raw.title, article.blocks.as_slice())
            && words(title) == words(&text[first.span.clone()])
        {
            article.blocks.remove(0);
        }
    }
    article.text = text;
    article
}

/// Whether the spans are in order, on character boundaries and within the text.
fn fits(text: &str, spans: &[std::ops::Range<usize>]) -> bool {
    let mut end = 0;
    spans.iter().all(|span| {
        let fits = span.start >= end && text.get(span.clone()).is_some();
        end = span.end;
        fits
    })
}

#[cfg(test)]
mod tests;
