"""Does the alarm ring? Each case is a small tree that breaks one rule (or keeps it) and what check_style must say."""
import os
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.environ.get('ECLUSE_SOURCE', os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..'))
CHECK = os.path.join(SOURCE, 'tools', 'check_style.py')


def run_check(files, rules):
    with tempfile.TemporaryDirectory() as root:
        subprocess.run(['git', 'init', '-q', root], check=True)
        for path, text in files.items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, 'w', encoding='utf-8') as file:
                file.write(text)
        subprocess.run(['git', '-C', root, 'add', '-A'], check=True)
        run = subprocess.run([sys.executable, CHECK, '--root', root] + rules, capture_output=True, text=True, check=False)
        return run.returncode, run.stdout


class CheckStyle(unittest.TestCase):
    def finds(self, files, rules, what):
        code, output = run_check(files, rules)
        self.assertEqual(code, 1, output)
        self.assertIn(what, output)

    def passes(self, files, rules):
        code, output = run_check(files, rules)
        self.assertEqual(code, 0, output)

    def test_upward_include(self):
        self.finds({'src/promise/a.c': '#include "journal/journal.h"\n'}, ['includes'], 'promise may not include journal')

    def test_allowed_include(self):
        self.passes({'src/promise/a.c': '#include "base/text.h"\n'}, ['includes'])

    def test_include_in_comment(self):
        self.passes({'src/base/a.c': '/*\n#include "journal/journal.h"\n*/\n'}, ['includes'])

    def test_unknown_room(self):
        self.finds({'src/kitchen/a.c': 'int x;\n'}, ['includes'], 'no such room')

    def test_cycle(self):
        self.finds({'src/base/a.h': '#include "base/b.h"\n', 'src/base/b.h': '#include "base/a.h"\n'}, ['cycles'],
                   'which includes it back')

    def test_bans(self):
        for text in ('strcpy(a, b);', 'sprintf(a, "x");', 'x = atoi(s);', 'x = time(NULL);', 'x = rand();',
                     'strtok(a, b);', 'signal(1, f);', '/* TODO later */', 'exit(1);', 'goto somewhere;'):
            self.finds({'src/base/a.c': f'void f(void)\n{{\n    {text}\n}}\n'}, ['bans'], 'is banned here; use')

    def test_ban_names_replacement(self):
        self.finds({'src/base/a.c': 'int f(void)\n{\n    return atoi("1");\n}\n'}, ['bans'], 'use decimal_read')

    def test_ban_in_string_or_comment(self):
        self.passes({'src/base/a.c': '/* strcpy( is banned */\nconst char *a = "strcpy(a, b)";\n'}, ['bans'])

    def test_pure_room(self):
        self.finds({'src/promise/a.c': 'void *f(void)\n{\n    return malloc(1);\n}\n'}, ['bans'], 'promise_create')
        self.passes({'src/journal/a.c': 'void *f(void)\n{\n    return malloc(1);\n}\n'}, ['bans'])
        self.finds({'src/promise/a.c': 'double x;\n'}, ['bans'], 'integers')

    def test_env_may_ask_the_time(self):
        self.passes({'src/env/a.c': 'long f(void)\n{\n    return time(0);\n}\n'}, ['bans'])

    def test_long_function(self):
        body = '    x++;\n' * 71
        self.finds({'src/base/a.c': f'void f(void)\n{{\n{body}}}\n'}, ['functions'], 'f has 71 lines')

    def test_long_file(self):
        self.finds({'src/base/a.c': '/* x */\n' + 'int x;\n' * 801}, ['files'], 'over 800')

    def test_long_line(self):
        self.finds({'src/base/a.c': '/* ' + 'x' * 98 + ' */\n'}, ['files'], 'over 100')

    def test_words(self):
        self.finds({'docs/a.md': 'see ' + '/wo' + 'rk/x\n'}, ['words'], 'does not belong')

    def test_header_alone(self):
        self.finds({'src/base/a.h': '#ifndef ECLUSE_A_H\nint f(size_t);\n#endif\n'}, ['headers'], 'does not compile alone')
        self.passes({'src/base/a.h': '#ifndef ECLUSE_A_H\nint f(int);\n#endif\n'}, ['headers'])

    def test_unused_exception(self):
        self.finds({'src/base/a.c': 'int x;\n', 'tools/check_style_exceptions.txt': 'src/base/a.c todo because\n'}, [],
                   'excuses nothing')

    def test_used_exception(self):
        self.passes({'src/base/a.c': '/* TODO */\n', 'tools/check_style_exceptions.txt': 'src/base/a.c todo because\n'},
                    [])


if __name__ == '__main__':
    unittest.main()
