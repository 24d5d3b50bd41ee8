//! Checks a user's templates against two made-up digests, so that an error is found before the morning.

use super::look::{Images, Look, Terminal, Theme};
use super::{ENDING, Format, Renderer, Templates, is_known, registry, sample, unknown};
use crate::error::{Error, Result};

/// Renders what other modules have views for (letters, the archive), with the full digest and the minimal one.
pub type Page<'a> = &'a dyn Fn(&Renderer, &crate::digest::Digest) -> Result<()>;

/// Errors beyond this many help nobody.
const MOST: usize = 100;

/// Every error in the templates: files of no known name, what cannot be parsed, and fields, helpers and parts that do not
/// exist. Each template is rendered in every format, theme and look, with a digest in which everything is known and one in
/// which nothing is. Where one is found, what it names is put out of the way and the rest is looked at.
pub fn check(templates: &Templates, pages: &[Page<'_>]) -> Vec<Error> {
    let (mut good, mut errors): (Templates, Vec<Error>) = (Templates::new(), Vec::new());
    for (file, text) in templates {
        let one = Templates::from([(file.clone(), text.clone())]);
        let ending = file.trim_end_matches(ENDING).rsplit('.').next().unwrap_or_default();
        match is_known(file) {
            false => errors.push(unknown(file)),
            true => match registry(ending, &one, &Look::default()) {
                Ok(_) => drop(good.insert(file.clone(), text.clone())),
                Err(error) => errors.push(error),
            },
        }
    }
    for look in looks() {
        while errors.len() < MOST {
            let Err(error) = render_all(&good, &look, pages) else {
                break;
            };
            let next = mended(&error, &good);
            // Where it cannot be put out of the way, the standard template is, so that the others are looked at.
            let stuck = match (&error, next) {
                (_, Some((file, text))) => good.insert(file, text).is_none(),
                (Error::Template { template, .. }, None) => good.remove(template).is_none(),
                _ => true,
            };
            // What stands in a field's place may not be to a helper's taste: that is no error of the user's.
            if errors.iter().all(|known| place(known) != place(&error)) {
                errors.push(error);
            }
            if stuck {
                break;
            }
        }
    }
    errors.sort_by_key(place);
    errors
}

/// Template and line.
fn place(error: &Error) -> (String, Option<usize>) {
    match error {
        Error::Template { template, line, .. } => (template.clone(), *line),
        error => (error.to_string(), None),
    }
}

/// Every theme, with pictures and without, on a terminal with marks and without.
fn looks() -> Vec<Look> {
    let terminal = |shown| Terminal {
        width: 80,
        colour: shown,
        links: shown,
    };
    let look = |(n, theme): (usize, &Theme)| Look {
        theme: *theme,
        images: if n == 0 { Images::None } else { Images::Link },
        terminal: terminal(n > 0),
        ..Look::default()
    };
    Theme::ALL.iter().enumerate().map(look).collect()
}

fn render_all(templates: &Templates, look: &Look, pages: &[Page<'_>]) -> Result<()> {
    let renderer = Renderer::with(templates, look.clone())?;
    for digest in [sample::full(), sample::minimal()] {
        for format in [Format::Html, Format::Markdown, Format::Text] {
            renderer.digest(&digest, format)?;
            renderer.stories(&digest.stories, format)?;
        }
        for page in pages {
            page(&renderer, &digest)?;
        }
    }
    let mut empty = sample::minimal();
    (empty.stories, empty.briefs) = (vec![], vec![]);
    for format in [Format::Html, Format::Markdown, Format::Text] {
        renderer.digest(&empty, format)?;
    }
    Ok(())
}

/// The template of the error without the field, helper or part that it names: `{{titel}}` says nothing then, and a block
/// of it is left as if the field were empty.
fn mended(error: &Error, templates: &Templates) -> Option<(String, String)> {
    let Error::Template {
        template,
        line: Some(line),
        reason,
    } = error
    else {
        return None;
    };
    let text = templates.get(template)?;
    let field = reason.split("unknown field `").nth(1)?.strip_suffix('`')?;
    // The line is that of the expression's beginning; it may go on below.
    let start = text.split_inclusive('\n').take(line - 1).map(str::len).sum::<usize>();
    let begins = |at: usize| !text[..at].ends_with(|c: char| c.is_alphanumeric() || "_.@/-".contains(c));
    let ends = |at: usize| !text[at..].starts_with(|c: char| c.is_alphanumeric() || "_./-".contains(c));
    let inside = |at: usize| text[..at].rfind("{{") > text[..at].rfind("}}");
    let mut found = text[start..].match_indices(field).map(|(at, _)| start + at);
    let at = found.find(|&at| begins(at) && ends(at + field.len()) && inside(at))?;
    let after = &text[at + field.len()..];
    // An expression of one word has to be a word that is known.
    let alone = text[..at].trim_end().ends_with(['{', '~']) && after.trim_start().starts_with(['}', '~']);
    let nothing = if alone { "theme" } else { "false" };
    Some((template.clone(), format!("{}{nothing}{after}", &text[..at])))
}
