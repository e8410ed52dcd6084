//! What only Linux has: files, uids, signals.

use crate::support::{Helper, PATIENCE, World, call, dial, no_answer_of, receive, send};
use rustix::{
    fs::FlockOperation,
    process::{Pid, Signal, getuid, kill_process},
};
use serde_json::{Value, json};
use std::{
    fs::{File, Permissions},
    os::unix::{
        fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _},
        net::UnixListener,
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

fn address(said: &Value) -> PathBuf {
    PathBuf::from(said["address"].as_str().unwrap())
}

fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let since = Instant::now();
    while !condition() {
        assert!(since.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Stops a process, and returns when all its threads have stopped.
fn freeze(pid: Pid) {
    kill_process(pid, Signal::STOP).unwrap();
    let tasks = format!("/proc/{}/task", pid.as_raw_nonzero());
    until("the process stops", || {
        std::fs::read_dir(&tasks).unwrap().all(|task| {
            let stat = std::fs::read_to_string(task.unwrap().path().join("stat")).unwrap();
            stat.rsplit(") ").next().unwrap().starts_with('T')
        })
    });
}

/// A helper as a user would start it where some variables are missing.
fn own_with(world: &World, change: impl FnOnce(&mut std::process::Command)) -> (Helper, Value) {
    let mut command = world.command(json!({ "do": "own" }));
    change(&mut command);
    let mut helper = Helper::start(command);
    let said = helper.line();
    (helper, said)
}

#[test]
fn f01_a_lock_without_a_channel_yet_is_waited_for_not_ignored() {
    let world = World::new();
    let socket = PathBuf::from(world.address());
    // As an owner is between locking and listening.
    let lock = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(socket.with_extension("lock"))
        .unwrap();
    rustix::fs::flock(&lock, FlockOperation::LockExclusive).unwrap();
    let mut starts: Vec<_> = (0..20)
        .map(|_| world.start(json!({ "do": "own" })))
        .collect();
    let mut caller = world.start(call("echo", 1, 30_000, 30_000));
    std::thread::sleep(Duration::from_millis(500));
    assert!(
        starts
            .iter_mut()
            .all(|start| start.child.try_wait().unwrap().is_none()),
        "nobody fell through"
    );
    drop(lock);
    let said: Vec<_> = starts.iter_mut().map(Helper::line).collect();
    assert_eq!(
        said.iter().filter(|said| said["owner"].is_u64()).count(),
        1,
        "{said:?}"
    );
    let _ = caller.line();
}

#[test]
fn f01_a_lock_whose_holder_never_listens_is_an_error_and_nobody_else_becomes_owner() {
    let world = World::new();
    let socket = PathBuf::from(world.address());
    let lock = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(socket.with_extension("lock"))
        .unwrap();
    rustix::fs::flock(&lock, FlockOperation::LockExclusive).unwrap();
    let since = Instant::now();
    let (_start, said) = world.own();
    assert_eq!(said, json!({ "error": "NoAnswer { pid: None }" }));
    assert!(since.elapsed() < Duration::from_secs(20));
    let said = world.start(call("effect", 1, 500, 500)).line();
    assert_eq!(said["error"], "NoAnswer { pid: None }");
}

#[test]
fn f20_a_stopped_process_costs_five_callers_their_deadline_each() {
    let world = World::new();
    let owner = world.owner();
    let pid = Pid::from_child(&owner.child);
    freeze(pid);
    for _ in 0..5 {
        let since = Instant::now();
        let said = world.start(call("effect", 1, 700, 700)).line();
        assert_eq!(said["error"], no_answer_of(owner.child.id()));
        assert!(
            since.elapsed() < Duration::from_secs(8),
            "{:?}",
            since.elapsed()
        );
    }
    let since = Instant::now();
    let said = world.start(json!({ "do": "own", "within": 700 })).line();
    assert_eq!(
        said,
        json!({ "error": no_answer_of(owner.child.id()) }),
        "a second start does not become the owner"
    );
    assert!(
        since.elapsed() < Duration::from_secs(4),
        "the caller's deadline"
    );
    kill_process(pid, Signal::CONT).unwrap();
    assert_eq!(world.call("echo", 1), json!({ "ok": 1 }));
    assert_eq!(world.effects(), 0, "the calls that gave up were never sent");
}

#[test]
fn f20_a_full_queue_is_no_connection() {
    let world = World::new();
    let (owner, said) = world.own();
    let pid = Pid::from_child(&owner.child);
    freeze(pid);
    // More than the kernel queues for a listener, without blocking.
    let path = address(&said);
    let queued: Vec<_> = (0..8192).map_while(|_| connect_now(&path)).collect();
    let since = Instant::now();
    let caller = world.start(call("effect", 1, 700, 700)).line();
    assert_eq!(
        caller["error"],
        "NoAnswer { pid: None }",
        "{} were queued",
        queued.len()
    );
    assert!(since.elapsed() < Duration::from_secs(8));
    drop(queued);
    kill_process(pid, Signal::CONT).unwrap();
    assert_eq!(
        world.start(call("echo", 1, 40_000, 40_000)).line(),
        json!({ "ok": 1 })
    );
}

fn connect_now(path: &Path) -> Option<rustix::fd::OwnedFd> {
    use rustix::net::{
        AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with,
    };
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None).ok()?;
    connect(&socket, &SocketAddrUnix::new(path).unwrap()).ok()?;
    Some(socket)
}

#[test]
fn f09_a_deleted_socket_comes_back() {
    let world = World::new();
    let (_owner, said) = world.own();
    std::fs::remove_file(address(&said)).unwrap();
    assert_eq!(
        world.start(call("echo", 1, 30_000, 30_000)).line(),
        json!({ "ok": 1 })
    );
}

#[test]
fn f09_a_removed_or_renamed_folder_comes_back() {
    let world = World::new();
    let (owner, said) = world.own();
    let folder = address(&said).parent().unwrap().to_path_buf();
    let reached = || {
        let said = world.start(call("echo", 1, 30_000, 30_000)).line();
        said == json!({ "ok": 1 })
    };
    std::fs::rename(&folder, folder.with_extension("aside")).unwrap();
    until("found after the folder was renamed", reached);
    // Where it comes back too soon for its folder to be removed, the removal starts over.
    until("the folder is removed", || {
        std::fs::remove_dir_all(&folder).is_ok()
    });
    until("found after the folder was removed", reached);
    assert_eq!(world.own().1["running"], owner.child.id());
}

#[test]
fn f13_a_file_that_nobody_locks_is_no_owner_whatever_is_in_it() {
    let world = World::new();
    let lock = PathBuf::from(world.address()).with_extension("lock");
    std::fs::write(&lock, std::process::id().to_string()).unwrap();
    assert_eq!(world.call("echo", 1)["error"], "NotRunning");
    let _owner = world.owner();
}

#[test]
fn f09_a_deleted_lock_makes_no_second_owner() {
    let world = World::new();
    let (owner, said) = world.own();
    let lock = address(&said).with_extension("lock");
    std::fs::remove_file(&lock).unwrap();
    let (_second, second) = world.own();
    assert_eq!(
        second["running"],
        owner.child.id(),
        "the socket still answers"
    );
    until("the lock file comes back", || lock.exists());
    until("and is held", || {
        let file = File::options().write(true).open(&lock).unwrap();
        rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_err()
    });
}

#[test]
fn f08_an_owner_does_not_remove_what_a_successor_made() {
    let world = World::new();
    let (mut owner, said) = world.own();
    let path = address(&said);
    assert_eq!(world.call("stop later", 2_500), json!({ "ok": null }));
    // Frozen, robbed of lock and socket, succeeded by another owner; then it goes on, looks at its address, and ends.
    let ending = Pid::from_child(&owner.child);
    freeze(ending);
    std::fs::remove_file(path.with_extension("lock")).unwrap();
    std::fs::remove_file(&path).unwrap();
    let (_successor, second) = world.own();
    assert!(second["owner"].is_u64(), "{second}");
    let inodes = || {
        let of = |path: &Path| std::fs::symlink_metadata(path).unwrap().ino();
        (of(&path), of(&path.with_extension("lock")))
    };
    let made = inodes();
    kill_process(ending, Signal::CONT).unwrap();
    owner.wait();
    assert_eq!(inodes(), made);
    assert_eq!(
        world.call("echo", 1),
        json!({ "ok": 1 }),
        "the successor is reachable"
    );
    let third = world.own().1;
    assert_eq!(third["running"], second["owner"]);
}

#[test]
fn f10_without_a_runtime_folder_the_state_folder_serves() {
    let world = World::new();
    let state = world.dir.path().join("state");
    let bare = |command: &mut std::process::Command| {
        command
            .env_remove("XDG_RUNTIME_DIR")
            .env("XDG_STATE_HOME", &state);
    };
    let (_owner, said) = own_with(&world, bare);
    assert!(said["owner"].is_u64(), "{said}");
    // Where a session manager runs it is /run/user/<uid>, else the state folder.
    let place = address(&said);
    let runtime = PathBuf::from(format!("/run/user/{}", getuid().as_raw()));
    assert!(
        place.starts_with(&state) || place.starts_with(&runtime),
        "{}",
        place.display()
    );
    assert_eq!(mode(place.parent().unwrap()), 0o700);
    assert_eq!(mode(&place), 0o600);
    let (_second, second) = own_with(&world, bare);
    assert_eq!(second["running"], said["owner"]);
}

#[test]
fn f10_a_runtime_folder_that_others_may_write_is_not_used() {
    let world = World::new();
    let open = world.dir.path().join("open");
    std::fs::create_dir(&open).unwrap();
    std::fs::set_permissions(&open, Permissions::from_mode(0o777)).unwrap();
    let (_owner, said) = own_with(&world, |command| {
        command
            .env("XDG_RUNTIME_DIR", &open)
            .env("XDG_STATE_HOME", world.dir.path().join("state"));
    });
    assert!(said["owner"].is_u64(), "{said}");
    assert!(!address(&said).starts_with(&open));
    assert_eq!(std::fs::read_dir(&open).unwrap().count(), 0);
}

#[test]
fn f11_a_folder_of_ours_that_became_open_is_closed_again() {
    let world = World::new();
    let folder = PathBuf::from(world.address())
        .parent()
        .unwrap()
        .to_path_buf();
    std::fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    let _owner = world.owner();
    assert_eq!(mode(&folder), 0o700);
}

#[test]
fn f10_a_path_longer_than_a_socket_address_works() {
    let world = World::new();
    let long = world.dir.path().join("x".repeat(120));
    std::fs::DirBuilder::new()
        .mode(0o700)
        .create(&long)
        .unwrap();
    let (mut owner, said) = own_with(&world, |command| {
        command.env("XDG_RUNTIME_DIR", &long);
    });
    assert!(said["owner"].is_u64(), "{said}");
    assert!(address(&said).as_os_str().len() > 107 && address(&said).exists());
    let mut caller = world.command(call("echo", 1, 20_000, 20_000));
    caller.env("XDG_RUNTIME_DIR", &long);
    assert_eq!(Helper::start(caller).line(), json!({ "ok": 1 }));
    owner.kill();
    let (_next, said) = own_with(&world, |command| {
        command.env("XDG_RUNTIME_DIR", &long);
    });
    assert!(said["owner"].is_u64(), "{said}");
}

#[test]
fn f14_a_session_bus_is_not_needed() {
    let world = World::new();
    let (_owner, said) = own_with(&world, |command| {
        command.env("DBUS_SESSION_BUS_ADDRESS", "disabled:");
    });
    assert!(said["owner"].is_u64(), "{said}");
}

#[test]
fn f11_f15_processes_of_another_user_are_turned_away_and_not_trusted() {
    const NOBODY: u32 = 65_534;
    if !getuid().is_root() {
        println!("skipped: needs root, to act as another user");
        return;
    }
    let world = World::new();
    let (mut owner, said) = world.own();
    let path = address(&said);
    // Even where every file permission lets them through.
    for open in [
        world.dir.path(),
        &world.dir.path().join("run"),
        path.parent().unwrap(),
        &path,
    ] {
        std::fs::set_permissions(open, Permissions::from_mode(0o777)).unwrap();
    }
    let shell = |script: String| {
        let mut command = std::process::Command::new("python3");
        command
            .args(["-c", &script])
            .uid(NOBODY)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    };
    let script = format!(
        "import socket; s = socket.socket(socket.AF_UNIX); s.connect({path:?})\n\
         try: s.sendall(b'\\x0e\\0\\0\\0' + b'{{\"protocol\":1}}'); print(len(s.recv(4)))\n\
         except OSError: print(0)"
    );
    let Ok(output) = shell(script).output() else {
        println!("skipped: needs python3, to connect as another user");
        return;
    };
    let printed = String::from_utf8_lossy(&output.stdout);
    let failed = String::from_utf8_lossy(&output.stderr);
    assert_eq!(printed.trim(), "0", "no hello comes back: {failed}");
    owner.kill();

    // The other way round: another user's process answers at our address.
    std::fs::remove_file(&path).unwrap();
    std::fs::set_permissions(path.parent().unwrap(), Permissions::from_mode(0o777)).unwrap();
    let script = format!(
        "import socket; s = socket.socket(socket.AF_UNIX); s.bind({path:?}); s.listen(5); print('up', flush=True)\n\
         c, _ = s.accept(); print(len(c.recv(1)), flush=True)"
    );
    let mut impostor = shell(script).spawn().unwrap();
    let mut lines =
        std::io::BufRead::lines(std::io::BufReader::new(impostor.stdout.take().unwrap()));
    assert_eq!(lines.next().unwrap().unwrap(), "up");
    for closed in [&world.dir.path().join("run"), path.parent().unwrap()] {
        std::fs::set_permissions(closed, Permissions::from_mode(0o700)).unwrap();
    }
    let said = world.call("effect", 1);
    assert_eq!(said["error"], "PeerNotTrusted", "{said}");
    assert_eq!(
        lines.next().unwrap().unwrap(),
        "0",
        "not a byte was sent to it"
    );
    impostor.wait().unwrap();
}

#[test]
fn a_hand_made_client_on_the_socket_is_served() {
    // The wire as other programs would write it.
    let world = World::new();
    let (_owner, said) = world.own();
    let mut client = dial(said["address"].as_str().unwrap());
    send(&mut client, &json!({ "protocol": 1, "build": "by hand" }));
    let hello = receive(&mut client).unwrap();
    assert_eq!(hello["ready"], true);
    assert_eq!(hello["pid"], said["owner"]);
    send(&mut client, &json!({ "id": "1", "kind": "refuse" }));
    assert_eq!(receive(&mut client).unwrap()["code"], "no_user");
}

#[test]
fn f07_a_stale_socket_of_something_else_is_replaced() {
    let world = World::new();
    let path = PathBuf::from(world.address());
    drop(UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    let _owner = world.owner();
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(target_os = "linux")]
#[test]
fn an_idle_owner_sleeps() {
    let world = World::new();
    let owner = world.owner();
    assert_eq!(world.call("echo", 1), json!({ "ok": 1 }));
    let pid = owner.child.id();
    let switches = || -> u64 {
        let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
        tasks
            .map(|task| {
                let status = std::fs::read_to_string(task.unwrap().path().join("status")).unwrap();
                let line = status
                    .lines()
                    .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
                line.unwrap().trim().parse::<u64>().unwrap()
            })
            .sum()
    };
    // What the last request left to do is done by then.
    std::thread::sleep(Duration::from_secs(3));
    let before = switches();
    std::thread::sleep(Duration::from_secs(10));
    assert_eq!(switches(), before, "wake-ups in 10 s");
}
