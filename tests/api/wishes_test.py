"""Wishes over real sockets: made, met when something becomes free, withdrawn; every bad input.

Every reply is also compared with web/openapi.json (described.py).
"""
import datetime
import json
import os
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'system'))
import described  # noqa: E402
import running  # noqa: E402

TODAY = datetime.datetime.now(datetime.timezone.utc).date()

SHOP = '''shop: {name: Test, currency: EUR, time_zone: UTC}
promise: {horizon_days: 10, max_days: 5, hold_minutes: 15, payment_minutes: 1, wish_minutes: 90}
items:
  rare: {on_hand: 10, unit_cost: 1.00}
  seat: {on_hand: 4, unit_cost: 1.00}
carriers:
  post: {cut_off: "23:59", collects: mon-sun, transit_days: 1, delivers: mon-sun, charge: 4.90}
offers:
  rare: {name: Rare, price: 19.90, vat_rate: 20, carrier: post, items: {rare: 1}}
  few: {name: Few, price: 5.00, vat_rate: 5.5, carrier: post, items: {rare: 1}, max_per_customer: 2}
  lesson: {name: Lesson, price: 20.00, vat_rate: 20, on_site: true, items: {seat: 1}}
'''

ADDRESS = {'street': '3 rue des Filets', 'postcode': '29900', 'city': 'Concarneau', 'country': 'FR'}
CUSTOMER = {'name': 'Anne Le Goff', 'email': 'anne@example.org', 'address': ADDRESS}
ORDERS = '/ecluse/api/v1/orders'
WISHES = '/ecluse/api/v1/wishes'


def day(ahead):
    return (TODAY + datetime.timedelta(days=ahead)).isoformat()


def wish(**changed):
    body = dict({'offer': 'rare', 'quantity': 2, 'latest': day(7), 'customer': CUSTOMER}, **changed)
    return json.dumps({name: value for name, value in body.items() if value is not None})


class Case(unittest.TestCase):
    def setUp(self):
        self.shop = running.Shop(SHOP)
        self.shop.__enter__()
        self.addCleanup(self.shop.__exit__, None, None, None)
        self.shop.start()

    def call(self, method, path, text=None, headers=None):
        status, fields, data = self.shop.call(method, path, text, headers)
        self.assertIsNone(described.check(method, path, status, fields.get('Content-Type', ''), data))
        return status, fields, data

    def order(self, offer='rare', quantity=10, **more):
        body = {'lines': [{'offer': offer, 'quantity': quantity}], 'customer': CUSTOMER, **more}
        status, _, data = self.call('POST', ORDERS, json.dumps(body))
        self.assertEqual(status, 201, data)
        return data

    def made(self, key=None, **changed):
        status, fields, data = self.call('POST', WISHES, wish(**changed), {'Idempotency-Key': key} if key else {})
        self.assertEqual(status, 201, data)
        self.assertEqual(fields['Location'], f'{WISHES}/{data["wish"]}')
        return data

    def look(self, made):
        status, _, data = self.call('GET', f'{WISHES}/{made["wish"]}', None,
                                    {'Authorization': f'Bearer {made["token"]}'})
        self.assertEqual(status, 200, data)
        return data

    def refused(self, kind, status, pointer=None, **changed):
        got, _, data = self.call('POST', WISHES, wish(**changed))
        self.assertEqual((got, data['type'].rsplit('/', 1)[1], data.get('pointer')), (status, kind, pointer), data)
        return data


