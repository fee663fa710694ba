/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Octets as a token: nothing it says is believed unless its signer signed it. The first octet says
 * what the rest is: a token as it stands (0), or a header, a line end and a payload that are
 * signed here, by the signer (1) or by another key (2), or a payload alone (3). A fuzzer does not
 * find signatures; with these it gets behind them.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/ec.h>

#include "base64url.h"
#include "fuzz_world.h"

static const char good_header[] = "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5u\":\"" FUZZ_URL "\"}";

/* Verified here, without the code that is judged but for base64url. */
static bool signer_signed(const char *jws, size_t length)
{
    const char *dot = memrchr(jws, '.', length);
    uint8_t *pair = NULL;
    size_t pair_length = 0;
    while (length > 0 && strchr(" \t\r\n", jws[length - 1]) != NULL)
        length--;
    if (dot == NULL ||
        !base64url_decode(dot + 1, (size_t)(jws + length - dot - 1), &pair, &pair_length, NULL))
        return false;
    unsigned char *der = NULL;
    ECDSA_SIG *signature = ECDSA_SIG_new();
    FUZZ_HOLDS(pair_length == 64);
    FUZZ_HOLDS(
        ECDSA_SIG_set0(signature, BN_bin2bn(pair, 32, NULL), BN_bin2bn(pair + 32, 32, NULL)) == 1);
    int der_length = i2d_ECDSA_SIG(signature, &der);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok =
        EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, fuzz_world()->signer_key) == 1 &&
        EVP_DigestVerify(context, der, (size_t)der_length, (const unsigned char *)jws,
                         (size_t)(dot - jws)) == 1;
    EVP_MD_CTX_free(context);
    OPENSSL_free(der);
    ECDSA_SIG_free(signature);
    free(pair);
    return ok;
}

/* What the checks have given is there, and what they have not is not. */
static void check_claim(const struct token_claim *claim, const struct checks *checks)
{
    struct tnauthlist list;
    FUZZ_HOLDS(EVP_PKEY_eq(X509_get0_pubkey(claim->signer), fuzz_world()->signer_key) == 1);
    FUZZ_HOLDS((checks->given & TOKEN_JTI) == 0 || claim->jti != NULL);
    FUZZ_HOLDS((checks->given & TOKEN_EXP) == 0 || claim->exp > FUZZ_NOW);
    FUZZ_HOLDS(((checks->given & TOKEN_LIST) == 0) == (claim->list == NULL));
    if (claim->list != NULL) {
        FUZZ_HOLDS(tnauthlist_decode(&list, claim->list, claim->list_length, NULL, NULL));
        tnauthlist_free(&list);
    }
}

/* The answer in one piece is the same. */
static void check_verify(const char *jws, size_t length, const struct checks *checks)
{
    struct sti_error err;
    struct token_claim *claim = token_verify(jws, length, &fuzz_world()->trust, &err);
    FUZZ_HOLDS((claim != NULL) == (checks->failed == 0));
    if (claim == NULL) {
        fuzz_check_request_error(&err);
        FUZZ_HOLDS(strcmp(err.sentence, checks_first_failure(checks)->reason.sentence) == 0);
    }
    token_claim_free(claim);
}

static void examine(const char *jws, size_t length, bool may_be_signed)
{
    static size_t rows;
    struct checks checks;
    memset(&checks, 0, sizeof(checks));
    struct token_claim *claim = token_examine(jws, length, &fuzz_world()->trust, &checks);
    fuzz_check_checks(&checks);
    FUZZ_HOLDS(rows == 0 || rows == checks.count);
    rows = checks.count;
    FUZZ_HOLDS((claim != NULL) == ((checks.given & TOKEN_SIGNATURE) != 0));
    FUZZ_HOLDS(checks.failed > 0 || claim != NULL);
    if (claim != NULL) {
        FUZZ_HOLDS(may_be_signed && signer_signed(jws, length));
        check_claim(claim, &checks);
    }
    check_verify(jws, length, &checks);
    token_claim_free(claim);
}

static void examine_signed(const char *header, size_t header_length, const char *payload,
                           size_t payload_length, bool by_signer)
{
    const struct fuzz_world *world = fuzz_world();
    char *jws = fuzz_jws(header, header_length, payload, payload_length,
                         by_signer ? world->signer_key : world->account_key);
    examine(jws, strlen(jws), by_signer);
    free(jws);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    if (length == 0)
        return 0;
    const char *text = (const char *)octets + 1;
    const char *line_end = memchr(text, '\n', length - 1);
    size_t header_length = line_end == NULL ? length - 1 : (size_t)(line_end - text);
    size_t rest = line_end == NULL ? 0 : length - 2 - header_length;
    switch (octets[0] % 4) {
    case 0:
        examine(text, length - 1, true);
        break;
    case 3:
        examine_signed(good_header, sizeof(good_header) - 1, text, length - 1, true);
        break;
    default:
        examine_signed(text, header_length, line_end == NULL ? "" : line_end + 1, rest,
                       octets[0] % 4 == 1);
    }
    return 0;
}
