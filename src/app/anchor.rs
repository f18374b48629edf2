//! Anchoring findings to what their source lines say, so that they are known again wherever the lines go.

use std::collections::BTreeMap;
use std::io::Read as _;

use super::workspace::Workspace;
use crate::domain::report::coverage::key_of;
use crate::domain::report::{Finding, Report};

/// Larger files hold no code that people wrote.
const LARGEST: u64 = 16 << 20;

/// Gives every finding that has a place in the workspace the hash of its line. Each file is read once.
///
/// The lines are those of the work tree: the reports were made from it. Findings of files that are not there, are not
/// inside the workspace once links are followed, or are too large stay without an anchor; so do those that bring one.
pub fn anchor(reports: &mut [Report], workspace: &Workspace) {
    let mut files = BTreeMap::<String, Vec<&mut Finding>>::new();
    let findings = reports
        .iter_mut()
        .flat_map(|report| [&mut report.content.findings, &mut report.content.security])
        .flatten()
        .flat_map(|findings| &mut findings.items);
    for finding in findings {
        if finding.line > 0 && !finding.path.is_empty() && finding.anchor.is_empty() {
            let file = files.entry(finding.path.clone()).or_default();
            file.push(finding);
        }
    }
    for (path, findings) in files {
        if let Some(source) = read(&path, workspace) {
            attach(findings, &source);
        }
    }
}

fn read(path: &str, workspace: &Workspace) -> Option<Vec<u8>> {
    let path = workspace.root.join(path);
    if !workspace.contains(&path) {
        return None;
    }
    let mut source = Vec::new();
    let file = workspace.files.open(&path).ok()?;
    let size = file.take(LARGEST + 1).read_to_end(&mut source).ok()?;
    (size as u64 <= LARGEST).then_some(source)
}

fn attach(mut findings: Vec<&mut Finding>, source: &[u8]) {
    findings.sort_by_key(|finding| finding.line);
    let mut findings = findings.into_iter().peekable();
    for (line, number) in source.split(|byte| *byte == b'\n').zip(1_u32..) {
        if findings.peek().is_none() {
            return;
        }
        let mut hash = None;
        while let Some(finding) = findings.next_if(|finding| finding.line == number) {
            let hash: &String = hash.get_or_insert_with(|| hash_of(line));
            finding.anchor.clone_from(hash);
        }
    }
}

/// The hash of a line without its white space and line end; nothing for a line without a letter or a digit, such as
/// `}`: that tells no place from another.
fn hash_of(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let text: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '\u{feff}')
        .collect();
    if text.chars().any(char::is_alphanumeric) {
        format!("{:016x}", key_of(&text))
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::measurement::Labels;
    use crate::domain::report::{Content, Findings, Severity};
    use crate::platform::Env;

    fn anchors(files: &[(&str, &[u8])], places: &[(&str, u32)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(folder.path(), Env::default()).unwrap();
        for (path, content) in files {
            let path = workspace.root.join(path);
            workspace.files.write(&path, content).unwrap();
        }
        let finding = |(path, line): &(&str, u32)| Finding {
            path: (*path).to_owned(),
            line: *line,
            column: 0,
            severity: Severity::Warning,
            producer: "lint".into(),
            rule: String::new(),
            message: String::new(),
            anchor: String::new(),
            ..Finding::default()
        };
        let findings = Findings {
            items: places.iter().map(finding).collect(),
            ..Findings::default()
        };
        let mut reports = [Report {
            path: "r".to_owned(),
            format: "",
            labels: Labels::new(),
            content: Content {
                findings: Some(findings),
                ..Content::default()
            },
            problems: Vec::new(),
        }];
        anchor(&mut reports, &workspace);
        let [report] = reports;
        let items = report.content.findings.unwrap().items;
        items.into_iter().map(|finding| finding.anchor).collect()
    }

    #[test]
    fn the_same_line_has_the_same_anchor_wherever_it_stands() {
        let files: [(&str, &[u8]); 2] = [
            ("a", b"\xef\xbb\xbflet x = 1;\r\n}\r\n"),
            ("d/b", b"\n\tlet  x =1;"),
        ];
        let found = anchors(&files, &[("d/b", 2), ("a", 1), ("a", 2), ("d/b", 1)]);
        assert_eq!(found[0].len(), 16);
        assert_eq!(found[0], found[1]);
        assert_eq!(&found[2..], ["", ""]);
    }

    #[test]
    fn a_line_that_is_not_there_has_none() {
        let files: [(&str, &[u8]); 1] = [("a", b"x\n")];
        let places = [
            ("a", 0),
            ("a", 9),
            ("none", 1),
            ("", 1),
            ("/etc/passwd", 1),
            ("../a", 1),
        ];
        assert!(anchors(&files, &places).iter().all(String::is_empty));
    }

    #[test]
    fn bytes_that_are_no_text_are_lines_all_the_same() {
        let files: [(&str, &[u8]); 1] = [("a", b"caf\xe9 = 1\nx\n")];
        let found = anchors(&files, &[("a", 1), ("a", 2)]);
        assert!(found.iter().all(|anchor| anchor.len() == 16) && found[0] != found[1]);
    }
}
