#!/usr/bin/env python3
"""ecluse rehearse: the answer's keys, what must hold of any answer, and bad input."""
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'cli'))
from cli import ECLUSE, SHOP, FolderTest  # noqa: E402
from calm import CALM  # noqa: E402

SIDES = ('today', 'ordinary', 'ecluse')
MEASURES = ('served', 'orders', 'refused', 'late', 'refunds', 'profit', 'cash_low', 'wait_minutes', 'waited', 'gave_up', 'declined', 'unpaid', 'cancelled',
            'wrong', 'returned', 'refunded', 'wished', 'wishes_met')
MONEY = ('refunds', 'profit', 'cash_low')

# One person packs a parcel in ten minutes; a hundred boxes, thirty ordinary orders a week.
SMALL = '''shop: {name: Essai, currency: EUR, time_zone: Europe/Paris, opened: 2026-12-01T08:00}
promise: {horizon_days: 120, max_days: 20, usual_days: 4, buffer_hours: 24}
calendars:
  week: {open: {mon-sat: "08:00-18:00"}}
work_centers:
  packing: {people: 1, calendar: week}
items:
  box: {on_hand: %(boxes)s, unit_cost: 3.00}
carriers:
  post: {cut_off: "18:00", collects: mon-sat, transit_days: 1, delivers: mon-sat, charge: 5.00, cost: 4.00}
offers:
  gift: {name: Gift, price: 20.00, vat_rate: 20, carrier: post, items: {box: 1}, demand_per_week: %(demand)s,
         routing: [{work_center: packing, minutes: 10}]}
moments:
  tv: {at: 2026-12-07T20:45, visitors: %(visitors)s, rise_minutes: 1, half_life_minutes: 12, conversion_rate: 5}
%(more)s
'''


def small(boxes='100000', demand='30', visitors='400', more=''):
    return SMALL % {'boxes': boxes, 'demand': demand, 'visitors': visitors, 'more': more}


class Rehearse(FolderTest):
    def rehearse(self, *arguments, shop=None, runs='6'):
        self.write('shop.yaml', shop or small())
        return self.done('rehearse', 'shop.yaml', '--runs', runs, '--json', *arguments).json


