"""The access log of `ecluse serve`: a line for each request, as it was answered, whatever clients send and whatever becomes of the file."""
import contextlib
import http.server
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import running  # noqa: E402  (stands beside this file)

COMBINED = re.compile(r'^(\S+) - - \[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000)\] "([^"]*)" (\d{3}) (\d+) "([^"]*)" "([^"]*)"$')
SITE = 'site: {requests_per_second: 400, requests_per_visit: 1}\n'


class Behind(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        if self.path.startswith('/slow'):
            time.sleep(3)
        self.send_response(201 if self.path == '/made' else 200)
        self.send_header('Content-Length', '70000')
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(b'x' * 70000)

    def log_message(self, *_):
        pass


class Case(unittest.TestCase):
    def open(self, *options, text=running.SHOP):
        shop = running.Shop(text)
        shop.__enter__()
        self.addCleanup(shop.__exit__, None, None, None)
        self.log = os.path.join(shop.folder, 'access.log')
        shop.start(30, *[option.replace('LOG', self.log) for option in options])
        return shop

    def lines(self, count, path=None):
        """Waits until there are so many."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(FileNotFoundError), open(path or self.log, encoding='ascii') as file:
                lines = file.read().splitlines()
                if len(lines) >= count:
                    return lines
            time.sleep(0.05)
        self.fail(f'not {count} lines')

    def metric(self, shop, name):
        text = shop.call('GET', '/ecluse/metrics')[2].decode()
        found = re.search(rf'^ecluse_access_log_{name}_total (\d+)$', text, re.M)
        return int(found.group(1)) if found else None

    def raw(self, shop, request):
        with contextlib.closing(socket.create_connection(('127.0.0.1', shop.port), 20)) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b''.join(iter(lambda: connection.recv(65536), b''))


class Lines(Case):
    def test_combined(self):
        shop = self.open('--access-log', 'LOG')
        page = shop.call('GET', '/offers/jar', headers={'User-Agent': 'a "quoted" agent', 'Referer': 'https://tv.example/'})[2]
        shop.call('HEAD', '/offers/jar')
        shop.call('GET', '/ecluse/api/v1/nothing', headers={'X-Forwarded-For': '203.0.113.9, 198.51.100.7'})
        shop.call('GET', '/orders/AAAA?token=SECRET&a=1', headers={'Cookie': 'ecluse_cart=SECRET', 'Authorization': 'Bearer SECRET',
                                                                   'Referer': 'http://x/?token=SECRET'})
        shop.order()
        self.raw(shop, b'GET /forged\nGET / HTTP/1.1\r\nHost: x\r\n\r\n')
        self.raw(shop, b'GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.0\r\n\r\n')
        self.assertEqual(shop.run('order', shop.database, 'jar', '--email', 'a@example.org').returncode, 0)
        lines = self.lines(8)
        time.sleep(1.2)
        self.assertEqual(len(self.lines(8)), 8, 'nothing of the staff')
        rows = [COMBINED.match(line) for line in lines]
        self.assertTrue(all(rows), lines)
        self.assertEqual([(row[1], row[3], row[4]) for row in rows], [
            ('127.0.0.1', 'GET /offers/jar HTTP/1.1', '200'), ('127.0.0.1', 'HEAD /offers/jar HTTP/1.1', '200'),
            ('198.51.100.7', 'GET /ecluse/api/v1/nothing HTTP/1.1', '404'),
            ('127.0.0.1', 'GET /orders/AAAA?token=***&a=1 HTTP/1.1', '404'), ('127.0.0.1', 'POST /ecluse/api/v1/orders HTTP/1.1', '201'),
            ('127.0.0.1', '-', '400'), ('127.0.0.1', 'GET /a HTTP/1.1', '404'), ('127.0.0.1', 'GET /b HTTP/1.0', '404')])
        self.assertEqual((rows[0][5], rows[0][6], rows[0][7]), (str(len(page)), 'https://tv.example/', 'a \\x22quoted\\x22 agent'))
        self.assertEqual(rows[1][5], '0')
        self.assertEqual(rows[3][6], 'http://x/?token=***')
        self.assertNotIn('SECRET', '\n'.join(lines))
        self.assertEqual((self.metric(shop, 'lines'), self.metric(shop, 'dropped')), (8, 0))
        self.assertEqual(os.stat(self.log).st_mode & 0o007, 0, 'addresses are not for everybody')

    def test_json_of_what_is_handed_on(self):
        behind = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Behind)
        threading.Thread(target=behind.serve_forever, daemon=True).start()
        self.addCleanup(behind.shutdown)
        shop = self.open('--access-log', 'LOG', '--access-log-format', 'json', '--upstream', f'http://127.0.0.1:{behind.server_port}',
                         text=running.SHOP + SITE)
        self.assertEqual(shop.call('GET', '/made')[0], 201)
        with contextlib.closing(socket.create_connection(('127.0.0.1', shop.port), 20)) as gone:
            gone.sendall(b'GET /slow?name=caf%C3%A9 HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nUser-Agent: caf\xe9"\r\n\r\n')
            time.sleep(0.5)
        made, slow = [json.loads(line) for line in self.lines(2)]
        self.assertEqual((made['method'], made['target'], made['protocol'], made['status'], made['bytes']), ('GET', '/made', 'HTTP/1.1', 201, 70000))
        self.assertEqual((slow['target'], slow['status'], slow['bytes'], slow['agent']), ('/slow?name=caf%C3%A9', 499, 0, 'café"'))
        self.assertGreater(slow['milliseconds'], 300)
        self.assertRegex(made['at'], r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$')
        self.assertEqual(set(made), {'at', 'client', 'method', 'target', 'protocol', 'status', 'bytes', 'milliseconds', 'referrer', 'agent'})

    def test_what_is_wrong_with_the_options(self):
        with running.Shop() as shop:
            for options, said in ((('--access-log', '/nowhere/log'), '/nowhere/log'), (('--access-log', shop.folder), 'writing'),
                                  (('--access-log', '-', '--access-log-format', 'xml'), 'combined or json'),
                                  (('--access-log-format', 'json'), '--access-log FILE')):
                done = shop.run('serve', shop.database, '--listen', '127.0.0.1:0', *options, timeout=20)
                self.assertEqual(done.returncode, 2, done)
                self.assertIn(said, done.stderr)
                self.assertEqual(done.stderr.count('\n'), 1)


class Files(Case):
    def test_rotated_and_whole_at_the_end(self):
        shop = self.open('--access-log', 'LOG')
        shop.call('GET', '/about?old')
        self.lines(1)
        os.rename(self.log, self.log + '.1')
        shop.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 20
        while not os.path.exists(self.log) and time.monotonic() < deadline:
            time.sleep(0.02)
        shop.call('GET', '/about?new')
        self.assertEqual(shop.stop(), 0)
        self.assertIn('/about?new', '\n'.join(self.lines(1)))
        self.assertNotIn('/about?new', '\n'.join(self.lines(1, self.log + '.1')))

    def test_a_file_that_cannot_be_opened_anew_is_kept(self):
        shop = self.open('--access-log', 'LOG')
        os.rename(self.log, self.log + '.1')
        os.mkdir(self.log)
        shop.process.send_signal(signal.SIGHUP)
        shop.call('GET', '/about')
        deadline = time.monotonic() + 20
        while self.metric(shop, 'reopen_failed') == 0 and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(self.metric(shop, 'reopen_failed'), 1)
        shop.call('GET', '/about?after')
        self.assertEqual(shop.stop(), 0)
        self.assertIn('/about?after', '\n'.join(self.lines(1, self.log + '.1')))

    def test_a_full_disk_stops_nobody(self):
        shop = self.open('--access-log', '/dev/full')
        deadline = time.monotonic() + 20
        while not self.metric(shop, 'dropped') and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertGreater(self.metric(shop, 'dropped'), 0)
        self.assertEqual(self.metric(shop, 'lines'), 0)
        self.assertEqual(shop.order()[0], 201)
        self.assertEqual(shop.stop(), 0)

    def test_no_log_no_figures(self):
        self.assertIsNone(self.metric(self.open(), 'lines'))


class Stdout(Case):
    def serve(self, shop):
        """Its stdout is a pipe that nobody reads but for the first line."""
        process = subprocess.Popen([running.ECLUSE, 'serve', shop.database, '--listen', '127.0.0.1:0', '--access-log', '-', '--json'],
                                   stdout=subprocess.PIPE, bufsize=0)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdout.close)
        shop.port = int(re.search(r':(\d+)/', process.stdout.readline().decode()).group(1))
        return process

    def flood(self, shop, requests):
        target = '/about?' + 'x' * 2000
        with contextlib.closing(shop.connect()) as connection:
            return [shop.call('GET', target, connection=connection)[0] for _ in range(requests)].count(200)

    def test_a_reader_that_does_not_read(self):
        with running.Shop() as shop:
            process = self.serve(shop)
            self.assertEqual(self.flood(shop, 2600), 2600)
            self.assertGreater(self.metric(shop, 'dropped'), 100)
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(30), 0)
            self.assertLess(time.monotonic() - began, 15)

    def test_a_reader_that_goes(self):
        with running.Shop() as shop:
            process = self.serve(shop)
            self.assertEqual(shop.call('GET', '/about')[0], 200)
            self.assertRegex(process.stdout.readline().decode().rstrip(), COMBINED)
            process.stdout.close()
            self.assertEqual(self.flood(shop, 300), 300)
            self.assertEqual(shop.order()[0], 201)
            time.sleep(1.2)
            self.assertGreater(self.metric(shop, 'dropped'), 100)
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(30), 0)


if __name__ == '__main__':
    unittest.main()
