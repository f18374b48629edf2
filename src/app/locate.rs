//! Replacing the paths that reports name by the repository's own.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::paths::{Match, PathIndex};
use crate::config::OnUnmatched;
use crate::domain::report::{Coverage, Problem, Report, Weight};

/// Matches every path in `report`, and says how many match nothing.
pub fn locate(report: &mut Report, index: &PathIndex, unmatched_means: OnUnmatched) {
    let place = report.path.clone();
    let mut tracker = Tracker {
        index,
        report: &place,
        known: BTreeMap::new(),
        unmatched: Vec::new(),
    };
    let content = &mut report.content;
    if let Some(coverage) = &mut content.coverage {
        let files = std::mem::take(&mut coverage.files);
        let mut located = Coverage {
            totals: std::mem::take(&mut coverage.totals),
            ..Coverage::default()
        };
        for (path, formats) in files {
            let path = tracker.find_any(&path, coverage.candidates(&path));
            let file = Coverage {
                files: BTreeMap::from([(path, formats)]),
                ..Coverage::default()
            };
            // Two paths of a report may mean one file: then they are two reports of it.
            located.merge(file);
        }
        *coverage = located;
    }
    if let Some(code) = &mut content.code {
        for function in &mut code.functions {
            tracker.replace(&mut function.path);
        }
        for file in &mut code.files {
            tracker.replace(&mut file.path);
        }
    }
    for findings in [&mut content.findings, &mut content.security] {
        for finding in findings.iter_mut().flat_map(|findings| &mut findings.items) {
            tracker.replace(&mut finding.path);
        }
    }
    if let Some(duplication) = &mut content.duplication {
        let fragments = (duplication.clones.iter_mut()).flat_map(|clone| &mut clone.fragments);
        fragments.for_each(|fragment| tracker.replace(&mut fragment.path));
        (duplication.files.iter_mut()).for_each(|file| tracker.replace(&mut file.path));
    }
    if let Some(documentation) = &mut content.documentation {
        (documentation.items.iter_mut()).for_each(|item| tracker.replace(&mut item.path));
        (documentation.files.iter_mut()).for_each(|file| tracker.replace(&mut file.path));
    }
    let (known, unmatched) = (tracker.known.len(), tracker.unmatched);
    let covers = report.content.coverage.is_some();
    if let Some(problem) = judge(known, &unmatched, index, covers, unmatched_means) {
        report.problems.push(problem);
    }
    if let Some(tests) = &mut report.content.tests {
        // Test reports name classes and modules as often as files: a miss says nothing.
        for case in tests.notable.iter_mut().chain(&mut tests.slowest) {
            if let Match::File(file) = index.find(&case.file, &place) {
                case.file = file;
            }
        }
    }
}

struct Tracker<'a> {
    index: &'a PathIndex,
    report: &'a str,
    known: BTreeMap<String, String>,
    unmatched: Vec<String>,
}

impl Tracker<'_> {
    fn find(&mut self, path: &str) -> String {
        self.find_any(path, [path.to_owned()])
    }

    /// The file that `path` means: the first of its possible readings that is one.
    fn find_any(&mut self, path: &str, readings: impl IntoIterator<Item = String>) -> String {
        if let Some(known) = self.known.get(path) {
            return known.clone();
        }
        let mut tidied = None;
        // What the policy says of a path comes before what the report says.
        let told = Some(path.to_owned()).filter(|path| self.index.replaces(path));
        let found = (told.into_iter().chain(readings)).find_map(|reading| {
            match self.index.find(&reading, self.report) {
                Match::File(file) => Some(file),
                Match::Unmatched(file) => {
                    tidied = Some(file);
                    None
                }
            }
        });
        let located = found.unwrap_or_else(|| {
            self.unmatched.push(path.to_owned());
            // The last reading is the path by itself.
            tidied.unwrap_or_else(|| path.to_owned())
        });
        self.known.insert(path.to_owned(), located.clone());
        located
    }

    fn replace(&mut self, path: &mut String) {
        if !path.is_empty() {
            *path = self.find(path);
        }
    }
}

fn judge(
    known: usize,
    unmatched: &[String],
    index: &PathIndex,
    coverage: bool,
    unmatched_means: OnUnmatched,
) -> Option<Problem> {
    let first = unmatched.first()?;
    let most = unmatched.len() * 2 > known;
    // Of coverage nothing would be left for changed lines and components: then it is no excuse that the repository has no
    // such files at all.
    let comparable = coverage || unmatched.iter().any(|path| index.knows_extension(path));
    let files = if known == 1 { "file" } else { "files" };
    let remedy: Cow<'_, str> = if most && comparable && unmatched_means == OnUnmatched::Error {
        "; rules on files and components would pass over them: run the tool from the repository's root, or allow it with `paths: { unmatched: warn }`".into()
    } else {
        "".into()
    };
    let message = format!(
        "{} of {known} {files} match no tracked file; first: {first}{remedy}",
        unmatched.len()
    );
    let weight = if remedy.is_empty() {
        Weight::Warning
    } else {
        Weight::Error
    };
    Some(Problem {
        weight,
        message,
        place: None,
    })
}
