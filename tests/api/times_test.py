"""The JSON API where time matters: classes and appointments, wanted dates, holds that are paid for, extended, and paid for too late."""
import datetime
import json
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api_test import ADDRESS, CUSTOMER, OFFERS, ORDERS, QUOTES, Case, body, lines, running  # noqa: E402

SOON = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)).date()


def day(after):
    return (SOON + datetime.timedelta(days=after)).isoformat()


SHOP = '''shop: {{name: Test, currency: EUR, time_zone: UTC}}
promise: {{horizon_days: 30, max_days: 20, hold_minutes: {hold}, payment_minutes: {payment}}}
calendars:
  always: {{open: {{mon-sun: "00:00-24:00"}}}}
  evening: {{open: {{mon-sun: "18:00-20:00"}}}}
work_centers: {{packing: {{people: 3, calendar: always}}, school: {{people: 1, calendar: evening}}}}
items:
  jar: {{on_hand: 1000, unit_cost: 1.00}}
  rare: {{on_hand: 1, unit_cost: 1.00}}
carriers: {{post: {{cut_off: "23:59", collects: mon-sun, transit_days: 1, delivers: mon-sun}}}}
offers:
  jar: {{name: Jar, price: 9.90, vat_rate: 20, carrier: post, items: {{jar: 1}}, routing: [{{work_center: packing, minutes: 1}}]}}
  rare: {{name: Rare, price: 9.90, vat_rate: 20, carrier: post, items: {{rare: 1}}}}
  class: {{name: Class, price: 45.00, vat_rate: 20, on_site: true, seats: 3, routing: [{{work_center: school, minutes: 120, whole: true}}]}}
'''


class Times(Case):
    SHOP = SHOP.format(hold=15, payment=35)

    def times(self, query='', offer='class', status=200):
        got, _, data = self.call('GET', f'{OFFERS}/{offer}/times{query}')
        self.assertEqual(got, status, data)
        return data

    def test_the_next_evenings(self):
        page = self.times(f'?from={day(4)}&count=2')
        self.assertEqual((page['offer'], page['quantity']), ('class', 1))
        self.assertEqual(page['times'], [{'starts_at': f'{day(n)}T18:00:00+00:00', 'ends_at': f'{day(n)}T20:00:00+00:00', 'seats_left': 3}
                                         for n in (4, 5)])
        self.assertEqual(page['next'], f'{day(6)}T18:00:00+00:00')
        after = self.times(f'?from={page["next"].replace(":", "%3A").replace("+", "%2B")}&count=1')
        self.assertEqual(after['times'][0]['starts_at'], page['next'])
        self.assertEqual(self.times(f'?from={page["next"]}&count=1'), after)
        self.assertEqual(len(self.times()['times']), 12)

    def test_nothing_is_offered_that_would_be_refused(self):
        times = self.times(f'?from={day(10)}&count=24')
        self.assertIsNone(times['next'])
        last = times['times'][-1]['starts_at']
        order = json.dumps({'lines': lines(('class', 1)), 'customer': CUSTOMER, 'want': last})
        status, _, made = self.post(order)
        self.assertEqual(status, 201)
        self.call('POST', f'{ORDERS}/{made["order"]}/cancel')

    def test_a_booking_takes_its_seats_at_its_time(self):
        start = f'{day(2)}T18:00:00+00:00'
        wanted = {'lines': lines(('class', 2), ('jar', 1)), 'want': start}
        _, _, quote = self.post(json.dumps(wanted), QUOTES)
        self.assertEqual(quote['lines'][0]['starts_at'], start)
        self.assertNotIn('starts_at', quote['lines'][1])
        self.assertEqual([line['deliver_by'] for line in quote['lines']], [day(2)] * 2)
        status, _, order = self.post(json.dumps(dict(wanted, customer=CUSTOMER)))
        self.assertEqual((status, order['deliver_by']), (201, day(2)))
        bearer = {'Authorization': 'Bearer ' + order['token']}
        now = self.call('GET', f'{ORDERS}/{order["order"]}', headers=bearer)[2]
        self.assertEqual((now['lines'][0]['starts_at'], now['lines'][0]['ends_at']), (start, f'{day(2)}T20:00:00+00:00'))
        self.assertEqual([line['status'] for line in now['lines']], ['confirmed', 'confirmed'])
        time.sleep(1.1)  # what was asked before may be shown for a second
        self.assertEqual(self.times(f'?from={day(2)}&count=1')['times'][0]['seats_left'], 1)
        self.assertEqual(self.times(f'?from={day(2)}&count=1&quantity=2')['times'][0]['starts_at'][:10], day(3))
        self.call('POST', f'{ORDERS}/{order["order"]}/cancel')
        time.sleep(1.1)
        self.assertEqual(self.times(f'?from={day(2)}&count=1')['times'][0]['seats_left'], 3)

    def test_no_times(self):
        self.assertEqual(self.times(f'?from={day(200)}')['times'], [])
        self.assertEqual(self.times(offer='jar', status=404)['type'], '/ecluse/problems/not-found')
        self.times(offer='nothing', status=404)
        for quantity in ('4', '1.5'):
            self.assertEqual(self.times(f'?quantity={quantity}', status=422)['type'], '/ecluse/problems/bad-quantity')
        for query in ('count=0', 'count=25', 'count=x', 'from=', 'from=soon', 'from=%zz', 'from=2026-02-30', 'quantity=0', 'quantity=-1', 'x=1',
                      'count=1&count=2', 'from=' + '2' * 100, 'quantity=0.0001'):
            self.assertEqual(self.times('?' + query, status=422)['type'], '/ecluse/problems/bad-query', query)

    def test_a_wanted_day(self):
        wanted = {'lines': lines(('jar', 1)), 'want': day(5)}
        self.assertEqual(self.post(json.dumps(wanted), QUOTES)[2]['deliver_by'], day(5))
        _, _, order = self.post(json.dumps(dict(wanted, customer=CUSTOMER, policy='split')))
        self.assertEqual(order['deliver_by'], day(5))
        for want in ('', 'soon', '2026-02-30', 'x' * 100, f'{day(5)}T25:00'):
            self.refused(422, 'bad-value', body(want=want), '/want')
        self.refused(422, 'wrong-kind', body(want=5), '/want')
        self.refused(422, 'bad-value', body(policy='quick'), '/policy')
        self.refused(422, 'want-beyond', body(want=day(60)))
        self.refused(422, 'unknown-field', body(priority=1), '/priority')

    def test_a_payment_that_begins_holds_on(self):
        _, _, held = self.post(body(hold=True), Idempotency_Key='to be paid')
        path = f'{ORDERS}/{held["order"]}'
        self.assertEqual(self.call('POST', path + '/extend')[0], 200)
        status, _, paying = self.call('POST', path + '/pay')
        self.assertEqual((status, paying['status']), (200, 'held'))
        instant = datetime.datetime.fromisoformat
        longer = instant(paying['held_until']) - instant(held['held_until'])
        self.assertTrue(datetime.timedelta(minutes=19, seconds=50) < longer <= datetime.timedelta(minutes=20, seconds=10), longer)
        again = self.call('POST', path + '/pay', '{}')[2]
        self.assertGreaterEqual(again['held_until'], paying['held_until'])
        self.assertEqual(self.call('POST', path + '/extend')[2]['held_until'], again['held_until'], 'extending shortens nothing')
        self.assertEqual(self.post(body(hold=True), Idempotency_Key='to be paid')[2], held, 'the first answer is still the first answer')
        self.refused(422, 'unknown-field', '{"x":1}', '/x', path + '/pay')
        self.assertEqual(self.call('POST', path + '/pay', headers={'Authorization': 'Bearer x'})[0], 401)
        self.assertEqual(self.call('POST', path + '/confirm')[2]['status'], 'confirmed')
        for tail in ('/pay', '/extend'):
            self.assertEqual(self.call('POST', path + tail)[2]['type'], '/ecluse/problems/wrong-status')
            self.assertEqual(self.call('POST', f'{ORDERS}/{"0" * 24}{tail}')[0], 404)


