//! Trends as JSON, version 1.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::followed::Followed;

/// Each series with its verdict, its forecast and all its points.
pub fn json(all: &[Followed]) -> Value {
    let each = all.iter().map(
        |Followed {
             track,
             outlook,
             better,
             by,
         }| {
            let trend = match &outlook.trend {
                Ok(trend) => json!({
                    "found": trend.found,
                    "worse": trend.worsens(*better),
                    "per_day": trend.per_day,
                    "interval": [trend.low, trend.high],
                    "p": trend.p,
                    "drift": trend.drift,
                }),
                Err(lack) => json!({ "insufficient_data": by.lacking(track, lack, "--by") }),
            };
            let forecast = match &outlook.forecast {
                Ok(forecast) => json!({
                    "at": outlook.ahead.to_string(),
                    "value": forecast.value,
                    "interval": [forecast.low, forecast.high],
                }),
                Err(lack) => json!({ "insufficient_data": by.lacking(track, lack, "--by") }),
            };
            let shift = outlook.shift(*better).map(|shift| {
                json!({
                    "at": shift.change.at.to_string(),
                    "before": shift.change.before,
                    "after": shift.change.after,
                    "better": shift.way.is_better(),
                })
            });
            let point = |(at, value): &(Timestamp, f64)| json!([at.to_string(), value]);
            json!({
                "metric": track.key.name,
                "unit": track.key.unit.symbol(),
                "dimensions": track.key.dimensions,
                "runner": track.runner,
                "by": by.word(),
                "trend": trend,
                "level": shift,
                "forecast": forecast,
                "points": outlook.points.iter().map(point).collect::<Vec<_>>(),
            })
        },
    );
    json!({ "andon_trend": 1, "series": each.collect::<Vec<_>>() })
}
