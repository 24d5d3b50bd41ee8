//! The words that roles are made of, in small letters.

use std::collections::BTreeSet;
use std::sync::LazyLock;

fn set(list: &'static str) -> BTreeSet<&'static str> {
    list.split_whitespace().collect()
}

/// Offices and callings that stand before a name without an article.
const OFFICES: &str = "
    abbot academic accountant activist actor actress administrator admiral advocate ambassador analyst anchor anchorman
    anchorwoman anthropologist apprentice archaeologist archbishop architect artist assassin astronaut astronomer athlete
    attorney author bailiff baker baritone baron baroness barrister bassist batsman biographer biologist bishop blogger
    bodyguard boss bowler boxer broadcaster broker builder businessman businesswoman businessperson butcher candidate captain
    cardinal caretaker cartoonist cellist ceo cfo chair chairman chairperson chairwoman challenger champion chancellor
    chaplain chef chemist chief choreographer cleric climber coach cofounder co-founder collector colonel columnist comedian
    comic commander commentator commissioner composer comptroller conductor congressman congresswoman conservationist
    constable consultant contestant contractor controller convict coordinator coroner corporal correspondent councillor
    councilman councilwoman counsel counsellor counselor coo critic curator cyclist dancer deacon dealer dean defender
    defendant delegate demographer dentist deputy designer detective developer dictator diplomat director dissident doctor
    driver drummer duchess duke economist editor educator electrician emir emperor engineer entrepreneur envoy
    epidemiologist executive expert explorer farmer father fighter filmmaker film-maker financier firefighter fisherman
    forester forward founder frontman fullback full-back fugitive gardener general geologist goalkeeper golfer governor
    graduate grocer guard guitarist gunman gymnast harbourmaster head headmaster headmistress headteacher heiress helmsman
    historian host hostage hydrologist illustrator imam immunologist industrialist inmate inspector instructor interpreter
    inventor investigator investor jockey journalist judge juror justice keeper king landlady landlord lawmaker lawyer leader
    lecturer legislator librarian lieutenant linebacker linguist lobbyist magistrate magnate major manager marshal
    mathematician mayor mechanic meteorologist microbiologist midfielder midwife militant millionaire billionaire minister
    missionary mogul model moderator monk mp mep msp naturalist negotiator neighbour neighbor neurologist neuroscientist
    newsreader nominee novelist nun nurse nutritionist officer official ombudsman operator opponent organiser organizer
    owner paediatrician pediatrician painter paramedic partner pastor pathologist patriarch percussionist pharmacist
    philanthropist philosopher photographer photojournalist physician physicist physiotherapist pianist pilot playwright
    plumber pm poet policeman policewoman politician pollster pope porter postman potter preacher premier presenter
    president priest prince princess principal printer prisoner producer professor programmer prosecutor protester
    psychiatrist psychologist publisher queen quarterback rabbi ranger rapper rear-admiral receptionist rector referee
    registrar regulator reporter representative resident researcher retiree reverend rider sailor salesman saxophonist
    scholar scientist screenwriter sculptor secretary seismologist senator sergeant seismologist sheikh sheriff shopkeeper
    singer skipper skier smuggler sniper socialist sociologist soldier solicitor soprano speaker spokesman spokesperson
    spokeswoman sprinter spy stadtholder star statesman statistician steward striker student substitute successor sultan
    superintendent superstar supermodel supervisor supplier surgeon survivor suspect swimmer tailor teacher technician
    teammate tenor theologian therapist trader trainer treasurer trustee tutor tycoon undersecretary vet veteran
    vice-president vice-chairman vicar victim violinist virologist volcanologist volunteer waiter waitress warden warlord
    weaver whistleblower whistle-blower winger witness wrestler writer zoologist adviser advisor aide ally archivist
    auditor beekeeper bookseller bus-driver cabdriver caller campaigner carer caseworker clerk colleague creator custodian
    democrat republican conservative liberal liberal-democrat congressperson congressmember delegate dispatcher docker
    envoy ex-president farmworker ferryman foreman forewoman friend headmaster hotelier insider investigator knight lifeguard
    lyricist miner moderator navigator patient pensioner performer pilgrim predecessor premier prefect provost reservist
    restaurateur rescuer rival runner scout settler shareholder shipbuilder shopper singer-songwriter songwriter stockbroker
    strategist trooper tsar czar umpire undertaker user voter watchmaker welder winner worker youngster teenager
    centre-back centre-half center cornerback playmaker";

/// Words that stand between article and office: what kind of minister, what kind of champion.
const MODIFIERS: &str = "
    former acting interim deputy vice assistant associate joint senior junior chief head lead leading top principal prime
    first second third late veteran fellow then then- ex new old long-serving longtime long-time outgoing incoming
    retired young elder older younger local regional provincial national federal state municipal county city town district
    borough village village's global world international foreign home interior exterior defence defense finance financial
    economic economy economics trade commerce business industry energy climate environment environmental health education
    culture cultural justice security intelligence police army military naval navy air force fire rescue transport rail
    railway housing social welfare labour labor agriculture agricultural farm fisheries science scientific technology
    digital information communications media press public political policy legal criminal civil human rights special general
    managing executive chief non-executive operating commercial investment bank banking investigative court supreme high
    district appeals attorney parliamentary presidential congressional senate house cabinet shadow opposition government
    party coalition democratic republican conservative labour liberal green socialist communist independent nationalist
    left-wing right-wing far-right centre-left centre-right liberal union trade students' student university school college
    research medical hospital clinical family emergency consultant company corporate group team club football soccer cricket
    rugby tennis golf baseball basketball hockey athletics boxing chess swimming cycling racing olympic olympics paralympic
    commonwealth european african asian american british english scottish welsh irish defending reigning current
    newly elected re-elected elect two-time three-time four-time five-time six-time seven-time double triple heavyweight
    middleweight lightweight number no one 1 two world-class award-winning oscar-winning film movie theatre theater stage
    tv television radio sound video music opera ballet pop rock rap jazz folk hip-hop soul country punk art arts fashion crime
    science-fiction children's food wine travel sports sport weather news political diplomatic chief white royal
    religious church catholic anglican muslim jewish islamic islamist rebel militia taliban guerrilla opposition pro-democracy
    anti-corruption anti-war special spiritual supreme tribal community youth women's women men's property real estate
    oil gas mining steel car motor airline shipping shop store hotel restaurant tech internet software computer data
    marketing sales advertising human resources personnel operations technical artistic creative musical sporting
    performance strategy strategic risk compliance safety water river flood harbour port mine ferry station tour
    lower upper budget tax treasury fiscal monetary privacy consumer competition markets insurance pensions pension
    equity hedge fund wildlife animal nuclear space rocket mission test flight crew ship boat truck lorry bus taxi train
    delivery night care mental primary secondary maths physics chemistry biology history english language
    visiting emeritus assistant honorary founding co-chief joint-head leftist populist centrist moderate
    billionaire millionaire celebrity disgraced jailed convicted accused alleged self-styled self-confessed exiled ousted
    deposed disputed embattled controversial famous renowned prominent influential respected popular beloved legendary
    star british-born influential outspoken incumbent presumptive vice-presidential likely democratic gubernatorial
    mayoral front-running left-handed right-handed left right back full centre attacking central scrum-half fly-half
    lance lieutenant brigadier major rear staff master chief field wing squadron group flight sergeant drug aid relief
    humanitarian refugee migration immigration border customs child children disability equalities majority minority committee chapter radical moderate committee's whip women housing works
    planning roads postal election electoral campaign communications voting peace hostage ceasefire nobel laureate
    pulitzer grammy bafta booker-winning prize-winning record gold silver bronze gold-medal medal winning";

/// What an office before a name may be of.
const FIELDS: &str =
    "staff state defence defense police operations communications education health justice security war
    intelligence homeland counterintelligence policy";

/// Kin and the like: they say something only of whose they are.
const KIN: &str = "
    wife husband widow widower mother father son daughter brother sister sibling parent stepfather stepmother stepson
    stepdaughter grandmother grandfather grandson granddaughter uncle aunt nephew niece cousin fiance fiancee fiancé fiancée
    girlfriend boyfriend partner son-in-law daughter-in-law mother-in-law father-in-law brother-in-law sister-in-law
    half-brother half-sister twin spouse ex-wife ex-husband friend colleague neighbour neighbor successor predecessor rival
    teammate ally opponent godfather godmother ancestor descendant";

/// Human beings without an office.
const HUMAN: &str =
    "man woman boy girl person people child teenager youth men women children lady guy member someone somebody";

/// Words that end like a calling and are none.
const NO_AGENTS: &str = "
    after another answer anger april border brother centre center chapter charter cluster colour color computer consider
    container copper corner corridor counter cover custom danger december delivery desert design dinner discover disorder
    district door encounter enter error ever factor favour favor fewer fiber finger flavour floor flower former further gender
    greater harbour harbor hammer helicopter her higher honour however humor hour hunger indoor interior labour labor
    ladder larger later latter layer lesser letter liquor list lower major majority manner master matter meter metre mirror
    minor monitor mother motor murder neither never newer number october offer older order other outdoor outer over owner's paper pepper
    per pier plaster poster poor power prayer quarter rather register remainder remember river rumor rumour saber scooter
    semester september shelter shower silver sister smaller soccer spider summer super supper surrender tenor terror theater
    tier timber tower traitor tumor tumour twitter under upper vapor vapour vector water weather whatever whether winter wonder
    exist consist persist resist insist list mist twist fist wrist coast cost east west past post test best rest first last
    most just trust dust must exactor";

/// Finite verbs and what else no noun phrase holds.
const VERBS: &str = "
    said says say saying told tells tell added adds argued argues asked asks announced announces believes believed called calls
    claimed claims confirmed confirms denied denies explained insisted insists noted notes reported reports stated thinks
    thought warned warns wrote writes is are was were be been am has have had having will would can could may might shall
    should must do does did went goes came comes got gets took takes made makes gave gives found finds saw sees knew knows
    died dies lost loses won wins beat led leads played plays met meets held holds left leaves began begins became becomes
    described describes appeared appears seemed seems remained remains wants wanted agreed agrees also not never now then
    there here he she they it we i you him them us me because although though but if so yet than";

/// Where a relative clause or a participle begins, and an apposition's noun phrase ends.
const RELATIVE: &str = "
    who whom whose which that where when while as since after before until whereby working living based born named known
    called accused charged convicted facing fighting serving speaking writing playing running wearing holding leading
    including nicknamed dubbed credited killed shot arrested jailed sentenced appointed elected hired seen tasked told
    expected believed thought suspected wanted recently currently still already once best";

const PREPOSITIONS: &str =
    "of for from at in to on with under by near behind against across among between over about into and/or";

/// Words that open a clause in which a phrase with a comma is no apposition: "After meeting the president, Ann Lee".
const CLAUSES: &str =
    "after when before while if unlike like as since with for although though because until once despite
    besides alongside including joining meeting speaking standing asked according to from by in at on";

const TIMES: &str = "day days week weeks month months year years hour hours minute minutes night morning afternoon evening
    decade decades century time moment weekend season spring summer autumn winter fall while lot bit few dozen hundred thousand
    move decision step result sign fact thing ruling report statement claim charge allegation deal plan figure rise fall drop
    increase victory defeat win loss blow boost warning feat record discovery
    decision development finding event";

const NUMBERS: &str = "two three four five six seven eight nine ten eleven twelve dozen several many some other others";

macro_rules! lookup {
    ($($(#[$doc:meta])* $name:ident: $list:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(word: &str) -> bool {
            static SET: LazyLock<BTreeSet<&str>> = LazyLock::new(|| set($list));
            SET.contains(word)
        }
    )*};
}

lookup! {
    /// Kin, friends, rivals.
    is_kin: KIN;
    /// A person, but no office.
    is_human: HUMAN;
    /// A field of office: "chief of staff".
    is_field: FIELDS;
    /// A verb or pronoun: no noun phrase goes on over it.
    is_verb: VERBS;
    /// The beginning of a relative clause or participle.
    is_relative: RELATIVE;
    /// A preposition that can tie a name to an office.
    is_preposition: PREPOSITIONS;
    /// The first word of a clause that is subordinate.
    opens_clause: CLAUSES;
    /// A stretch of time, or what somebody did or said: no place and no body.
    is_time: TIMES;
    /// A number or another word of amount.
    is_number: NUMBERS;
    /// In the list of offices.
    is_plain_office: OFFICES;
    /// In the list of modifiers.
    is_plain_modifier: MODIFIERS;
    /// Ends like a calling and is none.
    is_no_agent: NO_AGENTS;
}

/// Whether a word is an office or a calling, also as "ex-minister" or "goalkeeper-turned-coach".
pub fn is_office(word: &str) -> bool {
    is_plain_office(word)
        || word.rsplit_once('-').is_some_and(|(_, last)| is_plain_office(last))
        || (is_kin(word) && word != "friend")
}

/// Whether a word can stand between article and office.
pub fn is_modifier(word: &str) -> bool {
    is_plain_modifier(word) || (word.contains('-') && word.len() > 3)
}

/// Whether a word ends like a calling, or is one.
pub fn is_agent(word: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "er", "or", "ist", "ian", "man", "woman", "ant", "eer", "yer", "ess", "person", "maid", "hand",
    ];
    is_office(word)
        || (is_human(word) && !["people", "children", "men", "women"].contains(&word))
        || [
            "native",
            "hero",
            "cook",
            "head",
            "guide",
            "fan",
            "graduate",
            "enthusiast",
            "icon",
            "legend",
            "newcomer",
        ]
        .contains(&word)
        || (word.len() > 4 && !is_no_agent(word) && ENDINGS.iter().any(|ending| word.ends_with(ending)))
}
