//! What a test case is called from one run to the next.

use std::borrow::Cow;

/// What stands between suites, class and name.
pub const SEPARATOR: &str = " > ";

/// Bytes of an identity. Cases that differ only beyond share one.
const BYTES: usize = 1024;

/// The identity of a test case: suites, class and name joined by [`SEPARATOR`], without what changes from run to run
/// or says the same twice. A class that the suite's name ends with is left out, as Surefire and nextest write both; so
/// is a time stamp at the end of a suite's name (`unittest-xml-reporting`); an address in memory that stands in a
/// parameter (`<object at 0x7f9c…>`) is the same for all.
pub fn identity(suite: &str, class: &str, name: &str) -> String {
    let mut id = String::new();
    let suites = suite
        .split(SEPARATOR)
        .map(|part| without_stamp(part.trim()));
    let class = Some(class.trim()).filter(|class| suites.clone().last() != Some(*class));
    let parts = suites.chain(class).chain([name.trim()]);
    for part in parts.filter(|part| !part.is_empty()) {
        if !id.is_empty() {
            id.push_str(SEPARATOR);
        }
        id.push_str(&without_addresses(part));
        if id.len() > BYTES {
            let mut end = BYTES;
            while !id.is_char_boundary(end) {
                end -= 1;
            }
            id.truncate(end);
            break;
        }
    }
    id
}

/// `test_mix.Good-20261121113352` without the stamp.
fn without_stamp(part: &str) -> &str {
    match part.rsplit_once('-') {
        Some((name, stamp))
            if !name.is_empty()
                && stamp.len() == 14
                && stamp.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            name
        }
        _ => part,
    }
}

/// The text with every `0x…` of six or more digits as `0x…`.
fn without_addresses(part: &str) -> Cow<'_, str> {
    if !part.contains("0x") {
        return Cow::Borrowed(part);
    }
    let mut pieces = part.split("0x");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let rest = piece.trim_start_matches(|c: char| c.is_ascii_hexdigit());
        text.push_str("0x");
        if piece.len() - rest.len() >= 6 {
            text.push('…');
            text.push_str(rest);
        } else {
            text.push_str(piece);
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_those_of_any_run() {
        for (suite, class, name, id) in [
            (
                "pytest",
                "tests.test_a.TestB",
                "test_c[1-x]",
                "pytest > tests.test_a.TestB > test_c[1-x]",
            ),
            (
                "com.x.FooTest",
                "com.x.FooTest",
                "bar",
                "com.x.FooTest > bar",
            ),
            ("nxdemo::it", "nxdemo::it", "adds", "nxdemo::it > adds"),
            (
                "outer > inner",
                "outer inner",
                "adds",
                "outer > inner > outer inner > adds",
            ),
            (
                "test_mix.Good-20261121113352",
                "test_mix.Good",
                "a",
                "test_mix.Good > a",
            ),
            ("", "", "a", "a"),
            ("", "a", "a", "a > a"),
            ("s", "", "", "s"),
            (
                "s",
                "c",
                "f[<o at 0x7f9c01ab>-0x1f]",
                "s > c > f[<o at 0x…>-0x1f]",
            ),
            ("s", "", "v-2026", "s > v-2026"),
        ] {
            assert_eq!(identity(suite, class, name), id);
        }
        assert_eq!(identity("é".repeat(4_000).as_str(), "c", "n").len(), BYTES);
    }
}
