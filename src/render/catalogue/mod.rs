//! What andon knows: one metric explained, all metrics, all formats. The README's tables are written here too.

mod explain;
mod formats;
mod metrics;
mod words;

pub use explain::explain;
pub use formats::{FormatRow, formats, formats_markdown};
pub use metrics::{metrics, metrics_markdown};