class Life(Case):
    def test_a_cancellation_meets_the_first(self):
        sold = self.order()
        first = self.made()
        second = self.made(customer=dict(CUSTOMER, email='b@example.org'))
        self.assertEqual((first['status'], first['before'], second['before']), ('waiting', 0, 1))
        self.assertNotIn('order', first)
        self.call('POST', f'{ORDERS}/{sold["order"]}/cancel')
        self.order(quantity=1)  # whoever comes later gets what is left
        first, second = self.look(first), self.look(second)
        self.assertEqual((first['status'], second['status']), ('offered', 'offered'))
        order = first['order']
        self.assertEqual((order['status'], order['lines'][0]['quantity']), ('held', 2))
        held = datetime.datetime.fromisoformat(order['held_until'].replace('Z', '+00:00'))
        made = datetime.datetime.fromisoformat(order['placed_at'].replace('Z', '+00:00'))
        self.assertEqual(held - made, datetime.timedelta(minutes=90))
        status, _, confirmed = self.call('POST', f'{ORDERS}/{order["order"]}/confirm')
        self.assertEqual((status, confirmed['status']), (200, 'confirmed'))
        self.assertEqual(self.look(first)['order']['status'], 'confirmed')
        self.call('POST', f'{ORDERS}/{second["order"]["order"]}/cancel')
        self.assertEqual(self.look(second)['order']['status'], 'cancelled')
        rows = self.shop.query('SELECT orders.status, customers.email FROM wishes'
                               ' JOIN orders ON orders.number = wishes.order_number'
                               ' JOIN customers ON customers.number = orders.contact ORDER BY wishes.number')
        self.assertEqual(rows, [('confirmed', 'anne@example.org'), ('cancelled', 'b@example.org')])
        self.assertEqual(self.shop.stop(), 0)
        self.assertEqual(self.shop.verify().returncode, 0)

    def test_what_can_be_had_is_offered_at_once(self):
        made = self.made(offer='lesson', customer={'name': 'A', 'email': 'a@example.org'})
        self.assertEqual(self.look(made)['status'], 'offered')

    def test_withdrawn(self):
        self.order()
        made = self.made()
        bearer = {'Authorization': f'Bearer {made["token"]}'}
        for _ in range(2):
            status, _, data = self.call('POST', f'{WISHES}/{made["wish"]}/withdraw', None, bearer)
            self.assertEqual((status, data['status']), (200, 'withdrawn'))
        self.assertEqual(self.look(made)['status'], 'withdrawn')
        met = self.made(offer='lesson', quantity=1)
        status, _, data = self.call('POST', f'{WISHES}/{met["wish"]}/withdraw', None,
                                    {'Authorization': f'Bearer {met["token"]}'})
        self.assertEqual((status, data['type']), (409, '/ecluse/problems/wrong-status'))
        self.assertIn('cancel', data['detail'])

    def test_a_restart_keeps_the_queue(self):
        sold = self.order()
        wishes = [self.made(quantity=1) for _ in range(12)]
        self.shop.kill()
        self.shop.start()
        self.assertEqual([self.look(made)['before'] for made in wishes], list(range(12)))
        self.call('POST', f'{ORDERS}/{sold["order"]}/cancel')
        self.assertEqual([self.look(made)['status'] for made in wishes], 10 * ['offered'] + 2 * ['waiting'])
        self.assertEqual(self.look(wishes[11])['before'], 1)

    def figures(self):
        text = self.call('GET', '/ecluse/metrics')[2].decode()
        lines = dict(line.rsplit(' ', 1) for line in text.splitlines() if line.startswith('ecluse_wishes'))
        return [int(lines[name]) for name in ['ecluse_wishes_waiting'] + [
            f'ecluse_wishes_total{{status="{status}"}}' for status in ('waiting', 'offered', 'withdrawn', 'lapsed')]]

    def test_figures(self):
        self.assertEqual(self.figures(), [0, 0, 0, 0, 0])
        sold = self.order()
        wishes = [self.made(quantity=4) for _ in range(4)]
        self.assertEqual(self.figures(), [4, 4, 0, 0, 0])
        self.call('POST', f'{WISHES}/{wishes[3]["wish"]}/withdraw', None, {'Authorization': f'Bearer {wishes[3]["token"]}'})
        self.assertEqual(self.figures(), [3, 4, 0, 1, 0])
        self.call('POST', f'{ORDERS}/{sold["order"]}/cancel')
        self.look(wishes[0])
        self.assertEqual(self.figures(), [1, 4, 2, 1, 0])
        self.shop.kill()
        self.shop.start()  # what waits is known again; the others count from the start
        self.assertEqual(self.figures(), [1, 0, 0, 0, 0])

    def test_many_at_once_sell_nothing_twice(self):
        sold = self.order()
        answers = []

        def wisher(name):
            for i in range(20):
                answers.append(self.shop.call('POST', WISHES, wish(quantity=1, customer=dict(
                    CUSTOMER, email=f'{name}-{i}@example.org')))[0])

        threads = [threading.Thread(target=wisher, args=(name,)) for name in 'abcd']
        for thread in threads:
            thread.start()
        self.call('POST', f'{ORDERS}/{sold["order"]}/cancel')
        for thread in threads:
            thread.join()
        self.assertEqual(answers, 80 * [201])
        deadline = time.monotonic() + 10
        while self.shop.query("SELECT count(*) FROM orders WHERE status = 'held'")[0][0] < 10:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        self.assertEqual(self.shop.query('SELECT status, count(*) FROM wishes GROUP BY status'),
                         [('offered', 10), ('waiting', 70)])
        self.assertEqual(self.shop.stop(), 0)
        self.assertEqual(self.shop.verify().returncode, 0)


