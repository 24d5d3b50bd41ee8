//! The words of a text, and how rare each is: what tells one event from another. Knows nothing of stories.
//!
//! Rarity is the inverse document frequency of Spärck Jones (1972), `-ln(share of texts that have the word)`. Counting only the
//! documents at hand fails on a small day: in 24 articles the words of one event look as common as grammar. So the
//! share is taken from a table of 32,926 news texts (rarity.txt, made by training/word_rarity.py) and corrected by what the
//! documents at hand say, the more of them the more.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Words that carry grammar and not matter. Numbers and rarer words are left to the weights.
const STOP: &str = " a about after again against all also am an and any are as at be because been before being between both but by can \
could did do does doing down during each even few first for from further had has have having he her here hers him his how i if in into \
is it its just last made make many may me might more most much must my new no nor not now of off on once one only or other our out \
over own per said same say says she should since so some still such than that the their them then there these they this those three \
through to told too two under until up upon us very was we were what when where which while who whom why will with would year years \
yesterday you your ";

/// Days of the week and months: written with a capital, and no names.
const CALENDAR: &str = "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august \
september october november december";

/// Whether a word, in small letters, names a day of the week or a month.
pub fn is_calendar(word: &str) -> bool {
    CALENDAR.split_whitespace().any(|name| name == word)
}

/// A word that the table lacks stands in about this share of texts: half of what the rarest listed words have.
const UNLISTED: f64 = 6.0 / 32926.0;

/// Numbers that name a year stand in about this share of texts.
const YEAR: f64 = 0.02;

/// The table counts like this many documents beside those at hand.
const TABLE_WEIGHT: f64 = 200.0;

/// What an event's own documents may add before a word counts as common on the day.
const OWN: usize = 2;

/// The share of news texts that have a word.
static SHARES: LazyLock<BTreeMap<&str, f64>> = LazyLock::new(|| {
    let mut shares = BTreeMap::new();
    for line in include_str!("rarity.txt").lines().skip(1) {
        let mut words = line.split(' ');
        let step: f64 = words.next().and_then(|s| s.parse().ok()).unwrap_or_default();
        shares.extend(words.map(|word| (word, (-step / 2.0).exp())));
    }
    shares
});

/// However many of the documents at hand have a word, they make it no commoner than this: on a day with one great event its
/// names still tell it.
const COMMON: f64 = 0.1;

/// How rare a word is, in nats: 0 for one that every text has. `holders` of the `n` documents at hand have it.
pub fn rarity(word: &str, holders: usize, n: usize) -> f64 {
    let known = SHARES.get(word).copied().unwrap_or_else(|| {
        let year = word.len() == 4 && (word.starts_with("19") || word.starts_with("20")) && is_number(word);
        if year { YEAR } else { UNLISTED }
    });
    let here = holders.saturating_sub(OWN) as f64;
    let share = (TABLE_WEIGHT * known + here) / (TABLE_WEIGHT + n as f64);
    -share.min(known.max(COMMON)).clamp(UNLISTED, 1.0).ln()
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

/// The words of a text, lower-cased, without those of grammar and without plural and genitive endings.
pub fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric() && c != '.' && c != ',')
        .filter_map(|piece| {
            let word = piece
                .trim_matches(|c: char| !c.is_alphanumeric())
                .replace(',', "")
                .to_lowercase();
            let short = word.chars().count() < 2 && !word.starts_with(|c: char| c.is_numeric());
            if short || STOP.contains(&format!(" {word} ")) {
                return None;
            }
            let stem = word
                .strip_suffix('s')
                .filter(|s| s.chars().count() > 3 && !s.ends_with('s'));
            Some(stem.map(str::to_owned).unwrap_or(word))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_grammar_and_plurals_and_keep_numbers() {
        let found: Vec<String> = words("The 1,200 ferries of Ansel's ports paid $4.5 each, in glass.").collect();
        assert_eq!(found, ["1200", "ferrie", "ansel", "port", "paid", "4.5", "glass"]);
    }

    #[test]
    fn rarity_follows_the_table_and_the_day() {
        assert!(rarity("president", 3, 24) < rarity("harbour", 3, 24));
        assert!(rarity("harbour", 3, 24) < rarity("merrow", 2, 24));
        // A place that the whole day speaks of tells little.
        assert!(rarity("merrow", 20, 24) < rarity("merrow", 3, 24) - 1.0);
        assert!(rarity("merrow", 400, 400) < 2.5);
        assert!(rarity("2026", 1, 10) < rarity("2783", 1, 10));
    }
}
