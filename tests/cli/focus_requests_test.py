#!/usr/bin/env python3
"""What focus says of what customers ask for: P and Q, whose figures are worked by hand. The rest of its answer is golden/focus.txt's."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from cli import EXAMPLE, FolderTest  # noqa: E402

# Today 80 P and 40 Q; B is full, and an hour of it is worth 120. P keeps 45 of 90, and takes 15 minutes of B.
SHOP = '''shop: {name: "P and Q", currency: EUR, time_zone: Europe/Paris, locale: en, opened: 2026-11-30T08:00}
promise: {horizon_days: 60, max_days: 50, hold_minutes: 0}
calendars: {week: {open: {mon-fri: "08:00-16:00"}}}
work_centers:
  A: {people: 1, calendar: week}
  B: {people: 1, calendar: week}
items:
  part-p: {on_hand: 1000, unit_cost: 45.00}
  part-q: {on_hand: 0, unit_cost: 40.00}
offers:
  P: {name: {fr: "Pé", en: "P"}, price: 90.00, vat_rate: 0, on_site: true, activity: P-line, items: {part-p: 1}, demand_per_week: 100,
      routing: [{work_center: A, minutes: 15}, {work_center: B, minutes: 15}]}
  Q: {name: "Q", price: 100.00, vat_rate: 0, on_site: true, activity: Q-line, items: {part-q: 1}, demand_per_week: 50,
      routing: [{work_center: A, minutes: 10}, {work_center: B, minutes: 30}]}
activities: {P-line: {}, Q-line: {}}
cash: {opening_balance: 1000000.00, fixed_costs: [{name: wages, amount: 6000.00, every: week, day: fri}]}
'''
REQUESTS = '''requests:
  - {from: "the plant next door", wants: "pe", value_per_week: 450.00, count: 4}
  - {from: "the museum", wants: "P line", count: 1}
  - {from: "schools", wants: "visits", value_per_week: 112.00, count: 3, hours_per_week: {A: 2}}
  - {from: "students", wants: "<b>repairs</b>", value_per_week: 112.00, count: 30, hours_per_week: {A: 30, B: 0.5}}
'''
ENGLISH = '''What customers ask for, a week
   asked for       activity  by  value  hours    gain   score  free hours do
1  pe              P-line     5   €450    2.5  €75.00  €75.00  
2  visits          new        3   €112      2  €60.00  €30.00  yes
3  <b>repairs</b>  new       30   €112   30.5   €0.00   €0.00  
Score = value × share kept after materials, fees and carriage − hours × what an hour is worth in the best mix; \
what is above nothing × fit (1: the best mix runs it, 0.5: new, 0.25: the best mix stops it).
  pe: €450 × 50% − 1.25 B h × €120 = €75.00; × 1 = €75.00
  visits: €112 × 54% − 0 = €60.00; × 0.5 = €30.00
  <b>repairs</b>: €112 × 54% − 0.5 B h × €120 = €0.00
The hours that today leaves free could serve 3 of 38 who ask: visits (+€60 a week).
'''
FRENCH = '''Ce que les clients demandent, par semaine
   demandé         activité  par  valeur  heures     gain     note  heures libres
1  pe              P-line      5   450 €     2,5  75,00 €  75,00 €  
2  visits          nouveau     3   112 €       2  60,00 €  30,00 €  oui
3  <b>repairs</b>  nouveau    30   112 €    30,5   0,00 €   0,00 €  
'''


def section(text, title):
    return text[text.index(title):]


class Requests(FolderTest):
    def setUp(self):
        super().setUp()
        self.write('shop.yaml', SHOP + REQUESTS)

    def focus(self, *more):
        return self.done('focus', *more, '--json').json

    def test_the_ranking_shows_its_formula(self):
        text = self.done('focus', 'shop.yaml').out
        self.assertTrue(section(text, 'What customers').startswith(ENGLISH), section(text, 'What customers'))
        text = self.done('focus', 'shop.yaml', '--lang', 'fr').out.replace('\u00a0', ' ').replace('\u202f', ' ')
        self.assertTrue(section(text, 'Ce que les').startswith(FRENCH), section(text, 'Ce que les'))

    def test_json(self):
        answer = self.focus('shop.yaml')
        self.assertEqual([(each['wants'], each['rank'], each['score'], each['count'], each['activity'], each['fit'])
                          for each in answer['requests']],
                         [('pe', 1, 75.0, 5, 'P-line', 1), ('visits', 2, 30.0, 3, None, 0.5), ('<b>repairs</b>', 3, 0.0, 30, None, 0.5)])
        first, second, _ = answer['requests']
        self.assertEqual((first['hours'], first['hours_from']), ({'A': 1.25, 'B': 1.25}, 'reckoned'))
        self.assertEqual((second['hours'], second['hours_from']), ({'A': 2}, 'said'))
        self.assertEqual(set(first['from']), {'the plant next door', 'the museum'})
        self.assertEqual(first['gain'], {'amount': '75.00', 'currency': 'EUR'})
        shape = answer['customers_ask']
        # 5, 3 and 30 of 38; hours of today: P 2400 of 4000 minutes, Q 1600.
        self.assertAlmostEqual(shape['effective_activities'], 38 * 38 / (25 + 9 + 900), places=3)
        self.assertAlmostEqual(shape['apart'], (abs(0.6 - 5 / 38) + 0.4 + 3 / 38 + 30 / 38) / 2, places=3)
        self.assertEqual(shape['pulls'][0]['wants'], '<b>repairs</b>')
        self.assertEqual(shape['served_by_free_hours'],
                         {'count': 3, 'gain': {'amount': '60.00', 'currency': 'EUR'}, 'proved': True, 'without_hours': 0})

    def test_the_database_adds_its_own_and_who_asks(self):
        now = ('--now', '2026-12-01T10:00')
        self.init()
        self.done('order', 'shop.db', 'P=2', '--email', 'Anne@example.org', *now)
        self.done('request', 'shop.db', '--from', 'anne@example.org', '--wants', 'Visits ', '--count', '2', *now)
        self.done('request', 'shop.db', '--from', 'bob', '--wants', 'closed', *now)
        self.done('requests', 'shop.db', '--close', '2', *now)
        self.done('wish', 'shop.db', 'Q=3', '--until', '2026-12-20', '--email', 'anne@example.org', *now)
        asked = {each['wants']: each for each in self.focus('shop.db', '--now', '2026-12-02T10:00')['requests']}
        self.assertEqual(set(asked), {'pe', 'visits', '<b>repairs</b>', 'Q'})
        visits, wished = asked['visits'], asked['Q']
        self.assertEqual((visits['count'], visits['customers'], visits['customers_bought']['amount']), (5, 1, '180.00'))
        self.assertEqual(visits['from'], ['schools'], 'a customer is counted, not named')
        # Three at 100 within a year.
        self.assertEqual((wished['activity'], wished['count'], wished['value']['amount']), ('Q-line', 1, '5.77'))
        text = self.done('focus', 'shop.db', '--now', '2026-12-02T10:00').out
        self.assertIn('Among those who ask are 1 known customer; they bought €180 in 52 weeks. Counted in: 1 wish that was not met.', text)
        # A year later it is long ago that she wished and bought.
        asked = {each['wants']: each for each in self.focus('shop.db', '--now', '2027-12-15T10:00')['requests']}
        self.assertEqual(asked['visits']['customers_bought']['amount'], '0.00')
        self.assertNotIn('Q', asked)

    def test_the_page_holds_it_as_text(self):
        self.done('focus', 'shop.yaml', '--html', 'focus.html')
        with open(self.path('focus.html'), encoding='utf-8') as file:
            page = file.read()
        self.assertIn('<h2>What customers ask for</h2>', page)
        self.assertIn('&lt;b&gt;repairs&lt;/b&gt;', page)
        self.assertNotIn('<b>repairs', page)
        self.assertIn('€450 × 50% − 1.25 B h × €120 = €75.00; × 1 = €75.00', page)

    def test_nobody_asks(self):
        self.write('shop.yaml', SHOP)
        self.assertNotIn('What customers ask for', self.done('focus', 'shop.yaml').out)
        answer = self.focus('shop.yaml')
        self.assertEqual((answer['requests'], answer['customers_ask']['apart']), ([], None))

    def test_the_gift_shop(self):
        asked = self.focus(EXAMPLE)['requests']
        self.assertEqual(len(asked), 6)
        self.assertEqual(sum(each['count'] for each in asked), 90)
        self.assertEqual([each['rank'] for each in asked], list(range(1, 7)))
        scores = [each['score'] for each in asked]
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertEqual({each['activity'] for each in asked}, {'gift-boxes', 'tableware', 'classes', None})


if __name__ == '__main__':
    unittest.main(verbosity=1)
