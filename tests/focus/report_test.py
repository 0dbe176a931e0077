#!/usr/bin/env python3
"""ecluse focus as a script and as an owner use it: the examples in both languages, the contract of its JSON, time limits and Ctrl-C, and a
real gift shop with activities made of the words in its names."""
import csv
import decimal
import gzip
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'cli'))
from cli import ECLUSE, SOURCE, FolderTest, ecluse  # noqa: E402

GIFTS = os.path.join(SOURCE, '..', 'shared', 'data', 'online_retail_2010-12_2011-06.csv.gz')
EXAMPLES = [os.path.join(SOURCE, 'examples', name, 'shop.yaml') for name in ('shopbreizh', 'service', 'focus-pq')]
VERDICTS = {'keep', 'grow', 'shrink', 'stop', 'start'}
TITLES = {'en': ('Activities, a week', 'What to sell, units a week', 'Hours a week', 'The best with so many activities', 'What would change the advice',
                 'What is not known'),
          'fr': ('Activités, par semaine', 'Que vendre, unités par semaine', 'Heures par semaine', 'Le mieux avec tant d’activités',
                 'Ce qui changerait le conseil', 'Ce qui n’est pas connu')}
DIRECTION = {'en': r'^(Keep|Grow|Shrink|Stop|Start|Go on with) .*: (\+|−)€[\d,]+ a week',
             'fr': r'^(Garder|Développer|Réduire|Arrêter|Lancer|Continuer) .*\u00a0: (\+|−)[\d\u00a0\u202f]+\u00a0€ par semaine'}


def cents(money):
    return decimal.Decimal(money['amount'])


