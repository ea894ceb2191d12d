/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "header.h"
#include <string.h>
#include "words.h"

/* Fields of so many of a thousand mails.  In templates A is the author's address, H its host, D the date as
 * relays write it. */
typedef struct {
  guint permille;
  const char *template;
} Field;

/* Majordomo's days, and those since lists run elsewhere and seal what they pass on: one archive has both. */
static const Field of_old_list[] = {
    {1000, "Return-Path: <bench-owner@lists.example.org>\n"},
    {1000,
     "X-Original-To: archive+bench@archive.example.net\nDelivered-To: archive+bench@archive.example.net\n"},
    {1000, "Received: from lists.example.org (lists.example.org [192.0.2.{d2}])\n\tby mx.archive.example.net "
           "(Postfix) "
           "with ESMTP id {X10}\n\tfor <archive+bench@archive.example.net>; {D}\n"},
    {1000, "Received: (majordomo@lists.example.org) by lists.example.org via listexpand\n        id "
           "S{d7}Ab{x7} (ORCPT "
           "<rfc822;archive+bench@archive.example.net>);\n        {D}\n"},
    {800, "Received: from vger2.lists.example.org ([192.0.2.{d2}]:{d5} \"EHLO\n        "
          "vger2.lists.example.org\"\n        "
          "rhost-flags-OK-OK-OK-OK) by lists.example.org with ESMTP\n        id S{d7}Ab{x7}; {D}\n"},
    {1000, "Received: from mail{d2}.{H} ([203.0.113.{d2}]:{d5} \"EHLO\n        mail.{H}\" "
           "rhost-flags-OK-OK-OK-OK) by "
           "lists.example.org\n        with ESMTP id S{d7}Ab{x7} (ORCPT\n        "
           "<rfc822;bench@lists.example.org>); "
           "{D}\n"},
    {0, NULL}};
static const Field of_new_list[] = {
    {1000, "Return-Path: <bench+bounces-{d5}-archive+bench=archive.example.net@lists.example.org>\n"},
    {1000,
     "X-Original-To: archive+bench@archive.example.net\nDelivered-To: archive+bench@archive.example.net\n"},
    {1000, "Received: from eu.mirrors.example.org (eu.mirrors.example.org [192.0.2.{d2}])\n\tby "
           "mx.archive.example.net "
           "(Postfix) with ESMTPS id {X11}\n\tfor <archive+bench@archive.example.net>; {D}\n"},
    {1000, "Received: from smtp.lists.example.org (relay.example.org [198.51.100.{d2}])\n\t(using TLSv1.2 "
           "with cipher "
           "ECDHE-ECDSA-AES256-GCM-SHA384 (256/256 bits))\n\t(No client certificate requested)\n\tby "
           "eu.mirrors.example.org (Postfix) with ESMTPS id {X12}\n\tfor "
           "<archive+bench@archive.example.net>; {D}\n"},
    {1000,
     "Received: from localhost.localdomain (localhost.localdomain [127.0.0.1])\n\tby smtp.lists.example.org "
     "(Postfix) with ESMTP id {X11};\n\t{D}\n"},
    {900,
     "Authentication-Results: smtp.lists.example.org;\n\tdkim=pass (2048-bit key) header.d={H} header.i=@{H} "
     "header.b=\"{b8}\"\n"},
    {1000, "X-Original-To: bench@lists.example.org\n"},
    {1000, "Received: from mail.{H} (mail.{H} [203.0.113.{d2}])\n\t(using TLSv1.2 with cipher "
           "ECDHE-RSA-AES128-GCM-SHA256 (128/128 bits))\n\t(No client certificate requested)\n\tby "
           "smtp.lists.example.org (Postfix) with ESMTPS id {X11}\n\tfor <bench@lists.example.org>; {D}\n"},
    {900,
     "Authentication-Results: smtp.lists.example.org; arc=none smtp.client-ip=203.0.113.{d2}\nARC-Seal:i=1; "
     "a=rsa-sha256; d=lists.example.org; s=arc-20240116;\n\tt=17{d8}; cv=none; b={b172}\n"
     "ARC-Message-Signature:i=1; a=rsa-sha256; d=lists.example.org;\n\ts=arc-20240116; t=17{d8}; "
     "c=relaxed/simple;\n\tbh={b44};\n\th=From:To:Cc:Subject:Date:Message-ID:MIME-Version; b={b172}\n"
     "ARC-Authentication-Results:i=1; smtp.lists.example.org; dmarc=pass (p=reject dis=none) "
     "header.from={H}; "
     "spf=pass smtp.mailfrom={H}; dkim=pass (2048-bit key) header.d={H} header.i=@{H} header.b={b8}; "
     "arc=none "
     "smtp.client-ip=203.0.113.{d2}\nAuthentication-Results: smtp.lists.example.org; dmarc=pass (p=reject "
     "dis=none) header.from={H}\nAuthentication-Results: smtp.lists.example.org; spf=pass "
     "smtp.mailfrom={H}\n"},
    {0, NULL}};

