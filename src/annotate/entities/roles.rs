//! Who somebody is, by the words next to the name: a title ("US envoy Steve Witkoff") or an apposition ("Steve Witkoff,
//! the US envoy,", "the mayor, Anna Ford,").
//!
//! A role is the noun phrase as the text has it, without its article and without what a relative clause adds. Only what a
//! list of offices and callings knows is taken for one before a name; after a name, where article and commas speak for an
//! apposition, the ending of the noun may do.

mod tokens;
mod words;

use super::tidy::Mention;
use crate::document::{EntityKind, Span};
use crate::name;
use tokens::{TOKENS, Token};

/// The longest role, in tokens.
const LONGEST: usize = 12;

/// The role that the words around a mention give it.
pub fn role(text: &str, mentions: &[Mention], at: usize, kind: EntityKind) -> Option<String> {
    let mention = &mentions[at];
    let after = tokens::after(text, mentions, at);
    if kind != EntityKind::Per {
        return match kind {
            EntityKind::Misc => None,
            _ => thing(text, mentions, at, &after),
        };
    }
    let before = tokens::before(text, mentions, at);
    let title = title(&before).map(|span| shown(text, span));
    let behind = apposition(&after);
    let behind = behind.filter(|_| !is_list(&before, &after));
    let behind = behind.map(|span| shown(text, span));
    let ahead = || apposition_before(mentions, &before, &after).map(|span| shown(text, span));
    let length = |role: &Option<String>| role.as_ref().map_or(0, |role| role.split(' ').count());
    let role = match (title, behind) {
        (title, behind) if length(&behind) > length(&title) => behind,
        (Some(title), _) => Some(title),
        _ => ahead(),
    };
    role.filter(|role| !role.is_empty() && name::words(role) != mention.words)
}

/// The words of a role as they are shown: short forms of offices in full, without article.
fn shown(text: &str, span: Span) -> String {
    let words: Vec<&str> = text[span].split_whitespace().collect();
    let office = |word: &str| -> Option<&'static str> {
        let title = name::title(word)?;
        title.office.filter(|office| !office.eq_ignore_ascii_case(word))
    };
    let shown: Vec<&str> = words.iter().map(|word| office(word).unwrap_or(word)).collect();
    shown.join(" ").trim_end_matches(['.', ',']).to_owned()
}

/// The span of the title right before the name: "former US envoy" of "the former US envoy Steve Witkoff".
fn title(before: &[Token]) -> Option<Span> {
    let mut end = before.len();
    while end > 0 && is_courtesy(&before[end - 1]) {
        end -= 1;
    }
    let last = before.get(end.checked_sub(1)?)?;
    // "chief of staff", "secretary of state".
    if let [.., office, of, field] = &before[..end]
        && of.is("of")
        && words::is_office(&office.lower)
        && words::is_field(&field.lower)
    {
        return Some(before[phrase_start(before, end - 3)].span.start..field.span.end);
    }
    let noun = words::is_office(&last.lower) || is_office_title(last);
    if !noun || last.possessive || (last.mention.is_some() && !last.capital) {
        return None;
    }
    let start = phrase_start(before, end - 1);
    // Kinship says something only of whose it is.
    let named = before[start..end].iter().any(|t| t.mention.is_some());
    if words::is_kin(&last.lower) && !named {
        return None;
    }
    Some(before[start].span.start..last.span.end)
}

fn is_courtesy(token: &Token) -> bool {
    token.capital && name::title(&token.lower_capital()).is_some_and(|title| title.office.is_none())
}

fn is_office_title(token: &Token) -> bool {
    token.capital && name::title(&token.lower_capital()).is_some_and(|title| title.office.is_some())
}

/// Where the noun phrase begins whose noun is the token at `noun`: behind article, verb, preposition or mark.
fn phrase_start(tokens: &[Token], noun: usize) -> usize {
    let mut start = noun;
    while start > 0 && noun - start < LONGEST {
        let token = &tokens[start - 1];
        let goes_on = match &token.lower {
            _ if token.mention.is_some() => true,
            // "Bank of England governor", where only the place was tagged.
            lower if lower == "of" => start >= 2 && tokens[start].mention.is_some() && tokens[start - 2].capital,
            _ if token.capital && tokens[start].is("of") => true,
            lower if lower == "and" => start >= 2 && words::is_office(&tokens[start - 2].lower),
            _ if token.possessive => false,
            lower => words::is_modifier(lower) || words::is_office(lower) || is_office_title(token),
        };
        if !goes_on {
            break;
        }
        start -= 1;
    }
    // "and" and a lone possessor's tail do not begin a role.
    while start < noun && tokens[start].is("and") {
        start += 1;
    }
    start
}

