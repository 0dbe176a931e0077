#!/usr/bin/env python3
"""ecluse focus SHOP.db: what was sold, by whom, kept or late, from a history and from orders made here; and on a real shop, as an independent count has it."""
import collections
import csv
import datetime
import decimal
import gzip
import itertools
import math
import os
import re
import statistics
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'cli'))
from cli import SOURCE, FolderTest  # noqa: E402

GIFTS = os.path.join(SOURCE, '..', 'shared', 'data', 'online_retail_2010-12_2011-06.csv.gz')
COLUMNS = 'order=InvoiceNo,sku=StockCode,name=Description,quantity=Quantity,at=InvoiceDate,unit_price=UnitPrice,customer=CustomerID'
HEAD = ('InvoiceNo', 'StockCode', 'Description', 'Quantity', 'InvoiceDate', 'UnitPrice', 'CustomerID')

SHOP = '''shop: {name: Essai, currency: EUR, time_zone: Europe/Paris, opened: 2026-06-01T08:00}
promise: {horizon_days: 120, max_days: 20, buffer_hours: 1}
calendars:
  week: {open: {mon-fri: "08:00-12:00"}}
work_centers:
  packing: {people: 1, calendar: week}
  kiln: {people: 1, calendar: week}
items:
  box: {on_hand: 100000, unit_cost: 3.00}
carriers:
  post: {cut_off: "18:00", collects: mon-fri, transit_days: 1, delivers: mon-sat, charge: 5.00, cost: 4.00,
         routing: [{work_center: packing, minutes: 6}]}
activities:
  pots: {fixed_cost_per_week: 40, owner_hours_per_week: 3.5}
  teas: {}
offers:
  mug: {name: Mug, price: 24.00, vat_rate: 20, carrier: post, items: {box: 1}, activity: pots, routing: [{work_center: kiln, minutes: 3}]}
  bowl: {name: Bowl, price: 12.00, vat_rate: 20, carrier: post, activity: pots}
  tea: {name: Tea, price: 6.00, vat_rate: 20, carrier: post, activity: teas}
  card: {name: Card, price: 1.20, vat_rate: 20, carrier: post}
'''
TODAY = datetime.date(2026, 11, 30)
NOW = ('--now', '2026-11-30T15:00')
QUICK = ('--time-limit', '0.1')


class Sold(FolderTest):
    def make(self, rows=()):
        """A database with (order, sku, quantity, days before TODAY, customer) as its history."""
        self.write('shop.yaml', SHOP)
        self.done('init', 'shop.db', 'shop.yaml')
        prices = {'mug': '24.00', 'bowl': '12.00', 'tea': '6.00', 'card': '1.20'}
        with open(self.path('sold.csv'), 'w', newline='', encoding='utf-8') as file:
            csv.writer(file).writerows([HEAD, *((order, sku, sku, quantity, f'{TODAY - datetime.timedelta(ago)} 10:00:00', prices[sku], who)
                                                for order, sku, quantity, ago, who in rows)])
        if rows:
            self.done('import', 'shop.db', 'orders', 'sold.csv', '--columns', COLUMNS, '--now', '2026-06-01T09:00')

    def picture(self):
        return self.done('focus', 'shop.db', *NOW, *QUICK, '--json').json['picture']

    def activities(self, picture):
        return {activity['activity']: activity for activity in picture['activities']}


def months(days):
    """Two orders a day: two mugs and a tea; a bowl alone."""
    for ago in range(days, 0, -1):
        yield f'a{ago}', 'mug', 2, ago, 'anne@example.org'
        yield f'a{ago}', 'tea', 1, ago, 'anne@example.org'
        yield f'b{ago}', 'bowl', 1, ago, f'17{ago % 10}'


