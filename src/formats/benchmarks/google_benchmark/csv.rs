//! The CSV form: what stands before the header is the machine's description.

use csv::StringRecord;

use super::super::super::{Head, Input};
use super::runs::{Role, Row, Table};
use crate::domain::report::{Content, Problem};

/// How the header begins in every version.
const HEADER: &str = "name,iterations,real_time,cpu_time,time_unit";

pub(super) fn sniff(head: &Head) -> bool {
    head.lines().take(64).any(|line| line.starts_with(HEADER))
}

pub(super) fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut table = Table::default();
    let outcome = read(input, &mut table);
    table.finish(content);
    if outcome? {
        Ok(())
    } else {
        Err(Problem::error(format!(
            "the table's header `{HEADER},…` is missing"
        )))
    }
}

/// Reads the rows; whether there was a header.
fn read(input: &mut Input<'_>, table: &mut Table) -> Result<bool, Problem> {
    let mut header: Option<StringRecord> = None;
    input.each_row(|_, _, row| {
        if row.get(0) == Some("name") && row.get(2) == Some("real_time") {
            header = Some(row.clone());
        } else if let Some(header) = &header {
            let cell = |name: &str| {
                let at = header.iter().position(|title| title == name)?;
                row.get(at).map(str::trim).filter(|cell| !cell.is_empty())
            };
            table.add(of(cell));
        }
        Ok(())
    })?;
    Ok(header.is_some())
}

fn of<'a>(cell: impl Fn(&str) -> Option<&'a str>) -> Row {
    let number = |name: &str| cell(name).and_then(|text| text.parse::<f64>().ok());
    let (role, name) = Role::by_name(cell("name").unwrap_or_default());
    let error = cell("error_occurred").filter(|text| *text == "true");
    Row {
        name: name.to_owned(),
        role,
        real_time: number("real_time"),
        unit: cell("time_unit").unwrap_or("ns").to_owned(),
        bytes: number("bytes_per_second"),
        items: number("items_per_second"),
        repetitions: cell("iterations").and_then(|text| text.parse().ok()),
        error: error.map(|_| cell("error_message").unwrap_or_default().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn rows_without_a_value_failed_and_no_table_is_an_error() {
        let text = "CPU Caches:\n  L1 32K\nname,iterations,real_time,cpu_time,time_unit,bytes_per_second,items_per_second,label,error_occurred,error_message\n\"a\",1,5,5,ms,,,,,\n\"b\",,,,,,,,true,\"no, data\"\n\"a_BigO\",,1,1,N,,,,,\n";
        assert_eq!(sniffed(text), ["google_benchmark_csv"]);
        let items = report("google_benchmark_csv", text)
            .content
            .benchmarks
            .unwrap()
            .items;
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].quantities[0].value, 0.005);
        assert_eq!(items[1].failure.as_deref(), Some("no, data"));
        assert!(!report("google_benchmark_csv", "a,b\n").problems.is_empty());
    }
}
