"""Selling in the waiting room: the store under /ecluse/store in front of another shop. What it sells, that it never leaves its root,
that whoever buys or reads there keeps the place, and that an order lives there to its end."""
import http.cookiejar
import json
import os
import re
import sys
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import running  # noqa: E402  (stands beside this file)
from waiting_test import BROWSER, SITE, Behind  # noqa: E402

ROOT = '/ecluse/store'
MOMENT = 'gate: {moment_offers: [rare]}\n'


class Visitor:
    """A browser that keeps cookies as their paths say, and follows redirects."""

    def __init__(self, port):
        self.base = f'http://127.0.0.1:{port}'
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.path = None

    def get(self, path, form=None, **headers):
        """(status, page, headers); the address reached is in self.path."""
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(self.base + path, data, dict(BROWSER, **{'Accept-Language': 'en'}, **headers))
        try:
            reply = self.opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            reply = error
        with reply:
            self.path = reply.url[len(self.base):]
            return reply.status, reply.read().decode(), reply.headers

    def place(self):
        return json.loads(self.get('/ecluse/api/v1/queue', Accept='application/json')[1])

    def cookies(self):
        return {cookie.name: cookie for cookie in self.jar}


def form_of(page, ending):
    """The action of the form that leads to `ending`, and its fields."""
    for action, inside in re.findall(r'<form[^>]* action="([^"]+)"[^>]*>(.*?)</form>', page, re.S):
        if action.endswith(ending):
            return action, dict(re.findall(r'name="([^"]+)"[^>]* value="([^"]*)"', inside))
    raise AssertionError(f'no form to {ending} in {page}')


def addresses(page):
    return set(re.findall(r'(?:href|src|action)="(/[^"]*)"', page))


class Front(unittest.TestCase):
    TEXT = running.SHOP + MOMENT + SITE

    def setUp(self):
        self.behind = Behind()
        self.addCleanup(self.behind.close)
        self.shop = running.Shop(self.TEXT)
        self.shop.__enter__()
        self.addCleanup(self.shop.__exit__)
        self.shop.start(30, '--upstream', self.behind.url)

    def visitor(self):
        return Visitor(self.shop.port)

    def close(self):
        """Nobody is let in: who comes now waits."""
        self.assertEqual(self.shop.run('gate', self.shop.database, '--pause').returncode, 0)


