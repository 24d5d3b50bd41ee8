//! Roles: what happened to what is counted, or what the money is. Told from the words right around the number, and
//! left out where they do not say.

use super::Found;
use super::lexicon::{AUXILIARY, CHANGE};
use super::money::{carried, money};
use super::token::{Kind, Token};
use crate::document::QuantityKind::*;

/// How a word gives a role.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cue {
    /// What happened to people: `killed`, `missing`.
    Fate(&'static str),
    /// What an amount is: `fine`, `profit`, `turnout`.
    Noun(&'static str),
    /// What is done with it: `raised`, `cut`, `created`.
    Verb(&'static str),
    /// Up or down.
    Change(&'static str),
}

/// The words of each role.
pub(super) const CUES: &[(Cue, &str)] = &[
    (
        Cue::Fate("killed"),
        "killed kill kills killing dead died die dies dying drowned perished fatally slain slaughtered massacred murdered death deaths \
         executed toll lives martyred murdering",
    ),
    (
        Cue::Fate("injured"),
        "injured injure injures injuring wounded wounding wounds hurt hurting maimed burned burnt concussed maiming",
    ),
    (Cue::Fate("missing"), "missing unaccounted disappeared vanished"),
    (
        Cue::Fate("arrested"),
        "arrested arrest arrests arresting detained detain detaining held apprehended rounded nabbed captured capturing",
    ),
    (
        Cue::Fate("displaced"),
        "displaced displace displacing homeless uprooted fled flee fleeing displaces",
    ),
    (Cue::Fate("rescued"), "rescued rescue rescuing saved saving"),
    (Cue::Fate("evacuated"), "evacuated evacuate evacuating"),
    (Cue::Fate("infected"), "infected infecting infects positive"),
    (
        Cue::Fate("hospitalised"),
        "hospitalised hospitalized hospitalising hospitalizing hospital hospitals",
    ),
    (Cue::Fate("charged"), "charged charging indicted indicting"),
    (Cue::Fate("jailed"), "jailed imprisoned jailing imprisoning"),
    (Cue::Fate("convicted"), "convicted convicting"),
    (Cue::Fate("kidnapped"), "kidnapped kidnap kidnapping abducted abducting"),
    (Cue::Fate("released"), "released releasing freed freeing release"),
    (Cue::Fate("trapped"), "trapped trapping stranded stranding"),
    (
        Cue::Fate("employed"),
        "employs employ employing employed employees workforce",
    ),
    (
        Cue::Fate("hired"),
        "hire hires hired hiring recruit recruited recruiting",
    ),
    (Cue::Fate("vaccinated"), "vaccinated vaccinating vaccinate"),
    (Cue::Fate("surveyed"), "surveyed polled questioned interviewed"),
    (Cue::Noun("fine"), "fine fines fined penalty penalties fining"),
    (Cue::Noun("profit"), "profit profits earnings earned earning earns"),
    (Cue::Noun("revenue"), "revenue revenues turnover sales takings receipts"),
    (Cue::Noun("loss"), "loss losses"),
    (Cue::Noun("debt"), "debt debts indebted owes owe owed"),
    (Cue::Noun("deficit"), "deficit deficits shortfall"),
    (Cue::Noun("surplus"), "surplus surpluses"),
    (Cue::Noun("tax"), "tax taxes duty levy tariff tariffs"),
    (Cue::Noun("salary"), "salary salaries wage wages pay"),
    (Cue::Noun("bonus"), "bonus bonuses"),
    (Cue::Noun("pension"), "pension pensions"),
    (
        Cue::Noun("price"),
        "price prices priced cost costs costing fare fares fee fees rent rents sold sells selling charge",
    ),
    (Cue::Noun("aid"), "aid relief assistance"),
    (Cue::Noun("grant"), "grant grants subsidy subsidies"),
    (Cue::Noun("loan"), "loan loans lent mortgage mortgages"),
    (Cue::Noun("budget"), "budget budgets"),
    (
        Cue::Noun("compensation"),
        "compensation damages payout payouts settlement",
    ),
    (Cue::Noun("bail"), "bail"),
    (Cue::Noun("dividend"), "dividend dividends"),
    (Cue::Noun("investment"), "investment investments"),
    (Cue::Noun("value"), "worth value valued valuation"),
    (Cue::Noun("damage"), "damage"),
    (Cue::Noun("prize"), "prize prizes"),
    (Cue::Noun("turnout"), "turnout"),
    (Cue::Noun("majority"), "majority"),
    (Cue::Noun("inflation"), "inflation"),
    (Cue::Noun("unemployment"), "unemployment joblessness jobless"),
    (Cue::Noun("interest rate"), "yield yields"),
    (Cue::Noun("population"), "population"),
    (Cue::Noun("attendance"), "attendance crowd"),
    (
        Cue::Noun("sentence"),
        "sentence sentenced sentences prison imprisonment",
    ),
    (Cue::Verb("raised"), "raised raises raising raise"),
    (Cue::Verb("lost"), "lost lose loses losing"),
    (
        Cue::Verb("cut"),
        "cut cuts cutting axe axed axing shed slash slashed slashing redundant redundancies layoffs eliminate eliminating",
    ),
    (Cue::Verb("created"), "created create creates creating"),
    (Cue::Verb("invested"), "invest invests invested investing"),
    (Cue::Verb("spent"), "spend spends spent spending"),
    (
        Cue::Verb("donated"),
        "donated donate donates donating pledged pledge pledges",
    ),
    (Cue::Verb("stolen"), "stole stolen stealing steal"),
    (Cue::Verb("seized"), "seized seize seizes seizing confiscated"),
    (
        Cue::Verb("destroyed"),
        "destroyed destroy destroys destroying flattened demolished",
    ),
    (Cue::Verb("damaged"), "damaged damages damaging"),
    (Cue::Verb("burned"), "burning"),
    (Cue::Verb("scored"), "scored score scores scoring"),
    (Cue::Verb("won"), "won win wins winning"),
    (Cue::Verb("built"), "build builds built building"),
    (Cue::Verb("bought"), "bought buy buys buying acquired acquire"),
    (Cue::Verb("closed"), "close closes closed closing shut shutting"),
    (Cue::Verb("opened"), "open opens opened opening"),
    (
        Cue::Change("rise"),
        "rose rise rises rising risen up jumped jump jumps jumping climbed climb climbs climbing gained gain gains \
         grew grow grows growing grown increased increase increases increasing surged surge surges soared soar soars \
         added higher expanded expand expands growth hike rallied advanced more extra",
    ),
    (
        Cue::Change("fall"),
        "fell fall falls falling fallen down dropped drop drops dropping slipped slip slips slid declined decline declines \
         declining decreased decrease decreases plunged plunge plunges slumped slump tumbled sank shrank shrunk shrink eased ease \
         lower reduction reduced reduces reduce contracted less fewer slowed",
    ),
];

/// Gives each quantity its role.
pub(super) fn assign(tokens: &[Token<'_>], found: &mut [Found]) {
    for i in 0..found.len() {
        let (before, rest) = found.split_at_mut(i);
        let Some((this, after)) = rest.split_first_mut() else {
            continue;
        };
        // A neighbour's words are its own: no rule looks past them.
        let from = before.last().map_or(0, |f| f.end).max(this.first.saturating_sub(12));
        let to = after.first().map_or(tokens.len(), |f| f.first).min(this.end + 8);
        let left = &tokens[from..this.first];
        let right = &tokens[this.end.min(to)..to];
        let sentence = tokens[this.first].sentence;
        let left = &left[left.iter().position(|t| t.sentence == sentence).unwrap_or(left.len())..];
        let right = &right[..right.iter().position(|t| t.sentence != sentence).unwrap_or(right.len())];
        let role = match this.quantity.kind {
            People => fate(this, before, left, right, tokens),
            Count | VoteShare | Mass | Area | Volume | Energy | Power | Other if !this.toll => count(this, left, right),
            Money => money(left, right).or_else(|| carried(tokens, before, this.first)),
            Percent => change(left, right).or_else(|| level(left, right)),
            Duration => sentence_of(left, right),
            Temperature => change(left, &[]),
            // "Jumped 7m" is no rise.
            Distance if !left.iter().any(|t| t.text.starts_with("jump")) => change(left, &[]),
            _ => None,
        };
        let role = if this.toll { Some("killed") } else { role };
        if this.quantity.kind == VoteShare && role.is_none() {
            this.quantity.role = Some("vote share".into()).filter(|_| this.quantity.unit.as_deref() == Some("percent"));
        } else {
            this.quantity.role = role.map(str::to_owned);
        }
    }
}

/// What stands between a verb and its number: "at least", "an estimated", "another", "by".
pub(super) fn hedges(token: &Token<'_>) -> bool {
    [
        "at",
        "least",
        "about",
        "around",
        "some",
        "nearly",
        "almost",
        "more",
        "than",
        "up",
        "to",
        "as",
        "many",
        "much",
        "another",
        "a",
        "an",
        "the",
        "further",
        "estimated",
        "over",
        "roughly",
        "approximately",
        "fewer",
        "less",
        "most",
        "by",
        "just",
        "only",
        "well",
        "total",
        "of",
        "additional",
        "other",
        "under",
        "between",
        "all",
        "its",
        "their",
        "his",
        "her",
        "extra",
        "record",
        "every",
    ]
    .contains(&token.text)
}

fn fate(
    this: &Found,
    before: &[Found],
    left: &[Token<'_>],
    right: &[Token<'_>],
    tokens: &[Token<'_>],
) -> Option<&'static str> {
    let role = |token: &Token<'_>| match token.entry.role {
        Some(Cue::Fate(role)) => Some(role),
        _ => None,
    };
    // The noun's own phrase: "12 wounded soldiers".
    if let Some(role) = tokens[this.number_end..this.end].iter().find_map(role) {
        return Some(role);
    }
    // "... people were reported killed", "two dead", "residents who died", "19 missing".
    let mut open = true;
    for (i, token) in right.iter().enumerate() {
        let given = role(token).filter(|r| {
            *r != "hospitalised" || i > 0 && right[i - 1].text == "in" || token.text.starts_with("hospitali")
        });
        // "Killed two people and wounded ..." has its verb before; "people fled" and "people held" have an object.
        if let Some(role) = given.filter(|_| {
            open && ![
                "death",
                "deaths",
                "toll",
                "kill",
                "kills",
                "killing",
                "workforce",
                "arrests",
                "arrest",
                "lives",
                "employees",
            ]
            .contains(&token.text)
        }) {
            let object = right.get(i + 1).is_some_and(|t| {
                t.digits().is_some() || matches!(t.text, "the" | "a" | "an" | "his" | "her" | "their")
            });
            let active =
                object && i == 0 && !matches!(token.text, "died" | "dead" | "missing" | "fled" | "injured" | "hurt");
            if !active {
                return Some(role);
            }
        }
        open = token.has(AUXILIARY)
            || [
                "who",
                "that",
                "people",
                "others",
                "in",
                "or",
                "them",
                "of",
                "seriously",
                "critically",
                "to",
                "have",
                "as",
            ]
            .contains(&token.text);
        if !open {
            break;
        }
    }
    if right.iter().take(6).all(|t| t.is_word()) && moved(right) {
        return Some("evacuated");
    }
    // "killed at least 32 people", "injuring another 12"
    let verb = left.iter().rev().find(|t| !hedges(t));
    if let Some(role) = verb.and_then(role) {
        let passive = left
            .iter()
            .rev()
            .find(|t| !hedges(t) || t.text == "by")
            .is_some_and(|t| t.text == "by");
        return (!passive).then_some(role);
    }
    // "killed 17 people and injured ..., 12 soldiers and two nurses": the second of two objects.
    let joins = left.iter().all(|t| hedges(t) || t.text == "and") && left.iter().any(|t| t.text == "and");
    if joins && let Some(last) = before.last().filter(|f| f.quantity.kind == People) {
        let closed = right.first().is_none_or(|t| !t.has(AUXILIARY));
        return last
            .quantity
            .role
            .as_deref()
            .filter(|_| closed && last.active)
            .and_then(known);
    }
    None
}

/// "12,000 people have been moved to safety", "were taken from their homes".
fn moved(right: &[Token<'_>]) -> bool {
    let verb = right
        .iter()
        .take(4)
        .position(|t| matches!(t.text, "moved" | "taken" | "brought" | "led" | "driven" | "forced"));
    let Some(verb) = verb.filter(|v| *v > 0 && right[..*v].iter().all(|t| t.has(AUXILIARY))) else {
        return false;
    };
    let after: Vec<&str> = right[verb + 1..].iter().take(4).map(|t| t.text).collect();
    matches!(
        after[..],
        ["to", "safety", ..] | ["from" | "out", "their", "homes", ..] | ["out", "of", "their", "homes"]
    )
}

/// The static form of a role.
fn known(role: &str) -> Option<&'static str> {
    CUES.iter().find_map(|(cue, _)| match cue {
        Cue::Fate(r) | Cue::Noun(r) | Cue::Verb(r) | Cue::Change(r) if *r == role => Some(*r),
        _ => None,
    })
}

/// Whether the verb right before a number of people gave its role, so that "and" can go on with it.
pub(super) fn is_active(tokens: &[Token<'_>], first: usize) -> bool {
    let from = first.saturating_sub(6);
    let verb = tokens[from..first].iter().rev().find(|t| !hedges(t));
    verb.is_some_and(|t| matches!(t.entry.role, Some(Cue::Fate(_))))
}

fn count(this: &Found, left: &[Token<'_>], right: &[Token<'_>]) -> Option<&'static str> {
    match this.quantity.unit.as_deref() {
        Some("death" | "fatality") => return Some("killed"),
        Some("injury") => return Some("injured"),
        Some("arrest") => return Some("arrested"),
        _ => {}
    }
    let point = this.quantity.unit.as_deref() == Some("point");
    if let Some(Cue::Verb(role)) = left.iter().rev().find(|t| !hedges(t)).and_then(|t| t.entry.role) {
        // "The index closed 40 points lower" closed nothing.
        return Some(role).filter(|r| !point || !matches!(*r, "closed" | "opened"));
    }
    // "300 homes were destroyed", "1,200 jobs will be lost"
    let mut auxiliary = false;
    for token in right {
        match token.entry.role {
            Some(Cue::Verb(role)) if auxiliary && matches!(token.text, "close" | "open") => return Some(role),
            Some(Cue::Verb(role))
                if token.text.ends_with("ed")
                    || matches!(
                        token.text,
                        "lost" | "cut" | "stolen" | "built" | "shed" | "spent" | "won"
                    ) =>
            {
                return Some(role);
            }
            _ if token.has(AUXILIARY) || matches!(token.text, "be" | "will") => auxiliary = true,
            _ => break,
        }
    }
    None
}

/// The noun that the amount is a level of: "profits rose 3% to £4bn", "turnout was 67%".
pub(super) fn level(left: &[Token<'_>], right: &[Token<'_>]) -> Option<&'static str> {
    for token in left.iter().rev().take(9) {
        if let Some(Cue::Noun(role)) = token.entry.role {
            // "Agreed to pay residents £3m" is no salary, "charged with" no price.
            return Some(role).filter(|_| {
                !matches!(
                    token.text,
                    "pay" | "charge" | "relief" | "cost" | "sold" | "sells" | "selling"
                ) || token.text == "cost" && left.last().is_some_and(|l| std::ptr::eq(l, token))
            });
        }
        if matches!(
            token.kind,
            Kind::Mark(',' | ';' | ':' | '(' | ')' | '—' | '"' | '“' | '”')
        ) || matches!(token.text, "and" | "while" | "but" | "who" | "which" | "with" | "on")
        {
            break;
        }
    }
    match right.first().and_then(|t| t.entry.role) {
        Some(Cue::Noun(role)) => Some(role),
        _ => None,
    }
}

/// Up or down: the verb right before ("rose by 3%") or the word right after ("a 3% fall", "4% more").
pub(super) fn change(left: &[Token<'_>], right: &[Token<'_>]) -> Option<&'static str> {
    // "To" says that a level follows, "up to" that there is a limit.
    let level = left.last().is_some_and(|t| t.text == "to");
    let near = left
        .iter()
        .rev()
        .take(5)
        .find(|t| !hedges(t) || t.text == "up")
        .filter(|_| !level);
    // "Made up only 3%" is no rise.
    let made = left
        .windows(2)
        .any(|w| w[1].text == "up" && matches!(w[0].text, "made" | "make" | "makes" | "making"));
    let near = near.filter(|t| t.text != "up" || !made);
    if let Some(token) = near {
        match token.entry.role {
            Some(Cue::Change(role)) => return Some(role).filter(|_| token.has(CHANGE) || token.text == "growth"),
            _ if matches!(token.text, "cut" | "cuts" | "trimmed") => return Some("cut"),
            _ => {}
        }
    }
    for token in right.iter().take(3) {
        if let Some(Cue::Change(role)) = token.entry.role {
            return Some(role);
        }
        if matches!(token.text, "cut" | "cuts") {
            return Some("cut");
        }
        if !token.is_word()
            || ["of", "to", "in", "from", "and", "on", "at", "were", "was", "said"].contains(&token.text)
        {
            break;
        }
    }
    None
}

/// Years in prison.
fn sentence_of(left: &[Token<'_>], right: &[Token<'_>]) -> Option<&'static str> {
    let prison = |t: &Token<'_>| {
        matches!(
            t.text,
            "prison" | "jail" | "imprisonment" | "jailed" | "sentenced" | "imprisoned" | "sentence" | "custody"
        )
    };
    let near = left.iter().rev().take(6).any(prison) || right.iter().take(3).any(prison);
    near.then_some("sentence")
}
