//! Placeholders of other products, by their families, and what only looks like one.

use super::*;

fn said(line: &str, kind: Line) -> Vec<(usize, String)> {
    foreign(line, kind, &Names::call())
}

#[test]
fn placeholders_of_every_family_are_pointed_out() {
    for (line, at, placeholder) in [
        // Numbered ones.
        ("https://h/?n={0}", 13, "{0}"),
        ("https://h/?n={1}&m=x", 13, "{1}"),
        ("https://h/{0:D}/x", 10, "{0:D}"),
        // A name between two marks.
        ("https://h/?n=@number@", 13, "@number@"),
        ("https://h/?n=@Call.ANI@&x=y", 13, "@Call.ANI@"),
        ("https://h/?n=!callerid!", 13, "!callerid!"),
        ("https://h/?n=[[number]]", 13, "[[number]]"),
        ("https://h/?n=<<number>>", 13, "<<number>>"),
        ("https://h/?n=[sip.X-Subject]", 13, "[sip.X-Subject]"),
        // A sign and a name.
        ("https://h/c/:phone", 12, ":phone"),
        ("https://h/c/:id/x", 12, ":id"),
        ("https://h/?n=:phone&x=y", 13, ":phone"),
        // Template languages.
        ("https://h/?n={{{phone}}}", 13, "{{{phone}}}"),
        ("https://h/?n={!Contact.Phone}", 13, "{!Contact.Phone}"),
        (
            "https://h/?n={{contact.phone|urlencode}}",
            13,
            "{{contact.phone|urlencode}}",
        ),
        (
            "https://h/?n={{contact['phone']}}",
            13,
            "{{contact['phone']}}",
        ),
        ("https://h/?n={::phone::}", 13, "{::phone::}"),
        ("https://h/?n={%phone%}", 13, "{%phone%}"),
        ("https://h/?n=#{phone}", 13, "#{phone}"),
        ("https://h/?n=%{callerid}", 13, "%{callerid}"),
        ("https://h/?n=%(number)s", 13, "%(number)s"),
        ("https://h/?n=<%=phone%>", 13, "<%=phone%>"),
    ] {
        for kind in [Line::Link, Line::Parameters] {
            let found = said(line, kind);
            assert!(
                matches!(&found[..], [(place, sentence)] if *place == at
                    && sentence.starts_with(&format!("`{placeholder}` is text here, and nobody"))),
                "{line}: {found:?}"
            );
        }
    }
    for (line, at, placeholder) in [
        ("/n:{0}", 3, "{0}"),
        ("pop {phone}", 4, "{phone}"),
        ("{\\\"t\\\":\\\"Anruf von {phone}\\\"}", 19, "{phone}"),
        ("{\\\"n\\\":\\\"@number@\\\"}", 9, "@number@"),
        ("--caller :phone", 9, ":phone"),
        ("/n:<# N #>", 3, "<# N #>"),
        ("/n:@caller", 3, "@caller"),
        ("-c CALLERID", 3, "CALLERID"),
        ("/n:#callerid", 3, "#callerid"),
        ("/n:#number#", 3, "#number#"),
        ("/caller [Number]", 8, "[Number]"),
        ("/n:<Ihre Rufnummer>", 3, "<Ihre Rufnummer>"),
        ("/n:[Rufnummer] /x", 3, "[Rufnummer]"),
        ("-n $(CallerName)", 3, "$(CallerName)"),
        ("/n:%RUFNUMMER%", 3, "%RUFNUMMER%"),
        ("/d:%DNIS%", 3, "%DNIS%"),
        ("/n:##number##", 3, "##number##"),
        (
            "%Call\\CallerContact\\Tel%",
            0,
            "%Call\\CallerContact\\Tel%",
        ),
        ("/i:%N -x", 3, "%N"),
        ("/n:%ANumber", 3, "%ANumber"),
        ("/n:\"ANumber\"", 4, "ANumber"),
        ("/n:(ANumber)", 3, "(ANumber)"),
        ("/n:\"&ANumber\"", 4, "&ANumber"),
        ("/n=\"CALLER_ID\"", 4, "CALLER_ID"),
    ] {
        let found = said(line, Line::Parameters);
        assert!(
            matches!(&found[..], [(place, sentence)] if *place == at && sentence.starts_with(&format!("`{placeholder}`"))),
            "{line}: {found:?}"
        );
    }
    for line in [
        "curl https://h/?n={0}",
        "curl https://h/?n=%1",
        "curl https://h/?n=%~1",
        "curl https://h/ -d n=@number@",
        "curl https://h/ -d n=!phone!",
        "curl https://h/c/:phone",
        "curl https://h/?n=CALLERID",
        "curl https://h/rest/**put_your_user_id_here**/x",
        "curl 'https://h/?a=1&amp;b=2'",
        "curl https://h/ -d '{&quot;a\":1}'",
        "curl https://h/ -d 'n=&#39;$ANumber'",
    ] {
        assert_eq!(said(line, Line::Command).len(), 1, "{line}");
    }
    assert_eq!(said("pop {0} {1}", Line::Parameters).len(), 2);
}

