import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readAnswers } from './describe.ts';

const VERSION = { Version: '20.10.24', ApiVersion: '1.41', Os: 'linux', KernelVersion: '6.1' };
const INFO = { OSType: 'linux', Architecture: 'x86_64', NCPU: 2, MemTotal: 1000 };

function reason(version: object, info: object = INFO): string {
  const described = readAnswers({ version, info }, 'here', false);
  return described.type === 'unusable' ? described.reason : described.type;
}

describe('what an engine says of itself', () => {
  it('tells Docker from Podman', () => {
    const docker = readAnswers({ version: VERSION, info: INFO }, 'here', true);
    assert.deepEqual(docker, {
      type: 'usable',
      description: {
        name: 'docker',
        version: '20.10.24',
        apiVersion: '1.41',
        endpoint: 'here',
        private: true,
        discardsCpuSets: false,
        unifiedCgroups: false,
        host: { kernel: '6.1', arch: 'x86_64', cpus: 2, memory: 1000 },
      },
      warnings: [],
    });
    const version = { ...VERSION, Components: [{ Name: 'Podman Engine', Version: '4.3.1' }] };
    const podman = readAnswers({ version, info: INFO }, 'here', false);
    assert.equal(podman.type, 'usable');
    assert.equal(podman.description.name, 'podman');
    assert.equal(podman.description.version, '4.3.1');
  });

  it('is enough from API 1.41 on, compared number by number', () => {
    for (const version of ['1.41', '1.45', '1.100', '2.0']) {
      assert.equal(reason({ ...VERSION, ApiVersion: version }), 'usable', version);
    }
    for (const version of ['1.40', '1.5', '1', 'new', '']) {
      assert.match(reason({ ...VERSION, ApiVersion: version }), /at least 1\.41/, version);
    }
  });

  it('is rejected where it is no engine of Linux containers', () => {
    assert.match(reason({}), /not that of a container engine/);
    assert.match(reason(VERSION, { ...INFO, OSType: 'windows' }), /windows, not Linux/);
  });

  it('is corrected where Podman misreads its control groups', () => {
    const version = { ...VERSION, Components: [{ Name: 'Podman Engine', Version: '5.4.2' }] };
    const described = (info: object) => {
      const answer = readAnswers({ version, info: { ...INFO, ...info } }, 'here', false);
      assert.equal(answer.type, 'usable');
      const { discardsCpuSets, unifiedCgroups } = answer.description;
      return [discardsCpuSets, unifiedCgroups, answer.warnings.length];
    };
    assert.deepEqual(described({ CgroupVersion: '2', CPUSet: false }), [false, true, 0]);
    const rootless = { Rootless: true, CPUSet: false };
    assert.deepEqual(described({ ...rootless, CgroupVersion: '2' }), [true, true, 2]);
    const claims = { MemoryLimit: true, PidsLimit: true, CPUSet: true };
    assert.deepEqual(described({ ...rootless, ...claims, CgroupVersion: '1' }), [true, false, 4]);
    assert.deepEqual(described({ ...claims, CgroupVersion: '1' }), [false, false, 0]);
  });

  it('tells of CPU sets that a rootless engine drops, and how it keeps them', () => {
    const info = { ...INFO, CPUSet: false, SecurityOptions: ['name=seccomp', 'name=rootless'] };
    const described = readAnswers({ version: VERSION, info }, 'here', false);
    assert.equal(described.type, 'usable');
    assert.equal(described.description.discardsCpuSets, true);
    assert.match(
      described.warnings.join('\n'),
      /limit the CPUs[^]*rootless[^]*Delegate=cpu cpuset/,
    );
  });

  it('warns of limits that are not kept', () => {
    const info = { ...INFO, MemoryLimit: false, PidsLimit: false, CPUSet: true, Driver: 'vfs' };
    const described = readAnswers({ version: VERSION, info }, 'here', false);
    assert.equal(described.type, 'usable');
    assert.equal(described.warnings.length, 3);
    assert.match(described.warnings.join('\n'), /memory[^]*processes[^]*vfs/);
  });
});
