/* SPDX-License-Identifier: Apache-2.0 */
/* Files in with a limit; files out whole or not at all. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"
#include "test_token_kit.h"
#include "test_tool_kit.h"

#define TAKEN "exists already and is not overwritten; choose another name, or give --force"

/* ---- file_read ---- */

static void read_refused(const char *path, size_t limit, enum sti_code code, const char *sentence)
{
    uint8_t *octets = NULL;
    size_t length = 0;
    struct sti_error err;
    assert_false(file_read(path, limit, &octets, &length, &err));
    kit_check_error(&err, code, "", sentence, NULL);
    assert_string_equal(err.source, path);
    assert_false(file_read(path, limit, &octets, &length, NULL));
    assert_null(octets);
}

static void reads_up_to_the_limit(void **state)
{
    (void)state;
    static char many[100000];
    uint8_t *octets;
    size_t length;
    memset(many, 'x', sizeof(many));
    const char *path = file_with("in", many, sizeof(many));
    assert_true(file_read(path, sizeof(many), &octets, &length, NULL));
    assert_int_equal(length, sizeof(many));
    assert_memory_equal(octets, many, sizeof(many));
    assert_int_equal(octets[length], 0); /* a NUL that is not counted */
    free(octets);
    read_refused(path, sizeof(many) - 1, STI_REFUSED,
                 "has more than 99999 octets, the most that is read here");
    read_refused(path, 0, STI_REFUSED, "has more than 0 octets");
}

/* Lengths around the sizes of the buffer. */
static void reads_every_length(void **state)
{
    (void)state;
    static char many[70000];
    static const size_t lengths[] = {0, 1, 16383, 16384, 16385, 32767, 32768, 32769, 65536};
    memset(many, 'y', sizeof(many));
    for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
        uint8_t *octets;
        size_t length;
        const char *path = file_with("in", many, lengths[i]);
        assert_true(file_read(path, lengths[i], &octets, &length, NULL));
        assert_int_equal(length, lengths[i]);
        assert_memory_equal(octets, many, length);
        assert_int_equal(octets[length], 0);
        free(octets);
    }
}

static void refuses_what_cannot_be_read(void **state)
{
    (void)state;
    read_refused(in_folder("nothing"), 10, STI_ENVIRONMENT,
                 "cannot be opened: No such file or directory");
    read_refused(folder, 10, STI_ENVIRONMENT, "cannot be read: Is a directory");
    read_refused("", 10, STI_ENVIRONMENT, "cannot be opened");
}

static void reads_standard_input(void **state)
{
    (void)state;
    uint8_t *octets = NULL;
    size_t length = 0;
    struct sti_error err;
    int before = dup(STDIN_FILENO);
    assert_non_null(freopen(file_with_text("in", "hello"), "rb", stdin));
    bool ok = file_read("-", 5, &octets, &length, NULL);
    rewind(stdin);
    bool refused = !file_read("-", 4, &octets, &length, &err);
    assert_true(dup2(before, STDIN_FILENO) == STDIN_FILENO); /* it is not closed by the reading */
    close(before);
    assert_true(ok);
    assert_int_equal(length, 5);
    assert_memory_equal(octets, "hello", 6);
    assert_true(refused);
    assert_string_equal(err.source, "standard input");
    free(octets);
}

