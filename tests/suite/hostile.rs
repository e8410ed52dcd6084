//! Every variable, with values that mean something to a shell, a command line, curl, a URL, a form or a
//! document, through the real `miniclient fire`: a program gets exactly one parameter for each variable, and a
//! server gets the same text. What could still reach a shell is refused by name.

mod parameters;
mod refusals;
mod requests;

use std::time::Duration;

use mc_template::variables::{TABLE, VariableOrigin};
use serde_json::{Value, json};
use testkit::{ArgDump, Finished, Home, run};

const LIMIT: Duration = Duration::from_mins(1);

/// What the values are made of.
const HOSTILE: &[&str] = &[
    "",
    "  two  spaces  ",
    "\"",
    "say \"hi\" \"\" \\\" it's '",
    "\" /delete \"",
    "a&b&&c|d||e;f>g<h",
    "100% %PATH% %2e%41 %%",
    "$CRMLink ${CRMLink} ${{CRMLink}} $$ $${x} $",
    "$(id) ${IFS} $((1+1)) $'x'",
    "`id`",
    "line\nbreak\r\nagain\ttab\u{0}\u{1b}[31m\u{7f}",
    "Jürgen Weiß €\u{1f600} \u{202e}x",
    "@/etc/passwd",
    "<file",
    "-rf",
    "--output=x",
    "/delete",
    "\\",
    "C:\\dir\\",
    "\\\\server\\share\\\\\"",
    "^\"^&^%^",
    "\"},{\"x\":\"y",
    "</n><evil/>&amp;]]>",
    "a=b&c=d+e?f#g",
    "x;type=text/html;filename=y",
    "[1-3]{a,b}",
    "//evil.example/../..",
    "http://evil.example/@:80",
    "*.txt ? ~ # -- //",
    "\u{feff}\u{a0}\u{2028}",
];

/// The variables of a call that can hold anything, and one that is declared.
fn names() -> Vec<&'static str> {
    let table = TABLE
        .iter()
        .filter(|entry| entry.origin != VariableOrigin::Dial);
    let table = table
        .map(|entry| entry.name)
        .filter(|name| *name != "Event");
    table.chain(["CustomerNumber"]).collect()
}

/// What arrives of a value: control characters become spaces when the event is read.
fn arriving(value: &str) -> String {
    value
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// For every hostile text, an event that has it under every name; and one in which the names tell the
/// values apart.
fn events() -> Vec<(String, Value)> {
    let mut events = Vec::new();
    for hostile in HOSTILE {
        for named in [false, true] {
            let members = names().into_iter().map(|name| {
                let value = if named {
                    format!("{hostile}{name}{hostile}")
                } else {
                    (*hostile).to_owned()
                };
                (name.to_owned(), Value::String(value))
            });
            events.push((
                format!("{hostile:?}, named: {named}"),
                Value::Object(members.collect()),
            ));
        }
    }
    events
}

/// What is put where a variable stands: what the workstation knows of itself goes before the event.
struct Expected(Vec<(String, String)>);

impl Expected {
    fn of(event: &Value, station: &[(String, String)]) -> Self {
        let value = |name: &str| {
            let known = station
                .iter()
                .find(|(known, value)| known == name && !value.is_empty());
            known.map_or_else(
                || arriving(event[name].as_str().unwrap()),
                |(_, value)| value.clone(),
            )
        };
        Self(
            names()
                .into_iter()
                .map(|name| (name.to_owned(), value(name)))
                .collect(),
        )
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A configuration, and the program that reports its parameters.
struct Stage {
    home: Home,
    dump: ArgDump,
    program: String,
}

impl Stage {
    fn new() -> Self {
        let (home, dump) = (Home::new(), ArgDump::new());
        let program = dump
            .install(&home.path().join("pop"), &[])
            .display()
            .to_string();
        Self {
            home,
            dump,
            program,
        }
    }

    fn config(&self, hooks: &str) {
        self.home
            .config(&format!("Variables = ['CustomerNumber']\n{hooks}"));
    }

    fn fire(&self, event: &Value) -> Finished {
        let event = self.home.write("event.json", &event.to_string());
        run(
            self.home
                .command("miniclient")
                .args(["fire", "--json", "--event"])
                .arg(event),
            LIMIT,
        )
    }

    /// What the workstation says of itself, as a hook gets it.
    fn station(&self) -> Vec<(String, String)> {
        let parameters: Vec<_> = names().iter().map(|name| format!("[${name}]")).collect();
        self.config(&self.exec("station", &parameters.join(" "), ""));
        let finished = self.fire(&json!({})).expect_code(0);
        let dumps = self.dump.dumps();
        let [dump] = &dumps[..] else {
            panic!("one start: {dumps:?}, {finished:?}")
        };
        assert_eq!(dump.args.len(), names().len());
        let value = |argument: &String| argument.trim_matches(['[', ']']).to_owned();
        let station: Vec<_> = names()
            .into_iter()
            .map(str::to_owned)
            .zip(dump.args.iter().map(value))
            .collect();
        self.forget();
        station
    }

    fn exec(&self, name: &str, parameters: &str, options: &str) -> String {
        let program = &self.program;
        format!(
            "[[hook]]\nname = '{name}'\nexec = '{program}'\nparameters = '''{parameters}'''\n{options}\n"
        )
    }

    /// The parameters with which the program was started as this hook: its first one is the hook's name.
    fn parameters(&self, hook: &str) -> Vec<Vec<String>> {
        let starts = self.dump.dumps().into_iter().map(|dump| dump.args);
        let starts = starts.filter(|args| args.first().map(String::as_str) == Some(hook));
        starts.map(|args| args[1..].to_vec()).collect()
    }

    fn forget(&self) {
        for file in std::fs::read_dir(self.dump.folder()).unwrap() {
            std::fs::remove_file(file.unwrap().path()).unwrap();
        }
    }
}

/// The outcome of a hook and why.
fn outcome(finished: &Finished, hook: &str) -> (String, String) {
    let reports: Vec<Value> = serde_json::from_str(&finished.stdout)
        .unwrap_or_else(|error| panic!("{error}: {finished:?}"));
    let report = reports.iter().find(|report| report["hook"] == hook);
    let report = report.unwrap_or_else(|| panic!("no report of {hook}: {finished:?}"));
    (
        report["outcome"].as_str().unwrap().to_owned(),
        report["error"].as_str().unwrap_or_default().to_owned(),
    )
}
