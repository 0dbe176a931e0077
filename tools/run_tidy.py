#!/usr/bin/env python3
"""Runs clang-tidy over src/ with the compile commands of a build directory, as many at once as there are cores.

The analyzer follows so many states of a function as NODES says, and then gives the rest of it up: most of its time goes into a few functions with
very many. With its own limit of 225,000 (--deep) it takes about five times as long over src/.

usage: run_tidy.py [--deep] BUILD_DIR [FILE ...]
"""
import concurrent.futures
import json
import os
import subprocess
import sys


NODES = 20000


def sources(build):
    with open(os.path.join(build, 'compile_commands.json'), encoding='utf-8') as file:
        for entry in json.load(file):
            path = os.path.normpath(os.path.join(entry['directory'], entry['file']))
            if '/src/' in path and not path.endswith(('_test.c', '_testing.c')):
                yield path


def tidy(build, path, deep):
    limit = [] if deep else [f'--extra-arg={word}' for word in ('-Xclang', '-analyzer-config', '-Xclang', f'max-nodes={NODES}')]
    run = subprocess.run(['clang-tidy', '--quiet', '-p', build, '--extra-arg=-Wno-unknown-warning-option', *limit, path],
                         capture_output=True, text=True, check=False)
    return run.returncode, run.stdout


def main():
    deep = '--deep' in sys.argv
    build, *files = [argument for argument in sys.argv[1:] if argument != '--deep']
    files = files or sorted(set(sources(build)))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for code, output in pool.map(lambda path: tidy(build, path, deep), files):
            if code != 0:
                failed += 1
                print(output)
    print(f'{len(files)} files, {failed} with findings')
    return 1 if failed or not files else 0


if __name__ == '__main__':
    sys.exit(main())
