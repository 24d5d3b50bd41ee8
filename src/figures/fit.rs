//! Cuts words to the length of a line, where a phrase ends.

use super::lexicon::{AUXILIARY, DETERMINER, PREPOSITION, TAIL, one_of};
use super::line::{LONGEST, Parts};
use super::words::Word;

/// The clause as it stands, or as much of the sentence around the figure as fits, with dots where it goes on.
pub(super) fn window(parts: &Parts<'_>) -> String {
    let words = &parts.parsed.words;
    let (mut first, mut end) = (parts.at, parts.at + 1);
    let hard = |w: &Word| w.is_break() && !w.is('(') && !w.is(')') || w.is_quote();
    let mut length = parts.text(first, end).chars().count();
    let mut open = (true, true);
    while open.0 || open.1 {
        if open.1 {
            match words.get(end).filter(|w| !hard(w)) {
                Some(word) if length + word.span.len() < LONGEST => {
                    length += word.span.len() + 1;
                    end += 1;
                }
                _ => open.1 = false,
            }
        }
        if open.0 {
            match first.checked_sub(1).and_then(|f| words.get(f)).filter(|w| !hard(w)) {
                Some(word) if length + word.span.len() < LONGEST => {
                    length += word.span.len() + 1;
                    first -= 1;
                }
                _ => open.0 = false,
            }
        }
    }
    while first < parts.at && parts.lower(first) == "'s" {
        first += 1;
    }
    let before = first
        .checked_sub(1)
        .and_then(|f| words.get(f))
        .is_some_and(|w| !hard(w));
    let after = words.get(end).is_some_and(|w| !hard(w));
    let text = tidy(&parts.text(first, end));
    format!(
        "{}{text}{}",
        if before { "… " } else { "" },
        if after { " …" } else { "" }
    )
}

/// The words of the pieces, the last cut where a phrase ends so that the line is not too long. `None` where what must stay,
/// through the figure and its verb, is too long already.
pub(super) fn fitted(parts: &Parts<'_>, pieces: &[(usize, usize)]) -> Option<String> {
    let (last, before) = pieces.split_last()?;
    let mut text: Vec<String> = before
        .iter()
        .map(|(a, b)| parts.text(*a, *b))
        .filter(|t| !t.is_empty())
        .collect();
    let (first, end) = *last;
    let fixed: usize = text.iter().map(|t| t.chars().count() + 1).sum();
    let must = if parts.clause.leads {
        parts.clause.verb.map_or(parts.at, |v| v + 1)
    } else {
        parts.at
    } + 1;
    let must = must.clamp(first, end.max(first));
    let mut best = None;
    for cut in (must..=end).rev() {
        let boundary = cut == end || {
            let word = parts.lower(cut);
            // "to" and "of" belong to what is before.
            let times = cut == parts.at + 1
                && (word == "as" || word.ends_with("er") || word == "more" || word == "less" || word == "of");
            let opens = !times && (PREPOSITION.has(word) && !matches!(word, "of" | "than" | "per"))
                || TAIL.has(word)
                || matches!(word, "and" | "or" | "to" | "that" | "if")
                // "People living in the ...", not "public hearing".
                || word.ends_with("ing") && DETERMINER.has(parts.lower(cut + 1));
            // "leading to", "based on": one phrase.
            let held = matches!(word, "to" | "on")
                && (parts.lower(cut - 1).ends_with("ing") || parts.lower(cut - 1).ends_with("ed"))
                && cut - 1 > parts.at;
            opens
                && !held
                && !PREPOSITION.has(parts.lower(cut - 1))
                && !AUXILIARY.has(parts.lower(cut - 1))
                && !DETERMINER.has(parts.lower(cut - 1))
                && !matches!(
                    parts.lower(cut - 1),
                    "and" | "or" | "to" | "up" | "down" | "as" | "according"
                )
        };
        if !boundary {
            continue;
        }
        best = Some(cut);
        if fixed + parts.text(first, cut).chars().count() <= LONGEST {
            break;
        }
    }
    let cut = best?;
    text.push(parts.text(first, cut));
    let line = text
        .iter()
        .filter(|t| !t.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join(" ");
    (line.chars().count() <= LONGEST + 24 || cut == must)
        .then_some(line)
        .filter(|l| l.chars().count() <= LONGEST + 60)
}

/// Without marks and small words that end nothing.
pub(super) fn tidy(line: &str) -> String {
    let mut line = line
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '—' | '–' | '-' | '"' | '.'))
        .to_owned();
    loop {
        let last = line.rsplit(' ').next().unwrap_or("").to_lowercase();
        let dangling = one_of(
            last.as_str(),
            "in on into and or but the a an with of that which who after when as while than because for from by \
                to at including",
        );
        if !dangling || !line.contains(' ') {
            break;
        }
        let cut = line.len() - line.rsplit(' ').next().map_or(0, str::len);
        line.truncate(cut);
        line = line.trim_end_matches([' ', ',']).to_owned();
    }
    // A bracket or quotation mark whose fellow was cut off.
    if line.matches('(').count() != line.matches(')').count() {
        line = line.replace(['(', ')'], "");
    }
    if line.matches('“').count() != line.matches('”').count() {
        line = line.replace(['“', '”'], "");
    }
    line
}

/// With a capital, unless the first word has one inside ("iPhone").
pub(super) fn capitalised(line: &str) -> String {
    let first = line.split(' ').next().unwrap_or("");
    if first.chars().skip(1).any(char::is_uppercase) {
        return line.to_owned();
    }
    let mut chars = line.chars();
    chars
        .next()
        .map_or(String::new(), |c| c.to_uppercase().chain(chars).collect())
}
