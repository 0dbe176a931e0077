#!/usr/bin/env python3
"""Plans of a shop that runs: what was sold, in which baskets and to whom; open orders and purchases; another shop with the same ids."""
import datetime
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from cli import FolderTest  # noqa: E402

SHOP = '''shop: {name: Essai, currency: EUR, time_zone: Europe/Paris}
promise: {horizon_days: 60}
calendars: {week: {open: {mon-fri: "08:00-16:00"}}}
work_centers: {packing: {people: 1, calendar: week, cost_per_hour: 20}}
suppliers: {press: {lead_days: 3}}
items:
  bottle: {on_hand: 30, unit_cost: 2.00, supplier: press, pack_size: 6}
  pot: {on_hand: 5000, unit_cost: 3.00, supplier: press}
carriers: {post: {cut_off: "16:00", collects: mon-fri, transit_days: 1, delivers: mon-fri}}
activities: {cellar: {fixed_cost_per_week: 10}, hive: {}, pottery: {}, school: {fixed_cost_per_week: 7}}
focus: {together_lost: 50}
cash: {opening_balance: 5000, fixed_costs: [{name: rent, amount: 40, every: week, day: mon}]}
offers:
  cider: {name: Cider, price: 6.00, vat_rate: 20, activity: cellar, on_site: true, items: {bottle: 1}}
  honey: {name: Honey, price: 9.60, vat_rate: 20, activity: hive, on_site: true, items: {pot: 1}}
  mug: {name: Mug, price: 12.00, vat_rate: 20, activity: pottery, on_site: true, routing: [{work_center: packing, minutes: 12}]}
  lesson: {name: Lesson, price: 12.00, vat_rate: 20, activity: school, on_site: true, demand_per_week: 2}
'''
NOW = '2026-11-23T10:00'
DAYS = 26 * 7


def history():
    """A day: cider with honey to one of ten, a mug to one of five; on Mondays cider alone to one of two."""
    rows = ['Order,At,Sku,Quantity,Price,Customer']
    for day in range(DAYS):
        date = datetime.date(2026, 11, 23) - datetime.timedelta(days=DAYS - day)
        at = f'{date}T11:00:00+01:00'
        rows += [f'b{day},{at},cider,1,6.00,b{day % 10}', f'b{day},{at},honey,1,9.60,b{day % 10}', f'm{day},{at},mug,2,12.00,m{day % 5}']
        if date.weekday() == 0:
            rows.append(f'd{day},{at},cider,1,6.00,d{day // 7 % 2}')
    return '\n'.join(rows) + '\n'


