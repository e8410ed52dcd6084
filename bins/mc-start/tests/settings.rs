//! What the file, the environment and the flags say together, and what is said of what is wrong in them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::path::Path;

use mc_cli::Folders;
use mc_identity::IpRule;
use mc_routing::ProxySetting;
use mc_start::cli::{self, Flags};
use mc_start::settings::{FILE_NAME, Loaded, Order, SCHEMA, Settings};

fn flags(arguments: &[&str]) -> Flags {
    let words = ["mc-start"].iter().chain(arguments).map(Into::into);
    match cli::parse(words) {
        cli::Parsed::Run(cli) => cli.flags,
        other => panic!("{other:?}"),
    }
}

fn folders(folder: &Path) -> Folders {
    let mut folders = Folders::default();
    folders.executable = Some(folder.to_owned());
    folders
}

fn read(text: &str, arguments: &[&str]) -> (Loaded, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE_NAME), text).unwrap();
    std::fs::write(folder.path().join("token"), "x").unwrap();
    std::fs::write(
        folder.path().join("company-root.pem"),
        testkit::TestCa::new().pem(),
    )
    .unwrap();
    let prefix = format!("{}{}", folder.path().display(), std::path::MAIN_SEPARATOR);
    let loaded = Settings::load(&flags(arguments), &folders(folder.path()));
    let problems = loaded
        .problems
        .iter()
        .map(|problem| problem.to_string().replace(&prefix, ""));
    let problems = problems.collect();
    (loaded, problems)
}

fn load(text: &str, arguments: &[&str]) -> Result<Settings, Vec<String>> {
    let (loaded, problems) = read(text, arguments);
    if problems.is_empty() {
        Ok(loaded.settings)
    } else {
        Err(problems)
    }
}

#[track_caller]
fn problems(text: &str) -> Vec<String> {
    load(text, &[]).unwrap_err()
}

const URL: &str = "https://acd-lb/rest/v1.0/1/routingApplications/run/1234";

#[test]
fn every_key_is_read() {
    let settings = load(
        r#"
        url = "https://acd-lb/rest/v1.0/1/routingApplications/run/1234"
        token_file = "token"
        client = 'bin\Client.exe'
        client_args = ["--one", "two words"]
        order = "rest-first"
        report = true
        ip = "cidr:10.0.0.0/8"
        fields = ["WindowsLoginName", "SessionID", "Version"]
        ca_file = "company-root.pem"
        proxy = "none"
        [extra]
        Site = "Munich"
        Floor = 3
        Spare = true
        "#,
        &[],
    )
    .unwrap();
    let file = settings.files[0].clone();
    let folder = file.parent().unwrap();
    assert_eq!(settings.url.unwrap().reveal(), URL);
    assert_eq!(settings.token_file.unwrap(), folder.join("token"));
    assert_eq!(settings.client.unwrap(), r"bin\Client.exe");
    assert_eq!(settings.client_args, ["--one", "two words"]);
    assert_eq!(settings.order, Order::RestFirst);
    assert_eq!(settings.ip.to_string(), "cidr:10.0.0.0/8");
    let names: Vec<_> = settings.fields.iter().map(|field| field.name()).collect();
    assert_eq!(names, ["WindowsLoginName", "SessionID", "Version"]);
    assert_eq!(settings.ca_file.unwrap(), folder.join("company-root.pem"));
    assert_eq!(settings.proxy, ProxySetting::None);
    let extra: Vec<_> = settings
        .extra
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(extra, ["Site=\"Munich\"", "Floor=3", "Spare=true"]);
}

#[test]
fn the_defaults_are_those_of_the_vendors_script() {
    let settings = load(&format!("url = '{URL}'"), &[]).unwrap();
    let names: Vec<_> = settings.fields.iter().map(|field| field.name()).collect();
    assert_eq!(names, ["WindowsLoginName", "ComputerName", "IPAddress"]);
    assert_eq!(
        (settings.order, settings.report),
        (Order::ClientFirst, true)
    );
    assert_eq!(
        (settings.client, settings.proxy),
        (None, ProxySetting::System)
    );
}

