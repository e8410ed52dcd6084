//! The README and the pages it links: every command shown is run, every sample is read, every link leads somewhere.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use testkit::{Home, run};

const WITHIN: Duration = Duration::from_mins(1);

/// The commands that the gate itself runs word for word, each as a step of its own.
const RUN_BY_THE_GATE: [&str; 2] = ["cargo run -p tour", "cargo test --workspace"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the suite lies in the workspace")
        .to_path_buf()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path)
        .unwrap_or_else(|err| panic!("{}: {err}", path.display()))
        .replace("\r\n", "\n")
}

/// The contents of the fenced blocks of one language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut block: Option<String> = None;
    for line in page.lines() {
        match (&mut block, line.strip_prefix("```")) {
            (None, Some(info)) if info == language => block = Some(String::new()),
            (None, _) => {}
            (Some(_), Some(_)) => found.extend(block.take()),
            (Some(text), None) => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    found
}

#[test]
fn every_command_in_the_readme_runs() {
    let gate = read(&root().join(".ci/run"));
    let mut ran = 0;
    let pages = ["README.md", "docs/de/README.md"].map(|page| read(&root().join(page)));
    for line in pages
        .iter()
        .flat_map(|page| blocks(page, "sh"))
        .collect::<Vec<_>>()
        .iter()
        .flat_map(|block| block.lines())
    {
        if line.starts_with("cargo ") {
            assert!(
                RUN_BY_THE_GATE.contains(&line) && gate.contains(line),
                "the gate does not run `{line}`, which the README shows"
            );
            continue;
        }
        let mut words = line.split_whitespace();
        let name = words.next().expect("no empty lines in a block");
        let home = Home::new();
        let _ = run(
            home.command(name).args(words).env("API_TOKEN", "readme"),
            WITHIN,
        )
        .expect_code(0);
        ran += 1;
    }
    assert!(ran > 0, "the README shows no command of the programs");
}

#[test]
fn the_sample_configuration_in_the_readme_is_accepted_and_does_both_that_is_promised() {
    for page in ["README.md", "docs/de/README.md"] {
        let samples = blocks(&read(&root().join(page)), "toml");
        let [sample] = &samples[..] else {
            panic!("{page} has {} samples", samples.len());
        };
        assert!(sample.contains("[dial]"), "{page} shows how to dial");
        let home = Home::new();
        // The vendor's program is not installed here; any program stands in for it.
        let program_here = std::env::current_exe().expect("this test is a program");
        let sample = sample.replace(
            r"C:\Program Files\CRM\pop.exe",
            &program_here.display().to_string(),
        );
        home.config(&sample);
        let _ = run(home.command("miniclient").arg("check"), WITHIN).expect_code(0);
    }
}

#[test]
fn every_link_between_the_pages_leads_somewhere() {
    let mut pages = vec![root().join("README.md"), root().join("CHANGELOG.md")];
    for folder in ["docs", "docs/de", "crates", "examples", "examples/recipes"] {
        let entries = std::fs::read_dir(root().join(folder)).expect("a folder of the workspace");
        for entry in entries.map(|entry| entry.expect("a readable folder").path()) {
            let page = if entry.is_dir() {
                entry.join("README.md")
            } else {
                entry
            };
            if page.extension().is_some_and(|ending| ending == "md") && page.exists() {
                pages.push(page);
            }
        }
    }
    let mut links = 0;
    for page in pages {
        let text = read(&page);
        for target in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
            .filter(|target| !target.contains("://") && !target.starts_with('#'))
            // Rust's own link targets in crate documentation, not files.
            .filter(|target| !target.contains("::") && target.contains(['.', '/']))
        {
            let file = target.split('#').next().unwrap_or(target);
            let folder = page.parent().expect("a page lies in a folder");
            assert!(
                folder.join(file).exists(),
                "{}: `{target}` leads nowhere",
                page.display()
            );
            links += 1;
        }
    }
    assert!(links > 10, "only {links} links were looked at");
}

#[test]
fn the_architecture_page_says_what_each_dependency_is_for_and_names_no_other() {
    let manifest = read(&root().join("Cargo.toml"));
    let declared: BTreeSet<&str> = manifest
        .lines()
        .skip_while(|line| *line != "[workspace.dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.starts_with('#') && !line.contains("path = "))
        .filter_map(|line| Some(line.split_once(" =")?.0))
        .collect();
    let page = read(&root().join("docs/architecture.md"));
    let explained: BTreeSet<&str> = page
        .lines()
        .skip_while(|line| *line != "## Dependencies")
        .filter_map(|line| line.strip_prefix("| "))
        .skip(2)
        .filter_map(|row| Some(row.split_once(" |")?.0))
        .flat_map(|names| names.split(", "))
        .collect();
    assert!(declared.len() > 20, "{declared:?}");
    assert_eq!(declared, explained);
}

/// The table of docs/ipc.md has the requests that the agent answers, and no other.
#[test]
fn every_request_of_the_local_channel_is_in_its_table() {
    let protocol = read(&root().join("crates/mc-agent/src/protocol.rs"));
    let kinds: BTreeSet<&str> = protocol
        .split("const KIND: &'static str = \"")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('"')?.0))
        .collect();
    let page = read(&root().join("docs/ipc.md"));
    let explained: BTreeSet<&str> = page
        .lines()
        .skip_while(|line| !line.starts_with("| kind |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .filter_map(|row| Some(row.strip_prefix("| `")?.split_once('`')?.0))
        .collect();
    assert_eq!(kinds, explained);
}

/// The units for systemd, as systemd reads them, where it is installed.
#[cfg(target_os = "linux")]
#[test]
fn the_units_of_the_helpdesk_page_are_good() {
    let units = blocks(&read(&root().join("docs/helpdesk.md")), "ini");
    assert_eq!(units.len(), 2);
    let home = Home::new();
    for (name, unit) in ["mc-start", "miniclient"].iter().zip(&units) {
        let program = testkit::program(name);
        let place = format!("/usr/local/bin/{name}");
        assert!(unit.contains(&place), "{unit}");
        let unit = unit.replace(&place, program.to_str().unwrap());
        let file = home.write(&format!("{name}.service"), &unit);
        let mut command = std::process::Command::new("systemd-analyze");
        command.args(["verify", "--user", "--man=no"]).arg(file);
        match command.env("XDG_RUNTIME_DIR", home.path()).output() {
            Ok(said) => {
                let text = String::from_utf8_lossy(&said.stderr).into_owned();
                let about: Vec<_> = text.lines().filter(|line| line.contains(name)).collect();
                assert!(about.is_empty() && said.status.success(), "{text}\n{unit}");
            }
            Err(_) => testkit::skipped("systemd-analyze is not installed"),
        }
    }
}
