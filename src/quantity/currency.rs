//! Money: currency signs, ISO 4217 codes and names to one code each.

/// Signs, the longest first where one begins another, with their ISO 4217 code. `$` alone is the US dollar and `¥`
/// the yen, as in English-language news.
const SIGNS: &[(&str, &str)] = &[
    ("US$", "USD"),
    ("HK$", "HKD"),
    ("NZ$", "NZD"),
    ("NT$", "TWD"),
    ("AU$", "AUD"),
    ("CA$", "CAD"),
    ("Mex$", "MXN"),
    ("A$", "AUD"),
    ("C$", "CAD"),
    ("S$", "SGD"),
    ("R$", "BRL"),
    ("Z$", "ZWL"),
    ("$", "USD"),
    ("£", "GBP"),
    ("€", "EUR"),
    ("¥", "JPY"),
    ("￥", "JPY"),
    ("₹", "INR"),
    ("₨", "INR"),
    ("₽", "RUB"),
    ("₩", "KRW"),
    ("₺", "TRY"),
    ("₪", "ILS"),
    ("₴", "UAH"),
    ("₦", "NGN"),
    ("₫", "VND"),
    ("₱", "PHP"),
    ("₵", "GHS"),
    ("₡", "CRC"),
    ("₸", "KZT"),
    ("₾", "GEL"),
    ("₼", "AZN"),
    ("฿", "THB"),
    ("₿", "XBT"),
];

/// Letters that are a currency where they are glued to a number.
const LETTERS: &[(&str, &str)] = &[
    ("Rs.", "INR"),
    ("Rs", "INR"),
    ("INR", "INR"),
    ("EUR", "EUR"),
    ("USD", "USD"),
    ("GBP", "GBP"),
    ("JPY", "JPY"),
    ("CHF", "CHF"),
    ("AUD", "AUD"),
    ("CAD", "CAD"),
    ("HKD", "HKD"),
    ("SGD", "SGD"),
    ("CNY", "CNY"),
    ("RMB", "CNY"),
    ("SEK", "SEK"),
    ("NOK", "NOK"),
    ("DKK", "DKK"),
    ("ZAR", "ZAR"),
    ("KSh", "KES"),
    ("Sh", "KES"),
    ("RM", "MYR"),
    ("Tk", "BDT"),
];

/// The currency sign that `text` begins with: its code and its length in bytes.
pub(super) fn sign(text: &str) -> Option<(&'static str, usize)> {
    // Most characters are no letters that begin a sign.
    let first = *text.as_bytes().first()?;
    if first.is_ascii() && first != b'$' && !first.is_ascii_uppercase() {
        return None;
    }
    let found = SIGNS.iter().find(|(sign, _)| text.starts_with(sign));
    if found.is_some() || !first.is_ascii() || first == b'$' {
        return found.map(|(sign, code)| (*code, sign.len()));
    }
    let digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    // R250m and R3 billion are rand; R2 alone is a name.
    if first == b'R' && digit(1) {
        let scaled = text
            .bytes()
            .skip(1)
            .take(9)
            .find(|b| !b.is_ascii_digit() && !matches!(b, b'.' | b',' | b' ' | b'-'));
        return scaled.filter(|b| matches!(b, b'm' | b'b')).map(|_| ("ZAR", 1));
    }
    // Letters count only right before a digit: Rs500, Rs.500, EUR5m.
    LETTERS
        .iter()
        .find(|(sign, _)| text.starts_with(sign) && digit(sign.len()))
        .map(|(sign, code)| (*code, sign.len()))
}

/// Codes and abbreviations that stand before or after a number, in lower case.
pub(super) const CODES: &str = "usd=USD eur=EUR gbp=GBP jpy=JPY inr=INR rub=RUB chf=CHF cny=CNY rmb=CNY aud=AUD \
     cad=CAD nzd=NZD hkd=HKD sgd=SGD sek=SEK nok=NOK dkk=DKK zar=ZAR brl=BRL mxn=MXN krw=KRW thb=THB idr=IDR myr=MYR \
     php=PHP pkr=PKR bdt=BDT lkr=LKR npr=NPR aed=AED sar=SAR qar=QAR kwd=KWD ils=ILS egp=EGP ngn=NGN kes=KES ghs=GHS \
     uah=UAH pln=PLN czk=CZK huf=HUF ron=RON bgn=BGN isk=ISK twd=TWD vnd=VND ars=ARS clp=CLP cop=COP \
     rs=INR inrs=INR rp=IDR rm=MYR ksh=KES kshs=KES ush=UGX dlr=USD dlrs=USD stg=GBP sfr=CHF tk=BDT";

