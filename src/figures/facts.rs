//! What a figure's words say about how it may be compared with others.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::lexicon::one_of;
use crate::document::{Quantity, QuantityKind};

use super::clause::Clause;
use super::dates::When;
use super::read::{Parsed, stems};

/// What the words around a figure say of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// A part of a number that stands beside it, or a whole that a part is taken from: "two children among the 32".
    pub part: bool,
    /// Comes on top of another number: "another 12".
    pub more: bool,
    /// What it was before: "from 28", "an earlier figure of 28".
    pub prior: bool,
    /// Of another time that is no day: "in 2019", "last year".
    pub other_time: bool,
    /// Of no one time: "on average", "a year".
    pub general: bool,
    /// Stands in what somebody is quoted as saying.
    pub quoted: bool,
    /// The stems of its clause.
    pub stems: BTreeSet<String>,
    /// The stems of its sentence.
    pub sentence: BTreeSet<String>,
    /// The stems of its document's title and first sentence, which say where its news is from.
    pub lead: Arc<BTreeSet<String>>,
}

pub(super) fn facts(parsed: &Parsed, clause: &Clause, at: usize, quantity: &Quantity, when: Option<When>) -> Facts {
    let words = &parsed.words;
    let lower = |i: usize| words.get(i).map_or("", |w| w.lower.as_str());
    let back = |n: usize| at.checked_sub(n).map_or("", |i| lower(i));
    let own = lower(at);
    let before: Vec<&str> = (at.saturating_sub(6)..at).map(lower).collect();
    let pair = |a: &str, b: &str| before.windows(2).any(|w| w[0] == a && w[1] == b);
    // "At the first of them, where four were killed"; a list with "respectively" says which number is whose.
    let local = clause.first > 0 && lower(clause.first - 1) == "where";
    let listed = words.iter().any(|w| w.lower == "respectively");
    let part = local
        || listed
        || before
            .iter()
            .rev()
            .take(3)
            .any(|w| matches!(*w, "including" | "among" | "included" | "includes" | "include"))
        || ["them", "whom", "those", "these", "which"]
            .iter()
            .any(|w| pair("of", w) || pair("among", w))
        || lower(at + 1) == "of"
            && (one_of(lower(at + 2), "them whom those these which the its their his her whose")
                || words.get(at + 2).is_some_and(|w| w.is_number()))
            && !matches!(quantity.kind, QuantityKind::Percent | QuantityKind::Money)
        || back(1) == "the" && back(2) == "of"
        || own.contains(" of the ")
        || own.contains(" of them")
        || own.contains(" of those")
        || back(1) == "and" && super::clause::is_time(own) && super::clause::is_time(back(2))
        || back(1) == "of" && matches!(back(2), "out" | "some") && words[..at].iter().any(|w| w.is_number());
    let more = matches!(
        back(1),
        "another" | "further" | "additional" | "extra" | "second" | "other"
    ) || own
        .split(' ')
        .any(|w| matches!(w, "other" | "others" | "another" | "further" | "additional" | "extra"))
        || (own.contains(" more ") && !own.starts_with("more than") || own.ends_with(" more"))
        || matches!(
            lower(at + 1),
            "more" | "others" | "fewer" | "extra" | "other" | "additional"
        );
    let prior = back(1) == "from"
        && (before.iter().any(|w| matches!(*w, "to" | "up" | "down" | "by"))
            || words[..at].iter().any(|w| w.is_number()))
        || matches!(back(1), "than" | "against") && words[..at].iter().any(|w| w.is_number())
        || back(1) == "from"
            && (super::lexicon::is_finite(back(2)) || matches!(back(2), "rise" | "fall" | "drop" | "increase"))
        || lower(at + 1) == "the"
            && matches!(lower(at + 2), "week" | "month" | "year" | "day" | "season" | "quarter")
            && matches!(lower(at + 3), "before" | "earlier")
        || pair("compared", "with")
        || pair("compared", "to")
        || before.iter().any(|w| {
            one_of(
                w,
                "previous previously earlier initial initially original originally preliminary formerly \
                predecessor revised",
            )
        })
        || matches!(
            (lower(at + 1), lower(at + 2)),
            ("a", _) | ("in" | "the", "previous" | "same")
        ) && matches!(lower(at + 3), "earlier" | "ago");
    let general = (clause.first..clause.end).any(|i| {
        one_of(
            lower(i),
            "average typically usually annually yearly daily weekly monthly median mean averages \
                averaged each every per",
        )
    }) || matches!(lower(at + 1), "a" | "an" | "per" | "each" | "every")
        && one_of(
            lower(at + 2),
            "day week month year hour minute night person head household",
        )
        || quantity.per.is_some() && matches!(quantity.kind, QuantityKind::People);
    let since = (clause.first..clause.end).any(|i| {
        matches!(
            lower(i),
            "since" | "ever" | "history" | "decade" | "decades" | "century"
        ) || matches!(lower(i), "past" | "last")
            && one_of(
                lower(i + 1),
                "year years two three four five six few several month months week weeks decade",
            )
            || matches!(
                (lower(i), lower(i + 1)),
                ("this", "year" | "month" | "season" | "decade" | "quarter") | ("so", "far")
            )
    });
    Facts {
        part,
        more,
        prior,
        other_time: when == Some(When::Other) || since,
        general,
        quoted: words[at].quoted,
        stems: stems(words, clause.first, clause.end),
        sentence: stems(words, 0, words.len()),
        lead: Arc::default(),
    }
}
