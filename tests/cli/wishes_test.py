#!/usr/bin/env python3
"""wish, withdraw, wishes, and what board, verify and export say of wishes. Figures are worked by hand."""
import csv
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from cli import ORDER, FolderTest  # noqa: E402

SHOP = '''shop: {name: Essai, currency: EUR, time_zone: Europe/Paris, opened: 2026-12-01T10:00}
promise: {horizon_days: 60, max_days: 20, hold_minutes: 15, payment_minutes: 35, wish_minutes: 90}
items: {rare: {on_hand: 10, unit_cost: 1.00}, mug: {on_hand: 5, unit_cost: 1.00}}
carriers: {post: {cut_off: "11:00", collects: mon-fri, transit_days: 2, delivers: mon-fri, charge: 4.90}}
offers:
  rare: {name: Rare, price: 9.00, vat_rate: 20, carrier: post, items: {rare: 1}}
  mug: {name: Mug, price: 5.00, vat_rate: 20, carrier: post, items: {mug: 1}, max_per_customer: 4}
'''


def at(minutes):
    return ('--now', f'2026-12-01T{10 + minutes // 60:02}:{minutes % 60:02}')


class Wishes(FolderTest):
    def setUp(self):
        super().setUp()
        self.write('shop.yaml', SHOP)
        self.init()

    def sell_out(self):
        self.mugs = self.order('mug=4', 'x@example.org', 0)
        self.order('mug=1', 'y@example.org', 0)
        return self.order('rare=10', 'x@example.org', 0)

    def order(self, offer, email, minutes):
        return self.done('order', 'shop.db', offer, '--email', email, '--json', *at(minutes)).json['order']

    def wish(self, offer, who, minutes, until='2026-12-20'):
        return self.done('wish', 'shop.db', offer, '--until', until, '--email', f'{who}@example.org', '--name', who.title(), '--json',
                         *at(minutes)).json

    def wishes(self, *more, minutes):
        return self.done('wishes', 'shop.db', '--json', *more, *at(minutes)).json


