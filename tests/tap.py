# SPDX-License-Identifier: GPL-2.0-or-later
"""TAP for tests in Python, as tests/cli/lib.sh is for those in shell: a line for each test, the plan at the end."""
n_tests = n_failed = 0


def report(is_ok, what, details=()):
    global n_tests, n_failed
    n_tests += 1
    n_failed += not is_ok
    print('%s %d - %s' % ('ok' if is_ok else 'not ok', n_tests, what), flush=True)
    for line in [] if is_ok else list(details)[:20]:
        print('# ' + str(line), flush=True)


def skip(what, why):
    global n_tests
    n_tests += 1
    print('ok %d - %s # SKIP %s' % (n_tests, what, why), flush=True)


def finish():
    """The plan; returns the exit status."""
    print('1..%d' % n_tests)
    return 1 if n_failed else 0
