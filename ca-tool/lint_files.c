/* SPDX-License-Identifier: Apache-2.0 */
#include "lint_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "file.h"

/* How deep folders may nest. */
#define MAX_DEPTH 32

/* A certificate of a chain, and what is known of it. */
struct link {
    unsigned char *der; /* NULL: there is none; of libcrypto */
    long length;
    struct lint_subject subject;
    struct sti_error err; /* why it is none */
    bool good;
};

static void link_free(struct link *link)
{
    OPENSSL_free(link->der);
    link->der = NULL;
}

/* True if PEM was read to its end, and not to something that is broken. */
static bool at_the_end(void)
{
    unsigned long error = ERR_peek_last_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

/*
 * The next certificate of a PEM file; other blocks are stepped over. False where there is none:
 * *broken tells whether that is the end.
 */
static bool next_link(BIO *bio, struct link *link, bool *broken)
{
    char *name = NULL;
    char *header = NULL;
    while (PEM_read_bio(bio, &name, &header, &link->der, &link->length) == 1) {
        bool certificate =
            strcmp(name, PEM_STRING_X509) == 0 || strcmp(name, PEM_STRING_X509_OLD) == 0;
        OPENSSL_free(name);
        OPENSSL_free(header);
        if (certificate) {
            sti_error_clear(&link->err);
            link->good =
                lint_subject_read(&link->subject, link->der, (size_t)link->length, &link->err);
            return true;
        }
        link_free(link);
    }
    *broken = !at_the_end();
    ERR_clear_error();
    return false;
}

static void report_link(struct lint_report *report, const struct lint_place *place,
                        struct link *link, const struct link *next)
{
    if (!link->good) {
        lint_report_no_certificate(report, place, &link->err);
        return;
    }
    if (next != NULL && next->good)
        lint_subject_signer(&link->subject, &next->subject);
    lint_report_certificate(report, place, &link->subject);
}

static void no_certificate(struct lint_report *report, struct lint_place *place, const char *why)
{
    struct sti_error err;
    sti_refuse(&err, NULL, "%s", why);
    place->number++;
    place->several = place->number > 1;
    lint_report_no_certificate(report, place, &err);
}

/* One certificate at a time, with the one behind it: its signer, in a chain. */
static bool lint_chain(struct lint_report *report, struct lint_place *place, BIO *bio,
                       size_t length)
{
    struct link links[2] = {{0}, {0}};
    bool broken = false;
    bool more = next_link(bio, &links[0], &broken);
    if (more)
        links[0].subject.published = length;
    for (size_t i = 0; more; i++) {
        struct link *link = &links[i % 2];
        struct link *next = &links[(i + 1) % 2];
        more = next_link(bio, next, &broken);
        place->number = i + 1;
        place->several = i > 0 || more;
        report_link(report, place, link, more ? next : NULL);
        link_free(link);
    }
    return !broken;
}

static void lint_pem(struct lint_report *report, struct lint_place *place, const uint8_t *octets,
                     size_t length)
{
    BIO *bio = BIO_new_mem_buf(octets, (int)length); /* LINT_MAX_OCTETS is below INT_MAX */
    if (bio == NULL)
        no_certificate(report, place, "there is no memory to read it");
    else if (!lint_chain(report, place, bio, length))
        no_certificate(report, place, "a block of PEM is broken (RFC 7468 section 3)");
    else if (place->number == 0)
        no_certificate(report, place, "holds no certificate, neither in PEM nor in DER");
    BIO_free(bio);
}

static void lint_der(struct lint_report *report, struct lint_place *place, const uint8_t *octets,
                     size_t length)
{
    static struct lint_subject subject; /* large, and there is one at a time */
    struct sti_error err;
    sti_error_clear(&err);
    place->number = 1;
    if (lint_subject_read(&subject, octets, length, &err))
        lint_report_certificate(report, place, &subject);
    else
        lint_report_no_certificate(report, place, &err);
}

static void lint_file(struct lint_report *report, const char *path)
{
    struct lint_place place = {.file = strcmp(path, "-") == 0 ? "standard input" : path};
    uint8_t *octets = NULL;
    size_t length = 0;
    struct sti_error err;
    sti_error_clear(&err);
    lint_report_progress(report);
    if (!file_read(path, LINT_MAX_OCTETS, &octets, &length, &err)) {
        if (err.code == STI_REFUSED) { /* too large: the file can be read, but is none */
            err.source[0] = '\0';
            report->files++;
            lint_report_no_certificate(report, &place, &err);
        } else {
            lint_report_unreadable(report, &err);
        }
        return;
    }
    report->files++;
    if (length > 0 && octets[0] == 0x30)
        lint_der(report, &place, octets, length);
    else
        lint_pem(report, &place, octets, length);
    free(octets);
}

static void unreadable(struct lint_report *report, const char *path, const char *why)
{
    struct sti_error err;
    sti_fail(&err, "cannot be read: %s", why);
    sti_error_in(&err, path);
    lint_report_unreadable(report, &err);
}

static void lint_any_path(struct lint_report *report, const char *path, int depth);

static void lint_folder(struct lint_report *report, const char *path, int depth)
{
    DIR *folder = depth == MAX_DEPTH ? NULL : opendir(path);
    if (folder == NULL) {
        unreadable(report, path,
                   depth == MAX_DEPTH ? "folders nest deeper than 32 levels" : strerror(errno));
        return;
    }
    struct dirent *entry;
    errno = 0;
    while ((entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char *inside = file_beside(path, entry->d_name);
        if (inside == NULL)
            unreadable(report, path, "no memory for the name of a file in it");
        else
            lint_any_path(report, inside, depth + 1);
        free(inside);
        errno = 0;
    }
    if (errno != 0)
        unreadable(report, path, strerror(errno));
    closedir(folder);
}

/*
 * A link inside of a folder is followed to a file but not to a folder, so that no folder is met
 * twice; what is neither file nor folder there is left alone.
 */
static void lint_any_path(struct lint_report *report, const char *path, int depth)
{
    struct stat there;
    struct stat itself;
    if (stat(path, &there) != 0) {
        unreadable(report, path, strerror(errno));
        return;
    }
    bool link = depth > 0 && lstat(path, &itself) == 0 && S_ISLNK(itself.st_mode);
    if (S_ISDIR(there.st_mode) && !link)
        lint_folder(report, path, depth);
    else if (S_ISREG(there.st_mode) || (depth == 0 && !S_ISDIR(there.st_mode)))
        lint_file(report, path);
}

void lint_path(struct lint_report *report, const char *path)
{
    if (strcmp(path, "-") == 0)
        lint_file(report, path);
    else
        lint_any_path(report, path, 0);
}