class Moment(Front):
    def test_nothing_leaves_the_root(self):
        """Every address on every page is under the root, or the shop's start, or the place; and each of ours is there."""
        self.close()
        visitor = self.visitor()
        todo, seen = ['/any', ROOT, ROOT + '/', ROOT + '/cart'], set()
        while todo:
            path = todo.pop()
            status, page, _ = visitor.get(path)
            self.assertEqual(status, 200, path)
            seen.add(path)
            for found in addresses(page) - {'/', '/ecluse/queue', '/ecluse/queue/leave'}:
                self.assertTrue(found.startswith(ROOT + '/'), f'{found} on {path}')
                found = found.replace('&amp;', '&')
                if found not in seen and found not in todo:
                    todo.append(found)
        for part in ('/offers', '/offers/rare', '/about', '/assets/icon.svg'):
            self.assertIn(ROOT + part, seen)
        self.assertTrue(any('/pictures/rare/' in path for path in seen), seen)
        self.assertTrue(any('.css' in path for path in seen), seen)
        self.assertIn(f'Disallow: {ROOT}/cart', visitor.get(ROOT + '/robots.txt')[1])
        self.assertEqual(self.behind.seen, [])

    def test_an_old_picture_leads_to_the_new_one(self):
        visitor = self.visitor()
        self.assertEqual(visitor.get(ROOT + '/pictures/rare/0123456789abcdef')[0], 200)
        self.assertTrue(visitor.path.startswith(ROOT + '/pictures/rare/'))

    def test_the_moment_only(self):
        visitor = self.visitor()
        _, home, _ = visitor.get(ROOT + '/')
        _, offers, _ = visitor.get(ROOT + '/offers')
        for page in (home, offers):
            self.assertIn('Rare', page)
            self.assertNotIn('Jar', page)
        self.assertNotIn('Jar', visitor.get(ROOT + '/offers?q=jar')[1])
        for path, form in (('/offers/jar', None), ('/cart', {'action': 'add', 'offer': 'jar'}), ('/offers/jar/times', None)):
            status, page, _ = visitor.get(ROOT + path, form)
            self.assertEqual(status, 404, path)
            self.assertIn('This page does not exist', page)
        visitor.get(ROOT + '/cart', {'action': 'add', 'offer': 'rare'})
        _, page, _ = visitor.get(ROOT + '/checkout')
        action, fields = form_of(page, '/checkout')
        self.assertEqual(fields['cart'], '1:1')
        status, page, _ = visitor.get(action, dict(fields, cart='0:1', name='Anne', email='anne@example.org'))
        self.assertEqual(status, 422)
        self.assertEqual(self.shop.query('select count(*) from orders'), [(0,)])

    def test_the_shop_keeps_its_addresses(self):
        visitor = self.visitor()
        for path in ('/', '/cart', '/checkout', '/offers/rare', '/robots.txt', '/ecluse-store', '/ecluse'):
            self.assertEqual(visitor.get(path)[1], 'the shop behind', path)
        self.assertEqual(visitor.get('/ecluse/stores')[0], 404)

    def test_buys_while_it_waits(self):
        self.close()
        visitor = self.visitor()
        _, page, headers = visitor.get('/product/7')
        self.assertEqual((headers['Ecluse-State'], headers['Cache-Control']), ('waiting', 'no-store'))
        place = visitor.place()['place']
        for words in ('without losing your place', 'Rare', '19.90', 'With you by'):
            self.assertIn(words, page)
        action, fields = form_of(page, '/cart')
        self.assertEqual(action, ROOT + '/cart')
        _, page, _ = visitor.get(action, fields)
        self.assertEqual(visitor.path, ROOT + '/checkout')
        self.assertIn(f'Visitors before you: {visitor.place()["ahead"]}.', page)
        action, fields = form_of(page, '/checkout')
        _, page, _ = visitor.get(action, dict(fields, name='Anne', email='anne@example.org', street='3 rue', postcode='29900',
                                              city='Concarneau', country='France'))
        order = visitor.path
        self.assertRegex(order, f'^{ROOT}/orders/[0-9a-z]+$')
        for step in re.findall(r'action="[^"]*/(pay)"', page) + ['confirm']:
            _, page, _ = visitor.get(form_of(page, '/' + step)[0], {})
        self.assertIn('Order confirmed', page)
        self.assertEqual(visitor.place()['place'], place)
        demand = json.loads(self.shop.run('gate', self.shop.database, '--json').stdout)['demand']
        self.assertEqual([row['offer'] for row in demand], ['rare'])
        self.assertEqual((demand[0]['orders_per_minute'], demand[0]['units_per_minute'], demand[0]['wishes']), (0.2, 0.2, 0))
        self.assertEqual(demand[0]['left'], json.loads(
            self.shop.run('board', self.shop.database, '--json').stdout)['demand'][0]['left'])
        self.assertIn('Demande des 5 dernières minutes', self.shop.run('gate', self.shop.database, '--lang', 'fr').stdout)
        cookies = visitor.cookies()
        self.assertEqual({name: cookie.path for name, cookie in cookies.items()},
                         {'ecluse_ticket': '/', 'ecluse_here': ROOT, 'ecluse_order': order, 'ecluse_hold': ROOT})
        for cookie in cookies.values():
            self.assertTrue(cookie.has_nonstandard_attr('HttpOnly'), cookie.name)
        link = re.search(r'href="([^"]+\?token=[^"]+)"', page).group(1)
        other = self.visitor()
        self.assertEqual(other.get(order)[0], 404)
        status, page, _ = other.get(link)
        self.assertEqual((status, other.path), (200, order))
        _, page, _ = other.get(form_of(page, '/cancel')[0], {})
        self.assertIn('Order cancelled', page)
        self.assertEqual(self.behind.seen, [])
        self.assertEqual(self.shop.verify().returncode, 0)

    def test_a_call_is_told_in_the_store(self):
        self.close()
        visitor = self.visitor()
        visitor.get('/')
        self.assertIn('You keep your place', visitor.get(ROOT + '/cart')[1])
        self.assertNotIn('Visitors before you', visitor.get(ROOT + '/')[1])  # everybody's page
        self.assertEqual(self.shop.run('gate', self.shop.database, '--resume').returncode, 0)
        page, end = '', time.monotonic() + 20
        while 'It is your turn' not in page and time.monotonic() < end:
            page = visitor.get(ROOT + '/cart')[1]
        self.assertIn('It is your turn', page)
        self.assertEqual(visitor.get('/')[1], 'the shop behind')
        self.assertIn('See your place', visitor.get(ROOT + '/cart')[1])

    def test_reading_keeps_the_place(self):
        """Whoever got a number and reads only in the store counts as one who is there: those behind stand behind them."""
        self.close()
        for _ in range(10):
            reader = self.visitor()
            reader.get('/')
            reader.get(ROOT + '/')
        time.sleep(7)  # by then a number that has not been heard of again would count as a program's
        last = self.visitor()
        last.get('/')
        self.assertGreaterEqual(last.place()['ahead'], 9)

    def test_a_date_that_changes_changes_the_page(self):
        """The page is made once and filled: but what sells out is seen by the next who ask."""
        self.close()
        visitor = self.visitor()
        self.assertIn('action="/ecluse/store/cart"', visitor.get('/')[1])
        self.assertEqual(self.shop.run('order', self.shop.database, 'rare=100', '--email', 'all@example.org').returncode, 0)
        page, end = '', time.monotonic() + 10
        while 'Sold out' not in page and time.monotonic() < end:
            page = visitor.get('/')[1]
        self.assertIn('Sold out', page)
        self.assertNotIn('action="/ecluse/store/cart"', page)
        french = visitor.get('/', **{'Accept-language': 'fr'})[1]
        self.assertIn('sans perdre votre place', french)

    def test_nobody_queues_to_look(self):
        """The store is open to those who have no place too, and gives none."""
        self.close()
        visitor = self.visitor()
        status, page, headers = visitor.get(ROOT + '/')
        self.assertEqual(status, 200)
        self.assertNotIn('ecluse_ticket', headers['Set-Cookie'] or '')
        self.assertIn('href="/ecluse/queue"', page)
        visitor.get('/ecluse/queue')
        self.assertEqual(visitor.path, '/')
        self.assertEqual(visitor.place()['state'], 'waiting')


