//! Where in the sources the words of a sentence stand together, and whether its names stand there too.

use super::evidence::{Evidence, Places, nation_at};
use super::lexicon;
use super::names::{self, Mention};
use super::quotes::cut;
use super::text::{Line, Token};
use super::{Check, Problem};
use crate::digest::Verdict;

/// A word of like sense tells less than the word itself.
const LIKE: f32 = 0.6;
/// What a line gains from the better of its neighbours.
const NEIGHBOUR: f32 = 0.3;
/// How far a name carries over sentences that take it up with a pronoun.
const CARRIED: u32 = 3;
/// Words this far apart in the sentence tell half as much of each other.
const HALF: f32 = 8.0;
/// Rivals are looked for in lines that have this part of what the best has.
const RIVAL: f32 = 0.8;
/// Without a rival, only this part of [`super::Options::nearness`] is asked for.
const ALONE: f32 = 0.4;
/// A rival has one of this many words of content on either side in common with the name.
const BESIDE: usize = 3;
/// Longer names are not taken apart.
const MOST_WORDS: usize = 12;

/// A word of content of the sentence.
#[derive(Debug)]
pub(super) struct Term {
    /// Its token.
    pub token: usize,
    /// Where it stands.
    pub places: Places,
    /// How much it tells.
    pub weight: f32,
}

/// A sentence to check with where its words stand.
#[derive(Debug)]
pub(super) struct Claim {
    pub line: Line,
    /// Its words of content, numbers and names included, in order.
    pub terms: Vec<Term>,
    /// Its names.
    pub mentions: Vec<Mention>,
    /// Whether each token is part of a name.
    pub named: Vec<bool>,
}

impl Claim {
    pub fn new(line: Line, evidence: &Evidence) -> Claim {
        let mentions = names::mentions(&line, evidence);
        let mut named = vec![false; line.tokens.len()];
        for at in mentions.iter().flat_map(|m| &m.tokens) {
            named[*at] = true;
        }
        let mut terms: Vec<Term> = Vec::new();
        for (at, token) in line.tokens.iter().enumerate() {
            if !token.word || token.function {
                continue;
            }
            let places = evidence.places(&line.tokens, at);
            let mut weight = evidence.weight(places.exact.len().max(places.like.len() / 2));
            if lexicon::is_light(&token.text) && !named[at] {
                weight *= 0.3;
            }
            terms.push(Term {
                token: at,
                places,
                weight,
            });
        }
        Claim {
            line,
            terms,
            mentions,
            named,
        }
    }

    /// How well each line of the sources goes with the sentence's words around the tokens `first..end`, which are left out
    /// with all words of the same stems.
    pub fn scores(&self, evidence: &Evidence, first: usize, end: usize) -> Vec<f32> {
        let tokens = &self.line.tokens;
        let mut own = vec![0f32; evidence.lines.len()];
        let mut seen: Vec<&str> = tokens[first..end].iter().map(|t| t.stem.as_str()).collect();
        for term in &self.terms {
            let stem = tokens[term.token].stem.as_str();
            if seen.contains(&stem) {
                continue;
            }
            if seen.len() < 200 {
                seen.push(stem);
            }
            let distance = if term.token < first {
                first - term.token
            } else {
                term.token.saturating_sub(end)
            };
            let weight = term.weight / (1.0 + distance as f32 / HALF);
            for line in &term.places.exact {
                own[*line as usize] += weight;
            }
            for line in &term.places.like {
                if term.places.exact.binary_search(line).is_err() {
                    own[*line as usize] += weight * LIKE;
                }
            }
        }
        (0..own.len() as u32)
            .map(|at| {
                let beside = evidence
                    .around(at)
                    .filter(|l| *l != at)
                    .map(|l| own[l as usize])
                    .fold(0.0, f32::max);
                own[at as usize] + NEIGHBOUR * beside
            })
            .collect()
    }

    /// Whether what stands in `lines` is too far from where the sources have the words around the tokens `first..end`: then the
    /// line that has most of them. Where a rival stands there, something of the same kind, less will do.
    pub fn elsewhere(
        &self,
        evidence: &Evidence,
        first: usize,
        end: usize,
        lines: &[u32],
        rival: &dyn Fn(u32) -> bool,
        rivals_only: bool,
    ) -> Option<u32> {
        let scores = self.scores(evidence, first, end);
        let best = scores.iter().copied().fold(0.0, f32::max);
        let here = lines.iter().map(|l| scores[*l as usize]).fold(0.0, f32::max);
        let limit = evidence.options.nearness * best;
        if here >= limit {
            return None;
        }
        let top = (0..scores.len() as u32).filter(|l| scores[*l as usize] >= RIVAL * best);
        let taken = top.clone().find(|l| rival(*l));
        taken.or_else(|| {
            top.clone()
                .find(|l| scores[*l as usize] >= best)
                .filter(|_| !rivals_only && here < ALONE * limit)
        })
    }
}