class Wish(Wishes):
    def test_none_and_one_in_french(self):
        def first(minutes):
            return self.done('wishes', 'shop.db', '--lang', 'fr', *at(minutes)).out.splitlines()[0]
        self.assertEqual(first(0), 'Souhaits : 0 en attente (0 unité), 0 réservé sans réponse')
        self.sell_out()
        self.wish('rare', 'anne', 1)
        self.assertEqual(first(2), 'Souhaits : 1 en attente (1 unité), 0 réservé sans réponse')

    def test_the_queue_and_what_becomes_free(self):
        sold = self.sell_out()
        first, second = self.wish('rare=6', 'anne', 1), self.wish('rare=5', 'bob', 2, '2026-12-18')
        self.assertEqual((first['status'], first['quantity'], first['latest'], first['before']), ('waiting', 6, '2026-12-20', 0))
        self.assertRegex(first['wish'], ORDER)
        self.assertEqual(second['before'], 1)
        answer = self.wishes(minutes=3)
        self.assertEqual(answer['counts'], {'waiting': 2, 'units': 11, 'held': 0, 'bought': 0, 'let_go': 0, 'withdrawn': 0, 'lapsed': 0})
        self.assertEqual(answer['demand'], [{'offer': 'rare', 'waiting': 2, 'units': 11, 'first_latest': '2026-12-18'}])
        self.assertEqual([row['wish'] for row in answer['waiting']], [first['wish'], second['wish']])
        self.done('cancel', 'shop.db', sold, *at(4))
        # 10 are free: 6 for the first; the second, who wants 5, goes on waiting.
        answer = self.wishes(minutes=5)
        told, = answer['unanswered']
        self.assertEqual((told['wish'], told['name'], told['email'], told['since']),
                         (first['wish'], 'Anne', 'anne@example.org', '2026-12-01T10:01:00+01:00'))
        self.assertEqual((told['order']['status'], told['order']['held_until']), ('held', '2026-12-01T11:34:00+01:00'))
        self.assertEqual([row['wish'] for row in answer['waiting']], [second['wish']])
        self.done('confirm', 'shop.db', told['order']['order'], *at(6))
        answer = self.wishes(minutes=7)
        self.assertEqual((answer['counts']['held'], answer['counts']['bought'], answer['unanswered']), (0, 1, []))
        self.done('verify', 'shop.db')

    def test_a_hold_that_nobody_answers(self):
        """Its time is over before any batch has ended it: nobody is to be told of it any more."""
        self.assertEqual(self.wish('rare', 'anne', 0)['status'], 'offered')
        self.assertEqual(len(self.wishes(minutes=89)['unanswered']), 1)
        answer = self.wishes(minutes=90)
        self.assertEqual((answer['unanswered'], answer['counts']['held'], answer['counts']['let_go']), ([], 0, 1))
        self.order('mug', 'x@example.org', 95)
        self.assertEqual(self.wishes('--status', 'offered', minutes=96)['wishes'][0]['order']['status'], 'expired')

    def test_what_can_be_had_is_held_at_once(self):
        made = self.wish('rare=2', 'anne', 0)
        self.assertEqual((made['status'], made['order']['status'], made['order']['held_until']), ('offered', 'held', '2026-12-01T11:30:00+01:00'))
        text = self.done('wish', 'shop.db', 'rare', '--until', '2026-12-20', '--email', 'b@example.org', *at(1)).out
        for part in ('Status        offered', 'Quantity      1', 'Held until    Tue 2026-12-01 11:31', 'Delivered by  Fri 2026-12-04'):
            self.assertIn(part, text)

    def test_withdrawn(self):
        self.sell_out()
        made = self.wish('rare', 'anne', 1)
        for _ in range(2):
            self.assertEqual(self.done('withdraw', 'shop.db', made['wish'], '--json', *at(2)).json['status'], 'withdrawn')
        self.done('cancel', 'shop.db', self.mugs, *at(3))
        met = self.wish('mug', 'anne', 4)
        self.refused(1, 'withdraw', 'shop.db', met['wish'], *at(5), says='cancel that')
        self.assertIn('retiré', self.done('withdraw', 'shop.db', made['wish'], '--lang', 'fr', *at(5)).out)
        self.assertEqual([row['wish'] for row in self.wishes('--status', 'withdrawn', minutes=6)['wishes']], [made['wish']])

    def test_lapsed(self):
        self.sell_out()
        made = self.wish('rare', 'anne', 1, '2026-12-03')
        self.done('count', 'shop.db', 'mug', '5', '--now', '2026-12-04T10:00')
        lapsed, = self.done('wishes', 'shop.db', '--status', 'lapsed', '--json', '--now', '2026-12-04T10:00').json['wishes']
        self.assertEqual((lapsed['wish'], lapsed['order']), (made['wish'], None))

    def test_refusals(self):
        good = ('--until', '2026-12-20', '--email', 'a@example.org')
        self.refused(2, 'wish', 'shop.db', 'rare', '--email', 'a@example.org', says='--until')
        self.refused(2, 'wish', 'shop.db', 'rare', '--until', '2026-12-20', says='--email')
        self.refused(2, 'wish', 'shop.db', 'rare', '--until', 'soon', '--email', 'a@example.org', *at(0), says='2026-12-24')
        self.refused(2, 'wish', 'shop.db', 'rare', '--until', '2026-11-30', '--email', 'a@example.org', *at(0), says='at most 59 days ahead')
        self.refused(2, 'wish', 'shop.db', 'rare', '--until', '2026-12-20', '--email', 'nobody', *at(0), says='e-mail')
        self.refused(2, 'wish', 'shop.db', 'rare=0', *good, *at(0), says='above 0')
        self.refused(2, 'wish', 'shop.db', 'nothing', *good, *at(0), says='nothing')
        self.refused(2, 'wish', 'shop.yaml', 'rare', *good, says='.db')
        self.refused(2, 'wish', 'shop.db', 'rare', 'mug', *good)
        self.refused(2, 'wish', 'shop.db', 'rare', *good, '--name', 'x' * 9000, *at(0), says='shorten it')
        self.refused(1, 'wish', 'shop.db', 'mug=5', *good, *at(0), says='limited')
        self.refused(2, 'withdraw', 'shop.db', 'x', says='24')
        self.refused(2, 'withdraw', 'shop.db', '0' * 24, *at(0), says='no such wish')
        self.assertEqual(self.wishes(minutes=0)['counts']['waiting'], 0)


