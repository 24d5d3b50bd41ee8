//! Words of news English that checking needs to know: by hand, and short enough to be read.

mod forms;
mod groups;
mod nations;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::text::stem;

type Set = BTreeSet<&'static str>;

fn set(words: &'static str) -> Set {
    words.split_whitespace().collect()
}

/// Words without content of their own.
static FUNCTION: LazyLock<Set> = LazyLock::new(|| {
    set(
        "a an the this that these those and or but nor so yet if then than as at by for from in into of off on onto out over \
         to up with within without upon about above across after against along amid among around before behind below beneath \
         beside besides between beyond despite down during except inside like near outside past per since through throughout \
         till toward towards under underneath until via while whilst although though because unless whereas whether where \
         when who whom whose which what why how he him his himself she her hers herself it its itself they them their theirs \
         themselves we us our ours ourselves you your yours yourself i me my mine myself one ones someone somebody something \
         anyone anybody anything everyone everybody everything there here am is are was were be been being have has had \
         having do does did doing done will would shall should can could may might must ought isn't aren't wasn't weren't \
         don't doesn't didn't hasn't haven't hadn't won't wouldn't can't cannot couldn't shouldn't not no never none nobody \
         nothing neither also too very just only even still already again once ever both each every either all any some \
         such other others another more most much many few fewer less least own same however therefore thus hence \
         meanwhile moreover well quite rather really almost nearly s t d ll re ve m o'clock ago etc vs versus ie eg \
         i'm i've i'd i'll it's he's she's they're they've we're we've you're that's there's who's what's let's \
         isnt dont wasnt th st nd rd",
    )
});

/// Words that say so little, or so often stand for another, that a summary may use them freely: reporting verbs, general
/// nouns for people and things, adverbs of degree and time. From looking at which words of good summaries their articles lack.
static LIGHT: LazyLock<Set> = LazyLock::new(|| {
    set(
        "say says said saying tell tells told telling add adds added reveal reveals revealed report reports reported \
         reportedly allegedly apparently according claim claims claimed insist insists insisted state states stated \
         explain explains explained describe describes described speak speaks spoke spoken speaking talk talks talked \
         write writes wrote written comment comments commented announce announces announced announcing confirm confirms confirmed suggest suggests \
         suggested believe believes believed think thinks thought know knows knew known feel feels felt admit admits \
         admitted note notes noted mention mentioned warn warns warned discuss discusses discussed \
         make makes made making take takes took taken taking get gets got getting give gives gave given giving go goes \
         went gone going come comes came coming put puts putting set sets setting see sees saw seen seeing use uses used \
         using find finds found finding become becomes became becoming include includes included including involve \
         involves involved involving happen happens happened happening occur occurs occurred keep keeps kept keeping let lets \
         bring brings brought call calls called show shows showed shown showing need needs needed want wants wanted look looks \
         looked looking try tries tried trying seem seems seemed appear appears appeared remain remains remained continue \
         continues continued follow follows followed following allow allows allowed cause causes caused begin begins \
         began begun start starts started starting hold holds held holding leave turn turns turned help helps helped work works \
         worked working move moves moved face faces faced facing lead leads led leading ask asks asked run runs ran \
         plan plans planned planning expect expects expected hope hopes hoped able due likely set about due \
         man men woman women person people someone individual individuals member members group groups official officials \
         leader leaders thing things way ways part parts place places case cases issue issues matter matters problem \
         problems fact facts idea ideas kind kinds sort type number numbers amount lot lots bit side sides time times \
         area areas end point points reason reasons result results response situation event events incident incidents \
         series range level levels home name names named world life lives future news article story stories \
         new old big large small great good bad best better major main key current recent previous former later latest \
         earlier early late last next first-ever past top own full real different various several certain similar same \
         important serious possible able whole entire high low long short young local national international public \
         popular famous well-known now today currently recently soon later then finally previously originally initially always often sometimes \
         usually together away back forward ahead far close near here there ever yet least amid ex vs according \
         really actually simply especially particularly mainly largely highly completely fully clearly quickly \
         suddenly immediately further instead despite however although though whether between because during \
         per cent percent half dozen dozens hundred hundreds thousand thousands million millions billion billions \
         mr mrs ms miss dr prof sir lord lady dame minister prime president chief head boss \
         day days week weeks month months year years hour hours minute minutes morning afternoon evening night weekend \
         star stars fan fans action actions difficult final finally affect affects affected affecting impact order upcoming chance strong \
         strength controversy controversial experience wide widely item items performance available detail details underway additional \
         access question questions field improve spot multiple lack ability huge unclear common period reach focus focuses focused hard general \
         subject considered statement statements example control title clear true list solution related cited challenges challenge tough attempt \
         concern concerns subsequent activity effort efforts scene particular eventually difference probably sure rate moment moments \
         understand achieve crucial maintained present information determine front generally overall regarding ready develop develops \
         potentially provide provides provided providing resulting resulted spite numerous significant usual nearby process position \
         condition conditions approach aim aims aimed role term terms sense choice form forms content effect effects extent factor features \
         feature featured special extremely exactly greatly slightly mainly typically specifically easily possibly perhaps rapid recent ongoing \
         nearly respectively alongside surrounding various whatever whenever regardless specific potential complete completely total basis \
         amid along handle handled proper share shared shares thought thoughts unveil unveiled prompt prompted prompts deem deemed \
         hear heard raise raised address addressed seek seeks sought undergo undergone serve served serving respond responded",
    )
});

