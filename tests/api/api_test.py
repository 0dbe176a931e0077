"""The JSON API over real sockets: the way of an order, every bad input, and nothing sold twice.

Every reply is also compared with web/openapi.json (described.py).
"""
import datetime
import json
import os
import socket
import struct
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'system'))
import described  # noqa: E402
import running  # noqa: E402

TOMORROW = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)).date()
WEEKDAY = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'][TOMORROW.weekday()]

SHOP = f'''shop: {{name: Test, currency: EUR, time_zone: UTC}}
promise: {{horizon_days: 10, max_days: 3, hold_minutes: 15}}
calendars:
  always: {{open: {{mon-sun: "00:00-24:00"}}}}
  half-an-hour: {{open: {{{WEEKDAY}: "12:00-12:30"}}}}
work_centers:
  packing: {{people: 3, calendar: always}}
  kitchen: {{people: 1, calendar: half-an-hour}}
items:
  jar: {{on_hand: 1000000, unit_cost: 1.00}}
  rare: {{on_hand: 100, unit_cost: 1.00}}
  late: {{on_hand: 0, unit_cost: 1.00}}
  flour: {{on_hand: 10.5, unit: kg, unit_cost: 1.00}}
receipts: [{{item: late, quantity: 50, due: {(TOMORROW + datetime.timedelta(days=3)).isoformat()}}}]
carriers:
  post: {{cut_off: "23:59", collects: mon-sun, transit_days: 1, delivers: mon-sun, charge: 4.90}}
offers:
  jar: {{name: {{fr: "Pot « bon »", en: 'A "good" jar'}}, price: 9.90, vat_rate: 20, carrier: post, items: {{jar: 1}}, routing: [{{work_center: packing, minutes: 0.25}}]}}
  rare: {{name: Rare, price: 19.90, vat_rate: 20, carrier: post, items: {{rare: 1}}}}
  late: {{name: Late, price: 1.00, vat_rate: 20, carrier: post, items: {{late: 1}}}}
  few: {{name: Few, price: 5.00, vat_rate: 5.5, carrier: post, items: {{jar: 1}}, max_per_customer: 2}}
  flour: {{name: Flour, price: 2.50, vat_rate: 5.5, carrier: post, items: {{flour: 1}}}}
  lesson: {{name: Lesson, price: 20.00, vat_rate: 20, on_site: true, routing: [{{work_center: kitchen, minutes: 3}}]}}
'''

ADDRESS = {'street': '3 rue des Filets', 'postcode': '29900', 'city': 'Concarneau', 'country': 'FR'}
CUSTOMER = {'name': 'Anne Le Goff', 'email': 'anne@example.org', 'address': ADDRESS}
ORDERS = '/ecluse/api/v1/orders'
QUOTES = '/ecluse/api/v1/quotes'
OFFERS = '/ecluse/api/v1/offers'


def lines(*pairs):
    return [{'offer': offer, 'quantity': quantity} for offer, quantity in pairs]


def customer(**changed):
    return {name: value for name, value in dict(CUSTOMER, **changed).items() if value is not None}


def body(*pairs, **more):
    return json.dumps({'lines': lines(*(pairs or [('jar', 1)])), 'customer': CUSTOMER, **more})


class Case(unittest.TestCase):
    SHOP = SHOP

    @classmethod
    def setUpClass(cls):
        cls.shop = running.Shop(cls.SHOP)
        cls.shop.__enter__()
        cls.addClassCleanup(cls.shop.__exit__, None, None, None)
        cls.shop.start()

    def call(self, method, path, text=None, headers=None):
        status, fields, data = self.shop.call(method, path, text, headers)
        if method != 'HEAD':
            self.assertIsNone(described.check(method, path, status, fields.get('Content-Type', ''), data))
        if status in (409, 422, 400, 404, 405, 406, 415, 401, 503):
            self.assertEqual(data['status'], status)
            self.assertTrue(data['detail'])
        return status, fields, data

    def post(self, text=None, path=ORDERS, **headers):
        return self.call('POST', path, text if text is not None else body(),
                         {name.replace('_', '-'): value for name, value in headers.items()})

    def refused(self, status, problem, text=None, pointer=None, path=ORDERS, **headers):
        got, fields, data = self.post(text, path, **headers)
        self.assertEqual((got, data.get('type')), (status, '/ecluse/problems/' + problem), data)
        self.assertEqual(fields['Content-Type'], 'application/problem+json')
        if pointer is not None:
            self.assertEqual(data.get('pointer'), pointer, data)
        return data


