/** The one help text. Pure. */
export function help(): string {
  return `Where is it unsafe to start a child process while another thread changes the environment?

  bin/matrix run                  build the images, measure every cell, write results/latest/
                                  and a line into results/history/ (not with --reproduction)
  bin/matrix plan                 what a run would do, and what it would leave out and why
  bin/matrix report [FILE]        a report that is there, in another format
  bin/matrix diff OLD NEW         what changed between two reports, run folders or baselines;
                                  status 1 where something did
  bin/matrix advise [FILE]        which ways of starting a child were safe against what
  bin/matrix accept [FILE]        a report's verdicts are expected from now on: results/baseline.json,
                                  or the baseline that matrix.yaml names
  bin/matrix rerun ENVIRONMENT SCENARIO
                                  one cell again, with everything that it says
  bin/matrix shell ENVIRONMENT    a shell in the image of a row, with the limits of a trial
  bin/matrix doctor               whether a run can start here, and what to do where it cannot
  bin/matrix clean                removes stopped containers of ours; --all the images, too;
                                  --yes without asking

Which cells (run, plan; advise: which environments):
  --group NAME       a group of matrix.yaml; without it, its default group
  --only GLOB        environments or scenarios, such as 'debian-13/*', 'add/*', debian-12, os.system;
                     can be given several times
  --skip GLOB        the reverse
  --matrix FILE      instead of matrix.yaml
  --reproduction DIR a folder with a run.sh of your own, instead of the matrix's reproduction;
                     docs/reproductions.md says how

How (run, rerun):
  --engine URL       a container engine, such as unix:///run/podman/podman.sock; without it
                     DOCKER_HOST, the docker context, the usual sockets, then, as root on Linux, an
                     engine of the program's own
  --install          install missing packages of this host with apt-get (make matrix gives it)
  --refresh          make bases anew from what the archive or the registry holds today
  --require-all      a cell that is skipped is one that could not be measured
  --results DIR      instead of results/

What is printed:
  --json             the report (run) or the plan (plan) as JSON on standard output
  --format FORMAT    of report: terminal (default), or the name of a file's format;
                     of diff and advise: terminal, markdown or json
  --output FILE      of accept: the baseline to move
  --color, --no-color   NO_COLOR and FORCE_COLOR are respected, too

Exit status: 0 as expected; 1 some verdict is not; 2 bad arguments or matrix.yaml; 3 some cell could
not be measured; 4 no container engine; 130 interrupted, what was measured is kept.
`;
}
