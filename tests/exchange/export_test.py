"""Import and export through the program, on a database: what goes in comes out, readable by others."""
import csv
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from contextlib import closing

ECLUSE = os.path.join(os.environ.get('ECLUSE_BUILD', 'build'), 'ecluse')
COLUMNS = 'order=no,sku=sku,name=name,quantity=qty,at=at,unit_price=price'
SHOP = '''
shop: {name: Test, currency: EUR, time_zone: Europe/Paris, opened: 2026-11-23T08:00}
items: {jar: {on_hand: 5, unit_cost: 1.00}}
carriers: {post: {cut_off: "16:00", collects: mon-fri, transit_days: 1, delivers: mon-sat, charge: 4.50}}
offers: {jar: {name: {fr: "=Pot, \\"grand\\"", en: Jar}, price: 9.00, vat_rate: 5.5, items: {jar: 1}, carrier: post}}
'''


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.write('shop.yaml', SHOP)
        self.run_ok('init', self.path('shop.db'), self.path('shop.yaml'))

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, text):
        with open(self.path(name), 'w', encoding='utf-8', newline='') as file:
            file.write(text)
        return self.path(name)

    def run_ecluse(self, *arguments):
        return subprocess.run([ECLUSE, *arguments], capture_output=True, text=True, timeout=120)

    def run_ok(self, *arguments):
        done = self.run_ecluse(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def rows(self, name):
        with open(self.path(name), encoding='utf-8', newline='') as file:
            text = file.read()
        self.assertTrue(text.endswith('\r\n'))
        return list(csv.DictReader(text.splitlines(keepends=True)))


class Export(Folder):
    def test_everything_comes_out(self):
        order = json.loads(self.run_ok('order', self.path('shop.db'), 'jar=2', '--email', 'anne@example.com', '--json',
                                       '--now', '2026-11-23T09:00'))
        old = self.write('old.csv', 'no,sku,name,qty,at,price\n7,A 1,"Mug, blue",2,2026-01-05 10:00,12.60\nC8,A 1,Mug,-1,2026-01-06,12.60\n')
        self.run_ok('import', self.path('shop.db'), 'orders', old, '--columns', COLUMNS, '--stock', '3', '--now', '2026-11-23T10:00')
        self.run_ok('decide', self.path('shop.db'), '--stop', 'mugs', '--because', '=sum', '--expect', 'profit_per_week=-2.5', '--expect',
                    'kept_percent=97.5', '--now', '2026-11-23T11:00')
        self.run_ok('export', self.path('shop.db'), self.path('out'))
        self.assertEqual(sorted(os.listdir(self.path('out'))),
                         ['customers.csv', 'decisions.csv', 'history.csv', 'offers.csv', 'order_lines.csv', 'orders.csv', 'requests.csv', 'shop.yaml', 'wishes.csv'])
        self.assertEqual(os.stat(self.path('out')).st_mode & 0o77, 0)
        self.assertEqual(os.stat(self.path('out/customers.csv')).st_mode & 0o77, 0)

        offers = self.rows('out/offers.csv')
        self.assertEqual(offers[0]['name_fr'], '\'=Pot, "grand"')  # defused
        self.assertEqual(offers[0]['price'], '9.00')
        self.assertEqual(offers[0]['vat_rate'], '5.5')
        self.assertEqual(offers[1]['name_en'], 'Mug, blue')

        orders = self.rows('out/orders.csv')
        self.assertEqual(len(orders), 1)
        self.assertEqual(orders[0]['order'], order['order'])
        self.assertEqual(orders[0]['status'], 'confirmed')
        self.assertEqual(orders[0]['total'], '22.50')
        lines = self.rows('out/order_lines.csv')
        self.assertEqual([(line['order'], line['offer'], line['quantity'], line['amount']) for line in lines],
                         [(order['order'], 'jar', '2', '18.00')])
        decision, = self.rows('out/decisions.csv')
        self.assertEqual([decision[key] for key in ('decision', 'on', 'verb', 'activity', 'because', 'profit_per_week', 'kept_percent', 'by')],
                         ['1', '2026-11-23', 'stop', 'mugs', "'=sum", '-2.50', '97.5', ''])
        customers = self.rows('out/customers.csv')
        self.assertEqual([row['email'] for row in customers if row['customer'] == orders[0]['customer']], ['anne@example.com'])
        history = self.rows('out/history.csv')
        self.assertEqual([(row['order'], row['quantity'], row['unit_price'], row['at']) for row in history],
                         [('7', '2', '12.60', '2026-01-05T09:00:00Z'), ('C8', '-1', '12.60', '2026-01-05T23:00:00Z')])
        self.assertEqual({row['customer'] for row in history}, {''})

    def test_customers_of_the_past_are_known_again_and_not_read(self):
        rows = ['7,mug,2,2026-01-05,12.60,Anne@Example.com', '8,mug,1,2026-01-06,12.60, anne@example.com ', '9,mug,1,2026-01-07,12.60,17850',
                '10,mug,1,2026-01-08,12.60,', f'11,mug,1,2026-01-08,12.60,{"x" * 300}', 'C9,mug,-1,2026-01-09,12.60,17850', '12,mug,1,2026-01-09,12.60']
        file = self.write('old.csv', 'no,sku,qty,at,price,who\n' + '\n'.join(rows) + '\n')
        columns = 'order=no,sku=sku,quantity=qty,at=at,unit_price=price,customer=who'
        answer = json.loads(self.run_ok('import', self.path('shop.db'), 'orders', file, '--columns', columns, '--json', '--now', '2026-11-23T10:00'))
        self.assertEqual(answer['taken']['sales']['count'], 6)
        self.assertEqual(answer['notes']['customers_unknown']['count'], 3)
        self.run_ok('verify', self.path('shop.db'))
        self.run_ok('export', self.path('shop.db'), self.path('out'))
        who = [row['customer'] for row in self.rows('out/history.csv')]
        self.assertEqual((who[0], who[2], who[3], who[4], who[6]), (who[1], who[5], '', '', ''))
        self.assertNotEqual(who[0], who[2])
        with open(self.path('shop.db'), 'rb') as database:
            content = database.read()
        self.assertNotIn(b'nne@', content)
        self.assertNotIn(b'17850', content)
        # Another database has another secret.
        self.run_ok('init', self.path('other.db'), self.path('shop.yaml'))
        self.run_ok('import', self.path('other.db'), 'orders', file, '--columns', columns, '--now', '2026-11-23T10:00')
        self.run_ok('export', self.path('other.db'), self.path('other'))
        self.assertNotEqual(self.rows('other/history.csv')[0]['customer'], who[0])
        # What is exported comes in again, with the same customers; and all of them can be forgotten.
        self.run_ok('import', self.path('other.db'), 'orders', self.path('out/history.csv'), '--columns',
                    'order=order,sku=offer,quantity=quantity,at=at,unit_price=unit_price,customer=customer', '--again', '--now', '2026-11-23T11:00')
        with closing(sqlite3.connect(self.path('other.db'))) as base:
            again = [row[0] for row in base.execute('SELECT customer FROM history ORDER BY number LIMIT -1 OFFSET 7')]
            self.assertEqual(len(set(again) - {None}), 2)
            base.execute('UPDATE history SET customer = NULL')
            base.commit()
        self.run_ok('verify', self.path('other.db'))
        # Without the customers it is the same file.
        done = self.run_ecluse('import', self.path('shop.db'), 'orders', file, '--columns', columns.rsplit(',', 1)[0])
        self.assertIn('was imported already', done.stderr)

    def test_the_shop_file_begins_the_same_shop(self):
        self.run_ok('export', self.path('shop.db'), self.path('out'))
        self.run_ok('init', self.path('again.db'), self.path('out/shop.yaml'))
        self.run_ok('export', self.path('again.db'), self.path('out2'))
        with open(self.path('out/shop.yaml')) as one, open(self.path('out2/shop.yaml')) as two:
            self.assertEqual(one.read(), two.read())

    def test_a_folder_with_something_in_it_is_refused(self):
        os.mkdir(self.path('out'))
        self.write('out/mine.txt', 'mine')
        done = self.run_ecluse('export', self.path('shop.db'), self.path('out'))
        self.assertEqual(done.returncode, 2)
        self.assertIn('is not empty', done.stderr)
        self.assertEqual(os.listdir(self.path('out')), ['mine.txt'])
        self.assertNotEqual(self.run_ecluse('export', self.path('shop.db'), '/nowhere/out').returncode, 0)

    def test_an_empty_folder_will_do(self):
        os.mkdir(self.path('out'))
        self.run_ok('export', self.path('shop.db'), self.path('out'))


class Import(Folder):
    def test_twice_doubles_no_offer(self):
        file = self.write('p.csv', 'Type,SKU,Name,Regular price,Stock\nsimple,a,Mug,5,3\n')
        first = json.loads(self.run_ok('import', self.path('shop.db'), 'woocommerce-products', file, '--json'))
        self.assertEqual(first['taken']['offers_new']['count'], 1)
        second = json.loads(self.run_ok('import', self.path('shop.db'), 'woocommerce-products', file, '--json'))
        self.assertEqual(second['taken'], {'offers_same': {'count': 1, 'examples': []}})
        self.run_ok('verify', self.path('shop.db'))

    def test_bad_input_is_exit_2_and_changes_nothing(self):
        for name, text in (('empty.csv', ''), ('no.csv', 'a,b\n1,2\n'), ('nul.csv', 'no,sku\n\0,1\n')):
            done = self.run_ecluse('import', self.path('shop.db'), 'orders', self.write(name, text), '--columns', COLUMNS)
            self.assertEqual(done.returncode, 2, name)
            self.assertIn(name, done.stderr)
        self.run_ok('export', self.path('shop.db'), self.path('out'))
        self.assertEqual(len(self.rows('out/offers.csv')), 1)

    def test_memory_does_not_grow_with_the_file(self):
        """40 MB of order lines: the program stays where it was with one line."""
        few = self.write('few.csv', 'no,sku,name,qty,at,price\n1,a,Mug,1,2026-01-05,5\n')
        line = '%d,a,"A mug whose description goes on for a while, as they do in real exports",1,2026-01-05 10:00:00,5.00\n'
        many = self.write('many.csv', 'no,sku,name,qty,at,price\n' + ''.join(line % i for i in range(400000)))
        self.assertGreater(os.path.getsize(many), 40_000_000)
        small = self.peak_kb(few)
        large = self.peak_kb(many)
        self.assertLess(large, small + 4096)

    def peak_kb(self, file):
        """Peak memory of a dry run, by the one child that this process has waited for in a process of its own."""
        code = ('import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);'
                'print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)')
        # A sanitizer's build would keep what is freed.
        environment = dict(os.environ, ASAN_OPTIONS=os.environ.get('ASAN_OPTIONS', '') + ':quarantine_size_mb=1')
        done = subprocess.run([sys.executable, '-c', code, ECLUSE, 'import', self.path('shop.db'), 'orders', file, '--columns', COLUMNS,
                               '--dry-run'], capture_output=True, text=True, check=True, timeout=120, env=environment)
        return int(done.stdout)


if __name__ == '__main__':
    if not os.path.exists(ECLUSE):
        print(f'skipped: no program at {ECLUSE}')
        sys.exit(77)
    unittest.main(verbosity=2)
