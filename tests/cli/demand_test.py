#!/usr/bin/env python3
"""What the board says of demand: what was taken in the last five minutes beside what can be promised. Figures are worked by hand."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from cli import FolderTest  # noqa: E402

# One person packs from 9 to 12 on work days, six minutes a bag, and nothing is promised for later than tomorrow.
SHOP = '''shop: {name: Essai, currency: EUR, time_zone: Europe/Paris, opened: 2026-12-01T08:00}
promise: {horizon_days: 60, max_days: 1, hold_minutes: 15, payment_minutes: 35, wish_minutes: 90}
gate: {moment_offers: [bag]}
calendars: {mornings: {open: {mon-fri: "09:00-12:00"}}}
work_centers: {packing: {people: 1, calendar: mornings}}
items: {bag: {on_hand: 1000, unit_cost: 1.00}, card: {on_hand: 100000, unit_cost: 0.10}, rare: {on_hand: 40, unit_cost: 1.00}}
carriers: {van: {cut_off: "18:00", collects: mon-fri, transit_days: 0, delivers: mon-fri}}
offers:
  bag: {name: Bag, price: 9.00, vat_rate: 20, carrier: van, items: {bag: 1}, routing: [{work_center: packing, minutes: 6}]}
  card: {name: Card, price: 1.00, vat_rate: 20, carrier: van, items: {card: 1}}
  rare: {name: Rare, price: 5.00, vat_rate: 20, carrier: van, items: {rare: 1}}
'''
BEFORE_WORK = ('--now', '2026-12-01T08:00')


class Board(FolderTest):
    SHOP = SHOP

    def setUp(self):
        super().setUp()
        self.write('shop.yaml', self.SHOP)
        self.init()

    def order(self, offer, minute, second=0):
        return self.done('order', 'shop.db', offer, '--email', 'x@example.org', '--json', '--now',
                         f'2026-12-01T08:{minute:02}:{second:02}').json['order']

    def demand(self, minute, second=0):
        rows = self.done('board', 'shop.db', '--json', '--now', f'2026-12-01T08:{minute:02}:{second:02}').json['demand']
        return {row.pop('offer'): row for row in rows}

    def text(self, minute, *more):
        return self.done('board', 'shop.db', *more, '--now', f'2026-12-01T08:{minute:02}').out


class Demand(Board):
    def test_the_moments_offers_stand_there_unsold(self):
        """Three hours today and three tomorrow, ten bags an hour."""
        self.assertEqual(self.demand(0), {'bag': {
            'orders_per_minute': 0, 'units_per_minute': 0, 'left': 60, 'minutes_left': None, 'wishes': 0, 'units_wished': 0,
            'deliver_by': '2026-12-01'}})

    def test_a_pace_and_what_it_leaves(self):
        self.order('bag=6', 0)
        self.order('bag=4', 2)
        row = self.demand(3)['bag']
        self.assertEqual((row['orders_per_minute'], row['units_per_minute'], row['left'], row['minutes_left']), (0.4, 2, 50, 25))
        # Five minutes are from the instant on: the first has left them, and then the second.
        self.assertEqual(self.demand(4, 59)['bag']['units_per_minute'], 2)
        self.assertEqual(self.demand(5)['bag']['units_per_minute'], 0.8)
        self.assertEqual(self.demand(5)['bag']['minutes_left'], 62)
        row = self.demand(7)['bag']
        self.assertEqual((row['orders_per_minute'], row['units_per_minute'], row['left'], row['minutes_left']), (0, 0, 50, None))

    def test_what_was_cancelled_is_no_demand(self):
        self.done('cancel', 'shop.db', self.order('bag=6', 0), '--now', '2026-12-01T08:01')
        self.assertEqual(self.demand(2)['bag']['units_per_minute'], 0)
        self.assertEqual(self.demand(2)['bag']['left'], 60)

    def test_what_one_customer_may_have_is_not_what_is_left(self):
        self.write('most.yaml', SHOP.replace('price: 5.00,', 'price: 5.00, max_per_customer: 2,').replace('[bag]', '[rare]'))
        self.done('init', 'most.db', 'most.yaml')
        self.assertEqual(self.done('board', 'most.db', '--json', *BEFORE_WORK).json['demand'][0]['left'], 40)

    def test_sold_out_and_wished_for(self):
        self.order('bag=60', 0)
        self.done('wish', 'shop.db', 'bag=3', '--until', '2026-12-20', '--email', 'anne@example.org', '--now', '2026-12-01T08:01')
        row = self.demand(2)['bag']
        self.assertEqual(row, {'orders_per_minute': 0.2, 'units_per_minute': 12, 'left': 0, 'minutes_left': 0, 'wishes': 1, 'units_wished': 3,
                               'deliver_by': None})
        self.assertRegex(self.text(2), r'\n  bag +0\.2 +12 +0 +0 min +1 +sold out\n')
        self.assertRegex(self.text(2, '--lang', 'fr'), r'\n  bag +0,2 +12 +0 +0 min +1 +épuisé\n')

    def test_text(self):
        self.order('bag=4', 0)
        self.order('card=7', 1)
        self.assertIn('''
Demand of the last 5 minutes, and what can be promised
  offer  orders/min  units/min    left   lasts  wishes  promised for
  bag           0.2        0.8      56  70 min       0  Tue 2026-12-01
  card          0.2        1.4  plenty       ·       0  Tue 2026-12-01
''', self.text(2))
        self.assertIn('''
Demande des 5 dernières minutes, et ce qui peut être promis
''', self.text(2, '--lang', 'fr'))
        self.assertRegex(self.text(2, '--lang', 'fr'), r'\n  card +0,2 +1,4 +beaucoup +· +0 +mar\. 2026-12-01\n')

    def test_nothing_to_show_is_not_shown(self):
        self.write('plain.yaml', SHOP.replace('gate: {moment_offers: [bag]}\n', ''))
        self.done('init', 'plain.db', 'plain.yaml')
        self.assertNotIn('Demand', self.done('board', 'plain.db', *BEFORE_WORK).out)
        self.assertEqual(self.done('board', 'plain.db', '--json', *BEFORE_WORK).json['demand'], [])

    def test_the_levers(self):
        """One more person packs tomorrow: thirty more can be promised, and the board says it at once."""
        self.order('bag=30', 0)
        self.assertEqual(self.demand(1)['bag']['left'], 30)
        self.done('disrupt', 'shop.db', 'absent', 'packing', '1', '2026-12-02', '2026-12-02', '--more', '--now', '2026-12-01T08:01')
        self.assertEqual(self.demand(1)['bag']['left'], 60)


class Many(Board):
    """Fourteen offers, twelve rows."""
    SHOP = SHOP + ''.join(f'  tea-{i}: {{name: Tea {i}, price: 1.00, vat_rate: 20, carrier: van, items: {{card: 1}}}}\n' for i in range(13))

    def test_those_most_sold(self):
        for i in range(13):
            self.order(f'tea-{i}={20 - i}', 0, i)
        rows = list(self.demand(1))
        self.assertEqual(rows, ['bag'] + [f'tea-{i}' for i in range(11)])


if __name__ == '__main__':
    unittest.main()
