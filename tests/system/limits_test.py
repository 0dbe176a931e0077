"""Rate limits over real sockets: one address that floods is cut, thousands behind one address are not, and a ticket has an
allowance of its own. Clients come by way of a proxy on this machine, which says who they are (X-Forwarded-For): a test
has no other addresses, and this is how a shop behind a TLS proxy meets them."""
import concurrent.futures
import json
import os
import re
import socket
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import running  # noqa: E402  (stands beside this file)
import waiting_test as waiting  # noqa: E402

ADDRESS_BURST, ADDRESS_RATE = 10000, 2000
CHANGE_BURST, CHANGE_RATE, NETWORK_TIMES = 1000, 20, 4
PLACE_BURST = 5000
SESSION_BURST, SESSION_RATE = 600, 30
POLL_BURST = 8
SITE = 'site: {requests_per_second: 20, requests_per_visit: 10}\n'


def head(path, address=None, cookie=None, method='GET', accept='*/*', more=''):
    lines = [f'{method} {path} HTTP/1.1', 'Host: shop.example', f'Accept: {accept}']
    lines += [f'X-Forwarded-For: {address}'] if address else []
    lines += [f'Cookie: ecluse_ticket={cookie}'] if cookie else []
    return ('\r\n'.join(lines) + f'\r\n{more}\r\n').encode()


class Pipe:
    """Requests in a row on one connection, and their answers."""

    def __init__(self, port, host='127.0.0.1'):
        self.socket = socket.create_connection((host, port), 30)
        self.file = self.socket.makefile('rb')

    def answer(self):
        status = int(self.file.readline().split()[1])
        headers = {}
        while (line := self.file.readline().decode('latin-1').strip()):
            name, value = line.split(': ', 1)
            headers[name.lower()] = value
        return status, headers, self.file.read(int(headers.get('content-length', 0)))

    def ask(self, requests, part=200):
        answers = []
        for start in range(0, len(requests), part):
            some = requests[start:start + part]
            self.socket.sendall(b''.join(some))
            answers += [self.answer() for _ in some]
        return answers

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()


class Case(unittest.TestCase):
    def setUp(self):
        self.shop = running.Shop(running.SHOP + SITE)
        self.shop.__enter__()
        self.addCleanup(self.shop.__exit__)

    def ask(self, requests):
        with Pipe(self.shop.port) as pipe:
            return pipe.ask(requests)

    def statuses(self, requests):
        return [status for status, _, _ in self.ask(requests)]

    def metric(self, rule):
        _, _, text = self.shop.call('GET', '/ecluse/metrics')
        return int(re.search(rf'^ecluse_limited_total{{rule="{rule}"}} (\d+)$', text.decode(), re.M).group(1))


