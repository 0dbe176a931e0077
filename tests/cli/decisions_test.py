#!/usr/bin/env python3
"""decide and decisions: what was expected, what came of it, what else changed, the page for the team. Figures are worked by hand.

A week before 2 November: 10 boxes in an order each, 5 orders of two bottles of cider; a week since: 14 boxes, no cider. Every other
week has a box more, every other one a box less.
  box: 20.00 without VAT - 4.00 = 16.00; cider 10.00 - 3.00 = 7.00; a parcel costs 8.00 and 5.00 of it is charged: 3.00 an order
  before: 10 x 13.00 + 5 x (14.00 - 3.00) = 185.00, less 35.00 of cider and 12.00 of rent: 138.00
  since:  14 x 13.00 = 182.00, less 12.00: 170.00, a gain of 32.00
  work: 9 minutes a box with its parcel, 3 the parcel of cider: 105 minutes before, 126 since
"""
import csv
import datetime
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from cli import FolderTest  # noqa: E402

SHOP = '''shop: {name: Essai, currency: EUR, time_zone: Europe/Paris, opened: 2026-08-24T08:00}
calendars: {days: {open: {mon-fri: "09:00-17:00"}}}
work_centers: {packing: {people: 1, calendar: days}}
items: {box: {on_hand: 1000, unit_cost: 4.00}, cider: {on_hand: 1000, unit_cost: 3.00}}
carriers: {post: {cut_off: "16:00", collects: mon-fri, transit_days: 2, delivers: mon-fri, charge: 6.00, cost: 8.00, vat_rate: 20,
                  routing: [{work_center: packing, minutes: 3}]}}
offers:
  box: {name: Box, price: 24.00, vat_rate: 20, carrier: post, items: {box: 1}, activity: gifts, routing: [{work_center: packing, minutes: 6}]}
  cider: {name: Cider, price: 12.00, vat_rate: 20, carrier: post, items: {cider: 1}, activity: cider}
activities: {gifts: {}, cider: {fixed_cost_per_week: 35.00}}
moments: {tv: {at: 2026-11-20T20:45, visitors: 2000}}
cash: {opening_balance: 100000.00, fixed_costs: [{name: rent, amount: 52.00, every: month, day: 5}]}
'''
ON = datetime.date(2026, 11, 2)
COLUMNS = 'order=order,sku=sku,quantity=quantity,at=at,unit_price=price'
LATER = ('--now', '2027-01-25T10:00')


class Decisions(FolderTest):
    def setUp(self):
        super().setUp()
        self.write('shop.yaml', SHOP)
        self.init()

    def history(self, weeks_before=9, weeks_since=12, since=14, name='history.csv', step=1, now=LATER):
        """Writes and imports it; its weeks are whole and begin on the decision's weekday."""
        with open(self.path(name), 'w', encoding='utf-8', newline='') as file:
            rows = csv.writer(file)
            rows.writerow(['order', 'sku', 'quantity', 'at', 'price'])
            for week in range(-weeks_before, weeks_since):
                boxes = (10 if week < 0 else since) + (step if week % 2 else -step)
                for i in range(boxes):
                    rows.writerow([f'b{week}-{i}', 'box', 1, f'{ON + datetime.timedelta(7 * week + i % 7)} 10:00:00', '24.00'])
                for i in range(5 if week < 0 else 0):
                    rows.writerow([f'c{week}-{i}', 'cider', 2, f'{ON + datetime.timedelta(7 * week + i)} 11:00:00', '12.00'])
        self.done('import', 'shop.db', 'orders', name, '--columns', COLUMNS, '--dates', 'iso', *now)

    def decide(self, *more, now='2026-11-02T09:00'):
        return self.done('decide', 'shop.db', *more, '--json', '--now', now).json

    def stop_cider(self, *more):
        return self.decide('--stop', 'cider', '--because', 'a third of the packing hours', '--by', '2027-01-25', *more)

    def told(self, now=LATER, path='shop.db'):
        return self.done('decisions', path, '--json', *now).json['decisions']

    def figure(self, name, *more, **history):
        """What came of a decision that expected that."""
        self.stop_cider(*more)
        self.history(**history)
        return self.told()[0]['figures'][name]


