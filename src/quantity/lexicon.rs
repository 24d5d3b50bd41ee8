//! What single words are: number words, months, people, words that end a noun phrase, units, currencies.
//!
//! One table, built once from the plain lists here and beside the rules that use them.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::currency;
use super::units::{self, Unit};

/// Ends a noun phrase: articles, prepositions, conjunctions, pronouns, auxiliaries, adverbs of time.
pub(super) const FUNCTION: u32 = 1;
/// The name of a month.
pub(super) const MONTH: u32 = 1 << 1;
/// The name of a day of the week.
pub(super) const WEEKDAY: u32 = 1 << 2;
/// A noun for a human being, in the singular, or a collective of them.
pub(super) const PERSON: u32 = 1 << 3;
/// An abbreviation whose full stop does not end a sentence.
pub(super) const ABBREVIATION: u32 = 1 << 4;
/// A noun that is numbered: the number after it is its label ("section 12").
pub(super) const LABEL: u32 = 1 << 5;
/// A name that carries a number ("Boeing 737").
pub(super) const NAME: u32 = 1 << 6;
/// A verb in a form that no noun phrase contains before its head ("died", "say").
pub(super) const VERB: u32 = 1 << 7;
/// Goes up or down, as a verb.
pub(super) const CHANGE: u32 = 1 << 8;
/// A word of winning, losing and leading.
pub(super) const SCORING: u32 = 1 << 9;
/// A preposition before a year, and other words that say that what follows is one.
pub(super) const YEAR_BEFORE: u32 = 1 << 10;
/// A time zone or another word after a clock time.
pub(super) const CLOCK: u32 = 1 << 11;
/// A superlative, or another word that makes an ordinal before it a rank.
pub(super) const RANKED: u32 = 1 << 12;
/// A word that says that pounds are weights.
pub(super) const WEIGHT: u32 = 1 << 13;
/// A noun that is the same in the plural.
pub(super) const INVARIABLE: u32 = 1 << 14;
/// What money, fuel or goods are counted per, after "a" or "an".
pub(super) const PER: u32 = 1 << 15;
/// A verb or noun of telephoning.
pub(super) const CALL: u32 = 1 << 16;
/// A word that ends in s and is no plural.
pub(super) const SINGULAR_S: u32 = 1 << 17;
/// A word of a share index.
pub(super) const INDEX: u32 = 1 << 18;
/// A word of an election or a vote in a chamber.
pub(super) const VOTING: u32 = 1 << 19;
/// A distance in metres is meant by the m before or after this word.
pub(super) const LENGTH: u32 = 1 << 20;
/// "Who", "which", "that" and the words that begin a clause of its own.
pub(super) const CLAUSE: u32 = 1 << 21;
/// A word that may stand between a number and the verb it is the subject of: an auxiliary or an adverb.
pub(super) const AUXILIARY: u32 = 1 << 22;

/// A number word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum NumberWord {
    /// Zero to nineteen.
    Unit(f64),
    /// Twenty to ninety.
    Tens(f64),
    /// Hundred.
    Hundred,
    /// Dozen.
    Dozen,
    /// Thousand, lakh, million, crore...
    Scale(f64),
}

/// What the lexicon knows of a word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// The classes above.
    pub classes: u32,
    /// A number word.
    pub number: Option<NumberWord>,
    /// A magnitude that is glued to a number: the `bn` of `3bn`.
    pub suffix: Option<f64>,
    /// First, second, third...
    pub ordinal: Option<u32>,
    /// The denominator that the word names: half, third, quarters.
    pub denominator: Option<u32>,
    /// A unit of measure.
    pub unit: Option<Unit>,
    /// The unit counts only where it is glued to its number.
    pub glued: bool,
    /// A currency code or abbreviation.
    pub code: Option<&'static str>,
    /// The name of a currency.
    pub money: Option<&'static str>,
    /// The role that the word gives (see `roles`).
    pub role: Option<super::roles::Cue>,
}