#[test]
fn a_name_that_is_known_here_is_told_as_it_is_written_here() {
    for (line, written) in [
        ("/n:@ANumber@", "$ANumber"),
        ("/n:!ANumber!", "$ANumber"),
        ("https://h/:caller/x", "$caller"),
        ("https://h/?n={{{ANumber}}}", "$ANumber"),
        ("https://h/?n=[[ANumber]]", "$ANumber"),
        ("https://h/?n={{ ANumber }}", "$ANumber"),
        ("https://h/?n={{ANumber|urlencode}}", "$ANumber"),
        ("https://h/?n=%%ANumber%%", "$ANumber"),
        ("https://h/?n=#{ANumber}", "$ANumber"),
    ] {
        let found = said(line, Line::Parameters);
        assert!(
            matches!(&found[..], [(_, sentence)] if sentence.ends_with(&format!("write `{written}`"))),
            "{line}: {found:?}"
        );
    }
}

#[test]
fn what_only_looks_like_a_placeholder_is_text() {
    for line in [
        "\"{\\\"a\\\":\\\"b\\\",\\\"n\\\":0,\\\"o\\\":{\\\"phone\\\":null}}\" {} []",
        "\"{\\\"t\\\":\\\"10:30\\\",\\\"at\\\":\\\"2026-01-01T10:30:00\\\"}\"",
        "/t:10:30 --at 10:30:00 C:\\x /x:y",
        "anna@firma.de,bert@firma.de --to=anna@phone.example,bert@phone.example",
        "https://user:password@host/ https://phone:number@host:8080/x",
        "sip:phone@host sip:number:x@host",
        "/v:on /c \"echo !ANumber! !phone!\"",
        "/c \"echo !ERRORLEVEL! !X!\"",
        "\"Hallo! number! x\" https://h/#!number https://h/#!/phone",
        "https://h/[a-c] {ABCDEF12-802A-4B0D-A900-34FD9D790829} a{1} [0-9]{2} x{0}",
        "${ANumber} $${x} $$5 pa$$word$$ 5$$",
        "https://h/:w:/r/:x:/s \"text=:telephone: :telephone_receiver: $ANumber\"",
        "a|phone|b |phone| ~/phone ~phone~ 5~phone~",
        "\"{\\\"query\\\":\\\"{ contact {phone} }\\\"}\"",
        "\"query { contact(id: 1) {phone} }\"",
        "@body.json @phone @number $ANumber",
        "-c CALLERID /n:$ANumber -f %N #number",
        "\"x [Number] y\" \"[Anrufer] $ANumber\" \"$(hostname)\"",
        "--size=800,600 https://h/;/a=b a,-b \"/n:$ANumber;/g:$GroupName\"",
        "+%Y-%m-%d 50%X #4711 #a b#",
        "/CALLER --phone phone -CLI MODE",
        "--mode=PHONE /callType:MOBILE -kind \"TEL\"",
        "/n:$ANumber\r\n/g:$GroupName\n-x",
        "\"/t:a; b,\" a; b, \"x=$ANumber;\" $ANumber;x",
        "/x:\"<b>\" \"<c n=\\\"$ANumber\\\"/>\" --o=\"a b\"",
        "[[ -n x ]] [[1,2]] <<EOF",
        "%(x)d #{x} {#phone",
    ] {
        assert_eq!(said(line, Line::Parameters), [], "{line}");
    }
    for line in [
        "curl https://h/ -d @body.json -w \"%{http_code} %{url_effective}\\n\"",
        "curl https://h/ --json '{\"a\":{\"b\":[[\"number\"]]},\"t\":\"10:30\"}'",
        "curl https://h/ -u user:password@x -d \"text=:telephone: $ANumber\"",
        "curl https://h/[0-9]/{a,b} -d \"date=%d.%m\"",
        "curl https://h/ -d type=PHONE",
        "curl https://h/ -d '<a b=\"&quot;\">&lt;</a>'",
        "curl https://h/ -d '<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>$ANumber</a>'",
        "curl https://h/ -d 'text=**Anruf** von $ANumber'",
        "curl https://h/ -d '<a>Meier &amp; Co</a>'",
        "%SystemRoot%\\System32\\curl.exe https://h/",
        "\"%ProgramFiles%\\my curl\\curl.exe\" https://h/",
    ] {
        assert_eq!(said(line, Line::Command), [], "{line}");
    }
}

