//! The recipes, each sent to a server that checks every request against the system's own documentation, whose page the
//! recipe names: what is asked otherwise is refused, as there.

mod server;
mod systems;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use testkit::{ArgDump, Finished, Home, run, wait_until};

use crate::telephone::{Agent, REGISTER, Telephone};
use server::Server;
use systems::{Call, System};

/// For everything that must happen, but need not happen fast: a loaded machine with two slow cores.
const PATIENCE: Duration = Duration::from_mins(1);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/recipes")
}

#[cfg(unix)]
fn private(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(windows)]
fn private(_: &Path) {}

struct Desk {
    home: Home,
    browser: ArgDump,
    server: Server,
}

impl Desk {
    /// A workstation with this recipe, its hosts being one server, and its secrets `key`.
    fn new(system: &'static System) -> Self {
        let (home, browser) = (Home::new(), ArgDump::new());
        let server = Server::start(system);
        browser.install(&home.path().join("browser"), &[]);
        let text = fs::read_to_string(folder().join(format!("{}.toml", system.recipe))).unwrap();
        let text = (system.changed)(&text).replace("{ store = true }", "{ env = 'RECIPE_KEY' }");
        let there = server.url("");
        let at_server = |line: &str| {
            system.hosts.iter().fold(line.to_owned(), |line, host| {
                line.replace(&format!("https://{host}"), &there)
                    .replace(&format!("http://{host}"), &there)
            })
        };
        let lines = text.lines().map(|line| {
            if line.starts_with("open") {
                line.to_owned()
            } else {
                at_server(line)
            }
        });
        home.config(&lines.collect::<Vec<_>>().join("\n"));
        // The one secret that is a whole address.
        let address = home.write(
            "teams",
            &server.url("/workflows/1/triggers/manual/paths/invoke?sig=key"),
        );
        private(&address);
        for program in system.programs {
            fs::copy(folder().join(program), home.path().join(program)).unwrap();
        }
        Self {
            home,
            browser,
            server,
        }
    }

    fn call(&self, call: &Call) -> Finished {
        let browser = self.home.path().join("browser");
        let browser = browser.with_extension(std::env::consts::EXE_EXTENSION);
        let mut command = self.home.command("miniclient");
        command.env("BROWSER", browser).env("RECIPE_KEY", "key");
        command.arg("fire");
        for (name, value) in call.event {
            command.arg("--set").arg(format!("{name}={value}"));
        }
        run(&mut command, PATIENCE)
    }
}

#[test]
fn each_recipe_asks_as_the_system_documents_it_and_opens_what_it_answers() {
    for system in systems::all() {
        // Wine has no Python.
        if cfg!(windows) && !system.programs.is_empty() {
            continue;
        }
        for call in system.calls {
            let desk = Desk::new(system);
            let said = desk.call(call);
            let what = format!("{}, {:?}: {}", system.recipe, call.event, said.stdout);
            assert_eq!(desk.server.refusals(), Vec::<String>::new(), "{what}");
            let _ = said.expect_code(0);
            let mut sent = desk.server.answered();
            sent.sort_unstable();
            assert_eq!(sent, call.sends, "{what}");
            let opened = desk.browser.dumps().into_iter();
            let opened: Vec<_> = opened.flat_map(|dump| dump.args).collect();
            assert_eq!(opened, call.opens, "{what}");
        }
    }
}

