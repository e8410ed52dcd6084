//! What an embedder pulls in. Not for Windows: under Wine there is no Cargo to ask.

use std::process::Command;

fn tree(features: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--package", "mc-hooks"])
        .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .args(features)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn has(tree: &str, package: &str) -> bool {
    tree.lines()
        .any(|line| line.split(' ').next() == Some(package))
}

#[test]
fn without_rest_there_is_no_http_client() {
    let light = tree(&["--no-default-features"]);
    for package in ["reqwest", "hyper", "h2", "rustls", "native-tls", "openssl"] {
        assert!(!has(&light, package), "{package} in\n{light}");
    }
    // The check itself can see one.
    assert!(has(&tree(&[]), "reqwest"));
}