const NONE: Entry = Entry {
    classes: 0,
    number: None,
    suffix: None,
    ordinal: None,
    denominator: None,
    unit: None,
    glued: false,
    code: None,
    money: None,
    role: None,
};

static NOTHING: Entry = NONE;

/// The entry of what is no word.
pub(super) fn none() -> &'static Entry {
    &NOTHING
}

/// The entry of a word in lower case.
pub(super) fn lookup(word: &str) -> &'static Entry {
    LEXICON.get(word).unwrap_or(&NOTHING)
}

/// Words by class. A word may stand in several lists.
const CLASSES: &[(u32, &str)] = &[
    (
        FUNCTION,
        "a an the this that these those my your his her its our their some any each every all both either neither no \
         another such what which who whom whose when where while why how whether if because since until till after \
         before as than then so and or but nor yet though although unless in on at by for with from to into onto of off \
         over under above below between among amongst amid against about around across along through throughout during \
         within without near past per plus minus via versus up down out away back toward towards upon despite except \
         including included regarding concerning following outside inside behind beyond beside besides alongside aboard \
         is are was were be been being am has have had having do does did will would shall should can could may might \
         must cannot i he she it we they you me him them us himself herself itself themselves there here not never n't \
         also only just even still already again ago earlier later today yesterday tomorrow tonight now overnight soon \
         once twice together apart each apiece else ever too very via instead however meanwhile altogether overall \
         mostly mainly worth alone because respectively abroad nationwide worldwide annually daily weekly monthly \
         yearly inclusive isn't aren't wasn't weren't won't don't didn't doesn't hasn't haven't hadn't can't couldn't \
         compared rather like unlike due thanks amid apiece",
    ),
    (
        AUXILIARY,
        "is are was were be been being has have had having will would could may might must also reportedly allegedly \
         still now already later feared believed confirmed presumed thought known reported said seriously critically \
         badly slightly since so far left listed declared found not all had then thereby subsequently either",
    ),
    (
        MONTH,
        "january february march april may june july august september october november december jan feb mar apr jun jul \
         aug sep sept oct nov dec",
    ),
    (
        WEEKDAY,
        "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun",
    ),
    (
        ABBREVIATION,
        "mr mrs ms dr prof sen rep gov gen lt col sgt capt maj cpl st jr sr inc ltd co corp no nos jan feb mar apr aug \
         sep sept oct nov dec rs vs approx est dept hon rev sq ft in oz lb lbs hr hrs min mins p pp art fig u.s u.k u.n",
    ),
    (
        LABEL,
        "section sections article articles page pages chapter chapters flight phase stage level type grade category \
         tier class gate platform room rooms step version lap hole row seat bus line unit block ward sector zone \
         appendix rule rules act schedule figure table item episode highway interstate exit junction junctions channel \
         route routes resolution paragraph clause question verse psalm amendment proposition prop lane bay pier dock \
         terminal runway warehouse building apartment flat suite cell box locker chapter volume issue number no \
         nos numbers title protocol order form lot season part round week day catch area studio camp track pool group \
         model generation gen mark size form code postcode zip district precinct engine ladder squadron battalion \
         regiment division brigade platoon case file docket exhibit count year month stall pit turn heat windows \
         formula apollo soyuz vostok gemini mission galaxy radio opus op symphony concerto serial sol station reactor \
         booth shaft pump borehole well hangar court road shed barrack quarter bed pp art fig version ver chapter",
    ),
    (
        NAME,
        "boeing airbus embraer fokker cessna tupolev antonov ilyushin iphone ipad galaxy playstation xbox windows \
         android covid ferrari porsche peugeot renault bmw audi mazda volvo saab mig su f b ak u un unit formula apollo \
         ariane falcon soyuz vostok gemini voyager pioneer explorer channel radio route area catch fortune ftse dax cac \
         nikkei ibex stoxx hang s&p dow nasdaq russell asx tsx kospi sensex nifty opus gpt ios macos euro bbc itv sky \
         fox nbc cbs abc cnn super rugby group under world",
    ),
    (
        VERB,
        "said says say died dies die rose fell went came come comes goes go took take takes gave give gives made make \
         makes got get gets won win wins lost lose loses beat voted vote abstained rebelled failed survived escaped fled \
         remain remained remains became become stood stand stands sat lay lies led lead leads ended ends began begins \
         continued arrived returned left leave told tell needed need want wanted called asked received receive turned \
         showed show shows reported believed believe think thought felt saw see sees heard suffered sustained pleaded \
         faced face appeared appear seemed seem live lived work worked played play scored joined signed applied \
         agreed refused denied admitted claimed hoped expected suggests finds reveals indicates warns argues predicts estimates claims means adds notes reports \
         succumbed perished drowned ran run runs held hold hit \
         hits hitting kept keep put puts moved walked visited attended took voted",
    ),
    (
        CHANGE,
        "rise rises rose risen rising fall falls fell fallen falling up down jump jumps jumped jumping climb climbs \
         climbed climbing drop drops dropped dropping slip slips slipped slipping gain gains gained gaining grow grows \
         grew grown growing increase increases increased increasing decrease decreases decreased decreasing decline \
         declines declined declining surge surged surges surging soar soared soars soaring plunge plunged plunges \
         plunging slump slumped slumps slide slid slides tumble tumbled tumbles sank sink sinks shrank shrunk shrink \
         shrinks widen widened widens narrow narrowed narrows raise raised raises raising cut cuts cutting lower \
         lowered lowers lowering reduce reduced reduces reducing lift lifted lifts lifting edge edged eased ease eases \
         expand expanded expands contract contracted add added adds adding advance advanced dip dipped dips swell \
         swelled swollen mount mounted double doubled triple tripled halve halved rally rallied rebound rebounded \
         retreat retreated lose lost loses higher lower slowed slows slow accelerated improved improve worsened \
         updated revised revise trim trimmed extended extend hike hiked hikes",
    ),
    (
        SCORING,
        "won win wins winning beat beats beating beaten lost lose loses losing draw draws drew drawn defeat defeats \
         defeated victory victories led lead leads leading trail trailed trailing score scored tie tied thrashed \
         thrash hammered edged down up triumph triumphed overcame triumphed crushed routed stunned downed ahead behind \
         final result scoreline aggregate equalised equalized margin loss setback set sets shootout penalties whitewash \
         topped outscored blanked swept sweep series semi-final comeback away home goalless stalemate half-time beating \
         through winner",
    ),
    (
        YEAR_BEFORE,
        "in since until till from during by of before after early late mid the year spring summer autumn winter fall \
         season fiscal financial and to or between for circa around about pre post election elections budget between \
         than on through into born founded established class",
    ),
    (
        CLOCK,
        "am pm a.m p.m gmt bst utc est edt pst pdt cet ist aest aedt o'clock noon midnight hrs hours local eastern et",
    ),
    (
        RANKED,
        "largest biggest highest lowest smallest best worst fastest slowest richest poorest oldest youngest tallest \
         longest shortest busiest deadliest hottest coldest wettest driest most least richest leading ranked placed \
         place seed seeded straight consecutive successive placed ranking spot position heaviest cheapest strongest \
         deepest warmest greatest finest costliest favourite favorite quickest safest closest nearest farthest",
    ),
    (
        WEIGHT,
        "weigh weighs weighed weighing weight heavy heavier lighter tonnes kilos kilograms lb lbs ounces cocaine heroin \
         marijuana cannabis drugs fentanyl methamphetamine meat beef pork chicken fish ice rock rocks thrust pressure \
         explosives tnt bomb bombs baby babies born newborn obese overweight dieters diet body luggage uranium copper \
         coffee sugar cotton rice wheat cheese butter potatoes tuna salmon lobster garbage trash cargo payload cattle \
         steel calf dog bear python alligator boulder rubble food chemicals ammunition gunpowder",
    ),
    (
        INVARIABLE,
        "aircraft spacecraft hovercraft watercraft sheep deer fish species series people police troops personnel staff \
         cattle offspring crossroads headquarters salmon trout cod shrimp bison moose swine poultry crew livestock \
         firearms helicopter-gunship counsel offspring squid",
    ),
    (
        PER,
        "day week month year hour minute second night barrel share ounce tonne ton kilo kilogram kg litre liter gallon \
         head person unit vote ticket pound acre hectare mile kilometre km foot metre bushel pack packet bottle piece \
         game dose pint quarter term semester shift household car litre quintal megawatt mwh kwh fortnight visit item \
         session yard card match customer pupil student child worker employee gram carat troy therm million thousand \
         hundred season decade trip ride journey slice cup box bag word page copy plate meal square sq cubic kilowatt \
         throw pop go gallon barrel dozen tablet employee family litre passenger patient player taxpayer booking room \
         bed seat crate sack kg mmbtu",
    ),
    (
        CALL,
        "call calls calling dial dialling phone phoned telephone text ring tel hotline helpline fax whatsapp",
    ),
    (
        SINGULAR_S,
        "gas bus plus minus thus lens basis crisis census virus campus bonus status focus chorus consensus surplus \
         apparatus canvas christmas atlas alias texas arkansas kansas paris news politics economics mathematics physics \
         ethics athletics gymnastics logistics tennis diabetes measles mumps rabies aids always perhaps sometimes \
         besides towards afterwards whereas previous serious various famous religious numerous previous dangerous \
         british us uss hms les los las des mass overseas nowadays indoors outdoors downstairs upstairs chaos cosmos \
         tuberculosis analysis diagnosis emphasis oasis thesis hypothesis synthesis paralysis arthritis hepatitis \
         was has is his this as its yes does goes says cannabis citrus walrus octopus platypus cactus nexus genius \
         radius stimulus syllabus locus mucus sinus fetus foetus pus abacus rhinoceros asparagus bias pancreas ours \
         theirs hers yours ourselves themselves it's what's that's there's who's he's she's let's",
    ),
    (
        INDEX,
        "index ftse dow nasdaq nikkei sensex nifty dax cac ibex kospi stoxx s&p asx composite hang topix \
         shanghai bourse industrials sets",
    ),
    (
        VOTING,
        "vote votes voted voting ballot ballots election electorate poll polls polled referendum passed approved rejected \
         ruled ruling decision decided bill motion amendment senate lawmakers senators mps council court judges jurors \
         resolution parliament house committee panel board ratified upheld confirmed carried defeated",
    ),
    (
        LENGTH,
        "sprint race freestyle butterfly backstroke breaststroke hurdles relay medley wide high long deep tall above \
         below away off from ahead world record title event final finals semi-final heat heats champion dash swim steeplechase \
         across apart inland offshore downstream upstream tower cliff wave waves pool wall fence length height depth \
         throw leap jump javelin shot drop fall telescope mast exclusion runners sea beyond short underground thick of",
    ),
    (
        CLAUSE,
        "who which that where when while after before as because although though but and if whose until since",
    ),
];

