//! Addresses of the REST side.

use mc_routing::{BaseUrl, RunUrl};

#[test]
fn a_slash_at_the_end_does_not_matter() {
    for text in [
        "https://acd-lb/rest/v1.0/1",
        "https://acd-lb/rest/v1.0/1/",
        " https://acd-lb/rest/v1.0/1// ",
    ] {
        let run = BaseUrl::parse(text).unwrap().run(1234);
        assert_eq!(
            run.reveal(),
            "https://acd-lb/rest/v1.0/1/routingApplications/run/1234"
        );
    }
}

#[test]
fn a_base_without_a_path_works() {
    let run = BaseUrl::parse("http://127.0.0.1:8080").unwrap().run(7);
    assert_eq!(
        run.reveal(),
        "http://127.0.0.1:8080/routingApplications/run/7"
    );
}

#[test]
fn the_base_of_a_run_url_is_found_where_it_has_the_usual_form() {
    let run = RunUrl::parse("https://acd-lb/rest/v1.0/1/routingApplications/run/1234").unwrap();
    assert_eq!(
        run.base(),
        Some(BaseUrl::parse("https://acd-lb/rest/v1.0/1").unwrap())
    );
    assert_eq!(RunUrl::parse("https://acd-lb/hook").unwrap().base(), None);
}

#[test]
fn what_does_not_belong_is_refused_by_name_and_not_repeated() {
    for (text, part) in [
        ("acd-lb/rest", "not a URL"),
        ("ftp://acd-lb/rest", "\"ftp\""),
        ("https://user:geheim@acd-lb/rest", "token"),
        ("https://acd-lb/rest?token=geheim", "'?'"),
        ("https://acd-lb/rest#geheim", "'#'"),
        ("", "not a URL"),
    ] {
        let error = BaseUrl::parse(text).unwrap_err();
        let message = format!("{error} {error:?}");
        assert!(message.contains(part), "{text}: {message}");
        assert!(!message.contains("geheim"), "{message}");
    }
}

#[test]
fn only_the_origin_is_shown() {
    let run =
        RunUrl::parse("https://acd-lb:8443/rest/v1.0/4711/routingApplications/run/1234").unwrap();
    assert_eq!(run.to_string(), "https://acd-lb:8443");
    assert!(!format!("{run:?}").contains("4711"));
    assert_eq!(
        (run.host(), run.port(), run.is_https()),
        ("acd-lb", 8443, true)
    );
}
