//! The yardstick of the XML benchmarks: a bare quick-xml event loop over a file, which does nothing with the events.

use std::fs::File;
use std::io::BufReader;

use quick_xml::Reader;
use quick_xml::events::Event;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args_os().nth(1).ok_or("which file?")?;
    #[allow(
        clippy::disallowed_methods,
        reason = "the yardstick reads the file as directly as can be"
    )]
    let file = File::open(path)?;
    let mut reader = Reader::from_reader(BufReader::with_capacity(64 << 10, file));
    let mut buffer = Vec::new();
    let mut events = 0_u64;
    loop {
        match reader.read_event_into(&mut buffer)? {
            Event::Eof => break,
            _ => events += 1,
        }
        buffer.clear();
    }
    #[allow(
        clippy::print_stdout,
        reason = "the count keeps the loop from being optimised away"
    )]
    {
        println!("{events} events");
    }
    Ok(())
}
