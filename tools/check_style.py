#!/usr/bin/env python3
"""The house style as a test: who may include whom, what is banned and what to use instead, how long things are.

usage: check_style.py [--root DIR] [RULE ...]

Rules: includes, cycles, headers, functions, files, bans, words. Without RULE: all but `headers` (which compiles each
header alone and wants a compiler). Every finding is one line `file:line: what; what instead`. An exception stands in
tools/check_style_exceptions.txt with its reason; one that excuses nothing is itself a finding.
"""
import argparse
import os
import re
import subprocess
import sys

# The floors, from the ground: a room may include itself and these (DESIGN: no arrow upward).
ROOMS = {
    'base': [],
    'env': ['base'],
    'model': ['base'],
    'report': ['base'],
    'promise': ['base', 'model'],
    'gate': ['base', 'model'],
    'floor': ['base', 'model', 'promise'],
    'supply': ['base', 'model', 'promise'],
    'door': ['base', 'env', 'gate'],
    'journal': ['base', 'env', 'model', 'promise', 'floor', 'supply'],
    'engine': ['base', 'env', 'model', 'promise', 'gate', 'floor', 'supply', 'journal'],
    'rehearse': ['base', 'model', 'report', 'promise', 'gate', 'floor', 'supply'],
    'focus': ['base', 'model', 'report', 'promise', 'supply'],
    'pages': ['base', 'env', 'model', 'report', 'promise', 'gate', 'floor', 'supply', 'door', 'journal', 'engine'],
    'hooks': ['base', 'env', 'model', 'report', 'promise', 'journal', 'engine', 'pages'],
    'exchange': ['base', 'env', 'model', 'report', 'promise', 'journal', 'engine'],
    'crowd': ['base', 'env', 'model', 'report'],
    'commands': ['base', 'env', 'model', 'report', 'promise', 'gate', 'floor', 'supply', 'door', 'journal', 'engine',
                 'rehearse', 'focus', 'pages', 'hooks', 'exchange', 'crowd'],
}
PURE = ['promise', 'gate', 'floor', 'supply']
EXACT = PURE + ['model', 'journal', 'engine']

# (name, pattern, rooms or None for all, what to use instead)
BANS = [
    ('strcpy', r'\b(strcpy|strcat|strncat|stpcpy)\s*\(', None, 'struct text or memcpy with a length'),
    ('sprintf', r'\bv?sprintf\s*\(', None, 'text_append_format or snprintf'),
    ('gets', r'\b(gets|scanf|sscanf|fscanf)\s*\(', None, 'decimal_read, day_read or a reader of your own'),
    ('atoi', r'\b(atoi|atol|atoll|atof)\s*\(', None, 'decimal_read'),
    ('strtok', r'\bstrtok(_r)?\s*\(', None, 'slices'),
    ('time', r'\b(time|gettimeofday|clock|clock_gettime|localtime|localtime_r|gmtime|gmtime_r|mktime)\s*\(', '!env',
     'env->now or env->ticks_ns; base/calendar.h for dates'),
    ('rand', r'\b(rand|srand|random|srandom|drand48|getrandom|RAND_bytes)\s*\(', '!env', 'env->entropy or base/random.h'),
    ('alloca', r'\balloca\s*\(', None, 'an arena'),
    ('setjmp', r'\b(setjmp|longjmp)\s*\(', None, 'statuses and one unwinding ladder'),
    ('system', r'\b(system|popen)\s*\(', None, 'fork and exec with an argument list'),
    ('signal', r'\bsignal\s*\(', None, 'sigaction'),
    ('exit', r'\b(exit|_exit|abort)\s*\(', '!commands', 'a status that is returned; ASSERT for bugs'),
    ('libc assert', r'#\s*include\s*<assert\.h>', None, 'base/assert.h (always on)'),
    ('allocation', r'\b(malloc|calloc|realloc|strdup|free|mmap)\s*\(', PURE, 'memory taken in promise_create'),
    ('floating point', r'\b(float|double|long double)\b|\bstrtod\s*\(', EXACT, 'integers: base/decimal.h'),
    ('errno', r'\berrno\b', '!env', 'a status from env/, or the library call\'s own result'),
    ('todo', r'\b(TODO|FIXME|XXX|HACK)\b', None, 'the thing itself, or a sentence in docs/decisions'),
    ('goto', r'\bgoto\s+(?!err|out|done|close|free|unwind)', None, 'the unwinding ladder: goto err_after_<step>'),
    ('typedef struct', r'\btypedef\s+(struct|union|enum)\b', None, 'the struct by its name'),
]