class Came(Decisions):
    def test_all_figures(self):
        self.stop_cider('--expect', 'profit_per_week=32')
        self.history()
        told = self.told()[0]
        self.assertEqual((told['number'], told['verb'], told['activity'], told['on'], told['by']),
                         (1, 'stop', 'cider', '2026-11-02', '2027-01-25'))
        self.assertEqual((told['state'], told['so_far'], told['weeks'], told['verdict']),
                         ('told', False, {'before': 8, 'since': 12}, 'as_expected'))
        figures = told['figures']

        def money(amount):
            return {'amount': amount, 'currency': 'EUR'}
        self.assertEqual([figures['profit_per_week'][key] for key in ('expected', 'before', 'since', 'came')],
                         [money('32.00'), money('138.00'), money('170.00'), money('32.00')])
        self.assertEqual([figures['revenue_per_week'][key] for key in ('expected', 'before', 'since', 'came')],
                         [None, money('300.00'), money('280.00'), money('-20.00')])
        self.assertEqual([figures['orders_per_week'][key] for key in ('before', 'since', 'came')], [15, 14, -1])
        self.assertEqual([figures['hours_per_week'][key] for key in ('before', 'since', 'came')], [1.75, 2.1, 0.35])
        self.assertEqual(figures['orders_per_week']['verdict'], None)
        # Weeks of +-13.00: standard error 13 x sqrt(1/7 + 1/11) = 6.285, t(0.9; 14.9) = 1.341.
        self.assertEqual((figures['profit_per_week']['low'], figures['profit_per_week']['high']), (money('23.57'), money('40.43')))

    def test_better(self):
        self.assertEqual(self.figure('profit_per_week', '--expect', 'profit_per_week=20')['verdict'], 'better')

    def test_worse(self):
        self.assertEqual(self.figure('profit_per_week', '--expect', 'profit_per_week=45')['verdict'], 'worse')

    def test_noise_hides_it(self):
        self.assertEqual(self.figure('profit_per_week', '--expect', 'profit_per_week=45', step=5)['verdict'], 'as_expected')

    def test_less_work_is_better(self):
        self.assertEqual(self.figure('hours_per_week', '--expect', 'hours_per_week=1')['verdict'], 'better')

    def test_too_little_since(self):
        self.stop_cider('--expect', 'profit_per_week=32')
        self.history(weeks_since=12)
        told = self.told(('--now', '2027-01-25T10:00'))[0]
        self.assertEqual(told['state'], 'told')
        self.decide('--keep', 'gifts', '--on', '2027-01-04', '--expect', 'profit_per_week=0', now='2027-01-25T10:00')
        told = self.told(('--now', '2027-01-26T10:00'))[1]
        self.assertEqual((told['state'], told['verdict'], told['sayable_on'], told['weeks']['since']),
                         ('too_little_since', None, '2027-02-01', 3))
        out = self.done('decisions', 'shop.db', '--now', '2027-01-26T10:00').out
        self.assertIn('too little to say before Mon 2027-02-01.', out)

    def test_records_that_end(self):
        self.stop_cider('--expect', 'profit_per_week=32')
        self.history(weeks_since=2)
        self.assertEqual(self.told()[0]['state'], 'too_little_since')
        self.assertIn('the last sale in the records is of Sun 2026-11-15', self.done('decisions', 'shop.db', *LATER).out)

    def test_too_little_before(self):
        self.stop_cider('--expect', 'profit_per_week=32')
        self.history(weeks_before=3)
        self.assertEqual(self.told()[0]['state'], 'too_little_before')
        self.assertIn('3 are known', self.done('decisions', 'shop.db', *LATER).out)

    def test_orders_made_here_and_promises_kept(self):
        """Three boxes a week, five weeks; of the fifteen promises the last of each week but the first is broken."""
        self.history(weeks_since=0, now=('--now', '2026-11-02T08:00'))
        self.decide('--keep', 'gifts', '--by', '2026-12-07', '--expect', 'kept_percent=95', '--expect', 'revenue_per_week=-240')
        for week in range(5):
            monday = ON + datetime.timedelta(7 * week)
            orders = [self.done('order', 'shop.db', 'box', '--email', 'a@example.org', '--json', '--now', f'{monday}T10:0{i}').json
                      for i in range(3)]
            for i, order in enumerate(orders):
                self.done('ship', 'shop.db', order['order'], '--now', f'{monday}T15:0{i}')
            for i, order in enumerate(orders):
                day = datetime.date.fromisoformat(order['deliver_by']) + datetime.timedelta(i == 2 and week > 0)
                self.done('deliver', 'shop.db', order['order'], '--now', f'{day}T12:0{i}')
        told = self.told(('--now', '2026-12-08T10:00'))[0]
        self.assertEqual((told['state'], told['weeks']), ('told', {'before': 8, 'since': 5}))
        self.assertEqual(told['figures']['revenue_per_week']['since']['amount'], '60.00')
        self.assertEqual(told['figures']['revenue_per_week']['verdict'], 'as_expected')
        self.assertEqual(told['figures']['orders_per_week']['since'], 3)
        kept = told['figures']['kept_percent']
        self.assertEqual((kept['before'], kept['came'], kept['verdict']), (None, 73.333, 'worse'))
        # What was decided later than the time that is asked about is not told.
        self.decide('--stop', 'gifts', now='2026-12-09T09:00')
        self.assertEqual(len(self.told(('--now', '2026-12-09T10:00'))), 2)

    def test_sums_that_do_not_fit_are_refused(self):
        self.stop_cider()
        with open(self.path('large.csv'), 'w', encoding='utf-8') as file:
            file.write('order,sku,quantity,at,price\nx1,box,1000000,2026-10-01 09:00:00,9999999999.99\n')
        self.done('import', 'shop.db', 'orders', 'large.csv', '--columns', COLUMNS, '--dates', 'iso', *LATER)
        result = self.refused(2, 'decisions', 'shop.db', *LATER, says='shop.db: more was sold in a day than can be reckoned with')
        self.assertEqual(result.out, '')

    def test_so_far(self):
        self.decide('--stop', 'cider', '--by', '2027-06-01')
        self.history()
        told = self.told()[0]
        self.assertEqual((told['so_far'], told['weeks']), (True, {'before': 8, 'since': 8}))

    def test_ahead(self):
        self.decide('--stop', 'cider', '--on', '2027-03-01')
        self.history()
        self.assertEqual((self.told()[0]['state'], self.told()[0]['sayable_on']), ('ahead', '2027-03-29'))

    def test_costs_of_their_time(self):
        """Rent falls by 6.00 a week with the file of 7 December, five weeks later."""
        self.stop_cider()
        cheaper = SHOP.replace('52.00', '26.00')
        self.write('shop.yaml', cheaper)
        self.done('apply', 'shop.db', 'shop.yaml', '--now', '2026-12-07T09:00')
        self.history()
        # Seven of twelve weeks at 6.00 less: 3.50 a week more.
        self.assertEqual(self.told()[0]['figures']['profit_per_week']['came']['amount'], '35.50')

    def test_an_offer_that_is_gone_counts(self):
        self.stop_cider()
        self.write('shop.yaml', ''.join(line for line in SHOP.splitlines(True) if not line.startswith('  cider:'))
                   .replace(', cider: {fixed_cost_per_week: 35.00}', ''))
        self.history()
        self.done('apply', 'shop.db', 'shop.yaml', '--now', '2027-01-25T11:00')
        self.assertEqual(self.told(('--now', '2027-01-25T12:00'))[0]['figures']['profit_per_week']['came']['amount'], '32.00')


