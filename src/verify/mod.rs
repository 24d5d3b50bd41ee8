//! Verification: whether the sources of a story bear out a sentence about it.
//!
//! There is no model in it. A sentence is taken apart into what can be looked up, and each part must stand in the
//! sources, near what the sentence says it of:
//! 1. `copied`: a sentence that stands in a source, or is one with words left out, needs no more;
//! 2. `quotes`: quotations are verbatim;
//! 3. `numbers` (with `amounts`), `dates`: value, unit, role, and what is counted;
//! 4. `names`, `near`: names are in the sources, together, and near the sentence's other words;
//! 5. `words`: the words of content, opposites, "not", he and she;
//! 6. `roles`: who does it to whom, where both names stand next to the verb.
//!
//! What it cannot see: a wrong claim made of the right words, in the right place; a predicate of like sense that is not
//! the same; what follows from what a source says.

mod amounts;
mod copied;
mod dates;
mod evidence;
mod lexicon;
mod names;
mod near;
mod numbers;
mod quotes;
mod roles;
mod stream;
#[cfg(test)]
mod tests;
mod text;
mod words;

use serde::{Deserialize, Serialize};

use crate::digest::{Finding, Verdict, Verifier};
pub use evidence::Evidence;
use text::Line;

/// What is longer, and stands in no source, is refused: its words could be checked one by one only in quadratic time.
const LONGEST: usize = 500;

/// Thresholds of verification, chosen on BUMP and DeFacto (dev files; docs/measurements.md has the curves). Numbers, units, dates, names
/// that no source has and quotations are checked as strictly whatever they are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The part of a sentence's words of content (names counted, common words left out) that its sources may lack. 0 takes
    /// only the sources' own words and words of like sense, 1 leaves words unchecked. .25 is the most that still sees 85% of the
    /// foreign names and things in BUMP's altered sentences by the alteration itself.
    pub novelty: f32,
    /// A name or number must stand where the sources have at least this part of the sentence's other words that they have in
    /// the best place, if something of its kind stands there instead. 0 lets it stand anywhere. Higher sees more of the names
    /// that changed places, and stops more sentences that draw on several places.
    pub nearness: f32,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            novelty: 0.25,
            nearness: 0.3,
        }
    }
}

/// What a check looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Words left out of a sentence change it.
    Deletion,
    /// A quotation.
    Quotation,
    /// A number with its unit.
    Number,
    /// What happened to what is counted.
    Role,
    /// A day, month, year or time of day.
    Date,
    /// A name that no source has.
    Name,
    /// A name or number that stands elsewhere in the sources.
    Place,
    /// Who does what to whom.
    Actor,
    /// An opposite.
    Opposite,
    /// A "not" too many or too few.
    Negation,
    /// He for she.
    Gender,
    /// A pronoun that stands for nobody.
    Pronoun,
    /// Words that no source has.
    Words,
}

/// What is wrong with a sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The check that found it.
    pub check: Check,
    /// Whether the sources say otherwise, or nothing.
    pub verdict: Verdict,
    /// One line for an editor.
    pub why: String,
}

impl Problem {
    fn new(check: Check, verdict: Verdict, why: String) -> Problem {
        Problem { check, verdict, why }
    }
}

impl Evidence {
    /// All that is wrong with a sentence, the gravest first. Empty where the sources bear it out.
    pub fn problems(&self, sentence: &str) -> Vec<Problem> {
        let line = Line::new(sentence);
        if !line.tokens.iter().any(|t| t.word) {
            return Vec::new();
        }
        match copied::check(&line, self) {
            copied::Copy::Whole => return Vec::new(),
            copied::Copy::Changed(problem) => return vec![problem],
            copied::Copy::No => {}
        }
        if line.tokens.len() > LONGEST {
            let why = format!("no sentence has more than {LONGEST} words: split it, and check again");
            return vec![Problem::new(Check::Words, Verdict::NotFound, why)];
        }
        let claim = near::Claim::new(line, self);
        let mut problems = quotes::check(&claim, self);
        problems.extend(numbers::check(&claim, self));
        problems.extend(dates::check(&claim, self));
        problems.extend(near::names(&claim, self));
        problems.extend(words::check(&claim, self));
        problems.extend(roles::check(&claim, self));
        problems.sort_by_key(|p| (p.verdict != Verdict::Contradicted, p.check));
        problems
    }
}

impl Verifier for Evidence {
    fn verify(&self, sentence: &str) -> Finding {
        finding(self.problems(sentence))
    }
}

fn finding(problems: Vec<Problem>) -> Finding {
    match problems.into_iter().next() {
        Some(problem) => Finding {
            verdict: problem.verdict,
            why: Some(problem.why),
        },
        None => Finding {
            verdict: Verdict::Supported,
            why: None,
        },
    }
}

/// What is wrong with each sentence of a summary, in order. Beyond what [`Evidence::problems`] sees, the first may not begin
/// with a pronoun that stands for nobody, unless a source says it in the same words.
pub fn problems(summary: &[&str], evidence: &Evidence) -> Vec<Vec<Problem>> {
    summary
        .iter()
        .enumerate()
        .map(|(n, sentence)| {
            let mut problems = evidence.problems(sentence);
            if n == 0 {
                problems.extend(words::dangling(&Line::new(sentence), evidence));
            }
            problems
        })
        .collect()
}

/// Checks all sentences of a summary.
pub fn check(summary: &[&str], evidence: &Evidence) -> Vec<Finding> {
    problems(summary, evidence).into_iter().map(finding).collect()
}
