#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Postings compared with those of a plain second implementation.

usage: listbrief export SOURCE >mails; listbrief export --what=postings SOURCE >postings
       tests/compare-postings.py mails postings

Groups the exported mails anew, one after the other by date, in the manner of patchwork: a mail joins the latest series
of its version, total and free index that one of its ancestors belongs to or refers to, else one of its Message-ID's
stem, else one that its sender sent within 20 minutes.  Prints what differs, one cluster after the other; every one
wants a look.  The differences known are in VIOLATIONS.md.
"""
import collections
import datetime
import json
import re
import sys

WINDOW = 20 * 60
STEMS = (r'(\d{9,}[.-]\d+)-\d+-(.*)$', r'(\d{8}-.*)-\d+-([0-9a-f]{7,}@.*)$', r'(?:cover|[0-9a-f]{5,})(\.\d{9,}\.git\..*)$')


def read(path):
    with open(path, encoding='utf-8') as lines:
        return [json.loads(line) for line in lines]


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp() if text else 0


def stem(msgid):
    for pattern in STEMS:
        match = re.match(pattern, msgid)
        if match:
            return match.groups()
    return None


def has_version(mail):
    return bool(re.search(r'v\d', mail['subject'].split(']')[0], re.I))


def ancestors(mail, by_id):
    """Ids that mail refers to, and those that these refer to, nearest first."""
    found, todo = {}, collections.deque([mail])
    while todo and len(found) < 300:
        current = todo.popleft()
        direct = [current['in_reply_to']] if current['in_reply_to'] else []
        for reference in direct + current['references'][::-1]:
            if reference not in found:
                found[reference] = True
                if reference in by_id:
                    todo.append(by_id[reference])
    return found


class Series:
    def __init__(self, mail):
        self.members = {}
        self.version, self.total, self.reroll = mail['version'], mail['total'], mail['reroll']
        self.cover_has_version = mail['index'] == 0 and has_version(mail)
        self.latest = 0

    def fits(self, mail):
        return (mail['index'] not in self.members and (self.total, self.reroll) == (mail['total'], mail['reroll'])
                and (self.version == mail['version'] or self.cover_has_version and not has_version(mail)))

    def add(self, mail):
        self.members[mail['index']] = mail['msgid']
        self.latest = max(self.latest, seconds(mail['date']))


def group(mails):
    by_id = {mail['msgid']: mail for mail in mails}
    by_reference, by_stem, by_sender = (collections.defaultdict(list) for _ in range(3))
    all_series = []
    for mail in sorted(mails, key=lambda mail: (seconds(mail['date']), mail['msgid'])):
        if mail['class'] not in ('patch', 'cover') or mail['index'] is None or mail['total'] is None:
            continue
        above = ancestors(mail, by_id)
        run = stem(mail['msgid'])
        sender = mail['sender'] and (mail['sender']['email'].lower(), mail['version'], mail['total'],
                                     tuple(word.lower() for word in mail['prefix']))
        candidates = [series for id in [mail['msgid'], *above] for series in reversed(by_reference[id])]
        candidates += by_stem[run] if run else []
        candidates += [series for series in (by_sender[sender] if sender else [])
                       if abs(seconds(mail['date']) - series.latest) <= WINDOW]
        series = next((series for series in candidates if series.fits(mail)), None)
        if not series:
            series = Series(mail)
            all_series.append(series)
        series.add(mail)
        for table, keys in ((by_reference, [mail['msgid'], mail['in_reply_to'], *mail['references']]),
                            (by_stem, [run]), (by_sender, [sender])):
            for key in keys:
                if key and series not in table[key]:
                    table[key].append(series)
    return {frozenset(series.members.values()) for series in all_series}


def clusters(ours, theirs):
    """Groups that differ, with all that share a mail with them."""
    left = [(True, members) for members in ours - theirs] + [(False, members) for members in theirs - ours]
    while left:
        cluster, left = [left[0]], left[1:]
        ids = set(cluster[0][1])
        while True:
            more = [item for item in left if ids & item[1]]
            if not more:
                break
            left = [item for item in left if item not in more]
            cluster += more
            ids.update(*(item[1] for item in more))
        yield cluster


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    mails = [mail for mail in read(sys.argv[1]) if not mail['duplicate_of']]
    by_id = {mail['msgid']: mail for mail in mails}
    ours = set()
    for posting in read(sys.argv[2]):
        members = [patch['msgid'] for patch in posting['patches']] + ([posting['cover']] if posting['cover'] else [])
        ours.add(frozenset(id for id in members if by_id[id]['index'] is not None and by_id[id]['total'] is not None))
    ours.discard(frozenset())
    theirs = group(mails)
    n = 0
    for n, cluster in enumerate(clusters(ours, theirs), 1):
        print(f'{n}:')
        for is_ours, members in sorted(cluster, key=lambda item: (not item[0], min(item[1]))):
            print('  listbrief' if is_ours else '  script')
            for mail in sorted((by_id[id] for id in members), key=lambda mail: mail['index']):
                print(f"    {mail['date']} {mail['subject'][:90]} <{mail['msgid']}> answers {mail['in_reply_to']}")
    print(f'{len(ours)} postings, {len(theirs)} of the script, {n} clusters differ')


main()
