//! Countries, their peoples and languages, and the well-known bodies that go by initials.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// One country a line: its name, then every single word that stands for it.
const NATIONS: &str = "\
afghanistan afghan afghans
albania albanian albanians
algeria algerian algerians
america american americans us usa
angola angolan
argentina argentine argentinian argentines argentinians
armenia armenian armenians
australia australian australians aussie aussies
austria austrian austrians
azerbaijan azerbaijani azeri
bahrain bahraini
bangladesh bangladeshi bangladeshis
belarus belarusian belarusians
belgium belgian belgians
bolivia bolivian bolivians
bosnia bosnian bosnians
brazil brazilian brazilians
britain british briton britons uk brit brits
bulgaria bulgarian bulgarians
burma burmese myanmar
cambodia cambodian cambodians
cameroon cameroonian
canada canadian canadians
chad chadian
chile chilean chileans
china chinese
colombia colombian colombians
congo congolese
croatia croatian croat croats croatians
cuba cuban cubans
cyprus cypriot cypriots
czechia czech czechs
denmark danish dane danes
ecuador ecuadorian ecuadorean
egypt egyptian egyptians
england english
eritrea eritrean eritreans
estonia estonian estonians
ethiopia ethiopian ethiopians
eu
europe european europeans
fiji fijian fijians
finland finnish finn finns
france french frenchman frenchwoman
gambia gambian
georgia georgian georgians
germany german germans
ghana ghanaian ghanaians
greece greek greeks
grenada grenadian
guatemala guatemalan
haiti haitian haitians
holland dutch netherlands dutchman
honduras honduran
hungary hungarian hungarians
iceland icelandic icelander
india indian indians
indonesia indonesian indonesians
iran iranian iranians
iraq iraqi iraqis
ireland irish irishman
israel israeli israelis
italy italian italians
jamaica jamaican jamaicans
japan japanese
jordan jordanian jordanians
kazakhstan kazakh
kenya kenyan kenyans
kosovo kosovan kosovar
kuwait kuwaiti
kyrgyzstan kyrgyz
laos laotian lao
latvia latvian latvians
lebanon lebanese
liberia liberian
libya libyan libyans
lithuania lithuanian lithuanians
macedonia macedonian
malawi malawian
malaysia malaysian malaysians
maldives maldivian
mali malian
malta maltese
mexico mexican mexicans
moldova moldovan
mongolia mongolian
morocco moroccan moroccans
mozambique mozambican
namibia namibian
nepal nepalese nepali
nicaragua nicaraguan
niger nigerien
nigeria nigerian nigerians
norway norwegian norwegians
oman omani
pakistan pakistani pakistanis
palestine palestinian palestinians
panama panamanian
paraguay paraguayan
peru peruvian peruvians
philippines filipino filipinos philippine
poland polish pole poles
portugal portuguese
qatar qatari
romania romanian romanians
russia russian russians
rwanda rwandan rwandans
saudi saudis
scotland scottish scots scot scotsman
senegal senegalese
serbia serbian serb serbs
singapore singaporean
slovakia slovak slovaks
slovenia slovenian slovene
somalia somali somalis
spain spanish spaniard spaniards
sudan sudanese
sweden swedish swede swedes
switzerland swiss
syria syrian syrians
taiwan taiwanese
tajikistan tajik
tanzania tanzanian
thailand thai thais
tibet tibetan tibetans
tunisia tunisian tunisians
turkey turkish turk turks
turkmenistan turkmen
uae emirati
uganda ugandan ugandans
ukraine ukrainian ukrainians
un
uruguay uruguayan
uzbekistan uzbek
venezuela venezuelan venezuelans
vietnam vietnamese
wales welsh welshman
yemen yemeni yemenis
zambia zambian
zimbabwe zimbabwean zimbabweans
africa african africans
asia asian asians
arab arabs arabic
california californian
catalonia catalan catalans
chechnya chechen chechens
crimea crimean
texas texan texans
hawaii hawaiian
london londoner londoners
paris parisian parisians
jew jewish jews
muslim muslims islamic islam islamist islamists
christian christians christianity
catholic catholics
republican republicans gop
democrat democrats democratic
conservative conservatives tory tories
labour
taliban talib
kurd kurdish kurds
sunni sunnis
shia shiite shi'ite shias
parliament mp mps
isis isil daesh
";

const PHRASES: &str = "\
united states=america
united kingdom=britain
great britain=britain
european union=eu
united nations=un
united arab emirates=uae
saudi arabia=saudi
saudi arabian=saudi
islamic state=isis
lib dems=lib dems
liberal democrats=lib dems
liberal democrat=lib dems
man utd=man utd
manchester united=man utd
man united=man utd
man city=man city
manchester city=man city
";

/// The country for each word.
pub(super) static OF_WORD: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    let mut map = BTreeMap::new();
    for line in NATIONS.lines() {
        let name = line.split(' ').next().unwrap_or_default();
        for word in line.split(' ') {
            map.insert(word, name);
        }
    }
    map
});

/// The country for each phrase.
pub(super) static OF_PHRASE: LazyLock<BTreeMap<&'static str, &'static str>> =
    LazyLock::new(|| PHRASES.lines().filter_map(|line| line.split_once('=')).collect());

/// The words of all phrases.
pub(super) static IN_PHRASE: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| OF_PHRASE.keys().flat_map(|phrase| phrase.split(' ')).collect());
