/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/inherit.h"
#include "message/mail.h"
#include "store/standing.h"

static gboolean take(LbStore *store, sqlite3_stmt *statement, LbInheritance *inheritance, GError **error) {
  GError *local = NULL;

  *inheritance = (LbInheritance){LB_REPORT_PENDING, 0};
  if (!statement)
    return FALSE;
  while (lb_database_step(store, statement, &local)) {
    inheritance->report = (guint32)sqlite3_column_int64(statement, 0);
    inheritance->told = (guint)sqlite3_column_int64(statement, 1) & 15;
  }
  if (!local)
    return TRUE;
  g_propagate_error(error, local);
  return FALSE;
}

gboolean lb_inherit_kept(LbStore *store, guint64 key, LbInheritance *inheritance, GError **error) {
  return take(
      store, lb_database_query(store, error, "SELECT report, told FROM kept WHERE msgid=?", "i", (gint64)key),
      inheritance, error);
}

gboolean lb_inherit_replaced(LbStore *store, gint64 id, LbInheritance *inheritance, GError **error) {
  static const char sql[] = "SELECT c.report, coalesce(t.told, 0) FROM"
                            " (SELECT * FROM counted WHERE first<=?1 ORDER BY first DESC LIMIT 1) c"
                            " LEFT JOIN told t ON t.mail=?1 WHERE c.last>=?1";

  return take(store, lb_database_query(store, error, sql, "i", id), inheritance, error) &&
         lb_database_run(store, error, "REPLACE INTO gone VALUES (?)", "i", id) &&
         lb_database_run(store, error, "DELETE FROM told WHERE mail=?", "i", id) &&
         lb_database_run(store, error, "DELETE FROM text WHERE mail=?", "i", id) &&
         lb_database_run(store, error, "DELETE FROM hash WHERE mail=?", "i", id) &&
         lb_standing_forget(store, error);
}
