/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>
#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/reading.h"
#include "cli/route.h"

static int check(const char *named) {
  g_autoptr(GError) error = NULL;
  g_autoptr(LbConfig) config = lb_config_load(named, &error);

  if (!config)
    return lb_command_fail(error);
  for (guint i = 0; i < config->mistakes->len; i++) {
    const LbConfigMistake *mistake = g_ptr_array_index(config->mistakes, i);
    g_autofree char *shown = lb_text_visible(mistake->text, TRUE);

    fprintf(stderr, "listbrief: %s\n", shown);
  }
  if (config->mistakes->len > 0)
    return EX_CONFIG;
  g_autofree char *path = lb_text_visible(config->path, TRUE);
  printf("%s: %u list%s, no mistakes\n", path, config->lists->len, config->lists->len == 1 ? "" : "s");
  return lb_command_close_stdout();
}

/* What a source says of its list: the List-Id of most of its mails. */
static gboolean find_list_id(const char *spec, char **id, char **name, gboolean *is_maildir, GError **error) {
  g_auto(LbReading) reading = LB_READING_INIT;
  g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
  char *specs[] = {(char *)spec, NULL};
  const GPtrArray *mails;
  guint most = 0;

  reading.is_quiet = TRUE;
  if (!lb_reading_open(&reading, 1, specs, error) || !lb_reading_run(&reading, 0, error))
    return FALSE;
  *name = g_strdup(lb_source_get_name(g_ptr_array_index(reading.sources, 0)));
  *is_maildir = !strcmp(lb_source_get_kind(g_ptr_array_index(reading.sources, 0)), "maildir");
  mails = lb_intake_get_mails(reading.intake);
  for (guint i = 0; i < mails->len; i++) {
    const char *first = ((const LbMail *)g_ptr_array_index(mails, i))->list_ids[0];
    guint n = first ? GPOINTER_TO_UINT(g_hash_table_lookup(counts, first)) + 1 : 0;

    if (!first || strpbrk(first, " \t<>") || !g_utf8_validate(first, -1, NULL))
      continue;
    g_hash_table_insert(counts, (gpointer)first, GUINT_TO_POINTER(n));
    if (n > most) {
      most = n;
      g_free(*id);
      *id = g_strdup(first);
    }
  }
  return TRUE;
}

/* "linux-hyperv.vger.kernel.org" is known as linux-hyperv. */
static char *make_name(const char *id, const char *source_name, guint number) {
  g_autofree char *name = id ? g_strndup(id, strcspn(id, ".")) : g_strdup(source_name);

  return lb_config_is_list_name(name) ? g_steal_pointer(&name) : g_strdup_printf("list-%u", number);
}

typedef struct {
  char *name, *id, *maildir;
  GString *sources;
} Draft;

static void free_draft(gpointer data) {
  Draft *draft = data;

  g_free(draft->name);
  g_free(draft->id);
  g_free(draft->maildir);
  g_string_free(draft->sources, TRUE);
  g_free(draft);
}

static Draft *find_draft(GPtrArray *drafts, const char *name, const char *id) {
  for (guint i = 0; i < drafts->len; i++) {
    Draft *draft = g_ptr_array_index(drafts, i);

    if (id ? !g_strcmp0(draft->id, id) : !g_strcmp0(draft->name, name))
      return draft;
  }
  return NULL;
}

/* Two lists of one name on two hosts. */
static char *make_name_unique(GPtrArray *drafts, char *name) {
  for (guint n = 2; find_draft(drafts, name, NULL); n++) {
    g_autofree char *taken = name;

    name = g_strdup_printf("%.*s-%u", (int)strcspn(taken, "-"), taken, n);
  }
  return name;
}

