#!/usr/bin/env python3
"""ecluse rehearse SHOP.db: ordinary demand from what was sold, and how its forecast did on a real shop."""
import csv
import datetime
import gzip
import os
import random
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'cli'))
from cli import SOURCE, FolderTest  # noqa: E402

GIFTS = os.path.join(SOURCE, '..', 'shared', 'data', 'online_retail_2010-12_2011-06.csv.gz')
COLUMNS = 'order=InvoiceNo,sku=StockCode,name=Description,quantity=Quantity,at=InvoiceDate,unit_price=UnitPrice'
HEAD = ('InvoiceNo', 'StockCode', 'Description', 'Quantity', 'InvoiceDate', 'UnitPrice')

SHOP = '''shop: {name: Essai, currency: EUR, time_zone: Europe/Paris, opened: %(opened)s}
promise: {horizon_days: 120, max_days: 20, usual_days: 4, buffer_hours: 24}
calendars:
  week: {open: {mon-sat: "08:00-18:00"}}
work_centers:
  packing: {people: 6, calendar: week}
items:
  box: {on_hand: 100000, unit_cost: 3.00}
carriers:
  post: {cut_off: "18:00", collects: mon-sat, transit_days: 1, delivers: mon-sat, charge: 5.00, cost: 4.00,
         routing: [{work_center: packing, minutes: 6}]}
offers:
  gift: {name: Gift, price: 20.00, vat_rate: 20, carrier: post, items: {box: 1}, demand_per_week: 20}
moments:
  radio: {at: 2026-05-12T10:00, visitors: 100}
  tv: {at: %(tv)s, visitors: 2000, rise_minutes: 1, half_life_minutes: 12, conversion_rate: 5, baskets: {gift: 1}}
'''
FACTORS = {0: 1.0, 1: 1.0, 2: 1.0, 3: 1.0, 4: 1.0, 5: 2.0, 6: 0.0}  # Saturdays are twice as busy, Sundays closed
TODAY = datetime.date(2026, 6, 1)
NOW = ('--now', '2026-06-01T08:00')


def days_before(count):
    return [TODAY - datetime.timedelta(count - i) for i in range(count)]


class History(FolderTest):
    def make(self, counts, opened='2026-05-01T08:00', tv='2026-06-03T20:45'):
        """A database with {day: orders} as its history: mug and saucer together in half of the orders, else a pot, from 9 to 12."""
        rows = []
        for day, orders in counts.items():
            for i in range(orders):
                at = f'{day} {9 + i % 3:02}:30:00'
                for sku in ('mug', 'saucer') if i % 2 else ('pot',):
                    rows.append((f'{day}-{i}', sku, sku.title(), 2 if sku == 'pot' else 1, at, '4.00'))
        with open(self.path('sold.csv'), 'w', newline='', encoding='utf-8') as file:
            csv.writer(file).writerows([HEAD, *rows])
        self.write('shop.yaml', SHOP % {'opened': opened, 'tv': tv})
        self.done('init', 'shop.db', 'shop.yaml')
        if rows:
            self.done('import', 'shop.db', 'orders', 'sold.csv', '--columns', COLUMNS, '--stock', '100000', '--now', '2026-05-02T08:00')

    def rehearse(self, *arguments, runs='2', now=NOW):
        return self.done('rehearse', 'shop.db', '--moment', 'tv', *now, '--runs', runs, '--json', *arguments).json


def busy_days(days=100, mean=12):
    dice = random.Random(4)
    return {day: round(FACTORS[day.weekday()] * mean + dice.choice((-2, -1, 0, 1, 2)) * (FACTORS[day.weekday()] > 0)) for day in days_before(days)}


