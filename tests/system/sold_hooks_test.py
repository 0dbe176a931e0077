"""Orders of the shop behind: its webhooks signed, forged, replayed, out of order, twice at once, too large; what each
status does to stock and orders; the same order by webhook and by file. Afterwards the program checks its own tables."""
import base64
import concurrent.futures
import csv
import datetime
import hashlib
import hmac
import http.client
import json
import os
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import running  # noqa: E402  (stands beside this file)

SECRET = 'a-secret-of-the-shop-that-nobody-knows'
SHOPIFY_SECRET = 'f' * 64  # as long as the block of the hash
WOO = '/ecluse/hooks/woocommerce'
SHOPIFY = '/ecluse/hooks/shopify'
os.environ['ECLUSE_WOOCOMMERCE_SECRET'] = SECRET
os.environ['ECLUSE_SHOPIFY_SECRET'] = SHOPIFY_SECRET

SHOP = running.SHOP.replace('offers:', '''  slow: {cut_off: "23:00", collects: mon-sun, transit_days: 9, delivers: mon-sun, charge: 4.90}
offers:
  tea: {name: Tea, price: 2.00, vat_rate: 20, carrier: slow, items: {jar: 0.25}}
  visit: {name: Visit, price: 55.00, vat_rate: 20, on_site: true, routing: [{work_center: packing, minutes: 30}]}''')
SHOP = SHOP.replace('hold_minutes: 15', 'hold_minutes: 15, usual_days: 5')


def stamp(minutes=0):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return at.strftime('%Y-%m-%dT%H:%M:%S')


def woo(number, lines=(('rare', 2),), status='processing', minutes=0, **more):
    """An order as WooCommerce sends it, changed so many minutes from now."""
    return dict({
        'id': number, 'number': str(number), 'status': status, 'currency': 'EUR', 'date_created_gmt': stamp(-10),
        'date_modified_gmt': stamp(minutes), 'total': '39.80',
        'billing': {'first_name': 'Anne', 'last_name': 'Le Goff', 'address_1': '3 rue des Filets', 'address_2': '',
                    'city': 'Concarneau', 'postcode': '29900', 'country': 'FR', 'email': f'anne{number}@example.org',
                    'phone': '+33 2 98 00 00 00'},
        'shipping': {'first_name': '', 'last_name': '', 'address_1': ''},
        'line_items': [{'id': i, 'name': sku.title(), 'product_id': 90 + i, 'variation_id': 0, 'quantity': quantity,
                        'sku': sku, 'total': '19.90', 'total_tax': '3.98'} for i, (sku, quantity) in enumerate(lines)],
        'refunds': []}, **more)


def shopify(number, lines=(('rare', 2),), **more):
    return dict({
        'id': number, 'name': f'#{number}', 'email': f'bob{number}@example.org', 'financial_status': 'paid',
        'fulfillment_status': None, 'cancelled_at': None, 'created_at': stamp(-10) + '+00:00',
        'updated_at': stamp() + '+00:00', 'test': False, 'refunds': [],
        'shipping_address': {'first_name': 'Bob', 'last_name': 'Norman', 'address1': '1 quai', 'zip': '29900',
                             'city': 'Concarneau', 'country_code': 'FR'},
        'line_items': [{'id': 7000 + i, 'name': sku.title(), 'quantity': quantity, 'sku': sku, 'price': '19.90'}
                       for i, (sku, quantity) in enumerate(lines)]}, **more)


def signature(body, secret):
    return base64.b64encode(hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()).decode()


