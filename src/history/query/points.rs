//! Points into the tables, each once: what has an id counts once, whatever its documents say how often.

use std::cmp::{Ordering, Reverse};
use std::hash::{Hash, Hasher};

use rusqlite::{Connection, OptionalExtension, Statement, params};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::ids::{self, Id};
use super::number::Number;
use super::rows::prints;
use super::staged::{Row, Staged};

/// A point to be written.
pub(super) struct Point {
    pub(super) series: i64,
    pub(super) at: i64,
    pub(super) run: i64,
    pub(super) value: f64,
    pub(super) id: Option<Id>,
    pub(super) revision: u32,
}

impl Point {
    /// A byte of what it says, by which one that comes again is known: else one that comes with what another id says could be
    /// taken for that. One in 256 of those still is: then both ids count as they came first.
    fn says(&self) -> u8 {
        let mut hasher = FxHasher::default();
        (self.series, self.at, self.value.to_bits()).hash(&mut hasher);
        // The golden ratio, as Knuth spreads numbers.
        let spread = hasher.finish().wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let [first, ..] = spread.to_be_bytes();
        first
    }

    fn row(&self) -> Row {
        Row([
            self.series,
            self.at,
            self.run,
            in_order(self.value.to_bits().cast_signed()),
        ])
    }
}

/// The bits of a number as those of one that is ordered as it is, and back.
fn in_order(bits: i64) -> i64 {
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

/// Writes points.
pub(super) struct Points<'c> {
    connection: &'c Connection,
    insert: Statement<'c>,
    staged: Staged,
    /// The hashes of series, once they were needed.
    prints: FxHashMap<i64, i64>,
}

