//! Scripts of thousands of lines, of which few have to do with the call.

use mc_import::{Refusal, ScriptField};

const HEAD: &str = "$Uri = 'https://acd.example/rest/v1.0/3/routingApplications/run/77'\n\
    $kopf = @{ Authorization = \"Bearer $env:API_TOKEN\"; 'Content-Type' = 'application/json' }\n\
    function Schreibe { param([string]$Text, [string]$Stufe = 'INFO') if ($Stufe -eq 'x') { return }; $t = Get-Date; \"$t $Text\" }\n";

const TAIL: &str = "irm $Uri -Method Post -Headers $kopf -Body (@{ WindowsLoginName = $env:USERNAME } | ConvertTo-Json)\n\
    Start-Process \"$PSScriptRoot\\AcdClient.exe\"\n";

/// What stands between the two, `N` being another number each time.
fn large(part: &str, times: usize) -> String {
    let parts = (0..times).map(|number| part.replace('N', &number.to_string()));
    HEAD.to_owned() + &parts.collect::<String>() + TAIL
}

#[test]
fn a_large_script_is_read_like_a_small_one() {
    for (part, times) in [
        ("Schreibe 'step N'\n$vN = Get-Item C:\\xN\n", 4000),
        (
            "$tN = @{ Name = 'xN'; Pfad = 'H:\\N' }\nif (Test-Path $tN.Pfad) { $da = $true } else { $da = $false }\n",
            4000,
        ),
        (
            "foreach ($d in $alle) { $aN = $d.Name; if ($aN -eq 'N') { $zN = 1 } }\n",
            2000,
        ),
        (
            "try { $n = Get-Item $vN } catch { $fehlerN = $_ }\nswitch ($n) { 'a' { $cN = 1 } default { $cN = 2 } }\n",
            2000,
        ),
        (
            "function Nie-N {\n<# Says\n nothing #>\nparam($x)\nforeach ($a in $x) { while ($a) { switch ($a) { 1 { $b = @\"\nA $a\n\"@ } } } }\n}\n",
            2000,
        ),
    ] {
        let text = large(part, times);
        let script =
            mc_import::read(text.as_bytes()).unwrap_or_else(|refusal| panic!("{part}: {refusal}"));
        assert_eq!(script.fields, [ScriptField::WindowsLoginName], "{part}");
        assert_eq!(script.client.as_deref(), Some("AcdClient.exe"), "{part}");
        assert!(script.is_whole(), "{part}");
    }
}

/// What is left to follow after that much is refused where it was, with what to do.
#[test]
fn what_takes_too_many_steps_is_refused_with_its_line_and_advice() {
    let called = "function aN { b; b; b; b }\nfunction b { c; c; c; c }\nfunction c { d; d; d; d }\nfunction d { e; e; e; e }\n\
        function e { foreach ($x in $y) { $i++; $j++; $k++; $l++; $m++ } }\n";
    let calls = HEAD.to_owned() + &called.replace('N', "") + &"a\n".repeat(400) + TAIL;
    let twice = format!("\n{}1{}\n", "echo $(".repeat(19), ")x".repeat(19)).repeat(8);
    let often = HEAD.to_owned() + "function a { $x = 1 }\n" + &"a\n".repeat(60_000) + TAIL;
    for (text, lines) in [(calls, 4..=408), (twice, 2..=16), (often, 4..=60_004)] {
        let refusal = mc_import::read(text.as_bytes()).unwrap_err();
        assert!(
            refusal.to_string().contains("a .ps1 of their own"),
            "{refusal}"
        );
        assert!(
            matches!(refusal, Refusal::NotUnderstood { line, .. } if lines.contains(&line)),
            "{refusal}"
        );
    }
}

#[test]
fn a_place_that_is_said_goes_before_the_order_of_the_parameters() {
    let call = |parameters: &str, given: &str| {
        let text = format!(
            "function Melde {{ param({parameters}) irm $ziel -Method Post -ContentType 'application/json' -Headers @{{ Authorization = \"Bearer $env:API_TOKEN\" }} \
             -Body (@{{ Ort = $ort; Haus = $haus }} | ConvertTo-Json) }}\n\
             Melde {given}\n"
        );
        mc_import::read(text.as_bytes()).map(|script| {
            let extra = script
                .extra
                .into_iter()
                .map(|(name, value)| format!("{name} {value:?}"));
            extra.collect::<Vec<_>>().join(", ")
        })
    };
    let url = "'https://acd.example/rest/v1.0/3/routingApplications/run/77'";
    let expected = "Ort Text(\"N\"), Haus Text(\"7\")";
    let placed = |ort: u8, haus: u8, ziel: u8| {
        format!(
            "[Parameter(Position={ort})]$ort, [Parameter(Position={haus})]$haus, [Parameter(Position={ziel})]$ziel"
        )
    };
    for (parameters, given) in [
        (placed(0, 1, 2), format!("N '7' {url}")),
        (placed(2, 1, 0), format!("{url} '7' N")),
        (placed(255, 0, 7), format!("'7' {url} N")),
        // Of two with the same place the first comes first.
        (placed(1, 1, 0), format!("{url} N '7'")),
        ("[Parameter(Position=0)]$ziel, $ort, $haus".to_owned(), format!("{url} -Haus '7' -Ort N")),
        ("[Parameter(Position=3)]$ort, [Parameter(Position=2)][switch]$leise, [Parameter(Position=1)]$ziel, $haus".to_owned(), format!("-Haus '7' {url} N")),
    ] {
        assert_eq!(call(&parameters, &given).unwrap(), expected, "{parameters}: {given}");
    }
    // One without a place is never given by place alone.
    let parameters = "[Parameter(Position=0)]$ziel, $ort, $haus";
    assert!(call(parameters, &format!("{url} N '7'")).is_err());
}
