"""docs/focus.md says what the program answers: every console example is run, and each line that is printed there must come in that order;
a line `...` stands for any lines. The keys of its JSON table are those of the answer."""
import json
import os
import re
import shlex
import subprocess
import tempfile
import unittest

SOURCE = os.environ.get('ECLUSE_SOURCE', os.path.join(os.path.dirname(__file__), '..', '..'))
ECLUSE = os.path.abspath(os.path.join(os.environ.get('ECLUSE_BUILD', os.path.join(SOURCE, 'build')), 'ecluse'))


def page():
    with open(os.path.join(SOURCE, 'docs', 'focus.md'), encoding='utf-8') as file:
        return file.read()


def examples():
    """(command, lines) of each console block."""
    for block in re.findall(r'```console\n\$ (.*?)```', page(), re.S):
        command, *lines = block.splitlines()
        yield command, lines


def fits(told, printed):
    """Do the lines told stand in what was printed? After `...` anywhere below, else right below the one before."""
    at, anywhere = 0, False
    for line in told:
        if line == '...':
            anywhere = True
            continue
        found = [i for i in range(at, len(printed)) if printed[i].rstrip() == line.rstrip()]
        if not found or (not anywhere and found[0] != at):
            return line
        at, anywhere = found[0] + 1, False
    return None if anywhere or at == len(printed) else f'{len(printed) - at} lines more'


class Focus(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.symlink(os.path.abspath(os.path.join(SOURCE, 'examples')), os.path.join(self.folder, 'examples'))
        with open(os.path.join(SOURCE, 'examples', 'shopbreizh', 'shop.yaml'), encoding='utf-8') as file:
            text = file.read()
        self.assertIn('owner_hours_per_week: 40', text)
        with open(os.path.join(self.folder, 'roomier.yaml'), 'w', encoding='utf-8') as file:
            file.write(text.replace('owner_hours_per_week: 40', 'owner_hours_per_week: 42'))

    def ran(self, command):
        words = shlex.split(command)
        self.assertEqual(words[0], 'ecluse')
        done = subprocess.run([ECLUSE, *words[1:]], cwd=self.folder, capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ''), command)
        return done.stdout

    def test_examples(self):
        ran = 0
        for command, lines in examples():
            with self.subTest(command=command):
                printed = self.ran(command).splitlines()
                self.assertIsNone(fits(lines, printed), printed)
                ran += 1
        self.assertGreaterEqual(ran, 3)

    def test_the_checker_sees_a_wrong_line(self):
        self.assertEqual(fits(['a', 'c'], ['a', 'b', 'c']), 'c')
        self.assertEqual(fits(['a', '...', 'd'], ['a', 'b', 'c']), 'd')
        self.assertEqual(fits(['a'], ['a', 'b']), '1 lines more')
        self.assertIsNone(fits(['a', '...', 'c'], ['a', 'b', 'c']))

    def test_p_and_q_by_hand(self):
        answer = json.loads(self.ran('ecluse focus examples/focus-pq/shop.yaml --json'))
        self.assertEqual(answer['mix'], [{'offer': 'P', 'quantity': 100}, {'offer': 'Q', 'quantity': 30}])
        self.assertEqual([answer[side]['profit']['amount'] for side in ('today', 'margin_first')], ['0.00', '-300.00'])
        self.assertEqual(answer['profit'], {'amount': '300.00', 'currency': 'EUR'})

    def test_keys(self):
        answer = json.loads(self.ran('ecluse focus examples/shopbreizh/shop.yaml --json'))
        table = page().split('\n## JSON\n')[1].split('\n\n')[1]
        told = {key for row in table.splitlines()[2:] for key in re.findall(r'`(\w+)`', row.split('|')[1])}
        self.assertGreater(len(told), 12)
        self.assertEqual(told - {'plans', 'plans_today'}, set(answer) - {'effective'})
        planned = json.loads(self.ran('ecluse focus examples/shopbreizh/shop.yaml --stop cellar --json'))
        self.assertEqual(told, set(planned) - {'effective'})

    def test_keys_of_plans(self):
        answer = json.loads(self.ran('ecluse focus examples/focus-pq/shop.yaml --stop Q-line --json'))
        told = page().split('With `--json` there are `plans` (in each ')[1].split(')')[0]
        self.assertEqual(set(re.findall(r'`(\w+)`', told)), set(answer['plans'][0]))
        self.assertEqual(set(answer['plans_today']), {'cash', 'cash_low', 'dates', 'dates_weeks'})

    def test_cellar_by_hand(self):
        """183 a week, 55 of it the cellar's own costs."""
        cellar = next(a for a in json.loads(self.ran('ecluse focus examples/shopbreizh/shop.yaml --json'))['activities'] if a['activity'] == 'cellar')
        self.assertAlmostEqual(float(cellar['today']['throughput']['amount']), 47.5 * 2.30 + 9.9 * 4.36 + 15.8 * 1.96, delta=1)
        self.assertAlmostEqual(float(cellar['today']['profit']['amount']), 128, delta=0.5)
        self.assertEqual((cellar['verdict'], cellar['profit']['amount']), ('stop', '0.00'))


if __name__ == '__main__':
    unittest.main()