class Order(Case):
    def test_order_read_cancel(self):
        status, fields, order = self.post(body(('jar', 2), ('flour', 0.5)))
        self.assertEqual(status, 201)
        self.assertEqual(fields['Location'], f'{ORDERS}/{order["order"]}')
        self.assertEqual(order['total'], {'amount': '25.95', 'currency': 'EUR'})
        self.assertEqual([(line['offer'], line['quantity']) for line in order['lines']], [('jar', 2), ('flour', 0.5)])
        self.assertEqual(order['status'], 'confirmed')
        path = f'{ORDERS}/{order["order"]}'
        bearer = {'Authorization': 'Bearer ' + order['token']}
        now = self.call('GET', path, headers=bearer)[2]
        self.assertEqual({name: now[name] for name in order if name != 'lines'}, {name: order[name] for name in order if name != 'lines'})
        self.assertEqual(now['lines'], [dict(line, status='confirmed') for line in order['lines']])
        self.assertEqual((now['first_ship_by'], now['first_deliver_by']), (order['ship_by'], order['deliver_by']))
        self.assertEqual((now['revised'], now['broken']), (0, False))
        status, _, cancelled = self.call('POST', path + '/cancel', headers=bearer)
        self.assertEqual((status, cancelled['status']), (200, 'cancelled'))
        self.assertEqual(self.call('POST', path + '/cancel', headers=bearer)[2], cancelled)
        self.assertEqual(self.call('GET', path, headers=bearer)[2]['status'], 'cancelled')
        status, _, problem = self.call('POST', path + '/confirm', headers=bearer)
        self.assertEqual((status, problem['type']), (409, '/ecluse/problems/wrong-status'))
        self.assertEqual(self.shop.query('select status from orders where id = ?', order['order']), [('cancelled',)])

    def test_only_the_token_opens_an_order(self):
        _, _, order = self.post()
        _, _, other = self.post()
        path = f'{ORDERS}/{order["order"]}'
        for headers in ({}, {'Authorization': 'Bearer ' + other['token']}, {'Authorization': 'Bearer '},
                        {'Authorization': 'Basic ' + order['token']}, {'Authorization': 'Bearer ' + order['token'][:-1]}):
            status, fields, data = self.call('GET', path, headers=headers)
            self.assertEqual((status, data['type']), (401, '/ecluse/problems/unauthorized'))
            self.assertIn('Bearer', fields['WWW-Authenticate'])
        self.assertEqual(self.call('POST', path + '/cancel', headers={'Authorization': 'Bearer ' + other['token']})[0], 401)
        self.assertEqual(self.call('GET', path, headers={'Authorization': 'bearer ' + order['token']})[0], 200)

    def test_unknown_orders(self):
        self.assertEqual(self.call('GET', ORDERS + '/nonsense')[0], 404)
        self.assertEqual(self.call('GET', ORDERS + '/' + '0' * 24)[0], 401)
        self.assertEqual(self.call('POST', ORDERS + '/' + '0' * 24 + '/confirm')[0], 404)
        self.assertEqual(self.call('POST', ORDERS + '/' + '0' * 24 + '/cancel')[0], 404)

    def test_hold_confirm(self):
        status, _, held = self.post(body(hold=True))
        self.assertEqual((status, held['status']), (201, 'held'))
        self.assertGreater(held['held_until'], held['placed_at'])
        path = f'{ORDERS}/{held["order"]}/confirm'
        status, _, confirmed = self.call('POST', path)
        self.assertEqual((status, confirmed['status']), (200, 'confirmed'))
        self.assertNotIn('held_until', confirmed)
        self.assertEqual(self.call('POST', path)[2], confirmed)
        self.assertEqual(self.call('POST', path, '{}')[2], confirmed)
        self.refused(422, 'unknown-field', '{"x":1}', '/x', path)
        self.refused(415, 'unsupported-media-type', '{}', None, path, Content_Type='text/plain')

    def test_replaces(self):
        _, _, first = self.post(body(('rare', 100), hold=True))
        self.refused(409, 'sold-out', body(('rare', 1)))
        status, _, second = self.post(body(('rare', 60), hold=True, replaces=first['order']))
        self.assertEqual((status, second['status']), (201, 'held'))
        bearer = {'Authorization': 'Bearer ' + first['token']}
        self.assertEqual(self.call('GET', f'{ORDERS}/{first["order"]}', headers=bearer)[2]['status'], 'replaced')
        status, _, rest = self.post(body(('rare', 40)))
        self.assertEqual(status, 201)
        self.refused(409, 'wrong-status', body(replaces=rest['order']))
        self.refused(422, 'unknown-order', body(replaces='0' * 24))
        self.refused(422, 'unknown-order', body(replaces='x'), '/replaces')
        for order in (second, rest):
            self.call('POST', f'{ORDERS}/{order["order"]}/cancel')

    def test_idempotency_key(self):
        raw = []
        for _ in range(3):
            connection = self.shop.connect()
            connection.request('POST', ORDERS, body(('jar', 3), hold=True),
                               {'Content-Type': 'application/json', 'Idempotency-Key': 'one purchase'})
            reply = connection.getresponse()
            raw.append((reply.status, reply.read()))
            connection.close()
            order = json.loads(raw[0][1])
            self.call('POST', f'{ORDERS}/{order["order"]}/confirm')
        self.assertEqual(raw[0], raw[1])
        self.assertEqual(raw[0], raw[2])
        self.assertEqual(raw[0][0], 201)
        self.refused(409, 'idempotency-key-reused', body(('jar', 4), hold=True), Idempotency_Key='one purchase')
        self.assertEqual(self.post(body(('jar', 4)), Idempotency_Key='another')[0], 201)
        self.assertEqual(self.shop.query('select count(*) from orders where id = ?', order['order']), [(1,)])
        self.refused(422, 'bad-idempotency-key', Idempotency_Key='x' * 256)
        self.refused(422, 'bad-idempotency-key', Idempotency_Key='')

    def test_a_repeat_after_other_hold_minutes(self):
        _, _, held = self.post(body(hold=True), Idempotency_Key='before other rules')
        for minutes in (20, 10, 15):
            with open(self.shop.file, 'w', encoding='utf-8') as file:
                file.write(self.SHOP.replace('hold_minutes: 15', f'hold_minutes: {minutes}'))
            applied = self.shop.run('apply', self.shop.database, self.shop.file)
            self.assertEqual(applied.returncode, 0, applied.stderr)
            self.assertEqual(self.post(body(hold=True), Idempotency_Key='before other rules')[2], held)

    def test_two_orders_without_key_are_two(self):
        self.assertNotEqual(self.post()[2]['order'], self.post()[2]['order'])

    def test_quote(self):
        status, _, quote = self.post(json.dumps({'lines': lines(('jar', 1))}), QUOTES)
        self.assertEqual((status, quote['promised']), (200, True))
        before = self.shop.query('select count(*) from orders')
        status, _, quote = self.post(json.dumps({'lines': lines(('rare', 101))}), QUOTES)
        self.assertEqual((status, quote['promised'], quote['possible_on']), (200, False, None))
        self.assertEqual(quote['limited_by']['kind'], 'stock')
        self.assertEqual(before, self.shop.query('select count(*) from orders'))
        self.refused(422, 'unknown-field', json.dumps({'lines': lines(('jar', 1)), 'customer': CUSTOMER}), '/customer', QUOTES)

    def test_a_wanted_day(self):
        day = (TOMORROW + datetime.timedelta(days=5)).isoformat()
        for path, more in ((QUOTES, {}), (ORDERS, {'customer': CUSTOMER})):
            def asked(**wish):
                return json.dumps({'lines': lines(('jar', 1)), **more, **wish})
            self.assertEqual(self.post(asked(want=day), path)[2]['deliver_by'], day)
            self.assertLess(self.post(asked(policy='split'), path)[2]['deliver_by'], day)
            self.refused(422, 'want-beyond', asked(want='2999-01-01'), path=path)
            for wrong in ('', 'soon', '2026-02-30', day + 'T25:00', day + ' 14:00', 'x' * 100):
                self.refused(422, 'bad-value', asked(want=wrong), '/want', path)
            self.refused(422, 'bad-value', asked(policy='both'), '/policy', path)
            self.refused(422, 'wrong-kind', asked(want=7), '/want', path)
            self.refused(422, 'unknown-field', asked(priority=7), '/priority', path)

    def test_a_wanted_instant(self):
        asked = {'lines': lines(('lesson', 1)), 'want': f'{TOMORROW.isoformat()}T00:00'}
        status, _, quote = self.post(json.dumps(asked), QUOTES)
        self.assertEqual((status, quote['promised']), (200, True))
        self.assertGreaterEqual(quote['ready_at'], asked['want'])

    def test_sold_out_says_when(self):
        problem = self.refused(409, 'sold-out', body(('late', 1)))
        self.assertEqual(problem['limited_by']['name'], 'late')
        self.assertEqual(set(problem['reason']), {'fr', 'en'})
        self.assertEqual(problem['possible_on'], (TOMORROW + datetime.timedelta(days=4)).isoformat())

    def test_customer_limit(self):
        def order(quantity, email):
            return json.dumps({'lines': lines(('few', quantity)), 'customer': customer(email=email)})
        self.refused(409, 'customer-limit', order(3, 'x@example.org'))
        self.assertEqual(self.post(order(2, 'x@example.org'))[0], 201)
        self.refused(409, 'customer-limit', order(1, 'x@example.org'))
        self.assertEqual(self.post(order(1, 'y@example.org'))[0], 201)

    def test_on_site_needs_no_address(self):
        status, _, order = self.post(json.dumps({'lines': lines(('lesson', 1)), 'customer': customer(address=None)}))
        self.assertEqual((status, order['ship_by']), (201, None))
        self.call('POST', f'{ORDERS}/{order["order"]}/cancel')
        self.refused(422, 'missing-field', json.dumps({'lines': lines(('jar', 1)), 'customer': customer(address=None)}),
                     '/customer/address')


