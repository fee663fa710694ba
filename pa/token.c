/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-pa token`: signs an SPC token (RFC 9447 section 4, RFC 9448 section 5). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "clock.h"
#include "commands.h"
#include "file.h"
#include "interrupt.h"
#include "list_file.h"
#include "load.h"
#include "signer.h"
#include "token.h"

#define JTI_OCTETS 16

/* What the words of the command line say. */
struct order {
    const struct tool_arguments *arguments;
    struct token_request request;
    struct list_file list;
    STACK_OF(X509) * chain;
    char jti[2 * JTI_OCTETS + 1];
};

/* A list on the command line, in the text form. */
static bool parse_list(struct list_file *list, const char *text, struct sti_error *err)
{
    struct tnauthlist_builder builder = {0};
    size_t length = 0;
    bool ok = tnauthlist_parse(&builder, text, strlen(text), err) &&
              tnauthlist_builder_finish(&builder, &list->der, &length, err) &&
              tnauthlist_decode(&list->list, list->der, length, NULL, err);
    tnauthlist_builder_free(&builder);
    return ok || sti_error_in(err, "--list");
}

static bool read_list(struct order *order, struct sti_error *err)
{
    const char *text = tool_value(order->arguments, "list");
    const char *path = tool_value(order->arguments, "list-file");
    if ((text == NULL) == (path == NULL))
        return sti_error_set(err, STI_USAGE, NULL, "give either --list or --list-file");
    bool ok = text != NULL ? parse_list(&order->list, text, err)
                           : list_file_read(path, &order->list, err);
    order->request.list = order->list.list.der;
    order->request.list_length = order->list.list.der_length;
    return ok;
}

static bool read_fingerprint(struct order *order, struct sti_error *err)
{
    const char *path = tool_value(order->arguments, "account-key");
    const char *text = tool_value(order->arguments, "fingerprint");
    if ((path == NULL) == (text == NULL))
        return sti_error_set(err, STI_USAGE, NULL, "give either --account-key or --fingerprint");
    if (text != NULL)
        return token_fingerprint_parse(text, order->request.fingerprint, err);
    EVP_PKEY *key = load_public_key(path, err);
    bool ok = key != NULL && (token_fingerprint_of(key, order->request.fingerprint, err) ||
                              sti_error_in(err, path));
    EVP_PKEY_free(key);
    return ok;
}

/* The id of the token: 128 random bits unless one is given. */
static bool choose_jti(struct order *order, struct sti_error *err)
{
    unsigned char octets[JTI_OCTETS];
    order->request.jti = tool_value(order->arguments, "jti");
    if (order->request.jti != NULL)
        return true;
    if (RAND_bytes(octets, sizeof(octets)) != 1)
        return sti_fail(err, "no random octets for the token's id");
    for (size_t i = 0; i < sizeof(octets); i++)
        snprintf(order->jti + 2 * i, 3, "%02x", octets[i]);
    order->request.jti = order->jti;
    return true;
}

static bool read_order(struct order *order, struct sti_error *err)
{
    const struct tool_arguments *arguments = order->arguments;
    const char *lifetime = tool_value(arguments, "lifetime");
    int64_t seconds = 0;
    order->request.iss = tool_value(arguments, "iss");
    order->request.x5u = tool_value(arguments, "x5u");
    order->request.ca = tool_flag(arguments, "ca");
    if (!clock_parse_length(lifetime == NULL ? "30d" : lifetime, &seconds, err))
        return false;
    order->request.exp = clock_now() + seconds;
    if (!read_list(order, err) || !read_fingerprint(order, err) || !choose_jti(order, err))
        return false;
    order->chain = load_certificates(tool_value(arguments, "certificate"), err);
    if (order->request.x5u == NULL)
        order->request.x5c = order->chain;
    return order->chain != NULL;
}

/* Signs in the HSM, and only with the key of the certificate that the token will name. */
static char *sign(const struct order *order, struct sti_error *err)
{
    struct signer signer;
    char *jws = NULL;
    if (!signer_open(&signer, tool_value(order->arguments, "key"), NULL, err))
        return NULL;
    if (signer_fits(&signer, sk_X509_value(order->chain, 0),
                    tool_value(order->arguments, "certificate"), err)) {
        hsm_failure_forget();
        jws = token_sign(&order->request, signer.key, err);
        if (jws == NULL)
            hsm_failure_blame(err);
    }
    signer_close(&signer);
    return jws;
}

static bool tell(const struct order *order, struct sti_error *err)
{
    char exp[CLOCK_TEXT];
    char fingerprint[TOKEN_FINGERPRINT_TEXT + 1];
    clock_text(order->request.exp, exp);
    token_fingerprint_text(order->request.fingerprint, fingerprint);
    printf("signed token %s\n  valid to     %s\n  ca           %s\n  fingerprint  %s\n  list:\n",
           order->request.jti, exp, order->request.ca ? "true" : "false", fingerprint);
    return list_print(&order->list.list, "    ", err);
}

/* With everything read; `out` is used up. */
static bool sign_and_write(const struct order *order, struct file_out *out, struct sti_error *err)
{
    char *jws = sign(order, err);
    if (jws == NULL) {
        file_out_abandon(out);
        return false;
    }
    interrupt_say("if %s is there, the token is whole", tool_value(order->arguments, "out"));
    bool ok = file_out_commit(out, jws, strlen(jws), err);
    free(jws);
    if (!ok)
        return false;
    interrupt_say("token %s was already signed and is whole", tool_value(order->arguments, "out"));
    return tell(order, err);
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct order order = {.arguments = arguments};
    struct file_out *out = NULL;
    interrupt_say("no token was signed");
    if (read_order(&order, err))
        out = file_out_begin(tool_value(arguments, "out"), tool_flag(arguments, "force"), err);
    bool ok = out != NULL && sign_and_write(&order, out, err);
    list_file_free(&order.list);
    sk_X509_pop_free(order.chain, X509_free);
    return ok;
}

const struct tool_command command_token = {
    .name = "token",
    .summary = "sign an SPC token for a list of numbers",
    .about =
        "Signs an SPC token (ES256) that lets the holder of the account key ask a CA for a\n"
        "certificate with exactly this list. The token names its signer by the certificates\n"
        "themselves (x5c), or by their URL (--x5u). The signature is verified before the file\n"
        "is written. Give one of --list and --list-file, and one of --account-key and\n"
        "--fingerprint.",
    .options =
        {
            OPTION_KEY,
            {"certificate", "FILE", "the signing key's certificate, and its chain, in PEM", true},
            {"list", "TEXT", "the list as text: SPC:709J,TN:12155550100-12155550199", false},
            {"list-file", "FILE",
             "or the list in a file: text, DER, or a CSR, certificate\nor token that has it; - is "
             "standard input",
             false},
            {"account-key", "FILE", "the applicant's account key, a public key in PEM", false},
            {"fingerprint", "TEXT", "or its fingerprint: SHA256 A0:A2:..., or in base64url", false},
            {"lifetime", "TIME", "how long the token is valid, as in 30d or 12h; 30d by\ndefault",
             false},
            {"ca", NULL, "allow a CA certificate (sti-ca issues none yet)", false},
            {"x5u", "URL", "name the signer by this https URL", false},
            {"iss", "URL", "name the token's issuer", false},
            {"jti", "ID", "the token's id; 128 random bits by default", false},
            {"out", "FILE", "where the token goes", true},
            OPTION_FORCE,
        },
    .ends_in_order = true,
    .run = run,
};
