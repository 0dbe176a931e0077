#!/usr/bin/env python3
"""Runs the examples of docs/promise.md: the last command of each `sh` block must print what the `json` block after it says.

A `yaml` block is the shop.yaml of the commands that follow, and begins a new shop: what a block's commands leave in shop.db is there for
the next one; a `json` block right after it is its orders.json. ORDER1, ORDER2, ... stand for the orders of that shop, as they were made. Of an object only the keys that the page names are
compared, of a list every entry, in order. A promise exits with 0, a refusal with 1; what comes before must be done.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r'^```(\w+)\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def differences(expected, actual, path):
    """Every place where `actual` is not what the page says."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        found = []
        for key, value in expected.items():
            if key not in actual:
                found.append(f'{path}.{key} is missing')
            else:
                found += differences(value, actual[key], f'{path}.{key}')
        return found
    if isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            return [f'{path} has {len(actual)} entries, not {len(expected)}']
        return [d for i, (e, a) in enumerate(zip(expected, actual)) for d in differences(e, a, f'{path}[{i}]')]
    return [] if expected == actual else [f'{path} is {actual!r}, not {expected!r}']


def call(program, command, folder):
    words = command.split()
    assert words[0] == 'ecluse', command
    return subprocess.run([program] + words[1:] + ['--json'], cwd=folder, capture_output=True, text=True, check=False)


class Shop:
    """A folder with a shop.yaml, and what the commands made of it."""

    def __init__(self, program, folder, text):
        self.program = program
        self.folder = folder
        self.orders = []
        os.mkdir(folder)
        with open(os.path.join(folder, 'shop.yaml'), 'w', encoding='utf-8') as shop:
            shop.write(text)

    def run(self, block, expected):
        """The commands of a block; what differs."""
        commands = block.strip().split('\n')
        for command in commands:
            last = command is commands[-1]
            done = call(self.program, self.named(command), self.folder)
            refused = last and expected is not None and (expected.get('promised') is False or expected.get('status') == 409)
            if done.returncode != (1 if refused else 0):
                return [f'{command}: exit code {done.returncode}: {done.stderr.strip()}']
            answer = json.loads(done.stdout)
            if command.split()[1] == 'order':
                self.orders.append(answer['order'])
        return differences(json.loads(self.named(json.dumps(expected))), answer, '') if expected is not None else []

    def named(self, text):
        """The text with the orders' own numbers."""
        for number, order in enumerate(self.orders, 1):
            text = re.sub(rf'\bORDER{number}\b', order, text)
        return text


def main():
    source = os.environ.get('ECLUSE_SOURCE', os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    program = os.path.abspath(os.path.join(os.environ.get('ECLUSE_BUILD', os.path.join(source, 'build')), 'ecluse'))
    with open(os.path.join(source, 'docs', 'promise.md'), encoding='utf-8') as page:
        blocks = BLOCK.findall(page.read())
    failed = 0
    ran = 0
    with tempfile.TemporaryDirectory() as folder:
        shop = None
        for place, (kind, text) in enumerate(blocks):
            if kind == 'yaml':
                shop = Shop(program, os.path.join(folder, str(place)), text)
            elif kind == 'json' and blocks[place - 1][0] == 'yaml':
                with open(os.path.join(shop.folder, 'orders.json'), 'w', encoding='utf-8') as orders:
                    orders.write(text)
            elif kind == 'sh':
                has_answer = place + 1 < len(blocks) and blocks[place + 1][0] == 'json'
                found = shop.run(text, json.loads(blocks[place + 1][1]) if has_answer else None)
                ran += 1
                failed += bool(found)
                for line in found:
                    print(line if line.startswith('ecluse') else f'{text.strip().splitlines()[-1]}: {line}')
    print(f'{ran} examples, {failed} differ')
    return 1 if failed or ran < 30 else 0


if __name__ == '__main__':
    sys.exit(main())
