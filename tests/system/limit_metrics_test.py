"""Every limit that was hit is counted in /ecluse/metrics, under its name."""
import contextlib
import http.server
import json
import os
import re
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import running  # noqa: E402  (stands beside this file)

SITE = 'site: {requests_per_second: 400, requests_per_visit: 1}\n'


class Behind(http.server.BaseHTTPRequestHandler):
    """A shop whose heads are too large."""
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        self.send_response(200)
        for number in range(4):
            self.send_header(f'X-{number}', 'x' * 10000)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *_):
        pass


class Limits(unittest.TestCase):
    def setUp(self):
        behind = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Behind)
        behind.handle_error = lambda *_: None  # its reply is cut
        threading.Thread(target=behind.serve_forever, daemon=True).start()
        self.addCleanup(behind.server_close)
        self.addCleanup(behind.shutdown)
        self.shop = running.Shop(running.SHOP + SITE)
        self.shop.__enter__()
        self.addCleanup(self.shop.__exit__, None, None, None)
        self.upstream = ('--upstream', f'http://127.0.0.1:{behind.server_port}')
        self.shop.start(30, *self.upstream, '--access-log', os.path.join(self.shop.folder, 'log'))

    def hits(self):
        text = self.shop.call('GET', '/ecluse/metrics')[2].decode()
        self.assertEqual(text.count('# TYPE ecluse_limit_hits_total counter'), 1)
        found = re.findall(r'^ecluse_limit_hits_total\{limit="([a-z_]+)"\} (\d+)$', text, re.M)
        self.assertEqual(len(found), len(dict(found)), 'each limit once')
        self.assertEqual(len(found), text.count('\necluse_limit_hits_total'))
        # A family's samples stand together.
        block = text[text.index('\necluse_limit_hits_total'):].lstrip('\n').split('\n')[:len(found)]
        self.assertTrue(all(line.startswith('ecluse_limit_hits_total') for line in block))
        return {name: int(count) for name, count in found}

    def status(self, request):
        with contextlib.closing(socket.create_connection(('127.0.0.1', self.shop.port), 20)) as connection:
            connection.sendall(request)
            return int(connection.makefile('rb').readline().split()[1])

    def test_each_is_counted(self):
        before = self.hits()
        self.assertEqual(set(before.values()), {0})
        slow = socket.create_connection(('127.0.0.1', self.shop.port), 20)
        slow.sendall(b'GET / HT')
        self.addCleanup(slow.close)
        began = time.monotonic()
        head = b'GET / HTTP/1.1\r\nHost: x\r\n'
        post = 'POST /ecluse/api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: '
        deep = '[' * 40 + ']' * 40
        many = json.dumps({'lines': [{'offer': 'jar', 'quantity': 1}] * 101})
        quote = '/ecluse/api/v1/quotes'
        self.assertEqual(self.status(b'GET /' + b'a' * 9000 + b' HTTP/1.1\r\nHost: x\r\n\r\n'), 414)
        self.assertEqual(self.status(head + b'X: ' + b'a' * 17000 + b'\r\n\r\n'), 431)
        self.assertEqual(self.status(head + b'X: a\r\n' * 101 + b'\r\n'), 431)
        self.assertEqual(self.status((post + '70000\r\n\r\n').encode()), 413)
        self.assertEqual(self.shop.call('POST', quote, deep)[0], 400)
        self.assertEqual(self.shop.call('POST', quote, many)[0], 422)
        self.assertEqual(self.shop.call('GET', '/large')[0], 502)
        wanted = {'request_target_bytes': 1, 'request_head_bytes': 1, 'request_headers': 1, 'request_body_bytes': 1, 'json_depth': 1,
                  'order_lines': 1, 'upstream_head_bytes': 1}
        self.assertEqual({name: count for name, count in self.hits().items() if count > 0}, wanted)
        # One address that changes more than it may: over a proxy on this machine, which says who it is.
        statuses = self.flood(1500)
        self.assertGreater(statuses.count(429), 0)
        self.assertEqual(self.hits()['change_rate'], statuses.count(429))
        slow.settimeout(20)
        self.assertIn(b' 408 ', slow.recv(4096))
        self.assertLess(time.monotonic() - began, 30)
        self.assertEqual(self.hits()['request_seconds'], 1)

    def test_each_is_documented(self):
        """Each metric and each limit has its place in docs/api.md, and nothing stands there that is not."""
        self.shop.run('hooks', self.shop.database, 'add', 'https://shop.example/')
        deadline = time.monotonic() + 20
        text = ''
        while 'ecluse_hooks_sent_total' not in text and time.monotonic() < deadline:
            time.sleep(0.05)
            text = self.shop.call('GET', '/ecluse/metrics')[2].decode()
        self.shop.stop()
        self.shop.start(30, *self.upstream, '--watch')
        text += self.shop.call('GET', '/ecluse/metrics')[2].decode()
        with open(os.path.join(os.environ.get('ECLUSE_SOURCE', '.'), 'docs', 'api.md'), encoding='utf-8') as file:
            page = file.read()
        rows = re.findall(r'^\| (`[^|]+) \|', page[page.index('| metric |'):].replace('| `limit` |', ''), re.M)
        names = re.findall(r'`([a-z_]+)`', ' '.join(rows))
        self.assertEqual(len(names), len(set(names)))
        families = set(re.findall(r'^# TYPE (\S+) ', text, re.M))
        self.assertEqual({name for name in names if name.startswith('ecluse_')}, families)
        self.assertEqual({name for name in names if not name.startswith('ecluse_')}, set(self.hits()))

    def flood(self, count):
        one = (b'POST /ecluse/api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Forwarded-For: 203.0.113.9\r\n'
               b'Content-Length: 2\r\n\r\n{}')
        statuses = []
        with contextlib.closing(socket.create_connection(('127.0.0.1', self.shop.port), 20)) as connection:
            file = connection.makefile('rb')
            for _ in range(count // 100):
                connection.sendall(one * 100)
                for _ in range(100):
                    statuses.append(int(file.readline().split()[1]))
                    length = 0
                    for line in iter(file.readline, b'\r\n'):
                        if line.lower().startswith(b'content-length:'):
                            length = int(line.split(b':')[1])
                    file.read(length)
        return statuses


if __name__ == '__main__':
    unittest.main()