class Offers(Case):
    def test_pages(self):
        status, _, page = self.call('GET', OFFERS)
        self.assertEqual(status, 200)
        names = [offer['offer'] for offer in page['offers']]
        self.assertEqual(names, ['few', 'flour', 'jar', 'late', 'lesson', 'rare'])
        self.assertIsNone(page['next'])
        seen, after = [], ''
        while after is not None:
            _, _, page = self.call('GET', OFFERS + '?limit=4' + (f'&after={after}' if after else ''))
            seen += [offer['offer'] for offer in page['offers']]
            after = page['next']
        self.assertEqual(seen, names)

    def test_one(self):
        status, _, offer = self.call('GET', OFFERS + '/jar')
        self.assertEqual((status, offer['name']['en'], offer['name']['fr']), (200, 'A "good" jar', 'Pot « bon »'))
        self.assertTrue(offer['promise']['promised'])
        self.assertEqual(offer['price'], {'amount': '9.90', 'currency': 'EUR'})
        self.assertEqual(self.call('GET', OFFERS + '/late')[2]['promise']['promised'], False)
        self.assertEqual(self.call('GET', OFFERS + '/nothing')[0], 404)

    def test_bad_queries(self):
        for query in ('limit=0', 'limit=101', 'limit=x', 'limit=1.5', 'limit=', 'limit=1&limit=2', 'after=nothing', 'page=2',
                      'limit=-1', 'limit=99999999999999999999', 'limit'):
            self.assertEqual(self.call('GET', f'{OFFERS}?{query}')[0], 422, query)

    def test_dates_follow_what_is_sold(self):
        self.assertTrue(self.call('GET', OFFERS + '/rare')[2]['promise']['promised'])
        _, _, order = self.post(body(('rare', 100)))
        deadline = datetime.datetime.now() + datetime.timedelta(seconds=5)
        promised = True
        while promised and datetime.datetime.now() < deadline:
            promised = self.call('GET', OFFERS + '/rare')[2]['promise']['promised']
        self.assertFalse(promised)
        self.call('POST', f'{ORDERS}/{order["order"]}/cancel')


