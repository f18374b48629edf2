//! Two sides of a comparison, next to each other.

use serde::Serialize;

use super::question::figure;
use crate::domain::metric::Better;
use crate::domain::series::Stat;
use crate::render::most::{More, Most};
use crate::render::table::{Cell, Line, align, readable, records};
use crate::text::escape::csv::cell;
use crate::text::escape::markdown::code;
use crate::text::escape::visible;
use crate::text::{fit, number};

/// The version of the JSON form.
const VERSION: u32 = 1;

/// Two sides, compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// The version of this form: 1.
    pub andon_comparison: u32,
    /// What is compared with, as it was named and understood.
    pub base: String,
    /// What is compared.
    pub head: String,
    /// The figure of each side.
    pub stat: String,
    /// What the rows are put together by.
    pub group_by: Vec<String>,
    /// A row for each metric and group that either side has.
    pub rows: Vec<Shift>,
    #[serde(skip)]
    figure: Stat,
}

/// How one figure differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shift {
    /// The metric.
    pub metric: String,
    /// Its unit.
    pub unit: String,
    /// The group, by the names that rows are put together by.
    pub groups: Vec<String>,
    /// The figure of the base; `None` if it has no points.
    pub base: Option<f64>,
    /// The figure of the head.
    pub head: Option<f64>,
    /// How many points the base has.
    pub base_points: u64,
    /// How many points the head has.
    pub head_points: u64,
    /// By how much the head is more than the base.
    pub shift: Option<f64>,
    /// The same as a percentage of the base; `None` where that is 0, or the unit is a percentage.
    pub percent: Option<f64>,
    /// Whether that is better; `None` where neither way is, or nothing shifted.
    pub better: Option<bool>,
    /// Which way is.
    #[serde(skip)]
    pub direction: Better,
}

impl Shift {
    /// The difference of two figures of a metric that improves this way.
    pub fn between(
        (metric, unit, groups): (String, String, Vec<String>),
        base: Option<(f64, u64)>,
        head: Option<(f64, u64)>,
        better: Better,
    ) -> Shift {
        let of = |side: Option<(f64, u64)>| side.map(|side| side.0);
        let shift = of(base).zip(of(head)).map(|(base, head)| head - base);
        let share = |shift: f64| match of(base) {
            Some(base) if base != 0.0 && unit != "%" => Some(shift / base.abs() * 100.0),
            _ => None,
        };
        let is_better = |shift: f64| match better {
            _ if shift == 0.0 => None,
            Better::Higher => Some(shift > 0.0),
            Better::Lower => Some(shift < 0.0),
            Better::Neither => None,
        };
        Shift {
            percent: shift.and_then(share),
            better: shift.and_then(is_better),
            direction: better,
            base: of(base),
            head: of(head),
            base_points: base.map_or(0, |side| side.1),
            head_points: head.map_or(0, |side| side.1),
            shift,
            metric,
            unit,
            groups,
        }
    }

    /// How much it matters: what is worse before what is better, what moved before what stayed and what one side lacks; of
    /// each, what moved furthest.
    fn weight(&self) -> (u8, f64) {
        let class = match (self.better, self.shift) {
            (Some(false), _) => 0,
            (Some(true), _) => 1,
            (None, Some(shift)) if shift != 0.0 => 2,
            (None, Some(_)) => 3,
            (None, None) => 4,
        };
        let far = self.percent.or(self.shift).unwrap_or_default();
        (class, far.abs())
    }

    fn shown(&self) -> String {
        let Some(shift) = self.shift else {
            return "–".to_owned();
        };
        let signed = number::signed(shift, &self.unit);
        let percent = self.percent.map(|percent| {
            let sign = if percent < 0.0 { '-' } else { '+' };
            format!(" ({sign}{}%)", number::decimal(percent.abs()))
        });
        format!("{signed}{}", percent.unwrap_or_default())
    }
}

impl Compared {
    /// The sides by their names, and the shifts from the one to the other.
    pub fn new(
        (base, head): (String, String),
        stat: Stat,
        group_by: Vec<String>,
        rows: Vec<Shift>,
    ) -> Compared {
        Compared {
            andon_comparison: VERSION,
            base,
            head,
            stat: stat.to_string(),
            group_by,
            rows,
            figure: stat,
        }
    }

    fn heading(&self) -> Vec<String> {
        let mut heading = vec!["metric".to_owned()];
        heading.extend(self.group_by.iter().cloned());
        heading.extend([
            "base".to_owned(),
            "n".to_owned(),
            "head".to_owned(),
            "n".to_owned(),
            "shift".to_owned(),
        ]);
        heading
    }

    fn cells(&self, row: &Shift) -> (Vec<String>, Vec<String>) {
        let mut names = vec![row.metric.clone()];
        names.extend(row.groups.iter().map(|name| match name.as_str() {
            "" => "–".to_owned(),
            name => name.to_owned(),
        }));
        let side = |value| figure(self.figure, value, (&row.unit, row.direction));
        let figures = vec![
            side(row.base),
            number::count(row.base_points),
            side(row.head),
            number::count(row.head_points),
            row.shown(),
        ];
        (names, figures)
    }

