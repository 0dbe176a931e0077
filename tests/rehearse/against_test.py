#!/usr/bin/env python3
"""ecluse rehearse --against: after the moment, the forecast as it was before it, against what came."""
import csv
import datetime
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'cli'))
from cli import FolderTest  # noqa: E402

# Visitors are expected on Monday evening, one in twenty buys, mostly one unit. One person packs.
SHOP = '''shop: {name: Essai, currency: EUR, time_zone: Europe/Paris, opened: 2026-12-01T08:00}
promise: {horizon_days: 120, max_days: 20, usual_days: 4, buffer_hours: 24}
calendars:
  week: {open: {mon-sat: "08:00-18:00"}}
work_centers:
  packing: {people: 1, calendar: week}
suppliers:
  mill: {lead_days: 2, receiving_days: 0, orders_on: mon-fri}
items:
  box: {on_hand: 1000, unit_cost: 3.00, supplier: mill}
receipts:
  - {item: box, quantity: 10, due: 2026-12-08}
  - {item: box, quantity: 10, due: 2026-12-09}
  - {item: box, quantity: 10, due: 2026-12-10}
carriers:
  post: {cut_off: "18:00", collects: mon-sat, transit_days: 1, delivers: mon-sat, charge: 5.00, cost: 4.00}
offers:
  gift: {name: Gift, price: 20.00, vat_rate: 20, carrier: post, items: {box: 1}, routing: [{work_center: packing, minutes: 10}]}
  card: {name: Card, price: 5.00, vat_rate: 20, carrier: post}
cash: {opening_balance: 2000.00, minimum_balance: 0, fixed_costs: [{name: wages, amount: 600.00, every: week, day: fri}]}
moments:
  tv: {at: 2026-12-07T20:45, visitors: %(visitors)s, rise_minutes: 1, half_life_minutes: 12, conversion_rate: 5, baskets: {gift: 0.9, card: 0.5}}
'''
LATER = ('--now', '2026-12-14T08:00')
FORECAST = ('visitors', 'orders', 'conversion', 'units_per_order', 'kept', 'wait_minutes', 'work_minutes')


class Against(FolderTest):
    def make(self, orders, visitors='160'):
        """A shop whose moment brought so many orders, of two units and of one in turn."""
        self.write('shop.yaml', SHOP % {'visitors': visitors})
        self.done('init', 'shop.db', 'shop.yaml', '--now', '2026-12-01T08:00')
        return self.sell(orders, '2026-12-07T21')

    def sell(self, orders, hour, offers=('gift=1', 'gift=1 card=1')):
        return [self.done('order', 'shop.db', *offers[i % len(offers)].split(), '--email', f'a{i}@example.com', '--now', f'{hour}:{10 + i:02}',
                          '--json').json['order'] for i in range(orders)]

    def deliver(self, orders, day='09'):
        for step, at in (('start', '08T10:00'), ('done', '08T17:00'), ('ship', '08T17:30'), ('deliver', f'{day}T12:00')):
            for order in orders:
                self.done(step, 'shop.db', order, '--now', f'2026-12-{at}')

    def bring(self, name, counts, now):
        """A file of {day: orders} as history: what another program has sold."""
        with open(self.path(name), 'w', newline='', encoding='utf-8') as file:
            rows = [(f'{name}-{day}-{i}', 'gift', 1, f'{day} {9 + i % 12:02}:30:00', '20.00') for day, orders in counts.items() for i in range(orders)]
            csv.writer(file).writerows([('order', 'sku', 'quantity', 'at', 'unit_price'), *rows])
        columns = ','.join(f'{column}={column}' for column in ('order', 'sku', 'quantity', 'at', 'unit_price'))
        self.done('import', 'shop.db', 'orders', name, '--columns', columns, '--now', now)

    def against(self, *arguments, runs='100', now=LATER):
        answer = self.done('rehearse', 'shop.db', '--against', *now, '--runs', runs, '--json', *arguments).json
        return answer, {row['measure']: row for row in answer['measures']}, {row['offer']: row for row in answer['offers']}