class Counted(Sold):
    def test_history_and_orders(self):
        self.make([*months(105), ('C1', 'mug', -13, 20, 'anne@example.org'), ('x', 'card', 26, 30, 'ANNE@example.org ')])
        orders = {}
        for name, email in (('in time', 'Anne@Example.org'), ('late', 'bob@example.org'), ('open', 'bob@example.org'), ('cancelled', 'cleo@example.org'),
                            ('not due', 'cleo@example.org')):
            day = '29' if name == 'not due' else '20'
            orders[name] = self.done('order', 'shop.db', 'bowl=3', '--email', email, '--json', '--now', f'2026-11-{day}T09:00').json['order']
            if name == 'cancelled':
                self.done('cancel', 'shop.db', orders['cancelled'], '--now', '2026-11-20T10:00')
                for other, sent, came in (('in time', '20T11:00', '21T12:00'), ('late', '23T11:00', '26T12:00')):
                    self.done('ship', 'shop.db', orders[other], '--now', f'2026-11-{sent}')
                    self.done('deliver', 'shop.db', orders[other], '--now', f'2026-11-{came}')
        picture = self.picture()
        self.assertEqual({key: picture['orders'][key] for key in ('state', 'orders', 'weeks', 'from', 'until', 'first', 'last')},
                         {'state': 'enough', 'orders': 91 * 2 + 1 + 4, 'weeks': 13, 'from': '2026-08-31', 'until': '2026-11-29',
                          'first': '2026-08-17', 'last': '2026-11-29'})
        self.assertAlmostEqual(picture['orders']['units_per_order'], (91 * 4 + 26 + 12) / (91 * 2 + 5), places=3)
        activities = self.activities(picture)
        pots, teas, loose = activities['pots'], activities['teas'], activities[None]
        self.assertAlmostEqual(pots['units'], (91 * 3 - 13 + 12) / 13, delta=0.002)
        self.assertEqual(pots['orders'], 91 * 2 + 4)
        self.assertAlmostEqual(pots['returned'], 13 / (91 * 3 + 12), delta=0.0001)
        self.assertEqual(pots['promises'], {'due': 3, 'broken': 2})
        self.assertEqual(teas['promises'], {'due': 0, 'broken': 0})
        # Anne, ten numbers of the history, Bob and Cleo. She buys tea, too, and cards, which are of no activity.
        self.assertEqual((pots['customers']['all'], pots['customers']['only']), (13, 12))
        self.assertEqual((teas['customers']['all'], teas['customers']['only']), (1, 0))
        only = 105 * 12 + 3 * 3 * 12
        annes = 105 * (48 + 6) - 13 * 24 + 26 * 1.2 + 36
        self.assertEqual(pots['customers']['only_revenue']['amount'], f'{only:.2f}')
        self.assertEqual(pots['customers']['revenue']['amount'], f'{only + annes:.2f}')
        self.assertEqual(teas['customers']['revenue']['amount'], f'{annes:.2f}')
        self.assertNotIn('customers', loose)
        # A mug: 20.00 - 3.00; nothing is lost on carriage. Three minutes at the kiln: 340.00 an hour.
        mug = pots['offers'][0]
        self.assertEqual((mug['offer'], mug['each']['amount'], mug['per_hour']['kiln']['amount']), ('mug', '17.00', '340.00'))
        self.assertEqual(mug['throughput']['amount'], f'{(91 * 2 - 13) / 13 * 17:.2f}')
        self.assertEqual((pots['fixed_costs']['amount'], pots['owner_hours']), ('40.00', 3.5))
        self.assertEqual(pots['trend']['clear'], False)
        self.assertIsNone(pots['season'])

    def test_words(self):
        self.make(months(105))
        text = self.done('focus', 'shop.db', *NOW, *QUICK).out
        self.assertIn('From 182 orders of 13 weeks, Mon 2026-08-31 to Sun 2026-11-29.', text)
        self.assertIn('`ecluse deliver` tells when an order came', text)
        self.assertIn('Seasons need 104 weeks of orders, there are 15', text)
        self.assertRegex(text, r'\npots +21 ')
        self.assertRegex(text, r'\n  Mug +14 +€17.00 +€238')
        french = self.done('focus', 'shop.db', *NOW, *QUICK, '--lang', 'fr', '--html', 'page.html').out
        self.assertIn('D’après 182 commandes de 13 semaines', french)
        with open(self.path('page.html'), encoding='utf-8') as file:
            page = file.read()
        self.assertIn('pas de tendance claire', page)
        self.assertIn('<summary>pots', page)
        self.assertIn('D’après 182 commandes', page)


