#!/usr/bin/env python3
"""Runs a room's property test over consecutive seeds on all cores until so many steps are told, or a seed fails: then the
failing story is shrunk and printed. Exit 0 if all agreed, 1 if a seed failed.

usage: soak.py ROOM [--steps N] [--seed N] [--jobs N] [--program PATH]

--program: the built property test, instead of the one in build/soak that is built here.
"""
import argparse
import os
import re
import subprocess
import sys
import time

from arguments import natural

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
PROGRAMS = {'promise': 'tests/property/promise_property'}
STORIES_A_RUN = 100
WAIT_SECONDS = 0.05


def program_build(room):
    """The room's property test from build/soak; ends the program with the compiler's words where it does not build."""
    build = os.path.join(ROOT, 'build', 'soak')
    commands = [] if os.path.exists(os.path.join(build, 'build.ninja')) else [
        ['meson', 'setup', build, ROOT, '--buildtype=release']]
    commands.append(['ninja', '-C', build, PROGRAMS[room]])
    for command in commands:
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if run.returncode != 0:
            sys.exit(f'soak: {" ".join(command)} failed:\n{run.stdout[-3000:]}')
    return os.path.relpath(os.path.join(build, PROGRAMS[room]))


def duration(seconds):
    return f'{int(seconds) // 3600}:{int(seconds) // 60 % 60:02}:{int(seconds) % 60:02}'


class Soak:
    def __init__(self, program, arguments):
        self.program = program
        self.wanted = arguments.steps
        self.next_seed = arguments.seed
        self.jobs = arguments.jobs
        self.done = 0
        self.began = time.monotonic()
        self.running = []  # (process, its first seed)

    def start(self):
        command = [self.program, '--seed', str(self.next_seed), '--runs', str(STORIES_A_RUN)]
        self.running.append((subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True),
                             self.next_seed))
        self.next_seed += STORIES_A_RUN

    def stop(self):
        for process, _ in self.running:
            process.kill()
            process.communicate()
        self.running = []

    def collect(self):
        """Takes what has ended; returns the first seed of a run that failed, or None."""
        ended = [entry for entry in self.running if entry[0].poll() is not None]
        for entry in ended:
            self.running.remove(entry)
            process, seed = entry
            output, _ = process.communicate()
            if process.returncode != 0:
                return seed
            self.done += int(re.match(r'\d+', output).group(0))
        return None

    def progress(self):
        if not sys.stdout.isatty():
            return
        rate = self.done / (time.monotonic() - self.began + 0.001)
        left = duration((self.wanted - self.done) / rate) if rate > 0 else '?'
        print(f'\r{self.done:,} of {self.wanted:,} steps, {rate:,.0f} steps/s, {left} left\033[K', end='', flush=True)

    def run(self):
        while self.done < self.wanted:
            while len(self.running) < self.jobs:
                self.start()
            time.sleep(WAIT_SECONDS)
            failed = self.collect()
            if failed is not None:
                return failed
            self.progress()
        return None

    def summary(self):
        seconds = time.monotonic() - self.began
        clear = '\r\033[K' if sys.stdout.isatty() else ''
        print(f'{clear}{self.done:,} steps in {duration(seconds)}, {self.done / (seconds + 0.001):,.0f} steps/s')


def main():
    parser = argparse.ArgumentParser(prog='scripts/soak', description=__doc__.split('\n\n', maxsplit=1)[0])
    parser.add_argument('room')
    parser.add_argument('--steps', type=natural, default=100_000_000, help='how many in all (default 100,000,000)')
    parser.add_argument('--seed', type=natural, default=1, help='the first seed (default 1)')
    parser.add_argument('--jobs', type=natural, default=os.cpu_count(), help='at the same time (default: all cores)')
    parser.add_argument('--program', help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.room not in PROGRAMS:
        parser.error(f'{arguments.room} has no property test to soak; there is one for {", ".join(PROGRAMS)}')
    program = arguments.program or program_build(arguments.room)
    soak = Soak(program, arguments)
    try:
        failed = soak.run()
    except KeyboardInterrupt:
        first = min((seed for _, seed in soak.running), default=soak.next_seed)
        soak.stop()
        soak.summary()
        print(f'interrupted; go on with --seed {first}')
        return 130
    soak.stop()
    soak.summary()
    if failed is None:
        print('every answer and every date was equal')
        return 0
    print('a seed failed; shrinking its story', flush=True)
    shrunk = subprocess.run([program, '--shrink', '--seed', str(failed), '--runs', str(STORIES_A_RUN)], check=False)
    if shrunk.returncode == 0:
        print(f'told alone, none fails again: {program} --seed {failed} --runs {STORIES_A_RUN}')
    return 1


if __name__ == '__main__':
    sys.exit(main())
