//! The grammar form by form; passages with their gold are in `tests/cases/figures`.

use proptest::prelude::*;

use super::quantities;
use crate::document::{Qualifier, QuantityKind};

/// Each quantity of a text in short: value, upper end, unit, rate, role.
fn short(text: &str) -> Vec<String> {
    let line = |q: crate::document::Quantity| {
        let max = q.max.map_or(String::new(), |m| format!("..{m}"));
        let unit = q.unit.map_or(String::new(), |u| format!(" {u}"));
        let per = q.per.map_or(String::new(), |p| format!(" per {p}"));
        let role = q.role.map_or(String::new(), |r| format!(", {r}"));
        format!("{}{max}{unit}{per}{role}", q.value)
    };
    quantities(text).into_iter().map(line).collect()
}

#[track_caller]
fn check(text: &str, wanted: &[&str]) {
    assert_eq!(short(text), wanted, "{text}");
}

#[test]
fn numerals() {
    check(
        "It sold 1,234,567 homes and 12,34,567 cars.",
        &["1234567 home", "1234567 car"],
    );
    check(
        "Half a million homes, two dozen cars and a hundred boats.",
        &["500000 home", "24 car", "100 boat"],
    );
    check(
        "Two hundred and fifty-three ships waited three and a half years.",
        &["253 ship", "3.5 year"],
    );
    check(
        "They met for an hour and a half, then half an hour.",
        &["1.5 hour", "0.5 hour"],
    );
    check("It fell 8-1/2 pct after 2½ hours.", &["8.5 percent, fall", "2.5 hour"]);
    check(
        "It has 4.5 lakh members and 2 crore rupees.",
        &["450000 person", "20000000 INR"],
    );
}

#[test]
fn money() {
    check(
        "It cost US$40m, A$3bn, HK$5, £2.50 and €1.2 trillion.",
        &[
            "40000000 USD, price",
            "3000000000 AUD",
            "5 HKD",
            "2.5 GBP",
            "1200000000000 EUR",
        ],
    );
    check(
        "A 50p stamp, 75 cents a share and Rs500.",
        &["0.5 GBP", "0.75 USD per share", "500 INR"],
    );
    check(
        "They lost 3 million Canadian dollars and 14 trillion roubles.",
        &["3000000 CAD, lost", "14000000000000 RUB"],
    );
    check(
        "He was fined £500 and has debts of $20,000.",
        &["500 GBP, fine", "20000 USD, debt"],
    );
    check(
        "It raised $12m, rent fell $3 a barrel to R250m.",
        &["12000000 USD, raised", "3 USD per barrel, fall", "250000000 ZAR"],
    );
    check("He weighed 12 pounds. He paid 12 pounds.", &["12 pound", "12 GBP"]);
}

#[test]
fn measures() {
    check(
        "Winds of 120 km/h, 60mph and 20 knots.",
        &["120 kilometre per hour", "60 mile per hour", "20 knot"],
    );
    check(
        "It was -5C, minus five degrees Celsius or 23 degrees Fahrenheit.",
        &["-5 degree celsius", "-5 degree celsius", "23 degree fahrenheit"],
    );
    check(
        "A 6.1-magnitude quake 10km down, measuring 6.2 on the Richter scale.",
        &["6.1 magnitude", "10 kilometre", "6.2 magnitude"],
    );
    check(
        "An area of 90 sq km, 2,000 square feet or 4 cubic metres.",
        &["90 square kilometre", "2000 square foot", "4 cubic metre"],
    );
    check("She jumped 7.1m; 3m people watched.", &["7.1 metre", "3000000 person"]);
    check(
        "It makes 5GW and uses 3 kilowatt-hours.",
        &["5 gigawatt", "3 kilowatt hour"],
    );
    check("About 12 cases per 100,000 people.", &["12 case per 100,000 people"]);
}

#[test]
fn ranges_and_changes() {
    check(
        "Between 30 and 40 tanks, 20-25% and 5 to 6 million euros.",
        &["30..40 tank", "20..25 percent", "5000000..6000000 EUR"],
    );
    check(
        "Two or three days, or $20m-$25m.",
        &["2..3 day", "20000000..25000000 USD"],
    );
    check("Inflation rose 3% to 4.2%.", &["3 percent, rise", "4.2 percent"]);
    check("The price rose from 10% to 15%.", &["10 percent, price", "15 percent"]);
}

