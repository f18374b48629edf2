//! Did you mean …? And what there is instead.

/// The candidate that was probably meant, if one is near.
pub fn closest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // Names are short; a hostile one is not worth a quadratic comparison.
    if written.len() > 100 || written.is_empty() {
        return None;
    }
    let lower = written.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let likeness = likeness(&lower, candidate);
        // The first of equals stays: candidates are listed with the most usual first.
        if likeness > best.map_or(0.7, |(likeness, _)| likeness) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// Names that a message lists at the most.
pub const LISTED: usize = 12;

/// The first few of many names: `` `a`, `b` and 3 more ``.
pub fn listed<T: AsRef<str>>(names: &[T]) -> String {
    listed_of(names, names.len())
}

/// As [`listed`], of `all` names of which these are the first.
pub fn listed_of<T: AsRef<str>>(first: impl IntoIterator<Item = T>, all: usize) -> String {
    let shown: Vec<String> = first
        .into_iter()
        .take(LISTED)
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    match all - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn likeness(written: &str, candidate: &str) -> f64 {
    if candidate.starts_with(&format!("{written}.")) {
        return 0.95;
    }
    if candidate.split('.').any(|part| part == written) {
        return 0.9;
    }
    strsim::normalized_damerau_levenshtein(written, &candidate.to_lowercase())
        .max(strsim::jaro_winkler(written, &candidate.to_lowercase()) - 0.15)
}

#[cfg(test)]
mod tests {
    use super::{closest, listed};

    #[test]
    fn of_many_names_the_first_are_listed() {
        assert_eq!(listed(&["a", "b"]), "`a`, `b`");
        let many: Vec<String> = (0..15).map(|n| format!("n{n:02}")).collect();
        assert!(listed(&many).ends_with("`n11` and 3 more"));
    }

    #[test]
    fn the_nearest_name_is_suggested_and_nothing_far() {
        let names = [
            "coverage.line",
            "coverage.branch",
            "tests.failed",
            "require",
        ];
        assert_eq!(closest("coverage.lines", names), Some("coverage.line"));
        assert_eq!(closest("coverage", names), Some("coverage.line"));
        assert_eq!(closest("requires", names), Some("require"));
        assert_eq!(closest("Requrie", names), Some("require"));
        assert_eq!(closest("failed", names), Some("tests.failed"));
        assert_eq!(closest("zzz", names), None);
        assert_eq!(closest("", names), None);
    }
}
