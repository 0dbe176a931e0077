"""The micro-cache before a shop that counts what it is asked for: what is kept, for whom, how long, and what nobody can bring
about.

usage: cache_test.py FORWARD_SERVER [unittest's arguments]   FORWARD_SERVER is tests/door/forward_server.c, built
"""
import concurrent.futures
import http.client
import http.server
import json
import os
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import program  # noqa: E402  (stands beside this file)

SERVER = program.from_arguments()
MEGABYTE = 1 << 20


class Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_):
        pass  # clients and tests end connections as they like


class Upstream:
    """Calls script(handler, count) for each request; `seen` has them in order."""

    def __init__(self, script, port=0):
        upstream = self
        self.seen = []
        self.connections = []
        self.lock = threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'
            disable_nagle_algorithm = True

            def setup(self):
                super().setup()
                upstream.connections.append(self.connection)

            def do_any(self):
                self.body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
                with upstream.lock:
                    upstream.seen.append(self)
                    count = len(upstream.seen)
                script(self, count)

            do_GET = do_HEAD = do_POST = do_PUT = do_any

            def answer(self, body=b'', status=200, *fields, **named):
                self.send_response(status)
                for name, value in list(fields) + [(name.replace('_', '-'), value) for name, value in named.items()]:
                    self.send_header(name, value)
                if status != 304:
                    self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                if self.command != 'HEAD' and status != 304:
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = Quiet(('127.0.0.1', port), Handler)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self):
        """As if it were killed: kept connections end, too."""
        self.server.shutdown()
        self.server.server_close()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Reply:
    def __init__(self, reply):
        self.status, self.headers, self.body = reply.status, reply.headers, reply.read()


def numbered(**named):
    """A script whose answers say which one they are."""
    def script(handler, count):
        handler.answer(b'answer %d' % count, **named)
    return script


class Cache(unittest.TestCase):
    def start(self, script, *options):
        self.upstream = Upstream(script)
        self.addCleanup(self.close)
        if not {'--cache-bytes'} & set(options):
            options += ('--cache-bytes', str(16 * MEGABYTE))
        self.program = program.Program(SERVER, '--upstream', f'http://127.0.0.1:{self.upstream.port}', *options)
        self.assertTrue(self.program.port)

    def close(self):
        code = self.program.stop()
        self.upstream.close()
        self.assertEqual((code, self.program.errors), (0, ''))

    def ask(self, path='/', method='GET', body=None, **headers):
        connection = http.client.HTTPConnection('127.0.0.1', self.program.port, timeout=20)
        try:
            connection.request(method, path, body, {name.replace('_', '-'): value for name, value in headers.items()})
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def asked(self, count):
        self.assertEqual(len(self.upstream.seen), count)

    def figures(self):
        return json.loads(self.ask('/ecluse/cache').body)

    def until(self, true, seconds=15):
        deadline = time.monotonic() + seconds
        while not true():
            self.assertLess(time.monotonic(), deadline, 'not in time')
            time.sleep(0.01)

    def crowd(self, count, ask):
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            return [future.result() for future in [pool.submit(ask) for _ in range(count)]]


