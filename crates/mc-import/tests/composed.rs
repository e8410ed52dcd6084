//! Scripts that are composed of what launcher scripts are made of, together with what they are known to send.

use mc_import::{Fate, Fixed, Refusal, ScriptToken};
use proptest::prelude::*;

const URL: &str = "https://acd.example/rest/v1.0/3/routingApplications/run/77";
const SECRET: &str = "tok-5c1f";

/// A way to hold a text in a variable; the variable's name stands for `V`, the text for `T`.
/// The flag says whether the text is certain then.
const HOLDS: &[(&str, bool)] = &[
    ("$V = 'T'", true),
    ("$V = \"T\"", true),
    ("[string]$V = 'T'", true),
    ("$x = 'T'; $V = $x", true),
    ("$x = 'T'; $V = \"$x\"", true),
    ("$x = @{ a = 'T' }; $V = $x.a", true),
    ("$x = @{ a = 'T' }; $V = \"$($x['a'])\"", true),
    ("$V = '{0}' -f 'T'", true),
    ("$V = 'T'.Trim()", true),
    ("$V = ''; $V += 'T'", true),
    ("$V = 'falsch'\n$V = 'T'", true),
    ("$V = @'\nT\n'@", true),
    ("$V = 'T' # 'falsch'", true),
    ("$V = 'T'\nif ($false) { $V = 'falsch' }", true),
    ("function Nie { $script:V = 'falsch' }\n$V = 'T'", true),
    (
        "$x = @{ a = 'falsch' }; $y = $x; $y.a = 'T'; $V = $x.a",
        true,
    ),
    ("Set-Variable V 'T'", true),
    ("$V = 'falsch'\nif ($true) { $V = 'T' }", true),
    ("$x = 'falsch', 'T'; $V = $x[1]", true),
    ("$V = 'T', '' -join ''", true),
    ("function Hole { 'T' }\n$V = Hole", true),
    (
        "function Hole { param($b, [string]$a = 'falsch') return $a }\n$a = 'x'; $V = Hole -a 'T'",
        true,
    ),
    (
        "function Setze { $script:V = 'T'; $V = 'falsch' }\n$V = 'falsch'\nSetze",
        true,
    ),
    (
        "function Setze { if ($env:X) { return }; $script:V = 'falsch' }\n$V = 'T'\nSetze",
        false,
    ),
    (
        "function Hole { Write-Host 'falsch'; 'T' }\n$V = Hole",
        false,
    ),
    ("function Hole { 'T' }\n$V = 'T' | Hole", false),
    ("$V = 'T'\nif ($env:SESSIONNAME) { $V = 'falsch' }", false),
    (
        "$V = if ($env:SESSIONNAME) { 'falsch' } else { 'T' }",
        false,
    ),
    ("try { $V = Get-Wert } catch { $V = 'T' }", false),
    ("$V = 'T'\nforeach ($i in $liste) { $V = 'falsch' }", false),
    ("$V = 'T'\n1..2 | ForEach-Object { $V = 'falsch' }", false),
    (
        "$V = 'T'\nswitch ($env:SESSIONNAME) { 'a' { $V = 'falsch' } }",
        false,
    ),
    ("$V = 'T'\n. .\\mehr.ps1", false),
    ("$V = 'T'\nInvoke-Expression $code", false),
    ("$V = 'T'\nGet-Date -OutVariable V", false),
    ("$V = ('T' -replace 'x', 'y')", false),
    ("$V = 'T'.Substring(0)", false),
    (
        "$x = @{ a = 'T' }; if ($env:X) { $x.a = 'falsch' }; $V = $x.a",
        false,
    ),
    ("$x = @{ a = 'T' }; Mach-Was $x; $V = $x.a", false),
    (
        "function Setze { if ($env:X) { $script:V = 'falsch' } }\n$V = 'T'\nSetze",
        false,
    ),
    ("$V = (Get-Content C:\\wert.txt)", false),
    ("$V = 'T'\nwhile ($n -lt 3) { $V = \"$V.\"; $n++ }", false),
];

/// So many of them, from the first, are certain.
const CERTAIN: usize = 23;