/// Nouns for human beings, in the singular; plurals are found through the singular.
const PEOPLE: &str = "person people adult child kid baby infant toddler teenager teen youth youngster boy girl man woman \
    gentleman lady guy bloke pensioner resident citizen civilian villager inhabitant islander local native national \
    foreigner immigrant migrant refugee evacuee asylum-seeker seeker settler expatriate expat nomad victim survivor \
    casualty fatality hostage captive prisoner inmate detainee convict offender suspect defendant accused criminal robber \
    thief burglar gunman attacker assailant murderer killer kidnapper hijacker bomber terrorist militant insurgent rebel \
    fighter guerrilla jihadist extremist separatist mercenary combatant soldier troop serviceman servicewoman marine \
    sailor airman airwoman pilot co-pilot commando paratrooper reservist conscript recruit veteran officer policeman \
    policewoman constable sergeant detective inspector trooper deputy sheriff guard guardsman peacekeeper ranger agent spy \
    officer cop firefighter fireman paramedic medic rescuer responder lifeguard doctor nurse surgeon physician dentist \
    midwife therapist pharmacist psychologist psychiatrist vet patient sufferer carer caregiver volunteer donor recipient \
    worker employee staffer colleague staff personnel manager executive director boss chief owner shareholder investor \
    trader banker broker analyst economist accountant auditor adviser advisor consultant lawyer solicitor barrister \
    attorney prosecutor judge magistrate juror witness plaintiff claimant complainant claimant clerk secretary assistant \
    engineer technician electrician plumber builder carpenter labourer laborer miner driver trucker motorist cyclist \
    motorcyclist biker pedestrian commuter passenger traveller traveler tourist visitor holidaymaker vacationer guest \
    pilgrim hiker climber walker skier swimmer surfer diver fisherman farmer grower rancher herder shepherd landowner \
    landlord tenant renter homeowner householder neighbour neighbor customer consumer client shopper buyer seller \
    retailer subscriber user viewer listener reader member delegate representative senator congressman congresswoman \
    lawmaker legislator mp councillor councilor councilman minister president premier governor mayor candidate voter \
    elector politician diplomat ambassador envoy official bureaucrat civil-servant servant aide spokesman spokeswoman \
    activist campaigner protester protestor demonstrator marcher striker picket rioter looter supporter fan follower \
    spectator onlooker bystander player footballer cricketer athlete runner rider jockey golfer boxer wrestler gymnast \
    sprinter defender midfielder goalkeeper batsman bowler coach referee umpire official competitor contestant finalist \
    entrant winner loser champion teammate team-mate winger student pupil schoolchild schoolboy schoolgirl graduate \
    undergraduate learner trainee apprentice intern teacher lecturer professor academic scientist researcher astronaut \
    cosmonaut historian author writer journalist reporter editor photographer cameraman blogger artist actor actress \
    musician singer dancer performer comedian director producer designer model chef cook waiter waitress bartender priest \
    bishop cardinal nun monk imam cleric clergyman pastor rabbi worshipper worshiper parishioner believer christian muslim \
    jew hindu sikh catholic protestant father mother parent brother sister son daughter husband wife sibling twin cousin \
    uncle aunt grandparent grandmother grandfather grandchild grandson granddaughter orphan widow widower spouse relative \
    friend bride groom couple-member crewman crew seafarer mariner deckhand stowaway smuggler trafficker dealer fraudster \
    hacker scammer addict user smoker drinker walker employer taxpayer ratepayer earner beneficiary applicant candidate \
    jobseeker breadwinner signatory participant respondent attendee reveller partygoer concertgoer churchgoer festivalgoer \
    mourner onlooker delegate panellist expert specialist critic observer monitor inspector scout swimmer nominee \
    whistleblower dissident exile deportee returnee hostage nationalist democrat republican conservative liberal socialist \
    communist tory lib-dem independent loyalist leader commander general colonel captain lieutenant corporal admiral cadet \
    crew-member passer-by passers-by toddlers teenager juvenile minor newborn octogenarian centenarian human individual \
    soul folk folks persons public audience crowd contractor supplier subcontractor freelancer postman postmaster courier \
    porter cleaner janitor caretaker attendant steward stewardess conductor signaller operator dispatcher farmhand \
    fisherfolk weaver tailor butcher baker hairdresser barber shopkeeper stallholder vendor hawker merchant tycoon \
    billionaire millionaire entrepreneur founder partner associate trustee curator librarian archivist dad mum mom \
    grandma grandpa pal mate lover boyfriend girlfriend fiancee babysitter nanny au-pair householder policeman troops \
    policyholder speaker pensioner saver borrower lender-person depositor bondholder creditor-person motorist cardholder donor \
    holdout absentee no-show lawbreaker poacher hunter trapper forester logger sharecropper peasant serf slave servicemember \
    airman gurkha peshmerga janjaweed houthi taliban cadre operative collaborator informant defector deserter martyr \
    reservist militiaman rifleman sniper gunner sapper infantryman tanker-driver jawan constable sepoy naxalite maoist \
    devotee guru minister bureaucrat labourers labourer rickshaw-puller techie aspirant pracharak tribal sarpanch \
    entertainer stuntman extra backpacker paddler kayaker canoeist rower sailor yachtsman angler caver abseiler \
    mountaineer sherpa guide camper caravanner bushwalker swagman grazier stockman shearer jackaroo tradie paramedics";

