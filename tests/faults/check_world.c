/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks at a CA from outside, after an accident: at the files on the disk and at the ledger as an
 * SQLite file, with nothing of sti-ca. Every certificate there is whole and in the ledger, octet
 * for octet; no serial stands for two; no token has more certificates than it may; no file of a run
 * is left behind that the run has not finished.
 *
 * usage: check_world LEDGER FOLDER...
 *
 * Prints a line for each certificate of an end entity that the ledger says was issued: the token's
 * id, and the number of files that have it. Status 0: all is well; 1 if not, with a line for each
 * fault on standard error; 2 if it could not look.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sqlite3.h>

static sqlite3 *ledger;
static int has_log; /* certificates stand in the entries of a log, not in their own rows */
static int faults;

static void fault(const char *file, const char *sentence)
{
    fprintf(stderr, "wrong: %s: %s\n", file, sentence);
    faults++;
}

_Noreturn static void stop(const char *what, const char *why)
{
    fprintf(stderr, "check_world: %s: %s\n", what, why);
    exit(2);
}

static sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(ledger, sql, -1, &statement, NULL) != SQLITE_OK)
        stop(sql, sqlite3_errmsg(ledger));
    return statement;
}

static sqlite3_int64 number_of(const char *sql)
{
    sqlite3_stmt *statement = prepare(sql);
    if (sqlite3_step(statement) != SQLITE_ROW)
        stop(sql, sqlite3_errmsg(ledger));
    sqlite3_int64 number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

/* ---- the files ---- */

/* The serials seen, with their octets: one serial, one certificate. */
struct seen {
    char *serial;
    unsigned char *der;
    int length;
    int files;
    struct seen *next;
};
static struct seen *all;

static struct seen *remember(const char *file, const char *serial, const unsigned char *der,
                             int length)
{
    for (struct seen *one = all; one != NULL; one = one->next) {
        if (strcmp(one->serial, serial) != 0)
            continue;
        if (one->length != length || memcmp(one->der, der, (size_t)length) != 0)
            fault(file, "its serial is that of another certificate");
        one->files++;
        return one;
    }
    struct seen *one = calloc(1, sizeof(*one));
    if (one == NULL || (one->serial = strdup(serial)) == NULL ||
        (one->der = malloc((size_t)length)) == NULL)
        stop(file, "no memory");
    memcpy(one->der, der, (size_t)length);
    one->length = length;
    one->files = 1;
    one->next = all;
    all = one;
    return one;
}

/* The row says that it was issued, and these octets stand where the certificate is kept. */
static void check_known(const char *file, const char *serial, const unsigned char *der, int length)
{
    sqlite3_stmt *row =
        prepare(has_log ? "SELECT 1 FROM certificate JOIN entry ON entry.number = ended"
                          " WHERE serial = ?1 AND state = 'issued' AND instr(body, ?2) > 0"
                        : "SELECT 1 FROM certificate"
                          " WHERE serial = ?1 AND state = 'issued' AND certificate = ?2");
    sqlite3_bind_text(row, 1, serial, -1, SQLITE_STATIC);
    sqlite3_bind_blob(row, 2, der, length, SQLITE_STATIC);
    int answer = sqlite3_step(row);
    if (answer == SQLITE_DONE)
        fault(file, "the ledger does not have this certificate as issued");
    else if (answer != SQLITE_ROW)
        stop(file, sqlite3_errmsg(ledger));
    sqlite3_finalize(row);
}

static char *serial_of(X509 *certificate)
{
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), NULL);
    char *hex = number == NULL ? NULL : BN_bn2hex(number);
    BN_free(number);
    if (hex == NULL)
        stop("serial", "no memory");
    return hex;
}

