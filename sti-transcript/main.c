/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sti-transcript: verifies the transcript of a ceremony of the CA, and shows it. A program for
 * auditors: this folder, libcbor and libcrypto are all there is to it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "commands.h"

static const char program_help[] =
    "usage: sti-transcript COMMAND [OPTION...]\n"
    "\n"
    "Verifies and shows transcripts of the ceremonies of a CA: what was read, who\n"
    "approved, what was signed with which key. It asks neither the CA's programs nor\n"
    "a network.\n"
    "\n"
    "commands:\n"
    "  verify    say check by check whether a transcript is what happened\n"
    "  show      print the entries of a transcript\n"
    "  rederive  compare a transcript with the plan and the inputs of the archive\n"
    "  report    write a transcript with its verification as a page to be printed\n"
    "\n"
    "`sti-transcript COMMAND --help` explains a command.\n"
    "Exit status: 0 done, 1 refused, 2 wrong usage, 3 the environment failed.\n";

#define OPTION_PREVIOUS                                                                            \
    "  --previous FILE  the transcript of the ceremony before the (first) FILE\n"
#define OPTION_INPUTS "  --inputs DIR     the folder with the files that were read and written\n"
#define OPTION_ANCHOR                                                                              \
    "  --anchor FILE    public keys or certificates in PEM, known from elsewhere: one\n"           \
    "                   of them must have signed the end\n"                                        \
    "  --no-anchor      do without: true to itself is enough\n"
#define OPTION_JSON "  --json           print JSON instead of lines\n"
#define OPTION_HELP "  --help           print this\n"

enum {
    TAKES_PREVIOUS = 1,
    TAKES_INPUTS = 2,
    TAKES_ANCHOR = 4,
    TAKES_JSON = 8,
    TAKES_OUT = 16,
    TAKES_MANY = 32,
    NEEDS_INPUTS = 64
};

static const struct command {
    const char *name;
    int takes;
    int (*run)(const struct arguments *arguments);
    const char *help;
} commands[] = {
    {"verify", TAKES_PREVIOUS | TAKES_INPUTS | TAKES_ANCHOR | TAKES_JSON | TAKES_MANY, run_verify,
     "usage: sti-transcript verify FILE... [OPTION...]\n"
     "\n"
     "Reads a transcript from begin to end and prints a line for each check: ok,\n"
     "FAILED with the entry and the reason, or not made, for want of a file; then the\n"
     "verdict. Several files are ceremonies one after the other, the oldest first.\n"
     "\n"
     "Without --anchor a transcript is compared with itself alone: who can make keys\n"
     "can make another. Give the ceremony key, or the CA's certificate over it, but\n"
     "not from where the transcript comes from. With neither --anchor nor --no-anchor\n"
     "nothing is called verified, and the exit status is 1.\n"
     "\n"
     "options:\n" OPTION_PREVIOUS OPTION_INPUTS OPTION_ANCHOR OPTION_JSON OPTION_HELP},
    {"show", TAKES_JSON, run_show,
     "usage: sti-transcript show FILE [OPTION...]\n"
     "\n"
     "Prints every entry of a transcript, a block of lines for each. Nothing is\n"
     "verified but the form: see `sti-transcript verify`. JSON has all octets in\n"
     "hexadecimal.\n"
     "\n"
     "options:\n" OPTION_JSON OPTION_HELP},
    {"rederive", TAKES_PREVIOUS | TAKES_INPUTS | TAKES_ANCHOR | TAKES_JSON | NEEDS_INPUTS,
     run_verify,
     "usage: sti-transcript rederive FILE --inputs DIR [OPTION...]\n"
     "\n"
     "Verifies, and compares with the plan: a file of DIR must have the digest that\n"
     "was approved, its approvers must be those of the transcript, every input of the\n"
     "plan must be in DIR and have been read, and every octet string that was to be\n"
     "signed must stand in the plan, which the approvers signed. In the plan, subject,\n"
     "key and TNAuthList must be those of the request's CSR, and issuers the subjects\n"
     "of the certificates of the keys that sign.\n"
     "\n"
     "How the CA came from the inputs to the rest of these octets is not done again:\n"
     "`sti-ca ceremony rederive` does that.\n"
     "\n"
     "options:\n"
     "  --inputs DIR     the folder with the plan, the inputs and the outputs\n" OPTION_PREVIOUS
         OPTION_ANCHOR OPTION_JSON OPTION_HELP},
    {"report", TAKES_PREVIOUS | TAKES_INPUTS | TAKES_ANCHOR | TAKES_OUT, run_report,
     "usage: sti-transcript report FILE --out PAGE [OPTION...]\n"
     "\n"
     "Writes one HTML page with the verification and every entry, for the archive:\n"
     "it needs nothing else, runs nothing, and can be printed. The page is written\n"
     "for a transcript that does not verify too, and says so; the exit status is 1\n"
     "then, as it is without --anchor and --no-anchor.\n"
     "\n"
     "options:\n"
     "  --out PAGE       where the page goes; an existing file is not overwritten\n" OPTION_PREVIOUS
         OPTION_INPUTS OPTION_ANCHOR OPTION_HELP},
};
#define COMMANDS (sizeof(commands) / sizeof(*commands))

