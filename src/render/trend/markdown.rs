//! Trends as markdown.

use super::followed::Followed;
use crate::render::answer::number;
use crate::render::answer::spark::spark;
use crate::text::escape::markdown::code;

/// Columns of a sparkline.
const SPARK: usize = 20;

/// A row for each series. What comes from events is code: nothing in it can be a link, a mention or markup.
pub fn markdown(all: &[Followed]) -> String {
    let mut out = "| series | runs | | values | trend | slope | forecast |\n| --- | ---: | --- | --- | --- | --- | --- |\n".to_owned();
    for followed in all {
        let values = followed.values();
        let cells = [
            code(&followed.track.label()),
            values.len().to_string(),
            spark(&values, SPARK),
            number(&followed.ends()),
            number(&followed.verdict()),
            followed
                .slope()
                .map_or_else(|| "–".to_owned(), |slope| number(&slope)),
            number(&followed.forecast()),
        ];
        out += &format!("| {} |\n", cells.join(" | "));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::followed::cases::both;
    use super::*;

    #[test]
    fn a_table_whatever_the_names() {
        insta::assert_snapshot!(markdown(&both()));
    }
}