impl<'c> Points<'c> {
    pub(super) fn new(connection: &'c Connection) -> rusqlite::Result<Points<'c>> {
        let insert = "INSERT OR IGNORE INTO point(series, ts, run, value) VALUES(?1, ?2, ?3, ?4)";
        Ok(Points {
            insert: connection.prepare(insert)?,
            connection,
            staged: Staged::default(),
            prints: FxHashMap::default(),
        })
    }

    /// A document begins.
    pub(super) fn begin(&mut self) -> rusqlite::Result<()> {
        self.staged.begin()
    }

    /// Nothing of the document is to count: the transaction took back what of it stood in the tables.
    pub(super) fn take_back(&mut self) {
        self.prints.clear();
        self.staged.take_back();
    }

    /// Takes points of a document, its last ones if it has `ended`, and forgets them; returns by how many there are more. They
    /// stand in the tables once all is flushed. `contested` are ids that are known to come with different points. One that turns
    /// out to, and whose first point cannot be told from others any more, is put to them: then all is to be done again.
    pub(super) fn write(
        &mut self,
        points: &mut Vec<Point>,
        ended: bool,
        contested: &mut FxHashSet<Id>,
    ) -> rusqlite::Result<i64> {
        let repeated = self.repeated(points, contested)?;
        if !repeated.is_empty() {
            self.flush()?;
        }
        let (mut more, mut rows) = (0, Vec::with_capacity(points.len()));
        for point in points.drain(..) {
            match point.id.filter(|id| repeated.contains(id)) {
                None => rows.push(point.row()),
                Some(id) => more += self.settle(id, &point)?,
            }
        }
        more += i64::try_from(rows.len()).unwrap_or(i64::MAX);
        self.staged.take(rows, ended)?;
        Ok(more)
    }

    /// Writes what waits.
    pub(super) fn flush(&mut self) -> rusqlite::Result<()> {
        let mut staged = std::mem::take(&mut self.staged);
        let flushed = staged.flush(|Row([series, at, run, value])| {
            let value = f64::from_bits(in_order(value).cast_unsigned());
            self.insert((series, at, run, value))
        });
        self.staged = staged;
        flushed
    }

    /// Which ids of these points came before or come twice: `stated` has which point of each counts, or will have.
    fn repeated(
        &mut self,
        points: &[Point],
        contested: &mut FxHashSet<Id>,
    ) -> rusqlite::Result<FxHashSet<Id>> {
        let ids = points
            .iter()
            .filter_map(|point| Some((point.id?, point.says())));
        let mut ids: Vec<(Id, u8)> = ids.collect();
        let known = ids.iter().map(|(id, _)| *id);
        let mut repeated: FxHashSet<Id> = known.filter(|id| contested.contains(id)).collect();
        ids.sort_unstable();
        let twice = ids.chunk_by(|(a, _), (b, _)| a == b);
        let twice = twice.filter(|same| same.len() > 1);
        repeated.extend(twice.flatten().map(|(id, _)| *id));
        ids.dedup_by_key(|(id, _)| *id);
        // The point of one that was corrected is always stated: no other tells how often it was.
        let revised = points.iter().filter(|point| point.revision > 0);
        repeated.extend(revised.filter_map(|point| point.id));
        let mut before = FxHashMap::default();
        let mut stated = self
            .connection
            .prepare_cached("SELECT 1 FROM stated WHERE id = ?1")?;
        for (id, same) in ids::add(self.connection, &ids)? {
            if contested.contains(&id) || stated.exists([id.0])? {
                repeated.insert(id);
            } else {
                before.insert(id, same);
            }
        }
        for point in points {
            let Some((id, same)) = point.id.and_then(|id| Some((id, before.remove(&id)?))) else {
                continue;
            };
            self.flush()?;
            // What says something else than before, and what was corrected, is like a point of another id at the most.
            let twin = match point.revision {
                0 if same => self.twin(point)?,
                _ => None,
            };
            match twin {
                Some(run) => {
                    self.state(id, point, run)?;
                    repeated.insert(id);
                }
                None => {
                    contested.insert(id);
                }
            }
        }
        Ok(repeated)
    }

    /// The run of the one point that is equal in all else: what comes again comes as it was.
    fn twin(&self, point: &Point) -> rusqlite::Result<Option<i64>> {
        let Point {
            series, at, value, ..
        } = point;
        let mut runs = self.connection.prepare_cached(
            "SELECT run FROM point WHERE series = ?1 AND ts = ?2 AND value = ?3 LIMIT 2",
        )?;
        let mut rows = runs.query(params![series, at, Number(*value)])?;
        let Some(run) = rows.next()?.map(|row| row.get(0)).transpose()? else {
            return Ok(None);
        };
        Ok(rows.next()?.is_none().then_some(run))
    }

    fn insert(&mut self, (series, at, run, value): (i64, i64, i64, f64)) -> rusqlite::Result<()> {
        let point = params![series, at, run, Number(value)];
        if self.insert.execute(point)? == 0 {
            self.connection
                .prepare_cached(
                    "INSERT INTO again(series, ts, run, value, times) VALUES(?1, ?2, ?3, ?4, 1)
                     ON CONFLICT DO UPDATE SET times = times + 1",
                )?
                .execute(point)?;
        }
        Ok(())
    }

    /// Of points with one id the one counts that was corrected most often, of those the earliest, of equally early ones the
    /// smallest, of equal ones that of the run that comes first by its words, and of one run that of the series whose hash does:
    /// whatever the order in which documents are read, the same one. The one that counted before is taken out.
    fn settle(&mut self, id: Id, point: &Point) -> rusqlite::Result<i64> {
        let held = self
            .connection
            .prepare_cached("SELECT series, ts, run, value, revision FROM stated WHERE id = ?1")?
            .query_row([id.0], |row| {
                Ok(Point {
                    series: row.get(0)?,
                    at: row.get(1)?,
                    run: row.get(2)?,
                    value: row.get::<_, Number>(3)?.0,
                    id: Some(id),
                    revision: row.get(4)?,
                })
            })
            .optional()?;
        if let Some(held) = &held {
            if !self.goes_before(point, held)? {
                return Ok(0);
            }
            self.remove(held)?;
        }
        self.state(id, point, point.run)?;
        self.insert((point.series, point.at, point.run, point.value))?;
        Ok(i64::from(held.is_none()))
    }

    /// Whether a point counts before another one of its id.
    fn goes_before(&mut self, point: &Point, other: &Point) -> rusqlite::Result<bool> {
        let seen = |point: &Point| (Reverse(point.revision), point.at, point.value);
        let order = seen(point).partial_cmp(&seen(other));
        Ok(match order {
            Some(Ordering::Equal) => self.rank(point)? < self.rank(other)?,
            order => order == Some(Ordering::Less),
        })
    }

    /// What tells points that are equal in all else.
    fn rank(&mut self, point: &Point) -> rusqlite::Result<(String, Option<i64>)> {
        let run = self
            .connection
            .prepare_cached(
                "SELECT repository || char(0) || iif(typeof(commit_) = 'blob', lower(hex(commit_)), commit_) || char(0) || branch
                    || char(0) || folder || char(0) || run || char(0) || runner || char(0) || part
                FROM run JOIN place ON place.id = run.place WHERE run.id = ?1",
            )?
            .query_row([point.run], |row| row.get(0))?;
        // A series is seldom looked up by its number, and no index leads there: all of them are read once.
        if !self.prints.contains_key(&point.series) {
            self.prints = prints(self.connection)?;
        }
        Ok((run, self.prints.get(&point.series).copied()))
    }

    fn state(&self, id: Id, point: &Point, run: i64) -> rusqlite::Result<()> {
        let Point {
            series,
            at,
            value,
            revision,
            ..
        } = point;
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO stated(id, series, ts, run, value, revision) VALUES(?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![id.0, series, at, run, Number(*value), revision])
            .map(drop)
    }

    fn remove(&self, point: &Point) -> rusqlite::Result<()> {
        let Point {
            series,
            at,
            run,
            value,
            ..
        } = point;
        let which = "WHERE series = ?1 AND ts = ?2 AND run = ?3 AND value = ?4";
        let point = params![series, at, run, Number(*value)];
        let one = |what: &str| {
            let mut one = self.connection.prepare_cached(&format!("{what} {which}"))?;
            one.execute(point)
        };
        if one("UPDATE again SET times = times - 1")? == 0 {
            one("DELETE FROM point")?;
        }
        self.connection
            .prepare_cached(&format!("DELETE FROM again {which} AND times = 0"))?
            .execute(point)
            .map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::insert_run;
    use super::super::schema;
    use super::*;
    use crate::domain::event::Context;

    fn point(id: &str, run: i64, value: f64) -> Point {
        Point {
            series: 7,
            at: 1_780_000_000_000,
            run,
            value,
            id: Some(Id::of(id)),
            revision: 0,
        }
    }

    /// What stands in the table once these came one after another, and how many ids were found to say different things.
    fn taken(points: impl IntoIterator<Item = Point>) -> (Vec<f64>, usize) {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::make(&mut connection).unwrap();
        for run in 1..=4 {
            let context = Context {
                run: run.to_string(),
                ..Context::default()
            };
            assert_eq!(insert_run(&connection, &context, "").unwrap(), run);
        }
        let (mut contested, mut table) = (FxHashSet::default(), Points::new(&connection).unwrap());
        for point in points {
            table.begin().unwrap();
            table.write(&mut vec![point], true, &mut contested).unwrap();
        }
        table.flush().unwrap();
        let mut values = connection.prepare("SELECT value FROM point").unwrap();
        let values = values.query_map([], |row| Ok(row.get::<_, Number>(0)?.0));
        let mut values: Vec<f64> = values.unwrap().collect::<rusqlite::Result<_>>().unwrap();
        values.sort_by(f64::total_cmp);
        (values, contested.len())
    }

    #[test]
    fn one_in_256_says_the_same_byte_as_another() {
        // Neighbours, as those of one benchmark are: of series, in time, in value.
        let other = |number: i64| match number % 3 {
            0 => (7 + number, 0, 0.5),
            1 => (7, number, 0.5),
            _ => (7, 0, number as f64 / 8.0),
        };
        let count = 300_000;
        let mut bytes = [0_u32; 256];
        for number in 1..=count {
            let (series, at, value) = other(number);
            let said = Point {
                series,
                at: 1_780_000_000_000 + at,
                ..point("a", 1, value)
            };
            bytes[usize::from(said.says())] += 1;
        }
        let expected = count as f64 / 256.0;
        for (byte, found) in bytes.into_iter().enumerate() {
            let off = (f64::from(found) - expected).abs() / expected.sqrt();
            assert!(off < 6.0, "{byte} {found} of {expected}");
        }
    }

    #[test]
    fn no_event_is_lost_where_an_id_seems_to_say_what_another_one_does() {
        let first = point("a", 1, 0.5);
        let values = || (5..100_000).map(|number| f64::from(number) / 8.0);
        let says = |value: f64| point("a", 1, value).says() == first.says();
        let unlike = values().find(|value| !says(*value)).unwrap();
        let like = values().find(|value| says(*value)).unwrap();
        let all = |value: f64| {
            [
                point("a", 1, 0.5),
                point("b", 2, value),
                point("a", 3, value),
            ]
        };
        // Found out: all is taken in anew, and the rule says which of its values counts.
        assert_eq!(taken(all(unlike)).1, 1);
        // Not found out: it counts as it came first.
        assert_eq!(taken(all(like)), (vec![0.5, like], 0));
        // If what came first comes once more, it takes the place of the other one.
        let thrice = all(like).into_iter().chain([point("a", 4, 0.5)]);
        assert_eq!(taken(thrice), (vec![0.5, 0.5], 0));
        // Without another id that says the same it is found out, whatever the byte.
        let [first, _, again] = all(like);
        assert_eq!(taken([first, again]).1, 1);
    }
}
