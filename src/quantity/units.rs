//! Units of measure: spellings and abbreviations to one singular name and the kind of thing they measure.

use crate::document::QuantityKind::{self, *};

/// A unit of measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Unit {
    /// Its name in the singular.
    pub name: &'static str,
    /// What it measures.
    pub kind: QuantityKind,
    /// What it is per, in units that name a rate (`mph`).
    pub per: Option<&'static str>,
}

/// Spellings, name, kind. A spelling that begins with `~` is an abbreviation that counts only glued to a number
/// ("30m", "5g", "12h").
pub(super) const UNITS: &[(&str, &str, QuantityKind)] = &[
    (
        "km kms kilometre kilometres kilometer kilometers",
        "kilometre",
        Distance,
    ),
    ("metre metres meter meters ~m mtrs", "metre", Distance),
    (
        "cm cms centimetre centimetres centimeter centimeters",
        "centimetre",
        Distance,
    ),
    (
        "mm millimetre millimetres millimeter millimeters",
        "millimetre",
        Distance,
    ),
    (
        "micrometre micrometres micrometer micrometers micron microns",
        "micrometre",
        Distance,
    ),
    ("nanometre nanometres nanometer nanometers ~nm", "nanometre", Distance),
    ("mile miles", "mile", Distance),
    ("yard yards yd yds", "yard", Distance),
    ("foot feet ft", "foot", Distance),
    ("inch inches ~in", "inch", Distance),
    ("furlong furlongs", "furlong", Distance),
    ("parsec parsecs", "parsec", Distance),
    ("hectare hectares ha", "hectare", Area),
    ("acre acres", "acre", Area),
    ("tonne tonnes ~t", "tonne", Mass),
    ("ton tons", "ton", Mass),
    ("kilotonne kilotonnes", "kilotonne", Mass),
    ("megatonne megatonnes", "megatonne", Mass),
    ("kiloton kilotons", "kiloton", Energy),
    ("megaton megatons", "megaton", Energy),
    (
        "kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes",
        "kilogram",
        Mass,
    ),
    ("gram grams gramme grammes ~g gm gms", "gram", Mass),
    ("mg milligram milligrams", "milligram", Mass),
    ("microgram micrograms microgramme microgrammes ~mcg", "microgram", Mass),
    ("lb lbs", "pound", Mass),
    ("ounce ounces oz", "ounce", Mass),
    ("stone", "stone", Mass),
    ("quintal quintals", "quintal", Mass),
    ("carat carats", "carat", Mass),
    ("litre litres liter liters ~l", "litre", Volume),
    ("ml millilitre millilitres milliliter milliliters", "millilitre", Volume),
    ("megalitre megalitres", "megalitre", Volume),
    ("gigalitre gigalitres", "gigalitre", Volume),
    ("gallon gallons", "gallon", Volume),
    ("barrel barrels bbl bbls", "barrel", Volume),
    ("pint pints", "pint", Volume),
    ("quart quarts", "quart", Volume),
    ("bushel bushels", "bushel", Volume),
    ("cusec cusecs", "cusec", Volume),
    ("kilowatt kilowatts kw", "kilowatt", Power),
    ("megawatt megawatts mw", "megawatt", Power),
    ("gigawatt gigawatts gw", "gigawatt", Power),
    ("terawatt terawatts tw", "terawatt", Power),
    ("watt watts ~w", "watt", Power),
    ("horsepower hp bhp", "horsepower", Power),
    ("kwh", "kilowatt hour", Energy),
    ("mwh", "megawatt hour", Energy),
    ("gwh", "gigawatt hour", Energy),
    ("twh", "terawatt hour", Energy),
    ("joule joules", "joule", Energy),
    ("kilojoule kilojoules kj", "kilojoule", Energy),
    ("megajoule megajoules", "megajoule", Energy),
    ("calorie calories", "calorie", Energy),
    ("kcal kilocalorie kilocalories", "kilocalorie", Energy),
    ("second seconds sec secs ~s", "second", Duration),
    ("millisecond milliseconds", "millisecond", Duration),
    ("minute minutes min mins", "minute", Duration),
    ("hour hours hr hrs ~h", "hour", Duration),
    ("day days", "day", Duration),
    ("night nights", "night", Duration),
    ("week weeks", "week", Duration),
    ("weekend weekends", "weekend", Duration),
    ("fortnight fortnights", "fortnight", Duration),
    ("month months", "month", Duration),
    ("year years yr yrs", "year", Duration),
    ("decade decades", "decade", Duration),
    ("century centuries", "century", Duration),
    ("millennium millennia", "millennium", Duration),
    ("percent pct pc", "percent", Percent),
    ("knot knots kts", "knot", Speed),
    ("millibar millibars mb", "millibar", Other),
    ("hectopascal hectopascals hpa", "hectopascal", Other),
    ("psi", "psi", Other),
    ("hertz hz", "hertz", Other),
    ("megahertz mhz", "megahertz", Other),
    ("gigahertz ghz", "gigahertz", Other),
    ("decibel decibels db", "decibel", Other),
    ("volt volts", "volt", Other),
    ("kilovolt kilovolts kv", "kilovolt", Other),
    ("byte bytes", "byte", Other),
    ("megabyte megabytes", "megabyte", Other),
    ("gigabyte gigabytes gb", "gigabyte", Other),
    ("terabyte terabytes tb", "terabyte", Other),
    ("megapixel megapixels mp", "megapixel", Other),
    ("sievert sieverts", "sievert", Other),
    ("millisievert millisieverts", "millisievert", Other),
];

/// Units that are a rate by themselves.
pub(super) const RATES: &[(&str, &str, &str)] = &[
    ("mph", "mile", "hour"),
    ("kph kmh kmph kmhr", "kilometre", "hour"),
    ("bpd", "barrel", "day"),
];

/// The name of a length squared, where "square" or "sq" stands before it or a 2 after it.
pub(super) fn squared(name: &str) -> Option<&'static str> {
    Some(match name {
        "kilometre" => "square kilometre",
        "metre" => "square metre",
        "centimetre" => "square centimetre",
        "millimetre" => "square millimetre",
        "mile" => "square mile",
        "yard" => "square yard",
        "foot" => "square foot",
        "inch" => "square inch",
        _ => return None,
    })
}

/// The name of a length cubed.
pub(super) fn cubed(name: &str) -> Option<&'static str> {
    Some(match name {
        "kilometre" => "cubic kilometre",
        "metre" => "cubic metre",
        "centimetre" => "cubic centimetre",
        "mile" => "cubic mile",
        "yard" => "cubic yard",
        "foot" => "cubic foot",
        "inch" => "cubic inch",
        _ => return None,
    })
}

/// The name of a power kept up for an hour.
pub(super) fn for_an_hour(name: &str) -> Option<&'static str> {
    Some(match name {
        "watt" => "watt hour",
        "kilowatt" => "kilowatt hour",
        "megawatt" => "megawatt hour",
        "gigawatt" => "gigawatt hour",
        "terawatt" => "terawatt hour",
        _ => return None,
    })
}

/// The unit of a rate, as "mph" is one.
pub(super) fn rate(name: &'static str, per: &'static str) -> Unit {
    let kind = if name == "barrel" { Volume } else { Speed };
    Unit {
        name,
        kind,
        per: Some(per),
    }
}
