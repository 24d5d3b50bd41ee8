//! The forms that a digest can be written in.

use crate::error::Error;

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// Plain text, wrapped, for a terminal.
    Text,
    /// CommonMark.
    Markdown,
    /// One page that needs nothing else.
    Html,
    /// The values themselves.
    Json,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 4] = [Format::Text, Format::Markdown, Format::Html, Format::Json];

    /// How files of this form end, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Text => "txt",
            Format::Markdown => "md",
            Format::Html => "html",
            Format::Json => "json",
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Format::Text => "text",
            Format::Markdown => "markdown",
            Format::Html => "html",
            Format::Json => "json",
        })
    }
}

impl std::str::FromStr for Format {
    type Err = Error;

    /// Takes the name of a format or the ending of its files.
    fn from_str(name: &str) -> Result<Self, Error> {
        Format::ALL
            .into_iter()
            .find(|f| f.extension() == name || f.to_string() == name)
            .ok_or_else(|| Error::Invalid {
                subject: format!("format {name:?}"),
                reason: "unknown; use text, markdown, html or json".to_string(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_endings_are_read_back() {
        for format in Format::ALL {
            assert_eq!(format.to_string().parse::<Format>().unwrap(), format);
            assert_eq!(format.extension().parse::<Format>().unwrap(), format);
        }
        let error = "pdf".parse::<Format>().unwrap_err().to_string();
        assert_eq!(error, "format \"pdf\": unknown; use text, markdown, html or json");
    }
}