static const Field of_own_mail[] = {
    {450, "Received: from pps.filterd (m{d7}.ppops.example.net [127.0.0.1])\n\tby mx{d2}.{H} "
          "(8.16.0.43/8.16.0.43) with "
          "SMTP id {x12};\n\t{D}\n"},
    {700, "Received: from mx{d2}.{H} (mx{d2}.{H} [198.51.100.{d2}])\n\t(using TLSv1.2 with cipher "
          "ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits))\n\t(No client certificate requested)\n\tby mail.{H} "
          "(Postfix) with "
          "ESMTPS id {X10}\n\tfor <bench@lists.example.org>; {D}\n"},
    {450, "Received: by mail.{H} (Postfix, from userid {d4})\n\tid {X12}; {D}\nDKIM-Filter: OpenDKIM Filter "
          "v2.11.0 "
          "mail.{H} {X12}\n"},
    {450, "Received: from worker{d2}.{H} (unknown [198.51.100.{d2}])\n\t(using TLSv1.3 with cipher "
          "TLS_AES_256_GCM_SHA384 (256/256 bits))\n\tby mail.{H} (Postfix) with ESMTPSA id {X12};\n\t{D}\n"},
    {450, "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d={H};\n\ts=default; t=1{d9};\n\tbh={b44};\n"
          "\th=From:To:Cc:Subject:Date:In-Reply-To:References:From;\n\tb={k172}\n"},
    {430, "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={H}; h=from : to : cc\n : subject : date "
          ": message-id "
          ": in-reply-to : references : mime-version :\n content-type : content-transfer-encoding; s=pp1;\n "
          "bh={b44};\n "
          "b={k344}\n"},
    {0, NULL}};
static const Field of_post[] = {
    {1000, "Received: by mail-wr1-f{d2}.{H} with SMTP id {x32}-{x11}so{d7}abc.{d1}\n        for "
           "<bench@lists.example.org>; {D}\n"},
    {1000,
     "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\n        d={H}; s=20230601; t=1{d9}; x=1{d9}; "
     "darn=lists.example.org;\n        h=content-transfer-encoding:mime-version:references:in-reply-to\n     "
     "    "
     ":message-id:date:subject:cc:to:from:from:to:cc:subject:date:message-id\n         :reply-to;\n        "
     "bh={b44};\n        b={k344}\n"},
    {1000,
     "X-Google-DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\n        d=1e100.example.net; "
     "s=20230601; "
     "t=1{d9}; x=1{d9};\n        h=content-transfer-encoding:mime-version:references:in-reply-to\n         "
     ":message-id:date:subject:cc:to:from:x-gm-message-state:from:to:cc\n         "
     ":subject:date:message-id:reply-to;\n        bh={b44};\n        b={k344}\n"},
    {350, "X-Forwarded-Encrypted: i=1; AJvYcC{b120}@lists.example.org, AJvYcC{b120}@lists.example.org\n"},
    {1000, "X-Gm-Message-State: {k120}\n"},
    {350, "X-Gm-Gg: {k230}\n"},
    {930, "X-Google-Smtp-Source: {b85}==\n"},
    {1000,
     "X-Received: by 2002:a05:6000:{x3}:b0:{x3}:{x4}:{x4} with SMTP id {x32}-{x24}mr{d8}ab.{d1}.{d13};\n"
     "        {D}\n"},
    {1000, "Received: from host-{x6}.lan ([2001:db8:{x4}:{x4}:{x4}:{x4}:{x4}:{x4}])\n        by smtp.{H} "
           "with ESMTPSA id "
           "{x12}-{x24}sm{d6}abc.{d2}.1\n        (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 "
           "bits=256/256);\n        "
           "{D}\n"},
    {0, NULL}};
