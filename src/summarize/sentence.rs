//! What makes a sentence fit to stand in a summary, away from its neighbours.

/// Whether the words are a sentence that tells something: not a fragment, a question or a lone quotation mark.
pub fn is_whole(text: &str) -> bool {
    let words = text
        .split_whitespace()
        .filter(|w| w.chars().any(char::is_alphanumeric))
        .count();
    let closed = text.trim_end_matches(['"', '”', '’', '\'', ')', ']']);
    words >= 5 && !closed.ends_with(['?', ':', '…']) && !closed.ends_with("...")
}

/// Openings that lean on the sentence before, with how much each takes off the score.
const LEANING: &[(&str, f64)] = &[
    ("he ", 0.25),
    ("she ", 0.25),
    ("it ", 0.2),
    ("they ", 0.25),
    ("his ", 0.2),
    ("her ", 0.2),
    ("their ", 0.2),
    ("its ", 0.15),
    ("this ", 0.15),
    ("that ", 0.15),
    ("these ", 0.15),
    ("those ", 0.15),
    ("but ", 0.15),
    ("and ", 0.2),
    ("or ", 0.2),
    ("so ", 0.15),
    ("however", 0.15),
    ("meanwhile", 0.1),
    ("also ", 0.15),
    ("instead", 0.2),
    ("then ", 0.15),
    ("i ", 0.3),
    ("we ", 0.25),
    ("you ", 0.25),
    ("my ", 0.25),
    ("our ", 0.2),
];

/// A sentence of fewer words than this is thin.
const SHORT: usize = 10;

/// How much a sentence leans on its neighbours, or is none: 0 for one that stands alone.
pub fn dependence(text: &str, first: bool) -> f64 {
    let bare = text.trim_start_matches(['"', '“', '‘', '\'']);
    let lower: String = bare.chars().take(16).flat_map(char::to_lowercase).collect();
    // A document's first sentence has none before it to lean on.
    let leans = LEANING.iter().find(|(word, _)| !first && lower.starts_with(word));
    let opening = leans.map_or(0.0, |(_, cost)| *cost);
    // Half a quotation: it began or goes on in another sentence.
    let marks = |open: char, close: char| text.matches(open).count() != text.matches(close).count();
    let straight = text.matches('"').count() % 2 == 1;
    // A line without a full stop is a score, a label or a heading that was not seen as one.
    let open = !text
        .trim_end_matches(['"', '”', '’', '\'', ')', ']'])
        .ends_with(['.', '!']);
    // Few words tell little.
    let words = text.split_whitespace().count();
    let thin = 0.05 * SHORT.saturating_sub(words) as f64;
    opening + thin + if straight || marks('“', '”') { 0.2 } else { 0.0 } + if open { 0.4 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_and_questions_are_not_whole() {
        for text in [
            "Read more here",
            "Is the harbour safe after the storm?",
            "The council will look at three points:",
            "- - - - - -",
        ] {
            assert!(!is_whole(text), "{text}");
        }
        assert!(is_whole("The harbour reopened on Friday morning."));
        assert!(is_whole("\"The harbour is open again,\" she said."));
    }

    #[test]
    fn openings_that_lean_cost() {
        assert_eq!(
            dependence("He added that the port was shut until the morning.", true),
            0.0
        );
        assert!(dependence("He added that the port was shut.", false) > 0.0);
        assert!(
            dependence("\"It was dark and we could not see.", false)
                > dependence("It was dark and we could not see.", false)
        );
        assert_eq!(
            dependence("Heavy rain fell on Ansel and the valley below it.", false),
            0.0
        );
        assert!(dependence("Heavy rain fell on Ansel.", false) > 0.0);
    }
}