/// The span of the apposition behind the name: "teacher from Leeds" of ", 43, a teacher from Leeds, said".
fn apposition(after: &[Token]) -> Option<Span> {
    let mut at = 0;
    let opener = after.first()?;
    if !(opener.is(",") || opener.is_dash()) {
        return None;
    }
    at += 1;
    let is_age = |t: &Token| t.lower.len() <= 3 && t.lower.bytes().all(|b| b.is_ascii_digit());
    if after.get(at).is_some_and(is_age) && after.get(at + 1).is_some_and(|t| t.is(",")) {
        at += 2;
    }
    let first = after.get(at)?;
    let article = first.is_article();
    let mut start = at;
    if article || first.is_pronoun() {
        start += 1;
    } else if first.mention.is_none() && !words::is_modifier(&first.lower) && !words::is_office(&first.lower) {
        return None;
    }
    let (head, end) = phrase(after, start)?;
    let noun = &after[head];
    let possessor = after[start..head].iter().any(|t| t.possessive && t.mention.is_some());
    let known = words::is_office(&noun.lower);
    let kin = words::is_kin(&noun.lower);
    let of_name = after[head + 1..end].iter().any(|t| t.mention.is_some());
    let fits = match (kin, article || possessor) {
        (true, _) => possessor || (article && of_name),
        (false, true) => known || words::is_agent(&noun.lower),
        (false, false) => known && (first.is_pronoun() || head + 1 < end || start < head),
    };
    // "Livia Borghese, Jessica King" are two.
    let name = noun.mention.is_some() && after[start].mention == noun.mention;
    if !fits || name || noun.possessive {
        return None;
    }
    let close = after.get(end);
    let relative = close.is_some_and(|t| words::is_relative(&t.lower));
    if !(close.is_none_or(Token::closes) || (relative && first.is_article())) {
        return None;
    }
    // "Ann Lee, a teacher, and two nurses" and "Ann Lee, a cook, a driver and" are lists.
    if close.is_some_and(|t| t.is(",")) && !first.is("the") {
        let next = after.get(end + 1);
        let beyond = after.get(end + 2);
        let joined = next.is_some_and(|t| t.is("and") || t.is("or"));
        let other = |t: Option<&Token>| t.is_some_and(|t| t.is_article() || words::is_number(&t.lower));
        if other(next) || (joined && other(beyond)) {
            return None;
        }
    }
    Some(after[start].span.start..after[end - 1].span.end)
}

/// The noun of the phrase that begins at `start`, and where the phrase with what belongs to its noun ends.
fn phrase(tokens: &[Token], start: usize) -> Option<(usize, usize)> {
    let mut head = None;
    let mut at = start;
    while at < tokens.len() {
        let token = &tokens[at];
        let stop = token.closes() || words::is_relative(&token.lower) || words::is_preposition(&token.lower);
        if stop {
            break;
        }
        if words::is_verb(&token.lower) && token.mention.is_none() || !token.is_word() && !token.is("&") {
            return None;
        }
        if token.is("and")
            && tokens
                .get(at + 1)
                .is_none_or(|next| next.is_article() || words::is_number(&next.lower))
        {
            return None;
        }
        // "the mayor Ann Lee" names another person.
        head = Some(at);
        at += 1;
    }
    let head = head?;
    // "the US" is no role, nor is a name on its own.
    if tokens[head].mention.is_some() && !words::is_office(&tokens[head].lower) {
        return None;
    }
    let mut end = at;
    while end < tokens.len() {
        let token = &tokens[end];
        if token.closes() || words::is_relative(&token.lower) {
            break;
        }
        if token.mention.is_none() && (words::is_verb(&token.lower) || !(token.is_word() || token.is("&"))) {
            return None;
        }
        end += 1;
    }
    if end == tokens.len() && end >= TOKENS - 1 {
        return None;
    }
    (end - start <= LONGEST).then_some((head, end))
}