class WhatCame(Against):
    def test_as_forecast(self):
        # Eight orders of 160 visitors, as assumed; all delivered on the day after next.
        self.deliver(self.make(8))
        answer, measures, offers = self.against('--came', 'visitors=160', '--came', 'work_minutes=80')
        self.assertEqual((answer['moment'], answer['from'], answer['until']), ('tv', '2026-12-07T20:45:00+01:00', '2026-12-14'))
        self.assertEqual((answer['runs'], answer['side'], answer['stated']), (100, 'ecluse', 0.95))
        came = {name: measures[name]['came'] for name in FORECAST}
        self.assertEqual(came, {'visitors': 160, 'orders': 8, 'conversion': 0.05, 'units_per_order': 1.5, 'kept': 1, 'wait_minutes': None,
                                'work_minutes': 10})
        self.assertEqual(offers['gift']['came'], 8)
        self.assertEqual(offers['card']['came'], 4)
        self.assertEqual(measures['carrier_late']['came'], 0)
        for name in ('visitors', 'orders', 'conversion', 'kept', 'units_per_order', 'work_minutes', 'carrier_late'):
            row = measures[name]
            self.assertIs(row['outside'], False, row)
            self.assertNotIn('shop_key', row)
            self.assertTrue(row['forecast']['low'] <= row['came'] <= row['forecast']['high'], row)
        # Poisson of mean 8 and of mean 160: the 2.5 and 97.5 percentiles are 3, 14 and 136, 185.
        self.assertTrue(1 <= measures['orders']['forecast']['low'] <= 4 and 12 <= measures['orders']['forecast']['high'] <= 17, measures['orders'])
        self.assertTrue(130 <= measures['visitors']['forecast']['low'] <= 143 and 177 <= measures['visitors']['forecast']['high'] <= 192)
        self.assertTrue(all(row['outside'] is None for row in answer['measures'] if row['came'] is None))

    def test_more_than_forecast(self):
        # Three times as many orders; who counts no visitors is told of the conversion rate alone.
        self.make(24)
        measures = self.against()[1]
        self.assertTrue(measures['orders']['outside'])
        key = measures['orders']['shop_key']
        self.assertEqual((key['name'], key['assumed']), ('moments.tv.conversion_rate', 5))
        self.assertTrue(12 <= key['suggested'] <= 18, key)
        self.assertIsNone(measures['visitors']['came'])
        self.assertIsNone(measures['conversion']['came'])
        # Three times as many visitors came: the rate was right.
        measures, offers = self.against('--came', 'visitors=480')[1:]
        self.assertEqual(measures['visitors']['shop_key'], {'name': 'moments.tv.visitors', 'assumed': 160, 'suggested': 480})
        self.assertFalse(measures['conversion']['outside'])
        self.assertNotIn('shop_key', measures['orders'])
        # More orders are no other baskets.
        self.assertNotIn('shop_key', offers['card'])
        self.assertTrue(offers['card']['outside'])
        # The suggestion fits: with it, nothing of it is outside.
        self.done('rehearse', 'shop.db', '--against', *LATER, '--lang', 'fr', '--runs', '20')
        told = self.done('rehearse', 'shop.db', '--against', *LATER, '--visitors', '480', '--json').json
        self.assertFalse({row['measure']: row for row in told['measures']}['orders']['outside'])

    def test_other_baskets(self):
        # Six cards an order, where half a one was assumed.
        self.make(0)
        self.sell(8, '2026-12-07T21', offers=('gift=1 card=6',))
        offers = self.against()[2]
        self.assertEqual(offers['card']['shop_key']['name'], 'moments.tv.baskets.card')
        self.assertGreater(offers['card']['shop_key']['suggested'], 4)
        self.assertNotIn('shop_key', offers['gift'])

    def test_ordinary_demand_beside_it(self):
        # Twelve a day for two months, and since; and 240 of the moment, where 80 were planned: the rate was three times as high.
        self.make(0, visitors='1600')
        first = datetime.date(2026, 10, 1)
        before = {first + datetime.timedelta(i): 12 for i in range(67)}
        self.bring('before.csv', before, '2026-12-06T08:00')
        since = {datetime.date(2026, 12, 8 + i): 12 for i in range(6)}
        since[datetime.date(2026, 12, 8)] += 240
        self.bring('since.csv', since, '2026-12-14T07:00')
        answer, measures = self.against('--assume', 'payment_failure=0')[:2]
        self.assertEqual((answer['learned']['state'], answer['learned']['orders']), ('learned', 804))
        self.assertEqual(measures['orders']['came'], 312)
        self.assertTrue(130 < measures['orders']['forecast']['p50'] < 185, measures['orders'])
        self.assertAlmostEqual(measures['orders']['shop_key']['suggested'], 15, delta=2.5)

    def test_broken_promises(self):
        # Nothing has left after a week, but one order.
        made = self.make(8)
        self.deliver(made[:1])
        for step in ('start', 'done', 'ship', 'deliver'):  # too late
            self.done(step, 'shop.db', made[1], '--now', '2026-12-13T12:00')
        kept = self.against()[1]['kept']
        self.assertEqual((kept['came'], kept['outside']), (0.125, True))

    def test_carrier(self):
        self.deliver(self.make(4), day='10')  # left on the 8th: due on the 9th
        late = self.against()[1]['carrier_late']
        self.assertEqual((late['came'], late['outside']), (1, True))
        self.assertEqual(late['assumption'], {'name': 'carrier_late', 'assumed': 0.01, 'suggested': 1})
        again = self.against('--assume', 'carrier_late=0.9')[1]['carrier_late']
        self.assertFalse(again['outside'])

    def test_suppliers(self):
        # One comes in time, one two days late and short, one not at all.
        self.make(1)
        self.assertIsNone(self.against()[1]['supplier_late']['came'])  # nobody said that anything came
        self.done('purchases', 'shop.db', 'receive', '1', '10', '--now', '2026-12-08T09:00')
        self.done('purchases', 'shop.db', 'redate', '2', '2026-12-11', '--now', '2026-12-09T09:00')
        self.done('purchases', 'shop.db', 'receive', '2', '6', '--close', '--now', '2026-12-11T09:00')
        # What was bought since and re-dated: nobody knows from which day.
        self.done('purchases', 'shop.db', 'buy', 'box', '5', '--now', '2026-12-11T10:00')
        self.done('purchases', 'shop.db', 'redate', '4', '2026-12-12', '--now', '2026-12-11T10:01')
        self.done('purchases', 'shop.db', 'send', 'mill', '2026-12-11', '--now', '2026-12-11T10:02')
        measures = self.against()[1]
        self.assertAlmostEqual(measures['supplier_late']['came'], 2 / 3, places=3)
        self.assertEqual(measures['supplier_short']['came'], 0.5)
        self.assertIsNone(measures['supplier_late_days']['came'])  # one is too few
        self.assertEqual(measures['supplier_late']['forecast']['low'], 0)

    def test_balance(self):
        self.make(8)
        self.done('cash', 'shop.db', '--balance', '5000.00', '--now', '2026-12-12T09:00')
        balance = self.against()[1]['balance']
        self.assertEqual((balance['came'], balance['outside']), ('5000.00', True))
        # Two Fridays' wages have left of 2000; a few sales are paid out.
        self.assertGreater(float(balance['forecast']['low']), 600)
        self.assertLess(float(balance['forecast']['high']), 1300)

    def test_as_it_was_before(self):
        # What the shop file says after the moment changes nothing of what was forecast before.
        self.make(8)
        before = self.against()[0]
        self.write('shop.yaml', SHOP.replace('conversion_rate: 5', 'conversion_rate: 50') % {'visitors': '9000'})
        self.done('apply', 'shop.db', 'shop.yaml', '--now', '2026-12-13T08:00')
        self.assertEqual(self.against()[0], before)
        self.assertEqual(self.against('--threads', '1')[0], before)

    def test_only_what_has_passed(self):
        # Two days after it, two days are forecast; orders of today do not count.
        self.make(4)
        self.sell(2, '2026-12-10T09')
        answer, measures = self.against(now=('--now', '2026-12-10T12:00'))[:2]
        self.assertEqual((answer['until'], measures['orders']['came']), ('2026-12-10', 4))
        self.assertEqual(self.against()[1]['orders']['came'], 6)


