#!/usr/bin/env python3
"""Breaks a room's code at one place after another and runs the tests that guard it; says which changes no test noticed.

usage: mutate.py ROOM [--most N | --all] [--seed N] [--file NAME ...] [--jobs N]

A mutant is one changed token of src/ROOM: an operator (< <=, > >=, == !=, + -, && ||) or a number (0 1, 1 0, n n+1), not in
comments, texts, declarations of sizes, enums, case labels and assertions. It is written into build/mutate; each object that takes
the changed file in, of the room and of the tests alike, is compiled again and linked with the others into the room's property
test and its unit tests, which run until one fails.
What takes ten times as long as it should counts as caught, and so does what UBSan stops. What does not compile, or compiles
to the very same code, does not count. What a person judged to change nothing that can be seen stands in tools/mutate_equivalent.txt, a line each:

    FILE | the line's text | CHANGE | reason        CHANGE as printed: `< -> <=`, or `< -> <= #2` for the second on the line;
                                                    with ` x2` behind it if it stands for two lines of this text

An entry that matches another number of lines is an error. Exit 0 if at least 90 percent were caught, 1 if not, 2 if it could not be tried.
"""
import argparse
import collections
import concurrent.futures
import glob
import json
import math
import os
import random
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

from arguments import natural

CAUGHT_PERCENT_LEAST = 90
SLOWER_MOST = 10
SECONDS_LEAST = 2
ASLEEP_SECONDS_MOST = 300
SAMPLE_DEFAULT = 600

# Beside its unit tests, what guards a room: (program, arguments), in the order of how soon they find something.
GUARDS = {
    'promise': [('tests/property/promise_property', ['--seed', '1', '--runs', '6']),
                'unit tests',
                ('tests/property/promise_property', ['--seed', '1001', '--runs', '60']),
                ('tests/property/promise_property', ['--seed', '5001', '--runs', '60'])],
}

# ---- where a token may be changed ----

TOKEN = re.compile(r'''
    (?P<comment>/\*.*?\*/|//[^\n]*)
  | (?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
  | (?P<directive>^[ \t]*\#(?:\\\n|[^\n])*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)
  | (?P<operator><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[^\s\w])
''', re.X | re.S | re.M)

SWAPS = {'<': '<=', '<=': '<', '>': '>=', '>=': '>', '==': '!=', '!=': '==', '&&': '||', '||': '&&', '+': '-', '-': '+'}
INTEGER = re.compile(r'(0[xX][0-9a-fA-F]+|0|[1-9]\d*)([uUlL]*)')
NOT_OPERANDS = {'return', 'case', 'sizeof', 'else', 'do', 'goto'}
# What is asserted is not what is done, and a prefetch does nothing that can be seen.
LEFT_OUT_CALLS = {'ASSERT', '_Static_assert', 'static_assert', '__builtin_prefetch', '__attribute__'}
TYPE_WORD = re.compile(r'\w+_t|int|char|short|long|unsigned|signed|bool|float|double|void|const')
CLOSING = {'(': ')', '[': ']', '{': '}'}

Token = collections.namedtuple('Token', 'kind text start')


class Mutant:
    def __init__(self, path, text, token, to, nth):
        self.path = path
        self.start = token.start
        self.end = token.start + len(token.text)
        self.to = to
        self.line = text.count('\n', 0, token.start) + 1
        self.line_text = text.split('\n')[self.line - 1].strip()
        self.change = f'{token.text} -> {to}' + (f' #{nth}' if nth > 1 else '')

    def __str__(self):
        return f'{self.path}:{self.line}: {self.change}    {self.line_text}'


def tokens_of(text):
    return [Token(match.lastgroup, match.group(0), match.start()) for match in TOKEN.finditer(text)
            if match.lastgroup not in ('comment', 'directive')]


def closing_of(tokens, opening):
    """The index of the bracket that closes the one at `opening`."""
    close = CLOSING[tokens[opening].text]
    depth = 0
    for i in range(opening, len(tokens)):
        if tokens[i].kind == 'operator':
            depth += (tokens[i].text == tokens[opening].text) - (tokens[i].text == close)
            if depth == 0:
                return i
    return len(tokens) - 1


