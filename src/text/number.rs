//! Numbers with their units, short enough to read and never kinder than the truth.
//!
//! A unit is given by its symbol as the policy writes it: `%`, `s`, `B`, `/s`, `/week`, `lines`, `count`, `points`, or the
//! user's own.

/// Which way a shortened percentage errs: always towards the side that would fail, so that a miss never looks like a
/// hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lean {
    /// Where more is better: 99.996 is shown as 99.99.
    Down,
    /// Where less is better: 0.004 is shown as 0.01.
    Up,
}

/// A value with its unit: `87.5%`, `1.93 s`, `1,234 lines`, `2.1/week`. Percentages lean down; see [`leaning`].
pub fn format(value: f64, unit: &str) -> String {
    leaning(value, unit, Lean::Down)
}

/// A value with its unit as [`format()`] has it, percentages leaning the way that is said; see [`percent`].
pub fn leaning(value: f64, unit: &str, lean: Lean) -> String {
    match unit {
        "%" => percent(value, lean),
        "s" => duration(value),
        "B" => bytes(value),
        "/s" | "/week" => format!("{}{unit}", decimal(value)),
        "lines" => format!("{} {}", decimal(value), unless_one(value, "line", "lines")),
        "count" | "points" | "" => plain(value),
        own => format!("{} {own}", plain(value)),
    }
}

/// A share of a whole in percent, from exact counts. Nothing out of nothing is no percentage: `–`.
pub fn ratio(part: u64, whole: u64, lean: Lean) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let scaled = u128::from(part) * 10_000;
    let whole = u128::from(whole);
    let (down, exact) = (scaled / whole, scaled.is_multiple_of(whole));
    let hundredths = if exact || lean == Lean::Down {
        down
    } else {
        down + 1
    };
    let side = Side {
        some: part > 0,
        all: u128::from(part) >= whole,
    };
    shown(hundredths, exact, side)
}

/// A percentage with at most two decimals. A whole number stands alone only if it is exact; only all is `100%` and
/// only none is `0%`: what is nearly all is `99.99%` (or `>99.99%` if it leans up), what is hardly any `<0.01%`.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is not negative, and a float saturates on conversion"
)]
pub fn percent(value: f64, lean: Lean) -> String {
    if value < 0.0 {
        return format!("-{}", percent(-value, lean));
    }
    let (hundredths, exact) = hundredths(value, lean);
    let side = Side {
        some: value > 0.0,
        all: value >= 100.0,
    };
    shown(hundredths as u128, exact, side)
}

/// A value that is not negative in hundredths, and whether it is just so many.
fn hundredths(value: f64, lean: Lean) -> (f64, bool) {
    let scaled = value * 100.0;
    // What a float cannot tell from a hundredth is that hundredth: 87.53 is stored as 87.5299…
    let exact = (scaled - scaled.round()).abs() < 1e-9 * scaled.max(1.0);
    let hundredths = match lean {
        _ if exact => scaled.round(),
        Lean::Down => scaled.floor(),
        Lean::Up => scaled.ceil(),
    };
    (hundredths, exact)
}

/// The number that is read where a value is shown: what is said of the one shall hold of the other. `lean` counts for
/// percentages alone, as they are shown.
pub fn as_shown(value: f64, unit: &str, lean: Lean) -> f64 {
    let size = value.abs();
    let shown = match unit {
        "%" => hundredths(size, lean).0 / 100.0,
        _ => match step(size, unit) {
            step if step > 0.0 && step.is_finite() => (size / step).round() * step,
            _ => size,
        },
    };
    shown.copysign(value)
}

/// By what the numbers next to each other differ that are shown of this size.
fn step(size: f64, unit: &str) -> f64 {
    let digits = |digits: f64| 10_f64.powf(size.log10().floor() + 1.0 - digits);
    match unit {
        "s" if size >= 864_000.0 => 8_640.0,
        "s" if size >= 86_370.0 => 3_600.0,
        "s" if size >= 3_599.5 => 60.0,
        "s" if size >= 59.995 => 1.0,
        "s" if size < 0.999_5 => digits(3.0),
        "B" => digits(3.0),
        "s" | "%" | "/s" | "/week" | "lines" if size >= 0.01 => 0.01,
        "s" | "%" | "/s" | "/week" | "lines" => digits(2.0),
        _ if size < 0.1 => digits(3.0),
        _ if size < 1.0 => 0.000_1,
        _ => 0.01,
    }
}

/// On which side of nothing and of all a percentage stands, whatever its digits say.
struct Side {
    some: bool,
    all: bool,
}

