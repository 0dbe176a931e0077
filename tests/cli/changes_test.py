#!/usr/bin/env python3
"""count, purchases, cash and disrupt: what they record, and what a dry run leaves alone."""
import os
import sqlite3
import sys
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from cli import SHOP, FolderTest  # noqa: E402

AT = ('--now', '2026-12-01T10:00')
SUPPLIED = SHOP.replace('receipts:', '''suppliers:
  armor: {lead_days: 5, receiving_days: 1, orders_on: [tue, thu]}
receipts:''').replace('unit_cost: 2.10,', 'unit_cost: 2.10, supplier: armor, pack_size: 12, reorder_point: 60, safety_stock: 5,')


class Changes(FolderTest):
    def setUp(self):
        super().setUp()
        self.write('shop.yaml', SUPPLIED)
        self.init()

    def rows(self, sql):
        with sqlite3.connect(self.path('shop.db')) as database:
            return database.execute(sql).fetchall()

    def order(self, *lines, email='a@b.example', now=AT):
        return self.done('order', 'shop.db', *lines, '--email', email, '--json', *now).json

    def purchases(self, *more, now=AT):
        return self.done('purchases', 'shop.db', *more, '--json', *now).json


class Count(Changes):
    def test_who_moves(self):
        # 20 there, 3 promised by the 2nd, 4 kept back: 5 boxes of 2 take 10. With 8 there they wait for the receipt of the 7th.
        first = self.order('coffret=5')
        self.assertEqual(first['deliver_by'], '2026-12-04')
        answer = self.done('count', 'shop.db', 'caramel', '8', '--json', *AT).json
        moved, = answer['moved']
        self.assertEqual((moved['order'], moved['broken']), (first['order'], False))
        self.assertEqual(moved['before'], {key: first[key] for key in ('ship_by', 'deliver_by')})
        self.assertEqual(moved['after']['deliver_by'], '2026-12-09')
        self.assertEqual(self.rows('SELECT kind, what, quantity_thousandths FROM changes'), [('count', 'caramel', 8000)])
        self.assertEqual(self.rows('SELECT revisions, deliver_by, first_deliver_by FROM orders'),
                         [(1, '2026-12-09', '2026-12-04')])
        self.assertEqual(self.done('atp', 'shop.db', 'caramel', '--days', '1', '--json', *AT).json['days'][0]['projected'], 8)
        self.done('verify', 'shop.db')

    def test_refusals(self):
        self.refused(2, 'count', 'shop.db', 'caramle', '8', *AT, says='did you mean caramel')
        self.refused(2, 'count', 'shop.db', 'caramel', '8.0001', *AT, says='three decimals')
        self.refused(2, 'count', 'shop.db', *AT, '--', 'caramel', '-1', says='quantity')
        self.refused(2, 'count', 'shop.db', 'caramel', '8', '--now', '2026-11-01T10:00', says='--now')
        self.assertEqual(self.rows('SELECT count(*) FROM changes'), [(0,)])


