"""The door over real sockets: order, limits in size and time, half-closed and vanished clients, stopping, memory.

usage: sockets_test.py DOOR_SERVER [unittest's arguments]      DOOR_SERVER is tests/door/door_server.c, built
"""
import json
import os
import resource
import signal
import socket
import stat
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import program  # noqa: E402  (stands beside this file)

SERVER = program.from_arguments()
SANITIZED = program.is_sanitized(SERVER)
GET = b'GET %s HTTP/1.1\r\nHost: a\r\n\r\n'


class Server(program.Program):
    """A door_server with these options; stopping it checks that it ends well."""

    def __init__(self, *options):
        super().__init__(SERVER, *options)


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def problem(self):
        assert self.headers['content-type'] == 'application/problem+json', self.headers
        problem = json.loads(self.body)
        assert problem['status'] == self.status
        assert problem['type'].startswith('/ecluse/problems/') and problem['title'] and problem['detail']
        return problem['type'].rsplit('/', 1)[1]


class Client(program.Connection):
    """Reads replies strictly: no field comes twice, all have their length."""

    def reply(self, head=False):
        status, fields = self.head()
        for name, values in fields.items():
            assert len(values) == 1, f'{name} twice'
        headers = {name: values[0] for name, values in fields.items()}
        return Reply(status, headers, self.exactly(0 if head else int(headers.get('content-length', 0))))


class Case(unittest.TestCase):
    options = ()

    def setUp(self):
        self.server = Server(*self.options)
        self.clients = []

    def tearDown(self):
        for client in self.clients:
            client.close()
        self.assertEqual(self.server.stop(), 0, getattr(self.server, 'errors', ''))
        self.assertEqual(self.server.figures['lent'], 0, 'a lent body was not given back')
        self.assertEqual(self.server.figures['connections_now'], 0)

    def client(self, timeout=10):
        client = Client(('127.0.0.1', self.server.port), timeout)
        self.clients.append(client)
        return client


