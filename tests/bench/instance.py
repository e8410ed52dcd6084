#!/usr/bin/env python3
"""A second start that finds the first, from start to end, beside what a script would take: `flock` on a file that is locked, and
the session's D-Bus asked whether a name is taken.

    cargo build --release -p miniclient && tests/bench/instance.py target/release/miniclient [ROUNDS]

miniclient asks the first which program it is and says so; the other two only learn that there is one. All take turns, so that
what else the machine does strikes all. Prints the medians and their ratios. Linux; needs util-linux, dbus and libglib2.0-bin.
"""

import fcntl
import os
import statistics
import subprocess
import sys
import tempfile
import time

OWN_BUS = "INSTANCE_BENCH_BUS"


def main():
    if OWN_BUS not in os.environ:
        # What is on the desktop's bus is not asked.
        os.execvpe("dbus-run-session", ["dbus-run-session", "--", sys.executable, *sys.argv], {**os.environ, OWN_BUS: "1"})
    program = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with tempfile.TemporaryDirectory() as home, open(f"{home}/lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with open(f"{home}/miniclient.toml", "w") as config:
            config.write('UsersUID = "agent.17"\n')
        environment = {**os.environ, "MINICLIENT_HOME": home}
        agent = subprocess.Popen([program], env=environment, stderr=subprocess.PIPE, text=True)
        while "running" not in agent.stderr.readline():
            pass
        # Each with the exit code by which it says that there is one.
        bus = ["gdbus", "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path", "/org/freedesktop/DBus"]
        commands = {
            "flock": (1, ["flock", "--nonblock", f"{home}/lock", "true"]),
            "D-Bus name": (0, [*bus, "--method", "org.freedesktop.DBus.NameHasOwner", "org.freedesktop.DBus"]),
            "miniclient": (0, [program]),
        }
        took = {name: [] for name in commands}
        try:
            for _ in range(rounds):
                for name, (code, command) in commands.items():
                    began = time.perf_counter()
                    ended = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    took[name].append(time.perf_counter() - began)
                    assert ended.returncode == code, (name, ended.returncode)
        finally:
            agent.terminate()
            agent.wait()
    medians = {name: statistics.median(times) for name, times in took.items()}
    for name, median in medians.items():
        ratios = ", ".join(f"{median / other:.2f} x {beside}" for beside, other in medians.items() if beside != name)
        print(f"{name:<12} p50 {median * 1000:6.2f} ms   {ratios}")


if __name__ == "__main__":
    main()
