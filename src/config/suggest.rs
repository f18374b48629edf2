//! Did you mean …?

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
    use super::closest;

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
