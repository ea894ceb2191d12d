# SPDX-License-Identifier: GPL-2.0-or-later
# What the tests of recipes share: a mail of a list, one of none, a configuration, a broken place.  After tests/cli/lib.sh.
PATH=$(dirname "$LISTBRIEF"):$PATH:/usr/sbin:/sbin:/usr/lib/dovecot
HOME=$tmp/home XDG_CONFIG_HOME=$tmp/home/.config
export PATH HOME XDG_CONFIG_HOME
mkdir -p "$HOME/.config/listbrief"
cat >"$HOME/.config/listbrief/listbrief.conf" <<END
[list kiln]
list-id=kiln.example.org
maildir=$tmp/kiln
[listbrief]
default-maildir=$tmp/other
END
cat >mail <<'END'
From: Alice Example <alice@example.org>
To: kiln@example.org
List-Id: Kiln <kiln.example.org>
Date: Tue, 13 Jan 2026 10:00:00 +0000
Subject: one
Message-ID: <one@example.org>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

R3LDvMOfZQo=
END
sed '/^List-Id/d' mail >private
{ sed 's/^Message-ID: .*/Message-ID: <listbrief.kiln.3.0123456789abcdef@example.org>\nAuto-Submitted: auto-generated/' mail; } >report
# How many mails there are in the maildir $1, and whether tmp is empty.
mails() { (ls "$1/new" && ls -A "$1/tmp") 2>/dev/null | wc -l; }
# Nothing can be stored in kiln now; and now it can again.
spoil() { rm -rf "$tmp/kiln"; : >"$tmp/kiln"; }
mend() { rm -f "$tmp/kiln"; }
# The one mail in maildir $1 is that in $2, but for what was put before it, and for the empty line that some put behind it.
holds_mail() {
  [ "$(ls "$1/new" | wc -l)" -eq 1 ] && [ "$(sed -n '/^From: /,$p' "$1"/new/* | tr -d '\r')" = "$(cat "$2")" ] || { ls "$1"/new; cat "$1"/new/*; false; }
}
