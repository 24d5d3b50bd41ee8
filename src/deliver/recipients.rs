//! The list of those who get a digest: a file with one a line.

use std::collections::BTreeMap;

use crate::error::Warning;
use crate::render::Mailbox;

/// Who is on the list, and what could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recipients {
    /// Each once, in the order of the file.
    pub list: Vec<Mailbox>,
    /// Lines that are no recipient (lost), and that name one again; each with its number.
    pub warnings: Vec<Warning>,
}

/// Reads `ada@example.org` or `Ada Berg <ada@example.org>` of each line; an empty line is passed over, and `#` at its beginning
/// or after a space begins a comment. `name` is what warnings name.
pub fn read_recipients(text: &str, name: &str) -> Recipients {
    let mut read = Recipients::default();
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (n, line) in (1..).zip(text.lines()) {
        let line = without_comment(line).trim();
        if line.is_empty() {
            continue;
        }
        let subject = format!("{name}:{n}");
        match line.parse::<Mailbox>() {
            Err(reason) => read
                .warnings
                .push(Warning::lost(subject, format!("is no recipient: {reason}"))),
            Ok(mailbox) => match lines.get(&mailbox.key()) {
                Some(first) => {
                    let message = format!("{} is on line {first} already", mailbox.address);
                    read.warnings.push(Warning::note(subject, message));
                }
                None => {
                    lines.insert(mailbox.key(), n);
                    read.list.push(mailbox);
                }
            },
        }
    }
    read
}

fn without_comment(line: &str) -> &str {
    let begins = |(at, _): &(usize, &str)| *at == 0 || line[..*at].ends_with([' ', '\t']);
    line.match_indices('#').find(begins).map_or(line, |(at, _)| &line[..at])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_list_is_read_and_what_is_wrong_with_it_is_named() {
        let text = "\u{feff}# readers\n\nada@example.org\r\nBo Berg <bo@example.org> # since March\nADA@Example.org\nnobody\na#b@example.org\n  # end";
        let read = read_recipients(text, "readers.txt");
        let addresses: Vec<&str> = read.list.iter().map(|m| m.address.as_str()).collect();
        assert_eq!(addresses, ["ada@example.org", "bo@example.org", "a#b@example.org"]);
        assert_eq!(read.list[1].name.as_deref(), Some("Bo Berg"));
        let warnings: Vec<String> = read.warnings.iter().map(Warning::to_string).collect();
        assert_eq!(
            warnings,
            [
                "readers.txt:5: ADA@example.org is on line 3 already",
                "readers.txt:6: is no recipient: \"nobody\" has no `@`"
            ]
        );
        assert_eq!((read.warnings[0].lost, read.warnings[1].lost), (false, true));
    }

    proptest! {
        #[test]
        fn every_line_is_a_recipient_or_a_warning_or_empty(text in "(\\PC|[\n#<>@\"a.]){0,60}") {
            let read = read_recipients(&text, "x");
            let told = text.lines().filter(|line| !without_comment(line).trim().is_empty()).count();
            prop_assert!(read.list.len() + read.warnings.len() <= told);
            for mailbox in &read.list {
                prop_assert!(mailbox.address.is_ascii() && !mailbox.address.contains(|c: char| c.is_control() || c == ' '));
            }
        }
    }
}
