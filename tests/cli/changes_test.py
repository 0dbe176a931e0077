#!/usr/bin/env python3
"""count, purchases, cash and disrupt: what they record, and what a dry run leaves alone."""
import os
import re
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

    def order(self, *arguments, email='a@b.example', now=AT):
        return self.done('order', 'shop.db', *arguments, '--email', email, '--json', *now).json

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

    def test_priority_stays_before_age(self):
        # 12 there, 3 promised by the 2nd, 4 kept back: 5 are left, for one of the two orders of 5. By age it would be the first.
        first = self.order('caramel-jar=5')
        second = self.order('caramel-jar=5', '--priority', '9', email='c@d.example')
        self.assertEqual(first['deliver_by'], second['deliver_by'])
        self.assertEqual(self.rows('SELECT priority FROM orders ORDER BY number'), [(0,), (9,)])
        moved, = self.done('count', 'shop.db', 'caramel', '12', '--json', *AT).json['moved']
        self.assertEqual((moved['order'], moved['after']['deliver_by']), (first['order'], '2026-12-09'))
        self.assertEqual(self.rows('SELECT revisions FROM orders ORDER BY number'), [(1,), (0,)])
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


class Apply(Changes):
    def test_refusals_name_commands_that_there_are(self):
        commands = {command['name'] for command in self.done('--help', '--json').json['commands']}
        for old, new, command in (('on_hand: 20', 'on_hand: 21', 'count SHOP.db ITEM QUANTITY'), ('due: 2026-12-07', 'due: 2026-12-08', 'purchases SHOP.db'),
                                  ('quantity: 3,', 'quantity: 4,', 'order SHOP.db')):
            self.write('changed.yaml', SUPPLIED.replace(old, new))
            refused = self.refused(2, 'apply', 'shop.db', 'changed.yaml', says=f'`ecluse {command}`')
            self.assertIn(re.search('`ecluse ([a-z]+)', refused.err).group(1), commands)


class Board(Changes):
    def board(self, now=AT):
        return self.done('board', 'shop.db', '--json', *now).json

    def test_alarms(self):
        self.assertEqual((self.board()['alarms'], self.board()['alarm_count'], self.board()['cash']), ([], 0, None))
        order = self.order('coffret=5')
        self.done('count', 'shop.db', 'caramel', '8', *AT)
        self.assertEqual(self.board()['alarms'], [{'kind': 'late', 'day': '2026-12-09', 'order': order['order']}])
        overdue = self.board(now=('--now', '2026-12-08T10:00'))
        self.assertIn({'kind': 'overdue', 'day': '2026-12-07', 'entry': 1, 'item': 'caramel'}, overdue['alarms'])

    def test_kept_counts_the_first_promise(self):
        """Moved to the 9th and delivered then: late by the first promise, whatever the present one says."""
        order = self.order('coffret=5')['order']
        self.done('count', 'shop.db', 'caramel', '8', *AT)
        for step, at in (('start', '07T09:00'), ('done', '07T10:00'), ('ship', '07T10:30'), ('deliver', '09T09:00')):
            self.done(step, 'shop.db', order, '--now', '2026-12-' + at)
        self.assertEqual(self.board(now=('--now', '2026-12-09T10:00'))['kept'],
                         {'shipped': 1, 'shipped_in_time': 0, 'delivered': 1, 'delivered_in_time': 0})


