//! One line for GitLab, which reads a job's coverage from its log by a regular expression.

use super::view::View;

/// `coverage: 87.7%`: the line coverage of the whole project. Where there is none the line says so and has no figure:
/// GitLab then shows none.
pub fn render(view: &View) -> String {
    let figure = view.figure("coverage.line");
    let shown = figure.map_or("no data", |fact| &fact.shown);
    format!("coverage: {shown}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    #[test]
    fn the_documented_expression_finds_it() {
        let outputs = include_str!("../../docs/outputs.md");
        let expression = r"^coverage: (\d+(?:\.\d+)?)%$";
        assert!(outputs.contains(&format!("'/{expression}/'")));
        let expression = regex::Regex::new(&format!("(?m){expression}")).unwrap();
        for (name, view) in fixtures::views() {
            let line = render(&view);
            assert_eq!(expression.captures(&line).unwrap()[1], *"87.7", "{name}");
        }
        let mut none = fixtures::view("green");
        none.overview.clear();
        assert_eq!(render(&none), "coverage: no data\n");
        assert!(!expression.is_match(&render(&none)));
    }
}