static const Field of_office[] = {
    {1000,
     "ARC-Seal: i=1; a=rsa-sha256; s=arcselector9901; d={H}; cv=none;\n b={b344}\n"
     "ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d={H};\n s=arcselector9901;\n "
     "h=From:Date:Subject:Message-ID:Content-Type:MIME-Version:X-MS-Exchange-AntiSpam-MessageData-ChunkCount:"
     "X-MS-"
     "Exchange-AntiSpam-MessageData-0:X-MS-Exchange-AntiSpam-MessageData-1;\n bh={b44};\n b={b344}\n"
     "ARC-Authentication-Results: i=1; mx.office.example.net 1; spf=pass\n smtp.mailfrom={H}; dmarc=pass "
     "action=none\n header.from={H}; dkim=pass header.d={H}; arc=none\n"},
    {1000,
     "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={H};\n s=selector2;\n "
     "h=From:Date:Subject:Message-ID:Content-Type:MIME-Version:X-MS-Exchange-SenderADCheck;\n bh={b44};\n "
     "b={b172}\n"},
    {1000, "Received: from AB{d1}PR21MB{d4}.prod21.office.example.net (198.51.100.{d2}) by\n "
           "AB{d1}PR21MB{d4}.prod21.office.example.net (203.0.113.{d2}) with SMTP\n Server (version=TLS1_2, "
           "cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id\n 15.20.{d4}.{d2}; {D}\n"
           "Received: from AB{d1}PR21MB{d4}.prod21.office.example.net\n ([2001:db8::{x4}:{x4}:{x4}:{x4}]) by "
           "AB{d1}PR21MB{d4}.prod21.office.example.net\n ([2001:db8::{x4}:{x4}:{x4}:{x4}%{d1}]) with mapi id "
           "15.20.{d4}.{d3}; {D}\n"},
    {0, NULL}};