/// Whether the word has no content of its own.
pub(super) fn is_function(folded: &str) -> bool {
    FUNCTION.contains(folded)
}

/// Whether a summary may use the word freely.
pub(super) fn is_light(folded: &str) -> bool {
    LIGHT.contains(folded)
}

const ONES: &str = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen \
                    seventeen eighteen nineteen twenty";
const TENS: &str = "thirty forty fifty sixty seventy eighty ninety";
const ORDINALS: &str = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth \
                        fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth";

static NUMBERS: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
    let mut map = BTreeMap::new();
    for (n, word) in ONES.split_whitespace().enumerate() {
        map.insert(word, format!("#{n}"));
    }
    for (n, word) in TENS.split_whitespace().enumerate() {
        map.insert(word, format!("#{}", 30 + 10 * n));
    }
    for (n, word) in ORDINALS.split_whitespace().enumerate() {
        map.insert(word, format!("#{n}th"));
    }
    map
});

/// The common form of a number or an ordinal that is one word: `#9` for `nine`, `9` and `9.0`, `#2th` for `2nd`.
pub(super) fn number(folded: &str) -> Option<String> {
    if !folded.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return NUMBERS.get(folded).cloned();
    }
    let digits = folded
        .find(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.'))
        .unwrap_or(folded.len());
    let value: f64 = folded[..digits]
        .replace(',', "")
        .parse()
        .ok()
        .filter(|v: &f64| v.is_finite())?;
    match &folded[digits..] {
        "" => Some(format!("#{value}")),
        "st" | "nd" | "rd" | "th" => Some(format!("#{value}th")),
        _ => None,
    }
}

/// Whether a word without digits may be part of a quantity.
pub(super) fn number_like(folded: &str) -> bool {
    NUMBERS.contains_key(folded)
        || matches!(
            folded,
            "half"
                | "quarter"
                | "quarters"
                | "thirds"
                | "dozen"
                | "hundred"
                | "thousand"
                | "million"
                | "billion"
                | "trillion"
                | "lakh"
                | "crore"
                | "fifths"
                | "tenths"
                | "twice"
                | "double"
        )
}

/// What a word of vague number covers: "dozens", "hundreds", "thousands", "millions".
pub(super) fn vague(folded: &str) -> Option<(f64, f64)> {
    Some(match folded {
        "dozens" => (20.0, 200.0),
        "scores" => (30.0, 300.0),
        "hundreds" => (150.0, 5_000.0),
        "thousands" => (1_500.0, 200_000.0),
        "millions" => (1.5e6, 2e9),
        "billions" => (1.5e9, 2e12),
        _ => return None,
    })
}

/// The base form of an irregular verb or noun form.
pub(super) fn irregular(folded: &str) -> Option<&'static str> {
    forms::IRREGULAR.get(folded).copied()
}

