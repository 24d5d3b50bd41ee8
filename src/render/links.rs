//! Addresses and anchors: which links are let through, how they lead to a sentence, how a heading is linked to.

use std::collections::BTreeMap;
use std::fmt::Write;

use url::Url;

use super::escape::begins_entity;

/// The address, normalised (WHATWG URL), if it is http or https; names and passwords in it are left out.
pub fn safe_url(address: &str) -> Option<Url> {
    let mut url = Url::parse(address.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    Some(url)
}

/// The host without `www.`: what a site is called where it has no name.
pub fn site_of(url: &Url) -> Option<&str> {
    url.host_str().map(|host| host.strip_prefix("www.").unwrap_or(host))
}

/// The address with a text directive that leads to the sentence:
/// <https://wicg.github.io/scroll-to-text-fragment/>. A browser that finds the words scrolls to them and marks
/// them; one that does not shows the page.
///
/// A long sentence is named by its first and last words, so that a small change between does no harm.
pub fn to_sentence(url: &Url, sentence: &str) -> String {
    /// Words at either end; fewer are often found elsewhere in the text too.
    const WORDS: usize = 4;
    /// Sentences in scripts without spaces are named whole; beyond this many characters an address gets too long.
    const LONGEST: usize = 200;
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let directive = if words.len() > 2 * WORDS {
        let (first, last) = (&words[..WORDS], &words[words.len() - WORDS..]);
        format!(
            "{},{}",
            percent_encode(&first.join(" ")),
            percent_encode(&last.join(" "))
        )
    } else {
        percent_encode(&words.join(" "))
    };
    let url_text = url.as_str();
    if words.is_empty() || sentence.chars().count() > LONGEST && words.len() <= 2 * WORDS {
        return url_text.to_string();
    }
    match url_text.split_once('#') {
        None => format!("{url_text}#:~:text={directive}"),
        Some((page, fragment)) => {
            let fragment = fragment.split(":~:").next().unwrap_or_default();
            format!("{page}#{fragment}:~:text={directive}")
        }
    }
}

/// Percent-encodes all but letters, digits, `.`, `_` and `~`: a text directive gives `-`, `,` and `&` a meaning.
fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The address as the destination of a Markdown link or link definition: nothing in it ends the link or is read as
/// an escape or entity.
pub fn markdown_destination(url: &Url) -> String {
    let url = url.as_str();
    let mut out = String::with_capacity(url.len());
    for (at, c) in url.char_indices() {
        match c {
            '&' if begins_entity(&url[at + 1..]) => out.push_str("&amp;"),
            '<' | '>' | '(' | ')' | '[' | ']' | '"' | '\'' | '\\' | '`' | '{' | '}' | '|' | '^' | '*' | '$' => {
                let _ = write!(out, "%{:02X}", c as u32);
            }
            _ => out.push(c),
        }
    }
    out
}

/// Gives headings the anchors that GitHub and most Markdown programs give them: lower case, punctuation dropped,
/// spaces as hyphens, `-1`, `-2`... after those that were there before.
#[derive(Debug, Default)]
pub struct Anchors {
    seen: BTreeMap<String, usize>,
}

impl Anchors {
    /// The anchor of the next heading. Headings are to be given in the order of the page.
    pub fn next(&mut self, heading: &str) -> String {
        let kept = heading.chars().flat_map(char::to_lowercase).filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            _ => c.is_alphanumeric().then_some(c),
        });
        let slug: String = kept.collect();
        let mut anchor = slug.clone();
        while self.seen.contains_key(&anchor) {
            let count = self.seen.entry(slug.clone()).or_default();
            *count += 1;
            anchor = format!("{slug}-{count}");
        }
        self.seen.insert(anchor.clone(), 0);
        // Programs differ in how they write other letters in an id, but all read them percent-encoded in a link.
        anchor.chars().fold(String::new(), |mut out, c| {
            if c.is_ascii() {
                out.push(c);
            } else {
                out.push_str(&percent_encode(c.encode_utf8(&mut [0; 4])));
            }
            out
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(address: &str) -> Url {
        safe_url(address).unwrap()
    }

    #[test]
    fn only_web_addresses_pass() {
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "news/1",
            "",
            "http://",
        ] {
            assert!(safe_url(bad).is_none(), "{bad}");
        }
        assert_eq!(url(" HTTPS://A.example/x y ").as_str(), "https://a.example/x%20y");
        assert_eq!(url("https://user:secret@a.example/").as_str(), "https://a.example/");
        assert_eq!(
            url("https://a.example/\"><script>").as_str(),
            "https://a.example/%22%3E%3Cscript%3E"
        );
        assert_eq!(site_of(&url("https://www.a.example/")), Some("a.example"));
    }

    #[test]
    fn a_text_directive_names_the_first_and_last_words() {
        let page = url("https://a.example/n?id=1");
        assert_eq!(
            to_sentence(
                &page,
                "The well-known ferry, late & full, sank off the coast on Sunday."
            ),
            "https://a.example/n?id=1#:~:text=The%20well%2Dknown%20ferry%2C%20late,the%20coast%20on%20Sunday.",
        );
        assert_eq!(
            to_sentence(&page, "Two died."),
            "https://a.example/n?id=1#:~:text=Two%20died."
        );
        assert_eq!(
            to_sentence(&page, "三人受伤。"),
            "https://a.example/n?id=1#:~:text=%E4%B8%89%E4%BA%BA%E5%8F%97%E4%BC%A4%E3%80%82"
        );
        assert_eq!(to_sentence(&page, ""), page.as_str());
        assert_eq!(to_sentence(&page, &"三".repeat(201)), page.as_str());
    }

    #[test]
    fn a_text_directive_keeps_the_fragment() {
        assert_eq!(
            to_sentence(&url("https://a.example/#post-3"), "Two died."),
            "https://a.example/#post-3:~:text=Two%20died."
        );
        assert_eq!(
            to_sentence(&url("https://a.example/#p:~:text=x"), "Two died."),
            "https://a.example/#p:~:text=Two%20died."
        );
    }

    #[test]
    fn a_markdown_destination_ends_nowhere_but_at_its_end() {
        assert_eq!(
            markdown_destination(&url("https://a.example/x_(y)?a=1&copy;=[2]")),
            "https://a.example/x_%28y%29?a=1&amp;copy;=%5B2%5D"
        );
    }

    #[test]
    fn anchors_are_githubs() {
        let mut anchors = Anchors::default();
        assert_eq!(
            anchors.next("Ferry sinks: 32 dead, \u{201c}many\u{201d} missing"),
            "ferry-sinks-32-dead-many-missing"
        );
        assert_eq!(anchors.next("Briefs"), "briefs");
        assert_eq!(anchors.next("Briefs!"), "briefs-1");
        assert_eq!(anchors.next("Briefs 1"), "briefs-1-1");
        assert_eq!(anchors.next("Élan"), "%C3%A9lan");
    }
}
