#!/usr/bin/env python3
"""Adds up the suites of a test run: reads meson's testlog.json files and lines `NAME pass|fail|skip` of a plain list, prints
one line a suite, every failure with the end of its output, and last `N passed, N failed`. Exit 1 if anything failed or
nothing passed.

usage: tally.py --plain FILE [BUILD_DIR ...]
"""
import argparse
import json
import os
import sys

PASSED = {'OK', 'EXPECTEDFAIL'}
SKIPPED = {'SKIP'}


def meson_results(build):
    path = os.path.join(build, 'meson-logs/testlog.json')
    if not os.path.exists(path):
        yield os.path.basename(build), 'the run itself', 'fail', f'{path} is missing: the tests did not run'
        return
    with open(path, encoding='utf-8') as file:
        for line in file:
            test = json.loads(line)
            result = test['result']
            outcome = 'pass' if result in PASSED else 'skip' if result in SKIPPED else 'fail'
            suite = os.path.basename(build)
            output = (test.get('stdout') or '') + (test.get('stderr') or '')
            yield suite, test['name'], outcome, output


def plain_results(path):
    with open(path, encoding='utf-8') as file:
        for line in file:
            name, outcome = line.split()
            yield 'checks', name, outcome, ''


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--plain')
    parser.add_argument('builds', nargs='*')
    arguments = parser.parse_args()
    results = []
    if arguments.plain and os.path.exists(arguments.plain):
        results.extend(plain_results(arguments.plain))
    for build in arguments.builds:
        results.extend(meson_results(build))
    suites = {}
    for suite, name, outcome, output in results:
        suites.setdefault(suite, {'pass': 0, 'fail': 0, 'skip': 0})[outcome] += 1
        if outcome == 'fail':
            print(f'FAILED {suite}: {name}')
            print('\n'.join('    ' + line for line in output.strip().split('\n')[-40:]))
        if outcome == 'skip':
            reason = output.strip().split('\n')[-1]
            print(f'skipped {suite}: {name}: {reason}')
    for suite, counts in suites.items():
        print(f"{suite}: {counts['pass']} passed, {counts['fail']} failed, {counts['skip']} skipped")
    passed = sum(counts['pass'] for counts in suites.values())
    failed = sum(counts['fail'] for counts in suites.values())
    print(f'{passed} passed, {failed} failed')
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