/// Places and peoples whose plural names people: "two Germans", "Iraqis".
const PEOPLES: &str = "german american briton brit scot frenchman englishman irishman welshman dutchman greek turk kurd arab \
    iraqi israeli pakistani bangladeshi saudi yemeni kuwaiti qatari omani afghan uzbek tajik kazakh uighur uyghur swede dane finn norwegian pole czech \
    slovak serb croat bosniak spaniard filipino thai swiss chinese japanese vietnamese sudanese lebanese portuguese maltese \
    congolese senegalese burmese nepalese taiwanese nepali somali bengali punjabi kashmiri tamil maori aboriginal inuit palestinian";

const NUMBER_WORDS: &[(&str, NumberWord)] = &[
    ("zero", NumberWord::Unit(0.0)),
    ("one", NumberWord::Unit(1.0)),
    ("two", NumberWord::Unit(2.0)),
    ("three", NumberWord::Unit(3.0)),
    ("four", NumberWord::Unit(4.0)),
    ("five", NumberWord::Unit(5.0)),
    ("six", NumberWord::Unit(6.0)),
    ("seven", NumberWord::Unit(7.0)),
    ("eight", NumberWord::Unit(8.0)),
    ("nine", NumberWord::Unit(9.0)),
    ("ten", NumberWord::Unit(10.0)),
    ("eleven", NumberWord::Unit(11.0)),
    ("twelve", NumberWord::Unit(12.0)),
    ("thirteen", NumberWord::Unit(13.0)),
    ("fourteen", NumberWord::Unit(14.0)),
    ("fifteen", NumberWord::Unit(15.0)),
    ("sixteen", NumberWord::Unit(16.0)),
    ("seventeen", NumberWord::Unit(17.0)),
    ("eighteen", NumberWord::Unit(18.0)),
    ("nineteen", NumberWord::Unit(19.0)),
    ("twenty", NumberWord::Tens(20.0)),
    ("thirty", NumberWord::Tens(30.0)),
    ("forty", NumberWord::Tens(40.0)),
    ("fifty", NumberWord::Tens(50.0)),
    ("sixty", NumberWord::Tens(60.0)),
    ("seventy", NumberWord::Tens(70.0)),
    ("eighty", NumberWord::Tens(80.0)),
    ("ninety", NumberWord::Tens(90.0)),
    ("hundred", NumberWord::Hundred),
    ("dozen", NumberWord::Dozen),
    ("thousand", NumberWord::Scale(1e3)),
    ("lakh", NumberWord::Scale(1e5)),
    ("lakhs", NumberWord::Scale(1e5)),
    ("lac", NumberWord::Scale(1e5)),
    ("million", NumberWord::Scale(1e6)),
    ("mln", NumberWord::Scale(1e6)),
    ("mn", NumberWord::Scale(1e6)),
    ("crore", NumberWord::Scale(1e7)),
    ("crores", NumberWord::Scale(1e7)),
    ("billion", NumberWord::Scale(1e9)),
    ("bln", NumberWord::Scale(1e9)),
    ("bn", NumberWord::Scale(1e9)),
    ("trillion", NumberWord::Scale(1e12)),
    ("trn", NumberWord::Scale(1e12)),
    ("tn", NumberWord::Scale(1e12)),
    ("quadrillion", NumberWord::Scale(1e15)),
];

