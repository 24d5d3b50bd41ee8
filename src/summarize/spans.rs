//! What may be left out of a sentence together: parts that begin and end where a clause does, so that what is left is a sentence.
//!
//! Leaving out word by word what an editor would makes broken English; without a parser, commas, dashes and the small words that open
//! a phrase say where one begins (the constituents that Hedge Trimmer drops: Dorr et al. 2003).

use std::ops::Range;

use super::stays::is_negation;
use crate::infer::Likely;

/// A part of a sentence that can go.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Span {
    pub(super) kind: Kind,
    /// Its words, as places in the list of words.
    pub(super) words: Range<usize>,
    /// What goes with them: commas, spaces.
    pub(super) bytes: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Between two commas.
    Middle,
    /// Behind the last comma.
    Tail,
    /// Before the first comma.
    Opening,
    /// A phrase at the end of a clause.
    End,
    /// One adverb.
    Adverb,
}

impl Kind {
    /// A part goes if an editor is likely to keep its words less often than this, in the mean. Chosen so that in four of five parts of
    /// each kind an editor left all of it out (`training/deletion.py`).
    pub(super) fn goes(self) -> f64 {
        match self {
            Kind::Middle | Kind::Tail | Kind::Opening => 0.35,
            Kind::End => 0.2,
            Kind::Adverb => 0.3,
        }
    }
}

/// Words that open a phrase which a clause may end with. Those that a verb or an adjective often needs behind it ("to", "with", "for",
/// "by") are not here: editors drop their phrases half as often.
const ENDS: &[&str] = &[
    "after",
    "ahead",
    "amid",
    "at",
    "because",
    "before",
    "despite",
    "during",
    "earlier",
    "early",
    "following",
    "in",
    "inside",
    "last",
    "late",
    "later",
    "on",
    "outside",
    "over",
    "overnight",
    "recently",
    "since",
    "this",
    "through",
    "throughout",
    "today",
    "tonight",
    "under",
    "while",
    "within",
    "yesterday",
];

/// Words, but for participles and adverbs, that open what stands between commas beside the main clause.
const BESIDE: &[&str] = &[
    "a",
    "according",
    "again",
    "along",
    "although",
    "among",
    "an",
    "apart",
    "as",
    "besides",
    "by",
    "for",
    "from",
    "however",
    "including",
    "indeed",
    "instead",
    "like",
    "meanwhile",
    "moreover",
    "near",
    "now",
    "perhaps",
    "rather",
    "so",
    "then",
    "though",
    "too",
    "where",
    "whereas",
    "which",
    "who",
    "whom",
    "whose",
    "with",
];

/// Words that what comes before a cut must not end with: something would be missing.
const HANGING: &[&str] = &[
    "a", "about", "am", "an", "and", "are", "as", "at", "be", "because", "been", "being", "between", "but", "by",
    "did", "do", "does", "every", "for", "from", "had", "has", "have", "her", "his", "if", "in", "into", "is", "its",
    "just", "more", "my", "of", "on", "one", "or", "our", "over", "s", "said", "says", "so", "than", "that", "the",
    "their", "these", "this", "those", "through", "to", "under", "very", "was", "were", "when", "where", "which",
    "while", "who", "will", "with", "would", "your",
];

/// Words in -ly that are no adverbs, or adverbs that say how much or in which order.
const NO_ADVERBS: &[&str] = &[
    "ally",
    "anomaly",
    "apply",
    "approximately",
    "assembly",
    "badly",
    "belly",
    "bully",
    "costly",
    "critically",
    "daily",
    "deadly",
    "directly",
    "early",
    "elderly",
    "equally",
    "family",
    "fatally",
    "frequently",
    "friendly",
    "generally",
    "ghastly",
    "grisly",
    "heavily",
    "hourly",
    "illegally",
    "imply",
    "initially",
    "lonely",
    "lovely",
    "mentally",
    "monopoly",
    "monthly",
    "multiply",
    "newly",
    "normally",
    "occasionally",
    "orderly",
    "politically",
    "properly",
    "rally",
    "rarely",
    "regularly",
    "rely",
    "reply",
    "respectively",
    "seriously",
    "severely",
    "sexually",
    "slightly",
    "supply",
    "temporarily",
    "timely",
    "typically",
    "unlikely",
    "usually",
    "weekly",
    "wrongly",
    "yearly",
];

/// Words that an adverb belongs to, before or behind it.
const WITH_ADVERB: &[&str] = &[
    "a", "an", "and", "as", "but", "enough", "how", "less", "more", "most", "or", "so", "than", "that", "too", "very",
];

