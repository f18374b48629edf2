//! What a question is put together by.

use super::draft::{Draft, NAME};
use super::misread::Unknown;
use super::reader::Reader;
use super::stats::Extreme;
use crate::domain::series::{Bucket, Group};

impl Draft<'_> {
    /// `nix vs apt`: another value of a dimension that is filtered by stands beside it.
    pub(super) fn beside(&mut self, reader: Reader<'_>) -> Option<usize> {
        let (name, count) = self.value_beside(reader)?;
        self.group(Group::By(name));
        Some(count)
    }

    /// `which operation is slowest`, `which day had the highest p95`: each of them, and the one that is meant first.
    pub(super) fn which(&mut self, reader: Reader<'_>) -> Option<usize> {
        if !matches!(reader.word(0)?, "which" | "what") {
            return None;
        }
        let (group, length) = self.group_of(reader.after(1))?;
        let rest = reader.after(1 + length);
        if !matches!(
            rest.word(0)?,
            "is" | "was" | "has" | "had" | "takes" | "took"
        ) {
            return None;
        }
        let article = usize::from(rest.word(1) == Some("the"));
        Extreme::of(rest.after(1 + article).word(0)?)?;
        self.group(group);
        self.rank.is_asked = true;
        // What follows is a figure, and is read as such.
        Some(2 + length + article)
    }

    /// `daily`, `by backend and day`, `per week`, `each month`.
    pub(super) fn groups(&mut self, reader: Reader<'_>) -> Option<usize> {
        let regular = match reader.word(0)? {
            "hourly" => Some(Bucket::Hour),
            "daily" => Some(Bucket::Day),
            "weekly" => Some(Bucket::Week),
            "monthly" => Some(Bucket::Month),
            _ => None,
        };
        if let Some(bucket) = regular {
            self.group(Group::Time(bucket));
            return Some(1);
        }
        if !matches!(reader.word(0)?, "by" | "per" | "each" | "every") {
            return None;
        }
        if let Some(taken) = self.ranked_by(reader) {
            return Some(taken);
        }
        let mut taken = 1;
        if reader.word(0) == Some("by") && matches!(reader.word(1), Some("each" | "every" | "the"))
        {
            taken = 2;
        }
        loop {
            let here = reader.after(taken);
            let Some(_) = here.word(0) else {
                let unclear = format!("nothing stands after `{}`", reader.written(0)?);
                self.misread.unclear.push(unclear);
                break;
            };
            taken += match self.group_of(here) {
                Some((group, count)) => {
                    self.group(group);
                    count
                }
                None => {
                    let word = here.written(0).unwrap_or_default().to_owned();
                    let nearest = self.vocabulary.nearest(&word);
                    self.misread.unknown.push(Unknown { word, nearest });
                    1
                }
            };
            let rest = reader.after(taken);
            let joint = match (rest.word(0), rest.word(1)) {
                (Some(","), Some("and")) => 2,
                (Some("," | "and"), _) => 1,
                _ => break,
            };
            let next =
                rest.after(joint + usize::from(matches!(rest.word(joint), Some("by" | "per"))));
            // `by backend and p95`: what follows is no group, and is read as what it is.
            match self.group_of(next) {
                Some(_) if self.vocabulary.metrics(&[next.word(0)?]).is_empty() => {
                    taken += joint + usize::from(matches!(rest.word(joint), Some("by" | "per")));
                }
                _ => break,
            }
        }
        Some(taken)
    }

    /// A span or a dimension here, and how many words it took.
    pub(super) fn group_of(&self, reader: Reader<'_>) -> Option<(Group, usize)> {
        let word = reader.word(0)?;
        let singular = word.strip_suffix('s').unwrap_or(word);
        let bucket = singular.parse::<Bucket>().ok();
        let dimension = || {
            let (name, count) = self.dimension_of(reader)?;
            Some((Group::By(name), count))
        };
        bucket
            .map(|bucket| (Group::Time(bucket), 1))
            .or_else(dimension)
    }

    /// A dimension here, and how many words it took: `user id` is `user_id`.
    fn dimension_of(&self, reader: Reader<'_>) -> Option<(String, usize)> {
        (1..=NAME).rev().find_map(|length| {
            let name = self
                .vocabulary
                .dimension(&reader.phrase(length)?.join("_"))?;
            Some((name.to_owned(), length))
        })
    }

    pub(super) fn group(&mut self, group: Group) {
        if !self.query.groups.contains(&group) {
            self.query.groups.push(group);
        }
    }
}
