#!/usr/bin/env python3
"""Every command on files: its happy way, its errors and exit codes, JSON and French. Dates are worked by hand."""
import os
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from cli import ECLUSE, ORDER, SHOP, START, FolderTest, ecluse  # noqa: E402

# Everything is bought: in packs, for at least 60.00 at once, and of salt at most 60 a week.
MILL = '''shop: {name: Mill, currency: EUR, time_zone: Europe/Paris, opened: 2026-11-23T08:00}
promise: {horizon_days: 120, max_days: 100}
calendars: {week: {open: {mon-fri: "09:00-17:00"}}}
work_centers: {oven: {people: 8, calendar: week}}
suppliers: {mill: {lead_days: 3, receiving_days: 1, orders_on: [mon, thu], minimum_order_value: 60.00}}
items:
  flour: {on_hand: 20, unit_cost: 3.10, supplier: mill, pack_size: 6, keep_back: 2}
  salt: {on_hand: 5, unit_cost: 1.25, supplier: mill, pack_size: 4, max_units_per_week: 60}
receipts: [{item: flour, quantity: 30, due: 2026-12-02}]
carriers: {post: {cut_off: "16:00", collects: mon-fri, transit_days: 1, delivers: mon-fri}}
offers:
  bread: {name: Bread, price: 30.00, vat_rate: 5.5, carrier: post, items: {flour: 1.5, salt: 0.25}, routing: [{work_center: oven, minutes: 2}]}
  brine: {name: Brine, price: 30.00, vat_rate: 5.5, carrier: post, items: {salt: 4}, routing: [{work_center: oven, minutes: 2}]}
'''


