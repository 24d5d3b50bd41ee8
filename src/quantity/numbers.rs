//! Numerals: digits with a magnitude, number words, and the parts of a million or an hour ("half a million").

use super::lexicon::NumberWord;
use super::token::{Digits, Kind, Token};

/// No numeral in words is longer.
const LONGEST: usize = 14;

/// A number as it is written, over tokens `first..end`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Numeral {
    /// Its first token.
    pub first: usize,
    /// The token after its last.
    pub end: usize,
    /// Its value.
    pub value: f64,
    /// What its magnitude words multiply by; 1 without any.
    pub scale: f64,
    /// The digits that it begins with, if it is not in words.
    pub digits: Option<Digits>,
}

impl Numeral {
    /// Whether this is the word "one", which may be a pronoun.
    pub fn is_one(&self) -> bool {
        self.digits.is_none() && self.value == 1.0 && self.end == self.first + 1
    }

    /// Whether it is whole digits without separators or magnitude, as years and labels are.
    pub fn is_plain(&self) -> bool {
        self.scale == 1.0 && self.digits.is_some_and(|d| !d.grouped && !d.decimal) && self.end == self.first + 1
    }

    /// Whether it may be a year.
    pub fn is_yearlike(&self) -> bool {
        self.is_plain() && self.digits.is_some_and(|d| d.whole == 4) && (1500.0..2100.0).contains(&self.value)
    }
}

