//! The rules, on command lines in which `@` stands for a variable.

use super::super::choice::choice_left_to_a_value;
use super::super::interpreter::interpreter;
use super::super::table::Code;
use super::{
    Piece, behind_any_program, option_left_to_a_value, value_can_be_option, variable_in_code,
    wrapped_guard,
};

fn check(line: &str) -> Option<usize> {
    with(line, variable_in_code)
}

/// `@` stands for a variable.
fn with<T>(line: &str, judge: impl FnOnce(Code, &[Piece<'_>]) -> T) -> T {
    let mut words = line.split(' ');
    let program = words.next().unwrap_or_default();
    let words: Vec<&str> = words.collect();
    let interpreter = interpreter(program).unwrap_or_else(|| panic!("{program}"));
    judge(interpreter.code, &pieces(&words))
}

fn pieces<'a>(words: &[&'a str]) -> Vec<Piece<'a>> {
    words
        .iter()
        .map(|word| Piece {
            prefix: word.split('@').next().unwrap_or_default(),
            constant: !word.contains('@'),
        })
        .collect()
}

#[test]
fn variables_in_code_are_found() {
    for (line, at) in [
        ("sh -c @", 1),
        ("bash -lc echo@", 1),
        ("bash -c@", 0),
        ("bash -o pipefail -c @", 3),
        ("bash -c -e @", 2),
        ("zsh -e -c x@", 2),
        ("fish --command=@", 0),
        ("fish --command @", 1),
        ("python3 -c print(@)", 1),
        ("python -Ic @", 1),
        ("python -cprint(@)", 0),
        ("python -W ignore -c @", 3),
        ("perl -ne @", 1),
        ("perl -Ilib -e @", 2),
        ("perl -e 1 -e @", 3),
        ("ruby -r json -e @", 3),
        ("node --eval @", 1),
        ("node --eval=@", 0),
        ("node --require x -p @", 3),
        ("node --require=x -p @", 2),
        ("node --trace-warnings --eval @", 2),
        ("deno eval @", 1),
        ("deno --quiet eval @", 2),
        ("php -r @", 1),
        ("awk {print@}", 0),
        ("awk -F , {print@}", 2),
        ("sed -e s/@//", 1),
        ("cmd /c echo @", 2),
        ("cmd /d/c @", 1),
        ("cmd /K@", 0),
        ("powershell -Command @", 1),
        ("powershell -NoProfile -c x @", 3),
        ("powershell -ExecutionPolicy Bypass -enc @", 3),
        ("powershell /e @", 1),
        ("powershell \u{2013}com @", 1),
        ("powershell Write-Host @", 1),
        ("powershell @", 0),
        ("pwsh -NoLogo -EncodedCommand @", 2),
        ("env A=1 bash -c @", 3),
        ("env -S bash@", 1),
        ("nice -n 5 env python3 -c @", 5),
        ("ssh host pop @", 2),
        ("ssh -p 22 host @", 3),
        ("su agent -c @", 2),
        // Letters in a bundle, and long names by their beginning.
        ("su - agent -lc pop@", 3),
        ("script -qc pop@ log", 1),
        ("script -qcpop@ log", 0),
        ("psql -d calls -Atc @", 3),
        ("psql --comm=@", 0),
        ("env -iS pop@", 1),
        ("env -i --split pop@", 2),
        ("sed -ne p -ne s/@//", 3),
        ("sed -f pop.sed -ne s/@//", 3),
        ("sed --expr=s/@// x", 0),
        // Other options that take words, and words that only look like options.
        ("sed -l 5 s/@//", 2),
        ("gawk -i inplace {print@}", 2),
        ("gawk --source={print@} x", 0),
        ("gawk --assign a=1 {print@}", 2),
        ("awk {print@} -f", 0),
        ("jq -n --arg a x .@", 4),
        ("jq -L lib .@", 2),
        ("perl -M@ pop.pl", 0),
        ("watch -n 5 pop @", 3),
        ("watch -f pop@", 1),
        ("deno eval --ext ts @", 3),
        ("perl -x -e @", 2),
        ("ruby -X lib -e @", 3),
        ("node --title x --eval @", 3),
        ("julia -t 4 -e @", 3),
        ("julia --eval=@", 0),
        ("osascript -s h -e @", 3),
        // What stands behind an option may be its word, and some front ends read options behind the script, too.
        ("julia -L lib.jl -e @", 3),
        ("julia --load lib.jl -e @", 3),
        ("julia +1.11 pop.jl -e @", 3),
        ("julia --project pop.jl -e @", 3),
        ("rscript pop.r -e @", 2),
        ("elixir pop.exs -e @", 2),
        ("osascript pop.scpt -e @", 2),
        ("groovy -cp lib -e @", 3),
        ("guile -L lib -c @", 3),
        ("perl -MPOSIX -e @", 2),
        ("explorer @", 0),
        ("rundll32 url.dll,FileProtocolHandler @", 1),
        ("msiexec /i @", 1),
        ("wmic process call create @", 3),
        ("xdg-open https://@", 0),
        ("curl -d @", 1),
        ("curl -@", 0),
        ("wsl bash -c x@", 2),
        ("mysql -u pop -e insert@", 3),
        ("mariadb --execute=insert@", 0),
        ("sqlcmd -S host -Q insert@", 3),
        ("osql -Qinsert@", 0),
        ("sqlite3 -csv /srv/calls.db insert@", 2),
        ("mongosh calls --eval @", 2),
        ("emacs --batch --eval (pop@)", 2),
        ("emacsclient -ne (pop@)", 1),
        ("vim -c s/@// x", 1),
        ("expect -c pop@", 1),
        ("xterm -e pop@", 1),
        ("xfce4-terminal --command=pop@", 0),
        ("tmux -L pop display-popup echo@", 3),
        ("make N=@", 0),
        ("make -j 4 all N=@", 3),
        ("adb -s box shell am start -d tel:@", 6),
    ] {
        assert_eq!(check(line), Some(at), "{line}");
    }
}

