//! A number with its unit: currency before or after, unit of measure, counted noun, range, rate and hedge.

use super::measure::{Measure, unit_after};
use super::numbers::{self, Numeral};
use super::token::{Kind, Token};
use super::{Found, Text, context, hedges, nouns, rates};
use crate::document::QuantityKind::*;

/// What stands at a token.
pub(super) enum Reading {
    /// A quantity.
    Quantity(Box<Found>),
    /// None; go on at this token.
    Skip(usize),
}

/// A number with the unit that is written right beside it.
struct Amount {
    numeral: Numeral,
    /// With the currency before it.
    first: usize,
    end: usize,
    value: f64,
    /// A currency sign stands before it.
    sign: bool,
    measure: Option<Measure>,
}

/// Reads the quantity that begins at token `at`. Tokens before `taken` belong to another.
pub(super) fn read(text: &Text<'_>, at: usize, taken: usize) -> Reading {
    let tokens = text.tokens;
    if let Some(found) = one_and_a_half(tokens, at) {
        return Reading::Quantity(Box::new(found));
    }
    let Some(mut low) = amount(tokens, at) else {
        return Reading::Skip(at + 1);
    };
    magnitude(tokens, &mut low);
    let mut end = low.end;
    let mut high = None;
    if let Some(second) = range(text, &mut low) {
        end = second.end;
        high = Some(second);
    }
    let trailing = hedges::trailing(tokens, end).filter(|_| high.is_none());
    end = trailing.map_or(end, |(_, end)| end);
    let measured = low.sign || low.measure.is_some();
    let numeral = low.numeral;
    let noun = if measured { None } else { counted(tokens, end, &numeral) };
    let counts = noun.is_some() || measured;
    if !low.sign && context::labels(tokens, &numeral, counts, text.headline)
        || high.is_none() && context::is_year(tokens, &numeral, measured, noun.is_some())
        || !measured && noun.is_none() && context::is_telephone(tokens, &numeral)
    {
        return Reading::Skip(numeral.end);
    }
    if numeral.is_one() && high.is_none() && !one_counts(text, at, &low, noun) {
        return Reading::Skip(numeral.end);
    }
    // "12-storey" says what something is like, "12-member" how many there are.
    let compound = glued_compound(tokens, end);
    if noun.is_none()
        && !measured
        && compound.is_some_and(|i| !nouns::is_person(&tokens[i]) && tokens[i].text != "strong")
    {
        return Reading::Skip(compound.map_or(end, |noun| noun + 1));
    }
    let noun = noun.or(compound.filter(|&i| !measured && tokens[i].text != "strong"));
    let (value, max) = (low.value, high.as_ref().map(|h| h.value));
    let measure = low.measure.as_ref().or(high.as_ref().and_then(|h| h.measure.as_ref()));
    let mut found = Found::new(low.first, end, end, Count, value);
    found.quantity.max = max;
    if let Some(measure) = measure {
        found = found.unit(measure.name);
        found.quantity.kind = measure.kind;
        found.quantity.per = measure.per.map(str::to_owned);
        // "Kilometres" of what: "30 barrels of oil" ends at the unit.
    } else if let Some(noun) = noun {
        let unit = nouns::unit(tokens, noun);
        if unit == "other" {
            found.bare = true;
        } else if let Some(measure) = tokens[noun].unit() {
            // "Two more weeks", "four straight months"
            found.quantity.kind = measure.kind;
            found = found.unit(measure.name);
        } else {
            found.quantity.kind = match unit.as_str() {
                "person" => People,
                "vote" => VoteShare,
                _ => Count,
            };
            found = found.unit(unit);
        }
        found.end = noun + 1;
    } else {
        found.bare = true;
    }
    if compound.is_some_and(|i| tokens[i].text == "strong") && found.bare {
        // "A 30-strong team"
        found.quantity.kind = People;
        found = found.unit("person");
        (found.bare, found.end) = (false, end + 2);
    }
    if let Some((qualifier, after)) = trailing {
        found.quantity.qualifier = Some(qualifier);
        found.end = found.end.max(after);
    }
    rates::rate(tokens, &mut found);
    hedges::hedge(tokens, &mut found, taken);
    Reading::Quantity(Box::new(found))
}

