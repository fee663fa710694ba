/* SPDX-License-Identifier: Apache-2.0 */
/* `TNAuthList = file:PATH`: text and DER, and what is no ordinary file. */
#include "cases.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/objects.h>

#include "hex.h"
#include "jwt_claim_constraints.h"

#define WORKED_EXAMPLE                                                                             \
    "302ba00616043730394aa1123010160b3132313535353530313030020164a20d160b3132313535353531323132"

static void check_octets(X509_EXTENSION *extension, const char *hex)
{
    unsigned char wanted[256];
    size_t length = from_hex(hex, wanted, sizeof(wanted));
    const ASN1_OCTET_STRING *octets = X509_EXTENSION_get_data(extension);
    check((size_t)ASN1_STRING_length(octets) == length);
    check(memcmp(ASN1_STRING_get0_data(octets), wanted, length) == 0);
}

/* A file of the test, removed by the caller. */
static void write_file(char *path, const void *octets, size_t length)
{
    int file = mkstemp(path);
    FILE *out = file < 0 ? NULL : fdopen(file, "wb");
    check(out != NULL && fwrite(octets, 1, length, out) == length && fclose(out) == 0);
}

/* A file with these octets gives the extension in hex, or is refused with the sentence. */
static void check_file(const void *octets, size_t length, const char *hex, const char *sentence)
{
    char value[] = "file:/tmp/sti-pki-value.XXXXXX";
    char *path = value + strlen("file:");
    write_file(path, octets, length);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, list_nid(), value);
    remove(path);
    if (hex != NULL) {
        check(extension != NULL);
        check_octets(extension, hex);
        X509_EXTENSION_free(extension);
        return;
    }
    check(extension == NULL);
    char named[256];
    snprintf(named, sizeof(named), "%s: %s", path, sentence);
    check_errors_say(named);
}

static void text_and_der(void)
{
    load_module();
    static const char text[] = "; both ends of a range\r\nSPC:709J\r\nTN:12155550100-12155550199\n"
                               "\nTN:12155551212 ; the office";
    unsigned char der[64];
    size_t length = from_hex(WORKED_EXAMPLE, der, sizeof(der));
    check_file(text, strlen(text), WORKED_EXAMPLE, NULL);
    check_file(der, length, WORKED_EXAMPLE, NULL);
    static const char bad_line[] = "SPC:709J\nTN:+12155551212\n";
    check_file(bad_line, strlen(bad_line), NULL, "line 2 column 4: ");
    check_file("\xef\xbb\xbfSPC:709J", 11, NULL, "line 1 column 1: an entry begins with");
    check_file("SPC:7\0 9J", 9, NULL, "line 1 column 6: octet 0x00 cannot stand");
    /* A bad file of DER is named as a bad file of text is. */
    check_file(der, length - 1, NULL, "TNAuthList at byte 1: the length says 43 octets");
    check_file("0", 1, NULL, "TNAuthList at byte 1: the length octet is missing");
}

static void check_not_made(int nid, const char *text, const char *sentence)
{
    check(X509V3_EXT_conf_nid(NULL, NULL, nid, text) == NULL);
    check_errors_say(sentence);
}

static void no_ordinary_file(void)
{
    load_module();
    check_not_made(list_nid(), "file:", "file: without a path");
    check_not_made(list_nid(), "file:/nowhere/list",
                   "/nowhere/list: cannot be opened: No such file or directory");
    check_not_made(list_nid(), "file:/tmp", "/tmp: cannot be read: Is a directory");
    check_not_made(list_nid(), "file:/dev/null", "/dev/null: the list is empty");
}

/* A file without end is read up to the limit, and no further. */
static void without_end(void)
{
    load_module();
    check_not_made(list_nid(), "file:/dev/zero",
                   "/dev/zero: the file is larger than 268435456 octets");
    check_not_made(OBJ_txt2nid(JWT_CLAIM_CONSTRAINTS_OID), "file:/dev/zero",
                   "/dev/zero: the file is larger than 1048576 octets");
}

