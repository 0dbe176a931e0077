"""What queues and what does not: each class before a shop into which nobody may go, what happens where no place can be
given, and what `ecluse gate --explain` says of it."""
import contextlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import running  # noqa: E402  (stands beside this file)
import waiting_test  # noqa: E402

SITE = ('site: {requests_per_second: 20, requests_per_visit: 10, preset: woocommerce, admin_from: [192.0.2.0/24], %s'
        'rules: [{path: /vip/*, do: checkout}, {path: /feed/*, methods: [GET], do: assets}]}\n')
STRANGER = {'X-Forwarded-For': '203.0.113.9'}
STAFF = {'X-Forwarded-For': '192.0.2.77'}


class Ruled(unittest.TestCase):
    SITE = SITE % ''
    OPTIONS = ()

    def setUp(self):
        self.behind = waiting_test.Behind()
        self.addCleanup(self.behind.close)
        self.shop = running.Shop(running.SHOP + self.SITE)
        self.shop.__enter__()
        self.addCleanup(self.shop.__exit__)
        self.shop.start(30, '--upstream', self.behind.url, *self.OPTIONS)

    def visitor(self):
        return waiting_test.Visitor(self.shop.port)

    def run_gate(self, *arguments, code=0):
        done = self.shop.run('gate', self.shop.database, '--lang', 'en', *arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout if code == 0 else done.stderr

    def pause(self):
        """Nobody goes in: whatever reaches the shop now needed no place."""
        self.run_gate('--pause')

    def fate(self, path, method='GET', **headers):
        """'shop', 'page' (of the waiting room), or the status."""
        reply, body = self.visitor().get(path, method, **dict(STRANGER, **headers))
        if body == 'the shop behind':
            self.assertEqual(reply.status, 200)
            self.assertIsNone(reply.headers['Set-Cookie'], path)
            return 'shop'
        return 'page' if reply.status == 200 and reply.headers['Ecluse-State'] == 'waiting' else reply.status


class Classes(Ruled):
    def test_each_class_while_nobody_may_go_in(self):
        self.pause()
        fates = {
            ('GET', '/'): 'page',
            ('GET', '/product/caramels/'): 'page',
            ('GET', '/checkout/'): 'page',
            ('POST', '/?wc-ajax=checkout'): 503,
            ('GET', '/wp-content/themes/x/style.css?ver=6'): 'shop',
            ('GET', '/wp-content/uploads/pot%20(1).jpg'): 'shop',
            ('POST', '/?wc-api=wc_stripe'): 'shop',
            ('POST', '/wc-api/WC_Gateway_Paypal/'): 'shop',
            ('GET', '/wp-admin/'): 'page',
            ('GET', '/wp-cron.php'): 'page',
            ('GET', '/feed/atom'): 'shop',
            ('GET', '/vip/shelf.css'): 'page',
            # Written otherwise, nothing comes through.
            ('GET', '/Checkout!/x'): 'page',
            ('GET', '/wp-content/../checkout/x.css'): 'page',
            ('GET', '/wp-content//x.css'): 'page',
            ('GET', '/wp-content/%2e%2e/x.css'): 'page',
            ('GET', '/index.php/wp-content/x.css'): 'page',
            ('GET', '/?wc-api='): 'page',
            ('GET', '/?wc-api=x&wc%2Dapi='): 'page',
            ('GET', '/feed/atom?pagename=checkout'): 'page',
        }
        met = {(method, path): self.fate(path, method) for method, path in fates}
        self.assertEqual(met, fates)
        self.assertEqual(self.fate('/wp-content/x.css', **{'X-HTTP-Method-Override': 'DELETE'}), 'page')
        passed = [path for (_, path), fate in fates.items() if fate == 'shop']
        self.assertEqual([path for _, path, _ in self.behind.seen], passed)

    def test_staff_never_queue_and_this_machine_keeps_its_clock(self):
        self.pause()
        for path in ('/wp-admin/', '/checkout/', '/'):
            self.assertEqual(self.fate(path, **STAFF), 'shop')
        self.assertEqual(self.fate('/wp-admin/', **{'X-Forwarded-For': '192.0.3.77'}), 'page')
        # Whoever claims to be staff behind a proxy is not believed: the last address counts.
        self.assertEqual(self.fate('/wp-admin/', **{'X-Forwarded-For': '192.0.2.77, 203.0.113.9'}), 'page')
        connection = self.shop.connect()
        connection.request('GET', '/wp-cron.php?doing_wp_cron')
        self.assertEqual(connection.getresponse().read(), b'the shop behind')
        connection.close()

    def test_assets_of_whoever_waits(self):
        """A page from a cache renders: its pictures come, and cost neither place nor ticket."""
        self.pause()
        visitor = self.visitor()
        visitor.get()
        ticket, place = visitor.ticket, visitor.place()['place']
        _, body = visitor.get('/wp-content/a.css', Accept='text/css')
        self.assertEqual(body, 'the shop behind')
        self.assertEqual((visitor.ticket, visitor.place()['place']), (ticket, place))

    def test_who_is_inside_goes_everywhere(self):
        visitor = self.visitor()
        visitor.get()
        self.assertIsNotNone(visitor.entered)
        self.pause()
        for path, method in (('/', 'GET'), ('/checkout/', 'POST'), ('/a//b', 'GET'), ('/wp-content/x.css', 'GET')):
            self.assertEqual(visitor.get(path, method)[1], 'the shop behind')

    def test_what_is_told(self):
        self.pause()
        self.fate('/wp-content/a.css')
        self.fate('/?wc-api=x', 'POST')
        told = json.loads(self.run_gate('--json'))
        self.assertEqual((told['preset'], told['denied'], told['watch']), ('woocommerce', 0, None))
        self.assertEqual((told['passed']['assets'], told['passed']['callbacks']), (1, 1))
        self.assertIn('Preset: woocommerce. Passed without a place: 1 assets, 1 callbacks', self.run_gate())
        _, _, metrics = self.shop.call('GET', '/ecluse/metrics')
        self.assertIn(b'ecluse_gate_passed_total{class="assets"} 1\n', metrics)

    def explain(self, *words):
        return self.run_gate('--explain', *words)

    def test_explain(self):
        self.assertIn('Rule 1 of the shop file: /vip/*', self.explain('GET', '/vip'))
        told = self.explain('GET', '/checkout/?key=1')
        self.assertIn('checkout\nIt queues; where no place can be given, it is refused with 503.\n', told)
        self.assertIn('of the preset woocommerce: /checkout/*', told)
        self.assertIn('It never queues', self.explain('GET', '/wp-admin/', '--from', '192.0.2.1'))
        self.assertIn('an empty segment', self.explain('GET', '/a//b'))
        self.assertIn('No rule matches: so it is browsing', self.explain('GET', '/x'))
        told = json.loads(self.explain('POST', '/?wc-api=x', '--json'))
        self.assertEqual((told['class'], told['way'], told['source'], told['rule']),
                         ('callbacks', 'pass', 'preset', {'path': '/', 'query': 'wc-api'}))
        self.assertTrue(json.loads(self.explain('GET', '/product/x/', '--json'))['product'])
        told = json.loads(self.explain('GET', '/commande', '--preset', 'prestashop', '--json'))
        self.assertEqual((told['class'], told['preset']), ('checkout', 'prestashop'))
        for words in (('get', '/'), ('GET', 'x'), ('GET',), ('GET', '/', '--from', 'x'), ('GET', '/', '--preset', 'x')):
            self.run_gate('--explain', *words, code=2)
        self.assertIn('--explain', self.run_gate('GET', '/', code=2))


class Denied(Ruled):
    SITE = SITE % 'admin_elsewhere: deny, '

    def test_staffs_pages_are_refused_however_they_are_written(self):
        for path in ('/wp-admin/', '/WP-admin/x.css', '//wp-admin', '/a/..;/wp-admin/', '/wp%2Dadmin/', '/%2e/wp-login.php'):
            self.assertEqual(self.fate(path), 403, path)
        self.assertEqual(self.fate('/wp-admin/', **STAFF), 'shop')
        self.assertEqual([path for _, path, _ in self.behind.seen], ['/wp-admin/'])
        self.assertEqual(json.loads(self.run_gate('--json'))['denied'], 6)


class Given(Ruled):
    OPTIONS = ('--preset', 'prestashop')

    def test_the_command_line_wins(self):
        self.pause()
        self.assertEqual(self.fate('/themes/classic/a.css'), 'shop')
        self.assertEqual(self.fate('/en/module/bank/validation', 'POST'), 'shop')
        self.assertEqual(self.fate('/wp-content/a.css'), 'page')
        told = json.loads(self.run_gate('--explain', 'GET', '/fr/panier', '--json'))
        self.assertEqual((told['preset'], told['class']), ('prestashop', 'checkout'))

    def test_a_new_shop_file_counts_at_once(self):
        self.pause()
        self.assertEqual(self.fate('/own/a.css'), 'page')
        with open(self.shop.file, 'w', encoding='utf-8') as file:
            file.write(running.SHOP + self.SITE.replace('rules: [', 'rules: [{path: /own/*, do: assets}, '))
        done = self.shop.run('apply', self.shop.database, self.shop.file)
        self.assertEqual(done.returncode, 0, done.stderr)
        deadline = time.monotonic() + 10
        while self.fate('/own/a.css') != 'shop' and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(self.fate('/own/a.css'), 'shop')


class NoPlace(unittest.TestCase):
    """The disk is full: numbers cannot be kept, so none are given. Browsing goes on, the checkout is closed."""

    def setUp(self):
        folder = tempfile.mkdtemp(prefix='ecluse-full-')
        self.addCleanup(os.rmdir, folder)
        mounted = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder], capture_output=True, check=False)
        if mounted.returncode != 0:
            self.skipTest('only root may mount a small disk')
        self.addCleanup(subprocess.run, ['umount', folder], check=True)
        self.folder = folder

    def ask(self, shop, path, method='GET', **headers):
        connection = http.client.HTTPConnection('127.0.0.1', shop.port, timeout=20)
        with contextlib.closing(connection):
            connection.request(method, path, headers=dict({'Accept-Language': 'en'}, **headers))
            reply = connection.getresponse()
            return reply, reply.read().decode()

    def fill(self):
        file = os.open(os.path.join(self.folder, 'ballast'), os.O_WRONLY | os.O_CREAT)
        with contextlib.suppress(OSError):
            while True:
                os.write(file, bytes(4096))
        os.close(file)

    def test_a_full_disk(self):
        behind = waiting_test.Behind()
        self.addCleanup(behind.close)
        with running.Shop(running.SHOP + SITE % '', self.folder) as shop:
            shop.start(30, '--upstream', behind.url)
            page = {'Accept': 'text/html'}
            self.assertEqual(shop.run('gate', shop.database, '--pause').returncode, 0)
            self.fill()
            # Numbers that were reserved are given first.
            deadline = time.monotonic() + 40
            told = {'no_place': {'closed': 0}}
            while told['no_place']['closed'] == 0 and time.monotonic() < deadline:
                threads = [threading.Thread(target=self.ask, args=(shop, '/'), kwargs=page) for _ in range(20)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                told = json.loads(shop.run('gate', shop.database, '--json').stdout)
                time.sleep(0.1)
            # Staff's pause is a word, no failure: nothing is handed on.
            self.assertGreater(told['no_place']['closed'], 0, told)
            self.assertEqual((told['no_place']['opened'], behind.seen), (0, []))
            self.assertEqual(shop.run('gate', shop.database, '--resume').returncode, 0)
            reply, body = self.ask(shop, '/product/x', **page)
            self.assertEqual((reply.status, body, reply.headers['Set-Cookie']), (200, 'the shop behind', None))
            seen = len(behind.seen)
            for headers in (page, {}):
                for method, path in (('GET', '/checkout/'), ('POST', '/?wc-ajax=checkout')):
                    reply, body = self.ask(shop, path, method, **headers)
                    self.assertEqual(reply.status, 503)
                    self.assertEqual(reply.headers['Retry-After'], '60')
                    self.assertIn('nothing was ordered' if headers else 'problems/no-place', body)
            self.assertEqual(len(behind.seen), seen)
            # No faster than the shop bears, which is 20 a second.
            replies = []
            threads = [threading.Thread(target=lambda: replies.append(self.ask(shop, '/', **page)[0].status)) for _ in range(80)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertIn(503, replies)
            self.assertIn(200, replies)
            self.assertEqual(self.ask(shop, '/wp-content/a.css')[0].status, 200)
            # There is room again: places are given again.
            os.unlink(os.path.join(self.folder, 'ballast'))
            deadline = time.monotonic() + 20
            reply, _ = self.ask(shop, '/', **page)
            while reply.headers['Ecluse-State'] is None and time.monotonic() < deadline:
                time.sleep(0.2)
                reply, _ = self.ask(shop, '/', **page)
            self.assertIn(reply.headers['Ecluse-State'], ('inside', 'waiting'))


class Opening(unittest.TestCase):
    def test_options_that_make_no_sense(self):
        with running.Shop(running.SHOP + SITE % '') as shop:
            for words, said in ((('--preset', 'magento', '--upstream', 'http://127.0.0.1:9'), 'woocommerce, prestashop or none'),
                                (('--preset', 'woocommerce'), '--upstream URL')):
                done = shop.run('serve', shop.database, '--listen', '127.0.0.1:0', *words)
                self.assertEqual(done.returncode, 2)
                self.assertIn(said, done.stderr)


if __name__ == '__main__':
    unittest.main()