/// A single number with its unit, without a range.
fn amount(tokens: &[Token<'_>], at: usize) -> Option<Amount> {
    let (code, number_at) = currency_before(tokens, at);
    let negative = code.is_none() && is_minus(tokens, at);
    let number_at = number_at + usize::from(negative);
    let numeral = numbers::numeral(tokens, number_at, code.is_some())?;
    let mut value = numeral.value;
    if negative {
        value = -value;
    }
    let mut end = numeral.end;
    let mut measure = unit_after(tokens, &numeral);
    if let Some(code) = code {
        // "$5 million dollars", "US$5 a barrel": the sign says enough, and only a repeated name is taken in.
        end = measure
            .as_ref()
            .filter(|m| m.name == code && m.divisor == 1.0)
            .map_or(end, |m| m.end);
        measure = Some(Measure {
            name: code,
            kind: Money,
            per: None,
            divisor: 1.0,
            end,
        });
    } else if let Some(m) = &measure {
        value /= m.divisor;
        end = m.end;
    }
    if negative
        && measure
            .as_ref()
            .is_none_or(|m| !matches!(m.kind, Temperature | Percent))
        && tokens[at].is_dash()
    {
        value = -value;
    }
    Some(Amount {
        numeral,
        first: if code.is_some() || negative { at } else { numeral.first },
        end,
        value,
        sign: code.is_some(),
        measure,
    })
}

/// "An hour and a half", "a mile and a half".
fn one_and_a_half(tokens: &[Token<'_>], at: usize) -> Option<Found> {
    let unit = tokens
        .get(at + 1)
        .and_then(Token::unit)
        .filter(|_| matches!(tokens[at].text, "a" | "an" | "one"))?;
    let half = ["and", "a", "half"]
        .iter()
        .zip(at + 2..)
        .all(|(word, i)| tokens.get(i).is_some_and(|t| t.text == *word));
    half.then(|| Found::new(at, at + 5, at + 5, unit.kind, 1.5).unit(unit.name))
}

/// "Magnitude 6.1", "a magnitude of 6.1", "measuring 7.2 on the Richter scale".
fn magnitude(tokens: &[Token<'_>], low: &mut Amount) {
    let at = low.first;
    let before = |back: usize| at.checked_sub(back).map_or("", |i| tokens[i].text);
    let named = before(1) == "magnitude" || before(2) == "magnitude";
    let after = tokens[low.end..tokens.len().min(low.end + 4)]
        .iter()
        .any(|t| t.text == "richter");
    if low.measure.is_none() && (named || after) && low.numeral.value < 11.0 {
        low.measure = Some(Measure {
            name: "magnitude",
            kind: Other,
            per: None,
            divisor: 1.0,
            end: low.end,
        });
    }
}

/// A currency sign or code before a number: its code and where the number begins.
fn currency_before(tokens: &[Token<'_>], at: usize) -> (Option<&'static str>, usize) {
    let token = &tokens[at];
    let code = match token.kind {
        Kind::Currency(code) => Some(code),
        Kind::Word if token.capital => token.entry.code,
        _ => None,
    };
    let Some(code) = code else { return (None, at) };
    let stop = tokens
        .get(at + 1)
        .is_some_and(|t| t.is('.') && !t.spaced && token.is_word());
    let next = at + 1 + usize::from(stop);
    // "US$ 5m" and "Rs. 500"; the number word only after a sign: "£ two million" does not occur.
    if tokens.get(next).is_some_and(|t| t.digits().is_some()) {
        (Some(code), next)
    } else {
        (None, at)
    }
}

/// A minus sign glued to the number after it, or the word.
fn is_minus(tokens: &[Token<'_>], at: usize) -> bool {
    let token = &tokens[at];
    let number = tokens.get(at + 1);
    let opens = token.spaced || at == 0 || matches!(tokens[at - 1].kind, Kind::Mark('('));
    token.is_dash() && opens && number.is_some_and(|t| t.digits().is_some() && !t.spaced)
        || token.text == "minus"
            && number.is_some_and(|t| t.digits().is_some() || t.entry.number.is_some())
            && (at == 0 || tokens[at - 1].text != "or")
}

/// The number that begins the range's upper end, where there is one: "20-25%", "5 to 6 million", "between 30 and
/// 40", "two or three". Gives the lower end the magnitude and the unit of the upper one.
fn range(text: &Text<'_>, low: &mut Amount) -> Option<Amount> {
    let tokens = text.tokens;
    let joint = tokens.get(low.end)?;
    if joint.sentence != tokens[low.first].sentence
        || low.numeral.is_one() && joint.text != "to" && joint.text != "or" && !joint.is_hyphen()
    {
        return None;
    }
    let dash = joint.is_dash() && (!joint.spaced || joint.is('–'));
    let before = |back: usize| low.first.checked_sub(back).map_or("", |i| tokens[i].text);
    let second = tokens.get(low.end + 1)?;
    let glued_words = dash && low.numeral.digits.is_none() && second.is_word() && second.entry.number.is_none();
    let joined = match joint.text {
        _ if dash => !glued_words && !second.spaced,
        "to" => !moved(tokens, low),
        "and" => before(1) == "between" || matches!(before(2), "between") || matches!(before(3), "between"),
        "or" => true,
        _ => false,
    };
    if !joined {
        return None;
    }
    let mut high = amount(tokens, low.end + 1)?;
    // "rose 3% to 4.2%", "gained $12 to $2,345": a change and a level.
    let own_units = low.measure.is_some() && high.measure.is_some();
    if joint.text == "to"
        && (own_units || low.measure.is_none() && high.measure.is_none())
        && changed(tokens, low.first)
    {
        return None;
    }
    if let (Some(a), Some(b)) = (&low.measure, &high.measure)
        && (a.name != b.name || a.divisor != b.divisor)
        && !(low.sign && b.kind == Money)
    {
        return None;
    }
    // "Up 15.5% to 101.1m": the level has another unit.
    if joint.text == "to" && low.measure.is_some() && !low.sign && high.measure.is_none() {
        return None;
    }
    // 34-year-old and 12-storey are no ranges; nor is "two or 10-year".
    if low.sign && !high.sign && high.measure.as_ref().is_some_and(|m| m.kind != Money) {
        return None;
    }
    let (sign, scale) = (low.sign, high.numeral.scale);
    let mut value = low.value;
    if low.numeral.scale == 1.0 && scale > 1.0 && value < high.value / scale && scale != 12.0 {
        value *= scale;
    }
    if joint.text == "or" && high.value > value * 3.0 + 5.0 {
        return None;
    }
    if low.measure.is_none()
        && let Some(m) = &high.measure
    {
        value /= m.divisor;
    }
    if value >= high.value || low.numeral.is_yearlike() && high.numeral.is_yearlike() {
        return None;
    }
    if low.measure.is_none() {
        low.measure = high.measure.take();
    }
    if sign && high.measure.is_none() {
        high.measure = None;
    }
    low.value = value;
    Some(high)
}

/// "From 12 to 15" after a verb of change: two levels; "ranging from" begins a range.
fn moved(tokens: &[Token<'_>], low: &Amount) -> bool {
    let Some(from) = (1..=4)
        .filter_map(|back| low.first.checked_sub(back))
        .find(|&i| tokens[i].text == "from")
    else {
        return false;
    };
    let sentence = tokens[low.first].sentence;
    let verb = tokens[from.saturating_sub(10)..from]
        .iter()
        .rev()
        .filter(|t| t.sentence == sentence);
    let mut ranging = false;
    let mut change = false;
    for token in verb {
        ranging |= [
            "ranging", "range", "ranged", "ranges", "anywhere", "varies", "vary", "varied", "varying", "aged",
        ]
        .contains(&token.text);
        change |= token.has(super::lexicon::CHANGE)
            || matches!(
                token.text,
                "went" | "go" | "goes" | "moved" | "moves" | "brought" | "taken" | "took"
            );
    }
    !ranging && (change || low.measure.is_some())
}

/// Whether a verb of change stands right before the number, hedges and "by" aside.
fn changed(tokens: &[Token<'_>], first: usize) -> bool {
    let from = first.saturating_sub(4);
    let near = tokens[from..first].iter().rev();
    let sentence = tokens[first].sentence;
    near.take_while(|t| t.sentence == sentence && t.is_word()).any(|t| {
        t.has(super::lexicon::CHANGE) && !matches!(t.text, "up" | "lower" | "higher")
            || t.text == "up"
            || t.text == "won"
    })
}

/// The head noun after a number, over "of them" not counted.
fn counted(tokens: &[Token<'_>], at: usize, numeral: &Numeral) -> Option<usize> {
    let next = tokens.get(at)?;
    if !next.is_word() || next.sentence != tokens[numeral.first].sentence || !next.spaced {
        return None;
    }
    // "32 dead", "14 missing": people, without a noun.
    if matches!(next.entry.role, Some(super::roles::Cue::Fate(_))) && !nouns::is_plural(next) {
        let head = nouns::head(tokens, at, false)?;
        // "12 wounded soldiers" has one all the same.
        let past = tokens[at..head].iter().skip(1).any(|t| t.has(super::lexicon::FUNCTION));
        return (!past).then_some(head);
    }
    let singular = numeral.value == 1.0 || numeral.value > 0.0 && numeral.value < 1.0;
    nouns::head(tokens, at, singular)
}

/// The noun glued on by a hyphen: the `member` of "12-member panel".
fn glued_compound(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let hyphen = tokens.get(at).is_some_and(|t| t.is_hyphen());
    (hyphen && tokens.get(at + 1).is_some_and(|t| t.is_word() && !t.spaced)).then_some(at + 1)
}

/// Whether "one" is a number here: before a unit of measure, or a person who is killed or counted beside others.
fn one_counts(text: &Text<'_>, at: usize, low: &Amount, noun: Option<usize>) -> bool {
    let tokens = text.tokens;
    let before = |back: usize| at.checked_sub(back).map_or("", |i| tokens[i].text);
    if [
        "no", "any", "every", "each", "this", "the", "which", "another", "square", "number", "day", "someone", "some",
    ]
    .contains(&before(1))
    {
        return false;
    }
    let hedged =
        matches!(before(1), "least" | "only" | "just") || before(1) == "than" && matches!(before(2), "more" | "less");
    if let Some(measure) = &low.measure {
        // "11 days and one hour"
        if before(1) == "and" && at >= 2 && tokens[at - 2].unit().is_some() {
            return true;
        }
        let vague = [
            "day", "night", "week", "month", "year", "decade", "weekend", "second", "minute", "hour",
        ]
        .contains(&measure.name);
        let time = !vague
            || hedged
            || matches!(tokens[low.end - 1].text, "hour" | "minute")
                && tokens
                    .get(low.end)
                    .is_some_and(|t| t.digits().is_some() || t.text == "and" || t.text == "later" || t.text == "after");
        return time
            || low.end > low.numeral.end + 1 && tokens[low.numeral.end].is_hyphen()
            || matches!(before(1), "for" | "within" | "in" | "under" | "over");
    }
    let Some(noun) = noun else {
        // "two dead and one missing"
        let fate = tokens
            .get(low.end)
            .is_some_and(|t| matches!(t.entry.role, Some(super::roles::Cue::Fate(_))));
        return fate
            && tokens
                .get(low.end)
                .is_some_and(|t| !matches!(t.text, "killing" | "held"));
    };
    if nouns::is_plural(&tokens[noun]) && !nouns::is_person(&tokens[noun]) {
        return false;
    }
    let fate = tokens[low.end..tokens.len().min(noun + 6)]
        .iter()
        .take_while(|t| t.sentence == tokens[at].sentence && t.is_word())
        .any(|t| matches!(t.entry.role, Some(super::roles::Cue::Fate(_))));
    if nouns::is_person(&tokens[noun]) {
        return fate
            || hedged
            || matches!(
                before(1),
                "killed" | "killing" | "injured" | "injuring" | "wounded" | "wounding" | "arrested"
            );
    }
    hedged
}
