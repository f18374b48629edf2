//! What radon writes beside the reports that are read: they are known, and refused.

use super::super::{Format, Head, Input, Kind};
use super::radon;
use crate::domain::report::{Content, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "radon_other",
    title: "radon hal JSON and radon cc XML",
    kind: Kind::Complexity,
    producers: &["radon hal -j", "radon cc --xml"],
    default_paths: &["**/*radon*hal*.json", "**/*radon*cc*.xml"],
    sniff,
    parse,
    reads: "Nothing: such a report is refused with a word on what to write instead.",
    omits: "Halstead's figures, of which there is no metric. The XML does not say which of its units are classes, whose complexity is made of their methods': no average, count or maximum of functions can be told from it.",
    supplies: &[],
};

fn sniff(head: &Head) -> bool {
    is_xml(head) || radon::holds(head, 3, &["h1", "h2", "N1", "N2", "vocabulary"])
}

fn is_xml(head: &Head) -> bool {
    let child = head.xml_child();
    head.xml_root() == Some("ccm") && (child == Some("metric") || child.is_none())
}

fn parse(input: &mut Input<'_>, _: &mut Content) -> Result<(), Problem> {
    let head = input.source.head();
    Err(Problem::error(match head.is_ok_and(|head| is_xml(&head)) {
        true => {
            "radon's XML does not say which of its units are classes: write it with `radon cc -j`"
        }
        false => {
            "there is no metric for Halstead's figures: write `radon cc -j`, `radon mi -j` or `radon raw -j`"
        }
    }))
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn what_cannot_be_measured_is_refused_by_name() {
        for (text, instead) in [
            (
                "<ccm><metric><complexity>15</complexity><unit>A.f</unit></metric></ccm>",
                "radon cc -j",
            ),
            ("<ccm />", "radon cc -j"),
            (
                r#"{"a.py": {"total": {"h1": 3, "h2": 7, "N1": 5, "N2": 9, "vocabulary": 10}, "functions": {}}}"#,
                "radon mi -j",
            ),
        ] {
            assert_eq!(sniffed(text), ["radon_other"], "{text}");
            let problems = report("", text).problems;
            assert!(problems[0].message.contains(instead), "{problems:?}");
        }
    }
}