class Nothing(Front):
    TEXT = running.SHOP + SITE

    def test_nothing_is_named(self):
        visitor = self.visitor()
        for path in ('', '/', '/offers', '/offers/rare', '/cart', '/checkout'):
            status, page, _ = visitor.get(ROOT + path)
            self.assertEqual(status, 404, path)
            self.assertIn('Nothing is sold here just now', page)
            self.assertIn('<a class="quiet" href="/">To the shop</a>', page)
        style = next(path for path in addresses(page) if '.css' in path)
        self.assertEqual(visitor.get(style)[0], 200)
        self.close()
        _, page, headers = self.visitor().get('/')
        self.assertEqual(headers['Ecluse-State'], 'waiting')
        self.assertEqual(page.count('<form'), 1)  # to give up the place
        self.assertEqual({path for path in addresses(page) if '/assets/' not in path}, {'/ecluse/queue/leave'})

    def test_a_moment_is_named_and_taken_back(self):
        visitor = self.visitor()
        for text, status in ((running.SHOP + MOMENT + SITE, 200), (running.SHOP + SITE, 404)):
            with open(self.shop.file, 'w', encoding='utf-8') as file:
                file.write(text)
            done = self.shop.run('apply', self.shop.database, self.shop.file)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(visitor.get(ROOT + '/')[0], status)


if __name__ == '__main__':
    unittest.main()
