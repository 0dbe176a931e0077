"""What a page of the shop behind asks for: the script, and the dates of the offers that it names by SKU, over real sockets."""
import gzip
import json
import os
import re
import sys
import unittest
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'system'))
import described  # noqa: E402
import running  # noqa: E402

SOURCE = os.environ.get('ECLUSE_SOURCE', '.')
SCRIPT = '/ecluse/promise.js'
OFFERS = '/ecluse/api/v1/offers'
SKU = 'Pull / Été, "L"'
SHOP = '''shop: {name: Test, currency: EUR, time_zone: Europe/Paris}
calendars: {always: {open: {mon-sun: "00:00-24:00"}}}
work_centers: {packing: {people: 3, calendar: always}}
items: {jar: {on_hand: 100, unit_cost: 1.00}, gone: {on_hand: 0, unit_cost: 1.00}}
carriers:
  post: {cut_off: "23:00", collects: mon-sun, transit_days: 2, delivers: mon-sun, charge: 4.90}
offers:
  jar: {name: Jar, price: 9.90, vat_rate: 20, carrier: post, items: {jar: 1}}
  gone: {name: Gone, price: 9.90, vat_rate: 20, carrier: post, items: {gone: 1}}
'''


def named(*names):
    return f'{OFFERS}?names=' + ','.join(urllib.parse.quote(name, safe='') for name in names)


class Connect(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shop = running.Shop(SHOP)
        cls.shop.__enter__()
        cls.addClassCleanup(cls.shop.__exit__, None, None, None)
        products = os.path.join(cls.shop.folder, 'products.csv')
        with open(products, 'w', encoding='utf-8') as file:
            file.write('ID,Type,SKU,Name,Published,Stock,Regular price\n'
                       f'1,simple,"{SKU.replace(chr(34), chr(34) * 2)}",Pull,1,5,30\n2,simple,,Sans,1,5,30\n')
        done = cls.shop.run('import', cls.shop.database, 'woocommerce-products', products, '--vat-rate', '20')
        assert done.returncode == 0, done.stderr
        cls.shop.start()

    def get(self, path, headers=None, method='GET'):
        status, fields, data = self.shop.call(method, path, headers=headers)
        if method == 'GET' and status != 304:
            self.assertIsNone(described.check('GET', path, status, fields.get('Content-Type', ''), data))
        return status, fields, data

    def test_by_the_sku_that_the_shop_writes(self):
        status, _, data = self.get(named(SKU, 'jar', 'nobody', ' jar', 'woo-2', 'gone'))
        self.assertEqual(status, 200)
        self.assertEqual([offer['asked'] for offer in data['offers']], [SKU, 'jar', ' jar', 'woo-2', 'gone'])
        self.assertEqual([offer['offer'] for offer in data['offers']][1:], ['jar', 'jar', 'woo-2', 'gone'])
        self.assertTrue(data['offers'][0]['offer'].startswith('Pull-Ete-L-'))
        self.assertEqual([offer['promise']['promised'] for offer in data['offers']], [True] * 4 + [False])
        one = self.get(f'{OFFERS}/{urllib.parse.quote(SKU, safe="")}')[2]
        self.assertEqual(dict(data['offers'][0], asked=None), dict(one, asked=None))
        self.assertNotIn('asked', one)

    def test_names_have_a_limit(self):
        self.assertEqual(len(self.get(named(*['jar'] * 24))[2]['offers']), 24)
        for query in (named(*['jar'] * 25), named('jar') + '&limit=3', named('jar') + '&names=jar'):
            status, _, data = self.get(query)
            self.assertEqual(status, 422)
            self.assertIn('up to 24', data['detail'])
        self.assertEqual(self.get(named())[2], {'offers': [], 'next': None})

    def test_every_page_may_read_offers_and_nothing_else(self):
        origin = {'Origin': 'https://shop.example'}
        allowed = 'Access-Control-Allow-Origin'
        for path in (OFFERS, named('jar'), OFFERS + '/jar', SCRIPT):
            fields = self.get(path, origin)[1]
            self.assertEqual(fields[allowed], '*', path)
            self.assertIsNone(fields.get('Access-Control-Allow-Credentials'))
        for path in (OFFERS + '/jar/times', '/ecluse/api/v1/queue', '/ecluse/health', '/ecluse/metrics', OFFERS + '/nobody'):
            self.assertIsNone(self.get(path, origin)[1].get(allowed), path)
        status, fields, _ = self.get('/ecluse/api/v1/orders', origin, 'OPTIONS')
        self.assertEqual((status, fields.get(allowed)), (405, None))

    def test_the_script_is_small_and_kept(self):
        status, fields, plain = self.get(SCRIPT)
        self.assertEqual((status, fields['Content-Type']), (200, 'text/javascript; charset=utf-8'))
        self.assertLess(len(plain), 3 * 1024)
        self.assertIn('max-age=600', fields['Cache-Control'])
        again, kept, nothing = self.get(SCRIPT, {'If-None-Match': fields['ETag']})
        self.assertEqual((again, nothing, kept['ETag']), (304, b'', fields['ETag']))
        _, packed, data = self.get(SCRIPT, {'Accept-Encoding': 'gzip'})
        self.assertEqual((packed['Content-Encoding'], gzip.decompress(data)), ('gzip', plain))
        self.assertNotEqual(packed['ETag'], fields['ETag'])
        self.assertLess(len(data), 1600)
        self.assertEqual(self.shop.call('POST', SCRIPT)[0], 405)

    def test_the_script_says_it_in_the_stores_words(self):
        script = self.get(SCRIPT)[2].decode()
        for language in ('fr', 'en'):
            with open(os.path.join(SOURCE, 'web', 'po', language + '.po'), encoding='utf-8') as file:
                words = dict(re.findall(r'msgid "(.*)"\nmsgstr "(.*)"', file.read()))
            line = re.search(rf'^ +{language}: (.*)$', script, re.M).group(1)
            self.assertEqual([text.strip() for text in re.findall(r": '([^']*)'", line)],
                             [words['with-you-by'], words['takes-place-by'], words['sold-out']], json.dumps(line))


if __name__ == '__main__':
    unittest.main()