def is_size(tokens, opening):
    """Is the [ at `opening` of a declaration or of a designated initializer?"""
    back = opening - 1
    while back > 0 and tokens[back].text == ']':
        while back > 0 and tokens[back].text != '[':
            back -= 1
        back -= 1
    if tokens[back].text in ('{', ','):
        return True
    before = back - 1
    while before > 0 and tokens[before].text == '*':
        before -= 1
    if before < 0 or tokens[before].kind != 'word' or tokens[before].text in NOT_OPERANDS:
        return False
    pointer = before < back - 1
    struct = before > 0 and tokens[before - 1].text in ('struct', 'enum', 'union')
    return not pointer or struct or TYPE_WORD.fullmatch(tokens[before].text) is not None


def is_cast(tokens, closing):
    """Does the ) at `closing` end a cast, so that what follows is a sign and no operator?"""
    i = closing - 1
    if tokens[i].text == '*':
        return True
    return TYPE_WORD.fullmatch(tokens[i].text) is not None or tokens[i - 1].text in ('struct', 'enum', 'union')


def is_binary(tokens, i):
    before = tokens[i - 1]
    if before.kind == 'word':
        return before.text not in NOT_OPERANDS
    return before.kind == 'number' or before.text == ']' or (before.text == ')' and not is_cast(tokens, i - 1))


def left_out(tokens):
    """The indexes of tokens that stay as they are."""
    out = set()
    for i, token in enumerate(tokens):
        following = tokens[i + 1].text if i + 1 < len(tokens) else ''
        if token.text in LEFT_OUT_CALLS and following == '(':
            out.update(range(i, closing_of(tokens, i + 1) + 1))
        elif token.text == '[' and is_size(tokens, i):
            out.update(range(i, closing_of(tokens, i) + 1))
        elif token.text == 'enum':
            body = i + 1 if following == '{' else i + 2
            if body < len(tokens) and tokens[body].text == '{':
                out.update(range(i, closing_of(tokens, body) + 1))
        elif token.text == 'case':
            while i < len(tokens) and tokens[i].text != ':':
                out.add(i)
                i += 1
        elif token.text == '0' and tokens[i - 1].text == '{' and following == '}':
            out.add(i)  # {0}: nothing yet
    return out


def replacement(tokens, i):
    token = tokens[i]
    if token.kind == 'operator' and token.text in SWAPS:
        if token.text in '+-' and not is_binary(tokens, i):
            return None
        return SWAPS[token.text]
    number = INTEGER.fullmatch(token.text) if token.kind == 'number' else None
    if number is None:
        return None
    value = int(number.group(1), 0)
    if value <= 1:
        return str(1 - value) + number.group(2)
    return (hex(value + 1) if number.group(1)[:2].lower() == '0x' else str(value + 1)) + number.group(2)


def mutants_of(path, text):
    tokens = tokens_of(text)
    out = left_out(tokens)
    found = []
    seen = collections.Counter()
    for i, token in enumerate(tokens):
        to = replacement(tokens, i) if i not in out else None
        if to is not None:
            place = (text.count('\n', 0, token.start), token.text)
            seen[place] += 1
            found.append(Mutant(path, text, token, to, seen[place]))
    return found


# ---- what is known to change nothing ----

def equivalents_read(root, errors):
    path = os.path.join(root, 'tools', 'mutate_equivalent.txt')
    entries = {}
    if not os.path.exists(path):
        return entries
    with open(path, encoding='utf-8') as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            if not line or line.startswith('#'):
                continue
            # The line's text may hold | itself: the file stands first, change and reason last.
            parts = [part.strip() for part in line.split(' | ')]
            if len(parts) < 4 or not parts[-1]:
                errors.append(f'tools/mutate_equivalent.txt:{number}: an entry is FILE | line | CHANGE | reason')
                continue
            change, lines = re.fullmatch(r'(.*?)(?: x(\d+))?', parts[-2]).groups()
            entries[(parts[0], ' | '.join(parts[1:-2]), change)] = (number, int(lines or 1))
    return entries


def equivalents_split(mutants, entries, room, errors):
    """Mutants that are to be tried, and how many are known as equivalent."""
    used = collections.Counter()
    tried = []
    for mutant in mutants:
        key = (mutant.path, mutant.line_text, mutant.change)
        if key in entries:
            used[key] += 1
        else:
            tried.append(mutant)
    for key, (number, lines) in entries.items():
        if key[0].startswith(f'src/{room}/') and used[key] != lines:
            errors.append(f'tools/mutate_equivalent.txt:{number}: matches {used[key]} mutants, not {lines}; '
                          'look at it again, or remove it')
    return tried, len(mutants) - len(tried)