static void joins_paths(void **state)
{
    (void)state;
    static const struct {
        const char *directory;
        const char *path;
        const char *joined;
    } rows[] = {{"/etc", "a.pem", "/etc/a.pem"},
                {"/etc", "/b/a.pem", "/b/a.pem"},
                {NULL, "a.pem", "a.pem"},
                {"/", "a.pem", "/a.pem"},
                {"sub", "../a.pem", "sub/../a.pem"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char *joined = file_beside(rows[i].directory, rows[i].path);
        assert_string_equal(joined, rows[i].joined);
        free(joined);
    }
}

static void tells_the_folder_of_a_path(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        const char *folder;
    } rows[] = {{"a.pem", NULL}, {"/a.pem", "/"}, {"sub/a.pem", "sub"}, {"/etc/x/a", "/etc/x"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char *found = NULL;
        assert_true(file_folder(rows[i].path, &found));
        if (rows[i].folder == NULL)
            assert_null(found);
        else
            assert_string_equal(found, rows[i].folder);
        free(found);
    }
}

/* ---- file_out ---- */

static void begin_refused(const char *path, bool force, const char *sentence)
{
    struct sti_error err;
    assert_null(file_out_begin(path, force, &err));
    kit_check_error(&err, STI_ENVIRONMENT, "", sentence, NULL);
    assert_int_equal(strncmp(err.source, path, sizeof(err.source) - 1), 0); /* may be cut */
    assert_null(file_out_begin(path, force, NULL));
}

static struct file_out *begin(const char *path, bool force)
{
    struct sti_error err;
    sti_error_clear(&err);
    struct file_out *out = file_out_begin(path, force, &err);
    if (out == NULL)
        fail_msg("%s: %s", path, err.sentence);
    return out;
}

static void is_there_whole_or_not_at_all(void **state)
{
    (void)state;
    struct stat there;
    const char *path = in_folder("out.pem");
    mode_t before = umask(077);
    struct file_out *out = begin(path, false);
    assert_int_equal(access(path, F_OK), -1); /* the name is not given before it is whole */
    /* Nothing would be left of a process that is killed now; a USB stick does not know how. */
    int nameless = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    assert_int_equal(names_in_folder(), nameless < 0 ? 1 : 0);
    if (nameless >= 0)
        close(nameless);
    assert_true(file_out_commit(out, "whole", 5, NULL));
    umask(before);
    file_holds(path, "whole");
    assert_int_equal(names_in_folder(), 1);
    assert_int_equal(stat(path, &there), 0);
    assert_int_equal(there.st_mode & 07777, 0644); /* others may read it, whatever the umask is */
    assert_int_equal(there.st_nlink, 1);
}

static void writes_an_empty_file(void **state)
{
    (void)state;
    struct file_out *out = begin(in_folder("out"), false);
    assert_true(file_out_commit(out, "", 0, NULL));
    file_holds(in_folder("out"), "");
}

static void leaves_nothing_when_abandoned(void **state)
{
    (void)state;
    struct file_out *out = begin(in_folder("out"), false);
    file_out_abandon(out);
    assert_int_equal(names_in_folder(), 0);
    file_out_abandon(NULL);
    file_with_text("old", "old");
    file_out_abandon(begin(in_folder("old"), true));
    file_holds(in_folder("old"), "old");
    assert_int_equal(names_in_folder(), 1);
}

static void never_overwrites_unasked(void **state)
{
    (void)state;
    const char *path = file_with_text("old", "old");
    begin_refused(path, false, TAKEN);
    file_holds(path, "old");
    assert_int_equal(names_in_folder(), 1);
}

/* The file appears while the HSM signs. */
static void never_overwrites_what_appears_later(void **state)
{
    (void)state;
    struct sti_error err;
    const char *path = in_folder("out");
    struct file_out *out = begin(path, false);
    file_with_text("out", "other");
    assert_false(file_out_commit(out, "mine", 4, &err));
    kit_check_error(&err, STI_ENVIRONMENT, "", TAKEN, NULL);
    assert_string_equal(err.source, path);
    file_holds(path, "other");
    assert_int_equal(names_in_folder(), 1);
}

static void overwrites_with_force(void **state)
{
    (void)state;
    const char *path = file_with_text("old", "a longer text than the new one");
    struct file_out *out = begin(path, true);
    file_holds(path, "a longer text than the new one"); /* until the new one is whole */
    assert_true(file_out_commit(out, "new", 3, NULL));
    file_holds(path, "new");
    assert_int_equal(names_in_folder(), 1);
    assert_true(file_out_commit(begin(in_folder("none"), true), "x", 1, NULL));
    /* The name is taken while the file is made. */
    out = begin(in_folder("late"), true);
    file_with_text("late", "somebody else's");
    assert_true(file_out_commit(out, "mine", 4, NULL));
    file_holds(in_folder("late"), "mine");
    assert_int_equal(names_in_folder(), 3);
}

/* What stands behind a link is never touched; the link itself only with force. */
static void does_not_follow_links(void **state)
{
    (void)state;
    struct stat there;
    const char *victim = file_with_text("victim", "victim");
    const char *path = in_folder("link");
    assert_int_equal(symlink(victim, path), 0);
    begin_refused(path, false, TAKEN);
    assert_true(file_out_commit(begin(path, true), "new", 3, NULL));
    file_holds(victim, "victim");
    assert_int_equal(lstat(path, &there), 0);
    assert_true(S_ISREG(there.st_mode));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink(in_folder("nothing"), path), 0); /* a link to nothing is taken, too */
    begin_refused(path, false, TAKEN);
    struct file_out *out = begin(in_folder("other"), false);
    assert_int_equal(symlink(victim, in_folder("other")), 0);
    assert_false(file_out_commit(out, "x", 1, NULL));
    file_holds(victim, "victim");
}

/* What would only fail after the signature is refused before it. */
static void refuses_a_place_that_cannot_be(void **state)
{
    (void)state;
    char longer[300];
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    begin_refused(in_folder("none/out"), false, "cannot be written: No such file or directory");
    begin_refused(in_folder("none/"), false, "cannot be written: No such file or directory");
    file_with_text("file", "");
    begin_refused(in_folder("file/out"), false, "cannot be written: Not a directory");
    assert_int_equal(mkdir(in_folder("sub"), 0700), 0);
    begin_refused(in_folder("sub"), false, TAKEN);
    for (int force = 0; force < 2; force++) {
        begin_refused("", force, "cannot be written");
        begin_refused(in_folder(longer), force, "cannot be written: File name too long");
    }
    begin_refused(in_folder("sub"), true, "cannot be written: Is a directory");
    begin_refused(in_folder("sub/"), true, "cannot be written: Is a directory");
    assert_int_equal(names_in_folder(), 2);
}

