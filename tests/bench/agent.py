#!/usr/bin/env python3
"""What the agent does under load, and what it costs when nothing happens: a table of figures.

    tests/bench/agent.py PROGRAM [ROW ..]     PROGRAM: a release build of miniclient; without rows, all of them

Linux. Each row starts an agent of its own in a folder of its own, on loopback, without hooks. The load of the machine stands
above the table: what else runs counts. Needs Python 3.9 and nothing else.
"""
import asyncio
import contextlib
import itertools
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

TOKEN = "the-token-of-this-bench"


class Agent:
    """A running agent, and what belongs to it."""

    def __init__(self, program, config="", listen="rate = 10000\n"):
        self.program, self.folder = os.path.abspath(program), tempfile.TemporaryDirectory()
        self.home = pathlib.Path(self.folder.name)
        self.home.joinpath("listen-token").write_text(TOKEN)
        self.home.joinpath("listen-token").chmod(0o600)
        section = f'[listen]\naddress = "127.0.0.1:0"\ntoken_file = "listen-token"\n{listen}' if listen is not None else ""
        self.home.joinpath("miniclient.toml").write_text(f'UsersUID = "agent.17"\n{config}\n{section}')
        self.env = {**os.environ, "MINICLIENT_HOME": self.folder.name, "HOME": self.folder.name}

    def __enter__(self):
        self.process = subprocess.Popen([self.program], env=self.env, stderr=subprocess.PIPE, text=True)
        said = ""
        while "running" not in said:
            line = self.process.stderr.readline()
            assert line, f"the agent does not start: {said}"
            said += line
        self.address = None
        if listen := self.status()["listen"]:
            host, port = listen["address"].rsplit(":", 1)
            self.address = (host, int(port))
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()

    def say(self, *arguments):
        return subprocess.run([self.program, *arguments], env=self.env, capture_output=True, text=True)

    def status(self):
        return json.loads(self.say("status", "--json").stdout)

    def request(self, call, token=TOKEN):
        body = json.dumps(call, separators=(",", ":")).encode()
        return (f"POST /v1/calls HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body

    def push(self, call, connection=None, token=TOKEN):
        """The status of the answer, and how long it took."""
        since = time.perf_counter()
        own = connection or socket.create_connection(self.address, timeout=30)
        own.sendall(self.request(call, token))
        answer = b""
        while b"}" not in answer and (part := own.recv(65536)):
            answer += part
        if connection is None:
            own.close()
        return int(answer.split(b" ", 2)[1]), time.perf_counter() - since


def ms(times):
    times = sorted(times)
    return f"p50 {statistics.median(times) * 1000:.2f} ms, p99 {times[int(len(times) * 0.99)] * 1000:.2f} ms"


def flushes():
    """What the disk takes for a line by itself: no push can be faster."""
    with tempfile.TemporaryFile() as file:
        times = []
        for _ in range(100):
            file.write(b"x" * 300)
            file.flush()
            since = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - since)
        return times


def hostile(program):
    """callers served under 1,000 hostile connections"""
    with Agent(program) as agent:
        silent = [socket.create_connection(agent.address) for _ in range(1000)]
        for one in silent[::2]:
            try:
                one.send(b"POST /v1/calls HTTP/1.1\r\nX-Slow: ")
            except OSError:
                pass
        answers = [agent.push({"CallID": f"h{n}"}) for n in range(40)]
        served = sum(status == 202 for status, _ in answers)
        return f"{served} of 40, {ms([took for _, took in answers])}"


def steady(program):
    """push, 1 a second for 30 s"""
    with Agent(program) as agent:
        connection = socket.create_connection(agent.address, timeout=30)
        times = []
        for n in range(30):
            times.append(agent.push({"CallID": f"s{n}"}, connection)[1])
            if n % 29:
                time.sleep(1)
        return ms(times[1:])


