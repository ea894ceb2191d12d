/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One row per subject.  facts holds what isn't the default, in this order, separated by blanks:
 *   v3 v5.1    a version stands there       3/7 0/-    index and total          extra=3/n
 *   patch      the word PATCH or kin        tag        a patch tag without it   weak   counter without a
 * patch tag pull rfc resend stable foreign reply
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "message/subject.h"

typedef struct {
  const char *subject, *tag, *title, *prefix, *facts;
} Row;

/* the examples of the rules */
static const Row by_the_rules[] = {
    {"[PATCH v2 03/12] net: fix it", "[PATCH v2 03/12]", "net: fix it", "", "v2 3/12 patch"},
    {"[RFC][PATCH 1/3] a: b", "[RFC] [PATCH 1/3]", "a: b", "", "1/3 patch rfc"},
    {"[v2][PATCH 1/2] a: b", "[v2] [PATCH 1/2]", "a: b", "", "v2 1/2 patch"},
    {"[PATCH 1/2] [media] x", "[PATCH 1/2] [media]", "x", "media", "1/2 patch"},
    {"PATCH v2] x", "PATCH v2]", "x", "", "v2 patch"},
    {"[PATCH[ x", "[PATCH[", "x", "", "patch"},
    {"[PATCH RFC} x", "[PATCH RFC}", "x", "", "patch rfc"},
    {"PATCH v4 00/11 x", "PATCH v4 00/11", "x", "", "v4 0/11 patch"},
    {"[PATCH v6,19/24] x", "[PATCH v6,19/24]", "x", "", "v6 19/24 patch"},
    {"[net,v2,1/2] x", "[net,v2,1/2]", "x", "net", "v2 1/2 tag"},
    {"[PATCH,RFC] x", "[PATCH,RFC]", "x", "", "patch rfc"},
    {"[stable-4.{4, 9}] x", "[stable-4.{4, 9}]", "x", "stable-4.{4, 9}", "stable"},
    {"[PATCH stable-4.{4, 9} 1/2] x", "[PATCH stable-4.{4, 9} 1/2]", "x", "stable-4.{4, 9}",
     "1/2 patch stable"},
    {"[PATCH 00/33 v6] x", "[PATCH 00/33 v6]", "x", "", "v6 0/33 patch"},
    {"[PATCHSET 0/4 v2] x", "[PATCHSET 0/4 v2]", "x", "", "v2 0/4 patch"},
    {"[PATCH v2 1/2 RESEND] x", "[PATCH v2 1/2 RESEND]", "x", "", "v2 1/2 patch resend"},
    {"[kvm-unit-tests PATCH V2 01/10] x", "[kvm-unit-tests PATCH V2 01/10]", "x", "kvm-unit-tests",
     "v2 1/10 patch"},
    {"[PATCH kvmtool v5 0/7] x", "[PATCH kvmtool v5 0/7]", "x", "kvmtool", "v5 0/7 patch"},
    {"[PATCH net-next v14 00/12] x", "[PATCH net-next v14 00/12]", "x", "net-next", "v14 0/12 patch"},
    {"[PATCH v3] x", "[PATCH v3]", "x", "", "v3 patch"},
    {"[PATCH V3] x", "[PATCH V3]", "x", "", "v3 patch"},
    {"[PATCHv3] x", "[PATCHv3]", "x", "", "v3 patch"},
    {"[RFCv2] x", "[RFCv2]", "x", "", "v2 tag rfc"},
    {"[PATCH-v2] x", "[PATCH-v2]", "x", "", "v2 patch"},
    {"[PATCH -v2] x", "[PATCH -v2]", "x", "", "v2 patch"},
    {"[PATCH] a: b (v2)", "[PATCH]", "a: b (v2)", "", "v2 patch"},
    {"[PATCH] a: b v3", "[PATCH]", "a: b v3", "", "patch"},
    {"[PATCH v0] x", "[PATCH v0]", "x", "", "v0 patch"},
    {"[PATCH v5.1 2/7] x", "[PATCH v5.1 2/7]", "x", "", "v5.1 2/7 patch"},
    {"[PATCH v5.10 2/7] x", "[PATCH v5.10 2/7]", "x", "v5.10", "2/7 patch stable"},
    {"[PATCH 6.1 2/7] x", "[PATCH 6.1 2/7]", "x", "6.1", "2/7 patch stable"},
    {"[PATCH 5.10/5.15] x", "[PATCH 5.10/5.15]", "x", "5.10/5.15", "patch stable"},
    {"[PATCH 5.10/5.15 2/7] x", "[PATCH 5.10/5.15 2/7]", "x", "5.10/5.15", "2/7 patch stable"},
    {"[PATCH 3 of 7] x", "[PATCH 3 of 7]", "x", "", "3/7 patch"},
    {"[PATCH1/8] x", "[PATCH1/8]", "x", "", "1/8 patch"},
    {"PATCH1/8 x", "PATCH1/8", "x", "", "1/8 patch"},
    {"[PATCH 3/2] x", "[PATCH 3/2]", "x", "", "3/2 patch"},
    {"[PATCH 3/n] x", "[PATCH 3/n]", "x", "", "extra=3/n patch"},
    {"[PATCH 0.5/5] x", "[PATCH 0.5/5]", "x", "", "-/5 extra=0.5/5 patch"},
    {"[PATCH 1-2/5] x", "[PATCH 1-2/5]", "x", "", "-/5 extra=1-2/5 patch"},
    {"[net-next 1/3] x", "[net-next 1/3]", "x", "net-next", "1/3 weak"},
    {"[1/3] x", "[1/3]", "x", "", "1/3 weak"},
    {"[pci:next 62/77] BUILD SUCCESS", "[pci:next 62/77]", "BUILD SUCCESS", "pci:next", "foreign"},
    {"[PATCH] serial: F81504/508/512 support", "[PATCH]", "serial: F81504/508/512 support", "", "patch"},
    {"[RFC 1/2] x", "[RFC 1/2]", "x", "", "1/2 tag rfc"},
    {"[RESEND 1/3] x", "[RESEND 1/3]", "x", "", "1/3 tag resend"},
    {"[DO NOT MERGE v2 1/4] x", "[DO NOT MERGE v2 1/4]", "x", "DO NOT MERGE", "v2 1/4 tag"},
    {"[DO NOT MERGE 1/4] x", "[DO NOT MERGE 1/4]", "x", "DO NOT MERGE", "1/4 tag"},
    {"[syzbot] possible deadlock", "[syzbot]", "possible deadlock", "syzbot", "foreign"},
    {"[bug report] x", "[bug report]", "x", "bug report", "foreign"},
    {"[ANNOUNCE] x 1.0", "[ANNOUNCE]", "x 1.0", "ANNOUNCE", "foreign"},
    {"[PATCHSET RFC v4] x", "[PATCHSET RFC v4]", "x", "", "v4 patch rfc"},
    {"[PATCH] 2/3 of the pages are free", "[PATCH]", "2/3 of the pages are free", "", "patch"},
    {"[PATCH v2 01/02] net: v3 of the 1/2 table", "[PATCH v2 01/02]", "net: v3 of the 1/2 table", "",
     "v2 1/2 patch"},
    {"[GIT PULL] x", "[GIT PULL]", "x", "", "pull"},
    {"[PULL] x", "[PULL]", "x", "", "pull"},
    {"[PULL 0/4] x", "[PULL 0/4]", "x", "", "0/4 tag pull"},
    {"[PULL 3/4] x", "[PULL 3/4]", "x", "", "3/4 tag pull"},
    {"[PATCH AUTOSEL 5.10 2/9] x", "[PATCH AUTOSEL 5.10 2/9]", "x", "AUTOSEL 5.10", "2/9 patch stable"},
    {"[PATCH 5.15 001/146] x", "[PATCH 5.15 001/146]", "x", "5.15", "1/146 patch stable"},
};

