//! Counts the certificates of a file, PEM or DER.
//!
//!     cargo run -p mc-http --example ca_file -- FILE

use std::env;
use std::error::Error;
use std::io::{self, Write as _};
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let file = env::args().nth(1).ok_or("usage: ca_file FILE")?;
    let found = mc_http::read_ca_file(Path::new(&file))?;
    for certificate in &found {
        writeln!(io::stdout(), "a certificate of {} bytes", certificate.len())?;
    }
    Ok(())
}
