//! Datelines: "PORT ULVAY, March 14 (Farthingale) — " before a report's first words says where it was filed, and is
//! no part of its first sentence.

use std::sync::LazyLock;

use regex::Regex;

static DATELINE: LazyLock<Regex> = LazyLock::new(|| {
    let place = r"\p{Lu}[\p{Lu}.'’-]+(?:[ /]\p{Lu}[\p{Lu}.'’-]*){0,4}";
    let region = r"(?:, ?\p{Lu}[\p{L}.'’-]*(?: \p{Lu}[\p{L}.'’-]*){0,3})?";
    let day = r"(?:, ?\p{Lu}[a-z]{2,8}\.? \d{1,2}(?:, \d{4})?)?";
    let agency = r"(?: ?\([\p{L}][\p{L} /.&-]{1,30}\))?";
    let dash = r"\s*(?:—|–|--?)\s+";
    #[allow(clippy::expect_used)]
    Regex::new(&format!(
        r"^(?:{place}{region}{day}{agency}{dash}|\([A-Z]{{2,12}}\)\s*(?:(?:—|–|--?)\s*)?)"
    ))
    .expect("a fixed pattern")
});

/// The bytes of a dateline at the beginning of a text with what joins it to the first sentence; 0 where there is none
/// or nothing follows it.
pub(super) fn len(text: &str) -> usize {
    let found = DATELINE.find(text).map_or(0, |m| m.end());
    if text[found..].trim().is_empty() { 0 } else { found }
}

#[cfg(test)]
mod tests {
    use super::len;

    #[test]
    fn datelines_are_found() {
        for (dateline, rest) in [
            ("DRUMLOW — ", "One by one, the men came up."),
            ("PORT ULVAY, March 14 (Farthingale) — ", "Vessen Grid said on Saturday."),
            ("PORT LANNET, Sollen Islands — ", "Voters have ended 19 years of rule."),
            ("SARVENNA, March 13 (Farthingale) -- ", "The bank cut its rate."),
            ("(TPA) ", "A court fined the company."),
            ("(TPA) -- ", "A court fined the company."),
            ("ST. ORREN, Aug. 3 - ", "Rain fell."),
        ] {
            assert_eq!(len(&format!("{dateline}{rest}")), dateline.len(), "{dateline}");
        }
    }

    #[test]
    fn first_words_in_capitals_are_not_datelines() {
        for text in [
            "NATO said on Friday that it was ready.",
            "A-levels — the exams — begin today.",
            "TPA",
            "DRUMLOW — ",
            "UK-based firms – and others – lost.",
            "Rain — and more of it — fell.",
        ] {
            assert_eq!(len(text), 0, "{text}");
        }
    }
}
