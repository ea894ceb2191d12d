#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What can go wrong below `listbrief deliver`, in TAP: `make check-faults`.  Takes minutes.

Every system call fails once, with each error that matters, or meets a signal; the order of syncs and links; full disks;
many writers; killed writers; little memory; a mail of 1 GiB.  Needs strace; full disks and pid namespaces need root or
unprivileged user namespaces and are skipped without."""
import concurrent.futures as futures
import hashlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import tap
from tap import report, skip

PROGRAM = os.environ.get('LISTBRIEF') or os.path.abspath('_build/listbrief')
SCALE = float(os.environ.get('FAULTS_SCALE', '1'))  # below 1: fewer mails, for a quick look
HEADER = b'From: Alice Example <alice@example.org>\nList-Id: Kiln <kiln.example.org>\nSubject: %d\n\n'
MAIL = HEADER % 0 + b'text\n' * 30000  # more than one buffer
ACTIONS = ('signal=SIGKILL', 'signal=SIGTERM', 'signal=SIGQUIT', 'error=EIO', 'error=ENOSPC', 'error=EDQUOT', 'error=EINTR',
           'error=EACCES', 'error=ENOMEM', 'error=EMFILE', 'error=EFBIG', 'error=EROFS')


class Box:
    """A maildir in a folder of its own."""

    def __init__(self, folder, is_made=True):
        self.path = os.path.join(folder, 'deep', 'box')
        self.is_made = is_made
        self.reset()

    def reset(self):
        shutil.rmtree(os.path.dirname(self.path), ignore_errors=True)
        if self.is_made:
            for name in ('cur', 'new', 'tmp'):
                os.makedirs(os.path.join(self.path, name))

    def list(self, name):
        try:
            return [os.path.join(self.path, name, file) for file in os.listdir(os.path.join(self.path, name))]
        except FileNotFoundError:
            return []

    def read(self, name='new'):
        return [open(file, 'rb').read() for file in self.list(name)]


def deliver(arguments, mail, prefix=(), timeout=60):
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stdout:
        stdin.write(mail)
        stdin.seek(0)
        done = subprocess.run([*prefix, PROGRAM, 'deliver', *arguments], stdin=stdin, stdout=stdout,
                              stderr=subprocess.PIPE, timeout=timeout)
        stdout.seek(0)
        return done.returncode, stdout.read(), done.stderr


# ---- Every system call

CALL = re.compile(r'^(?:\d+ +)?(\w+)\((.*)')


def trace(arguments, mail, folder, *options):
    log = os.path.join(folder, 'trace')
    status = deliver(arguments, mail, ['strace', '-qq', '-o', log, *options])[0]
    return status, open(log, errors='replace').read().splitlines()


def find_points(lines):
    """(name, how often it was called before and now, whether the signal handlers are there yet), one for each call."""
    counts, points, is_ready = {}, [], False
    for line in lines:
        match = CALL.match(line)
        if not match or match[1] in ('execve', 'exit_group'):
            continue
        counts[match[1]] = counts.get(match[1], 0) + 1
        points.append((match[1], counts[match[1]], is_ready))
        is_ready = is_ready or match[1] == 'umask'
    return points


def find_broken(point, action, status, output, box, is_tee):
    name, number, is_ready = point
    mails, is_error = box.read(), action.startswith('error')
    if any(mail != MAIL for mail in mails):
        return 'a part of a mail in new'
    if len(mails) > 1:
        return 'stored twice'
    if status == 0 and not mails:
        return 'exit status 0 and nothing stored'
    if status == 0 and is_tee and output != MAIL:
        return 'exit status 0 and nothing passed on'
    if action == 'signal=SIGKILL':
        return None
    # What fails in the C library's own beginning ends the program in its own way, and stores nothing.
    if status not in (0, 75) and (is_ready or status == 0 or mails):
        return 'exit status'
    if status == 75 and mails and not is_tee and name not in ('fsync', 'linkat'):
        return 'not delivered, but there'
    if status == 75 and action == 'signal=SIGTERM' and mails and not is_tee:
        return 'a signal after the mail was published changed the status'
    if box.list('tmp') and is_ready and not (is_error and name in ('unlinkat', 'unlink')):
        return 'something left in tmp'
    return None


def sweep(title, make_arguments, box, folder, is_tee=False, actions=ACTIONS):
    arguments = make_arguments(box)
    status, lines = trace(arguments, MAIL, folder)
    points = find_points(lines)
    report(status == 0 and box.read() == [MAIL] and len(points) > 30, '%s: delivers under strace' % title)
    total = early = 0
    for action in actions:
        broken = []
        for point in points:
            name, number, is_ready = point
            box.reset()
            status, output, _ = deliver(arguments, MAIL, ['strace', '-qq', '-o', '/dev/null', '-e', 'trace=' + name, '-e',
                                                          'inject=%s:%s:when=%d' % (name, action, number)])
            fault = find_broken(point, action, status, output, box, is_tee)
            if fault:
                broken.append('%s at %s #%d: %s, exit status %d' % (action, name, number, fault, status))
            early += status not in (0, 75) and action != 'signal=SIGKILL'
            if action == 'signal=SIGKILL' and deliver(arguments, MAIL)[0] != 0:
                broken.append('after %s at %s #%d nothing can be delivered' % (action, name, number))
        total += len(points)
        report(not broken, '%s: %s at each of %d system calls' % (title, action, len(points)), broken)
    print('# %s: %d points, %d of them ended before the program began' % (title, total, early), flush=True)


def short_sweep(folder):
    sweep('--maildir', lambda b: ['--maildir=' + b.path], Box(folder), folder,
          actions=('signal=SIGKILL', 'signal=SIGTERM', 'error=EIO'))


def sweeps(folder):
    config = os.path.join(folder, 'conf')
    box = Box(folder)
    with open(config, 'w') as file:
        file.write('[list kiln]\nlist-id=kiln.example.org\nmaildir=%s\n[listbrief]\ndefault-maildir=/nonexistent/x\n' % box.path)
    sweep('--maildir', lambda b: ['--maildir=' + b.path], box, folder)
    sweep('a maildir that is made', lambda b: ['--maildir=' + b.path], Box(folder, is_made=False), folder)
    sweep('by List-Id', lambda b: ['--config=' + config], Box(folder), folder)
    sweep('--tee', lambda b: ['--tee', '--maildir=' + b.path], Box(folder), folder, is_tee=True)


# ---- What is done, and in which order

def find_disorder(lines, box):
    """The mail's file is synced after its last write and before it is linked, the folder after that; nothing else is made."""
    faults, dirty, linked, folder_synced = [], None, 0, False
    for line in lines:
        match = re.match(r'(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)', line)
        if not match or int(match[3]) < 0:
            continue
        name, rest = match[1], match[2]
        if name == 'openat' and 'O_CREAT' in rest and '<%s/tmp>' % box not in rest:
            faults.append('made elsewhere: ' + line)
        if name == 'write' and '<%s/tmp/' % box in rest:
            dirty = True
        if name == 'write' and '<%s/new/' % box in rest:
            faults.append('written in place: ' + line)
        if name == 'fsync' and '<%s/tmp/' % box in rest:
            dirty = False
        if name == 'linkat':
            linked += 1
            folder_synced = False
            if dirty is not False:
                faults.append('linked before it was synced')
        if name in ('rename', 'renameat', 'renameat2', 'link'):
            faults.append('what overwrites, or names no folder: ' + line)
        if name == 'fsync' and rest.endswith('<%s/new>' % box):
            folder_synced = True
    if linked != 1:
        faults.append('%d links' % linked)
    if not folder_synced:
        faults.append('new is not synced after the link')
    return faults


