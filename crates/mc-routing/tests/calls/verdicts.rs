//! What the application says of what was asked.

use mc_routing::{Error, Verdict};
use testkit::{Answer, Recorder};

use crate::{options, run};

#[tokio::test]
async fn f76_a_no_is_told_from_a_yes_and_from_nothing() {
    let refused = |reason: &str| Verdict::Refused {
        reason: reason.to_owned(),
    };
    let cases = [
        (r#"{"usersuid":"agent.17"}"#, Verdict::Accepted),
        (r#"{"result":"OK","error":""}"#, Verdict::Accepted),
        (r#"{"error":" "}"#, Verdict::Accepted),
        (r#"{"error":null}"#, Verdict::Accepted),
        (r#"{"error":false}"#, Verdict::Accepted),
        (r#"{"error":0}"#, Verdict::Accepted),
        (r#"{"error":{}}"#, Verdict::Accepted),
        ("done", Verdict::Accepted),
        ("ERROR", Verdict::Accepted),
        (r#"["error"]"#, Verdict::Accepted),
        (r#"{"error":"User not found"}"#, refused("User not found")),
        (r#"{"Error":"a\nb\u202e"}"#, refused("a b\u{fffd}")),
        (r#"{"error":17}"#, refused("17")),
        (r#"{"error":{"code":5}}"#, refused(r#"{"code":5}"#)),
        (r#"{"result":"ERROR"}"#, refused(r#"{"result":"ERROR"}"#)),
        (
            r#"{"RESULT":" error "}"#,
            refused(r#"{"RESULT":" error "}"#),
        ),
        (r#"{"result":"ERROR","error":"busy"}"#, refused("busy")),
        (r#"{"success":true,"message":"done"}"#, Verdict::Accepted),
        (r#"{"success":null}"#, Verdict::Accepted),
        (r#"{"success":false}"#, refused(r#"{"success":false}"#)),
        (
            r#"{"Success":"False","message":"no such user"}"#,
            refused("no such user"),
        ),
        (
            r#"{"success":false,"error":null,"errorMessage":"busy"}"#,
            refused("busy"),
        ),
        ("\u{feff}{\"error\":\"busy\"}", refused("busy")),
        ("", Verdict::Empty),
        (" \r\n", Verdict::Empty),
        ("\u{feff}", Verdict::Empty),
    ];
    let server = Recorder::start();
    for (text, verdict) in cases {
        server.then(Answer::ok(text));
        let answer = run(&server, options()).await.unwrap();
        assert_eq!(answer.verdict(), verdict, "{text}");
    }
    server.then(Answer::status(204));
    assert_eq!(
        run(&server, options()).await.unwrap().verdict(),
        Verdict::Empty
    );
}

#[tokio::test]
async fn no_html_is_an_answer() {
    let server = Recorder::start();
    for page in [
        "<!DOCTYPE html>",
        "<!doctype HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\">",
        "<HTML>",
        "<head><title>Sign in</title>",
        "\n <body onload=\"x()\">",
        "<script>location='/login'</script>",
        "<meta http-equiv=refresh content=0>",
        "<center><h1>403 Forbidden</h1></center>",
        "<p>It works!</p>",
    ] {
        server.then(Answer::ok(page).header("Content-Type", "application/json"));
        let error = run(&server, options()).await.unwrap_err();
        assert!(matches!(error, Error::WebPage { .. }), "{page}: {error}");
    }
    for data in [
        "<result>1</result>",
        "<?xml version=\"1.0\"?><answer/>",
        "<",
        "< p>",
    ] {
        server.then(Answer::ok(data));
        let answer = run(&server, options()).await.unwrap();
        assert_eq!(answer.text, data);
    }
}
