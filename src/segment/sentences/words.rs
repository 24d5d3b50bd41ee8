//! What a splitter has to know of words: abbreviations by how they behave before a full stop's successor, words that
//! start sentences, and verbs that follow a quotation.

/// What a word that ends in a full stop says about the end of the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Abbreviation {
    /// Something belongs to it that follows: `Mr.`, `e.g.`. It never ends a sentence.
    Never,
    /// A number belongs to it that follows (`No. 5`); before anything else it is an ordinary word.
    Number,
    /// It may end a sentence, and does where a word follows that starts sentences: `Inc.`, `U.S.`, `Jan.`.
    Either,
    /// `a.m.` and `p.m.`: they end a sentence unless a day, a month or a time zone follows.
    Clock,
}

/// Never the end. Lower-case entries hold in either case, capitalised ones only as they are (`Gen.`, not `gen.`).
const NEVER: &[&str] = &[
    "Adm", "Amb", "Asst", "Atty", "Brig", "Capt", "Cdr", "Cmdr", "Col", "Comdr", "Cpl", "Cpt", "Dep", "Det", "Esq",
    "Fr", "Gen", "Gens", "Gov", "Govs", "Hon", "Insp", "Lt", "Maj", "Messrs", "Mlle", "Mme", "Mmes", "Mr", "Mrs", "Ms",
    "Msgr", "Mx", "Ofc", "PFC", "Pfc", "Pres", "Prof", "Profs", "Pte", "Pvt", "Rep", "Reps", "Rev", "Revd", "Sen",
    "Sens", "Sgt", "Sra", "Srta", "Supt", "approx", "bzw", "ca", "cf", "incl", "resp", "viz", "vs",
];

/// Before a number only.
const NUMBER: &[&str] = &[
    "Art", "Ch", "Fig", "Figs", "No", "Nos", "Nr", "Op", "Pt", "Rs", "Sec", "Vol", "art", "fig", "no", "nos", "nr",
    "p", "pp", "vol",
];

/// The end if what follows looks like a beginning.
const EITHER: &[&str] = &[
    "Ala", "Apr", "Ariz", "Ark", "Assn", "Assoc", "Aug", "Ave", "Bhd", "Bldg", "Blvd", "Bros", "Calif", "Cia", "Cie",
    "Co", "Colo", "Conn", "Corp", "Cos", "Ct", "Dec", "Del", "Dept", "Dist", "Div", "Dr", "Drs", "Feb", "Fla", "Fri",
    "Ft", "Ga", "Ill", "Inc", "Ind", "Inst", "Intl", "Jan", "Jr", "Jul", "Jun", "Kan", "Ky", "La", "Ltd", "Mar",
    "Mass", "Mfg", "Mich", "Minn", "Miss", "Mo", "Mon", "Mont", "Mt", "Mts", "Mio", "Mrd", "Natl", "Neb", "Nev", "Nov",
    "Oct", "Okla", "Ont", "Ore", "Pa", "Penn", "Ph", "Plc", "Pte", "Pty", "Que", "Rd", "Sat", "Sep", "Sept", "Sq",
    "Sr", "St", "Ste", "Sts", "Sun", "Tenn", "Tex", "Thu", "Thur", "Thurs", "Tue", "Tues", "Univ", "Va", "Vt", "Wash",
    "Wed", "Wis", "Wisc", "Wyo", "al", "assn", "ave", "avg", "cent", "dept", "div", "est", "etc", "ft", "gal", "govt",
    "hr", "hrs", "inc", "jr", "lb", "lbs", "ltd", "min", "mins", "mos", "mph", "oz", "plc", "sq", "sr", "tel", "univ",
    "usw", "yd", "yds", "yr", "yrs",
];

/// Words that follow a clock time within one sentence.
const AFTER_CLOCK: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "tues",
    "wed",
    "thu",
    "thur",
    "thurs",
    "fri",
    "sat",
    "sun",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "est",
    "edt",
    "et",
    "pst",
    "pdt",
    "pt",
    "cst",
    "cdt",
    "ct",
    "mst",
    "mdt",
    "mt",
    "gmt",
    "bst",
    "utc",
    "cet",
    "cest",
    "ist",
    "eastern",
    "pacific",
    "central",
    "mountain",
    "greenwich",
    "london",
    "moscow",
];

/// Words that start sentences and rarely go on with a name after an abbreviation.
const STARTERS: &[&str] = &[
    "a",
    "according",
    "after",
    "all",
    "also",
    "although",
    "among",
    "an",
    "and",
    "another",
    "as",
    "asked",
    "at",
    "authorities",
    "because",
    "before",
    "both",
    "but",
    "by",
    "critics",
    "despite",
    "during",
    "each",
    "even",
    "every",
    "few",
    "for",
    "from",
    "had",
    "has",
    "have",
    "he",
    "he'd",
    "he'll",
    "he's",
    "her",
    "here",
    "his",
    "how",
    "however",
    "i",
    "i'm",
    "i've",
    "if",
    "in",
    "instead",
    "is",
    "it",
    "it'll",
    "it's",
    "its",
    "just",
    "last",
    "later",
    "like",
    "many",
    "meanwhile",
    "more",
    "most",
    "my",
    "nearly",
    "neither",
    "nevertheless",
    "no",
    "nobody",
    "nor",
    "not",
    "nothing",
    "now",
    "of",
    "officials",
    "on",
    "once",
    "one",
    "only",
    "or",
    "other",
    "others",
    "our",
    "out",
    "over",
    "perhaps",
    "police",
    "she",
    "she's",
    "since",
    "so",
    "some",
    "sources",
    "still",
    "such",
    "that",
    "that's",
    "the",
    "their",
    "then",
    "there",
    "there's",
    "these",
    "they",
    "they're",
    "they've",
    "this",
    "those",
    "though",
    "through",
    "to",
    "today",
    "under",
    "unlike",
    "until",
    "was",
    "we",
    "we'll",
    "we're",
    "we've",
    "were",
    "what",
    "when",
    "where",
    "whether",
    "which",
    "while",
    "who",
    "why",
    "with",
    "without",
    "yesterday",
    "yet",
    "you",
    "you're",
    "your",
];