class Answers(Rehearse):
    def test_keys(self):
        answer = self.rehearse()
        self.assertEqual((answer['moment'], answer['runs'], answer['seed']), ('tv', 6, 1))
        for side in SIDES:
            kept = answer[side]['kept']
            self.assertTrue(0 <= kept['low'] <= kept['rate'] <= kept['high'] <= 1, kept)
            for measure in MEASURES:
                values = [answer[side][measure][key] for key in ('p10', 'p50', 'p90')]
                self.assertEqual({type(value) for value in values} <= ({str} if measure in MONEY else {int, float}), True)
                self.assertEqual(values, sorted(values, key=float))
        self.assertEqual(set(answer['breaking_point']), {'visitors', 'times_best_day', 'breaks'})

    def test_same_answer_whatever_the_threads(self):
        self.write('shop.yaml', small(more='site: {requests_per_second: 5}'))
        texts = {self.done('rehearse', 'shop.yaml', '--runs', '7', '--json', '--threads', threads, '--seed', '3').out
                 for threads in ('1', '2', '5')}
        self.assertEqual(len(texts), 1)
        self.assertNotIn(self.done('rehearse', 'shop.yaml', '--runs', '7', '--json', '--seed', '4').out, texts)

    def test_nothing_goes_wrong_where_nothing_can(self):
        # Nothing varies and there is time and stock for all: 4 days hold from any day, a Saturday's order excepted by nobody.
        answer = self.rehearse('--visitors', '200', *CALM)
        for side in SIDES:
            self.assertEqual(answer[side]['kept']['rate'], 1)
            self.assertEqual(answer[side]['late']['p90'], 0)
            self.assertEqual(answer[side]['served']['p50'], answer['today']['served']['p50'])
        self.assertEqual(answer['breaks'], [])
        # Without VAT 16.67 of a gift and 4.17 of its carriage; 3 and 4 go.
        profit, orders = float(answer['ecluse']['profit']['mean']), answer['ecluse']['orders']['mean']
        self.assertGreater(profit / orders, 13)
        self.assertLess(profit / orders, 32)

    def test_assumptions_of_the_shop_file(self):
        more = 'assumptions: {payment_failure: 0.5, return_share: 0.25}'
        said = self.rehearse(shop=small(more=more), runs='2')
        self.assertEqual(said, self.rehearse('--assume', 'payment_failure=0.5', '--assume', 'return_share=0.25', runs='2'))
        self.assertNotEqual(said, self.rehearse(runs='2'))
        # --assume has the last word, --set is a change of the file, and a database keeps what its file said.
        self.assertEqual(self.rehearse('--assume', 'payment_failure=0.5', shop=small(more=more.replace('0.5', '0.1')), runs='2'), said)
        self.assertEqual(self.rehearse('--set', 'assumptions.payment_failure=0.5', shop=small(more=more.replace('0.5', '0.1')), runs='2'), said)
        self.write('shop.yaml', small(more=more))
        self.done('init', 'shop.db', 'shop.yaml')
        learned = {'learned': {'state': 'nothing', 'orders': 0}}
        self.assertEqual(self.done('rehearse', 'shop.db', '--runs', '2', '--json', '--now', '2026-12-01T08:00').json, said | learned)
        self.write('shop.yaml', small(more='assumptions: {payment_failure: 0.25}'))
        self.assertIn('payment_failure 0.5 -> 0.25', self.done('apply', 'shop.db', 'shop.yaml').out)

    def test_what_goes_wrong_shows(self):
        # 300 buyers; half of the payments fail for good, a tenth of the parcels is wrong and a fifth of the orders sent back.
        answer = self.rehearse('--visitors', '6000', *CALM, '--assume', 'payment_failure=0.5', '--assume', 'payment_retry=0', '--assume', 'wrong_share=0.1',
                               '--assume', 'wrong_rush=1', '--assume', 'wrong_scanned=0.1', '--assume', 'return_share=0.2', '--assume', 'mind_change=0.1', shop=small(demand='0'))
        for side in ('today', 'ecluse'):
            measures = {name: answer[side][name]['mean'] for name in MEASURES if name not in MONEY}
            buyers = measures['orders'] + measures['unpaid'] + measures['declined'] + measures['refused']
            self.assertTrue(0.4 < measures['unpaid'] / buyers < 0.6, measures)
            self.assertGreater(measures['cancelled'], 0)
            self.assertGreater(measures['returned'], measures['wrong'])
            self.assertEqual(round(measures['refunded'], 3), round(measures['cancelled'] + measures['returned'], 3))
            self.assertGreater(float(answer[side]['refunds']['mean']), 25 * measures['refunded'])
        self.assertLess(answer['ecluse']['wrong']['mean'], answer['today']['wrong']['mean'] / 3)

    def test_wishes(self):
        # No more than 40 boxes, and nobody to buy from: whoever cancels makes room for a wish.
        answer = self.rehearse('--visitors', '6000', *CALM, '--assume', 'mind_change=0.5', '--assume', 'mind_change_hours=2', shop=small(boxes='40', demand='0'))
        self.assertGreater(answer['ecluse']['wished']['p10'], 20)
        self.assertGreater(answer['ecluse']['wishes_met']['p10'], 0)
        self.assertGreater(answer['ecluse']['orders']['mean'], answer['ordinary']['orders']['mean'])
        self.assertEqual(answer['today']['wished']['p90'], 0)

    def test_zero_visitors(self):
        answer = self.rehearse('--visitors', '0')
        self.assertEqual(answer['visitors'], 0)
        self.assertEqual(answer['today']['served']['p90'], 0)
        self.assertEqual(answer['today']['kept'], answer['without_moment']['kept'])
        self.assertEqual(answer['breaks'], [])

    def test_nobody_at_all(self):
        answer = self.rehearse('--visitors', '0', shop=small(demand='0'))
        self.assertEqual(answer['ecluse']['kept'], {'rate': 1, 'low': 1, 'high': 1})

    def test_no_stock(self):
        answer = self.rehearse(shop=small(boxes='0'))
        for side in SIDES:
            self.assertEqual(answer[side]['orders']['p90'], 0)
            self.assertGreater(answer[side]['refused']['p10'], 0)

    def test_no_stock_and_nobody_looks(self):
        # A site that does not manage stock sells what there is not, and none of it comes.
        answer = self.rehearse(shop=small(boxes='0', more='site: {manages_stock: false}'))
        self.assertEqual(answer['today']['kept']['rate'], 0)
        self.assertGreater(float(answer['today']['refunds']['p10']), 0)
        self.assertEqual(answer['ecluse']['orders']['p90'], 0)

    def test_a_work_center_without_hours(self):
        shop = small().replace('week: {open: {mon-sat: "08:00-18:00"}}', 'week: {}')
        answer = self.rehearse(shop=shop)
        self.assertEqual(answer['today']['kept']['rate'], 0)
        self.assertEqual(answer['ecluse']['orders']['p90'], 0)

    def test_the_team_breaks(self):
        # 6,000 visitors, 300 buyers: fifty hours of packing beside the ordinary five a week; four days are not enough.
        answer = self.rehearse('--visitors', '6000', *CALM)
        self.assertEqual((answer['breaks'][0]['defence'], answer['breaks'][0]['name']), ('team', 'packing'))
        self.assertGreater(answer['breaks'][0]['probability'], 0.9)
        self.assertLess(answer['today']['kept']['rate'], 0.95)
        self.assertGreater(answer['ecluse']['kept']['rate'], 0.97)
        point = answer['breaking_point']
        self.assertEqual(point['breaks']['defence'], 'team')
        self.assertTrue(1500 < point['visitors'] < 6000, point)

    def test_the_site_breaks_first_then_stock(self):
        # 300 buyers for 200 boxes, at a site for one visitor a second under a peak of six.
        answer = self.rehearse('--visitors', '6000', *CALM,
                               shop=small(boxes='200', more='site: {requests_per_second: 12, requests_per_visit: 12}'))
        ladder = [rung['defence'] for rung in answer['breaks']]
        self.assertEqual(ladder[:2], ['site', 'stock'])
        self.assertLess(answer['today']['served']['p90'], 5000)
        self.assertGreater(answer['ordinary']['served']['p50'], answer['today']['served']['p50'])
        self.assertGreater(answer['ordinary']['wait_minutes']['p50'], 1)

    def test_every_work_center_can_be_repaired(self):
        # The fortieth of forty breaks; repaired, it does not break again.
        shop = small(visitors='6000').replace('work_centers:\n', 'work_centers:\n' + ''.join(
            f'  w{i}: {{people: 1, calendar: week}}\n' for i in range(39)))
        answer = self.rehearse('--visitors', '6000', *CALM, shop=shop)
        self.assertEqual([(rung['defence'], rung['name']) for rung in answer['breaks']], [('team', 'packing')])

    def test_levers(self):
        # Monday 7 December: ordered by Friday the 4th, three days later it is there. 60 open hours of the week after, at 20 each.
        shop = small(boxes='100', more='suppliers: {mill: {lead_days: 2, receiving_days: 1, orders_on: mon-fri}}').replace(
            'unit_cost: 3.00}', 'unit_cost: 3.00, supplier: mill, pack_size: 50}').replace('calendar: week}', 'calendar: week, cost_per_hour: 20.00}')
        answer = self.rehearse('--visitors', '6000', *CALM, shop=shop, runs='40')
        levers = {lever['lever']: lever for lever in answer['levers']}
        self.assertEqual(set(levers), {'people', 'units', 'price', 'buffer_hours', 'load_limit', 'later'})
        units, people = levers['units'], levers['people']
        self.assertEqual((units['name'], units['do_by']), ('box', '2026-12-04'))
        self.assertEqual(float(units['cost']), 3 * int(units['change']))
        self.assertEqual(int(units['change']) % 50, 0)
        self.assertEqual((people['name'], people['change'], people['do_by'], people['cost']), ('packing', '+1', '2026-12-07', '1200.00'))
        # Boxes that are there sooner sell to who would not wait for them; a second person packs more in time.
        self.assertGreater(float(units['profit']['low']), 0)
        self.assertGreater(float(people['profit']['low']), 0)
        self.assertEqual(people['gain_per_cost'], round(float(people['profit']['gain']) / 1200, 4))
        self.assertIsNone(levers['later']['gain_per_cost'])
        for lever in answer['levers']:
            self.assertTrue(lever['kept']['low'] <= lever['kept']['gain'] <= lever['kept']['high'])

    def test_usual_days_where_nothing_is_said(self):
        # docs/shop-file.md: rehearse takes 3.
        answers = [self.rehearse(shop=small().replace(', usual_days: 4', said), runs='3') for said in ('', ', usual_days: 3', ', usual_days: 4')]
        self.assertEqual(answers[0], answers[1])
        self.assertNotEqual(answers[0]['today']['kept'], answers[2]['today']['kept'])
        self.write('shop.yaml', small().replace(', usual_days: 4', ''))
        self.assertIn('it says 3 calendar days', self.done('rehearse', 'shop.yaml', '--runs', '1').out)

    def test_huge_baskets(self):
        answer = self.rehearse(shop=small().replace('conversion_rate: 5}', 'conversion_rate: 5, baskets: {gift: 600}}'), runs='1')
        self.assertGreater(answer['ecluse']['orders']['p50'], 0)

    def test_what_is_on_its_way_is_billed_once(self):
        # Ten ordered before Écluse came and billed by their supplier already; the bank has 1,000 and one bill of 500, due before the moment.
        more = """cash: {opening_balance: 1000.00, bills: [{supplier: mill, amount: 500.00, due: 2026-12-03}, {supplier: mill, amount: 70.00, due: 2026-11-30}]}
suppliers: {mill: {lead_days: 2, payment_days: 0}}
receipts: [{item: box, quantity: 10, due: 2026-12-02}]
"""
        shop = small(demand='0', more=more).replace('unit_cost: 3.00}', 'unit_cost: 3.00, supplier: mill}')
        answer = self.rehearse('--visitors', '0', *CALM, shop=shop, runs='1')
        for side in SIDES:
            self.assertEqual(answer[side]['cash_low']['p50'], '500.00')

    def test_nothing_is_delivered_where_the_carrier_is_closed(self):
        # Collected on Tuesday; for the rest of the week it neither collects nor delivers: four days are broken, each promise of the core is kept.
        closed = ', closed: [2026-12-09, 2026-12-10, 2026-12-11, 2026-12-12]}'
        answer = self.rehearse('--visitors', '400', *CALM, shop=small(demand='0').replace(', cost: 4.00}', ', cost: 4.00' + closed))
        self.assertEqual(answer['today']['kept']['rate'], 0)
        self.assertEqual(answer['ecluse']['kept']['rate'], 1)

    def test_set(self):
        changed = self.rehearse('--set', 'items.box.on_hand=0', '--set', 'offers.gift.demand_per_week=300')
        self.assertEqual(changed['ecluse']['orders']['p90'], 0)
        self.assertGreater(changed['ecluse']['refused']['p10'], 300)
        self.assertEqual(self.rehearse('--set', 'promise.buffer_hours=24'), self.rehearse())
        self.assertNotEqual(self.rehearse('--set', 'work_centers.packing.efficiency=0.2'), self.rehearse())
        result = self.run_in('rehearse', 'shop.yaml', '--set', 'promise.buffer_ours=24')
        self.assertEqual(result.code, 2)
        self.assertIn('buffer_hours', result.err)

    def test_stop(self):
        shop = small(more='activities: {gifts: {}, visits: {}}').replace('demand_per_week: 30', 'demand_per_week: 30, activity: gifts').replace(
            'moments:', '  tour: {name: Tour, price: 10.00, vat_rate: 20, on_site: true, activity: visits, demand_per_week: 15}\nmoments:')
        whole = self.rehearse('--visitors', '0', shop=shop)
        part = self.rehearse('--visitors', '0', '--stop', 'visits', shop=shop)
        none = self.rehearse('--visitors', '0', '--stop', 'visits', '--stop', 'gifts', shop=shop.replace('  tour', '  other: {name: Other, price: 1.00, vat_rate: 20, on_site: true}\n  tour'))
        for side in SIDES:
            # About 15 gifts' orders and 10 tours a week, in 31 days: 66 and 44.
            self.assertTrue(85 < whole[side]['orders']['mean'] < 140)
            self.assertTrue(50 < part[side]['orders']['mean'] < 85)
            self.assertEqual(none[side]['orders']['mean'], 0)
        self.refused_stop()

    def refused_stop(self):
        result = self.run_in('rehearse', 'shop.yaml', '--stop', 'visit')
        self.assertEqual(result.code, 2)
        self.assertIn('did you mean visits', result.err)

    def test_too_late_to_order(self):
        shop = small(boxes='100', more='suppliers: {mill: {lead_days: 9}}').replace('unit_cost: 3.00}', 'unit_cost: 3.00, supplier: mill}')
        answer = self.rehearse('--visitors', '6000', shop=shop)
        self.assertNotIn('units', {lever['lever'] for lever in answer['levers']})

    def test_precision_ends_the_runs(self):
        answer = self.rehearse('--precision', '20', runs='200')
        self.assertEqual(answer['runs'], 20)

    def test_surge_file(self):
        self.write('surge.csv', 'time,requests\n2026-12-07 20:45,100\n2026-12-07 20:46,0\n2026-12-07 20:47,300\n')
        answer = self.rehearse('--surge', 'surge.csv', '--visitors', '2000')
        self.assertTrue(1700 < answer['ecluse']['served']['p50'] < 2300)


