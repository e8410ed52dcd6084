//! Properties of all commands and all values, tried on random ones.

use mc_template::Values;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::checks::{
    VARIABLES, a_paste_becomes_the_line_that_it_is, a_text_is_read_and_printed,
    values_change_no_shape,
};

/// Pieces of commands: joined at random they come near to what people write, and to what they get wrong.
const PIECES: [&str; 70] = [
    "curl ",
    "curl.exe ",
    " ",
    "  ",
    "\t",
    "\n",
    " ^\n",
    " \\\n",
    " `\n",
    "^\"",
    "^&",
    "$'",
    "%%",
    "\"",
    "'",
    "\\",
    "\\\"",
    "\\'",
    "\"\"",
    "-d ",
    "-G ",
    "-H ",
    "-F ",
    "-X",
    "POST ",
    "-sS ",
    "-u ",
    "-b ",
    "-e ",
    "-A ",
    "-T ",
    "-c NUL ",
    "--digest ",
    "--connect-to ",
    "--resolve ",
    "--proxy-header ",
    "-I ",
    "-g ",
    "-L ",
    "-m5 ",
    "--json ",
    "--next ",
    "--data-urlencode ",
    "--url-query ",
    "--form-string ",
    "--",
    "--no-",
    "--data-raw ",
    "@",
    "<",
    "=",
    ":",
    ";",
    "&",
    ",",
    ";type=a/b",
    ";filename=",
    "{a,b}",
    "[1-3]",
    "{",
    "]",
    "$ANumber",
    "${GroupName}",
    "${{Extra}}",
    "$$",
    "${ANumber:default(a)b)}",
    "$crmurl",
    "http://h.example/p?q",
    " https://h/ ",
    "ä",
];

fn line() -> impl Strategy<Value = String> {
    vec(
        prop_oneof![
            6 => proptest::sample::select(&PIECES[..]).prop_map(str::to_owned),
            1 => "[ -~]{0,6}",
            1 => any::<char>().prop_map(String::from),
        ],
        0..24,
    )
    .prop_map(|pieces| pieces.concat())
}

fn value() -> impl Strategy<Value = String> {
    const HOSTILE: [&str; 22] = [
        "",
        " ",
        "a b",
        "\"",
        "'",
        "\\",
        "&a=b",
        "=",
        ";",
        "; c=d",
        "@/etc/passwd",
        "</etc/passwd",
        "--next",
        "-X",
        "\r\nX: y",
        "\0",
        "{a,b}[1-2]",
        "$ANumber",
        "..",
        ";auto",
        "http://evil.example/",
        ";type=a/b;filename=x",
    ];
    prop_oneof![
        3 => vec(proptest::sample::select(&HOSTILE[..]), 0..4).prop_map(|parts| parts.concat()),
        2 => "[ -~]{0,12}",
        1 => any::<String>(),
        1 => Just("http://link.example/c?i=1".to_owned()),
        1 => "[0-9]{0,9}",
    ]
}

fn values() -> impl Strategy<Value = Values> {
    vec(value(), VARIABLES.len()).prop_map(|texts| VARIABLES.iter().copied().zip(texts).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(500), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_text_is_read_or_refused_and_printed_as_what_it_is(line in line(), values in values()) {
        a_text_is_read_and_printed(&line, &values);
    }

    #[test]
    fn every_paste_becomes_the_line_that_it_is(line in line(), values in values()) {
        a_paste_becomes_the_line_that_it_is(&line, &values);
        a_paste_becomes_the_line_that_it_is(&format!("curl {line}"), &values);
    }

    #[test]
    fn no_value_changes_the_number_of_requests_headers_or_fields_or_the_server(values in values()) {
        values_change_no_shape(&values);
    }
}