class BadInput(Case):
    def test_grammar(self):
        for text in ('', '{', '[]x', '{"lines":[}', 'null1', '{"lines":01}', "{'lines':1}", '{"lines":[],}', '\ufeff{}', '{"a":NaN}'):
            self.refused(400, 'invalid-json', text.encode())
        for text in ('[]', '1', '"x"', 'null'):
            self.refused(422, 'wrong-kind', text)

    def test_utf8(self):
        for bad in (b'\xff', b'\xc0\xaf', b'\xed\xa0\x80', b'\xf5\x80\x80\x80', b'\xe2\x82'):
            self.refused(400, 'not-utf8', body().encode().replace(b'Anne', bad))
        self.refused(400, 'invalid-json', body().replace('Anne', '\\ud800').encode())

    def test_depth(self):
        self.refused(400, 'too-deep', '[' * 60000)
        self.refused(400, 'too-deep', '{"lines":' + '[' * 32 + ']' * 32 + '}')

    def test_duplicate_keys(self):
        self.refused(400, 'duplicate-key', body()[:-1] + ',"hold":true,"hold":true}', '/hold')
        self.refused(400, 'duplicate-key', body()[:-1] + ',"hold":true,"h\\u006fld":true}')
        self.refused(400, 'duplicate-key', '{"lines":[{"offer":"jar","offer":"jar","quantity":1}],"customer":{}}', '/lines/0/offer')

    def test_unknown_fields(self):
        self.refused(422, 'unknown-field', body(colour='red'), '/colour')
        self.refused(422, 'unknown-field', body(**{'a/b~': 1}))
        self.refused(422, 'unknown-field', json.dumps({'lines': [{'offer': 'jar', 'quantity': 1, 'price': 1}], 'customer': CUSTOMER}),
                     '/lines/0/price')
        self.refused(422, 'unknown-field', json.dumps({'lines': lines(('jar', 1)), 'customer': customer(vip=True)}), '/customer/vip')
        address = dict(ADDRESS, floor='2')
        self.refused(422, 'unknown-field', json.dumps({'lines': lines(('jar', 1)), 'customer': customer(address=address)}),
                     '/customer/address/floor')

    def test_missing_fields(self):
        self.refused(422, 'missing-field', '{}', '/lines')
        self.refused(422, 'missing-field', json.dumps({'lines': lines(('jar', 1))}), '/customer')
        self.refused(422, 'missing-field', json.dumps({'lines': [{'offer': 'jar'}], 'customer': CUSTOMER}), '/lines/0/quantity')
        for name in ('name', 'email'):
            self.refused(422, 'missing-field', json.dumps({'lines': lines(('jar', 1)), 'customer': customer(**{name: None})}),
                         f'/customer/{name}')
        for name in ADDRESS:
            address = {key: value for key, value in ADDRESS.items() if key != name}
            self.refused(422, 'missing-field', json.dumps({'lines': lines(('jar', 1)), 'customer': customer(address=address)}),
                         f'/customer/address/{name}')

    def test_kinds(self):
        self.refused(422, 'wrong-kind', json.dumps({'lines': {}, 'customer': CUSTOMER}), '/lines')
        self.refused(422, 'wrong-kind', json.dumps({'lines': [1], 'customer': CUSTOMER}), '/lines/0')
        self.refused(422, 'wrong-kind', body(('jar', '1')), '/lines/0/quantity')
        self.refused(422, 'wrong-kind', body(('jar', True)), '/lines/0/quantity')
        self.refused(422, 'wrong-kind', body(('jar', None)), '/lines/0/quantity')
        self.refused(422, 'wrong-kind', body((7, 1)), '/lines/0/offer')
        self.refused(422, 'wrong-kind', body(hold='yes'), '/hold')
        self.refused(422, 'wrong-kind', body(customer='Anne'), '/customer')
        self.assertEqual(self.post(body(hold=None))[0], 201)

    def test_quantities(self):
        for quantity in ('0', '-1', '0.0001', '1e400', '1e-4', '1000000.001', '99999999999999999999', '-0', '1e99999999999'):
            self.refused(422, 'bad-quantity', body(('jar', 7)).replace(': 7}', f': {quantity}}}'), '/lines/0/quantity')
        self.refused(422, 'bad-quantity', body(('jar', 1), ('jar', 0)), '/lines/1/quantity')
        for quantity in ('1.000', '1e0', '10e-1'):
            status, _, order = self.post(body(('jar', 7)).replace(': 7}', f': {quantity}}}'))
            self.assertEqual((status, order['lines'][0]['quantity']), (201, 1), quantity)
        self.refused(409, 'sold-out', body(('rare', 1000000)))

    def test_lines(self):
        self.refused(422, 'bad-value', json.dumps({'lines': [], 'customer': CUSTOMER}), '/lines')
        self.assertEqual(self.post(body(*[('jar', 1)] * 100))[0], 201)
        self.refused(422, 'too-many-lines', body(*[('jar', 1)] * 101), '/lines')
        self.refused(422, 'too-many-lines', body(*[('jar', 1)] * 1500), '/lines')
        status, _, data = self.shop.call('POST', ORDERS, body(*[('jar', 1)] * 10000))
        self.assertEqual(status, 413, data)

    def test_offers(self):
        self.refused(422, 'unknown-offer', body(('nothing', 1)), '/lines/0/offer')
        self.refused(422, 'unknown-offer', body(('', 1)), '/lines/0/offer')
        self.refused(422, 'unknown-offer', body(('JAR', 1)))
        self.refused(422, 'unknown-offer', body(('x' * 5000, 1)))
        self.refused(422, 'unknown-offer', body(('jar\u0001"', 1)))
        self.assertEqual(self.post(body().replace('"jar"', '"j\\u0061r"'))[0], 201)

    def test_people(self):
        def with_customer(**changed):
            return json.dumps({'lines': lines(('jar', 1)), 'customer': customer(**changed)}, ensure_ascii=False).encode()
        for email in ('', 'anne', '@example.org', 'anne@', 'a@b@c', 'an ne@example.org', 'anné@example.org', 'a@b' + 'c' * 252,
                      'a@.org', 'a@org.', '<a@b.org>', 'a@b.org,c@d.org'):
            self.refused(422, 'bad-email', with_customer(email=email), '/customer/email')
        self.refused(422, 'bad-value', with_customer(email='a\n@example.org'), '/customer/email')
        self.refused(422, 'bad-value', with_customer(name=''), '/customer/name')
        self.refused(422, 'bad-value', with_customer(name='   '), '/customer/name')
        self.refused(422, 'bad-value', with_customer(name='x' * 201), '/customer/name')
        self.refused(422, 'bad-value', with_customer(name='a\u0007b'), '/customer/name')
        self.refused(422, 'bad-value', with_customer(name='a\u0085b'), '/customer/name')
        self.refused(422, 'bad-value', with_customer(phone='1\r\n2'), '/customer/phone')
        self.refused(422, 'bad-value', with_customer(address=dict(ADDRESS, city='')), '/customer/address/city')
        self.assertEqual(self.post(with_customer(name='Loïc « Ti » 😀', phone='+33 2 98 00 00 00'))[0], 201)
        self.assertEqual(self.post(with_customer(email='a' * 60 + '@' + 'b' * 189 + '.org'))[0], 201)

    def test_media_types(self):
        for media_type in ('text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', 'application/json;charset=latin1',
                           'application/problem+json', ''):
            self.refused(415, 'unsupported-media-type', Content_Type=media_type)
        self.refused(415, 'unsupported-media-type', Content_Encoding='gzip')
        for media_type in ('application/json; charset=utf-8', 'Application/JSON', 'application/json;charset="UTF-8"'):
            self.assertEqual(self.post(Content_Type=media_type)[0], 201)

    def test_methods(self):
        for method, path, allowed in (('GET', ORDERS, 'POST'), ('DELETE', ORDERS, 'POST'), ('PUT', OFFERS, 'GET, HEAD'),
                                      ('POST', OFFERS, 'GET, HEAD'), ('POST', f'{ORDERS}/{"0" * 24}', 'GET, HEAD'),
                                      ('GET', f'{ORDERS}/{"0" * 24}/cancel', 'POST'), ('POST', '/ecluse/health', 'GET, HEAD'),
                                      ('OPTIONS', ORDERS, 'POST'), ('PATCH', QUOTES, 'POST')):
            status, fields, data = self.call(method, path)
            self.assertEqual((status, fields['Allow'], data['type']), (405, allowed, '/ecluse/problems/method-not-allowed'))

    def test_paths(self):
        for path in ('/ecluse/', '/ecluse/api/v1', ORDERS + '/', ORDERS + '//confirm', '/ecluse/api/v1/Orders', '/ecluse/api/v2/orders',
                     '/ecluse/control/v1', ORDERS + '/a/b', OFFERS + '/'):
            status, _, data = self.call('GET', path)
            self.assertEqual((status, data['type']), (404, '/ecluse/problems/not-found'), path)
        status, _, _ = self.call('POST', '/ecluse/control/v1', '{"command":"ping"}')
        self.assertEqual(status, 404)

    def test_accept(self):
        for accept in ('text/html', 'application/json;q=0', 'image/*'):
            status, _, data = self.call('GET', OFFERS, headers={'Accept': accept})
            self.assertEqual((status, data['type']), (406, '/ecluse/problems/not-acceptable'), accept)
        for accept in ('*/*', 'application/*', 'text/html, application/json;q=0.5', 'application/problem+json'):
            self.assertEqual(self.call('GET', OFFERS, headers={'Accept': accept})[0], 200, accept)


