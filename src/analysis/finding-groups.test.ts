import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findingGroups } from './finding-groups.ts';

describe('findings in groups', () => {
  it('say once what holds for several scenarios, and lose none', () => {
    assert.deepEqual(
      findingGroups([
        { scenario: 'add/os.system', text: 'Reproduced everywhere.' },
        { scenario: 'add/os.popen', text: 'Did not reproduce.' },
        { scenario: 'delete/os.system', text: 'Reproduced everywhere.' },
      ]),
      [
        { scenarios: ['add/os.system', 'delete/os.system'], text: 'Reproduced everywhere.' },
        { scenarios: ['add/os.popen'], text: 'Did not reproduce.' },
      ],
    );
  });
});