class Hooks(unittest.TestCase):
    delivery = 0

    def send(self, shop, order, topic='order.updated', path=WOO, secret=SECRET, delivery=None, connection=None):
        """(status, outcome)."""
        Hooks.delivery += 1
        body = order if isinstance(order, str) else json.dumps(order)
        front, signed = ('X-WC-Webhook-', 'Signature') if path == WOO else ('X-Shopify-', 'Hmac-Sha256')
        identity = 'Delivery-ID' if path == WOO else 'Webhook-Id'
        status, _, answer = shop.call('POST', path, body, {
            front + 'Topic': topic, front + identity: delivery or f'd{Hooks.delivery}',
            front + signed: signature(body, secret)}, connection)
        return status, answer.get('outcome')

    def started(self, text=SHOP):
        shop = running.Shop(text)
        self.addCleanup(shop.__exit__)
        shop.__enter__()
        shop.start()
        return shop

    def left(self, shop, item='rare'):
        """What can be promised of an item now."""
        done = shop.run('atp', shop.database, item, '--days', '1', '--json')
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)['days'][0]['atp']

    def origin(self, shop, reference):
        """(status here or None, broken, what is unknown) of an order of the shop behind."""
        return shop.query('select o.status, o.broken, g.unknown from origins g left join orders o '
                          'on o.number = g.order_number where g.reference = ?', reference)[0]

    def verified(self, shop):
        done = shop.verify()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_who_may_speak(self):
        shop = self.started()
        body = json.dumps(woo(1))
        good = {'X-WC-Webhook-Topic': 'order.created', 'X-WC-Webhook-Signature': signature(body, SECRET)}
        for headers in ({}, dict(good, **{'X-WC-Webhook-Signature': signature(body, SECRET + 'x')}),
                        dict(good, **{'X-WC-Webhook-Signature': signature(body + ' ', SECRET)}),
                        dict(good, **{'X-WC-Webhook-Signature': ''}),
                        dict(good, **{'X-WC-Webhook-Signature': signature(body, SECRET)[:-1]}),
                        {'X-Shopify-Topic': 'orders/create', 'X-Shopify-Hmac-Sha256': signature(body, SECRET)}):
            self.assertEqual(shop.call('POST', WOO, body, headers)[0], 401)
        self.assertEqual(shop.call('POST', SHOPIFY, body, good)[0], 401)
        self.assertEqual(shop.call('POST', '/ecluse/hooks/magento', body, good)[0], 404)
        self.assertEqual(shop.call('GET', WOO)[0], 405)
        ping = {'Content-Type': 'application/x-www-form-urlencoded'}
        self.assertEqual(shop.call('POST', WOO, 'webhook_id=12', ping)[0], 200)
        self.assertEqual(shop.call('POST', WOO, 'webhook_id=12&x=1', ping)[0], 401)
        self.assertEqual(shop.query('select count(*) from origins'), [(0,)])
        self.assertEqual(self.left(shop), 100)
        self.assertEqual(shop.call('POST', WOO, body, good)[0], 200)
        self.assertEqual(self.left(shop), 98)
        self.verified(shop)

    def test_without_a_secret_nobody_speaks(self):
        kept = os.environ.pop('ECLUSE_WOOCOMMERCE_SECRET')
        try:
            shop = self.started()
            self.assertEqual(self.send(shop, woo(1))[0], 401)
            self.assertEqual(self.send(shop, woo(1), secret='')[0], 401)
            self.assertEqual(shop.call('POST', WOO, 'webhook_id=12')[0], 401)
            os.environ['ECLUSE_WOOCOMMERCE_SECRET'] = 'short'
            other = running.Shop(SHOP)
            self.addCleanup(other.__exit__)
            other.__enter__()
            done = other.run('serve', other.database, '--listen', '127.0.0.1:0')
            self.assertEqual(done.returncode, 2)
            self.assertIn('ECLUSE_WOOCOMMERCE_SECRET', done.stderr)
        finally:
            os.environ['ECLUSE_WOOCOMMERCE_SECRET'] = kept

    def test_bodies_too_large_or_no_orders(self):
        shop = self.started()
        with self.assertRaises((ConnectionError, AssertionError)):
            status, _ = self.send(shop, json.dumps(woo(1, note='x' * 10_000_000)))
            self.assertEqual(status, 413)
            raise ConnectionError  # the answer came before the body was read
        self.assertEqual(self.send(shop, woo(2, note='x' * 900_000)), (200, 'taken'))
        self.assertEqual(self.send(shop, '{"id": 3')[0], 400)
        self.assertEqual(self.send(shop, '[]')[0], 422)
        for broken in ({'id': 'x'}, {'status': None}, {'line_items': None}, {'line_items': [{'quantity': 'two'}]},
                       {'line_items': [{'quantity': 1.0005}]}):
            self.assertEqual(self.send(shop, woo(3, **broken))[0], 422, broken)
        self.assertEqual(self.send(shop, {'id': 3}, 'order.updated')[0], 422)
        self.assertEqual(self.send(shop, woo(2), 'order.deleted')[0], 422)
        self.assertEqual(self.send(shop, {'id': 2, 'name': 'x'}, 'product.updated'), (200, 'ignored'))
        status, _, _ = shop.call('POST', '/ecluse/api/v1/orders', running.order_body('jar', 1, note='x' * 100_000))
        self.assertEqual(status, 413)
        self.assertEqual(self.left(shop), 98)
        self.verified(shop)

    def test_what_each_status_does(self):
        shop = self.started()
        steps = [('pending', 'held', 'held', 98), ('processing', 'taken', 'confirmed', 98),
                 ('on-hold', 'same', 'confirmed', 98), ('cancelled', 'cancelled', 'cancelled', 100),
                 ('failed', 'same', 'cancelled', 100), ('processing', 'taken', 'confirmed', 98),
                 ('refunded', 'cancelled', 'cancelled', 100), ('on-hold', 'taken', 'confirmed', 98),
                 ('being-knitted', 'same', 'confirmed', 98), ('completed', 'delivered', 'delivered', 98),
                 ('completed', 'same', 'delivered', 98), ('refunded', 'left', 'delivered', 98)]
        for minute, (status, outcome, here, left) in enumerate(steps):
            self.assertEqual(self.send(shop, woo(5, status=status, minutes=minute)), (200, outcome), (minute, status))
            self.assertEqual((self.origin(shop, 'woocommerce:5')[0], self.left(shop)), (here, left), (minute, status))
        self.assertEqual(shop.query('select count(*) from origins'), [(1,)])
        self.assertEqual(shop.query("select count(*) from orders where status = 'delivered'"), [(1,)])
        self.assertEqual(self.send(shop, woo(6, status='completed')), (200, 'history'))
        self.assertEqual(self.send(shop, woo(6, status='completed', minutes=1)), (200, 'same'))
        self.assertEqual(shop.query('select order_name, offer, quantity_thousandths, unit_price_minor from history'),
                         [('6', 'rare', 2000, 1194)])
        self.assertEqual(self.left(shop), 98)
        self.verified(shop)

    def test_deleted_and_restored(self):
        shop = self.started()
        self.assertEqual(self.send(shop, woo(7), 'order.created'), (200, 'taken'))
        self.assertEqual(self.send(shop, {'id': 7}, 'order.deleted', delivery='gone'), (200, 'cancelled'))
        self.assertEqual(self.left(shop), 100)
        self.assertEqual(self.send(shop, woo(7, minutes=1), 'order.restored'), (200, 'taken'))
        self.assertEqual(self.send(shop, {'id': 7}, 'order.deleted', delivery='gone'), (200, 'again'))
        shop.stop()
        shop.start()  # what was remembered in memory is gone
        self.assertEqual(self.send(shop, {'id': 7}, 'order.deleted', delivery='gone'), (200, 'stale'))
        self.assertEqual(self.left(shop), 98)
        self.assertEqual(self.send(shop, {'id': 7}, 'order.deleted'), (200, 'cancelled'))
        self.assertEqual(self.send(shop, {'id': 8}, 'order.deleted'), (200, 'same'))
        self.verified(shop)

    def test_replayed_and_out_of_order(self):
        shop = self.started()
        old, new = woo(9, [('rare', 5)], minutes=0), woo(9, [('rare', 1)], minutes=1)
        self.assertEqual(self.send(shop, new, delivery='new'), (200, 'taken'))
        self.assertEqual(self.send(shop, old, delivery='old'), (200, 'stale'))
        self.assertEqual(self.left(shop), 99)
        self.assertEqual(self.send(shop, new, delivery='new'), (200, 'again'))
        self.assertEqual(self.send(shop, new), (200, 'same'))
        self.assertEqual(shop.query('select count(*) from orders'), [(1,)])
        changed = woo(9, [('rare', 3), ('jar', 1)], minutes=2)
        self.assertEqual(self.send(shop, changed), (200, 'taken'))
        self.assertEqual(self.left(shop), 97)
        self.assertEqual(shop.query('select status from orders order by number'), [('replaced',), ('confirmed',)])
        self.assertEqual(self.send(shop, woo(9, [], minutes=3)), (200, 'cancelled'))
        self.assertEqual(self.left(shop), 100)
        self.verified(shop)

    def test_twice_at_once(self):
        shop = self.started()
        gate = threading.Barrier(8)
        orders = [woo(number, [('rare', 3)]) for number in (10, 11)]

        def one(index):
            gate.wait()
            return self.send(shop, orders[index % 2], delivery=f'same{index}')
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(one, range(8)))
        self.assertEqual({status for status, _ in answers}, {200})
        self.assertEqual(sorted(outcome for _, outcome in answers), 6 * ['same'] + 2 * ['taken'])
        self.assertEqual(self.left(shop), 94)
        shop.kill()  # what was answered is on the disk
        shop.start()
        self.assertEqual(self.left(shop), 94)
        self.assertEqual(self.send(shop, woo(10, [('rare', 3)])), (200, 'same'))
        self.verified(shop)

    def test_what_cannot_be_kept_is_taken_and_told(self):
        shop = self.started()
        self.assertEqual(self.send(shop, woo(20, [('rare', 130)])), (200, 'taken'))
        self.assertEqual(self.origin(shop, 'woocommerce:20')[:2], ('confirmed', 1))
        self.assertEqual(shop.order('rare', 1)[0], 409)
        self.assertEqual(self.send(shop, woo(21, [('tea', 1.5)])), (200, 'taken'))  # nine days, five were promised
        number, first, now = shop.query("select number, first_deliver_by, deliver_by from orders where number = 2")[0]
        self.assertLess(first, now)
        done = shop.run('board', shop.database)
        self.assertIn('20', done.stdout)
        listed = json.loads(shop.run('board', shop.database, '--json').stdout)
        kinds = {alarm.get('origin'): alarm['kind'] for alarm in listed['alarms'] if 'origin' in alarm}
        self.assertEqual(kinds, {'woocommerce 20': 'broken', 'woocommerce 21': 'late'})
        mended = shop.run('disrupt', shop.database, 'count', 'rare', '100', '--dry-run', '--json')
        broken = {order['origin']: order for order in json.loads(mended.stdout)['broken']}
        self.assertEqual(broken['woocommerce 20']['mends'][0]['kind'], 'receipt')
        self.assertEqual(broken['woocommerce 20']['mends'][0]['quantity'], 30)
        lines = shop.call('GET', '/ecluse/metrics')[2].decode().splitlines()
        figures = dict(line.rsplit(' ', 1) for line in lines if line.startswith('ecluse_sold'))
        self.assertEqual((figures['ecluse_sold_messages_total{outcome="taken"}'], figures['ecluse_sold_broken_total']), ('2', '2'))
        self.assertEqual(shop.run('disrupt', shop.database, 'count', 'rare', '131').returncode, 0)
        self.assertEqual(self.origin(shop, 'woocommerce:20')[:2], ('confirmed', 0))
        self.assertEqual(self.left(shop), 1)
        self.verified(shop)

    def test_what_no_offer_has(self):
        shop = self.started()
        lines = [('rare', 1), ('a mug', 2), ('jar', 0.5)]
        self.assertEqual(self.send(shop, woo(30, lines)), (200, 'taken'))
        self.assertEqual(self.origin(shop, 'woocommerce:30'), ('confirmed', 0, '2 x A Mug (a mug)'))
        self.assertEqual(self.left(shop, 'jar'), 999999.5)
        self.assertEqual(self.send(shop, woo(31, [('a mug', 2)])), (200, 'nothing'))
        self.assertEqual(self.origin(shop, 'woocommerce:31'), (None, None, '2 x A Mug (a mug)'))
        refunded = woo(32, refunds=[{'id': 1, 'total': '-5.00'}])
        self.assertEqual(self.send(shop, refunded), (200, 'taken'))
        self.assertIn('refund of -5.00', self.origin(shop, 'woocommerce:32')[2])
        listed = json.loads(shop.run('board', shop.database, '--json').stdout)
        self.assertEqual([(order['origin'], order['unknown']) for order in listed['unknown'][:2]],
                         [('woocommerce 30', '2 x A Mug (a mug)'), ('woocommerce 31', '2 x A Mug (a mug)')])
        self.assertIn('A Mug', shop.run('board', shop.database).stdout)
        self.verified(shop)

    def test_shopify(self):
        shop = self.started()

        def send(order, topic='orders/updated'):
            return self.send(shop, order, topic, SHOPIFY, SHOPIFY_SECRET)
        self.assertEqual(send(shopify(1001), 'orders/create'), (200, 'taken'))
        back = [{'refund_line_items': [{'line_item_id': 7000, 'quantity': 1, 'restock_type': 'cancel'}]}]
        later = stamp(1) + '+00:00'
        self.assertEqual(send(shopify(1001, refunds=back, updated_at=later)), (200, 'taken'))
        self.assertEqual(self.left(shop), 99)
        self.assertEqual(send(shopify(1001)), (200, 'stale'))
        self.assertEqual(send({'id': 5, 'order_id': 1001}, 'refunds/create'), (200, 'ignored'))
        ended = shopify(1001, cancelled_at=later, updated_at=later)
        self.assertEqual(send(ended, 'orders/cancelled'), (200, 'cancelled'))
        self.assertEqual(self.left(shop), 100)
        self.assertEqual(send(shopify(1002, [('visit', 1)])), (200, 'taken'))
        done = shopify(1002, [('visit', 1)], fulfillment_status='fulfilled', updated_at=later)
        self.assertEqual(send(done, 'orders/fulfilled'), (200, 'delivered'))
        self.assertEqual(send({'id': 1002}, 'orders/delete'), (200, 'left'))
        self.assertEqual(send(shopify(1003, test=True)), (200, 'same'))
        self.assertEqual(self.left(shop), 100)
        self.verified(shop)

    def test_the_same_by_file(self):
        shop = self.started()
        self.assertEqual(self.send(shop, woo(40)), (200, 'taken'))
        path = os.path.join(shop.folder, 'orders.json')
        with open(path, 'w', encoding='utf-8') as file:
            for part in ([woo(40, minutes=1), woo(41, [('rare', 4)]), woo(42, status='completed')],
                         {'orders': [woo(43, [('rare', 1)], billing=None)]}, woo(44, status='cancelled')):
                file.write(json.dumps(part, indent=1) + '\n')
        before = shop.query('select * from origins')
        tried = shop.run('import', shop.database, 'woocommerce-orders', path, '--dry-run', '--json')
        self.assertEqual(tried.returncode, 0, tried.stderr)
        self.assertEqual(shop.query('select * from origins'), before)
        first = shop.run('import', shop.database, 'woocommerce-orders', path, '--json')
        self.assertEqual(first.returncode, 0, first.stderr)
        taken = {key: tally['count'] for key, tally in json.loads(first.stdout)['taken'].items()}
        self.assertEqual(taken, {'orders': 2, 'orders_history': 1, 'orders_same': 2})
        self.assertEqual(json.loads(tried.stdout)['taken'].keys(), json.loads(first.stdout)['taken'].keys())
        self.assertEqual(self.left(shop), 93)
        again = shop.run('import', shop.database, 'woocommerce-orders', path, '--json')
        self.assertEqual({key: tally['count'] for key, tally in json.loads(again.stdout)['taken'].items()},
                         {'orders_same': 5})
        self.assertEqual(shop.query('select count(*) from history'), [(1,)])
        folder = os.path.join(shop.folder, 'out')
        self.assertEqual(shop.run('export', shop.database, folder).returncode, 0)
        with open(os.path.join(folder, 'orders.csv'), encoding='utf-8') as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row['origin'] for row in rows], ['woocommerce:40', 'woocommerce:41', 'woocommerce:43'])
        day = rows[0]['ship_by'][:10]
        slips = json.loads(shop.run('slips', shop.database, '--day', day, '--json').stdout)
        self.assertIn('woocommerce 40', [slip.get('origin') for slip in slips['slips']])
        shop.stop()
        again = shop.run('import', shop.database, 'woocommerce-orders', path)  # without a server
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(self.left(shop), 93)
        self.verified(shop)

    def test_shopify_by_table(self):
        shop = self.started()
        path = os.path.join(shop.folder, 'orders_export.csv')
        at = datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%d %H:%M:%S +0000')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('Name,Email,Financial Status,Fulfillment Status,Created at,Lineitem quantity,Lineitem name,Lineitem price,'
                       'Lineitem sku,Shipping Name,Shipping Street,Shipping Zip,Shipping City,Shipping Country,Cancelled at,Id\n'
                       f'#1,a@example.org,paid,unfulfilled,{at},2,"Rare, ""old""",19.90,rare,Ann,1 quai,29900,Brest,FR,,5001\n'
                       '#1,a@example.org,,,,3,Mug,9.90,mug,,,,,,,\n'
                       f'#2,b@example.org,pending,fulfilled,{at},4,Rare,19.90,rare,Bob,2 quai,29900,Brest,FR,,5002\n'
                       f'#3,c@example.org,refunded,unfulfilled,{at},5,Rare,19.90,rare,Cleo,3 quai,29900,Brest,FR,{at},5003\n'
                       f'#4,d@example.org,paid,unfulfilled,{at},1,Rare,19.90,rare,Dan,4 quai,29900,Brest,FR,,\n')
        for turn in ({'orders': 1, 'orders_history': 1, 'orders_same': 1}, {'orders_same': 3}):
            done = shop.run('import', shop.database, 'shopify-orders', path, '--json')
            self.assertEqual(done.returncode, 0, done.stderr)
            told = json.loads(done.stdout)
            self.assertEqual({key: tally['count'] for key, tally in told['taken'].items()}, turn)
            self.assertEqual(told['not_taken']['order_unreadable']['count'], 1)
        self.assertEqual(self.origin(shop, 'shopify:5001'), ('confirmed', 0, '3 x Mug (mug)'))
        self.assertEqual(self.left(shop), 98)
        self.assertEqual(shop.query('select name, street from customers'), [('Ann', '1 quai')])
        with open(path, 'w', encoding='utf-8') as file:
            file.write('Handle,Title\nx,y\n')
        done = shop.run('import', shop.database, 'shopify-orders', path)
        self.assertEqual(done.returncode, 2)
        self.assertIn('no header', done.stderr)
        self.verified(shop)

    def test_an_evening_of_messages_has_an_allowance_of_its_own(self):
        """More than the thousand changes that an address may make at once."""
        address = running.own_address()
        if address is None:
            self.skipTest('this machine has no address but the loopback')
        shop = running.Shop(SHOP)
        self.addCleanup(shop.__exit__)
        shop.__enter__()
        shop.start(30, host=address)
        connection = http.client.HTTPConnection(address, shop.port, timeout=20)
        self.addCleanup(connection.close)
        said = {shop.call('POST', WOO, '{}', connection=connection)[0] for _ in range(1500)}
        self.assertEqual(said, {401})

    def test_real_orders(self):
        """Bodies of WooCommerce's and Shopify's own documents, where the data is there."""
        folder = os.path.join(os.environ.get('ECLUSE_SOURCE', '.'), '..', 'shared')
        path = os.path.join(folder, 'data', 'woocommerce', 'wc_rest_v3_orders_example_2.json')
        if not os.path.exists(path):
            self.skipTest(f'{path} is not there')
        shop = self.started(SHOP + '  Bar3: {name: Bar, price: 12.00, vat_rate: 20, carrier: post, items: {rare: 1}}\n'
                            '  woo-93: {name: Single, price: 3.00, vat_rate: 20, carrier: post, items: {rare: 1}}\n')
        done = shop.run('import', shop.database, 'woocommerce-orders', path, '--json')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.origin(shop, 'woocommerce:727')[0::2], ('confirmed', None))
        self.assertEqual(self.left(shop), 97)
        self.verified(shop)


if __name__ == '__main__':
    unittest.main()
