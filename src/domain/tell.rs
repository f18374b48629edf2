//! Telling things apart without holding them.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash, RandomState};

/// By what a thing is told from others: 128 bits of keyed hashes, which no one who chooses the things can make equal.
type Print = (u64, u64);

#[derive(Debug, Clone, Default)]
struct Teller(RandomState, RandomState);

impl Teller {
    fn print(&self, what: &(impl Hash + ?Sized)) -> Print {
        (self.0.hash_one(what), self.1.hash_one(what))
    }
}

/// Numbers of things, each of which takes the same little room however large it is.
#[derive(Debug, Clone)]
pub struct Numbers<N> {
    teller: Teller,
    known: HashMap<Print, N>,
}

impl<N> Default for Numbers<N> {
    fn default() -> Numbers<N> {
        Numbers {
            teller: Teller::default(),
            known: HashMap::new(),
        }
    }
}

impl<N: Copy> Numbers<N> {
    /// The number of a thing, if it has one.
    pub fn get(&self, what: &impl Hash) -> Option<N> {
        self.known.get(&self.teller.print(what)).copied()
    }

    /// Gives a thing a number.
    pub fn set(&mut self, what: &impl Hash, number: N) {
        self.known.insert(self.teller.print(what), number);
    }

    /// How many things have one.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether none has.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Takes all numbers back.
    pub fn clear(&mut self) {
        self.known.clear();
    }
}

/// Things that were seen, each of which takes the same little room however large it is.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    teller: Teller,
    seen: HashSet<Print>,
}

impl Seen {
    /// Notes a thing. Whether it was not seen before.
    pub fn add(&mut self, what: &(impl Hash + ?Sized)) -> bool {
        self.seen.insert(self.teller.print(what))
    }

    /// Whether a thing was seen.
    pub fn has(&self, what: &(impl Hash + ?Sized)) -> bool {
        self.seen.contains(&self.teller.print(what))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// Forgets them.
    pub fn clear(&mut self) {
        self.seen.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_keeps_its_number() {
        let mut numbers = Numbers::default();
        let names: Vec<String> = (0..1000).map(|n| format!("name-{n}")).collect();
        for (name, number) in names.iter().zip(0_u32..) {
            assert_eq!(numbers.get(name), None);
            numbers.set(name, number);
        }
        assert_eq!((numbers.len(), numbers.get(&names[7])), (1000, Some(7)));
        numbers.clear();
        assert!(numbers.is_empty() && numbers.get(&names[7]).is_none());
    }
}
