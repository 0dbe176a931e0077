"""Tests that mostly wait, some at a time: each test of the file in a process of its own, so that a run takes as long as its slowest, not as all.

    if __name__ == '__main__':
        together.main()

With names on the command line it is unittest.main(): `waiting_test.py Waiting.test_reload` runs that one. What main() is given stands before the
name on the command line of each.
"""
import concurrent.futures
import subprocess
import sys
import unittest

AT_ONCE = 4


def names(suite):
    for part in suite:
        if isinstance(part, unittest.TestSuite):
            yield from names(part)
        else:
            yield part.id().split('.', 1)[1]


def run(name, arguments):
    done = subprocess.run([sys.executable, sys.argv[0], *arguments, name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return name, done.returncode, done.stdout


def main(*arguments):
    if len(sys.argv) > 1:
        unittest.main()
    tests = list(names(unittest.defaultTestLoader.loadTestsFromModule(sys.modules['__main__'])))
    assert tests, 'no test in ' + sys.argv[0]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name, code, output in pool.map(lambda name: run(name, arguments), tests):
            print(name, 'ok' if code == 0 else 'FAILED', flush=True)
            if code != 0 or 'skipped=' in output:
                print(output, flush=True)
            failed += code != 0
    print(f'{len(tests)} tests, {failed} failed')
    sys.exit(1 if failed else 0)
