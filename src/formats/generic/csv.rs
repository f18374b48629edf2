//! A number in a table, by its column and by what stands in others.

use csv::StringRecord;

use super::super::input::{Input, unreadable};
use super::Finds;
use crate::domain::report::Problem;

/// What separates columns: whichever of these the first line has most of.
const SEPARATORS: [u8; 4] = *b",;\t|";

pub(super) fn read(
    column: &str,
    rows: &[(String, String)],
    input: &mut Input<'_>,
    finds: &mut Finds,
) -> Result<(), Problem> {
    let head = input.source.head().map_err(unreadable)?;
    let first = head.text.lines().next().unwrap_or_default();
    let count = |wanted: &u8| first.bytes().filter(|byte| byte == wanted).count();
    let separator = SEPARATORS
        .into_iter()
        .rev()
        .max_by_key(count)
        .unwrap_or(b',');
    let mut table = None;
    input.each_row_between(separator, |_, line, row| {
        let Some(table) = &table else {
            let (headed, wanted) = Wanted::of(column, rows, row)?;
            if !headed {
                wanted.take(row, line, finds)?;
            }
            table = Some(wanted);
            return Ok(());
        };
        table.take(row, line, finds)
    })
}

/// Which cells are wanted, by their places in a row.
struct Wanted<'a> {
    column: usize,
    /// What stands in which others.
    others: Vec<(usize, &'a str)>,
}

impl<'a> Wanted<'a> {
    /// What is wanted of the table of which this is the first row, and whether that is its header: it is, unless all
    /// columns are wanted by their numbers.
    fn of(
        column: &str,
        others: &'a [(String, String)],
        first: &StringRecord,
    ) -> Result<(bool, Wanted<'a>), Problem> {
        let numbered = |name: &str| name.parse::<usize>().ok()?.checked_sub(1);
        let mut names = others.iter().map(|(name, _)| name.as_str());
        let headed = numbered(column).is_none() || names.any(|name| numbered(name).is_none());
        let find = |name: &str| {
            let mut known = first.iter().map(str::trim);
            let at = known.position(|known| headed && known == name);
            at.or_else(|| numbered(name)).ok_or_else(|| {
                let known: Vec<&str> = first.iter().map(str::trim).take(20).collect();
                Problem::error(format!(
                    "the table has no column `{name}`; it has {}",
                    known.join(", ")
                ))
                .at_line(1)
            })
        };
        let column = find(column)?;
        let others = others
            .iter()
            .map(|(name, text)| Ok((find(name)?, text.as_str())))
            .collect::<Result<_, Problem>>()?;
        Ok((headed, Wanted { column, others }))
    }

    fn take(&self, row: &StringRecord, line: u64, finds: &mut Finds) -> Result<(), Problem> {
        let cell = |at: usize| row.get(at).map(str::trim);
        match cell(self.column) {
            Some(value) if self.others.iter().all(|(at, text)| cell(*at) == Some(text)) => {
                finds.add(value, "", line)
            }
            _ => Ok(()),
        }
    }
}
