# SPDX-License-Identifier: GPL-2.0-or-later
# TAP for shell tests.  A test begins with
#     . "${srcdir:-$(dirname "$0")/../..}/tests/cli/lib.sh"
# and has then $srcdir, $builddir, $LISTBRIEF (all absolute), $tmp (its working directory, removed at exit) and the
# functions below.  The plan is printed at the end: no counting.  By hand: sh tests/cli/10-mbox.test
set -u
if [ -z "${srcdir:-}" ]; then
  srcdir=$(dirname "$0")/..
  [ -f "$srcdir/configure.ac" ] || srcdir=$srcdir/..
fi
srcdir=$(cd "$srcdir" && pwd) || exit 99
if [ -z "${builddir:-}" ]; then
  builddir=$srcdir
  [ -x "$srcdir/listbrief" ] || builddir=$srcdir/_build
fi
builddir=$(cd "$builddir" && pwd) || { echo "Bail out! not built: make first"; exit 99; }
: "${sanitized:=}" "${LISTBRIEF:=$builddir/listbrief}" "${LISTBRIEF_NOW:=2026-01-20T00:00:00Z}" "${TZ:=UTC}" "${LC_ALL:=C.UTF-8}"
export srcdir builddir LISTBRIEF LISTBRIEF_NOW TZ LC_ALL
# Archives and mails that are too large or not ours to carry; tests that need them SKIP where they aren't.
shared=${LISTBRIEF_SHARED:-$srcdir/../shared}
# What git does in a test must not depend on who runs it.
GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org
GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@example.org
GIT_AUTHOR_DATE=2026-01-01T00:00:00Z GIT_COMMITTER_DATE=2026-01-01T00:00:00Z
export GIT_CONFIG_NOSYSTEM GIT_CONFIG_GLOBAL GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME
export GIT_COMMITTER_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_DATE

tests=0 failed=0 skipped_all= also_removed=
tmp=$(mktemp -d "${TMPDIR:-/tmp}/listbrief test.XXXXXX") || exit 99
# A script that dies half-way must not look like one that had little to say.
finish() {
  ended=$?
  trap - EXIT
  cd /; chmod -R u+rwX "$tmp"; rm -rf "$tmp" ${also_removed:+"$also_removed"}
  [ -z "$skipped_all" ] || exit 0
  [ "$ended" -eq 0 ] || not_ok "the script runs to its end (status $ended)"
  [ "$tests" -gt 0 ] || not_ok "the script tests something"
  echo "1..$tests"
  [ "$failed" -eq 0 ] || exit 1
}
trap finish EXIT
trap 'exit 99' HUP INT TERM
cd "$tmp" || exit 99

# waits_for COMMAND…: until it succeeds, ten seconds at most.  await: the same, and a failed test if it never does.
waits_for() {
  waited=0
  until "$@" >/dev/null 2>&1; do
    waited=$((waited + 1)); [ $waited -lt 200 ] || return 1
    sleep 0.05
  done
}
await() { waits_for "$@" || not_ok "what is waited for comes: $*"; }
# Copies the program to the folder $1: the one that is tested may lie where other users can't come.
install_program() { cp "$LISTBRIEF" "$(dirname "$LISTBRIEF")/listbrief-commands" "$1" && chmod 755 "$1" "$1"/listbrief*; }
# Somebody who has none of root's rights: $as_nobody stands before a command, $program is a listbrief that he can run.
# False where there is nobody else.
find_nobody() {
  as_nobody= program=$LISTBRIEF
  [ "$(id -u)" -eq 0 ] || return 0
  as_nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
  program=$tmp/bin/listbrief
  mkdir -p "$tmp/bin" && install_program "$tmp/bin" && chmod o+x "$tmp" && $as_nobody "$program" --version >/dev/null 2>&1
}
diag() { printf '%s\n' "$*" | sed 's/^/# /'; }
ok() { tests=$((tests + 1)); echo "ok $tests - $1"; }
not_ok() { tests=$((tests + 1)); failed=$((failed + 1)); echo "not ok $tests - $1"; }
skip() { tests=$((tests + 1)); echo "ok $tests - $1 # SKIP $2"; }         # skip DESCRIPTION REASON
skip_all() { skipped_all=1; echo "1..0 # SKIP $1"; exit 0; }              # before the first test only
is() {                                                                    # is GOT WANTED DESCRIPTION
  if [ "$1" = "$2" ]; then ok "$3"; else not_ok "$3"; diag "     got: $1"; diag "expected: $2"; fi
}
# like GOT PATTERN DESCRIPTION: a pattern of the shell, unlike: the reverse
like() { case "$1" in $2) ok "$3" ;; *) not_ok "$3"; diag "     got: $1"; diag "expected: $2" ;; esac; }
unlike() { case "$1" in $2) not_ok "$3"; diag "     got: $1"; diag "contains: $2" ;; *) ok "$3" ;; esac; }
same() {                                                                  # same FILE EXPECTED-FILE DESCRIPTION
  if cmp -s "$1" "$2"; then ok "$3"; else not_ok "$3"; diff -a -u "$2" "$1" | head -n 30 | sed 's/^/# /'; fi
}
# run COMMAND…: afterwards $status, $out and $err (without trailing newlines), files $tmp/stdout and $tmp/stderr
run() {
  status=0
  "$@" >"$tmp/stdout" 2>"$tmp/stderr" || status=$?
  out=$(tr -d '\000' <"$tmp/stdout") err=$(tr -d '\000' <"$tmp/stderr")
}
# holds DESCRIPTION COMMAND…: ok when the command succeeds; its output is shown when it does not
holds() {
  description=$1; shift
  if "$@" >"$tmp/held" 2>&1; then ok "$description"; else not_ok "$description"; head -n 30 "$tmp/held" | sed 's/^/# /'; fi
}
