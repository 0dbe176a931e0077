"""TLS in front: the configurations of docs/connect.md for Caddy and nginx, run as they stand there.

Only what a test machine has not is put in its place: the name's certificate, ports, folders. Whichever of the two is missing is
skipped. A visitor who comes from 127.0.0.9 asks the front; behind Écluse stands a small shop that says what it was asked.
"""
import contextlib
import http.server
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import running  # noqa: E402  (stands beside this file)

SOURCE = os.environ.get('ECLUSE_SOURCE', '.')
SITE = 'site: {requests_per_second: 4000, requests_per_visit: 1}\n'
VISITOR = '127.0.0.9'
NAME = 'shop.example'


def documented(kind):
    """The block of docs/connect.md for it."""
    with open(os.path.join(SOURCE, 'docs/connect.md'), encoding='utf-8') as file:
        return re.search(r'```' + kind + r'\n(.*?)```', file.read(), re.S)[1]


class Behind(http.server.BaseHTTPRequestHandler):
    """Says what it was asked; /stream waits for `go` between two halves; /ws agrees and echoes."""
    protocol_version = 'HTTP/1.1'
    go = threading.Event()

    def do_GET(self):
        if self.path == '/stream':
            self.send_response(200)
            self.send_header('Content-Type', 'text/html')
            self.send_header('Transfer-Encoding', 'chunked')
            self.end_headers()
            self.wfile.write(b'6\r\nfirst \r\n')
            self.go.wait(20)
            self.wfile.write(b'6\r\nsecond\r\n0\r\n\r\n')
        elif self.headers.get('Upgrade', '').lower() == 'websocket':
            self.wfile.write(b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
            while data := self.connection.recv(1000):
                self.wfile.write(data)
            self.close_connection = True
        else:
            body = json.dumps([[name.lower(), value] for name, value in self.headers.items()]).encode()
            self.send_response(200)
            self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Front:
    @classmethod
    def setUpClass(cls):
        for program in (cls.PROGRAM, 'openssl'):
            if not shutil.which(program):
                raise unittest.SkipTest(f'{program} is not on this machine')
        cls.stack = contextlib.ExitStack()
        behind = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Behind)
        behind.daemon_threads = True
        threading.Thread(target=behind.serve_forever, daemon=True).start()
        cls.stack.callback(behind.server_close)
        cls.stack.callback(behind.shutdown)
        cls.shop = cls.stack.enter_context(running.Shop(running.SHOP + SITE))
        cls.log = os.path.join(cls.shop.folder, 'access.log')
        cls.shop.start(30, '--upstream', f'http://127.0.0.1:{behind.server_port}', '--access-log', cls.log,
                       '--access-log-format', 'json')
        cls.folder = cls.shop.folder
        os.chmod(cls.folder, 0o755)
        cls.certificate, cls.key = os.path.join(cls.folder, 'cert.pem'), os.path.join(cls.folder, 'key.pem')
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
                        '-subj', f'/CN={NAME}', '-addext', f'subjectAltName=DNS:{NAME}', '-keyout', cls.key, '-out', cls.certificate],
                       check=True, capture_output=True)
        for _ in range(3):  # somebody else may have taken the port meanwhile
            cls.port, cls.plain_port = running.free_port(), running.free_port()
            cls.front = cls.start_front()
            if cls.answers():
                break
        else:
            with open(os.path.join(cls.folder, 'front.log'), encoding='utf-8', errors='replace') as file:
                raise AssertionError('the front does not answer: ' + file.read())
        cls.stack.callback(cls.front.wait, 10)
        cls.stack.callback(cls.front.terminate)

    @classmethod
    def tearDownClass(cls):
        cls.stack.close()

    @classmethod
    def answers(cls):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and cls.front.poll() is None:
            with contextlib.suppress(OSError):
                cls.connect().close()
                return True
            time.sleep(0.05)
        cls.front.kill()
        cls.front.wait()
        return False

    @classmethod
    def spawn(cls, *command, **options):
        with open(os.path.join(cls.folder, 'front.log'), 'wb') as log:
            return subprocess.Popen(command, stdout=log, stderr=log, **options)

    @classmethod
    def connect(cls):
        context = ssl.create_default_context(cafile=cls.certificate)
        plain = socket.create_connection(('127.0.0.1', cls.port), 20, source_address=(VISITOR, 0))
        return context.wrap_socket(plain, server_hostname=NAME)

    def ask(self, path, *fields, method='GET', body=b''):
        """(the connection, status, fields, what came of the body so far); asked again where a busy machine made it wait."""
        deadline = time.monotonic() + 20
        while True:
            answer = self.ask_once(path, *fields, method=method, body=body)
            if answer[2].get('ecluse-state') == ['inside'] or time.monotonic() > deadline:
                return answer
            time.sleep(0.1)

    def ask_once(self, path, *fields, method, body):
        connection = self.connect()
        self.addCleanup(connection.close)
        lines = [f'{method} {path} HTTP/1.1', f'Host: {NAME}', 'Accept: text/html', *fields, '', '']
        connection.sendall('\r\n'.join(lines).encode() + body)
        data = b''
        while b'\r\n\r\n' not in data:
            more = connection.recv(65536)
            self.assertTrue(more, data)
            data += more
        head, rest = data.split(b'\r\n\r\n', 1)
        first, *others = head.decode('latin-1').split('\r\n')
        names = {}
        for line in others:
            name, value = line.split(':', 1)
            names.setdefault(name.lower(), []).append(value.strip())
        return connection, int(first.split(' ')[1]), names, rest

    @staticmethod
    def more(connection, got, until):
        while not until(got):
            data = connection.recv(65536)
            if not data:
                break
            got += data
        return got

    def seen(self, *fields):
        """What the shop behind was told, and the reply's fields."""
        connection, status, names, body = self.ask('/page', 'Connection: close', *fields)
        body = self.more(connection, body, lambda got: False)
        self.assertEqual(status, 200)
        told = {}
        for name, value in json.loads(body[body.index(b'['):body.rindex(b']') + 1]):
            told.setdefault(name, []).append(value)
        return told, names

    def test_the_shop_behind_reads_who_asked(self):
        told, _ = self.seen()
        self.assertEqual(told['x-forwarded-for'], [f'{VISITOR}, 127.0.0.1'])
        self.assertEqual((told['x-forwarded-proto'], told['x-forwarded-host'], told['host']), (['https'], [NAME], [NAME]))
        self.assertEqual(told['forwarded'], [f'for={VISITOR};host="{NAME}";proto=https, for=127.0.0.1;host="{NAME}";proto=http'])

    def test_what_a_visitor_makes_up_goes_nowhere(self):
        told, _ = self.seen('X-Forwarded-For: 192.0.2.1', 'Forwarded: for=192.0.2.1;proto=http;host=evil', 'X-Forwarded-Proto: http',
                            'X-Forwarded-Host: evil', 'X-Real-IP: 192.0.2.1')
        for name, values in told.items():
            self.assertFalse([value for value in values if '192.0.2.1' in value or 'evil' in value], name)
        self.assertEqual(told['x-forwarded-proto'], ['https'])

    def test_cookies_are_secure(self):
        _, names = self.seen()
        tickets = [value for value in names['set-cookie'] if value.startswith('ecluse_ticket=')]
        self.assertEqual([value.endswith('; Secure') for value in tickets], [True])
        with contextlib.closing(self.shop.connect()) as direct:
            direct.request('GET', '/page', headers={'Accept': 'text/html'})
            self.assertNotIn('Secure', direct.getresponse().headers['Set-Cookie'])

    def test_limits_and_the_log_know_the_visitor(self):
        self.ask('/logged', 'Connection: close')
        deadline = time.monotonic() + 20
        lines = []
        while not lines and time.monotonic() < deadline:
            time.sleep(0.05)
            with open(self.log, encoding='ascii') as file:
                whole = [line for line in file.read().splitlines(True) if line.endswith('\n')]
            lines = [line for line in map(json.loads, whole) if line['target'] == '/logged']
        self.assertEqual({line['client'] for line in lines}, {VISITOR})

    def test_a_page_comes_as_it_is_made(self):
        Behind.go.clear()
        connection, status, _, rest = self.ask('/stream', 'Connection: close')
        self.assertEqual(status, 200)
        got = self.more(connection, rest, lambda got: b'first' in got)
        self.assertIn(b'first', got)
        self.assertNotIn(b'second', got)
        Behind.go.set()
        self.assertIn(b'second', self.more(connection, got, lambda got: b'second' in got))

    def test_a_body_arrives(self):
        body = os.urandom(60000)
        connection, status, _, rest = self.ask('/post', 'Connection: close', f'Content-Length: {len(body)}', method='POST', body=body)
        self.assertEqual((status, self.more(connection, rest, lambda got: len(got) >= len(body))), (200, body))

    def test_a_websocket_passes(self):
        connection, status, names, rest = self.ask('/ws', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13',
                                                   'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==')
        self.assertEqual((status, names['upgrade']), (101, ['websocket']))
        for said in (b'hello', b'again'):
            connection.sendall(said)
            self.assertEqual(self.more(connection, b'', lambda got, said=said: len(got) >= len(said)), said)


