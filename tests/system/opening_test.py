"""The door that is closed before an announced opening, with the draw that anybody can check; sessions that end when the order is placed;
a bound on visitors inside. Real time: an opening is a few seconds ahead."""
import concurrent.futures
import contextlib
import datetime
import hashlib
import os
import re
import signal
import socket
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'support')]
import running  # noqa: E402  (stands beside this file)
import together  # noqa: E402  (tests/support)
from waiting_test import BROWSER, Behind, Visitor  # noqa: E402

FAST = 'site: {requests_per_second: 200, requests_per_visit: 10%s}\n'
DOCUMENT = os.path.join(os.environ.get('ECLUSE_SOURCE', '.'), 'docs', 'door.md')


def drawn_place():
    """The program in docs/door.md."""
    names = {}
    with open(DOCUMENT, encoding='utf-8') as file:
        exec(re.search('```python\n(.*?)```', file.read(), re.S).group(1), names)  # noqa: S102  (our own document)
    return names['place']


class Case(unittest.TestCase):
    def setUp(self):
        self.behind = Behind()
        self.addCleanup(self.behind.close)

    def open_shop(self, text):
        self.shop = running.Shop(running.SHOP + text)
        self.shop.__enter__()
        self.addCleanup(self.shop.__exit__)
        self.start()

    def start(self):
        self.shop.start(30, '--upstream', self.behind.url)

    def visitor(self):
        return Visitor(self.shop.port)

    def opening(self):
        status, _, answer = self.shop.call('GET', '/ecluse/api/v1/opening')
        self.assertEqual(status, 200)
        return answer

    def gate(self, *arguments, code=0):
        done = self.shop.run('gate', self.shop.database, '--json', *arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        return running.json.loads(done.stdout) if code == 0 else done.stderr

    def eventually(self, wanted, seconds=10):
        deadline = time.monotonic() + seconds
        met = wanted()
        while not met and time.monotonic() < deadline:
            time.sleep(0.05)
            met = wanted()
        self.assertTrue(met)

    def kill(self):
        self.shop.process.send_signal(signal.SIGKILL)
        self.shop.process.wait()


class Openings(Case):
    def announce(self, seconds, order='draw'):
        """A shop that opens so many seconds from now."""
        self.at = int(time.time()) + seconds
        at = datetime.datetime.fromtimestamp(self.at, datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
        self.text = (FAST % '') + f'gate: {{order: {order}}}\nmoments: {{drop: {{at: "{at}", visitors: 10, closes_before_minutes: 30}}}}\n'
        self.open_shop(self.text)
        self.eventually(lambda: ('seed_sha256' in self.opening()) == (order == 'draw') and self.opening()['state'] == 'closed')

    def come(self, count):
        visitors = [self.visitor() for _ in range(count)]
        for visitor in visitors:
            reply, _ = visitor.get()
            self.assertEqual(reply.headers['Ecluse-State'], 'waiting')
        return visitors

    def test_a_draw(self):
        self.announce(5)
        visitors = self.come(30)
        before = self.opening()
        self.assertEqual((before['state'], before['order']), ('closed', 'draw'))
        self.assertNotIn('seed', before)
        _, english = visitors[0].get('/', **{'Accept-Language': 'en'})
        self.assertIn('The shop opens on ', english)
        self.assertIn(f' {running.day_at(self.at).day} ', english)
        self.assertIn('All who come before it opens take part in a draw', english)
        self.assertIn(before['seed_sha256'], english)
        reply, french = visitors[0].get('/', **{'Accept-Language': 'fr'})
        self.assertIn('La boutique ouvre le ', french)
        left = self.at - time.time()
        self.assertTrue(left <= float(reply.headers['Refresh']) <= left + 2, (left, reply.headers['Refresh']))
        self.assertEqual(visitors[4].place()['number'], 5)
        self.assertNotIn('place', visitors[4].place())
        self.assertEqual(self.gate()['entries'], 0)
        self.gate('--pause', '--rate', '2')
        self.eventually(lambda: self.opening()['state'] == 'open')
        after = self.opening()
        self.assertEqual(after['seed_sha256'], before['seed_sha256'])
        self.assertEqual(hashlib.sha256(after['seed'].encode()).hexdigest(), after['seed_sha256'])
        self.assertEqual(after['count'], 30)
        self.assertEqual(self.behind.seen, [])
        place = drawn_place()
        drawn = [visitors[number] for number in sorted(range(30), key=lambda number: place(int(after['seed']), 30, number))]
        self.gate('--resume')
        self.eventually(lambda: drawn[0].place()['state'] == 'called', 30)
        self.gate('--pause')
        # Now it stands still: who was called are the first of the draw, and nobody else, however long it takes to ask.
        waits = [visitor.place()['state'] == 'waiting' for visitor in drawn]
        self.assertEqual(waits, sorted(waits))
        self.assertIn(True, waits)
        self.assertIn(False, waits)
        self.gate('--resume')
        for visitor in drawn[:waits.index(True)]:
            self.assertIsNotNone(visitor.wait(30).entered)
        self.assertGreaterEqual(min(self.behind.seen)[0] - time.monotonic(), self.at - time.time() - 0.01)
        self.assertIn(after['seed'], self.shop.run('gate', self.shop.database).stdout)

    def test_the_order_of_coming(self):
        self.announce(4, 'fifo')
        visitors = self.come(10)
        _, page = visitors[3].get('/', **{'Accept-Language': 'en'})
        self.assertIn('in the order of their coming', page)
        self.assertEqual([visitor.place()['place'] for visitor in visitors], list(range(1, 11)))
        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            list(pool.map(Visitor.wait, visitors))
        after = self.opening()
        self.assertEqual((after['state'], after['order']), ('open', 'fifo'))
        self.assertNotIn('seed', after)
        self.assertNotIn('seed_sha256', after)

    def test_each_place_can_be_recomputed(self):
        self.announce(4)
        visitors = self.come(8)
        self.gate('--pause')
        self.eventually(lambda: self.opening()['state'] == 'open')
        facts = self.opening()
        place = drawn_place()
        for i, visitor in enumerate(visitors):
            stands = visitor.place()
            self.assertEqual(stands['number'], i + 1)
            self.assertEqual(stands['place'], place(int(facts['seed']), facts['count'], i) + 1)
            _, page = visitor.get('/', **{'Accept-Language': 'en'})
            self.assertIn(f'Your number {i + 1} of {facts["count"]} drew place {stands["place"]}.', page)
            self.assertIn(facts['seed'], page)

    def test_kills(self):
        """Before the opening, over it, and after it: the hash that was shown is the seed's, and no place changes."""
        self.announce(9)
        visitors = self.come(6)
        before = self.opening()
        self.kill()
        self.start()
        self.assertEqual(self.opening(), before)
        self.assertEqual([visitor.place()['number'] for visitor in visitors], list(range(1, 7)))
        self.assertEqual(self.visitor().get()[0].headers['Ecluse-State'], 'waiting')
        time.sleep(1.2)
        self.kill()
        time.sleep(max(0, self.at + 0.5 - time.time()))
        self.start()
        self.gate('--pause')
        self.eventually(lambda: self.opening()['state'] == 'open')
        after = self.opening()
        self.assertEqual(after['seed_sha256'], before['seed_sha256'])
        self.assertEqual(hashlib.sha256(after['seed'].encode()).hexdigest(), before['seed_sha256'])
        places = [visitor.place()['place'] for visitor in visitors]
        place = drawn_place()
        self.assertEqual(places, [place(int(after['seed']), after['count'], i) + 1 for i in range(6)])
        self.kill()
        self.start()
        self.assertEqual(self.opening(), after)
        self.assertEqual([visitor.place()['place'] for visitor in visitors], places)
        self.assertEqual(self.shop.run('verify', self.shop.database).returncode, 0)

    def test_a_kill_at_any_instant_of_the_opening(self):
        """Whatever was told before the kill holds after it."""
        for delay in (0, 0.005, 0.02, 0.05):
            with self.subTest(delay):
                self.announce(3)
                visitors = self.come(5)
                before = self.opening()
                self.gate('--pause')
                time.sleep(max(0, self.at + delay - time.time()))
                told = None
                with contextlib.suppress(OSError):
                    told = [visitor.place() for visitor in visitors]
                self.kill()
                self.start()
                self.gate('--pause')
                self.eventually(lambda: self.opening()['state'] == 'open')
                self.assertEqual(self.opening()['seed_sha256'], before['seed_sha256'])
                for visitor, known in zip(visitors, told or []):
                    if 'place' in known:
                        self.assertEqual(visitor.place()['place'], known['place'])
                self.shop.kill()

    def test_a_closing_that_came_while_no_server_ran(self):
        """The very first request finds the door closed."""
        self.open_shop(FAST % '')
        self.shop.stop()
        at = datetime.datetime.fromtimestamp(int(time.time()) + 600, datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
        with open(self.shop.file, 'w', encoding='utf-8') as file:
            file.write(running.SHOP + (FAST % '') + f'moments: {{drop: {{at: "{at}", visitors: 10, closes_before_minutes: 30}}}}\n')
        self.assertEqual(self.shop.run('apply', self.shop.database, self.shop.file).returncode, 0)
        self.start()
        self.assertEqual(self.visitor().get()[0].headers['Ecluse-State'], 'waiting')
        self.assertEqual(self.behind.seen, [])

    def test_the_owner_moves_the_opening(self):
        self.announce(600)
        self.come(2)
        with open(self.shop.file, 'w', encoding='utf-8') as file:
            file.write(running.SHOP + self.text.replace('closes_before_minutes: 30', 'closes_before_minutes: 0'))
        self.assertEqual(self.shop.run('apply', self.shop.database, self.shop.file).returncode, 0)
        self.eventually(lambda: self.opening()['state'] == 'open')

    def test_by_hand(self):
        self.open_shop((FAST % '') + 'gate: {order: draw}\n')
        self.assertEqual(self.opening(), {'state': 'open'})
        inside = self.visitor()
        self.assertEqual(inside.get()[0].headers['Ecluse-State'], 'inside')
        self.assertIn('open already', self.gate('--open', code=2))
        self.assertEqual(self.gate('--close')['opening']['state'], 'closed')
        self.assertIn('closed already', self.gate('--close', code=2))
        self.gate('--open', '--close', code=2)
        waits = self.visitor()
        _, page = waits.get('/', **{'Accept-Language': 'en'})
        self.assertIn('The shop is closed just now', page)
        self.assertEqual(inside.get()[0].headers['Ecluse-State'], 'inside')
        self.eventually(lambda: 'seed_sha256' in self.opening())
        pledged = self.opening()['seed_sha256']
        self.kill()
        self.start()
        self.assertEqual((self.opening()['state'], self.opening()['seed_sha256']), ('closed', pledged))
        self.assertEqual(self.visitor().get('/', Accept='*/*')[0].status, 503)
        self.gate('--open')
        self.eventually(lambda: self.opening()['state'] == 'open')
        self.assertEqual(hashlib.sha256(self.opening()['seed'].encode()).hexdigest(), pledged)
        self.assertIsNotNone(waits.wait(20).entered)

    def test_without_a_waiting_room(self):
        with running.Shop() as shop:
            shop.start()
            self.assertEqual(shop.call('GET', '/ecluse/api/v1/opening')[2], {'state': 'open'})
            self.assertEqual(shop.run('gate', shop.database, '--close').returncode, 2)
            self.assertEqual(shop.call('POST', '/ecluse/queue/leave', '')[0], 404)


class Telling(Behind):
    """Says what the request's query asks it to say: ?end -> Ecluse-Session: end, ?status=404."""

    def __init__(self):
        super().__init__()
        handler = self.server.RequestHandlerClass
        plain = handler.end_headers

        def end_headers(this):
            if 'end' in this.path.partition('?')[2]:
                this.send_header('Ecluse-Session', 'end')
            plain(this)

        def send_response(this, code, *rest):
            found = re.search(r'status=(\d+)', this.path)
            super(handler, this).send_response(int(found.group(1)) if found else code, *rest)

        handler.end_headers = end_headers
        handler.send_response = send_response


class Sessions(Case):
    def setUp(self):
        self.behind = Telling()
        self.addCleanup(self.behind.close)

    def inside(self):
        return self.gate()['inside']

    def enter(self):
        visitor = self.visitor().wait(20)
        self.assertIsNotNone(visitor.entered)
        return visitor

    def test_the_shop_says_so(self):
        self.open_shop(FAST % '')
        visitor = self.enter()
        reply, _ = visitor.get('/thanks?end')
        self.assertIsNone(reply.headers['Ecluse-Session'])
        self.eventually(lambda: self.inside() == 0)
        self.assertEqual(visitor.place(), {'state': 'gone'})
        # The page's pictures still come; the next page is a newcomer's.
        ticket = visitor.ticket
        self.assertEqual(visitor.get('/style.css', Accept='text/css')[0].headers['Set-Cookie'], None)
        visitor.get('/')
        self.assertNotEqual(visitor.ticket, ticket)
        self.assertEqual(self.inside(), 1)

    def test_paths(self):
        self.open_shop(FAST % ', session_ends_at: [/checkout/order-received, /thanks]')
        visitor = self.enter()
        for path in ('/checkout', '/checkout/order-received-not', '/thanksgiving', '/thanks?status=404', '/x/thanks'):
            visitor.get(path)
            self.assertEqual(self.inside(), 1, path)
        visitor.get('/checkout/order-received/17?key=x')
        self.eventually(lambda: self.inside() == 0)
        self.assertEqual(visitor.get('/checkout/order-received/17')[0].status, 200)  # a reload of what ended it
        self.assertEqual(self.inside(), 0)

    def test_only_so_many_inside(self):
        self.open_shop(FAST % ', visitors_at_once: 2, session_ends_at: [/thanks]')
        first, second = self.enter(), self.enter()
        third = self.visitor()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            waits = pool.submit(third.wait, 30)
            time.sleep(2)
            self.assertIsNone(third.entered)
            self.assertEqual(self.inside(), 2)
            first.get('/thanks')
            waits.result()
        self.assertIsNotNone(third.entered)
        self.assertEqual(self.inside(), 2)
        time.sleep(1.5)
        self.kill()
        self.start()
        self.assertEqual(self.inside(), 2)
        self.assertEqual(second.get()[0].headers['Ecluse-State'], 'inside')
        self.assertEqual(self.inside(), 2)
        self.assertEqual(self.visitor().get('/', Accept='*/*')[0].status, 503)

    def test_giving_up(self):
        self.open_shop(FAST % ', visitors_at_once: 1')
        inside = self.enter()
        self.gate('--pause')
        waits = self.visitor()
        _, page = waits.get('/', **{'Accept-Language': 'en'})
        self.assertIn('action="/ecluse/queue/leave"', page)
        self.assertEqual(waits.get('/ecluse/queue/leave')[0].status, 405)
        reply, _ = waits.get('/ecluse/queue/leave', 'POST', Origin='https://elsewhere.example')
        self.assertEqual(reply.status, 403)
        self.assertEqual(waits.place()['state'], 'waiting')
        reply, page = waits.get('/ecluse/queue/leave', 'POST', **{'Sec-Fetch-Site': 'same-origin', 'Accept-Language': 'en'})
        self.assertEqual(reply.status, 200)
        self.assertIn('You have left the queue', page)
        self.assertIn('Max-Age=0', reply.headers['Set-Cookie'])
        self.assertEqual(waits.place(), {'state': 'gone'})
        self.gate('--resume')
        inside.get('/ecluse/queue/leave', 'POST')
        self.assertEqual(self.inside(), 0)
        self.assertEqual(inside.place(), {'state': 'gone'})
        self.assertEqual(self.visitor().get('/ecluse/queue/leave', 'POST')[0].status, 200)  # who has nothing gives nothing up

    def test_who_goes_away_while_parked_stands_there_no_more(self):
        self.open_shop(FAST % ', visitors_at_once: 1')
        self.enter()
        head = ''.join(f'{name}: {value}\r\n' for name, value in BROWSER.items())
        parked = [socket.create_connection(('127.0.0.1', self.shop.port)) for _ in range(2)]
        for connection in parked:
            connection.sendall(f'GET / HTTP/1.1\r\nHost: a\r\n{head}\r\n'.encode())
            time.sleep(0.1)
        self.eventually(lambda: self.gate()['parked'] == 2)
        parked[0].close()
        self.eventually(lambda: self.gate()['parked'] == 1, 3)
        parked[1].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')
        parked[1].close()
        self.eventually(lambda: self.gate()['parked'] == 0, 3)

    def test_a_stop_while_somebody_is_parked(self):
        self.open_shop(FAST % ', visitors_at_once: 1')
        self.enter()
        head = ''.join(f'{name}: {value}\r\n' for name, value in BROWSER.items())
        with socket.create_connection(('127.0.0.1', self.shop.port)) as parked:
            parked.sendall(f'GET / HTTP/1.1\r\nHost: a\r\n{head}\r\n'.encode())
            self.eventually(lambda: self.gate()['parked'] == 1)
            self.assertEqual(self.shop.stop(), 0)

    def test_a_tab_that_is_closed_leaves_the_other_parked(self):
        self.open_shop(FAST % ', visitors_at_once: 1')
        self.enter()
        self.gate('--pause')
        visitor = self.visitor()
        self.assertEqual(visitor.get()[0].headers['Ecluse-State'], 'waiting')
        self.gate('--resume')
        self.eventually(lambda: visitor.place()['state'] == 'called')
        head = ''.join(f'{name}: {value}\r\n' for name, value in BROWSER.items()) + f'Cookie: ecluse_ticket={visitor.ticket}\r\n'
        tabs = [socket.create_connection(('127.0.0.1', self.shop.port)) for _ in range(2)]
        for tab in tabs:
            tab.sendall(f'GET / HTTP/1.1\r\nHost: a\r\n{head}\r\n'.encode())
            time.sleep(0.2)
        self.assertEqual(self.gate()['parked'], 1)
        tabs[0].close()
        time.sleep(0.3)
        self.assertEqual(self.gate()['parked'], 1)
        tabs[1].close()
        self.eventually(lambda: self.gate()['parked'] == 0, 3)


class Consent(Case):
    def test_to_a_crowd_from_elsewhere(self):
        self.open_shop(FAST % '')
        key = '0123456789abcdef' * 2
        path = '/.well-known/ecluse-crowd'
        self.assertEqual(self.visitor().get(path, Accept='*/*')[1], 'the shop behind')
        self.gate('--consent', key)
        self.assertEqual(self.visitor().get(path, Accept='*/*')[1], key)
        self.assertEqual(self.gate()['entries'], 1)  # it is nobody's visit
        self.assertIn('32 digits', self.gate('--consent', 'yes', code=2))
        self.assertEqual(self.visitor().get(path, Accept='*/*')[1], key)
        self.gate('--consent', 'none')
        # Twenty a second go in: the next visitor may be too early.
        self.eventually(lambda: self.visitor().get(path, Accept='*/*')[1] == 'the shop behind')


if __name__ == '__main__':
    together.main()
