//! `radon mi -j`: the maintainability index of files.

use serde::Deserialize;

use super::super::{Format, Head, Kind};
use super::radon::{self, Entry};
use crate::domain::catalogue::MAINTAINABILITY_RATED;
use crate::domain::report::{Code, FileMeasure};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "radon_mi",
    title: "radon mi JSON",
    kind: Kind::Complexity,
    producers: &["radon mi -j"],
    default_paths: &["**/radon*.json", "**/*radon*mi*.json"],
    sniff,
    parse: radon::read::<Index>,
    reads: "The maintainability index by file.",
    omits: "Ranks.",
    supplies: &[MAINTAINABILITY_RATED],
};

fn sniff(head: &Head) -> bool {
    radon::holds(head, 2, &["mi", "rank"])
}

#[derive(Deserialize)]
struct Index {
    error: Option<String>,
    mi: Option<f64>,
}

impl Entry for Index {
    fn add(self, path: &str, code: &mut Code) -> Result<(), &'static str> {
        match (self.mi, self.error) {
            (Some(mi), _) if (0.0..=100.0).contains(&mi) => {
                code.files.push(FileMeasure {
                    path: path.to_owned(),
                    maintainability: Some(mi),
                    ..FileMeasure::default()
                });
            }
            (Some(_), _) => return Err("holds a maintainability index outside 0 to 100"),
            (None, Some(message)) => code.failed.push((path.to_owned(), message)),
            (None, None) => return Err("holds neither an index nor an error"),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::code;

    #[test]
    fn an_index_outside_its_scale_is_a_problem() {
        for mi in ["100.1", "-1", "1e300"] {
            let report = format!(r#"{{"a.py": {{"mi": {mi}, "rank": "A"}}}}"#);
            let (code, problems) = code("radon_mi", &report);
            assert!(code.files.is_empty());
            assert!(problems[0].contains("outside 0 to 100"), "{problems:?}");
        }
    }

    #[test]
    fn a_file_that_radon_cannot_parse_is_named() {
        let report = r#"{"a.py": {"mi": 100.0, "rank": "A"}, "b.py": {"error": "invalid syntax"}}"#;
        let (code, problems) = code("radon_mi", report);
        assert_eq!(problems, [""; 0]);
        assert_eq!(code.files[0].maintainability, Some(100.0));
        assert_eq!(code.failed[0].0, "b.py");
    }
}