/* Where a source is, from wherever the program is started. */
static char *make_absolute(const char *spec, GError **error) {
  const char *colon = strchr(spec, ':'), *slash = strchr(spec, '/');
  gsize prefix = colon && (!slash || colon < slash) ? (gsize)(colon + 1 - spec) : 0;
  char *real;
  char *whole;

  if (access(spec, F_OK) == 0)
    prefix = 0;
  real = realpath(spec + prefix, NULL);
  if (!real) {
    g_set_error(error, LB_ERROR, LB_ERROR_NO_INPUT, "cannot find '%s': %s", spec, g_strerror(errno));
    return NULL;
  }
  whole = g_strdup_printf("%.*s%s", (int)prefix, spec, real);
  free(real);
  return whole;
}

static gboolean add_source(GPtrArray *drafts, const char *spec, GError **error) {
  g_autofree char *absolute = make_absolute(spec, error);
  g_autofree char *id = NULL, *source_name = NULL;
  gboolean is_maildir = FALSE;
  Draft *draft;

  if (!absolute || !find_list_id(absolute, &id, &source_name, &is_maildir, error))
    return FALSE;
  draft = id ? find_draft(drafts, NULL, id) : NULL;
  if (!draft) {
    draft = g_new0(Draft, 1);
    draft->name = make_name_unique(drafts, make_name(id, source_name, drafts->len + 1));
    draft->id = g_steal_pointer(&id);
    draft->sources = g_string_new(NULL);
    g_ptr_array_add(drafts, draft);
  }
  if (is_maildir && !draft->maildir)
    draft->maildir = g_strdup(absolute + (g_str_has_prefix(absolute, "maildir:") ? strlen("maildir:") : 0));
  lb_config_append_value(draft->sources, absolute, TRUE);
  g_string_append_c(draft->sources, ';');
  return TRUE;
}

/* What there is no telling; where a value stands it is the one that counts if nothing is said. */
static const char wishes[] =
    "# How reports call it, if not by its List-Id.\n#title=Name\n"
    "# How often: daily, weekly, monthly, commits, or as '100 mails'.\n#period=weekly\n"
    "# Where 'listbrief run' writes them: strftime(3) of the last day, {list}, {number}.\n"
    "#outputs=~/.local/share/listbrief/report/{list}/%Y-%m-%d.txt\n#output-mode=0600\n"
    "# Whom it sends them to, and how.\n#mail-to=you@example.org\n#mail-from=reports@example.org\n"
    "#sendmail=/usr/sbin/sendmail -oi -t\n"
    "# What is run before sources are read, without a shell.\n"
    "#before=git --git-dir=/srv/mirror/0.git fetch --quiet\n"
    "# Sources that hold other lists' mail, too: take what has the list's id.\n#take=list-id\n"
    "# Maildirs among them with subfolders: those, too.\n#recursive=true\n"
    "# What reports hold: listbrief-report(1) has options of these names.\n"
    "#sections=-numbers\n#messages=first\n#order=newest\n#top=15\n#stale-days=30\n"
    "#watch=author:you@example.org;path:drivers/net\n#exclude=class:bot\n"
    "#mailmap=~/.mailmap\n#domain-map=~/.gitdm/domain-map\n#fold-domains=false\n"
    "#link=https://lore.kernel.org/all/{msgid}/\n";

static void append_list(GString *out, const Draft *draft) {
  g_string_append_printf(out, "\n[list %s]\n", draft->name);
  g_string_append_printf(out, "# Where its mail is.\nsources=%s\n", draft->sources->str);
  if (draft->id) {
    g_string_append(out, "# What stands in the List-Id of its mail.\nlist-id=");
    lb_config_append_value(out, draft->id, TRUE);
    g_string_append(out, "\n");
  } else
    g_string_append(out, "# No mail in there has a List-Id.\n#list-id=name.example.org\n");
  g_string_append(out, "# Where 'listbrief deliver' puts its mail.\n");
  if (draft->maildir) {
    g_string_append(out, "maildir=");
    lb_config_append_value(out, draft->maildir, FALSE);
    g_string_append(out, "\n");
  } else
    g_string_append_printf(out, "#maildir=~/Mail/%s\n", draft->name);
  g_string_append(out, wishes);
}

