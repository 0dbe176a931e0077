"""Écluse and the server behind it never disagree about how many requests there were and where they end.

usage: smuggling_test.py FORWARD_SERVER [unittest's arguments]   FORWARD_SERVER is tests/door/forward_server.c, built

The servers behind are real: nginx, Node.js (strict and lenient), PHP's own server, PHP-FPM behind nginx. All requests of a test
take one connection to it, which is kept. Each case is bytes of a client in which another program could see another request; the
server behind writes down what it saw. It must be what Écluse handed on, and the next client, on the same connection, must get
its own answer. The other way round, replies that could be read in two ways come from a script.
"""
import os
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import forward_test as forward  # noqa: E402  (takes the program's path from the arguments)
import peers  # noqa: E402

HIDDEN = b'GET /hidden HTTP/1.1\r\nHost: shop.example\r\n\r\n'
HOST = b'Host: shop.example\r\n'
CHUNKED = b'Transfer-Encoding: chunked\r\n'
LAST = b'0\r\n\r\n'


def post(fields, rest=b'', path=b'/a', version=b'1.1'):
    return b'POST ' + path + b' HTTP/' + version + b'\r\n' + HOST + fields + b'\r\n' + rest


def length(count):
    return b'Content-Length: %d\r\n' % count


def get(fields, rest=b'', path=b'/a'):
    return b'GET ' + path + b' HTTP/1.1\r\n' + HOST + fields + b'\r\n' + rest


