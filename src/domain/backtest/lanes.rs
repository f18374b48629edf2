//! Which recorded checks follow one another, where several sorts of machines check a branch.

use std::collections::{BTreeMap, BTreeSet};

/// The lane of each sort of machine, counted from 0: those that checked the same commit stand side by side, each in a lane of its own;
/// one that took the place of another goes on with its lane. `checks` are commits and machines in the order of time.
pub fn lanes<'a>(checks: impl IntoIterator<Item = (&'a str, &'a str)>) -> BTreeMap<&'a str, usize> {
    let mut order: Vec<&str> = Vec::new();
    let mut commits: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (commit, machine) in checks {
        if !commits.contains_key(machine) {
            order.push(machine);
        }
        commits.entry(machine).or_default().insert(commit);
    }
    let mut lanes: Vec<BTreeSet<&str>> = Vec::new();
    let mut found = BTreeMap::new();
    for machine in order {
        let own = commits.remove(machine).unwrap_or_default();
        let free = lanes.iter().position(|taken| taken.is_disjoint(&own));
        let lane = free.unwrap_or_else(|| {
            lanes.push(BTreeSet::new());
            lanes.len() - 1
        });
        lanes
            .iter_mut()
            .skip(lane)
            .take(1)
            .for_each(|taken| taken.extend(&own));
        found.insert(machine, lane);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_that_check_the_same_commits_stand_side_by_side() {
        let of = |checks: &[(&'static str, &'static str)]| lanes(checks.iter().copied());
        let side_by_side = of(&[("1", "a"), ("1", "b"), ("2", "a"), ("2", "b")]);
        assert_eq!(side_by_side, BTreeMap::from([("a", 0), ("b", 1)]));
        // A later image, one that had no name before, or any of a pool.
        let after = of(&[("1", ""), ("2", "a"), ("3", "b"), ("4", "a")]);
        assert_eq!(after, BTreeMap::from([("", 0), ("a", 0), ("b", 0)]));
        let replaced = of(&[("1", "a"), ("1", "b"), ("2", "c"), ("2", "d")]);
        assert_eq!(
            replaced,
            BTreeMap::from([("a", 0), ("b", 1), ("c", 0), ("d", 1)])
        );
    }
}
