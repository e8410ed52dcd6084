use super::*;

fn flags(arguments: &[&str]) -> Flags {
    let words = ["mc-start"].iter().chain(arguments).map(Into::into);
    match crate::cli::parse(words) {
        crate::cli::Parsed::Run(cli) => cli.flags,
        other => panic!("{other:?}"),
    }
}

fn load(text: &str, arguments: &[&str]) -> Result<Settings, Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE_NAME), text).unwrap();
    let prefix = format!("{}{}", folder.path().display(), std::path::MAIN_SEPARATOR);
    Settings::load(&flags(arguments), folder.path()).map_err(|problems| {
        problems
            .iter()
            .map(|problem| problem.to_string().replace(&prefix, ""))
            .collect()
    })
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
    let file = settings.file.clone().unwrap();
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
        "b",
        "--client",
        "b",
        "--client-arg=--b",
        "--order",
        "client-first",
        "--ip",
        "route",
        "--ca-file",
        "b",
        "--proxy",
        "system",
        "--no-report",
    ];
    let settings = load(&text, &arguments).unwrap();
    assert_eq!(settings.url.unwrap().reveal(), other);
    assert_eq!(settings.token_file.as_deref(), Some(Path::new("b")));
    assert_eq!(settings.client.as_deref(), Some("b"));
    assert_eq!(settings.client_args, ["--b"]);
    assert_eq!(settings.order, Order::ClientFirst);
    assert_eq!(settings.ip, IpRule::Route);
    assert_eq!(settings.ca_file.as_deref(), Some(Path::new("b")));
    assert_eq!(settings.proxy, ProxySetting::System);
    assert!(!settings.report);
}

#[test]
fn no_file_is_needed_when_a_url_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::load(&flags(&["--url", URL]), folder.path()).unwrap();
    assert_eq!((settings.file, settings.url.unwrap().reveal()), (None, URL));
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("other.toml");
    let flags = flags(&["--url", URL, "--config", missing.to_str().unwrap()]);
    let problems = Settings::load(&flags, folder.path()).unwrap_err();
    assert!(
        problems[0]
            .to_string()
            .contains("other.toml: cannot be read"),
        "{}",
        problems[0]
    );
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
    assert!(said[5].contains("no field `HostName`"), "{said:#?}");
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
    let problems = Settings::load(&flags(&[]), folder.path()).unwrap_err();
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
        &format!("url = '{URL}'\nclient = '%{name}%-%NOT_SET_ANYWHERE%-100%'"),
        &[],
    )
    .unwrap();
    assert_eq!(
        settings.client.unwrap(),
        format!("{value}-%NOT_SET_ANYWHERE%-100%")
    );
}

#[test]
fn the_sample_shows_every_key_and_what_holds_without_it() {
    const SAMPLE: &str = include_str!("../../mc-start.toml");
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
    for key in file::KEYS {
        assert!(
            SAMPLE.contains(&format!("{key} = ")) || SAMPLE.contains(&format!("[{key}]")),
            "{key}"
        );
    }
}