class Server(Case):
    def test_health_metrics_openapi(self):
        self.post()
        self.assertEqual(self.call('GET', '/ecluse/health')[2]['ready'], True)
        status, fields, text = self.call('GET', '/ecluse/metrics')
        self.assertEqual((status, fields['Content-Type']), (200, 'text/plain; version=0.0.4; charset=utf-8'))
        metrics = dict(line.rsplit(' ', 1) for line in text.decode().splitlines() if not line.startswith('#'))
        self.assertGreaterEqual(int(metrics['ecluse_orders_placed_total']), 1)
        self.assertGreaterEqual(int(metrics['ecluse_order_seconds_count']), 1)
        self.assertEqual(metrics['ecluse_order_seconds_bucket{le="+Inf"}'], metrics['ecluse_order_seconds_count'])
        self.assertGreater(int(metrics['ecluse_requests_total']), 0)
        self.assertEqual(self.call('GET', '/ecluse/api/openapi.json')[2], described.DOCUMENT)
        connection = self.shop.connect()
        connection.request('HEAD', '/ecluse/health')
        reply = connection.getresponse()
        self.assertEqual((reply.status, reply.headers['Content-Type'], reply.read()), (200, 'application/json', b''))
        connection.close()


class Expiry(Case):
    SHOP = SHOP.replace('hold_minutes: 15', 'hold_minutes: 0.02, payment_minutes: 0')

    def test_a_hold_expires_and_gives_back_what_it_had(self):
        _, _, held = self.post(body(('rare', 100), hold=True))
        path = f'{ORDERS}/{held["order"]}'
        bearer = {'Authorization': 'Bearer ' + held['token']}
        deadline = time.monotonic() + 15
        while self.call('GET', path, headers=bearer)[2]['status'] == 'held' and time.monotonic() < deadline:
            time.sleep(0.1)
        self.refused(409, 'wrong-status', '{}', None, path + '/cancel')
        self.assertEqual(self.call('GET', path, headers=bearer)[2]['status'], 'expired')
        self.assertEqual(self.post(body(('rare', 100)))[0], 201)
        self.refused(409, 'hold-expired', '{}', None, path + '/confirm')