#[test]
fn a_query_behind_a_link_that_may_have_one_is_pointed_out() {
    for (line, kind, at) in [
        ("$CRMLink?x=$ANumber", Line::Link, 8),
        ("${crmurl}?x=1", Line::Link, 9),
        ("curl -sS \"$crmurl?n=$ANumber\"", Line::Command, 17),
        ("curl --url $crmurl?n=1", Line::Command, 18),
        ("\"--app=$crmurl?n=1\"", Line::Parameters, 14),
        ("$crmurl?n=$ANumber", Line::Parameters, 7),
    ] {
        let found = said(line, kind);
        assert!(
            matches!(&found[..], [(place, sentence)] if *place == at && sentence.contains("write `&`")),
            "{line}: {found:?}"
        );
    }
    for (line, kind) in [
        ("$CRMLink", Line::Link),
        ("$CRMLink&x=$ANumber", Line::Link),
        ("$CRMLink#x", Line::Link),
        ("https://h/$GroupName?x=1", Line::Link),
        ("https://h/?u=$crmurl?x=1", Line::Link),
        ("curl \"https://h/$CallID?x=1\"", Line::Command),
        ("\"Anruf von $ANumber? x=1\"", Line::Parameters),
    ] {
        assert_eq!(said(line, kind), [], "{line}");
    }
}

#[test]
fn quotes_of_every_text_program_are_no_quotes() {
    for (line, quote) in [
        ("»$ANumber«", '»'),
        ("‹$ANumber›", '‹'),
        ("‚$ANumber‘", '‚'),
    ] {
        let found = said(line, Line::Parameters);
        assert!(
            matches!(&found[..], [(0, sentence)] if sentence.starts_with(&format!("`{quote}` is an ordinary"))),
            "{line}: {found:?}"
        );
    }
}