/// Names of currencies, singular and plural, as used without a country before them.
pub(super) const NAMES: &str = "dollar=USD dollars=USD bucks=USD euro=EUR euros=EUR pound=GBP pounds=GBP sterling=GBP \
     quid=GBP yen=JPY yuan=CNY renminbi=CNY rupee=INR rupees=INR rouble=RUB roubles=RUB ruble=RUB rubles=RUB \
     rand=ZAR rands=ZAR reais=BRL franc=CHF francs=CHF lira=TRY liras=TRY shekel=ILS shekels=ILS baht=THB ringgit=MYR \
     rupiah=IDR dong=VND dirham=AED dirhams=AED riyal=SAR riyals=SAR rial=IRR rials=IRR dinar=KWD dinars=KWD \
     hryvnia=UAH hryvnias=UAH zloty=PLN zlotys=PLN forint=HUF forints=HUF koruna=CZK korunas=CZK taka=BDT naira=NGN \
     cedi=GHS cedis=GHS shilling=KES shillings=KES birr=ETB leu=RON lei=RON lev=BGN leva=BGN peso=MXN pesos=MXN \
     krona=SEK kronor=SEK kronas=SEK krone=NOK kroner=NOK crowns=SEK won=KRW tenge=KZT kwacha=ZMW rupiahs=IDR \
     guilders=NLG mark=DEM marks=DEM deutschemarks=DEM lari=GEL afghani=AFN afghanis=AFN bitcoin=XBT bitcoins=XBT";

/// The code of a name with the adjective of a country before it ("Australian dollars"), or none where the adjective
/// changes nothing.
pub(super) fn of_country(country: &str, code: &str) -> Option<&'static str> {
    Some(match (code, country) {
        ("USD", "australian") => "AUD",
        ("USD", "canadian") => "CAD",
        ("USD", "kong") => "HKD",
        ("USD", "singapore" | "singaporean") => "SGD",
        ("USD", "zealand") => "NZD",
        ("USD", "taiwan" | "taiwanese") => "TWD",
        ("USD", "jamaican") => "JMD",
        ("USD", "zimbabwe" | "zimbabwean") => "ZWL",
        ("USD", "fijian" | "fiji") => "FJD",
        ("GBP", "egyptian") => "EGP",
        ("GBP", "lebanese") => "LBP",
        ("GBP", "syrian") => "SYP",
        ("GBP", "sudanese") => "SDG",
        ("INR", "pakistani" | "pakistan") => "PKR",
        ("INR", "lankan" | "lanka") => "LKR",
        ("INR", "nepalese" | "nepali" | "nepal") => "NPR",
        ("INR", "mauritian") => "MUR",
        ("CHF", "french") => "FRF",
        ("CHF", "belgian") => "BEF",
        ("CHF", "cfa") => "XOF",
        ("CHF", "congolese") => "CDF",
        ("CHF", "rwandan") => "RWF",
        ("SEK", "norwegian") => "NOK",
        ("SEK" | "NOK", "danish") => "DKK",
        ("SEK", "czech") => "CZK",
        ("SEK" | "NOK", "icelandic") => "ISK",
        ("KES", "ugandan") => "UGX",
        ("KES", "tanzanian") => "TZS",
        ("KES", "somali") => "SOS",
        ("MXN", "philippine" | "filipino") => "PHP",
        ("MXN", "argentine" | "argentinian") => "ARS",
        ("MXN", "chilean") => "CLP",
        ("MXN", "colombian") => "COP",
        ("MXN", "cuban") => "CUP",
        ("MXN", "uruguayan") => "UYU",
        ("MXN", "dominican") => "DOP",
        ("KWD", "iraqi") => "IQD",
        ("KWD", "jordanian") => "JOD",
        ("KWD", "libyan") => "LYD",
        ("KWD", "tunisian") => "TND",
        ("KWD", "serbian") => "RSD",
        ("KWD", "algerian") => "DZD",
        ("KWD", "bahraini") => "BHD",
        ("AED", "moroccan") => "MAD",
        ("SAR", "qatari") => "QAR",
        ("IRR", "omani") => "OMR",
        ("IRR", "qatari") => "QAR",
        ("IRR", "saudi") => "SAR",
        ("KRW", "north") => "KPW",
        _ => return None,
    })
}

/// The currency whose hundredth a word names, for those that are not told from the text: pence and cents.
pub(super) fn hundredth(word: &str) -> Option<&'static str> {
    Some(match word {
        "p" | "pence" | "penny" => "GBP",
        "cent" | "cents" | "cts" | "ct" => "USD",
        "paise" | "paisa" => "INR",
        "kopeck" | "kopecks" | "kopek" | "kopeks" => "RUB",
        _ => return None,
    })
}
