//! Lines as shells read them. bash and dash are asked themselves, and where the tests run on Windows or under Wine the command
//! prompt; what PowerShell makes of a line follows from its documentation (the pages are named in `src/shell.rs`).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod around;
#[cfg(windows)]
mod cmd;
mod configuration;
mod pastes;
mod variables;
mod windows;

use mc_curl::{Names, Paste, Shell};
use proptest::prelude::*;

fn paste(text: &str, shell: Shell) -> Paste {
    Paste::read(text, Some(shell), &Names::call()).unwrap()
}

/// The words, and no construct left open.
#[track_caller]
fn words(text: &str, shell: Shell) -> Vec<String> {
    let paste = paste(text, shell);
    assert!(paste.open().is_empty(), "{text}: {:?}", paste.open());
    paste.arguments().to_vec()
}

#[cfg(unix)]
const POSIX: &[&str] = &[
    "curl https://h/",
    "curl -X POST 'https://h/a?b=1&c=2' -H \"A: b\"",
    "curl -d 'it'\\''s' https://h/",
    "curl -d \"it's\" https://h/",
    "curl -d \"a \\\"b\\\" \\\\ \\x c\" https://h/",
    "curl -d \"costs 5\\$ \\`now\\`\" https://h/",
    "curl https://h/\\?a=1\\&b=2",
    "curl -H A:\\ b https://h/a\\ b",
    "curl \\\n  -X PUT \\\n  https://h/",
    "curl -d \"\\\n{\\\n\\\"a\\\": 1\\\n}\" https://h/",
    "curl -d '{\n  \"a\": \"b\"\n}' https://h/",
    "curl -d 'a\\nb' https://h/",
    "curl -d \"$ANumber\" -d ${ANumber} -d '$ANumber' https://h/",
    "curl -d a'b'\"c\"d https://h/",
    "curl -d {\"a\":\"b,c\"} https://h/{a.b}/{}",
    "curl '' -d \"\" https://h/",
    "curl -d a#b https://h/#c",
    "curl -u 'DOM\\user:p#ss \"w\"' https://h/",
    "curl -u DOM\\\\user:x https://h/",
    "curl -d \"Grüße aus München\" https://h/ü",
    "curl -d '“quoted”' https://h/",
    "curl\t-s\t https://h/   ",
];

#[cfg(unix)]
const BASH: &[&str] = &[
    r#"curl --data-raw $'{"name":"O\'Brien","nr":"$ANumber"}' https://h/"#,
    r#"curl --data-raw $'Hallo\u0021 \x41\102\t\\ \"q\" \xc3\xbc \U0001F600' https://h/"#,
    r"curl -d $'a\nb\rc\q\?' https://h/",
    r"curl -d $'\303\274 \xc3\274 \342\x82\254 \xf0\237\x98\200 \441' https://h/",
    r"curl -d $'a\cAb\czc\c[d\c?e\c\\f' https://h/",
    "curl -d $\"plain\" https://h/",
    "curl -d a$'b'c https://h/",
    "curl -d \"$(cat <<EOF\n{\n  \\$5 \\\\ \"q\"\n\n}\n\nEOF\n)\" https://h/",
    "curl -d \"a $(cat <<-'END'\n\t'b' \\$ \"c\"\n\tEND\n) d\" https://h/",
];