/// The numeral that begins at token `at`. `money` says that a currency stands before it, so that `m` is a million
/// and `t` a trillion.
pub(super) fn numeral(tokens: &[Token<'_>], at: usize, money: bool) -> Option<Numeral> {
    let token = tokens.get(at)?;
    let found = match token.kind {
        Kind::Number(digits) => in_digits(tokens, at, digits, money)?,
        Kind::Word => in_words(tokens, at)?,
        _ => return None,
    };
    (found.value.is_finite() && found.value < 1e18).then_some(found)
}

fn in_digits(tokens: &[Token<'_>], at: usize, digits: Digits, money: bool) -> Option<Numeral> {
    if digits.padded && !digits.decimal {
        return None;
    }
    let mut numeral = Numeral {
        first: at,
        end: at + 1,
        value: digits.value,
        scale: 1.0,
        digits: Some(digits),
    };
    if let Some((part, end)) = mixed_fraction(tokens, at + 1, digits) {
        (numeral.value, numeral.end) = (numeral.value + part, end);
    }
    if let Some(next) = tokens.get(numeral.end).filter(|next| next.is_word() && !next.spaced) {
        if matches!(next.text, "st" | "nd" | "rd" | "th") {
            return None;
        }
        let scale = match next.text {
            "m" if !money && metres(tokens, at, next) => None,
            "t" if !money => None,
            "b" if !next.capital && !money => None,
            // A letter that belongs to a name or size: 5K is a race, 4K a screen.
            _ => next.entry.suffix,
        };
        if let Some(scale) = scale {
            numeral.value *= scale;
            (numeral.scale, numeral.end) = (scale, numeral.end + 1);
        }
    } else if money
        && let Some(next) = tokens.get(numeral.end)
        && matches!(next.text, "m" | "b" | "tn" | "t" | "k")
        && let Some(scale) = next.entry.suffix
    {
        numeral.value *= scale;
        (numeral.scale, numeral.end) = (scale, numeral.end + 1);
    }
    and_a_half(tokens, &mut numeral);
    magnitudes(tokens, &mut numeral);
    Some(numeral)
}

/// The `½` of `3½` and the `1/2` of `8-1/2` or `8 1/2`.
fn mixed_fraction(tokens: &[Token<'_>], at: usize, whole: Digits) -> Option<(f64, usize)> {
    let next = tokens.get(at)?;
    let part = match next.kind {
        Kind::Mark('½') => 0.5,
        Kind::Mark('¼') => 0.25,
        Kind::Mark('¾') => 0.75,
        _ => {
            let at = if next.is_hyphen() { at + 1 } else { at };
            let above = tokens.get(at)?.digits()?;
            let below = tokens.get(at + 2)?.digits()?;
            let plain = |d: Digits| d.whole <= 2 && !d.decimal;
            let glued = !tokens[at + 2].spaced && tokens.get(at + 1)?.is('/');
            let fits = glued && plain(above) && plain(below) && above.value < below.value && whole.whole < 4;
            return (fits && !whole.decimal).then(|| (above.value / below.value, at + 3));
        }
    };
    (!next.spaced).then_some((part, at + 1))
}

/// Whether the `m` glued to the digits at `at` is metres: what is measured says so, else it is a million.
fn metres(tokens: &[Token<'_>], at: usize, m: &Token<'_>) -> bool {
    use super::lexicon::LENGTH;
    if m.capital {
        return false;
    }
    let digits = tokens[at].digits();
    // No one writes thousands of millions so.
    if digits.is_some_and(|d| d.grouped) {
        return true;
    }
    let near = |token: Option<&Token<'_>>| token.is_some_and(|t| t.sentence == m.sentence && t.has(LENGTH));
    let after = tokens.get(at + 2);
    if near(after.filter(|t| t.text != "of" && t.text != "from" && t.text != "for")) {
        return true;
    }
    // "1,732 ft (528m)"
    if after.is_some_and(|t| t.is(')'))
        && at >= 2
        && tokens[at - 1].is('(')
        && matches!(tokens[at - 2].text, "ft" | "feet" | "foot" | "yards" | "miles" | "mile")
    {
        return true;
    }
    if after.is_some_and(|t| t.is_hyphen()) {
        return tokens.get(at + 3).is_some_and(|t| t.has(LENGTH));
    }
    if super::nouns::head(tokens, at + 2, false).is_some() {
        return false;
    }
    if near(after.filter(|t| t.text == "from")) && digits.is_some_and(|d| d.value >= 10.0) {
        return true;
    }
    if at > 0 && matches!(tokens[at - 1].text, "above" | "below") {
        return true;
    }
    // "Gold in the 100m"
    let race =
        digits.is_some_and(|d| [50.0, 60.0, 100.0, 200.0, 400.0, 800.0, 1500.0, 3000.0, 5000.0].contains(&d.value));
    if race && at > 0 && (matches!(tokens[at - 1].text, "the" | "over" | "her" | "his") || tokens[at - 1].possessive) {
        return true;
    }
    let before = &tokens[at.saturating_sub(6)..at];
    let thrown = |t: &Token<'_>| {
        [
            "threw",
            "throw",
            "jumped",
            "leapt",
            "cleared",
            "deep",
            "height",
            "depth",
            "altitude",
            "swam",
            "ran",
            "javelin",
            "hammer",
            "discus",
            "shot",
            "vaulted",
            "men",
            "women",
            "distance",
            "visibility",
            "metres",
            "width",
            "length",
            "waves",
            "swell",
        ]
        .contains(&t.text)
    };
    before.iter().any(|t| t.sentence == m.sentence && thrown(t))
}

/// "And a half" after a number, with or without hyphens.
fn and_a_half(tokens: &[Token<'_>], numeral: &mut Numeral) {
    let mut at = numeral.end;
    for word in ["and", "a", "half"] {
        if tokens.get(at).is_some_and(|t| t.is_hyphen()) {
            at += 1;
        }
        if tokens.get(at).is_none_or(|t| t.text != word) {
            return;
        }
        at += 1;
    }
    numeral.value += 0.5 * numeral.scale;
    numeral.end = at;
}

/// Magnitude words after a number: "3 million", "1 lakh crore", "two dozen".
fn magnitudes(tokens: &[Token<'_>], numeral: &mut Numeral) {
    for _ in 0..2 {
        let hyphen = tokens.get(numeral.end).is_some_and(|t| t.is_hyphen());
        let at = numeral.end + usize::from(hyphen);
        let Some(next) = tokens
            .get(at)
            .filter(|t| t.is_word() && t.sentence == tokens[numeral.first].sentence)
        else {
            return;
        };
        let scale = match next.entry.number {
            Some(NumberWord::Scale(scale)) => scale,
            Some(NumberWord::Hundred) => 100.0,
            Some(NumberWord::Dozen) => 12.0,
            _ => return,
        };
        numeral.value *= scale;
        numeral.scale *= scale;
        numeral.end = at + 1;
    }
}

fn in_words(tokens: &[Token<'_>], at: usize) -> Option<Numeral> {
    let first = &tokens[at];
    if let Some(part) = part_of_whole(tokens, at) {
        return Some(part);
    }
    let done = |value: f64, scale: f64, end: usize| Numeral {
        first: at,
        end,
        value,
        scale,
        digits: None,
    };
    if matches!(first.text, "a" | "an") {
        let hyphen = tokens.get(at + 1).is_some_and(|t| t.is_hyphen());
        let next = at + 1 + usize::from(hyphen);
        let word = tokens.get(next)?;
        word.entry
            .number
            .filter(|n| matches!(n, NumberWord::Scale(_) | NumberWord::Hundred | NumberWord::Dozen))?;
        if word.entry.suffix.is_some() {
            return None;
        }
        let mut numeral = done(1.0, 1.0, at + 1);
        magnitudes(tokens, &mut numeral);
        return Some(numeral);
    }
    first
        .entry
        .number
        .filter(|n| matches!(n, NumberWord::Unit(_) | NumberWord::Tens(_)))?;
    let (mut total, mut current, mut scale, mut end) = (0.0_f64, 0.0_f64, 1.0_f64, at);
    let mut last: Option<NumberWord> = None;
    for (j, token) in tokens.iter().enumerate().skip(at).take(LONGEST) {
        if token.sentence != first.sentence {
            break;
        }
        if last.is_some() && token.is_hyphen() {
            continue;
        }
        if token.text == "and" && matches!(last, Some(NumberWord::Hundred | NumberWord::Scale(_))) {
            continue;
        }
        let Some(word) = token.entry.number.filter(|_| token.is_word()) else {
            break;
        };
        match (word, last) {
            (NumberWord::Unit(n), None | Some(NumberWord::Hundred | NumberWord::Scale(_))) => current += n,
            (NumberWord::Unit(n), Some(NumberWord::Tens(_))) if (1.0..10.0).contains(&n) => current += n,
            (NumberWord::Tens(n), None | Some(NumberWord::Hundred | NumberWord::Scale(_))) => current += n,
            (NumberWord::Hundred, Some(NumberWord::Unit(_) | NumberWord::Tens(_))) => {
                current *= 100.0;
                scale = 100.0;
            }
            (NumberWord::Dozen, Some(NumberWord::Unit(_) | NumberWord::Tens(_))) => {
                current *= 12.0;
                scale = 12.0;
            }
            (NumberWord::Scale(n), Some(_)) => {
                if current == 0.0 {
                    total *= n;
                } else {
                    total += current * n;
                    current = 0.0;
                }
                scale = n;
            }
            _ => break,
        }
        (last, end) = (Some(word), j + 1);
    }
    let mut numeral = done(total + current, scale, end);
    if tokens.get(end).is_some_and(|t| t.text == "point") {
        let spoken = tokens.get(end + 1).and_then(|t| t.entry.number);
        if let Some(NumberWord::Unit(n)) = spoken.filter(|_| total == 0.0) {
            numeral.value += n / 10.0;
            numeral.end = end + 2;
        }
    }
    let before = numeral.end;
    and_a_half(tokens, &mut numeral);
    if numeral.end > before || scale == 1.0 {
        magnitudes(tokens, &mut numeral);
    }
    Some(numeral)
}

/// "Half a million", "half a dozen", "half an hour", "three quarters of a mile": a part of one whole that is named.
/// The numeral ends before a unit and after a magnitude.
fn part_of_whole(tokens: &[Token<'_>], at: usize) -> Option<Numeral> {
    let (part, mut end) = fraction_words(tokens, at)?;
    let half = part == 0.5;
    let hyphen = |i: usize| usize::from(tokens.get(i).is_some_and(|t| t.is_hyphen()));
    end += hyphen(end);
    if tokens.get(end)?.text == "of" {
        end += 1;
    } else if !half {
        return None;
    }
    let article = matches!(tokens.get(end)?.text, "a" | "an");
    if article {
        end += 1;
        end += hyphen(end);
    }
    let whole = tokens.get(end)?;
    let scaled = whole.entry.number.filter(|_| whole.entry.suffix.is_none());
    if let Some(NumberWord::Scale(_) | NumberWord::Dozen | NumberWord::Hundred) = scaled {
        let mut numeral = Numeral {
            first: at,
            end,
            value: part,
            scale: 1.0,
            digits: None,
        };
        magnitudes(tokens, &mut numeral);
        return (numeral.end > end).then_some(numeral);
    }
    // A half-century is scored.
    let measured = whole
        .unit()
        .is_some_and(|u| u.name != "century" && u.kind != crate::document::QuantityKind::Percent)
        || matches!(whole.text, "percentage" | "per" | "percent");
    // "Half hour" needs its hyphen or article; "the second half hour" is rare.
    let whole_is_one = article || whole.text == "percent" || whole.text == "per" || !whole.spaced;
    (measured && whole_is_one).then_some(Numeral {
        first: at,
        end,
        value: part,
        scale: 1.0,
        digits: None,
    })
}

/// The words of a fraction at `at`: its value and the token after it. "A third", "two-thirds", "half".
pub(super) fn fraction_words(tokens: &[Token<'_>], at: usize) -> Option<(f64, usize)> {
    let first = tokens.get(at)?;
    if !first.is_word() {
        return None;
    }
    if first.text == "half" {
        return Some((0.5, at + 1));
    }
    let above = match first.entry.number {
        Some(NumberWord::Unit(n)) if n >= 1.0 => n,
        _ if matches!(first.text, "a" | "an") => 1.0,
        _ => return None,
    };
    let hyphen = tokens.get(at + 1).is_some_and(|t| t.is_hyphen());
    let below = tokens.get(at + 1 + usize::from(hyphen))?;
    let denominator = f64::from(below.entry.denominator?);
    let plural = below.text.ends_with('s') || below.text == "halves";
    if (above > 1.0) != plural || above >= denominator || below.sentence != first.sentence {
        return None;
    }
    Some((above / denominator, at + 2 + usize::from(hyphen)))
}
