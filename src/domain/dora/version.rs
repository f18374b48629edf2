//! Version numbers in tag names.

/// A version of three parts, with the text before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version<'a> {
    /// What precedes the version, without its `v`: the product or service that the tag belongs to.
    pub(super) family: &'a str,
    /// Major, minor, patch.
    pub(super) numbers: [u64; 3],
    /// Whether it is a pre-release.
    pub(super) pre_release: bool,
}

impl<'a> Version<'a> {
    /// Finds the version that ends a tag name: `v1.2.3`, `tokio-1.2.3`, `receiver/x/v1.2.3-rc.1+build`. Leading zeros
    /// are let through, because calendar versions have them; two and four parts are not.
    pub(super) fn find(name: &'a str) -> Option<Version<'a>> {
        let mut before = None;
        for (at, character) in name.char_indices() {
            let starts = character.is_ascii_digit()
                && !before.is_some_and(|before: char| before.is_ascii_digit() || before == '.');
            before = Some(character);
            let (family, version) = name.split_at(at);
            if let (true, Some((numbers, pre_release))) = (starts, parse(version)) {
                let family = without_v(family);
                return Some(Version {
                    family,
                    numbers,
                    pre_release,
                });
            }
        }
        None
    }

    /// The version that follows `prefix`, whose own `v` may be left out of it.
    pub(super) fn after(prefix: &'a str, name: &'a str) -> Option<Version<'a>> {
        let rest = name.strip_prefix(prefix)?;
        let (numbers, pre_release) = parse(rest.strip_prefix('v').unwrap_or(rest))?;
        Some(Version {
            family: prefix,
            numbers,
            pre_release,
        })
    }
}

/// A family's name without the `v` that belongs to the version.
fn without_v(family: &str) -> &str {
    match family.strip_suffix(['v', 'V']) {
        Some(rest) if !rest.ends_with(|c: char| c.is_alphanumeric()) => rest,
        _ => family,
    }
}

/// Reads `1.2.3`, `1.2.3-pre`, `1.2.3+build`: the numbers, and whether it is a pre-release.
fn parse(version: &str) -> Option<([u64; 3], bool)> {
    let end = version.find(['-', '+']).unwrap_or(version.len());
    let (core, suffix) = version.split_at(end);
    let mut parts = core.split('.');
    let mut numbers = [0; 3];
    for number in &mut numbers {
        let part = parts.next()?;
        if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    let well_formed = suffix.split_inclusive('+').all(|part| {
        part.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-+._".contains(&b))
    });
    (parts.next().is_none() && suffix.len() != 1 && well_formed)
        .then_some((numbers, suffix.starts_with('-')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str) -> Option<(&str, [u64; 3], bool)> {
        Version::find(name).map(|v| (v.family, v.numbers, v.pre_release))
    }

    #[test]
    fn versions_follow_an_optional_prefix() {
        assert_eq!(found("1.2.3"), Some(("", [1, 2, 3], false)));
        assert_eq!(found("v1.2.3"), Some(("", [1, 2, 3], false)));
        assert_eq!(found("tokio-1.40.0"), Some(("tokio-", [1, 40, 0], false)));
        assert_eq!(
            found("receiver/x/v0.1.0"),
            Some(("receiver/x/", [0, 1, 0], false))
        );
        assert_eq!(found("pkg@2.0.0"), Some(("pkg@", [2, 0, 0], false)));
        assert_eq!(found("go1.21.0"), Some(("go", [1, 21, 0], false)));
        assert_eq!(found("rev1.2.3"), Some(("rev", [1, 2, 3], false)));
        assert_eq!(found("v2024.01.09"), Some(("", [2024, 1, 9], false)));
        assert_eq!(found("v1.2.3+build.5"), Some(("", [1, 2, 3], false)));
    }

    #[test]
    fn pre_releases_are_told_apart() {
        for name in ["v1.2.3-rc.1", "v1.2.3-0", "1.2.3-alpha+build"] {
            assert!(Version::find(name).unwrap().pre_release, "{name}");
        }
    }

    #[test]
    fn other_names_are_not_versions() {
        for name in [
            "v1",
            "v1.2",
            "latest",
            "1.2.3.4",
            "1.2.3rc1",
            "1..3",
            "v1.2.3-",
            "v1.2.3+",
            "",
            "99999999999999999999.0.0",
            "1.2.3-\u{1b}[31m",
        ] {
            assert_eq!(found(name), None, "{name}");
        }
    }

    #[test]
    fn a_given_prefix_is_taken_literally() {
        assert!(Version::after("v", "v1.2.3").is_some());
        assert!(Version::after("v", "1.2.3").is_none());
        assert!(Version::after("api-", "api-v1.2.3").is_some());
        assert!(Version::after("api-", "api-web-1.2.3").is_none());
    }
}
