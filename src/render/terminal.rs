//! The verdict on a terminal: what fails stands first, what to do stands last.

mod change;
mod diff;

pub use diff::render_diff;

use anstyle::{AnsiColor, Style};

use super::json::v1::Word;
use super::most::Most;
use super::table::{Cell, Line, align, cut_short};
use super::view::{Group, Mark, Namesakes, ReportRow, Row, View, Want};
use crate::text::escape::visible;
use crate::text::escape::workflow::stdout_safe;
use crate::text::{fit, number, plural};

/// Places shown for each gate; of groups and series as many as rows elsewhere.
const PLACES: usize = 5;
/// Reports that are named.
const REPORTS: usize = 5;
/// Columns that the evidence of a gate is indented by.
const INDENT: usize = 4;
const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

fn look(mark: Mark) -> (&'static str, Style) {
    let colour = |colour: AnsiColor| colour.on_default();
    match mark {
        Mark::Fail => ("✗", colour(AnsiColor::Red).bold()),
        Mark::ToolError => ("✗", colour(AnsiColor::Red).bold()),
        Mark::Missing => ("?", colour(AnsiColor::Magenta)),
        Mark::Warn => ("!", colour(AnsiColor::Yellow)),
        Mark::Note => ("·", colour(AnsiColor::Cyan)),
        Mark::NotJudged => ("–", FAINT),
        Mark::Waived => ("~", colour(AnsiColor::Cyan)),
        Mark::Pass => ("✓", colour(AnsiColor::Green)),
    }
}

/// The view as text, no line of it wider than `width` columns; in colour if asked.
pub fn render(view: &View, width: usize, colour: bool) -> String {
    let mut page = Page {
        text: String::new(),
        width,
        colour,
    };
    let style = match view.word {
        Word::Fail => look(Mark::Fail).1,
        Word::Warn => look(Mark::Warn).1,
        Word::Pass => look(Mark::Pass).1,
    };
    let word = view.word.text().to_uppercase();
    page.wrapped((style, &word), STRONG, &view.headline);
    page.story(&view.change.story);
    page.relaxed(view.relaxed.as_ref());
    page.gates(view);
    page.deltas(&view.deltas, change::MOVED);
    page.lists(&view.change, view.shows_uncovered(), false);
    page.reports(view);
    page.remedies(view);
    page.inputs(&view.inputs);
    stdout_safe(&page.text).into_owned()
}

struct Page {
    text: String,
    width: usize,
    colour: bool,
}

impl Page {
    fn line(&mut self, line: &Line) {
        line.write(&mut self.text, self.width, self.colour);
    }

    fn gap(&mut self) {
        self.text.push('\n');
    }

    /// A styled head and a text after it, wrapped and indented by the head.
    fn wrapped(&mut self, head: (Style, &str), style: Style, text: &str) {
        let (look, head) = head;
        let indent = fit::width(head) + 1;
        let lines = fit::wrap(&visible(text), self.width.saturating_sub(indent));
        if lines.is_empty() {
            self.line(&Line::new().styled(look, head));
        }
        for (at, text) in lines.iter().enumerate() {
            let line = match at {
                0 => Line::new().styled(look, head).text(" "),
                _ => Line::new().text(&" ".repeat(indent)),
            };
            self.line(&line.styled(style, text));
        }
    }

    /// A text of its own, wrapped.
    fn paragraph(&mut self, style: Style, text: &str) {
        for line in fit::wrap(&visible(text), self.width) {
            self.line(&Line::new().styled(style, &line));
        }
    }

    /// A text below a gate or a report.
    fn below(&mut self, style: Style, text: &str) {
        self.wrapped((Style::new(), &" ".repeat(INDENT - 1)), style, text);
    }

    fn gates(&mut self, view: &View) {
        if view.gates.is_empty() {
            return;
        }
        self.gap();
        // A gate that may go without data, or has nothing to judge, is worth a word, not a paragraph.
        let idle = |gate: &&Row| {
            gate.group == Group::Noted && matches!(gate.mark, Mark::Missing | Mark::NotJudged)
        };
        let (idle, shown): (Vec<&Row>, Vec<&Row>) = view.gates.iter().partition(idle);
        let titles: Vec<String> = shown.iter().map(|gate| title(gate, &shown)).collect();
        let named = shown.iter().zip(&titles);
        let mut rows: Vec<Vec<Cell>> = named.map(|(gate, title)| cells(gate, title)).collect();
        // What the narrow row would cut off stands below it.
        let cut = cut_short(&mut rows, self.width);
        let lines: Vec<_> = align(&rows, 0, self.width).collect();
        for ((gate, line), cut) in shown.iter().zip(&lines).zip(cut) {
            self.line(line);
            if cut {
                self.below(FAINT, off(gate));
            }
            // A bound that the row has no room for stands below it, whether it holds or not.
            if !line.shows(&gate.requirement) {
                self.below(FAINT, &format!("required {}", gate.requirement));
            }
            if gate.group != Group::Passing {
                // Unless the title says it, and is not cut, what was judged stands below.
                let scope = match line.shows(&gate.subject()) {
                    true => "",
                    false => &gate.scope,
                };
                self.evidence(gate, scope, view);
            } else if let Some(note) = gate.notes.first().filter(|_| gate.short) {
                self.below(FAINT, note);
            }
        }
        self.untouched(&idle);
        self.idle(&idle);
    }

