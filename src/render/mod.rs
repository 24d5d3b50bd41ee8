//! `Digest` to text: Markdown, HTML, plain text and JSON.
//!
//! Handlebars templates say what a digest looks like. They are embedded in the binary and can be replaced one by one;
//! they see one typed value ([`view::DigestView`], or [`view::StoriesView`] for `article.*`) and the [`helpers`].
//! Strict mode is on: a field that does not exist is an error with template, line and field. Every value is escaped
//! for the template's format. Nothing is read or written here.

mod check;
pub mod context;
mod draw;
mod email;
mod embedded;
mod eml;
mod escape;
mod format;
pub mod helpers;
mod links;
mod look;
mod mailbox;
pub mod sample;
#[cfg(test)]
mod tests;
pub mod view;
mod wrap;

use std::collections::BTreeMap;

use handlebars::{Handlebars, RenderError, RenderErrorReason, TemplateError};
use serde::Serialize;

pub use self::check::{Page, check};
pub use self::email::{EmailView, Frame, ItemView, Letter, Letters, check_letter};
pub use self::embedded::embedded;
pub use self::eml::{Headers, archive_url, eml, unsubscribe_link};
pub(crate) use self::escape::{clean, cut};
pub use self::format::Format;
pub use self::look::{Images, Locale, Look, Terminal, Theme};
pub use self::mailbox::Mailbox;
use self::view::{DigestView, StoriesView};
use crate::digest::{Digest, Story};
use crate::error::{Error, Result};

/// Templates that take the place of embedded ones: name (as in [`embedded`]) to text.
pub type Templates = BTreeMap<String, String>;

/// How templates' files end; `digest.html.hbs` is the template `digest.html`.
const ENDING: &str = ".hbs";

/// Renders digests and stories. Made once, used for all.
#[derive(Debug)]
pub struct Renderer {
    look: Look,
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
        let terminal = Terminal::plain(width);
        Renderer::with(
            overrides,
            Look {
                terminal,
                ..Look::default()
            },
        )
    }

    /// As [`Renderer::new`], with a look of the caller's.
    ///
    /// # Errors
    /// As [`Renderer::new`].
    pub fn with(overrides: &Templates, look: Look) -> Result<Self> {
        if let Some(name) = overrides.keys().find(|name| !is_known(name)) {
            return Err(unknown(name));
        }
        let mut html = registry("html", overrides, &look)?;
        html.register_escape_fn(escape::html);
        helpers::register_html(&mut html);
        let mut markdown = registry("md", overrides, &look)?;
        markdown.register_escape_fn(escape::markdown);
        helpers::register_markdown(&mut markdown);
        let mut text = registry("txt", overrides, &look)?;
        text.register_escape_fn(handlebars::no_escape);
        helpers::register_text(&mut text, &look);
        Ok(Renderer {
            look,
            html,
            markdown,
            text,
        })
    }

    /// How its output looks.
    pub fn look(&self) -> &Look {
        &self.look
    }

    /// Renders a digest.
    ///
    /// # Errors
    /// [`Error::Template`] where a template names a field, helper or part that does not exist.
    pub fn digest(&self, digest: &Digest, format: Format) -> Result<String> {
        match format {
            Format::Json => json(digest),
            _ => self.render("digest", format, &DigestView::with_images(digest, self.look.images)),
        }
    }

    /// Renders stories without the frame of a digest: one or a few summarised articles.
    ///
    /// # Errors
    /// As [`Renderer::digest`].
    pub fn stories(&self, stories: &[Story], format: Format) -> Result<String> {
        match format {
            Format::Json => json(&stories),
            _ => self.render("article", format, &StoriesView::with_images(stories, self.look.images)),
        }
    }

    /// Renders a page of which the caller has the view: `name` is a template's without `.hbs`, and its ending says
    /// the format (`archive.html`).
    ///
    /// # Errors
    /// As [`Renderer::digest`], and for a name that no template has.
    pub fn page(&self, name: &str, view: &impl Serialize) -> Result<String> {
        let (registry, html) = match name.rsplit('.').next() {
            Some("html") => (&self.html, true),
            Some("md") => (&self.markdown, false),
            _ => (&self.text, false),
        };
        let text = registry.render(name, view).map_err(|e| render_error(e, name))?;
        Ok(if html { text } else { squeeze(&text) })
    }

    fn render(&self, page: &str, format: Format, view: &impl Serialize) -> Result<String> {
        self.page(&format!("{page}.{}", format.extension()), view)
    }
}

fn is_known(file: &str) -> bool {
    embedded().iter().any(|(known, _)| *known == file)
}

fn unknown(file: &str) -> Error {
    let known: Vec<&str> = embedded().iter().map(|(known, _)| *known).collect();
    Error::Template {
        template: file.to_string(),
        line: None,
        reason: format!("no such template; the known ones are {}", known.join(", ")),
    }
}

/// The registry of the templates of one format, whose names end in `.extension`.
fn registry(extension: &str, overrides: &Templates, look: &Look) -> Result<Handlebars<'static>> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.set_prevent_indent(true);
    helpers::register(&mut registry, look);
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