fn shown(hundredths: u128, exact: bool, side: Side) -> String {
    if side.some && hundredths == 0 {
        return "<0.01%".to_owned();
    }
    if !side.all && hundredths >= 10_000 {
        return if exact { "99.99%" } else { ">99.99%" }.to_owned();
    }
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    let whole = grouped(&whole.to_string());
    match (rest, exact) {
        (0, true) => format!("{whole}%"),
        (rest, _) if rest % 10 == 0 => format!("{whole}.{}%", rest / 10),
        (rest, _) => format!("{whole}.{rest:02}%"),
    }
}

/// The size of a difference between two values: `2.3 pp` between percentages, else like a value. Never `0` for what
/// is not.
pub fn difference(value: f64, unit: &str) -> String {
    let size = value.abs();
    match unit {
        "%" if size > 0.0 && size < 0.005 => "<0.01 pp".to_owned(),
        "%" => format!("{} pp", decimal(size)),
        "/s" | "/week" | "lines" if size > 0.0 && size < 0.005 => {
            format!("<{}", format(0.01, unit))
        }
        _ => format(size, unit),
    }
}

/// A difference as [`difference`] shows it, rounded up: moving a value by so much is enough.
pub fn enough(value: f64, unit: &str) -> String {
    let size = value.abs();
    if size < 0.01 && matches!(unit, "%" | "/s" | "/week" | "lines") {
        return difference(size, unit);
    }
    let step = step(size, unit);
    let steps = size / step;
    // A float that is a whole number of steps but for its last digits is that number.
    let near = steps.round();
    let steps = if (steps - near).abs() < 1e-9 * near.max(1.0) {
        near
    } else {
        steps.ceil()
    };
    if step > 0.0 && step.is_finite() {
        difference(steps * step, unit)
    } else {
        difference(size, unit)
    }
}

/// A difference with its sign: `+2.3 pp`, `-1.2 s`, `±0`.
pub fn signed(value: f64, unit: &str) -> String {
    if value == 0.0 {
        return "±0".to_owned();
    }
    let sign = if value > 0.0 { '+' } else { '-' };
    format!("{sign}{}", difference(value, unit))
}

/// How likely chance alone would do as much: `p 0.0123`, and `p < 0.0001` of what is less, which is never none.
pub fn probability(p: f64) -> String {
    match p < 0.000_1 {
        true => "p < 0.0001".to_owned(),
        false => format!("p {p:.4}"),
    }
}

/// A number for a machine, in as few digits as tell it from all others: very small and very large ones with an exponent, so
/// that no row of zeros has to be counted.
pub fn exact(value: f64) -> String {
    let size = value.abs();
    match size == 0.0 || (1e-5..1e17).contains(&size) {
        true => value.to_string(),
        false => format!("{value:e}"),
    }
}

/// A whole number with separated thousands: `1,234,567`.
pub fn count(value: u64) -> String {
    grouped(&value.to_string())
}

/// A number with at most two decimals, separated thousands and no trailing zeros: `3.32`, `1,234`. Small numbers keep
/// two significant digits.
pub fn decimal(value: f64) -> String {
    match value.abs() {
        size if size > 0.0 && size < 0.01 => with_places(value, leading(size) + 2),
        _ => with_places(value, 2),
    }
}

/// A number that stands for itself, like [`decimal`] from 1 on. Below, where ratios lie, it has four decimals and never
/// fewer than three significant digits: `0.985`, `0.0184`, `0.000123`.
fn plain(value: f64) -> String {
    match value.abs() {
        size if size > 0.0 && size < 0.1 => with_places(value, leading(size) + 3),
        size if size < 1.0 => with_places(value, 4),
        _ => with_places(value, 2),
    }
}

/// How many zeros stand between the point and the first digit of a number below 1.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=300"
)]
fn leading(size: f64) -> usize {
    (-size.log10().floor() - 1.0).clamp(0.0, 300.0) as usize
}

/// A number with so many decimals, without zeros at their end.
fn with_places(value: f64, places: usize) -> String {
    let size = value.abs();
    if size >= 1e15 {
        return format!("{value:e}");
    }
    let text = format!("{size:.places$}");
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let sign = if value < 0.0 && text != "0" { "-" } else { "" };
    format!("{sign}{}{rest}", grouped(whole))
}

