//! The unit written right after a number: percent signs, degrees, units of measure, names of currencies.

use super::lexicon::{LENGTH, WEIGHT};
use super::numbers::Numeral;
use super::token::{Kind, Token};
use super::units::{self, Unit};
use super::{currency, nouns};
use crate::document::QuantityKind::{self, *};

/// A unit with the token after it.
pub(super) struct Measure {
    /// Its name.
    pub name: &'static str,
    /// What it measures.
    pub kind: QuantityKind,
    /// What it is per, where the unit itself says so.
    pub per: Option<&'static str>,
    /// 100 for pence and cents.
    pub divisor: f64,
    /// The token after it.
    pub end: usize,
}

/// The unit of measure, percent sign or currency after a numeral.
pub(super) fn unit_after(tokens: &[Token<'_>], numeral: &Numeral) -> Option<Measure> {
    let sentence = tokens[numeral.first].sentence;
    let word = |i: usize| tokens.get(i).filter(|t| t.is_word() && t.sentence == sentence);
    let text = |i: usize| word(i).map_or("", |t| t.text);
    let mut at = numeral.end;
    // "half a percentage point", "half an hour"
    if numeral.value < 1.0 && matches!(text(at), "a" | "an") {
        at += 1;
    }
    // "155-mm", "two-hour", "3-percent"
    if tokens.get(at).is_some_and(|t| t.is_hyphen()) && tokens.get(at + 1).is_some_and(|t| !t.spaced && t.is_word()) {
        at += 1;
    }
    let next = tokens.get(at).filter(|t| t.sentence == sentence)?;
    let found = |name: &'static str, kind: QuantityKind, end: usize| {
        Some(Measure {
            name,
            kind,
            per: None,
            divisor: 1.0,
            end,
        })
    };
    match next.kind {
        Kind::Mark('%' | '％' | '٪') => {
            let points = matches!(text(at + 1), "point" | "points") && !word(at + 1).is_some_and(|t| t.possessive);
            return if points {
                found("percentage point", Percent, at + 2)
            } else {
                found("percent", Percent, at + 1)
            };
        }
        Kind::Mark('°' | 'º' | '˚') => return degrees(tokens, at, sentence),
        Kind::Mark('"' | '″') => return None,
        Kind::Currency(code)
            if !next.spaced && numeral.digits.is_some() && tokens.get(at + 1).is_none_or(|t| t.digits().is_none()) =>
        {
            return found(code, Money, at + 1);
        }
        Kind::Word => {}
        _ => return None,
    }
    let glued = !next.spaced;
    match next.text {
        "per" if text(at + 1) == "cent" || text(at + 1) == "cents" => {
            let points = matches!(text(at + 2), "point" | "points");
            return if points {
                found("percentage point", Percent, at + 3)
            } else {
                found("percent", Percent, at + 2)
            };
        }
        "percentage" if hyphen_or(tokens, at + 1, &["point", "points"]).is_some() => {
            return found(
                "percentage point",
                Percent,
                hyphen_or(tokens, at + 1, &["point", "points"])?,
            );
        }
        "percent" | "pct" if matches!(text(at + 1), "point" | "points") => {
            return found("percentage point", Percent, at + 2);
        }
        "pp" | "ppt" | "ppts" => return found("percentage point", Percent, at + 1),
        "pc" if next.capital => return None,
        "basis" => {
            return hyphen_or(tokens, at + 1, &["point", "points"]).and_then(|end| found("basis point", Percent, end));
        }
        "bps" | "bp" => return found("basis point", Percent, at + 1),
        "degrees" | "degree" | "deg" | "degs" => return degrees(tokens, at, sentence),
        "b" if tokens.get(at + 1).is_some_and(|t| t.is('/')) && text(at + 2) == "d" => {
            return Some(Measure {
                name: "barrel",
                kind: Volume,
                per: Some("day"),
                divisor: 1.0,
                end: at + 3,
            });
        }
        "m" if !glued && tokens.get(at + 1).is_some_and(|t| t.has(LENGTH) || t.is('/')) => {
            return found("metre", Distance, at + 1);
        }
        "c" | "f" if glued && numeral.digits.is_some() && numeral.value < 5000.0 && numeral.scale == 1.0 => {
            let near = &tokens[at.saturating_sub(12)..tokens.len().min(at + 12)];
            let priced = near
                .iter()
                .any(|t| t.sentence == sentence && matches!(t.kind, Kind::Currency(_)));
            if next.text == "c" && !next.capital && (priced || matches!(text(at + 1), "a" | "per" | "an")) {
                return Some(Measure {
                    name: cents(tokens, at),
                    kind: Money,
                    per: None,
                    divisor: 100.0,
                    end: at + 1,
                });
            }
            return found(
                if next.text == "c" {
                    "degree celsius"
                } else {
                    "degree fahrenheit"
                },
                Temperature,
                at + 1,
            );
        }
        "c" | "f"
            if next.capital
                && numeral.digits.is_some()
                && numeral.value < 200.0
                && !tokens.get(at + 1).is_some_and(|t| t.is('.') && t.sentence == sentence) =>
        {
            return found(
                if next.text == "c" {
                    "degree celsius"
                } else {
                    "degree fahrenheit"
                },
                Temperature,
                at + 1,
            );
        }
        "celsius" | "centigrade" => return found("degree celsius", Temperature, at + 1),
        "fahrenheit" => return found("degree fahrenheit", Temperature, at + 1),
        "nautical" => {
            return hyphen_or(tokens, at + 1, &["mile", "miles"]).and_then(|end| found("nautical mile", Distance, end));
        }
        "light" => {
            return hyphen_or(tokens, at + 1, &["year", "years"]).and_then(|end| found("light year", Distance, end));
        }
        "metric" if matches!(text(at + 1), "ton" | "tons" | "tonne" | "tonnes") => return found("tonne", Mass, at + 2),
        "square" | "sq" | "cubic" | "cu" => {
            let stop = usize::from(tokens.get(at + 1).is_some_and(|t| t.is('.') || t.is_hyphen()));
            let unit = word(at + 1 + stop).and_then(|t| t.entry.unit.or((t.text == "m").then_some(METRE)))?;
            let end = at + 2 + stop;
            return if next.text.starts_with('s') {
                found(units::squared(unit.name)?, Area, end)
            } else {
                found(units::cubed(unit.name)?, Volume, end)
            };
        }
        "sqm" => return found("square metre", Area, at + 1),
        "sqft" => return found("square foot", Area, at + 1),
        "km2" => return found("square kilometre", Area, at + 1),
        "m2" => return found("square metre", Area, at + 1),
        "m3" => return found("cubic metre", Volume, at + 1),
        "magnitude" => return found("magnitude", Other, at + 1),
        "pound" | "pounds" if is_weight(tokens, numeral, at) => return found("pound", Mass, at + 1),
        _ => {}
    }
    if let Some(measure) = money_after(tokens, numeral, at, sentence) {
        return Some(measure);
    }
    let unit = next.entry.unit?;
    if next.entry.glued && (!glued || numeral.digits.is_none()) && !(unit.name == "inch" && inches(tokens, numeral)) {
        return None;
    }
    // "30s" is a decade of life, "3B" a flat, "12 Hours" a title.
    if next.entry.glued && glued && next.text == "s" && !numeral.digits.is_some_and(|d| d.decimal) {
        return None;
    }
    Some(measured(tokens, unit, at))
}

