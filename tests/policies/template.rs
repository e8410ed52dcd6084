//! From a table of settings to the text of the templates.

use std::collections::HashMap;
use std::fmt::Write as _;

use mc_cli::settings::{Key, Kind, Schema};

const KEY: &str = r"Software\Policies\MiniClient";

/// A setting that a policy can set.
pub(crate) struct Setting {
    pub(crate) program: &'static str,
    /// With its heading: `jtel.base_url`.
    pub(crate) name: String,
    key: &'static Key,
}

/// Every setting of both programs but those of `[[hook]]` and of tables with names of their own, which have no fixed place in the registry.
pub(crate) fn settings() -> Vec<Setting> {
    let of = |program, schema: &'static Schema| {
        let keys = schema
            .keys
            .iter()
            .filter(|key| schema.list != Some(key.section))
            .filter(|key| !schema.named.contains(&key.section));
        keys.map(move |key| Setting {
            program,
            name: match key.section {
                "" => key.name.to_owned(),
                section => format!("{section}.{}", key.name),
            },
            key,
        })
    };
    let launcher = of("mc-start", &mc_start::settings::SCHEMA);
    launcher
        .chain(of("miniclient", &miniclient::config::keys::SCHEMA))
        .collect()
}

impl Setting {
    fn id(&self) -> String {
        id(&format!("{}_{}", self.program, self.name))
    }

    fn category(&self) -> String {
        match self.key.section {
            "" => id(self.program),
            section => id(&format!("{}_{section}", self.program)),
        }
    }

    /// The element that holds the value; none for a switch, which the policy itself is.
    fn element(&self) -> Option<(String, &'static str)> {
        let (id, name) = (self.id(), escaped(&self.name));
        let value = format!("id=\"{id}\" valueName=\"{name}\"");
        Some(match self.key.kind {
            Kind::Switch => return None,
            Kind::Number(from, to) => (
                format!(
                    "<decimal {value} required=\"true\" minValue=\"{from}\" maxValue=\"{to}\" />"
                ),
                "decimalTextBox",
            ),
            Kind::Choice(words) => {
                let item = |word: &&str| {
                    let (word, id) = (escaped(word), choice(word));
                    format!(
                        "<item displayName=\"$(string.{id})\"><value><string>{word}</string></value></item>"
                    )
                };
                let items: String = words.iter().map(item).collect();
                (
                    format!("<enum {value} required=\"true\">{items}</enum>"),
                    "dropdownList",
                )
            }
            Kind::Texts | Kind::TextOrTexts | Kind::Arguments | Kind::Names(_) => (
                format!("<multiText {value} required=\"true\" />"),
                "multiTextBox",
            ),
            Kind::Pairs | Kind::Values => {
                let key = format!(r"{KEY}\{}", self.name.replace('.', "\\"));
                (
                    format!("<list id=\"{id}\" key=\"{key}\" explicitValue=\"true\" />"),
                    "listBox",
                )
            }
            Kind::File(_) | Kind::Program => (
                format!("<text {value} required=\"true\" expandable=\"true\" />"),
                "textBox",
            ),
            _ => (
                format!("<text {value} required=\"true\" maxLength=\"8192\" />"),
                "textBox",
            ),
        })
    }
}

/// What may stand in an id: letters, digits and `_`.
fn id(text: &str) -> String {
    text.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
}

