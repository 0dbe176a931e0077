"""Turns at checkout, with the real program: who came first may hold first where little is left, in the store and over the API; what
is held already is nobody's turn to take, however often it is sent again."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import running  # noqa: E402  (stands beside this file)
from moment_test import Visitor, form_of  # noqa: E402

PERSON = {'name': 'Anne Le Goff', 'email': 'anne@example.org', 'street': '3 rue des Filets', 'postcode': '29900',
          'city': 'Concarneau', 'country': 'France'}


class Turns(unittest.TestCase):
    def setUp(self):
        self.shop = running.Shop(running.SHOP.replace('rare: {on_hand: 100,', 'rare: {on_hand: 2,'))
        self.shop.__enter__()
        self.addCleanup(self.shop.__exit__)
        self.shop.start()

    def visitor(self):
        """One who has just come: whoever is made first is first."""
        visitor = Visitor(self.shop.port)
        self.assertEqual(visitor.get('/offers/rare')[0], 200)
        return visitor

    def add(self, visitor, units=1):
        self.assertEqual(visitor.get('/cart', {'action': 'add', 'offer': 'rare', 'quantity': str(units)})[0], 200)

    def form(self, visitor):
        return form_of(visitor.get('/checkout')[1], '/checkout')

    def send(self, visitor, form):
        """(status, page, headers) of the checkout's answer."""
        action, fields = form
        return visitor.get(action, dict(fields, **PERSON))

    def order(self, key, visitor=None):
        cookies = '' if visitor is None else '; '.join(f'{name}={cookie.value}' for name, cookie in visitor.cookies().items())
        headers = {'Idempotency-Key': key, **({'Cookie': cookies} if cookies else {})}
        return self.shop.order('rare', headers=headers)

    def test_who_came_first_holds_first(self):
        first, second = self.visitor(), self.visitor()
        self.add(second)
        self.add(first, 2)
        status, page, _ = second.get('/checkout')
        self.assertEqual(status, 200)
        self.assertIn('Before you: 1', page)
        status, page, headers = self.send(second, self.form(second))
        self.assertEqual((status, headers['Retry-After']), (503, '5'))
        self.assertIn('value="Anne Le Goff"', page)
        status, headers, problem = self.order('from-elsewhere')
        self.assertEqual((status, problem['type']), (503, '/ecluse/problems/not-your-turn'))
        self.assertEqual(headers['Retry-After'], '5')
        self.send(first, self.form(first))
        self.assertTrue(first.path.startswith('/orders/'), first.path)
        status, page, _ = self.send(second, self.form(second))
        self.assertEqual(status, 409)
        self.assertNotIn('Before you', page)

    def test_what_is_given_up_is_for_the_next(self):
        first, second = self.visitor(), self.visitor()
        self.add(first, 2)
        self.add(second)
        self.assertEqual(self.send(second, self.form(second))[0], 503)
        first.get('/cart', {'action': 'update', 'remove': 'rare'})
        self.send(second, self.form(second))
        self.assertTrue(second.path.startswith('/orders/'), second.path)

    def test_the_same_form_twice_is_the_same_order(self):
        """A double click: the second answer is the one that the visitor sees."""
        first, second = self.visitor(), self.visitor()
        self.add(second)
        form = self.form(second)
        self.send(second, form)
        held = second.path
        self.assertTrue(held.startswith('/orders/'), held)
        self.add(first)
        self.send(second, form)
        self.assertEqual(second.path, held)

    def test_a_repeat_over_the_api_is_the_same_order(self):
        first = self.visitor()
        status, _, order = self.order('one')
        self.assertEqual(status, 201)
        self.add(first)
        self.assertEqual(self.order('two')[0], 503)
        status, _, again = self.order('one')
        self.assertEqual((status, again), (201, order))

    def test_who_has_ordered_over_the_api_stands_before_nobody(self):
        first, second = self.visitor(), self.visitor()
        self.add(first)
        self.add(second)
        self.assertEqual(self.order('one', first)[0], 201)
        self.send(second, self.form(second))
        self.assertTrue(second.path.startswith('/orders/'), second.path)


if __name__ == '__main__':
    unittest.main()