class Kept(Cache):
    def test_a_fresh_answer_is_asked_for_once(self):
        self.start(numbered(Cache_Control='max-age=60', ETag='"a"', X_Shop='yes', Age='7'))
        first = self.ask('/page?a=1')
        time.sleep(1.1)
        second = self.ask('/page?a=1')
        self.asked(1)
        self.assertEqual((second.status, second.body), (200, b'answer 1'))
        self.assertEqual(second.headers['X-Shop'], 'yes')
        self.assertEqual(second.headers['X-Door'], '1')
        self.assertEqual(second.headers.get_all('Date'), first.headers.get_all('Date'))
        self.assertIn(int(second.headers['Age']), range(8, 60))
        self.assertEqual(second.headers.get_all('Content-Length'), ['8'])
        self.assertEqual(self.ask('/page?a=2').body, b'answer 2')
        self.assertEqual(self.ask('/page?').body, b'answer 3')
        self.assertEqual(self.ask('/page').body, b'answer 4')
        self.assertEqual(self.ask('/page?a=1', Host='other.example').body, b'answer 5')

    def test_what_the_shop_is_to_answer_itself(self):
        self.start(numbered(Cache_Control='max-age=60'))
        self.assertEqual([self.ask('/callback/bank').body for _ in range(3)], [b'answer 1', b'answer 2', b'answer 3'])
        self.assertEqual(self.figures()['kept'], 0)

    def test_what_is_kept(self):
        soon = time.strftime('%a, %d %b %Y %H:%M:%S GMT', time.gmtime(time.time() + 60))
        kept = [dict(Cache_Control='public, max-age=60'), dict(Cache_Control='s-maxage=60, max-age=0'), dict(Expires=soon),
                dict(Cache_Control='max-age=60', Vary='User-Agent'), dict(Cache_Control='max-age=60', Expires='0')]
        not_kept = [dict(), dict(Cache_Control='public'), dict(Cache_Control='max-age=0'), dict(Expires='0'),
                    dict(Cache_Control='private, max-age=60'), dict(Cache_Control='no-store, max-age=60'),
                    dict(Cache_Control='no-cache, max-age=60'), dict(Cache_Control='max-age=60, private="x-user"'),
                    dict(Cache_Control='max-age=60', Set_Cookie='a=1'), dict(Cache_Control='max-age=60', Vary='*'),
                    dict(Cache_Control='max-age=60', Vary='Accept, X-Forwarded-For'),
                    dict(Cache_Control='max-age=60', Ecluse_Session='end'), dict(Cache_Control='s-maxage=0, max-age=60'),
                    dict(Cache_Control='max-age=60, max-age=0'), dict(Cache_Control='max-age=1e9'),
                    dict(Cache_Control='max-age=60', Age='61'), dict(Expires=soon, Date=soon)]
        every = kept + not_kept

        def script(handler, count):
            named = dict(every[int(handler.path.split('/')[1])])
            date = named.pop('Date', None)
            if date:
                handler.date_time_string = lambda *_: date
            handler.answer(b'%d' % count, **named)
        self.start(script)
        for i, named in enumerate(every):
            with self.subTest(named):
                before = len(self.upstream.seen)
                bodies = {self.ask(f'/{i}').body for _ in range(2)}
                self.assertEqual(len(self.upstream.seen) - before, 1 if i < len(kept) else 2)
                self.assertEqual(len(bodies), 1 if i < len(kept) else 2)

    def test_what_requests_are_passed(self):
        self.start(numbered(Cache_Control='max-age=60'))
        passed = [dict(Authorization='Basic YTpi'), dict(Range='bytes=0-1'), dict(If_Range='"a"'), dict(If_Match='"a"'),
                  dict(Cache_Control='no-store'), dict(body='a body'), dict(Connection='close, x-a', X_A='1')]
        self.ask()
        for number, headers in enumerate(passed):
            with self.subTest(headers):
                self.assertEqual(self.ask(**headers).body, b'answer %d' % (number + 2))
        self.assertEqual(self.ask().body, b'answer 1')
        self.assertEqual(self.figures()['kept'], 1)

    def test_statuses(self):
        def script(handler, _):
            handler.answer(b'x', int(handler.path[1:]), Cache_Control='max-age=60')
        self.start(script)
        for status, times in ((200, 1), (301, 1), (404, 1), (410, 1), (201, 2), (206, 2), (401, 2), (500, 2), (503, 2)):
            before = len(self.upstream.seen)
            self.assertEqual({self.ask(f'/{status}').status for _ in range(2)}, {status})
            self.assertEqual(len(self.upstream.seen) - before, times, status)

    def test_what_the_request_wants(self):
        self.start(numbered(Cache_Control='max-age=60', Age='30'))
        self.assertEqual(self.ask(Cache_Control='only-if-cached').status, 504)
        self.asked(0)
        self.assertEqual(self.ask().body, b'answer 1')
        self.assertEqual(self.ask(Cache_Control='only-if-cached').body, b'answer 1')
        self.assertEqual(self.ask(Cache_Control='max-age=50').body, b'answer 1')
        self.assertEqual(self.ask(Cache_Control='min-fresh=10').body, b'answer 1')
        self.assertEqual(self.ask(Cache_Control='max-age=20').body, b'answer 2')
        self.assertEqual(self.ask(Cache_Control='min-fresh=40').body, b'answer 3')
        self.assertEqual(self.ask(Cache_Control='no-cache').body, b'answer 4')
        self.assertEqual(self.ask(Pragma='no-cache').body, b'answer 5')
        self.assertEqual(self.ask().body, b'answer 5')

    def test_vary(self):
        def script(handler, count):
            handler.answer(b'%d' % count, 200, ('Vary', 'Accept-Language'), ('Vary', 'X-Kind'), Cache_Control='max-age=60')
        self.start(script)
        bodies = [self.ask(Accept_Language=language).body for language in ('fr', 'en', 'fr', 'en', 'fr,en')]
        self.assertEqual(bodies, [b'1', b'2', b'1', b'2', b'3'])
        self.assertEqual([self.ask().body for _ in range(2)], [b'4', b'4'])

    def test_codings_vary_where_nobody_says_so(self):
        def script(handler, count):
            coded = {'Content_Encoding': 'gzip'} if 'gzip' in handler.headers.get('Accept-Encoding', '') else {}
            handler.answer(b'%d' % count, Cache_Control='max-age=60', **coded)
        self.start(script)
        self.assertEqual(self.ask(Accept_Encoding='gzip').headers['Content-Encoding'], 'gzip')
        self.assertIsNone(self.ask(Accept_Encoding='identity').headers['Content-Encoding'])

    def test_head_is_answered_from_what_get_brought(self):
        self.start(numbered(Cache_Control='max-age=60'))
        self.ask()
        reply = self.ask(method='HEAD')
        self.assertEqual((reply.headers['Content-Length'], reply.body), ('8', b''))
        self.asked(1)
        self.ask('/other', method='HEAD')
        self.assertEqual(self.ask('/other').body, b'answer 3')

    def test_old_clients_and_codings(self):
        body = bytes(range(256)) * 2000

        def script(handler, _):
            handler.send_response(200)
            handler.send_header('Cache-Control', 'max-age=60')
            handler.send_header('Transfer-Encoding', 'chunked')
            handler.end_headers()
            for at in range(0, len(body), 70000):
                part = body[at:at + 70000]
                handler.wfile.write(b'%x\r\n%s\r\n' % (len(part), part))
            handler.wfile.write(b'0\r\n\r\n')
        self.start(script)
        self.assertEqual(self.ask().body, body)
        again = self.ask()
        self.assertEqual((again.body, again.headers['Content-Length']), (body, str(len(body))))
        self.assertIsNone(again.headers['Transfer-Encoding'])
        with socket.create_connection(('127.0.0.1', self.program.port), 20) as old:
            old.sendall(b'GET / HTTP/1.0\r\nHost: 127.0.0.1:%d\r\n\r\n' % self.program.port)
            data = b''
            while part := old.recv(65536):
                data += part
        self.assertEqual(data.split(b'\r\n\r\n', 1)[1], body)
        self.asked(1)

    def test_cut_answers_are_not_kept(self):
        def script(handler, count):
            kind = handler.path[1:]
            if count % 3 != 0:
                length = {'sized': b'Content-Length: 9\r\n', 'chunked': b'Transfer-Encoding: chunked\r\n', 'close': b''}[kind]
                handler.wfile.write(b'HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n' + length + b'\r\n' +
                                    (b'4\r\n' if kind == 'chunked' else b'') + b'part')
                handler.close_connection = True
            else:
                handler.answer(b'the whole', Cache_Control='max-age=60')
        self.start(script)
        for number, kind in enumerate(('sized', 'chunked', 'close')):
            for _ in range(2):
                try:
                    self.ask('/' + kind)
                except (http.client.HTTPException, OSError):
                    pass
            self.assertEqual(self.ask('/' + kind).body, b'the whole')
            self.assertEqual(self.ask('/' + kind).body, b'the whole')
            self.asked(3 * (number + 1))