class Requests(Case):
    def test_repeats(self):
        self.order()
        first, again = self.made(key='one'), self.made(key='one')
        self.assertEqual(first, again)
        status, _, data = self.call('POST', WISHES, wish(quantity=3), {'Idempotency-Key': 'one'})
        self.assertEqual((status, data['type']), (409, '/ecluse/problems/idempotency-key-reused'))
        # An order under the same key is another thing.
        status, _, data = self.call('POST', ORDERS, json.dumps({
            'lines': [{'offer': 'lesson', 'quantity': 1}], 'customer': CUSTOMER}), {'Idempotency-Key': 'one'})
        self.assertEqual(status, 201, data)
        self.assertNotEqual(self.made()['wish'], self.made()['wish'])

    def test_bad_bodies(self):
        self.refused('missing-field', 422, '/latest', latest=None)
        self.refused('missing-field', 422, '/customer', customer=None)
        self.refused('missing-field', 422, '/customer/address', customer={'name': 'A', 'email': 'a@example.org'})
        self.refused('unknown-field', 422, '/lines', lines=[])
        self.refused('bad-value', 422, '/latest', latest='soon')
        self.refused('bad-value', 422, '/latest', latest=day(3) + 'T10:00')
        self.refused('unknown-offer', 422, '/offer', offer='nothing')
        self.refused('bad-quantity', 422, '/quantity', quantity=0)
        self.refused('bad-quantity', 422, '/quantity', quantity=1.2345)
        self.refused('bad-quantity', 422, '/quantity', quantity=1e7)
        self.refused('bad-email', 422, '/customer/email', customer=dict(CUSTOMER, email='anne'))
        self.refused('wrong-kind', 422, '/quantity', quantity='2')
        self.assertIn('9 days', self.refused('want-beyond', 422, latest=day(10))['detail'])
        self.refused('want-beyond', 422, latest=day(-1))
        self.refused('customer-limit', 409, offer='few', quantity=3)
        self.assertEqual(self.shop.query('SELECT count(*) FROM wishes'), [(0,)])

    def test_who_may(self):
        self.order()
        made = self.made()
        path = f'{WISHES}/{made["wish"]}'
        for headers in ({}, {'Authorization': 'Bearer ' + '0' * 32}):
            self.assertEqual(self.call('GET', path, None, headers)[0], 401)
            self.assertEqual(self.call('POST', path + '/withdraw', None, headers)[0], 401)
        bearer = {'Authorization': f'Bearer {made["token"]}'}
        self.assertEqual(self.call('GET', f'{WISHES}/short', None, bearer)[0], 404)
        self.assertEqual(self.call('POST', path + '/withdraw', '{"a": 1}', bearer)[0], 422)


if __name__ == '__main__':
    unittest.main(verbosity=2)
