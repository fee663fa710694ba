/* SPDX-License-Identifier: Apache-2.0 */
/* Work for several threads: each index once, no worker twice at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "parallel.h"
#include "test_token_kit.h"

#define COUNT 5000

struct tally {
    atomic_int times[COUNT];
    atomic_int busy[PARALLEL_MAX];
    atomic_int clashes;
    atomic_size_t highest;
};

static void count_one(void *context, size_t worker, size_t index)
{
    struct tally *tally = context;
    if (atomic_fetch_add(&tally->busy[worker], 1) != 0)
        atomic_fetch_add(&tally->clashes, 1);
    atomic_fetch_add(&tally->times[index], 1);
    if (worker > atomic_load(&tally->highest))
        atomic_store(&tally->highest, worker);
    atomic_fetch_sub(&tally->busy[worker], 1);
}

static void does(size_t workers, size_t count)
{
    struct tally *tally = calloc(1, sizeof(*tally));
    assert_non_null(tally);
    struct parallel *parallel = parallel_begin(workers, count, count_one, tally, NULL);
    assert_non_null(parallel);
    parallel_end(parallel);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(atomic_load(&tally->times[i]), i < count ? 1 : 0);
    assert_int_equal(atomic_load(&tally->clashes), 0);
    assert_true(atomic_load(&tally->highest) < (workers < PARALLEL_MAX ? workers : PARALLEL_MAX));
    free(tally);
}

static void does_each_index_once(void **state)
{
    (void)state;
    does(1, COUNT);
    does(2, COUNT);
    does(7, 3); /* more workers than work */
    does(PARALLEL_MAX + 10, COUNT);
    does(3, 0);
    parallel_end(NULL);
}

static void reads_the_number_of_jobs(void **state)
{
    (void)state;
    static const char *const bad[] = {"",   "0",  "65",  "-1", "+2",
                                      " 2", "2 ", "two", "2x", "99999999999999999999"};
    size_t jobs = 0;
    assert_true(parallel_jobs("1", &jobs, NULL));
    assert_int_equal(jobs, 1);
    assert_true(parallel_jobs("64", &jobs, NULL));
    assert_int_equal(jobs, 64);
    assert_true(parallel_jobs(NULL, &jobs, NULL));
    assert_int_equal(jobs, parallel_cpus());
    assert_true(jobs >= 1 && jobs <= PARALLEL_MAX);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct sti_error err;
        assert_false(parallel_jobs(bad[i], &jobs, &err));
        kit_check_error(&err, STI_USAGE, "", "--jobs is a number from 1 to 64, not \"", NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(does_each_index_once),
        cmocka_unit_test(reads_the_number_of_jobs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
