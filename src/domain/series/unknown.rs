//! What is said of a dimension that nothing has.

use std::collections::BTreeSet;

use super::Key;
use crate::text::suggest::{closest, listed};

/// That no `point` (or whatever has these keys) has a dimension, the one that was probably meant, and those that there are.
pub fn no_dimension<'k>(
    point: &str,
    name: &str,
    keys: impl IntoIterator<Item = &'k Key>,
) -> String {
    let there = keys.into_iter().flat_map(|key| key.dimensions.keys());
    let there: BTreeSet<&String> = there.collect();
    not_among(point, name, &there)
}

/// As [`no_dimension`], where the dimensions that there are were gathered.
pub fn not_among<T: AsRef<str>>(point: &str, name: &str, there: &BTreeSet<T>) -> String {
    let there: Vec<&str> = there.iter().map(AsRef::as_ref).collect();
    if there.is_empty() {
        return format!("no {point} has the dimension `{name}`, nor any other");
    }
    let meant = closest(name, there.iter().copied());
    let meant = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
    let there = listed(&there);
    format!("no {point} has the dimension `{name}`: there are {there}{meant}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::unit::Unit;

    fn key(dimensions: &[&str]) -> Key {
        let mut key = Key::new("m", Unit::Count);
        for name in dimensions {
            key.dimensions.insert((*name).to_owned(), "x".to_owned());
        }
        key
    }

    #[test]
    fn what_there_is_is_named_once_and_not_without_end() {
        let keys = [key(&["operation", "os"]), key(&["os"])];
        assert_eq!(
            no_dimension("sample", "opration", &keys),
            "no sample has the dimension `opration`: there are `operation`, `os`; did you mean `operation`?"
        );
        assert_eq!(
            no_dimension("point", "zzz", &keys[1..]),
            "no point has the dimension `zzz`: there are `os`"
        );
        assert_eq!(
            no_dimension("point", "zzz", []),
            "no point has the dimension `zzz`, nor any other"
        );
        let names: Vec<String> = (0..40).map(|n| format!("dim{n:02}")).collect();
        let many = key(&names.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(no_dimension("point", "zzz", [&many]).ends_with("and 28 more"));
    }
}