class Caddy(Front, unittest.TestCase):
    PROGRAM = 'caddy'

    @classmethod
    def start_front(cls):
        site = documented('caddy')
        for given, own in ((f'{NAME} {{', f'https://{NAME}:{cls.port} {{\n\ttls {cls.certificate} {cls.key}'),
                           ('127.0.0.1:8080', f'127.0.0.1:{cls.shop.port}')):
            assert given in site, given
            site = site.replace(given, own)
        own = os.path.join(cls.folder, 'Caddyfile')
        with open(own, 'w', encoding='utf-8') as file:
            file.write('{\n\tadmin off\n\tauto_https off\n}\n' + site)
        return cls.spawn('caddy', 'run', '--config', own, '--adapter', 'caddyfile',
                         env={**os.environ, 'HOME': cls.folder, 'XDG_DATA_HOME': cls.folder, 'XDG_CONFIG_HOME': cls.folder})


class Nginx(Front, unittest.TestCase):
    PROGRAM = 'nginx'

    @classmethod
    def start_front(cls):
        site = documented('nginx')
        for given, own in ((f'/etc/letsencrypt/live/{NAME}/fullchain.pem', cls.certificate),
                           (f'/etc/letsencrypt/live/{NAME}/privkey.pem', cls.key), ('127.0.0.1:8080', f'127.0.0.1:{cls.shop.port}'),
                           ('listen [::]:443 ssl http2;', ''), ('listen [::]:80;', ''),
                           ('listen 443 ssl', f'listen 127.0.0.1:{cls.port} ssl'), ('listen 80;', f'listen 127.0.0.1:{cls.plain_port};')):
            assert given in site, given
            site = site.replace(given, own)
        own = os.path.join(cls.folder, 'nginx.conf')
        with open(own, 'w', encoding='utf-8') as file:
            folders = ' '.join(f'{name}_temp_path {cls.folder};' for name in ('client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'))
            file.write(f'daemon off; master_process off; pid {cls.folder}/nginx.pid; error_log {cls.folder}/front.log;\n'
                       f'events {{}}\nhttp {{ access_log off; {folders}\n{site}\n}}\n')
        return cls.spawn('nginx', '-c', own)

    def test_http_leads_to_https(self):
        with socket.create_connection(('127.0.0.1', self.plain_port), 10) as plain:
            plain.sendall(f'GET /a?b HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n'.encode())
            reply = plain.recv(4096)
        self.assertIn(b' 301 ', reply)
        self.assertIn(f'Location: https://{NAME}/a?b\r\n'.encode(), reply)


if __name__ == '__main__':
    unittest.main()
