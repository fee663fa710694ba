/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "output.h"

#define MOST_ANCHORS 64

int complain(int status, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    fputs("sti-transcript: ", stderr);
    put_string(stderr, FORM_TEXT, text);
    fputc('\n', stderr);
    return status;
}

/* ---- what the commands are given ---- */

static void anchor_add(struct item *anchors, size_t *count, EVP_PKEY *key)
{
    unsigned char *der = NULL;
    int length = key == NULL || *count == MOST_ANCHORS ? 0 : i2d_PUBKEY(key, &der);
    if (length > 0)
        anchors[(*count)++] =
            (struct item){.kind = ITEM_BYTES, .octets = der, .length = (size_t)length};
}

/* The keys in a PEM file of certificates and public keys; ends the program if there are none. */
static int anchors_read(const char *path, struct item *anchors, size_t *count)
{
    BIO *bio = BIO_new_file(path, "r");
    char *name = NULL;
    char *header = NULL;
    unsigned char *der = NULL;
    long length = 0;
    if (bio == NULL)
        return complain(ENVIRONMENT, "%s: cannot be read: %s", path, strerror(errno));
    while (PEM_read_bio(bio, &name, &header, &der, &length) == 1) {
        const unsigned char *at = der;
        X509 *certificate = strcmp(name, "CERTIFICATE") == 0 ? d2i_X509(NULL, &at, length) : NULL;
        EVP_PKEY *key = certificate != NULL               ? X509_get_pubkey(certificate)
                        : strcmp(name, "PUBLIC KEY") == 0 ? d2i_PUBKEY(NULL, &at, length)
                                                          : NULL;
        anchor_add(anchors, count, key);
        EVP_PKEY_free(key);
        X509_free(certificate);
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(der);
    }
    BIO_free(bio);
    return *count > 0 ? DONE
                      : complain(REFUSED,
                                 "%s: there is no certificate and no public key in "
                                 "PEM in it",
                                 path);
}

struct ground {
    struct given given;
    uint8_t previous[DIGEST];
    char previous_fault[400];
    struct item anchors[MOST_ANCHORS];
};

static int previous_read(const char *path, struct ground *ground)
{
    struct mapped file;
    const char *why = map_file(path, &file);
    if (why != NULL)
        return complain(ENVIRONMENT, "%s: cannot be read: %s", path, why);
    if (last_digest_of(&file, ground->previous, ground->previous_fault,
                       sizeof(ground->previous_fault)))
        ground->given.previous = ground->previous;
    else
        ground->given.previous_fault = ground->previous_fault;
    unmap(&file);
    return DONE;
}

static int ground_open(struct ground *ground, const struct arguments *arguments)
{
    int status = DONE;
    memset(ground, 0, sizeof(*ground));
    ground->given.folder = -1;
    ground->given.no_anchor = arguments->no_anchor;
    if (arguments->inputs != NULL && (ground->given.folder = folder_open(arguments->inputs)) < 0)
        return complain(ENVIRONMENT, "%s: the folder cannot be opened: %s", arguments->inputs,
                        strerror(errno));
    if (arguments->anchor != NULL) {
        status = anchors_read(arguments->anchor, ground->anchors, &ground->given.anchor_count);
        ground->given.anchors = ground->anchors;
    }
    if (status == DONE && arguments->previous != NULL)
        status = previous_read(arguments->previous, ground);
    return status;
}

static void ground_close(struct ground *ground)
{
    for (size_t i = 0; i < ground->given.anchor_count; i++)
        OPENSSL_free((void *)ground->anchors[i].octets);
    if (ground->given.folder >= 0)
        close(ground->given.folder);
}

/* The first fault, for standard error; without one it is the anchor that is missing. */
static int refuse(const char *name, const struct verification *v)
{
    for (size_t i = 0; i < CHECKS; i++)
        if (v->outcomes[i].status == FAULTY)
            return complain(REFUSED, "%s: %s: %s", name, check_names[i], v->outcomes[i].sentence);
    return complain(REFUSED,
                    "%s: true to itself, but its ceremony key is not known, and anybody can make "
                    "such a transcript; give --anchor, or --no-anchor if that is enough",
                    name);
}

/* ---- the commands ---- */

/*
 * Verifies one file, and leaves its last digest as what the next one must follow. Nothing is
 * printed, `between` neither, of a file that cannot be read.
 */
