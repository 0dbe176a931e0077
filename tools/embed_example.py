#!/usr/bin/env python3
"""Puts an example shop into the program, for `ecluse demo`: its shop.yaml and pictures as one C table.

usage: embed_example.py OUT.c DEPFILE DIR

The table is struct demo_file demo_files[] (src/commands/demo_shop.h). DEPFILE names what was read, so that a changed or
new picture makes a new program.
"""
import os
import sys


def c_string(data):
    """Octal escapes are always three digits, so what follows cannot run into them."""
    out = []
    for byte in data:
        char = chr(byte)
        plain = 32 <= byte < 127 and char not in '"\\?'
        out.append(char if plain else f'\\{byte:03o}')
    return '"' + ''.join(out) + '"'


def c_lines(data, width=1000):
    return '\n     '.join(c_string(data[i:i + width]) for i in range(0, len(data), width)) or '""'


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__.strip())
    out, depfile, folder = sys.argv[1:]
    names = ['shop.yaml']
    pictures = os.path.join(folder, 'pictures')
    if os.path.isdir(pictures):
        names += sorted('pictures/' + name for name in os.listdir(pictures)
                        if name.endswith(('.svg', '.png', '.jpg', '.webp')))
    rows = []
    for name in names:
        with open(os.path.join(folder, name), 'rb') as file:
            data = file.read()
        rows.append(f'    {{"{name}",\n     {{{c_lines(data)},\n      {len(data)}}}}},')
    with open(out, 'w', encoding='ascii') as file:
        file.write('/* Made by tools/embed_example.py. */\n#include "commands/demo_shop.h"\n\n'
                   f'const size_t demo_file_count = {len(rows)};\n'
                   'const struct demo_file demo_files[] = {\n' + '\n'.join(rows) + '\n};\n')
    read = [os.path.join(folder, name) for name in names] + [pictures]
    with open(depfile, 'w', encoding='utf-8') as file:
        file.write(out + ': ' + ' '.join(path.replace(' ', '\\ ') for path in read) + '\n')


if __name__ == '__main__':
    main()
