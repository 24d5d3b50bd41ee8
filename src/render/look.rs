//! How output looks, apart from what templates say: a value, so that nothing here asks the clock, the terminal or the
//! environment.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// A word of a list, with its names for configuration, flags and templates.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$word_doc:meta])* $word:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
        pub enum $name { $($(#[$word_doc])* #[serde(rename = $text)] $word),* }

        impl $name {
            /// All of them.
            pub const ALL: &[$name] = &[$($name::$word),*];

            /// Its name.
            pub fn name(self) -> &'static str {
                match self { $($name::$word => $text),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }

        impl std::str::FromStr for $name {
            type Err = Error;

            fn from_str(name: &str) -> Result<Self, Error> {
                $name::ALL.iter().copied().find(|word| word.name() == name).ok_or_else(|| Error::Invalid {
                    subject: format!("{} {name:?}", $what),
                    reason: format!("unknown; use {}", [$($text),*].join(", ")),
                })
            }
        }
    };
}

words! {
    /// What an HTML page looks like.
    Theme, "theme" {
        /// A newspaper's front page: serifs, rules, figures in a column of their own.
        #[default]
        Broadsheet = "broadsheet",
        /// One column in the reader's own sans serif, black on white.
        Plain = "plain",
        /// Small type and little space: the day on a page or two.
        Compact = "compact",
    }
}

words! {
    /// Whether sources' pictures are shown.
    Images, "images" {
        /// They are not: a picture is fetched from its publisher, who then knows who read the digest and when.
        #[default]
        None = "none",
        /// They are linked: the reader's browser fetches them when the page is opened.
        Link = "link",
    }
}

words! {
    /// How dates, times and numbers are written. The words of the page are English in all of them.
    Locale, "locale" {
        /// 14 March 2026, 17:40
        #[default]
        EnGb = "en-GB",
        /// March 14, 2026, 5:40 PM
        EnUs = "en-US",
        /// 2026-03-14, 17:40
        Iso = "iso",
    }
}

/// What the text goes to. Whoever writes to a terminal finds these out; a file has the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    /// Columns to wrap at.
    pub width: usize,
    /// Bold, dim and coloured text (SGR). For a terminal only, and not where NO_COLOR is set.
    pub colour: bool,
    /// Links as OSC 8, <https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda>, in place of addresses.
    pub links: bool,
}

impl Terminal {
    /// Plain text of so many columns.
    pub fn plain(width: usize) -> Self {
        Terminal {
            width,
            colour: false,
            links: false,
        }
    }
}

impl Default for Terminal {
    fn default() -> Self {
        Terminal::plain(80)
    }
}

/// How output looks.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Of HTML.
    pub theme: Theme,
    /// In HTML.
    pub images: Images,
    /// Of dates, times and numbers.
    pub locale: Locale,
    /// Times are shown in it.
    pub zone: TimeZone,
    /// Of text.
    pub terminal: Terminal,
}

impl Default for Look {
    fn default() -> Self {
        Look {
            theme: Theme::default(),
            images: Images::default(),
            locale: Locale::default(),
            zone: TimeZone::UTC,
            terminal: Terminal::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_and_others_refused() {
        assert_eq!("compact".parse::<Theme>().unwrap(), Theme::Compact);
        assert_eq!(serde_json::to_value(Locale::EnUs).unwrap(), "en-US");
        assert!(
            Theme::ALL
                .iter()
                .all(|theme| theme.name().parse::<Theme>().unwrap() == *theme)
        );
        assert_eq!(
            "embed".parse::<Images>().unwrap_err().to_string(),
            "images \"embed\": unknown; use none, link"
        );
    }
}
