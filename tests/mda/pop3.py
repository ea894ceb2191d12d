#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""pop3.py FOLDER PORT-FILE: a POP3 server (RFC 1939) on loopback for one test.  The mailbox is the files of FOLDER; what a
session deletes is removed when it says QUIT, as a server does."""
import os
import socketserver
import sys


class Session(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b'\r\n')

    def send(self, lines):
        for line in lines:
            self.wfile.write((b'.' if line.startswith(b'.') else b'') + line + b'\r\n')
        self.wfile.write(b'.\r\n')

    def handle(self):
        names = sorted(os.listdir(sys.argv[1]))
        mails = [open(os.path.join(sys.argv[1], name), 'rb').read().splitlines() for name in names]
        sizes = [sum(len(line) + 2 for line in mail) for mail in mails]
        deleted = set()
        self.say('+OK')
        for request in self.rfile:
            word, *rest = request.decode('ascii', 'replace').split() or ['']
            word, number = word.upper(), int(rest[0]) - 1 if rest and rest[0].isdigit() else None
            if word == 'STAT':
                self.say('+OK %d %d' % (len(mails), sum(sizes)))
            elif word in ('LIST', 'UIDL') and number is None:
                self.say('+OK')
                self.send([b'%d %d' % (i + 1, size) for i, size in enumerate(sizes)] if word == 'LIST' else
                          [b'%d %s' % (i + 1, name.encode()) for i, name in enumerate(names)])
            elif word in ('LIST', 'UIDL'):
                self.say('+OK %d %s' % (number + 1, sizes[number] if word == 'LIST' else names[number]))
            elif word in ('RETR', 'TOP'):
                self.say('+OK')
                self.send(mails[number])
            elif word == 'DELE':
                deleted.add(number)
                self.say('+OK')
            elif word == 'RSET':
                deleted.clear()
                self.say('+OK')
            elif word == 'QUIT':
                for i in deleted:
                    os.unlink(os.path.join(sys.argv[1], names[i]))
                self.say('+OK')
                return
            elif word in ('USER', 'PASS', 'NOOP'):
                self.say('+OK')
            else:
                self.say('-ERR')


with socketserver.TCPServer(('127.0.0.1', 0), Session) as server:
    with open(sys.argv[2] + '.part', 'w') as file:
        file.write(str(server.server_address[1]))
    os.rename(sys.argv[2] + '.part', sys.argv[2])
    server.serve_forever()