#[test]
fn flags_win_over_the_file() {
    let text = format!(
        "url = '{URL}'\ntoken_file = 'a'\nclient = 'a'\nclient_args = ['a']\norder = 'rest-first'\nip = 'first'\n\
         ca_file = 'a'\nproxy = 'none'"
    );
    let other = "http://127.0.0.1:8080/rest/v1.0/2/routingApplications/run/7";
    let arguments = [
        "--url",
        other,
        "--token-file",
        "b-file",
        "--client",
        "b",
        "--client-arg=--b",
        "--order",
        "client-first",
        "--ip",
        "route",
        "--ca-file",
        "b-file",
        "--proxy",
        "system",
        "--no-report",
    ];
    let folder = tempfile::tempdir().unwrap();
    let existing = testkit::TestCa::new().write_pem(folder.path());
    let arguments = arguments.map(|text| {
        if text == "b-file" {
            existing.to_str().unwrap()
        } else {
            text
        }
    });
    let settings = load(&text, &arguments).unwrap();
    assert_eq!(settings.url.unwrap().reveal(), other);
    assert_eq!(settings.token_file.as_deref(), Some(&*existing));
    assert_eq!(settings.client.as_deref(), Some("b"));
    assert_eq!(settings.client_args, ["--b"]);
    assert_eq!(settings.order, Order::ClientFirst);
    assert_eq!(settings.ip, IpRule::Route);
    assert_eq!(settings.ca_file.as_deref(), Some(&*existing));
    assert_eq!(settings.proxy, ProxySetting::System);
    assert!(!settings.report);
}

#[test]
fn no_file_is_needed_when_a_url_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let loaded = Settings::load(&flags(&["--url", URL]), &folders(folder.path()));
    assert!(
        loaded.problems.is_empty() && loaded.settings.files.is_empty(),
        "{loaded:?}"
    );
    assert_eq!(loaded.settings.url.unwrap().reveal(), URL);
    assert_eq!(loaded.provenance.of("url").to_string(), "--url");
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("other.toml");
    let flags = flags(&["--url", URL, "--config", missing.to_str().unwrap()]);
    let problems = Settings::load(&flags, &folders(folder.path())).problems;
    let said = problems[0].to_string();
    assert!(said.contains("other.toml: there is no such file"), "{said}");
}

#[test]
fn without_a_url_it_is_said_what_to_write_unless_nothing_is_reported() {
    let said = problems("client = 'x'");
    assert!(said[0].contains("url = \"https://"), "{said:?}");
    assert!(load("report = false", &[]).is_ok());
    assert!(load("", &["--no-report"]).is_ok());
}

#[test]
fn everything_wrong_is_said_at_once_with_its_line() {
    let said = problems(
        "url = 'acd-lb'\nordr = 'x'\norder = 'last'\nreport = 'no'\nfields = ['WindowsLoginName', 'HostName', 1]\n\
         client_args = 'x'\nip = 'dhcp'\nproxy = 'direct'\n[extra]\nComputerName = 'PC'\nFloor = 1.5\n",
    );
    let lines: Vec<_> = said
        .iter()
        .map(|text| text.split(": ").next().unwrap())
        .collect();
    let at = |line| format!("mc-start.toml:{line}");
    assert_eq!(lines, [1, 2, 3, 4, 5, 5, 6, 7, 8, 11].map(at), "{said:#?}");
    assert!(said[1].contains("did you mean `order`?"), "{said:#?}");
    assert!(said[4].contains("\"HostName\" is not known"), "{said:#?}");
}

#[test]
fn a_fixed_value_may_not_have_a_fields_name() {
    let said = problems(&format!("url = '{URL}'\n[extra]\nComputerName = 'PC'"));
    assert!(
        said[0].contains("mc-start.toml:3: `ComputerName` is a field already"),
        "{said:?}"
    );
    // Wherever the two stand in the file.
    let said = problems(&format!(
        "extra = {{ Version = '1' }}\nurl = '{URL}'\nfields = ['Version']"
    ));
    assert!(
        said[0].contains("mc-start.toml:1: `Version` is a field already"),
        "{said:?}"
    );
}

