//! GitHub workflow commands: annotations in the log and beside the changed lines.

use super::json::v1::Word;
use super::view::{Group, Mark, Place, Row, View};
use crate::text::escape::{visible, workflow};
use crate::text::fit;

/// Annotations of one kind that a step may have; GitHub drops the rest.
const EACH: usize = 10;
/// The longest message, in characters.
const MESSAGE: usize = 4_096;
/// The longest title, in characters.
const TITLE: usize = 255;

struct Annotation {
    title: String,
    message: String,
    place: Option<Place>,
    /// Whether the change did it.
    changed: bool,
}

/// The commands, one a line: errors, warnings, notices, each within its limit and the most important first.
pub fn render(view: &View) -> String {
    let mut errors = Vec::new();
    let mut warnings = Vec::new();
    let mut notices = Vec::new();
    for problem in &view.problems {
        let to = if problem.error && view.word == Word::Fail {
            &mut errors
        } else {
            &mut warnings
        };
        to.push(Annotation {
            title: "Report problem".to_owned(),
            message: format!("{}: {}", problem.location, problem.message),
            place: None,
            changed: true,
        });
    }
    warnings.extend(relaxed(view));
    // Round by round, so that one gate with many places does not crowd out the others.
    let rounds = view
        .gates
        .iter()
        .map(|gate| gate.places.len().max(1))
        .max()
        .unwrap_or(0)
        .min(EACH + 1);
    let mut left_out = [0_usize; 3];
    for round in 0..rounds {
        for gate in &view.gates {
            let to = match gate.group {
                Group::Failing => &mut errors,
                Group::Warning => &mut warnings,
                Group::Noted if round == 0 && gate.mark != Mark::NotJudged => &mut notices,
                Group::Noted | Group::Passing => continue,
            };
            to.extend(annotation(gate, round, &view.folder));
        }
    }
    for gate in &view.gates {
        let beyond = gate.places_total.max(1) - gate.places.len().max(1).min(rounds);
        match gate.group {
            Group::Failing => left_out[0] += beyond,
            Group::Warning => left_out[1] += beyond,
            Group::Noted | Group::Passing => {}
        }
    }
    let mut out = String::new();
    for ((kind, mut list), beyond) in [
        ("error", errors),
        ("warning", warnings),
        ("notice", notices),
    ]
    .into_iter()
    .zip(left_out)
    {
        // What the change did is what its author can mend and its reader looks at.
        list.sort_by_key(|annotation| !annotation.changed);
        write(&mut out, kind, list, beyond);
    }
    out
}

fn relaxed(view: &View) -> Option<Annotation> {
    let relaxed = view.relaxed.as_ref()?;
    Some(Annotation {
        title: "The policy is relaxed".to_owned(),
        message: format!("{}:\n{}", relaxed.headline, relaxed.items.join("\n")),
        place: None,
        changed: true,
    })
}

fn annotation(gate: &Row, round: usize, folder: &str) -> Option<Annotation> {
    let place = gate.places.get(round);
    if round > 0 && place.is_none() {
        return None;
    }
    let mut message = match gate.requirement.as_str() {
        "" => gate.value.clone(),
        requirement => format!("{}, required {requirement}", gate.value),
    };
    let parts = [place.map_or("", |place| &place.text), &gate.remedy]
        .into_iter()
        .chain(gate.notes.iter().map(String::as_str));
    for part in parts.filter(|part| !part.is_empty()) {
        message.push('\n');
        message.push_str(part);
    }
    Some(Annotation {
        title: format!("{}: {}", gate.subject(), gate.mark.word()),
        message,
        changed: place.is_some_and(|place| place.changed),
        place: place
            .filter(|place| place.is_inside())
            .map(|place| place.seen_from_top(folder)),
    })
}

fn write(out: &mut String, kind: &str, list: Vec<Annotation>, beyond: usize) {
    let all = list.len() + beyond;
    let shown = if all > EACH { EACH - 1 } else { EACH };
    for annotation in list.iter().take(shown) {
        let mut properties = Vec::new();
        if let Some(place) = &annotation.place {
            properties.push(format!(
                "file={}",
                workflow::property(&visible(&place.path))
            ));
            if place.line > 0 {
                properties.push(format!("line={}", place.line));
            }
            if place.line > 0 && place.end_line > place.line {
                properties.push(format!("endLine={}", place.end_line));
            }
        }
        properties.push(format!(
            "title={}",
            workflow::property(&fit::cut(
                &workflow::stdout_safe(&visible(&annotation.title)),
                TITLE
            ))
        ));
        let message: Vec<_> = annotation.message.lines().map(visible).collect();
        // Defused before it is cut, so that what keeps it harmless counts towards the limit.
        let message = message.join("\n");
        let message = workflow::data(&fit::cut(&workflow::stdout_safe(&message), MESSAGE));
        out.push_str(&format!("::{kind} {}::{message}\n", properties.join(",")));
    }
    if all > shown {
        out.push_str(&format!(
            "::{kind} title=andon::… and {} more; the job summary lists them\n",
            all - shown
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;
    use crate::render::json::v1::PolicyFrom;

    #[test]
    fn shows_each_fixture() {
        for (name, view) in fixtures::views() {
            insta::assert_snapshot!(name, render(&view));
        }
    }

    #[test]
    fn a_relaxed_policy_is_one_warning() {
        insta::assert_snapshot!(
            "relaxed",
            render(&View::new(&fixtures::relaxed(PolicyFrom::Head)))
        );
    }

    #[test]
    fn what_the_change_did_comes_first() {
        let text = render(&fixtures::view("change"));
        let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what}: {text}"));
        // The test that the change broke before the one that failed already, the changed lines before the others.
        assert!(at("tests/test_login.py") < at("tests/test_old.py"));
        assert!(at("line=40,endLine=42") < at("src/session.py"));
    }

    #[test]
    fn no_path_is_a_command() {
        let mut view = fixtures::view("change");
        for gate in &mut view.gates {
            for place in &mut gate.places {
                place.path = "src/##vso[task.complete result=Succeeded]/##[error]x,y::z".to_owned();
            }
        }
        view.folder = "##[group]top".to_owned();
        let mut texts = vec![render(&view)];
        texts.extend(fixtures::views().iter().map(|(_, view)| render(view)));
        assert!(texts.iter().any(|text| text.contains("task.complete")));
        for line in texts.iter().flat_map(|text| text.lines()) {
            for rest in line.split("##").skip(1) {
                let name = rest.trim_start_matches(char::is_alphanumeric);
                assert!(!name.starts_with('['), "{line}");
            }
        }
    }

    #[test]
    fn limits_hold_and_nothing_is_dropped_silently() {
        for (name, document) in fixtures::all() {
            let text = render(&View::new(&document));
            for kind in ["::error ", "::warning ", "::notice "] {
                let count = text.lines().filter(|line| line.starts_with(kind)).count();
                assert!(count <= EACH, "{name}: {count} {kind}");
            }
            for line in text.lines() {
                assert!(
                    ["::error ", "::warning ", "::notice "]
                        .iter()
                        .any(|kind| line.starts_with(kind)),
                    "{line}"
                );
                assert!(line.chars().count() < MESSAGE * 3 + 10_000);
            }
        }
        assert!(render(&fixtures::view("huge")).contains("… and "));
    }
}
