#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes COUNT mails of random structure, charset and encoding into the maildir DIR, the same for the same SEED.

usage: random-mail.py DIR COUNT SEED

Encoded by Python, so that another decoder's errors aren't repeated here.
"""

import base64
import os
import quopri
import random
import sys

SAMPLES = {
    "us-ascii": "plain", "utf-8": "Grüße 日本 🐧", "iso-8859-1": "Grüße naïve ÿ", "iso-8859-2": "Zażółć gęślą jaźń",
    "iso-8859-4": "ąčę", "iso-8859-5": "Привет", "iso-8859-7": "Καλημέρα", "iso-8859-8": "שלום", "iso-8859-9": "İğş",
    "iso-8859-13": "ąčę", "iso-8859-15": "Prix €", "windows-1250": "žluťoučký", "windows-1251": "Привет ёж",
    "windows-1252": "“quotes” – €", "windows-1253": "Καλημέρα", "windows-1254": "ışğ", "windows-1255": "שלום",
    "windows-1256": "مرحبا", "windows-1257": "ąčę", "koi8-r": "Привет", "koi8-u": "Їжак", "cp866": "Привет",
    "gb2312": "你好世界", "gbk": "測試你好", "gb18030": "你好€", "hz": "你好 tilde~", "big5": "中文測試",
    "euc-jp": "日本語カナ", "shift_jis": "日本語カナ \\x", "iso-2022-jp": "日本語テスト ascii", "cp932": "日本語①",
    "euc-kr": "버그 수정", "iso-2022-kr": "버그 수정", "cp949": "버그", "tis-620": "สวัสดี", "utf-7": "Grüße + plus",
    "utf-16": "Grüße 日本", "utf-16le": "Grüße", "utf-16be": "日本",
}
LINES = ["alpha", "beta = gamma", "--x", "-- ", "From here", ".", "> quoted ", "> on", " indented", "\ttab", "a" * 90,
         "trailing ", "=3D literal", "", "diff --git a/f b/f"]
TYPES = ["plain"] * 6 + ["html", "x-patch", "x-foo"]
DISPOSITIONS = ["inline", "attachment; filename=x.patch", "attachment; filename=y.txt", "attachment"]


def leaf(rng):
    charset = rng.choice(list(SAMPLES))
    lines = [rng.choice(LINES) if rng.random() < 0.6 else SAMPLES[charset] for _ in range(rng.randint(1, 12))]
    text = "\n".join(lines) + ("\n" if rng.random() < 0.8 else "")
    is_wide = charset.startswith("utf-16")
    # "~" and a line end would be a line that goes on
    body = (text.replace("~\n", "~.\n") if charset == "hz" else text).encode(charset)
    encoding = "base64" if is_wide else rng.choice(["7bit", "8bit", "quoted-printable", "base64", None, "binary"])
    if encoding == "base64":
        body = base64.encodebytes(body.replace(b"\n", b"\r\n") if rng.random() < 0.3 and not is_wide else body)
    elif encoding == "quoted-printable":
        body = quopri.encodestring(body)
    name = rng.choice([f'"{charset}"', charset, charset.upper()])
    header = f"Content-Type: text/{rng.choice(TYPES)}; charset={name}"
    header += "; format=flowed" if rng.random() < 0.2 else ""
    header += f'; name="f{rng.randint(0, 9)}.txt"' if rng.random() < 0.1 else ""
    header += f"\nContent-Transfer-Encoding: {encoding}" if encoding else ""
    header += f"\nContent-Disposition: {rng.choice(DISPOSITIONS)}" if rng.random() < 0.15 else ""
    return header.encode() + b"\n", body


def part(rng, depth, boundaries):
    if depth < 4 and rng.random() < 0.35:
        # some begin like another one
        boundary = f"b{len(boundaries)}" if rng.random() < 0.8 else "b0" + "x" * (len(boundaries) + 1)
        boundaries.append(boundary)
        body = b"preamble\n" if rng.random() < 0.3 else b""
        for _ in range(rng.randint(1, 3)):
            header, inner = part(rng, depth + 1, boundaries)
            body += b"--" + boundary.encode() + b"\n" + header + b"\n" + inner + b"\n"
        body += b"--" + boundary.encode() + b"--\n" + (b"epilogue\n" if rng.random() < 0.3 else b"")
        kind = rng.choice(["mixed", "mixed", "alternative", "related", "signed"])
        return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n'.encode(), body
    if 0 < depth < 4 and rng.random() < 0.08:
        header, body = part(rng, depth + 1, boundaries)
        return b"Content-Type: message/rfc822\n", b"From: n@example.org\nSubject: nested\n" + header + b"\n" + body
    return leaf(rng)


def main():
    folder, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(seed)
    for sub in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(folder, sub), exist_ok=True)
    for number in range(count):
        header, body = part(rng, 0, [])
        mail = f"From: a@example.org\nSubject: mail {number}\nMessage-ID: <{number}@example.org>\n".encode()
        mail += header + b"\n" + body
        if rng.random() < 0.2:
            mail = mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        with open(os.path.join(folder, "cur", f"{number:05}:2,S"), "wb") as file:
            file.write(mail)


if __name__ == "__main__":
    main()
