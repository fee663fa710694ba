/* SPDX-License-Identifier: Apache-2.0 */
#include "play.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

void stop(const char *what, const char *why)
{
    fprintf(stderr, "faults: %s: %s\n", what, why);
    exit(2);
}

static void path_of(char path[512], const char *folder, const char *name)
{
    if (snprintf(path, 512, "%s/%s", folder, name) >= 512)
        stop(folder, "too long a path");
}

/* ---- the copy ---- */

static void copy_file(const char *from, const char *to, mode_t mode)
{
    char buffer[65536];
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode & 0777);
    if (in < 0 || out < 0)
        stop(to, strerror(errno));
    ssize_t got = 0;
    while ((got = read(in, buffer, sizeof(buffer))) > 0) {
        if (write(out, buffer, (size_t)got) != got)
            stop(to, strerror(errno));
    }
    if (got < 0)
        stop(from, strerror(errno));
    close(in);
    close(out);
}

static void copy_folder(const char *from, const char *to, unsigned depth)
{
    DIR *folder = opendir(from);
    if (folder == NULL || depth > 4 || mkdir(to, 0700) != 0)
        stop(to, strerror(errno));
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        char source[512];
        char target[512];
        struct stat status;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        path_of(source, from, entry->d_name);
        path_of(target, to, entry->d_name);
        if (stat(source, &status) != 0)
            stop(source, strerror(errno));
        if (S_ISDIR(status.st_mode))
            copy_folder(source, target, depth + 1);
        else
            copy_file(source, target, status.st_mode);
    }
    closedir(folder);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
    (void)status, (void)type, (void)ftw;
    return remove(path);
}

static void copy_world(const struct stage *stage, const struct story *story)
{
    char path[512];
    nftw(stage->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    copy_folder(stage->world, stage->folder, 0);
    if (story->out == NULL)
        return;
    path_of(path, stage->folder, story->out);
    unlink(path);
}

void stage_make(struct stage *stage, const char *outside, unsigned number)
{
    char path[512];
    snprintf(stage->outside, sizeof(stage->outside), "%s/%u", outside, number);
    snprintf(stage->folder, sizeof(stage->folder), "%s/%u/world", outside, number);
    if (mkdir(stage->outside, 0700) != 0)
        stop(stage->outside, strerror(errno));
    path_of(path, stage->outside, "softhsm2.conf");
    FILE *file = fopen(path, "we");
    if (file == NULL)
        stop(path, strerror(errno));
    fprintf(file,
            "directories.tokendir = %s/softhsm\nobjectstore.backend = file\nlog.level = ERROR\n",
            stage->folder);
    fclose(file);
}

/* ---- the run ---- */

static void redirect(const struct stage *stage, const char *name, int descriptor)
{
    char path[512];
    path_of(path, stage->outside, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || dup2(fd, descriptor) < 0)
        _exit(120);
    close(fd);
}

static void set(const char *name, const char *value)
{
    if (value == NULL)
        unsetenv(name);
    else
        setenv(name, value, 1);
}

/* In the child. The alarm stays over exec: whatever hangs is ended by it. */
_Noreturn static void become(const struct stage *stage, const struct story *story,
                             const char *fault, const char *log)
{
    char *arguments[16] = {(char *)stage->sti_ca};
    char path[512];
    for (size_t i = 0; story->arguments[i] != NULL; i++)
        arguments[i + 1] = (char *)story->arguments[i];
    path_of(path, stage->outside, "softhsm2.conf");
    set("SOFTHSM2_CONF", path);
    set("P11_FAULTY_MODULE", stage->module);
    set("P11_FAULTY", fault);
    set("P11_FAULTY_LOG", log);
    if (chdir(stage->folder) != 0)
        _exit(121);
    /* A terminal that nobody has open any more is at an end for answer(). */
    if (story->answer != NULL && dup(STDIN_FILENO) < 0)
        _exit(124);
    redirect(stage, "out", STDOUT_FILENO);
    redirect(stage, "err", STDERR_FILENO);
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0)
        _exit(122);
    alarm(SECONDS_MAX);
    execv(arguments[0], arguments);
    _exit(123);
}

/* A person who reads what the terminal shows, and answers the question once. */
static void answer(int terminal, const char *text)
{
    char screen[8192];
    size_t length = 0;
    bool answered = false;
    ssize_t got = 0;
    while (length + 1 < sizeof(screen) &&
           (got = read(terminal, screen + length, sizeof(screen) - 1 - length)) > 0) {
        length += (size_t)got;
        screen[length] = '\0';
        if (answered || strstr(screen, "to destroy it: ") == NULL)
            continue;
        if (write(terminal, text, strlen(text)) < 0)
            stop("terminal", strerror(errno));
        answered = true;
    }
}

static void read_output(const struct stage *stage, const char *name, char text[OUTPUT_MAX + 1])
{
    char path[512];
    path_of(path, stage->outside, name);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        stop(path, strerror(errno));
    text[fread(text, 1, OUTPUT_MAX, file)] = '\0';
    fclose(file);
}

void play(const struct stage *stage, const struct story *story, const char *fault, const char *log,
          struct ending *ending)
{
    int terminal = -1;
    int status = 0;
    copy_world(stage, story);
    fflush(NULL);
    pid_t child = story->answer == NULL ? fork() : forkpty(&terminal, NULL, NULL, NULL);
    if (child < 0)
        stop("fork", strerror(errno));
    if (child == 0) {
        if (story->answer == NULL)
            setsid(); /* no terminal, on which a PIN could be asked for */
        become(stage, story, fault, log);
    }
    if (terminal >= 0) {
        answer(terminal, story->answer);
        close(terminal);
    }
    if (waitpid(child, &status, 0) != child)
        stop("waitpid", strerror(errno));
    ending->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ending->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    read_output(stage, "out", ending->out);
    read_output(stage, "err", ending->err);
}