static int verify_one(const char *name, struct ground *ground, bool json, const char *between)
{
    struct mapped file;
    struct verification v;
    const char *why = map_file(name, &file);
    if (why != NULL)
        return complain(ENVIRONMENT, "%s: cannot be read: %s", name, why);
    int status = verify(&v, &file, &ground->given) ? DONE : REFUSED;
    fputs(between, stdout);
    put_verification(stdout, json ? FORM_JSON : FORM_TEXT, name, &v);
    if (status != DONE)
        refuse(name, &v);
    memcpy(ground->previous, v.last_digest, DIGEST);
    ground->given.previous = ground->previous;
    ground->given.previous_fault = v.broken ? "it is broken itself" : NULL;
    verification_free(&v);
    unmap(&file);
    return status;
}

int run_verify(const struct arguments *arguments)
{
    struct ground ground;
    int status = ground_open(&ground, arguments);
    /* Without the ground nothing is verified: neither with less than was asked for. */
    if (status != DONE) {
        ground_close(&ground);
        return status;
    }
    ground.given.rederive = strcmp(arguments->command, "rederive") == 0;
    if (arguments->json)
        fputc('[', stdout);
    for (int i = 0; i < arguments->file_count && status != ENVIRONMENT; i++) {
        const char *between = i == 0 ? "" : arguments->json ? ",\n" : "\n";
        int one = verify_one(arguments->files[i], &ground, arguments->json, between);
        status = one > status ? one : status;
    }
    if (arguments->json)
        fputs("]\n", stdout);
    ground_close(&ground);
    return status;
}

int run_show(const struct arguments *arguments)
{
    const char *name = arguments->files[0];
    struct mapped file;
    struct entry entry;
    const char *why = map_file(name, &file);
    int status = DONE;
    if (why != NULL)
        return complain(ENVIRONMENT, "%s: cannot be read: %s", name, why);
    struct reader reader = {.octets = file.octets, .length = file.length};
    if (arguments->json)
        fputc('[', stdout);
    for (const char *between = ""; status == DONE && reader.at < reader.length;) {
        if (!entry_read(&reader, &entry)) {
            status = complain(REFUSED, "%s: there is no entry at octet %zu: %s", name, reader.at,
                              reader.fault);
            break;
        }
        fputs(between, stdout);
        put_entry(stdout, arguments->json ? FORM_JSON : FORM_TEXT, &entry);
        between = arguments->json ? ",\n" : "\n";
    }
    if (arguments->json)
        fputs("]\n", stdout);
    if (status == DONE && file.length == 0)
        status = complain(REFUSED, "%s: there is nothing in the file", name);
    unmap(&file);
    return status;
}

/* A page is whole under its name, or not there; what is there is not overwritten. */
static int page_write(const char *path, const char *name, const struct mapped *file,
                      const struct verification *v)
{
    char *made = NULL;
    if (asprintf(&made, "%s.XXXXXX", path) < 0)
        return complain(ENVIRONMENT, "no memory");
    int fd = mkstemp(made);
    FILE *page = fd < 0 ? NULL : fdopen(fd, "w");
    bool ok = page != NULL && fchmod(fd, 0644) == 0;
    if (page != NULL) {
        put_report(page, name, file, v);
        ok = ok && fflush(page) == 0 && fsync(fd) == 0;
        ok = fclose(page) == 0 && ok;
    }
    ok = ok && link(made, path) == 0;
    int status = ok ? DONE
                    : complain(errno == EEXIST ? REFUSED : ENVIRONMENT,
                               "%s: the page cannot be written: %s", path, strerror(errno));
    if (fd >= 0)
        unlink(made);
    free(made);
    return status;
}

int run_report(const struct arguments *arguments)
{
    struct ground ground;
    struct mapped file;
    struct verification v;
    const char *name = arguments->files[0];
    int status = ground_open(&ground, arguments);
    const char *why = status == DONE ? map_file(name, &file) : NULL;
    if (why != NULL)
        status = complain(ENVIRONMENT, "%s: cannot be read: %s", name, why);
    if (status == DONE) {
        bool good = verify(&v, &file, &ground.given);
        status = page_write(arguments->out, name, &file, &v);
        if (status == DONE && !good)
            status = refuse(name, &v);
        verification_free(&v);
        unmap(&file);
    }
    ground_close(&ground);
    return status;
}
