/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LD_PRELOAD: what may happen to a folder while it is listed.  LISTBRIEF_READDIR says which:
 *   shuffle:SEED   entries come in another order
 *   unlink:WORD    an entry with WORD in its name is gone before the caller hears of it
 *   unknown:WORD   the type of an entry with WORD in its name isn't told, as some file systems do
 *   read:WORD      one in a folder new is moved to ../cur and gets ":2,S", as a mail reader does
 */
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct dirent *(*ReaddirFunc)(DIR *directory);

/* One folder at a time is enough: who lists another meanwhile gets that in its own order. */
static struct {
  DIR *directory;
  struct dirent *entries;
  size_t n, given;
} listed;

static ReaddirFunc find_real(void) {
  static ReaddirFunc real;
  if (!real)
    *(void **)&real = dlsym(RTLD_NEXT, "readdir");
  return real;
}

static void shuffle(DIR *directory, unsigned seed) {
  size_t room = 0;
  free(listed.entries);
  listed.directory = directory;
  listed.entries = NULL;
  listed.n = listed.given = 0;
  for (struct dirent *entry; (entry = find_real()(directory));) {
    if (listed.n == room) {
      room = room ? 2 * room : 64;
      listed.entries = realloc(listed.entries, room * sizeof *listed.entries);
      if (!listed.entries)
        abort();
    }
    memset(&listed.entries[listed.n], 0, sizeof *listed.entries);
    listed.entries[listed.n].d_type = entry->d_type;
    listed.entries[listed.n].d_ino = entry->d_ino;
    strcpy(listed.entries[listed.n++].d_name, entry->d_name);
  }
  for (size_t i = listed.n; i > 1; i--) {
    seed = seed * 1103515245u + 12345u;
    size_t other = (seed >> 8) % i;
    struct dirent kept = listed.entries[i - 1];
    listed.entries[i - 1] = listed.entries[other];
    listed.entries[other] = kept;
  }
}

static struct dirent *give_shuffled(DIR *directory, unsigned seed) {
  if (listed.directory != directory)
    shuffle(directory, seed);
  return listed.given < listed.n ? &listed.entries[listed.given++] : NULL;
}

static struct dirent *change(DIR *directory, struct dirent *entry, const char *what) {
  const char *word = strchr(what, ':') + 1;
  char moved[512];
  if (!entry || !strstr(entry->d_name, word))
    return entry;
  if (strncmp(what, "unlink:", 7) == 0)
    unlinkat(dirfd(directory), entry->d_name, 0);
  else if (strncmp(what, "unknown:", 8) == 0)
    entry->d_type = DT_UNKNOWN;
  else if (!strchr(entry->d_name, ':')) {
    snprintf(moved, sizeof moved, "../cur/%.400s:2,S", entry->d_name);
    renameat(dirfd(directory), entry->d_name, dirfd(directory), moved);
  }
  return entry;
}

struct dirent *readdir(DIR *directory) {
  const char *what = getenv("LISTBRIEF_READDIR");
  if (!what || !strchr(what, ':'))
    return find_real()(directory);
  if (strncmp(what, "shuffle:", 8) == 0)
    return give_shuffled(directory, (unsigned)atoi(what + 8));
  return change(directory, find_real()(directory), what);
}

/* Of one shape with the other where file offsets have 64 bits. */
struct dirent64 *readdir64(DIR *directory) {
  _Static_assert(sizeof(struct dirent64) == sizeof(struct dirent), "another machine");
  return (struct dirent64 *)readdir(directory);
}

int closedir(DIR *directory) {
  static int (*real)(DIR *);
  if (!real)
    *(void **)&real = dlsym(RTLD_NEXT, "closedir");
  if (listed.directory == directory)
    listed.directory = NULL;
  return real(directory);
}