class Text(Against):
    def test_table(self):
        self.make(0)
        self.bring('came.csv', {'2026-12-08': 24}, '2026-12-09T08:00')
        text = self.done('rehearse', 'shop.db', '--against', *LATER).out
        for words in ('tv, orders of Mon 2026-12-07 20:45 to Sun 2026-12-13', 'What was assumed wrongly', 'moments.tv.conversion_rate was 5; what came speaks for 1',
                      'What nobody measured', '--came visitors=N'):
            self.assertIn(words, text)
        text = self.done('rehearse', 'shop.db', '--against', *LATER, '--lang', 'fr').out
        for words in ('Ce qui était mal supposé', 'hors intervalle', 'pas mesuré'):
            self.assertIn(words, text)


    def test_page(self):
        self.make(0)
        self.bring('came.csv', {'2026-12-08': 24}, '2026-12-09T08:00')
        self.done('rehearse', 'shop.db', '--against', *LATER, '--html', 'page.html', '--runs', '40')
        with open(self.path('page.html'), encoding='utf-8') as file:
            page = file.read()
        for words in ('<h1>What was foreseen, what came</h1>', 'moments.tv.conversion_rate was 5; what came speaks for 1', '<td>outside</td>', 'What nobody measured'):
            self.assertIn(words, page)
        for tag in ('li', 'ul', 'ol', 'tr', 'td', 'main', 'table'):
            self.assertEqual(page.count(f'<{tag}>') + page.count(f'<{tag} '), page.count(f'</{tag}>'), tag)