class Shown(Rehearse):
    def test_both_languages(self):
        self.write('shop.yaml', small())
        french = self.done('rehearse', 'shop.yaml', '--runs', '2', '--lang', 'fr').out
        self.assertIn('promesses tenues', french)
        self.assertIn('Ce que vivent les clients', french)
        english = self.done('rehearse', 'shop.yaml', '--runs', '2', '--lang', 'en').out
        for words in ('promises kept', 'What customers live', 'visitors who see the shop', 'buyers who waited', 'turned away', 'late', 'delivered with an error', 'orders refunded'):
            self.assertIn(words, english)

    def test_the_page(self):
        self.write('shop.yaml', small(more='site: {requests_per_second: 5}').replace('name: Essai', 'name: "Essai <b> & fils"'))
        for language, words in (('fr', 'La même soirée, deux fois'), ('en', 'The same evening, twice')):
            self.done('rehearse', 'shop.yaml', '--runs', '3', '--html', 'page.html', '--lang', language)
            with open(self.path('page.html'), encoding='utf-8') as file:
                page = file.read()
            self.assertIn(words, page)
            self.assertIn(f'<html lang="{language}">', page)
            self.assertIn('Essai &lt;b&gt; &amp; fils', page)
            customers = page.split({'fr': 'Ce que vivent les clients', 'en': 'What customers live'}[language])[1].split('</table>')[0]
            self.assertEqual(customers.count('<tr>'), 1 + 6)
            self.assertEqual(page.count('<svg'), 2)
            for outside in ('http:', 'https:', 'src=', 'url(', '<script', '@import'):
                self.assertNotIn(outside, page)

    def test_of_a_database(self):
        self.write('shop.yaml', small())
        self.done('init', 'shop.db', 'shop.yaml')
        self.done('order', 'shop.db', 'gift=2', '--email', 'a@b.example', '--now', '2026-12-01T09:00')
        answer = self.done('rehearse', 'shop.db', '--runs', '2', '--json', '--now', '2026-12-02T09:00').json
        self.assertGreater(answer['ecluse']['orders']['p10'], 0)


