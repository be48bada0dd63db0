/*
 * The C library's system() while another thread calls setenv() and unsetenv(): the libc without Python.
 *
 * This is the launcher `c-system` of reproduce.py, which starts it, after its own `start` line, with
 * the patterns to go through. Both do the same work and write the same lines; what the words mean is
 * explained there. Build it against the C library in question:
 *
 *     cc -O2 -pthread -o c-system c-system.c
 *
 * Arguments: --name=value for each field of struct options, then one --pattern= for each pattern.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PATTERNS = 32, MAX_THREADS = 64, MAX_STATUSES = 64, DAMAGED = 97 };
enum { EXIT_FAILED = 1, EXIT_PROBLEM = 126 };
enum symptom { SPAWN_ERROR, DAMAGED_ENVIRONMENT, HANG, SYMPTOMS };
static const char *const symptom_names[] = {"spawn-error", "damaged-environment", "hang"};

struct options {
  char mutation[16];
  double seconds;
  long calls;
  int threads;
  bool until_failure;
  bool json;
  double round_seconds;
  double hang_seconds;
  long failure_lines;
  char *check;        /* the command of the children */
  char *back[8];      /* NAME=VALUE of the sentinels that come behind what changes */
  int backs;
};

/* As class Pattern in reproduce.py; pause is in seconds, below 0 for TIGHT; length below 0 is LIKE_ARRAY. */
struct pattern {
  char name[32];
  int variables, length, changes, shorter, block, burst, first, salts;
  double pause;
  long calls, exposed, failures;
};

/* value is NULL for a deletion. */
struct change {
  char *name, *value;
};

struct plan {
  struct change *changes;
  int count, room;
};

static struct options options = {.check = "exit 126", .threads = 8, .seconds = 2,
                                 .round_seconds = 0.04, .hang_seconds = 10, .failure_lines = 100};
static struct pattern patterns[MAX_PATTERNS];
static int pattern_count;
extern char **environ;

/* What is counted of the changes; see class Changes in reproduce.py for what they prove. */
static atomic_long begun, done;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* over everything down to `statuses` */
static struct pattern *pattern;
static long calls, exposed, failures[SYMPTOMS];
static double began, first_failure = -1;
static struct { int status; long count; } statuses[MAX_STATUSES];
static int status_count;
static char problem[32], problem_detail[256];
static atomic_bool stop;
static atomic_long in_flight[MAX_THREADS]; /* which of the thread's calls, 0 between calls */

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_changed = PTHREAD_COND_INITIALIZER;
static int parked;
static atomic_bool gate_open;

static double now(void) {
  struct timespec moment;
  clock_gettime(CLOCK_MONOTONIC, &moment);
  return moment.tv_sec + moment.tv_nsec * 1e-9;
}

static void die(const char *what) {
  fprintf(stderr, "c-system: %s: %s\n", what, strerror(errno));
  _exit(EXIT_PROBLEM);
}

static void *must(void *memory) {
  if (memory == NULL) die("memory");
  return memory;
}

/* One write for each line, so that lines of different threads do not mix. */
static void say(const char *format, ...) {
  char line[8192];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line - 1, format, arguments);
  va_end(arguments);
  if (length < 0 || length >= (int)sizeof line - 1) die("a line is too long");
  line[length++] = '\n';
  for (int sent = 0; sent < length;) {
    ssize_t part = write(1, line + sent, length - sent);
    if (part < 0 && errno != EINTR) die("standard output");
    if (part > 0) sent += part;
  }
}

static long failed_calls(void) {
  long sum = 0;
  for (int symptom = 0; symptom < SYMPTOMS; symptom++) sum += failures[symptom];
  return sum;
}

/* ------------------------------------------------------------------ launcher threads */

static void give_up(const char *kind, const char *detail) {
  if (problem[0] == 0) {
    snprintf(problem, sizeof problem, "%s", kind);
    snprintf(problem_detail, sizeof problem_detail, "%s", detail);
  }
  stop = true;
}

static void count_status(int status) {
  int index = 0;
  while (index < status_count && statuses[index].status != status) index++;
  if (index == MAX_STATUSES) return;
  if (index == status_count) statuses[status_count++].status = status;
  statuses[index].count++;
}

