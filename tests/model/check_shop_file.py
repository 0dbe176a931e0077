#!/usr/bin/env python3
"""docs/shop-file.md and the key tables of src/model/sections*.c must name the same keys, and mark the same ones as required.

A table of the page follows a comment `<!-- keys: NAME_fields -->`, where NAME_fields is the array in sections.c. The keys of `assumptions` are rows of
src/model/assumptions.h; tests/docs/check_rehearsal_doc.py compares them.
"""
import os
import re
import sys

SOURCE = os.environ.get('ECLUSE_SOURCE', '.')


def tables_of_source(text):
    """{array: {key: required}} of every `struct field` array."""
    tables = {}
    for array in re.finditer(r'static const struct field (\w+)\[\] = \{\n(.*?)\n\};', text, re.S):
        entries = re.split(r'(?=\.key = )', array[2])[1:]
        tables[array[1]] = {re.match(r'\.key = "(\w+)"', entry)[1]: '.required = true' in entry for entry in entries}
    return tables


def tables_of_page(text):
    tables = {}
    for part in re.split(r'(?=<!-- keys: )', text)[1:]:
        name = re.match(r'<!-- keys: (\w+) -->', part)[1]
        table = part.split('\n\n')[1]
        rows = [[cell.strip() for cell in row.strip('|').split('|')] for row in table.strip().split('\n')[2:]]
        tables[name] = {row[0].strip('`'): row[2] == 'required' for row in rows}
    return tables


def differences(source, page):
    sections = source.pop('sections')
    for array in sorted(source.keys() | page.keys()):
        here, there = source.get(array, {}), page.get(array, {})
        for key in sorted(here.keys() - there.keys()):
            yield f'{array}: the key {key} is read but docs/shop-file.md does not describe it'
        for key in sorted(there.keys() - here.keys()):
            yield f'{array}: docs/shop-file.md describes the key {key}, which is not read'
        for key in sorted(here.keys() & there.keys()):
            if here[key] != there[key]:
                yield f'{array}: {key} is required in one of the program and docs/shop-file.md only'
    with open(os.path.join(SOURCE, 'docs/shop-file.md'), encoding='utf-8') as file:
        headings = set(re.findall(r'^## (\w+)$', file.read(), re.M))
    for section in sorted(sections.keys() - headings):
        yield f'docs/shop-file.md has no heading for the section {section}'


def read(path):
    with open(os.path.join(SOURCE, path), encoding='utf-8') as file:
        return file.read()


def main():
    source = tables_of_source(read('src/model/sections.c') + read('src/model/sections_focus.c'))
    page = tables_of_page(read('docs/shop-file.md'))
    if sum(len(keys) for keys in source.values()) < 100:
        sys.exit('fewer than 100 keys found in src/model/sections.c: has its form changed?')
    found = list(differences(source, page))
    print('\n'.join(found))
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
