#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Mails that we compose, read back by Python's email package, in TAP: compose.py COMPOSE_MAIL.

Whatever the values hold, the header has exactly the fields that it should, each line fits, the body comes back."""
import email
import email.policy
import random
import subprocess
import sys

FIELDS = ['From', 'To', 'Subject', 'Date', 'Message-Id', 'In-Reply-To', 'References', 'List-Id', 'Auto-Submitted',
          'MIME-Version', 'Content-Type', 'Content-Transfer-Encoding']
OPTIONAL = {'In-Reply-To': 4, 'References': 4, 'List-Id': 5}
n_tests = n_failed = 0


def report(problems, what):
    global n_tests, n_failed
    n_tests += 1
    n_failed += bool(problems)
    print('%s %d - %s' % ('not ok' if problems else 'ok', n_tests, what))
    for line in problems[:10]:
        print('# ' + line)


def compose(values, body):
    return subprocess.run([sys.argv[1], *[v.encode('utf-8', 'surrogateescape') for v in values]], input=body,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)


def check(what, body=b'Hello\n', encoding=None, subject='List update', want=None, **other):
    values = [other.get(key, default) for key, default in (
        ('sender', 'Reports <reports@example.org>'), ('to', 'list@example.org'))]
    values += [subject] + [other.get(key, default) for key, default in (
        ('msgid', 'listbrief.kiln.2.0123@example.org'), ('previous', ''), ('list_id', ''), ('date', '1768348800'))]
    done = compose(values, body)
    again = compose(values, body)
    problems = []
    if done.returncode:
        return report(['status %d: %s' % (done.returncode, done.stderr)], what)
    if done.stdout != again.stdout:
        problems.append('not the same bytes twice')
    if b'\r' in done.stdout or b'\0' in done.stdout:
        problems.append('CR or NUL')
    header = done.stdout.split(b'\n\n')[0]
    for line in header.split(b'\n'):
        if len(line) > 78:
            problems.append('%d columns: %r' % (len(line), line))
        if any(c >= 127 or (c < 32 and c != 9) for c in line):
            problems.append('no ASCII: %r' % line)
    for line in done.stdout[len(header):].split(b'\n'):
        if len(line) > 998 or (encoding in ('quoted-printable', 'base64') and len(line) > 76):
            problems.append('%d columns in the body' % len(line))
        if line.startswith(b'From ') or line == b'.':
            problems.append('unprotected: %r' % line)
    mail = email.message_from_bytes(done.stdout, policy=email.policy.default)
    wanted = [f for f in FIELDS if f not in OPTIONAL or values[OPTIONAL[f]]]
    if sorted(key.lower() for key in mail.keys()) != sorted(f.lower() for f in wanted):
        problems.append('fields: %s' % mail.keys())
    if mail.defects or any(getattr(mail[key], 'defects', ()) for key in mail.keys()):
        problems.append('defects: %s' % [(k, mail[k].defects) for k in mail.keys() if getattr(mail[k], 'defects', ())])
    if mail.get_content_type() != 'text/plain' or mail.get_content_charset() != 'utf-8' or mail.is_multipart():
        problems.append('type: %s' % mail['content-type'])
    if mail['auto-submitted'] != 'auto-generated':
        problems.append('auto-submitted: %s' % mail['auto-submitted'])
    got = mail.get_payload(decode=True)
    if got != body:
        problems.append('body: %r instead of %r' % (got[:200], body[:200]))
    if encoding and mail['content-transfer-encoding'] != encoding:
        problems.append('encoding: %s' % mail['content-transfer-encoding'])
    for key, value in (want or {}).items():
        if str(mail[key]) != value:
            problems.append('%s: %r instead of %r' % (key, str(mail[key]), value))
    report(problems, what)


check('plain', encoding='7bit', want={
    'From': 'Reports <reports@example.org>', 'To': 'list@example.org', 'Subject': 'List update',
    'Message-ID': '<listbrief.kiln.2.0123@example.org>', 'Date': 'Wed, 14 Jan 2026 00:00:00 +0000'})
check('a reply in its list', previous='listbrief.kiln.1.9876@example.org', list_id='kiln.lists.example.org', want={
    'In-Reply-To': '<listbrief.kiln.1.9876@example.org>', 'References': '<listbrief.kiln.1.9876@example.org>',
    'List-Id': '<kiln.lists.example.org>'})
check('several readers', to='Bob <bob@example.org>|carol@example.net, Dave <dave@example.com>', want={
    'To': 'Bob <bob@example.org>, carol@example.net, Dave <dave@example.com>'})
check('names that are no ASCII', sender='Jürgen Öl <j@example.org>', to='"Ærø, Å" <ae@example.org>', want={
    'From': 'Jürgen Öl <j@example.org>', 'To': '"Ærø, Å" <ae@example.org>'})
check('a subject that is no ASCII', subject='Grüße aus Köln ' * 8, want={'Subject': ('Grüße aus Köln ' * 8).strip()})
check('a subject that is long', subject='word ' * 40, want={'Subject': ('word ' * 40).strip()})
check('a subject without blanks', subject='x' * 290)
check('a subject that is too long', subject='ä' * 5000, want={'Subject': 'ä' * 150})
check('a subject with fields in it', subject='a\r\nBcc: eve@example.org\r\n\r\nbody\nX: y')
check('a subject with bare CR', subject='a\rBcc: eve@example.org')
check('a subject of controls', subject='\x01\x07\x1b[31m\x7f‮')
check('a subject that looks encoded', subject='=?utf-8?q?=0ABcc=3A_eve=40example=2Eorg?=')
check('a subject that is no UTF-8', subject='caf\udce9', want={'Subject': 'café'})
check('an empty subject', subject='')
check('an id with fields in it', msgid='a\nBcc: eve@example.org', previous='b>\r\nX: y <c', list_id='d\n\nbody')
check('a sender with fields in it', sender='"a\nBcc: eve@example.org" <reports@example.org>')
check('lines that mailboxes and old programs mind', b'From 2026-01-05 to 2026-01-11\n.\n..\nFrom\n>From me\n', 'quoted-printable')
check('no ASCII', 'Grüße\n'.encode() + b'plain words of a long enough line\n' * 3, 'quoted-printable')
check('hardly any ASCII', '日本語のテキスト\n'.encode() * 20, 'base64')
check('long lines', b'a' * 5000 + b'\n' + b'b c ' * 3000 + b'\n', 'quoted-printable')
check('blanks and tabs at ends of lines', 'é \n\t\n  \n=\n =3D\n'.encode() + b'plain\n' * 9, 'quoted-printable')
check('no last newline', b'From me', 'quoted-printable')
check('nothing', b'', '7bit')
check('an empty line', b'\n', '7bit')
check('CR', b'a\rb\r\nc\r\n')
chance = random.Random(1)
for i in range(60):
    words = ['From ', '.', '\n', '=', ' ', '\t', 'é', '語', 'word', '\r', 'x' * 70]
    check('any text, %d' % i, ''.join(chance.choice(words) for _ in range(chance.randrange(200))).encode(),
          subject=''.join(chance.choice(words + ['\r\nBcc: x@y', '=?', '?=', '"', '<', ',']) for _ in range(40)))
for bad in ('', 'nobody', '@', 'a@', 'undisclosed:;', 'bob@example.org\nBcc: eve@example.org', 'bob@example.org|nobody'):
    for values in (['Reports <reports@example.org>', bad], [bad, 'bob@example.org']):
        if '|' not in values[0]:
            done = compose(values + ['s', 'i', '', '', '0'], b'')
            report([] if done.returncode == 1 and not done.stdout else [str(done)], 'no mailbox: %r' % values)
print('1..%d' % n_tests)
sys.exit(n_failed > 0)
