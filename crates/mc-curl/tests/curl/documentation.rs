//! The table of options in `docs/curl.md` is made from the table in the code.

use std::fmt::Write as _;
use std::path::Path;

use mc_curl::options::{Argument, REFUSED, TABLE};

const BEGIN: &str = "<!-- options: made from mc-curl/src/options.rs; `UPDATE_DOCS=1 cargo test -p mc-curl --test curl documentation` writes it -->\n";
const END: &str = "<!-- end of options -->\n";

fn table() -> String {
    let mut text = String::from(
        "\n| option | argument | has a say in | meaning |\n| --- | --- | --- | --- |\n",
    );
    for one in TABLE {
        let short = one
            .short
            .map(|letter| format!("`-{letter}`, "))
            .unwrap_or_default();
        let no = if one.argument == Argument::Switch {
            ", `--no-..`"
        } else {
            ""
        };
        let argument = match one.argument {
            Argument::Template(name) => format!("`{name}`, variables allowed"),
            Argument::Literal(name) => format!("`{name}`"),
            _ => String::new(),
        };
        let _ = writeln!(
            text,
            "| {short}`--{}`{no} | {argument} | {} | {} |",
            one.long,
            one.kind.as_str(),
            one.meaning
        );
    }
    text.push_str("\nRefused by name, with the reason:\n\n");
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for one in REFUSED {
        let short = one
            .short
            .map(|letter| format!("`-{letter}`, "))
            .unwrap_or_default();
        let name = format!("{short}`--{}`", one.long);
        match reasons.iter_mut().find(|(reason, _)| *reason == one.reason) {
            Some((_, names)) => names.push(name),
            None => reasons.push((one.reason, vec![name])),
        }
    }
    for (reason, names) in reasons {
        let _ = writeln!(text, "- {}: {reason}.", names.join("; "));
    }
    text.push('\n');
    text
}

#[test]
fn the_table_of_options_is_the_one_in_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/curl.md");
    let text = std::fs::read_to_string(&path)
        .unwrap()
        .replace("\r\n", "\n");
    let (before, rest) = text.split_once(BEGIN).expect("the begin of the table");
    let (written, after) = rest.split_once(END).expect("the end of the table");
    let table = table();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(
        written, table,
        "docs/curl.md is not what the code says; UPDATE_DOCS=1 writes it"
    );
}