class Exchanges(Case):
    def test_keep_alive(self):
        client = self.client()
        for _ in range(3):
            reply = client.ask(GET % b'/empty')
            self.assertEqual((reply.status, reply.body), (200, b''))
            self.assertEqual(set(reply.headers), {'date', 'content-length'})
            self.assertRegex(reply.headers['date'], r'^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$')
            at = time.mktime(time.strptime(reply.headers['date'], '%a, %d %b %Y %H:%M:%S GMT')) - time.timezone
            self.assertLess(abs(at - time.time()), 5)

    def test_request_is_passed_on(self):
        reply = self.client().ask(b'PUT /a%20b?c=d HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello')
        self.assertEqual((reply.headers['x-request'], reply.body), ('PUT /a%20b c=d', b'hello'))
        reply = self.client().ask(b'GET http://a?q HTTP/1.1\r\nHost: a\r\n\r\n')
        self.assertEqual(reply.headers['x-request'], 'GET / q')
        reply = self.client().ask(b'BREW / HTTP/1.1\r\nHost: a\r\n\r\n')
        self.assertEqual(reply.headers['x-request'], 'OTHER / ')

    def test_pipelined_in_order(self):
        """50 requests in one packet, answered at once and later, with and without bodies."""
        client = self.client()
        data, wanted = b'', []
        for i in range(50):
            kind = i % 5
            if kind == 0:
                data += GET % b'/empty'
                wanted.append((b'', False))
            elif kind == 1:
                data += GET % (b'/late?%d' % (i % 7))
                wanted.append((b'%d' % (i % 7), False))
            elif kind == 2:
                data += b'POST /e HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n%02d\r\n0\r\n\r\n' % i
                wanted.append((b'%02d' % i, False))
            elif kind == 3:
                data += b'HEAD /late?%d HTTP/1.1\r\nHost: a\r\n\r\n' % i
                wanted.append((b'%d' % i, True))
            else:
                data += GET % (b'/page?%d' % (i * 1000))
                wanted.append((page(i * 1000), False))
        client.send(data)
        for body, head in wanted:
            reply = client.reply(head)
            self.assertEqual(int(reply.headers['content-length']), len(body))
            self.assertEqual(reply.body, b'' if head else body)
        self.assertEqual(client.bytes, b'')

    def test_pipelined_large(self):
        """Replies larger than the socket's buffer, more requests than fit the input, a reader that starts late."""
        client = self.client(20)
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        echo = b'POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n' + b'y' * 60000
        client.send((GET % b'/page?5000000' + GET % b'/late?1') * 3 + echo)
        time.sleep(0.3)
        for _ in range(3):
            self.assertEqual(client.reply().body, page(5000000))
            self.assertEqual(client.reply().body, b'1')
        self.assertEqual(client.reply().body, b'y' * 60000)

    def test_byte_by_byte(self):
        client = self.client()
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in b'POST /e HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n' + GET % b'/empty':
            client.send(bytes([byte]))
        self.assertEqual(client.reply().body, b'hello!')
        self.assertEqual(client.reply().body, b'')

    def test_chunked_upload_at_the_limit(self):
        client = self.client()
        client.send(b'POST /e HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
        for i in range(64):
            client.send(b'400\r\n' + bytes([65 + i % 26]) * 1024 + b'\r\n')
        reply = client.ask(b'0\r\n\r\n')
        self.assertEqual(reply.body, b''.join(bytes([65 + i % 26]) * 1024 for i in range(64)))
        client.send(b'POST /e HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
        client.send((b'400\r\n' + b'x' * 1024 + b'\r\n') * 64 + b'1\r\n')
        self.assertEqual(client.reply().problem(), 'body-large')
        self.assertTrue(client.ended())

    def test_head(self):
        client = self.client()
        for path in (b'/page?9000', b'/page?100', b'/late?3'):
            get = client.ask(GET % path)
            head = client.ask((GET % path).replace(b'GET', b'HEAD'), head=True)
            self.assertEqual(head.headers['content-length'], get.headers['content-length'])
        self.assertEqual(client.ask(GET % b'/empty').status, 200)
        self.assertEqual(client.bytes, b'')
        head = client.ask(b'HEAD /problem HTTP/1.1\r\nHost: a\r\n\r\n', head=True)
        self.assertEqual((head.status, client.bytes), (409, b''))

    def test_no_content(self):
        client = self.client()
        reply = client.ask(GET % b'/nothing' + GET % b'/empty')
        self.assertEqual((reply.status, set(reply.headers)), (204, {'date'}))
        self.assertEqual(client.reply().status, 200)

    def test_options_asterisk(self):
        reply = self.client().ask(b'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n')
        self.assertEqual((reply.status, reply.headers['allow']), (204, 'GET, HEAD, POST, OPTIONS'))

    def test_http_1_0(self):
        client = self.client()
        reply = client.ask(b'GET /empty HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')
        self.assertEqual(reply.headers['connection'], 'keep-alive')
        reply = client.ask(b'GET /late?1 HTTP/1.0\r\n\r\n')
        self.assertEqual(reply.headers['connection'], 'close')
        self.assertTrue(client.ended())

    def test_connection_close(self):
        client = self.client()
        reply = client.ask(b'GET /page?1000000 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n' + GET % b'/empty')
        self.assertEqual((reply.headers['connection'], len(reply.body)), ('close', 1000000))
        self.assertTrue(client.ended())

    def test_problem(self):
        reply = self.client().ask(GET % b'/problem')
        self.assertEqual((reply.status, reply.headers['retry-after']), (409, '7'))
        problem = json.loads(reply.body)
        self.assertEqual(problem, {'type': '/ecluse/problems/a-"type"', 'title': 'Conflict', 'status': 409,
                                   'detail': 'One line\nand Écluse.'})

    def test_arena_is_bounded_and_reused(self):
        client = self.client()
        for _ in range(3):
            taken = int(client.ask(GET % b'/arena').body)
            self.assertTrue(900000 <= taken <= 1048576, taken)

    def test_expect_continue(self):
        client = self.client()
        head = b'POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n'
        for _ in range(2):
            self.assertEqual(client.ask(head).status, 100)
            client.send(b'he')
            time.sleep(0.05)
            self.assertEqual(client.ask(b'llo').body, b'hello')  # asked for once only
        self.assertEqual(client.ask(head + b'hello').body, b'hello')  # the body was there: no 100
        large = head.replace(b'Length: 5', b'Length: 65537')
        self.assertEqual(client.ask(large).problem(), 'body-large')  # refused before the body was sent
        self.assertTrue(client.ended())

    def test_half_closed(self):
        for path, body in ((b'/late?50', b'50'), (b'/page?3000000', page(3000000)), (b'/empty', b'')):
            client = self.client()
            client.send(GET % path + GET % b'/empty')
            client.socket.shutdown(socket.SHUT_WR)
            self.assertEqual(client.reply().body, body)
            self.assertEqual(client.reply().body, b'')
            self.assertTrue(client.ended())
        client = self.client()
        client.send(b'GET /empty HTTP/1.1\r\nHo')
        client.socket.shutdown(socket.SHUT_WR)
        self.assertTrue(client.ended())

    def test_gone_clients(self):
        """Clients that vanish while the handler has their request, or while they are written to."""
        for _ in range(30):
            client = self.client()
            client.send(GET % b'/late?100' + GET % b'/empty')
            client.reset()
            client = self.client()
            client.send(GET % b'/page?20000000')
            client.reset()
            client = self.client()
            client.send(b'GET / HT')
            client.reset()
        time.sleep(0.2)
        self.assertEqual(self.client().ask(GET % b'/late?1').body, b'1')

    def test_origin(self):
        self.assertEqual(self.client().ask(GET % b'/origin').body, b'127.0.0.1 loopback')

    def test_two_thousand_at_once(self):
        self.crowd(2000)

    def crowd(self, count):
        clients = [self.client() for _ in range(count)]
        for i, client in enumerate(clients):
            client.send(GET % (b'/late?%d' % (i % 30) if i % 3 else b'/empty'))
        for i, client in enumerate(clients):
            self.assertEqual(client.reply().body, b'%d' % (i % 30) if i % 3 else b'')
        return clients


def page(length):
    one = bytes(i * 7 % 251 for i in range(251))
    return (one * (length // 251 + 1))[:length]


class Malformed(Case):
    def test_each_has_its_answer(self):
        body = b'POST /e HTTP/1.1\r\nHost: a\r\n'
        cases = [
            (b'GET / HTTP/1.1\r\n\r\n', 400, 'host-missing'),
            (b'GET / HTTP/1.1\r\nHost: a\n\r\n', 400, 'bare-lf'),
            (b'GET / HTTP/1.1\r\nHost : a\r\n\r\n', 400, 'space-before-colon'),
            (b'GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n', 400, 'folded-line'),
            (b'GET / HTTP/2.0\r\n\r\n', 505, 'version-unsupported'),
            (b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505, 'version-unsupported'),
            (b'GET /\r\n', 505, 'version-unsupported'),
            (b'\x16\x03\x01\x00\xf8\x01', 400, 'control-byte'),
            (b'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', 501, 'connect'),
            (b'GET /' + b'x' * 8192 + b' HTTP/1.1\r\nHost: a\r\n\r\n', 414, 'target-long'),
            (b'GET / HTTP/1.1\r\nHost: a\r\nX: ' + b'x' * 16384 + b'\r\n\r\n', 431, 'head-large'),
            (b'GET / HTTP/1.1\r\n' + b'X: y\r\n' * 101, 431, 'headers-many'),
            (body + b'Content-Length: 65537\r\n\r\n', 413, 'body-large'),
            (body + b'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400, 'length-and-coding'),
            (body + b'Transfer-Encoding: chunked\r\n\r\n10001\r\n', 413, 'body-large'),
            (body + b'Transfer-Encoding: gzip, chunked\r\n\r\n', 501, 'coding-unknown'),
            (body + b'Expect: a miracle\r\n\r\n', 417, 'expectation'),
        ]
        for data, status, kind in cases:
            with self.subTest(data[:60]):
                client = self.client()
                reply = client.ask(GET % b'/empty' + data)
                self.assertEqual(reply.status, 200)
                reply = client.reply()
                self.assertEqual((reply.status, reply.problem()), (status, kind))
                self.assertEqual(reply.headers['connection'], 'close')
                self.assertTrue(client.ended())
                client.close()
        self.server.stop()
        self.assertEqual(self.server.figures['malformed'], len(cases))

    def test_answer_is_read_although_more_was_sent(self):
        """Closing at once would reset the connection, and the answer would be lost on the way."""
        for _ in range(20):
            client = self.client()
            client.send(b'POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n' + b'x' * 200000)
            self.assertEqual(client.reply().problem(), 'body-large')
            self.assertFalse(client.more())  # an orderly end: a reset would raise

    def test_endless_sender_is_cut(self):
        client = self.client()
        client.send(b'POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n')
        with self.assertRaises(OSError):
            for _ in range(2000):
                client.send(b'x' * 65536)


class Slow(Case):
    options = ('--request-seconds', '1', '--idle-seconds', '1', '--reply-seconds', '1')

    def test_slow_request(self):
        client = self.client()
        started = time.monotonic()
        try:
            for byte in b'GET /empty HTTP/1.1\r\n' + b'X: y\r\n' * 100:
                client.send(bytes([byte]))
                time.sleep(0.05)
                if time.monotonic() - started > 5:
                    break
                client.socket.setblocking(False)
                try:
                    client.more()
                except BlockingIOError:
                    pass
                client.socket.settimeout(10)
                if client.bytes:
                    break
        except OSError:
            pass
        self.assertEqual(client.reply().problem(), 'slow-request')
        self.assertTrue(0.9 < time.monotonic() - started < 6, time.monotonic() - started)
        self.assertTrue(client.ended())
        self.server.stop()
        self.assertEqual(self.server.figures['timed_out'], 1)

    def test_slow_body(self):
        client = self.client()
        client.send(b'POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel')
        reply = client.reply()
        self.assertEqual((reply.status, reply.problem()), (408, 'slow-request'))

    def test_time_is_of_each_request(self):
        """A kept connection is not cut as long as each request comes in time."""
        client = self.client()
        for _ in range(6):
            client.send(b'GET /empty HTTP/1.1\r\n')
            time.sleep(0.4)
            self.assertEqual(client.ask(b'Host: a\r\n\r\n').status, 200)

    def test_idle(self):
        fresh = self.client()
        used = self.client()
        used.ask(GET % b'/empty')
        started = time.monotonic()
        self.assertTrue(fresh.ended())
        self.assertTrue(used.ended())
        self.assertTrue(0.9 < time.monotonic() - started < 6)

    def test_handler_may_take_longer(self):
        self.assertEqual(self.client().ask(GET % b'/late?2500').body, b'2500')

    def test_reader_that_does_not_read(self):
        client = self.client()
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.send(GET % b'/page?40000000')
        time.sleep(3)
        self.server.stop()  # nobody is left to wait for: it takes no five seconds
        self.assertEqual(self.server.figures['timed_out'], 1)

    def test_slow_reader_with_progress(self):
        client = self.client()
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        client.send(GET % b'/page?12000000')
        got = 0
        for _ in range(30):
            got += len(client.socket.recv(200000))
            time.sleep(0.1)
        while got < 12000000:
            data = client.socket.recv(1 << 20)
            self.assertTrue(data, f'cut after {got} bytes')
            got += len(data)


class Crowded(Case):
    options = ('--connections', '5')

    def test_connection_limit(self):
        inside = [self.client() for _ in range(5)]
        for client in inside:
            self.assertEqual(client.ask(GET % b'/empty').status, 200)
        for _ in range(100):
            outside = self.client()
            reply = outside.reply()
            self.assertEqual((reply.status, reply.problem()), (503, 'connections-full'))
            self.assertEqual((reply.headers['retry-after'], reply.headers['connection']), ('2', 'close'))
            self.assertTrue(outside.ended())
            outside.close()
        self.assertEqual(inside[0].ask(GET % b'/empty').status, 200)
        inside[4].close()
        time.sleep(0.1)
        self.assertEqual(self.client().ask(GET % b'/empty').status, 200)

    def test_refused_that_do_not_leave(self):
        """More refused clients than places to refuse them in: they wait, nobody inside is hurt, and it passes."""
        inside = [self.client() for _ in range(5)]
        outside = [self.client() for _ in range(200)]
        self.assertEqual(inside[0].ask(GET % b'/empty').status, 200)
        for client in outside:
            self.assertEqual(client.reply().problem(), 'connections-full')
            client.close()
        self.assertEqual(inside[0].ask(GET % b'/empty').status, 200)


class GivingWay(Case):
    options = ('--connections', '5', '--idle-seconds', '12')  # gives way after a twelfth of it

    def test_who_is_idle_gives_way(self):
        busy = self.client()
        busy.send(GET % b'/late?3000')
        idle = [self.client() for _ in range(4)]
        time.sleep(1.3)
        idle[0].ask(GET % b'/empty')  # no longer the one that was idle the longest
        new = [self.client() for _ in range(3)]
        for client in new:
            self.assertEqual(client.ask(GET % b'/empty').status, 200)
        for client in idle[1:]:
            self.assertTrue(client.ended())
        self.assertEqual(self.client().reply().problem(), 'connections-full')  # nobody was idle for long now
        self.assertEqual(idle[0].ask(GET % b'/empty').status, 200)
        self.assertEqual(busy.reply().body, b'3000')


class Stopping(Case):
    def test_requests_under_way_finish(self):
        late, half, idle = self.client(), self.client(), self.client()
        self.assertEqual(idle.ask(GET % b'/empty').status, 200)
        late.send(GET % b'/late?800' + GET % b'/empty')
        half.send(b'GET /empty HTTP/1.1\r\n')
        large = self.client()
        large.send(GET % b'/page?20000000')
        time.sleep(0.2)
        self.server.process.send_signal(signal.SIGTERM)
        self.assertTrue(idle.ended())
        time.sleep(0.1)
        with self.assertRaises(OSError):
            self.client()
        reply = half.ask(b'Host: a\r\n\r\n')
        self.assertEqual((reply.status, reply.headers['connection']), (200, 'close'))
        reply = late.reply()
        self.assertEqual((reply.body, reply.headers['connection']), (b'800', 'close'))
        self.assertTrue(late.ended())
        self.assertEqual(large.reply().body, page(20000000))
        for client in self.clients:
            client.close()
        started = time.monotonic()
        self.server.finish()
        self.assertLess(time.monotonic() - started, 3)

    def test_nobody_holds_it_longer_than_five_seconds(self):
        late = self.client()
        late.send(GET % b'/late?60000')
        stuck = self.client()
        stuck.send(GET % b'/page?60000000')
        time.sleep(0.2)
        started = time.monotonic()
        self.assertEqual(self.server.stop(), 0)
        self.assertTrue(4 < time.monotonic() - started < 10)


class Descriptors(Case):
    def test_out_of_descriptors(self):
        """No descriptor left for accept: no spinning, those inside are served, and it recovers."""
        inside = self.client()
        inside.ask(GET % b'/empty')
        before = resource.prlimit(self.server.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(self.server.process.pid, resource.RLIMIT_NOFILE, (20, before[1]))
        waiting = [self.client() for _ in range(100)]
        time.sleep(0.3)
        used = self.server.cpu_seconds()
        time.sleep(1)
        self.assertLess(self.server.cpu_seconds() - used, 0.3)
        self.assertEqual(inside.ask(GET % b'/empty').status, 200)
        resource.prlimit(self.server.process.pid, resource.RLIMIT_NOFILE, before)
        for client in waiting:
            client.close()
        time.sleep(0.5)
        self.assertEqual(self.client().ask(GET % b'/empty').status, 200)


class Memory(Case):
    def test_idle_connections(self):
        """An idle connection takes under 4 KB of the process, after it was used too."""
        wanted = min(10000, resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 300)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted + 200, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        before = self.server.rss()
        clients = [self.client() for _ in range(wanted)]
        for client in clients:
            client.send(GET % b'/empty')
        for client in clients:
            client.reply()
        each = (self.server.rss() - before) / wanted
        print(f'{wanted} idle connections: {each:.0f} bytes each', file=sys.stderr)
        if not SANITIZED:
            self.assertLess(each, 2048)


class Local(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, 'shop.db-socket')
        self.servers = []

    def tearDown(self):
        for server in self.servers:
            server.stop()
        self.folder.cleanup()

    def serve(self, *options):
        self.servers.append(Server('--socket', self.path, *options))
        return self.servers[-1]

    def test_mode_and_origin(self):
        server = self.serve()
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
        client = Client(self.path)
        self.assertEqual(client.ask(GET % b'/origin').body, b'local')
        client.close()
        self.assertEqual(server.stop(), 0)
        self.assertFalse(os.path.exists(self.path))

    def test_staff_gets_in_when_all_is_taken(self):
        server = self.serve('--connections', '1')
        outside = [Client(('127.0.0.1', server.port)) for _ in range(3)]
        outside[0].ask(GET % b'/empty')
        self.assertEqual(outside[1].reply().status, 503)
        staff = Client(self.path)
        self.assertEqual(staff.ask(GET % b'/origin').body, b'local')
        for client in (*outside, staff):
            client.close()

    def test_larger_bodies(self):
        self.serve()
        client = Client(self.path, 30)
        body = os.urandom(20 * 1024 * 1024)
        reply = client.ask(b'POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n' % len(body) + body)
        self.assertEqual(reply.body, body)
        chunks = b''.join(b'%x\r\n%s\r\n' % (len(body[i:i + 60000]), body[i:i + 60000]) for i in range(0, 5000000, 60000))
        reply = client.ask(b'POST /e HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n' + chunks + b'0\r\n\r\n')
        self.assertEqual(reply.body, body[:len(reply.body)])
        self.assertGreaterEqual(len(reply.body), 5000000)
        reply = client.ask(b'POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 33554433\r\n\r\n')
        self.assertEqual(reply.problem(), 'body-large')
        client.close()

    def test_live_socket_stays(self):
        self.serve()
        second = Server('--socket', self.path)
        self.assertEqual(second.finish(), 3)
        self.assertIn('a running server listens on', second.errors)
        client = Client(self.path)
        self.assertEqual(client.ask(GET % b'/empty').status, 200)
        client.close()

    def test_leftover_goes(self):
        first = self.serve()
        first.stop(signal.SIGKILL)
        self.assertTrue(os.path.exists(self.path))
        self.serve()
        client = Client(self.path)
        self.assertEqual(client.ask(GET % b'/empty').status, 200)
        client.close()

    def test_other_files_stay(self):
        with open(self.path, 'w') as file:
            file.write('precious')
        second = Server('--socket', self.path)
        self.assertEqual(second.finish(), 3)
        with open(self.path) as file:
            self.assertEqual(file.read(), 'precious')


class Listening(unittest.TestCase):
    def test_addresses(self):
        for listen, connect, wanted in (('::1', '::1', b'::1 loopback'), ('::', '127.0.0.1', b'127.0.0.1 loopback'),
                                        ('0.0.0.0', '127.0.0.1', b'127.0.0.1 loopback')):
            with self.subTest(listen):
                server = Server('--address', listen)
                if not server.port:
                    self.skipTest('no IPv6 here')
                client = Client((connect, server.port))
                self.assertEqual(client.ask(GET % b'/origin').body, wanted)
                client.close()
                self.assertEqual(server.stop(), 0)

    def test_faults(self):
        server = Server()
        for options, wanted in ((('--port', str(server.port)), 'is taken by another program'),
                                (('--address', 'nowhere'), 'is no IP address'),
                                (('--address', '192.0.2.1'), 'cannot listen on')):
            other = Server(*options)
            self.assertEqual(other.finish(), 3)
            self.assertIn(wanted, other.errors)
        self.assertEqual(server.stop(), 0)


if __name__ == '__main__':
    unittest.main()