static const Row replies[] = {
    {"Re: [PATCH v2 1/2] x", "[PATCH v2 1/2]", "x", "", "v2 1/2 patch reply"},
    {"RE: [PATCH] x", "[PATCH]", "x", "", "patch reply"},
    {"re: x", "", "x", "", "reply"},
    {"RE : [PATCH] x", "[PATCH]", "x", "", "patch reply"},
    {"Re[2]: [PATCH] x", "[PATCH]", "x", "", "patch reply"},
    {"Re(3): x", "", "x", "", "reply"},
    {"Re^2: x", "", "x", "", "reply"},
    {"Aw: [PATCH] x", "[PATCH]", "x", "", "patch reply"},
    {"AW: x", "", "x", "", "reply"},
    {"Antw: x", "", "x", "", "reply"},
    {"SV: x", "", "x", "", "reply"},
    {"Sv: x", "", "x", "", "reply"},
    {"VS: x", "", "x", "", "reply"},
    {"WG: x", "", "x", "", "reply"},
    {"Odp: x", "", "x", "", "reply"},
    {"Fwd: [PATCH 1/2] x", "[PATCH 1/2]", "x", "", "1/2 patch reply"},
    {"FW: x", "", "x", "", "reply"},
    {"Fw: x", "", "x", "", "reply"},
    {"回复: [PATCH] x", "[PATCH]", "x", "", "patch reply"},
    {"回复：[PATCH v2] x", "[PATCH v2]", "x", "", "v2 patch reply"},
    {"答复: x", "", "x", "", "reply"},
    {"答复：答复：x", "", "x", "", "reply"},
    {"转发: x", "", "x", "", "reply"},
    {"转发： [PATCH] x", "[PATCH]", "x", "", "patch reply"},
    {"Re：x", "", "x", "", "reply"},
    {"Re: Fwd: Aw: [PATCH] x", "[PATCH]", "x", "", "patch reply"},
    {"Re:Re:Re:x", "", "x", "", "reply"},
    {"Re: [PATCH] Re: x", "[PATCH]", "x", "", "patch reply"},
    {"RE: [EXTERNAL] Re: [PATCH net v2] x", "[PATCH net v2]", "x", "net", "v2 patch reply"},
    {"Re: [External] : RE: [PATCH 2/3] x", "[PATCH 2/3]", "x", "", "2/3 patch reply"},
    {"Re: (subset) [PATCH 0/5] x", "[PATCH 0/5]", "x", "", "0/5 patch reply"},
    {"RE: ** FRAUD ALERT ** [PATCH 1/1] x", "[PATCH 1/1]", "x", "", "1/1 patch reply"},
    {"Re: Subject: [PATCH v2] x", "[PATCH v2]", "x", "", "v2 patch reply"},
    {"Re [PATCH v2] x", "[PATCH v2]", "x", "", "v2 patch reply"},
    {"[Fwd: [PATCH 1/2] x]", "[PATCH 1/2]", "x", "", "1/2 patch reply"},
    {"[Fwd: Re: x]", "", "x", "", "reply"},
    {"[Fwd: a[i] of x]", "", "a[i] of x", "", "reply"},
    {"Re: [PATCH] a: drop b[i]", "[PATCH]", "a: drop b[i]", "", "patch reply"},
    /* words of titles */
    {"[PATCH] sv: new words", "[PATCH]", "sv: new words", "", "patch"},
    {"[PATCH] FW: load it", "[PATCH]", "FW: load it", "", "patch"},
    {"fw: load it", "", "fw: load it", "", ""},
    {"vs: fix", "", "vs: fix", "", ""},
    /* sent as a patch */
    {"[PATCH] Re: x", "[PATCH]", "x", "", "patch"},
    /* none of them */
    {"Reset the device", "", "Reset the device", "", ""},
    {"re-enable it", "", "re-enable it", "", ""},
    {"Re", "", "Re", "", ""},
    {"res: fix", "", "res: fix", "", ""},
    {"forward: x", "", "forward: x", "", ""},
    {"fwd [PATCH] x", "", "fwd [PATCH] x", "", ""},
    {"[PATCH] regmap: x", "[PATCH]", "regmap: x", "", "patch"},
    {"Re[x]: y", "", "Re[x]: y", "", ""},
};

