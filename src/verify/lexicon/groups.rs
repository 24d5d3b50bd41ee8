//! Words of like sense.
//!
//! A word may be in several groups. Groups are generous where news varies its words for one event ("kill, die, dead") and
//! narrow where a different word is a different claim: "injure" is not in that group.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::stem_of;

/// One group of like sense a line.
const GROUPS: &str = "\
quarrel row dispute argument controversy
make create produce
create creation establish found
send text message mail
flee escape
decease die dead death late
user use
fee cost charge pay
citizen national resident
officer official
legislator mp lawmaker
aircraft plane jet helicopter
funeral bury
trophy cup award prize
vow promise pledge commit
promise pledge guarantee
background past history
worried worry concern fear anxious
hospitalise hospitalize hospital
deport deportation expel remove
wealth rich fortune
suit lawsuit sue case
lawsuit sue legal
viral spread
spark trigger cause prompt
murder murderer killer kill
killer murderer gunman
video clip film footage recording
underage minor teenager
snow blizzard
heavy severe
severe serious
behead decapitate
hostage captive kidnap abduct
kidnap abduct snatch
deny refute reject dismiss
plead admit plea
withdraw pull pullout
refuse decline
company maker manufacturer
display exhibition show exhibit
painting artwork art
church cathedral
batsman batting bat
bowler bowling bowl
seriously critical critically
kindergarten nursery
bully bullying bullied
suicide kill
kill die death dead deadly fatal fatally slay murder homicide slain lethal perish execute assassinate manslaughter
victim casualty fatality
injure injury hurt wound wounded harm
win victory beat defeat triumph winner victor overcome victorious success
lose loss defeat loser beaten
rise increase grow growth climb up soar surge jump gain higher raise boost
fall drop decrease decline down plunge slump lower shrink slip tumble reduce reduction
cut reduce reduction slash lower trim axe
arrest detain detention custody hold apprehend
charge accuse indict indictment accusation allege allegation prosecute
convict conviction guilty
sentence jail imprison imprisonment prison term
jail prison cell behind
acquit clear exonerate
resign quit resignation leave depart departure step exit
sack fire dismiss dismissal oust axe remove
fire blaze burn inferno arson
crash collision collide smash accident wreck
attack assault raid strike ambush
bomb bombing explosion blast explode explosive detonate
shoot shooting gun gunman gunfire shot fire
protest demonstrate demonstration rally protester demonstrator march
riot unrest disorder violence violent clash
elect election vote poll ballot voter electoral
buy purchase acquire acquisition takeover buyer
sell sale seller
cost price worth pay
pay payment salary wage paid earn
money cash fund funding finance financial
company firm business corporation
boss chief head executive manager director leader ceo
coach manager boss
player footballer star
striker forward
football soccer
match game clash fixture encounter tie
team side club squad
sign signing deal contract join
goal score scorer net strike
draw tie
champion championship title
final finalist
tournament competition cup contest
injury injure fitness
return back comeback
doctor medic physician gp
hospital clinic medical
ill illness sick disease sickness ailment
cancer tumour tumor
pupil student schoolchild schoolboy schoolgirl
school education academy
teacher headteacher tutor
university college campus
child kid youngster youth minor teenager boy girl baby toddler infant son daughter
teenager teen youth adolescent
boy lad son
girl daughter
parent mother father
mother mum
father dad
wife husband spouse couple marry marriage wed married
girlfriend boyfriend partner fiance fiancee
partner spouse wife husband
brother sister sibling twin
family relative relation
baby birth born newborn pregnant pregnancy
police officer policeman cop constable detective force
army military troop soldier force
soldier troop serviceman
gunman shooter attacker assailant
militant insurgent rebel fighter extremist jihadist terrorist
terror terrorism terrorist
government administration ministry
parliament mp lawmaker legislator legislature
congress senate senator lawmaker congressman
law legislation bill act legal
court judge trial tribunal hearing justice
lawyer attorney solicitor barrister counsel
judge ruling rule
appeal appellant
ban prohibit bar outlaw forbid block prevent
allow permit let approve approval
approve back support endorse pass
reject refuse turn rebuff dismiss decline
support back backing backer supporter
supporter fan
oppose opposition against object objection
critic criticise criticize criticism condemn slam attack blast
praise hail laud applaud
accept admit acknowledge
agree agreement deal accord
talk negotiation negotiate discussion
plan propose proposal scheme
decide decision
announce announcement unveil
launch start begin introduce
stop halt end cease
end finish conclude close
open opening launch
close closure shut
build construct construction
destroy destruction demolish ruin
damage harm
search hunt look seek
find discover discovery spot locate unearth
miss missing disappear disappearance vanish
rescue save
escape flee abscond evade
travel trip journey tour visit travelling
visit visitor tourist
car vehicle motor
lorry truck
bus coach
plane aircraft jet flight airliner aeroplane airplane
ship boat vessel ferry
train rail railway
road street motorway highway
driver motorist drive
passenger traveller
house home property residence
home house
resident local villager
town village city
country nation state
area region district
river water
sea ocean
weather storm rain
storm hurricane cyclone typhoon
flood flooding water
earthquake quake
snow ice
dog pet puppy
animal wildlife creature
film movie picture
star actor actress celebrity
singer musician songwriter artist
song single track tune
album record
show programme series
television tv
picture photo photograph image snap
video footage clip film
book novel author write
newspaper paper magazine
interview speak
website site online internet web
phone call telephone mobile
use user
worker staff employee employer workforce
job employment post role position
strike walkout
expert scientist researcher academic specialist
study research survey report researcher
study find
survey poll
scientist researcher
medicine drug treatment
drug narcotic cocaine heroin cannabis
steal theft rob robbery burglary thief stolen burglar robber
rape sexual sex
abuse assault mistreat
stab knife stabbing
weapon gun firearm rifle pistol
fight battle brawl
war conflict
peace ceasefire truce
refugee migrant asylum immigrant immigration migration
president presidential presidency
minister ministerial secretary
candidate nominee contender
party political
campaign campaigner activist
tax taxation levy
budget spending
bank lender
debt loan
profit earning
share stock
economy economic
customer shopper consumer
shop store retailer supermarket
food meal dish
eat meal
drink alcohol
fat obese obesity overweight
weight slim
dress wear outfit clothing clothes
party celebration celebrate
award prize honour
honour tribute
record best
big large huge massive giant
fast quick speed
dangerous danger risk hazard
safe safety
important key vital crucial
famous celebrity
rich wealthy
poor poverty
old elderly aged
new latest
angry anger fury furious outrage
happy delighted pleased
sad upset devastated
worry concern fear
fear afraid scared
warn warning alert
threat threaten
help aid assist assistance
give donate donation
send deliver
carry bring
get obtain receive
receive given
keep retain
stay remain
live life
work job
lead leader leading
play player
race racer
run runner
swim swimmer
win gold
medal gold silver bronze
olympic olympics
world global international worldwide
europe european
england english
investigate investigation probe inquiry enquiry
suspect suspicion
evidence proof
letter write
message text
email mail
hack hacker cyber
steal take
block stop
delay postpone
cancel scrap call
change alter reform
replace replacement successor succeed
appoint appointment name hire
choose pick select choice selection
test trial
check examine
treat treatment
operate operation surgery
surgery operation surgeon
euthanise euthanize kill cull
cull kill
capture seize catch
seize confiscate
control run
attempt try bid
bid offer
offer propose
demand call ask request urge
urge call
encourage urge
call appeal
force make
want wish
hope wish
need require
hate dislike
lie false
wrong mistake error
apologise apology sorry
blame fault responsible
responsible responsibility
deny denial
claim allege
reveal disclose
show reveal
consider think
idea thought
meet meeting talk
summit meeting
gather crowd
crowd spectator
attend attendance
watch view viewer
see watch
hear listen
visit go
arrive arrival
come arrive
leave depart
enter entry
join member
lift raise
rest relax
break broken
cost expensive
cheap low
hot heat
cold freezing
summer heatwave
dead body corpse
body remains
grave bury burial funeral
funeral memorial
remember memorial commemorate anniversary
anniversary mark
celebrate mark
host stage
compete competition
qualify qualification
suspend suspension ban
fine penalty
penalty punish punishment
feature include
describe call
brand call label
consecutive row straight successive
dismiss sack
echo repeat agree
euro european
uk british
buy spend
spend cost
wage salary
benefit welfare
reduce cut
increase rise
hit strike
amass collect collection
collection collect collector
begin first
former ex
previous former
currently present
near close
second two
twice double two
treble triple three
pair two couple
trio three
quartet four
dozen twelve
half fifty
century hundred
fortnight two
annual year yearly
daily day
weekly week
monthly month
recent last
tie draw
brother sibling
veteran former
midfielder player
defender player
goalkeeper keeper
batsman batter
secret hidden
pass die
away die
lose die
brazen thief
hike rise
row dispute argument controversy
dispute conflict
mp politician
politician political
critic opponent
opponent rival opposition
rival competitor
neighbour neighbouring
migrate migration
euthanised kill
flash flood
residence live
inhabit live
base live
settle settlement
pollute pollution
emit emission
climate warming
energy power electricity
nuclear atomic
oil petrol fuel
gas fuel
farm farmer agriculture
fish fishing fisherman
forest tree woodland
space spacecraft nasa
rocket missile
satellite orbit
launch fire
technology tech
computer software
device gadget
phone smartphone
app application
social facebook twitter
post tweet
black african
gay homosexual lesbian
religion religious faith
church christian
mosque muslim
priest clergy vicar
bishop archbishop
pope vatican
royal queen king prince princess
palace royal
";

/// The groups of each stem.
pub(super) static OF_STEM: LazyLock<BTreeMap<String, Vec<u16>>> = LazyLock::new(|| {
    let mut map: BTreeMap<String, Vec<u16>> = BTreeMap::new();
    for (n, line) in GROUPS.lines().enumerate() {
        let id = u16::try_from(n).unwrap_or(u16::MAX);
        for word in line.split(' ') {
            let groups = map.entry(stem_of(word)).or_default();
            if groups.last() != Some(&id) {
                groups.push(id);
            }
        }
    }
    map
});
