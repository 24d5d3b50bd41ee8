//! Several files laid over one another: what the project's says goes before what the user's says.
//!
//! Tables are joined field by field. Anything else, arrays of tables (`[[digests]]`, `[[sources]]`, `[[rank.sections]]`) among
//! it, is taken whole from the first file that has it. Paths are those of the file that says them: a relative one counts from
//! that file's folder, and `~/` is the user's home.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::{Config, DigestConfig};
use crate::error::{Error, Result};

/// One file of the configuration, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// What errors call it: its path as the user knows it.
    pub name: String,
    /// The folder that its relative paths count from.
    pub folder: PathBuf,
    /// What it says.
    pub text: String,
}

/// Where paths are said; `*` is every element of an array.
const PATHS: [&[&str]; 13] = [
    &["digests", "*", "out"],
    &["digests", "*", "templates"],
    &["digests", "*", "mail", "recipients"],
    &["sources", "*", "feed"],
    &["sources", "*", "page"],
    &["sources", "*", "folder"],
    &["sources", "*", "jsonl"],
    &["sources", "*", "mail"],
    &["mail", "recipients"],
    &["mail", "smtp", "ca_file"],
    &["mail", "smtp", "user", "file"],
    &["mail", "smtp", "password", "file"],
    &["state", "folder"],
];

/// The configuration that several files make together, the strongest first; of none, the default. `home` is the user's.
///
/// # Errors
/// As [`Config::from_toml`], for the first file with an error; [`super::check`] finds all.
pub fn join(layers: &[Layer], home: Option<&Path>) -> Result<Config> {
    let mut tables = Vec::new();
    for layer in layers {
        Config::from_toml(&layer.text, &layer.name)?;
        tables.push((layer, layer.text.parse().map_err(|e| invalid(&layer.name, e))?));
    }
    join_tables(tables, home)
}

/// As [`join`], of what the files say, each read.
///
/// # Errors
/// Where what they say together makes no configuration.
pub(super) fn join_tables(tables: Vec<(&Layer, Table)>, home: Option<&Path>) -> Result<Config> {
    let names = tables
        .iter()
        .map(|(l, _)| l.name.as_str())
        .collect::<Vec<_>>()
        .join(" over ");
    let mut joined = Table::new();
    for (layer, mut table) in tables {
        place(&mut table, &layer.folder, home);
        lay_under(&mut joined, table);
    }
    Value::Table(joined).try_into().map_err(|e| invalid(&names, e))
}

fn invalid(subject: &str, error: toml::de::Error) -> Error {
    Error::Invalid {
        subject: subject.to_string(),
        reason: error.message().replace('\n', " "),
    }
}

/// Adds what a weaker table says and the stronger does not.
fn lay_under(strong: &mut Table, weak: Table) {
    for (key, value) in weak {
        match (strong.get_mut(&key), value) {
            (Some(Value::Table(over)), Value::Table(under)) if !is_secret(over) => lay_under(over, under),
            (Some(_), _) => {}
            (None, value) => {
                strong.insert(key, value);
            }
        }
    }
}

/// `{ env = .. }` and `{ file = .. }` are one value each: joined they would be neither.
fn is_secret(table: &Table) -> bool {
    table.len() == 1 && (table.contains_key("env") || table.contains_key("file"))
}

/// Makes every path of a file independent of the folder that the program runs in.
fn place(table: &mut Table, folder: &Path, home: Option<&Path>) {
    let digests = table.get_mut("digests").and_then(Value::as_array_mut);
    for digest in digests.into_iter().flatten().filter_map(Value::as_table_mut) {
        if let Some(name) = digest
            .get("name")
            .and_then(Value::as_str)
            .filter(|_| !digest.contains_key("out"))
        {
            let out = DigestConfig::new(name).out();
            digest.insert("out".into(), Value::String(out.to_string_lossy().into_owned()));
        }
    }
    for path in PATHS {
        if let Some((key, rest)) = path.split_first()
            && let Some(value) = table.get_mut(*key)
        {
            each(value, rest, &|text| {
                if let Some(placed) = placed(text, folder, home) {
                    *text = placed;
                }
            });
        }
    }
}

fn each(value: &mut Value, path: &[&str], change: &dyn Fn(&mut String)) {
    match (path, value) {
        ([], Value::String(text)) => change(text),
        (["*", rest @ ..], Value::Array(values)) => values.iter_mut().for_each(|v| each(v, rest, change)),
        ([key, rest @ ..], Value::Table(table)) => {
            if let Some(value) = table.get_mut(*key) {
                each(value, rest, change);
            }
        }
        _ => {}
    }
}

