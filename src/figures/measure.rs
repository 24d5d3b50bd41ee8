//! Whether two figures measure the same thing, and whether their numbers agree.

use super::lexicon::one_of;
use crate::digest::{Figure, Status};
use crate::document::{Qualifier, QuantityKind};

use super::lexicon::stem;
use super::read::Read;

/// Nouns that count people of every kind.
const ANYBODY: &str = "people person persons victim victims resident residents dead others killed deaths death individual \
    individuals fatalities fatality lives injured wounded missing casualties injuries arrests arrest \
    inhabitants souls";

/// The stem of what is counted, as the figure's own words say it; empty where they say "people", or nothing.
pub(super) fn noun(figure: &Figure) -> String {
    if !matches!(figure.kind, QuantityKind::People | QuantityKind::Count) {
        return String::new();
    }
    let word = figure.surface.rsplit(' ').next().unwrap_or("").to_lowercase();
    let plain = !word.is_empty() && word.chars().all(|c| c.is_alphabetic() || c == '-') && figure.surface.contains(' ');
    if !plain || figure.kind == QuantityKind::People && one_of(word.as_str(), ANYBODY) || is_number(&word) {
        return String::new();
    }
    stem(&word).to_owned()
}

fn is_number(word: &str) -> bool {
    one_of(
        word,
        "million billion thousand hundred dozen lakh crore trillion hundreds dozens thousands",
    ) || word.contains("teen")
        || word.split('-').all(|part| one_of(part, NUMBERS))
}

const NUMBERS: &str = "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty \
    seventy eighty ninety";

/// Roles of people that a toll can be kept of.
fn is_toll(role: &str) -> bool {
    one_of(
        role,
        "killed injured missing arrested displaced rescued evacuated infected hospitalised \
                kidnapped released trapped vaccinated",
    )
}

/// Whether two figures of one day's story measure the same thing. Strict: where the words do not say so, they do not.
pub(super) fn same(a: &Read, b: &Read) -> bool {
    let (x, y) = (&a.figure, &b.figure);
    if x.kind != y.kind || x.unit != y.unit || x.per != y.per || x.role != y.role || noun(x) != noun(y) {
        return false;
    }
    let told = |s: Status| matches!(s, Status::Stated | Status::Claimed);
    if told(x.status) != told(y.status) || !told(x.status) && x.status != y.status || x.status == Status::Denied {
        return false;
    }
    let compatible_places = match (&x.place, &y.place) {
        (Some(p), Some(q)) => alike(p, q),
        (None, None) => true,
        // A place that the other's sentence names too.
        (Some(p), None) => mentions(b, p),
        (None, Some(q)) => mentions(a, q),
    };
    if !compatible_places {
        return false;
    }
    let subjects = match (&x.subject, &y.subject) {
        (Some(p), Some(q)) => Some(alike(p, q)),
        (None, None) => None,
        _ => None,
    };
    // "A 550-member delegation"; numbers of another size altogether.
    let (low, high) = (x.value.abs().min(y.value.abs()), x.value.abs().max(y.value.abs()));
    let joined =
        |f: &Figure| f.role.is_none() && f.surface.contains('-') && f.surface.chars().any(|c| c.is_ascii_digit());
    if high > 3.0 * low || joined(x) || joined(y) {
        return false;
    }
    let shared = a.facts.sentence.intersection(&b.facts.sentence).count();
    // "Sixty-one people are still missing.": what happened is what its document is about.
    let bare = a.facts.sentence.len().min(b.facts.sentence.len()) <= 2 && a.sentence.max(b.sentence) <= 8;
    let shared = shared.max(if bare {
        a.facts.lead.intersection(&b.facts.lead).count() / 2
    } else {
        0
    });
    let near = a.facts.stems.intersection(&b.facts.stems).count();
    let smaller = a.facts.stems.len().min(b.facts.stems.len()).max(1);
    match (x.kind, x.role.as_deref()) {
        // A toll of the story's event: one word of what happened in common is enough, unless two causes are named.
        (QuantityKind::People, Some(role)) if is_toll(role) => {
            shared >= 1 && (subjects != Some(false) || near_half(near, smaller)) && !other_cause(a, b)
        }
        (QuantityKind::Count, Some(_)) => {
            (subjects == Some(true) && near >= 1) || subjects.is_none() && shared >= 2 && near >= 1
        }
        (QuantityKind::Money, Some(_)) => subjects == Some(true) && near >= 2,
        (QuantityKind::Percent | QuantityKind::VoteShare, Some(_)) => {
            subjects == Some(true) && near >= 2 || subjects.is_none() && near >= 3 && near_half(near, smaller)
        }
        // "64 cases of measles in Kelmery", one body says, and another: 71.
        (QuantityKind::Count, None) if subjects.is_none() && near >= 2 && near_half(near, smaller) && rivals(x, y) => {
            true
        }
        (QuantityKind::Count | QuantityKind::People, None) => {
            (subjects == Some(true) && near >= 2 && near_half(near, smaller))
                || subjects.is_none() && near >= 3 && near_half(near, smaller)
        }
        (QuantityKind::Money, None) => subjects == Some(true) && near >= 3 && near_half(near, smaller),
        (QuantityKind::Other | QuantityKind::Area | QuantityKind::Speed | QuantityKind::Power, _) => {
            near >= 2 && near_half(near, smaller) && subjects != Some(false)
        }
        (QuantityKind::Mass | QuantityKind::Volume | QuantityKind::Distance | QuantityKind::Temperature, _) => {
            near >= 3 && near_half(near, smaller) && subjects != Some(false)
        }
        _ => false,
    }
}

