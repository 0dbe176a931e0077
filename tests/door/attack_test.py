"""The door under attack, beside honest visitors: slow heads and bodies, readers who do not read, thousands of idle connections,
header bombs, malformed requests. Addresses are those of 127.0.0.0/8, each counted as one (door_server --loopback-counts)."""
import contextlib
import json
import os
import random
import resource
import socket
import sys
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [HERE, os.path.join(HERE, '..', 'support')]
import honest  # noqa: E402  (tests/support)
import program  # noqa: E402  (stands beside this file)

SERVER = program.from_arguments()
SANITIZED = program.is_sanitized(SERVER)
GET = b'GET %s HTTP/1.1\r\nHost: a\r\n\r\n'
CONNECTIONS = 2000  # of the server: an address may have a quarter, a network half


def opened(port, source):
    """A connection that is not waited for: it may have been refused already when it is used."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(5)
    connection.bind((source, 0))
    connection.connect(('127.0.0.1', port))
    return connection


def is_closed(connection):
    """Ended, reset, or answered: what an attacker notices."""
    try:
        connection.setblocking(False)
        return connection.recv(1) is not None
    except BlockingIOError:
        return False
    except OSError:
        return True


class Case(unittest.TestCase):
    options = ('--loopback-counts', '1', '--connections', str(CONNECTIONS), '--request-seconds', '3', '--reply-seconds', '3')

    def setUp(self):
        self.server = program.Program(SERVER, *self.options)
        self.connections = []

    def tearDown(self):
        for connection in self.connections:
            connection.close()
        self.assertEqual(self.server.stop(), 0, getattr(self.server, 'errors', ''))
        self.assertEqual(self.server.figures['connections_now'], 0)
        self.assertEqual(self.server.figures['lent'], 0)

    def open(self, source, count):
        new = [opened(self.server.port, source) for _ in range(count)]
        self.connections += new
        return new

    def honest(self, **how):
        return honest.measured(self.server.port, **how)


class Shares(Case):
    def test_of_an_address_and_a_network(self):
        quarter, half = CONNECTIONS // 4, CONNECTIONS // 2
        for source, wanted in (('127.1.1.1', quarter), ('127.1.1.2', quarter), ('127.1.1.3', 0), ('127.1.2.1', quarter)):
            some = self.open(source, quarter + 100)
            time.sleep(0.3)
            left = [connection for connection in some if not is_closed(connection)]
            self.assertEqual(len(left), wanted, source)
        self.assertLess(half, CONNECTIONS)
        # Who leaves makes room for the address' next.
        for connection in self.connections[:quarter]:
            connection.close()
        time.sleep(0.3)
        some = self.open('127.1.1.3', 50)
        time.sleep(0.2)
        self.assertEqual(sum(is_closed(connection) for connection in some), 0)
        self.assertEqual(self.honest(seconds=0.5)['statuses'].keys(), {'200'})
        self.server.stop()
        self.assertEqual(self.server.figures['refused_shares'], 100 + 100 + quarter + 100 + 100)

    def test_what_the_refused_reads(self):
        self.open('127.1.1.1', CONNECTIONS // 4)
        client = program.Connection.__new__(program.Connection)
        client.socket, client.bytes = opened(self.server.port, '127.1.1.1'), b''
        status, fields = client.head()
        self.assertEqual((status, fields['cache-control'], fields['connection']), (429, ['no-store'], ['close']))
        self.assertEqual(fields['content-type'], ['application/problem+json'])
        self.assertGreater(int(fields['retry-after'][0]), 0)
        problem = json.loads(client.exactly(int(fields['content-length'][0])))
        self.assertEqual(problem['type'], '/ecluse/problems/connections-share')
        client.close()

    def test_over_half_of_it_nothing_is_kept_alive(self):
        """Thousands behind one address: each has an answer, and nobody holds a place while they read."""
        for kept, count in ((True, CONNECTIONS // 8), (False, 1)):
            for connection in self.open('127.1.1.1', count):
                connection.sendall(GET % b'/empty')
                head = connection.recv(4096)
                self.assertEqual(b'Connection: close' not in head, kept, head)
        for _ in range(CONNECTIONS):
            connection = opened(self.server.port, '127.1.1.1')
            connection.sendall(GET % b'/empty')
            self.assertIn(b' 200 ', connection.recv(4096))
            connection.close()

    def test_a_proxy_that_is_trusted(self):
        """Elsewhere, and named: it has no share, and is believed about the last one that it does not trust itself."""
        self.server.stop()
        self.server = program.Program(SERVER, '--loopback-counts', '1', '--connections', str(CONNECTIONS), '--trust', '127.1.1.0/24',
                                      '--trust', '2001:db8:ff::/48')
        v4, own = '0:ffffc0000201 0:ffffc0000200', '0:ffff7f010101 0:ffff7f010100'
        for source, says, wanted in (('127.1.1.1', None, own), ('127.1.1.1', '192.0.2.1', v4), ('127.1.1.1', '192.0.2.9, 192.0.2.1', v4),
                                     ('127.1.1.1', '192.0.2.1, 127.1.1.9', v4), ('127.1.1.1', '192.0.2.1, [2001:db8:ff::9]:80', v4),
                                     ('127.1.1.1', '127.1.1.1, 127.1.1.9', 'exempt'), ('127.1.1.1', 'unknown', '0:0 0:0'),
                                     ('127.1.2.1', '192.0.2.1', '0:ffff7f010201 0:ffff7f010200')):
            with self.subTest((source, says)):
                self.assertEqual(self.keys(source, says), wanted)
        some = self.open('127.1.1.1', CONNECTIONS // 2 + 50)
        time.sleep(0.3)
        self.assertEqual(sum(is_closed(connection) for connection in some), 0)

    def keys(self, source, says=None, name='X-Forwarded-For'):
        connection = opened(self.server.port, source)
        field = f'{name}: {says}\r\n' if says is not None else ''
        connection.sendall(f'GET /client HTTP/1.1\r\nHost: a\r\n{field}\r\n'.encode())
        body = connection.recv(4096).decode().split('\r\n\r\n')[1]
        connection.close()
        return body

    def test_whom_a_request_counts_as(self):
        """A stranger is its address, whatever it says; a proxy on this machine is believed about the last one."""
        keys = self.keys
        self.assertEqual(keys('127.1.2.3'), '0:ffff7f010203 0:ffff7f010200')
        self.assertEqual(keys('127.1.2.3', '192.0.2.1'), keys('127.1.2.3'))
        self.server.stop()
        self.server = program.Program(SERVER)
        self.assertEqual(keys('127.0.0.1'), 'exempt')
        v4 = '0:ffffc0000201 0:ffffc0000200'
        for says, wanted in (('192.0.2.1', v4), ('10.9.8.7, 192.0.2.1', v4), ('192.0.2.1:80', v4), ('::ffff:192.0.2.1', v4),
                             (' 192.0.2.1 ', v4), ('192.0.2.1\r\nX-Forwarded-For: 127.0.0.1', 'exempt'), ('::1', 'exempt'),
                             ('2001:db8:1:2:3:4:5:6', '20010db800010002:0 20010db800010000:0'),
                             ('[2001:db8:1:2:ffff::1]:443', '20010db800010002:0 20010db800010000:0'),
                             ('', '0:0 0:0'), ('unknown', '0:0 0:0'), ('192.0.2.1, ', '0:0 0:0'), ('1.2.3', '0:0 0:0'),
                             ('2001:db8:' + '0' * 60, '0:0 0:0'), ('[', '0:0 0:0'), (':', '0:0 0:0')):
            with self.subTest(says):
                self.assertEqual(keys('127.0.0.1', says), wanted)
        for says, wanted in (('for=192.0.2.1', v4), ('for="192.0.2.1:80";proto=https', v4), ('for=127.0.0.1, for=192.0.2.1', v4),
                             ('proto=https', '0:0 0:0'), ('for=192.0.2.1;', v4), ('for=192.0.2.1 for', 'exempt'),
                             ('for=127.0.0.1\r\nX-Forwarded-For: 192.0.2.1', v4)):
            with self.subTest(says):
                self.assertEqual(keys('127.0.0.1', says, 'Forwarded'), wanted)


class Attacks(Case):
    @contextlib.contextmanager
    def background(self, work):
        """Runs `work(stop)` until the block ends."""
        stop, failures = threading.Event(), []

        def run():
            try:
                work(stop)
            except Exception as failure:  # said below, in the test's own thread
                failures.append(failure)
        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
        if failures:
            raise failures[0]

    def drip(self, begin):
        """From six addresses, as many as they get, each sends a byte now and then, and comes again when it is cut."""
        sources = [f'127.1.{network}.{host}' for network in (1, 2) for host in (1, 2, 3)]

        def work(stop):
            held = []
            while not stop.is_set():
                for source in sources:
                    for _ in range(30):
                        with contextlib.suppress(OSError):
                            connection = opened(self.server.port, source)
                            held.append(connection)
                            connection.sendall(begin)
                for connection in held[:]:
                    try:
                        if is_closed(connection):
                            raise OSError
                        connection.send(b'x')
                    except OSError:
                        connection.close()
                        held.remove(connection)
                self.most = max(self.most, len(held))
                time.sleep(0.05)
            for connection in held:
                connection.close()
        self.most = 0
        return self.background(work)

    def test_slow_heads(self):
        honest.unharmed(self, 'slow heads', lambda: self.drip(b'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: '),
                        lambda: self.honest(seconds=5), not SANITIZED)
        self.assertGreater(self.most, 300)
        self.server.stop()
        self.assertGreater(self.server.figures['timed_out'], 100)

    def test_slow_bodies(self):
        honest.unharmed(self, 'slow bodies',
                        lambda: self.drip(b'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n'),
                        lambda: self.honest(seconds=5), not SANITIZED)
        self.assertGreater(self.most, 300)
        self.server.stop()
        self.assertGreater(self.server.figures['timed_out'], 100)

    def test_readers_who_do_not_read(self):
        @contextlib.contextmanager
        def attack():
            for source in ('127.1.1.1', '127.1.2.1', '127.1.3.1'):
                for connection in self.open(source, 200):
                    with contextlib.suppress(OSError):
                        connection.sendall(GET % b'/page?3000000')
            yield
        before = self.server.rss()
        honest.unharmed(self, 'readers who do not read', attack, lambda: self.honest(seconds=4), not SANITIZED)
        grown = self.server.rss() - before
        print(f'600 readers: {grown / 600:.0f} bytes each', file=sys.stderr)
        if not SANITIZED:
            self.assertLess(grown, 600 * 65536)

    def test_header_bombs(self):
        bombs = [b'GET / HTTP/1.1\r\nHost: a\r\n' + b'X: y\r\n' * 3000 + b'\r\n',
                 b'GET / HTTP/1.1\r\nHost: a\r\nCookie: ' + b'a=b; ' * 20000 + b'\r\n\r\n',
                 b'GET /' + b'a' * 100000 + b' HTTP/1.1\r\nHost: a\r\n\r\n',
                 b'GET / HTTP/1.1\r\n' + b'X' * 100000]
        seen = {}

        def work(stop):
            number = 0
            while not stop.is_set():
                with contextlib.suppress(OSError):
                    connection = opened(self.server.port, f'127.1.1.{number % 200 + 1}')
                    connection.sendall(bombs[number % len(bombs)])
                    answer = connection.recv(4096)
                    status = answer.split(b' ')[1] if answer else b'none'
                    seen[status] = seen.get(status, 0) + 1
                    connection.close()
                number += 1
        honest.unharmed(self, 'header bombs', lambda: self.background(work), self.honest, not SANITIZED)
        print(f'header bombs: {seen}', file=sys.stderr)
        self.assertEqual(set(seen) - {b'431', b'414', b'none'}, set())
        self.assertGreater(seen[b'431'] + seen[b'414'], 200)

    SEEDS = (b'GET /empty HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n',
             b'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
             b'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
             b'GET http://a/empty?x=%20 HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, x\r\nExpect: 100-continue\r\n\r\n')
    PIECES = (b'\r', b'\n', b'\0', b' ', b'\t', b':', b'\r\n\r\n', b'\r\n ', b'HTTP/9.9', b'\xff', b'-1', b'0x5', b'chunked, chunked',
              b'Content-Length: 6\r\n', b'Transfer-Encoding: gzip\r\n', b'Host: b\r\n', b'#', b'*', b'%', b'99999999999999999999')

    def test_malformed_requests(self):
        """Each is answered with what is wrong, waits for its rest, or was well formed after all; none is left half served."""
        chance = random.Random(20261206)
        seen = {}

        def malformed():
            request = bytearray(chance.choice(self.SEEDS))
            for _ in range(chance.randint(1, 3)):
                at = chance.randrange(len(request))
                kind = chance.randrange(3)
                piece = chance.choice(self.PIECES)
                request[at:at + (0, len(piece), chance.randint(1, 8))[kind]] = (piece, piece, b'')[kind]
            return bytes(request)

        def work(stop):
            number = 0
            while not stop.is_set() or number < 1500:
                connection = opened(self.server.port, f'127.1.1.{number % 200 + 1}')
                connection.sendall(malformed())
                connection.shutdown(socket.SHUT_WR)  # its rest does not come
                answer = b''
                while (more := connection.recv(65536)):
                    answer += more
                status = answer[9:12] if answer else b'none'
                seen[status] = seen.get(status, 0) + 1
                connection.close()
                number += 1
        honest.unharmed(self, 'malformed requests', lambda: self.background(work), self.honest, not SANITIZED)
        print(f'malformed requests: {seen}', file=sys.stderr)
        self.assertEqual({status[:1] for status in seen if status not in (b'none', b'501', b'505')} - {b'1', b'2', b'4'}, set())
        self.assertGreater(sum(count for status, count in seen.items() if status[:1] == b'4'), 500)
        self.server.stop()
        self.assertGreater(self.server.figures['malformed'], 500)


class Idle(unittest.TestCase):
    WANTED = 20000

    def test_idle_connections(self):
        """So many sockets that do nothing, of other addresses, and an honest crowd beside them."""
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (self.WANTED + 2000, max(hard, self.WANTED + 2000)))
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        server = program.Program(SERVER)
        # Of the server's descriptors a part is kept for others (src/door/door.c).
        wanted = min(self.WANTED if not SANITIZED else 2000, (hard - 400) * 15 // 16) - 100
        idle = []

        @contextlib.contextmanager
        def attack():
            while len(idle) < wanted:
                connection = socket.socket()
                idle.append(connection)
                connection.bind((f'127.2.{len(idle) % 250}.1', 0))
                connection.connect(('127.0.0.1', server.port))
            yield
        try:
            honest.unharmed(self, f'{wanted} idle connections (the limit of descriptors is {hard})', attack,
                            lambda: honest.measured(server.port, seconds=3), not SANITIZED)
        finally:
            for connection in idle:
                connection.close()
            self.assertEqual(server.stop(), 0)
        self.assertGreaterEqual(server.figures['connections_total'], wanted)
        self.assertEqual(server.figures['refused'], 0)


if __name__ == '__main__':
    unittest.main()
