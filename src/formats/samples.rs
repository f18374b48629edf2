//! The lines of OpenMetrics and of the Prometheus text format.
//!
//! <https://prometheus.io/docs/specs/om/open_metrics_spec/>

use std::borrow::Cow;

/// A sample: `name{label="value"} 1.5 1700000000`.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::formats) struct Sample<'l> {
    /// The name, with the suffix that its type gives it (`_total`, `_bucket`).
    pub(in crate::formats) name: &'l str,
    /// The labels, in the order of the line.
    pub(in crate::formats) labels: Vec<(&'l str, Cow<'l, str>)>,
    /// The value, as it is written.
    pub(in crate::formats) value: &'l str,
    /// The time, as it is written: seconds in OpenMetrics, milliseconds in the Prometheus text format.
    pub(in crate::formats) time: Option<&'l str>,
}

impl Sample<'_> {
    /// The value, which may be infinite or none at all; `None` for what is no number.
    pub(in crate::formats) fn number(&self) -> Option<f64> {
        match self.value {
            "+Inf" | "Inf" => Some(f64::INFINITY),
            "-Inf" => Some(f64::NEG_INFINITY),
            "NaN" | "Nan" => Some(f64::NAN),
            text => text.parse().ok(),
        }
    }
}

/// Reads a line. `Ok(None)` for a comment, `# EOF` among them, and for an empty line.
///
/// # Errors
/// What is wrong with it.
pub(in crate::formats) fn sample(line: &str) -> Result<Option<Sample<'_>>, &'static str> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let (name, labels, rest) = series(line)?;
    let mut words = rest.split_whitespace();
    let value = words.next().ok_or("the sample has no value")?;
    // An exemplar may follow, behind a number sign.
    let time = words.next().filter(|word| !word.starts_with('#'));
    Ok(Some(Sample {
        name,
        labels,
        value,
        time,
    }))
}

type Series<'l> = (&'l str, Vec<(&'l str, Cow<'l, str>)>, &'l str);

/// A name with its labels, and what follows them.
pub(in crate::formats) fn series(text: &str) -> Result<Series<'_>, &'static str> {
    let end = text
        .find(|c: char| c == '{' || c.is_whitespace())
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let lawful = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '.');
    if name.is_empty() || !name.chars().all(lawful) {
        return Err("a sample begins with its name: letters, digits, `_` and `:`");
    }
    let Some(mut rest) = rest.trim_start().strip_prefix('{') else {
        return Ok((name, Vec::new(), rest));
    };
    let mut labels = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('}') {
            return Ok((name, labels, after));
        }
        let (key, after) = rest
            .split_once('=')
            .ok_or("a label is written `name=\"value\"`")?;
        let after = after
            .trim_start()
            .strip_prefix('"')
            .ok_or("a label's value stands in double quotes")?;
        let (value, after) = quoted(after).ok_or("a label's value has no end")?;
        labels.push((key.trim(), value));
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(after) => after,
            None if after.starts_with('}') => after,
            None => return Err("labels are separated by commas"),
        };
    }
}

/// The text up to the closing quote, and what follows it.
fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let end = memchr::memchr2(b'"', b'\\', text.as_bytes())?;
    if text.as_bytes().get(end) == Some(&b'"') {
        return Some((Cow::Borrowed(text.get(..end)?), text.get(end + 1..)?));
    }
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((Cow::Owned(value), text.get(at + 1..)?)),
            '\\' => match letters.next()?.1 {
                'n' => value.push('\n'),
                other => value.push(other),
            },
            letter => value.push(letter),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_names_labels_and_values() {
        let line = r#"http_requests_total{code="200", path="/a\"b\\c\n",} 1027 1395066363000"#;
        let sample = sample(line).unwrap().unwrap();
        assert_eq!((sample.name, sample.value), ("http_requests_total", "1027"));
        let labels: Vec<(&str, &str)> = sample.labels.iter().map(|(k, v)| (*k, &**v)).collect();
        assert_eq!(labels, [("code", "200"), ("path", "/a\"b\\c\n")]);
    }

    #[test]
    fn comments_are_none_and_nonsense_is_told() {
        for line in ["", "# TYPE a gauge", "# EOF", "  "] {
            assert_eq!(sample(line), Ok(None), "{line}");
        }
        for line in [
            "a",
            "a{",
            "a{b=1} 2",
            "a{b=\"c} 2",
            "a{b=\"c\" d=\"e\"} 2",
            "{} 1",
            "ä 1",
        ] {
            assert!(sample(line).is_err(), "{line}");
        }
        assert_eq!(sample("a NaN").unwrap().unwrap().value, "NaN");
    }
}
