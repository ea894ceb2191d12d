#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs listbrief over the mails of a folder with an EXPECTED.tsv and says row by row whether it holds (TAP without
a plan).  The README beside the table defines its columns, cells and operators.

usage: torture.py LISTBRIEF FOLDER SCRATCH [FILE...]
"""
import csv
import json
import os
import re
import resource
import subprocess
import sys
import time

PROGRAM, FOLDER, SCRATCH = sys.argv[1:4]
ONLY = set(sys.argv[4:])
SANITIZED = bool(os.environ.get("sanitized"))
MAX_SECONDS, MAX_MIB = 5, 512
KINDS = {"patch": "patch", "cover": "cover", "reply": "reply", "pull": "pull"}
WARNING = re.compile(r"^listbrief: (warning|skipped|not read): ", re.M)
csv.field_size_limit(1 << 30)


def unescape(cell):
    return re.sub(r"\\(x[0-9A-Fa-f]{2}|.)", lambda m: {"t": "\t", "n": "\n", "r": "\r"}.get(m[1]) or (
        chr(int(m[1][1:], 16)) if len(m[1]) == 3 else m[1]), cell)


def run(*args):
    """status, stdout, stderr, seconds, MiB of a run in an empty folder"""
    start = time.monotonic()
    with open(os.path.join(SCRATCH, "out"), "w+b") as out, open(os.path.join(SCRATCH, "err"), "w+b") as err:
        process = subprocess.Popen([PROGRAM, *args], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                   cwd=os.path.join(SCRATCH, "empty"))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - start
        out.seek(0)
        err.seek(0)
        return process.returncode, out.read(), err.read(), seconds, usage.ru_maxrss / 1024


def mailbox(person):
    if not person or not person.get("email"):
        return None
    name = person.get("name") or ""
    if re.search(r'[()<>\[\]:;@\\,."]', name):
        name = '"%s"' % re.sub(r'(["\\])', r"\\\1", name)
    return "%s <%s>" % (name, person["email"]) if name else person["email"]


def diff_cell(diff):
    if not diff:
        return None
    return "%d file%s +%d -%d" % (diff["files"], "" if diff["files"] == 1 else "s", diff["added"], diff["removed"])


class File:
    """What export and report say of one file."""

    def __init__(self, name):
        self.faults = []
        path = os.path.join(FOLDER, name)
        status, out, err, s1, m1 = run("export", "--what=mails", "--text", "--verbose", path)
        report_status, report, report_err, s2, m2 = run("report", "--verbose", path)
        self.seconds, self.mib = max(s1, s2), max(m1, m2)
        for what, code in (("export", status), ("report", report_status)):
            if code not in (0, 65, 69):
                self.faults.append("%s exits %d" % (what, code))
        self.status = status
        try:
            self.mails = [json.loads(line) for line in out.decode("utf-8").split("\n") if line]
        except ValueError as error:
            self.mails = []
            self.faults.append("export is no JSON Lines: %s" % error)
        try:
            self.text = report.decode("utf-8")
            self.err = err.decode("utf-8") + report_err.decode("utf-8")
        except UnicodeDecodeError as error:
            self.text, self.err = report.decode("latin-1"), (err + report_err).decode("latin-1")
            self.faults.append("output is not UTF-8: %s" % error)
        self.out = self.text + self.err
        if os.listdir(os.path.join(SCRATCH, "empty")):
            self.faults.append("something was written: %s" % os.listdir(os.path.join(SCRATCH, "empty")))
        self.warnings = [line for line in self.err.split("\n") if WARNING.match(line)]
        self.name = name
        if not SANITIZED:
            if self.seconds >= MAX_SECONDS:
                self.faults.append("%.1f seconds" % self.seconds)
            if self.mib >= MAX_MIB:
                self.faults.append("%.0f MiB" % self.mib)

    def warnings_of(self, mail):
        """Lines that name this mail: its file, and in an mbox its offset."""
        locator = mail.get("locator") or {}
        exact = "%s:%s:" % (locator.get("file"), locator.get("offset"))
        if len(self.mails) > 1:
            return [line for line in self.warnings if exact in line]
        return [line for line in self.warnings if self.name in line]


def value_of(file, mail, key):
    """(known, value) of what a check is about"""
    if key == "messages":
        return True, len(file.mails)
    if key == "reported":
        return True, sum(not m.get("duplicate_of") for m in file.mails)
    if key == "reported-patches":
        return True, sum(m["class"] == "patch" for m in file.mails)
    if key == "out":
        return True, file.out
    if key == "text":
        return True, file.text
    if key in ("seconds", "rss_mib"):
        return not SANITIZED, file.seconds if key == "seconds" else file.mib
    if key == "fs":
        return True, not os.path.exists("/tmp/lb-pwned") and not os.path.exists("/tmp/lb-pwned@example.org")
    if mail is None:
        return False, None
    if key == "body":
        return True, mail.get("text") or ""
    if key in ("commit", "notes"):
        return True, mail.get(key) or ""
    if key in ("trailers", "attachments"):
        return True, mail.get(key) or []
    if key == "trailers.count":
        return True, len(mail.get("trailers") or [])
    if key == "diff.paths":
        return True, (mail.get("diff") or {}).get("paths")
    if key in ("subject", "date"):
        return True, mail.get(key) or ""
    if key == "author":
        return True, mailbox(mail.get("author"))
    if key in ("author.email", "author.date"):
        return True, (mail.get("author") or {}).get(key[7:])
    return False, None


def holds(value, operator, wanted):
    if operator == "==":
        return value == wanted
    if operator == "<":
        return value < wanted
    if operator == "in":
        return value in wanted
    if operator == "contains":
        return wanted in (value or "")
    if operator == "!contains":
        return wanted not in (value or "")
    if operator == "startswith":
        return (value or "").startswith(wanted)
    if operator == "utf8":  # JSON came through a strict decoder: what is left to see are lone surrogates
        return (not re.search("[\ud800-\udfff]", value)) == wanted
    if operator == "lines-per-field":
        return not re.search(r"^(Bcc|X-Evil):", value, re.M)
    if operator == "no-write-outside":
        return value == wanted
    return None


def short(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else text[:120] + "..." + text[-70:]


def check_row(row, file):
    faults = list(file.faults)
    number = int(row["msg"])
    mail = None
    if number:
        if number > len(file.mails):
            return faults + ["mail %d is not there, export has %d" % (number, len(file.mails))], 0
        mail = file.mails[number - 1]
    warnings = file.warnings_of(mail) if mail else [line for line in file.warnings if file.name in line]
    outcome = row["outcome"]
    if outcome == "ok" and warnings:
        faults.append("warned: %s" % warnings[0][-160:])
    if outcome == "ok" and file.status:
        faults.append("exit status %d" % file.status)
    if outcome in ("warn", "skip-warn") and not warnings and not (file.status and file.name in file.err):
        faults.append("no warning")

    def compare(column, value):
        wanted = row[column]
        if wanted == "*":
            return
        wanted = None if wanted == "-" else unescape(wanted)
        if (value or None) != wanted:
            faults.append("%s: %s, expected %s" % (column, short(value), short(wanted)))

    if mail:
        compare("kind", KINDS.get(mail.get("class"), "mail"))
        numbers = (mail.get("version"), mail.get("index"), mail.get("total"))
        compare("series", "v%s %s/%s" % numbers)
        for column in ("subject", "title", "msgid", "date"):
            compare(column, mail.get(column))
        compare("author", mailbox(mail.get("author")))
        compare("diff", diff_cell(mail.get("diff")))
    left = 0
    for key, operator, wanted in json.loads(row["checks"]) if row["checks"] not in ("*", "-", "") else []:
        known, value = value_of(file, mail, key)
        result = holds(value, operator, wanted) if known else None
        if result is None:
            left += 1
        elif not result:
            faults.append("%s %s %s fails: %s" % (key, operator, short(wanted), short(value)))
    return faults, left


def main():
    os.makedirs(os.path.join(SCRATCH, "empty"), exist_ok=True)
    with open(os.path.join(FOLDER, "EXPECTED.tsv"), encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    files, left = {}, 0
    rows = [row for row in rows if not ONLY or row["file"] in ONLY]
    for number, row in enumerate(rows, 1):
        name = row["file"]
        if name not in files:
            files = {name: File(name)}
        faults, skipped = check_row(row, files[name])
        left += skipped
        print("%s %d - %s%s" % ("not ok" if faults else "ok", number, name,
                                ", mail %s" % row["msg"] if row["msg"] != "0" else ""))
        for fault in faults:
            print("# %s" % fault.replace("\n", "\\n"))
    print("# %d checks are about what is not made here (other formats, threads, delivery)" % left)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