static const Row list_tags[] = {
    {"[devel] [PATCH v2 1/2] x", "[PATCH v2 1/2]", "x", "", "v2 1/2 patch"},
    {"[Qemu-devel] [PATCH] x", "[PATCH]", "x", "", "patch"},
    {"[Qemu-devel] Re: [PATCH] x", "[PATCH]", "x", "", "patch reply"},
    {"Re: [Qemu-devel] [PATCH] x", "[PATCH]", "x", "", "patch reply"},
    {"[devel] Re: x", "", "x", "", "reply"},
    {"[devel] x", "", "x", "", ""},
    {"[PATCH] [devel] x", "[PATCH]", "x", "", "patch"},
    {"[dpdk-dev] [PATCH v3 0/4] x", "[PATCH v3 0/4]", "x", "", "v3 0/4 patch"},
    {"[f2fs-dev] [PATCH] x", "[PATCH]", "x", "", "patch"},
    {"[Intel-wired-lan] [PATCH net-next v5 1/3] x", "[PATCH net-next v5 1/3]", "x", "net-next",
     "v5 1/3 patch"},
    {"[U-Boot] [PATCH] x", "[PATCH]", "x", "", "patch"},
    {"[SLOF] [PATCH v4] x", "[PATCH v4]", "x", "", "v4 patch"},
    {"[Xen-devel] [RFC PATCH] x", "[RFC PATCH]", "x", "", "patch rfc"},
    {"[Outer] [Inner-devel] [PATCH] x", "[PATCH]", "x", "", "patch"},
    {"[EXTERNAL] [PATCH net] x", "[PATCH net]", "x", "net", "patch"},
    {"[EXT] [PATCH] x", "[PATCH]", "x", "", "patch"},
    {"[External Sender] x", "", "x", "", ""},
    {"[Possible Spam] x", "", "x", "", ""},
    /* trees and words in groups of their own */
    {"[next] [PATCH] x", "[next] [PATCH]", "x", "next", "patch"},
    {"[net-next] [PATCH 1/2] x", "[net-next] [PATCH 1/2]", "x", "net-next", "1/2 patch"},
    {"[bpf] [PATCH 1/2] x", "[bpf] [PATCH 1/2]", "x", "bpf", "1/2 patch"},
    {"[kvmtool][PATCH 1/2] x", "[kvmtool] [PATCH 1/2]", "x", "kvmtool", "1/2 patch"},
    {"[RFC] [PATCH] x", "[RFC] [PATCH]", "x", "", "patch rfc"},
    {"[v3] [PATCH] x", "[v3] [PATCH]", "x", "", "v3 patch"},
    {"[1/3] [PATCH] x", "[1/3] [PATCH]", "x", "", "1/3 patch"},
    {"[5.10] [PATCH] x", "[5.10] [PATCH]", "x", "5.10", "patch stable"},
    {"[stable] [PATCH] x", "[stable] [PATCH]", "x", "stable", "patch stable"},
    {"[FYI][PATCH] x", "[FYI] [PATCH]", "x", "FYI", "patch"},
    {"[PATCH][next] x", "[PATCH] [next]", "x", "next", "patch"},
    {"[BUG] [bisected] x", "[BUG] [bisected]", "x", "BUG bisected", "foreign"},
    {"[PATCH] [v2] x", "[PATCH] [v2]", "x", "", "v2 patch"},
};

