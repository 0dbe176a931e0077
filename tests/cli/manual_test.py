#!/usr/bin/env python3
"""The man page and the help against the program's own tables, and every example is run."""
import os
import re
import shlex
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from cli import EXAMPLE, SOURCE, FolderTest, ecluse  # noqa: E402

MANUAL = os.path.join(SOURCE, 'docs', 'ecluse.1')
# Need a server's life, files of other systems, answers, or an order that is there: their own tests run them.
NOT_HERE = ('serve', 'demo', 'crowd', 'gate', 'hooks', 'import', 'setup', 'confirm', 'pay', 'extend', 'start', 'done', 'ship', 'deliver', 'cancel',
            'withdraw')
# Of README.md: a server's life, files of other systems, answers, and a line in which ORDER stands for an order's id.
NOT_FROM_README = ('serve', 'crowd', 'gate', 'import', 'setup', 'start')


def readme_lines():
    """What follows `ecluse` in each line of README.md that begins with the program, without the comment."""
    with open(os.path.join(SOURCE, 'README.md'), encoding='utf-8') as file:
        return [shlex.split(line, comments=True) for line in re.findall(r'^\s*(?:\$ )?(?:build/)?ecluse (.+)$', file.read(), re.M)]


def manual_sections():
    """{command: text} from the man page's subsections."""
    with open(MANUAL, encoding='utf-8') as file:
        text = file.read()
    sections = {}
    for title, body in re.findall(r'^\.Ss (.+)\n((?:(?!\.S[sh] ).*\n)*)', text, re.M):
        for name in title.split(', '):
            sections[name] = body
    return text, sections


def lived_once(words):
    """A rehearsal with one run and few visitors is the same for this test, and far shorter."""
    if words[0] != 'rehearse':
        return words
    at = words.index('--runs') if '--runs' in words else len(words)
    few = [] if '--visitors' in words else ['--visitors', '3000']
    return [*words[:at], *words[at + 2:], '--runs', '1', *few]


class Manual(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.commands = ecluse('--help', '--json').json['commands']
        cls.text, cls.sections = manual_sections()

    def test_every_command_and_option(self):
        common = set(re.findall(r'^\.It Fl -([a-z-]+)', self.sections['Options of every command'], re.M))
        self.assertEqual(common, {'json', 'lang', 'now', 'help'})
        for command in self.commands:
            with self.subTest(command=command['name']):
                section = self.sections[command['name']]
                known = {option['name'] for option in command['options']} - common
                self.assertEqual(set(re.findall(r'^\.It Fl -([a-z-]+)', section, re.M)), known)
                for option in command['options']:
                    if option['value'] is not None and option['name'] in known:
                        self.assertIn(f'.It Fl -{option["name"]} Ar {option["value"]}\n', section)

    def test_no_command_too_many(self):
        names = {command['name'] for command in self.commands}
        self.assertEqual(set(self.sections) - {'Options of every command'}, names)

    def test_lint(self):
        if shutil.which('mandoc') is None:
            self.skipTest('mandoc is not installed')
        done = subprocess.run(['mandoc', '-Tlint', MANUAL], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ''))

    def test_help_fits_a_terminal(self):
        for command in self.commands:
            for line in ecluse(command['name'], '--help').out.splitlines():
                if not line.startswith(('  ecluse', 'usage:')):
                    self.assertLessEqual(len(line), 130, line)


class Examples(FolderTest):
    """All examples of help and man page that need no more than a shop."""

    def setUp(self):
        super().setUp()
        shutil.copy(EXAMPLE, self.path('shop.yaml'))

    def examples(self):
        for command in ecluse('--help', '--json').json['commands']:
            yield from ((command['name'], line) for line in command['examples'])
        text, _ = manual_sections()
        for line in re.findall(r'^\.Dl \$ (.+)$', text, re.M):
            yield line.split()[1], line

    def test_every_command_has_one(self):
        with_examples = {name for name, _ in self.examples()}
        for command in ecluse('--help', '--json').json['commands']:
            self.assertIn(command['name'], with_examples)
            for line in command['examples']:
                self.assertTrue(line.startswith(f'ecluse {command["name"]} '.rstrip()), line)

    def test_they_run(self):
        ran = 0
        for name, line in self.examples():
            if name in NOT_HERE:
                continue
            with self.subTest(line=line):
                for made in ('shop.db', 'shop-monday.db'):
                    for end in ('', '-wal', '-shm', '.lock', '.snapshot'):
                        if os.path.exists(self.path(made + end)):
                            os.remove(self.path(made + end))
                shutil.rmtree(self.path('out'), ignore_errors=True)
                if name != 'init':
                    self.done('init', 'shop.db', 'shop.yaml')
                if '--close' in line:
                    self.done('request', 'shop.db', '--from', 'Anne', '--wants', 'bikes')
                # A wish is for a day from today on.
                now = ('--now', '2026-11-26T10:00') if name == 'wish' else ()
                self.done(*lived_once(shlex.split(line)[1:]), *now)
                ran += 1
        self.assertGreater(ran, 15)

    def test_readme_lines_run(self):
        """All as they stand there, one after another, but for those that need what is not here."""
        os.symlink(os.path.join(SOURCE, 'examples'), self.path('examples'))
        ran = 0
        for line in readme_lines():
            if line[0] not in NOT_FROM_README:
                with self.subTest(line=line):
                    self.done(*lived_once(line))
                    ran += 1
        self.assertGreaterEqual(ran, 9)

    def test_readme_lines_are_known(self):
        """Commands and options in README.md exist."""
        commands = {command['name']: {option['name'] for option in command['options']}
                    for command in ecluse('--help', '--json').json['commands']}
        lines = readme_lines()
        self.assertGreaterEqual(len(lines), 13)
        for name, *rest in lines:
            self.assertIn(name, commands)
            for option in re.findall(r'--([a-z-]+)', ' '.join(rest)):
                self.assertIn(option, commands[name], (name, rest))


if __name__ == '__main__':
    unittest.main()
