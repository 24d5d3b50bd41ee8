//! Average-link agglomerative clustering over a sparse graph (UPGMA; Sokal and Michener 1958), one connected component at a
//! time.
//!
//! The two groups whose members are on average most alike join, until no two reach the threshold. The graph holds only the
//! pairs that an index found; what is missing between two groups that are about to join is asked for then, so that the
//! average is a true one and a wrong link cannot chain: two groups join only where their members agree at large.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::infer::round;

/// Between two groups at most so many pairs are asked for; of more, a part that is spread evenly stands for all.
const ASKED: usize = 256;

/// What is known of the likeness between two groups.
#[derive(Clone, Copy, Default)]
struct Link {
    sum: f64,
    pairs: usize,
    /// All pairs are known, or an even part of them.
    whole: bool,
}

impl Link {
    fn average(self) -> i64 {
        key(self.sum / self.pairs.max(1) as f64)
    }
}

/// A likeness as a whole number, so that noise in the last bits decides nothing.
fn key(likeness: f64) -> i64 {
    (round(likeness) * 1e5) as i64
}

/// Groups `n` items; `pairs` are `(i, j, likeness)` with `i < j`, each pair once; `ask` gives the likeness of a pair that is
/// not among them. Groups and members in ascending order.
pub fn average_link(
    n: usize,
    pairs: &[(usize, usize, f64)],
    threshold: f64,
    ask: &mut dyn FnMut(usize, usize) -> f64,
) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = (0..n).map(|i| vec![i]).collect();
    let mut links: Vec<BTreeMap<usize, Link>> = vec![BTreeMap::new(); n];
    let mut known: BTreeSet<(usize, usize)> = BTreeSet::new();
    // Entries are never taken out of the heap early: one whose link has changed since is passed over.
    let mut heap = BinaryHeap::new();
    for &(i, j, likeness) in pairs {
        let link = Link {
            sum: likeness,
            pairs: 1,
            whole: true,
        };
        links[i].insert(j, link);
        links[j].insert(i, link);
        known.insert((i, j));
        heap.push((key(likeness), Reverse(i), Reverse(j)));
    }
    let least = key(threshold);
    while let Some((score, Reverse(i), Reverse(j))) = heap.pop() {
        if score < least {
            break;
        }
        let Some(mut link) = links[i].get(&j).copied().filter(|link| link.average() == score) else {
            continue;
        };
        if !link.whole {
            // The average is of the pairs that the index found, and those are the likeliest: ask before joining.
            let all = groups[i].len() * groups[j].len();
            for at in (0..all).step_by(all.div_ceil(ASKED)) {
                let (a, b) = (groups[i][at % groups[i].len()], groups[j][at / groups[i].len()]);
                let (a, b) = (a.min(b), a.max(b));
                if known.insert((a, b)) {
                    link.sum += ask(a, b);
                    link.pairs += 1;
                }
            }
            link.whole = true;
            links[i].insert(j, link);
            links[j].insert(i, link);
            heap.push((link.average(), Reverse(i), Reverse(j)));
            continue;
        }
        let moved = std::mem::take(&mut groups[j]);
        groups[i].extend(moved);
        links[i].remove(&j);
        for (k, theirs) in std::mem::take(&mut links[j]) {
            links[k].remove(&j);
            if k != i {
                let link = links[i].entry(k).or_default();
                link.sum += theirs.sum;
                link.pairs += theirs.pairs;
            }
        }
        for (&k, link) in &mut links[i] {
            link.whole = link.pairs >= groups[i].len() * groups[k].len();
            heap.push((link.average(), Reverse(i.min(k)), Reverse(i.max(k))));
        }
        for (k, link) in links[i].clone() {
            links[k].insert(i, link);
        }
    }
    groups.retain(|g| !g.is_empty());
    groups.iter_mut().for_each(|g| g.sort_unstable());
    groups.sort_unstable();
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(n: usize, pairs: &[(usize, usize, f64)], threshold: f64) -> Vec<Vec<usize>> {
        average_link(n, pairs, threshold, &mut |_, _| 0.0)
    }

    #[test]
    fn one_strong_link_does_not_chain_two_groups() {
        // 0-1 and 2-3 are alike; 1-2 are linked, 0-3, 0-2 and 1-3 are not.
        let pairs = [(0, 1, 0.9), (2, 3, 0.9), (1, 2, 0.7)];
        assert_eq!(link(4, &pairs, 0.5), [vec![0, 1], vec![2, 3]]);
        assert_eq!(link(4, &pairs, 0.1), [vec![0, 1, 2, 3]]);
    }

    #[test]
    fn what_the_index_missed_is_asked_for() {
        let pairs = [(0, 1, 0.9), (2, 3, 0.9), (1, 2, 0.7)];
        let mut asked = Vec::new();
        let groups = average_link(4, &pairs, 0.5, &mut |a, b| {
            asked.push((a, b));
            0.6
        });
        assert_eq!(groups, [vec![0, 1, 2, 3]]);
        asked.sort_unstable();
        assert_eq!(asked, [(0, 2), (0, 3), (1, 3)]);
    }

    #[test]
    fn alone_where_nothing_is_alike() {
        assert_eq!(link(2, &[], 0.0), [vec![0], vec![1]]);
        assert!(link(0, &[], 0.0).is_empty());
    }

    #[test]
    fn a_crowd_of_one_event_becomes_one_group() {
        // A chain of neighbours is all that an index with bounded lists may find of 300 texts of one event.
        let pairs: Vec<_> = (1..300).map(|i| (i - 1, i, 0.8)).collect();
        let mut asked = 0;
        let groups = average_link(300, &pairs, 0.5, &mut |_, _| {
            asked += 1;
            0.8
        });
        assert_eq!(groups.len(), 1);
        assert!(asked < 300 * ASKED, "{asked}");
    }
}
