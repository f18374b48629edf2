//! Lines in braille: two by four dots in each column and row of a terminal.

/// Dots of a cell, by column and row.
const DOTS: [[u32; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];
const BLANK: u32 = 0x2800;

/// A picture of so many columns and rows.
pub(super) struct Canvas {
    columns: usize,
    rows: usize,
    cells: Vec<u32>,
}

impl Canvas {
    pub(super) fn new(columns: usize, rows: usize) -> Canvas {
        Canvas {
            columns,
            rows,
            cells: vec![BLANK; columns * rows],
        }
    }

    /// The line through values between `low` and `high`; a gap breaks it.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "dots of a terminal, clamped to it"
    )]
    pub(super) fn line(&mut self, values: &[Option<f64>], low: f64, high: f64) {
        let (width, height) = (self.columns * 2 - 1, self.rows * 4 - 1);
        let last = values.len().saturating_sub(1).max(1) as f64;
        let spot = |at: usize, value: f64| {
            let share = (value - low) / (high - low);
            let share = if share.is_finite() {
                share.clamp(0.0, 1.0)
            } else {
                0.5
            };
            let x = (at as f64 / last * width as f64).round() as usize;
            let y = ((1.0 - share) * height as f64).round() as usize;
            (x, y)
        };
        let mut before: Option<(usize, usize)> = None;
        for (at, value) in values.iter().enumerate() {
            let Some(value) = value else {
                before = None;
                continue;
            };
            let spot = spot(at, *value);
            let from = before.unwrap_or(spot);
            let steps = from.0.abs_diff(spot.0).max(from.1.abs_diff(spot.1)).max(1);
            for step in 0..=steps {
                let share = step as f64 / steps as f64;
                let between = |a: usize, b: usize| {
                    (a as f64 + (b as f64 - a as f64) * share).round() as usize
                };
                self.dot(between(from.0, spot.0), between(from.1, spot.1));
            }
            before = Some(spot);
        }
    }

    fn dot(&mut self, x: usize, y: usize) {
        let bit = DOTS.get(x % 2).and_then(|column| column.get(y % 4));
        let cell = self.cells.get_mut(y / 4 * self.columns + x / 2);
        if let (Some(cell), Some(bit)) = (cell, bit) {
            *cell |= bit;
        }
    }

    /// The rows, from the top.
    pub(super) fn rows(&self) -> impl Iterator<Item = String> + '_ {
        let text = |row: &[u32]| {
            row.iter()
                .filter_map(|cell| char::from_u32(*cell))
                .collect()
        };
        self.cells.chunks(self.columns.max(1)).map(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_through_its_values_and_breaks_at_gaps() {
        let mut canvas = Canvas::new(4, 1);
        canvas.line(&[Some(0.0), Some(7.0)], 0.0, 7.0);
        assert_eq!(canvas.rows().collect::<String>(), "⣀⠤⠒⠉");
        let mut canvas = Canvas::new(4, 1);
        canvas.line(&[Some(1.0), None, None, Some(1.0)], 0.0, 1.0);
        assert_eq!(canvas.rows().collect::<String>(), "⠁⠀⠀⠈");
        // A line of one value stands in the middle.
        let mut canvas = Canvas::new(2, 1);
        canvas.line(&[Some(1.0), Some(1.0)], 1.0, 1.0);
        assert_eq!(canvas.rows().count(), 1);
    }
}
