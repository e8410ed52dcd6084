//! Numbers are dialled through the running instance, at most once, and what became of them is said.

use crate::telephone::{Agent, SOON, Telephone, login_name, write_token};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Answer, ArgDump, Home, Recorder};

fn section(server: &Recorder, home: &Home) -> String {
    write_token(home, "s3cret");
    format!(
        "[jtel]\nbase_url = \"{}\"\ntoken_file = \"secret\"\n",
        server.url("/rest/v1.0/1")
    )
}

/// An agent that dials through application 5678 of a server that records.
fn agent(server: &Recorder, more: &str) -> Agent {
    let home = Home::new();
    let config = format!(
        "UsersUID = \"agent.17\"\n{}[dial]\napplication = 5678\n{more}",
        section(server, &home)
    );
    Agent::start(home, &config)
}

#[test]
fn the_telephone_system_dials() {
    let telephone = Telephone::start(&[]);
    let home = Home::new();
    let config = format!(
        "{}[register]\napplication = 1235\nusers_uid_from = \"/usersuid\"\n[dial]\napplication = 5678\n",
        telephone.section(&home)
    );
    let agent = Agent::start(home, &config);
    agent.registration("registered");
    let dialled = agent.run(&["--dial", "+49 89 12345-678"]).expect_code(0);
    assert!(
        dialled.stdout.contains("+498912345678"),
        "{}",
        dialled.stdout
    );
    let dials = telephone.dials();
    assert_eq!(dials.len(), 1);
    let dial = dials[0].to_string();
    assert!(
        dial.contains("+498912345678") && dial.contains("agent.17"),
        "{dial}"
    );
}

#[test]
fn an_answer_that_is_lost_dials_once_and_says_so() {
    let telephone = Telephone::start(&[]);
    let home = Home::new();
    let config = format!(
        "UsersUID = \"agent.17\"\n{}[dial]\napplication = 5678\n",
        telephone.section(&home)
    );
    let agent = Agent::start(home, &config);
    telephone.fault("path=run/5678,drop=after,times=1");
    let dialled = agent.run(&["dial", "0891234567"]).expect_code(13);
    assert!(dialled.stderr.contains("not known"), "{}", dialled.stderr);
    assert_eq!(telephone.dials().len(), 1, "it was dialled, and not again");
    let _ = agent.run(&["dial", "0891234568"]).expect_code(0);
    assert_eq!(telephone.dials().len(), 2);
}

#[test]
fn the_call_is_the_number_the_user_and_the_workstation() {
    let server = Recorder::start();
    server.then(Answer::json(200, &json!({"result": "dialling"})));
    let agent = agent(&server, "");
    let dialled = agent.run(&["dial", "089 123*4#"]).expect_code(0);
    assert!(
        dialled.stdout.contains("dialling"),
        "what the application answered is shown: {}",
        dialled.stdout
    );
    let request = server.only();
    assert_eq!(request.target, "/rest/v1.0/1/routingApplications/run/5678");
    assert_eq!(request.header("Authorization"), Some("Bearer s3cret"));
    let body = request.json();
    let names: Vec<_> = body
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let expected = [
        "Action",
        "DialNumber",
        "UsersUID",
        "WindowsLoginName",
        "ComputerName",
        "IPAddress",
        "SessionID",
    ];
    assert_eq!(names, expected);
    assert_eq!(
        (&body["Action"], &body["DialNumber"]),
        (&json!("dial"), &json!("089123*4#"))
    );
    assert_eq!(
        (&body["UsersUID"], &body["IPAddress"]),
        (&json!("agent.17"), &json!("127.0.0.1"))
    );
    assert_eq!(body["WindowsLoginName"], Value::from(login_name()));
}

#[test]
fn each_failure_has_its_code_and_nothing_is_dialled_twice() {
    let server = Recorder::start();
    let agent = agent(&server, "timeout = \"2s\"\n");
    let cases = [
        (Answer::status(401), 1, "secret"),
        (
            Answer::json(404, &json!({"status": 404, "error": "no application 5678"})),
            1,
            "no application 5678",
        ),
        (
            Answer::json(200, &json!({"result": "ERROR", "error": "no line is free"})),
            1,
            "no line is free",
        ),
        (Answer::html(200, "<html>Sign in</html>"), 1, "web page"),
        (Answer::status(503), 1, "503"),
        // From here on nobody knows.
        (Answer::status(504), 13, "504"),
        (Answer::hang_up(), 13, "not known"),
        (Answer::ok("{\"result\":").truncated(3), 13, "not known"),
        (Answer::silence(), 13, "not known"),
    ];
    for (number, (answer, code, part)) in (1..).zip(cases) {
        server.then(answer);
        // The same number again so soon would be a double click.
        let dialled = agent
            .run(&["dial", &format!("089123456{number}")])
            .expect_code(code);
        let said = format!("{}{}", dialled.stdout, dialled.stderr);
        assert!(said.contains(part), "{part}: {said}");
        assert!(!said.contains("s3cret"), "{said}");
        assert_eq!(
            server.requests().len(),
            number,
            "{part}: one request for one number"
        );
    }
}

#[test]
fn a_telephone_system_that_is_down_is_a_failure_at_once() {
    let mut server = Recorder::start();
    let agent = agent(&server, "");
    server.stop();
    let dialled = agent.run(&["dial", "0891234567"]).expect_code(1);
    assert!(
        dialled.stderr.contains("cannot reach"),
        "{}",
        dialled.stderr
    );
    assert!(dialled.took < Duration::from_secs(10), "{:?}", dialled.took);
}

