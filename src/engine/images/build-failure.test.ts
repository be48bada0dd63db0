/** Reasons of builds that failed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildFailure } from './build-failure.ts';

const COMMAND = `/bin/sh -c set -eu; cd /build; for source in program.c; do ${'compile it; '.repeat(40)}done`;
const OUTPUT = ['program.c:3: error: unknown type name', 'compilation terminated.'];

describe('the reason of a build that failed', () => {
  it("has the failing step's output beside a short command", () => {
    const docker = `The command '${COMMAND}' returned a non-zero code: 1`;
    const reason = buildFailure(`The build of x failed: ${docker}`, [
      'Step 1/2 : FROM base',
      ' ---> bc25b1fcd9a1',
      `Step 2/2 : RUN ${COMMAND}`,
      ' ---> Running in d09434c13ea4',
      ...OUTPUT,
      'Removing intermediate container d09434c13ea4',
      docker,
    ]);
    const [first = '', ...rest] = reason.split('\n');
    assert.match(
      first,
      /^The build of x failed: The command '\/bin\/sh -c set -eu; .+…' returned a/,
    );
    assert.ok(first.length < 140, first);
    assert.deepEqual(rest, OUTPUT);
  });

  it('has it on Podman as well', () => {
    const podman = `building at STEP "RUN ${COMMAND}": while running runtime: exit status 1`;
    const reason = buildFailure(`The build of x failed: ${podman}`, [
      'STEP 1/2: FROM base',
      `STEP 2/2: RUN ${COMMAND}`,
      ...OUTPUT,
      `Error: ${podman}`,
    ]);
    const ofStages = buildFailure(`The build of x failed: error ${podman}`, [
      '[1/2] STEP 1/2: FROM base AS build',
      `[1/2] STEP 2/2: RUN ${COMMAND}`,
      ...OUTPUT,
      `error ${podman}`,
    ]);
    assert.deepEqual(ofStages.split('\n').slice(1), OUTPUT);
    const [first = '', ...rest] = reason.split('\n');
    assert.match(
      first,
      /^The build of x failed: building at STEP "RUN .+…": while running runtime/,
    );
    assert.deepEqual(rest, OUTPUT);
  });

  it('repeats no reason that is no command', () => {
    const passwd = 'unable to find user 7: no matching entries in passwd file';
    const log = [
      'Step 1/1 : RUN true',
      ' ---> Running in d1',
      ' ---> Removed intermediate container d1',
    ];
    assert.equal(buildFailure(`It failed: ${passwd}`, [...log, passwd]), `It failed: ${passwd}`);
  });

  it('keeps a reason and a log without steps', () => {
    assert.equal(
      buildFailure('no space left', ['pulling a layer']),
      'no space left\npulling a layer',
    );
  });
});
