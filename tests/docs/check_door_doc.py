"""docs/door.md says what is so: its program recomputes the draw as its table says, its limits are those of the program, its evening goes
as it tells."""
import os
import re
import shlex
import subprocess
import tempfile
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


class Limits(unittest.TestCase):
    NAMES = {'requests without a ticket': 'ADDRESS', 'those that change': 'CHANGE', 'new places': 'PLACE',
             'requests with tickets': 'BEARERS', 'requests of one visitor': 'SESSION', 'asking for': 'POLL', 'messages of the shop': 'SOLD'}

    def test_the_table_is_the_programs(self):
        with open(os.path.join(ROOT, 'docs', 'door.md'), encoding='utf-8') as file:
            rows = re.findall(r'^\| ([a-z][^|]*) \| (\d+) \| (\d+) \|$', file.read(), re.M)
        with open(os.path.join(ROOT, 'src', 'base', 'limits.h'), encoding='utf-8') as file:
            limits = {name: int(value) for name, value in re.findall(r'^#define LIMIT_(\w+) +(\d+)\b', file.read(), re.M)}
        said = {}
        for text, rate, burst in rows:
            name = next(name for start, name in self.NAMES.items() if text.startswith(start))
            said[name] = (int(rate), int(burst))
        wanted = {name: (limits.get(f'{name}_RATE', limits['POLL_TIMES']), limits[f'{name}_BURST']) for name in self.NAMES.values()}
        self.assertEqual(said, wanted)
        self.assertEqual(limits['NETWORK_TIMES'], 4)


class Waits(unittest.TestCase):
    def test_the_examples_are_those_of_the_test(self):
        rows = re.findall(r'^\| (\d+) \| (?:not known yet|(\d+) of (\d+)) \| (\d+) \| (\d+) to (\d+) seconds \|$', section('## How long'), re.M)
        with open(os.path.join(ROOT, 'src', 'gate', 'wait_test.c'), encoding='utf-8') as file:
            tested = re.findall(r'\{(\d+), (\d+), (\d+), (\d+), (\d+), (\d+)\}', file.read())
        self.assertEqual([tuple(cell or '0' for cell in row) for row in rows], tested)
        self.assertTrue(rows)


class Turns(unittest.TestCase):
    def test_the_table_is_the_programs(self):
        with open(os.path.join(ROOT, 'docs', 'door.md'), encoding='utf-8') as file:
            text = file.read()
        rows = re.findall(r'^\| ([a-z][^|]*) \| (\d+) \|$', text, re.M)
        with open(os.path.join(ROOT, 'src', 'gate', 'turn.h'), encoding='utf-8') as file:
            header = dict(re.findall(r'\b(TURN_\w+) = (\d+)', file.read()))
        self.assertEqual([seconds for _, seconds in rows],
                         [header['TURN_SECONDS'], header['TURN_HERE_SECONDS'], header['TURN_WAIT_SECONDS']])
        self.assertIn(f'{int(header["TURN_CLAIMS_MAX"]):,} at a time', text)


def section(title):
    """What stands below a title of docs/door.md, until the next of its rank."""
    with open(os.path.join(ROOT, 'docs', 'door.md'), encoding='utf-8') as file:
        return re.search(rf'^{title}\n(.*?)(?=^## |\Z)', file.read(), re.S | re.M).group(1)


class Told(unittest.TestCase):
    def ecluse(self, folder, *arguments):
        done = subprocess.run([os.path.join(os.environ['ECLUSE_BUILD'], 'ecluse'), *arguments], cwd=folder, check=False,
                              capture_output=True, text=True, timeout=60, env=dict(os.environ, LC_ALL='C.UTF-8'))
        self.assertEqual((done.returncode, done.stderr), (0, ''), arguments)
        return done.stdout

    def run_console(self, text, folder):
        """Each command does what it should, and each line that is shown under it is in what it prints."""
        commands = 0
        for block in re.findall('```console\n(.*?)```', text, re.S):
            for command, shown in re.findall(r'^\$ ecluse (.*)\n((?:[^$].*\n)*)', block, re.M):
                printed = self.ecluse(folder, *shlex.split(command))
                for line in shown.splitlines():
                    self.assertIn(line + '\n', printed, command)
                commands += 1
        return commands


class Evening(Told):
    def test_it_goes_as_it_is_told(self):
        text = section('## Two levers, one board')
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, 'evening.yaml'), 'w', encoding='utf-8') as file:
                file.write(re.search('```yaml\n(.*?)```', text, re.S).group(1))
            self.assertEqual(self.run_console(text, folder), 5)


class Rules(Told):
    def test_requests_get_the_classes_that_are_told(self):
        text = section('## What queues and what does not')
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, 'shop.yaml'), 'w', encoding='utf-8') as file:
                file.write('shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n' +
                           re.search('```yaml\n(.*?)```', text, re.S).group(1))
            self.ecluse(folder, 'init', 'shop.db', 'shop.yaml')
            self.assertEqual(self.run_console(text, folder), 1)
            ways = {'/Check-out!/': 'queue-or-refuse', '/%63heckout': 'queue-or-refuse', '/index.php/checkout': 'queue-or-refuse',
                    '?add%2Dto%2Dcart=': 'queue-or-refuse', '?add-to-cart[]=': 'queue-or-refuse', '/?wc-api=': 'queue',
                    '/?wc-api=x&wc-api=': 'queue', '/feed/x?pagename=checkout': 'queue-or-refuse'}
            for path, way in ways.items():
                self.assertIn(f'`{path}`', text)
                told = self.ecluse(folder, 'gate', 'shop.db', '--explain', 'GET', path if path[0] == '/' else '/' + path, '--json')
                self.assertIn(f'"way":"{way}"', told, path)


if __name__ == '__main__':
    unittest.main()