class Purchases(Changes):
    def test_a_purchase_from_proposal_to_receipt(self):
        # 13 + 30 can be promised; 60 jars want 17 more than that, in packs of 12: 24.
        order = self.order('caramel-jar=60')
        entry = next(entry for entry in self.purchases()['expected'] if entry['status'] == 'proposed')
        self.assertEqual((entry['item'], entry['supplier'], entry['order_on'], entry['arrives_on'], entry['usable_from']),
                         ('caramel', 'armor', '2026-12-01', '2026-12-06', '2026-12-07'))
        self.assertEqual(entry['quantity'], 24)
        self.assertEqual([peg['order'] for peg in entry['for']], [order['order']])
        self.assertEqual(entry['value'], {'amount': '50.40', 'currency': 'EUR'})
        self.done('purchases', 'shop.db', 'approve', 'armor', '2026-12-01', *AT)
        self.done('purchases', 'shop.db', 'send', 'armor', '2026-12-01', *AT)
        self.assertEqual(next(e for e in self.purchases()['expected'] if e['entry'] == entry['entry'])['status'], 'sent')
        number = str(entry['entry'])
        late = self.done('purchases', 'shop.db', 'redate', number, '2026-12-14', '--json', *AT).json
        self.assertEqual([moved['order'] for moved in late['moved']], [order['order']])
        then = ('--now', '2026-12-14T08:00')
        part = self.done('purchases', 'shop.db', 'receive', number, '10', '--damaged', '1', '--json', *then).json
        self.assertEqual(part['entry'], entry['entry'])
        left = next(e for e in self.purchases(now=then)['expected'] if e['entry'] == entry['entry'])
        self.assertEqual((left['quantity'], left['received']), (13, 10))
        self.done('purchases', 'shop.db', 'receive', '#' + number, '20', '--bill', '70.00', *then)
        self.assertNotIn(entry['entry'], [e['entry'] for e in self.purchases(now=then)['expected']])
        self.assertEqual(self.rows('SELECT amount_minor, received_day FROM bills ORDER BY number'),
                         [(2100, '2026-12-14'), (7000, '2026-12-14')])
        self.done('verify', 'shop.db')

    def test_reorder_points(self):
        # The receipt of 30 is on its way: nothing is listed. It does not come: 17 projected, 65 wanted.
        self.assertEqual(self.purchases()['reorder'], [])
        self.done('purchases', 'shop.db', 'change', '1', '0', *AT)
        reorder, = self.purchases()['reorder']
        self.assertEqual((reorder['item'], reorder['reorder_point'], reorder['lowest'], reorder['quantity'], reorder['order_on']),
                         ('caramel', 65, 17, 48, '2026-12-01'))
        bought = self.done('purchases', 'shop.db', 'buy', 'caramel', '48', '--json', *AT).json
        self.assertEqual(self.purchases()['reorder'], [])
        entry, = self.purchases()['expected']
        self.assertEqual((entry['entry'], entry['status'], entry['order_on']), (bought['entry'], 'approved', '2026-12-01'))
        self.done('purchases', 'shop.db', 'buy', 'caramel', '12', '--on', '2026-12-03', *AT)
        self.assertEqual([entry['order_on'] for entry in self.purchases()['expected']], ['2026-12-01', '2026-12-03'])

    def test_alarms(self):
        self.assertEqual(self.purchases()['alarms'], [])
        self.done('purchases', 'shop.db', 'buy', 'caramel', '12', *AT)
        unsent, = self.purchases()['alarms']
        self.assertEqual(unsent, {'kind': 'unsent', 'day': '2026-12-01', 'supplier': 'armor'})
        late = self.purchases(now=('--now', '2026-12-08T10:00'))['alarms']
        self.assertIn({'kind': 'overdue', 'day': '2026-12-07', 'entry': 1, 'item': 'caramel'}, late)

    def test_mail(self):
        self.done('purchases', 'shop.db', 'buy', 'caramel', '12', *AT)
        self.assertIn('12 caramel', self.done('purchases', 'shop.db', 'mail', 'armor', '2026-12-01', *AT).out)
        self.refused(2, 'purchases', 'shop.db', 'mail', 'armor', '2026-12-03', *AT, says='nothing unsent')

    def test_refusals(self):
        self.refused(2, 'purchases', 'shop.db', 'aprove', 'armor', '2026-12-01', *AT, says='approve')
        self.refused(2, 'purchases', 'shop.db', 'approve', 'armr', '2026-12-01', *AT, says='armor')
        self.refused(2, 'purchases', 'shop.db', 'approve', 'armor', '1.12.2026', *AT, says='2026-12-01')
        self.refused(2, 'purchases', 'shop.db', 'receive', 'one', '1', *AT, says='an entry')
        self.refused(2, 'purchases', 'shop.db', 'receive', '1', '0', *AT, says='nothing came')
        self.refused(2, 'purchases', 'shop.db', 'redate', '7', '2026-12-01', *AT, says='ecluse purchases')
        self.refused(2, 'purchases', 'shop.db', '--on', '2026-12-01', *AT, says='--on')
        self.refused(2, 'purchases', 'shop.yaml', 'receive', '1', '1', says='.db')
        self.assertEqual(len(self.purchases()['expected']), 1)


class Cash(Changes):
    def setUp(self):
        super().setUp()
        self.write('cash.yaml', SUPPLIED + '''cash:
  {opening_balance: 1000.00, minimum_balance: 100.00, payout_days: 3, payment_fee_percent: 2, vat: {every: month, day: 19},
   fixed_costs: [{name: rent, amount: 300.00, every: month, day: 5}]}
''')
        self.done('init', 'cash.db', 'cash.yaml')

    def test_by_hand(self):
        # 34.80 less 2 percent on the 4th; rent on the 5th; its VAT, 5.80, on 19 January, within the 60 days of the horizon.
        self.done('order', 'cash.db', 'coffret', '--email', 'a@b.example', *AT)
        answer = self.done('cash', 'cash.db', '--days', '60', '--json', *AT).json
        days = {day['date']: day for day in answer['days']}
        self.assertEqual(len(days), 60)
        self.assertEqual((days['2026-12-04']['sales'], days['2026-12-04']['balance']), ('34.10', '1034.10'))
        self.assertEqual((days['2026-12-05']['costs'], days['2026-12-05']['balance']), ('-300.00', '734.10'))
        self.assertEqual((days['2027-01-19']['vat'], days['2027-01-19']['balance']), ('-5.80', '428.30'))
        self.assertEqual(answer['lowest'], {'date': '2027-01-19', 'balance': '428.30'})
        self.assertEqual((answer['undelivered'], answer['minimum'], answer['currency']), ('34.80', '100.00', 'EUR'))
        self.assertEqual(len(self.done('cash', 'cash.db', '--json', *AT).json['days']), 28)

    def test_a_balance_is_recorded(self):
        self.done('cash', 'cash.db', '--balance=-50.00', *AT)
        answer = self.done('cash', 'cash.db', '--json', *AT).json
        self.assertEqual(answer['days'][0]['balance'], '-50.00')
        self.assertEqual(answer['lowest'], {'date': '2027-01-05', 'balance': '-650.00'})
        alarm, = self.done('purchases', 'cash.db', '--json', *AT).json['alarms']
        self.assertEqual(alarm, {'kind': 'cash', 'day': '2027-01-05', 'balance': {'amount': '-650.00', 'currency': 'EUR'}})

    def test_refusals(self):
        self.refused(2, 'cash', 'shop.db', *AT, says='no cash section')
        self.refused(2, 'cash', 'shop.db', '--balance', '5', *AT, says='ecluse apply')
        self.refused(2, 'cash', 'cash.db', '--balance', '5.001', *AT, says='decimals')
        self.refused(2, 'cash', 'cash.db', '--days', '0', says='--days')


if __name__ == '__main__':
    unittest.main()
