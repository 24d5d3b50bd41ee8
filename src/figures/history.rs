//! The same figure over days: what it was in the last digest, and how it changed.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::lexicon::one_of;
use crate::digest::{Figure, Point, Status, Story};
use crate::document::{Qualifier, QuantityKind};

use super::lexicon::{COMMON, stem};
use super::measure::{alike, noun};

/// The same story in the last digest; its figures carry their own history.
#[derive(Debug, Clone, Copy)]
pub struct Past<'a> {
    /// The day of that digest.
    pub date: Date,
    /// The story as it was told.
    pub story: &'a Story,
}

/// The most points of a history.
const LONGEST: usize = 30;

/// Gives today's figures what they were, where the last digest had them. Each figure of the past is used once, by the figure
/// of today that is most like it. `today`: when the newest of today's texts was published.
pub fn follow(figures: &mut [Figure], past: &Past, today: Option<Date>) {
    let mut pairs: Vec<(usize, usize, usize)> = Vec::new();
    for (i, figure) in figures.iter().enumerate() {
        for (j, old) in past.story.figures.iter().enumerate() {
            pairs.extend(likeness(figure, old).map(|score| (score, i, j)));
        }
    }
    pairs.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let (mut new, mut old) = (BTreeSet::new(), BTreeSet::new());
    for (score, i, j) in pairs.iter().copied() {
        if new.contains(&i) || old.contains(&j) {
            continue;
        }
        // Two old figures that fit as well leave it open which it was.
        let rivals = pairs
            .iter()
            .filter(|(s, a, b)| *s == score && (*a == i) != (*b == j))
            .count();
        new.insert(i);
        old.insert(j);
        if rivals > 0 {
            continue;
        }
        let before = &past.story.figures[j];
        figures[i].history = history(before, past.date);
        figures[i].change = change(&figures[i], before, past.date, today);
    }
}

/// How surely two figures measure the same thing on two days; `None` where they do not.
fn likeness(new: &Figure, old: &Figure) -> Option<usize> {
    if new.kind != old.kind
        || new.unit != old.unit
        || new.per != old.per
        || new.role != old.role
        || noun(new) != noun(old)
    {
        return None;
    }
    let incomparable = matches!(
        new.kind,
        QuantityKind::Age
            | QuantityKind::Rank
            | QuantityKind::Score
            | QuantityKind::Duration
            | QuantityKind::Ratio
            | QuantityKind::Fraction
    );
    let told = |s: Status| matches!(s, Status::Stated | Status::Claimed);
    if incomparable || told(new.status) != told(old.status) {
        return None;
    }
    let compatible = |a: &Option<String>, b: &Option<String>| match (a, b) {
        (Some(a), Some(b)) => Some(alike(a, b)),
        _ => None,
    };
    let (place, subject) = (
        compatible(&new.place, &old.place),
        compatible(&new.subject, &old.subject),
    );
    if place == Some(false) || subject == Some(false) && new.kind != QuantityKind::People {
        return None;
    }
    let words = |f: &Figure| -> BTreeSet<String> {
        let line = f.line.to_lowercase();
        let plain = line
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| w.chars().count() > 2 && !w.starts_with(|c: char| c.is_ascii_digit()) && !COMMON.has(w));
        plain.map(|w| stem(w).to_owned()).collect()
    };
    let (a, b) = (words(new), words(old));
    let shared = a.intersection(&b).count();
    let smaller = a.len().min(b.len()).max(1);
    // Words that stand for another thing of the same kind: "another 12", "including two children".
    let partial = |f: &Figure| {
        ["another", "including", "among", "further", "additional"]
            .iter()
            .any(|w| f.surface.to_lowercase().contains(w))
    };
    if partial(new) != partial(old) {
        return None;
    }
    let toll = new.kind == QuantityKind::People && new.role.is_some();
    let sure = if toll {
        place == Some(true) || shared >= 1 || new.place.is_none() && old.place.is_none() || shared == 0 && smaller <= 1
    } else if new.role.is_some() {
        subject == Some(true) || shared >= 2
    } else {
        (subject == Some(true) && shared >= 1) || (shared >= 2 && shared * 2 >= smaller)
    };
    sure.then_some(shared * 2 + usize::from(place == Some(true)) * 3 + usize::from(subject == Some(true)) * 3)
}