fn near_half(near: usize, smaller: usize) -> bool {
    near * 2 >= smaller
}

/// Whether each sentence names what happened, and not the same.
fn other_cause(a: &Read, b: &Read) -> bool {
    let causes = |r: &Read| {
        CAUSES
            .split_ascii_whitespace()
            .filter(|c| r.facts.sentence.contains(stem(c)))
            .collect::<Vec<_>>()
    };
    let (x, y) = (causes(a), causes(b));
    !x.is_empty() && !y.is_empty() && !x.iter().any(|c| y.iter().any(|d| c == d || alike_causes(c, d)))
}

const CAUSES: &str = "fire blaze crash collision attack shooting bomb bombing explosion blast flood floods flooding quake \
    earthquake storm hurricane tornado strike airstrike raid stampede avalanche landslide mudslide \
    outbreak virus protest riot clash capsized derailment sinking eruption wildfire drought heatwave \
    cyclone typhoon ambush massacre poisoning collapse";

fn alike_causes(a: &str, b: &str) -> bool {
    let groups: &[&[&str]] = &[
        &["fire", "blaze", "wildfire", "explosion", "blast"],
        &["crash", "collision", "derailment"],
        &[
            "attack",
            "shooting",
            "bomb",
            "bombing",
            "explosion",
            "blast",
            "strike",
            "airstrike",
            "raid",
            "ambush",
            "massacre",
            "clash",
        ],
        &[
            "flood",
            "floods",
            "flooding",
            "storm",
            "hurricane",
            "cyclone",
            "typhoon",
            "mudslide",
            "landslide",
            "collapse",
            "tornado",
        ],
        &["quake", "earthquake", "collapse", "landslide"],
        &["outbreak", "virus"],
        &["protest", "riot", "clash"],
    ];
    groups.iter().any(|g| g.contains(&a) && g.contains(&b))
}

