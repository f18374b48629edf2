//! From URIs to paths.

use std::collections::BTreeMap;

use super::model::ArtifactLocation;

/// How many bases may stand on one another.
const STEPS: usize = 16;

/// The path of a file, of its URI: a relative one is joined to its base where the run says what that is.
pub(super) fn path(uri: String, base: &str, bases: &BTreeMap<String, ArtifactLocation>) -> String {
    let mut uri = uri;
    let mut base = bases.get(base);
    for _ in 0..STEPS {
        let Some(at) = base.filter(|_| !is_absolute(&uri)) else {
            break;
        };
        match at.uri.0.as_str() {
            "" => {}
            before if before.ends_with('/') => uri.insert_str(0, before),
            before => uri = format!("{before}/{uri}"),
        }
        base = bases.get(&at.uri_base_id.0);
    }
    without_dots(decoded(uri))
}

/// The path without steps to where it is (`.`) and back (`..`): tools go up from a base to any file.
fn without_dots(path: String) -> String {
    if !path.starts_with('.') && !path.contains("/.") {
        return path;
    }
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match (step, steps.last()) {
            (".", _) => {}
            ("..", Some(before)) if *before != ".." && !before.is_empty() => {
                steps.pop();
            }
            // Nothing is above the root.
            ("..", Some(&"")) => {}
            _ => steps.push(step),
        }
    }
    steps.join("/")
}

/// Whether it has a scheme (`file:`, `https:`; not the letter of a drive) or begins at the root.
fn is_absolute(uri: &str) -> bool {
    let scheme = uri.split_once(':').map_or("", |(scheme, _)| scheme);
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    uri.starts_with('/') || !scheme.is_empty() && scheme.chars().all(letter)
}

/// The path in a URI without `file://` and with its escapes resolved.
fn decoded(mut uri: String) -> String {
    let Some(rest) = strip_scheme(&uri) else {
        // Tools write plain paths too: what is no escape stays as it is.
        return unescaped(uri);
    };
    let before = match rest.strip_prefix("//").map(|rest| rest.split_once('/')) {
        // What stands between the slashes is the host, which is this one or a share's.
        Some(Some((host @ ("" | "localhost"), _))) => "file://".len() + host.len(),
        Some(Some((drive, _))) if drive.ends_with(':') => "file:/".len(),
        _ => "file:".len(),
    };
    uri.drain(..before);
    let mut path = unescaped(uri);
    // `/C:/a` is `C:/a`.
    if path.starts_with('/') && path.get(2..3) == Some(":") {
        path.remove(0);
    }
    path
}

fn strip_scheme(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.split_at_checked("file:".len())?;
    scheme.eq_ignore_ascii_case("file:").then_some(rest)
}

/// Resolves `%20` and the like; what is no escape, or no UTF-8 in the end, stays.
fn unescaped(text: String) -> String {
    if !text.contains('%') {
        return text;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'%');
        let byte = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() {
            after.get(2..).unwrap_or_default()
        } else {
            after
        };
    }
    String::from_utf8(bytes).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::json::Text;

    fn at(uri: &str, base: &str) -> ArtifactLocation {
        ArtifactLocation {
            uri: Text(uri.to_owned()),
            uri_base_id: Text(base.to_owned()),
            ..ArtifactLocation::default()
        }
    }

    #[test]
    fn a_uri_is_a_path() {
        for (uri, expected) in [
            ("src/a.py", "src/a.py"),
            ("file:///home/runner/a%20b.py", "/home/runner/a b.py"),
            ("file:/home/a.py", "/home/a.py"),
            ("file://localhost/home/a.py", "/home/a.py"),
            ("file:///C:/w/a.cs", "C:/w/a.cs"),
            ("file:///c%3A/w/a.cs", "c:/w/a.cs"),
            ("FILE:///D:/a.cs", "D:/a.cs"),
            ("file://C:/w/a.cs", "C:/w/a.cs"),
            ("file://server/share/a.cs", "//server/share/a.cs"),
            ("100%.txt", "100%.txt"),
            ("a%zz%4", "a%zz%4"),
            ("%ff", "%ff"),
            ("%C3%A9.js", "é.js"),
            ("C:\\w\\a.cs", "C:\\w\\a.cs"),
            ("./src/a.py", "src/a.py"),
            ("../../a.py", "../../a.py"),
            ("a/../../b.py", "../b.py"),
            ("", ""),
        ] {
            assert_eq!(
                path(uri.to_owned(), "", &BTreeMap::new()),
                expected,
                "{uri}"
            );
        }
    }

    #[test]
    fn a_relative_uri_stands_on_its_bases() {
        let mut bases = BTreeMap::new();
        bases.insert("ROOT".to_owned(), at("file:///w/x%20y/", ""));
        bases.insert("SRC".to_owned(), at("src", "ROOT"));
        bases.insert("NONE".to_owned(), at("", ""));
        bases.insert("LOOP".to_owned(), at("l/", "LOOP"));
        let of = |uri: &str, base| path(uri.to_owned(), base, &bases);
        assert_eq!(of("a.c", "SRC"), "/w/x y/src/a.c");
        assert_eq!(of("../../../../a.c", "SRC"), "/a.c");
        assert_eq!(of("file:///z/a.c", "SRC"), "/z/a.c");
        assert_eq!(of("a.c", "NONE"), "a.c");
        assert_eq!(of("a.c", "UNKNOWN"), "a.c");
        assert!(of("a.c", "LOOP").ends_with("l/a.c"));
    }
}
