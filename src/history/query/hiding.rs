//! Personal values that stand in the history as they are, from before they were said to be personal, or from a clone whose
//! policy does not say so. The documents stay as they are; what is handed over of them does not show who it was.

use super::Index;
use crate::domain::event::{Hidden, Veil};
use crate::domain::measurement::Labels;
use crate::history::HistoryError;

impl Index {
    /// From now on every series is handed over without the values that the veil would have hidden. Filters go by the values
    /// that are recorded: who knows one can ask for it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn hide(&mut self, veil: Veil) -> Result<&Hidden, HistoryError> {
        self.hidden = match veil.is_needed() {
            false => Hidden::default(),
            true => {
                let bare = self.bare(&veil).map_err(|error| self.failed(&error))?;
                Hidden::of(veil, bare)
            }
        };
        Ok(&self.hidden)
    }

    /// What is not shown.
    pub fn hidden(&self) -> &Hidden {
        &self.hidden
    }

    /// The dimensions and values that are not hidden, by when they were first: who comes later moves nobody's number, and in
    /// another clone of the same history, or when this is made anew, it is the same one.
    fn bare(&self, veil: &Veil) -> rusqlite::Result<Vec<(String, String)>> {
        let mut all = self
            .connection
            .prepare("SELECT id, dimensions FROM series")?;
        let mut first = self
            .connection
            .prepare("SELECT ts FROM point WHERE series = ?1 ORDER BY ts LIMIT 1")?;
        let mut bare = Vec::new();
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let text = row.get_ref(1)?.as_str()?;
            let dimensions: Labels = serde_json::from_str(text).unwrap_or_default();
            let mut dimensions = dimensions.into_iter();
            let mut found = dimensions
                .by_ref()
                .filter(|(name, value)| veil.is_bare(name, value))
                .peekable();
            if found.peek().is_some() {
                let id: i64 = row.get(0)?;
                let at = first.query([id])?.next()?.map(|row| row.get(0));
                let at: i64 = at.transpose()?.unwrap_or(i64::MAX);
                bare.extend(found.map(|(name, value)| (at, name, value)));
            }
        }
        bare.sort_unstable();
        Ok(bare
            .into_iter()
            .map(|(_, name, value)| (name, value))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::event::{Batch, Context, Event};
    use crate::domain::series::{Key, Query};
    use crate::domain::unit::Unit;
    use crate::history::History;

    #[test]
    fn who_comes_later_moves_nobodys_number() {
        let folder = tempfile::tempdir().unwrap();
        let history = History::in_folder(folder.path().join("history"));
        let record = |metric: &str, user: &str, second: i64| {
            let mut batch = Batch::of(Context::default());
            let mut key = Key::new(metric, Unit::Count);
            key.dimensions.insert("user_id".to_owned(), user.to_owned());
            let at = Timestamp::from_second(second).unwrap();
            batch.add(Event {
                id: None,
                at,
                key,
                value: 1.0,
                metadata: None,
            });
            history.record_events(&[batch], at).unwrap();
        };
        let shown = |index: &mut Index| -> Vec<(String, String)> {
            let unit = |_: &str| Unit::Count;
            index.catch_up(&history, unit).unwrap();
            index.hide(Veil::keyless(&["user_id".to_owned()])).unwrap();
            let series = index.series(&Query::default()).unwrap();
            let mut shown: Vec<(String, String)> = series
                .into_iter()
                .map(|one| (one.key.name.clone(), one.key.dimensions["user_id"].clone()))
                .collect();
            shown.sort();
            shown
        };
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let owned = |(one, two): &(&str, &str)| ((*one).to_owned(), (*two).to_owned());
            pairs.iter().map(owned).collect()
        };
        record("a", "zoe", 1);
        record("b", "bob", 2);
        let mut index = Index::open(&folder.path().join("index.sqlite")).unwrap();
        let both = [("a", "(hidden 1)"), ("b", "(hidden 2)")];
        assert_eq!(shown(&mut index), pairs(&both));
        // Beside the first, of the same metric: the numbers of series do not tell who came first.
        record("a", "alice", 3);
        let three = [
            ("a", "(hidden 1)"),
            ("a", "(hidden 3)"),
            ("b", "(hidden 2)"),
        ];
        assert_eq!(shown(&mut index), pairs(&three));
        let mut anew = Index::open_anew(&folder.path().join("anew.sqlite")).unwrap();
        assert_eq!(shown(&mut anew), pairs(&three));
    }
}
