/* SPDX-License-Identifier: Apache-2.0 */
#include "provider_files.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "commands.h"

/* The list all programs measure with. */
#define SEED 1

/* ---- the folder with all the files ---- */

static char folder[] = "/tmp/bench-provider-XXXXXX";

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static void leave_folder(void)
{
    if (chdir("/") == 0)
        (void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void enter_folder(void)
{
    bench_require(mkdtemp(folder) != NULL && chdir(folder) == 0, "no folder under /tmp");
    atexit(leave_folder);
}

static FILE *new_file(const char *path)
{
    FILE *file = fopen(path, "w");
    bench_require(file != NULL, "a file cannot be made");
    return file;
}

static void close_file(FILE *file)
{
    bench_require(!ferror(file) && fclose(file) == 0, "a file cannot be written");
}

static void write_file(const char *path, const char *text)
{
    FILE *file = new_file(path);
    fputs(text, file);
    close_file(file);
}

/* The modules' paths come from meson. */
static void write_configurations(void)
{
    write_file("default.cnf", "openssl_conf = init\n[init]\nproviders = list\n"
                              "[list]\ndefault = on\n[on]\nactivate = 1\n");
    write_file("ours.cnf", "openssl_conf = init\n[init]\nproviders = list\n"
                           "[list]\ndefault = on\ntnauthlist = module\n[on]\nactivate = 1\n"
                           "[module]\nmodule = " TNAUTHLIST_MODULE "\nactivate = 1\n");
    write_file("templates.cnf", "openssl_conf = init\n[init]\nproviders = list\n"
                                "[list]\ndefault = on\ntemplates = module\n[on]\nactivate = 1\n"
                                "[module]\nmodule = " TEMPLATES_MODULE "\nactivate = 1\n");
    write_file("conf-module.cnf", "openssl_conf = init\n[init]\ntnauthlist = module\n"
                                  "[module]\npath = " TNAUTHLIST_MODULE "\n");
}

/* ---- lists, certificates and configurations of one size ---- */

#define REQUEST                                                                                    \
    "[req]\ndistinguished_name = dn\nprompt = no\nreq_extensions = ext\n"                          \
    "x509_extensions = ext\n[dn]\nCN = bench\n[ext]\n"

static void write_lines(const struct tnauthlist *list)
{
    char text[TNAUTHLIST_ENTRY_TEXT];
    FILE *lines = new_file("list.txt");
    FILE *value = new_file("value.cnf");
    FILE *section = new_file("section.cnf");
    fputs(REQUEST "TNAuthList = ", value);
    fputs(REQUEST "TNAuthList = @list\n[list]\n", section);
    for (size_t i = 0; i < list->count; i++) {
        tnauthlist_entry_text(list, i, text, sizeof(text));
        fprintf(lines, "%s\n", text);
        fprintf(value, "%s%s", i == 0 ? "" : ",", text);
        fprintf(section, "TN.%zu = %s\n", i, text + strlen("TN:"));
    }
    fputs("\n", value);
    close_file(lines);
    close_file(value);
    close_file(section);
}

static void write_hex(const struct bench_list *list)
{
    FILE *hex = new_file("hex.cnf");
    fputs(REQUEST TNAUTHLIST_OID " = DER:", hex);
    for (size_t i = 0; i < list->length; i++)
        fprintf(hex, "%02x", list->der[i]);
    fputs("\n", hex);
    close_file(hex);
}

/* For bench_in_child(): the files with a list. */
static void write_list(int out, void *argument)
{
    const size_t *entries = argument;
    struct bench_list octets = bench_list_mixed(*entries, SEED);
    struct tnauthlist list;
    bench_require(tnauthlist_decode(&list, octets.der, octets.length, NULL, NULL), "a bad list");
    write_lines(&list);
    write_hex(&octets);
    bench_send(out, &octets.length, sizeof(octets.length));
}

static void make_key(void)
{
    static const struct command make = {"",
                                        "default.cnf",
                                        {"openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                                         "ec_paramgen_curve:P-256", "-out", "key.pem"}};
    command_run(&make, "/dev/null");
}

void files_make(size_t entries)
{
    static const struct command make = {"",
                                        "ours.cnf",
                                        {"openssl", "req", "-x509", "-new", "-key", "key.pem",
                                         "-config", "file.cnf", "-out", "cert.pem"}};
    static const struct command convert = {
        "",
        "default.cnf",
        {"openssl", "x509", "-in", "cert.pem", "-outform", "DER", "-out", "cert.der"}};
    size_t length;
    bench_in_child(write_list, &entries, &length, sizeof(length));
    write_file("file.cnf", REQUEST "TNAuthList = file:list.txt\n");
    command_run(&make, "/dev/null");
    command_run(&convert, "/dev/null");
}

void files_begin(void)
{
    enter_folder();
    write_configurations();
    make_key();
}
