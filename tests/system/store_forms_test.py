"""The store against those who do not use its forms: other sites, forged cookies, markup and line breaks in every field, paths
that lead elsewhere. A page holds what strangers wrote only as text, and a header never."""
import os
import random
import re
import sys
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import running  # noqa: E402  (stands beside this file)

MARKUP = '</title></svg><script>alert(1)</script>]]>'
SHOP = running.SHOP.replace('name: Test', f'name: "{MARKUP}"').replace('name: Jar', f'name: "{MARKUP}\\"\' onload=\'x"')
FORM = {'Content-Type': 'application/x-www-form-urlencoded'}
PERSON = {'name': 'Anne Le Goff', 'email': 'anne@example.org', 'street': '3 rue des Filets', 'postcode': '29900',
          'city': 'Concarneau', 'country': 'France'}
PATHS = ['/', '/offers', '/offers/jar', '/offers/rare', '/cart', '/about', '/offers?q=%3Cscript%3Eq%3C/script%3E%22%27',
         '/offers?page=%3Cscript%3E', '/%3Cscript%3E', '/offers/%3Cscript%3E', '/?lang=%22%3E%3Cscript%3E', '/cart?x=%3Cscript%3E']


class Forms(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shop = running.Shop(SHOP)
        cls.shop.__enter__()
        cls.addClassCleanup(cls.shop.__exit__, None, None, None)
        cls.shop.start()

    def get(self, path, **headers):
        return self.shop.call('GET', path, headers=headers)

    def post(self, path, fields, **headers):
        text = fields if isinstance(fields, (str, bytes)) else urllib.parse.urlencode(fields)
        return self.shop.call('POST', path, text, dict(FORM, **headers))

    @staticmethod
    def cookie(headers, name):
        return next(line.split('=', 1)[1].split(';')[0] for line in headers.get_all('Set-Cookie') if line.startswith(name + '='))

    def cart(self):
        status, headers, _ = self.post('/cart', {'action': 'add', 'offer': 'jar', 'quantity': '1'})
        self.assertEqual(status, 303)
        return 'ecluse_cart=' + self.cookie(headers, 'ecluse_cart')

    def form(self):
        """What the checkout's form sends when it is filled in."""
        page = self.get('/checkout', Cookie=self.cart())[2].decode()
        hidden = {name: re.search(f'name="{name}" value="([^"]*)"', page).group(1) for name in ('key', 'cart')}
        return dict(PERSON, **hidden)

    def test_markup_is_text(self):
        for path in PATHS:
            for language in ('fr', 'en'):
                _, headers, page = self.get(path, **{'Accept-Language': language, 'X-Forwarded-Host': 'evil.example'})
                self.assertIn(b'&lt;script&gt;', page, path)
                for part in (b'<script', b"onload='", b']]>', b'evil.example'):
                    self.assertNotIn(part, page, path)
                self.assertIn("default-src 'none'", headers['Content-Security-Policy'])
                self.assertEqual(headers['X-Content-Type-Options'], 'nosniff')
        picture = re.search(rb'src="(/pictures/jar/[^"]*)"', self.get('/offers/jar')[2]).group(1).decode()
        _, headers, drawing = self.get(picture)
        self.assertNotIn(b'<script', drawing)
        self.assertIn('Content-Security-Policy', headers)

    def test_what_a_person_writes_is_text(self):
        for name, value in (('name', MARKUP), ('street', '"><img src=x onerror=alert(1)>'), ('email', 'x"><script>@example.org')):
            status, headers, page = self.post('/checkout', dict(self.form(), **{name: value, 'city': ''}))
            self.assertEqual(status, 422)
            self.assertNotIn(b'<script', page)
            self.assertNotIn(b'<img src=x', page)
        status, headers, _ = self.post('/checkout', dict(self.form(), name=MARKUP))
        self.assertEqual(status, 303)
        order = headers['Location']
        page = self.get(order, Cookie='ecluse_order=' + self.cookie(headers, 'ecluse_order'))
        self.assertEqual(page[0], 200)
        self.assertNotIn(b'<script', page[2])

    def test_line_breaks_reach_no_header(self):
        for name in PERSON:
            for text in ('a\r\nSet-Cookie: broken=in', 'a\nb', 'a\x00b', 'a\x85b'):
                status, headers, _ = self.post('/checkout', dict(self.form(), **{name: text}))
                self.assertEqual(status, 422, (name, text))
                self.assertNotIn('broken', str(headers))
        for path in ('/%0d%0aSet-Cookie:broken=in', '/offers/%0d%0aSet-Cookie:broken=in', '/pictures/jar/%0d%0aSet-Cookie:broken=in',
                     '/?lang=%0d%0aSet-Cookie:broken=in'):
            self.assertNotIn('broken', str(self.get(path)[1]))

    def test_addresses_that_no_letter_reaches(self):
        for email in ('anne', 'anne@', '@example.org', 'anne@example', 'a@b@example.org', 'a b@example.org', 'a,b@example.org',
                      'a<b>@example.org', '"a"@example.org', 'anne@example.', 'anne@.org', 'é@example.org', 'a' * 250 + '@b.fr'):
            self.assertEqual(self.post('/checkout', dict(self.form(), email=email))[0], 422, email)

    def test_other_sites_are_refused(self):
        for headers in ({'Origin': 'https://evil.example'}, {'Origin': 'null'}, {'Sec-Fetch-Site': 'cross-site'},
                        {'Sec-Fetch-Site': 'same-site'}, {'Origin': f'http://127.0.0.1:{self.shop.port}.evil.example'}):
            self.assertEqual(self.post('/cart', {'action': 'add', 'offer': 'jar', 'quantity': '1'}, **headers)[0], 403, headers)
            self.assertEqual(self.post('/checkout', self.form(), **headers)[0], 403, headers)
        self.assertEqual(self.post('/checkout', self.form(), Origin=f'http://127.0.0.1:{self.shop.port}')[0], 303)

    def test_an_order_opens_for_its_cookie_only(self):
        orders = []
        for _ in range(2):
            status, headers, _ = self.post('/checkout', self.form())
            self.assertEqual(status, 303)
            orders.append((headers['Location'], self.cookie(headers, 'ecluse_order')))
        (path, token), (_, other) = orders
        for cookie in ('', other, token[:-1], token + '0', '0' * len(token), token.upper() if token.upper() != token else 'x'):
            self.assertEqual(self.get(path, Cookie='ecluse_order=' + cookie)[0], 404)
            self.assertEqual(self.get(path + '?token=' + cookie)[0], 404)
            self.assertEqual(self.post(path + '/confirm', '', Cookie='ecluse_order=' + cookie)[0], 404)
        right = {'Cookie': 'ecluse_order=' + token}
        self.assertEqual(self.get(path, **right)[0], 200)
        self.assertEqual(self.get(path + '/confirm', **right)[0], 303, 'a look at the form changes nothing')
        identity = path.rsplit('/', 1)[1]
        self.assertEqual(self.shop.query('select status from orders where id = ?', identity), [('held',)])
        self.assertEqual(self.post(path + '/confirm', '', Origin='https://evil.example', **right)[0], 403)
        self.assertEqual(self.shop.query('select status from orders where id = ?', identity), [('held',)])
        self.assertEqual(self.post(path + '/confirm', '', **right)[0], 303)
        self.assertEqual(self.shop.query('select status from orders where id = ?', identity), [('confirmed',)])

    def test_a_hold_of_somebody_else_is_not_replaced(self):
        held = self.post('/checkout', self.form())[1]
        identity = held['Location'].rsplit('/', 1)[1]
        forged = f'ecluse_hold={identity}.{"0" * 32}'
        self.assertEqual(self.post('/checkout', self.form(), Cookie=forged)[0], 303)
        self.assertEqual(self.shop.query('select status from orders where id = ?', identity), [('held',)])
        own = 'ecluse_hold=' + self.cookie(held, 'ecluse_hold')
        self.assertEqual(self.post('/checkout', self.form(), Cookie=own)[0], 303)
        self.assertEqual(self.shop.query('select status from orders where id = ?', identity), [('replaced',)])

    def test_paths_lead_nowhere_else(self):
        for path in ('/assets/../../etc/passwd', '/assets/%2e%2e/%2e%2e/etc/passwd', '/pictures/../../etc/passwd', '/pictures/',
                     '/assets/', '/offers/', '/offers/..', '/orders/', '/orders/' + '0' * 24, '/orders/' + 'z' * 3000,
                     '//evil.example/', '/ecluse', '/ecluse/control/v1'):
            self.assertEqual(self.get(path)[0], 404, path)

    def test_garbage_is_no_fault(self):
        chance = random.Random(7)
        names = ('action', 'offer', 'quantity', 'cart', 'key', 'name', 'email', '%', '', '\xff')
        values = ('add', 'set', 'remove', 'jar', '1', '-1', '1e9', '9' * 40, '%zz', '%', '%00', '%ff', 'a' * 300, '0:1', '../..')
        for _ in range(200):
            body = '&'.join(f'{chance.choice(names)}={chance.choice(values)}' for _ in range(chance.randrange(12)))
            status, _, _ = self.post(chance.choice(('/cart', '/checkout')), body.encode('latin-1'))
            self.assertLess(status, 500, body)
        for cookie in ('ecluse_cart=' + '9' * 4000, 'ecluse_cart=0.0:1', 'ecluse_cart', '=' * 2000, 'a=b; ' * 2000, 'ecluse_hold=' + '.' * 57):
            for path in ('/', '/cart', '/checkout'):
                self.assertIn(self.get(path, Cookie=cookie)[0], (200, 303))
        self.assertIsNone(self.shop.process.poll())


if __name__ == '__main__':
    unittest.main()
