//! What a story is called: the best of its sources' own headlines, freed of what belongs to their pages.
//!
//! Best is central (its words are those of the other headlines and leads), specific (names and numbers), of a length that can
//! be read, and says what happened: it does not ask, tease, quote, explain or comment.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::Annotated;
use crate::infer::round;
use crate::words::{rarity, words};

/// Characters that a headline made of a sentence may have.
const LONGEST: usize = 100;

/// The best of the documents' headlines, else the beginning of the first document's first sentence. The first document is the
/// one that speaks for all: among equals its headline is taken.
pub fn headline(documents: &[&Annotated]) -> String {
    let titles: Vec<(usize, String)> = documents
        .iter()
        .enumerate()
        .filter_map(|(at, d)| Some((at, clean(d.document.title()?, d.document.article.site_name.as_deref()))))
        .filter(|(_, title)| !title.is_empty())
        .collect();
    // In how many documents' title or lead a word stands.
    let mut holders: BTreeMap<String, usize> = BTreeMap::new();
    for document in documents {
        for word in opening(document) {
            *holders.entry(word).or_default() += 1;
        }
    }
    let names: BTreeSet<String> = documents
        .iter()
        .flat_map(|d| d.names.iter().flat_map(|n| words(n)))
        .collect();
    let best = titles.iter().rev().max_by(|a, b| {
        let score = |(at, title): &(usize, String)| score(title, &holders, &names, documents.len(), *at == 0);
        score(a).total_cmp(&score(b))
    });
    best.map(|(_, title)| title.clone()).unwrap_or_else(|| {
        let first = documents
            .iter()
            .find_map(|d| d.document.sentences().next().map(|s| d.document.text(&s.span)));
        first.map(shorten).unwrap_or_default()
    })
}

/// The words of a document's title and first sentences.
fn opening(annotated: &Annotated) -> BTreeSet<String> {
    const LEAD: usize = 3;
    let document = &annotated.document;
    let lead = document.sentences().take(LEAD).map(|s| document.text(&s.span));
    lead.chain(document.title()).flat_map(words).collect()
}

