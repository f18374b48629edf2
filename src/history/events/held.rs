//! What a document states, held in little room while its events name it.

use rustc_hash::FxHashMap;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Things that are held as they are; of more than these the text is held, and read when it is asked for.
const READ: usize = 20_000;

/// Things by number, in the order in which they were stated.
#[derive(Debug)]
pub(in crate::history) struct Held<T> {
    texts: Vec<Box<str>>,
    read: FxHashMap<usize, T>,
    /// How many are held as they are.
    room: usize,
}

impl<T> Default for Held<T> {
    fn default() -> Held<T> {
        Held::with_room(READ)
    }
}

impl<T> Held<T> {
    /// One that holds so many as they are: few where each is asked for about once, soon after it was stated.
    pub(in crate::history) fn with_room(room: usize) -> Held<T> {
        Held {
            texts: Vec::new(),
            read: FxHashMap::default(),
            room,
        }
    }
}

impl<T: Serialize + DeserializeOwned> Held<T> {
    /// Takes the next one.
    pub(in crate::history) fn push(&mut self, what: T) -> Result<(), String> {
        let text = serde_json::to_string(&what).map_err(|error| error.to_string())?;
        self.make_room();
        self.read.insert(self.texts.len(), what);
        self.texts.push(text.into_boxed_str());
        Ok(())
    }

    /// The one of a number.
    pub(in crate::history) fn get(&mut self, number: usize) -> Result<&T, String> {
        if !self.read.contains_key(&number) {
            let text = self.texts.get(number).ok_or("it was not stated")?;
            let what = serde_json::from_str(text).map_err(|error| error.to_string())?;
            self.make_room();
            self.read.insert(number, what);
        }
        self.read
            .get(&number)
            .ok_or_else(|| "it was not stated".to_owned())
    }

    /// The document is at its end.
    pub(in crate::history) fn clear(&mut self) {
        self.texts.clear();
        self.read.clear();
    }

    fn make_room(&mut self) {
        if self.read.len() >= self.room {
            self.read.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::series::Key;
    use crate::domain::unit::Unit;

    #[test]
    fn what_does_not_fit_is_read_again() {
        let key = |n: usize| {
            let mut key = Key::new(&format!("a{n}"), Unit::Custom("smiles".into()));
            key.dimensions.insert("n".to_owned(), n.to_string());
            key
        };
        for (mut held, room) in [(Held::default(), READ), (Held::with_room(3), 3)] {
            (0..room + 9).for_each(|n| held.push(key(n)).unwrap());
            assert!(held.read.len() <= room);
            for n in [0, 7, room, room + 8, 7] {
                assert_eq!(held.get(n).unwrap(), &key(n));
            }
            assert!(held.get(room + 9).is_err());
            held.clear();
            assert!(held.get(0).is_err());
        }
    }
}