/// The span of the apposition before the name: "mayor" of "the mayor, Anna Ford, said".
fn apposition_before(mentions: &[Mention], before: &[Token], after: &[Token]) -> Option<Span> {
    let comma = before.len().checked_sub(1)?;
    if !before[comma].is(",") || !after.first().is_none_or(Token::closes) {
        return None;
    }
    let sentence = (0..comma).rev().find(|at| {
        matches!(
            before[*at].lower.as_str(),
            "." | "\n" | "!" | "?" | ";" | ":" | "\"" | "”" | "“"
        )
    });
    let from = sentence.map_or(0, |at| at + 1);
    if before.get(from).is_some_and(|t| words::opens_clause(&t.lower)) {
        return None;
    }
    // The nearest office with nothing behind it but what belongs to it.
    let mut noun = comma;
    let head = loop {
        noun = noun.checked_sub(1).filter(|noun| *noun >= from)?;
        let token = &before[noun];
        if words::is_office(&token.lower) && !token.possessive {
            let tail = &before[noun + 1..comma];
            if tail.first().is_none_or(|t| words::is_preposition(&t.lower)) {
                break noun;
            }
        }
        let belongs = token.mention.is_some()
            || token.is_word() && !words::is_verb(&token.lower) && !words::is_relative(&token.lower);
        if !belongs {
            return None;
        }
    };
    if words::is_kin(&before[head].lower) {
        return None;
    }
    let start = phrase_start(before, head);
    let opener = start.checked_sub(1).filter(|at| *at >= from).map(|at| &before[at]);
    let named = before[start].mention.is_some() && before[start..head].iter().any(|t| t.possessive);
    let determined = opener.is_none_or(|t| t.is_article() || t.is_pronoun() || t.possessive) || named;
    if !determined || (opener.is_none() && !before[start].capital) {
        return None;
    }
    // "Bo Lee, the mayor, Anna Ford and others" is a list, and so is "the mayor, Anna Ford, Bo Lee and others".
    let comma_before = start
        .checked_sub(2)
        .filter(|at| *at >= from)
        .is_some_and(|at| before[at].is(","));
    if comma_before {
        return None;
    }
    let is_person = |t: &Token| t.mention.is_some_and(|m| mentions[m].kind == EntityKind::Per);
    let next = after.iter().take(2).next_back();
    if after.first().is_some_and(|t| t.is(",")) && next.is_some_and(is_person) {
        return None;
    }
    Some(before[start].span.start..before[comma - 1].span.end)
}

/// Whether the name stands in a list of people and offices: "the envoy, Ann Lee, the mayor, and others".
fn is_list(before: &[Token], after: &[Token]) -> bool {
    let comma = before.last().is_some_and(|t| t.is(","));
    let the = after.get(1).is_some_and(|t| t.is("the"));
    let office = before.iter().rev().nth(1).is_some_and(|t| words::is_office(&t.lower));
    comma && the && office
}

/// What a body or a place is: "Tarvonia's largest bank" of "Orsel & Quay, Tarvonia's largest bank, said".
fn thing(text: &str, mentions: &[Mention], at: usize, after: &[Token]) -> Option<String> {
    let mention = &mentions[at];
    if !after.first()?.is(",") {
        return None;
    }
    let place = mention.kind == EntityKind::Loc;
    let first = after.get(1)?;
    let possessor = first.mention.is_some() && first.possessive
        || after[1..]
            .iter()
            .take_while(|t| t.mention.is_some() && t.mention == first.mention)
            .any(|t| t.possessive);
    let indefinite = first.is("a") || first.is("an");
    let superlative = first.is("the") && after.get(2).is_some_and(|t| t.lower.ends_with("est"));
    if !(indefinite || (!place && (possessor || superlative))) {
        return None;
    }
    let start = if possessor { 1 } else { 2 };
    let (head, end) = phrase(after, start)?;
    let noun = &after[head];
    let close = after.get(end)?;
    let relative = words::is_relative(&close.lower);
    let person = words::is_office(&noun.lower) || words::is_kin(&noun.lower) || words::is_human(&noun.lower);
    let fits =
        !noun.capital && !noun.possessive && !person && !words::is_time(&noun.lower) && (close.closes() || relative);
    // "In Leeds, a man was hurt": the place is where, and the phrase is who.
    let opens = |at: usize| super::tidy::opens_sentence(text, at);
    let adverbial = place && !opens(mention.span.start) && opens(phrase_before(text, mention.span.start));
    if !fits || adverbial {
        return None;
    }
    Some(shown(text, after[start].span.start..after[end - 1].span.end))
}

/// The place of the word before a name ("In" of "In Leeds").
fn phrase_before(text: &str, at: usize) -> usize {
    let before = text[..at].trim_end();
    let near = before.char_indices().rev().take(12).find(|(_, c)| !c.is_alphabetic());
    near.map_or(0, |(at, c)| at + c.len_utf8())
        .max(before.len().saturating_sub(48))
}