static GString *make_text(const GPtrArray *drafts) {
  GString *out = g_string_new("# listbrief.conf(5); 'listbrief config check' finds mistakes in here.\n\n"
                              "[listbrief]\n"
                              "# Where 'listbrief deliver' puts mail of no list.\n"
                              "#default-maildir=~/Mail/other\n");

  if (drafts->len == 0)
    g_string_append(out, "\n#[list NAME]\n#list-id=name.example.org\n#maildir=~/Mail/name\n");
  for (guint i = 0; i < drafts->len; i++)
    append_list(out, g_ptr_array_index(drafts, i));
  return out;
}

static gboolean write_all(int fd, const GString *text) {
  for (gsize done = 0; done < text->len;) {
    gssize n = write(fd, text->str + done, text->len - done);

    if (n < 0 && errno != EINTR)
      return FALSE;
    done += n > 0 ? (gsize)n : 0;
  }
  return fsync(fd) == 0;
}

/* A file that is there was written by somebody, and is kept. */
static gboolean create_file(const char *path, const GString *text, GError **error) {
  g_autofree char *folder = g_path_get_dirname(path);
  int fd = g_mkdir_with_parents(folder, 0700) == 0 ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)
                                                   : -1;
  gboolean is_written;
  int why;

  if (fd < 0) {
    g_set_error(error, LB_ERROR, LB_ERROR_CANNOT_CREATE, "cannot create '%s': %s", path, g_strerror(errno));
    return FALSE;
  }
  is_written = write_all(fd, text);
  why = errno;
  if (close(fd) != 0 && is_written) {
    is_written = FALSE;
    why = errno;
  }
  if (is_written)
    return TRUE;
  unlink(path);
  g_set_error(error, LB_ERROR, LB_ERROR_WRITE, "cannot write '%s': %s", path, g_strerror(why));
  return FALSE;
}

static gboolean init(const char *named, char **specs, GError **error) {
  g_autoptr(GPtrArray) drafts = g_ptr_array_new_with_free_func(free_draft);
  g_autofree char *shown = NULL;
  char path[PATH_MAX];

  if (named)
    g_strlcpy(path, named, sizeof path);
  else if (!lb_route_format_config_path(0, path, sizeof path)) {
    g_set_error(error, LB_ERROR, LB_ERROR_CANNOT_CREATE, "no home: name a file with --config");
    return FALSE;
  }
  for (; *specs; specs++)
    if (!add_source(drafts, *specs, error))
      return FALSE;
  GString *text = make_text(drafts);
  gboolean is_created = create_file(path, text, error);
  g_string_free(text, TRUE);
  shown = lb_text_visible(path, TRUE);
  if (is_created)
    printf("%s: %u list%s\n", shown, drafts->len, drafts->len == 1 ? "" : "s");
  return is_created;
}

int lb_cmd_config(int argc, char **argv) {
  g_autoptr(GOptionContext) context =
      g_option_context_new("check | init [SOURCE…] - check the configuration, or write a first one");
  g_autoptr(GError) error = NULL;
  g_autofree char *named = NULL;
  int status;
  const GOptionEntry entries[] = {
      {"config", 0, 0, G_OPTION_ARG_FILENAME, &named, "Check or write FILE", "FILE"},
      {NULL, 0, 0, 0, NULL, NULL, NULL},
  };

  g_option_context_add_main_entries(context, entries, NULL);
  if (!lb_command_parse_options(context, "config", &argc, &argv, &status))
    return status;
  if (argc == 2 && !strcmp(argv[1], "check"))
    return check(named);
  if (argc >= 2 && !strcmp(argv[1], "init"))
    return init(named, argv + 2, &error) ? lb_command_close_stdout() : lb_command_fail(error);
  g_set_error(&error, LB_ERROR, LB_ERROR_USAGE,
              argc < 2 ? "config takes 'check' or 'init'" : "config takes 'check' or 'init', not '%s'",
              argv[1]);
  status = lb_command_fail(error);
  fputs("Try 'listbrief config --help'.\n", stderr);
  return status;
}
