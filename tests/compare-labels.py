#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Postings, revision links, reviews and applications compared with what people read out of the archives.

usage: listbrief export --what=postings SOURCE >postings; listbrief series --format=json SOURCE >works
       tests/compare-labels.py tests/data/labels/LIST.jsonl postings works [LABELS POSTINGS WORKS …]

A line of labels is one posting: its members (the first stands for it), its predecessor (null: none; "?": it can't be
told), reviews (kind, person, patch, 0 for the cover; given in a reply or carried in the log) and applications (patch,
0 for all; by whom, in which mail).  The postings were drawn from all mails that begin one, by
random.seed(20260131) and random.shuffle over them in archive order, the first hundred of each list; their threads were
read.  Prints what differs and the measures; status 1 if one is below its aim.
"""
import collections
import json
import sys

# Precision (of those found) and recall (of those there) in per cent.
AIMS = {'postings': (99, 99), 'links': (97, 95), 'trailers': (99, 99), 'applied': (95, 95)}


def read(path):
    with open(path, encoding='utf-8') as lines:
        return [json.loads(line) for line in lines]


def members(posting):
    return ([posting['cover']] if posting['cover'] else []) + [patch['msgid'] for patch in posting['patches']]


def by_mail(postings):
    return {msgid: posting for posting in postings for msgid in members(posting)}


def spread(total, applied):
    """Per patch: 0 stands for all of them."""
    return {patch for one in applied for patch in (range(1, (total or 1) + 1) if one['patch'] == 0 else [one['patch']])}


class Score:
    def __init__(self):
        self.counts = collections.defaultdict(collections.Counter)
        self.rules = collections.defaultdict(collections.Counter)

    def add(self, what, wanted, got, label):
        """Sets of what is there and what was found."""
        count = self.counts[what]
        count['wanted'] += len(wanted)
        count['got'] += len(got)
        count['right'] += len(wanted & got)
        for sign, rest in (('-', wanted - got), ('+', got - wanted)):
            for one in sorted(rest, key=str):
                print('%s %s: %s %s' % (what, label['posting'], sign, one))

    def finish(self):
        status = 0
        for what, aims in AIMS.items():
            count = self.counts[what]
            shares = [100 * count['right'] / max(count[of], 1) for of in ('got', 'wanted')]
            print('%-9s %4d there, %4d found, %4d right: precision %.1f %%, recall %.1f %%' %
                  (what, count['wanted'], count['got'], count['right'], *shares))
            if any(share < aim for share, aim in zip(shares, aims)):
                print('%s: below the aim of %d %% and %d %%' % (what, *aims))
                status = 1
        for rule, count in sorted(self.rules.items()):
            print('  by %-12s %3d, right %3d' % (rule, count['got'], count['right']))
        return status


def compare_link(score, label, revision, works):
    link = revision['link']
    if label['predecessor'] == '?':
        return
    # A predecessor is named by any of its mails.
    wanted = works.get(label['predecessor'])
    wanted = members(wanted)[0] if wanted else label['predecessor']
    got = members(works[link['msgid']])[0] if link else None
    score.add('links', {wanted} - {None}, {got} - {None}, label)
    if link:
        score.rules[link['rule']]['got'] += 1
        score.rules[link['rule']]['right'] += wanted == got


def compare(score, labels, postings, works):
    for label in labels:
        posting = postings.get(label['posting'])
        revision = works.get(label['posting'])
        score.add('postings', {tuple(sorted(label['members']))},
                  {tuple(sorted(members(posting)))} if posting else set(), label)
        if not revision:
            continue
        compare_link(score, label, revision, works)
        score.add('trailers', {(r['kind'], r['person'], r['patch']) for r in label['reviews']},
                  {(r['kind'], r['person']['email'].lower(), r['patch']) for r in revision['reviews']}, label)
        wanted, got = (spread(revision['total'], applied) for applied in (label['applied'], revision['applied']))
        score.add('applied', {tuple(sorted(wanted))} - {()}, {tuple(sorted(got))} - {()}, label)


def main():
    score = Score()
    for i in range(1, len(sys.argv), 3):
        labels, postings, works = (read(path) for path in sys.argv[i:i + 3])
        compare(score, labels, by_mail(postings),
                by_mail([revision for work in works for revision in work['revisions']]))
    return score.finish()


if __name__ == '__main__':
    sys.exit(main())