    fn untouched(&mut self, gates: &[&Row]) {
        for gate in gates.iter().filter(|gate| gate.mark == Mark::NotJudged) {
            let text = match gate.notes.first() {
                Some(reason) => format!("not judged: {}: {reason}", gate.subject()),
                None => format!("not judged: {}", gate.subject()),
            };
            self.wrapped((FAINT, "–"), FAINT, &text);
        }
    }

    fn idle(&mut self, gates: &[&Row]) {
        for (want, words) in [
            (
                Want::Data,
                "not judged, for want of data (`andon explain METRIC` says what supplies it)",
            ),
            (Want::Change, "not judged, as the change is not known"),
            (
                Want::Baseline,
                "not compared, for want of a baseline (`--baseline`)",
            ),
        ] {
            let named = |gate: &&Row| match want {
                // Its namesake on the whole project may well be judged.
                Want::Change => gate.subject(),
                _ => gate.title.clone(),
            };
            let wanting = gates.iter().copied().filter(|gate| gate.want == want);
            let mut titles: Vec<String> = wanting.map(|gate| named(&gate)).collect();
            titles.dedup();
            if !titles.is_empty() {
                let text = format!("{words}: {}", titles.join(", "));
                self.wrapped((look(Mark::Missing).1, "?"), FAINT, &text);
            }
        }
    }

    fn evidence(&mut self, gate: &Row, scope: &str, view: &View) {
        let context: Vec<&str> = [scope, &gate.change, &gate.basis]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect();
        if !context.is_empty() {
            self.below(FAINT, &context.join("; "));
        }
        // What misses stands before what is only to be known, as everywhere.
        match gate.covers_change && view.shows_uncovered() {
            true => self.uncovered(&view.change.uncovered),
            false => self.places(gate),
        }
        for note in &gate.notes {
            self.below(Style::new(), note);
        }
    }

    fn places(&mut self, gate: &Row) {
        let most = match gate.series {
            true => Most::ROWS,
            false => PLACES,
        };
        let shown = gate.places.len().min(most);
        for place in gate.places.iter().take(most) {
            let text = match place.location() {
                // The row says it, or what stands right below it.
                location if location.is_empty() && place.text == gate.distance => continue,
                location if location.is_empty() => place.text.clone(),
                location => format!("{location}  {}", place.text),
            };
            self.below(Style::new(), &text);
        }
        if let Some(more) = gate
            .places_total
            .checked_sub(shown)
            .filter(|&more| more > 0)
        {
            let more = format!("… and {} more", number::count(more as u64));
            self.line(&Line::new().text(&" ".repeat(INDENT)).styled(FAINT, &more));
        }
    }

    fn reports(&mut self, view: &View) {
        if !view.problems.is_empty() {
            self.gap();
        }
        for problem in &view.problems {
            let (symbol, style) = look(if problem.error {
                Mark::Fail
            } else {
                Mark::Warn
            });
            let head = Line::new().styled(style, symbol).text(" ");
            self.line(&head.styled(STRONG, &problem.location));
            self.below(Style::new(), &problem.message);
        }
        if !view.notes.is_empty() {
            self.gap();
        }
        for note in &view.notes {
            self.wrapped((look(Mark::Warn).1, "!"), Style::new(), note);
        }
        self.remarks(&view.change.notes);
    }

    fn inputs(&mut self, reports: &[ReportRow]) {
        let mut shown: Vec<String> = reports
            .iter()
            .take(REPORTS)
            .map(|report| format!("{} ({})", report.path, report.format))
            .collect();
        if let Some(more) = reports.len().checked_sub(REPORTS).filter(|&more| more > 0) {
            shown.push(format!("{} more", number::count(more as u64)));
        }
        if !shown.is_empty() {
            self.gap();
            self.paragraph(FAINT, &format!("Read {}", plural::list(&shown)));
        }
    }

