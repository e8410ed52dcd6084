//! What a token is, beyond what every secret is.

use mc_routing::{Origin, Search, Token, TokenError};

#[test]
fn what_no_token_holds_is_refused_and_not_repeated() {
    for (text, part) in [
        ("", "Client Master Data"),
        ("geheim\r\nX-Other: 1", "line break"),
        ("Bearer geheim", "without \"Bearer\""),
        ("\"geheim\"", "quotes"),
        ("'geheim'", "quotes"),
        ("geheim\0", "control character"),
        ("geheimü", "ASCII"),
    ] {
        let error = Token::new(text, Origin::Env("API_TOKEN".to_owned())).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains(part) && shown.contains("API_TOKEN"),
            "{text:?}: {shown}"
        );
        assert!(!shown.contains("geheim"), "{shown}");
    }
}

#[test]
fn a_token_knows_where_it_was_and_what_is_not_right_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "abc\r\n").unwrap();
    let token = Token::from_file(&path).unwrap();
    assert_eq!(token.secret().expose(), "abc");
    assert_eq!(*token.origin(), Origin::File(path.clone()));
    let search = Search::new("token")
        .file(Some(folder.path().join("other")))
        .file(Some(path));
    let found = Token::find(&search).unwrap();
    assert!(
        found.warnings()[0].contains("other"),
        "{:?}",
        found.warnings()
    );
    let missing = Token::from_file(&folder.path().join("other")).unwrap_err();
    assert!(matches!(missing, TokenError::Secret(_)), "{missing:?}");
    assert!(missing.to_string().contains("other"), "{missing}");
}

#[test]
fn a_token_is_not_shown() {
    let token = Token::new("geheim", Origin::Program).unwrap();
    assert_eq!(format!("{token:?}"), "Token { origin: Program, .. }");
}
