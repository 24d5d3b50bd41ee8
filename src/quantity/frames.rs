//! The third step: numbers that stand without a noun take it from what they are compared with, counted among or put
//! beside ("rose to 32 from 28", "12 of the 150 seats", "two dead"); shares of the vote are told apart.

use super::lexicon::{CHANGE, FUNCTION, INDEX};
use super::roles::{self, Cue};
use super::token::{Kind, Token};
use super::{Found, Text, nouns};
use crate::document::QuantityKind::{self, *};

/// Completes what was read, and drops bare numbers that measure nothing.
pub(super) fn complete(text: &Text<'_>, found: &mut Vec<Found>) {
    let tokens = text.tokens;
    for i in 0..found.len() {
        if found[i].bare {
            let unit = unit_of(tokens, found, i);
            let next = found.get(i + 1).map_or(tokens.len(), |f| f.first);
            let this = &mut found[i];
            // Half a person is none.
            let whole = this.quantity.value.fract() == 0.0;
            if let Some((unit, kind)) =
                unit.filter(|(_, kind)| whole || !counts(*kind) || *kind == VoteShare || this.quantity.value >= 1000.0)
            {
                this.quantity.unit = Some(unit);
                this.quantity.kind = kind;
                this.bare = false;
                this.end = noun_end(tokens, this).min(next);
            }
        }
        let this = &mut found[i];
        if this.quantity.kind == People {
            this.toll = toll(tokens, this.first);
            this.active = roles::is_active(tokens, this.first);
        }
        if this.quantity.unit.as_deref() == Some("percent") && is_vote_share(tokens, this) {
            this.quantity.kind = VoteShare;
        }
    }
    // A second share after a first: "52% of the vote to 44% for her rival".
    for i in 1..found.len() {
        let first = found[i - 1].quantity.kind == VoteShare && found[i - 1].quantity.unit.as_deref() == Some("percent");
        let second = &found[i];
        let near = tokens[second.first].sentence == tokens[found[i - 1].first].sentence
            && second.quantity.unit.as_deref() == Some("percent");
        let joined = second
            .first
            .checked_sub(1)
            .is_some_and(|j| matches!(tokens[j].text, "to" | "against"));
        if first && near && joined {
            found[i].quantity.kind = VoteShare;
        }
    }
    // A bare number is kept only where its size says that it is an amount.
    found.retain(|f| !f.bare || f.quantity.value.abs() >= 1000.0 && !is_four_digits(tokens, f));
}

