//! Command lines.

use mc_template::words::{SplitError, Word, quote_posix, split_windows};

fn texts(words: Result<Vec<Word>, SplitError>) -> Vec<String> {
    words.unwrap().into_iter().map(|word| word.text).collect()
}

fn windows(line: &str) -> Vec<String> {
    texts(split_windows(line))
}

#[test]
fn windows_rules() {
    for (line, words) in [
        ("", vec![]),
        (" \t ", vec![]),
        ("a b\tc\r\nd", vec!["a", "b", "c", "d"]),
        // The table of Microsoft Learn, "Parsing C command-line arguments".
        (r#""abc" d e"#, vec!["abc", "d", "e"]),
        (r#"a\\b d"e f"g h"#, vec![r"a\\b", "de fg", "h"]),
        (r#"a\\\"b c d"#, vec![r#"a\"b"#, "c", "d"]),
        (r#"a\\\\"b c" d e"#, vec![r"a\\b c", "d", "e"]),
        (r#"a"b"" c d""#, vec![r#"ab" c d"#]),
        (r#""a b c""#, vec!["a b c"]),
        (r#""ab\"c" "\\" d"#, vec![r#"ab"c"#, r"\", "d"]),
        // Two double quotes.
        (r#""""#, vec![""]),
        (r#""" x"#, vec!["", "x"]),
        (r#"x "" y"#, vec!["x", "", "y"]),
        (r#"a""b"#, vec!["ab"]),
        (r#""a""b""#, vec![r#"a"b"#]),
        (r#""""""#, vec![r#"""#]),
        (r#""""""""#, vec![r#""""#]),
        // Backslashes.
        (r"C:\dir\ D:\", vec![r"C:\dir\", r"D:\"]),
        (r"\\server\share", vec![r"\\server\share"]),
        (
            r#""C:\Program Files\x\\" y"#,
            vec![r"C:\Program Files\x\", "y"],
        ),
        (r#"\"a b\""#, vec![r#""a"#, r#"b""#]),
        // Nothing else is special.
        (
            "it's 'a b' ^ % `x` $x #",
            vec!["it's", "'a", "b'", "^", "%", "`x`", "$x", "#"],
        ),
        ("\"a\nb\"", vec!["a\nb"]),
        (r"a^", vec!["a^"]),
        ("a\\\nb", vec![r"a\", "b"]),
        ("ü \u{a0} ß", vec!["ü", "\u{a0}", "ß"]),
        (
            r#"/number:$ANumber "/group:$GroupName""#,
            vec!["/number:$ANumber", "/group:$GroupName"],
        ),
    ] {
        assert_eq!(windows(line), words, "{line}");
    }
}

#[test]
fn an_unbalanced_quote_is_named_with_its_column() {
    for (line, quote, offset, at) in [
        (r#"a "b c"#, '"', 2, "column 3 is"),
        (r#"ü "b"#, '"', 3, "column 3 is"),
        (r#""a" b""#, '"', 5, "column 6 is"),
        (r#"""""#, '"', 0, "column 1 is"),
        ("a\n  \"b", '"', 4, "column 3 of line 2 is"),
    ] {
        let error = split_windows(line).unwrap_err();
        assert_eq!((error.quote, error.offset), (quote, offset), "{line}");
        assert!(error.to_string().contains(at), "{error}");
    }
    assert_eq!(windows("it's"), ["it's"]);
}

#[test]
fn places_in_a_word_are_found_in_the_line() {
    let line = "x \"a b\"\\\"c\"d e\"f \n g\"\"h";
    let words = split_windows(line).unwrap();
    assert_eq!(words[1].text, "a b\"cd ef");
    assert_eq!(words[2].text, "gh");
    for word in &words {
        assert!(line[word.start..].starts_with(['x', '"', 'g']));
        for (offset, character) in word.text.char_indices() {
            assert!(
                line[word.position(offset)..].starts_with(character),
                "{} {offset}",
                word.text
            );
        }
    }
    assert_eq!(
        words.iter().map(|word| word.start).collect::<Vec<_>>(),
        [0, 2, 19]
    );
}

#[test]
fn words_are_quoted_for_a_posix_shell() {
    for (word, quoted) in [
        ("", "''"),
        ("a-b_c.d/e:f,g+h@i%j=k", "a-b_c.d/e:f,g+h@i%j=k"),
        ("a b", "'a b'"),
        ("$x `id` \"q\" \\", "'$x `id` \"q\" \\'"),
        ("it's", r"'it'\''s'"),
        ("=x", "'=x'"),
        ("~", "'~'"),
        ("ü\n", "'ü\n'"),
    ] {
        assert_eq!(quote_posix(word), quoted);
    }
}