/// Magnitudes glued to digits. A bare `m` may be metres and `t` tonnes, which the grammar decides.
const SUFFIXES: &[(&str, f64)] = &[
    ("k", 1e3),
    ("m", 1e6),
    ("mn", 1e6),
    ("mln", 1e6),
    ("bn", 1e9),
    ("b", 1e9),
    ("bln", 1e9),
    ("tn", 1e12),
    ("trn", 1e12),
    ("t", 1e12),
    ("cr", 1e7),
    ("lakh", 1e5),
];

const ORDINALS: &str = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth \
     fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth";

/// Words for a part, with what the whole is divided by.
const DENOMINATORS: &[(&str, u32)] = &[
    ("half", 2),
    ("halves", 2),
    ("third", 3),
    ("thirds", 3),
    ("quarter", 4),
    ("quarters", 4),
    ("fourth", 4),
    ("fourths", 4),
    ("fifth", 5),
    ("fifths", 5),
    ("sixth", 6),
    ("sixths", 6),
    ("seventh", 7),
    ("sevenths", 7),
    ("eighth", 8),
    ("eighths", 8),
    ("ninth", 9),
    ("ninths", 9),
    ("tenth", 10),
    ("tenths", 10),
    ("hundredth", 100),
    ("hundredths", 100),
];