/* A sentence in two halves, one of which is a word of the command line. */
static int usage(const char *command, const char *first, const char *second)
{
    return complain(USAGE, "%s%s; see `sti-transcript %s%s--help`", first, second, command,
                    *command == '\0' ? "" : " ");
}

/* The place for the value of an option that the command takes; NULL: there is no such option. */
static const char **value_of(struct arguments *arguments, const struct command *command,
                             const char *name, size_t length)
{
    const struct {
        const char *name;
        int bit;
        const char **value;
    } options[] = {{"--previous", TAKES_PREVIOUS, &arguments->previous},
                   {"--inputs", TAKES_INPUTS, &arguments->inputs},
                   {"--anchor", TAKES_ANCHOR, &arguments->anchor},
                   {"--out", TAKES_OUT, &arguments->out}};
    for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
        if ((command->takes & options[i].bit) != 0 && strlen(options[i].name) == length &&
            strncmp(options[i].name, name, length) == 0)
            return options[i].value;
    return NULL;
}

/* Sorts the words into options and, moved to the front, files. */
static int words_read(struct arguments *arguments, const struct command *command, int count,
                      char **words)
{
    arguments->files = words;
    for (int i = 0; i < count; i++) {
        char *word = words[i];
        size_t length = strcspn(word, "=");
        if (word[0] != '-' || word[1] == '\0') {
            words[arguments->file_count++] = word;
            continue;
        }
        if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
            arguments->help = true;
            return DONE;
        }
        if (strcmp(word, "--json") == 0 && (command->takes & TAKES_JSON) != 0) {
            arguments->json = true;
            continue;
        }
        if (strcmp(word, "--no-anchor") == 0 && (command->takes & TAKES_ANCHOR) != 0) {
            arguments->no_anchor = true;
            continue;
        }
        const char **value = value_of(arguments, command, word, length);
        if (value == NULL)
            return usage(command->name, "there is no option ", word);
        if (*value != NULL)
            return usage(command->name, word, " is given twice");
        if (word[length] == '=')
            *value = word + length + 1;
        else if (i + 1 < count)
            *value = words[++i];
        else
            return usage(command->name, word, " needs a value");
    }
    return DONE;
}

static int run_command(const struct command *command, int count, char **words)
{
    struct arguments arguments = {.command = command->name};
    int status = words_read(&arguments, command, count, words);
    if (status != DONE)
        return status;
    if (arguments.help) {
        fputs(command->help, stdout);
        return DONE;
    }
    if (arguments.file_count == 0)
        return usage(command->name, "FILE", " is missing");
    if (arguments.file_count > 1 && (command->takes & TAKES_MANY) == 0)
        return usage(command->name, arguments.files[1], " is one word too many");
    if ((command->takes & TAKES_OUT) != 0 && arguments.out == NULL)
        return usage(command->name, "--out", " is missing");
    if ((command->takes & NEEDS_INPUTS) != 0 && arguments.inputs == NULL)
        return usage(command->name, "--inputs", " is missing");
    if (arguments.no_anchor && arguments.anchor != NULL)
        return usage(command->name, "--anchor and --no-anchor", " exclude each other");
    return command->run(&arguments);
}

static int run_program(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, word) == 0)
            return run_command(&commands[i], argc - 2, argv + 2);
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        fputs(program_help, stdout);
        return DONE;
    }
    if (strcmp(word, "--version") == 0) {
        puts("sti-transcript " STI_PKI_VERSION);
        return DONE;
    }
    if (*word != '\0')
        return usage("", "there is no command ", word);
    fputs(program_help, stderr);
    return usage("", "a command", " is missing");
}

int main(int argc, char **argv)
{
    /* No openssl.cnf has a say in what is proved here. */
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
    int status = run_program(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout))
        return complain(ENVIRONMENT, "standard output cannot be written: %s", strerror(errno));
    return status;
}
