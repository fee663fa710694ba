/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes compact JWS for the tests, good ones and bad ones: it signs whatever it is given, looks at
 * nothing, and must never be installed.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ec.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include "base64url.h"
#include "token.h"

static const char help[] =
    "Usage: make_jws --header JSON --payload JSON\n"
    "                (--key PEM-FILE | --secret-file FILE | --unsigned) [--flip-signature]\n"
    "       make_jws fingerprint --key PEM-FILE\n"
    "       make_jws base64url FILE\n"
    "\n"
    "Prints a compact JWS for tests. The header and the payload are signed as they stand; neither\n"
    "is checked, and alg in the header does not choose the algorithm. The key does:\n"
    "  --key PEM-FILE      an EC key signs with ECDSA and SHA-256 (r and s of equal width), an "
    "RSA\n"
    "                      key with PKCS #1 v1.5 and SHA-256 (RS256)\n"
    "  --secret-file FILE  HMAC SHA-256 (HS256) keyed with all octets of FILE\n"
    "  --unsigned          the third part is empty\n"
    "  --flip-signature    flips the lowest bit of the signature's first octet\n"
    "\n"
    "fingerprint prints the RFC 7638 thumbprint of an EC P-256 key (private or public PEM) as\n"
    "\"SHA256 A0:...\". base64url prints the octets of FILE in base64url without padding.\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 wrong usage.\n";

struct arguments {
    const char *header;
    const char *payload;
    const char *key;
    const char *secret_file;
    bool is_unsigned;
    bool flip;
};

static void die(const char *what, const char *name)
{
    fprintf(stderr, "make_jws: %s%s%s\n", what, name == NULL ? "" : ": ", name == NULL ? "" : name);
    exit(1);
}

static void die_usage(const char *what)
{
    fprintf(stderr, "make_jws: %s\nTry make_jws --help.\n", what);
    exit(2);
}

static void *must(void *pointer)
{
    if (pointer == NULL)
        die("out of memory or libcrypto failed", NULL);
    return pointer;
}

static unsigned char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        die("cannot open", path);
    unsigned char *octets = NULL;
    size_t room = 0;
    *length = 0;
    do {
        room += 65536;
        octets = must(realloc(octets, room));
        *length += fread(octets + *length, 1, room - *length, file);
    } while (*length == room);
    if (ferror(file))
        die("cannot read", path);
    fclose(file);
    return octets;
}

/* A private key, or else a public one. */
static EVP_PKEY *read_key(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        die("cannot open", path);
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    if (key == NULL) {
        rewind(file);
        key = PEM_read_PUBKEY(file, NULL, NULL, NULL);
    }
    fclose(file);
    if (key == NULL)
        die("no key in", path);
    return key;
}

/* The DER of an ECDSA signature into r and s, each as wide as the curve's field. */
static unsigned char *flatten(EVP_PKEY *key, unsigned char *der, size_t *length)
{
    const unsigned char *at = der;
    ECDSA_SIG *pair = must(d2i_ECDSA_SIG(NULL, &at, (long)*length));
    int width = (EVP_PKEY_get_bits(key) + 7) / 8;
    unsigned char *flat = must(malloc(2 * (size_t)width));
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), flat, width);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), flat + width, width);
    ECDSA_SIG_free(pair);
    free(der);
    *length = 2 * (size_t)width;
    return flat;
}

static unsigned char *sign_with_key(const char *path, const char *input, size_t *length)
{
    const unsigned char *octets = (const unsigned char *)input;
    EVP_PKEY *key = read_key(path);
    EVP_MD_CTX *context = must(EVP_MD_CTX_new());
    if (EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) != 1 ||
        EVP_DigestSign(context, NULL, length, octets, strlen(input)) != 1)
        die("cannot sign with", path);
    unsigned char *signature = must(malloc(*length));
    if (EVP_DigestSign(context, signature, length, octets, strlen(input)) != 1)
        die("cannot sign with", path);
    EVP_MD_CTX_free(context);
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC)
        signature = flatten(key, signature, length);
    EVP_PKEY_free(key);
    return signature;
}