/* Counts and reports a call that failed; the lock is held. */
static void report_failure(int thread, enum symptom symptom, int status, const char *detail) {
  double seconds = now() - began;
  failures[symptom]++;
  pattern->failures++;
  if (first_failure < 0) first_failure = seconds;
  if (failed_calls() <= options.failure_lines) {
    if (!options.json)
      say("[thread %d][c-system failure] ouch! %s", thread, detail);
    else if (symptom == HANG)
      say("{\"type\": \"failure\", \"call\": %ld, \"thread\": %d, \"symptom\": \"hang\", \"seconds\": %.6f, "
          "\"detail\": \"%s\"}", calls, thread, seconds, detail);
    else
      say("{\"type\": \"failure\", \"call\": %ld, \"thread\": %d, \"symptom\": \"%s\", \"status\": %d, "
          "\"seconds\": %.6f, \"detail\": \"%s\"}",
          calls, thread, symptom_names[symptom], status, seconds, detail);
  }
  if (options.until_failure) stop = true;
}

/* Counts a call that has ended. error is errno where status is -1. */
static void judge(int thread, int status, int error, bool certainly, bool possibly) {
  char detail[160];
  pthread_mutex_lock(&lock);
  calls++;
  pattern->calls++;
  if (certainly || (status != 0 && possibly)) {
    exposed++;
    pattern->exposed++;
  }
  if (status != 0) {
    bool damaged = status > 0 && WIFEXITED(status) && WEXITSTATUS(status) == DAMAGED;
    snprintf(detail, sizeof detail, "return code = %d%s%s%s", status,
             damaged ? ", the child's environment was damaged" : "",
             status == -1 ? ", " : "", status == -1 ? strerror(error) : "");
    if (status == -1 && (error == EAGAIN || error == ENOMEM))
      give_up("resource", detail);
    else if (status > 0 && WIFSIGNALED(status) && WTERMSIG(status) == 9)
      give_up("resource", "a child was killed (SIGKILL), as for want of memory");
    else if (!possibly)
      give_up("unexposed-failure", detail);
    else {
      count_status(status);
      report_failure(thread, damaged ? DAMAGED_ENVIRONMENT : SPAWN_ERROR, status, detail);
    }
  }
  if (options.calls && exposed >= options.calls) stop = true;
  pthread_mutex_unlock(&lock);
}

static void *launch_children(void *argument) {
  int thread = (int)(long)argument;
  bool control = strcmp(options.mutation, "none") == 0;
  errno = 0;
  if (nice(5) == -1 && errno != 0) die("nice"); /* of this thread only; reproduce.py says why */
  for (long number = 1;;) {
    pthread_mutex_lock(&gate);
    parked++;
    pthread_cond_broadcast(&gate_changed);
    while (!gate_open) pthread_cond_wait(&gate_changed, &gate);
    parked--;
    pthread_mutex_unlock(&gate);
    while (gate_open && !stop) {
      in_flight[thread] = number++;
      long done_before = done, begun_before = begun;
      errno = 0;
      int status = system(options.check), error = errno;
      long done_after = done, begun_after = begun;
      in_flight[thread] = 0;
      judge(thread, status, error, control || done_after > begun_before, control || begun_after > done_before);
    }
  }
  return NULL;
}

/* Returns when every launcher thread is parked: no call is in flight then. */
static void close_gate(void) {
  pthread_mutex_lock(&gate);
  gate_open = false;
  while (parked < options.threads) pthread_cond_wait(&gate_changed, &gate);
  pthread_mutex_unlock(&gate);
}

static void let_through(void) {
  pthread_mutex_lock(&gate);
  gate_open = true;
  pthread_cond_broadcast(&gate_changed);
  pthread_mutex_unlock(&gate);
}

/* ------------------------------------------------------------------ changes */

static char *variable(const char *prefix, int index) {
  char *name;
  if (asprintf(&name, "%s%d", prefix, index) < 0) die("memory");
  return name;
}

static char *value(int index, int salt, int length, char filler) {
  char start[32];
  int used = snprintf(start, sizeof start, "%d.%d", index, salt);
  if (length < used) length = used;
  char *text = must(malloc(length + 1));
  memset(text, filler, length);
  memcpy(text, start, used);
  text[length] = 0;
  return text;
}

static void put(struct plan *plan, char *name, char *text) {
  if (plan->count == plan->room) {
    plan->room = plan->room ? 2 * plan->room : 256;
    plan->changes = must(realloc(plan->changes, plan->room * sizeof *plan->changes));
  }
  plan->changes[plan->count++] = (struct change){name, text};
}

