#!/usr/bin/env python3
"""docs/setup.md word by word: its csv block is written, then each command of its console blocks is run in a terminal, answered as the page
answers, and must show exactly what the page shows."""
import os
import re
import shlex
import sys
import tempfile

ROOT = os.environ.get('ECLUSE_SOURCE', os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'support'))
from terminal import Terminal  # noqa: E402

BLOCK = re.compile(r'^```(csv|console)\n(.*?)^```$', re.MULTILINE | re.DOTALL)
ANSWERED = re.compile(r'^\d/\d .*\]: (.*)$', re.MULTILINE)


def run(program, folder, line, shown):
    """What differs."""
    words = shlex.split(line)
    assert words[0] == 'ecluse', line
    environment = {**os.environ, 'LC_ALL': 'C.UTF-8', 'NO_COLOR': '1', 'TERM': 'xterm'}
    terminal = Terminal([program] + words[1:], folder, environment)
    for answer in ANSWERED.findall(shown):
        terminal.answer(']: ', answer)
    code, seen = terminal.finish()
    if code == 0 and seen == shown:
        return []
    there, here = shown.split('\n'), seen.split('\n')
    found = [f'{line}: exit code {code}'] if code != 0 else []
    for number in range(max(len(there), len(here))):
        pair = [part[number] if number < len(part) else None for part in (there, here)]
        if pair[0] != pair[1]:
            found.append(f'{line}: line {number + 1} of the page: {pair[0]!r}; the program: {pair[1]!r}')
    return found


def main():
    program = os.path.abspath(os.path.join(os.environ.get('ECLUSE_BUILD', os.path.join(ROOT, 'build')), 'ecluse'))
    with open(os.path.join(ROOT, 'docs', 'setup.md'), encoding='utf-8') as page:
        text = page.read()
    name = re.search(r'^Say `(\S+)` holds this:$', text, re.MULTILINE).group(1)
    found = []
    ran = 0
    with tempfile.TemporaryDirectory() as folder:
        for kind, block in BLOCK.findall(text):
            if kind == 'csv':
                with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
                    file.write(block)
                continue
            for command in re.split(r'^\$ ', block, flags=re.MULTILINE)[1:]:
                line, shown = command.split('\n', 1)
                found += run(program, folder, line, shown)
                ran += 1
    print('\n'.join(found + [f'{ran} commands, {len(found)} differences']))
    return 1 if found or ran < 4 else 0


if __name__ == '__main__':
    sys.exit(main())
