//! Commands that were run and measured: what each took, what a command's runs have in common, and whether one command is
//! slower than another.

mod category;
mod comparison;
mod ending;
mod figures;
mod measured;
mod order;
mod spread;

pub use category::Category;
pub use comparison::{Comparison, Finding, Judge, Shift, judge};
pub use ending::Ending;
pub use figures::{Figure, RESERVED, figures};
pub use measured::{Measured, Memory, Taken};
pub use order::{Side, order};
pub use spread::{Spread, spreads};