class Thin(Sold):
    def test_too_little(self):
        self.make(months(40))
        picture = self.picture()
        self.assertEqual((picture['orders']['state'], picture['orders']['weeks']), ('short', 5))
        self.assertNotIn('trend', picture['activities'][0])
        self.assertEqual(picture['bought_together'], [])
        self.assertIn('70 orders in 5 full weeks: too little to conclude; at least 6 weeks and 100 orders are needed.',
                      self.done('focus', 'shop.db', *NOW, *QUICK).out)

    def test_nothing(self):
        self.make()
        self.assertEqual(self.picture()['orders']['state'], 'none')
        self.assertIn('There are no orders yet', self.done('focus', 'shop.db', *NOW, *QUICK).out)

    def test_long_ago(self):
        self.make((order, sku, quantity, ago + 100, who) for order, sku, quantity, ago, who in months(90))
        text = self.done('focus', 'shop.db', *NOW, *QUICK, '--lang', 'fr').out
        self.assertIn('Aucune commande dans les 13 dernières semaines, la dernière le ven. 2026-08-21', text)

    def test_nobody_known(self):
        self.make((order, sku, quantity, ago, '') for order, sku, quantity, ago, _ in months(105))
        picture = self.picture()
        self.assertNotIn('customers', self.activities(picture)['pots'])
        self.assertEqual((picture['orders']['of_year'], picture['orders']['of_known_customers']), (210, 0))
        self.assertIn('import the orders with customer=COLUMN', self.done('focus', 'shop.db', *NOW, *QUICK).out)


def slope(weeks):
    return statistics.median((b - a) / (j - i) for (i, a), (j, b) in itertools.combinations(enumerate(weeks), 2))


def chance(weeks):
    count = len(weeks)
    total = sum((b > a) - (b < a) for a, b in itertools.combinations(weeks, 2))
    ties = sum(t * (t - 1) * (2 * t + 5) for t in collections.Counter(weeks).values())
    variance = (count * (count - 1) * (2 * count + 5) - ties) / 18
    return math.erfc(max(abs(total) - 1, 0) / math.sqrt(2 * variance))


