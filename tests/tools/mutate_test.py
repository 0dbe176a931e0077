"""The mutator on a small room with a test whose gaps are known: what it changes, what it catches, what it says of the rest, and
that it never touches a source."""
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.environ.get('ECLUSE_SOURCE', os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..'))
MUTATE = os.path.join(SOURCE, 'tools', 'mutate.py')
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(SOURCE, 'tools'))
import mutate  # noqa: E402  (its path is known only now)

FILES = {
    'meson.build': "project('toy', 'c')\nsubdir('src/toy')\n",
    'src/toy/meson.build': "toy = static_library('toy', 'toy.c', include_directories: '..')\n"
                           "executable('toy_test', 'toy_test.c', include_directories: '..', link_with: toy)\n",
    'src/toy/toy.h': 'int toy_clip(int x);\nint toy_small(int x);\nint toy_sum(const int *x, int count);\n'
                     'static inline int toy_half(int x)\n{\n    return x / 2;\n}\n'
                     'static inline int toy_twice(int x)\n{\n    return x + x;\n}\n',
    'src/toy/toy.c': '#include "toy/toy.h"\n'
                     'int toy_clip(int x)\n{\n    return x < 0 ? 0 : x;\n}\n'
                     'int toy_small(int x)\n{\n    return x < 10;\n}\n'
                     'int toy_sum(const int *x, int count)\n{\n    int sum = 0;\n'
                     '    while (count != 0) {\n        sum += x[--count];\n    }\n    return toy_half(2 * sum);\n}\n',
    'src/toy/toy_test.c': '#include "toy/toy.h"\n'
                          'int main(void)\n{\n    int x[2] = {3, 4};\n'
                          '    return toy_clip(-7) == 0 && toy_clip(1) == 1 && toy_clip(7) == 7 && toy_small(9) &&\n'
                          '           toy_sum(x, 2) == 7 && toy_twice(4) == 8 && TEST_OF_TEN ? 0 : 1;\n}\n',
}


def changes(code):
    return [mutant.change for mutant in mutate.mutants_of('x.c', code)]


class Tokens(unittest.TestCase):
    def test_operators_and_numbers(self):
        self.assertEqual(changes('if (a < b && c >= 1u || d == 0x1f) { x = y + 7; }'),
                         ['< -> <=', '&& -> ||', '>= -> >', '1u -> 0u', '|| -> &&', '== -> !=', '0x1f -> 0x20', '+ -> -',
                          '7 -> 8'])

    def test_the_second_on_a_line_has_a_number(self):
        self.assertEqual(changes('x = 1 + 1;'), ['1 -> 0', '+ -> -', '1 -> 0 #2'])

    def test_what_stays_as_it_is(self):
        for code in ('/* a < 1 */', '// a < 1\n', 's = "a < 1";', "c = '0';", '#if X < 1 && \\\n    Y > 2\n', 'int x[7];',
                     'struct a x[7][8];', 'static const char *const t[9];', 'enum { A = 1, B };', 'enum x { A = 1 << 3 };',
                     'case 3:', 'case A + 1:', 'ASSERT(a < 1 && f(b) == 2);', '_Static_assert(sizeof(x) == 8, "x");',
                     '__builtin_prefetch(&a[i + 1], 1);', 'struct a b = {0};', 'x = -y;', 'return -y;', 'x = (int32_t)-y;',
                     'p->x++;', 'a << b;', 'x = 1.5;', 't[] = {[A] = b, [B + 1] = c};'):
            self.assertEqual(changes(code), [], code)

    def test_an_index_is_no_size(self):
        self.assertEqual(changes('x = a[i + 1];'), ['+ -> -', '1 -> 0'])
        self.assertEqual(changes('return a[2];'), ['2 -> 3'])


class Equivalents(unittest.TestCase):
    def test_each_entry_matches_the_sources_as_they_are(self):
        """Who changes a line that an entry is about hears of it here, not at the next run of scripts/mutate."""
        errors = []
        entries = mutate.equivalents_read(SOURCE, errors)
        rooms = {path.split('/')[1] for path, _, _ in entries}
        self.assertIn('promise', rooms)
        for room in sorted(rooms):
            mutants = [mutant for path, text in mutate.room_read(SOURCE, room, []).items() for mutant in mutate.mutants_of(path, text)]
            mutate.equivalents_split(mutants, entries, room, errors)
        self.assertEqual(errors, [])