static const Row versions[] = {
    {"[PATCH v03] x", "[PATCH v03]", "x", "", "v3 patch"},
    {"[PATCH (v2) 1/2] x", "[PATCH (v2) 1/2]", "x", "", "v2 1/2 patch"},
    {"[PATCH v2:] x", "[PATCH v2:]", "x", "", "v2 patch"},
    {"[PATCH v 2] x", "[PATCH v 2]", "x", "", "v2 patch"},
    {"[PATCHv3 1/2] x", "[PATCHv3 1/2]", "x", "", "v3 1/2 patch"},
    {"[PATCHv3.1 2/32] x", "[PATCHv3.1 2/32]", "x", "", "v3.1 2/32 patch"},
    {"[PATCHSETv2 0/3] x", "[PATCHSETv2 0/3]", "x", "", "v2 0/3 patch"},
    {"[RFCv2 PATCH 1/2] x", "[RFCv2 PATCH 1/2]", "x", "", "v2 1/2 patch rfc"},
    {"[PATCH V4 1/2] x", "[PATCH V4 1/2]", "x", "", "v4 1/2 patch"},
    {"[PATCH RESEND v3] x", "[PATCH RESEND v3]", "x", "", "v3 patch resend"},
    {"[RESEND-v2 PATCH] x", "[RESEND-v2 PATCH]", "x", "", "v2 patch resend"},
    {"[PATCH v4A 01/15] x", "[PATCH v4A 01/15]", "x", "", "v4 1/15 patch"},
    {"[PATCH net-next-v2 1/2] x", "[PATCH net-next-v2 1/2]", "x", "net-next", "v2 1/2 patch"},
    {"[PATCH v12 10/10] x", "[PATCH v12 10/10]", "x", "", "v12 10/10 patch"},
    {"[PATCH v999] x", "[PATCH v999]", "x", "", "v999 patch"},
    {"[PATCH v1000] x", "[PATCH v1000]", "x", "v1000", "patch"},
    {"[PATCH v99999999999999999999] x", "[PATCH v99999999999999999999]", "x", "v99999999999999999999",
     "patch"},
    {"[PATCH v2 v3] x", "[PATCH v2 v3]", "x", "", "v2 patch"},
    {"[PATCH v2.0 1/2] x", "[PATCH v2.0 1/2]", "x", "", "v2 1/2 patch"},
    {"[PATCH V6.1] x", "[PATCH V6.1]", "x", "", "v6.1 patch"},
    {"[PATCH v5.4] x", "[PATCH v5.4]", "x", "v5.4", "patch stable"},
    {"[RFC v1.1] x", "[RFC v1.1]", "x", "", "v1.1 tag rfc"},
    {"[v3,18/18] x", "[v3,18/18]", "x", "", "v3 18/18 tag"},
    {"[v2] x", "[v2]", "x", "", "v2 tag"},
    {"a: b (v12)", "", "a: b (v12)", "", "v12"},
    {"[PATCH v3] a: b (v2)", "[PATCH v3]", "a: b (v2)", "", "v3 patch"},
    {"[PATCH] a: b (v2 of c)", "[PATCH]", "a: b (v2 of c)", "", "patch"},
    {"[PATCH] a: b(v2)", "[PATCH]", "a: b(v2)", "", "patch"},
    {"[PATCH - v2] x", "[PATCH - v2]", "x", "", "v2 patch"},
    {"[PATCH v2;1/2] x", "[PATCH v2;1/2]", "x", "", "v2 1/2 patch"},
    {"[PATCH | v2] x", "[PATCH | v2]", "x", "", "v2 patch"},
    {"[PATCH v2 (resend)] x", "[PATCH v2 (resend)]", "x", "", "v2 patch resend"},
    {"[PATCH & RFC] x", "[PATCH & RFC]", "x", "", "patch rfc"},
    {"[PATCH vN] x", "[PATCH vN]", "x", "vN", "patch"},
    {"[PATCH video] x", "[PATCH video]", "x", "video", "patch"},
    {"v5.10: it crashes", "", "v5.10: it crashes", "", ""},
    {"v2 1/3 x", "", "v2 1/3 x", "", ""},
};

