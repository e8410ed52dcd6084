#!/usr/bin/env python3
"""From a pushed call until the request is at the CRM: miniclient beside Debian's `webhook`, which runs curl for each call.

    apt-get install webhook curl
    tests/bench/push.py PROGRAM [CALLS]     PROGRAM: a release build of miniclient; 200 calls to each without a number

Linux, all on loopback. The two take turns, so that what else the machine does strikes both. miniclient writes each call to its
journal, and to the disk, before it runs the hook; `webhook` writes nothing. Prints the medians and their ratio.
"""
import http.server
import json
import os
import pathlib
import queue
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

TOKEN = "the-token-of-this-bench"
ARRIVED = queue.Queue()


class Crm(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        ARRIVED.put((time.perf_counter(), self.path))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def post(address, path, call, headers=""):
    body = json.dumps(call).encode()
    with socket.create_connection(address, timeout=10) as connection:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n{headers}"
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        while connection.recv(65536):
            pass


def arrival(number):
    """When the request of this call was at the CRM."""
    while True:
        at, path = ARRIVED.get(timeout=10)
        if path == f"/c?n={number}":
            return at


def main():
    program, calls = os.path.abspath(sys.argv[1]), int((sys.argv[2:] or [200])[0])
    crm = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Crm)
    threading.Thread(target=crm.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{crm.server_address[1]}/c?n="
    with tempfile.TemporaryDirectory() as name:
        home = pathlib.Path(name)
        (home / "listen-token").write_text(TOKEN)
        (home / "listen-token").chmod(0o600)
        (home / "miniclient.toml").write_text(
            f"""UsersUID = "agent.17"
AutomaticRESTCRMUrl = true
CurlRESTCommand = 'curl -sS "{url}$CallID"'
[listen]
address = "127.0.0.1:0"
token_file = "listen-token"
rate = 10000
""")
        (home / "hooks.json").write_text(json.dumps([{
            "id": "call", "execute-command": "/usr/bin/curl", "http-methods": ["POST"],
            "pass-arguments-to-command": [{"source": "string", "name": "-sS"}, {"source": "payload", "name": "url"}],
        }]))
        environment = {**os.environ, "MINICLIENT_HOME": name, "HOME": name, "LANG": "C.UTF-8"}
        agent = subprocess.Popen([program], env=environment, stderr=subprocess.PIPE, text=True)
        said = ""
        while "http://" not in said:
            line = agent.stderr.readline()
            assert line, f"the agent does not start: {said}"
            said += line
        host, port = said.split("http://")[1].split("/")[0].rsplit(":", 1)
        ours, port = (host, int(port)), free_port()
        other = subprocess.Popen(["webhook", "-hooks", str(home / "hooks.json"), "-ip", "127.0.0.1", "-port", str(port)],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.02)
        times = {"miniclient": [], "webhook": []}
        for n in range(calls + 5):
            for who in times:
                number = f"{who}-{n}"
                since = time.perf_counter()
                if who == "miniclient":
                    post(ours, "/v1/calls", {"CallID": number}, f"Authorization: Bearer {TOKEN}\r\n")
                else:
                    post(("127.0.0.1", port), "/hooks/call", {"url": url + number})
                # The first few open connections and fill caches, of both.
                if n >= 5:
                    times[who].append(arrival(number) - since)
                else:
                    arrival(number)
        agent.kill()
        other.kill()
    for who, took in times.items():
        took.sort()
        print(f"{who:12} p50 {statistics.median(took) * 1e3:6.2f} ms   p99 {took[int(len(took) * 0.99)] * 1e3:6.2f} ms")
    print(f"miniclient / webhook: {statistics.median(times['miniclient']) / statistics.median(times['webhook']):.2f}")


main()
