/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hook that a mail transfer or delivery agent pipes a mail into.  Exits 0 when the mail is on disk and
 * 75, which is the one status that every caller takes for "try again", in every other case: wrong options as
 * well.  Uses no GLib and allocates nothing: it must work where memory is short, and be linked without what
 * the other commands need.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>
#include "cli/deadline.h"
#include "cli/hook.h"
#include "cli/route.h"
#include "message/list_id.h"
#include "store/delivery.h"

#define IDLE_SECONDS 300
#define TOTAL_SECONDS 900
#define MAX_SECONDS 86400
/* A pipe that can be written to takes so much at once without blocking. */
#define TEE_CHUNK 4096

typedef struct {
  const char *maildir, *list, *config;
  bool is_tee, wants_help;
  int idle, total;
} Options;

static const char help[] =
    "Usage:\n  listbrief deliver [OPTION…] - put the mail on standard input into a list's maildir\n\n"
    "Application Options:\n"
    "  --maildir=DIR        Into this maildir; no configuration is read\n"
    "  --list=NAME          Into the maildir of this list\n"
    "                       (neither: into that of the list in List-Id)\n"
    "  --config=FILE        Read this configuration\n"
    "  --tee                Write the mail to standard output, too\n"
    "  --timeout=SECONDS    Give up after so long (900; and 300 without a byte)\n"
    "  -h, --help           Show this help\n";

static const struct option option_table[] = {
    {"maildir", required_argument, NULL, 'm'},
    {"list", required_argument, NULL, 'l'},
    {"config", required_argument, NULL, 'c'},
    {"tee", no_argument, NULL, 't'},
    {"timeout", required_argument, NULL, 'T'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static char buffer[LB_ROUTE_MAX_HEADER + 2]; /* two for the end of a header that has none */

/* One line, one write, and never a byte of the mail: Postfix takes a status at the beginning of a failed
 * command's output for its result.  A caller that doesn't read must not keep the hook from ending. */
static int fail(const char *what, const char *about, const char *why) {
  char line[1024];
  int n =
      snprintf(line, sizeof line - 1, "listbrief: mail not delivered, to be tried again: %s%s%s%s%s%s", what,
               about ? " '" : "", about ? about : "", about ? "'" : "", why ? ": " : "", why ? why : "");
  size_t length = n < 0 ? 0 : (size_t)n < sizeof line - 1 ? (size_t)n : sizeof line - 2;
  struct pollfd waiting = {.fd = STDERR_FILENO, .events = POLLOUT};

  for (size_t i = 0; i < length; i++)
    if ((unsigned char)line[i] < ' ' || (unsigned char)line[i] >= 0x7f)
      line[i] = '?';
  line[length++] = '\n';
  if (poll(&waiting, 1, 1000) != 0 && write(STDERR_FILENO, line, length) < 0)
    return EX_TEMPFAIL;
  return EX_TEMPFAIL;
}

static int fail_usage(const char *what, const char *about) {
  return fail(what, about, "see 'listbrief deliver --help'");
}

static int fail_delivery(const LbDelivery *delivery, const char *maildir) {
  return fail(delivery->failed_step, maildir, strerror(delivery->error));
}

/* A closed standard stream would give its number to the mail's file.  Input is opened so that reading it
 * fails. */
static bool open_standard_streams(void) {
  for (int fd = 0; fd <= 2; fd++)
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 1 ? O_RDONLY : O_WRONLY) != fd)
      return false;
  return true;
}

static bool parse_seconds(const char *text, int *seconds) {
  char *end;
  long value;

  errno = 0;
  value = strtol(text, &end, 10);
  if (*text < '0' || *text > '9' || *end || errno || value < 1 || value > MAX_SECONDS)
    return false;
  *seconds = (int)value;
  return true;
}

static int parse_options(Options *options, int argc, char **argv) {
  int option;

  opterr = 0;
  optind = 1;
  while ((option = getopt_long(argc, argv, "+:h", option_table, NULL)) != -1) {
    switch (option) {
    case 'm':
      options->maildir = optarg;
      break;
    case 'l':
      options->list = optarg;
      break;
    case 'c':
      options->config = optarg;
      break;
    case 't':
      options->is_tee = true;
      break;
    case 'h':
      options->wants_help = true;
      break;
    case 'T':
      if (!parse_seconds(optarg, &options->total))
        return fail_usage("--timeout takes seconds from 1 to 86400, not", optarg);
      break;
    default:
      return fail_usage(option == ':' ? "a value is missing for" : "there is no option", argv[optind - 1]);
    }
  }
  if (optind < argc)
    return fail_usage("the mail comes on standard input, not from", argv[optind]);
  if (options->maildir && options->list)
    return fail_usage("--maildir and --list exclude each other", NULL);
  if (options->maildir && !*options->maildir)
    return fail_usage("--maildir is empty", NULL);
  options->idle = options->total < IDLE_SECONDS ? options->total : IDLE_SECONDS;
  return EX_OK;
}

/* Up to size bytes; 0 at the end of input, -1 if it can't be read or time is over. */
static ssize_t read_input(LbDeadline *deadline, char *bytes, size_t size) {
  for (;;) {
    ssize_t n;

    if (!lb_deadline_wait(deadline, STDIN_FILENO, false))
      return -1;
    n = read(STDIN_FILENO, bytes, size);
    if (n > 0)
      lb_deadline_renew(deadline);
    if (n >= 0 || (errno != EINTR && errno != EAGAIN))
      return n;
  }
}

static int fail_input(const LbDeadline *deadline) {
  int why = errno;
  const char *reason = lb_deadline_find_reason(deadline);

  return reason ? fail(reason, NULL, NULL) : fail("cannot read standard input", NULL, strerror(why));
}