# What a client sends, and the status with which it is refused: nothing of it may reach the server behind.
REFUSED = {
    # Two ways to say where the body ends.
    'CL.TE': (post(length(len(LAST + HIDDEN)) + CHUNKED, LAST + HIDDEN), 400),
    'TE.CL': (post(CHUNKED + length(4), b'%x\r\n' % len(HIDDEN) + HIDDEN + b'\r\n' + LAST), 400),
    'CL.TE, CL 0': (post(length(0) + CHUNKED, LAST + HIDDEN), 400),
    'CL twice, different': (post(length(0) + length(len(HIDDEN)), HIDDEN), 400),
    'CL twice, the same': (post(length(3) + length(3), b'abc' + HIDDEN), 400),
    'CL as a list': (post(b'Content-Length: 3, 3\r\n', b'abc' + HIDDEN), 400),
    'CL with a sign': (post(b'Content-Length: +3\r\n', b'abc' + HIDDEN), 400),
    'CL negative': (post(b'Content-Length: -1\r\n', HIDDEN), 400),
    'CL hexadecimal': (post(b'Content-Length: 0x3\r\n', b'abc' + HIDDEN), 400),
    'CL octal': (post(b'Content-Length: 010\r\n', b'0123456789' + HIDDEN), 400),
    'CL with a blank inside': (post(b'Content-Length: 4 4\r\n', b'abcd' + HIDDEN), 400),
    'CL with a tab': (post(b'Content-Length:\t3\r\n', b'abc' + HIDDEN), 400),
    'CL empty': (post(b'Content-Length:\r\n', HIDDEN), 400),
    'CL that overflows 64 bits': (post(b'Content-Length: 18446744073709551619\r\n', b'abc' + HIDDEN), 413),
    'CL that overflows 32 bits': (post(b'Content-Length: 4294967299\r\n', b'abc' + HIDDEN), 413),
    'CL folded': (post(b'Content-Length:\r\n 3\r\n', b'abc' + HIDDEN), 400),
    # Codings that one program knows and another does not.
    'TE twice': (post(CHUNKED + CHUNKED, LAST + HIDDEN), 400),
    'TE chunked, then another': (post(CHUNKED + b'Transfer-Encoding: identity\r\n', LAST + HIDDEN), 400),
    'TE chunked, identity': (post(b'Transfer-Encoding: chunked, identity\r\n', LAST + HIDDEN), 400),
    'TE identity': (post(b'Transfer-Encoding: identity\r\n', HIDDEN), 400),
    'TE xchunked': (post(b'Transfer-Encoding: xchunked\r\n', LAST + HIDDEN), 400),
    'TE quoted': (post(b'Transfer-Encoding: "chunked"\r\n', LAST + HIDDEN), 400),
    'TE with a parameter': (post(b'Transfer-Encoding: chunked;q=1\r\n', LAST + HIDDEN), 400),
    'TE with a comma': (post(b'Transfer-Encoding: ,chunked\r\n', LAST + HIDDEN), 400),
    'TE with a tab': (post(b'Transfer-Encoding:\tchunked\r\n', LAST + HIDDEN), 400),
    'TE with a vertical tab': (post(b'Transfer-Encoding: \x0bchunked\r\n', LAST + HIDDEN), 400),
    'TE with a control byte behind': (post(b'Transfer-Encoding: chunked\x01\r\n', LAST + HIDDEN), 400),
    'TE empty': (post(b'Transfer-Encoding:\r\n', HIDDEN), 400),
    'TE folded': (post(b'Transfer-Encoding:\r\n chunked\r\n', LAST + HIDDEN), 400),
    'TE gzip, chunked': (post(b'Transfer-Encoding: gzip, chunked\r\n', LAST + HIDDEN), 501),
    'TE in HTTP/1.0': (post(CHUNKED, LAST + HIDDEN, version=b'1.0'), 400),
    'TE behind a bare line feed': (post(b'X: y\nTransfer-Encoding: chunked\r\n', LAST + HIDDEN), 400),
    'TE behind a bare carriage return': (post(b'X: y\rTransfer-Encoding: chunked\r\n', LAST + HIDDEN), 400),
    'TE on a folded line': (post(b'X: y\r\n Transfer-Encoding: chunked\r\n', LAST + HIDDEN), 400),
    # Names that are nearly those.
    'blank before the colon of CL': (post(b'Content-Length : %d\r\n' % len(HIDDEN), HIDDEN), 400),
    'blank before the colon of TE': (post(b'Transfer-Encoding : chunked\r\n', LAST + HIDDEN), 400),
    'tab before the colon of TE': (post(b'Transfer-Encoding\t: chunked\r\n', LAST + HIDDEN), 400),
    'blank before the name of CL': (post(b' Content-Length: 3\r\n', b'abc' + HIDDEN), 400),
    'NUL in the name': (post(b'Content-Length\0: 3\r\n', b'abc' + HIDDEN), 400),
    'NUL in a value': (post(b'X: a\0b\r\n' + length(3), b'abc' + HIDDEN), 400),
    'NUL in the target': (b'GET /a\0b HTTP/1.1\r\n' + HOST + b'\r\n' + HIDDEN, 400),
    'a name over 0x7f': (post(b'Content-Length\xad: 3\r\n', b'abc' + HIDDEN), 400),
    'a field without a name': (post(b': 3\r\n' + length(3), b'abc' + HIDDEN), 400),
    'a field without a colon': (post(b'Content-Length 3\r\n', b'abc' + HIDDEN), 400),
    # Line ends.
    'bare line feeds': (b'POST /a HTTP/1.1\nHost: a\nContent-Length: 3\n\nabc' + HIDDEN, 400),
    'an empty line of LF LF': (b'GET /a HTTP/1.1\r\nHost: a\n\nGET /hidden HTTP/1.1\r\n\r\n', 400),
    'an empty line of LF CR LF': (b'GET /a HTTP/1.1\r\nHost: a\n\r\n' + HIDDEN, 400),
    'a bare carriage return in a value': (get(b'X: a\rContent-Length: %d\r\n' % len(HIDDEN), HIDDEN), 400),
    'CR CR LF': (b'GET /a HTTP/1.1\r\nHost: a\r\r\n\r\n' + HIDDEN, 400),
    'a line feed in the first line': (b'GET /a\nHTTP/1.1\r\nHost: a\r\n\r\n' + HIDDEN, 400),
    # Chunks.
    'chunk size with a sign': (post(CHUNKED, b'+3\r\nabc\r\n' + LAST + HIDDEN), 400),
    'chunk size with 0x': (post(CHUNKED, b'0x3\r\nabc\r\n' + LAST + HIDDEN), 400),
    'chunk size with a blank behind': (post(CHUNKED, b'3 \r\nabc\r\n' + LAST + HIDDEN), 400),
    'chunk size of 64 bits and more': (post(CHUNKED, b'10000000000000003\r\nabc\r\n' + LAST + HIDDEN), 400),
    'chunk size of 32 bits and more': (post(CHUNKED, b'100000003\r\nabc\r\n' + LAST + HIDDEN), 400),
    'chunk size of many zeros': (post(CHUNKED, b'0' * 20 + b'3\r\nabc\r\n' + LAST + HIDDEN), 400),
    'chunk size empty': (post(CHUNKED, b'\r\nabc\r\n' + LAST + HIDDEN), 400),
    'chunk size and a bare line feed': (post(CHUNKED, b'3\nabc\n0\n\n' + HIDDEN), 400),
    'chunk longer than said': (post(CHUNKED, b'3\r\nabcd\r\n' + LAST + HIDDEN), 400),
    'chunk data not ended by CR LF': (post(CHUNKED, b'3\r\nabc0\r\n\r\n' + HIDDEN), 400),
    'chunk extension with a line feed': (post(CHUNKED, b'3;a\nb\r\nabc\r\n' + LAST + HIDDEN), 400),
    'chunk extension with a bare carriage return': (post(CHUNKED, b'3;a\rb\r\nabc\r\n' + LAST + HIDDEN), 400),
    'chunk extension quoted, with CR LF in it': (post(CHUNKED, b'3;a="\r\nabc\r\n' + LAST + HIDDEN), 400),
    'chunk extensions without end': (post(CHUNKED, b'3;' + b'a' * 600 + b'\r\nabc\r\n' + LAST + HIDDEN), 400),
    'trailer with CL': (post(CHUNKED, b'0\r\n' + length(len(HIDDEN)) + b'\r\n' + HIDDEN), 400),
    'trailer with TE': (post(CHUNKED, b'0\r\n' + CHUNKED + b'\r\n' + HIDDEN), 400),
    'trailer with a bare line feed': (post(CHUNKED, b'0\r\nX: y\n\r\n' + HIDDEN), 400),
    'trailer folded': (post(CHUNKED, b'0\r\nX: y\r\n z\r\n\r\n' + HIDDEN), 400),
    # Whose request it is.
    'no Host': (b'GET /a HTTP/1.1\r\n\r\n' + HIDDEN, 400),
    'two Hosts': (get(b'Host: other.example\r\n', HIDDEN), 400),
    'an absolute target and another Host': (b'GET http://other.example/a HTTP/1.1\r\n' + HOST + b'\r\n' + HIDDEN, 400),
    'an absolute target with a user': (b'GET http://shop.example@evil/a HTTP/1.1\r\n' + HOST + b'\r\n' + HIDDEN, 400),
    'another scheme': (b'GET ftp://shop.example/a HTTP/1.1\r\n' + HOST + b'\r\n' + HIDDEN, 400),
    'CONNECT': (b'CONNECT shop.example:80 HTTP/1.1\r\n' + HOST + b'\r\n' + HIDDEN, 501),
    'CONNECT to a path': (b'CONNECT /a HTTP/1.1\r\n' + HOST + b'\r\n' + HIDDEN, 501),
    'blanks in the target': (b'GET /a /b HTTP/1.1\r\n' + HOST + b'\r\n' + HIDDEN, 400),
    'two blanks': (b'GET  /a HTTP/1.1\r\n' + HOST + b'\r\n' + HIDDEN, 400),
    'HTTP/0.9': (b'GET /a\r\n' + HIDDEN, 505),
    'HTTP/2 by prior knowledge': (b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' + HIDDEN, 505),
    'HTTP/1.10': (b'GET /a HTTP/1.10\r\n' + HOST + b'\r\n' + HIDDEN, 400),
    'two empty lines before it': (b'\r\n\r\n' + get(b''), 400),
    'an expectation nobody knows': (post(b'Expect: 200-ok\r\n' + length(3), b'abc' + HIDDEN), 417),
}

# What a client sends, and what the server behind must have read of it: method, target, length of the body.
TAKEN = {
    'no body': (get(b''), [('GET', '/a', 0)]),
    'CL 0, then another': (post(length(0)) + get(b'', path=b'/b'), [('POST', '/a', 0), ('GET', '/b', 0)]),
    'a request as a body': (post(length(len(HIDDEN)), HIDDEN), [('POST', '/a', len(HIDDEN))]),
    'a request as a body of GET': (get(length(len(HIDDEN)), HIDDEN), [('GET', '/a', len(HIDDEN))]),
    'a request as a chunk': (post(CHUNKED, b'%x\r\n' % len(HIDDEN) + HIDDEN + b'\r\n' + LAST), [('POST', '/a', len(HIDDEN))]),
    'capitals': (post(b'tRANSFER-eNCODING: CHUNKED\r\n', b'3\r\nabc\r\n' + LAST), [('POST', '/a', 3)]),
    'chunks of one byte': (post(CHUNKED, b''.join(b'1\r\n%c\r\n' % byte for byte in HIDDEN) + LAST), [('POST', '/a', len(HIDDEN))]),
    'a chunk size of eight digits': (post(CHUNKED, b'00000003\r\nabc\r\n' + LAST), [('POST', '/a', 3)]),
    'chunk extensions': (post(CHUNKED, b'3;a=b;c\r\nabc\r\n0;d\r\n\r\n'), [('POST', '/a', 3)]),
    'an empty body in chunks': (post(CHUNKED, LAST), [('POST', '/a', 0)]),
    'a trailer': (post(b'Trailer: X\r\n' + CHUNKED, b'3\r\nabc\r\n0\r\nX: y\r\n\r\n'), [('POST', '/a', 3)]),
    'what looks like a header in a trailer': (post(CHUNKED, b'0\r\nX-Length: 9\r\n\r\n'), [('POST', '/a', 0)]),
    'names that CGI takes for CL and TE': (post(b'Content_Length: 9\r\nTransfer_Encoding: chunked\r\n' + length(3), b'abc'), [('POST', '/a', 3)]),
    'names that begin like CL and TE': (post(b'Content-Length-X: 9\r\nX-Transfer-Encoding: chunked\r\n' + length(3), b'abc'),
                                        [('POST', '/a', 3)]),
    'CL named by Connection': (post(b'Connection: content-length\r\n' + length(3), b'abc'), [('POST', '/a', 3)]),
    'TE named by Connection': (post(b'Connection: transfer-encoding\r\n' + CHUNKED, b'3\r\nabc\r\n' + LAST), [('POST', '/a', 3)]),
    'Host named by Connection': (get(b'Connection: host\r\n'), [('GET', '/a', 0)]),
    'Expect with a body': (post(b'Expect: 100-continue\r\n' + length(3), b'abc'), [('POST', '/a', 3)]),
    'Expect without a body': (get(b'Expect: 100-continue\r\n'), [('GET', '/a', 0)]),
    'an absolute target': (b'GET http://shop.example/a HTTP/1.1\r\n' + HOST + b'\r\n', [('GET', '/a', 0)]),
    'an absolute target without path': (b'GET http://shop.example?q HTTP/1.1\r\n' + HOST + b'\r\n', [('GET', '/?q', 0)]),
    'a target of two slashes': (get(b'', path=b'//other.example/a'), [('GET', '//other.example/a', 0)]),
    'a target with an escaped line end': (get(b'', path=b'/a%0d%0aX:%20y'), [('GET', '/a%0d%0aX:%20y', 0)]),
    'an upgrade to HTTP/2': (get(b'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n'),
                             [('GET', '/a', 0)]),
    'an upgrade to HTTP/2 with a body': (post(b'Connection: Upgrade\r\nUpgrade: h2c\r\n' + length(len(HIDDEN)), HIDDEN),
                                         [('POST', '/a', len(HIDDEN))]),
    'an upgrade that nobody knows': (get(b'Connection: Upgrade\r\nUpgrade: telepathy/1\r\n'), [('GET', '/a', 0)]),
    'an upgrade not named by Connection': (get(b'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'), [('GET', '/a', 0)]),
    'a WebSocket that is refused': (get(b'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 9\r\n', get(b'', path=b'/b')),
                                    [('GET', '/a', 0), ('GET', '/b', 0)]),
    'a WebSocket with a body': (get(b'Connection: Upgrade\r\nUpgrade: websocket\r\n' + length(len(HIDDEN)), HIDDEN),
                                [('GET', '/a', len(HIDDEN))]),
    'HTTP/1.0 that keeps': (b'GET /a HTTP/1.0\r\nConnection: keep-alive\r\n' + HOST + b'\r\n', [('GET', '/a', 0)]),
    'one empty line before it': (b'\r\n' + get(b''), [('GET', '/a', 0)]),
    'many in one packet': (get(b'') * 5 + post(length(3), b'abc') + get(b'', path=b'/b'),
                           [('GET', '/a', 0)] * 5 + [('POST', '/a', 3), ('GET', '/b', 0)]),
    'an answer before the body is read': (post(length(len(HIDDEN)), HIDDEN, b'/early') + get(b'', path=b'/b'),
                                          [('POST', '/early', len(HIDDEN)), ('GET', '/b', 0)]),
    'a large body': (post(length(60000), HIDDEN + b'x' * (60000 - len(HIDDEN))), [('POST', '/a', 60000)]),
}


class Real(unittest.TestCase):
    """Behind stands a program that others wrote; one kept connection leads to it."""

    def setUp(self):
        self.peer = self.server = None

    def tearDown(self):
        if self.server:
            self.assertEqual(self.server.stop(), 0)
        if self.peer:
            self.peer.close()

    def stand(self, peer, name):
        if peer is None:
            self.skipTest(f'{name} is not on this machine')
        self.peer = peer
        # One would do, if WebSockets could have it; the newest is taken, so the second is never needed.
        self.server = forward.Server('--upstream', peer.url, '--connections', '2')

    def client(self):
        return forward.Client(self.server.port, 20)

    def seen_since(self, count, last):
        """The lines after the first `count`, up to the one of the target `last`, which was asked for last."""
        self.assertTrue(forward.eventually(lambda: any(line[1] == last for line in self.peer.lines()[count:])), self.peer.lines()[count:])
        return self.peer.lines()[count:]

    def check(self, name, wanted, last, count):
        seen = [(line[0], line[1], line[3]) for line in self.seen_since(count, last)]
        early = [line[:2] for line in wanted if line[1] == '/early']
        # A server that answers before it has read the body counts none of it.
        wanted = [(*line[:2], str(line[2])) for line in [*wanted, ('GET', last, 0)]]
        seen = [(*line[:2], next(each[2] for each in wanted if each[:2] == line[:2])) if line[:2] in early else
                (*line[:2], '0' if line[2] == '-' else line[2]) for line in seen]
        self.assertEqual(seen, wanted, name)

    def refused(self, number, name, sent, status):
        count = len(self.peer.lines())
        client = self.client()
        client.send(sent)
        self.assertEqual(client.reply().status, status, name)
        self.assertTrue(client.ended(), f'{name}: answered twice')
        client.close()
        after = f'/after-{number}'
        other = self.client()
        self.assertEqual(other.ask(forward.GET % after.encode()).body, after.encode(), name)
        other.close()
        self.check(name, [], after, count)

    def taken(self, number, name, sent, wanted):
        count = len(self.peer.lines())
        client = self.client()
        client.send(sent)
        for line in wanted:
            reply = client.reply()
            self.assertEqual((reply.status, reply.body), (200, line[1].encode()), name)
        after = f'/after-{number}'
        if 'close' in reply.fields.get('connection', []):
            self.assertTrue(client.ended(), f'{name}: answered twice')
            client.close()
            client = self.client()
        self.assertEqual(client.ask(forward.GET % (b'/probe-%d' % number)).body, b'/probe-%d' % number, name)
        client.close()
        other = self.client()
        self.assertEqual(other.ask(forward.GET % after.encode()).body, after.encode(), name)
        other.close()
        self.check(name, [*wanted, ('GET', f'/probe-{number}', 0)], after, count)

    def all(self, peer, name):
        self.stand(peer, name)
        for number, (case, (sent, status)) in enumerate(REFUSED.items()):
            with self.subTest(case):
                self.refused(number, case, sent, status)
        for number, (case, (sent, wanted)) in enumerate(TAKEN.items(), 1000):
            with self.subTest(case):
                self.taken(number, case, sent, wanted)

    def test_nginx(self):
        self.all(peers.nginx(), 'nginx')

    def test_node(self):
        self.all(peers.node(), 'Node.js')

    def test_node_lenient(self):
        """With the parser that takes what is malformed (insecureHTTPParser): what it would swallow must not reach it."""
        self.all(peers.node(lenient=True), 'Node.js')

    def test_php(self):
        self.all(peers.php(), 'php-cli')

    def test_php_fpm(self):
        self.all(peers.php_fpm(), 'php-fpm behind nginx')

    def test_the_connection_is_kept(self):
        """Else a disagreement would do no harm here, and these tests would prove nothing."""
        for make in (peers.nginx, peers.node, peers.php_fpm):
            with self.subTest(make.__name__):
                self.stand(make(), make.__name__)
                for number in range(5):
                    client = self.client()
                    client.ask(forward.GET % b'/%d' % number)
                    client.close()
                self.assertEqual(self.server.stop(), 0)
                self.assertEqual(self.server.figures['up_total'], 1)
                self.peer.close()
                self.peer = self.server = None


class Replies(unittest.TestCase):
    """What a shop behind might send, so that somebody else reads the second half as an answer: `poison`."""

    POISON = b'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison'
    CASES = {
        'CL.TE': b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        'TE.CL': b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
        'CL twice': b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 3\r\n\r\nabc',
        'CL as a list': b'HTTP/1.1 200 OK\r\nContent-Length: 0, 3\r\n\r\nabc',
        'CL too short': b'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc',
        'CL 0': b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
        'TE twice': b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n',
        'TE identity': b'HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n',
        'TE with a tab': b'HTTP/1.1 200 OK\r\nTransfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n',
        'TE in HTTP/1.0': b'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        'bytes behind the last chunk': b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
        'chunk size that overflows': b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100000003\r\nabc\r\n0\r\n\r\n',
        'trailer with CL': b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 80\r\n\r\n',
        'folded': b'HTTP/1.1 200 OK\r\nX: y\r\n Content-Length: 80\r\nContent-Length: 0\r\n\r\n',
        'bare line feeds': b'HTTP/1.1 200 OK\nContent-Length: 0\n\n',
        'blank before the colon': b'HTTP/1.1 200 OK\r\nContent-Length : 80\r\nContent-Length: 0\r\n\r\n',
        '204 with a body': b'HTTP/1.1 204 No Content\r\n\r\n',
        '204 with CL': b'HTTP/1.1 204 No Content\r\nContent-Length: 58\r\n\r\n',
        '204 with TE': b'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n',
        '304 with a body': b'HTTP/1.1 304 Not Modified\r\n\r\n',
        '304 with CL': b'HTTP/1.1 304 Not Modified\r\nContent-Length: 58\r\n\r\n',
        '101 that nobody asked for': b'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
        'a flood of 1xx': b'HTTP/1.1 103 Early Hints\r\n\r\n' * 1000,
        '1xx with CL': b'HTTP/1.1 100 Continue\r\nContent-Length: 58\r\n\r\n' + b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
        'a second reply': b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    }

    def setUp(self):
        self.upstream = self.server = None

    def tearDown(self):
        if self.server:
            self.assertEqual(self.server.stop(), 0)
        if self.upstream:
            self.upstream.close()

    def stand(self, script):
        self.upstream = forward.Upstream(script)
        self.server = forward.Server('--upstream', self.upstream.url, '--connections', '1')

    @staticmethod
    def mark(connection, request):
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s' % (len(request.target), request.target.encode()))

    def own(self, number):
        """Three clients after it read their own answers."""
        for name in (b'/x-%d' % number, b'/y-%d' % number, b'/z-%d' % number):
            client = forward.Client(self.server.port)
            self.assertEqual(client.ask(forward.GET % name).body, name)
            client.close()

    def asked(self, request, head=False):
        client = forward.Client(self.server.port)
        client.send(request)
        try:
            reply = client.reply(head)
            self.assertNotIn(b'poison', reply.body)
        except EOFError:
            pass  # cut off: the client sees that something is missing
        self.assertNotIn(b'poison', client.bytes)
        client.close()

    def test_at_once(self):
        """The second half in one packet with the first."""
        cases = list(self.CASES.values())

        def script(connection, request, number):
            if request.target.startswith('/case-'):
                connection.sendall(cases[int(request.target[6:])] + self.POISON)
            else:
                self.mark(connection, request)
        self.stand(script)
        for number, name in enumerate(self.CASES):
            with self.subTest(name):
                self.asked(forward.GET % (b'/case-%d' % number))
                self.own(number)

    def test_while_the_next_one_waits(self):
        """The next request waits for this connection, and is sent at once when the first answer is whole."""
        cases = list(self.CASES.values())

        def script(connection, request, number):
            if request.target.startswith('/case-'):
                self.assertTrue(forward.eventually(self.waits))
                connection.sendall(cases[int(request.target[6:])] + self.POISON)
            else:
                self.mark(connection, request)
        self.stand(script)
        for number, name in enumerate(self.CASES):
            with self.subTest(name):
                first, second = forward.Client(self.server.port), forward.Client(self.server.port)
                first.send(forward.GET % (b'/case-%d' % number))
                self.assertTrue(forward.eventually(lambda: self.upstream.requests and self.upstream.requests[-1].target == f'/case-{number}'))
                second.send(forward.GET % b'/second')
                self.assertEqual(second.reply().body, b'/second')
                first.close()
                second.close()
                self.own(number)

    def waits(self):
        client = forward.Client(self.server.port)
        waiting = forward.json.loads(client.ask(forward.GET % b'/ecluse/figures').body)['waiting']
        client.close()
        return waiting == 1

    def test_cut_at_what_is_read_at_once(self):
        """A page that ends just where one read of ours ends, and more behind it, while the next request waits."""
        head = b'HTTP/1.1 200 OK\r\nContent-Length: %5d\r\n\r\n'
        whole = 32768
        body = b'x' * (whole - len(head % 10000))

        def script(connection, request, number):
            if request.target == '/long':
                self.assertTrue(forward.eventually(self.waits))
                connection.sendall(head % len(body) + body + self.POISON)
            else:
                self.mark(connection, request)
        self.stand(script)
        for _ in range(20):
            first, second = forward.Client(self.server.port), forward.Client(self.server.port)
            count = len(self.upstream.requests)
            first.send(forward.GET % b'/long')
            self.assertTrue(forward.eventually(lambda: len(self.upstream.requests) > count))
            second.send(forward.GET % b'/second')
            self.assertEqual(second.reply().body, b'/second')
            self.assertEqual(first.reply().body, body)
            first.close()
            second.close()

    def test_bodies_where_none_may_be(self):
        """An answer to HEAD, and a 304, that announce a body; it comes late, when the next request is under way."""
        late = threading.Event()

        def script(connection, request, number):
            if request.target in ('/head', '/304'):
                status = b'200 OK' if request.target == '/head' else b'304 Not Modified'
                connection.sendall(b'HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n' % (status, len(self.POISON)))
                late.wait(5)
                connection.sendall(self.POISON)
            else:
                late.set()
                time.sleep(0.05)
                self.mark(connection, request)
        self.stand(script)
        for number, (method, target) in enumerate(((b'HEAD', b'/head'), (b'GET', b'/304'))):
            with self.subTest(target):
                late.clear()
                self.asked(method + b' ' + target + b' HTTP/1.1\r\nHost: a\r\n\r\n', head=True)
                threading.Timer(0.2, late.set).start()
                self.own(number)


if __name__ == '__main__':
    unittest.main()