class Lists(Wishes):
    def setUp(self):
        super().setUp()
        self.sell_out()
        for number in range(4):
            self.wish(f'rare={number + 1}', f'r{number}', 1 + number)
        self.wish('mug', 'anne', 9, '2026-12-11')

    def test_text(self):
        text = self.done('wishes', 'shop.db', *at(10)).out
        lines = text.splitlines()
        self.assertEqual(lines[0], 'Wishes: 5 wait (11 units), 0 held and unanswered')
        self.assertIn('rare      4     10  Sun 2026-12-20', text)
        self.assertIn('mug       1      1  Fri 2026-12-11', text)
        self.assertNotIn('To be told', text)
        self.assertRegex(text, r'\n +5  Tue 2026-12-01 10:09  mug +1  Fri 2026-12-11  Anne +anne@example.org +\S{24}\n\Z')
        self.done('cancel', 'shop.db', self.mugs, *at(10))
        text = self.done('wishes', 'shop.db', '--lang', 'fr', *at(11)).out
        self.assertTrue(text.startswith('Souhaits : 4 en attente (10 unités), 1 réservé sans réponse\n'), text)
        self.assertRegex(text, r'À prévenir : réservés sans réponse\n.*\nmar\. 2026-12-01 11:40 .* anne@example\.org +\S{24}\n')

    def test_most(self):
        text = self.done('wishes', 'shop.db', '--most', '1', *at(10)).out
        self.assertEqual(text.count('and 1 more; --most 2 shows them'), 1)  # offers
        self.assertEqual(text.count('and 4 more; --most 5 shows them'), 1)  # who waits
        self.assertNotIn('more', self.done('wishes', 'shop.db', '--most', '5', *at(10)).out)
        answer = self.wishes('--most', '2', minutes=10)
        self.assertEqual((len(answer['waiting']), answer['more']), (2, 3))
        for most in ('0', '100001', 'all'):
            self.refused(2, 'wishes', 'shop.db', '--most', most, says='--most')

    def test_filters(self):
        answer = self.wishes('--offer', 'mug', minutes=10)
        self.assertEqual((answer['offer'], answer['counts']['waiting'], answer['counts']['units']), ('mug', 1, 1))
        self.assertEqual([row['offer'] for row in answer['demand']], ['mug'])
        self.assertEqual([row['name'] for row in answer['waiting']], ['Anne'])
        answer = self.wishes('--offer', 'rare', '--status', 'waiting', minutes=10)
        self.assertEqual([row['quantity'] for row in answer['wishes']], [1, 2, 3, 4])
        self.assertNotIn('waiting', answer)
        self.refused(2, 'wishes', 'shop.db', '--offer', 'rar', says='rare')
        self.refused(2, 'wishes', 'shop.db', '--status', 'held', says='offered')
        self.refused(2, 'wishes', 'shop.yaml', says='.db')
        self.refused(2, 'wishes', 'none.db', says='none.db')

    def test_names_stay_as_they_are(self):
        self.done('wish', 'shop.db', 'mug', '--until', '2026-12-20', '--email', 'e@example.org', '--name', '=1+"é"', *at(10))
        self.assertIn('=1+"é"', self.done('wishes', 'shop.db', *at(11)).out)
        self.assertEqual(self.wishes(minutes=11)['waiting'][-1]['name'], '=1+"é"')

    def test_board_verify_and_export(self):
        self.done('cancel', 'shop.db', self.mugs, *at(10))
        self.assertIn('Wishes\n  4 wait (10 units), 1 held and unanswered\n', self.done('board', 'shop.db', *at(11)).out)
        self.assertIn('Souhaits\n  4 en attente (10 unités), 1 réservé', self.done('board', 'shop.db', '--lang', 'fr', *at(11)).out)
        self.assertEqual(self.done('board', 'shop.db', '--json', *at(11)).json['wishes'], self.wishes(minutes=11)['counts'])
        self.assertIn(', 5 wishes\n', self.done('verify', 'shop.db').out)
        checked = self.done('verify', 'shop.db', '--json').json
        self.assertEqual((checked['wishes'], checked['wishes_by_status']), (5, {'waiting': 4, 'offered': 1, 'withdrawn': 0, 'lapsed': 0}))
        self.done('export', 'shop.db', 'out')
        tables = {}
        for name in ('wishes', 'customers', 'orders'):
            with open(self.path(f'out/{name}.csv'), encoding='utf-8', newline='') as file:
                tables[name] = list(csv.DictReader(file))
        last = tables['wishes'][4]
        self.assertEqual([row['quantity'] for row in tables['wishes']], ['1', '2', '3', '4', '1'])
        self.assertEqual((last['status'], last['offer'], last['latest'], last['since']), ('offered', 'mug', '2026-12-11', '2026-12-01T09:09:00Z'))
        self.assertEqual([row['email'] for row in tables['customers'] if row['customer'] == last['customer']], ['anne@example.org'])
        self.assertEqual([row['status'] for row in tables['orders'] if row['order'] == last['order']], ['held'])
        self.assertEqual(tables['wishes'][0]['order'], '')

    def test_a_board_without_wishes_does_not_speak_of_them(self):
        self.done('init', 'quiet.db', 'shop.yaml')
        self.assertNotIn('Wishes', self.done('board', 'quiet.db', *at(0)).out)
        self.assertNotIn('wish', self.done('verify', 'quiet.db').out)


class ShopFile(FolderTest):
    def test_wish_minutes_go_round(self):
        self.write('shop.yaml', SHOP)
        self.init()
        self.done('export', 'shop.db', 'out')
        with open(self.path('out/shop.yaml'), encoding='utf-8') as file:
            self.assertIn('wish_minutes: 90', file.read())
        self.write('shop.yaml', SHOP.replace('wish_minutes: 90', 'wish_minutes: 30'))
        self.assertIn('wish_minutes 90 -> 30', self.done('apply', 'shop.db', 'shop.yaml', *at(1)).out)
        made = self.done('wish', 'shop.db', 'rare', '--until', '2026-12-20', '--email', 'a@example.org', '--json', *at(2)).json
        self.assertEqual(made['order']['held_until'], '2026-12-01T10:32:00+01:00')


if __name__ == '__main__':
    unittest.main()
