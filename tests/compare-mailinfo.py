#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what `listbrief export` says of every patch with git mailinfo and git apply --numstat.

    compare-mailinfo.py [--show KIND] [--listbrief PROGRAM] SOURCE...

SOURCE is a maildir, an mbox or a mail's own file (what export gives offsets for).  Prints how many patches
differ, by kind; a kind in brackets is explained in VIOLATIONS.md, any other makes the exit status 1.
"""
import argparse
import collections
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile

BRACKETS = re.compile(r'^(?:\s*(?:re:|\[[^]]*\]|:))+\s*', re.I)


def raw_mail(locator):
    with open(locator['file'], 'rb') as file:
        file.seek(locator['offset'])
        raw = file.read(locator['length'])
    if locator['offset'] or raw.startswith(b'From '):
        raw = re.sub(rb'^>(>*From )', rb'\1', raw, flags=re.M)
    return raw


class Git:
    """git mailinfo of one mail, git apply --numstat of its patch."""

    def __init__(self, folder, raw):
        log, patch = folder + '/log', folder + '/patch'
        run = subprocess.run(['git', '-c', 'i18n.commitEncoding=UTF-8', 'mailinfo', log, patch], input=raw, capture_output=True,
                             cwd=folder)
        self.failed = run.stderr.decode('utf-8', 'replace') if run.returncode else None
        self.fields = dict(line.split(': ', 1) for line in run.stdout.decode('utf-8', 'replace').split('\n')
                           if ': ' in line)
        with open(log, 'rb') as file:
            self.log = file.read().decode('utf-8', 'replace')
        self.brings_header = re.search(r'.\n+From [0-9a-f]{40} Mon Sep 17 00:00:00 2001\n', self.log) is not None
        self.files, self.rejects = None, None
        if os.path.getsize(patch):
            run = subprocess.run(['git', 'apply', '--numstat', '-z', patch], capture_output=True, cwd=folder)
            if run.returncode:
                self.rejects = run.stderr.decode('utf-8', 'replace')
            else:
                rows = run.stdout.decode('utf-8', 'replace').split('\0')[:-1]
                self.files = [row.split('\t', 2) for row in rows]


def normalise(text):
    """git-am strips what we strip: blank lines at the ends, blanks at the ends of lines."""
    return '\n'.join(line.rstrip() for line in text.replace('\r', '').strip().split('\n'))


def blanks(text):
    return ' '.join((text or '').split())


def compare_author(mail, git):
    ours = mail['author'] or {'name': '', 'email': ''}
    theirs = (git.fields.get('Author', ''), git.fields.get('Email', ''))
    if (blanks(ours['name']), ours['email']) == (blanks(theirs[0]), theirs[1]):
        return None
    detail = f"git  {theirs[0]} <{theirs[1]}>\nours {ours['name']} <{ours['email']}>"
    if 'from-munged' in mail['diagnostics']:
        return '[author: From rewritten by the list]', detail
    if not ours['name'] and theirs[0] == theirs[1] == ours['email']:
        return '[author: no name]', detail
    if '@' not in theirs[1]:
        return '[author: in-body From without an address]', detail
    return 'author', detail


def compare_title(mail, git):
    ours, theirs = blanks(mail['title']), blanks(git.fields.get('Subject', ''))
    if ours == theirs:
        return None
    detail = f'git  {theirs}\nours {ours}'
    if BRACKETS.sub('', ours) == theirs:
        return '[title: groups in brackets that are no tag]', detail
    if BRACKETS.sub('', ours) == BRACKETS.sub('', theirs):
        return '[title: broken brackets]', detail
    if theirs.startswith('Subject: ') and theirs.endswith(ours):
        return '[title: "Subject:" inside the Subject]', detail
    return 'title', detail


def compare_log(mail, git):
    ours, theirs = normalise(mail['commit'] or ''), normalise(git.log)
    if ours == theirs:
        return None
    detail = '\n'.join(difflib.unified_diff(theirs.split('\n'), ours.split('\n'), 'git', 'ours', n=1, lineterm=''))
    rest = theirs[len(ours):] if theirs.startswith(ours) else None
    if rest and re.search(r'^ ?\d+ files? changed', rest, re.M):
        return '[log: diffstat without ---]', detail
    if rest and re.match(r'\n+(--|_{10,}\n.*mailing list.*)\s*(\n|$)', rest):
        return '[log: signature]', detail
    if re.match(r'>?From [0-9a-f]{40} Mon Sep 17 00:00:00 2001\n', theirs):
        return '[log: header of format-patch]', detail
    if theirs.replace('\0', '\ufffd') == ours:
        return '[log: NUL]', detail
    return 'log', detail


def compare_diff(mail, git):
    diff = mail['diff']
    if git.files is None and not diff:
        return None
    ours = diff and (diff['files'], diff['added'], diff['removed'], diff['paths'])
    if git.rejects is not None:
        if not diff and 'No valid patches' in git.rejects:
            return None
        return '[diff: git apply rejects it]', f'{git.rejects}\nours {ours}'
    if git.files is None:
        return 'diff: ours alone', f'ours {ours}'
    numbers = [(int(added), int(removed)) for added, removed, _ in git.files if added != '-']
    theirs = (len(git.files), sum(n[0] for n in numbers), sum(n[1] for n in numbers), [f[2] for f in git.files])
    if ours == theirs:
        return None
    return ('diff: counts' if not diff or ours[:3] != theirs[:3] else 'diff: paths'), f'git  {theirs}\nours {ours}'


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
            if mail['class'] != 'patch':
                continue
            patches += 1
            git = Git(folder, raw_mail(mail['locator']))
            if git.failed is not None:
                found = [('[git mailinfo refuses the mail]', git.failed)]
            else:
                found = [compare(mail, git) for compare in (compare_author, compare_title, compare_log, compare_diff)]
                if git.brings_header:
                    found = [item and ('[attached patch with its own header]', item[1]) for item in found]
            for kind, detail in filter(None, found):
                kinds[kind] += 1
                if kind == options.show:
                    print(f"{mail['locator']['file']}:{mail['locator']['offset']} {mail['subject']}\n{detail}\n")
    if export.wait():
        sys.exit(f'{options.listbrief} export failed')
    print(f'{patches:7d} patches')
    for kind, count in sorted(kinds.items()):
        print(f'{count:7d} {kind}')
    sys.exit(any(not kind.startswith('[') for kind in kinds))


if __name__ == '__main__':
    main()