class Disrupt(Changes):
    def disrupt(self, *arguments, now=AT):
        return self.done('disrupt', 'shop.db', *arguments, '--json', *now).json

    def test_a_dry_run_says_what_will_be_and_changes_nothing(self):
        self.order('coffret=5')
        before = self.rows('SELECT count(*) FROM journal')
        tried = self.disrupt('count', 'caramel', '8', '--dry-run')
        self.assertEqual(self.rows('SELECT count(*) FROM journal'), before)
        self.assertEqual(self.rows('SELECT revisions FROM orders'), [(0,)])
        done = self.disrupt('count', 'caramel', '8')
        self.assertEqual((tried['dry_run'], done['dry_run']), (True, False))
        self.assertEqual({**tried, 'dry_run': False}, done)
        self.assertEqual(self.rows('SELECT revisions FROM orders'), [(1,)])
        self.done('verify', 'shop.db')

    def test_material(self):
        # 10 wanted; with 8 there 3 are promised by the 2nd and 4 kept back: 1 left, 9 more wanted today.
        order = self.order('coffret=5', 'caramel-jar=1')
        broken, = self.disrupt('count', 'caramel', '8')['broken']
        self.assertEqual((broken['order'], broken['moved'], broken['customer']['email']), (order['order'], True, 'a@b.example'))
        self.assertEqual(broken['first']['deliver_by'], '2026-12-04')
        self.assertEqual(broken['now']['deliver_by'], '2026-12-09')
        self.assertEqual((broken['now']['limited_by']['kind'], broken['now']['limited_by']['name']), ('stock', 'caramel'))
        self.assertEqual(broken['mends'], [{'kind': 'split', 'line': 2, 'offer': 'caramel-jar'},
                                           {'kind': 'receipt', 'item': 'caramel', 'quantity': 10, 'by': '2026-12-01'}])

    def test_hours(self):
        # 33 minutes at half efficiency: 66, from 10:00 to 11:06, collected the next day at 11:00, until when they can be made up for.
        self.order('coffret=5')
        self.assertEqual(self.disrupt('absent', 'packing', '1', '2026-12-01', '2026-12-01', '--dry-run')['broken'], [])
        broken, = self.disrupt('absent', 'packing', '1', '2026-12-01', '2026-12-02')['broken']
        self.assertEqual(broken['now']['deliver_by'], '2026-12-07')
        self.assertEqual(broken['mends'], [{'kind': 'overtime', 'work_center': 'packing', 'minutes': 66, 'on': '2026-12-02'}])
        self.disrupt('absent', 'packing', '2', '2026-12-01', '2026-12-01', '--more')
        self.assertEqual(self.rows('SELECT people FROM changes'), [(-1,), (2,)])
        again, = self.disrupt('absent', 'packing', '1', '2026-12-02', '2026-12-02', '--more')['broken']
        self.assertEqual((again['moved'], again['mends']), (False, [{'kind': 'again'}]))

    def test_a_strike(self):
        order = self.order('caramel-jar')
        broken, = self.disrupt('strike', 'post', '2026-12-01', '2026-12-01', '--dry-run')['broken']
        self.assertEqual(broken['order'], order['order'])
        self.assertEqual(broken['mends'], [{'kind': 'collection', 'carrier': 'post', 'on': '2026-12-01',
                                            'after': '2026-12-01T10:00:00+01:00'}])
        # Where it does not deliver on the second either, no collection of the first brings it in time.
        broken, = self.disrupt('strike', 'post', '2026-12-01', '2026-12-02', '--dry-run')['broken']
        self.assertEqual(broken['mends'], [])

    def test_a_receipt_late_and_short(self):
        # 13 from the shelf, 30 on the 7th: 40 jars wait for it, and nobody sells caramel otherwise.
        self.write('shop.yaml', SHOP)
        os.remove(self.path('shop.db'))
        self.init()
        self.order('caramel-jar=40')
        late, = self.disrupt('late', '1', '2026-12-10', '--dry-run')['broken']
        self.assertEqual(late['mends'], [{'kind': 'receipt', 'item': 'caramel', 'quantity': 27, 'by': '2026-12-07'}])
        short, = self.disrupt('short', '1', '20')['broken']
        self.assertEqual(short['mends'], [{'kind': 'receipt', 'item': 'caramel', 'quantity': 7, 'by': '2026-12-07'}])

    def test_who_could_come_back_after_a_cancelling(self):
        # 15 there: 12 beside what was promised before. The first ten stay, the three behind them wait for the receipt.
        first = self.order('caramel-jar=10')
        second = self.order('caramel-jar=3', email='c@d.example')
        broken, = self.disrupt('count', 'caramel', '15')['broken']
        self.assertEqual((broken['order'], broken['mends'][0]['quantity']), (second['order'], 5))
        for more in (('--dry-run',), ()):
            answer = self.disrupt('cancel', first['order'], *more)
            self.assertEqual(answer['moved'], [])
            self.assertEqual([(order['order'], order['moved'], order['mends']) for order in answer['broken']],
                             [(second['order'], False, [{'kind': 'again'}])])
        self.assertEqual(self.rows('SELECT status FROM orders ORDER BY number'), [('cancelled',), ('confirmed',)])
        self.done('ship', 'shop.db', second['order'], '--now', '2026-12-07T10:00')
        self.refused(1, 'disrupt', 'shop.db', 'cancel', second['order'], '--dry-run', '--now', '2026-12-07T10:00', says='cancelled')

    def test_a_cancelling_mends_and_its_dry_run_says_so(self):
        # 13 from the shelf, 30 on the 7th, which do not come: who waits for them has no date until the first ten are free again.
        self.write('shop.yaml', SHOP)
        os.remove(self.path('shop.db'))
        self.init()
        first = self.order('caramel-jar=10')
        second = self.order('caramel-jar=10', email='c@d.example')
        broken, = self.disrupt('short', '1', '0')['broken']
        self.assertEqual((broken['order'], broken['now']), (second['order'], None))
        tried = self.disrupt('cancel', first['order'], '--dry-run')
        self.assertEqual(self.rows('SELECT status, broken FROM orders ORDER BY number'), [('confirmed', 0), ('confirmed', 1)])
        done = self.disrupt('cancel', first['order'])
        self.assertEqual((tried['dry_run'], done['dry_run']), (True, False))
        self.assertEqual({**tried, 'dry_run': False}, done)
        moved, = done['moved']
        self.assertEqual((moved['order'], moved['broken']), (second['order'], False))
        self.assertEqual(moved['before'], {key: second[key] for key in ('ship_by', 'deliver_by')})
        self.assertEqual(moved['after'], {key: first[key] for key in ('ship_by', 'deliver_by')})
        self.assertEqual(done['broken'], [])
        self.assertEqual(self.rows('SELECT status, broken FROM orders ORDER BY number'), [('cancelled', 0), ('confirmed', 0)])
        self.done('verify', 'shop.db')

    def test_of_many_those_worth_most_are_searched(self):
        self.done('count', 'shop.db', 'caramel', '500', *AT)
        orders = [self.order(f'caramel-jar={2 if i == 51 else 1}', email=f'{i}@b.example')['order'] for i in range(52)]
        broken = self.disrupt('count', 'caramel', '0')['broken']
        self.assertEqual([order['order'] for order in broken], orders[51:] + orders[:51])
        self.assertEqual([order['mends'] is None for order in broken], [False] * 50 + [True] * 2)

    def test_after_the_shop_file_has_changed(self):
        """The state that is searched is one of a shop that was merged, with an item that came later."""
        self.order('coffret=5')
        self.write('shop.yaml', SUPPLIED.replace('  far-away:', '  ribbon: {on_hand: 5, unit_cost: 0.10}\n  far-away:'))
        self.done('apply', 'shop.db', 'shop.yaml', *AT)
        broken, = self.disrupt('count', 'caramel', '8')['broken']
        self.assertEqual(broken['mends'], [{'kind': 'receipt', 'item': 'caramel', 'quantity': 9, 'by': '2026-12-01'}])

    def test_values_come_first(self):
        small, large = self.order('caramel-jar=2'), self.order('caramel-jar=3', email='c@d.example')
        broken = self.disrupt('count', 'caramel', '0')['broken']
        self.assertEqual([order['order'] for order in broken], [large['order'], small['order']])

    def test_refusals(self):
        self.refused(2, 'disrupt', 'shop.db', 'flood', '1', says='strike')
        self.refused(2, 'disrupt', 'shop.db', 'late', '1', says='ENTRY DATE')
        self.refused(2, 'disrupt', 'shop.db', 'late', '1', '7.12.2026', *AT, says='2026-12-01')
        self.refused(2, 'disrupt', 'shop.db', 'strike', 'poste', '2026-12-01', '2026-12-02', *AT, '--dry-run', says='post')
        self.refused(2, 'disrupt', 'shop.db', 'absent', 'packing', 'one', '2026-12-01', '2026-12-02', *AT, says='how many people')
        self.refused(2, 'disrupt', 'shop.db', 'count', 'caramel', '1', '--more', *AT, says='--more')
        self.refused(2, 'disrupt', 'shop.db', 'cancel', 'x', '--dry-run', *AT, says='id')
        self.assertEqual(self.rows('SELECT count(*) FROM changes'), [(0,)])


if __name__ == '__main__':
    unittest.main()
