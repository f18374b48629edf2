//! A sample of OpenMetrics, by its name and some of its labels.

use super::super::input::Input;
use super::super::samples::{sample, series};
use super::{Finds, unusable};
use crate::domain::report::Problem;

/// Which samples are meant.
pub(super) struct Selector {
    name: String,
    labels: Vec<(String, String)>,
}

impl Selector {
    pub(super) fn new(text: &str) -> Result<Selector, String> {
        match series(text.trim()) {
            Ok((name, labels, rest)) if rest.trim().is_empty() => Ok(Selector {
                name: name.to_owned(),
                labels: labels
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value.into_owned()))
                    .collect(),
            }),
            Ok(_) => Err("a sample is chosen by `name` or `name{label=\"value\"}`".to_owned()),
            Err(why) => Err(format!(
                "{why}: a sample is chosen by `name` or `name{{label=\"value\"}}`"
            )),
        }
    }
}

pub(super) fn read(text: &str, input: &mut Input<'_>, finds: &mut Finds) -> Result<(), Problem> {
    let selector = Selector::new(text).map_err(unusable)?;
    input.each_line(|problems, number, line| {
        match sample(line) {
            Ok(Some(sample)) if sample.name == selector.name => {
                let has = |(key, value): &(String, String)| {
                    sample
                        .labels
                        .iter()
                        .any(|(own, text)| own == key && text == value)
                };
                if selector.labels.iter().all(has) {
                    finds.add(sample.value, "", number)?;
                }
            }
            Ok(_) => {}
            Err(why) if problems.len() < 100 => problems.push(Problem::error(why).at_line(number)),
            Err(_) => {}
        }
        Ok(())
    })
}
