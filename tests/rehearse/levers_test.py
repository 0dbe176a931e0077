#!/usr/bin/env python3
"""ecluse rehearse: what to do, by when: each shop here has one answer that anybody sees."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'cli'))
from cli import FolderTest  # noqa: E402
import calm  # noqa: E402

# Three offers of one item each; one packer, ten hours a day, Monday to Saturday. On Monday 7 December 6,000 visitors are expected: 300 orders.
SHOP = '''shop: {name: Essai, currency: EUR, time_zone: Europe/Paris, opened: 2026-12-01T08:00}
promise: {horizon_days: 120, max_days: %(max_days)s, usual_days: 4, buffer_hours: %(buffer)s}
calendars:
  week: {open: {mon-sat: "08:00-18:00"}}
work_centers:
  packing: {people: %(people)s, calendar: week, cost_per_hour: %(hour)s}
suppliers:
  mill: {lead_days: 2, receiving_days: 1}
items:
  box: {on_hand: %(boxes)s, unit_cost: 12.00, supplier: mill}
  tin: {on_hand: %(tins)s, unit_cost: 4.00, supplier: mill}
  bag: {on_hand: %(tins)s, unit_cost: 4.00, supplier: mill}
carriers:
  post: {cut_off: "18:00", collects: mon-sat, transit_days: 1, delivers: mon-sat, charge: 5.00, cost: 4.00%(carrier)s}
offers:
  gift: {name: Gift, price: 36.00, vat_rate: 20, carrier: post, items: {box: 1}, demand_per_week: %(demand)s,
         routing: [{work_center: packing, minutes: %(minutes)s}]}
  tin: {name: Tin, price: 18.00, vat_rate: 20, carrier: post, items: {tin: 1}, routing: [{work_center: packing, minutes: 1}]}
  bag: {name: Bag, price: 18.00, vat_rate: 20, carrier: post, items: {bag: 1}, routing: [{work_center: packing, minutes: 1}]}
moments:
  tv: {at: 2026-12-07T20:45, visitors: 6000, rise_minutes: 1, half_life_minutes: 12, conversion_rate: 5, baskets: %(baskets)s}
'''
# Nothing is late by chance, and no price is better than the shop's own.
CALM = [*calm.CALM, '--assume', 'wish_share=0', '--assume', 'price_elasticity=1.65']


def shop(**changes):
    return SHOP % ({'max_days': 4, 'buffer': 0, 'people': 1, 'hour': '8.00', 'boxes': 100000, 'tins': 100000, 'carrier': '', 'minutes': 10, 'demand': 5,
                    'baskets': '{gift: 1}'} | changes)


class Levers(FolderTest):
    def rehearse(self, text, *arguments, runs='16'):
        self.write('shop.yaml', text)
        return self.done('rehearse', 'shop.yaml', '--runs', runs, '--json', *arguments).json

    def lever(self, answer, kind, name=None, change=None):
        found = [lever for lever in answer['levers'] if lever['lever'] == kind and name in (None, lever['name'])
                 and change in (None, lever['change'])]
        self.assertEqual(len(found), 1, (kind, name, answer['levers']))
        return found[0]

    def together(self, answer):
        return sorted((lever['lever'], lever['name']) for lever in answer['together']['levers'])


class Best(Levers):
    def test_a_packer(self):
        # 50 hours of packing within four days: one packer has 30 and a bit. With two, all are promised.
        answer = self.rehearse(shop(), *CALM)
        people = self.lever(answer, 'people')
        best = [lever for lever in answer['levers'] if float(lever['cost']) > 0]
        self.assertEqual(best[0], people)
        self.assertGreater(float(people['profit']['low']), 500)
        self.assertGreater(float(people['worth']['low']), 0)
        self.assertAlmostEqual(float(people['cost']), 60 * 8)
        self.assertIn(('people', 'packing'), self.together(answer))
        # Today's team breaks at some 170 orders; with two packers twice as many are borne.
        point = answer['breaking_point']
        self.assertEqual(point['breaks']['defence'], 'team')
        self.assertGreater(people['breaking_point']['low'], 0.3 * point['visitors'])
        for kind in ('buffer_hours', 'load_limit'):
            self.assertEqual(self.lever(answer, kind)['breaking_point'], {'gain': 0, 'low': 0, 'high': 0})

    def test_units(self):
        # Forty boxes for 300 orders, and none to be had within two days: those that are there by Monday are sold.
        answer = self.rehearse(shop(max_days=2, boxes=40, people=9), *CALM)
        units = self.lever(answer, 'units')
        self.assertEqual((units['name'], units['do_by']), ('box', '2026-12-04'))
        self.assertGreater(float(units['profit']['low']), 2000)
        self.assertIn(('units', 'box'), self.together(answer))
        self.assertGreater(units['breaking_point']['low'], 1000)
        self.assertEqual(answer['breaking_point']['breaks']['name'], 'box')
        self.assertEqual(self.lever(answer, 'people')['differing'], 0)

    def test_the_budget_excludes_the_best_and_a_pair_fits(self):
        text = shop(max_days=2, boxes=10, tins=5, people=9, baskets='{gift: 0.4, tin: 0.35, bag: 0.35}')
        calm = [*CALM, '--assume', 'price_elasticity=4']
        dear = self.rehearse(text, *calm)
        costs = {name: float(self.lever(dear, 'units', name)['cost']) for name in ('box', 'tin', 'bag')}
        worths = {name: float(self.lever(dear, 'units', name)['worth']['gain']) for name in costs}
        self.assertEqual(max(worths, key=worths.get), 'box')
        self.assertTrue(costs['tin'] + costs['bag'] < costs['box'], costs)
        self.assertEqual(self.together(dear), [('units', 'bag'), ('units', 'box'), ('units', 'tin')])
        answer = self.rehearse(text, *calm, '--budget', str(costs['tin'] + costs['bag']))
        self.assertEqual(self.together(answer), [('units', 'bag'), ('units', 'tin')])
        self.assertEqual(float(answer['together']['cost']), costs['tin'] + costs['bag'])
        self.assertEqual(float(answer['together']['budget']), costs['tin'] + costs['bag'])
        self.assertGreater(float(answer['together']['profit']['low']), 0)
        self.assertTrue(answer['together']['fresh'])
        poor = self.rehearse(text, *calm, '--budget', str(costs['tin']))
        self.assertIn(self.together(poor), ([('units', 'bag')], [('units', 'tin')]))

    def test_items_that_are_of_no_use_alone(self):
        # A gift takes a box, a tin and a bag; there are enough of none.
        text = shop(max_days=2, boxes=20, tins=20, people=9).replace('items: {box: 1}', 'items: {box: 1, tin: 1, bag: 1}').replace('price: 36.00', 'price: 60.00')
        answer = self.rehearse(text, *CALM)
        for name in ('box', 'tin', 'bag'):
            self.assertEqual(float(self.lever(answer, 'units', name)['profit']['gain']), 0)
        self.assertEqual(self.together(answer), [('units', 'bag'), ('units', 'box'), ('units', 'tin')])
        self.assertGreater(float(answer['together']['profit']['low']), 2000)

    def test_nothing_helps(self):
        answer = self.rehearse(shop(people=9, demand=0), *CALM)
        self.assertEqual(answer['ecluse']['kept']['rate'], 1)
        self.assertIsNone(answer['together'])
        for lever in answer['levers']:
            self.assertLessEqual(float(lever['worth']['gain']), 0, lever)
        self.assertIn('Nothing was found to do together', self.done('rehearse', 'shop.yaml', '--runs', '4', *CALM).out)


class Kinds(Levers):
    def test_a_second_van(self):
        # Thirty parcels a day: within four days 120 of 300.
        answer = self.rehearse(shop(people=9, carrier=', max_parcels: 30'), *CALM, '--assume', 'collection_cost=20')
        van = self.lever(answer, 'max_parcels')
        self.assertEqual((van['name'], van['change']), ('post', '+30'))
        # From Monday 7 December 31 days are counted, 27 of them not Sundays.
        self.assertEqual(float(van['cost']), 27 * 20)
        self.assertGreater(float(van['profit']['low']), 500)
        self.assertGreater(van['breaking_point']['low'], 0)

    def test_another_day_of_collection(self):
        # From Friday evening to Monday nothing is collected: a Saturday makes four days hold for who orders on Friday.
        answer = self.rehearse(shop(people=9).replace('collects: mon-sat, transit_days: 1', 'collects: mon-thu, transit_days: 2'), *CALM)
        day = self.lever(answer, 'collects')
        self.assertEqual((day['name'], day['change']), ('post', '+fri'))
        self.assertEqual(float(day['cost']), 35 * 4)

    def test_prices(self):
        # 30 of a price of 30 without VAT, less 12 and little carriage, are left of a gift. Nobody minds a price: 10 percent more is 3 more.
        answer = self.rehearse(shop(people=9), *CALM, '--assume', 'price_elasticity=0')
        orders = answer['ecluse']['orders']['mean']
        dearer, cheaper = self.lever(answer, 'price', change='+10%'), self.lever(answer, 'price', change='-10%')
        self.assertTrue(2 * orders < float(dearer['profit']['gain']) < 3.3 * orders, (orders, dearer))
        self.assertAlmostEqual(float(dearer['profit']['gain']), -float(cheaper['profit']['gain']), delta=0.06 * orders)
        # Where half as many buy at a tenth more, they are missed.
        answer = self.rehearse(shop(people=9), *CALM, '--assume', 'price_elasticity=7.27')
        self.assertLess(float(self.lever(answer, 'price', change='+10%')['profit']['high']), -1000)
        self.assertGreater(float(self.lever(answer, 'price', change='-10%')['profit']['low']), 1000)
        self.assertLess(self.lever(answer, 'price', change='-10%')['breaking_point']['high'], 1)

    def test_what_was_not_seen_is_not_sure(self):
        # One run says next to nothing; ten that are all the same say that fewer than one in four differ (0.05^(1/10)).
        for lever in self.rehearse(shop(), *CALM, runs='1')['levers']:
            self.assertEqual(lever['runs'], 1)
            self.assertAlmostEqual(lever['kept']['high'] - lever['kept']['gain'], 0.95)
            self.assertLess(float(lever['profit']['low']), 0)
        van = self.lever(self.rehearse(shop(people=9, carrier=', max_parcels: 1000'), *CALM, runs='6'), 'max_parcels')
        self.assertEqual((van['differing'], van['kept']['gain']), (0, 0))
        self.assertAlmostEqual(van['kept']['high'], 1 - 0.05 ** (1 / 6), places=3)


class Settings(Levers):
    def test_a_buffer_that_is_enough(self):
        # A third of the parcels come a day late. Packed half a day sooner, they take the van before.
        late = [*CALM, '--assume', 'carrier_late=0.33']
        answer = self.rehearse(shop(people=9), *late, runs='24')
        self.assertLess(answer['ecluse']['kept']['rate'], 0.8)
        told = answer['recommended']
        self.assertEqual((told['level'], told['reached'], told['fresh'], told['load_limit']), (0.95, True, True, 1))
        self.assertTrue(0 < told['buffer_hours'] <= 24, told)
        self.assertGreaterEqual(told['kept_worst'], 0.95)
        then = self.rehearse(shop(people=9, buffer=told['buffer_hours']), *late, '--sides', '--seed', '7', runs='24')
        self.assertGreaterEqual(then['ecluse']['kept']['rate'], 0.94)
        less = self.rehearse(shop(people=9, buffer=0), *late, '--sides', '--seed', '7', runs='24')
        self.assertLess(less['ecluse']['kept']['rate'], 0.8)

    def test_a_calm_shop_needs_none(self):
        told = self.rehearse(shop(people=9, buffer=24).replace('promise: {', 'promise: {load_limit: 0.6, '), *CALM)['recommended']
        self.assertEqual((told['reached'], told['buffer_hours'], told['load_limit'], told['kept']['rate']), (True, 0, 1, 1))

    def test_none_is_enough(self):
        # A tour of the house is when it is, whatever the buffer; three days in four its only guide is away.
        text = shop(people=9, demand=0).replace('calendar: week, cost', 'calendar: week, cost', 1).replace('carrier: post, items: {box: 1}', 'on_site: true')
        away = [*CALM, '--assume', 'absence=0.75']
        told = self.rehearse(text.replace('people: 9', 'people: 1'), *away)['recommended']
        self.assertFalse(told['reached'], told)
        self.assertLess(told['kept_worst'], 0.95)
        self.assertIn('No setting was found', self.done('rehearse', 'shop.yaml', '--runs', '6', *away).out)


class Statistics(Levers):
    def test_same_answer_whatever_the_threads(self):
        self.write('shop.yaml', shop(boxes=100, carrier=', max_parcels: 30'))
        arguments = ('rehearse', 'shop.yaml', '--runs', '16', '--json', '--seed', '3', '--budget', '900')
        texts = {self.done(*arguments, '--threads', threads).out for threads in ('1', '2', '5')}
        self.assertEqual(len(texts), 1)

    def test_levers_obey_the_precision(self):
        text = shop(max_days=20)
        noise = ['--assume', 'work_variation=2', '--assume', 'absence=0.1', '--precision', '3']
        answer = self.rehearse(text, *noise, runs='40')
        runs = {lever['runs'] for lever in answer['levers']}
        self.assertGreater(max(runs), min(runs))
        for lever in answer['levers']:
            half = (lever['kept']['high'] - lever['kept']['low']) / 2
            self.assertTrue(half <= 0.03 or lever['runs'] >= 5, lever)

    def test_only_the_sides(self):
        whole, sides = self.rehearse(shop(), runs='3'), self.rehearse(shop(), '--sides', runs='3')
        self.assertEqual(whole['ecluse'], sides['ecluse'])
        self.assertEqual((sides['breaks'], sides['breaking_point'], sides['levers'], sides['together'], sides['recommended']),
                         ([], None, [], None, None))

    def test_bad_budgets(self):
        self.write('shop.yaml', shop())
        for budget in ('-5', 'much', '1e3'):
            result = self.run_in('rehearse', 'shop.yaml', '--budget', budget)
            self.assertEqual((result.code, result.out), (2, ''))
            self.assertIn('--budget', result.err)


if __name__ == '__main__':
    unittest.main()
