//! Trends as charts: a line through the runs of each series.

use anstyle::Style;

use super::followed::{Followed, foremost};
use super::terminal::{described, left_out, said};
use crate::render::answer::drawn;
use crate::render::most::Most;
use crate::render::table::Line;

/// Each series as a line, with its verdict, its slope and its forecast.
pub fn chart(all: &[Followed], most: Most, columns: usize, colour: bool) -> String {
    let mut out = String::new();
    let (shown, more) = foremost(all, most);
    for (at, followed) in shown.into_iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        Line::new()
            .styled(Style::new().bold(), &followed.track.label())
            .write(&mut out, columns, colour);
        let points = &followed.outlook.points;
        let day = |at: &jiff::Timestamp| at.strftime("%Y-%m-%d").to_string();
        let ends = points.first().zip(points.last());
        let ends = ends.map(|((first, _), (last, _))| (day(first), day(last)));
        let shown = |value: f64| followed.shown(value);
        drawn(
            &followed.values(),
            &shown,
            ends,
            (columns, colour),
            &mut out,
        );
        described(said(followed), columns, colour, &mut out);
    }
    left_out(more, columns, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::super::followed::cases::both;
    use super::*;
    use crate::text::fit;

    #[test]
    fn charts_fit() {
        insta::assert_snapshot!(chart(&both(), Most::default(), 80, false));
        for width in [40, 80, 120] {
            for line in chart(&both(), Most::default(), width, false).lines() {
                assert!(fit::width(line) <= width, "{line}");
            }
        }
    }
}