class Learned(History):
    def test_what_is_learned(self):
        counts = busy_days()
        counts[datetime.date(2026, 5, 12)] = 400  # a moment's day, and no ordinary one
        self.make(counts)
        answer = self.rehearse('--visitors', '0', runs='20')
        learned = answer['learned']
        self.assertEqual((learned['state'], learned['orders'], learned['from'], learned['until']),
                         ('learned', sum(counts.values()), '2026-02-21', '2026-05-31'))
        self.assertEqual(learned['best_day'], {'date': '2026-05-12', 'orders': 400})
        self.assertEqual(learned['weekdays']['sun'], 0)
        self.assertAlmostEqual(learned['weekdays']['sat'], 2, delta=0.15)
        self.assertAlmostEqual(learned['orders_per_week']['value'], 84, delta=5)
        self.assertTrue(learned['trend_per_week']['low'] < 0 < learned['trend_per_week']['high'])
        self.assertAlmostEqual(sum(learned['hours'][9:12]), 1, places=2)
        self.assertAlmostEqual(learned['lines_per_order'], 1.5, delta=0.05)
        self.assertEqual({frozenset(pair['offers']) for pair in learned['together']}, {frozenset(('mug', 'saucer'))})
        units = {offer['offer']: offer['units_per_week'] for offer in learned['offers']}
        self.assertEqual(set(units), {'mug', 'saucer', 'pot'})
        self.assertEqual(units['mug'], units['saucer'])
        self.assertEqual(len(learned['forecast']['weeks']), 8)
        # Thirty days and a few hours of it are lived, and beside them the gift's own demand: ten orders a week of two.
        expected = learned['orders_per_week']['value'] / 7 * 31 + 10 / 7 * 31
        self.assertAlmostEqual(answer['ecluse']['orders']['mean'], expected, delta=0.12 * expected)

    def test_best_day(self):
        self.make(busy_days())
        answer = self.rehearse()
        point, best = answer['breaking_point'], answer['learned']['best_day']['orders']
        self.assertAlmostEqual(point['times_best_day'], point['visitors'] / (best / 0.05), places=3)

    def test_same_answer_whatever_the_threads(self):
        self.make(busy_days())
        self.assertEqual(len({self.done('rehearse', 'shop.db', '--moment', 'tv', *NOW, '--runs', '3', '--json', '--threads', threads).out
                              for threads in ('1', '3')}), 1)

    def test_held_out(self):
        self.make(busy_days())
        held = self.rehearse('--learn-until', '2026-05-01')['learned']
        self.assertEqual(held['until'], '2026-05-01')
        came = held['forecast']['held_out']
        self.assertEqual((held['forecast']['days'], came['days']['of'], came['weeks']['of'], came['offers']['of']), (30, 26, 4, 3))
        self.assertGreaterEqual(came['weeks']['covered'], 3)
        text = self.done('rehearse', 'shop.db', '--moment', 'tv', *NOW, '--runs', '1', '--learn-until', '2026-05-01', '--lang', 'fr').out
        self.assertIn('La demande ordinaire est apprise de ', text)
        self.done('rehearse', 'shop.db', '--moment', 'tv', *NOW, '--runs', '1', '--html', 'page.html')
        with open(self.path('page.html'), encoding='utf-8') as file:
            self.assertIn('<h2>Ordinary demand</h2><p>Ordinary demand is learned from ', file.read())
        self.assertIn('offres les plus vendues', text)
        self.assertIn('il y a 31 jours', text)

    def test_stopped_activity_sells_nothing_more(self):
        self.make(busy_days())
        self.done('export', 'shop.db', 'out')
        with open(self.path('out/shop.yaml'), encoding='utf-8') as file:
            text = file.read()
        self.write('shop.yaml', text.replace('name: "Pot",', 'name: "Pot", activity: pots,') + '\nactivities: {pots: {fixed_cost_per_week: 10}}\n')
        self.done('apply', 'shop.db', 'shop.yaml', '--now', '2026-05-31T20:00')
        whole = self.rehearse('--visitors', '0', runs='10')
        less = self.rehearse('--visitors', '0', '--stop', 'pots', runs='10')
        for side in ('today', 'ecluse'):
            self.assertLess(less[side]['orders']['mean'], 0.75 * whole[side]['orders']['mean'])
            self.assertEqual(less[side]['refused']['mean'], 0)