def order(folder):
    box = Box(os.path.realpath(folder))
    arguments = ['--maildir=' + box.path]
    lines = trace(arguments, MAIL, folder, '-y', '-s', '0')[1]
    report(not find_disorder(lines, box.path), 'file synced, linked, folder synced, in this order', find_disorder(lines, box.path))
    syncs = [i for i, line in enumerate(lines) if line.startswith('fsync')]
    for what, wrong in (('the sync of the file', lines[:syncs[0]] + lines[syncs[0] + 1:]),
                        ('the sync of the folder', lines[:syncs[-1]] + lines[syncs[-1] + 1:])):
        report(bool(find_disorder(wrong, box.path)), 'a trace without %s would be seen' % what)
    status, lines = trace(arguments, MAIL, folder, '-f', '-e', 'trace=%network,%process')
    calls = {CALL.match(line)[1] for line in lines if CALL.match(line)} - {'execve', 'exit_group', 'arch_prctl'}
    report(status == 0 and not calls, 'no socket, no child', sorted(calls))


# ---- Many at once

def deliver_numbers(arguments, numbers):
    stored = []
    for number in numbers:
        mail = HEADER % number + b'x' * (number % 7000) + b'\n'
        if deliver(arguments, mail)[0] == 0:
            stored.append(hashlib.sha256(mail).digest())
    return stored


