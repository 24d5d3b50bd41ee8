//! Words of content that no source has, opposites, "not", he and she, and pronouns that stand for nobody.

use super::evidence::Evidence;
use super::near::{Claim, Term};
use super::quotes::{cut, quotes};
use super::text::{Line, Token, stem};
use super::{Check, Problem, dates, lexicon, names, roles};
use crate::digest::Verdict;

/// A line goes with a sentence if it has this part of what the best line has of it.
const ALIGNED: f32 = 0.75;
/// A "not" is compared only where a line has at least this part of the weight of the sentence's words.
const COVERED: f32 = 0.6;
/// A "not" belongs to a word that follows it so closely.
const SCOPE: usize = 2;

pub(super) fn check(claim: &Claim, evidence: &Evidence) -> Vec<Problem> {
    let mut problems = Vec::new();
    problems.extend(missing(claim, evidence));
    problems.extend(opposites(claim, evidence));
    problems.extend(negation(claim, evidence));
    problems.extend(gender(claim, evidence));
    problems
}

/// Whether a term is a plain word of content: no name, number or date, and no word that says little.
fn is_content(claim: &Claim, term: &Term) -> bool {
    let token = &claim.line.tokens[term.token];
    token.text.len() > 1
        && !claim.named[term.token]
        && token.number().is_none()
        && !token.ordinal()
        && !token.has_digit()
        && !lexicon::is_light(&token.text)
        && lexicon::vague(&token.text).is_none()
        && !dates::is_date(&claim.line, term.token)
}

fn missing(claim: &Claim, evidence: &Evidence) -> Option<Problem> {
    let quoted = quotes(&claim.line.tokens);
    let (mut all, mut lacking) = (0usize, Vec::new());
    for term in &claim.terms {
        if claim.named[term.token] {
            all += 1;
        }
        if !is_content(claim, term) || quoted.iter().any(|q| (q.first..q.end).contains(&term.token)) {
            continue;
        }
        all += 1;
        if term.places.is_empty() && claim.line.quantity_at(term.token).is_none() {
            lacking.push(cut(&claim.line.text[claim.line.tokens[term.token].span.clone()], 40));
        }
    }
    let share = lacking.len() as f32 / all.max(1) as f32;
    (!lacking.is_empty() && share > evidence.options.novelty).then(|| {
        let shown: Vec<String> = lacking.iter().take(4).map(|w| format!("“{w}”")).collect();
        Problem::new(
            Check::Words,
            Verdict::NotFound,
            format!("{}: no source says so", shown.join(", ")),
        )
    })
}

/// The lines that go with the sentence around a token, without what the token itself adds.
fn aligned(claim: &Claim, evidence: &Evidence, at: usize) -> Vec<u32> {
    let scores = claim.scores(evidence, at, at + 1);
    let best = scores.iter().copied().fold(0.0, f32::max);
    if best <= 0.0 {
        return Vec::new();
    }
    (0..scores.len() as u32)
        .filter(|l| scores[*l as usize] >= ALIGNED * best)
        .collect()
}

fn opposites(claim: &Claim, evidence: &Evidence) -> Vec<Problem> {
    let mut problems = Vec::new();
    for term in &claim.terms {
        let token = &claim.line.tokens[term.token];
        let opposites = lexicon::opposites(&token.stem);
        if opposites.is_empty() || claim.named[term.token] {
            continue;
        }
        if !opposites.iter().any(|o| !evidence.with_stem(o).is_empty()) {
            continue;
        }
        let lines = aligned(claim, evidence, term.token);
        let says = |l: &u32| term.places.exact.binary_search(l).is_ok() || term.places.like.binary_search(l).is_ok();
        if lines.iter().any(says) {
            continue;
        }
        let Some((line, opposite)) = lines.iter().find_map(|l| {
            let other = &evidence.lines[*l as usize];
            let hit = other.tokens.iter().find(|t| t.word && opposites.contains(&t.stem))?;
            // The sentence has both: "fell before it rose".
            let both = claim.line.tokens.iter().any(|t| t.stem == hit.stem);
            (!both && !roles::converse(claim, term.token, other, hit)).then_some((other, hit))
        }) else {
            continue;
        };
        problems.push(Problem::new(
            Check::Opposite,
            Verdict::Contradicted,
            format!(
                "“{}”: the source says “{}”",
                cut(&claim.line.text[token.span.clone()], 40),
                cut(&line.text[opposite.span.clone()], 40)
            ),
        ));
    }
    problems
}

