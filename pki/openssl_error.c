/* SPDX-License-Identifier: Apache-2.0 */
#include "openssl_error.h"

#include <openssl/err.h>

const char *openssl_reason(void)
{
    unsigned long code = ERR_peek_last_error();
    const char *reason = code == 0 ? NULL : ERR_reason_error_string(code);
    ERR_clear_error();
    return reason == NULL ? "no reason given" : reason;
}
