//! Patterns of paths.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use super::diagnostics::Diagnostics;
use super::node::Node;

/// Bytes that a pattern may have.
const LENGTH: usize = 1_000;

/// Notes what is wrong with a pattern.
pub(in crate::config) fn check(node: &Node, d: &mut Diagnostics) {
    let text = node.text().unwrap_or_default();
    if text.len() > LENGTH {
        d.error(
            node.span,
            format!("the pattern is longer than {LENGTH} bytes"),
        );
        return;
    }
    if let Err(error) = glob(text).and_then(|glob| GlobSetBuilder::new().add(glob).build()) {
        d.error(
            node.span,
            format!("the pattern does not parse: {}", error.kind()),
        )
        .help("`*` matches within a folder, `**` across folders, `{a,b}` one of several, `[ab]` one character");
        return;
    }
    let absolute = text.starts_with(['/', '\\']) || text.get(1..2) == Some(":");
    if absolute || text.split(['/', '\\']).any(|part| part == "..") {
        d.error(node.span, "the pattern leads out of the repository")
            .help("write it relative to the repository's root");
    } else if text.starts_with("./") {
        d.error(node.span, "a pattern does not begin with `./`")
            .help(format!("write `{}`", text.trim_start_matches("./")));
    }
}

/// The pattern's matcher. `*` stays within one folder.
pub(in crate::config) fn glob(text: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(text).literal_separator(true).build()
}

/// A matcher of any of these patterns of tests. `*` and `?` stand for anything; brackets and braces, which the names of
/// tests are full of, stand for themselves. Patterns too long are noted.
pub(in crate::config) fn tests(nodes: &[Node], d: &mut Diagnostics) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for node in nodes {
        let text = node.text().unwrap_or_default();
        let mut literal = String::with_capacity(text.len());
        for c in text.chars() {
            if matches!(c, '[' | ']' | '{' | '}' | '\\' | ',') {
                literal.push('\\');
            }
            literal.push(c);
        }
        let glob = GlobBuilder::new(&literal)
            .literal_separator(false)
            .backslash_escape(true)
            .build();
        match glob {
            Ok(glob) if text.len() <= LENGTH => {
                builder.add(glob);
            }
            found => {
                let wrong = found.err().map_or_else(
                    || format!("is longer than {LENGTH} bytes"),
                    |error| format!("does not parse: {}", error.kind()),
                );
                d.error(node.span, format!("the pattern {wrong}"));
            }
        }
    }
    builder.build().unwrap_or_default()
}

/// A matcher of any of the patterns. Those that do not parse were noted by [`check`] and are left out.
pub(in crate::config) fn set(nodes: &[Node]) -> GlobSet {
    let texts = nodes.iter().filter_map(Node::text);
    let texts = texts.filter(|text| text.len() <= LENGTH);
    let mut builder = GlobSetBuilder::new();
    for glob in texts.flat_map(glob) {
        builder.add(glob);
    }
    builder.build().unwrap_or_default()
}
