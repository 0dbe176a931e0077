#!/usr/bin/env python3
"""Puts files into the program as C tables, at build time.

usage: embed.py files OUT.c NAME=PATH...     struct web_file web_files[] (src/pages/web_file.h), sorted by name
       embed.py po OUT.c FR.po EN.po         struct translate_catalog web_catalog (src/report/translate.h)
       embed.py check FR.po EN.po --templates PATH... --sources PATH...
                                             every key used is there, every key there is used; exit 1 otherwise

A .po file is refused where a key is doubled, empty, or only in one language, or where "{placeholders}" differ. Its texts have ordinary
spaces, which an editor shows; what French asks for (no line begins with ; or ends with «) is put in here.
"""
import hashlib
import re
import sys

PLACEHOLDER = re.compile(r'\{([a-z][a-z0-9_.-]*)\}')
TEMPLATE_KEY = re.compile(r'\{\{_\s*([\w.-]+)\s*\}\}')
SOURCE_KEY = re.compile(r'MESSAGE\("([^"]+)"\)')


NARROW, SPACE = '\u202f', '\u00a0'
FRENCH = [(re.compile(' ([;!?])'), NARROW + r'\1'), (re.compile(' ([:»%])'), SPACE + r'\1'), (re.compile('« '), '«' + SPACE)]


def french(text):
    """The spaces at which a French line must not break."""
    for pattern, put in FRENCH:
        text = pattern.sub(put, text)
    return text


def fail(message):
    sys.exit('embed.py: ' + message)


def unquote(path, number, text):
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        fail(f'{path}:{number}: a text in double quotes is expected')
    pieces = {'\\n': '\n', '\\"': '"', '\\\\': '\\', '\\t': '\t'}
    return re.sub(r'\\.', lambda match: pieces.get(match.group(0), match.group(0)), text[1:-1])


def read_po(path):
    """A dict of key to message; the header (empty key) is left out."""
    messages, key, target = {}, None, None
    with open(path, encoding='utf-8') as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            if not line or line.startswith('#'):
                continue
            word, _, rest = line.partition(' ')
            if word == 'msgid':
                key, target = unquote(path, number, rest), 'key'
            elif word == 'msgstr':
                if key in messages:
                    fail(f'{path}:{number}: the key {key!r} stands twice')
                messages[key], target = unquote(path, number, rest), 'text'
            elif line.startswith('"') and target == 'key':
                key += unquote(path, number, line)
            elif line.startswith('"') and target == 'text':
                messages[key] += unquote(path, number, line)
            else:
                fail(f'{path}:{number}: msgid, msgstr or a text is expected')
    messages.pop('', None)
    for key, text in messages.items():
        if not text:
            fail(f'{path}: {key!r} has no text')
    return messages


def read_pair(paths):
    first, second = (read_po(path) for path in paths)
    for key in sorted(first.keys() ^ second.keys()):
        fail(f'{paths[key in first]}: {key!r} is missing')
    for key in first:
        if set(PLACEHOLDER.findall(first[key])) != set(PLACEHOLDER.findall(second[key])):
            fail(f'{paths[1]}: {key!r} has other placeholders than in {paths[0]}')
    return first, second


def c_string(data):
    """Octal escapes are at most three digits, so what follows cannot run into them."""
    out = []
    for byte in data:
        char = chr(byte)
        if char in '"\\':
            out.append('\\' + char)
        elif 32 <= byte < 127 and char != '?':
            out.append(char)
        else:
            out.append(f'\\{byte:03o}')
    return '"' + ''.join(out) + '"'


def c_lines(data, width=2000):
    return '\n        '.join(c_string(data[i:i + width]) for i in range(0, len(data), width)) or '""'


def write_files(out, pairs):
    rows = []
    for pair in sorted(pairs):
        name, _, path = pair.partition('=')
        with open(path, 'rb') as file:
            data = file.read()
        digest = hashlib.sha256(data).hexdigest()[:16]
        rows.append(f'    {{"{name}", {{{c_lines(data)}, {len(data)}}}, "{digest}"}},')
    with open(out, 'w', encoding='ascii') as file:
        file.write('/* Made by tools/embed.py. */\n#include "pages/web_file.h"\n\n'
                   f'const size_t web_file_count = {len(rows)};\n'
                   'const struct web_file web_files[] = {\n' + '\n'.join(rows) + '\n};\n')


def write_po(out, paths):
    first, english = read_pair(paths)
    rows = [f'    {{"{key}", {{{c_string(french(first[key]).encode())}, {c_string(english[key].encode())}}}}},'
            for key in sorted(first)]
    with open(out, 'w', encoding='ascii') as file:
        file.write('/* Made by tools/embed.py. */\n#include "pages/web_file.h"\n\n'
                   'static const struct translate_entry entries[] = {\n' + '\n'.join(rows) + '\n};\n\n'
                   f'const struct translate_catalog web_catalog = {{{len(first)}, entries}};\n')


def used_keys(paths, pattern):
    for path in paths:
        with open(path, encoding='utf-8') as file:
            for number, line in enumerate(file, 1):
                for key in pattern.findall(line):
                    yield key, f'{path}:{number}'


def check(arguments):
    templates = arguments[arguments.index('--templates') + 1:arguments.index('--sources')]
    sources = arguments[arguments.index('--sources') + 1:]
    messages, _ = read_pair(arguments[:2])
    used = dict(used_keys(templates, TEMPLATE_KEY))
    used.update(used_keys(sources, SOURCE_KEY))
    problems = [f'{place}: no message {key!r}' for key, place in used.items() if key not in messages]
    problems += [f'{arguments[0]}: nobody uses {key!r}' for key in messages if key not in used]
    print('\n'.join(problems) or f'{len(messages)} messages, all used, all there')
    sys.exit(1 if problems else 0)


def main():
    arguments = sys.argv[1:]
    if len(arguments) >= 2 and arguments[0] == 'files':
        write_files(arguments[1], arguments[2:])
    elif len(arguments) == 4 and arguments[0] == 'po':
        write_po(arguments[1], arguments[2:])
    elif len(arguments) >= 5 and arguments[0] == 'check':
        check(arguments[1:])
    else:
        sys.exit(__doc__.strip())


if __name__ == '__main__':
    main()
