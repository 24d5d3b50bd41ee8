//! Errors and warnings. Each names its subject: the path, URL or line that it is about.

use serde::{Deserialize, Serialize};

/// Something that went wrong with one input and did not end the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The path, URL, `path:line` or document that it is about.
    pub subject: String,
    /// What happened, and what to do where that is not plain.
    pub message: String,
    /// Whether the input is missing from the result because of it (exit code 3), or is there all the same.
    pub lost: bool,
}

impl Warning {
    /// An input that could not be used.
    pub fn lost(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Warning {
            subject: subject.into(),
            message: message.into(),
            lost: true,
        }
    }

    /// An input that was used, but not as the user may expect.
    pub fn note(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Warning {
            subject: subject.into(),
            message: message.into(),
            lost: false,
        }
    }
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Ids come from feeds and JSON lines: what could move a terminal's cursor or break the line is shown as a space.
        let visible = |c: char| if c.is_control() { ' ' } else { c };
        let subject: String = self.subject.chars().map(visible).collect();
        let message: String = self.message.chars().map(visible).collect();
        write!(f, "{subject}: {message}")
    }
}

/// What ends a run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// A model is missing or is not what the manifest says.
    #[error("model {model}: {reason}")]
    Model {
        /// Its id.
        model: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// libtorch or the tokenizer failed.
    #[error("inference: {0}")]
    Inference(String),
    /// A template cannot be parsed or rendered.
    #[error("template {template}{}: {reason}", line.map(|n| format!(", line {n}")).unwrap_or_default())]
    Template {
        /// Its name or path.
        template: String,
        /// The line, from 1, where it is known.
        line: Option<usize>,
        /// What is wrong.
        reason: String,
    },
    /// A configuration or an argument that cannot be used.
    #[error("{subject}: {reason}")]
    Invalid {
        /// The argument, file or field.
        subject: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// The library's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An I/O error with the path it is about.
    pub fn io(path: impl AsRef<std::path::Path>) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.as_ref().display().to_string();
        move |source| Error::Io { path, source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_one_line_without_control_characters() {
        let shown = Warning::note("a\u{1b}[31m\nb", "is\tempty").to_string();
        assert_eq!(shown, "a [31m b: is empty");
    }
}