/// Four digits without a separator may be a time or a year.
fn is_four_digits(tokens: &[Token<'_>], found: &Found) -> bool {
    let digits = tokens[found.first..found.number_end].iter().find_map(|t| t.digits());
    found.quantity.value < 10_000.0 && digits.is_some_and(|d| d.whole == 4 && !d.grouped && !d.decimal)
}

type Named = Option<(String, QuantityKind)>;

fn person() -> Named {
    Some(("person".into(), People))
}

/// The token after "of their friends", so that what follows a number is looked for behind its noun.
fn noun_end(tokens: &[Token<'_>], this: &Found) -> usize {
    let text = |at: usize| tokens.get(at).map_or("", |t| t.text);
    let own = matches!(
        text(this.end + 1),
        "its" | "his" | "her" | "their" | "our" | "the" | "those" | "these"
    );
    let head = if text(this.end) == "of" && own {
        nouns::head(tokens, this.end + 2, false)
    } else {
        None
    };
    head.filter(|&head| tokens[this.end..head].iter().all(|t| t.digits().is_none()))
        .map_or(this.end, |head| head + 1)
}

/// The unit of the bare number `i`.
fn unit_of(tokens: &[Token<'_>], found: &[Found], i: usize) -> Named {
    let this = &found[i];
    let sentence = tokens[this.first].sentence;
    let word = |at: usize| tokens.get(at).filter(|t| t.sentence == sentence).map_or("", |t| t.text);
    let before = |back: usize| this.first.checked_sub(back).map_or("", word);
    let next = tokens.get(this.end).filter(|t| t.sentence == sentence);
    let next_text = next.map_or("", |t| t.text);
    // "A family of five", "a crowd of up to 15,000", "7,000 strong", "two aged 15".
    let up_to = if before(1) == "to" && before(2) == "up" { 2 } else { 0 };
    if before(1 + up_to) == "of" && is_group(before(2 + up_to))
        || is_group(before(1))
        || matches!(next_text, "strong" | "aged")
    {
        return person();
    }
    if toll(tokens, this.first) {
        return person();
    }
    // "212 votes out of 38,400"
    if before(1) == "of" && before(2) == "out" {
        let last = found[..i]
            .last()
            .filter(|l| l.end + 2 == this.first && counts(l.quantity.kind));
        if let Some(named) = last.and_then(n_unit) {
            return Some(named);
        }
    }
    // "12 of the 150 seats" and, for what was named before, "12 of them".
    let out = usize::from(next_text == "out" && word(this.end + 1) == "of");
    if next_text == "of" || out > 0 {
        let pronoun = matches!(word(this.end + 1), "them" | "whom" | "which" | "these" | "those");
        if pronoun {
            let money = found[..i]
                .last()
                .filter(|l| l.quantity.kind == Money && this.quantity.value >= 1e4);
            let last = money.and_then(n_unit).or_else(|| earlier(tokens, found, i, 2));
            return last.or_else(|| (word(this.end + 1) == "whom").then(person).flatten());
        }
        if let Some(named) = found
            .get(i + 1)
            .filter(|n| !n.bare && n.first <= this.end + 4 + out && counts(n.quantity.kind))
        {
            return n_unit(named);
        }
        // "Two of the accused", "nine of its pilots"
        let determiner = [
            "the", "its", "his", "her", "their", "those", "these", "our", "my", "your", "all",
        ]
        .contains(&word(this.end + 1));
        if determiner && let Some(head) = nouns::head(tokens, this.end + 2, false) {
            let unit = nouns::unit(tokens, head);
            let kind = if unit == "person" { People } else { Count };
            return (this.quantity.value > 1.0).then_some((unit, kind));
        }
        return None;
    }
    // "11 and seven months", "20 or 30 people"
    let joined = matches!(next_text, "and" | "or") || next.is_some_and(|t| t.is(','));
    if joined
        && let Some(named) = found
            .get(i + 1)
            .filter(|n| !n.bare && n.first == this.end + 1 && n.quantity.unit.is_some())
    {
        let sign = matches!(tokens[named.first].kind, Kind::Currency(_));
        let alike = named.quantity.value < this.quantity.value * 100.0 && !sign;
        if !matches!(named.quantity.kind, Age | Percent | VoteShare | Rank | Score)
            && (named.quantity.kind != Money || alike)
        {
            return n_unit(named);
        }
    }
    // "Two dead", "12 were wounded", "killing 29": what happens to people only.
    if this.quantity.unit.is_none() && is_fate(tokens, this) {
        return person();
    }
    // "32 others", "10 more", "another 14"
    let others = tokens[this.number_end..this.end].iter().any(|t| t.text == "others");
    if others {
        return earlier(tokens, found, i, 1).or_else(person);
    }
    // The other end of a change: "from 12% to 15", "to 32 from 28", "up from seven".
    let levels = matches!(
        before(1),
        "to" | "from" | "at" | "of" | "by" | "than" | "with" | "against"
    ) || found_hedge(this);
    if levels
        && let Some(last) = found[..i]
            .last()
            .filter(|l| !l.bare && tokens[l.first].sentence == sentence)
    {
        let both = matches!(before(1), "from" | "to")
            && last.end + 3 >= this.first
            && !matches!(last.quantity.kind, Age | Rank | Score | Ratio | Fraction | Percent);
        // A scaled number beside an amount of money is one: "734.6 billion dollars from 734.2 billion".
        let money = last.quantity.kind == Money && this.quantity.value >= 1e6 && last.quantity.value >= 1e6;
        // "Ahead by 53.1 per cent to 46.9"
        let percent = last.quantity.kind == Percent || last.quantity.unit.as_deref() == Some("percent");
        let share = percent
            && last.end + 2 >= this.first
            && this.quantity.value <= 100.0
            && matches!(before(1), "to" | "against" | "from");
        if both || money || share {
            return n_unit(last);
        }
    }
    // A point of a share index.
    if this.quantity.value >= 100.0
        && tokens[this.first.saturating_sub(14)..this.first]
            .iter()
            .any(|t| t.sentence == sentence && t.has(INDEX))
        && !matches!(before(1), "of")
    {
        let subject = tokens[this.first.saturating_sub(14)..this.first].iter().any(|t| {
            t.sentence == sentence && t.has(CHANGE) || matches!(t.text, "close" | "closed" | "ended" | "at" | "to")
        });
        if subject && this.quantity.max.is_none() {
            return Some(("point".into(), Count));
        }
    }
    // "From 1.28 million to 711,500 cases"
    if matches!(before(1), "from" | "between")
        && let Some(named) = found.get(i + 1).filter(|n| {
            !n.bare && counts(n.quantity.kind) && tokens[n.first].sentence == sentence && n.first <= this.end + 6
        })
        && matches!(tokens[named.first - 1].text, "to" | "and")
    {
        return n_unit(named);
    }
    let subject = subject(tokens, this.first);
    if levels && subject.is_some() {
        return subject;
    }
    // "The number 12" said of what was counted before in the sentence: "close 15", "took 31", "six".
    let verbless = next.is_none_or(|t| !t.is_word() || t.has(FUNCTION) || t.text == "more" || t.text == "fewer");
    let previous = this.first.checked_sub(1).map(|at| &tokens[at]);
    let open = previous.is_some_and(|t| {
        let verb = t.has(super::lexicon::VERB | CHANGE | FUNCTION)
            || t.entry.role.is_some()
            || t.text.ends_with("ed")
            || t.text.ends_with("ing");
        !t.is_word() || verb || matches!(t.text, "further" | "additional" | "remaining" | "other")
    });
    if verbless && (open || next_text == "more") && !matches!(before(1), "at" | "on") {
        if let Some(last) = same_sentence(tokens, found, i) {
            return Some(last);
        }
        if matches!(before(1), "another" | "further" | "only" | "just") || next_text == "more" || levels {
            return earlier(tokens, found, i, 1);
        }
    }
    if next.is_some_and(|t| t.has(super::lexicon::AUXILIARY) || t.has(super::lexicon::VERB)) {
        // "Five have applied": whoever was spoken of.
        let person_verb =
            next.is_some_and(|t| t.has(super::lexicon::VERB) && !t.has(CHANGE)) && this.quantity.value >= 1000.0;
        return same_sentence(tokens, found, i)
            .or_else(|| earlier(tokens, found, i, 1).filter(|(_, kind)| *kind == People))
            .or_else(|| person_verb.then(person).flatten());
    }
    subject.filter(|_| this.quantity.value >= 1000.0)
}

fn found_hedge(found: &Found) -> bool {
    found.quantity.qualifier.is_some()
}

fn n_unit(found: &Found) -> Named {
    found.quantity.unit.clone().map(|unit| (unit, found.quantity.kind))
}

fn counts(kind: QuantityKind) -> bool {
    matches!(kind, Count | People | VoteShare)
}

/// The unit of the last count in the same sentence.
fn same_sentence(tokens: &[Token<'_>], found: &[Found], i: usize) -> Named {
    earlier(tokens, found, i, 0)
}

/// The unit of the last count, at most `sentences` sentences back; the "member" of "90-member" describes, and shares
/// of votes are no counts.
fn earlier(tokens: &[Token<'_>], found: &[Found], i: usize, sentences: u32) -> Named {
    let sentence = tokens[found[i].first].sentence;
    let counted = |f: &&Found| {
        let percent = f.quantity.unit.as_deref() == Some("percent");
        !f.bare && counts(f.quantity.kind) && !percent && !tokens.get(f.number_end).is_some_and(|t| t.is_hyphen())
    };
    let near = found[..i]
        .iter()
        .rev()
        .take(6)
        .filter(|f| tokens[f.first].sentence + sentences >= sentence);
    near.into_iter().find(counted).and_then(n_unit)
}

/// Groups that are counted in people.
fn is_group(word: &str) -> bool {
    [
        "family",
        "families",
        "crew",
        "team",
        "group",
        "squad",
        "staff",
        "party",
        "population",
        "crowd",
        "crowds",
        "attendance",
        "audience",
        "membership",
        "workforce",
        "gang",
        "panel",
        "jury",
        "delegation",
        "casualties",
        "victims",
        "dead",
        "wounded",
        "gate",
        "father",
        "mother",
        "community",
        "force",
    ]
    .contains(&word)
}

/// Whether the number is that of a death toll: "the toll rose to 32", "a death toll of at least 40", "from 28".
fn toll(tokens: &[Token<'_>], first: usize) -> bool {
    let sentence = tokens[first].sentence;
    let from = first.saturating_sub(24);
    let Some(at) = tokens[from..first]
        .iter()
        .rposition(|t| matches!(t.text, "toll" | "count" | "tally") && t.sentence == sentence)
        .map(|at| from + at)
    else {
        return false;
    };
    // "A toll of $4" is money; "from the strike" between is no matter.
    let dead = at > 0
        && matches!(
            tokens[at - 1].text,
            "death" | "the" | "official" | "its" | "overall" | "casualty" | "human" | "total"
        )
        || tokens
            .get(at + 1)
            .is_some_and(|t| t.has(CHANGE) || matches!(t.text, "from" | "in" | "to" | "at" | "stood" | "stands"));
    let dead = dead && (tokens[at].text == "toll" || at > 0 && matches!(tokens[at - 1].text, "death" | "casualty"));
    let between = &tokens[at + 1..first];
    let same_clause = !between.iter().any(|t| {
        matches!(t.kind, Kind::Mark(',' | ';'))
            || matches!(t.text, "and" | "including" | "while" | "as" | "with" | "among")
    });
    let level = first > at
        && between.iter().rev().take(4).any(|t| {
            [
                "to", "of", "at", "from", "hit", "reached", "passed", "past", "above", "beyond", "is", "was", "stands",
                "topped", "exceeded",
            ]
            .contains(&t.text)
        });
    dead && same_clause && level
}

/// Whether a bare number counts people by what happened to them.
fn is_fate(tokens: &[Token<'_>], this: &Found) -> bool {
    let sentence = tokens[this.first].sentence;
    let fate = |t: &Token<'_>| matches!(t.entry.role, Some(Cue::Fate(_)));
    let mut at = this.number_end;
    while at < this.number_end + 5 {
        let Some(token) = tokens.get(at).filter(|t| t.sentence == sentence && t.is_word()) else {
            break;
        };
        if fate(token) {
            return !matches!(token.text, "saving" | "saved" | "hurting" | "lives");
        }
        if !(token.has(super::lexicon::AUXILIARY)
            || matches!(
                token.text,
                "more" | "others" | "other" | "people" | "in" | "of" | "them" | "seriously"
            ))
        {
            break;
        }
        at += 1;
    }
    roles::is_active(tokens, this.first)
        && tokens
            .get(this.number_end)
            .is_none_or(|t| !t.is_word() || t.has(FUNCTION))
}

/// What the sentence counts, from its subject: "the number of homes rose to ...", "cases of measles rose to ...",
/// "unemployment" being no count.
fn subject(tokens: &[Token<'_>], first: usize) -> Named {
    let sentence = tokens[first].sentence;
    let from = first.saturating_sub(24);
    let window = &tokens[from..first];
    // The nearest verb of change, and what stands before it.
    let verb = window.iter().rposition(|t| {
        t.sentence == sentence
            && (t.has(CHANGE)
                || [
                    "stood", "stands", "stand", "reached", "hit", "was", "were", "is", "are", "at", "totalled",
                    "totaled", "numbered", "doubled",
                ]
                .contains(&t.text))
    })?;
    let start = window.iter().position(|t| t.sentence == sentence)?;
    let clause = window[start..verb]
        .iter()
        .rposition(|t| {
            matches!(t.kind, Kind::Mark(',' | ';' | ':')) || matches!(t.text, "while" | "but" | "that" | "as")
        })
        .map_or(start, |i| start + i + 1);
    let subject = &window[clause..verb];
    let noun = |i: usize| {
        let unit = nouns::unit(subject, i);
        let kind = if unit == "person" { People } else { Count };
        Some((unit, kind))
    };
    if let Some(of) = subject
        .windows(2)
        .position(|w| w[0].text == "number" && w[1].text == "of")
    {
        let head = nouns::head(subject, of + 2, false)?;
        return noun(head);
    }
    let waiting = subject
        .windows(2)
        .any(|w| w[0].text == "waiting" && w[1].text.starts_with("list"));
    if waiting
        || subject.iter().any(|t| {
            matches!(
                t.text,
                "population" | "attendance" | "membership" | "headcount" | "workforce"
            )
        })
    {
        return person();
    }
    // The plural nearest to the verb that no preposition governs: "cases of measles rose", "figures show incidents fell".
    let plural = |t: &Token<'_>| {
        nouns::is_plural(t) && !t.possessive && t.unit().is_none() && t.entry.money.is_none() && t.entry.code.is_none()
    };
    let governed = |i: usize| {
        let before = subject[..i]
            .iter()
            .rev()
            .take(5)
            .find(|t| t.has(FUNCTION) || !t.is_word());
        before.is_some_and(|t| {
            [
                "of", "in", "for", "among", "at", "from", "by", "with", "on", "to", "against", "over",
            ]
            .contains(&t.text)
        })
    };
    let head = (0..subject.len())
        .rev()
        .find(|&i| plural(&subject[i]) && !governed(i))?;
    // "Passenger numbers rose"
    if subject[head].text == "numbers" && head > 0 && subject[head - 1].is_word() {
        return noun(head - 1);
    }
    let money = [
        "shares",
        "prices",
        "profits",
        "sales",
        "revenues",
        "earnings",
        "rates",
        "costs",
        "wages",
        "exports",
        "imports",
        "losses",
        "yields",
        "futures",
        "temperatures",
        "stocks",
        "bonds",
        "levels",
        "figures",
        "stakes",
        "officials",
    ]
    .contains(&subject[head].text);
    if money {
        // "Sales of vans": what is sold is counted.
        if subject.get(head + 1).is_some_and(|t| t.text == "of") {
            return nouns::head(subject, head + 2, false).and_then(noun);
        }
        return None;
    }
    noun(head)
}

/// Whether a percentage is a share of votes: "52% of the vote", "won 48.7 per cent", "a vote share of 19%".
fn is_vote_share(tokens: &[Token<'_>], this: &Found) -> bool {
    let sentence = tokens[this.first].sentence;
    let after = tokens[this.end..tokens.len().min(this.end + 5)]
        .iter()
        .take_while(|t| t.sentence == sentence);
    if text_is(tokens, this.end, "of")
        && after
            .clone()
            .any(|t| matches!(t.text, "vote" | "votes" | "ballot" | "ballots" | "poll"))
    {
        let counted = tokens[this.end..]
            .iter()
            .take(7)
            .take_while(|t| t.sentence == sentence)
            .any(|t| matches!(t.text, "counted" | "cast" | "tallied" | "precincts"));
        return !counted;
    }
    let from = this.first.saturating_sub(10);
    let left = tokens[from..this.first].iter().filter(|t| t.sentence == sentence);
    let words: Vec<&str> = left.map(|t| t.text).collect();
    let share = words
        .windows(3)
        .any(|w| w[0] == "share" && w[1] == "of" && (w[2] == "the" || w[2] == "vote" || w[2] == "votes"))
        && words.iter().any(|w| matches!(*w, "vote" | "votes"));
    let vote_share = words.windows(2).any(|w| w[0] == "vote" && w[1] == "share");
    let changed = tokens[this.first.saturating_sub(1)..this.first]
        .iter()
        .any(|t| t.has(CHANGE))
        && !text_is(tokens, this.first.saturating_sub(1), "to");
    (share || vote_share) && !changed
}

fn text_is(tokens: &[Token<'_>], at: usize, text: &str) -> bool {
    tokens.get(at).is_some_and(|t| t.text == text)
}
