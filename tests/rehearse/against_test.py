#!/usr/bin/env python3
"""ecluse rehearse --against: after the moment, the forecast as it was before it, against what came."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'cli'))
from cli import FolderTest  # noqa: E402

# 400 visitors are expected on Monday evening, one in twenty buys 1.2 units: twenty orders. One person packs.
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
cash: {opening_balance: 1000.00, minimum_balance: 0}
moments:
  tv: {at: 2026-12-07T20:45, visitors: %(visitors)s, rise_minutes: 1, half_life_minutes: 12, conversion_rate: 5, baskets: {gift: 0.8, card: 0.4}}
'''
LATER = ('--now', '2026-12-14T08:00')


class Against(FolderTest):
    def make(self, orders, visitors='400', offer='gift=1', delivered=0):
        """A shop whose moment brought so many orders; the first of them were delivered on the 9th."""
        self.write('shop.yaml', SHOP % {'visitors': visitors})
        self.done('init', 'shop.db', 'shop.yaml', '--now', '2026-12-01T08:00')
        made = [self.done('order', 'shop.db', *offer.split(), '--email', f'a{i}@example.com', '--now', f'2026-12-07T21:{10 + i:02}', '--json')
                .json['order'] for i in range(orders)]
        for step, at in (('start', '08T10:00'), ('done', '08T17:00'), ('ship', '08T17:30'), ('deliver', '09T12:00')):
            for order in made[:delivered]:
                self.done(step, 'shop.db', order, '--now', f'2026-12-{at}')
        return made

    def against(self, *arguments, runs='100'):
        answer = self.done('rehearse', 'shop.db', '--against', *LATER, '--runs', runs, '--json', *arguments).json
        answer['measure'] = {row['measure']: row for row in answer['measures']}
        answer['offer'] = {row['offer']: row for row in answer['offers']}
        return answer


class WhatCame(Against):
    def test_as_forecast(self):
        self.make(20, delivered=20)
        answer = self.against('--came', 'visitors=400')
        print(answer)
        for row in answer['measures']:
            self.assertIn(row['outside'], (False, None), row)


if __name__ == '__main__':
    unittest.main()
