//! Irregular forms, and words of opposite sense.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::stem_of;

/// Base form, then irregular forms.
const IRREGULARS: &str = "\
arise arose arisen;awake awoke;bear bore borne;beat beaten;become became;begin began begun;bend bent;bind bound;bite bit bitten;\
bleed bled;blow blew blown;break broke broken;breed bred;bring brought;build built;burn burnt;buy bought;catch caught;choose chose chosen;\
cling clung;come came;creep crept;deal dealt;die died dying;dig dug;draw drew drawn;dream dreamt;drink drank drunk;drive drove driven;\
eat ate eaten;fall fell fallen;feed fed;feel felt;fight fought;find found;flee fled;fly flew flown;forbid forbade forbidden;\
forget forgot forgotten;forgive forgave forgiven;freeze froze frozen;get got gotten;give gave given;go went gone;grow grew grown;\
hang hung;hear heard;hide hid hidden;hold held;keep kept;kneel knelt;know knew known;lay laid;lead led;leave left;lend lent;\
lie lying;light lit;lose lost;make made;mean meant;meet met;mistake mistook mistaken;overtake overtook overtaken;\
overthrow overthrew overthrown;pay paid;prove proven;ride rode ridden;ring rang rung;rise rose risen;run ran;say said;see saw seen;\
seek sought;sell sold;send sent;shake shook shaken;shine shone;shoot shot;show shown;shrink shrank shrunk;sing sang sung;sink sank sunk;\
sit sat;sleep slept;slide slid;speak spoke spoken;speed sped;spend spent;spin spun;spring sprang sprung;stand stood;steal stole stolen;\
stick stuck;sting stung;strike struck stricken;strive strove striven;swear swore sworn;sweep swept;swim swam swum;swing swung;\
take took taken;teach taught;tear tore torn;tell told;think thought;throw threw thrown;undergo underwent undergone;understand understood;\
undertake undertook undertaken;wake woke woken;wear wore worn;weep wept;win won winning;wind wound;withdraw withdrew withdrawn;\
withstand withstood;write wrote written;man men;woman women;child children;foot feet;tooth teeth;mouse mice;wife wives;life lives;\
knife knives;wolf wolves;half halves;thief thieves;leaf leaves;analysis analyses;crisis crises;medium media;\
programme program programs programmes;centre center centers centres;labour labor;defence defense defences defenses;offence offense offences offenses;\
colour color colors colours;favour favor favors favoured favored;favourite favorite;behaviour behavior;neighbour neighbor neighbors neighbours;\
theatre theater;litre liter;metre meter;harbour harbor;honour honor honors honoured honored;rumour rumor;licence license licensed;tyre tire;\
grey gray;travelling traveling;travelled traveled;cancelled canceled;cheque check;plough plow;organise organize organised organized organisation organization;\
paedophile pedophile;anaesthetic anesthetic;mum mom mother mothers;dad father fathers daddy;mum mums moms";

/// Pairs of opposites: a claim with the one is not borne out by the other.
const OPPOSITE: &str = "\
rise fall;increase decrease;increase reduce;increase cut;increase fall;rise drop;rise decline;grow shrink;climb fall;soar plunge;\
jump drop;higher lower;raise lower;raise cut;gain lose;win lose;beat lose;victory defeat;success defeat;success failure;\
accept reject;accept refuse;accept deny;admit deny;agree refuse;agree disagree;approve reject;back oppose;support oppose;\
support reject;guilty innocent;convict acquit;convict clear;guilty acquit;guilty clear;allow ban;allow block;allow refuse;permit ban;\
legal illegal;open close;open shut;launch cancel;arrive leave;arrive depart;join leave;join quit;\
enter leave;buy sell;find lose;lead trail;excel struggle;reelect oust;reappoint dismiss;enrol expel;hire fire;hire sack;appoint sack;appoint dismiss;survive die;\
kill save;kill survive;arrest release;jail free;jail release;detain release;praise criticise;praise condemn;hail condemn;\
strengthen weaken;improve worsen;best worst;increase drop;highest lowest;\
largest smallest;biggest smallest;male female;\
pass fail;succeed fail;\
pass reject;attack defend;lead trail;remember forget;optimistic pessimistic;\
profit loss;surplus deficit;creditor debtor;lend borrow;import export;advance retreat;build demolish;build destroy;create cut;create destroy;\
restore destroy;restore damage;repair damage;confirm deny;dismiss uphold;expand shrink;accelerate slow;\
encourage discourage;optional compulsory;voluntary compulsory;temporary permanent;peaceful violent;\
safe dangerous;safe unsafe;healthy unhealthy;possible impossible;likely unlikely;happy unhappy;rich poor;strong weak;\
send receive;publish remove;escape capture;excel struggle;thrive struggle;warn encourage;\
boom bust;cheaper dearer;won lost;push pull;married divorced;marry divorce;employ sack;deploy withdraw;enter withdraw;\
arm disarm;freeze thaw;negative positive;majority minority;senior junior;maximum minimum;tightened eased;\
tighten ease;tighten relax;delay hasten;postpone advance;innocent convict;succeed precede;prove disprove;trust distrust;\
domestic foreign;upgrade downgrade;hero villain;ally enemy;friend enemy;winner loser;victory loss;win defeat";

/// The base form for each irregular form.
pub(super) static IRREGULAR: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    let mut map = BTreeMap::new();
    for verb in IRREGULARS.split(';') {
        let mut forms = verb.split(' ');
        let base = forms.next().unwrap_or_default();
        for form in forms {
            map.entry(form).or_insert(base);
        }
    }
    map
});

/// The stems of opposite sense for each stem.
pub(super) static OPPOSITES: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| {
    let mut map: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in OPPOSITE.split(';') {
        let Some((one, other)) = pair.split_once(' ') else {
            continue;
        };
        let (one, other) = (stem_of(one), stem_of(other));
        map.entry(one.clone()).or_default().push(other.clone());
        map.entry(other).or_default().push(one);
    }
    map
});
