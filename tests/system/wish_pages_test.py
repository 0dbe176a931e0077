"""A wish in the store, with the real program and no browser: how long the yes is waited for, whom its page opens for, and what becomes of
it when its offer is no longer sold."""
import os
import re
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import running  # noqa: E402  (stands beside this file)
from moment_test import Visitor, form_of  # noqa: E402
from turns_test import PERSON  # noqa: E402


def text_of(minutes='720', most=''):
    return running.SHOP.replace('rare: {on_hand: 100,', 'rare: {on_hand: 0,').replace(
        'hold_minutes: 15', f'hold_minutes: 15, wish_minutes: {minutes}').replace('items: {rare: 1}}', f'items: {{rare: 1}}{most}}}')


class WishPages(unittest.TestCase):
    def open(self, *more):
        self.shop = running.Shop(text_of(*more))
        self.shop.__enter__()
        self.addCleanup(self.shop.__exit__)
        self.shop.start()
        return Visitor(self.shop.port)

    def send(self, visitor, units):
        action, fields = form_of(visitor.get('/wish?offer=rare')[1], '/wish')
        latest = time.strftime('%Y-%m-%d', time.gmtime(time.time() + 20 * 86400))
        return visitor.get(action, dict(fields, **PERSON, quantity=str(units), latest=latest))

    def wish(self, visitor):
        status, page, headers = self.send(visitor, 2)
        self.assertEqual(status, 200, page)
        return page, headers

    def test_the_time_to_say_yes_is_never_rounded_up(self):
        for minutes, said in (('0.5', '1 min'), ('20', '20 min'), ('90', '90 min'), ('170', '2 hours'), ('720', '12 hours'),
                              ('7200', '5 days')):
            with self.subTest(minutes=minutes):
                visitor = self.open(minutes)
                self.assertIn(f'you have {said} to say yes'.replace(said, said.replace(' ', '\u00a0')), visitor.get('/wish?offer=rare')[1])
                self.shop.kill()

    def test_it_opens_for_whoever_has_the_link(self):
        visitor = self.open()
        page, headers = self.wish(visitor)
        self.assertIn('Your wish is waiting', page)
        self.assertEqual(headers['Cache-Control'], 'no-store')
        self.assertEqual(headers['Referrer-Policy'], 'same-origin')
        own, link = visitor.path, re.search(r'href="(/wishes/[^"]*\?token=[^"]*)"', page).group(1)
        other = Visitor(self.shop.port)
        self.assertEqual(other.get(own)[0], 404)
        self.assertEqual(other.get(own + '?token=' + 32 * '0')[0], 404)
        self.assertEqual(other.get(own + '/withdraw', {})[0], 404)
        self.assertEqual(other.get(link)[0], 200)
        self.assertEqual(other.path, own)  # the token leaves the address at once
        self.assertEqual({cookie.path for cookie in other.jar if cookie.name == 'ecluse_order'}, {own})

    def test_a_refusal_says_why(self):
        visitor = self.open('720', ', max_per_customer: 2')
        status, page, _ = self.send(visitor, 3)
        self.assertEqual(status, 409)
        self.assertIn('“Rare” is limited per customer', page)
        self.assertIn('You can still wish for: 2', page)
        self.assertIn('value="Anne Le Goff"', page)
        self.assertIn('value="3"', page)
        self.wish(visitor)

    def test_what_is_no_longer_sold_is_said(self):
        visitor = self.open()
        self.wish(visitor)
        own = visitor.path
        text = text_of()
        with open(self.shop.file, 'w', encoding='utf-8') as file:
            file.write(text[:text.index('  rare: {name')])
        done = self.shop.run('apply', self.shop.database, self.shop.file)
        self.assertEqual(done.returncode, 0, done.stderr)
        end = time.monotonic() + 10
        page = ''
        while 'could not meet your wish' not in page and time.monotonic() < end:
            page = visitor.get(own)[1]
            time.sleep(0.05)
        self.assertIn('We could not meet your wish', page)
        self.assertNotIn('Keep this link', page)
        self.assertEqual(visitor.get('/wish?offer=rare')[0], 404)


if __name__ == '__main__':
    unittest.main()