/// The lines with a name, and those after them that take it up.
pub(super) fn reach(evidence: &Evidence, lines: &[u32]) -> Vec<u32> {
    let mut out = Vec::with_capacity(lines.len() * 2);
    for &line in lines {
        out.push(line);
        for next in (line + 1..evidence.lines.len() as u32).take(CARRIED as usize) {
            if evidence.source[next as usize] != evidence.source[line as usize] || !evidence.carries[next as usize] {
                break;
            }
            out.push(next);
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// The lines that have all words of a name. Where none has, the name may be two side by side ("Dundee SNP"): each of its parts
/// must then stand somewhere without another part of a name beside it.
fn together(tokens: &[Token], name: &[usize], lines: &[Vec<u32>], evidence: &Evidence) -> Option<Vec<u32>> {
    let common = |lines: &[Vec<u32>]| {
        let (head, rest) = lines.split_first()?;
        let mut all = head.clone();
        for other in rest {
            all.retain(|l| other.binary_search(l).is_ok());
        }
        (!all.is_empty()).then_some(all)
    };
    common(lines).or_else(|| {
        (1..name.len().min(MOST_WORDS)).find_map(|cut| {
            let (a, b) = (common(&lines[..cut])?, common(&lines[cut..])?);
            let alone = |part: &[usize], lines: &[u32]| {
                let stems: Vec<&str> = part.iter().map(|at| tokens[*at].stem.as_str()).collect();
                lines.iter().any(|l| names::alone(&evidence.lines[*l as usize], &stems))
            };
            (alone(&name[..cut], &a) && alone(&name[cut..], &b)).then_some(if a.len() < b.len() { a } else { b })
        })
    })
}

/// The stems of the words of content next to tokens.
fn beside(tokens: &[Token], first: usize, end: usize) -> Vec<&str> {
    let content = |t: &&Token| t.word && !t.function;
    let before = tokens[..first].iter().rev().filter(content).take(BESIDE);
    let after = tokens[end..].iter().filter(content).take(BESIDE);
    before.chain(after).map(|t| t.stem.as_str()).collect()
}

/// Names that no source has, that the sources do not put together, or that stand elsewhere.
pub(super) fn names(claim: &Claim, evidence: &Evidence) -> Vec<Problem> {
    let tokens = &claim.line.tokens;
    let mut problems = Vec::new();
    for mention in &claim.mentions {
        let (Some(&first), Some(&last)) = (mention.tokens.first(), mention.tokens.last()) else {
            continue;
        };
        let name = cut(&claim.line.text[tokens[first].span.start..tokens[last].span.end], 60);
        let lines: Vec<Vec<u32>> = mention
            .tokens
            .iter()
            .map(|at| names::lines_with(tokens, *at, evidence))
            .collect();
        if let Some(missing) = lines.iter().position(Vec::is_empty) {
            let at = &tokens[mention.tokens[missing]];
            let word = cut(&claim.line.text[at.span.clone()], 60);
            let why = if mention.tokens.len() > 1 && word != name {
                format!("“{name}”: no source has “{word}”")
            } else {
                format!("“{name}”: no source names it")
            };
            problems.push(Problem::new(Check::Name, Verdict::NotFound, why));
            continue;
        }
        let Some(together) = together(tokens, &mention.tokens, &lines, evidence) else {
            problems.push(Problem::new(
                Check::Name,
                Verdict::NotFound,
                format!("“{name}”: the sources have its words, but not together"),
            ));
            continue;
        };
        // A surname alone stands for the name later on.
        let mut all: Vec<u32> = lines.last().cloned().unwrap_or_default();
        all.extend(&together);
        all.sort_unstable();
        all.dedup();
        let country = mention.tokens.iter().all(|at| nation_at(tokens, *at).is_some());
        let beside = beside(tokens, first, last + 1);
        let rival = |l: u32| {
            let line = &evidence.lines[l as usize];
            evidence.named[l as usize].iter().any(|at| {
                let at = *at as usize;
                nation_at(&line.tokens, at).is_some() == country
                    && !tokens.iter().any(|t| t.stem == line.tokens[at].stem)
                    && self::beside(&line.tokens, at, at + 1)
                        .iter()
                        .any(|b| beside.contains(b))
            })
        };
        // What a text is about, and where it happens, is named at its beginning and understood from then on.
        let opening = all.iter().any(|l| evidence.opens(*l));
        if let Some(best) = claim.elsewhere(evidence, first, last + 1, &reach(evidence, &all), &rival, opening) {
            let there = cut(&evidence.lines[best as usize].text, 80);
            problems.push(Problem::new(
                Check::Place,
                Verdict::Contradicted,
                format!("“{name}”: no source names it where it says “{there}”"),
            ));
        }
    }
    problems
}
