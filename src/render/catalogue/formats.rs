//! `andon formats`, the README's table of them, and docs/formats.md.

use anstyle::Style;

use crate::formats::Format;
use crate::render::table::{Cell, Line, align};
use crate::text::escape::workflow::stdout_safe;
use crate::text::fit;

const STRONG: Style = Style::new().bold();
/// Columns that the names at the left take.
const NAMES: usize = 13;

/// All formats as a table.
pub fn formats(formats: &[&Format], width: usize, colour: bool) -> String {
    let head = ["FORMAT", "STATES", "SUPPLIES", "WRITTEN BY"];
    let mut rows = vec![head.map(Cell::new).to_vec()];
    rows.extend(formats.iter().map(|format| {
        vec![
            Cell::new(format.id),
            Cell::new(format.kind.word()),
            Cell::new(families(format)),
            Cell::new(format.producers.join(", ")),
        ]
    }));
    let mut out = String::new();
    for line in align(&rows, 0, width) {
        line.write(&mut out, width, colour);
    }
    out
}

/// The families of metrics that it supplies: `lint, complexity`.
fn families(format: &Format) -> String {
    let mut families: Vec<&str> = Vec::new();
    for metric in format.metrics() {
        let family = metric.id.split('.').next().unwrap_or(&metric.id);
        if !families.contains(&family) {
            families.push(family);
        }
    }
    families.join(", ")
}

/// How andon knows that a file is of this format.
fn detection(format: &Format) -> String {
    match format.default_paths {
        [] => "its content; it is never looked for, only named".to_owned(),
        paths => format!("its content; looked for in {}", paths.join(", ")),
    }
}

/// One format in full.
pub fn format(format: &Format, width: usize, colour: bool) -> String {
    let mut out = String::new();
    let mut write = |line: Line| line.write(&mut out, width, colour);
    write(
        Line::new()
            .styled(STRONG, format.id)
            .text("  ")
            .text(format.title),
    );
    write(Line::new());
    let supplies: Vec<&str> = format.metrics().map(|metric| &*metric.id).collect();
    for (name, text) in [
        ("States", format.kind.word()),
        ("Written by", &format.producers.join(", ")),
        ("Told by", &detection(format)),
        ("Read", format.reads),
        ("Not read", format.omits),
        ("Supplies", &supplies.join(", ")),
    ] {
        let lines = fit::wrap(text, width.saturating_sub(NAMES));
        for (at, text) in lines.iter().enumerate() {
            let head = format!("{:NAMES$}", if at == 0 { name } else { "" });
            write(Line::new().styled(STRONG, &head).text(text));
        }
    }
    stdout_safe(&out).into_owned()
}

/// The table of all formats in markdown.
pub fn formats_markdown(formats: &[&Format]) -> String {
    let mut out = "| Format | States | Supplies | Written by |\n|:--|:--|:--|:--|\n".to_owned();
    for format in formats {
        out.push_str(&format!(
            "| [`{}`](docs/formats.md#{}): {} | {} | {} | {} |\n",
            format.id,
            format.id,
            format.title,
            format.kind.word(),
            families(format),
            format.producers.join(", "),
        ));
    }
    out
}

/// Every format in full, in markdown.
pub fn formats_document(formats: &[&Format]) -> String {
    let mut out = String::new();
    let mut kind = "";
    let mut formats = formats.to_vec();
    formats.sort_by_key(|format| format.kind);
    for format in formats {
        if format.kind.word() != kind {
            kind = format.kind.word();
            let mut letters = kind.chars();
            let first = letters.next().map(|c| c.to_ascii_uppercase());
            let title: String = first.into_iter().chain(letters).collect();
            out.push_str(&format!("## {title}\n\n"));
        }
        let code = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
            texts.join(", ")
        };
        let supplies: Vec<&str> = format.metrics().map(|metric| &*metric.id).collect();
        let title = format!("### `{}`\n\n{}. ", format.id, format.title);
        let looked = match format.default_paths {
            [] => "Never looked for, only named.".to_owned(),
            paths => format!("Looked for in {}.", code(paths)),
        };
        let supplied = match supplies.as_slice() {
            [] => String::new(),
            ids => format!("- Supplies {}.\n", code(ids)),
        };
        out.push_str(&format!(
            "{title}Written by {}.\n\n- Read: {}\n- Not read: {}\n{supplied}- {looked}\n\n",
            format.producers.join(", "),
            format.reads,
            format.omits,
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::find;

    #[test]
    fn lists_formats() {
        let rows = [
            find("jacoco").unwrap(),
            find("junit").unwrap(),
            find("clippy").unwrap(),
        ];
        insta::assert_snapshot!(formats(&rows, 80, false));
        insta::assert_snapshot!(formats_markdown(&rows));
        insta::assert_snapshot!(formats_document(&rows));
        insta::assert_snapshot!(format(rows[2], 80, false));
    }
}
