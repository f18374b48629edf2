//! From URIs to paths.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::model::ArtifactLocation;

/// How many bases may stand on one another.
const STEPS: usize = 16;

/// The path of a file: a relative URI is joined to its base where the run says what that is.
pub(super) fn path(of: &ArtifactLocation, bases: &BTreeMap<String, ArtifactLocation>) -> String {
    let mut uri = Cow::Borrowed(of.uri.0.as_str());
    let mut base = bases.get(&of.uri_base_id.0);
    for _ in 0..STEPS {
        let Some(at) = base.filter(|_| !is_absolute(&uri)) else {
            break;
        };
        uri = match (at.uri.0.as_str(), &*uri) {
            ("", _) => uri,
            (before, after) if before.ends_with('/') => format!("{before}{after}").into(),
            (before, after) => format!("{before}/{after}").into(),
        };
        base = bases.get(&at.uri_base_id.0);
    }
    without_dots(decoded(&uri))
}

/// The path without steps to where it is (`.`) and back (`..`): tools go up from a base to any file.
fn without_dots(path: String) -> String {
    let dots = |step: &str| step == "." || step == "..";
    if !path.split('/').any(dots) {
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
fn decoded(uri: &str) -> String {
    let Some(rest) = strip_scheme(uri) else {
        // Tools write plain paths too: what is no escape stays as it is.
        return unescaped(uri).into_owned();
    };
    let path = match rest.strip_prefix("//") {
        // What stands between the slashes is the host, which is this one or a share's.
        Some(rest) => match rest.split_once('/') {
            Some(("" | "localhost", path)) => format!("/{path}"),
            Some((drive, path)) if drive.ends_with(':') => format!("/{drive}/{path}"),
            _ => format!("//{rest}"),
        },
        None => rest.to_owned(),
    };
    let path = match unescaped(&path) {
        Cow::Owned(unescaped) => unescaped,
        Cow::Borrowed(_) => path,
    };
    // `/C:/a` is `C:/a`.
    match path.strip_prefix('/') {
        Some(drive) if drive.get(1..2) == Some(":") => drive.to_owned(),
        _ => path,
    }
}

fn strip_scheme(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.split_at_checked("file:".len())?;
    scheme.eq_ignore_ascii_case("file:").then_some(rest)
}

/// Resolves `%20` and the like; what is no escape, or no UTF-8 in the end, stays.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
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
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
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
            assert_eq!(path(&at(uri, ""), &BTreeMap::new()), expected, "{uri}");
        }
    }

    #[test]
    fn a_relative_uri_stands_on_its_bases() {
        let mut bases = BTreeMap::new();
        bases.insert("ROOT".to_owned(), at("file:///w/x%20y/", ""));
        bases.insert("SRC".to_owned(), at("src", "ROOT"));
        bases.insert("NONE".to_owned(), at("", ""));
        bases.insert("LOOP".to_owned(), at("l/", "LOOP"));
        assert_eq!(path(&at("a.c", "SRC"), &bases), "/w/x y/src/a.c");
        assert_eq!(path(&at("../../../../a.c", "SRC"), &bases), "/a.c");
        assert_eq!(path(&at("file:///z/a.c", "SRC"), &bases), "/z/a.c");
        assert_eq!(path(&at("a.c", "NONE"), &bases), "a.c");
        assert_eq!(path(&at("a.c", "UNKNOWN"), &bases), "a.c");
        assert!(path(&at("a.c", "LOOP"), &bases).ends_with("l/a.c"));
    }
}
