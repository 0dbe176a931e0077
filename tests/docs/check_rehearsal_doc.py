#!/usr/bin/env python3
"""The assumptions in docs/rehearsal.md are those of the program; its worked example is what the program answers."""
import json
import os
import re
import subprocess
import sys
import tempfile

BUILD = os.environ.get('ECLUSE_BUILD', 'build')
SOURCE = os.environ.get('ECLUSE_SOURCE', os.path.join(os.path.dirname(__file__), '..', '..'))


def rows_of_page():
    with open(os.path.join(SOURCE, 'docs', 'rehearsal.md'), encoding='utf-8') as file:
        table = file.read().split('<!-- assumptions -->')[1].split('\n\n')[1]
    return [tuple(cell.strip() for cell in line.strip('|').split('|')) for line in table.splitlines()[2:]]


def rows_of_program():
    with open(os.path.join(SOURCE, 'src', 'model', 'assumptions.h'), encoding='utf-8') as file:
        table = file.read().split('#define ASSUMPTIONS(ROW)')[1].split('clang-format on')[0]
    rows = re.findall(r'ROW\((\w+), ([\d.]+), ([\d.]+), ([\d.]+), "([^"]+)",[\s\\]*"([^"]+)",[\s\\]*"([^"]+)"\)', table)
    if len(rows) != table.count('ROW('):
        sys.exit('src/model/assumptions.h: has its form changed?')
    return [(f'`{name}`', default, f'{low} to {high}', unit, meaning, source) for name, default, low, high, unit, meaning, source in rows]


def page_text():
    with open(os.path.join(SOURCE, 'docs', 'rehearsal.md'), encoding='utf-8') as file:
        return file.read()


def example_answer(page):
    """What the program says about the worked example's shop."""
    shop = re.search(r'<!-- worked example -->\n\n```yaml\n(.*?)```', page, re.S).group(1)
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, 'shop.yaml'), 'w', encoding='utf-8') as file:
            file.write(shop)
        done = subprocess.run([os.path.join(BUILD, 'ecluse'), 'rehearse', 'shop.yaml', '--runs', '40', '--json'], cwd=folder, capture_output=True,
                              text=True, check=True, timeout=100)
    return json.loads(done.stdout)


def differences(told, answered, place='answer'):
    """Numbers may differ by a hundredth: libm differs between processors in the last digit, and a visitor then in a second."""
    if isinstance(told, dict):
        return [text for key, value in told.items() for text in differences(value, answered[key], f'{place}.{key}')]
    if isinstance(told, list):
        pairs = [text for i, value in enumerate(told) if i < len(answered) for text in differences(value, answered[i], f'{place}.{i}')]
        return pairs + ([f'{place}: {len(answered)} entries'] if len(answered) != len(told) else [])
    same = abs(told - answered) <= 0.01 * abs(told) if isinstance(told, (int, float)) else told == answered
    return [] if same else [f'{place}: {told} on the page, {answered} by the program']


page, program = rows_of_page(), rows_of_program()
for here, there in ((page, program), (program, page)):
    for row in here:
        if row not in there:
            print(f'only in one place: {row}')
text = page_text()
wrong = differences(json.loads(re.search(r'```json\n(.*?)```', text, re.S).group(1)), example_answer(text))
print('\n'.join(wrong))
sys.exit(page != program or not program or bool(wrong))