/// The old figure's history and its own point, the oldest first, one a day.
fn history(old: &Figure, date: Date) -> Vec<Point> {
    let own = Point {
        date,
        value: old.value,
        max: old.max,
        qualifier: old.qualifier,
    };
    let mut points: Vec<Point> = old.history.iter().filter(|p| p.date < date).cloned().collect();
    points.sort_by_key(|p| p.date);
    points.dedup_by(|later, kept| {
        let same = later.date == kept.date;
        if same {
            *kept = later.clone();
        }
        same
    });
    points.push(own);
    let over = points.len().saturating_sub(LONGEST);
    points.drain(..over);
    points
}

/// "rose to 32 from 28 on Saturday"; `None` where nothing changed.
fn change(new: &Figure, old: &Figure, date: Date, today: Option<Date>) -> Option<String> {
    let middle = |f: &Figure| f.max.map_or(f.value, |max| (f.value + max) / 2.0);
    let (now, then) = (middle(new), middle(old));
    let unchanged = (now - then).abs() <= 1e-9 * now.abs().max(then.abs());
    if unchanged || !now.is_finite() || !then.is_finite() {
        return None;
    }
    // "About 30" and "32": no change that anybody has told of.
    let loose = |f: &Figure| f.qualifier == Some(Qualifier::About);
    if (loose(new) || loose(old)) && super::measure::agree(new, old) {
        return None;
    }
    let verb = if now > then { "rose" } else { "fell" };
    let (now, then) = (amount(new), amount(old));
    if now == then {
        return None;
    }
    Some(format!("{verb} to {now} from {then} {}", day(date, today)))
}

/// The number of a figure as written, hedge included and what is counted left out: "at least 28", "$1.2bn", "12,000".
fn amount(figure: &Figure) -> String {
    let surface = &figure.surface;
    let words: Vec<&str> = surface.split(' ').collect();
    let numeric = |w: &str| {
        let w = w.to_lowercase();
        w.chars().any(|c| c.is_ascii_digit())
            || w.split('-').any(|p| one_of(p, NUMBERS))
            || one_of(
                w.as_str(),
                "hundred thousand million billion trillion dozen lakh crore bn m mln hundreds thousands \
                dozens",
            )
    };
    let counted = matches!(figure.kind, QuantityKind::People | QuantityKind::Count);
    // "Thirty-eight" opens a sentence; between others digits read better.
    let plain = figure.max.is_none() && figure.qualifier.is_none() && figure.value.fract() == 0.0;
    if counted && plain && (11.0..100.0).contains(&figure.value) {
        return figure.value.to_string();
    }
    let end = if counted {
        words.iter().rposition(|w| numeric(w)).map_or(words.len(), |i| i + 1)
    } else {
        words.len()
    };
    let said = words[..end].join(" ");
    let said = if figure.max.is_some() && words[..end].contains(&"and") && !said.to_lowercase().contains("between") {
        format!("between {said}")
    } else {
        said
    };
    // A sentence's first word has its capital from there.
    let mut chars = said.chars();
    let lower = !words[0].chars().skip(1).any(char::is_uppercase);
    if lower {
        chars
            .next()
            .map_or(String::new(), |c| c.to_lowercase().chain(chars).collect())
    } else {
        said
    }
}

const NUMBERS: &str = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen \
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety";

/// "on Saturday" within six days, else "on 7 March", with the year where it is another.
fn day(date: Date, today: Option<Date>) -> String {
    let apart = today.map(|t| (t - date).get_days());
    if apart.is_some_and(|days| (1..=6).contains(&days)) {
        return date.strftime("on %A").to_string();
    }
    match today {
        Some(today) if today.year() == date.year() => date.strftime("on %-d %B").to_string(),
        _ => date.strftime("on %-d %B %Y").to_string(),
    }
}
