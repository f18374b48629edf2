//! Rows of tables whose cells stand between commas.

use std::io::Read;

use csv::{ReaderBuilder, StringRecord};

use super::input::{Input, unreadable};
use crate::domain::report::Problem;

/// A row that is put behind the last one: it is swallowed by a cell whose quote is not closed, and by nothing else.
const END: &str = "\n\u{0}end of the rows\u{0}";

impl Input<'_> {
    /// Hands over each row of the report with the line that it begins in, the header as well. Rows may be of any length:
    /// whoever takes one says whether it is broken.
    ///
    /// # Errors
    /// When it cannot be read, a row is beyond the limits, a quote is not closed, or whoever takes a row ends it.
    pub(in crate::formats) fn each_row(
        &mut self,
        take: impl FnMut(&mut Vec<Problem>, u64, &StringRecord) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        self.each_row_between(b',', take)
    }

    /// The same with another character between the cells.
    ///
    /// # Errors
    /// As [`Input::each_row`].
    pub(in crate::formats) fn each_row_between(
        &mut self,
        separator: u8,
        mut take: impl FnMut(&mut Vec<Problem>, u64, &StringRecord) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let mut row = StringRecord::new();
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader((&mut *self.source).chain(END.as_bytes()));
        loop {
            reader.get_mut().get_mut().0.begin_token();
            let more = reader
                .read_record(&mut row)
                .map_err(|error| unreadable(error.into()))?;
            let last = row.iter().next_back().unwrap_or_default();
            if !more || (row.len() == 1 && last == END.trim_start()) {
                return Ok(());
            }
            let line = row.position().map_or(0, csv::Position::line);
            if last.ends_with(END) {
                return Err(Problem::error(
                    "a quote in this row is not closed: the report is truncated or no table, and only what stands before was read",
                )
                .at_line(line));
            }
            take(self.problems, line, &row)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::formats::limits::Limits;
    use crate::formats::source::Source;

    use super::*;

    fn read(text: &str) -> (Vec<String>, Option<u64>) {
        let bytes = std::io::Cursor::new(text.to_owned());
        let mut source = Source::new(Box::new(bytes), Limits::default()).unwrap();
        let mut problems = Vec::new();
        let mut input = Input {
            path: "",
            source: &mut source,
            problems: &mut problems,
        };
        let mut rows = Vec::new();
        let result = input.each_row(|_, line, row| {
            let cells: Vec<&str> = row.iter().collect();
            rows.push(format!("{line}: {}", cells.join("|")));
            Ok(())
        });
        let line = result.err().and_then(|problem| problem.place);
        (rows, line.map(|place| place.line))
    }

    #[test]
    fn a_quote_that_is_not_closed_is_an_error_on_its_line() {
        for whole in ["a,b\n\"c\n,\"\"\",5\" d\n", "a,b\n\"c\n,\"\"\",5\" d"] {
            let rows = vec!["1: a|b".to_owned(), "2: c\n,\"|5\" d".to_owned()];
            assert_eq!(read(whole), (rows, None));
        }
        for broken in ["a,b\n\"c,1\nd,2\n", "a,b\n\"", "a,b\nc,\"d\n\n"] {
            assert_eq!(
                read(broken),
                (vec!["1: a|b".to_owned()], Some(2)),
                "{broken}"
            );
        }
    }
}
