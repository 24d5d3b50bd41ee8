//! All that is wrong with a configuration, each with its file, its line and, where one can be made, a suggestion.
//!
//! What serde refuses is taken out and the rest is read again until nothing more is refused, so that every mistake is found and
//! not only the first. What is left is checked against itself and against what lies outside ([`World`]).

mod rules;

use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Deserializer};

use super::layers::{self, Layer};
use super::{Config, example};

/// The most mistakes that are looked for in one file.
const MOST: usize = 200;

/// Something wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file and line.
    pub place: String,
    /// What is wrong, and what to do.
    pub message: String,
    /// Whether a run fails for it, or does something else than may be expected.
    pub fatal: bool,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = if self.fatal { "" } else { "warning: " };
        // Values stand in messages: what could move a terminal's cursor is shown as a space.
        let message = self.message.replace(char::is_control, " ");
        write!(f, "{}: {kind}{message}", self.place)
    }
}

/// What a path should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file that can be read.
    File,
    /// A folder that can be listed.
    Folder,
    /// Either.
    Any,
    /// A folder of templates that can be used.
    Templates,
}

/// What a configuration is checked against: the only look outside, and the caller's.
pub struct World<'a> {
    /// The user's home.
    pub home: Option<&'a Path>,
    /// Whether an environment variable is set.
    pub is_set: &'a dyn Fn(&str) -> bool,
    /// What is wrong with a path.
    pub wrong_with: &'a dyn Fn(&Path, Kind) -> Option<String>,
}

/// All that is wrong with several files laid over one another, the strongest first; in the order of the files and their lines.
pub fn check(layers: &[Layer], world: &World) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut tables = Vec::new();
    for layer in layers {
        let (table, found) = read(&layer.text, &layer.name);
        problems.extend(found);
        match table {
            Some(table) => tables.push((layer, table)),
            // A file that is not TOML says nothing that the others could be checked against.
            None => return problems,
        }
    }
    let plain = tables
        .iter()
        .map(|(layer, table)| Some((*layer, plain(table)?)))
        .collect::<Option<Vec<_>>>();
    match plain.map(|plain| layers::join_tables(plain, world.home)) {
        Some(Ok(config)) => problems.extend(rules::check(&config, &Places { tables: &tables }, world)),
        Some(Err(error)) if problems.is_empty() => problems.push(Problem {
            place: layers
                .iter()
                .map(|l| l.name.as_str())
                .collect::<Vec<_>>()
                .join(" over "),
            message: error.to_string(),
            fatal: true,
        }),
        _ => {}
    }
    let key = |problem: &Problem| {
        let (file, line) = problem.place.rsplit_once(':').unwrap_or((&problem.place, "0"));
        let layer = layers.iter().position(|l| l.name == file).unwrap_or(layers.len());
        (layer, line.parse::<usize>().unwrap_or(0))
    };
    problems.sort_by_key(key);
    problems.dedup();
    problems
}

/// The first thing that is wrong with a text that [`Config`] refused.
pub(super) fn first(text: &str, name: &str) -> Option<Problem> {
    read(text, name).1.into_iter().next()
}

/// Reads one file: what can be used of it, with all that serde refuses taken out; `None` where it is not TOML.
fn read<'i>(text: &'i str, name: &str) -> (Option<Spanned<DeTable<'i>>>, Vec<Problem>) {
    let (mut table, errors) = DeTable::parse_recoverable(text);
    let problem = |span: Option<Range<usize>>, message: String| Problem {
        place: place(name, text, span),
        message,
        fatal: true,
    };
    if !errors.is_empty() {
        let all = errors.iter().map(|e| problem(e.span(), e.message().replace('\n', " ")));
        return (None, all.collect());
    }
    let mut problems = Vec::new();
    while problems.len() < MOST {
        let Err(error) = Config::deserialize(Deserializer::from(table.clone())) else {
            break;
        };
        let mut path = Vec::new();
        let found = error.span().is_some_and(|span| cut(table.get_mut(), &span, &mut path));
        problems.push(problem(error.span(), said(error.message(), &path)));
        if !found {
            return (None, problems);
        }
    }
    (Some(table), problems)
}

fn place(name: &str, text: &str, span: Option<Range<usize>>) -> String {
    match span {
        Some(span) => {
            let before = text.as_bytes().get(..span.start).unwrap_or(text.as_bytes());
            format!("{name}:{}", before.iter().filter(|b| **b == b'\n').count() + 1)
        }
        None => name.to_string(),
    }
}