class Thin(History):
    def test_too_few_days(self):
        self.make(busy_days(30))
        answer = self.rehearse('--visitors', '0', runs='20')
        self.assertEqual(answer['learned']['state'], 'short')
        self.assertNotIn('forecast', answer['learned'])
        self.assertAlmostEqual(answer['ecluse']['orders']['mean'], 10 / 7 * 31, delta=8)  # demand_per_week
        text = self.done('rehearse', 'shop.db', '--moment', 'tv', *NOW, '--runs', '1').out
        self.assertIn('too few to learn from (42 days, 100 orders, 5 a week are needed)', text)

    def test_own_orders_count(self):
        # 99 orders; one that was made here makes a hundred, a hold does not.
        self.make({day: 1 + (i < 39) for i, day in enumerate(days_before(60))})
        self.assertEqual(self.rehearse()['learned']['state'], 'few')
        self.done('order', 'shop.db', 'gift=1', '--email', 'a@example.com', '--hold', '--now', '2026-05-31T10:00')
        self.assertEqual(self.rehearse()['learned']['state'], 'few')
        self.done('order', 'shop.db', 'gift=1', '--email', 'b@example.com', '--now', '2026-05-31T10:00')
        learned = self.rehearse()['learned']
        self.assertEqual((learned['state'], learned['orders']), ('learned', 100))

    def test_nothing(self):
        self.make({})
        self.assertEqual(self.rehearse()['learned'], {'state': 'nothing', 'orders': 0})
        self.assertNotIn('learned', self.done('rehearse', 'shop.yaml', '--moment', 'tv', *NOW, '--runs', '1', '--json').json)

    def test_bad_days(self):
        self.make({})
        for day in ('2026-06-01', '2026-13-01', 'yesterday', ''):
            self.refused(2, 'rehearse', 'shop.db', '--moment', 'tv', *NOW, '--learn-until', day, says='--learn-until')
        self.refused(2, 'rehearse', 'shop.yaml', '--moment', 'tv', *NOW, '--learn-until', '2026-05-01', says='needs a database')


class GiftShop(FolderTest):
    """Fitted on the first four months of a real shop; the next two held against its forecast."""

    def setUp(self):
        super().setUp()
        if not os.path.exists(GIFTS):
            self.skipTest('the real gift shop is not here (../shared/data)')

    def test_coverage(self):
        with gzip.open(GIFTS, 'rt', encoding='utf-8', newline='') as file, \
                gzip.open(self.path('gifts.csv.gz'), 'wt', encoding='utf-8', newline='', compresslevel=1) as six_months:
            rows = csv.reader(file)
            csv.writer(six_months).writerows(row for row in rows if row[4] < '2011-06-01' or row[4] == 'InvoiceDate')
        shop = (SHOP % {'opened': '2011-06-01T06:00', 'tv': '2011-06-06T20:45'}).replace('EUR', 'GBP').replace('Europe/Paris', 'Europe/London')
        self.write('shop.yaml', shop.replace('2026-05-12', '2011-06-20'))
        self.done('init', 'gifts.db', 'shop.yaml')
        self.done('import', 'gifts.db', 'orders', 'gifts.csv.gz', '--columns', COLUMNS, '--stock', '20000', '--now', '2011-06-01T07:00')
        learned = self.done('rehearse', 'gifts.db', '--moment', 'tv', '--now', '2011-06-01T08:00', '--runs', '1', '--learn-until', '2011-04-01',
                            '--json', timeout=120).json['learned']
        held, forecast = learned['forecast']['held_out'], learned['forecast']
        print(f"gift shop, 4 months learned, 2 held out, stated 80 in 100: days {held['days']}, weeks {held['weeks']}, "
              f"units of the best-selling offers {held['offers']}; orders {held['orders']} of {forecast['orders']}", file=sys.stderr)
        self.assertEqual((forecast['days'], learned['orders']), (61, 5199))
        self.assertEqual((held['days']['of'], held['weeks']['of'], held['offers']['of']), (52, 8, 20))
        # Far off is what fails: under 60 or over 97 in 100 of the days, half of the weeks, 11 of the offers, the sum.
        self.assertTrue(0.6 <= held['days']['covered'] / held['days']['of'] <= 0.97, held)
        self.assertGreaterEqual(held['weeks']['covered'], 5)
        self.assertGreaterEqual(held['offers']['covered'], 11)
        self.assertTrue(forecast['orders']['p10'] <= held['orders'] <= forecast['orders']['p90'])
        # And that it says something: the weeks' interval is within a factor of six.
        self.assertLess(forecast['weeks'][-1]['orders']['p90'] / forecast['weeks'][-1]['orders']['p10'], 6)


if __name__ == '__main__':
    unittest.main()
