//! Azure Pipelines: logging commands that list issues on the run's page and in the log. The result of the step follows
//! the exit code, not a command.

use std::path::Path;

use super::view::{Annotation, Level, View};
use crate::text::escape::azure;
use crate::text::fit;

/// Issues of one kind that a task's page shows.
const EACH: usize = 10;
/// The longest message, in characters.
const MESSAGE: usize = 4_000;

/// The commands, one a line: errors, then warnings; there is no third kind. `summary` is a markdown file that is to be
/// shown on the run's page.
pub fn render(view: &View, summary: Option<&Path>) -> String {
    let annotations = view.annotations();
    let mut out = String::new();
    for (level, kind) in [(Level::Error, "error"), (Level::Warning, "warning")] {
        let of_level = annotations.iter().filter(|it| it.level == level);
        let all = of_level.clone().count() + view.unlisted(level);
        let shown = if all > EACH { EACH - 1 } else { EACH };
        of_level
            .take(shown)
            .for_each(|it| out.push_str(&issue(kind, it)));
        if all > shown {
            let more = all - shown;
            out.push_str(&format!(
                "##vso[task.logissue type={kind}]… and {more} more\n"
            ));
        }
    }
    if let Some(path) = summary {
        let path = azure::data(&path.display().to_string());
        out.push_str(&format!("##vso[task.uploadsummary]{path}\n"));
    }
    out
}

fn issue(kind: &str, annotation: &Annotation<'_>) -> String {
    let mut properties = format!("type={kind}");
    if let Some(place) = annotation.place() {
        properties.push_str(&format!(";sourcepath={}", azure::property(&place.path)));
        if place.line > 0 {
            properties.push_str(&format!(";linenumber={}", place.line));
        }
    }
    properties.push_str(&format!(";code={}", azure::property(annotation.code())));
    let text = format!("{}\n{}", annotation.title(), annotation.message());
    let text = azure::data(&fit::cut(&text, MESSAGE));
    format!("##vso[task.logissue {properties}]{text}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    #[test]
    fn shows_each_fixture() {
        for (name, view) in fixtures::views() {
            insta::assert_snapshot!(name, render(&view, None));
        }
    }

    #[test]
    fn nothing_but_its_own_commands() {
        for (name, document) in fixtures::all() {
            let text = render(&View::new(&document), Some(Path::new("/a;b]/s.md")));
            let count = |kind| text.lines().filter(|line| line.starts_with(kind)).count();
            assert!(count("##vso[task.logissue type=error") <= EACH, "{name}");
            assert!(count("##vso[task.logissue type=warning") <= EACH, "{name}");
            assert_eq!(count("##vso[task.uploadsummary]/a;b]/s.md"), 1, "{name}");
            for line in text.lines() {
                assert!(line.starts_with("##vso[task."), "{name}: {line}");
                assert_eq!(line.matches("##").count(), 1, "{name}: {line}");
                let properties = line.split(']').next().unwrap();
                for property in properties.split(';').skip(1) {
                    assert!(
                        ["sourcepath=", "linenumber=", "code="]
                            .iter()
                            .any(|it| property.starts_with(it)),
                        "{line}"
                    );
                }
            }
        }
    }
}