class Refused(Against):
    def test_too_early(self):
        self.make(1)
        for now, says in (('2026-12-07T23:00', 'too early'), ('2026-12-08T23:00', 'too early')):
            self.refused(2, 'rehearse', 'shop.db', '--against', '--now', now, says=says)

    def test_nothing_to_hold_it_against(self):
        self.make(0)
        self.refused(2, 'rehearse', 'shop.db', '--against', '--now', '2026-12-02T08:00', says='no moment has come yet')
        self.refused(2, 'rehearse', 'shop.db', '--against', '--moment', 'tw', *LATER, says='there is no such moment')
        self.refused(2, 'rehearse', 'shop.yaml', '--against', *LATER, says='needs a database')
        for option in ('--stop', '--set', '--learn-until', '--precision'):
            self.refused(2, 'rehearse', 'shop.db', '--against', option, '1', *LATER, says=option)
        for came in ('orders=3', 'visitors', 'visitors=x', 'visitors=-1', 'wait_minutes=1e3'):
            self.refused(2, 'rehearse', 'shop.db', '--against', '--came', came, *LATER, says='--came')

    def test_made_after_it(self):
        self.write('shop.yaml', SHOP % {'visitors': '10'})
        self.done('init', 'shop.db', 'shop.yaml', '--now', '2026-12-01T08:00')
        os.remove(self.path('shop.db'))
        self.write('late.yaml', (SHOP % {'visitors': '10'}).replace('opened: 2026-12-01T08:00', 'opened: 2026-12-08T08:00'))
        self.done('init', 'shop.db', 'late.yaml')
        self.refused(2, 'rehearse', 'shop.db', '--against', *LATER, says='was made after the moment')

    def test_not_planned(self):
        self.write('shop.yaml', (SHOP % {'visitors': '10'}).split('moments:')[0])
        self.done('init', 'shop.db', 'shop.yaml', '--now', '2026-12-01T08:00')
        self.write('shop.yaml', SHOP % {'visitors': '10'})
        self.done('apply', 'shop.db', 'shop.yaml', '--now', '2026-12-08T08:00')
        self.refused(2, 'rehearse', 'shop.db', '--against', *LATER, says='was not in the shop file before it came')


if __name__ == '__main__':
    unittest.main()
