//! Documents as weighted bags of words, for what vectors of meaning do not see: which name, which number.
//!
//! Weights are TF-IDF over the documents at hand (Salton and Buckley 1988): `(1 + ln tf) * ln((n + 1) / df)`, with
//! words of names and numbers counted more, scaled to unit length.

use std::collections::BTreeMap;

use crate::document::Annotated;

/// A sparse unit vector: (term, weight), by term.
pub type Terms = Vec<(usize, f32)>;

/// How often a word of the title counts.
const TITLE: u32 = 2;

/// Words that carry grammar and not matter. Numbers and rarer words are left to the weights.
const STOP: &str = " a about after again against all also am an and any are as at be because been before being between both but by can \
could did do does doing down during each even few first for from further had has have having he her here hers him his how i if in into \
is it its just last made make many may me might more most much must my new no nor not now of off on once one only or other our out \
over own per said same say says she should since so some still such than that the their them then there these they this those three \
through to told too two under until up upon us very was we were what when where which while who whom why will with would year years \
yesterday you your ";

/// The term vectors of all documents, in order, and for each term the documents that have it.
pub fn terms(documents: &[&Annotated], name_weight: f32) -> (Vec<Terms>, Vec<Vec<usize>>) {
    let mut index: BTreeMap<String, usize> = BTreeMap::new();
    let mut counts: Vec<BTreeMap<usize, (u32, bool)>> = Vec::with_capacity(documents.len());
    for annotated in documents {
        let document = &annotated.document;
        let mut own: BTreeMap<String, (u32, bool)> = BTreeMap::new();
        let mut add = |text: &str, times: u32| {
            for word in words(text) {
                let number = word.starts_with(|c: char| c.is_ascii_digit());
                let entry = own.entry(word).or_insert((0, number));
                entry.0 += times;
            }
        };
        add(document.title().unwrap_or_default(), TITLE);
        document.sentences().for_each(|s| add(document.text(&s.span), 1));
        for name in &annotated.names {
            for word in words(name) {
                if let Some(entry) = own.get_mut(&word) {
                    entry.1 = true;
                }
            }
        }
        let mut by_term = BTreeMap::new();
        for (word, count) in own {
            let next = index.len();
            by_term.insert(*index.entry(word).or_insert(next), count);
        }
        counts.push(by_term);
    }
    let mut holders: Vec<Vec<usize>> = vec![Vec::new(); index.len()];
    for (document, own) in counts.iter().enumerate() {
        own.keys().for_each(|term| holders[*term].push(document));
    }
    let n = documents.len() as f32;
    let vectors = counts
        .iter()
        .map(|own| {
            let mut vector: Terms = own
                .iter()
                .map(|(&term, &(count, named))| {
                    let rarity = ((n + 1.0) / holders[term].len() as f32).ln();
                    (
                        term,
                        (1.0 + (count as f32).ln()) * rarity * if named { name_weight } else { 1.0 },
                    )
                })
                .collect();
            let norm = vector.iter().map(|(_, w)| w * w).sum::<f32>().sqrt();
            if norm > 0.0 {
                vector.iter_mut().for_each(|(_, w)| *w /= norm);
            }
            vector
        })
        .collect();
    (vectors, holders)
}

/// The words of a text, lower-cased, without those of grammar and without plural and genitive endings.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric() && c != '.' && c != ',')
        .filter_map(|piece| {
            let word = piece
                .trim_matches(|c: char| !c.is_alphanumeric())
                .replace(',', "")
                .to_lowercase();
            let short = word.chars().count() < 2 && !word.starts_with(|c: char| c.is_numeric());
            if short || STOP.contains(&format!(" {word} ")) {
                return None;
            }
            let stem = word
                .strip_suffix('s')
                .filter(|s| s.chars().count() > 3 && !s.ends_with('s'));
            Some(stem.map(str::to_owned).unwrap_or(word))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_grammar_and_plurals_and_keep_numbers() {
        let found: Vec<String> = words("The 1,200 ferries of Ansel's ports paid $4.5 each, in glass.").collect();
        assert_eq!(found, ["1200", "ferrie", "ansel", "port", "paid", "4.5", "glass"]);
    }
}