class Conditions(Cache):
    ETAG = '"v;1,a"'

    def test_the_client_has_it(self):
        changed = 'Mon, 06 Oct 2025 10:00:00 GMT'
        self.start(numbered(Cache_Control='max-age=60', ETag='W/' + self.ETAG, Last_Modified=changed, X_Other='1'))
        # The cache wants the whole answer, so the shop is not told what the client has.
        self.assertEqual(self.ask(If_None_Match=self.ETAG, If_Modified_Since=changed).status, 200)
        self.assertIsNone(self.upstream.seen[0].headers['If-None-Match'])
        self.assertIsNone(self.upstream.seen[0].headers['If-Modified-Since'])
        for wanted, headers in ((304, dict(If_None_Match=self.ETAG)), (304, dict(If_None_Match=f'"x", W/{self.ETAG}')),
                                (304, dict(If_None_Match='*')), (200, dict(If_None_Match='"v"')),
                                (304, dict(If_Modified_Since=changed)),
                                (200, dict(If_Modified_Since='Mon, 06 Oct 2025 09:59:59 GMT')),
                                (200, dict(If_Modified_Since='yesterday')),
                                (200, dict(If_None_Match='"v"', If_Modified_Since=changed))):
            with self.subTest(headers):
                reply = self.ask(**headers)
                self.assertEqual(reply.status, wanted)
                if wanted == 304:
                    self.assertEqual((reply.headers['ETag'], reply.headers['X-Other'], reply.body), ('W/' + self.ETAG, None, b''))
                    self.assertIn('Age', reply.headers)
        self.asked(1)

    def test_what_is_stale_is_validated(self):
        changed = 'Mon, 06 Oct 2025 10:00:00 GMT'

        def script(handler, count):
            if handler.headers['If-None-Match'] == '"a"' and handler.headers['If-Modified-Since'] == changed:
                handler.answer(b'', 304, Cache_Control='max-age=60', X_New=str(count), ETag='"a"')
            else:
                handler.answer(b'body %d' % count, 200, Cache_Control='max-age=0, stale-if-error=60', X_New=str(count), X_Old='1', ETag='"a"',
                               Last_Modified=changed)
        self.start(script)
        self.assertEqual(self.ask().body, b'body 1')
        reply = self.ask()
        self.asked(2)
        self.assertEqual((reply.status, reply.body), (200, b'body 1'))
        self.assertEqual((reply.headers.get_all('X-New'), reply.headers['X-Old']), (['2'], '1'))
        self.assertEqual(self.ask(If_None_Match='"a"').status, 304)
        self.asked(2)
        self.assertEqual(self.figures()['validated'], 1)

    def test_a_stale_answer_that_became_private_is_forgotten(self):
        def script(handler, count):
            handler.answer(b'%d' % count, Cache_Control='max-age=0, stale-if-error=60' if count == 1 else 'private', ETag='"a"')
        self.start(script)
        self.ask()
        self.assertEqual([self.ask().body for _ in range(2)], [b'2', b'3'])
        self.assertEqual(self.figures()['answers'], 0)

    def test_what_cannot_be_kept_keeps_its_304(self):
        def script(handler, _):
            handler.answer(b'x', 304 if handler.headers['If-None-Match'] else 200, ETag='"a"')
        self.start(script)
        self.ask()
        self.assertEqual(self.ask(If_None_Match='"a"').status, 304)


