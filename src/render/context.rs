//! What templates see, described from the types themselves: a JSON schema, and a page for people with an example of each
//! field.

use std::fmt::Write;

use schemars::JsonSchema;
use serde_json::{Map, Value};

use super::look::Images;
use super::sample;
use super::view::{DigestView, StoriesView, VERSION};

/// Where the helpers are described, which the page repeats.
const HELPERS: &str = include_str!("helpers/mod.rs");

/// Characters of an example.
const LONGEST: usize = 70;

/// What templates see, by the page.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "its schema is all that is wanted of it")]
struct Pages {
    /// `digest.*`
    digest: DigestView,
    /// `article.*`
    article: StoriesView,
}

/// The JSON schema (draft 2020-12) of what `digest.*` and `article.*` see.
pub fn schema() -> String {
    let mut schema = schemars::schema_for!(Pages);
    schema.insert("version".to_string(), VERSION.into());
    let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text + "\n"
}

/// The page: docs/template-context.md.
pub fn markdown() -> String {
    let digest = sample::full();
    let examples = serde_json::to_value(DigestView::with_images(&digest, Images::Link)).unwrap_or_default();
    let articles = serde_json::to_value(StoriesView::with_images(&digest.stories, Images::Link)).unwrap_or_default();
    let mut out = format!(
        "# What templates see\n\n\
         Version {VERSION}. Made from the types in `src/render/view/`: a test compares this page with them, and\n\
         `BROADSHEET_BLESS=1 cargo test context` writes it anew. `broadsheet templates context --schema` prints the same as a JSON schema.\n\n\
         `digest.*` sees a DigestView, `article.*` a StoriesView. Every field is always there: what is not known is `null` or an empty\n\
         list, and a field that does not exist is an error with template and line. Texts are one clean line each and are escaped for the\n\
         template's format when they are shown; addresses are http or https. Times are RFC 3339 in UTC, dates `YYYY-MM-DD`, numbers bare.\n\n\
         `broadsheet templates export DIR` writes the standard templates, `templates check DIR` finds what is wrong in yours, and\n\
         `templates preview DIR` shows them.\n"
    );
    let mut told = Vec::new();
    for (schema, example) in [
        (Value::from(schemars::schema_for!(DigestView)), &examples),
        (Value::from(schemars::schema_for!(StoriesView)), &articles),
    ] {
        let none = Map::new();
        let definitions = schema["$defs"].as_object().unwrap_or(&none);
        let title = schema["title"].as_str().unwrap_or_default().to_string();
        let mut waiting = vec![(title, &schema, vec![example])];
        while let Some((name, schema, examples)) = waiting.pop() {
            if told.contains(&name) {
                continue;
            }
            let _ = write!(
                out,
                "\n## {name}\n\n{}\n\n| field | type | what it says | example |\n| --- | --- | --- | --- |\n",
                description(schema)
            );
            let mut inner = Vec::new();
            for (field, of) in schema["properties"].as_object().unwrap_or(&none) {
                let values: Vec<&Value> = examples.iter().filter_map(|e| e.get(field)).collect();
                let _ = writeln!(
                    out,
                    "| `{field}` | {} | {} | {} |",
                    kind(of),
                    description(of),
                    example_of(&values)
                );
                if let Some(name) = reference(of) {
                    let flat = values
                        .iter()
                        .flat_map(|v| v.as_array().map_or_else(|| vec![*v], |list| list.iter().collect()));
                    inner.extend(
                        definitions
                            .get(&name)
                            .map(|of| (name, of, flat.filter(|v| !v.is_null()).collect())),
                    );
                }
            }
            told.push(name);
            // The first field's type comes first: the last in is the first out.
            inner.reverse();
            waiting.extend(inner);
        }
    }
    out.push_str("\n## Helpers\n\n");
    for line in HELPERS
        .lines()
        .filter_map(|line| line.strip_prefix("//! "))
        .skip_while(|line| !line.starts_with('|'))
    {
        out.push_str(line);
        out.push('\n');
        // The table ends where the text after it begins.
        if line.starts_with("| `{{#if F}}`") {
            out.push('\n');
        }
    }
    out
}

fn description(schema: &Value) -> String {
    schema["description"]
        .as_str()
        .unwrap_or_default()
        .replace('\n', " ")
        .replace('|', "\\|")
}

/// The type in words: `text`, `number or null`, `list of StoryView`.
fn kind(schema: &Value) -> String {
    let word = |kind: &str| {
        match kind {
            "string" => "text",
            "integer" => "whole number",
            "boolean" => "yes or no",
            kind => return kind.to_string(),
        }
        .to_string()
    };
    if let Some(list) = schema.get("items") {
        return format!("list of {}", kind(list));
    }
    if let Some(all) = schema["anyOf"].as_array() {
        return all.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    match (&schema["type"], reference(schema)) {
        (_, Some(name)) => format!("[{name}](#{})", name.to_lowercase()),
        (Value::Array(kinds), _) if kinds.iter().any(|k| k == "array") => "list or null".to_string(),
        (Value::Array(kinds), _) => kinds
            .iter()
            .filter_map(Value::as_str)
            .map(word)
            .collect::<Vec<_>>()
            .join(" or "),
        (Value::String(kind), _) => word(kind),
        _ => String::new(),
    }
}

/// The type that a field, or each entry of its list, has.
fn reference(schema: &Value) -> Option<String> {
    let own = schema["$ref"]
        .as_str()
        .and_then(|path| path.rsplit('/').next())
        .map(str::to_string);
    own.or_else(|| schema.get("items").and_then(reference))
        .or_else(|| schema["anyOf"].as_array()?.iter().find_map(reference))
}

/// The first value that says something, on one line.
fn example_of(values: &[&Value]) -> String {
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    };
    let Some(value) = values.iter().find(|v| !empty(v)).or(values.first()) else {
        return String::new();
    };
    match value {
        Value::Array(list) => format!("{} of them", list.len()),
        Value::Object(_) => "see there".to_string(),
        value => {
            let text = value.to_string();
            let cut: String = text.chars().take(LONGEST).collect();
            let dots = if cut.len() < text.len() { "…" } else { "" };
            format!("`{cut}{dots}`")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_and_the_schema_are_what_the_types_say() {
        for (path, expected) in [
            (
                concat!(env!("CARGO_MANIFEST_DIR"), "/docs/template-context.md"),
                markdown(),
            ),
            (
                concat!(env!("CARGO_MANIFEST_DIR"), "/docs/template-context.schema.json"),
                schema(),
            ),
        ] {
            if std::env::var_os("BROADSHEET_BLESS").is_some() {
                std::fs::write(path, &expected).unwrap();
            }
            let found = std::fs::read_to_string(path).unwrap_or_default();
            assert!(
                found == expected,
                "{path} is out of date: BROADSHEET_BLESS=1 cargo test context"
            );
        }
    }

    #[test]
    fn every_field_has_a_description_and_an_example() {
        for line in markdown()
            .lines()
            .filter(|line| line.starts_with("| `") && !line.contains("{{"))
        {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            assert!(cells.len() == 4 && cells.iter().all(|cell| !cell.is_empty()), "{line}");
            assert!(!line.contains("`null`") || cells[3] != "`null`", "{line}");
        }
    }
}