class Complete(Case):
    """Jars are there; cider comes on a later day. One carrier takes both: by the shop's own rule they leave together."""
    SPLITS_BY_ITSELF = False
    SHOP = f'''shop: {{name: Test, currency: EUR, time_zone: UTC}}
promise: {{horizon_days: 30, max_days: 20, policy: complete}}
items: {{jar: {{on_hand: 1000, unit_cost: 1.00}}, cider: {{on_hand: 0, unit_cost: 1.00}}}}
receipts: [{{item: cider, quantity: 100, due: {day(5)}}}]
carriers: {{post: {{cut_off: "23:59", collects: mon-sun, transit_days: 1, delivers: mon-sun}}}}
offers:
  jar: {{name: Jar, price: 9.90, vat_rate: 20, carrier: post, items: {{jar: 1}}}}
  cider: {{name: Cider, price: 4.90, vat_rate: 20, carrier: post, items: {{cider: 1}}}}
'''

    def parts_check(self, answer, splits):
        jar, cider = answer['lines']
        self.assertEqual((answer['deliver_by'], cider['deliver_by']), (day(6), day(6)))
        if not splits:
            self.assertNotIn('parcels', answer)
            self.assertEqual(jar['deliver_by'], day(6))
            return
        self.assertLess(jar['deliver_by'], day(1))
        self.assertEqual([(parcel['carrier'], parcel['lines'], parcel['ship_by'], parcel['deliver_by']) for parcel in answer['parcels']],
                         [('post', [1], jar['ship_by'], jar['deliver_by']), ('post', [2], f'{day(5)}T23:59:00+00:00', day(6))])

    def test_the_policy_asked_for_is_the_one_that_holds(self):
        asked = {'lines': lines(('jar', 1), ('cider', 1))}
        for wish, splits in (({'policy': 'split'}, True), ({'policy': 'complete'}, False), ({}, self.SPLITS_BY_ITSELF)):
            with self.subTest(wish=wish):
                self.parts_check(self.post(json.dumps({**asked, **wish}), QUOTES)[2], splits)
                order = self.post(json.dumps({**asked, **wish, 'customer': CUSTOMER}))[2]
                self.parts_check(order, splits)
                now = self.call('GET', f'{ORDERS}/{order["order"]}', headers={'Authorization': 'Bearer ' + order['token']})[2]
                self.parts_check(now, splits)