/// The word that the first "not" of a sentence belongs to comes after it; whether one stands before a token.
fn negated(tokens: &[Token], at: usize) -> bool {
    tokens[at.saturating_sub(SCOPE)..at]
        .iter()
        .any(|t| t.word && lexicon::is_negation(&t.text))
}

fn negation(claim: &Claim, evidence: &Evidence) -> Option<Problem> {
    let total: f32 = claim.terms.iter().map(|t| t.weight).sum();
    let end = claim.line.tokens.len();
    let scores = claim.scores(evidence, end, end);
    let (best, score) = scores
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)))?;
    let own: f32 = claim
        .terms
        .iter()
        .filter(|t| t.places.exact.binary_search(&(best as u32)).is_ok())
        .map(|t| t.weight)
        .sum();
    if *score <= 0.0 || own < COVERED * total {
        return None;
    }
    let line = &evidence.lines[best];
    let tokens = &claim.line.tokens;
    for term in claim
        .terms
        .iter()
        .filter(|t| is_content(claim, t) || lexicon::is_light(&tokens[t.token].text))
    {
        let token = &tokens[term.token];
        let here = negated(tokens, term.token);
        let mut there = line
            .tokens
            .iter()
            .enumerate()
            .filter(|(_, t)| t.stem == token.stem)
            .map(|(i, _)| negated(&line.tokens, i));
        let Some(first) = there.next() else { continue };
        let either = here || first;
        if !either || there.any(|n| n != first) || here == first {
            continue;
        }
        // Denials and words like "without" turn a sentence as well.
        let turned = |ts: &[Token]| {
            ts.iter()
                .filter(|t| t.word && (lexicon::is_negation(&t.text) || lexicon::is_denial(&t.stem)))
                .count()
        };
        if turned(tokens) % 2 == turned(&line.tokens) % 2 {
            continue;
        }
        let shown = cut(&claim.line.text[token.span.clone()], 40);
        let (says, has) = if here {
            ("not", "without it")
        } else {
            ("no “not”", "with one")
        };
        return Some(Problem::new(
            Check::Negation,
            Verdict::Contradicted,
            format!("“{shown}” has {says} here, the source {has}: “{}”", cut(&line.text, 80)),
        ));
    }
    None
}

/// Male, female or neither.
fn sex(token: &Token) -> Option<bool> {
    Some(match token.text.as_str() {
        "he" | "him" | "his" | "himself" => true,
        "she" | "her" | "hers" | "herself" => false,
        _ => return None,
    })
}

fn of_sex(token: &Token, male: bool) -> bool {
    sex(token) == Some(male)
        || if male {
            matches!(
                token.text.as_str(),
                "mr" | "man"
                    | "men"
                    | "boy"
                    | "boys"
                    | "father"
                    | "son"
                    | "brother"
                    | "husband"
                    | "sir"
                    | "lord"
                    | "king"
                    | "prince"
                    | "dad"
                    | "uncle"
                    | "grandfather"
                    | "male"
                    | "actor"
                    | "duke"
                    | "nephew"
                    | "gentleman"
            )
        } else {
            matches!(
                token.text.as_str(),
                "mrs"
                    | "ms"
                    | "miss"
                    | "woman"
                    | "women"
                    | "girl"
                    | "girls"
                    | "mother"
                    | "daughter"
                    | "sister"
                    | "wife"
                    | "lady"
                    | "dame"
                    | "queen"
                    | "princess"
                    | "mum"
                    | "mom"
                    | "aunt"
                    | "grandmother"
                    | "female"
                    | "actress"
                    | "duchess"
                    | "niece"
                    | "pregnant"
            )
        }
}

