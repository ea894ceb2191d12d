#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An archive as if it came today, week by week, in TAP:

  replay.py [--weeks=52] [--kills=200] [--seed=1] [--period=weekly] ARCHIVE

Each mail of the last weeks is given to `listbrief deliver`, and each Monday `listbrief run` makes and sends the report of
the week before; what is older is there already.  The reports together must tell what one report of all these weeks
tells.  Then once more, with kill -9 at random moments of the runs: the same reports, byte for byte, and the same mails,
each sent once."""
import argparse
import collections
import datetime
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

import tap
from tap import report

PROGRAM = os.environ.get('LISTBRIEF') or os.path.abspath('_build/listbrief')
WEEK = 7 * 86400
LINK = 'https://lore.kernel.org/all/'


def call(arguments, now=None, **options):
    environment = dict(os.environ, LC_ALL='C.UTF-8', TZ='UTC')
    environment.pop('LISTBRIEF_NOW', None)
    if now is not None:
        environment['LISTBRIEF_NOW'] = '@%d' % now
    environment.update(options.pop('environment', {}))
    return subprocess.run([PROGRAM, *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


class Archive:
    """The mails of an mbox or maildir with their dates, by date."""

    def __init__(self, path):
        self.path = path
        self.mails = []  # (date, file, offset, length)
        for line in call(['export', '-q', path]).stdout.split(b'\n'):
            mail = json.loads(line) if line else {'date': None}
            if mail['date']:
                date = datetime.datetime.strptime(mail['date'], '%Y-%m-%dT%H:%M:%SZ').replace(tzinfo=datetime.timezone.utc)
                place = mail['locator']
                self.mails.append((int(date.timestamp()), place['file'], place['offset'], place['length']))
        self.mails.sort()

    @staticmethod
    def read(mail):
        with open(mail[1], 'rb') as file:
            file.seek(mail[2])
            return re.sub(rb'(?m)^>(>*From )', rb'\1', file.read(mail[3]))


class List:
    """A list in a folder of its own, fed and run."""

    def __init__(self, folder, old, period):
        self.folder = folder
        self.environment = {'HOME': folder, 'XDG_STATE_HOME': folder + '/state', 'XDG_CONFIG_HOME': folder + '/config',
                            'XDG_DATA_HOME': folder + '/data'}
        os.makedirs(folder + '/config/listbrief')
        os.mkdir(folder + '/sent')
        with open(folder + '/sendmail', 'w') as file:
            file.write('#!/bin/sh\nname=$(mktemp "{0}/part.XXXXXXXX") && cat >"$name" && mv "$name" {0}/sent\n'.format(folder))
        os.chmod(folder + '/sendmail', 0o755)
        with open(folder + '/config/listbrief/listbrief.conf', 'w') as file:
            file.write('[list l]\nsources=%s\nmaildir=%s/box\noutputs=%s/out/{number}.txt\nmail-to=a@example.org\n'
                       'mail-from=b@example.org\nsendmail=%s/sendmail\nperiod=%s\n' % (old, folder, folder, folder, period))
        self.n_kills = self.n_busy = 0

    def deliver(self, mail):
        done = call(['deliver', '--list=l'], input=mail, environment=self.environment)
        if done.returncode:
            sys.exit('deliver: %s' % done.stderr)

    def run(self, now):
        begin = time.monotonic()
        done = call(['run', '-q'], now, environment=self.environment)
        return done.returncode, done.stderr, time.monotonic() - begin

    def run_and_kill(self, now, delay):
        """Starts a run, kills it after so many seconds; whether it was still there to be killed."""
        child = subprocess.Popen([PROGRAM, 'run', '-q'], env=dict(os.environ, LISTBRIEF_NOW='@%d' % now, **self.environment),
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            child.wait(delay)
            return False
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            return True

    def run_to_end(self, now):
        for _ in range(400):
            status, err, _ = self.run(now)
            if status != 75:
                return status, err
            self.n_busy += 1
            time.sleep(0.02)
        return 75, err

    def get_reports(self):
        folder = self.folder + '/out'
        names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        return {name: open(os.path.join(folder, name), 'rb').read() for name in names}

    def get_mails(self):
        folder = self.folder + '/sent'
        return sorted(open(os.path.join(folder, name), 'rb').read() for name in os.listdir(folder))


def read_groups(text):
    """{'New': [link, ...], ...} of the section of patches."""
    groups = collections.defaultdict(list)
    body = text.decode().split('\n===== Patch list in this time period =====\n', 1)[1]
    group = None
    for line in body.split('\n'):
        if line.startswith('====='):
            break
        heading = re.match(r'(\w[\w ]*) \(\d+\)$', line)
        if heading:
            group = heading.group(1)
        elif group and line.strip().startswith(LINK):
            groups[group].append(line.strip()[len(LINK):])
    return groups


def replay(archive, folder, old, period, begin, n_weeks, kills=0, chance=None, durations=()):
    """A list with n_weeks behind it; kills: how many runs are killed, at moments of their durations."""
    os.mkdir(folder)
    there = List(folder, old, period)
    after = [mail for mail in archive.mails if mail[0] >= begin]
    spent, at = [], 0
    for week in range(n_weeks):
        until = begin + (week + 1) * WEEK
        while at < len(after) and after[at][0] < until:
            there.deliver(archive.read(after[at]))
            at += 1
        wanted = kills * (week + 1) // n_weeks
        for _ in range(1000):
            if there.n_kills >= wanted:
                break
            there.n_kills += there.run_and_kill(until + 300, chance.uniform(0, durations[week]))
        if kills:
            status, err = there.run_to_end(until + 300)
        else:
            status, err, took = there.run(until + 300)
            spent.append(took)
        if status or err:
            report(False, 'week %d: run exits 0 and says nothing' % (week + 1), [status, err])
    return there, spent


def compare_with_batch(archive, there, begin, until):
    """What all reports told, and what one of the whole time tells."""
    batch = call(['report', '-q', '--since=@%d' % begin, '--until=@%d' % until, '--sections=patches', '--messages=none',
                  archive.path], until + 300)
    report(batch.returncode == 0, 'one report of all the time', [batch.stderr])
    wanted = read_groups(batch.stdout)
    told = collections.defaultdict(list)
    for text in there.get_reports().values():
        for group, links in read_groups(text).items():
            told[group] += links
    posted = collections.Counter(told['New'] + told['New versions'])
    all_posted = set(wanted['New'] + wanted['New versions'])
    print('# %d new and %d new versions; of the whole time %d and %d' % (
        len(told['New']), len(told['New versions']), len(wanted['New']), len(wanted['New versions'])))
    report(not [link for link, n in posted.items() if n > 1], 'each posting is new once',
           [link for link, n in posted.items() if n > 1])
    missing, more = all_posted - set(posted), set(posted) - all_posted
    report(len(all_posted) > 0 and not missing and not more, 'what is new in all reports is what is new in the whole time',
           ['missing: ' + link for link in missing] + ['more: ' + link for link in more])
    for group in ('Reviewed', 'Applied'):
        twice = [link for link, n in collections.Counter(told[group]).items() if n > 1]
        report(not twice, '%s at most once' % group.lower(), twice)
        missing, more = set(wanted[group]) - set(told[group]), set(told[group]) - set(wanted[group])
        print('# %s: %d told, %d of the whole time, %d missing, %d more' % (
            group, len(told[group]), len(wanted[group]), len(missing), len(more)))
        report(not missing and not more, '%s in all reports as in the whole time' %
               group.lower(), ['missing: ' + link for link in missing] + ['more: ' + link for link in more])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--weeks', type=int, default=52)
    parser.add_argument('--kills', type=int, default=200)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--period', default='weekly', help='as the configuration has it')
    parser.add_argument('--keep', help='work in this folder, and leave it')
    parser.add_argument('archive')
    options = parser.parse_args()
    work = options.keep or tempfile.mkdtemp(prefix='listbrief-replay.')
    os.makedirs(work, exist_ok=True)
    try:
        archive = Archive(os.path.abspath(options.archive))
        # Monday, 1970-01-05, plus whole weeks: the end is the beginning of the last mail's week.
        until = (archive.mails[-1][0] - 4 * 86400) // WEEK * WEEK + 4 * 86400
        begin = until - options.weeks * WEEK
        old = os.path.join(work, 'old.mbox')
        with open(old, 'wb') as file:
            for mail in archive.mails:
                if mail[0] < begin:
                    text = re.sub(rb'(?m)^(>*From )', rb'>\1', archive.read(mail))
                    file.write(b'From mboxrd@z Thu Jan  1 00:00:00 1970\n' + text.rstrip(b'\n') + b'\n\n')
        n_mails = sum(begin <= mail[0] < until for mail in archive.mails)
        there, durations = replay(archive, os.path.join(work, 'whole'), old, options.period, begin, options.weeks)
        reports, mails = there.get_reports(), there.get_mails()
        weeks = {(mail[0] - begin) // WEEK for mail in archive.mails if begin <= mail[0] < until}
        print('# %d mails in %d weeks after %d; a run takes %.3f s, the first one %.2f s' % (
            n_mails, options.weeks, len(archive.mails) - n_mails, sorted(durations)[len(durations) // 2], durations[0]))
        report(options.period != 'weekly' or len(reports) == len(weeks), 'there is a report of each week that has mail', [len(reports), len(weeks)])
        report(len(mails) == len(reports), 'and a mail of each', [len(mails)])
        if options.period in ('daily', 'weekly'):  # others don't begin where the whole time does
            compare_with_batch(archive, there, begin, until)
        if options.kills:
            killed = replay(archive, os.path.join(work, 'killed'), old, options.period, begin, options.weeks, options.kills,
                            random.Random(options.seed), durations)[0]
            print('# %d runs killed, %d found the list busy' % (killed.n_kills, killed.n_busy))
            report(killed.n_kills >= options.kills, 'as many runs were killed as were to be', [killed.n_kills])
            other = {name: text for name, text in killed.get_reports().items()
                     if reports.get(name) != text.replace(b'/killed/', b'/whole/')}
            report(set(killed.get_reports()) == set(reports) and not other, 'the reports are the same', other)
            report(killed.get_mails() == mails, 'the mails are the same, each sent once', [len(killed.get_mails())])
    finally:
        if not options.keep:
            shutil.rmtree(work)
    sys.exit(tap.finish())


main()
