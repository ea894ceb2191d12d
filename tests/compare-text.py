#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the decoded text of every mail of a maildir with that of Python's email package.

usage: listbrief export --what=mails --text MAILDIR | compare-text.py [-v] [MAILDIR]

Python takes the MIME structure, transfer encodings and charsets apart; the rules below say which parts are the
text of a mail and how they are put together.  They are those of listbrief(1), written down once more:

- text parts are inline text/*, patches (by type or by file name) and attached text that begins like a patch; of
  multipart/alternative the first branch with text/plain; text/html where there is nothing else in its branch; of a
  mail that isn't multipart its body, unless that is an image, sound, or base64 that claims to be no text;
- parts are joined one behind the other, each beginning a line;
- CR before LF is dropped, NUL is U+FFFD, a byte order mark at the beginning of a part is dropped;
- format=flowed is joined by RFC 3676;
- HTML is compared by its letters and digits alone: how it is laid out is nobody's standard.

Nothing else is made equal.  Every mail that differs is counted under the first reason that fits.
"""

import argparse
import collections
import email
import email.errors
import email.policy
import html.parser
import json
import os
import re
import sys

PATCH_TYPES = {"text/x-patch", "text/x-diff", "text/patch", "text/diff", "application/x-patch"}
READABLE = {"message/delivery-status", "message/partial"}
SNIFF = re.compile(rb"\s*?^(From [0-9a-f]{40,} |diff --git |--- a/|Index: )", re.M)


def name_of(part):
    name = part.get_filename()
    return name if name else None


def payload_of(part):
    if part.is_multipart():
        return part.as_bytes().split(b"\n\n", 1)[-1]
    return part.get_payload(decode=True) or b""


def kind_of(part, is_root):
    kind = kind_of_part(part)
    if kind or not is_root or part.is_multipart():
        return kind
    encoding = part.get("content-transfer-encoding", "").strip().lower()
    family = part.get_content_maintype()
    return "text" if family == "text" or (family == "application" and encoding != "base64") else None


def kind_of_part(part):
    kind = part.get_content_type()
    name = name_of(part)
    if part.is_multipart():
        return "text" if kind in READABLE else None
    if kind.startswith("multipart/"):
        lost = (email.errors.NoBoundaryInMultipartDefect, email.errors.StartBoundaryNotFoundDefect)
        return "text" if any(isinstance(defect, lost) for defect in part.defects) else None
    if kind in PATCH_TYPES or (name and name.lower().endswith((".patch", ".diff"))):
        return "patch"
    if kind.startswith("text/") and part.get_content_disposition() not in (None, "inline") and name:
        return "patch" if SNIFF.match(payload_of(part)[:4000].lstrip()) else None
    if kind == "text/html":
        return "html"
    return "text" if kind.startswith("text/") or kind in READABLE else None


def leaves(message):
    """(part, path of (container, index)) in order; never into attached mails' own containers twice."""
    stack = [(message, ())]
    while stack:
        part, path = stack.pop()
        kind = part.get_content_type()
        if part.is_multipart() and kind not in READABLE:
            children = part.get_payload()
            for index, child in reversed(list(enumerate(children))):
                stack.append((child, path + ((part, index),)))
        else:
            yield part, path


def is_blank(part):
    return not payload_of(part).strip()


def chosen(message):
    found = [(part, path, kind_of(part, not path)) for part, path in leaves(message)]
    branch = {}

    def fix(path):
        for container, index in path:
            if container.get_content_type() == "multipart/alternative":
                branch.setdefault(id(container), index)

    for part, path, kind in found:
        if kind == "text" and part.get_content_type() == "text/plain" and not is_blank(part):
            fix(path)
    for part, path, kind in found:
        if kind and not is_blank(part):
            fix(path)
    for part, path, kind in found:
        if kind == "patch" or (kind and all(branch.get(id(c), i) == i for c, i in path)):
            yield part, kind


def decode(payload, charset):
    for name in (charset, "utf-8"):
        try:
            return payload.decode(name or "utf-8")
        except (LookupError, UnicodeError, ValueError):
            pass
    damaged = payload.decode("utf-8", "replace")
    spoiled = damaged.count("\ufffd")
    if spoiled <= (sum(len(c.encode()) for c in damaged if c > "\x7f") - 3 * spoiled) // 2 // 10 + 1 and any(
            c > "\x7f" and c != "\ufffd" for c in damaged):
        return damaged
    return payload.decode("cp1252", "replace")


def unflow(text, del_sp):
    """RFC 3676 section 4."""
    out, paragraph, depth_of = [], None, 0
    lines = text.split("\n")
    last = lines.pop()
    for number, line in enumerate(lines + ([last] if last else [])):
        marks = len(line) - len(line.lstrip(">"))
        content = line[marks:]
        stuffed = content.startswith(" ")
        content = content[1:] if stuffed else content
        separator = content == "-- " and (marks > 0 or not stuffed)
        flowed = content.endswith(" ") and not separator
        if paragraph is not None and (marks != depth_of or separator):
            out.append(paragraph + "\n")
            paragraph = None
        whole = (line[: len(line) - len(content)] if marks else "") if paragraph is None else paragraph
        whole += content[:-1] if flowed and del_sp else content
        paragraph = whole if flowed else None
        depth_of = marks
        if not flowed:
            out.append(whole + ("\n" if number < len(lines) else ""))
    if paragraph is not None:
        out.append(paragraph + ("\n" if not last else ""))
    return "".join(out)


class Letters(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text, self.hidden = [], 0

    def handle_starttag(self, tag, attributes):
        self.hidden += tag in ("script", "style", "title")

    def handle_endtag(self, tag):
        if tag in ("script", "style", "title") and self.hidden:
            self.hidden -= 1

    def handle_data(self, data):
        if not self.hidden:
            self.text.append(data)


def letters(text):
    return "".join(c for c in text if c.isalnum())


def text_of(part, kind):
    text = decode(payload_of(part), part.get_content_charset())
    text = text[1:] if text.startswith("\ufeff") else text
    text = re.sub(r"\r+\n", "\n", text).replace("\0", "\ufffd")
    if kind == "html":
        reader = Letters()
        reader.feed(text)
        reader.close()
        return "".join(reader.text)
    if str(part.get_param("format", "")).lower() == "flowed":
        text = unflow(text, str(part.get_param("delsp", "")).lower() == "yes")
    return text


def expected(message):
    text, has_html = "", False
    for part, kind in chosen(message):
        more = text_of(part, kind)
        has_html |= kind == "html"
        if text and more and not text.endswith("\n"):
            text += "\n"
        text += more
    return text, has_html


def is_damaged_base64(message):
    return any(
        part.get("content-transfer-encoding", "").strip().lower() == "base64"
        and isinstance(part.get_payload(), str)
        and re.search(r"[^A-Za-z0-9+/=\s]", part.get_payload())
        for part in message.walk()
    )


def needs_wider_charset(message):
    for part in message.walk():
        charset = part.get_content_charset() or ""
        wider = {"gb2312": "gb18030", "gbk": "gb18030", "euc-kr": "cp949", "ks_c_5601-1987": "cp949",
                 "shift_jis": "cp932", "big5": "big5hkscs", "iso-8859-1": "cp1252"}.get(charset)
        try:
            if wider and not part.is_multipart():
                payload_of(part).decode(wider)
                payload_of(part).decode(charset if charset != "iso-8859-1" else "ascii")
        except UnicodeError:
            return True
    return False


REASONS = [
    ("clear text behind base64, or damaged base64", lambda message, ours: is_damaged_base64(message)),
    ("lines of a hunk in format=flowed", lambda message, ours: "\n@@ -" in "\n" + ours["text"] and any(
        str(part.get_param("format", "")).lower() == "flowed" for part in message.walk())),
    ("charset whose superset is meant", lambda message, ours: needs_wider_charset(message)),
    ("charset lie or unknown charset", lambda message, ours: {"charset-lie", "unknown-charset"} & set(ours["diagnostics"])),
    ("damaged quoted-printable", lambda message, ours: "bad-qp" in ours["diagnostics"]),
    ("multipart whose boundary is missing", lambda message, ours: any(part.defects for part in message.walk())),
    ("other", lambda message, ours: True),
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("maildir", nargs="?")
    parser.add_argument("-v", "--verbose", action="store_true", help="show each first differing line")
    options = parser.parse_args()
    counts, total, differing = collections.Counter(), 0, 0
    for line in sys.stdin:
        ours = json.loads(line)
        path = ours["locator"]["file"]
        if options.maildir and not os.path.isabs(path):
            path = os.path.join(options.maildir, path)
        total += 1
        try:
            with open(path, "rb") as file:
                message = email.message_from_bytes(file.read(), policy=email.policy.compat32)
            theirs, has_html = expected(message)
        except RecursionError:
            differing += 1
            counts["parts nested too deep for Python"] += 1
            continue
        text = ours["text"]
        if text == theirs or (has_html and letters(text) == letters(theirs)):
            continue
        differing += 1
        reason = next(name for name, holds in REASONS if holds(message, ours))
        counts[reason] += 1
        if options.verbose:
            a, b = text.split("\n"), theirs.split("\n")
            n = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
            print(f"{path}: {reason}: line {n + 1} of {len(a)}/{len(b)}\n  ours   {a[n:n + 1]}\n  theirs {b[n:n + 1]}")
    print(f"{total} mails, {differing} differ")
    for reason, count in counts.most_common():
        print(f"{count:6} {reason}")


if __name__ == "__main__":
    main()