class Examples(unittest.TestCase):
    def test_text_in_both_languages(self):
        for path in EXAMPLES:
            for language in ('en', 'fr'):
                with self.subTest(path=path, language=language):
                    done = ecluse('focus', path, '--lang', language)
                    self.assertEqual((done.code, done.err), (0, ''))
                    self.assertRegex(done.out.splitlines()[0], DIRECTION[language])
                    places = [done.out.index(f'\n{title}') for title in TITLES[language]]
                    self.assertEqual(places, sorted(places))
                    if language == 'fr':
                        self.assertNotRegex(done.out, r'\d\.\d', 'a French number has a comma')

    def test_contract(self):
        for path in EXAMPLES:
            with self.subTest(path=path):
                answer = ecluse('focus', path, '--json').json
                with open(path, encoding='utf-8') as file:
                    text = file.read()
                self.assertTrue(answer['optimal'])
                self.assertEqual(answer['gap'], 0)
                names = [line['offer'] for line in answer['mix']]
                self.assertTrue(all(line['quantity'] > 0 for line in answer['mix']))
                offers = text.index('\noffers:')
                self.assertEqual(names, sorted(names, key=lambda name: text.index(f'\n  {name}:', offers)))
                self.assertGreaterEqual(cents(answer['profit']), cents(answer['margin_first']['profit']))
                self.assertTrue(all(activity['verdict'] in VERDICTS for activity in answer['activities']))
                self.assertEqual([price['work_center'] for price in answer['shadow_prices']], answer['bottlenecks'])
                profits = [cents(point['profit']) for point in answer['frontier']]
                self.assertEqual(profits, sorted(profits))
                self.assertEqual(profits[-1], cents(answer['profit']))
                self.assertTrue(all(len(point['keep']) <= point['activities'] for point in answer['frontier']))
                self.assertTrue(answer['ranges']['complete'])

    def test_activities_add_up_to_the_cent(self):
        for path in EXAMPLES:
            with self.subTest(path=path):
                answer = ecluse('focus', path, '--json').json
                rounding = decimal.Decimal('0.005') * (len(answer['activities']) + 2)
                for profit, share in ((answer['profit'], lambda a: a), (answer['today']['profit'], lambda a: a['today'])):
                    sum_of_all = sum(cents(share(activity)['profit']) for activity in answer['activities'])
                    self.assertLessEqual(abs(sum_of_all - cents(answer['operating_expense']) - cents(profit)), rounding)

    def test_most(self):
        answer = ecluse('focus', EXAMPLES[0], '--most', '4', '--json').json
        self.assertEqual(sum(activity['profit']['amount'] != '0.00' for activity in answer['activities']), 4)
        self.assertEqual(answer['profit'], answer['frontier'][3]['profit'])

    def test_no_mix_that_cash_allows(self):
        for language, says in (('en', '--most 2 is too few: there is no mix that cash allows'), ('fr', '--most 2, c’est trop peu\u00a0: aucun assortiment')):
            done = ecluse('focus', EXAMPLES[0], '--most', '2', '--lang', language)
            self.assertEqual((done.code, done.err, len(done.out.splitlines())), (1, '', 1))
            self.assertIn(says, done.out)
        self.assertEqual(ecluse('focus', EXAMPLES[0], '--most', '0').code, 2)
        answer = ecluse('focus', EXAMPLES[0], '--most', '2', '--json')
        self.assertEqual((answer.code, answer.json['state'], answer.json['mix'], answer.json['profit']), (1, 'infeasible', [], None))

    def test_cash_bounds_the_mix(self):
        """Sales are paid out after four weeks: with little at the beginning, less is bought, and the answer says why."""
        with open(EXAMPLES[2], encoding='utf-8') as file:
            text = file.read().replace('6000.00, every: week', '5000.00, every: week')
        with tempfile.TemporaryDirectory() as folder:
            for balance, bound in ((2000, True), (20000, False)):
                path = os.path.join(folder, 'shop.yaml')
                with open(path, 'w', encoding='utf-8') as file:
                    file.write(re.sub(r'opening_balance: .*', f'opening_balance: {balance}.00\n  payout_days: 28', text))
                answer = ecluse('focus', path, '--json').json
                self.assertEqual((answer['state'], answer['bound_by_cash'], cents(answer['profit']) == 1300), ('found', bound, not bound))
                for language, says in (('en', ('Cash bounds what is sold: the balance falls to €', 'Cash is left aside')),
                                       ('fr', ('La trésorerie limite les ventes\u00a0: ', 'La trésorerie n’y est pas comptée'))):
                    out = ecluse('focus', path, '--lang', language).out
                    for words in says:
                        (self.assertIn if bound else self.assertNotIn)(words, out)

    def test_page_needs_nothing_else(self):
        for language in ('en', 'fr'):
            with self.subTest(language=language):
                name = os.path.join(os.environ.get('TMPDIR', '/tmp'), f'ecluse-focus-{os.getpid()}.html')
                done = ecluse('focus', EXAMPLES[0], '--html', name, '--lang', language)
                self.assertEqual(done.code, 0, done.err)
                with open(name, encoding='utf-8') as file:
                    page = file.read()
                os.remove(name)
                self.assertIn(f'<html lang="{language}">', page)
                self.assertNotRegex(page, r'<script|<link|<img|src=|https?://')
                self.assertEqual(page.count('class="bars"'), 2)  # no work center is a bottleneck: none by offer
                for tag in ('table', 'section', 'figure', 'svg', 'p', 'ul', 'li', 'div'):
                    self.assertEqual(len(re.findall(rf'<{tag}[ >]', page)), page.count(f'</{tag}>'), tag)


def hard_shop(offers=400, activities=30, centers=8):
    """Every offer needs three work centers that have half of what is wanted: a proof takes far longer than anybody waits."""
    lines = ['shop: {name: Hard, currency: EUR, time_zone: Europe/Paris, opened: 2026-11-30T08:00}',
             'calendars: {week: {open: {mon-fri: "08:00-16:00"}}}', 'work_centers:']
    lines += [f'  c{i}: {{people: {10 + i}, calendar: week}}' for i in range(centers)]
    lines += ['items: {thing: {on_hand: 1, unit_cost: 1.00}}', 'offers:']
    for i in range(offers):
        uses = ', '.join(f'{{work_center: c{(i * step + shift) % centers}, minutes: {3 + (i * (7 + shift)) % 23}}}' for step, shift in ((1, 0), (3, 1), (5, 3))
                         if shift == 0 or (i * step + shift) % centers != i % centers)
        lines.append(f'  o{i}: {{name: "Offer {i}", price: {10 + (i * 37) % 53}.{(i * 13) % 90 + 10}, vat_rate: 20, activity: a{i % activities}, '
                     f'items: {{thing: 1}}, routing: [{uses}], on_site: true, demand_per_week: {4 + i % 9}}}')
    lines.append('activities:')
    lines += [f'  a{i}: {{fixed_cost_per_week: {120 + (i * 29) % 170}, owner_hours_per_week: {2 + i % 4}}}' for i in range(activities)]
    return '\n'.join(lines + ['focus: {owner_hours_per_week: 45}', ''])


