//! The gold of `tests/cases/figures`: F1 over value and unit, as `score.py figures` counts it, and the kinds.

use std::path::{Path, PathBuf};

use broadsheet::document::{Quantity, QuantityKind};
use broadsheet::quantity::quantities;
use serde::Deserialize;

/// One line of gold.
#[derive(Deserialize)]
struct Case {
    id: String,
    text: String,
    /// What is said; absent in `kinds.jsonl`.
    figures: Option<Vec<Figure>>,
    /// Values that count neither way.
    #[serde(default)]
    optional: Vec<f64>,
    #[serde(default)]
    kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Figure {
    value: f64,
    max: Option<f64>,
    unit: String,
}

#[derive(Deserialize)]
struct Kind {
    value: f64,
    kind: QuantityKind,
}

/// True positives, predictions, gold.
#[derive(Default)]
struct Tally(usize, usize, usize);

impl Tally {
    fn f1(&self) -> f64 {
        2.0 * self.0 as f64 / (self.1 + self.2) as f64
    }
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/figures");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the cases")
        .map(|e| e.expect("an entry").path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "jsonl"));
    files.sort();
    files
}

fn cases(file: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(file).expect("readable gold");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{}: {e}: {line}", file.display())))
        .collect()
}

/// Whether a prediction of this kind costs nothing where the gold does not list it.
fn is_free(kind: QuantityKind) -> bool {
    use QuantityKind::*;
    matches!(kind, Score | Rank | Ratio | Fraction | Age | VoteShare)
}

/// Scores one case as `score.py figures` does: narrow golds first, each matched at most once.
fn score(case: &Case, gold: &[Figure], tally: &mut Tally) -> Vec<String> {
    let mut left: Vec<Quantity> = quantities(&case.text);
    let mut gold: Vec<_> = gold
        .iter()
        .map(|f| (f.value, f.max.unwrap_or(f.value), f.unit.as_str()))
        .collect();
    gold.sort_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)).then(a.0.total_cmp(&b.0)));
    let mut wrong = Vec::new();
    tally.2 += gold.len();
    for (low, high, unit) in gold {
        let slack = 1e-9 * low.abs().max(high.abs());
        let fits = |q: &Quantity| {
            q.value >= low - slack
                && q.value <= high + slack
                && q.unit.as_deref().unwrap_or("").eq_ignore_ascii_case(unit)
        };
        match left.iter().position(fits) {
            Some(at) => {
                left.remove(at);
                tally.0 += 1;
                tally.1 += 1;
            }
            None => wrong.push(format!("{}: missed {low} {unit}", case.id)),
        }
    }
    left.retain(|q| !is_free(q.kind) && !case.optional.iter().any(|o| (q.value - o).abs() < 1e-6));
    tally.1 += left.len();
    wrong.extend(
        left.iter()
            .map(|q| format!("{}: found {} {:?}", case.id, q.value, q.unit)),
    );
    wrong
}

#[test]
fn values_and_units() {
    let (mut all, mut wrong) = (Tally::default(), Vec::new());
    for file in files() {
        let mut tally = Tally::default();
        for case in cases(&file) {
            if let Some(gold) = &case.figures {
                wrong.extend(score(&case, gold, &mut tally));
            }
        }
        all = Tally(all.0 + tally.0, all.1 + tally.1, all.2 + tally.2);
        if tally.2 > 0 {
            let f1 = tally.f1();
            assert!(f1 >= 0.95, "{}: F1 {f1:.4}\n{}", file.display(), wrong.join("\n"));
        }
    }
    assert!(all.2 > 500, "only {} figures of gold", all.2);
    assert!(all.f1() >= 0.95, "F1 {:.4}\n{}", all.f1(), wrong.join("\n"));
}

#[test]
fn kinds() {
    let mut seen = 0;
    for case in files().iter().flat_map(|file| cases(file)) {
        let mut found = quantities(&case.text);
        for gold in &case.kinds {
            let at = found
                .iter()
                .position(|q| (q.value - gold.value).abs() < 1e-9 && q.kind == gold.kind);
            assert!(
                at.is_some(),
                "{}: no {:?} {} in {:?}",
                case.id,
                gold.kind,
                gold.value,
                case.text
            );
            at.map(|at| found.remove(at));
            seen += 1;
        }
    }
    assert!(seen >= 40, "only {seen} kinds of gold");
}
