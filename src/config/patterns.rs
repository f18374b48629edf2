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