const METRE: Unit = Unit {
    name: "metre",
    kind: Distance,
    per: None,
};

/// The token after one of `words` at `at`, a hyphen before it allowed.
fn hyphen_or(tokens: &[Token<'_>], at: usize, words: &[&str]) -> Option<usize> {
    let at = at + usize::from(tokens.get(at).is_some_and(|t| t.is_hyphen()));
    tokens.get(at).filter(|t| words.contains(&t.text)).map(|_| at + 1)
}

/// "6ft 2in", "5 ft 10 in": inches after feet.
fn inches(tokens: &[Token<'_>], numeral: &Numeral) -> bool {
    numeral.first >= 1 && matches!(tokens[numeral.first - 1].text, "ft" | "feet" | "foot")
}

/// A unit of the table at `at`, with what may follow it: a power of two or three, "hours" after a power.
fn measured(tokens: &[Token<'_>], unit: Unit, at: usize) -> Measure {
    let mut measure = Measure {
        name: unit.name,
        kind: unit.kind,
        per: unit.per,
        divisor: 1.0,
        end: at + 1,
    };
    let Some(next) = tokens.get(at + 1) else { return measure };
    match next.kind {
        Kind::Mark('²') if !next.spaced => {
            if let Some(name) = units::squared(unit.name) {
                (measure.name, measure.kind, measure.end) = (name, Area, at + 2);
            }
        }
        Kind::Mark('³') if !next.spaced => {
            if let Some(name) = units::cubed(unit.name) {
                (measure.name, measure.kind, measure.end) = (name, Volume, at + 2);
            }
        }
        _ => {
            if unit.kind == Power
                && let Some(name) = units::for_an_hour(unit.name)
                && let Some(end) = hyphen_or(tokens, at + 1, &["hour", "hours"])
            {
                (measure.name, measure.kind, measure.end) = (name, Energy, end);
            }
            if next.text == "squared"
                && let Some(name) = units::squared(unit.name)
            {
                (measure.name, measure.kind, measure.end) = (name, Area, at + 2);
            }
        }
    }
    measure
}

/// Degrees, with the scale where it is named here or elsewhere in the passage.
fn degrees(tokens: &[Token<'_>], at: usize, sentence: u32) -> Option<Measure> {
    let scale = |t: &Token<'_>| match t.text {
        "c" | "celsius" | "centigrade" if t.is_word() => Some("degree celsius"),
        "f" | "fahrenheit" if t.is_word() => Some("degree fahrenheit"),
        _ => None,
    };
    let stated = tokens.get(at + 1).filter(|t| t.sentence == sentence).and_then(scale);
    if let Some(name) = stated {
        return Some(Measure {
            name,
            kind: Temperature,
            per: None,
            divisor: 1.0,
            end: at + 2,
        });
    }
    // The scale that the passage uses, looked for only nearby.
    let near = &tokens[at.saturating_sub(60)..tokens.len().min(at + 60)];
    let name = near.iter().enumerate().find_map(|(i, t)| {
        let glued = i > 0
            && (near[i - 1].digits().is_some()
                || matches!(near[i - 1].text, "degrees" | "degree")
                || near[i - 1].is('°'));
        scale(t).filter(|_| t.text.len() > 1 || glued)
    });
    Some(Measure {
        name: name.unwrap_or("degree"),
        kind: Temperature,
        per: None,
        divisor: 1.0,
        end: at + 1,
    })
}

/// The name of a currency or its hundredth after a number, with the adjective of a country.
fn money_after(tokens: &[Token<'_>], numeral: &Numeral, at: usize, sentence: u32) -> Option<Measure> {
    let next = &tokens[at];
    if let Some(code) = currency::hundredth(next.text) {
        if next.text == "p" && (next.spaced || next.capital || numeral.digits.is_none()) || next.possessive {
            return None;
        }
        if matches!(next.text, "ct" | "penny") && numeral.digits.is_none() {
            return None;
        }
        let code = if code == "USD" { cents(tokens, at) } else { code };
        return Some(Measure {
            name: code,
            kind: Money,
            per: None,
            divisor: 100.0,
            end: at + 1,
        });
    }
    let mut end = at;
    // "Hong Kong dollars", "euro cents", "US dollars"
    while end < at + 2
        && tokens.get(end).is_some_and(|t| {
            t.is_word()
                && t.sentence == sentence
                && t.entry.money.is_none()
                && (t.capital || matches!(t.text, "euro" | "u.s"))
        })
    {
        if tokens[end].entry.code.is_some() {
            break;
        }
        end += 1;
        end += usize::from(tokens.get(end).is_some_and(|t| t.is('.') && !t.spaced));
    }
    let name = tokens
        .get(end)
        .filter(|t| t.is_word() && t.sentence == sentence && !t.possessive)?;
    let country = (end > at).then(|| tokens[end - 1].text);
    let code = match (name.entry.money, name.entry.code) {
        (Some(code), _) => code,
        // Codes are capital letters; "rs" and "rm" stand before.
        (None, Some(code))
            if end == at
                && (name.capital && name.text.len() == 3 || matches!(name.text, "stg" | "dlrs" | "dlr" | "rmb")) =>
        {
            code
        }
        _ => return None,
    };
    if name.text.starts_with("mark") && numeral.scale < 1000.0 && !matches!(country, Some("deutsche" | "german")) {
        return None;
    }
    if name.text == "won" && numeral.scale < 100.0 && numeral.value < 1000.0 && country.is_none() {
        return None;
    }
    if matches!(name.text, "real" | "crowns" | "lei" | "leva" | "dong" | "lev" | "leu")
        && numeral.value < 20.0
        && country.is_none()
    {
        return None;
    }
    if tokens.get(end + 1).is_some_and(|t| matches!(t.text, "cent" | "cents")) && name.text == "euro" {
        return Some(Measure {
            name: "EUR",
            kind: Money,
            per: None,
            divisor: 100.0,
            end: end + 2,
        });
    }
    // A capital word that is no country belongs to something else.
    let code = match country {
        Some(country) => currency::of_country(country, code).unwrap_or(code),
        None => currency_of_passage(tokens, at, name.text, code),
    };
    Some(Measure {
        name: code,
        kind: Money,
        per: None,
        divisor: 1.0,
        end: end + 1,
    })
}

/// Which cent: the passage's only other currency with cents says so.
fn cents(tokens: &[Token<'_>], at: usize) -> &'static str {
    let near = &tokens[at.saturating_sub(60)..tokens.len().min(at + 60)];
    let dollar = near
        .iter()
        .any(|t| t.kind == Kind::Currency("USD") || matches!(t.text, "dollar" | "dollars"));
    if dollar {
        return "USD";
    }
    near.iter()
        .find_map(|t| match (t.kind, t.entry.money) {
            (Kind::Currency(code @ ("EUR" | "AUD" | "CAD" | "NZD" | "HKD" | "SGD")), _) => Some(code),
            (_, Some("EUR")) => Some("EUR"),
            (_, Some("ZAR")) => Some("ZAR"),
            _ => None,
        })
        .unwrap_or("USD")
}

/// A name without its country takes the country named in the passage: "1.4bn pesos" in a text about the Philippines
/// is not told from Mexico's, but "Philippine pesos" earlier in it is.
fn currency_of_passage(tokens: &[Token<'_>], at: usize, name: &str, code: &'static str) -> &'static str {
    let near = &tokens[at.saturating_sub(60)..at];
    near.windows(2)
        .rev()
        .find_map(|pair| {
            (pair[1].text == name && pair[0].capital)
                .then(|| currency::of_country(pair[0].text, code))
                .flatten()
        })
        .unwrap_or(code)
}

/// Whether pounds are a weight: a word of weighing near, or of what is weighed right after "of".
fn is_weight(tokens: &[Token<'_>], numeral: &Numeral, at: usize) -> bool {
    let sentence = tokens[at].sentence;
    let same = |t: &&Token<'_>| t.sentence == sentence;
    if tokens[numeral.end].is_hyphen() {
        let next = tokens.get(at + 1);
        return next
            .is_some_and(|t| t.has(WEIGHT) || nouns::is_person(t) || matches!(t.text, "sack" | "bag" | "weight"));
    }
    if tokens.get(at + 1).filter(same).is_some_and(|t| t.text == "of") {
        return tokens[at + 2..tokens.len().min(at + 5)]
            .iter()
            .filter(same)
            .any(|t| t.has(WEIGHT));
    }
    if tokens.get(at + 1).filter(same).is_some_and(|t| {
        matches!(t.text, "lighter" | "heavier" | "overweight" | "per")
            || t.text == "at" && tokens.get(at + 2).is_some_and(|t| t.text == "birth")
    }) {
        return true;
    }
    let before = &tokens[numeral.first.saturating_sub(8)..numeral.first];
    let weighing = |t: &Token<'_>| {
        [
            "weigh", "weighs", "weighed", "weighing", "weight", "born", "babies", "baby", "gained", "shed",
        ]
        .contains(&t.text)
    };
    let mass = |t: &Token<'_>| t.unit().is_some_and(|u| u.kind == Mass);
    before.iter().filter(same).any(|t| weighing(t) || mass(t)) && numeral.scale == 1.0
        || numeral.scale == 1.0
            && numeral.value < 400.0
            && before.last().is_some_and(|t| t.text == "lost" || t.text == "lose")
}
