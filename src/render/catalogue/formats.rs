//! `andon formats`, and the README's table of them.

use crate::render::table::{Cell, align};
use crate::render::terminal::Options;

/// A format, as it is listed.
#[derive(Debug, Clone, Copy)]
pub struct FormatRow<'a> {
    /// Its id: `jacoco`.
    pub id: &'a str,
    /// Its name for people.
    pub title: &'a str,
    /// The word for what it mainly states.
    pub kind: &'a str,
    /// Tools that write it.
    pub producers: &'a [&'a str],
    /// Where it is looked for.
    pub paths: &'a [&'a str],
}

/// All formats as a table.
pub fn formats(formats: &[FormatRow<'_>], options: Options) -> String {
    let mut rows = vec![
        ["FORMAT", "STATES", "NAME", "WRITTEN BY"]
            .map(Cell::new)
            .to_vec(),
    ];
    rows.extend(formats.iter().map(|format| {
        vec![
            Cell::new(format.id),
            Cell::new(format.kind),
            Cell::new(format.title),
            Cell::new(format.producers.join(", ")),
        ]
    }));
    let mut out = String::new();
    for line in align(&rows, 0, options.width) {
        line.write(&mut out, options.width, options.colour);
    }
    out
}

/// The same in markdown, with the usual places.
pub fn formats_markdown(formats: &[FormatRow<'_>]) -> String {
    let mut out =
        "| Format | States | Written by | Looked for in |\n|:--|:--|:--|:--|\n".to_owned();
    for format in formats {
        let paths: Vec<String> = format
            .paths
            .iter()
            .map(|path| format!("`{path}`"))
            .collect();
        let producers = format.producers.join(", ");
        out.push_str(&format!(
            "| `{}`: {} | {} | {producers} | {} |\n",
            format.id,
            format.title,
            format.kind,
            paths.join(", ")
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &[FormatRow<'_>] = &[
        FormatRow {
            id: "jacoco",
            title: "JaCoCo XML",
            kind: "coverage",
            producers: &["JaCoCo", "Gradle", "Maven"],
            paths: &["**/jacoco*.xml"],
        },
        FormatRow {
            id: "junit",
            title: "JUnit XML",
            kind: "tests",
            producers: &[
                "pytest",
                "Surefire",
                "Gradle",
                "jest-junit",
                "go-junit-report",
                "nextest",
                "and most others",
            ],
            paths: &["**/junit*.xml", "**/TEST-*.xml"],
        },
    ];

    #[test]
    fn lists_formats() {
        insta::assert_snapshot!(formats(
            ROWS,
            Options {
                width: 80,
                colour: false
            }
        ));
        insta::assert_snapshot!(formats_markdown(ROWS));
    }
}