static const Field behind_office[] = {
    {1000, "Accept-Language: en-US\nContent-Language: en-US\nX-MS-Has-Attach:\nX-MS-TNEF-Correlator:\n"},
    {480, "msip_labels: MSIP_Label_{x8}-{x4}-{x4}-{x4}-{x12}_Enabled=True;\n "
          "MSIP_Label_{x8}-{x4}-{x4}-{x4}-{x12}_SiteId="
          "{x8}-{x4}-{x4}-{x4}-{x12};\n MSIP_Label_{x8}-{x4}-{x4}-{x4}-{x12}_Owner={A};\n "
          "MSIP_Label_{x8}-{x4}-{x4}-{x4}-{x12}_Name=General;\n "
          "MSIP_Label_{x8}-{x4}-{x4}-{x4}-{x12}_Method=Automatic\n"},
    {700, "authentication-results: dkim=none (message not signed)\n header.d=none;dmarc=none action=none "
          "header.from={H};\n"},
    {500, "x-originating-ip: [198.51.100.{d2}]\nx-ms-office365-filtering-ht: "
          "Tenant\nx-ms-exchange-transport-forked: "
          "True\nx-ld-processed: {x8}-{x4}-{x4}-{x4}-{x12},ExtAddr\n"},
    {1000,
     "x-ms-publictraffictype: Email\nx-ms-office365-filtering-correlation-id: {x8}-{x4}-{x4}-{x4}-{x12}\n"
     "x-ms-traffictypediagnostic: AB{d1}PR21MB{d4}:|AB{d1}PR21MB{d4}:\n"},
    {300, "x-microsoft-antispam-prvs: <AB{d1}PR21MB{X32}@AB{d1}PR21MB{d4}.prod21.office.example.net>\n"
          "x-ms-oob-tlc-oobclassifiers: OLM:{d5};\n"},
    {800, "x-ms-exchange-senderadcheck: 1\nx-ms-exchange-antispam-relay: 0\n"},
    {1000, "x-microsoft-antispam: BCL:0;ARA:{d11}|{d8}|{d6};\nx-microsoft-antispam-message-info: {b860}==\n"},
    {810, "x-forefront-antispam-report: "
          "CIP:255.255.255.255;CTRY:;LANG:en;SCL:1;SRV:;IPV:NLI;SFV:NSPM;H:AB{d1}PR21MB{d4}."
          "prod21.office.example.net;PTR:;CAT:NONE;SFS:({d11})({d8})({d11})({d11})({d9})({d8})({d8})({d8})({"
          "d10})({d8})("
          "{d9})({d7})({d8})({d8})({d7})({d8})({d6})({d8})({d7})({d9})({d7})({d8});DIR:OUT;SFP:1102;\n"},
    {760,
     "x-ms-exchange-antispam-messagedata-chunkcount: 1\nx-ms-exchange-antispam-messagedata-0: {b2080}=\n"},
    {200, "x-ms-exchange-antispam-messagedata: {b940}=\n"},
    {500, "x-ms-exchange-slblob-mailprops: {b680}\nx-ms-exchange-transport-crosstenantheadersstripped: "
          "AB{d1}PR21MB{d4}.prod21.office.example.net\nx-incomingtopheadermarker: OriginalChecksum:{X64};"
          "UpperCasedChecksum:{X64};SizeAsReceived:{d4};Count:{d2}\n"},
    {1000, "X-OriginatorOrg: {H}\nX-MS-Exchange-CrossTenant-AuthAs: "
           "Internal\nX-MS-Exchange-CrossTenant-AuthSource: "
           "AB{d1}PR21MB{d4}.prod21.office.example.net\nX-MS-Exchange-CrossTenant-Network-Message-Id: "
           "{x8}-{x4}-{x4}-{x4}-{x12}\nX-MS-Exchange-CrossTenant-originalarrivaltime: {D}\n"
           " (UTC)\nX-MS-Exchange-CrossTenant-fromentityheader: Hosted\nX-MS-Exchange-CrossTenant-id: "
           "{x8}-{x4}-{x4}-{x4}-{x12}\nX-MS-Exchange-CrossTenant-mailboxtype: HOSTED\n"},
    {800, "X-MS-Exchange-CrossTenant-userprincipalname: {b106}==\n"},
    {1000, "X-MS-Exchange-Transport-CrossTenantHeadersStamped: AB{d1}PR21MB{d4}\n"},
    {0, NULL}};
static const Field behind_old[] = {
    {480, "X-Spam-Status: No, score=-2.{d1} required=5.0 tests=BAYES_00,DKIM_SIGNED,\n        "
          "DKIM_VALID,DKIM_VALID_AU,"
          "DKIM_VALID_EF,RCVD_IN_DNSWL_NONE,\n        "
          "RCVD_IN_MSPIKE_H2,SPF_HELO_NONE,SPF_PASS,URIBL_BLOCKED,\n        "
          "T_SCC_BODY_TEXT_LINE autolearn=ham autolearn_force=no version=3.4.6\nX-Spam-Checker-Version: "
          "SpamAssassin "
          "3.4.6 (2021-04-09) on\n        lists.example.org\n"},
    {1000, "Precedence: bulk\nList-ID: <bench.lists.example.org>\nX-Mailing-List: bench@lists.example.org\n"},
    {0, NULL}};
