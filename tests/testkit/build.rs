//! Tells the crate which target it is built for, so that it finds and builds programs for the same one.

fn main() {
    // Cargo always sets TARGET for a build script.
    let target = std::env::var("TARGET").unwrap_or_default();
    println!("cargo::rustc-env=TESTKIT_TARGET={target}");
    println!("cargo::rerun-if-changed=build.rs");
}