/// How good a headline is.
fn score(
    title: &str,
    holders: &BTreeMap<String, usize>,
    names: &BTreeSet<String>,
    documents: usize,
    first: bool,
) -> f64 {
    let own: BTreeSet<String> = words(title).collect();
    let weight = |word: &String| rarity(word, 0, 0);
    let total: f64 = own.iter().map(weight).sum();
    // The share of its words that the documents have, each by how many do: its own document does not count.
    let others = documents.saturating_sub(1).max(1) as f64;
    let had = |word: &String| (holders.get(word).copied().unwrap_or(0).saturating_sub(1) as f64 / others).min(1.0);
    let central = own.iter().map(|w| weight(w) * had(w)).sum::<f64>() / total.max(1.0);
    let named = own.iter().filter(|word| names.contains(*word)).count().min(4) as f64;
    let numbers = own
        .iter()
        .filter(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        .count()
        .min(2) as f64;
    let length = title.chars().count() as f64;
    let unfit = ((30.0 - length).max(0.0) + (length - LONGEST as f64).max(0.0)) / 30.0;
    round(central + 0.06 * named + 0.08 * numbers - 0.5 * unfit - teases(title) + if first { 0.05 } else { 0.0 })
}

/// Openings of headlines that explain, tease or comment.
const OPENINGS: &[&str] = &[
    "what",
    "why",
    "how",
    "who",
    "where",
    "when",
    "watch",
    "live",
    "here's",
    "here",
    "this",
    "these",
    "meet",
    "opinion",
    "analysis",
    "explainer",
    "comment",
    "editorial",
    "letters",
    "review",
    "podcast",
    "video",
    "pictures",
    "photos",
    "quiz",
    "should",
    "is",
    "are",
    "can",
    "could",
    "will",
    "inside",
    "everything",
    "five",
    "ten",
    "your",
];

/// Words of headlines that hold back what happened, or shout.
const BAIT: &[&str] = &[
    "you need to know",
    "you won't believe",
    "what happened next",
    "things to know",
    "takeaways",
    "here's why",
    "here's what",
    "this is why",
    "shocking",
    "jaw-dropping",
    "slams",
    "slammed",
    "blasts",
    "destroys",
    "goes viral",
    "the internet",
    "reason why",
    "at a glance",
    "what we know",
    "in pictures",
    "as it happened",
    "your questions answered",
];

/// How far a headline is from saying what happened: 0 where it just does.
fn teases(title: &str) -> f64 {
    let lower = title.to_lowercase().replace('’', "'");
    let first = lower
        .split(|c: char| c.is_whitespace() || c == ':')
        .next()
        .unwrap_or_default();
    let mut cost: f64 = 0.0;
    if title.contains('?') {
        cost += 0.6;
    }
    if OPENINGS.contains(&first)
        || first.parse::<u32>().is_ok_and(|n| n <= 25) && BAIT.iter().any(|b| lower.contains(b))
    {
        cost += 0.5;
    }
    if BAIT.iter().any(|bait| lower.contains(bait)) {
        cost += 0.4;
    }
    if title.starts_with(['“', '"', '‘', '\'']) {
        cost += 0.3;
    }
    if title.contains('!') || title.ends_with('…') || title.ends_with("...") {
        cost += 0.3;
    }
    let letters = title.chars().filter(|c| c.is_alphabetic()).count();
    if letters > 12 && title.chars().filter(|c| c.is_uppercase()).count() * 10 > letters * 7 {
        cost += 0.3;
    }
    cost
}

/// Marks before a headline that say what kind of text or page it is, not what happened.
const MARKS: &[&str] = &[
    "live",
    "live updates",
    "live blog",
    "liveblog",
    "breaking",
    "breaking news",
    "exclusive",
    "update",
    "updated",
    "watch",
    "video",
    "just in",
    "developing",
    "opinion",
    "analysis",
    "explainer",
    "factbox",
    "correction",
    "corrected",
    "wrapup",
    "refile",
    "in brief",
    "first on",
    "newsletter",
];

/// Takes off the clock of a live page's post, marks such as "LIVE:" and "UPDATE 2-", and the publication's name at either end.
fn clean(title: &str, site: Option<&str>) -> String {
    let mut words: Vec<&str> = title.split_whitespace().collect();
    let clock = |word: &str| word.contains(':') && word.chars().all(|c| c.is_ascii_digit() || c == ':');
    if words.len() > 3 && clock(words[0]) {
        words.remove(0);
    }
    let mut title = words.join(" ");
    while let Some(rest) = unmarked(&title) {
        title = rest;
    }
    for separator in [" | ", " - ", " – ", " — ", " · ", " :: ", " « "] {
        // A page may name itself and its section, or stand behind two bars.
        for _ in 0..3 {
            let Some((head, tail)) = title.rsplit_once(separator) else {
                break;
            };
            // A bar is hardly ever part of a headline.
            if (is_site(tail, site) || separator == " | ") && head.split_whitespace().count() >= 3 {
                title = head.trim_end().to_owned();
            } else {
                break;
            }
        }
        if let Some((head, tail)) = title.split_once(separator)
            && is_site(head, site)
            && tail.split_whitespace().count() >= 3
        {
            title = tail.trim_start().to_owned();
        }
    }
    title
}

/// The headline without its first mark, where it begins with one.
fn unmarked(title: &str) -> Option<String> {
    // "UPDATE 2-Bank cuts rate": an agency's mark ends at a hyphen without spaces.
    let at = title.find([':', '|', '-', '–', '—', ']'])?;
    let mark = title[..at].trim_start_matches('[').trim().to_lowercase();
    let mark = mark.trim_end_matches(|c: char| c.is_ascii_digit()).trim();
    let rest = title[at..]
        .trim_start_matches(|c: char| !c.is_alphanumeric() && !['“', '"', '‘', '\'', '$', '£', '€'].contains(&c));
    (MARKS.contains(&mark) && rest.split_whitespace().count() >= 2).then(|| rest.to_owned())
}

/// Whether a piece of a title is the name of its publication, or its host.
fn is_site(piece: &str, site: Option<&str>) -> bool {
    let letters = |text: &str| text.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "");
    let (piece, site) = (letters(piece), letters(site.unwrap_or_default()));
    let bare = |text: &str| text.trim_start_matches("the").trim_start_matches("www").to_owned();
    piece.len() >= 2 && !site.is_empty() && (bare(&piece) == bare(&site) || site.contains(&piece))
}

