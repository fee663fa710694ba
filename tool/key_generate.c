/* SPDX-License-Identifier: Apache-2.0 */
#include "key_generate.h"

#include <stdio.h>

#include "interrupt.h"
#include "pin.h"

static bool generate(const struct hsm_uri *uri, enum hsm_curve curve, struct sti_error *err)
{
    interrupt_say("no key was made");
    struct hsm *hsm = pin_open(uri, err);
    if (hsm == NULL)
        return false;
    /* Whole or not at all: a signal that comes now ends it only after the key is reported. */
    interrupt_say("whether key %s was made is not known; look with: sti-ca key list",
                  hsm_key_name(uri).text);
    bool ok = hsm_key_generate_on(hsm, uri, curve, err);
    if (ok) {
        struct hsm_token_info info;
        hsm_token_info(hsm, &info);
        printf("made key %s on token %s (%s, serial %s):\n"
               "EC %s, sensitive, never extractable, sign only; test signature verified\n",
               uri->object, info.label, info.model, info.serial, hsm_curve_name(curve));
        interrupt_say("key %s was already made and is whole", hsm_key_name(uri).text);
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