def many(program):
    """push, 2,000 a second for 10 s over 32 connections"""
    rate, seconds, connections = 2000, 10, 32

    async def caller(agent, number, times, begin):
        reader, writer = await asyncio.open_connection(*agent.address)
        for n in range(rate * seconds // connections):
            due = begin + (n * connections + number) / rate
            await asyncio.sleep(max(0, due - time.perf_counter()))
            writer.write(agent.request({"CallID": f"{number}-{n}"}))
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            assert head.startswith(b"HTTP/1.1 202"), head
            # From when it was due: a queue counts.
            times.append(time.perf_counter() - due)
        writer.close()

    async def all_callers(agent):
        times, begin = [], time.perf_counter() + 0.2
        await asyncio.gather(*(caller(agent, number, times, begin) for number in range(connections)))
        return times, time.perf_counter() - begin

    with Agent(program) as agent:
        times, took = asyncio.run(all_callers(agent))
        return f"{len(times) / took:.0f} a second, {ms(times)}"


def fill(agent, connection, numbers):
    """Pushes calls, a hundred at a time."""
    for first in range(numbers.start, numbers.stop, 100):
        connection.sendall(b"".join(agent.request({"CallID": f"y{n}"}) for n in range(first, first + 100)))
        seen = b""
        while seen.count(b"HTTP/1.1 202") < 100 or not seen.endswith(b"}"):
            part = connection.recv(65536)
            assert part, seen[-200:]
            seen += part


def history(program):
    """history of 24,000 calls: a page, all of it, and pushes meanwhile"""
    with Agent(program) as agent:
        connection = socket.create_connection(agent.address, timeout=30)
        fill(agent, connection, range(24_000))
        pages = []
        for _ in range(10):
            since = time.perf_counter()
            assert len(agent.say("history", "--json", "-n", "20").stdout.splitlines()) == 20
            pages.append(time.perf_counter() - since)
        whole = []

        def read():
            since = time.perf_counter()
            whole.append(len(agent.say("history", "--json", "-n", "100000").stdout.splitlines()))
            whole.append(time.perf_counter() - since)

        reading = threading.Thread(target=read)
        reading.start()
        meanwhile = []
        while reading.is_alive():
            meanwhile.append(agent.push({"CallID": f"m{len(meanwhile)}"}, connection)[1])
            time.sleep(0.01)
        agent.process.kill()
        agent.process.wait()
        since = time.perf_counter()
        alone = agent.say("history", "--json", "-n", "20")
        assert len(alone.stdout.splitlines()) == 20, alone
        return (f"page {min(pages) * 1000:.0f} to {max(pages) * 1000:.0f} ms, without an agent "
                f"{(time.perf_counter() - since) * 1000:.0f} ms; all {whole[0]} in {whole[1]:.2f} s, pushes then {ms(meanwhile)}")


def dials(program):
    """dials while status is polled by 16"""
    config = "[dial]\nexec = '/bin/true'\nparameters = '$DialNumber'\n"
    with Agent(program, config, None) as agent:
        done = threading.Event()

        def poll():
            while not done.is_set():
                agent.say("status")

        polls = [threading.Thread(target=poll) for _ in range(16)]
        for one in polls:
            one.start()
        codes, times = [], []
        for n in range(20):
            since = time.perf_counter()
            codes.append(agent.say("--dial", f"0301234{n:02}").returncode)
            times.append(time.perf_counter() - since)
        stopped = agent.say("stop").returncode
        done.set()
        for one in polls:
            one.join()
        return f"{codes.count(0)} of 20, {ms(times)}, process start included; stop: exit code {stopped}"


def refusals(program):
    """lines in the log after 30,000 refusals"""
    with Agent(program) as agent:
        connection = socket.create_connection(agent.address, timeout=30)
        total, batch = 30_000, 200
        wrong = agent.request({}, "a-token-that-is-wrong")
        for _ in range(total // batch):
            connection.sendall(wrong * batch)
            seen = b""
            while seen.count(b"\r\n\r\n{") < batch or not seen.endswith(b"}"):
                part = connection.recv(65536)
                assert part, seen[-200:]
                seen += part
        lines = sum(path.read_text().count("not accepted") for path in agent.home.rglob("*.log"))
        size = sum(path.stat().st_size for path in agent.home.rglob("*.log"))
        refused = agent.status()["listen"]["refused"]
        return f"{lines} lines ({size} bytes of log), {refused} counted; the unit test of F63 counts 270,000"


def open_page(agent):
    """A browser's part, as far as the agent sees one: let in, the page loaded, its events coming."""
    file = pathlib.Path(agent.say("open", "--print").stdout.strip())
    address = file.read_text().split("0;url=http://")[1].split('"')[0]
    host, enter = address.split("/", 1)
    folder = enter.split("/")[0]

    def ask(target, cookie=""):
        connection = socket.create_connection(tuple(host.split(":")), timeout=60)
        connection.sendall(f"GET /{target} HTTP/1.1\r\nHost: {host}\r\n{cookie}\r\n".encode())
        return connection

    entered = read_until(ask(enter), b"\r\n\r\n").decode().lower()
    cookie = "Cookie: " + entered.split("set-cookie: ")[1].split(";")[0] + "\r\n"
    read_until(ask(folder + "/", cookie), b"</html>")
    events = ask(folder + "/events", cookie)
    read_until(events, b"data: ")
    return events


def read_until(connection, mark):
    seen = b""
    while mark not in seen:
        part = connection.recv(65536)
        assert part, seen[-200:]
        seen += part
    return seen


def idle(program):
    """idle, 120 s: wake-ups a second and memory, with the listener, without, and with a page that is open"""
    said = []
    for name, listen in (("listening", ""), ("without", None), ("page open", "")):
        with Agent(program, listen=listen) as agent:
            page = open_page(agent) if name == "page open" else None
            tasks = pathlib.Path(f"/proc/{agent.process.pid}/task")

            def switches():
                status = "".join(path.joinpath("status").read_text() for path in tasks.iterdir())
                return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("voluntary"))

            # What the start leaves behind ends within this.
            time.sleep(15)
            before = switches()
            time.sleep(120)
            after = switches()
            if page:
                # It was there all the time: what happens now is told.
                agent.push({"CallID": "page", "ANumber": "49301234567"})
                assert b"4930" in read_until(page, b"rings"), "the page is kept current"
            said.append(f"{name} {(after - before) / 120:.3f} a second, PSS {memory(agent, 'Pss'):.2f} MB")
    return "; ".join(said)


def accepted(pushes):
    """The median of pushes that were all taken."""
    assert all(status == 202 for status, _ in pushes), pushes
    return f"{statistics.median(took for _, took in pushes) * 1000:.1f} ms"


def growth_history(program):
    """a page of history where the journal holds 1,000, 10,000 and 100,000 calls"""
    with Agent(program) as agent, socket.create_connection(agent.address, timeout=30) as connection:
        said, filled = [], 0
        for number in (1_000, 10_000, 100_000):
            fill(agent, connection, range(filled, number))
            filled, pages = number, []
            for _ in range(11):
                since = time.perf_counter()
                assert len(agent.say("history", "--json", "-n", "20").stdout.splitlines()) == 20
                pages.append(time.perf_counter() - since)
            said.append(f"{number}: {statistics.median(pages) * 1000:.1f} ms")
    return "; ".join(said)


def growth_hooks(program):
    """a push until its answer, with 1, 10, 100 and 1,000 hooks of which none is meant"""
    said = []
    for number in (1, 10, 100, 1000):
        hooks = "".join(f"[[hook]]\nname = 'h{n}'\nopen = 'https://crm.example/$CallID'\nwhen.GroupName = 'g{n}'\n" for n in range(number))
        with Agent(program, hooks) as agent, socket.create_connection(agent.address, timeout=30) as connection:
            measured = [agent.push({"CallID": f"h{n}", "GroupName": "none"}, connection) for n in range(200)]
            said.append(f"{number}: {accepted(measured)}")
    return "; ".join(said)


def growth_names(program):
    """a push until its answer, of an event with 10, 100, 1,000 and 8,000 names"""
    said = []
    with Agent(program) as agent, socket.create_connection(agent.address, timeout=30) as connection:
        for number in (10, 100, 1000, 8000):
            # Short ones: 8,000 fill what an event may hold.
            letters = itertools.islice(itertools.product("abcdefghijklmnopqrstuvwxyz", repeat=3), number)
            names = {"".join(name): 1 for name in letters}
            measured = [agent.push({"CallID": f"{number}.{n}", **names}, connection) for n in range(100)]
            said.append(f"{number}: {accepted(measured)}")
    return "; ".join(said)


def memory(agent, kind):
    """In MB, by the kernel's account of that kind."""
    rollup = pathlib.Path(f"/proc/{agent.process.pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith(f"{kind}:")) / 1024


def terminal_server(program):
    """memory of each agent where 1 and where 20 run on one machine: its share (PSS), of that its own (private, written)"""
    said = []
    for number in (1, 20):
        with contextlib.ExitStack() as stack:
            agents = [stack.enter_context(Agent(program)) for _ in range(number)]
            time.sleep(15)
            each = lambda kind: statistics.median(memory(agent, kind) for agent in agents)
            said.append(f"{number}: {each('Pss'):.2f} MB, own {each('Private_Dirty'):.2f} MB")
    return "; ".join(said)


ROWS = (hostile, steady, many, history, dials, refusals, idle, terminal_server, growth_history, growth_hooks, growth_names)
ROWS = {row.__name__: row for row in ROWS}


def main():
    if len(sys.argv) < 2 or set(sys.argv[2:]) - set(ROWS):
        sys.exit(f"{__doc__}\nrows: {', '.join(ROWS)}")
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, a flush of this disk {ms(flushes())}")
    print("| figure | measured |\n| --- | --- |")
    for name in sys.argv[2:] or ROWS:
        print(f"| {ROWS[name].__doc__} | {ROWS[name](sys.argv[1])} |", flush=True)


if __name__ == "__main__":
    main()
