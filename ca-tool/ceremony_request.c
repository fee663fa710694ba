/* SPDX-License-Identifier: Apache-2.0 */
#include "ceremony_request.h"

#include <stdlib.h>
#include <string.h>

#include "cert.h"
#include "csr.h"
#include "file.h"
#include "planned.h"

/* The words of `sti-ca issue` that count here. */
static const struct tool_command words = {
    .name = "issue",
    .options =
        {
            OPTION_BUNDLE,
            OPTION_PROFILE("none by default"),
        },
};

static bool judge(struct request *request, struct request_rules *rules, const struct config *config,
                  struct ledger *ledger, const char *path, const char *profile, int64_t now,
                  struct sti_error *err)
{
    const struct tool_arguments arguments = {.command = &words, .values = {path, profile}};
    if (!request_judge_alone(request, rules, &arguments, config, ledger, now, err))
        return false;
    const struct check *failure = checks_first_failure(request->checks);
    if (failure == NULL)
        return true;
    *err = failure->reason;
    return false;
}

bool ceremony_request_judge(struct request *request, struct request_rules *rules,
                            const struct config *config, struct ledger *ledger, const char *folder,
                            const char *bundle, const char *profile, int64_t now,
                            struct sti_error *err)
{
    char *path = file_beside(folder, bundle);
    memset(request, 0, sizeof(*request));
    memset(rules, 0, sizeof(*rules));
    if (path == NULL)
        return sti_fail(err, "no memory for the name of a file");
    bool ok = judge(request, rules, config, ledger, path, profile, now, err);
    free(path);
    return ok || sti_error_in(err, bundle);
}

/* ---- a certificate for it ---- */

static bool same_key(const struct request *request, const X509 *certificate, bool *same,
                     struct sti_error *err)
{
    unsigned char own[CERT_DIGEST_OCTETS];
    unsigned char asked[CERT_DIGEST_OCTETS];
    if (!cert_key_digest(X509_get_X509_PUBKEY(certificate), own, err) ||
        !csr_key_digest(request->csr, asked, err))
        return false;
    *same = memcmp(own, asked, sizeof(own)) == 0;
    return true;
}

static bool same_subject(const struct request *request, const X509 *certificate)
{
    const unsigned char *own, *asked;
    size_t own_length, asked_length;
    return X509_NAME_get0_der(X509_get_subject_name(certificate), &own, &own_length) == 1 &&
           X509_NAME_get0_der(request->csr->subject, &asked, &asked_length) == 1 &&
           own_length == asked_length && memcmp(own, asked, own_length) == 0;
}

static bool same_list(const struct request *request, X509 *certificate)
{
    struct tnauthlist own;
    if (!cert_list(certificate, &own, NULL))
        return false;
    bool same = own.der_length == request->list.der_length &&
                memcmp(own.der, request->list.der, own.der_length) == 0;
    tnauthlist_free(&own);
    return same;
}

static bool compare(const struct request *request, X509 *certificate, bool by_reference,
                    struct sti_error *err)
{
    bool key;
    if (!same_key(request, certificate, &key, err))
        return false;
    const char *other = !key                                                ? "public key"
                        : !same_subject(request, certificate)               ? "subject"
                        : !by_reference && !same_list(request, certificate) ? "TNAuthList"
                                                                            : NULL;
    return other == NULL ||
           sti_refuse(err, NULL,
                      "the plan has a certificate with another %s than this request has, so it is "
                      "for nobody who has asked; plan anew, and find out how this plan was made "
                      "(sti-ca ceremony rederive says what differs)",
                      other);
}

bool ceremony_request_fits(const struct request *request, const struct plan_octets *tbs,
                           bool by_reference, struct sti_error *err)
{
    X509 *certificate = planned_certificate(tbs, err);
    bool ok = certificate != NULL && compare(request, certificate, by_reference, err);
    X509_free(certificate);
    return ok;
}