static LEXICON: LazyLock<HashMap<&'static str, Entry>> = LazyLock::new(build);

fn build() -> HashMap<&'static str, Entry> {
    let mut lexicon: HashMap<&'static str, Entry> = HashMap::with_capacity(4096);
    for (class, words) in CLASSES {
        for word in words.split_ascii_whitespace() {
            lexicon.entry(word).or_insert(NONE).classes |= class;
        }
    }
    for word in PEOPLE.split_ascii_whitespace().chain(PEOPLES.split_ascii_whitespace()) {
        lexicon.entry(word).or_insert(NONE).classes |= PERSON;
    }
    for (word, number) in NUMBER_WORDS {
        lexicon.entry(word).or_insert(NONE).number = Some(*number);
    }
    for (word, scale) in SUFFIXES {
        lexicon.entry(word).or_insert(NONE).suffix = Some(*scale);
    }
    for (rank, word) in (1..).zip(ORDINALS.split_ascii_whitespace()) {
        lexicon.entry(word).or_insert(NONE).ordinal = Some(rank);
    }
    for (word, denominator) in DENOMINATORS {
        lexicon.entry(word).or_insert(NONE).denominator = Some(*denominator);
    }
    for (spellings, name, kind) in units::UNITS {
        for word in spellings.split_ascii_whitespace() {
            let entry = lexicon.entry(word.trim_start_matches('~')).or_insert(NONE);
            entry.unit = Some(Unit {
                name,
                kind: *kind,
                per: None,
            });
            entry.glued = word.starts_with('~');
        }
    }
    for (spellings, name, per) in units::RATES {
        for word in spellings.split_ascii_whitespace() {
            lexicon.entry(word).or_insert(NONE).unit = Some(units::rate(name, per));
        }
    }
    for (word, code) in pairs(currency::CODES) {
        lexicon.entry(word).or_insert(NONE).code = Some(code);
    }
    for (word, code) in pairs(currency::NAMES) {
        lexicon.entry(word).or_insert(NONE).money = Some(code);
    }
    for (cue, words) in super::roles::CUES {
        for word in words.split_ascii_whitespace() {
            lexicon.entry(word).or_insert(NONE).role = Some(*cue);
        }
    }
    lexicon
}

/// The `word=CODE` pairs of a list.
fn pairs(list: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    list.split_ascii_whitespace().filter_map(|pair| pair.split_once('='))
}