class People(Cache):
    def test_cookies(self):
        self.start(numbered(Cache_Control='max-age=60'))
        self.ask()
        for cookie in ('_ga=GA1.2.3', '_fbp=fb.1; _hjSessionUser_1=x; sbjs_first=typ%3Dtypein', 'ecluse_ticket=ab',
                       'ecluse_ticket=ab; _gid=1'):
            self.assertEqual(self.ask(Cookie=cookie).body, b'answer 1', cookie)
        for number, cookie in enumerate((
                'woocommerce_items_in_cart=1', 'woocommerce_cart_hash=ab', 'wp_woocommerce_session_ab12=x', 'wordpress_logged_in_ab=x',
                'PrestaShop-ab12=x', 'PHPSESSID=x', '_ga=1; PHPSESSID=x', '_ga=1;laravel_session=x', 'JSESSIONID=x', 'connect.sid=x')):
            with self.subTest(cookie):
                self.assertEqual(self.ask(Cookie=cookie).body, b'answer %d' % (number + 2))
        self.assertEqual(self.ask().body, b'answer 1')
        self.assertEqual(self.figures()['kept'], 1)

    def test_a_cookie_that_we_do_not_know_is_shared_by_those_who_send_it(self):
        def script(handler, _):
            handler.answer(f'prices in {handler.headers["Cookie"]}'.encode(), Cache_Control='max-age=60')
        self.start(script)
        dollars = self.ask(Cookie='currency=USD; _ga=7').body
        self.assertEqual(self.ask().body, b'prices in None')
        self.assertEqual(self.ask(Cookie='currency=USD').body, dollars)
        self.assertEqual(self.ask(Cookie='currency=EUR').body, b'prices in currency=EUR')
        self.asked(3)

    def test_vary_by_cookie(self):
        def script(handler, _):
            handler.answer(f'for {handler.headers["Cookie"]}'.encode(), Cache_Control='max-age=60', Vary='Cookie')
        self.start(script)
        for _ in range(2):
            self.assertEqual(self.ask(Cookie='_ga=1').body, b'for _ga=1')
            self.assertEqual(self.ask(Cookie='_ga=2; ecluse_ticket=ab').body, b'for _ga=2')
        self.asked(2)


