//! A configuration with every field, its default and what it is for.
//!
//! The table in `fields` says what fields are for; their defaults come from the types. A test asks serde for the fields of every
//! section and fails where the table has one less or one more.

mod fields;

use toml::{Table, Value};

use fields::{Field, SECTIONS, Section};

use super::{Config, DigestConfig, SourceConfig};

const HEAD: &str = "\
# Broadsheet's configuration: every field, with its default.
#
# It is read from --config FILE or BROADSHEET_CONFIG, else from ./broadsheet.toml; under it lies the user's own,
# $XDG_CONFIG_HOME/broadsheet/broadsheet.toml (~/.config where that is not set). Flags go before both.
# Relative paths count from this file's folder; ~/ is your home.
#
# A line that begins with `#` and a letter or a bracket is a setting: take the `#` away to change it. What is left as it is
# follows the defaults of later versions. `broadsheet config check` finds mistakes.
";

/// The configuration, with every field.
pub fn text() -> String {
    let mut out = String::from(HEAD);
    for section in SECTIONS {
        let defaults = defaults(section.header);
        out.push_str(&format!("\n# {}\n", section.what));
        // An element of an array has fields that must be given: it is there only once it is asked for.
        let element = ["[", "digests.", "rank.sections."]
            .iter()
            .any(|p| section.header.starts_with(p));
        out.push_str(&format!("{}[{}]\n", if element { "#" } else { "" }, section.header));
        for Field(name, what, sample) in section.fields {
            // A name that must be given is empty where nothing is said, which is no default.
            let default = defaults.get(*name).map(written).filter(|d| d != "\"\"");
            let (value, note) = match (default, sample) {
                (Some(default), Some(sample)) if default != *sample => {
                    (sample.to_string(), format!(" [default: {default}]"))
                }
                (_, Some(sample)) => (sample.to_string(), String::new()),
                (Some(default), None) => (default, String::new()),
                // A test says that there is none.
                (None, None) => continue,
            };
            out.push_str(&format!("# {what}{note}\n#{name} = {value}\n"));
        }
    }
    out
}

/// A value as a person would write it: what began as an `f32` without the digits that widening added.
fn written(value: &Value) -> String {
    match value {
        Value::Float(wide) if f64::from(*wide as f32) == *wide => format!("{:?}", *wide as f32),
        value => value.to_string(),
    }
}

/// The sections that have a field, as they are written.
pub(super) fn places_of(name: &str) -> Vec<String> {
    let has = |section: &&Section| section.fields.iter().any(|f| f.0 == name);
    SECTIONS.iter().filter(has).map(|s| format!("[{}]", s.header)).collect()
}

/// What the fields of a section are where nothing is said.
fn defaults(header: &str) -> Table {
    let whole = match header.trim_matches(['[', ']']).split('.').next() {
        Some("digests") => Value::try_from(DigestConfig::new("morning")).map(|v| wrapped("digests", v)),
        Some("sources") => Value::try_from(SourceConfig {
            weight: 1.0,
            ..SourceConfig::default()
        })
        .map(|v| wrapped("sources", v)),
        _ => Value::try_from(Config::default()),
    };
    let mut value = whole.unwrap_or_else(|_| Value::Table(Table::new()));
    for key in header.trim_matches(['[', ']']).split('.') {
        value = value.get_mut(key).map_or_else(
            || Value::Table(Table::new()),
            |v| std::mem::replace(v, Value::Boolean(false)),
        );
    }
    match value {
        Value::Table(table) => table,
        _ => Table::new(),
    }
}

fn wrapped(key: &str, value: Value) -> Value {
    Value::Table(Table::from_iter([(key.to_string(), value)]))
}

#[cfg(test)]
mod tests;
