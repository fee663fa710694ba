/* SPDX-License-Identifier: Apache-2.0 */
/* What a process has registered its children have too. */
#include "cases.h"

#include <sys/wait.h>
#include <unistd.h>

/* A child prints the extension once it has loaded the module, which was or was not loaded before.
 */
static void check_child(int loaded_before)
{
    pid_t child = fork();
    check(child >= 0);
    if (child == 0) {
        if (loaded_before)
            check_worked_example();
        load(NULL);
        check_worked_example();
        _exit(0);
    }
    int status = -1;
    check(waitpid(child, &status, 0) == child);
    check(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void loaded_before_the_fork(void)
{
    load_module();
    check_child(1);
    check_worked_example();
}

static void unloaded_before_the_fork(void)
{
    check(OSSL_PROVIDER_unload(load(NULL)));
    check_child(1);
}

/* Parent and child register each for itself. */
static void loaded_after_the_fork(void)
{
    check_child(0);
    load_module();
    check_worked_example();
    check_child(1);
}

static const struct test_case cases[] = {
    {"a child prints the extension, and loads the module once more", loaded_before_the_fork},
    {"the same with the module unloaded before the fork", unloaded_before_the_fork},
    {"child and parent load it after the fork", loaded_after_the_fork},
};

int main(void)
{
    return run_cases(cases, sizeof(cases) / sizeof(*cases));
}