class Compared(Rehearse):
    def compare(self, *arguments, shop, other, runs='6'):
        self.write('shop.yaml', shop)
        self.write('other.yaml', other)
        return self.done('rehearse', 'shop.yaml', '--compare', 'other.yaml', '--runs', runs, *arguments)

    def test_a_shop_and_itself(self):
        answer = self.compare('--json', shop=small(), other=small()).json
        self.assertEqual([shop['file'] for shop in answer['shops']], ['shop.yaml', 'other.yaml'])
        for side in SIDES:
            self.assertEqual(answer['shops'][0][side], answer['shops'][1][side])
            self.assertEqual(answer['differences'][side]['kept'], {'gain': 0, 'low': 0, 'high': 0})
            self.assertEqual(answer['differences'][side]['profit'], {'gain': '0.00', 'low': '0.00', 'high': '0.00'})
        self.assertEqual(answer['differences']['breaking_point'], {'gain': 0, 'low': 0, 'high': 0})

    def test_what_differs(self):
        # The other packer has two hands more; each figure is that of the shop alone, each difference that of the means.
        other = small().replace('packing: {people: 1', 'packing: {people: 3')
        answer = self.compare('--json', '--visitors', '6000', shop=small(), other=other).json
        for place, shop in enumerate((small(), other)):
            alone = self.rehearse('--visitors', '6000', shop=shop)
            for side in SIDES:
                self.assertEqual(answer['shops'][place][side], alone[side])
            self.assertEqual(answer['shops'][place]['breaking_point'], alone['breaking_point'])
        today = answer['differences']['today']
        self.assertGreater(today['kept']['low'], 0.1)
        self.assertGreater(answer['differences']['breaking_point']['low'], 1000)
        profits = [float(shop['today']['profit']['mean']) for shop in answer['shops']]
        self.assertAlmostEqual(float(today['profit']['gain']), profits[1] - profits[0], delta=0.02)
        # Pairs: the interval is a small part of what a run differs from another.
        spread = float(answer['shops'][0]['ecluse']['profit']['p90']) - float(answer['shops'][0]['ecluse']['profit']['p10'])
        width = float(answer['differences']['ecluse']['profit']['high']) - float(answer['differences']['ecluse']['profit']['low'])
        self.assertLess(width, spread)

    def test_as_text_and_as_a_page(self):
        other = small(boxes='50')
        for language, words in (('en', ('the same crowd in both', 'breaking point', 'difference')), ('fr', ('la même foule', 'point de rupture', 'différence'))):
            out = self.compare('--lang', language, '--html', 'page.html', shop=small(), other=other, runs='3').out
            with open(self.path('page.html'), encoding='utf-8') as file:
                page = file.read()
            self.assertIn(f'<html lang="{language}">', page)
            for word in words:
                self.assertIn(word, out)
            for word in words[1:]:
                self.assertIn(word, page)
            self.assertEqual(page.count('<tr>'), 1 + 3 * 4 + 1)

    def test_refusals(self):
        self.write('shop.yaml', small())
        for other, sentence in ((small().replace('EUR', 'CHF'), 'its money is CHF, not EUR'), (small().replace('  tv:', '  radio:'), 'no moment tv'),
                                (small().replace('people: 1', 'people: -1'), 'other.yaml:6:21')):
            self.write('other.yaml', other)
            result = self.run_in('rehearse', 'shop.yaml', '--compare', 'other.yaml', '--runs', '1')
            self.assertEqual((result.code, result.out, result.err.count('\n')), (2, '', 1), result.err)
            self.assertIn(sentence, result.err)
        self.assertEqual(self.run_in('rehearse', 'shop.yaml', '--compare', 'none.yaml', '--runs', '1').code, 2)


