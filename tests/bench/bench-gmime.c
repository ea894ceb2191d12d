/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The measure of our speed: a bare GMime parse of an mbox, one thread, nothing kept. */
#include <fcntl.h>
#include <gmime/gmime.h>

int main(int argc, char **argv) {
  guint count = 0;
  int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;

  if (fd < 0)
    return 66;
  g_mime_init();
  GMimeStream *stream = g_mime_stream_fs_new(fd);
  GMimeParser *parser = g_mime_parser_new_with_stream(stream);
  g_mime_parser_set_format(parser, GMIME_FORMAT_MBOX);
  while (!g_mime_parser_eos(parser)) {
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

    if (!message)
      break;
    count++;
    g_object_unref(message);
  }
  g_object_unref(parser);
  g_object_unref(stream);
  g_print("%u\n", count);
  return 0;
}