class Attacks(Cache):
    @staticmethod
    def reflecting(handler, _):
        """As bad as can be: everything that came is in the page, and nothing says so."""
        handler.answer(f'{handler.path}\n{handler.headers}'.encode(), Cache_Control='public, max-age=60')

    def test_poisoning(self):
        self.start(self.reflecting)
        attacks = [{name: 'evil.example'} for name in (
            'X-Forwarded-Host', 'X-Forwarded-Port', 'X-Forwarded-Prefix', 'X-Forwarded-Scheme',
            'X_Forwarded_Host', 'X-Host', 'X-Original-URL', 'X-Rewrite-URL', 'X-HTTP-Method-Override', 'X-Wap-Profile',
            'X-Requested-With', 'Origin', 'Via', 'Accept', 'Cookie', 'Accept-Charset', 'X-Http-Method')]
        attacks += [{'Cookie': 'lang=evil.example'}, {'Cookie': '=evil.example'}, {'Host': 'evil.example'},
                    {'Forwarded': 'for=192.0.2.1;host=evil.example'}, {'X-Forwarded-Proto': 'https'}]
        for number, headers in enumerate(attacks):
            path = f'/page{number}'
            with self.subTest(headers):
                mark = b'https' if 'X-Forwarded-Proto' in headers else b'evil.example'
                self.assertIn(mark, self.ask(path, **headers).body)
                self.assertNotIn(mark, self.ask(path).body)
                self.assertNotIn(mark, self.ask(path, Accept='text/html,*/*').body)

    def test_poisoning_by_what_is_not_the_target(self):
        self.start(self.reflecting)
        self.ask('/fat', body='evil.example', Content_Type='application/x-www-form-urlencoded')
        self.assertEqual(self.figures()['kept'], 0)
        # Named by Connection, a field is not handed on; the answer is not that of those who send it.
        self.ask('/hop', Connection='keep-alive, Accept-Language', Accept_Language='fr')
        self.assertIn(b'Accept-Language: fr', self.ask('/hop', Accept_Language='fr').body)
        for path, other in (('/a?b=c', '/a?b=c&'), ('/a%2fb', '/a/b'), ('/A', '/a'), ('/x?utm_source=1', '/x'), ('//x', '/x')):
            self.ask(path)
            self.assertIn(other.encode() + b'\n', self.ask(other).body)

    def test_deception(self):
        def script(handler, _):
            who = 'nobody'
            for cookie in ('PHPSESSID', 'odd'):
                if f'{cookie}=anne' in handler.headers.get('Cookie', ''):
                    who = 'Anne'
            if handler.headers['Authorization']:
                who = 'Anne'
            fields = {'Cache_Control': 'public, max-age=60'} if 'says' in handler.path else {}
            handler.answer(f'the account of {who}'.encode(), 200, Content_Type='text/html', **fields)
        self.start(script, '--cache-seconds', '60')
        for path in ('/account/x.css', '/account.css', '/account;x.css', '/account%3fx.css', '/says/account/x.css', '/account'):
            for headers in (dict(Cookie='PHPSESSID=anne'), dict(Authorization='Basic YW5uZQ=='), dict(Cookie='odd=anne')):
                with self.subTest(path=path, headers=headers):
                    self.assertIn(b'Anne', self.ask(path, **headers).body)
                    self.assertNotIn(b'Anne', self.ask(path).body)
        before = len(self.upstream.seen)
        for path in ('/account/y.css', '/account;y.css', '/account%3fy.css'):
            self.ask(path)
            self.ask(path)
        self.asked(before + 6)

    def test_answers_that_say_nothing(self):
        def script(handler, count):
            handler.answer(b'%d' % count, Content_Type='text/css' if handler.path.endswith('.css') else 'text/html')
        self.start(script, '--cache-seconds', '60')
        for path in ('/page', '/page?x=1', '/style.css', '/caf%C3%A9'):
            self.assertEqual(self.ask(path).body, self.ask(path).body)
        self.asked(4)
        self.ask('/page', Cookie='odd=1')
        self.ask('/page', Cookie='odd=1')
        self.asked(6)

    def test_one_address_cannot_fill_the_cache(self):
        self.start(numbered(Cache_Control='max-age=60'))
        for number in range(60):
            self.ask(X_Odd=str(number))
        self.assertLessEqual(self.figures()['answers'], 32)


