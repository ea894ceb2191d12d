/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For compose.py: compose_mail FROM TO SUBJECT MSGID PREVIOUS LIST-ID DATE <BODY; "" stands for none. */
#include <stdio.h>
#include <stdlib.h>
#include "message/compose.h"
#include "message/message.h"

int main(int argc, char **argv) {
  g_autoptr(GString) body = g_string_new(NULL);
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) to = argc == 8 ? g_strsplit(argv[2], "|", -1) : NULL;
  LbOutgoing outgoing;
  GString *mail;
  int c;

  if (!to)
    return 2;
  while ((c = getchar()) != EOF)
    g_string_append_c(body, (char)c);
  outgoing = (LbOutgoing){.from = argv[1],
                          .to = (const char *const *)to,
                          .subject = argv[3],
                          .msgid = argv[4],
                          .previous = *argv[5] ? argv[5] : NULL,
                          .list_id = *argv[6] ? argv[6] : NULL,
                          .date = g_ascii_strtoll(argv[7], NULL, 10),
                          .body = body->str,
                          .length = body->len};
  lb_message_init();
  mail = lb_compose_build(&outgoing, &error);
  if (mail) {
    fwrite(mail->str, 1, mail->len, stdout);
    g_string_free(mail, TRUE);
  } else
    fprintf(stderr, "%s\n", error->message);
  lb_message_shutdown();
  return mail ? 0 : 1;
}
