#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the patch_id of `listbrief export --text` with git patch-id --stable.

    compare-patch-id.py [--show KIND] [--listbrief PROGRAM] SOURCE...

git reads the decoded text of every patch from its first diff line on, as git mailinfo would hand it over; where it
prints several ids the first is compared.  Prints how many patches differ, by kind; a kind in brackets is explained
in VIOLATIONS.md, any other makes the exit status 1.
"""
import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile


def git_ids(folder, patch):
    """Ids that git prints for the patch alone: what follows the diff is cut off as git am does."""
    run = subprocess.run(['git', 'patch-id', '--stable'], input=patch, capture_output=True, cwd=folder)
    return [line.split()[0] for line in run.stdout.decode().splitlines()]


def patch_of(folder, mail):
    """The text from the first diff on, by git's own rule where a diff begins."""
    header = b'From: a <a@example.org>\nSubject: a\nContent-Type: text/plain; charset=UTF-8\n\n'
    text = mail['text']
    out = folder + '/patch'
    run = subprocess.run(['git', '-c', 'i18n.commitEncoding=UTF-8', 'mailinfo', '--no-scissors', folder + '/log', out],
                         input=header + text.encode('utf-8', 'surrogatepass'), capture_output=True, cwd=folder)
    if run.returncode:
        return None
    with open(out, 'rb') as file:
        return file.read()


def compare(mail, folder):
    patch = patch_of(folder, mail)
    ids = git_ids(folder, patch) if patch else []
    ours = mail['patch_id']
    if not ids:
        return ('[git prints none]' if ours else None), f'ours {ours}'
    if ids[0] == ours:
        return None, None
    detail = f'git  {ids}\nours {ours}'
    if 'hunk-cut' in mail['diagnostics']:
        return '[hunk is cut]', detail
    return ('ours none' if not ours else 'several' if len(ids) > 1 else 'other'), detail


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--show', metavar='KIND', help='print the patches of this kind')
    parser.add_argument('--listbrief', default=os.environ.get('LISTBRIEF', 'listbrief'))
    parser.add_argument('sources', nargs='+', metavar='SOURCE')
    options = parser.parse_args()
    kinds, patches = collections.Counter(), 0
    export = subprocess.Popen([options.listbrief, 'export', '--quiet', '--what=mails', '--text', *options.sources],
                              stdout=subprocess.PIPE)
    with tempfile.TemporaryDirectory() as folder:
        for line in export.stdout:
            mail = json.loads(line)
            if not mail['diff'] or mail['class'] not in ('patch', 'cover', 'pull'):
                continue
            patches += 1
            kind, detail = compare(mail, folder)
            if not kind:
                continue
            kinds[kind] += 1
            if kind == options.show:
                print(f"{mail['msgid']} {mail['locator'].get('offset')} {mail['subject']}\n{detail}\n")
    if export.wait():
        sys.exit(f'{options.listbrief} export failed')
    print(f'{patches:7d} patches')
    for kind, count in sorted(kinds.items()):
        print(f'{count:7d} {kind}')
    sys.exit(any(not kind.startswith('[') for kind in kinds))


if __name__ == '__main__':
    main()
