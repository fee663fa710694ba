/* SPDX-License-Identifier: Apache-2.0 */
/* libcrypto's error queue as the tail of a sentence. */
#ifndef PKI_OPENSSL_ERROR_H
#define PKI_OPENSSL_ERROR_H

/*
 * The reason of the last libcrypto error, as text in a static string; empties the queue. "no reason
 * given" if there is none. Never NULL.
 */
const char *openssl_reason(void);

#endif
