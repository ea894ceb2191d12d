#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What can go wrong below `listbrief run`, in TAP: `make check-faults`.

A list with a report behind it has mail for another.  The run is killed at each system call, or each fails once; then it is
called again until it is done.  Whatever happened, the reports are the same bytes, and each mail was sent once.  Where
what sends the mail is killed, too, it may be sent again, under the same Message-ID, and only after saying so."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import deliver as base  # finds tap
import tap
from tap import report, skip

PROGRAM = base.PROGRAM
REPORT = 1768176600  # 2026-01-12 00:10
WEEK = 7 * 86400
MAIL = '''Received: from a by b; %(date)s
Message-ID: <p%(n)d@x>
Date: %(date)s
From: Bob Example <bob@example.com>
Subject: [PATCH] kiln: change %(n)d

Change %(n)d.
---
 file%(n)d.c | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)

diff --git a/file%(n)d.c b/file%(n)d.c
--- a/file%(n)d.c
+++ b/file%(n)d.c
@@ -1 +1 @@
-int a;
+int b;
'''
# What goes on before state is touched is the loader's business; memory and waiting are no states.
PASSED = {'mmap', 'munmap', 'mprotect', 'brk', 'futex', 'madvise', 'clock_nanosleep', 'wait4', 'rt_sigaction', 'rt_sigprocmask',
          'exit_group', 'getpid', 'getrandom', 'geteuid', 'getuid', 'getgid', 'getegid', 'execve', 'set_robust_list', 'rseq',
          'sched_getaffinity', 'prlimit64', 'clone3', 'clone', 'vfork', 'restart_syscall', 'uname', 'sysinfo'}
FAILING = {'write', 'pwrite64', 'fsync', 'fdatasync', 'ftruncate', 'rename', 'unlink', 'mkdir', 'openat', 'flock', 'pread64',
           'read', 'fchmod', 'getdents64', 'close', 'fstat', 'newfstatat', 'lseek', 'access', 'fcntl'}