class Wished(Rehearse):
    def test_wishes_of_a_database_are_asked(self):
        # Ten boxes come on the 10th; three are wished for, and nobody else buys: before the moment, their money is in the bank.
        self.write('shop.yaml', small(boxes='0', demand='0', more='receipts: [{item: box, quantity: 10, due: 2026-12-10}]').replace('max_days: 20', 'max_days: 4').replace(
            '2026-12-07T20:45', '2026-12-15T20:45'))
        self.done('init', 'shop.db', 'shop.yaml')
        self.done('wish', 'shop.db', 'gift=3', '--email', 'a@b.example', '--until', '2026-12-20', '--now', '2026-12-01T09:00')
        balances = [float(self.done('rehearse', 'shop.db', '--visitors', '0', '--runs', '1', '--json', '--now', '2026-12-01T10:00', *CALM, '--assume',
                                    f'wish_accepted={accepted}').json['ecluse']['cash_low']['p50']) for accepted in ('0', '1')]
        # 65.00, less the carriage of 4.00 and, in January, the VAT of 10.83.
        self.assertEqual(balances, [0, 50.17])


class BadInput(Rehearse):
    def refused(self, sentence, *arguments, shop=None):
        self.write('shop.yaml', shop or small())
        result = self.run_in('rehearse', 'shop.yaml', '--runs', '2', *arguments)
        self.assertEqual((result.code, result.out), (2, ''), result.err)
        self.assertIn(sentence, result.err)
        self.assertEqual(result.err.count('\n'), 1)

    def test_refusals(self):
        self.refused('at most 10000000', '--visitors', '1000000000')
        self.refused('at most 10000000', shop=small(visitors='1000000000'))
        self.refused('is in the past', '--now', '2026-12-08T00:00')
        self.refused('too far away', '--now', '2024-01-01T00:00')
        self.refused('no moment radio in the shop file', '--moment', 'radio')
        self.refused('has no moment', shop=small().split('moments:')[0])
        self.refused('from 0 to 1', '--assume', 'absence=1.5')
        self.refused('no such assumption', '--assume', 'weather=1')
        self.refused('from 0 to 1', '--assume', 'payment_failure=-0.1')
        self.refused('payment_failure: 1.5 is out of range; write a number from 0 to 1', shop=small(more='assumptions: {payment_failure: 1.5}'))
        self.refused("unknown key 'payment_failures' in assumptions; did you mean 'payment_failure'?", shop=small(more='assumptions: {payment_failures: 0.5}'))
        self.refused('conversion_rate: 101 is out of range', shop=small().replace('conversion_rate: 5', 'conversion_rate: 101'))
        self.refused('visitors: -5 is out of range', shop=small(visitors='-5'))
        self.refused('--visitors', '--visitors', '-5')
        self.refused('--runs', '--runs', '0')

    def test_surges(self):
        for text, sentence in (('t,n\n', 'no requests'), ('t,n\n2026-12-07 20:45,0\n2026-12-07 20:46,0\n', 'no requests'), ('1,2\n2,-5\n', '0 or more'), ('1,2\n2,\n', 'whole number'),
                               ('2026-12-07 20:45,1\n2026-12-07 20:49,1\n', 'does not follow')):
            self.write('surge.csv', text)
            self.refused(sentence, '--surge', 'surge.csv')


    def test_moments_that_take_too_long(self):
        self.refused('takes over 14 days to its peak', shop=small().replace('rise_minutes: 1', 'rise_minutes: 30000'))