# ---- building ----

class Trouble(Exception):
    """The mutants cannot be tried; the text says why."""


def command_run(command, cwd):
    run = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if run.returncode != 0:
        raise Trouble(f'{shlex.join(command)} failed:\n{run.stdout[-3000:]}')
    return run.stdout


class Build:
    """build/mutate: how its objects and tests are made, and what each object takes in. Objects are called what ninja calls them."""

    def __init__(self, root, room):
        self.root = root
        self.room = room
        self.path = os.path.join(root, 'build', 'mutate')
        if not os.path.exists(os.path.join(self.path, 'build.ninja')):
            command_run(['meson', 'setup', self.path, root, '--buildtype=plain', '-Doptimization=1',
                         '-Db_sanitize=undefined'], root)
        command_run(['ninja', '-C', self.path, 'build.ninja'], root)
        self.guards = self.guards_find()
        command_run(['ninja', '-C', self.path] + sorted({program for program, _ in self.guards}), root)
        self.takes_in = self.takes_in_read()
        self.compiles = self.compiles_read()
        self.links = {program: self.link_read(program) for program, _ in self.guards}
        self.scratch = tempfile.mkdtemp(prefix='scratch-', dir=self.path)
        self.seconds = []

    def prepare(self):
        """How long each test may take."""
        self.seconds = [self.guard_seconds(i) for i in range(len(self.guards))]

    def guards_find(self):
        targets = json.loads(command_run(['meson', 'introspect', self.path, '--targets'], self.root))
        folder = os.path.join(self.root, 'src', self.room) + os.sep
        units = []
        for target in targets:
            sources = [source for group in target['target_sources'] for source in group.get('sources', [])]
            if target['type'] == 'executable' and any(
                    os.path.abspath(source).startswith(folder) and source.endswith('_test.c') for source in sources):
                units.append((os.path.relpath(target['filename'][0], self.path), []))
        if not units:
            raise Trouble(f'src/{self.room} has no unit test that could notice anything')
        guards = []
        for guard in GUARDS.get(self.room, ['unit tests']):
            guards.extend(sorted(units) if guard == 'unit tests' else [guard])
        return guards

    def takes_in_read(self):
        """The files of this tree that each object was made of, as the compiler told ninja: {object: {path}}."""
        takes_in = {}
        for line in command_run(['ninja', '-C', self.path, '-t', 'deps'], self.root).split('\n'):
            made = re.fullmatch(r'(\S.*): #deps \d+, deps mtime .*', line)
            if made:
                files = takes_in.setdefault(made.group(1), set())
            elif line.strip() and takes_in:
                files.add(os.path.relpath(os.path.join(self.path, line.strip()), self.root))
        return takes_in

    def compiles_read(self):
        """How each object is compiled: {object: (its source, arguments without -o and the source)}."""
        with open(os.path.join(self.path, 'compile_commands.json'), encoding='utf-8') as file:
            commands = json.load(file)
        compiles = {}
        for command in commands:
            words = shlex.split(command['command'])
            del words[:[word.startswith('-') for word in words].index(True) - 1]  # a cache before the compiler
            drop = {words.index('-o'), words.index('-o') + 1, words.index('-c'), words.index(command['file'])}
            drop.update(i + k for i, word in enumerate(words) if word in ('-MF', '-MQ') for k in (0, 1))
            source = os.path.relpath(os.path.join(command['directory'], command['file']), self.root)
            compiles[command['output']] = (source, [word for i, word in enumerate(words)
                                                    if i not in drop and word not in ('-MD', '-Werror')])
        return compiles

    def link_read(self, program):
        """How a test is linked, with the objects of libraries instead of the libraries."""
        words = []
        for word in shlex.split(command_run(['ninja', '-C', self.path, '-t', 'commands', program], self.root)
                                .strip().split('\n')[-1]):
            members = [built for built in self.compiles if word.endswith('.a') and os.path.dirname(built) == word + '.p']
            words.extend([built for built in members if built not in words] or ([] if members else [word]))
        if not any(self.compiles[word][0].startswith(f'src/{self.room}/') and not word.startswith(program + '.p/')
                   for word in words if word in self.compiles):
            raise Trouble(f'{program} is not linked with the objects of src/{self.room}')
        return words

    def made_of(self, path, program):
        """The objects of a test that take in a file."""
        return [word for word in self.links[program] if path in self.takes_in.get(word, ())]

    def overlay(self, path, text, folder):
        """Puts a text where the compiler finds it before the file at `path`; in what it says, the file keeps its name."""
        copy = os.path.join(folder, 'include', os.path.relpath(path, 'src'))
        os.makedirs(os.path.dirname(copy), exist_ok=True)
        with open(copy, 'w', encoding='utf-8') as file:
            file.write(f'#line 1 "{path}"\n{text}')

    def compile(self, built, path, folder, to, *options):
        """Compiles an object that takes in `path`, from the overlay in `folder`."""
        source, words = self.compiles[built]
        include = os.path.join(folder, 'include')
        file = os.path.join(include, os.path.relpath(path, 'src')) if source == path else os.path.join(self.root, source)
        command = words[:1] + ['-w', '-I', include] + words[1:] + [*options, '-c', file, '-o', to]
        return subprocess.run(command, cwd=self.path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              check=False).returncode == 0

    def is_same(self, built, path, texts, folder):
        """Does the compiler make the same of both texts? Without UBSan, which writes down columns."""
        codes = []
        for text in texts:
            to = os.path.join(folder, 'same.o')
            self.overlay(path, text, folder)
            if not self.compile(built, path, folder, to, '-fno-sanitize=all', '-O2'):
                raise Trouble(f'{built} does not compile without UBSan')
            with open(to, 'rb') as file:
                codes.append(file.read())
        return codes[0] == codes[1]

    def link(self, program, objects, to):
        """`objects`: what takes the place of an object."""
        command_run([to if word == program else objects.get(word, word) for word in self.links[program]], self.path)

    def guard_run(self, i, program, seconds):
        """None if it passes, else how it was caught. The seconds are the processor's: on a busy machine, a test that is
        right would run out of others."""
        name = os.path.basename(self.guards[i][0])
        environment = dict(os.environ, ECLUSE_SOURCE=self.root, ECLUSE_BUILD=self.path)
        command = ['sh', '-c', 'ulimit -S -t "$0" && exec "$@"', str(seconds), program] + self.guards[i][1]
        try:
            run = subprocess.run(command, cwd=self.path, env=environment, timeout=ASLEEP_SECONDS_MOST,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 check=False)
        except subprocess.TimeoutExpired:
            return f'time-out of {name}, asleep'
        if run.returncode == -signal.SIGXCPU:
            return f'time-out of {name}'
        return None if run.returncode == 0 else name

    def guard_seconds(self, i):
        program = os.path.join(self.path, self.guards[i][0])
        began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        if self.guard_run(i, program, ASLEEP_SECONDS_MOST) is not None:
            raise Trouble(f'{self.guards[i][0]} fails without any change')
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began
        return max(SECONDS_LEAST, math.ceil(SLOWER_MOST * used))

    def close(self):
        shutil.rmtree(self.scratch, ignore_errors=True)