class Together(Cache):
    def test_identical_misses_are_one_request(self):
        def script(handler, count):
            time.sleep(0.5)
            handler.answer(b'answer %d' % count, Cache_Control='max-age=60')
        self.start(script)
        bodies = {reply.body for reply in self.crowd(30, self.ask)}
        self.assertEqual(bodies, {b'answer 1'})
        self.asked(1)
        self.assertGreater(self.figures()['waits'], 0)

    def test_each_goes_alone_where_nothing_is_kept(self):
        def script(handler, count):
            time.sleep(0.2)
            handler.answer(b'answer %d' % count, 200, Cache_Control='private')
        self.start(script)
        bodies = {reply.body for reply in self.crowd(20, self.ask)}
        self.assertEqual(len(bodies), 20)
        self.asked(20)
        # From now on nobody waits for another one's answer.
        before = self.figures()['waits']
        self.crowd(20, self.ask)
        self.assertEqual(self.figures()['waits'], before)

    def test_each_gets_what_fits(self):
        def script(handler, _):
            time.sleep(0.3)
            handler.answer(handler.headers['Accept-Language'].encode(), Cache_Control='max-age=60', Vary='Accept-Language')
        self.start(script)
        languages = ['fr', 'en', 'br'] * 8
        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            replies = list(pool.map(lambda language: self.ask(Accept_Language=language).body.decode(), languages))
        self.assertEqual(replies, languages)
        self.assertLess(len(self.upstream.seen), 12)

    def test_the_first_may_leave(self):
        go = threading.Event()

        def script(handler, count):
            go.wait(10)
            handler.answer(b'answer %d' % count, Cache_Control='max-age=60')
        self.start(script)
        first = socket.create_connection(('127.0.0.1', self.program.port))
        first.sendall(b'GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n' % self.program.port)
        self.until(lambda: len(self.upstream.seen) == 1)
        with concurrent.futures.ThreadPoolExecutor(5) as pool:
            others = [pool.submit(self.ask) for _ in range(5)]
            self.until(lambda: self.figures()['waits'] == 5)
            first.close()
            gone = socket.create_connection(('127.0.0.1', self.program.port))  # one of those who wait leaves, too
            gone.sendall(b'GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n' % self.program.port)
            self.until(lambda: self.figures()['waits'] == 6)
            gone.close()
            go.set()
            self.assertEqual({other.result().body for other in others}, {b'answer 1'})
        self.asked(1)

    def slow_reader(self, path='/'):
        slow = program.Connection(('127.0.0.1', self.program.port), 20)
        slow.send(b'GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n' % (path.encode(), self.program.port))
        self.addCleanup(slow.close)
        return slow

    def test_a_slow_reader_holds_nobody_up(self):
        body = bytes(range(256)) * 8192
        go = threading.Event()

        def script(handler, _):
            go.wait(10)
            handler.answer(body, Cache_Control='max-age=60')
        self.start(script)
        slow = self.slow_reader()
        self.until(lambda: len(self.upstream.seen) == 1)
        with concurrent.futures.ThreadPoolExecutor(5) as pool:
            others = [pool.submit(self.ask) for _ in range(5)]
            self.until(lambda: self.figures()['waits'] == 5)
            started = time.monotonic()
            go.set()
            self.assertEqual({other.result().body for other in others}, {body})
        self.assertLess(time.monotonic() - started, 4)
        self.assertEqual(self.ask().body, body)
        self.asked(1)
        # Purged meanwhile: what is being sent is sent to its end, and the connection goes on.
        self.ask('/ecluse/purge?all')
        self.assertEqual(slow.head()[0], 200)
        self.assertEqual(slow.exactly(len(body)), body)
        slow.send(b'GET /ecluse/purge?all HTTP/1.1\r\nHost: x\r\n\r\n')
        self.assertEqual(slow.head()[0], 200)

    def test_a_slow_reader_of_what_comes_in_chunks(self):
        """Slower than the shop for a while; then what comes is more than is kept: it gets all, in order."""
        part = bytes(range(256)) * 512
        parts = {'/kept': 12, '/large': 40}
        steps = threading.Semaphore(0)

        def script(handler, _):
            handler.send_response(200)
            handler.send_header('Cache-Control', 'max-age=60')
            handler.send_header('Transfer-Encoding', 'chunked')
            handler.end_headers()
            for number in range(parts[handler.path]):
                if number % 8 == 7:
                    steps.acquire(timeout=10)
                handler.wfile.write(b'%x\r\n%s\r\n' % (len(part), part))
            handler.wfile.write(b'0\r\n\r\n')
        self.start(script)

        def chunk(slow):
            size = int(slow.until(b'\r\n'), 16)
            data = slow.exactly(size)
            self.assertEqual(slow.exactly(2), b'\r\n')
            return data
        for path, count in parts.items():
            with self.subTest(path):
                slow = self.slow_reader(path)
                self.assertEqual(slow.head()[0], 200)
                data = b''
                while len(data) < 3 * len(part):
                    data += chunk(slow)
                for _ in range(count):
                    steps.release()
                while piece := chunk(slow):
                    data += piece
                self.assertEqual(data, part * count)
        self.assertEqual(self.figures()['answers'], 1)

    def test_a_slow_reader_leaves(self):
        body = b'x' * (2 * MEGABYTE)
        go = threading.Event()

        def script(handler, _):
            handler.send_response(200)
            handler.send_header('Cache-Control', 'max-age=60')
            handler.send_header('Content-Length', str(len(body)))
            handler.end_headers()
            handler.wfile.write(body[:MEGABYTE])
            go.wait(10)
            handler.wfile.write(body[MEGABYTE:])
        self.start(script)
        slow = self.slow_reader()
        self.until(lambda: slow.more() and len(slow.bytes) > 10000)
        slow.reset()
        go.set()
        self.assertEqual(self.ask().body, body)
        self.asked(1)

    def test_a_failure_is_everybodys(self):
        def script(handler, _):
            time.sleep(0.3)
            handler.close_connection = True
        self.start(script)
        self.assertEqual({reply.status for reply in self.crowd(10, self.ask)}, {502})


