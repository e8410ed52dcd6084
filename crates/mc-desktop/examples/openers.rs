//! Prints which program opens the links named on the command line.
#![allow(clippy::print_stdout, reason = "an example prints")]

fn main() {
    for scheme in std::env::args().skip(1) {
        let opener = mc_desktop::opener(&scheme);
        println!("{scheme}: {}", opener.as_deref().unwrap_or("nobody"));
    }
}
