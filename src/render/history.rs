//! The history: what was recorded, and at a terminal the figures of one entry.

use serde::Serialize;

use super::table::{Cell, align};
use crate::domain::past::Entry;
use crate::domain::snapshot::Snapshot;
use crate::domain::value::Value;
use crate::text::escape::csv::cell;
use crate::text::escape::markdown;
use crate::text::number::{self, Lean};
use crate::text::plural;

/// An entry as it is listed.
#[derive(Debug, Clone, Serialize)]
pub struct Listed {
    /// The entry.
    #[serde(flatten)]
    pub entry: Entry,
    /// What is wrong with it; `None` if it can be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub damage: Option<String>,
}

/// A column: its heading, and what it says of an entry.
type Column = (&'static str, fn(&Listed) -> String);

/// The heading of the column of times, which alone are nobody's own words.
const TAKEN: &str = "TAKEN (UTC)";

/// The columns of a list for people. One that says nothing is left out.
fn columns(all: &[Listed]) -> Vec<Column> {
    let mut columns: Vec<Column> = vec![
        ("COMMIT", |it| it.entry.short().to_owned()),
        (TAKEN, |it| time(&it.entry)),
        ("BRANCH", |it| or_dash(&it.entry.branch).to_owned()),
        ("RUN", |it| or_dash(&it.entry.run).to_owned()),
        ("ID", |it| it.entry.id.clone()),
    ];
    if all.iter().any(|it| !it.entry.folder.is_empty()) {
        columns.push(("FOLDER", |it| or_dash(&it.entry.folder).to_owned()));
    }
    if all.iter().any(|it| it.damage.is_some()) {
        columns.push(("DAMAGED", |it| {
            or_dash(it.damage.as_deref().unwrap_or_default()).to_owned()
        }));
    }
    columns
}

/// The entries as a table.
pub fn list(all: &[Listed], width: usize, colour: bool) -> String {
    let columns = columns(all);
    let mut rows: Vec<Vec<Cell>> = vec![columns.iter().map(|(name, _)| Cell::new(name)).collect()];
    let cells = |it: &Listed| columns.iter().map(|(_, say)| Cell::new(say(it))).collect();
    rows.extend(all.iter().map(cells));
    table(&rows, width, colour)
}

/// The entries as a table of markdown. What a run says of itself is code: nothing in it can be a link, a mention or markup.
pub fn list_markdown(all: &[Listed]) -> String {
    let columns = columns(all);
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let heading = |name: &str| name.replace("(utc)", "(UTC)");
    let mut out = row(columns
        .iter()
        .map(|(name, _)| heading(&name.to_lowercase()))
        .collect());
    out += &row(columns.iter().map(|_| "---".to_owned()).collect());
    for it in all {
        let cell = |(name, say): &Column| match say(it) {
            cell if *name == TAKEN || cell == "–" => cell,
            cell => markdown::code(&cell),
        };
        out += &row(columns.iter().map(cell).collect());
    }
    out
}

/// The entries as CSV, with all columns: what is not known is an empty cell.
///
/// # Errors
/// When a row cannot be written, which memory alone could be the reason of.
pub fn list_csv(all: &[Listed]) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record([
        "commit", "taken_at", "branch", "folder", "run", "id", "damage",
    ])?;
    for Listed { entry, damage } in all {
        let taken_at = entry.taken_at.to_string();
        let cells = [
            &entry.commit,
            &taken_at,
            &entry.branch,
            &entry.folder,
            &entry.run,
            &entry.id,
            damage.as_deref().unwrap_or_default(),
        ];
        writer.write_record(cells.map(|text| cell(text).into_owned()))?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
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
        let damage = Some("its values: cut | <b>off</b>".to_owned());
        let all = [
            Listed {
                entry: entry.clone(),
                damage: None,
            },
            Listed {
                entry: entry.clone(),
                damage,
            },
        ];
        let listed = list(&all[..1], 80, false);
        assert!(!listed.contains("DAMAGED"), "{listed}");
        let wide = list(&all, 300, false);
        assert!(
            wide.contains("DAMAGED") && wide.contains("cut | <b>off</b>"),
            "{wide}"
        );
        insta::assert_snapshot!(format!(
            "{}\n{}",
            list_markdown(&all),
            list_csv(&all).unwrap()
        ));
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
