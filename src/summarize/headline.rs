//! What a story is called: a source's own headline, freed of what belongs to its page.

use crate::document::Annotated;

/// Characters that a headline made of a sentence may have.
const LONGEST: usize = 100;

/// The first document's headline that tells what happened, else any document's, else the beginning of its first sentence.
pub fn headline(documents: &[&Annotated]) -> String {
    let clean = |d: &&Annotated| Some(clean(d.document.title()?, d.document.article.site_name.as_deref()));
    let titles: Vec<String> = documents.iter().filter_map(clean).filter(|t| !t.is_empty()).collect();
    titles
        .iter()
        .find(|t| tells(t))
        .or(titles.first())
        .cloned()
        .unwrap_or_else(|| {
            let first = documents
                .iter()
                .find_map(|d| d.document.sentences().next().map(|s| d.document.text(&s.span)));
            first.map(shorten).unwrap_or_default()
        })
}

/// Whether a headline says what happened, rather than asks, teases or explains.
fn tells(title: &str) -> bool {
    let first = title.split_whitespace().next().unwrap_or_default().to_lowercase();
    let explains = [
        "what",
        "why",
        "how",
        "who",
        "where",
        "when",
        "watch",
        "live",
        "here's",
        "opinion",
        "analysis:",
        "explainer:",
    ];
    !title.ends_with('?') && !title.starts_with(['“', '"', '‘']) && !explains.contains(&first.as_str())
}

/// Takes off "LIVE:" and the publication's name at the end.
fn clean(title: &str, site: Option<&str>) -> String {
    let mut words: Vec<&str> = title.split_whitespace().collect();
    // The time of a live page's post.
    let clock = |word: &str| word.contains(':') && word.chars().all(|c| c.is_ascii_digit() || c == ':');
    if words.len() > 3 && clock(words[0]) {
        words.remove(0);
    }
    let mut title = words.join(" ");
    for prefix in [
        "LIVE:",
        "Live:",
        "LIVE -",
        "Live updates:",
        "LIVE UPDATES:",
        "UPDATE 1-",
        "UPDATE:",
        "Watch:",
        "WATCH:",
    ] {
        if let Some(rest) = title.strip_prefix(prefix) {
            title = rest.trim_start().to_owned();
        }
    }
    for separator in [" | ", " - ", " – ", " — ", " · "] {
        if let Some((head, tail)) = title.rsplit_once(separator) {
            let same = site.is_some_and(|site| {
                tail.eq_ignore_ascii_case(site) || site.to_lowercase().contains(&tail.to_lowercase())
            });
            // A bar is hardly ever part of a headline.
            if (same || separator == " | ") && head.split_whitespace().count() >= 3 {
                title = head.trim_end().to_owned();
            }
        }
    }
    title
}

/// The beginning of a sentence, cut between words.
fn shorten(sentence: &str) -> String {
    let mut out = String::new();
    for word in sentence.split_whitespace() {
        if !out.is_empty() && out.chars().count() + word.chars().count() + 1 > LONGEST {
            return out.trim_end_matches(|c: char| !c.is_alphanumeric()).to_owned() + "…";
        }
        if !out.is_empty() {
            out.push(' ');
        }
        // A word longer than the line is cut, since nothing else can be done with it.
        out.extend(word.chars().take(LONGEST));
    }
    out.strip_suffix('.').map(str::to_owned).unwrap_or(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn live_marks_and_outlets_go() {
        assert_eq!(
            clean("LIVE: Ferry sinks off Merrow | The Port Post", None),
            "Ferry sinks off Merrow"
        );
        assert_eq!(
            clean("Ferry sinks off Merrow - Port Post", Some("Port Post")),
            "Ferry sinks off Merrow"
        );
        assert_eq!(
            clean("Ferry sinks - what we know", Some("Port Post")),
            "Ferry sinks - what we know"
        );
    }

    #[test]
    fn a_headline_that_explains_or_quotes_tells_less() {
        for title in [
            "What the rate cut means for you",
            "Is the harbour safe?",
            "“I counted the bolts”: twelve men out",
        ] {
            assert!(!tells(title), "{title}");
        }
        assert!(tells("Bank cuts key rate to 3.75%"));
    }

    #[test]
    fn a_sentence_is_cut_between_words() {
        let long = "word ".repeat(40);
        let short = shorten(&long);
        assert!(
            short.ends_with("word…") && short.chars().count() <= LONGEST + 1,
            "{short}"
        );
        assert_eq!(shorten("It rained."), "It rained");
        assert_eq!(shorten(&"x".repeat(500)).chars().count(), LONGEST);
    }
}
