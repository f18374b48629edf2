//! The history at a terminal: what was recorded, and the figures of one entry.

use super::table::{Cell, align};
use crate::domain::past::Entry;
use crate::domain::snapshot::Snapshot;
use crate::domain::value::Value;
use crate::text::number::{self, Lean};
use crate::text::plural;

/// The entries as a table.
pub fn list(entries: &[Entry], width: usize, colour: bool) -> String {
    let head = ["COMMIT", "TAKEN (UTC)", "BRANCH", "RUN", "ID", "FOLDER"];
    // A column that says nothing is left out.
    let folders = entries.iter().any(|entry| !entry.folder.is_empty());
    let columns = if folders { 6 } else { 5 };
    let mut rows = vec![
        head.map(Cell::new)
            .into_iter()
            .take(columns)
            .collect::<Vec<_>>(),
    ];
    rows.extend(entries.iter().map(|entry| {
        let time = time(entry);
        let cells = [
            entry.short(),
            &time,
            or_dash(&entry.branch),
            or_dash(&entry.run),
            &entry.id,
            or_dash(&entry.folder),
        ];
        cells.map(Cell::new).into_iter().take(columns).collect()
    }));
    table(&rows, width, colour)
}

/// An entry with the values of its project and components. `unit` tells the unit of a metric.
pub fn show(
    entry: &Entry,
    snapshot: &Snapshot,
    verdict: Option<&str>,
    unit: impl Fn(&str) -> Option<String>,
    (width, colour): (usize, bool),
) -> String {
    let branch = snapshot.subject.branch.as_deref().unwrap_or("–");
    let taken = time(entry);
    let head = [
        ("commit", entry.commit.as_str()),
        ("branch", branch),
        ("taken", &taken),
        ("run", or_dash(&entry.run)),
        ("verdict", verdict.unwrap_or("–")),
    ];
    let rows: Vec<Vec<Cell>> = head
        .iter()
        .map(|(name, value)| vec![Cell::new(name), Cell::new(value)])
        .collect();
    let mut out = table(&rows, width, colour);
    let mut rows = vec![["METRIC", "VALUE", "OF", ""].map(Cell::new).to_vec()];
    let mut more = 0;
    for measurement in &snapshot.measurements {
        if measurement.scope.path().is_some() {
            more += 1;
            continue;
        }
        let value = match measurement.value {
            Value::Ratio { part, whole } => number::ratio(part, whole, Lean::Down),
            value => number::format(
                value.to_f64(),
                &unit(&measurement.metric).unwrap_or_default(),
            ),
        };
        let labels = measurement.labels.iter().map(|(k, v)| format!("{k}={v}"));
        let mut notes: Vec<String> = labels.collect();
        if !measurement.producer.is_empty() {
            notes.push(measurement.producer.to_string());
        }
        rows.push(vec![
            Cell::new(&measurement.metric),
            Cell::right(value),
            Cell::new(measurement.scope.to_string()),
            Cell::new(notes.join(" ")),
        ]);
    }
    out.push('\n');
    out.push_str(&table(&rows, width, colour));
    if more > 0 {
        let values = plural::s(more, "value");
        out.push_str(&format!(
            "and {values} of files and functions: --json shows them\n"
        ));
    }
    out
}

fn table(rows: &[Vec<Cell>], width: usize, colour: bool) -> String {
    let mut out = String::new();
    for line in align(rows, 0, width) {
        line.write(&mut out, width, colour);
    }
    out
}

fn time(entry: &Entry) -> String {
    entry.taken_at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn or_dash(text: &str) -> &str {
    if text.is_empty() { "–" } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::measurement::{Measurement, Scope};
    use crate::domain::snapshot::Subject;
    use crate::text::fit;

    #[test]
    fn tables_fit_and_foreign_names_do_no_harm() {
        let entry = Entry {
            commit: "0123456789abcdef0123456789abcdef01234567".to_owned(),
            taken_at: jiff::Timestamp::from_second(1_767_225_600).unwrap(),
            branch: "evil\u{1b}[31m\u{202e}branch-with-a-very-long-name-indeed".to_owned(),
            folder: "services/api".to_owned(),
            run: "123456789.1.build".to_owned(),
            id: "00ff00ff00".to_owned(),
        };
        let mut snapshot = Snapshot::new(Subject::default());
        let value = Value::ratio(2, 3).unwrap();
        snapshot.measurements = vec![
            Measurement::new("coverage.line", Scope::Project, value).by("x"),
            Measurement::new(
                "tests.seconds",
                Scope::Component("api".to_owned()),
                Value::Number(1.5),
            ),
            Measurement::new("coverage.line", Scope::File("a".to_owned()), value),
        ];
        let listed = list(std::slice::from_ref(&entry), 80, false);
        let unit = |id: &str| (id == "tests.seconds").then(|| "s".to_owned());
        let shown = show(&entry, &snapshot, Some("fail"), unit, (60, false));
        for line in listed.lines().chain(shown.lines()) {
            assert!(fit::width(line) <= 80, "{line}");
            assert!(!line.contains(['\u{1b}', '\u{202e}']), "{line}");
        }
        for figure in ["66.66%", "1.5 s", "fail", "1 value of files"] {
            assert!(shown.contains(figure), "{figure} in\n{shown}");
        }
    }
}
