#!/usr/bin/env python3
"""`miniclient --dial` from start to end, beside two programs that do less: `true`, and `curl --unix-socket` to a server
that answers at once.

    cargo build --release -p miniclient && tests/bench/dial.py target/release/miniclient [ROUNDS]

The three take turns, so that what else the machine does strikes all. The telephone system is a server on loopback that
answers at once. Prints the medians and their ratios.
"""

import http.server
import os
import socketserver
import statistics
import subprocess
import sys
import tempfile
import threading
import time


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass

    def address_string(self):
        return ""


class Socket(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


def main():
    program = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    home = tempfile.mkdtemp()
    telephone = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    local = Socket(f"{home}/socket", Answers)
    for server in (telephone, local):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(f"{home}/token", "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as token:
        token.write("token")
    with open(f"{home}/miniclient.toml", "w") as config:
        config.write(
            f"""UsersUID = "agent.17"
[jtel]
base_url = "http://127.0.0.1:{telephone.server_port}/rest/v1.0/1"
token_file = "token"
[dial]
application = 5678
deny = ["0900*"]
[numbers]
region = "DE"
"""
        )
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment["MINICLIENT_HOME"] = home
    agent = subprocess.Popen([program], env=environment, stderr=subprocess.PIPE, text=True)
    while "running" not in agent.stderr.readline():
        pass
    took = {"true": [], "curl --unix-socket": [], "miniclient --dial": []}

    def measure(name, *words):
        began = time.perf_counter()
        ended = subprocess.run(words, env=environment, stdout=subprocess.DEVNULL)
        took[name].append(time.perf_counter() - began)
        if ended.returncode != 0:
            sys.exit(f"{name} ended with {ended.returncode}")

    try:
        for number in range(rounds):
            measure("true", "/bin/true")
            measure("curl --unix-socket", "curl", "-sS", "--unix-socket", f"{home}/socket", "-d", "{}", "http://localhost/")
            measure("miniclient --dial", program, "--dial", f"030 1{number:06}")
    finally:
        agent.terminate()
        agent.wait()
    medians = {name: statistics.median(times) for name, times in took.items()}
    for name, median in medians.items():
        ratios = ", ".join(f"{median / other:.2f} x {beside}" for beside, other in medians.items() if beside != name)
        print(f"{name:<20} p50 {median * 1000:6.2f} ms   {ratios}")


if __name__ == "__main__":
    main()