#[test]
fn without_a_token_it_says_where_one_could_be() {
    let server = Recorder::start();
    let home = Home::new();
    let config = format!(
        "UsersUID = \"agent.17\"\n[jtel]\nbase_url = \"{}\"\n[dial]\napplication = 5678\n",
        server.url("/rest/v1.0/1")
    );
    let agent = Agent::start(home, &config);
    let dialled = agent.run(&["dial", "0891234567"]).expect_code(1);
    assert!(
        dialled.stderr.contains("no token") && dialled.stderr.contains("API_TOKEN"),
        "{}",
        dialled.stderr
    );
    assert!(server.requests().is_empty());
}

#[test]
fn a_rest_call_dials() {
    let pbx = Recorder::start();
    pbx.then(Answer::ok("ok")).then(Answer::status(500));
    let home = Home::new();
    let config = format!(
        "UsersUID = \"agent.17\"\n[dial]\nrest = 'curl -sS \"{}?n=$DialNumber&u=$UsersUID\"'\n",
        pbx.url("/call")
    );
    let agent = Agent::start(home, &config);
    let _ = agent.run(&["dial", "+49891234567"]).expect_code(0);
    assert_eq!(pbx.only().target, "/call?n=%2B49891234567&u=agent.17");
    let failed = agent.run(&["dial", "+49891234568"]).expect_code(1);
    assert!(failed.stderr.contains("500"), "{}", failed.stderr);
}

#[test]
fn a_program_dials() {
    let dump = ArgDump::new();
    let home = Home::new();
    let program = dump.install(
        &home.path().join(if cfg!(windows) {
            "softphone.exe"
        } else {
            "softphone"
        }),
        &[],
    );
    let config = format!(
        "UsersUID = \"agent.17\"\n[dial]\nexec = '{}'\nparameters = '/dial:$DialNumber \"/as:$UsersUID\"'\n",
        program.display()
    );
    let agent = Agent::start(home, &config);
    let _ = agent.run(&["dial", "0891234567"]).expect_code(0);
    let started = dump.wait_for(1, SOON);
    assert_eq!(started[0].args, ["/dial:0891234567", "/as:agent.17"]);
}

#[test]
fn f66_a_double_click_dials_once() {
    let server = Recorder::start();
    server.always(Answer::ok("ringing"));
    let agent = agent(&server, "");
    let clicks = std::thread::scope(|scope| {
        let click = || {
            agent
                .run(&["--dial-uri", "tel:+49891234567"])
                .expect_code(0)
        };
        let both = [scope.spawn(click), scope.spawn(click)];
        both.map(|click| click.join().unwrap().stdout)
    });
    assert_eq!(clicks[0], clicks[1], "both are told what became of it");
    server.only();
}

/// The lines of a table of the crate that reads numbers: what is given, and what is dialled or `-`.
fn spellings(table: &'static str) -> impl Iterator<Item = (String, &'static str)> {
    let lines = table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("# "));
    // What is unseen is escaped there: these lines are left to the crate's own test.
    let plain = lines.filter(|line| !line.contains('\\'));
    plain.map(|line| {
        let (given, dialled) = line.split_once('\t').unwrap();
        (given.to_owned(), dialled.split('!').next().unwrap())
    })
}

#[test]
fn every_spelling_arrives_at_the_telephone_system() {
    let server = Recorder::start();
    server.always(Answer::ok("ringing"));
    let agent = agent(&server, "allow_codes = true\n[numbers]\nregion = \"DE\"\n");
    let links = include_str!("../../crates/mc-template/tests/numbers/links.tsv");
    let typed = include_str!("../../crates/mc-template/tests/numbers/typed.tsv");
    let links = spellings(links).map(|spelling| ("--dial-uri", spelling));
    let typed = spellings(typed).map(|spelling| ("--dial", spelling));
    // Each is the start of a program, which takes Wine a third of a second: there the crate's own test reads them all, and
    // every eighth is seen to come through a command line and a pipe.
    let (each, least) = if cfg!(windows) {
        (8, (60, 8))
    } else {
        (1, (500, 60))
    };
    let (mut tried, mut arrived) = (0, 0);
    for (option, (given, dialled)) in links.chain(typed).step_by(each) {
        let finished = agent.run(&[option, &given]);
        tried += 1;
        let bodies: Vec<Value> = server
            .requests()
            .iter()
            .map(testkit::Recorded::json)
            .collect();
        if dialled.starts_with('-') {
            assert_eq!(finished.code, 2, "{given:?}: {finished:?}");
            assert_eq!(bodies.len(), arrived, "{given:?} dialled");
            continue;
        }
        assert_eq!(finished.code, 0, "{given:?}: {finished:?}");
        // The same number again within two seconds is a double click: then it has arrived before.
        let new = bodies.get(arrived..).unwrap_or_default();
        assert!(
            new.iter().all(|body| body["DialNumber"] == dialled)
                && bodies.iter().any(|body| body["DialNumber"] == dialled),
            "{given:?}: {new:?} instead of {dialled}"
        );
        arrived = bodies.len();
    }
    assert!(tried >= least.0 && arrived >= least.1, "{tried} {arrived}");
}
