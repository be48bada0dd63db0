/**
 * Runs of a script on a real engine: none sees anything of the one before, whatever is done to the
 * container is no pass, and an image that lies is found out.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { Engine } from '../../src/engine/engine.ts';
import { parseReport } from '../../src/report/json.ts';
import type { Cell } from '../../src/report/schema.ts';
import { DEFAULT_TRIAL } from '../../src/matrix/limits.ts';
import { PLAIN_PROTOCOL } from '../../src/reproduction/plain-manifest.ts';
import type { ScriptProtocol } from '../../src/reproduction/manifest.ts';
import { Attempts } from '../../src/trial/attempts.ts';
import type { Observation } from '../../src/verdict/observation.ts';
import { runProgram } from '../support/program.ts';
import {
  cannotStartPrivateEngine,
  openEngineUnderTest,
  type EngineUnderTest,
} from './engine-under-test.ts';
import { scriptRoot } from './tiny-root.ts';

const named = process.env['MATRIX_TEST_ENGINE'] !== undefined;
const skip = named ? false : await cannotStartPrivateEngine();

const LABEL = 'race-matrix.test-attempts';
const BASE = 'race-matrix-test/script:1';
const MEBIBYTE = 2 ** 20;

describe('runs of a script', { skip }, () => {
  let opened: EngineUnderTest;
  let engine: Engine;
  let image = '';
  const never = new AbortController().signal;

  before(async () => {
    opened = await openEngineUnderTest();
    engine = opened.engine;
    const archive = scriptRoot();
    const made = await engine.import(
      { archive, tag: BASE, labels: { [LABEL]: 'base' }, timeoutSeconds: 60 },
      never,
    );
    assert.equal(made.type, 'done', JSON.stringify(made));
    image = made.image.id;
  });
  after(async () => {
    for (const container of await engine.containers(LABEL)) {
      await engine.removeContainer(container.id);
    }
    for (const { id } of await engine.images(LABEL)) await engine.removeImage(id);
    await opened.close();
  });

  /** The observations of a number of runs of a run.sh in a row. */
  async function observe(
    script: string,
    {
      count = 3,
      timeoutSeconds = 20,
      ...more
    }: { count?: number; timeoutSeconds?: number } & Partial<ScriptProtocol> = {},
  ): Promise<readonly Observation[]> {
    const attempts = new Attempts(
      engine,
      {
        image,
        command: undefined,
        scenario: { id: 'default', args: [] },
        limits: { ...DEFAULT_TRIAL, memoryBytes: 64 * MEBIBYTE, pids: 40, timeoutSeconds },
        labels: { [LABEL]: 'attempts' },
        env: {},
        folder: {
          files: [
            { path: 'run.sh', mode: 0o755, content: Buffer.from(`#!/bin/sh\n${script}`) },
            { path: 'data', mode: 0o644, content: Buffer.from('data\n') },
          ],
        },
        interpreter: undefined,
        protocol: { ...PLAIN_PROTOCOL, ...more },
      },
      never,
    );
    const observations: Observation[] = [];
    try {
      for (let left = count; left > 0; left -= 1) observations.push(await attempts.next(left));
    } finally {
      await attempts.close();
    }
    return observations;
  }

  const reasons = (observations: readonly Observation[]) =>
    observations.map((one) => ('reason' in one ? `${one.type}: ${one.reason}` : one.type));

  /** Each leaves something behind, and ends with 1 if it finds that of an earlier run. */
  const leftovers: Readonly<Record<string, string>> = {
    'a changed file beside it': 'grep=$(cat data); echo changed > data; [ "$grep" = data ]',
    'a new file beside it': '[ ! -e new ] && echo > new',
    'a file in /tmp, hidden': '[ ! -e /tmp/.left ] && echo > /tmp/.left',
    'a file in its home': '[ ! -e "$HOME/left" ] && echo > "$HOME/left"',
    'a name with a line end': 'n="/tmp/a\nb -rf"; [ ! -e "$n" ] && echo > "$n"',
    'a folder that nobody may enter':
      '[ ! -e /tmp/shut ] && mkdir -p /tmp/shut/in && echo > /tmp/shut/in/x && chmod 0 /tmp/shut/in /tmp/shut',
    'a link in place of its folder':
      '[ ! -L ../reproduction ] && cd .. && rm -rf reproduction && ln -s /tmp reproduction 2> /dev/null; exit 0',
    'shared memory': '[ ! -e /dev/shm/left ] && echo > /dev/shm/left',
    'shared memory of System V':
      'n=0; while read -r _; do n=$((n + 1)); done < /proc/sysvipc/shm; ipcmk -M 4096 > /dev/null; [ $n -eq 1 ]',
    'a semaphore of System V':
      'n=0; while read -r _; do n=$((n + 1)); done < /proc/sysvipc/sem; ipcmk -S 1 > /dev/null; [ $n -eq 1 ]',
    'a program in the background': `
      for one in /proc/[0-9]*; do
        case $(cat "$one/comm" 2> /dev/null) in sleep) exit 1 ;; esac
      done
      sleep 100 & exit 0`,
    'a program in a session of its own that ignores signals': `
      for one in /proc/[0-9]*; do
        case $(cat "$one/comm" 2> /dev/null) in sleep) exit 1 ;; esac
      done
      setsid sh -c 'trap "" TERM INT HUP; while :; do sleep 100; done' > /dev/null 2>&1 & exit 0`,
    'a stopped program': `
      for one in /proc/[0-9]*; do
        case $(cat "$one/comm" 2> /dev/null) in sleep) exit 1 ;; esac
      done
      sleep 100 & kill -s STOP $!; exit 0`,
    'programs that start each other': `
      for one in /proc/[0-9]*; do
        case $(cat "$one/comm" 2> /dev/null) in sleep) exit 1 ;; esac
      done
      respawn() { sleep 0.01; (respawn &) ; }
      respawn & respawn & exit 0`,
    'other variables and another umask':
      '[ -z "$LEFT" ] && [ "$(umask)" = 0022 ] && export LEFT=1 && umask 0',
    'nothing in the folder of the program':
      'echo x > /matrix/folder/run.sh && exit 1; rm -f /matrix/attempts.sh 2> /dev/null && exit 1; exit 0',
  };
  for (const [what, script] of Object.entries(leftovers)) {
    it(`see nothing of an earlier one that leaves ${what}`, async () => {
      const observations = await observe(`${script}\n`);
      assert.deepEqual(
        observations.map(({ type }) => type),
        ['completed', 'completed', 'completed'],
        JSON.stringify(observations),
      );
      assert.ok(
        observations.every((one) => one.type === 'completed' && one.failures === 0),
        JSON.stringify(observations),
      );
    });
  }

  const faults: readonly (readonly [string, string, RegExp])[] = [
    ['ends what runs it', 'kill -s KILL $PPID; sleep 1', /ended the process that runs it|SIGKILL/],
    ['ends everything', 'kill -s KILL -- -1', /SIGKILL|ended the process/],
    ['fills its folder', 'dd if=/dev/zero of=full bs=1048576 count=300', /No space left|memory/],
    [
      'takes too many processes',
      'n=0; while [ $n -lt 60 ]; do sleep 5 & n=$((n + 1)); done; exit 0',
      /processes/,
    ],
    [
      'takes too much memory',
      'x=$(dd if=/dev/zero bs=1048576 count=200 2> /dev/null | cat -v); exit 0',
      /memory/,
    ],
    ['does not end', 'while :; do sleep 1; done', /time limit/],
    ['is ended by SIGTERM', 'kill -s TERM $$', /SIGTERM/],
  ];
  for (const [what, script, reason] of faults) {
    it(`are errors where one ${what}`, async () => {
      const [first] = await observe(`${script}\n`, { count: 1, timeoutSeconds: 6 });
      assert.ok(first?.type === 'problem', JSON.stringify(first));
      assert.match(first.reason, reason);
    });
  }

  it('continue after one that could not be cleaned up behind', async () => {
    const observations = await observe('ipcmk -Q > /dev/null; exit 0\n', { count: 4 });
    assert.deepEqual(reasons(observations), Array(4).fill('completed'));
  });

  describe('in an image', () => {
    let folder = '';
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'image-test-'));
      await writeFile(join(folder, 'bug.sh'), '#!/bin/sh\necho here; exit 1\n');
      await writeFile(join(folder, 'bash.sh'), '#!/usr/bin/env bash\nexit 0\n');
    });
    after(() => rm(folder, { recursive: true }));

    /** `matrix try` of a script, by default one that fails, in an image of these lines. */
    async function tried(
      name: string,
      lines: readonly string[],
      files: Readonly<Record<string, string>> = {},
      script = 'bug.sh',
    ): Promise<Cell> {
      const tag = `race-matrix-test/${name}:1`;
      const built = await engine.build(
        {
          context: contextOf([`FROM ${BASE}`, ...lines], files),
          tag,
          labels: { [LABEL]: name },
          args: {},
          timeoutSeconds: 60,
          onLine: () => undefined,
        },
        never,
      );
      assert.equal(built.type, 'done', JSON.stringify(built));
      const { endpoint } = engine.description;
      const host = /\((.*)\)$/.exec(endpoint)?.[1] ?? endpoint;
      const ended = await runProgram(folder, [
        ...['try', script, '--json', '--engine', host, '--image', tag],
      ]);
      const parsed = parseReport(ended.stdout);
      assert.ok(parsed.ok, ended.stderr);
      const [cell] = parsed.value.cells;
      assert.ok(parsed.value.cells.length === 1 && cell);
      return cell;
    }

    const harmless: Readonly<Record<string, readonly string[]>> = {
      'an entry point that never ends': ['ENTRYPOINT ["/bin/sleep", "1000"]', 'CMD ["1000"]'],
      'a health check that kills': ['HEALTHCHECK --interval=1s CMD kill -9 -1'],
      'another user, folder and signal': ['USER 7', 'WORKDIR /nowhere', 'STOPSIGNAL SIGCONT'],
      'volumes over the program and the home': ['VOLUME /matrix /home/matrix /tmp'],
      'a shell of its own': ['SHELL ["/bin/false"]', 'ENV ENV=/nothing BASH_ENV=/nothing'],
      'a PATH without programs': ['ENV PATH=/nowhere:/bin'],
    };
    for (const [what, lines] of Object.entries(harmless)) {
      it(`with ${what} are measured all the same`, async () => {
        const cell = await tried('harmless', lines);
        assert.equal(cell.verdict, 'fail', JSON.stringify(cell));
        assert.deepEqual(cell.evidence.includes('here'), true, JSON.stringify(cell.evidence));
      });
    }

    it('without the bash that a script needs are errors, with what could not be installed', async () => {
      const cell = await tried('bare', ['ENV BARE=1'], {}, 'bash.sh');
      assert.equal(cell.verdict, 'error');
      assert.match(cell.reason ?? '', /needs bash, which the image lacks: .*no package manager/s);
    });

    const LIES: readonly (readonly [
      string,
      readonly string[],
      Readonly<Record<string, string>>,
    ])[] = [
      ['without a shell', ['RUN rm /bin/sh'], {}],
      [
        'of another architecture',
        ['COPY sh /bin/sh'],
        { sh: `\u007fELF\u0002\u0001\u0001${'\0'.repeat(9)}\u0002\0\u00f3\0${'\0'.repeat(60)}` },
      ],
      [
        'whose sh ends well whatever happens',
        ['RUN cp /bin/sh /bin/true-sh', 'COPY sh /bin/sh'],
        { sh: '#!/bin/true-sh\n/bin/true-sh "$@"\nexit 0\n' },
      ],
      [
        'whose sh never ends',
        ['RUN cp /bin/sh /bin/true-sh', 'COPY sh /bin/sh'],
        { sh: '#!/bin/true-sh\nwhile :; do sleep 1; done\n' },
      ],
      [
        'whose sh does nothing',
        ['RUN cp /bin/sh /bin/true-sh', 'COPY sh /bin/sh'],
        { sh: '#!/bin/true-sh\nexit 0\n' },
      ],
      [
        'whose sh writes what it was asked to write',
        ['RUN cp /bin/sh /bin/true-sh', 'COPY sh /bin/sh'],
        { sh: '#!/bin/true-sh\necho python=\necho this is 0\nexit 0\n' },
      ],
      ['whose cp copies nothing', ['COPY sh /bin/cp'], { sh: '#!/bin/sh\nexit 0\n' }],
    ];
    for (const [what, lines, files] of LIES) {
      it(`${what} are errors, with a reason`, async () => {
        const cell = await tried('lie', lines, files);
        assert.equal(cell.verdict, 'error', JSON.stringify(cell));
        assert.ok((cell.reason ?? '').length > 20, cell.reason);
      });
    }
  });
});

function contextOf(lines: readonly string[], files: Readonly<Record<string, string>>): Readable {
  const archive = pack();
  archive.entry({ name: 'Dockerfile' }, `${lines.join('\n')}\n`);
  for (const [name, content] of Object.entries(files)) {
    archive.entry({ name, mode: 0o755 }, Buffer.from(content, 'latin1'));
  }
  archive.finalize();
  return archive as unknown as Readable;
}
