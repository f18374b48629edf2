//! `rustdoc --show-coverage --output-format json` (nightly): one object per crate, from file to figures. Cargo writes
//! those of several crates one after the other.

use serde::Deserialize;

use super::super::json;
use super::super::{Format, Head, Input, Kind};
use crate::domain::catalogue::DOCUMENTATION_COUNTED;
use crate::domain::report::{Content, Documentation, Documented, FileDocumentation, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "rustdoc",
    title: "rustdoc coverage JSON",
    kind: Kind::Documentation,
    producers: &["rustdoc --show-coverage --output-format json"],
    default_paths: &["**/rustdoc*.json", "**/*doc*coverage*.json"],
    sniff,
    parse,
    reads: "Documented items by file.",
    omits: "Examples.",
    supplies: &[DOCUMENTATION_COUNTED],
};

fn sniff(head: &Head) -> bool {
    head.is_json() && head.has_key(2, "with_docs") && head.has_key(2, "total_examples")
}

#[derive(Deserialize)]
struct Figures {
    total: u64,
    with_docs: u64,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let said = content.documentation.insert(Documentation {
        producer: "rustdoc".into(),
        ..Documentation::default()
    });
    json::walk_each(input, |walk| {
        walk.object(|walk, path| {
            let Some(figures) = walk.read_or_warn::<Figures>()? else {
                return Ok(());
            };
            if figures.with_docs > figures.total {
                let message = format!("more is documented in {path} than there is");
                walk.warn(Problem::error(limits.cap(message)));
                return Ok(());
            }
            said.files.push(FileDocumentation {
                path: limits.cap(path.to_owned()),
                tally: Documented {
                    documented: figures.with_docs,
                    total: figures.total,
                },
            });
            Ok(())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::documentation;

    #[test]
    fn several_crates_are_one_report_and_nonsense_is_a_problem() {
        let file = |name: &str, docs: u64| {
            format!(
                r#"{{"{name}": {{"total": 3, "with_docs": {docs}, "total_examples": 0, "with_examples": 0}}}}"#
            )
        };
        let report = format!("{}\n{}\n", file("a.rs", 1), file("b.rs", 3));
        let (said, problems) = documentation("rustdoc", &report);
        assert_eq!(problems, [""; 0]);
        assert_eq!((said.sum().documented, said.sum().total), (4, 6));
        let (said, problems) = documentation("rustdoc", &file("a.rs", 4));
        assert_eq!((said.files.len(), problems.len()), (0, 1));
    }
}
