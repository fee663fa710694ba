/* SPDX-License-Identifier: Apache-2.0 */
#include "ceremony_profiles.h"

#include <stdlib.h>
#include <string.h>

#include "profiles.h"

bool ceremony_profile_check(const struct plan *plan, const struct config *config, const char *name,
                            const unsigned char *digest, const char *otherwise,
                            struct sti_error *err)
{
    const struct plan_profile *planned = plan_profile(plan, name);
    if (planned != NULL && memcmp(planned->digest, digest, PLAN_DIGEST_OCTETS) == 0)
        return true;
    if (config->profiles == NULL)
        return sti_refuse(err, NULL,
                          "the profile %.63s, built into sti-ca " STI_PKI_VERSION
                          ", is another one than when the plan was made; have profiles in the "
                          "configuration name a folder that has the one of then%s",
                          name, otherwise);
    char *path = profiles_path(config->profiles, name);
    if (path == NULL)
        return sti_fail(err, "no memory for the profile");
    sti_refuse(err, NULL,
               "the profile %.63s, from the file %.300s, is another one than when the plan was "
               "made; use the configuration of then (--config)%s",
               name, path, otherwise);
    free(path);
    return false;
}

/* A plan may have been made with a profile that this configuration does not have. */
static bool say_next(const char *name, const char *otherwise, struct sti_error *err)
{
    if (err == NULL)
        return false;
    const struct sti_error why = *err;
    /* No word of the command line has to be another one. */
    enum sti_code code = why.code == STI_USAGE ? STI_REFUSED : why.code;
    sti_error_set(err, code, why.clause,
                  "%.400s; the plan was made with the profile %.63s: use the configuration of then "
                  "(--config)%s",
                  why.sentence, name, otherwise);
    return why.source[0] != '\0' ? sti_error_in(err, why.source) : false;
}

bool ceremony_profiles_check(const struct plan *plan, const struct config *config,
                             const char *otherwise, struct sti_error *err)
{
    for (size_t i = 0; i < plan->profile_count; i++) {
        const char *name = plan->profiles[i].name;
        unsigned char digest[PLAN_DIGEST_OCTETS];
        if (!profiles_digest(config->profiles, name, digest, err))
            return say_next(name, otherwise, err);
        if (!ceremony_profile_check(plan, config, name, digest, otherwise, err))
            return false;
    }
    return true;
}
