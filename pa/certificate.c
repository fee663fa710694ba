/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-pa certificate`: the certificate whose key signs the tokens, and which CAs trust. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "cert.h"
#include "clock.h"
#include "commands.h"
#include "file.h"
#include "interrupt.h"
#include "pem.h"
#include "signer.h"
#include "subject.h"

static X509_NAME *subject_of(const struct tool_arguments *arguments, struct sti_error *err)
{
    static const char *const options[][2] = {
        {"C", "country"}, {"O", "organization"}, {"CN", "common-name"}};
    const char *country = tool_value(arguments, "country");
    if (strlen(country) != 2 || strspn(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2) {
        sti_error_set(err, STI_USAGE, "ATIS-1000080 section 6.4.1",
                      "--country is \"%.60s\", two capital letters are wanted", country);
        return NULL;
    }
    X509_NAME *name = X509_NAME_new();
    bool ok = name != NULL || sti_fail(err, "no memory for the subject");
    for (size_t i = 0; ok && i < sizeof(options) / sizeof(*options); i++) {
        const char *value = tool_value(arguments, options[i][1]);
        ok = X509_NAME_add_entry_by_txt(name, options[i][0], MBSTRING_UTF8,
                                        (const unsigned char *)value, -1, -1, 0) == 1;
        if (!ok)
            sti_error_set(err, STI_USAGE, "RFC 5280 section 4.1.2.6",
                          "--%s cannot be an attribute of a name: \"%.60s\"", options[i][1], value);
    }
    if (!ok) {
        X509_NAME_free(name);
        name = NULL;
    }
    return name;
}

/* Builds, signs and reads again: the same steps as for a CA's certificate, without a ledger. */
static bool make(const struct signer *signer, struct cert_content *content, unsigned char **der,
                 size_t *length, struct sti_error *err)
{
    unsigned char *tbs = NULL;
    size_t tbs_length = 0;
    if (RAND_bytes(content->serial, sizeof(content->serial)) != 1)
        return sti_fail(err, "no random octets for the serial number");
    X509 *certificate = cert_build(content, err);
    X509 *again = NULL;
    if (certificate != NULL && cert_tbs(certificate, &tbs, &tbs_length, err)) {
        hsm_failure_forget();
        if (cert_sign(certificate, signer->key, der, length, err))
            again = cert_reread(*der, *length, tbs, tbs_length, signer->public, err);
        else
            hsm_failure_blame(err);
    }
    bool ok = again != NULL;
    X509_free(again);
    X509_free(certificate);
    OPENSSL_free(tbs);
    return ok;
}

static bool write_certificate(struct file_out *out, const unsigned char *der, size_t length,
                              struct sti_error *err)
{
    size_t pem_length = 0;
    char *pem = certificate_pem(der, length, &pem_length);
    if (pem == NULL) {
        file_out_abandon(out);
        return sti_fail(err, "no memory to write the certificate");
    }
    bool ok = file_out_commit(out, pem, pem_length, err);
    free(pem);
    return ok;
}

/* With a subject and a time; `out` is used up. */
static bool sign(const struct tool_arguments *arguments, const X509_NAME *subject, int64_t seconds,
                 struct file_out *out, struct sti_error *err)
{
    struct signer signer;
    unsigned char *der = NULL;
    size_t length = 0;
    if (!signer_open(&signer, tool_value(arguments, "key"), NULL, err)) {
        file_out_abandon(out);
        return false;
    }
    int64_t now = clock_now();
    struct cert_content content = {
        .kind = CERT_STI_PA,
        .subject = subject,
        .key = signer.public,
        .not_before = (time_t)now,
        .not_after = (time_t)(now + seconds - 1),
        .path_length = -1,
    };
    bool ok = make(&signer, &content, &der, &length, err);
    if (!ok)
        file_out_abandon(out);
    else
        interrupt_say("if %s is there, it is whole", tool_value(arguments, "out"));
    ok = ok && write_certificate(out, der, length, err);
    if (ok) {
        interrupt_say("certificate %s was already made and is whole", tool_value(arguments, "out"));
        printf("made the STI-PA's certificate %s\n"
               "a CA trusts it as sti_pa_anchors in its sti-ca.cnf\n",
               tool_value(arguments, "out"));
    }
    OPENSSL_free(der);
    signer_close(&signer);
    return ok;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    int64_t seconds = 0;
    const char *lifetime = tool_value(arguments, "lifetime");
    interrupt_say("no certificate was made");
    if (!clock_parse_length(lifetime == NULL ? "365d" : lifetime, &seconds, err))
        return false;
    X509_NAME *subject = subject_of(arguments, err);
    struct file_out *out = subject == NULL ? NULL
                                           : file_out_begin(tool_value(arguments, "out"),
                                                            tool_flag(arguments, "force"), err);
    bool ok = out != NULL && sign(arguments, subject, seconds, out, err);
    X509_NAME_free(subject);
    return ok;
}

const struct tool_command command_certificate = {
    .name = "certificate",
    .summary = "make the certificate of the signing key",
    .about = "Makes a self-signed certificate for the key in the HSM: cA FALSE, digitalSignature\n"
             "only. A CA that trusts this STI-PA puts it among its sti_pa_anchors.",
    .options =
        {
            OPTION_KEY,
            {"country", "CC", "C of the subject, two capital letters", true},
            {"organization", "NAME", "O of the subject", true},
            {"common-name", "NAME", "CN of the subject", true},
            {"lifetime", "TIME", "how long it is valid, as in 90d or 12h; 365d by default", false},
            {"out", "FILE", "where the certificate goes, in PEM", true},
            OPTION_FORCE,
        },
    .ends_in_order = true,
    .run = run,
};
