/* SPDX-License-Identifier: Apache-2.0 */
#include "signer.h"

#include <string.h>

#include <openssl/err.h>

#include "pin.h"

bool signer_open(struct signer *signer, const char *text, const char *directory,
                 struct sti_error *err)
{
    memset(signer, 0, sizeof(*signer));
    struct hsm_uri *uri = hsm_uri_parse(text, directory, err);
    if (uri == NULL)
        return false;
    signer->hsm = hsm_open(uri, pin_ask, NULL, err);
    if (signer->hsm != NULL)
        signer->key = hsm_key_open(signer->hsm, uri, err);
    if (signer->key != NULL)
        signer->public = hsm_key_public(signer->hsm, uri, err);
    hsm_uri_free(uri);
    if (signer->public != NULL)
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