class Changed(Decisions):
    def changes(self, index=0):
        told = self.told()[index]
        return [(change['on'], change['what']) for change in told['changed']], told['changed_more']

    def test_a_price_people_and_the_moment_are_named(self):
        self.stop_cider()
        self.write('shop.yaml', SHOP.replace('price: 24.00', 'price: 30.00').replace('people: 1', 'people: 2'))
        self.done('apply', 'shop.db', 'shop.yaml', '--now', '2026-12-07T09:00')
        self.history()
        changes, more = self.changes()
        self.assertEqual(more, 0)
        self.assertEqual(changes, [('2026-12-07', 'work_centers.packing: people 1 -> 2'),
                                   ('2026-12-07', 'offers.box: price 24.00 -> 30.00'),
                                   ('2026-11-20', 'moment tv, 2000 visitors expected')])
        out = self.done('decisions', 'shop.db', *LATER).out
        self.assertIn('Mon 2026-12-07  offers.box: price 24.00 -> 30.00', out)

    def test_other_decisions_come_first_and_only_of_that_time(self):
        self.stop_cider()
        self.decide('--keep', 'gifts', '--on', '2026-12-01')
        self.decide('--shrink', 'gifts', '--on', '2026-09-06')
        self.decide('--start', 'bread', '--on', '2027-01-26')
        self.history()
        changes, _ = self.changes(1)
        self.assertEqual(changes[0], ('2026-12-01', 'decided: keep gifts'))
        self.assertNotIn('decided: shrink gifts', [what for _, what in changes])
        self.assertNotIn('decided: start bread', [what for _, what in changes])
        self.assertNotIn('decided: stop cider', [what for _, what in changes])

    def test_absent_people_and_late_receipts(self):
        self.stop_cider()
        self.done('disrupt', 'shop.db', 'absent', 'packing', '1', '2026-11-09', '2026-11-13', '--now', '2026-11-08T09:00')
        self.done('count', 'shop.db', 'box', '900', '--now', '2026-11-14T09:00')
        self.history()
        changes, _ = self.changes()
        self.assertIn(('2026-11-09', 'packing: 1 away, Mon 2026-11-09 to Fri 2026-11-13'), changes)
        self.assertIn(('2026-11-14', 'box counted: 900'), changes)
        self.assertLess([what[:4] for _, what in changes].index('pack'), [what[:4] for _, what in changes].index('box '))

    def test_twelve_lines_and_how_many_more(self):
        self.stop_cider()
        for i in range(20):
            self.write('shop.yaml', SHOP.replace('price: 24.00', f'price: {25 + i}.00'))
            self.done('apply', 'shop.db', 'shop.yaml', '--now', f'2026-12-07T09:{i:02}')
        self.history()
        changes, more = self.changes()
        self.assertEqual((len(changes), more), (12, 9))
        self.assertIn('and 9 smaller changes', self.done('decisions', 'shop.db', *LATER).out)

    def test_what_a_file_says_of_many_is_one_line(self):
        self.stop_cider()
        for count, expected in ((3, [f'offers.card-{i}: added' for i in range(3)]), (4, ['offers, 4 of them: added (card-3, …)'])):
            cards = ''.join(f'  card-{3 * (count - 3) + i}: {{name: Card, price: 2.00, vat_rate: 20, on_site: true}}\n' for i in range(count))
            with open(self.path('shop.yaml'), encoding='utf-8') as file:
                text = file.read()
            self.write('shop.yaml', text.replace('offers:\n', 'offers:\n' + cards))
            self.done('apply', 'shop.db', 'shop.yaml', '--now', f'2026-12-0{count}T09:00')
            told = self.told(('--now', f'2026-12-0{count}T12:00'))[0]['changed']
            self.assertEqual(sorted(change['what'] for change in told if change['on'] == f'2026-12-0{count}'), expected)

    def test_an_offer_added_is_named_unless_it_was_sold_before(self):
        self.stop_cider()
        self.write('shop.yaml', SHOP.replace('offers:\n', 'offers:\n  card: {name: Card, price: 2.00, vat_rate: 20, on_site: true}\n'))
        self.done('apply', 'shop.db', 'shop.yaml', '--now', '2026-12-07T09:00')
        self.history()
        self.assertIn(('2026-12-07', 'offers.card: added'), self.changes()[0])
        with open(self.path('more.csv'), 'w', encoding='utf-8') as file:
            file.write('order,sku,quantity,at,price\nx1,card,1,2026-12-06 09:00:00,2.00\n')
        self.done('import', 'shop.db', 'orders', 'more.csv', '--columns', COLUMNS, '--dates', 'iso', *LATER)
        self.assertNotIn(('2026-12-07', 'offers.card: added'), self.changes()[0])