#[test]
fn people_and_roles() {
    check(
        "The blast left two dead and 12 wounded.",
        &["2 person, killed", "12 person, injured"],
    );
    check(
        "The death toll rose to 32 from 28.",
        &["32 person, killed", "28 person, killed"],
    );
    check(
        "Gunmen killed 17 worshippers and kidnapped up to 30 villagers.",
        &["17 person, killed", "30 person, kidnapped"],
    );
    check("Police arrested two armed police officers.", &["2 person, arrested"]);
    check(
        "It will cut 1,200 jobs and hire 240 nurses.",
        &["1200 job, cut", "240 person, hired"],
    );
    check(
        "It won 12 of the 150 seats, up from seven.",
        &["12 seat, won", "150 seat", "7 seat"],
    );
    check(
        "A family of five and three of their friends were rescued.",
        &["5 person", "3 person, rescued"],
    );
}

#[test]
fn hedges() {
    let hedge = |text: &str| {
        quantities(text)
            .first()
            .map(|q| (q.qualifier, text[q.span.clone()].to_owned()))
    };
    let some = |q, s: &str| Some((Some(q), s.to_owned()));
    assert_eq!(
        hedge("They lost more than $1.2bn."),
        some(Qualifier::MoreThan, "more than $1.2bn")
    );
    assert_eq!(
        hedge("At least 32 people died."),
        some(Qualifier::AtLeast, "At least 32 people")
    );
    assert_eq!(
        hedge("No fewer than 32 people died."),
        some(Qualifier::AtLeast, "No fewer than 32 people")
    );
    assert_eq!(
        hedge("No more than 32 people died."),
        some(Qualifier::AtMost, "No more than 32 people")
    );
    assert_eq!(hedge("Up to 30% of homes."), some(Qualifier::AtMost, "Up to 30%"));
    assert_eq!(
        hedge("Fewer than 10 homes."),
        some(Qualifier::LessThan, "Fewer than 10 homes")
    );
    assert_eq!(
        hedge("Nearly 4,000 people."),
        some(Qualifier::About, "Nearly 4,000 people")
    );
    assert_eq!(
        hedge("It has 200 or so homes."),
        some(Qualifier::About, "200 or so homes")
    );
    assert_eq!(hedge("It has 30+ homes."), some(Qualifier::AtLeast, "30+ homes"));
    assert_eq!(
        hedge("It has 20,000-odd members."),
        some(Qualifier::About, "20,000-odd members")
    );
    assert_eq!(
        hedge("A fine of £500 or more."),
        some(Qualifier::AtLeast, "£500 or more")
    );
}