static void empty(struct plan *plan) {
  for (int index = 0; index < plan->count; index++) {
    free(plan->changes[index].name);
    free(plan->changes[index].value);
  }
  plan->count = 0;
}

static void apply(const struct change *change) {
  if (change->value == NULL ? unsetenv(change->name) : setenv(change->name, change->value, 1))
    die("changing the environment");
}

/* The variables to begin a round with, and the changes to make in it; as plan_round in reproduce.py. */
static void plan_round(const struct pattern *p, int salt, int entries, struct plan *present, struct plan *changes) {
  int plain = p->length < 0 ? 20 : p->length, n = p->variables;
  for (int index = 0; index < n; index++) put(present, variable("RACE_", index), value(index, salt, plain, 'x'));
  if (strcmp(options.mutation, "add") == 0) {
    for (int index = 0; index < p->changes; index++) {
      char *name = variable("RACE_ADDED_", index);
      int length = p->length < 0 ? 8 * (entries + n + index + 1) - (int)strlen(name) - 2 : p->length;
      put(changes, name, value(index, salt, length, 'x'));
    }
  } else if (strcmp(options.mutation, "delete") == 0) {
    for (int index = 0; index < n && index < p->changes; index++)
      put(changes, variable("RACE_", p->first ? index : n - 1 - index), NULL);
  } else if (strcmp(options.mutation, "churn") == 0) {
    for (int start = 0; start < n; start += p->block) {
      int end = start + p->block < n ? start + p->block : n;
      for (int index = start; index < end; index++) put(changes, variable("RACE_", index), NULL);
      for (int index = start; index < end; index++)
        put(changes, variable("RACE_", index), value(index, salt, plain, 'x'));
    }
  } else {
    for (int index = 0; index < n; index++)
      put(changes, variable("RACE_", index), value(index, salt, p->shorter, 'X'));
    for (int index = 0; index < n; index++) put(changes, variable("RACE_", index), value(index, salt, plain, 'x'));
  }
}

/* Brings the environment to where the round begins; the launcher threads are parked meanwhile. */
static void prepare(const struct pattern *p, int salt, struct plan *changes) {
  struct plan present = {0};
  for (bool found = true; found;) {
    found = false;
    /* From the end, so that little has to be moved. */
    int count = 0;
    while (environ[count] != NULL) count++;
    for (int index = count - 1; index >= 0; index--) {
      if (strncmp(environ[index], "RACE_", 5) != 0) continue;
      char *name = must(strndup(environ[index], strcspn(environ[index], "=")));
      unsetenv(name);
      free(name);
      found = true;
    }
  }
  for (int index = 0; index < options.backs; index++) {
    char *name = must(strndup(options.back[index], strcspn(options.back[index], "=")));
    unsetenv(name);
    free(name);
  }
  int entries = options.backs;
  for (char **entry = environ; *entry != NULL; entry++) entries++;
  plan_round(p, salt, entries, &present, changes);
  for (int index = 0; index < present.count; index++) apply(&present.changes[index]);
  for (int index = 0; index < options.backs; index++) {
    char *name = must(strndup(options.back[index], strcspn(options.back[index], "=")));
    if (setenv(name, options.back[index] + strlen(name) + 1, 1)) die("setenv");
    free(name);
  }
  empty(&present);
  free(present.changes);
}

static void pause_for(double seconds) {
  if (seconds > 0) {
    struct timespec time = {0, (long)(seconds * 1e9)};
    nanosleep(&time, NULL);
  } else if (seconds == 0) {
    sched_yield();
  } else {
    /* A change takes Python about so long. Without it the plan would be over before a call is. */
    for (double end = now() + 2e-6; now() < end;) continue;
  }
}

static void change(const struct pattern *p, const struct plan *plan, double deadline) {
  bool control = strcmp(options.mutation, "none") == 0;
  bool again = control || strcmp(options.mutation, "overwrite") == 0 || strcmp(options.mutation, "churn") == 0;
  do {
    for (int index = 0; index < plan->count; index++) {
      begun++;
      if (control)
        free(must(strdup(plan->changes[index].value)));
      else
        apply(&plan->changes[index]);
      done++;
      if (done % p->burst == 0) pause_for(p->pause);
      if (stop || now() >= deadline) return;
    }
  } while (again);
}