/// Ways to build the body of the field and the text in `$v`.
const BODIES: &[&str] = &[
    "$b = @{ WindowsLoginName = $env:USERNAME; Ort = $v } | ConvertTo-Json",
    "$b = [ordered]@{ WindowsLoginName = $env:USERNAME\n Ort = $v } | ConvertTo-Json -Compress",
    "$o = @{}; $o.WindowsLoginName = $env:USERNAME; $o['Ort'] = $v; $b = $o | ConvertTo-Json -Depth 3",
    "$o = @{ WindowsLoginName = [Environment]::UserName }; $o += @{ Ort = $v }; $b = ConvertTo-Json $o",
    "$o = [pscustomobject]@{ WindowsLoginName = \"$env:USERNAME\"; Ort = $v }; $b = $o | ConvertTo-Json",
    "$b = \"{ `\"WindowsLoginName`\": `\"$env:USERNAME`\", `\"Ort`\": `\"$v`\" }\"",
    "$b = @\"\n{ \"WindowsLoginName\": \"$env:USERNAME\", \"Ort\": \"$v\" }\n\"@",
    "$b = [Text.Encoding]::UTF8.GetBytes((@{ WindowsLoginName = $env:USERNAME; Ort = $v } | ConvertTo-Json))",
];

/// Ways to make the call, with `$u`, `$t` and `$b`; the flag says whether it is certain then.
const CALLS: &[(&str, bool)] = &[
    (
        "irm $u -Method Post -Headers @{ Authorization = \"Bearer $t\" } -ContentType application/json -Body $b",
        true,
    ),
    (
        "$h = @{ 'Content-Type' = 'application/json' }; $h.Authorization = 'Bearer ' + $t\n$r = Invoke-RestMethod -Uri $u -Method POST -Headers $h -Body $b",
        true,
    ),
    (
        "$p = @{ Uri = $u; Method = 'Post'; Body = $b; Headers = @{ Authorization = ('Bearer {0}' -f $t); 'Content-Type' = 'application/json' } }\ntry { irm @p } catch { Write-Host $_ }",
        true,
    ),
    (
        "function Melde($Ziel, $Kopf) { iwr -Uri $Ziel -Method Post -Headers $Kopf -Body $b }\nMelde $u @{ Authorization = \"Bearer $t\"; 'Content-Type' = 'application/json' }",
        true,
    ),
    (
        "for ($i = 0; $i -lt 3; $i++) { try { irm $u -Method Post -Headers @{ Authorization = \"Bearer $t\" } -ContentType application/json -Body $b; break } catch { Start-Sleep 1 } }",
        true,
    ),
    (
        "do { try { irm $u -Method Post -Authentication Bearer -Token ($t | ConvertTo-SecureString -AsPlainText -Force) -ContentType application/json -Body $b; $ok = $true } catch { $ok = $false } } until ($ok)",
        true,
    ),
    (
        "$m = { param($z, [switch]$laut) irm $z -Method Post -Headers @{ Authorization = \"Bearer $t\" } -ContentType application/json -Body $b }\n& $m $u",
        true,
    ),
    (
        "function Nochmal([scriptblock]$was) { while ($true) { try { return & $was } catch { Start-Sleep 1 } } }\nNochmal { irm $u -Method Post -Headers @{ Authorization = \"Bearer $t\" } -ContentType application/json -Body $b }",
        true,
    ),
    (
        "do { $r = iwr $u -Method Post -Headers @{ Authorization = \"Bearer $t\" } -ContentType application/json -Body $b } until ($r.StatusCode -eq 200)",
        true,
    ),
];

/// Statements that change nothing of what is sent.
const BESIDE: &[&str] = &[
    "",
    "Write-Host \"Guten Morgen $env:USERNAME\"",
    "<# $u = 'falsch' #>",
    "[Net.ServicePointManager]::SecurityProtocol = 'Tls12'",
    "$ErrorActionPreference = 'Continue'",
    "if ($env:X) { Write-Host 'x' } else { $egal = 1 }",
    "$h2 = @{ u = 'falsch' }; $h2.t = 'falsch'",
    "function Egal { $u = 'falsch'; $v = 'falsch' }\nEgal",
    "& { $u = 'falsch' } | Out-Null\n$u = $u0",
    "$nie = { $u = 'falsch'; exit }",
];