# ---- trying ----

NOT_COMPILED, SAME, CAUGHT, SURVIVED = range(4)


def mutant_try(build, mutant, texts):
    """(what became of it, who caught it)."""
    text = texts[mutant.path]
    changed = text[:mutant.start] + mutant.to + text[mutant.end:]
    with tempfile.TemporaryDirectory(dir=build.scratch) as folder:
        build.overlay(mutant.path, changed, folder)
        objects = {}
        for i, (program, _) in enumerate(build.guards):
            linked = os.path.join(folder, program.replace('/', '_'))
            if not os.path.exists(linked):
                for built in build.made_of(mutant.path, program):
                    if built not in objects:
                        objects[built] = os.path.join(folder, f'{len(objects)}.o')
                        if not build.compile(built, mutant.path, folder, objects[built]):
                            return NOT_COMPILED, None
                build.link(program, objects, linked)
            caught = build.guard_run(i, linked, build.seconds[i])
            if caught is not None:
                return CAUGHT, caught
        # What no test has in it is noticed by none.
        same = bool(objects) and all(build.is_same(built, mutant.path, (text, changed), folder) for built in objects)
    return SAME if same else SURVIVED, None


class Tally:
    def __init__(self, count):
        self.count = count
        self.done = 0
        self.lock = threading.Lock()
        self.files = collections.defaultdict(collections.Counter)
        self.survivors = []

    def add(self, mutant, fate, by):
        with self.lock:
            self.done += 1
            self.files[mutant.path][fate] += 1
            if fate == SURVIVED:
                self.survivors.append(mutant)
            words = {NOT_COMPILED: 'no compile', SAME: 'same code', CAUGHT: f'caught by {by}', SURVIVED: 'SURVIVED'}
            print(f'[{self.done}/{self.count}] {words[fate]}: {mutant}', flush=True)

    def total(self, fate):
        return sum(counts[fate] for counts in self.files.values())

    def report(self, equivalent):
        if self.survivors:
            print('\nno test noticed:')
            for mutant in sorted(self.survivors, key=lambda mutant: (mutant.path, mutant.start)):
                print(f'  {mutant}')
        print('\ncaught   of  file')
        for path, counts in sorted(self.files.items()):
            tried = counts[CAUGHT] + counts[SURVIVED]
            if tried:
                print(f'{100 * counts[CAUGHT] / tried:5.1f} % {tried:4}  {path}')
        caught, tried = self.total(CAUGHT), self.total(CAUGHT) + self.total(SURVIVED)
        print(f'left out: {self.total(NOT_COMPILED)} did not compile, {self.total(SAME)} compiled to the same code, '
              f'{equivalent} are known to change nothing')
        print(f'{caught} of {tried} mutants caught: {100 * caught / tried if tried else 0:.1f} percent')
        return tried > 0 and 100 * caught >= CAUGHT_PERCENT_LEAST * tried