/* ------------------------------------------------------------------ the run */

static void summarize(void) {
  char by_symptom[256] = "", by_status[2048] = "", by_pattern[4096] = "", first[384] = "";
  int length = 0;
  for (int symptom = 0; symptom < SYMPTOMS; symptom++)
    if (failures[symptom])
      length += snprintf(by_symptom + length, sizeof by_symptom - length, "%s\"%s\": %ld", length ? ", " : "",
                         symptom_names[symptom], failures[symptom]);
  length = 0;
  for (int index = 0; index < status_count; index++)
    length += snprintf(by_status + length, sizeof by_status - length, "%s\"%d\": %ld", length ? ", " : "",
                       statuses[index].status, statuses[index].count);
  length = 0;
  for (struct pattern *p = patterns; p < patterns + pattern_count; p++)
    if (p->calls)
      length += snprintf(by_pattern + length, sizeof by_pattern - length,
                         "%s{\"name\": \"%s\", \"calls\": %ld, \"exposed\": %ld, \"failures\": %ld}",
                         length ? ", " : "", p->name, p->calls, p->exposed, p->failures);
  double seconds = now() - began;
  if (options.json) {
    if (first_failure >= 0) snprintf(first, sizeof first, "\"firstFailureSeconds\": %.6f, ", first_failure);
    say("{\"type\": \"summary\", \"calls\": %ld, \"exposed\": %ld, \"failures\": {%s}, \"statuses\": {%s}, "
        "\"mutations\": %ld, \"seconds\": %.6f, %s\"patterns\": [%s]}",
        calls, exposed, by_symptom, by_status, (long)done, seconds, first, by_pattern);
  } else {
    char *words = by_symptom; /* without the quotes and colons of JSON */
    for (char *next = by_symptom; *next; next++)
      if (*next != '"' && *next != ':') *words++ = *next;
    *words = 0;
    if (first_failure >= 0) snprintf(first, sizeof first, " (%s), the first after %.3f s", by_symptom, first_failure);
    say("%ld calls, %ld of them exposed to %ld changes, %ld failed%s; %.1f s",
        calls, exposed, (long)done, failed_calls(), first, seconds);
  }
}

static int exit_status(void) {
  return failed_calls() && !options.json ? EXIT_FAILED : 0;
}

static void end_with_problem(void) {
  if (options.json)
    say("{\"type\": \"problem\", \"problem\": \"%s\", \"detail\": \"%s\"}", problem, problem_detail);
  else
    say("problem: %s: %s", problem, problem_detail);
  _exit(EXIT_PROBLEM);
}

/* How many processes the limit of this container has refused so far, 0 where nothing tells; under the
   first and the second version of control groups. glibc's system() gives a shell that could not be
   started for want of processes the status of one that was not found. */
static long refused_processes(void) {
  static const char *const paths[] = {"/sys/fs/cgroup/pids/pids.events", "/sys/fs/cgroup/pids.events"};
  for (size_t index = 0; index < sizeof paths / sizeof *paths; index++) {
    FILE *events = fopen(paths[index], "re");
    if (events == NULL) continue;
    long refused = 0;
    int found = fscanf(events, "max %ld", &refused);
    fclose(events);
    if (found == 1) return refused;
  }
  return 0;
}

static long refused_before;

static void check_process_limit(void) {
  long refused = refused_processes() - refused_before;
  if (refused <= 0) return;
  snprintf(problem, sizeof problem, "resource");
  snprintf(problem_detail, sizeof problem_detail,
           "the limit of processes was reached: %ld could not be started", refused);
  end_with_problem();
}

/* Makes one call while nothing changes: if that fails, the race is not to blame. */
static void check_calm(void) {
  int status = system(options.check);
  if (status == 0 || strcmp(options.mutation, "none") == 0) return;
  check_process_limit();
  snprintf(problem_detail, sizeof problem_detail, "a call failed while nothing changed: %d", status);
  snprintf(problem, sizeof problem, "unexposed-failure");
  end_with_problem();
}

/* Ends the run when a call does not come back: nothing else can. Counts its own turns, not the time: a
   container that is frozen for a while does not hang. */