#[test]
fn the_mistakes_that_toml_explains_badly_are_explained() {
    let said = problems(&format!(
        "url = '{URL}'\nreport = True\nclient = \"C:\\Program Files\\x.exe\"\nnonsense\n"
    ));
    assert_eq!(said.len(), 3, "{said:#?}");
    assert!(
        said[0].contains("mc-start.toml:2: write `true`"),
        "{said:#?}"
    );
    assert!(
        said[1].contains("mc-start.toml:3:") && said[1].contains("single quotes"),
        "{said:#?}"
    );
    assert!(said[2].contains("mc-start.toml:4:"), "{said:#?}");
}

#[test]
fn a_backslash_that_toml_takes_for_something_else_is_seen_too() {
    // `\t` and `\b` are characters to TOML: no error, and a path that is nowhere.
    let said = problems(&format!("url = '{URL}'\nclient = \"C:\\tools\\bin.exe\""));
    assert!(
        said[0].contains("mc-start.toml:2:") && said[0].contains("single quotes"),
        "{said:#?}"
    );
}

#[test]
fn a_file_in_another_encoding_is_named_as_that() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join(FILE_NAME),
        b"# a\nclient = 'M\xFCller'\n",
    )
    .unwrap();
    let problems = Settings::load(&flags(&[]), &folders(folder.path())).problems;
    assert_eq!(problems[0].line, Some(2));
    assert!(problems[0].text.contains("UTF-8"));
}

#[test]
fn a_byte_order_mark_does_not_matter() {
    assert!(load(&format!("\u{feff}url = '{URL}'"), &[]).is_ok());
}

#[test]
fn environment_variables_expand_in_paths() {
    let name = if cfg!(windows) { "USERNAME" } else { "HOME" };
    let value = std::env::var(name).unwrap();
    let settings = load(
        &format!("url = '{URL}'\nclient = '%{name}%-100%'\n[extra]\nHome = '%{name}%'"),
        &[],
    )
    .unwrap();
    assert_eq!(settings.client.unwrap(), format!("{value}-100%"));
    assert_eq!(settings.extra[0].1, value.as_str());
    let said = problems(&format!("url = '{URL}'\nclient = '%NOT_SET_ANYWHERE%'"));
    assert!(
        said[0].contains("mc-start.toml:2:") && said[0].contains("NOT_SET_ANYWHERE"),
        "{said:?}"
    );
}

#[test]
fn what_is_good_holds_whatever_is_wrong_with_the_rest() {
    let text = format!("url = '{URL}'\nclient = 'own.exe'\nordr = 'rest-first'\nip = 'dhcp'\n");
    let (loaded, problems) = read(&text, &[]);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert_eq!(loaded.settings.client.as_deref(), Some("own.exe"));
    assert_eq!(loaded.settings.url.unwrap().reveal(), URL);
    assert_eq!(loaded.settings.ip, IpRule::default());
    // What does not say clearly that it is to be reported is not.
    assert!(
        !read(&format!("url = '{URL}'\nreport = 'no'"), &[])
            .0
            .settings
            .report
    );
}

#[test]
fn the_users_file_goes_over_the_one_beside_the_program() {
    let root = tempfile::tempdir().unwrap();
    let mut folders = folders(&root.path().join("bin"));
    folders.user = Some(root.path().join("user"));
    for (folder, text) in [
        ("bin", "client = 'a'\nip = 'first'"),
        ("user", "client = 'b'"),
    ] {
        std::fs::create_dir(root.path().join(folder)).unwrap();
        std::fs::write(root.path().join(folder).join(FILE_NAME), text).unwrap();
    }
    let loaded = Settings::load(&flags(&["--url", URL]), &folders);
    assert_eq!(
        (loaded.settings.client.as_deref(), loaded.settings.ip),
        (Some("b"), IpRule::First)
    );
    let named = root.path().join("bin").join(FILE_NAME);
    let named = Settings::load(
        &flags(&["--url", URL, "--config", named.to_str().unwrap()]),
        &folders,
    );
    assert_eq!(named.settings.client.as_deref(), Some("a"));
}

#[cfg(unix)]
#[test]
fn f62_a_file_that_others_may_write_contributes_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(FILE_NAME);
    std::fs::write(&file, "client = 'evil'").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).unwrap();
    let loaded = Settings::load(&flags(&["--url", URL]), &folders(folder.path()));
    assert_eq!(loaded.settings.client, None);
    assert!(
        loaded.problems[0].text.contains("everyone may write it"),
        "{loaded:?}"
    );
}