/// A duration: `350 ms`, `1.93 s`, `3 min 12 s`, `3 h 12 min`, `3 d 2 h`, `22.3 d`.
pub fn duration(seconds: f64) -> String {
    if seconds < 0.0 {
        return format!("-{}", duration(-seconds));
    }
    let small = |factor: f64, unit: &str| format!("{} {unit}", significant(seconds * factor));
    match seconds {
        0.0 => "0 s".to_owned(),
        s if s < 0.999_5e-6 => small(1e9, "ns"),
        s if s < 0.999_5e-3 => small(1e6, "µs"),
        s if s < 0.999_5 => small(1e3, "ms"),
        s if s < 59.995 => format!("{} s", decimal(s)),
        s if s < 3_599.5 => two_parts(s, 60.0, "min", 1.0, "s"),
        s if s < 86_370.0 => two_parts(s, 3_600.0, "h", 60.0, "min"),
        s if s < 10.0 * 86_400.0 => two_parts(s, 86_400.0, "d", 3_600.0, "h"),
        s => {
            let days = (s / 8_640.0).round() / 10.0;
            format!("{} d", decimal(days))
        }
    }
}

fn two_parts(seconds: f64, large: f64, large_name: &str, small: f64, small_name: &str) -> String {
    let smalls = (seconds / small).round();
    let per_large = large / small;
    let (whole, rest) = ((smalls / per_large).floor(), smalls % per_large);
    if rest == 0.0 {
        format!("{whole} {large_name}")
    } else {
        format!("{whole} {large_name} {rest} {small_name}")
    }
}

/// A size in decimal units: `512 B`, `1.5 MB`.
pub fn bytes(value: f64) -> String {
    let size = value.abs();
    for (limit, factor, unit) in [
        (999.5, 1.0, "B"),
        (999.5e3, 1e3, "kB"),
        (999.5e6, 1e6, "MB"),
        (999.5e9, 1e9, "GB"),
        (f64::INFINITY, 1e12, "TB"),
    ] {
        if size < limit {
            let sign = if value < 0.0 { "-" } else { "" };
            return format!("{sign}{} {unit}", significant(size / factor));
        }
    }
    decimal(value)
}

