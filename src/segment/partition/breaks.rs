//! Where a page comes apart: posts under times, texts under headings, and breaks between running paragraphs.

use super::super::cohesion::Link;
use super::units::{is_quote, is_teaser, leans};
use super::{Page, Run};

/// From this many datelines on, each begins a report of its own.
const DATELINES: usize = 3;

/// The least words of a lead, the first sentence of a report. Paragraphs inside a report that happen to share nothing
/// with the rest of it begin with shorter ones.
const LEAD_WORDS: usize = 12;

impl Page<'_> {
    /// Cuts before posts: two or more units under a time or byline of their own, or one that a heading or a separator
    /// announces as well. The first unit's time and byline are the page's. Three or more datelines make posts, too.
    pub(super) fn posts(&self) -> Vec<Run> {
        let stamped: Vec<usize> = (1..self.units.len()).filter(|&i| self.units[i].timed).collect();
        let filed: Vec<usize> = (0..self.units.len()).filter(|&i| self.units[i].datelined).collect();
        let cuts: Vec<usize> = if stamped.len() > 1 {
            stamped
        } else if filed.len() >= DATELINES {
            filed
        } else {
            stamped.into_iter().filter(|&i| self.units[i].announced()).collect()
        };
        cut(0..self.units.len(), &cuts)
    }

    /// Cuts before headings and separators of texts that have nothing in common with the others.
    pub(super) fn by_headings(&self, run: Run) -> Vec<Run> {
        let cuts: Vec<usize> = (run.start + 1..run.end)
            .filter(|&i| self.units[i].announced())
            .collect();
        if cuts.is_empty() || self.is_asked(&run) {
            return vec![run];
        }
        let sections = cut(run.clone(), &cuts);
        let links: Vec<Link> = sections
            .iter()
            .map(|section| {
                let own = self.sentences(section);
                let others: Vec<usize> = self
                    .sentences(&run)
                    .into_iter()
                    .filter(|s| own.binary_search(s).is_err())
                    .collect();
                self.cohesion.link(&own, &others)
            })
            .collect();
        let options = self.options;
        // Nearest sentences and shared words; words alone have a limit of their own.
        let apart = |link: &Link, best: f32, shared: f32, alone: f32| match link.best {
            Some(near) => near < best && link.shared < shared,
            None => link.shared < alone,
        };
        // A round-up: most of its sections stand alone. An opening without a heading of its own is no item of it, so an
        // article of an opening and two sub-headings is not taken for one.
        let invites = |section: &Run| {
            let texts: Vec<&str> = self.sentences(section).iter().map(|&s| self.texts[s]).collect();
            is_teaser(&texts)
        };
        let stands_alone = |link: &Link| {
            let alone = options.roundup_shared_words_alone;
            apart(link, options.roundup_best, options.roundup_shared, alone)
        };
        let loose = sections
            .iter()
            .zip(&links)
            .filter(|(section, link)| stands_alone(link) || invites(section))
            .count();
        let announced = sections.iter().filter(|s| self.units[s.start].announced());
        if announced.count() >= 3 && loose * 4 >= sections.len() * 3 {
            return sections;
        }
        // A section leaves, or the text goes on after one that has left.
        let leaves = |i: usize| {
            let short = self.sentences(&sections[i]).len() < 3;
            let shared = if short {
                options.headed_shared_short
            } else {
                options.foreign_shared
            };
            apart(
                &links[i],
                options.headed_best,
                shared,
                options.foreign_shared_words_alone,
            )
        };
        let cuts: Vec<usize> = (1..sections.len())
            .filter(|&i| leaves(i) || leaves(i - 1))
            .map(|i| sections[i].start)
            .collect();
        cut(run, &cuts)
    }

    /// An interview, or questions and answers: half of its headings or more are questions. Its answers have little in
    /// common and are one text.
    fn is_asked(&self, run: &Run) -> bool {
        let headed = || self.units[run.clone()].iter().filter(|unit| unit.headed);
        let asked = headed().filter(|unit| unit.asked).count();
        asked >= 2 && asked * 2 >= headed().count()
    }

    /// Cuts a run of paragraphs where two texts without any link meet.
    pub(super) fn by_content(&self, run: Run) -> Vec<Run> {
        let all = self.sentences(&run);
        let least = self.options.foreign_sentences;
        if all.len() < 2 * least || self.cohesion.is_long() || self.is_asked(&run) {
            return vec![run];
        }
        let mut best: Option<(usize, i64)> = None;
        let mut before = 0;
        for gap in run.start + 1..run.end {
            before += self.units[gap - 1].sentences.len();
            if before < least || all.len() - before < least {
                continue;
            }
            let (left, right) = all.split_at(before);
            if !self.is_foreign(left, right) {
                continue;
            }
            let link = self.cohesion.link(left, right);
            // Rounded, so that the choice is the same on every machine; the first of equals wins.
            let near = (f64::from(link.best.unwrap_or(link.shared)) * 1e4).round() as i64;
            if best.is_none_or(|(_, least)| near < least) {
                best = Some((gap, near));
            }
        }
        match best {
            Some((gap, _)) if self.is_lead(gap) => {
                let mut out = self.by_content(run.start..gap);
                out.extend(self.by_content(gap..run.end));
                out
            }
            _ => vec![run],
        }
    }

    /// Whether a unit may open a report. Its first sentence is no quotation, leans on nothing before it and has the length
    /// of a lead, and it names somebody or something. Where capitals tell no names, that is left out.
    fn is_lead(&self, unit: usize) -> bool {
        let sentences = &self.units[unit].sentences;
        let opens = sentences.first().is_some_and(|&s| {
            let text = self.texts[s];
            !is_quote(text) && !leans(text) && text.split_whitespace().count() >= LEAD_WORDS
        });
        let named = sentences.iter().any(|&s| !self.cohesion.names(s).is_empty());
        opens && (named || !self.cohesion.has_names())
    }

    /// Whether two sides of a break have nothing in common: means, nearest sentences and words all say so.
    fn is_foreign(&self, left: &[usize], right: &[usize]) -> bool {
        let link = self.cohesion.link(left, right);
        let options = self.options;
        let (Some(mean), Some(best)) = (link.mean, link.best) else {
            return link.shared < options.foreign_shared_words_alone;
        };
        if mean >= options.foreign_mean || best >= options.foreign_best || link.shared >= options.foreign_shared {
            return false;
        }
        let within = |side: &[usize]| {
            // The side's halves, sentence by sentence in turn, so that both see all of it.
            let odd: Vec<usize> = side.iter().copied().step_by(2).collect();
            let even: Vec<usize> = side.iter().copied().skip(1).step_by(2).collect();
            self.cohesion.link(&odd, &even).mean.unwrap_or(0.0)
        };
        mean < options.foreign_ratio * within(left).min(within(right)).max(0.02)
    }
}

/// A run, cut before the units named.
fn cut(run: Run, cuts: &[usize]) -> Vec<Run> {
    let mut from = run.start;
    let mut out = Vec::new();
    for &cut in cuts.iter().filter(|cut| run.start < **cut && **cut < run.end) {
        out.push(from..cut);
        from = cut;
    }
    out.push(from..run.end);
    out
}