    /// The rows that are shown to people, the most important first, and how many others there are.
    fn foremost(&self, most: Most) -> (Vec<&Shift>, More) {
        let mut rows: Vec<&Shift> = self.rows.iter().collect();
        rows.sort_by(|a, b| {
            let ((one, far), (other, further)) = (a.weight(), b.weight());
            one.cmp(&other).then(further.total_cmp(&far))
        });
        let more = most.cut(&mut rows);
        (rows, more)
    }

    /// For people at a terminal.
    pub fn terminal(&self, most: Most, width: usize, colour: bool) -> String {
        let mut out = String::new();
        let (rows, more) = self.foremost(most);
        let head = format!("{} of {} and of {}", self.stat, self.base, self.head);
        for text in fit::broken(
            &visible(&fit::columns(&head, width.saturating_mul(8))),
            width,
        ) {
            Line::new().text(&text).write(&mut out, width, colour);
        }
        out.push('\n');
        let names = self.group_by.len() + 1;
        let heading = self.heading();
        let mut table = vec![
            heading
                .iter()
                .enumerate()
                .map(|(at, text)| match at < names {
                    true => Cell::new(text.to_uppercase()),
                    false => Cell::right(text.to_uppercase()),
                })
                .collect::<Vec<_>>(),
        ];
        for row in rows {
            let (names, figures) = self.cells(row);
            let names = names.iter().map(Cell::new);
            table.push(names.chain(figures.iter().map(Cell::right)).collect());
        }
        match readable(&table, width) {
            false => records(&table, width, colour, &mut out),
            true => {
                for line in align(&table, 0, width) {
                    line.write(&mut out, width, colour);
                }
            }
        }
        let line = more.line("");
        out + &line.map_or_else(String::new, |line| format!("{line}\n"))
    }

    /// As markdown.
    pub fn markdown(&self, most: Most) -> String {
        let (rows, more) = self.foremost(most);
        let mut out = format!(
            "{} of {} and of {}\n\n",
            self.stat,
            code(&self.base),
            code(&self.head)
        );
        let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        out += &row(self.heading().iter().map(|text| code(text)).collect());
        let names = self.group_by.len() + 1;
        let rule = |at| if at < names { "---" } else { "---:" }.to_owned();
        out += &row((0..names + 5).map(rule).collect());
        for shift in rows {
            let (names, figures) = self.cells(shift);
            out += &row(names
                .iter()
                .chain(&figures)
                .map(|text| code(text))
                .collect());
        }
        let line = more.line("");
        out + &line.map_or_else(String::new, |line| format!("\n{line}\n"))
    }

    /// As CSV.
    ///
    /// # Errors
    /// When a row cannot be written, which memory alone could be the reason of.
    pub fn csv(&self) -> Result<String, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let mut heading = vec!["metric".to_owned(), "unit".to_owned()];
        heading.extend(self.group_by.iter().map(|name| cell(name).into_owned()));
        let figures = [
            "base",
            "base_points",
            "head",
            "head_points",
            "shift",
            "percent",
        ];
        heading.extend(figures.map(str::to_owned));
        writer.write_record(&heading)?;
        for row in &self.rows {
            let mut cells = vec![cell(&row.metric).into_owned(), cell(&row.unit).into_owned()];
            cells.extend(row.groups.iter().map(|name| cell(name).into_owned()));
            let number = |value: Option<f64>| value.map_or(String::new(), number::exact);
            cells.extend([
                number(row.base),
                row.base_points.to_string(),
                number(row.head),
                row.head_points.to_string(),
                number(row.shift),
                number(row.percent),
            ]);
            writer.write_record(&cells)?;
        }
        let bytes = writer.into_inner().map_err(|error| error.into_error())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// As JSON.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn json(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared() -> Compared {
        let of = |metric: &str, unit: &str, group: &str| {
            (metric.to_owned(), unit.to_owned(), vec![group.to_owned()])
        };
        let rows = vec![
            Shift::between(
                of("response_time", "s", "install"),
                Some((0.4, 20)),
                Some((0.5, 21)),
                Better::Lower,
            ),
            Shift::between(
                of("coverage.line", "%", ""),
                Some((80.0, 1)),
                Some((82.5, 1)),
                Better::Higher,
            ),
            Shift::between(
                of("memory", "B", "=x|\u{202e}"),
                None,
                Some((1e6, 1)),
                Better::Lower,
            ),
            Shift::between(
                of("errors", "count", "b"),
                Some((0.0, 3)),
                Some((2.0, 3)),
                Better::Neither,
            ),
        ];
        let sides = ("branch main".to_owned(), "branch topic".to_owned());
        Compared::new(
            sides,
            Stat::Percentile(50.0),
            vec!["command".to_owned()],
            rows,
        )
    }

    #[test]
    fn what_has_one_side_alone_has_no_shift() {
        let compared = compared();
        insta::assert_snapshot!(compared.terminal(Most::default(), 100, false));
        insta::assert_snapshot!(compared.markdown(Most::default()));
        insta::assert_snapshot!(compared.csv().unwrap());
        insta::assert_snapshot!(compared.json().unwrap());
    }
}