#[test]
fn what_other_programs_write_is_pointed_out_with_what_to_write() {
    for (line, at, said) in [
        ("/n:%ANumber%", 3, "write `$ANumber`"),
        ("/n:%ANUMBER%", 3, "write `$ANUMBER`"),
        ("/n:{ANumber}", 3, "`{ANumber}` is text"),
        ("/n:{{CrmUrl}}", 3, "`{{CrmUrl}}` is text"),
        ("/n:<GroupName> x", 3, "`<GroupName>` is text"),
        ("/n:$(ANumber)", 3, "`$(ANumber)` is text"),
        ("%TEMP%\\x $ANumber", 0, "`%TEMP%` is text"),
        ("/n:$CallerID", 3, "write `${Caller}ID`"),
        ("x $ANumber & exit", 11, "`&` is a parameter"),
        ("/n:#ANumber#", 3, "`#ANumber#` is text"),
        ("/u:%USERNAME%", 3, "write `$WindowsLoginName`"),
        ("/n:^\"$ANumber^\"", 3, "`^` is an ordinary"),
        ("https://h/?n=$ANumber^&x=1", 21, "`^` is an ordinary"),
        ("/n=$ANumber&/g=$GroupName", 12, "no space stands before"),
        (
            "\"mailto:a@b?subject=Call $ServiceName\"",
            25,
            "write `${ServiceName:url}`",
        ),
        (
            "\"{\\\"s\\\":\\\"$ServiceName\\\"}\"",
            10,
            "write `${ServiceName:json}`",
        ),
        ("\"<s>$ServiceName</s>\"", 4, "write `${ServiceName:xml}`"),
        ("\"https://h/?n=+$ANumber\"", 14, "write `%2B`"),
        (
            "/n=$ANumber;/g=$GroupName",
            12,
            "no space stands before this",
        ),
        ("/n:$ANumber; /x", 11, "`;` is a part of the parameter"),
        ("${ANumber}, x", 10, "`,` is a part of the parameter"),
        ("/g:\"$GroupName\", x", 15, "`,` is a part of the parameter"),
        (
            "/xml:<call n=\"$ANumber\"/>",
            13,
            "the double quotes of this document",
        ),
        (
            "/xml:<c>n=\"$ANumber\"",
            10,
            "the double quotes of this document",
        ),
        ("$ANumber > x", 9, "`>` is a parameter"),
        ("/n:'$ANumber'", 0, "write double quotes"),
        ("'$ANumber x'", 0, "write double quotes"),
        ("/n:`$ANumber`", 0, "write double quotes"),
        ("https://h/?g=$GroupName", 13, "write `${GroupName:url}`"),
        ("/n:{cli}", 3, "`{cli}` is text here, and nobody"),
        ("/n:{CALLERNUM:1}", 3, "`{CALLERNUM:1}` is text here"),
        ("/n:{{ contact.phone }}", 3, "`{{ contact.phone }}` is text"),
        ("<Call.NumberSC>", 0, "`<Call.NumberSC>` is text here"),
        ("/n:%%calleridnumber%%", 3, "`%%calleridnumber%%` is text"),
        ("/n:%CallerDisplayName%", 3, "`%CallerDisplayName%` is text"),
        ("/n:[CallerID]", 3, "`[CallerID]` is text here"),
        ("/n:%CLI%", 3, "`%CLI%` is text here, and nobody"),
        ("/n:%%caller%%", 3, "`%%caller%%` is text here"),
        ("/n:@@CALLER@@", 3, "`@@CALLER@@` is text here"),
        ("/n:__NUMBER__", 3, "`__NUMBER__` is text here"),
        ("--event=ringing %1", 16, "`%1` is text here"),
        ("/n:$caller_number", 3, "write `${caller}_number`"),
        ("“$ANumber”", 0, "`“` is an ordinary character"),
        ("/g:„$GroupName“", 3, "`„` is an ordinary character"),
        ("–number $ANumber", 0, "begins no option: write `-`"),
        (
            "{\"n\":\"$ANumber\"}",
            0,
            "the double quotes of this document",
        ),
        (
            "C:\\Program Files\\x.mdb $ANumber",
            0,
            "put it in double quotes",
        ),
        (
            "\\\\server\\My Share\\x $ANumber",
            0,
            "put it in double quotes",
        ),
        (
            "\"--app=https://h/?a=$ANumber&g=${GroupName}\"",
            31,
            "write `${GroupName:url}`",
        ),
    ] {
        let found = foreign(line, Line::Parameters, &Names::call());
        assert_eq!(found.len(), 1, "{line}: {found:?}");
        assert!(
            found[0].0 == at && found[0].1.contains(said),
            "{line}: {found:?}"
        );
    }
    for line in [
        "/n:$ANumber \"/g:$GroupName\" ${ANumber:digits} $$5",
        "https://h/?p=$ANumber&x=%20a%C3%BC&g=${GroupName:url}",
        "$CRMLink \"a & b\" \"it's $GroupName\"",
        "/x:{1} [2] <a>",
        "100% %20 it’s -a – b C:\\x C:\\y \"C:\\Program Files\\x\" a\\b",
        "{91330924-802A-4B0D-A900-34FD9D790829} %7Bab%7D %C3%BC%CA%DE a__b__c",
        "\"[Hotline] $ANumber\" \"<b>\" a[bc]",
        "-command=\"*BP P_TEL=$ANumber;\"",
        "\"<ANumber>$ANumber</ANumber>\" /n:+$ANumber \"{\\\"n\\\":\\\"$ANumber\\\"}\"",
    ] {
        assert_eq!(
            foreign(line, Line::Parameters, &Names::call()),
            [],
            "{line}"
        );
    }
}

