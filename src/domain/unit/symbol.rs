//! Units as tools write them: what a number in one is in the base unit.

use std::borrow::Cow;

use super::Unit;

impl Unit {
    /// The unit that a symbol stands for (`ns`, `ms/op`, `MB/s`, `B/op`, `ops/us`, `req/sec`, `%`), and by what a number
    /// in it is multiplied to be in the base unit. A symbol that has no meaning here is a unit of its own.
    pub fn of_symbol(symbol: &str) -> (Unit, f64) {
        let symbol = symbol.trim();
        let (above, below) = match symbol
            .split_once('/')
            .or_else(|| symbol.split_once(" per "))
        {
            Some((above, below)) => (above.trim(), Some(below.trim())),
            None => (symbol, None),
        };
        match (time(above), size(above), below.map(time)) {
            (Some(above), _, None | Some(None)) => (Unit::Seconds, above),
            (None, Some(above), None | Some(None)) => (Unit::Bytes, above),
            (None, Some(above), Some(Some(below))) => (Unit::PerSecond, above / below),
            (None, None, Some(Some(WEEK))) => (Unit::PerWeek, things(above)),
            (None, None, Some(Some(below))) => (Unit::PerSecond, things(above) / below),
            _ => match symbol {
                "Hz" | "rps" | "qps" => (Unit::PerSecond, 1.0),
                "%" | "percent" | "pct" => (Unit::Percent, 1.0),
                "" | "1" | "count" | "{count}" => (Unit::Count, 1.0),
                "lines" | "line" => (Unit::Lines, 1.0),
                "points" => (Unit::Points, 1.0),
                own => (Unit::Custom(Cow::Owned(own.to_owned())), 1.0),
            },
        }
    }
}

/// A number in a unit of this factor, in the base unit, without the noise of the product's last bit: 332.6 ms are 0.3326 s.
pub fn scaled(number: f64, factor: f64) -> f64 {
    let product = number * factor;
    match factor {
        1.0 => number,
        _ => format!("{product:.14e}").parse().unwrap_or(product),
    }
}

const WEEK: f64 = 604_800.0;

fn time(word: &str) -> Option<f64> {
    Some(match word {
        "ps" => 1e-12,
        "ns" | "nsec" | "nanosecond" | "nanoseconds" | "Nanoseconds" => 1e-9,
        "us" | "µs" | "μs" | "usec" | "microsecond" | "microseconds" | "Microseconds" => 1e-6,
        "ms" | "msec" | "millisecond" | "milliseconds" | "Milliseconds" => 1e-3,
        "s" | "sec" | "secs" | "second" | "seconds" | "Seconds" => 1.0,
        "m" | "min" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hour" | "hours" => 3_600.0,
        "d" | "day" | "days" => 86_400.0,
        "w" | "week" | "weeks" => WEEK,
        _ => return None,
    })
}

fn size(word: &str) -> Option<f64> {
    Some(match word {
        "B" | "byte" | "bytes" | "Byte" | "Bytes" => 1.0,
        "kB" | "KB" | "kilobytes" | "Kilobytes" => 1e3,
        "MB" | "megabytes" | "Megabytes" => 1e6,
        "GB" | "gigabytes" | "Gigabytes" => 1e9,
        "TB" => 1e12,
        "KiB" | "kiB" => 1024.0,
        "MiB" => 1024.0 * 1024.0,
        "GiB" => 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    })
}

/// How many single things a word such as `ops` or `Mitem` is.
fn things(word: &str) -> f64 {
    let thousands = |known: &[&str]| known.iter().any(|rest| word.get(1..) == Some(rest));
    let scaled = thousands(&["", "item", "items", "elem", "char", "cycle", "ops", "op"]);
    match word.chars().next() {
        Some('K' | 'k') if scaled => 1e3,
        Some('M') if scaled => 1e6,
        Some('G') if scaled => 1e9,
        Some('T') if scaled => 1e12,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_have_a_base_unit_and_a_factor() {
        for (symbol, unit, factor) in [
            ("ms", Unit::Seconds, 1e-3),
            ("MB/s", Unit::PerSecond, 1e6),
            ("B/op", Unit::Bytes, 1.0),
            ("kops/ms", Unit::PerSecond, 1e6),
            ("/week", Unit::PerWeek, 1.0),
            ("%", Unit::Percent, 1.0),
            ("", Unit::Count, 1.0),
            ("s", Unit::Seconds, 1.0),
            ("smiles", Unit::Custom("smiles".into()), 1.0),
        ] {
            assert_eq!(Unit::of_symbol(symbol), (unit, factor), "{symbol}");
        }
        // Every unit is what its own symbol says.
        for unit in [
            Unit::Percent,
            Unit::Count,
            Unit::Lines,
            Unit::Seconds,
            Unit::PerSecond,
            Unit::PerWeek,
            Unit::Bytes,
            Unit::Points,
        ] {
            assert_eq!(Unit::of_symbol(unit.symbol()), (unit.clone(), 1.0));
        }
    }
}
