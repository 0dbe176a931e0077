"""tools/embed.py: what it refuses in .po files, that the project's own messages are all there and all used, and that bytes survive."""
import glob
import os
import re
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.environ.get('ECLUSE_SOURCE', os.path.join(os.path.dirname(__file__), '..', '..'))
EMBED = os.path.join(SOURCE, 'tools', 'embed.py')


def run(*arguments):
    return subprocess.run([sys.executable, EMBED, *arguments], capture_output=True, text=True)


class Embed(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, name, text):
        path = os.path.join(self.folder.name, name)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    def po(self, french, english):
        header = 'msgid ""\nmsgstr ""\n"Language: x\\n"\n\n'
        return run('po', os.path.join(self.folder.name, 'out.c'), self.file('fr.po', header + french), self.file('en.po', header + english))

    def test_own_messages(self):
        po = [os.path.join(SOURCE, 'web', 'po', name) for name in ('fr.po', 'en.po')]
        done = run('check', *po, '--templates', *glob.glob(SOURCE + '/web/store/*.html'), '--sources', *glob.glob(SOURCE + '/src/pages/*.c'))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_check_finds(self):
        one = self.file('fr.po', 'msgid "a"\nmsgstr "x"\nmsgid "b"\nmsgstr "y"\n')
        page = self.file('p.html', '{{_a}}{{_c}}')
        code = self.file('c.c', 'f(MESSAGE("d"));')
        done = run('check', one, one, '--templates', page, '--sources', code)
        self.assertEqual(done.returncode, 1)
        for said in ("no message 'c'", "no message 'd'", "nobody uses 'b'"):
            self.assertIn(said, done.stdout)

    def test_refusals(self):
        good = 'msgid "a"\nmsgstr "x {n}"\n'
        self.assertEqual(self.po(good, good).returncode, 0)
        self.assertIn("'a' is missing", self.po(good, '').stderr)
        self.assertIn('other placeholders', self.po(good, 'msgid "a"\nmsgstr "x {m}"\n').stderr)
        self.assertIn('has no text', self.po(good, 'msgid "a"\nmsgstr ""\n').stderr)
        self.assertIn('stands twice', self.po(good + good, good).stderr)
        self.assertIn('double quotes', self.po('msgid a\n', good).stderr)
        self.assertIn('is expected', self.po('nonsense\n', good).stderr)

    def test_french_spaces(self):
        text = 'msgid "a"\nmsgstr "Merci ! « {n} » : a ; b ? 5 %, http://x"\n'
        self.assertEqual(self.po(text, text).returncode, 0)
        with open(os.path.join(self.folder.name, 'out.c'), encoding='ascii') as file:
            row = next(line for line in file if '"a"' in line)
        texts = [re.sub(r'\\([0-7]{3})', lambda m: chr(int(m[1], 8)), part).encode('latin-1').decode() for part in re.findall(r'"((?:[^"\\]|\\.)*)"', row)]
        self.assertEqual(texts, ['a', 'Merci\u202f! «\u00a0{n}\u00a0»\u00a0: a\u202f; b\u202f? 5\u00a0%, http://x',
                                 'Merci ! « {n} » : a ; b ? 5 %, http://x'])

    def test_bytes(self):
        data = bytes(range(256)) * 20 + b'"\\??/\n'
        path = os.path.join(self.folder.name, 'data')
        with open(path, 'wb') as file:
            file.write(data)
        out = os.path.join(self.folder.name, 'out.c')
        self.assertEqual(run('files', out, 'z=' + path, 'a=' + path).returncode, 0)
        with open(out, encoding='ascii') as file:
            text = file.read()
        self.assertLess(text.index('"a"'), text.index('"z"'))
        first = text[text.index('{"a", {') + 7:text.index('}, "', text.index('{"a"'))]
        literals = ''.join(re.findall(r'"((?:[^"\\]|\\.)*)"', first))
        self.assertEqual(re.sub(r'\\([0-7]{3}|.)', lambda m: chr(int(m[1], 8)) if len(m[1]) == 3 else m[1], literals).encode('latin-1'), data)


if __name__ == '__main__':
    unittest.main()