class Time(FolderTest):
    def setUp(self):
        super().setUp()
        self.write('hard.yaml', hard_shop())

    def test_what_was_not_tried_is_not_promised(self):
        for language, tried in (('en', 'of what there was time to try'), ('fr', 'parmi ce que le temps a permis')):
            answer = self.done('focus', 'hard.yaml', '--time-limit', '0.1', '--json').json
            self.assertFalse(answer['ranges']['complete'])
            # A machine with other work tries nothing at all in a tenth of a second.
            told = (self.done('focus', 'hard.yaml', '--time-limit', limit, '--lang', language).out for limit in ('0.1', '0.3', '1', '3'))
            self.assertTrue(any(tried in out for out in told))

    def test_limit(self):
        began = time.monotonic()
        done = self.done('focus', 'hard.yaml', '--time-limit', '2', '--lang', 'en')
        self.assertLess(time.monotonic() - began, 12)
        answer = self.done('focus', 'hard.yaml', '--time-limit', '2', '--json').json
        if not answer['optimal']:
            self.assertGreater(answer['gap'], 0)
            self.assertIn('Not proved to be the best: up to ', done.out)

    def test_gap_is_enough(self):
        answer = self.done('focus', 'hard.yaml', '--gap', '5', '--json').json
        self.assertLessEqual(answer['gap'], 0.05)

    def test_interrupt_prints_what_there_is(self):
        process = subprocess.Popen([ECLUSE, 'focus', 'hard.yaml', '--time-limit', '60', '--json'], cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        out, err = process.communicate(timeout=30)
        self.assertLess(time.monotonic() - began, 8)
        self.assertEqual((process.returncode, err), (0, ''))
        self.assertIn('"state":"found"', out)


# By the words in a name, the first that fits; minutes of picking a piece; own costs and the owner's hours a week.
ACTIVITIES = (('christmas', r'CHRISTMAS|XMAS|ADVENT|SANTA|REINDEER|SNOW', 0.18, 380, 6), ('bags', r'\bBAG|SHOPPER|LUNCH ?BOX|SUITCASE', 0.13, 150, 4),
              ('light', r'LIGHT|CANDLE|LANTERN|LAMP', 0.31, 260, 5),
              ('kitchen', r'CAKE|BAKING|KITCHEN|\bJAM\b|TEA\b|MUG|CUP\b|PLATE|BOWL|CUTLERY|SPOON|TIN\b|TRAY|JAR\b|POT\b', 0.35, 420, 8),
              ('garden', r'GARDEN|PLANT|FLOWER|WATERING|SEED|HERB|BIRD', 0.26, 180, 5),
              ('paper', r'CARD|PAPER|WRAP|NOTEBOOK|\bPEN|STATIONERY|STICKER|RIBBON|TISSUE', 0.09, 90, 3),
              ('children', r'TOY|DOLL|CHILD|GAME|PUZZLE|SKIPPING|BABY|KIDS|SPACEBOY', 0.18, 210, 5),
              ('jewellery', r'JEWEL|NECKLACE|BRACELET|EARRING|\bRING\b|BANGLE|BROOCH', 0.22, 160, 4),
              ('decoration', r'HANGING|HEART|DECORATION|SIGN|FRAME|CLOCK|MIRROR|HOOK|CUSHION|DOORMAT|WICKER', 0.26, 320, 7), ('other', r'', 0.18, 140, 6))
COLUMNS = 'order=InvoiceNo,sku=StockCode,name=Description,quantity=Quantity,at=InvoiceDate,unit_price=UnitPrice,customer=CustomerID'
GIFT_SHOP = '''shop: {name: Gifts, currency: GBP, time_zone: Europe/London, opened: 2011-06-30T06:00}
promise: {horizon_days: 120, max_days: 20}
calendars: {week: {open: {mon-sat: "08:00-18:00"}}}
work_centers:
  packing: {people: 2, calendar: week, cost_per_hour: 11.00}
  picking: {people: 5, calendar: week, cost_per_hour: 10.50}
items: {box: {on_hand: 100000, unit_cost: 0.40}}
carriers:
  post: {cut_off: "18:00", collects: mon-sat, transit_days: 1, delivers: mon-sat, charge: 5.00, cost: 4.00,
         routing: [{work_center: packing, minutes: 6}]}
offers: {gift: {name: Gift wrap, price: 3.00, vat_rate: 20, carrier: post, items: {box: 1}, demand_per_week: 20}}
'''


class GiftShop(FolderTest):
    """3,500 offers of a real shop; its owner must be able to read the answer."""

    def setUp(self):
        super().setUp()
        if not os.path.exists(GIFTS):
            self.skipTest('the real gift shop is not here (../shared/data)')

    def with_activities(self, text):
        def offer(found):
            name, _, minutes, _, _ = next(row for row in ACTIVITIES if re.search(row[1], found.group(2)))
            return f'{found.group(1)}activity: {name}, routing: [{{work_center: picking, minutes: {minutes}}}], {found.group(3)}'
        text = re.sub(r'^(  \S+: \{name: ("(?:[^"\\]|\\.)*"), )(.*)$', offer, text, flags=re.M)
        rows = ''.join(f'  {name}: {{fixed_cost_per_week: {cost}, owner_hours_per_week: {hours}}}\n' for name, _, _, cost, hours in ACTIVITIES)
        return text + '\nactivities:\n' + rows + '''
cash:
  opening_balance: 150000
  payment_fee_percent: 1.4
  fixed_costs: [{name: wages, amount: 21000.00, every: month, day: 28}, {name: rent, amount: 5200.00, every: month, day: 3}]
focus: {owner_hours_per_week: 45}
'''

    def test_its_owner_can_read_it(self):
        with gzip.open(GIFTS, 'rt', encoding='utf-8', newline='') as file:
            rows = list(csv.reader(file))
        with open(self.path('gifts.csv'), 'w', encoding='utf-8', newline='') as file:
            csv.writer(file).writerows(row for row in rows if row[4] >= '2011-02' or row[4] == 'InvoiceDate')
        self.write('shop.yaml', GIFT_SHOP)
        self.done('init', 'gifts.db', 'shop.yaml')
        self.done('import', 'gifts.db', 'orders', 'gifts.csv', '--columns', COLUMNS, '--stock', '20000', '--now', '2011-06-30T07:00', timeout=90)
        self.done('export', 'gifts.db', 'out')
        with open(self.path('out/shop.yaml'), encoding='utf-8') as file:
            self.write('acts.yaml', self.with_activities(file.read()))
        self.done('apply', 'gifts.db', 'acts.yaml', '--now', '2011-07-01T07:30')
        began = time.monotonic()
        done = self.done('focus', 'gifts.db', '--now', '2011-07-01T08:00', '--gap', '0.1', '--lang', 'en', '--html', 'page.html', timeout=90)
        took = time.monotonic() - began
        lines = done.out.splitlines()
        print(f'gift shop: {took:.1f} s, {len(lines)} lines\n' + '\n'.join(lines[:8]), file=sys.stderr)
        self.assertLess(took, 60)
        self.assertRegex(lines[0], r'^Keep .*; stop christmas.*: (\+|−)£[\d,]+ a week')
        self.assertRegex(done.out, r'Careful: today takes more than the shop file has: .*of 45 hours of the owner')
        self.assertLess(len(lines), 250)
        self.assertLess(max(len(line) for line in lines[8:100]), 160)
        self.assertNotIn('What was sold is not known', done.out)
        self.assertLess(os.path.getsize(self.path('page.html')), 400000)


if __name__ == '__main__':
    unittest.main()