static const Row kernels[] = {
    {"[PATCH 4.19.y] x", "[PATCH 4.19.y]", "x", "4.19.y", "patch stable"},
    {"[PATCH 5.15.180 1/2] x", "[PATCH 5.15.180 1/2]", "x", "5.15.180", "1/2 patch stable"},
    {"[PATCH 6.6 and older] x", "[PATCH 6.6 and older]", "x", "6.6 and older", "patch stable"},
    {"[PATCH 6.18, 6.12] x", "[PATCH 6.18, 6.12]", "x", "6.18 6.12", "patch stable"},
    {"[PATCH 5.4-6.6 v2] x", "[PATCH 5.4-6.6 v2]", "x", "5.4-6.6", "v2 patch stable"},
    {"[PATCH AUTOSEL 6.19-5.10] x", "[PATCH AUTOSEL 6.19-5.10]", "x", "AUTOSEL 6.19-5.10", "patch stable"},
    {"[PATCH linux-5.10.y] x", "[PATCH linux-5.10.y]", "x", "linux-5.10.y", "patch stable"},
    {"[PATCH 5.10-stable] x", "[PATCH 5.10-stable]", "x", "5.10-stable", "patch stable"},
    {"[PATCH v6.1.y] x", "[PATCH v6.1.y]", "x", "v6.1.y", "patch stable"},
    {"[PATCH v6.1-stable] x", "[PATCH v6.1-stable]", "x", "v6.1-stable", "patch stable"},
    {"[PATCH v6.7-rc1] x", "[PATCH v6.7-rc1]", "x", "v6.7-rc1", "patch"},
    {"[PATCH 6.1/6.6/6.12 1/2] x", "[PATCH 6.1/6.6/6.12 1/2]", "x", "6.1/6.6/6.12", "1/2 patch stable"},
    {"[PATCH 5.10.y-cip 1/3] x", "[PATCH 5.10.y-cip 1/3]", "x", "5.10.y-cip", "1/3 patch stable"},
    {"[SRU][J][PATCH 0/1] x", "[SRU] [J] [PATCH 0/1]", "x", "SRU J", "0/1 patch stable"},
    {"[PATCH stable] x", "[PATCH stable]", "x", "stable", "patch stable"},
    {"[PATCH stable 5.10 1/2] x", "[PATCH stable 5.10 1/2]", "x", "stable 5.10", "1/2 patch stable"},
    {"[Stable-8.0.3 01/46] x", "[Stable-8.0.3 01/46]", "x", "Stable-8.0.3", "1/46 weak stable"},
    {"[PATCH 4.{4,9} 1/2] x", "[PATCH 4.{4,9} 1/2]", "x", "4.{4,9}", "1/2 patch stable"},
    {"[PATCH BACKPORT] x", "[PATCH BACKPORT]", "x", "BACKPORT", "patch stable"},
    {"[PATCH 5.15 000/100] 5.15.80-rc1 review", "[PATCH 5.15 000/100]", "5.15.80-rc1 review", "5.15",
     "0/100 patch stable"},
    {"[PATCH 00/62] 3.4.6-stable review", "[PATCH 00/62]", "3.4.6-stable review", "", "0/62 patch stable"},
    /* new work */
    {"[PATCH for-6.2 1/2] x", "[PATCH for-6.2 1/2]", "x", "for-6.2", "1/2 patch"},
    {"[PATCH mm-unstable v2] x", "[PATCH mm-unstable v2]", "x", "mm-unstable", "v2 patch"},
    {"[PATCH mm-hotfixes-stable] x", "[PATCH mm-hotfixes-stable]", "x", "mm-hotfixes-stable", "patch"},
    {"[PATCH 6.2-rc1] x", "[PATCH 6.2-rc1]", "x", "6.2-rc1", "patch"},
    {"[EMBARGOED RHEL8.0 PATCH v5 01/11] x", "[EMBARGOED RHEL8.0 PATCH v5 01/11]", "x", "EMBARGOED RHEL8.0",
     "v5 1/11 patch"},
    {"[PATCH] drivers: stable 5.10 naming", "[PATCH]", "drivers: stable 5.10 naming", "", "patch"},
};

