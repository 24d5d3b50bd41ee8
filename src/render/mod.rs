//! `Digest` to text: Markdown, HTML, plain text and JSON.
//!
//! Handlebars templates say what a digest looks like. They are embedded in the binary and can be replaced one by one;
//! they see one typed value ([`view::DigestView`], or [`view::StoriesView`] for `article.*`) and the [`helpers`].
//! Strict mode is on: a field that does not exist is an error with template, line and field. Every value is escaped
//! for the template's format. Nothing is read or written here.

mod escape;
mod format;
pub mod helpers;
mod links;
mod spark;
#[cfg(test)]
mod tests;
pub mod view;
mod wrap;

use std::collections::BTreeMap;

use handlebars::{Handlebars, RenderError, RenderErrorReason, TemplateError};
use serde::Serialize;

pub use self::format::Format;
use self::view::{DigestView, StoriesView};
use crate::digest::{Digest, Story};
use crate::error::{Error, Result};

/// Templates that take the place of embedded ones: name (as in [`embedded`]) to text.
pub type Templates = BTreeMap<String, String>;

/// How templates' files end; `digest.html.hbs` is the template `digest.html`.
const ENDING: &str = ".hbs";

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        &[$((concat!($name, ".hbs"), include_str!(concat!("../../templates/", $name, ".hbs")))),*]
    };
}

/// The templates in the binary by the names of their files, in order of name. `digest.*` and `article.*` are whole
/// pages; the others are parts of them.
pub fn embedded() -> &'static [(&'static str, &'static str)] {
    templates![
        "article.html",
        "article.md",
        "article.txt",
        "dated.html",
        "dated.md",
        "dated.txt",
        "digest.html",
        "digest.md",
        "digest.txt",
        "figures.html",
        "figures.md",
        "figures.txt",
        "footer.html",
        "footer.md",
        "footer.txt",
        "head.html",
        "marks.html",
        "marks.md",
        "marks.txt",
        "sources.html",
        "sources.md",
        "sources.txt",
        "story.html",
        "story.md",
        "story.txt",
        "style.html",
        "who.html",
        "who.md",
        "who.txt",
    ]
}

/// Renders digests and stories. Made once, used for all.
#[derive(Debug)]
pub struct Renderer {
    html: Handlebars<'static>,
    markdown: Handlebars<'static>,
    text: Handlebars<'static>,
}

impl Renderer {
    /// A renderer with the embedded templates, of which `overrides` replace those of the same name; text is wrapped
    /// to `width` columns.
    ///
    /// # Errors
    /// [`Error::Template`] for a name that no embedded template has, and for a template that cannot be parsed.
    pub fn new(overrides: &Templates, width: usize) -> Result<Self> {
        if let Some(name) = overrides
            .keys()
            .find(|name| !embedded().iter().any(|(known, _)| known == name))
        {
            let known: Vec<&str> = embedded().iter().map(|(known, _)| *known).collect();
            return Err(Error::Template {
                template: name.clone(),
                line: None,
                reason: format!("no such template; the known ones are {}", known.join(", ")),
            });
        }
        let mut html = registry("html", overrides)?;
        html.register_escape_fn(handlebars::html_escape);
        helpers::register_html(&mut html);
        let mut markdown = registry("md", overrides)?;
        markdown.register_escape_fn(escape::markdown);
        helpers::register_markdown(&mut markdown);
        let mut text = registry("txt", overrides)?;
        text.register_escape_fn(handlebars::no_escape);
        helpers::register_text(&mut text, width);
        Ok(Renderer { html, markdown, text })
    }

    /// Renders a digest.
    ///
    /// # Errors
    /// [`Error::Template`] where a template names a field, helper or part that does not exist.
    pub fn digest(&self, digest: &Digest, format: Format) -> Result<String> {
        match format {
            Format::Json => json(digest),
            _ => self.render("digest", format, &DigestView::new(digest)),
        }
    }

    /// Renders stories without the frame of a digest: one or a few summarised articles.
    ///
    /// # Errors
    /// As [`Renderer::digest`].
    pub fn stories(&self, stories: &[Story], format: Format) -> Result<String> {
        match format {
            Format::Json => json(&stories),
            _ => self.render("article", format, &StoriesView::new(stories)),
        }
    }

    fn render(&self, page: &str, format: Format, view: &impl Serialize) -> Result<String> {
        let registry = match format {
            Format::Html => &self.html,
            Format::Markdown => &self.markdown,
            Format::Text | Format::Json => &self.text,
        };
        let name = format!("{page}.{}", format.extension());
        let text = registry.render(&name, view).map_err(|e| render_error(e, &name))?;
        Ok(if format == Format::Html { text } else { squeeze(&text) })
    }
}

/// The registry of the templates of one format, whose names end in `.extension`.
fn registry(extension: &str, overrides: &Templates) -> Result<Handlebars<'static>> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.set_prevent_indent(true);
    helpers::register(&mut registry);
    for (file, text) in embedded() {
        let name = file.trim_end_matches(ENDING);
        if name.rsplit('.').next() != Some(extension) {
            continue;
        }
        let text = overrides.get(*file).map_or(*text, String::as_str);
        registry
            .register_template_string(name, text)
            .map_err(|e| template_error(&e, file))?;
    }
    Ok(registry)
}

/// No white space at the ends of lines, one empty line at most between two others, and a line end at the end: so that
/// templates need not care which of their parts are empty.
fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = true;
    for line in text.lines().map(str::trim_end) {
        if !(empty && line.is_empty()) {
            out.push_str(line);
            out.push('\n');
        }
        empty = line.is_empty();
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn json(value: &impl Serialize) -> Result<String> {
    let text = serde_json::to_string_pretty(value).map_err(|e| Error::Invalid {
        subject: "JSON output".to_string(),
        reason: e.to_string(),
    })?;
    Ok(text + "\n")
}

fn template_error(error: &TemplateError, file: &str) -> Error {
    Error::Template {
        template: file.to_string(),
        line: error.pos().map(|(line, _)| line),
        reason: escape::clean(&error.reason().to_string()),
    }
}

fn render_error(error: RenderError, page: &str) -> Error {
    let reason = match error.reason() {
        RenderErrorReason::MissingVariable(Some(field)) => format!("unknown field `{field}`"),
        reason => escape::clean(&reason.to_string()),
    };
    let template = format!("{}{ENDING}", error.template_name.as_deref().unwrap_or(page));
    Error::Template {
        template,
        line: error.line_no,
        reason,
    }
}
