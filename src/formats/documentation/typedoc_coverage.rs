//! What typedoc-plugin-coverage writes with `coverageOutputType: json`: totals, and the names that lack documentation.

use super::super::json;
use super::super::{Format, Head, Input, Kind};
use crate::domain::catalogue::DOCUMENTATION_COUNTED;
use crate::domain::report::{Content, Documentation, Documented, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "typedoc_coverage",
    title: "typedoc-plugin-coverage JSON",
    kind: Kind::Documentation,
    producers: &["typedoc-plugin-coverage"],
    default_paths: &["**/docs/coverage.json", "**/*doc*coverage*.json"],
    sniff,
    parse,
    reads: "How many things need documentation and how many have it, as the plugin counts them.",
    omits: "The names of what lacks it, which have no file; the share, which is rounded down; the badge (`coverage.svg`), which has nothing else.",
    supplies: &[DOCUMENTATION_COUNTED],
};

fn sniff(head: &Head) -> bool {
    head.is_json()
        && ["percent", "expected", "actual", "notDocumented"]
            .iter()
            .all(|key| head.has_key(1, key))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let (mut expected, mut actual) = (None, None);
    json::walk(input, |walk| {
        walk.object(|walk, key| {
            let place = match key {
                "expected" => &mut expected,
                "actual" => &mut actual,
                _ => return Ok(()),
            };
            *place = walk.read_or_warn::<u64>()?;
            Ok(())
        })
    })?;
    let (Some(total), Some(documented)) = (expected, actual) else {
        return Err(Problem::error(
            "does not say how many things are `expected` to have documentation, and how many `actual`ly have it",
        ));
    };
    if documented > total {
        return Err(Problem::error("more is documented than there is"));
    }
    content.documentation = Some(Documentation {
        producer: "typedoc".into(),
        total: Some(Documented { documented, total }),
        ..Documentation::default()
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::documentation;
    use crate::formats::testing::sniffed;

    #[test]
    fn the_figures_must_be_there_and_make_sense() {
        let whole = r#"{"percent":37,"expected":8,"actual":3,"notDocumented":["a.a"]}"#;
        assert_eq!(sniffed(whole), ["typedoc_coverage"]);
        let (said, problems) = documentation("typedoc_coverage", whole);
        assert_eq!(problems, [""; 0]);
        assert_eq!(said.total.map(|total| total.missing()), Some(5));
        for wrong in [
            whole.replace("\"actual\":3", "\"actual\":9"),
            whole.replace("\"actual\":3", "\"actual\":-3"),
            whole.replace("\"expected\":8,", ""),
            whole.replace("\"a.a\"]}", ""),
        ] {
            let (said, problems) = documentation("typedoc_coverage", &wrong);
            assert!(said.total.is_none() && !problems.is_empty(), "{wrong}");
        }
    }
}