class Surges(Rehearse):
    def test_a_file_is_lived(self):
        # A site for one visitor a second: a thousand in one minute are too many, the same over three hours are not.
        shop = small(demand='0', more='site: {requests_per_second: 12, requests_per_visit: 12}')
        served = []
        for minutes in (['2026-12-07 20:45,0', '2026-12-07 20:46,9', '2026-12-07 20:47,0'], [f'{minute},1' for minute in range(180)]):
            self.write('surge.csv', '\n'.join(['time,requests', *minutes, '']))
            served.append(self.rehearse('--surge', 'surge.csv', '--visitors', '1000', shop=shop, runs='3')['today']['served']['p50'])
        self.assertLess(served[0], 800)
        self.assertGreater(served[1], 900)


class Interrupted(Rehearse):
    def test_what_there_is_is_printed(self):
        self.write('shop.yaml', small(visitors='20000'))
        with subprocess.Popen([ECLUSE, 'rehearse', 'shop.yaml', '--runs', '100000', '--json'], cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            time.sleep(1.5)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        self.assertEqual((process.returncode, err), (0, ''))
        self.assertIn('"runs":', out)
        self.assertNotIn('"runs":100000', out)

    def test_a_bar_tells_what_is_left_and_the_text_that_it_was_stopped(self):
        self.write('shop.yaml', small(visitors='20000'))
        terminal, other = pty.openpty()
        with subprocess.Popen([ECLUSE, 'rehearse', 'shop.yaml', '--runs', '100000', '--lang', 'en'], cwd=self.folder, stdout=subprocess.PIPE, stderr=other,
                              env={**os.environ, 'TERM': 'xterm', 'COLUMNS': '80'}) as process:
            os.close(other)
            shown = ''
            end = time.monotonic() + 60
            while not re.search(r' left', shown) and time.monotonic() < end:
                shown += os.read(terminal, 4096).decode('utf-8', 'replace')
            process.send_signal(signal.SIGINT)
            drain = threading.Thread(target=self.drained, args=(terminal,))
            drain.start()
            out = process.communicate(timeout=60)[0].decode()
            drain.join()
        self.assertRegex(shown, r'\d+ ?%')
        self.assertRegex(shown, r'left')
        self.assertEqual(process.returncode, 0)
        self.assertIn('(stopped)', out)
        self.assertIn('promises kept', out)
        os.close(terminal)

    @staticmethod
    def drained(terminal):
        try:
            while os.read(terminal, 4096):
                pass
        except OSError:
            pass


if __name__ == '__main__':
    unittest.main()