class Usage(FolderTest):
    def test_help_everywhere(self):
        self.assertIn('usage: ecluse COMMAND', self.done('--help').out)
        self.assertEqual(self.done('help').out, self.done('-h').out)
        for command in self.done('--help', '--json').json['commands']:
            shown = self.done(command['name'], '--help').out
            self.assertIn(f'usage: ecluse {command["name"]} {command["usage"]}', shown)
            self.assertIn('Exit codes:', shown)
            for option in command['options']:
                self.assertIn('--' + option['name'], shown)
            self.assertEqual(shown, self.done('help', command['name']).out)
            self.assertEqual(self.done(command['name'], '--help', '--json').json['commands'], [command])

    def test_no_command_is_usage(self):
        result = self.run_in()
        self.assertEqual(result.code, 2)
        self.assertIn('usage:', result.out)

    def test_version(self):
        self.assertRegex(self.done('--version').out, r'\Aecluse \d+\.\d+\.\d+\n\Z')

    def test_suggestions(self):
        self.refused(2, 'qoute', 'shop.yaml', says='ecluse quote')
        self.refused(2, 'frobnicate', says='ecluse --help')
        self.refused(2, '--json', 'quote', says='after the command')
        self.refused(2, 'quote', 'shop.yaml', 'coffret', '--explian', says='--explain')
        self.refused(2, 'quote', 'shop.yaml', 'coffret', '--wanted', '2026-12-24', says='--want')
        self.refused(2, 'quote', 'shop.yaml', 'cofret', says='coffret')
        self.refused(2, 'atp', 'shop.yaml', 'carmel', says='caramel')
        self.refused(2, 'help', 'quot', says='quote')

    def test_errors_are_one_line_whatever_came_in(self):
        self.refused(2, 'quote', 'shop.yaml', 'a\nb\x1b[31m')
        self.refused(2, 'quote', 'no\nsuch.yaml', 'coffret')

    def test_closed_pipe_ends_quietly(self):
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, 'wb') as pipe:
            done = subprocess.run([ECLUSE, '--help'], stdout=pipe, stderr=subprocess.PIPE, timeout=20, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b''))

    def test_full_disk_is_told(self):
        with open('/dev/full', 'wb') as full:
            done = subprocess.run([ECLUSE, '--help'], stdout=full, stderr=subprocess.PIPE, timeout=20, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn(b'No space left', done.stderr)


class Quote(FolderTest):
    def test_by_hand(self):
        # 9 minutes at half efficiency = 72 slots of 15 s = 18 minutes, from 10:00; collected at 11:00; two weekdays on.
        answer = self.done('quote', 'shop.yaml', 'coffret', '--json').json
        self.assertIs(answer['promised'], True)
        self.assertEqual(answer['ship_by'], '2026-12-01T11:00:00+01:00')
        self.assertEqual(answer['deliver_by'], '2026-12-03')
        self.assertEqual(answer['ready_at'], '2026-12-01T10:18:00+01:00')
        self.assertEqual(answer['total'], {'amount': '34.80', 'currency': 'EUR'})
        self.assertEqual([(line['offer'], line['quantity']) for line in answer['lines']], [('coffret', 1)])

    def test_explain_adds_up(self):
        answer = self.done('quote', 'shop.yaml', 'coffret', '--explain', '--json').json
        group, = answer['explain']
        operation, = group['lines'][0]['operations']
        self.assertEqual(group['material'], [{'item': 'caramel', 'needs': 2, 'available': 13, 'from': '2026-12-01'}])
        self.assertEqual((operation['work_center'], operation['slots'], operation['minutes']), ('packing', 72, 18))
        self.assertEqual(operation['standard_minutes'], 9)
        self.assertEqual(operation['runs'], [{'from': '2026-12-01T10:00:00+01:00', 'to': '2026-12-01T10:18:00+01:00'}])
        self.assertEqual(group['ship_by'], answer['ship_by'])
        text = self.done('quote', 'shop.yaml', 'coffret', '--explain').out
        for part in ('9 min / 0.5 = 72 slots of 15 s = 18 min', 'Tue 2026-12-01  10:00-10:18', 'cut-off is 11:00',
                     'Delivered by: Thu 2026-12-03', 'available 13'):
            self.assertIn(part, text)

    def test_explained_purchases_add_up(self):
        """Whatever is ordered after one another: what is short, in packs, filled up to the least order, is what is bought."""
        self.write('mill.yaml', MILL)
        self.done('init', 'mill.db', 'mill.yaml')
        costs = {'flour': 310, 'salt': 125}
        bought = filled = later = 0
        for number in range(12):
            asked = ['mill.db', f'bread={1 + number * 5 % 13}', f'brine={1 + number * 7 % 11}', '--now', '2026-11-23T08:00']
            for group in self.done('quote', *asked, '--split', '--explain', '--json').json['explain']:
                for item in group['material']:
                    if 'bought' not in item:
                        self.assertGreaterEqual(item['available'], item['needs'])
                        self.assertLessEqual(item['from'], group['material_on'])
                        continue
                    way, cost = item['bought'], costs[item['item']]
                    before, least = (round(float(way[key]) * 100) for key in ('value_before', 'minimum_order_value'))
                    self.assertAlmostEqual(way['short'], item['needs'] - item['available'])
                    self.assertAlmostEqual(way['in_packs'], -(-way['short'] // way['pack_size']) * way['pack_size'])
                    self.assertGreaterEqual(before + way['quantity'] * cost, least - 1)
                    if way['quantity'] > way['in_packs']:
                        self.assertLess(before + (way['quantity'] - way['pack_size']) * cost, least + 1)
                    self.assertLessEqual(way['usable_on'], group['material_on'])
                    bought += 1
                    filled += way['quantity'] > way['in_packs']
                    later += way['order_day'] > way['first_order_day']
            self.done('order', *asked, '--split', '--email', f'a{number}@example.org')
        self.assertGreater(min(bought, filled, later), 0, (bought, filled, later))

    def test_work_over_a_night_is_shown_in_two_days(self):
        # 4 x 6 + 3 = 27 minutes = 54 at half efficiency; from 11:30 only 30 of them today.
        text = self.done('quote', 'shop.yaml', 'coffret=4', '--explain', '--now', '2026-12-01T11:30').out
        self.assertIn('Tue 2026-12-01  11:30-12:00', text)
        self.assertIn('Wed 2026-12-02  09:00-09:24', text)

    def test_waits_for_the_receipt(self):
        # 20 - 4 kept back - 3 promised before = 13; 14 jars wait for the receipt of Monday 7 December.
        answer = self.done('quote', 'shop.yaml', 'caramel-jar=14', '--json').json
        self.assertEqual(answer['material_on'], '2026-12-07')
        self.assertEqual((answer['limited_by']['kind'], answer['limited_by']['name']), ('stock', 'caramel'))

    def test_sold_out_is_a_no(self):
        result = self.run_in('quote', 'shop.yaml', 'dream', '--json')
        self.assertEqual((result.code, result.err), (1, ''))
        self.assertIs(result.json['promised'], False)
        self.assertIsNone(result.json['possible_on'])
        self.assertIn('Cannot be promised', self.run_in('quote', 'shop.yaml', 'dream').out)

    def test_other_refusals_are_problems(self):
        self.write('shop.yaml', SHOP.replace('items: {caramel: 2},', 'items: {caramel: 2}, max_per_customer: 1,')
                   .replace('hold_minutes: 15', 'load_limit: 0.5, hold_minutes: 15'))
        result = self.refused(1, 'quote', 'shop.yaml', 'coffret=2', '--json', says='coffret')
        self.assertEqual((result.json['status'], result.json['type']), (409, '/ecluse/problems/customer-limit'))
        # Half of each quarter may be promised: 18 minutes are 7.5 + 7.5 + 3.
        text = self.done('quote', 'shop.yaml', 'coffret', '--explain').out
        self.assertIn('30 / 60', text)
        self.assertIn('10:00-10:07:30, 10:15-10:22:30, 10:30-10:33', text)

    def test_now_and_zone(self):
        late = self.done('quote', 'shop.yaml', 'coffret', '--now', '2026-12-01T10:50', '--json').json
        self.assertEqual(late['ship_by'], '2026-12-02T11:00:00+01:00')
        same = self.done('quote', 'shop.yaml', 'coffret', '--now=2026-12-01T09:50:00Z', '--json').json
        self.assertEqual(late, same)
        self.refused(2, 'quote', 'shop.yaml', 'coffret', '--now', 'noon', says='--now noon')

    def test_nothing_is_written(self):
        before = sorted(os.listdir(self.folder))
        self.done('quote', 'shop.yaml', 'coffret')
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_french(self):
        for result in (self.done('quote', 'shop.yaml', 'coffret', '--explain', '--lang', 'fr'),
                       self.done('quote', 'shop.yaml', 'coffret', '--explain', language='fr')):
            for part in ('Livré au plus tard', 'mar. 2026-12-01', '34,80 EUR', 'créneaux de 15 s', 'Jour de la matière'):
                self.assertIn(part, result.out)

    def test_bad_input(self):
        for operand in ('coffret=0', 'coffret=-1', 'coffret=1.0001', 'coffret=x', '=1', 'coffret=99999999'):
            self.refused(2, 'quote', 'shop.yaml', operand)
        self.refused(2, 'quote', 'shop.yaml', says='OFFER[=QTY]')
        self.refused(2, 'quote', 'shop.txt', 'coffret', says='.yaml')
        self.refused(2, 'quote', 'none.yaml', 'coffret', says='none.yaml')
        self.refused(2, 'quote', 'none.db', 'coffret', says='none.db')
        self.write('bad.yaml', SHOP.replace('price: 29.90', 'price: cheap'))
        self.assertRegex(self.refused(2, 'quote', 'bad.yaml', 'coffret').err, r'bad\.yaml:\d+:\d+: ')


class Atp(FolderTest):
    def test_by_hand(self):
        days = self.done('atp', 'shop.yaml', 'caramel', '--days', '8', '--json').json
        self.assertEqual(days['item'], 'caramel')
        self.assertEqual([day['atp'] for day in days['days']], [13, 13, 13, 13, 13, 13, 43, 43])
        self.assertEqual(days['days'][1], {'date': '2026-12-02', 'receipts': 0, 'committed': 3, 'projected': 17,
                                           'atp': 13})

    def test_table(self):
        lines = self.done('atp', 'shop.yaml', 'caramel').out.splitlines()
        self.assertEqual(len(lines), 15)
        self.assertEqual(lines[2].split(), ['Wed', '2026-12-02', '0', '3', '17', '13'])
        self.assertNotIn('\x1b', '\n'.join(lines))
        self.assertIn('réceptions', self.done('atp', 'shop.yaml', 'caramel', '--lang', 'fr').out)

    def test_days_within_limits(self):
        for days in ('0', '731', '-1', 'many', '1.5'):
            self.refused(2, 'atp', 'shop.yaml', 'caramel', '--days', days, says='from 1 to 730')
        self.assertEqual(len(self.done('atp', 'shop.yaml', 'caramel', '--days', '730', '--json').json['days']), 60)


class Database(FolderTest):
    def setUp(self):
        super().setUp()
        self.init()

    def order(self, *arguments):
        return self.done('order', 'shop.db', *arguments, '--email', 'anne@example.org', '--json', '--now', START).json

    def test_init_refuses_what_is_there_and_what_is_bad(self):
        with open(self.path('shop.db'), 'rb') as file:
            before = file.read()
        self.refused(2, 'init', 'shop.db', 'shop.yaml', says='shop.db')
        with open(self.path('shop.db'), 'rb') as file:
            self.assertEqual(file.read(), before)
        self.write('bad.yaml', SHOP + 'nonsense: 1\n')
        self.refused(2, 'init', 'other.db', 'bad.yaml', says='nonsense')
        self.assertFalse(os.path.exists(self.path('other.db')))
        self.refused(2, 'init', 'other.sqlite', 'shop.yaml', says='.db')

    def test_init_loads_pictures(self):
        os.mkdir(self.path('pictures'))
        self.write('pictures/coffret.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>')
        self.write('pictures/unknown.png', 'x')
        self.write('pictures/dream.webp', 'x' * (1024 * 1024 + 1))
        result = self.run_in('init', 'p.db', 'shop.yaml', '--json')
        self.assertEqual((result.code, result.json['pictures'], result.json['offers']), (0, 1, 3))
        self.assertIn('2 pictures are left out', result.err)
        self.assertEqual(result.json['opened'], '2026-12-01T10:00:00+01:00')

    def test_order_from_hold_to_delivery(self):
        held = self.order('coffret=2', '--hold')
        self.assertRegex(held['order'], ORDER)
        self.assertEqual(held['status'], 'held')
        for step, status in (('confirm', 'confirmed'), ('start', 'started'), ('done', 'done'), ('ship', 'shipped'),
                             ('deliver', 'delivered')):
            self.assertEqual(self.done(step, 'shop.db', held['order'], '--json', '--now', START).json['status'], status)
        self.refused(1, 'cancel', 'shop.db', held['order'], '--now', START, says='delivered and cannot be cancelled any more')
        board = self.done('board', 'shop.db', '--json', '--now', START).json
        self.assertEqual(board['orders']['delivered'], 1)
        self.assertEqual(board['kept'], {'shipped': 1, 'shipped_in_time': 1, 'delivered': 1, 'delivered_in_time': 1})

    def test_steps_out_of_order_say_what_comes_first(self):
        order = self.order('coffret=2', '--hold')['order']
        self.refused(1, 'ship', 'shop.db', order, '--now', START, says='only held and cannot be shipped; confirm it first')
        self.assertIn('ready', self.done('confirm', 'shop.db', order, '--now', START).out)
        self.refused(1, 'deliver', 'shop.db', order, '--now', START, says='confirmed and has not left; ship it first')
        started = self.done('start', 'shop.db', order, '--now', START, '--lang', 'fr').out
        self.refused(1, 'start', 'shop.db', order, '--now', START, says='started already')
        self.assertNotIn('équipe', started)  # why the date was promised is said while somebody waits for it
        for line in started.splitlines():
            self.assertRegex(line, r'^.{19} \S')

    def test_late_shipment_counts_against_the_first_promise(self):
        order = self.order('coffret')['order']
        later = ('--now', '2026-12-01T11:00:01')
        board = self.done('board', 'shop.db', '--json', *later).json
        self.assertEqual((board['at_risk']['late'], board['at_risk']['orders'][0]['order']), (1, order))
        for step in ('start', 'done', 'ship'):
            self.done(step, 'shop.db', order, *later)
        board = self.done('board', 'shop.db', '--json', *later).json
        self.assertEqual((board['kept']['shipped'], board['kept']['shipped_in_time']), (1, 0))
        self.assertEqual(board['at_risk']['late'], 0)

    def test_order_takes_what_quote_then_misses(self):
        self.order('caramel-jar=13')
        answer = self.done('quote', 'shop.db', 'caramel-jar', '--json', '--now', START).json
        self.assertEqual(answer['material_on'], '2026-12-07')
        self.assertEqual(self.done('atp', 'shop.db', 'caramel', '--days', '1', '--json', '--now', START)
                         .json['days'][0]['atp'], 0)
        cancelled = self.order('caramel-jar=30')
        self.done('cancel', 'shop.db', cancelled['order'], '--now', START)

    def test_split_leaves_in_two_parcels(self):
        # 13 to sell: the jars take 10 and leave today, the boxes' 10 wait for the receipt of the 7th.
        asked = ('caramel-jar=10', 'coffret=5')
        split = self.done('quote', 'shop.db', *asked, '--split', '--json', '--now', START).json
        for answer in (split, self.order(*asked, '--split')):
            self.assertEqual([(parcel['lines'], parcel['deliver_by']) for parcel in answer['parcels']],
                             [([1], '2026-12-03'), ([2], '2026-12-09')])
        self.assertNotIn('parcels', self.done('quote', 'shop.yaml', *asked, '--json', '--now', START).json)

    def test_a_wanted_day(self):
        wish = ('coffret', '--want', '2026-12-10')
        quote = self.done('quote', 'shop.db', *wish, '--json', '--now', START).json
        self.assertEqual((quote['deliver_by'], self.order(*wish)['deliver_by']), ('2026-12-10', '2026-12-10'))
        self.assertNotEqual(self.order('coffret')['deliver_by'], '2026-12-10')

    def test_sold_out_order(self):
        result = self.refused(1, 'order', 'shop.db', 'dream', '--email', 'a@example.org', '--json', '--now', START)
        self.assertIs(result.json['promised'], False)
        self.assertEqual(self.done('verify', 'shop.db', '--json').json['orders'], 0)

    def test_order_bad_input(self):
        self.refused(2, 'order', 'shop.db', 'coffret', says='--email')
        self.refused(2, 'order', 'shop.db', 'coffret', '--email', 'nobody', says='ecluse: an e-mail address is written like')
        self.refused(2, 'order', 'shop.db', 'cofret', '--email', 'a@example.org')
        self.refused(2, 'apply', 'shop.yaml', 'shop.db', says='name it first')
        self.refused(2, 'init', 'nowhere/shop.db', 'shop.yaml', says='is its folder there?')
        self.refused(2, 'order', 'shop.yaml', 'coffret', '--email', 'a@example.org', says='.db')
        self.refused(2, 'ship', 'shop.db', 'x', says='24')
        self.refused(2, 'ship', 'shop.db', '0' * 24, '--now', START)

    def test_now_before_the_journal_is_refused(self):
        for command in (('quote', 'shop.db', 'coffret'), ('atp', 'shop.db', 'caramel'), ('board', 'shop.db'),
                        ('order', 'shop.db', 'coffret', '--email', 'a@example.org')):
            self.refused(2, *command, '--now', '2026-12-01T09:59:59', says='2026-12-01T10:00:00+01:00')

    def test_order_text_and_french(self):
        result = self.done('order', 'shop.db', 'coffret', '--email', 'a@example.org', '--lang', 'fr', '--now', START)
        for part in ('Commande', 'confirmée', 'mar. 2026-12-01 11:00', '34,80 EUR'):
            self.assertIn(part, result.out)

    def test_apply(self):
        self.assertIn('Nothing changes', self.done('apply', 'shop.db', 'shop.yaml', '--now', START).out)
        self.write('shop.yaml', SHOP.replace('price: 29.90', 'price: 31.00'))
        dry = self.done('apply', 'shop.db', 'shop.yaml', '--dry-run', '--now', START).out
        self.assertIn('coffret', dry)
        self.assertEqual(self.done('quote', 'shop.db', 'coffret', '--json', '--now', START).json['total']['amount'], '34.80')
        self.assertEqual(self.done('apply', 'shop.db', 'shop.yaml', '--now', START).out, dry)
        self.assertEqual(self.done('quote', 'shop.db', 'coffret', '--json', '--now', START).json['total']['amount'], '35.90')
        self.write('shop.yaml', SHOP.replace('on_hand: 20,', 'on_hand: 21,'))
        result = self.run_in('apply', 'shop.db', 'shop.yaml', '--now', START)
        self.assertIn(result.code, (1, 2))
        self.assertIn('caramel', result.err)

    def test_board_text(self):
        self.order('coffret')
        text = self.done('board', 'shop.db', '--now', START).out
        for part in ('Essai', '1 confirmed', 'At risk', 'packing', 'Tue 2026-12-01 11:00', '1 order'):
            self.assertIn(part, text)
        self.assertNotIn('\x1b', text)
        self.assertIn('Commandes', self.done('board', 'shop.db', '--lang', 'fr', '--now', START).out)
        load = self.done('board', 'shop.db', '--json', '--now', START).json['load'][0]
        self.assertEqual((load['work_center'], load['days'][0]['taken_minutes']), ('packing', 18))
        self.refused(2, 'board', 'shop.yaml', says='.db')

    def test_slips_page(self):
        for name in ('Anne & <b>Bob</b>', 'Zoé'):
            self.done('order', 'shop.db', 'coffret', 'caramel-jar=2', '--email', 'a@example.org', '--name', name, '--now', START)
        said = self.done('slips', 'shop.db', '--html', 'slips.html', '--now', START).out
        self.assertEqual(said, 'slips.html: 2 slips\n')
        self.assertEqual(os.stat(self.path('slips.html')).st_mode & 0o777, 0o600)
        with open(self.path('slips.html'), encoding='utf-8') as file:
            page = file.read()
        self.assertEqual(page.count('<section class="sheet">'), 3)
        self.assertIn('Anne &amp; &lt;b&gt;Bob&lt;/b&gt;', page)
        self.assertNotIn('<b>Bob', page)
        self.assertNotIn('http', page.replace('http-equiv', ''))
        # A gift box takes 2 caramels, a jar 1: twice (2 + 2).
        answer = self.done('slips', 'shop.db', '--json', '--now', START).json
        self.assertEqual(answer['picks'][0]['items'], [{'item': 'caramel', 'quantity': 8}])
        self.assertEqual([slip['customer']['name'] for slip in answer['slips']], ['Anne & <b>Bob</b>', 'Zoé'])
        order = answer['slips'][0]['order']
        self.done('cancel', 'shop.db', order, '--now', START)
        self.assertEqual(len(self.done('slips', 'shop.db', '--json', '--now', START).json['slips']), 1)

    def test_verify_and_a_changed_byte(self):
        self.order('coffret')
        good = self.done('verify', 'shop.db', '--json').json
        self.assertEqual((good['verified'], good['orders'], good['by_status']['confirmed']), (True, 1, 1))
        self.assertIn(good['last_hash'], self.done('verify', 'shop.db').out)
        connection = sqlite3.connect(self.path('shop.db'))
        connection.execute('UPDATE orders SET total_minor = total_minor + 1')
        connection.commit()
        connection.close()
        bad = self.refused(1, 'verify', 'shop.db', '--json')
        self.assertIs(bad.json['verified'], False)
        self.assertTrue(bad.json['difference'])
        self.refused(2, 'verify', 'none.db', says='none.db')

    def test_databases_of_others_are_left_alone(self):
        with sqlite3.connect(self.path('other.db')) as other:
            other.execute('CREATE TABLE orders(a)')
            other.execute('PRAGMA user_version=1')
        other.close()
        self.write('empty.db', '')
        with open(self.path('other.db'), 'rb') as file:
            before = file.read()
        for command in (['serve'], ['board'], ['verify'], ['export'], ['backup'], ['apply'], ['order']):
            more = {'export': ['out'], 'backup': ['copy.db'], 'apply': ['shop.yaml'], 'order': ['coffret', '--email', 'a@b.fr']}
            for name in ('other.db', 'empty.db'):
                self.refused(2, *command, name, *more.get(command[0], []), says=f'{name} is no database of Écluse')
        with open(self.path('other.db'), 'rb') as file:
            self.assertEqual(file.read(), before)
        self.assertFalse(os.path.exists(self.path('out')))

    def test_backup(self):
        self.order('coffret')
        self.done('backup', 'shop.db', 'copy.db')
        self.assertEqual(self.done('verify', 'copy.db').out, self.done('verify', 'shop.db').out)
        self.refused(2, 'backup', 'shop.db', 'copy.db', says='copy.db')
        self.refused(2, 'backup', 'none.db', 'other.db', says='none.db')

    def test_export_comes_back(self):
        self.order('coffret')
        self.assertEqual(self.done('export', 'shop.db', 'out', '--json').json, {'directory': 'out'})
        self.assertIn('orders.csv', os.listdir(self.path('out')))
        self.assertEqual(self.done('quote', 'out/shop.yaml', 'caramel-jar', '--now', START, '--json').code, 0)
        self.refused(2, 'export', 'shop.db', 'out', says='out')

    def test_import(self):
        self.write('orders.csv', 'No,Code,Name,Qty,At,Price\n1,A1,Apple,2,2026-11-01T10:00,1.50\n'
                                 '2,A1,Apple,3,2026-11-02T10:00,1.60\n3,B2,Bread,1,2026-11-02T11:00,0\n')
        columns = 'order=No,sku=Code,name=Name,quantity=Qty,at=At,unit_price=Price'
        report = self.done('import', 'shop.db', 'orders', 'orders.csv', '--columns', columns, '--stock', '5', '--json',
                           '--now', START).json
        self.assertIsInstance(report, dict)
        quote = self.done('quote', 'shop.db', 'A1', '--json', '--now', START)
        self.assertEqual(quote.json['lines'][0]['offer'], 'A1')
        self.assertEqual(self.done('verify', 'shop.db', '--json').json['history_lines'], 2)
        again = ('import', 'shop.db', 'orders', 'orders.csv', '--columns', columns, '--now', START)
        self.assertEqual(self.refused(2, *again, says='--again').out, '')
        self.refused(2, *again, '--json', says='imported already, on Tue 2026-12-01 10:00')
        self.assertEqual(self.done('verify', 'shop.db', '--json').json['history_lines'], 2)
        self.done(*again, '--again')
        self.assertEqual(self.done('verify', 'shop.db', '--json').json['history_lines'], 4)
        self.refused(2, 'import', 'shop.db', 'order', 'orders.csv', says='orders')
        self.refused(2, 'import', 'shop.db', 'orders', 'none.csv', '--columns', columns, says='none.csv')
        self.refused(2, 'import', 'shop.db', 'orders', 'orders.csv', '--columns', columns, '--stock', 'x', says='--stock')
        self.refused(2, 'import', 'shop.db', 'orders', 'orders.csv', '--dates', 'x', says='iso')

    def test_example_in_order_of_arguments(self):
        """Options may stand anywhere, and after -- nothing is an option."""
        result = self.done('quote', '--json', 'shop.db', '--now', START, 'coffret')
        self.assertEqual(result.out, self.done('quote', '--now', START, '--json', '--', 'shop.db', 'coffret').out)
        self.assertEqual(ecluse('quote', '--', 'shop.db', '--json', folder=self.folder).code, 2)


if __name__ == '__main__':
    unittest.main()
