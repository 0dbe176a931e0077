"""Does shrinking shorten? A property test with a planted bug (its oracle forgets that slots come back when an order ends)
must be brought down to the few steps that anybody would tell: take hours, give them back, ask for them again."""
import re
import subprocess
import sys
import unittest

WRONG, RIGHT = sys.argv[1:3]


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


class Shrink(unittest.TestCase):
    def test_a_planted_bug_becomes_a_handful_of_steps(self):
        for seed in ('1', '3000', '5000'):
            told = run(WRONG, '--shrink', '--seed', seed, '--runs', '200')
            self.assertEqual(told.returncode, 1, told.stdout + told.stderr)
            whole, left = map(int, re.search(r'of (\d+) steps, (\d+) are left', told.stdout).groups())
            steps = re.findall(r'^step \d+, \S+: (place|quote|cancel|it is|deliver|a look|confirm|start|done|ship|change|payment|longer|saved|the shop|wish|withdraw)',
                               told.stdout, re.M)
            self.assertGreaterEqual(left, 2, told.stdout)
            self.assertLessEqual(left, 6, told.stdout)
            self.assertEqual(len(steps), left, told.stdout)
            self.assertGreaterEqual(whole, left)
            self.assertEqual(told.stdout.count(' fails: '), 1)
            failure = re.search(r'fails: (.*)', told.stdout).group(1)
            self.assertIn(f'in the end: {failure}\n', told.stdout)

    def test_the_command_that_it_prints_tells_the_story_again(self):
        told = run(WRONG, '--shrink', '--runs', '200')
        command = re.search(r'again: (.*)', told.stdout).group(1).split()
        again = run(*command)
        self.assertEqual(again.returncode, 1)
        seed = command[command.index('--seed') + 1]
        self.assertRegex(again.stderr, rf'seed {seed}, step \d+: ' + re.search(r'fails: (.*)', told.stdout).group(1))

    def test_the_same_seed_shrinks_to_the_same_steps(self):
        self.assertEqual(run(WRONG, '--shrink', '--runs', '200').stdout, run(WRONG, '--shrink', '--runs', '200').stdout)

    def test_nothing_to_shrink(self):
        told = run(RIGHT, '--shrink', '--runs', '3')
        self.assertEqual((told.returncode, told.stdout), (0, ''))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
