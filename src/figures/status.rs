//! How a figure is meant: as a fact, a claim, a denial, a forecast or a target.

use super::lexicon::one_of;
use crate::digest::Status;

use super::attribution::Frame;
use super::clause::Clause;
use super::lexicon::{ADVERB, AIM, EXPECT, MODAL};
use super::words::Word;

/// Tells the status of the figure at `at` from the verb of saying and the verbs of its own clause.
pub(super) fn status(words: &[Word], clause: &Clause, at: usize, frame: Option<&Frame>) -> Status {
    let lower = |i: usize| words.get(i).map_or("", |w| w.lower.as_str());
    let verb = frame.map_or("", |f| lower(f.verb));
    // What governs the figure: the clause before it, and its verb where it is the subject itself.
    let first = clause.aside.map_or(clause.first, |_| clause.first);
    let reach = if clause.leads {
        clause.verb.map_or(at, |v| (v + 4).min(clause.end))
    } else {
        at
    };
    let governing: Vec<usize> = (first..reach.max(at)).filter(|i| *i != at).collect();
    let any = |test: &dyn Fn(usize) -> bool| governing.iter().any(|i| test(*i));
    // The words before the clause may govern it: "denied killing 40", "denied that".
    let back: Vec<&str> = (clause.first.saturating_sub(5)..clause.first).map(lower).collect();
    let refused = back.iter().any(|w| {
        matches!(
            *w,
            "rejected" | "rejects" | "dismissed" | "dismisses" | "disputed" | "disputes" | "refuted"
        )
    }) && back.iter().any(|w| {
        matches!(
            *w,
            "claims" | "claim" | "reports" | "report" | "allegations" | "suggestions" | "accusations"
        )
    });
    let opening = refused
        || (clause.first.saturating_sub(3)..clause.first).any(|i| matches!(lower(i), "denied" | "denies" | "denying"));
    if matches!(verb, "denied" | "denies" | "deny")
        || opening
        || any(&|i| {
            matches!(lower(i), "denied" | "denies" | "denying")
                || matches!(lower(i), "rejected" | "dismissed" | "disputed" | "disputes")
                    && governing.iter().any(|j| {
                        one_of(
                            lower(*j),
                            "claims claim reports report allegations suggestions figure estimate toll",
                        )
                    })
        })
    {
        return Status::Denied;
    }
    if matches!(verb, "claimed" | "claims" | "claim" | "alleged" | "alleges" | "allege")
        || any(&|i| {
            matches!(
                lower(i),
                "claims" | "claimed" | "alleged" | "alleges" | "allegedly" | "reportedly" | "purportedly"
            ) && (i + 1 != at || lower(i).ends_with("ly"))
                && !one_of(
                    lower(i.wrapping_sub(1)),
                    "insurance jobless benefit unemployment asylum compensation the of new weekly initial",
                )
                && (lower(i).ends_with("ly") || lower(i + 1) == "to" || lower(i + 1) == "that" || lower(i) == "alleged")
        })
        || clause.leads
            && (at + 1..clause.end)
                .take(5)
                .any(|i| matches!(lower(i), "allegedly" | "reportedly"))
        || any(&|i| lower(i) == "accused" && lower(i + 1) == "of")
    {
        return Status::Claimed;
    }
    let after_number = |i: usize| i > at;
    let aim = any(&|i| AIM.has(lower(i)) && verbal(words, i) && !after_number(i))
        || clause.leads
            && (at + 1..reach)
                .any(|i| matches!(lower(i), "planned" | "targeted" | "proposed" | "pledged" | "promised"))
        || matches!(lower(at + 1), "target" | "goal")
        || (at.saturating_sub(3)..at)
            .any(|i| matches!(lower(i), "target" | "goal") && matches!(lower(i + 1), "of" | "to" | "is"));
    if aim {
        return Status::Target;
    }
    let conditional = |i: usize| {
        MODAL.has(lower(i)) && words.get(i).is_some_and(|w| !w.capital || i == clause.first)
            // "May" the month; "will" the noun.
            && !one_of(lower(i.wrapping_sub(1)), "in the his her a of since by on their")
    };
    let expected = |i: usize| {
        EXPECT.has(lower(i))
            && match lower(i) {
                "set" | "due" | "scheduled" | "poised" | "likely" => lower(i + 1) == "to",
                "forecast" | "forecasts" | "projection" | "projections" | "projected" | "predicted" | "expected"
                | "expects" | "expect" => {
                    !matches!(lower(i.wrapping_sub(1)), "than") || lower(i.wrapping_sub(2)) != "more"
                }
                _ => true,
            }
    };
    if matches!(
        verb,
        "predicted" | "predicts" | "forecast" | "forecasts" | "projected" | "projects"
    ) || any(&conditional)
        || any(&expected)
    {
        return Status::Forecast;
    }
    Status::Stated
}

/// Whether a word of aiming is a verb here: "plans to", "aims for", not "the plans".
fn verbal(words: &[Word], at: usize) -> bool {
    let lower = |i: usize| words.get(i).map_or("", |w| w.lower.as_str());
    let next = if ADVERB.has(lower(at + 1)) { at + 2 } else { at + 1 };
    match lower(at) {
        "pledged" | "promised" | "vowed" | "pledges" | "promises" | "vows" | "pledge" | "promise" => true,
        "wants" | "want" | "wanted" | "hopes" | "hope" | "hoped" | "hoping" | "aims" | "aim" | "aimed" | "aiming"
        | "seeks" | "seek" | "sought" | "seeking" | "intends" | "intend" | "intended" => {
            matches!(lower(next), "to" | "for" | "at") || words.get(next).is_some_and(Word::is_number)
        }
        "target" | "targets" | "targeted" | "targeting" | "goal" | "goals" | "objective" | "ambition" => {
            matches!(lower(next), "of" | "to" | "is" | "was") || words.get(next).is_some_and(Word::is_number)
        }
        "plans" | "plan" | "planned" | "planning" | "proposed" | "proposes" | "propose" | "proposing" => {
            lower(next) == "to" || lower(next) == "for" && lower(at) == "plans"
        }
        _ => false,
    }
}
