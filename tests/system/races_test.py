"""What happens at the same instant: the same hold confirmed, cancelled and replaced, holds that expire while they are
confirmed, one key on many connections, and a shop file applied while it sells. Afterwards the tables are summed by hand."""
import concurrent.futures
import json
import os
import random
import re
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import running  # noqa: E402  (stands beside this file)

ORDERS = '/ecluse/api/v1/orders'
SHORT = running.SHOP.replace('hold_minutes: 15', 'hold_minutes: 0.02, payment_minutes: 0')
OPEN = ('held', 'confirmed', 'started', 'done', 'shipped', 'delivered')
THREADS = 8


def at_once(count, work):
    """work(0) .. work(count - 1), all let go together; their results."""
    gate = threading.Barrier(count)

    def one(index):
        gate.wait()
        return work(index)
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


class Races(unittest.TestCase):
    def check(self, shop, stock=100):
        """No unit sold twice, by the tables and by the program's own word."""
        marks = ','.join(f"'{status}'" for status in OPEN)
        sold = shop.query('select coalesce(sum(quantity_thousandths), 0) from order_lines l join orders o on '
                          f"o.number = l.order_number where l.offer = 'rare' and o.status in ({marks})")[0][0]
        self.assertLessEqual(sold, stock * 1000)
        self.assertEqual(shop.query('select count(*) - count(distinct id) from orders'), [(0,)])
        done = shop.verify()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return sold // 1000

    def status(self, shop, order):
        return shop.query('select status from orders where id = ?', order)[0][0]

    def test_confirmed_and_cancelled_at_once(self):
        with running.Shop() as shop:
            shop.start()
            for round_number in range(8):
                _, _, held = shop.order('rare', round_number, quantity=50, hold=True)
                path = f'{ORDERS}/{held["order"]}/'
                answers = at_once(6, lambda i, path=path: shop.call('POST', path + ('confirm', 'cancel')[i % 2], '{}'))
                self.assertEqual({answers[i][0] for i in (1, 3, 5)}, {200})
                self.assertTrue({answers[i][0] for i in (0, 2, 4)} <= {200, 409})
                self.assertEqual(self.status(shop, held['order']), 'cancelled')
            self.assertEqual(self.check(shop), 0)

    def test_one_hold_replaced_by_many(self):
        with running.Shop() as shop:
            shop.start()
            for round_number in range(5):
                _, _, held = shop.order('rare', round_number, quantity=100, hold=True)
                answers = at_once(6, lambda i, held=held: shop.order('rare', i, quantity=100, hold=True,
                                                                     replaces=held['order']))
                self.assertEqual(sorted(status for status, _, _ in answers), [201] + 5 * [409], answers)
                winner = next(answer for status, _, answer in answers if status == 201)
                self.assertEqual(self.status(shop, held['order']), 'replaced')
                self.assertEqual(self.check(shop), 100)
                self.assertEqual(shop.call('POST', f'{ORDERS}/{winner["order"]}/cancel')[0], 200)

    def test_holds_expire_while_they_are_confirmed(self):
        with running.Shop(SHORT) as shop:
            shop.start()
            confirmed, refused, sold_out = [], [], []
            over = time.monotonic() + 6

            def buyer(index):
                chance = random.Random(index)
                number = 0
                while time.monotonic() < over:
                    number += 1
                    status, _, held = shop.order('rare', f'{index}-{number}', quantity=7, hold=True)
                    if status != 201:
                        self.assertEqual((status, held['type']), (409, '/ecluse/problems/sold-out'))
                        sold_out.append(1)
                        time.sleep(0.05)
                        continue
                    time.sleep(chance.uniform(0.6, 1.6))
                    status, _, answer = shop.call('POST', f'{ORDERS}/{held["order"]}/confirm')
                    if status == 200:
                        confirmed.append(held['order'])
                    else:
                        self.assertEqual((status, answer['type']), (409, '/ecluse/problems/hold-expired'))
                        refused.append(held['order'])
            at_once(THREADS, buyer)
            self.assertTrue(confirmed and refused, (len(confirmed), len(refused)))
            self.assertEqual({self.status(shop, order) for order in confirmed}, {'confirmed'})
            self.assertEqual({self.status(shop, order) for order in refused}, {'expired'})
            time.sleep(2)
            self.assertEqual(self.check(shop), 7 * len(confirmed))

    def test_one_key_with_one_body_and_with_many(self):
        with running.Shop() as shop:
            shop.start()
            key = {'Idempotency-Key': 'the same'}
            same = at_once(100, lambda _: shop.order('rare', 1, headers=key, quantity=3))
            self.assertEqual({status for status, _, _ in same}, {201})
            self.assertEqual(len({json.dumps(answer) for _, _, answer in same}), 1)
            key = {'Idempotency-Key': 'another'}
            mixed = at_once(40, lambda i: shop.order('rare', i, headers=key, quantity=1 + i % 2))
            answers = [answer for status, _, answer in mixed if status == 201]
            self.assertEqual(len(answers), 1)
            self.assertEqual({answer['type'] for status, _, answer in mixed if status == 409},
                             {'/ecluse/problems/idempotency-key-reused'})
            self.assertEqual(self.check(shop), 3 + answers[0]['lines'][0]['quantity'])

    def test_applied_and_read_while_it_sells(self):
        with running.Shop() as shop:
            shop.start()
            over = threading.Event()
            counts = {'orders': 0}

            def buy(index):
                connection = shop.connect()
                number = 0
                while not over.is_set():
                    number += 1
                    status, _, answer = shop.order(('jar', 'rare')[number % 2], f'{index}-{number}', connection, hold=number % 3 == 0)
                    self.assertIn(status, (201, 409))
                    if status == 201:
                        counts['orders'] += 1
                        if number % 5 == 0:
                            self.assertEqual(shop.call('POST', f'{ORDERS}/{answer["order"]}/cancel', connection=connection)[0], 200)
                connection.close()

            def look(_):
                connection = shop.connect()
                while not over.is_set():
                    for path in ('/', '/offers/jar', '/ecluse/metrics', '/ecluse/api/v1/offers', '/ecluse/health'):
                        self.assertEqual(shop.call('GET', path, connection=connection)[0], 200)
                connection.close()

            def change(_):
                for price in range(10, 22):
                    with open(shop.file, 'w', encoding='utf-8') as file:
                        file.write(re.sub(r'price: 9.90', f'price: {price}.50', running.SHOP))
                    done = shop.run('apply', shop.database, shop.file)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    time.sleep(0.1)
                over.set()
            try:
                at_once(THREADS, lambda i: (change if i == 0 else look if i < 3 else buy)(i))
            finally:
                over.set()
            self.assertIn('21.50', str(shop.call('GET', '/ecluse/api/v1/offers')[2]))
            self.check(shop)
            self.assertEqual(shop.query('select count(*) from orders'), [(counts['orders'],)])
            self.assertEqual(shop.stop(), 0)
            self.check(shop)

    def test_nobody_is_sent_away_because_the_shop_changes(self):
        """Changes close together: whoever waits for the dates of one shop gets those of the next."""
        with running.Shop() as shop:
            shop.start()
            over = threading.Event()
            left = threading.Semaphore(0)

            def look(path):
                connection = shop.connect()
                while not over.is_set():
                    status, _, answer = shop.call('GET', path, connection=connection)
                    self.assertEqual(status, 200, answer)
                connection.close()

            def change(series):
                file = f'{shop.file}.{series}'
                for price in range(15):
                    with open(file, 'w', encoding='utf-8') as written:
                        written.write(running.SHOP.replace('price: 9.90', f'price: {10 + 100 * series + price}.50'))
                    done = shop.run('apply', shop.database, file)
                    self.assertEqual(done.returncode, 0, done.stderr)
                left.release()
                if series == 0:
                    for _ in range(3):
                        left.acquire()
                    over.set()
            looks = ('/ecluse/api/v1/offers', '/ecluse/api/v1/offers/jar', '/offers/jar') * 2
            try:
                at_once(3 + len(looks), lambda i: change(i) if i < 3 else look(looks[i - 3]))
            finally:
                over.set()


if __name__ == '__main__':
    unittest.main()
