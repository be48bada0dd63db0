/** The one help text. Pure. */
export function help(): string {
  return `Where is it unsafe to start a child process while another thread changes the environment?

  bin/matrix run                  build the images, measure every cell, write results/latest/
                                  and a line into results/history/ (not with --reproduction); in a
                                  GitHub workflow also the step's summary
  bin/matrix run --resume [RUN]   goes on with the newest run, or the one of that id, where it stopped:
                                  no finished cell is measured again
  bin/matrix plan                 what a run would do, and what it would leave out and why
  bin/matrix merge DIR...         the reports of shards, put together to one in results/latest/;
                                  status 3 where one is missing
  bin/matrix lock                 writes matrix.lock.json: what each row's image holds; see --locked
  bin/matrix report [FILE]        a report that is there, in another format
  bin/matrix diff OLD NEW         what changed between two reports, run folders or baselines;
                                  status 1 where something did
  bin/matrix advise [FILE]        which ways of starting a child were safe against what
  bin/matrix accept [FILE]        a report's verdicts are expected from now on: results/baseline.json,
                                  or the baseline that matrix.yaml names
  bin/matrix rerun ENVIRONMENT SCENARIO
                                  one cell again, with everything that it says
  bin/matrix bisect SCENARIO --along libc|python
                                  the first version with another verdict, with the fewest cells: of
                                  the group cross (or --group), with the rest pinned by --only;
                                  --all measures every version
  bin/matrix shell ENVIRONMENT    a shell in the image of a row, with the limits of a trial
  bin/matrix doctor               whether a run can start here, and what to do where it cannot
  bin/matrix clean                says what dead runs have left and how much space it takes, and removes
                                  it; --all the images and the private engine's data, too; --yes without
                                  asking

Which cells (run, plan; advise: which environments):
  --group NAME       a group of matrix.yaml; without it, its default group
  --only GLOB        environments or scenarios, such as 'debian-13/*', 'add/*', debian-12, os.system;
                     can be given several times
  --skip GLOB        the reverse
  --matrix FILE      instead of matrix.yaml
  --reproduction DIR a folder with a run.sh of your own, instead of the matrix's reproduction;
                     docs/reproductions.md says how

On several machines (docs/ci.md):
  --shards N         of plan: the rows divided into N parts that take about as long as each other;
                     --format github prints a job matrix, --output FILE keeps the division
  --shard I/N        of run: one of the parts, such as 2/5
  --shard-plan FILE  of run and merge: the division that plan kept; without it run divides by what
                     its own results folder holds, which has to be the same on each machine

How (run, rerun):
  --engine URL       a container engine, such as unix:///run/podman/podman.sock; without it
                     DOCKER_HOST, the docker context, the usual sockets, then, as root on Linux, an
                     engine of the program's own
  --install          install missing packages of this host with apt-get (make matrix gives it)
  --refresh          make bases anew from what the archive or the registry holds today
  --locked           only images that hold what matrix.lock.json says; the other rows are skipped, with
                     what moved
  --max-base-age T   make bases anew that are older, such as 12h, which a nightly run wants
  --cache REGISTRY/NAME
                     take images from there instead of building them, and put there what was built;
                     who has logged in with docker login, or has credential helpers, is logged in
  --require-all      a cell that is skipped is one that could not be measured
  --results DIR      instead of results/

What a run or a merge is judged by, and whom it tells:
  --fail-on WORDS    what ends it with a status other than 0: unexpected, error, inconclusive, skipped
                     with commas between them, or none; without it the first three. An interruption
                     and a missing shard always do
  --notify-file FILE a few lines for a mail or a chat; empty where there is no news
                     On GitHub Actions, unexpected verdicts become annotations, too

What is printed:
  --json             the report (run) or the plan (plan) as JSON on standard output
  --format FORMAT    of report: terminal (default), or the name of a file's format;
                     of diff and advise: terminal, markdown or json
  --output FILE      of accept: the baseline to move; of plan --shards: where the division is kept
  --color, --no-color   NO_COLOR and FORCE_COLOR are respected, too

Exit status: 0 as expected; 1 some verdict is not; 2 bad arguments or matrix.yaml; 3 some cell could
not be measured; 4 no container engine; 70 a bug of the program; 130 interrupted, what was measured is
kept.
`;
}
