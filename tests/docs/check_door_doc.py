"""The program in docs/door.md recomputes the draw as its table says."""
import os
import re
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Draw(unittest.TestCase):
    def test_the_program_gives_the_table(self):
        with open(os.path.join(ROOT, 'docs', 'door.md'), encoding='utf-8') as file:
            text = file.read()
        names = {}
        exec(re.search('```python\n(.*?)```', text, re.S).group(1), names)  # noqa: S102  (our own document)
        rows = re.findall(r'^\| (\d+) \| (\d+) \| ([\d ]+) \|$', text, re.M)
        self.assertTrue(rows)
        for seed, count, places in rows:
            found = [names['place'](int(seed), int(count), number) for number in range(int(count))]
            self.assertEqual(found, [int(place) for place in places.split()])
            self.assertEqual(sorted(found), list(range(int(count))))


if __name__ == '__main__':
    unittest.main()
