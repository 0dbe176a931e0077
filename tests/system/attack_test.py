"""The waiting room under attack: programs without cookies beside visitors, tickets that are made up, copied or another shop's, a
clock that jumps a day, a kill while 100,000 wait."""
import concurrent.futures
import contextlib
import json
import os
import random
import signal
import sqlite3
import sys
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [HERE, os.path.join(HERE, '..', 'support')]
import honest  # noqa: E402  (tests/support)
import limits_test as limits  # noqa: E402  (stands beside this file)
import running  # noqa: E402
import waiting_test as waiting  # noqa: E402

CLOCK = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 and sys.argv[1].endswith('.so') else None
STATUS = '/ecluse/api/v1/queue'
DAY = 86400
with open(running.ECLUSE, 'rb') as program:
    SANITIZED = b'__asan_init' in program.read()


def site(rate):
    return f'site: {{requests_per_second: {rate * 10}, requests_per_visit: 10}}\n'


class Case(unittest.TestCase):
    rate = 2

    def setUp(self):
        self.behind = waiting.Behind()
        self.addCleanup(self.behind.close)
        self.shop = self.new_shop()
        self.shop.start(30, '--upstream', self.behind.url)

    def new_shop(self):
        shop = running.Shop(running.SHOP + site(self.rate))
        shop.__enter__()
        self.addCleanup(shop.__exit__)
        return shop

    def pause(self, shop=None):
        shop = shop or self.shop
        self.assertEqual(shop.run('gate', shop.database, '--pause').returncode, 0)

    def ask(self, requests, shop=None):
        with limits.Pipe((shop or self.shop).port) as pipe:
            return pipe.ask(requests)

    def newcomers(self, count, shop=None):
        """Tickets of those who come one after another from this machine, which no limit concerns."""
        answers = self.ask([limits.head('/', accept='text/html')] * count, shop)
        self.assertEqual({status for status, _, _ in answers}, {200})
        return [limits.WaitingRoom.ticket_of(headers) for _, headers, _ in answers]

    def places(self, tickets, shop=None):
        return [json.loads(body) for _, _, body in self.ask([limits.head(STATUS, cookie=ticket) for ticket in tickets], shop)]

    def visitor(self, ticket=None):
        visitor = waiting.Visitor(self.shop.port)
        visitor.ticket = ticket
        return visitor


class Bots(Case):
    rate = 10

    def bots(self, port, share):
        """Without cookies, as browsers, from 200 addresses: so much of a thousand requests a second."""
        @contextlib.contextmanager
        def attack():
            stop = threading.Event()

            def run():
                with limits.Pipe(port) as pipe:
                    number = 0
                    while not stop.is_set():
                        some = [limits.head('/', f'198.51.{(number + i) % 200}.9', accept='text/html') for i in range(share)]
                        self.sent += len(pipe.ask(some))
                        number += share
                        time.sleep(0.1)
            thread = threading.Thread(target=run)
            thread.start()
            try:
                yield
            finally:
                stop.set()
                thread.join()
        self.sent = 0
        return attack

    def test_answers_of_those_who_wait(self):
        self.pause()
        ticket = self.newcomers(500)[300]
        honest.unharmed(self, 'bots without cookies', self.bots(self.shop.port, 30),
                        lambda: honest.measured(self.shop.port, path=STATUS, headers=[f'Cookie: ecluse_ticket={ticket}']),
                        not SANITIZED)
        self.assertGreater(self.sent, 200)

    def test_three_of_ten_newcomers(self):
        """Those who come back go in at the rate of the shop all the same, in their order."""
        self.newcomers(30)
        with self.bots(self.shop.port, 4)():
            visitors = [self.visitor() for _ in range(90)]  # beside 40 bots a second
            begin = time.monotonic()
            with concurrent.futures.ThreadPoolExecutor(90) as pool:
                list(pool.map(lambda visitor: visitor.wait(40), visitors))
            took = time.monotonic() - begin
        waited = [visitor for visitor in visitors if visitor.entered is not None]
        self.assertEqual(len(waited), 90)
        print(f'bots: {self.sent} beside 90 visitors, who were in after {took:.1f} s at {self.rate} a second', file=sys.stderr)
        # A bot is waited for five seconds at most (GATE_NEW_SECONDS), and none takes a slot for good.
        self.assertLess(took, 90 / self.rate + 12)


