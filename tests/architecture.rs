//! Holds the layers: dependencies run one way, without cycles between layers, and every source file is declared.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "the sources are read directly, and where they are not there the test has to fail"
)]

#[path = "architecture/modules.rs"]
mod modules;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use modules::Modules;

/// Each layer with those it may use. `platform` and `text` are leaves; adapters never use one another.
const LAYERS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("platform", &[]),
    ("domain", &["text"]),
    ("formats", &["domain", "platform", "text"]),
    ("vcs", &["domain", "platform", "text"]),
    ("ci", &["domain", "platform", "text"]),
    ("github", &["domain", "platform", "text"]),
    ("history", &["domain", "platform", "text"]),
    ("config", &["domain", "formats", "platform", "text"]),
    ("render", &["domain", "formats", "platform", "text"]),
    (
        "app",
        &[
            "render", "github", "history", "config", "formats", "vcs", "ci", "domain", "platform",
            "text",
        ],
    ),
    (
        "cli",
        &[
            "app", "render", "github", "history", "config", "formats", "vcs", "ci", "domain",
            "platform", "text",
        ],
    ),
];

fn sources() -> BTreeMap<PathBuf, String> {
    fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.insert(path, text);
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    found
}

fn relative(path: &Path) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    path.strip_prefix(root)
        .unwrap()
        .to_string_lossy()
        .replace('\\', "/")
}

/// The file without comments and without its inline tests, which may use anything.
fn code(text: &str) -> String {
    text.lines()
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The layers that a file names by `crate::layer`, in paths and in `use crate::{…}` lists.
fn used(text: &str) -> BTreeSet<String> {
    let code = code(text);
    let mut layers = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let names: Vec<&str> = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap().split(',').collect(),
            None => vec![rest],
        };
        for name in names {
            let name = name.trim();
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
            layers.insert(name[..end.unwrap_or(name.len())].to_owned());
        }
    }
    layers
}

#[test]
fn dependencies_run_one_way() {
    let allowed: BTreeMap<_, _> = LAYERS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let file = relative(&path);
        let Some((layer, _)) = file.split_once('/') else {
            continue;
        };
        let may = allowed
            .get(layer)
            .unwrap_or_else(|| panic!("{layer} is no layer: say what it may use"));
        for used in used(&text) {
            let known = allowed.contains_key(used.as_str());
            if known && used != layer && !may.contains(&used.as_str()) {
                wrong.push(format!("{file} uses crate::{used}, which {layer} may not"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn layers_have_no_cycle() {
    // Every layer may use only those that stand before it in the list: then no cycle is possible.
    for (index, (layer, may)) in LAYERS.iter().enumerate() {
        for used in *may {
            let at = LAYERS.iter().position(|(name, _)| name == used).unwrap();
            assert!(at < index, "{layer} → {used} points up");
        }
    }
}

/// The layers in which modules that stand side by side use one another one way only: each can be read, and moved, without those
/// that use it.
const ONE_WAY: &[&str] = &[
    "app", "ci", "cli", "config", "domain", "formats", "github", "platform", "render", "text",
    "vcs",
];

#[test]
fn modules_of_a_layer_use_one_another_one_way() {
    let sources = sources().into_iter();
    let sources = sources.map(|(path, text)| (relative(&path), text));
    let modules = Modules::of(&sources.collect());
    let circles: Vec<String> = ONE_WAY
        .iter()
        .flat_map(|layer| modules.circles(layer))
        .collect();
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

#[test]
fn every_file_is_declared_by_its_parent() {
    let sources = sources();
    let mut orphans = Vec::new();
    for path in sources.keys() {
        let file = relative(path);
        if matches!(file.as_str(), "lib.rs" | "main.rs") {
            continue;
        }
        let module = if file.ends_with("/mod.rs") {
            path.parent().unwrap().to_owned()
        } else {
            path.with_extension("")
        };
        let name = module.file_name().unwrap().to_string_lossy().into_owned();
        let folder = module.parent().unwrap();
        let parents = [
            folder.join("mod.rs"),
            folder.join("lib.rs"),
            folder.with_extension("rs"),
        ];
        let declared = parents
            .iter()
            .filter_map(|parent| sources.get(parent))
            .any(|text| {
                text.lines().any(|line| {
                    let line = line.trim();
                    line.ends_with(&format!("mod {name};")) && !line.starts_with("//")
                })
            });
        if !declared {
            orphans.push(file);
        }
    }
    assert!(orphans.is_empty(), "no module declares {orphans:?}");
}

#[test]
fn files_stay_small_enough_to_read() {
    let mut long = Vec::new();
    for (path, text) in sources() {
        let lines = text
            .lines()
            .take_while(|line| !line.starts_with("#[cfg(test)]"))
            .count();
        if lines > 500 {
            long.push(format!("{} has {lines} lines", relative(&path)));
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn registries_hold_no_logic() {
    for (path, text) in sources() {
        if path.ends_with("mod.rs") {
            let code = code(&text);
            let logic = code.lines().find(|line| line.starts_with("impl"));
            assert_eq!(logic, None, "{} implements something", relative(&path));
        }
    }
}