/// The groups of words of like sense that a stem is in.
pub(super) fn groups(stem: &str) -> &'static [u16] {
    groups::OF_STEM.get(stem).map_or(&[], Vec::as_slice)
}

/// The stems that say the opposite.
pub(super) fn opposites(stem: &str) -> &'static [String] {
    forms::OPPOSITES.get(stem).map_or(&[], Vec::as_slice)
}

/// The country that a word names by its name, its people or its language: `France` for `french`.
pub(super) fn nation(folded: &str) -> Option<&'static str> {
    nations::OF_WORD.get(folded).copied()
}

/// The country that two or three words name, in small letters.
pub(super) fn nation_phrase(words: &str) -> Option<&'static str> {
    nations::OF_PHRASE.get(words).copied()
}

/// Whether the word is one of those of [`nation_phrase`].
pub(super) fn in_phrase(folded: &str) -> bool {
    nations::IN_PHRASE.contains(folded)
}

/// Whether the word says no.
pub(super) fn is_negation(folded: &str) -> bool {
    matches!(
        folded,
        "not"
            | "no"
            | "never"
            | "none"
            | "nobody"
            | "nothing"
            | "neither"
            | "nor"
            | "cannot"
            | "without"
            | "hardly"
            | "barely"
            | "scarcely"
    ) || folded.ends_with("n't")
}

/// Whether the word denies what follows it, by its stem.
pub(super) fn is_denial(stem: &str) -> bool {
    static DENIALS: LazyLock<Vec<String>> = LazyLock::new(|| {
        "deny denial false falsely fail failure refuse refusal unlikely untrue hoax fake baseless disprove debunk wrongly mistakenly"
            .split(' ')
            .map(stem_of)
            .collect()
    });
    DENIALS.iter().any(|d| d == stem)
}

/// Whether the word says that what is told may not be so.
pub(super) fn is_hedge(folded: &str) -> bool {
    matches!(
        folded,
        "allegedly"
            | "alleged"
            | "alleges"
            | "reportedly"
            | "possibly"
            | "perhaps"
            | "maybe"
            | "probably"
            | "supposedly"
            | "purportedly"
            | "apparently"
            | "claims"
            | "claimed"
            | "claiming"
            | "suspected"
            | "potentially"
            | "might"
            | "may"
            | "could"
            | "would"
            | "if"
            | "unless"
            | "accused"
            | "feared"
            | "attempted"
            | "attempting"
            | "almost"
            | "nearly"
            | "rumoured"
            | "rumored"
            | "threatened"
            | "threatening"
            | "considering"
            | "considers"
            | "hopes"
            | "wants"
            | "trying"
            | "tried"
            | "expected"
            | "planned"
            | "plans"
            | "planning"
            | "should"
            | "likely"
            | "seeking"
            | "proposed"
            | "hoping"
            | "believed"
    )
}

fn stem_of(word: &str) -> String {
    stem(word)
}

const MONTHS: [&str; 12] = [
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
];
const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// The month that a capitalised word names, from 1.
pub(super) fn month(folded: &str) -> Option<u8> {
    let full = MONTHS.iter().position(|m| *m == folded);
    let short = || {
        let short = folded.strip_suffix('.').unwrap_or(folded);
        (short.len() == 3 || short == "sept" || short == "june" || short == "july")
            .then(|| MONTHS.iter().position(|m| m.starts_with(short)))
            .flatten()
    };
    full.or_else(short).and_then(|m| u8::try_from(m + 1).ok())
}

/// The day of the week that a capitalised word names, from 1 for Monday.
pub(super) fn weekday(folded: &str) -> Option<u8> {
    let singular = folded.strip_suffix('s').unwrap_or(folded);
    let short = || {
        matches!(
            folded,
            "mon" | "tue" | "tues" | "wed" | "thu" | "thur" | "thurs" | "fri" | "sat" | "sun"
        )
        .then(|| DAYS.iter().position(|d| d.starts_with(folded)))
        .flatten()
    };
    DAYS.iter()
        .position(|d| *d == singular)
        .or_else(short)
        .and_then(|d| u8::try_from(d + 1).ok())
}