class Run(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        self.write('toy_small(11) == 0')

    def write(self, test_of_ten, equivalents=''):
        for path, text in {**FILES, 'tools/mutate_equivalent.txt': equivalents}.items():
            full = os.path.join(self.root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, 'w', encoding='utf-8') as file:
                file.write(text.replace('TEST_OF_TEN', test_of_ten))

    def sources(self):
        found = {}
        for folder, folders, names in os.walk(self.root):
            if folder == self.root:
                folders.remove('build') if 'build' in folders else None
            for name in names:
                with open(os.path.join(folder, name), encoding='utf-8') as file:
                    found[os.path.join(folder, name)] = file.read()
        return found

    def mutate(self, *arguments):
        before = self.sources()
        run = subprocess.run([sys.executable, MUTATE, '--root', self.root, *arguments], capture_output=True, text=True,
                             check=False)
        self.assertEqual(self.sources(), before)
        return run

    def test_reports_what_no_test_notices_and_nothing_else(self):
        run = self.mutate('toy', '--all')
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        survivors = re.search(r'no test noticed:\n(.*?)\n\n', run.stdout, re.S).group(1)
        self.assertEqual(survivors, '  src/toy/toy.c:8: < -> <=    return x < 10;\n'
                                    '  src/toy/toy.c:8: 10 -> 11    return x < 10;')
        self.assertIn('same code: src/toy/toy.c:4: < -> <=', run.stdout)
        self.assertIn('caught by toy_test: src/toy/toy.c:4: 0 -> 1 #2', run.stdout)
        self.assertIn('caught by toy_test: src/toy/toy.h:6: 2 -> 3', run.stdout)
        # The library does not use what only the test takes from the header: the test must be compiled again to notice it.
        self.assertIn('caught by toy_test: src/toy/toy.h:10: + -> -', run.stdout)
        self.assertIn('0 did not compile, 2 compiled to the same code, 0 are known', run.stdout)
        self.assertRegex(run.stdout, r'\n7 of 9 mutants caught: 77\.8 percent\n$')

        # The missing test, and all are caught; one file alone; a sample.
        self.write('toy_small(11) == 0 && toy_small(10) == 0')
        run = self.mutate('toy', '--all')
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertRegex(run.stdout, r'\n9 of 9 mutants caught: 100\.0 percent\n$')
        self.assertRegex(self.mutate('toy', '--file', 'toy.h').stdout, r'\n2 of 2 mutants caught')
        self.assertIn('[3/3]', self.mutate('toy', '--most', '3', '--seed', '5').stdout)

        # What is known to change nothing does not count; what matches nothing is an error.
        known = 'src/toy/toy.c | return x < 10; | 10 -> 11 | nobody asks for ten\n'
        self.write('toy_small(11) == 0', '# known\n' + known)
        run = self.mutate('toy', '--all')
        self.assertRegex(run.stdout, r'1 are known to change nothing\n7 of 8 mutants caught')
        self.write('1', known.replace('10 -> 11', '10 -> 12'))
        run = self.mutate('toy', '--all')
        self.assertEqual(run.returncode, 2)
        self.assertIn('tools/mutate_equivalent.txt:1: matches 0 mutants, not 1', run.stderr)

        # A test that fails by itself says nothing about mutants.
        self.write('toy_small(11)')
        run = self.mutate('toy')
        self.assertEqual(run.returncode, 2)
        self.assertIn('toy_test fails without any change', run.stderr)

    def test_interrupted_it_leaves_nothing(self):
        before = self.sources()
        for number in (signal.SIGINT, signal.SIGTERM):
            with subprocess.Popen([sys.executable, MUTATE, '--root', self.root, 'toy', '--all', '--jobs', '1'],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
                self.assertIn('[1/', run.stdout.readline())
                run.send_signal(number)
                run.communicate(timeout=30)
                self.assertEqual(run.returncode, 130)
            self.assertEqual(self.sources(), before)
            build = os.listdir(os.path.join(self.root, 'build', 'mutate'))
            self.assertEqual([name for name in build if name.startswith('scratch')], [])

    def test_refuses_what_it_does_not_know(self):
        run = self.mutate('kitchen')
        self.assertEqual((run.returncode, run.stderr), (2, 'mutate: there is no room kitchen; the rooms are toy\n'))
        run = self.mutate('toy', '--file', 'spoon.c')
        self.assertEqual((run.returncode, run.stderr), (2, 'mutate: src/toy has no source spoon.c\n'))


if __name__ == '__main__':
    unittest.main()