#[test]
fn values_that_would_choose_the_code_are_found() {
    for (line, at) in [
        ("deno run -A @", Some(2)),
        ("deno @", Some(0)),
        ("deno run https://@/pop.ts", Some(1)),
        ("deno --import-map=@ run pop.ts", Some(0)),
        ("deno run pop.ts @", None),
        ("deno pop.ts @", None),
        ("python3 @", Some(0)),
        ("python3 -u -- @", Some(2)),
        ("python3 -m @", Some(1)),
        ("python3 -Im@", Some(0)),
        ("python3 /@", Some(0)),
        ("python3 ./@", Some(0)),
        ("python3 pop.py @", None),
        ("python3 -m pop @", None),
        ("python3 -m pop.@", None),
        ("python3 -c code @", None),
        ("python3 scripts/@.py", None),
        (r"python3 \\@\pop.py", Some(0)),
        ("bash @", Some(0)),
        ("bash -o pipefail @", Some(2)),
        ("bash --rcfile @ -i", Some(1)),
        ("bash --init-file=@ -i", Some(0)),
        ("bash pop.sh --rcfile @", None),
        ("bash -c code @", None),
        ("node --require=@ x.js", Some(0)),
        ("node -r @ x.js", Some(1)),
        ("node --import @ x.js", Some(1)),
        ("node --title @ x.js", None),
        ("node x.js -r @", None),
        ("ruby -r@ x.rb", Some(0)),
        ("perl -I@ x.pl", Some(0)),
        ("perl -Ilib/@ x.pl", None),
        ("perl -ne code @", None),
        ("php -f @", Some(1)),
        ("php -d x=@ pop.php", None),
        ("lua -l @ x.lua", Some(1)),
        ("awk -f @", Some(1)),
        ("gawk --file=@ x", Some(0)),
        ("awk -v n=@ -f pop.awk", None),
        ("awk -f pop.awk @", None),
        ("sed -nf @ x", Some(1)),
        ("jq -f @", Some(1)),
        ("psql -d calls -f @", Some(3)),
        ("psql -d @", None),
        ("julia -L @ x.jl", Some(1)),
        ("julia -t 4 @", None),
        ("julia pop.jl -L @", None),
        ("rscript --vanilla @", Some(1)),
        ("rscript pop.r --file=@", None),
        ("osascript @", Some(0)),
        ("powershell -NoProfile -File @", Some(2)),
        ("powershell -File pop.ps1 @", None),
        ("pwsh -NoLogo @", Some(1)),
        ("pwsh pop.ps1 @", None),
        ("wscript //B @", Some(1)),
        ("wscript pop.vbs @", None),
        ("java -jar @", Some(1)),
        ("java -jar pop.jar @", None),
        ("env A=1 python3 @", Some(2)),
        ("env nice -n 5 bash @", Some(4)),
        ("env A=@ pop", None),
        ("env A=1 @", Some(1)),
        ("timeout 5s @", Some(1)),
        ("sudo -u agent pop @", None),
        ("find @ -name x", None),
    ] {
        assert_eq!(with(line, choice_left_to_a_value), at, "{line}");
    }
}