/// The beginning of a sentence, cut between words, at the end of a clause where one is near.
fn shorten(sentence: &str) -> String {
    let mut out = String::new();
    for word in sentence.split_whitespace() {
        if !out.is_empty() && out.chars().count() + word.chars().count() + 1 > LONGEST {
            let clause = out
                .rfind([',', ';', '–', '—'])
                .filter(|at| out[..*at].chars().count() * 2 > LONGEST);
            let cut = clause.map_or(out.as_str(), |at| &out[..at]);
            return cut.trim_end_matches(|c: char| !c.is_alphanumeric()).to_owned() + "…";
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_clocks_and_outlets_go() {
        for (title, site, wanted) in [
            (
                "LIVE: Ferry sinks off Merrow | The Port Post",
                None,
                "Ferry sinks off Merrow",
            ),
            (
                "Ferry sinks off Merrow - Port Post",
                Some("Port Post"),
                "Ferry sinks off Merrow",
            ),
            (
                "Ferry sinks off Merrow - The Port Post",
                Some("Port Post"),
                "Ferry sinks off Merrow",
            ),
            (
                "Port Post | Ferry sinks off Merrow",
                Some("Port Post"),
                "Ferry sinks off Merrow",
            ),
            (
                "Ferry sinks - what we know",
                Some("Port Post"),
                "Ferry sinks - what we know",
            ),
            (
                "UPDATE 2-Bank of Lavrenia cuts rate",
                None,
                "Bank of Lavrenia cuts rate",
            ),
            ("Exclusive: Mayor to resign", None, "Mayor to resign"),
            ("BREAKING NEWS: Live: Mayor resigns", None, "Mayor resigns"),
            ("[Update] Mayor of Merrow resigns", None, "Mayor of Merrow resigns"),
            ("09:41 Ferry sinks off Merrow", None, "Ferry sinks off Merrow"),
            ("Watch: 'I saw it go down'", None, "'I saw it go down'"),
            ("Live music returns to Merrow", None, "Live music returns to Merrow"),
            ("Merrow-Ansel line reopens", None, "Merrow-Ansel line reopens"),
            ("Ferry sinks | World | Port Post", None, "Ferry sinks | World"),
        ] {
            assert_eq!(clean(title, site), wanted, "{title}");
        }
    }

    #[test]
    fn a_headline_that_explains_asks_or_baits_tells_less() {
        for title in [
            "What the rate cut means for you",
            "Is the harbour safe?",
            "“I counted the bolts”: twelve men out",
            "5 takeaways from the Lavrenia rate decision",
            "You won't believe what the mayor said",
            "MAYOR QUITS IN TEARS OVER FLOOD",
            "The reason why everybody talks of Merrow...",
        ] {
            assert!(teases(title) > 0.0, "{title}");
        }
        for title in [
            "Bank cuts key rate to 3.75%",
            "12 miners rescued at Karrow Deep",
            "Mayor of Merrow resigns after flood",
        ] {
            assert_eq!(teases(title), 0.0, "{title}");
        }
    }

    #[test]
    fn the_central_and_specific_one_is_taken() {
        let holders: BTreeMap<String, usize> = [
            ("bank", 3),
            ("lavrenia", 3),
            ("rate", 3),
            ("3.75", 3),
            ("cut", 2),
            ("key", 2),
        ]
        .map(|(w, n)| (w.to_owned(), n))
        .into();
        let names: BTreeSet<String> = ["bank", "lavrenia"].map(str::to_owned).into();
        let score = |title: &str| score(title, &holders, &names, 3, false);
        let best = score("Bank of Lavrenia cuts its key rate to 3.75%");
        for other in [
            "Relief for borrowers at last",
            "What the Bank of Lavrenia's rate cut to 3.75% means for you",
            "Rate cut",
            "Could the Bank of Lavrenia cut its key rate to 3.75%?",
        ] {
            assert!(best > score(other), "{other}");
        }
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
        assert_eq!(
            shorten(
                "The Bank of Lavrenia cut its key rate by a quarter point on Thursday, as economists had expected for some weeks."
            ),
            "The Bank of Lavrenia cut its key rate by a quarter point on Thursday…"
        );
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fall_over(title in "\\PC{0,80}", site in "\\PC{0,12}") {
            let once = clean(&title, Some(&site));
            prop_assert!(once.len() <= title.len() + 1);
            teases(&title);
            prop_assert!(shorten(&title).chars().count() <= LONGEST + 1);
        }
    }
}
