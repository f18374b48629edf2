//! Rows of tables whose cells stand between commas.

use csv::{ReaderBuilder, StringRecord};

use super::input::{Input, unreadable};
use crate::domain::report::Problem;

impl Input<'_> {
    /// Hands over each row of the report with the line that it begins in, the header as well. Rows may be of any length:
    /// whoever takes one says whether it is broken.
    ///
    /// # Errors
    /// When it cannot be read, a row is beyond the limits, or whoever takes one ends it.
    pub(in crate::formats) fn each_row(
        &mut self,
        mut take: impl FnMut(&mut Vec<Problem>, u64, &StringRecord) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let mut row = StringRecord::new();
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(&mut *self.source);
        loop {
            reader.get_mut().begin_token();
            let more = reader
                .read_record(&mut row)
                .map_err(|error| unreadable(error.into()))?;
            if !more {
                return Ok(());
            }
            let line = row.position().map_or(0, csv::Position::line);
            take(self.problems, line, &row)?;
        }
    }
}