def rooms_of(root):
    return sorted(os.path.basename(os.path.dirname(path)) for path in glob.glob(os.path.join(root, 'src/*/meson.build')))


def room_read(root, room, names):
    """The sources of a room by their paths, all of them and those that are to be changed."""
    if room not in rooms_of(root):
        raise Trouble(f'there is no room {room}; the rooms are {", ".join(rooms_of(root))}')
    texts = {}
    for path in sorted(glob.glob(os.path.join(root, 'src', room, '*.[ch]'))):
        name = os.path.basename(path)
        if not name.endswith('_test.c') and '_test_' not in name:
            with open(path, encoding='utf-8') as file:
                texts[os.path.relpath(path, root)] = file.read()
    unknown = [name for name in names if f'src/{room}/{name}' not in texts]
    if unknown:
        raise Trouble(f'src/{room} has no source {unknown[0]}')
    return texts


def mutate(arguments):
    root = os.path.abspath(arguments.root)
    texts = room_read(root, arguments.room, arguments.file)
    everything = [mutant for path, text in texts.items() for mutant in mutants_of(path, text)]
    errors = []
    tried, equivalent = equivalents_split(everything, equivalents_read(root, errors), arguments.room, errors)
    if errors:
        raise Trouble('\n'.join(errors))
    if arguments.file:
        tried = [mutant for mutant in tried if os.path.basename(mutant.path) in arguments.file]
    if not arguments.all and len(tried) > arguments.most:
        tried = random.Random(arguments.seed).sample(tried, arguments.most)
    build = Build(root, arguments.room)
    tally = Tally(len(tried))
    try:
        build.prepare()
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            futures = {pool.submit(mutant_try, build, mutant, texts): mutant for mutant in tried}
            try:
                for future in concurrent.futures.as_completed(futures):
                    tally.add(futures[future], *future.result())
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    finally:
        build.close()
    return 0 if tally.report(equivalent) else 1


def main():
    parser = argparse.ArgumentParser(prog='scripts/mutate', description=__doc__.split('\n\n', maxsplit=1)[0])
    parser.add_argument('room')
    parser.add_argument('--most', type=natural, default=SAMPLE_DEFAULT,
                        help=f'try a sample of so many places (default {SAMPLE_DEFAULT})')
    parser.add_argument('--all', action='store_true', help='try every place')
    parser.add_argument('--seed', type=natural, default=1, help='of the sample (default 1)')
    parser.add_argument('--file', action='append', default=[], metavar='NAME', help='only this file; may be repeated')
    parser.add_argument('--jobs', type=natural, default=2, help='mutants at the same time (default 2)')
    parser.add_argument('--root', default=os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'),
                        help=argparse.SUPPRESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        return mutate(parser.parse_args())
    except Trouble as trouble:
        print(f'mutate: {trouble}', file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print('mutate: interrupted', file=sys.stderr)
        return 130


if __name__ == '__main__':
    sys.exit(main())