class Strangers(Case):
    def setUp(self):
        super().setUp()
        self.shop.start()

    def test_one_address_that_floods(self):
        flood = [head('/ecluse/health', '203.0.113.7')] * 20000
        begin = time.monotonic()
        answers = self.ask(flood)
        seconds = time.monotonic() - begin
        served = sum(1 for status, _, _ in answers if status == 200)
        self.assertGreaterEqual(served, ADDRESS_BURST)
        self.assertLessEqual(served, ADDRESS_BURST + ADDRESS_RATE * (seconds + 0.1))
        self.assertLess(served, 20000, f'the test was too slow to flood: {seconds:.1f} s')
        status, headers, body = next(answer for answer in answers if answer[0] == 429)
        self.assertEqual(headers['content-type'], 'application/problem+json')
        self.assertEqual(json.loads(body)['type'], '/ecluse/problems/too-many-requests')
        self.assertGreater(int(headers['retry-after']), 0)
        self.assertEqual(headers['cache-control'], 'no-store')
        self.assertEqual(self.metric('address'), 20000 - served)
        # The neighbour, and the machine itself, notice nothing; after a moment it may ask again.
        self.assertEqual(set(self.statuses([head('/ecluse/health', '203.0.113.8')] * 500)), {200})
        self.assertEqual(set(self.statuses([head('/ecluse/health')] * 15000)), {200})
        time.sleep(0.2)
        self.assertEqual(self.statuses([head('/ecluse/health', '203.0.113.7')]), [200])

    def test_a_browser_reads_a_page(self):
        flood = [head('/ecluse/health', '203.0.113.9')] * 99
        page = head('/', '203.0.113.9', accept='text/html', more='Accept-Language: fr\r\n')
        answers = self.ask((flood + [page]) * 200)
        status, headers, body = next(answer for answer in answers[99::100] if answer[0] == 429)
        self.assertEqual(headers['content-type'], 'text/html; charset=utf-8')
        self.assertEqual((headers['cache-control'], headers['refresh']), ('no-store', headers['retry-after']))
        self.assertIn('Trop de demandes', body.decode())
        # A form is not sent again by a page: that would get the address, and the form would be lost.
        form = head('/cart', '203.0.113.9', method='POST', accept='text/html', more='Content-Length: 0\r\n')
        refused = [headers for status, headers, _ in self.ask((flood + [form]) * 200)[99::100] if status == 429]
        self.assertTrue(refused)
        self.assertNotIn('refresh', refused[-1])

    def change(self, address, count):
        order = head('/ecluse/api/v1/orders', address, method='POST',
                     more='Content-Type: application/json\r\nContent-Length: 2\r\n') + b'{}'
        begin = time.monotonic()
        statuses = self.statuses([order] * count)
        self.assertEqual(set(statuses) - {422, 429}, set())
        return statuses.count(422), time.monotonic() - begin + 0.1

    def test_changes_by_address_and_network(self):
        for number, family in ((0, '198.51.100.{}'), (1, '2001:db8:7:{}::1')):
            with self.subTest(family):
                served, seconds = self.change(family.format(1), 1500)
                self.assertGreaterEqual(served, CHANGE_BURST)
                self.assertLessEqual(served, CHANGE_BURST + CHANGE_RATE * seconds)
                total = served
                for neighbour in range(2, 7):
                    more, needed = self.change(family.format(neighbour), 1000)
                    total += more
                    seconds += needed
                # Six addresses of one network get no more than the network.
                self.assertGreaterEqual(total, NETWORK_TIMES * CHANGE_BURST)
                self.assertLessEqual(total, NETWORK_TIMES * (CHANGE_BURST + CHANGE_RATE * seconds))
        # Hosts of one /64 are one; another network is another.
        self.assertLess(self.change('2001:db8:7:1:ffff::9', 300)[0], 300)
        self.assertEqual(self.change('2001:db8:8::1', 300)[0], 300)
        self.assertEqual(self.change('198.51.101.1', 300)[0], 300)

    def test_who_is_believed(self):
        """Only the last address, which our proxy saw; an address with a port; what is none at all counts as one."""
        self.statuses([head('/ecluse/health', '192.0.2.1')] * 16000)
        for says, cut in (('192.0.2.1', True), ('10.0.0.1, 192.0.2.1', True), ('192.0.2.1:4711', True),
                          ('192.0.2.1, 192.0.2.77', False), ('127.0.0.1', False), ('unknown', False)):
            with self.subTest(says):
                self.assertEqual(429 in self.statuses([head('/ecluse/health', says)] * 2000), cut)
        self.statuses([head('/ecluse/health', 'unknown')] * 16000)
        self.assertIn(429, self.statuses([head('/ecluse/health', 'secret')] * 2000))

    def test_an_address_of_its_own(self):
        """A connection that is not from this machine: what it says of itself is not read."""
        mine = running.own_address()
        if mine is None:
            self.skipTest('this machine has no address but the loopback')
        self.shop.stop()
        self.shop.start(30, host=mine)
        begin = time.monotonic()
        with Pipe(self.shop.port, mine) as pipe:
            statuses = [status for status, _, _ in pipe.ask(
                [head('/ecluse/health', f'192.0.2.{number % 250}') for number in range(16000)])]
        served = statuses.count(200)
        self.assertLessEqual(served, ADDRESS_BURST + ADDRESS_RATE * (time.monotonic() - begin + 0.1))
        self.assertIn(429, statuses)


