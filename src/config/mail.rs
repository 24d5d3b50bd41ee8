//! How digests are sent by mail: who sends, through which server, and who gets them.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The section `mail`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// The sender: `desk@example.org` or `The Morning <desk@example.org>`. Nothing is sent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Where answers go, if not to the sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// What the list is called, for readers' filters (`List-Id`, RFC 2919): `morning.example.org`; without it, made from the
    /// digest's name and the sender's domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_id: Option<String>,
    /// Where a reader unsubscribes (`List-Unsubscribe`, RFC 2369): `mailto:` and `https://` addresses, in order of preference.
    /// `{recipient}` in one becomes the recipient's address. An `https://` address must accept RFC 8058's one-click POST.
    pub unsubscribe: Vec<String>,
    /// The server that takes the messages.
    pub smtp: Smtp,
    /// Where the digests can be read in a browser, if they are published; `{edition}` in it becomes the edition's name:
    /// `https://example.org/digests/{edition}.html`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<String>,
    /// A file with one recipient a line: `ada@example.org` or `Ada Berg <ada@example.org>`; `#` begins a comment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipients: Option<PathBuf>,
}

/// The server that takes the messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Smtp {
    /// Its name or address.
    pub host: String,
    /// Its port; without one, 587 for `starttls`, 465 for `tls` and 25 for `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// How the connection is encrypted.
    pub tls: Tls,
    /// Send without encryption (`tls = "none"`) to a server that is not on this machine. Nothing hides the messages then, nor
    /// the password.
    pub allow_plain: bool,
    /// Trust the certificates of this file (PEM) too: a server with a certificate of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Who signs in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Secret>,
    /// With which password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// How long the server may take to answer a command, in seconds; ten times as long for its word on a whole message.
    #[serde(with = "seconds")]
    pub timeout: Duration,
}

/// How a connection to the server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// Begun in the clear, then encrypted before anything is said (RFC 3207); never sent in the clear.
    #[default]
    Starttls,
    /// From the first byte (RFC 8314).
    Tls,
    /// Not at all: for a server on this machine.
    None,
}

/// Where a secret is: never the secret itself, so that a configuration can be shown and shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Secret {
    /// `{ env = "NAME" }`: an environment variable.
    Env(String),
    /// `{ file = "path" }`: the first line of a file.
    File(PathBuf),
}

impl Default for Smtp {
    fn default() -> Self {
        Smtp {
            host: "localhost".to_string(),
            port: None,
            tls: Tls::Starttls,
            allow_plain: false,
            ca_file: None,
            user: None,
            password: None,
            timeout: Duration::from_secs(60),
        }
    }
}

impl Smtp {
    /// The port, given or usual.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.tls {
            Tls::Starttls => 587,
            Tls::Tls => 465,
            Tls::None => 25,
        })
    }
}

/// A time in seconds.
mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer, de};

    pub fn serialize<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(time.as_secs())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        match u64::deserialize(deserializer)? {
            seconds @ 1..=3600 => Ok(Duration::from_secs(seconds)),
            seconds => Err(de::Error::custom(format!(
                "{seconds} is no time to wait; 1 to 3600 seconds are"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_read_and_written() {
        let text = r#"
from = "The Morning <desk@example.org>"
unsubscribe = ["https://example.org/stop?who={recipient}", "mailto:stop@example.org"]
recipients = "readers.txt"

[smtp]
host = "smtp.example.org"
tls = "tls"
timeout = 5
user = { env = "SMTP_USER" }
password = { file = "/run/secrets/smtp" }
"#;
        let mail: Mail = toml::from_str(text).unwrap();
        assert_eq!((mail.smtp.port(), mail.smtp.timeout), (465, Duration::from_secs(5)));
        assert_eq!(mail.smtp.user, Some(Secret::Env("SMTP_USER".to_string())));
        assert_eq!(toml::from_str::<Mail>(&toml::to_string(&mail).unwrap()).unwrap(), mail);
        let default: Mail = toml::from_str("").unwrap();
        assert_eq!(default, Mail::default());
        assert_eq!(default.smtp.port(), 587);
    }

    #[test]
    fn a_password_in_the_clear_and_an_unknown_field_are_errors() {
        for (bad, named) in [
            ("[smtp]\npassword = \"hunter2\"", "password"),
            ("[smtp]\nhots = \"x\"", "hots"),
            ("form = \"x\"", "form"),
            ("[smtp]\ntls = \"ssl\"", "ssl"),
            ("[smtp]\ntimeout = 0", "1 to 3600"),
        ] {
            let error = toml::from_str::<Mail>(bad).unwrap_err().to_string();
            assert!(error.contains(named), "{error}");
        }
    }
}