/// A path that counts from a folder, with `~/` read as the home; `None` where the text is no path (an address), or stands already.
pub fn placed(text: &str, folder: &Path, home: Option<&Path>) -> Option<String> {
    if text.contains("://") || text == "-" {
        return None;
    }
    let path = match (text.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ if Path::new(text).is_absolute() || folder.as_os_str().is_empty() => return None,
        _ => folder.join(text.strip_prefix("./").unwrap_or(text)),
    };
    Some(path.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(name: &str, text: &str) -> Layer {
        Layer {
            name: format!("/{name}/broadsheet.toml"),
            folder: format!("/{name}").into(),
            text: text.into(),
        }
    }

    fn joined(layers: &[(&str, &str)]) -> Config {
        let layers: Vec<Layer> = layers.iter().map(|(name, text)| layer(name, text)).collect();
        join(&layers, Some(Path::new("/home/ada"))).unwrap()
    }

    #[test]
    fn no_file_is_the_default() {
        assert_eq!(joined(&[]), Config::default());
    }

    #[test]
    fn tables_are_joined_and_the_first_that_says_a_thing_wins() {
        let config = joined(&[
            (
                "project",
                "[summarize]\nlength = \"short\"\n[rank.weights]\n\"The Ansel Letter\" = 2.0\n",
            ),
            (
                "user",
                "[summarize]\nlength = \"long\"\ncompress = true\n[rank.weights]\n\"The Ansel Letter\" = 0.5\n\"wire.example\" = 0.5\n",
            ),
        ]);
        assert_eq!(config.summarize.length, crate::summarize::Length::Short);
        assert!(config.summarize.compress, "what only the user's file says holds");
        assert_eq!(config.rank.weights["The Ansel Letter"], 2.0);
        assert_eq!(config.rank.weights["wire.example"], 0.5);
    }

    #[test]
    fn arrays_of_tables_are_taken_whole() {
        let config = joined(&[
            (
                "project",
                "[[sources]]\nname = \"a\"\nfeed = \"https://a.example/feed\"\n",
            ),
            (
                "user",
                "[[sources]]\nname = \"b\"\nfeed = \"https://b.example/feed\"\n[[digests]]\nname = \"daily\"\n",
            ),
        ]);
        assert_eq!(
            config.sources.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(),
            ["a"]
        );
        assert_eq!(config.digests.len(), 1);
    }

    #[test]
    fn secrets_are_not_joined() {
        let config = joined(&[
            ("project", "[mail.smtp]\npassword = { env = \"SMTP_PASSWORD\" }\n"),
            (
                "user",
                "[mail.smtp]\npassword = { file = \"secret\" }\nuser = { file = \"~/user\" }\n",
            ),
        ]);
        assert_eq!(
            config.mail.smtp.password,
            Some(super::super::Secret::Env("SMTP_PASSWORD".into()))
        );
        assert_eq!(
            config.mail.smtp.user,
            Some(super::super::Secret::File("/home/ada/user".into()))
        );
    }

    #[test]
    fn paths_count_from_the_folder_of_their_file() {
        let config = joined(&[
            (
                "project",
                "[[digests]]\nname = \"daily\"\ntemplates = \"./look\"\n[[digests]]\nname = \"sport\"\nout = \"/srv/sport\"\n",
            ),
            (
                "user",
                "[mail]\nrecipients = \"~/readers.txt\"\n[[sources]]\nname = \"inbox\"\nfolder = \"inbox\"\n\
                 [[sources]]\nname = \"wire\"\nfeed = \"https://wire.example/feed\"\n",
            ),
        ]);
        assert_eq!(config.digests[0].out(), Path::new("/project/digests/daily"));
        assert_eq!(config.digests[0].templates.as_deref(), Some(Path::new("/project/look")));
        assert_eq!(config.digests[1].out(), Path::new("/srv/sport"));
        assert_eq!(
            config.mail.recipients.as_deref(),
            Some(Path::new("/home/ada/readers.txt"))
        );
        assert_eq!(config.sources[0].folder.as_deref(), Some("/user/inbox"));
        assert_eq!(config.sources[1].feed.as_deref(), Some("https://wire.example/feed"));
    }

    #[test]
    fn an_error_names_its_file_and_line() {
        let layers = [layer("project", ""), layer("user", "\n[digest]\ntitel = 1\n")];
        let error = join(&layers, None).unwrap_err().to_string();
        assert!(error.starts_with("/user/broadsheet.toml:3: "), "{error}");
    }
}
