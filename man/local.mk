# SPDX-License-Identifier: GPL-2.0-or-later
dist_man_MANS += man/listbrief.1
dist_man_MANS += man/listbrief-config.1
dist_man_MANS += man/listbrief-decode.1
dist_man_MANS += man/listbrief-deliver.1
dist_man_MANS += man/listbrief-export.1
dist_man_MANS += man/listbrief-report.1 man/listbrief-report.7
dist_man_MANS += man/listbrief-run.1
dist_man_MANS += man/listbrief-series.1
dist_man_MANS += man/listbrief-store.1
dist_man_MANS += man/listbrief.conf.5