class Count:
    """The gift shop's file, counted without Écluse: SKUs that a name may have, activities by their first two digits."""
    FROM, UNTIL, TREND = datetime.date(2011, 4, 1), datetime.date(2011, 7, 1), datetime.date(2010, 12, 31)

    def __init__(self, path):
        self.units, self.returned = collections.Counter(), collections.Counter()
        self.orders, self.activity_orders, self.all_orders = collections.defaultdict(set), collections.defaultdict(set), set()
        self.customers, self.paid = collections.defaultdict(set), collections.Counter()
        self.known, self.year, self.first = set(), set(), {}
        self.weeks = collections.defaultdict(lambda: [0] * 26)
        with gzip.open(path, 'rt', encoding='utf-8', newline='') as file:
            rows = [self.row(row) for row in csv.DictReader(file)]
        rows = [row for row in rows if row is not None]
        self.skus = {sku for _, sku, quantity, _, _, _ in rows if quantity > 0}
        for row in rows:
            if row[1] in self.skus:
                self.take(*row)

    @staticmethod
    def row(row):
        price = decimal.Decimal(row['UnitPrice']).quantize(decimal.Decimal('0.01'), decimal.ROUND_HALF_UP)
        quantity, order = int(row['Quantity']), row['InvoiceNo'].strip()
        if price <= 0 or quantity == 0:
            return None
        if re.match(r'[Cc]\d', order):
            quantity = -abs(quantity)
        return order, row['StockCode'].strip(), quantity, price, datetime.date.fromisoformat(row['InvoiceDate'][:10]), row['CustomerID'].strip()

    @staticmethod
    def activity(sku):
        return f'a{sku[:2]}' if re.fullmatch(r'(2[0-3]|84|85)\w+', sku) else None

    def take(self, order, sku, quantity, price, day, who):
        activity = self.activity(sku)
        self.paid[who] += price * quantity
        if self.TREND <= day < self.UNTIL:
            self.weeks[activity][(day - self.TREND).days // 7] += quantity
        if quantity > 0:
            self.first[activity] = min(day, self.first.get(activity, day))
            self.year.add(order)
            if who:
                self.known.add(order)
                self.customers[who].add(activity)
        if not self.FROM <= day < self.UNTIL:
            return
        self.units[sku] += quantity
        if quantity < 0:
            self.returned[sku] -= quantity
        else:
            self.orders[sku].add(order)
            self.activity_orders[activity].add(order)
            self.all_orders.add(order)

    def of_customers(self, activity):
        them = [who for who, bought in self.customers.items() if activity in bought]
        only = [who for who in them if self.customers[who] == {activity}]
        return {'all': len(them), 'only': len(only), 'revenue': f'{sum(self.paid[who] for who in them):.2f}',
                'only_revenue': f'{sum(self.paid[who] for who in only):.2f}'}


@unittest.skipUnless(os.path.exists(GIFTS), f'{GIFTS} is not here: the gift shop is not counted')
class Gifts(FolderTest):
    def test_as_an_independent_count(self):
        count = Count(GIFTS)
        offers = [f'  {sku}: {{name: "{sku}", price: 1.00, vat_rate: 20, carrier: post' + (f', activity: {activity}}}' if (activity := count.activity(sku)) else '}')
                  for sku in sorted(count.skus) if re.fullmatch(r'\w+', sku)]
        names = sorted({count.activity(sku) for sku in count.skus} - {None})
        self.write('gifts.yaml', '''shop: {name: Gifts, currency: GBP, time_zone: Europe/London, opened: 2010-11-01T08:00}
carriers: {post: {cut_off: "16:00", collects: mon-fri, transit_days: 1, delivers: mon-sat, charge: 4.50}}
activities:
''' + ''.join(f'  {name}: {{}}\n' for name in names) + 'offers:\n' + '\n'.join(offers) + '\n')
        self.done('init', 'gifts.db', 'gifts.yaml')
        self.done('import', 'gifts.db', 'orders', GIFTS, '--columns', COLUMNS, '--now', '2011-07-01T08:00')
        began = time.monotonic()
        picture = self.done('focus', 'gifts.db', '--now', '2011-07-01T08:00', *QUICK, '--json').json['picture']
        print(f'{time.monotonic() - began:.1f} s')
        self.assertEqual(picture['orders']['orders'], len(count.all_orders))
        self.assertEqual((picture['orders']['of_year'], picture['orders']['of_known_customers']), (len(count.year), len(count.known)))
        seen = 0
        for activity in picture['activities']:
            name = activity['activity']
            for offer in activity['offers']:
                sku = offer['offer']
                if sku in count.skus and count.activity(sku) == name:
                    seen += 1
                    self.assertAlmostEqual(offer['units'], max(count.units[sku], 0) / 13, delta=0.001, msg=sku)
                    self.assertEqual(offer['orders'], len(count.orders[sku]), sku)
                    every = max(count.units[sku], 0) + count.returned[sku]
                    self.assertAlmostEqual(offer['returned'] or 0, count.returned[sku] / every if every > 0 else 0, delta=0.0001, msg=sku)
            if name is None:
                continue
            self.assertEqual(activity['orders'], len(count.activity_orders[name]))
            customers = activity['customers']
            self.assertEqual(count.of_customers(name), {'all': customers['all'], 'only': customers['only'], 'revenue': customers['revenue']['amount'],
                                                        'only_revenue': customers['only_revenue']['amount']})
            weeks = count.weeks[name][-((count.UNTIL - count.first[name]).days // 7):]  # from its own first week on
            self.assertAlmostEqual(activity['trend']['per_week'], slope(weeks) / (sum(weeks) / len(weeks)), delta=0.0001)
            self.assertAlmostEqual(activity['trend']['chance'], chance(weeks), delta=0.0001)
        self.assertGreater(seen, 3400)
        self.assertEqual(len(picture['activities']), len(names) + 1)
        shares = collections.Counter()
        for pair in picture['bought_together']:
            self.assertNotEqual(count.activity(pair['offer']), pair['activity'])
            shares[pair['offer']] += pair['share']
        self.assertLess(max(shares.values()), 1.0002)


if __name__ == '__main__':
    unittest.main()
