//! Average-link agglomerative clustering over a sparse graph (UPGMA; Sokal and Michener 1958).
//!
//! The two groups whose members are on average most alike join, until no two reach the threshold. A pair that is not
//! in the graph counts as zero, so one wrong link cannot chain two groups together.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::infer::round;

/// Groups `n` items; `pairs` are `(i, j, likeness)` with `i < j`, each pair once. Groups and members in ascending order.
pub fn average_link(n: usize, pairs: &[(usize, usize, f64)], threshold: f64) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = (0..n).map(|i| vec![i]).collect();
    // For each group the sums of likeness to its neighbours, by group.
    let mut sums: Vec<BTreeMap<usize, f64>> = vec![BTreeMap::new(); n];
    // Entries are never taken out of the heap early: one whose sum has changed since is passed over.
    let mut heap = BinaryHeap::new();
    let key = |average: f64| (round(average) * 1e5) as i64;
    for &(i, j, likeness) in pairs {
        sums[i].insert(j, likeness);
        sums[j].insert(i, likeness);
        heap.push((key(likeness), Reverse(i), Reverse(j)));
    }
    let average =
        |groups: &[Vec<usize>], i: usize, j: usize, sum: f64| sum / (groups[i].len() * groups[j].len()) as f64;
    while let Some((score, Reverse(i), Reverse(j))) = heap.pop() {
        if score < key(threshold) {
            break;
        }
        let Some(sum) = sums[i].get(&j).copied() else { continue };
        if key(average(&groups, i, j, sum)) != score {
            continue;
        }
        let moved = std::mem::take(&mut groups[j]);
        groups[i].extend(moved);
        let neighbours = std::mem::take(&mut sums[j]);
        sums[i].remove(&j);
        for (k, sum) in neighbours {
            sums[k].remove(&j);
            if k != i {
                *sums[i].entry(k).or_insert(0.0) += sum;
                let total = sums[i][&k];
                sums[k].insert(i, total);
            }
        }
        for (&k, &sum) in &sums[i] {
            heap.push((key(average(&groups, i, k, sum)), Reverse(i.min(k)), Reverse(i.max(k))));
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

    #[test]
    fn one_strong_link_does_not_chain_two_groups() {
        // 0-1 and 2-3 are alike; 1-2 are linked, 0-3, 0-2 and 1-3 are not.
        let pairs = [(0, 1, 0.9), (2, 3, 0.9), (1, 2, 0.7)];
        assert_eq!(average_link(4, &pairs, 0.5), [vec![0, 1], vec![2, 3]]);
        assert_eq!(average_link(4, &pairs, 0.1), [vec![0, 1, 2, 3]]);
    }

    #[test]
    fn alone_where_nothing_is_alike() {
        assert_eq!(average_link(2, &[], 0.0), [vec![0], vec![1]]);
        assert!(average_link(0, &[], 0.0).is_empty());
    }
}