#[test]
fn curl_commands_and_links_are_looked_at_too() {
    let said = |line: &str, kind| {
        let found = foreign(line, kind, &Names::call());
        found
            .into_iter()
            .map(|(at, text)| format!("{at} {text}"))
            .collect::<Vec<_>>()
    };
    for (line, at, sentence) in [
        ("curl \"https://h/?n={ANumber}\"", 19, "`{ANumber}` is text"),
        ("curl \"https://h/?n=<ANumber>\"", 19, "`<ANumber>` is text"),
        ("curl \"https://h/?n=$CallerID\"", 19, "write `${Caller}ID`"),
        ("curl \"https://h/?n=+$ANumber\"", 19, "write `%2B`"),
        ("curl https://h/ -d \"n=+$ANumber\"", 22, "write `%2B`"),
        ("curl \"$crmurl&n=+$ANumber\"", 16, "write `%2B`"),
        ("curl \"https://h/#/c/$ANumber\"", 16, "use `open`"),
        ("curl \"https://h/?n={cli}\"", 19, "`{cli}` is text here"),
        (
            "curl https://h/ -d '{\"n\":\"<Call.NumberSC>\"}'",
            26,
            "`<Call.NumberSC>` is text",
        ),
        (
            "curl https://h/ -d “n=$ANumber”",
            19,
            "write straight double quotes",
        ),
    ] {
        let found = said(line, Line::Command);
        assert!(
            matches!(&found[..], [one] if one.starts_with(&format!("{at} ")) && one.contains(sentence)),
            "{line}: {found:?}"
        );
    }
    for line in [
        "curl https://h/ --data-urlencode \"n=+$ANumber\" -F \"n=+$ANumber\"",
        "curl https://h/ --json \"{\\\"n\\\":\\\"+$ANumber\\\"}\"",
        "curl \"https://h/?filter[ANumber]=$ANumber\" -d \"<ANumber>$ANumber</ANumber>\"",
        "curl \"https://h/?q=%23$ANumber\"",
        "curl https://h/ -d \"text=“Anruf“ von $ANumber\" -H \"X-Text: „Anruf“ von $GroupName\"",
        "curl https://h/ -F \"text=»Hotline« $ANumber\" -d \"“$ANumber” ruft an\"",
        "curl https://h/ --json '{\"t\":\"„Anruf“ von $ANumber\"}'",
        "curl https://h/ --json \"{\\\"query\\\":\\\"{ contact{id name{ab}} }\\\"}\"",
        "curl https://h/ -d \"a=[true]\" -d \"text=[Hotline] $ANumber <br/>\" -w \"%{http_code}\"",
    ] {
        assert_eq!(said(line, Line::Command), [""; 0], "{line}");
    }
    assert!(said("https://h/?n=%ANumber%", Line::Link)[0].contains("write `$ANumber`"));
    assert_eq!(said("https://h/#/c/$ANumber", Line::Link), [""; 0]);
}

#[test]
fn a_variable_of_a_shell_that_is_meant_for_a_value_is_told_as_that() {
    let line = "curl \"https://h/?n=%CALLERID%&g=%GroupName%&t=%TOKEN%\"";
    let said = |word: &str| instead(line, line.find(word).unwrap_or(0), &Names::call());
    assert!(said("%CALLERID%").is_some_and(|text| text.ends_with("such as `$ANumber`")));
    assert!(said("%GroupName%").is_some_and(|text| text.ends_with("write `$GroupName`")));
    assert_eq!(said("%TOKEN%"), None);
}
