//! The order of names: numbers by their size, then text.

use std::cmp::Ordering;

/// Compares values of a dimension: what has none comes first, then numbers by their size (`0.5`, `2`, `10`, `+Inf`), then text.
pub fn by_number(one: &str, other: &str) -> Ordering {
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| !number.is_nan());
    let class = |text: &str, number: Option<f64>| match (text.is_empty(), number) {
        (true, _) => 0,
        (false, Some(_)) => 1,
        (false, None) => 2,
    };
    let (a, b) = (number(one), number(other));
    let sizes = a.zip(b).map_or(Ordering::Equal, |(a, b)| a.total_cmp(&b));
    let classes = class(one, a).cmp(&class(other, b));
    classes.then(sizes).then_with(|| one.cmp(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_by_size_and_text_after_them() {
        let mut names = ["b", "10", "+Inf", "", "2", "0.5", "a10", "-1", "nan", "1e3"];
        names.sort_by(|a, b| by_number(a, b));
        assert_eq!(
            names,
            ["", "-1", "0.5", "2", "10", "1e3", "+Inf", "a10", "b", "nan"]
        );
    }
}
