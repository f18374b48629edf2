//! "1 line", "2 lines".

use super::number;

/// `count` of these: `1 line`, `1,234 lines`.
pub fn of(count: u64, singular: &str, plural: &str) -> String {
    format!("{} {}", number::count(count), pick(count, singular, plural))
}

/// `count` of these, where the plural only adds an s: `1 test`, `2 tests`.
pub fn s(count: u64, singular: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {singular}{ending}", number::count(count))
}

/// The form that fits the count.
pub fn pick<'a>(count: u64, singular: &'a str, plural: &'a str) -> &'a str {
    if count == 1 { singular } else { plural }
}

/// `one`, `one and two`, `one, two and three`.
pub fn list<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_nothing_else_is() {
        assert_eq!(s(1, "line"), "1 line");
        assert_eq!(s(0, "line"), "0 lines");
        assert_eq!(s(1234, "line"), "1,234 lines");
        assert_eq!(of(2, "branch", "branches"), "2 branches");
    }

    #[test]
    fn lists_end_in_and() {
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
    }
}
