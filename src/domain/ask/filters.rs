//! What a question asks of points: `component=api`, `the install operation`, `api`.

use super::draft::Draft;
use super::misread::Unknown;
use super::reader::Reader;
use crate::domain::series::Filter;

/// The most words of a value.
const LONGEST: usize = 6;

impl Draft<'_> {
    /// A dimension with a value here, or a value alone. How many words it took.
    pub(super) fn filter(&mut self, reader: Reader<'_>) -> Option<usize> {
        self.stated(reader)
            .or_else(|| self.value_before(reader))
            .or_else(|| self.value_after(reader))
            .or_else(|| self.value_alone(reader))
    }

    /// `component=api`, `branch != main`, `component is api`: a value that is stated need not be known.
    fn stated(&mut self, reader: Reader<'_>) -> Option<usize> {
        let written = reader.written(0)?;
        let word = reader.word(0)?;
        let (not, sign) = match (reader.word(1)?, reader.word(2)) {
            ("=" | "is", Some("not")) => (true, 2),
            ("=" | "is", _) => (false, 1),
            ("!=", _) => (true, 1),
            _ => return None,
        };
        let value = reader.written(1 + sign)?;
        // `what is …`, `which operation is slowest`: what is no condition is read word by word.
        if reader.word(1) == Some("is") {
            let dimension = self.vocabulary.dimension(word)?;
            self.vocabulary.value(dimension, value)?;
        }
        let Some(name) = self.vocabulary.dimension(word) else {
            self.misread.unknown.push(Unknown {
                word: written.to_owned(),
                nearest: self.vocabulary.nearest(word),
            });
            return Some(2 + sign);
        };
        let known = self.vocabulary.value(name, value).unwrap_or(value);
        let (name, known) = (name.to_owned(), known.to_owned());
        self.ask_for(&name, &known, not != self.without);
        Some(2 + sign)
    }

    /// Whether a value of the dimension that is named after it stands here: `install` of `the install operation`.
    pub(super) fn is_value_before(&self, reader: Reader<'_>) -> bool {
        let name = reader
            .word(1)
            .and_then(|word| self.vocabulary.dimension(word));
        let value = name.zip(reader.written(0));
        value.is_some_and(|(name, value)| self.vocabulary.value(name, value).is_some())
    }

    /// `the install operation`.
    fn value_before(&mut self, reader: Reader<'_>) -> Option<usize> {
        let name = self.vocabulary.dimension(reader.word(1)?)?;
        let value = self.vocabulary.value(name, reader.written(0)?)?;
        let (name, value) = (name.to_owned(), value.to_owned());
        self.ask_for(&name, &value, self.without);
        Some(2)
    }

    /// `operation install`.
    fn value_after(&mut self, reader: Reader<'_>) -> Option<usize> {
        let name = self.vocabulary.dimension(reader.word(0)?)?;
        let value = self.vocabulary.value(name, reader.written(1)?)?;
        let (name, value) = (name.to_owned(), value.to_owned());
        self.ask_for(&name, &value, self.without);
        Some(2)
    }

    /// `apt` behind `nix vs`: another value of a dimension that is filtered by; the dimension, and how many words it took.
    pub(super) fn value_beside(&mut self, reader: Reader<'_>) -> Option<(String, usize)> {
        (1..=LONGEST).rev().find_map(|length| {
            let words: Option<Vec<&str>> = (0..length).map(|at| reader.written(at)).collect();
            let having = self.vocabulary.having(&words?.join(" "));
            let beside = having.into_iter().find(|(name, _)| {
                let mut filters = self.query.filters.iter();
                filters.any(|filter| filter.name == *name && !filter.not)
            });
            let (name, value) = beside.map(|(name, value)| (name.to_owned(), value.to_owned()))?;
            self.ask_for(&name, &value, false);
            Some((name, length))
        })
    }

    /// `install`, where only one dimension has it. The longest one counts.
    fn value_alone(&mut self, reader: Reader<'_>) -> Option<usize> {
        for length in (1..=LONGEST).rev() {
            let words: Option<Vec<&str>> = (0..length).map(|at| reader.written(at)).collect();
            let Some(words) = words else { continue };
            let written = words.join(" ");
            match self.vocabulary.having(&written).as_slice() {
                [] => {}
                [(name, value)] => {
                    let (name, value) = ((*name).to_owned(), (*value).to_owned());
                    self.ask_for(&name, &value, self.without);
                    return Some(length);
                }
                several => {
                    let names: Vec<String> = several
                        .iter()
                        .map(|(name, value)| format!("`{name}={value}`"))
                        .collect();
                    self.misread.unclear.push(format!(
                        "`{written}` can be {}: write the one that is meant",
                        names.join(" or ")
                    ));
                    return Some(length);
                }
            }
        }
        None
    }

    /// Several values of one dimension are one filter.
    fn ask_for(&mut self, name: &str, value: &str, not: bool) {
        let filters = &mut self.query.filters;
        let same = |filter: &&mut Filter| filter.name == name && filter.not == not;
        match filters.iter_mut().find(same) {
            Some(filter) if filter.values.iter().any(|known| known == value) => {}
            Some(filter) => filter.values.push(value.to_owned()),
            None => filters.push(Filter {
                name: name.to_owned(),
                values: vec![value.to_owned()],
                not,
            }),
        }
        self.without = false;
    }
}
