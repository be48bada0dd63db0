/** Reports with which programs `make test` ran; what is not installed was not tested. */
import { spawnSync } from 'node:child_process';

const PROGRAMS = { Docker: 'dockerd', Podman: 'podman', Chromium: 'chromium' } as const;

const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
const versions = Object.entries(PROGRAMS).map(([name, program]) => {
  const child = spawnSync(program, ['--version'], { encoding: 'utf8', env });
  const version = child.error ? undefined : /\d+(\.\d+)+/.exec(child.stdout)?.[0];
  return version === undefined ? `no ${name}` : `${name} ${version}`;
});
process.stdout.write(`Tested with Node ${process.versions.node}, ${versions.join(', ')}.\n`);
