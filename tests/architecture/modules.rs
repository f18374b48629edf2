//! Which module uses which, as their sources name one another.

use std::collections::{BTreeMap, BTreeSet};

/// A module: the names that lead to it from the crate.
pub(super) type Module = Vec<String>;

/// A module that uses another, and the path by which it names it.
type Named = BTreeMap<(Module, Module), String>;

/// All modules of the crate.
pub(super) struct Modules {
    known: BTreeSet<Module>,
    /// What modules show under a name that is declared elsewhere.
    shown: BTreeMap<(Module, String), Module>,
    uses: Named,
}

impl Modules {
    /// Those of these files, by their paths within `src`.
    pub(super) fn of(sources: &BTreeMap<String, String>) -> Modules {
        let mut texts: BTreeMap<Module, String> = BTreeMap::new();
        for (file, text) in sources {
            texts.insert(module(file), without_tests(text));
        }
        let tested: BTreeSet<Module> = sources
            .iter()
            .flat_map(|(f, text)| tests_of(f, text))
            .collect();
        texts.retain(|module, _| !(1..=module.len()).any(|end| tested.contains(&module[..end])));
        let mut modules = Modules {
            known: texts.keys().cloned().collect(),
            shown: BTreeMap::new(),
            uses: BTreeMap::new(),
        };
        let named: Vec<(&Module, Vec<Path>)> = texts
            .iter()
            .map(|(module, text)| (module, paths(text)))
            .collect();
        for (module, paths) in &named {
            for path in paths.iter().filter(|path| path.is_shown) {
                let target = modules.absolute(module, &path.names);
                let place = ((*module).clone(), path.shown_as());
                modules.shown.extend(target.map(|target| (place, target)));
            }
        }
        for (module, paths) in named {
            for path in paths {
                let Some(target) = modules.absolute(module, &path.names) else {
                    continue;
                };
                let used = modules.declaring(target);
                modules
                    .uses
                    .entry((module.clone(), used))
                    .or_insert_with(|| path.names.join("::"));
            }
        }
        modules
    }

    /// Where a path leads from a module, the item's name at its end; `None` where that is outside of the crate.
    fn absolute(&self, from: &Module, names: &[String]) -> Option<Vec<String>> {
        let first = names.first()?;
        let (mut base, mut rest) = match first.as_str() {
            "crate" => (Vec::new(), &names[1..]),
            "self" => (from.clone(), &names[1..]),
            "super" => (from.clone(), names),
            child => {
                let inside = [from.as_slice(), &[child.to_owned()]].concat();
                (self.known.contains(&inside).then(|| from.clone())?, names)
            }
        };
        while rest.first().is_some_and(|name| name == "super") {
            base.pop();
            rest = &rest[1..];
        }
        Some([base.as_slice(), rest].concat())
    }

    /// The module that declares what a path leads to, also where others show it.
    fn declaring(&self, mut path: Vec<String>) -> Module {
        for _ in 0..8 {
            let end = (0..=path.len())
                .rev()
                .find(|end| self.known.contains(&path[..*end]));
            let end = end.unwrap_or_default();
            let Some(name) = path.get(end) else { break };
            let Some(target) = self.shown.get(&(path[..end].to_vec(), name.clone())) else {
                break;
            };
            path = [target.as_slice(), &path[end + 1..]].concat();
        }
        while !self.known.contains(&path) && path.pop().is_some() {}
        path
    }

    /// The circles among the modules that stand side by side, at any depth below a layer: each taken with all that lies in it.
    pub(super) fn circles(&self, layer: &str) -> Vec<String> {
        let folders: BTreeSet<&[String]> = self
            .known
            .iter()
            .filter_map(|module| Some(module.split_last()?.1))
            .collect();
        let within = folders
            .into_iter()
            .filter(|folder| folder.first().is_some_and(|it| it == layer));
        within.filter_map(|folder| self.circle(folder)).collect()
    }

    /// The first circle of a folder's modules.
    fn circle(&self, folder: &[String]) -> Option<String> {
        let depth = folder.len();
        let mut arrows: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
        for ((from, to), path) in &self.uses {
            let inside = |module: &Module| module.len() > depth && module.starts_with(folder);
            if inside(from) && inside(to) && from[depth] != to[depth] {
                let told = format!("{} names {path}", from.join("::"));
                let of = arrows.entry(&from[depth]).or_default();
                of.entry(&to[depth]).or_insert(told);
            }
        }
        // What uses nothing that is left is in no circle.
        loop {
            let left: BTreeSet<&str> = arrows.keys().copied().collect();
            arrows
                .values_mut()
                .for_each(|to| to.retain(|name, _| left.contains(name)));
            arrows.retain(|_, to| !to.is_empty());
            if arrows.len() == left.len() {
                break;
            }
        }
        let mut way = vec![*arrows.keys().next()?];
        let mut told = Vec::new();
        loop {
            let (next, how) = arrows[way[way.len() - 1]].first_key_value()?;
            told.push(how.clone());
            if let Some(begin) = way.iter().position(|name| name == next) {
                let circle = way[begin..].join(" → ");
                return Some(format!(
                    "{}: {circle} → {next} ({})",
                    folder.join("::"),
                    told[begin..].join("; ")
                ));
            }
            way.push(next);
        }
    }
}

/// The module of a file.
fn module(file: &str) -> Module {
    let names = file.trim_end_matches(".rs").trim_end_matches("/mod");
    match names {
        "lib" | "main" => Vec::new(),
        names => names.split('/').map(str::to_owned).collect(),
    }
}

