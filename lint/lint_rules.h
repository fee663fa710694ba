/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of lints share: to whom a lint applies, from when, and how it says no. */
#ifndef LINT_RULES_H
#define LINT_RULES_H

#include "lint.h"

/*
 * When a version of a text begins to count. For what end entities have, CAs get time to adapt, as
 * the published reports on the SHAKEN PKI grant it: 90 days behind the publication, and for CP v1.3
 * 145 days. For CA certificates it is the day of publication.
 */
#define LINT_V003_CA 20200904
#define LINT_V003 20201203
#define LINT_V004_CA 20211018
#define LINT_V004 20220116
#define LINT_V005_CA 20221212
#define LINT_V005 20230312
#define LINT_CP_1_3_CA 20210818
#define LINT_CP_1_3 20220110
#define LINT_CP_1_4_CA 20230606
#define LINT_CP_1_4 20230904
#define LINT_RFC5280 20080501
#define LINT_RFC5758 20100101
#define LINT_RFC8226 20180201
#define LINT_RFC9118 20210801
#define LINT_RFC9060 20210901

#define LINT_ATIS_V003 "ATIS-1000080.v003 section 6.4.1"
#define LINT_ATIS_V004 "ATIS-1000080.v004 section 6.4.1"
#define LINT_ATIS_V005 "ATIS-1000080.v005 section 6.4.1"

/* Says why; always false. Octets from the certificate go through lint_words() first. */
bool lint_fails(struct lint_detail *detail, const char *format, ...) STI_PRINTF(2, 3);

/* Octets of the certificate as text, unprintable ones as \xHH; cut with "..." where it must be. */
struct lint_words {
    char text[72];
};
struct lint_words lint_words(struct lint_octets octets);

/* An OID's content octets in dotted form. */
struct lint_words lint_dotted(struct lint_octets oid);

/* ---- to whom a lint applies ---- */
bool lint_all(const struct lint_subject *subject);
bool lint_leaf(const struct lint_subject *subject);
bool lint_ca(const struct lint_subject *subject);
bool lint_root(const struct lint_subject *subject);
bool lint_intermediate(const struct lint_subject *subject); /* a CA but no root */

/* ---- what is there ---- */
bool lint_has(const struct lint_subject *subject, enum lint_extension_type type);
bool lint_critical(const struct lint_subject *subject, enum lint_extension_type type);
bool lint_has_list(const struct lint_subject *subject); /* by value or by reference */

/* True if the OID is ecdsa-with-SHA256 or -SHA384; P-256 or P-384 by its named curve. */
bool lint_is_sha256(const struct lint_algorithm *algorithm);
bool lint_is_sha384(const struct lint_algorithm *algorithm);
bool lint_is_ecdsa(const struct lint_algorithm *algorithm); /* with any SHA-2 */
bool lint_is_p256(const struct lint_subject *subject);
bool lint_is_p384(const struct lint_subject *subject);

/*
 * True if `word` stands in the text with no letter, digit or underscore right before or behind it.
 * any_case: letters of either case are the same.
 */
bool lint_has_word(struct lint_octets text, struct lint_octets word, bool any_case);

#endif
