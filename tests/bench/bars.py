# SPDX-License-Identifier: GPL-2.0-or-later
"""What a report may take, of references that ran in turn with it: a table of bars, met or missed."""
import csv
import os
import statistics

# What a report with two threads may take of its reference, when the machine is otherwise idle.
REFERENCES = {"mbox": ("grep -c", 1.0), "maildir": ("cat cur/*", 0.5), "git": ("log | cat-file", 0.65)}
# Times that it must be faster than these; notmuch reads the maildir of the same mails.
PEERS = {"mbox": {"bare GMime parse": 8, "b4, adding mails": 150}, "maildir": {"notmuch new": 200}, "git": {}}
PIECES = {"120 commits": 3, "500 commits": 3, "newest week, context 1": 3, "newest week, context 30": 25,
          "middle week, context 30": 25}
THREADS = 1.7
MEMORY = 64 * 2**20, 600  # bytes, and for each mail
GROWTH = 1.15
OURS, ALONE = "report, 2 threads", "report, 1 thread"
HEAD = ("archive", "bar", "measured", "at_least", "at_most", "met")


def ratio(ours, theirs, field=0):
    """Of the rounds' ratios the median; of what ran a different number of times the medians' ratio."""
    if len(ours) == len(theirs):
        return statistics.median(a[field] / b[field] for a, b in zip(ours, theirs) if b[field])
    return statistics.median(a[field] for a in ours) / statistics.median(b[field] for b in theirs)


class Bars:
    """All that was asked, as rows of HEAD; per_mail: of each kind and size the seconds for a mail."""

    def __init__(self):
        self.rows = []
        self.per_mail = {}

    def add(self, archive, name, measured, at_least=None, at_most=None):
        met = (at_least is None or measured >= at_least) and (at_most is None or measured <= at_most)
        self.rows.append((archive, name, measured, at_least, at_most, met))
        return met

    def judge(self, archive, kind, mails, runs):
        """Whether nothing was missed that doesn't depend on what else the machine does."""
        ours = runs[OURS]
        reference, most = REFERENCES[kind]
        if runs.get(reference):
            self.add(archive, "time, of " + reference, ratio(ours, runs[reference]), at_most=most)
        for name, least in PEERS[kind].items():
            if runs.get(name):
                self.add(archive, "times faster than " + name, 1 / ratio(ours, runs[name]), at_least=least)
        self.add(archive, "times faster than 1 thread", ratio(runs[ALONE], ours), at_least=THREADS)
        for name, most in PIECES.items():
            if runs.get(name):
                self.add(archive, name + ", % of the whole", 100 * ratio(runs[name], ours), at_most=most)
        good = not runs.get("bare GMime parse") or ratio(ours, runs["bare GMime parse"]) <= 0.5
        peak = max(run[2] for name in (OURS, ALONE) for run in runs[name])
        return self.add(archive, "MiB", peak, at_most=(MEMORY[0] + MEMORY[1] * mails) / 2**20) and good

    def note_growth(self, kind, mails, runs):
        self.per_mail.setdefault(kind, {})[mails] = [statistics.median(run[i] for run in runs[OURS]) / mails
                                                    for i in (0, 1)]

    def judge_growth(self):
        for kind, sizes in self.per_mail.items():
            small, large = min(sizes), max(sizes)
            if small == large:
                continue
            for name, i in (("time", 0), ("CPU time", 1)):
                self.add("generated %s" % kind, "%s for a mail, of %d to of %d" % (name, large, small),
                         sizes[large][i] / sizes[small][i], at_most=GROWTH)

    def print(self):
        print("\n%-24s %-44s %9s %18s" % ("", "bars", "measured", "wanted"))
        for archive, name, measured, least, most, met in self.rows:
            wanted = "at least %.4g" % least if most is None else "at most %.4g" % most
            print("%-24s %-44s %9.2f %18s %s" % (archive, name, measured, wanted, "" if met else "MISSED"))

    def write(self, path):
        base, end = os.path.splitext(path)
        with open(base + "-bars" + end, "w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([HEAD] + [[x if isinstance(x, str) else "" if x is None else
                                                 ("yes" if x else "no") if isinstance(x, bool) else "%.3f" % x
                                                 for x in row] for row in self.rows])