/* The limit itself is within the limit. */
static void as_large_as_can_be(void)
{
    load_module();
    static const char text[] = "mustInclude:attest ;";
    int nid = OBJ_txt2nid(JWT_CLAIM_CONSTRAINTS_OID);
    for (size_t beyond = 0; beyond < 2; beyond++) {
        char value[] = "file:/tmp/sti-pki-value.XXXXXX";
        char *path = value + strlen("file:");
        size_t size = JWT_CLAIM_MAX_OCTETS + beyond;
        char *octets = malloc(size);
        check(octets != NULL);
        memset(octets, '-', size);
        memcpy(octets, text, strlen(text));
        write_file(path, octets, size);
        free(octets);
        X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
        remove(path);
        check((extension != NULL) == (beyond == 0));
        if (extension != NULL)
            check_octets(extension, "300ca00a30081606617474657374");
        else
            check_errors_say("the file is larger than 1048576 octets");
        X509_EXTENSION_free(extension);
    }
}

/* Writes the worked example in small pieces, in a process of its own. */
static void write_slowly(int file)
{
    static const char *const pieces[] = {"SPC:70", "9J\nTN:1215555", "0100+100,", "TN:12155551212"};
    for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
        usleep(10000);
        if (write(file, pieces[i], strlen(pieces[i])) < 0)
            _exit(1);
    }
    _exit(0);
}

static void check_pipe(const char *value, pid_t writer)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, list_nid(), value);
    check(extension != NULL);
    check_octets(extension, WORKED_EXAMPLE);
    X509_EXTENSION_free(extension);
    int status = -1;
    check(waitpid(writer, &status, 0) == writer && status == 0);
}

/* As a shell makes it of <(command): read until its writer is done. */
static void from_a_pipe(void)
{
    load_module();
    int ends[2];
    char value[64];
    check(pipe(ends) == 0);
    pid_t writer = fork();
    check(writer >= 0);
    if (writer == 0)
        write_slowly(ends[1]);
    close(ends[1]);
    snprintf(value, sizeof(value), "file:/dev/fd/%d", ends[0]);
    check_pipe(value, writer);
    close(ends[0]);
}

/* As every reader does, it waits for a writer. */
static void from_a_named_pipe(void)
{
    load_module();
    char folder[] = "/tmp/sti-pki-value.XXXXXX";
    char value[64];
    char *path = value + strlen("file:");
    check(mkdtemp(folder) != NULL);
    snprintf(value, sizeof(value), "file:%s/pipe", folder);
    check(mkfifo(path, 0600) == 0);
    pid_t writer = fork();
    check(writer >= 0);
    if (writer == 0) {
        usleep(50000);
        write_slowly(open(path, O_WRONLY | O_CLOEXEC));
    }
    check_pipe(value, writer);
    unlink(path);
    rmdir(folder);
}

/*
 * openssl evaluates every value twice, the first time to test it. A pipe cannot be read twice: the
 * test leaves it alone. An ordinary file is read and refused then.
 */
static void tested_first(void)
{
    load_module();
    int ends[2];
    char value[64];
    X509V3_CTX ctx;
    X509V3_set_ctx_test(&ctx);
    check(pipe(ends) == 0 && write(ends[1], "SPC:709J", 8) == 8 && close(ends[1]) == 0);
    snprintf(value, sizeof(value), "file:/dev/fd/%d", ends[0]);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, list_nid(), value);
    check(extension != NULL);
    check_octets(extension, "3000"); /* to be thrown away, and no list if it is not */
    X509_EXTENSION_free(extension);
    extension = X509V3_EXT_conf_nid(NULL, NULL, list_nid(), value);
    check(extension != NULL);
    check_octets(extension, "3008a00616043730394a");
    X509_EXTENSION_free(extension);
    close(ends[0]);
    static const char *const refused[] = {"file:/nowhere/list", "file:/tmp", "file:/proc/version"};
    for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
        check(X509V3_EXT_conf_nid(NULL, &ctx, list_nid(), refused[i]) == NULL);
        check_errors_say(refused[i] + strlen("file:"));
    }
}

static const struct test_case cases[] = {
    {"text and DER; a bad file is named", text_and_der},
    {"no file, a folder, an empty file", no_ordinary_file},
    {"a file without end is refused at the limit", without_end},
    {"a file of the largest size is taken, one octet more is not", as_large_as_can_be},
    {"a pipe is read to its end", from_a_pipe},
    {"a named pipe waits for its writer", from_a_named_pipe},
    {"a value that is tested first does not eat a pipe up", tested_first},
};

int main(void)
{
    return run_cases(cases, sizeof(cases) / sizeof(*cases));
}