/// The modules that a file declares for tests alone.
fn tests_of(file: &str, text: &str) -> Vec<Module> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let declared = lines.windows(2).filter(|pair| pair[0] == "#[cfg(test)]");
    let names = declared.filter_map(|pair| {
        let name = pair[1].strip_suffix(';')?.rsplit_once("mod ")?.1;
        Some([module(file).as_slice(), &[name.to_owned()]].concat())
    });
    names.collect()
}

/// The code without comments and without what is compiled for tests alone.
fn without_tests(text: &str) -> String {
    let mut code = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line == "#[cfg(test)]" {
            // A line declares a module of its own; anything longer stands at the end.
            match lines.next() {
                Some(next) if next.ends_with(';') => continue,
                _ => break,
            }
        }
        if !line.trim_start().starts_with("//") {
            code.push_str(line);
            code.push('\n');
        }
    }
    code
}

/// A path as it is written, with all that a list of names says written out.
#[derive(Debug, Clone)]
struct Path {
    names: Vec<String>,
    alias: Option<String>,
    /// Whether the module shows it to others.
    is_shown: bool,
}

impl Path {
    fn shown_as(&self) -> String {
        let last = || self.names.last().cloned().unwrap_or_default();
        self.alias.clone().unwrap_or_else(last)
    }
}

/// The paths that a text names: in `use`, and in code by `crate::`, `super::` or `self::`.
fn paths(code: &str) -> Vec<Path> {
    let mut found = Vec::new();
    let mut rest = String::new();
    let mut statement: Option<String> = None;
    for line in code.lines() {
        let begins = line.trim_start();
        let is_use = statement.is_some()
            || begins.starts_with("use ")
            || (begins.starts_with("pub") && begins.contains(" use "));
        if !is_use {
            rest.push_str(line);
            rest.push('\n');
            continue;
        }
        let held = statement.get_or_insert_default();
        held.push_str(line);
        if line.trim_end().ends_with(';') {
            let held = statement.take().unwrap_or_default();
            let is_shown = held.trim_start().starts_with("pub");
            let tree = held.split_once("use ").map_or("", |(_, tree)| tree);
            expand(&[], tree.trim().trim_end_matches(';'), is_shown, &mut found);
        }
    }
    for word in rest.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | ':')) {
        let names: Vec<String> = word.split("::").map(str::to_owned).collect();
        if names.len() > 1 && matches!(names[0].as_str(), "crate" | "super" | "self") {
            found.push(Path {
                names,
                alias: None,
                is_shown: false,
            });
        }
    }
    found
}

/// Writes out `a::{b, c::{d, e as f}}`.
fn expand(before: &[String], tree: &str, is_shown: bool, into: &mut Vec<Path>) {
    let split = |text: &str| -> Vec<String> {
        let names = text
            .split("::")
            .map(str::trim)
            .filter(|name| !name.is_empty());
        names.map(str::to_owned).collect()
    };
    let Some((head, list)) = tree.split_once('{') else {
        let (path, alias) = match tree.split_once(" as ") {
            Some((path, alias)) => (path, Some(alias.trim().to_owned())),
            None => (tree, None),
        };
        let mut names = [before, split(path).as_slice()].concat();
        if names.len() > 1 && names.last().is_some_and(|name| name == "self") {
            names.pop();
        }
        into.push(Path {
            names,
            alias,
            is_shown,
        });
        return;
    };
    let head = [before, split(head).as_slice()].concat();
    let list = list.rsplit_once('}').map_or(list, |(list, _)| list);
    let (mut depth, mut from) = (0, 0);
    for (at, c) in list.char_indices().chain([(list.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let item = list[from..at].trim();
                if !item.is_empty() {
                    expand(&head, item, is_shown, into);
                }
                from = at + 1;
            }
            _ => {}
        }
    }
}

#[test]
fn paths_are_written_out() {
    let code =
        "use super::a::{self, B, c::{D, E as F}};\npub use g::H;\nlet x = crate::i::j(self.k);\n";
    let told: Vec<String> = paths(code)
        .iter()
        .map(|path| format!("{}={}", path.names.join("::"), path.shown_as()))
        .collect();
    let want = [
        "super::a=a",
        "super::a::B=B",
        "super::a::c::D=D",
        "super::a::c::E=F",
        "g::H=H",
        "crate::i::j=j",
    ];
    assert_eq!(told, want);
}

#[test]
fn a_circle_is_found_also_where_a_third_module_shows_what_is_used() {
    let files = [
        (
            "x/mod.rs",
            "#[cfg(test)]\nmod cases;\nmod a;\nmod b;\npub use b::B;\n",
        ),
        ("x/cases.rs", "use super::a::A;\n"),
        ("x/a.rs", "use super::B;\n"),
        (
            "x/b.rs",
            "use super::a::A;\n#[cfg(test)]\nmod tests {\n    use super::super::c::C;\n}\n",
        ),
        ("x/c.rs", "use super::b::B;\n"),
    ];
    let sources = |files: &[(&str, &str)]| {
        let files = files
            .iter()
            .map(|(file, text)| ((*file).to_owned(), (*text).to_owned()));
        Modules::of(&files.collect()).circles("x")
    };
    let told = "x: a → b → a (x::a names super::B; x::b names super::a::A)";
    assert_eq!(sources(&files), [told]);
    let mut mended = files;
    mended[3].1 = "";
    assert_eq!(sources(&mended), [""; 0]);
}
