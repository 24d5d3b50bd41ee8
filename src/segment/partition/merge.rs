//! Puts texts about one event together: a live page's posts, a teaser and the article that it announces.

use std::cmp::Reverse;

use super::{Page, Run};

/// Above this many texts each is compared with those before it only once.
const MOST_COMPARED: usize = 80;

/// A text while it is being put together.
struct Text {
    runs: Vec<Run>,
    sentences: Vec<usize>,
    /// It is a teaser.
    invites: bool,
}

impl Text {
    fn take(&mut self, other: Text) {
        self.runs.extend(other.runs);
        self.sentences.extend(other.sentences);
    }
}

impl Page<'_> {
    /// The two texts that are nearest become one, as long as they are near enough to tell one event (agglomerative
    /// clustering, as GraphSeg merges segments). Teasers stay alone. Of very many texts each joins the nearest before it.
    pub(super) fn merge(&self, texts: Vec<Vec<Run>>) -> Vec<Vec<Run>> {
        let many = texts.len() > MOST_COMPARED;
        let mut out: Vec<Text> = Vec::new();
        for runs in texts {
            let sentences = self.all(&runs);
            let invites = self.invites(&sentences);
            let text = Text {
                runs,
                sentences,
                invites,
            };
            let nearest = if many { self.nearest(&text, &out) } else { None };
            match nearest {
                Some((n, _)) => out[n].take(text),
                None => out.push(text),
            }
        }
        if !many {
            self.join(&mut out);
        }
        out.into_iter().map(|text| text.runs).collect()
    }

    fn join(&self, texts: &mut Vec<Text>) {
        // For each text the nearest of those before it.
        let mut near: Vec<Option<(usize, i64)>> =
            (0..texts.len()).map(|i| self.nearest(&texts[i], &texts[..i])).collect();
        // The first of equals wins.
        let top = |near: &[Option<(usize, i64)>]| {
            let pairs = near
                .iter()
                .enumerate()
                .filter_map(|(i, n)| n.map(|(n, score)| (score, Reverse(i), n)));
            pairs.max().map(|(_, Reverse(later), earlier)| (later, earlier))
        };
        while let Some((later, earlier)) = top(&near) {
            let taken = texts.remove(later);
            texts[earlier].take(taken);
            near.remove(later);
            // Only what has to do with the two has changed.
            for (i, near) in near.iter_mut().enumerate() {
                let stale = near.is_some_and(|(n, _)| n == earlier || n == later);
                if i == earlier || stale {
                    *near = self.nearest(&texts[i], &texts[..i]);
                    continue;
                }
                *near = near.map(|(n, score)| (n - usize::from(n > later), score));
                if i > earlier
                    && let Some((_, score)) = self.nearest(&texts[i], &texts[earlier..=earlier])
                    && near.is_none_or(|(_, old)| score > old)
                {
                    *near = Some((earlier, score));
                }
            }
        }
    }

    /// The nearest of the texts that is near enough to tell the same event, and how near it is.
    fn nearest(&self, text: &Text, others: &[Text]) -> Option<(usize, i64)> {
        let candidates = others
            .iter()
            .enumerate()
            .filter(|(_, other)| !other.invites && !text.invites);
        candidates
            .filter_map(|(n, other)| Some((n, self.same_event(&text.sentences, &other.sentences)?)))
            .max_by_key(|(n, score)| (*score, Reverse(*n)))
    }

    /// How near two texts are, if near enough to be about one event: in meaning, in words and in names.
    fn same_event(&self, a: &[usize], b: &[usize]) -> Option<i64> {
        let link = self.cohesion.link(a, b);
        let options = self.options;
        let (near, least) = match (link.best, link.mean) {
            (Some(best), Some(mean)) => {
                let named = if self.cohesion.share_a_name(a, b) {
                    options.name_weight
                } else {
                    0.0
                };
                (0.5 * (best + mean) + 0.25 * link.shared + named, options.same_event)
            }
            _ => (link.shared, options.same_event_words_alone),
        };
        // Rounded, so that the choice is the same on every machine.
        (near >= least).then(|| (f64::from(near) * 1e4).round() as i64)
    }
}