/* The header, or what of the mail fits; *length is what was read. */
static int read_header(LbDeadline *deadline, size_t *length, bool *is_all) {
  size_t seen = 0;
  ssize_t n = 1;

  while (*length < LB_ROUTE_MAX_HEADER && !lb_list_id_find_body(buffer, *length, &seen)) {
    n = read_input(deadline, buffer + *length, LB_ROUTE_MAX_HEADER - *length);
    if (n < 0)
      return fail_input(deadline);
    if (n == 0)
      break;
    *length += (size_t)n;
  }
  *is_all = n == 0;
  return EX_OK;
}

/* An empty mail is no mail but a sign that something upstream went wrong. */
static int copy_input(LbDeadline *deadline, LbDelivery *delivery, const char *maildir, size_t length,
                      bool is_all) {
  bool is_empty = length == 0;

  for (;;) {
    ssize_t n;

    if (length > 0 && !lb_delivery_write(delivery, buffer, length))
      return fail_delivery(delivery, maildir);
    n = is_all ? 0 : read_input(deadline, buffer, LB_ROUTE_MAX_HEADER);
    if (n < 0)
      return fail_input(deadline);
    if (n == 0)
      return is_empty ? fail("standard input is empty", NULL, NULL) : EX_OK;
    is_empty = false;
    length = (size_t)n;
  }
}

static bool write_output(LbDeadline *deadline, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t n;

    if (!lb_deadline_wait(deadline, STDOUT_FILENO, true))
      return false;
    n = write(STDOUT_FILENO, bytes, length < TEE_CHUNK ? length : TEE_CHUNK);
    if (n < 0 && errno != EINTR && errno != EAGAIN)
      return false;
    if (n > 0) {
      lb_deadline_renew(deadline);
      bytes += n;
      length -= (size_t)n;
    }
  }
  return true;
}

/* The mail is safe already: what fails here makes the caller bring it a second time, as it must then keep its
 * own. */
static int pass_on(LbDeadline *deadline, LbDelivery *delivery) {
  ssize_t n;

  while ((n = read(delivery->copy_fd, buffer, LB_ROUTE_MAX_HEADER)) != 0) {
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return fail("cannot read the mail back", NULL, strerror(errno));
    if (!write_output(deadline, buffer, (size_t)n)) {
      int why = errno;
      const char *reason = lb_deadline_find_reason(deadline);

      return fail("cannot write standard output", NULL, reason ? reason : strerror(why));
    }
  }
  return close(STDOUT_FILENO) == 0 ? EX_OK : fail("cannot write standard output", NULL, strerror(errno));
}

static int store(LbDeadline *deadline, LbDelivery *delivery, const Options *options, const char *maildir,
                 size_t length, bool is_all) {
  const char *reason;
  int status;

  if (!lb_delivery_open(delivery, maildir))
    return fail_delivery(delivery, maildir);
  status = copy_input(deadline, delivery, maildir, length, is_all);
  if (status != EX_OK)
    return status;
  if (!lb_delivery_sync(delivery, options->is_tee))
    return fail_delivery(delivery, maildir);
  if ((reason = lb_deadline_find_reason(deadline)))
    return fail(reason, NULL, NULL);
  if (!lb_delivery_publish(delivery))
    return fail_delivery(delivery, maildir);
  return options->is_tee ? pass_on(deadline, delivery) : EX_OK;
}

/* route: where the maildir must be found in the configuration. */
static int find_maildir(LbDeadline *deadline, LbRoute *route, const Options *options, size_t *length,
                        bool *is_all) {
  int status;

  if (!lb_route_open(route, options->config))
    return fail(route->mistake, NULL, NULL);
  if (options->list)
    return lb_route_choose_list(route, options->list) ? EX_OK : fail(route->mistake, NULL, NULL);
  status = read_header(deadline, length, is_all);
  if (status != EX_OK)
    return status;
  /* A mail that ends in its header: as if the empty line were there. */
  memcpy(buffer + *length, "\n\n", 2);
  return lb_route_choose_by_header(route, buffer, *length + (*is_all ? 2 : 0))
             ? EX_OK
             : fail(route->mistake, NULL, NULL);
}

static int print_help(void) {
  size_t length = sizeof help - 1, done = 0;

  while (done < length) {
    ssize_t n = write(STDOUT_FILENO, help + done, length - done);

    if (n < 0 && errno != EINTR)
      return fail("cannot write standard output", NULL, strerror(errno));
    done += n > 0 ? (size_t)n : 0;
  }
  return close(STDOUT_FILENO) == 0 ? EX_OK : fail("cannot write standard output", NULL, strerror(errno));
}

int lb_cmd_deliver(int argc, char **argv) {
  static LbRoute route;
  static LbDelivery delivery = LB_DELIVERY_INIT;
  Options options = {.idle = IDLE_SECONDS, .total = TOTAL_SECONDS};
  LbDeadline deadline;
  size_t length = 0;
  bool is_all = false;
  int status;

  lb_deadline_catch_signals();
  umask(077);
  if (!open_standard_streams())
    return EX_TEMPFAIL;
  status = parse_options(&options, argc, argv);
  if (status != EX_OK || options.wants_help)
    return status != EX_OK ? status : print_help();
  lb_deadline_start(&deadline, options.idle, options.total);
  if (!options.maildir) {
    status = find_maildir(&deadline, &route, &options, &length, &is_all);
    if (status != EX_OK)
      return status;
  }
  status = store(&deadline, &delivery, &options, options.maildir ? options.maildir : route.maildir, length,
                 is_all);
  lb_delivery_close(&delivery);
  return status;
}
