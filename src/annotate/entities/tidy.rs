//! From tagged spans to mentions: names without what clings to them, with the title before each.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{EntityKind, Span, Tagged};
use crate::name::{self, Title};

/// A name in the text.
#[derive(Debug, Clone)]
pub struct Mention {
    /// Its bytes, without title, possessive and punctuation.
    pub span: Span,
    /// As tagged; a person where a title says so.
    pub kind: EntityKind,
    /// Its folded words.
    pub words: Vec<String>,
    /// The titles before it, the nearest last; they are no part of the span.
    pub titles: Vec<Title>,
}

/// The most bytes before a name that are searched for titles.
const TITLES: usize = 64;

/// The longest name in which an acronym in brackets is looked for, in bytes.
const LONGEST: usize = 200;

/// The most titles that one person bears.
const MOST_TITLES: usize = 8;

/// The mentions among the tagged spans, in order, without overlap.
///
/// Spans that are not of the text, or that begin inside an earlier one, are left out.
pub fn mentions(text: &str, tagged: &[Tagged]) -> Vec<Mention> {
    let mut valid: Vec<&Tagged> = tagged
        .iter()
        .filter(|t| t.span.start < t.span.end && text.get(t.span.clone()).is_some())
        .collect();
    valid.sort_by_key(|t| (t.span.start, std::cmp::Reverse(t.span.end), t.kind));
    let mut pieces: Vec<(Span, EntityKind)> = Vec::new();
    let mut end = 0;
    for tagged in valid {
        if tagged.span.start < end {
            continue;
        }
        end = tagged.span.end;
        match pieces.last_mut() {
            Some((last, EntityKind::Per)) if goes_on(text, last, tagged) => last.end = tagged.span.end,
            _ => split(text, tagged, &mut pieces),
        }
    }
    let mut mentions: Vec<Mention> = pieces
        .into_iter()
        .filter_map(|(span, kind)| mention(text, span, kind))
        .collect();
    drop_common(text, &mut mentions);
    mentions
}

/// Whether a tagged span is the rest of the person's name before it: "al-Zarqawi" of "Abu Musab al-Zarqawi", "Marsh" of
/// "Odile J. Marsh".
fn goes_on(text: &str, last: &Span, tagged: &Tagged) -> bool {
    let (name, rest) = (&text[last.clone()], &text[tagged.span.clone()]);
    let initial = |name: &str| {
        name.rsplit(' ')
            .next()
            .is_some_and(|word| word.chars().filter(|c| *c != '.').count() == 1)
    };
    match &text[last.end..tagged.span.start] {
        " " => rest.starts_with("al-") || rest.starts_with("el-") || (tagged.kind == EntityKind::Per && initial(name)),
        ". " => tagged.kind == EntityKind::Per && name.contains(' ') && initial(name),
        _ => false,
    }
}

/// Cuts what the tagger ran together: names on two lines, a name and its acronym, two people.
fn split(text: &str, tagged: &Tagged, pieces: &mut Vec<(Span, EntityKind)>) {
    let mut start = tagged.span.start;
    let words = &text[tagged.span.clone()];
    let mut cut = |at: usize, length: usize| {
        if start < at {
            pieces.push((start..at, tagged.kind));
        }
        start = at + length;
    };
    for (at, c) in words.char_indices() {
        let rest = &words[at..];
        let length = match c {
            '\n' => 1,
            '(' if words.len() <= LONGEST && is_acronym_of(&rest[1..], &words[..at]) => 1,
            _ if tagged.kind != EntityKind::Per => 0,
            ',' if rest.starts_with(", Jr") || rest.starts_with(", Sr") => 0,
            ',' | ';' | '|' => 1,
            ' ' if rest.starts_with(" and ") => 5,
            _ => 0,
        };
        if length > 0 {
            cut(tagged.span.start + at, length);
        }
    }
    cut(tagged.span.end, 0);
}

/// Whether a bracket opens with an acronym of the name before it: "WHO)" behind "World Health Organization ".
fn is_acronym_of(inside: &str, name: &str) -> bool {
    let acronym = inside.split(')').next().and_then(|inside| name::acronym(inside.trim()));
    name.ends_with(' ') && acronym.is_some_and(|letters| name::spells(&letters, &name::words(name)))
}

/// The mention in a span, if a name is left when what clings to it is gone.
fn mention(text: &str, span: Span, kind: EntityKind) -> Option<Mention> {
    let mut span = trim(text, span);
    let mut titles = titles_before(text, span.start);
    // "[ORG Ms Rahmani]" is a person.
    let courtesy = text[span.clone()]
        .split_once(' ')
        .and_then(|(word, _)| name::title(word));
    let kind = match courtesy {
        Some(title) if title.office.is_none() && title.sex.is_some() => EntityKind::Per,
        _ => kind,
    };
    if kind == EntityKind::Per {
        let possessive = text[span.clone()].len() - name::without_possessive(&text[span.clone()]).len();
        span.end -= possessive;
        while let Some((word, rest)) = text[span.clone()].split_once(char::is_whitespace) {
            // "Lance" is a name, but not before a corporal.
            let lance = word == "Lance" && (rest.starts_with("Corporal ") || rest.starts_with("Cpl "));
            if titles.len() >= MOST_TITLES {
                break;
            }
            let Some(title) = name::title(if lance { "Corporal" } else { word }) else {
                break;
            };
            titles.push(title);
            span.start += word.len();
            span = trim(text, span.end - rest.len()..span.end);
        }
    }
    let written = &text[span.clone()];
    let lone = name::title(written).is_some_and(|t| t.office.is_none_or(|office| office != written));
    let words = name::words(written);
    if lone || words.is_empty() || !written.contains(char::is_alphabetic) {
        return None;
    }
    // "President [ORG Trump]" is a person, "[PER Clinton Foundation]" is none.
    let body = name::is_body(&words);
    let told = !titles.is_empty() && !body && words.len() <= 3 && name::acronym(written).is_none();
    let kind = match kind {
        _ if told => EntityKind::Per,
        EntityKind::Per if body => EntityKind::Org,
        kind => kind,
    };
    let span = match (told, name::without_possessive(written).len()) {
        (true, length) => span.start..span.start + length,
        _ => span,
    };
    Some(Mention {
        span,
        kind,
        words,
        titles,
    })
}

