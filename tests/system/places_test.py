"""What a place in the line is promised: the example of docs/door.md, the page's words in both languages, and what the core really promises
once those ahead have bought."""
import datetime
import os
import re
import sys
import time
import unittest
import zoneinfo

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import running  # noqa: E402  (stands beside this file)
import waiting_test  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LINE = 205


def example():
    """The shop file and the table of docs/door.md, in a zone where it is neither late nor about to be midnight."""
    with open(os.path.join(ROOT, 'docs', 'door.md'), encoding='utf-8') as file:
        text = file.read()
    shop = re.search('```yaml lamps\n(.*?)```', text, re.S).group(1)
    rows = re.findall(r'^\| (\d+) \| (in-stock|made|full)(?:, leaves in (\d+) days)? \|$', text, re.M)
    zone = next(name for name in ('Europe/Paris', 'America/Los_Angeles', 'Asia/Tokyo')
                if 1 <= datetime.datetime.now(zoneinfo.ZoneInfo(name)).hour < 20)
    return shop.replace('Europe/Paris', zone), rows, datetime.datetime.now(zoneinfo.ZoneInfo(zone)).date()


class Places(unittest.TestCase):
    def setUp(self):
        self.behind = waiting_test.Behind()
        self.addCleanup(self.behind.close)
        text, self.rows, self.today = example()
        self.shop = running.Shop(text)
        self.shop.__enter__()
        self.addCleanup(self.shop.__exit__)
        self.shop.start(30, '--upstream', self.behind.url)
        paused = self.shop.run('gate', self.shop.database, '--pause')
        self.assertEqual(paused.returncode, 0, paused.stderr)
        self.line = [waiting_test.Visitor(self.shop.port) for _ in range(LINE)]
        for visitor in self.line:
            visitor.get()

    def place(self, ahead):
        """What the visitor with so many ahead reads, once it is of the whole line."""
        deadline = time.monotonic() + 30
        place = None
        while time.monotonic() < deadline:
            last = self.line[-1].place()
            if last['ahead'] == LINE - 1 and last.get('offers') and last['offers'][0]['promise'] == 'full':
                place = self.line[ahead].place()
                if place['ahead'] == ahead:
                    return place['offers'][0]
            time.sleep(0.5)
        raise AssertionError(f'nothing is said from place {ahead + 1}: {place}')

    def days(self, said):
        return (datetime.date.fromisoformat(said['leaves_on']) - self.today).days

    def test_the_example_of_the_document(self):
        self.assertEqual(len(self.rows), 5)
        for ahead, kind, days in self.rows:
            said = self.place(int(ahead))
            self.assertEqual((said['offer'], said['promise'], said['taken_before']), ('lamp', kind, int(ahead)))
            if days:
                self.assertEqual(self.days(said), int(days), ahead)
            else:
                self.assertIsNone(said['leaves_on'])

    def test_it_is_so_when_they_have_bought(self):
        """As many orders as are expected before a place, and then what the next one is promised."""
        said = self.place(40)
        for number in range(said['taken_before']):
            status, _, answer = self.shop.order('lamp', number)
            self.assertEqual(status, 201, answer)
        status, _, quote = self.shop.call('POST', '/ecluse/api/v1/quotes', '{"lines":[{"offer":"lamp","quantity":1}]}')
        self.assertEqual(status, 200)
        really = datetime.date.fromisoformat(quote['ship_by'][:10])
        self.assertLessEqual(abs((really - datetime.date.fromisoformat(said['leaves_on'])).days), 1)
        self.assertEqual(self.days(said), 7)

    def test_the_page_says_it(self):
        self.place(0)
        words = {0: ('in stock for you, leaves', 'en stock pour vous, part le'), 20: ('made for you, leaves', 'fait pour vous, part le'),
                 LINE - 1: ('full until', 'complet jusqu’au')}
        for ahead, (english, french) in words.items():
            for language, said in (('en', english), ('fr', french)):
                _, page = self.line[ahead].get('/ecluse/queue', **{'Accept-Language': language})
                lead = 'When your turn comes, probably:' if language == 'en' else 'Quand viendra votre tour, sans doute\xa0:'
                self.assertIn(lead, page)
                self.assertIn(f'<strong>{said} ', page)
                wish = re.search(r'class="from-place".*?/ecluse/store/wish\?offer=lamp.*?</p>', page)
                self.assertEqual(wish is not None, ahead == LINE - 1)


if __name__ == '__main__':
    unittest.main()