class Plans(FolderTest):
    def setUp(self):
        super().setUp()
        self.write('shop.yaml', SHOP)
        self.done('init', 'shop.db', 'shop.yaml', '--now', '2026-11-23T08:00')
        self.write('orders.csv', history())
        self.done('import', 'shop.db', 'orders', 'orders.csv', '--columns',
                  'order=Order,at=At,sku=Sku,quantity=Quantity,unit_price=Price,customer=Customer', '--now', '2026-11-23T08:05')

    def focus(self, *options, shop='shop.db'):
        """Of the file, demand is not known: it has no best mix."""
        result = self.run_in('focus', shop, '--json', '--now', NOW, *options)
        self.assertEqual((result.code, result.err), (0 if shop == 'shop.db' else 1, ''), options)
        return result.json

    def plan(self, *options, shop='shop.db'):
        return self.focus(*options, shop=shop)['plans'][0]

    def amount(self, money):
        return round(float(money['amount']) * 100)

    def test_what_was_sold_goes_on(self):
        """7 + 1 cider, 7 honey, 14 mugs a week; a plan that stops mugs loses these and nothing else."""
        plan = self.plan('--stop', 'pottery')
        self.assertEqual({row['offer']: row['quantity'] for row in plan['mix']}, {'cider': 8, 'honey': 7})
        self.assertEqual(self.amount(plan['revenue_lost']), 14 * 1000)
        self.assertEqual(self.amount(plan['revenue_lost_of']['together']), 0)
        self.assertEqual(plan['hours_freed'], {'packing': 14 * 12 / 60})

    def test_baskets(self):
        """Honey is bought with cider: half of what is beyond chance goes with it, or all, or nothing."""
        half = self.plan('--stop', 'cellar')
        lost = self.amount(half['revenue_lost_of']['together'])
        self.assertEqual(self.amount(half['revenue_lost_of']['stopped']), 8 * 500)
        self.assertGreater(lost, 0.2 * 7 * 800)
        self.assertLess(lost, 0.5 * 7 * 800)
        honey = next(row['quantity'] for row in half['mix'] if row['offer'] == 'honey')
        self.assertAlmostEqual(honey, 7 - lost / 800, delta=0.01)
        self.assertEqual(self.amount(half['costs_gone']['activities']), 1000)
        whole = self.plan('--stop', 'cellar', '--set', 'focus.together_lost=100')
        self.assertAlmostEqual(self.amount(whole['revenue_lost_of']['together']), 2 * lost, delta=1)
        none = self.plan('--stop', 'cellar', '--set', 'focus.together_lost=0')
        self.assertEqual(self.amount(none['revenue_lost_of']['together']), 0)
        alone = self.plan('--stop', 'cider')
        self.assertEqual(self.amount(alone['revenue_lost']), 8 * 500)

    def test_customers(self):
        """Ten buy cider with honey, two cider alone: 13 of 26 Mondays each."""
        self.assertEqual(self.plan('--stop', 'cellar')['customers'], {'known': True, 'activities': [
            {'activity': 'cellar', 'all': 12, 'only': 2, 'revenue': {'amount': '2995.20', 'currency': 'EUR'},
             'only_revenue': {'amount': '156.00', 'currency': 'EUR'}}]})
        self.assertEqual(self.plan('--stop', 'cellar', shop='shop.yaml')['customers'], {'known': False, 'activities': []})

    def test_the_way_out(self):
        """30 bottles are there and 33 are promised: of a pack of six, three are not needed."""
        self.done('order', 'shop.db', 'cider=25', '--email', 'a@example.org', '--now', '2026-11-23T09:00')
        self.done('order', 'shop.db', 'cider=8', 'honey=1', '--email', 'b@example.org', '--now', '2026-11-23T09:01')
        way = self.plan('--stop', 'cellar')['way_out']
        self.assertEqual(way['stock'], [{'item': 'bottle', 'on_hand': 30, 'committed': 33, 'left': 0,
                                         'value': {'amount': '0.00', 'currency': 'EUR'}}])
        self.assertEqual([(row['item'], row['quantity'], row['needed'], row['unsent']) for row in way['purchases']], [('bottle', 6, 3, True)])
        self.assertEqual((way['unsent_value']['amount'], way['coming_value']['amount']), ('6.00', '0.00'))
        self.assertEqual((way['orders']['count'], way['orders']['value']['amount'], way['orders']['last']), (2, '198.00', '2026-11-26'))

    def test_start(self):
        """Nobody took a lesson: two a week would bring 20 and cost 7."""
        plan = self.plan('--start', 'school')
        self.assertEqual(self.amount(plan['revenue_lost']), -2000)
        self.assertEqual(self.amount(plan['costs_gone']['activities']), -700)
        self.assertEqual(self.amount(plan['profit']) - self.amount(self.focus()['today']['profit']), 1300)

    def test_another_shop_with_the_same_ids(self):
        plans = self.focus('--set', 'work_centers.packing.people=2', '--plan', 'dear', '--set', 'cash.fixed_costs.1.amount=50', '--plan', 'half',
                           '--set', 'offers.honey.demand_per_week=3.5')['plans']
        self.assertEqual(self.amount(plans[0]['costs_gone']['added_hours']), -40 * 2000)
        self.assertEqual(self.amount(plans[1]['costs_gone']['fixed']), -1000)
        self.assertEqual([row['quantity'] for row in plans[2]['mix'] if row['offer'] == 'honey'], [3.5])
        for plan in plans:
            self.assertEqual(plan['way_out']['stock'], [])

    def test_what_a_running_shop_refuses(self):
        for setting, words in (('items.bottle.on_hand=3', 'ecluse count'), ('offers.x={name: X, price: 1, vat_rate: 20, on_site: true}', 'cannot add'),
                               ('offers.cider.price=cheap', 'price')):
            result = self.run_in('focus', 'shop.db', '--now', NOW, '--set', setting)
            self.assertEqual((result.code, result.out), (2, ''), setting)
            self.assertIn(words, result.err)

    def test_a_file_may_open_otherwise(self):
        plans = self.focus('--set', 'cash.opening_balance=7000', '--plan', 'same', '--set', 'cash.opening_balance=5000', shop='shop.yaml')['plans']
        low = [self.amount(plan['cash_low']['balance']) for plan in plans]
        self.assertEqual(low[0] - low[1], 200000)

    def test_eight_plans(self):
        options = [word for number in range(8) for word in ('--plan', f'p{number}', '--set', f'offers.mug.price={12 + number}')]
        plans = self.focus(*options)['plans']
        self.assertEqual([plan['name'] for plan in plans], [f'p{number}' for number in range(8)])
        gains = [self.amount(plan['revenue_lost']) for plan in plans]
        self.assertEqual(gains[0], 0)
        self.assertAlmostEqual(gains[6], -14 * 500, delta=1)
        text = self.done('focus', 'shop.db', '--now', NOW, *options).out
        self.assertEqual(text.count('profit a week'), 2)
        page = os.path.join(self.folder, 'plans.html')
        self.done('focus', 'shop.db', '--now', NOW, '--html', page, *options)
        with open(page, encoding='utf-8') as file:
            html = file.read()
        self.assertEqual(html.count('<figure><figcaption>The bank at the end of each week'), 3)


if __name__ == '__main__':
    unittest.main()
