/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "writer.h"

static const char usage[] =
    "usage: generate FORMAT MAILS PATH [SEED [SECONDS]]\n"
    "\n"
    "Makes an archive of a mailing list of any size, the same bytes for the same arguments, of invented\n"
    "mail by invented people.  FORMAT is mbox (PATH a file), maildir (a new folder) or git (a new bare\n"
    "repository: an epoch of public-inbox v2, by git fast-import).  A mail each SECONDS, 300 if not told.\n"
    "A longer archive begins as a shorter one and goes on in the same way: more people, threads of the\n"
    "same size.\n"
    "\n"
    "It is like linux-hyperv (tests/bench/shape tells of all that was compared); percentiles are 10, 50,\n"
    "90 and 99:\n"
    "\n"
    "                            kvm-ppc                  linux-hyperv             generated, 26,431 mails\n"
    "  bytes of a mail           3796 6771 15105 43643    4809 8455 16831 37978    5216 8430 15663 34023\n"
    "  bytes in headers          45 %                     58 %                     60 %\n"
    "  bytes of a header         2314 3849 5306 10018     3231 5135 10654 14178    3263 5259 10477 13117\n"
    "  fields of a mail          23 28 37 54              25 34 58 70              24 33 59 71\n"
    "  bytes of a reply          698 2300 8314 28961      578 2057 7700 24097      654 2096 6561 19436\n"
    "  bytes of a diff           604 2812 12092 44984     569 2182 9889 33852      569 2213 9012 31141\n"
    "  replies, patches          49, 39 %                 57, 35 %                 56, 37 %\n"
    "  postings, of mails        10.0 %                   10.7 %                   10.5 %\n"
    "  replies that are encoded  21 %                     32 %                     32 %\n"
    "  mails of a thread         1 2 14 65, at most 142   1 4 19 60, at most 179   1 3 19 59, at most 186\n"
    "  patches of a posting      1 1 7 46                 1 1 8 33                 1 1 8 43\n"
    "  ids in References         0 1 4 9                  0 1 4 10                 0 1 4 10\n"
    "  authors, first 10         552, 46 % of mails       1150, 34 %               1048, 36 %\n"
    "  bytes of the report       3.5 %                    3.0 %                    2.9 %\n";

static gboolean parse(const char *text, guint64 max, guint64 *number) {
  return g_ascii_string_to_unsigned(text, 10, 0, max, number, NULL);
}

int main(int argc, char **argv) {
  guint64 mails, seed = 1, step = 300;
  if (argc == 2 && strcmp(argv[1], "--help") == 0) {
    fputs(usage, stdout);
    return 0;
  }
  if (argc < 4 || argc > 6 || !parse(argv[2], 100 * 1000 * 1000, &mails) ||
      (argc > 4 && !parse(argv[4], G_MAXUINT64, &seed)) ||
      (argc > 5 && !parse(argv[5], 1000 * 1000, &step))) {
    fputs(usage, stderr);
    return 64;
  }
  Writer *writer = writer_open(argv[1], argv[3]);
  if (!writer)
    return 64;
  list_run(seed, mails, (guint)step, writer_write, writer);
  return writer_close(writer) ? 0 : 1;
}
