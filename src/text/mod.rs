//! Text for people: numbers, units, and escaping for each output language.