class Stale(Cache):
    def test_while_it_is_fetched_anew(self):
        go = threading.Event()

        def script(handler, count):
            if count > 1:
                go.wait(10)
            handler.answer(b'answer %d' % count, Cache_Control=f'max-age={0 if count == 1 else 60}, stale-while-revalidate=60')
        self.start(script)
        self.ask()
        self.assertEqual({self.ask().body for _ in range(10)}, {b'answer 1'})
        self.until(lambda: len(self.upstream.seen) == 2)
        self.assertEqual(self.ask(Sec_Fetch_Outside='1').body, b'answer 1')
        go.set()
        self.until(lambda: self.ask().body == b'answer 2')
        figures = self.figures()
        self.assertEqual((figures['refreshes'], len(self.upstream.seen)), (1, 2))
        self.assertGreaterEqual(figures['stale'], 11)

    def stale_pages(self, count, *options):
        """So many pages are stale, and asked for; the shop answers nothing more until `go`."""
        go = threading.Event()

        def script(handler, number):
            if number > count:
                go.wait(10)
            handler.answer(b'answer %d' % number, Cache_Control='max-age=0, stale-while-revalidate=60')
        self.start(script, *options)
        for page in [*range(count), *range(count)]:
            self.ask(f'/{page}')
        return go

    def test_only_so_many_are_fetched_at_once(self):
        go = self.stale_pages(10)
        self.until(lambda: len(self.upstream.seen) == 14)
        self.assertEqual(self.figures()['refreshes'], 4)
        go.set()
        self.until(lambda: [self.ask(f'/{page}') for page in range(10)] and self.figures()['refreshes'] >= 10)

    def test_only_so_many_are_fetched_in_a_second(self):
        go = self.stale_pages(4, '--cache-refreshes', '10')  # one in 100 seconds
        go.set()
        self.until(lambda: len(self.upstream.seen) == 5)
        for page in range(4):
            self.ask(f'/{page}')
        self.assertEqual(self.figures()['refreshes'], 1)

    def test_anew_with_a_304(self):
        def script(handler, count):
            fresh = dict(Cache_Control=f'max-age={0 if count == 1 else 60}, stale-while-revalidate=60', ETag='"a"')
            handler.answer(b'answer %d' % count, 304 if handler.headers['If-None-Match'] == '"a"' else 200, **fresh)
        self.start(script)
        self.ask()
        self.assertEqual(self.ask().body, b'answer 1')
        self.until(lambda: self.figures()['validated'] == 1)
        self.assertEqual(self.ask().body, b'answer 1')
        self.asked(2)

    def test_a_page_with_a_text_put_in(self):
        """It is kept as it is shown; a copy that is fetched for nobody gets the text, too."""
        def script(handler, count):
            page = b'<h1>%d</h1><span class="sku">AB</span><p>PLACE</p>' % count
            known = handler.headers['If-None-Match'] in ('W/"2"', '"2"')
            handler.answer(page, 304 if known else 200, Content_Type='text/html', ETag=f'"{min(count, 2)}"',
                           Cache_Control='max-age=1, stale-while-revalidate=60', Accept_Ranges='bytes')
        self.start(script)
        page = b'<h1>%d</h1><span class="sku">AB</span><p>[[AB]]PLACE</p>'
        for _ in range(2):
            reply = self.ask('/product/a')
            self.assertEqual((reply.body, reply.headers['ETag']), (page % 1, 'W/"1"'))
        self.asked(1)
        time.sleep(1.05)
        self.ask('/product/a')
        self.until(lambda: self.ask('/product/a').body == page % 2)
        time.sleep(1.05)
        self.ask('/product/a')
        self.until(lambda: self.figures()['validated'] >= 1)
        reply = self.ask('/product/a')
        self.assertEqual((reply.body, reply.headers['ETag'], reply.headers['Accept-Ranges']), (page % 2, 'W/"2"', None))
        self.assertEqual(self.ask('/product/a', If_None_Match='W/"2"').status, 304)

    def test_not_where_it_must_be_validated(self):
        self.start(numbered(Cache_Control='max-age=1, stale-while-revalidate=60, stale-if-error=60, must-revalidate'),
                   '--cache-stale', '60')
        self.ask()
        time.sleep(1.05)
        self.assertEqual(self.ask().body, b'answer 2')
        time.sleep(1.05)
        self.upstream.close()
        self.assertEqual(self.ask().status, 502)

    def test_if_the_shop_fails(self):
        def script(handler, count):
            if count == 1:
                handler.answer(b'answer 1', Cache_Control='max-age=0, stale-if-error=60')
            else:
                handler.answer(b'sorry', 503)
        self.start(script)
        self.ask()
        reply = self.ask()
        self.assertEqual((reply.status, reply.body), (200, b'answer 1'))
        # It has just failed: it is not asked by each of them.
        self.assertEqual({reply.body for reply in self.crowd(10, self.ask)}, {b'answer 1'})
        self.assertLess(len(self.upstream.seen), 5)
        self.assertEqual(self.ask('/other').status, 503)

    def test_if_the_shop_is_killed(self):
        self.start(numbered(Cache_Control='max-age=0'), '--cache-stale', '60')
        self.ask()
        port = self.upstream.port
        self.upstream.close()
        self.assertEqual(self.ask('/other').status, 502)
        for _ in range(3):
            reply = self.ask()
            self.assertEqual((reply.status, reply.body), (200, b'answer 1'))
        self.assertEqual(self.ask(Sec_Fetch_Outside='1').body, b'answer 1')
        self.upstream = Upstream(numbered(Cache_Control='max-age=60', X_Life='2'), port)
        self.until(lambda: self.ask().headers['X-Life'] == '2')

    def test_outside(self):
        def script(handler, count):
            handler.answer(b'answer %d' % count, Cache_Control='max-age=1' if handler.path == '/short' else 'max-age=60')
        self.start(script)
        self.assertEqual(self.ask(Sec_Fetch_Outside='1').status, 429)
        self.asked(0)
        self.ask()
        self.ask('/short')
        for headers in (dict(), dict(Cache_Control='no-cache'), dict(Cache_Control='max-age=0')):
            self.assertEqual(self.ask(Sec_Fetch_Outside='1', **headers).body, b'answer 1')
        self.assertEqual(self.ask(Sec_Fetch_Outside='1', Cookie='PHPSESSID=1').status, 429)
        self.assertEqual(self.ask(Sec_Fetch_Outside='1', method='POST').status, 429)
        time.sleep(1.05)
        self.assertEqual(self.ask('/short', Sec_Fetch_Outside='1').status, 429)
        self.asked(2)


