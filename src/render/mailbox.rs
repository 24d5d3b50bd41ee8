//! Who a message is from or to: a name and an address, both safe to stand in a header.

use std::str::FromStr;

use lettre::Address;
use lettre::message::Mailbox as Lettre;

/// The longest address (RFC 5321, 4.5.3.1.3, less the angle brackets).
const LONGEST: usize = 254;

/// A name and an address: `Ada Berg <ada@example.org>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mailbox {
    /// Who has it, where that is said.
    pub name: Option<String>,
    /// The address, in ASCII; its domain in lower case and, where it was written in other letters, in their ASCII form (IDNA).
    pub address: String,
}

impl Mailbox {
    /// What follows the `@`.
    pub fn domain(&self) -> &str {
        self.address.rsplit('@').next().unwrap_or_default()
    }

    /// The address as no other spelling of it differs: servers may tell `Ada` from `ada`, but none that matters does.
    pub fn key(&self) -> String {
        self.address.to_ascii_lowercase()
    }

    /// As the crate that writes messages wants it.
    pub(super) fn lettre(&self) -> Result<Lettre, String> {
        let address = self
            .address
            .parse::<Address>()
            .map_err(|e| format!("{}: {e}", self.address))?;
        Ok(Lettre::new(self.name.clone(), address))
    }
}

impl FromStr for Mailbox {
    type Err = String;

    /// Reads `address`, `<address>` or `Name <address>`; the name may stand in double quotes.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.chars().any(char::is_control) {
            return Err("has a line break or another control character".to_string());
        }
        let (name, address) = match text.strip_suffix('>') {
            Some(rest) => rest.rsplit_once('<').ok_or("has a `>` without a `<`")?,
            None => ("", text),
        };
        Ok(Mailbox {
            name: Some(unquoted(name.trim())).filter(|name| !name.is_empty()),
            address: address_of(address.trim())?,
        })
    }
}

impl std::fmt::Display for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => f.write_str(&self.address),
        }
    }
}

fn unquoted(name: &str) -> String {
    match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
        Some(inner) => inner.replace("\\\"", "\"").replace("\\\\", "\\").trim().to_string(),
        None => name.to_string(),
    }
}

fn address_of(text: &str) -> Result<String, String> {
    let (local, domain) = text.rsplit_once('@').ok_or_else(|| format!("{text:?} has no `@`"))?;
    if !local.is_ascii() {
        return Err(format!(
            "{text:?} has letters beyond ASCII before the `@`, which not every server can deliver to"
        ));
    }
    if local.contains(['"', '(', ')', ' ', ',', ';', ':', '<', '>', '\\']) {
        return Err(format!(
            "{text:?} has characters before the `@` that no usual address has"
        ));
    }
    let domain = match domain.starts_with('[') {
        true => domain.to_string(),
        false => match url::Host::parse(domain) {
            Ok(url::Host::Domain(domain)) => domain,
            _ => return Err(format!("{domain:?} is no domain")),
        },
    };
    let address = format!("{local}@{domain}");
    if address.len() > LONGEST {
        return Err(format!("is longer than {LONGEST} characters"));
    }
    match address.parse::<Address>() {
        Ok(_) => Ok(address),
        Err(e) => Err(format!("{text:?}: {}", e.to_string().to_lowercase())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(Option<String>, String), String> {
        text.parse::<Mailbox>().map(|mailbox| (mailbox.name, mailbox.address))
    }

    #[test]
    fn the_usual_forms_are_read() {
        let ada = "ada@example.org".to_string();
        assert_eq!(read(" ada@Example.ORG "), Ok((None, ada.clone())));
        assert_eq!(read("<ada@example.org>"), Ok((None, ada.clone())));
        assert_eq!(
            read("Ada Berg <ada@example.org>"),
            Ok((Some("Ada Berg".to_string()), ada.clone()))
        );
        assert_eq!(
            read(r#""Berg, \"A\" <x>" <ada@example.org>"#),
            Ok((Some(r#"Berg, "A" <x>"#.to_string()), ada))
        );
        assert_eq!(
            read("ida@blåbær.example"),
            Ok((None, "ida@xn--blbr-roah.example".to_string()))
        );
        assert_eq!(read("a+b.c_d@[127.0.0.1]").unwrap().1, "a+b.c_d@[127.0.0.1]");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for (bad, why) in [
            ("", "no `@`"),
            ("ada", "no `@`"),
            ("ada@", "no domain"),
            ("@example.org", "@example.org"),
            ("ada@exa mple.org", "no domain"),
            ("a b@example.org", "no usual address"),
            ("ada@example.org, bob@example.org", "no usual address"),
            ("ada@example.org>", "without a `<`"),
            ("Ada <ada@example.org\r\nBcc: eve@example.org>", "line break"),
            ("Ada\r\nBcc: eve@example.org <ada@example.org>", "line break"),
            ("Ada <ada\u{0}@example.org>", "control character"),
            ("jürgen@example.org", "beyond ASCII"),
            (&format!("{}@example.org", "a".repeat(300)), "254"),
        ] {
            let error = read(bad).expect_err(bad);
            assert!(error.contains(why), "{bad:?}: {error}");
        }
    }
}