class Tickets(Case):
    def test_made_up(self):
        """Two thousand of them: none is believed, and none moves the line."""
        self.pause()
        tickets = self.newcomers(20)
        before = self.places(tickets)
        chance = random.Random(20261206)
        forged = []
        while len(forged) < 2000:
            number = len(forged)
            text = list(tickets[number % 20])
            for _ in range(chance.randint(1, 4)):
                at = chance.randrange(len(text))
                text[at] = chance.choice('0123456789abcdef'.replace(text[at], ''))
            text = ('', 'ff')[number % 7 == 0] + ''.join(text)[:chance.choice((78, 78, 78, 60, 77))]
            forged += [text] if text != tickets[number % 20] else []
        states = [place['state'] for place in self.places(forged)]
        self.assertEqual(states.count('gone'), 2000)
        # Cut from two: the number of one, the signature of the other.
        mixed = [one[:46] + other[46:] for one, other in zip(tickets, tickets[1:])]
        self.assertEqual({place['state'] for place in self.places(mixed)}, {'gone'})
        self.assertEqual([place['place'] for place in self.places(tickets)], [place['place'] for place in before])

    def test_of_another_shop(self):
        self.pause()
        other = self.new_shop()
        other.start(30, '--upstream', self.behind.url)
        self.pause(other)
        foreign = self.newcomers(20, other)
        self.newcomers(20)
        self.assertEqual({place['state'] for place in self.places(foreign)}, {'gone'})
        self.assertEqual({place['state'] for place in self.places(foreign, other)}, {'waiting'})

    def test_of_another_moment(self):
        """The same shop and secret, another line: what was kept of the line is taken away between two starts."""
        self.pause()
        tickets = self.newcomers(20)
        self.assertEqual({place['state'] for place in self.places(tickets)}, {'waiting'})
        self.shop.stop()
        with contextlib.closing(sqlite3.connect(self.shop.database)) as database:
            deleted = database.execute("delete from meta where value like 'line % given %'").rowcount
            database.commit()
        self.assertEqual(deleted, 1)
        self.shop.start(30, '--upstream', self.behind.url)
        self.assertEqual({place['state'] for place in self.places(tickets)}, {'gone'})

    def test_copied(self):
        """One ticket in twenty browsers is one place, and one session of the shop's capacity."""
        self.pause()
        tickets = self.newcomers(6)
        copied = tickets[3]
        self.assertEqual(len({place['place'] for place in self.places([copied] * 8)}), 1)
        self.shop.run('gate', self.shop.database, '--resume', '--rate', '1')
        visitors = [self.visitor(copied) for _ in range(20)]
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            list(pool.map(lambda visitor: visitor.wait(30), visitors))
        self.assertNotIn(None, [visitor.entered for visitor in visitors])
        entries = json.loads(self.shop.run('gate', self.shop.database, '--json').stdout)['entries']
        self.assertLessEqual(entries, 7)
        # An old copy, of before it went in, is a session too and no second entry.
        self.assertEqual(self.visitor(copied).get()[0].headers['Ecluse-State'], 'inside')
        self.assertEqual(json.loads(self.shop.run('gate', self.shop.database, '--json').stdout)['entries'], entries)


@unittest.skipIf(CLOCK is None or SANITIZED, 'a library is preloaded, which sanitizers do not like')
class Clock(Case):
    def setUp(self):
        self.behind = waiting.Behind()
        self.addCleanup(self.behind.close)
        self.shop = self.new_shop()
        self.shift = os.path.join(self.shop.folder, 'shift')
        self.jump(0)
        os.environ.update(LD_PRELOAD=CLOCK, CLOCK_SHIFT_FILE=self.shift)
        try:
            self.shop.start(30, '--upstream', self.behind.url)
        finally:
            del os.environ['LD_PRELOAD'], os.environ['CLOCK_SHIFT_FILE']

    def jump(self, seconds):
        with open(self.shift + '.new', 'w', encoding='ascii') as file:
            file.write(str(seconds))
        os.rename(self.shift + '.new', self.shift)

    def test_a_day_either_way(self):
        inside = self.visitor()
        inside.get()
        self.assertIsNotNone(inside.entered)
        self.pause()
        tickets = self.newcomers(200)
        before = [place['place'] for place in self.places(tickets)]
        for seconds in (DAY, -DAY, 0, 12 * 3600, -3600):
            with self.subTest(seconds):
                self.jump(seconds)
                time.sleep(0.3)
                date = self.ask([limits.head('/ecluse/health')])[0][1]['date']
                wanted = time.strftime('%a, %d %b %Y %H', time.gmtime(time.time() + seconds))
                self.assertEqual(date[:len(wanted)], wanted)
                self.assertEqual([place['place'] for place in self.places(tickets)], before)
                self.assertEqual(inside.get()[0].headers['Ecluse-State'], 'inside')
                later = self.newcomers(1)
                self.assertGreater(self.places(later)[0]['place'], before[-1])
        # And the line moves on, in its order.
        self.jump(DAY)
        visitors = [self.visitor(ticket) for ticket in tickets[:6]]
        self.shop.run('gate', self.shop.database, '--resume')
        time.sleep(0.5)  # the front moves on
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda visitor: visitor.wait(30), visitors))
        entries = [visitor.entered for visitor in visitors]
        self.assertNotIn(None, entries)
        self.assertEqual(entries, sorted(entries))


class Killed(Case):
    WAITING = 5000 if SANITIZED else 100000

    def test_a_hundred_thousand_keep_their_places(self):
        self.pause()
        tickets = []
        begin = time.monotonic()
        with limits.Pipe(self.shop.port) as pipe:
            wave = [limits.head('/', accept='text/html')] * 200
            while len(tickets) < self.WAITING:
                tickets += [limits.WaitingRoom.ticket_of(headers) for _, headers, _ in pipe.ask(wave)]
        came = time.monotonic() - begin
        chance = random.Random(7)
        sample = [tickets[at] for at in sorted(chance.sample(range(self.WAITING - 1), 1000))] + [tickets[-1]]
        before = [place['place'] for place in self.places(sample)]
        self.assertEqual(before, sorted(set(before)))
        time.sleep(1.5)  # a note a second
        self.shop.process.send_signal(signal.SIGKILL)
        self.shop.process.wait()
        begin = time.monotonic()
        self.shop.start(30, '--upstream', self.behind.url)
        back = time.monotonic() - begin
        self.pause()
        after = self.places(sample)
        self.assertEqual([place.get('place') for place in after], before)
        self.assertLessEqual({place['state'] for place in after}, {'waiting', 'called'})
        newcomer = self.places(self.newcomers(1))[0]
        self.assertGreater(newcomer['place'], self.WAITING)
        print(f'kill: {self.WAITING} came in {came:.1f} s, served again after {back:.2f} s, 1001 of 1001 places stand',
              file=sys.stderr)
        self.assertLess(back, 5)


if __name__ == '__main__':
    unittest.main()
