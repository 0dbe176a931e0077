"""Honest visitors beside an attack: how long their answers take, in a process of its own, so that the attacker's work does not
count as the server's.

usage: honest.py PORT SECONDS SOURCE PATH [HEADER...]     prints {"count", "p50_ms", "p99_ms", "worst_ms", "statuses"}

They come from SOURCE (127.x.y.z), ask some hundred times a second on kept connections, and open a new one now and then."""
import json
import socket
import subprocess
import sys
import time

FLOOR_MS = 25  # p99 below it is the scheduler's: two cores carry server, visitors and attackers
TIMES = 2
TRIES = 3  # other work on the machine may spoil a run; an attack that works spoils all


def connect(port, source):
    connection = socket.create_connection(('127.0.0.1', port), 20, source_address=(source, 0))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def one(connection, request):
    """The status; raises if the connection ends before the whole answer."""
    connection.sendall(request)
    data = b''
    while b'\r\n\r\n' not in data:
        more = connection.recv(65536)
        if not more:
            raise ConnectionError('closed without an answer')
        data += more
    head, body = data.split(b'\r\n\r\n', 1)
    length = next((int(line.split(b':')[1]) for line in head.split(b'\r\n') if line.lower().startswith(b'content-length:')), 0)
    left = length - len(body)
    while left > 0:
        more = connection.recv(65536)
        if not more:
            raise ConnectionError('cut')
        left -= len(more)
    return int(head.split(b' ')[1])


def measure(port, seconds, source, path, headers):
    request = '\r\n'.join([f'GET {path} HTTP/1.1', 'Host: a', *headers, '', '']).encode()
    took, statuses = [], {}
    kept = [connect(port, source) for _ in range(5)]
    end = time.monotonic() + seconds
    number = 0
    while time.monotonic() < end:
        begin = time.monotonic()
        place = number % len(kept)
        if number % 20 == 19:
            kept[place].close()
            kept[place] = connect(port, source)
        status = one(kept[place], request)
        took.append((time.monotonic() - begin) * 1000)
        statuses[status] = statuses.get(status, 0) + 1
        number += 1
        time.sleep(0.002)
    for connection in kept:
        connection.close()
    took.sort()
    return {'count': len(took), 'p50_ms': took[len(took) // 2], 'p99_ms': took[int(len(took) * 0.99)], 'worst_ms': took[-1],
            'statuses': statuses}


def measured(port, seconds=2.5, source='127.9.9.9', path='/empty', headers=()):
    done = subprocess.run([sys.executable, __file__, str(port), str(seconds), source, path, *headers], capture_output=True,
                          text=True, check=False, timeout=120)
    if done.returncode != 0:
        raise AssertionError('an honest visitor was not served: ' + done.stderr)
    return json.loads(done.stdout)


def unharmed(case, name, attack, measure_again, timed=True):
    """`attack()` is a context manager; `measure_again()` is what `measured` gives. Says what it saw. Not `timed` (under sanitizers, whose
    times say nothing): all are served, however long it takes."""
    def served():
        run = measure_again()
        case.assertEqual(set(run['statuses']), {'200'}, run)
        return run
    for _ in range(TRIES):
        quiet = served() if timed else None
        with attack():
            beside = served()
        if not timed:
            return
        ratio = beside['p99_ms'] / quiet['p99_ms']
        print(f'{name}: {beside["count"]} honest requests, p99 {beside["p99_ms"]:.1f} ms, quiet {quiet["p99_ms"]:.1f} ms '
              f'({ratio:.1f}x), p50 {beside["p50_ms"]:.2f} and {quiet["p50_ms"]:.2f} ms', file=sys.stderr)
        if beside['p99_ms'] <= max(TIMES * quiet['p99_ms'], FLOOR_MS):
            return
    case.fail(f'{name}: honest visitors wait more than {TIMES} times as long as without it, and more than {FLOOR_MS} ms')


if __name__ == '__main__':
    print(json.dumps(measure(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5:])))
