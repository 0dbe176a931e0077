"""The micro-cache with the real program: a page that is the same for everybody is shown while everybody waits, the staff purge
it, the shop file and the metrics say what it does, and it stands in when the shop behind is killed."""
import http.client
import http.server
import json
import os
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import running  # noqa: E402  (stands beside this file)

SITE = 'site: {requests_per_second: 20, requests_per_visit: 10, cache_seconds: 300, cache_stale_seconds: 600}\n'
BROWSER = {'Accept': 'text/html,application/xhtml+xml', 'User-Agent': 'Mozilla/5.0'}


class Behind:
    """The shop behind us: counts what it was asked for by path; connections end with each answer."""

    def __init__(self):
        self.seen = seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_GET(self):
                seen.append(self.path)
                body = f'{self.path} number {seen.count(self.path)}'.encode()
                self.send_response(200)
                self.send_header('Content-Length', str(len(body)))
                self.send_header('Connection', 'close')
                if self.path.startswith('/says'):
                    self.send_header('Cache-Control', 'max-age=300, must-revalidate')
                if self.path.startswith('/cart'):
                    self.send_header('Cache-Control', 'private')
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self.server.server_port}'
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Cache(unittest.TestCase):
    SITE = SITE

    def setUp(self):
        self.behind = Behind()
        self.addCleanup(self.behind.close)
        self.shop = running.Shop(running.SHOP + self.SITE)
        self.shop.__enter__()
        self.addCleanup(self.shop.__exit__)
        self.shop.start(30, '--upstream', self.behind.url)

    def get(self, path='/', cookie=None, **headers):
        connection = http.client.HTTPConnection('127.0.0.1', self.shop.port, timeout=30)
        sent = dict(BROWSER, **headers)
        if cookie:
            sent['Cookie'] = cookie
        connection.request('GET', path, headers=sent)
        reply = connection.getresponse()
        body = reply.read().decode()
        connection.close()
        return reply, body

    def gate(self, *options):
        done = self.shop.run('gate', self.shop.database, '--json', *options)
        return done, json.loads(done.stdout) if done.returncode == 0 else None

    def metric(self, name):
        lines = self.get('/ecluse/metrics', Accept='text/plain')[1].split('\n')
        return int(next(line for line in lines if line.startswith(name + ' ')).split(' ')[1])


class Kept(Cache):
    def test_nobody_waits_to_look(self):
        first, page = self.get()
        self.assertEqual((first.headers['Ecluse-State'], page), ('inside', '/ number 1'))
        self.gate('--pause')
        waiting, _ = self.get('/other')
        self.assertEqual(waiting.headers['Ecluse-State'], 'waiting')
        ticket = waiting.headers['Set-Cookie'].split(';')[0]
        for cookie in (None, ticket, '_ga=1', ticket + '; _fbp=2'):
            reply, body = self.get(cookie=cookie, **{'Cache-Control': 'no-cache'})
            self.assertEqual((reply.status, body, reply.headers['Ecluse-State']), (200, '/ number 1', 'cached'))
            self.assertIsNone(reply.headers['Set-Cookie'])
        # Who has a cart is not shown what is everybody's; nor is anything but what is kept shown.
        for path, cookie in (('/', 'woocommerce_items_in_cart=1'), ('/', 'wordpress_logged_in_x=1'), ('/?page=2', None), ('/cart', None)):
            reply, _ = self.get(path, cookie=cookie)
            self.assertEqual(reply.headers['Ecluse-State'], 'waiting', (path, cookie))
        self.assertEqual(self.behind.seen, ['/'])
        _, seen = self.gate()
        self.assertEqual((seen['cache']['hits'], seen['cache']['answers']), (4, 1))

    def test_before_an_opening_everybody_gets_a_number(self):
        self.get()
        self.get('/says/logo.png')
        self.gate('--close')
        self.assertEqual(self.get()[0].headers['Ecluse-State'], 'waiting')
        self.assertEqual(self.get('/says/logo.png', Accept='image/webp,*/*')[0].headers['Ecluse-State'], 'cached')

    def test_purge(self):
        for path in ('/', '/says/a', '/says/b', '/cart'):
            self.get(path)
        self.assertEqual(self.get('/says/a')[1], '/says/a number 1')
        done, answer = self.gate('--purge', '/says/a')
        self.assertEqual((done.returncode, answer['purged']), (0, 1))
        self.assertEqual([self.get(path)[1] for path in ('/says/a', '/says/b')], ['/says/a number 2', '/says/b number 1'])
        self.assertEqual(self.gate('--purge', '/says*')[1]['purged'], 2)
        self.assertEqual(self.gate('--purge', 'all')[1]['purged'], 1)
        done, _ = self.gate('--purge', 'says')
        self.assertEqual(done.returncode, 2)
        self.assertIn('write a path such as /shop', done.stderr)
        self.assertIn('Forgotten by the cache: 0', self.shop.run('gate', self.shop.database, '--purge', 'all').stdout)
        self.assertEqual(self.metric('ecluse_cache_dropped_total'), 4)
        self.assertEqual(self.metric('ecluse_cache_answers'), 0)
        self.assertGreaterEqual(self.metric('ecluse_cache_passes_total'), 0)
        self.assertEqual(self.metric('ecluse_cache_bytes'), 0)

    def test_the_shop_file_turns_it_off(self):
        self.get()
        self.get()
        self.assertEqual(self.metric('ecluse_cache_hits_total'), 1)
        with open(self.shop.file, 'w', encoding='utf-8') as file:
            file.write(running.SHOP + SITE.replace('cache_seconds: 300', 'cache_megabytes: 0'))
        self.assertEqual(self.shop.run('apply', self.shop.database, self.shop.file).returncode, 0)
        deadline = time.monotonic() + 10
        while self.metric('ecluse_cache_bytes_max') > 0:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        self.assertEqual([self.get()[1] for _ in range(2)], ['/ number 2', '/ number 3'])
        self.assertEqual(self.metric('ecluse_cache_bytes'), 0)


class Killed(Cache):
    SITE = SITE.replace('cache_seconds: 300', 'cache_seconds: 1')

    def test_the_shop_behind_is_killed(self):
        self.get()
        self.behind.close()
        time.sleep(1.1)
        for _ in range(3):
            reply, body = self.get()
            self.assertEqual((reply.status, body), (200, '/ number 1'))
        self.assertEqual(self.get('/other')[0].status, 502)
        self.assertGreaterEqual(self.metric('ecluse_cache_stale_total'), 3)


if __name__ == '__main__':
    unittest.main()