fn choice(word: &str) -> String {
    format!("choice_{}", id(word))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Each heading once, with the program it belongs to.
fn categories() -> Vec<(String, String, String)> {
    let root = "MiniClient".to_owned();
    let mut found: Vec<(String, String, String)> = Vec::new();
    for setting in settings() {
        let program = id(setting.program);
        let mut add = |id: String, shown: String, parent: String| {
            if !found.iter().any(|(known, ..)| *known == id) {
                found.push((id, shown, parent));
            }
        };
        add(program.clone(), setting.program.to_owned(), root.clone());
        if !setting.key.section.is_empty() {
            add(
                setting.category(),
                format!("[{}]", setting.key.section),
                program,
            );
        }
    }
    found
}

/// The definitions.
pub(crate) fn admx() -> String {
    let mut text = String::from(
        r#"<?xml version="1.0" encoding="utf-8"?>
<!-- Made from the programs' tables of settings; not to be edited. -->
<policyDefinitions revision="1.0" schemaVersion="1.0" xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions">
  <policyNamespaces>
    <target prefix="miniclient" namespace="MiniClient.Policies" />
  </policyNamespaces>
  <resources minRequiredRevision="1.0" />
  <supportedOn>
    <definitions>
      <definition name="Supported" displayName="$(string.Supported)" />
    </definitions>
  </supportedOn>
  <categories>
    <category name="MiniClient" displayName="$(string.MiniClient)" />
"#,
    );
    for (id, _, parent) in categories() {
        let line = format!(
            "    <category name=\"{id}\" displayName=\"$(string.category_{id})\"><parentCategory ref=\"{parent}\" /></category>\n"
        );
        text += &line;
    }
    text += "  </categories>\n  <policies>\n";
    for setting in settings() {
        let (id, category) = (setting.id(), setting.category());
        let element = setting.element();
        let more = match &element {
            Some(_) => format!(" presentation=\"$(presentation.{id})\""),
            None => format!(" valueName=\"{}\"", escaped(&setting.name)),
        };
        let value = element.map_or_else(
            || "<enabledValue><decimal value=\"1\" /></enabledValue><disabledValue><decimal value=\"0\" /></disabledValue>".to_owned(),
            |(element, _)| format!("<elements>{element}</elements>"),
        );
        write!(
            text,
            "    <policy name=\"{id}\" class=\"Both\" displayName=\"$(string.{id})\" explainText=\"$(string.{id}_help)\" key=\"{KEY}\"{more}>\n      \
             <parentCategory ref=\"{category}\" /><supportedOn ref=\"Supported\" />\n      {value}\n    </policy>\n"
        )
        .unwrap();
    }
    text + "  </policies>\n</policyDefinitions>\n"
}

/// A language of the texts.
pub(crate) struct Language {
    pub(crate) tag: &'static str,
    supported: &'static str,
    description: &'static str,
    /// What follows the meaning of a setting.
    rest: &'static str,
    table: &'static str,
    german: bool,
}

pub(crate) const LANGUAGES: &[Language] = &[
    Language {
        tag: "en-US",
        supported: "Windows 10 1607, Windows Server 2016 and later",
        description: "Settings of miniclient and mc-start. They go over all files and the command line.",
        rest: "Enabled: this value goes over every file and the command line. Not configured: those decide.",
        table: "Name and value",
        german: false,
    },
    Language {
        tag: "de-DE",
        supported: "Windows 10 1607, Windows Server 2016 und neuer",
        description: "Einstellungen von miniclient und mc-start. Sie gelten vor allen Dateien und der Kommandozeile.",
        rest: "Aktiviert: dieser Wert gilt vor jeder Datei und der Kommandozeile. Nicht konfiguriert: jene entscheiden.",
        table: "Name und Wert",
        german: true,
    },
];

/// What each setting means in German.
pub(crate) fn german() -> HashMap<(&'static str, &'static str), &'static str> {
    let lines = include_str!("german.tsv").lines();
    let parts = lines.map(|line| {
        let mut parts = line.splitn(3, '\t');
        let mut part = || parts.next().expect("program, setting, meaning");
        ((part(), part()), part())
    });
    parts.collect()
}

fn takes(kind: Kind) -> String {
    match kind {
        Kind::Switch => "ja oder nein".to_owned(),
        Kind::Number(from, to) => format!("eine Zahl von {from} bis {to}"),
        Kind::Duration => "eine Dauer wie 10s, 5m, 1h".to_owned(),
        Kind::Digits => "Ziffern".to_owned(),
        Kind::Choice(words) => words.join(", "),
        Kind::Texts | Kind::TextOrTexts | Kind::Arguments | Kind::Names(_) => {
            "eine Liste, ein Eintrag je Zeile".to_owned()
        }
        Kind::Pairs | Kind::Values => "Namen und Werte".to_owned(),
        Kind::File(_) => "eine Datei".to_owned(),
        Kind::Program => "ein Programm".to_owned(),
        _ => "ein Text".to_owned(),
    }
}

/// The texts in a language.
pub(crate) fn adml(language: &Language) -> String {
    let (german, mut strings, mut presentations) = (german(), String::new(), String::new());
    let mut string = |id: &str, text: &str| {
        let line = format!("      <string id=\"{id}\">{}</string>\n", escaped(text));
        if !strings.contains(&format!("\"{id}\"")) {
            strings += &line;
        }
    };
    string("MiniClient", "MiniClient for jtel");
    string("Supported", language.supported);
    for (id, shown, _) in categories() {
        string(&format!("category_{id}"), &shown);
    }
    for setting in settings() {
        let (id, name, key) = (setting.id(), &setting.name, setting.key);
        let (meaning, takes) = if language.german {
            let meaning = german.get(&(setting.program, name.as_str()));
            let meaning = meaning
                .unwrap_or_else(|| panic!("german.tsv needs a line: {} {name}", setting.program));
            ((*meaning).to_owned(), takes(key.kind))
        } else {
            (key.meaning.replace('`', ""), key.takes.to_owned())
        };
        let said = format!("{name} ({takes}): {meaning}.\n\n{}", language.rest);
        string(&id, name);
        string(&format!("{id}_help"), &said);
        if let Kind::Choice(words) = key.kind {
            for word in words {
                string(&choice(word), word);
            }
        }
        if let Some((_, shown)) = setting.element() {
            let label = match shown {
                "listBox" => language.table.to_owned(),
                _ => escaped(&takes),
            };
            let inner = match shown {
                "textBox" => format!("<textBox refId=\"{id}\"><label>{label}</label></textBox>"),
                shown => format!("<{shown} refId=\"{id}\">{label}</{shown}>"),
            };
            writeln!(
                presentations,
                "      <presentation id=\"{id}\">{inner}</presentation>"
            )
            .unwrap();
        }
    }
    let description = language.description;
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<!-- Made from the programs' tables of settings; not to be edited. -->
<policyDefinitionResources revision="1.0" schemaVersion="1.0" xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions">
  <displayName>MiniClient for jtel</displayName>
  <description>{description}</description>
  <resources>
    <stringTable>
{strings}    </stringTable>
    <presentationTable>
{presentations}    </presentationTable>
  </resources>
</policyDefinitionResources>
"#
    )
}