class Catalogue(Case):
    COUNT = 230
    SHOP = SHOP + ''.join(f"  o-{i:03d}: {{name: Offer, price: 1.00, vat_rate: 20, carrier: post, items: {{jar: 1}}}}\n"
                          for i in range(COUNT))

    def test_a_long_list_in_pages_and_a_clean_stop(self):
        seen, after = [], ''
        while after is not None:
            status, _, page = self.call('GET', f'{OFFERS}?limit=100' + (f'&after={after}' if after else ''))
            self.assertEqual(status, 200)
            self.assertTrue(all(offer['promise'] for offer in page['offers']))
            seen += [offer['offer'] for offer in page['offers']]
            after = page['next']
        self.assertEqual(len(seen), self.COUNT + 6)
        self.assertEqual(seen, sorted(seen))
        self.assertEqual(self.shop.stop(), 0)


class Leaving(Case):
    def test_buyers_who_do_not_wait_for_their_answer(self):
        text = body().encode()
        request = (f'POST {ORDERS} HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n').encode() + text
        for piece in (request, request * 3, request[:-5], request + request[:30]):
            for _ in range(50):
                with socket.create_connection(('127.0.0.1', self.shop.port), 20) as buyer:
                    buyer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
                    buyer.sendall(piece)
        self.assertEqual(self.post()[0], 201)
        self.assertIsNone(self.shop.process.poll())


