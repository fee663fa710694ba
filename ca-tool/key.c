/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "commands.h"
#include "hsm.h"
#include "key_generate.h"

/* `root` and `intermediate` stand for the URIs in the configuration. */
static bool generate_named(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct config *config = command_config(arguments, err);
    if (config == NULL)
        return false;
    const struct config_profile *profile =
        strcmp(arguments->positional, "root") == 0 ? &config->root : &config->intermediate;
    bool ok = key_generate(profile->key, config->directory, err);
    if (!ok && err != NULL && err->code == STI_USAGE)
        sti_error_in(err, config->path); /* the URI is at fault */
    config_free(config);
    return ok;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    const char *key = arguments->positional;
    if (strcmp(key, "root") == 0 || strcmp(key, "intermediate") == 0)
        return generate_named(arguments, err);
    if (hsm_uri_is(key))
        return key_generate(key, NULL, err);
    return sti_error_set(err, STI_USAGE, NULL,
                         "%.60s is no key: give root, intermediate or a PKCS#11 URI (pkcs11:...)",
                         key);
}

const struct tool_command command_key_generate = {
    .name = "key generate",
    .summary = "make a key pair in the HSM",
    .positional = "KEY",
    .about =
        "Makes an EC P-256 key pair on the token. KEY is `root` or `intermediate`, for the key of\n"
        "that section of the configuration, or a PKCS#11 URI. The key is sensitive, can never be\n"
        "extracted and can only sign; its attributes are read back and a test signature is\n"
        "verified before it is reported as made. A label or id in use is never used again.",
    .options = {OPTION_CONFIG},
    .run = run,
};