def writers(folder):
    box, each = Box(folder), int(2500 * SCALE)
    with futures.ProcessPoolExecutor(8) as pool:
        acknowledged = [digest for part in pool.map(deliver_numbers, [['--maildir=' + box.path]] * 8,
                                                    [range(i * each, (i + 1) * each) for i in range(8)]) for digest in part]
    found = [hashlib.sha256(mail).digest() for mail in box.read()]
    report(len(acknowledged) == 8 * each, '8 writers deliver %d mails each' % each)
    report(sorted(found) == sorted(acknowledged), 'each is in new exactly once, byte for byte')
    report(not box.list('tmp'), 'tmp is empty')


def killed(folder):
    """Whatever was acknowledged is there; whatever is there is whole."""
    box, random_numbers, wanted = Box(folder), random.Random(1), {}
    arguments = [PROGRAM, 'deliver', '--maildir=' + box.path]
    n_killed = n_done = 0
    n = int(2000 * SCALE)
    all_mails = set()
    for first in range(0, n, 8):
        running = []
        for number in range(first, first + 8):
            mail = HEADER % number + b'y' * 20000
            all_mails.add(mail)
            reader, writer = os.pipe()
            process = subprocess.Popen(arguments, stdin=reader, stderr=subprocess.DEVNULL)
            os.close(reader)
            if number == first:  # whatever the machine's speed, one of them is killed in the middle of its mail
                os.write(writer, mail[:len(mail) // 2])
                process.kill()
            else:
                os.write(writer, mail)
            os.close(writer)
            running.append((process, mail))
        time.sleep(random_numbers.random() * 0.004)
        for process, _ in running:
            if random_numbers.random() < 0.5:
                process.kill()
        for process, mail in running:
            if process.wait() == 0:
                wanted[mail] = True
                n_done += 1
            else:
                n_killed += 1
    mails = box.read()
    report(n_killed > 0 and n_done > 0, '%d deliveries were killed, %d were not' % (n_killed, n_done))
    report(set(wanted) <= set(mails), 'every mail that was acknowledged is there')
    report(set(mails) <= all_mails and len(set(mails)) == len(mails), 'nothing but whole mails is there, and each once')


def same_pid(folder):
    prefix = ['unshare', '-fp'] if os.geteuid() == 0 else ['unshare', '-rfp']
    if subprocess.run([*prefix, 'true'], capture_output=True).returncode != 0:
        return skip('many writers with one process id', 'no pid namespaces')
    box, n = Box(folder), int(400 * SCALE)
    with futures.ThreadPoolExecutor(16) as pool:
        done = list(pool.map(lambda i: deliver(['--maildir=' + box.path], HEADER % i + b'\n', prefix)[0], range(n)))
    pids = {re.search(r'P(\d+)Q', file)[1] for file in box.list('new')}
    report(done == [0] * n and len(set(box.read())) == n and pids == {'1'}, '%d writers with one process id' % n)


# ---- Resources that end

def full_disk(folder):
    mounted = os.path.join(folder, 'small')
    os.mkdir(mounted)
    script = 'mount -t tmpfs -o size=64k none "$1" && shift && exec "$@"'
    prefix = ['unshare', '-m', 'sh', '-c', script, 'sh', mounted]
    if os.geteuid() != 0:
        prefix.insert(1, '-r')
    if subprocess.run([*prefix, 'true'], capture_output=True).returncode != 0:
        return skip('a full disk', 'no mount namespaces')
    inner = '''
      box=$1/box; shift
      i=0; while [ $i -lt 40 ]; do
        "$@" --maildir="$box" <mail 2>err; status=$?
        [ "$status" -eq 0 ] || break
        i=$((i + 1))
      done
      echo "$i $status $(ls "$box/new" | wc -l) $(ls -A "$box/tmp" | wc -l) $(head -c 20 err)"
      for file in "$box"/new/*; do cmp "$file" mail; done
      rm "$box/new/$(ls "$box/new" | head -n 1)"
      "$@" --maildir="$box" <mail; echo "again $?"
    '''
    with open(os.path.join(folder, 'mail'), 'wb') as file:
        file.write(b'Subject: x\n\n' + b'x' * 9988)
    done = subprocess.run([*prefix, 'sh', '-c', inner, 'sh', mounted, PROGRAM, 'deliver'], capture_output=True, cwd=folder,
                          text=True)
    match = re.match(r'(\d+) 75 (\d+) 0 listbrief: mail not \nagain 0\n$', done.stdout)
    report(bool(match) and match[1] == match[2] and int(match[1]) > 2,
           'a full disk: 75, nothing half-written, and again when there is room', [done.stdout, done.stderr])


def read_only(folder):
    box = Box(folder)
    script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
    prefix = ['unshare', '-m', 'sh', '-c', script, 'sh', box.path]
    if os.geteuid() != 0:
        prefix.insert(1, '-r')
    if subprocess.run([*prefix, 'true'], capture_output=True).returncode != 0:
        return skip('a file system that is read only', 'no mount namespaces')
    status = deliver(['--maildir=' + box.path], MAIL, prefix)[0]
    report(status == 75 and not box.read(), 'a file system that is read only: 75')


def memory(folder):
    box, faults, least = Box(folder), [], None
    if os.environ.get('sanitized'):
        return skip('little memory', 'sanitizers take more')
    for kilobytes in range(64, 8192, 64):
        box.reset()
        status = deliver(['--maildir=' + box.path], MAIL, ['sh', '-c', 'ulimit -v %d; exec "$@"' % kilobytes, 'sh'])[0]
        if status == 0 and least is None:
            least = kilobytes
        if (box.read() != [MAIL]) if status == 0 else box.read():
            faults.append('%d KiB: exit status %d' % (kilobytes, status))
    report(not faults and least is not None, 'memory from 64 KiB to 8 MiB: stored, or not (%s KiB are enough)' % least, faults)


def large(folder):
    if shutil.disk_usage(folder).free < 3 << 30:
        return skip('a mail of 1 GiB', 'no room')
    box, path = Box(folder), os.path.join(folder, 'large')
    with open(path, 'wb') as file:
        file.write(b'Subject: x\n\n')
        file.truncate(1 << 30)
    with open(path, 'rb') as stdin:
        status = subprocess.run(['sh', '-c', 'ulimit -v 65536; exec "$@"', 'sh', PROGRAM, 'deliver', '--maildir=' + box.path],
                                stdin=stdin, timeout=600).returncode
    same = status == 0 and subprocess.run(['cmp', path, *box.list('new')]).returncode == 0
    report(same, 'a mail of 1 GiB in 64 MiB of memory')
    os.unlink(path)
    box.reset()


def patience(folder):
    box = Box(folder)
    reader, writer = os.pipe()
    process = subprocess.Popen([PROGRAM, 'deliver', '--maildir=' + box.path, '--timeout=3'], stdin=reader,
                               stderr=subprocess.PIPE)
    os.close(reader)
    began = time.monotonic()
    try:
        while process.poll() is None and time.monotonic() < began + 20:
            os.write(writer, b'x\n')
            time.sleep(0.1)
    except BrokenPipeError:
        pass
    took = time.monotonic() - began
    os.close(writer)
    report(process.wait() == 75 and 2.5 < took < 6 and not box.read() and not box.list('tmp'),
           'a mail that drips for ever: 75 when the time is over', ['%.1f seconds' % took])
    process.stderr.close()


def main():
    if not shutil.which('strace') or subprocess.run(['strace', '-o', '/dev/null', 'true'], capture_output=True).returncode:
        print('1..0 # SKIP strace is not installed or does not work here')
        return 0
    parts = (order, sweeps, writers, killed, same_pid, full_disk, read_only, memory, large, patience)
    chosen = [part for part in (short_sweep, *parts) if part.__name__ in sys.argv[1:]] or parts
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(99))
    for part in chosen:
        with tempfile.TemporaryDirectory(prefix='listbrief-faults-') as folder:
            part(folder)
    return tap.finish()


if __name__ == '__main__':
    sys.exit(main())
