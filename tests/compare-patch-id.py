#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the patch_id of `listbrief export --text` with git patch-id --stable.

    compare-patch-id.py [--show KIND] [--listbrief PROGRAM] SOURCE...

git reads the patch that git mailinfo makes of the decoded text; where it prints several ids, as it does for a diff that
stops and begins again, their sum is compared.  Prints how many patches differ, by kind; a kind in brackets is explained
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


def mended(patch):
    """With the blank that mailers take off empty lines of context."""
    out, before, after = [], 0, 0
    for line in patch.split(b'\n'):
        hunk = re.match(rb'@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@', line)
        if before <= 0 and after <= 0 and hunk:
            before, after = (1 if count is None else int(count) for count in hunk.groups())
        else:
            if not line and before > 0 and after > 0:
                line = b' '
            before -= line[:1] in (b' ', b'-')
            after -= line[:1] in (b' ', b'+')
        out.append(line)
    return b'\n'.join(out)


def add_up(ids):
    total = sum(int.from_bytes(bytes.fromhex(one), 'little') for one in ids)
    return (total % (1 << 160)).to_bytes(20, 'little').hex()


def compare(mail, folder):
    patch = patch_of(folder, mail)
    ids = git_ids(folder, patch) if patch else []
    ours = mail['patch_id']
    if not ids:
        return ('[git prints none]' if ours else None), f'ours {ours}'
    if add_up(ids) == ours:
        return ('[git prints several]' if len(ids) > 1 else None), f'git  {ids}'
    detail = f'git  {ids}\nours {ours}'
    if add_up(git_ids(folder, mended(patch))) == ours:
        return '[empty context lines without their blank]', detail
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