static const Row counters[] = {
    {"[patch 1/3] x", "[patch 1/3]", "x", "", "1/3 patch"},
    {"[PATCH 6/5] x", "[PATCH 6/5]", "x", "", "6/5 patch"},
    {"[PATCH 0/3] x", "[PATCH 0/3]", "x", "", "0/3 patch"},
    {"[PATCH 000/146] x", "[PATCH 000/146]", "x", "", "0/146 patch"},
    {"[PATCH 0/n] x", "[PATCH 0/n]", "x", "", "0/- patch"},
    {"[PATCH 00/NN] x", "[PATCH 00/NN]", "x", "", "0/- patch"},
    {"[PATCH 3/N] x", "[PATCH 3/N]", "x", "", "extra=3/N patch"},
    {"[PATCH 4a/5] x", "[PATCH 4a/5]", "x", "", "-/5 extra=4a/5 patch"},
    {"[PATCH 4.5/7] x", "[PATCH 4.5/7]", "x", "", "-/7 extra=4.5/7 patch"},
    {"[PATCH 1 / 3] x", "[PATCH 1 / 3]", "x", "", "1/3 patch"},
    {"[PATCH 1/ 3] x", "[PATCH 1/ 3]", "x", "", "1/3 patch"},
    {"[PATCH 1 of 3 V2] x", "[PATCH 1 of 3 V2]", "x", "", "v2 1/3 patch"},
    {"[PATCH 1of3] x", "[PATCH 1of3]", "x", "", "1/3 patch"},
    {"[PATCH 1/2:] x", "[PATCH 1/2:]", "x", "", "1/2 patch"},
    {"[PATCH (1/2)] x", "[PATCH (1/2)]", "x", "", "1/2 patch"},
    {"[PATCH #1/2] x", "[PATCH #1/2]", "x", "", "1/2 patch"},
    {"[PATCHv2 1/2]x", "[PATCHv2 1/2]", "x", "", "v2 1/2 patch"},
    {"[PATCH 9999/9999] x", "[PATCH 9999/9999]", "x", "", "9999/9999 patch"},
    {"[PATCH 10000/10001] x", "[PATCH 10000/10001]", "x", "10000/10001", "patch"},
    {"[PATCH 1/99999999999] x", "[PATCH 1/99999999999]", "x", "1/99999999999", "patch"},
    {"[PATCH 1/2 3/4] x", "[PATCH 1/2 3/4]", "x", "", "1/2 patch"},
    {"[PATCH 1/2/3] x", "[PATCH 1/2/3]", "x", "1/2/3", "patch"},
    {"[PATCH 2021/06/23] x", "[PATCH 2021/06/23]", "x", "2021/06/23", "patch"},
    {"6/23/2021 Inquiry", "", "6/23/2021 Inquiry", "", ""},
    {"1/2 x", "", "1/2 x", "", ""},
    {"[tip:x86/urgent 1/2] x", "[tip:x86/urgent 1/2]", "x", "tip:x86/urgent", "foreign"},
    {"[tip: x86/urgent] x", "[tip: x86/urgent]", "x", "tip x86/urgent", "foreign"},
    {"[linux-next:master 12/34] x.c:3: error", "[linux-next:master 12/34]", "x.c:3: error",
     "linux-next:master", "foreign"},
    {"[git:media_tree/master] x", "[git:media_tree/master]", "x", "git:media_tree/master", "foreign"},
    {"[PATCH tip:x86/urgent 1/2] x", "[PATCH tip:x86/urgent 1/2]", "x", "tip:x86/urgent", "1/2 patch"},
    {"[RFT 2/6] x", "[RFT 2/6]", "x", "RFT", "2/6 weak"},
    {"[net-next v2 0/1] x", "[net-next v2 0/1]", "x", "net-next", "v2 0/1 tag"},
};

static const Row words[] = {
    {"[PATCH] x", "[PATCH]", "x", "", "patch"},
    {"[PATCH]x", "[PATCH]", "x", "", "patch"},
    {"[PATCH]: x", "[PATCH]", "x", "", "patch"},
    {"[PATCH] : x", "[PATCH]", "x", "", "patch"},
    {"[PATCH -next] x", "[PATCH -next]", "x", "-next", "patch"},
    {"[PATCH-next 00/23] x", "[PATCH-next 00/23]", "x", "-next", "0/23 patch"},
    {"[RFC-PATCH] x", "[RFC-PATCH]", "x", "", "patch rfc"},
    {"[RFC/PATCH 0/3] x", "[RFC/PATCH 0/3]", "x", "", "0/3 patch rfc"},
    {"[RFCPATCH v2] x", "[RFCPATCH v2]", "x", "", "v2 patch rfc"},
    {"[RFC/RFT 0/3] x", "[RFC/RFT 0/3]", "x", "RFT", "0/3 tag rfc"},
    {"[PATCH, RESEND] x", "[PATCH, RESEND]", "x", "", "patch resend"},
    {"[PATCH net-next][REPOST] x", "[PATCH net-next] [REPOST]", "x", "net-next", "patch resend"},
    {"[Resend RFC PATCH V3 1/5] x", "[Resend RFC PATCH V3 1/5]", "x", "", "v3 1/5 patch rfc resend"},
    {"[PATCHES 0/2] x", "[PATCHES 0/2]", "x", "", "0/2 patch"},
    {"[PATCH net,v2] x", "[PATCH net,v2]", "x", "net", "v2 patch"},
    {"[PATCH V3,net-next, 1/3] x", "[PATCH V3,net-next, 1/3]", "x", "net-next", "v3 1/3 patch"},
    {"[PATHC v3] x", "[PATHC v3]", "x", "", "v3 patch"},
    {"[PPATCH net v3] x", "[PPATCH net v3]", "x", "net", "v3 patch"},
    {"[PATCHi v2] x", "[PATCHi v2]", "x", "", "v2 patch"},
    {"[PATCHnet 1/2] x", "[PATCHnet 1/2]", "x", "net", "1/2 patch"},
    {"[PATCH-for-8.2 v3 1/2] x", "[PATCH-for-8.2 v3 1/2]", "x", "for-8.2", "v3 1/2 patch"},
    {"[OE-core][kirkstone][PATCH 1/2] x", "[OE-core] [kirkstone] [PATCH 1/2]", "x", "OE-core kirkstone",
     "1/2 patch"},
    {"[for-next][PATCH 01/13] x", "[for-next] [PATCH 01/13]", "x", "for-next", "1/13 patch"},
    {"[PATCH, rs6000] x", "[PATCH, rs6000]", "x", "rs6000", "patch"},
    {"[PULL-REQUEST v2] x", "[PULL-REQUEST v2]", "x", "", "v2 tag pull"},
    {"[PATCHWORK] x", "[PATCHWORK]", "x", "PATCHWORK", ""},
    {"[MATCH 1/2] x", "[MATCH 1/2]", "x", "MATCH", "1/2 weak"},
    {"[NOT FOR MERGE] x", "[NOT FOR MERGE]", "x", "NOT FOR MERGE", "tag"},
    {"[DO-NOT-MERGE 1/2] x", "[DO-NOT-MERGE 1/2]", "x", "DO-NOT-MERGE", "1/2 tag"},
    {"[PATCH DO NOT PULL] x", "[PATCH DO NOT PULL]", "x", "DO NOT PULL", "patch"},
    {"[PATCH v3 7/7] [not for merge] x", "[PATCH v3 7/7] [not for merge]", "x", "not for merge",
     "v3 7/7 patch"},
    {"[GIT PULL v2] x", "[GIT PULL v2]", "x", "", "v2 tag pull"},
    {"[GIT PULL 1/4] x", "[GIT PULL 1/4]", "x", "", "1/4 tag pull"},
    {"[kvm-unit-tests PULL 1/4] x", "[kvm-unit-tests PULL 1/4]", "x", "kvm-unit-tests", "1/4 tag pull"},
    {"[pull request] x", "[pull request]", "x", "", "pull"},
    {"[net-next 00/15][pull request] x", "[net-next 00/15] [pull request]", "x", "net-next", "0/15 tag pull"},
    {"[PULL-v2 0/3] x", "[PULL-v2 0/3]", "x", "", "v2 0/3 tag pull"},
    {"[ANNOUNCE][PATCH] x", "[ANNOUNCE] [PATCH]", "x", "ANNOUNCE", "patch"},
    {"[bug fix] x", "[bug fix]", "x", "bug fix", ""},
    {"[RFC] [BUG] x", "[RFC] [BUG]", "x", "BUG", "rfc foreign"},
    {"[BUG/RFE] x", "[BUG/RFE]", "x", "BUG/RFE", "foreign"},
    {"[syzbot] [net?] KASAN: x", "[syzbot] [net?]", "KASAN: x", "syzbot net?", "foreign"},
};

