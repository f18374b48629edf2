//! Mean and standard deviation.

use super::answer::{NoAnswer, constant, count, enough, settled};

/// The mean of values and how they scatter about it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// The arithmetic mean.
    pub mean: f64,
    /// The standard deviation of the values themselves, `√(Σ(x − mean)² / n)`.
    pub population: f64,
    /// The estimate of that of their source, `√(Σ(x − mean)² / (n − 1))`; 0 of a single value.
    pub sample: f64,
}

impl Moments {
    /// The moments of at least one value. Those of equal values are exact: the value, 0 and 0.
    pub fn of(values: &[f64]) -> Result<Moments, NoAnswer> {
        enough(values, 1)?;
        let n = count(values.len());
        if let (Some(&mean), true) = (values.first(), constant(values)) {
            return Ok(Moments {
                mean,
                population: 0.0,
                sample: 0.0,
            });
        }
        let mean = settled(values.iter().sum::<f64>() / n)?;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Ok(Moments {
            mean,
            population: settled((squares / n).sqrt())?,
            sample: settled((squares / (n - 1.0)).sqrt())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_do_not_scatter() {
        let moments = Moments::of(&[0.1; 3]).unwrap();
        assert_eq!(
            (moments.mean, moments.population, moments.sample),
            (0.1, 0.0, 0.0)
        );
    }

    #[test]
    fn what_is_no_number_has_none() {
        assert_eq!(Moments::of(&[]), Err(NoAnswer::TooFew { have: 0, need: 1 }));
        assert_eq!(Moments::of(&[1.0, f64::NAN]), Err(NoAnswer::NotFinite));
        assert_eq!(
            Moments::of(&[f64::MAX, 1.0, f64::MAX]),
            Err(NoAnswer::NotFinite)
        );
    }
}