static void refuses_a_folder_that_is_not_writable(void **state)
{
    (void)state;
    if (geteuid() == 0)
        skip(); /* to root, every folder is writable */
    assert_int_equal(mkdir(in_folder("sub"), 0500), 0);
    begin_refused(in_folder("sub/out"), false, "cannot be written: Permission denied");
}

/* A full disk, played by a limit on the size of files. */
static void leaves_nothing_when_the_disk_is_full(void **state)
{
    (void)state;
    static char many[64 * 1024];
    struct sti_error err;
    struct rlimit before;
    file_with_text("old", "old");
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    for (int force = 0; force < 2; force++) {
        const char *path = in_folder(force ? "old" : "out");
        struct file_out *out = begin(path, force);
        struct rlimit small = {1024, before.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        bool ok = file_out_commit(out, many, sizeof(many), &err);
        setrlimit(RLIMIT_FSIZE, &before);
        assert_false(ok);
        kit_check_error(&err, STI_ENVIRONMENT, "", "cannot be written: File too large", NULL);
        assert_string_equal(err.source, path);
        assert_int_equal(names_in_folder(), 1);
        file_holds(in_folder("old"), "old");
    }
    signal(SIGXFSZ, SIG_DFL);
}

/* A name without a slash stands in the current folder. */
static void writes_into_the_current_folder(void **state)
{
    (void)state;
    char before[4096];
    assert_non_null(getcwd(before, sizeof(before)));
    assert_int_equal(chdir(folder), 0);
    bool ok = file_out_commit(begin("out", false), "here", 4, NULL);
    assert_int_equal(chdir(before), 0);
    assert_true(ok);
    file_holds(in_folder("out"), "here");
}

static void writes_many_with_one_wait(void **state)
{
    (void)state;
    struct file_out *outs[3] = {begin(in_folder("a"), false), begin(in_folder("b"), false),
                                begin(in_folder("c"), false)};
    size_t named = 99;
    for (size_t i = 0; i < 3; i++)
        assert_true(file_out_put(outs[i], "abc", i + 1, NULL));
    assert_true(file_out_commit_all(outs, 3, &named, NULL));
    assert_int_equal(named, 3);
    file_holds(in_folder("a"), "a");
    file_holds(in_folder("b"), "ab");
    file_holds(in_folder("c"), "abc");
    assert_int_equal(names_in_folder(), 3);
    assert_true(file_out_commit_all(outs, 0, &named, NULL));
}

/* What comes before a name that somebody has taken is there, what comes after it is not. */
static void writes_as_many_as_it_can(void **state)
{
    (void)state;
    struct file_out *outs[3] = {begin(in_folder("a"), false), begin(in_folder("b"), false),
                                begin(in_folder("c"), false)};
    size_t named = 99;
    struct sti_error err;
    for (size_t i = 0; i < 3; i++)
        assert_true(file_out_put(outs[i], "abc", 3, NULL));
    file_with_text("b", "mine");
    assert_false(file_out_commit_all(outs, 3, &named, &err));
    kit_check_error(&err, STI_ENVIRONMENT, "", TAKEN, NULL);
    assert_int_equal(named, 1);
    file_holds(in_folder("a"), "abc");
    file_holds(in_folder("b"), "mine");
    assert_int_equal(names_in_folder(), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(reads_up_to_the_limit),
        IN_FOLDER(reads_every_length),
        IN_FOLDER(refuses_what_cannot_be_read),
        IN_FOLDER(reads_standard_input),
        cmocka_unit_test(joins_paths),
        cmocka_unit_test(tells_the_folder_of_a_path),
        IN_FOLDER(is_there_whole_or_not_at_all),
        IN_FOLDER(writes_an_empty_file),
        IN_FOLDER(leaves_nothing_when_abandoned),
        IN_FOLDER(never_overwrites_unasked),
        IN_FOLDER(never_overwrites_what_appears_later),
        IN_FOLDER(overwrites_with_force),
        IN_FOLDER(does_not_follow_links),
        IN_FOLDER(refuses_a_place_that_cannot_be),
        IN_FOLDER(refuses_a_folder_that_is_not_writable),
        IN_FOLDER(leaves_nothing_when_the_disk_is_full),
        IN_FOLDER(writes_into_the_current_folder),
        IN_FOLDER(writes_many_with_one_wait),
        IN_FOLDER(writes_as_many_as_it_can),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
