//! Measures of functions and files, by producer: each counts in its own way, so their figures never mix.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::Limits;
use crate::domain::catalogue::{
    COGNITIVE, COGNITIVE_AVERAGE, COGNITIVE_MAX, COGNITIVE_OVER, COGNITIVE_P90, CYCLOMATIC,
    CYCLOMATIC_AVERAGE, CYCLOMATIC_MAX, CYCLOMATIC_OVER, CYCLOMATIC_P90, FUNCTION_LENGTH,
    FUNCTION_LENGTH_AVERAGE, FUNCTION_LENGTH_MAX, FUNCTION_LENGTH_OVER, SIZE_FUNCTIONS,
};
use crate::domain::component::Component;
use crate::domain::measurement::{Cause, Measurement, Scope};
use crate::domain::metric::Metric;
use crate::domain::report::{Code, FunctionMeasure, Report, Thresholds};
use crate::domain::snapshot::FunctionSpans;
use crate::domain::value::Value;
use crate::text::plural;

use super::sink::{Sink, by_scope};

/// A figure of functions and the metrics made from it.
pub(in crate::domain) struct Family {
    read: fn(&FunctionMeasure) -> Option<u32>,
    /// The figure of one function.
    pub(in crate::domain) each: &'static Metric,
    /// The highest.
    pub(in crate::domain) max: &'static Metric,
    /// The mean.
    pub(in crate::domain) average: &'static Metric,
    p90: Option<&'static Metric>,
    /// How many are over the limit.
    pub(in crate::domain) over: &'static Metric,
    /// The policy's limit.
    pub(in crate::domain) limit: fn(&Limits) -> u32,
    /// Up to which figure functions are left out of a report.
    left_out: fn(&Thresholds) -> u32,
}

/// All of them.
pub(in crate::domain) static FAMILIES: [Family; 3] = [
    Family {
        read: |function| function.cyclomatic,
        each: &CYCLOMATIC,
        max: &CYCLOMATIC_MAX,
        average: &CYCLOMATIC_AVERAGE,
        p90: Some(&CYCLOMATIC_P90),
        over: &CYCLOMATIC_OVER,
        limit: |limits| limits.cyclomatic,
        left_out: |above| above.cyclomatic,
    },
    Family {
        read: |function| function.cognitive,
        each: &COGNITIVE,
        max: &COGNITIVE_MAX,
        average: &COGNITIVE_AVERAGE,
        p90: Some(&COGNITIVE_P90),
        over: &COGNITIVE_OVER,
        limit: |limits| limits.cognitive,
        left_out: |above| above.cognitive,
    },
    Family {
        read: |function| function.length,
        each: &FUNCTION_LENGTH,
        max: &FUNCTION_LENGTH_MAX,
        average: &FUNCTION_LENGTH_AVERAGE,
        p90: None,
        over: &FUNCTION_LENGTH_OVER,
        limit: |limits| limits.function_length,
        left_out: |above| above.length,
    },
];

pub(super) fn measure(
    reports: &[&Report],
    components: &[Component],
    limits: Limits,
    sink: &mut Sink<'_>,
) {
    let mut producers = BTreeMap::<&str, Vec<(&Report, &Code)>>::new();
    for report in reports {
        if let Some(code) = &report.content.code {
            producers
                .entry(&code.producer)
                .or_default()
                .push((report, code));
        }
    }
    for (producer, parts) in producers {
        let functions = united_functions(&parts);
        let files = super::files::united(parts.iter().map(|(_, code)| *code));
        if functions.is_empty() && files.is_empty() {
            explain(producer, &parts, sink);
        } else {
            warn_of_failures(producer, &parts, sink);
        }
        let above = parts.iter().map(|(_, code)| code.reported_above);
        let above = above.fold(Thresholds::default(), Thresholds::highest);
        if let Some(evidence) = sink.evidence() {
            evidence.functions.extend(spans(&functions, producer));
        }
        measure_functions(&functions, components, (limits, above), producer, sink);
        super::files::measure(&files, components, producer, sink);
    }
}

/// Unites functions: the same one in two reports is one, two alike in one report (on one line, or on none) are two.
fn united_functions(parts: &[(&Report, &Code)]) -> Vec<FunctionMeasure> {
    type Key<'a> = (&'a str, &'a str, u32);
    let mut all = BTreeMap::new();
    for (_, code) in parts {
        let mut sorted: Vec<&FunctionMeasure> = code.functions.iter().collect();
        sorted.sort_by(|a, b| {
            let worse_first = || b.partial_cmp(a).unwrap_or(Ordering::Equal);
            (&a.path, &a.name, a.line)
                .cmp(&(&b.path, &b.name, b.line))
                .then_with(worse_first)
        });
        let mut seen = BTreeMap::<Key<'_>, usize>::new();
        for function in sorted {
            let alike = seen
                .entry((&function.path, &function.name, function.line))
                .or_insert(0);
            *alike += 1;
            all.entry((&function.path, &function.name, function.line, *alike))
                .and_modify(|known: &mut FunctionMeasure| known.join(function))
                .or_insert_with(|| function.clone());
        }
    }
    all.into_values().collect()
}

