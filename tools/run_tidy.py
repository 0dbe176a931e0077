#!/usr/bin/env python3
"""Runs clang-tidy over src/ with the compile commands of a build directory, as many at once as there are cores.

usage: run_tidy.py BUILD_DIR [FILE ...]
"""
import concurrent.futures
import json
import os
import subprocess
import sys


def sources(build):
    with open(os.path.join(build, 'compile_commands.json'), encoding='utf-8') as file:
        for entry in json.load(file):
            path = os.path.normpath(os.path.join(entry['directory'], entry['file']))
            if '/src/' in path and not path.endswith(('_test.c', '_testing.c')):
                yield path


def tidy(build, path):
    run = subprocess.run(['clang-tidy', '--quiet', '-p', build, '--extra-arg=-Wno-unknown-warning-option', path],
                         capture_output=True, text=True, check=False)
    return run.returncode, run.stdout


def main():
    build = sys.argv[1]
    files = sys.argv[2:] or sorted(set(sources(build)))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for code, output in pool.map(lambda path: tidy(build, path), files):
            if code != 0:
                failed += 1
                print(output)
    print(f'{len(files)} files, {failed} with findings')
    return 1 if failed or not files else 0


if __name__ == '__main__':
    sys.exit(main())
