/* SPDX-License-Identifier: Apache-2.0 */
#include "key_generate.h"

#include <stdio.h>

#include "pin.h"

static bool generate(const struct hsm_uri *uri, enum hsm_curve curve, struct sti_error *err)
{
    struct hsm *hsm = pin_open(uri, err);
    if (hsm == NULL)
        return false;
    bool ok = hsm_key_generate_on(hsm, uri, curve, err);
    if (ok) {
        struct hsm_token_info info;
        hsm_token_info(hsm, &info);
        printf("made key %s on token %s (%s, serial %s):\n"
               "EC %s, sensitive, never extractable, sign only; test signature verified\n",
               uri->object, info.label, info.model, info.serial, hsm_curve_name(curve));
    }
    hsm_close(hsm);
    return ok;
}

bool key_generate(const char *text, const char *directory, enum hsm_curve curve,
                  struct sti_error *err)
{
    struct hsm_uri *uri = hsm_uri_parse(text, directory, err);
    bool ok = uri != NULL && generate(uri, curve, err);
    hsm_uri_free(uri);
    return ok;
}