static void *watch(void *unused) {
  long seen[MAX_THREADS] = {0}, turns[MAX_THREADS] = {0};
  for (;;) {
    nanosleep(&(struct timespec){0, 250000000}, NULL);
    for (int thread = 0; thread < options.threads; thread++) {
      long call = in_flight[thread];
      turns[thread] = call != 0 && call == seen[thread] ? turns[thread] + 1 : 0;
      seen[thread] = call;
      if (turns[thread] * 0.25 < options.hang_seconds) continue;
      char detail[96];
      snprintf(detail, sizeof detail, "the call did not come back within %g seconds", options.hang_seconds);
      pthread_mutex_lock(&lock); /* for good: nobody shall count or report from here on */
      calls++, exposed++, pattern->calls++, pattern->exposed++;
      report_failure(thread, HANG, 0, detail);
      summarize();
      _exit(exit_status());
    }
  }
  return unused;
}

static bool option(const char *argument, const char *name, const char **text) {
  size_t length = strlen(name);
  if (strncmp(argument, name, length) != 0) return false;
  *text = argument + length;
  return true;
}

static void parse(int count, char **arguments) {
  const char *text;
  for (int index = 1; index < count; index++) {
    char *argument = arguments[index];
    if (option(argument, "--mutation=", &text)) snprintf(options.mutation, sizeof options.mutation, "%s", text);
    else if (option(argument, "--seconds=", &text)) options.seconds = atof(text);
    else if (option(argument, "--calls=", &text)) options.calls = atol(text);
    else if (option(argument, "--threads=", &text)) options.threads = atoi(text);
    else if (option(argument, "--until-failure=", &text)) options.until_failure = atoi(text);
    else if (option(argument, "--json=", &text)) options.json = atoi(text);
    else if (option(argument, "--round-seconds=", &text)) options.round_seconds = atof(text);
    else if (option(argument, "--hang-seconds=", &text)) options.hang_seconds = atof(text);
    else if (option(argument, "--failure-lines=", &text)) options.failure_lines = atol(text);
    else if (option(argument, "--check=", &text)) options.check = strdup(text);
    else if (option(argument, "--back=", &text) && options.backs < 8) options.back[options.backs++] = strdup(text);
    else if (option(argument, "--pattern=", &text) && pattern_count < MAX_PATTERNS) {
      struct pattern *p = &patterns[pattern_count++];
      if (sscanf(text, "%31[^,],%d,%d,%d,%d,%d,%lf,%d,%d,%d", p->name, &p->variables, &p->length, &p->changes,
                 &p->shorter, &p->block, &p->pause, &p->burst, &p->first, &p->salts) != 10)
        goto wrong;
    } else {
    wrong:
      fprintf(stderr, "c-system: reproduce.py --launcher c-system starts this, not with %s\n", argument);
      exit(EXIT_PROBLEM);
    }
  }
  if (pattern_count == 0 || options.threads < 1 || options.threads > MAX_THREADS) {
    fprintf(stderr, "c-system: reproduce.py --launcher c-system starts this\n");
    exit(EXIT_PROBLEM);
  }
}

int main(int count, char **arguments) {
  parse(count, arguments);
  pattern = &patterns[0];
  refused_before = refused_processes();
  check_calm();
  pthread_t id;
  for (long thread = 0; thread < options.threads; thread++)
    if ((errno = pthread_create(&id, NULL, launch_children, (void *)thread))) die("pthread_create");
  close_gate();
  began = now();
  double end = began + options.seconds;
  if ((errno = pthread_create(&id, NULL, watch, NULL))) die("pthread_create");
  for (long round = 0; !stop && now() < end; round++) {
    long failed_before = failed_calls();
    pattern = &patterns[round % 2 == 0 || pattern_count == 1 ? 0 : 1 + round / 2 % (pattern_count - 1)];
    struct plan plan = {0};
    prepare(pattern, round % pattern->salts, &plan);
    double deadline = now() + options.round_seconds;
    let_through();
    change(pattern, &plan, deadline < end ? deadline : end);
    close_gate();
    empty(&plan);
    free(plan.changes);
    if (options.json) say("{\"type\": \"progress\", \"calls\": %ld, \"exposed\": %ld}", calls, exposed);
    bool failed = failed_calls() > failed_before;
    if (failed || problem[0]) check_process_limit();
    if (failed && problem[0] == 0) check_calm();
    if (problem[0]) end_with_problem();
  }
  pthread_mutex_lock(&lock);
  summarize();
  /* The threads are parked for good. */
  _exit(exit_status());
}