#[test]
fn options_that_a_value_would_complete_are_found() {
    for (line, at) in [
        ("python3 -@", Some(0)),
        ("python3 -v@", Some(0)),
        ("python3 -W@", None),
        ("python3 pop.py -@", None),
        ("node --@", Some(0)),
        ("node --ev@", Some(0)),
        ("node --require=@", None),
        ("bash -@", Some(0)),
        ("bash pop.sh -@", None),
        ("cmd /@", Some(0)),
        ("powershell -@", Some(0)),
        ("powershell -File pop.ps1 -@", None),
        ("env bash -@", Some(1)),
        ("env A=1 bash -@", Some(2)),
        ("env pop -@", None),
        ("wscript /@", None),
    ] {
        let found = with(line, option_left_to_a_value);
        assert_eq!(found, at, "{line}");
    }
}

#[test]
fn only_behind_the_script_a_value_is_no_option_of_the_interpreter() {
    for (line, at, can) in [
        ("python3 @", 0, true),
        ("python3 pop.py @", 1, false),
        ("python3 -m pop @", 2, false),
        ("bash -o pipefail @", 2, true),
        ("bash pop.sh @", 1, false),
        ("cmd /q @", 1, true),
        ("powershell -File pop.ps1 @", 2, false),
        ("nice python3 pop.py @", 2, false),
        ("julia pop.jl @", 1, false),
        ("julia @", 0, true),
        ("julia -t 4 pop.jl @", 3, true),
        ("nice @", 0, true),
        ("ssh @", 0, true),
        ("awk -f pop.awk @", 2, true),
        ("wscript pop.vbs @", 1, false),
    ] {
        let found = with(line, |code, pieces| value_can_be_option(code, pieces, at));
        assert_eq!(found, can, "{line}");
    }
}

#[test]
fn variables_in_a_scripts_own_parameters_are_left_alone() {
    for line in [
        "bash pop.sh -c @",
        "fish --command=pop @",
        "sh -c code name @",
        "python pop.py -c @",
        "python -m pop -c @",
        "python -W ignore pop.py @",
        "python -c code @",
        "perl pop.pl -e @",
        "node pop.js -e @",
        "node --require x pop.js --eval @",
        "deno run pop.ts @",
        "deno eval code @",
        "julia -t 4 pop.jl @",
        "julia pop.jl -e @",
        "julia pop.jl --eval=@ -E @",
        "ruby pop.rb -e @",
        "lua pop.lua -e @",
        "php pop.php -r @",
        "guile pop.scm -c @",
        "awk -f pop.awk @",
        "cmd /q pop.bat @",
        "powershell -NoProfile -ExecutionPolicy Bypass -File pop.ps1 -Command @",
        "pwsh pop.ps1 @",
        "env A=1 pop @",
        "env bash pop.sh @",
        "ssh -p 22 @",
        // A dash alone is the standard input: what follows belongs to the script that comes there.
        "bash - -c @",
        "python3 - -c @",
        // What a program opens or fetches does not hang on what stands behind other text.
        "explorer x y@",
        "xdg-open https://crm.example/@",
        "curl / -d n=@",
        // A letter that takes a word ends a bundle.
        "psql -dcalls @",
        "psql -v nc=@ -f pop.sql",
        "su -gcalls @",
        "su agent -- @",
        "script log @",
        "env -uS pop @",
        "awk -vname=@ -f pop.awk",
        "awk --file pop.awk @",
        "sed -nf pop.sed @",
        "jq --arg a @ .a",
        "jq .a @",
        "perl -MPOSIX pop.pl @",
        "mysql -u pop -p calls",
        "konsole -e pop @",
        "gnome-terminal -- pop @",
        "adb push pop @",
    ] {
        assert_eq!(check(line), None, "{line}");
    }
}

#[test]
fn what_needs_permission_needs_it_behind_what_starts_it() {
    for (line, name) in [
        ("env pwsh pop.ps1", Some("PowerShell")),
        ("env A=1 nice -n 5 cmd /q x", Some("cmd")),
        ("env nice pop", None),
        ("bash pop.sh pwsh", None),
    ] {
        let guard = with(line, wrapped_guard);
        assert_eq!(guard.map(|guard| guard.name), name, "{line}");
    }
}

#[test]
fn code_is_found_behind_any_program() {
    for (line, at) in [
        ("konsole -e sh -c pop@", Some(3)),
        ("docker exec app sh -c pop@", Some(4)),
        ("docker exec app python3 -c pop@", Some(4)),
        ("pkexec bash -lc @", Some(2)),
        ("gnome-terminal -- bash -c @", Some(3)),
        ("cmdow cmd /c @", Some(2)),
        ("crm open @", None),
        ("crm start script -c @", None),
        ("crm bash @", None),
        ("docker exec app sh pop.sh -c @", None),
        ("docker exec @ sh -c pop", None),
    ] {
        let words: Vec<&str> = line.split(' ').skip(1).collect();
        assert_eq!(behind_any_program(&pieces(&words)), at, "{line}");
    }
}