/* A file of certificates is its PEM blocks and nothing else. */
static void check_certificates(const char *file)
{
    BIO *in = BIO_new_file(file, "r");
    BIO *again = BIO_new(BIO_s_mem());
    if (in == NULL || again == NULL)
        stop(file, "cannot be read");
    X509 *certificate;
    int number = 0;
    while ((certificate = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL) {
        unsigned char *der = NULL;
        int length = i2d_X509(certificate, &der);
        char *serial = serial_of(certificate);
        remember(file, serial, der, length);
        check_known(file, serial, der, length);
        PEM_write_bio_X509(again, certificate);
        OPENSSL_free(serial);
        OPENSSL_free(der);
        X509_free(certificate);
        number++;
    }
    ERR_clear_error();
    char *text = NULL;
    long wanted = BIO_get_mem_data(again, &text);
    if (number == 0 || BIO_seek(in, 0) < 0) {
        fault(file, "holds no whole certificate");
    } else {
        char *whole = malloc((size_t)wanted + 2);
        int got = whole == NULL ? -1 : BIO_read(in, whole, (int)wanted + 2);
        if (got != wanted || memcmp(whole, text, (size_t)wanted) != 0)
            fault(file, "has more or less than its certificates");
        free(whole);
    }
    BIO_free(in);
    BIO_free(again);
}

static int ends(const char *name, const char *suffix)
{
    size_t length = strlen(name);
    size_t tail = strlen(suffix);
    return length >= tail && strcmp(name + length - tail, suffix) == 0;
}

/* What a run of sti-ca makes under another name first: an output file, a ledger; and what SQLite
 * needs for undoing a run that was killed. */
static void check_folder(const char *folder)
{
    char path[4096];
    DIR *open = opendir(folder);
    if (open == NULL)
        stop(folder, "cannot be opened");
    for (struct dirent *entry = readdir(open); entry != NULL; entry = readdir(open)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] == '.' || strstr(entry->d_name, ".new-") != NULL ||
            ends(entry->d_name, "-journal"))
            fault(path, "a file that a run has not finished");
        else if (ends(entry->d_name, ".pem"))
            check_certificates(path);
    }
    closedir(open);
}

/* ---- the ledger ---- */

static void check_ledger(const char *file)
{
    sqlite3_stmt *statement = prepare("PRAGMA integrity_check");
    if (sqlite3_step(statement) != SQLITE_ROW ||
        strcmp((const char *)sqlite3_column_text(statement, 0), "ok") != 0)
        fault(file, "SQLite finds it damaged");
    sqlite3_finalize(statement);
    if (number_of("SELECT count(*) - count(DISTINCT serial) FROM certificate") != 0)
        fault(file, "a serial stands there twice");
    if (number_of("SELECT count(*) FROM certificate WHERE state = 'intended'") != 0)
        fault(file, "an intent has no end");
    if (number_of("SELECT count(*) FROM (SELECT jti, signer, max(token_limit) AS most, count(*) AS"
                  " uses FROM certificate WHERE jti IS NOT NULL AND state = 'issued'"
                  " GROUP BY jti, signer) WHERE most >= 0 AND uses > most") != 0)
        fault(file, "a token has more certificates than it may");
    if (number_of("SELECT count(*) FROM certificate WHERE state = 'issued' AND jti IS NOT NULL AND"
                  " NOT EXISTS(SELECT 1 FROM token_use WHERE token_use.serial = "
                  "certificate.serial)") != 0 ||
        number_of("SELECT count(*) FROM token_use WHERE NOT EXISTS(SELECT 1 FROM certificate WHERE"
                  " certificate.serial = token_use.serial AND state = 'issued')") != 0)
        fault(file, "the tokens used are not those of the certificates");
}

/* Every issued certificate is in a file, at the end of the day. */
static void print_set(void)
{
    sqlite3_stmt *statement = prepare("SELECT serial, jti FROM certificate WHERE state = 'issued'"
                                      " AND jti IS NOT NULL ORDER BY jti, serial");
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *serial = (const char *)sqlite3_column_text(statement, 0);
        int files = 0;
        for (struct seen *one = all; one != NULL; one = one->next)
            files += strcmp(one->serial, serial) == 0 ? one->files : 0;
        printf("%s %d\n", (const char *)sqlite3_column_text(statement, 1), files);
    }
    sqlite3_finalize(statement);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: check_world LEDGER FOLDER...\n");
        return 2;
    }
    if (sqlite3_open_v2(argv[1], &ledger, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        stop(argv[1], sqlite3_errmsg(ledger));
    has_log = number_of("SELECT count(*) FROM sqlite_master WHERE name = 'entry'") != 0;
    check_ledger(argv[1]);
    for (int i = 2; i < argc; i++)
        check_folder(argv[i]);
    print_set();
    sqlite3_close(ledger);
    while (all != NULL) {
        struct seen *one = all;
        all = one->next;
        free(one->serial);
        free(one->der);
        free(one);
    }
    return faults == 0 ? 0 : 1;
}
