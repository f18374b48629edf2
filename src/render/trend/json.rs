//! Trends as JSON, version 1.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::followed::Followed;
use crate::domain::metric::Better;
use crate::domain::watch::Moved;

/// Each series with its verdict, its forecast and all its points.
pub fn json(all: &[Followed]) -> Value {
    let each = all.iter().map(
        |followed @ Followed {
             track,
             outlook,
             better,
             by,
         }| {
            let prospect = followed.prospect();
            let trend = match &outlook.trend {
                Ok(trend) => json!({
                    "found": trend.found,
                    "worse": trend.worsens(*better),
                    "per_day": trend.per_day,
                    "interval": [trend.low, trend.high],
                    "p": trend.p,
                    "drift": trend.drift,
                    "runs": trend.points,
                }),
                Err(lack) => json!({ "insufficient_data": by.lacking(track, lack, "--by") }),
            };
            let forecast = match &prospect.forecast {
                Ok(forecast) => json!({
                    "at": outlook.ahead.to_string(),
                    "value": forecast.value,
                    "interval": [forecast.low, forecast.high],
                    "since": prospect.since.map(|at| at.to_string()),
                    "ends": prospect.ends.map(|(value, at)| json!({ "value": value, "at": at.to_string() })),
                }),
                Err(none) => json!({
                    "insufficient_data": followed.unforeseen(none),
                    "since": prospect.since.map(|at| at.to_string()),
                }),
            };
            let (mut level, mut gradual) = (Value::Null, Value::Null);
            match &prospect.moved {
                Some(Moved::Stepped(shift)) => {
                    level = json!({
                        "at": shift.change.at.to_string(),
                        "before": shift.change.before,
                        "after": shift.change.after,
                        "better": shift.way.is_better().filter(|_| *better != Better::Neither),
                    });
                }
                Some(Moved::Gradually(line)) => {
                    gradual = json!({
                        "from": line.from.to_string(),
                        "until": line.until.to_string(),
                        "before": line.before,
                        "after": line.after,
                    });
                }
                None => {}
            }
            let point = |(at, value): &(Timestamp, f64)| json!([at.to_string(), value]);
            json!({
                "metric": track.key.name,
                "unit": track.key.unit.symbol(),
                "dimensions": track.key.dimensions,
                "runner": track.runner,
                "by": by.word(),
                "trend": trend,
                "level": level,
                "gradual": gradual,
                "forecast": forecast,
                "points": outlook.points.iter().map(point).collect::<Vec<_>>(),
            })
        },
    );
    json!({ "andon_trend": 1, "series": each.collect::<Vec<_>>() })
}
