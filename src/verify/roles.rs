//! Who did what to whom: the names on either side of a verb.

use super::evidence::Evidence;
use super::near::Claim;
use super::quotes::cut;
use super::text::{Line, Token};
use super::{Check, Problem, lexicon};
use crate::digest::Verdict;

/// A name belongs to a verb that is so many words away.
const REACH: usize = 4;

/// The names next to a verb, by the stems of their words.
#[derive(Debug, Default)]
struct Frame<'a> {
    before: Vec<&'a str>,
    after: Vec<&'a str>,
    /// "Was beaten by": what stands after it acts.
    passive: bool,
}

impl Frame<'_> {
    fn actor(&self) -> &[&str] {
        if self.passive { &self.after } else { &self.before }
    }

    fn target(&self) -> &[&str] {
        if self.passive { &self.before } else { &self.after }
    }
}

/// The frame of the verb at a token; `named` says which tokens are parts of names.
fn frame<'a>(tokens: &'a [Token], at: usize, named: &dyn Fn(usize) -> bool) -> Frame<'a> {
    let side = |places: &mut dyn Iterator<Item = usize>| {
        let (mut words, mut stems) = (0, Vec::new());
        for i in places {
            if named(i) {
                stems.push(tokens[i].stem.as_str());
            } else if !stems.is_empty() || tokens[i].is(';') {
                break;
            } else if tokens[i].word {
                words += 1;
                if words > REACH {
                    break;
                }
            }
        }
        stems
    };
    let by = tokens[at + 1..]
        .iter()
        .filter(|t| t.word)
        .take(2)
        .any(|t| t.text == "by");
    let been = tokens[..at].iter().rev().filter(|t| t.word).take(3).any(|t| {
        matches!(
            t.text.as_str(),
            "was" | "were" | "is" | "are" | "been" | "being" | "be" | "got"
        )
    });
    Frame {
        before: side(&mut (0..at).rev()),
        after: side(&mut (at + 1..tokens.len())),
        passive: by && been,
    }
}

fn share(a: &[&str], b: &[&str]) -> bool {
    a.iter().any(|x| b.contains(x))
}

/// Names that changed places around a verb.
pub(super) fn check(claim: &Claim, evidence: &Evidence) -> Option<Problem> {
    let tokens = &claim.line.tokens;
    for term in claim
        .terms
        .iter()
        .filter(|t| !claim.named[t.token] && !tokens[t.token].capital)
    {
        let token = &tokens[term.token];
        if token.number().is_some() || token.function || !is_verb(&token.text) {
            continue;
        }
        let said = frame(tokens, term.token, &|i| claim.named[i]);
        if said.before.is_empty() || said.after.is_empty() || share(&said.before, &said.after) {
            continue;
        }
        let (mut turned, mut same) = (None, false);
        for l in &term.places.exact {
            let line = &evidence.lines[*l as usize];
            let named = |i: usize| is_named(evidence, *l, i);
            for at in (0..line.tokens.len()).filter(|i| line.tokens[*i].stem == token.stem) {
                let found = frame(&line.tokens, at, &named);
                same |= share(said.actor(), found.actor()) || share(said.target(), found.target());
                if share(said.actor(), found.target()) && share(said.target(), found.actor()) {
                    turned = turned.or(Some(line));
                }
            }
        }
        if let Some(line) = turned.filter(|_| !same) {
            return Some(Problem::new(
                Check::Actor,
                Verdict::Contradicted,
                format!(
                    "“{}”: the source has it the other way round: “{}”",
                    cut(&claim.line.text[token.span.clone()], 40),
                    cut(&line.text, 80)
                ),
            ));
        }
    }
    None
}

/// Whether a word looks like a verb in the past or the third person.
fn is_verb(folded: &str) -> bool {
    folded.ends_with("ed")
        || folded.ends_with('s') && !folded.ends_with("ss")
        || lexicon::irregular(folded).is_some()
        || matches!(
            folded,
            "beat" | "hit" | "cut" | "let" | "put" | "quit" | "hurt" | "set" | "upset"
        )
}

fn is_named(evidence: &Evidence, line: u32, token: usize) -> bool {
    let token_at = u32::try_from(token).unwrap_or(u32::MAX);
    let tokens = &evidence.lines[line as usize].tokens;
    evidence.named[line as usize].binary_search(&token_at).is_ok()
        || tokens[token].capital
            && evidence.has_capital(&tokens[token].text)
            && !evidence.has_lower(&tokens[token].text)
}

/// Whether a sentence says with one word of a pair of opposites what the source says with the other, of the other side:
/// "A lost to B" for "B beat A".
pub(super) fn converse(claim: &Claim, at: usize, line: &Line, hit: &Token) -> bool {
    let said = frame(&claim.line.tokens, at, &|i| claim.named[i]);
    let Some(there) = line.tokens.iter().position(|t| t.span == hit.span) else {
        return false;
    };
    let capital = |i: usize| line.tokens[i].word && line.tokens[i].capital && !line.tokens[i].function;
    let found = frame(&line.tokens, there, &capital);
    let same = share(&said.before, &found.before) || share(&said.after, &found.after);
    !same && (share(&said.before, &found.after) || share(&said.after, &found.before))
}
