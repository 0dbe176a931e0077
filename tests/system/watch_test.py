"""serve --watch: nobody is held, the shop's answers come through byte for byte, and what the waiting room would have done is
told and recorded in a form that `ecluse crowd` sends again."""
import csv
import http.client
import json
import os
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import running  # noqa: E402  (stands beside this file)
import waiting_test  # noqa: E402

with open(running.ECLUSE, 'rb') as program:
    SANITIZED = b'__asan_init' in program.read()
CLOCK = os.path.abspath(sys.argv.pop()) if sys.argv[-1].endswith('.so') else None
SITE = 'site: {requests_per_second: 5, requests_per_visit: 10, preset: woocommerce, session_ends_at: [/thanks]}\n'
ODD_ANSWER = (b'HTTP/1.1 404 Odd Words\r\nX-Powered-By: a shop\r\nSet-Cookie: cart=1\r\nCache-Control: max-age=9\r\n'
              b'Content-Type: text/html\r\nContent-Length: 11\r\n\r\n<b>\x00\xff</b>ok')


class Watch(unittest.TestCase):
    def setUp(self):
        self.behind = waiting_test.Behind()
        self.addCleanup(self.behind.close)
        self.shop = running.Shop(running.SHOP + SITE)
        self.shop.__enter__()
        self.addCleanup(self.shop.__exit__)
        self.record = self.shop.database + '.watch.csv'

    def start(self, *options, url=None):
        self.shop.start(30, '--upstream', url or self.behind.url, '--watch', *options)

    def visitor(self):
        return waiting_test.Visitor(self.shop.port)

    def told(self):
        done = self.shop.run('gate', self.shop.database, '--json')
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)['watch']

    def rows(self):
        with open(self.record, newline='', encoding='utf-8') as file:
            return list(csv.DictReader(file))

    def crowd(self, count, path='/'):
        threads = [threading.Thread(target=lambda: self.visitor().get(path)) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def test_nobody_is_held(self):
        """Forty at once before a shop that bears one in two seconds: all are in at once, and 80 s of waiting are told."""
        self.start()
        began = time.monotonic()
        self.crowd(40)
        visitor = self.visitor()
        reply, body = visitor.get('/product/x')
        self.assertEqual((reply.status, body), (200, 'the shop behind'))
        self.assertIsNone(reply.headers['Ecluse-State'])
        visitor.get('/product/y')
        self.assertEqual(visitor.get('/checkout/', 'POST')[1], 'the shop behind')
        self.assertEqual(self.visitor().get('/', Accept='*/*')[1], 'the shop behind')
        self.assertEqual(self.visitor().get('/wp-content/a.css')[1], 'the shop behind')
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual(len(self.behind.seen), 45)
        told = self.told()
        self.assertEqual(told['visitors'], 41)
        self.assertEqual(told['requests'], {'all': 45, 'browsing': 43, 'checkout': 1, 'assets': 1, 'callbacks': 0, 'admin': 0,
                                            'cron': 0})
        self.assertEqual(told['turned_away'], 1)
        # Those at the door at once, seconds of the rate, do not read the page.
        self.assertGreater(told['would_wait'], 20)
        self.assertGreater(told['held_requests'], told['would_wait'])
        self.assertTrue(50 <= told['longest_wait_seconds'] <= 90, told)
        self.assertTrue(20 <= told['longest_line'] <= 41, told)
        self.assertEqual(told['visitors_a_minute'], 30)
        self.assertEqual(visitor.place(), {'state': 'gone'})  # nobody has a place
        text = self.shop.run('gate', self.shop.database, '--lang', 'en').stdout
        self.assertIn('nobody held: 45 requests, 41 visitors.', text)
        self.assertIn('visitors would have waited', text)
        _, _, metrics = self.shop.call('GET', '/ecluse/metrics')
        self.assertIn(b'ecluse_watch_requests_total{class="browsing"} 43\n', metrics)
        self.assertIn(b'ecluse_watch_visitors_total 41\n', metrics)

    def test_levers_hold_nobody_either(self):
        self.start()
        for lever in (('--pause',), ('--rate', '1'), ('--close',)):
            done = self.shop.run('gate', self.shop.database, *lever)
            self.assertEqual(done.returncode, 2)
            self.assertIn('without --watch', done.stderr)
        self.assertEqual(self.visitor().get()[1], 'the shop behind')

    def test_answers_are_the_shops_byte_for_byte(self):
        with socket.create_server(('127.0.0.1', 0)) as listener:
            def answer():
                for _ in range(2):
                    connection, _ = listener.accept()
                    with connection:
                        connection.recv(65536)
                        connection.sendall(ODD_ANSWER)
            threading.Thread(target=answer, daemon=True).start()
            self.start(url=f'http://127.0.0.1:{listener.getsockname()[1]}')
            answers = []
            for accept in ('text/html', 'text/css'):
                connection = http.client.HTTPConnection('127.0.0.1', self.shop.port, timeout=20)
                connection.request('GET', '/wp-content/a.css' if accept == 'text/css' else '/', headers={'Accept': accept})
                reply = connection.getresponse()
                answers.append((reply.status, dict(reply.getheaders()), reply.read()))
                connection.close()
            for status, headers, body in answers:
                self.assertEqual((status, body), (404, ODD_ANSWER[-11:]))
                self.assertEqual((headers['X-Powered-By'], headers['Cache-Control']), ('a shop', 'max-age=9'))
            self.assertEqual(answers[1][1]['Set-Cookie'], 'cart=1')

    def test_who_comes_back_is_no_newcomer_until_the_session_ends(self):
        self.start()
        visitor = self.visitor()
        for path in ('/', '/a', '/b'):
            visitor.get(path)
        self.assertEqual(self.told()['visitors'], 1)
        visitor.get('/thanks')
        visitor.get('/again')
        self.assertEqual(self.told()['visitors'], 2)

    def test_what_is_recorded_is_sent_again(self):
        """Stopped, started again, killed in the middle of a row: the file goes on, and `ecluse crowd` reads it."""
        self.start()
        self.crowd(30, '/product/x')
        self.assertEqual(self.shop.stop(), 0)
        rows = self.rows()
        self.assertIn(len(rows), (1, 2))  # a minute may have ended meanwhile
        self.assertEqual(sum(int(row['requests']) for row in rows), 30)
        self.assertEqual(sum(int(row['visitors']) for row in rows), 30)
        self.assertGreater(max(int(row['longest_wait_seconds']) for row in rows), 5)
        self.assertRegex(rows[0]['utc'], r'^20\d\d-\d\d-\d\d \d\d:\d\d:00$')
        with open(self.record, 'a', encoding='utf-8') as file:
            file.write('2026-12-06 20:00:00,12')  # a kill
        self.start()
        self.crowd(10)
        self.assertEqual(self.shop.stop(), 0)
        rows = self.rows()
        self.assertEqual(sum(int(row['requests']) for row in rows), 40)
        self.assertEqual(sum(int(row['browsing']) for row in rows), 40)
        self.start('--watch-file', os.path.join(self.shop.folder, 'again.csv'))
        done = self.shop.run('crowd', f'http://127.0.0.1:{self.shop.port}/', '--surge', self.record, '--pages', '2', '--think', '1',
                             '--speed', '60', '--json')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)['visitors'], 20)
        told = self.told()
        self.assertEqual((told['visitors'], told['requests']['browsing']), (20, 40))

    def test_the_end_is_told(self):
        self.start('--watch-file', os.path.join(self.shop.folder, 'own.csv'))
        self.record = os.path.join(self.shop.folder, 'own.csv')
        self.crowd(3)
        self.shop.stop()
        self.assertEqual(int(self.rows()[-1]['requests']), 3)
        done = self.shop.run('serve', self.shop.database, '--watch')
        self.assertEqual(done.returncode, 2)
        self.assertIn('--upstream', done.stderr)
        done = self.shop.run('serve', self.shop.database, '--upstream', self.behind.url, '--watch-file', 'x')
        self.assertEqual(done.returncode, 2)

    @unittest.skipIf(CLOCK is None or SANITIZED, 'a library is preloaded, which sanitizers do not like')
    def test_quiet_minutes_stand_in_the_file(self):
        shift = os.path.join(self.shop.folder, 'shift')
        with open(shift, 'w', encoding='utf-8') as file:
            file.write('0')
        os.environ.update(LD_PRELOAD=CLOCK, CLOCK_SHIFT_FILE=shift)
        try:
            self.start()
        finally:
            del os.environ['LD_PRELOAD'], os.environ['CLOCK_SHIFT_FILE']
        self.crowd(3)
        with open(shift, 'w', encoding='utf-8') as file:
            file.write('300')
        deadline = time.monotonic() + 10
        while self.told()['rows'] < 5 and time.monotonic() < deadline:
            time.sleep(0.05)
        self.crowd(2)
        self.shop.stop()
        requests = [int(row['requests']) for row in self.rows()]
        self.assertIn(len(requests), (6, 7))
        self.assertEqual((requests[0], requests[-1], sum(requests)), (3, 2, 5))


if __name__ == '__main__':
    unittest.main()
