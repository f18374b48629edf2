//! Laws of comparing.
