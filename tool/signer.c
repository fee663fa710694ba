/* SPDX-License-Identifier: Apache-2.0 */
#include "signer.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>

#include "cert.h"
#include "es256.h"
#include "pin.h"

/*
 * The room of the HSM knows more curves than what is signed with its keys: certificates are
 * ecdsa-with-SHA256 on P-256, and so are SPC tokens (RFC 7518 section 3.4).
 */
static bool check_curve(const struct signer *signer, const struct hsm_uri *uri,
                        struct sti_error *err)
{
    return es256_is_p256(signer->public) ||
           sti_error_set(
               err, STI_ENVIRONMENT, "ATIS-1000080 section 6.4.1",
               "the key %s on token '%s' is not EC P-256, and certificates and SPC tokens "
               "are signed with nothing else; name another key in the URI",
               hsm_key_name(uri).text, uri->token);
}

bool signer_open(struct signer *signer, const char *text, const char *directory,
                 struct sti_error *err)
{
    memset(signer, 0, sizeof(*signer));
    struct hsm_uri *uri = hsm_uri_parse(text, directory, err);
    if (uri == NULL)
        return false;
    signer->hsm = pin_open(uri, err);
    if (signer->hsm != NULL)
        signer->key = hsm_key_open(signer->hsm, uri, err);
    if (signer->key != NULL)
        signer->public = hsm_key_public(signer->hsm, uri, err);
    bool good = signer->public != NULL && check_curve(signer, uri, err);
    hsm_uri_free(uri);
    if (good)
        return true;
    signer_close(signer);
    return false;
}

void signer_close(struct signer *signer)
{
    EVP_PKEY_free(signer->public);
    EVP_PKEY_free(signer->key);
    hsm_close(signer->hsm);
    memset(signer, 0, sizeof(*signer));
}

void signer_token(const struct signer *signer, char text[SIGNER_TOKEN_TEXT])
{
    struct hsm_token_info info;
    hsm_token_info(signer->hsm, &info);
    snprintf(text, SIGNER_TOKEN_TEXT, "%s, serial %s", info.label, info.serial);
}

bool signer_fits(const struct signer *signer, X509 *certificate, const char *path,
                 struct sti_error *err)
{
    EVP_PKEY *key = X509_get0_pubkey(certificate);
    if (key != NULL && EVP_PKEY_eq(key, signer->public) == 1)
        return true;
    ERR_clear_error();
    sti_fail(err, "holds another public key than the one in the HSM; either the certificate or the "
                  "key's URI is the wrong one");
    return sti_error_in(err, path);
}
