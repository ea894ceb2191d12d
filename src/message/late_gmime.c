/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of GMime that are called: most reports need none of them, and it brings eleven libraries
 * along. */
#include <gmime/gmime.h>
#include "config.h"
#define LATE_HIDDEN
#include "source/late.h"

static LbLate library = {.file = LATE_GMIME, .begin = "g_mime_init"};

LATE(const char *, g_mime_charset_iconv_name, (const char *charset), (charset))
LATE(size_t, g_mime_encoding_base64_decode_step,
     (const unsigned char *in, size_t length, unsigned char *out, int *state, guint32 *save),
     (in, length, out, state, save))

LATE(GMimeContentType *, g_mime_content_type_parse, (GMimeParserOptions * options, const char *text),
     (options, text))
LATE(GMimeParamList *, g_mime_content_type_get_parameters, (GMimeContentType * type), (type))
LATE(GMimeContentDisposition *, g_mime_content_disposition_parse,
     (GMimeParserOptions * options, const char *text), (options, text))
LATE(GMimeParamList *, g_mime_content_disposition_get_parameters, (GMimeContentDisposition * disposition),
     (disposition))
LATE(int, g_mime_param_list_length, (GMimeParamList * list), (list))
LATE(GMimeParam *, g_mime_param_list_get_parameter_at, (GMimeParamList * list, int i), (list, i))
LATE(const char *, g_mime_param_get_name, (GMimeParam * param), (param))
LATE(const char *, g_mime_param_get_value, (GMimeParam * param), (param))

LATE(InternetAddressList *, internet_address_list_parse, (GMimeParserOptions * options, const char *text),
     (options, text))
LATE(int, internet_address_list_length, (InternetAddressList * list), (list))
LATE(InternetAddress *, internet_address_list_get_address, (InternetAddressList * list, int i), (list, i))
LATE(void, internet_address_list_append, (InternetAddressList * list, InternetAddressList *other),
     (list, other))
LATE(void, internet_address_set_charset, (InternetAddress * address, const char *charset), (address, charset))
LATE(GType, internet_address_mailbox_get_type, (void), ())

LATE(GMimeMessage *, g_mime_message_new, (gboolean pretty), (pretty))
LATE(InternetAddressList *, g_mime_message_get_addresses, (GMimeMessage * message, GMimeAddressType type),
     (message, type))
LATE(void, g_mime_message_set_date, (GMimeMessage * message, GDateTime *date), (message, date))
LATE(void, g_mime_message_set_mime_part, (GMimeMessage * message, GMimeObject *part), (message, part))
LATE(GType, g_mime_object_get_type, (void), ())
LATE(void, g_mime_object_set_header,
     (GMimeObject * object, const char *name, const char *value, const char *charset),
     (object, name, value, charset))
LATE(void, g_mime_object_set_content_type_parameter,
     (GMimeObject * object, const char *name, const char *value), (object, name, value))
LATE(char *, g_mime_object_to_string, (GMimeObject * object, GMimeFormatOptions *options), (object, options))
LATE(GMimePart *, g_mime_part_new_with_type, (const char *type, const char *subtype), (type, subtype))
LATE(void, g_mime_part_set_content, (GMimePart * part, GMimeDataWrapper *content), (part, content))
LATE(void, g_mime_part_set_content_encoding, (GMimePart * part, GMimeContentEncoding encoding),
     (part, encoding))
LATE(GMimeStream *, g_mime_stream_mem_new_with_buffer, (const char *bytes, size_t length), (bytes, length))
LATE(GMimeDataWrapper *, g_mime_data_wrapper_new_with_stream,
     (GMimeStream * stream, GMimeContentEncoding encoding), (stream, encoding))
