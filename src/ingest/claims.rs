//! Summaries that are to be checked: JSON Lines of `{id?, summary, sources}`.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde::Deserialize;

use super::{Options, files, rows, sniff};
use crate::error::Warning;

/// A summary with what it is to be checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// Names it in the output: the `id` given with it, else its file and line.
    pub id: String,
    /// The summary; where it came as a list of sentences, they stand here one by one.
    pub summary: Vec<String>,
    /// The texts of its sources, a title first where one was given.
    pub sources: Vec<Vec<String>>,
}

#[derive(Deserialize)]
struct Row {
    id: Option<rows::Id>,
    summary: Summary,
    sources: Vec<Source>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Summary {
    Text(String),
    Sentences(Vec<Sentence>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Sentence {
    Text(String),
    Object { text: String },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Source {
    Text(String),
    Object { title: Option<String>, text: String },
}

/// Reads one file of lines, or standard input (`-`); `.gz` is read. A line that cannot be read is a warning with its
/// number, and the rest goes on.
pub fn read_claims(input: &str, options: &Options) -> (Vec<Claims>, Vec<Warning>) {
    let (mut claims, mut warnings) = (Vec::new(), Vec::new());
    let source: Box<dyn Read> = if input == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        match File::open(input) {
            Err(error) => return (claims, vec![Warning::lost(input, files::reason(&error))]),
            Ok(file) if sniff::by_name(Path::new(input)).1 => Box::new(MultiGzDecoder::new(BufReader::new(file))),
            Ok(file) => Box::new(file),
        }
    };
    let each = |here: &str, bytes: &[u8], warnings: &mut Vec<Warning>| match serde_json::from_slice::<Row>(bytes) {
        Ok(row) => claims.push(row.into_claims(here)),
        Err(error) => warnings.push(Warning::lost(
            here,
            format!("cannot be read as {{id, summary, sources: [text]}}: {error}"),
        )),
    };
    rows::each_line(BufReader::new(source), input, options.max_bytes, &mut warnings, each);
    if claims.is_empty() && warnings.is_empty() {
        warnings.push(Warning::lost(input, "is empty"));
    }
    (claims, warnings)
}

impl Row {
    fn into_claims(self, here: &str) -> Claims {
        let sentence = |sentence| match sentence {
            Sentence::Text(text) | Sentence::Object { text } => text,
        };
        Claims {
            id: match self.id {
                Some(rows::Id::Text(id)) => id,
                Some(rows::Id::Number(id)) => id.to_string(),
                None => here.to_owned(),
            },
            summary: match self.summary {
                Summary::Text(text) => vec![text],
                Summary::Sentences(sentences) => sentences.into_iter().map(sentence).collect(),
            },
            sources: self
                .sources
                .into_iter()
                .map(|source| match source {
                    Source::Text(text) => vec![text],
                    Source::Object { title, text } => title.into_iter().chain([text]).collect(),
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn lines_are_read_and_a_bad_one_is_named() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(
            file,
            "{{\"id\":7,\"summary\":\"A.\",\"sources\":[\"B.\",{{\"title\":\"T\",\"text\":\"C.\"}}]}}\n\n{{\"summary\":[\"A.\",{{\"text\":\"B.\"}}],\"sources\":[]}}\n{{\"id\":1}}"
        )
        .unwrap();
        let path = file.path().to_str().unwrap();
        let (claims, warnings) = read_claims(path, &Options::default());
        assert_eq!(claims.len(), 2);
        assert_eq!(claims[0].id, "7");
        assert_eq!(claims[0].sources, [vec!["B."], vec!["T", "C."]]);
        assert_eq!(claims[1].id, format!("{path}:3"));
        assert_eq!(claims[1].summary, ["A.", "B."]);
        assert_eq!(warnings.len(), 1);
        assert!(
            warnings[0].to_string().contains(&format!("{path}:4: ")),
            "{}",
            warnings[0]
        );
    }

    #[test]
    fn a_missing_file_is_named() {
        let (claims, warnings) = read_claims("no/such.jsonl", &Options::default());
        assert!(claims.is_empty());
        assert_eq!(warnings[0].to_string(), "no/such.jsonl: no such file or folder");
    }
}