# Words that users must never meet in the repository, whatever the file.
WORDS = [
    ('machine path', r'/work/|/root/|/home/[a-z]'),
    ('package registry', r'registry\.npmjs|deb\.debian\.org|pypi\.org|crates\.io'),
    ('workplace', r'\bfarm-studio\b|DEVELOPERS\.md|\bAI assistant\b|\bClaude\b|\bAnthropic\b|language model'),
]
WORDS_EXEMPT = ('tools/check_style.py', 'tests/style/', 'LICENSE')

FUNCTION_LINES_MAX = 70
COLUMNS_MAX = 100
FILE_LINES_MAX = 800


def strip_comments(text):
    """Blanks comments and string contents, keeping line numbers."""
    def blank(match):
        token = match.group(0)
        if token.startswith('/'):
            return re.sub(r'[^\n]', ' ', token)
        return '""' if token.startswith('"') else "' '"
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)


def line_of(text, position):
    return text.count('\n', 0, position) + 1


class Checker:
    def __init__(self, root):
        self.root = root
        self.findings = []
        self.exceptions = {}
        self.used = set()
        self.sources = {}
        self.read_exceptions()
        for folder, _, names in sorted(os.walk(os.path.join(root, 'src'))):
            for name in sorted(names):
                if name.endswith(('.c', '.h')):
                    path = os.path.join(folder, name)
                    with open(path, encoding='utf-8') as file:
                        self.sources[os.path.relpath(path, root)] = file.read()

    def read_exceptions(self):
        path = os.path.join(self.root, 'tools/check_style_exceptions.txt')
        if not os.path.exists(path):
            return
        with open(path, encoding='utf-8') as file:
            for number, line in enumerate(file, 1):
                line = line.strip()
                if not line or line.startswith('#'):
                    continue
                parts = line.split(None, 2)
                if len(parts) < 3:
                    self.findings.append(f'{path}:{number}: an exception is FILE RULE REASON')
                    continue
                self.exceptions[(parts[0], parts[1])] = number

    def found(self, path, line, rule, text):
        key = (path, rule.replace(' ', '-'))
        if key in self.exceptions:
            self.used.add(key)
            return
        self.findings.append(f'{path}:{line}: {text}')

    @staticmethod
    def room(path):
        parts = path.split('/')
        return parts[1] if len(parts) > 2 else None

    def is_test(self, path):
        return path.endswith('_test.c') or '_test_' in os.path.basename(path)

    def includes(self, path):
        text = re.sub(r'/\*.*?\*/', lambda m: re.sub(r'[^\n]', ' ', m.group(0)), self.sources[path], flags=re.S)
        for match in re.finditer(r'^\s*#\s*include\s+"([^"]+)"', text, re.M):
            yield match.group(1), line_of(text, match.start())

    def check_includes(self):
        for path in self.sources:
            room = self.room(path)
            if room is None or self.is_test(path):
                continue
            if room not in ROOMS:
                self.found(path, 1, 'room', f'no such room: {room}; the rooms stand in tools/check_style.py')
                continue
            for include, line in self.includes(path):
                other = include.split('/')[0] if '/' in include else None
                if other is None:
                    self.found(path, line, 'include', f'include "{include}" from src/: "{room}/{include}"')
                elif other in ROOMS and other != room and other not in ROOMS[room]:
                    self.found(path, line, 'include', f'{room} may not include {other}; move the thing down, or pass it in')

    def check_cycles(self):
        graph = {path: [] for path in self.sources}
        for path in self.sources:
            for include, _ in self.includes(path):
                target = 'src/' + include
                if target in graph:
                    graph[path].append(target)
        done = set()
        for start in graph:
            stack = [(start, iter(graph[start]))]
            trail = [start]
            while stack and start not in done:
                node, rest = stack[-1]
                following = next(rest, None)
                if following is None:
                    done.add(node)
                    stack.pop()
                    trail.pop()
                elif following in trail:
                    self.found(node, 1, 'cycle', f'includes {following}, which includes it back; cut the shared part out')
                elif following not in done:
                    stack.append((following, iter(graph[following])))
                    trail.append(following)

    def check_bans(self):
        for path, text in self.sources.items():
            room = self.room(path)
            code = strip_comments(text)
            for name, pattern, rooms, instead in BANS:
                if isinstance(rooms, str) and room == rooms[1:]:
                    continue
                if isinstance(rooms, list) and room not in rooms:
                    continue
                if self.is_test(path) and rooms is not None:
                    continue
                where = text if name in ('todo', 'libc assert') else code
                for match in re.finditer(pattern, where):
                    self.found(path, line_of(where, match.start()), name,
                               f'{match.group(0).strip()} is banned here; use {instead}')

    def functions(self, path):
        """(name, first line, lines) of each function; the layout is clang-format's, so braces stand in column 0."""
        lines = self.sources[path].split('\n')
        opened = None
        for number, line in enumerate(lines, 1):
            if line == '{' and opened is None:
                opened = number
            elif line == '}' and opened is not None:
                header = lines[opened - 2]
                back = opened - 2
                while '(' not in header and back > 0:
                    back -= 1
                    header = lines[back]
                match = re.search(r'(\w+)\s*\(', header)
                yield match.group(1) if match else '?', opened, number - opened - 1
                opened = None

    def check_functions(self):
        lengths = []
        for path in self.sources:
            for name, line, length in self.functions(path):
                if not self.is_test(path):
                    lengths.append(length)
                if length > FUNCTION_LINES_MAX:
                    self.found(path, line, 'function', f'{name} has {length} lines, over {FUNCTION_LINES_MAX}; split it')
        if lengths:
            lengths.sort()
            median = lengths[len(lengths) // 2]
            ninth = lengths[len(lengths) * 9 // 10]
            print(f'functions: {len(lengths)}, median {median} lines, ninth decile {ninth}, longest {lengths[-1]}')
            if median >= 15 or ninth >= 40:
                self.findings.append('src: the median function must stay under 15 lines, the ninth decile under 40')

    def check_files(self):
        for path, text in self.sources.items():
            count = text.count('\n')
            if count > FILE_LINES_MAX:
                self.found(path, count, 'file', f'{count} lines, over {FILE_LINES_MAX}; it may hold more than one thing')
            for number, line in enumerate(text.split('\n'), 1):
                if len(line) > COLUMNS_MAX:
                    self.found(path, number, 'columns', f'{len(line)} columns, over {COLUMNS_MAX}; break the line')
            if path.endswith('.h') and '#ifndef ECLUSE_' not in text:
                self.found(path, 1, 'guard', 'a header has a guard ECLUSE_ROOM_NAME_H')
            if count > 60 and not self.is_test(path) and path.endswith('.c') and not text.startswith('/*'):
                self.found(path, 1, 'opening', 'opens without the comment that says the data\'s way through it')

    def check_words(self):
        listed = subprocess.run(['git', '-C', self.root, 'ls-files', '-z'], capture_output=True, check=False).stdout
        for path in listed.decode().split('\0'):
            if not path or path.startswith(WORDS_EXEMPT):
                continue
            try:
                with open(os.path.join(self.root, path), encoding='utf-8') as file:
                    text = file.read()
            except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
                continue
            for name, pattern in WORDS:
                for match in re.finditer(pattern, text):
                    self.found(path, line_of(text, match.start()), name,
                               f'"{match.group(0)}" ({name}) does not belong into the repository')

    def check_headers(self):
        compiler = os.environ.get('CC', 'cc').split()
        flags = ['-std=c17', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', '-fsyntax-only', '-I',
                 os.path.join(self.root, 'src'), '-x', 'c']
        for path in self.sources:
            if path.endswith('.h'):
                run = subprocess.run(compiler + flags + [os.path.join(self.root, path)], capture_output=True, text=True,
                                     check=False)
                if run.returncode != 0:
                    first = run.stderr.strip().split('\n')[0]
                    self.found(path, 1, 'header', f'does not compile alone; include what it uses ({first})')

    def check_exceptions(self):
        for (path, rule), number in self.exceptions.items():
            if (path, rule) not in self.used:
                self.findings.append(f'tools/check_style_exceptions.txt:{number}: {path} {rule} excuses nothing; remove it')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--root', default=os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
    parser.add_argument('rules', nargs='*')
    arguments = parser.parse_args()
    checker = Checker(os.path.abspath(arguments.root))
    everything = ['includes', 'cycles', 'functions', 'files', 'bans', 'words', 'headers']
    for rule in arguments.rules or everything:
        getattr(checker, 'check_' + rule)()
    if not arguments.rules:
        checker.check_exceptions()
    for finding in checker.findings:
        print(finding)
    print(f'{len(checker.sources)} files checked, {len(checker.findings)} findings')
    return 1 if checker.findings else 0


if __name__ == '__main__':
    sys.exit(main())