/// Lower-case words after which a missing capital is forgiven: they hardly ever follow a full stop that ends nothing.
const LOWER_STARTERS: &[&str] = &[
    "but",
    "he",
    "however",
    "i",
    "it",
    "meanwhile",
    "she",
    "the",
    "then",
    "there",
    "these",
    "they",
    "this",
    "we",
    "you",
];

/// Verbs that name the speaker after a quotation.
const SPEECH: &[&str] = &[
    "added",
    "announced",
    "answered",
    "argued",
    "asked",
    "asks",
    "claimed",
    "concluded",
    "continued",
    "cried",
    "declared",
    "demanded",
    "exclaimed",
    "explained",
    "insisted",
    "joked",
    "posted",
    "quipped",
    "read",
    "recalled",
    "remarked",
    "replied",
    "reportedly",
    "responded",
    "said",
    "says",
    "screamed",
    "shouted",
    "sang",
    "stated",
    "suggested",
    "told",
    "tweeted",
    "urged",
    "warned",
    "whispered",
    "wondered",
    "wrote",
    "writes",
    "yelled",
];

/// What follows a dot in the name of a host or a file, so that `Booking.Com` is one word.
const DOT_SUFFIXES: &[&str] = &[
    "app", "asp", "biz", "co", "com", "doc", "edu", "eu", "fm", "gov", "htm", "html", "info", "int", "io", "jpg", "js",
    "mil", "mp3", "net", "org", "pdf", "php", "png", "tv", "uk", "us", "xml",
];

fn has(list: &[&str], word: &str) -> bool {
    list.contains(&word)
}

/// Whether sentences start with this word (in lower case).
pub(super) fn starts(word: &str) -> bool {
    has(STARTERS, word)
}

/// Whether a sentence starts with this word even where its capital is missing.
pub(super) fn starts_in_lower_case(word: &str) -> bool {
    has(LOWER_STARTERS, word)
}

/// Whether the word (in lower case) names the act of a speaker.
pub(super) fn speaks(word: &str) -> bool {
    has(SPEECH, word)
}

/// Whether the word (in lower case) follows a clock time.
pub(super) fn follows_clock(word: &str) -> bool {
    has(AFTER_CLOCK, word)
}

/// Whether the word (in lower case) ends the name of a host or a file.
pub(super) fn is_suffix(word: &str) -> bool {
    has(DOT_SUFFIXES, word)
}

/// How a word behaves before a full stop, if it is an abbreviation. `caseless`: the text has no capitals, or only
/// capitals, so `gen` may stand for `Gen`.
pub(super) fn abbreviation(word: &str, caseless: bool) -> Option<Abbreviation> {
    let find = |w: &str| {
        if has(NEVER, w) {
            Some(Abbreviation::Never)
        } else if has(NUMBER, w) {
            Some(Abbreviation::Number)
        } else if has(EITHER, w) {
            Some(Abbreviation::Either)
        } else {
            None
        }
    };
    // A single capital is an initial.
    if word.len() > 8 || word.is_empty() || word.len() == 1 && word != "p" && word != "v" {
        return None;
    }
    if matches!(word.to_ascii_lowercase().as_str(), "a.m" | "p.m") {
        return Some(Abbreviation::Clock);
    }
    if matches!(
        word.to_ascii_lowercase().as_str(),
        "e.g" | "i.e" | "z.b" | "d.h" | "u.a" | "a.k.a" | "c.f" | "p.ex"
    ) || word == "v"
    {
        return Some(Abbreviation::Never);
    }
    if is_dotted(word) {
        return Some(Abbreviation::Either);
    }
    let lower = word.to_lowercase();
    let mut letters = lower.chars();
    let title: String = letters
        .next()
        .map(|c| c.to_uppercase().chain(letters).collect())
        .unwrap_or_default();
    let shouted = word.chars().count() > 1 && !word.chars().any(char::is_lowercase);
    find(word)
        .or_else(|| if word == title || shouted { find(&lower) } else { None })
        .or_else(|| if shouted || caseless { find(&title) } else { None })
}

/// `U.S`, `Ph.D`, `a.k.a`: short runs of letters with dots between them.
fn is_dotted(word: &str) -> bool {
    word.contains('.')
        && word
            .split('.')
            .all(|part| (1..=2).contains(&part.chars().count()) && part.chars().all(char::is_alphabetic))
}
