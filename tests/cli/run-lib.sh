# SPDX-License-Identifier: GPL-2.0-or-later
# For tests of `listbrief run`: a home of its own, mails, a sendmail that keeps what it gets.  Sourced after lib.sh.
HOME=$tmp/home XDG_CONFIG_HOME=$tmp/config XDG_STATE_HOME=$tmp/state XDG_DATA_HOME=$tmp/data
export HOME XDG_CONFIG_HOME XDG_STATE_HOME XDG_DATA_HOME
mkdir "$HOME" config config/listbrief data
conf=config/listbrief/listbrief.conf
unset LISTBRIEF_NOW

# Keeps each mail in sent/, numbered by when it came; does what the file sendmail-does says, if there is one.
cat >sendmail <<'END'
#!/bin/sh
cd "$(dirname "$0")" || exit 75
mkdir -p sent
n=$(($(ls sent | wc -l) + 1))
cat >"sent/$n.part" || exit 75
[ ! -f sendmail-does ] || . ./sendmail-does
mv "sent/$n.part" "sent/$n"
END
chmod +x sendmail
sendmail=$(printf '%s' "$tmp/sendmail" | sed 's/ /\\\\ /g')

# mail ID DATE FROM SUBJECT [FIELDS]: with the body on standard input, on standard output
mail() {
  set -- "$1" "$(date -u -d "$2" '+%a, %d %b %Y %H:%M:%S +0000')" "$3" "$4" "${5:-X-Test: yes}"
  # a relay's word for the time, so that no reader's clock matters
  printf 'Received: from a.example.org by b.example.org; %s\n' "$2"
  printf 'Message-ID: <%s>\nDate: %s\nFrom: %s\nTo: kiln@example.org\nList-Id: Kiln <kiln.example.org>\nSubject: %s\n' \
    "$1" "$2" "$3" "$4"
  printf '%b\n' "$5"
  echo
  cat
}
# diff FILE: a patch of one line
a_diff() {
  printf -- '---\n %s | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\n' "$1"
  printf 'diff --git a/%s b/%s\n--- a/%s\n+++ b/%s\n@@ -1,2 +1,2 @@\n-int %s;\n+long %s;\n int rest;\n' "$1" "$1" "$1" "$1" \
    "$(basename "$1" .c)" "$(basename "$1" .c)"
}
deliver() { "$LISTBRIEF" deliver --list=kiln || exit 99; }
# run_at TIME [OPTION…]
run_at() {
  at=$1; shift
  run env LISTBRIEF_NOW="$at" "$LISTBRIEF" run "$@"
}
# What there is of state and products, each with inode, times and a sum of its bytes.
snapshot() { find state data "$@" -printf '%p %i %T@ %s\n' | sort; find state data "$@" -type f -exec sha256sum {} + | sort; }
