//! Trends as CSV: numbers as they are, in base units.

use std::collections::BTreeSet;

use super::followed::Followed;
use crate::text::escape::csv::cell;
use crate::text::number;

/// What is said of a series, behind its name and dimensions.
const FIGURES: [&str; 17] = [
    "runs",
    "first",
    "last",
    "found",
    "worse",
    "per_day",
    "per_day_low",
    "per_day_high",
    "p",
    "drift",
    "forecast_at",
    "forecast",
    "forecast_low",
    "forecast_high",
    "insufficient_data",
    "forecast_since",
    "no_forecast",
];

/// A row for each series, with a column for each dimension that any of them has. What is not known is an empty cell.
///
/// # Errors
/// When a row cannot be written, which memory alone could be the reason of.
pub fn csv(all: &[Followed]) -> Result<String, csv::Error> {
    let keys = all
        .iter()
        .flat_map(|followed| followed.track.key.dimensions.keys());
    let dimensions: BTreeSet<&String> = keys.collect();
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let names = dimensions.iter().map(|name| cell(name).into_owned());
    let header = ["metric", "unit", "runner"].map(str::to_owned).into_iter();
    let figures = FIGURES.map(str::to_owned);
    writer.write_record(header.chain(names).chain(figures))?;
    for followed in all {
        let track = &followed.track;
        let own = [&*track.key.name, track.key.unit.symbol(), &track.runner];
        let value = |name: &&String| track.key.dimensions.get(*name).map_or("", String::as_str);
        let texts = own.into_iter().chain(dimensions.iter().map(value));
        let texts = texts.map(|text| cell(text).into_owned());
        writer.write_record(texts.chain(figures_of(followed)))?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn figures_of(followed: &Followed) -> [String; FIGURES.len()] {
    let outlook = &followed.outlook;
    let points = &outlook.points;
    let text = |value: Option<f64>| value.map_or_else(String::new, number::exact);
    let trend = outlook.trend.as_ref().ok();
    let prospect = followed.prospect();
    let forecast = prospect.forecast.as_ref().ok();
    let none = prospect.forecast.as_ref().err();
    let said = |said: Option<bool>| said.map_or_else(String::new, |said| said.to_string());
    let lack = outlook
        .trend
        .as_ref()
        .err()
        .map(|lack| followed.lacking(lack));
    [
        points.len().to_string(),
        text(points.first().map(|point| point.1)),
        text(points.last().map(|point| point.1)),
        said(trend.map(|trend| trend.found)),
        said(trend.map(|trend| trend.worsens(followed.better))),
        text(trend.map(|trend| trend.per_day)),
        text(trend.map(|trend| trend.low)),
        text(trend.map(|trend| trend.high)),
        text(trend.map(|trend| trend.p)),
        text(trend.and_then(|trend| trend.drift)),
        forecast.map_or_else(String::new, |_| outlook.ahead.to_string()),
        text(forecast.map(|forecast| forecast.value)),
        text(forecast.map(|forecast| forecast.low)),
        text(forecast.map(|forecast| forecast.high)),
        lack.unwrap_or_default(),
        prospect.since.map_or_else(String::new, |at| at.to_string()),
        none.map_or_else(String::new, |none| followed.unforeseen(none)),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::followed::cases::both;
    use super::*;

    #[test]
    fn rows_of_numbers_that_no_spreadsheet_runs() {
        insta::assert_snapshot!(csv(&both()).unwrap());
    }
}