/// Without white space and punctuation at the ends; the dot of an abbreviation stays.
fn trim(text: &str, span: Span) -> Span {
    let written = &text[span.clone()];
    let from = written.find(|c: char| c.is_alphanumeric()).unwrap_or(written.len());
    let to = written.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '.' && !matches!(c, '!' | '+' | '$'));
    // "U.S." and "Jr." have a dot; "Smith." at the end of a sentence has none.
    let word = to.rsplit([' ', '\n']).next().unwrap_or(to);
    let bare = word.trim_end_matches('.');
    // A sentence does not go on in small letters or with a comma: then the dot is of a short form ("Fla.").
    let next = text[span.end..].trim_start_matches(' ').chars().next();
    let inside = next.is_some_and(|c| c == ',' || c.is_lowercase())
        && bare.chars().count() <= 6
        && span.end == span.start + to.len();
    let initials = bare.contains('.') && bare.split('.').all(|part| part.chars().count() <= 2);
    let short = initials || inside || bare.chars().count() <= 1 || ABBREVIATIONS.contains(&bare);
    let to = if to.ends_with('.') && !short {
        to.trim_end_matches('.')
    } else {
        to
    };
    // A bracket that opens inside is closed inside.
    let open = to.matches('(').count() > to.matches(')').count() && written[to.len()..].starts_with(')');
    let end = to.len() + usize::from(open);
    span.start + from.min(end)..span.start + end
}

/// Words that end a name with a dot of their own.
const ABBREVIATIONS: &[&str] = &["Jr", "Sr", "Inc", "Corp", "Co", "Ltd", "Bros", "St", "Cos"];

/// The titles that stand right before a place in the text, the nearest last.
fn titles_before(text: &str, at: usize) -> Vec<Title> {
    let from = (at.saturating_sub(TITLES)..=at)
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(at);
    let mut titles = Vec::new();
    let mut rest = &text[from..at];
    while let Some(before) = rest.strip_suffix([' ', '\u{a0}']) {
        let word = before
            .rsplit(|c: char| !c.is_alphanumeric() && c != '.')
            .next()
            .unwrap_or_default();
        // A dot ends a sentence except behind a short form.
        let Some(title) = name::title(word) else { break };
        if word.ends_with('.') && title.office.is_some_and(|office| word.trim_end_matches('.') == office) {
            break;
        }
        titles.insert(0, title);
        rest = &before[..before.len() - word.len()];
    }
    titles
}

/// Leaves out the common words that a tagger takes for names because a sentence begins with them.
fn drop_common(text: &str, mentions: &mut Vec<Mention>) {
    let opens: Vec<bool> = mentions.iter().map(|m| opens_sentence(text, m.span.start)).collect();
    let lone = |m: &Mention| m.words.len() == 1 && m.titles.is_empty();
    // Names that stand inside sentences as well are names.
    let sure: BTreeSet<&str> = mentions
        .iter()
        .zip(&opens)
        .filter(|(m, opens)| !**opens || !lone(m))
        .flat_map(|(m, _)| m.words.iter().map(String::as_str))
        .collect();
    let mut small: BTreeMap<&str, usize> = mentions
        .iter()
        .zip(&opens)
        .filter(|(m, opens)| **opens && lone(m) && !sure.contains(m.words[0].as_str()))
        .map(|(m, _)| (m.words[0].as_str(), 0))
        .collect();
    let running = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| w.starts_with(|c: char| c.is_lowercase()));
    let big = |m: &Mention| text[m.span.clone()].starts_with(|c: char| c.is_uppercase());
    if !small.is_empty() {
        for word in running {
            if let Some(count) = small.get_mut(word) {
                *count += 1;
            }
        }
    }
    let keep: Vec<bool> = mentions
        .iter()
        .zip(&opens)
        .map(|(m, opens)| {
            let common = name::is_common(&m.words[0]) && name::acronym(&text[m.span.clone()]).is_none();
            let written_small = small.get(m.words[0].as_str()).is_some_and(|count| *count > 0);
            !(*opens && lone(m) && big(m) && (common || written_small))
        })
        .collect();
    let mut keep = keep.into_iter();
    mentions.retain(|_| keep.next().unwrap_or(true));
}

/// Whether nothing but quotation marks, brackets and white space stand between a place and the end of a sentence.
pub fn opens_sentence(text: &str, at: usize) -> bool {
    for c in text[..at].chars().rev().take(8) {
        match c {
            '\n' | '.' | '!' | '?' | ':' | '…' | '•' => return true,
            '"' | '“' | '‘' | '\'' | '(' | '[' | '-' | '–' | '—' | '`' => {}
            c if c.is_whitespace() => {}
            _ => return false,
        }
    }
    at < 8 || text[..at].trim().is_empty()
}