#[test]
fn what_is_no_quantity() {
    for text in [
        "On 5 May 2024 and May 6-7, at 7.30pm or 1800 GMT, in the 1990s and in 2019-20.",
        "The Boeing 737, Route 66, Channel 4, 9/11, the G7, Covid-19, Apollo 11 and an F-16.",
        "Under section 12 of the act, see page 14, gate 7 and phase two.",
        "The film \"12 Angry Men\" and 'The 39 Steps'.",
        "Call 0800 555 111 or 555-0142; see www.example.org/2024/12 and version 2.0.1.",
        "One of the men left. No one knows. One day it will end.",
        "First, wait a second. The second half begins.",
        "1. Close the doors.",
        "Windows 11, Flight 370, iPhone 15, Formula 1, Area 51 and Rule 13.",
    ] {
        assert_eq!(short(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn kinds() {
    let kind = |text: &str| quantities(text).iter().map(|q| (q.value, q.kind)).collect::<Vec<_>>();
    assert_eq!(kind("A 34-year-old won."), [(34.0, QuantityKind::Age)]);
    assert_eq!(kind("They won 3-1."), [(3.0, QuantityKind::Score)]);
    assert_eq!(kind("The third-largest city."), [(3.0, QuantityKind::Rank)]);
    assert_eq!(kind("Nine out of 10 agree."), [(0.9, QuantityKind::Ratio)]);
    assert_eq!(kind("A quarter of them agree."), [(0.25, QuantityKind::Fraction)]);
    assert_eq!(kind("She won 48% of the vote."), [(48.0, QuantityKind::VoteShare)]);
    assert_eq!(
        kind("By 52 votes to 48."),
        [(52.0, QuantityKind::VoteShare), (48.0, QuantityKind::VoteShare)]
    );
}

/// Found by fuzzing: the word of a fate is itself the head of the phrase.
#[test]
fn fate_as_head() {
    check("1 dead.", &["1 person, killed"]);
    check("12 dead", &["12 person, killed"]);
}

#[test]
fn odd_digits() {
    check("３２ people and ٣٢ homes", &["32 person", "32 home"]);
    check("1\u{200b}2 people, \u{200f}12 homes\u{200e}", &["12 person", "12 home"]);
    check(&format!("{} people", "9".repeat(400)), &[]);
    check("12\u{a0}500 homes, 3.5.1 homes", &["12500 home"]);
}

/// Hostile input of a million bytes: it ends at once, not after minutes.
#[test]
fn bounded_time() {
    let start = std::time::Instant::now();
    for text in [
        "9".repeat(1_000_000),
        "1.".repeat(500_000),
        "1,".repeat(500_000),
        "(".repeat(1_000_000),
        "'1 ".repeat(300_000),
        "1-".repeat(500_000),
        "5 ".repeat(500_000),
        "one ".repeat(250_000),
        "two dozen million and a half ".repeat(40_000),
        "aged 1, ".repeat(125_000),
        "12 of 12 to 12 from ".repeat(50_000),
        "a.".repeat(500_000),
        "\u{200b}1".repeat(250_000),
        "$".repeat(1_000_000),
        "x@".repeat(500_000),
        "men's".repeat(200_000),
        "ABC-12 ".repeat(150_000),
        "12 Angry ".repeat(110_000),
        "12 new-".repeat(140_000),
        "Cats ".repeat(200_000),
        "12 Cats ".repeat(120_000),
        "12 cats' ".repeat(110_000),
        "rose from 1 to 2 ".repeat(60_000),
        "half a quarter of a ".repeat(50_000),
        "between 1 and ".repeat(70_000),
        "1:1:1/1/1".repeat(110_000),
        "1 000\u{a0}".repeat(130_000),
    ] {
        let _ = quantities(&text);
    }
    // Generous for a debug build on a busy machine; a quadratic rule takes hours.
    assert!(start.elapsed().as_secs() < 120, "{:?}", start.elapsed());
}

fn sane(text: &str) {
    let mut end = 0;
    for q in quantities(text) {
        assert!(q.span.start >= end && q.span.end > q.span.start, "{text:?} {q:?}");
        assert!(text.get(q.span.clone()).is_some(), "{text:?} {q:?}");
        assert!(
            q.value.is_finite() && q.max.is_none_or(f64::is_finite),
            "{text:?} {q:?}"
        );
        end = q.span.end;
    }
}

/// Pieces that rules look for, put together at random.
const PIECES: &[&str] = &[
    "two",
    "dozen",
    "million",
    "half",
    "a",
    "and",
    "12",
    "3.5",
    "1,200",
    "2024",
    "May",
    "%",
    "per",
    "cent",
    "$",
    "£",
    "bn",
    "m",
    "p",
    "-",
    "–",
    "to",
    "from",
    "of",
    "the",
    "people",
    "killed",
    "rose",
    "year",
    "old",
    "aged",
    ",",
    ".",
    "(",
    ")",
    "\"",
    "'",
    "votes",
    "won",
    "in",
    "one",
    "third",
    "first",
    "km",
    "/",
    "h",
    "square",
    "degrees",
    "C",
    "Rs",
    "lakh",
    "No",
    "toll",
    "them",
    "others",
    "more",
    "than",
    "at",
    "least",
    "between",
    "or",
    "out",
    "is",
    "under",
    "’",
    "“",
    "\u{200b}",
    "½",
    "٣",
    "\n",
    "+",
    "strong",
    "plus",
    "magnitude",
    "each",
    "every",
    "hour",
    "light",
    "basis",
    "points",
    "euro",
    "cents",
    "Boeing",
    "section",
    "by",
    "ft",
    "²",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text(text in "\\PC{0,80}") {
        sane(&text);
    }

    #[test]
    fn any_pieces(pieces in prop::collection::vec((0..PIECES.len(), any::<bool>()), 0..24)) {
        let mut text = String::new();
        for (piece, space) in pieces {
            text.push_str(PIECES[piece]);
            if space {
                text.push(' ');
            }
        }
        sane(&text);
    }
}
