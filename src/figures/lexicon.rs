//! The closed classes of English words that the rules of this stage look at, each as one list.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// A list of words, for looking up.
pub(super) struct Words(LazyLock<BTreeSet<&'static str>>);

impl Words {
    /// Whether the word (in lower case) is one of them.
    pub(super) fn has(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

macro_rules! words {
    ($(#[$note:meta])* $name:ident = $list:literal) => {
        $(#[$note])*
        pub(super) static $name: Words = Words(LazyLock::new(|| $list.split_ascii_whitespace().collect()));
    };
}

words! {
    /// Verbs of saying in a form that tells of one occasion.
    SAY = "said says say told tells announced announces reported reports confirmed confirms added adds estimated \
        estimates estimate predict believe warn report argue allege say think insist deny suggest warned warns claimed claims claim alleged alleges insisted insists stated states noted notes explained \
        explains wrote writes revealed reveals disclosed denied denies deny acknowledged admitted argued argues concluded \
        reckons reckoned predicted predicts forecast forecasts projected projects calculated calculates believes \
        maintains maintained asserted asserts boasted recorded counted tweeted testified recalled declared"
}
words! {
    /// Verbs by which a report, poll or table of figures says something.
    SHOW = "showed shows show found finds find suggested suggests suggest indicated indicates indicate revealed reveals reveal \
        concluded said says estimated estimates put puts projected projects predicted predicts estimate recorded listed lists"
}
words! {
    /// What says something by showing it.
    EVIDENCE = "report reports survey surveys poll polls study studies data figures statistics research analysis census documents \
        results review audit filing filings inspection inquiry records estimates numbers paper index investigation assessment \
        count tally minutes model models projections forecasts release bulletin"
}
words! {
    /// Forms of "be", "have", "do" and the modal verbs.
    AUXILIARY = "is are was were be been being has have had having do does did will would could may might must can should shall \
        cannot can't won't wasn't weren't isn't aren't hasn't haven't hadn't didn't doesn't don't wouldn't couldn't shouldn't"
}
words! {
    /// Verbs that say what will be, or may.
    MODAL = "will would could may might shall won't wouldn't can should"
}
words! {
    /// Past tenses that do not end in -ed, and present tenses that no noun is spelt like.
    FINITE = "said says told rose fell went came took gave made got won lost beat left led held met kept paid sold bought \
        brought broke built became began drew drove fled flew found fought grew hit heard knew laid ran saw sent set shot showed \
        shook sank spent stood stole struck swept threw thought tore wrote wore put cut shed shut spread cost burst hurt quit \
        sought slid spoke stuck swam swore taught understood woke bore bound chose dealt dug drank ate felt forgot froze \
        hid hung lent lit meant overtook overcame rang rode sang sat sprang stung swung undertook upheld withdrew wound \
        says has is are was were had have did does employs owns runs makes expects plans aims hopes wants needs includes \
        contains remains becomes means takes gives gets comes goes shows stands covers produces faces costs holds \
        keeps leaves lies brings puts sells buys pays earns spends owes carries requires provides offers accounts \
        represents exceeds serves operates measures weighs generates supplies receives attracts handles believes says \
        marks brings leads adds sits sets loses wins rises falls grows begins ends starts continues will would could may \
        might must can should cannot belongs consists features seeks allows amounts employs boasts seats houses lives \
        kills affects hits treats reaches attracts educates feeds powers uses injures occupies exports imports \
        grosses boasts trains delivers processes handles hires saves burns spans shelters supports publishes finances manages opposes opens closes heats \
        want intend expect employ hope promises vows pledges intends threatens estimates reckons equals follows drops"
}
words! {
    /// Words that end in -ed and are no verb, or mostly not.
    NOT_PAST = "hundred united need red bed seed speed feed indeed weed breed exceed proceed succeed shed sacred naked wicked \
        unprecedented aged supposed alleged so-called armed limited advanced related unemployed embed mixed"
}
words! {
    /// Prepositions.
    PREPOSITION = "in on at by for with from to into onto of off over under above below between among amid against about around \
        across along through throughout during within without near per via toward towards upon despite except including \
        regarding concerning following outside inside behind beyond beside besides alongside aboard until till since as than \
        before after like unlike versus vs"
}
words! {
    /// Words that open a clause of its own within a sentence.
    OPENER = "who whom which whose that when while where because although though if unless whereas but until once since after \
        before as so whether why how"
}
words! {
    /// Those of them after which what was said so far still stands alone as a sentence, and which may stay where there is room.
    TAIL = "when while where because although though after before as until since following amid despite"
}
words! {
    /// Articles, possessives, demonstratives.
    DETERMINER = "the a an this that these those its his her their our my your some any each every no another both all"
}
words! {
    /// Pronouns that stand for what was named before.
    PRONOUN = "it he she they we i you this that these those who which one them him her us itself both all some many most \
        others there what here nobody everyone anyone someone"
}
words! {
    /// Adverbs and fillers between a subject and its verb, or around a verb of saying.
    ADVERB = "also later earlier now then still already previously recently initially repeatedly again only just even not never \
        since first reportedly allegedly apparently since separately meanwhile however yesterday today overnight currently \
        finally eventually nevertheless once soon often always probably officially publicly quickly formerly"
}
words! {
    /// Weekdays and words of time that may follow a verb of saying.
    WHEN = "monday tuesday wednesday thursday friday saturday sunday yesterday today tonight overnight early late \
        on in at morning afternoon evening night noon midday midnight later last this week month"
}
words! {
    /// Months, which are capitalised and no name.
    MONTH = "january february march april may june july august september october november december jan feb mar apr jun jul aug \
        sep sept oct nov dec"
}
words! {
    /// Weekdays.
    WEEKDAY = "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun"
}
words! {
    /// Capitalised words after "in" or "at" that are no place.
    NOT_PLACE = "congress parliament senate house court cabinet government christmas easter ramadan god internet english french spanish \
        german russian arabic chinese facebook twitter instagram youtube google apple amazon microsoft reuters bbc cnn nato eu un \
        islam christianity gdp covid covid-19 brexit season round game test group division league cup premier championship final \
        bitcoin dow nasdaq ftse supreme federal state senators republicans democrats spring summer autumn winter fall q1 q2 q3 q4 \
        phase part article section chapter mr mrs ms dr president prime minister king queen pope euros dollars pounds"
}
words! {
    /// The verbs of meaning to reach.
    AIM = "aims aim aimed aiming target targets targeted targeting goal goals plans plan planned planning hopes hope hoped hoping \
        intends intend intended pledged pledges pledge promised promises promise vowed vows vow wants want wanted seeks seek \
        sought seeking ambition objective proposed proposes propose proposing"
}
words! {
    /// Words of what is expected.
    EXPECT = "expected expects expect expecting forecast forecasts projected projects projection projections predicted predicts \
        prediction predictions likely set due scheduled estimates-for poised anticipated anticipates anticipate prospective \
        forecasting predicting projecting"
}
words! {
    /// Words too common to tell two events apart.
    COMMON = "the a an and or of in on at to for by from with as is are was were be been has have had it its they their he she his \
        her that this which who than more most least about some after before when while said says told people person \
        according will would could may not also other another into over up down out no one two three new last first \
        year years day days week weeks month months time times many much only there where been were number numbers total \
        including monday tuesday wednesday thursday friday saturday sunday morning evening night afternoon killed dead died \
        death deaths toll injured wounded missing arrested per cent percent million billion thousand hundred officials police \
        reported confirmed so far know known"
}

/// Whether the word is one of a short list.
pub(super) fn one_of(word: &str, list: &str) -> bool {
    list.split_ascii_whitespace().any(|w| w == word)
}

/// Whether the word is, by its form, a verb in a tense of its own: "rose", "was", "closed".
pub(super) fn is_finite(word: &str) -> bool {
    FINITE.has(word)
        || AUXILIARY.has(word)
        || SAY.has(word)
        || (word.len() > 4 && word.ends_with("ed") && !word.contains('-') && !NOT_PAST.has(word))
}

/// The singular of a regular plural, enough for two spellings of one noun to meet.
pub(super) fn stem(word: &str) -> &str {
    let word = word
        .strip_suffix("'s")
        .or_else(|| word.strip_suffix("’s"))
        .unwrap_or(word);
    if word.len() > 4 && word.ends_with("ies") {
        return &word[..word.len() - 3];
    }
    for ending in ["ing", "ed", "es", "s", "y", "e"] {
        if let Some(short) = word
            .strip_suffix(ending)
            .filter(|s| s.chars().count() >= 3 && !s.ends_with('s'))
        {
            return short;
        }
    }
    word
}
