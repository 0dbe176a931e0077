"""Golden tests of the command line: sessions with the program, as text that a person can read.

    # a comment
    > name.csv               a file of the session, its lines follow
    | a line of it
    $ ecluse COMMAND ...     a command; what it must print follows
    its standard output
    ! its standard error
    = 2                      its exit code, where it is not 0

In expected lines <...> stands for anything, <NAME> for a word that is remembered: later it must be the same, and commands get it. Every
session has a folder of its own with examples/ in it. `run.py --update SESSION.txt` writes what the program prints now into the
session (lines whose <...> still fit stay): read the difference before committing it.
"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
ECLUSE = pathlib.Path(os.environ.get('ECLUSE_BUILD', SOURCE / 'build')).resolve() / 'ecluse'
ORDER = re.compile(r'\b01[0-9a-hjkmnp-tv-z]{22}\b')
HOLE = re.compile(r'<(\.\.\.|[a-z_]+)>')


class Command:
    def __init__(self, line, number):
        self.line, self.number = line, number
        self.out, self.err, self.code = [], [], 0


def read(path):
    """The session's parts in order: comments and blank lines as text, files as (name, lines), commands."""
    parts = []
    for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
        last = parts[-1] if parts else None
        if line.startswith('$ '):
            parts.append(Command(line[2:], number))
        elif line.startswith('> '):
            parts.append((line[2:], []))
        elif line.startswith('| ') or line == '|':
            last[1].append(line[2:])
        elif line.startswith('#') or not isinstance(last, Command):
            parts.append(line)
        elif line.startswith('! '):
            last.err.append(line[2:])
        elif line.startswith('= '):
            last.code = int(line[2:])
        else:
            last.out.append(line)
    for part in parts:
        # Blank lines before the next command belong to the session, not to the output.
        while isinstance(part, Command) and part.out and not part.out[-1]:
            part.out.pop()
    return parts


def fits(expected, line, words):
    """Does the line fit? Then the words that it names are remembered."""
    pattern, at, new = '', 0, {}
    for hole in HOLE.finditer(expected):
        pattern += re.escape(expected[at:hole.start()])
        name, at = hole.group(1), hole.end()
        if name == '...':
            pattern += '.*'
        elif name in words or name in new:
            pattern += re.escape(words[name]) if name in words else f'(?P={name})'
        else:
            pattern += rf'(?P<{name}>[^\s"]+)'
            new[name] = True
    found = re.fullmatch(pattern + re.escape(expected[at:]), line)
    if found:
        words.update(found.groupdict())
    return bool(found)


def holes_kept(expected, line, words):
    """A line that is written anew keeps the holes of the one that it replaces: an id of this run would be no other run's."""
    named = [hole.group(1) for hole in HOLE.finditer(expected) if hole.group(1) != '...']
    for name, value in zip([name for name in named if name not in words], ORDER.findall(line)):
        words[name] = value
    for name, value in words.items():
        line = line.replace(value, f'<{name}>')
    return re.sub(r'"token":"[0-9a-f]{32}"', '"token":"<...>"', line)


def compare(expected, got, words):
    """The lines to keep: expected ones where they fit, else what was printed; and whether all fitted."""
    kept, right = [], len(expected) == len(got)
    for i, line in enumerate(got):
        good = i < len(expected) and fits(expected[i], line, words)
        kept.append(expected[i] if good else holes_kept(expected[i] if i < len(expected) else '', line, words))
        right = right and good
    return kept, right


def run(command, folder, words):
    line = HOLE.sub(lambda hole: words.get(hole.group(1), hole.group(0)), command.line)
    arguments = shlex.split(line)
    if arguments[0] != 'ecluse':
        raise SystemExit(f'line {command.number}: only ecluse can be run')
    environment = {'PATH': os.environ.get('PATH', ''), 'LC_ALL': 'C.UTF-8', 'TZ': 'UTC', 'HOME': str(folder)}
    done = subprocess.run([str(ECLUSE), *arguments[1:]], cwd=folder, env=environment, capture_output=True, timeout=60,
                          stdin=subprocess.DEVNULL)
    out = done.stdout.decode('utf-8').rstrip('\n').split('\n')
    err = done.stderr.decode('utf-8').rstrip('\n').split('\n')
    return [] if out == [''] else out, [] if err == [''] else err, done.returncode


def show(path, command, what, expected, got):
    print(f'{path.name}:{command.number}: $ {command.line}\n  {what}: expected')
    for line in expected:
        print(f'    {line}')
    print('  but got')
    for line in got:
        print(f'    {line}')


def play(path, update):
    """Plays a session; returns how many commands differ."""
    wrong, words, written = 0, {}, []
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(SOURCE / 'examples', pathlib.Path(folder) / 'examples')
        for part in read(path):
            if isinstance(part, str):
                written.append(part)
            elif isinstance(part, tuple):
                (pathlib.Path(folder) / part[0]).write_text('\n'.join(part[1]) + '\n', encoding='utf-8')
                written += ['> ' + part[0]] + [('| ' + line).rstrip() for line in part[1]]
            else:
                out, err, code = run(part, folder, words)
                kept_out, right_out = compare(part.out, out, words)
                kept_err, right_err = compare(part.err, err, words)
                if not update and not right_out:
                    show(path, part, 'output', part.out, out)
                if not update and not right_err:
                    show(path, part, 'errors', part.err, err)
                if not update and code != part.code:
                    show(path, part, 'exit code', [str(part.code)], [str(code)])
                wrong += not (right_out and right_err and code == part.code)
                written += ['$ ' + part.line, *kept_out, *['! ' + line for line in kept_err]]
                written += [f'= {code}'] if code else []
                written.append('')
    if update and wrong:
        path.write_text('\n'.join(written).rstrip('\n') + '\n', encoding='utf-8')
        print(f'{path.name}: {wrong} commands written anew')
        return 0
    return wrong


def main():
    update = '--update' in sys.argv[1:]
    names = [name for name in sys.argv[1:] if not name.startswith('--')]
    if not ECLUSE.exists():
        print(f'skipped: no program at {ECLUSE} (ECLUSE_BUILD names the build folder)')
        return 77
    paths = [pathlib.Path(name) for name in names] or sorted(HERE.glob('*.txt'))
    wrong = sum(play(path, update) for path in paths)
    print(f'{len(paths)} sessions, {wrong} commands differ')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
