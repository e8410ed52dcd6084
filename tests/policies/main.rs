//! Policy templates for Windows (ADMX, ADML), made from the tables of settings of both programs.
//!
//! `UPDATE_GOLDEN=1 cargo test -p e2e --test policies` writes them anew. A new setting needs a line in `german.tsv`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

mod template;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use template::{LANGUAGES, Setting, settings};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../.ci/packaging/policies")
}

#[test]
fn the_templates_are_made_from_the_tables() {
    testkit::assert_golden(&folder().join("miniclient.admx"), &template::admx());
    for language in LANGUAGES {
        let path = folder().join(language.tag).join("miniclient.adml");
        testkit::assert_golden(&path, &template::adml(language));
    }
}

/// Whatever stands between `before` and `after`.
fn between<'t>(text: &'t str, before: &str, after: &str) -> BTreeSet<&'t str> {
    let parts = text.split(before).skip(1);
    parts
        .map(|part| part.split_once(after).unwrap().0)
        .collect()
}

#[test]
fn each_reference_of_a_template_leads_somewhere() {
    let admx = fs::read_to_string(folder().join("miniclient.admx")).unwrap();
    let elements = between(&admx, " id=\"", "\"");
    for language in LANGUAGES {
        let path = folder().join(language.tag).join("miniclient.adml");
        let adml = fs::read_to_string(path).unwrap();
        for kind in ["string", "presentation"] {
            let used = between(&admx, &format!("$({kind}."), ")");
            let given = between(&adml, &format!("<{kind} id=\""), "\"");
            assert_eq!(used, given, "{} {kind}", language.tag);
        }
        assert_eq!(
            between(&adml, "refId=\"", "\""),
            elements,
            "{}",
            language.tag
        );
    }
    let categories = between(&admx, "<category name=\"", "\"");
    let parents = between(&admx, "<parentCategory ref=\"", "\"");
    assert!(parents.is_subset(&categories), "{parents:?} {categories:?}");
}

#[test]
fn each_setting_has_its_policy_and_each_policy_its_setting() {
    let admx = fs::read_to_string(folder().join("miniclient.admx")).unwrap();
    let named = between(&admx, "valueName=\"", "\"");
    let keys = between(&admx, " key=\"Software\\Policies\\MiniClient\\", "\"");
    let tables: BTreeSet<String> = keys.iter().map(|key| key.replace('\\', ".")).collect();
    let found: BTreeSet<&str> = named
        .into_iter()
        .chain(tables.iter().map(String::as_str))
        .collect();
    let settings = settings();
    let expected: BTreeSet<&str> = settings
        .iter()
        .map(|setting| setting.name.as_str())
        .collect();
    assert_eq!(found, expected);
    assert_eq!(
        expected.len(),
        settings.len(),
        "the names of both programs differ"
    );
}

/// Both programs read one key of the registry: what one of them has at the top of its file, the other passes over.
#[test]
fn each_program_knows_the_others_names() {
    let schemas = [
        &mc_start::settings::SCHEMA,
        &miniclient::config::keys::SCHEMA,
    ];
    for (one, other) in [(0, 1), (1, 0)].map(|(one, other)| (schemas[one], schemas[other])) {
        let top = other.under("").map(|key| key.name);
        for name in top.chain(other.sections.iter().copied()) {
            let here = one.file_name;
            assert!(
                one.foreign.contains(&name),
                "{here} passes `{name}` over: add it to its foreign names"
            );
            assert!(one.key("", name).is_none(), "`{name}` means two things");
        }
    }
}

#[test]
fn each_line_of_the_translation_is_about_a_setting() {
    let names: BTreeSet<_> = settings()
        .into_iter()
        .map(|Setting { program, name, .. }| (program, name))
        .collect();
    for (program, name) in template::german().keys() {
        assert!(
            names.contains(&(*program, (*name).to_owned())),
            "german.tsv: {program} has no {name}"
        );
    }
}