class Forgetting(Cache):
    def test_what_a_post_changes(self):
        def script(handler, count):
            if handler.command == 'GET':
                handler.answer(b'%d' % count, Cache_Control='max-age=60')
            elif handler.body == b'fails':
                handler.answer(b'', 400)
            else:
                handler.answer(b'', 303, ('Location', '/list'), ('Content-Location', 'http://elsewhere.example/kept'))
        self.start(script)
        host = f'127.0.0.1:{self.program.port}'
        for path in ('/item?a=1', '/list', '/kept'):
            self.ask(path)
        self.ask('/item?a=1', 'POST', 'fails')
        self.assertEqual(self.ask('/item?a=1').body, b'1')
        self.ask('/item?a=1', 'POST', 'works', Host=host)
        self.assertEqual([self.ask(path).body for path in ('/item?a=1', '/list', '/kept')], [b'6', b'7', b'3'])

    def test_what_is_asked_before_a_post_and_comes_after_it(self):
        go = threading.Event()

        def script(handler, count):
            if count == 1:
                go.wait(10)
            handler.answer(b'%d' % count, Cache_Control='max-age=60')
        self.start(script)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            before = pool.submit(self.ask)
            self.until(lambda: len(self.upstream.seen) == 1)
            self.ask(method='POST', body='x')
            go.set()
            self.assertEqual(before.result().body, b'1')
        self.assertEqual(self.ask().body, b'3')

    def test_purge(self):
        self.start(numbered(Cache_Control='max-age=60'))
        paths = ('/a', '/a?x=1', '/a/b', '/ab', '/c')
        for path in paths:
            self.ask(path)
            self.ask(path, Host='other.example')

        def purged(what):
            return int(self.ask('/ecluse/purge?' + what).body)

        def left():
            return {path for path in paths if self.ask(path, Cache_Control='only-if-cached').status == 200}
        self.assertEqual((purged('/nothing'), purged('a'), purged('')), (0, -1, -1))
        self.assertEqual((purged('/a'), left()), (4, {'/a/b', '/ab', '/c'}))
        self.assertEqual((purged('/a*'), left()), (4, {'/c'}))
        self.assertEqual((purged('all'), left()), (2, set()))
        self.assertEqual(self.figures()['answers'], 0)

    def test_memory_is_bounded(self):
        most = MEGABYTE
        self.start(lambda handler, count: handler.answer(b'x' * 100000, Cache_Control='max-age=60'), '--cache-bytes', str(most))
        for number in range(30):
            self.ask(f'/{number}')
            self.ask('/0')
            self.assertLessEqual(self.figures()['bytes'], most)
        figures = self.figures()
        self.assertGreaterEqual(figures['answers'], 8)
        self.assertEqual(figures['evictions'], 30 - figures['answers'])
        self.asked(30)  # what is used stays

    def test_what_is_too_large(self):
        body = b'x' * (2 * MEGABYTE + 1)

        def script(handler, _):
            if handler.path == '/sized':
                handler.answer(body, Cache_Control='max-age=60')
                return
            handler.send_response(200)
            handler.send_header('Cache-Control', 'max-age=60')
            handler.send_header('Transfer-Encoding', 'chunked')
            handler.end_headers()
            handler.wfile.write(b'%x\r\n%s\r\n0\r\n\r\n' % (len(body), body))
        self.start(script)
        for path in ('/sized', '/chunked'):
            for _ in range(2):
                self.assertEqual(self.ask(path).body, body)
        self.asked(4)
        self.assertLess(self.figures()['bytes'], MEGABYTE)


if __name__ == '__main__':
    unittest.main()