class Split(Complete):
    """The same shop, whose own rule is that what is there earlier leaves earlier."""
    SPLITS_BY_ITSELF = True
    SHOP = Complete.SHOP.replace('policy: complete', 'policy: split')


class Late(Case):
    SHOP = SHOP.format(hold='0.05', payment='0')

    def expired(self, offer):
        _, _, held = self.post(json.dumps({'lines': lines((offer, 1)), 'customer': CUSTOMER, 'hold': True}))
        bearer = {'Authorization': 'Bearer ' + held['token']}
        deadline = time.monotonic() + 20
        while self.call('GET', f'{ORDERS}/{held["order"]}', headers=bearer)[2]['status'] != 'expired':
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.2)
        return held, bearer

    def test_a_late_payment_finds_its_place_again(self):
        held, bearer = self.expired('jar')
        path = f'{ORDERS}/{held["order"]}'
        for tail in ('/pay', '/extend'):
            self.assertEqual(self.call('POST', path + tail)[2]['type'], '/ecluse/problems/hold-expired')
        status, _, late = self.call('POST', path + '/confirm')
        self.assertEqual((status, late['status']), (200, 'confirmed'))
        self.assertEqual((late['first_ship_by'], late['first_deliver_by']), (held['ship_by'], held['deliver_by']))
        self.assertLessEqual(late['deliver_by'], held['deliver_by'])
        self.assertEqual((late['revised'], late['broken']), (1, False))
        self.assertEqual(self.call('POST', path + '/confirm')[2], late)
        self.assertEqual(self.call('GET', path, headers=bearer)[2], late)

    def test_a_late_payment_is_refused_when_the_place_is_gone(self):
        held, _ = self.expired('rare')
        _, _, taken = self.post(json.dumps({'lines': lines(('rare', 1)), 'customer': dict(CUSTOMER, address=ADDRESS)}))
        self.assertEqual(taken['status'], 'confirmed')
        status, _, problem = self.call('POST', f'{ORDERS}/{held["order"]}/confirm')
        self.assertEqual((status, problem['type']), (409, '/ecluse/problems/hold-expired'))


class Cash(Case):
    # Tea is bought when it is ordered, and its bill falls due before the customer's money arrives: cash makes it wait.
    SHOP = '''shop: {name: Test, currency: EUR, time_zone: UTC, locale: fr}
promise: {horizon_days: 60, max_days: 50}
suppliers: {mill: {lead_days: 2, payment_days: 0}}
items: {tea: {on_hand: 0, unit_cost: 10.00, supplier: mill}}
carriers: {post: {cut_off: "23:59", collects: mon-sun, transit_days: 1, delivers: mon-sun}}
cash: {opening_balance: 0, minimum_balance: 0, payout_days: 10}
offers: {tea: {name: Tea, price: 30.00, vat_rate: 20, carrier: post, items: {tea: 1}}}
'''

    def test_no_customer_reads_that_cash_made_them_wait(self):
        said = json.loads(self.shop.run('quote', self.shop.file, 'tea', '--json').stdout)
        self.assertEqual(said['limited_by']['kind'], 'cash', 'the shop itself does read it')
        quote = self.post(json.dumps({'lines': lines(('tea', 1))}), QUOTES)[2]
        offer = self.call('GET', OFFERS + '/tea')[2]['promise']
        order = self.post(body(('tea', 1)))[2]
        now = self.call('GET', f'{ORDERS}/{order["order"]}', headers={'Authorization': 'Bearer ' + order['token']})[2]
        for answer in (quote, offer, order, now):
            self.assertEqual((answer['limited_by']['kind'], answer['limited_by']['name']), ('supply', 'tea'))
            self.assertIn('from our supplier', answer['reason']['en'])
        for language, reason in (('en', 'from our supplier'), ('fr', 'notre fournisseur')):
            connection = self.shop.connect()
            connection.request('GET', '/offers/tea', headers={'Accept-Language': language})
            page = connection.getresponse().read().decode()
            connection.close()
            self.assertIn(reason, page)
            self.assertNotRegex(page.lower(), 'cash|trésorerie|argent|bank')


del Case
if __name__ == '__main__':
    if not os.path.exists(running.ECLUSE):
        print('skipped: build ecluse first')
        sys.exit(77)
    unittest.main()