static const Field behind_new[] = {
    {1000, "Precedence: bulk\nX-Mailing-List: bench@lists.example.org\nList-Id: <bench.lists.example.org>\n"
           "List-Subscribe: <mailto:bench+subscribe@lists.example.org>\n"
           "List-Unsubscribe: <mailto:bench+unsubscribe@lists.example.org>\n"},
    {300,
     "X-Spamd-Result: default: False [-{d1}.{d2} / 15.00];\n\tBAYES_HAM(-3.00)[100.00%];\n\t"
     "DMARC_POLICY_ALLOW(-0.50)[{H},reject];\n\tR_SPF_ALLOW(-0.20)[+ip4:203.0.113.{d2}:c];\n\t"
     "R_DKIM_ALLOW(-0.20)[{H}:s=default];\n\tMIME_GOOD(-0.10)[text/plain];\n\tRCVD_TLS_LAST(0.00)[];\n\t"
     "FREEMAIL_CC(0.00)[company{d1}.example.com,post.example.com];\n\tTO_DN_SOME(0.00)[];\n\t"
     "RCPT_COUNT_TWELVE(0.00)[{d2}];\n\tFROM_HAS_DN(0.00)[];\n\tMISSING_XM_UA(0.00)[];\n\t"
     "DKIM_TRACE(0.00)[{H}:+];\n\tASN(0.00)[asn:{d4}, ipnet:203.0.113.0/24, country:XX];\n\t"
     "MID_CONTAINS_FROM(1.00)[];\n\tDBL_BLOCKED_OPENRESOLVER(0.00)[{H}:email,{H}:dkim,lists.example.org:from_"
     "smtp];\n"
     "\tTAGGED_RCPT(0.00)[archive+bench];\n\tFORGED_SENDER_MAILLIST(0.00)[]\nX-Rspamd-Action: no action\n"
     "X-Rspamd-Queue-Id: {X10}\nX-Rspamd-Server: archive\n"},
    {0, NULL}};

/* What a body's encoding makes of the fields. */
static const char *const content[] = {
    [ENCODING_PLAIN] = "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n",
    [ENCODING_QUOTED] =
        "Content-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: quoted-printable\n",
    [ENCODING_BASE64] = "Content-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: base64\n",
    [ENCODING_LATIN] = "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n",
    [ENCODING_PARTS] = "Content-Type: multipart/alternative; boundary=\"----=_Bench_Part\"\n",
};

void header_format_date(char date[HEADER_DATE], gint64 seconds, gint zone) {
  static const char days[] = "ThuFriSatSunMonTueWed", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  gint64 local = seconds + zone * 60, days_since = local / 86400, in_day = local % 86400;
  /* civil_from_days (Hinnant, chrono-compatible low-level date algorithms) */
  gint64 z = days_since + 719468, era = z / 146097, doe = z - era * 146097;
  gint64 yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365,
         doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  gint64 mp = (5 * doy + 2) / 153, month = mp < 10 ? mp + 2 : mp - 10;
  g_snprintf(date, HEADER_DATE, "%.3s, %d %.3s %d %02d:%02d:%02d %c%02d%02d", days + days_since % 7 * 3,
             (int)(doy - (153 * mp + 2) / 5 + 1), months + month * 3, (int)(yoe + era * 400 + (month <= 1)),
             (int)(in_day / 3600), (int)(in_day / 60 % 60), (int)(in_day % 60), zone < 0 ? '-' : '+',
             ABS(zone) / 60, ABS(zone) % 60);
}

