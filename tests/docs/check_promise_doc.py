#!/usr/bin/env python3
"""Runs the examples of docs/promise.md: each `sh` block's command must print what the `json` block after it says.

The `yaml` block is the shop.yaml of the commands that follow. Of an object only the keys that the page names are compared, of
a list every entry, in order. A promise exits with 0, a refusal with 1.
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


def run(program, command, folder, expected):
    words = command.split()
    assert words[0] == 'ecluse', command
    done = subprocess.run([program] + words[1:] + ['--json'], cwd=folder, capture_output=True, text=True, check=False)
    refused = expected.get('promised') is False
    if done.returncode != (1 if refused else 0):
        return [f'exit code {done.returncode}: {done.stderr.strip()}']
    return differences(expected, json.loads(done.stdout), '')


def main():
    source = os.environ.get('ECLUSE_SOURCE', os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    program = os.path.join(os.environ.get('ECLUSE_BUILD', os.path.join(source, 'build')), 'ecluse')
    with open(os.path.join(source, 'docs', 'promise.md'), encoding='utf-8') as page:
        blocks = BLOCK.findall(page.read())
    failed = 0
    ran = 0
    with tempfile.TemporaryDirectory() as folder:
        command = None
        for kind, text in blocks:
            if kind == 'yaml':
                with open(os.path.join(folder, 'shop.yaml'), 'w', encoding='utf-8') as shop:
                    shop.write(text)
            elif kind == 'sh':
                command = text.strip()
            elif kind == 'json':
                found = run(program, command, folder, json.loads(text))
                ran += 1
                failed += bool(found)
                for line in found:
                    print(f'{command}: {line}')
    print(f'{ran} examples, {failed} differ')
    return 1 if failed or ran < 5 else 0


if __name__ == '__main__':
    sys.exit(main())
