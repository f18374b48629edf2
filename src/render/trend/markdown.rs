//! Trends as markdown.

use super::followed::{Followed, foremost};
use crate::render::answer::number;
use crate::render::answer::spark::spark;
use crate::render::most::{Most, TOGETHER};
use crate::text::escape::markdown::code;

/// Columns of a sparkline.
const SPARK: usize = 20;

/// A row for each series. What comes from events is code: nothing in it can be a link, a mention or markup.
pub fn markdown(all: &[Followed], most: Most) -> String {
    let mut out = "| series | over | | values | trend | slope | level | forecast |\n| --- | ---: | --- | --- | --- | --- | --- | --- |\n".to_owned();
    let (shown, more) = foremost(all, most);
    let said = |said: Option<String>| said.map_or_else(|| "–".to_owned(), |said| number(&said));
    for followed in shown {
        let values = followed.values();
        let prospect = followed.prospect();
        let cells = [
            code(&followed.track.label()),
            followed.by.counted(values.len()),
            spark(&values, SPARK),
            number(&followed.ends()),
            number(&followed.verdict()),
            said(followed.slope()),
            said(followed.moved(&prospect)),
            number(&followed.forecast(&prospect)),
        ];
        out += &format!("| {} |\n", cells.join(" | "));
    }
    let line = more.line(TOGETHER);
    out + &line.map_or_else(String::new, |line| format!("\n{line}\n"))
}

#[cfg(test)]
mod tests {
    use super::super::followed::cases::both;
    use super::*;

    #[test]
    fn a_table_whatever_the_names() {
        insta::assert_snapshot!(markdown(&both(), Most::default()));
    }
}