static const Row brackets[] = {
    {"[PATCH [RFC] 1/2] x", "[PATCH [RFC] 1/2]", "x", "", "1/2 patch rfc"},
    {"[[PATCH] x", "[[PATCH]", "x", "", "patch"},
    {"[[PATCH v2] x", "[[PATCH v2]", "x", "", "v2 patch"},
    {"[[PATCH v2]] x", "[[PATCH v2]]", "x", "", "v2 patch"},
    {"[PATCH] [] x", "[PATCH] []", "x", "", "patch"},
    {"[] x", "[]", "x", "", ""},
    {"[", "", "[", "", ""},
    {"]", "", "]", "", ""},
    {"[PATCH", "[PATCH", "", "", "patch"},
    {"[PATCH v2 1/3", "[PATCH v2 1/3", "", "", "v2 1/3 patch"},
    {"[PATCH v2 a: b", "[PATCH v2", "a: b", "", "v2 patch"},
    {"[PATCH net-next v2 1/3} x", "[PATCH net-next v2 1/3}", "x", "net-next", "v2 1/3 patch"},
    {"[PATCH v2) x", "[PATCH v2)", "x", "", "v2 patch"},
    {"{PATCH v2} x", "{PATCH v2}", "x", "", "v2 patch"},
    {"(PATCH 1/2) x", "(PATCH 1/2)", "x", "", "1/2 patch"},
    {"PATCH] x", "PATCH]", "x", "", "patch"},
    {"[PATCH 1/2] fix a[i] index", "[PATCH 1/2]", "fix a[i] index", "", "1/2 patch"},
    {"[PATCH] a: use [b] for c", "[PATCH]", "a: use [b] for c", "", "patch"},
    {"a: [PATCH] b", "", "a: [PATCH] b", "", ""},
    {"PATCH: a", "", "PATCH: a", "", ""},
    {"PATCH", "", "PATCH", "", ""},
    {"Patch v2 of it", "", "Patch v2 of it", "", ""},
    {"Patches for the next release", "", "Patches for the next release", "", ""},
    {"RFC: a", "", "RFC: a", "", ""},
    {"RFC 822 dates", "", "RFC 822 dates", "", ""},
    {"", "", "", "", ""},
    {"   ", "", "", "", ""},
    {"x", "", "x", "", ""},
    {"[PATCH 1/2]", "[PATCH 1/2]", "", "", "1/2 patch"},
    {"[PATCH] {x} y", "[PATCH]", "{x} y", "", "patch"},
};

static void append_fact(GString *facts, const char *fact) {
  if (facts->len > 0)
    g_string_append_c(facts, ' ');
  g_string_append(facts, fact);
}

static char *format_number(int number) {
  return number == LB_NO_NUMBER ? g_strdup("-") : g_strdup_printf("%d", number);
}

