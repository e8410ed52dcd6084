//! Who and where this workstation is, one field a line.
//!
//!     cargo run -p embed-identity -- acd-lb.example.com 443
//!
//! Names a server to get the address under which that server can reach this computer; without one,
//! the computer's first address is shown. Ends with 1 when nothing at all could be found out.

use std::env;
use std::io::{self, Write};
use std::process::ExitCode;

use mc_identity::{Field, Query, Server, collect};

fn main() -> io::Result<ExitCode> {
    let mut arguments = env::args().skip(1);
    let mut query = Query::default();
    if let Some(host) = arguments.next() {
        let port = arguments
            .next()
            .and_then(|port| port.parse().ok())
            .unwrap_or(443);
        query = query.server(Server::new(&host, port));
    }

    // Takes two seconds at most, whatever the DNS and the directory service do.
    let identity = collect(&query);

    let mut out = io::stdout().lock();
    let mut known = 0;
    for field in Field::ALL {
        let value = identity.get(*field);
        known += usize::from(value.is_some());
        writeln!(
            out,
            "{:<16} {}",
            field.name(),
            value.as_deref().unwrap_or("(not known)")
        )?;
    }
    Ok(ExitCode::from(u8::from(known == 0)))
}
