/**
 * The folders of src/ from the ground up, each with its subject. The map in CONTRIBUTING.md is made
 * from this list, and `make check` holds the imports to it.
 */

/** A folder, or a file that is its own layer. */
export interface Room {
  /** The path below src/. A folder does not include its subfolders. */
  readonly path: string;
  /** Continues "here is …", without a full stop. */
  readonly holds: string;
  /** Whether nothing in it touches a disk, a clock, a process or an engine. */
  readonly pure?: true;
}

/** Folders of one kind; each may import from those before it in the list, and from nothing else. */
export interface Layer {
  readonly title: string;
  readonly rooms: readonly Room[];
}

export const LAYERS: readonly Layer[] = [
  {
    title: 'Words and helpers',
    rooms: [
      { path: 'platform.ts', holds: 'the names of platforms, and ids that carry them', pure: true },
      { path: 'model.ts', holds: 'the nouns of the program as types', pure: true },
      { path: 'result.ts', holds: 'a value, or the reasons why there is none', pure: true },
      { path: 'group-by.ts', holds: 'the items of a list by a key', pure: true },
      { path: 'tool.ts', holds: "the program's name and version" },
      { path: 'zod.ts', holds: 'zod, which checks outside data, in the build that loads sooner' },
      { path: 'text', holds: 'text for people: escapes, widths, counts, order', pure: true },
      { path: 'yaml-file', holds: 'YAML files with the position of every error' },
      {
        path: 'json-file',
        holds: 'JSON files: read, checked, and the first problem in words',
        pure: true,
      },
      { path: 'host', holds: 'the machine: files, locks, processes, mounts, packages' },
    ],
  },
  {
    title: 'Input',
    rooms: [
      { path: 'matrix', holds: 'matrix.yaml, and the cells that a command selects' },
      { path: 'reproduction', holds: "a reproduction's folder and its manifest" },
      { path: 'intake', holds: 'what a user hands in, made into a folder with a run.sh' },
    ],
  },
  {
    title: 'Engine and images',
    rooms: [
      { path: 'engine', holds: 'the interface of an engine, and how it is called' },
      { path: 'engine/containers', holds: 'a container from its creation to its removal' },
      { path: 'engine/images', holds: 'pulls, builds, imports, pushes and credentials' },
      { path: 'engine/private', holds: 'the dockerd that the program starts itself' },
      { path: 'engine/opening', holds: 'how an engine is found and opened' },
      { path: 'images', holds: 'how the image of a row is made, and what it holds' },
      { path: 'pins', holds: 'matrix.lock.json, which pins the packages of images' },
    ],
  },
  {
    title: 'Verdicts and findings',
    rooms: [
      {
        path: 'report',
        holds: 'report.json: its shape, its order, how a cell is written',
        pure: true,
      },
      { path: 'verdict', holds: 'when a cell is decided, and with which bound', pure: true },
      {
        path: 'analysis/rules',
        holds: 'the search for the simplest rules that separate failing from passing rows',
        pure: true,
      },
      {
        path: 'analysis',
        holds: 'what follows from the cells: boundaries, findings, advice',
        pure: true,
      },
    ],
  },
  {
    title: 'Measuring',
    rooms: [
      { path: 'trial', holds: 'one run of a reproduction, and what was observed' },
      { path: 'run', holds: 'the schedule of a run, its journal and its resumption' },
      { path: 'progress', holds: 'the progress that a user sees during a run' },
    ],
  },
  {
    title: 'Output',
    rooms: [
      { path: 'comparison', holds: 'diff, baseline and history', pure: true },
      { path: 'formats/terminal', holds: 'the report on a terminal', pure: true },
      { path: 'formats/markdown', holds: 'the report as Markdown', pure: true },
      { path: 'formats/github', holds: 'what a GitHub workflow shows', pure: true },
      { path: 'formats/html/page', holds: "the page's own script and style", pure: true },
      { path: 'formats/html', holds: 'the pages', pure: true },
      { path: 'formats/picture', holds: 'the table as a picture', pure: true },
      { path: 'formats', holds: 'the other formats, and the registry of all of them', pure: true },
    ],
  },
  {
    title: 'Commands',
    rooms: [
      { path: 'shards', holds: 'a run divided among machines, and put together' },
      { path: 'bisect', holds: 'the search for the version at which a verdict flips', pure: true },
      { path: 'cli', holds: 'shared options, exit statuses, interruption, the terminal' },
      { path: 'app', holds: 'what commands, benchmarks, the soak and scripts share' },
      { path: 'commands', holds: 'a file or a folder for each command' },
      { path: 'commands/doctor', holds: '`matrix doctor`' },
      { path: 'commands/plan', holds: '`matrix plan`' },
      { path: 'commands/rerun', holds: '`matrix rerun`' },
      { path: 'commands/run', holds: '`matrix run`' },
      { path: 'commands/try', holds: '`matrix try`' },
      {
        path: 'cli/commands',
        holds: 'the options and the help of each command, which load it when it runs',
      },
      { path: 'cli.ts', holds: 'arguments in, command out' },
    ],
  },
];

/** Code outside src/ may not import this: a command is only for its user. */
export const PRIVATE = 'commands';

/** More source files than this in one folder are more than a reader takes in. */
export const MOST_FILES = 20;