static void write_fields(GString *mail, Dice *dice, const Field *fields, const Names *names) {
  for (; fields->template; fields++)
    if (dice_chance(dice, fields->permille))
      words_expand(mail, dice, fields->template, names);
}

static void write_field(GString *mail, const char *name, const char *value) {
  g_string_append(mail, name);
  g_string_append(mail, value);
  g_string_append_c(mail, '\n');
}

/* Folded as git does it not and others do, at 78 columns. */
static void write_subject(GString *mail, const char *name, const char *subject) {
  gsize column = strlen(name);
  g_string_append(mail, name);
  for (const char *word = subject; *word;) {
    gsize length = strcspn(word + 1, " ") + 1;
    if (column + length > 78 && *word == ' ') {
      g_string_append_c(mail, '\n');
      column = 0;
    }
    g_string_append_len(mail, word, (gssize)length);
    column += length;
    word += length;
  }
  g_string_append_c(mail, '\n');
}

static void write_people(GString *mail, const Header *header, const char *date) {
  g_string_append(mail, "From: ");
  person_write(mail, header->author, TRUE);
  write_field(mail, "\nTo: ", header->to);
  if (*header->cc)
    write_field(mail, "Cc: ", header->cc);
  write_subject(mail, "Subject: ", header->subject);
  if (header->author->provider == PROVIDER_OFFICE && !header->is_posting)
    write_subject(mail, "Thread-Topic: ", header->subject);
  write_field(mail, "Date: ", date);
  g_string_append(mail, header->is_posting ? "Message-Id: <" : "Message-ID: <");
  write_field(mail, header->msgid, ">");
}

static void write_references(GString *mail, const Header *header) {
  if (header->references)
    write_field(mail, "References: ", header->references);
  if (header->in_reply_to) {
    g_string_append(mail, "In-Reply-To: <");
    write_field(mail, header->in_reply_to, ">");
  }
}

static void write_content(GString *mail, Dice *dice, const Header *header) {
  if (header->is_posting && dice_chance(dice, 400))
    g_string_append(mail, "X-Mailer: git-send-email 2.43.0\n");
  else if (dice_chance(dice, 300))
    g_string_append(mail, "User-Agent: Example Mail/102.0\n");
  if (header->encoding == ENCODING_PLAIN &&
      dice_chance(dice, 370)) { /* as send-email does where all is ASCII */
    g_string_append(mail, "MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n");
    return;
  }
  g_string_append(mail, "MIME-Version: 1.0\n");
  if (header->encoding == ENCODING_PLAIN && header->is_ascii && dice_chance(dice, 700))
    g_string_append(mail, "Content-Type: text/plain; charset=us-ascii\nContent-Disposition: inline\n");
  else
    g_string_append(mail, content[header->encoding]);
}

void header_write(GString *mail, Dice *dice, const Header *header) {
  static const Field *const of_provider[] = {of_own_mail, of_post, of_office};
  char date[HEADER_DATE], relayed[HEADER_DATE];
  header_format_date(date, header->date, header->author->zone);
  header_format_date(relayed, header->date + 60 + dice_below(dice, 200), 0);
  Names names = {
      {['A' - 'A'] = header->author->address, ['D' - 'A'] = relayed, ['H' - 'A'] = header->author->host}};
  Provider provider = header->author->provider;
  gboolean is_new = dice_chance(dice, provider == PROVIDER_OWN ? 540 : provider == PROVIDER_POST ? 340 : 370);
  write_fields(mail, dice, is_new ? of_new_list : of_old_list, &names);
  write_fields(mail, dice, of_provider[provider], &names);
  write_people(mail, header, date);
  write_references(mail, header);
  if (provider == PROVIDER_OFFICE)
    write_fields(mail, dice, behind_office, &names);
  write_content(mail, dice, header);
  write_fields(mail, dice, is_new ? behind_new : behind_old, &names);
  g_string_append_c(mail, '\n');
}