    fn remedies(&mut self, view: &View) {
        let urgent = |gate: &&Row| gate.group <= Group::Warning && !gate.remedy.is_empty();
        let namesakes = Namesakes::of(&view.gates);
        let mut heading = Some("What to do");
        for gate in view.gates.iter().filter(urgent) {
            if let Some(heading) = heading.take() {
                self.gap();
                self.line(&Line::new().styled(STRONG, heading));
            }
            self.wrapped(
                (look(gate.mark).1, "→"),
                Style::new(),
                &format!("{}: {}", namesakes.apart(gate, gate.subject()), gate.remedy),
            );
        }
    }
}

/// What stands last in a gate's row: how far off it is. What holds has no evidence below it: its change stands there.
fn off(gate: &Row) -> &str {
    match gate.group {
        Group::Passing => &gate.change,
        Group::Failing | Group::Warning | Group::Noted => &gate.distance,
    }
}

/// The title of a gate among others. What holds has no evidence below it that would say what was judged.
fn title(gate: &Row, others: &[&Row]) -> String {
    match gate.group {
        Group::Passing => gate.subject(),
        Group::Failing | Group::Warning | Group::Noted => gate.name(others),
    }
}

fn cells(gate: &Row, title: &str) -> Vec<Cell> {
    let (symbol, style) = look(gate.mark);
    vec![
        Cell::styled(style, format!("{symbol} {}", gate.mark.word())),
        Cell::styled(STRONG, title),
        Cell::right(&gate.value),
        Cell::new(&gate.requirement),
        Cell::styled(FAINT, off(gate)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;
    use crate::render::json::v1::PolicyFrom;
    use crate::render::view::Place;

    #[test]
    fn shows_each_fixture() {
        for (name, view) in fixtures::views() {
            insta::assert_snapshot!(name, render(&view, 80, false));
        }
    }

    #[test]
    fn a_relaxed_policy_stands_near_the_top() {
        let view = View::new(&fixtures::relaxed(PolicyFrom::Head));
        for width in [1, 20, 40, 80, 133] {
            let text = render(&view, width, false);
            assert!(text.lines().all(|line| fit::width(line) <= width));
        }
        let text = render(&view, 80, false);
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
        let top: Vec<&str> = text.lines().take(22).collect();
        insta::assert_snapshot!("relaxed", top.join("\n"));
    }

    #[test]
    fn gates_of_one_metric_are_told_apart() {
        let view = fixtures::view("change");
        for (width, below) in [(120, false), (60, true)] {
            let text = render(&view, width, false);
            let row = |line: &&str| line.starts_with("✗ fail  Line coverage");
            let rows: Vec<&str> = text.lines().filter(row).collect();
            let whole = |line: &&&str| line.contains("(changed lines)");
            assert_eq!(rows.len(), 2, "{text}");
            assert_eq!(rows.iter().filter(whole).count(), usize::from(!below));
            let scope = "    changed lines; 30 lines";
            assert_eq!(text.lines().any(|line| line == scope), below, "{text}");
        }
    }

    #[test]
    fn what_misses_stands_before_what_holds_and_is_not_cut() {
        let mut view = fixtures::view("over_time");
        let gate = view.gates.iter_mut().find(|gate| gate.series).unwrap();
        let place = gate.places.first().cloned().unwrap();
        gate.places = (0..12)
            .map(|at| Place {
                text: format!("slow{at}: p95 640 ms"),
                ..place.clone()
            })
            .collect();
        gate.places_total = gate.places.len();
        gate.notes = vec!["7 of 19 hold".to_owned()];
        let text = render(&view, 80, false);
        let at = |what: &str| text.find(what).unwrap();
        assert!(at("slow0:") < at("slow11:") && at("slow11:") < at("7 of 19 hold"));
    }

    #[test]
    fn what_holds_short_of_its_target_says_so() {
        let mut view = fixtures::view("over_time");
        let gate = view.gates.first_mut().unwrap();
        gate.group = Group::Passing;
        gate.mark = Mark::Pass;
        gate.notes = vec!["green zone: 95% of the target, which is not met yet".to_owned()];
        for short in [true, false] {
            view.gates.first_mut().unwrap().short = short;
            let text = render(&view, 80, false);
            assert_eq!(text.contains("which is not met yet"), short, "{text}");
        }
    }

    #[test]
    fn nothing_is_wider_than_the_terminal() {
        for (name, document) in fixtures::all() {
            let view = View::new(&document);
            for width in [1, 20, 40, 80, 133] {
                let text = render(&view, width, false);
                let widest = text.lines().map(fit::width).max().unwrap();
                assert!(widest <= width, "{name} is {widest} wide, not {width}");
            }
        }
    }

    #[test]
    fn colour_changes_no_text_and_foreign_text_brings_none() {
        let view = fixtures::view("hostile");
        let plain = render(&view, 80, false);
        let coloured = render(&view, 80, true);
        assert!(!plain.contains(|c: char| c.is_control() && c != '\n'));
        assert!(coloured.contains("\u{1b}["));
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
    }
}