/// From the telephone system to Zammad, through an agent that runs: the caller log follows the call.
#[test]
fn zammad_hears_of_a_call_from_its_first_ring_to_its_end() {
    const TOKEN: &str = "the-token-of-this-workstation";
    let zammad = systems::all().find(|system| system.recipe == "zammad");
    for (life, sends) in [
        (&["answer", "hangup"][..], &[0, 1, 2][..]),
        (&["hangup"], &[0, 3]),
    ] {
        let telephone = Telephone::start(&["--listen-token", TOKEN]);
        let Desk { home, server, .. } = Desk::new(zammad.unwrap());
        private(&home.write("listen-token", TOKEN));
        let recipe = fs::read_to_string(home.path().join("miniclient.toml")).unwrap();
        let section = telephone.section(&home);
        let listen = "[listen]\naddress = '127.0.0.1:0'\ntoken_file = 'listen-token'\n";
        let config = format!("{recipe}\n{section}{REGISTER}{listen}");
        let _agent = Agent::start_with(home, &config, |command| {
            command.env("RECIPE_KEY", "key");
        });
        wait_until(PATIENCE, "the registration", || {
            !telephone.workstations().is_empty()
        });
        let called = telephone.command(&[
            "call",
            "--a-number",
            "4930123456",
            "--group",
            "Sales",
            "--set",
            "ServiceNumber=498912345",
            "--set",
            "CallID=a1",
        ]);
        let called: Value = serde_json::from_str(&called.expect_code(0).stdout).unwrap();
        for (heard, act) in life.iter().enumerate() {
            wait_until(PATIENCE, "the event before it", || {
                server.answered().len() > heard
            });
            telephone.act(called["UFN"].as_str().unwrap(), act);
        }
        wait_until(PATIENCE, "the last event", || {
            server.answered().len() == sends.len()
        });
        assert_eq!(server.answered(), sends, "in this order");
        assert_eq!(server.refusals(), Vec::<String>::new());
    }
}

#[test]
fn a_click_dials_on_each_phone() {
    for (phone, target) in [
        ("command.htm", "/command.htm?number=0030123456"),
        ("servlet", "/servlet?key=number=0030123456"),
    ] {
        let home = Home::new();
        let server = Server::phone(target);
        let text = fs::read_to_string(folder().join("desk_phone.toml")).unwrap();
        let lines = text.lines().filter_map(|line| {
            let is_rest = line.trim_start_matches("# ").starts_with("rest = ");
            if !is_rest {
                return Some(line.to_owned());
            }
            let rest = line.trim_start_matches("# ");
            rest.contains(phone)
                .then(|| rest.replace("http://phone.example", &server.url("")))
        });
        let text = lines.collect::<Vec<_>>().join("\n");
        let text = text.replace("{ store = true }", "{ env = 'RECIPE_KEY' }");
        home.config(&format!("UsersUID = 'agent.17'\n{text}"));
        let mut agent = home.command("miniclient");
        let mut agent = testkit::Running::start(agent.env("RECIPE_KEY", "key"));
        agent.wait_said("a word that it runs", PATIENCE, |said| {
            said.contains("miniclient: running").then_some(())
        });
        let said = run(
            home.command("miniclient").args(["dial", "030 123456"]),
            PATIENCE,
        );
        assert_eq!(server.refusals(), Vec::<String>::new());
        let _ = said.expect_code(0);
        assert_eq!(server.answered(), [0], "asked first, then answered");
    }
}

#[test]
fn check_says_of_each_untouched_recipe_what_has_to_be_filled_in() {
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        // The vendor's own keys name a program that has to be there.
        if path.extension().is_none_or(|extension| extension != "toml") || name == "desktop" {
            continue;
        }
        if name == "webhook" && cfg!(windows) {
            continue;
        }
        let home = Home::new();
        home.config(&fs::read_to_string(&path).unwrap());
        if name == "webhook" {
            fs::copy(folder().join("webhook.py"), home.path().join("webhook.py")).unwrap();
        }
        let said = run(home.command("miniclient").arg("check"), PATIENCE).expect_code(0);
        let told = |word: &str| said.stderr.lines().any(|line| line.contains(word));
        assert!(
            told("placeholder") || told("nobody's host"),
            "{name}: {}",
            said.stderr
        );
        assert!(told("miniclient secret set"), "{name}: {}", said.stderr);
        // Nothing else is to be said of it.
        let known = [
            "is a placeholder",
            "is nobody's host",
            "miniclient secret set",
        ];
        for line in said.stderr.lines() {
            assert!(
                known.iter().any(|known| line.contains(known)),
                "{name}: {line}"
            );
        }
    }
}