class WaitingRoom(Case):
    NAT = '203.0.113.50'

    def setUp(self):
        super().setUp()
        self.behind = waiting.Behind()
        self.addCleanup(self.behind.close)
        self.shop.start(30, '--upstream', self.behind.url)

    def pause(self):
        self.assertEqual(self.shop.run('gate', self.shop.database, '--pause').returncode, 0)

    @staticmethod
    def ticket_of(headers):
        return re.search('ecluse_ticket=([0-9a-f]+)', headers['set-cookie']).group(1)

    def newcomers(self, count, address):
        """(tickets, how many were refused)"""
        answers = self.ask([head('/', address, accept='text/html')] * count)
        return ([self.ticket_of(headers) for status, headers, _ in answers if status == 200],
                sum(1 for status, _, _ in answers if status == 429))

    def test_five_thousand_behind_one_address(self):
        """They all come within seconds, look twice, and nobody is cut; nor by a neighbour who floods."""
        self.pause()
        tickets, refused = self.newcomers(PLACE_BURST, self.NAT)
        self.assertEqual((len(tickets), refused), (PLACE_BURST, 0))
        status = '/ecluse/api/v1/queue'
        for _ in range(2):
            self.assertEqual(set(self.statuses([head(status, self.NAT, ticket) for ticket in tickets])), {200})
        flood = self.statuses([head('/x', self.NAT, accept='text/html')] * 20000)
        self.assertGreater(flood.count(429), 5000)
        self.assertEqual(set(self.statuses([head(status, self.NAT, ticket) for ticket in tickets[:2000]])), {200})
        self.assertEqual(set(self.statuses([head('/', self.NAT, ticket, accept='text/html') for ticket in tickets[:300]])),
                         {200})
        self.assertGreater(self.metric('place_address'), 0)
        done = self.shop.run('gate', self.shop.database, '--json')
        self.assertGreater(json.loads(done.stdout)['limited'], 5000)

    def test_a_flood_takes_few_places(self):
        self.pause()
        begin = time.monotonic()
        tickets, refused = self.newcomers(9000, '192.0.2.9')
        self.assertEqual(len(tickets) + refused, 9000)
        self.assertLessEqual(len(tickets), PLACE_BURST + 50 * (time.monotonic() - begin + 0.1))

    def test_polls_far_sooner_than_told(self):
        self.pause()
        tickets, _ = self.newcomers(3, self.NAT)
        hasty, calm = tickets[0], tickets[1]
        place = json.loads(self.ask([head('/ecluse/api/v1/queue', self.NAT, hasty)])[0][2])
        told = 15  # while nobody goes in
        self.statuses([head('/ecluse/api/v1/queue', self.NAT, hasty)])
        answers = self.ask([head('/ecluse/api/v1/queue', self.NAT, hasty)] * 100)
        served = [json.loads(body) for status, _, body in answers if status == 200]
        self.assertTrue(POLL_BURST - 3 <= len(served) <= POLL_BURST + 1, len(served))
        self.assertEqual(served[-1]['poll_seconds'], told)
        self.assertEqual(answers[-1][0], 429)
        self.assertEqual(int(answers[-1][1]['retry-after']), told)
        # As a page too: it comes back by itself, and is small.
        status, headers, body = self.ask([head('/', self.NAT, hasty, accept='text/html')])[0]
        self.assertEqual((status, headers['refresh'], headers['cache-control']), (429, str(told), 'no-store'))
        self.assertNotIn('set-cookie', headers)
        self.assertLess(len(body), 4096)
        status, _, _ = self.ask([head('/ecluse/queue', self.NAT, hasty, accept='text/html')])[0]
        self.assertEqual(status, 429)
        # Nothing was gained by it, and nothing lost: both stand where they stood.
        self.assertEqual(self.statuses([head('/ecluse/api/v1/queue', self.NAT, calm)] * 5), [200] * 5)
        time.sleep(told / 4 + 0.5)
        after = json.loads(self.ask([head('/ecluse/api/v1/queue', self.NAT, hasty)])[0][2])
        self.assertEqual(after['place'], place['place'])
        self.assertGreater(self.metric('poll'), 90)

    def test_a_visitor_inside_who_floods(self):
        """The shop behind sees no more of one visitor than a browser asks; the others go on."""
        headers = self.ask([head('/', self.NAT, accept='text/html')])[0][1]
        session = self.ticket_of(headers)
        before = len(self.behind.seen)
        begin = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            many = pool.map(self.statuses, [[head('/', self.NAT, session)] * 40] * 50)
            statuses = [status for some in many for status in some]
        seconds = time.monotonic() - begin
        self.assertGreater(statuses.count(429), 0)
        self.assertLessEqual(len(self.behind.seen) - before, SESSION_BURST + SESSION_RATE * (seconds + 0.1))
        self.assertGreaterEqual(len(self.behind.seen) - before, SESSION_BURST)


if __name__ == '__main__':
    unittest.main()