static GString *format_facts(const LbSubject *subject) {
  GString *facts = g_string_new(NULL);
  g_autofree char *index = format_number(subject->index), *total = format_number(subject->total);
  if (subject->has_version)
    g_string_append_printf(facts, "v%d", subject->version);
  if (subject->reroll != LB_NO_NUMBER)
    g_string_append_printf(facts, ".%d", subject->reroll);
  if (subject->index != LB_NO_NUMBER || subject->total != LB_NO_NUMBER) {
    g_autofree char *counter = g_strconcat(index, "/", total, NULL);
    append_fact(facts, counter);
  }
  if (subject->extra) {
    g_autofree char *extra = g_strconcat("extra=", subject->extra, NULL);
    append_fact(facts, extra);
  }
  if (subject->has_patch_word)
    append_fact(facts, "patch");
  else if (subject->has_patch_tag)
    append_fact(facts, "tag");
  const struct {
    gboolean is_so;
    const char *name;
  } flags[] = {
      {subject->is_weak_counter, "weak"},
      {subject->has_pull_tag, "pull"},
      {subject->rfc, "rfc"},
      {subject->resend, "resend"},
      {subject->is_stable, "stable"},
      {subject->is_foreign_tag, "foreign"},
      {subject->is_reply, "reply"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(flags); i++)
    if (flags[i].is_so)
      append_fact(facts, flags[i].name);
  return facts;
}

static void check_rows(const Row *rows, gsize n) {
  guint failures = 0;
  for (gsize i = 0; i < n; i++) {
    g_autoptr(LbArena) arena = lb_arena_new();
    LbSubject subject;
    lb_subject_parse(rows[i].subject, arena, &subject);
    g_autoptr(GString) facts = format_facts(&subject);
    g_autofree char *prefix = g_strjoinv(" ", (char **)subject.prefix);
    g_autofree char *got = g_strdup_printf("%s: '%s' '%s' '%s' '%s'", rows[i].subject, subject.tag,
                                           subject.title, prefix, facts->str);
    g_autofree char *wanted = g_strdup_printf("%s: '%s' '%s' '%s' '%s'", rows[i].subject, rows[i].tag,
                                              rows[i].title, rows[i].prefix, rows[i].facts);
    if (strcmp(got, wanted) != 0) {
      print_error("     got %s\nexpected %s\n", got, wanted);
      failures++;
    }
  }
  assert_int_equal(failures, 0);
}

#define TABLE_TEST(table)                                                                                    \
  static void test_##table(void **state) {                                                                   \
    check_rows(table, G_N_ELEMENTS(table));                                                                  \
  }

TABLE_TEST(by_the_rules)
TABLE_TEST(replies)
TABLE_TEST(list_tags)
TABLE_TEST(versions)
TABLE_TEST(kernels)
TABLE_TEST(counters)
TABLE_TEST(words)
TABLE_TEST(brackets)

static double time_repeated(const char *piece, gsize length) {
  g_autoptr(GString) text = g_string_sized_new(length);
  while (text->len < length)
    g_string_append(text, piece);
  g_autoptr(LbArena) arena = lb_arena_new();
  LbSubject subject;
  gint64 start = g_get_monotonic_time();
  lb_subject_parse(text->str, arena, &subject);
  assert_non_null(subject.title);
  return (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
}

/* A field may be 64 KiB long; none of these may cost more than its length. */
static void test_hostile(void **state) {
  static const char *const pieces[] = {
      "[",
      "]",
      "[[a]",
      "[a]",
      "[PATCH",
      "[PATCH}",
      "PATCH v2 ",
      "Re:",
      "Re[",
      "v2 ",
      "1/2 ",
      "1/",
      "{",
      "[{",
      "(",
      "(subset)",
      "[Fwd: ",
      "[Re: [",
      "**",
      "[PATCH 1/2] ",
      "[PATCH [",
      "-v2",
      "PATCH",
      "9",
      "0.5",
      "[a b,c]",
      ":",
      " ",
      "Re [",
      "【",
      "\xef\xbc\x9a",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
    double seconds = time_repeated(pieces[i], 65536);
    if (seconds > 0.5)
      fail_msg("'%s' repeated takes %f s", pieces[i], seconds);
  }
}

/* Every beginning of every row: no read behind the end (the sanitizers look), never a NULL. */
static void test_truncated(void **state) {
  const struct {
    const Row *rows;
    gsize n;
  } tables[] = {{by_the_rules, G_N_ELEMENTS(by_the_rules)},
                {replies, G_N_ELEMENTS(replies)},
                {versions, G_N_ELEMENTS(versions)},
                {brackets, G_N_ELEMENTS(brackets)}};
  for (gsize t = 0; t < G_N_ELEMENTS(tables); t++)
    for (gsize i = 0; i < tables[t].n; i++)
      for (gsize length = 0; length < strlen(tables[t].rows[i].subject); length++) {
        g_autoptr(LbArena) arena = lb_arena_new();
        g_autofree char *text = g_strndup(tables[t].rows[i].subject, length);
        LbSubject subject;
        lb_subject_parse(text, arena, &subject);
        assert_non_null(subject.tag);
        assert_non_null(subject.title);
        assert_non_null(subject.prefix);
      }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_the_rules), cmocka_unit_test(test_replies),  cmocka_unit_test(test_list_tags),
      cmocka_unit_test(test_versions),     cmocka_unit_test(test_kernels),  cmocka_unit_test(test_counters),
      cmocka_unit_test(test_words),        cmocka_unit_test(test_brackets), cmocka_unit_test(test_hostile),
      cmocka_unit_test(test_truncated),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
