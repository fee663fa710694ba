/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "commands.h"
#include "key_generate.h"

#define OPTION_CURVE "curve"

/*
 * `root` and `intermediate` stand for the URIs in the configuration. Their keys sign certificates,
 * so a curve that no certificate is signed with is refused before the key is there.
 */
static bool generate_named(const struct tool_arguments *arguments, enum hsm_curve curve,
                           struct sti_error *err)
{
    const char *name = arguments->positional;
    if (curve != HSM_CURVE_P256)
        return sti_error_set(err, STI_USAGE, "ATIS-1000080 section 6.4.1",
                             "the key of [%s] must be EC P-256, because no certificate is signed "
                             "with another; leave out --" OPTION_CURVE
                             ", or name a key for another use by its URI",
                             name);
    struct config *config = command_config(arguments, err);
    if (config == NULL)
        return false;
    const struct config_profile *profile =
        strcmp(name, "root") == 0 ? &config->root : &config->intermediate;
    bool ok = key_generate(profile->key, config->directory, curve, err);
    if (!ok && err != NULL && err->code == STI_USAGE)
        sti_error_in(err, config->path); /* the URI is at fault */
    config_free(config);
    return ok;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    const char *key = arguments->positional;
    const char *curve_name = tool_value(arguments, OPTION_CURVE);
    enum hsm_curve curve = HSM_CURVE_P256;
    if (curve_name != NULL && !hsm_curve_of_name(curve_name, &curve))
        return sti_error_set(err, STI_USAGE, NULL,
                             "--" OPTION_CURVE " takes P-256 or P-384, not %.40s", curve_name);
    if (strcmp(key, "root") == 0 || strcmp(key, "intermediate") == 0)
        return generate_named(arguments, curve, err);
    if (hsm_uri_is(key))
        return key_generate(key, NULL, curve, err);
    return sti_error_set(err, STI_USAGE, NULL,
                         "%.60s is no key: give root, intermediate or a PKCS#11 URI (pkcs11:...)",
                         key);
}

const struct tool_command command_key_generate = {
    .name = "key generate",
    .summary = "make a key pair in the HSM",
    .positional = "KEY",
    .about =
        "Makes an EC key pair on the token. KEY is `root` or `intermediate`, for the key of\n"
        "that section of the configuration, or a PKCS#11 URI. The key is sensitive, can never be\n"
        "extracted and can only sign; its attributes are read back and a test signature is\n"
        "verified before it is reported as made. A label or id in use is never used again.",
    .options =
        {
            {OPTION_CURVE, "CURVE",
             "P-256, which is the default, or P-384, which no certificate is signed with", false},
            OPTION_CONFIG,
        },
    .run = run,
};
