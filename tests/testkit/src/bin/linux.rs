//! Under Wine, runs a program of the Linux below it as if it were one of Windows: `linux <program> <arguments>`.
//!
//! Wine starts such a program, but keeps no handle of it and hands on none of its own pipes. So a shell connects back and
//! carries what goes in and comes out; when this program ends, by whatever end, so does the other one.

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    // Nobody needs it here: `testkit::linux`.
    ExitCode::from(125)
}

#[cfg(windows)]
fn main() -> ExitCode {
    use std::io::Write as _;
    match wine::run() {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "linux: {error}");
            ExitCode::from(125)
        }
    }
}

#[cfg(windows)]
mod wine {
    use std::io::{self, Read as _, Write as _};
    use std::net::{Ipv4Addr, Shutdown, TcpListener};
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::thread;

    use testkit::linux_path;

    /// Input and output, errors, and the end: of this program, by which the last connection closes, or of the other.
    const SHELL: &str = r#"
exec 3<>/dev/tcp/127.0.0.1/$1 4<>/dev/tcp/127.0.0.1/$1 5<>/dev/tcp/127.0.0.1/$1
exec 2>/dev/null
shift
PATH=$PATH:/usr/sbin:/sbin
"$@" <&3 >&3 2>&4 3>&- 4>&- 5>&- &
child=$!
exec 3>&- 4>&-
{ read -r -u 5; kill -9 $child; } &
watcher=$!
wait $child
code=$?
kill $watcher
echo $code >&5
"#;

    pub(super) fn run() -> Result<u8, Box<dyn std::error::Error>> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let arguments = std::env::args().skip(1);
        Command::new(r"Z:\bin\bash")
            .args(["-c", SHELL, "bash", &port.to_string()])
            .args(arguments.map(|argument| argument_of_linux(&argument)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let (mut talk, _) = listener.accept()?;
        let (mut errors, _) = listener.accept()?;
        let (mut end, _) = listener.accept()?;
        let mut input = talk.try_clone()?;
        // May wait for ever, and ends with this program.
        thread::spawn(move || {
            let _ = io::copy(&mut io::stdin(), &mut input);
            let _ = input.shutdown(Shutdown::Write);
        });
        let complaints = thread::spawn(move || io::copy(&mut errors, &mut io::stderr()));
        let mut output = io::stdout();
        io::copy(&mut talk, &mut output)?;
        output.flush()?;
        let _ = complaints.join();
        let mut code = String::new();
        end.read_to_string(&mut code)?;
        Ok(code.trim().parse()?)
    }

    fn argument_of_linux(argument: &str) -> String {
        let path = Path::new(argument);
        if path.is_absolute() {
            linux_path(path)
        } else {
            argument.to_owned()
        }
    }
}
