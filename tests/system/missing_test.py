"""What customers ask for, with the real program: the form on an order's page (markup, too long, no token, another site, twice), what the
command line writes beside a running server, and what is left after a kill."""
import os
import re
import sqlite3
import sys
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import running  # noqa: E402  (stands beside this file)

FORM = {'Content-Type': 'application/x-www-form-urlencoded', 'Accept-Language': 'en'}
MARKUP = '"><script>alert(1)</script>'


class Missing(unittest.TestCase):
    def setUp(self):
        self.shop = running.Shop()
        self.shop.__enter__()
        self.addCleanup(self.shop.__exit__)
        self.shop.start()

    def ordered(self, number=1, **more):
        """An order's path and the header that opens it."""
        status, _, order = self.shop.order('jar', number, **more)
        self.assertEqual(status, 201, order)
        return '/orders/' + order['order'], {'Cookie': 'ecluse_order=' + order['token']}

    def post(self, path, text, headers, **more):
        return self.shop.call('POST', path + '/missing', urllib.parse.urlencode({'missing': text, **more}), dict(FORM, **headers))

    def page(self, path, headers):
        status, _, page = self.shop.call('GET', path, headers=dict(headers, **{'Accept-Language': 'en'}))
        self.assertEqual(status, 200)
        return page.decode()

    def rows(self, columns='wants, count, source'):
        return self.shop.query(f'select {columns} from requests order by number')

    def test_what_was_missing_is_written_down_and_thanked_for(self):
        path, own = self.ordered()
        page = self.page(path, own)
        self.assertIn('What were you missing?', page)
        self.assertIn('maxlength="200"', page)
        status, headers, _ = self.post(path, '  un vélo à Brest  ', own)
        self.assertEqual(status, 303)
        self.assertEqual(headers['Location'], path + '?missing=thanks#missing')
        self.assertIn('Thank you: it is written down', self.page(path + '?missing=thanks', own))
        self.assertEqual(self.rows(), [('un vélo à Brest', 1, 'order')])
        self.assertEqual(self.rows('order_number'), [(1,)])

    def test_a_second_one_takes_the_first_ones_place(self):
        path, own = self.ordered()
        other, others = self.ordered(2)
        for text in ('first', 'second'):
            self.assertEqual(self.post(path, text, own)[0], 303)
        self.assertEqual(self.post(other, 'of another', others)[0], 303)
        self.assertEqual([row[0] for row in self.rows()], ['second', 'of another'])

    def test_markup_is_text(self):
        path, own = self.ordered()
        status, _, page = self.post(path, MARKUP + 'x' * 200, own)
        self.assertEqual(status, 422)
        self.assertNotIn(b'<script', page)
        self.assertIn(b'value="&quot;&gt;&lt;script&gt;', page)
        self.assertEqual(self.post(path, MARKUP, own)[0], 303)
        self.assertEqual(self.rows()[0][0], MARKUP)
        done = self.shop.run('requests', self.shop.database)
        self.assertIn(MARKUP, done.stdout)

    def test_what_cannot_be_kept_comes_back(self):
        path, own = self.ordered()
        for text, said in (('', 'please fill in'), ('   ', 'please fill in'), ('é' * 201, 'more than 200 characters'), ('a\nb', 'unreadable'),
                           ('a' * 5000, 'too long')):
            status, _, page = self.post(path, text, own)
            self.assertEqual(status, 422, text)
            self.assertIn('aria-invalid="true"', page.decode(), text)
            error = re.search(r'id="missing-error">([^<]*)', page.decode()).group(1)
            if said != 'please fill in':
                self.assertIn(said, error)
        status, _, page = self.shop.call('POST', path + '/missing', b'missing=%ff%fe', dict(FORM, **own))
        self.assertEqual(status, 422)
        self.assertEqual(self.rows(), [])
        self.assertEqual(self.post(path, 'é' * 200, own)[0], 303)
        self.assertEqual(self.rows(), [('é' * 200, 1, 'order')])

    def test_only_whoever_has_the_order_is_heard(self):
        path, own = self.ordered()
        _, other = self.ordered(2)
        for headers in ({}, other, {'Cookie': 'ecluse_order=' + 32 * '0'}):
            self.assertEqual(self.post(path, 'forged', headers)[0], 404)
        for headers in ({'Origin': 'https://evil.example'}, {'Sec-Fetch-Site': 'cross-site'}):
            self.assertEqual(self.post(path, 'forged', dict(own, **headers))[0], 403)
        self.assertEqual(self.shop.call('GET', path + '/missing', headers=own)[0], 303)
        held, keeper = self.ordered(3, hold=True)
        self.assertNotIn('What were you missing?', self.page(held, keeper))
        self.assertEqual(self.post(held, 'too early', keeper)[0], 404)
        self.assertEqual(self.rows(), [])

    def test_a_kill_takes_nothing_that_was_thanked_for(self):
        orders = [self.ordered(number) for number in range(1, 9)]
        for number, (path, own) in enumerate(orders):
            self.assertEqual(self.post(path, f'wish {number}', own)[0], 303)
        self.shop.kill()
        self.assertEqual([row[0] for row in self.rows()], [f'wish {number}' for number in range(8)])
        done = self.shop.run('verify', self.shop.database)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_command_line_writes_beside_the_server(self):
        path, own = self.ordered()
        identity = path.rsplit('/', 1)[1]
        self.assertEqual(self.post(path, 'from the page', own)[0], 303)
        for arguments in (['--from', 'anne1@example.org', '--wants', 'heard', '--count', '3', '--value', '12.50'],
                          ['--order', identity, '--wants', 'told']):
            done = self.shop.run('request', self.shop.database, *arguments)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.rows('wants, source, count, value_per_week_minor, order_number'),
                         [('from the page', 'order', 1, 0, 1), ('heard', 'typed', 3, 1250, None), ('told', 'typed', 1, 0, 1)])
        done = self.shop.run('requests', self.shop.database, '--close', '1', '--close', '3')
        self.assertEqual((done.returncode, done.stdout), (0, '2 requests closed\n'), done.stderr)
        listed = self.shop.run('requests', self.shop.database).stdout
        self.assertIn('heard', listed)
        self.assertNotIn('told', listed)
        done = self.shop.run('requests', self.shop.database, '--forget', '2', '--forget', '9')
        self.assertEqual(done.returncode, 2)
        self.assertIn('there is no request 9', done.stderr)
        self.assertEqual(len(self.rows()), 3, 'all of it, or nothing')
        self.assertEqual(self.shop.run('requests', self.shop.database, '--forget', '2').returncode, 0)
        # Closed, but said anew: open again.
        self.assertEqual(self.post(path, 'from the page, again', own)[0], 303)
        self.assertEqual(self.rows('wants, closed_at is null'), [('told', 0), ('from the page, again', 1)])
        # A number is not given again: who forgets by an old list forgets nobody else's.
        self.assertEqual(self.rows('number'), [(3,), (4,)])
        self.assertEqual(self.shop.run('requests', self.shop.database, '--forget', '4').returncode, 0)
        self.assertEqual(self.shop.run('request', self.shop.database, '--from', 'b', '--wants', 'c').stdout, 'request 5 is written down\n')
        self.assertEqual(self.shop.stop(), 0)
        for name in os.listdir(self.shop.folder):
            with open(os.path.join(self.shop.folder, name), 'rb') as file:
                self.assertNotIn(b'heard', file.read(), f'what is forgotten stands in no file: {name}')

    def test_there_is_an_end_to_it(self):
        path, own = self.ordered()
        self.shop.kill()
        with sqlite3.connect(self.shop.database) as base:
            base.executemany("insert into requests(at, source, wants, value_per_week_minor, count) values ('2026-11-26T00:00:00Z', 'typed', ?,"
                             ' 0, 1)', [(str(n),) for n in range(20000)])
        base.close()
        self.shop.start()
        status, headers, _ = self.post(path, 'one more', own)
        self.assertEqual((status, headers['Location']), (303, path + '?missing=full#missing'))
        self.assertIn('tell us by e-mail', self.page(path + '?missing=full', own))
        done = self.shop.run('request', self.shop.database, '--from', 'a', '--wants', 'b')
        self.assertEqual(done.returncode, 2)
        self.assertIn('at most 20000 requests', done.stderr)
        self.assertEqual(self.shop.query('select count(*) from requests'), [(20000,)])
        # It is rows that are counted, whatever their numbers: one that is forgotten gives room for one.
        self.assertEqual(self.shop.run('requests', self.shop.database, '--forget', '7').returncode, 0)
        self.assertEqual([self.shop.run('request', self.shop.database, '--from', 'a', '--wants', 'b').returncode for _ in range(2)], [0, 2])


if __name__ == '__main__':
    unittest.main(verbosity=1)
