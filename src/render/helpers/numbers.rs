//! Numbers as readers write them.

/// Thousands parted by commas.
pub fn grouped(number: &str) -> String {
    let (sign, text) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut out = sign.to_string();
    for (i, digit) in text[..digits].chars().enumerate() {
        if i > 0 && (digits - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(&text[digits..]);
    out
}

/// An amount with its unit, as a newspaper's house style has it: `€85m`, `$1.2bn`, `1.2 million people`, `5.1%`, `-3°C`,
/// `1,400 soldiers`, `12 km`. `unit` is as in [`crate::digest::Figure::unit`].
pub fn amount(value: f64, unit: Option<&str>) -> String {
    let plain = |value: f64| grouped(&rounded(value, 2));
    let Some(unit) = unit.filter(|unit| !unit.is_empty()) else {
        return large(value);
    };
    match unit {
        "percent" => format!("{}%", plain(value)),
        "degree celsius" => format!("{}°C", plain(value)),
        "degree fahrenheit" => format!("{}°F", plain(value)),
        _ if unit.len() == 3 && unit.bytes().all(|b| b.is_ascii_uppercase()) => money(value, unit),
        _ => match symbol(unit) {
            Some(symbol) => format!("{}\u{a0}{symbol}", large(value)),
            None if value.abs() == 1.0 => format!("{} {unit}", plain(value)),
            None => format!("{} {}", large(value), many(unit)),
        },
    }
}

/// `€85m`, `USD 3.50` has the code where no sign is common.
fn money(value: f64, code: &str) -> String {
    let sign = match code {
        "EUR" => "€",
        "GBP" => "£",
        "USD" => "$",
        "JPY" | "CNY" => "¥",
        "INR" => "₹",
        "KRW" => "₩",
        "UAH" => "₴",
        "CAD" => "C$",
        "AUD" => "A$",
        "NZD" => "NZ$",
        _ => "",
    };
    let (scaled, letter) = match value.abs() {
        size if size >= 999_500_000_000.0 => (value / 1e12, "tn"),
        size if size >= 999_500_000.0 => (value / 1e9, "bn"),
        size if size >= 999_500.0 => (value / 1e6, "m"),
        _ => (value, ""),
    };
    // Cents are written whole: $3.50.
    let cents = letter.is_empty() && scaled.abs() < 1000.0 && (scaled * 100.0).round() % 100.0 != 0.0;
    let number = if cents {
        format!("{:.2}", scaled.abs())
    } else {
        grouped(&rounded(scaled.abs(), if letter.is_empty() { 0 } else { 2 }))
    };
    let minus = if value < 0.0 { "-" } else { "" };
    match sign {
        "" => format!("{minus}{code}\u{a0}{number}{letter}"),
        sign => format!("{minus}{sign}{number}{letter}"),
    }
}

/// From a million on with its word.
fn large(value: f64) -> String {
    let (scaled, word) = match value.abs() {
        size if size >= 999_500_000_000.0 => (value / 1e12, " trillion"),
        size if size >= 999_500_000.0 => (value / 1e9, " billion"),
        size if size >= 999_500.0 => (value / 1e6, " million"),
        _ => (value, ""),
    };
    format!("{}{word}", grouped(&rounded(scaled, 2)))
}

/// At most so many decimals, without zeros at the end.
fn rounded(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    if decimals == 0 || !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// The symbol of a unit that is not written out beside a number.
fn symbol(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "kilometre" => "km",
        "metre" => "m",
        "centimetre" => "cm",
        "millimetre" => "mm",
        "kilogram" => "kg",
        "gram" => "g",
        "megawatt" => "MW",
        "gigawatt" => "GW",
        "kilowatt" => "kW",
        "kilowatt hour" => "kWh",
        "megawatt hour" => "MWh",
        "hectare" => "ha",
        "square kilometre" => "km²",
        "square metre" => "m²",
        _ => return None,
    })
}

/// The plural of an English noun that is counted; the last word of several takes it.
fn many(noun: &str) -> String {
    let irregular = [
        ("person", "people"),
        ("foot", "feet"),
        ("man", "men"),
        ("woman", "women"),
        ("child", "children"),
    ];
    let same = ["aircraft", "percentage point change", "series", "species", "sheep"];
    let (head, last) = noun.rsplit_once(' ').map_or(("", noun), |(head, last)| (head, last));
    let space = if head.is_empty() { "" } else { " " };
    let last = match irregular.iter().find(|(one, _)| *one == last) {
        Some((_, many)) => (*many).to_string(),
        None if same.contains(&last) => last.to_string(),
        None => {
            let consonant_y = last
                .strip_suffix('y')
                .filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']));
            match consonant_y {
                Some(stem) => format!("{stem}ies"),
                None if ["s", "x", "z", "ch", "sh"].iter().any(|end| last.ends_with(end)) => format!("{last}es"),
                None => format!("{last}s"),
            }
        }
    };
    format!("{head}{space}{last}")
}

/// Words that an adult reads in a minute: silent reading of English non-fiction (Brysbaert 2019,
/// doi:10.1016/j.jml.2019.104047).
const WORDS_A_MINUTE: usize = 238;

/// `30 seconds`, `1 minute`, `7 minutes` for so many words. Half a minute is the least.
pub fn reading_time(words: usize) -> String {
    let minutes = (words + WORDS_A_MINUTE / 2) / WORDS_A_MINUTE;
    match minutes {
        0 => "30 seconds".to_string(),
        1 => "1 minute".to_string(),
        n => format!("{} minutes", grouped(&n.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        for (number, expected) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("-1234567", "-1,234,567"),
            ("1234.5", "1,234.5"),
        ] {
            assert_eq!(grouped(number), expected);
        }
    }

    #[test]
    fn amounts_are_written_as_in_a_newspaper() {
        for (value, unit, expected) in [
            (85e6, Some("EUR"), "€85m"),
            (1.25e9, Some("USD"), "$1.25bn"),
            (999_999.0, Some("GBP"), "£1m"),
            (3.5, Some("USD"), "$3.50"),
            (1400.0, Some("NOK"), "NOK\u{a0}1,400"),
            (-2.0, Some("EUR"), "-€2"),
            (5.1, Some("percent"), "5.1%"),
            (25.0, Some("basis point"), "25 basis points"),
            (1.0, Some("person"), "1 person"),
            (1400.0, Some("person"), "1,400 people"),
            (1_234_567.0, Some("person"), "1.23 million people"),
            (-3.0, Some("degree celsius"), "-3°C"),
            (12.0, Some("kilometre"), "12\u{a0}km"),
            (44.0, Some("aircraft"), "44 aircraft"),
            (3.0, Some("nursery"), "3 nurseries"),
            (2.0, Some("cargo box"), "2 cargo boxes"),
            (2e12, None, "2 trillion"),
            (0.5, None, "0.5"),
        ] {
            assert_eq!(amount(value, unit), expected);
        }
    }

    #[test]
    fn reading_takes_half_a_minute_at_least() {
        for (words, expected) in [
            (0, "30 seconds"),
            (118, "30 seconds"),
            (119, "1 minute"),
            (238, "1 minute"),
            (1000, "4 minutes"),
            (300_000, "1,261 minutes"),
        ] {
            assert_eq!(reading_time(words), expected, "{words}");
        }
    }
}
