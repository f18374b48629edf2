//! How much of very much is shown to people. What programs read is whole.

use crate::text::number;

/// How many rows are shown, the most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most(usize);

impl Default for Most {
    fn default() -> Most {
        Most(Most::ROWS)
    }
}

impl Most {
    /// Rows that are shown where nothing else is asked for.
    pub const ROWS: usize = 20;

    /// So many; 0 for all.
    pub fn rows(limit: usize) -> Most {
        match limit {
            0 => Most(usize::MAX),
            limit => Most(limit),
        }
    }

    /// Takes off the rows that are too many, and says how many they were.
    pub(in crate::render) fn cut<T>(self, rows: &mut Vec<T>) -> More {
        let more = rows.len().saturating_sub(self.0);
        rows.truncate(self.0);
        More(more)
    }
}

/// How many rows are not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::render) struct More(usize);

impl More {
    /// The line that says so, if there are any, with what else than `--limit 0` helps.
    pub(in crate::render) fn line(self, remedy: &str) -> Option<String> {
        let more = u64::try_from(self.0).unwrap_or(u64::MAX);
        let line = || {
            format!(
                "and {} more: {remedy}--limit 0 shows all",
                number::count(more)
            )
        };
        (more > 0).then(line)
    }
}

/// What helps where series are too many.
pub(in crate::render) const TOGETHER: &str = "--group-by puts series together, ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_said() {
        let cut = |limit, count: usize| {
            let mut rows: Vec<usize> = (0..count).collect();
            let line = Most::rows(limit).cut(&mut rows).line(TOGETHER);
            (rows.len(), line)
        };
        assert_eq!(cut(Most::ROWS, 20), (20, None));
        assert_eq!(cut(0, 500), (500, None));
        let line = "and 3 more: --group-by puts series together, --limit 0 shows all";
        assert_eq!(cut(2, 5), (2, Some(line.to_owned())));
    }
}