class Place:
    """The list in a folder that always has the same name, as paths are in the state."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, 'list')
        self.saved = os.path.join(folder, 'saved')
        self.environment = dict(os.environ, HOME=self.folder, LC_ALL='C.UTF-8', TZ='UTC')
        for name in ('STATE', 'CONFIG', 'DATA'):
            self.environment['XDG_%s_HOME' % name] = '%s/%s' % (self.folder, name.lower())
        os.makedirs(self.folder + '/config/listbrief')
        os.mkdir(self.folder + '/sent')
        with open(self.folder + '/sendmail', 'w') as file:
            file.write('#!/bin/sh\nname=$(mktemp {0}/part.XXXXXXXX) && cat >"$name" && mv "$name" {0}/sent\n'.format(self.folder))
        os.chmod(self.folder + '/sendmail', 0o755)
        with open(self.folder + '/config/listbrief/listbrief.conf', 'w') as file:
            file.write('[list kiln]\nmaildir={0}/box\noutputs={0}/out/%F.txt;{0}/out/latest.txt\nmail-to=a@example.org\n'
                       'mail-from=b@example.org\nsendmail={0}/sendmail\n'.format(self.folder))

    def deliver(self, n, day):
        text = MAIL % {'n': n, 'date': time.strftime('%a, %d %b %Y 12:00:00 +0000', time.gmtime(REPORT - WEEK + day * 86400))}
        subprocess.run([PROGRAM, 'deliver', '--list=kiln'], input=text.encode(), env=self.environment, check=True)

    def save(self):
        shutil.copytree(self.folder, self.saved)

    def restore(self):
        shutil.rmtree(self.folder)
        shutil.copytree(self.saved, self.folder)

    def run(self, now, prefix=(), **options):
        done = subprocess.run([*prefix, PROGRAM, 'run', '-q', '-j1'], env=dict(self.environment, LISTBRIEF_NOW='@%d' % now),
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120, **options)
        return done.returncode, done.stderr.decode()

    def run_to_end(self, now):
        status = 75
        said = ''
        for _ in range(500):
            status, err = self.run(now)
            if status != 75:
                return status, said + err
            time.sleep(0.01)
        return status, said

    def look(self):
        """All that was made: reports by name, mails in any order, what lies about."""
        names = sorted(os.listdir(self.folder + '/out')) if os.path.isdir(self.folder + '/out') else []
        out = {name: open(os.path.join(self.folder, 'out', name), 'rb').read() for name in names}
        sent = sorted(open(os.path.join(self.folder, 'sent', name), 'rb').read() for name in os.listdir(self.folder + '/sent'))
        return out, sent, os.listdir(self.folder + '/state/listbrief/kiln.outbox')


def find_points(lines, folder):
    counts, points, is_begun = {}, [], False
    for line in lines:
        match = base.CALL.match(line)
        if not match:
            continue
        counts[match[1]] = counts.get(match[1], 0) + 1
        is_begun = is_begun or folder + '/state' in line
        if is_begun and match[1] not in PASSED:
            points.append((match[1], counts[match[1]]))
    return points


def thin(points):
    """Of many points some, with all that write."""
    step = max(1, int(round(1 / base.SCALE))) if base.SCALE < 1 else 1
    return points[::step]


def inject(place, point, action, follow=False):
    name, number = point
    log = os.path.join(os.path.dirname(place.folder), 'log')
    # What sends the mail is the one that touches this file.
    options = ['-f', '-P', place.folder + '/state/listbrief/kiln.outbox/2.sending'] if follow else []
    return place.run(REPORT + WEEK, ['strace', '-qq', '-o', log, *options, '-e', 'trace=' + name, '-e',
                                     'inject=%s:%s:when=%d' % (name, action, number)])


def check_late(place):
    """Where mail could not be read in time: it is told of later, each once."""
    status, err = place.run_to_end(REPORT + WEEK)
    place.deliver(9, 15)
    later = place.run_to_end(REPORT + 2 * WEEK)
    titles = re.findall('^New: +(.*)', '\n'.join(text.decode() for name, text in place.look()[0].items() if name != 'latest.txt'),
                        re.M)
    if (status, *later) != (0, 0, '') or sorted(titles) != ['kiln: change %d' % n for n in (1, 2, 3, 4, 5, 9)]:
        return 'told of late: %s %s %s' % (status, later, sorted(titles))
    return None


def check(place, wanted, may_repeat=False):
    """What is wrong after a run to the end; None if nothing."""
    status, err = place.run_to_end(REPORT + WEEK)
    out, sent, outbox = place.look()
    for _ in range(50):
        if not may_repeat or set(sent) == set(wanted[1]):
            break
        time.sleep(0.1)  # a sendmail that outlived all who waited for it
        sent = place.look()[1]
    if status:
        return 'exit status %d: %s' % (status, err.strip())
    if out != wanted[0]:
        return 'other reports: %s' % sorted(name for name in set(out) | set(wanted[0]) if out.get(name) != wanted[0].get(name))
    if outbox:
        return 'left in the outbox: %s' % outbox
    if may_repeat and len(sent) == len(wanted[1]) + 1 and set(sent) == set(wanted[1]) and "isn't known" in err:
        return None
    if sent != wanted[1]:
        return 'other mails: %d, %d of them unlike' % (len(sent), len(set(sent) - set(wanted[1])))
    return None


def sweep(place, points, action, wanted, what, follow=False):
    broken, repeated = [], 0
    for point in points:
        place.restore()
        status, err = inject(place, point, action, follow)
        fault = None
        if action.startswith('error') and status == 0 and place.look()[:2] != wanted[:2]:
            fault = 'exit status 0, and not all was done'
        if action.startswith('error') and status < 0:
            fault = 'ended by signal %d' % -status
        fault = fault or (check_late(place) if status == 69 else check(place, wanted, follow))
        repeated += follow and place.look()[1] != wanted[1]
        if fault:
            broken.append('%s at %s #%d: %s' % (action, *point, fault))
    report(not broken, '%s: %s at %d system calls' % (what, action, len(points)), broken)
    if follow:
        report(repeated == 1, '%s: sent again only where sendmail may have taken it' % what, [repeated])


FULL = '''
  list=$1 saved=$2 program=$3
  mount -t tmpfs -o size=4M none "$list" && cp -a "$saved/." "$list" || exit 99
  for free in 0 4 8 16 24 32 40 48 64 96 128 192 256 384; do
    rm -rf "$list"/* && cp -a "$saved/." "$list"
    all=$(df -k --output=avail "$list" | tail -n 1)
    head -c $(((all - free) * 1024)) /dev/zero >"$list/filler"
    "$program" run -q -j1 2>"$list/../err"; first=$?
    rm "$list/filler"
    while "$program" run -q -j1 2>"$list/../err"; second=$?; [ $second -eq 75 ]; do sleep 0.05; done
    echo "$free $first $second $(cat "$list"/out/* | sha256sum | cut -c 1-16) $(ls "$list/sent" | wc -l) $(ls "$list"/part.* 2>/dev/null | wc -l)"
  done
'''


def full_disk(place):
    """The disk is full, of the store, the outputs and all; then there is room."""
    prefix = ['unshare', *(['-r'] if os.geteuid() else []), '-m']
    if subprocess.run([*prefix, 'mount', '-t', 'tmpfs', 'none', place.folder], capture_output=True).returncode:
        return skip('a full disk', 'no mount namespaces')
    place.restore()
    place.run_to_end(REPORT + WEEK)
    whole = subprocess.run(['sh', '-c', 'cat "$0"/out/* | sha256sum | cut -c 1-16', place.folder], capture_output=True, text=True)
    done = subprocess.run([*prefix, 'sh', '-c', FULL, 'sh', place.folder, place.saved, PROGRAM], capture_output=True, text=True,
                          env=dict(place.environment, LISTBRIEF_NOW='@%d' % (REPORT + WEEK)))
    lines = [line.split() for line in done.stdout.splitlines()]
    broken = [line for line in lines if line[2] != '0' or line[3] != whole.stdout.strip() or line[4] != '2']
    failed = [line[1] for line in lines if line[1] != '0']
    print('# exit statuses with less and less room: %s' % ' '.join(line[1] for line in reversed(lines)), flush=True)
    report(len(lines) == 14 and not broken and 3 <= len(failed) and set(failed) <= {'69', '73', '74'},
           'a full disk: the run says so, and the next one does what is left', [done.stderr, *broken, failed])
    return None


def main():
    if not shutil.which('strace') or subprocess.run(['strace', '-o', '/dev/null', 'true'], capture_output=True).returncode:
        print('1..0 # SKIP strace is not installed or does not work here')
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(99))
    with tempfile.TemporaryDirectory(prefix='listbrief-faults-') as folder:
        place = Place(folder)
        place.deliver(1, 1)
        report(place.run(REPORT) == (0, ''), 'the first report')
        for n in range(2, 6):
            place.deliver(n, 5 + n)
        place.save()
        log = os.path.join(folder, 'trace')
        status, err = place.run(REPORT + WEEK, ['strace', '-qq', '-s', '200', '-o', log])
        wanted = place.look()
        report((status, err) == (0, '') and len(wanted[0]) == 3 and len(wanted[1]) == 2 and not wanted[2], 'the second one',
               [status, err, wanted[0].keys(), len(wanted[1])])
        points = find_points(open(log, errors='replace').read().splitlines(), place.folder)
        print('# %d system calls' % len(points), flush=True)
        report(len(points) > 200, 'there are system calls to fail')
        sweep(place, thin(points), 'signal=SIGKILL', wanted, 'killed')
        for action in ('error=EIO', 'error=ENOSPC', 'error=EINTR'):
            sweep(place, thin([point for point in points if point[0] in FAILING]), action, wanted, 'failing')
        # Now what sends the mail: before sendmail has it, at its beginning, and when it took it.
        sweep(place, [('rename', 1), ('openat', 1), ('rename', 2)], 'signal=SIGKILL', wanted, 'what sends the mail is killed',
              follow=True)
        place.restore()
        status, err = place.run(REPORT + WEEK, preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        report((status, err) == (0, '') and place.look() == wanted, 'SIGCHLD may be ignored by who starts it', [status, err])
        full_disk(place)
    return tap.finish()


if __name__ == '__main__':
    sys.exit(main())