/// Words that count time: "three days earlier" is one thing.
const TIMES: &[&str] = &[
    "ago", "day", "days", "decade", "decades", "hour", "hours", "minute", "minutes", "moment", "moments", "month",
    "months", "night", "second", "seconds", "shortly", "time", "week", "weeks", "year", "years",
];

/// Verbs that say that what stands between commas is a clause of its own.
const FINITE: &[&str] = &[
    "are", "could", "did", "had", "has", "have", "is", "said", "says", "was", "were", "will", "would",
];

/// Every part of the text that could go, in the order of kinds, then of places.
pub(super) fn spans(text: &str, words: &[Likely]) -> Vec<Span> {
    let lower: Vec<String> = words
        .iter()
        .map(|(word, _)| text.get(word.clone()).unwrap_or_default().to_lowercase())
        .collect();
    let mut found = Vec::new();
    let mut from = 0;
    while from < words.len() {
        let mut to = from + 1;
        while to < words.len() && !parts(gap(text, words, to)) {
            to += 1;
        }
        segment(text, words, &lower, from..to, &mut found);
        from = to;
    }
    found
}

/// What stands before a word, or behind the last.
fn gap<'a>(text: &'a str, words: &[Likely], at: usize) -> &'a str {
    let from = at.checked_sub(1).map_or(0, |before| words[before].0.end);
    let to = words.get(at).map_or(text.len(), |(word, _)| word.start);
    text.get(from..to).unwrap_or_default()
}

/// Whether what stands between two words parts a sentence.
fn parts(gap: &str) -> bool {
    gap.contains([',', ';', ':', '–', '—', '(', ')', '…']) || gap.contains(" - ") || gap.contains("--")
}

/// One stretch of words without a comma or the like in it.
fn segment(text: &str, words: &[Likely], lower: &[String], own: Range<usize>, found: &mut Vec<Span>) {
    let (left, right) = (gap(text, words, own.start), gap(text, words, own.end));
    let mut push = |kind, at: Range<usize>, bytes: Range<usize>| {
        found.push(Span { kind, words: at, bytes });
    };
    let (start, end) = (words[own.start].0.start, words[own.end - 1].0.end);
    let (before, closes) = (left == ", ", matches!(right, "." | "!"));
    let listed = |at: usize| {
        lower
            .get(at)
            .is_some_and(|w| matches!(w.as_str(), "and" | "or" | "but" | "nor"))
    };
    if beside(&lower[own.clone()]) {
        if before && right == ", " && !listed(own.end) {
            push(Kind::Middle, own.clone(), start - 2..end + 1);
        }
        if before && closes {
            push(Kind::Tail, own.clone(), start - 2..end);
        }
        if own.start == 0 && start == 0 && right == ", " && !listed(own.end) {
            push(Kind::Opening, own.clone(), 0..end + 2);
        }
    }
    // What is denied is denied as a whole.
    let denied = |at: usize| lower[own.start..at].iter().any(|w| is_negation(w));
    for at in own.clone().skip(2) {
        let before = lower[at - 1].as_str();
        // "One of the largest firms in the region."
        let most = lower[own.start..at]
            .iter()
            .any(|w| w == "most" || w == "best" || w == "worst" || w.ends_with("est") && w.len() > 5);
        let hangs = most || HANGING.contains(&before) || TIMES.contains(&before) || before.contains(char::is_numeric);
        if ENDS.contains(&lower[at].as_str()) && !hangs && !denied(at) && (closes || right.starts_with(',')) {
            push(Kind::End, at..own.end, words[at - 1].0.end..end);
        }
    }
    for at in own.start + 1..own.end.saturating_sub(1) {
        let (word, around) = (lower[at].as_str(), [lower[at - 1].as_str(), lower[at + 1].as_str()]);
        let adverb = word == "also" || (word.ends_with("ly") && word.len() > 4 && !NO_ADVERBS.contains(&word));
        if adverb && !around.iter().any(|w| WITH_ADVERB.contains(w)) && !denied(at) {
            push(Kind::Adverb, at..at + 1, words[at - 1].0.end..words[at].0.end);
        }
    }
}

/// Whether a stretch of words reads like something beside the main clause.
fn beside(lower: &[String]) -> bool {
    let Some(first) = lower.first().map(String::as_str) else {
        return false;
    };
    // "For some it is this; for others that."
    if lower
        .iter()
        .any(|w| matches!(w.as_str(), "some" | "others" | "many" | "most"))
    {
        return false;
    }
    let opens = ENDS.contains(&first) || BESIDE.contains(&first);
    let shaped = first.len() > 4 && ["ing", "ed", "ly"].iter().any(|ending| first.ends_with(ending));
    let article = matches!(first, "a" | "an" | "the" | "one" | "this");
    let clause = article && lower.iter().any(|w| FINITE.contains(&w.as_str()));
    (opens || shaped) && !clause
}