/// He where the sources, there where they say the rest, know only a she.
fn gender(claim: &Claim, evidence: &Evidence) -> Option<Problem> {
    let tokens = &claim.line.tokens;
    let quoted = quotes(tokens);
    let outside = |i: usize| !quoted.iter().any(|q| (q.first..q.end).contains(&i));
    let (at, male) = tokens
        .iter()
        .enumerate()
        .filter(|(i, _)| outside(*i))
        .find_map(|(i, t)| sex(t).map(|s| (i, s)))?;
    // The sentence itself may name one: "Mrs Shirley said her husband...".
    if tokens.iter().any(|t| sex(t).is_none() && of_sex(t, male)) {
        return None;
    }
    let lines = aligned(claim, evidence, at);
    let has =
        |lines: &mut dyn Iterator<Item = &Line>, male: bool| lines.flat_map(|l| &l.tokens).any(|t| of_sex(t, male));
    // There, before the same word: "her 300th" for "his 300th".
    let next = tokens.get(at + 1).filter(|t| t.word);
    let swapped = next.is_some_and(|next| {
        lines.iter().any(|l| {
            let other = &evidence.lines[*l as usize].tokens;
            let before = |male| {
                let at = |i: usize| {
                    other[i].stem == next.stem && other[i.saturating_sub(2)..i].iter().any(|t| sex(t) == Some(male))
                };
                (0..other.len()).any(at)
            };
            before(!male) && !before(male)
        })
    });
    let wrong = swapped || has(&mut evidence.lines.iter(), !male) && !has(&mut evidence.lines.iter(), male);
    wrong.then(|| {
        let shown = cut(&claim.line.text[tokens[at].span.clone()], 10);
        let other = if male { "she" } else { "he" };
        Problem::new(
            Check::Gender,
            Verdict::Contradicted,
            format!("“{shown}”: the source says “{other}”"),
        )
    })
}

/// A pronoun at the beginning of a summary.
pub(super) fn dangling(line: &Line, evidence: &Evidence) -> Option<Problem> {
    if matches!(super::copied::check(line, evidence), super::copied::Copy::Whole) {
        return None;
    }
    let tokens: Vec<&Token> = line.tokens.iter().filter(|t| t.word).collect();
    let first = tokens.first()?;
    let opening = line.tokens.first().is_some_and(|t| !t.word);
    if !names::is_pronoun(&first.text) || opening {
        return None;
    }
    if first.text == "it" && expletive(&tokens) {
        return None;
    }
    let shown = cut(&line.text[first.span.clone()], 10);
    Some(Problem::new(
        Check::Pronoun,
        Verdict::NotFound,
        format!("“{shown}”: nothing before says who or what"),
    ))
}

/// "It is hard to say", "It took jurors an hour to": an "it" that stands for what follows.
fn expletive(tokens: &[&Token]) -> bool {
    let second = tokens.get(1).map_or("", |t| t.text.as_str());
    if matches!(second, "took" | "takes" | "seems" | "appears" | "rained" | "snowed") {
        return true;
    }
    let later = &tokens[1..tokens.len().min(8)];
    let linking = later
        .iter()
        .take(3)
        .any(|t| matches!(t.text.as_str(), "is" | "was" | "be" | "been" | "became"));
    linking
        && later.windows(2).any(|w| {
            matches!(
                w[0].text.as_str(),
                "that" | "who" | "how" | "when" | "why" | "whether" | "if" | "like"
            ) || w[0].text == "to"
                && w[1].stem == stem(&w[1].text)
                && !matches!(w[1].text.as_str(), "the" | "a" | "an" | "his" | "her")
        })
}
