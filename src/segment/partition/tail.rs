//! The items that trail a live page's main text: single paragraphs about other things, and teasers.

use super::units::{is_fresh, is_quote};
use super::{Page, Run};

/// A text of one unit.
fn one(unit: usize) -> Vec<Run> {
    std::iter::once(unit..unit + 1).collect()
}

impl Page<'_> {
    /// The other items that trail a live page's main text: the main text first, then each item. Paragraphs of the
    /// tail that are linked to the main text stay with it.
    pub(super) fn tail(&self, run: Run) -> Vec<Vec<Run>> {
        let whole = vec![vec![run.clone()]];
        let options = self.options;
        if run.len() < 6 {
            return whole;
        }
        for start in run.start + 4..run.end - 1 {
            let main = self.sentences(&(run.start..start));
            let items: Vec<usize> = (start..run.end).collect();
            if main.len() < 5 || items.len() > 12 || items.iter().any(|&u| !self.is_item(u)) {
                continue;
            }
            let limit = if self.cohesion.encoded() {
                options.loose_link
            } else {
                options.loose_words_alone
            };
            let near = |u: usize| {
                let own = &self.units[u].sentences;
                if !self.cohesion.encoded() {
                    return self.cohesion.shared(own, &main);
                }
                own.iter()
                    .map(|&s| self.cohesion.nearest_three(s, &main))
                    .fold(f32::MIN, f32::max)
            };
            let loose = |u: usize| near(u) < limit;
            let teasers = items
                .iter()
                .filter(|&&u| self.invites(&self.units[u].sentences))
                .count();
            let fresh = items.iter().filter(|&&u| loose(u) && self.is_fresh(u)).count();
            let strangers = self.are_strangers(&items);
            // The tail opens with an item of its own, most of it is loose, and either a teaser gives it away or it is
            // a list of things without any link.
            let opens = loose(start) && self.is_fresh(start);
            let mostly = items
                .iter()
                .filter(|&&u| loose(u) || self.invites(&self.units[u].sentences))
                .count()
                * 3
                >= items.len() * 2;
            if !(opens && mostly && (teasers >= 1 && fresh >= 2 || fresh >= 3 && strangers)) {
                continue;
            }
            let mut texts: Vec<Vec<Run>> = vec![vec![run.start..start]];
            for &u in &items {
                let own = &self.units[u].sentences;
                let previous = &self.units[u - 1].sentences;
                let to_previous = self.cohesion.link(own, previous);
                let to_previous = to_previous.best.unwrap_or(to_previous.shared);
                if self.invites(own) {
                    texts.push(one(u));
                } else if !loose(u) {
                    texts[0].push(u..u + 1);
                } else if u > start && to_previous > near(u).max(options.item_link) {
                    match texts.last_mut() {
                        Some(last) => last.push(u..u + 1),
                        None => texts.push(one(u)),
                    }
                } else {
                    texts.push(one(u));
                }
            }
            return texts;
        }
        whole
    }

    /// Short, under no heading, and no quotation: what an item of a tail looks like.
    fn is_item(&self, unit: usize) -> bool {
        let unit = &self.units[unit];
        let words: usize = unit
            .sentences
            .iter()
            .map(|&s| self.texts[s].split_whitespace().count())
            .sum();
        unit.sentences.len() <= 3 && words <= 70 && !unit.sentences.iter().any(|&s| is_quote(self.texts[s]))
    }

    /// Whether a unit begins a text.
    fn is_fresh(&self, unit: usize) -> bool {
        self.units[unit]
            .sentences
            .first()
            .is_some_and(|&s| is_fresh(self.texts[s]))
    }

    /// Whether neighbours among the items are strangers to each other, but for a few.
    fn are_strangers(&self, items: &[usize]) -> bool {
        let near = |pair: &&[usize]| {
            let link = self
                .cohesion
                .link(&self.units[pair[0]].sentences, &self.units[pair[1]].sentences);
            link.best.is_none_or(|best| best >= self.options.item_link)
        };
        items.windows(2).filter(near).count() * 3 <= items.len()
    }
}