/// Takes out the innermost field or element whose key or value has a span; `path` becomes its keys.
fn cut(table: &mut DeTable<'_>, span: &Range<usize>, path: &mut Vec<String>) -> bool {
    let mut own = None;
    for (key, value) in table.iter_mut() {
        path.push(key.get_ref().to_string());
        if inside(value, span, path) {
            return true;
        }
        path.pop();
        if key.span() == *span || value.span() == *span {
            own = Some(key.get_ref().to_string());
        }
    }
    let Some(own) = own else { return false };
    table.remove(own.as_str());
    path.push(own);
    true
}

fn inside(value: &mut Spanned<DeValue<'_>>, span: &Range<usize>, path: &mut Vec<String>) -> bool {
    match value.get_mut() {
        DeValue::Table(table) => cut(table, span, path),
        DeValue::Array(items) => {
            if items.iter_mut().any(|item| inside(item, span, path)) {
                return true;
            }
            let Some(at) = items.iter().position(|item| item.span() == *span) else {
                return false;
            };
            let mut rest = DeArray::new();
            let others = items.iter().enumerate().filter(|(i, _)| *i != at);
            others.for_each(|(_, item)| rest.push(item.clone()));
            *items = rest;
            true
        }
        _ => false,
    }
}

/// What serde says, with a suggestion. It never repeats a value where a secret should be.
fn said(message: &str, path: &[String]) -> String {
    let message = message.replace('\n', " ");
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let field = path.last().copied().unwrap_or_default();
    let is_secret = matches!(path[..], ["mail", "smtp", "user" | "password", ..]);
    if is_secret && !message.starts_with("unknown field") {
        return format!(
            "mail.smtp.{}: a secret is never written in a configuration, which is shown and shared; say where it is: {{ env = \
             \"NAME\" }} for an environment variable or {{ file = \"path\" }}",
            path[2]
        );
    }
    if field == "length" && message.contains("Length") {
        return format!(
            "{}: use \"short\", \"medium\", \"long\" or a number of sentences",
            path.join(".")
        );
    }
    let mut named = message.split('`').skip(1).step_by(2);
    let unknown = message.starts_with("unknown field") || message.starts_with("unknown variant");
    let (true, Some(given)) = (unknown, named.next()) else {
        return match path.is_empty() || message.starts_with("missing field") {
            true => message,
            false => format!("{}: {message}", path.join(".")),
        };
    };
    let known: Vec<&str> = named.collect();
    let what = if message.starts_with("unknown field") {
        "field"
    } else {
        "value"
    };
    if let Some(near) = nearest(given, known.iter().copied()) {
        return format!("unknown {what} `{given}`; did you mean `{near}`?");
    }
    match &example::places_of(given)[..] {
        [] => format!("unknown {what} `{given}`; known here: {}", known.join(", ")),
        [place] => format!("unknown {what} `{given}`; it belongs in {place}"),
        [place, ..] => format!("unknown {what} `{given}`; there is one in {place}"),
    }
}

/// The known word that is most likely meant by an unknown one, if any is like it.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let most = (word.chars().count() / 3).clamp(1, 4);
    known
        .map(|k| (strsim::damerau_levenshtein(&word, &k.to_lowercase()), k))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, k)| k)
}

/// The values of a table, without their places.
fn plain(table: &Spanned<DeTable<'_>>) -> Option<toml::Table> {
    toml::Table::deserialize(Deserializer::from(table.clone())).ok()
}

/// Where things are said.
struct Places<'a, 'i> {
    tables: &'a [(&'a Layer, Spanned<DeTable<'i>>)],
}

impl Places<'_, '_> {
    /// The file and line of a field, or of the nearest thing around it; an element of an array is named by its index.
    fn of(&self, path: &[&str]) -> String {
        for end in (1..=path.len()).rev() {
            for (layer, table) in self.tables {
                if let Some(span) = span(table.get_ref(), &path[..end]) {
                    return place(&layer.name, &layer.text, Some(span));
                }
            }
        }
        self.tables
            .first()
            .map_or_else(String::new, |(layer, _)| layer.name.clone())
    }
}

/// The span of what a path names: its key in a table, itself in an array.
fn span(table: &DeTable<'_>, path: &[&str]) -> Option<Range<usize>> {
    let (first, rest) = path.split_first()?;
    let (key, mut value) = table.get_key_value(*first)?;
    let mut span = key.span();
    let mut rest = rest;
    while let Some((step, further)) = rest.split_first() {
        match value.get_ref() {
            DeValue::Table(table) => return self::span(table, rest),
            DeValue::Array(items) => value = items.get(step.parse::<usize>().ok()?)?,
            _ => return None,
        }
        span = value.span();
        rest = further;
    }
    Some(span)
}

#[cfg(test)]
mod tests;
