"""The soak: agrees for as many steps as were asked for, and stops at a planted bug with the story and its command."""
import os
import subprocess
import sys
import unittest

SOURCE = os.environ.get('ECLUSE_SOURCE', os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..'))
WRONG, RIGHT = sys.argv[1:3]


def soak(*arguments):
    return subprocess.run([sys.executable, os.path.join(SOURCE, 'tools', 'soak.py'), *arguments], capture_output=True,
                          text=True, check=False)


class Soak(unittest.TestCase):
    def test_agrees(self):
        run = soak('promise', '--steps', '6,000', '--seed', '7', '--program', RIGHT)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertGreaterEqual(int(run.stdout.split(' steps')[0].replace(',', '')), 6000)
        self.assertIn('every answer and every date was equal', run.stdout)

    def test_stops_at_a_failing_seed_and_tells_its_story(self):
        run = soak('promise', '--program', WRONG)
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        self.assertRegex(run.stdout, r'seed \d+ fails: ')
        self.assertRegex(run.stdout, r'of \d+ steps, \d+ are left:\n')
        self.assertRegex(run.stdout, r'the whole story again: \S+ --seed \d+ --runs 1')

    def test_a_room_without_a_property_test(self):
        run = soak('kitchen')
        self.assertEqual(run.returncode, 2)
        self.assertIn('kitchen has no property test to soak; there is one for promise', run.stderr)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