class Pages(Decisions):
    def page(self, *more):
        self.done('decisions', 'shop.db', *more, *LATER)
        with open(self.path(more[1]), encoding='utf-8') as file:
            return file.read()

    def test_the_page_escapes_and_has_no_outside_asset(self):
        self.decide('--stop', 'cider', '--because', '<b>38 percent</b> & more', '--say', 'No more <i>cider</i>.', '--expect',
                    'profit_per_week=32')
        self.history()
        for option in ('--html', '--team'):
            page = self.page(option, 'page.html')
            self.assertIn('&lt;b&gt;38 percent&lt;/b&gt; &amp; more', page)
            self.assertNotIn('<b>38', page)
            self.assertNotIn('http', page)
            self.assertNotIn('src=', page)
        self.assertIn('No more &lt;i&gt;cider&lt;/i&gt;.', page)

    def test_the_team_reads_the_direction(self):
        self.stop_cider('--expect', 'profit_per_week=32', '--say', 'No more cider.')
        self.history()
        page = self.page('--team', 'team.html', '--lang', 'en')
        for words in ('What we keep and grow', '<b>Gifts</b>', 'What we stop, and from when', '<b>Cider</b>, from Monday 2 November 2026',
                      'a third of the packing hours', '+€32.00', 'Monday 25 January 2027', 'No more cider.'):
            self.assertIn(words, page)
        page = self.page('--team', 'team.html', '--lang', 'fr')
        for words in ('Ce que nous gardons et développons', 'à partir du lundi 2 novembre 2026', '+32,00', 'lundi 25 janvier 2027'):
            self.assertIn(words, page)

    def test_a_default_sentence(self):
        self.decide('--stop', 'cider', '--by', '2027-06-01')
        self.assertIn('What you have ordered will come as promised.', self.page('--team', 'team.html', '--lang', 'en'))

    def test_a_shop_file_has_no_records(self):
        self.write('shop.yaml', SHOP + 'decisions: [{on: 2026-11-02, stop: cider, by: 2027-03-01, expected: {profit_per_week: 32}, '
                   'say: {fr: Plus de cidre, en: No more cider}}]\n')
        self.assertEqual(self.told(path='shop.yaml')[0]['state'], 'no_records')
        self.done('decisions', 'shop.yaml', '--team', 'team.html', '--lang', 'fr', *LATER)
        with open(self.path('team.html'), encoding='utf-8') as file:
            self.assertIn('Plus de cidre', file.read())

    def test_file_and_database_are_one_list(self):
        self.write('shop.yaml', SHOP + 'decisions: [{on: 2026-11-03, keep: gifts}]\n')
        self.done('apply', 'shop.db', 'shop.yaml', '--now', '2026-10-01T09:00')
        self.stop_cider()
        self.assertEqual([(told['number'], told['activity']) for told in self.told()], [(1, 'cider'), (None, 'gifts')])

    def test_focus_tells_them_too(self):
        self.stop_cider('--expect', 'profit_per_week=20')
        self.history()
        told, = self.done('focus', 'shop.db', '--json', *LATER).json['decisions']
        self.assertEqual((told['activity'], told['verdict']), ('cider', 'better'))
        out = self.done('focus', 'shop.db', '--html', 'focus.html', '--lang', 'en', *LATER).out
        self.assertIn('stop cider, from Mon 2026-11-02 on, looked at on Mon 2027-01-25 (1): better than expected: +€32.00', out)
        with open(self.path('focus.html'), encoding='utf-8') as file:
            self.assertIn('<section id="decisions">', file.read())

    def test_nothing_decided(self):
        self.assertEqual(self.told(), [])
        self.assertIn('Nothing is decided.', self.done('decisions', 'shop.db', *LATER).out)
        self.refused(2, 'decisions', 'shop.db', '--team', 'no/such/folder.html', says='no/such/folder.html')

    def test_verify_and_backup_hold(self):
        self.stop_cider()
        self.done('verify', 'shop.db')
        self.done('backup', 'shop.db', 'copy.db')
        self.assertEqual(self.told(path='copy.db')[0]['activity'], 'cider')


if __name__ == '__main__':
    unittest.main()