static unsigned char *sign_with_secret(const char *path, const char *input, size_t *length)
{
    size_t secret_length = 0;
    unsigned char *secret = read_file(path, &secret_length);
    unsigned char *signature = must(malloc(EVP_MAX_MD_SIZE));
    unsigned int written = 0;
    must(HMAC(EVP_sha256(), secret, (int)secret_length, (const unsigned char *)input, strlen(input),
              signature, &written));
    free(secret);
    *length = written;
    return signature;
}

static int make(const struct arguments *arguments)
{
    char *header =
        must(base64url_encode((const uint8_t *)arguments->header, strlen(arguments->header), NULL));
    char *payload = must(
        base64url_encode((const uint8_t *)arguments->payload, strlen(arguments->payload), NULL));
    size_t room = strlen(header) + strlen(payload) + 2;
    char *input = must(malloc(room));
    snprintf(input, room, "%s.%s", header, payload);

    unsigned char *signature = NULL;
    size_t length = 0;
    if (arguments->key != NULL)
        signature = sign_with_key(arguments->key, input, &length);
    else if (arguments->secret_file != NULL)
        signature = sign_with_secret(arguments->secret_file, input, &length);
    if (arguments->flip && length > 0)
        signature[0] ^= 1;
    char *text = must(base64url_encode(signature, length, NULL));
    printf("%s.%s\n", input, text);
    free(text);
    free(signature);
    free(input);
    free(payload);
    free(header);
    return fflush(stdout) == 0 ? 0 : 1;
}

static int print_fingerprint(const char *path)
{
    unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS];
    char text[TOKEN_FINGERPRINT_TEXT + 1];
    struct sti_error err;
    EVP_PKEY *key = read_key(path);
    if (!token_fingerprint_of(key, fingerprint, &err))
        die(err.sentence, path);
    EVP_PKEY_free(key);
    token_fingerprint_text(fingerprint, text);
    return puts(text) < 0 ? 1 : 0;
}

static int print_base64url(const char *path)
{
    size_t length = 0;
    unsigned char *octets = read_file(path, &length);
    char *text = must(base64url_encode(octets, length, NULL));
    int rc = puts(text) < 0 ? 1 : 0;
    free(text);
    free(octets);
    return rc;
}

static struct arguments read_arguments(int argc, char **argv)
{
    static const struct option options[] = {
        {"header", required_argument, NULL, 'h'}, {"payload", required_argument, NULL, 'p'},
        {"key", required_argument, NULL, 'k'},    {"secret-file", required_argument, NULL, 's'},
        {"unsigned", no_argument, NULL, 'u'},     {"flip-signature", no_argument, NULL, 'f'},
        {"help", no_argument, NULL, 'H'},         {NULL, 0, NULL, 0},
    };
    struct arguments arguments = {0};
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (c) {
        case 'h':
            arguments.header = optarg;
            break;
        case 'p':
            arguments.payload = optarg;
            break;
        case 'k':
            arguments.key = optarg;
            break;
        case 's':
            arguments.secret_file = optarg;
            break;
        case 'u':
            arguments.is_unsigned = true;
            break;
        case 'f':
            arguments.flip = true;
            break;
        case 'H':
            fputs(help, stdout);
            exit(0);
        default:
            die_usage("wrong usage");
        }
    }
    return arguments;
}

int main(int argc, char **argv)
{
    struct arguments arguments = read_arguments(argc, argv);
    const char *word = optind < argc ? argv[optind] : NULL;
    if (word != NULL && strcmp(word, "fingerprint") == 0) {
        if (arguments.key == NULL || optind + 1 != argc)
            die_usage("fingerprint needs --key PEM-FILE and nothing else");
        return print_fingerprint(arguments.key);
    }
    if (word != NULL && strcmp(word, "base64url") == 0) {
        if (optind + 2 != argc)
            die_usage("base64url needs one FILE");
        return print_base64url(argv[optind + 1]);
    }
    int signers =
        (arguments.key != NULL) + (arguments.secret_file != NULL) + (arguments.is_unsigned ? 1 : 0);
    if (word != NULL || arguments.header == NULL || arguments.payload == NULL || signers != 1)
        die_usage("needs --header, --payload and one of --key, --secret-file and --unsigned");
    return make(&arguments);
}