/// Where the functions stand, by file, as far as the producer says.
fn spans(functions: &[FunctionMeasure], producer: &str) -> Vec<FunctionSpans> {
    let mut files = Vec::<FunctionSpans>::new();
    for function in functions {
        if function.line == 0 || function.end_line < function.line {
            continue;
        }
        if files.last().is_none_or(|last| last.path != function.path) {
            files.push(FunctionSpans {
                producer: producer.to_owned(),
                path: function.path.clone(),
                spans: Vec::new(),
            });
        }
        if let Some(file) = files.last_mut() {
            file.spans.push((function.line, function.end_line));
        }
    }
    files
}

fn explain(producer: &str, parts: &[(&Report, &Code)], sink: &mut Sink<'_>) {
    let (cause, reason) = match failures(parts) {
        (0, _) => (
            Cause::Empty,
            format!("{producer} reports no functions and no files: nothing was inspected"),
        ),
        (count, first) => (
            Cause::ToolError,
            format!(
                "{producer} could not analyse {}; first: {first}",
                plural::s(count, "file")
            ),
        ),
    };
    for family in ["complexity.", "function.", "maintainability.", "size."] {
        sink.absent(family, cause, reason.clone());
    }
}

fn failures(parts: &[(&Report, &Code)]) -> (u64, String) {
    let mut failed = parts.iter().flat_map(|(_, code)| &code.failed);
    let first = failed.next();
    let text = first.map(|(path, message)| format!("{path}: {message}"));
    let count = u64::from(first.is_some()) + failed.count() as u64;
    (count, text.unwrap_or_default())
}

fn warn_of_failures(producer: &str, parts: &[(&Report, &Code)], sink: &mut Sink<'_>) {
    for part in parts
        .iter()
        .filter(|(report, _)| report.problems.is_empty())
    {
        let (count, first) = failures(&[*part]);
        if count > 0 {
            let files = plural::s(count, "file");
            let message = format!(
                "{producer} could not analyse {files}, which count nowhere; first: {first}"
            );
            sink.warn(&part.0.path, message);
        }
    }
}

fn measure_functions(
    functions: &[FunctionMeasure],
    components: &[Component],
    (limits, above): (Limits, Thresholds),
    producer: &str,
    sink: &mut Sink<'_>,
) {
    for family in &FAMILIES {
        for function in functions {
            if let Some(value) = (family.read)(function) {
                let scope = Scope::Function {
                    path: function.path.clone(),
                    name: function.name.clone(),
                    line: function.line,
                };
                sink.count(family.each, &scope, u64::from(value), producer);
            }
        }
    }
    if functions.is_empty() {
        return;
    }
    for (scope, functions) in by_scope(functions, |function| &function.path, components) {
        if above == Thresholds::default() {
            sink.count(&SIZE_FUNCTIONS, &scope, functions.len() as u64, producer);
        }
        for family in &FAMILIES {
            let mut values: Vec<u32> = functions.iter().filter_map(|f| (family.read)(f)).collect();
            values.sort_unstable();
            summarise(
                family,
                &values,
                ((family.limit)(&limits), (family.left_out)(&above)),
                &scope,
                producer,
                sink,
            );
        }
    }
}

/// Puts the figures over a group of functions, whose values come sorted. Where those up to some figure are left out of
/// the report, a mean and a percentile would mislead, and so would the number over a lower limit.
fn summarise(
    family: &Family,
    values: &[u32],
    (limit, left_out): (u32, u32),
    scope: &Scope,
    producer: &str,
    sink: &mut Sink<'_>,
) {
    let Some(&max) = values.last() else {
        return;
    };
    let over = values.len() - values.partition_point(|&value| value <= limit);
    let sum: u64 = values.iter().map(|&value| u64::from(value)).sum();
    let whole = left_out == 0;
    let figures = [
        (Some(family.max), Some(Value::Count(u64::from(max))), true),
        (
            Some(family.average),
            quotient(sum, values.len() as u64),
            whole,
        ),
        (family.p90, percentile_90(values), whole),
        (
            Some(family.over),
            Some(Value::Count(over as u64)),
            left_out <= limit,
        ),
    ];
    for (metric, value, holds) in figures {
        if let (Some(metric), Some(value), true) = (metric, value, holds) {
            sink.put(
                Measurement::new(metric.id.clone(), scope.clone(), value)
                    .over(values.len() as u64)
                    .by(producer.to_owned()),
            );
        }
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "sums of 32-bit figures stay far below 2^53"
)]
pub(in crate::domain) fn quotient(sum: u64, count: u64) -> Option<Value> {
    Value::number(sum as f64 / count as f64)
}

/// The 90th percentile of sorted values by linear interpolation (type 7 of Hyndman and Fan), from exact tenths.
fn percentile_90(values: &[u32]) -> Option<Value> {
    let tenths = values.len().checked_sub(1)? * 9;
    let (at, rest) = (tenths / 10, (tenths % 10) as u64);
    let low = u64::from(*values.get(at)?);
    let high = values.get(at + 1).map_or(low, |&high| u64::from(high));
    quotient(low * (10 - rest) + high * rest, 10)
}