class Crowd(Case):
    """Many buyers at the same instant: each on its own connection, all requests sent before the first reply is read."""

    def buy(self, texts):
        buyers = []
        for text in texts:
            buyer = socket.create_connection(('127.0.0.1', self.shop.port), 60)
            buyers.append((buyer, f'POST {ORDERS} HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Type: application/json\r\n'
                                  f'Content-Length: {len(text)}\r\n\r\n{text}'.encode()))
        for buyer, request in buyers:
            buyer.sendall(request)
        replies = []
        for buyer, _ in buyers:
            data = b''
            while piece := buyer.recv(65536):
                data += piece
            buyer.close()
            head, _, text = data.partition(b'\r\n\r\n')
            replies.append((int(head.split()[1]), json.loads(text)))
        return replies

    def each(self, count, offer):
        return [json.dumps({'lines': lines((offer, 1)), 'customer': customer(email=f'buyer{i}@example.org')}) for i in range(count)]

    def check_statuses(self, replies, sold):
        statuses = [status for status, _ in replies]
        self.assertEqual(statuses.count(201), sold)
        self.assertEqual(statuses.count(409), len(replies) - sold)
        self.assertTrue(all(reply['type'] == '/ecluse/problems/sold-out' for status, reply in replies if status == 409))
        orders = [reply['order'] for status, reply in replies if status == 201]
        self.assertEqual(len(set(orders)), sold)
        kept = self.shop.query(f'select count(*) from orders where id in ({",".join("?" * sold)})', *orders)
        self.assertEqual(kept, [(sold,)])

    def test_400_buyers_for_100_units(self):
        self.check_statuses(self.buy(self.each(400, 'rare')), 100)

    def test_the_last_half_hour_of_a_team(self):
        replies = self.buy(self.each(60, 'lesson'))
        self.check_statuses(replies, 10)
        ready = sorted(reply['ready_at'] for status, reply in replies if status == 201)
        self.assertEqual([text[11:16] for text in ready], [f'12:{3 * i:02d}' for i in range(1, 11)])
        self.assertEqual({text[:10] for text in ready}, {TOMORROW.isoformat()})

    def test_one_key_many_connections(self):
        text = self.each(1, 'jar')[0]
        request = (f'POST {ORDERS} HTTP/1.1\r\nHost: t\r\nIdempotency-Key: all the same\r\nContent-Type: application/json\r\n'
                   f'Connection: close\r\nContent-Length: {len(text)}\r\n\r\n{text}').encode()
        buyers = [socket.create_connection(('127.0.0.1', self.shop.port), 60) for _ in range(50)]
        for buyer in buyers:
            buyer.sendall(request)
        bodies = set()
        for buyer in buyers:
            data = b''
            while piece := buyer.recv(65536):
                data += piece
            buyer.close()
            self.assertIn(b' 201 ', data[:20])
            bodies.add(data.partition(b'\r\n\r\n')[2])
        self.assertEqual(len(bodies), 1)


if __name__ == '__main__':
    if not os.path.exists(running.ECLUSE):
        print('skipped: build ecluse first')
        sys.exit(77)
    unittest.main()
