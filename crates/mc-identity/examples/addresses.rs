//! Prints the address of this computer, and again whenever it changes, until standard input ends.
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use mc_identity::{AddressChanges, Field, Query, Watch, collect};

fn main() -> std::io::Result<()> {
    let (tell, told) = channel();
    let _changes = AddressChanges::watch({
        let tell = tell.clone();
        move || {
            let _ = tell.send(true);
        }
    })?;
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = tell.send(false);
    });
    let mut watch = Watch::new(None).settle(Duration::from_millis(200));
    loop {
        let address = collect(&Query::default().fields([Field::IpAddress])).ip_address;
        if let Some(address) = watch.look(address, Instant::now()) {
            println!("this computer is {address}");
        }
        match told.recv_timeout(watch.next_look(Instant::now())) {
            Ok(true) | Err(RecvTimeoutError::Timeout) => {}
            _ => return Ok(()),
        }
    }
}