/// Whether two names are of one: equal, or one the end or the beginning of the other.
pub(super) fn alike(a: &str, b: &str) -> bool {
    let clean = |s: &str| {
        let lower = s.to_lowercase().replace(['’', '.'], "");
        ["the ", "a ", "an "]
            .iter()
            .find_map(|p| lower.strip_prefix(p))
            .unwrap_or(&lower)
            .to_owned()
    };
    let (a, b) = (clean(a), clean(b));
    let within = |long: &str, short: &str| {
        short.chars().count() >= 3
            && (long.strip_suffix(short).is_some_and(|r| r.ends_with(' '))
                || long.strip_prefix(short).is_some_and(|r| r.starts_with(' ')))
    };
    a == b || within(&a, &b) || within(&b, &a)
}

fn mentions(read: &Read, place: &str) -> bool {
    place
        .to_lowercase()
        .split(' ')
        .all(|w| read.facts.sentence.contains(stem(w)) || read.facts.lead.contains(stem(w)))
}

/// The numbers that a figure admits, hedge and rounding taken into account.
fn range(figure: &Figure) -> (f64, f64) {
    let (low, high) = (
        figure.value,
        figure
            .max
            .filter(|_| figure.kind != QuantityKind::Score)
            .unwrap_or(figure.value),
    );
    let slack = |v: f64| match figure.qualifier {
        Some(Qualifier::About) => (v.abs() * 0.05).max(zeros(v) / 2.0),
        _ => step(v, figure.kind) / 2.0,
    };
    match figure.qualifier {
        Some(Qualifier::AtLeast | Qualifier::MoreThan) => (low - slack(low) * 0.01, high * 2.0),
        Some(Qualifier::AtMost | Qualifier::LessThan) => (low / 2.0, high + slack(high) * 0.01),
        _ => (low - slack(low) * 0.999, high + slack(high) * 0.999),
    }
}

/// What a number is rounded to, as its zeros tell: 100 for 12,400. A number under 100 and a percentage are what they say.
fn step(value: f64, kind: QuantityKind) -> f64 {
    let size = value.abs();
    if kind == QuantityKind::Percent || kind == QuantityKind::VoteShare || size < 100.0 {
        let tenth = (size * 10.0).round() / 10.0;
        return if size.fract() == 0.0 {
            1.0
        } else if (tenth - size).abs() < 1e-9 {
            0.1
        } else {
            0.01
        };
    }
    zeros(value)
}

/// The power of ten that a whole number ends in: 1,000 for 12,000.
fn zeros(value: f64) -> f64 {
    let size = value.abs();
    let mut step = 1.0;
    while step < size && (size / (step * 10.0)).fract().abs() < 1e-9 {
        step *= 10.0;
    }
    step.min(size)
}

/// Two bodies are named that say something of one place.
fn rivals(a: &Figure, b: &Figure) -> bool {
    let named = |f: &Figure| f.attribution.is_some() && f.place.is_some();
    named(a) && named(b) && a.attribution.as_deref().map(key) != b.attribution.as_deref().map(key)
}

/// Whether two figures of one thing can both be right: equal up to rounding and hedges.
pub(super) fn agree(a: &Figure, b: &Figure) -> bool {
    let lower = |f: &Figure| matches!(f.qualifier, Some(Qualifier::AtLeast));
    // Two tolls that are both "at least" are two counts, unless one is round.
    if lower(a)
        && lower(b)
        && a.value >= 10.0
        && b.value >= 10.0
        && step(a.value, a.kind) <= 1.0
        && step(b.value, b.kind) <= 1.0
        && a.value % 10.0 != 0.0
        && b.value % 10.0 != 0.0
    {
        return (a.value - b.value).abs() < 0.5;
    }
    let (x, y) = (range(a), range(b));
    x.0 <= y.1 && y.0 <= x.1
}

/// Whether two figures say the very same number.
pub(super) fn equal(a: &Figure, b: &Figure) -> bool {
    a.value.to_bits() == b.value.to_bits() && a.max.map(f64::to_bits) == b.max.map(f64::to_bits)
}

/// A name for comparing: lower case, without article.
pub(super) fn key(name: &str) -> String {
    let lower = name.to_lowercase();
    lower.strip_prefix("the ").unwrap_or(&lower).to_owned()
}