fn held(way: &str, name: &str, text: &str) -> String {
    way.replace("$V", &format!("${name}"))
        .replace(":V", &format!(":{name}"))
        .replace("Variable V", &format!("Variable {name}"))
        .replace("'T'", &format!("'{text}'"))
        .replace("\"T\"", &format!("\"{text}\""))
        .replace("\nT\n", &format!("\n{text}\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn what_is_carried_over_is_what_is_sent(
        holds in prop::array::uniform4(prop::sample::select(HOLDS)),
        certain in prop::array::uniform4(prop::bool::weighted(0.8)),
        body in prop::sample::select(BODIES),
        call in prop::sample::select(CALLS),
        beside in prop::collection::vec(prop::sample::select(BESIDE), 0..4),
        order in 0..24_usize,
    ) {
        let mut names = vec![("u", URL), ("t", SECRET), ("v", "Nord 3"), ("e", "C:\\Acd\\Client.exe")];
        for at in (1..4).rev() {
            names.swap(at, order % (at + 1));
        }
        let mut script = String::new();
        let mut known = std::collections::HashMap::new();
        for ((name, text), ((way, sure), wish)) in names.into_iter().zip(holds.into_iter().zip(certain)) {
            let (way, sure) = if wish && !sure { HOLDS[script.len() % CERTAIN] } else { (way, sure) };
            script += &held(way, name, text);
            script.push('\n');
            // What may change everything makes what was set before uncertain, too.
            if ["mehr.ps1", "Expression"].iter().any(|part| way.contains(part)) {
                for sure in known.values_mut() {
                    *sure = false;
                }
            }
            known.insert(name, sure);
        }
        script += "$u0 = $u\n";
        script += &[body, &beside.join("
"), call.0, "Start-Process $e
"].join("
");
        let undone = !call.1 || beside.iter().any(|line| line.contains("$u0") || line.contains("Egal"));
        match mc_import::read(script.as_bytes()) {
            Ok(read) => {
                prop_assert!(known["u"], "{script}\n{read:#?}");
                prop_assert_eq!(&read.url, URL);
                let token = if known["t"] { ScriptToken::Text(SECRET.to_owned()) } else { ScriptToken::Unknown };
                prop_assert!(read.token == token || matches!(&read.token, ScriptToken::File(path) if path == "C:\\wert.txt" && script.contains("$t = (Get-Content")), "{script}");
                prop_assert_eq!(read.fields.len(), 1, "{}\n{:#?}", script, read);
                let extra: Vec<_> = if known["v"] { vec![("Ort".to_owned(), Fixed::Text("Nord 3".to_owned()))] } else { Vec::new() };
                prop_assert_eq!(&read.extra, &extra, "{}", script);
                prop_assert_eq!(read.client.as_deref(), known["e"].then_some("C:\\Acd\\Client.exe"), "{}", script);
                if !(known["t"] && known["v"] && known["e"]) {
                    prop_assert!(!read.is_whole() || matches!(read.token, ScriptToken::File(_)), "{script}\n{read:#?}");
                }
                let notes = format!("{:?}", read.notes);
                prop_assert!(!notes.contains(SECRET) && !notes.contains("https:"));
            }
            Err(Refusal::NoCall { notes }) => {
                let all = known["u"] && known["t"] && known["v"];
                prop_assert!(!all || undone || body.contains("GetBytes"), "{script}\n{notes:#?}");
                prop_assert!(notes.iter().any(|note| note.fate == Fate::NotCarried));
            }
            Err(refusal) => prop_assert!(false, "{script}\n{refusal:?}"),
        }
    }

    #[test]
    fn nothing_stops_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = mc_import::read(&bytes);
    }

    #[test]
    fn pieces_of_scripts_in_any_order_do_not_stop_it(pieces in prop::collection::vec(prop::sample::select(&[
        "$a", "=", "@{", "}", "(", ")", "'", "\"", "if", "else", "{", "|", "irm", "-Uri", "$(", "`", "\n", ";", ",", "+", "[x]", ".b", "::c", "@'\n", "\n'@", "foreach", "in",
        "try", "catch", "function f", "return", "&", "1", "%", "?", "-eq", "-f", "<#", "#>", ">", "2>&1", "do", "while", "switch", "param", "@p", "$env:X", "..", "!", "trap", "${", "2>&", "for (", "-x:", ":l", "@\"\n", "\n\"@", "[", "]", "finally",
    ][..]), 0..60)) {
        let _ = mc_import::read(pieces.join(" ").as_bytes());
        let _ = mc_import::read(pieces.concat().as_bytes());
    }
}
