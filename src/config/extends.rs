//! A policy file together with what it extends.

use std::io;
use std::path::{Component, Path, PathBuf};

use super::check::check;
use super::diagnostics::Diagnostics;
use super::keys::{POLICY, Shape};
use super::merge::merge;
use super::node::{Node, Yaml};
use super::presets;
use super::source::{Kind, Span};
use super::tree::Source;
use super::yaml;

/// Texts that may go into one policy.
const TEXTS: usize = 30;

/// Where extended files may be: inside the workspace.
pub(in crate::config) struct Reach<'a>(pub(in crate::config) &'a dyn Source);

/// A text to read as a policy.
pub(in crate::config) struct Unit {
    pub(in crate::config) kind: Kind,
    /// Its path relative to the workspace, or the preset's name.
    pub(in crate::config) name: String,
    pub(in crate::config) text: String,
    /// The folder from which it extends files, as a path of the source.
    pub(in crate::config) folder: PathBuf,
}

impl Reach<'_> {
    /// The unit merged over everything it extends. `extends` replaces the unit's own `extends`, if given. `chain` names
    /// the units that led here.
    pub(in crate::config) fn resolve(
        &self,
        unit: &Unit,
        extends: Option<Node>,
        chain: &mut Vec<String>,
        d: &mut Diagnostics,
    ) -> Node {
        let source = d.sources.add(unit.kind, &unit.name, &unit.text);
        let start = Span {
            source,
            line: 1,
            column: 1,
            length: 1,
        };
        let own = match yaml::parse(&unit.text, source, d) {
            Some(node) if matches!(node.value, Yaml::Null) => {
                d.warning(start, "the policy is empty: it judges nothing")
                    .help("`extends: [recommended]` is a start");
                Node::new(Yaml::Map(Vec::new()), start)
            }
            Some(node) => node,
            None => Node::new(Yaml::Map(Vec::new()), start),
        };
        check(&own, Shape::Object(&POLICY), "policy", d);
        chain.push(unit.name.clone());
        let mut base = Node::new(Yaml::Map(Vec::new()), start);
        let extends = extends.as_ref().or_else(|| own.get("extends"));
        for item in extends.map_or(&[][..], Node::items) {
            if let Some(extended) = self.extended(item, &unit.folder, chain, d) {
                base = merge(base, extended, d);
            }
        }
        chain.pop();
        merge(base, own, d)
    }

    fn extended(
        &self,
        item: &Node,
        folder: &Path,
        chain: &mut Vec<String>,
        d: &mut Diagnostics,
    ) -> Option<Node> {
        let name = item.text()?;
        let unit = if presets::is_file(name) {
            self.file(item, name, folder, d)?
        } else {
            // One that does not exist was noted by the check.
            let preset = presets::find(name)?;
            Unit {
                kind: Kind::Preset,
                name: preset.name.to_owned(),
                text: preset.text.to_owned(),
                folder: PathBuf::new(),
            }
        };
        if chain.contains(&unit.name) {
            let way: Vec<&str> = chain.iter().map(String::as_str).collect();
            d.error(
                item.span,
                format!(
                    "the policy extends itself: {} → {}",
                    way.join(" → "),
                    unit.name
                ),
            );
            return None;
        }
        if d.sources.count() >= TEXTS {
            d.error(
                item.span,
                format!("more than {TEXTS} policies are extended"),
            );
            return None;
        }
        Some(self.resolve(&unit, None, chain, d))
    }

    fn file(&self, item: &Node, name: &str, folder: &Path, d: &mut Diagnostics) -> Option<Unit> {
        let Reach(source) = self;
        let outside = |d: &mut Diagnostics| {
            d.error(item.span, "the path leads out of the repository")
                .help("copy the file into the repository: a policy must not depend on the machine");
        };
        let unreadable = |error: &io::Error, d: &mut Diagnostics| {
            let problem = format!("`{name}` cannot be read: {}", reason(error));
            d.error(item.span, problem)
                .help("the path is relative to the folder of the file that extends it");
        };
        if !stays_inside(&source.real(folder).unwrap_or_default(), name) {
            outside(d);
            return None;
        }
        let real = source.real(&folder.join(name));
        let real = real.map_err(|error| unreadable(&error, d)).ok()?;
        // Symbolic links are followed by now.
        if !is_inside(&real) {
            outside(d);
            return None;
        }
        let text = read(*source, &real);
        Some(Unit {
            kind: Kind::File,
            text: text.map_err(|error| unreadable(&error, d)).ok()?,
            name: real.to_string_lossy().replace('\\', "/"),
            folder: real.parent().map(Path::to_owned).unwrap_or_default(),
        })
    }
}

/// Whether a real path is one of the workspace.
fn is_inside(real: &Path) -> bool {
    !real.is_absolute() && !real.starts_with("..")
}

/// Whether the path `name`, seen from `folder`, stays in the workspace by what it says.
fn stays_inside(folder: &Path, name: &str) -> bool {
    if name.starts_with(['/', '\\']) {
        return false;
    }
    if !is_inside(folder) {
        // The policy itself was named from outside: the real path decides.
        return true;
    }
    let mut depth = folder.components().count();
    for part in Path::new(name).components() {
        match part {
            Component::CurDir => {}
            Component::Normal(_) => depth += 1,
            Component::ParentDir => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return false,
            },
            Component::RootDir | Component::Prefix(_) => return false,
        }
    }
    true
}

/// The text of a policy file.
pub(in crate::config) fn read(source: &dyn Source, path: &Path) -> io::Result<String> {
    let bytes = source.read(path)?;
    let text = String::from_utf8(bytes).map_err(|_| io::Error::other("it is not UTF-8"))?;
    // A byte-order mark would shift the first line's columns.
    Ok(text
        .strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text))
}

/// The reason in words, without the machine's error number.
pub(in crate::config) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
