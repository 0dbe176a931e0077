"""Requests that are handed on to an upstream which misbehaves in every way, and clients that do.

usage: forward_test.py FORWARD_SERVER [unittest's arguments]   FORWARD_SERVER is tests/door/forward_server.c, built

The upstream is scripted: each connection to it is a thread that reads one request after the other and calls the
test's function with the connection and the request; what the function sends is the reply.
"""
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import program  # noqa: E402  (stands beside this file)

SERVER = program.from_arguments()
SANITIZED = program.is_sanitized(SERVER)
GET = b'GET %s HTTP/1.1\r\nHost: shop.example\r\n\r\n'
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'


class Request:
    def __init__(self, head, body):
        lines = head.decode('latin-1').split('\r\n')
        self.method, self.target, self.version = lines[0].split(' ')
        self.lines = lines[1:]
        self.fields = {}
        for line in self.lines:
            name, value = line.split(': ', 1)
            self.fields.setdefault(name.lower(), []).append(value)
        self.body = body

    def one(self, name):
        values = self.fields.get(name, [])
        assert len(values) <= 1, values
        return values[0] if values else None


class Upstream:
    """Calls script(connection, request, number of the connection); returning False closes the connection."""

    def __init__(self, script, path=None, port=0):
        self.script = script
        self.requests = []
        self.connections = []
        self.ended = []  # numbers of connections that the other side has closed
        self.listener = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(path if path else ('127.0.0.1', port))
        self.listener.listen(200)
        self.url = f'unix:{path}' if path else 'http://127.0.0.1:%d' % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self.serve, args=(connection, len(self.connections)), daemon=True).start()

    def serve(self, connection, number):
        data = b''
        try:
            while True:
                while b'\r\n\r\n' not in data:
                    more = connection.recv(65536)
                    if not more:
                        self.ended.append(number)
                        return
                    data += more
                head, data = data.split(b'\r\n\r\n', 1)
                request = Request(head, b'')
                length = int(request.one('content-length') or 0)
                while len(data) < length:
                    more = connection.recv(65536)
                    if not more:
                        self.ended.append(number)
                        return
                    data += more
                request.body, data = data[:length], data[length:]
                self.requests.append(request)
                if self.script(connection, request, number) is False:
                    return
        except OSError:
            self.ended.append(number)
        finally:
            connection.close()

    def close(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Server(program.Program):
    def __init__(self, *options):
        super().__init__(SERVER, *options)


class Reply:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    def problem(self):
        assert self.fields['content-type'] == ['application/problem+json'], self.fields
        assert self.fields.get('retry-after'), self.fields
        problem = json.loads(self.body)
        assert problem['status'] == self.status
        return problem['type'].rsplit('/', 1)[1]


class Client(program.Connection):
    """Reads replies strictly, chunked ones too."""

    def __init__(self, port, timeout=10):
        super().__init__(('127.0.0.1', port), timeout)

    def reply(self, head=False):
        status, fields = self.head()
        for name in ('content-length', 'transfer-encoding', 'date', 'connection'):
            assert len(fields.get(name, [])) <= 1, fields
        assert 'date' in fields, fields
        if head or status in (204, 304):
            return Reply(status, fields, b'')
        if 'transfer-encoding' in fields:
            assert 'content-length' not in fields
            body = b''
            while True:
                size = int(self.until(b'\r\n'), 16)
                body += self.exactly(size)
                assert self.exactly(2) == b'\r\n'
                if size == 0:
                    return Reply(status, fields, body)
        if 'content-length' in fields:
            return Reply(status, fields, self.exactly(int(fields['content-length'][0])))
        while self.more():
            pass
        body, self.bytes = self.bytes, b''
        return Reply(status, fields, body)


def eventually(condition, seconds=5):
    """Waits for what comes soon; says whether it came."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


class Case(unittest.TestCase):
    def setUp(self):
        self.clients, self.servers, self.upstreams = [], [], []

    def start(self, script, *options, **place):
        """An upstream with this script (bytes: always this reply), and a server in front of it."""
        if isinstance(script, bytes):
            reply = script
            script = lambda connection, request, number: connection.sendall(reply)
        self.upstream = Upstream(script, **place)
        self.upstreams.append(self.upstream)
        return self.serve(self.upstream.url, *options)

    def serve(self, url, *options):
        self.server = Server('--upstream', url, *options)
        self.servers.append(self.server)
        return self.server

    def client(self, timeout=10):
        client = Client(self.server.port, timeout)
        self.clients.append(client)
        return client

    def figures(self):
        client = Client(self.server.port)
        figures = json.loads(client.ask(GET % b'/ecluse/figures').body)
        client.close()
        return figures

    def tearDown(self):
        for client in self.clients:
            client.close()
        for server in self.servers:
            self.assertEqual(server.stop(), 0, getattr(server, 'errors', ''))
            self.assertEqual(server.figures['connections_now'], 0)
            self.assertEqual(server.figures['waiting'], 0)
        for upstream in self.upstreams:
            upstream.close()


class Requests(Case):
    def test_as_the_upstream_reads_it(self):
        self.start(OK)
        reply = self.client().ask(
            b'BREW /caf%C3%A9?a=b&? HTTP/1.1\r\nHost: Shop.example:8080\r\nAccept:text/*\r\nX-Shop: 1\r\nX-Shop: 2\r\n'
            b'Connection: keep-alive, X-Hop\r\nX-Hop: dropped\r\nKeep-Alive: timeout=9\r\nTE: trailers\r\n'
            b'Proxy-Connection: close\r\nUpgrade: websocket\r\nTrailer: X-After\r\nProxy: http://evil\r\nExpect: 100-continue\r\n'
            b'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-After: 1\r\n\r\n')
        self.assertEqual((reply.status, reply.body), (200, b'ok'))
        request = self.upstream.requests[0]
        self.assertEqual((request.method, request.target, request.version, request.body),
                         ('BREW', '/caf%C3%A9?a=b&?', 'HTTP/1.1', b'abcde'))
        self.assertEqual(request.fields, {
            'host': ['Shop.example:8080'], 'accept': ['text/*'], 'x-shop': ['1', '2'], 'content-length': ['5'],
            'x-forwarded-for': ['127.0.0.1'], 'x-forwarded-proto': ['http'], 'x-forwarded-host': ['Shop.example:8080'],
            'forwarded': ['for=127.0.0.1;host="Shop.example:8080";proto=http'], 'via': ['1.1 ecluse']})

    def test_lengths(self):
        self.start(OK)
        client = self.client()
        client.ask(GET % b'/')
        client.ask(b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n')
        client.ask(b'POST http://a?q HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyz')
        client.ask(b'GET /? HTTP/1.1\r\nHost: a\r\n\r\n')
        seen = [(request.target, request.one('content-length'), request.body) for request in self.upstream.requests]
        self.assertEqual(seen, [('/', None, b''), ('/', '0', b''), ('/?q', '3', b'xyz'), ('/?', None, b'')])

    def test_large_body(self):
        """More than a socket takes at once."""
        def script(connection, request, number):
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s' % (len(request.body), request.body))
        self.start(script, '--body-bytes', '20000000')
        body = os.urandom(10000000)
        client = self.client()
        for size in (65536, len(body), 0, len(body)):
            reply = client.ask(b'PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n' % size + body[:size])
            self.assertEqual(reply.body, body[:size])
        self.assertEqual(len(self.upstream.connections), 1)
        reply = client.ask(b'PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 20000001\r\n\r\n')
        self.assertEqual(reply.status, 413)

    def test_cookies(self):
        self.start(OK)
        client = self.client()
        for sent, got in ((b'a=1; ecluse_ticket=2; b=3', ['a=1; b=3']), (b'ecluse_a=1;ecluse_b=2', None),
                          (b'ecluse_a=1; c=ecluse_d', ['c=ecluse_d']), (b'xecluse_=1;b;;', ['xecluse_=1;b']),
                          (b'a=1\r\nCookie: ecluse_x=1\r\nCookie: z=2', ['a=1', 'z=2'])):
            with self.subTest(sent):
                client.ask(b'GET / HTTP/1.1\r\nHost: a\r\nCookie: ' + sent + b'\r\n\r\n')
                self.assertEqual(self.upstream.requests[-1].fields.get('cookie'), got)

    def test_forwarded_by_our_own_proxy(self):
        self.start(OK)
        self.client().ask(b'GET / HTTP/1.1\r\nHost: inner\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 192.0.2.2\r\n'
                          b'X-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.example\r\nX-Forwarded-Port: 443\r\n'
                          b'X-Real-IP: 192.0.2.1\r\nVia: 1.1 tls\r\n\r\n')
        fields = self.upstream.requests[0].fields
        self.assertEqual(fields, {'host': ['inner'], 'x-forwarded-for': ['192.0.2.1, 192.0.2.2, 127.0.0.1'],
                                  'x-forwarded-proto': ['https'], 'x-forwarded-host': ['shop.example'],
                                  'forwarded': ['for=192.0.2.1, for=192.0.2.2;host="shop.example";proto=https, '
                                                'for=127.0.0.1;host="inner";proto=http'],
                                  'x-forwarded-port': ['443'], 'x-real-ip': ['192.0.2.1'], 'via': ['1.1 tls, 1.1 ecluse']})

    def told(self, fields):
        self.client().ask(b'GET / HTTP/1.1\r\nHost: inner\r\n' + fields + b'\r\n')
        seen = self.upstream.requests[-1]
        return [seen.one(name) for name in ('x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'forwarded')]

    def test_forwarded_in_both_spellings(self):
        self.start(OK)
        own = 'for=127.0.0.1;host="inner";proto=http'
        self.assertEqual(self.told(b'Forwarded: for="[2001:db8::1]:4711";host="shop.example:443";proto=https\r\n'), [
            '2001:db8::1, 127.0.0.1', 'https', 'shop.example:443',
            'for="[2001:db8::1]";host="shop.example:443";proto=https, ' + own])
        self.assertEqual(self.told(b'X-Forwarded-For: 2001:db8::1, 192.0.2.1:8000, _hidden, <who>\r\n'), [
            '2001:db8::1, 192.0.2.1, _hidden, <who>, 127.0.0.1', 'http', 'inner',
            'for="[2001:db8::1]", for=192.0.2.1, for=_hidden, for=unknown, ' + own])
        self.assertEqual(self.told(b'X-Forwarded-Proto: https\r\n'), [
            '127.0.0.1', 'https', 'inner', 'for=unknown;proto=https, ' + own])

    def test_forwarded_that_the_client_made_up(self):
        """Our TLS proxy names whom it saw in X-Forwarded-For, and hands on a Forwarded that it does not know."""
        self.start(OK)
        self.assertEqual(self.told(b'Forwarded: for=127.0.0.1;proto=https;host=evil\r\nX-Forwarded-For: 192.0.2.1\r\n'), [
            '192.0.2.1, 127.0.0.1', 'http', 'inner', 'for=192.0.2.1, for=127.0.0.1;host="inner";proto=http'])
        self.assertEqual(self.told(b'Forwarded: for="\\"", for=1.2.3.4\r\nforwarded: x\r\n'), [
            '127.0.0.1', 'http', 'inner', 'for=127.0.0.1;host="inner";proto=http'])

    def test_forwarded_lists_are_bounded(self):
        self.start(OK)
        seen = self.told(b'X-Forwarded-For: ' + b','.join(b'2001:db8:1111:2222:3333:4444:5555:%x' % i for i in range(300)) +
                         b'\r\nX-Forwarded-Host: ' + b'h' * 5000 + b'\r\n')
        self.assertEqual((seen[0].count(','), seen[3].count('for='), seen[3].count('h' * 5000)), (16, 17, 1))
        self.assertIn('"[2001:db8:1111:2222:3333:4444:5555:12b]"', seen[3])

    def test_forwarded_by_a_stranger(self):
        """A client that is not on this machine says where it comes from: nothing of that is handed on."""
        addresses = subprocess.run(['hostname', '-I'], capture_output=True, text=True).stdout.split()
        outside = [address for address in addresses if '.' in address]
        if not outside:
            self.skipTest('this machine has no address of its own')
        self.start(OK, '--address', '0.0.0.0')
        with socket.create_connection((outside[0], self.server.port), 10) as stranger:
            stranger.sendall(b'GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 127.0.0.1\r\nX_Forwarded_For: 127.0.0.1\r\n'
                             b'X-Forwarded-Proto: https\r\nX-FORWARDED-Port: 443\r\nForwarded: for=::1\r\nX-Real_IP: ::1\r\n'
                             b'X-Forward: stays\r\n\r\n')
            self.assertIn(b'200 OK', stranger.recv(1000))
        self.assertEqual(self.upstream.requests[0].fields, {
            'host': ['a'], 'x-forward': ['stays'], 'x-forwarded-for': [outside[0]], 'x-forwarded-proto': ['http'],
            'x-forwarded-host': ['a'], 'forwarded': [f'for={outside[0]};host="a";proto=http'], 'via': ['1.1 ecluse']})

    def test_forwarded_by_a_proxy_elsewhere_that_is_trusted(self):
        addresses = subprocess.run(['hostname', '-I'], capture_output=True, text=True).stdout.split()
        outside = [address for address in addresses if '.' in address]
        if not outside:
            self.skipTest('this machine has no address of its own')
        self.start(OK, '--address', '0.0.0.0', '--trust', outside[0])
        with socket.create_connection((outside[0], self.server.port), 10) as front:
            front.sendall(b'GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nX-Real-IP: 192.0.2.1\r\n\r\n')
            self.assertIn(b'200 OK', front.recv(1000))
        self.assertEqual(self.upstream.requests[0].fields, {
            'host': ['a'], 'x-forwarded-for': [f'192.0.2.1, {outside[0]}'], 'x-forwarded-proto': ['https'], 'x-forwarded-host': ['a'],
            'x-real-ip': ['192.0.2.1'], 'forwarded': [f'for=192.0.2.1;proto=https, for={outside[0]};host="a";proto=http'],
            'via': ['1.1 ecluse']})

    def test_http_1_0_without_host(self):
        self.start(OK)
        reply = self.client().ask(b'GET /a HTTP/1.0\r\n\r\n')
        self.assertEqual((reply.status, reply.fields['connection']), (200, ['close']))
        request = self.upstream.requests[0]
        self.assertEqual((request.version, 'http://' + request.one('host'), request.one('via')),
                         ('HTTP/1.1', self.upstream.url, '1.0 ecluse'))

    def test_unix_socket(self):
        with tempfile.TemporaryDirectory() as folder:
            self.start(OK, path=os.path.join(folder, 'shop.sock'))
            client = self.client()
            self.assertEqual(client.ask(GET % b'/').body, b'ok')
            self.assertEqual(client.ask(b'GET / HTTP/1.0\r\n\r\n').body, b'ok')
            self.assertEqual(self.upstream.requests[1].one('host'), 'localhost')

    def test_name_with_several_addresses(self):
        """The first is one where nobody listens (localhost may be ::1 first); the one that answered is kept to."""
        self.start(b'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok')
        self.serve(self.upstream.url.replace('127.0.0.1', 'localhost'), '--dead-address', '1')
        client = self.client()
        for attempts in (2, 3, 4):
            self.assertEqual(client.ask(GET % b'/').body, b'ok')
            self.assertEqual(self.figures()['up_total'], attempts)
        self.assertEqual(self.figures()['failed'], 0)

    def test_name_that_has_moved(self):
        """The only address known is where nobody listens any more: the name is resolved again."""
        self.start(OK)
        self.serve(self.upstream.url, '--dead-address', '2')
        client = self.client()
        self.assertEqual(client.ask(GET % b'/').problem(), 'upstream-unreachable')
        self.assertTrue(eventually(lambda: client.ask(GET % b'/').status == 200))

    def test_urls_refused(self):
        for url, wanted in (('https://a', 'TLS'), ('http://a/path', 'without a path'), ('ftp://a', 'must be http://'),
                            ('http://', 'without a path'), ('http://user@a', 'without a path'), ('unix:a', 'unix:/PATH'),
                            ('http://a:0', '1 to 65535'), ('http://a:65536', '1 to 65535'), ('unix:/' + 'a' * 200, 'at most'),
                            ('http://no-such-name.invalid', 'is not known')):
            with self.subTest(url):
                server = Server('--upstream', url)
                self.assertEqual(server.finish(), 3)
                self.assertIn(wanted, server.errors)


class Replies(Case):
    def test_fields(self):
        self.start(b'HTTP/1.1 404 Whatever\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n'
                   b'Connection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nContent-Length: 4\r\nX-Empty:\r\n\r\nnone')
        reply = self.client().ask(GET % b'/')
        self.assertEqual((reply.status, reply.body), (404, b'none'))
        self.assertEqual(reply.fields, {
            'date': ['Mon, 01 Jan 2024 00:00:00 GMT'], 'set-cookie': ['a=1', 'b=2', 'ecluse_seen=1; Path=/'],
            'content-length': ['4'], 'x-empty': ['']})
        figures = self.figures()
        self.assertEqual((figures['forwarded'], figures['done_whole'], figures['status']), (1, 1, 404))
        self.assertGreater(figures['head_us'], 0)

    def test_cookies_of_ours_are_not_set_by_the_shop(self):
        """A page that echoes what it is sent cannot make up a ticket; a cookie without a name comes back as its value."""
        for value, passes in (('ecluse_ticket=1; Path=/', False), ('=ecluse_ticket=1', False), ('  = ecluse_x=1', False),
                              ('a=ecluse_ticket', True), ('xecluse_=1', True), ('ecluse=1', True)):
            with self.subTest(value):
                self.start(b'HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie: ' + value.encode() +
                           b'\r\nContent-Length: 0\r\n\r\n')
                cookies = self.client().ask(GET % b'/').fields['set-cookie']
                self.assertEqual(cookies, ['a=1'] + ([value] if passes else []) + ['ecluse_seen=1; Path=/'])

    def test_what_is_told_to_us_stays_here(self):
        values = (b'end', b'END', b'ended', b'')

        def script(connection, request, number):
            connection.sendall(b'HTTP/1.1 200 OK\r\nEcluse-Session: ' + values[int(request.target[1:])] +
                               b'\r\nX-Ecluse: 1\r\necluse-state: inside\r\nContent-Length: 2\r\n\r\nok')
        self.start(script)
        client = self.client()
        for number, ends in enumerate((1, 2, 2, 2)):
            reply = client.ask(GET % b'/%d' % number)
            self.assertEqual(sorted(reply.fields), ['content-length', 'date', 'set-cookie', 'x-ecluse'])
            self.assertEqual(self.figures()['ends'], ends, values[number])

    def test_chunked(self):
        """In pieces, with extensions and a trailer: re-framed, and the connection is used again."""
        def script(connection, request, number):
            connection.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n')
            for part in (b'5;a=b\r\nhel', b'lo\r', b'\n00', b'1\r\n!\r\n', b'0\r\nX-Sum: 1\r\n', b'\r\n'):
                connection.sendall(part)
                time.sleep(0.01)
        self.start(script)
        client = self.client()
        for _ in range(2):
            reply = client.ask(GET % b'/')
            self.assertEqual((reply.body, reply.fields['transfer-encoding']), (b'hello!', ['chunked']))
            self.assertNotIn('trailer', reply.fields)
        self.assertEqual(len(self.upstream.connections), 1)
        reply = self.client().ask(b'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')
        self.assertEqual((reply.body, reply.fields['connection']), (b'hello!', ['close']))
        self.assertNotIn('transfer-encoding', reply.fields)

    def test_until_close(self):
        def script(connection, request, number):
            connection.sendall(b'HTTP/1.0 200 OK\r\n\r\nuntil ')
            time.sleep(0.02)
            connection.sendall(b'the end')
            return False
        self.start(script)
        client = self.client()
        for _ in range(2):
            reply = client.ask(GET % b'/')
            self.assertEqual((reply.body, reply.fields['transfer-encoding']), (b'until the end', ['chunked']))
        self.assertEqual(self.client().ask(b'GET / HTTP/1.0\r\n\r\n').body, b'until the end')
        self.assertEqual(self.figures()['forwarded'], 3)

    def test_pieces_come_at_once(self):
        """A page that the upstream is still making is shown as far as it is made."""
        more = threading.Event()

        def script(connection, request, number):
            connection.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n')
            self.assertTrue(more.wait(5))
            connection.sendall(b'4\r\nlast\r\n0\r\n\r\n')
        self.start(script)
        client = self.client()
        client.send(GET % b'/')
        client.head()
        self.assertEqual(client.exactly(10), b'5\r\nfirst\r\n')
        more.set()
        self.assertEqual(client.exactly(14), b'4\r\nlast\r\n0\r\n\r\n')

    def test_without_body(self):
        def script(connection, request, number):
            connection.sendall({
                '/head': b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n',
                '/chunked': b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
                '/204': b'HTTP/1.1 204 No Content\r\n\r\n',
                '/304': b'HTTP/1.1 304 Not Modified\r\nContent-Length: 70\r\nETag: "a"\r\n\r\n',
                '/0': b'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n'}[request.target])
        self.start(script)
        client = self.client()
        head = client.ask(b'HEAD /head HTTP/1.1\r\nHost: a\r\n\r\n', head=True)
        self.assertEqual(head.fields['content-length'], ['1000'])
        head = client.ask(b'HEAD /chunked HTTP/1.1\r\nHost: a\r\n\r\n', head=True)
        self.assertFalse({'content-length', 'transfer-encoding'} & set(head.fields))
        reply = client.ask(GET % b'/204')
        self.assertEqual((reply.status, 'content-length' in reply.fields), (204, False))
        reply = client.ask(GET % b'/304')
        self.assertEqual((reply.status, reply.fields['etag'], reply.fields['content-length']), (304, ['"a"'], ['70']))
        self.assertEqual(client.ask(GET % b'/0').body, b'')
        self.assertEqual(client.bytes, b'')
        self.assertEqual(len(self.upstream.connections), 4, 'where a body was announced, it may still come')

    def test_interim_replies(self):
        self.start(b'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n' + OK)
        client = self.client()
        for _ in range(2):
            reply = client.ask(GET % b'/')
            self.assertEqual((reply.status, reply.body, 'link' in reply.fields), (200, b'ok', False))
        self.assertEqual(len(self.upstream.connections), 1)

    def test_pipelined_in_order(self):
        def script(connection, request, number):
            time.sleep(int(request.target[1:]) % 3 * 0.01)
            body = request.target.encode() * 1000
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s' % (len(body), body))
        self.start(script)
        client = self.client()
        client.send(b''.join(GET % (b'/%d' % i) + GET % b'/ecluse/figures' for i in range(30)))
        for i in range(30):
            self.assertEqual(client.reply().body, b'/%d' % i * 1000)
            self.assertEqual(json.loads(client.reply().body)['done_whole'], i + 1)

    def test_forwarded_later(self):
        self.start(OK)
        client = self.client()
        for _ in range(3):
            self.assertEqual(client.ask(GET % b'/later').body, b'ok')


class Misbehaving(Case):
    MALFORMED = (
        b'garbage\r\n\r\n', b'HTTP/2.0 200 OK\r\n\r\n', b'HTTP/1.1 99 OK\r\n\r\n', b'HTTP/1.1 600 OK\r\n\r\n',
        b'HTTP/1.1 200 OK\nContent-Length: 2\n\nok', b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n',
        b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
        b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok',
        b'HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok', b'HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok',
        b'HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nok',
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
        b'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        b'HTTP/1.1 200 OK\r\nX-A: 1\r\n folded\r\nContent-Length: 2\r\n\r\nok',
        b'HTTP/1.1 200 OK\r\nX-A : 1\r\nContent-Length: 2\r\n\r\nok', b'HTTP/1.1 200 OK\r\nX-A: a\rb\r\n\r\nok',
        b'HTTP/1.1 200 OK\r\nX-A: ' + b'a' * 40000 + b'\r\nContent-Length: 2\r\n\r\nok',
        b'HTTP/1.1 200 OK\r\n' + b'X-A: 1\r\n' * 129 + b'Content-Length: 2\r\n\r\nok',
        b'HTTP/1.1 100 Continue\r\n\r\n' * 17 + OK,
    )

    def test_malformed_heads(self):
        def script(connection, request, number):
            connection.sendall(self.MALFORMED[int(request.target[1:])])
        self.start(script)
        client = self.client()
        for i, malformed in enumerate(self.MALFORMED):
            with self.subTest(malformed[:60]):
                reply = client.ask(GET % (b'/%d' % i))
                self.assertEqual((reply.status, reply.problem()), (502, 'upstream-malformed'))
        self.assertEqual(len(self.upstream.requests), len(self.MALFORMED))
        self.assertTrue(eventually(lambda: self.figures()['up_now'] == 0), 'such a connection must be closed')
        self.assertEqual(self.figures()['failed'], len(self.MALFORMED))

    def test_large_heads_pass(self):
        self.start(b'HTTP/1.1 200 OK\r\nX-A: ' + b'a' * 32000 + b'\r\nContent-Length: 2\r\n\r\nok')
        reply = self.client().ask(GET % b'/')
        self.assertEqual((len(reply.fields['x-a'][0]), reply.body), (32000, b'ok'))

    def test_chunks_malformed(self):
        """The head is out already: the client must see that something is missing."""
        for malformed in (b'2\r\nok\r\nxyz\r\n', b'2\r\nokay\r\n0\r\n\r\n', b'-1\r\n', b'fffffffff\r\n', b'2 \r\nok\r\n0\r\n\r\n',
                          b'2\nok\n0\n\n', b'0\r\nContent-Length: 3\r\n\r\n'):
            with self.subTest(malformed):
                self.start(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n' + malformed)
                with self.assertRaises(EOFError):
                    self.client().ask(GET % b'/')
                self.assertTrue(eventually(lambda: self.figures()['up_now'] == 0))

    def test_closes_before_the_head(self):
        for sent in (b'', b'HTTP/1.1 200 OK\r\nContent-'):
            with self.subTest(sent):
                def script(connection, request, number):
                    connection.sendall(sent)
                    return False
                self.start(script)
                client = self.client()
                self.assertEqual(client.ask(GET % b'/').problem(), 'upstream-closed')
                self.assertEqual(client.reply.__self__.bytes, b'')
                self.assertEqual(len(self.upstream.requests), 1, 'a fresh connection that closes is not asked twice')
                self.assertEqual(client.ask(GET % b'/').status, 502)

    def test_closes_in_the_body(self):
        heads = (b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n12345',
                 b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n')
        for sent in heads:
            with self.subTest(sent):
                def script(connection, request, number):
                    connection.sendall(sent)
                    return False
                self.start(script)
                with self.assertRaises(EOFError):
                    self.client().ask(GET % b'/')
                figures = self.figures()
                self.assertEqual((figures['failed'], figures['done_failed'], figures['status']), (1, 1, 0))

    def test_cut_off_is_seen_by_http_1_0(self):
        def script(connection, request, number):
            connection.sendall(heads[0])
            time.sleep(0.1)
            return False
        heads = [b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n']
        self.start(script)
        with self.assertRaises(ConnectionResetError):
            self.client().ask(b'GET / HTTP/1.0\r\n\r\n')

    def test_bytes_after_the_reply(self):
        """They must not become the next request's reply."""
        def script(connection, request, number):
            connection.sendall(OK + b'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil')
        self.start(script)
        client = self.client()
        for _ in range(3):
            self.assertEqual(client.ask(GET % b'/').body, b'ok')
        self.assertEqual(len(self.upstream.connections), 3)

    def test_bytes_while_idle(self):
        def script(connection, request, number):
            connection.sendall(OK)
            time.sleep(0.1)
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil')
        self.start(script)
        client = self.client()
        client.ask(GET % b'/')
        self.assertTrue(eventually(lambda: self.figures()['up_now'] == 0))
        self.assertEqual(client.ask(GET % b'/').body, b'ok')

    def test_replies_before_it_has_read(self):
        """413 at once, and closed: the client gets it."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(('127.0.0.1', 0))
        listener.listen()

        def refuse():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                connection.recv(10)
                connection.sendall(b'HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig')
                time.sleep(0.2)
                connection.close()
        threading.Thread(target=refuse, daemon=True).start()
        self.serve('http://127.0.0.1:%d' % listener.getsockname()[1], '--body-bytes', '20000000')
        client = self.client()
        for _ in range(2):
            reply = client.ask(b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\n' + b'x' * 20000000)
            self.assertEqual((reply.status, reply.body), (413, b'big'))
        self.assertEqual(self.figures()['up_total'], 2)
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


class Insert(Case):
    """A text put into pages under /product/ as they pass (src/door/insert.h)."""
    PAGE = b'<h1>A</h1>PLACE<span class="sku">85123A</span></html>'
    WANTED = b'<h1>A</h1>[[85123A]]PLACE<span class="sku">85123A</span></html>'

    def reply(self, body=PAGE, fields=b'Content-Type: text/html; charset=utf-8\r\n', status=b'200 OK'):
        return b'HTTP/1.1 ' + status + b'\r\n' + fields + b'Content-Length: %d\r\n\r\n' % len(body) + body

    def test_sized_becomes_chunked(self):
        self.start(self.reply(fields=b'Content-Type: text/html\r\nETag: "abc"\r\nAccept-Ranges: bytes\r\nLast-Modified: x\r\n'))
        client = self.client()
        for _ in range(2):
            reply = client.ask(GET % b'/product/a')
            self.assertEqual(reply.body, self.WANTED)
            self.assertEqual((reply.fields['transfer-encoding'], reply.fields['etag'], reply.fields['last-modified']),
                             (['chunked'], ['W/"abc"'], ['x']))
            self.assertFalse({'content-length', 'accept-ranges'} & set(reply.fields))
        reply = client.ask(GET % b'/other/a')
        self.assertEqual((reply.body, reply.fields['etag'], reply.fields['content-length']), (self.PAGE, ['"abc"'], [str(len(self.PAGE))]))
        self.assertEqual(len(self.upstream.connections), 1)

    def test_every_split_by_the_upstream(self):
        """Chunks cut at each byte, in two packets."""
        def script(connection, request, number):
            cut = int(request.target.rsplit('/', 1)[1])
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n')
            for part in (self.PAGE[:cut], self.PAGE[cut:]):
                if part:
                    connection.sendall(b'%x\r\n%s\r\n' % (len(part), part))
                    time.sleep(0.002)
            connection.sendall(b'0\r\n\r\n')
        self.start(script)
        client = self.client()
        for cut in range(len(self.PAGE)):
            self.assertEqual(client.ask(GET % (b'/product/%d' % cut)).body, self.WANTED, cut)

    def test_to_the_end_of_the_connection(self):
        def script(connection, request, number):
            connection.sendall(b'HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n' + self.PAGE + b'PLA')
            return False
        self.start(script)
        self.assertEqual(self.client().ask(GET % b'/product/a').body, self.WANTED + b'PLA')
        self.assertEqual(self.client().ask(b'GET /product/a HTTP/1.0\r\n\r\n').body, self.WANTED + b'PLA')

    def test_large_pages(self):
        page = os.urandom(300000).replace(b'P', b'p').replace(b'<', b'(') + self.PAGE + bytes(300000)
        self.start(self.reply(page))
        got = self.client().ask(GET % b'/product/a').body
        self.assertEqual(got, page.replace(self.PAGE, self.WANTED))

    def test_what_passes_unchanged(self):
        html = b'Content-Type: text/html\r\n'
        cases = {'json': dict(fields=b'Content-Type: application/json\r\n'), 'no type': dict(fields=b''),
                 'xhtml': dict(fields=b'Content-Type: text/htmlx\r\n'), 'gzip': dict(fields=html + b'Content-Encoding: gzip\r\n'),
                 'may not be changed': dict(fields=html + b'Cache-Control: private, no-transform\r\n'),
                 'digest': dict(fields=html + b'Repr-Digest: sha-256=:x:\r\n'), '404': dict(fields=html, status=b'404 Not Found'),
                 '206': dict(fields=html + b'Content-Range: bytes 0-1/2\r\n', status=b'206 Partial Content'),
                 'no place': dict(body=b'<span class="sku">1</span>'), 'no value': dict(body=b'PLACE'), 'empty': dict(body=b'')}
        for name, case in cases.items():
            with self.subTest(name):
                self.start(self.reply(**case))
                reply = self.client().ask(GET % b'/product/a')
                self.assertEqual(reply.body, case.get('body', self.PAGE))
        self.start(self.reply())
        reply = self.client().ask(b'POST /product/a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n')
        self.assertEqual(reply.body, self.PAGE)

    def test_asked_for_whole_and_plain(self):
        self.start(self.reply())
        asked = b'Accept-Encoding: gzip, br\r\nRange: bytes=0-9\r\nIf-Range: "abc"\r\nIf-None-Match: W/"abc"\r\n\r\n'
        client = self.client()
        client.ask(b'GET /product/a HTTP/1.1\r\nHost: a\r\n' + asked)
        client.ask(b'GET /other/a HTTP/1.1\r\nHost: a\r\n' + asked)
        names = ('accept-encoding', 'range', 'if-range', 'if-none-match')
        self.assertEqual([[request.one(name) for name in names] for request in self.upstream.requests],
                         [['identity', None, None, 'W/"abc"'], ['gzip, br', 'bytes=0-9', '"abc"', 'W/"abc"']])

    def test_head(self):
        self.start(b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: W/"a"\r\nContent-Length: 53\r\n\r\n')
        reply = self.client().ask(b'HEAD /product/a HTTP/1.1\r\nHost: a\r\n\r\n', head=True)
        self.assertEqual((reply.status, reply.fields['etag'], 'content-length' in reply.fields), (200, ['W/"a"'], False))

    def test_cut_off(self):
        def script(connection, request, number):
            connection.sendall(self.reply()[:-9])
            return False
        self.start(script)
        with self.assertRaises(EOFError):
            self.client().ask(GET % b'/product/a')

    def test_the_page_is_not_held_back(self):
        more = threading.Event()

        def script(connection, request, number):
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n' % len(self.PAGE) + self.PAGE[:10])
            self.assertTrue(more.wait(10))
            connection.sendall(self.PAGE[10:])
        self.start(script)
        client = self.client()
        client.send(GET % b'/product/a')
        client.head()
        self.assertEqual(client.exactly(15), b'a\r\n<h1>A</h1>\r\n')
        more.set()
        while not client.bytes.endswith(b'0\r\n\r\n'):
            self.assertTrue(client.more())


class WebSockets(Case):
    ASK = (b'GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'
           b'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: ecluse_ticket=1; a=2\r\n\r\n')
    AGREED = (b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n'
              b'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n')

    def echo(self, connection, request, number):
        """Agrees, says hello, and sends back what comes."""
        if request.target != '/ws':
            connection.sendall(OK)
            return True
        connection.sendall(self.AGREED + b'hello')
        while True:
            data = connection.recv(65536)
            if not data:
                return False
            connection.sendall(data)

    def open(self, more=b''):
        client = self.client()
        client.send(self.ASK + more)
        status, fields = client.head()
        self.assertEqual(status, 101)
        self.assertEqual((fields['connection'], fields['upgrade'], fields['sec-websocket-accept']),
                         (['Upgrade'], ['websocket'], ['s3pPLMBiTxaQ9kYGzzhZRbK+xOo=']))
        self.assertFalse({'content-length', 'transfer-encoding'} & set(fields))
        self.assertEqual(client.exactly(5), b'hello')
        return client

    def test_bytes_both_ways(self):
        self.start(self.echo)
        client = self.open()
        seen = self.upstream.requests[0]
        self.assertEqual([seen.one(name) for name in ('connection', 'upgrade', 'sec-websocket-key', 'cookie', 'content-length')],
                         ['Upgrade', 'websocket', 'dGhlIHNhbXBsZSBub25jZQ==', 'a=2', None])
        for said in (b'a', b'GET /next HTTP/1.1\r\nHost: a\r\n\r\n', bytes(range(256)) * 40):
            client.send(said)
            self.assertEqual(client.exactly(len(said)), said)
        self.assertEqual(len(self.upstream.requests), 1)
        client.close()
        self.assertTrue(eventually(lambda: self.figures()['up_now'] == 0))
        self.assertEqual(self.client().ask(GET % b'/').body, b'ok')

    def test_more_than_sockets_take(self):
        """The upstream does not read for a while; then all of it comes, in order."""
        go = threading.Event()

        def script(connection, request, number):
            connection.sendall(self.AGREED + b'hello')
            self.assertTrue(go.wait(10))
            while True:
                data = connection.recv(65536)
                if not data:
                    return False
                connection.sendall(data)
        self.start(script)
        client = self.open()
        said = os.urandom(20 << 20)
        sender = threading.Thread(target=client.send, args=(said,), daemon=True)
        client.socket.settimeout(20)
        sender.start()
        time.sleep(0.3)
        before = self.server.rss()
        self.assertTrue(sender.is_alive(), 'the client is not read while the upstream does not read')
        go.set()
        self.assertEqual(client.exactly(len(said)), said)
        sender.join()
        if not SANITIZED:
            self.assertLess(self.server.rss() - before, 1 << 20)

    def test_sent_before_it_is_agreed(self):
        self.start(self.echo)
        client = self.open(b'early')
        self.assertEqual(client.exactly(5), b'early')
        client.send(b'late')
        self.assertEqual(client.exactly(4), b'late')

    def test_the_upstream_ends_it(self):
        self.start(lambda connection, request, number: connection.sendall(self.AGREED + b'hello') and None or False)
        client = self.open()
        self.assertTrue(client.ended())
        figures = self.figures()
        self.assertEqual((figures['forwarded'], figures['status'], figures['up_now']), (1, 101, 0))

    def test_refused_by_the_upstream(self):
        """What follows is the next request, and nothing else."""
        self.start(OK)
        client = self.client()
        client.send(self.ASK + GET % b'/next')
        self.assertEqual([client.reply().body for _ in range(2)], [b'ok', b'ok'])
        self.assertEqual([(request.target, request.one('upgrade')) for request in self.upstream.requests],
                         [('/ws', 'websocket'), ('/next', None)])

    def test_not_asked_for(self):
        """Nothing but a plain question for a WebSocket becomes one; a 101 that nobody asked for is no reply."""
        self.start(self.AGREED)
        get, post = b'GET /ws HTTP/1.1\r\nHost: a\r\n', b'POST /ws HTTP/1.1\r\nHost: a\r\n'
        for asked in (get, get + b'Upgrade: websocket\r\n', get + b'Connection: Upgrade\r\nUpgrade: h2c\r\n',
                      get + b'Connection: Upgrade\r\nUpgrade: h2c, websocket\r\n',
                      get + b'Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n',
                      get + b'Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n',
                      post + b'Connection: Upgrade\r\nUpgrade: websocket\r\n',
                      b'GET /ws HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'):
            with self.subTest(asked):
                client = self.client()
                client.send(asked + b'\r\n' + b'x' * asked.count(b'Length'))
                self.assertEqual(client.reply().problem(), 'upstream-malformed')
                self.assertIsNone(self.upstream.requests[-1].one('upgrade'))

    def test_agreed_to_something_else(self):
        for agreed in (b'HTTP/1.1 101 x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n',
                       b'HTTP/1.1 101 x\r\nUpgrade: websocket\r\n\r\n',
                       b'HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 5\r\n\r\n'):
            with self.subTest(agreed):
                self.start(agreed)
                self.assertEqual(self.client().ask(self.ASK).problem(), 'upstream-malformed')

    def test_they_take_a_part_of_the_connections(self):
        self.start(self.echo, '--connections', '4')
        open_ones = [self.open() for _ in range(2)]
        self.assertEqual(self.client().ask(self.ASK).problem(), 'upstream-busy')
        self.assertEqual(self.client().ask(GET % b'/').body, b'ok')
        open_ones[0].close()
        self.assertTrue(eventually(lambda: self.figures()['up_now'] <= 2))
        self.open()

    def test_silence_ends_it(self):
        """But not while one of the two speaks."""
        self.start(self.echo, '--tunnel-ms', '2000', '--idle-ms', '100')
        client = self.open()
        for _ in range(10):
            time.sleep(0.25)
            client.send(b'x')
            self.assertEqual(client.exactly(1), b'x')
        begin = time.monotonic()
        self.assertTrue(client.ended())
        self.assertLess(time.monotonic() - begin, 3)
        self.assertEqual(self.figures()['up_timed_out'], 1)


class Pool(Case):
    def test_connections_are_used_again(self):
        self.start(OK)
        client = self.client()
        for _ in range(20):
            client.ask(GET % b'/')
        self.assertEqual(len(self.upstream.connections), 1)
        figures = self.figures()
        self.assertEqual((figures['up_now'], figures['up_total'], figures['forwarded']), (1, 1, 20))

    def test_closed_when_told(self):
        self.start(b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok')
        client = self.client()
        for _ in range(3):
            self.assertEqual(client.ask(GET % b'/').body, b'ok')
        self.assertEqual(len(self.upstream.connections), 3)

    def test_old_upstreams_connection_is_not_kept(self):
        self.start(b'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok')
        client = self.client()
        for _ in range(2):
            self.assertEqual(client.ask(GET % b'/').body, b'ok')
        self.assertEqual(len(self.upstream.connections), 2)

    def test_closed_between_requests(self):
        def script(connection, request, number):
            connection.sendall(OK)
            return False
        self.start(script)
        client = self.client()
        for _ in range(5):
            self.assertEqual(client.ask(GET % b'/').body, b'ok')

    def first_answers_once(self, second):
        """Replies to a connection's first request; its second one ends it with `second` sent."""
        seen = {}

        def script(connection, request, number):
            seen[number] = seen.get(number, 0) + 1
            if seen[number] == 2:
                connection.sendall(second)
                return False
            connection.sendall(OK)
        return script

    def test_retried_once_on_another_connection(self):
        self.start(self.first_answers_once(b''))
        client = self.client()
        for i in range(4):
            self.assertEqual(client.ask(GET % b'/').body, b'ok')
        self.assertEqual((len(self.upstream.requests), len(self.upstream.connections)), (7, 4))
        self.assertEqual(self.figures()['failed'], 0)

    def test_not_retried(self):
        """After a byte of the reply, or if the method is not safe."""
        self.start(self.first_answers_once(b'H'))
        client = self.client()
        client.ask(GET % b'/')
        self.assertEqual(client.ask(GET % b'/').problem(), 'upstream-closed')
        self.start(self.first_answers_once(b''))
        client = self.client()
        client.ask(GET % b'/')
        post = client.ask(b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx')
        self.assertEqual((post.problem(), len(self.upstream.requests)), ('upstream-closed', 2))

    def test_not_retried_twice(self):
        def script(connection, request, number):
            if request.target == '/first':
                connection.sendall(OK)
                return True
            return False
        self.start(script)
        client = self.client()
        client.ask(GET % b'/first')
        self.assertEqual(client.ask(GET % b'/second').problem(), 'upstream-closed')
        self.assertEqual([request.target for request in self.upstream.requests], ['/first', '/second', '/second'])

    def test_orders_take_no_old_connection(self):
        """What must not be sent twice is not sent where the other end may be closing."""
        self.start(OK)
        client = self.client()
        post = b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx'
        client.ask(post)
        client.ask(post)
        self.assertEqual(len(self.upstream.connections), 1)
        time.sleep(1.1)
        client.ask(post)
        self.assertEqual(len(self.upstream.connections), 2)

    def test_bounded_and_waiting(self):
        gate = threading.Event()

        def script(connection, request, number):
            gate.wait(10)
            connection.sendall(OK)
        self.start(script, '--connections', '2')
        clients = [self.client() for _ in range(10)]
        for client in clients:
            client.send(GET % b'/')
        self.assertTrue(eventually(lambda: self.figures()['waiting'] == 8))
        self.assertEqual(self.figures()['up_now'], 2)
        clients[9].close()  # who waits may go
        self.assertTrue(eventually(lambda: self.figures()['waiting'] == 7))
        gate.set()
        for client in clients[:9]:
            self.assertEqual(client.reply().body, b'ok')
        self.assertEqual((len(self.upstream.connections), len(self.upstream.requests)), (2, 9))

    def test_too_many_waiting(self):
        gate = threading.Event()

        def script(connection, request, number):
            gate.wait(20)
            connection.sendall(OK)
        self.start(script, '--connections', '1')
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
        clients = [self.client(20) for _ in range(1030)]
        for client in clients:
            client.send(GET % b'/')
        self.assertTrue(eventually(lambda: self.figures()['failed'] == 5, 20), self.figures())
        self.assertEqual(self.figures()['waiting'], 1024)
        gate.set()
        statuses = [client.reply() for client in clients]
        self.assertEqual(sum(reply.status == 200 for reply in statuses), 1025)
        self.assertEqual({reply.problem() for reply in statuses if reply.status == 503}, {'upstream-busy'})


class Down(Case):
    def unused(self):
        with socket.socket() as taken:
            taken.bind(('127.0.0.1', 0))
            return taken.getsockname()[1]

    def test_refused_at_once_and_found_again(self):
        port = self.unused()
        self.serve(f'http://127.0.0.1:{port}')
        client = self.client()
        begin = time.monotonic()
        for _ in range(50):
            self.assertEqual(client.ask(GET % b'/').problem(), 'upstream-unreachable')
        self.assertLess(time.monotonic() - begin, 3)
        upstream = Upstream(lambda connection, request, number: connection.sendall(OK), port=port)
        self.upstreams.append(upstream)
        self.assertTrue(eventually(lambda: client.ask(GET % b'/').status == 200))

    def test_socket_that_is_not_there_yet(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'shop.sock')
            self.serve(f'unix:{path}')
            client = self.client()
            self.assertEqual(client.ask(GET % b'/').problem(), 'upstream-unreachable')
            self.upstreams.append(Upstream(lambda connection, request, number: connection.sendall(OK), path=path))
            self.assertTrue(eventually(lambda: client.ask(GET % b'/').status == 200))

    def test_restarted(self):
        """Its kept connections end with it; who asks then is answered by the new one, without a 502."""
        self.start(OK)
        clients = [self.client() for _ in range(5)]
        for client in clients:
            client.send(GET % b'/')
        self.assertEqual([client.reply().body for client in clients], [b'ok'] * 5)
        port = self.upstream.listener.getsockname()[1]
        self.upstream.close()
        self.upstreams.append(Upstream(lambda connection, request, number: connection.sendall(OK), port=port))
        for client in clients:
            self.assertEqual(client.ask(b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx').body, b'ok')

    def test_no_stampede(self):
        self.serve(f'http://127.0.0.1:{self.unused()}')
        client = self.client()
        client.ask(GET % b'/')
        before = self.figures()['up_total']
        begin = time.monotonic()
        asked = 0
        while time.monotonic() - begin < 1.1:
            client.ask(GET % b'/')
            asked += 1
        attempts = self.figures()['up_total'] - before
        self.assertGreater(asked, 20)
        self.assertGreaterEqual(attempts, 2)
        self.assertLessEqual(attempts, (time.monotonic() - begin) / 0.25 + 1)

    def test_connecting_too_slow(self):
        """A listener whose queue is full does not answer."""
        listener = socket.socket()
        listener.bind(('127.0.0.1', 0))
        listener.listen(0)
        fillers = []
        for _ in range(3):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
            fillers.append(filler)
        time.sleep(0.1)
        self.serve('http://127.0.0.1:%d' % listener.getsockname()[1], '--connect-ms', '300')
        begin = time.monotonic()
        reply = self.client().ask(GET % b'/')
        self.assertEqual((reply.status, reply.problem()), (504, 'upstream-slow'))
        self.assertLess(time.monotonic() - begin, 1.5)
        self.assertEqual(self.figures()['up_timed_out'], 1)
        for each in (*fillers, listener):
            each.close()


# A shop that answers "/ok", sends half a page for "/half", and never answers anything else; in a process of its own.
SHOP = '''
import socket, sys, threading
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", int(sys.argv[1])))
listener.listen(100)
def serve(connection):
    while data := connection.recv(65536):
        if b" /ok " in data:
            connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok")
        elif b" /half " in data:
            connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2000\\r\\n\\r\\nhalf")
print("up", flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
'''


class Killed(Case):
    def shop(self, port):
        shop = subprocess.Popen([sys.executable, '-c', SHOP, str(port)], stdout=subprocess.PIPE, text=True)
        self.assertEqual(shop.stdout.readline(), 'up\n')
        self.addCleanup(shop.stdout.close)
        self.addCleanup(shop.wait)
        self.addCleanup(shop.kill)
        return shop

    def test_with_requests_under_way(self):
        """Everybody is told at once, no page looks whole, and the shop is found again when it is back."""
        with socket.socket() as taken:
            taken.bind(('127.0.0.1', 0))
            port = taken.getsockname()[1]
        shop = self.shop(port)
        self.serve(f'http://127.0.0.1:{port}', '--connections', '20')
        kept = [self.client() for _ in range(4)]
        for client in kept:
            client.send(GET % b'/ok')
        self.assertEqual([client.reply().body for client in kept], [b'ok'] * 4)
        halves, hanging, waiting = ([self.client() for _ in range(count)] for count in (6, 14, 5))
        for clients, asked in ((halves, GET % b'/half'), (hanging, b'POST /hang HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx'),
                               (waiting, GET % b'/ok')):
            for client in clients:
                client.send(asked)
        for client in halves:
            self.assertEqual(client.head()[0], 200)
        self.assertTrue(eventually(lambda: self.figures()['waiting'] == 5))
        shop.kill()
        shop.wait()
        begin = time.monotonic()
        for client in halves:
            with self.assertRaises(EOFError):
                client.exactly(2000)
        self.assertEqual({client.reply().problem() for client in hanging}, {'upstream-closed'})
        # One may still be connected by the system before it takes the listener away.
        self.assertLessEqual({client.reply().problem() for client in waiting}, {'upstream-unreachable', 'upstream-closed'})
        self.assertEqual({client.ask(GET % b'/ok').problem() for client in kept}, {'upstream-unreachable'})
        self.assertLess(time.monotonic() - begin, 5)
        self.assertTrue(eventually(lambda: self.figures()['up_now'] == 0))
        self.shop(port)
        self.assertTrue(eventually(lambda: kept[0].ask(GET % b'/ok').status == 200))

    def test_garbage_without_end(self):
        """No line end, no head: given up at the head's limit, whoever sends faster or slower."""
        def script(connection, request, number):
            while True:
                connection.sendall(b'\x00' * 5000 if request.target == '/zero' else b'x' * 5000)
        self.start(script)
        client = self.client()
        for path in (b'/zero', b'/x'):
            self.assertEqual(client.ask(GET % path).problem(), 'upstream-malformed')
        self.assertTrue(eventually(lambda: self.figures()['up_now'] == 0))

    def test_a_head_in_drops(self):
        """A byte now and then is no progress: the head has one time limit."""
        def script(connection, request, number):
            connection.sendall(b'HTTP/1.1 200 OK\r\nX: ')
            while True:
                connection.sendall(b'x')
                time.sleep(0.02)
        self.start(script, '--reply-ms', '600')
        begin = time.monotonic()
        self.assertEqual(self.client().ask(GET % b'/').problem(), 'upstream-slow')
        self.assertLess(time.monotonic() - begin, 4)


class Slow(Case):
    def test_head_too_slow(self):
        def script(connection, request, number):
            connection.sendall(b'HTTP/1.1 200 OK\r\n')
            time.sleep(2)
        self.start(script, '--reply-ms', '400')
        begin = time.monotonic()
        reply = self.client().ask(GET % b'/')
        self.assertEqual((reply.status, reply.problem()), (504, 'upstream-slow'))
        self.assertLess(time.monotonic() - begin, 1.5)
        self.assertEqual((self.figures()['up_timed_out'], self.figures()['up_now']), (1, 0))

    def test_body_too_slow(self):
        def script(connection, request, number):
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n')
            for _ in range(14):  # slow, but it gets on
                connection.sendall(b'x')
                time.sleep(0.1)
            time.sleep(4)
        self.start(script, '--idle-ms', '500', '--reply-ms', '100')
        client = self.client()
        client.send(GET % b'/')
        client.head()
        begin = time.monotonic()
        self.assertEqual(client.exactly(14), b'x' * 14)
        self.assertTrue(client.ended())
        self.assertLess(time.monotonic() - begin, 3.5)
        self.assertEqual(self.figures()['up_timed_out'], 1)

    def test_waiting_too_long(self):
        def script(connection, request, number):
            time.sleep(1.2)
            connection.sendall(OK)
        self.start(script, '--connections', '1', '--reply-ms', '600')
        first, second = self.client(), self.client()
        first.send(GET % b'/')
        time.sleep(0.05)
        begin = time.monotonic()
        self.assertIn(second.ask(GET % b'/').status, (503, 504))
        self.assertLess(time.monotonic() - begin, 2.5)
        self.assertEqual(first.reply().status, 504)


class Clients(Case):
    def endless(self, connection, request, number):
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n' % (1 << 40))
        piece = bytes(1 << 16)
        while True:
            connection.sendall(piece)

    def test_vanishes_while_it_waits(self):
        def script(connection, request, number):
            connection.settimeout(5)
            return connection.recv(1) != b''
        for vanish in ('reset', 'close'):
            with self.subTest(vanish):
                self.start(script)
                client = self.client()
                client.send(GET % b'/')
                self.assertTrue(eventually(lambda: self.upstream.requests))
                getattr(client, vanish)()
                self.assertTrue(eventually(lambda: self.figures()['up_now'] == 0))
                figures = self.figures()
                self.assertEqual((figures['done_failed'], figures['failed'], figures['forwarded']), (1, 0, 0))

    def test_vanishes_before_it_is_handed_on(self):
        """The handler has it, and hands it on too late: nobody asks the upstream, and `done` is called."""
        self.start(OK)
        for i, vanish in enumerate(('reset', 'close')):
            with self.subTest(vanish):
                client = self.client()
                client.send(GET % b'/later')
                time.sleep(0.02)
                getattr(client, vanish)()
                self.assertTrue(eventually(lambda: self.figures()['begun'] == i + 1))
                figures = self.figures()
                self.assertEqual((figures['done_failed'], figures['failed'], self.upstream.requests), (i + 1, 0, []))

    def test_vanishes_while_it_is_kept(self):
        """The handler that keeps a request for later hears at once that its client has gone, once."""
        self.start(OK)
        for i, vanish in enumerate(('reset', 'close')):
            with self.subTest(vanish):
                client = self.client()
                client.send(GET % b'/parked')
                self.assertTrue(eventually(lambda: self.figures()['parked'] == i + 1))
                time.sleep(0.05)
                self.assertEqual(self.figures()['gone'], i)
                getattr(client, vanish)()
                self.assertTrue(eventually(lambda: self.figures()['gone'] == i + 1))
        self.assertEqual(self.client().ask(GET % b'/').body, b'ok')
        self.assertEqual(self.figures()['gone'], 2)

    def test_vanishes_in_the_reply(self):
        self.start(self.endless)
        client = self.client()
        client.send(GET % b'/')
        client.exactly(100000)
        client.close()
        self.assertTrue(eventually(lambda: self.upstream.ended))
        self.assertTrue(eventually(lambda: self.figures()['up_now'] == 0))
        self.assertEqual(self.figures()['done_failed'], 1)

    def test_does_not_read(self):
        """Cut off as any reader that does not read; the upstream's connection is free again."""
        self.start(self.endless, '--reply-seconds', '1')
        client = self.client()
        client.send(GET % b'/')
        self.assertTrue(eventually(lambda: self.figures()['timed_out'] == 1, 10))
        self.assertTrue(eventually(lambda: self.figures()['up_now'] == 0))

    def test_slow_readers_of_pages_keep_no_link(self):
        """A page of 100 KB leaves its connection to the upstream though its reader has not begun."""
        page = bytes(100000)
        self.start(b'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n' + page, '--connections', '1')
        slow = []
        for _ in range(30):
            client = self.client()
            client.socket.close()
            client.socket = socket.socket()
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.socket.settimeout(10)
            client.socket.connect(('127.0.0.1', self.server.port))
            client.send(GET % b'/' * 3)
            slow.append(client)
        self.assertEqual(self.client().ask(GET % b'/').status, 200)
        for client in slow:
            for _ in range(3):
                self.assertEqual(client.reply().body, page)

    def test_upstream_waits_for_a_slow_client(self):
        """The client's pause is not the upstream's: its own time limit does not run."""
        size = 30 << 20
        body = os.urandom(1 << 20)

        def script(connection, request, number):
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n' % size)
            for _ in range(size >> 20):
                connection.sendall(body)
        self.start(script, '--idle-ms', '300')
        client = self.client()
        client.send(GET % b'/')
        time.sleep(1.2)
        reply = client.reply()
        self.assertEqual(len(reply.body), size)
        self.assertEqual(reply.body[-1000:], body[-1000:])

    def test_a_gigabyte_in_little_memory(self):
        size = 1 << 30 if not SANITIZED else 1 << 27
        piece = bytes(range(256)) * 4096

        def script(connection, request, number):
            if request.target == '/chunked':
                connection.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
                for _ in range(size // len(piece)):
                    connection.sendall(b'%x\r\n%s\r\n' % (len(piece), piece))
                connection.sendall(b'0\r\n\r\n')
            else:
                connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n' % size)
                for _ in range(size // len(piece)):
                    connection.sendall(piece)
        self.start(script)
        client = self.client()
        client.ask(GET % b'/ecluse/figures')
        for path in (b'/sized', b'/chunked'):
            before = self.server.rss()
            client.send(GET % path)
            status, fields = client.head()
            self.assertEqual(status, 200)
            got, most, slept = len(client.bytes), 0, 0
            chunked = b'chunked' in path
            tail = client.bytes
            while not (tail.endswith(b'\r\n0\r\n\r\n') if chunked else got == size):
                data = client.socket.recv(1 << 20)
                self.assertTrue(data)
                got += len(data)
                tail = (tail + data)[-20:]
                if got >> 26 > slept:  # a pause every 64 MB
                    slept += 1
                    time.sleep(0.1)
                    most = max(most, self.server.rss())
            client.bytes = b''
            self.assertGreaterEqual(got, size)
            if not SANITIZED:
                self.assertLess(most - before, 320 * 1024, f'{path}: the reply cost memory')

    def test_slow_client_costs_little(self):
        """Many clients that read slowly: each costs a buffer or two."""
        self.start(self.endless, '--connections', '40')
        self.client().ask(GET % b'/ecluse/figures')
        before = self.server.rss()
        for _ in range(40):
            self.client().send(GET % b'/')
        time.sleep(1)
        if not SANITIZED:
            self.assertLess((self.server.rss() - before) / 40, 256 * 1024)


class Stopping(Case):
    def test_finishes_what_is_under_way(self):
        def script(connection, request, number):
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345')
            time.sleep(1)
            connection.sendall(b'67890')
        self.start(script)
        client = self.client()
        client.send(GET % b'/')
        self.assertTrue(eventually(lambda: self.upstream.requests))
        self.server.process.send_signal(signal.SIGTERM)
        self.assertEqual(client.reply().body, b'1234567890')
        self.assertTrue(client.ended())
        self.assertEqual(self.server.finish(), 0)
        self.assertEqual(self.server.figures['done_whole'], 1)

    def test_those_that_wait_are_finished_too(self):
        def script(connection, request, number):
            time.sleep(0.3)
            connection.sendall(OK)
        self.start(script, '--connections', '1')
        clients = [self.client() for _ in range(4)]
        for client in clients:
            client.send(GET % b'/')
        self.assertTrue(eventually(lambda: self.figures()['waiting'] == 3))
        self.server.process.send_signal(signal.SIGTERM)
        for client in clients:
            self.assertEqual(client.reply().body, b'ok')
        self.assertEqual(self.server.finish(), 0)

    def test_waits_five_seconds_at_most(self):
        def script(connection, request, number):
            time.sleep(20)
        self.start(script)
        client = self.client(20)
        client.send(GET % b'/')
        self.assertTrue(eventually(lambda: self.upstream.requests))
        begin = time.monotonic()
        self.server.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.server.finish(), 0)
        self.assertTrue(4.5 < time.monotonic() - begin < 8)


if __name__ == '__main__':
    unittest.main()