#[test]
fn what_a_helpdesk_meets_is_said() {
    let warnings = |text: &str| -> Vec<String> {
        read(text, &[])
            .0
            .warnings
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    let swallowed = warnings(&format!(
        "url = '{URL}'\n[extra]\nSite = 'x'\nreport = false"
    ));
    assert!(
        swallowed
            .iter()
            .any(|said| said.contains("`report` stands under [extra]")),
        "{swallowed:?}"
    );
    for url in [URL, "https://SERVER/rest/v1.0/1/routingApplications/run/1"] {
        let said = warnings(&format!("url = '{url}'"));
        assert!(
            said.iter().any(|said| said.contains("the example's")),
            "{said:?}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mc-start.toml.txt"), "").unwrap();
    let problems = Settings::load(&flags(&[]), &folders(folder.path())).problems;
    assert!(
        problems[0].text.contains("rename it to mc-start.toml"),
        "{problems:?}"
    );
}

#[test]
fn the_sample_shows_every_key_and_what_holds_without_it() {
    const SAMPLE: &str = include_str!("../mc-start.toml");
    let shown = load(SAMPLE, &[]).unwrap();
    // With every `#key` made a line of its own it is still right.
    let all: String = SAMPLE
        .lines()
        .map(|line| {
            line.strip_prefix('#')
                .filter(|rest| !rest.starts_with(' '))
                .unwrap_or(line)
                .to_owned()
                + "\n"
        })
        .collect();
    let all = load(&all, &[]).unwrap();
    assert_eq!(all.order, shown.order);
    assert_eq!(all.report, shown.report);
    assert_eq!(all.ip, shown.ip);
    assert_eq!(all.fields, shown.fields);
    assert_eq!(all.proxy, shown.proxy);
    assert_eq!(all.client_args, shown.client_args);
    assert_eq!(all.client.as_deref(), Some("ACDMiniClient.exe"));
    assert_eq!(all.extra.len(), 1);
    assert!(all.token_file.is_some() && all.ca_file.is_some());
    for key in SCHEMA.keys.iter().map(|key| key.name) {
        assert!(
            SAMPLE.contains(&format!("{key} = ")) || SAMPLE.contains(&format!("[{key}]")),
            "{key}"
        );
    }
}

#[test]
fn names_that_other_programs_have_lead_to_the_setting_that_is_meant() {
    const TOKEN: &str = "a token stands in no setting: put it into a file that `token_file` names, set API_TOKEN, or run \
                         `mc-start token set`";
    for name in [
        "token",
        "api_token",
        "ApiToken",
        "bearer",
        "api_key",
        "X-API-Key",
        "password",
        "Passwort",
        "key",
    ] {
        let told = problems(&format!("url = '{URL}'\n{name} = 'geheim-4711'\n"));
        assert_eq!(
            told,
            [format!("{FILE_NAME}:2: `{name}` is not a setting; {TOKEN}")]
        );
    }
    for (name, part) in [
        ("tokenfile", "did you mean `token_file`?"),
        ("token_path", "did you mean `token_file`?"),
        ("server", "the whole address stands in `url`"),
        ("base_url", "the whole address stands in `url`"),
        ("port", "the whole address stands in `url`"),
        // By their letters these are near `client`, which starts a program.
        ("client_id", "the whole address stands in `url`"),
        ("client_ip", "`ip` says which address is reported"),
        ("ClientName", "what is reported stands in `fields`"),
        ("certificate", "did you mean `ca_file`?"),
        ("insecure", "certificates are always checked"),
        ("https_proxy", "`proxy` is system, none or the proxy's URL"),
        ("journal", "it belongs in miniclient.toml"),
    ] {
        let told = problems(&format!("url = '{URL}'\n{name} = 'x'\n"));
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains(part), "{told:?}");
    }
    for key in SCHEMA.keys {
        let mut habits = SCHEMA.habits.iter();
        assert!(
            !habits.any(|habit| habit.is(key.section, key.name)),
            "{}",
            key.name
        );
    }
}