/// What a shell hands to a program called curl.
#[cfg(unix)]
fn asked(shell: &str, line: &str) -> Vec<String> {
    let script = format!("curl() {{ printf '%s\\0' \"$@\"; }}\n{line}");
    let output = std::process::Command::new(shell)
        .args(["-c", &script])
        .env("ANumber", "$ANumber")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    assert!(output.status.success(), "{line}: {output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_terminator('\0').map(str::to_owned).collect()
}

/// The same with the names of calls left as they are.
#[cfg(unix)]
fn asked_with_names(shell: &str, line: &str) -> Vec<String> {
    let names = [
        "ANumber",
        "CallID",
        "GroupName",
        "ServiceName",
        "ServiceNumber",
        "UsersUID",
    ];
    let set: Vec<_> = names
        .iter()
        .map(|name| format!("{name}='${name}'"))
        .collect();
    asked(shell, &format!("{}\n{line}", set.join(" ")))
}

#[cfg(unix)]
#[test]
fn lines_are_read_as_bash_and_dash_read_them() {
    for line in POSIX {
        let ours: Vec<_> = words(line, Shell::Bash)
            .into_iter()
            .map(|word| word.replace("${ANumber}", "$ANumber"))
            .collect();
        assert_eq!(ours, asked("bash", line), "{line}");
        assert_eq!(ours, asked("sh", line), "{line}");
    }
    for line in BASH {
        assert_eq!(words(line, Shell::Bash), asked("bash", line), "{line}");
    }
}

#[test]
fn what_a_posix_shell_acts_upon_is_named_with_its_place() {
    for (line, column, word) in [
        ("curl -u \"$EMAIL:x\" https://h/", 10, "EMAIL"),
        ("curl -u \"${API_TOKEN}:x\" https://h/", 10, "API_TOKEN"),
        ("curl -d \"$token\" https://h/", 10, "token"),
        ("curl -d \"$caller_id\" https://h/", 10, "$caller_id"),
        ("curl -d $groupname_x https://h/", 9, "$groupname_x"),
        ("curl -d ${ANumber2} https://h/", 9, "$ANumber2"),
        ("curl https://h/?n=$ANumbers", 19, "$ANumbers"),
        ("curl -d $'n=M\\xfcller' https://h/", 14, "`\\xfc`"),
        ("curl -d $'M\\374ller' https://h/", 12, "`\\374`"),
        ("curl -d $'a\\xc3\\xbcb\\xc3' https://h/", 21, "`\\xc3`"),
        ("curl -d $'\\303' https://h/", 11, "`\\303`"),
        ("curl -d $'\\ud83d\\ude00' https://h/", 11, "`\\ud83d`"),
        ("curl -d $'\\U110000' https://h/", 11, "`\\U110000`"),
        (
            "curl 'http://h/x \\\n--header 'X: a' \\\n--header 'Y: b'",
            6,
            "a quote is missing",
        ),
        ("curl 'http://h/x \\\n  -H 'X: a'", 6, "a quote is missing"),
        (
            "curl \"http://h/x \\\n  -H \"X: a\"",
            6,
            "a quote is missing",
        ),
        (
            "curl -H 'X: a \\\n -d '{\"a\":1}' \\\n 'http://h/'",
            9,
            "a quote is missing",
        ),
        (
            "curl -d '{\"a\":1} \\\n 'http://h/'",
            9,
            "a quote is missing",
        ),
        (
            "curl -H 'X: a' \\\n -H Y: b' \\\n -d 'c' 'http://h/'",
            26,
            "a quote is missing",
        ),
        (
            "curl -H $'X: a \\\n -d $'b' 'http://h/'",
            10,
            "a quote is missing",
        ),
        ("curl -s \\\\\n  https://h/", 9, "one `\\`"),
        ("curl -s https://h/\\\\\n  -d a=b", 19, "one `\\`"),
        ("curl -d \"$1\" https://h/", 10, "$1"),
        ("curl -H 'A: b'\\\n-d a=b https://h/", 17, "`-d` belongs to"),
        ("curl -u \"me:a$$b\" https://h/", 14, "`$$`"),
        ("curl -d a$$ANumber https://h/", 10, "`$$`"),
        ("curl -d \"t=$(date +%s)\" https://h/", 12, "$("),
        ("curl -d 'a'$(date)'b' https://h/", 12, "$("),
        ("curl -d \"host=`hostname`\" https://h/", 15, "`"),
        ("curl https://h/ | jq .", 17, "|"),
        ("curl https://h/>/dev/null 2>&1", 16, ">"),
        ("curl https://h/ 2>/dev/null", 18, ">"),
        ("curl https://h/?a=1&b=2", 20, "&"),
        ("curl https://h/; echo", 16, ";"),
        ("curl https://h/ <<EOF\nx\nEOF", 17, "<<"),
        ("curl https://h/ <in.txt >out.txt", 17, "<"),
        ("curl -u me:<password> https://h/", 12, "<password>"),
        (
            "curl -d \"$(cat <<EOF\n$(date)\nEOF\n)\" https://h/",
            22,
            "$(",
        ),
        (
            "curl -d \"$(cat <<EOF\nx\nEOF\ndate)\" https://h/",
            10,
            "$(",
        ),
        ("curl -X POST \\\n  # why\n  https://h/", 18, "#"),
        ("curl https://h/\necho done", 17, "echo"),
        ("curl -d @~/x -T ~/y https://h/", 17, "~"),
        ("curl -d ab=~/x https://h/", 12, "~"),
        ("curl https://h/{a,b}", 16, "{"),
        ("curl -d {\"a\":\"b c\",'d':1} https://h/", 9, "{..,..}"),
        ("curl -d {x,{\"a\",b}} https://h/", 9, "{..,..}"),
        ("curl https://h/{1..3}", 16, "{..,..}"),
        ("curl 'https://h/?n='ab'&m'", 20, "each apostrophe"),
        ("curl —d x https://h/", 6, "U+2014"),
        ("curl “https://h/”", 6, "U+201C"),
        ("curl\u{a0}-s https://h/", 5, "U+00A0"),
        ("curl -s\u{2028}https://h/", 8, "U+2028"),
        ("curl -s https://h/\u{2029}-d a=b", 19, "U+2029"),
        ("curl -s\u{85}https://h/", 8, "U+0085"),
        ("curl -s\u{180e}https://h/", 8, "U+180E"),
        ("curl https://h/ # comment with 'quote", 17, "#"),
        ("curl https://h/ \\\n -s # it's here", 23, "#"),
        ("curl https://h/ # say \"x", 17, "#"),
    ] {
        let paste = match Paste::read(line, Some(Shell::Bash), &Names::call()) {
            Ok(paste) => paste,
            // A no-break space makes the program's name another.
            Err(error) => {
                assert_eq!(error, mc_curl::PasteError::NoCommand, "{line}");
                continue;
            }
        };
        let first = paste
            .open()
            .first()
            .unwrap_or_else(|| panic!("nothing is open in {line}"));
        assert_eq!(first.column, column, "{line}: {first}");
        assert!(first.to_string().contains(word), "{line}: {first}");
    }
}

#[test]
fn prompts_and_starters_are_left_out() {
    for before in [
        "$ ",
        "  $ ",
        "> ",
        "sudo ",
        "call ",
        "@",
        "PS C:\\Users\\me> ",
        "C:\\>",
        "me@host:~/x$ ",
        "@call ",
    ] {
        assert_eq!(
            words(&format!("{before}curl -s https://h/"), Shell::Bash),
            ["-s", "https://h/"],
            "{before}"
        );
    }
    for line in ["", "wget https://h/", "curly https://h/"] {
        let error = Paste::read(line, None, &Names::call()).unwrap_err();
        assert_eq!(error, mc_curl::PasteError::NoCommand, "{line}");
    }
    for line in ["\"curl -sS https://h/\"", "'curl.exe https://h/'"] {
        let error = Paste::read(line, None, &Names::call()).unwrap_err();
        assert_eq!(error, mc_curl::PasteError::Quoted, "{line}");
    }
    let long = format!("curl -d '{}' https://h/", "x".repeat(300 * 1024));
    assert_eq!(
        Paste::read(&long, None, &Names::call()).unwrap_err(),
        mc_curl::PasteError::TooLong
    );
}

#[test]
fn the_shell_is_guessed_by_what_only_it_has() {
    for (line, shell) in [
        ("curl ^\"https://h/^\"", Shell::Cmd),
        ("curl -s ^\r\n  https://h/", Shell::Cmd),
        ("curl -s ^\n  -d a%%20b https://h/", Shell::Batch),
        ("curl -H \"A: %TOKEN%\" https://h/", Shell::Cmd),
        ("curl -d a%C3%BCb https://h/", Shell::Bash),
        ("curl.exe -s `\n  https://h/", Shell::PowerShell),
        ("curl.exe -d '{\\\"a\\\":1}' https://h/", Shell::PowerShell),
        ("curl.exe --% -d \"a\" https://h/", Shell::PowerShell),
        ("curl -s \\\n  https://h/", Shell::Bash),
        ("curl -d $'a' https://h/", Shell::Bash),
        ("curl https://h/", Shell::Bash),
        ("curl -u DOM\\me:x https://h/", Shell::Cmd),
        ("curl -d a=1^&b=2 https://h/", Shell::Cmd),
        ("curl -d \"5\\$\" https://h/", Shell::Bash),
        ("curl -H A:\\ b -d a\\&b https://h/", Shell::Bash),
        ("curl -d \"{\"\"a\"\":1}\" https://h/", Shell::Cmd),
        ("curl -d \"{\"\"\"a\"\"\":1}\" https://h/", Shell::Cmd),
        (
            "curl -d \"{\\\"t\\\":\\\"a\\nb\\\"}\" https://h/",
            Shell::Bash,
        ),
        ("curl -d \"h=`hostname`\" https://h/", Shell::Bash),
        ("curl -H \"A: $env:TOKEN\" https://h/", Shell::PowerShell),
        ("curl.exe -d \"n=$($a.b)\" https://h/", Shell::PowerShell),
        ("curl.exe -d \"n=`\"a`\"\" https://h/", Shell::PowerShell),
        ("curl.exe -d \"{`\"a`\":1}\" https://h/", Shell::PowerShell),
    ] {
        assert_eq!(Shell::guess(line), shell, "{line}");
    }
}

proptest! {
    /// Whatever a paste holds: the line that it becomes is read by the configuration's rules as the same words, and its
    /// TOML as the same line.
    #[test]
    fn the_line_to_write_is_the_same_command(arguments in proptest::collection::vec("\\PC{0,12}|[-'\"\\\\`$%^ \n(){};&|<>#~]{0,8}", 0..6)) {
        let quoted: Vec<_> = arguments.iter().map(|word| format!("'{}'", word.replace('\'', "'\\''"))).collect();
        let paste = Paste::read(&format!("curl {}", quoted.join(" ")), Some(Shell::Bash), &Names::call()).unwrap();
        prop_assert_eq!(paste.arguments(), &arguments[..]);
        let again = Paste::read(&paste.line(), Some(Shell::Configuration), &Names::call()).unwrap();
        prop_assert_eq!(again.arguments(), &arguments[..]);
        prop_assert!(again.open().is_empty(), "{:?}", again.open());
    }

    /// No text makes a reader fail in another way than by an error.
    #[test]
    fn any_text_is_read_or_refused(text in "curl [-'\"\\\\`$%^ \r\n(){};&|<>#~a-z=ü\u{a0}“—]{0,40}") {
        for shell in [Shell::Configuration, Shell::Bash, Shell::Cmd, Shell::Batch, Shell::PowerShell] {
            if let Ok(paste) = Paste::read(&text, Some(shell), &Names::call()) {
                for open in paste.open() {
                    prop_assert!(text.is_char_boundary(open.offset) && open.offset <= text.len());
                }
                let _ = paste.toml();
            }
        }
    }
}

/// bash ends such a text there.
#[test]
fn a_nul_in_a_text_is_open() {
    for escape in [r"\0", r"\000", r"\x00", r"\u0000", r"\c@"] {
        let paste = paste(&format!("curl -d $'a{escape}b' https://h/"), Shell::Bash);
        let open = format!("{:?}", paste.open());
        assert!(open.contains("Nul"), "{escape}: {open}");
    }
}
