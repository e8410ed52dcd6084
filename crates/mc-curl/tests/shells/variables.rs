//! Variables of a shell by the place in which they stand.

use mc_curl::{CurlCommand, Names, Shell};

/// Where a value is nothing else it was meant to be one, however it is written.
#[test]
fn a_shell_s_variable_alone_is_no_text() {
    for (line, name) in [
        (
            "curl -H \"Authorization: Bearer $token\" http://h/",
            "token",
        ),
        ("curl -H 'Authorization: Bearer $Token' http://h/", "Token"),
        (
            "curl -H \"Authorization: Token token=$tok\" http://h/",
            "tok",
        ),
        ("curl -H \"X-Api-Key: $key\" http://h/", "key"),
        ("curl -H \"X-Tenant: $tenant.$site\" http://h/", "tenant"),
        ("curl -u $user:$pass http://h/", "user"),
        ("curl -u \"api:$pass\" http://h/", "pass"),
        ("curl -u \"$apikey:x\" http://h/", "apikey"),
        ("curl -u \"$user:geheim\" http://h/", "user"),
        ("curl --oauth2-bearer $token http://h/", "token"),
        ("curl \"http://h/?a=1&key=$api_key&b=2\"", "api_key"),
        ("curl -G http://h/ -d q=$query", "query"),
        ("curl http://h/ --url-query q=$query", "query"),
        ("curl http://h/ --data-urlencode \"q=$query\"", "query"),
        ("curl http://h/ --data-urlencode \"$query\"", "query"),
        ("curl http://h/ -d \"a=$first $last\"", "first"),
        ("curl http://h/ -d \"$body\"", "body"),
        ("curl http://h/ -F tok=$tok", "tok"),
        ("curl http://h/ -b \"sid=$sid\"", "sid"),
        ("curl http://h/ -A $agent", "agent"),
        ("curl http://h/ -e $from_page", "from_page"),
        ("curl http://h/ --json '{\"phone\":\"$phone\"}'", "phone"),
        ("curl http://h/ -d '<a><b>$phone</b></a>'", "phone"),
    ] {
        let errors = CurlCommand::parse(line, &Names::call()).expect_err(line);
        let first = errors.iter().next().unwrap();
        assert_eq!(Some(first.offset), line.find('$'), "{line}: {errors}");
        let said = format!("`${name}` is a shell's variable");
        assert!(first.to_string().contains(&said), "{line}: {errors}");
    }
}

/// Neither a secret nor a variable can stand there.
#[test]
fn a_shell_s_variable_in_a_path_is_to_be_written_out() {
    for line in [
        "curl -F file=@$HOME/x http://h/",
        "curl -F 'file=@\"$HOME/x\"' http://h/",
        "curl -F 'file=<$dir/x' http://h/",
        "curl -d @$HOME/x http://h/",
        "curl --data-urlencode a@$dir/x http://h/",
        "curl -T $file http://h/",
        "curl --cacert $CA_FILE http://h/",
        "curl -E $cert http://h/",
        "curl -E a.pem --key $HOME/k http://h/",
        "curl -b $HOME/jar http://h/",
        "curl -H @$HOME/headers http://h/",
        "curl.exe -d @$env:TEMP/x http://h/",
    ] {
        let errors = CurlCommand::parse(line, &Names::call()).expect_err(line);
        let first = errors.iter().next().unwrap().to_string();
        assert!(first.contains("write the path itself"), "{line}: {errors}");
    }
    for (line, shell) in [
        ("curl -F file=@$HOME/x http://h/", Shell::Bash),
        ("curl -F \"file=<$dir/x\" http://h/", Shell::Bash),
        ("curl -F 'file=@'${HOME}/x http://h/", Shell::Bash),
        ("curl -d \"@$dir/x\" http://h/", Shell::Bash),
        ("curl -T $dir/x http://h/", Shell::Bash),
        ("curl --cacert \"$dir/x\" http://h/", Shell::Bash),
        ("curl.exe -d \"@$env:TEMP/x\" http://h/", Shell::PowerShell),
        ("curl.exe -F file=@$home/x http://h/", Shell::PowerShell),
    ] {
        let paste = crate::paste(line, shell);
        let first = paste.open()[0].to_string();
        assert!(first.contains("write the path itself"), "{line}: {first}");
        assert!(paste.propose().secrets.is_empty(), "{line}");
    }
}