/// Three significant digits of a number from 0 to 1000.
fn significant(value: f64) -> String {
    let places = if value < 9.995 {
        2
    } else {
        usize::from(value < 99.95)
    };
    let text = format!("{value:.places$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

fn unless_one<'a>(value: f64, singular: &'a str, plural: &'a str) -> &'a str {
    if value == 1.0 { singular } else { plural }
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_all_is_never_all_and_hardly_any_is_never_none() {
        assert_eq!(percent(99.996, Lean::Down), "99.99%");
        assert_eq!(percent(99.996, Lean::Up), ">99.99%");
        assert_eq!(percent(99.999_999_999_999, Lean::Down), "99.99%");
        assert_eq!(percent(0.004, Lean::Down), "<0.01%");
        assert_eq!(percent(0.004, Lean::Up), "0.01%");
        assert_eq!(ratio(u64::MAX - 1, u64::MAX, Lean::Down), "99.99%");
        assert_eq!(ratio(u64::MAX - 1, u64::MAX, Lean::Up), ">99.99%");
        assert_eq!(ratio(1, u64::MAX, Lean::Down), "<0.01%");
        assert_eq!(ratio(1, u64::MAX, Lean::Up), "0.01%");
        assert_eq!(ratio(0, 0, Lean::Down), "–");
    }

    #[test]
    fn percentages_keep_what_matters() {
        assert_eq!(ratio(9, 10, Lean::Down), "90%");
        assert_eq!(ratio(7, 8, Lean::Down), "87.5%");
        assert_eq!(ratio(1, 3, Lean::Down), "33.33%");
        assert_eq!(ratio(1, 3, Lean::Up), "33.34%");
        assert_eq!(ratio(900_001, 1_000_000, Lean::Down), "90.0%");
        assert_eq!(ratio(3, 3, Lean::Down), "100%");
        assert_eq!(ratio(0, 3, Lean::Up), "0%");
        assert_eq!(percent(87.53, Lean::Down), "87.53%");
        assert_eq!(percent(89.999, Lean::Down), "89.99%");
        assert_eq!(percent(-2.5, Lean::Down), "-2.5%");
    }

    #[test]
    fn the_number_that_is_read_is_the_one_that_is_shown() {
        for (value, unit, read, text) in [
            (0.913_456_7, "s", 0.913, "913 ms"),
            (1.932_4, "s", 1.93, "1.93 s"),
            (192.4, "s", 192.0, "3 min 12 s"),
            (2e-9, "s", 2e-9, "2 ns"),
            (1_234_567.0, "B", 1_230_000.0, "1.23 MB"),
            (200.0 / 3.0, "%", 66.66, "66.66%"),
            (3.320_46, "points", 3.32, "3.32"),
            (0.001_234, "points", 0.001_23, "0.00123"),
            (0.952_38, "points", 0.952_4, "0.9524"),
            (-1.204, "points", -1.2, "-1.2"),
            (0.0, "s", 0.0, "0 s"),
        ] {
            let shown = as_shown(value, unit, Lean::Down);
            assert!((shown - read).abs() <= 1e-12 * read.abs(), "{shown} {unit}");
            assert_eq!(format(value, unit), text);
        }
        assert_eq!(as_shown(200.0 / 3.0, "%", Lean::Up), 66.67);
    }

    #[test]
    fn a_machine_reads_what_was_meant_in_few_digits() {
        for (value, text) in [
            (0.0, "0"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (0.000_012, "0.000012"),
            (1.0 / 3.0, "0.3333333333333333"),
            (1_234_567.0, "1234567"),
            (3.2e-41, "3.2e-41"),
            (-7e300, "-7e300"),
        ] {
            assert_eq!(exact(value), text);
            assert_eq!(text.parse(), Ok(value));
        }
    }

    #[test]
    fn durations_take_the_unit_that_fits() {
        for (seconds, text) in [
            (0.0, "0 s"),
            (2.5e-7, "250 ns"),
            (1.2e-5, "12 µs"),
            (0.35, "350 ms"),
            (0.999_9, "1 s"),
            (1.93, "1.93 s"),
            (59.999, "1 min"),
            (192.0, "3 min 12 s"),
            (11_520.0, "3 h 12 min"),
            (266_400.0, "3 d 2 h"),
            (604_800.0, "7 d"),
            (1_926_720.0, "22.3 d"),
            (-1.5, "-1.5 s"),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }

    #[test]
    fn values_carry_their_unit() {
        assert_eq!(format(1.0, "lines"), "1 line");
        assert_eq!(format(1234.0, "lines"), "1,234 lines");
        assert_eq!(format(2.1, "/week"), "2.1/week");
        assert_eq!(format(3.320_46, "points"), "3.32");
        assert_eq!(format(0.000_123, "points"), "0.000123");
        assert_eq!(format(0.985, "points"), "0.985");
        assert_eq!(format(0.018_43, ""), "0.0184");
        assert_eq!(format(-0.952_38, ""), "-0.9524");
        assert_eq!(format(0.999_96, "count"), "1");
        assert_eq!(format(0.25, "/week"), "0.25/week");
        assert_eq!(format(3.1, "per kloc"), "3.1 per kloc");
        assert_eq!(format(1_500_000.0, "B"), "1.5 MB");
        assert_eq!(format(999.9, "B"), "1 kB");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(decimal(-0.0), "0");
        assert_eq!(decimal(-1234.5), "-1,234.5");
        assert_eq!(decimal(0.01), "0.01");
        assert_eq!(decimal(100.0), "100");
    }

    #[test]
    fn what_is_enough_is_rounded_up() {
        assert_eq!(enough(0.320_46, "points"), "0.3205");
        assert_eq!(enough(0.002_38, "points"), "0.00238");
        assert_eq!(enough(0.320_46, "/week"), "0.33/week");
        assert_eq!(enough(1.201, "s"), "1.21 s");
        assert_eq!(enough(11_587.0, "s"), "3 h 14 min");
        assert_eq!(enough(266_401.0, "s"), "3 d 3 h");
        assert_eq!(enough(1_926_721.0, "s"), "22.4 d");
        assert_eq!(enough(0.001_234_5, "s"), "1.24 ms");
        assert_eq!(enough(0.013_456, "s"), "13.5 ms");
        assert_eq!(enough(1_234_567.0, "B"), "1.24 MB");
        assert_eq!(enough(2.3, "%"), "2.3 pp");
        assert_eq!(enough(0.001, "%"), "<0.01 pp");
        assert_eq!(enough(0.0, "s"), "0 s");
        assert_eq!(enough(0.0, "B"), "0 B");
    }

    #[test]
    fn nothing_is_impossible() {
        assert_eq!(probability(0.0), "p < 0.0001");
        assert_eq!(probability(0.000_099), "p < 0.0001");
        assert_eq!(probability(0.000_123), "p 0.0001");
        assert_eq!(probability(0.049), "p 0.0490");
    }

    #[test]
    fn differences_never_vanish() {
        assert_eq!(difference(-2.3, "%"), "2.3 pp");
        assert_eq!(difference(0.000_1, "%"), "<0.01 pp");
        assert_eq!(difference(0.000_1, "points"), "0.0001");
        assert_eq!(difference(0.000_1, "/week"), "<0.01/week");
        assert_eq!(difference(0.000_1, "s"), "100 µs");
        assert_eq!(signed(-0.5, "%"), "-0.5 pp");
        assert_eq!(signed(2.0, "count"), "+2");
        assert_eq!(signed(0.0, "%"), "±0");
    }
}
